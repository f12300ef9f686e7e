/* The states that a power cut can leave: the store keeps in each of them what it has acknowledged;
 * without its flushes, or on a disk that ignores them, the same check fails. */
#include <stdlib.h>

#include "tests/crash/explorer.h"
#include "tests/crash/store_workload.h"
#include "tests/proto/check.h"

#define STATES         1200 /* for each grain, unless told */
#define CONTROL_STATES 200

/* test_crash_store [STATES for each grain] [SEED] */
static unsigned states = STATES;
static uint64_t seed = 20;

static struct crash_result explore(const struct crash_trace *trace, const struct crash_plan *plan)
{
    struct crash_result result = crash_explore(&store_workload, trace, plan);
    crash_print(&store_workload, plan, &result);
    assert_int_equal(result.states, plan->states);
    return result;
}

static void what_was_acknowledged_is_held_in_every_state(void **state)
{
    (void)state;
    static const size_t grains[] = {4096, 512};
    struct crash_trace *trace = crash_trace_of(&store_workload, false);
    assert_true(crash_trace_marks(trace) > 200);
    for (size_t i = 0; i < 2; i++) {
        const struct crash_plan plan = {.seed = seed + i, .states = states, .grain = grains[i]};
        struct crash_result result = explore(trace, &plan);
        assert_int_equal(result.bad, 0);
        assert_true(result.acked_states > states * 9 / 10);
    }
    crash_trace_free(trace);
}

static void a_truth_without_flushes_does_not_pass(void **state)
{
    (void)state;
    struct crash_trace *trace = crash_trace_of(&store_workload, true);
    const struct crash_plan plan = {.seed = seed + 10, .states = CONTROL_STATES, .grain = 4096};
    assert_true(explore(trace, &plan).bad > CONTROL_STATES / 2);
    crash_trace_free(trace);
}

static void a_disk_that_ignores_flushes_does_not_pass(void **state)
{
    (void)state;
    struct crash_trace *trace = crash_trace_of(&store_workload, false);
    const struct crash_plan plan = {
        .seed = seed + 10, .states = CONTROL_STATES, .grain = 4096, .flushes_ignored = true};
    assert_true(explore(trace, &plan).bad > CONTROL_STATES / 2);
    crash_trace_free(trace);
}

int main(int count, char **arguments)
{
    if (count > 1) states = (unsigned)strtoul(arguments[1], NULL, 10);
    if (count > 2) seed = strtoull(arguments[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_is_held_in_every_state),
        cmocka_unit_test(a_truth_without_flushes_does_not_pass),
        cmocka_unit_test(a_disk_that_ignores_flushes_does_not_pass),
    };
    return cmocka_run_group_tests_name("crash states of the store", tests, NULL, NULL);
}

/* The states that a power cut can leave of a whole node: every acknowledged command is known after
 * the views were made anew from the logs, the logs are whole, and the node goes on. */
#include <stdlib.h>

#include "tests/crash/explorer.h"
#include "tests/crash/node_workload.h"
#include "tests/proto/check.h"

#define STATES         1050 /* for each grain, unless told */
#define CONTROL_STATES 150

/* test_crash_node [STATES for each grain] [SEED] */
static unsigned states = STATES;
static uint64_t seed = 120;

static struct crash_result explore(const struct crash_trace *trace, const struct crash_plan *plan)
{
    struct crash_result result = crash_explore(&node_workload, trace, plan);
    crash_print(&node_workload, plan, &result);
    assert_int_equal(result.states, plan->states);
    return result;
}

static void every_acknowledged_command_is_known_in_every_state(void **state)
{
    (void)state;
    static const size_t grains[] = {4096, 512};
    struct crash_trace *trace = crash_trace_of(&node_workload, false);
    for (size_t i = 0; i < 2; i++) {
        const struct crash_plan plan = {.seed = seed + i, .states = states, .grain = grains[i]};
        struct crash_result result = explore(trace, &plan);
        assert_int_equal(result.bad, 0);
        assert_true(result.acked_states > states * 9 / 10);
    }
    crash_trace_free(trace);
}

static void a_node_whose_truth_is_not_flushed_does_not_pass(void **state)
{
    (void)state;
    struct crash_trace *trace = crash_trace_of(&node_workload, true);
    const struct crash_plan plan = {.seed = seed + 10, .states = CONTROL_STATES, .grain = 4096};
    assert_true(explore(trace, &plan).bad > CONTROL_STATES / 2);
    crash_trace_free(trace);
}

int main(int count, char **arguments)
{
    if (count > 1) states = (unsigned)strtoul(arguments[1], NULL, 10);
    if (count > 2) seed = strtoull(arguments[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_acknowledged_command_is_known_in_every_state),
        cmocka_unit_test(a_node_whose_truth_is_not_flushed_does_not_pass),
    };
    return cmocka_run_group_tests_name("crash states of a node", tests, NULL, NULL);
}

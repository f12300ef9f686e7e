/* Law 3: folding commutes across logs. Random histories of four nodes that hear of each other late
 * are folded again in hundreds of random interleavings of their logs, with no regard to what
 * depends on what, and every table of every store must be the same bytes. */
#include "tests/overseas-warehouse/random_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HISTORIES 80
#define STEPS     500
#define SHUFFLES  8

/* Folds all logs into fresh rows, each log in its own order, the logs mixed by chance. Long runs of
 * one log stand for a log that arrives in one piece. */
static void fold_shuffled(struct world *world, struct rows_memory *memory)
{
    uint64_t at[LOGS_MAX] = {0}, left = 0;
    struct desk desk = {.rows = rows_memory_port(memory), .crypto = &world->crypto.crypto};
    world_found(world, memory);
    for (unsigned i = 0; i < LOGS_MAX; i++) left += world->logs[i].count;
    uint64_t run_max = world_random(world, 4) == 0 ? 100000 : 1 + world_random(world, 20);
    while (left > 0) {
        unsigned log = (unsigned)world_random(world, LOGS_MAX);
        uint64_t run = 1 + world_random(world, run_max);
        for (; run > 0 && at[log] < world->logs[log].count; run--, left--)
            world_fold(&desk, &world->logs[log].entries[at[log]++]);
    }
}

static void every_interleaving_of_the_logs_gives_the_same_rows(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t first = given != NULL ? strtoull(given, NULL, 10) : 1000;
    struct life_counts counts = {0};
    for (uint64_t seed = first; seed < first + (given != NULL ? 1 : HISTORIES); seed++) {
        struct world *world = world_open(seed);
        life_run(world, STEPS, &counts);
        world_settle(world);
        for (unsigned node = 1; node < NODES_MAX; node++)
            if (!rows_memory_equal(world->nodes[0].memory, world->nodes[node].memory))
                fail_msg("SEED=%llu: node %u ends otherwise", (unsigned long long)seed, node);
        for (unsigned i = 0; i < SHUFFLES; i++) {
            struct rows_memory *memory = rows_memory_open();
            fold_shuffled(world, memory);
            if (!rows_memory_equal(world->nodes[0].memory, memory))
                fail_msg("SEED=%llu: shuffle %u ends otherwise", (unsigned long long)seed, i);
            rows_memory_close(memory);
        }
        world_close(world);
    }
    life_print(&counts);
    assert_true(given != NULL || life_is_full(&counts));
}

/* Entries that no rule of ours writes: a faulty or hostile member. They may not stop a fold. */
static void entries_without_sense_fold_to_nothing_and_break_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(77);
    struct id nobody = {{9}};
    const struct desk *desk = world_desk(world, SYD);
    struct place place = {.log = world->logs[BOOK_A].id, .idx = 1};
    union event_body body = {.return_moved = {.return_id = nobody, .verb = DO_TAKE_UNIT}};
    business_fold(desk, &place, EVENT_RETURN_MOVED, &body);
    body = (union event_body){.refund_moved = {.slot = nobody, .verb = DO_FIND_PAID}};
    business_fold(desk, &place, EVENT_REFUND_MOVED, &body);
    body = (union event_body){.unit_moved = {.unit = nobody, .hop = 3, .verb = DO_GRADE}};
    business_fold(desk, &place, EVENT_UNIT_MOVED, &body);
    body = (union event_body){.box_claimed = {.box = nobody, .return_id = nobody}};
    business_fold(desk, &place, EVENT_BOX_CLAIMED, &body);
    assert_int_equal(desk->rows.port->error(desk->rows.world), OK);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_RETURN), 0);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_REFUND), 0);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_UNIT), 0);
    world_close(world);
}

static void sums_that_no_row_could_hold_are_not_begun(void **state)
{
    (void)state;
    struct world *world = world_open(78);
    struct id order = world_order(world, MERCHANT_A, "sum", "SKU", 1, 5, 5);
    const struct desk *desk = world_desk(world, RTM);
    struct place place = {.log = world->logs[BOOK_A].id, .idx = 100};
    union event_body body = {.refund_moved = {.verb = DO_INTEND,
                                              .to = REFUND_INTENDED,
                                              .order = order,
                                              .return_id = order,
                                              .paid_for = PAID_FOR_LINE,
                                              .amount_minor = 1000000000000000,
                                              .currency = 978}};
    for (uint8_t i = 0; i < 5; i++) {
        body.refund_moved.slot = (struct id){{9, i}};
        business_fold(desk, &place, EVENT_REFUND_MOVED, &body);
    }
    assert_int_equal(desk->rows.port->error(desk->rows.world), OK);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_REFUND), 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_interleaving_of_the_logs_gives_the_same_rows),
        cmocka_unit_test(entries_without_sense_fold_to_nothing_and_break_nothing),
        cmocka_unit_test(sums_that_no_row_could_hold_are_not_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

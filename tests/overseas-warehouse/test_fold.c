/* Law 3: folding commutes across logs. Random histories of four nodes that hear of each other late
 * are folded again in hundreds of random interleavings of their logs, with no regard to what
 * depends on what, and every table of every store must be the same bytes. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/liar.h"
#include "tests/overseas-warehouse/random_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HISTORIES 80
#define STEPS     500
#define SHUFFLES  8
#define LIARS     12

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
}

static void assert_shuffles_agree(struct world *world, unsigned shuffles)
{
    struct rows_memory *first = rows_memory_open();
    fold_shuffled(world, first);
    for (unsigned i = 0; i < shuffles; i++) {
        struct rows_memory *memory = rows_memory_open();
        fold_shuffled(world, memory);
        assert_true(rows_memory_equal(first, memory));
        rows_memory_close(memory);
    }
    rows_memory_close(first);
}

/* Nodes must agree even about lies: each entry of a log, repeated by a hostile member as its own.
 */
static void what_a_parrot_repeats_folds_alike_in_any_order(void **state)
{
    (void)state;
    for (uint64_t seed = 5000; seed < 5012; seed++) {
        struct life_counts counts = {0};
        struct world *world = world_open(seed);
        life_run(world, 150, &counts);
        world_settle(world);
        world_parrot(world, BOOK_A, BOOK_B);
        world_parrot(world, LOG_LAX, LOG_SYD);
        world_parrot(world, LOG_SYD, LOG_RTM);
        world_parrot(world, BOOK_B, BOOK_A);
        printf("SEED=%llu\n", (unsigned long long)seed);
        assert_shuffles_agree(world, 12);
        world_close(world);
    }
}

/* Nor may lies of any other kind stop a fold, or make equal logs show unequal rows. */
static void lies_fold_alike_in_any_order(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t first = given != NULL ? strtoull(given, NULL, 10) : 6000;
    for (uint64_t seed = first; seed < first + (given != NULL ? 1 : LIARS); seed++) {
        struct life_counts counts = {0};
        struct world *world = world_open(seed);
        life_run(world, 150, &counts);
        world_settle(world);
        printf("SEED=%llu\n", (unsigned long long)seed);
        liar_tell(world, 1500);
        assert_shuffles_agree(world, 6);
        world_close(world);
    }
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
    struct id order = world_order(world, MERCHANT_A, "sum", "SKU", 9, 5, 5);
    const struct desk *desk = world_desk(world, RTM);
    struct place place = {.log = world->logs[BOOK_A].id, .idx = 100};
    struct payment_row payment;
    assert_true(payment_load(&desk->rows, &order, 0, &payment));
    union event_body body = {.refund_moved = {.verb = DO_INTEND,
                                              .to = REFUND_INTENDED,
                                              .order = order,
                                              .return_id = order,
                                              .paid_for = PAID_FOR_LINE,
                                              .amount_minor = 1000000000000000,
                                              .currency = 978}};
    for (uint8_t i = 0; i < 5; i++) {
        struct slot_of of = {world->merchants[MERCHANT_A].merchant, order, PAID_FOR_LINE, 0, i};
        body.refund_moved.part = i;
        body.refund_moved.slot = slot_id(&world->crypto.crypto, &of, &payment);
        business_fold(desk, &place, EVENT_REFUND_MOVED, &body);
        assert_true(payment_load(&desk->rows, &order, 0, &payment));
    }
    assert_int_equal(desk->rows.port->error(desk->rows.world), OK);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_REFUND), 1);
    world_close(world);
}

static void a_slot_that_is_not_what_its_fields_make_it_is_not_begun(void **state)
{
    (void)state;
    struct world *world = world_open(79);
    struct id order = world_order(world, MERCHANT_A, "slot", "SKU", 1, 5, 5);
    const struct desk *desk = world_desk(world, RTM);
    struct place place = {.log = world->logs[BOOK_A].id, .idx = 100};
    union event_body body = {.refund_moved = {.slot = {{9}},
                                              .verb = DO_INTEND,
                                              .to = REFUND_INTENDED,
                                              .order = order,
                                              .return_id = order,
                                              .paid_for = PAID_FOR_LINE,
                                              .amount_minor = 5,
                                              .currency = 978}};
    business_fold(desk, &place, EVENT_REFUND_MOVED, &body);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_REFUND), 0);
    world_close(world);
}

/* An order of a faulty leader whose payments sum to more than a row could hold. */
static void an_order_beyond_all_sums_is_not_begun(void **state)
{
    (void)state;
    struct world *world = world_open(80);
    struct id known = world_order(world, MERCHANT_A, "known", "SKU", 1, 5, 5);
    const struct desk *desk = world_desk(world, RTM);
    struct place place = {.log = world->logs[BOOK_A].id, .idx = 100};
    union event_body body = {.order = {.order = known,
                                       .merchant = world->merchants[MERCHANT_A].merchant,
                                       .reference = span_text("huge"),
                                       .currency = 978,
                                       .sold_ms = 1,
                                       .lines_count = 1,
                                       .payments_count = 2}};
    body.order.lines[0] = (struct order_line){.sku = span_text("SKU"), .quantity = 1};
    for (unsigned i = 0; i < 2; i++)
        body.order.payments[i] = (struct payment){.provider = span_text("stripe"),
                                                  .reference = span_text(i == 0 ? "a" : "b"),
                                                  .captured_minor = 1000000000000000};
    struct moment moment = {.wall_ms = 2};
    body.order.order = mint_of(desk, &moment, &place.log);
    business_fold(desk, &place, EVENT_ORDER, &body);
    assert_int_equal(desk->rows.port->error(desk->rows.world), OK);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_ORDER), 1);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_PAYMENT), 1);
    world_close(world);
}

/* A refund that ended is not moved on: a faulty leader would free its money again and again. */
static void a_refund_that_failed_frees_its_money_once(void **state)
{
    (void)state;
    struct world *world = world_open(81);
    struct id order = world_order(world, MERCHANT_A, "twice", "SKU", 1, 5, 5);
    world_request(world, MERCHANT_A, &order, 1, "N");
    const char *const sku[] = {"SKU"};
    world_box(world, LAX, "N", NULL, sku, 1);
    world_settle(world);
    const struct desk *desk = world_desk(world, RTM);
    struct place place = {.log = world->logs[BOOK_A].id, .idx = 100};
    struct payment_row payment;
    struct id slot;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    static const struct {
        enum verb verb;
        enum refund_state to;
        int64_t refunded;
    } said[] = {{DO_FIND_FAILED, REFUND_FAILED, 0},
                {DO_SUBMIT, REFUND_SUBMITTED, 0},
                {DO_FIND_FAILED, REFUND_FAILED, 0},
                {DO_FIND_PAID, REFUND_SETTLED, 0},
                {DO_FIND_FAILED, REFUND_FAILED, 0}};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        union event_body body = {
            .refund_moved = {.slot = slot, .verb = said[i].verb, .to = said[i].to, .at_ms = 1}};
        business_fold(desk, &place, EVENT_REFUND_MOVED, &body);
        assert_true(payment_load(&desk->rows, &order, 0, &payment));
        assert_int_equal(payment.refunded_minor, said[i].refunded);
    }
    assert_false(world_next_effect(world, BOOK_A, &slot));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_interleaving_of_the_logs_gives_the_same_rows),
        cmocka_unit_test(entries_without_sense_fold_to_nothing_and_break_nothing),
        cmocka_unit_test(lies_fold_alike_in_any_order),
        cmocka_unit_test(what_a_parrot_repeats_folds_alike_in_any_order),
        cmocka_unit_test(a_slot_that_is_not_what_its_fields_make_it_is_not_begun),
        cmocka_unit_test(sums_that_no_row_could_hold_are_not_begun),
        cmocka_unit_test(an_order_beyond_all_sums_is_not_begun),
        cmocka_unit_test(a_refund_that_failed_frees_its_money_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

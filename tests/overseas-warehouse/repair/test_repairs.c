/* Repairs told: what the merchant lets one cost, how it ends, and the clock of one that nobody
 * ends; and what other logs have to say of it, which is nothing. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/repair/repair.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const drill[] = {"DRILL-9"};

static struct repair_now repair_at(struct world *world, enum node_name at, const struct id *repair)
{
    struct repair_now now;
    assert_true(repair_load(&world_desk(world, at)->rows, repair, &now));
    return now;
}

static enum error act(struct world *world, enum command_kind kind, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static struct id disposed(struct world *world, const char *number, enum disposition disposition)
{
    struct id order = world_order(world, MERCHANT_A, number, "DRILL-9", 1, 9900, 9900);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, number), unit;
    union command_body body = {.return_decide = {.return_id = rma}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    struct id box = world_box(world, LAX, number, NULL, drill, 1);
    world_settle(world);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    struct unit_act how = {.unit = unit, .grade = GRADE_ACCEPTABLE, .disposition = disposition};
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, how), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, how), OK);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, how), OK);
    world_settle(world);
    return unit;
}

static enum error open_on(struct world *world, const struct id *unit)
{
    union command_body body = {.repair_begin = {.unit = *unit,
                                                .fault = span_text("it does not turn"),
                                                .currency = 840,
                                                .partner = span_text("Vernon Tools"),
                                                .estimate_minor = 1500,
                                                .days = 7}};
    return world_decide(world, COMMAND_REPAIR_OPEN, &body, BY_OPERATOR, NULL, 0);
}

static enum error work(struct world *world, const struct id *repair, uint64_t cost)
{
    union command_body body = {.repair_step = {.repair = *repair, .parts_count = 1}};
    body.repair_step.parts[0] =
        (struct repair_part){.sku = span_text("BRUSH-2"), .pieces = 2, .cost_minor = cost};
    return world_decide(world, COMMAND_REPAIR_WORK, &body, BY_OPERATOR, NULL, 0);
}

static enum error finish(struct world *world, const struct id *repair, enum repair_outcome outcome,
                         uint64_t labour, uint64_t warranty)
{
    union command_body body = {.repair_finish = {.repair = *repair,
                                                 .outcome = outcome,
                                                 .grade = GRADE_VERY_GOOD,
                                                 .labour_minor = labour,
                                                 .warranty_months = warranty}};
    return world_decide(world, COMMAND_REPAIR_END, &body, BY_OPERATOR, NULL, 0);
}

static enum error consent(struct world *world, enum merchant_name of, const struct id *repair,
                          uint64_t up_to, uint64_t currency)
{
    union command_body body = {.repair_consent = {.merchant = world->merchants[of].merchant,
                                                  .currency = currency,
                                                  .up_to_minor = up_to}};
    if (repair != NULL) body.repair_consent.repair = *repair;
    enum error error = world_decide(world, COMMAND_REPAIR_CONSENT, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static struct unit_row unit_at(struct world *world, enum node_name at, const struct id *unit)
{
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, at)->rows, unit, &now));
    return now.row;
}

/* --- told ------------------------------------------------------------------------------------- */

static void a_drill_is_repaired_within_what_its_merchant_said_and_graded_anew(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id unit = disposed(world, "R1", DISPOSE_REPAIR);
    assert_int_equal(open_on(world, &unit), OK);
    struct id repair = world->decision.entity;
    assert_int_equal(open_on(world, &unit), ERROR_CONFLICT);
    world_deliver_all(world);
    assert_int_equal(work(world, &repair, 1), ERROR_FACT_MISSING);
    assert_string_equal(world->decision.rule, "parts: the_merchant_consents");
    assert_int_equal(work(world, &repair, 0), OK);
    assert_int_equal(consent(world, MERCHANT_B, &repair, 9000, 840), ERROR_NOT_FOUND);
    assert_int_equal(consent(world, MERCHANT_A, &repair, 2000, 978), ERROR_OUT_OF_RANGE);
    assert_int_equal(consent(world, MERCHANT_A, &repair, 2000, 840), OK);
    assert_int_equal(work(world, &repair, 1200), OK);
    assert_int_equal(work(world, &repair, 801), ERROR_FACT_MISSING);
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 801, 6), ERROR_FACT_MISSING);
    assert_string_equal(world->decision.rule, "labour_minor: the_merchant_consents");
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 800, 6), OK);
    world_settle(world);
    struct repair_now now = repair_at(world, SYD, &repair);
    assert_int_equal(now.row.state, REPAIR_IS_ENDED);
    assert_int_equal(now.row.cost_minor, 2000);
    assert_int_equal(now.row.parts_count, 2);
    assert_int_equal(now.row.warranty_months, 6);
    assert_int_equal(unit_at(world, SYD, &unit).state, UNIT_GRADED);
    assert_int_equal(unit_at(world, SYD, &unit).grade, GRADE_VERY_GOOD);
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 0, 0), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "repair: it_is_open");
    world_close(world);
}

static void a_merchant_may_consent_to_all_repairs_and_refuse_one(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id unit = disposed(world, "R2", DISPOSE_REFURBISH);
    assert_int_equal(consent(world, MERCHANT_A, NULL, 500, 978), OK);
    assert_int_equal(open_on(world, &unit), OK);
    struct id repair = world->decision.entity;
    world_deliver_all(world);
    assert_int_equal(work(world, &repair, 500), ERROR_FACT_MISSING); /* said in euros */
    assert_int_equal(consent(world, MERCHANT_A, NULL, 500, 840), OK);
    assert_int_equal(work(world, &repair, 400), OK);
    assert_int_equal(work(world, &repair, 101), ERROR_FACT_MISSING);
    assert_int_equal(consent(world, MERCHANT_A, &repair, 0, 840), OK);
    assert_int_equal(work(world, &repair, 1), ERROR_FACT_MISSING);
    assert_int_equal(finish(world, &repair, REPAIR_NOT_REPAIRABLE, 0, 6), ERROR_OUT_OF_RANGE);
    assert_int_equal(finish(world, &repair, REPAIR_NOT_REPAIRABLE, 0, 0), OK);
    world_close(world);
}

static void a_unit_at_the_bench_is_neither_shipped_nor_disposed_of_otherwise(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id unit = disposed(world, "R3", DISPOSE_REPAIR);
    struct id other = disposed(world, "R4", DISPOSE_RESTOCK);
    assert_int_equal(open_on(world, &other), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "unit: disposed_to_be_repaired");
    assert_int_equal(open_on(world, &unit), OK);
    struct id repair = world->decision.entity;
    struct unit_act how = {.unit = unit,
                           .grade = GRADE_GOOD,
                           .disposition = DISPOSE_RESTOCK,
                           .to = world->nodes[SYD].warehouse};
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, how), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "unit: its_repair_is_open");
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, how), ERROR_CONFLICT);
    assert_int_equal(act(world, COMMAND_UNIT_SHIP, how), ERROR_CONFLICT);
    assert_int_equal(finish(world, &repair, REPAIR_NO_FAULT_FOUND, 0, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, how), OK);
    world_close(world);
}

static struct deadline_row clock_of(struct world *world, enum node_name at, const struct id *repair)
{
    struct deadline_row row;
    struct key prefix = key_add_uint(key_of(repair), DEADLINE_REPAIR, 1);
    struct walk walk = walk_over(&prefix);
    struct row found;
    const struct rows *rows = &world_desk(world, at)->rows;
    assert_true(walk_next(rows, VIEW_DEADLINE, &walk, &found));
    assert_true(rows_load(rows, VIEW_DEADLINE, &walk.at, &deadline_row_shape, &row));
    return row;
}

static void a_repair_that_nobody_ends_is_overdue_and_its_merchant_finds_it(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id unit = disposed(world, "R5", DISPOSE_REPAIR);
    assert_int_equal(open_on(world, &unit), OK);
    struct id repair = world->decision.entity;
    world_deliver_all(world);
    struct deadline_row clock = clock_of(world, RTM, &repair);
    assert_int_equal(clock.state, DEADLINE_OPEN);
    assert_int_equal(clock.due_ms - clock.since_ms, 7 * DAY_MS);
    assert_true(id_equal(&clock.merchant, &world->merchants[MERCHANT_A].merchant));
    world_pass(world, 8 * DAY_MS);
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 0, 0), OK);
    world_deliver_all(world);
    assert_int_equal(clock_of(world, RTM, &repair).state, DEADLINE_MISSED);
    world_close(world);
}

static void who_is_bound_to_a_merchant_repairs_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id unit = disposed(world, "R6", DISPOSE_REPAIR);
    const struct id *scope = &world->merchants[MERCHANT_A].merchant;
    union command_body body = {
        .repair_begin = {.unit = unit, .fault = span_text("x"), .currency = 840}};
    assert_int_equal(world_decide(world, COMMAND_REPAIR_OPEN, &body, BY_OPERATOR, scope, 0),
                     ERROR_NOT_FOUND);
    const struct id *stranger = &world->merchants[MERCHANT_B].merchant;
    body = (union command_body){.repair_consent = {.merchant = *scope, .currency = 840}};
    assert_int_equal(world_decide(world, COMMAND_REPAIR_CONSENT, &body, BY_MERCHANT, stranger, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

/* --- what a faulty member writes -------------------------------------------------------------- */

static void another_log_neither_ends_a_repair_nor_consents_to_it(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id unit = disposed(world, "R7", DISPOSE_REPAIR);
    assert_int_equal(open_on(world, &unit), OK);
    struct id repair = world->decision.entity;
    world_deliver_all(world);
    struct repair_moved ends = {.repair = repair,
                                .act = REPAIR_END,
                                .by = {.kind = BY_OPERATOR},
                                .at_ms = world->now_ms,
                                .outcome = REPAIR_REPAIRED};
    world_inject(world, LOG_SYD, EVENT_REPAIR_MOVED, &repair, &ends);
    struct repair_consented lie = {.merchant = world->merchants[MERCHANT_A].merchant,
                                   .repair = repair,
                                   .currency = 840,
                                   .up_to_minor = 9000,
                                   .by = {.kind = BY_MERCHANT},
                                   .at_ms = world->now_ms};
    /* Nor does a log repair what it never received. */
    struct id other = {.bytes = {9}};
    id_own(&world->crypto.crypto, &other, &world->nodes[LAX].node);
    struct repair_moved begins = {.repair = other,
                                  .act = REPAIR_OPEN,
                                  .by = {.kind = BY_OPERATOR},
                                  .at_ms = world->now_ms,
                                  .unit = unit,
                                  .hop = 7,
                                  .merchant = world->merchants[MERCHANT_A].merchant,
                                  .warehouse = world->nodes[LAX].warehouse,
                                  .fault = span_text("none"),
                                  .currency = 840,
                                  .due_ms = world->now_ms};
    world_inject(world, LOG_LAX, EVENT_REPAIR_MOVED, &other, &begins);
    world_inject(world, BOOK_B, EVENT_REPAIR_CONSENTED, &repair, &lie);
    world_parrot(world, LOG_LAX, LOG_RTM);
    world_deliver_all(world);
    assert_int_equal(repair_at(world, SYD, &repair).row.state, REPAIR_IS_OPEN);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_REPAIR), 1);
    assert_int_equal(work(world, &repair, 1), ERROR_FACT_MISSING);
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 0, 0), OK);
    world_close(world);
}

static void a_lost_stores_repair_keeps_no_unit(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id unit = disposed(world, "R8", DISPOSE_REPAIR);
    assert_int_equal(open_on(world, &unit), OK);
    struct id repair = world->decision.entity;
    world_deliver_all(world);
    world_succeed(world);
    world_settle(world);
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 0, 0), ERROR_CONFLICT);
    struct unit_act again = {.unit = unit, .disposition = DISPOSE_REPAIR};
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, again), OK);
    assert_int_equal(open_on(world, &unit), OK);
    repair = world->decision.entity;
    assert_int_equal(finish(world, &repair, REPAIR_REPAIRED, 0, 0), OK);
    assert_int_equal(unit_at(world, LAX, &unit).state, UNIT_GRADED);
    world_close(world);
}

/* --- any order of arrival --------------------------------------------------------------------- */

static void rows_are_the_same_whatever_the_order_in_which_logs_arrive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct world *world = world_open(200 + seed);
        for (unsigned i = 0; i < 4; i++) {
            char number[3] = {'S', (char)('0' + i), '\0'};
            struct id unit = disposed(world, number, DISPOSE_REPAIR);
            assert_int_equal(open_on(world, &unit), OK);
            struct id repair = world->decision.entity;
            world_deliver_all(world);
            (void)consent(world, MERCHANT_A, i % 2 == 0 ? &repair : NULL, world_random(world, 3000),
                          840);
            (void)work(world, &repair, world_random(world, 900));
            if (world_random(world, 2) == 0)
                (void)finish(world, &repair, REPAIR_REPAIRED, world_random(world, 900), 3);
        }
        world_settle(world);
        struct rows_memory *memory = rows_memory_open();
        world_fold_shuffled(world, memory);
        assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
        rows_memory_close(memory);
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drill_is_repaired_within_what_its_merchant_said_and_graded_anew),
        cmocka_unit_test(a_merchant_may_consent_to_all_repairs_and_refuse_one),
        cmocka_unit_test(a_unit_at_the_bench_is_neither_shipped_nor_disposed_of_otherwise),
        cmocka_unit_test(a_repair_that_nobody_ends_is_overdue_and_its_merchant_finds_it),
        cmocka_unit_test(who_is_bound_to_a_merchant_repairs_nothing),
        cmocka_unit_test(another_log_neither_ends_a_repair_nor_consents_to_it),
        cmocka_unit_test(a_lost_stores_repair_keeps_no_unit),
        cmocka_unit_test(rows_are_the_same_whatever_the_order_in_which_logs_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How warehouses work off what comes back, from units whose ways are known. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const shoe[] = {"SHOE-42", "SHOE-42", "SHOE-42", "SHOE-42"};
static const struct unit_act nothing = {.grade = 0};

static const struct rows *rows_of(struct world *world)
{
    return &world_desk(world, RTM)->rows;
}

static const struct warehouses_report *report_of(struct world *world, const struct id *merchant,
                                                 uint64_t from_ms, uint64_t to_ms)
{
    static struct working working;
    static struct warehouses_report report;
    struct cohort cohort = cohort_of(merchant, from_ms, to_ms);
    struct id return_id;
    struct return_row row;
    memset(&working, 0, sizeof working);
    working.as_of_ms = world->now_ms;
    working.from_ms = from_ms;
    while (cohort_next(rows_of(world), &cohort, &return_id, &row))
        working_add(&working, rows_of(world), &return_id, &row);
    working_report(&working, &cohort, &report);
    assert_int_equal(rows_of(world)->port->error(rows_of(world)->world), OK);
    return &report;
}

static const struct station_figures *waiting(const struct warehouse_figures *figures,
                                             enum station station)
{
    static const struct station_figures none = {0};
    for (uint32_t i = 0; i < figures->backlog_count; i++)
        if (figures->backlog[i].station == station) return &figures->backlog[i];
    return &none;
}

/* A return of so many shoes, here in one box; its units in their order. */
static void bring(struct world *world, enum merchant_name merchant, const char *number,
                  enum node_name at, unsigned count, struct id *units)
{
    struct id order =
        world_order(world, merchant, number, "SHOE-42", count, 1000, 1000 * (int64_t)count);
    world_request(world, merchant, &order, count, number);
    struct id box = world_box(world, at, number, NULL, shoe, count);
    world_settle(world);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned i = 0; i < count; i++) {
        assert_true(walk_next(rows_of(world), VIEW_UNIT_BY_BOX, &walk, &row));
        memcpy(units[i].bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    }
}

static void act(struct world *world, enum command_kind kind, const struct id *unit,
                struct unit_act how)
{
    union command_body body = {.unit_act = how};
    body.unit_act.unit = *unit;
    assert_int_equal(world_decide(world, kind, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
}

static void grade(struct world *world, const struct id *unit, enum grade grade)
{
    act(world, COMMAND_UNIT_INSPECT, unit, nothing);
    act(world, COMMAND_UNIT_GRADE, unit, (struct unit_act){.grade = grade});
}

static void dispose(struct world *world, const struct id *unit, enum disposition disposition)
{
    act(world, COMMAND_UNIT_DISPOSE, unit, (struct unit_act){.disposition = disposition});
}

/* --- stories ---------------------------------------------------------------------------------- */

static void what_stays_is_told_from_what_crosses_a_border(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    uint64_t from_ms = world->now_ms;
    struct id unit[4];
    bring(world, MERCHANT_A, "N1", LAX, 4, unit);
    for (unsigned i = 0; i < 3; i++) grade(world, &unit[i], GRADE_GOOD);
    dispose(world, &unit[0], DISPOSE_RESTOCK);
    dispose(world, &unit[1], DISPOSE_HUB);
    dispose(world, &unit[2], DISPOSE_REPAIR); /* nothing is decided by that */
    const struct warehouses_report *report = report_of(world, merchant, from_ms, world->now_ms + 1);
    assert_int_equal(report->warehouses_count, 1);
    const struct warehouse_figures *lax = &report->warehouses[0];
    assert_true(id_equal(&lax->warehouse, &world->nodes[LAX].warehouse));
    assert_int_equal(lax->units, 4);
    assert_int_equal(lax->decided, 2);
    assert_int_equal(lax->here, 1);
    assert_int_equal(lax->here_permille, 500);
    assert_int_equal(lax->monies_count, 1);
    assert_int_equal(lax->monies[0].currency, 978);
    assert_int_equal(lax->monies[0].decided_minor, 2000);
    assert_int_equal(lax->monies[0].here_minor, 1000);
    assert_int_equal(lax->monies[0].here_permille, 500);
    assert_int_equal(lax->dispositions_count, 2);
    assert_int_equal(lax->dispositions[0].disposition, DISPOSE_RESTOCK);
    assert_int_equal(lax->dispositions[1].disposition, DISPOSE_HUB);
    assert_int_equal(lax->grades_count, 1);
    assert_int_equal(lax->grades[0].units, 3);
    world_close(world);
}

static void what_waits_is_told_by_station_and_age(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    uint64_t from_ms = world->now_ms;
    struct id unit[4], late[2];
    bring(world, MERCHANT_A, "OLD", LAX, 4, unit);
    act(world, COMMAND_UNIT_INSPECT, &unit[1], nothing);
    grade(world, &unit[2], GRADE_GOOD);
    grade(world, &unit[3], GRADE_GOOD);
    dispose(world, &unit[3], DISPOSE_REFURBISH);
    world_pass(world, 5 * DAY_MS);
    struct id midway[1];
    bring(world, MERCHANT_A, "MIDWAY", LAX, 1, midway);
    world_pass(world, 3 * DAY_MS);
    bring(world, MERCHANT_A, "NEW", LAX, 2, late);
    grade(world, &late[0], GRADE_GOOD);
    dispose(world, &late[0], DISPOSE_RESTOCK);
    world_pass(world, 2 * HOUR_MS);
    const struct warehouse_figures *lax =
        &report_of(world, merchant, from_ms, world->now_ms + 1)->warehouses[0];
    const struct station_figures *inspection = waiting(lax, STATION_INSPECTION);
    assert_int_equal(inspection->units, 3); /* one of each box */
    assert_int_equal(inspection->over_a_day, 2);
    assert_int_equal(inspection->over_a_week, 1);
    assert_int_equal(inspection->oldest_s, (8 * 24 + 2) * 3600);
    assert_int_equal(waiting(lax, STATION_GRADING)->units, 1);
    assert_int_equal(waiting(lax, STATION_DISPOSITION)->units, 1);
    assert_int_equal(waiting(lax, STATION_WORK)->units, 1);
    assert_int_equal(waiting(lax, STATION_SETTLEMENT)->units, 1);
    assert_int_equal(waiting(lax, STATION_SETTLEMENT)->over_a_day, 0);
    act(world, COMMAND_UNIT_SETTLE, &late[0], nothing);
    lax = &report_of(world, merchant, from_ms, world->now_ms + 1)->warehouses[0];
    assert_int_equal(waiting(lax, STATION_SETTLEMENT)->units, 0);
    world_close(world);
}

static void the_way_from_the_dock_is_timed_and_paced(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    uint64_t from_ms = world->now_ms;
    struct id unit[4];
    bring(world, MERCHANT_A, "N1", LAX, 4, unit);
    for (unsigned i = 0; i < 4; i++) grade(world, &unit[i], GRADE_GOOD);
    world_pass(world, 5 * HOUR_MS);
    for (unsigned i = 0; i < 3; i++) dispose(world, &unit[i], DISPOSE_RESTOCK);
    world_pass(world, 60 * HOUR_MS);
    dispose(world, &unit[3], DISPOSE_RESTOCK);
    const struct warehouse_figures *lax =
        &report_of(world, merchant, from_ms, world->now_ms + 1)->warehouses[0];
    assert_int_equal(lax->dock_to_disposition.count, 4);
    assert_int_equal(lax->dock_to_disposition.longest_s, 65 * 3600);
    assert_int_equal(lax->in_time_permille, 750); /* the last one had 48 hours */
    assert_int_equal(lax->hours, 2);
    assert_int_equal(lax->per_hour_milli, 2000);
    world_close(world);
}

static void a_unit_counts_at_the_warehouse_that_has_it_and_for_its_own_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    const struct id *a = &world->merchants[MERCHANT_A].merchant, all = {{0}};
    uint64_t from_ms = world->now_ms;
    struct id unit[2], other[1];
    bring(world, MERCHANT_A, "N1", LAX, 2, unit);
    bring(world, MERCHANT_B, "N2", LAX, 1, other);
    act(world, COMMAND_UNIT_SHIP, &unit[0], (struct unit_act){.to = world->nodes[SYD].warehouse});
    const struct warehouse_figures *lax =
        &report_of(world, a, from_ms, world->now_ms + 1)->warehouses[0];
    assert_int_equal(lax->units, 2);
    assert_int_equal(waiting(lax, STATION_TRANSIT)->units, 1);
    assert_int_equal(lax->dock_to_disposition.count, 0); /* nobody owes that any more */
    assert_int_equal(report_of(world, &all, from_ms, world->now_ms + 1)->warehouses[0].units, 3);
    union command_body body = {.unit_take = {unit[0], world->nodes[SYD].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    const struct warehouses_report *report = report_of(world, a, from_ms, world->now_ms + 1);
    assert_int_equal(report->warehouses_count, 2);
    assert_int_equal(report->warehouses[0].units, 1);
    assert_int_equal(report->warehouses[1].units, 1);
    assert_int_equal(report_of(world, a, world->now_ms + 1, world->now_ms + 2)->warehouses_count,
                     0);
    world_close(world);
}

/* What an hour is counted from begins with the period. */
static void a_disposition_outside_of_the_hours_told_gives_no_pace(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    struct id unit[1];
    bring(world, MERCHANT_A, "N1", LAX, 1, unit);
    grade(world, &unit[0], GRADE_GOOD);
    dispose(world, &unit[0], DISPOSE_RESTOCK);
    uint64_t long_ago_ms = world->now_ms - 400 * DAY_MS;
    const struct warehouse_figures *lax =
        &report_of(world, merchant, long_ago_ms, world->now_ms + 1)->warehouses[0];
    assert_int_equal(lax->dock_to_disposition.count, 1);
    assert_int_equal(lax->hours, 0);
    /* It came before anybody asked for it to come. */
    struct id order = world_order(world, MERCHANT_A, "R2", "SHOE-42", 1, 1000, 1000);
    struct id box = world_box(world, LAX, "EARLY", NULL, shoe, 1);
    world_settle(world);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(rows_of(world), VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit[0].bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    grade(world, &unit[0], GRADE_GOOD);
    dispose(world, &unit[0], DISPOSE_RESTOCK);
    world_pass(world, 2 * HOUR_MS);
    uint64_t from_ms = world->now_ms;
    world_request(world, MERCHANT_A, &order, 1, "EARLY");
    world_settle(world);
    lax = &report_of(world, merchant, from_ms, world->now_ms + 1)->warehouses[0];
    assert_int_equal(lax->units, 1);
    assert_int_equal(lax->dock_to_disposition.count, 1);
    assert_int_equal(lax->hours, 0);
    assert_int_equal(lax->per_hour_milli, 0);
    world_close(world);
}

/* A voucher makes three shoes of 10.00 worth 20.00; a fourth one that came as well, nothing. */
static void units_are_worth_what_was_paid_for_them_and_no_more(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    uint64_t from_ms = world->now_ms;
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 3, 1000, 2000);
    world_request(world, MERCHANT_A, &order, 3, "N1");
    struct id box = world_box(world, LAX, "N1", NULL, shoe, 4);
    world_settle(world);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned i = 0; i < 4; i++) {
        struct id unit;
        assert_true(walk_next(rows_of(world), VIEW_UNIT_BY_BOX, &walk, &row));
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        grade(world, &unit, GRADE_GOOD);
        dispose(world, &unit, DISPOSE_RESTOCK);
    }
    const struct warehouse_figures *lax =
        &report_of(world, merchant, from_ms, world->now_ms + 1)->warehouses[0];
    assert_int_equal(lax->decided, 4);
    assert_int_equal(lax->monies[0].decided_minor, 2000);
    assert_int_equal(lax->monies[0].here_minor, 2000);
    world_close(world);
}

static void the_warehouse_with_the_most_units_stands_first(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    uint64_t from_ms = world->now_ms;
    struct id unit[4];
    bring(world, MERCHANT_A, "N1", LAX, 1, unit);
    world_pass(world, HOUR_MS);
    bring(world, MERCHANT_A, "N2", SYD, 3, unit);
    const struct warehouses_report *report = report_of(world, merchant, from_ms, world->now_ms + 1);
    assert_int_equal(report->warehouses_count, 2);
    assert_true(id_equal(&report->warehouses[0].warehouse, &world->nodes[SYD].warehouse));
    assert_int_equal(report->warehouses[0].units, 3);
    assert_int_equal(report->warehouses[1].units, 1);
    world_close(world);
}

/* Three of four are sold as a lot; two cents of its cost cannot be shared evenly. */
static void what_units_brought_is_told_by_the_way_they_went(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct id units[4];
    bring(world, MERCHANT_A, "T1", LAX, 4, units);
    union command_body body = {.batch_open = {.warehouse = world->nodes[LAX].warehouse,
                                              .disposition = DISPOSE_LIQUIDATE,
                                              .counterparty = span_text("Ojai"),
                                              .currency = 840}};
    assert_int_equal(world_decide(world, COMMAND_BATCH_OPEN, &body, BY_OPERATOR, NULL, 0), OK);
    struct id batch = world->decision.entity;
    for (unsigned i = 0; i < 4; i++) {
        grade(world, &units[i], GRADE_GOOD);
        body =
            (union command_body){.unit_release = {.unit = units[i],
                                                  .merchant = world->merchants[MERCHANT_A].merchant,
                                                  .disposition = DISPOSE_LIQUIDATE}};
        assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0),
                         OK);
        world_deliver_all(world);
        act(world, COMMAND_UNIT_DISPOSE, &units[i],
            (struct unit_act){.disposition = DISPOSE_LIQUIDATE});
    }
    body = (union command_body){.batch_change = {.batch = batch, .units_count = 3}};
    for (unsigned i = 0; i < 3; i++) body.batch_change.units[i].unit = units[i];
    assert_int_equal(world_decide(world, COMMAND_BATCH_ADD, &body, BY_OPERATOR, NULL, 0), OK);
    body = (union command_body){.batch_close = {.batch = batch,
                                                .reference = span_text("INV-1"),
                                                .proceeds_minor = 1000,
                                                .cost_minor = 101}};
    assert_int_equal(world_decide(world, COMMAND_BATCH_CLOSE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    const struct warehouses_report *report =
        report_of(world, &world->merchants[MERCHANT_A].merchant, 0, world->now_ms + 1);
    const struct warehouse_figures *lax = &report->warehouses[0];
    assert_int_equal(lax->recoveries_count, 1);
    assert_int_equal(lax->recoveries[0].disposition, DISPOSE_LIQUIDATE);
    assert_int_equal(lax->recoveries[0].currency, 840);
    assert_int_equal(lax->recoveries[0].units, 3);
    assert_int_equal(lax->recoveries[0].proceeds_minor, 1000);
    assert_int_equal(lax->recoveries[0].cost_minor, 101);
    assert_int_equal(lax->recoveries[0].per_unit_minor, 299);
    report = report_of(world, &world->merchants[MERCHANT_B].merchant, 0, world->now_ms + 1);
    assert_int_equal(report->warehouses_count, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stays_is_told_from_what_crosses_a_border),
        cmocka_unit_test(what_waits_is_told_by_station_and_age),
        cmocka_unit_test(the_way_from_the_dock_is_timed_and_paced),
        cmocka_unit_test(a_disposition_outside_of_the_hours_told_gives_no_pace),
        cmocka_unit_test(units_are_worth_what_was_paid_for_them_and_no_more),
        cmocka_unit_test(the_warehouse_with_the_most_units_stands_first),
        cmocka_unit_test(what_units_brought_is_told_by_the_way_they_went),
        cmocka_unit_test(a_unit_counts_at_the_warehouse_that_has_it_and_for_its_own_merchant),
    };
    return cmocka_run_group_tests_name("numbers_floor", tests, NULL, NULL);
}

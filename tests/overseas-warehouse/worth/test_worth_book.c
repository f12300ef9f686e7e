/* Cost tables told: versions in the merchant's book, and what a unit's entry keeps of them. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/worth/rows.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const shoe[] = {"SHOE-42"};

static struct cost_row says(enum cost_kind kind, enum disposition disposition, int64_t minor,
                            uint64_t per_mille)
{
    return (struct cost_row){
        .kind = kind, .disposition = disposition, .amount_minor = minor, .per_mille = per_mille};
}

/* A shoe brings 60 % in stock, 10 % in a pallet, nothing when it is destroyed, which costs 0.50. */
static struct cost_table plain_table(void)
{
    struct cost_table table = {.currency = 978, .rows_count = 4};
    table.rows[0] = says(COST_RECOVERY, DISPOSE_RESTOCK, 0, 600);
    table.rows[1] = says(COST_RECOVERY, DISPOSE_LIQUIDATE, 0, 100);
    table.rows[2] = says(COST_RECOVERY, DISPOSE_DESTROY, 0, 0);
    table.rows[3] = says(COST_HANDLING, DISPOSE_DESTROY, 50, 0);
    return table;
}

static enum error put_at(struct world *world, const struct cost_table *table, uint64_t effective_ms,
                         uint64_t if_match)
{
    union command_body body = {.cost_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                            .effective_ms = effective_ms,
                                            .table = *table}};
    enum error error = world_decide(world, COMMAND_COST_PUT, &body, BY_MERCHANT, NULL, if_match);
    world_deliver_all(world);
    return error;
}

static void assert_refused(const struct world *world, enum error error, const char *rule)
{
    assert_int_equal(world->decision.error, error);
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.drafts_count, 0);
}

static void the_table_of_a_moment_is_found_by_its_index(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    const struct merchant *merchant = &world->merchants[MERCHANT_A];
    struct cost_table table = plain_table();
    uint64_t began_ms = world->now_ms;
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    assert_int_equal(put_at(world, &table, began_ms + 2 * DAY_MS, 1), OK);
    assert_int_equal(put_at(world, &table, began_ms + 2 * DAY_MS, 2), OK);
    for (unsigned at = 0; at < NODES_MAX; at++) {
        const struct rows *rows = &world_desk(world, (enum node_name)at)->rows;
        assert_int_equal(cost_version_at(rows, merchant, began_ms - 1), 0);
        assert_int_equal(cost_version_at(rows, merchant, began_ms), 1);
        assert_int_equal(cost_version_at(rows, merchant, began_ms + 2 * DAY_MS - 1), 1);
        assert_int_equal(cost_version_at(rows, merchant, began_ms + 2 * DAY_MS), 3);
        assert_int_equal(cost_newest(rows, merchant), 3);
        assert_int_equal(cost_newest(rows, &world->merchants[MERCHANT_B]), 0);
    }
    world_close(world);
}

static void a_table_is_refused_by_field_and_rule(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct cost_table table = plain_table();
    const struct id *other = &world->merchants[MERCHANT_B].merchant;
    table.rows[3].amount_minor = -50;
    put_at(world, &table, 0, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "table/rows/3/amount_minor: below_zero");
    table = plain_table();
    table.rows[1].grade = GRADE_GOOD;
    put_at(world, &table, 0, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "table/rows/1: gap");
    table = plain_table();
    table.rows[1] = table.rows[0];
    put_at(world, &table, 0, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "table/rows/1: overlap");
    table = plain_table();
    table.currency = 840;
    put_at(world, &table, 0, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "table/currency: other_currency");
    table = plain_table();
    put_at(world, &table, world->now_ms - 2 * DAY_MS, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "effective_ms: effective_in_past");
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    put_at(world, &table, 0, 0);
    assert_refused(world, ERROR_PRECONDITION, "If-Match");
    put_at(world, &table, 0, 7);
    assert_refused(world, ERROR_CONFLICT, "If-Match");
    union command_body body = {
        .cost_put = {.merchant = world->merchants[MERCHANT_A].merchant, .table = table}};
    assert_int_equal(world_decide(world, COMMAND_COST_PUT, &body, BY_MERCHANT, other, 1),
                     ERROR_NOT_FOUND);
    world_close(world);
}

/* --- a unit ----------------------------------------------------------------------------------- */

static struct id graded_unit(struct world *world, const char *number, enum grade grade)
{
    struct id order = world_order(world, MERCHANT_A, number, "SHOE-42", 1, 9900, 9900), unit;
    struct id rma = world_request(world, MERCHANT_A, &order, 1, number);
    union command_body body = {.return_decide = {.return_id = rma}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    struct id box = world_box(world, LAX, number, NULL, shoe, 1);
    world_settle(world);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    body = (union command_body){.unit_act = {.unit = unit}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_INSPECT, &body, BY_OPERATOR, NULL, 0), OK);
    body.unit_act.grade = grade;
    assert_int_equal(world_decide(world, COMMAND_UNIT_GRADE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    return unit;
}

static void a_unit_is_appraised_by_what_its_buyer_paid(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct cost_table table = plain_table();
    struct id unit = graded_unit(world, "W1", GRADE_LIKE_NEW);
    struct appraisal appraisal;
    assert_true(worth_appraise(world_desk(world, SYD), &unit, world->now_ms, &appraisal));
    assert_int_equal(appraisal.version, 0);
    assert_int_equal(appraisal.proposal.count, 0);
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    assert_true(worth_appraise(world_desk(world, SYD), &unit, world->now_ms, &appraisal));
    assert_int_equal(appraisal.version, 1);
    assert_int_equal(appraisal.value_minor, 9900);
    assert_int_equal(worth_best(&appraisal.proposal), DISPOSE_RESTOCK);
    assert_int_equal(appraisal.proposal.at[0].net_minor, 5940);
    unit.bytes[3] ^= 1;
    assert_false(worth_appraise(world_desk(world, SYD), &unit, world->now_ms, &appraisal));
    world_close(world);
}

static enum error act(struct world *world, enum command_kind kind, enum actor_kind by,
                      const struct id *unit, struct unit_act how)
{
    how.unit = *unit;
    union command_body body = {.unit_act = how};
    enum error error = world_decide(world, kind, &body, by, NULL, 0);
    world_deliver_all(world);
    return error;
}

static enum error dispose(struct world *world, const struct id *unit, enum disposition disposition,
                          const char *reason)
{
    struct unit_act how = {.disposition = disposition};
    if (reason != NULL) how.reason = span_text(reason);
    return act(world, COMMAND_UNIT_DISPOSE, BY_OPERATOR, unit, how);
}

static enum error release(struct world *world, const struct id *unit, enum disposition disposition)
{
    union command_body body = {.unit_release = {.unit = *unit,
                                                .merchant = world->merchants[MERCHANT_A].merchant,
                                                .disposition = disposition}};
    enum error error = world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static void last_moved(struct world *world, struct unit_moved *moved)
{
    const struct world_log *log = &world->logs[LOG_LAX];
    const struct entry *entry = &log->entries[log->count - 1];
    assert_int_equal(entry->kind, EVENT_UNIT_MOVED);
    assert_int_equal(
        shape_decode(&unit_moved_shape, span_of(entry->bytes, entry->size), moved, NULL), OK);
}

static void the_numbers_stay_with_the_choice(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct cost_table table = plain_table();
    struct unit_moved moved;
    struct id unit = graded_unit(world, "W2", GRADE_LIKE_NEW);
    assert_int_equal(dispose(world, &unit, DISPOSE_HOLD, NULL), OK); /* no table: nobody proposes */
    last_moved(world, &moved);
    assert_int_equal(moved.worths_count, 0);
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    assert_int_equal(dispose(world, &unit, DISPOSE_HOLD, NULL), ERROR_MISSING_FIELD);
    assert_non_null(strstr(world->decision.rule, "justified"));
    assert_int_equal(dispose(world, &unit, DISPOSE_HOLD, "a photo is missing"), OK);
    last_moved(world, &moved);
    assert_int_equal(moved.table_version, 1);
    assert_int_equal(moved.proposed, DISPOSE_RESTOCK);
    assert_int_equal(moved.disposition, DISPOSE_HOLD);
    assert_int_equal(moved.worths_count, 3);
    assert_int_equal(moved.worths[0].net_minor, 5940);
    assert_int_equal(moved.worths[1].net_minor, 990);
    assert_int_equal(moved.worths[2].net_minor, -50);
    assert_int_equal(dispose(world, &unit, DISPOSE_RESTOCK, NULL), OK);
    world_close(world);
}

/* --- destroying ------------------------------------------------------------------------------- */

static void destroying_takes_a_second_person(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct unit_moved moved;
    struct id unit = graded_unit(world, "W3", GRADE_UNSELLABLE);
    assert_int_equal(dispose(world, &unit, DISPOSE_DESTROY, NULL), ERROR_FACT_MISSING);
    assert_int_equal(release(world, &unit, DISPOSE_DESTROY), OK);
    assert_int_equal(dispose(world, &unit, DISPOSE_DESTROY, NULL), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, BY_OPERATOR, &unit, (struct unit_act){0}),
                     ERROR_FACT_MISSING);
    assert_non_null(strstr(world->decision.rule, "second_person"));
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, BY_ADMIN, &unit, (struct unit_act){0}), OK);
    last_moved(world, &moved);
    assert_int_equal(moved.by.kind, BY_ADMIN);
    assert_int_equal(moved.chosen_by.kind, BY_OPERATOR);
    world_close(world);
}

static enum error lock(struct world *world, const struct id *unit, uint64_t until_ms, bool lift)
{
    union command_body body = {.unit_lock = {.unit = *unit,
                                             .merchant = world->merchants[MERCHANT_A].merchant,
                                             .lift = lift,
                                             .until_ms = until_ms,
                                             .reason = span_text("notice to customs")}};
    enum error error = world_decide(world, COMMAND_UNIT_LOCK, &body, BY_OPERATOR, NULL, 0);
    world_deliver_all(world);
    return error;
}

static void nothing_is_destroyed_while_a_notice_runs(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id unit = graded_unit(world, "W4", GRADE_UNSELLABLE);
    assert_int_equal(release(world, &unit, DISPOSE_DESTROY), OK);
    assert_int_equal(lock(world, &unit, 0, true), ERROR_CONFLICT);
    assert_int_equal(lock(world, &unit, world->now_ms, false), ERROR_OUT_OF_RANGE);
    assert_int_equal(lock(world, &unit, world->now_ms + 5 * DAY_MS, false), OK);
    assert_int_equal(dispose(world, &unit, DISPOSE_DESTROY, NULL), ERROR_FACT_MISSING);
    assert_non_null(strstr(world->decision.rule, "no_notice_runs"));
    world_pass(world, 5 * DAY_MS);
    assert_int_equal(dispose(world, &unit, DISPOSE_DESTROY, NULL), OK);
    assert_int_equal(lock(world, &unit, 0, false), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, BY_ADMIN, &unit, (struct unit_act){0}),
                     ERROR_FACT_MISSING);
    assert_int_equal(lock(world, &unit, 0, true), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, BY_ADMIN, &unit, (struct unit_act){0}), OK);
    world_close(world);
}

static void a_notice_is_of_the_owners_book_only(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id unit = graded_unit(world, "W5", GRADE_UNSELLABLE);
    struct unit_locked lie = {.unit = unit,
                              .by = {.kind = BY_ADMIN},
                              .at_ms = world->now_ms,
                              .reason = span_text("ours now")};
    world_inject(world, BOOK_B, EVENT_UNIT_LOCKED, &unit, &lie);
    world_deliver_all(world);
    assert_false(lock_stands(world_desk(world, LAX), &unit, world->now_ms));
    union command_body body = {.unit_lock = {.unit = unit,
                                             .merchant = world->merchants[MERCHANT_B].merchant,
                                             .reason = span_text("not mine")}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_LOCK, &body, BY_ADMIN, NULL, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_a_moment_is_found_by_its_index),
        cmocka_unit_test(a_table_is_refused_by_field_and_rule),
        cmocka_unit_test(a_unit_is_appraised_by_what_its_buyer_paid),
        cmocka_unit_test(the_numbers_stay_with_the_choice),
        cmocka_unit_test(destroying_takes_a_second_person),
        cmocka_unit_test(nothing_is_destroyed_while_a_notice_runs),
        cmocka_unit_test(a_notice_is_of_the_owners_book_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

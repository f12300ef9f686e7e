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

/* What a hold keeps off the market is not proposed for it. */
static void a_hold_takes_its_units_off_the_proposal(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    struct cost_table table = plain_table();
    struct id unit = graded_unit(world, "W9", GRADE_LIKE_NEW);
    struct appraisal appraisal;
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    union command_body body = {
        .unit_hold = {.unit = unit, .kind = HOLD_ACCOUNT, .reason = span_text("locked")}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_HOLD, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
    assert_true(worth_appraise(world_desk(world, SYD), &unit, world->now_ms, &appraisal));
    assert_int_not_equal(worth_best(&appraisal.proposal), DISPOSE_RESTOCK);
    bool barred = false;
    for (uint32_t i = 0; i < appraisal.proposal.count; i++)
        if (appraisal.proposal.at[i].disposition == DISPOSE_RESTOCK)
            barred = (appraisal.proposal.at[i].barred & BARRED_HOLD) != 0;
    assert_true(barred);
    assert_int_equal(world_decide(world, COMMAND_UNIT_LIFT, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
    assert_true(worth_appraise(world_desk(world, SYD), &unit, world->now_ms, &appraisal));
    assert_int_equal(worth_best(&appraisal.proposal), DISPOSE_RESTOCK);
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

/* --- asking the merchant ---------------------------------------------------------------------- */

static enum error ask(struct world *world, const struct id *unit, uint64_t hours)
{
    union command_body body = {.unit_ask = {.unit = *unit,
                                            .merchant = world->merchants[MERCHANT_A].merchant,
                                            .hours = hours,
                                            .note = span_text("sole torn, see photos")}};
    enum error error = world_decide(world, COMMAND_UNIT_ASK, &body, BY_OPERATOR, NULL, 0);
    world_deliver_all(world);
    return error;
}

static struct unit_ask_row asked(struct world *world, enum node_name at, const struct id *unit)
{
    struct unit_ask_row row;
    assert_true(ask_load(&world_desk(world, at)->rows, unit, &row));
    return row;
}

static uint64_t deadline_state(struct world *world, const struct id *unit)
{
    struct deadline_row row;
    struct key key = key_add_uint(key_add_uint(key_of(unit), DEADLINE_CHOOSE, 1), 0, 2);
    key = key_add_id(key, &world->logs[BOOK_A].id);
    assert_true(
        rows_load(&world_desk(world, SYD)->rows, VIEW_DEADLINE, &key, &deadline_row_shape, &row));
    assert_int_equal(row.owner, BY_MERCHANT);
    return row.state;
}

static void a_merchant_who_is_asked_answers_by_a_release(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct cost_table table = plain_table();
    struct id unit = graded_unit(world, "W6", GRADE_GOOD);
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    assert_int_equal(ask(world, &unit, 72), OK);
    assert_int_equal(asked(world, LAX, &unit).due_ms, world->now_ms + 72 * HOUR_MS);
    assert_int_equal(asked(world, LAX, &unit).silence, DISPOSE_RESTOCK);
    assert_int_equal(deadline_state(world, &unit), DEADLINE_OPEN);
    assert_int_equal(ask(world, &unit, 1), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "unit: asked_once_at_a_time");
    assert_int_equal(release(world, &unit, DISPOSE_LIQUIDATE), OK);
    assert_int_equal(asked(world, LAX, &unit).state, ASK_ANSWERED);
    assert_int_equal(asked(world, LAX, &unit).answer, DISPOSE_LIQUIDATE);
    assert_int_equal(deadline_state(world, &unit), DEADLINE_MET);
    world_pass(world, 80 * HOUR_MS);
    world_settle(world); /* nothing is left to fire */
    assert_int_equal(asked(world, LAX, &unit).answer, DISPOSE_LIQUIDATE);
    assert_int_equal(dispose(world, &unit, DISPOSE_LIQUIDATE, "as the merchant says"), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, BY_OPERATOR, &unit, (struct unit_act){0}), OK);
    assert_int_equal(ask(world, &unit, 1), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "unit: graded_and_here");
    union command_body body = {
        .unit_ask = {.unit = unit, .merchant = world->merchants[MERCHANT_B].merchant}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_ASK, &body, BY_OPERATOR, NULL, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

static void silence_does_what_was_proposed_and_never_destroys(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct cost_table table = plain_table();
    struct released_row row;
    const struct id *book = &world->logs[BOOK_A].id;
    table.rows[1].per_mille = 0; /* a pallet brings nothing, and costs more than a fire */
    table.rows[4] = says(COST_HANDLING, DISPOSE_LIQUIDATE, 300, 0);
    table.rows_count = 5;
    struct id torn = graded_unit(world, "W7", GRADE_UNSELLABLE);
    assert_int_equal(put_at(world, &table, 0, 0), OK);
    assert_int_equal(ask(world, &torn, 0), OK);
    world_pass(world, 49 * HOUR_MS);
    world_settle(world);
    assert_int_equal(asked(world, SYD, &torn).state, ASK_SILENT);
    assert_int_equal(deadline_state(world, &torn), DEADLINE_MISSED);
    assert_true(released_load(&world_desk(world, LAX)->rows, &torn, book, &row));
    assert_int_equal(row.disposition, DISPOSE_LIQUIDATE);
    world_close(world);
}

static void silence_waits_until_all_who_may_answer_were_heard(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct id unit = graded_unit(world, "W8", GRADE_GOOD);
    const struct id book = world->logs[BOOK_A].id;
    static struct decision decision;
    assert_true(business_due_waits(DO_RELEASE));
    assert_int_equal(ask(world, &unit, 10), OK);
    uint64_t due_ms = asked(world, RTM, &unit).due_ms;
    struct moment moment = {.wall_ms = due_ms + HOUR_MS, .heard_ms = due_ms - 1};
    decision_begin(&decision);
    ask_due(world_desk(world, RTM), &book, due_ms, &unit, &moment, &decision);
    assert_int_equal(decision.drafts_count, 0);
    moment.heard_ms = due_ms + 1;
    ask_due(world_desk(world, RTM), &book, due_ms + 1, &unit, &moment, &decision);
    assert_int_equal(decision.drafts_count, 0);
    ask_due(world_desk(world, RTM), &book, due_ms, &unit, &moment, &decision);
    assert_int_equal(decision.drafts_count, 1);
    assert_int_equal(decision.drafts[0].kind, EVENT_RELEASED);
    world_close(world);
}

/* --- whatever the order ----------------------------------------------------------------------- */

static uint64_t rows_in(struct world *world, enum node_name at, enum view_table table,
                        struct hash *hash)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    uint64_t count = 0;
    *hash = (struct hash){{0}};
    for (; walk_next(&world_desk(world, at)->rows, table, &walk, &row); count++) {
        struct span parts[] = {span_of(hash->bytes, sizeof hash->bytes), key_span(&walk.at),
                               row.value};
        crypto_hash(&world->crypto.crypto, "test/rows", parts, 3, hash);
    }
    return count;
}

/* Sydney hears entry by entry, now from here, now from there; the others all at once. */
static void what_the_room_knows_is_the_same_in_any_order_of_arrival(void **state)
{
    (void)state;
    static const enum view_table tables[] = {VIEW_COST,     VIEW_COST_AT, VIEW_UNIT_LOCK,
                                             VIEW_UNIT_ASK, VIEW_UNIT,    VIEW_RELEASED,
                                             VIEW_DUE,      VIEW_DEADLINE};
    for (uint64_t seed = 20; seed < 30; seed++) {
        struct world *world = world_open(seed);
        struct cost_table table = plain_table();
        struct id one = graded_unit(world, "S1", GRADE_GOOD);
        struct id two = graded_unit(world, "S2", GRADE_UNSELLABLE);
        union command_body body = {
            .cost_put = {.merchant = world->merchants[MERCHANT_A].merchant, .table = table}};
        world_decide(world, COMMAND_COST_PUT, &body, BY_MERCHANT, NULL, 0);
        body = (union command_body){
            .unit_ask = {.unit = one, .merchant = world->merchants[0].merchant}};
        world_decide(world, COMMAND_UNIT_ASK, &body, BY_OPERATOR, NULL, 0);
        body.unit_ask.unit = two;
        world_decide(world, COMMAND_UNIT_ASK, &body, BY_OPERATOR, NULL, 0);
        body = (union command_body){.unit_lock = {.unit = two,
                                                  .merchant = world->merchants[0].merchant,
                                                  .reason = span_text("notice")}};
        world_decide(world, COMMAND_UNIT_LOCK, &body, BY_OPERATOR, NULL, 0);
        body = (union command_body){.unit_release = {.unit = two,
                                                     .merchant = world->merchants[0].merchant,
                                                     .disposition = DISPOSE_DONATE}};
        world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0);
        body = (union command_body){
            .unit_act = {.unit = one, .disposition = DISPOSE_HOLD, .reason = span_text("a doubt")}};
        world_decide(world, COMMAND_UNIT_DISPOSE, &body, BY_OPERATOR, NULL, 0);
        for (unsigned i = 0; i < 200; i++)
            world_deliver(world, (enum node_name)world_random(world, NODES_MAX), SYD, 1);
        world_deliver_all(world);
        for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
            struct hash here, there;
            uint64_t count = rows_in(world, LAX, tables[i], &here);
            assert_int_equal(count, rows_in(world, SYD, tables[i], &there));
            assert_memory_equal(&here, &there, sizeof here);
            assert_true(count > 0);
        }
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_a_moment_is_found_by_its_index),
        cmocka_unit_test(a_table_is_refused_by_field_and_rule),
        cmocka_unit_test(a_unit_is_appraised_by_what_its_buyer_paid),
        cmocka_unit_test(a_hold_takes_its_units_off_the_proposal),
        cmocka_unit_test(the_numbers_stay_with_the_choice),
        cmocka_unit_test(destroying_takes_a_second_person),
        cmocka_unit_test(nothing_is_destroyed_while_a_notice_runs),
        cmocka_unit_test(a_notice_is_of_the_owners_book_only),
        cmocka_unit_test(a_merchant_who_is_asked_answers_by_a_release),
        cmocka_unit_test(silence_does_what_was_proposed_and_never_destroys),
        cmocka_unit_test(silence_waits_until_all_who_may_answer_were_heard),
        cmocka_unit_test(what_the_room_knows_is_the_same_in_any_order_of_arrival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

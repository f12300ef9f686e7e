/* Disposition batches told: what may go on one, that it closes once, that its units leave the floor
 * by their own table, and that the money is split to the last cent. Then random acts, folded in any
 * order of arrival. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/money.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct rows *rows_at(struct world *world, enum node_name at)
{
    return &world_desk(world, at)->rows;
}

static struct batch_now batch_at(struct world *world, enum node_name at, const struct id *batch)
{
    struct batch_now now;
    assert_true(batch_load(rows_at(world, at), batch, &now));
    return now;
}

/* --- goods ------------------------------------------------------------------------------------ */

static enum error act(struct world *world, enum command_kind kind, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static void release(struct world *world, enum merchant_name of, const struct id *unit,
                    enum disposition disposition)
{
    union command_body body = {.unit_release = {.unit = *unit,
                                                .merchant = world->merchants[of].merchant,
                                                .disposition = disposition}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
}

static void own(struct world *world, enum merchant_name of, const struct id *box,
                const char *reference)
{
    union command_body body = {.removal_put = {.merchant = world->merchants[of].merchant,
                                               .reference = span_text(reference),
                                               .lines_count = 1}};
    body.removal_put.lines[0] = (struct removal_line){.sku = span_text("SHOE-42"), .quantity = 1};
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id removal = world->decision.entity;
    world_deliver_all(world);
    body = (union command_body){.removal_receive = {
                                    .removal = removal,
                                    .warehouse = world->nodes[LAX].warehouse,
                                    .box = *box,
                                }};
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_RECEIVE, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
}

/* A box of a platform with so many units of the merchant, looked at and graded. */
static void graded(struct world *world, enum merchant_name of, unsigned count, struct id *units)
{
    const char *skus[BOX_ITEMS_MAX];
    char number[32];
    snprintf(number, sizeof number, "B%u", (unsigned)world_random(world, 1u << 30));
    for (unsigned i = 0; i < count; i++) skus[i] = "SHOE-42";
    struct id box = world_box(world, LAX, number, NULL, skus, count);
    own(world, of, &box, number);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned i = 0; i < count; i++) {
        assert_true(walk_next(rows_at(world, LAX), VIEW_UNIT_BY_BOX, &walk, &row));
        memcpy(units[i].bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        struct unit_act how = {.unit = units[i], .grade = GRADE_GOOD};
        assert_int_equal(act(world, COMMAND_UNIT_INSPECT, how), OK);
        assert_int_equal(act(world, COMMAND_UNIT_GRADE, how), OK);
    }
}

static void disposed(struct world *world, enum merchant_name of, enum disposition disposition,
                     unsigned count, struct id *units)
{
    graded(world, of, count, units);
    for (unsigned i = 0; i < count; i++) {
        struct unit_act how = {.unit = units[i], .disposition = disposition};
        release(world, of, &units[i], disposition);
        assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, how), OK);
    }
}

static enum unit_state state_of(struct world *world, enum node_name at, const struct id *unit)
{
    struct unit_now now;
    assert_true(unit_load(rows_at(world, at), unit, &now));
    return (enum unit_state)now.row.state;
}

/* --- batches ---------------------------------------------------------------------------------- */

static enum error open_by(struct world *world, enum disposition disposition, enum batch_split split)
{
    union command_body body = {.batch_open = {.warehouse = world->nodes[LAX].warehouse,
                                              .disposition = disposition,
                                              .counterparty = span_text("Ojai Liquidators"),
                                              .currency = 840,
                                              .split = split}};
    return world_decide(world, COMMAND_BATCH_OPEN, &body, BY_OPERATOR, NULL, 0);
}

static struct id opened(struct world *world, enum disposition disposition, enum batch_split split)
{
    assert_int_equal(open_by(world, disposition, split), OK);
    return world->decision.entity;
}

static enum error change(struct world *world, enum command_kind kind, const struct id *batch,
                         const struct id *units, unsigned count, const struct id *plate)
{
    union command_body body = {.batch_change = {.batch = *batch, .units_count = count}};
    for (unsigned i = 0; i < count; i++) body.batch_change.units[i].unit = units[i];
    if (plate != NULL) body.batch_change.plates[body.batch_change.plates_count++].plate = *plate;
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static enum error add(struct world *world, const struct id *batch, const struct id *units,
                      unsigned count)
{
    return change(world, COMMAND_BATCH_ADD, batch, units, count, NULL);
}

static enum error drop(struct world *world, const struct id *batch, const struct id *units,
                       unsigned count)
{
    return change(world, COMMAND_BATCH_REMOVE, batch, units, count, NULL);
}

static enum error close_by(struct world *world, const struct id *batch, enum actor_kind by)
{
    union command_body body = {.batch_close = {.batch = *batch}};
    return world_decide(world, COMMAND_BATCH_CLOSE, &body, by, NULL, 0);
}

static enum error pay(struct world *world, const struct id *batch, const char *reference,
                      int64_t proceeds, int64_t cost)
{
    union command_body body = {.batch_proceeds = {.batch = *batch,
                                                  .reference = span_text(reference),
                                                  .proceeds_minor = proceeds,
                                                  .cost_minor = cost}};
    return world_decide(world, COMMAND_BATCH_PROCEEDS, &body, BY_ADMIN, NULL, 0);
}

static const char *rule(const struct world *world)
{
    return world->decision.rule;
}

static bool has_work(struct world *world, const struct id *batch)
{
    return todo_has(rows_at(world, LAX), &world->nodes[LAX].warehouse, TODO_BATCH, batch, NULL);
}

/* --- told ------------------------------------------------------------------------------------- */

#define PALLET 45

/* Ana sells a pallet of two merchants' shoes. More units than one decision settles leave the floor,
 * each by its own entry, and the buyer's 1,000.01 dollars are split to the cent. */
static void a_pallet_is_sold_its_units_leave_and_its_money_is_split_to_the_cent(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id units[PALLET];
    for (unsigned at = 0; at < PALLET; at += 15)
        disposed(world, at < 30 ? MERCHANT_A : MERCHANT_B, DISPOSE_LIQUIDATE, 15, units + at);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, SPLIT_EQUALLY);
    assert_int_equal(add(world, &batch, units, PALLET), OK);
    assert_int_equal(batch_at(world, LAX, &batch).row.units, PALLET);
    assert_int_equal(pay(world, &batch, "INV-1", 100001, 0), ERROR_CONFLICT);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), OK);
    assert_true(has_work(world, &batch));
    assert_int_equal(state_of(world, LAX, &units[0]), UNIT_DISPOSED);
    world_settle(world);
    assert_false(has_work(world, &batch));
    for (unsigned i = 0; i < PALLET; i++)
        assert_int_equal(state_of(world, SYD, &units[i]), UNIT_SETTLED);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), ERROR_CONFLICT);
    assert_string_equal(rule(world), "batch: closed_once");

    assert_int_equal(pay(world, &batch, "INV-1", 100001, 4500), OK);
    assert_int_equal(pay(world, &batch, "INV-1", 100001, 4500), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    assert_int_equal(pay(world, &batch, "INV-1", 100002, 4500), ERROR_CONFLICT);
    assert_int_equal(pay(world, &batch, "CREDIT-1", -100002, 0), ERROR_OUT_OF_RANGE);
    assert_int_equal(pay(world, &batch, "CREDIT-1", -1, 0), OK);
    world_deliver_all(world);
    struct batch_now now = batch_at(world, RTM, &batch);
    struct batch_own a, b;
    const struct id *of_a = &world->merchants[MERCHANT_A].merchant;
    const struct id *of_b = &world->merchants[MERCHANT_B].merchant;
    assert_true(batch_own_load(rows_at(world, RTM), &batch, &now, of_a, &a));
    assert_true(batch_own_load(rows_at(world, RTM), &batch, &now, of_b, &b));
    assert_int_equal(now.row.units, PALLET);
    assert_int_equal(now.row.proceeds_minor, 100000);
    assert_int_equal(a.cost_minor + b.cost_minor, 4500);
    assert_int_equal(b.units, 15);
    assert_int_equal(a.units, 30);
    assert_int_equal(a.proceeds_minor + b.proceeds_minor, 100000);
    assert_true(a.proceeds_minor >= 30 * 2222 && a.proceeds_minor <= 30 * 2223);
    world_close(world);
}

static void what_is_not_disposed_to_just_that_stays_off_a_batch(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id units[3] = {{{0}}};
    assert_int_equal(open_by(world, DISPOSE_RESTOCK, SPLIT_EQUALLY), ERROR_OUT_OF_RANGE);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    struct id other = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(add(world, &batch, units, 0), ERROR_MISSING_FIELD);
    disposed(world, MERCHANT_A, DISPOSE_DONATE, 1, units);
    assert_int_equal(add(world, &batch, units, 1), ERROR_CONFLICT);
    assert_string_equal(rule(world), "units/0/unit: disposed_to_just_that");
    disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 2, units + 1);
    struct id twice[] = {units[1], units[1]};
    assert_int_equal(add(world, &batch, twice, 2), ERROR_CONFLICT);
    assert_string_equal(rule(world), "units/1/unit: named_once");
    assert_int_equal(add(world, &batch, units + 1, 1), OK);
    assert_int_equal(add(world, &other, units + 1, 1), ERROR_CONFLICT);
    assert_string_equal(rule(world), "units/0/unit: in_one_open_batch");
    assert_int_equal(drop(world, &other, units + 1, 1), ERROR_CONFLICT);
    assert_string_equal(rule(world), "units/0/unit: on_this_batch");
    assert_int_equal(drop(world, &batch, units + 1, 1), OK);
    assert_int_equal(add(world, &other, units + 1, 1), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), ERROR_CONFLICT);
    assert_string_equal(rule(world), "batch: units_are_on_it");
    struct id nobody = {.bytes = {7}};
    assert_int_equal(add(world, &batch, &nobody, 1), ERROR_NOT_FOUND);
    world_close(world);
}

static enum error hold(struct world *world, enum command_kind kind, const struct id *unit)
{
    union command_body body = {.unit_hold = {.unit = *unit,
                                             .kind = HOLD_ACCOUNT,
                                             .reason = span_text("it asks for its owner")}};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static void a_hold_keeps_a_unit_off_a_batch_and_an_open_batch_from_closing(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id units[2];
    disposed(world, MERCHANT_A, DISPOSE_RESELL, 2, units);
    struct id batch = opened(world, DISPOSE_RESELL, 0);
    assert_int_equal(hold(world, COMMAND_UNIT_HOLD, &units[0]), OK);
    assert_int_equal(add(world, &batch, units, 2), ERROR_CONFLICT);
    assert_string_equal(rule(world), "units/0/unit: no_hold_stands");
    assert_int_equal(add(world, &batch, units + 1, 1), OK);
    assert_int_equal(hold(world, COMMAND_UNIT_HOLD, &units[1]), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), ERROR_CONFLICT);
    assert_non_null(strstr(rule(world), "no_hold_stands"));
    assert_int_equal(hold(world, COMMAND_UNIT_LIFT, &units[1]), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), OK);
    /* A hold that comes now keeps the unit here, and the work stands until it is lifted. */
    assert_int_equal(hold(world, COMMAND_UNIT_HOLD, &units[1]), OK);
    world_settle(world);
    assert_true(has_work(world, &batch));
    assert_int_equal(state_of(world, LAX, &units[1]), UNIT_DISPOSED);
    struct unit_act again = {.unit = units[1], .grade = GRADE_LIKE_NEW};
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, again), ERROR_CONFLICT);
    assert_string_equal(rule(world), "unit: its_batch_is_closed");
    assert_int_equal(hold(world, COMMAND_UNIT_LIFT, &units[1]), OK);
    world_settle(world);
    assert_false(has_work(world, &batch));
    assert_int_equal(state_of(world, LAX, &units[1]), UNIT_SETTLED);
    world_close(world);
}

static void what_is_destroyed_together_takes_a_second_person(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id units[2];
    disposed(world, MERCHANT_A, DISPOSE_DESTROY, 2, units);
    struct id batch = opened(world, DISPOSE_DESTROY, 0);
    assert_int_equal(add(world, &batch, units, 2), OK);
    assert_int_not_equal(close_by(world, &batch, BY_OPERATOR), OK);
    assert_non_null(strstr(rule(world), "second_person"));
    assert_int_equal(close_by(world, &batch, BY_ADMIN), OK);
    world_settle(world);
    assert_int_equal(state_of(world, LAX, &units[0]), UNIT_SETTLED);
    assert_int_equal(state_of(world, LAX, &units[1]), UNIT_SETTLED);
    world_close(world);
}

static void what_changed_since_it_was_put_on_keeps_the_batch_open(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id units[2];
    disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 2, units);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(add(world, &batch, units, 2), OK);
    struct unit_act worse = {.unit = units[0], .grade = GRADE_ACCEPTABLE};
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, worse), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), ERROR_CONFLICT);
    assert_non_null(strstr(rule(world), "changed_since_it_was_put_on"));
    assert_int_equal(drop(world, &batch, units, 1), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), OK);
    assert_int_equal(add(world, &batch, units, 1), ERROR_CONFLICT);
    assert_string_equal(rule(world), "batch: it_is_open");
    world_close(world);
}

static void a_canceled_batch_lets_its_units_go(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id units[1];
    disposed(world, MERCHANT_A, DISPOSE_RECYCLE, 1, units);
    struct id batch = opened(world, DISPOSE_RECYCLE, 0);
    assert_int_equal(add(world, &batch, units, 1), OK);
    union command_body body = {.batch_close = {.batch = batch, .cancel = 1}};
    assert_int_equal(world_decide(world, COMMAND_BATCH_CLOSE, &body, BY_OPERATOR, NULL, 0),
                     ERROR_MISSING_FIELD);
    body.batch_close.reason = span_text("the truck never came");
    assert_int_equal(world_decide(world, COMMAND_BATCH_CLOSE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(state_of(world, LAX, &units[0]), UNIT_DISPOSED);
    struct batch_now now = batch_at(world, LAX, &batch);
    struct batch_own own;
    assert_int_equal(now.row.state, BATCH_IS_CANCELED);
    assert_false(batch_own_load(rows_at(world, LAX), &batch, &now,
                                &world->merchants[MERCHANT_A].merchant, &own));
    struct id other = opened(world, DISPOSE_RECYCLE, 0);
    assert_int_equal(add(world, &other, units, 1), OK);
    world_close(world);
}

static void a_plate_stands_for_its_units_and_a_pallet_for_its_plates(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id units[3], plate, pallet;
    disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 3, units);
    union command_body body = {.plate_make = {.warehouse = world->nodes[LAX].warehouse,
                                              .kind = PLATE_GOODS,
                                              .units_count = 3}};
    for (unsigned i = 0; i < 3; i++) body.plate_make.units[i].unit = units[i];
    assert_int_equal(world_decide(world, COMMAND_PLATE_MAKE, &body, BY_OPERATOR, NULL, 0), OK);
    plate = world->decision.entity;
    body = (union command_body){
        .plate_make = {.warehouse = world->nodes[LAX].warehouse, .kind = PLATE_PALLET}};
    assert_int_equal(world_decide(world, COMMAND_PLATE_MAKE, &body, BY_OPERATOR, NULL, 0), OK);
    pallet = world->decision.entity;
    body = (union command_body){.plate_move = {.plate = plate, .into = pallet}};
    assert_int_equal(world_decide(world, COMMAND_PLATE_MOVE, &body, BY_OPERATOR, NULL, 0), OK);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(change(world, COMMAND_BATCH_ADD, &batch, units, 1, &plate), ERROR_CONFLICT);
    assert_int_equal(change(world, COMMAND_BATCH_ADD, &batch, NULL, 0, &pallet), OK);
    assert_int_equal(batch_at(world, LAX, &batch).row.units, 3);
    assert_int_equal(change(world, COMMAND_BATCH_REMOVE, &batch, NULL, 0, &plate), OK);
    assert_int_equal(batch_at(world, LAX, &batch).row.units, 0);
    struct id unknown = {.bytes = {9}};
    assert_int_equal(change(world, COMMAND_BATCH_ADD, &batch, NULL, 0, &unknown), ERROR_NOT_FOUND);
    world_close(world);
}

static void who_is_bound_to_a_merchant_changes_no_batch(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    const struct id *scope = &world->merchants[MERCHANT_A].merchant;
    union command_body body = {.batch_close = {.batch = batch}};
    assert_int_equal(world_decide(world, COMMAND_BATCH_CLOSE, &body, BY_OPERATOR, scope, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

/* The digest of the manifest says every line of it, whoever works it out. */
static void the_manifest_freezes_with_the_digest_of_its_lines(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct id units[4];
    disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 2, units);
    disposed(world, MERCHANT_B, DISPOSE_LIQUIDATE, 2, units + 2);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(add(world, &batch, units, 4), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), OK);
    world_settle(world);
    struct batch_now now = batch_at(world, SYD, &batch);
    struct walk walk = batch_lines(&batch, &now.log, NULL);
    struct batch_line_row line;
    struct hash chain = {{0}};
    unsigned count = 0;
    while (batch_line_next(rows_at(world, SYD), &walk, &line)) {
        struct manifest_line plain = {.hop = 0};
        shape_copy(&manifest_line_shape, &plain, &batch_line_row_shape, &line);
        manifest_chain(&world->crypto.crypto, &plain, &chain);
        count++;
    }
    assert_int_equal(count, 4);
    assert_memory_equal(chain.bytes, now.row.digest.bytes, HASH_BYTES);
    world_close(world);
}

/* --- sums ------------------------------------------------------------------------------------- */

struct random_batch {
    struct rows_memory *memory;
    struct desk desk;
    struct place place;
    struct id batch;
    int64_t weights[BATCH_UNITS_MAX];
    uint32_t count;
    int64_t proceeds, cost;
};

static void enter(struct random_batch *random, enum event_kind kind, const void *payload)
{
    union event_body body;
    random->place.idx++;
    if (kind == EVENT_BATCH_MOVED) body.batch_moved = *(const struct batch_moved *)payload;
    if (kind == EVENT_BATCH_PAID) body.batch_paid = *(const struct batch_paid *)payload;
    if (kind == EVENT_UNIT_MOVED) body.unit_moved = *(const struct unit_moved *)payload;
    business_fold(&random->desk, &random->place, kind, &body);
}

static struct id unit_number(uint32_t number)
{
    struct id id = {.bytes = {3}};
    be_put(id.bytes + 8, number, 4);
    return id;
}

static void receive_unit(struct random_batch *random, const struct world *world, uint32_t number)
{
    struct unit_moved moved = {.unit = unit_number(number),
                               .hop = 1,
                               .verb = DO_RECEIVE,
                               .to = UNIT_RECEIVED,
                               .by = {.kind = BY_OPERATOR},
                               .at_ms = world->now_ms,
                               .warehouse = world->nodes[LAX].warehouse,
                               .cycle = 1};
    enter(random, EVENT_UNIT_MOVED, &moved);
}

static void open_random(struct random_batch *random, struct world *world, uint64_t split)
{
    struct moment moment = {.wall_ms = world->now_ms, .minted = random->place.idx & 0xffff};
    be_put(moment.random, world_random(world, UINT32_MAX), 8);
    struct desk desk = random->desk;
    desk.node = random->place.node;
    random->batch = mint_of(&desk, &moment, &random->place.node);
    struct batch_moved moved = {.batch = random->batch,
                                .act = BATCH_OPEN,
                                .by = {.kind = BY_OPERATOR},
                                .at_ms = world->now_ms,
                                .warehouse = world->nodes[LAX].warehouse,
                                .disposition = DISPOSE_LIQUIDATE,
                                .counterparty = span_text("Ojai"),
                                .currency = 840,
                                .split = split};
    enter(random, EVENT_BATCH_MOVED, &moved);
}

static void fill_random(struct random_batch *random, struct world *world, uint64_t split)
{
    struct batch_moved moved = {.batch = random->batch,
                                .act = BATCH_ADD,
                                .by = {.kind = BY_OPERATOR},
                                .at_ms = world->now_ms};
    for (uint32_t i = 0; i < random->count; i++) {
        uint64_t weight = world_random(world, 3) == 0 ? 0 : world_random(world, 5000);
        struct manifest_line *line = &moved.lines[moved.lines_count++];
        *line = (struct manifest_line){.unit = unit_number(i),
                                       .hop = 1,
                                       .merchant = world->merchants[i % MERCHANTS].merchant,
                                       .weight_g = weight,
                                       .value_minor = (int64_t)(weight * 7)};
        random->weights[i] = split == SPLIT_BY_WEIGHT  ? (int64_t)weight
                             : split == SPLIT_BY_VALUE ? (int64_t)(weight * 7)
                                                       : 1;
        if (moved.lines_count < BATCH_LINES_MAX && i + 1 < random->count) continue;
        enter(random, EVENT_BATCH_MOVED, &moved);
        moved.lines_count = 0;
    }
    moved.act = BATCH_CLOSE;
    enter(random, EVENT_BATCH_MOVED, &moved);
}

static void pay_random(struct random_batch *random, struct world *world)
{
    unsigned times = 1 + (unsigned)world_random(world, 4);
    for (unsigned i = 0; i < times; i++) {
        char reference[16];
        snprintf(reference, sizeof reference, "R%u", i);
        struct batch_paid paid = {.batch = random->batch,
                                  .reference = span_text(reference),
                                  .proceeds_minor = (int64_t)world_random(world, 1000000),
                                  .cost_minor = (int64_t)world_random(world, 9000),
                                  .by = {.kind = BY_ADMIN},
                                  .at_ms = world->now_ms};
        if (i == 3) paid.proceeds_minor = -random->proceeds / 2;
        enter(random, EVENT_BATCH_PAID, &paid);
        enter(random, EVENT_BATCH_PAID, &paid); /* told twice, and counted once */
        random->proceeds += paid.proceeds_minor;
        random->cost += paid.cost_minor;
    }
}

/* No line is further than one minor unit from its exact share, and they sum to the whole. */
static void check_random(const struct random_batch *random)
{
    struct walk walk = batch_lines(&random->batch, &random->place.log, NULL);
    struct batch_line_row line;
    int64_t proceeds = 0, cost = 0, whole = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < random->count; i++) whole += random->weights[i];
    while (batch_line_next(&random->desk.rows, &walk, &line)) {
        uint32_t number = (uint32_t)be_get(line.unit.bytes + 8, 4);
        int64_t weight = whole == 0 ? 1 : random->weights[number];
        int64_t of = whole == 0 ? (int64_t)random->count : whole;
        int64_t floor = random->proceeds * weight / of;
        assert_true(line.proceeds_minor == floor || line.proceeds_minor == floor + 1);
        proceeds += line.proceeds_minor;
        cost += line.cost_minor;
        count++;
    }
    assert_int_equal(count, random->count);
    assert_int_equal(proceeds, random->proceeds);
    assert_int_equal(cost, random->cost);
}

#define ROUNDS 10000u

static void the_lines_of_ten_thousand_batches_sum_to_what_came(void **state)
{
    (void)state;
    struct world *world = world_open(77);
    struct random_batch *random = calloc(1, sizeof *random);
    assert_non_null(random);
    random->memory = rows_memory_open();
    random->desk =
        (struct desk){.rows = rows_memory_port(random->memory), .crypto = &world->crypto.crypto};
    random->place = (struct place){
        .log = world->logs[LOG_LAX].id, .log_type = LOG_NODE, .node = world->nodes[LAX].node};
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t split = 1 + world_random(world, 3);
        if (round % 50 == 0) {
            rows_memory_clear(random->memory);
            for (uint32_t i = 0; i < 60; i++) receive_unit(random, world, i);
        }
        random->count = 1 + (uint32_t)world_random(world, round % 100 == 0 ? 60 : 8);
        random->proceeds = random->cost = 0;
        open_random(random, world, split);
        fill_random(random, world, split);
        pay_random(random, world);
        check_random(random);
    }
    rows_memory_close(random->memory);
    free(random);
    world_close(world);
}

/* --- what a faulty member writes -------------------------------------------------------------- */

static void another_nodes_log_has_no_word_on_a_batch_or_on_units_that_it_does_not_hold(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct id units[2];
    disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 2, units);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(add(world, &batch, units, 1), OK);
    world_deliver_all(world);
    world_parrot(world, LOG_LAX, LOG_SYD);
    struct batch_moved lie = {
        .batch = batch, .act = BATCH_CANCEL, .by = {.kind = BY_OPERATOR}, .at_ms = world->now_ms};
    world_inject(world, LOG_SYD, EVENT_BATCH_MOVED, &batch, &lie);
    world_deliver_all(world);
    assert_int_equal(batch_at(world, RTM, &batch).row.state, BATCH_IS_OPEN);
    assert_int_equal(batch_at(world, RTM, &batch).row.units, 1);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_BATCH), 1);
    lie = (struct batch_moved){.batch = batch,
                               .act = BATCH_ADD,
                               .by = {.kind = BY_OPERATOR},
                               .at_ms = world->now_ms,
                               .lines_count = 1};
    lie.lines[0] = (struct manifest_line){
        .unit = units[1], .hop = 7, .merchant = world->merchants[MERCHANT_B].merchant};
    world_inject(world, LOG_LAX, EVENT_BATCH_MOVED, &batch, &lie);
    world_deliver_all(world);
    assert_int_equal(batch_at(world, RTM, &batch).row.units, 1);
    world_close(world);
}

static void units_of_a_batch_of_a_lost_store_may_go_on_another(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id units[2];
    disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 2, units);
    struct id lost = opened(world, DISPOSE_LIQUIDATE, 0);
    struct id closed = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(add(world, &lost, units, 1), OK);
    assert_int_equal(add(world, &closed, units + 1, 1), OK);
    assert_int_equal(close_by(world, &closed, BY_OPERATOR), OK);
    world_deliver_all(world);
    world_succeed(world);
    world_settle(world);
    /* What was closed is carried out by the store that took its place. */
    assert_int_equal(state_of(world, LAX, &units[1]), UNIT_SETTLED);
    assert_int_equal(close_by(world, &lost, BY_OPERATOR), ERROR_CONFLICT);
    struct unit_act again = {.unit = units[0], .disposition = DISPOSE_LIQUIDATE};
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, again), OK);
    struct id batch = opened(world, DISPOSE_LIQUIDATE, 0);
    assert_int_equal(add(world, &batch, units, 1), OK);
    assert_int_equal(close_by(world, &batch, BY_OPERATOR), OK);
    world_settle(world);
    assert_int_equal(state_of(world, SYD, &units[0]), UNIT_SETTLED);
    world_close(world);
}

/* --- any order of arrival --------------------------------------------------------------------- */

static void wander(struct world *world, const struct id *units, unsigned count)
{
    struct id batches[4];
    for (unsigned i = 0; i < 4; i++) batches[i] = opened(world, DISPOSE_LIQUIDATE, 0);
    for (unsigned i = 0; i < 60; i++) {
        const struct id *batch = &batches[world_random(world, 4)];
        const struct id *unit = &units[world_random(world, count)];
        char reference[16];
        snprintf(reference, sizeof reference, "R%u", (unsigned)world_random(world, 20));
        switch (world_random(world, 8)) {
        case 0: (void)drop(world, batch, unit, 1); break;
        case 1: (void)close_by(world, batch, BY_OPERATOR); break;
        case 2:
            (void)pay(world, batch, reference, (int64_t)world_random(world, 9999) - 2000, 7);
            break;
        case 3: (void)world_work(world, LAX); break;
        default: (void)add(world, batch, unit, 1); break;
        }
    }
}

static void rows_are_the_same_whatever_the_order_in_which_logs_arrive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct world *world = world_open(100 + seed);
        struct id units[12];
        disposed(world, MERCHANT_A, DISPOSE_LIQUIDATE, 6, units);
        disposed(world, MERCHANT_B, DISPOSE_LIQUIDATE, 6, units + 6);
        wander(world, units, 12);
        world_settle(world);
        for (unsigned round = 0; round < 3; round++) {
            struct rows_memory *memory = rows_memory_open();
            world_fold_shuffled(world, memory);
            assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
            rows_memory_close(memory);
        }
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pallet_is_sold_its_units_leave_and_its_money_is_split_to_the_cent),
        cmocka_unit_test(what_is_not_disposed_to_just_that_stays_off_a_batch),
        cmocka_unit_test(a_hold_keeps_a_unit_off_a_batch_and_an_open_batch_from_closing),
        cmocka_unit_test(what_is_destroyed_together_takes_a_second_person),
        cmocka_unit_test(what_changed_since_it_was_put_on_keeps_the_batch_open),
        cmocka_unit_test(a_canceled_batch_lets_its_units_go),
        cmocka_unit_test(a_plate_stands_for_its_units_and_a_pallet_for_its_plates),
        cmocka_unit_test(who_is_bound_to_a_merchant_changes_no_batch),
        cmocka_unit_test(the_manifest_freezes_with_the_digest_of_its_lines),
        cmocka_unit_test(the_lines_of_ten_thousand_batches_sum_to_what_came),
        cmocka_unit_test(
            another_nodes_log_has_no_word_on_a_batch_or_on_units_that_it_does_not_hold),
        cmocka_unit_test(units_of_a_batch_of_a_lost_store_may_go_on_another),
        cmocka_unit_test(rows_are_the_same_whatever_the_order_in_which_logs_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

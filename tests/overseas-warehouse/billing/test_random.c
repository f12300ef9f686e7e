/* Random acts, late assignments, fee changes, payments, voids, closings and months, against a model
 * that knows nothing of rows: a list of what was done. What is charged is what the list says, once
 * each; statements sum to their lines; and nodes that hold the same logs hold the same rows. */
#include "tests/overseas-warehouse/billing/scene.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#ifndef ACTS
#define ACTS 5000
#endif
#define LIFE_ACTS    50 /* of one world */
#define DONE_MAX     400
#define UNITS_MAX    100
#define VERSIONS_MAX 60

/* What was done, by whom nobody asks. entry: of the unit in its hop. */
struct done {
    enum billed_act act;
    struct id thing;
    enum merchant_name merchant;
    bool owned, voided;
    uint64_t at_ms, hop, entry;
};
struct version {
    uint64_t from_ms, dearer;
};
struct kept {
    struct id unit, box;
    enum merchant_name merchant;
    bool owned;
    uint64_t state, entries;
};
struct model {
    struct done done[DONE_MAX];
    unsigned done_count;
    struct kept units[UNITS_MAX];
    unsigned units_count;
    struct version versions[MERCHANTS][VERSIONS_MAX];
    unsigned versions_count[MERCHANTS];
    int64_t paid[MERCHANTS];
    unsigned names, orphans, voids;
};

static struct done *note(struct model *model, const struct world *world, enum billed_act act,
                         const struct id *thing, const struct kept *unit)
{
    assert_true(model->done_count < DONE_MAX);
    struct done *done = &model->done[model->done_count++];
    *done = (struct done){.act = act,
                          .thing = *thing,
                          .merchant = unit->merchant,
                          .owned = unit->owned,
                          .at_ms = world->now_ms,
                          .hop = act == BILLED_RECEIVE_BOX ? 0 : 1,
                          .entry = act == BILLED_RECEIVE_BOX ? 0 : unit->entries};
    return done;
}

/* --- what happens ----------------------------------------------------------------------------- */

static void box_comes(struct world *world, struct model *model)
{
    static const char *const shoes[] = {"SHOE-42", "SHOE-42", "SHOE-42"};
    char name[24];
    unsigned count = 1 + (unsigned)world_random(world, 3);
    if (model->units_count + count > UNITS_MAX) return;
    struct kept kept = {.merchant = (enum merchant_name)world_random(world, MERCHANTS),
                        .owned = world_random(world, 5) > 0,
                        .state = UNIT_RECEIVED,
                        .entries = 1};
    snprintf(name, sizeof name, "N%u", ++model->names);
    struct id order = {{0}};
    bool before = world_random(world, 2) == 0;
    if (kept.owned) {
        order = world_order(world, kept.merchant, name, "SHOE-42", count, 1000, 1000);
        if (before) world_request(world, kept.merchant, &order, count, name);
    }
    struct id box = world_box(world, LAX, name, NULL, shoes, count);
    note(model, world, BILLED_RECEIVE_BOX, &box, &kept);
    kept.box = box;
    for (unsigned i = 0; i < count; i++) {
        kept.unit = scene_unit(world, &box, i);
        model->units[model->units_count++] = kept;
        note(model, world, BILLED_RECEIVE_UNIT, &kept.unit, &kept);
    }
    if (kept.owned && !before) world_request(world, kept.merchant, &order, count, name);
}

static void unit_is_worked_on(struct world *world, struct model *model)
{
    if (model->units_count == 0) return;
    struct kept *unit = &model->units[world_random(world, model->units_count)];
    enum command_kind kind = COMMAND_UNIT_INSPECT;
    uint64_t grade = 0, to = UNIT_INSPECTED;
    if (unit->state == UNIT_INSPECTED) {
        kind = COMMAND_UNIT_GRADE;
        grade = 1 + world_random(world, 4);
        to = UNIT_GRADED;
    }
    if (unit->state >= UNIT_GRADED || world_random(world, 8) == 0) {
        kind = COMMAND_UNIT_SHIP;
        to = UNIT_SHIPPED;
    }
    if (unit->state == UNIT_SHIPPED || unit->state == UNIT_VOID) return;
    if (scene_act(world, kind, &unit->unit, grade, 0) != OK) {
        assert_int_equal(kind, COMMAND_UNIT_SHIP);
        assert_int_equal(world->decision.error, ERROR_FACT_BARS);
        return;
    }
    unit->state = to;
    unit->entries++;
    if (kind == COMMAND_UNIT_INSPECT) note(model, world, BILLED_INSPECT, &unit->unit, unit);
    if (kind == COMMAND_UNIT_SHIP) note(model, world, BILLED_OUTBOUND, &unit->unit, unit);
}

static void price_changes(struct world *world, struct model *model)
{
    enum merchant_name merchant = (enum merchant_name)world_random(world, MERCHANTS);
    unsigned count = model->versions_count[merchant];
    if (count == VERSIONS_MAX) return;
    struct version *version = &model->versions[merchant][count];
    uint64_t last = count == 0 ? 0 : version[-1].from_ms;
    version->from_ms = world->now_ms + world_random(world, 2 * DAY_MS);
    if (count == 0) version->from_ms -= 3 * DAY_MS;
    if (version->from_ms <= last) version->from_ms = last + 1;
    version->dearer = world_random(world, 50);
    union command_body body = scene_table(world, merchant, version->from_ms, version->dearer);
    body.fee_put.credit_minor = 3000;
    assert_int_equal(scene_put(world, &body), OK);
    model->versions_count[merchant]++;
}

static void money_comes(struct world *world, struct model *model)
{
    char name[24];
    enum merchant_name merchant = (enum merchant_name)world_random(world, MERCHANTS);
    int64_t amount = 1 + (int64_t)world_random(world, 5000);
    snprintf(name, sizeof name, "T%u", ++model->names);
    enum error error = scene_topup(world, merchant, name, amount);
    assert_true((error == OK) == (model->versions_count[merchant] > 0));
    if (error != OK) return;
    model->paid[merchant] += amount;
    assert_int_equal(scene_topup(world, merchant, name, amount), OK);
}

/* --- what was a slip -------------------------------------------------------------------------- */

/* The latest such act on the thing was none. */
static void take_off(struct model *model, const struct id *thing, enum billed_act act)
{
    for (unsigned i = model->done_count; i-- > 0;) {
        struct done *done = &model->done[i];
        if (done->act != act || done->voided || !id_equal(&done->thing, thing)) continue;
        done->voided = true;
        return;
    }
    fail_msg("an act was taken back that was never done");
}

static void unit_was_a_slip(struct model *model, struct kept *unit)
{
    unit->state = UNIT_VOID;
    unit->entries++;
    take_off(model, &unit->unit, BILLED_RECEIVE_UNIT);
    model->voids++;
}

static enum error void_step(struct world *world, const struct kept *unit, enum floor_step step)
{
    union command_body body = {
        .unit_void = {.unit = unit->unit, .step = step, .reason = span_text("a slip")}};
    return world_decide(world, COMMAND_UNIT_VOID, &body, BY_OPERATOR, NULL, 0);
}

/* Refused once something rests on it; that is not this test's to say. */
static void step_is_taken_back(struct world *world, struct model *model)
{
    if (model->units_count == 0) return;
    struct kept *unit = &model->units[world_random(world, model->units_count)];
    if (unit->state == UNIT_RECEIVED && void_step(world, unit, STEP_RECEIPT) == OK) {
        unit_was_a_slip(model, unit);
    } else if (unit->state == UNIT_INSPECTED && void_step(world, unit, STEP_INSPECTION) == OK) {
        take_off(model, &unit->unit, BILLED_INSPECT);
        unit->state = UNIT_RECEIVED;
        unit->entries++;
        model->voids++;
    } else if (unit->state == UNIT_GRADED && void_step(world, unit, STEP_GRADE) == OK) {
        unit->state = UNIT_INSPECTED;
        unit->entries++;
        model->voids++;
    }
}

static void box_is_taken_back(struct world *world, struct model *model)
{
    if (model->units_count == 0) return;
    struct id box = model->units[world_random(world, model->units_count)].box;
    union command_body body = {.box_void = {.box = box, .reason = span_text("a slip")}};
    if (world_decide(world, COMMAND_BOX_VOID, &body, BY_OPERATOR, NULL, 0) != OK) return;
    take_off(model, &box, BILLED_RECEIVE_BOX);
    model->voids++;
    for (unsigned i = 0; i < model->units_count; i++) {
        struct kept *unit = &model->units[i];
        if (id_equal(&unit->box, &box) && unit->state != UNIT_VOID) unit_was_a_slip(model, unit);
    }
}

static void something_happens(struct world *world, struct model *model)
{
    uint64_t what = world_random(world, 100);
    if (what < 20)
        box_comes(world, model);
    else if (what < 55)
        unit_is_worked_on(world, model);
    else if (what < 62)
        price_changes(world, model);
    else if (what < 70)
        money_comes(world, model);
    else if (what < 78)
        step_is_taken_back(world, model);
    else if (what < 80)
        box_is_taken_back(world, model);
    else if (what < 84)
        (void)scene_close(world, (enum merchant_name)world_random(world, MERCHANTS));
    else if (what < 90)
        world_pass(world, world_random(world, 2 * DAY_MS));
    else
        world_settle(world);
    if (what % 3 == 0) world_work(world, LAX);
}

/* --- what must hold --------------------------------------------------------------------------- */

/* false: nobody may be asked for it. */
static bool model_price(const struct model *model, const struct done *done, int64_t *price)
{
    const struct version *versions = model->versions[done->merchant];
    bool priced = false;
    for (unsigned i = 0; done->owned && i < model->versions_count[done->merchant]; i++) {
        if (versions[i].from_ms > done->at_ms) break;
        *price = (int64_t)(100 * done->act + versions[i].dearer);
        priced = true;
    }
    return priced;
}

static void check_act(struct world *world, const struct model *model, const struct done *done,
                      int64_t *sum)
{
    const struct rows *rows = &world_desk(world, SYD)->rows;
    struct id charge = charge_id(&world->crypto.crypto, &world->nodes[LAX].warehouse, done->act,
                                 &done->thing, done->hop, done->entry);
    struct id reverse = charge_reverse_id(&world->crypto.crypto, &charge);
    struct charge_row row, back;
    int64_t price = 0;
    bool priced = model_price(model, done, &price);
    bool posted = charge_load(rows, &charge, &row);
    bool reversed = charge_load(rows, &reverse, &back);
    if (!done->voided) assert_int_equal(posted, priced);
    if (!priced) assert_false(posted);
    assert_int_equal(reversed, posted && done->voided);
    if (posted) assert_int_equal(row.amount_minor, price);
    if (posted) assert_int_equal(row.act_ms, done->at_ms);
    if (reversed) assert_int_equal(back.amount_minor, -price);
    if (posted && !reversed) *sum += price;
}

/* The lines of one statement as they stand in the ledger. */
static unsigned sum_lines(struct world *world, enum merchant_name merchant, uint64_t number,
                          int64_t *charged, int64_t *paid)
{
    const struct rows *rows = &world_desk(world, RTM)->rows;
    struct key prefix =
        ledger_key(&world->merchants[merchant].merchant, &world->nodes[LAX].warehouse, number);
    struct walk walk = walk_over(&prefix);
    struct row at;
    unsigned count = 0;
    for (*charged = *paid = 0; walk_next(rows, VIEW_LEDGER, &walk, &at); count++) {
        struct ledger_row ledger;
        struct charge_row charge;
        struct topup_row topup;
        assert_int_equal(shape_decode(&ledger_row_shape, at.value, &ledger, NULL), OK);
        if (charge_load(rows, &ledger.charge, &charge)) *charged += charge.amount_minor;
        if (topup_load(rows, &ledger.topup, &topup)) *paid += topup.amount_minor;
    }
    return count;
}

static void check_statements(struct world *world, const struct model *model,
                             enum merchant_name merchant, int64_t stored)
{
    const struct id *here = &world->nodes[LAX].warehouse;
    const struct id *whose = &world->merchants[merchant].merchant;
    const struct rows *rows = &world_desk(world, RTM)->rows;
    int64_t charged, paid, all_charged = 0, all_paid = 0, balance = 0;
    uint64_t open = statement_open(rows, here, whose);
    for (uint64_t number = 1; number <= open; number++) {
        struct statement_row row;
        unsigned lines = sum_lines(world, merchant, number, &charged, &paid);
        all_charged += charged;
        all_paid += paid;
        if (number == open) break;
        assert_true(statement_load(rows, here, whose, number, &row));
        assert_int_equal(row.lines, lines);
        assert_int_equal(row.charged_minor - row.reversed_minor, charged);
        assert_int_equal(row.paid_minor, paid);
        assert_int_equal(row.opening_minor, balance);
        balance += paid - charged;
        assert_int_equal(row.closing_minor, balance);
    }
    assert_int_equal(all_paid, model->paid[merchant]);
    assert_int_equal(all_charged, stored);
    if (model->versions_count[merchant] == 0) return;
    assert_int_equal(scene_standing(world, SYD, merchant).balance_minor, all_paid - all_charged);
}

static int64_t storage_of(struct world *world, enum merchant_name merchant)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    int64_t sum = 0;
    while (walk_next(&world_desk(world, SYD)->rows, VIEW_CHARGE, &walk, &at)) {
        struct charge_row row;
        assert_int_equal(shape_decode(&charge_row_shape, at.value, &row, NULL), OK);
        if (row.act != BILLED_STORAGE) continue;
        if (id_equal(&row.merchant, &world->merchants[merchant].merchant)) sum += row.amount_minor;
    }
    return sum;
}

/* Days of the stay in [from, to) that are not among its first three. */
static int64_t model_days(uint64_t since, uint64_t from, uint64_t to)
{
    int64_t days = 0;
    for (uint64_t day = 0, at = since; at < to; day++, at += DAY_MS)
        if (at >= from && day >= 3) days++;
    return days;
}

/* A stay of a cubic metre at 1 a day costs its days, wherever the months end in between. */
static void check_stays(struct world *world, const struct model *model)
{
    const struct rows *rows = &world_desk(world, SYD)->rows;
    for (unsigned i = 0; i < model->units_count; i++) {
        const struct kept *unit = &model->units[i];
        struct unit_now now;
        assert_true(unit_load(rows, &unit->unit, &now));
        struct key prefix = key_add_uint(key_of(&unit->unit), BILLED_STORAGE, 1);
        struct walk walk = walk_over(&prefix);
        struct row at;
        int64_t sum = 0;
        uint64_t until = 0, since = now.row.received_ms;
        while (walk_next(rows, VIEW_CHARGE_BY_THING, &walk, &at)) {
            struct id charge;
            struct charge_row row;
            memcpy(charge.bytes, at.key.at + prefix.size + 2, ID_BYTES);
            assert_true(charge_load(rows, &charge, &row));
            sum += row.amount_minor;
            if (row.to_ms > until) until = row.to_ms;
        }
        bool asked = unit->owned && model->versions_count[unit->merchant] > 0;
        if (!asked) assert_int_equal(until, 0);
        if (!asked || until == 0) continue;
        uint64_t from = model->versions[unit->merchant][0].from_ms;
        assert_int_equal(sum, model_days(since, from, until));
        bool left = unit->state == UNIT_SHIPPED;
        if (left) assert_int_equal(until, now.row.moved_ms);
        if (!left) assert_true(until == month_end(until - 1) && month_end(until) > world->now_ms);
    }
}

static void check(struct world *world, const struct model *model)
{
    int64_t sums[MERCHANTS] = {0};
    for (unsigned i = 0; i < model->done_count; i++)
        check_act(world, model, &model->done[i], &sums[model->done[i].merchant]);
    for (unsigned i = 0; i < MERCHANTS; i++) {
        enum merchant_name merchant = (enum merchant_name)i;
        check_statements(world, model, merchant, sums[i] + storage_of(world, merchant));
    }
    check_stays(world, model);
}

/* The same logs, entry by entry in any order that keeps each log's own and what each entry names,
 * make the same rows: those of work and indexes too. */
static void check_shuffled(struct world *world)
{
    rows_memory_clear(world->nodes[GATEWAY].memory);
    world_found(world, world->nodes[GATEWAY].memory);
    memset(world->nodes[GATEWAY].held, 0, sizeof world->nodes[GATEWAY].held);
    for (unsigned round = 0; round < 2000; round++) {
        static const enum node_name from[] = {LAX, RTM, SYD};
        world_deliver(world, from[world_random(world, 3)], GATEWAY, world_random(world, 4));
    }
    for (unsigned round = 0; round < NODES_MAX; round++) world_deliver_all(world);
    assert_true(rows_memory_equal(world->nodes[GATEWAY].memory, world->nodes[SYD].memory));
}

static void what_is_charged_is_what_was_done(void **state)
{
    (void)state;
    const char *given = getenv("ENTREPOT_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    static struct model model;
    struct world *world = world_open(seed);
    unsigned voids = 0;
    for (unsigned acts = 0; acts < ACTS; acts += LIFE_ACTS, seed++) {
        printf("ENTREPOT_SEED=%" PRIu64 "\n", seed);
        memset(&model, 0, sizeof model);
        world_reset(world, seed);
        for (unsigned i = 0; i < LIFE_ACTS; i++) something_happens(world, &model);
        world_pass(world, 40 * DAY_MS);
        world_settle(world);
        check(world, &model);
        check_shuffled(world);
        voids += model.voids;
    }
    printf("%u voids\n", voids);
    assert_true(voids > ACTS / 100);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_charged_is_what_was_done)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The floor of whole nodes: pieces on a shelf, units that leave together, units at a bench, and
 * what the work costs. Each guard is in the way of something that is said of others' systems. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/repair/repair.h"
#include "overseas-warehouse/stock/stock.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER  "1Z999AA10123456784"
#define HOUR_MS UINT64_C(3600000)
#define EUROS   978

static const struct unit_act plainly = {.grade = 0};

static struct id los_angeles(const struct story *story)
{
    return story->world.host[LAX].card.warehouse;
}

/* --- on the shelf ----------------------------------------------------------------------------- */

static struct id post(struct story *story, enum stock_act act, enum stock_account from,
                      enum stock_account to, uint64_t pieces)
{
    union command_body body = {.stock_post = {.warehouse = los_angeles(story),
                                              .act = act,
                                              .merchant = story->merchant,
                                              .sku = span_text("HAT"),
                                              .from = from,
                                              .to = to,
                                              .pieces = pieces,
                                              .reason = span_text("told")}};
    wish_at(story, LAX, COMMAND_STOCK_POST, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
    return story->last_entity;
}

static void hats_lie_there(struct story *story, uint64_t pieces)
{
    (void)post(story, STOCK_IMPORT, STOCK_OPENING, STOCK_SELLABLE, pieces);
    assert_int_equal(story->last_error, OK);
}

/* Of all merchants and SKUs, as Rotterdam shows them. */
static int64_t pieces_in(struct story *story, enum stock_account account)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct stock_at of;
    struct stock_balance_row row;
    int64_t sum = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_STOCK_BALANCE, &walk, &at))
        if (stock_at_read(key_span(&walk.at), &of) && of.account == (uint64_t)account &&
            shape_decode(&stock_balance_row_shape, at.value, &row, NULL) == OK)
            sum += row.pieces;
    story_read_end(story, RTM);
    return sum;
}

static void the_last_hats_are_given_to_one_of_two(struct story *story)
{
    hats_lie_there(story, 2);
    (void)post(story, STOCK_HAND_OVER, STOCK_SELLABLE, STOCK_WMS, 2);
    (void)post(story, STOCK_HAND_OVER, STOCK_SELLABLE, STOCK_WMS, 2);
}

static bool two_were_given(struct story *story)
{
    return pieces_in(story, STOCK_WMS) == 2 && pieces_in(story, STOCK_SELLABLE) == 0;
}

/* The clerk got no answer, and says it again under a key of its own. */
static void a_posting_is_taken_back_once(struct story *story)
{
    hats_lie_there(story, 5);
    struct id posting = post(story, STOCK_REGRADE, STOCK_SELLABLE, STOCK_QUARANTINE, 2);
    (void)post(story, STOCK_REGRADE, STOCK_SELLABLE, STOCK_QUARANTINE, 2);
    union command_body body = {.stock_void = {.warehouse = los_angeles(story),
                                              .posting = posting,
                                              .reason = span_text("the wrong shelf")}};
    wish_at(story, LAX, COMMAND_STOCK_VOID, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    wish_at(story, LAX, COMMAND_STOCK_VOID, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
}

static bool two_are_set_aside(struct story *story)
{
    return pieces_in(story, STOCK_QUARANTINE) == 2 && pieces_in(story, STOCK_SELLABLE) == 3;
}

static void reserve(struct story *story)
{
    union command_body body = {
        .stock_keep = {.warehouse = los_angeles(story),
                       .merchant = story->merchant,
                       .sku = span_text("HAT"),
                       .pieces = 1,
                       .expires_ms = host_wall_ms(&story->world.host[LAX]) + 48 * HOUR_MS,
                       .reference = span_text("ORDER-9")}};
    wish_at(story, LAX, COMMAND_STOCK_RESERVE, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
}

static void what_is_kept_for_an_order_is_given_back_once(struct story *story)
{
    hats_lie_there(story, 3);
    reserve(story);
    union command_body body = {
        .stock_end = {.warehouse = los_angeles(story), .reservation = story->last_entity}};
    reserve(story);
    wish_at(story, LAX, COMMAND_STOCK_END, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    wish_at(story, LAX, COMMAND_STOCK_END, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
}

static bool the_other_one_is_kept(struct story *story)
{
    return pieces_in(story, STOCK_RESERVED) == 1 && pieces_in(story, STOCK_SELLABLE) == 2;
}

static void hats_that_the_book_does_not_know_are_shown_to_a_person(struct story *story)
{
    union command_body body = {.stock_tally = {.warehouse = los_angeles(story),
                                               .merchant = story->merchant,
                                               .sku = span_text("HAT"),
                                               .found = 3}};
    wish_at(story, LAX, COMMAND_STOCK_COUNT, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 60);
}

static bool a_person_is_told(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    bool told = walk_next(story_read(story, RTM), VIEW_CONFLICT, &walk, &row);
    story_read_end(story, RTM);
    return told && pieces_in(story, STOCK_SELLABLE) == 3;
}

/* --- units ------------------------------------------------------------------------------------ */

static void look_and_choose(struct story *story, enum actor_kind by, const struct id *unit,
                            enum disposition disposition)
{
    act_on_unit(story, LAX, by, COMMAND_UNIT_INSPECT, unit, plainly);
    act_on_unit(story, LAX, by, COMMAND_UNIT_GRADE, unit, (struct unit_act){.grade = GRADE_GOOD});
    act_on_unit(story, LAX, by, COMMAND_UNIT_DISPOSE, unit,
                (struct unit_act){.disposition = disposition});
    assert_int_equal(story->last_error, OK);
}

/* It is on the shelf before anybody knows whose it is. */
static void a_hat_whose_return_is_known_later_is_on_the_shelf_once(struct story *story)
{
    struct id box = receive_units(story, LAX, NUMBER, "HAT", 1, NULL);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    look_and_choose(story, BY_OPERATOR, &unit, DISPOSE_RESTOCK);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_SETTLE, &unit, plainly);
    sell(story, &(struct sale){.reference = "HATS", .sku = "HAT", .price_minor = 3500});
    (void)ask_back(story, SYD, BY_OPERATOR, "HATS", 1, NUMBER);
    story_wait(story, 600);
}

static bool one_lies_there(struct story *story)
{
    return pieces_in(story, STOCK_SELLABLE) == 1;
}

static struct id box_of_hats(struct story *story, enum actor_kind by, unsigned units)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = units, .price_minor = 3500});
    (void)ask_back(story, SYD, BY_OPERATOR, "HATS", units, NUMBER);
    return receive_units_by(story, LAX, by, NUMBER, "HAT", units, NULL);
}

/* --- units that leave together ---------------------------------------------------------------- */

static struct id batch(struct story *story)
{
    union command_body body = {.batch_open = {.warehouse = los_angeles(story),
                                              .disposition = DISPOSE_LIQUIDATE,
                                              .counterparty = span_text("Ojai Liquidators"),
                                              .currency = EUROS}};
    wish_at(story, LAX, COMMAND_BATCH_OPEN, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    return story->last_entity;
}

static void put_on(struct story *story, const struct id *batch, const struct id *unit)
{
    union command_body body = {.batch_change = {.batch = *batch, .units_count = 1}};
    body.batch_change.units[0].unit = *unit;
    wish_at(story, LAX, COMMAND_BATCH_ADD, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
}

static void close_batch(struct story *story, const struct id *batch)
{
    union command_body body = {.batch_close = {.batch = *batch}};
    wish_at(story, LAX, COMMAND_BATCH_CLOSE, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 60);
}

static void three_leave(struct story *story, enum actor_kind by, const struct id *batch)
{
    struct id box = box_of_hats(story, BY_OPERATOR, 3);
    for (unsigned i = 0; i < 3; i++) {
        struct id unit = unit_of_box(story, LAX, &box, i);
        owner_releases(story, RTM, &unit, DISPOSE_LIQUIDATE);
        look_and_choose(story, by, &unit, DISPOSE_LIQUIDATE);
        put_on(story, batch, &unit);
        assert_int_equal(story->last_error, OK);
    }
    close_batch(story, batch);
}

static void pay(struct story *story, const struct id *batch)
{
    union command_body body = {.batch_proceeds = {.batch = *batch,
                                                  .reference = span_text("wire 17"),
                                                  .proceeds_minor = 100001,
                                                  .cost_minor = 4500}};
    wish_at(story, LAX, COMMAND_BATCH_PROCEEDS, BY_ADMIN, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 60);
}

static bool all_of_it_is_the_merchants(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct batch_line_row line;
    int64_t proceeds = 0, cost = 0;
    const struct rows *rows = story_read(story, RTM);
    while (batch_line_next(rows, &walk, &line)) {
        proceeds += line.proceeds_minor;
        cost += line.cost_minor;
    }
    story_read_end(story, RTM);
    return proceeds == 100001 && cost == 4500;
}

static void what_three_hats_brought_is_split_to_the_last_cent(struct story *story)
{
    struct id truck = batch(story);
    three_leave(story, BY_OPERATOR, &truck);
    pay(story, &truck);
}

static void what_is_paid_for_a_batch_counts_once_however_often_it_is_told(struct story *story)
{
    struct id truck = batch(story);
    three_leave(story, BY_ADMIN, &truck);
    pay(story, &truck);
    pay(story, &truck);
}

static void a_hat_goes_on_one_truck(struct story *story)
{
    struct id first = batch(story), second = batch(story);
    struct id box = box_of_hats(story, BY_OPERATOR, 1);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    owner_releases(story, RTM, &unit, DISPOSE_LIQUIDATE);
    look_and_choose(story, BY_OPERATOR, &unit, DISPOSE_LIQUIDATE);
    put_on(story, &first, &unit);
    assert_int_equal(story->last_error, OK);
    put_on(story, &second, &unit);
}

static bool it_is_on_one(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct batch_line_row line;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    while (batch_line_next(rows, &walk, &line)) count++;
    story_read_end(story, RTM);
    return count == 1;
}

/* --- at the bench ----------------------------------------------------------------------------- */

static struct id at_the_bench(struct story *story, enum actor_kind by, struct id *repair)
{
    struct id box = box_of_hats(story, BY_OPERATOR, 1);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    look_and_choose(story, by, &unit, DISPOSE_REPAIR);
    union command_body body = {
        .repair_begin = {.unit = unit, .fault = span_text("its brim is torn"), .currency = EUROS}};
    wish_at(story, LAX, COMMAND_REPAIR_OPEN, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    *repair = story->last_entity;
    story_wait(story, 60);
    return unit;
}

static struct repair_row repair_at(struct story *story, const struct id *repair)
{
    struct repair_now now = {.row = {.cost_minor = UINT64_MAX}};
    (void)repair_load(story_read(story, RTM), repair, &now);
    struct repair_row plain = {.state = now.row.state, .cost_minor = now.row.cost_minor};
    story_read_end(story, RTM);
    return plain;
}

static struct id the_repair(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct id repair = {{0}};
    if (walk_next(story_read(story, RTM), VIEW_REPAIR, &walk, &row))
        memcpy(repair.bytes, walk.at.bytes, ID_BYTES);
    story_read_end(story, RTM);
    return repair;
}

static void put_felt(struct story *story, const struct id *repair, uint64_t minor)
{
    union command_body body = {.repair_step = {.repair = *repair, .parts_count = 1}};
    body.repair_step.parts[0] =
        (struct repair_part){.sku = span_text("FELT"), .pieces = 1, .cost_minor = minor};
    wish_at(story, LAX, COMMAND_REPAIR_WORK, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
}

static void a_repair_costs_no_more_than_its_owner_consented_to(struct story *story)
{
    struct id repair;
    (void)at_the_bench(story, BY_OPERATOR, &repair);
    union command_body body = {
        .repair_consent = {
            .merchant = story->merchant, .repair = repair, .currency = EUROS, .up_to_minor = 2000}};
    wish_at(story, RTM, COMMAND_REPAIR_CONSENT, BY_MERCHANT, &body, NEW);
    story_wait(story, 60);
    put_felt(story, &repair, 1200);
    assert_int_equal(story->last_error, OK);
    put_felt(story, &repair, 801);
    body = (union command_body){.repair_finish = {.repair = repair,
                                                  .outcome = REPAIR_REPAIRED,
                                                  .grade = GRADE_VERY_GOOD,
                                                  .warranty_months = 6}};
    wish_at(story, LAX, COMMAND_REPAIR_END, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 60);
}

static bool no_more_was_spent(struct story *story)
{
    struct id repair = the_repair(story);
    return repair_at(story, &repair).cost_minor == 1200;
}

static void what_is_at_the_bench_is_not_sent_away(struct story *story)
{
    struct id repair;
    struct id unit = at_the_bench(story, BY_ADMIN, &repair);
    struct unit_act away = {.to = story->world.host[SYD].card.warehouse};
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_SHIP, &unit, away);
}

static bool it_is_there_still(struct story *story)
{
    struct id unit;
    struct unit_now now = {.hop = 0};
    bool well = story_unit(story, RTM, &unit) && unit_load(story_read(story, RTM), &unit, &now) &&
                now.row.state == UNIT_DISPOSED;
    story_read_end(story, RTM);
    return well;
}

/* --- what the work costs ---------------------------------------------------------------------- */

static void set_fees(struct story *story)
{
    union command_body body = {.fee_put = {.warehouse = los_angeles(story),
                                           .merchant = story->merchant,
                                           .currency = EUROS,
                                           .credit_minor = 100000}};
    for (uint64_t act = BILLED_RECEIVE_BOX; act < BILLED_ACTS_END; act++)
        body.fee_put.prices[body.fee_put.prices_count++] =
            (struct fee_price){.act = act, .price_micro = 100000000};
    wish_at(story, LAX, COMMAND_FEE_PUT, BY_ADMIN, &body, NEW);
    assert_int_equal(story->last_error, OK);
}

static unsigned charges_of(struct story *story, enum billed_act act)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct charge_row row;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_CHARGE, &walk, &at))
        if (shape_decode(&charge_row_shape, at.value, &row, NULL) == OK)
            count += row.act == (uint64_t)act ? 1 : 0;
    story_read_end(story, RTM);
    return count;
}

/* Its slip is read a day later. */
static void a_box_that_is_looked_at_twice_is_charged_once(struct story *story)
{
    set_fees(story);
    struct id box = box_of_hats(story, BY_ADMIN, 1);
    union command_body body = {.box_receive = {.warehouse = los_angeles(story), .box = box}};
    body.box_receive.return_id = return_by_number(story, NUMBER);
    story_wait(story, 86400);
    wish_at(story, LAX, COMMAND_BOX_RECEIVE, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 600);
}

static bool one_box_is_charged(struct story *story)
{
    return charges_of(story, BILLED_RECEIVE_BOX) == 1;
}

/* Los Angeles did not answer in time, and the same request goes to Rotterdam. */
static void a_photo_that_is_sent_to_two_nodes_is_one_and_charged_once(struct story *story)
{
    set_fees(story);
    struct id box = box_of_hats(story, BY_ADMIN, 2);
    struct id unit = unit_of_box(story, LAX, &box, 1);
    union command_body body = {.photo_attach = {.of = PHOTO_OF_UNIT,
                                                .thing = unit,
                                                .blob = {{7}},
                                                .kind = PHOTO_JPEG,
                                                .size = 1000,
                                                .thumbnail = span_text("a picture")}};
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit, plainly);
    story_cut(story, LAX, true);
    wish_at(story, LAX, COMMAND_PHOTO_ATTACH, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    struct id photo = story->last_entity;
    wish_at(story, RTM, COMMAND_PHOTO_ATTACH, BY_OPERATOR, &body, story->last_request);
    assert_int_equal(story->last_error, OK);
    assert_true(id_equal(&photo, &story->last_entity));
    story_cut(story, LAX, false);
    story_wait(story, 3600);
    assert_int_equal(charges_of(story, BILLED_PHOTO), 1);
}

static const struct told_story stories[] = {
    GUARDED_UNRULED(the_last_hats_are_given_to_one_of_two, two_were_given, "stock_overdrawn",
                    "stock goes below zero when two take the last piece"),
    GUARDED_UNRULED(a_posting_is_taken_back_once, two_are_set_aside, "posting_voided_twice",
                    "a correction that is sent again corrects twice"),
    GUARDED_UNRULED(what_is_kept_for_an_order_is_given_back_once, the_other_one_is_kept,
                    "kept_ended_twice", "stock that was kept for one order is released twice"),
    GUARDED_UNRULED(hats_that_the_book_does_not_know_are_shown_to_a_person, a_person_is_told,
                    "count_unflagged", "goods are there that no book knows, and nobody is told"),
    GUARDED(a_hat_whose_return_is_known_later_is_on_the_shelf_once, one_lies_there,
            "restock_posted_anew", "one unit is restocked twice"),
    GUARDED(what_three_hats_brought_is_split_to_the_last_cent, all_of_it_is_the_merchants, NULL,
            "cents of a lot's proceeds are nobody's"),
    GUARDED(what_is_paid_for_a_batch_counts_once_however_often_it_is_told,
            all_of_it_is_the_merchants, "batch_money_twice", NULL),
    GUARDED(a_hat_goes_on_one_truck, it_is_on_one, "unit_on_two_batches",
            "one unit is sold in two lots"),
    GUARDED(a_repair_costs_no_more_than_its_owner_consented_to, no_more_was_spent,
            "repair_unconsented", "money is spent on goods that their owner did not agree to"),
    GUARDED(what_is_at_the_bench_is_not_sent_away, it_is_there_still, "bench_left", NULL),
    GUARDED(a_box_that_is_looked_at_twice_is_charged_once, one_box_is_charged, "box_charged_again",
            "a box that is received in two steps is received twice"),
    TOLD(a_photo_that_is_sent_to_two_nodes_is_one_and_charged_once),
};
const struct told_list stories_of_floor = TOLD_LIST(stories);

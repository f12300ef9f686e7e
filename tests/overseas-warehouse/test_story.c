/* Returns told as stories: from the order to the money and to the shelf, on four nodes that hear of
 * each other late. */
#include "tests/overseas-warehouse/world.h"
#include "tests/support/rows_taken.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DAY (24u * 60 * 60 * 1000)

static const char *const shoe[] = {"SHOE-42"};
static const char *const two_shoes[] = {"SHOE-42", "SHOE-42"};

/* All have heard of everything and show the same; which rows it took is read out of the logs. */
static void story_end(struct world *world, const char *name)
{
    struct rows_taken taken = {.count = 0};
    union event_body body;
    world_settle(world);
    for (unsigned node = 1; node < NODES_MAX; node++)
        assert_true(rows_memory_equal(world->nodes[0].memory, world->nodes[node].memory));
    for (unsigned log = 0; log < LOGS_MAX; log++)
        for (uint64_t i = 0; i < world->logs[log].count; i++) {
            const struct entry *entry = &world->logs[log].entries[i];
            const struct shape *shape = event_by_kind(entry->kind)->shape;
            assert_int_equal(shape_decode(shape, span_of(entry->bytes, entry->size), &body, NULL),
                             OK);
            rows_taken_of_entry(&taken, entry->kind, &body);
        }
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        for (unsigned row = 0; row < rule_tables[table]->count; row++)
            if (world->applied[table][row] != 0)
                rows_taken_counted(&taken, (struct row_taken){table, row});
    rows_taken_print(&taken, name, stdout);
    world_close(world);
}

static uint64_t refunded(struct world *world, const struct id *order)
{
    struct payment_row row;
    assert_true(payment_load(&world_desk(world, RTM)->rows, order, 0, &row));
    return (uint64_t)row.refunded_minor;
}

static unsigned count_units(struct world *world, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    while (walk_next(&world_desk(world, RTM)->rows, VIEW_UNIT_BY_RETURN, &walk, &row)) count++;
    return count;
}

static struct id first_unit(struct world *world, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct id unit;
    assert_true(walk_next(&world_desk(world, RTM)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return unit;
}

static enum error act(struct world *world, enum command_kind kind, const struct id *unit,
                      struct unit_act how)
{
    how.unit = *unit;
    union command_body body = {.unit_act = how};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static void a_small_return_is_approved_received_paid_and_closed(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id order = world_order(world, MERCHANT_A, "1001", "SHOE-42", 1, 9900, 9900);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "1Z999");
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_APPROVED);
    struct id box = world_box(world, LAX, "1z 999", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, LAX, &rma).state, RETURN_CLOSED);
    assert_int_equal(count_units(world, &rma), 1);
    assert_int_equal(refunded(world, &order), 9900);
    struct id slot;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
    assert_false(world_next_effect(world, BOOK_A, &slot));
    world_settle(world);
    struct refund_row refund;
    assert_true(refund_load(&world_desk(world, SYD)->rows, &slot, &refund));
    assert_int_equal(refund.state, REFUND_SETTLED);
    (void)box;
    story_end(world, __func__);
}

static void a_box_that_comes_before_its_return_is_matched_later(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id order = world_order(world, MERCHANT_A, "1002", "SHOE-42", 1, 5000, 5000);
    world_box(world, SYD, "ABC", NULL, shoe, 1);
    world_settle(world);
    struct id parcel = parcel_id(&world->crypto.crypto, span_text("ABC"));
    struct parcel_row row;
    assert_true(parcel_load(&world_desk(world, LAX)->rows, &parcel, &row));
    assert_int_equal(row.state, PARCEL_UNANNOUNCED);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "ABC");
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_true(parcel_load(&world_desk(world, LAX)->rows, &parcel, &row));
    assert_int_equal(row.state, PARCEL_RECEIVED);
    assert_int_equal(refunded(world, &order), 5000);
    story_end(world, __func__);
}

static void an_unannounced_box_is_named_at_a_second_look(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id order = world_order(world, MERCHANT_A, "1003", "SHOE-42", 1, 5000, 5000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "");
    struct id box = world_box(world, LAX, "UNKNOWN1", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_APPROVED);
    union command_body body = {.box_receive = {
                                   .warehouse = world->nodes[LAX].warehouse,
                                   .return_id = rma,
                                   .box = box,
                               }};
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    story_end(world, __func__);
}

static void of_two_units_the_second_refund_waits_for_the_first(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id order = world_order(world, MERCHANT_A, "1004", "SHOE-42", 2, 5000, 9999);
    struct id rma = world_request(world, MERCHANT_A, &order, 2, "TWO");
    world_box(world, LAX, "TWO", NULL, two_shoes, 2);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_APPROVED);
    assert_int_equal(refunded(world, &order), 5000); /* the larger part comes first */
    struct id slot;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_int_equal(refunded(world, &order), 9999);
    story_end(world, __func__);
}

static void what_is_received_over_the_quantity_pays_nothing_more(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id order = world_order(world, MERCHANT_A, "1005", "SHOE-42", 3, 1000, 3000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "OVER");
    world_box(world, LAX, "OVER", NULL, two_shoes, 2);
    world_box(world, SYD, "OVER", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(refunded(world, &order), 1000);
    struct id slot;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
    world_settle(world);
    assert_int_equal(refunded(world, &order), 1000);
    assert_int_equal(count_units(world, &rma), 3);
    assert_int_equal(world_return(world, RTM, &rma).contests, 2);
    story_end(world, __func__);
}

static void returns_that_were_sent_in_one_box_share_it_by_sku(void **state)
{
    (void)state;
    struct world *world = world_open(16);
    const char *const things[] = {"LAMP", "HAT", "SHOE-42", "BRICK", "SHOE-42"};
    struct id orders[3] = {world_order(world, MERCHANT_A, "a", "SHOE-42", 1, 1000, 1000),
                           world_order(world, MERCHANT_A, "b", "HAT", 1, 2000, 2000),
                           world_order(world, MERCHANT_B, "c", "LAMP", 1, 4000, 4000)};
    struct id returns[3];
    for (unsigned i = 0; i < 3; i++)
        returns[i] = world_request(world, i == 2 ? MERCHANT_B : MERCHANT_A, &orders[i], 1, "SAME");
    world_box(world, SYD, "SAME", NULL, things, 5);
    world_settle(world);
    unsigned units = 0;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(world_return(world, RTM, &returns[i]).state, RETURN_CLOSED);
        assert_int_equal(refunded(world, &orders[i]), 1000u << i);
        units += count_units(world, &returns[i]);
    }
    assert_int_equal(units,
                     5); /* the second shoe is over, the brick a foreign thing of one of them */
    story_end(world, __func__);
}

/* The books of two merchants hear of one box at different times. What the first return has no use
 * for waits until the second has spoken, or it would be the first one's foreign thing for ever. */
static void a_unit_waits_for_every_return_that_its_box_may_be_of(void **state)
{
    (void)state;
    struct world *world = world_open(116);
    const char *const things[] = {"LAMP", "SHOE-42", "SHOE-42"};
    struct id a = world_order(world, MERCHANT_A, "a", "SHOE-42", 1, 1000, 1000);
    struct id b = world_order(world, MERCHANT_B, "b", "LAMP", 1, 4000, 4000);
    struct id shoes = world_request(world, MERCHANT_A, &a, 1, "SAME");
    struct id lamps = world_request(world, MERCHANT_B, &b, 1, "SAME");
    world_settle(world);
    world_box(world, SYD, "SAME", NULL, things, 3);
    /* Only Rotterdam, which leads the first book, and Sydney can reach each other. */
    for (unsigned i = 0; i < 4; i++) {
        world_deliver(world, SYD, RTM, UINT64_MAX);
        world_work(world, RTM);
        world_deliver(world, RTM, SYD, UINT64_MAX);
        world_work(world, SYD);
    }
    assert_int_equal(world_return(world, RTM, &shoes).state, RETURN_CLOSED);
    assert_int_equal(count_units(world, &shoes), 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &lamps).state, RETURN_CLOSED);
    assert_int_equal(count_units(world, &lamps), 1);
    assert_int_equal(count_units(world, &shoes), 2); /* the second shoe is over, and waited too */
    assert_int_equal(refunded(world, &b), 4000);
    story_end(world, __func__);
}

static void a_second_look_at_a_box_keeps_what_it_does_not_say(void **state)
{
    (void)state;
    struct world *world = world_open(17);
    struct id order = world_order(world, MERCHANT_A, "1017", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "RIGHT");
    union command_body body = {.box_receive = {.warehouse = world->nodes[LAX].warehouse,
                                               .number = span_text("wrong"),
                                               .weight_g = 700}};
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
    struct id box = world->decision.entity;
    body = (union command_body){
        .box_receive = {.warehouse = world->nodes[LAX].warehouse, .box = box, .return_id = rma}};
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
    struct box_row row;
    assert_true(box_load(&world_desk(world, LAX)->rows, &box, &row));
    assert_int_equal(row.weight_g, 700);
    assert_true(span_equal(row.number, span_text("WRONG")));
    body.box_receive = (struct box_receive){.warehouse = world->nodes[LAX].warehouse,
                                            .box = box,
                                            .number = span_text("RIGHT"),
                                            .weight_g = 800};
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
    assert_true(box_load(&world_desk(world, LAX)->rows, &box, &row));
    assert_int_equal(row.weight_g, 800);
    assert_true(span_equal(row.number, span_text("RIGHT")));
    assert_memory_equal(row.return_id.bytes, rma.bytes, ID_BYTES);
    /* The number that was misread is forgotten: nothing hangs on it any more. */
    struct id parcel = parcel_id(&world->crypto.crypto, span_text("WRONG"));
    struct parcel_row gone;
    assert_false(parcel_load(&world_desk(world, LAX)->rows, &parcel, &gone));
    story_end(world, __func__);
}

static void a_unit_of_a_foreign_sku_belongs_to_the_return_and_pays_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    const char *const brick[] = {"BRICK"};
    struct id order = world_order(world, MERCHANT_A, "1006", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "BRICKS");
    struct id box = world_box(world, LAX, "BRICKS", NULL, brick, 1);
    world_settle(world);
    assert_int_equal(refunded(world, &order), 0);
    struct id unit = first_unit(world, &box);
    struct assigned_row assigned;
    assert_true(assigned_load(&world_desk(world, RTM)->rows, &unit, &assigned));
    assert_int_equal(assigned.over, 1);
    assert_int_equal(world_return(world, RTM, &rma).contests, 1);
    story_end(world, __func__);
}

static void goods_after_a_decline_are_contested_and_paid_once_the_merchant_approves(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    world->merchants[MERCHANT_A].auto_approve_minor = 0;
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
    struct id order = world_order(world, MERCHANT_A, "1007", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "LATE");
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_REQUESTED);
    union command_body body = {.return_decide = {.return_id = rma}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 0), OK);
    world_box(world, LAX, "LATE", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_DECLINED);
    assert_int_equal(refunded(world, &order), 0);
    assert_int_equal(world_return(world, RTM, &rma).contests, 2);
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_int_equal(refunded(world, &order), 1000);
    story_end(world, __func__);
}

static void a_parcel_after_expiry_reopens_what_was_approved(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct id order = world_order(world, MERCHANT_A, "1008", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "SLOW");
    world_pass(world, 31ull * DAY);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_EXPIRED);
    world_box(world, LAX, "SLOW", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_int_equal(refunded(world, &order), 1000);
    story_end(world, __func__);
}

/* A number speaks for an ended return for 120 days, and then for nobody: numbers are used again. */
static void a_parcel_long_after_expiry_is_known_by_its_number_for_120_days(void **state)
{
    (void)state;
    static const struct {
        uint64_t days;
        enum return_state ends;
    } cases[] = {
        {1, RETURN_CLOSED}, {60, RETURN_CLOSED}, {119, RETURN_CLOSED}, {121, RETURN_EXPIRED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world *world = world_open(108 + i);
        struct id order = world_order(world, MERCHANT_A, "1108", "SHOE-42", 1, 1000, 1000);
        struct id rma = world_request(world, MERCHANT_A, &order, 1, "SLOW");
        world_pass(world, 30ull * DAY + 1);
        world_settle(world);
        assert_int_equal(world_return(world, RTM, &rma).state, RETURN_EXPIRED);
        world_pass(world, cases[i].days * DAY);
        world_box(world, LAX, "SLOW", NULL, shoe, 1);
        world_settle(world);
        assert_int_equal(world_return(world, RTM, &rma).state, cases[i].ends);
        world_close(world);
    }
}

/* The number says nothing any more; the slip in the box does. */
static void a_slip_that_is_read_later_settles_what_an_old_number_could_not(void **state)
{
    (void)state;
    struct world *world = world_open(118);
    struct id order = world_order(world, MERCHANT_A, "1118", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "OLD");
    world_pass(world, 30ull * DAY + 1);
    world_settle(world);
    world_pass(world, 130ull * DAY);
    struct id box = world_box(world, LAX, "OLD", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_EXPIRED);
    union command_body body = {
        .box_receive = {.warehouse = world->nodes[LAX].warehouse, .return_id = rma, .box = box}};
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_int_equal(refunded(world, &order), 1000);
    story_end(world, __func__);
}

static void silence_approves_what_is_eligible_and_expires_the_rest(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct id dear = world_order(world, MERCHANT_A, "1009", "SHOE-42", 1, 90000, 90000);
    struct id old = world_order(world, MERCHANT_A, "1010", "SHOE-42", 1, 90000, 90000);
    struct id a = world_request(world, MERCHANT_A, &dear, 1, "DEAR");
    assert_int_equal(world_return(world, RTM, &a).state, RETURN_REQUESTED);
    world_pass(world, 49ull * 60 * 60 * 1000);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &a).state, RETURN_APPROVED);
    world_pass(world, 70ull * DAY);
    struct id b = world_request(world, MERCHANT_A, &old, 1, "OLD");
    assert_int_equal(world_return(world, RTM, &b).state, RETURN_REQUESTED);
    world_pass(world, 3ull * DAY);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &b).state, RETURN_EXPIRED);
    story_end(world, __func__);
}

static void a_carriers_word_keeps_an_approved_return_open_longer(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct id order = world_order(world, MERCHANT_A, "1011", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "SAID");
    world_pass(world, 25ull * DAY);
    world_track(world, GATEWAY, "SAID", TRACK_DELIVERED, world->now_ms, "d1");
    world_track(world, LAX, "SAID", TRACK_DELIVERED, world->now_ms, "d1");
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).arrived, 1);
    world_pass(world, 6ull * DAY);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_APPROVED);
    world_pass(world, 9ull * DAY);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_EXPIRED);
    assert_int_equal(world_return(world, RTM, &rma).contests, 1);
    story_end(world, __func__);
}

static void hear_of(struct world *world, const char *carrier, enum track_status status,
                    uint64_t occurred_ms, uint8_t dedup)
{
    union command_body body = {.tracking = {.carrier = span_text(carrier),
                                            .number = span_text("BOTH"),
                                            .points_count = 1}};
    body.tracking.dedup.bytes[0] = dedup;
    body.tracking.points[0] = (struct checkpoint){.dedup.bytes[0] = dedup,
                                                  .status = status,
                                                  .occurred_ms = occurred_ms,
                                                  .quality = TIME_OFFSET};
    assert_int_equal(world_observe(world, GATEWAY, COMMAND_TRACKING, &body), OK);
}

/* Whichever of the two comes first in the set: neither is judged by the other's scans. */
static void two_carriers_of_one_parcel_are_each_weighed_by_their_own_scans(void **state)
{
    (void)state;
    for (uint8_t first = 1; first <= 2; first++) {
        struct world *world = world_open(41);
        hear_of(world, "easypost", TRACK_IN_TRANSIT, world->now_ms - 2000, first);
        hear_of(world, "aftership", TRACK_DELIVERED, world->now_ms - 1000, 3 - first);
        hear_of(world, "easypost", TRACK_OUT_FOR_DELIVERY, world->now_ms - 1500, 4);
        struct id parcel = parcel_id(&world->crypto.crypto, span_text("BOTH"));
        struct parcel_row row;
        assert_true(parcel_load(&world_desk(world, GATEWAY)->rows, &parcel, &row));
        assert_int_equal(TRACK_DELIVERED, row.status);
        assert_int_equal(world->now_ms - 1000, row.occurred_ms);
        assert_true(span_equal(span_text("aftership"), row.carrier));
        assert_int_equal(3, row.scans);
        world_close(world);
    }
}

static void a_unit_is_graded_restocked_and_saves_the_way_home(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id order = world_order(world, MERCHANT_A, "1012", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "GOOD");
    struct id box = world_box(world, LAX, "GOOD", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, (struct unit_act){.grade = GRADE_GOOD}),
                     ERROR_NO_RULE);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0}), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, (struct unit_act){0}),
                     ERROR_MISSING_FIELD);
    assert_int_equal(
        act(world, COMMAND_UNIT_GRADE, &unit, (struct unit_act){.grade = GRADE_LIKE_NEW}), OK);
    struct unit_act destroy = {.disposition = DISPOSE_DESTROY};
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, destroy), ERROR_FACT_MISSING);
    struct unit_act restock = {.disposition = DISPOSE_RESTOCK};
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, restock), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, &unit, (struct unit_act){0}), OK);
    world_settle(world);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_STOCK), 1);
    struct savings savings;
    assert_true(business_savings(world_desk(world, GATEWAY), &rma, &savings));
    assert_int_equal(savings.saved_minor, 1200);
    assert_int_equal(savings.units, 1);
    story_end(world, __func__);
}

static uint64_t units_saved(struct world *world, const struct id *rma)
{
    struct savings savings;
    assert_true(business_savings(world_desk(world, RTM), rma, &savings));
    return savings.units;
}

/* Work on a unit is no end of it: it is not done with until it is on a shelf or gone. */
static void a_unit_that_is_repaired_is_graded_again_and_goes_on_the_shelf(void **state)
{
    (void)state;
    static const enum disposition works[] = {DISPOSE_REPAIR, DISPOSE_REFURBISH, DISPOSE_RELABEL,
                                             DISPOSE_HOLD};
    struct world *world = world_open(111);
    struct id order = world_order(world, MERCHANT_A, "1112", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "TORN");
    struct id box = world_box(world, LAX, "TORN", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    struct unit_act torn = {.grade = GRADE_UNSELLABLE}, mended = {.grade = GRADE_GOOD};
    struct unit_act restock = {.disposition = DISPOSE_RESTOCK}, settle = {0};
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, settle), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, torn), OK);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, restock), ERROR_FACT_MISSING);
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        struct unit_act work = {.disposition = works[i]};
        assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, work), OK);
        assert_int_equal(act(world, COMMAND_UNIT_SETTLE, &unit, settle), ERROR_FACT_BARS);
        world_settle(world);
        assert_int_equal(units_saved(world, &rma), 0);
    }
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, mended), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, &unit, settle), ERROR_NO_RULE);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, restock), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, &unit, settle), OK);
    world_settle(world);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_STOCK), 1);
    assert_int_equal(units_saved(world, &rma), 1);
    story_end(world, __func__);
}

/* A unit that goes to the place where returns are gathered is on its way home, and saves none. */
static void the_hub_is_a_part_of_the_way_home(void **state)
{
    (void)state;
    struct world *world = world_open(112);
    struct id order = world_order(world, MERCHANT_A, "1113", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "HUB");
    struct id box = world_box(world, LAX, "HUB", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    struct unit_act good = {.grade = GRADE_GOOD}, hub = {.disposition = DISPOSE_HUB};
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, hub), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, good), OK);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, hub), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, &unit, hub), OK);
    world_settle(world);
    assert_int_equal(units_saved(world, &rma), 0);
    assert_int_equal(rows_memory_count(world->nodes[SYD].memory, VIEW_STOCK), 0);
    story_end(world, __func__);
}

static enum error say(struct world *world, const struct id *slot, bool paid)
{
    union command_body body = {
        .refund_resolve = {.slot = *slot, .paid = paid, .reason = span_text("by bank transfer")}};
    return world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0);
}

/* The provider refuses for good, and the merchant pays the buyer otherwise: who says so keeps the
 * others from trying it again. */
static void what_failed_and_was_paid_by_other_means_is_told_and_not_tried_again(void **state)
{
    (void)state;
    struct world *world = world_open(113);
    struct id order = world_order(world, MERCHANT_A, "1114", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    struct id slot, next;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(say(world, &slot, true), ERROR_NO_RULE); /* it may be on its way */
    assert_int_equal(world_result(world, &slot, DO_FIND_FAILED), OK);
    assert_int_equal(refunded(world, &order), 0);
    assert_int_equal(say(world, &slot, false), OK);
    assert_true(world_next_effect(world, BOOK_A, &next));
    assert_int_equal(say(world, &slot, true), ERROR_SLOT_OPEN); /* it is tried again just now */
    assert_int_equal(world_result(world, &next, DO_FIND_FAILED), OK);
    assert_int_equal(say(world, &slot, true), ERROR_SLOT_OPEN); /* the latest try is the one */
    assert_int_equal(say(world, &next, true), OK);
    assert_int_equal(refunded(world, &order), 1000);
    assert_int_equal(say(world, &next, false), ERROR_NO_RULE);
    assert_int_equal(say(world, &next, true), ERROR_NO_RULE);
    assert_false(world_next_effect(world, BOOK_A, &slot));
    world_settle(world);
    struct refund_row row;
    assert_true(refund_load(&world_desk(world, SYD)->rows, &next, &row));
    assert_int_equal(row.state, REFUND_SETTLED);
    story_end(world, __func__);
}

/* The payment of a failed refund is free, and the next unit may be drawing on it. */
static void what_is_told_of_one_refund_leaves_the_other_one_open(void **state)
{
    (void)state;
    struct world *world = world_open(114);
    struct id order = world_order(world, MERCHANT_A, "1115", "SHOE-42", 2, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 2, "N1");
    world_box(world, LAX, "N1", NULL, two_shoes, 2);
    world_settle(world);
    struct id slot, second;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_FIND_FAILED), OK);
    world_settle(world);
    assert_true(world_next_effect(world, BOOK_A, &second));
    assert_int_equal(refunded(world, &order), 500);
    /* The second is under way, and stays the payment's open one. */
    assert_int_equal(say(world, &slot, true), OK);
    assert_int_equal(refunded(world, &order), 1000);
    struct payment_row payment;
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    assert_memory_equal(payment.open.bytes, second.bytes, ID_BYTES);
    assert_int_equal(world_result(world, &second, DO_FIND_PAID), OK);
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    assert_true(id_is_zero(&payment.open));
    story_end(world, __func__);
}

static void destroying_needs_the_owners_release_to_just_that(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct id order = world_order(world, MERCHANT_A, "1013", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "BAD");
    struct id box = world_box(world, LAX, "BAD", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    struct unit_act bad = {.grade = GRADE_UNSELLABLE}, destroy = {.disposition = DISPOSE_DESTROY};
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0}), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, bad), OK);
    struct unit_act restock = {.disposition = DISPOSE_RESTOCK};
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, restock), ERROR_FACT_MISSING);
    union command_body body = {.unit_release = {.unit = unit,
                                                .merchant = world->merchants[MERCHANT_B].merchant,
                                                .disposition = DISPOSE_DESTROY}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0),
                     ERROR_NOT_FOUND);
    body.unit_release.merchant = world->merchants[MERCHANT_A].merchant;
    body.unit_release.disposition = DISPOSE_DONATE;
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, destroy), ERROR_FACT_MISSING);
    body.unit_release.disposition = DISPOSE_DESTROY;
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, destroy), ERROR_FACT_MISSING);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, destroy), OK);
    body = (union command_body){.unit_act.unit = unit};
    assert_int_equal(world_decide(world, COMMAND_UNIT_SETTLE, &body, BY_ADMIN, NULL, 0), OK);
    story_end(world, __func__);
}

static void custody_passes_to_the_named_warehouse_and_to_no_other(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    struct id order = world_order(world, MERCHANT_A, "1014", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "MOVES");
    struct id box = world_box(world, LAX, "MOVES", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    struct unit_act ship = {.to = world->nodes[SYD].warehouse};
    assert_int_equal(act(world, COMMAND_UNIT_SHIP, &unit, ship), OK);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0}), ERROR_NO_RULE);
    world_settle(world);
    union command_body body = {
        .unit_take = {.unit = unit, .warehouse = world->nodes[SYD].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, LAX)->rows, &unit, &now));
    assert_int_equal(now.hop, 2);
    assert_int_equal(now.row.state, UNIT_RECEIVED);
    assert_memory_equal(now.row.warehouse.bytes, world->nodes[SYD].warehouse.bytes, ID_BYTES);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0}), OK);
    story_end(world, __func__);
}

static void a_unit_that_turns_up_elsewhere_becomes_another_and_a_conflict(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    struct id order = world_order(world, MERCHANT_A, "1015", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "LOST");
    struct id box = world_box(world, LAX, "LOST", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    struct unit_act ship = {.to = world->nodes[SYD].warehouse};
    assert_int_equal(act(world, COMMAND_UNIT_SHIP, &unit, ship), OK);
    world_settle(world);
    union command_body body = {
        .unit_take = {.unit = unit, .warehouse = world->nodes[RTM].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    struct id stranger = world->decision.entity;
    assert_memory_not_equal(stranger.bytes, unit.bytes, ID_BYTES);
    world_settle(world);
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, LAX)->rows, &unit, &now));
    assert_int_equal(now.row.state, UNIT_SHIPPED); /* still on its way to where it was sent */
    assert_true(unit_load(&world_desk(world, LAX)->rows, &stranger, &now));
    assert_int_equal(now.row.state, UNIT_RECEIVED);
    assert_int_equal(rows_memory_count(world->nodes[LAX].memory, VIEW_CONFLICT), 1);
    assert_int_equal(count_units(world, &rma), 1); /* the stranger pays nothing */
    story_end(world, __func__);
}

static void a_store_that_succeeds_another_adopts_its_units_at_the_next_hop(void **state)
{
    (void)state;
    struct world *world = world_open(15);
    struct id order = world_order(world, MERCHANT_A, "1016", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "HEIR");
    struct id box = world_box(world, LAX, "HEIR", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    struct unit_act grade = {.grade = GRADE_GOOD, .liability = LIABLE_SELLER};
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0}), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, grade), OK);
    world_succeed(world);
    struct unit_act restock = {.disposition = DISPOSE_RESTOCK};
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, restock), OK);
    assert_int_equal(world->decision.drafts_count, 2);
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, LAX)->rows, &unit, &now));
    assert_int_equal(now.hop, 2);
    assert_int_equal(now.row.state, UNIT_DISPOSED);
    assert_int_equal(now.row.grade, GRADE_GOOD);
    assert_int_equal(now.row.liability, LIABLE_SELLER);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, &unit, (struct unit_act){0}), OK);
    assert_int_equal(world->decision.drafts_count, 1);
    union command_body body = {
        .box_receive = {.warehouse = world->nodes[LAX].warehouse, .box = box}};
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), ERROR_UNSUPPORTED);
    story_end(world, __func__);
}

/* The same for a unit in each state that is no end: the next step begins where it stood. */
static void a_successor_goes_on_with_each_unit_where_it_stood(void **state)
{
    (void)state;
    static const enum command_kind steps[] = {COMMAND_UNIT_INSPECT, COMMAND_UNIT_GRADE,
                                              COMMAND_UNIT_DISPOSE, COMMAND_UNIT_SETTLE};
    static const char *const numbers[] = {"H-0", "H-1", "H-2", "H-3"};
    struct unit_act how = {.grade = GRADE_GOOD, .disposition = DISPOSE_RESTOCK};
    struct world *world = world_open(16);
    struct id order = world_order(world, MERCHANT_A, "1017", "SHOE-42", 4, 1000, 4000);
    struct id units[4];
    for (unsigned i = 0; i < 4; i++) {
        world_request(world, MERCHANT_A, &order, 1, numbers[i]);
        struct id box = world_box(world, LAX, numbers[i], NULL, shoe, 1);
        world_settle(world);
        units[i] = first_unit(world, &box);
        for (unsigned step = 0; step < i; step++)
            assert_int_equal(act(world, steps[step], &units[i], how), OK);
    }
    world_succeed(world);
    for (unsigned i = 0; i < 4; i++) {
        struct unit_now now;
        assert_int_equal(act(world, steps[i], &units[i], how), OK);
        assert_true(unit_load(&world_desk(world, LAX)->rows, &units[i], &now));
        assert_int_equal(now.hop, 2);
    }
    story_end(world, __func__);
}

/* The provider cannot be asked about what was only intended: nobody knows, and a person decides. */
static void a_refund_that_was_lost_before_any_attempt_is_a_persons(void **state)
{
    (void)state;
    struct world *world = world_open(17);
    struct id slot, order = world_order(world, MERCHANT_A, "1018", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "LOST");
    world_box(world, LAX, "LOST", NULL, shoe, 1);
    world_settle(world);
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_LOSE), OK);
    assert_false(world_next_effect(world, BOOK_A, &slot));
    union command_body body = {
        .refund_resolve = {.slot = slot, .paid = 1, .reason = span_text("looked it up")}};
    assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0), OK);
    story_end(world, __func__);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_return_is_approved_received_paid_and_closed),
        cmocka_unit_test(a_box_that_comes_before_its_return_is_matched_later),
        cmocka_unit_test(an_unannounced_box_is_named_at_a_second_look),
        cmocka_unit_test(of_two_units_the_second_refund_waits_for_the_first),
        cmocka_unit_test(what_is_received_over_the_quantity_pays_nothing_more),
        cmocka_unit_test(returns_that_were_sent_in_one_box_share_it_by_sku),
        cmocka_unit_test(a_unit_waits_for_every_return_that_its_box_may_be_of),
        cmocka_unit_test(a_second_look_at_a_box_keeps_what_it_does_not_say),
        cmocka_unit_test(a_unit_of_a_foreign_sku_belongs_to_the_return_and_pays_nothing),
        cmocka_unit_test(goods_after_a_decline_are_contested_and_paid_once_the_merchant_approves),
        cmocka_unit_test(a_parcel_after_expiry_reopens_what_was_approved),
        cmocka_unit_test(a_parcel_long_after_expiry_is_known_by_its_number_for_120_days),
        cmocka_unit_test(a_slip_that_is_read_later_settles_what_an_old_number_could_not),
        cmocka_unit_test(silence_approves_what_is_eligible_and_expires_the_rest),
        cmocka_unit_test(a_carriers_word_keeps_an_approved_return_open_longer),
        cmocka_unit_test(two_carriers_of_one_parcel_are_each_weighed_by_their_own_scans),
        cmocka_unit_test(a_unit_is_graded_restocked_and_saves_the_way_home),
        cmocka_unit_test(a_unit_that_is_repaired_is_graded_again_and_goes_on_the_shelf),
        cmocka_unit_test(the_hub_is_a_part_of_the_way_home),
        cmocka_unit_test(what_failed_and_was_paid_by_other_means_is_told_and_not_tried_again),
        cmocka_unit_test(what_is_told_of_one_refund_leaves_the_other_one_open),
        cmocka_unit_test(destroying_needs_the_owners_release_to_just_that),
        cmocka_unit_test(a_unit_that_turns_up_elsewhere_becomes_another_and_a_conflict),
        cmocka_unit_test(a_store_that_succeeds_another_adopts_its_units_at_the_next_hop),
        cmocka_unit_test(a_successor_goes_on_with_each_unit_where_it_stood),
        cmocka_unit_test(a_refund_that_was_lost_before_any_attempt_is_a_persons),
        cmocka_unit_test(custody_passes_to_the_named_warehouse_and_to_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

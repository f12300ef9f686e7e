/* Parcels that orders were sent in: what opens a claim by itself and what does not, for how much of
 * the order, how often, and when it is called off. */
#include "overseas-warehouse/hook.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR UINT64_C(3600000)
#define DAY  (24 * HOUR)

/* --- a world ---------------------------------------------------------------------------------- */

struct sending {
    const char *reference, *outbound;
    uint32_t lines; /* 0: one */
    uint64_t quantity, delivered_ms;
};

static struct id send(struct world *world, struct sending how)
{
    char paid[64];
    snprintf(paid, sizeof paid, "pi_%s", how.reference);
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text(how.reference),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - 30 * DAY,
                                                .lines_count = how.lines != 0 ? how.lines : 1,
                                                .payments_count = 1,
                                                .delivered_ms = how.delivered_ms,
                                                .outbound = span_text(how.outbound)}};
    struct order_import *import = &body.order_import;
    for (uint32_t i = 0; i < import->lines_count; i++)
        import->lines[i] = (struct order_line){
            .sku = span_text("LAMP"), .quantity = how.quantity, .price_minor = 100};
    import->payments[0] =
        (struct payment){.provider = span_text("sandbox"),
                         .reference = span_text(paid),
                         .captured_minor = 100 * (int64_t)(how.quantity * import->lines_count)};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    return world->decision.entity;
}

static void rule(struct world *world, uint64_t days)
{
    union command_body body = {.policy_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                              .policy = {.currency = 978, .stalled_days = days}}};
    const struct rows *rows = &world_desk(world, RTM)->rows;
    uint64_t newest = policy_newest(rows, &world->merchants[MERCHANT_A]);
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, newest), OK);
}

/* A carrier's scan, and nothing that sums it up. */
static void scan(struct world *world, const char *number, enum track_status status, uint64_t at_ms)
{
    static unsigned serial;
    char dedup[32];
    snprintf(dedup, sizeof dedup, "scan-%u", serial++);
    world_track(world, SYD, number, status, at_ms, dedup);
    world_settle(world);
}

/* Claims that the order's parcel opened, and the latest of them. */
static unsigned claims(struct world *world, const struct id *order, struct id *id,
                       struct return_row *found)
{
    const struct desk *desk = world_desk(world, LAX);
    struct key prefix = return_form_prefix(order, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct return_row row;
    unsigned count = 0;
    while (walk_next(&desk->rows, VIEW_RETURN_INDEX, &walk, &at)) {
        struct id one;
        memcpy(one.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        assert_true(return_load(&desk->rows, &one, &row));
        if (row.stray == 0) continue;
        *id = one;
        *found = row;
        count++;
    }
    return count;
}

static uint64_t claimed(struct world *world, const struct id *claim, uint64_t at)
{
    struct return_line_row line;
    if (!return_line_load(&world_desk(world, RTM)->rows, claim, at, &line)) return 0;
    return line.quantity;
}

static size_t left_to_do(struct world *world)
{
    const struct rows_memory *memory = world->nodes[RTM].memory;
    struct todo todo;
    size_t count = 0;
    for (size_t i = 0; i < rows_memory_count(memory, VIEW_TODO); i++)
        if (todo_read(rows_memory_key(memory, VIEW_TODO, i), &todo))
            count += todo.kind == TODO_OUTBOUND ? 1 : 0;
    return count;
}

static size_t dues(struct world *world)
{
    return rows_memory_count(world->nodes[GATEWAY].memory, VIEW_DUE);
}

/* --- by the carrier's word -------------------------------------------------------------------- */

static void what_is_lost_is_claimed_for_with_the_scan_that_says_so(void **state)
{
    (void)state;
    struct world *world = world_open(21);
    struct id order = send(world, (struct sending){"A", "x 1", 1, 3, 0}), claim;
    struct return_row row;
    uint64_t lost_ms = world->now_ms - HOUR;
    scan(world, "X1", TRACK_IN_TRANSIT, lost_ms - DAY);
    assert_int_equal(claims(world, &order, &claim, &row), 0);
    scan(world, "X1", TRACK_LOST, lost_ms);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    assert_int_equal(row.kind, KIND_CLAIM);
    assert_int_equal(row.outcome, OUTCOME_REFUND);
    assert_int_equal(row.keep, 1);
    assert_int_equal(row.stray, STRAY_LOST);
    assert_true(row.stray_ms == lost_ms);
    assert_true(span_equal(row.stray_carrier, span_text("easypost")));
    assert_true(span_equal(row.outbound, span_text("X1")));
    assert_int_equal(row.channel, CHANNEL_CARRIER);
    assert_int_equal(row.filed_by, BY_CARRIER);
    assert_int_equal(claimed(world, &claim, 0), 3);
    assert_int_equal(left_to_do(world), 0);
    assert_true(id_is_of(&world->crypto.crypto, &claim, &world->logs[BOOK_A].id));
    world_close(world);
}

/* The shop can write to its buyer before the buyer writes to the shop. */
static void merchants_are_told_what_became_of_the_parcel(void **state)
{
    (void)state;
    struct world *world = world_open(35);
    struct id order = send(world, (struct sending){"A", "X1", 1, 1, 0}), claim;
    struct return_row row;
    static char body[HOOK_BODY_BYTES_MAX + 1];
    struct span out;
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    static union event_body moved;
    const struct world_log *book = &world->logs[BOOK_A];
    const struct entry *entry = &book->entries[book->count - 1];
    assert_int_equal(entry->kind, EVENT_RETURN_MOVED);
    assert_int_equal(
        shape_decode(&return_moved_shape, span_of(entry->bytes, entry->size), &moved, NULL), OK);
    const struct hook_entry told = {.kind = EVENT_RETURN_MOVED, .idx = 1, .body = &moved};
    assert_true(hook_body(&world_desk(world, RTM)->rows, &told, HOOK_RETURN_REQUESTED,
                          world->now_ms, body, &out));
    body[out.size] = '\0';
    assert_non_null(strstr(body, "\"by\":\"policy\""));
    assert_non_null(strstr(body, "\"stray\":\"lost\""));
    world_close(world);
}

/* The number may be told after the carrier has lost the parcel. */
static void a_parcel_that_was_lost_before_the_order_names_it_is_claimed_for(void **state)
{
    (void)state;
    struct world *world = world_open(22);
    struct id claim;
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    struct id order = send(world, (struct sending){"A", "", 1, 1, 0});
    world_settle(world);
    assert_int_equal(claims(world, &order, &claim, &row), 0);
    union command_body body = {.order_amend = {.order = order, .outbound = span_text("X1")}};
    assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    world_close(world);
}

/* Sold thirty days ago; the number was another parcel's before. */
static void what_was_lost_before_the_sale_was_another_parcel(void **state)
{
    (void)state;
    struct world *world = world_open(29);
    struct id claim;
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - 32 * DAY);
    struct id early = send(world, (struct sending){"A", "x1", 1, 1, 0});
    world_settle(world);
    assert_int_equal(claims(world, &early, &claim, &row), 0);
    assert_int_equal(left_to_do(world), 0);
    scan(world, "X2", TRACK_LOST, world->now_ms - 30 * DAY - HOUR); /* by a zone's hours */
    struct id late = send(world, (struct sending){"B", "x2", 1, 1, 0});
    world_settle(world);
    assert_int_equal(claims(world, &late, &claim, &row), 1);
    world_close(world);
}

static void two_orders_in_one_parcel_are_claimed_for_each(void **state)
{
    (void)state;
    struct world *world = world_open(23);
    struct id a = send(world, (struct sending){"A", "X1", 1, 1, 0}), one, other;
    struct id b = send(world, (struct sending){"B", "X1", 1, 1, 0});
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    assert_int_equal(claims(world, &a, &one, &row), 1);
    assert_int_equal(claims(world, &b, &other, &row), 1);
    assert_false(id_equal(&one, &other));
    world_close(world);
}

static void an_order_of_many_lines_is_claimed_for_in_parts(void **state)
{
    (void)state;
    struct world *world = world_open(24);
    struct id order = send(world, (struct sending){"A", "X1", ORDER_LINES_MAX, 1, 0}), claim;
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 2);
    const struct desk *desk = world_desk(world, RTM);
    struct order_row sold;
    assert_true(order_load(&desk->rows, &order, &sold));
    for (uint32_t i = 0; i < sold.lines_count; i++) assert_int_equal(sold.lines[i].used, 1);
    assert_int_equal(left_to_do(world), 0);
    world_close(world);
}

/* Of three one is on its way back, and one was asked for and declined: the third is claimed for. */
static void what_was_asked_back_is_left_alone_whatever_it_was_answered(void **state)
{
    (void)state;
    struct world *world = world_open(25);
    struct id order = send(world, (struct sending){"A", "X1", 1, 4, 0}), claim;
    struct return_row row;
    (void)world_request(world, MERCHANT_A, &order, 1, "R1");
    struct id declined = world_request(world, MERCHANT_A, &order, 1, "R2");
    struct id canceled = world_request(world, MERCHANT_A, &order, 1, "R3");
    union command_body body = {.return_decide = {.return_id = declined}};
    world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 0);
    body.return_decide.return_id = canceled;
    world_decide(world, COMMAND_RETURN_CANCEL, &body, BY_MERCHANT, NULL, 0);
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    assert_int_equal(claimed(world, &claim, 0), 2); /* the fourth, and who thought better of it */
    world_close(world);
}

static void an_order_that_was_delivered_is_not_claimed_for_as_lost(void **state)
{
    (void)state;
    struct world *world = world_open(26);
    struct id order = send(world, (struct sending){"A", "X1", 1, 1, world->now_ms - 2 * DAY}),
              claim;
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 0);
    assert_int_equal(left_to_do(world), 0);
    world_close(world);
}

/* What is sent back in the carton that it came in is on the way back. */
static void a_number_that_a_return_names_is_the_way_back(void **state)
{
    (void)state;
    struct world *world = world_open(27);
    struct id order = send(world, (struct sending){"A", "X1", 1, 2, 0}), claim;
    struct return_row row;
    (void)world_request(world, MERCHANT_A, &order, 1, "X1");
    scan(world, "X1", TRACK_LOST, world->now_ms - HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 0);
    world_close(world);
}

/* --- called off ------------------------------------------------------------------------------- */

/* The parcel's row says "lost" for ever; its scans know better. */
static void
a_lost_parcel_that_is_delivered_ends_the_claim_and_is_not_claimed_for_again(void **state)
{
    (void)state;
    struct world *world = world_open(28);
    struct id order = send(world, (struct sending){"A", "X1", 1, 1, 0}), claim;
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - 2 * HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    scan(world, "X1", TRACK_DELIVERED, world->now_ms - 3 * HOUR); /* before it was lost: no word */
    scan(world, "X1", TRACK_IN_TRANSIT, world->now_ms - HOUR - HOUR / 2);
    assert_int_equal(world_return(world, LAX, &claim).state, RETURN_REQUESTED);
    scan(world, "X1", TRACK_DELIVERED, world->now_ms - HOUR);
    assert_int_equal(world_return(world, LAX, &claim).state, RETURN_CANCELED);
    scan(world, "X1", TRACK_LOST, world->now_ms);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    assert_int_equal(row.state, RETURN_CANCELED);
    assert_int_equal(left_to_do(world), 0);
    world_close(world);
}

static void what_the_merchant_granted_is_not_called_off(void **state)
{
    (void)state;
    struct world *world = world_open(29);
    struct id order = send(world, (struct sending){"A", "X1", 1, 1, 0}), claim;
    struct return_row row;
    scan(world, "X1", TRACK_LOST, world->now_ms - 2 * HOUR);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    union command_body body = {.return_decide = {.return_id = claim}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0), OK);
    scan(world, "X1", TRACK_DELIVERED, world->now_ms);
    assert_int_not_equal(world_return(world, LAX, &claim).state, RETURN_CANCELED);
    world_close(world);
}

/* --- by silence ------------------------------------------------------------------------------- */

static void a_parcel_stands_still_by_the_policy_under_which_it_was_sent(void **state)
{
    (void)state;
    struct world *world = world_open(31);
    struct id claim;
    struct return_row row;
    struct id before = send(world, (struct sending){"A", "X1", 1, 1, 0});
    rule(world, 3);
    struct id order = send(world, (struct sending){"B", "X2", 1, 1, 0});
    rule(world, 9);
    scan(world, "X1", TRACK_IN_TRANSIT, world->now_ms);
    assert_int_equal(dues(world), 0); /* no policy was in force when it was sold */
    scan(world, "X2", TRACK_PRE_TRANSIT, world->now_ms - DAY);
    assert_int_equal(dues(world), 0); /* the carrier does not have it yet */
    scan(world, "X2", TRACK_IN_TRANSIT, world->now_ms);
    assert_int_equal(dues(world), 1);
    world_pass(world, 2 * DAY);
    scan(world, "X2", TRACK_OUT_FOR_DELIVERY, world->now_ms);
    assert_int_equal(dues(world), 1); /* it moved: the former moment is gone */
    world_pass(world, 3 * DAY - HOUR);
    world_settle(world);
    assert_int_equal(claims(world, &order, &claim, &row), 0);
    world_pass(world, HOUR);
    world->moment.heard_ms = world->now_ms;
    world_settle(world);
    assert_int_equal(claims(world, &order, &claim, &row), 1);
    assert_int_equal(row.stray, STRAY_STALLED);
    assert_int_equal(claims(world, &before, &claim, &row), 0);
    world_close(world);
}

static void what_lies_ready_or_comes_back_does_not_stand_still(void **state)
{
    (void)state;
    static const enum track_status statuses[] = {TRACK_AVAILABLE_FOR_PICKUP, TRACK_RETURNING,
                                                 TRACK_RETURNED, TRACK_CANCELLED, TRACK_DELIVERED};
    for (unsigned i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct world *world = world_open(32);
        rule(world, 3);
        (void)send(world, (struct sending){"A", "X1", 1, 1, 0});
        scan(world, "X1", TRACK_IN_TRANSIT, world->now_ms - DAY);
        assert_int_equal(dues(world), 1);
        scan(world, "X1", statuses[i], world->now_ms);
        assert_int_equal(dues(world), 0);
        world_close(world);
    }
}

/* The last unit is asked back by its buyer: nothing is left that the clock could claim. */
static void silence_has_nothing_to_say_of_what_the_buyer_asked_for(void **state)
{
    (void)state;
    struct world *world = world_open(33);
    rule(world, 3);
    struct id order = send(world, (struct sending){"A", "X1", 1, 1, 0});
    scan(world, "X1", TRACK_IN_TRANSIT, world->now_ms);
    assert_int_equal(dues(world), 1);
    struct id asked = world_request(world, MERCHANT_A, &order, 1, "R1");
    union command_body body = {.return_decide = {.return_id = asked}};
    world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 0);
    world_settle(world);
    assert_int_equal(dues(world), 0);
    world_close(world);
}

/* Another parcel takes the place of the one that stands still. */
static void an_order_that_is_sent_again_is_waited_for_anew(void **state)
{
    (void)state;
    struct world *world = world_open(34);
    struct id claim;
    struct return_row row;
    rule(world, 3);
    struct id order = send(world, (struct sending){"A", "X1", 1, 1, 0});
    scan(world, "X1", TRACK_IN_TRANSIT, world->now_ms);
    assert_int_equal(dues(world), 1);
    rule(world, 5);
    union command_body body = {.order_amend = {.order = order, .outbound = span_text("X2")}};
    assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(dues(world), 0);
    scan(world, "X2", TRACK_IN_TRANSIT, world->now_ms);
    assert_int_equal(dues(world), 1);
    world_pass(world, 4 * DAY);
    world_settle(world);
    assert_int_equal(claims(world, &order, &claim, &row), 0); /* the figure of the amendment */
    scan(world, "X1", TRACK_LOST, world->now_ms);
    assert_int_equal(claims(world, &order, &claim, &row), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_lost_is_claimed_for_with_the_scan_that_says_so),
        cmocka_unit_test(merchants_are_told_what_became_of_the_parcel),
        cmocka_unit_test(a_parcel_that_was_lost_before_the_order_names_it_is_claimed_for),
        cmocka_unit_test(what_was_lost_before_the_sale_was_another_parcel),
        cmocka_unit_test(two_orders_in_one_parcel_are_claimed_for_each),
        cmocka_unit_test(an_order_of_many_lines_is_claimed_for_in_parts),
        cmocka_unit_test(what_was_asked_back_is_left_alone_whatever_it_was_answered),
        cmocka_unit_test(an_order_that_was_delivered_is_not_claimed_for_as_lost),
        cmocka_unit_test(a_number_that_a_return_names_is_the_way_back),
        cmocka_unit_test(
            a_lost_parcel_that_is_delivered_ends_the_claim_and_is_not_claimed_for_again),
        cmocka_unit_test(what_the_merchant_granted_is_not_called_off),
        cmocka_unit_test(a_parcel_stands_still_by_the_policy_under_which_it_was_sent),
        cmocka_unit_test(what_lies_ready_or_comes_back_does_not_stand_still),
        cmocka_unit_test(silence_has_nothing_to_say_of_what_the_buyer_asked_for),
        cmocka_unit_test(an_order_that_is_sent_again_is_waited_for_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

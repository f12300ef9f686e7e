/* What is refused, with its code and the name of what was wrong; how units are worth what they are
 * worth; which key a refund is called under. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY (24ull * 60 * 60 * 1000)

static const char *const shoe[] = {"SHOE-42"};

static struct order_import an_order(const struct world *world)
{
    struct order_import import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                  .reference = span_text("R1"),
                                  .currency = 978,
                                  .sold_ms = world->now_ms,
                                  .lines_count = 1,
                                  .payments_count = 1};
    import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 2, .price_minor = 1000};
    import.payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_1"), .captured_minor = 2000};
    return import;
}

static enum error import(struct world *world, struct order_import how)
{
    union command_body body = {.order_import = how};
    return world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0);
}

static void assert_refused(const struct world *world, enum error error, const char *rule)
{
    assert_int_equal(world->decision.error, error);
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.drafts_count, 0);
}

/* --- orders ----------------------------------------------------------------------------------- */

static void an_order_with_impossible_numbers_is_refused(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct order_import how = an_order(world);
    how.lines[0].price_minor = -1;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "lines/0/price_minor");
    how = an_order(world);
    how.lines[0].quantity = 0;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "lines/0/quantity");
    how = an_order(world);
    how.lines[0].quantity = QUANTITY_MAX;
    how.lines[0].price_minor = MINOR_MAX;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "lines/0: the sum is too large");
    how = an_order(world);
    how.lines[1] = how.lines[0]; /* each fits, their sum does not */
    how.lines[0].quantity = how.lines[1].quantity = 1;
    how.lines[0].price_minor = how.lines[1].price_minor = MINOR_MAX;
    how.lines_count = 2;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "lines/1: the sum is too large");
    how = an_order(world);
    how.payments[0].captured_minor = -5;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "payments/0/captured_minor");
    how = an_order(world);
    how.payments[1] = how.payments[0];
    how.payments[1].reference = span_text("pi_2");
    how.payments[0].captured_minor = how.payments[1].captured_minor = MINOR_MAX;
    how.payments_count = 2;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "payments/1/captured_minor");
    world_close(world);
}

static void an_order_without_lines_payments_or_a_known_merchant_is_refused(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct order_import how = an_order(world);
    how.lines_count = 0;
    import(world, how);
    assert_refused(world, ERROR_MISSING_FIELD, "lines");
    how = an_order(world);
    how.payments_count = 0;
    import(world, how);
    assert_refused(world, ERROR_MISSING_FIELD, "payments");
    how = an_order(world);
    how.currency = 840;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "currency: not the merchant's");
    how = an_order(world);
    how.merchant.bytes[3] = 9;
    assert_int_equal(import(world, how), ERROR_NOT_FOUND);
    world_close(world);
}

/* The window of returns would stay open until then. */
static void an_order_that_is_sold_in_days_to_come_is_refused(void **state)
{
    (void)state;
    const uint64_t day_ms = UINT64_C(24) * 60 * 60 * 1000;
    struct world *world = world_open(3);
    struct order_import how = an_order(world);
    how.sold_ms = world->now_ms + 2 * day_ms;
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "sold_ms: more than a day ahead");
    how.sold_ms = UINT64_C(253402300799999); /* the last second of the year 9999 */
    import(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "sold_ms: more than a day ahead");
    how.sold_ms = world->now_ms + day_ms - 1; /* a shop's clock is its own */
    assert_int_equal(import(world, how), OK);
    world_close(world);
}

static void an_order_and_a_payment_are_known_once(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct order_import how = an_order(world);
    assert_int_equal(import(world, how), OK);
    struct id order = world->decision.entity;
    assert_int_equal(import(world, how), OK); /* the same once more: nothing is written */
    assert_int_equal(world->decision.drafts_count, 0);
    assert_memory_equal(&world->decision.entity, &order, sizeof order);
    how.lines[0].quantity = 3;
    import(world, how);
    assert_refused(world, ERROR_CONFLICT, "reference: this order is known");
    how.lines[0].quantity = 2;
    how.reference = span_text("R2");
    import(world, how);
    assert_refused(world, ERROR_CONFLICT, "payments: reference belongs to an order already");
    how.payments[0].reference = span_text("pi_2");
    how.payments[1] = how.payments[0];
    how.payments_count = 2;
    import(world, how);
    assert_refused(world, ERROR_CONFLICT, "payments: reference belongs to an order already");
    how.payments_count = 1;
    assert_int_equal(import(world, how), OK);
    world_close(world);
}

/* --- returns ---------------------------------------------------------------------------------- */

static struct return_request a_request(const struct world *world, const struct id *order)
{
    struct return_request request = {
        .merchant = world->merchants[MERCHANT_A].merchant, .order = *order, .lines_count = 1};
    request.lines[0] = (struct return_line){.line = 0, .quantity = 1, .reason = REASON_LATE};
    return request;
}

static enum error request(struct world *world, struct return_request how)
{
    union command_body body = {.return_request = how};
    return world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0);
}

static void a_return_names_lines_that_are_sold_and_left(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 3, 1000, 3000);
    struct return_request how = a_request(world, &order);
    how.lines[0].line = 1;
    request(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE,
                   "return: request from none by operator lacks lines_good");
    how = a_request(world, &order);
    how.lines[0].quantity = 0;
    assert_int_equal(request(world, how), ERROR_OUT_OF_RANGE);
    how = a_request(world, &order);
    how.lines[1] = how.lines[0]; /* the same line twice */
    how.lines_count = 2;
    assert_int_equal(request(world, how), ERROR_OUT_OF_RANGE);
    how = a_request(world, &order);
    how.lines_count = 0;
    assert_int_equal(request(world, how), ERROR_OUT_OF_RANGE);
    how = a_request(world, &order);
    how.lines[0].quantity = 4;
    request(world, how);
    assert_refused(world, ERROR_OVER_QUANTITY, "return: request from none by operator lacks room");
    how.lines[0].quantity = 2;
    assert_int_equal(request(world, how), OK);
    assert_int_equal(request(world, how), ERROR_OVER_QUANTITY); /* the first one is live */
    how.lines[0].quantity = 1;
    assert_int_equal(request(world, how), OK);
    world_close(world);
}

static void an_ended_return_gives_its_quantity_back_but_not_what_was_received(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    struct id first = world_request(world, MERCHANT_A, &order, 2, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    struct id none = world_request(world, MERCHANT_A, &order, 1, "N2");
    assert_true(id_is_zero(&none));
    world_pass(world, 31 * DAY);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &first).state, RETURN_CLOSED);
    struct id second = world_request(world, MERCHANT_A, &order, 1, "N2");
    assert_false(id_is_zero(&second));
    none = world_request(world, MERCHANT_A, &order, 1, "N3");
    assert_true(id_is_zero(&none));
    /* The late second unit of the first return finds no room: the second return has it. */
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &first).state, RETURN_CLOSED);
    assert_int_equal(world_return(world, RTM, &first).contests, 2);
    world_close(world);
}

static void an_order_is_found_by_the_shops_number_of_that_merchant_only(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct return_request how = a_request(world, &order);
    memset(&how.order, 0, sizeof how.order);
    how.order_reference = span_text("R2");
    request(world, how);
    assert_refused(world, ERROR_NOT_FOUND,
                   "return: request from none by operator lacks order_known, lines_good");
    how.order_reference = span_text("R1");
    how.merchant = world->merchants[MERCHANT_B].merchant;
    assert_int_equal(request(world, how), ERROR_NOT_FOUND);
    how.merchant = world->merchants[MERCHANT_A].merchant;
    assert_int_equal(request(world, how), OK);
    struct return_request theirs = a_request(world, &order);
    theirs.merchant = world->merchants[MERCHANT_B].merchant;
    assert_int_equal(request(world, theirs), ERROR_NOT_FOUND);
    world_close(world);
}

/* Not every node that asks a book need have looked whose the record is. */
static void assert_asked_in_vain(struct world *world, enum command_kind kind,
                                 const union command_body *body, const struct id *scope)
{
    struct command command = {
        .kind = kind, .by = {.kind = BY_ADMIN}, .merchant = *scope, .body = body};
    struct moment moment = {.wall_ms = world->now_ms};
    decision_begin(&world->decision);
    business_decide(world_desk(world, RTM), &command, &moment, &world->decision);
    assert_refused(world, ERROR_NOT_FOUND, "merchant: outside the token's scope");
}

static void what_moved_on_or_belongs_to_another_is_not_decided(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 90000, 90000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    union command_body body = {.return_decide = {.return_id = rma}};
    const struct id *a = &world->merchants[MERCHANT_A].merchant;
    const struct id *b = &world->merchants[MERCHANT_B].merchant;
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, b, 0);
    assert_refused(world, ERROR_NOT_FOUND, "authority"); /* no book is asked at all */
    assert_asked_in_vain(world, COMMAND_RETURN_APPROVE, &body, b);
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, a, 7);
    assert_refused(world, ERROR_CONFLICT, "If-Match");
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, a, 1), OK);
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, a, 0),
                     ERROR_NO_RULE);
    assert_int_equal(world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_OPERATOR, NULL, 0),
                     ERROR_NO_RULE);
    memset(&body.return_decide.return_id, 7, sizeof body.return_decide.return_id);
    assert_int_equal(world_decide(world, COMMAND_RETURN_CANCEL, &body, BY_MERCHANT, NULL, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

static void the_moment_of_the_platforms_word_stays_what_it_was(void **state)
{
    (void)state;
    static const struct {
        enum command_kind kind;
        enum actor_kind by;
    } steps[] = {{COMMAND_RETURN_DECLINE, BY_MERCHANT},
                 {COMMAND_RETURN_DISPUTE, BY_PLATFORM},
                 {COMMAND_RETURN_ESCALATE, BY_PLATFORM},
                 {COMMAND_RETURN_DECLINE, BY_PLATFORM}};
    struct world *world = world_open(19);
    struct id order = world_order(world, MERCHANT_A, "ARB", "SHOE-42", 1, 90000, 90000);
    union command_body body = {
        .return_decide = {.return_id = world_request(world, MERCHANT_A, &order, 1, "ARBITER")}};
    const struct id *rma = &body.return_decide.return_id;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(world_return(world, RTM, rma).arbitrated_ms, 0);
        assert_int_equal(world_decide(world, steps[i].kind, &body, steps[i].by, NULL, 0), OK);
    }
    uint64_t spoken_ms = world_return(world, RTM, rma).arbitrated_ms;
    assert_int_equal(spoken_ms, world->now_ms);
    world_pass(world, 3600000);
    world_track(world, LAX, "ARBITER", TRACK_DELIVERED, world->now_ms, "d1");
    world_settle(world);
    assert_int_equal(world_return(world, RTM, rma).arrived, 1);
    assert_int_equal(world_return(world, RTM, rma).arbitrated_ms, spoken_ms);
    world_close(world);
}

static void each_command_of_a_token_stays_within_its_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    const struct id *b = &world->merchants[MERCHANT_B].merchant;
    struct order_import how = an_order(world);
    union command_body body = {.order_import = how};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, b, 0),
                     ERROR_NOT_FOUND);
    struct id order = world_order(world, MERCHANT_A, "R9", "SHOE-42", 1, 1000, 1000);
    body = (union command_body){.return_request = a_request(world, &order)};
    assert_int_equal(world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_MERCHANT, b, 0),
                     ERROR_NOT_FOUND);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    struct id box = world_box(world, LAX, "N1", NULL, shoe, 1);
    body = (union command_body){.box_receive = {
                                    .warehouse = world->nodes[LAX].warehouse,
                                    .box = box,
                                    .weight_g = 700,
                                }};
    assert_int_equal(world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_OPERATOR, b, 0), OK);
    world_settle(world); /* from here on it is claimed */
    world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_OPERATOR, b, 0);
    assert_refused(world, ERROR_NOT_FOUND, "box");
    const struct id *a = &world->merchants[MERCHANT_A].merchant;
    assert_int_equal(world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_OPERATOR, a, 0), OK);
    struct id slot;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_LOSE), OK);
    body = (union command_body){.refund_resolve = {.slot = slot, .reason = span_text("seen")}};
    world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, b, 0);
    assert_refused(world, ERROR_NOT_FOUND, "authority");
    assert_asked_in_vain(world, COMMAND_REFUND_RESOLVE, &body, b);
    assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 9),
                     ERROR_CONFLICT);
    assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_MERCHANT, NULL, 0),
                     ERROR_NO_RULE);
    body = (union command_body){
        .box_receive = {.warehouse = world->nodes[LAX].warehouse, .return_id = rma}};
    assert_int_equal(world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_OPERATOR, b, 0),
                     ERROR_NOT_FOUND);
    /* One that its slip alone gives away. */
    body.box_receive.box = world_box(world, LAX, "", &rma, shoe, 1);
    memset(&body.box_receive.return_id, 0, sizeof body.box_receive.return_id);
    world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_OPERATOR, b, 0);
    assert_refused(world, ERROR_NOT_FOUND, "box");
    struct key prefix = key_of(&rma);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_RETURN, &walk, &row));
    body = (union command_body){.unit_act = {.grade = 0}};
    memcpy(body.unit_act.unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    assert_int_equal(world_decide(world, COMMAND_UNIT_INSPECT, &body, BY_OPERATOR, b, 0),
                     ERROR_NOT_FOUND);
    union command_body release = {.unit_release = {
                                      .unit = body.unit_act.unit,
                                      .merchant = world->merchants[MERCHANT_A].merchant,
                                      .disposition = DISPOSE_DONATE,
                                  }};
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &release, BY_MERCHANT, b, 0),
                     ERROR_NOT_FOUND);
    assert_int_equal(world_decide(world, COMMAND_UNIT_INSPECT, &body, BY_OPERATOR, NULL, 5),
                     ERROR_CONFLICT);
    world_close(world);
}

/* --- goods ------------------------------------------------------------------------------------ */

static void goods_are_touched_only_where_they_stand(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    union command_body body = {.box_receive = {.warehouse = world->nodes[LAX].warehouse}};
    assert_int_equal(world_observe(world, SYD, COMMAND_BOX_RECEIVE, &body), ERROR_HELD_ELSEWHERE);
    struct id box = world_box(world, SYD, "N1", NULL, shoe, 1);
    world_settle(world);
    body.box_receive.box = box;
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), ERROR_HELD_ELSEWHERE);
    memset(&body.box_receive.box, 3, sizeof body.box_receive.box);
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), ERROR_NOT_FOUND);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    body = (union command_body){.unit_act = {.grade = 0}};
    memcpy(body.unit_act.unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    /* An unassigned unit: nobody's yet, so nobody can release it, and it can be held. */
    assert_int_equal(world_observe(world, LAX, COMMAND_UNIT_INSPECT, &body), ERROR_HELD_ELSEWHERE);
    assert_int_equal(world_observe(world, SYD, COMMAND_UNIT_INSPECT, &body), OK);
    body.unit_act.to = world->nodes[SYD].warehouse;
    assert_int_equal(world_observe(world, SYD, COMMAND_UNIT_SHIP, &body), ERROR_NOT_FOUND);
    memset(&body.unit_act.to, 3, sizeof body.unit_act.to);
    assert_int_equal(world_observe(world, SYD, COMMAND_UNIT_SHIP, &body), ERROR_NOT_FOUND);
    memset(&body.unit_act.unit, 3, sizeof body.unit_act.unit);
    assert_int_equal(world_observe(world, SYD, COMMAND_UNIT_SHIP, &body), ERROR_NOT_FOUND);
    world_close(world);
}

static void a_carriers_message_that_is_held_already_is_no_entry(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    world_track(world, GATEWAY, "n 1", TRACK_IN_TRANSIT, world->now_ms, "a");
    assert_int_equal(world->decision.drafts_count, 1);
    world_track(world, GATEWAY, "N1", TRACK_IN_TRANSIT, world->now_ms, "a");
    assert_int_equal(world->decision.error, OK);
    assert_int_equal(world->decision.drafts_count, 0);
    union command_body body = {
        .tracking = {.carrier = span_text("easypost"), .number = span_text("N1")}};
    body.tracking.dedup.bytes[0] = 1;
    assert_int_equal(world_observe(world, GATEWAY, COMMAND_TRACKING, &body), ERROR_MISSING_FIELD);
    world_close(world);
}

/* --- money ------------------------------------------------------------------------------------ */

static void the_parts_of_a_line_sum_to_the_line_and_lines_to_what_was_captured(void **state)
{
    (void)state;
    static const int64_t captured[] = {10000, 9999, 9998, 7001, 1, 3, 12000};
    for (size_t c = 0; c < sizeof captured / sizeof captured[0]; c++) {
        struct order_row order = {.lines_count = 3, .captured_minor = captured[c]};
        order.lines[0] = (struct order_row_line){.quantity = 3, .price_minor = 1000};
        order.lines[1] = (struct order_row_line){.quantity = 7, .price_minor = 1000};
        order.lines[2] = (struct order_row_line){.quantity = 2, .price_minor = 0};
        int64_t sum = 0;
        for (uint64_t line = 0; line < 3; line++)
            for (uint64_t part = 0; part < order.lines[line].quantity; part++) {
                int64_t worth = refund_worth(&order, line, part);
                assert_in_range(worth, 0, order.lines[line].price_minor);
                /* The second try of a part is worth what the first was. */
                assert_int_equal(worth, refund_worth(&order, line, part + REFUND_TRY_STRIDE));
                sum += worth;
            }
        assert_int_equal(sum, captured[c] < 10000 ? captured[c] : 10000);
    }
}

static void a_key_names_the_slot_and_nothing_else(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    struct id slot;
    struct refund_call first, again;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_true(business_refund_call(world_desk(world, RTM), &slot, &first));
    assert_int_equal(strlen(first.key), 40);
    assert_string_equal(first.provider, "sandbox");
    assert_string_equal(first.payment_ref, "pi_R1");
    assert_int_equal(first.amount_minor, 1000);
    assert_int_equal(first.attempt, 0);
    world_pass(world, DAY);
    assert_int_equal(world_result(world, &slot, DO_SUBMIT), OK);
    assert_true(business_refund_call(world_desk(world, RTM), &slot, &again));
    assert_int_equal(again.attempt, 1);
    assert_string_equal(first.key, again.key);
    assert_int_equal(world_result(world, &slot, DO_FIND_FAILED), OK);
    assert_false(business_refund_call(world_desk(world, RTM), &slot, &again));
    /* An admin asks for one more try: another slot, another key, the same amount. */
    union command_body body = {.refund_resolve = {.slot = slot, .reason = span_text("again")}};
    assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0), OK);
    struct id next;
    assert_true(world_next_effect(world, BOOK_A, &next));
    assert_memory_not_equal(next.bytes, slot.bytes, ID_BYTES);
    assert_true(business_refund_call(world_desk(world, RTM), &next, &again));
    assert_string_not_equal(first.key, again.key);
    assert_int_equal(again.amount_minor, 1000);
    /* It knows the key of the former one, by which it is asked for. */
    assert_int_equal(first.former_count, 0);
    assert_int_equal(again.former_count, 1);
    assert_string_equal(again.former[0], first.key);
    /* Once only, as long as that one stands. */
    assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0),
                     ERROR_SLOT_OPEN);
    world_close(world);
}

static void todays_cap_waits_for_tomorrow_and_a_whole_days_cap_for_a_person(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    world->merchants[MERCHANT_A].cap_minor = 1500;
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
    const char *const numbers[] = {"N1", "N2", "N3"};
    struct id returns[3];
    for (unsigned i = 0; i < 3; i++) {
        struct id order = world_order(world, MERCHANT_A, numbers[i], "SHOE-42", 1,
                                      i == 2 ? 1501 : 1000, i == 2 ? 1501 : 1000);
        returns[i] = world_request(world, MERCHANT_A, &order, 1, numbers[i]);
        world_box(world, LAX, numbers[i], NULL, shoe, 1);
        world_settle(world);
    }
    assert_int_equal(world_return(world, RTM, &returns[0]).state, RETURN_CLOSED);
    assert_int_equal(world_return(world, RTM, &returns[1]).state, RETURN_APPROVED);
    assert_int_equal(world_return(world, RTM, &returns[2]).state, RETURN_CLOSED); /* manual */
    world_pass(world, DAY);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &returns[1]).state, RETURN_CLOSED);
    unsigned manual = 0;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    while (walk_next(&world_desk(world, RTM)->rows, VIEW_REFUND, &walk, &row)) {
        struct refund_row refund;
        assert_int_equal(shape_decode(&refund_row_shape, row.value, &refund, NULL), OK);
        manual += refund.state == REFUND_MANUAL;
    }
    assert_int_equal(manual, 1);
    world_close(world);
}

static void a_unit_draws_on_its_payments_in_their_order(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    struct order_import how = an_order(world);
    how.payments_count = 2;
    how.payments[0].captured_minor = 300;
    how.payments[1] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_2"), .captured_minor = 1700};
    assert_int_equal(import(world, how), OK);
    struct id order = world->decision.entity;
    world_request(world, MERCHANT_A, &order, 2, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    struct payment_row payment;
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    assert_int_equal(payment.refunded_minor, 300);
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 1, &payment));
    assert_int_equal(payment.refunded_minor, 700);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_REFUND), 2);
    world_close(world);
}

/* Two payments of a unit, each below the cap of a day and together above it: no day would do. */
static void what_two_payments_share_above_a_days_cap_is_a_persons(void **state)
{
    (void)state;
    struct world *world = world_open(15);
    world->merchants[MERCHANT_A].cap_minor = 1000;
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
    struct order_import how = an_order(world);
    how.lines_count = 1;
    how.lines[0].quantity = 1;
    how.lines[0].price_minor = 1500;
    how.payments_count = 2;
    how.payments[0].captured_minor = 800;
    how.payments[1] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_2"), .captured_minor = 700};
    assert_int_equal(import(world, how), OK);
    struct id order = world->decision.entity;
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    for (unsigned day = 0; day < 3; day++) {
        world_pass(world, DAY);
        world_settle(world);
    }
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_REFUND), 2);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_SPENT), 0);
    world_close(world);
}

static void a_failed_store_stops_a_decision_and_a_fold(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    struct rows_memory *memory = world->nodes[RTM].memory;
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    const struct rows *rows = &world_desk(world, RTM)->rows;
    rows_memory_fail_at(memory, 1, ERROR_FULL);
    struct key key = key_of(&order);
    rows_mark(rows, VIEW_ERASED, &key);
    rows_mark(rows, VIEW_ERASED, &key); /* does nothing: the first error stands */
    assert_int_equal(rows->port->error(rows->world), ERROR_FULL);
    assert_false(rows_has(rows, VIEW_ORDER, &key));
    struct walk walk = walk_over(&key);
    struct row row;
    assert_false(walk_next(rows, VIEW_ORDER, &walk, &row));
    world_close(world);
}

/* What stands in the table of commands and in none of the deciders would be refused for ever. */
static void every_command_but_the_cores_own_has_a_decider(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_rows_count; i++) {
        enum command_kind kind = command_rows[i].kind;
        bool of_core = kind == COMMAND_MEMBER || kind == COMMAND_MERCHANT ||
                       kind == COMMAND_SUCCEEDS || kind == COMMAND_PERSON || kind == COMMAND_ERASE;
        if (business_decides(kind) == of_core) fail_msg("%s", command_rows[i].word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_with_impossible_numbers_is_refused),
        cmocka_unit_test(an_order_without_lines_payments_or_a_known_merchant_is_refused),
        cmocka_unit_test(an_order_that_is_sold_in_days_to_come_is_refused),
        cmocka_unit_test(an_order_and_a_payment_are_known_once),
        cmocka_unit_test(a_return_names_lines_that_are_sold_and_left),
        cmocka_unit_test(an_ended_return_gives_its_quantity_back_but_not_what_was_received),
        cmocka_unit_test(an_order_is_found_by_the_shops_number_of_that_merchant_only),
        cmocka_unit_test(what_moved_on_or_belongs_to_another_is_not_decided),
        cmocka_unit_test(the_moment_of_the_platforms_word_stays_what_it_was),
        cmocka_unit_test(each_command_of_a_token_stays_within_its_merchant),
        cmocka_unit_test(goods_are_touched_only_where_they_stand),
        cmocka_unit_test(a_carriers_message_that_is_held_already_is_no_entry),
        cmocka_unit_test(the_parts_of_a_line_sum_to_the_line_and_lines_to_what_was_captured),
        cmocka_unit_test(a_key_names_the_slot_and_nothing_else),
        cmocka_unit_test(todays_cap_waits_for_tomorrow_and_a_whole_days_cap_for_a_person),
        cmocka_unit_test(a_unit_draws_on_its_payments_in_their_order),
        cmocka_unit_test(what_two_payments_share_above_a_days_cap_is_a_persons),
        cmocka_unit_test(every_command_but_the_cores_own_has_a_decider),
        cmocka_unit_test(a_failed_store_stops_a_decision_and_a_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

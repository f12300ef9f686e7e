/* Money that goes ahead of goods, unit by unit: what went ahead whole for one unit is no part of
 * what the next one is worth. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct world *world_of_trust(uint64_t percent)
{
    struct world *world = world_open(21);
    union command_body body = {.policy_put = {.merchant = world->merchants[MERCHANT_A].merchant}};
    struct policy *policy = &body.policy_put.policy;
    policy->currency = 978;
    policy->windows_count = policy->auto_approve_count = policy->allow_count = 1;
    policy->windows[0].days = 60;
    policy->auto_approve[0].up_to_minor = 50000;
    policy->allow[0].buyer.bytes[0] = 1;
    policy->buyer_history = policy->instant_refund_trust = 1;
    policy->instant_refund_percent = percent;
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    return world;
}

static struct id trusted_order(struct world *world)
{
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.buyer.bytes[0] = 1;
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 2, .price_minor = 1000};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("pi_R1"), .captured_minor = 2000};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    return world->decision.entity;
}

static void pay_all(struct world *world)
{
    struct id slot;
    while (world_next_effect(world, BOOK_A, &slot)) {
        assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
        world_settle(world);
    }
}

/* What was refunded in all once the carrier had both units, and once they came. */
static void refund_both(uint64_t percent, int64_t ahead, int64_t whole)
{
    static const char *const shoes[] = {"SHOE-42", "SHOE-42"};
    struct world *world = world_of_trust(percent);
    struct id order = trusted_order(world);
    struct id rma = world_request(world, MERCHANT_A, &order, 2, "N1");
    struct payment_row payment;
    world_settle(world);
    world_track(world, LAX, "N1", TRACK_IN_TRANSIT, world->now_ms, "s1");
    world_settle(world);
    pay_all(world);
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    assert_int_equal(payment.refunded_minor, ahead);
    world_box(world, LAX, "N1", NULL, shoes, 2);
    world_settle(world);
    pay_all(world);
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    assert_int_equal(payment.refunded_minor, whole);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    world_close(world);
}

static void two_units_that_are_paid_ahead_are_both_paid_whole(void **state)
{
    (void)state;
    refund_both(100, 2000, 2000);
}

static void of_two_units_a_share_goes_ahead_and_the_rest_with_the_goods(void **state)
{
    (void)state;
    refund_both(30, 600, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_units_that_are_paid_ahead_are_both_paid_whole),
        cmocka_unit_test(of_two_units_a_share_goes_ahead_and_the_rest_with_the_goods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Fees in figures: what a policy charges for goods that come back, split to the minor unit, frozen
 * in the return, and taken off what the buyer gets; and that what is refunded and what is withheld
 * are together what the goods are worth. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- the book at hand ------------------------------------------------------------------------- */

static struct policy without_fees(void)
{
    struct policy policy = {.currency = 978, .windows_count = 1, .auto_approve_count = 1};
    policy.windows[0].days = 30;
    policy.auto_approve[0].up_to_minor = 1000000;
    return policy;
}

static void add_fee(struct policy *policy, enum fee_kind kind, enum fee_payer payer,
                    uint64_t per_mille, int64_t fixed_minor)
{
    policy->fees[policy->fees_count++] = (struct policy_fee){.class = CLASS_CHANGED_MIND,
                                                             .kind = kind,
                                                             .payer = payer,
                                                             .per_mille = per_mille,
                                                             .fixed_minor = fixed_minor};
}

static void put_after(struct world *world, const struct policy *policy, uint64_t version)
{
    union command_body body = {
        .policy_put = {.merchant = world->merchants[MERCHANT_A].merchant, .policy = *policy}};
    enum error error = world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, version);
    if (error != OK) printf("policy refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
}

static void put(struct world *world, const struct policy *policy)
{
    put_after(world, policy, 0);
}

static struct id ask_with(struct world *world, struct return_request request, const char *number)
{
    union command_body body = {.return_request = request};
    body.return_request.merchant = world->merchants[MERCHANT_A].merchant;
    body.return_request.number = span_text(number);
    enum error error = world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0);
    if (error != OK) printf("request refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
    return world->decision.entity;
}

static struct id ask(struct world *world, const struct id *order, uint64_t quantity,
                     enum reason reason, const char *number)
{
    struct return_request request = {.order = *order, .lines_count = 1};
    request.lines[0] = (struct return_line){.quantity = quantity, .reason = reason};
    return ask_with(world, request, number);
}

/* The provider pays whatever is asked of it, until nothing is left to do. */
static void pay_all(struct world *world)
{
    struct id slot;
    world_settle(world);
    while (world_next_effect(world, BOOK_A, &slot)) {
        assert_int_equal(world_result(world, &slot, DO_SUBMIT), OK);
        assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
        world_settle(world);
    }
}

static void send(struct world *world, const char *number, const char *sku, unsigned units)
{
    const char *skus[BOX_ITEMS_MAX];
    for (unsigned i = 0; i < units; i++) skus[i] = sku;
    world_box(world, LAX, number, NULL, skus, units);
    pay_all(world);
}

static struct order_row_line line_of(struct world *world, const struct id *order, uint64_t line)
{
    struct order_row row;
    assert_true(order_load(&world_desk(world, RTM)->rows, order, &row));
    return row.lines[line];
}

static struct return_line_row asked_line(struct world *world, const struct id *return_id,
                                         uint64_t line)
{
    struct return_line_row row;
    assert_true(return_line_load(&world_desk(world, RTM)->rows, return_id, line, &row));
    return row;
}

static void assert_sums(struct world *world, const struct id *order, int64_t refunded,
                        int64_t withheld)
{
    struct order_row_line line = line_of(world, order, 0);
    assert_int_equal(line.refunded_minor, refunded);
    assert_int_equal(line.withheld_minor, withheld);
}

static enum return_state state_of(struct world *world, const struct id *return_id)
{
    return (enum return_state)world_return(world, RTM, return_id).state;
}

/* --- figures ---------------------------------------------------------------------------------- */

/* 3 units of 33.35: 100.05; 10 % are 10.00, and freight is 5.00: 15.00, 5.00 a unit. */
static void a_restocking_fee_and_freight_are_taken_off_unit_by_unit(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 100, 0);
    add_fee(&policy, FEE_RETURN_FREIGHT, PAID_BY_BUYER, 0, 500);
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 3, 3335, 10005);
    struct id hats = ask(world, &order, 3, REASON_UNWANTED, "N1");
    struct return_row row = world_return(world, RTM, &hats);
    assert_int_equal(row.fees_count, 2);
    assert_int_equal(row.fees[0].kind, FEE_RESTOCKING);
    assert_int_equal(row.fees[0].payer, PAID_BY_BUYER);
    assert_int_equal(row.fees[0].amount_minor, 1000);
    assert_int_equal(row.fees[1].kind, FEE_RETURN_FREIGHT);
    assert_int_equal(row.fees[1].amount_minor, 500);
    assert_int_equal(asked_line(world, &hats, 0).fee_minor, 1500);
    send(world, "N1", "HAT", 1);
    assert_sums(world, &order, 3335 - 500, 500);
    send(world, "N1", "HAT", 2);
    assert_sums(world, &order, 10005 - 1500, 1500);
    assert_int_equal(asked_line(world, &hats, 0).withheld_minor, 1500);
    assert_int_equal(state_of(world, &hats), RETURN_CLOSED);
    world_close(world);
}

/* 1.00 over seven units: 15 15 14 14 14 14 14. */
static void a_fee_that_does_not_divide_goes_by_the_largest_remainder(void **state)
{
    (void)state;
    static const int64_t after[] = {15, 30, 44, 58, 72, 86, 100};
    struct world *world = world_open(2);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RETURN_FREIGHT, PAID_BY_BUYER, 0, 100);
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "CUP", 7, 999, 6993);
    ask(world, &order, 7, REASON_UNWANTED, "N1");
    for (unsigned i = 0; i < 7; i++) {
        send(world, "N1", "CUP", 1);
        assert_sums(world, &order, 999 * (int64_t)(i + 1) - after[i], after[i]);
    }
    world_close(world);
}

/* Freight of 5.00 on a thing of 3.00: nothing is refunded, nothing is owed, and the return ends. */
static void a_fee_above_the_worth_takes_all_of_it_and_no_more(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct policy policy = without_fees();
    struct id slot;
    add_fee(&policy, FEE_RETURN_FREIGHT, PAID_BY_BUYER, 0, 500);
    add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 100, 0);
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "PEN", 2, 300, 600);
    struct id pen = ask(world, &order, 1, REASON_UNWANTED, "N1");
    /* Restocking first: 30; and of the freight what is left to the buyer. */
    assert_int_equal(asked_line(world, &pen, 0).fee_minor, 300);
    world_box(world, LAX, "N1", NULL, (const char *const[]){"PEN"}, 1);
    world_settle(world);
    assert_false(world_next_effect(world, BOOK_A, &slot));
    assert_sums(world, &order, 0, 300);
    assert_int_equal(asked_line(world, &pen, 0).served, 1);
    assert_int_equal(state_of(world, &pen), RETURN_CLOSED);
    assert_int_equal(world_return(world, RTM, &pen).contests, 0);
    /* The other pen is the line's second part, and is paid whole where no fee is due. */
    ask(world, &order, 1, REASON_DEFECTIVE, "N2");
    send(world, "N2", "PEN", 1);
    assert_sums(world, &order, 300, 300);
    assert_int_equal(line_of(world, &order, 0).parts, 2);
    world_close(world);
}

static void who_else_owes_a_fee_is_named_and_nothing_is_taken_off(void **state)
{
    (void)state;
    static const enum fee_payer payers[] = {PAID_BY_MERCHANT, PAID_BY_PLATFORM, PAID_BY_INSURANCE};
    for (unsigned i = 0; i < 3; i++) {
        struct world *world = world_open(10 + i);
        struct policy policy = without_fees();
        add_fee(&policy, FEE_RETURN_FREIGHT, payers[i], 0, 700);
        put(world, &policy);
        struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 1, 2000, 2000);
        struct id hat = ask(world, &order, 1, REASON_UNWANTED, "N1");
        struct return_row row = world_return(world, RTM, &hat);
        assert_int_equal(row.fees_count, 1);
        assert_int_equal(row.fees[0].payer, payers[i]);
        assert_int_equal(row.fees[0].amount_minor, 700);
        assert_int_equal(asked_line(world, &hat, 0).fee_minor, 0);
        send(world, "N1", "HAT", 1);
        assert_sums(world, &order, 2000, 0);
        world_close(world);
    }
}

/* Two lines of one reason share the freight by what comes back of each; the faulty third bears
 * none of it. 12.00 over 20.00 and 10.00: 8.00 and 4.00. */
static void lines_share_a_fee_of_the_return_by_worth_and_by_reason(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RETURN_FREIGHT, PAID_BY_BUYER, 0, 1200);
    put(world, &policy);
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .lines_count = 3,
                                                .payments_count = 1}};
    static const char *const skus[] = {"HAT", "CUP", "PEN"};
    for (unsigned i = 0; i < 3; i++)
        body.order_import.lines[i] =
            (struct order_line){.sku = span_text(skus[i]), .quantity = 2, .price_minor = 1000};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("pi_R1"), .captured_minor = 6000};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    struct return_request request = {.order = world->decision.entity, .lines_count = 3};
    request.lines[0] = (struct return_line){0, 2, REASON_UNWANTED};
    request.lines[1] = (struct return_line){1, 1, REASON_COLOR};
    request.lines[2] = (struct return_line){2, 2, REASON_DEFECTIVE};
    struct id id = ask_with(world, request, "N1");
    assert_int_equal(asked_line(world, &id, 0).fee_minor, 800);
    assert_int_equal(asked_line(world, &id, 1).fee_minor, 400);
    assert_int_equal(asked_line(world, &id, 2).fee_minor, 0);
    world_close(world);
}

/* The policy that looked at the request decides, not the one in force when the goods come. */
static void a_later_policy_changes_no_fee(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 100, 0);
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 1, 2000, 2000);
    ask(world, &order, 1, REASON_UNWANTED, "N1");
    policy.fees[0].per_mille = 500;
    put_after(world, &policy, 1);
    send(world, "N1", "HAT", 1);
    assert_sums(world, &order, 1800, 200);
    world_close(world);
}

/* Nothing is asked back: there is nothing to restock, and nothing to carry. */
static void what_the_buyer_keeps_bears_no_fee(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 100, 0);
    policy.auto_approve_count = 0;
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 2, 2000, 4000);
    struct return_request request = {.order = order, .lines_count = 1, .kind = KIND_REFUND_ONLY};
    request.lines[0] = (struct return_line){0, 1, REASON_UNWANTED};
    struct id id = ask_with(world, request, "");
    assert_int_equal(world_return(world, RTM, &id).fees_count, 0);
    /* And where the merchant lets a buyer keep what was asked back. */
    struct id other = ask(world, &order, 1, REASON_UNWANTED, "N2");
    assert_int_equal(world_return(world, RTM, &other).fees_count, 1);
    union command_body body = {.return_decide = {.return_id = other, .keep = 1}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0), OK);
    pay_all(world);
    assert_sums(world, &order, 2000, 0);
    world_close(world);
}

/* What was kept as a fee may be given back: it is left of the payment and of the line. */
static void a_grant_gives_back_what_was_withheld(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 1000, 0);
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 1, 2000, 2000);
    struct id hat = ask(world, &order, 1, REASON_UNWANTED, "N1");
    send(world, "N1", "HAT", 1);
    assert_sums(world, &order, 0, 2000);
    static const struct {
        enum paid_for paid_for;
        int64_t amount_minor;
        enum error error;
    } grants[] = {{PAID_FOR_PARTIAL, 2001, ERROR_OVER_CAPTURED},
                  {PAID_FOR_PARTIAL, 1200, OK},
                  {PAID_FOR_FEE, 801, ERROR_OVER_CAPTURED},
                  {PAID_FOR_FEE, 800, OK}};
    for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++) {
        union command_body body = {.grant_give = {.return_id = hat,
                                                  .paid_for = grants[i].paid_for,
                                                  .amount_minor = grants[i].amount_minor}};
        enum error error = world_decide(world, COMMAND_GRANT_GIVE, &body, BY_MERCHANT, NULL, 0);
        assert_int_equal(error == OK, grants[i].error == OK);
        pay_all(world);
    }
    struct payment_row payment;
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    assert_int_equal(payment.refunded_minor, 2000);
    world_close(world);
}

/* A part of the price was paid before: worth 100, 30 given, fee 10: 60 when it comes. */
static void a_part_that_was_paid_before_and_a_fee_are_both_taken_off(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct policy policy = without_fees();
    add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 100, 0);
    put(world, &policy);
    struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 2, 100, 200);
    struct id hats = ask(world, &order, 2, REASON_UNWANTED, "N1");
    union command_body body = {
        .grant_give = {.return_id = hats, .paid_for = PAID_FOR_PARTIAL, .amount_minor = 30}};
    assert_int_equal(world_decide(world, COMMAND_GRANT_GIVE, &body, BY_MERCHANT, NULL, 0), OK);
    pay_all(world);
    send(world, "N1", "HAT", 1);
    assert_sums(world, &order, 30 + 90, 10);
    send(world, "N1", "HAT", 1);
    assert_sums(world, &order, 30 + 90 + 60, 20);
    world_close(world);
}

/* No entry of a faulty leader breaks a row: what no row could hold is not counted. */
static void a_fee_that_no_row_could_hold_is_not_counted(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct id order = world_order(world, MERCHANT_A, "R1", "HAT", 2, 2000, 4000);
    struct id hats = ask(world, &order, 2, REASON_UNWANTED, "N1");
    static const int64_t said[] = {MINOR_MAX, MINOR_MAX, -5};
    for (unsigned i = 0; i < 3; i++) {
        struct return_moved moved = {.return_id = hats,
                                     .verb = DO_NOTE_GRADE,
                                     .to = RETURN_APPROVED,
                                     .by = {.kind = BY_FLOOR},
                                     .at_ms = world->now_ms,
                                     .lines_count = 1,
                                     .lines[0] = {.quantity = 1, .reason = REASON_UNWANTED},
                                     .withheld_minor = said[i],
                                     .withheld_part = 7};
        world_inject(world, BOOK_A, EVENT_RETURN_MOVED, &hats, &moved);
    }
    world_deliver_all(world);
    assert_sums(world, &order, 0, MINOR_MAX);
    assert_int_equal(line_of(world, &order, 0).parts, 0);
    world_close(world);
}

/* --- by chance -------------------------------------------------------------------------------- */

/* Several returns of one line, with fees and without, whose units come in any order: what is
 * refunded and what is withheld are together the whole line, to the minor unit. */
static void refunds_and_fees_are_together_what_the_goods_are_worth(void **state)
{
    (void)state;
    unsigned eaten = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct world *world = world_open(1000 + seed);
        struct policy policy = without_fees();
        uint64_t quantity = 1 + world_random(world, 6);
        int64_t price = 1 + (int64_t)world_random(world, 900);
        int64_t total = price * (int64_t)quantity, voucher = 0;
        if (world_random(world, 3) == 0) voucher = (int64_t)world_random(world, (uint64_t)total);
        add_fee(&policy, FEE_RESTOCKING, PAID_BY_BUYER, 1 + world_random(world, 400), 0);
        add_fee(&policy, FEE_RETURN_FREIGHT, PAID_BY_BUYER, 0,
                1 + (int64_t)world_random(world, 600));
        put(world, &policy);
        struct id order =
            world_order(world, MERCHANT_A, "R1", "HAT", quantity, price, total - voucher);
        for (uint64_t left = quantity, n = 0; left > 0; n++) {
            char number[8];
            uint64_t units = 1 + world_random(world, left);
            snprintf(number, sizeof number, "N%u", (unsigned)n);
            ask(world, &order, units,
                world_random(world, 4) == 0 ? REASON_DEFECTIVE : REASON_UNWANTED, number);
            left -= units;
            for (uint64_t come = 0; come < units;) {
                unsigned now = 1 + (unsigned)world_random(world, units - come);
                send(world, number, "HAT", now);
                come += now;
            }
        }
        struct order_row_line line = line_of(world, &order, 0);
        if (line.refunded_minor + line.withheld_minor != total - voucher)
            printf("seed %u\n", (unsigned)seed);
        assert_int_equal(line.refunded_minor + line.withheld_minor, total - voucher);
        assert_int_equal(line.parts, quantity);
        eaten += line.refunded_minor == 0 ? 1 : 0;
        world_close(world);
    }
    assert_in_range(eaten, 1, 59);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restocking_fee_and_freight_are_taken_off_unit_by_unit),
        cmocka_unit_test(a_fee_that_does_not_divide_goes_by_the_largest_remainder),
        cmocka_unit_test(a_fee_above_the_worth_takes_all_of_it_and_no_more),
        cmocka_unit_test(who_else_owes_a_fee_is_named_and_nothing_is_taken_off),
        cmocka_unit_test(lines_share_a_fee_of_the_return_by_worth_and_by_reason),
        cmocka_unit_test(a_later_policy_changes_no_fee),
        cmocka_unit_test(what_the_buyer_keeps_bears_no_fee),
        cmocka_unit_test(a_grant_gives_back_what_was_withheld),
        cmocka_unit_test(a_part_that_was_paid_before_and_a_fee_are_both_taken_off),
        cmocka_unit_test(a_fee_that_no_row_could_hold_is_not_counted),
        cmocka_unit_test(refunds_and_fees_are_together_what_the_goods_are_worth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tax of refunds in figures: at the rate and of the date of the sale, by the difference to what was
 * given back before, so that a line that is refunded whole gives back its tax to the minor unit. */
#include "overseas-warehouse/hook.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TAXED_MAX 32

/* --- the book at hand ------------------------------------------------------------------------- */

struct sold {
    uint64_t quantity;
    int64_t price_minor, tax_minor;
    uint64_t tax_bp;
    int64_t voucher_minor, second_minor; /* of what is captured: less, and by a second payment */
};

static struct id sell(struct world *world, const struct sold *sold)
{
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("T1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - 5 * DAY_MS,
                                                .lines_count = 1,
                                                .payments_count = sold->second_minor > 0 ? 2 : 1}};
    int64_t captured = sold->price_minor * (int64_t)sold->quantity - sold->voucher_minor;
    body.order_import.lines[0] = (struct order_line){.sku = span_text("HAT"),
                                                     .quantity = sold->quantity,
                                                     .price_minor = sold->price_minor,
                                                     .tax_minor = sold->tax_minor,
                                                     .tax_bp = sold->tax_bp};
    body.order_import.payments[0] =
        (struct payment){.provider = span_text("sandbox"),
                         .reference = span_text("pi_T1"),
                         .captured_minor = captured - sold->second_minor};
    body.order_import.payments[1] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text("pi_T1b"),
                                                     .captured_minor = sold->second_minor};
    enum error error = world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0);
    if (error != OK) printf("order refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
    return world->decision.entity;
}

/* Pays what is to be paid, but that many of the first that are asked for fail. */
static void pay_all(struct world *world, unsigned failing)
{
    struct id slot;
    world_settle(world);
    while (world_next_effect(world, BOOK_A, &slot)) {
        assert_int_equal(world_result(world, &slot, DO_SUBMIT), OK);
        enum verb word = failing > 0 ? DO_FIND_FAILED : DO_FIND_PAID;
        assert_int_equal(world_result(world, &slot, word), OK);
        if (failing > 0) failing--;
        world_settle(world);
    }
}

static void come(struct world *world, unsigned units)
{
    const char *skus[BOX_ITEMS_MAX];
    for (unsigned i = 0; i < units; i++) skus[i] = "HAT";
    world_box(world, LAX, "N1", NULL, skus, units);
    pay_all(world, 0);
}

static void give(struct world *world, const struct id *return_id, enum paid_for paid_for,
                 int64_t amount_minor)
{
    union command_body body = {.grant_give = {.return_id = *return_id,
                                              .paid_for = paid_for,
                                              .amount_minor = amount_minor,
                                              .reason = span_text("so it is")}};
    assert_int_equal(world_decide(world, COMMAND_GRANT_GIVE, &body, BY_MERCHANT, NULL, 0), OK);
    pay_all(world, 0);
}

struct taxed {
    struct refund_row row[TAXED_MAX];
    struct id slot[TAXED_MAX];
    unsigned count;
    int64_t refunded_minor, tax_minor; /* of those that have not failed */
};

static void look(struct world *world, struct taxed *taxed)
{
    const struct rows *rows = &world_desk(world, RTM)->rows;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row found;
    *taxed = (struct taxed){.count = 0};
    while (walk_next(rows, VIEW_REFUND, &walk, &found)) {
        assert_true(taxed->count < TAXED_MAX);
        struct refund_row *row = &taxed->row[taxed->count];
        memcpy(taxed->slot[taxed->count++].bytes, walk.at.bytes, ID_BYTES);
        assert_int_equal(shape_decode(&refund_row_shape, found.value, row, NULL), OK);
        if (row->state == REFUND_FAILED) continue;
        taxed->refunded_minor += row->amount_minor;
        taxed->tax_minor += row->tax_minor;
    }
}

static void assert_tax(struct world *world, int64_t refunded, int64_t tax)
{
    struct taxed taxed;
    look(world, &taxed);
    assert_int_equal(taxed.refunded_minor, refunded);
    assert_int_equal(taxed.tax_minor, tax);
}

static struct refund_row refund_of(const struct taxed *taxed, enum paid_for paid_for)
{
    for (unsigned i = 0; i < taxed->count; i++)
        if (taxed->row[i].paid_for == (uint64_t)paid_for) return taxed->row[i];
    fail_msg("no such refund");
    return taxed->row[0];
}

/* --- figures ---------------------------------------------------------------------------------- */

/* 3 of 10.00 bear 4.79 at 19 %: 1.60, 1.59 and 1.60. */
static void three_units_give_back_the_tax_of_the_line(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){3, 1000, 479, 1900, 0, 0});
    world_request(world, MERCHANT_A, &order, 3, "N1");
    come(world, 1);
    assert_tax(world, 1000, 160);
    come(world, 1);
    assert_tax(world, 2000, 319);
    come(world, 1);
    assert_tax(world, 3000, 479);
    look(world, &taxed);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(taxed.row[i].tax_bp, 1900);
        assert_int_equal(taxed.row[i].sold_ms, world->now_ms - 5 * DAY_MS);
    }
    world_close(world);
}

/* 7 % of 21.40 are 1.40. */
static void the_rate_alone_says_the_tax(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id order = sell(world, &(struct sold){2, 1070, 0, 700, 0, 0});
    world_request(world, MERCHANT_A, &order, 2, "N1");
    come(world, 1);
    assert_tax(world, 1070, 70);
    come(world, 1);
    assert_tax(world, 2140, 140);
    world_close(world);
}

static void a_line_of_unknown_tax_says_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){1, 1000, 0, 0, 0, 0});
    world_request(world, MERCHANT_A, &order, 1, "N1");
    come(world, 1);
    look(world, &taxed);
    assert_int_equal(taxed.count, 1);
    assert_int_equal(taxed.row[0].tax_minor, 0);
    assert_int_equal(taxed.row[0].sold_ms, 0);
    world_close(world);
}

/* A unit of 10.00 with 1.60 of tax, paid back by two payments: 3.33 with 0.53 and 6.67 with 1.07.
 */
static void two_payments_of_one_unit_share_its_tax(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){1, 1000, 160, 0, 0, 667});
    world_request(world, MERCHANT_A, &order, 1, "N1");
    come(world, 1);
    look(world, &taxed);
    assert_int_equal(taxed.count, 2);
    assert_tax(world, 1000, 160);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(taxed.row[i].tax_minor, taxed.row[i].amount_minor == 333 ? 53 : 107);
    world_close(world);
}

/* A voucher paid half: what was captured is refunded, with the tax that is in it at the rate. */
static void of_what_a_voucher_paid_no_tax_is_given_back(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id order = sell(world, &(struct sold){2, 1000, 319, 1900, 1000, 0});
    world_request(world, MERCHANT_A, &order, 2, "N1");
    come(world, 2);
    assert_tax(world, 1000, 160);
    world_close(world);
}

/* A part of the price bears its tax; goodwill and postage are of no line, and bear none. */
static void grants_bear_tax_where_they_are_of_a_line(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){2, 1190, 380, 1900, 0, 0});
    struct id hats = world_request(world, MERCHANT_A, &order, 2, "N1");
    give(world, &hats, PAID_FOR_GOODWILL, 100);
    give(world, &hats, PAID_FOR_POSTAGE, 50);
    give(world, &hats, PAID_FOR_PARTIAL, 119);
    look(world, &taxed);
    assert_int_equal(taxed.count, 3);
    assert_int_equal(refund_of(&taxed, PAID_FOR_GOODWILL).tax_minor, 0);
    assert_int_equal(refund_of(&taxed, PAID_FOR_GOODWILL).sold_ms, 0);
    assert_int_equal(refund_of(&taxed, PAID_FOR_POSTAGE).tax_minor, 0);
    assert_int_equal(refund_of(&taxed, PAID_FOR_PARTIAL).tax_minor, 19);
    world_close(world);
}

/* What failed gives its tax back to the line; what is tried in its stead, later, takes it up. */
static void a_refund_that_failed_and_is_tried_again_bears_its_tax_once(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){3, 1000, 479, 1900, 0, 0});
    world_request(world, MERCHANT_A, &order, 3, "N1");
    world_box(world, LAX, "N1", NULL, (const char *const[]){"HAT"}, 1);
    pay_all(world, 1);
    assert_tax(world, 0, 0);
    come(world, 2);
    assert_tax(world, 2000, 319);
    look(world, &taxed);
    for (unsigned i = 0; i < taxed.count; i++) {
        if (taxed.row[i].state != REFUND_FAILED) continue;
        union command_body body = {.refund_resolve = {.slot = taxed.slot[i]}};
        assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0), OK);
    }
    pay_all(world, 0);
    assert_tax(world, 3000, 479);
    world_close(world);
}

/* 1.00 of tax in three of 5.00: 0.33, 0.34 and 0.33. The second fails, the third takes up its cent,
 * and so the second bears one less when a person pays it by other means. */
static void what_failed_and_is_paid_by_other_means_bears_the_tax_that_is_left(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){3, 500, 100, 0, 0, 0});
    world_request(world, MERCHANT_A, &order, 3, "N1");
    come(world, 1);
    world_box(world, LAX, "N1", NULL, (const char *const[]){"HAT"}, 1);
    pay_all(world, 1);
    assert_tax(world, 500, 33);
    come(world, 1);
    assert_tax(world, 1000, 67);
    look(world, &taxed);
    for (unsigned i = 0; i < taxed.count; i++) {
        if (taxed.row[i].state != REFUND_FAILED) continue;
        assert_int_equal(taxed.row[i].tax_minor, 34);
        union command_body body = {.refund_resolve = {.slot = taxed.slot[i], .paid = 1}};
        assert_int_equal(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0), OK);
    }
    world_settle(world);
    assert_tax(world, 1500, 100);
    world_close(world);
}

/* The shop corrects the rate after a unit was refunded: what was refunded says what it said. */
static void an_amendment_changes_no_refund_that_was_made(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){2, 1190, 380, 1900, 0, 0});
    world_request(world, MERCHANT_A, &order, 2, "N1");
    come(world, 1);
    union command_body body = {
        .order_amend = {
            .order = order,
            .sold_ms = world->now_ms - 9 * DAY_MS,
            .lines_count = 1,
            .lines[0] = {.line = 0, .price_minor = 1190, .tax_minor = 156, .tax_bp = 700}}};
    assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &body, BY_MERCHANT, NULL, 1), OK);
    look(world, &taxed);
    assert_int_equal(taxed.row[0].tax_minor, 190);
    assert_int_equal(taxed.row[0].tax_bp, 1900);
    assert_int_equal(taxed.row[0].sold_ms, world->now_ms - 5 * DAY_MS);
    come(world, 1); /* the line bears 1.56 now, and more was given back already */
    assert_tax(world, 2380, 190);
    world_close(world);
}

/* No entry of a faulty leader breaks a row: more tax than money is no refund of ours. */
static void an_entry_with_more_tax_than_money_folds_to_nothing(void **state)
{
    (void)state;
    static const int64_t taxes[] = {-1, 1001};
    struct world *world = world_open(9);
    struct taxed taxed;
    struct id order = sell(world, &(struct sold){1, 1000, 160, 0, 0, 0});
    struct id hat = world_request(world, MERCHANT_A, &order, 1, "N1");
    struct payment_row payment;
    assert_true(payment_load(&world_desk(world, RTM)->rows, &order, 0, &payment));
    struct slot_of of = {world->merchants[MERCHANT_A].merchant, hat, PAID_FOR_LINE, 0, 0};
    struct refund_moved moved = {.slot = slot_id(&world->crypto.crypto, &of, &payment),
                                 .verb = DO_INTEND,
                                 .to = REFUND_INTENDED,
                                 .by = {.kind = BY_POLICY},
                                 .at_ms = world->now_ms,
                                 .return_id = hat,
                                 .order = order,
                                 .paid_for = PAID_FOR_LINE,
                                 .amount_minor = 1000,
                                 .currency = 978};
    for (unsigned i = 0; i < 2; i++) {
        moved.tax_minor = taxes[i];
        world_inject(world, BOOK_A, EVENT_REFUND_MOVED, &moved.slot, &moved);
        world_deliver_all(world);
        look(world, &taxed);
        assert_int_equal(taxed.count, 0);
    }
    world_close(world);
}

/* The shop hears of it: what an entry of the refund makes for its endpoint. */
static void a_webhook_tells_the_tax_of_a_refund(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct taxed taxed;
    char text[HOOK_BODY_BYTES_MAX];
    struct span out;
    union event_body body;
    struct id order = sell(world, &(struct sold){3, 1000, 479, 1900, 0, 0});
    world_request(world, MERCHANT_A, &order, 3, "N1");
    come(world, 1);
    look(world, &taxed);
    memset(&body, 0, sizeof body);
    body.refund_moved = (struct refund_moved){.slot = taxed.slot[0], .to = REFUND_SETTLED};
    const struct hook_entry entry = {.kind = EVENT_REFUND_MOVED, .idx = 5, .body = &body};
    assert_true(hook_body(&world_desk(world, RTM)->rows, &entry, HOOK_REFUND_SETTLED, world->now_ms,
                          text, &out));
    static const char *const said[] = {"\"amount_minor\":1000", "\"tax_minor\":160",
                                       "\"tax_bp\":1900", "\"sold\":\""};
    for (unsigned i = 0; i < 4; i++)
        assert_non_null(memmem(out.at, out.size, said[i], strlen(said[i])));
    world_close(world);
}

/* --- by chance -------------------------------------------------------------------------------- */

static int64_t nearest(int64_t tax, int64_t part, int64_t whole)
{
    return (2 * tax * part + whole) / (2 * whole);
}

/* Lines, taxes, payments, fees, parts of the price and the order in which things come: what was
 * given back so far bears the tax of just that much; and all of it, when it is all. */
static void the_tax_of_all_refunds_is_the_tax_of_what_was_refunded(void **state)
{
    (void)state;
    unsigned whole = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct world *world = world_open(2000 + seed);
        struct sold sold = {.quantity = 1 + world_random(world, 6),
                            .price_minor = 20 + (int64_t)world_random(world, 3000)};
        int64_t price = sold.price_minor * (int64_t)sold.quantity;
        sold.tax_minor = 1 + (int64_t)world_random(world, (uint64_t)price / 3);
        if (world_random(world, 2) == 0)
            sold.second_minor = 1 + (int64_t)world_random(world, (uint64_t)price - 1);
        if (world_random(world, 2) == 0) {
            union command_body body = {
                .policy_put = {.merchant = world->merchants[MERCHANT_A].merchant}};
            struct policy *policy = &body.policy_put.policy;
            policy->currency = 978;
            policy->auto_approve_count = policy->windows_count = policy->fees_count = 1;
            policy->windows[0].days = 30;
            policy->auto_approve[0].up_to_minor = 1000000;
            policy->fees[0] = (struct policy_fee){.kind = FEE_RESTOCKING,
                                                  .payer = PAID_BY_BUYER,
                                                  .per_mille = 1 + world_random(world, 300)};
            assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, 0),
                             OK);
        }
        struct id order = sell(world, &sold);
        struct id hats = world_request(world, MERCHANT_A, &order, sold.quantity, "N1");
        union command_body approve = {.return_decide = {.return_id = hats}};
        if (world_return(world, RTM, &hats).state == RETURN_REQUESTED)
            assert_int_equal(
                world_decide(world, COMMAND_RETURN_APPROVE, &approve, BY_MERCHANT, NULL, 0), OK);
        if (world_random(world, 2) == 0)
            give(world, &hats, PAID_FOR_PARTIAL,
                 1 + (int64_t)world_random(world, (uint64_t)sold.price_minor / 2));
        for (uint64_t left = sold.quantity; left > 0;) {
            struct taxed taxed;
            unsigned now = 1 + (unsigned)world_random(world, left);
            come(world, now);
            left -= now;
            look(world, &taxed);
            assert_int_equal(taxed.tax_minor, nearest(sold.tax_minor, taxed.refunded_minor, price));
            whole += taxed.refunded_minor == price ? 1 : 0;
        }
        world_close(world);
    }
    assert_in_range(whole, 10, 59);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_units_give_back_the_tax_of_the_line),
        cmocka_unit_test(the_rate_alone_says_the_tax),
        cmocka_unit_test(a_line_of_unknown_tax_says_nothing),
        cmocka_unit_test(two_payments_of_one_unit_share_its_tax),
        cmocka_unit_test(of_what_a_voucher_paid_no_tax_is_given_back),
        cmocka_unit_test(grants_bear_tax_where_they_are_of_a_line),
        cmocka_unit_test(a_refund_that_failed_and_is_tried_again_bears_its_tax_once),
        cmocka_unit_test(what_failed_and_is_paid_by_other_means_bears_the_tax_that_is_left),
        cmocka_unit_test(an_amendment_changes_no_refund_that_was_made),
        cmocka_unit_test(an_entry_with_more_tax_than_money_folds_to_nothing),
        cmocka_unit_test(a_webhook_tells_the_tax_of_a_refund),
        cmocka_unit_test(the_tax_of_all_refunds_is_the_tax_of_what_was_refunded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

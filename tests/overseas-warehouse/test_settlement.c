/* A settlement file against a node's refunds: one refund or two, a line or three, and exactly what
 * differs. */
#include "overseas-warehouse/payment/settlement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX  8
#define FROM 1000u
#define TO   2000u
#define EUR  978
#define JPY  392

static struct settlement_refund refunds[MAX];
static struct settlement_line lines[MAX];
static size_t refunds_count, lines_count;
static struct difference told[4 * MAX];
static size_t told_count;

static void begin(void)
{
    refunds_count = lines_count = 0;
}

/* Paid as `reference` under `key`, of the payment pi_1, within the period. */
static struct settlement_refund *here(const char *reference, const char *key,
                                      enum refund_state state)
{
    struct settlement_refund *refund = &refunds[refunds_count++];
    *refund = (struct settlement_refund){.reference = span_text(reference),
                                         .key = span_text(key),
                                         .payment = span_text("pi_1"),
                                         .amount_minor = 1990,
                                         .currency = EUR,
                                         .intended_ms = FROM,
                                         .moved_ms = FROM + 1,
                                         .state = state,
                                         .sent = true};
    refund->slot.bytes[0] = (uint8_t)refunds_count;
    return refund;
}

/* Lines are numbered from 2. */
static struct settlement_line *there(const char *reference, const char *key, bool failed)
{
    struct settlement_line *line = &lines[lines_count++];
    *line = (struct settlement_line){.at = lines_count + 1,
                                     .reference = span_text(reference),
                                     .key = span_text(key),
                                     .payment = span_text("pi_1"),
                                     .amount_minor = 1990,
                                     .currency = EUR,
                                     .failed = failed};
    return line;
}

static void tell(void *world, const struct difference *difference)
{
    (void)world;
    assert_true(told_count < 4 * MAX);
    told[told_count++] = *difference;
}

static void compare(void)
{
    uint32_t by_ref[MAX], refunds_by_ref[MAX], refunds_by_key[MAX];
    struct settlement settlement = {.lines = lines,
                                    .lines_count = lines_count,
                                    .refunds = refunds,
                                    .refunds_count = refunds_count,
                                    .from_ms = FROM,
                                    .to_ms = TO,
                                    .lines_by_ref = by_ref,
                                    .refunds_by_ref = refunds_by_ref,
                                    .refunds_by_key = refunds_by_key,
                                    .tell = tell};
    told_count = 0;
    uint64_t count = settlement_compare(&settlement);
    assert_int_equal(count, told_count);
}

/* Just this one difference; at: its line, 0 for none. */
static void differs(enum difference_kind kind, uint64_t at)
{
    compare();
    if (told_count != 1) fail_msg("%zu differences", told_count);
    assert_string_equal(difference_word(told[0].kind), difference_word(kind));
    assert_int_equal(told[0].line == NULL ? 0 : told[0].line->at, at);
}

static void agrees(void)
{
    compare();
    if (told_count != 0) fail_msg("%s", difference_word(told[0].kind));
}

static void says(const char *expected, const char *found)
{
    char wanted[SETTLEMENT_SAID_BYTES], seen[SETTLEMENT_SAID_BYTES];
    difference_say(&told[0], wanted, seen);
    assert_string_equal(wanted, expected);
    assert_string_equal(seen, found);
}

/* --- what agrees ----------------------------------------------------------------------------- */

static void what_was_paid_here_and_there_agrees(void **state)
{
    (void)state;
    begin();
    agrees();
    here("re_2", "K2", REFUND_SETTLED);
    here("re_1", "K1", REFUND_SETTLED);
    there("re_1", "K1", false);
    there("re_2", "K2", false);
    agrees();
}

static void a_line_is_known_by_its_key_or_by_its_reference(void **state)
{
    (void)state;
    begin();
    here("", "K1", REFUND_SETTLED);
    here("re_2", "K2", REFUND_SETTLED);
    there("re_1", "K1", false);
    there("re_2", "", false);
    agrees();
}

static void what_failed_here_and_there_agrees(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_FAILED);
    here("re_2", "K2", REFUND_FAILED);
    there("re_1", "K1", false);
    there("re_1", "K1", true);
    there("re_2", "K2", true); /* it was paid in the period before */
    agrees();
}

static void what_is_still_on_its_way_need_not_be_there(void **state)
{
    (void)state;
    begin();
    here("", "K1", REFUND_INTENDED);
    here("", "K2", REFUND_SUBMITTED);
    here("", "K3", REFUND_UNKNOWN);
    here("", "K4", REFUND_MANUAL);
    here("", "K5", REFUND_FAILED);
    here("", "K6", REFUND_SETTLED)->sent = false; /* a person paid it by other means */
    agrees();
}

static void a_failed_try_beside_the_one_that_paid_is_no_difference(void **state)
{
    (void)state;
    begin();
    here("re_2", "K1", REFUND_SETTLED);
    there("re_1", "K1", false);
    there("re_1", "K1", true);
    there("re_2", "K1", false);
    agrees();
    refunds[0].reference = span_text(""); /* which of them paid is not known here */
    agrees();
}

static void only_refunds_of_the_period_must_be_there(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED)->intended_ms = FROM - 1;
    here("re_2", "K2", REFUND_SETTLED)->intended_ms = TO;
    agrees();
    refunds[0].intended_ms = FROM;
    refunds[1].intended_ms = TO;
    differs(DIFFERENCE_NOT_THERE, 0);
    begin();
    here("re_1", "K1", REFUND_SETTLED)->intended_ms = FROM - 1;
    there("re_1", "K1", false)->amount_minor = 1;
    differs(DIFFERENCE_AMOUNT, 2);
}

/* Lost in the file, and won here: in the period that must stand there, and after it it cannot. */
static void a_dispute_that_was_won_later_is_lost_in_its_own_period(void **state)
{
    (void)state;
    begin();
    here("dp_1", "", REFUND_FAILED)->dispute = true;
    refunds[0].moved_ms = TO;
    there("dp_1", "", false)->dispute = true;
    agrees();
    refunds[0].moved_ms = TO - 1;
    differs(DIFFERENCE_PAID_THERE, 2);
    refunds[0].moved_ms = TO;
    refunds[0].dispute = false; /* a refund that failed here and is paid there is a person's */
    differs(DIFFERENCE_PAID_THERE, 2);
    begin(); /* the file of the period in which it was won */
    here("dp_1", "", REFUND_FAILED)->dispute = true;
    refunds[0].intended_ms = FROM - 1;
    there("dp_1", "", true)->dispute = true;
    agrees();
}

/* --- what differs ---------------------------------------------------------------------------- */

static void a_refund_made_elsewhere_is_told_once(void **state)
{
    (void)state;
    begin();
    there("re_9", "", false);
    differs(DIFFERENCE_NOT_HERE, 2);
    says("nothing", "19.90 EUR of \"pi_1\"");
    begin();
    there("re_9", "K9", false);
    there("re_9", "K9", true);
    differs(DIFFERENCE_NOT_HERE, 3);
    says("nothing", "19.90 EUR of \"pi_1\", failed");
}

static void a_refund_that_is_paid_here_only_is_told(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    differs(DIFFERENCE_NOT_THERE, 0);
    says("19.90 EUR of \"pi_1\"", "nothing");
    there("re_9", "K1", false); /* another try of the slot, which failed */
    there("re_9", "K1", true);
    differs(DIFFERENCE_NOT_THERE, 0);
    lines_count = 0;
    refunds[0].moved_ms = TO;
    differs(DIFFERENCE_NOT_THERE, 0);
    says("19.90 EUR of \"pi_1\"", "nothing; settled after the period: look into the next file");
}

static void another_amount_or_currency_is_told(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    there("re_1", "K1", false)->amount_minor = 1991;
    differs(DIFFERENCE_AMOUNT, 2);
    says("19.90 EUR", "19.91 EUR");
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    there("re_1", "K1", false)->currency = JPY;
    differs(DIFFERENCE_CURRENCY, 2);
    says("19.90 EUR", "1990 JPY");
}

static void what_is_paid_there_and_not_settled_here_is_told(void **state)
{
    static const enum refund_state states[] = {REFUND_INTENDED, REFUND_SUBMITTED, REFUND_FAILED,
                                               REFUND_UNKNOWN, REFUND_MANUAL};
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        begin();
        here("", "K1", states[i]);
        there("re_1", "K1", false);
        differs(DIFFERENCE_PAID_THERE, 2);
        says(word_of(&refund_state_words, states[i]), "paid");
    }
}

static void what_failed_there_and_not_here_is_told_once(void **state)
{
    static const enum refund_state states[] = {REFUND_INTENDED, REFUND_SUBMITTED, REFUND_SETTLED,
                                               REFUND_UNKNOWN, REFUND_MANUAL};
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        begin();
        here("re_1", "K1", states[i]);
        there("re_1", "K1", false);
        there("re_1", "K1", true);
        differs(DIFFERENCE_FAILED_THERE, 3);
        says(word_of(&refund_state_words, states[i]), "failed");
    }
}

static void what_is_there_twice_is_told(void **state)
{
    (void)state;
    begin(); /* one refund on two lines */
    here("re_1", "K1", REFUND_SETTLED);
    there("re_1", "K1", false);
    there("re_1", "K1", false)->amount_minor = 5;
    differs(DIFFERENCE_TWICE, 3);
    says("once, in line 2", "paid again");
    begin(); /* two refunds of one slot, and the node knows of the second */
    here("re_2", "K1", REFUND_SETTLED);
    there("re_1", "K1", false);
    there("re_2", "K1", false);
    differs(DIFFERENCE_TWICE, 2);
    says("once, in line 3", "paid again");
    begin(); /* the node knows of neither */
    here("", "K1", REFUND_SETTLED);
    there("re_1", "K1", false);
    there("re_2", "K1", false);
    differs(DIFFERENCE_TWICE, 3);
    begin(); /* the first stood in the file of an earlier period */
    here("re_1", "K1", REFUND_SETTLED)->intended_ms = FROM - 1;
    there("re_2", "K1", false);
    differs(DIFFERENCE_TWICE, 2);
    says("once, as \"re_1\"", "paid again");
    begin(); /* one that failed, on two lines */
    here("re_1", "K1", REFUND_FAILED);
    there("re_1", "K1", true);
    there("re_1", "K1", true);
    differs(DIFFERENCE_TWICE, 3);
    says("once, in line 2", "failed again");
    begin(); /* one that this node never heard of */
    there("re_9", "", false);
    there("re_9", "", false);
    compare();
    assert_int_equal(told_count, 2);
    assert_int_equal(told[0].kind, DIFFERENCE_NOT_HERE);
    assert_int_equal(told[1].kind, DIFFERENCE_TWICE);
}

static void a_refund_of_another_payment_is_told(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    there("re_1", "K1", false)->payment = span_text("pi_2");
    differs(DIFFERENCE_OTHER_PAYMENT, 2);
    says("\"pi_1\"", "\"pi_2\"");
}

static void a_refund_with_another_slots_key_is_told(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    here("re_2", "K2", REFUND_SETTLED);
    there("re_1", "K2", false);
    there("re_2", "K2", false);
    differs(DIFFERENCE_OTHER_SLOT, 2);
    says("\"K1\"", "\"K2\"");
}

static void a_slot_that_another_refund_paid_is_told(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    there("re_7", "K1", false);
    differs(DIFFERENCE_OTHER_REFERENCE, 2);
    says("\"re_1\"", "\"re_7\"");
}

static void one_line_may_differ_in_several_ways(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_FAILED);
    struct settlement_line *line = there("re_1", "K2", false);
    line->payment = span_text("pi_2");
    line->amount_minor = 1;
    compare();
    assert_int_equal(told_count, 4);
    assert_int_equal(told[0].kind, DIFFERENCE_AMOUNT);
    assert_int_equal(told[1].kind, DIFFERENCE_OTHER_PAYMENT);
    assert_int_equal(told[2].kind, DIFFERENCE_OTHER_SLOT);
    assert_int_equal(told[3].kind, DIFFERENCE_PAID_THERE);
}

/* A person wrote one reference to two refunds. */
static void one_line_pays_one_refund(void **state)
{
    (void)state;
    begin();
    here("re_1", "K1", REFUND_SETTLED);
    here("re_1", "K2", REFUND_SETTLED);
    there("re_1", "K2", false);
    differs(DIFFERENCE_NOT_THERE, 0);
    assert_ptr_equal(told[0].refund, &refunds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_paid_here_and_there_agrees),
        cmocka_unit_test(a_line_is_known_by_its_key_or_by_its_reference),
        cmocka_unit_test(what_failed_here_and_there_agrees),
        cmocka_unit_test(what_is_still_on_its_way_need_not_be_there),
        cmocka_unit_test(a_failed_try_beside_the_one_that_paid_is_no_difference),
        cmocka_unit_test(only_refunds_of_the_period_must_be_there),
        cmocka_unit_test(a_dispute_that_was_won_later_is_lost_in_its_own_period),
        cmocka_unit_test(a_refund_made_elsewhere_is_told_once),
        cmocka_unit_test(a_refund_that_is_paid_here_only_is_told),
        cmocka_unit_test(another_amount_or_currency_is_told),
        cmocka_unit_test(what_is_paid_there_and_not_settled_here_is_told),
        cmocka_unit_test(what_failed_there_and_not_here_is_told_once),
        cmocka_unit_test(what_is_there_twice_is_told),
        cmocka_unit_test(a_refund_of_another_payment_is_told),
        cmocka_unit_test(a_refund_with_another_slots_key_is_told),
        cmocka_unit_test(a_slot_that_another_refund_paid_is_told),
        cmocka_unit_test(one_line_may_differ_in_several_ways),
        cmocka_unit_test(one_line_pays_one_refund),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

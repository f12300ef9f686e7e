/* What a provider tells of its own accord: at any node, before or after the refund is known there,
 * twice, late, of another amount. The book takes it up once, and every node holds the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/payment/payment.h"
#include "tests/node/core/core_story.h"

static struct refund_call sent; /* the last call that left */

static void keep_call(struct world *w, struct host *host, enum call_kind kind,
                      const struct refund_call *call)
{
    (void)w, (void)host, (void)kind;
    sent = *call;
}

/* The merchant's provider tells by webhook only, and is not done with anything. */
static int open_told(void **state)
{
    int opened = open_world(state);
    world->on_call = keep_call;
    world->accounts.at[0].tells = true;
    world->provider.can_ask = false;
    world->provider.done_at_us = UINT64_MAX;
    return opened;
}

static const struct answer_out *tell(unsigned at, uint8_t number, enum refund_outcome outcome,
                                     const char *ref, int64_t minor)
{
    union command_body body = {.refund_told = {.merchant = LANTERN,
                                               .provider = span_text("stripe"),
                                               .key = span_text(sent.key),
                                               .outcome = outcome,
                                               .provider_ref = span_text(ref),
                                               .payment = span_text(sent.payment_ref),
                                               .amount_minor = minor,
                                               .currency = 978}};
    body.refund_told.dedup.bytes[0] = number;
    const struct answer_out *answer = submit(at, COMMAND_REFUND_TOLD, BY_PROVIDER, 0, &body);
    run_seconds(10);
    return answer;
}

static struct refund_row the_refund(unsigned at)
{
    struct refund_row row;
    assert_true(refund_load(open_rows(at), &sent.slot, &row));
    close_rows(at);
    return row;
}

static void make_refund(void)
{
    receive_one("SZ-1");
    run_seconds(10);
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
}

static void cut(bool now)
{
    network_set_cut(world, 0, 1, now);
    network_set_cut(world, 1, 0, now);
}

static void what_is_told_at_any_node_settles_the_slot(void **state)
{
    (void)state;
    make_refund();
    assert_int_equal(ANSWER_OBSERVED, tell(1, 1, OUTCOME_PAID, "re_9", 2999)->state);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(1, count_refunds(1, REFUND_SETTLED));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

static void a_failure_frees_the_money(void **state)
{
    (void)state;
    make_refund();
    tell(0, 1, OUTCOME_FAILED, "re_9", 2999);
    assert_int_equal(1, count_refunds(0, REFUND_FAILED));
    struct refund_row row = the_refund(0);
    struct payment_row payment;
    assert_true(payment_load(open_rows(0), &row.order, row.payment, &payment));
    assert_int_equal(0, payment.refunded_minor);
    close_rows(0);
}

static void what_is_told_twice_or_too_late_is_harmless(void **state)
{
    (void)state;
    make_refund();
    assert_false(tell(0, 1, OUTCOME_PAID, "re_9", 2999)->duplicate);
    assert_true(tell(0, 1, OUTCOME_PAID, "re_9", 2999)->duplicate);
    assert_true(tell(1, 1, OUTCOME_PAID, "re_9", 2999)->duplicate);
    uint64_t version = the_refund(0).version;
    tell(1, 2, OUTCOME_PAID, "re_9", 2999);
    tell(0, 3, OUTCOME_FAILED, "re_8", 2999); /* a try that failed beside the one that paid */
    assert_int_equal(version, the_refund(0).version);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

/* The node that is told may not have heard of the refund yet. */
static void what_is_told_before_the_refund_is_known_waits_for_it(void **state)
{
    (void)state;
    cut(true);
    make_refund();
    tell(1, 1, OUTCOME_PAID, "re_9", 2999);
    assert_int_equal(0, count_rows(1, VIEW_REFUND));
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
    cut(false);
    run_seconds(3600);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(1, count_refunds(1, REFUND_SETTLED));
    assert_same_digests();
}

static void a_late_word_settles_what_had_become_unknown(void **state)
{
    (void)state;
    make_refund();
    world_run(world, world->now_us + 15 * DAY_US);
    host_turn_soon(&world->host[0]);
    run_seconds(30);
    assert_int_equal(1, count_refunds(0, REFUND_UNKNOWN));
    tell(1, 1, OUTCOME_PAID, "re_9", 2999);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
}

static void another_amount_is_a_persons(void **state)
{
    (void)state;
    make_refund();
    tell(0, 1, OUTCOME_PAID, "re_9", 2998);
    assert_int_equal(1, count_refunds(0, REFUND_UNKNOWN));
    /* Nor does a failure beside it free money that may have moved. */
    tell(0, 2, OUTCOME_FAILED, "re_8", 2999);
    assert_int_equal(1, count_refunds(0, REFUND_UNKNOWN));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    tell(0, 3, OUTCOME_PAID, "re_9", 2999);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
}

/* The messages of one refund in the wrong order: the failure is the last word about it. */
static void what_was_paid_and_came_back_has_failed(void **state)
{
    (void)state;
    cut(true);
    make_refund();
    tell(1, 2, OUTCOME_FAILED, "re_9", 2999);
    tell(1, 1, OUTCOME_PAID, "re_9", 2999);
    cut(false);
    run_seconds(3600);
    assert_int_equal(1, count_refunds(0, REFUND_FAILED));
    assert_same_digests();
}

/* A message that brings no key back names the refund by the provider's own reference. */
static struct payment_row the_payment(unsigned at)
{
    struct refund_row row = the_refund(at);
    struct payment_row payment;
    assert_true(payment_load(open_rows(at), &row.order, row.payment, &payment));
    close_rows(at);
    return payment;
}

/* Paid, and sent back by the buyer's bank days later: the money is the merchant's again, and the
 * buyer's refund a person's. */
static void what_comes_back_later_is_free_and_a_persons(void **state)
{
    (void)state;
    make_refund();
    tell(0, 1, OUTCOME_PAID, "re_9", 2999);
    assert_int_equal(2999, the_payment(0).refunded_minor);
    tell(1, 2, OUTCOME_FAILED, "re_9", 2999);
    assert_int_equal(1, count_refunds(0, REFUND_FAILED));
    assert_int_equal(1, the_refund(1).came_back);
    assert_int_equal(0, the_payment(0).refunded_minor);
    assert_int_equal(1, count_rows(0, VIEW_CONFLICT));
    run_seconds(3600); /* nobody tries it again unasked */
    assert_int_equal(1, count_rows(0, VIEW_REFUND));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

static void resolve(uint64_t paid, unsigned key)
{
    union command_body body = {.refund_resolve = {.slot = sent.slot,
                                                  .paid = paid,
                                                  .reason = span_text("seen in its ledger")}};
    submit(0, COMMAND_REFUND_RESOLVE, BY_ADMIN, key, &body);
    run_seconds(10);
}

/* What was paid by other means since is no business of the provider's, however often it says so. */
static void it_comes_back_once(void **state)
{
    (void)state;
    make_refund();
    tell(0, 1, OUTCOME_PAID, "re_9", 2999);
    tell(0, 2, OUTCOME_FAILED, "re_9", 2999);
    resolve(1, 71);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(2999, the_payment(0).refunded_minor);
    assert_int_equal(0, the_refund(0).came_back);
    tell(1, 3, OUTCOME_FAILED, "re_9", 2999);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(2999, the_payment(0).refunded_minor);
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

/* Or it is tried again, by a person's word and under a slot of its own. */
static void what_came_back_is_tried_again_when_a_person_says_so(void **state)
{
    (void)state;
    make_refund();
    tell(0, 1, OUTCOME_PAID, "re_9", 2999);
    tell(0, 2, OUTCOME_FAILED, "re_9", 2999);
    resolve(0, 72);
    assert_int_equal(2, count_rows(0, VIEW_REFUND));
    assert_int_equal(2999, the_payment(0).refunded_minor);
    assert_int_equal(0, count_refunds(0, REFUND_SETTLED));
}

/* Unless others moved money of the payment meanwhile: that may have been the same. */
static void what_came_back_is_not_sent_beside_what_others_paid(void **state)
{
    (void)state;
    union command_body body = {.refund_record = {.merchant = LANTERN,
                                                 .provider = span_text("stripe"),
                                                 .payment = span_text("SZ-1"),
                                                 .how = ELSEWHERE_PROVIDER,
                                                 .reference = span_text("re_77"),
                                                 .amount_minor = 1000,
                                                 .currency = 978,
                                                 .made_ms = WORLD_EPOCH_MS}};
    make_refund();
    tell(0, 1, OUTCOME_PAID, "re_9", 2999);
    submit(0, COMMAND_REFUND_RECORD, BY_MERCHANT, 52, &body);
    tell(0, 2, OUTCOME_FAILED, "re_9", 2999);
    assert_int_equal(1, the_refund(0).barred);
    resolve(0, 73);
    assert_int_equal(1, count_rows(0, VIEW_REFUND));
    assert_same_digests();
}

/* --- what others made -------------------------------------------------------------------------
 */

static const struct answer_out *tell_of(unsigned at, uint8_t number, const char *ref, uint64_t how,
                                        enum refund_outcome outcome, int64_t minor)
{
    union command_body body = {.refund_told = {.merchant = LANTERN,
                                               .provider = span_text("stripe"),
                                               .key = span_text(ref),
                                               .outcome = outcome,
                                               .provider_ref = span_text(ref),
                                               .payment = span_text("SZ-1"),
                                               .amount_minor = minor,
                                               .currency = 978,
                                               .how = how}};
    body.refund_told.dedup.bytes[0] = number;
    const struct answer_out *answer = submit(at, COMMAND_REFUND_TOLD, BY_PROVIDER, 0, &body);
    run_seconds(10);
    return answer;
}

static struct payment_row payment_of_order(unsigned at)
{
    struct desk desk = {.rows = *open_rows(at), .crypto = &world->host[at].crypto};
    struct id order;
    uint64_t payment;
    struct payment_row row;
    assert_true(payment_find(&desk, &LANTERN, span_text("stripe"), span_text("SZ-1"), &order,
                             &payment, &row));
    close_rows(at);
    return row;
}

static void sell(void)
{
    union command_body order = order_of(&LANTERN, "SZ-1");
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 51, &order)->state);
}

static void a_refund_at_the_providers_screen_is_recorded_once(void **state)
{
    (void)state;
    sell();
    tell_of(1, 1, "re_77", 0, OUTCOME_PAID, 1000);
    tell_of(0, 1, "re_77", 0, OUTCOME_PAID, 1000);
    tell_of(0, 2, "re_77", 0, OUTCOME_PAID, 1000);
    assert_int_equal(1, count_rows(0, VIEW_ELSEWHERE));
    assert_int_equal(1000, payment_of_order(1).elsewhere_minor);
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

/* The webhook and a person tell of the same: whoever comes second changes nothing. */
static void a_person_may_have_told_of_it_before(void **state)
{
    (void)state;
    sell();
    union command_body body = {.refund_record = {.merchant = LANTERN,
                                                 .provider = span_text("stripe"),
                                                 .payment = span_text("SZ-1"),
                                                 .how = ELSEWHERE_PROVIDER,
                                                 .reference = span_text("re_77"),
                                                 .amount_minor = 1000,
                                                 .currency = 978,
                                                 .made_ms = WORLD_EPOCH_MS}};
    submit(0, COMMAND_REFUND_RECORD, BY_MERCHANT, 52, &body);
    tell_of(1, 1, "re_77", 0, OUTCOME_PAID, 1000);
    assert_int_equal(1, count_rows(0, VIEW_ELSEWHERE));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
}

static void it_waits_for_the_order_that_its_payment_is_of(void **state)
{
    (void)state;
    tell_of(1, 1, "re_77", 0, OUTCOME_PAID, 1000);
    assert_int_equal(0, count_rows(0, VIEW_ELSEWHERE));
    sell();
    run_seconds(10);
    assert_int_equal(1000, payment_of_order(0).elsewhere_minor);
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

static void what_failed_or_is_under_way_was_not_made(void **state)
{
    (void)state;
    tell_of(1, 1, "re_77", 0, OUTCOME_PAID, 1000);
    tell_of(0, 2, "re_77", 0, OUTCOME_FAILED, 1000);
    tell_of(0, 3, "re_78", 0, OUTCOME_PENDING, 1000);
    sell();
    run_seconds(10);
    assert_int_equal(0, count_rows(0, VIEW_ELSEWHERE));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
}

/* What is under way for the same money is sent no more. */
static void it_bars_the_refund_that_is_under_way(void **state)
{
    (void)state;
    make_refund();
    tell_of(1, 1, "re_77", 0, OUTCOME_PAID, 2999);
    assert_int_equal(1, count_refunds(0, REFUND_MANUAL));
    assert_int_equal(1, the_refund(1).barred);
    assert_same_digests();
}

/* Of a dispute the loss is recorded before the gain, in whatever order they are told. */
static void a_dispute_is_lost_and_won(void **state)
{
    (void)state;
    sell();
    tell_of(0, 2, "dp_1", ELSEWHERE_CHARGEBACK_WON, OUTCOME_PAID, 2999);
    assert_int_equal(0, count_rows(0, VIEW_ELSEWHERE));
    tell_of(1, 1, "dp_1", ELSEWHERE_CHARGEBACK, OUTCOME_PAID, 2999);
    run_seconds(10);
    assert_int_equal(2, count_rows(0, VIEW_ELSEWHERE));
    assert_int_equal(0, payment_of_order(0).elsewhere_minor);
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
    assert_int_equal(ANSWER_REFUSED,
                     tell_of(1, 3, "dp_1", ELSEWHERE_SELLER, OUTCOME_PAID, 2999)->state);
}

static void the_reference_of_what_was_received_names_the_slot(void **state)
{
    (void)state;
    make_refund();
    struct refund_row row = the_refund(0);
    char ref[PROVIDER_REF_BYTES_MAX + 1] = "";
    memcpy(ref, row.provider_ref.at, row.provider_ref.size);
    snprintf(sent.key, sizeof sent.key, "%.40s", ref);
    tell(1, 1, OUTCOME_PAID, ref, 2999);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_same_digests();
}

static void what_is_under_way_there_changes_nothing_here(void **state)
{
    (void)state;
    make_refund();
    uint64_t version = the_refund(0).version;
    tell(0, 1, OUTCOME_PENDING, "re_9", 2999);
    assert_int_equal(version, the_refund(0).version);
}

/* Another merchant's account tells with our key, or of another provider: that is another refund. */
static void nobody_elses_word_counts(void **state)
{
    (void)state;
    make_refund();
    union command_body body = {.refund_told = {.merchant = KETTLE,
                                               .provider = span_text("stripe"),
                                               .key = span_text(sent.key),
                                               .outcome = OUTCOME_PAID,
                                               .provider_ref = span_text("re_9"),
                                               .payment = span_text(sent.payment_ref),
                                               .amount_minor = 2999,
                                               .currency = 978}};
    body.refund_told.dedup.bytes[0] = 1;
    submit(0, COMMAND_REFUND_TOLD, BY_PROVIDER, 0, &body);
    body.refund_told.merchant = LANTERN;
    body.refund_told.provider = span_text("paypal");
    submit(0, COMMAND_REFUND_TOLD, BY_PROVIDER, 0, &body);
    body.refund_told.provider = span_text("stripe");
    body.refund_told.outcome = 0;
    assert_int_equal(ANSWER_REFUSED, submit(0, COMMAND_REFUND_TOLD, BY_PROVIDER, 0, &body)->state);
    run_seconds(30);
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
}

#define TOLD(name) cmocka_unit_test_setup_teardown(name, open_told, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOLD(what_is_told_at_any_node_settles_the_slot),
        TOLD(a_failure_frees_the_money),
        TOLD(what_is_told_twice_or_too_late_is_harmless),
        TOLD(what_is_told_before_the_refund_is_known_waits_for_it),
        TOLD(a_late_word_settles_what_had_become_unknown),
        TOLD(another_amount_is_a_persons),
        TOLD(what_was_paid_and_came_back_has_failed),
        TOLD(the_reference_of_what_was_received_names_the_slot),
        TOLD(what_is_under_way_there_changes_nothing_here),
        TOLD(nobody_elses_word_counts),
        TOLD(what_comes_back_later_is_free_and_a_persons),
        TOLD(it_comes_back_once),
        TOLD(what_came_back_is_tried_again_when_a_person_says_so),
        TOLD(what_came_back_is_not_sent_beside_what_others_paid),
        TOLD(a_refund_at_the_providers_screen_is_recorded_once),
        TOLD(a_person_may_have_told_of_it_before),
        TOLD(it_waits_for_the_order_that_its_payment_is_of),
        TOLD(what_failed_or_is_under_way_was_not_made),
        TOLD(it_bars_the_refund_that_is_under_way),
        TOLD(a_dispute_is_lost_and_won),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

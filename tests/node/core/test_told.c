/* What a provider tells of its own accord: at any node, before or after the refund is known there,
 * twice, late, of another amount. The book takes it up once, and every node holds the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    tell(0, 3, OUTCOME_FAILED, "re_9", 2999); /* what has ended has ended */
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

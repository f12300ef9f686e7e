/* A refund call in the words of Stripe, and what each answer of it means. Only what is certain lets
 * money move again. */
#include "overseas-warehouse/payment/payment.h"
#include "proto/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct refund_call wish(void)
{
    return (struct refund_call){.provider = "stripe",
                                .payment_ref = "pi_1&amount=9",
                                .key = "KEY0",
                                .amount_minor = 1990,
                                .currency = 978,
                                .attempt = 1};
}

static void a_refund_is_sent_with_its_key_in_two_places(void **state)
{
    (void)state;
    struct refund_call call = wish();
    struct payment_request request = {0};
    assert_true(payment_stripe.refunds.write_send(&call, "", &request));
    assert_true(request.post);
    assert_true(request.keyed);
    assert_string_equal(request.path, "/v1/refunds");
    assert_string_equal(request.body, "payment_intent=pi_1%26amount%3D9&amount=1990&"
                                      "metadata%5Bentrepot_slot%5D=KEY0");
}

static void a_question_moves_no_money(void **state)
{
    (void)state;
    struct refund_call call = wish();
    struct payment_request request = {.post = true, .keyed = true, .body = "x"};
    assert_true(payment_stripe.refunds.write_ask(&call, "", &request));
    assert_false(request.post);
    assert_false(request.keyed);
    assert_string_equal(request.body, "");
    assert_string_equal(request.path, "/v1/refunds?limit=100&payment_intent=pi_1%26amount%3D9");
}

static void the_longest_call_fits(void **state)
{
    (void)state;
    struct refund_call call = wish();
    struct payment_request request = {0};
    memset(call.payment_ref, 0xe6, sizeof call.payment_ref - 1);
    call.payment_ref[sizeof call.payment_ref - 1] = '\0';
    memset(call.key, 'Z', sizeof call.key - 1);
    call.key[sizeof call.key - 1] = '\0';
    call.amount_minor = INT64_MAX;
    assert_true(payment_stripe.refunds.write_send(&call, "", &request));
    assert_non_null(strstr(request.body, "&amount=9223372036854775807&"));
    assert_true(payment_stripe.refunds.write_ask(&call, "", &request));
}

static void nothing_is_not_refunded(void **state)
{
    (void)state;
    struct refund_call call = wish();
    struct payment_request request = {0};
    call.amount_minor = 0;
    assert_false(payment_stripe.refunds.write_send(&call, "", &request));
    call.amount_minor = -5;
    assert_false(payment_stripe.refunds.write_send(&call, "", &request));
}

static void translators_are_found_by_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < payment_providers_count; i++)
        assert_ptr_equal(payment_by_name(span_text(payment_providers[i]->name)),
                         payment_providers[i]);
    assert_ptr_equal(payment_by_name(span_text("stripe")), &payment_stripe);
    assert_null(payment_by_name(span_text("stripes")));
    assert_null(payment_by_name(span_text("strip")));
    assert_null(payment_by_name(span_text("")));
}

/* --- answers --------------------------------------------------------------------------------- */

#define KEYS_MAX 3
enum { SENT, ASKED };
/* What was said: readable unless the first word is NULL; then "" for none, or a status for each
 * refund listed. */
static const struct {
    int kind;
    unsigned status;
    const char *error; /* its type; NULL: the body cannot be read */
    const char *statuses[KEYS_MAX];
    const char *slot;
    int64_t amount;
    bool more;
    enum refund_outcome outcome;
} rows[] = {
    {SENT, 200, "", {"succeeded"}, "KEY0", 1990, false, OUTCOME_PAID},
    {SENT, 200, "", {"pending"}, "KEY0", 1990, false, OUTCOME_PENDING},
    {SENT, 200, "", {"requires_action"}, "KEY0", 1990, false, OUTCOME_PENDING},
    {SENT, 200, "", {"failed"}, "KEY0", 1990, false, OUTCOME_FAILED},
    {SENT, 200, "", {"canceled"}, "KEY0", 1990, false, OUTCOME_FAILED},
    {SENT, 200, "", {"a_new_word"}, "KEY0", 1990, false, OUTCOME_NO_WORD},
    {SENT, 200, "", {"succeeded"}, "KEY0", 1991, false, OUTCOME_NO_WORD},
    {SENT, 200, "", {"succeeded"}, "KEY1", 1990, false, OUTCOME_NO_WORD},
    {SENT, 200, "", {"succeeded"}, "", 1990, false, OUTCOME_NO_WORD},
    {SENT, 200, "", {"failed"}, "KEY1", 1990, false, OUTCOME_NO_WORD},
    {SENT, 200, "", {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 200, "", {"succeeded", "failed"}, "KEY0", 1990, false, OUTCOME_NO_WORD},
    {SENT, 200, NULL, {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 500, "", {"succeeded"}, "KEY0", 1990, false, OUTCOME_NO_WORD},
    {SENT, 302, "", {"succeeded"}, "KEY0", 1990, false, OUTCOME_NO_WORD},
    {SENT, 400, "invalid_request_error", {0}, "", 0, false, OUTCOME_FAILED},
    {SENT, 402, "invalid_request_error", {0}, "", 0, false, OUTCOME_FAILED},
    {SENT, 404, "invalid_request_error", {0}, "", 0, false, OUTCOME_FAILED},
    {SENT, 400, "idempotency_error", {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 400, NULL, {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 401, "invalid_request_error", {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 403, "invalid_request_error", {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 409, "invalid_request_error", {0}, "", 0, false, OUTCOME_NO_WORD},
    {SENT, 429, "invalid_request_error", {0}, "", 0, false, OUTCOME_NO_WORD},

    {ASKED, 200, "", {0}, "", 0, false, OUTCOME_ABSENT},
    {ASKED, 200, "", {"succeeded"}, "KEY1", 1990, false, OUTCOME_ABSENT},
    {ASKED, 200, "", {"succeeded"}, "KEY", 1990, false, OUTCOME_ABSENT},
    {ASKED, 200, "", {"succeeded"}, "KEY0", 1990, true, OUTCOME_PAID},
    {ASKED, 200, "", {"pending"}, "KEY0", 1990, false, OUTCOME_PENDING},
    {ASKED, 200, "", {"failed"}, "KEY0", 1990, false, OUTCOME_FAILED},
    {ASKED, 200, "", {"succeeded", "failed"}, "KEY0", 1990, false, OUTCOME_PAID},
    {ASKED, 200, "", {"failed", "succeeded", "failed"}, "KEY0", 1990, false, OUTCOME_PAID},
    {ASKED, 200, "", {"failed", "pending"}, "KEY0", 1990, false, OUTCOME_PENDING},
    {ASKED, 200, "", {0}, "", 0, true, OUTCOME_CANNOT_ASK},
    {ASKED, 200, "", {"succeeded"}, "KEY0", 5, false, OUTCOME_CANNOT_ASK},
    {ASKED, 200, NULL, {0}, "", 0, false, OUTCOME_NO_WORD},
    {ASKED, 404, "invalid_request_error", {0}, "", 0, false, OUTCOME_CANNOT_ASK},
    {ASKED, 400, "invalid_request_error", {0}, "", 0, false, OUTCOME_CANNOT_ASK},
    {ASKED, 401, "invalid_request_error", {0}, "", 0, false, OUTCOME_NO_WORD},
    {ASKED, 429, "rate_limit", {0}, "", 0, false, OUTCOME_NO_WORD},
    {ASKED, 503, "", {0}, "", 0, false, OUTCOME_NO_WORD},
};

static const struct payment_answer *said(size_t row)
{
    static struct payment_answer answer;
    static struct refund_call call;
    call = wish();
    memset(&answer, 0, sizeof answer);
    answer.status = rows[row].status;
    answer.readable = rows[row].error != NULL;
    answer.listed = true;
    if (answer.readable) answer.error_type = span_text(rows[row].error);
    answer.more = rows[row].more;
    for (size_t i = 0; i < KEYS_MAX && rows[row].statuses[i] != NULL; i++)
        answer.refunds[answer.count++] =
            (struct payment_refund){.id = span_text("re_1"),
                                    .status = span_text(rows[row].statuses[i]),
                                    .payment = span_text(call.payment_ref),
                                    .slot = span_text(rows[row].slot),
                                    .amount = rows[row].amount};
    return &answer;
}

static void every_answer_means_what_is_certain(void **state)
{
    (void)state;
    struct refund_call call = wish();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct payment_result result = {0};
        (rows[i].kind == SENT ? payment_stripe.refunds.read_sent
                              : payment_stripe.refunds.read_asked)(&call, said(i), &result);
        if (result.outcome != rows[i].outcome) print_error("row %zu\n", i);
        assert_int_equal(result.outcome, rows[i].outcome);
        assert_non_null(result.reason);
        bool told = result.outcome == OUTCOME_NO_WORD || result.outcome == OUTCOME_CANNOT_ASK;
        if (told) assert_true(result.reason[0] != '\0');
        if (result.outcome == OUTCOME_PAID) assert_int_equal(result.provider_ref.size, 4);
    }
}

/* What the answer says of its refund, beside what was asked for. */
static struct payment_answer *one(const char *payment, const char *currency, int64_t amount)
{
    static struct payment_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.status = 200;
    answer.readable = true;
    answer.count = 1;
    answer.refunds[0] = (struct payment_refund){.id = span_text("re_1"),
                                                .status = span_text("succeeded"),
                                                .payment = span_text(payment),
                                                .currency = span_text(currency),
                                                .slot = span_text("KEY0"),
                                                .amount = amount};
    return &answer;
}

static void assert_outcomes(const struct refund_call *call, const struct payment_answer *answer,
                            enum refund_outcome sent, enum refund_outcome asked)
{
    struct payment_result result = {0};
    payment_stripe.refunds.read_sent(call, answer, &result);
    assert_int_equal(result.outcome, sent);
    payment_stripe.refunds.read_asked(call, answer, &result);
    assert_int_equal(result.outcome, asked);
}

static void what_was_paid_in_another_currency_or_of_another_payment_is_not_this(void **state)
{
    (void)state;
    struct refund_call call = wish();
    const char *paid = call.payment_ref;
    assert_outcomes(&call, one(paid, "eur", 1990), OUTCOME_PAID, OUTCOME_PAID);
    assert_outcomes(&call, one(paid, "EUR", 1990), OUTCOME_PAID, OUTCOME_PAID);
    assert_outcomes(&call, one(paid, "", 1990), OUTCOME_PAID, OUTCOME_PAID);
    assert_outcomes(&call, one(paid, "jpy", 1990), OUTCOME_NO_WORD, OUTCOME_CANNOT_ASK);
    assert_outcomes(&call, one(paid, "euro", 1990), OUTCOME_NO_WORD, OUTCOME_CANNOT_ASK);
    assert_outcomes(&call, one("pi_2", "eur", 1990), OUTCOME_NO_WORD, OUTCOME_NO_WORD);
    assert_outcomes(&call, one("", "eur", 1990), OUTCOME_NO_WORD, OUTCOME_NO_WORD);
    call.currency = 1; /* of no currency at all */
    assert_outcomes(&call, one(paid, "eur", 1990), OUTCOME_NO_WORD, OUTCOME_CANNOT_ASK);
}

static void what_was_paid_twice_is_said(void **state)
{
    (void)state;
    struct refund_call call = wish();
    struct payment_answer *answer = one(call.payment_ref, "eur", 1990);
    struct payment_result result = {0};
    payment_stripe.refunds.read_asked(&call, answer, &result);
    assert_string_equal(result.reason, "");
    answer->refunds[answer->count++] = answer->refunds[0];
    payment_stripe.refunds.read_asked(&call, answer, &result);
    assert_int_equal(result.outcome, OUTCOME_PAID);
    assert_non_null(strstr(result.reason, "more than once"));
    answer->refunds[1].status = span_text("failed");
    payment_stripe.refunds.read_asked(&call, answer, &result);
    assert_string_equal(result.reason, "");
}

static void another_try_is_not_sent_where_an_earlier_one_was_paid(void **state)
{
    (void)state;
    static const struct {
        const char *slot, *status;
        enum refund_outcome outcome;
    } cases[] = {{"KEY-1", "succeeded", OUTCOME_CANNOT_ASK},
                 {"KEY-2", "pending", OUTCOME_CANNOT_ASK},
                 {"KEY-2", "failed", OUTCOME_ABSENT},
                 {"KEY-3", "succeeded", OUTCOME_ABSENT},
                 {"KEY0", "succeeded", OUTCOME_PAID}};
    struct refund_call call = wish();
    call.former_count = 2;
    memcpy(call.former[0], "KEY-1", 6);
    memcpy(call.former[1], "KEY-2", 6);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct payment_result result = {0};
        struct payment_answer *answer = one(call.payment_ref, "eur", 1990);
        answer->refunds[0].slot = span_text(cases[i].slot);
        answer->refunds[0].status = span_text(cases[i].status);
        payment_stripe.refunds.read_asked(&call, answer, &result);
        assert_int_equal(result.outcome, cases[i].outcome);
    }
}

/* Amounts in the units that Stripe documents for the currency: mostly those of ISO 4217. */
static void amounts_are_said_in_the_providers_units(void **state)
{
    (void)state;
    static const struct {
        const char *letters;
        int64_t minor;
        const char *said; /* NULL: it cannot be said */
        int64_t amount;
    } cases[] = {
        {"EUR", 1990, "&amount=1990&", 1990},
        {"JPY", 1990, "&amount=1990&", 1990},
        {"KWD", 1990, "&amount=1990&", 1990},
        {"HUF", 1990, "&amount=1990&", 1990},
        {"ISK", 1990, "&amount=199000&", 199000},
        {"UGX", 5, "&amount=500&", 500},
        {"MGA", 1900, "&amount=19&", 19},
        {"MGA", 1990, NULL, 19},
        {"MGA", 1, NULL, 0},
        {"ISK", INT64_MAX, NULL, -100},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct refund_call call = wish();
        struct payment_request request = {0};
        call.currency = currency_by_letters(span_text(cases[i].letters))->numeric;
        call.amount_minor = cases[i].minor;
        assert_int_equal(payment_stripe.refunds.write_send(&call, "", &request),
                         cases[i].said != NULL);
        enum refund_outcome asked = OUTCOME_CANNOT_ASK, sent = OUTCOME_NO_WORD;
        if (cases[i].said != NULL) {
            assert_non_null(strstr(request.body, cases[i].said));
            asked = sent = OUTCOME_PAID;
        }
        assert_outcomes(&call, one(call.payment_ref, cases[i].letters, cases[i].amount), sent,
                        asked);
    }
}

/* --- what the manual says ----------------------------------------------------------------------
 */

static void add_line(void *world, const char *line)
{
    FILE *text = world;
    fprintf(text, "%s\n", line);
}

static void the_manual_shows_what_each_provider_can_do(void **state)
{
    (void)state;
    static char manual[64 * 1024];
    char *printed = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&printed, &size);
    FILE *file = fopen("overseas-warehouse/payment/README.md", "r");
    assert_non_null(file);
    payment_print(text, add_line);
    fclose(text);
    manual[fread(manual, 1, sizeof manual - 1, file)] = '\0';
    fclose(file);
    bool shown = strstr(manual, printed) != NULL;
    if (!shown) print_error("overseas-warehouse/payment/README.md wants this table:\n%s", printed);
    free(printed);
    assert_true(shown);
}

/* The window of a blind send, by what is promised and what the site says. */
static void a_blind_send_obeys_the_shortest_memory_of_keys(void **state)
{
    (void)state;
    struct payment_capability can = {.key_ttl_s = 24 * 3600};
    assert_int_equal(payment_send_window_ms(&can, 0), 3600u * 1000);
    assert_int_equal(payment_send_window_ms(&can, 5000), 2500u * 1000);
    assert_int_equal(payment_send_window_ms(&can, 31536000), 3600u * 1000);
    can.key_ttl_s = 600;
    assert_int_equal(payment_send_window_ms(&can, 0), 300u * 1000);
    assert_int_equal(payment_send_window_ms(&can, 31536000), 300u * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refund_is_sent_with_its_key_in_two_places),
        cmocka_unit_test(a_question_moves_no_money),
        cmocka_unit_test(the_longest_call_fits),
        cmocka_unit_test(nothing_is_not_refunded),
        cmocka_unit_test(translators_are_found_by_their_names),
        cmocka_unit_test(every_answer_means_what_is_certain),
        cmocka_unit_test(what_was_paid_in_another_currency_or_of_another_payment_is_not_this),
        cmocka_unit_test(what_was_paid_twice_is_said),
        cmocka_unit_test(another_try_is_not_sent_where_an_earlier_one_was_paid),
        cmocka_unit_test(amounts_are_said_in_the_providers_units),
        cmocka_unit_test(the_manual_shows_what_each_provider_can_do),
        cmocka_unit_test(a_blind_send_obeys_the_shortest_memory_of_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

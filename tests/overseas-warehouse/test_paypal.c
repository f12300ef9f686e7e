/* A refund call in the words of PayPal, and what each answer of it means. The question takes two
 * requests: the capture names its order, and the order lists the refunds. */
#include "proto/money.h"
#include "tests/overseas-warehouse/provider_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CAPTURE_URL "https://api-m.paypal.com/v2/payments/captures/"
#define UP(capture)                                                                                \
    "\"links\":[{\"rel\":\"self\",\"href\":\"https://api-m.paypal.com/v2/payments/refunds/R1\"},"  \
    "{\"rel\":\"up\",\"href\":\"" CAPTURE_URL capture "\"}]"
#define MONEY(value, currency)                                                                     \
    "\"amount\":{\"value\":\"" value "\",\"currency_code\":\"" currency "\"}"
#define REFUND_OF(capture, status, value, key)                                                     \
    "{\"id\":\"R1\",\"status\":\"" status "\"," MONEY(value, "EUR") ",\"custom_id\":\"" key        \
                                                                    "\",\"invoice_id\":\"" key     \
                                                                    "\"," UP(capture) "}"
#define REFUND(status, value, key) REFUND_OF("CAP1", status, value, key)
#define ORDER_OF(capture, refunds)                                                                 \
    "{\"id\":\"O1\",\"purchase_units\":[{\"payments\":{\"captures\":[{\"id\":\"" capture           \
    "\"}],\"refunds\":[" refunds "]}}]}"
#define ORDER(refunds) ORDER_OF("CAP1", refunds)
#define ERROR_BODY(name, issue)                                                                    \
    "{\"name\":\"" name "\",\"message\":\"m\",\"details\":[{\"issue\":\"" issue "\"}]}"

/* --- what goes out --------------------------------------------------------------------------- */

static void a_refund_is_sent_with_its_key_in_three_places(void **state)
{
    (void)state;
    struct refund_call call = said_call("paypal");
    struct payment_request request = {0};
    assert_true(payment_paypal.refunds.write_send(&call, "", &request));
    assert_true(request.post && request.keyed);
    assert_string_equal(payment_paypal.can.key_header, "PayPal-Request-Id");
    assert_string_equal(request.path, "/v2/payments/captures/CAP1/refund");
    assert_string_equal(request.body, "{\"amount\":{\"value\":\"19.90\",\"currency_code\":\"EUR\"},"
                                      "\"custom_id\":\"KEY0\",\"invoice_id\":\"KEY0\"}");
}

static void a_strangers_reference_stays_a_part_of_the_path(void **state)
{
    (void)state;
    struct refund_call call = said_call("paypal");
    struct payment_request request = {0};
    memcpy(call.payment_ref, "A/../B?x", 9);
    memcpy(call.key, "K\"1\\\n", 6);
    assert_true(payment_paypal.refunds.write_send(&call, "", &request));
    assert_string_equal(request.path, "/v2/payments/captures/A%2F..%2FB%3Fx/refund");
    assert_non_null(strstr(request.body, "\"invoice_id\":\"K\\\"1\\\\\\u000A\"}"));
}

static void the_longest_call_fits(void **state)
{
    (void)state;
    struct refund_call call = said_call("paypal");
    struct payment_request request = {0};
    memset(call.payment_ref, 0xe6, sizeof call.payment_ref - 1);
    memset(call.key, 'Z', sizeof call.key - 1);
    call.amount_minor = MONEY_MINOR_MAX;
    assert_true(payment_paypal.refunds.write_send(&call, "", &request));
    assert_true(payment_paypal.refunds.write_ask(&call, "", &request));
}

static void amounts_are_decimals_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *letters;
        int64_t minor;
        const char *said; /* NULL: it cannot be said */
    } cases[] = {
        {"EUR", 1990, "\"19.90\""},
        {"EUR", 5, "\"0.05\""},
        {"EUR", 100, "\"1.00\""},
        {"JPY", 1990, "\"1990\""},
        {"HUF", 199000, "\"1990\""},
        {"HUF", 199001, NULL},
        {"TWD", 100, "\"1\""},
        {"TWD", 150, NULL},
        {"KWD", 19900, "\"19.90\""},
        {"KWD", 19905, NULL},
        {"EUR", 0, NULL},
        {"EUR", -5, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct refund_call call = said_call("paypal");
        struct payment_request request = {0};
        call.currency = currency_by_letters(span_text(cases[i].letters))->numeric;
        call.amount_minor = cases[i].minor;
        assert_int_equal(payment_paypal.refunds.write_send(&call, "", &request),
                         cases[i].said != NULL);
        if (cases[i].said != NULL) assert_non_null(strstr(request.body, cases[i].said));
    }
}

/* --- what comes back ------------------------------------------------------------------------- */

static void what_is_said_of_a_send_means_what_is_certain(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *json;
        enum refund_outcome outcome;
    } rows[] = {
        {201, REFUND("COMPLETED", "19.90", "KEY0"), OUTCOME_PAID},
        {200, REFUND("COMPLETED", "19.90", "KEY0"), OUTCOME_PAID},
        {201, REFUND("COMPLETED", "19.9", "KEY0"), OUTCOME_PAID},
        {201, REFUND("PENDING", "19.90", "KEY0"), OUTCOME_PENDING},
        {201, REFUND("FAILED", "19.90", "KEY0"), OUTCOME_FAILED},
        {201, REFUND("CANCELLED", "19.90", "KEY0"), OUTCOME_FAILED},
        {201, REFUND("A_NEW_WORD", "19.90", "KEY0"), OUTCOME_NO_WORD},
        {201, REFUND("COMPLETED", "19.91", "KEY0"), OUTCOME_NO_WORD},
        {201, REFUND("COMPLETED", "19.900", "KEY0"), OUTCOME_NO_WORD},
        {201, REFUND("COMPLETED", "1990", "KEY0"), OUTCOME_NO_WORD},
        {201, REFUND("COMPLETED", "19.90", "KEY1"), OUTCOME_NO_WORD},
        {201, REFUND_OF("CAP2", "COMPLETED", "19.90", "KEY0"), OUTCOME_NO_WORD},
        {201, "{\"id\":\"R1\",\"status\":\"COMPLETED\"}", OUTCOME_NO_WORD},
        {201, ORDER(REFUND("COMPLETED", "19.90", "KEY0")), OUTCOME_NO_WORD},
        {201, "{}", OUTCOME_NO_WORD},
        {201, "", OUTCOME_NO_WORD},
        {302, REFUND("COMPLETED", "19.90", "KEY0"), OUTCOME_NO_WORD},
        {500, REFUND("COMPLETED", "19.90", "KEY0"), OUTCOME_NO_WORD},
        {400, ERROR_BODY("INVALID_REQUEST", "INVALID_PARAMETER_VALUE"), OUTCOME_FAILED},
        {400, ERROR_BODY("OTHER", "INVALID_PARAMETER_VALUE"), OUTCOME_NO_WORD},
        {404, ERROR_BODY("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID"), OUTCOME_FAILED},
        {404, "<html>", OUTCOME_NO_WORD},
        {422, ERROR_BODY("UNPROCESSABLE_ENTITY", "CAPTURE_FULLY_REFUNDED"), OUTCOME_FAILED},
        {422, ERROR_BODY("UNPROCESSABLE_ENTITY", "REFUND_TIME_LIMIT_EXCEEDED"), OUTCOME_FAILED},
        {422, ERROR_BODY("UNPROCESSABLE_ENTITY", "DUPLICATE_INVOICE_ID"), OUTCOME_NO_WORD},
        {422, ERROR_BODY("UNPROCESSABLE_ENTITY", "PENDING_CAPTURE"), OUTCOME_NO_WORD},
        {422, ERROR_BODY("UNPROCESSABLE_ENTITY", "A_NEW_WORD"), OUTCOME_NO_WORD},
        {401, ERROR_BODY("AUTHENTICATION_FAILURE", "x"), OUTCOME_NO_WORD},
        {403, ERROR_BODY("NOT_AUTHORIZED", "PERMISSION_DENIED"), OUTCOME_NO_WORD},
        {409, ERROR_BODY("RESOURCE_CONFLICT", "PREVIOUS_REQUEST_IN_PROGRESS"), OUTCOME_NO_WORD},
        {429, ERROR_BODY("RATE_LIMIT_REACHED", "x"), OUTCOME_NO_WORD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        said_expect(&payment_paypal, SAID_TO_SEND, rows[i].status, rows[i].json, rows[i].outcome);
}

static void the_capture_says_where_its_refunds_are_listed(void **state)
{
    (void)state;
    static const struct {
        const char *json, *next;
        enum refund_outcome outcome;
    } rows[] = {
        {"{\"id\":\"CAP1\",\"supplementary_data\":{\"related_ids\":{\"order_id\":\"O1\"}}}",
         "/v2/checkout/orders/O1", OUTCOME_NO_WORD},
        {"{\"id\":\"CAP1\",\"links\":[{\"rel\":\"up\",\"href\":"
         "\"https://api-m.paypal.com/v2/checkout/orders/O2\"}]}",
         "/v2/checkout/orders/O2", OUTCOME_NO_WORD},
        {"{\"id\":\"CAP1\",\"supplementary_data\":{\"related_ids\":{\"order_id\":\"../x?y\"}}}",
         "/v2/checkout/orders/..%2Fx%3Fy", OUTCOME_NO_WORD},
        {"{\"id\":\"CAP1\"}", "", OUTCOME_CANNOT_ASK},
        {"{\"id\":\"CAP2\",\"supplementary_data\":{\"related_ids\":{\"order_id\":\"O1\"}}}", "",
         OUTCOME_NO_WORD},
    };
    struct refund_call call = said_call("paypal");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct said said = said_read(&payment_paypal, SAID_TO_ASK, &call, 200, rows[i].json);
        assert_int_equal(said.outcome, rows[i].outcome);
        assert_string_equal(said.next, rows[i].next);
    }
}

#define OTHERS REFUND_OF("CAP2", "COMPLETED", "5.00", "KEY7")
#define NAMELESS                                                                                   \
    "{\"id\":\"R9\",\"status\":\"COMPLETED\"," MONEY("5.00", "EUR") ",\"custom_id\":\"KEY7\"}"
static void the_order_says_what_became_of_it(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *json;
        enum refund_outcome outcome;
    } rows[] = {
        {200, ORDER(""), OUTCOME_ABSENT},
        {200, ORDER(REFUND("COMPLETED", "19.90", "KEY0")), OUTCOME_PAID},
        {200, ORDER(REFUND("PENDING", "19.90", "KEY0")), OUTCOME_PENDING},
        {200, ORDER(REFUND("FAILED", "19.90", "KEY0")), OUTCOME_FAILED},
        {200, ORDER(REFUND("COMPLETED", "5.00", "KEY0")), OUTCOME_CANNOT_ASK},
        {200, ORDER(REFUND("COMPLETED", "19.90", "KEY1")), OUTCOME_ABSENT},
        {200, ORDER(OTHERS), OUTCOME_ABSENT},
        {200, ORDER(OTHERS "," REFUND("COMPLETED", "19.90", "KEY0")), OUTCOME_PAID},
        {200, ORDER(NAMELESS), OUTCOME_NO_WORD},
        {200, ORDER("7"), OUTCOME_NO_WORD},
        {200, ORDER_OF("CAP2", ""), OUTCOME_NO_WORD},
        {200, "{\"purchase_units\":[]}", OUTCOME_NO_WORD},
        {200, "{\"purchase_units\":{}}", OUTCOME_NO_WORD},
        {200, "[]", OUTCOME_NO_WORD},
        {200, "", OUTCOME_NO_WORD},
        {500, ORDER(""), OUTCOME_NO_WORD},
        {401, ERROR_BODY("AUTHENTICATION_FAILURE", "x"), OUTCOME_NO_WORD},
        {200, ERROR_BODY("INTERNAL_ERROR", "x"), OUTCOME_NO_WORD},
        {404, ERROR_BODY("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID"), OUTCOME_CANNOT_ASK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        said_expect(&payment_paypal, SAID_TO_ASK, rows[i].status, rows[i].json, rows[i].outcome);
}

/* An account may bear only the invoice's number: it is read where custom_id is not said. */
static void the_number_of_the_invoice_names_the_slot_too(void **state)
{
    (void)state;
    said_expect(&payment_paypal, SAID_TO_ASK, 200,
                ORDER("{\"id\":\"R1\",\"status\":\"COMPLETED\"," MONEY(
                    "19.90", "EUR") ",\"invoice_id\":\"KEY0\"," UP("CAP1") "}"),
                OUTCOME_PAID);
}

static void a_list_that_is_too_long_shows_nobody_absent(void **state)
{
    (void)state;
    static char json[128u * 1024];
    size_t used = (size_t)snprintf(json, sizeof json,
                                   "{\"purchase_units\":[{\"payments\":{\"captures\":[{\"id\":"
                                   "\"CAP1\"}],\"refunds\":[");
    for (unsigned i = 0; i <= PAYMENT_LISTED_MAX; i++)
        used += (size_t)snprintf(json + used, sizeof json - used, "%s%s", i == 0 ? "" : ",",
                                 REFUND("COMPLETED", "0.05", "KEY7"));
    snprintf(json + used, sizeof json - used, "]}}]}");
    said_expect(&payment_paypal, SAID_TO_ASK, 200, json, OUTCOME_CANNOT_ASK);
}

#define DISPUTE(stage, outcome, about)                                                             \
    "{\"id\":\"WH-2\",\"event_type\":\"CUSTOMER.DISPUTE.UPDATED\",\"resource\":{\"dispute_id\":"   \
    "\"PP-D-1\",\"create_time\":\"2026-11-02T10:00:00.000Z\",\"disputed_transactions\":[" about    \
    "],\"dispute_amount\":{\"currency_code\":\"EUR\",\"value\":\"19.90\"},"                        \
    "\"dispute_life_cycle_stage\":\"" stage "\"" outcome "}}"
#define ABOUT       "{\"seller_transaction_id\":\"CAP1\"}"
#define ENDED(code) ",\"dispute_outcome\":{\"outcome_code\":\"" code "\"}"

static void a_dispute_moves_money_from_the_claim_on(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        uint64_t how; /* 0: nothing is told */
    } rows[] = {
        {DISPUTE("INQUIRY", "", ABOUT), 0},
        {DISPUTE("INQUIRY", ENDED("RESOLVED_BUYER_FAVOUR"), ABOUT), 0},
        {DISPUTE("CHARGEBACK", "", ABOUT), ELSEWHERE_CHARGEBACK},
        {DISPUTE("ARBITRATION", ENDED("RESOLVED_BUYER_FAVOUR"), ABOUT), ELSEWHERE_CHARGEBACK},
        {DISPUTE("CHARGEBACK", ENDED("RESOLVED_SELLER_FAVOUR"), ABOUT), ELSEWHERE_CHARGEBACK_WON},
        {DISPUTE("CHARGEBACK", ENDED("CANCELED_BY_BUYER"), ABOUT), ELSEWHERE_CHARGEBACK_WON},
        {DISPUTE("CHARGEBACK", ENDED("RESOLVED_WITH_PAYOUT"), ABOUT), 0},
        {DISPUTE("CHARGEBACK", "", ABOUT "," ABOUT), 0},
    };
    struct told_word word;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(said_words(&payment_paypal, "", rows[i].json, &word), rows[i].how != 0);
        if (rows[i].how == 0) continue;
        assert_int_equal(word.how, rows[i].how);
        assert_string_equal(word.reference, "PP-D-1");
        assert_string_equal(word.payment, "CAP1");
        assert_int_equal(word.amount_minor, 1990);
        assert_int_equal(word.made_ms, 1793613600000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refund_is_sent_with_its_key_in_three_places),
        cmocka_unit_test(a_strangers_reference_stays_a_part_of_the_path),
        cmocka_unit_test(the_longest_call_fits),
        cmocka_unit_test(amounts_are_decimals_exactly),
        cmocka_unit_test(what_is_said_of_a_send_means_what_is_certain),
        cmocka_unit_test(the_capture_says_where_its_refunds_are_listed),
        cmocka_unit_test(the_order_says_what_became_of_it),
        cmocka_unit_test(the_number_of_the_invoice_names_the_slot_too),
        cmocka_unit_test(a_list_that_is_too_long_shows_nobody_absent),
        cmocka_unit_test(a_dispute_moves_money_from_the_claim_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

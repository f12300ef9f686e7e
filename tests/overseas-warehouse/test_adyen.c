/* A refund call in the words of Adyen: it says only that a wish was received. */
#include "proto/money.h"
#include "tests/overseas-warehouse/provider_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECEIVED(status, payment, value, key)                                                      \
    "{\"merchantAccount\":\"Cups\",\"paymentPspReference\":\"" payment                             \
    "\",\"pspReference\":\"PSP1\",\"reference\":\"" key "\",\"status\":\"" status                  \
    "\",\"amount\":{\"value\":" value ",\"currency\":\"EUR\"}}"
#define ERROR_BODY(type, code)                                                                     \
    "{\"status\":422,\"errorCode\":\"" code "\",\"message\":\"m\",\"errorType\":\"" type "\"}"

static void a_refund_is_sent_with_its_key_in_two_places(void **state)
{
    (void)state;
    struct refund_call call = said_call("adyen");
    struct payment_request request = {0};
    assert_true(payment_adyen.refunds.write_send(&call, "Cups \"&\" Co", &request));
    assert_true(request.post && request.keyed);
    assert_string_equal(payment_adyen.can.key_header, "Idempotency-Key");
    assert_string_equal(request.path, "/payments/CAP1/refunds");
    assert_string_equal(request.body, "{\"merchantAccount\":\"Cups \\\"&\\\" Co\",\"amount\":{"
                                      "\"value\":1990,\"currency\":\"EUR\"},\"reference\":"
                                      "\"KEY0\"}");
    assert_null(payment_adyen.refunds.write_ask);
}

static void amounts_are_said_in_its_units(void **state)
{
    (void)state;
    static const struct {
        const char *letters;
        int64_t minor;
        const char *said; /* NULL: it cannot be said */
    } cases[] = {{"EUR", 1990, "\"value\":1990,"},
                 {"JPY", 1990, "\"value\":1990,"},
                 {"KWD", 1990, "\"value\":1990,"},
                 {"ISK", 1990, "\"value\":199000,"},
                 {"CLP", 5, "\"value\":500,"},
                 {"IDR", 199000, "\"value\":1990,"},
                 {"IDR", 199001, NULL},
                 {"CVE", 50, NULL},
                 {"EUR", 0, NULL},
                 {"EUR", -1, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct refund_call call = said_call("adyen");
        struct payment_request request = {0};
        call.currency = currency_by_letters(span_text(cases[i].letters))->numeric;
        call.amount_minor = cases[i].minor;
        assert_int_equal(payment_adyen.refunds.write_send(&call, "Cups", &request),
                         cases[i].said != NULL);
        if (cases[i].said != NULL) assert_non_null(strstr(request.body, cases[i].said));
    }
}

static void what_is_received_is_not_paid_yet(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *json;
        enum refund_outcome outcome;
    } rows[] = {
        {201, RECEIVED("received", "CAP1", "1990", "KEY0"), OUTCOME_PENDING},
        {201, RECEIVED("paid", "CAP1", "1990", "KEY0"), OUTCOME_NO_WORD},
        {201, RECEIVED("received", "CAP2", "1990", "KEY0"), OUTCOME_NO_WORD},
        {201, RECEIVED("received", "CAP1", "1991", "KEY0"), OUTCOME_NO_WORD},
        {201, RECEIVED("received", "CAP1", "19.90", "KEY0"), OUTCOME_NO_WORD},
        {201, RECEIVED("received", "CAP1", "1990", "KEY1"), OUTCOME_NO_WORD},
        {201, "{}", OUTCOME_NO_WORD},
        {201, "", OUTCOME_NO_WORD},
        {200, RECEIVED("received", "CAP1", "1990", "KEY0"), OUTCOME_NO_WORD},
        {500, RECEIVED("received", "CAP1", "1990", "KEY0"), OUTCOME_NO_WORD},
        {422, ERROR_BODY("validation", "137"), OUTCOME_FAILED},
        {422, ERROR_BODY("validation", "167"), OUTCOME_FAILED},
        {422, ERROR_BODY("validation", "704"), OUTCOME_NO_WORD}, /* another try is under way */
        {422, ERROR_BODY("internal", "137"), OUTCOME_NO_WORD},
        {401, ERROR_BODY("security", "000"), OUTCOME_NO_WORD},
        {403, ERROR_BODY("security", "901"), OUTCOME_NO_WORD},
        {429, "", OUTCOME_NO_WORD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        said_expect(&payment_adyen, SAID_TO_SEND, rows[i].status, rows[i].json, rows[i].outcome);
    struct refund_call call = said_call("adyen");
    struct said said = said_read(&payment_adyen, SAID_TO_SEND, &call, 201, rows[0].json);
    assert_string_equal(said.provider_ref, "PSP1");
}

static void nobody_can_ask(void **state)
{
    (void)state;
    said_expect(&payment_adyen, SAID_TO_ASK, 200, RECEIVED("received", "CAP1", "1990", "KEY0"),
                OUTCOME_CANNOT_ASK);
    said_expect(&payment_adyen, SAID_TO_ASK, 200, "", OUTCOME_CANNOT_ASK);
}

#define NOTICE(code, success)                                                                      \
    "{\"notificationItems\":[{\"NotificationRequestItem\":{\"amount\":{\"currency\":\"EUR\","      \
    "\"value\":"                                                                                   \
    "1990},\"eventCode\":\"" code "\",\"merchantAccountCode\":\"Cups\",\"merchantReference\":"     \
    "\"order 7\",\"originalReference\":\"PAY1\",\"pspReference\":\"D1\",\"success\":\"" success    \
    "\"}}]}"

static void a_dispute_is_lost_won_and_lost_again(void **state)
{
    (void)state;
    static const struct {
        const char *json, *reference;
        uint64_t how;
    } rows[] = {
        {NOTICE("CHARGEBACK", "true"), "D1", ELSEWHERE_CHARGEBACK},
        {NOTICE("CHARGEBACK_REVERSED", "true"), "D1", ELSEWHERE_CHARGEBACK_WON},
        {NOTICE("SECOND_CHARGEBACK", "true"), "D1:2", ELSEWHERE_CHARGEBACK},
    };
    struct told_word word;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(said_words(&payment_adyen, "Cups", rows[i].json, &word), 1);
        assert_int_equal(word.how, rows[i].how);
        assert_int_equal(word.outcome, OUTCOME_PAID);
        assert_string_equal(word.reference, rows[i].reference);
        assert_string_equal(word.payment, "PAY1");
        assert_string_equal(word.key, "");
        assert_int_equal(word.amount_minor, 1990);
    }
    assert_int_equal(said_words(&payment_adyen, "Cups", NOTICE("CHARGEBACK", "false"), &word), 0);
    assert_int_equal(
        said_words(&payment_adyen, "Cups", NOTICE("NOTIFICATION_OF_CHARGEBACK", "true"), &word), 0);
    assert_int_equal(said_words(&payment_adyen, "Dogs", NOTICE("CHARGEBACK", "true"), &word), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refund_is_sent_with_its_key_in_two_places),
        cmocka_unit_test(amounts_are_said_in_its_units),
        cmocka_unit_test(what_is_received_is_not_paid_yet),
        cmocka_unit_test(nobody_can_ask),
        cmocka_unit_test(a_dispute_is_lost_won_and_lost_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

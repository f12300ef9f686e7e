/* A new charge in the words of Stripe and of Adyen, and what each answer and each message of it
 * means. Who reads "failed" where the buyer was charged has him charged twice. */
#include "overseas-warehouse/payment/charges.h"
#include "overseas-warehouse/payment/webhook.h"
#include "proto/money.h"
#include "tests/overseas-warehouse/provider_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OUR_KEY "0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567"

static struct refund_call wish(const struct payment_provider *provider)
{
    struct refund_call call = said_call(provider->name);
    call.charge = true;
    snprintf(call.mandate_buyer, sizeof call.mandate_buyer, "cus_1");
    snprintf(call.mandate_method, sizeof call.mandate_method, "pm_1");
    return call;
}

struct said_row {
    enum said_to to;
    unsigned status;
    const char *json;
    enum refund_outcome outcome;
};

static void expect_rows(const struct payment_provider *provider, const struct said_row *rows,
                        size_t count)
{
    struct refund_call call = wish(provider);
    for (size_t i = 0; i < count; i++) {
        struct said said = said_read(provider, rows[i].to, &call, rows[i].status, rows[i].json);
        if (said.outcome != rows[i].outcome)
            fail_msg("row %zu: outcome %d (%s) after %u %s", i, said.outcome, said.reason,
                     rows[i].status, rows[i].json);
        bool unclear = said.outcome == OUTCOME_NO_WORD || said.outcome == OUTCOME_CANNOT_ASK;
        if (unclear) assert_true(said.reason[0] != '\0');
    }
}

/* What is asked of every charge, whoever makes it. */
static void refuses_to_write(const struct payment_calls *charging, struct refund_call call)
{
    struct payment_request request = {0};
    struct refund_call without = call;
    assert_true(charging->write_send(&call, "Cups", &request));
    call.amount_minor = 0;
    assert_false(charging->write_send(&call, "Cups", &request));
    call.amount_minor = -1990;
    assert_false(charging->write_send(&call, "Cups", &request));
    without.mandate_buyer[0] = '\0';
    assert_false(charging->write_send(&without, "Cups", &request));
    without = call;
    without.amount_minor = 1990;
    without.mandate_method[0] = '\0';
    assert_false(charging->write_send(&without, "Cups", &request));
    without.mandate_method[0] = 'p';
    assert_true(charging->write_send(&without, "Cups", &request));
    without.currency = 1; /* none that there is */
    assert_false(charging->write_send(&without, "Cups", &request));
}

static struct refund_call longest(const struct payment_provider *provider)
{
    struct refund_call call = wish(provider);
    memset(call.payment_ref, '&', sizeof call.payment_ref - 1);
    memset(call.mandate_buyer, '&', sizeof call.mandate_buyer - 1);
    memset(call.mandate_method, '"', sizeof call.mandate_method - 1);
    memset(call.key, 'Z', sizeof call.key - 1);
    call.amount_minor = INT64_MAX;
    return call;
}

/* --- Stripe: requests --------------------------------------------------------------------------
 */

static void stripe_is_told_whom_to_charge_with_the_key_in_two_places(void **state)
{
    (void)state;
    struct refund_call call = wish(&payment_stripe);
    struct payment_request request = {0};
    assert_ptr_equal(payment_stripe.charging, &charging_stripe);
    assert_true(charging_stripe.write_send(&call, "", &request));
    assert_true(request.post && request.keyed);
    assert_string_equal(payment_stripe.can.key_header, "Idempotency-Key");
    assert_string_equal(request.path, "/v1/payment_intents");
    assert_string_equal(request.body,
                        "amount=1990&currency=eur&customer=cus_1&payment_method=pm_1&"
                        "off_session=true&confirm=true&automatic_payment_methods%5Benabled%5D=true&"
                        "automatic_payment_methods%5Ballow_redirects%5D=never&"
                        "metadata%5Bentrepot_slot%5D=KEY0&metadata%5Bentrepot_of%5D=CAP1");
    refuses_to_write(&charging_stripe, call);
    call = longest(&payment_stripe);
    assert_true(charging_stripe.write_send(&call, "", &request));
    assert_true(charging_stripe.write_ask(&call, "", &request));
}

static void stripe_is_asked_by_the_buyer_and_charges_nobody_then(void **state)
{
    (void)state;
    struct refund_call call = wish(&payment_stripe);
    struct payment_request request = {.post = true, .keyed = true, .body = "x"};
    snprintf(call.mandate_buyer, sizeof call.mandate_buyer, "cus&1");
    assert_true(charging_stripe.write_ask(&call, "", &request));
    assert_false(request.post || request.keyed);
    assert_string_equal(request.body, "");
    assert_string_equal(request.path, "/v1/payment_intents?limit=100&customer=cus%261");
    call.mandate_buyer[0] = '\0'; /* the list of everybody would say nothing of him */
    assert_false(charging_stripe.write_ask(&call, "", &request));
}

static void a_charge_is_said_in_stripes_units(void **state)
{
    (void)state;
    static const struct {
        const char *letters;
        int64_t minor;
        const char *said; /* NULL: it cannot be said */
    } cases[] = {{"JPY", 1990, "amount=1990&currency=jpy&"},
                 {"ISK", 1990, "amount=199000&currency=isk&"},
                 {"MGA", 1900, "amount=19&currency=mga&"},
                 {"MGA", 1990, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct refund_call call = wish(&payment_stripe);
        struct payment_request request = {0};
        call.currency = currency_by_letters(span_text(cases[i].letters))->numeric;
        call.amount_minor = cases[i].minor;
        assert_int_equal(charging_stripe.write_send(&call, "", &request), cases[i].said != NULL);
        if (cases[i].said != NULL) assert_non_null(strstr(request.body, cases[i].said));
    }
}

/* --- Stripe: answers ---------------------------------------------------------------------------
 */

#define INTENT(status, buyer, amount, currency, key)                                               \
    "{\"id\":\"pi_9\",\"object\":\"payment_intent\",\"status\":\"" status                          \
    "\",\"customer\":\"" buyer "\",\"amount\":" amount ",\"currency\":\"" currency                 \
    "\",\"metadata\":{\"entrepot_slot\":\"" key "\"}}"
#define OURS(status)           INTENT(status, "cus_1", "1990", "eur", "KEY0")
#define OTHERS(status)         INTENT(status, "cus_1", "1990", "eur", "KEY1")
#define LIST(more, ...)        "{\"data\":[" __VA_ARGS__ "],\"has_more\":" more "}"
#define WRONG(type)            "{\"error\":{\"type\":\"" type "\"}}"
#define WRONG_OF(type, intent) "{\"error\":{\"type\":\"" type "\",\"payment_intent\":" intent "}}"

static const struct said_row stripe_sent[] = {
    {SAID_TO_SEND, 200, OURS("succeeded"), OUTCOME_PAID},
    {SAID_TO_SEND, 200, OURS("processing"), OUTCOME_PENDING},
    {SAID_TO_SEND, 200, OURS("requires_payment_method"), OUTCOME_FAILED},
    {SAID_TO_SEND, 200, OURS("canceled"), OUTCOME_FAILED},
    /* What waits for somebody may still be taken. */
    {SAID_TO_SEND, 200, OURS("requires_action"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, OURS("requires_capture"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, OURS("requires_confirmation"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, OURS("a_new_word"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, INTENT("succeeded", "cus_1", "1991", "eur", "KEY0"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, INTENT("succeeded", "cus_1", "19.90", "eur", "KEY0"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, INTENT("succeeded", "cus_1", "1990", "jpy", "KEY0"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, INTENT("succeeded", "cus_2", "1990", "eur", "KEY0"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, OTHERS("succeeded"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, OTHERS("requires_payment_method"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, INTENT("canceled", "cus_1", "1991", "eur", "KEY0"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, "{}", OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, "[]", OUTCOME_NO_WORD},
    {SAID_TO_SEND, 200, "<html>", OUTCOME_NO_WORD},
    {SAID_TO_SEND, 500, OURS("succeeded"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 500, OURS("requires_payment_method"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 302, "", OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, WRONG("card_error"), OUTCOME_FAILED},
    {SAID_TO_SEND, 402, WRONG_OF("card_error", OURS("requires_payment_method")), OUTCOME_FAILED},
    {SAID_TO_SEND, 402, WRONG_OF("card_error", OURS("canceled")), OUTCOME_FAILED},
    /* The error is about a payment that may have taken the money. */
    {SAID_TO_SEND, 402, WRONG_OF("card_error", OURS("succeeded")), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, WRONG_OF("card_error", OURS("processing")), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, WRONG_OF("card_error", OURS("requires_action")), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, WRONG_OF("card_error", OTHERS("canceled")), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, WRONG_OF("card_error", "{\"id\":\"pi_9\"}"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402,
     WRONG_OF("card_error", INTENT("canceled", "cus_1", "\"all\"", "eur", "KEY0")),
     OUTCOME_NO_WORD},
    {SAID_TO_SEND, 400, WRONG_OF("invalid_request_error", OURS("succeeded")), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, WRONG("api_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, "{}", OUTCOME_NO_WORD},
    {SAID_TO_SEND, 402, "", OUTCOME_NO_WORD},
    {SAID_TO_SEND, 400, WRONG("invalid_request_error"), OUTCOME_FAILED},
    {SAID_TO_SEND, 404, WRONG("invalid_request_error"), OUTCOME_FAILED},
    {SAID_TO_SEND, 400, WRONG("card_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 400, WRONG("idempotency_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 409, WRONG("idempotency_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 409, WRONG("invalid_request_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 401, WRONG("invalid_request_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 403, WRONG("invalid_request_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 429, WRONG("invalid_request_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 500, WRONG("card_error"), OUTCOME_NO_WORD},
    {SAID_TO_SEND, 503, "", OUTCOME_NO_WORD},
};
static const struct said_row stripe_asked[] = {
    {SAID_TO_ASK, 200, LIST("false", ""), OUTCOME_ABSENT},
    {SAID_TO_ASK, 200, LIST("false", OTHERS("succeeded")), OUTCOME_ABSENT},
    {SAID_TO_ASK, 200, LIST("false", INTENT("succeeded", "cus_1", "500", "eur", "KEY")),
     OUTCOME_ABSENT},
    {SAID_TO_ASK, 200, LIST("false", OURS("succeeded")), OUTCOME_PAID},
    {SAID_TO_ASK, 200, LIST("true", OURS("succeeded")), OUTCOME_PAID},
    {SAID_TO_ASK, 200, LIST("false", OURS("processing")), OUTCOME_PENDING},
    {SAID_TO_ASK, 200, LIST("false", OURS("requires_payment_method")), OUTCOME_FAILED},
    {SAID_TO_ASK, 200, LIST("false", OURS("requires_action")), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, LIST("false", OTHERS("succeeded") "," OURS("canceled")), OUTCOME_FAILED},
    {SAID_TO_ASK, 200, LIST("false", OURS("canceled") "," OURS("succeeded")), OUTCOME_PAID},
    {SAID_TO_ASK, 200, LIST("false", OURS("requires_action") "," OURS("succeeded")), OUTCOME_PAID},
    {SAID_TO_ASK, 200, LIST("false", OURS("canceled") "," OURS("requires_action")),
     OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, LIST("false", OURS("canceled") "," OURS("processing")), OUTCOME_PENDING},
    /* A list that goes on, or does not say whether it does, is not known to be whole. */
    {SAID_TO_ASK, 200, LIST("true", ""), OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 200, LIST("true", OTHERS("succeeded")), OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 200, "{\"data\":[]}", OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 200, LIST("\"no\"", ""), OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 200, LIST("false", INTENT("succeeded", "cus_1", "1", "eur", "KEY0")),
     OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 200, LIST("false", INTENT("succeeded", "cus_1", "1990", "usd", "KEY0")),
     OUTCOME_CANNOT_ASK},
    /* A list of somebody else, or one with a hole, shows nothing. */
    {SAID_TO_ASK, 200, LIST("false", INTENT("succeeded", "cus_2", "1990", "eur", "KEY1")),
     OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, LIST("false", OTHERS("succeeded") ",{}"), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, LIST("false", "null"), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, "{\"has_more\":false}", OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, "{\"data\":{},\"has_more\":false}", OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, OURS("succeeded"), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 200, "", OUTCOME_NO_WORD},
    {SAID_TO_ASK, 400, WRONG("invalid_request_error"), OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 404, WRONG("invalid_request_error"), OUTCOME_CANNOT_ASK},
    {SAID_TO_ASK, 401, WRONG("invalid_request_error"), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 429, WRONG("invalid_request_error"), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 503, LIST("false", ""), OUTCOME_NO_WORD},
    {SAID_TO_ASK, 402, LIST("false", ""), OUTCOME_NO_WORD},
};

static void what_stripe_answers_means_what_is_certain(void **state)
{
    (void)state;
    expect_rows(&payment_stripe, stripe_sent, sizeof stripe_sent / sizeof stripe_sent[0]);
    expect_rows(&payment_stripe, stripe_asked, sizeof stripe_asked / sizeof stripe_asked[0]);
}

static void a_charge_bears_stripes_reference_and_says_why_it_failed(void **state)
{
    (void)state;
    struct refund_call call = wish(&payment_stripe);
    struct said said = said_read(&payment_stripe, SAID_TO_SEND, &call, 200, OURS("succeeded"));
    assert_string_equal(said.provider_ref, "pi_9");
    said = said_read(&payment_stripe, SAID_TO_SEND, &call, 402, WRONG("card_error"));
    assert_string_equal(said.reason, "declined");
    said = said_read(&payment_stripe, SAID_TO_SEND, &call, 400, WRONG("invalid_request_error"));
    assert_string_equal(said.reason, "refused by the provider");
    const char *twice = LIST("false", OURS("succeeded") "," OURS("succeeded"));
    said = said_read(&payment_stripe, SAID_TO_ASK, &call, 200, twice);
    assert_int_equal(said.outcome, OUTCOME_PAID);
    assert_non_null(strstr(said.reason, "more than once"));
}

static void more_payments_than_one_list_holds_are_a_persons(void **state)
{
    (void)state;
    static char list[64 * 1024];
    struct refund_call call = wish(&payment_stripe);
    size_t used = (size_t)snprintf(list, sizeof list, "{\"has_more\":false,\"data\":[");
    for (unsigned i = 0; i <= PAYMENT_LISTED_MAX; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? "," : "",
                                 OTHERS("succeeded"));
    snprintf(list + used, sizeof list - used, "]}");
    struct said said = said_read(&payment_stripe, SAID_TO_ASK, &call, 200, list);
    assert_int_equal(said.outcome, OUTCOME_CANNOT_ASK);
}

static void another_try_is_not_charged_where_an_earlier_one_was(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        enum refund_outcome outcome;
    } cases[] = {{LIST("false", OTHERS("succeeded")), OUTCOME_CANNOT_ASK},
                 {LIST("false", OTHERS("processing")), OUTCOME_CANNOT_ASK},
                 {LIST("false", OTHERS("requires_payment_method")), OUTCOME_ABSENT},
                 {LIST("false", OTHERS("canceled") "," OURS("succeeded")), OUTCOME_PAID}};
    struct refund_call call = wish(&payment_stripe);
    call.former_count = 1;
    memcpy(call.former[0], "KEY1", 5);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct said said = said_read(&payment_stripe, SAID_TO_ASK, &call, 200, cases[i].list);
        assert_int_equal(said.outcome, cases[i].outcome);
    }
}

/* --- Adyen -------------------------------------------------------------------------------------
 */

#define RESULT(code, value, currency, key)                                                         \
    "{\"pspReference\":\"PSP1\",\"resultCode\":\"" code "\",\"merchantReference\":\"" key          \
    "\",\"amount\":{\"value\":" value ",\"currency\":\"" currency "\"}}"
#define RESULTED(code)          RESULT(code, "1990", "EUR", "KEY0")
#define ADYEN_WRONG(type, code) "{\"errorCode\":\"" code "\",\"errorType\":\"" type "\"}"

static void adyen_is_told_whom_to_charge_with_the_key_in_two_places(void **state)
{
    (void)state;
    struct refund_call call = wish(&payment_adyen);
    struct payment_request request = {0};
    assert_ptr_equal(payment_adyen.charging, &charging_adyen);
    assert_true(charging_adyen.write_send(&call, "Cups \"&\" Co", &request));
    assert_true(request.post && request.keyed);
    assert_string_equal(payment_adyen.can.key_header, "Idempotency-Key");
    assert_string_equal(request.path, "/payments");
    assert_string_equal(request.body,
                        "{\"merchantAccount\":\"Cups \\\"&\\\" Co\",\"amount\":{\"value\":1990,"
                        "\"currency\":\"EUR\"},\"reference\":\"KEY0\",\"shopperReference\":"
                        "\"cus_1\",\"paymentMethod\":{\"type\":\"scheme\","
                        "\"storedPaymentMethodId\":\"pm_1\"},\"shopperInteraction\":\"ContAuth\","
                        "\"recurringProcessingModel\":\"UnscheduledCardOnFile\"}");
    assert_null(charging_adyen.write_ask);
    refuses_to_write(&charging_adyen, call);
    call = longest(&payment_adyen);
    assert_true(charging_adyen.write_send(&call, "Cups", &request));
}

static void what_adyen_answers_means_what_is_certain(void **state)
{
    (void)state;
    static const struct said_row rows[] = {
        {SAID_TO_SEND, 200, RESULTED("Authorised"), OUTCOME_PAID},
        {SAID_TO_SEND, 200, RESULTED("Received"), OUTCOME_PENDING},
        {SAID_TO_SEND, 200, RESULTED("Pending"), OUTCOME_PENDING},
        {SAID_TO_SEND, 200, RESULTED("Refused"), OUTCOME_FAILED},
        {SAID_TO_SEND, 200, RESULTED("Cancelled"), OUTCOME_FAILED},
        {SAID_TO_SEND, 200,
         "{\"pspReference\":\"PSP1\",\"resultCode\":\"Refused\",\"merchantReference\":\"KEY0\"}",
         OUTCOME_FAILED},
        /* The bank may have taken it all the same, or the buyer still has to act. */
        {SAID_TO_SEND, 200, RESULTED("Error"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULTED("RedirectShopper"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULTED("AuthenticationNotRequired"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULTED("ANewWord"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULT("Authorised", "1991", "EUR", "KEY0"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULT("Authorised", "1990", "USD", "KEY0"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULT("Authorised", "1990", "EUR", "KEY1"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULT("Authorised", "19.90", "EUR", "KEY0"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, RESULT("Refused", "1990", "EUR", "KEY1"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, "{\"resultCode\":\"Refused\"}", OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, "{}", OUTCOME_NO_WORD},
        {SAID_TO_SEND, 200, "", OUTCOME_NO_WORD},
        {SAID_TO_SEND, 201, RESULTED("Refused"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 500, RESULTED("Refused"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 500, RESULTED("Authorised"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 503, "", OUTCOME_NO_WORD},
        {SAID_TO_SEND, 400, ADYEN_WRONG("validation", "137"), OUTCOME_FAILED},
        {SAID_TO_SEND, 422, ADYEN_WRONG("validation", "138"), OUTCOME_FAILED},
        {SAID_TO_SEND, 422, ADYEN_WRONG("validation", "704"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 422, ADYEN_WRONG("internal", "137"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 500, ADYEN_WRONG("validation", "137"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 401, ADYEN_WRONG("security", "000"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 403, ADYEN_WRONG("security", "901"), OUTCOME_NO_WORD},
        {SAID_TO_SEND, 429, "", OUTCOME_NO_WORD},
        {SAID_TO_ASK, 200, RESULTED("Authorised"), OUTCOME_CANNOT_ASK},
        {SAID_TO_ASK, 200, "", OUTCOME_CANNOT_ASK},
    };
    expect_rows(&payment_adyen, rows, sizeof rows / sizeof rows[0]);
}

static void a_charge_bears_adyens_reference_and_says_why_it_failed(void **state)
{
    (void)state;
    struct refund_call call = wish(&payment_adyen);
    struct said said = said_read(&payment_adyen, SAID_TO_SEND, &call, 200, RESULTED("Authorised"));
    assert_string_equal(said.provider_ref, "PSP1");
    said = said_read(&payment_adyen, SAID_TO_SEND, &call, 200, RESULTED("Refused"));
    assert_string_equal(said.provider_ref, "PSP1");
    assert_string_equal(said.reason, "declined");
}

/* --- what they tell of their own accord --------------------------------------------------------
 */

#define EVENT(type, status, key)                                                                   \
    "{\"id\":\"evt_1\",\"type\":\"" type "\",\"data\":{\"object\":{\"object\":\"payment_intent\"," \
    "\"id\":\"pi_9\",\"amount\":1990,\"currency\":\"eur\",\"created\":1700000000,\"status\":"      \
    "\"" status "\",\"metadata\":{\"entrepot_slot\":\"" key "\"}}}}"

static void what_stripe_tells_of_a_charge_is_said_by_the_events_that_end_it(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum refund_outcome outcome; /* NO_WORD: nothing is told */
    } rows[] = {
        {EVENT("payment_intent.succeeded", "succeeded", OUR_KEY), OUTCOME_PAID},
        {EVENT("payment_intent.processing", "processing", OUR_KEY), OUTCOME_PENDING},
        {EVENT("payment_intent.payment_failed", "requires_payment_method", OUR_KEY),
         OUTCOME_FAILED},
        {EVENT("payment_intent.canceled", "canceled", OUR_KEY), OUTCOME_FAILED},
        /* One that has just begun looks like one that was declined. */
        {EVENT("payment_intent.created", "requires_payment_method", OUR_KEY), OUTCOME_NO_WORD},
        {EVENT("payment_intent.created", "succeeded", OUR_KEY), OUTCOME_NO_WORD},
        {EVENT("payment_intent.requires_action", "requires_action", OUR_KEY), OUTCOME_NO_WORD},
        {EVENT("payment_intent.payment_failed", "succeeded", OUR_KEY), OUTCOME_NO_WORD},
        {EVENT("payment_intent.payment_failed", "requires_action", OUR_KEY), OUTCOME_NO_WORD},
        {EVENT("payment_intent.succeeded", "requires_payment_method", OUR_KEY), OUTCOME_NO_WORD},
        /* The shop's own payments, with keys of its own or with none. */
        {EVENT("payment_intent.succeeded", "succeeded", "order 7"), OUTCOME_NO_WORD},
        {EVENT("payment_intent.succeeded", "succeeded", ""), OUTCOME_NO_WORD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct told_word word = {0};
        unsigned count = said_words(&payment_stripe, "", rows[i].json, &word);
        if (count != (rows[i].outcome != OUTCOME_NO_WORD)) fail_msg("row %zu: %u words", i, count);
        if (count == 0) continue;
        assert_int_equal(word.outcome, rows[i].outcome);
        assert_true(word.charge);
        assert_int_equal(word.how, 0);
        assert_string_equal(word.key, OUR_KEY);
        assert_string_equal(word.reference, "pi_9");
        assert_int_equal(word.amount_minor, 1990);
        assert_int_equal(word.currency, 978);
        assert_int_equal(word.made_ms, 1700000000000u);
    }
}

#define REFUND_EVENT                                                                               \
    "{\"id\":\"evt_2\",\"type\":\"refund.updated\",\"data\":{\"object\":{\"object\":\"refund\","   \
    "\"id\":\"re_1\",\"amount\":1990,\"currency\":\"eur\",\"payment_intent\":\"pi_9\",\"status\":" \
    "\"succeeded\",\"metadata\":{\"entrepot_slot\":\"" OUR_KEY "\"}}}}"

static void a_message_of_a_refund_is_none_of_a_charge_whatever_its_key(void **state)
{
    (void)state;
    struct told_word word;
    assert_int_equal(said_words(&payment_stripe, "", REFUND_EVENT, &word), 1);
    assert_false(word.charge);
}

#define NOTICE(code, success, key)                                                                 \
    "{\"notificationItems\":[{\"NotificationRequestItem\":{\"amount\":{\"currency\":\"EUR\","      \
    "\"value\":1990},\"eventCode\":\"" code "\",\"merchantAccountCode\":\"Cups\","                 \
    "\"merchantReference\":\"" key "\",\"pspReference\":\"PSP1\",\"success\":\"" success "\"}}]}"

static void what_adyen_tells_of_a_charge_is_its_authorisation_under_our_key(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum refund_outcome outcome; /* NO_WORD: nothing is told */
        bool charge;
    } rows[] = {
        {NOTICE("AUTHORISATION", "true", OUR_KEY), OUTCOME_PAID, true},
        {NOTICE("AUTHORISATION", "false", OUR_KEY), OUTCOME_FAILED, true},
        {NOTICE("AUTHORISATION", "", OUR_KEY), OUTCOME_NO_WORD, false},
        {NOTICE("AUTHORISATION", "TRUE", OUR_KEY), OUTCOME_NO_WORD, false},
        {NOTICE("AUTHORISATION", "true", "order 7"), OUTCOME_NO_WORD, false},
        {NOTICE("AUTHORISATION", "false", ""), OUTCOME_NO_WORD, false},
        {NOTICE("AUTHORISATION_ADJUSTMENT", "true", OUR_KEY), OUTCOME_NO_WORD, false},
        {NOTICE("CAPTURE", "true", OUR_KEY), OUTCOME_NO_WORD, false},
        {NOTICE("REFUND", "true", OUR_KEY), OUTCOME_PAID, false},
        {NOTICE("REFUND_FAILED", "true", OUR_KEY), OUTCOME_FAILED, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct told_word word = {0};
        unsigned count = said_words(&payment_adyen, "Cups", rows[i].json, &word);
        if (count != (rows[i].outcome != OUTCOME_NO_WORD)) fail_msg("row %zu: %u words", i, count);
        if (count == 0) continue;
        assert_int_equal(word.outcome, rows[i].outcome);
        assert_int_equal(word.charge, rows[i].charge);
        assert_string_equal(word.key, OUR_KEY);
        assert_string_equal(word.reference, "PSP1");
        assert_int_equal(word.amount_minor, 1990);
        assert_int_equal(word.currency, 978);
    }
    struct told_word word;
    const char *json = NOTICE("AUTHORISATION", "true", OUR_KEY);
    assert_int_equal(said_words(&payment_adyen, "Dogs", json, &word), 0);
}

static void a_key_of_ours_is_told_from_a_shops_order_number(void **state)
{
    (void)state;
    assert_true(charge_key_is_ours(span_text(OUR_KEY)));
    assert_false(charge_key_is_ours(span_text("")));
    assert_false(charge_key_is_ours(span_of(OUR_KEY, 39)));
    assert_false(charge_key_is_ours(span_text(OUR_KEY "0")));
    assert_false(charge_key_is_ours(span_text("o123456789ABCDEFGHJKMNPQRSTVWXYZ01234567")));
    assert_false(charge_key_is_ours(span_text("U123456789ABCDEFGHJKMNPQRSTVWXYZ01234567")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stripe_is_told_whom_to_charge_with_the_key_in_two_places),
        cmocka_unit_test(stripe_is_asked_by_the_buyer_and_charges_nobody_then),
        cmocka_unit_test(a_charge_is_said_in_stripes_units),
        cmocka_unit_test(what_stripe_answers_means_what_is_certain),
        cmocka_unit_test(a_charge_bears_stripes_reference_and_says_why_it_failed),
        cmocka_unit_test(more_payments_than_one_list_holds_are_a_persons),
        cmocka_unit_test(another_try_is_not_charged_where_an_earlier_one_was),
        cmocka_unit_test(adyen_is_told_whom_to_charge_with_the_key_in_two_places),
        cmocka_unit_test(what_adyen_answers_means_what_is_certain),
        cmocka_unit_test(a_charge_bears_adyens_reference_and_says_why_it_failed),
        cmocka_unit_test(what_stripe_tells_of_a_charge_is_said_by_the_events_that_end_it),
        cmocka_unit_test(a_message_of_a_refund_is_none_of_a_charge_whatever_its_key),
        cmocka_unit_test(what_adyen_tells_of_a_charge_is_its_authorisation_under_our_key),
        cmocka_unit_test(a_key_of_ours_is_told_from_a_shops_order_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

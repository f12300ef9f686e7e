/* The outbox against a provider that answers, errs, hangs, lies and vanishes: every call ends in
 * exactly one result, which says no more than what is known. */
#include "node/outbox/outbox.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/http/server.h"
#include "node/log.h"
#include "node/text.h"
#include "tests/node/http/certificate.h"
#include "tests/node/scripted.h"
#include "tests/support/scratch.h"

#define OK_HEAD     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define RESULTS_MAX 1024
#define WAIT_MS     30000

/* --- the taker of results -------------------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    struct outbox_result at[RESULTS_MAX];
    unsigned count, refused;
    unsigned refuse; /* so many are sent away first */
} results = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool take(void *world, const struct outbox_result *result)
{
    (void)world;
    pthread_mutex_lock(&results.lock);
    bool room = results.refuse == 0 && results.count < RESULTS_MAX;
    if (room)
        results.at[results.count++] = *result;
    else {
        results.refused++;
        if (results.refuse > 0) results.refuse--;
    }
    pthread_mutex_unlock(&results.lock);
    return room;
}

static unsigned count_results(void)
{
    pthread_mutex_lock(&results.lock);
    unsigned count = results.count;
    pthread_mutex_unlock(&results.lock);
    return count;
}

static void pause_ms(long ms)
{
    const struct timespec step = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&step, NULL);
}

static void wait_for_results(unsigned wanted)
{
    for (long waited = 0; count_results() < wanted; waited += 5) {
        if (waited > WAIT_MS) fail_msg("%u results of %u", count_results(), wanted);
        pause_ms(5);
    }
    pause_ms(30); /* one too many would show now */
    assert_int_equal(count_results(), wanted);
}

/* --- a provider and an outbox for each test -------------------------------------------------- */

static struct scripted *server;
static struct outbox *outbox;

static void open_outbox_at(const char *base_url, uint32_t total_ms, bool can_query)
{
    char why[OUTBOX_WHY_BYTES];
    struct outbox_provider provider = {.name = "stripe",
                                       .secret = "sk_test_word",
                                       .speaks = &payment_stripe,
                                       .can_query = can_query};
    snprintf(provider.base_url, sizeof provider.base_url, "%s", base_url);
    const struct outbox_options options = {.providers = &provider,
                                           .providers_count = 1,
                                           .connect_ms = 2000,
                                           .total_ms = total_ms,
                                           .result = take};
    outbox = outbox_start(&options, why);
    assert_non_null(outbox);
}

static void open_outbox(uint32_t total_ms)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", scripted_port(server));
    open_outbox_at(url, total_ms, true);
}

static int begin(void **state)
{
    (void)state;
    results.count = results.refused = results.refuse = 0;
    server = scripted_start();
    outbox = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    outbox_stop(outbox);
    scripted_stop(server);
    return 0;
}

static struct refund_call call_of(unsigned number)
{
    struct refund_call call = {.amount_minor = 1990, .currency = 978, .attempt = 1};
    call.slot.bytes[15] = (uint8_t)number;
    call.slot.bytes[14] = (uint8_t)(number >> 8);
    text_copy(call.provider, sizeof call.provider, "stripe");
    snprintf(call.payment_ref, sizeof call.payment_ref, "pi_%u", number);
    snprintf(call.key, sizeof call.key, "key-%u", number);
    return call;
}

static void call(enum call_kind kind, unsigned number)
{
    struct refund_call wish = call_of(number);
    outbox_call(outbox, kind, &wish);
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("'%.600s' does not hold '%s'", text, part);
}

/* One call, answered like that, means this. */
static void expect(enum call_kind kind, const char *answer, enum refund_outcome outcome)
{
    unsigned before = count_results();
    scripted_say(server, answer);
    call(kind, 7);
    wait_for_results(before + 1);
    const struct outbox_result *result = &results.at[before];
    if (result->outcome != outcome)
        fail_msg("outcome %d, not %d, after %.200s", result->outcome, outcome,
                 answer == SCRIPTED_HANG ? "nothing" : answer);
    assert_int_equal(result->kind, kind);
    assert_int_equal(result->slot.bytes[15], 7);
}

#define REFUND(status, amount, slot)                                                               \
    "{\"id\":\"re_1\",\"object\":\"refund\",\"amount\":" amount ",\"payment_intent\":\"pi_7\","    \
    "\"status\":\"" status "\",\"metadata\":{\"entrepot_slot\":\"" slot "\"}}"
#define LIST(more, items) "{\"object\":\"list\",\"has_more\":" more ",\"data\":[" items "]}"
#define ERROR_BODY(type)  "{\"error\":{\"type\":\"" type "\",\"message\":\"m\"}}"
#define STATUS(line, body)                                                                         \
    "HTTP/1.1 " line "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body

/* --- what goes out --------------------------------------------------------------------------- */

static void a_send_bears_the_key_the_amount_and_the_secret(void **state)
{
    (void)state;
    open_outbox(5000);
    expect(CALL_SEND, OK_HEAD REFUND("succeeded", "1990", "key-7"), OUTCOME_PAID);
    assert_string_equal(results.at[0].provider_ref, "re_1");
    const char *asked = scripted_asked(server, 0);
    assert_true(strncmp(asked, "POST /v1/refunds HTTP/1.1\r\n", 27) == 0);
    assert_has(asked, "Authorization: Bearer sk_test_word\r\n");
    assert_has(asked, "Idempotency-Key: key-7\r\n");
    assert_has(asked, "Content-Type: application/x-www-form-urlencoded\r\n");
    assert_has(asked, "amount=1990");
    assert_null(strstr(asked, "Expect:"));
    assert_int_equal(scripted_count(server), 1);
}

static void an_ask_moves_nothing(void **state)
{
    (void)state;
    open_outbox(5000);
    expect(CALL_ASK, OK_HEAD LIST("false", REFUND("succeeded", "1990", "key-7")), OUTCOME_PAID);
    const char *asked = scripted_asked(server, 0);
    assert_true(strncmp(asked, "GET /v1/refunds?", 16) == 0);
    assert_has(asked, "payment_intent=pi_7");
    assert_null(strstr(asked, "Idempotency-Key"));
}

/* --- what comes back ------------------------------------------------------------------------- */

static void what_the_provider_says_of_a_send_is_taken(void **state)
{
    (void)state;
    open_outbox(5000);
    expect(CALL_SEND, OK_HEAD REFUND("pending", "1990", "key-7"), OUTCOME_PENDING);
    expect(CALL_SEND, OK_HEAD REFUND("failed", "1990", "key-7"), OUTCOME_FAILED);
    expect(CALL_SEND, STATUS("402 Payment Required", ERROR_BODY("invalid_request_error")),
           OUTCOME_FAILED);
    assert_int_equal(results.count, 3);
}

static void what_is_not_said_plainly_is_no_word(void **state)
{
    (void)state;
    open_outbox(5000);
    static const char *const answers[] = {
        STATUS("500 Internal Server Error", ERROR_BODY("api_error")),
        STATUS("503 Service Unavailable", ""),
        STATUS("429 Too Many Requests", ERROR_BODY("rate_limit_error")),
        STATUS("401 Unauthorized", ERROR_BODY("invalid_request_error")),
        STATUS("409 Conflict", ERROR_BODY("idempotency_error")),
        STATUS("402 Payment Required", ""),
        STATUS("402 Payment Required", "<html>"),
        OK_HEAD "",
        OK_HEAD "{}",
        OK_HEAD "[]",
        OK_HEAD "not json",
        OK_HEAD "{\"id\":\"re_1\",\"id\":\"re_2\"}",
        OK_HEAD REFUND("succeeded", "19.90", "key-7"),
        OK_HEAD REFUND("succeeded", "1991", "key-7"),
        OK_HEAD REFUND("invented", "1990", "key-7"),
        OK_HEAD REFUND("succeeded", "1990", "key-8"),
        OK_HEAD REFUND("succeeded", "1990,\"currency\":\"usd\"", "key-7"),
        OK_HEAD LIST("false", REFUND("succeeded", "1990", "key-7")),
        "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n" REFUND("succeeded", "1990", "key-7"),
        "HTTP/1.1 301 Moved\r\nLocation: /v1/refunds\r\nConnection: close\r\n\r\n",
        "nonsense\r\n\r\n",
        "",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        expect(CALL_SEND, answers[i], OUTCOME_NO_WORD);
    /* One call is at most one request, whatever came of it: no redirect, no second try. */
    assert_int_equal(scripted_count(server), sizeof answers / sizeof answers[0]);
}

static void absent_is_said_only_by_a_whole_list(void **state)
{
    (void)state;
    open_outbox(5000);
    expect(CALL_ASK, OK_HEAD LIST("false", ""), OUTCOME_ABSENT);
    expect(CALL_ASK, OK_HEAD LIST("false", REFUND("succeeded", "1990", "key-8")), OUTCOME_ABSENT);
    expect(CALL_ASK, OK_HEAD LIST("true", ""), OUTCOME_CANNOT_ASK);
    expect(CALL_ASK, OK_HEAD "{\"data\":[]}", OUTCOME_CANNOT_ASK);
    static const char *const answers[] = {
        OK_HEAD "{}",
        OK_HEAD "{\"data\":{}}",
        OK_HEAD ERROR_BODY("api_error"),
        OK_HEAD REFUND("succeeded", "1990", "key-8"),
        OK_HEAD LIST("false", "{\"id\":\"re_1\"}"),
        OK_HEAD LIST("false", "7"),
        OK_HEAD LIST("false", REFUND("succeeded", "19.90", "key-7")),
        OK_HEAD LIST("false", "{\"status\":\"succeeded\",\"amount\":1990}"),
        OK_HEAD LIST("false", "{\"id\":\"re_1\",\"amount\":1990}"),
        STATUS("500 Internal Server Error", LIST("false", "")),
        OK_HEAD "{\"object\":\"list\",\"has_more\":false,\"data\":[",
        "",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        expect(CALL_ASK, answers[i], OUTCOME_NO_WORD);
}

static void an_answer_that_never_ends_is_cut(void **state)
{
    (void)state;
    size_t size = OUTBOX_ANSWER_BYTES_MAX + 4096;
    char *answer = malloc(size + 1);
    assert_non_null(answer);
    text_copy(answer, size, OK_HEAD REFUND("succeeded", "1990", "key-7"));
    size_t used = strlen(answer);
    memset(answer + used, ' ', size - used);
    answer[size] = '\0';
    open_outbox(20000);
    expect(CALL_SEND, answer, OUTCOME_NO_WORD);
    assert_has(results.at[0].reason, "Failed writing");
    /* The same, if it ends within the bound, is an answer. */
    answer[OUTBOX_ANSWER_BYTES_MAX - 4096] = '\0';
    expect(CALL_SEND, answer, OUTCOME_PAID);
    free(answer);
}

static void headers_that_never_end_are_cut(void **state)
{
    (void)state;
    char *answer = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&answer, &size);
    fputs("HTTP/1.1 200 OK\r\n", text);
    for (int i = 0; i < 1500; i++) fprintf(text, "X-%d: %0100d\r\n", i, i);
    fputs("Connection: close\r\n\r\n" REFUND("succeeded", "1990", "key-7"), text);
    fclose(text);
    open_outbox(20000);
    expect(CALL_SEND, answer, OUTCOME_NO_WORD);
    free(answer);
}

/* --- time ------------------------------------------------------------------------------------ */

static void a_provider_that_hangs_is_waited_for_so_long_and_no_longer(void **state)
{
    (void)state;
    open_outbox(300);
    expect(CALL_SEND, SCRIPTED_HANG, OUTCOME_NO_WORD);
    assert_has(results.at[0].reason, "Timeout");
    expect(CALL_ASK, SCRIPTED_HANG, OUTCOME_NO_WORD);
    expect(CALL_SEND, OK_HEAD REFUND("succeeded", "1990", "key-7"), OUTCOME_PAID);
}

static void nobody_there_is_no_word(void **state)
{
    (void)state;
    char url[64];
    struct scripted *gone = scripted_start();
    snprintf(url, sizeof url, "http://127.0.0.1:%u", scripted_port(gone));
    scripted_stop(gone);
    open_outbox_at(url, 5000, true);
    call(CALL_SEND, 7);
    call(CALL_ASK, 8);
    wait_for_results(2);
    for (unsigned i = 0; i < 2; i++) assert_int_equal(results.at[i].outcome, OUTCOME_NO_WORD);
}

static void pay(void *world, struct call *asked)
{
    atomic_int *paid = world;
    atomic_fetch_add(paid, 1);
    call_reply(asked, 200, "application/json", span_text(REFUND("succeeded", "1990", "key-7")));
}

static void a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
    (void)state;
    char url[64], certificate[SCRATCH_PATH_MAX + 20], key[SCRATCH_PATH_MAX + 20],
        why[SERVER_WHY_BYTES];
    atomic_int paid = 0;
    struct scratch scratch = scratch_make();
    snprintf(certificate, sizeof certificate, "%s/localhost.pem", scratch.path);
    snprintf(key, sizeof key, "%s/localhost.key", scratch.path);
    certificate_create(scratch.path);
    const struct server_options options = {
        .certificate = certificate, .key = key, .world = &paid, .handle = pay};
    struct server *tls = server_open(&options, why);
    assert_non_null(tls);
    assert_int_equal(server_start(tls), OK);
    snprintf(url, sizeof url, "https://localhost:%u", server_port(tls));
    open_outbox_at(url, 60000, true);
    call(CALL_SEND, 7);
    wait_for_results(1);
    assert_int_equal(results.at[0].outcome, OUTCOME_NO_WORD);
    assert_has(results.at[0].reason, "certificate");
    assert_int_equal(atomic_load(&paid), 0);
    server_stop(tls);
    server_free(tls);
    scratch_remove(&scratch);
}

static void a_server_without_tls_is_told_nothing(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%u", scripted_port(server));
    open_outbox_at(url, 2000, true);
    call(CALL_SEND, 7);
    wait_for_results(1);
    assert_int_equal(results.at[0].outcome, OUTCOME_NO_WORD);
    assert_int_equal(scripted_count(server), 0); /* not one byte of it in clear */
}

static void a_connection_is_used_once(void **state)
{
    (void)state;
    const char *answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    scripted_keep(server, 1000);
    open_outbox(5000);
    for (int i = 0; i < 3; i++) expect(CALL_SEND, answer, OUTCOME_NO_WORD);
    assert_int_equal(scripted_count(server), 3);
    assert_int_equal(scripted_reused(server), 0);
}

static void a_proxy_of_the_environment_is_not_used(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    unsetenv("no_proxy");
    open_outbox(5000);
    expect(CALL_SEND, OK_HEAD REFUND("succeeded", "1990", "key-7"), OUTCOME_PAID);
    unsetenv("http_proxy");
}

/* All that wait are told of, though the provider answers one in this time: those that had to wait
 * too long were never sent. */
static void what_waited_too_long_is_not_sent(void **state)
{
    (void)state;
    enum { CALLS = 3 * OUTBOX_UNDER_WAY_MAX };
    for (unsigned i = 0; i < 32; i++) scripted_say(server, SCRIPTED_HANG);
    open_outbox(400);
    for (unsigned i = 0; i < CALLS; i++) call(CALL_SEND, i);
    wait_for_results(CALLS);
    unsigned unsent = 0;
    for (unsigned i = 0; i < CALLS; i++) {
        assert_int_equal(results.at[i].outcome, OUTCOME_NO_WORD);
        unsent += strstr(results.at[i].reason, "nothing was sent") != NULL ? 1 : 0;
    }
    assert_true(unsent > 0);
}

/* --- calls that need no provider ------------------------------------------------------------- */

static void who_cannot_be_asked_is_not_asked(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", scripted_port(server));
    open_outbox_at(url, 5000, false);
    call(CALL_ASK, 7);
    wait_for_results(1);
    assert_int_equal(results.at[0].outcome, OUTCOME_CANNOT_ASK);
    assert_int_equal(scripted_count(server), 0);
    scripted_say(server, OK_HEAD REFUND("succeeded", "1990", "key-7"));
    call(CALL_SEND, 7);
    wait_for_results(2);
    assert_int_equal(results.at[1].outcome, OUTCOME_PAID);
}

static void an_unknown_provider_is_never_called(void **state)
{
    (void)state;
    open_outbox(5000);
    struct refund_call wish = call_of(7);
    text_copy(wish.provider, sizeof wish.provider, "paypal");
    outbox_call(outbox, CALL_SEND, &wish);
    outbox_call(outbox, CALL_ASK, &wish);
    wait_for_results(2);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(results.at[i].outcome,
                         results.at[i].kind == CALL_SEND ? OUTCOME_NO_WORD : OUTCOME_CANNOT_ASK);
    assert_int_equal(scripted_count(server), 0);
}

/* The account that hangs has taken all it may: calls of the other one pass it by. */
static void a_provider_that_hangs_holds_up_no_other_account(void **state)
{
    (void)state;
    char why[OUTBOX_WHY_BYTES];
    struct scripted *silent = scripted_start();
    struct outbox_provider providers[2] = {{.name = "stripe", .speaks = &payment_stripe},
                                           {.name = "stripe", .speaks = &payment_stripe}};
    snprintf(providers[0].base_url, sizeof providers[0].base_url, "http://127.0.0.1:%u",
             scripted_port(silent));
    snprintf(providers[1].base_url, sizeof providers[1].base_url, "http://127.0.0.1:%u",
             scripted_port(server));
    const struct outbox_options options = {
        .providers = providers, .providers_count = 2, .total_ms = 2 * WAIT_MS, .result = take};
    outbox = outbox_start(&options, why);
    assert_non_null(outbox);
    for (unsigned i = 0; i < OUTBOX_UNDER_WAY_MAX; i++) scripted_say(silent, SCRIPTED_HANG);
    for (unsigned i = 0; i < 2 * OUTBOX_UNDER_WAY_MAX; i++) call(CALL_SEND, 100 + i);
    for (unsigned i = 0; i < 3; i++) {
        scripted_say(server, OK_HEAD REFUND("succeeded", "1990", "key-7"));
        struct refund_call wish = call_of(7);
        wish.account = 1;
        outbox_call(outbox, CALL_SEND, &wish);
        wait_for_results(i + 1);
        assert_int_equal(results.at[i].outcome, OUTCOME_PAID);
    }
    assert_int_equal(outbox_counts(outbox).waiting, 2 * OUTBOX_UNDER_WAY_MAX);
    outbox_stop(outbox);
    outbox = NULL;
    scripted_stop(silent);
}

/* --- another shape ---------------------------------------------------------------------------- */

#define TOKEN_ANSWER OK_HEAD "{\"access_token\":\"T1\",\"expires_in\":32400}"
#define PAYPAL_REFUND                                                                              \
    "{\"id\":\"R1\",\"status\":\"COMPLETED\",\"amount\":{\"value\":\"19.90\",\"currency_code\":"   \
    "\"EUR\"},"                                                                                    \
    "\"custom_id\":\"key-7\",\"links\":[{\"rel\":\"up\",\"href\":"                                 \
    "\"https://p/v2/payments/captures/pi_7\"}]}"
#define PAYPAL_CAPTURE                                                                             \
    "{\"id\":\"pi_7\",\"supplementary_data\":{\"related_ids\":{\"order_id\":\"O1\"}}}"
#define PAYPAL_ORDER(refunds)                                                                      \
    "{\"purchase_units\":[{\"payments\":{\"captures\":[{\"id\":\"pi_7\"}],\"refunds\":[" refunds   \
    "]}}]}"

static void open_paypal(uint32_t total_ms)
{
    char why[OUTBOX_WHY_BYTES];
    struct outbox_provider provider = {
        .name = "stripe", .secret = "id:word", .speaks = &payment_paypal, .can_query = true};
    snprintf(provider.base_url, sizeof provider.base_url, "http://127.0.0.1:%u",
             scripted_port(server));
    const struct outbox_options options = {
        .providers = &provider, .providers_count = 1, .total_ms = total_ms, .result = take};
    outbox = outbox_start(&options, why);
    assert_non_null(outbox);
}

static void a_token_is_bought_once_and_borne_by_what_follows(void **state)
{
    (void)state;
    open_paypal(5000);
    scripted_say(server, TOKEN_ANSWER);
    expect(CALL_SEND, OK_HEAD PAYPAL_REFUND, OUTCOME_PAID);
    expect(CALL_SEND, OK_HEAD PAYPAL_REFUND, OUTCOME_PAID);
    assert_int_equal(scripted_count(server), 3);
    const char *bought = scripted_asked(server, 0), *sent = scripted_asked(server, 1);
    assert_true(strncmp(bought, "POST /v1/oauth2/token ", 22) == 0);
    assert_has(bought, "Authorization: Basic aWQ6d29yZA==\r\n");
    assert_has(bought, "grant_type=client_credentials");
    assert_true(strncmp(sent, "POST /v2/payments/captures/pi_7/refund ", 39) == 0);
    assert_has(sent, "Authorization: Bearer T1\r\n");
    assert_has(sent, "PayPal-Request-Id: key-7\r\n");
    assert_has(sent, "Content-Type: application/json\r\n");
    assert_null(strstr(sent, "word"));
}

static void a_question_goes_on_where_the_first_answer_says(void **state)
{
    (void)state;
    open_paypal(5000);
    scripted_say(server, TOKEN_ANSWER);
    scripted_say(server, OK_HEAD PAYPAL_CAPTURE);
    expect(CALL_ASK, OK_HEAD PAYPAL_ORDER(""), OUTCOME_ABSENT);
    scripted_say(server, OK_HEAD PAYPAL_CAPTURE);
    expect(CALL_ASK, OK_HEAD PAYPAL_ORDER(PAYPAL_REFUND), OUTCOME_PAID);
    assert_true(strncmp(scripted_asked(server, 2), "GET /v2/checkout/orders/O1 ", 27) == 0);
    /* Two requests, and no more: who names another place each time leads nowhere. */
    scripted_say(server, OK_HEAD PAYPAL_CAPTURE);
    expect(CALL_ASK, OK_HEAD PAYPAL_CAPTURE, OUTCOME_NO_WORD);
    assert_int_equal(scripted_count(server), 7);
}

static void who_gives_no_token_is_sent_nothing(void **state)
{
    (void)state;
    static const char *const answers[] = {
        STATUS("401 Unauthorized", "{\"error\":\"invalid_client\"}"),
        OK_HEAD "{}",
        OK_HEAD "{\"access_token\":\"T1\"}",
        OK_HEAD "{\"access_token\":\"a b\",\"expires_in\":9}",
        OK_HEAD "{\"access_token\":\"a\\r\\nX: y\",\"expires_in\":9}",
        OK_HEAD "{\"access_token\":\"\",\"expires_in\":9}",
        "",
    };
    open_paypal(5000);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        expect(CALL_SEND, answers[i], OUTCOME_NO_WORD);
    assert_int_equal(scripted_count(server), sizeof answers / sizeof answers[0]);
}

static void a_token_that_does_not_hold_is_bought_anew(void **state)
{
    (void)state;
    open_paypal(5000);
    scripted_say(server, TOKEN_ANSWER);
    expect(CALL_SEND, STATUS("401 Unauthorized", "{\"name\":\"AUTHENTICATION_FAILURE\"}"),
           OUTCOME_NO_WORD);
    scripted_say(server, TOKEN_ANSWER);
    expect(CALL_SEND, OK_HEAD PAYPAL_REFUND, OUTCOME_PAID);
    assert_int_equal(scripted_count(server), 4);
}

static void all_requests_of_a_call_share_its_time(void **state)
{
    (void)state;
    open_paypal(300);
    scripted_say(server, TOKEN_ANSWER);
    expect(CALL_SEND, SCRIPTED_HANG, OUTCOME_NO_WORD);
    assert_has(results.at[0].reason, "Timeout");
}

/* --- many ------------------------------------------------------------------------------------ */

static void every_call_ends_in_one_result(void **state)
{
    (void)state;
    open_outbox(20000);
    results.refuse = 20; /* the engine's queue is full for a while */
    for (unsigned i = 0; i < OUTBOX_MAX; i++) call(i % 2 == 0 ? CALL_SEND : CALL_ASK, i);
    wait_for_results(OUTBOX_MAX);
    assert_true(results.refused >= 20);
    bool seen[OUTBOX_MAX] = {false};
    for (unsigned i = 0; i < OUTBOX_MAX; i++) {
        unsigned number = results.at[i].slot.bytes[15] | (unsigned)results.at[i].slot.bytes[14]
                                                             << 8;
        assert_true(number < OUTBOX_MAX);
        assert_false(seen[number]);
        seen[number] = true;
    }
    struct outbox_counts counts = outbox_counts(outbox);
    assert_int_equal(counts.waiting, 0);
    assert_int_equal(counts.sent + counts.asked, OUTBOX_MAX);
    assert_int_equal(counts.no_word, OUTBOX_MAX);
}

static void a_stop_gives_up_what_is_under_way(void **state)
{
    (void)state;
    scripted_say(server, SCRIPTED_HANG);
    open_outbox(60000);
    for (unsigned i = 0; i < 50; i++) call(CALL_SEND, i);
    for (long waited = 0; scripted_count(server) == 0 && waited < WAIT_MS; waited += 5) pause_ms(5);
    assert_true(scripted_count(server) >= 1);
    outbox_stop(outbox);
    outbox = NULL;
}

int main(void)
{
    log_setup(LOG_ERROR, 1);
#define OUTBOX_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        OUTBOX_TEST(a_send_bears_the_key_the_amount_and_the_secret),
        OUTBOX_TEST(an_ask_moves_nothing),
        OUTBOX_TEST(what_the_provider_says_of_a_send_is_taken),
        OUTBOX_TEST(what_is_not_said_plainly_is_no_word),
        OUTBOX_TEST(absent_is_said_only_by_a_whole_list),
        OUTBOX_TEST(an_answer_that_never_ends_is_cut),
        OUTBOX_TEST(headers_that_never_end_are_cut),
        OUTBOX_TEST(a_provider_that_hangs_is_waited_for_so_long_and_no_longer),
        OUTBOX_TEST(nobody_there_is_no_word),
        OUTBOX_TEST(a_certificate_that_nobody_vouches_for_is_refused),
        OUTBOX_TEST(a_server_without_tls_is_told_nothing),
        OUTBOX_TEST(a_connection_is_used_once),
        OUTBOX_TEST(a_proxy_of_the_environment_is_not_used),
        OUTBOX_TEST(what_waited_too_long_is_not_sent),
        OUTBOX_TEST(who_cannot_be_asked_is_not_asked),
        OUTBOX_TEST(an_unknown_provider_is_never_called),
        OUTBOX_TEST(a_provider_that_hangs_holds_up_no_other_account),
        OUTBOX_TEST(a_token_is_bought_once_and_borne_by_what_follows),
        OUTBOX_TEST(a_question_goes_on_where_the_first_answer_says),
        OUTBOX_TEST(who_gives_no_token_is_sent_nothing),
        OUTBOX_TEST(a_token_that_does_not_hold_is_bought_anew),
        OUTBOX_TEST(all_requests_of_a_call_share_its_time),
        OUTBOX_TEST(every_call_ends_in_one_result),
        OUTBOX_TEST(a_stop_gives_up_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The provider that does wrong on demand: what it pays, remembers and shows, and each of its
 * faults. */
#include <curl/curl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/node/http/client.h"
#include "tests/support/process.h"

#define WAIT_MS 20000
#define STEP_MS 10

static FILE *to, *from;
static pid_t sandbox;
static uint16_t port;

static struct reply refund(const char *key, const char *body)
{
    const struct letter ask = {.path = "/v1/refunds",
                               .token = "sk_test",
                               .key = key,
                               .type = "application/x-www-form-urlencoded",
                               .body = body};
    return client_call(port, &ask);
}

static void assert_get(const char *path, const char *part)
{
    struct reply reply = client_get(port, path, "sk_test");
    if (strstr(reply.body, part) == NULL) print_error("%s: %s\n", path, reply.body);
    assert_non_null(strstr(reply.body, part));
    reply_free(&reply);
}

static void control(const char *path)
{
    const struct letter ask = {.method = "POST", .path = path, .body = ""};
    struct reply reply = client_call(port, &ask);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

static void assert_refund(const char *key, const char *body, long status, const char *part)
{
    struct reply reply = refund(key, body);
    if (reply.status != status || strstr(reply.body, part) == NULL)
        print_error("%ld %s\n", reply.status, reply.body);
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(reply.body, part));
    reply_free(&reply);
}

static void it_pays_and_shows_what_it_paid(void **state)
{
    (void)state;
    assert_refund("k1", "payment_intent=pi_1&amount=1990&metadata[entrepot_slot]=S%261", 200,
                  "\"id\":\"re_sandbox_1\"");
    assert_get("/control/ledger", "\"count\":1,\"total_minor\":1990");
    assert_get("/v1/refunds?payment_intent=pi_1&limit=5", "\"entrepot_slot\":\"S&1\"");
    assert_get("/v1/refunds?payment_intent=pi_2", "\"data\":[],\"has_more\":false");
    assert_refund("k0", "payment_intent=pi%5F3&amount=1&metadata%5Bentrepot_slot%5D=S2", 200,
                  "\"metadata\":{\"entrepot_slot\":\"S2\"},\"payment_intent\":\"pi_3\"");
    assert_get("/control/report", ",eur,-19.90,refund,re_sandbox_1,\"REFUND, 1\",pi_1,S&1\r\n");
    assert_get("/control/report", ",eur,-0.01,refund,re_sandbox_2,\"REFUND, 2\",pi_3,S2\r\n");
    assert_get("/control/log", "{\"method\":\"POST\",\"path\":\"/v1/refunds\",\"key\":\"k1\","
                               "\"outcome\":\"paid\"},{\"method\":\"GET\"");
}

static void a_repeat_is_answered_and_not_paid(void **state)
{
    (void)state;
    const char *body = "payment_intent=pi_1&amount=1990";
    assert_refund("k1", body, 200, "\"id\":\"re_sandbox_1\"");
    struct reply reply = refund("k1", body);
    assert_string_equal(reply_header(&reply, "Idempotent-Replayed"), "true");
    reply_free(&reply);
    assert_refund("k1", "payment_intent=pi_1&amount=1991", 400, "idempotency_error");
    assert_get("/control/ledger", "\"count\":1,");
    assert_refund("k2", body, 200, "\"id\":\"re_sandbox_2\"");
    assert_refund(NULL, body, 200, "\"id\":\"re_sandbox_3\"");
}

/* A call to charge, with the fields that are asked for by others. */
static void assert_charge(const char *key, const char *body, long status, const char *part)
{
    const struct letter ask = {.path = "/v1/payment_intents",
                               .token = "sk_test",
                               .key = key,
                               .type = "application/x-www-form-urlencoded",
                               .body = body};
    struct reply reply = client_call(port, &ask);
    if (reply.status != status || strstr(reply.body, part) == NULL)
        print_error("%ld %s\n", reply.status, reply.body);
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(reply.body, part));
    reply_free(&reply);
}

#define CHARGE "amount=1990&currency=eur&customer=cus_1&payment_method=pm_1&confirm=true"

static void a_buyer_is_charged_once_for_a_key(void **state)
{
    (void)state;
    const char *list = "/v1/payment_intents?limit=100&customer=cus_1";
    assert_refund("k0", "payment_intent=pm_1&amount=5", 200, "re_sandbox_1");
    assert_charge("k1", CHARGE "&metadata[entrepot_slot]=S1", 200, "\"id\":\"pi_sandbox_2\"");
    assert_charge("k1", CHARGE "&metadata[entrepot_slot]=S1", 200, "\"id\":\"pi_sandbox_2\"");
    assert_charge("k1", CHARGE, 400, "idempotency_error");
    assert_get("/control/ledger", "\"count\":2,\"total_minor\":-1985");
    assert_get(list, "\"currency\":\"eur\",\"metadata\":{\"entrepot_slot\":\"S1\"},\"customer\":"
                     "\"cus_1\",\"payment_method\":\"pm_1\",\"status\":\"succeeded\"}],"
                     "\"has_more\":false");
    assert_get("/v1/payment_intents?customer=cus_2", "\"data\":[],\"has_more\":false");
    assert_get("/v1/refunds?payment_intent=pm_1", "[{\"id\":\"re_sandbox_1\"");
    control("/control/next?do=refuse");
    assert_charge("k2", CHARGE, 402, "card_error");
    control("/control/next?do=pending");
    assert_charge("k3", CHARGE, 200, "\"status\":\"processing\"");
    assert_charge("k4", CHARGE "&payment_intent=pi_1", 400, "not known");
    assert_charge("k4", "amount=5&currency=eur&payment_method=pm_1", 400, "customer is missing");
}

static void keys_that_were_forgotten_pay_again(void **state)
{
    (void)state;
    assert_refund("k1", "payment_intent=pi_1&amount=5", 200, "re_sandbox_1");
    control("/control/forget");
    assert_refund("k1", "payment_intent=pi_1&amount=5", 200, "re_sandbox_2");
}

static void a_list_goes_on_where_the_page_before_ended(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_refund(NULL, "payment_intent=pi_1&amount=5", 200, "succeeded");
    assert_get("/v1/refunds?payment_intent=pi_1&limit=2", "\"has_more\":true");
    assert_get("/v1/refunds?payment_intent=pi_1&limit=2", "{\"id\":\"re_sandbox_3\"");
    assert_get("/v1/refunds?payment_intent=pi_1&limit=2&starting_after=re_sandbox_2",
               "[{\"id\":\"re_sandbox_1\"");
    assert_get("/v1/refunds?limit=101", "limit: 1 to 100");
}

static void what_is_malformed_is_refused(void **state)
{
    (void)state;
    assert_refund("k", "amount=5", 400, "payment_intent is missing");
    assert_refund("k", "payment_intent=pi_1", 400, "amount is missing");
    assert_refund("k", "payment_intent=pi_1&amount=-5", 400, "positive whole number");
    assert_refund("k", "payment_intent=pi_1&amount=1.5", 400, "positive whole number");
    assert_refund("k", "payment_intent=pi_1&amount=5&charge=c", 400, "not known");
    struct reply reply = client_get(port, "/v1/refunds", NULL);
    assert_int_equal(reply.status, 401);
    reply_free(&reply);
    assert_get("/control/ledger", "\"count\":0,");
}

static void it_fails_before_or_after_paying(void **state)
{
    (void)state;
    const char *body = "payment_intent=pi_1&amount=7";
    control("/control/next?do=fail_before");
    control("/control/next?do=fail_after");
    assert_refund("k1", body, 500, "before paying");
    assert_get("/control/ledger", "\"count\":0,");
    assert_refund("k1", body, 500, "api_error");
    assert_get("/control/ledger", "\"count\":1,");
    assert_refund("k1", body, 500, "api_error"); /* the memory of keys holds the 500 */
    control("/control/next?do=refuse");
    assert_refund("k2", body, 402, "cannot be refunded");
    assert_get("/control/ledger", "\"count\":1,");
}

static void it_has_too_much_to_do_and_takes_its_time(void **state)
{
    (void)state;
    const char *body = "payment_intent=pi_1&amount=7";
    control("/control/next?do=slow_down");
    control("/control/next?do=pending");
    control("/control/next?do=other_money");
    assert_refund("k1", body, 429, "too many");
    assert_get("/control/ledger", "\"count\":0,");
    assert_refund("k1", body, 200, "\"status\":\"pending\"");
    control("/control/finish");
    assert_get("/v1/refunds", "\"status\":\"succeeded\"");
    assert_refund("k2", body, 200, "\"currency\":\"jpy\"");
    assert_get("/control/ledger", "\"count\":2,");
}

static void it_breaks_the_connection_after_paying(void **state)
{
    (void)state;
    control("/control/next?do=drop");
    assert_refund("k1", "payment_intent=pi_1&amount=7", 0, "");
    assert_get("/control/ledger", "\"count\":1,");
    assert_refund("k1", "payment_intent=pi_1&amount=7", 200, "re_sandbox_1");
}

static void it_fails_to_say_what_it_knows(void **state)
{
    (void)state;
    control("/control/next?do=ask_fails");
    assert_get("/v1/refunds", "later");
    assert_get("/v1/refunds", "\"data\":[]");
}

static void *ask_held(void *world)
{
    struct reply *reply = world;
    *reply = refund("k1", "payment_intent=pi_1&amount=7");
    return NULL;
}

static void wait_for(const char *path, const char *part)
{
    const struct timespec step = {0, STEP_MS * 1000000};
    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        struct reply reply = client_get(port, path, NULL);
        bool found = strstr(reply.body, part) != NULL;
        reply_free(&reply);
        if (found) return;
        nanosleep(&step, NULL);
    }
    fail_msg("%s never shows %s", path, part);
}

static void an_answer_is_held_after_paying_until_it_is_released(void **state)
{
    (void)state;
    pthread_t thread;
    struct reply reply = {0};
    control("/control/next?do=hold");
    assert_int_equal(pthread_create(&thread, NULL, ask_held, &reply), 0);
    wait_for("/control/held", "\"held\":1");
    assert_get("/control/ledger", "\"count\":1,");
    control("/control/release");
    pthread_join(thread, NULL);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "re_sandbox_1"));
    reply_free(&reply);
    /* Who hangs up is not waited for; what was paid stays paid. */
    control("/control/next?do=hold");
    int fd = client_connect(port);
    client_send(fd, "POST /v1/refunds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s\r\n"
                    "Idempotency-Key: k9\r\nContent-Length: 28\r\n\r\n"
                    "payment_intent=pi_1&amount=8");
    wait_for("/control/held", "\"held\":1");
    close(fd);
    wait_for("/control/held", "\"held\":0");
    assert_get("/control/ledger", "\"count\":2,");
}

/* --- PayPal's shape --------------------------------------------------------------------------- */

#define PAYPAL_BODY(value, invoice)                                                                \
    "{\"amount\":{\"value\":\"" value "\",\"currency_code\":\"EUR\"},\"custom_id\":\"S1\","        \
    "\"invoice_id\":\"" invoice "\"}"

static void assert_paypal(const char *key, const char *body, long status, const char *part)
{
    char line[64];
    snprintf(line, sizeof line, "PayPal-Request-Id: %s", key);
    const struct letter ask = {.path = "/v2/payments/captures/CAP1/refund",
                               .token = "sandbox-token-1",
                               .header = line,
                               .body = body};
    struct reply reply = client_call(port, &ask);
    if (reply.status != status || strstr(reply.body, part) == NULL)
        print_error("%ld %s\n", reply.status, reply.body);
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(reply.body, part));
    reply_free(&reply);
}

static void assert_order(const char *part)
{
    struct reply reply = client_get(port, "/v2/checkout/orders/ORDER-CAP1", "sandbox-token-1");
    assert_non_null(strstr(reply.body, part));
    reply_free(&reply);
}

static void it_pays_in_the_shape_of_paypal_into_the_same_ledger(void **state)
{
    (void)state;
    assert_paypal("k1", PAYPAL_BODY("19.90", "I1"), 201, "\"value\":\"19.90\"");
    assert_paypal("k1", PAYPAL_BODY("19.90", "I1"), 200, "\"id\":\"RE1\"");
    assert_get("/control/ledger", "\"count\":1,\"total_minor\":1990");
    assert_order("\"custom_id\":\"S1\"");
    struct reply reply = client_get(port, "/v2/payments/captures/CAP1", "sandbox-token-1");
    assert_non_null(strstr(reply.body, "\"order_id\":\"ORDER-CAP1\""));
    reply_free(&reply);
    control("/control/next?do=pending");
    assert_paypal("k2", PAYPAL_BODY("0.05", "I2"), 201, "\"status\":\"PENDING\"");
    control("/control/finish");
    assert_paypal("k2", PAYPAL_BODY("0.05", "I2"), 200, "\"status\":\"COMPLETED\"");
    assert_get("/control/ledger", "\"count\":2,");
}

static void a_number_of_an_invoice_pays_once_for_ever(void **state)
{
    (void)state;
    assert_paypal("k1", PAYPAL_BODY("5.00", "I1"), 201, "COMPLETED");
    control("/control/forget");
    struct reply reply = client_get(port, "/v2/payments/captures/CAP1", "sandbox-token-1");
    assert_int_equal(reply.status, 401);
    reply_free(&reply);
    const struct letter ask = {.path = "/v2/payments/captures/CAP1/refund",
                               .token = "sandbox-token-2",
                               .header = "PayPal-Request-Id: k1",
                               .body = PAYPAL_BODY("5.00", "I1")};
    reply = client_call(port, &ask);
    assert_int_equal(reply.status, 422);
    assert_non_null(strstr(reply.body, "DUPLICATE_INVOICE_ID"));
    reply_free(&reply);
    assert_get("/control/ledger", "\"count\":1,");
}

static void what_is_malformed_in_the_shape_of_paypal_is_refused(void **state)
{
    (void)state;
    assert_paypal("k1", PAYPAL_BODY("5.001", "I1"), 400, "INVALID_REQUEST");
    assert_paypal("k1", PAYPAL_BODY("0.00", "I1"), 400, "INVALID_REQUEST");
    assert_paypal("k1", "{}", 400, "INVALID_REQUEST");
    assert_paypal("k1", "[", 400, "INVALID_REQUEST");
    const struct letter ask = {.method = "POST", .path = "/v1/oauth2/token", .body = ""};
    struct reply reply = client_call(port, &ask);
    assert_int_equal(reply.status, 401);
    reply_free(&reply);
    assert_get("/control/ledger", "\"count\":0,");
}

static int begin(void **state)
{
    (void)state;
    sandbox = process_start_piped((const char *const[]){SANDBOX, NULL}, &to, &from);
    return fscanf(from, "port %hu", &port) != 1;
}

/* The end of its input ends it. */
static int end(void **state)
{
    (void)state;
    fclose(to);
    fclose(from);
    return process_end(sandbox, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_pays_and_shows_what_it_paid, begin, end),
        cmocka_unit_test_setup_teardown(a_repeat_is_answered_and_not_paid, begin, end),
        cmocka_unit_test_setup_teardown(a_buyer_is_charged_once_for_a_key, begin, end),
        cmocka_unit_test_setup_teardown(keys_that_were_forgotten_pay_again, begin, end),
        cmocka_unit_test_setup_teardown(a_list_goes_on_where_the_page_before_ended, begin, end),
        cmocka_unit_test_setup_teardown(what_is_malformed_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(it_fails_before_or_after_paying, begin, end),
        cmocka_unit_test_setup_teardown(it_has_too_much_to_do_and_takes_its_time, begin, end),
        cmocka_unit_test_setup_teardown(it_breaks_the_connection_after_paying, begin, end),
        cmocka_unit_test_setup_teardown(it_fails_to_say_what_it_knows, begin, end),
        cmocka_unit_test_setup_teardown(an_answer_is_held_after_paying_until_it_is_released, begin,
                                        end),
        cmocka_unit_test_setup_teardown(it_pays_in_the_shape_of_paypal_into_the_same_ledger, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_number_of_an_invoice_pays_once_for_ever, begin, end),
        cmocka_unit_test_setup_teardown(what_is_malformed_in_the_shape_of_paypal_is_refused, begin,
                                        end),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

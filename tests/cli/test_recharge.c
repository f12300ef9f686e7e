/* A buyer whom policy trusts is paid when the carrier has the parcel, and the parcel never comes:
 * weeks later the new charge under the mandate is made once, although the node dies before it could
 * call and dies again before it hears the answer. Everything is real but the date: each start of
 * the node is on a later day. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "tests/cli/bank.h"
#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

#define BUYER     "0101010101010101010101010101010101010101010101010101010101010101"
#define NOBODY    1u /* a port where nobody listens */
#define DAY_S     86400L
#define EXPIRED_S (3 * DAY_S)
#define CHARGED_S (EXPIRED_S + 3 * DAY_S)
#define POLICY                                                                                     \
    "{\"currency\":\"EUR\",\"windows\":[{\"days\":60}],\"auto_approve\":[{\"up_to_minor\":50000}]" \
    ","                                                                                            \
    "\"allow\":[{\"buyer\":\"" BUYER "\"}],\"buyer_history\":1,\"instant_refund_trust\":1,"        \
    "\"send_hours\":24,\"recharge_days\":1}"

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], rma[TAKE_BYTES], secret[160];
static char config[8192]; /* without a provider */
static pid_t rtm_pid;
static struct bank bank;

/* --- the provider ---------------------------------------------------------------------------- */

static unsigned charges_made(void)
{
    return bank_count(&bank, "/control/ledger", "\"object\":\"payment_intent\"");
}

static unsigned charges_called(void)
{
    return bank_count(&bank, "/control/log",
                      "{\"method\":\"POST\",\"path\":\"/v1/payment_intents\"");
}

/* --- the node, on a later day ----------------------------------------------------------------- */

static void write_config(unsigned provider_port)
{
    char path[SCRATCH_PATH_MAX + 32], text[sizeof config + 256];
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    snprintf(text, sizeof text,
             "%s\n[provider stripe]\nbase_url = http://127.0.0.1:%u\nsecret_file = stripe.secret\n",
             config, provider_port);
    write_text(path, text);
}

static void keep_config(void)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/stripe.secret", rtm);
    write_text(path, "sk_test\n");
    assert_int_equal(chmod(path, 0600), 0);
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    config[fread(config, 1, sizeof config - 1, file)] = '\0';
    fclose(file);
}

static void start(long ahead_s, unsigned provider_port)
{
    char ahead[24];
    snprintf(ahead, sizeof ahead, "%ld", ahead_s);
    write_config(provider_port);
    setenv("LD_PRELOAD", CLOCK_PRELOAD, 1);
    setenv("ENTREPOT_CLOCK_AHEAD_S", ahead, 1);
    rtm_pid = start_node(rtm);
    unsetenv("LD_PRELOAD");
    unsetenv("ENTREPOT_CLOCK_AHEAD_S");
}

static void stop(int signal)
{
    stop_node(&rtm_pid, signal);
}

/* Is there a refund or a charge of this return in the state? */
static bool has_slot(const char *direction, const char *state)
{
    char of[48], how[48];
    bool found = false;
    snprintf(of, sizeof of, "\"direction\":\"%s\"", direction);
    snprintf(how, sizeof how, "\"state\":\"%s\"", state);
    assert_done(ENTREPOT("refund", "list", "--return", rma, "--dir", rtm, "--json"));
    for (char *at = strstr(ran.out, "{\"id\""), *next; at != NULL && !found; at = next) {
        next = strstr(at + 1, "{\"id\"");
        char *end = next != NULL ? next : at + strlen(at);
        char kept = *end;
        *end = '\0';
        found = strstr(at, of) != NULL && strstr(at, how) != NULL;
        *end = kept;
    }
    return found;
}

static void wait_for(const char *direction, const char *state)
{
    for (long waited = 0; !has_slot(direction, state); waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("no %s is %s: %s", direction, state, ran.out);
        pause_ms(STEP_MS);
    }
}

static void wait_for_return(const char *state)
{
    char how[48];
    snprintf(how, sizeof how, "\"state\":\"%s\"", state);
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("return", "show", rma, "--dir", rtm, "--json"));
        if (strstr(ran.out, how) != NULL) return;
        if (waited > WAIT_MS) fail_msg("the return is not %s: %s", state, ran.out);
        pause_ms(STEP_MS);
    }
}

/* --- the business ---------------------------------------------------------------------------- */

static void open_business(void)
{
    char node[TAKE_BYTES];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    keep_config();
    assert_done(ENTREPOT("token", "create", "--dir", rtm, "--role", "operator", "--name", "desk"));
    snprintf(secret, sizeof secret, "%.*s", (int)strcspn(ran.out, "\n"), ran.out);
    start(0, bank.port);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "8000", "--dir", rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
    write_text(in_scratch("policy.json"), POLICY);
    assert_done(ENTREPOT("policy", "set", merchant, in_scratch("policy.json"), "--dir", rtm));
}

static void sell_a_cup(void)
{
    char line[1024], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"1\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"buyer\":\"" BUYER "\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_1\",\"captured_minor\":1990,"
             "\"mandate_buyer\":\"cus_1\",\"mandate_method\":\"pm_1\"}]}\n",
             merchant, sold);
    assert_done(drive(argv, line));
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "1", "--line",
                         "0:1:defective", "--number", "1ZCUP1", "--dir", rtm, "--json"));
    take("id", rma);
}

static void the_carrier_scans_it(void)
{
    char http[256], body[256], at[40];
    time_t now = time(NULL);
    struct tm utc;
    read_port(rtm, "http", http);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    snprintf(body, sizeof body,
             "{\"carrier\":\"ups\",\"number\":\"1ZCUP1\",\"points\":[{\"status\":\"in_transit\","
             "\"occurred_ms\":\"%s\",\"quality\":\"offset\"}]}",
             at);
    const struct letter ask = {
        .path = "/v1/trackings", .token = secret, .key = "scan-1", .body = body};
    struct reply reply = client_call((uint16_t)strtoul(http, NULL, 10), &ask);
    if (reply.status != 201) print_error("%ld %s\n", reply.status, reply.body);
    assert_int_equal(reply.status, 201);
    reply_free(&reply);
}

/* --- the story ------------------------------------------------------------------------------- */

static void what_went_ahead_and_was_lost_is_charged_once_although_the_node_dies(void **state)
{
    (void)state;
    open_business();
    sell_a_cup();
    the_carrier_scans_it();
    wait_for("refund", "settled");
    stop(SIGTERM);

    start(EXPIRED_S, bank.port);
    wait_for_return("expired");
    stop(SIGTERM);
    assert_int_equal(charges_called(), 0);

    /* The intent is on the disk, and the call reaches nobody. */
    start(CHARGED_S, NOBODY);
    wait_for("charge", "intended");
    stop(SIGKILL);
    assert_int_equal(charges_called(), 0);

    /* The money is taken, and the answer is not heard. */
    bank_will(&bank, "hold");
    start(CHARGED_S + 60, bank.port);
    for (long waited = 0; charges_made() == 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("nobody was charged");
        pause_ms(STEP_MS);
    }
    stop(SIGKILL);
    /* Nor does the provider know the key any more: it is asked. */
    bank_tell(&bank, "/control/forget");

    start(CHARGED_S + 2 * DAY_S, bank.port);
    wait_for("charge", "settled");
    assert_int_equal(charges_made(), 1);
    assert_int_equal(charges_called(), 1);
    assert_true(bank_count(&bank, "/control/log", "/v1/payment_intents?limit=100&customer=cus_1") >
                0);
    assert_int_equal(bank_count(&bank, "/control/ledger", "\"entrepot_of\":\"pi_1\""), 1);
    assert_int_equal(bank_count(&bank, "/control/ledger", "\"count\":2,\"total_minor\":0,"), 1);
    stop(SIGTERM);

    start(CHARGED_S + 9 * DAY_S, bank.port);
    wait_for("charge", "settled");
    assert_int_equal(charges_called(), 1);
    stop(SIGTERM);
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    bank_open(&bank);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop(SIGKILL);
    bank_close(&bank);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_ahead_and_was_lost_is_charged_once_although_the_node_dies),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

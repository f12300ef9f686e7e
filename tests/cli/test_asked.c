/* Three carriers that are asked about parcels, and do wrong in every way they know; and a day on
 * which nothing was heard. Everything is real: the program, its asker, HTTP, OAuth, the sandbox. */
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

#include "carriers/whose.h"
#include "tests/cli/bank.h"
#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

#define PARCELS     180u /* of the day on which nothing was heard: a third at each carrier */
#define DAY_S       86400
#define HURRY       "20000"
#define LINES_BYTES (512u * 1024)

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES];
static pid_t rtm_pid;
static struct bank carriers;
static unsigned orders;

/* --- the carriers ----------------------------------------------------------------------------- */

static void scan(const char *number, const char *status, time_t at)
{
    char path[512];
    snprintf(path, sizeof path, "/control/scan?number=%s&status=%s&at=%lld", number, status,
             (long long)at);
    bank_tell(&carriers, path);
}

static unsigned asked(const char *part)
{
    return bank_count(&carriers, "/control/log", part);
}

/* A number of the carrier's own form, its check sign found by trying; of "" nobody's. */
static void number_of(const char *carrier, unsigned serial, char number[32])
{
    struct whose found[WHOSE_MAX];
    if (carrier[0] == '\0') {
        snprintf(number, 32, "ENTREPOT-%u-X", serial);
        return;
    }
    for (unsigned check = 0; check < 10; check++) {
        if (strcmp(carrier, "ups") == 0)
            snprintf(number, 32, "1ZAB3C5D03%07u%u", serial, check);
        else
            snprintf(number, 32, "1000%07u%u", serial, check);
        size_t count = whose_number(span_text(number), found);
        for (size_t i = 0; i < count; i++)
            if (found[i].checked && found[i].form->carrier != NULL &&
                strcmp(found[i].form->carrier, carrier) == 0)
                return;
    }
    fail_msg("no number of %s", carrier);
}

/* --- the business ----------------------------------------------------------------------------- */

static void add_account(FILE *file, const char *carrier, const char *key)
{
    char path[SCRATCH_PATH_MAX + 64], text[64];
    snprintf(path, sizeof path, "%s/%s.key", rtm, carrier);
    snprintf(text, sizeof text, "%s\n", key);
    write_text(path, text);
    assert_int_equal(chmod(path, 0600), 0);
    fprintf(file,
            "\n[carrier %s]\nkey_file = %s.key\nbase_url = http://127.0.0.1:%u\n"
            "calls_per_hour = 1000000\n",
            carrier, carrier, carriers.port);
}

/* What UPS and DHL push proves a word that was agreed on, and signs nothing. */
static void add_pushes(FILE *file)
{
    char path[SCRATCH_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/ups.word", rtm);
    write_text(path, "a word that was agreed on\n");
    assert_int_equal(chmod(path, 0600), 0);
    fprintf(file, "\n[carrier ups]\nsecret_file = ups.word\nsubscribe = yes\n"
                  "push_url = https://gate.example/v1/carriers/ups/webhook\n");
    fprintf(file, "\n[carrier easypost]\nsubscribe = yes\n");
    fprintf(file, "\n[carrier dhl]\nsecret_file = ups.word\nsubscribe = yes\n"
                  "push_url = https://gate.example/v1/carriers/dhl/webhook\n");
}

static void configure(void)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "\n[carriers]\nhurry = %s\n", HURRY);
    add_account(file, "ups", "client:word");
    add_account(file, "fedex", "client:word");
    add_account(file, "easypost", "sandbox-key");
    add_account(file, "dhl", "sandbox-key");
    add_pushes(file);
    fclose(file);
}

static void import_orders(unsigned count)
{
    char *lines = calloc(1, LINES_BYTES), sold[40];
    size_t used = 0;
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    assert_non_null(lines);
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    for (unsigned i = 0; i < count; i++)
        used += (size_t)snprintf(lines + used, LINES_BYTES - used,
                                 "{\"merchant\":\"%s\",\"reference\":\"%u\",\"currency\":\"EUR\","
                                 "\"sold_ms\":\"%s\",\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,"
                                 "\"price_minor\":1990}],\"payments\":[{\"provider\":\"stripe\","
                                 "\"reference\":\"pi_%u\",\"captured_minor\":1990}]}\n",
                                 merchant, orders + 1 + i, sold, orders + 1 + i);
    assert_true(used < LINES_BYTES);
    assert_done(drive(argv, lines));
    free(lines);
}

/* A cup of its own order comes back under that number. */
static void announce(const char *number)
{
    char reference[16];
    snprintf(reference, sizeof reference, "%u", ++orders);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                         "--line", "0:1:defective", "--number", number, "--dir", rtm, "--json"));
}

static bool stands(const char *number, const char *status)
{
    char part[64];
    snprintf(part, sizeof part, "\"status\":\"%s\"", status);
    int code = ENTREPOT("parcel", "show", number, "--dir", rtm, "--json");
    if (code == 3) return false; /* nobody has told of it yet */
    assert_done(code);
    return strstr(ran.out, part) != NULL;
}

static void wait_until(const char *number, const char *status)
{
    for (long waited = 0; !stands(number, status); waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("%s is not %s: %s", number, status, ran.out);
        pause_ms(STEP_MS);
    }
}

static int begin(void **state)
{
    char node[TAKE_BYTES];
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s", in_scratch("rtm"));
    orders = 0;
    bank_open_as(&carriers, SANDBOX_CARRIERS);
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    configure();
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "100000000", "--auto-approve", "100", "--dir",
                         rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (rtm_pid > 0) stop_node(&rtm_pid, SIGTERM);
    bank_close(&carriers);
    scratch_remove(&scratch);
    return 0;
}

/* --- the stories ------------------------------------------------------------------------------ */

static void a_parcel_is_asked_about_at_its_carrier(void **state)
{
    char ups[32], fedex[32], other[32];
    time_t now = time(NULL);
    (void)state;
    number_of("ups", 1, ups);
    number_of("fedex", 2, fedex);
    number_of("", 3, other);
    scan(ups, "pre_transit", now - DAY_S);
    scan(ups, "in_transit", now - 3600);
    scan(fedex, "out_for_delivery", now - 3600);
    scan(other, "in_transit", now - 3600);
    import_orders(3);
    announce(ups);
    announce(fedex);
    announce(other);
    wait_until(ups, "in_transit");
    wait_until(fedex, "out_for_delivery");
    wait_until(other, "in_transit");
    assert_true(asked("/api/track/v1/details/") > 0);
    assert_true(asked("/track/v1/trackingnumbers") > 0);
    assert_true(asked("/v2/trackers?page_size=100&tracking_code=ENTREPOT-3-X") > 0);
    /* Nobody else was asked about them, and the tokens were bought once each. */
    assert_int_equal(asked("/v2/trackers?page_size=100&tracking_code=1Z"), 0);
    assert_int_equal(asked("/oauth/token"), 2);
    /* Those that push were told what is waited for, each of its own numbers. */
    char mine[64], theirs[64];
    snprintf(mine, sizeof mine, "\"%s\":", ups);
    snprintf(theirs, sizeof theirs, "\"%s\":", other);
    assert_int_equal(bank_count(&carriers, "/control/subscriptions", mine), 1);
    assert_int_equal(bank_count(&carriers, "/control/subscriptions", theirs), 1);
    assert_int_equal(bank_count(&carriers, "/control/subscriptions", fedex), 0);
    /* Delivered is not the end. */
    scan(fedex, "delivered", now - 60);
    wait_until(fedex, "delivered");
    scan(fedex, "in_transit", now - 30);
    wait_until(fedex, "in_transit");
}

static void what_a_carrier_does_wrong_loses_no_news(void **state)
{
    static const char *const faults[] = {"slow_down", "fail", "garbage", "expire", "drop"};
    char number[32];
    time_t now = time(NULL);
    (void)state;
    import_orders(sizeof faults / sizeof faults[0]);
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        number_of("ups", 100 + i, number);
        scan(number, "in_transit", now - 3600);
        announce(number);
        wait_until(number, "in_transit");
        bank_will(&carriers, faults[i]);
        scan(number, "out_for_delivery", now - 60);
        wait_until(number, "out_for_delivery");
    }
    /* Every fault was met, whoever it fell on. */
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char part[32];
        snprintf(part, sizeof part, " %s\"", faults[i]);
        assert_true(asked(part) > 0);
    }
    /* All tokens hold no more: one new one is bought. */
    number_of("ups", 200, number);
    import_orders(1);
    scan(number, "delivered", now);
    bank_tell(&carriers, "/control/forget");
    announce(number);
    wait_until(number, "delivered");
}

/* An account that fails for good is shut for a while, and says so. */
static void a_breaker_opens_and_the_others_go_on(void **state)
{
    char ups[32], fedex[32];
    time_t now = time(NULL);
    (void)state;
    number_of("ups", 1, ups);
    number_of("fedex", 2, fedex);
    scan(ups, "in_transit", now - 3600);
    bank_tell(&carriers, "/control/next?do=fail&times=8");
    import_orders(2);
    announce(ups);
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
        const char *account = strstr(ran.out, "\"carrier\":\"ups\"");
        const char *end = account == NULL ? NULL : strchr(account, '}');
        const char *failures = account == NULL ? NULL : strstr(account, "\"failures\":");
        if (failures != NULL && failures < end && atoi(failures + 11) >= 5) break;
        if (waited > WAIT_MS) fail_msg("no failure is told: %s", ran.out);
        pause_ms(STEP_MS);
    }
    wait_until(ups, "in_transit"); /* it was back, and was tried */
    scan(fedex, "delivered", now - 10);
    announce(fedex);
    wait_until(fedex, "delivered");
}

/* The carrier's push, or somebody's who has seen its word. */
static long push(const char *number, const char *type, const char *code, const char *word)
{
    char url[256], body[512], header[128];
    read_port(rtm, "url", url);
    snprintf(header, sizeof header, "X-API-Key: %s", word);
    snprintf(body, sizeof body,
             "{\"trackingNumber\":\"%s\",\"localActivityDate\":\"20261101\","
             "\"localActivityTime\":\"101500\",\"activityStatus\":{\"type\":\"%s\","
             "\"code\":\"%s\",\"description\":\"as pushed\"}}",
             number, type, code);
    const struct letter ask = {.path = "/v1/carriers/ups/webhook", .header = header, .body = body};
    struct reply reply = client_call((uint16_t)atoi(strrchr(url, ':') + 1), &ask);
    long status = reply.status;
    reply_free(&reply);
    return status;
}

/* Who knows a word can say anything; the carrier itself is asked, and what it says stands. */
static void a_push_that_signs_nothing_is_asked_about(void **state)
{
    char number[32];
    time_t now = time(NULL);
    (void)state;
    number_of("ups", 300, number);
    scan(number, "in_transit", now - 3600);
    import_orders(1);
    announce(number);
    wait_until(number, "in_transit");
    assert_int_equal(push(number, "D", "FS", "another word"), 401);
    assert_int_equal(push(number, "D", "FS", "a word that was agreed on"), 200);
    for (unsigned i = 0; i < 20; i++) {
        assert_true(stands(number, "in_transit"));
        assert_has(ran.out, "\"unconfirmed\":1");
        assert_has(ran.out, "as pushed");
        pause_ms(STEP_MS);
    }
    scan(number, "delivered", now);
    wait_until(number, "delivered");
}

static long ask_for_a_word(const char *name, const char *token)
{
    char url[256], body[512], header[128];
    read_port(rtm, "url", url);
    snprintf(header, sizeof header, "X-API-Key: %s", token);
    snprintf(body, sizeof body,
             "{\"scope\":\"subscription.validate\",\"self\":\"https://elsewhere.example/%s\","
             "\"secret\":\"word of %s\"}",
             name, name);
    const struct letter ask = {.path = "/v1/carriers/dhl/webhook", .header = header, .body = body};
    struct reply reply = client_call((uint16_t)atoi(strrchr(url, ':') + 1), &ask);
    long status = reply.status;
    reply_free(&reply);
    return status;
}

/* DHL's pushes begin when its word was said back: at DHL, whatever address stands in the push. */
static void a_subscription_is_confirmed_by_its_word(void **state)
{
    (void)state;
    assert_int_equal(ask_for_a_word("sub-8", "another word"), 401);
    bank_will(&carriers, "fail");
    assert_int_equal(ask_for_a_word("sub-7", "a word that was agreed on"), 200);
    for (long waited = 0;
         bank_count(&carriers, "/control/subscriptions", "\"word of sub-7\":1") == 0;
         waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("nobody said the word");
        pause_ms(STEP_MS);
    }
    assert_int_equal(asked("/tracking/push/v1/subscription/sub-8"), 0);
    assert_int_equal(asked("/tracking/push/v1/subscription/sub-7"), 2);
}

static void wait_for_all(unsigned from, const char *status)
{
    static const char *const whose[] = {"ups", "fedex", ""};
    char number[32];
    for (unsigned i = 0; i < PARCELS; i++) {
        number_of(whose[i % 3], from + i, number);
        wait_until(number, status);
    }
}

static void set_down_since(time_t at)
{
    char path[SCRATCH_PATH_MAX + 32], text[64];
    snprintf(path, sizeof path, "%s/run/asked", rtm);
    snprintf(text, sizeof text, "ran_ms=%lld000\n", (long long)at);
    write_text(path, text);
}

/* The node was off for a day, and no push reached anybody. What is open is asked about, what the
 * aggregator kept is told again page by page; nothing stays unknown. */
static void a_day_of_lost_pushes_is_recovered(void **state)
{
    static const char *const whose[] = {"ups", "fedex", ""};
    char number[32], body[256];
    time_t now = time(NULL);
    (void)state;
    import_orders(PARCELS);
    for (unsigned i = 0; i < PARCELS; i++) {
        number_of(whose[i % 3], 1000 + i, number);
        scan(number, "in_transit", now - 2 * DAY_S);
        announce(number);
    }
    wait_for_all(1000, "in_transit");
    stop_node(&rtm_pid, SIGTERM);
    set_down_since(now - DAY_S);
    for (unsigned i = 0; i < PARCELS; i++) {
        number_of(whose[i % 3], 1000 + i, number);
        scan(number, "delivered", now - DAY_S / 2);
    }
    /* And others that no return names: a push for each of them was lost too. */
    for (unsigned i = 0; i < 230; i++) {
        snprintf(body, sizeof body, "STRANGE-%u-X", i);
        scan(body, "delivered", now - DAY_S / 2);
    }
    rtm_pid = start_node(rtm);
    wait_for_all(1000, "delivered");
    wait_until("STRANGE-0-X", "delivered");
    wait_until("STRANGE-229-X", "delivered");
    /* And once more on demand, for a link that was cut while the node ran. */
    scan("CUT-OFF-X", "out_for_delivery", now - 60);
    assert_int_equal(
        ENTREPOT("carrier", "replay", "ups", "--since", "2026-11-20T00:00:00Z", "--dir", rtm), 3);
    assert_int_equal(ENTREPOT("carrier", "replay", "easypost", "--dir", rtm), 2);
    assert_done(
        ENTREPOT("carrier", "replay", "easypost", "--since", "2026-11-20T00:00:00Z", "--dir", rtm));
    wait_until("CUT-OFF-X", "out_for_delivery");
    assert_true(asked("&start_datetime=") >= 3); /* pages of a hundred */
    assert_true(asked("&before_id=trk_") >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_parcel_is_asked_about_at_its_carrier, begin, end),
        cmocka_unit_test_setup_teardown(what_a_carrier_does_wrong_loses_no_news, begin, end),
        cmocka_unit_test_setup_teardown(a_breaker_opens_and_the_others_go_on, begin, end),
        cmocka_unit_test_setup_teardown(a_push_that_signs_nothing_is_asked_about, begin, end),
        cmocka_unit_test_setup_teardown(a_subscription_is_confirmed_by_its_word, begin, end),
        cmocka_unit_test_setup_teardown(a_day_of_lost_pushes_is_recovered, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

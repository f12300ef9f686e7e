/* Two merchants at one node, each with a payment account of its own: whose money moves, what waits
 * while an account is missing, and that a provider which hangs holds up its own merchant only. A
 * real node and two real providers, told as one story. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/cli/bank.h"
#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

#define MANY 40 /* refunds; more than the outbox has under way at once */

static struct bank lamps_bank, cups_bank;
static char rtm[SCRATCH_PATH_MAX + 8], node[TAKE_BYTES], lamps[TAKE_BYTES], cups[TAKE_BYTES];
static pid_t rtm_pid;

/* --- providers ------------------------------------------------------------------------------- */

static bool says(const struct bank *bank, const char *path, const char *part)
{
    return bank_count(bank, path, part) > 0;
}

/* --- configuration --------------------------------------------------------------------------- */

static char plain[4096]; /* as init has written it */

static void keep_plain(void)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    plain[fread(plain, 1, sizeof plain - 1, file)] = '\0';
    fclose(file);
}

static void write_secret(const char *name, const char *secret)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", rtm, name);
    write_text(path, secret);
    assert_int_equal(chmod(path, 0600), 0);
}

static void configure(const char *accounts)
{
    char path[SCRATCH_PATH_MAX + 32], text[8192];
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    snprintf(text, sizeof text, "%s\n%s", plain, accounts);
    write_text(path, text);
}

static void configure_both(const char *cups_secret)
{
    char text[1024];
    snprintf(text, sizeof text,
             "[provider stripe]\nmerchant = %s\nbase_url = http://127.0.0.1:%u\n"
             "secret_file = lamps.secret\n"
             "[provider stripe/cups]\nmerchant = %s\nbase_url = http://127.0.0.1:%u\n"
             "secret_file = %s\n",
             lamps, lamps_bank.port, cups, cups_bank.port, cups_secret);
    configure(text);
}

/* --- business -------------------------------------------------------------------------------- */

static void add_merchant(const char *name, char id[TAKE_BYTES])
{
    assert_done(ENTREPOT("membership", "merchant", "--name", name, "--currency", "EUR", "--opener",
                         node, "--cap", "8000", "--auto-approve", "100", "--dir", rtm, "--json"));
    take("merchant", id);
    assert_done(ENTREPOT("book", "open", id, "--dir", rtm));
}

/* Orders of one cup each; `first` and the numbers after it name them and their payments. */
static void import_orders(const char *merchant, unsigned first, unsigned count)
{
    static char text[MANY * 512];
    char sold[40];
    size_t used = 0;
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    for (unsigned i = first; i < first + count; i++)
        used += (size_t)snprintf(
            text + used, sizeof text - used,
            "{\"merchant\":\"%s\",\"reference\":\"%u\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
            "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,\"price_minor\":1990}],\"payments\":"
            "[{\"provider\":\"stripe\",\"reference\":\"pi_%u\",\"captured_minor\":1990}]}\n",
            merchant, i, sold, i);
    assert_done(drive(argv, text));
}

static void receive_return(const char *merchant, unsigned order)
{
    char reference[16], number[48];
    snprintf(reference, sizeof reference, "%u", order);
    snprintf(number, sizeof number, "%.20s%u", merchant + 6, order);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                         "--line", "0:1:defective", "--number", number, "--dir", rtm));
    assert_done(ENTREPOT("parcel", "receive", number, "--item", "CUP-1", "--dir", rtm));
}

static unsigned count_in(const char *text, const char *part)
{
    unsigned count = 0;
    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part)) count++;
    return count;
}

static unsigned count_refunds(const char *merchant, const char *state)
{
    char whose[TAKE_BYTES + 16], how[64];
    unsigned count = 0;
    snprintf(whose, sizeof whose, "\"merchant\":\"%s\"", merchant);
    snprintf(how, sizeof how, "\"state\":\"%s\"", state);
    assert_done(ENTREPOT("refund", "list", "--limit", "100", "--dir", rtm, "--json"));
    for (const char *at = strstr(ran.out, whose); at != NULL; at = strstr(at + 1, whose)) {
        const char *says = strstr(at, "\"state\":");
        count += says != NULL && strncmp(says, how, strlen(how)) == 0 ? 1 : 0;
    }
    return count;
}

static void wait_for_refunds(const char *merchant, const char *state, unsigned wanted)
{
    for (long waited = 0; count_refunds(merchant, state) != wanted; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("not %u refunds %s: %s", wanted, state, ran.out);
        pause_ms(STEP_MS);
    }
}

/* --- the story ------------------------------------------------------------------------------- */

static void one_merchant_needs_no_more_than_a_url_and_a_secret(void **state)
{
    (void)state;
    char text[256];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    keep_plain();
    write_secret("lamps.secret", "sk_test\n");
    write_secret("cups.secret", "sk_test_cups\n");
    snprintf(text, sizeof text,
             "[provider stripe]\nbase_url = http://127.0.0.1:%u\nsecret_file = lamps.secret\n",
             lamps_bank.port);
    configure(text);
    rtm_pid = start_node(rtm);
    add_merchant("Lamps", lamps);
    import_orders(lamps, 1, 3);
    receive_return(lamps, 1);
    wait_for_refunds(lamps, "settled", 1);
    assert_true(says(&lamps_bank, "/control/ledger", "\"count\":1,"));
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"accounts_missing\":[]");
}

static void assert_told_of_itself_only(uint16_t port, const char *merchant, const char *other)
{
    char token[256];
    assert_done(
        ENTREPOT("token", "create", "--dir", rtm, "--role", "merchant", "--merchant", merchant));
    (void)snprintf(token, sizeof token, "%.*s", (int)strcspn(ran.out, "\n"), ran.out);
    struct reply status = client_get(port, "/v1/status", token);
    assert_true(reply_has(&status, merchant));
    assert_false(reply_has(&status, other));
    reply_free(&status);
}

/* The second merchant's order names a payment of the first one's. */
static void with_a_second_merchant_refunds_wait_until_each_has_its_account(void **state)
{
    (void)state;
    char port[256];
    add_merchant("Cups", cups);
    import_orders(cups, 2, 1);
    receive_return(cups, 2);
    receive_return(lamps, 3);
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("status", "--dir", rtm));
        if (count_in(ran.out, "no payment account for merchant") == 2) break;
        if (waited > WAIT_MS) fail_msg("two accounts are not said to be missing: %s", ran.out);
        pause_ms(STEP_MS);
    }
    assert_has(ran.out, cups);
    assert_has(ran.out, "[provider stripe]");
    read_port(rtm, "http", port);
    struct reply metrics = client_get((uint16_t)strtoul(port, NULL, 10), "/metrics", NULL);
    assert_true(reply_has(&metrics, "\nentrepot_refunds_without_account 2\n"));
    reply_free(&metrics);
    assert_told_of_itself_only((uint16_t)strtoul(port, NULL, 10), cups, lamps);
    assert_int_equal(count_refunds(lamps, "intended"), 1);
    assert_int_equal(count_refunds(cups, "intended"), 1);
    assert_true(says(&lamps_bank, "/control/ledger", "\"count\":1,"));
}

static void two_accounts_of_one_secret_are_refused(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    char text[1024];
    snprintf(text, sizeof text,
             "[provider stripe]\nmerchant = %s\nbase_url = http://127.0.0.1:9\n"
             "secret_file = lamps.secret\n"
             "[provider stripe/cups]\nmerchant = %s\nbase_url = http://127.0.0.1:9\n"
             "secret_file = lamps.secret\n",
             lamps, cups);
    configure(text);
    assert_int_equal(ENTREPOT("node", "--dir", rtm), 1);
    assert_has(ran.err, "[provider stripe] and [provider stripe/cups] serve two merchants");
}

static void each_refund_leaves_from_its_own_merchants_account(void **state)
{
    (void)state;
    configure_both("cups.secret");
    rtm_pid = start_node(rtm);
    wait_for_refunds(lamps, "settled", 2);
    wait_for_refunds(cups, "settled", 1);
    assert_true(says(&lamps_bank, "/control/ledger", "\"count\":2,"));
    assert_true(says(&lamps_bank, "/control/ledger", "\"pi_3\""));
    assert_false(says(&lamps_bank, "/control/ledger", "\"pi_2\""));
    assert_true(says(&cups_bank, "/control/ledger", "\"count\":1,"));
    assert_true(says(&cups_bank, "/control/ledger", "\"pi_2\""));
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"accounts_missing\":[]");
}

/* It takes calls and answers none: more of them than there are connections. */
static void a_provider_that_hangs_holds_up_its_own_merchant_only(void **state)
{
    (void)state;
    import_orders(lamps, 100, MANY);
    import_orders(cups, 200, 2);
    assert_int_equal(kill(lamps_bank.pid, SIGSTOP), 0);
    for (unsigned i = 0; i < MANY; i++) receive_return(lamps, 100 + i);
    wait_for_refunds(lamps, "intended", MANY);
    receive_return(cups, 200);
    receive_return(cups, 201);
    wait_for_refunds(cups, "settled", 3);
    assert_int_equal(count_refunds(lamps, "settled"), 2);
    assert_int_equal(kill(lamps_bank.pid, SIGCONT), 0);
    wait_for_refunds(lamps, "settled", 2 + MANY);
    assert_true(says(&lamps_bank, "/control/ledger", "\"count\":42,"));
    assert_true(says(&cups_bank, "/control/ledger", "\"count\":3,"));
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    bank_open(&lamps_bank);
    bank_open(&cups_bank);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    bank_close(&lamps_bank);
    bank_close(&cups_bank);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_merchant_needs_no_more_than_a_url_and_a_secret),
        cmocka_unit_test(with_a_second_merchant_refunds_wait_until_each_has_its_account),
        cmocka_unit_test(two_accounts_of_one_secret_are_refused),
        cmocka_unit_test(each_refund_leaves_from_its_own_merchants_account),
        cmocka_unit_test(a_provider_that_hangs_holds_up_its_own_merchant_only),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

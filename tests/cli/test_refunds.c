/* One node, one merchant, and a provider that does wrong in every way it knows: each buyer gets his
 * money once, or a person is told. Everything is real: the program, its outbox, HTTP, the ledger.
 */
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

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], rma[TAKE_BYTES], slot[TAKE_BYTES];
static const char *provider = "stripe"; /* that took the next orders' money */
static pid_t rtm_pid;
static struct bank bank;
static unsigned orders;

/* --- the provider ---------------------------------------------------------------------------- */

static unsigned count_posts(void)
{
    return bank_count(&bank, "/control/log", "\"method\":\"POST\"");
}

/* How often the ledger shows the payment of the latest order. */
static unsigned times_paid(void)
{
    char part[64];
    snprintf(part, sizeof part, "\"payment_intent\":\"pi_%u\"", orders);
    return bank_count(&bank, "/control/ledger", part);
}

/* --- the business ---------------------------------------------------------------------------- */

static void configure(void)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/stripe.secret", rtm);
    write_text(path, "sk_test\n");
    assert_int_equal(chmod(path, 0600), 0);
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file,
            "\n[provider stripe]\nbase_url = http://127.0.0.1:%u\nsecret_file = stripe.secret\n",
            bank.port);
    fprintf(file,
            "\n[provider paypal]\nbase_url = http://127.0.0.1:%u\nsecret_file = paypal.secret\n",
            bank.port);
    fclose(file);
    snprintf(path, sizeof path, "%s/paypal.secret", rtm);
    write_text(path, "client:word\n");
    assert_int_equal(chmod(path, 0600), 0);
}

static void open_business(void)
{
    char node[TAKE_BYTES];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    configure();
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "8000", "--auto-approve", "100", "--dir", rtm,
                         "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
}

static void import_order(void)
{
    char line[1024], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    orders++;
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"%u\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"%s\",\"reference\":\"pi_%u\",\"captured_minor\":1990}]}\n",
             merchant, orders, sold, provider, orders);
    assert_done(drive(argv, line));
}

/* A cup was sold, comes back, and its refund is on its way. */
static void return_a_cup(void)
{
    char reference[16], number[32];
    import_order();
    snprintf(reference, sizeof reference, "%u", orders);
    snprintf(number, sizeof number, "1ZCUP%u", orders);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                         "--line", "0:1:defective", "--number", number, "--dir", rtm, "--json"));
    take("id", rma);
    assert_done(ENTREPOT("parcel", "receive", number, "--item", "CUP-1", "--dir", rtm));
}

static unsigned refunds_in(const char *state)
{
    char how[64];
    unsigned count = 0;
    snprintf(how, sizeof how, "\"state\":\"%s\"", state);
    assert_done(ENTREPOT("refund", "list", "--return", rma, "--dir", rtm, "--json"));
    for (const char *at = strstr(ran.out, how); at != NULL; at = strstr(at + 1, how)) count++;
    return count;
}

static void wait_for(const char *state)
{
    for (long waited = 0; refunds_in(state) == 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("no refund is %s: %s", state, ran.out);
        pause_ms(STEP_MS);
    }
    if (refunds_in(state) == 1) take("id", slot);
}

static int resolve(const char *how)
{
    return ENTREPOT("refund", "resolve", slot, how, "--reason", "asked the bank", "--dir", rtm);
}

/* --- what a provider may do ------------------------------------------------------------------ */

/* All of it ends with one payment; `sends` is how often it had to be told. */
static void what_a_provider_does_wrong_pays_the_buyer_once(void **state)
{
    (void)state;
    static const struct {
        const char *faults[2];
        bool forgets;
        unsigned sends;
    } cases[] = {
        {{NULL, NULL}, false, 1},          {{"fail_before", NULL}, false, 2},
        {{"slow_down", NULL}, false, 2},   {{"fail_after", NULL}, false, 1},
        {{"drop", NULL}, false, 1},        {{"drop", NULL}, true, 1},
        {{"drop", "ask_fails"}, false, 1}, {{"fail_before", "ask_fails"}, false, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned before = count_posts();
        for (unsigned j = 0; j < 2; j++)
            if (cases[i].faults[j] != NULL) bank_will(&bank, cases[i].faults[j]);
        return_a_cup();
        if (cases[i].forgets) bank_tell(&bank, "/control/forget");
        wait_for("settled");
        assert_int_equal(times_paid(), 1);
        assert_int_equal(count_posts() - before, cases[i].sends);
    }
}

static void a_refund_that_takes_its_time_is_waited_for(void **state)
{
    (void)state;
    unsigned before = count_posts();
    bank_will(&bank, "pending");
    return_a_cup();
    wait_for("submitted");
    assert_int_equal(refunds_in("settled"), 0);
    bank_tell(&bank, "/control/finish");
    wait_for("settled");
    assert_int_equal(times_paid(), 1);
    assert_int_equal(count_posts() - before, 1);
}

static void what_is_refused_is_tried_again_when_a_person_says_so(void **state)
{
    (void)state;
    bank_will(&bank, "refuse");
    return_a_cup();
    wait_for("failed");
    assert_int_equal(times_paid(), 0);
    assert_done(resolve("--unpaid"));
    wait_for("settled");
    assert_int_equal(refunds_in("failed"), 1);
    assert_int_equal(times_paid(), 1);
}

static void what_is_refused_may_be_paid_by_other_means(void **state)
{
    (void)state;
    bank_will(&bank, "refuse");
    return_a_cup();
    wait_for("failed");
    assert_done(resolve("--paid"));
    wait_for("settled");
    assert_int_equal(resolve("--unpaid"), 4);
    assert_int_equal(refunds_in("settled"), 1);
    assert_int_equal(times_paid(), 0);
}

/* The order says euros and the payment was made in yen: nobody but a person can mend that. */
static void money_of_another_currency_is_a_persons(void **state)
{
    (void)state;
    unsigned before = count_posts();
    bank_will(&bank, "other_money");
    return_a_cup();
    wait_for("unknown");
    assert_non_null(strstr(ran.out, "another amount"));
    assert_int_equal(times_paid(), 1);
    assert_done(resolve("--paid"));
    wait_for("settled");
    assert_int_equal(count_posts() - before, 1);
}

/* The bank pays, and its word is not understood; a person says that it did not, twice. */
static void a_wrong_word_of_a_person_pays_nobody_twice(void **state)
{
    (void)state;
    unsigned before = count_posts();
    bank_will(&bank, "other_money");
    return_a_cup();
    wait_for("unknown");
    assert_done(resolve("--unpaid"));
    assert_done(resolve("--unpaid"));
    wait_for("unknown");
    assert_has(ran.out, "an earlier try of it was paid after all");
    assert_int_equal(times_paid(), 1);
    assert_int_equal(count_posts() - before, 1);
}

/* The same ledger in another shape: a token is bought, the question takes two requests, and even a
 * key that was forgotten pays nothing twice. */
static void a_payment_of_paypal_is_paid_back_once_whatever_it_does(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        bool forgets;
    } cases[] = {{NULL, false},
                 {"fail_before", false},
                 {"fail_after", false},
                 {"drop", true},
                 {"slow_down", false}};
    provider = "paypal";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].fault != NULL) bank_will(&bank, cases[i].fault);
        return_a_cup();
        if (cases[i].forgets) bank_tell(&bank, "/control/forget");
        wait_for("settled");
        assert_int_equal(times_paid(), 1);
    }
    bank_will(&bank, "refuse");
    return_a_cup();
    wait_for("failed");
    assert_int_equal(times_paid(), 0);
    provider = "stripe";
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    bank_open(&bank);
    open_business();
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    bank_close(&bank);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_provider_does_wrong_pays_the_buyer_once),
        cmocka_unit_test(a_refund_that_takes_its_time_is_waited_for),
        cmocka_unit_test(what_is_refused_is_tried_again_when_a_person_says_so),
        cmocka_unit_test(what_is_refused_may_be_paid_by_other_means),
        cmocka_unit_test(money_of_another_currency_is_a_persons),
        cmocka_unit_test(a_wrong_word_of_a_person_pays_nobody_twice),
        cmocka_unit_test(a_payment_of_paypal_is_paid_back_once_whatever_it_does),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

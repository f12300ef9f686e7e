/* A policy as a person sets it: a file that is wrong is told all that is wrong with it, without a
 * node; one that is sound becomes version 1, then 2; a return asked for in between shows which
 * version looked at it, and why it was not granted at once. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

#define NEVER "http://127.0.0.1:1"
#define SOUND                                                                                      \
    "{\"currency\":\"EUR\",\"markets\":[{\"country\":\"DE\"}],"                                    \
    "\"windows\":[{\"days\":14,\"from\":\"delivery\"},{\"class\":\"fault\",\"days\":365}],"        \
    "\"auto_approve\":[{\"up_to_minor\":1000}],\"respond_hours\":24}"
#define CLOSED "{\"currency\":\"EUR\",\"windows\":[{\"days\":0}]}"
#define WRONG                                                                                      \
    "{\"currency\":\"EUR\",\"windows\":[{\"days\":0},{\"days\":3},{\"country\":\"UK\",\"days\":1}" \
    "],"                                                                                           \
    "\"auto_approve\":[{\"up_to_minor\":1000}],\"escalation\":1}"
#define MISSPELT "{\"currency\":\"EURO\",\"windows\":[{\"dayz\":0},{\"days\":-1}],\"colour\":1}"

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], rma[TAKE_BYTES];
static pid_t rtm_pid;

static const char *file_of(const char *text)
{
    write_text(in_scratch("policy.json"), text);
    return in_scratch("policy.json");
}

static unsigned lines_said(void)
{
    unsigned count = 0;
    for (const char *at = ran.out; *at != '\0'; at++) count += *at == '\n';
    return count;
}

/* --- without a node -------------------------------------------------------------------------- */

static void all_that_is_wrong_in_a_file_is_told_at_once(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("policy", "check", file_of(WRONG)), 2);
    assert_has(ran.out, "windows/1: overlap (");
    assert_has(ran.out, "windows/2/country: unknown_country (");
    assert_has(ran.out, "auto_approve/0: approved_in_closed_window (");
    assert_has(ran.out, "escalation: escalation_without_dispute (");
    assert_int_equal(lines_said(), 4);
    assert_int_equal(ENTREPOT("policy", "check", file_of(MISSPELT)), 2);
    assert_has(ran.out, "currency: out_of_range (");
    assert_has(ran.out, "windows/0/dayz: unknown_field (");
    assert_has(ran.out, "windows/1/days: out_of_range (");
    assert_has(ran.out, "colour: unknown_field (");
    assert_int_equal(lines_said(), 4);
    assert_int_equal(ENTREPOT("policy", "check", file_of("{\"currency\":")), 2);
    assert_has(ran.out, "the file: malformed (line 1 column ");
    assert_int_equal(ENTREPOT("policy", "check", file_of("{}")), 2);
    assert_has(ran.out, "currency: missing_field (");
    assert_int_equal(ENTREPOT("policy", "check", in_scratch("nowhere.json")), 3);
    assert_int_equal(ENTREPOT("policy", "set", "M", file_of(WRONG), "--url", NEVER), 2);
    assert_has(ran.err, "windows/1: overlap (");
}

static void a_sound_file_is_held_against_the_law(void **state)
{
    (void)state;
    assert_done(ENTREPOT("policy", "check", file_of(SOUND)));
    assert_has(ran.out, "sound\nwindows/0/days: fault_days in DE: 14 of 730 days (");
    assert_int_equal(lines_said(), 2);
    assert_done(ENTREPOT("policy", "check", file_of(SOUND), "--json"));
    assert_has(ran.out, "\"sound\":true,\"complaints\":[],\"breaches\":[{\"field\":");
}

/* --- with one -------------------------------------------------------------------------------- */

static void a_business_is_opened(void **state)
{
    (void)state;
    char node[TAKE_BYTES];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "8000", "--auto-approve", "5000", "--dir", rtm,
                         "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
}

static void import_order(const char *reference)
{
    char line[1024], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"%s\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_%s\",\"captured_minor\":1990}]}\n",
             merchant, reference, sold, reference);
    assert_done(drive(argv, line));
}

static void ask_for(const char *reference)
{
    import_order(reference);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                         "--line", "0:1:color", "--dir", rtm, "--json"));
    take("id", rma);
    assert_done(ENTREPOT("return", "show", rma, "--dir", rtm, "--json"));
}

static void versions_follow_each_other_and_explain_what_they_decided(void **state)
{
    (void)state;
    char first[TAKE_BYTES];
    assert_done(ENTREPOT("policy", "show", merchant, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"newest\":0");
    assert_done(ENTREPOT("policy", "set", merchant, file_of(SOUND), "--dir", rtm, "--json"));
    assert_has(ran.out, "\"version\":1,");
    assert_has(ran.out, "\"rule\":\"fault_days\"");
    ask_for("1001");
    strcpy(first, rma);
    assert_has(ran.out, "\"state\":\"requested\"");
    assert_has(ran.out, "\"policy_version\":1,");
    assert_has(ran.out, "{\"check\":\"window\",\"answer\":\"yes\"}");
    assert_has(ran.out, "\"decided_by\":\"auto_approval\"");

    assert_done(ENTREPOT("policy", "set", merchant, file_of(CLOSED), "--dir", rtm, "--json"));
    assert_has(ran.out, "\"version\":2,");
    ask_for("1002");
    assert_has(ran.out, "\"policy_version\":2,");
    assert_has(ran.out, "\"decided_by\":\"window\"");
    assert_done(ENTREPOT("return", "approve", first, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"state\":\"approved\"");
    assert_has(ran.out, "\"policy_version\":1,");
    assert_has(ran.out, "\"decided_by\":\"auto_approval\"");
}

static void what_was_not_read_is_not_changed_and_what_held_can_be_read(void **state)
{
    (void)state;
    assert_int_equal(
        ENTREPOT("policy", "set", merchant, file_of(SOUND), "--if-match", "1", "--dir", rtm), 4);
    assert_int_equal(ENTREPOT("policy", "set", merchant, file_of(SOUND), "--effective",
                              "2020-01-01T00:00:00Z", "--dir", rtm),
                     2);
    assert_has(ran.err, "effective_in_past");
    assert_done(ENTREPOT("policy", "history", merchant, "--dir", rtm));
    assert_int_equal(lines_said(), 3); /* a head and two versions */
    assert_done(ENTREPOT("policy", "show", merchant, "--version", "1", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"policy\":{\"currency\":\"EUR\",\"markets\":");
    write_text(in_scratch("shown.json"), ran.out); /* what is shown is a file that can be set */
    assert_done(ENTREPOT("policy", "set", merchant, in_scratch("shown.json"), "--dir", rtm));
    assert_int_equal(ENTREPOT("policy", "show", merchant, "--version", "9", "--dir", rtm), 3);
    assert_int_equal(ENTREPOT("policy", "show", merchant, "--at", "yesterday", "--dir", rtm), 2);
    assert_done(ENTREPOT("policy", "show", merchant, "--at", "2020-01-01T00:00:00Z", "--dir", rtm,
                         "--json"));
    assert_null(strstr(ran.out, "\"policy\":"));
    assert_int_equal(ENTREPOT("policy", "show", rma, "--dir", rtm), 3);
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (rtm_pid > 0) stop_node(&rtm_pid, SIGKILL);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_wrong_in_a_file_is_told_at_once),
        cmocka_unit_test(a_sound_file_is_held_against_the_law),
        cmocka_unit_test(a_business_is_opened),
        cmocka_unit_test(versions_follow_each_other_and_explain_what_they_decided),
        cmocka_unit_test(what_was_not_read_is_not_changed_and_what_held_can_be_read),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

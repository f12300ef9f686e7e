/* How nodes find each other when addresses change: real processes on real sockets, and no other way
 * from one to the other than what each of them was told. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

#define NOWHERE "tcp://127.0.0.1:1"
/* Long enough for two nodes that dial each other to have met. */
#define QUIET_MS 1500

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8];
static pid_t rtm_pid, lax_pid;

/* --- telling and asking ---------------------------------------------------------------------- */

/* The node's card with its present address in a file; the node runs. */
static const char *present_card(const char *dir)
{
    char endpoint[256];
    const char *path = in_scratch("present.card");
    read_port(dir, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", dir, "--address", endpoint));
    write_text(path, ran.out);
    return path;
}

static bool is_linked(const char *dir)
{
    assert_done(ENTREPOT("status", "--dir", dir, "--json"));
    return strstr(ran.out, "\"open\":true") != NULL;
}

static void wait_until_linked(const char *dir)
{
    for (long waited = 0; !is_linked(dir); waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("%s meets nobody: %.600s", dir, ran.out);
        pause_ms(STEP_MS);
    }
}

static void wait_until_listed(const char *dir, const char *text)
{
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("membership", "list", "--dir", dir, "--json"));
        if (strstr(ran.out, text) != NULL) return;
        if (waited > WAIT_MS) fail_msg("%s never knows of %s: %.600s", dir, text, ran.out);
        pause_ms(STEP_MS);
    }
}

/* --- the story ------------------------------------------------------------------------------- */

/* The membership says an address where nobody is; the card that the joining node is given says the
 * right one. Nobody is told where the joining node is, so that it has to dial. */
static void a_node_joins_by_a_card_that_knows_more_than_the_membership(void **state)
{
    (void)state;
    assert_done(ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse",
                         "RTM", "--address", NOWHERE));
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("init", "--join", present_card(rtm), "--dir", lax, "--name", "Los Angeles",
                         "--warehouse", "LAX"));
    write_text(in_scratch("lax.card"), ran.out);
    lax_pid = start_node(lax);
    assert_done(ENTREPOT("membership", "admit", in_scratch("lax.card"), "--dir", rtm));
    wait_until_listed(lax, NOWHERE);
    wait_until_linked(lax);
}

static void started_again_it_still_dials_what_its_card_says(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    lax_pid = start_node(lax);
    wait_until_linked(lax);
}

/* Rotterdam moves and tells the membership, which is nowhere but there. */
static void a_node_that_was_away_does_not_know_where_a_member_moved(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "admit", present_card(rtm), "--dir", rtm));
    lax_pid = start_node(lax);
    pause_ms(QUIET_MS);
    assert_false(is_linked(lax));
}

static void given_the_present_card_it_meets_the_member_and_reads_on(void **state)
{
    (void)state;
    char endpoint[256];
    read_port(rtm, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "meet", present_card(rtm), "--dir", lax));
    assert_has(ran.err, endpoint);
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    lax_pid = start_node(lax);
    wait_until_linked(lax);
    wait_until_listed(lax, endpoint);
}

/* What it was given is old by now, and what it has read is right. */
static void a_card_of_long_ago_does_no_harm(void **state)
{
    (void)state;
    char card[SCRATCH_PATH_MAX + 64];
    snprintf(card, sizeof card, "%s", present_card(rtm));
    assert_done(ENTREPOT("membership", "meet", card, "--dir", lax, "--address", NOWHERE));
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    lax_pid = start_node(lax);
    wait_until_linked(lax);
}

static void assert_not_met(const char *card, const char *why)
{
    assert_int_equal(ENTREPOT("membership", "meet", card, "--dir", lax), 4);
    assert_has(ran.err, why);
}

static void a_card_that_leads_nowhere_is_refused(void **state)
{
    (void)state;
    const char *other = in_scratch("other.card");
    assert_done(ENTREPOT("init", "--found", "--dir", in_scratch("syd"), "--name", "Sydney",
                         "--address", NOWHERE));
    write_text(other, ran.out);
    assert_not_met(other, "of another mesh");
    assert_not_met(present_card(lax), "of this very node");
    assert_done(ENTREPOT("init", "--join", present_card(rtm), "--dir", in_scratch("mel"), "--name",
                         "Melbourne"));
    write_text(other, ran.out);
    assert_not_met(other, "no address");
    assert_int_equal(
        ENTREPOT("membership", "meet", other, "--dir", lax, "--address", "carrier pigeon"), 2);
}

/* A node that listens on every interface says nowhere where it can be dialled. */
static void all_interfaces_are_no_address(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    lax_pid = start_node_at(lax, "tcp://0.0.0.0:*");
    assert_done(ENTREPOT("membership", "card", "--dir", lax));
    assert_null(strstr(ran.out, "\"address\":\"tcp"));
    assert_has(ran.err, "--address");
}

static void append_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void wait_until_logged(const char *dir, const char *text)
{
    static char log[256 * 1024];
    char path[SCRATCH_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/log", dir);
    for (long waited = 0;; waited += STEP_MS) {
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        log[fread(log, 1, sizeof log - 1, file)] = '\0';
        fclose(file);
        if (strstr(log, text) != NULL) return;
        if (waited > WAIT_MS) fail_msg("%s never says '%s'", dir, text);
        pause_ms(STEP_MS);
    }
}

/* What the configuration says of it holds for nobody from then on. */
static void a_member_that_is_renamed_is_missed_in_the_configuration(void **state)
{
    (void)state;
    static char card[4096];
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    append_text(in_scratch("rtm/entrepot.conf"), "\n[peer lax]\naddress = " NOWHERE "\n");
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "card", "--dir", lax));
    snprintf(card, sizeof card, "%.4000s", ran.out);
    char *code = strstr(card, "\"LAX\"");
    assert_non_null(code);
    memcpy(code, "\"LGB\"", 5);
    write_text(in_scratch("renamed.card"), card);
    assert_done(ENTREPOT("membership", "admit", in_scratch("renamed.card"), "--dir", rtm));
    wait_until_logged(rtm, "[peer] names no member any more");
}

/* --- the run --------------------------------------------------------------------------------- */

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    snprintf(lax, sizeof lax, "%s/lax", scratch.path);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    stop_node(&lax_pid, SIGKILL);
    scratch_remove(&scratch);
    return 0;
}

/* One story: each chapter stands on the one before. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_joins_by_a_card_that_knows_more_than_the_membership),
        cmocka_unit_test(started_again_it_still_dials_what_its_card_says),
        cmocka_unit_test(a_node_that_was_away_does_not_know_where_a_member_moved),
        cmocka_unit_test(given_the_present_card_it_meets_the_member_and_reads_on),
        cmocka_unit_test(a_card_of_long_ago_does_no_harm),
        cmocka_unit_test(a_card_that_leads_nowhere_is_refused),
        cmocka_unit_test(all_interfaces_are_no_address),
        cmocka_unit_test(a_member_that_is_renamed_is_missed_in_the_configuration),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}

/* Figures and after-care as a person types them: tables for people, JSON for programs. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], returned[TAKE_BYTES];
static pid_t rtm_pid;

static void request_return(void)
{
    import_cups(rtm, merchant);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         "0:1:defective", "--number", "1Z42", "--dir", rtm, "--json"));
    take("id", returned);
}

static int make(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    rtm_pid = open_cups(rtm, merchant);
    request_return();
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (rtm_pid != 0) (void)stop_node(&rtm_pid, SIGTERM);
    scratch_remove(&scratch);
    return 0;
}

static void figures_are_told_as_tables_and_as_json(void **state)
{
    (void)state;
    assert_done(ENTREPOT("numbers", "show", "--merchant", merchant, "--dir", rtm));
    assert_has(ran.out, "asked for from");
    assert_has(ran.out, "requested");
    assert_has(ran.out, "offer_solution");
    assert_has(ran.out, "EUR");
    assert_done(ENTREPOT("numbers", "show", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"returns\":1");
    assert_done(ENTREPOT("numbers", "carriers", "--late-days", "3", "--dir", rtm));
    assert_has(ran.out, "CARRIER");
    assert_done(ENTREPOT("numbers", "defects", "--show", "5", "--dir", rtm));
    assert_has(ran.out, "CUP-1");
    assert_has(ran.out, "defective");
    assert_int_equal(ENTREPOT("numbers", "show", "--from", "soon", "--dir", rtm), 2);
    assert_has(ran.err, "parameter from");
}

static void what_waits_on_the_floor_is_told_by_station(void **state)
{
    (void)state;
    assert_done(ENTREPOT("return", "approve", returned, "--dir", rtm));
    assert_done(ENTREPOT("parcel", "receive", "1Z42", "--item", "CUP-1", "--dir", rtm));
    for (unsigned i = 0; i < 100; i++) { /* until the book has claimed the box */
        assert_done(ENTREPOT("numbers", "floor", "--dir", rtm));
        if (strstr(ran.out, "inspection") != NULL) break;
        usleep(50 * 1000);
    }
    assert_has(ran.out, "WAITS FOR");
    assert_has(ran.out, "inspection");
    assert_has(ran.out, "dock to disposition");
    assert_done(ENTREPOT("numbers", "floor", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"station\":\"inspection\",\"units\":1");
}

static void a_corrective_action_is_begun_measured_and_closed(void **state)
{
    (void)state;
    char corrective[TAKE_BYTES];
    assert_int_equal(ENTREPOT("corrective", "begin", "--merchant", merchant, "--dir", rtm), 2);
    assert_done(ENTREPOT("corrective", "begin", "--merchant", merchant, "--sku", "CUP-1",
                         "--reason", "defective", "--action", "a new glue", "--owner", "quality",
                         "--dir", rtm, "--json"));
    take("id", corrective);
    assert_done(ENTREPOT("corrective", "effect", corrective, "--dir", rtm));
    assert_has(ran.out, "too_early");
    assert_done(ENTREPOT("corrective", "close", corrective, "--result", "it holds", "--dir", rtm));
    assert_done(ENTREPOT("corrective", "show", corrective, "--dir", rtm));
    assert_has(ran.out, "it holds");
    assert_done(ENTREPOT("corrective", "list", "--dir", rtm));
    assert_has(ran.out, "a new glue");
}

static void articles_and_complaints_are_kept(void **state)
{
    (void)state;
    char body[512], complaint[TAKE_BYTES];
    const char *const put[] = {ENTREPOT_PROGRAM, "article", "put", "-", "--dir", rtm, NULL};
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"name\":\"glue\",\"title_en\":\"The glue\",\"body_en\":\"x\"}",
             merchant);
    assert_done(drive(put, body));
    assert_done(
        ENTREPOT("article", "list", "--merchant", merchant, "--reason", "defective", "--dir", rtm));
    assert_has(ran.out, "The glue");
    assert_done(ENTREPOT("complaint", "open", returned, "--about", "slow", "--owner", "care",
                         "--score", "2", "--dir", rtm, "--json"));
    take("id", complaint);
    assert_done(ENTREPOT("return", "show", returned, "--dir", rtm));
    assert_has(ran.out, "complaint_open");
    assert_done(ENTREPOT("complaint", "close", complaint, "--cause", "one desk", "--action",
                         "a second", "--dir", rtm));
    assert_done(ENTREPOT("complaint", "list", "--return", returned, "--dir", rtm));
    assert_has(ran.out, "slow");
    assert_int_equal(
        ENTREPOT("complaint", "close", complaint, "--cause", "x", "--action", "y", "--dir", rtm),
        4);
}

static void a_buyer_is_followed_up(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("followup", "answer", returned, "--dir", rtm), 2);
    assert_int_equal(ENTREPOT("followup", "show", returned, "--dir", rtm), 3);
    assert_done(ENTREPOT("followup", "consent", returned, "--dir", rtm));
    assert_done(
        ENTREPOT("followup", "comment", returned, "--text", "the glue smells", "--dir", rtm));
    assert_done(ENTREPOT("followup", "show", returned, "--dir", rtm));
    assert_has(ran.out, "none");
    assert_done(ENTREPOT("followup", "list", "--merchant", merchant, "--dir", rtm));
    assert_int_equal(
        ENTREPOT("followup", "list", "--merchant", merchant, "--state", "soon", "--dir", rtm), 2);
    assert_int_equal(ENTREPOT("followup", "answer", returned, "--score", "4", "--dir", rtm), 4);
    assert_has(ran.err, "has not ended");
    assert_done(ENTREPOT("followup", "consent", returned, "--withdraw", "--dir", rtm));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_told_as_tables_and_as_json),
        cmocka_unit_test(a_corrective_action_is_begun_measured_and_closed),
        cmocka_unit_test(articles_and_complaints_are_kept),
        cmocka_unit_test(a_buyer_is_followed_up),
        cmocka_unit_test(what_waits_on_the_floor_is_told_by_station),
    };
    return cmocka_run_group_tests_name("care on the command line", tests, make, end);
}

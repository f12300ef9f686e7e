/* A leader's disk is lost: another node takes its books over, and the leader comes back from a
 * backup under a new log. Real nodes, told as one story. */
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

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8];
static pid_t rtm_pid, lax_pid;
static char merchant[TAKE_BYTES], book[TAKE_BYTES], membership[TAKE_BYTES], rtm_node[TAKE_BYTES],
    rtm_log[TAKE_BYTES];

static void import_order(const char *dir, const char *reference)
{
    char line[1024], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", dir, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"%s\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":2,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_%s\",\"captured_minor\":3980}]}\n",
             merchant, reference, sold, reference);
    assert_done(drive(argv, line));
}

/* Tells the node's address to the mesh, at a node that runs. */
static void announce(const char *dir, const char *at)
{
    const char *const admit[] = {ENTREPOT_PROGRAM, "membership", "admit", "-", "--dir", at, NULL};
    static char card[4096], endpoint[256];
    read_port(dir, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", dir, "--address", endpoint));
    snprintf(card, sizeof card, "%.4000s", ran.out);
    assert_done(drive(admit, card));
}

static void wait_for_equal_digests(void)
{
    char one[TAKE_BYTES], other[TAKE_BYTES];
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("digests", "--dir", lax, "--json"));
        take("digest", one);
        assert_done(ENTREPOT("digests", "--dir", rtm, "--json"));
        take("digest", other);
        if (strcmp(one, other) == 0) return;
        if (waited > WAIT_MS) {
            ENTREPOT("status", "--dir", rtm);
            fputs(ran.out, stderr);
            ENTREPOT("status", "--dir", lax);
            fputs(ran.out, stderr);
            fail_msg("digests differ");
        }
        pause_ms(STEP_MS);
    }
}

static void take_books(void)
{
    assert_done(ENTREPOT("book", "list", "--dir", rtm, "--json"));
    take("id", membership);
    char *second = strstr(strstr(ran.out, "\"id\"") + 1, "\"id\":\"");
    assert_non_null(second);
    snprintf(book, sizeof book, "%.27s", second + 6);
    /* Ids are in the order of their birth: the membership's comes first. */
    assert_true(strcmp(membership, book) < 0);
}

static void two_nodes_share_a_book(void **state)
{
    (void)state;
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", rtm_node);
    take("log", rtm_log);
    rtm_pid = start_node(rtm);
    announce(rtm, rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Lights", "--currency", "EUR",
                         "--opener", rtm_node, "--cap", "800", "--dir", rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
    take_books();
    import_order(rtm, "1");
    assert_done(ENTREPOT("backup", "early", "--dir", rtm));
    assert_done(ENTREPOT("membership", "card", "--dir", rtm));
    char endpoint[256];
    read_port(rtm, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", rtm, "--address", endpoint));
    write_text(in_scratch("rtm.card"), ran.out);
    assert_done(ENTREPOT("init", "--join", in_scratch("rtm.card"), "--dir", lax, "--name",
                         "Los Angeles", "--warehouse", "LAX"));
    lax_pid = start_node(lax);
    announce(lax, rtm);
    import_order(rtm, "2");
    EVENTUALLY(0, "book", "show", book, "--dir", lax);
    wait_for_equal_digests();
}

/* Apart from now on: each runs on ports that the other does not know. */
static void a_node_that_holds_less_takes_no_book_over(void **state)
{
    (void)state;
    char url[256], ask[1024];
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    rtm_pid = start_node(rtm);
    import_order(rtm, "3");
    lax_pid = start_node(lax);
    assert_int_equal(ENTREPOT("book", "recover", book, "--dir", lax, "--yes"), 4);
    assert_has(ran.err, "Rotterdam: cannot be reached: ask it with --ask, or name it with --lost");
    read_port(rtm, "url", url);
    snprintf(ask, sizeof ask, "%s=%s/admin.token", url, rtm);
    assert_int_equal(ENTREPOT("book", "recover", book, "--dir", lax, "--ask", ask, "--yes"), 4);
    assert_has(ran.err, "Rotterdam: holds more, or something else");
    assert_done(ENTREPOT("book", "show", book, "--dir", lax));
    assert_has(ran.out, rtm_node); /* it leads as before */
}

static void a_lost_leader_is_named_and_replaced(void **state)
{
    (void)state;
    char lax_node[TAKE_BYTES];
    assert_int_equal(stop_node(&rtm_pid, SIGKILL), 128 + SIGKILL);
    assert_int_equal(rename(in_scratch("rtm/store"), in_scratch("lost")), 0);
    assert_done(ENTREPOT("status", "--dir", lax, "--json"));
    take("node", lax_node);
    assert_int_equal(ENTREPOT("book", "recover", book, "--dir", lax, "--lost", rtm_node), 2);
    assert_has(ran.err, "add --yes");
    assert_done(ENTREPOT("book", "recover", book, "--dir", lax, "--lost", rtm_node, "--yes"));
    assert_done(ENTREPOT("book", "recover", membership, "--dir", lax, "--lost", rtm_node, "--yes"));
    assert_done(ENTREPOT("book", "show", book, "--dir", lax));
    assert_has(ran.out, lax_node);
    /* It decides now; order 2 came with the book, order 3 was on the lost disk only. */
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "2", "--line",
                         "0:1:other", "--dir", lax));
    assert_int_equal(ENTREPOT("return", "request", "--merchant", merchant, "--order", "3", "--line",
                              "0:1:other", "--dir", lax),
                     3);
}

static void the_lost_node_comes_back_under_a_new_log(void **state)
{
    (void)state;
    /* Los Angeles was admitted after the backup: the restored node does not know it. */
    char endpoint[256];
    read_port(lax, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", lax, "--address", endpoint));
    write_text(in_scratch("lax.card"), ran.out);
    assert_done(ENTREPOT("restore", in_scratch("rtm/backups/early"), "--dir", rtm, "--join",
                         in_scratch("lax.card")));
    assert_has(ran.err, rtm_log);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"in_doubt\":true");
    announce(rtm, lax); /* its new log and address: Los Angeles dials it */
    assert_done(
        ENTREPOT("membership", "succeeds", in_scratch("rtm/card"), "--old", rtm_log, "--dir", lax));
    wait_for_equal_digests();
    /* In doubt or not, what stands on its floor is its own to receive. */
    assert_done(ENTREPOT("parcel", "receive", "777", "--item", "CUP-1", "--dir", rtm));
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"in_doubt\":false");
    announce(rtm, lax);
    wait_for_equal_digests();
    assert_done(ENTREPOT("book", "show", book, "--dir", rtm));
    assert_null(strstr(ran.out, "leader: 0\n"));
}

static void all_stores_are_sound(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    assert_done(ENTREPOT("verify", "--dir", rtm));
    assert_done(ENTREPOT("verify", "--dir", lax));
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    snprintf(lax, sizeof lax, "%s/lax", scratch.path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    stop_node(&lax_pid, SIGKILL);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_nodes_share_a_book),
        cmocka_unit_test(a_node_that_holds_less_takes_no_book_over),
        cmocka_unit_test(a_lost_leader_is_named_and_replaced),
        cmocka_unit_test(the_lost_node_comes_back_under_a_new_log),
        cmocka_unit_test(all_stores_are_sound),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

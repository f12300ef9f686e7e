/* A leader's disk is lost while a refund is under way: another node takes its books over, asks the
 * provider before it does anything, and the leader comes back from a backup under a new log. Real
 * nodes and a real provider, told as one story. */
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

#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8];
static pid_t rtm_pid, lax_pid;
static char merchant[TAKE_BYTES], book[TAKE_BYTES], membership[TAKE_BYTES], rtm_node[TAKE_BYTES],
    rtm_log[TAKE_BYTES], return_id[TAKE_BYTES];

/* --- the provider ---------------------------------------------------------------------------- */

static pid_t sandbox_pid;
static FILE *to_sandbox, *from_sandbox;
static uint16_t sandbox_port;

static void start_sandbox(void)
{
    const char *const argv[] = {SANDBOX, NULL};
    unsigned port = 0;
    sandbox_pid = process_start_piped(argv, &to_sandbox, &from_sandbox);
    assert_int_equal(fscanf(from_sandbox, "port %u", &port), 1);
    sandbox_port = (uint16_t)port;
}

static void stop_sandbox(void)
{
    if (sandbox_pid <= 0) return;
    fclose(to_sandbox);
    fclose(from_sandbox);
    process_end(sandbox_pid, 0);
    sandbox_pid = 0;
}

static void tell_sandbox(const char *path)
{
    const struct letter ask = {.method = "POST", .path = path, .body = ""};
    struct reply reply = client_call(sandbox_port, &ask);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

static bool sandbox_says(const char *path, const char *part)
{
    struct reply reply = client_get(sandbox_port, path, "sk_test");
    bool says = reply.body != NULL && strstr(reply.body, part) != NULL;
    reply_free(&reply);
    return says;
}

static void wait_for_sandbox(const char *path, const char *part)
{
    for (long waited = 0; !sandbox_says(path, part); waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("the provider never says %s", part);
        pause_ms(STEP_MS);
    }
}

static void append_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void configure_provider(const char *dir)
{
    char path[SCRATCH_PATH_MAX + 32], text[256];
    snprintf(path, sizeof path, "%s/secret", dir);
    write_text(path, "sk_test\n");
    assert_int_equal(chmod(path, 0600), 0);
    snprintf(path, sizeof path, "%s/entrepot.conf", dir);
    snprintf(text, sizeof text,
             "\n[provider stripe]\nbase_url = http://127.0.0.1:%u\nsecret_file = secret\n",
             sandbox_port);
    append_text(path, text);
}

/* --- the nodes ------------------------------------------------------------------------------- */

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

/* Why two nodes do not meet stands in what they say of themselves and in their logs. */
static void print_node(const char *dir)
{
    char path[SCRATCH_PATH_MAX + 32], line[1024];
    ENTREPOT("status", "--dir", dir);
    fputs(ran.out, stderr);
    snprintf(path, sizeof path, "%s/log", dir);
    FILE *log = fopen(path, "r");
    while (log != NULL && fgets(line, sizeof line, log) != NULL) fputs(line, stderr);
    if (log != NULL) fclose(log);
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
            print_node(rtm);
            print_node(lax);
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
    configure_provider(rtm);
    rtm_pid = start_node(rtm);
    announce(rtm, rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Lights", "--currency", "EUR",
                         "--opener", rtm_node, "--cap", "800", "--auto-approve", "100", "--dir",
                         rtm, "--json"));
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
    configure_provider(lax);
    lax_pid = start_node(lax);
    announce(lax, rtm);
    import_order(rtm, "2");
    EVENTUALLY(0, "book", "show", book, "--dir", lax);
    wait_for_equal_digests();
}

/* The provider pays and keeps its answer: the leader does not know what became of the refund. */
static void a_refund_is_under_way(void **state)
{
    (void)state;
    tell_sandbox("/control/next?do=hold");
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "2", "--line",
                         "0:1:defective", "--number", "555", "--dir", rtm, "--json"));
    take("id", return_id);
    assert_done(ENTREPOT("parcel", "receive", "555", "--item", "CUP-1", "--dir", rtm));
    wait_for_sandbox("/control/held", "{\"held\":1}");
    wait_for_equal_digests();
    assert_done(ENTREPOT("refund", "list", "--return", return_id, "--dir", lax));
    assert_has(ran.out, "intended");
}

/* Apart from now on: Los Angeles runs on a port that the other does not know, and looks for it
 * where it is not. */
static void a_node_that_holds_less_takes_no_book_over(void **state)
{
    (void)state;
    char url[256], ask[1024];
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    append_text(in_scratch("lax/entrepot.conf"), "\n[peer rtm]\naddress = tcp://127.0.0.1:1\n");
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

static void the_provider_is_asked_and_pays_once(void **state)
{
    (void)state;
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("refund", "list", "--return", return_id, "--dir", lax));
        if (strstr(ran.out, "settled") != NULL) break;
        if (waited > WAIT_MS) fail_msg("the refund is not settled: %s", ran.out);
        pause_ms(STEP_MS);
    }
    assert_has(ran.out, "re_sandbox_1");
    assert_true(sandbox_says("/control/ledger", "\"count\":1,"));
    struct reply log = client_get(sandbox_port, "/control/log", "sk_test");
    const char *sent = strstr(log.body, "\"method\":\"POST\"");
    assert_non_null(sent);
    assert_non_null(strstr(sent, "\"method\":\"GET\""));
    assert_null(strstr(sent + 1, "\"method\":\"POST\""));
    reply_free(&log);
}

static void the_lost_node_comes_back_under_a_new_log(void **state)
{
    (void)state;
    /* Los Angeles was admitted after the backup: the restored node does not know it. */
    char endpoint[256];
    announce(lax, lax);
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

/* Its former log is dead; the book goes to the present one, and it decides again. */
static void the_book_is_handed_back(void **state)
{
    (void)state;
    assert_done(ENTREPOT("book", "handover", book, "--to", rtm_node, "--dir", lax));
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("book", "show", book, "--dir", rtm));
        if (strstr(ran.out, rtm_node) != NULL) break;
        if (waited > WAIT_MS) fail_msg("the book does not come back: %s", ran.out);
        pause_ms(STEP_MS);
    }
    import_order(rtm, "4");
    wait_for_equal_digests();
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
    start_sandbox();
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    stop_node(&lax_pid, SIGKILL);
    stop_sandbox();
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_nodes_share_a_book),
        cmocka_unit_test(a_refund_is_under_way),
        cmocka_unit_test(a_node_that_holds_less_takes_no_book_over),
        cmocka_unit_test(a_lost_leader_is_named_and_replaced),
        cmocka_unit_test(the_provider_is_asked_and_pays_once),
        cmocka_unit_test(the_lost_node_comes_back_under_a_new_log),
        cmocka_unit_test(the_book_is_handed_back),
        cmocka_unit_test(all_stores_are_sound),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

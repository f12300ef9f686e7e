/* Real nodes and the command line: one node alone, then a second one that joins. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/cli/drive.h"
#include "tests/node/http/certificate.h"

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8];
static pid_t rtm_pid, lax_pid, tls_pid;
static char merchant[TAKE_BYTES], return_id[TAKE_BYTES], unit[TAKE_BYTES];

static unsigned count(const char *text, const char *part)
{
    unsigned found = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        found++;
    }
    return found;
}

static void a_node_is_made_and_runs(void **state)
{
    (void)state;
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("status", "--dir", rtm));
    assert_has(ran.out, "in_doubt         no");
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"in_doubt\":false");
    assert_done(ENTREPOT("carriers", "--dir", rtm));
    assert_has(ran.out, "easypost");
    /* The store is the node's alone. */
    assert_int_equal(ENTREPOT("verify", "--dir", rtm), 1);
    assert_has(ran.err, "a node runs on it");
    assert_int_equal(ENTREPOT("node", "--dir", rtm, "--set", "http.port=0"), 1);
    assert_has(ran.err, "another process runs on it");
}

static void tokens_open_what_their_role_allows(void **state)
{
    (void)state;
    const char *file = in_scratch("op.token");
    assert_done(ENTREPOT("token", "create", "--dir", rtm, "--role", "operator", "--out", file));
    char id[32];
    snprintf(id, sizeof id, "%.27s", ran.out);
    EVENTUALLY(0, "unit", "list", "--dir", rtm, "--token-file", file);
    assert_int_equal(ENTREPOT("order", "import", "-", "--dir", rtm, "--token-file", file), 0);
    const char *const import[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm,
                                  "--token-file",   file,    NULL};
    assert_int_equal(drive(import, "{}\n"), 5);
    assert_done(ENTREPOT("token", "revoke", id, "--dir", rtm));
    EVENTUALLY(5, "unit", "list", "--dir", rtm, "--token-file", file);
}

/* The token of a directory opens its own node: another URL, the same node's too, is not told it. */
static void a_directorys_token_goes_to_its_own_node_only(void **state)
{
    (void)state;
    char url[256], token[SCRATCH_PATH_MAX + 32];
    read_port(rtm, "url", url);
    snprintf(token, sizeof token, "%s/admin.token", rtm);
    assert_int_equal(ENTREPOT("status", "--dir", rtm, "--url", url), 5);
    assert_has(ran.err, "give a token by --token-file");
    setenv("ENTREPOT_DIR", rtm, 1);
    assert_int_equal(ENTREPOT("status", "--url", url), 5);
    assert_done(ENTREPOT("status"));
    unsetenv("ENTREPOT_DIR");
    assert_done(ENTREPOT("status", "--url", url, "--token-file", token));
    char longest[700];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "http://", 7);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(ENTREPOT("status", "--url", longest), 2);
}

/* Whoever makes a token uses it in the next line of the script. */
static void a_token_opens_as_soon_as_it_is_made(void **state)
{
    (void)state;
    char token[SCRATCH_PATH_MAX + 64];
    snprintf(token, sizeof token, "%s", in_scratch("fresh.token"));
    for (int i = 0; i < 5; i++) {
        assert_done(
            ENTREPOT("token", "create", "--dir", rtm, "--role", "operator", "--out", token));
        assert_done(ENTREPOT("status", "--dir", rtm, "--token-file", token));
        assert_int_equal(
            ENTREPOT("token", "create", "--dir", rtm, "--role", "admin", "--out", token), 4);
        assert_has(ran.err, "is there already, and is not written over");
        assert_int_equal(unlink(token), 0);
    }
    assert_done(ENTREPOT("token", "list", "--dir", rtm, "--json"));
    assert_int_equal(count(ran.out, "\"role\":\"admin\""), 1);
}

static void what_the_node_cannot_read_the_command_line_said(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("return", "show", "xx", "--dir", rtm), 2);
    assert_has(ran.err, "check its last character");
    assert_int_equal(ENTREPOT("return", "list", "--limit", "none", "--dir", rtm), 2);
    /* A node runs there: nothing is made anew. */
    assert_int_equal(ENTREPOT("init", "--found", "--dir", rtm, "--name", "again"), 1);
    assert_has(ran.err, "a node runs on it; stop it first");
}

static void what_is_wrong_with_a_flag_is_said_before_anything_is_done(void **state)
{
    (void)state;
    char node[TAKE_BYTES];
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    take("node", node);
    assert_int_equal(ENTREPOT("membership", "merchant", "--name", "Nobody", "--currency", "EUR",
                              "--opener", node, "--cap", "1.00", "--wait", "soon", "--dir", rtm),
                     2);
    assert_has(ran.err, "--wait soon: a whole number");
    assert_done(ENTREPOT("membership", "merchants", "--dir", rtm));
    assert_null(strstr(ran.out, "Nobody"));
}

static void a_merchant_gets_its_book(void **state)
{
    (void)state;
    char node[TAKE_BYTES];
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    take("node", node);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Shenzhen Lights", "--currency", "EUR",
                         "--opener", node, "--cap", "5000.00", "--window-days", "300", "--dir",
                         rtm));
    assert_done(ENTREPOT("membership", "merchants", "--dir", rtm, "--json"));
    take("merchant", merchant);
    assert_has(ran.out, "\"cap_minor\":500000");
    assert_done(ENTREPOT("membership", "merchant", "--merchant", merchant, "--cap", "800",
                         "--window-days", "400", "--auto-approve", "100", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"cap_minor\":80000");
    assert_has(ran.out, "\"name\":\"Shenzhen Lights\"");
    assert_done(ENTREPOT("membership", "open-book", merchant, "--dir", rtm));
    assert_done(ENTREPOT("book", "list", "--dir", rtm));
    assert_has(ran.out, merchant);
}

static void write_orders(const char *path)
{
    char sold[40];
    time_t now = time(NULL);
    struct tm utc;
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("\xef\xbb\xbf", file); /* as some editors begin a file */
    for (int i = 0; i < 2; i++)
        fprintf(file,
                "{\"merchant\":\"%s\",\"reference\":\"#100%d\",\"currency\":\"EUR\","
                "\"sold_ms\":\"%s\",\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":%d,"
                "\"price_minor\":1990}],\"payments\":[{\"provider\":\"stripe\","
                "\"reference\":\"pi_%d\",\"captured_minor\":3980}]}\n%s",
                merchant, i, sold, i == 0 ? 2 : -2, i, i == 0 ? "\nnonsense\n" : "");
    fclose(file);
}

static void orders_are_imported_line_by_line(void **state)
{
    (void)state;
    const char *file = in_scratch("orders.ndjson");
    write_orders(file);
    assert_int_equal(ENTREPOT("order", "import", file, "--dir", rtm, "--key", "orders-1"), 7);
    assert_has(ran.out, "1  done  ");
    assert_has(ran.out, "3  refused  malformed");
    assert_has(ran.out, "4  refused  out_of_range  /lines/0/quantity");
    static struct ran first;
    first = ran;
    /* The same file under the same key is answered with what stands. */
    assert_int_equal(ENTREPOT("order", "import", file, "--dir", rtm, "--key", "orders-1"), 7);
    assert_string_equal(ran.out, first.out);
    assert_done(ENTREPOT("order", "list", "--dir", rtm));
    assert_has(ran.out, "#1000");
    assert_has(ran.out, "39.80");
    assert_null(strstr(ran.out, "#1001"));
    /* Under another key it is another request, and the order stands already. */
    assert_int_equal(ENTREPOT("order", "import", file, "--dir", rtm, "--json"), 7);
    assert_has(ran.out, "\"duplicate\":true");
    assert_has(ran.out, "{\"line\":4,");
    assert_int_equal(ENTREPOT("order", "import", rtm, "--dir", rtm), 1); /* it is a directory */
    assert_has(ran.err, "could not be read to its end");
}

static void a_return_is_asked_for_received_and_graded(void **state)
{
    (void)state;
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "#1000", "--line",
                         "0:1:defective", "--number", "9400111899", "--dir", rtm, "--json"));
    take("id", return_id);
    assert_has(ran.out, "\"state\":\"approved\"");
    assert_int_equal(ENTREPOT("return", "approve", return_id, "--dir", rtm), 4);
    assert_has(ran.err, "rule: return: approve");
    assert_done(ENTREPOT("parcel", "receive", "9400111899", "--item", "CUP-1", "--dir", rtm));
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("unit", "list", "--return", return_id, "--dir", rtm, "--json"));
        if (strstr(ran.out, "\"state\":\"received\"") != NULL) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    take("id", unit);
    assert_done(ENTREPOT("unit", "inspect", unit, "--dir", rtm));
    assert_int_equal(
        ENTREPOT("unit", "grade", unit, "--grade", "good", "--if-match", "1", "--dir", rtm), 4);
    assert_done(ENTREPOT("unit", "grade", unit, "--grade", "good", "--dir", rtm));
    assert_has(ran.out, "grade: good");
    assert_done(ENTREPOT("parcel", "show", "9400111899", "--dir", rtm));
    assert_has(ran.out, "state: received");
    assert_int_equal(ENTREPOT("parcel", "show", "NOSUCH", "--dir", rtm), 3);
    assert_int_equal(ENTREPOT("return", "show", "nonsense", "--dir", rtm), 2);
    assert_int_equal(ENTREPOT("return", "show", unit, "--dir", rtm), 3);
    /* Ids may end on characters that have a meaning elsewhere. */
    assert_int_equal(ENTREPOT("return", "show", "01M805TC4MZQBD0XN2M44DMP72$", "--dir", rtm), 3);
    assert_int_equal(ENTREPOT("return", "show", "../units", "--dir", rtm), 2);
}

static void a_second_node_joins_and_shows_the_same(void **state)
{
    (void)state;
    assert_done(ENTREPOT("membership", "card", "--dir", rtm));
    write_text(in_scratch("rtm.card"), ran.out);
    assert_done(ENTREPOT("membership", "admit", in_scratch("rtm.card"), "--dir", rtm));
    assert_done(ENTREPOT("init", "--join", in_scratch("rtm.card"), "--dir", lax, "--name",
                         "Los Angeles", "--warehouse", "LAX"));
    lax_pid = start_node(lax);
    assert_done(ENTREPOT("membership", "card", "--dir", lax));
    const char *const admit[] = {ENTREPOT_PROGRAM, "membership", "admit", "-", "--dir", rtm, NULL};
    static char card[4096];
    snprintf(card, sizeof card, "%.4000s", ran.out);
    assert_has(card, "\"address\":\"tcp://127.0.0.1:");
    assert_done(drive(admit, card));
    EVENTUALLY(0, "return", "show", return_id, "--dir", lax);
    assert_done(ENTREPOT("membership", "list", "--dir", lax));
    assert_has(ran.out, "Rotterdam");
    assert_has(ran.out, "LAX");
}

static void what_another_node_decides_is_asked_and_waited_for(void **state)
{
    (void)state;
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "#1000", "--line",
                         "0:1:unwanted", "--wait", "30", "--dir", lax));
    assert_has(ran.out, "state: approved");
    assert_int_equal(ENTREPOT("return", "request", "--merchant", merchant, "--order", "#1000",
                              "--line", "0:1:unwanted", "--wait", "30", "--dir", lax),
                     4);
    assert_has(ran.err, "refused: over_quantity");
    char one[80], other[80];
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("digests", "--dir", lax));
        snprintf(one, sizeof one, "%.72s", ran.out);
        assert_done(ENTREPOT("digests", "--dir", rtm));
        snprintf(other, sizeof other, "%.72s", ran.out);
        if (strcmp(one, other) == 0) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
}

static void a_revoked_member_is_put_out(void **state)
{
    (void)state;
    char node[TAKE_BYTES], leader[TAKE_BYTES];
    assert_done(ENTREPOT("membership", "card", "--dir", lax));
    take("node", node);
    assert_int_equal(ENTREPOT("membership", "revoke", node, "--dir", rtm), 2);
    assert_has(ran.err, "Los Angeles loses its place");
    assert_null(strstr(ran.err, "it leads the book"));
    assert_done(ENTREPOT("membership", "card", "--dir", rtm));
    take("node", leader);
    assert_int_equal(ENTREPOT("membership", "revoke", leader, "--dir", rtm), 2);
    assert_has(ran.err, "it leads the book ");
    assert_done(ENTREPOT("status", "--dir", lax, "--json"));
    assert_has(ran.out, "\"open\":true");
    assert_done(ENTREPOT("membership", "revoke", node, "--dir", rtm, "--yes"));
    assert_has(ran.out, "revoked: 1");
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
        if (strstr(ran.out, "\"open\":true") == NULL) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    assert_int_equal(ENTREPOT("membership", "admit", in_scratch("lax/card"), "--dir", rtm), 4);
    assert_has(ran.err, "revoked members come back as a new node");
}

static void a_running_node_makes_its_backup(void **state)
{
    (void)state;
    assert_done(ENTREPOT("backup", "monday", "--dir", rtm));
    char path[256];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(ran.out, "\n"), ran.out);
    assert_done(ENTREPOT("verify", path));
    assert_has(ran.out, ", 0 findings");
    assert_int_equal(ENTREPOT("backup", "monday", "--dir", rtm), 4);
    assert_has(ran.err, "409");
    assert_has(ran.err, "such a copy is there already");
    /* It would not lie there: the node makes it. */
    assert_int_equal(ENTREPOT("backup", in_scratch("tuesday"), "--dir", rtm), 2);
    assert_has(ran.err, "give a plain name");
}

static void nodes_stop_in_order_and_leave_sound_stores(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    assert_int_equal(stop_node(&lax_pid, SIGINT), 0);
    assert_int_equal(access(in_scratch("rtm/run/ports"), F_OK), -1);
    assert_int_equal(ENTREPOT("status", "--dir", rtm, "--url", "http://127.0.0.1:9"), 6);
    assert_done(ENTREPOT("verify", "--dir", rtm));
    assert_done(ENTREPOT("verify", "--dir", lax, "--json"));
    assert_has(ran.out, "\"findings\":0");
}

/* The only node of its mesh loses its store: it goes on from a backup, with a new log, and takes
 * its own books over again. */
static void a_lost_store_comes_back_from_its_backup(void **state)
{
    (void)state;
    char book[TAKE_BYTES];
    assert_done(ENTREPOT("restore", in_scratch("rtm/backups/monday"), "--dir", rtm, "--yes"));
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("status", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"in_doubt\":true");
    assert_done(ENTREPOT("book", "list", "--dir", rtm, "--json"));
    take("id", book);
    /* In doubt it takes nothing over. */
    assert_int_equal(ENTREPOT("book", "recover", book, "--dir", rtm, "--yes"), 4);
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    assert_done(ENTREPOT("store", "vouch", "--dir", rtm, "--yes"));
    rtm_pid = start_node(rtm);
    assert_int_equal(ENTREPOT("book", "recover", book, "--dir", rtm), 2);
    assert_has(ran.err, "nothing was changed: add --yes");
    assert_done(ENTREPOT("book", "recover", book, "--yes", "--dir", rtm));
    assert_int_equal(ENTREPOT("book", "recover", book, "--yes", "--dir", rtm), 4);
    assert_done(ENTREPOT("book", "show", book, "--dir", rtm));
    assert_has(ran.out, "term: 1");
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    assert_done(ENTREPOT("verify", "--dir", rtm));
}

/* TLS of its own: the command line on this machine trusts the very certificate that the node's
 * configuration names; others need an authority, or are told of one. */
static void a_node_with_tls_is_spoken_to_by_its_certificate(void **state)
{
    (void)state;
    char dir[SCRATCH_PATH_MAX + 8], token[SCRATCH_PATH_MAX + 32], ca[SCRATCH_PATH_MAX + 32],
        url[256], named[300];
    snprintf(dir, sizeof dir, "%s/tls", scratch.path);
    snprintf(token, sizeof token, "%s/admin.token", dir);
    snprintf(ca, sizeof ca, "%s/localhost.pem", dir);
    assert_done(ENTREPOT("init", "--found", "--dir", dir, "--name", "TLS"));
    certificate_create(dir);
    FILE *file = fopen(in_scratch("tls/entrepot.conf"), "w");
    fputs("[http]\ncertificate = localhost.pem\nkey = localhost.key\n", file);
    fclose(file);
    tls_pid = start_node(dir);
    assert_done(ENTREPOT("status", "--dir", dir));
    read_port(dir, "url", url);
    assert_has(url, "https://127.0.0.1:");
    snprintf(named, sizeof named, "https://localhost:%s", strrchr(url, ':') + 1);
    assert_int_equal(ENTREPOT("status", "--url", named, "--token-file", token), 6);
    assert_has(ran.err, "certificate");
    assert_done(ENTREPOT("status", "--url", named, "--token-file", token, "--ca-file", ca));
    /* What has been bound counts, not what the configuration says meanwhile. */
    assert_int_equal(rename(in_scratch("tls/entrepot.conf"), in_scratch("tls/other.conf")), 0);
    assert_int_equal(ENTREPOT("status", "--dir", dir), 6);
    assert_has(ran.err, "no answer from https://127.0.0.1");
    assert_int_equal(rename(in_scratch("tls/other.conf"), in_scratch("tls/entrepot.conf")), 0);
    /* Another certificate in the configuration, and the node is not the one that is meant. */
    certificate_create(dir);
    assert_int_equal(ENTREPOT("status", "--dir", dir), 6);
    assert_int_equal(stop_node(&tls_pid, SIGTERM), 0);
}

static void a_full_disk_is_told_to_whoever_reads_the_log(void **state)
{
    (void)state;
    char dir[SCRATCH_PATH_MAX + 8], log[16384] = "";
    snprintf(dir, sizeof dir, "%s/full", scratch.path);
    assert_done(ENTREPOT("init", "--found", "--dir", dir, "--name", "Full", "--warehouse", "FUL"));
    tls_pid = start_node(dir); /* with nothing to fold it starts on a full disk too */
    assert_int_equal(stop_node(&tls_pid, SIGTERM), 0);
    FILE *file = fopen(in_scratch("full/entrepot.conf"), "w");
    fputs("[store]\nreserve_mib = 1048576\n", file);
    fclose(file);
    tls_pid = start_node(dir);
    assert_int_equal(ENTREPOT("parcel", "receive", "1", "--item", "A", "--dir", dir), 1);
    assert_has(ran.err, "507");
    assert_int_equal(stop_node(&tls_pid, SIGTERM), 0);
    file = fopen(in_scratch("full/log"), "r");
    assert_non_null(file);
    size_t size = fread(log, 1, sizeof log - 1, file);
    fclose(file);
    log[size] = '\0';
    assert_has(log, "the disk is full: writes are refused");
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
    stop_node(&tls_pid, SIGKILL);
    scratch_remove(&scratch);
    return 0;
}

/* One story: each chapter stands on the one before. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_is_made_and_runs),
        cmocka_unit_test(tokens_open_what_their_role_allows),
        cmocka_unit_test(a_directorys_token_goes_to_its_own_node_only),
        cmocka_unit_test(a_token_opens_as_soon_as_it_is_made),
        cmocka_unit_test(what_the_node_cannot_read_the_command_line_said),
        cmocka_unit_test(what_is_wrong_with_a_flag_is_said_before_anything_is_done),
        cmocka_unit_test(a_merchant_gets_its_book),
        cmocka_unit_test(orders_are_imported_line_by_line),
        cmocka_unit_test(a_return_is_asked_for_received_and_graded),
        cmocka_unit_test(a_second_node_joins_and_shows_the_same),
        cmocka_unit_test(what_another_node_decides_is_asked_and_waited_for),
        cmocka_unit_test(a_revoked_member_is_put_out),
        cmocka_unit_test(a_running_node_makes_its_backup),
        cmocka_unit_test(nodes_stop_in_order_and_leave_sound_stores),
        cmocka_unit_test(a_lost_store_comes_back_from_its_backup),
        cmocka_unit_test(a_node_with_tls_is_spoken_to_by_its_certificate),
        cmocka_unit_test(a_full_disk_is_told_to_whoever_reads_the_log),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, begin, end);
}

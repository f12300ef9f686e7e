/* Three nodes behind links that stall and break while all of them write (real processes, real
 * sockets): whatever was acknowledged at one of them is shown by all in the end, the views are the
 * same byte for byte, and every store is sound. The cuts are drawn from a seed that is printed;
 * ENTREPOT_SEED repeats them. */
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

#define NODES   3u
#define ROUNDS  6u
#define BOXES   5u /* of each node and round */
#define RETURNS 2u
#define ORDERS  12u
#define CALM_MS 120000

static const char *const names[NODES] = {"aa", "bb", "cc"};
static const char *const codes[NODES] = {"AAA", "BBB", "CCC"};
static char dirs[NODES][SCRATCH_PATH_MAX + 8];
static pid_t pids[NODES], proxy;
static FILE *orders, *answers;
static uint64_t chance;
static char merchant[TAKE_BYTES];
static unsigned boxes, returns;

static unsigned draw(unsigned below)
{
    chance = chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(chance >> 33) % below;
}

/* --- links ----------------------------------------------------------------------------------- */

static void order(const char *verb, const char *pattern, const char *argument)
{
    char line[256];
    fprintf(orders, "%s %s %s\n", verb, pattern, argument);
    fflush(orders);
    assert_non_null(fgets(line, sizeof line, answers));
    assert_has(line, "ok ");
}

static unsigned start_proxy(void)
{
    char links[NODES * NODES][8];
    const char *argv[2 * NODES * NODES + 2] = {LINK_PROXY};
    unsigned words = 1, count = 0;
    for (unsigned from = 0; from < NODES; from++)
        for (unsigned to = 0; to < NODES; to++) {
            if (from == to) continue;
            snprintf(links[count], sizeof links[0], "%s-%s", names[from], names[to]);
            argv[words++] = "--link";
            argv[words++] = links[count++];
        }
    argv[words] = NULL;
    proxy = process_start_piped(argv, &orders, &answers);
    return count;
}

static void add_to_configuration(unsigned n, const char *text)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/entrepot.conf", dirs[n]);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* "link aa-bb 40001" becomes the section of bb in the configuration of aa. */
static void configure(unsigned links)
{
    char line[256], from[3], to[3], code[4];
    unsigned port;
    for (unsigned n = 0; n < NODES; n++)
        add_to_configuration(n, "\n[mesh]\nreconnect_ms = 50\nreconnect_max_ms = 500\n");
    for (unsigned i = 0; i < links; i++) {
        assert_non_null(fgets(line, sizeof line, answers));
        assert_int_equal(sscanf(line, "link %2s-%2s %u", from, to, &port), 3);
        snprintf(code, sizeof code, "%c%c%c", to[0], to[0], to[0]);
        snprintf(line, sizeof line, "\n[peer %s]\naddress = tcp://127.0.0.1:%u\n", code, port);
        for (unsigned n = 0; n < NODES; n++)
            if (strcmp(names[n], from) == 0) add_to_configuration(n, line);
    }
    assert_non_null(fgets(line, sizeof line, answers));
    assert_string_equal(line, "ready\n");
}

/* --- nodes ----------------------------------------------------------------------------------- */

static void make_node(unsigned n)
{
    const char *card = in_scratch("aa.card");
    if (n == 0) {
        assert_done(ENTREPOT("init", "--found", "--dir", dirs[n], "--name", names[n], "--warehouse",
                             codes[n]));
        write_text(card, ran.out);
    } else
        assert_done(ENTREPOT("init", "--join", card, "--dir", dirs[n], "--name", names[n],
                             "--warehouse", codes[n]));
}

/* Wherever it listens this time, its links lead there. */
static void start(unsigned n)
{
    char endpoint[256], pattern[8];
    pids[n] = start_node(dirs[n]);
    read_port(dirs[n], "endpoint", endpoint);
    snprintf(pattern, sizeof pattern, "*-%s", names[n]);
    order("to", pattern, endpoint + strlen("tcp://"));
}

static void start_all(void)
{
    for (unsigned n = 0; n < NODES; n++) start(n);
    for (unsigned n = 0; n < NODES; n++) {
        assert_done(ENTREPOT("membership", "card", "--dir", dirs[n]));
        const char *card = in_scratch("one.card");
        write_text(card, ran.out);
        assert_done(ENTREPOT("membership", "admit", card, "--dir", dirs[0]));
    }
}

static void open_the_book(void)
{
    char node[TAKE_BYTES], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    assert_done(ENTREPOT("status", "--dir", dirs[0], "--json"));
    take("node", node);
    assert_done(ENTREPOT("membership", "merchant", "--name", "M", "--currency", "EUR", "--opener",
                         node, "--cap", "5000.00", "--window-days", "300", "--auto-approve", "100",
                         "--dir", dirs[0]));
    assert_done(ENTREPOT("membership", "merchants", "--dir", dirs[0], "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("membership", "open-book", merchant, "--dir", dirs[0]));
    const char *file = in_scratch("orders");
    FILE *out = fopen(file, "w");
    for (unsigned i = 0; i < ORDERS; i++)
        fprintf(out,
                "{\"merchant\":\"%s\",\"reference\":\"#%u\",\"currency\":\"EUR\","
                "\"sold_ms\":\"%s\",\"lines\":[{\"sku\":\"CUP\",\"quantity\":9,"
                "\"price_minor\":10}],\"payments\":[{\"provider\":\"stripe\","
                "\"reference\":\"pi_%u\",\"captured_minor\":90}]}\n",
                merchant, i, sold, i);
    fclose(out);
    assert_done(ENTREPOT("order", "import", file, "--dir", dirs[0]));
    for (unsigned n = 0; n < NODES; n++)
        EVENTUALLY(0, "order", "list", "--dir", dirs[n], "--json", "--limit", "1");
}

static void all_orders_are_known(void)
{
    for (unsigned n = 0; n < NODES; n++)
        for (long waited = 0;; waited += STEP_MS) {
            assert_done(ENTREPOT("order", "list", "--dir", dirs[n], "--json", "--limit", "100"));
            if (strstr(ran.out, "\"#11\"") != NULL) break;
            assert_true(waited < CALM_MS);
            pause_ms(STEP_MS);
        }
}

static void three_nodes_meet_through_their_links(void **state)
{
    (void)state;
    for (unsigned n = 0; n < NODES; n++) {
        snprintf(dirs[n], sizeof dirs[n], "%s/%s", scratch.path, names[n]);
        make_node(n);
    }
    configure(start_proxy());
    start_all();
    open_the_book();
    all_orders_are_known();
}

/* A name that nobody bears would otherwise never be noticed. */
static void a_peer_that_is_no_member_is_warned_of_at_the_start(void **state)
{
    (void)state;
    static char log[64 * 1024];
    char path[SCRATCH_PATH_MAX + 16];
    assert_int_equal(stop_node(&pids[2], SIGTERM), 0);
    add_to_configuration(2, "\n[peer nobody]\naddress = tcp://127.0.0.1:9\n");
    snprintf(path, sizeof path, "%s/log", dirs[2]);
    assert_int_equal(unlink(path), 0);
    start(2);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    log[fread(log, 1, sizeof log - 1, file)] = '\0';
    fclose(file);
    assert_has(log, "\"peer\":\"nobody\"");
    assert_null(strstr(log, "\"peer\":\"aaa\""));
}

/* --- writes behind cuts ---------------------------------------------------------------------- */

/* Receipts are this node's to write, cut off or not; a return is decided by the book's leader, and
 * elsewhere it is asked for. Both are acknowledged at once. */
static void write_at(unsigned n)
{
    char number[32], reference[8];
    for (unsigned i = 0; i < BOXES; i++) {
        snprintf(number, sizeof number, "BOX%04u", boxes++);
        assert_done(ENTREPOT("parcel", "receive", number, "--item", "CUP", "--dir", dirs[n]));
    }
    for (unsigned i = 0; i < RETURNS; i++) {
        snprintf(reference, sizeof reference, "#%u", returns % ORDERS);
        assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                             "--line", "0:1:unwanted", "--dir", dirs[n]));
        returns++;
    }
}

static void all_write_while_links_are_cut(void **state)
{
    (void)state;
    char pattern[8], last[32];
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned alone = draw(NODES), other = (alone + 1) % NODES;
        bool reset = draw(2) == 0, heals = draw(3) > 0;
        snprintf(pattern, sizeof pattern, "*%s*", names[alone]);
        printf("round %u: %s cut off (%s)%s\n", round, names[alone], reset ? "reset" : "stall",
               heals ? ", healed after" : "");
        order("cut", pattern, reset ? "reset" : "stall");
        for (unsigned n = 0; n < NODES; n++) write_at((alone + 1 + n) % NODES);
        /* The cut is one: what was written last, there, is unknown here. */
        snprintf(last, sizeof last, "BOX%04u", boxes - 1);
        assert_done(ENTREPOT("parcel", "show", last, "--dir", dirs[alone]));
        assert_int_equal(ENTREPOT("parcel", "show", last, "--dir", dirs[other]), 3);
        if (heals) order("heal", pattern, "");
    }
}

/* --- calm ------------------------------------------------------------------------------------ */

static unsigned count_of(const char *part)
{
    unsigned count = 0;
    for (const char *at = ran.out; (at = strstr(at, part)) != NULL; at++) count++;
    return count;
}

static bool shows_all(unsigned n)
{
    assert_done(ENTREPOT("return", "list", "--dir", dirs[n], "--json", "--limit", "500"));
    if (count_of("\"state\":\"approved\"") != returns) return false;
    assert_done(ENTREPOT("unit", "list", "--dir", dirs[n], "--json", "--limit", "500"));
    if (count_of("\"state\":\"received\"") != boxes) return false;
    assert_done(ENTREPOT("status", "--dir", dirs[n], "--json"));
    return strstr(ran.out, "\"asks\":{\"open\":0") != NULL;
}

static bool digests_are_equal(char first[TAKE_BYTES])
{
    char digest[TAKE_BYTES];
    for (unsigned n = 0; n < NODES; n++) {
        assert_done(ENTREPOT("digests", "--dir", dirs[n], "--json"));
        take("digest", n == 0 ? first : digest);
        if (n > 0 && strcmp(first, digest) != 0) return false;
    }
    return true;
}

static void healed_links_end_in_equal_views(void **state)
{
    (void)state;
    char digest[TAKE_BYTES];
    order("heal", "all", "");
    for (unsigned n = 0; n < NODES; n++)
        for (long waited = 0; !shows_all(n); waited += STEP_MS) {
            if (waited > CALM_MS) fail_msg("%s never shows it all", names[n]);
            pause_ms(STEP_MS);
        }
    for (long waited = 0; !digests_are_equal(digest); waited += STEP_MS) {
        assert_true(waited < CALM_MS);
        pause_ms(STEP_MS);
    }
    printf("%u receipts and %u returns acknowledged, %.16s at all\n", boxes, returns, digest);
}

static void every_store_is_sound_afterwards(void **state)
{
    (void)state;
    for (unsigned n = 0; n < NODES; n++) {
        assert_int_equal(stop_node(&pids[n], SIGTERM), 0);
        assert_done(ENTREPOT("verify", "--dir", dirs[n]));
        assert_has(ran.out, ", 0 findings");
    }
}

/* --- the run --------------------------------------------------------------------------------- */

static int begin(void **state)
{
    (void)state;
    const char *given = getenv("ENTREPOT_SEED");
    chance = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("seed %llu\n", (unsigned long long)chance);
    scratch = scratch_make();
    return 0;
}

static int finish(void **state)
{
    (void)state;
    for (unsigned n = 0; n < NODES; n++) stop_node(&pids[n], SIGKILL);
    if (orders != NULL) fclose(orders);
    if (proxy > 0) process_end(proxy, 0);
    if (answers != NULL) fclose(answers);
    scratch_remove(&scratch);
    return 0;
}

/* One story: each chapter stands on the one before. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_nodes_meet_through_their_links),
        cmocka_unit_test(a_peer_that_is_no_member_is_warned_of_at_the_start),
        cmocka_unit_test(all_write_while_links_are_cut),
        cmocka_unit_test(healed_links_end_in_equal_views),
        cmocka_unit_test(every_store_is_sound_afterwards),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}

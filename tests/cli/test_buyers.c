/* A buyer's link across the mesh: made at one node it opens at the other, which never held a secret
 * of the first; withdrawn at the other it is closed at the first. Two real nodes, as one story. */
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
#include "tests/node/http/client.h"

#define LINK_BYTES_MAX 512

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8];
static pid_t rtm_pid, lax_pid;
static char merchant[TAKE_BYTES], return_id[TAKE_BYTES], link_id[TAKE_BYTES];
static char at_rtm[LINK_BYTES_MAX], at_lax[LINK_BYTES_MAX]; /* links, by where they were made */

static uint16_t port_of(const char *dir)
{
    char text[256];
    read_port(dir, "http", text);
    return (uint16_t)strtoul(text, NULL, 10);
}

static struct reply open_link(const char *dir, const char *secret)
{
    return client_get(port_of(dir), "/v1/buyer/return", secret);
}

/* Until the other node has heard. */
static void await_link(const char *dir, const char *secret, long status, const char *part)
{
    for (long waited = 0;; waited += STEP_MS) {
        struct reply reply = open_link(dir, secret);
        bool so = reply.status == status && strstr(reply.body, part) != NULL;
        if (!so && waited > WAIT_MS) fail_msg("%s: %ld %s", dir, reply.status, reply.body);
        reply_free(&reply);
        if (so) return;
        pause_ms(STEP_MS);
    }
}

static void announce(const char *dir, const char *at)
{
    const char *const admit[] = {ENTREPOT_PROGRAM, "membership", "admit", "-", "--dir", at, NULL};
    static char card[4096], endpoint[256];
    read_port(dir, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", dir, "--address", endpoint));
    snprintf(card, sizeof card, "%.4000s", ran.out);
    assert_done(drive(admit, card));
}

static void import_order(void)
{
    char line[1024], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"1\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":2,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_1\",\"captured_minor\":3980}]}\n",
             merchant, sold);
    assert_done(drive(argv, line));
}

static void two_nodes_hold_a_return(void **state)
{
    (void)state;
    char node[TAKE_BYTES], endpoint[256];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    rtm_pid = start_node(rtm);
    announce(rtm, rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Lights", "--currency", "EUR",
                         "--opener", node, "--cap", "800", "--dir", rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
    import_order();
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "1", "--line",
                         "0:1:defective", "--dir", rtm, "--json"));
    take("id", return_id);
    read_port(rtm, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", rtm, "--address", endpoint));
    write_text(in_scratch("rtm.card"), ran.out);
    assert_done(ENTREPOT("init", "--join", in_scratch("rtm.card"), "--dir", lax, "--name",
                         "Los Angeles", "--warehouse", "LAX"));
    lax_pid = start_node(lax);
    announce(lax, rtm);
    EVENTUALLY(0, "return", "show", return_id, "--dir", lax);
}

static void take_link(const char *dir, char link[LINK_BYTES_MAX])
{
    assert_done(ENTREPOT("return", "link", return_id, "--days", "2", "--dir", dir));
    snprintf(link, LINK_BYTES_MAX, "%.*s", (int)strcspn(ran.out, "\n"), ran.out);
    const char *said = strstr(ran.err, "link ");
    assert_non_null(said);
    snprintf(link_id, sizeof link_id, "%.27s", said + 5);
}

static void a_link_opens_at_either_node(void **state)
{
    (void)state;
    take_link(lax, at_lax);
    take_link(rtm, at_rtm);
    const char *const dirs[] = {rtm, lax};
    for (int i = 0; i < 2; i++) {
        await_link(dirs[i], at_rtm, 200, "\"state\":\"requested\"");
        await_link(dirs[i], at_lax, 200, "\"state\":\"requested\"");
    }
}

/* The last one that was made is Rotterdam's; Los Angeles withdraws it. */
static void a_link_that_is_withdrawn_at_one_node_is_closed_at_the_other(void **state)
{
    (void)state;
    EVENTUALLY(0, "return", "unlink", link_id, "--dir", lax);
    await_link(lax, at_rtm, 401, "withdrawn");
    await_link(rtm, at_rtm, 401, "withdrawn");
    await_link(rtm, at_lax, 200, "requested");
    assert_done(ENTREPOT("return", "links", "--return", return_id, "--dir", rtm));
    assert_has(ran.out, link_id);
}

/* Los Angeles does not lead the book: the buyer's answer is asked of Rotterdam. */
static void an_offer_is_answered_where_the_book_is_not_led(void **state)
{
    (void)state;
    char path[160], grant[TAKE_BYTES];
    assert_done(ENTREPOT("grant", "give", return_id, "--for", "goodwill", "--amount", "5.00",
                         "--currency", "EUR", "--offer", "--dir", rtm, "--json"));
    take("id", grant);
    await_link(lax, at_lax, 200, grant);
    snprintf(path, sizeof path, "/v1/grants/%s/accept", grant);
    const struct letter ask = {.path = path, .token = at_lax, .key = "buyer-0", .body = "{}"};
    struct reply reply = client_call(port_of(lax), &ask);
    assert_true(reply.status == 202 || reply.status == 200);
    reply_free(&reply);
    assert_done(ENTREPOT("grant", "show", grant, "--dir", rtm));
    for (long waited = 0; strstr(ran.out, "state: paid") == NULL; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("%s", ran.out);
        pause_ms(STEP_MS);
        assert_done(ENTREPOT("grant", "show", grant, "--dir", rtm));
    }
    await_link(lax, at_lax, 200, "\"state\":\"paid\"");
}

/* What Rotterdam decided and Los Angeles asked stands in one file, which needs neither of them. */
static void the_evidence_holds_without_a_node_and_a_changed_byte_does_not(void **state)
{
    (void)state;
    assert_done(ENTREPOT("return", "evidence", return_id, "--dir", lax));
    static char pack[1024 * 1024];
    snprintf(pack, sizeof pack, "%s", ran.out);
    write_text(in_scratch("pack.json"), pack);
    assert_done(ENTREPOT("return", "evidence-check", in_scratch("pack.json")));
    assert_has(ran.out, "seals ");
    assert_done(ENTREPOT("membership", "list", "--json", "--dir", rtm));
    write_text(in_scratch("members.json"), ran.out);
    assert_done(ENTREPOT("return", "evidence-check", in_scratch("pack.json"), "--members",
                         in_scratch("members.json")));
    char *place = strstr(pack, "goodwill");
    assert_non_null(place);
    *place = 'G';
    write_text(in_scratch("pack.json"), pack);
    assert_int_equal(ENTREPOT("return", "evidence-check", in_scratch("pack.json")), 8);
    assert_has(ran.err, "changed");
}

static void an_erasure_names_the_node_that_is_down_until_it_has_obeyed(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&lax_pid, SIGTERM), 0);
    assert_int_equal(ENTREPOT("erase", "ask", return_id, "--dir", rtm), 2);
    assert_done(ENTREPOT("erase", "ask", return_id, "--yes", "--dir", rtm));
    assert_done(ENTREPOT("erase", "status", return_id, "--dir", rtm));
    assert_has(ran.out, "state            waiting");
    assert_has(ran.out, "Los Angeles");
    lax_pid = start_node(lax);
    for (long waited = 0; strstr(ran.out, "state            done") == NULL; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("%s", ran.out);
        pause_ms(STEP_MS);
        assert_done(ENTREPOT("erase", "status", return_id, "--dir", rtm));
    }
    assert_done(ENTREPOT("erase", "status", "--dir", lax));
    assert_has(ran.out, return_id);
}

/* And a wish to call it off is asked of Rotterdam as well. */
static void a_buyers_wish_is_decided_by_the_book(void **state)
{
    (void)state;
    char path[160];
    snprintf(path, sizeof path, "/v1/returns/%s/cancel", return_id);
    struct letter ask = {.path = path, .token = at_rtm, .key = "buyer-1", .body = "{}"};
    struct reply reply = client_call(port_of(lax), &ask);
    assert_int_equal(reply.status, 401);
    reply_free(&reply);
    ask.token = at_lax;
    reply = client_call(port_of(lax), &ask);
    assert_true(reply.status == 202 || reply.status == 200);
    reply_free(&reply);
    await_link(lax, at_lax, 200, "\"state\":\"canceled\"");
    await_link(rtm, at_lax, 200, "\"state\":\"canceled\"");
}

/* A node that was put out vouches for nobody any more. */
static void a_link_of_a_member_that_was_put_out_opens_nothing(void **state)
{
    (void)state;
    char node[TAKE_BYTES];
    assert_done(ENTREPOT("status", "--dir", lax, "--json"));
    take("node", node);
    assert_done(ENTREPOT("membership", "revoke", node, "--yes", "--dir", rtm));
    await_link(rtm, at_lax, 401, "not one of this mesh");
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
        cmocka_unit_test(two_nodes_hold_a_return),
        cmocka_unit_test(a_link_opens_at_either_node),
        cmocka_unit_test(a_link_that_is_withdrawn_at_one_node_is_closed_at_the_other),
        cmocka_unit_test(an_offer_is_answered_where_the_book_is_not_led),
        cmocka_unit_test(the_evidence_holds_without_a_node_and_a_changed_byte_does_not),
        cmocka_unit_test(an_erasure_names_the_node_that_is_down_until_it_has_obeyed),
        cmocka_unit_test(a_buyers_wish_is_decided_by_the_book),
        cmocka_unit_test(a_link_of_a_member_that_was_put_out_opens_nothing),
        cmocka_unit_test(all_stores_are_sound),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

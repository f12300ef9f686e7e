/* A merchant is told of its returns: the whole program, its command line, and a listener that hangs
 * at the moment when the node is killed. */
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

#include "tests/cli/drive.h"
#include "tests/node/scripted.h"

#define TAKEN "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], webhook[TAKE_BYTES];
static struct scripted *shop;
static pid_t rtm_pid;

static void wait_for_posts(unsigned wanted)
{
    for (long waited = 0; scripted_count(shop) < wanted; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("%u posts of %u", scripted_count(shop), wanted);
        pause_ms(STEP_MS);
    }
}

static void id_of(unsigned post, char id[128])
{
    const char *found = strstr(scripted_asked(shop, post), "\r\nwebhook-id: ");
    assert_non_null(found);
    snprintf(id, 128, "%.*s", (int)strcspn(found + 14, "\r"), found + 14);
}

static void open_business(void)
{
    char node[TAKE_BYTES], path[SCRATCH_PATH_MAX + 32];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "\n[webhooks]\nloopback = yes\n");
    fclose(file);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "8000", "--dir", rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
}

static void request_return(const char *reference)
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
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                         "--line", "0:1:defective", "--dir", rtm, "--json"));
}

static void add_endpoint(void)
{
    char url[64];
    const char *secret = in_scratch("shop.whsec");
    write_text(secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    snprintf(url, sizeof url, "http://127.0.0.1:%u/hooks", scripted_port(shop));
    assert_int_equal(chmod(secret, 0644), 0);
    assert_int_not_equal(ENTREPOT("webhook", "add", "--merchant", merchant, "--endpoint", url,
                                  "--secret-file", secret, "--dir", rtm),
                         0);
    assert_has(ran.err, "may be read by others");
    assert_int_equal(chmod(secret, 0600), 0);
    assert_done(ENTREPOT("webhook", "add", "--merchant", merchant, "--endpoint", url, "--event",
                         "return.requested", "--secret-file", secret, "--dir", rtm, "--json"));
    take("id", webhook);
}

static void a_node_killed_between_send_and_record_sends_again_under_the_same_id(void **state)
{
    (void)state;
    char first[128], again[128];
    add_endpoint();
    scripted_say(shop, SCRIPTED_HANG);
    scripted_say(shop, TAKEN);
    request_return("1");
    wait_for_posts(1);
    (void)stop_node(&rtm_pid, SIGKILL);
    rtm_pid = start_node(rtm);
    wait_for_posts(2);
    id_of(0, first);
    id_of(1, again);
    assert_string_equal(first, again);
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("webhook", "deliveries", webhook, "--dir", rtm));
        if (strstr(ran.out, "delivered") != NULL) break;
        if (waited > WAIT_MS) fail_msg("%s", ran.out);
        pause_ms(STEP_MS);
    }
    assert_has(ran.out, first);
}

static void the_command_line_tests_replays_and_disables(void **state)
{
    (void)state;
    char first[128], again[128];
    unsigned before = scripted_count(shop);
    id_of(0, first);
    scripted_say(shop, TAKEN);
    scripted_say(shop, TAKEN);
    assert_done(ENTREPOT("webhook", "test", webhook, "--dir", rtm));
    wait_for_posts(before + 1);
    assert_has(scripted_asked(shop, before), "{\"type\":\"webhook.test\"");
    assert_done(ENTREPOT("webhook", "replay", webhook, "--event", first, "--dir", rtm));
    wait_for_posts(before + 2);
    id_of(before + 1, again);
    assert_string_equal(first, again);
    assert_int_equal(ENTREPOT("webhook", "replay", webhook, "--dir", rtm), 2);
    assert_done(ENTREPOT("webhook", "disable", webhook, "--reason", "closed", "--dir", rtm));
    assert_done(ENTREPOT("webhook", "list", "--dir", rtm));
    assert_has(ran.out, "closed");
    assert_int_equal(ENTREPOT("webhook", "test", webhook, "--dir", rtm), 4);
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    shop = scripted_start();
    open_business();
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (rtm_pid != 0) (void)stop_node(&rtm_pid, SIGTERM);
    scripted_stop(shop);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_killed_between_send_and_record_sends_again_under_the_same_id),
        cmocka_unit_test(the_command_line_tests_replays_and_disables),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

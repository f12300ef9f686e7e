/* The demo, run to its end and then checked from outside: what it says of itself counts for
 * nothing until the provider's ledger and every node have said the same. */
#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/json.h"
#include "tests/node/http/client.h"
#include "tests/support/process.h"
#include "tests/support/scratch.h"

#define STORY_MS   300000 /* with sanitizers and both cores busy; a minute otherwise */
#define STEP_MS    50
#define NODES      4u
#define TEXT_BYTES 1024

static struct scratch scratch;
static pid_t story;
static FILE *to, *from;
static struct json *end;            /* what the story says */
static struct json *ledger, *calls; /* what the provider says */

static const char *text_of(const struct json *value)
{
    static char texts[16][TEXT_BYTES];
    static unsigned next;
    char *text = texts[next++ % 16];
    struct span span = json_text(value);
    assert_true(span.size > 0 && span.size < TEXT_BYTES);
    memcpy(text, span.at, span.size);
    text[span.size] = '\0';
    return text;
}

static int64_t number_of(const struct json *value)
{
    int64_t number = -1;
    assert_true(json_int(value, &number));
    return number;
}

static const struct json *at(const char *first, const char *second)
{
    return json_get(json_get(end, first), second);
}

static struct json *parsed(const char *text, size_t size)
{
    struct json_fault fault;
    struct json *root = json_parse(span_of(text, size), &fault);
    if (root == NULL) fail_msg("%u:%u: %s in %.200s", fault.line, fault.column, fault.text, text);
    return root;
}

/* A file of one text, without its end of line. */
static void read_file(const char *path, char *to_text, size_t size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("no %s", path);
    size_t got = fread(to_text, 1, size - 1, file);
    fclose(file);
    to_text[got] = '\0';
}

static struct json *get(const char *url, const char *path, const char *header_file)
{
    char header[TEXT_BYTES] = "";
    const char *colon = strrchr(url, ':');
    if (header_file != NULL) read_file(header_file, header, sizeof header);
    header[strcspn(header, "\r\n")] = '\0';
    const struct letter ask = {.path = path, .header = header_file == NULL ? NULL : header};
    assert_non_null(colon);
    struct reply reply = client_call((uint16_t)strtoul(colon + 1, NULL, 10), &ask);
    if (reply.status != 200) fail_msg("%s%s: %ld %s", url, path, reply.status, reply.body);
    struct json *root = parsed(reply.body, reply.size);
    reply_free(&reply);
    return root;
}

static struct json *get_node(size_t node, const char *path)
{
    const struct json *it = json_at(json_get(end, "nodes"), node);
    return get(text_of(json_get(it, "url")), path, text_of(json_get(it, "header_file")));
}

/* --- what the provider says ------------------------------------------------------------------ */

static void one_payment_stands_in_the_providers_ledger(void **state)
{
    (void)state;
    const struct json *refunds = json_get(end, "refunds");
    const struct json *refund = json_at(refunds, 0);
    const struct json *paid = json_at(json_get(ledger, "refunds"), 0);
    assert_int_equal(number_of(json_get(ledger, "count")), 1);
    assert_int_equal(json_count(json_get(ledger, "refunds")), 1);
    assert_int_equal(json_count(refunds), 1);
    assert_string_equal(text_of(json_get(refund, "state")), "settled");
    assert_int_equal(number_of(json_get(paid, "amount")), 2995);
    assert_int_equal(number_of(json_get(refund, "amount_minor")), 2995);
    assert_string_equal(text_of(json_get(refund, "provider_ref")), text_of(json_get(paid, "id")));
    assert_string_equal(text_of(json_get(paid, "payment_intent")), "pi_demo_1");
    assert_int_equal(number_of(json_get(at("provider", "ledger"), "count")), 1);
    assert_int_equal(number_of(json_get(at("provider", "ledger"), "total_minor")), 2995);
}

/* The leader was killed when the provider had heard calls_before_kill calls. */
static void the_leader_asked_before_it_sent_and_did_not_send_again(void **state)
{
    (void)state;
    const struct json *list = json_get(calls, "calls");
    size_t before = (size_t)number_of(at("provider", "calls_before_kill"));
    size_t posts = 0, count = json_count(list);
    assert_true(before >= 1 && before < count);
    const struct json *held = json_at(list, before - 1);
    assert_string_equal(text_of(json_get(held, "method")), "POST");
    assert_string_equal(text_of(json_get(held, "outcome")), "held");
    assert_string_equal(text_of(json_get(json_at(list, before), "method")), "GET");
    for (size_t i = 0; i < count; i++)
        if (strcmp(text_of(json_get(json_at(list, i), "method")), "POST") == 0) posts++;
    assert_int_equal(posts, 1);
}

/* The carrier broke the line after it had sold: what the book has is what the carrier has sold,
 * once. */
static void one_label_was_sold_and_it_is_known(void **state)
{
    (void)state;
    const struct json *sold = at("carrier", "sold"), *bought = at("carrier", "bought");
    assert_int_equal(json_count(sold), 1);
    assert_int_equal(json_count(bought), 1);
    const char *number = text_of(json_get(json_at(sold, 0), "number"));
    assert_string_equal(text_of(json_get(json_at(bought, 0), "state")), "bought");
    assert_int_equal(strcasecmp(text_of(json_get(json_at(bought, 0), "number")), number), 0);
    assert_int_equal(number_of(json_get(json_at(bought, 0), "cost_minor")), 791);
    for (size_t i = 0; i < NODES; i++) {
        char path[TEXT_BYTES];
        snprintf(path, sizeof path, "/v1/returns?number=%s", number);
        struct json *told = get_node(i, path);
        assert_int_equal(json_count(json_get(told, "returns")), 1);
        json_free(told);
    }
}

/* --- what the nodes say ---------------------------------------------------------------------- */

static void every_node_shows_the_same_views(void **state)
{
    (void)state;
    char first[TEXT_BYTES] = "";
    assert_int_equal(json_count(json_get(end, "nodes")), NODES);
    for (size_t i = 0; i < NODES; i++) {
        struct json *digests = get_node(i, "/v1/digests");
        const char *digest = text_of(json_get(digests, "digest"));
        if (i == 0) strcpy(first, digest);
        assert_int_equal(strlen(digest), 64);
        assert_string_equal(digest, first);
        assert_string_equal(text_of(json_get(json_at(json_get(end, "nodes"), i), "digest")), first);
        json_free(digests);
    }
}

static void every_node_tells_the_same_end_of_the_return(void **state)
{
    (void)state;
    char path[TEXT_BYTES];
    for (size_t i = 0; i < NODES; i++) {
        snprintf(path, sizeof path, "/v1/returns/%s", text_of(at("return", "id")));
        struct json *told = get_node(i, path);
        assert_string_equal(text_of(json_get(told, "state")), "closed");
        assert_string_equal(text_of(at("return", "state")), "closed");
        json_free(told);
        snprintf(path, sizeof path, "/v1/units/%s", text_of(at("unit", "id")));
        told = get_node(i, path);
        assert_string_equal(text_of(json_get(told, "state")), "settled");
        assert_string_equal(text_of(json_get(told, "disposition")), "restock");
        json_free(told);
        told = get_node(i, "/v1/refunds");
        assert_int_equal(json_count(json_get(told, "refunds")), 1);
        json_free(told);
        told = get_node(i, "/v1/orders");
        assert_int_equal(json_count(json_get(told, "orders")), 3);
        json_free(told);
    }
}

static void the_floor_went_on_while_its_cable_was_cut(void **state)
{
    (void)state;
    assert_string_equal(text_of(at("unit", "while_cut")), "settled");
}

/* Nineteen to ship one unit home, four and a half to resolve it here. */
static void what_was_saved_is_what_the_policy_makes_of_it(void **state)
{
    (void)state;
    char path[TEXT_BYTES];
    snprintf(path, sizeof path, "/v1/savings/%s", text_of(at("return", "id")));
    struct json *told = get_node(1, path);
    assert_int_equal(number_of(json_get(told, "saved_minor")), 1450);
    assert_int_equal(number_of(at("savings", "saved_minor")), 1450);
    assert_int_equal(number_of(json_get(told, "units")), 1);
    json_free(told);
}

static void it_ends_well_and_leaves_nothing_behind(void **state)
{
    (void)state;
    char header[TEXT_BYTES], url[NODES][TEXT_BYTES];
    for (size_t i = 0; i < NODES; i++) {
        const struct json *node = json_at(json_get(end, "nodes"), i);
        strcpy(url[i], text_of(json_get(node, "url")));
        strcpy(header, text_of(json_get(node, "header_file")));
    }
    assert_int_equal(access(header, R_OK), 0);
    fclose(to); /* it lingers until its input ends */
    to = NULL;
    assert_int_equal(process_end(story, 0), 0);
    story = 0;
    assert_int_equal(access(header, F_OK), -1);
    for (size_t i = 0; i < NODES; i++) {
        const struct letter ask = {.path = "/livez"};
        uint16_t port = (uint16_t)strtoul(strrchr(url[i], ':') + 1, NULL, 10);
        struct reply reply = client_call(port, &ask);
        assert_int_equal(reply.status, 0);
        reply_free(&reply);
    }
}

/* --- the run --------------------------------------------------------------------------------- */

/* The story speaks little; what it said is shown when it fails. */
static void show_story(void)
{
    char line[TEXT_BYTES];
    while (fgets(line, sizeof line, from) != NULL) print_message("%s", line);
}

static int begin(void **state)
{
    (void)state;
    static char path[SCRATCH_PATH_MAX + 32], text[64 * 1024];
    const struct timespec step = {0, STEP_MS * 1000000};
    scratch = scratch_make();
    snprintf(path, sizeof path, "%s/end.json", scratch.path);
    setenv("TMPDIR", scratch.path, 1);
    const char *const argv[] = {"node/story", "--once", "--linger", "--programs",
                                PROGRAMS,     "--json", path,       NULL};
    story = process_start_piped(argv, &to, &from);
    for (long waited = 0; access(path, R_OK) != 0; waited += STEP_MS) {
        int status;
        bool over = waitpid(story, &status, WNOHANG) == story;
        if (over) {
            story = 0;
            show_story();
        }
        if (over || waited > STORY_MS) return -1;
        nanosleep(&step, NULL);
    }
    read_file(path, text, sizeof text);
    end = parsed(text, strlen(text));
    ledger = get(text_of(at("provider", "url")), "/control/ledger", NULL);
    calls = get(text_of(at("provider", "url")), "/control/log", NULL);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    if (to != NULL) fclose(to);
    if (story > 0) process_end(story, 0);
    if (from != NULL) fclose(from);
    json_free(end);
    json_free(ledger);
    json_free(calls);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_payment_stands_in_the_providers_ledger),
        cmocka_unit_test(the_leader_asked_before_it_sent_and_did_not_send_again),
        cmocka_unit_test(one_label_was_sold_and_it_is_known),
        cmocka_unit_test(every_node_shows_the_same_views),
        cmocka_unit_test(every_node_tells_the_same_end_of_the_return),
        cmocka_unit_test(the_floor_went_on_while_its_cable_was_cut),
        cmocka_unit_test(what_was_saved_is_what_the_policy_makes_of_it),
        cmocka_unit_test(it_ends_well_and_leaves_nothing_behind),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, begin, finish);
}

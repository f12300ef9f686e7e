/* Real processes and kill -9: rounds in which a node dies while clients write to it. Requests that
 * brought no answer are tried again with the same key at the other node. At the end nothing that
 * was acknowledged is lost, and nothing stands twice. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "tests/cli/drive.h"

#define ROUNDS           100
#define WRITES_PER_ROUND 500
#define LANES            24
#define ANSWER_BYTES     2048

struct node {
    char dir[SCRATCH_PATH_MAX + 8], url[256], bind[256];
    char authorization[512];
    pid_t pid;
};
static struct node node[2]; /* 0 keeps the warehouse that all boxes go to, 1 asks it */
static char warehouse[TAKE_BYTES];
static uint64_t chance_state;

struct lane { /* one request under way */
    CURL *easy;
    struct curl_slist *headers;
    unsigned write; /* its number, and its key */
    unsigned at;    /* the node it is asked of */
    bool busy;
    char answer[ANSWER_BYTES];
    size_t answer_used;
};
static struct lane lane[LANES];
static CURLM *multi;
static unsigned begun, acknowledged, retried, kills;

static uint64_t chance(uint64_t bound)
{
    chance_state = chance_state * 6364136223846793005u + 1442695040888963407u;
    return (chance_state >> 33) % bound;
}

/* --- nodes ---------------------------------------------------------------------------------- */

static void start(struct node *it)
{
    char ports[SCRATCH_PATH_MAX + 32], log[SCRATCH_PATH_MAX + 32], set[300];
    snprintf(ports, sizeof ports, "%s/run/ports", it->dir);
    snprintf(log, sizeof log, "%s/log", it->dir);
    snprintf(set, sizeof set, "mesh.bind=%s", it->bind[0] != '\0' ? it->bind : "tcp://127.0.0.1:*");
    remove(ports);
    const char *const argv[] = {ENTREPOT_PROGRAM, "node",  "--dir", it->dir, "--set",
                                "http.port=0",    "--set", set,     NULL};
    it->pid = process_start(argv, log);
    FILE *there = NULL;
    for (long waited = 0; (there = fopen(ports, "r")) == NULL; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("the node in %s does not come up", it->dir);
        pause_ms(STEP_MS);
    }
    fclose(there);
    read_port(it->dir, "url", it->url);
    read_port(it->dir, "endpoint", it->bind); /* the same one after a restart: others dial it */
}

static void read_token(struct node *it)
{
    char path[SCRATCH_PATH_MAX + 32], token[256] = "";
    snprintf(path, sizeof path, "%s/admin.token", it->dir);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(token, sizeof token, file));
    fclose(file);
    token[strcspn(token, "\r\n")] = '\0';
    snprintf(it->authorization, sizeof it->authorization, "Authorization: Bearer %s", token);
}

static void two_nodes(void)
{
    snprintf(node[0].dir, sizeof node[0].dir, "%s", in_scratch("lax"));
    snprintf(node[1].dir, sizeof node[1].dir, "%s", in_scratch("gate"));
    assert_done(ENTREPOT("init", "--found", "--dir", node[0].dir, "--name", "Los Angeles",
                         "--warehouse", "LAX"));
    take("warehouse", warehouse);
    start(&node[0]);
    assert_done(ENTREPOT("membership", "card", "--dir", node[0].dir));
    write_text(in_scratch("lax.card"), ran.out);
    assert_done(ENTREPOT("membership", "admit", in_scratch("lax.card"), "--dir", node[0].dir));
    assert_done(
        ENTREPOT("init", "--join", in_scratch("lax.card"), "--dir", node[1].dir, "--name", "Gate"));
    start(&node[1]);
    assert_done(ENTREPOT("membership", "card", "--dir", node[1].dir));
    write_text(in_scratch("gate.card"), ran.out);
    assert_done(ENTREPOT("membership", "admit", in_scratch("gate.card"), "--dir", node[0].dir));
    drive_until(
        0, (const char *const[]){ENTREPOT_PROGRAM, "parcel", "list", "--dir", node[1].dir, NULL});
    read_token(&node[0]);
    read_token(&node[1]);
}

/* --- writing -------------------------------------------------------------------------------- */

static size_t hear(char *bytes, size_t size, size_t count, void *world)
{
    struct lane *it = world;
    size_t room = ANSWER_BYTES - 1 - it->answer_used, take_bytes = size * count;
    if (take_bytes > room) take_bytes = room;
    memcpy(it->answer + it->answer_used, bytes, take_bytes);
    it->answer_used += take_bytes;
    it->answer[it->answer_used] = '\0';
    return size * count;
}

static void send_write(struct lane *it, unsigned write, unsigned at)
{
    char url[320], key[64], body[256];
    it->write = write;
    it->at = at;
    it->busy = true;
    it->answer_used = 0;
    it->answer[0] = '\0';
    snprintf(url, sizeof url, "%s/v1/boxes", node[at].url);
    snprintf(key, sizeof key, "Idempotency-Key: write-%u", write);
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"weight_g\":%u,\"items\":[{\"sku\":\"SKU-1\"}]}", warehouse,
             1 + write);
    curl_slist_free_all(it->headers);
    it->headers = curl_slist_append(NULL, "Content-Type: application/json");
    it->headers = curl_slist_append(it->headers, key);
    it->headers = curl_slist_append(it->headers, node[at].authorization);
    curl_easy_reset(it->easy);
    curl_easy_setopt(it->easy, CURLOPT_URL, url);
    curl_easy_setopt(it->easy, CURLOPT_HTTPHEADER, it->headers);
    curl_easy_setopt(it->easy, CURLOPT_COPYPOSTFIELDS, body);
    curl_easy_setopt(it->easy, CURLOPT_WRITEFUNCTION, hear);
    curl_easy_setopt(it->easy, CURLOPT_WRITEDATA, it);
    curl_easy_setopt(it->easy, CURLOPT_PRIVATE, it);
    curl_easy_setopt(it->easy, CURLOPT_TIMEOUT_MS, 30000L);
    curl_multi_add_handle(multi, it->easy);
}

/* Answered: acknowledged for ever. Not answered, or told to come again: the other node is asked,
 * with the same key. */
static void finished(struct lane *it, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(it->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, it->easy);
    it->busy = false;
    if (code == CURLE_OK && status >= 200 && status < 300) {
        acknowledged++;
        return;
    }
    if (code == CURLE_OK && status != 503 && status != 507)
        fail_msg("write %u at node %u: %ld %s", it->write, it->at, status, it->answer);
    retried++;
    send_write(it, it->write, 1 - it->at);
}

static void step(void)
{
    int running, left;
    CURLMsg *message;
    curl_multi_perform(multi, &running);
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        struct lane *it = NULL;
        if (message->msg != CURLMSG_DONE) continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&it);
        finished(it, message->data.result);
    }
    curl_multi_poll(multi, NULL, 0, 100, NULL);
}

static bool any_busy(void)
{
    for (unsigned i = 0; i < LANES; i++)
        if (lane[i].busy) return true;
    return false;
}

static void one_round(unsigned round)
{
    unsigned victim = round % 2, goal = begun + WRITES_PER_ROUND;
    unsigned die_at = acknowledged + 50 + (unsigned)chance(WRITES_PER_ROUND - 100);
    bool died = false;
    while (begun < goal || any_busy()) {
        for (unsigned i = 0; i < LANES && begun < goal; i++)
            if (!lane[i].busy) send_write(&lane[i], begun++, died ? 1 - victim : victim);
        step();
        if (died || acknowledged < die_at) continue;
        stop_node(&node[victim].pid, SIGKILL);
        died = true;
        kills++;
    }
    assert_true(died);
    start(&node[victim]);
}

/* --- counting ------------------------------------------------------------------------------- */

static uint8_t *seen; /* by weight, which is the number of the write */

static void count_boxes(const char *json)
{
    static const char mark[] = "\"weight_g\":";
    for (const char *at = json; (at = strstr(at, mark)) != NULL; at++) {
        unsigned long weight = strtoul(at + sizeof mark - 1, NULL, 10);
        assert_in_range(weight, 1, begun);
        assert_int_equal(0, seen[weight - 1]); /* none doubled */
        seen[weight - 1] = 1;
    }
}

struct page {
    char *text;
    size_t used;
};

static size_t hear_page(char *bytes, size_t size, size_t count, void *world)
{
    struct page *page = world;
    page->text = realloc(page->text, page->used + size * count + 1);
    assert_non_null(page->text);
    memcpy(page->text + page->used, bytes, size * count);
    page->used += size * count;
    page->text[page->used] = '\0';
    return size * count;
}

static void get(const struct node *it, const char *path, struct page *page)
{
    char url[2048];
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, it->authorization);
    snprintf(url, sizeof url, "%s%s", it->url, path);
    page->used = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hear_page);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, page);
    assert_int_equal(CURLE_OK, curl_easy_perform(easy));
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
}

static void every_write_stands_once(const struct node *it)
{
    struct page page = {0};
    char path[1024] = "/v1/boxes?limit=500";
    seen = calloc(begun, 1);
    assert_non_null(seen);
    for (;;) {
        get(it, path, &page);
        count_boxes(page.text);
        const char *cursor = strstr(page.text, "\"next_cursor\":\"");
        if (cursor == NULL) break;
        cursor += strlen("\"next_cursor\":\"");
        snprintf(path, sizeof path, "/v1/boxes?limit=500&cursor=%.*s", (int)strcspn(cursor, "\""),
                 cursor);
    }
    unsigned lost = 0;
    for (unsigned i = 0; i < begun; i++) lost += seen[i] == 0 ? 1 : 0;
    free(page.text);
    free(seen);
    assert_int_equal(0, lost); /* none lost */
}

static bool same_digests(void)
{
    static struct page one, other;
    get(&node[0], "/v1/digests", &one);
    get(&node[1], "/v1/digests", &other);
    char *of_one = strstr(one.text, "\"digest\":\""),
         *of_other = strstr(other.text, "\"digest\":\"");
    assert_non_null(of_one);
    assert_non_null(of_other);
    return strncmp(of_one, of_other, 74) == 0;
}

/* --- the story ------------------------------------------------------------------------------ */

static void acknowledged_writes_survive_a_hundred_kills(void **state)
{
    (void)state;
    const char *rounds_text = getenv("KILL_ROUNDS"), *seed_text = getenv("SEED");
    unsigned rounds = rounds_text != NULL ? (unsigned)strtoul(rounds_text, NULL, 10) : ROUNDS;
    chance_state = seed_text != NULL ? strtoull(seed_text, NULL, 10) : 20261121;
    print_message("seed %llu, %u rounds\n", (unsigned long long)chance_state, rounds);
    two_nodes();
    multi = curl_multi_init();
    for (unsigned i = 0; i < LANES; i++) lane[i].easy = curl_easy_init();
    for (unsigned round = 0; round < rounds; round++) one_round(round);
    for (long waited = 0; !same_digests(); waited += STEP_MS) {
        if (waited > 4 * WAIT_MS) fail_msg("the digests stay apart");
        pause_ms(STEP_MS);
    }
    every_write_stands_once(&node[0]);
    every_write_stands_once(&node[1]);
    print_message("%u kills, %u writes acknowledged, %u tried again: none lost, none doubled\n",
                  kills, acknowledged, retried);
    assert_int_equal(begun, acknowledged);
}

static int clean_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) stop_node(&node[i].pid, SIGTERM);
    for (unsigned i = 0; i < LANES; i++) {
        curl_easy_cleanup(lane[i].easy);
        curl_slist_free_all(lane[i].headers);
    }
    if (multi != NULL) curl_multi_cleanup(multi);
    scratch_remove(&scratch);
    return 0;
}

static int make_scratch(void **state)
{
    (void)state;
    curl_global_init(CURL_GLOBAL_ALL);
    scratch = scratch_make();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledged_writes_survive_a_hundred_kills),
    };
    return cmocka_run_group_tests(tests, make_scratch, clean_up);
}

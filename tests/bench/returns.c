/* What a million returns cost: pages of the views that a page of `GET /v1/returns` touches, by each
 * filter, among ten thousand, a hundred thousand and a million (counted, not timed); how long the
 * node takes to open the store; disk and memory for each return.
 *
 * The store is made by the node's own core, deciding every command: an order, a return of it with a
 * tracking number, every second one approved; in turns as large as they may be, without the door.
 *
 *     bench_returns [RETURNS, 1000000; at least 20000] */
#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "node/core/core.h"
#include "tests/node/http/door_world.h"
#include "tests/support/page_count.h"

#define STEPS           3
#define RETURNS_LEAST   20000 /* those that the queries name are there from the first step on */
#define LEVELS          6 /* trees that a page of returns reads, each of which may grow by levels */
#define GROWTH          2 /* levels from ten thousand to a million */
#define MATCH_PAGES_MAX 1000 /* 32 candidates, each with its order, lines and SKU */
#define OPEN_MS_MAX     2000
#define MAP_BYTES       ((size_t)64 << 30)

static uint64_t returns_wanted = 1000000;

static uint64_t ms_of(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- filling ---------------------------------------------------------------------------------- */

struct filler {
    struct door *door;
    struct core *core;
    struct id shop;
    struct id returns[TURN_INPUTS_MAX];
    uint32_t refused;
};

static void on_answer(void *world, const struct answer_out *answer)
{
    struct filler *filler = world;
    if (answer->error != OK && filler->refused++ == 0)
        printf("refused: %s %s\n", error_text(answer->error), answer->rule);
    filler->returns[answer->ticket - 1] = answer->entity;
}

static void on_send(void *world, uint32_t link, struct span message)
{
    (void)world, (void)link, (void)message;
}

static void on_drop(void *world, uint32_t link, enum error why)
{
    (void)world, (void)link, (void)why;
}

static void on_call(void *world, enum call_kind kind, const struct refund_call *call)
{
    (void)world, (void)kind, (void)call;
}

static void on_feed(void *world, uint64_t next_number)
{
    (void)world, (void)next_number;
}

static void on_members(void *world)
{
    (void)world;
}

static void on_note(void *world, enum error error, const char *what, const struct id *about)
{
    (void)world, (void)error, (void)what, (void)about;
}

static void on_mark(void *world, const char *name)
{
    (void)world, (void)name;
}

static struct core_moment moment_now(void)
{
    struct core_moment moment = {.wall_ms = ms_of(CLOCK_REALTIME),
                                 .boot_ms = ms_of(CLOCK_BOOTTIME)};
    assert_int_equal(getrandom(moment.random, sizeof moment.random, 0), sizeof moment.random);
    return moment;
}

struct texts {
    char reference[32], number[32];
};

/* One turn: the same command for each of the returns from `from` on. */
static void take_turn(struct filler *filler, enum command_kind kind, const union command_body *body,
                      uint32_t count)
{
    struct core_moment now = moment_now();
    assert_int_equal(core_begin(filler->core, &now), OK);
    for (uint32_t i = 0; i < count; i++) {
        struct input input = {.kind = INPUT_COMMAND, .ticket = i + 1};
        uint8_t chance[16];
        assert_int_equal(getrandom(chance, sizeof chance, 0), sizeof chance);
        input.command = (struct command){.kind = kind,
                                         .request = id_make(now.wall_ms, chance),
                                         .by = {.kind = BY_ADMIN, .node = filler->door->self.node},
                                         .body = &body[i]};
        core_take(filler->core, &input);
    }
    assert_int_equal(core_end(filler->core), OK);
    assert_int_equal(filler->refused, 0);
}

static void name(struct texts *texts, uint64_t number)
{
    snprintf(texts->reference, sizeof texts->reference, "SZ-%llu", (unsigned long long)number);
    snprintf(texts->number, sizeof texts->number, "RET%09llu", (unsigned long long)number);
}

static void import_orders(struct filler *filler, const struct texts *texts, uint32_t count)
{
    static union command_body body[TURN_INPUTS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        struct order_import *import = &body[i].order_import;
        *import = (struct order_import){.merchant = filler->shop,
                                        .reference = span_text(texts[i].reference),
                                        .currency = 978,
                                        .sold_ms = ms_of(CLOCK_REALTIME) - 86400000,
                                        .lines_count = 1,
                                        .payments_count = 1};
        import->lines[0] =
            (struct order_line){.sku = span_text("LAMP-1"), .quantity = 1, .price_minor = 2999};
        import->payments[0] = (struct payment){.provider = span_text("stripe"),
                                               .reference = span_text(texts[i].reference),
                                               .captured_minor = 2999};
    }
    take_turn(filler, COMMAND_ORDER_IMPORT, body, count);
}

static void request_returns(struct filler *filler, const struct texts *texts, uint32_t count)
{
    static union command_body body[TURN_INPUTS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        struct return_request *request = &body[i].return_request;
        *request = (struct return_request){.merchant = filler->shop,
                                           .order_reference = span_text(texts[i].reference),
                                           .number = span_text(texts[i].number),
                                           .lines_count = 1};
        request->lines[0] = (struct return_line){.quantity = 1, .reason = REASON_UNWANTED};
    }
    take_turn(filler, COMMAND_RETURN_REQUEST, body, count);
}

static void approve_every_second(struct filler *filler, uint32_t count)
{
    static union command_body body[TURN_INPUTS_MAX];
    for (uint32_t i = 0; 2 * i + 1 < count; i++)
        body[i].return_decide = (struct return_decide){.return_id = filler->returns[2 * i + 1]};
    take_turn(filler, COMMAND_RETURN_APPROVE, body, count / 2);
}

static void fill_open(struct filler *filler, uint64_t from, uint64_t to)
{
    static struct texts texts[TURN_INPUTS_MAX];
    while (from < to) {
        uint32_t count = to - from < TURN_INPUTS_MAX ? (uint32_t)(to - from) : TURN_INPUTS_MAX;
        for (uint32_t i = 0; i < count; i++) name(&texts[i], from + i);
        import_orders(filler, texts, count);
        request_returns(filler, texts, count);
        approve_every_second(filler, count);
        from += count;
    }
}

/* Through a core of its own, while the door is closed. */
static void fill(struct door *door, uint64_t from, uint64_t to)
{
    const struct store_options options = {
        .directory = door->scratch.path, .memory_backed = true, .map_bytes = MAP_BYTES};
    struct filler filler = {.door = door, .core = calloc(1, sizeof *filler.core)};
    const struct core_port port = {&filler,    on_answer, on_send, on_drop, on_call, on_feed,
                                   on_members, on_note,   on_mark, NULL,    NULL};
    struct core_moment now = moment_now();
    assert_non_null(filler.core);
    assert_int_equal(id_parse(span_text(door->shop), &filler.shop), OK);
    assert_int_equal(store_lmdb_open(&options, &door->store), OK);
    assert_int_equal(core_open(filler.core, store_lmdb_port(door->store), keys_crypto(door->keys),
                               &port, &door->self, &now),
                     OK);
    fill_open(&filler, from, to);
    core_close(filler.core);
    free(filler.core);
    store_lmdb_close(door->store);
    door->store = NULL;
}

/* --- measuring -------------------------------------------------------------------------------- */

struct figures {
    uint64_t returns, open_ms, disk_bytes, memory_bytes;
};

static uint64_t bytes_of(const struct door *door, const char *file)
{
    char path[SCRATCH_PATH_MAX + 32];
    struct stat stat_now;
    snprintf(path, sizeof path, "%s/%s", door->scratch.path, file);
    assert_int_equal(stat(path, &stat_now), 0);
    return (uint64_t)stat_now.st_blocks * 512;
}

/* What the process holds for itself; the map's pages are the kernel's. */
static uint64_t anonymous_bytes(void)
{
    char line[256];
    unsigned long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "RssAnon: %lu", &kib) == 1) break;
    if (file != NULL) fclose(file);
    return (uint64_t)kib * 1024;
}

static void reopen(struct door *door, struct figures *figures)
{
    uint64_t begun = ms_of(CLOCK_MONOTONIC);
    door_start(door);
    figures->open_ms = ms_of(CLOCK_MONOTONIC) - begun;
    figures->disk_bytes = bytes_of(door, "truth/data.mdb") + bytes_of(door, "views/data.mdb");
    assert_true(page_count_find("/views/data.mdb"));
}

/* `since` a moment in the midst of the first ones. */
static char since[40];

static const char *const queries[] = {
    "",        "&state=approved",           "&kind=return",     "&state=approved&since=",
    "&since=", "&due=2099-01-01T00:00:00Z", "&reference=SZ-77", "&number=RET000000077",
};
#define QUERIES (sizeof queries / sizeof queries[0])

static void remember_since(void)
{
    struct tm utc;
    time_t now = time(NULL);
    strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
}

/* The least of some tries: the engine looks about now and then. */
static size_t count_pages(const struct door *door, const char *path)
{
    size_t least = (size_t)-1;
    for (int i = 0; i < 3; i++) {
        page_count_begin();
        struct reply reply = door_get(door, path, door->admin);
        size_t touched = page_count_end();
        assert_status(&reply, 200);
        assert_true(count_at(&reply, "returns") > 0);
        reply_free(&reply);
        if (touched < least) least = touched;
    }
    return least;
}

static void count_all(const struct door *door, size_t counts[2 * QUERIES])
{
    char path[256];
    for (size_t i = 0; i < QUERIES; i++) {
        bool timed = strstr(queries[i], "since=") != NULL;
        snprintf(path, sizeof path, "/v1/returns?limit=50&merchant=%s%s%s", door->shop, queries[i],
                 timed ? since : "");
        counts[2 * i] = count_pages(door, path);
        /* Of all merchants; a shop's own reference means nothing there. */
        if (strstr(queries[i], "reference") != NULL) continue;
        snprintf(path, sizeof path, "/v1/returns?limit=50%s%s", queries[i], timed ? since : "");
        counts[2 * i + 1] = count_pages(door, path);
    }
}

/* A box whose label is torn before the last eight characters of the number, and which holds what
 * every return awaits: what pages are touched to find the one that it is, among all that are open.
 */
static size_t count_match(const struct door *door, uint64_t returns)
{
    char path[128], body[256];
    size_t least = (size_t)-1;
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"weight_g\":900,\"items\":[{\"sku\":\"LAMP-1\"}]}",
             door->warehouse);
    struct reply made = door_post(door, "/v1/boxes", body);
    assert_status(&made, 200);
    snprintf(path, sizeof path, "/v1/boxes/%s/note", at(&made, "id"));
    snprintf(body, sizeof body, "{\"labels\":[{\"text\":\"*%08llu\"}]}",
             (unsigned long long)(returns - 3));
    struct reply noted = door_post(door, path, body);
    assert_status(&noted, 200);
    snprintf(path, sizeof path, "/v1/boxes/%s/candidates", at(&made, "id"));
    for (int i = 0; i < 3; i++) {
        page_count_begin();
        struct reply reply = door_post(door, path, "{}");
        size_t touched = page_count_end();
        assert_status(&reply, 200);
        assert_true(count_at(&reply, "candidates") > 0);
        reply_free(&reply);
        if (touched < least) least = touched;
    }
    reply_free(&noted);
    reply_free(&made);
    return least;
}

/* As a table that grows by a column with each step. */
static void print_counts(const struct figures figures[STEPS], size_t counts[STEPS][2 * QUERIES],
                         unsigned steps)
{
    printf("| query | of |");
    for (unsigned s = 0; s < steps; s++) printf(" %llu |", (unsigned long long)figures[s].returns);
    printf("\n");
    for (size_t i = 0; i < 2 * QUERIES; i++) {
        if (counts[0][i] == 0) continue;
        printf("| `%s` | %s |", queries[i / 2], i % 2 == 0 ? "one merchant" : "all");
        for (unsigned s = 0; s < steps; s++) printf(" %zu |", counts[s][i]);
        printf("\n");
    }
}

static void print_figures(const struct figures *figures)
{
    printf("%llu returns: open in %llu ms, %llu bytes of disk for each, %.1f MiB of memory\n",
           (unsigned long long)figures->returns, (unsigned long long)figures->open_ms,
           (unsigned long long)(figures->disk_bytes / figures->returns),
           (double)figures->memory_bytes / 1048576.0);
    fflush(stdout);
}

/* By the difference of the last two steps: what a node needs anyway is in both. */
static void print_memory(const struct figures figures[STEPS])
{
    const struct figures *last = &figures[STEPS - 1], *former = &figures[STEPS - 2];
    double grown = (double)last->memory_bytes - (double)former->memory_bytes;
    printf("%.1f bytes of memory for each further return\n",
           grown / (double)(last->returns - former->returns));
}

static void a_million_returns_cost_a_page_no_more_than_a_few(void **state)
{
    struct door *door = *state;
    struct figures figures[STEPS] = {{.returns = 0}};
    size_t counts[STEPS][2 * QUERIES] = {{0}}, matched[STEPS] = {0};
    uint64_t done = 0;
    door->map_bytes = MAP_BYTES;
    door_stop(door);
    for (unsigned s = 0; s < STEPS; s++) {
        figures[s].returns = returns_wanted / (s == 0 ? 100 : s == 1 ? 10 : 1);
        uint64_t begun = ms_of(CLOCK_PROCESS_CPUTIME_ID);
        if (s == 0) {
            fill(door, 0, figures[s].returns / 2);
            remember_since();
            done = figures[s].returns / 2;
        }
        fill(door, done, figures[s].returns);
        printf("filled with %llu in %llu s of a processor\n",
               (unsigned long long)figures[s].returns,
               (unsigned long long)(ms_of(CLOCK_PROCESS_CPUTIME_ID) - begun) / 1000);
        done = figures[s].returns;
        reopen(door, &figures[s]);
        count_all(door, counts[s]);
        matched[s] = count_match(door, figures[s].returns);
        figures[s].memory_bytes = anonymous_bytes();
        print_figures(&figures[s]);
        print_counts(figures, counts, s + 1);
        printf("to match a box: %zu pages\n", matched[s]);
        assert_true(figures[s].open_ms < OPEN_MS_MAX);
        if (s + 1 < STEPS) door_stop(door);
    }
    print_memory(figures);
    assert_true(matched[STEPS - 1] <= MATCH_PAGES_MAX);
    for (size_t i = 0; i < 2 * QUERIES; i++)
        assert_true(counts[STEPS - 1][i] <= counts[0][i] + LEVELS * GROWTH);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_million_returns_cost_a_page_no_more_than_a_few,
                                        door_setup, door_teardown),
    };
    if (argc > 1) returns_wanted = strtoull(argv[1], NULL, 10);
    if (returns_wanted < RETURNS_LEAST) returns_wanted = RETURNS_LEAST;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

/* What a page of returns costs: the pages of the store that a query touches, counted and not timed,
 * are as many among fifty thousand returns as among one, but for the levels that the trees have
 * grown by. And each filter finds what it says. */
#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/node/http/door_world.h"
#include "tests/node/http/many_returns.h"
#include "tests/support/page_count.h"

#define FEW    1000
#define MANY   50000
#define LEVELS 6 /* trees that a page of returns reads, each of which may have one level more */

static const char *const queries[] = {
    "",
    "&state=approved",
    "&state=approved&since=2026-01-01T00:05:00Z",
    "&kind=return",
    "&kind=return&since=2026-01-01T00:05:00Z",
    "&since=2026-01-01T00:05:00Z",
    "&due=2099-01-01T00:00:00Z",
    "&reference=SZ-77",
    "&number=RET77",
};
#define QUERIES (sizeof queries / sizeof queries[0])

static void fill(struct door *door, uint64_t from, uint64_t to)
{
    const struct store_options options = {
        .directory = door->scratch.path, .memory_backed = true, .map_bytes = (size_t)1 << 30};
    struct id shop;
    door_stop(door);
    assert_int_equal(id_parse(span_text(door->shop), &shop), OK);
    assert_int_equal(store_lmdb_open(&options, &door->store), OK);
    many_returns(door->store, keys_crypto(door->keys), &shop, from, to, 5000);
    door_start(door);
    assert_true(page_count_find("/views/data.mdb"));
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
        snprintf(path, sizeof path, "/v1/returns?limit=50&merchant=%s%s", door->shop, queries[i]);
        counts[2 * i] = count_pages(door, path);
        /* Of all merchants; a shop's own reference means nothing there. */
        if (strstr(queries[i], "reference") != NULL) continue;
        snprintf(path, sizeof path, "/v1/returns?limit=50%s", queries[i]);
        counts[2 * i + 1] = count_pages(door, path);
    }
}

static void a_page_of_returns_touches_no_more_pages_among_many(void **state)
{
    struct door *door = *state;
    size_t few[2 * QUERIES] = {0}, many[2 * QUERIES] = {0};
    fill(door, 0, FEW);
    count_all(door, few);
    fill(door, FEW, MANY);
    count_all(door, many);
    for (size_t i = 0; i < 2 * QUERIES; i++) {
        print_message("%-52s %s: %zu pages among %d, %zu among %d\n", queries[i / 2],
                      i % 2 == 0 ? "one's" : "all", few[i], FEW, many[i], MANY);
        if (many[i] > few[i] + LEVELS)
            fail_msg("%s touches %zu pages, and %zu before", queries[i / 2], many[i], few[i]);
    }
}

static size_t found(const struct door *door, const char *query)
{
    char path[256];
    snprintf(path, sizeof path, "/v1/returns?limit=200&merchant=%s%s", door->shop, query);
    struct reply reply = door_get(door, path, door->admin);
    assert_status(&reply, 200);
    size_t count = count_at(&reply, "returns");
    reply_free(&reply);
    return count;
}

static void each_filter_finds_what_it_says(void **state)
{
    struct door *door = *state;
    char path[256];
    fill(door, 0, 120);
    assert_int_equal(found(door, ""), 120);
    assert_int_equal(found(door, "&state=approved"), 60);
    assert_int_equal(found(door, "&state=requested"), 60);
    assert_int_equal(found(door, "&state=closed"), 0);
    assert_int_equal(found(door, "&kind=return"), 120);
    assert_int_equal(found(door, "&kind=claim"), 0);
    assert_int_equal(found(door, "&kind=return&since=2026-01-01T00:01:00Z"), 60);
    assert_int_equal(found(door, "&since=2026-01-01T00:01:00Z"), 60);
    assert_int_equal(found(door, "&since=2026-01-01T00:01:00Z&state=approved"), 30);
    assert_int_equal(found(door, "&reference=SZ-7"), 1);
    assert_int_equal(found(door, "&reference=none"), 0);
    assert_int_equal(found(door, "&number=ret8"), 1);
    assert_int_equal(found(door, "&overdue=1"), 0);
    /* A thousand days after each was asked for. */
    assert_int_equal(found(door, "&due=2028-09-27T00:00:30Z"), 30);
    snprintf(path, sizeof path, "/v1/returns?number=RET8&state=approved");
    struct reply reply = door_get(door, path, door->admin);
    assert_refused(&reply, 400, "malformed");
    reply_free(&reply);
    reply = door_get(door, "/v1/returns?reference=SZ-7", door->admin);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
}

static void pages_follow_one_another_to_the_end(void **state)
{
    struct door *door = *state;
    char path[512] = "/v1/returns?limit=50&state=requested";
    size_t seen = 0, pages = 0;
    fill(door, 0, 240);
    for (bool more = true; more; pages++) {
        struct reply reply = door_get(door, path, door->merchant);
        assert_status(&reply, 200);
        seen += count_at(&reply, "returns");
        more = stands_at(&reply, "next_cursor");
        if (more)
            snprintf(path, sizeof path, "/v1/returns?limit=50&state=requested&cursor=%s",
                     at(&reply, "next_cursor"));
        reply_free(&reply);
    }
    assert_int_equal(seen, 120);
    assert_int_equal(pages, 3);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(each_filter_finds_what_it_says),
        ROW(pages_follow_one_another_to_the_end),
        ROW(a_page_of_returns_touches_no_more_pages_among_many),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

/* The guard of the shared views: what a table holds is what its digest says, whoever hashes the
 * rows and whatever became of the turns before. */
#include "tests/proto/check.h"

#include "node/core/views.h"
#include "node/hasher.h"
#include "node/keys.h"
#include "tests/support/store_memory.h"
#include <stdlib.h>

#define THINGS 40

struct guarded {
    struct store_memory *memory;
    struct store *store;
    struct hasher_thread *thread; /* NULL: the writer hashes */
    struct crypto crypto;
    struct views views;
};

static void open_guarded(struct guarded *g, bool beside)
{
    memset(g, 0, sizeof *g);
    g->memory = store_memory_open();
    g->store = store_memory_port(g->memory);
    g->crypto = *crypto_openssl();
    if (!beside) return;
    g->thread = hasher_open(crypto_openssl());
    assert_non_null(g->thread);
    g->crypto.hasher = hasher_port(g->thread);
}

static void close_guarded(struct guarded *g)
{
    hasher_close(g->thread);
    store_memory_close(g->memory);
}

static uint32_t drawn(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void change(const struct rows *rows, uint64_t *seed)
{
    static uint8_t bytes[ROW_BYTES_MAX];
    const enum view_table tables[] = {VIEW_SCAN, VIEW_PARCEL, VIEW_ORDER};
    enum view_table table = tables[drawn(seed) % 3];
    uint8_t key[ID_BYTES] = {(uint8_t)(drawn(seed) % THINGS)};
    uint32_t how = drawn(seed) % 8;
    size_t size = drawn(seed) % 8 == 0 ? drawn(seed) % sizeof bytes : drawn(seed) % 300;
    memset(bytes, (int)(drawn(seed) % 3), size);
    struct span at = span_of(key, sizeof key), value = span_of(bytes, size), held;
    if (how == 0)
        rows->port->del(rows->world, table, at);
    else if (how < 3)
        (void)rows->port->add(rows->world, table, at, value, &held);
    else
        rows->port->put(rows->world, table, at, value);
}

/* Of the rows that are there, one by one. */
static void digest_of_rows(struct guarded *g, struct hash *all)
{
    struct hash digest[VIEW_TABLE_COUNT] = {0}, hash;
    for (unsigned table = 0; table < VIEW_TABLE_COUNT; table++) {
        struct key none = {.size = 0};
        struct walk walk = walk_over(&none);
        struct row row;
        while (walk_next(&g->store->views, table, &walk, &row)) {
            views_row_hash(crypto_openssl(), table, row.key, row.value, &hash);
            for (unsigned i = 0; i < HASH_BYTES; i++) digest[table].bytes[i] ^= hash.bytes[i];
        }
    }
    views_digest_of(crypto_openssl(), digest, all);
}

static void expect_digest(struct guarded *g)
{
    struct hash all, wanted;
    assert_error(OK, g->store->port->begin_read(g->store->world));
    digest_of_rows(g, &wanted);
    views_digest(&g->views, &all);
    assert_memory_equal(&all, &wanted, sizeof all);
    assert_error(OK, views_load(&g->views, g->store, &g->crypto));
    views_digest(&g->views, &all);
    assert_memory_equal(&all, &wanted, sizeof all);
    g->store->port->end_read(g->store->world);
}

enum end { COMMITTED, ABORTED, ABORTED_LATE, FULL, ENDS };

static void finish(struct guarded *g, enum end end)
{
    struct store *store = g->store;
    if (end != ABORTED) views_flush(&g->views);
    if (end == FULL) store_memory_fail_commit(g->memory, ERROR_FULL);
    if (end == COMMITTED || end == FULL)
        assert_error(end == FULL ? ERROR_FULL : OK, store->port->commit(store->world));
    else
        store->port->abort(store->world);
    if (end == COMMITTED) return;
    assert_error(OK, store->port->begin_read(store->world));
    assert_error(OK, views_load(&g->views, store, &g->crypto));
    store->port->end_read(store->world);
}

static void turns(bool beside)
{
    static struct guarded g;
    uint64_t seed = 0x9e3779b97f4a7c15u;
    open_guarded(&g, beside);
    const struct rows rows = views_rows(&g.views);
    assert_error(OK, g.store->port->begin_read(g.store->world));
    assert_error(OK, views_load(&g.views, g.store, &g.crypto));
    g.store->port->end_read(g.store->world);
    for (unsigned turn = 0; turn < 100; turn++) {
        assert_error(OK, g.store->port->begin(g.store->world));
        for (unsigned left = drawn(&seed) % 100; left > 0; left--) change(&rows, &seed);
        finish(&g, drawn(&seed) % 2 == 0 ? COMMITTED : (enum end)(drawn(&seed) % ENDS));
        expect_digest(&g);
    }
    close_guarded(&g);
}

static void the_digests_are_those_of_the_rows_after_any_turn(void **state)
{
    (void)state;
    turns(false);
}

static void what_is_hashed_beside_the_writer_goes_with_its_turn(void **state)
{
    (void)state;
    turns(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digests_are_those_of_the_rows_after_any_turn),
        cmocka_unit_test(what_is_hashed_beside_the_writer_goes_with_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the store costs on top of LMDB: durable events a second in turns of 64, each event one row
 * of the truth and three rows of the views under random keys, beside a bare loop over two
 * environments that does the same and nothing else, alternately in one run. And how many rows a
 * second the views take when they are made anew, by the size of the turns.
 *
 *     bench_store [SECONDS a round, 1] [ROWS of the rebuild, 1000000] */
#include "node/store/store_lmdb.h"

#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/support/scratch.h"

#define PAIRS          5
#define BATCH          64
#define EVENT_BYTES    300
#define VIEWS          3
#define VIEW_KEY_BYTES 24
#define PRELOAD_TURNS  1000
#define MAP_BYTES      ((size_t)32 << 30)

static uint64_t seed;

static uint64_t draw(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

/* What this process used of the processors: fair on a machine that others use, too. */
static uint64_t used_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void must(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

/* --- one event, the same for both ------------------------------------------------------------- */

struct event_rows {
    uint8_t key[24], value[EVENT_BYTES];
    uint8_t view[VIEWS][VIEW_KEY_BYTES];
};

static void make_event(struct event_rows *rows, uint64_t n)
{
    memset(rows->key, 7, 16);
    be_put(rows->key + 16, n, 8);
    for (size_t i = 0; i + 8 <= sizeof rows->value; i += 8) be_put(rows->value + i, draw(), 8);
    for (unsigned i = 0; i < VIEWS; i++) {
        be_put(rows->view[i], draw(), 8);
        be_put(rows->view[i] + 8, n * 7, 8);
        be_put(rows->view[i] + 16, n, 8);
    }
}

/* --- the store -------------------------------------------------------------------------------- */

static void store_turn(void *world, uint64_t first, unsigned count)
{
    static const unsigned tables[VIEWS] = {VIEW_ORDER, VIEW_UNIT, VIEW_BOX};
    struct store *store = store_lmdb_port(world);
    const struct rows *truth = &store->truth;
    const struct rows *views = &store->views;
    struct event_rows rows;
    must(store->port->begin(store->world) == OK, "begin");
    for (unsigned i = 0; i < count; i++) {
        make_event(&rows, first + i);
        truth->port->put(truth->world, TRUTH_EVENT, span_of(rows.key, 24),
                         span_of(rows.value, EVENT_BYTES));
        for (unsigned v = 0; v < VIEWS; v++)
            views->port->put(views->world, tables[v], span_of(rows.view[v], VIEW_KEY_BYTES),
                             span_of(rows.key + 16, 8));
    }
    must(store->port->commit(store->world) == OK, "commit");
}

static struct store_lmdb *open_store(const char *directory)
{
    struct store_options options = {.directory = directory, .create = true, .map_bytes = MAP_BYTES};
    struct store_lmdb *store;
    must(store_lmdb_open(&options, &store) == OK, "the store does not open");
    return store;
}

/* --- bare LMDB -------------------------------------------------------------------------------- */

struct bare {
    MDB_env *env[2];
    MDB_dbi log, view[VIEWS];
};

static MDB_env *bare_open(const char *directory, const char *name, unsigned flags)
{
    char path[SCRATCH_PATH_MAX + 16];
    MDB_env *env = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    must(mkdir(path, 0700) == 0 && mdb_env_create(&env) == 0, "mdb_env_create");
    must(mdb_env_set_mapsize(env, MAP_BYTES) == 0 && mdb_env_set_maxdbs(env, 8) == 0,
         "mdb_env_set");
    must(mdb_env_open(env, path, MDB_NOTLS | flags, 0600) == 0, "mdb_env_open");
    return env;
}

static struct bare bare_make(const char *directory)
{
    static const char *const names[VIEWS] = {"a", "b", "c"};
    struct bare bare = {.env = {bare_open(directory, "bare_log", 0),
                                bare_open(directory, "bare_views", MDB_NOSYNC)}};
    MDB_txn *txn;
    must(mdb_txn_begin(bare.env[0], NULL, 0, &txn) == 0, "mdb_txn_begin");
    must(mdb_dbi_open(txn, "log", MDB_CREATE, &bare.log) == 0, "mdb_dbi_open");
    must(mdb_txn_commit(txn) == 0, "mdb_txn_commit");
    must(mdb_txn_begin(bare.env[1], NULL, 0, &txn) == 0, "mdb_txn_begin");
    for (unsigned i = 0; i < VIEWS; i++)
        must(mdb_dbi_open(txn, names[i], MDB_CREATE, &bare.view[i]) == 0, "mdb_dbi_open");
    must(mdb_txn_commit(txn) == 0, "mdb_txn_commit");
    return bare;
}

/* LMDB takes what it only reads as pointers to things that it might write. */
static MDB_val val_of(struct span span)
{
    MDB_val val = {.mv_size = span.size};
    memcpy(&val.mv_data, &span.at, sizeof val.mv_data);
    return val;
}

static void bare_put(MDB_txn *txn, MDB_dbi dbi, struct span key, struct span value, unsigned flags)
{
    MDB_val k = val_of(key);
    MDB_val v = val_of(value);
    must(mdb_put(txn, dbi, &k, &v, flags) == 0, "mdb_put");
}

static void bare_turn(void *world, uint64_t first, unsigned count)
{
    struct bare *bare = world;
    struct event_rows rows;
    MDB_txn *txn[2];
    for (unsigned i = 0; i < 2; i++)
        must(mdb_txn_begin(bare->env[i], NULL, 0, &txn[i]) == 0, "mdb_txn_begin");
    for (unsigned i = 0; i < count; i++) {
        make_event(&rows, first + i);
        bare_put(txn[0], bare->log, span_of(rows.key, 24), span_of(rows.value, EVENT_BYTES),
                 MDB_APPEND);
        for (unsigned v = 0; v < VIEWS; v++)
            bare_put(txn[1], bare->view[v], span_of(rows.view[v], VIEW_KEY_BYTES),
                     span_of(rows.key + 16, 8), 0);
    }
    for (unsigned i = 0; i < 2; i++) must(mdb_txn_commit(txn[i]) == 0, "mdb_txn_commit");
}

/* --- side by side ----------------------------------------------------------------------------- */

struct side {
    const char *name;
    void (*turn)(void *world, uint64_t first, unsigned count);
    void *world;
    uint64_t events;
    uint64_t rate[PAIRS];
    uint64_t used_ns; /* of processor time, in all rounds */
    uint64_t measured;
};

static void preload(struct side *side)
{
    for (unsigned i = 0; i < PRELOAD_TURNS; i++, side->events += BATCH)
        side->turn(side->world, side->events + 1, BATCH);
}

static uint64_t measure(struct side *side, uint64_t seconds)
{
    uint64_t start = now_ns();
    uint64_t first = side->events;
    uint64_t used = used_ns();
    while (now_ns() - start < seconds * 1000000000u) {
        side->turn(side->world, side->events + 1, BATCH);
        side->events += BATCH;
    }
    side->used_ns += used_ns() - used;
    side->measured += side->events - first;
    return (side->events - first) * 1000000000u / (now_ns() - start);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void compare_sides(const char *directory, struct bare *bare, uint64_t seconds)
{
    char path[SCRATCH_PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/store", directory);
    struct store_lmdb *store = open_store(path);
    struct side sides[2] = {{.name = "store", .turn = store_turn, .world = store},
                            {.name = "bare LMDB", .turn = bare_turn, .world = bare}};
    uint64_t ratios[PAIRS];
    for (unsigned s = 0; s < 2; s++) preload(&sides[s]);
    for (unsigned i = 0; i < PAIRS; i++) {
        for (unsigned s = 0; s < 2; s++) {
            struct side *side = &sides[(s + i) % 2];
            side->rate[i] = measure(side, seconds);
        }
        must(sides[1].rate[i] > 0, "a round was too short");
        ratios[i] = sides[0].rate[i] * 100 / sides[1].rate[i];
        printf("pair %u: store %" PRIu64 ", bare LMDB %" PRIu64 " durable events/s: %" PRIu64
               " %%\n",
               i + 1, sides[0].rate[i], sides[1].rate[i], ratios[i]);
    }
    qsort(ratios, PAIRS, sizeof ratios[0], compare);
    printf("turns of %u, %u random view keys an event: median %" PRIu64 " %% of bare LMDB\n", BATCH,
           VIEWS, ratios[PAIRS / 2]);
    must(sides[0].measured > 0 && sides[1].measured > 0, "a round was too short");
    uint64_t own = sides[0].used_ns / sides[0].measured;
    uint64_t bare_ns = sides[1].used_ns / sides[1].measured;
    printf("processor time an event: store %" PRIu64 " ns, bare LMDB %" PRIu64 " ns: %" PRIu64
           " %%\n",
           own, bare_ns, bare_ns * 100 / own);
    store_lmdb_close(store);
}

/* --- making views anew ------------------------------------------------------------------------ */

static void rebuild(const char *directory, uint64_t rows_count, uint64_t rows_per_turn)
{
    static const uint8_t value[60];
    char path[SCRATCH_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/rebuild%" PRIu64, directory, rows_per_turn);
    struct store_lmdb *lmdb = open_store(path);
    struct store *store = store_lmdb_port(lmdb);
    uint64_t start = now_ns();
    for (uint64_t done = 0; done < rows_count;) {
        must(store->port->begin(store->world) == OK, "begin");
        for (uint64_t i = 0; i < rows_per_turn && done < rows_count; i++, done++) {
            uint8_t key[VIEW_KEY_BYTES];
            be_put(key, draw(), 8);
            be_put(key + 8, draw(), 8);
            be_put(key + 16, done, 8);
            store->views.port->put(store->views.world, (unsigned)(done % VIEWS),
                                   span_of(key, sizeof key), span_of(value, sizeof value));
        }
        must(store->port->commit(store->world) == OK, "commit");
    }
    uint64_t spent = now_ns() - start;
    printf("rebuild, %8" PRIu64 " rows a turn: %7" PRIu64 " rows/s\n", rows_per_turn,
           rows_count * 1000000000u / spent);
    store_lmdb_crash(lmdb);
}

static uint64_t argument(int count, char **arguments, int number, uint64_t otherwise)
{
    return count > number ? strtoull(arguments[number], NULL, 10) : otherwise;
}

int main(int count, char **arguments)
{
    uint64_t seconds = argument(count, arguments, 1, 1);
    uint64_t rows_count = argument(count, arguments, 2, 1000000);
    struct scratch scratch = scratch_make();
    struct bare bare = bare_make(scratch.path);
    compare_sides(scratch.path, &bare, seconds);
    for (unsigned i = 0; i < 2; i++) mdb_env_close(bare.env[i]);
    for (uint64_t size = 256; size <= rows_count; size *= 16)
        rebuild(scratch.path, rows_count, size);
    rebuild(scratch.path, rows_count, rows_count);
    scratch_remove(&scratch);
    return 0;
}

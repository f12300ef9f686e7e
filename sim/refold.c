#include "sim/refold.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/core/verify.h"
#include "sim/oracle.h"

static void on_found(void *world, const struct verify_found *found)
{
    char key[2 * ROW_KEY_BYTES_MAX + 1] = "";
    for (size_t i = 0; i < found->key.size && i < ROW_KEY_BYTES_MAX; i++)
        snprintf(key + 2 * i, 3, "%02x", found->key.at[i]);
    oracle_fail(world, "verify: %s %s (%s, kind %d)", found->table, key, error_name(found->error),
                found->kind);
}

static struct store_lmdb *scratch_open(struct host *host, const char *suffix)
{
    char directory[200];
    struct store_lmdb *store = NULL;
    snprintf(directory, sizeof directory, "%s.%s", host->directory, suffix);
    const struct store_options options = {.directory = directory,
                                          .create = true,
                                          .memory_backed = true,
                                          .map_bytes = (size_t)1 << 30};
    enum error error = store_lmdb_open(&options, &store);
    assert(error == OK);
    return store;
}

static void verify_host(struct world *world, struct host *host)
{
    struct verify *verify = calloc(1, sizeof *verify);
    struct store_lmdb *scratch = scratch_open(host, "verify");
    assert(verify != NULL);
    verify->world = world;
    verify->found = on_found;
    enum error error =
        verify_run(verify, host->disk.inner, store_lmdb_port(scratch), &host->crypto);
    if (error != OK) oracle_fail(world, "verify of host %u: %s", host->number, error_name(error));
    store_lmdb_close(scratch);
    free(verify);
}

/* Folds a random log's next few entries, again and again, until all are folded: every order that
 * keeps each log's own order may come up. */
static void fold_shuffled(struct world *world, struct fold *fold, struct logs *logs)
{
    struct chance *chance = &world->chance[PURPOSE_SETUP];
    uint32_t left = logs->count;
    uint32_t open[LOGS_MAX];
    for (uint32_t i = 0; i < logs->count; i++) open[i] = i;
    while (left > 0) {
        uint32_t pick = (uint32_t)chance_below(chance, left);
        if (!fold_log(fold, &logs->log[open[pick]], 1 + chance_below(chance, 20)))
            open[pick] = open[--left];
    }
}

static void shuffle_host(struct world *world, struct host *host)
{
    struct logs *logs = calloc(1, sizeof *logs);
    struct store_lmdb *scratch = scratch_open(host, "shuffle");
    struct store *store = store_lmdb_port(scratch);
    struct views views = {.store = store};
    struct hash all, shuffled, table[VIEW_TABLE_COUNT];
    assert(logs != NULL);
    enum error error = logs_load(logs, host->disk.inner, &host->crypto);
    if (error == OK) error = store->port->begin(store->world);
    if (error == OK) error = views_load(&views, store, &host->crypto);
    assert(error == OK);
    for (uint32_t i = 0; i < logs->count; i++) logs->log[i].folded = logs->log[i].folded_stored = 0;
    struct fold fold = {.logs = logs,
                        .desk = {.rows = views_rows(&views), .crypto = &host->crypto}};
    fold_shuffled(world, &fold, logs);
    views_digest(&views, &shuffled);
    core_digest(host->core, &all, table);
    for (unsigned t = 0; t < VIEW_TABLE_COUNT; t++)
        if (view_table_class(t) == VIEW_SHARED &&
            memcmp(&table[t], &views.digest[t], HASH_BYTES) != 0)
            oracle_fail(world, "law 3: folded in another order, %s differs", view_table_name(t));
    if (memcmp(&all, &shuffled, HASH_BYTES) != 0) oracle_fail(world, "law 3: digests differ");
    store->port->abort(store->world);
    store_lmdb_close(scratch);
    free(logs);
}

void refold_check(struct world *world, struct host *host)
{
    verify_host(world, host);
    if (host->number == world->seed % world->hosts) shuffle_host(world, host);
}

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

/* --- what the other order had to cope with --- */

#define SAID_MAX 4096
struct said { /* an entry about a thing, in some log */
    uint16_t kind;
    struct id entity, log;
};
struct tale {
    struct said said[SAID_MAX];
    uint32_t count;
    bool moved, twice, erased;
};

/* What was said of the thing before: a box received twice, or a person in another log than the
 * erasure. */
static void compare_said(struct tale *tale, const struct said *now)
{
    for (uint32_t i = 0; i < tale->count; i++) {
        const struct said *before = &tale->said[i];
        if (!id_equal(&before->entity, &now->entity)) continue;
        bool boxes = before->kind == EVENT_BOX_RECEIVED && now->kind == EVENT_BOX_RECEIVED;
        bool person = (before->kind == EVENT_ERASE) != (now->kind == EVENT_ERASE);
        if (boxes) tale->twice = true;
        if (!boxes && person && !id_equal(&before->log, &now->log)) tale->erased = true;
    }
}

static void hear(struct tale *tale, const struct event_header *header, struct span payload)
{
    union event_body body;
    const struct said now = {(uint16_t)header->kind, header->entity, header->log};
    if (header->kind == EVENT_UNIT_MOVED && event_body_decode(header, payload, &body) == OK &&
        body.unit_moved.verb == DO_RECEIVE && body.unit_moved.hop > 1)
        tale->moved = true;
    bool counts = header->kind == EVENT_BOX_RECEIVED || header->kind == EVENT_PERSON ||
                  header->kind == EVENT_ERASE;
    if (!counts || tale->count == SAID_MAX) return;
    compare_said(tale, &now);
    tale->said[tale->count++] = now;
}

static bool holds_late_joiner(const struct world *world, struct logs *logs)
{
    for (unsigned i = 0; i < world->hosts; i++) {
        const struct log *log = logs_find(logs, &world->host[i].self.log);
        if (world->host[i].late && log != NULL && log->row.last > 1) return true;
    }
    return false;
}

static void count_met(struct world *world, struct logs *logs)
{
    struct tale *tale = calloc(1, sizeof *tale);
    assert(tale != NULL);
    for (uint32_t i = 0; i < logs->count; i++)
        for (uint64_t idx = 1; idx <= logs->log[i].row.last; idx++) {
            struct event event;
            struct event_header header;
            if (log_read(logs, &logs->log[i].id, idx, &event, NULL) == OK &&
                event_header_decode(event.header, &header) == OK)
                hear(tale, &header, event.payload);
        }
    if (tale->moved) world_mark(world, "folded in another order: a unit that moved");
    if (tale->twice) world_mark(world, "folded in another order: a box received twice");
    if (tale->erased) world_mark(world, "folded in another order: an erasure from elsewhere");
    if (holds_late_joiner(world, logs))
        world_mark(world, "folded in another order: a late joiner's log");
    free(tale);
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
    count_met(world, logs);
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

#include "sim/watch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/core/log_inside.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch_floor.h"
#include "sim/watch_goods.h"
#include "sim/watch_labels.h"
#include "sim/watch_money.h"
#include "sim/watch_rows.h"
#include "sim/watch_stock.h"
#include "sim/watch_swap.h"
#include "sim/watch_time.h"
#include "sim/watch_worth.h"
#include "sim/watch_yard.h"

void watch_open(struct world *world)
{
    world->watch = calloc(1, sizeof *world->watch);
    assert(world->watch != NULL);
}

void watch_close(struct world *world)
{
    if (world->watch == NULL) return;
    for (unsigned i = 0; i < world->watch->logs; i++) free(world->watch->log[i].hash);
    free(world->watch);
    world->watch = NULL;
}

/* Law 2: nothing leaves a node before its commit has returned. The disk's own word counts here,
 * not what the core thinks of its turn. */
void watch_leaving(struct host *host, const char *what)
{
    if (host->world->watch == NULL || !host->disk.writing) return;
    oracle_fail(host->world, "law 2: %s left host %u before the commit", what, host->number);
}

static struct watch_log *log_of(struct watch *watch, const struct id *id)
{
    for (unsigned i = 0; i < watch->logs; i++)
        if (id_equal(&watch->log[i].id, id)) return &watch->log[i];
    assert(watch->logs < WATCH_LOGS_MAX);
    struct watch_log *log = &watch->log[watch->logs++];
    log->id = *id;
    return log;
}

/* --- entries --------------------------------------------------------------------------------- */

/* A host and one of its logs, of which something changed. */
struct look {
    struct world *world;
    struct host *host;
    struct logs *logs;
    const struct log *log;
    struct watch_log *known;
};

static bool same_hash(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

/* I9, I11: one history, whoever holds it. Where a store was lost or put back there may be two, and
 * the nodes' own detection is what counts. */
static void compare(const struct look *look, uint64_t idx, const struct hash *hash)
{
    struct watch_log *known = look->known;
    if (idx <= known->known) {
        if (!same_hash(&known->hash[idx - 1], hash) && !stores_are_other(look->world))
            oracle_fail(look->world, "I11: entry %llu of a log is another one at host %u",
                        (unsigned long long)idx, look->host->number);
        return;
    }
    if (known->known == known->room) {
        known->room = known->room == 0 ? 1024 : 2 * known->room;
        known->hash = realloc(known->hash, (size_t)known->room * sizeof *known->hash);
        assert(known->hash != NULL);
    }
    known->hash[known->known++] = *hash;
}

/* Append requires that deps are held: a host's logs are closed under "depends on". */
static void check_deps(const struct look *look, const struct event_header *header)
{
    for (uint32_t i = 0; i < header->deps_count; i++) {
        const struct log *held = logs_find(look->logs, &header->deps[i].log);
        if (held == NULL || held->row.last < header->deps[i].idx)
            oracle_fail(look->world, "I10: host %u holds an entry and not the one it depends on",
                        look->host->number);
    }
}

static void check_entry(const struct look *look, uint64_t idx)
{
    struct event event;
    struct event_header header;
    struct hash hash, before;
    look->world->watch->entries++;
    if (log_read(look->logs, &look->log->id, idx, &event, &hash) != OK ||
        event_header_decode(event.header, &header) != OK) {
        oracle_fail(look->world, "I10: entry %llu of a log does not match its hash at host %u",
                    (unsigned long long)idx, look->host->number);
        return;
    }
    if (log_hash_at(look->logs, look->log, idx - 1, &before) != OK ||
        !same_hash(&header.prev, &before))
        oracle_fail(look->world, "I10: entry %llu of a log does not continue it at host %u",
                    (unsigned long long)idx, look->host->number);
    bool first = idx > look->known->known;
    compare(look, idx, &hash);
    check_deps(look, &header);
    if (first) watch_rows(look->host, &header, event.payload);
}

/* What an entry means is looked at when its fold shows it: of another's log that may be turns after
 * it was stored. */
static void check_folded(const struct look *look, uint64_t idx)
{
    struct event event;
    struct event_header header;
    if (log_read(&look->host->core->logs, &look->log->id, idx, &event, NULL) != OK ||
        event_header_decode(event.header, &header) != OK)
        return; /* told of above */
    watch_goods(look->host, &header, event.payload);
    watch_time(look->host, &header, event.payload);
    watch_money(look->host, &header, event.payload);
    watch_worth(look->host, &header, event.payload);
    watch_floor(look->host, &header, event.payload);
    watch_stock(look->host, &header, event.payload);
    watch_yard(look->host, &header, event.payload);
    watch_swap(look->host, &header, event.payload);
    watch_label(look->host, &header, event.payload);
    watch_lines(look->host, &header, event.payload);
}

/* --- seals ----------------------------------------------------------------------------------- */

static bool is_signed(const struct look *look, const struct seal *seal)
{
    struct hash hash;
    if (log_hash_at(look->logs, look->log, seal->idx, &hash) != OK) return false;
    for (unsigned i = 0; i < look->world->hosts; i++)
        if (seal_verify(&look->host->crypto, look->world->host[i].self.sign_key, &look->log->id,
                        seal, &hash) == OK)
            return true;
    return false;
}

static void check_seals(const struct look *look)
{
    const struct rows *truth = &look->host->disk.inner->truth;
    uint64_t *sealed = &look->known->sealed[look->host->number];
    struct row row;
    struct seal seal;
    while (true) {
        struct log_key key = log_key_of(&look->log->id, *sealed + 1);
        struct span prefix = span_of(look->log->id.bytes, ID_BYTES);
        if (!truth->port->next(truth->world, TRUTH_SEAL, prefix, log_key_span(&key), false, &row))
            return;
        if (row.key.size != LOG_KEY_BYTES) return;
        *sealed = be_get(row.key.at + ID_BYTES, 8);
        look->world->watch->seals++;
        if (!log_get_seal(look->logs, &look->log->id, *sealed, &seal) || !is_signed(look, &seal))
            oracle_fail(look->world, "I10: host %u keeps a seal that no member gave",
                        look->host->number);
    }
}

/* --- after a turn ---------------------------------------------------------------------------- */

static void look_at(const struct look *look)
{
    const struct log *log = look->log;
    const struct host *host = look->host;
    uint64_t *seen = &look->known->seen[host->number];
    if (log->row.last < *seen)
        oracle_fail(look->world, "I12: host %u holds %llu entries of a log, and had committed %llu",
                    host->number, (unsigned long long)log->row.last, (unsigned long long)*seen);
    while (*seen < log->row.last) check_entry(look, ++*seen);
    uint64_t *folded = &look->known->folded[host->number];
    while (*folded < log->folded && *folded < *seen) check_folded(look, ++*folded);
    check_seals(look);
    if (!log->own && log->folded > log->row.committed)
        oracle_fail(look->world, "fold: host %u folded entry %llu, %llu are committed",
                    host->number, (unsigned long long)log->folded,
                    (unsigned long long)log->row.committed);
    bool ours = id_equal(&log->row.writer, &host->self.node) && log->row.retired == 0;
    if (ours && log->row.sealed < log->row.last)
        oracle_fail(look->world, "I10: host %u committed an entry of its own without a seal",
                    host->number);
}

bool watch_decided_here(const struct host *host, const struct event_header *header)
{
    const struct log *log = logs_find(&host->core->logs, &header->log);
    return log != NULL && log->own && header->term == log->row.term;
}

static bool is_sound(const struct host *host)
{
    return !store_is_other(host) && !host->disk.crashed && !host->core->stopped;
}

void watch_turn(struct host *host, enum error error)
{
    struct watch *watch = host->world->watch;
    const struct store *store = host->disk.inner;
    struct logs *logs = &host->core->logs;
    bool reading = false;
    if (watch == NULL || error != OK || !is_sound(host)) return;
    assert(logs->count <= WATCH_LOGS_MAX);
    if (watch->host[host->number].runs != host->runs)
        memset(&watch->host[host->number], 0, sizeof watch->host[0]);
    watch->host[host->number].runs = host->runs;
    for (uint32_t i = 0; i < logs->count; i++) {
        const struct log *log = &logs->log[i];
        struct watch_tail *tail = &watch->host[host->number].tail[i];
        struct watch_tail now = {log->row.last, log->row.sealed, log->folded};
        if (memcmp(tail, &now, sizeof now) == 0) continue;
        if (!reading) reading = store->port->begin_read(store->world) == OK;
        if (!reading) return;
        *tail = now;
        const struct look look = {host->world, host, logs, log, log_of(watch, &log->id)};
        look_at(&look);
    }
    if (reading) store->port->end_read(store->world);
}

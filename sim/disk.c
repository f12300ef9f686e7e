/* The disk of a host: the real store over LMDB in memory-backed files, with faults put in between
 * the core and it. What a crash leaves is what LMDB left; LMDB's own crash states are explored
 * apart (tests/crash). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/bugs.h"
#include "sim/world.h"

#define FLUSH_US (30 * SECOND_US) /* after which an idle kernel has written what it holds */

static enum error disk_begin(void *world)
{
    struct host *host = world;
    assert(!host->disk.crashed);
    if (host->disk.read_only) return ERROR_READ_ONLY;
    enum error error = host->disk.inner->port->begin(host->disk.inner->world);
    host->disk.writing = error == OK;
    return error;
}

/* The planted fault of a store that does not flush: a machine that dies soon after a commit comes
 * up without it. LMDB keeps the commit before it whole, under the other of its two meta pages; the
 * views are made anew. Offsets are those of LMDB 0.9 on a machine of 64 bits. */
static void lose_latest_commit(struct host *host)
{
    enum { PAGE_BYTES = 4096, META_AT = 16, META_BYTES = 136, TXNID_AT = 144 };
    char path[2 * sizeof host->directory], command[2 * sizeof host->directory];
    uint8_t page[2][PAGE_BYTES];
    uint64_t txnid[2];
    snprintf(path, sizeof path, "%s/truth/data.mdb", host->directory);
    snprintf(command, sizeof command, "rm -rf '%s/views'", host->directory);
    FILE *file = fopen(path, "r+b");
    bool read = file != NULL && fread(page, sizeof page, 1, file) == 1;
    assert(read);
    for (unsigned i = 0; i < 2; i++) memcpy(&txnid[i], page[i] + TXNID_AT, sizeof txnid[i]);
    unsigned newer = txnid[1] > txnid[0] ? 1 : 0;
    bool written = fseek(file, newer * PAGE_BYTES + META_AT, SEEK_SET) == 0 &&
                   fwrite(page[1 - newer] + META_AT, META_BYTES, 1, file) == 1;
    bool closed = fclose(file) == 0, removed = system(command) == 0;
    assert(written && closed && removed);
}

static enum error cut_short(struct host *host, bool wrote)
{
    host->disk.next = DISK_SOUND;
    host->disk.crashed = true;
    world_trace(host->world, wrote ? "crash after commit" : "crash before commit", host->number, 0);
    return ERROR_OUTCOME_UNKNOWN;
}

static enum error disk_commit(void *world)
{
    struct host *host = world;
    struct disk *disk = &host->disk;
    struct store *inner = disk->inner;
    enum disk_fault fault = disk->next;
    disk->writing = false;
    disk->committed_us = host->world->now_us;
    if (fault == DISK_EIO) {
        fault = disk->coin ? DISK_CRASH_AFTER : DISK_CRASH_BEFORE;
        world_mark(host->world, disk->coin ? "commit of unknown outcome, kept"
                                           : "commit of unknown outcome, lost");
    }
    if (fault == DISK_FULL_AT_COMMIT) {
        disk->next = DISK_SOUND;
        inner->port->abort(inner->world);
        return ERROR_FULL;
    }
    if (fault == DISK_CRASH_BEFORE) {
        inner->port->abort(inner->world);
        return cut_short(host, false);
    }
    if (fault == DISK_CRASH_BETWEEN) store_lmdb_cut_next_commit(disk->lmdb);
    enum error error = inner->port->commit(inner->world);
    if (fault == DISK_CRASH_BETWEEN || (fault == DISK_CRASH_AFTER && error == OK))
        return cut_short(host, true);
    return error;
}

static void disk_abort(void *world)
{
    struct host *host = world;
    host->disk.writing = false;
    host->disk.inner->port->abort(host->disk.inner->world);
}

static enum error disk_begin_read(void *world)
{
    struct host *host = world;
    return host->disk.inner->port->begin_read(host->disk.inner->world);
}

static void disk_end_read(void *world)
{
    struct host *host = world;
    host->disk.inner->port->end_read(host->disk.inner->world);
}

static enum error disk_reset_views(void *world)
{
    struct host *host = world;
    return host->disk.inner->port->reset_views(host->disk.inner->world);
}

static const struct store_port DISK_PORT = {disk_begin,      disk_commit,   disk_abort,
                                            disk_begin_read, disk_end_read, disk_reset_views};

/* --- rows of the truth, so that a put may find no room --- */

static bool truth_get(void *world, unsigned table, struct span key, struct span *value)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    return rows->port->get(rows->world, table, key, value);
}

static void count_put(struct host *host, unsigned table)
{
    const struct rows *rows = &host->disk.inner->truth;
    if (host->disk.next != DISK_FULL_AT_PUT || host->disk.puts_left-- != 0) return;
    host->disk.next = DISK_SOUND;
    rows->port->fail(rows->world, ERROR_FULL);
    world_trace(host->world, "no room at put", host->number, table);
}

static void truth_put(void *world, unsigned table, struct span key, struct span value)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    count_put(world, table);
    rows->port->put(rows->world, table, key, value);
}

static bool truth_add(void *world, unsigned table, struct span key, struct span value,
                      struct span *held)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    count_put(world, table);
    return rows->port->add(rows->world, table, key, value, held);
}

static void truth_del(void *world, unsigned table, struct span key)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    rows->port->del(rows->world, table, key);
}

static bool truth_next(void *world, unsigned table, struct span prefix, struct span from,
                       bool after, struct row *row)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    return rows->port->next(rows->world, table, prefix, from, after, row);
}

static enum error truth_error(void *world)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    return rows->port->error(rows->world);
}

static void truth_fail(void *world, enum error error)
{
    const struct rows *rows = &((struct host *)world)->disk.inner->truth;
    rows->port->fail(rows->world, error);
}

static const struct rows_port TRUTH_PORT = {truth_get,  truth_put,   truth_add, truth_del,
                                            truth_next, truth_error, truth_fail};

enum error disk_open(struct host *host)
{
    struct disk *disk = &host->disk;
    const struct store_options options = {.directory = host->directory,
                                          .create = true,
                                          .memory_backed = true,
                                          .map_bytes = (size_t)1 << 30};
    enum error error = store_lmdb_open(&options, &disk->lmdb);
    if (error != OK) return error;
    disk->inner = store_lmdb_port(disk->lmdb);
    disk->crashed = disk->writing = false;
    disk->next = DISK_SOUND;
    disk->port = (struct store){.world = host,
                                .port = &DISK_PORT,
                                .truth = {host, &TRUTH_PORT},
                                .views = disk->inner->views,
                                .views_fresh = disk->inner->views_fresh};
    return OK;
}

void disk_close(struct host *host, bool crash)
{
    if (crash)
        store_lmdb_crash(host->disk.lmdb);
    else
        store_lmdb_close(host->disk.lmdb);
    host->disk.lmdb = NULL;
    bool fresh = host->world->now_us - host->disk.committed_us < FLUSH_US;
    if (BUG(ack_before_fsync) && crash && fresh) lose_latest_commit(host);
}

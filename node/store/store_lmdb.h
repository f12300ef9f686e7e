/* The store over LMDB: two environments in one directory, one process (flock) (DESIGN §5).
 *
 *     DIR/lock      flock, held while open
 *     DIR/truth/    MDB_NOTLS only: every commit is flushed
 *     DIR/views/    MDB_NOTLS | MDB_NOSYNC; flushed and marked clean at an orderly close, deleted
 * and rebuilt after an unclean power-down (boot id and clean mark say so) DIR/ballast   given up
 * when the disk is full, so that a rescue has room
 *
 * Foreign errors (LMDB's, errno's) are translated in one function. Transactions are sticky: the
 * first error is remembered, later calls do nothing. */
#ifndef NODE_STORE_STORE_LMDB_H
#define NODE_STORE_STORE_LMDB_H

#include "node/core/store.h"

struct store_lmdb;

struct store_options {
    const char *directory;
    bool create;            /* make the directories when they are missing */
    bool memory_backed;     /* simulator and tests: NOSYNC on both; never in production */
    bool read_only;         /* a copy under examination: no lock file is written, no write begins */
    size_t map_bytes;       /* 0: 64 GiB, sparse */
    size_t ballast_bytes;   /* 0: none */
    uint64_t reserve_bytes; /* below this much free disk, begin answers ERROR_READ_ONLY */
};

enum error store_lmdb_open(const struct store_options *options, struct store_lmdb **store) MUST_USE;
/* An orderly close: flushes the views and marks them clean. Takes NULL. */
void store_lmdb_close(struct store_lmdb *store);
/* Closes as a crash would: no flush, no mark (tests, simulator). */
void store_lmdb_crash(struct store_lmdb *store);
/* The next commit writes the truth, leaves the views behind and answers ERROR_OUTCOME_UNKNOWN: what
 * a machine that dies between the two leaves (simulator, tests). */
void store_lmdb_cut_next_commit(struct store_lmdb *store);
/* The core's port; valid while the store is open. One thread at a time. */
struct store *store_lmdb_port(struct store_lmdb *store);

/* Reading from any thread, beside the writer: a snapshot with its own ports. */
struct store_reading {
    struct rows truth, views;
    void *txn[2];
    struct store_lmdb *store;
};
enum error store_reading_begin(struct store_lmdb *store, struct store_reading *reading) MUST_USE;
void store_reading_end(struct store_reading *reading);

/* A copy of the truth into an empty directory (mdb_env_copy2, compacting), flushed. It is there
 * whole or not at all; ERROR_FULL also when it would take the room that is kept for this store. The
 * copy is in doubt when it is opened as a node's store: see node/keys. */
enum error store_lmdb_backup(struct store_lmdb *store, const char *directory) MUST_USE;
/* Deletes the ballast so that writes have room once more. */
void store_lmdb_drop_ballast(struct store_lmdb *store);
uint64_t store_lmdb_free_bytes(const struct store_lmdb *store);

#endif

/* One LMDB environment as a set of tables, and transactions over it that fill the rows port.
 *
 * A `tables` is an open environment, counted by its users, so that the views can be replaced while
 * readers still hold a snapshot of the old ones. A `tables_txn` is a seat for one transaction at a
 * time: it keeps cursors and a reading transaction for the next use. Sticky: the first error is
 * remembered where the seat points, later calls do nothing; two seats may share that place, so that
 * the truth and the views of one turn fail together. */
#ifndef NODE_STORE_TABLES_H
#define NODE_STORE_TABLES_H

#include <lmdb.h>

#include "overseas-warehouse/rows.h"

#define TABLES_MAX         192
#define TABLES_READERS_MAX 512
/* An entry (header and payload) is the largest value there is; everything above is our error. */
#define TABLES_VALUE_BYTES_MAX (1024u * 1024)

struct tables {
    MDB_env *env;
    unsigned count;
    unsigned users; /* guarded by the store's mutex */
    MDB_dbi dbi[TABLES_MAX];
    bool present[TABLES_MAX];  /* a read-only copy may lack tables of a later version */
    unsigned tree[TABLES_MAX]; /* the table in whose tree this one's rows lie: mostly itself */
    uint8_t mark[TABLES_MAX];  /* tells the tables of a shared tree apart; 0: its own tree */
    MDB_dbi own;               /* the store's own few values, see store_lmdb.c */
    bool own_present;
};

struct tables_options {
    const char *directory;
    const char *const *names; /* of the tables */
    const unsigned *trees;    /* in whose tree each lies; NULL: each in its own */
    unsigned count;
    unsigned flags; /* of mdb_env_open */
    size_t map_bytes;
};

/* Opens the environment and all its tables, made when missing unless MDB_RDONLY is set. */
enum error tables_open(const struct tables_options *options, struct tables **tables) MUST_USE;
void tables_close(struct tables *tables); /* takes NULL */
uint64_t tables_last_txn(const struct tables *tables);
/* Of the map; pages that were freed and wait for another use do not count. */
uint64_t tables_free_bytes(const struct tables *tables);

/* A key as it is stored: in a shared tree with the mark of its table. */
struct tables_key {
    uint8_t bytes[ROW_KEY_BYTES_MAX + 1];
    size_t size;
};

/* What a seat knows about one tree in its present transaction. */
struct tables_place {
    MDB_cursor *reading;
    MDB_cursor *writing; /* LMDB frees it when the transaction ends */
    bool reading_bound;  /* to the present transaction */
    bool at_known;       /* the cursor in use stands on `at` */
    bool tail_known;
    struct tables_key at;
    struct tables_key tail; /* no key of the tree is larger */
};

struct tables_txn {
    struct tables *tables; /* NULL: a read-only copy that has no such environment */
    enum error *error;
    MDB_txn *txn; /* open now: the writing one, or `resting` renewed */
    MDB_txn *resting;
    bool open;
    bool writes;
    uint8_t *scratch;
    size_t scratch_size;
    struct tables_place place[TABLES_MAX];
    struct key handed[TABLES_MAX]; /* the key that a walk of the table in a shared tree gave last */
};

/* world is a struct tables_txn */
extern const struct rows_port tables_rows_port;

/* Zeroes the seat and binds it. */
void tables_txn_init(struct tables_txn *txn, struct tables *tables, enum error *error);
/* Frees what the seat keeps; no transaction may be open. */
void tables_txn_free(struct tables_txn *txn);
enum error tables_txn_begin(struct tables_txn *txn, bool writes) MUST_USE;
/* LMDB's code: the caller judges what it means for the turn. */
int tables_txn_commit(struct tables_txn *txn) MUST_USE;
/* The store's own values, by name. get: false when absent or not of that size. */
bool tables_own_get(struct tables_txn *txn, const char *name, uint8_t *value, size_t size);
void tables_own_put(struct tables_txn *txn, const char *name, const uint8_t *value, size_t size);
void tables_txn_end(struct tables_txn *txn); /* undoes a writing one; harmless when none is open */

#endif

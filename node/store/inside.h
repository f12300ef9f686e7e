/* What the files of this folder share: the open store, its seats, and who fills which part.
 *
 *     store_lmdb.c  opens and closes, backs up
 *     views.c       whether the views can be trusted, and making them anew
 *     readings.c    seats: one transaction over both sets, and the pool of them
 *     turns.c       the core's port: the write transaction */
#ifndef NODE_STORE_INSIDE_H
#define NODE_STORE_INSIDE_H

#include <pthread.h>

#include "node/store/files.h"
#include "node/store/store_lmdb.h"
#include "node/store/tables.h"

/* Which truth the views were made from, and up to which of its transactions: views of another
 * truth, or of a later state of this one (an old truth was put back), are not trusted. */
struct origin {
    uint8_t truth[16];
    uint8_t last_txn[8];
};
_Static_assert(sizeof(struct origin) == 24, "stored as it stands");
#define ORIGIN_KEY "origin"
/* Views that lie in another layout do not have this name: they are made anew. */
#define VIEWS_ORIGIN_KEY "origin/2"

enum store_state { STORE_IDLE, STORE_READING, STORE_WRITING };

/* One transaction over both sets; the first error of either stands for both. */
struct seat {
    struct tables_txn truth;
    struct tables_txn views;
    enum error error;
    struct seat *next;
};

struct store_lmdb {
    struct store port;
    struct store_options options;
    struct path directory, truth_directory, views_directory;
    int lock;
    struct tables *truth;
    struct tables *views; /* the present ones; NULL in a copy without views. Guarded by mutex. */
    struct seat turn;
    enum store_state state;
    struct origin origin;
    enum error stopped;  /* not OK: no turn begins any more in this process */
    bool views_lost;     /* the last commit reached the truth alone */
    bool cut_next;       /* tests: the next commit ends between truth and views */
    bool views_doubtful; /* they must not be marked clean */
    pthread_mutex_t mutex;
    struct seat *seats; /* at rest; guarded by mutex */
    unsigned seats_count;
    unsigned readings; /* under way; guarded by mutex */
};

extern const struct store_port store_turns_port;

/* Binds a seat to the truth and to the present views, and counts it as a user of those. The mutex
 * is held, or there are no threads yet or any more. */
void seat_bind(struct store_lmdb *store, struct seat *seat);
void seat_unbind(struct seat *seat);
enum error seat_begin_reading(struct seat *seat) MUST_USE;
void seat_end(struct seat *seat);
void seats_drop_resting(struct store_lmdb *store);

/* Opens the views, or makes them when they are missing or not trusted; sets views_fresh. */
enum error views_open(struct store_lmdb *store) MUST_USE;
/* Empty views in the place of the present ones, which readers may go on to hold. */
enum error views_make(struct store_lmdb *store, struct tables **views) MUST_USE;
void views_replace(struct store_lmdb *store, struct tables *views);
/* The next open, of whatever process, deletes and rebuilds them. */
void views_doubt(struct store_lmdb *store);
/* At an orderly close: flushed and marked clean. */
void views_settle(struct store_lmdb *store);

#endif

/* The engine of a running node: one writer thread that turns the core, and the doors to it.
 *
 * Any thread submits jobs; the writer takes whatever is queued (up to a turn), lets the core decide
 * and commit, and calls each job's `done` afterwards, on the writer thread: a done callback only
 * hands over (to the HTTP loop, to nobody). The queue is bounded: a full one refuses at once. */
#ifndef NODE_ENGINE_H
#define NODE_ENGINE_H

#include <pthread.h>

#include "node/core/core.h"
#include "node/store/store_lmdb.h"

#define ENGINE_JOBS_MAX      4096
#define ENGINE_JOB_BYTES_MAX (32u * 1024 * 1024)

struct job {
    struct job *next;
    struct input input;
    size_t bytes; /* of memory it holds, for the bound */
    /* After the commit. answer is NULL for inputs that have none. Owns and frees the job. */
    void (*done)(struct job *job, const struct answer_out *answer);
};

/* What the shells around it are told, all on the writer thread, all after a commit. */
struct engine_port {
    void *mesh_world;
    void (*send)(void *mesh_world, uint32_t link, struct span message); /* copies */
    void (*drop)(void *mesh_world, uint32_t link);
    void (*members)(void *mesh_world);
    void *outbox_world;
    void (*call)(void *outbox_world, enum call_kind kind, const struct refund_call *call);
    void *buy_world;
    void (*buy)(void *buy_world, enum call_kind kind, const struct label_call *call);
    void *feed_world;
    void (*feed)(void *feed_world, uint64_t next_number);
    /* What a member says about a file; in a turn, before its commit. */
    void *blob_world;
    void (*blob)(void *blob_world, const struct id *node, enum message_type type, struct span body);
};

struct engine;
/* Takes the opened store; loads and mends. NULL and *error on failure. */
struct engine *engine_open(struct store_lmdb *store, const struct crypto *crypto,
                           const struct core_self *self, enum error *error);
void engine_connect(struct engine *engine, const struct engine_port *port); /* before start */
enum error engine_start(struct engine *engine) MUST_USE;
/* false: the queue is full or the engine stops; the caller keeps the job. */
bool engine_submit(struct engine *engine, struct job *job);
/* Would a job of so many bytes be taken now? For whoever would make one in vain. */
bool engine_has_room(struct engine *engine, size_t bytes);
/* Takes no more jobs, ends the turn, says BYE, joins the thread. Jobs left get ERROR_BUSY. */
void engine_stop(struct engine *engine);
void engine_free(struct engine *engine);
/* A coherent copy, taken under a lock after each turn. */
struct engine_status {
    struct core_stats stats;
    struct hash digest;
    struct hash table[VIEW_TABLE_COUNT];
    bool clock_suspect, in_doubt, stopped, read_only;
    struct unserved unserved[UNSERVED_MAX]; /* refunds that wait for a payment account */
    uint32_t unserved_count;
    struct {
        struct id node;
        bool open;
        uint64_t lag_events;    /* own entries it has not acknowledged */
        uint64_t behind_events; /* entries it holds and we do not */
        uint64_t heard_ms_ago;
        uint64_t in_flight_bytes;
    } peer[PEERS_MAX];
    uint32_t peers_count;
    struct {
        struct id log;
        uint64_t last, committed, folded;
        struct hash last_hash; /* of entry `last` */
        bool own, quarantined;
        uint64_t log_type;
    } log[LOGS_MAX];
    uint32_t logs_count;
    uint64_t feed_next;
};
void engine_status(struct engine *engine, struct engine_status *status);
/* Is this store one that may have effects: neither in doubt nor stopped? */
bool engine_may_act(struct engine *engine);
const struct core_self *engine_self(const struct engine *engine);
/* Counts of core_port.mark by name, for metrics and tests. */
void engine_marks(struct engine *engine,
                  void (*each)(void *world, const char *name, uint64_t count), void *world);

#endif

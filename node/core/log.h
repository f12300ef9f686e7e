/* Logs: append-only, one writer, chained by hash, ended by seals (DESIGN §2).
 *
 * The shelf of all logs that this store holds is kept in memory (tails only) and in TRUTH_LOG.
 * Own entries are appended one by one within a turn and sealed at its end; entries of others come
 * in batches that end on a seal, and are refused only for header, chain or seal. Everything here
 * works inside the turn's write transaction; a turn that fails is undone by log_reload. */
#ifndef NODE_CORE_LOG_H
#define NODE_CORE_LOG_H

#include "node/core/ahead.h"
#include "node/core/store.h"
#include "proto/catalogue.h"
#include "proto/hlc.h"
#include "proto/messages.h"

#define LOGS_MAX 512

/* writer_log: of a book, the node log of the store that writes it; set by GENESIS, HANDOVER and
 * RECOVERED. */
#define LOG_ROW_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, choice, log_type, log_type, 0)                                               \
    F(S, 2, REQUIRED, id, writer, none, 0)     /* node: of a node log for ever, of a book now */   \
    F(S, 3, REQUIRED, hash, sign_key, none, 0) /* of the writer */                                 \
    F(S, 4, OPTIONAL, uint, last, none, EVENT_IDX_MAX)                                             \
    F(S, 5, OPTIONAL, hash, last_hash, none, 0)                                                    \
    F(S, 6, OPTIONAL, uint, sealed, none, EVENT_IDX_MAX)                                           \
    F(S, 7, OPTIONAL, uint, committed, none, EVENT_IDX_MAX) /* folds stop here */                  \
    F(S, 8, OPTIONAL, uint, term, none, UINT32_MAX)                                                \
    F(S, 9, OPTIONAL, uint, quarantined, none, 1) /* a fork was seen: nothing more is appended */  \
    F(S, 10, OPTIONAL, uint, retired, none, 1)    /* ours, but of a former store: read only */     \
    F(S, 11, OPTIONAL, id, merchant, none, 0)                                                      \
    F(S, 12, OPTIONAL, id, warehouse, none, 0)                                                     \
    F(S, 13, OPTIONAL, id, writer_log, none, 0)
SHAPE_DECLARE(log_row, LOG_ROW_FIELDS)

struct log {
    struct id id;
    struct log_row row;
    bool own;                /* this node writes it now */
    bool dirty;              /* row differs from the truth */
    bool grew;               /* entries were appended in this turn */
    uint64_t folded;         /* cursor of the views */
    uint64_t folded_stored;  /* as VIEW_CURSOR has it at the latest commit */
    uint64_t durable;        /* last at the latest commit: what others may be told */
    uint64_t unsealed_bytes; /* of own entries appended after the last seal */
};

#define LOG_VALUE_BYTES_MAX (HASH_BYTES + 2 + EVENT_HEADER_BYTES_MAX + EVENT_PAYLOAD_BYTES_MAX)
#define LOGS_OF_WRITER_MAX  64 /* so that one member cannot fill the shelf */

/* One entry of the batch under examination; spans into the message. */
struct log_item {
    struct event event;
    struct hash hash;
};

/* A change of writer within a batch: a RECOVERED at its front, a HANDOVER at its end. */
struct log_change {
    uint64_t idx;
    struct id writer, writer_log;
    struct hash sign_key;
    uint64_t term;
};

/* What is left of a batch that waits for an entry of another log: its chain, seal and entries are
 * checked, and from `next` on they are appended as soon as their deps are held. */
struct log_rest {
    struct id log;
    struct dep missing;
    uint64_t next;
    struct seal seal;
    struct log_change change[2];
    uint32_t changes;
    struct data_reader reader; /* stands before `next` */
    struct span body;          /* what it walks; the keeper's */
};

struct logs {
    struct store *store;
    const struct crypto *crypto;
    struct log log[LOGS_MAX];
    uint32_t count;
    uint64_t feed_next; /* number of the next event of the feed */
    struct id mesh;     /* first 16 bytes of the hash of the membership's first entry; zero while a
                           mesh is being founded */
    struct log_rest rest; /* of the last batch, after BATCH_DEPS; rest.next is 0: none */
    struct log_item item[DATA_EVENTS_MAX]; /* scratch of log_append_batch */
    struct {
        const struct log *log; /* NULL: nothing */
        uint64_t first, last;
        uint64_t base; /* item[0] is this entry */
        struct ahead ahead;
    } fresh; /* appended from item[], whose message is still there: read from here */
    uint8_t value[LOG_VALUE_BYTES_MAX]; /* scratch: the row being put */
};

/* Reads the tails of all logs and their fold cursors, within any transaction. The first time *logs
 * is all zero; later calls undo what a failed turn left in memory, and every log that stays keeps
 * its place in the array. mesh is kept; `own` is the caller's to set (book_settle). */
enum error logs_load(struct logs *logs, struct store *store, const struct crypto *crypto) MUST_USE;
struct log *logs_find(struct logs *logs, const struct id *id); /* NULL: not held */
/* Room for a log whose entry 1 is about to be appended. ERROR_FULL at LOGS_MAX. */
enum error logs_add(struct logs *logs, const struct id *id, const struct log_row *row,
                    struct log **log) MUST_USE;

/* Appends one own entry. header's log, idx, prev, phash and plen are filled in; term is the log's.
 * ERROR_QUARANTINED logs and logs that are not own are our error: asserted. */
enum error log_append(struct logs *logs, struct log *log, struct event_header *header,
                      struct span payload) MUST_USE;
/* Seals own logs that grew in this turn; an own log of one voter is committed through its end. */
enum error logs_seal(struct logs *logs) MUST_USE;
/* Writes dirty rows and the feed; called before the commit. After it: logs_committed or, when the
 * commit failed, logs_load again. */
void logs_flush(struct logs *logs);
void logs_committed(struct logs *logs);

enum batch_verdict {
    BATCH_APPENDED, /* and maybe entries held before were skipped */
    BATCH_HELD,     /* all entries were held already, and are the same */
    BATCH_GAP,      /* begins after our end: fetch from our end */
    BATCH_DEPS,     /* an entry names one of another log that is not held: fetch that first; the
                       entries before it are appended all the same, since the seal proves them */
    BATCH_REFUSED,  /* header, chain, seal or frame are wrong: the session is closed */
    BATCH_FORK,     /* ERROR_FORK: another entry, validly sealed, stands where ours stands; the log
                       is quarantined, the evidence kept. ERROR_IN_DOUBT: entries of an own log,
                       validly sealed, that this store does not hold; the log is retired */
    BATCH_STRAY,    /* of a branch of a book that left ours before this batch begins, under a seal
                       of nobody we know to lead it: fetch what is before */
    BATCH_UNKNOWN   /* no such log and the batch does not begin with its entry 1; or the membership
                       does not name the writer (yet) */
};
struct batch_result {
    enum batch_verdict verdict;
    enum error error;
    struct dep missing; /* BATCH_DEPS */
    struct id log;
    uint64_t first, last; /* appended; 0, 0: nothing was. FORK: where; STRAY: its begin */
    uint64_t through;     /* the last entry of the batch: the sender holds as much */
};
/* Checks and appends a DATA body. ahead: what was worked out of it before.
 * key_of_writer tells the signing key that the membership has for the writer a genesis names (NULL:
 * not a member). */
struct batch_result log_append_batch(struct logs *logs, struct span data_body,
                                     const struct ahead *ahead, const void *world,
                                     const uint8_t *(*key_of_writer)(const void *world,
                                                                     const struct id *node));
/* The message that the last batch came in goes: what was appended is read from the store again. */
void log_batch_gone(struct logs *logs);
/* Moves logs->rest into the keeper's hands; body: a copy of the DATA body it came from. */
void log_rest_keep(struct logs *logs, struct span body, struct log_rest *rest);
/* Goes on with a kept rest. BATCH_APPENDED: all of it stands; BATCH_DEPS: it waits again, and some
 * of it may have been appended; any other verdict: it is of no use any more. */
struct batch_result log_append_rest(struct logs *logs, struct log_rest *rest);

/* Reads one entry; spans live until the next write. Verifies the stored hash (ERROR_CORRUPT). */
enum error log_read(const struct logs *logs, const struct id *log, uint64_t idx,
                    struct event *event, struct hash *hash) MUST_USE;
/* What the entry adds if it is the first about its thing, if that was worked out ahead; or empty.
 */
struct span log_rows_ahead(const struct logs *logs, const struct log *log, uint64_t idx);
enum error log_hash_at(const struct logs *logs, const struct log *log, uint64_t idx,
                       struct hash *hash) MUST_USE;
/* Drops a personal payload; the header and the chain stay. */
enum error log_erase_payload(struct logs *logs, const struct id *log, uint64_t idx) MUST_USE;
/* The largest sealed idx in from..upto such that the entries from `from` fit bytes_max; 0: none. */
uint64_t log_seal_within(const struct logs *logs, const struct log *log, uint64_t from,
                         uint64_t upto, size_t bytes_max, uint32_t *events);
/* Builds the DATA body of entries from..to (to bears a seal). */
enum error log_build_data(const struct logs *logs, const struct log *log, uint64_t from,
                          uint64_t to, uint8_t *buffer, size_t size, struct span *body) MUST_USE;

#endif

/* The store as the core sees it: two sets of tables behind ports, and one write transaction over
 * both at a time (DESIGN §2, §5).
 *
 * truth: durable; logs and primary-local rows; never digested, never rebuilt.
 * views: disposable; rebuilt from the truth and the own identity.
 *
 * The filling is node/store (LMDB), in the simulator too. A commit flushes the truth first and the
 * views after it; a crash between the two is mended at the next open by folding from the cursors.
 */
#ifndef NODE_CORE_STORE_H
#define NODE_CORE_STORE_H

#include "overseas-warehouse/rows.h"

/* X(NAME, word, key) */
#define TRUTH_TABLE_LIST(X)                                                                        \
    X(TRUTH_META, "meta", "name")       /* single values of this store, see node/core/meta.h */    \
    X(TRUTH_LOG, "log", "log")          /* struct log_row */                                       \
    X(TRUTH_EVENT, "event", "log, idx") /* hash(32) ‖ header size(2) ‖ header ‖ payload */   \
    X(TRUTH_SEAL, "seal", "log, idx")   /* committed_through(8) ‖ signature(64) */               \
    X(TRUTH_ACK, "ack", "node, log")    /* idx(8) a peer holds durably */                          \
    X(TRUTH_FEED, "feed", "number") /* first idx(8) ‖ count(4) ‖ log(16): events in order of   \
                                       arrival here; number is that of the first */                \
    X(TRUTH_FORK, "fork", "log, idx, hash") /* the other branch's entry, as evidence */            \
    X(TRUTH_TOKEN, "token", "token") /* struct token_row: hashed secrets of the HTTP door */       \
    X(TRUTH_HOOK, "hook", "webhook") /* struct hook_progress */                                    \
    X(TRUTH_DELIVERY, "delivery", "webhook, number") /* struct hook_delivery */

#define TRUTH_ENUM(NAME, word, key) NAME,
enum truth_table { TRUTH_TABLE_LIST(TRUTH_ENUM) TRUTH_TABLE_COUNT };
#undef TRUTH_ENUM
const char *truth_table_name(enum truth_table table);

struct store_port {
    /* Opens the write transactions of both sets. ERROR_READ_ONLY when the disk is too full. */
    enum error (*begin)(void *world);
    /* Truth (durable), then views. Any error: nothing may leave. ERROR_FULL: the whole turn is
     * undone. ERROR_OUTCOME_UNKNOWN: stop the process. If only the views could not follow, the turn
     * stands, and begin answers ERROR_OUTCOME_UNKNOWN until reset_views: a restart makes them anew.
     */
    enum error (*commit)(void *world);
    void (*abort)(void *world);
    /* A snapshot of both sets for reading between turns; ports below then read from it. */
    enum error (*begin_read)(void *world);
    void (*end_read)(void *world);
    /* Views are not to be trusted (unclean power-down, doubt): delete them all. Between turns. */
    enum error (*reset_views)(void *world);
};

struct store {
    void *world;
    const struct store_port *port;
    struct rows truth; /* tables of enum truth_table */
    struct rows views; /* tables of enum view_table */
    bool views_fresh;  /* views were empty or reset at open: refold everything */
};

#endif

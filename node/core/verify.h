/* Verify: is what this store shows what its logs say? (DESIGN §2)
 *
 * Every entry is checked (stored hash, chain, payload, seals), then all views are rebuilt from the
 * logs into a scratch store and compared with the held ones, row by row and in both directions.
 * Each difference is named by its table and key. Stored digests are not believed: they are computed
 * anew, and one that differs is told apart from a row that does. */
#ifndef NODE_CORE_VERIFY_H
#define NODE_CORE_VERIFY_H

#include "node/core/fold.h"

enum verify_kind {
    VERIFY_ENTRY,   /* an entry of a log: its bytes do not match its hash, or the chain breaks */
    VERIFY_SEAL,    /* a seal does not verify under the writer's key */
    VERIFY_ROW,     /* a row differs from what the logs say */
    VERIFY_MISSING, /* a row is missing */
    VERIFY_EXTRA,   /* a row that no log accounts for */
    VERIFY_DIGEST   /* a stored digest differs from the rows': stale, rows may be right */
};

struct verify_found {
    enum verify_kind kind;
    const char *table;
    struct span key;
    enum error error;
};

struct verify_report {
    uint64_t logs, entries, seals, rows;
    uint64_t entries_bad, seals_bad, rows_bad, digests_bad;
};

struct verify { /* caller's room; contents do not matter before */
    struct logs logs;
    struct fold fold;
    struct views views;
    struct verify_report report;
    void *world;
    void (*found)(void *world, const struct verify_found *found);
    void (*progress)(void *world, const struct verify_report *report); /* NULL: none */
};

/* store: under begin_read, or opened read only. scratch: an empty store of its own, written here.
 * OK: the check ran to its end; what it found is in verify->report. */
enum error verify_run(struct verify *verify, struct store *store, struct store *scratch,
                      const struct crypto *crypto) MUST_USE;

#endif

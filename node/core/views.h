/* The shared views' guard: every put and del of a shared table also moves that table's digest, so
 * that nodes which hold the same logs can compare one hash (DESIGN §2). A put that changes nothing
 * is not made. The guard is itself a rows port, and is what folds and decisions see. */
#ifndef NODE_CORE_VIEWS_H
#define NODE_CORE_VIEWS_H

#include "node/core/store.h"
#include "proto/crypto.h"

struct views {
    struct store *store;
    const struct crypto *crypto;
    struct hash digest[VIEW_TABLE_COUNT]; /* XOR of the rows' hashes */
    bool dirty[VIEW_TABLE_COUNT];
    bool work_put; /* a to-do row or a beat was put since this was last cleared */
};

/* Loads the digests of the last commit; within a transaction (write or read). */
enum error views_load(struct views *views, struct store *store,
                      const struct crypto *crypto) MUST_USE;
struct rows views_rows(struct views *views);
/* Writes changed digests; before the commit. */
void views_flush(struct views *views);
void views_digest(const struct views *views, struct hash *all);
/* The same from a copy of the tables' digests: for whoever asks later, on another thread. */
void views_digest_of(const struct crypto *crypto, const struct hash table_digest[VIEW_TABLE_COUNT],
                     struct hash *all);
void views_row_hash(const struct crypto *crypto, enum view_table table, struct span key,
                    struct span value, struct hash *hash);

#endif

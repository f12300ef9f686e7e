/* The meta table: what this store is. Written when the store is made, by `entrepot init`. */
#ifndef NODE_CORE_META_H
#define NODE_CORE_META_H

#include "node/core/log.h"
#include "proto/records_mesh.h"

#define META_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, REQUIRED, id, store, none, 0)                                                          \
    F(S, 3, REQUIRED, id, mesh, none, 0)                                                           \
    F(S, 4, REQUIRED, id, log, none, 0)                                                            \
    F(S, 5, OPTIONAL, uint, boot_count, none, UINT32_MAX)                                          \
    F(S, 6, OPTIONAL, uint, in_doubt, none, 1)                                                     \
    F(S, 7, OPTIONAL, text, name, none, NAME_BYTES_MAX)
SHAPE_DECLARE(meta_row, META_ROW_FIELDS)

/* The views' cursor of one log, and the digest of one table. */
#define CURSOR_ROW_FIELDS(F, S) F(S, 1, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(cursor_row, CURSOR_ROW_FIELDS)
#define DIGEST_ROW_FIELDS(F, S) F(S, 1, REQUIRED, hash, digest, none, 0)
SHAPE_DECLARE(digest_row, DIGEST_ROW_FIELDS)

/* false: this store was never made. */
bool meta_load(const struct rows *truth, struct meta_row *meta);
void meta_store(const struct rows *truth, const struct meta_row *meta);

/* Makes a store within one write transaction of `store`: meta and the own node log's entry 1; with
 * `found` also the membership's first entries (genesis, and this node as its first member), so that
 * a mesh begins. member: this node's own card; its log is minted by the caller. *mesh is the mesh
 * id that results (found) or that was given (join). */
struct meta_new {
    struct id node, store, log;
    struct id mesh; /* join: given; found: filled in */
    bool found;
    struct id membership; /* found: the id of the membership's log, minted by the caller */
    struct member member;
    uint64_t wall_ms;
};
/* shelf: scratch, too large for a stack; its content does not matter before or after. */
enum error meta_create(struct store *store, const struct crypto *crypto, struct meta_new *made,
                       struct logs *shelf) MUST_USE;
/* The store is in doubt (lost, restored or cloned): it goes on as another store with a new own log,
 * and in doubt, until the membership names the new log as the old one's successor. The old log is
 * retired: read and completed by peers, never written. Takes store, log, member.sign_key and
 * wall_ms of *made; gives the others back. *old_log: the one that was retired. ERROR_NOT_FOUND:
 * there is no store to go on with. */
enum error meta_renew(struct store *store, const struct crypto *crypto, struct meta_new *made,
                      struct id *old_log, struct logs *shelf) MUST_USE;

#endif

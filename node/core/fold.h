/* Folding: from entries of logs to rows of views, one entry after the other within a log, and in
 * any order across logs (law 3). A fold judges nothing: it copies outcomes.
 *
 * An entry of an unknown kind or with an unreadable payload folds into VIEW_UNREADABLE, one whose
 * kind may not stand in its type of log into VIEW_VOID, an erased payload into nothing. */
#ifndef NODE_CORE_FOLD_H
#define NODE_CORE_FOLD_H

#include "node/core/book.h"
#include "node/core/views.h"
#include "overseas-warehouse/business.h"

struct fold {
    struct logs *logs;
    struct desk desk; /* rows: the guarded views */
    bool erases;      /* drop payloads in the truth (a node); false when only rebuilding */
    bool members_changed, books_changed;
    bool erased; /* tombstones were folded: this store has to say in its log that it obeyed */
    uint64_t folded;
};

/* Folds the entry, whose bytes the caller has at hand. */
void fold_event(struct fold *fold, struct log *log, const struct event_header *header,
                struct span payload);
/* Folds a log from its cursor to what is committed, at most `limit` entries; true: more is left. */
bool fold_log(struct fold *fold, struct log *log, uint64_t limit);
/* Writes the cursors of logs whose fold moved; before the commit. */
void fold_flush(struct fold *fold);

/* Kinds below 20; called by fold_event. */
void fold_mesh(struct fold *fold, const struct place *place, enum event_kind kind,
               const union event_body *body);
/* A personal entry. Its header alone says whose it is and what is shared, so that a payload which
 * is gone, or which a peer kept back, changes no digest. */
void fold_personal(struct fold *fold, const struct place *place, const struct event_header *header,
                   struct span payload);

#endif

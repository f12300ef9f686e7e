/* Rows of the views that the core itself keeps: who is a member, who leads a book, what was asked
 * and answered. VIEW_MERCHANT holds struct merchant as the membership's latest entry gives it, and
 * VIEW_MEMBER holds struct member likewise. */
#ifndef NODE_CORE_MESH_ROWS_H
#define NODE_CORE_MESH_ROWS_H

#include "overseas-warehouse/business.h"

/* VIEW_WAREHOUSE: who keeps it now. */
#define WAREHOUSE_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, REQUIRED, id, log, none, 0)                                                            \
    F(S, 3, OPTIONAL, text, code, none, CODE_BYTES_MAX)
SHAPE_DECLARE(warehouse_row, WAREHOUSE_ROW_FIELDS)

/* VIEW_BOOK: leader, term and voters are entries of the book itself. */
#define BOOK_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, choice, log_type, log_type, 0)                                               \
    F(S, 2, REQUIRED, id, leader, none, 0)                                                         \
    F(S, 3, OPTIONAL, uint, term, none, UINT32_MAX)                                                \
    F(S, 4, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 5, OPTIONAL, list, voters, voter, VOTERS_MAX)
SHAPE_DECLARE(book_row, BOOK_ROW_FIELDS)

/* VIEW_BEAT: a node log; who writes it, and until when it told all that was asked of it. */
#define BEAT_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, OPTIONAL, time, through_ms, none, 0)
SHAPE_DECLARE(beat_row, BEAT_ROW_FIELDS)

/* VIEW_ASK: an ask as it stands in a node log; the command's body is read from the log. */
#define ASK_ROW_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, authority, none, 0)                                                      \
    F(S, 2, REQUIRED, hash, body_hash, none, 0)                                                    \
    F(S, 3, REQUIRED, uint, command, none, UINT16_MAX)                                             \
    F(S, 4, REQUIRED, time, asked_ms, none, 0)                                                     \
    F(S, 5, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 6, OPTIONAL, id, node, none, 0)
SHAPE_DECLARE(ask_row, ASK_ROW_FIELDS)

/* VIEW_REQUEST: the answer, one for each log that gave one (a request has one authority; two only
 * when goods changed hands in between, and then the lower key that succeeded is the answer). */
#define REQUEST_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, hash, body_hash, none, 0)                                                    \
    F(S, 2, REQUIRED, uint, command, none, UINT16_MAX)                                             \
    F(S, 3, OPTIONAL, uint, error, none, UINT16_MAX)                                               \
    F(S, 4, OPTIONAL, text, rule, none, RULE_BYTES_MAX)                                            \
    F(S, 5, OPTIONAL, id, entity, none, 0)                                                         \
    F(S, 6, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 7, REQUIRED, time, answered_ms, none, 0)                                                  \
    F(S, 8, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(request_row, REQUEST_ROW_FIELDS)

/* VIEW_PERSON: (subject, log, idx) -> struct person, where the payload is here. VIEW_PERSONAL: the
 * same keys, for every personal entry whose subject was not erased. VIEW_VOID, VIEW_UNREADABLE:
 * why. */
#define FAULT_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, uint, kind, none, UINT16_MAX)                                                \
    F(S, 2, OPTIONAL, uint, error, none, UINT16_MAX)
SHAPE_DECLARE(fault_row, FAULT_ROW_FIELDS)

/* VIEW_ERASURE: an erasure as somebody asked for it. */
#define ERASURE_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, time, asked_ms, none, 0)                                                     \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 3, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(erasure_row, ERASURE_ROW_FIELDS)

/* VIEW_ERASED_AT: by its own word the store of that log holds nothing of the subject any more. */
#define ERASED_AT_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(erased_at_row, ERASED_AT_ROW_FIELDS)

/* What became of a request, read from any rows (the HTTP door reads it from a snapshot). */
enum request_state { REQUEST_UNKNOWN, REQUEST_ASKED, REQUEST_ANSWERED };
struct request_view {
    enum request_state state;
    struct hash body_hash;
    uint64_t command;
    enum error error;
    char rule[RULE_BYTES_MAX];
    struct id entity, merchant, authority;
    uint64_t at_ms;
};
void request_view(const struct rows *rows, const struct id *request, struct request_view *view);

#endif

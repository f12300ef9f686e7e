/* The rows of this room, and what its files and their neighbours share. A cost table's version is
 * written once, by the merchant's own book, and never changed. */
#ifndef OVERSEAS_WAREHOUSE_WORTH_ROWS_H
#define OVERSEAS_WAREHOUSE_WORTH_ROWS_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"
#include "overseas-warehouse/worth/worth.h"

/* VIEW_COST: merchant, book, version (4 bytes). VIEW_COST_AT: merchant, book, and the moment from
 * which it holds (8 bytes) and version (4), both counted down. */
#define COST_VERSION_ROW_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, uint, version, none, COST_VERSION_MAX)                                       \
    F(S, 2, REQUIRED, time, effective_ms, none, 0)                                                 \
    F(S, 3, REQUIRED, time, set_ms, none, 0)                                                       \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, one, table, cost_table, 0)
SHAPE_DECLARE(cost_version_row, COST_VERSION_ROW_FIELDS)

/* Tables are those of the merchant's own book. false: there is no such version. */
bool cost_load(const struct rows *rows, const struct merchant *merchant, uint64_t version,
               struct cost_version_row *row);
/* The version that holds at a moment, and the newest, be it in force or to come; 0: none. One step
 * of an index, however many versions there are. */
uint64_t cost_version_at(const struct rows *rows, const struct merchant *merchant, uint64_t at_ms);
uint64_t cost_newest(const struct rows *rows, const struct merchant *merchant);

void cost_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void cost_fold(const struct desk *desk, const struct place *place, const struct cost_set *set);

/* VIEW_UNIT_LOCK: unit, book: a legal notice; only that of the owner's book is read. version counts
 * its entries. */
#define UNIT_LOCK_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 2, OPTIONAL, uint, lifted, none, 1)                                                       \
    F(S, 3, OPTIONAL, time, until_ms, none, 0)                                                     \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_lock_row, UNIT_LOCK_ROW_FIELDS)
bool lock_load(const struct rows *rows, const struct id *unit, struct unit_lock_row *row);
/* Does a notice run at that moment? */
bool lock_stands(const struct desk *desk, const struct id *unit, uint64_t at_ms);
void lock_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void lock_fold(const struct desk *desk, const struct place *place,
               const struct unit_locked *locked);

/* VIEW_UNIT_ASK: unit, book: the latest time that the merchant was asked. version counts entries.
 */
#define ASK_STATE_LIST(X)                                                                          \
    X(ASK_OPEN, 1, "open")                                                                         \
    X(ASK_ANSWERED, 2, "answered")                                                                 \
    X(ASK_SILENT, 3, "silent")
#define ASK_ENUM(name, number, word) name = number,
enum ask_state { ASK_STATE_LIST(ASK_ENUM) };
#undef ASK_ENUM
extern const struct words ask_state_words;
#define UNIT_ASK_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 2, REQUIRED, choice, state, ask_state, 0)                                                 \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 5, REQUIRED, time, asked_ms, none, 0)                                                     \
    F(S, 6, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 7, REQUIRED, choice, silence, disposition, 0)                                             \
    F(S, 8, OPTIONAL, choice, answer, disposition, 0)                                              \
    F(S, 9, OPTIONAL, time, ended_ms, none, 0)                                                     \
    F(S, 10, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_ask_row, UNIT_ASK_ROW_FIELDS)
bool ask_load(const struct rows *rows, const struct id *unit, struct unit_ask_row *row);
void ask_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision);
/* Nobody answered: what the proposal said then, once all who may answer were heard. */
void ask_due(const struct desk *desk, const struct id *book, uint64_t due_ms, const struct id *unit,
             const struct moment *moment, struct decision *decision);
void ask_fold(const struct desk *desk, const struct place *place, const struct unit_asked *asked);
/* A release answers what is open. */
void ask_answered_fold(const struct desk *desk, const struct place *place,
                       const struct released *released);
/* deadline_fold.c */
void deadlines_of_ask(const struct desk *desk, const struct id *unit, const struct id *book,
                      const struct unit_ask_row *row);

/* A unit's proposal as things stand at a moment. */
struct appraisal {
    struct merchant merchant; /* whose the unit is */
    struct id return_id;
    uint64_t version;  /* of the table that holds; 0: there is none, and nothing is proposed */
    uint64_t currency; /* of the figures */
    bool value_known;
    int64_t value_minor;
    uint64_t grade;
    struct proposal proposal;
};
/* false: there is no such unit, or it is nobody's yet. */
bool worth_appraise(const struct desk *desk, const struct id *unit, uint64_t at_ms,
                    struct appraisal *appraisal);

#endif

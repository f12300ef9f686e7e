/* What a unit is worth, way by way: the merchant's cost table in versions, and the figures of a
 * proposal as they stand in the entry of the unit that was disposed of by them. */
#ifndef PROTO_RECORDS_WORTH_H
#define PROTO_RECORDS_WORTH_H

#include "proto/records_mesh.h"
#include "proto/records_policy.h"

#define COST_VERSION_MAX   POLICY_VERSION_MAX
#define COST_ROWS_MAX      96
#define COST_MINOR_MAX     1000000000000 /* of one row; a day's storage too */
#define COST_PER_MILLE_MAX 1000
#define COST_DAYS_MAX      3650

/* X(NAME, number, "word") */
#define COST_KIND_LIST(X)                                                                          \
    X(COST_RECOVERY, 1, "recovery") /* what is expected to come in */                              \
    X(COST_FREIGHT, 2, "freight")                                                                  \
    X(COST_HANDLING, 3, "handling")                                                                \
    X(COST_STORAGE, 4, "storage") /* a day, times the days that it is expected to lie */           \
    X(COST_DUTY_LOST, 5, "duty_lost")                                                              \
    X(COST_DUTY_RECOVERED, 6, "duty_recovered")
#define COST_ENUM(name, number, word) name = number,
enum cost_kind { COST_KIND_LIST(COST_ENUM) };
#undef COST_ENUM
extern const struct words cost_kind_words;

/* A row is for the units that everything fits which it names; of those that fit a unit the nearest
 * counts: a disposition before a SKU before a category before a grade before a warehouse before a
 * market. */
#define COST_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, choice, kind, cost_kind, 0)                                                  \
    F(S, 2, OPTIONAL, choice, disposition, disposition, 0)                                         \
    F(S, 3, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 4, OPTIONAL, text, category, none, CATEGORY_BYTES_MAX)                                    \
    F(S, 5, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 6, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 7, OPTIONAL, text, country, none, COUNTRY_BYTES)                                          \
    F(S, 8, OPTIONAL, sint, amount_minor, none, COST_MINOR_MAX)                                    \
    F(S, 9, OPTIONAL, uint, per_mille, none, COST_PER_MILLE_MAX) /* of the unit's value */         \
    F(S, 10, OPTIONAL, uint, days, none, COST_DAYS_MAX)          /* of storage */
SHAPE_DECLARE(cost_row, COST_ROW_FIELDS)

#define COST_TABLE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 2, REQUIRED, list, rows, cost_row, COST_ROWS_MAX)
SHAPE_DECLARE(cost_table, COST_TABLE_FIELDS)

/* The entry of the book. */
#define COST_SET_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, uint, version, none, COST_VERSION_MAX) /* from 1, without a gap */           \
    F(S, 3, REQUIRED, time, effective_ms, none, 0)                                                 \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, one, table, cost_table, 0)
SHAPE_DECLARE(cost_set, COST_SET_FIELDS)

/* The next version of the merchant's cost table; If-Match names the former one. */
#define COST_PUT_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, OPTIONAL, time, effective_ms, none, 0) /* 0: from when it is decided */                \
    F(S, 3, REQUIRED, one, table, cost_table, 0)
SHAPE_DECLARE(cost_put, COST_PUT_FIELDS)

/* A notice to the authorities runs, and until it has the unit is not destroyed: until that moment,
 * or until it is lifted. An entry of the book; the latest counts. */
#define UNIT_LOCKED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, OPTIONAL, uint, lifted, none, 1)                                                       \
    F(S, 3, OPTIONAL, time, until_ms, none, 0) /* 0: until it is lifted */                         \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_locked, UNIT_LOCKED_FIELDS)

#define UNIT_LOCK_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, OPTIONAL, uint, lift, none, 1)                                                         \
    F(S, 4, OPTIONAL, time, until_ms, none, 0)                                                     \
    F(S, 5, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_lock, UNIT_LOCK_FIELDS)

/* The merchant is asked what becomes of a unit, and answers by a release. silence: what follows
 * when nobody answers in time, as the proposal stood then; never that it is destroyed. */
#define ASK_HOURS_MAX 2400
#define UNIT_ASKED_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 4, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 5, REQUIRED, choice, silence, disposition, 0)                                             \
    F(S, 6, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 7, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 8, OPTIONAL, text, note, none, REASON_BYTES_MAX)                                          \
    F(S, 9, OPTIONAL, uint, table_version, none, COST_VERSION_MAX)                                 \
    F(S, 10, OPTIONAL, list, worths, worth, WORTHS_MAX)
SHAPE_DECLARE(unit_asked, UNIT_ASKED_FIELDS)

#define UNIT_ASK_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, OPTIONAL, uint, hours, none, ASK_HOURS_MAX) /* 0: 48 */                                \
    F(S, 4, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_ask, UNIT_ASK_FIELDS)

#endif

/* Payloads of what bars a unit from going out: holds that a warehouse puts on a unit and lifts, and
 * recalls of a merchant's goods. */
#ifndef PROTO_RECORDS_INSPECTION_H
#define PROTO_RECORDS_INSPECTION_H

#include "proto/records_goods.h"

/* X(NAME, number, "word"): each number is a bit of unit_holds as well. */
#define HOLD_LIST(X)                                                                               \
    X(HOLD_WIPE, 1, "wipe")       /* it may bear a person's data */                                \
    X(HOLD_ACCOUNT, 2, "account") /* somebody's account locks it */                                \
    X(HOLD_RECALL, 3, "recall")   /* its SKU is recalled, or no longer sold */                     \
    X(HOLD_HYGIENE, 4, "hygiene") /* its seal is broken */                                         \
    X(HOLD_COUNTERFEIT, 5, "counterfeit")                                                          \
    X(HOLD_BIOHAZARD, 6, "biohazard")                                                              \
    X(HOLD_BATTERY, 7, "battery")
#define HOLD_ENUM(NAME, number, word) NAME = number,
enum hold_kind { HOLD_LIST(HOLD_ENUM) HOLD_KIND_COUNT };
#undef HOLD_ENUM
extern const struct words hold_words;

#define HOLD_METHOD_BYTES 80

/* A hold is put or lifted, by the warehouse that holds the unit. */
#define UNIT_HELD_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, uint, hop, none, HOP_MAX)                                                    \
    F(S, 3, REQUIRED, choice, kind, hold, 0)                                                       \
    F(S, 4, OPTIONAL, uint, lifted, none, 1)                                                       \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 8, OPTIONAL, hash, evidence, none, 0)                                                     \
    F(S, 9, OPTIONAL, text, method, none, HOLD_METHOD_BYTES) /* of a wipe, and what came of it */  \
    F(S, 10, OPTIONAL, text, result, none, HOLD_METHOD_BYTES)
SHAPE_DECLARE(unit_held, UNIT_HELD_FIELDS)

#define UNIT_HOLD_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, choice, kind, hold, 0)                                                       \
    F(S, 3, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 4, OPTIONAL, hash, evidence, none, 0)                                                     \
    F(S, 5, OPTIONAL, text, method, none, HOLD_METHOD_BYTES)                                       \
    F(S, 6, OPTIONAL, text, result, none, HOLD_METHOD_BYTES)
SHAPE_DECLARE(unit_hold, UNIT_HOLD_FIELDS)

/* An entry of the book: a SKU is recalled, or its recall has ended. The latest counts. */
#define RECALLED_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, ended, none, 1)                                                        \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(recalled, RECALLED_FIELDS)

#define RECALL_PUT_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, end, none, 1)                                                          \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(recall_put, RECALL_PUT_FIELDS)

#endif

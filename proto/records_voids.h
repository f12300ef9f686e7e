/* Payloads of voids (撤销): what was scanned by mistake on the floor is taken back. A unit's own
 * entry says so of a unit; a box has this one. Both stand in the log of the warehouse's node. */
#ifndef PROTO_RECORDS_VOIDS_H
#define PROTO_RECORDS_VOIDS_H

#include "proto/records_goods.h"

/* The step that is taken back. */
#define STEP_LIST(X)                                                                               \
    X(STEP_RECEIPT, 1, "receipt")                                                                  \
    X(STEP_INSPECTION, 2, "inspection")                                                            \
    X(STEP_GRADE, 3, "grade")
#define STEP_ENUM(name, number, word) name = number,
enum floor_step { STEP_LIST(STEP_ENUM) STEP_COUNT };
#undef STEP_ENUM
extern const struct words floor_step_words;

/* The box was never received: a slip of the scanner. Its units are taken back by entries of their
 * own. */
#define BOX_VOIDED_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(box_voided, BOX_VOIDED_FIELDS)

/* --- commands --------------------------------------------------------------------------------- */

/* step: so that a void that is sent late does not take back what was done since. */
#define UNIT_VOID_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, choice, step, floor_step, 0)                                                 \
    F(S, 3, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_void, UNIT_VOID_FIELDS)

#define BOX_VOID_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(box_void, BOX_VOID_FIELDS)

#endif

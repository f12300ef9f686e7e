/* Payloads of inspections: what a merchant has asked of its goods and how it calls their grades,
 * what was found on units and boxes, the grades of a second person; and what bars a unit from going
 * out: holds of a warehouse, and recalls of a merchant. */
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

/* Which of the SKU's units: those whose serial number lies between the two, which are as long as
 * it, or those of an order of that lot; neither: all of them. */
#define RECALL_RANGE_FIELDS(F, S)                                                                  \
    F(S, 10, OPTIONAL, text, serial_from, none, SERIAL_BYTES_MAX)                                  \
    F(S, 11, OPTIONAL, text, serial_to, none, SERIAL_BYTES_MAX)                                    \
    F(S, 12, OPTIONAL, text, lot, none, RECALL_LOT_BYTES)
#define RECALL_LOT_BYTES 64

/* An entry of the book: a SKU is recalled, or its recall has ended. The latest of each range
 * counts.
 */
#define RECALLED_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, ended, none, 1)                                                        \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    RECALL_RANGE_FIELDS(F, S)
SHAPE_DECLARE(recalled, RECALLED_FIELDS)

#define RECALL_PUT_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, end, none, 1)                                                          \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    RECALL_RANGE_FIELDS(F, S)
SHAPE_DECLARE(recall_put, RECALL_PUT_FIELDS)

/* --- checklists ------------------------------------------------------------------------------- */

#define QUESTION_TEXT_BYTES  120
#define QUESTION_UNIT_BYTES  16
#define QUESTION_OPTIONS_MAX 8
#define OPTION_BYTES         40
#define QUESTION_BOUND_MAX   1000000000000

#define QUESTION_LIST(X)                                                                           \
    X(QUESTION_YES_NO, 1, "yes_no")                                                                \
    X(QUESTION_NUMBER, 2, "number") /* whole, in the unit, within the bounds */                    \
    X(QUESTION_CHOICE, 3, "choice") /* one of the options */                                       \
    X(QUESTION_SERIAL, 4, "serial")                                                                \
    X(QUESTION_TEXT, 5, "text")
#define QUESTION_ENUM(NAME, number, word) NAME = number,
enum question_kind { QUESTION_LIST(QUESTION_ENUM) };
#undef QUESTION_ENUM
extern const struct words question_words;

#define OPTION_FIELDS(F, S) F(S, 1, REQUIRED, text, value, none, OPTION_BYTES)
SHAPE_DECLARE(option, OPTION_FIELDS)

/* id: how its answer names it. Both bounds 0: there are none. */
#define QUESTION_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, text, id, none, QUESTION_ID_BYTES)                                           \
    F(S, 2, REQUIRED, choice, kind, question, 0)                                                   \
    F(S, 3, OPTIONAL, text, en, none, QUESTION_TEXT_BYTES)                                         \
    F(S, 4, OPTIONAL, text, zh, none, QUESTION_TEXT_BYTES)                                         \
    F(S, 5, OPTIONAL, uint, optional, none, 1)                                                     \
    F(S, 6, OPTIONAL, text, unit, none, QUESTION_UNIT_BYTES)                                       \
    F(S, 7, OPTIONAL, sint, min, none, QUESTION_BOUND_MAX)                                         \
    F(S, 8, OPTIONAL, sint, max, none, QUESTION_BOUND_MAX)                                         \
    F(S, 9, OPTIONAL, list, options, option, QUESTION_OPTIONS_MAX)
SHAPE_DECLARE(list_question, QUESTION_FIELDS)

/* A version of what is asked of every unit of a SKU, whole; without questions nothing is. */
#define CHECKLIST_SET_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, id, sku, none, 0)                                                            \
    F(S, 3, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, list, questions, list_question, QUESTIONS_MAX)
SHAPE_DECLARE(checklist_set, CHECKLIST_SET_FIELDS)

#define CHECKLIST_PUT_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, list, questions, list_question, QUESTIONS_MAX)
SHAPE_DECLARE(checklist_put, CHECKLIST_PUT_FIELDS)

/* --- a merchant's own scale ------------------------------------------------------------------- */

#define GRADES_NAMED     6 /* as many as GRADE_LIST has */
#define GRADE_NAME_BYTES 24
#define SHARE_BP_MAX     10000 /* all of them */

#define GRADE_NAME_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, choice, grade, grade, 0)                                                     \
    F(S, 2, REQUIRED, text, name, none, GRADE_NAME_BYTES)
SHAPE_DECLARE(grade_name, GRADE_NAME_FIELDS)

/* How a merchant calls the grades: all six of them, or none. second_bp: of what share of its graded
 * units another person gives a second grade. */
#define SCALE_FACT_FIELDS(F, S)                                                                    \
    F(S, 10, OPTIONAL, list, grades, grade_name, GRADES_NAMED)                                     \
    F(S, 11, OPTIONAL, uint, second_bp, none, SHARE_BP_MAX)

#define SCALE_SET_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    SCALE_FACT_FIELDS(F, S)
SHAPE_DECLARE(scale_set, SCALE_SET_FIELDS)

#define SCALE_PUT_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    SCALE_FACT_FIELDS(F, S)
SHAPE_DECLARE(scale_put, SCALE_PUT_FIELDS)

/* --- a second person's grade ------------------------------------------------------------------ */

#define SECOND_GRADED_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, uint, hop, none, HOP_MAX)                                                    \
    F(S, 3, REQUIRED, choice, grade, grade, 0)                                                     \
    F(S, 4, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(second_graded, SECOND_GRADED_FIELDS)

/* graded_as: a grade by the name that the unit's merchant gives it. */
#define UNIT_SECOND_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 3, OPTIONAL, text, graded_as, none, GRADE_NAME_BYTES)                                     \
    F(S, 4, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 5, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_second, UNIT_SECOND_FIELDS)

/* --- findings --------------------------------------------------------------------------------- */

#define FINDINGS_MAX       8 /* of one entry */
#define FINDING_NOTE_BYTES 200

#define FINDING_LIST(X)                                                                            \
    X(FOUND_WRONG_ITEM, 1, "wrong_item")                                                           \
    X(FOUND_EMPTY_BOX, 2, "empty_box")                                                             \
    X(FOUND_EXTRA_ITEM, 3, "extra_item")                                                           \
    X(FOUND_LOST, 4, "lost")                                                                       \
    X(FOUND_MISSING_PART, 5, "missing_part")                                                       \
    X(FOUND_DAMAGED, 6, "damaged")                                                                 \
    X(FOUND_DEFECTIVE, 7, "defective")                                                             \
    X(FOUND_WORN, 8, "worn")                                                                       \
    X(FOUND_SEAL_BROKEN, 9, "seal_broken")                                                         \
    X(FOUND_SERIAL_DIFFERS, 10, "serial_differs")                                                  \
    X(FOUND_EXPIRED, 11, "expired")                                                                \
    X(FOUND_PACKAGING, 12, "packaging") /* damaged, or not its own */                              \
    X(FOUND_OTHER, 13, "other")
#define FINDING_ENUM(NAME, number, word) NAME = number,
enum finding_kind { FINDING_LIST(FINDING_ENUM) FINDING_KIND_COUNT };
#undef FINDING_ENUM
extern const struct words finding_words;

/* gone: it is so no more; what was lost was found. liability: who answers for it. */
#define FINDING_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, choice, kind, finding, 0)                                                    \
    F(S, 2, OPTIONAL, text, note, none, FINDING_NOTE_BYTES)                                        \
    F(S, 3, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 4, OPTIONAL, uint, gone, none, 1)
SHAPE_DECLARE(finding, FINDING_FIELDS)

/* What was seen on a unit or a box: an observation of any node. */
#define FINDINGS_NOTED_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, thing, none, 0)                                                          \
    F(S, 2, REQUIRED, list, findings, finding, FINDINGS_MAX)                                       \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(findings_noted, FINDINGS_NOTED_FIELDS)

#define FINDING_NOTE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, thing, none, 0)                                                          \
    F(S, 2, REQUIRED, list, findings, finding, FINDINGS_MAX)
SHAPE_DECLARE(finding_note, FINDING_NOTE_FIELDS)

#endif

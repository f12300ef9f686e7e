/* Payloads about boxes that nobody announced: what was read on them, which returns they were
 * weighed against, whose they are, and that nobody claimed them. All stand in node logs. */
#ifndef PROTO_RECORDS_MATCHING_H
#define PROTO_RECORDS_MATCHING_H

#include "proto/records_master.h"

#define BOX_LABELS_MAX   4
#define BOX_WEIGHED_MAX  16
#define MATCH_POINTS_MAX 1000

/* X(NAME, bit, "word"): what speaks for a candidate, or against it. */
#define CLUE_LIST(X)                                                                               \
    X(CLUE_NUMBER, 1, "number")     /* most of a number agrees */                                  \
    X(CLUE_IDENTITY, 2, "identity") /* ten characters agree, one at most does not; a serial */     \
    X(CLUE_SERIAL, 4, "serial")                                                                    \
    X(CLUE_SKU, 8, "sku") /* each unit's SKU is awaited */                                         \
    X(CLUE_SAME_LIST, 16, "same_list")                                                             \
    X(CLUE_OTHER_SKU, 32, "other_sku") /* a unit that is not awaited */                            \
    X(CLUE_WEIGHT, 64, "weight")                                                                   \
    X(CLUE_OTHER_WEIGHT, 128, "other_weight")                                                      \
    X(CLUE_NAME, 256, "name")                                                                      \
    X(CLUE_OTHER_NAME, 512, "other_name")                                                          \
    X(CLUE_NOT_AWAITED, 1024, "not_awaited")
#define CLUE_ENUM(name, bit, word) name = bit,
enum clue_bit { CLUE_LIST(CLUE_ENUM) };
#undef CLUE_ENUM
#define CLUES_ALL 2047

/* As it could be read: '?' for a character, '*' for a piece that could not. */
#define BOX_LABEL_FIELDS(F, S) F(S, 1, REQUIRED, text, text, none, TRACKING_NUMBER_BYTES_MAX)
SHAPE_DECLARE(box_label, BOX_LABEL_FIELDS)

/* The latest counts, as a whole. until: nobody abandons it before. */
#define BOX_NOTED_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, OPTIONAL, list, labels, box_label, BOX_LABELS_MAX)                                     \
    F(S, 3, OPTIONAL, time, until_ms, none, 0)                                                     \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(box_noted, BOX_NOTED_FIELDS)

#define WEIGHED_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, sint, points, none, MATCH_POINTS_MAX)                                        \
    F(S, 3, OPTIONAL, uint, clues, none, CLUES_ALL)
SHAPE_DECLARE(weighed, WEIGHED_FIELDS)

#define BOX_WEIGHED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, list, weighed, weighed, BOX_WEIGHED_MAX)                                     \
    F(S, 3, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(box_weighed, BOX_WEIGHED_FIELDS)

/* voided: it is not that return's after all. */
#define BOX_MATCHED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 3, OPTIONAL, uint, voided, none, 1)                                                       \
    F(S, 4, OPTIONAL, sint, points, none, MATCH_POINTS_MAX)                                        \
    F(S, 5, OPTIONAL, uint, clues, none, CLUES_ALL)                                                \
    F(S, 6, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 7, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 8, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 9, OPTIONAL, id, slip, none, 0) /* what it was said to be before, or is again */
SHAPE_DECLARE(box_matched, BOX_MATCHED_FIELDS)

#define BOX_ABANDONED_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(box_abandoned, BOX_ABANDONED_FIELDS)

/* --- wishes ----------------------------------------------------------------------------------- */

#define BOX_NOTE_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, OPTIONAL, list, labels, box_label, BOX_LABELS_MAX)                                     \
    F(S, 3, OPTIONAL, time, until_ms, none, 0)                                                     \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(box_note, BOX_NOTE_FIELDS)

#define BOX_MATCH_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 3, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(box_match, BOX_MATCH_FIELDS)

#endif

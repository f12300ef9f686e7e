/* Payloads of the goods track: tracking observations of carriers, boxes, and units with their
 * transitions. All stand in node logs. */
#ifndef PROTO_RECORDS_GOODS_H
#define PROTO_RECORDS_GOODS_H

#include "proto/records_mesh.h"

#define CARRIER_BYTES_MAX         24
#define TRACKING_NUMBER_BYTES_MAX 64
#define TRACKING_UNIQUE_BYTES_MAX 64
#define CHECKPOINTS_MAX           16 /* per entry; a longer push becomes several entries */
#define TRACK_TEXT_BYTES_MAX      200
#define SKU_BYTES_MAX             64
#define SERIAL_BYTES_MAX          64
#define WEIGHT_G_MAX              2000000u
#define HOP_MAX                   1000u

/* One scan of a carrier. dedup identifies it among all scans of its parcel: the provider's event
 * id where that is stable, else a hash of what the carrier says (not of its wording). */
#define CHECKPOINT_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, dedup, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, status, track_status, 0)                                             \
    F(S, 3, OPTIONAL, choice, reason, track_reason, 0)                                             \
    F(S, 4, OPTIONAL, time, occurred_ms, none, 0)     /* 0: no offset or zone is known */          \
    F(S, 5, OPTIONAL, text, occurred_local, none, 40) /* exactly as received */                    \
    F(S, 6, REQUIRED, choice, quality, time_quality, 0)                                            \
    F(S, 7, OPTIONAL, text, code, none, 64)                                                        \
    F(S, 8, OPTIONAL, text, text, none, TRACK_TEXT_BYTES_MAX)                                      \
    F(S, 9, OPTIONAL, text, place, none, 80)                                                       \
    F(S, 10, OPTIONAL, text, country, none, 2)                                                     \
    F(S, 11, OPTIONAL, uint, informational, none, 1) /* never changes the status */                \
    F(S, 12, OPTIONAL, uint, list_pos, none, 100000)                                               \
    F(S, 13, OPTIONAL, time, clock_ms, none, 0) /* a clock without a zone, read as if it were UTC  \
                                                 */
SHAPE_DECLARE(checkpoint, CHECKPOINT_FIELDS)

/* What a carrier or aggregator said about one parcel in one message. */
#define TRACKING_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, text, carrier, none, CARRIER_BYTES_MAX)        /* the adapter's name */      \
    F(S, 2, REQUIRED, text, number, none, TRACKING_NUMBER_BYTES_MAX) /* normalized */              \
    F(S, 3, OPTIONAL, choice, direction, direction, 0)                                             \
    F(S, 4, OPTIONAL, choice, summary, track_status, 0)                                            \
    F(S, 5, OPTIONAL, choice, summary_reason, track_reason, 0)                                     \
    F(S, 6, OPTIONAL, time, summary_ms, none, 0) /* when the provider last updated it */           \
    F(S, 7, OPTIONAL, text, event_id, none, 80)  /* the provider's id of the message */            \
    F(S, 8, OPTIONAL, text, last_mile, none, CARRIER_BYTES_MAX)                                    \
    F(S, 9, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                          \
    F(S, 10, REQUIRED, id, dedup, none, 0) /* of the message: a repeat folds to nothing new */     \
    F(S, 11, OPTIONAL, list, points, checkpoint, CHECKPOINTS_MAX)                                  \
    F(S, 12, OPTIONAL, text, unique, none, TRACKING_UNIQUE_BYTES_MAX) /* numbers are used again */ \
    /* Whoever said so proved a name and signed nothing: what opens money waits for a word that is \
     * proved, or was asked for. */                                                                \
    F(S, 13, OPTIONAL, uint, hint, none, 1)
SHAPE_DECLARE(tracking, TRACKING_FIELDS)

/* A box was received at a dock. The tracking number is only an index: numbers are re-used. */
#define BOX_RECEIVED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 4, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                          \
    F(S, 5, OPTIONAL, id, return_id, none, 0) /* what the operator read on the slip */             \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, REQUIRED, one, by, actor, 0)
SHAPE_DECLARE(box_received, BOX_RECEIVED_FIELDS)

#define WORTH_MINOR_MAX 100000000000000000 /* of a figure; days times minor fit */
#define WORTHS_MAX      14                 /* dispositions */

/* Why a disposition cannot be chosen now; bits of `barred`. */
#define WORTH_BAR_LIST(X)                                                                          \
    X(BARRED_GRADE, 1, "grade")   /* unsellable goods do not go back into stock */                 \
    X(BARRED_HOLD, 2, "hold")     /* a hold or a recall stands on the unit */                      \
    X(BARRED_NOTICE, 4, "notice") /* a legal notice runs: nothing is destroyed */                  \
    X(BARRED_VALUE, 8, "value_unknown")
#define BAR_ENUM(name, number, word) name = number,
enum worth_bar { WORTH_BAR_LIST(BAR_ENUM) };
#undef BAR_ENUM

/* One disposition with its numbers; net = recovery - freight - handling - storage - duty_lost +
 * duty_recovered. */
#define WORTH_FIELDS(F, S)                                                                         \
    F(S, 1, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 2, OPTIONAL, sint, recovery_minor, none, WORTH_MINOR_MAX)                                 \
    F(S, 3, OPTIONAL, sint, freight_minor, none, WORTH_MINOR_MAX)                                  \
    F(S, 4, OPTIONAL, sint, handling_minor, none, WORTH_MINOR_MAX)                                 \
    F(S, 5, OPTIONAL, sint, storage_minor, none, WORTH_MINOR_MAX)                                  \
    F(S, 6, OPTIONAL, sint, duty_lost_minor, none, WORTH_MINOR_MAX)                                \
    F(S, 7, OPTIONAL, sint, duty_recovered_minor, none, WORTH_MINOR_MAX)                           \
    F(S, 8, OPTIONAL, sint, net_minor, none, WORTH_MINOR_MAX)                                      \
    F(S, 9, OPTIONAL, uint, barred, none, 15) /* bits of enum worth_bar */                         \
    F(S, 10, OPTIONAL, uint, needs_release, none, 1)
SHAPE_DECLARE(worth, WORTH_FIELDS)

#define QUESTION_ID_BYTES 24
#define QUESTIONS_MAX     24
#define ANSWER_BYTES      100

/* What an inspector answered to one question of a checklist. */
#define LIST_ANSWER_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, text, question, none, QUESTION_ID_BYTES)                                     \
    F(S, 2, REQUIRED, text, value, none, ANSWER_BYTES)
SHAPE_DECLARE(list_answer, LIST_ANSWER_FIELDS)

/* A transition of a unit, decided by the warehouse that holds it; the row of the rule table is
 * named by (from, verb, to). Fields that a transition does not set keep their former values. */
#define UNIT_MOVED_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, uint, hop, none, HOP_MAX) /* from 1: custody of the n-th warehouse */        \
    F(S, 3, REQUIRED, choice, verb, verb, 0)                                                       \
    F(S, 4, REQUIRED, choice, to, unit_state, 0)                                                   \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, OPTIONAL, id, box, none, 0)                                                            \
    F(S, 8, OPTIONAL, id, warehouse, none, 0) /* on receive: who holds it; on ship: where to */    \
    F(S, 9, OPTIONAL, text, sku, none, SKU_BYTES_MAX) /* on grade: it bears another from now on */ \
    F(S, 10, OPTIONAL, text, serial, none, SERIAL_BYTES_MAX)                                       \
    F(S, 11, OPTIONAL, choice, grade, grade, 0)                                                    \
    F(S, 12, OPTIONAL, choice, liability, liability, 0)                                            \
    F(S, 13, OPTIONAL, choice, disposition, disposition, 0)                                        \
    F(S, 14, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 15, OPTIONAL, uint, cycle, none, 1000) /* which return of this unit, for the stock set */ \
    F(S, 16, OPTIONAL, uint, rule, none, UINT16_MAX) /* number of the row, for counts */           \
    /* Of a disposition: what the merchant's cost table said of it, as evidence. */                \
    F(S, 30, OPTIONAL, uint, table_version, none, UINT32_MAX)                                      \
    F(S, 31, OPTIONAL, choice, proposed, disposition, 0)                                           \
    F(S, 32, OPTIONAL, list, worths, worth, WORTHS_MAX)                                            \
    /* Who chose what is done now, or what was adopted: destroying takes two. */                   \
    F(S, 33, OPTIONAL, one, chosen_by, actor, 0)                                                   \
    /* Of an inspection: what its SKU's checklist asked, in that version. */                       \
    F(S, 50, OPTIONAL, id, checklist, none, 0)                                                     \
    F(S, 51, OPTIONAL, uint, checklist_version, none, UINT32_MAX)                                  \
    F(S, 52, OPTIONAL, list, answers, list_answer, QUESTIONS_MAX)                                  \
    /* Of a grade: another person is to give a second one; or it ends two that differed. */        \
    F(S, 53, OPTIONAL, uint, second_due, none, 1)                                                  \
    F(S, 54, OPTIONAL, uint, resolves, none, 1)
SHAPE_DECLARE(unit_moved, UNIT_MOVED_FIELDS)

/* The warehouse assigns a unit of a claimed box to a line of the return, once. Only this makes
 * the line "received". */
#define UNIT_ASSIGNED_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, id, box, none, 0)                                                            \
    F(S, 3, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 4, REQUIRED, uint, line, none, 255)                                                       \
    F(S, 5, REQUIRED, uint, hop, none, HOP_MAX)                                                    \
    F(S, 6, REQUIRED, id, book, none, 0)                                                           \
    F(S, 7, OPTIONAL, uint, over, none, 1) /* nothing was left on the line: pays nothing */
SHAPE_DECLARE(unit_assigned, UNIT_ASSIGNED_FIELDS)

#endif

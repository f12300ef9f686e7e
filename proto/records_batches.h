/* Payloads of disposition batches (处置批次): units of any merchants that leave the floor together,
 * with one counterparty and one manifest, and the money that came of it. All stand in the log of
 * the warehouse's node. */
#ifndef PROTO_RECORDS_BATCHES_H
#define PROTO_RECORDS_BATCHES_H

#include "proto/records_billing.h"
#include "proto/records_plates.h"

#define BATCH_ACT_LIST(X)                                                                          \
    X(BATCH_OPEN, 1, "open")                                                                       \
    X(BATCH_ADD, 2, "add")                                                                         \
    X(BATCH_REMOVE, 3, "remove")                                                                   \
    X(BATCH_CLOSE, 4, "close")                                                                     \
    X(BATCH_CANCEL, 5, "cancel") /* nothing came of it */
#define BATCH_STATE_LIST(X)                                                                        \
    X(BATCH_IS_OPEN, 1, "open")                                                                    \
    X(BATCH_IS_CLOSED, 2, "closed")                                                                \
    X(BATCH_IS_CANCELED, 3, "canceled")
/* By what proceeds and cost are split over the units. */
#define BATCH_SPLIT_LIST(X)                                                                        \
    X(SPLIT_EQUALLY, 1, "equally")                                                                 \
    X(SPLIT_BY_WEIGHT, 2, "by_weight") /* what the SKU is said to weigh */                         \
    X(SPLIT_BY_VALUE, 3, "by_value")   /* what the cost table said that the disposition recovers */
#define BATCHES_ENUM(name, number, word) name = number,
enum batch_act { BATCH_ACT_LIST(BATCHES_ENUM) };
enum batch_state { BATCH_STATE_LIST(BATCHES_ENUM) };
enum batch_split { BATCH_SPLIT_LIST(BATCHES_ENUM) };
#undef BATCHES_ENUM
extern const struct words batch_act_words, batch_state_words, batch_split_words;

#define BATCH_UNITS_MAX        2000u /* one truck */
#define BATCH_LINES_MAX        32    /* of one entry */
#define BATCH_NAMED_MAX        128   /* units, and */
#define BATCH_PLATES_MAX       16    /* plates, of one command */
#define BATCH_MONIES_MAX       500u
#define BATCH_WEIGHT_G_MAX     (BATCH_UNITS_MAX * (uint64_t)WEIGHT_G_MAX)
#define COUNTERPARTY_BYTES_MAX 80

/* One unit of a manifest, as it was when it was put on: whose, in which custody, in what condition.
 * value_minor: what it is expected to bring, in the batch's currency. */
#define MANIFEST_LINE_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, uint, hop, none, HOP_MAX)                                                    \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 5, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 6, OPTIONAL, text, serial, none, SERIAL_BYTES_MAX)                                        \
    F(S, 7, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                          \
    F(S, 8, OPTIONAL, sint, value_minor, none, BILL_MINOR_MAX)
SHAPE_DECLARE(manifest_line, MANIFEST_LINE_FIELDS)

/* A step of a batch. What open says stays; units, weight and digest are those of the manifest that
 * freezes with the close. */
#define BATCH_MOVED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, batch, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, act, batch_act, 0)                                                   \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 6, OPTIONAL, choice, disposition, disposition, 0)                                         \
    F(S, 7, OPTIONAL, text, counterparty, none, COUNTERPARTY_BYTES_MAX)                            \
    F(S, 8, OPTIONAL, currency, currency, none, 999)                                               \
    F(S, 9, OPTIONAL, choice, split, batch_split, 0)                                               \
    F(S, 10, OPTIONAL, text, reference, none, BILL_REF_BYTES_MAX)                                  \
    F(S, 11, OPTIONAL, list, lines, manifest_line, BATCH_LINES_MAX)                                \
    F(S, 12, OPTIONAL, uint, units, none, BATCH_UNITS_MAX)                                         \
    F(S, 13, OPTIONAL, uint, weight_g, none, BATCH_WEIGHT_G_MAX)                                   \
    F(S, 14, OPTIONAL, hash, digest, none, 0)                                                      \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(batch_moved, BATCH_MOVED_FIELDS)

/* Money of a closed batch, once for each reference; below zero: what an earlier one said too much.
 */
#define BATCH_PAID_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, batch, none, 0)                                                          \
    F(S, 2, REQUIRED, text, reference, none, BILL_REF_BYTES_MAX)                                   \
    F(S, 3, OPTIONAL, sint, proceeds_minor, none, BILL_MINOR_MAX)                                  \
    F(S, 4, OPTIONAL, sint, cost_minor, none, BILL_MINOR_MAX)                                      \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(batch_paid, BATCH_PAID_FIELDS)

/* --- commands --------------------------------------------------------------------------------- */

#define BATCH_OPEN_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 3, REQUIRED, text, counterparty, none, COUNTERPARTY_BYTES_MAX)                            \
    F(S, 4, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 5, OPTIONAL, choice, split, batch_split, 0) /* not said: equally */                       \
    F(S, 6, OPTIONAL, text, reference, none, BILL_REF_BYTES_MAX)
SHAPE_DECLARE(batch_open, BATCH_OPEN_FIELDS)

/* A plate stands for its units, a container for those of the plates in it. */
#define BATCH_CHANGE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, batch, none, 0)                                                          \
    F(S, 2, OPTIONAL, list, units, plate_unit, BATCH_NAMED_MAX)                                    \
    F(S, 3, OPTIONAL, list, plates, plate_name, BATCH_PLATES_MAX)                                  \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(batch_change, BATCH_CHANGE_FIELDS)

/* units: how many the sender takes it to have; 0: it does not say. */
#define BATCH_CLOSE_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, batch, none, 0)                                                          \
    F(S, 2, OPTIONAL, uint, cancel, none, 1)                                                       \
    F(S, 3, OPTIONAL, uint, units, none, BATCH_UNITS_MAX)                                          \
    F(S, 4, OPTIONAL, text, reference, none, BILL_REF_BYTES_MAX)                                   \
    F(S, 5, OPTIONAL, sint, proceeds_minor, none, BILL_MINOR_MAX)                                  \
    F(S, 6, OPTIONAL, sint, cost_minor, none, BILL_MINOR_MAX)                                      \
    F(S, 7, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(batch_close, BATCH_CLOSE_FIELDS)

#define BATCH_PROCEEDS_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, batch, none, 0)                                                          \
    F(S, 2, REQUIRED, text, reference, none, BILL_REF_BYTES_MAX)                                   \
    F(S, 3, OPTIONAL, sint, proceeds_minor, none, BILL_MINOR_MAX)                                  \
    F(S, 4, OPTIONAL, sint, cost_minor, none, BILL_MINOR_MAX)                                      \
    F(S, 5, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(batch_proceeds, BATCH_PROCEEDS_FIELDS)

#endif

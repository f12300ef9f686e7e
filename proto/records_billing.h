/* Payloads of billing (账单), the warehouse's income: what it asks of a merchant for each act, what
 * was charged for each act that was done, what the merchant paid ahead, and the statements that
 * were closed. All stand in the log of the warehouse's node, and bear no personal data. */
#ifndef PROTO_RECORDS_BILLING_H
#define PROTO_RECORDS_BILLING_H

#include "proto/records_goods.h"
#include "proto/words.h"

#define FEE_PRICES_MAX     64
#define FEE_VERSION_MAX    UINT32_MAX
#define FEE_FREE_DAYS_MAX  3650u
#define PRICE_MICRO_MAX    UINT64_C(1000000000000) /* a million minor units */
#define BILL_MINOR_MAX     INT64_C(1000000000000)  /* of one charge or payment */
#define BILL_SUM_MAX       INT64_C(4000000000000000000)
#define BILL_LINES_MAX     UINT64_C(1000000000000)
#define BILL_REF_BYTES_MAX 80
#define STATEMENT_MAX      UINT32_MAX
#define ACT_NUMBER_MAX     0xfffffu
#define VOLUME_MM3_MAX     UINT64_C(8000000000000) /* 20 m in each direction */
#define STORED_DAYS_MAX    4000000u

/* X(NAME, number, "word"): what a warehouse does for a merchant and asks money for. */
#define BILLED_ACT_LIST(X)                                                                         \
    X(BILLED_RECEIVE_BOX, 1, "receive_box")                                                        \
    X(BILLED_RECEIVE_UNIT, 2, "receive_unit")                                                      \
    X(BILLED_INSPECT, 3, "inspect")                                                                \
    X(BILLED_PHOTO, 4, "photo")                                                                    \
    X(BILLED_RELABEL, 5, "relabel")                                                                \
    X(BILLED_REPACK, 6, "repack")                                                                  \
    X(BILLED_STORAGE, 7, "storage") /* by m3 and day */                                            \
    X(BILLED_DESTROY, 8, "destroy")                                                                \
    X(BILLED_OUTBOUND, 9, "outbound")
#define WORD_ENUM(name, number, word) name = number,
enum billed_act { BILLED_ACT_LIST(WORD_ENUM) BILLED_ACTS_END };
#undef WORD_ENUM
extern const struct words billed_act_words;

/* The price of an act for what weighs from_g or more and less than to_g (0: whatever more). In
 * millionths of the currency's minor unit: for one act, or (storage) for a cubic metre and day
 * after the free days. minimum_minor: no charge of it is less, unless no day is charged. */
#define FEE_PRICE_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, choice, act, billed_act, 0)                                                  \
    F(S, 2, OPTIONAL, uint, from_g, none, WEIGHT_G_MAX)                                            \
    F(S, 3, OPTIONAL, uint, to_g, none, WEIGHT_G_MAX)                                              \
    F(S, 4, OPTIONAL, uint, price_micro, none, PRICE_MICRO_MAX)                                    \
    F(S, 5, OPTIONAL, sint, minimum_minor, none, BILL_MINOR_MAX)                                   \
    F(S, 6, OPTIONAL, uint, free_days, none, FEE_FREE_DAYS_MAX)
SHAPE_DECLARE(fee_price, FEE_PRICE_FIELDS)

/* It holds from from_ms on (0: now), before until_ms (0: until the next version). credit_minor: so
 * far the merchant's balance may fall before the goods are held. unsized_mm3: what a unit takes
 * whose SKU says no size. */
#define FEE_FACT_FIELDS(F, S)                                                                      \
    F(S, 10, REQUIRED, currency, currency, none, 999)                                              \
    F(S, 11, OPTIONAL, time, from_ms, none, 0)                                                     \
    F(S, 12, OPTIONAL, time, until_ms, none, 0)                                                    \
    F(S, 13, REQUIRED, list, prices, fee_price, FEE_PRICES_MAX)                                    \
    F(S, 14, OPTIONAL, sint, credit_minor, none, BILL_MINOR_MAX)                                   \
    F(S, 15, OPTIONAL, uint, unsized_mm3, none, VOLUME_MM3_MAX)                                    \
    F(S, 16, OPTIONAL, text, reason, none, REASON_BYTES_MAX)

#define FEE_PUT_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    FEE_FACT_FIELDS(F, S)
SHAPE_DECLARE(fee_put, FEE_PUT_FIELDS)

/* The entry, and its row: nobody changes it, a change is the next version, whole. */
#define FEE_SET_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, uint, version, none, FEE_VERSION_MAX) /* from 1, without a gap */            \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    FEE_FACT_FIELDS(F, S)
SHAPE_DECLARE(fee_set, FEE_SET_FIELDS)

/* One act, charged once, with the amount as it came out then and the version that says so. The id
 * follows from warehouse, act, thing, hop and number; that of a reverse from the charge that it
 * takes back. statement: the one that was open. Of storage: the period, the days of it that are not
 * free, and the volume. */
#define CHARGE_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, id, charge, none, 0)                                                         \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, choice, act, billed_act, 0)                                                  \
    F(S, 5, REQUIRED, id, thing, none, 0) /* the unit; of receive_box the box */                   \
    F(S, 6, OPTIONAL, uint, hop, none, HOP_MAX)                                                    \
    F(S, 7, OPTIONAL, uint, number, none, UINT32_MAX) /* of the act in its hop; the month */       \
    F(S, 8, REQUIRED, sint, amount_minor, none, BILL_MINOR_MAX)                                    \
    F(S, 9, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 10, REQUIRED, uint, fee_version, none, FEE_VERSION_MAX)                                   \
    F(S, 11, REQUIRED, uint, statement, none, STATEMENT_MAX)                                       \
    F(S, 12, REQUIRED, time, act_ms, none, 0)                                                      \
    F(S, 13, REQUIRED, time, at_ms, none, 0)                                                       \
    F(S, 14, OPTIONAL, id, reverses, none, 0)                                                      \
    F(S, 15, OPTIONAL, time, from_ms, none, 0)                                                     \
    F(S, 16, OPTIONAL, time, to_ms, none, 0)                                                       \
    F(S, 17, OPTIONAL, uint, days, none, STORED_DAYS_MAX)                                          \
    F(S, 18, OPTIONAL, uint, volume_mm3, none, VOLUME_MM3_MAX)                                     \
    F(S, 19, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)
SHAPE_DECLARE(charge_posted, CHARGE_FIELDS)

/* Money that the merchant paid ahead, once for each reference of the two. */
#define BALANCE_TOPUP_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, reference, none, BILL_REF_BYTES_MAX)                                   \
    F(S, 4, REQUIRED, sint, amount_minor, none, BILL_MINOR_MAX)                                    \
    F(S, 5, REQUIRED, currency, currency, none, 999)
SHAPE_DECLARE(balance_topup, BALANCE_TOPUP_FIELDS)

#define TOPPED_UP_FIELDS(F, S)                                                                     \
    BALANCE_TOPUP_FIELDS(F, S)                                                                     \
    F(S, 6, REQUIRED, id, topup, none, 0)                                                          \
    F(S, 7, REQUIRED, uint, statement, none, STATEMENT_MAX)                                        \
    F(S, 8, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 9, REQUIRED, one, by, actor, 0)
SHAPE_DECLARE(topped_up, TOPPED_UP_FIELDS)

#define STATEMENT_CLOSE_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, OPTIONAL, uint, number, none, STATEMENT_MAX) /* which is taken to be open; 0: any */
SHAPE_DECLARE(statement_close, STATEMENT_CLOSE_FIELDS)

/* What was posted from the former statement's end to this one's. opening + paid - charged +
 * reversed = closing. The *_sum figures count from the first statement on. */
#define STATEMENT_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, uint, number, none, STATEMENT_MAX) /* from 1, without a gap */               \
    F(S, 4, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 5, OPTIONAL, time, from_ms, none, 0)                                                      \
    F(S, 6, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 7, REQUIRED, sint, opening_minor, none, BILL_SUM_MAX)                                     \
    F(S, 8, REQUIRED, sint, charged_minor, none, BILL_SUM_MAX)                                     \
    F(S, 9, REQUIRED, sint, reversed_minor, none, BILL_SUM_MAX)                                    \
    F(S, 10, REQUIRED, sint, paid_minor, none, BILL_SUM_MAX)                                       \
    F(S, 11, REQUIRED, sint, closing_minor, none, BILL_SUM_MAX)                                    \
    F(S, 12, REQUIRED, uint, lines, none, BILL_LINES_MAX)                                          \
    F(S, 13, REQUIRED, sint, charged_sum, none, BILL_SUM_MAX)                                      \
    F(S, 14, REQUIRED, sint, reversed_sum, none, BILL_SUM_MAX)                                     \
    F(S, 15, REQUIRED, sint, paid_sum, none, BILL_SUM_MAX)                                         \
    F(S, 16, REQUIRED, uint, lines_sum, none, BILL_LINES_MAX)                                      \
    F(S, 17, REQUIRED, one, by, actor, 0)
SHAPE_DECLARE(statement_closed, STATEMENT_FIELDS)

/* A supervisor lets one unit go although its merchant is in arrears. */
#define ARREARS_OVERRIDE_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(arrears_override, ARREARS_OVERRIDE_FIELDS)

#define ARREARS_OVERRIDDEN_FIELDS(F, S)                                                            \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, uint, hop, none, HOP_MAX)                                                    \
    F(S, 3, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(arrears_overridden, ARREARS_OVERRIDDEN_FIELDS)

#endif

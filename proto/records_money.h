/* Payloads of the money track: orders with what was captured, returns, claims of boxes, refunds and
 * releases. All stand in the merchant's book, and none bears personal data. */
#ifndef PROTO_RECORDS_MONEY_H
#define PROTO_RECORDS_MONEY_H

#include "proto/records_policy.h"

#define ORDER_LINES_MAX    32
#define ORDER_PAYMENTS_MAX 4
#define RETURN_LINES_MAX   16
#define QUANTITY_MAX       10000u
/* part of a slot: the unit of its line or the number of its grant, and this for each further try.
 */
#define REFUND_TRY_STRIDE      16384u
#define REFUND_TRIES_BY_HAND   16u
#define REFUND_PART_MAX        (REFUND_TRY_STRIDE * REFUND_TRIES_BY_HAND - 1)
#define GRANTS_MAX             1000u /* of one return */
#define REFERENCE_BYTES_MAX    64
#define PROVIDER_REF_BYTES_MAX 96
#define REFUND_KEY_CHARS       40
#define MANDATE_BYTES_MAX      80
#define TAX_BP_MAX             10000u /* basis points: 1900 are 19 % */
#define LOT_BYTES_MAX          40

/* Of a line as it was sold: the tax of all its units, contained in the price, and its rate. */
#define ORDER_TAX_FIELDS(F, S)                                                                     \
    F(S, 25, OPTIONAL, sint, tax_minor, none, 1000000000000000)                                    \
    F(S, 26, OPTIONAL, uint, tax_bp, none, TAX_BP_MAX)

/* From which lot (批次) the units were, where the warehouse that sent them knows; and the serial
 * number of a line of one unit. */
#define ORDER_LOT_FIELDS(F, S)                                                                     \
    F(S, 50, OPTIONAL, text, lot, none, LOT_BYTES_MAX)                                             \
    F(S, 51, OPTIONAL, text, serial, none, SERIAL_BYTES_MAX)

#define ORDER_LINE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, text, name, none, 120)                                                       \
    F(S, 3, REQUIRED, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 4, REQUIRED, sint, price_minor, none, 1000000000000000) /* of one unit, tax included */   \
    ORDER_TAX_FIELDS(F, S)                                                                         \
    ORDER_LOT_FIELDS(F, S)
SHAPE_DECLARE(order_line, ORDER_LINE_FIELDS)

/* The buyer's stored consent to be charged again, by the provider's own opaque references: whose it
 * is, and the means of payment (overseas-warehouse/README.md, A new charge). */
#define MANDATE_FIELDS(F, S)                                                                       \
    F(S, 45, OPTIONAL, text, mandate_buyer, none, MANDATE_BYTES_MAX)                               \
    F(S, 46, OPTIONAL, text, mandate_method, none, MANDATE_BYTES_MAX)

#define PAYMENT_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, text, provider, none, 24)                                                    \
    F(S, 2, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX) /* the provider's payment id */  \
    F(S, 3, REQUIRED, sint, captured_minor, none, 1000000000000000)                                \
    F(S, 4, OPTIONAL, choice, executor, executor, 0) /* who refunds it; absent: its provider */    \
    MANDATE_FIELDS(F, S)
SHAPE_DECLARE(payment, PAYMENT_FIELDS)

/* What else is known of an order. total is what the shop asked for: lines and freight less the
 * discount. buyer is the merchant's own pseudonym of a person: a hash that nobody else can undo. */
#define ORDER_FACT_FIELDS(F, S)                                                                    \
    F(S, 25, OPTIONAL, sint, total_minor, none, 1000000000000000)                                  \
    F(S, 26, OPTIONAL, sint, freight_minor, none, 1000000000000000)                                \
    F(S, 27, OPTIONAL, sint, discount_minor, none, 1000000000000000)                               \
    F(S, 28, OPTIONAL, id, ship_from, none, 0) /* warehouse */                                     \
    F(S, 29, OPTIONAL, text, ship_to, none, COUNTRY_BYTES)                                         \
    F(S, 30, OPTIONAL, text, inbound, none, REFERENCE_BYTES_MAX) /* of the shipment it came by */  \
    F(S, 31, OPTIONAL, hash, buyer, none, 0)                                                       \
    F(S, 32, OPTIONAL, time, delivered_ms, none, 0)                                                \
    F(S, 33, OPTIONAL, text, outbound, none, TRACKING_NUMBER_BYTES_MAX) /* of the parcel sent */

/* Of the parcel sent: after so many days without a new scan it stands still; 0: never. As the
 * policy that was in force said when the order, or this version of it, came in. */
#define ORDER_STALLED_FIELDS(F, S)                                                                 \
    F(S, 36, OPTIONAL, uint, stalled_days, none, POLICY_STALLED_DAYS_MAX)

#define ORDER_FIELDS(F, S)                                                                         \
    F(S, 1, REQUIRED, id, order, none, 0)                                                          \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX) /* the shop's order number */    \
    F(S, 4, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 5, REQUIRED, time, sold_ms, none, 0)                                                      \
    F(S, 6, REQUIRED, list, lines, order_line, ORDER_LINES_MAX)                                    \
    F(S, 7, REQUIRED, list, payments, payment, ORDER_PAYMENTS_MAX)                                 \
    F(S, 8, REQUIRED, one, by, actor, 0)                                                           \
    ORDER_FACT_FIELDS(F, S)                                                                        \
    ORDER_STALLED_FIELDS(F, S)
SHAPE_DECLARE(order, ORDER_FIELDS)

/* The next version of an order, whole: what stood before is read as its former version. */
#define ORDER_AMENDED_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, order, none, 0)                                                          \
    F(S, 2, REQUIRED, uint, version, none, UINT32_MAX) /* the first amendment makes version 2 */   \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 6, REQUIRED, time, sold_ms, none, 0)                                                      \
    F(S, 7, REQUIRED, list, lines, order_line, ORDER_LINES_MAX)                                    \
    F(S, 8, REQUIRED, list, payments, payment, ORDER_PAYMENTS_MAX)                                 \
    ORDER_FACT_FIELDS(F, S)                                                                        \
    ORDER_STALLED_FIELDS(F, S)
SHAPE_DECLARE(order_amended, ORDER_AMENDED_FIELDS)

#define RETURN_LINE_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, uint, line, none, ORDER_LINES_MAX - 1) /* index in the order's lines */      \
    F(S, 2, REQUIRED, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 3, REQUIRED, choice, reason, reason, 0)
SHAPE_DECLARE(return_line, RETURN_LINE_FIELDS)

/* What a fee of the policy comes to for the units of one line of a return, and who owes it. */
#define RETURN_FEES_MAX (2 * RETURN_LINES_MAX)
#define RETURN_FEE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 2, REQUIRED, choice, kind, fee_kind, 0)                                                   \
    F(S, 3, REQUIRED, choice, payer, fee_payer, 0)                                                 \
    F(S, 4, REQUIRED, sint, amount_minor, none, 1000000000000000)
SHAPE_DECLARE(return_fee, RETURN_FEE_FIELDS)

#define EVIDENCE_MAX     8
#define PARCELS_MAX      8  /* of one return, beside its first number */
#define OWNER_BYTES_MAX  48 /* a desk or a team: no person's name */
#define PRESET_BYTES_MAX 40

/* What the buyer shows: a blob by its hash. */
#define EVIDENCE_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, choice, kind, evidence_kind, 0)                                              \
    F(S, 2, REQUIRED, hash, blob, none, 0)
SHAPE_DECLARE(evidence, EVIDENCE_FIELDS)

#define RETURN_PARCEL_FIELDS(F, S) F(S, 1, REQUIRED, text, number, none, TRACKING_NUMBER_BYTES_MAX)
SHAPE_DECLARE(return_parcel, RETURN_PARCEL_FIELDS)

/* How a request came in. upstream: the reference of the system that sent it, which makes a repeat
 * harmless. filed_by: who filled it in, where that is not who sends it. */
#define RETURN_INTAKE_FIELDS(F, S)                                                                 \
    F(S, 40, OPTIONAL, text, upstream, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 41, OPTIONAL, choice, channel, channel, 0)                                                \
    F(S, 42, OPTIONAL, choice, filed_by, actor, 0)                                                 \
    F(S, 43, OPTIONAL, text, owner, none, OWNER_BYTES_MAX) /* of the first contact */              \
    F(S, 44, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)

/* What is asked for, and what the buyer is to get; absent: goods back, and money. wanted: the SKU
 * that the buyer would rather have. */
#define RETURN_KIND_FIELDS(F, S)                                                                   \
    F(S, 21, OPTIONAL, choice, kind, return_kind, 0)                                               \
    F(S, 22, OPTIONAL, choice, outcome, outcome, 0)                                                \
    F(S, 23, OPTIONAL, text, wanted, none, SKU_BYTES_MAX)

/* The same as it is decided and kept. keep: nothing is asked back. advance_percent: what is paid of
 * a unit's worth as soon as the carrier has it; 0: nothing. sent: the parcel that went instead. */
#define RETURN_SETTLED_FIELDS(F, S)                                                                \
    RETURN_KIND_FIELDS(F, S)                                                                       \
    F(S, 24, OPTIONAL, uint, keep, none, 1)                                                        \
    F(S, 25, OPTIONAL, uint, advance_percent, none, 100)                                           \
    F(S, 26, OPTIONAL, text, sent, none, TRACKING_NUMBER_BYTES_MAX)

/* The same as it is decided and kept. asked: hash of the request that bore the upstream reference.
 */
#define RETURN_FILED_FIELDS(F, S)                                                                  \
    RETURN_INTAKE_FIELDS(F, S)                                                                     \
    F(S, 45, OPTIONAL, id, group, none, 0) /* of the returns that were asked for together */       \
    F(S, 46, OPTIONAL, id, asked, none, 0)                                                         \
    F(S, 47, OPTIONAL, choice, decline_reason, decline, 0)                                         \
    F(S, 48, OPTIONAL, text, preset, none, PRESET_BYTES_MAX)

/* Of a claim that the carrier's word opened: the number of the parcel that was sent to the buyer,
 * what became of it, who said so, and the moment of the scan that says so. */
#define RETURN_STRAY_FIELDS(F, S)                                                                  \
    F(S, 60, OPTIONAL, text, outbound, none, TRACKING_NUMBER_BYTES_MAX)                            \
    F(S, 61, OPTIONAL, choice, stray, stray, 0)                                                    \
    F(S, 62, OPTIONAL, text, stray_carrier, none, CARRIER_BYTES_MAX)                               \
    F(S, 63, OPTIONAL, time, stray_ms, none, 0)

/* A transition of a return. order and number stand only in the first one; so do lines, except that
 * take_unit names the one line whose unit it takes, with quantity 1, or 0 when it takes nothing;
 * pay the one whose unit is paid before or without goods; replace what was sent instead. */
#define RETURN_MOVED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, verb, verb, 0)                                                       \
    F(S, 3, REQUIRED, choice, to, return_state, 0)                                                 \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, id, order, none, 0)                                                          \
    F(S, 7, OPTIONAL, list, lines, return_line, RETURN_LINES_MAX)                                  \
    F(S, 8, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX) /* of the return parcel */    \
    F(S, 9, OPTIONAL, time, due_ms, none, 0) /* when silence acts next; 0: never */                \
    F(S, 10, OPTIONAL, choice, due_verb, verb, 0)                                                  \
    F(S, 11, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 12, OPTIONAL, id, seen, none, 0) /* the unit or box whose observation this reacts to */   \
    F(S, 13, OPTIONAL, uint, rule, none, UINT16_MAX)                                               \
    F(S, 14, OPTIONAL, uint, contest, none, 1)  /* goods and decision disagree: a person looks */  \
    F(S, 15, OPTIONAL, choice, grade, grade, 0) /* on note_grade: what was noted */                \
    F(S, 16, OPTIONAL, choice, liability, liability, 0)                                            \
    F(S, 17, OPTIONAL, choice, disposition, disposition, 0) /* on note_disposition */              \
    RETURN_SETTLED_FIELDS(F, S)                                                                    \
    /* On pay: what it comes to. advance_percent is absent where all of it was owed. */            \
    F(S, 27, OPTIONAL, sint, amount_minor, none, 1000000000000000)                                 \
    /* On request: which version of the policy looked at it, and what it said. */                  \
    F(S, 30, OPTIONAL, uint, policy_version, none, POLICY_VERSION_MAX)                             \
    F(S, 31, OPTIONAL, list, checks, policy_answer, POLICY_CHECKS_MAX)                             \
    F(S, 32, OPTIONAL, choice, decided_by, policy_check, 0) /* the first that did not say yes */   \
    F(S, 33, OPTIONAL, list, signals, policy_signal, POLICY_SIGNALS_MAX)                           \
    F(S, 34, OPTIONAL, uint, returnless, none, 1) /* the buyer may keep it */                      \
    F(S, 35, OPTIONAL, time, fired_ms, none, 0)   /* by the clock: the due time that had come */   \
    F(S, 36, OPTIONAL, time, solution_due_ms, none, 0) /* on request */                            \
    F(S, 37, OPTIONAL, time, decide_due_ms, none, 0)   /* where goods and decision disagree */     \
    F(S, 38, OPTIONAL, list, reckoned, reckoned, RECKONED_MAX) /* how these times were found */    \
    RETURN_FILED_FIELDS(F, S)                                                                      \
    RETURN_STRAY_FIELDS(F, S) /* on request */                                                     \
    /* On request: the fees as policy has them. On take_unit and pay: what was taken off the */    \
    /* unit's worth as the buyer's fee, and which part of the order's line that unit is. */        \
    F(S, 64, OPTIONAL, list, fees, return_fee, RETURN_FEES_MAX)                                    \
    F(S, 65, OPTIONAL, sint, withheld_minor, none, 1000000000000000)                               \
    F(S, 66, OPTIONAL, uint, withheld_part, none, QUANTITY_MAX)
SHAPE_DECLARE(return_moved, RETURN_MOVED_FIELDS)

/* More is known of a return, which moves it nowhere: further parcels, evidence, whose it is. */
#define RETURN_NOTED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, OPTIONAL, list, parcels, return_parcel, PARCELS_MAX)                                   \
    F(S, 5, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)                                      \
    F(S, 6, OPTIONAL, text, owner, none, OWNER_BYTES_MAX)
SHAPE_DECLARE(return_noted, RETURN_NOTED_FIELDS)

/* A book claims a box for a return: "this parcel is that return". */
#define BOX_CLAIMED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, box, none, 0)                                                            \
    F(S, 2, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 3, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, list, lines, return_line, RETURN_LINES_MAX)                                  \
    F(S, 6, OPTIONAL, list, skus, claim_sku, RETURN_LINES_MAX) /* of those lines, same order */
#define CLAIM_SKU_FIELDS(F, S) F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)
SHAPE_DECLARE(claim_sku, CLAIM_SKU_FIELDS)
SHAPE_DECLARE(box_claimed, BOX_CLAIMED_FIELDS)

/* A transition of a refund. The amount is frozen at the intent. */
#define REFUND_MOVED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, slot, none, 0) /* H(merchant, payment, return, paid_for, line, part) */  \
    F(S, 2, REQUIRED, choice, verb, verb, 0)                                                       \
    F(S, 3, REQUIRED, choice, to, refund_state, 0)                                                 \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 7, OPTIONAL, id, order, none, 0)                                                          \
    F(S, 8, OPTIONAL, uint, payment, none, ORDER_PAYMENTS_MAX - 1)                                 \
    F(S, 9, OPTIONAL, choice, paid_for, paid_for, 0)                                               \
    F(S, 10, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                      \
    F(S, 11, OPTIONAL, uint, part, none, REFUND_PART_MAX) /* which unit or grant, and which try */ \
    F(S, 12, OPTIONAL, sint, amount_minor, none, 1000000000000000)                                 \
    F(S, 13, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 14, OPTIONAL, uint, attempt, none, 1000)                                                  \
    F(S, 15, OPTIONAL, text, provider_ref, none, PROVIDER_REF_BYTES_MAX)                           \
    F(S, 16, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 17, OPTIONAL, id, seen, none, 0)       /* the unit whose assignment this reacts to */     \
    F(S, 18, OPTIONAL, uint, day, none, 100000) /* Unix day the cap counts it under */             \
    F(S, 19, OPTIONAL, uint, rule, none, UINT16_MAX)                                               \
    F(S, 40, OPTIONAL, uint, came_back, none, 1) /* it was paid, and the money is back */          \
    /* On intend, of a line whose tax is known: how much of the amount is tax, its rate as the */  \
    /* order tells it, and when it was sold. Tax also where what failed is paid by other means. */ \
    F(S, 41, OPTIONAL, sint, tax_minor, none, 1000000000000000)                                    \
    F(S, 42, OPTIONAL, uint, tax_bp, none, TAX_BP_MAX)                                             \
    F(S, 43, OPTIONAL, uint, barred, none, 1) /* and others moved money of the payment */          \
    F(S, 44, OPTIONAL, time, sold_ms, none, 0)                                                     \
    MANDATE_FIELDS(F, S)                      /* that of a new charge, frozen with its amount */   \
    F(S, 47, OPTIONAL, uint, charge, none, 1) /* the slot takes money, in each of its entries */
SHAPE_DECLARE(refund_moved, REFUND_MOVED_FIELDS)

/* A refund or a chargeback that this mesh did not make, once for each reference of its kind. What
 * it names of a return (quantity units of a line) is paid thereby; slot: the open one that it
 * settled, and then it counts as that slot and not besides. */
#define REFUNDED_ELSEWHERE_FIELDS(F, S)                                                            \
    F(S, 1, REQUIRED, id, order, none, 0)                                                          \
    F(S, 2, REQUIRED, uint, payment, none, ORDER_PAYMENTS_MAX - 1)                                 \
    F(S, 3, REQUIRED, choice, how, elsewhere, 0)                                                   \
    F(S, 4, REQUIRED, text, reference, none, PROVIDER_REF_BYTES_MAX)                               \
    F(S, 5, REQUIRED, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 6, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 7, REQUIRED, time, made_ms, none, 0)                                                      \
    F(S, 8, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 9, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 10, OPTIONAL, id, return_id, none, 0)                                                     \
    F(S, 11, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                      \
    F(S, 12, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                         \
    F(S, 13, OPTIONAL, id, slot, none, 0)                                                          \
    F(S, 14, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(refunded_elsewhere, REFUNDED_ELSEWHERE_FIELDS)

/* What a provider says of its own accord about one refund or dispute (a webhook): an observation,
 * in the log of the node that was told. key is that of the slot's calls, or the provider's own
 * reference where the message bears none of ours. */
#define REFUND_TOLD_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, dedup, none, 0) /* H(account, the provider's own id of the message) */   \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, provider, none, 24) /* as payments name it */                          \
    F(S, 4, REQUIRED, text, key, none, REFUND_KEY_CHARS)                                           \
    F(S, 5, REQUIRED, uint, outcome, none, 3) /* 1 paid, 2 pending, 3 failed */                    \
    F(S, 6, REQUIRED, text, provider_ref, none, PROVIDER_REF_BYTES_MAX)                            \
    F(S, 7, OPTIONAL, text, payment, none, REFERENCE_BYTES_MAX)                                    \
    F(S, 8, OPTIONAL, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 9, OPTIONAL, currency, currency, none, 999)                                               \
    F(S, 10, OPTIONAL, choice, how, elsewhere, 0) /* of a dispute; absent: a refund */             \
    F(S, 11, OPTIONAL, time, made_ms, none, 0)                                                     \
    F(S, 45, OPTIONAL, uint, charge, none, 1) /* it is about a new charge, and not a refund */
SHAPE_DECLARE(refund_told, REFUND_TOLD_FIELDS)

/* A transition of a grant: a sum of money promised for a return besides what units are worth. What
 * it is of stands in its first entry only. */
#define GRANT_MOVED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, grant, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, verb, verb, 0)                                                       \
    F(S, 3, REQUIRED, choice, to, grant_state, 0)                                                  \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 7, OPTIONAL, uint, number, none, GRANTS_MAX - 1) /* of the return's grants */             \
    F(S, 8, OPTIONAL, choice, paid_for, paid_for, 0)                                               \
    F(S, 9, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 10, OPTIONAL, sint, amount_minor, none, 1000000000000000)                                 \
    F(S, 11, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 12, OPTIONAL, time, due_ms, none, 0) /* of an offer: until when it stands */              \
    F(S, 13, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 14, OPTIONAL, uint, rule, none, UINT16_MAX)
SHAPE_DECLARE(grant_moved, GRANT_MOVED_FIELDS)

/* What a compensation claim (索赔) is of: a parcel by its number or a unit, against a carrier by
 * its name or a warehouse, for money that was lost thereby. */
#define COMPENSATION_OF_FIELDS(F, S)                                                               \
    F(S, 20, OPTIONAL, id, merchant, none, 0)                                                      \
    F(S, 21, OPTIONAL, text, carrier, none, CARRIER_BYTES_MAX)                                     \
    F(S, 22, OPTIONAL, id, warehouse, none, 0)                                                     \
    F(S, 23, OPTIONAL, choice, kind, compensation_kind, 0)                                         \
    F(S, 24, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                              \
    F(S, 25, OPTIONAL, id, unit, none, 0)                                                          \
    F(S, 26, OPTIONAL, id, order, none, 0)                                                         \
    F(S, 27, OPTIONAL, id, return_id, none, 0)                                                     \
    F(S, 28, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 29, OPTIONAL, time, happened_ms, none, 0)

/* A transition of such a claim. What it is of stands in its first entry only. amount: what is
 * claimed by the first entry, accepted by accept, and what came by recover. */
#define COMPENSATION_MOVED_FIELDS(F, S)                                                            \
    F(S, 1, REQUIRED, id, claim, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, verb, verb, 0)                                                       \
    F(S, 3, REQUIRED, choice, to, compensation_state, 0)                                           \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 7, OPTIONAL, time, due_ms, none,                                                          \
      0) /* by when it is filed, answered, paid; or appealed */                                    \
    F(S, 8, OPTIONAL, text, reference, none,                                                       \
      PROVIDER_REF_BYTES_MAX) /* theirs, or the payment's */                                       \
    F(S, 9, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 10, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)                                     \
    F(S, 11, OPTIONAL, uint, rule, none, UINT16_MAX)                                               \
    COMPENSATION_OF_FIELDS(F, S)
SHAPE_DECLARE(compensation_moved, COMPENSATION_MOVED_FIELDS)

/* The owner's leave for an act on goods that cannot be undone. */
#define RELEASED_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 30, OPTIONAL, time, at_ms, none, 0)                                                       \
    F(S, 31, OPTIONAL, time, fired_ms, none, 0) /* by the clock: the deadline that had come */
SHAPE_DECLARE(released, RELEASED_FIELDS)

/* A supervisor lets silence act at that deadline although not every node was heard until then. */
#define OVERRIDDEN_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(overridden, OVERRIDDEN_FIELDS)

#endif

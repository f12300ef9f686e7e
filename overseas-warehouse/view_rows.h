/* The rows of the business's views, each declared as a shape, and the few ways to find them. A row
 * either has one log as its writer, or is the smallest of a set of claims, or is a pure function of
 * sets: so folds commute (law 3), and equal logs give equal bytes. Spans of a loaded row live until
 * the next put or del. */
#ifndef OVERSEAS_WAREHOUSE_VIEW_ROWS_H
#define OVERSEAS_WAREHOUSE_VIEW_ROWS_H

#include "overseas-warehouse/rows.h"
#include "proto/catalogue.h"

#define MINOR_MAX   1000000000000000 /* as in the records of money */
#define VERSION_MAX UINT32_MAX

/* --- money track: written by one book each ---------------------------------------------------- */

/* used: in live returns, or received. parts: refunds begun for it. refunded: what they
 * reserve. */
#define ORDER_ROW_LINE_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, text, name, none, 120)                                                       \
    F(S, 3, REQUIRED, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 4, REQUIRED, sint, price_minor, none, MINOR_MAX)                                          \
    F(S, 5, OPTIONAL, uint, used, none, EVENT_IDX_MAX)                                             \
    F(S, 6, OPTIONAL, uint, parts, none, QUANTITY_MAX)                                             \
    F(S, 7, OPTIONAL, sint, refunded_minor, none, MINOR_MAX)                                       \
    F(S, 20, OPTIONAL, sint, partial_minor, none, MINOR_MAX) /* of that, parts of the price */     \
    ORDER_TAX_FIELDS(F, S)                                                                         \
    F(S, 40, OPTIONAL, sint, withheld_minor, none, MINOR_MAX) /* as fees, of all its returns */    \
    F(S, 41, OPTIONAL, sint, tax_refunded_minor, none, MINOR_MAX)                                  \
    /* Charged anew of what was refunded, and units that are thereby to be refunded again. */      \
    F(S, 45, OPTIONAL, sint, recharged_minor, none, MINOR_MAX)                                     \
    F(S, 46, OPTIONAL, uint, recharged, none, QUANTITY_MAX)                                        \
    ORDER_LOT_FIELDS(F, S)
SHAPE_DECLARE(order_row_line, ORDER_ROW_LINE_FIELDS)

/* VIEW_ORDER: order. flagged: a return of it was declined or contested. */
#define ORDER_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, id, book, none, 0)                                                           \
    F(S, 3, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 4, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 5, REQUIRED, time, sold_ms, none, 0)                                                      \
    F(S, 6, REQUIRED, list, lines, order_row_line, ORDER_LINES_MAX)                                \
    F(S, 7, REQUIRED, uint, payments, none, ORDER_PAYMENTS_MAX)                                    \
    F(S, 8, REQUIRED, sint, captured_minor, none, MINOR_MAX) /* of all its payments */             \
    F(S, 9, OPTIONAL, uint, flagged, none, 1)                                                      \
    ORDER_FACT_FIELDS(F, S)                                                                        \
    F(S, 34, REQUIRED, uint, version, none, VERSION_MAX) /* 1, and one more by each amendment */   \
    F(S, 35, OPTIONAL, time, amended_ms, none, 0)                                                  \
    ORDER_STALLED_FIELDS(F, S)
SHAPE_DECLARE(order_row, ORDER_ROW_FIELDS)

/* VIEW_ORDER_VERSION: order, version (4 bytes): what stood until the version after it. until and
 * by are that one's. */
#define ORDER_VERSION_ROW_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, until_ms, none, 0)                                                     \
    F(S, 5, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 6, REQUIRED, time, sold_ms, none, 0)                                                      \
    F(S, 7, REQUIRED, list, lines, order_line, ORDER_LINES_MAX)                                    \
    F(S, 8, REQUIRED, list, payments, payment, ORDER_PAYMENTS_MAX)                                 \
    ORDER_FACT_FIELDS(F, S)
SHAPE_DECLARE(order_version_row, ORDER_VERSION_ROW_FIELDS)

/* VIEW_PAYMENT: order, payment (1 byte). open: the slot that is neither settled nor failed.
 * elsewhere: refunded or charged back without this mesh. */
#define PAYMENT_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, text, provider, none, 24)                                                    \
    F(S, 2, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 3, REQUIRED, sint, captured_minor, none, MINOR_MAX)                                       \
    F(S, 4, OPTIONAL, sint, refunded_minor, none, MINOR_MAX) /* reserved or paid */                \
    F(S, 5, OPTIONAL, id, open, none, 0)                                                           \
    F(S, 6, OPTIONAL, choice, executor, executor, 0) /* absent: the provider */                    \
    F(S, 7, OPTIONAL, sint, elsewhere_minor, none, MINOR_MAX)                                      \
    MANDATE_FIELDS(F, S)                                                                           \
    F(S, 47, OPTIONAL, sint, recharged_minor, none, MINOR_MAX) /* by charges that are settled */
SHAPE_DECLARE(payment_row, PAYMENT_ROW_FIELDS)

/* VIEW_ORDER_BY_REFERENCE: merchant, hash of the order's reference or of a payment's. */
#define ORDER_INDEX_FIELDS(F, S) F(S, 1, REQUIRED, id, order, none, 0)
SHAPE_DECLARE(order_index, ORDER_INDEX_FIELDS)

/* VIEW_ORDER_BY_PARCEL: parcel sent, order; empty where the parcel is not waited for. due: when it
 * will have stood still for too long, as VIEW_DUE has it. */
#define SENT_ROW_FIELDS(F, S) F(S, 1, REQUIRED, time, due_ms, none, 0)
SHAPE_DECLARE(sent_row, SENT_ROW_FIELDS)

/* VIEW_SKU: sku: the newest version. VIEW_SKU_VERSION: sku, version (4 bytes): those before it.
 * book: the log that writes it. */
#define SKU_ROW_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, code, none, SKU_BYTES_MAX)                                             \
    F(S, 4, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    SKU_FACT_FIELDS(F, S)
SHAPE_DECLARE(sku_row, SKU_ROW_FIELDS)

/* VIEW_RETURN: return. version counts its entries. */
#define RETURN_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, id, book, none, 0)                                                           \
    F(S, 3, REQUIRED, id, order, none, 0)                                                          \
    F(S, 4, REQUIRED, choice, state, return_state, 0)                                              \
    F(S, 5, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 6, OPTIONAL, text, number, none,                                                          \
      TRACKING_NUMBER_BYTES_MAX) /* as parcel_number makes it */                                   \
    F(S, 7, REQUIRED, time, requested_ms, none, 0)                                                 \
    F(S, 8, OPTIONAL, time, approved_ms, none, 0) /* the latest approval; 0: never */              \
    F(S, 9, REQUIRED, time, moved_ms, none, 0)                                                     \
    F(S, 10, OPTIONAL, time, due_ms, none, 0)                                                      \
    F(S, 11, OPTIONAL, choice, due_verb, verb, 0)                                                  \
    F(S, 12, OPTIONAL, uint, boxes, none, VERSION_MAX) /* claimed for it */                        \
    F(S, 13, OPTIONAL, uint, arrived, none, 1)                                                     \
    F(S, 14, OPTIONAL, uint, contests, none, VERSION_MAX) /* entries that a person should see */   \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX) /* the latest given */                \
    F(S, 20, OPTIONAL, uint, grants, none, GRANTS_MAX)       /* begun for it */                    \
    RETURN_SETTLED_FIELDS(F, S)                                                                    \
    F(S, 27, OPTIONAL, time, arbitrated_ms, none, 0) /* the platform spoke */                      \
    /* As in its first entry; nobody judges it again when the policy changes. */                   \
    F(S, 30, OPTIONAL, uint, policy_version, none, POLICY_VERSION_MAX)                             \
    F(S, 31, OPTIONAL, list, checks, policy_answer, POLICY_CHECKS_MAX)                             \
    F(S, 32, OPTIONAL, choice, decided_by, policy_check, 0)                                        \
    F(S, 33, OPTIONAL, list, signals, policy_signal, POLICY_SIGNALS_MAX)                           \
    F(S, 34, OPTIONAL, uint, returnless, none, 1)                                                  \
    RETURN_FILED_FIELDS(F, S)                                                                      \
    F(S, 49, OPTIONAL, list, parcels, return_parcel, PARCELS_MAX) /* further ones */               \
    F(S, 50, OPTIONAL, time, ended_ms, none, 0) /* when it ended last; 0: never */                 \
    F(S, 51, OPTIONAL, uint, reopened, none, VERSION_MAX)                                          \
    RETURN_STRAY_FIELDS(F, S)                                                                      \
    F(S, 64, OPTIONAL, list, fees, return_fee, RETURN_FEES_MAX) /* as in its first entry */        \
    F(S, 69, OPTIONAL, uint, recharge, none, 1) /* silence said: what went ahead is charged */     \
    F(S, 70, OPTIONAL, uint, recharges, none, VERSION_MAX) /* charges begun for it */
SHAPE_DECLARE(return_row, RETURN_ROW_FIELDS)

/* VIEW_PRESET: merchant, hash of book and name. */
#define PRESET_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, text, name, none, PRESET_BYTES_MAX)                                          \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    PRESET_FACT_FIELDS(F, S)
SHAPE_DECLARE(preset_row, PRESET_ROW_FIELDS)

/* VIEW_RETURN_LINE: return, line (1 byte). taken: units that are here. served: units for which the
 * buyer has got what is due, money or a thing, by whomever; a unit that is served before it comes
 * is taken and nothing more is paid. fronted: units for which money went out before they came, and
 * how much of it there is. */
#define RETURN_LINE_ROW_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 2, REQUIRED, choice, reason, reason, 0)                                                   \
    F(S, 3, OPTIONAL, uint, taken, none, QUANTITY_MAX)                                             \
    F(S, 4, OPTIONAL, uint, served, none, QUANTITY_MAX)                                            \
    F(S, 5, OPTIONAL, uint, fronted, none, QUANTITY_MAX)                                           \
    F(S, 6, OPTIONAL, sint, fronted_minor, none, MINOR_MAX)                                        \
    F(S, 7, OPTIONAL, uint, sent, none, QUANTITY_MAX) /* of the served: another thing */           \
    F(S, 8, OPTIONAL, uint, fronted_ever, none, QUANTITY_MAX)                                      \
    F(S, 9, OPTIONAL, uint, late, none,                                                            \
      QUANTITY_MAX) /* of the served: by others, once it had ended */                              \
    F(S, 64, OPTIONAL, sint, fee_minor, none, MINOR_MAX)      /* the buyer's, of all its units */  \
    F(S, 65, OPTIONAL, sint, withheld_minor, none, MINOR_MAX) /* of that, taken off so far */      \
    /* What was charged anew for it; of the fronted, those that are owed again for that. */        \
    F(S, 69, OPTIONAL, sint, recharged_minor, none, MINOR_MAX)                                     \
    F(S, 70, OPTIONAL, uint, back, none, QUANTITY_MAX)                                             \
    F(S, 71, OPTIONAL, uint, recharge, none, 1) /* silence said that it is to be */                \
    /* Of the sent: things that went before their units came, and what these are worth. */         \
    F(S, 72, OPTIONAL, uint, lent, none, QUANTITY_MAX)                                             \
    F(S, 73, OPTIONAL, sint, lent_minor, none, MINOR_MAX)
SHAPE_DECLARE(return_line_row, RETURN_LINE_ROW_FIELDS)

/* VIEW_RETURN_SEEN: return, thing, verb (1 byte): the book has reacted to it, and to what value. */
#define SEEN_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, OPTIONAL, uint, contest, none, 1)                                                      \
    F(S, 2, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 3, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 4, OPTIONAL, choice, disposition, disposition, 0)
SHAPE_DECLARE(seen_row, SEEN_ROW_FIELDS)

/* VIEW_REFUND: slot. */
#define REFUND_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, id, book, none, 0)                                                           \
    F(S, 3, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 4, REQUIRED, id, order, none, 0)                                                          \
    F(S, 5, REQUIRED, uint, payment, none, ORDER_PAYMENTS_MAX - 1)                                 \
    F(S, 6, REQUIRED, choice, paid_for, paid_for, 0)                                               \
    F(S, 7, REQUIRED, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 8, REQUIRED, uint, part, none, REFUND_PART_MAX)                                           \
    F(S, 9, REQUIRED, sint, amount_minor, none, MINOR_MAX)                                         \
    F(S, 10, REQUIRED, currency, currency, none, 999)                                              \
    F(S, 11, REQUIRED, choice, state, refund_state, 0)                                             \
    F(S, 12, REQUIRED, uint, version, none, VERSION_MAX)                                           \
    F(S, 13, OPTIONAL, uint, attempt, none, 1000)                                                  \
    F(S, 14, OPTIONAL, text, provider_ref, none, PROVIDER_REF_BYTES_MAX)                           \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 16, OPTIONAL, id, seen, none, 0) /* the unit or the grant that it pays */                 \
    F(S, 17, REQUIRED, time, intended_ms, none, 0)                                                 \
    F(S, 18, REQUIRED, time, moved_ms, none, 0)                                                    \
    F(S, 19, OPTIONAL, uint, barred, none, 1)    /* the same was refunded elsewhere */             \
    F(S, 40, OPTIONAL, uint, came_back, none, 1) /* it was paid, and the money is back */          \
    F(S, 41, OPTIONAL, uint, has_failed, none, 1)                                                  \
    F(S, 42, OPTIONAL, sint, tax_minor, none, MINOR_MAX) /* of the amount, as it was intended */   \
    F(S, 43, OPTIONAL, uint, tax_bp, none, TAX_BP_MAX)   /* the rate of the sale; 0: not told */   \
    F(S, 44, OPTIONAL, time, sold_ms, none, 0)                                                     \
    MANDATE_FIELDS(F, S) /* of a new charge */
SHAPE_DECLARE(refund_row, REFUND_ROW_FIELDS)

/* VIEW_GRANT: grant. */
#define GRANT_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, id, book, none, 0)                                                           \
    F(S, 3, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 4, REQUIRED, id, order, none, 0)                                                          \
    F(S, 5, REQUIRED, uint, number, none, GRANTS_MAX - 1)                                          \
    F(S, 6, REQUIRED, choice, paid_for, paid_for, 0)                                               \
    F(S, 7, REQUIRED, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 8, REQUIRED, sint, amount_minor, none, MINOR_MAX)                                         \
    F(S, 9, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 10, REQUIRED, choice, state, grant_state, 0)                                              \
    F(S, 11, REQUIRED, uint, version, none, VERSION_MAX)                                           \
    F(S, 12, OPTIONAL, time, due_ms, none, 0)                                                      \
    F(S, 13, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 14, REQUIRED, time, begun_ms, none, 0)                                                    \
    F(S, 15, REQUIRED, time, moved_ms, none, 0)
SHAPE_DECLARE(grant_row, GRANT_ROW_FIELDS)

#define CLAIM_PAYMENTS_MAX 8
#define CLAIM_PAYMENT_FIELDS(F, S)                                                                 \
    F(S, 1, OPTIONAL, text, reference, none, PROVIDER_REF_BYTES_MAX)                               \
    F(S, 2, REQUIRED, sint, amount_minor, none, MINOR_MAX)                                         \
    F(S, 3, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(claim_payment, CLAIM_PAYMENT_FIELDS)

/* VIEW_COMPENSATION: claim. Of a parcel (number) or a unit, against a carrier or a warehouse.
 * amount: what is claimed; accepted: what they said that they owe, or paid without a word; paid:
 * what came, never more than was claimed. due: by when it is filed, answered, paid, or, of one that
 * was denied, filed once more. VIEW_COMPENSATION_BY_MERCHANT has it under its opening. */
#define COMPENSATION_ROW_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, choice, state, compensation_state, 0)                                        \
    F(S, 3, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 4, REQUIRED, sint, amount_minor, none, MINOR_MAX)                                         \
    F(S, 5, OPTIONAL, sint, accepted_minor, none, MINOR_MAX)                                       \
    F(S, 6, OPTIONAL, sint, paid_minor, none, MINOR_MAX)                                           \
    F(S, 7, REQUIRED, time, opened_ms, none, 0)                                                    \
    F(S, 8, REQUIRED, choice, opened_by, actor, 0)                                                 \
    F(S, 9, OPTIONAL, time, filed_ms, none, 0) /* the latest time */                               \
    F(S, 10, OPTIONAL, time, answered_ms, none, 0)                                                 \
    F(S, 11, OPTIONAL, time, paid_ms, none, 0)                                                     \
    F(S, 12, REQUIRED, time, moved_ms, none, 0)                                                    \
    F(S, 13, OPTIONAL, time, due_ms, none, 0)                                                      \
    F(S, 14, OPTIONAL, uint, appeals, none, VERSION_MAX)                                           \
    F(S, 15, OPTIONAL, text, reference, none, PROVIDER_REF_BYTES_MAX) /* their number of it */     \
    F(S, 16, OPTIONAL, text, reason, none, REASON_BYTES_MAX)          /* the latest given */       \
    F(S, 17, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)                                     \
    F(S, 18, OPTIONAL, list, payments, claim_payment, CLAIM_PAYMENTS_MAX)                          \
    COMPENSATION_OF_FIELDS(F, S)
SHAPE_DECLARE(compensation_row, COMPENSATION_ROW_FIELDS)

/* VIEW_ELSEWHERE: order, payment (1 byte), hash of how and reference. */
#define ELSEWHERE_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, choice, how, elsewhere, 0)                                                   \
    F(S, 2, REQUIRED, text, reference, none, PROVIDER_REF_BYTES_MAX)                               \
    F(S, 3, REQUIRED, sint, amount_minor, none, MINOR_MAX)                                         \
    F(S, 4, REQUIRED, time, made_ms, none, 0)                                                      \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 7, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 8, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 9, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 10, OPTIONAL, id, slot, none, 0) /* it settled this one */                                \
    F(S, 11, OPTIONAL, text, note, none, REASON_BYTES_MAX)                                         \
    F(S, 12, OPTIONAL, uint, served, none, QUANTITY_MAX) /* units that it paid for */
SHAPE_DECLARE(elsewhere_row, ELSEWHERE_ROW_FIELDS)

/* VIEW_SPENT: merchant, day (4 bytes), book. */
#define SPENT_ROW_FIELDS(F, S) F(S, 1, REQUIRED, sint, minor, none, MINOR_MAX)
SHAPE_DECLARE(spent_row, SPENT_ROW_FIELDS)

/* VIEW_BOX_CLAIM: box, return. Several returns may have been sent in one box. */
#define BOX_CLAIM_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, list, lines, return_line, RETURN_LINES_MAX) /* what was left when claimed */ \
    F(S, 4, OPTIONAL, list, skus, claim_sku, RETURN_LINES_MAX)                                     \
    F(S, 5, REQUIRED, uint, idx, none, EVENT_IDX_MAX) /* of the entry in the book */               \
    F(S, 6, REQUIRED, id, book, none, 0)
SHAPE_DECLARE(box_claim_row, BOX_CLAIM_ROW_FIELDS)

/* VIEW_RELEASED: unit, book. */
#define RELEASED_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 2, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(released_row, RELEASED_ROW_FIELDS)

/* VIEW_POLICY: merchant, book, version (4 bytes). VIEW_POLICY_AT: merchant, book, and the moment
 * from which it holds (8 bytes) and version (4), both counted down. */
#define POLICY_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, uint, version, none, POLICY_VERSION_MAX)                                     \
    F(S, 2, REQUIRED, time, effective_ms, none, 0)                                                 \
    F(S, 3, REQUIRED, time, set_ms, none, 0)                                                       \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, one, policy, policy, 0)
SHAPE_DECLARE(policy_row, POLICY_ROW_FIELDS)

/* VIEW_DEADLINE: thing (return, slot or unit), kind (1 byte), hop (2 bytes; of a unit), log. Who
 * owes what by when. What is open stands in VIEW_DEADLINE_BY_TIME too, under its time, and in
 * VIEW_DEADLINE_BY_MERCHANT, if it is a merchant's. */
#define DEADLINE_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, choice, kind, deadline, 0)                                                   \
    F(S, 2, REQUIRED, choice, owner, actor, 0)                                                     \
    F(S, 3, REQUIRED, choice, state, deadline_state, 0)                                            \
    F(S, 4, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 5, REQUIRED, time, since_ms, none, 0)                                                     \
    F(S, 6, OPTIONAL, time, ended_ms, none, 0)                                                     \
    F(S, 7, OPTIONAL, uint, irreversible, none, 1) /* silence then does what cannot be undone */   \
    F(S, 8, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 9, OPTIONAL, id, return_id, none, 0)                                                      \
    /* As the entry says that set it: the calendar, and when being late concerns whom. */          \
    F(S, 10, OPTIONAL, text, calendar, none, CALENDAR_NAME_BYTES_MAX)                              \
    F(S, 11, OPTIONAL, uint, calendar_version, none, CALENDAR_VERSION_MAX)                         \
    F(S, 12, OPTIONAL, time, desk_ms, none, 0)                                                     \
    F(S, 13, OPTIONAL, time, supervisor_ms, none, 0)                                               \
    F(S, 14, OPTIONAL, time, platform_ms, none, 0)
SHAPE_DECLARE(deadline_row, DEADLINE_ROW_FIELDS)
#define DEADLINE_KEY_BYTES (2 * ID_BYTES + 3)
/* How far an open deadline has come, or one had come that ended: 0 in time or not late enough, 1
 * the desk, 2 a supervisor, 3 the platform. A function of the row and the moment: nobody writes it.
 * since_ms: of that level. */
#define DEADLINE_LEVELS 3
uint64_t deadline_level(const struct deadline_row *row, uint64_t now_ms, uint64_t *since_ms);

/* VIEW_FLOOR: warehouse, day (4 bytes), log. Units that came that day and wait for a disposition,
 * and those that got theirs on it, as far as that log says. */
#define FLOOR_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, OPTIONAL, uint, waiting, none, EVENT_IDX_MAX)                                          \
    F(S, 2, OPTIONAL, uint, disposed, none, EVENT_IDX_MAX)
SHAPE_DECLARE(floor_row, FLOOR_ROW_FIELDS)

/* VIEW_WEBHOOK: webhook. since_idx: the entry that added it, from which on it is told. through and
 * under_way: as the leader checked in last. No types: all of them. */
#define WEBHOOK_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, id, book, none, 0)                                                           \
    F(S, 3, REQUIRED, text, url, none, HOOK_URL_BYTES_MAX)                                         \
    F(S, 4, OPTIONAL, list, types, hook_wanted, HOOK_TYPES_MAX)                                    \
    F(S, 5, REQUIRED, list, secrets, hook_secret, HOOK_SECRETS_MAX)                                \
    F(S, 6, OPTIONAL, uint, disabled, none, 1)                                                     \
    F(S, 7, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 8, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 9, REQUIRED, uint, since_idx, none, EVENT_IDX_MAX)                                        \
    F(S, 10, REQUIRED, time, set_ms, none, 0)                                                      \
    F(S, 11, OPTIONAL, uint, through, none, EVENT_IDX_MAX)                                         \
    F(S, 12, OPTIONAL, list, under_way, hook_under_way, HOOK_OPEN_MAX)                             \
    F(S, 13, OPTIONAL, time, checked_ms, none, 0)
SHAPE_DECLARE(webhook_row, WEBHOOK_ROW_FIELDS)

/* VIEW_CORRECTIVE: corrective. What is done so that less of a SKU comes back. */
#define CORRECTIVE_ROW_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, time, since_ms, none, 0)                                                     \
    F(S, 6, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 7, OPTIONAL, uint, closed, none, 1)                                                       \
    F(S, 8, OPTIONAL, time, closed_ms, none, 0)                                                    \
    F(S, 9, OPTIONAL, text, result, none, REASON_BYTES_MAX)                                        \
    CORRECTIVE_FACT_FIELDS(F, S)
SHAPE_DECLARE(corrective_row, CORRECTIVE_ROW_FIELDS)

/* VIEW_ARTICLE: article: the newest version. VIEW_ARTICLE_VERSION: article, version (4 bytes):
 * those before it. */
#define ARTICLE_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, name, none, PRESET_BYTES_MAX)                                          \
    F(S, 4, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    ARTICLE_FACT_FIELDS(F, S)
SHAPE_DECLARE(article_row, ARTICLE_ROW_FIELDS)

/* VIEW_COMPLAINT: complaint. */
#define COMPLAINT_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 7, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 8, OPTIONAL, uint, closed, none, 1)                                                       \
    F(S, 9, OPTIONAL, time, closed_ms, none, 0)                                                    \
    COMPLAINT_FACT_FIELDS(F, S)                                                                    \
    F(S, 20, OPTIONAL, text, cause, none, REASON_BYTES_MAX)                                        \
    F(S, 21, OPTIONAL, text, action, none, REASON_BYTES_MAX)                                       \
    F(S, 22, OPTIONAL, id, corrective, none, 0)
SHAPE_DECLARE(complaint_row, COMPLAINT_ROW_FIELDS)

/* VIEW_FOLLOWUP: return. consented: when the consent was given or taken back. due, closes, channel:
 * as planned for the end at ended; asked: when the merchant's system was told. answers: how often a
 * score was given, each the newest. */
#define FOLLOWUP_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 4, OPTIONAL, uint, consent, none, 1)                                                      \
    F(S, 5, OPTIONAL, time, consented_ms, none, 0)                                                 \
    F(S, 6, OPTIONAL, choice, channel, channel, 0)                                                 \
    F(S, 7, OPTIONAL, time, due_ms, none, 0)                                                       \
    F(S, 8, OPTIONAL, time, closes_ms, none, 0)                                                    \
    F(S, 9, OPTIONAL, time, ended_ms, none, 0)                                                     \
    F(S, 10, OPTIONAL, time, asked_ms, none, 0)                                                    \
    F(S, 11, OPTIONAL, uint, score, none, SCORE_MAX)                                               \
    F(S, 12, OPTIONAL, uint, answers, none, VERSION_MAX)                                           \
    F(S, 13, OPTIONAL, time, scored_ms, none, 0)                                                   \
    F(S, 14, OPTIONAL, choice, scored_by, actor, 0)                                                \
    F(S, 15, OPTIONAL, id, complaint, none, 0)
SHAPE_DECLARE(followup_row, FOLLOWUP_ROW_FIELDS)

/* --- goods track: written by the log of the warehouse ----------------------------------------- */

/* VIEW_BOX: box. */
#define BOX_ROW_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 3, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                          \
    F(S, 4, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, id, log, none, 0)                                                            \
    F(S, 7, REQUIRED, uint, idx, none, EVENT_IDX_MAX)                                              \
    F(S, 8, OPTIONAL, time, voided_ms, none,                                                       \
      0) /* it was never received: bears no number, no slip */                                     \
    F(S, 9, OPTIONAL, text, voided_number, none, TRACKING_NUMBER_BYTES_MAX)                        \
    F(S, 10, OPTIONAL, text, voided_reason, none, REASON_BYTES_MAX)                                \
    F(S, 11, OPTIONAL, uint, void_idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(box_row, BOX_ROW_FIELDS)

/* VIEW_UNIT: unit, hop (2 bytes), log. The log stands in the key, so that two writers of one hop
 * (which only a fault can bring about) never write one row. */
#define UNIT_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, choice, state, unit_state, 0)                                                \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX) /* hop << 20 | entries of this hop */      \
    F(S, 3, OPTIONAL, id, warehouse, none, 0)           /* who holds it */                         \
    F(S, 4, OPTIONAL, id, to, none, 0)                  /* where it was shipped */                 \
    F(S, 5, OPTIONAL, id, box, none, 0)                                                            \
    F(S, 6, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 7, OPTIONAL, text, serial, none, SERIAL_BYTES_MAX)                                        \
    F(S, 8, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 9, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 10, OPTIONAL, choice, disposition, disposition, 0)                                        \
    F(S, 11, OPTIONAL, uint, cycle, none, 1000)                                                    \
    F(S, 12, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 13, REQUIRED, time, received_ms, none, 0)                                                 \
    F(S, 14, REQUIRED, time, moved_ms, none, 0)                                                    \
    F(S, 15, REQUIRED, uint, idx, none, EVENT_IDX_MAX) /* of its latest entry in its log */        \
    F(S, 30, OPTIONAL, one, chosen_by, actor, 0)       /* who chose the disposition */             \
    F(S, 50, OPTIONAL, one, graded_by, actor, 0)       /* who graded it here */                    \
    F(S, 51, OPTIONAL, time, graded_ms, none, 0)                                                   \
    F(S, 52, OPTIONAL, uint, relabelled, none, 1)    /* by its latest grade */                     \
    F(S, 53, OPTIONAL, choice, void_grade, grade, 0) /* the latest that was taken back here */     \
    F(S, 54, OPTIONAL, uint, void_idx, none, EVENT_IDX_MAX) /* the first entry that did so */
SHAPE_DECLARE(unit_row, UNIT_ROW_FIELDS)

/* VIEW_ASSIGNED: unit. Once; were there two, the one of the smaller log and index shows. */
#define ASSIGNED_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, id, book, none, 0)                                                           \
    F(S, 3, REQUIRED, id, box, none, 0)                                                            \
    F(S, 4, REQUIRED, uint, line, none, 255)                                                       \
    F(S, 5, OPTIONAL, uint, over, none, 1)                                                         \
    F(S, 6, REQUIRED, id, log, none, 0)                                                            \
    F(S, 7, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(assigned_row, ASSIGNED_ROW_FIELDS)

/* VIEW_STOCK: warehouse, unit, cycle (2 bytes). */
#define STOCK_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, choice, grade, grade, 0)
SHAPE_DECLARE(stock_row, STOCK_ROW_FIELDS)

#define CONFLICT_KIND_LIST(X)                                                                      \
    X(CONFLICT_CONTEST, 1, "contest")           /* goods and a decision about money disagree */    \
    X(CONFLICT_PLATE, 2, "plate_elsewhere")     /* a unit turned up where it was not sent */       \
    X(CONFLICT_TWO_ASSIGN, 3, "assigned_twice") /* two logs assigned one unit */                   \
    X(CONFLICT_OVERPAID, 4, "overpaid") /* refunds here and elsewhere exceed what was captured */  \
    X(CONFLICT_SHORT, 6, "short")       /* granted, and the money is gone */                       \
    X(CONFLICT_UNPAID, 5, "unpaid")     /* taken as paid by a chargeback that was won since */     \
    X(CONFLICT_CAME_BACK, 11, "came_back")         /* a refund was paid, and the money is back */  \
    X(CONFLICT_TWO_PLATES, 55, "plate_in_two")     /* a plate stands in two warehouses */          \
    X(CONFLICT_REMOVED_TWICE, 56, "removed_twice") /* one unit, two removal orders */              \
    X(CONFLICT_EXCHANGE_STRAY, 35, "exchange_stray") /* it left without leave, or after all */     \
    X(CONFLICT_EXCHANGE_UNSETTLED, 36,                                                             \
      "exchange_unsettled")                      /* it left, and the buyer had got what is due */  \
    X(CONFLICT_STOCK_COUNT, 40, "stock_counted") /* goods lie where the book says none */          \
    X(CONFLICT_MATCH_VOID, 30, "match_void") /* it claimed a box that is not its own after all */  \
    X(CONFLICT_STOCK_FOREIGN, 41, "stock_foreign") /* a node posted for another's warehouse */     \
    X(CONFLICT_GRADE_VOID, 31, "grade_void") /* a return counts on a grade that was taken back */  \
    X(CONFLICT_RECEIPT_VOID, 32, "receipt_void")   /* a return claimed a box that never came */    \
    X(CONFLICT_LABEL_UNKNOWN, 43, "label_unknown") /* nobody can say whether it was bought */      \
    X(CONFLICT_LABEL_VOID, 44, "label_void")       /* nor whether the carrier took it back */      \
    X(CONFLICT_SECOND_GRADE, 45, "second_grade")   /* two persons graded one unit differently */
#define CONFLICT_ENUM(name, number, word) name = number,
enum conflict_kind { CONFLICT_KIND_LIST(CONFLICT_ENUM) };
#undef CONFLICT_ENUM
extern const struct words conflict_kind_words;

/* VIEW_CONFLICT: subject, log, idx (8 bytes): something for a person to look at. */
#define CONFLICT_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, choice, kind, conflict_kind, 0)                                              \
    F(S, 2, OPTIONAL, choice, verb, verb, 0)                                                       \
    F(S, 3, OPTIONAL, id, thing, none, 0) /* the unit, box or parcel */
SHAPE_DECLARE(conflict_row, CONFLICT_ROW_FIELDS)

/* --- parcels: pure functions of sets ---------------------------------------------------------- */

/* VIEW_SCAN: parcel, dedup. A scan of a carrier, or the summary of a message (message = 1). */
#define SCAN_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, text, carrier, none, CARRIER_BYTES_MAX)                                      \
    F(S, 2, OPTIONAL, uint, message, none, 1)                                                      \
    F(S, 3, REQUIRED, choice, status, track_status, 0)                                             \
    F(S, 4, OPTIONAL, choice, reason, track_reason, 0)                                             \
    F(S, 5, OPTIONAL, time, occurred_ms, none, 0)                                                  \
    F(S, 6, OPTIONAL, text, occurred_local, none, 40)                                              \
    F(S, 7, REQUIRED, choice, quality, time_quality, 0)                                            \
    F(S, 8, OPTIONAL, text, code, none, 64)                                                        \
    F(S, 9, OPTIONAL, text, text, none, TRACK_TEXT_BYTES_MAX)                                      \
    F(S, 10, OPTIONAL, text, place, none, 80)                                                      \
    F(S, 11, OPTIONAL, text, country, none, 2)                                                     \
    F(S, 12, OPTIONAL, uint, informational, none, 1)                                               \
    F(S, 13, OPTIONAL, uint, list_pos, none, 100000)                                               \
    F(S, 14, OPTIONAL, choice, direction, direction, 0)                                            \
    F(S, 15, OPTIONAL, time, covers_ms, none, 0) /* of a message: its latest scan */               \
    F(S, 16, OPTIONAL, time, clock_ms, none, 0)  /* as a checkpoint has it */                      \
    F(S, 17, OPTIONAL, uint, hint, none, 1)      /* nobody who proved more has said so */
SHAPE_DECLARE(scan_row, SCAN_ROW_FIELDS)

/* VIEW_UNKNOWN_CODE: shelf (1 byte), hash of the carrier's name, hash of carrier and code: a code
 * that no table knows (overseas-warehouse/unknown.c). scans: how many scans bear it now; what else
 * is said is that of the first entry that named it. */
#define UNKNOWN_CODE_ROW_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, text, carrier, none, CARRIER_BYTES_MAX)                                      \
    F(S, 2, OPTIONAL, text, code, none, 64)                                                        \
    F(S, 3, OPTIONAL, uint, scans, none, UINT64_MAX)                                               \
    F(S, 4, OPTIONAL, time, first_ms, none, 0)                                                     \
    F(S, 5, OPTIONAL, time, last_ms, none, 0)                                                      \
    F(S, 6, REQUIRED, choice, taken_as, track_status, 0) /* its family's status, or unknown */     \
    F(S, 7, REQUIRED, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 8, OPTIONAL, text, text, none, TRACK_TEXT_BYTES_MAX)
SHAPE_DECLARE(unknown_code_row, UNKNOWN_CODE_ROW_FIELDS)
#define UNKNOWN_CODE_KEY_BYTES (1 + 2 * ID_BYTES)

/* VIEW_UNKNOWN_SHELF: shelf (1 byte). */
#define UNKNOWN_SHELF_ROW_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, uint, codes, none, UNKNOWN_CODES_MAX)                                        \
    F(S, 2, REQUIRED, id, largest, none, 0) /* of the hashes of its codes */
#define UNKNOWN_CODES_MAX 1000              /* of a shelf */
SHAPE_DECLARE(unknown_shelf_row, UNKNOWN_SHELF_ROW_FIELDS)

/* The codes of one carrier: what their keys begin with. */
struct key unknown_carrier_key(const struct crypto *crypto, struct span carrier);

/* VIEW_PARCEL: parcel. */
#define PARCEL_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 2, REQUIRED, choice, state, parcel_state, 0)                                              \
    F(S, 3, OPTIONAL, choice, status, track_status, 0)                                             \
    F(S, 4, OPTIONAL, choice, reason, track_reason, 0)                                             \
    F(S, 5, OPTIONAL, time, occurred_ms, none, 0)                                                  \
    F(S, 6, OPTIONAL, text, carrier, none, CARRIER_BYTES_MAX)                                      \
    F(S, 7, OPTIONAL, text, place, none, 80)                                                       \
    F(S, 8, OPTIONAL, text, country, none, 2)                                                      \
    F(S, 9, OPTIONAL, uint, scans, none, UINT32_MAX)                                               \
    F(S, 10, OPTIONAL, uint, after_final, none, 1) /* a scan came after a final one */             \
    F(S, 11, OPTIONAL, choice, direction, direction, 0)                                            \
    F(S, 12, OPTIONAL, uint, unconfirmed, none, 1) /* a hint says more than counts */
SHAPE_DECLARE(parcel_row, PARCEL_ROW_FIELDS)

/* VIEW_LINK: a buyer's link, by its id. VIEW_LINK_REVOKED: those that somebody withdrew. */
#define LINK_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, time, expires_ms, none, 0)                                                   \
    F(S, 3, REQUIRED, id, node, none, 0) /* that made and signed it */
SHAPE_DECLARE(link_row, LINK_ROW_FIELDS)

/* --- finding them ----------------------------------------------------------------------------- */

/* false: there is none. */
bool merchant_load(const struct rows *rows, const struct id *merchant, struct merchant *row);
bool order_load(const struct rows *rows, const struct id *order, struct order_row *row);
bool payment_load(const struct rows *rows, const struct id *order, uint64_t payment,
                  struct payment_row *row);
bool return_load(const struct rows *rows, const struct id *return_id, struct return_row *row);
bool return_line_load(const struct rows *rows, const struct id *return_id, uint64_t line,
                      struct return_line_row *row);
/* What was announced and what came, line by line and in all. */
struct receipt_count {
    uint64_t received[REMOVAL_LINES_MAX];
    uint64_t expected, arrived, missing, over, foreign;
    bool cut; /* there are more units than were counted */
};
/* Of a return, as its units were assigned; received by the line's index in the order. */
#define RETURN_COUNTED_MAX 1000u
void return_counts(const struct rows *rows, const struct id *return_id,
                   struct receipt_count *counts);
bool refund_load(const struct rows *rows, const struct id *slot, struct refund_row *row);
bool grant_load(const struct rows *rows, const struct id *grant, struct grant_row *row);
bool compensation_load(const struct rows *rows, const struct id *claim,
                       struct compensation_row *row);
/* The parcel or the unit, under which VIEW_COMPENSATION_BY_THING has it; and the prefix of a
 * merchant's claims in one state in VIEW_COMPENSATION_BY_STATE. */
struct id compensation_thing(const struct crypto *crypto, const struct compensation_row *row);
struct key compensation_state_key(const struct id *merchant, uint64_t state);
bool box_load(const struct rows *rows, const struct id *box, struct box_row *row);
bool claim_load(const struct rows *rows, const struct id *box, const struct id *return_id,
                struct box_claim_row *row);
bool assigned_load(const struct rows *rows, const struct id *unit, struct assigned_row *row);
bool released_load(const struct rows *rows, const struct id *unit, const struct id *book,
                   struct released_row *row);
bool parcel_load(const struct rows *rows, const struct id *parcel, struct parcel_row *row);
bool webhook_load(const struct rows *rows, const struct id *webhook, struct webhook_row *row);

/* Policies are those of the merchant's own book. version 0: there is none. */
bool policy_load(const struct rows *rows, const struct merchant *merchant, uint64_t version,
                 struct policy_row *row);
/* The version that holds at a moment, and the newest, be it in force or to come; 0: none. */
uint64_t policy_version_at(const struct rows *rows, const struct merchant *merchant,
                           uint64_t at_ms);
uint64_t policy_newest(const struct rows *rows, const struct merchant *merchant);
struct key policy_key(const struct id *merchant, const struct id *book, uint64_t version);

/* The unit as it stands now: its highest hop. */
struct unit_now {
    struct unit_row row;
    uint64_t hop;
    struct id log;
};
bool unit_load(const struct rows *rows, const struct id *unit, struct unit_now *now);

/* A code as it is looked up: without blanks, letters in upper case; a UPC, EAN or GTIN whose last
 * digit checks the others as its 14 digits, so that a scanner may read any of its forms. */
struct span sku_form(struct span code, uint8_t buffer[SKU_BYTES_MAX]);
/* VIEW_SKU_BY_CODE: hash of the form, merchant, sku. */
struct id sku_form_id(const struct crypto *crypto, struct span code);
bool sku_load(const struct rows *rows, const struct id *sku, struct sku_row *row);
/* The SKU of the merchant's own book that bears the code, as its own one or an alias. */
bool sku_find(const struct rows *rows, const struct crypto *crypto, const struct id *merchant,
              struct span code, struct id *sku);
bool link_load(const struct rows *rows, const struct id *link, struct link_row *row);
bool article_load(const struct rows *rows, const struct id *article, struct article_row *row);
bool complaint_load(const struct rows *rows, const struct id *complaint, struct complaint_row *row);
bool followup_load(const struct rows *rows, const struct id *return_id, struct followup_row *row);
bool corrective_load(const struct rows *rows, const struct id *corrective,
                     struct corrective_row *row);

struct key payment_key(const struct id *order, uint64_t payment);
struct key version_key(const struct id *of, uint64_t version);
/* Another log took its place: nobody writes it any more. */
bool log_is_lost(const struct rows *rows, const struct id *log);
struct key return_line_key(const struct id *return_id, uint64_t line);
struct key seen_key(const struct id *return_id, const struct id *thing, enum verb verb);
struct key unit_key(const struct id *unit, uint64_t hop, const struct id *log);
struct key pair_key(const struct id *first, const struct id *second);

/* A tracking number in its one form (upper case, no blanks), cut at the limit; the parcel's id is
 * the hash of that form. A parcel is only a number: numbers are re-used. What the doors let in went
 * through number_normalize (carriers/number.h), whose forms are left as they are here; what a lying
 * member wrote past it has an id of its own, the same everywhere. */
struct span parcel_number(struct span number, uint8_t buffer[TRACKING_NUMBER_BYTES_MAX]);
struct id parcel_id(const struct crypto *crypto, struct span number);

#endif

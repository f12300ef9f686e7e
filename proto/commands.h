/* What a person or a system may ask of the mesh: one shape per command, which is the JSON body of
 * its HTTP call and, canonically encoded, the body of an ask. The table names who may decide it. */
#ifndef PROTO_COMMANDS_H
#define PROTO_COMMANDS_H

#include "proto/records_batches.h"
#include "proto/records_billing.h"
#include "proto/records_care.h"
#include "proto/records_exchange.h"
#include "proto/records_hooks.h"
#include "proto/records_inspection.h"
#include "proto/records_labels.h"
#include "proto/records_lanes.h"
#include "proto/records_master.h"
#include "proto/records_matching.h"
#include "proto/records_money.h"
#include "proto/records_photos.h"
#include "proto/records_plates.h"
#include "proto/records_repair.h"
#include "proto/records_stock.h"
#include "proto/records_voids.h"
#include "proto/records_worth.h"

#define ORDER_IMPORT_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 3, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 4, REQUIRED, time, sold_ms, none, 0)                                                      \
    F(S, 5, REQUIRED, list, lines, order_line, ORDER_LINES_MAX)                                    \
    F(S, 6, REQUIRED, list, payments, payment, ORDER_PAYMENTS_MAX)                                 \
    ORDER_FACT_FIELDS(F, S)
SHAPE_DECLARE(order_import, ORDER_IMPORT_FIELDS)

/* A line by its index: one that the order has, where what is left out stays as it is, or the next
 * one, which needs all that a line needs. */
#define AMEND_LINE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 2, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, text, name, none, 120)                                                       \
    F(S, 4, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 5, OPTIONAL, sint, price_minor, none, 1000000000000000)                                   \
    ORDER_TAX_FIELDS(F, S)                                                                         \
    ORDER_LOT_FIELDS(F, S)
SHAPE_DECLARE(amend_line, AMEND_LINE_FIELDS)

/* Likewise a payment; whose it is and its reference never change. */
#define AMEND_PAYMENT_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, uint, payment, none, ORDER_PAYMENTS_MAX - 1)                                 \
    F(S, 2, OPTIONAL, text, provider, none, 24)                                                    \
    F(S, 3, OPTIONAL, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 4, REQUIRED, sint, captured_minor, none, 1000000000000000)                                \
    MANDATE_FIELDS(F, S)                                                                           \
    F(S, 47, OPTIONAL, uint, mandate_withdrawn, none, 1) /* the buyer took the consent back */
SHAPE_DECLARE(amend_payment, AMEND_PAYMENT_FIELDS)

/* What changes of an order; what is left out stays as it is. currency only says what it is taken
 * to be. */
#define ORDER_AMEND_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, order, none, 0)                                                          \
    F(S, 2, OPTIONAL, currency, currency, none, 999)                                               \
    F(S, 3, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 4, OPTIONAL, time, sold_ms, none, 0)                                                      \
    F(S, 5, OPTIONAL, list, lines, amend_line, ORDER_LINES_MAX)                                    \
    F(S, 6, OPTIONAL, list, payments, amend_payment, ORDER_PAYMENTS_MAX)                           \
    ORDER_FACT_FIELDS(F, S)
SHAPE_DECLARE(order_amend, ORDER_AMEND_FIELDS)

/* A SKU as it is from now on, whole: what is left out is not known of it. */
#define SKU_PUT_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, code, none, SKU_BYTES_MAX)                                             \
    SKU_FACT_FIELDS(F, S)
SHAPE_DECLARE(sku_put, SKU_PUT_FIELDS)

/* Names the order by its id or by the shop's reference. Without lines, all that is left of the
 * order for the preset's reason. */
#define RETURN_REQUEST_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, OPTIONAL, id, order, none, 0)                                                          \
    F(S, 3, OPTIONAL, text, order_reference, none, REFERENCE_BYTES_MAX)                            \
    F(S, 4, OPTIONAL, list, lines, return_line, RETURN_LINES_MAX)                                  \
    F(S, 5, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 6, OPTIONAL, text, note, none, REASON_BYTES_MAX)                                          \
    RETURN_KIND_FIELDS(F, S)                                                                       \
    RETURN_INTAKE_FIELDS(F, S)                                                                     \
    F(S, 48, OPTIONAL, text, preset, none, PRESET_BYTES_MAX)                                       \
    F(S, 49, OPTIONAL, uint, followup_consent, none, 1) /* the buyer may be asked afterwards */
SHAPE_DECLARE(return_request, RETURN_REQUEST_FIELDS)

/* Body of approve, decline, cancel, dispute, escalate, withdraw and refund_instead; the verb is the
 * command's. keep: of an approval that asks nothing back. */
#define RETURN_DECIDE_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 24, OPTIONAL, uint, keep, none, 1)                                                        \
    F(S, 47, OPTIONAL, choice, decline_reason, decline, 0)
SHAPE_DECLARE(return_decide, RETURN_DECIDE_FIELDS)

/* Something was sent to the buyer for units that are owed. quantity 0 is 1; number: of the parcel
 * in which it was sent. */
#define RETURN_REPLACE_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 3, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 4, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 5, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(return_replace, RETURN_REPLACE_FIELDS)

#define BOX_ITEM_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, text, serial, none, SERIAL_BYTES_MAX)
SHAPE_DECLARE(box_item, BOX_ITEM_FIELDS)

#define BOX_ITEMS_MAX 16 /* units taken out of one box in one call */
#define BOX_RECEIVE_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 3, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                          \
    F(S, 4, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 5, REQUIRED, list, items, box_item, BOX_ITEMS_MAX)                                        \
    F(S, 6, OPTIONAL, id, box, none, 0) /* one received before: more of it is known now */
SHAPE_DECLARE(box_receive, BOX_RECEIVE_FIELDS)

/* Body of inspect, grade, dispose, settle and ship; the verb is the command's. */
#define UNIT_ACT_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 3, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 4, OPTIONAL, choice, disposition, disposition, 0)                                         \
    F(S, 5, OPTIONAL, id, to, none, 0) /* warehouse, on ship */                                    \
    F(S, 6, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 7, OPTIONAL, text, sku, none, SKU_BYTES_MAX) /* on grade: what it was relabelled to */    \
    F(S, 8, OPTIONAL, text, graded_as, none, GRADE_NAME_BYTES)   /* by its merchant's scale */     \
    F(S, 9, OPTIONAL, list, answers, list_answer, QUESTIONS_MAX) /* on inspect */                  \
    F(S, 10, OPTIONAL, list, findings, finding, FINDINGS_MAX)    /* on inspect and grade */
SHAPE_DECLARE(unit_act, UNIT_ACT_FIELDS)

/* A unit shipped from another warehouse arrives: hop + 1. */
#define UNIT_TAKE_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, id, warehouse, none, 0)
SHAPE_DECLARE(unit_take, UNIT_TAKE_FIELDS)

#define REFUND_RESOLVE_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, slot, none, 0)                                                           \
    F(S, 2, REQUIRED, uint, paid, none, 1)                                                         \
    F(S, 3, OPTIONAL, text, provider_ref, none, PROVIDER_REF_BYTES_MAX)                            \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(refund_resolve, REFUND_RESOLVE_FIELDS)

/* Money for a return besides what its units are worth: given at once, or offered first. */
#define GRANT_GIVE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, paid_for, paid_for, 0)                                               \
    F(S, 3, REQUIRED, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 4, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1) /* of which a part is refunded */     \
    F(S, 5, OPTIONAL, uint, offer, none, 1)                  /* the buyer is asked first */        \
    F(S, 6, OPTIONAL, uint, hours, none, 2400)               /* and may answer so long */          \
    F(S, 7, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(grant_give, GRANT_GIVE_FIELDS)

/* Body of accept, refuse and withdraw; the verb is the command's. */
#define GRANT_DECIDE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, grant, none, 0)                                                          \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(grant_decide, GRANT_DECIDE_FIELDS)

/* A claim against a carrier (by its name) or a warehouse, for a parcel (by its number) or a unit:
 * filed at once, or drafted first. The same once more is the same claim. */
#define CLAIM_OPEN_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, OPTIONAL, text, carrier, none, CARRIER_BYTES_MAX)                                      \
    F(S, 3, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 4, REQUIRED, choice, kind, compensation_kind, 0)                                          \
    F(S, 5, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 6, OPTIONAL, id, unit, none, 0)                                                           \
    F(S, 7, REQUIRED, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 8, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 9, OPTIONAL, time, happened_ms, none, 0) /* 0: now */                                     \
    F(S, 10, OPTIONAL, uint, draft, none, 1)                                                       \
    F(S, 11, OPTIONAL, text, reference, none, PROVIDER_REF_BYTES_MAX) /* their number of it */     \
    F(S, 12, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 13, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)
SHAPE_DECLARE(claim_open, CLAIM_OPEN_FIELDS)

/* Body of file and withdraw; the verb is the command's. What was denied is filed once more. */
#define CLAIM_STEP_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, claim, none, 0)                                                          \
    F(S, 2, OPTIONAL, text, reference, none, PROVIDER_REF_BYTES_MAX)                               \
    F(S, 3, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 4, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)
SHAPE_DECLARE(claim_step, CLAIM_STEP_FIELDS)

/* What the carrier or the warehouse said; accepted without an amount: in full. */
#define CLAIM_ANSWER_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, claim, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, answer, claim_verdict, 0)                                            \
    F(S, 3, OPTIONAL, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 4, OPTIONAL, text, reference, none, PROVIDER_REF_BYTES_MAX)                               \
    F(S, 5, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(claim_answer, CLAIM_ANSWER_FIELDS)

#define CLAIM_PAY_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, claim, none, 0)                                                          \
    F(S, 2, REQUIRED, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 3, REQUIRED, text, reference, none, PROVIDER_REF_BYTES_MAX) /* of the payment */          \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(claim_pay, CLAIM_PAY_FIELDS)

/* Names the payment as the order did; the things that it paid for where they are known. */
#define REFUND_RECORD_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, provider, none, 24)                                                    \
    F(S, 3, REQUIRED, text, payment, none, REFERENCE_BYTES_MAX)                                    \
    F(S, 4, REQUIRED, choice, how, elsewhere, 0)                                                   \
    F(S, 5, REQUIRED, text, reference, none, PROVIDER_REF_BYTES_MAX) /* of that refund, there */   \
    F(S, 6, REQUIRED, sint, amount_minor, none, 1000000000000000)                                  \
    F(S, 7, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 8, REQUIRED, time, made_ms, none, 0)                                                      \
    F(S, 9, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 10, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                      \
    F(S, 11, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                         \
    F(S, 12, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(refund_record, REFUND_RECORD_FIELDS)

#define UNIT_RELEASE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(unit_release, UNIT_RELEASE_FIELDS)

/* The next version of the merchant's policy; If-Match names the former one. */
#define POLICY_PUT_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, OPTIONAL, time, effective_ms, none, 0) /* 0: from when it is decided */                \
    F(S, 3, REQUIRED, one, policy, policy, 0)
SHAPE_DECLARE(policy_put, POLICY_PUT_FIELDS)
/* The next version of a calendar of the merchant's; If-Match names the former one. */
#define CALENDAR_PUT_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, name, none, CALENDAR_NAME_BYTES_MAX)                                   \
    CALENDAR_FACT_FIELDS(F, S)
SHAPE_DECLARE(calendar_put, CALENDAR_PUT_FIELDS)

/* Silence may act on the return now, whoever was not heard: its present deadline, and no later one.
 */
#define DEADLINE_OVERRIDE_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(deadline_override, DEADLINE_OVERRIDE_FIELDS)

/* Returns of several orders in one request: one for each, all or none. */
#define GROUP_ORDERS_MAX 8
#define GROUP_ORDER_FIELDS(F, S)                                                                   \
    F(S, 1, OPTIONAL, id, order, none, 0)                                                          \
    F(S, 2, OPTIONAL, text, order_reference, none, REFERENCE_BYTES_MAX)                            \
    F(S, 3, OPTIONAL, list, lines, return_line, RETURN_LINES_MAX)                                  \
    F(S, 4, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 5, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(group_order, GROUP_ORDER_FIELDS)

#define RETURN_GROUP_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, list, orders, group_order, GROUP_ORDERS_MAX)                                 \
    RETURN_INTAKE_FIELDS(F, S)                                                                     \
    F(S, 48, OPTIONAL, text, preset, none, PRESET_BYTES_MAX)                                       \
    F(S, 49, OPTIONAL, uint, followup_consent, none, 1)
SHAPE_DECLARE(return_group, RETURN_GROUP_FIELDS)

#define RETURN_NOTE_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, list, parcels, return_parcel, PARCELS_MAX)                                   \
    F(S, 3, OPTIONAL, list, evidence, evidence, EVIDENCE_MAX)                                      \
    F(S, 4, OPTIONAL, text, owner, none, OWNER_BYTES_MAX)
SHAPE_DECLARE(return_note, RETURN_NOTE_FIELDS)

#define PRESET_PUT_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, name, none, PRESET_BYTES_MAX)                                          \
    PRESET_FACT_FIELDS(F, S)
SHAPE_DECLARE(preset_put, PRESET_PUT_FIELDS)

/* A signed link for the buyer of one return; 0 days: LINK_DAYS (proto/link.h). */
#define RETURN_LINK_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, uint, days, none, 365)
SHAPE_DECLARE(return_link, RETURN_LINK_FIELDS)

#define LINK_REVOKE_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, link, none, 0)                                                           \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(link_revoke, LINK_REVOKE_FIELDS)

/* Where the commands of a table are decided. */
enum authority {
    AUTHORITY_HERE,      /* an observation: any node's own log */
    AUTHORITY_WAREHOUSE, /* the node of the warehouse that holds the goods */
    AUTHORITY_BOOK,      /* the leader of the merchant's book */
    AUTHORITY_MEMBERSHIP /* the leader of book 0 */
};

/* Roles of those who come in by a door, as bits: of tokens, and of a buyer's link. */
enum role {
    ROLE_OPERATOR = 1,
    ROLE_MERCHANT = 2,
    ROLE_ADMIN = 4,
    ROLE_BUYER = 8,    /* by the signed link of one return, which is all that it may see */
    ROLE_PARTNER = 16, /* a shop system or a freight forwarder: for one merchant, without money */
    ROLE_PLATFORM = 32 /* a marketplace: for some merchants, or for all */
};

/* As which role an actor of that kind comes in; 0: by no door, it is the program's own. */
unsigned role_of_actor(uint64_t actor_kind);
/* And the other way round: as whom a bearer of the role acts. */
enum actor_kind actor_of_role(uint64_t role);

#define CLAIMANTS (ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)
/* X(NAME, number, word, shape, authority, roles) ; numbers are frozen: asks carry them */
#define COMMAND_LIST(X)                                                                            \
    X(COMMAND_MEMBER, 1, "membership_admit", member, MEMBERSHIP, ROLE_ADMIN)                       \
    X(COMMAND_MERCHANT, 2, "membership_merchant", merchant, MEMBERSHIP, ROLE_ADMIN)                \
    X(COMMAND_SUCCEEDS, 3, "membership_succeeds", succeeds, MEMBERSHIP, ROLE_ADMIN)                \
    X(COMMAND_ORDER_IMPORT, 10, "order_import", order_import, BOOK,                                \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                                   \
    X(COMMAND_RETURN_REQUEST, 11, "return_request", return_request, BOOK,                          \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_RETURN_APPROVE, 12, "return_approve", return_decide, BOOK,                           \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PLATFORM)                                                  \
    X(COMMAND_RETURN_DECLINE, 13, "return_decline", return_decide, BOOK,                           \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PLATFORM)                                                  \
    X(COMMAND_RETURN_CANCEL, 14, "return_cancel", return_decide, BOOK,                             \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_BUYER)                                     \
    X(COMMAND_REFUND_RESOLVE, 15, "refund_resolve", refund_resolve, BOOK, ROLE_ADMIN)              \
    X(COMMAND_UNIT_RELEASE, 16, "unit_release", unit_release, BOOK, ROLE_MERCHANT | ROLE_ADMIN)    \
    X(COMMAND_REFUND_RECORD, 17, "refund_record", refund_record, BOOK, ROLE_MERCHANT | ROLE_ADMIN) \
    X(COMMAND_RETURN_DISPUTE, 44, "return_dispute", return_decide, BOOK,                           \
      ROLE_OPERATOR | ROLE_ADMIN | ROLE_BUYER | ROLE_PLATFORM)                                     \
    X(COMMAND_RETURN_ESCALATE, 45, "return_escalate", return_decide, BOOK,                         \
      ROLE_OPERATOR | ROLE_ADMIN | ROLE_BUYER | ROLE_PLATFORM)                                     \
    X(COMMAND_RETURN_WITHDRAW, 46, "return_withdraw", return_decide, BOOK,                         \
      ROLE_OPERATOR | ROLE_ADMIN | ROLE_BUYER)                                                     \
    X(COMMAND_RETURN_REPLACE, 47, "return_replace", return_replace, BOOK,                          \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_RETURN_REFUND_INSTEAD, 48, "return_refund_instead", return_decide, BOOK,             \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_GRANT_GIVE, 40, "grant_give", grant_give, BOOK, ROLE_MERCHANT | ROLE_ADMIN)          \
    X(COMMAND_GRANT_ACCEPT, 41, "grant_accept", grant_decide, BOOK,                                \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_BUYER)                                     \
    X(COMMAND_GRANT_REFUSE, 42, "grant_refuse", grant_decide, BOOK,                                \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_BUYER)                                     \
    X(COMMAND_GRANT_WITHDRAW, 43, "grant_withdraw", grant_decide, BOOK,                            \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_BOX_RECEIVE, 20, "box_receive", box_receive, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)  \
    X(COMMAND_UNIT_INSPECT, 21, "unit_inspect", unit_act, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)   \
    X(COMMAND_UNIT_GRADE, 22, "unit_grade", unit_act, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)       \
    X(COMMAND_UNIT_DISPOSE, 23, "unit_dispose", unit_act, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)   \
    X(COMMAND_UNIT_SETTLE, 24, "unit_settle", unit_act, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)     \
    X(COMMAND_UNIT_SHIP, 25, "unit_ship", unit_act, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)         \
    X(COMMAND_UNIT_TAKE, 26, "unit_take", unit_take, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)        \
    X(COMMAND_TRACKING, 30, "tracking", tracking, HERE, ROLE_OPERATOR | ROLE_ADMIN)                \
    X(COMMAND_PERSON, 31, "person", person, HERE,                                                  \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_ERASE, 32, "erase", erase, HERE, ROLE_MERCHANT | ROLE_ADMIN)                         \
    X(COMMAND_POLICY_PUT, 50, "policy_put", policy_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)          \
    X(COMMAND_DEADLINE_OVERRIDE, 55, "deadline_override", deadline_override, BOOK, ROLE_ADMIN)     \
    X(COMMAND_CALENDAR_PUT, 56, "calendar_put", calendar_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)    \
    X(COMMAND_ORDER_AMEND, 60, "order_amend", order_amend, BOOK,                                   \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                                   \
    X(COMMAND_SKU_PUT, 61, "sku_put", sku_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)    \
    X(COMMAND_RETURN_NOTE, 62, "return_note", return_note, BOOK,                                   \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER | ROLE_BUYER)                      \
    X(COMMAND_PRESET_PUT, 63, "preset_put", preset_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)          \
    X(COMMAND_RETURN_GROUP, 64, "return_group", return_group, BOOK,                                \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_RETURN_LINK, 70, "return_link", return_link, HERE,                                   \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_LINK_REVOKE, 71, "link_revoke", link_revoke, HERE,                                   \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_WEBHOOK_PUT, 75, "webhook_put", webhook_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)       \
    X(COMMAND_WEBHOOK_DISABLE, 76, "webhook_disable", webhook_disable, BOOK,                       \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_WEBHOOK_REPLAY, 77, "webhook_replay", webhook_replay, BOOK,                          \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_WEBHOOK_TEST, 78, "webhook_test", webhook_test, BOOK, ROLE_MERCHANT | ROLE_ADMIN)    \
    X(COMMAND_WEBHOOK_CHECK, 79, "webhook_check", webhook_check, BOOK, 0)                          \
    X(COMMAND_REFUND_TOLD, 80, "refund_told", refund_told, HERE, ROLE_ADMIN)                       \
    X(COMMAND_CORRECTIVE_BEGIN, 90, "corrective_begin", corrective_begin, BOOK,                    \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_CORRECTIVE_CLOSE, 91, "corrective_close", corrective_close, BOOK,                    \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_ARTICLE_PUT, 92, "article_put", article_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)       \
    X(COMMAND_COMPLAINT_OPEN, 93, "complaint_open", complaint_open, BOOK,                          \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_COMPLAINT_CLOSE, 94, "complaint_close", complaint_close, BOOK,                       \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_FOLLOWUP_CONSENT, 95, "followup_consent", followup_consent, BOOK,                    \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER | ROLE_BUYER)                      \
    X(COMMAND_FOLLOWUP_ANSWER, 96, "followup_answer", followup_answer, BOOK,                       \
      ROLE_OPERATOR | ROLE_ADMIN | ROLE_PARTNER | ROLE_BUYER)                                      \
    X(COMMAND_FOLLOWUP_COMMENT, 97, "followup_comment", followup_comment, HERE,                    \
      ROLE_OPERATOR | ROLE_ADMIN | ROLE_PARTNER | ROLE_BUYER)                                      \
    X(COMMAND_CLAIM_OPEN, 85, "claim_open", claim_open, BOOK, CLAIMANTS)                           \
    X(COMMAND_CLAIM_FILE, 86, "claim_file", claim_step, BOOK, CLAIMANTS)                           \
    X(COMMAND_CLAIM_ANSWER, 87, "claim_answer", claim_answer, BOOK, CLAIMANTS)                     \
    X(COMMAND_CLAIM_PAY, 88, "claim_pay", claim_pay, BOOK, CLAIMANTS)                              \
    X(COMMAND_CLAIM_WITHDRAW, 89, "claim_withdraw", claim_step, BOOK, CLAIMANTS)                   \
    X(COMMAND_BOX_NOTE, 100, "box_note", box_note, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)          \
    X(COMMAND_BOX_MATCH, 101, "box_match", box_match, WAREHOUSE,                                   \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_BOX_UNMATCH, 102, "box_unmatch", box_match, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)   \
    X(COMMAND_UNIT_VOID, 103, "unit_void", unit_void, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)       \
    X(COMMAND_BOX_VOID, 104, "box_void", box_void, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)          \
    X(COMMAND_COST_PUT, 105, "cost_put", cost_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)               \
    X(COMMAND_UNIT_LOCK, 106, "unit_lock", unit_lock, BOOK, ROLE_OPERATOR | ROLE_ADMIN)            \
    X(COMMAND_UNIT_ASK, 107, "unit_ask", unit_ask, BOOK, ROLE_OPERATOR | ROLE_ADMIN)               \
    X(COMMAND_FEE_PUT, 133, "fee_put", fee_put, WAREHOUSE, ROLE_ADMIN)                             \
    X(COMMAND_BALANCE_TOPUP, 134, "balance_topup", balance_topup, WAREHOUSE, ROLE_ADMIN)           \
    X(COMMAND_STATEMENT_CLOSE, 135, "statement_close", statement_close, WAREHOUSE, ROLE_ADMIN)     \
    X(COMMAND_ARREARS_OVERRIDE, 136, "arrears_override", arrears_override, WAREHOUSE, ROLE_ADMIN)  \
    X(COMMAND_UNIT_HOLD, 125, "unit_hold", unit_hold, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)       \
    X(COMMAND_UNIT_LIFT, 126, "unit_lift", unit_hold, WAREHOUSE,                                   \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_RECALL_PUT, 127, "recall_put", recall_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)         \
    X(COMMAND_CHECKLIST_PUT, 128, "checklist_put", checklist_put, BOOK,                            \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                                   \
    X(COMMAND_SCALE_PUT, 129, "scale_put", scale_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)            \
    X(COMMAND_UNIT_SECOND, 130, "unit_second", unit_second, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN) \
    X(COMMAND_FINDING_NOTE, 131, "finding_note", finding_note, HERE, ROLE_OPERATOR | ROLE_ADMIN)   \
    X(COMMAND_PLATE_MAKE, 140, "plate_make", plate_make, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_PLATE_ADD, 141, "plate_add", plate_change, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_PLATE_SPLIT, 142, "plate_split", plate_change, WAREHOUSE,                            \
      ROLE_OPERATOR | ROLE_ADMIN)                                                                  \
    X(COMMAND_PLATE_MERGE, 143, "plate_merge", plate_merge, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN) \
    X(COMMAND_PLATE_MOVE, 144, "plate_move", plate_move, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_PLATE_VOID, 145, "plate_void", plate_void, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_PLATE_TAKE, 146, "plate_take", plate_take, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_REMOVAL_PUT, 147, "removal_put", removal_put, BOOK,                                  \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                                   \
    X(COMMAND_REMOVAL_RECEIVE, 148, "removal_receive", removal_receive, WAREHOUSE,                 \
      ROLE_OPERATOR | ROLE_ADMIN)                                                                  \
    X(COMMAND_INBOUND_PUT, 149, "inbound_put", inbound_put, BOOK,                                  \
      ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                                   \
    X(COMMAND_BATCH_OPEN, 155, "batch_open", batch_open, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_BATCH_ADD, 156, "batch_add", batch_change, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_BATCH_REMOVE, 157, "batch_remove", batch_change, WAREHOUSE,                          \
      ROLE_OPERATOR | ROLE_ADMIN)                                                                  \
    X(COMMAND_BATCH_CLOSE, 158, "batch_close", batch_close, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN) \
    X(COMMAND_BATCH_PROCEEDS, 159, "batch_proceeds", batch_proceeds, WAREHOUSE, ROLE_ADMIN)        \
    X(COMMAND_REPAIR_CONSENT, 108, "repair_consent", repair_consent, BOOK,                         \
      ROLE_MERCHANT | ROLE_ADMIN)                                                                  \
    X(COMMAND_REPAIR_END, 109, "repair_end", repair_finish, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN) \
    X(COMMAND_REPAIR_OPEN, 160, "repair_open", repair_begin, WAREHOUSE,                            \
      ROLE_OPERATOR | ROLE_ADMIN)                                                                  \
    X(COMMAND_REPAIR_WORK, 161, "repair_work", repair_step, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN) \
    X(COMMAND_PHOTO_ATTACH, 150, "photo_attach", photo_attach, HERE,                               \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)                                   \
    X(COMMAND_STOCK_POST, 110, "stock_post", stock_post, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_STOCK_COUNT, 111, "stock_count", stock_tally, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN) \
    X(COMMAND_STOCK_VOID, 112, "stock_void", stock_void, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)    \
    X(COMMAND_STOCK_BIN_PUT, 113, "stock_bin_put", stock_bin_put, WAREHOUSE,                       \
      ROLE_OPERATOR | ROLE_ADMIN)                                                                  \
    X(COMMAND_STOCK_RESERVE, 114, "stock_reserve", stock_keep, WAREHOUSE,                          \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_STOCK_END, 115, "stock_end", stock_end, WAREHOUSE, ROLE_OPERATOR | ROLE_ADMIN)       \
    X(COMMAND_LABEL_BUY, 166, "label_buy", label_begin, BOOK,                                      \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_LABEL_VOID, 167, "label_void", label_retract, BOOK,                                  \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_LABEL_SETTLE, 168, "label_settle", label_settle, BOOK, ROLE_MERCHANT | ROLE_ADMIN)   \
    X(COMMAND_LANE_PUT, 174, "lane_put", lane_put, BOOK, ROLE_MERCHANT | ROLE_ADMIN)               \
    X(COMMAND_SITE_ADDRESS, 169, "site_address", site_address_put, WAREHOUSE, ROLE_ADMIN)          \
    X(COMMAND_EXCHANGE_OPEN, 170, "exchange_open", exchange_begin, BOOK,                           \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_EXCHANGE_SEND, 171, "exchange_send", exchange_send, WAREHOUSE,                       \
      ROLE_OPERATOR | ROLE_ADMIN)                                                                  \
    X(COMMAND_EXCHANGE_END, 172, "exchange_end", exchange_step, BOOK,                              \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)                                                  \
    X(COMMAND_EXCHANGE_PAID, 173, "exchange_paid", exchange_paid, BOOK,                            \
      ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)

#define COMMAND_ENUM(NAME, number, word, shape, authority, roles) NAME = number,
enum command_kind { COMMAND_LIST(COMMAND_ENUM) };
#undef COMMAND_ENUM

struct command_row {
    enum command_kind kind;
    const char *word;
    const struct shape *shape;
    enum authority authority;
    unsigned roles;
};
extern const struct command_row command_rows[];
extern const size_t command_rows_count;
/* NULL when there is none. */
const struct command_row *command_by_kind(uint64_t kind);
const struct command_row *command_by_word(struct span word);

/* The largest C struct of any command's shape. */
union command_body {
    struct member member;
    struct merchant merchant;
    struct succeeds succeeds;
    struct order_import order_import;
    struct return_request return_request;
    struct return_decide return_decide;
    struct return_replace return_replace;
    struct box_receive box_receive;
    struct unit_act unit_act;
    struct unit_take unit_take;
    struct refund_resolve refund_resolve;
    struct unit_release unit_release;
    struct policy_put policy_put;
    struct refund_record refund_record;
    struct grant_give grant_give;
    struct grant_decide grant_decide;
    struct claim_open claim_open;
    struct claim_step claim_step;
    struct claim_answer claim_answer;
    struct claim_pay claim_pay;
    struct tracking tracking;
    struct person person;
    struct erase erase;
    struct deadline_override deadline_override;
    struct order_amend order_amend;
    struct sku_put sku_put;
    struct lane_put lane_put;
    struct return_note return_note;
    struct preset_put preset_put;
    struct return_group return_group;
    struct return_link return_link;
    struct link_revoke link_revoke;
    struct webhook_put webhook_put;
    struct webhook_disable webhook_disable;
    struct webhook_replay webhook_replay;
    struct webhook_test webhook_test;
    struct webhook_check webhook_check;
    struct refund_told refund_told;
    struct corrective_begin corrective_begin;
    struct corrective_close corrective_close;
    struct calendar_put calendar_put;
    struct article_put article_put;
    struct complaint_open complaint_open;
    struct complaint_close complaint_close;
    struct followup_consent followup_consent;
    struct followup_answer followup_answer;
    struct followup_comment followup_comment;
    struct box_note box_note;
    struct box_match box_match;
    struct unit_void unit_void;
    struct box_void box_void;
    struct cost_put cost_put;
    struct unit_lock unit_lock;
    struct unit_hold unit_hold;
    struct recall_put recall_put;
    struct checklist_put checklist_put;
    struct scale_put scale_put;
    struct unit_second unit_second;
    struct finding_note finding_note;
    struct unit_ask unit_ask;
    struct fee_put fee_put;
    struct balance_topup balance_topup;
    struct statement_close statement_close;
    struct arrears_override arrears_override;
    struct plate_make plate_make;
    struct plate_change plate_change;
    struct plate_merge plate_merge;
    struct plate_move plate_move;
    struct plate_void plate_void;
    struct plate_take plate_take;
    struct removal_put removal_put;
    struct removal_receive removal_receive;
    struct inbound_put inbound_put;
    struct batch_open batch_open;
    struct batch_change batch_change;
    struct batch_close batch_close;
    struct batch_proceeds batch_proceeds;
    struct repair_consent repair_consent;
    struct repair_finish repair_finish;
    struct repair_begin repair_begin;
    struct repair_step repair_step;
    struct photo_attach photo_attach;
    struct stock_post stock_post;
    struct stock_tally stock_tally;
    struct stock_void stock_void;
    struct stock_bin_put stock_bin_put;
    struct stock_keep stock_keep;
    struct stock_end stock_end;
    struct exchange_begin exchange_begin;
    struct exchange_send exchange_send;
    struct exchange_step exchange_step;
    struct exchange_paid exchange_paid;
    struct label_begin label_begin;
    struct label_retract label_retract;
    struct label_settle label_settle;
    struct site_address_put site_address_put;
};

#endif

/* The words of the business with their frozen numbers: states, verbs, actors, grades, and so on.
 * Each list is declared once; the enum, the table of names for codecs, logs, JSON and manuals come
 * from it. Numbers are stored in logs: they are never re-used; gaps are kept for words of
 * the field vocabulary that later tables will use. */
#ifndef PROTO_WORDS_H
#define PROTO_WORDS_H

#include "proto/shape.h"

/* X(NAME, number, "word") */
#define ACTOR_LIST(X)                                                                              \
    X(BY_OPERATOR, 1, "operator")                                                                  \
    X(BY_MERCHANT, 2, "merchant")                                                                  \
    X(BY_ADMIN, 3, "admin")                                                                        \
    X(BY_POLICY, 4, "policy")                                                                      \
    X(BY_CLOCK, 5, "clock")                                                                        \
    X(BY_FLOOR, 6, "floor")        /* a goods observation of a warehouse */                        \
    X(BY_CARRIER, 7, "carrier")    /* a tracking observation */                                    \
    X(BY_PROVIDER, 8, "provider")  /* an answer of the payment provider */                         \
    X(BY_BOOK, 9, "book")          /* an entry of a book, seen by a warehouse */                   \
    X(BY_BUYER, 10, "buyer")       /* by the signed link of one return */                          \
    X(BY_PARTNER, 11, "partner")   /* a shop system or a freight forwarder, for its merchant */    \
    X(BY_PLATFORM, 12, "platform") /* a marketplace, between buyer and merchant */

#define RETURN_STATE_LIST(X)                                                                       \
    X(RETURN_NONE, 0, "none")                                                                      \
    X(RETURN_REQUESTED, 1, "requested")                                                            \
    X(RETURN_APPROVED, 2, "approved")                                                              \
    X(RETURN_CLOSED, 3, "closed")                                                                  \
    X(RETURN_DECLINED, 4, "declined")                                                              \
    X(RETURN_CANCELED, 5, "canceled")                                                              \
    X(RETURN_EXPIRED, 6, "expired")                                                                \
    X(RETURN_DISPUTED, 7, "disputed")     /* the buyer does not take the answer */                 \
    X(RETURN_ESCALATED, 8, "escalated")   /* the platform is to decide */                          \
    X(RETURN_ARBITRATED, 9, "arbitrated") /* it decided against the buyer, or nobody did */

/* What is asked for. */
#define RETURN_KIND_LIST(X)                                                                        \
    X(KIND_RETURN, 1, "return")     /* goods back, money back */                                   \
    X(KIND_EXCHANGE, 2, "exchange") /* goods back, another one in their place */                   \
    X(KIND_CLAIM, 3, "claim")       /* missing, wrong, damaged, never arrived */                   \
    X(KIND_REPAIR, 4, "repair")     /* the thing back as it should be */                           \
    X(KIND_REFUND_ONLY, 5, "refund_only")

/* What the buyer gets for each unit. */
#define OUTCOME_LIST(X)                                                                            \
    X(OUTCOME_REFUND, 1, "refund")                                                                 \
    X(OUTCOME_REPLACEMENT, 2, "replacement")                                                       \
    X(OUTCOME_REPAIR, 3, "repair")                                                                 \
    X(OUTCOME_STORE_CREDIT, 4, "store_credit") /* the shop issues it, and says so */

#define UNIT_STATE_LIST(X)                                                                         \
    X(UNIT_NONE, 0, "none")                                                                        \
    X(UNIT_RECEIVED, 1, "received")                                                                \
    X(UNIT_INSPECTED, 2, "inspected")                                                              \
    X(UNIT_GRADED, 3, "graded")                                                                    \
    X(UNIT_DISPOSED, 4, "disposed")                                                                \
    X(UNIT_SETTLED, 5, "settled")                                                                  \
    X(UNIT_SHIPPED, 6, "shipped") /* custody left this warehouse: the next hop shows */            \
    X(UNIT_VOID, 7, "void")       /* its receipt was a slip, and was taken back */

#define REFUND_STATE_LIST(X)                                                                       \
    X(REFUND_NONE, 0, "none")                                                                      \
    X(REFUND_INTENDED, 1, "intended")                                                              \
    X(REFUND_SUBMITTED, 2, "submitted")                                                            \
    X(REFUND_SETTLED, 3, "settled")                                                                \
    X(REFUND_FAILED, 4, "failed")                                                                  \
    X(REFUND_UNKNOWN, 5, "unknown")                                                                \
    X(REFUND_MANUAL, 6, "manual")

/* A sum of money promised for a return besides what units are worth when they come. */
#define GRANT_STATE_LIST(X)                                                                        \
    X(GRANT_NONE, 0, "none")                                                                       \
    X(GRANT_OFFERED, 1, "offered")                                                                 \
    X(GRANT_GRANTED, 2, "granted")                                                                 \
    X(GRANT_PAID, 3, "paid") /* handed to slots of refunds, which go their own way */              \
    X(GRANT_REFUSED, 4, "refused")                                                                 \
    X(GRANT_LAPSED, 5, "lapsed")                                                                   \
    X(GRANT_WITHDRAWN, 6, "withdrawn")                                                             \
    X(GRANT_SHORT, 7, "short") /* what was captured does not reach, or others refunded it */

/* A compensation claim against a carrier or a warehouse. */
#define COMPENSATION_STATE_LIST(X)                                                                 \
    X(COMPENSATION_NONE, 0, "none")                                                                \
    X(COMPENSATION_DRAFTED, 1, "drafted") /* to be filed within the window of their terms */       \
    X(COMPENSATION_FILED, 2, "filed")                                                              \
    X(COMPENSATION_ACCEPTED, 3, "accepted") /* in full or in part; its money is owed */            \
    X(COMPENSATION_PAID, 4, "paid")                                                                \
    X(COMPENSATION_DENIED, 5, "denied")                                                            \
    X(COMPENSATION_WITHDRAWN, 6, "withdrawn")                                                      \
    X(COMPENSATION_EXPIRED, 7, "expired")

/* For what it is claimed. */
#define COMPENSATION_KIND_LIST(X)                                                                  \
    X(COMPENSATION_LOST, 1, "lost")                                                                \
    X(COMPENSATION_DAMAGED, 2, "damaged")                                                          \
    X(COMPENSATION_DELAYED, 3, "delayed")                                                          \
    X(COMPENSATION_WRONG_DELIVERY, 4, "wrong_delivery")                                            \
    X(COMPENSATION_OVERCHARGED, 5, "overcharged") /* the label cost more than was agreed */        \
    X(COMPENSATION_MISCOUNTED, 6, "miscounted")                                                    \
    X(COMPENSATION_WRONG_GRADE, 7, "wrong_grade")

/* What was said of it by those against whom it is. */
#define CLAIM_VERDICT_LIST(X)                                                                      \
    X(CLAIM_ACCEPTED, 1, "accepted")                                                               \
    X(CLAIM_DENIED, 2, "denied")

#define VERB_LIST(X)                                                                               \
    X(DO_REQUEST, 1, "request")                                                                    \
    X(DO_APPROVE, 2, "approve")                                                                    \
    X(DO_DECLINE, 3, "decline")                                                                    \
    X(DO_CANCEL, 4, "cancel")                                                                      \
    X(DO_EXPIRE, 5, "expire")                                                                      \
    X(DO_CLOSE, 6, "close")                                                                        \
    X(DO_REOPEN, 7, "reopen")                                                                      \
    X(DO_NOTE_ARRIVAL, 8, "note_arrival") /* a parcel was seen to arrive */                        \
    X(DO_CLAIM_BOX, 9, "claim_box")                                                                \
    X(DO_TAKE_UNIT, 10, "take_unit") /* a unit was assigned: received */                           \
    X(DO_NOTE_GRADE, 11, "note_grade")                                                             \
    X(DO_NOTE_DISPOSITION, 12, "note_disposition")                                                 \
    X(DO_NOTE_SETTLEMENT, 13, "note_settlement")                                                   \
    X(DO_DISPUTE, 14, "dispute")                                                                   \
    X(DO_ESCALATE, 15, "escalate")                                                                 \
    X(DO_REPLACE, 16, "replace") /* another unit, or the repaired one, was sent */                 \
    X(DO_REFUND_INSTEAD, 17, "refund_instead")                                                     \
    X(DO_ADVANCE, 18, "advance")   /* money goes ahead of goods */                                 \
    X(DO_RECHARGE, 19, "recharge") /* money ahead that was lost is charged anew */                 \
    X(DO_RECEIVE, 20, "receive")                                                                   \
    X(DO_INSPECT, 21, "inspect")                                                                   \
    X(DO_GRADE, 22, "grade")                                                                       \
    X(DO_DISPOSE, 23, "dispose")                                                                   \
    X(DO_SETTLE, 24, "settle")                                                                     \
    X(DO_SHIP, 25, "ship")                                                                         \
    X(DO_ASSIGN, 26, "assign")                                                                     \
    X(DO_INTEND, 40, "intend")                                                                     \
    X(DO_SUBMIT, 41, "submit") /* commit an ATTEMPT before asking or sending again */              \
    X(DO_FIND_PAID, 42, "find_paid")                                                               \
    X(DO_FIND_FAILED, 43, "find_failed")                                                           \
    X(DO_LOSE, 44, "lose") /* nobody can say: unknown */                                           \
    X(DO_RESOLVE_PAID, 45, "resolve_paid")                                                         \
    X(DO_RESOLVE_UNPAID, 46, "resolve_unpaid")                                                     \
    X(DO_BAR, 47, "bar")   /* somebody else refunded the same: ours is sent no more */             \
    X(DO_FILL, 48, "fill") /* somebody else paid what was his to pay */                            \
    X(DO_OFFER, 50, "offer")                                                                       \
    X(DO_GIVE, 51, "give")                                                                         \
    X(DO_ACCEPT, 52, "accept")                                                                     \
    X(DO_REFUSE, 53, "refuse")                                                                     \
    X(DO_WITHDRAW, 54, "withdraw")                                                                 \
    X(DO_LAPSE, 55, "lapse")                                                                       \
    X(DO_PAY, 56, "pay")     /* its money is intended, as far as it can be now */                  \
    X(DO_DRAFT, 86, "draft") /* a compensation claim is prepared, and its filing window runs */    \
    X(DO_FILE, 87, "file")   /* it is sent, or sent again after a denial */                        \
    X(DO_DENY, 88, "deny")                                                                         \
    X(DO_RUN_OUT, 89, "run_out")     /* nobody filed, answered or paid it in time */               \
    X(DO_RECOVER, 90, "recover")     /* money of it came */                                        \
    X(DO_CONSENT, 96, "consent")     /* the buyer may be asked afterwards, or no more */           \
    X(DO_PLAN_FOLLOWUP, 97, "plan")  /* when that is, once the return has ended */                 \
    X(DO_FOLLOW_UP, 98, "follow_up") /* it is time to ask */                                       \
    X(DO_SCORE, 99, "score")         /* how content the buyer was */                               \
    X(DO_RELEASE, 105, "release")    /* the merchant was asked what becomes of a unit */           \
    X(DO_BILL, 187, "bill")          /* a period of storage has ended */                           \
    X(DO_ABANDON, 170, "abandon")    /* nobody claimed a box in time */                            \
    X(DO_VOID, 171, "void")          /* the latest step with a unit was a slip */

/* X(NAME, number, "word") */
#define REASON_LIST(X)                                                                             \
    X(REASON_UNWANTED, 1, "unwanted")                                                              \
    X(REASON_TOO_SMALL, 2, "too_small")                                                            \
    X(REASON_TOO_LARGE, 3, "too_large")                                                            \
    X(REASON_STYLE, 4, "style")                                                                    \
    X(REASON_COLOR, 5, "color")                                                                    \
    X(REASON_DEFECTIVE, 6, "defective")                                                            \
    X(REASON_DAMAGED_IN_TRANSIT, 7, "damaged_in_transit")                                          \
    X(REASON_NOT_AS_DESCRIBED, 8, "not_as_described")                                              \
    X(REASON_WRONG_ITEM, 9, "wrong_item")                                                          \
    X(REASON_MISSING_PARTS, 10, "missing_parts")                                                   \
    X(REASON_ORDERED_BY_MISTAKE, 11, "ordered_by_mistake")                                         \
    X(REASON_NOT_COMPATIBLE, 12, "not_compatible")                                                 \
    X(REASON_BETTER_PRICE, 13, "better_price")                                                     \
    X(REASON_LATE, 14, "late")                                                                     \
    X(REASON_OTHER, 15, "other")                                                                   \
    X(REASON_DAMAGED_BY_WAREHOUSE, 16, "damaged_by_warehouse")                                     \
    X(REASON_MISSING_ITEM, 17, "missing_item")                                                     \
    X(REASON_NEVER_ARRIVED, 18, "never_arrived")                                                   \
    X(REASON_UNAUTHORIZED, 19, "unauthorized") /* somebody else ordered it */                      \
    X(REASON_UNDELIVERABLE_REFUSED, 20, "undeliverable_refused")                                   \
    X(REASON_UNDELIVERABLE_UNCLAIMED, 21, "undeliverable_unclaimed")                               \
    X(REASON_UNDELIVERABLE_ADDRESS, 22, "undeliverable_address")                                   \
    X(REASON_UNDELIVERABLE_ATTEMPTS, 23, "undeliverable_attempts")                                 \
    X(REASON_UNDELIVERABLE_LABEL, 24, "undeliverable_label")                                       \
    X(REASON_UNDELIVERABLE_MISSORTED, 25, "undeliverable_missorted")                               \
    X(REASON_PACKAGING, 26, "packaging")                                                           \
    X(REASON_LABEL, 27, "label")                                                                   \
    X(REASON_SHORT_DATED, 28, "short_dated")                                                       \
    X(REASON_WORN, 29, "worn")

/* Why a merchant declines. */
#define DECLINE_LIST(X)                                                                            \
    X(DECLINE_FINAL_SALE, 1, "final_sale")                                                         \
    X(DECLINE_PERIOD_ENDED, 2, "return_period_ended")                                              \
    X(DECLINE_WORN, 3, "worn")                                                                     \
    X(DECLINE_FREIGHT_DAMAGE, 4, "freight_damage")                                                 \
    X(DECLINE_NOT_DEFECTIVE, 5, "not_defective")                                                   \
    X(DECLINE_AS_ORDERED, 6, "as_ordered")                                                         \
    X(DECLINE_MORE_INFORMATION, 7, "more_information")                                             \
    X(DECLINE_NO_RECORD, 8, "no_record_of_sale")                                                   \
    X(DECLINE_DISCONTINUED, 9, "discontinued")                                                     \
    X(DECLINE_PRICE, 10, "price")                                                                  \
    X(DECLINE_PICTURE_REQUESTED, 11, "picture_requested")                                          \
    X(DECLINE_QUANTITY, 12, "quantity")                                                            \
    X(DECLINE_REPAIR, 13, "repair")                                                                \
    X(DECLINE_SAMPLE, 14, "sample")                                                                \
    X(DECLINE_UNIDENTIFIABLE, 15, "unidentifiable")                                                \
    X(DECLINE_OTHER, 16, "other")

/* The way by which a request came. */
#define CHANNEL_LIST(X)                                                                            \
    X(CHANNEL_APP, 1, "app")                                                                       \
    X(CHANNEL_WEB, 2, "web")                                                                       \
    X(CHANNEL_PHONE, 3, "phone")                                                                   \
    X(CHANNEL_SOCIAL, 4, "social")                                                                 \
    X(CHANNEL_MAIL, 5, "mail")                                                                     \
    X(CHANNEL_MARKETPLACE, 6, "marketplace")                                                       \
    X(CHANNEL_OPERATOR, 7, "operator")                                                             \
    X(CHANNEL_CARRIER, 8, "carrier") /* its word about the parcel that was sent to the buyer */

/* What became of a parcel that was sent to a buyer. */
#define STRAY_LIST(X)                                                                              \
    X(STRAY_LOST, 1, "lost")                                                                       \
    X(STRAY_DAMAGED, 2, "damaged")                                                                 \
    X(STRAY_STALLED, 3, "stalled") /* the carrier has told nothing new for the policy's days */

#define EVIDENCE_LIST(X)                                                                           \
    X(EVIDENCE_PHOTO, 1, "photo")                                                                  \
    X(EVIDENCE_VIDEO, 2, "video")

#define GRADE_LIST(X)                                                                              \
    X(GRADE_NEW_SEALED, 1, "new_sealed")                                                           \
    X(GRADE_LIKE_NEW, 2, "like_new")                                                               \
    X(GRADE_VERY_GOOD, 3, "very_good")                                                             \
    X(GRADE_GOOD, 4, "good")                                                                       \
    X(GRADE_ACCEPTABLE, 5, "acceptable")                                                           \
    X(GRADE_UNSELLABLE, 6, "unsellable")

#define DISPOSITION_LIST(X)                                                                        \
    X(DISPOSE_RESTOCK, 1, "restock")                                                               \
    X(DISPOSE_RELABEL, 2, "relabel")                                                               \
    X(DISPOSE_HOLD, 3, "hold")                                                                     \
    X(DISPOSE_REPAIR, 4, "repair")                                                                 \
    X(DISPOSE_REFURBISH, 5, "refurbish")                                                           \
    X(DISPOSE_RESELL, 6, "resell")                                                                 \
    X(DISPOSE_LIQUIDATE, 7, "liquidate")                                                           \
    X(DISPOSE_DONATE, 8, "donate")                                                                 \
    X(DISPOSE_RECYCLE, 9, "recycle")                                                               \
    X(DISPOSE_DESTROY, 10, "destroy")                                                              \
    X(DISPOSE_VENDOR, 11, "vendor")                                                                \
    X(DISPOSE_ORIGIN, 12, "origin")                                                                \
    X(DISPOSE_HUB, 13, "hub")                                                                      \
    X(DISPOSE_PLATFORM, 14, "platform") /* to a warehouse of the platform that sells it */

#define LIABILITY_LIST(X)                                                                          \
    X(LIABLE_BUYER, 1, "buyer")                                                                    \
    X(LIABLE_SELLER, 2, "seller")                                                                  \
    X(LIABLE_WAREHOUSE, 3, "warehouse")                                                            \
    X(LIABLE_CARRIER, 4, "carrier")                                                                \
    X(LIABLE_PLATFORM, 5, "platform")

/* The 14 tracking statuses of the canonical event model, and no others. */
#define TRACK_STATUS_LIST(X)                                                                       \
    X(TRACK_NOT_FOUND, 1, "not_found")                                                             \
    X(TRACK_PRE_TRANSIT, 2, "pre_transit")                                                         \
    X(TRACK_IN_TRANSIT, 3, "in_transit")                                                           \
    X(TRACK_OUT_FOR_DELIVERY, 4, "out_for_delivery")                                               \
    X(TRACK_AVAILABLE_FOR_PICKUP, 5, "available_for_pickup")                                       \
    X(TRACK_DELIVERY_ATTEMPT, 6, "delivery_attempt")                                               \
    X(TRACK_DELIVERED, 7, "delivered")                                                             \
    X(TRACK_EXCEPTION, 8, "exception")                                                             \
    X(TRACK_RETURNING, 9, "returning")                                                             \
    X(TRACK_RETURNED, 10, "returned")                                                              \
    X(TRACK_LOST, 11, "lost")                                                                      \
    X(TRACK_CANCELLED, 12, "cancelled")                                                            \
    X(TRACK_EXPIRED, 13, "expired")                                                                \
    X(TRACK_UNKNOWN, 14, "unknown")

#define TRACK_REASON_LIST(X)                                                                       \
    X(TRACK_REASON_PICKED_UP, 1, "picked_up")                                                      \
    X(TRACK_REASON_CUSTOMS_PROCESSING, 2, "customs_processing")                                    \
    X(TRACK_REASON_CUSTOMS_HOLD, 3, "customs_hold")                                                \
    X(TRACK_REASON_CUSTOMS_DOCS, 4, "customs_docs")                                                \
    X(TRACK_REASON_CUSTOMS_RELEASED, 5, "customs_released")                                        \
    X(TRACK_REASON_CUSTOMS_REFUSED, 6, "customs_refused")                                          \
    X(TRACK_REASON_DUTIES_UNPAID, 7, "duties_unpaid")                                              \
    X(TRACK_REASON_PAYMENT, 8, "payment")                                                          \
    X(TRACK_REASON_DAMAGED, 9, "damaged")                                                          \
    X(TRACK_REASON_DESTROYED, 10, "destroyed")                                                     \
    X(TRACK_REASON_STOLEN, 11, "stolen")                                                           \
    X(TRACK_REASON_REFUSED, 12, "refused")                                                         \
    X(TRACK_REASON_UNCLAIMED, 13, "unclaimed")                                                     \
    X(TRACK_REASON_ABSENT, 14, "absent")                                                           \
    X(TRACK_REASON_NO_ACCESS, 15, "no_access")                                                     \
    X(TRACK_REASON_ID_FAILED, 16, "id_failed")                                                     \
    X(TRACK_REASON_BAD_ADDRESS, 17, "bad_address")                                                 \
    X(TRACK_REASON_MOVED, 18, "moved")                                                             \
    X(TRACK_REASON_BAD_NUMBER, 19, "bad_number")                                                   \
    X(TRACK_REASON_MISSING_DATA, 20, "missing_data")                                               \
    X(TRACK_REASON_MISROUTED, 21, "misrouted")                                                     \
    X(TRACK_REASON_DELAYED, 22, "delayed")                                                         \
    X(TRACK_REASON_WEATHER, 23, "weather")                                                         \
    X(TRACK_REASON_ON_HOLD, 24, "on_hold")                                                         \
    X(TRACK_REASON_SECURITY, 25, "security")                                                       \
    X(TRACK_REASON_REDIRECTED, 26, "redirected")                                                   \
    X(TRACK_REASON_RESCHEDULED, 27, "rescheduled")                                                 \
    X(TRACK_REASON_HANDOVER, 28, "handover")                                                       \
    X(TRACK_REASON_PARTIAL, 29, "partial")                                                         \
    X(TRACK_REASON_COLLECTED, 30, "collected")                                                     \
    X(TRACK_REASON_NEIGHBOUR, 31, "neighbour")                                                     \
    X(TRACK_REASON_SAFE_PLACE, 32, "safe_place")                                                   \
    X(TRACK_REASON_PARCEL_SHOP, 33, "parcel_shop")                                                 \
    X(TRACK_REASON_SIGNED, 34, "signed")                                                           \
    X(TRACK_REASON_REQUESTED, 35, "requested")                                                     \
    X(TRACK_REASON_EXCHANGE, 36, "exchange")                                                       \
    X(TRACK_REASON_INFORMATIONAL, 37, "informational")                                             \
    X(TRACK_REASON_ESTIMATE, 38, "estimate")                                                       \
    X(TRACK_REASON_AMBIGUOUS, 39, "ambiguous")                                                     \
    X(TRACK_REASON_END_OF_TRACKING, 40, "end_of_tracking")                                         \
    X(TRACK_REASON_CLOSED, 41, "closed")                                                           \
    X(TRACK_REASON_PROVIDER_ERROR, 42, "provider_error")                                           \
    X(TRACK_REASON_NO_SERVICE, 43, "no_service")                                                   \
    X(TRACK_REASON_UNDELIVERABLE, 44, "undeliverable")                                             \
    X(TRACK_REASON_LOST_IN_TRANSIT, 45, "lost_in_transit")                                         \
    X(TRACK_REASON_UNMAPPED, 46, "unmapped")

#define TIME_QUALITY_LIST(X)                                                                       \
    X(TIME_OFFSET, 1, "offset")                                                                    \
    X(TIME_NAMED_ZONE, 2, "named_zone")                                                            \
    X(TIME_PROVIDER_RULE, 3, "provider_rule")                                                      \
    X(TIME_ASSUMED, 4, "assumed")                                                                  \
    X(TIME_DATE_ONLY, 5, "date_only")                                                              \
    X(TIME_NONE, 6, "none")

#define DIRECTION_LIST(X)                                                                          \
    X(DIRECTION_FORWARD, 1, "forward")                                                             \
    X(DIRECTION_RETURN, 2, "return")

#define PARCEL_STATE_LIST(X)                                                                       \
    X(PARCEL_ANNOUNCED, 1, "announced")                                                            \
    X(PARCEL_IN_TRANSIT, 2, "in_transit")                                                          \
    X(PARCEL_ARRIVED, 3, "arrived")                                                                \
    X(PARCEL_RECEIVED, 4, "received")                                                              \
    X(PARCEL_UNANNOUNCED, 5, "unannounced") /* received, and no return names its number */

/* What a refund slot pays for (DESIGN §6). */
#define PAID_FOR_LIST(X)                                                                           \
    X(PAID_FOR_LINE, 1, "line")                                                                    \
    X(PAID_FOR_FEE, 2, "fee")                                                                      \
    X(PAID_FOR_GOODWILL, 3, "goodwill")                                                            \
    X(PAID_FOR_PARTIAL, 4, "partial")   /* of a line's price: the buyer keeps the thing */         \
    X(PAID_FOR_POSTAGE, 5, "postage")   /* what the buyer paid to send it */                       \
    X(PAID_FOR_ADVANCE, 6, "advance")   /* a share of a unit's worth, before it comes */           \
    X(PAID_FOR_RECHARGE, 7, "recharge") /* a new charge: the buyer pays back what went ahead */

/* Whose code it is that stands on the goods. */
#define CODE_KIND_LIST(X)                                                                          \
    X(CODE_OWN, 1, "own")     /* of the merchant */                                                \
    X(CODE_FNSKU, 2, "fnsku") /* of a marketplace's warehouses: ten letters and digits */          \
    X(CODE_UPC, 3, "upc")     /* 12 digits, the last one checks the others */                      \
    X(CODE_EAN, 4, "ean")     /* 8, 13 or 14 digits, likewise */

/* What a carrier and a customs paper ask of a battery: its kind, and whether it is alone. */
#define BATTERY_LIST(X)                                                                            \
    X(BATTERY_NONE, 1, "none")                                                                     \
    X(BATTERY_LITHIUM_ION, 2, "lithium_ion")                                                       \
    X(BATTERY_LITHIUM_ION_WITH, 3, "lithium_ion_with_equipment")                                   \
    X(BATTERY_LITHIUM_ION_IN, 4, "lithium_ion_in_equipment")                                       \
    X(BATTERY_LITHIUM_METAL, 5, "lithium_metal")                                                   \
    X(BATTERY_LITHIUM_METAL_WITH, 6, "lithium_metal_with_equipment")                               \
    X(BATTERY_LITHIUM_METAL_IN, 7, "lithium_metal_in_equipment")                                   \
    X(BATTERY_BUTTON_CELL, 8, "button_cell")                                                       \
    X(BATTERY_DRY, 9, "dry") /* alkaline, nickel, zinc */                                          \
    X(BATTERY_WET, 10, "wet")
/* Who pays what a slot promises. */
#define EXECUTOR_LIST(X)                                                                           \
    X(EXECUTOR_PROVIDER, 1, "provider") /* this node calls it */                                   \
    X(EXECUTOR_MARKETPLACE, 2, "marketplace")                                                      \
    X(EXECUTOR_SELLER, 3, "seller")

/* How money of a payment moved without this mesh. */
#define ELSEWHERE_LIST(X)                                                                          \
    X(ELSEWHERE_PROVIDER, 1, "provider") /* refunded there by hand, or by another program */       \
    X(ELSEWHERE_MARKETPLACE, 2, "marketplace")                                                     \
    X(ELSEWHERE_SELLER, 3, "seller")                                                               \
    X(ELSEWHERE_CHARGEBACK, 4, "chargeback")                                                       \
    X(ELSEWHERE_CHARGEBACK_WON, 5, "chargeback_won") /* the money came back to the merchant */

/* What is owed. X(NAME, number, "word", who owes it, whether silence at its end may do what cannot
 * be undone); 4 is kept for the carrier's arrival. */
#define DEADLINE_LIST(X)                                                                           \
    X(DEADLINE_RESPOND, 1, "respond", BY_MERCHANT, 1)                                              \
    X(DEADLINE_SOLUTION, 2, "offer_solution", BY_MERCHANT, 0)                                      \
    X(DEADLINE_SEND, 3, "send", BY_BUYER, 0)                                                       \
    X(DEADLINE_ARRIVE, 4, "arrive", BY_CARRIER, 0)                                                 \
    X(DEADLINE_DISPOSE, 5, "dock_to_disposition", BY_FLOOR, 0)                                     \
    X(DEADLINE_DECIDE, 6, "decide", BY_MERCHANT, 0)                                                \
    X(DEADLINE_ANSWER, 7, "provider_answer", BY_PROVIDER, 0)                                       \
    X(DEADLINE_REFUND, 8, "refund", BY_BOOK, 0)                                                    \
    X(DEADLINE_FILE_CLAIM, 20, "file_claim", BY_MERCHANT, 0)                                       \
    X(DEADLINE_CLAIM_ANSWER, 21, "claim_answer", BY_CARRIER, 0)                                    \
    X(DEADLINE_CLAIM_PAYMENT, 22, "claim_payment", BY_CARRIER, 0)                                  \
    X(DEADLINE_CHOOSE, 30, "choose_disposition", BY_MERCHANT, 1)                                   \
    X(DEADLINE_REPAIR, 31, "repair", BY_FLOOR, 0)

/* X(NAME, number, "word"): whom a deadline concerns that is late, by level. */
#define LEVEL_LIST(X)                                                                              \
    X(LEVEL_NONE, 0, "nobody")                                                                     \
    X(LEVEL_DESK, 1, "desk") /* that has it: the owner of the first contact */                     \
    X(LEVEL_SUPERVISOR, 2, "supervisor")                                                           \
    X(LEVEL_PLATFORM, 3, "platform")

#define DEADLINE_STATE_LIST(X)                                                                     \
    X(DEADLINE_OPEN, 1, "open")                                                                    \
    X(DEADLINE_MET, 2, "met")                                                                      \
    X(DEADLINE_MISSED, 3, "missed")                                                                \
    X(DEADLINE_LIFTED, 4, "lifted") /* nobody owes it any more */

#define LOG_TYPE_LIST(X)                                                                           \
    X(LOG_NODE, 1, "node_log")                                                                     \
    X(LOG_BOOK, 2, "book")                                                                         \
    X(LOG_MEMBERSHIP, 3, "membership")

#define WORD_ENUM(name, number, word) name = number,
enum actor_kind { ACTOR_LIST(WORD_ENUM) };
enum return_state { RETURN_STATE_LIST(WORD_ENUM) };
enum return_kind { RETURN_KIND_LIST(WORD_ENUM) };
enum outcome { OUTCOME_LIST(WORD_ENUM) };
enum unit_state { UNIT_STATE_LIST(WORD_ENUM) };
enum grant_state { GRANT_STATE_LIST(WORD_ENUM) };
enum compensation_state { COMPENSATION_STATE_LIST(WORD_ENUM) };
enum compensation_kind { COMPENSATION_KIND_LIST(WORD_ENUM) };
enum claim_verdict { CLAIM_VERDICT_LIST(WORD_ENUM) };
enum refund_state { REFUND_STATE_LIST(WORD_ENUM) };
enum verb { VERB_LIST(WORD_ENUM) };
enum reason { REASON_LIST(WORD_ENUM) };
enum decline { DECLINE_LIST(WORD_ENUM) };
enum channel { CHANNEL_LIST(WORD_ENUM) };
enum stray { STRAY_LIST(WORD_ENUM) };
enum evidence_kind { EVIDENCE_LIST(WORD_ENUM) };
enum grade { GRADE_LIST(WORD_ENUM) };
enum disposition { DISPOSITION_LIST(WORD_ENUM) };
enum liability { LIABILITY_LIST(WORD_ENUM) };
enum track_status { TRACK_STATUS_LIST(WORD_ENUM) };
enum track_reason { TRACK_REASON_LIST(WORD_ENUM) };
enum time_quality { TIME_QUALITY_LIST(WORD_ENUM) };
enum direction { DIRECTION_LIST(WORD_ENUM) };
enum parcel_state { PARCEL_STATE_LIST(WORD_ENUM) };
enum paid_for { PAID_FOR_LIST(WORD_ENUM) };
enum code_kind { CODE_KIND_LIST(WORD_ENUM) };
enum battery { BATTERY_LIST(WORD_ENUM) };
enum executor { EXECUTOR_LIST(WORD_ENUM) };
enum elsewhere { ELSEWHERE_LIST(WORD_ENUM) };
enum log_type { LOG_TYPE_LIST(WORD_ENUM) };
enum deadline_state { DEADLINE_STATE_LIST(WORD_ENUM) };
enum level { LEVEL_LIST(WORD_ENUM) };
#define DEADLINE_ENUM(name, number, word, owner, irreversible) name = number,
enum deadline_kind { DEADLINE_LIST(DEADLINE_ENUM) };
#undef DEADLINE_ENUM
#undef WORD_ENUM

/* For shape fields of type choice; a zero choice is written only where the list names it. */
extern const struct words actor_words, return_state_words, unit_state_words, refund_state_words,
    verb_words, reason_words, grade_words, disposition_words, liability_words, track_status_words,
    track_reason_words, time_quality_words, direction_words, parcel_state_words, paid_for_words,
    log_type_words, code_kind_words, battery_words, executor_words, elsewhere_words, decline_words,
    channel_words, evidence_kind_words, grant_state_words, return_kind_words, outcome_words;

extern const struct words compensation_state_words, compensation_kind_words, claim_verdict_words;
extern const struct words deadline_words, deadline_state_words, level_words, stray_words;

/* The word for a number, or "?" */
const char *word_of(const struct words *words, uint64_t number);
/* The number of a word, or -1 */
int64_t word_number(const struct words *words, struct span word);

#endif

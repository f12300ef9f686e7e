/* Payloads of a merchant's policy: how long, for which reasons and at whose cost goods may come
 * back. A policy is a record in the merchant's book that nobody changes: a change is the next
 * version, with the moment from which it holds. It bears no personal data: a buyer is a salted hash
 * that the merchant made. */
#ifndef PROTO_RECORDS_POLICY_H
#define PROTO_RECORDS_POLICY_H

#include "proto/records_calendar.h"
#include "proto/records_goods.h"

#define POLICY_MARKETS_MAX       64
#define POLICY_WINDOWS_MAX       64
#define POLICY_LIMITS_MAX        32
#define POLICY_FEES_MAX          32
#define POLICY_REASONS_MAX       48
#define POLICY_FINAL_MAX         32
#define POLICY_BUYERS_MAX        100
#define POLICY_CHECKS_MAX        16
#define POLICY_SIGNALS_MAX       8
#define POLICY_VERSION_MAX       UINT32_MAX
#define COUNTRY_BYTES            2 /* ISO 3166-1, capital letters */
#define CATEGORY_BYTES_MAX       48
#define POLICY_MINOR_MAX         1000000000000000 /* as in the records of money */
#define POLICY_WINDOW_DAYS_MAX   3650
#define POLICY_TRUST_MAX         1000
#define POLICY_TERMS_MAX         16
#define POLICY_TERMS_DAYS_MAX    400
#define POLICY_STALLED_DAYS_MAX  365
#define POLICY_RECHARGE_DAYS_MAX 400

/* X(NAME, number, "word"): the class of a reason says whose doing it is. */
#define REASON_CLASS_LIST(X)                                                                       \
    X(CLASS_CHANGED_MIND, 1, "changed_mind") /* the goods are as they were ordered */              \
    X(CLASS_FAULT, 2, "fault")               /* they are not: the seller answers for it */         \
    X(CLASS_DELIVERY, 3, "delivery")         /* they were, until they were carried */

#define WINDOW_FROM_LIST(X)                                                                        \
    X(FROM_SALE, 0, "sale")                                                                        \
    X(FROM_DELIVERY, 1, "delivery")

#define FEE_KIND_LIST(X)                                                                           \
    X(FEE_RESTOCKING, 1, "restocking")                                                             \
    X(FEE_RETURN_FREIGHT, 2, "return_freight")

#define FEE_PAYER_LIST(X)                                                                          \
    X(PAID_BY_BUYER, 1, "buyer")                                                                   \
    X(PAID_BY_MERCHANT, 2, "merchant")                                                             \
    X(PAID_BY_PLATFORM, 3, "platform")                                                             \
    X(PAID_BY_INSURANCE, 4, "return_shipping_insurance")

/* In the order in which they are asked. Each is worded so that yes speaks for the return. */
#define POLICY_CHECK_LIST(X)                                                                       \
    X(CHECK_WINDOW, 1, "window")                                                                   \
    X(CHECK_REASON, 2, "reason_accepted")                                                          \
    X(CHECK_NOT_FINAL, 3, "not_final_sale")                                                        \
    X(CHECK_QUANTITY, 4, "quantity")                                                               \
    X(CHECK_VALUE, 5, "value_limit")                                                               \
    X(CHECK_BUYER, 6, "buyer_not_blocked")                                                         \
    X(CHECK_EVIDENCE, 7, "evidence_given")                                                         \
    X(CHECK_TROUBLE, 8, "no_earlier_trouble")                                                      \
    X(CHECK_AUTO, 9, "auto_approval")

/* unknown satisfies no condition. */
#define CHECK_ANSWER_LIST(X)                                                                       \
    X(CHECK_YES, 1, "yes")                                                                         \
    X(CHECK_NO, 2, "no")                                                                           \
    X(CHECK_UNKNOWN, 3, "unknown")

/* What a person looks at before money moves; each is counted from views. */
#define SIGNAL_LIST(X)                                                                             \
    X(SIGNAL_SERIAL_RETURNER, 1, "serial_returner")                                                \
    X(SIGNAL_EMPTY_BOX, 2, "empty_box")         /* a box was claimed, and no unit taken out */     \
    X(SIGNAL_SWITCHED_ITEM, 3, "switched_item") /* a unit that is none of the order's */           \
    X(SIGNAL_WEIGHT_DIFFERS, 4, "weight_differs")

#define WORD_ENUM(name, number, word) name = number,
enum reason_class { REASON_CLASS_LIST(WORD_ENUM) };
enum window_from { WINDOW_FROM_LIST(WORD_ENUM) };
enum fee_kind { FEE_KIND_LIST(WORD_ENUM) };
enum fee_payer { FEE_PAYER_LIST(WORD_ENUM) };
enum policy_check { POLICY_CHECK_LIST(WORD_ENUM) };
enum check_answer { CHECK_ANSWER_LIST(WORD_ENUM) };
enum signal_kind { SIGNAL_LIST(WORD_ENUM) };
#undef WORD_ENUM
extern const struct words reason_class_words, window_from_words, fee_kind_words, fee_payer_words,
    policy_check_words, check_answer_words, signal_words;

/* A row of a policy is for a market and for reasons: a country of ISO 3166, "EU" for all of its
 * members, or none for every market without a row of its own; one reason, a class of them, or
 * neither for all. Of the rows that fit, the nearest counts: country before EU before none, and
 * within one market the reason before its class before none. */
#define POLICY_WINDOW_FIELDS(F, S)                                                                 \
    F(S, 1, OPTIONAL, text, country, none, COUNTRY_BYTES)                                          \
    F(S, 2, OPTIONAL, choice, class, reason_class, 0)                                              \
    F(S, 3, OPTIONAL, choice, reason, reason, 0)                                                   \
    F(S, 4, REQUIRED, uint, days, none, POLICY_WINDOW_DAYS_MAX) /* 0: nothing comes back */        \
    F(S, 5, OPTIONAL, choice, from, window_from, 0)
SHAPE_DECLARE(policy_window, POLICY_WINDOW_FIELDS)

#define POLICY_LIMIT_FIELDS(F, S)                                                                  \
    F(S, 1, OPTIONAL, text, country, none, COUNTRY_BYTES)                                          \
    F(S, 2, OPTIONAL, choice, class, reason_class, 0)                                              \
    F(S, 3, OPTIONAL, choice, reason, reason, 0)                                                   \
    F(S, 4, REQUIRED, sint, up_to_minor, none, POLICY_MINOR_MAX) /* 0: never */                    \
    F(S, 5, OPTIONAL, uint, trust_min, none, POLICY_TRUST_MAX)
SHAPE_DECLARE(policy_limit, POLICY_LIMIT_FIELDS)

#define POLICY_FEE_FIELDS(F, S)                                                                    \
    F(S, 1, OPTIONAL, text, country, none, COUNTRY_BYTES)                                          \
    F(S, 2, OPTIONAL, choice, class, reason_class, 0)                                              \
    F(S, 3, OPTIONAL, choice, reason, reason, 0)                                                   \
    F(S, 4, REQUIRED, choice, kind, fee_kind, 0)                                                   \
    F(S, 5, REQUIRED, choice, payer, fee_payer, 0)                                                 \
    F(S, 6, OPTIONAL, sint, fixed_minor, none, POLICY_MINOR_MAX) /* of a return */                 \
    F(S, 7, OPTIONAL, uint, per_mille, none, UINT16_MAX)         /* of what comes back */
SHAPE_DECLARE(policy_fee, POLICY_FEE_FIELDS)

/* Within how many days a carrier or a warehouse wants a claim, answers it and pays it. Of the rows
 * that fit, the nearest counts: who before for what. */
#define POLICY_TERMS_FIELDS(F, S)                                                                  \
    F(S, 1, OPTIONAL, text, carrier, none, CARRIER_BYTES_MAX) /* none: any, and warehouses */      \
    F(S, 2, OPTIONAL, choice, kind, compensation_kind, 0)                                          \
    F(S, 3, REQUIRED, uint, file_days, none, POLICY_TERMS_DAYS_MAX)                                \
    F(S, 4, OPTIONAL, uint, answer_days, none, POLICY_TERMS_DAYS_MAX)                              \
    F(S, 5, OPTIONAL, uint, pay_days, none, POLICY_TERMS_DAYS_MAX)                                 \
    F(S, 6, OPTIONAL, uint, appeal_days, none, POLICY_TERMS_DAYS_MAX)
SHAPE_DECLARE(policy_terms, POLICY_TERMS_FIELDS)

#define POLICY_MARKET_FIELDS(F, S) F(S, 1, REQUIRED, text, country, none, COUNTRY_BYTES)
SHAPE_DECLARE(policy_market, POLICY_MARKET_FIELDS)

#define POLICY_REASON_FIELDS(F, S) F(S, 1, REQUIRED, choice, reason, reason, 0)
SHAPE_DECLARE(policy_reason, POLICY_REASON_FIELDS)

#define POLICY_FINAL_FIELDS(F, S)                                                                  \
    F(S, 1, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, text, category, none, CATEGORY_BYTES_MAX)
SHAPE_DECLARE(policy_final, POLICY_FINAL_FIELDS)

/* The pseudonym that the merchant's orders name: a salted hash that nobody else can undo. */
#define POLICY_BUYER_FIELDS(F, S) F(S, 1, REQUIRED, hash, buyer, none, 0)
SHAPE_DECLARE(policy_buyer, POLICY_BUYER_FIELDS)

/* 0 and absent mean the same everywhere: no bound, no fee, off, the default. */
#define POLICY_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 2, OPTIONAL, list, markets, policy_market, POLICY_MARKETS_MAX)                            \
    F(S, 3, OPTIONAL, list, windows, policy_window, POLICY_WINDOWS_MAX)                            \
    F(S, 4, OPTIONAL, list, reasons, policy_reason, POLICY_REASONS_MAX) /* none: all */            \
    F(S, 5, OPTIONAL, list, final_sale, policy_final, POLICY_FINAL_MAX)                            \
    F(S, 6, OPTIONAL, uint, final_sale_even_faulty, none, 1)                                       \
    F(S, 7, OPTIONAL, uint, quantity_max, none, 320000) /* units of a return */                    \
    F(S, 8, OPTIONAL, sint, value_max_minor, none, POLICY_MINOR_MAX)                               \
    F(S, 9, OPTIONAL, list, evidence, policy_reason, POLICY_REASONS_MAX)                           \
    F(S, 10, OPTIONAL, list, auto_approve, policy_limit, POLICY_LIMITS_MAX)                        \
    F(S, 11, OPTIONAL, list, returnless, policy_limit, POLICY_LIMITS_MAX)                          \
    F(S, 12, OPTIONAL, list, fees, policy_fee, POLICY_FEES_MAX)                                    \
    F(S, 13, OPTIONAL, list, allow, policy_buyer, POLICY_BUYERS_MAX)                               \
    F(S, 14, OPTIONAL, list, block, policy_buyer, POLICY_BUYERS_MAX)                               \
    F(S, 15, OPTIONAL, uint, buyer_history, none, 1) /* earlier trouble of the buyer counts */     \
    F(S, 16, OPTIONAL, uint, serial_returns_max, none, 10000)                                      \
    F(S, 17, OPTIONAL, uint, serial_days, none, POLICY_WINDOW_DAYS_MAX)                            \
    F(S, 18, OPTIONAL, sint, goodwill_cap_minor, none, POLICY_MINOR_MAX) /* of a return */         \
    F(S, 19, OPTIONAL, uint, instant_refund_trust, none, POLICY_TRUST_MAX)                         \
    F(S, 20, OPTIONAL, uint, respond_hours, none, 2400)                                            \
    F(S, 21, OPTIONAL, uint, solution_hours, none, 2400)                                           \
    F(S, 22, OPTIONAL, uint, send_hours, none, 9600)                                               \
    F(S, 23, OPTIONAL, uint, decide_hours, none, 2400)                                             \
    F(S, 24, OPTIONAL, uint, dispute_days, none, 400)                                              \
    F(S, 25, OPTIONAL, uint, escalation, none, 1)                                                  \
    F(S, 26, OPTIONAL, uint, instant_refund_percent, none, 100) /* of the worth; 0: all of it */   \
    /* So long after a return ended without the goods, what went ahead is charged anew. */         \
    F(S, 45, OPTIONAL, uint, recharge_days, none, POLICY_RECHARGE_DAYS_MAX)                        \
    /* Of whose working days the hours to respond, to a solution and to decide are counted. */     \
    F(S, 60, OPTIONAL, text, calendar, none, CALENDAR_NAME_BYTES_MAX)                              \
    F(S, 61, OPTIONAL, uint, working_hours, none, 1)                                               \
    /* So long after its time a deadline concerns the desk, a supervisor, the platform. */         \
    F(S, 62, OPTIONAL, uint, desk_hours, none, 2400)                                               \
    F(S, 63, OPTIONAL, uint, supervisor_hours, none, 2400)                                         \
    F(S, 64, OPTIONAL, uint, platform_hours, none, 2400)                                           \
    F(S, 65, OPTIONAL, list, claim_terms, policy_terms, POLICY_TERMS_MAX)                          \
    /* Without a new scan a parcel that was sent to a buyer stands still: it is claimed for. */    \
    F(S, 70, OPTIONAL, uint, stalled_days, none, POLICY_STALLED_DAYS_MAX)                          \
    /* By which way buyers who consent are asked how content they were; absent: nobody is. So many \
     * days after the end (0: 3), open to change so many days more (0: 14). */                     \
    F(S, 80, OPTIONAL, choice, followup_channel, channel, 0)                                       \
    F(S, 81, OPTIONAL, uint, followup_days, none, 365)                                             \
    F(S, 82, OPTIONAL, uint, followup_open_days, none, 365)                                        \
    F(S, 83, OPTIONAL, uint, followup_complaint, none, 1) /* scores of 1 and 2 complain */
SHAPE_DECLARE(policy, POLICY_FIELDS)

/* The entry of the book. */
#define POLICY_SET_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, uint, version, none, POLICY_VERSION_MAX) /* from 1, without a gap */         \
    F(S, 3, REQUIRED, time, effective_ms, none, 0)                                                 \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, one, policy, policy, 0)
SHAPE_DECLARE(policy_set, POLICY_SET_FIELDS)

/* What a policy said of a return, as it stands in the return's first entry. */
#define POLICY_ANSWER_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, choice, check, policy_check, 0)                                              \
    F(S, 2, REQUIRED, choice, answer, check_answer, 0)
SHAPE_DECLARE(policy_answer, POLICY_ANSWER_FIELDS)

#define POLICY_SIGNAL_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, choice, kind, signal, 0)                                                     \
    F(S, 2, REQUIRED, uint, count, none, UINT32_MAX)
SHAPE_DECLARE(policy_signal, POLICY_SIGNAL_FIELDS)

#endif

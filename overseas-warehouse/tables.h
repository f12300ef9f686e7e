/* The facts and effects of the rule tables, by name. A fact is a bit that the code beside the
 * table establishes from rows, never a word of the sender; the lists are in the order of weight: a
 * refusal takes its error from the first fact that stood in the way. Numbers are no part of any
 * format, so lists may be re-ordered. */
#ifndef OVERSEAS_WAREHOUSE_TABLES_H
#define OVERSEAS_WAREHOUSE_TABLES_H

#include "overseas-warehouse/rules.h"

/* X(NAME, "word", error of a refusal for its sake) */
#define RETURN_FACT_LIST(X)                                                                        \
    X(ORDER_KNOWN, "order_known", ERROR_NOT_FOUND)                                                 \
    X(LINES_GOOD, "lines_good", ERROR_OUT_OF_RANGE) /* of the order, each once, 1 or more */       \
    X(ROOM, "room", ERROR_OVER_QUANTITY) /* sold, and in no other live or received return */       \
    X(ELIGIBLE, "eligible", OK)          /* within the merchant's window after the sale */         \
    X(SMALL, "small", OK)                /* worth no more than policy approves alone */            \
    X(FLAGGED, "flagged", OK) /* an earlier return of the order was declined or contested */       \
    X(OVERDUE, "overdue", OK) /* the row's own due time has come */                                \
    X(HEARD, "heard", OK) /* all who may answer were heard until then, or a supervisor said so */  \
    X(ARRIVED, "arrived", OK)       /* the carrier says that the parcel arrived */                 \
    X(GOODS_HERE, "goods_here", OK) /* a box was claimed */                                        \
    X(CLAIMABLE, "claimable", OK)   /* not claimed for this return yet; slip and age agree */      \
    X(REOPENS, "reopens", OK) /* was approved once, something is missing, and there is room */     \
    X(OVER, "over",                                                                                \
      OK) /* nothing is left on the line or of the payments, or it is no such line */              \
    X(WAIT, "wait", OK)        /* another refund of the payment is open, or today's cap reached */ \
    X(AHEAD, "paid_ahead", OK) /* units of the line were paid for before they came */              \
    X(LAST, "last", OK)        /* with this unit everything was received */                        \
    X(BAD, "bad", OK)          /* unsellable, or the buyer is to blame */                          \
    X(IN_KIND, "in_kind", OK)  /* the buyer is to get a thing, no money */                         \
    X(OWED, "owed", ERROR_NOT_FOUND) /* for what came, or for all where nothing is asked back */   \
    X(GOODSLESS, "goodsless", OK)    /* nothing is asked back */                                   \
    X(TRUSTED, "trusted", OK) /* policy pays this buyer as soon as the carrier has the parcel */   \
    X(HANDED_OVER, "handed_over", OK) /* the carrier has it */                                     \
    X(FRONTED, "fronted", OK)         /* money went out for goods that are not here */             \
    X(DISPUTABLE, "disputable", ERROR_OUT_OF_RANGE) /* the decision is not too old for it */       \
    X(PLATFORM, "platform", OK)                     /* disputes go to a platform */                \
    X(STRAYED, "strayed", OK)       /* the parcel sent is lost, damaged or stands still */         \
    X(CAME_AFTER, "came_after", OK) /* the parcel sent came to the buyer after all */              \
    X(NEWS, "news", OK)             /* a box of it is here that the book has not answered yet */

#define RETURN_EFFECT_LIST(X)                                                                      \
    X(CLAIM, "claim_box")        /* the box is claimed; its warehouse will assign the units */     \
    X(TAKE, "take_unit")         /* the unit counts as received */                                 \
    X(PAY, "intend_refund")      /* its worth is refunded */                                       \
    X(INSTEAD, "refund_instead") /* from now on the buyer is to get money */                       \
    X(QUEUE, "leave_to_do")      /* nothing is written: the work stays and is tried again */       \
    X(CONTEST, "raise_contest")  /* goods and decision disagree: a person looks */                 \
    X(RECHARGE, "recharge")      /* what went ahead and was lost is charged anew, where it can be */

#define UNIT_FACT_LIST(X)                                                                          \
    X(HELD_HERE, "held_here", ERROR_HELD_ELSEWHERE) /* the highest hop is this warehouse's */      \
    X(DESTINED_HERE, "destined_here", ERROR_HELD_ELSEWHERE) /* it was shipped to us */             \
    X(ROUTED, "routed", ERROR_NOT_FOUND) /* the destination is another known warehouse */          \
    X(INHERITED, "inherited",                                                                      \
      ERROR_CONFLICT) /* the log that received it was lost; ours succeeds it */                    \
    X(GRADE_GIVEN, "grade_given", ERROR_MISSING_FIELD)                                             \
    X(FITS, "fits", OK)               /* a disposition is given, and the grade allows it */        \
    X(IRREVOCABLE, "irrevocable", OK) /* the disposition cannot be undone */                       \
    X(RELEASED, "released", OK)       /* the owner's book released it to just that */              \
    X(HOLDING, "holding", OK)         /* the disposition is no end: held, or to be worked on */    \
    X(RESTOCKING, "restocking", OK)   /* the disposition puts it into stock */                     \
    X(JUSTIFIED, "justified",                                                                      \
      ERROR_MISSING_FIELD)             /* as the cost table proposes, or a reason is given */      \
    X(UNNOTICED, "no_notice_runs", OK) /* no legal notice runs against destroying it */            \
    X(SECOND, "second_person", OK)     /* to destroy it takes another than who chose that */       \
    X(UNHELD, "no_hold_stands", ERROR_CONFLICT)      /* nothing bars it from going to others */    \
    X(AGREED, "second_grade_agrees", ERROR_CONFLICT) /* no two grades of it differ unresolved */   \
    X(LATEST, "latest_step", ERROR_CONFLICT) /* what is taken back is what was done last */        \
    X(UNUSED, "nothing_rests_on_it", ERROR_CONFLICT) /* no entry follows from that step */         \
    X(FIRST, "first_hop", OK)                        /* nobody shipped it here */

#define UNIT_EFFECT_LIST(X)                                                                        \
    X(STOCK, "put_in_stock") /* the set of stock gains (unit, cycle) */                            \
    X(NEXT_HOP, "next_hop")  /* the fields of a further hop begin */

#define REFUND_FACT_LIST(X)                                                                        \
    X(SLOT_FREE, "slot_free", ERROR_SLOT_OPEN) /* no refund of this very slot yet */               \
    X(FRESH, "fresh", ERROR_SLOT_OPEN) /* the first try of this part, or the former one failed */  \
    X(LATEST, "latest", ERROR_SLOT_OPEN) /* it was not tried again under another slot */           \
    X(WITHIN_CAPTURED, "within_captured", ERROR_OVER_CAPTURED)                                     \
    X(WITHIN_LINE, "within_line", ERROR_OVER_QUANTITY)                                             \
    X(PAYMENT_FREE, "payment_free", ERROR_SLOT_OPEN) /* no refund of the payment is open */        \
    X(WITHIN_CAP, "within_cap", ERROR_OVER_CAP)      /* of the merchant, today */                  \
    X(ABOVE_CAP, "above_cap", OK)   /* greater than the whole cap of a day, all payments of it */  \
    X(OTHERS_PAY, "others_pay", OK) /* the marketplace or the seller, who say when they did */     \
    X(BARRED, "barred", ERROR_SLOT_OPEN) /* the same was refunded elsewhere */                     \
    X(UNDER_WAY, "under_way", OK)        /* barred so lately that a call may be on its way */      \
    X(TRIES_LEFT, "tries_left", OK)      /* the provider was not yet tried in vain too often */    \
    X(CAME_BACK, "came_back", OK)        /* it tells that what it paid is back, the first time */  \
    X(MANDATED, "mandated", ERROR_UNSUPPORTED) /* the buyer's consent, and who can charge by it */ \
    X(WITHIN_FRONTED, "within_fronted",                                                            \
      ERROR_OVER_CAPTURED) /* of what went ahead, and neither goods nor a charge brought back */

#define REFUND_EFFECT_LIST(X)                                                                      \
    X(RESERVE, "reserve_money") /* counts as refunded until it failed */                           \
    X(CALL, "call_provider")                                                                       \
    X(FREE, "free_money")        /* the money and its payment are free again */                    \
    X(AGAIN, "intend_next_part") /* the same thing under a new slot */

#define GRANT_FACT_LIST(X)                                                                         \
    X(THING_GOOD, "thing_good", ERROR_OUT_OF_RANGE) /* a line of the return, where it is of one */ \
    X(ROOM, "room",                                                                                \
      ERROR_OVER_CAPTURED) /* within what is left of the payments, and of the line */              \
    X(WITHIN_GOODWILL, "within_goodwill", ERROR_OVER_CAP) /* what policy leaves to goodwill */     \
    X(OVERDUE, "overdue", OK)                             /* nobody answered the offer in time */  \
    X(WAIT, "wait", OK) /* another refund of the payment is open, or today's cap is reached */

#define GRANT_EFFECT_LIST(X)                                                                       \
    X(PAY, "intend_refund")                                                                        \
    X(QUEUE, "leave_to_do")     /* nothing is written: the work stays and is tried again */        \
    X(CONTEST, "raise_contest") /* a person looks */

#define COMPENSATION_FACT_LIST(X)                                                                  \
    X(THING_GOOD, "thing_good", ERROR_NOT_FOUND)  /* a parcel, or a unit of the merchant's */      \
    X(KIND_FITS, "kind_fits", ERROR_OUT_OF_RANGE) /* what those against whom it is answer for */   \
    X(AMOUNT_GOOD, "amount_good", ERROR_OUT_OF_RANGE)                                              \
    X(FREE, "free", ERROR_CONFLICT)          /* no other claim for it is open, or was paid */      \
    X(CREDIBLE, "credible", ERROR_FORBIDDEN) /* who tells it may speak of that */                  \
    X(WITHIN, "within_claimed", ERROR_OUT_OF_RANGE) /* all that they pay, or what they accept */   \
    X(IN_TIME, "in_time", OK)                       /* their window for claims is open */          \
    X(APPEALABLE, "appealable", OK)                 /* denied lately, and not too often */         \
    X(SENT, "sent", OK)                             /* it was filed before it expired */           \
    X(OVERDUE, "overdue", OK)                                                                      \
    X(WHOLE, "whole", OK) /* with this everything that they accepted is paid */

#define COMPENSATION_EFFECT_LIST(X) X(RECOVERED, "count_recovered") /* its money came */

#define FACT_ENUM(table, NAME)                    table##_FACT_##NAME
#define RETURN_FACT_ENUM(NAME, word, error)       FACT_ENUM(RETURN, NAME),
#define UNIT_FACT_ENUM(NAME, word, error)         FACT_ENUM(UNIT, NAME),
#define GRANT_FACT_ENUM(NAME, word, error)        FACT_ENUM(GRANT, NAME),
#define REFUND_FACT_ENUM(NAME, word, error)       FACT_ENUM(REFUND, NAME),
#define COMPENSATION_FACT_ENUM(NAME, word, error) FACT_ENUM(COMPENSATION, NAME),
enum return_fact { RETURN_FACT_LIST(RETURN_FACT_ENUM) RETURN_FACT_COUNT };
enum unit_fact { UNIT_FACT_LIST(UNIT_FACT_ENUM) UNIT_FACT_COUNT };
enum grant_fact { GRANT_FACT_LIST(GRANT_FACT_ENUM) GRANT_FACT_COUNT };
enum refund_fact { REFUND_FACT_LIST(REFUND_FACT_ENUM) REFUND_FACT_COUNT };
enum compensation_fact { COMPENSATION_FACT_LIST(COMPENSATION_FACT_ENUM) COMPENSATION_FACT_COUNT };

#define RETURN_EFFECT_ENUM(NAME, word)       RETURN_EFFECT_##NAME,
#define UNIT_EFFECT_ENUM(NAME, word)         UNIT_EFFECT_##NAME,
#define GRANT_EFFECT_ENUM(NAME, word)        GRANT_EFFECT_##NAME,
#define REFUND_EFFECT_ENUM(NAME, word)       REFUND_EFFECT_##NAME,
#define COMPENSATION_EFFECT_ENUM(NAME, word) COMPENSATION_EFFECT_##NAME,
enum return_effect { RETURN_EFFECT_LIST(RETURN_EFFECT_ENUM) RETURN_EFFECT_COUNT };
enum unit_effect { UNIT_EFFECT_LIST(UNIT_EFFECT_ENUM) UNIT_EFFECT_COUNT };
enum grant_effect { GRANT_EFFECT_LIST(GRANT_EFFECT_ENUM) GRANT_EFFECT_COUNT };
enum refund_effect { REFUND_EFFECT_LIST(REFUND_EFFECT_ENUM) REFUND_EFFECT_COUNT };
enum compensation_effect {
    COMPENSATION_EFFECT_LIST(COMPENSATION_EFFECT_ENUM) COMPENSATION_EFFECT_COUNT
};

#define RETURN_IF(fact)         (1u << RETURN_FACT_##fact)
#define UNIT_IF(fact)           (1u << UNIT_FACT_##fact)
#define REFUND_IF(fact)         (1u << REFUND_FACT_##fact)
#define GRANT_IF(fact)          (1u << GRANT_FACT_##fact)
#define GRANT_DOES(name)        (1u << GRANT_EFFECT_##name)
#define COMPENSATION_IF(fact)   (1u << COMPENSATION_FACT_##fact)
#define COMPENSATION_DOES(name) (1u << COMPENSATION_EFFECT_##name)
#define RETURN_DOES(name)       (1u << RETURN_EFFECT_##name)
#define UNIT_DOES(name)         (1u << UNIT_EFFECT_##name)
#define REFUND_DOES(name)       (1u << REFUND_EFFECT_##name)

extern const struct rule_table return_table, unit_table, refund_table, grant_table,
    compensation_table;

/* For the three table files: names and errors by bit. */
#define FACT_WORD(NAME, word, error)  word,
#define FACT_ERROR(NAME, word, error) error,
#define EFFECT_WORD(NAME, word)       word,

#endif

/* Payloads of exchanges (换货): a thing that a buyer gets for one that comes back. The merchant's
 * book says who is asked for it, who may send it, and what became of it (exchange_moved); the
 * warehouse that is asked says in its node's log what it keeps, sent or has not
 * (exchange_answered). */
#ifndef PROTO_RECORDS_EXCHANGE_H
#define PROTO_RECORDS_EXCHANGE_H

#include "proto/records_money.h"
#include "proto/records_stock.h"

#define EXCHANGE_STATE_LIST(X)                                                                     \
    X(EXCHANGE_NONE, 0, "none")                                                                    \
    X(EXCHANGE_WAITING, 1, "waiting")     /* nobody has it */                                      \
    X(EXCHANGE_ASKING, 2, "asking")       /* a warehouse is to keep one */                         \
    X(EXCHANGE_KEPT, 3, "kept")           /* it does; the original or money is awaited */          \
    X(EXCHANGE_LEAVING, 4, "leaving")     /* it may be sent: nothing is refunded meanwhile */      \
    X(EXCHANGE_RECALLING, 5, "recalling") /* it is called off, unless it left already */           \
    X(EXCHANGE_SENT, 6, "sent")                                                                    \
    X(EXCHANGE_ENDED, 7, "ended")
#define EXCHANGE_ACT_LIST(X)                                                                       \
    X(EXCHANGE_OPEN, 1, "open")                                                                    \
    X(EXCHANGE_ASK, 2, "ask")                                                                      \
    X(EXCHANGE_WAIT, 3, "wait")                                                                    \
    X(EXCHANGE_KEEP, 4, "keep")                                                                    \
    X(EXCHANGE_LEAVE, 5, "leave")                                                                  \
    X(EXCHANGE_RECALL, 6, "recall")                                                                \
    X(EXCHANGE_NOTE_SENT, 7, "note_sent")                                                          \
    X(EXCHANGE_END, 8, "end")                                                                      \
    X(EXCHANGE_PAY, 9, "pay") /* the buyer paid the difference */
#define EXCHANGE_ANSWER_LIST(X)                                                                    \
    X(EXCHANGE_IS_KEPT, 1, "kept")                                                                 \
    X(EXCHANGE_HAS_NONE, 2, "none") /* nothing was kept */                                         \
    X(EXCHANGE_IS_GONE, 3, "gone")  /* what was kept is kept no more */                            \
    X(EXCHANGE_IS_SENT, 4, "sent")
#define EXCHANGE_ENUM(name, number, word) name = number,
enum exchange_state { EXCHANGE_STATE_LIST(EXCHANGE_ENUM) EXCHANGE_STATE_COUNT };
enum exchange_act { EXCHANGE_ACT_LIST(EXCHANGE_ENUM) EXCHANGE_ACT_COUNT };
enum exchange_answer { EXCHANGE_ANSWER_LIST(EXCHANGE_ENUM) };
#undef EXCHANGE_ENUM
extern const struct words exchange_state_words, exchange_act_words, exchange_answer_words;

#define EXCHANGE_PLACES_MAX    8
#define EXCHANGE_ATTEMPTS_MAX  1000
#define EXCHANGE_HOURS_MAX     2160
#define EXCHANGE_REF_BYTES_MAX 80
#define EXCHANGE_MINOR_MAX     1000000000000000

/* A warehouse that may be asked, in the order in which they are. attempt: the latest time that it
 * was; 0: never. */
#define EXCHANGE_PLACE_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, OPTIONAL, uint, attempt, none, EXCHANGE_ATTEMPTS_MAX)
SHAPE_DECLARE(exchange_place, EXCHANGE_PLACE_FIELDS)

/* What is agreed stands in the first entry (keys 6 to 16): so many of another thing for so many
 * units of a line; whether it goes before the original came; how long a warehouse keeps it; until
 * when it is waited for; and what the buyer owes (above zero) or is owed for all of it. */
#define EXCHANGE_MOVED_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, exchange, none, 0)                                                       \
    F(S, 2, REQUIRED, choice, act, exchange_act, 0)                                                \
    F(S, 3, REQUIRED, choice, to, exchange_state, 0)                                               \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, id, return_id, none, 0)                                                      \
    F(S, 7, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 8, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 9, OPTIONAL, text, wanted, none, SKU_BYTES_MAX)                                           \
    F(S, 10, OPTIONAL, uint, ahead, none, 1)                                                       \
    F(S, 11, OPTIONAL, list, places, exchange_place, EXCHANGE_PLACES_MAX)                          \
    F(S, 12, OPTIONAL, uint, keep_hours, none, EXCHANGE_HOURS_MAX)                                 \
    F(S, 13, OPTIONAL, time, until_ms, none, 0)                                                    \
    F(S, 14, OPTIONAL, sint, difference_minor, none, EXCHANGE_MINOR_MAX)                           \
    F(S, 15, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 20, OPTIONAL, id, warehouse, none, 0) /* that is asked */                                 \
    F(S, 21, OPTIONAL, uint, attempt, none, EXCHANGE_ATTEMPTS_MAX)                                 \
    F(S, 22, OPTIONAL, time, due_ms, none, 0) /* when silence acts next; 0: never */               \
    F(S, 23, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 24, OPTIONAL, text, reference, none, EXCHANGE_REF_BYTES_MAX) /* of what was paid */       \
    F(S, 25, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX) /* of what was sent */       \
    F(S, 26, OPTIONAL, uint, contest, none, 1) /* sent, and the buyer had got what is due */
SHAPE_DECLARE(exchange_moved, EXCHANGE_MOVED_FIELDS)

/* available: what the warehouse could promise then, once all that the entry comes with was done. */
#define EXCHANGE_ANSWERED_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, id, exchange, none, 0)                                                       \
    F(S, 2, REQUIRED, uint, attempt, none, EXCHANGE_ATTEMPTS_MAX)                                  \
    F(S, 3, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 4, REQUIRED, choice, answer, exchange_answer, 0)                                          \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, OPTIONAL, id, reservation, none, 0)                                                    \
    F(S, 8, OPTIONAL, time, expires_ms, none, 0)                                                   \
    F(S, 9, OPTIONAL, uint, available, none, STOCK_PIECES_MAX)                                     \
    F(S, 10, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                              \
    F(S, 11, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(exchange_answered, EXCHANGE_ANSWERED_FIELDS)

/* --- commands --------------------------------------------------------------------------------- */

/* wanted: not said, what the return says, or the same again. price_minor: of one, where it is
 * another thing; 0: it costs the same. places: who is asked, in this order, after the warehouse
 * where the original stands; none: all. quantity 0 is 1. */
#define EXCHANGE_BEGIN_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 3, OPTIONAL, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 4, OPTIONAL, text, wanted, none, SKU_BYTES_MAX)                                           \
    F(S, 5, OPTIONAL, sint, price_minor, none, EXCHANGE_MINOR_MAX)                                 \
    F(S, 6, OPTIONAL, uint, ahead, none, 1)                                                        \
    F(S, 7, OPTIONAL, list, places, exchange_place, EXCHANGE_PLACES_MAX)                           \
    F(S, 8, OPTIONAL, uint, keep_hours, none, EXCHANGE_HOURS_MAX)                                  \
    F(S, 9, OPTIONAL, uint, wait_hours, none, EXCHANGE_HOURS_MAX)                                  \
    F(S, 10, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(exchange_begin, EXCHANGE_BEGIN_FIELDS)

#define EXCHANGE_SEND_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, exchange, none, 0)                                                       \
    F(S, 3, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)
SHAPE_DECLARE(exchange_send, EXCHANGE_SEND_FIELDS)

#define EXCHANGE_STEP_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, exchange, none, 0)                                                       \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(exchange_step, EXCHANGE_STEP_FIELDS)

#define EXCHANGE_PAID_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, exchange, none, 0)                                                       \
    F(S, 2, REQUIRED, text, reference, none, EXCHANGE_REF_BYTES_MAX)
SHAPE_DECLARE(exchange_paid, EXCHANGE_PAID_FIELDS)

#endif

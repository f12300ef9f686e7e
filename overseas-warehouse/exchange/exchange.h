/* Exchanges (换货): out of local stock first, the nearest warehouse next. README.md tells it. The
 * merchant's book asks one warehouse at a time; only that one keeps a piece, and it sends none
 * before the book gave leave. From then on nothing is refunded for the units until the warehouse
 * has said what became of it, so a buyer never gets both. */
#ifndef OVERSEAS_WAREHOUSE_EXCHANGE_EXCHANGE_H
#define OVERSEAS_WAREHOUSE_EXCHANGE_EXCHANGE_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

/* --- the table: pure -------------------------------------------------------------------------- */

/* X(name): what the store establishes of an exchange before its book moves it. */
#define EXCHANGE_FACT_LIST(X)                                                                      \
    X(FITS)   /* the return is approved, a thing is due, and the line has room for it */           \
    X(OFFERS) /* a warehouse that may be asked seems to have it */                                 \
    X(KEEPS)  /* the one that was asked keeps it */                                                \
    X(LOST)   /* it has none, or keeps it no more */                                               \
    X(LEFT)   /* it has sent it */                                                                 \
    X(OWED)   /* the original is here, or it is to go before that */                               \
    X(PAID)   /* the buyer owes no difference */                                                   \
    X(SILENT) /* the time to answer, or to wait, is over */
#define EXCHANGE_FACT_ENUM(name) EXCHANGE_FACT_##name,
enum exchange_fact { EXCHANGE_FACT_LIST(EXCHANGE_FACT_ENUM) EXCHANGE_FACT_COUNT };
#undef EXCHANGE_FACT_ENUM
#define EXCHANGE_IF(name) (1u << EXCHANGE_FACT_##name)

struct exchange_step_row {
    enum exchange_state from;
    enum exchange_act act;
    uint32_t need, bar;
    enum exchange_state to;
    bool person; /* somebody asks for it; else the book does it by itself */
};
extern const struct exchange_step_row exchange_steps[];
extern const size_t exchange_steps_count;
/* What the book does by itself; NULL: nothing now. */
const struct exchange_step_row *exchange_next(enum exchange_state from, uint32_t facts);
/* What a person's word does; NULL: refused there. */
const struct exchange_step_row *exchange_asked(enum exchange_state from, enum exchange_act act);
bool exchange_is_over(uint64_t state);

/* --- rows ------------------------------------------------------------------------------------- */

/* VIEW_EXCHANGE: exchange; its book's. due_ms: when silence acts next. VIEW_EXCHANGE_BY_MERCHANT:
 * merchant, exchange. VIEW_EXCHANGE_BY_STATE: merchant, state (1 byte), exchange.
 * VIEW_EXCHANGE_BY_RETURN: return, exchange. VIEW_EXCHANGE_BY_WAREHOUSE: the one that is asked,
 * exchange; as long as it is open. */
#define EXCHANGE_ROW_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, choice, state, exchange_state, 0)                                            \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, id, book, none, 0)                                                           \
    F(S, 5, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 6, OPTIONAL, uint, line, none, ORDER_LINES_MAX - 1)                                       \
    F(S, 7, REQUIRED, uint, quantity, none, QUANTITY_MAX)                                          \
    F(S, 8, REQUIRED, text, wanted, none, SKU_BYTES_MAX)                                           \
    F(S, 9, OPTIONAL, uint, ahead, none, 1)                                                        \
    F(S, 10, REQUIRED, list, places, exchange_place, EXCHANGE_PLACES_MAX)                          \
    F(S, 11, REQUIRED, uint, keep_hours, none, EXCHANGE_HOURS_MAX)                                 \
    F(S, 12, REQUIRED, time, until_ms, none, 0)                                                    \
    F(S, 13, OPTIONAL, sint, difference_minor, none, EXCHANGE_MINOR_MAX)                           \
    F(S, 14, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 15, OPTIONAL, id, warehouse, none, 0)                                                     \
    F(S, 16, OPTIONAL, uint, attempt, none, EXCHANGE_ATTEMPTS_MAX)                                 \
    F(S, 17, OPTIONAL, time, due_ms, none, 0)                                                      \
    F(S, 18, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 19, OPTIONAL, text, reference, none, EXCHANGE_REF_BYTES_MAX)                              \
    F(S, 20, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                              \
    F(S, 21, OPTIONAL, uint, contest, none, 1)                                                     \
    F(S, 22, REQUIRED, one, opened_by, actor, 0)                                                   \
    F(S, 23, REQUIRED, time, opened_ms, none, 0)                                                   \
    F(S, 24, REQUIRED, time, moved_ms, none, 0)                                                    \
    F(S, 25, REQUIRED, uint, idx, none, UINT64_MAX)
SHAPE_DECLARE(exchange_row, EXCHANGE_ROW_FIELDS)

/* VIEW_EXCHANGE_ANSWER: exchange, attempt (2 bytes), log. VIEW_EXCHANGE_BY_RESERVATION:
 * reservation, exchange. */
#define EXCHANGE_ANSWER_ROW_FIELDS(F, S)                                                           \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, answer, exchange_answer, 0)                                          \
    F(S, 3, OPTIONAL, id, reservation, none, 0)                                                    \
    F(S, 4, OPTIONAL, time, expires_ms, none, 0)                                                   \
    F(S, 5, OPTIONAL, uint, available, none, STOCK_PIECES_MAX)                                     \
    F(S, 6, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 7, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 8, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 9, REQUIRED, uint, idx, none, UINT64_MAX)
SHAPE_DECLARE(exchange_answer_row, EXCHANGE_ANSWER_ROW_FIELDS)

struct exchange_said {
    struct exchange_answer_row row;
    struct id log;
};
bool exchange_load(const struct rows *rows, const struct id *exchange, struct exchange_row *row);
/* What the warehouse said to that attempt: what cannot be undone goes before what can. What is said
 * in the name of another counts for nothing. */
bool exchange_said_load(const struct rows *rows, const struct id *exchange, uint64_t attempt,
                        const struct id *warehouse, struct exchange_said *said);
/* Units of the line of a return that may be leaving at this moment, but for one exchange (zero:
 * none). */
uint64_t exchange_leaving(const struct rows *rows, const struct id *return_id, uint64_t line,
                          const struct id *but);
bool exchange_is_leaving(const struct rows *rows, const struct id *return_id);
/* Is the reservation one that an exchange sends, if anybody does? */
bool exchange_keeps(const struct rows *rows, const struct id *reservation);

/* --- deciding, reacting, folding -------------------------------------------------------------- */

/* Who decides about an exchange that is known: its book. */
enum error exchange_authority(const struct desk *desk, const struct command *command,
                              struct id *authority) MUST_USE;
void exchange_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);
/* What the book does by itself. */
void exchange_react(const struct desk *desk, const struct id *exchange, struct moment *moment,
                    struct decision *decision);
/* A time of it is over. false: there is no such exchange. */
bool exchange_due(const struct desk *desk, uint64_t due_ms, const struct id *thing,
                  struct moment *moment, struct decision *decision);
/* What the warehouse does by itself. */
void exchange_keep_react(const struct desk *desk, const struct id *exchange, struct moment *moment,
                         struct decision *decision);
void exchange_send_decide(const struct desk *desk, const struct command *command,
                          struct moment *moment, struct decision *decision);
void exchange_entry(const struct desk *desk, const struct place *place, enum event_kind kind,
                    const union event_body *body);

#endif

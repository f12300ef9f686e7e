/* Refunds that others made and disputes of buyers' banks, as providers tell of them: what was said
 * under a reference that is no slot's is recorded in the book of the payment's order, once for each
 * reference, by the very command with which a person records it (elsewhere.c). The order may be
 * known before or after, and a webhook and a person may tell of one and the same (law 3). */
#include "overseas-warehouse/parts.h"

#define MESSAGES_MAX 32u /* about one reference that are looked at */
#define DEDUP_OFFSET ID_BYTES

/* The next one to be recorded, with the order that its payment is of. */
struct made {
    struct refund_told told;
    struct id order, book;
    uint64_t how;
};

/* --- what was said ---------------------------------------------------------------------------- */

static uint32_t gather(const struct rows *rows, const struct id *of,
                       struct refund_told told[MESSAGES_MAX])
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint32_t count = 0;
    while (count < MESSAGES_MAX && walk_next(rows, VIEW_REFUND_TOLD, &walk, &row))
        if (shape_decode(&refund_told_shape, row.value, &told[count], NULL) == OK &&
            told[count].charge == 0)
            count++;
    return count;
}

/* A refund that failed, then or since, moved nothing. */
static bool came_to_nothing(const struct refund_told *told, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (told[i].how == 0 && told[i].outcome == OUTCOME_FAILED) return true;
    return false;
}

static bool is_by_reference(const struct refund_told *told)
{
    return span_equal(told->key, told->provider_ref);
}

static bool is_of_a_slot(const struct rows *rows, const struct id *of)
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, VIEW_REFUND_BY_KEY, &walk, &row);
}

static bool is_recorded(const struct desk *desk, const struct made *made, uint64_t payment,
                        uint64_t how)
{
    struct key key =
        elsewhere_key(desk->crypto, &made->order, payment, how, made->told.provider_ref);
    return rows_has(&desk->rows, VIEW_ELSEWHERE, &key);
}

/* Is this message's matter one that the book can record now, and has not yet? A chargeback is won
 * after it is recorded as lost. */
static bool is_news(const struct desk *desk, struct made *made)
{
    struct payment_row paid;
    uint64_t payment;
    struct order_row order;
    made->how = made->told.how == 0 ? ELSEWHERE_PROVIDER : made->told.how;
    if (!payment_find(desk, &made->told.merchant, made->told.provider, made->told.payment,
                      &made->order, &payment, &paid) ||
        !order_load(&desk->rows, &made->order, &order))
        return false;
    made->book = order.book;
    if (is_recorded(desk, made, payment, made->how)) return false;
    return made->how != ELSEWHERE_CHARGEBACK_WON ||
           is_recorded(desk, made, payment, ELSEWHERE_CHARGEBACK);
}

static bool find_news(const struct desk *desk, const struct id *of, struct made *made)
{
    struct refund_told told[MESSAGES_MAX];
    uint32_t count = gather(&desk->rows, of, told);
    bool nothing = came_to_nothing(told, count);
    if (is_of_a_slot(&desk->rows, of)) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (told[i].outcome != OUTCOME_PAID || (told[i].how == 0 && nothing)) continue;
        if (!is_by_reference(&told[i])) continue; /* of a slot that is not known here yet */
        made->told = told[i];
        if (is_news(desk, made)) return true;
    }
    return false;
}

/* --- work ------------------------------------------------------------------------------------- */

/* Of the orders whose payments the messages name; read before anything is dropped. */
static uint32_t books_of(const struct desk *desk, const struct id *of,
                         struct id books[MESSAGES_MAX])
{
    struct refund_told told[MESSAGES_MAX];
    uint32_t count = gather(&desk->rows, of, told);
    for (uint32_t i = 0; i < count; i++) {
        struct made made = {.told = told[i]};
        (void)is_news(desk, &made);
        books[i] = made.book;
    }
    return count;
}

void made_leave(const struct desk *desk, const struct id *of)
{
    struct id books[MESSAGES_MAX];
    uint32_t count = books_of(desk, of, books);
    for (uint32_t i = 0; i < count; i++)
        if (!id_is_zero(&books[i])) todo_drop(&desk->rows, &books[i], TODO_MADE, of, NULL);
}

/* Messages may name payments of several books: the work is that of the first with news alone. */
void made_refresh(const struct desk *desk, const struct id *of)
{
    struct made made;
    bool news = find_news(desk, of, &made);
    struct id book = news ? made.book : (struct id){{0}};
    made_leave(desk, of);
    if (news) todo_put(&desk->rows, &book, TODO_MADE, of, NULL);
}

static struct key payment_row_key(const struct desk *desk, const struct refund_told *told,
                                  const struct id *of)
{
    struct id paid = payment_id(desk->crypto, &told->merchant, told->provider, told->payment);
    return key_add_id(pair_key(&paid, of), &told->dedup);
}

void made_index(const struct desk *desk, const struct refund_told *told, const struct id *of,
                bool stands)
{
    struct key key = payment_row_key(desk, told, of);
    if (!is_by_reference(told) || told->payment.size == 0) return;
    if (stands)
        rows_mark(&desk->rows, VIEW_TOLD_BY_PAYMENT, &key);
    else
        rows_drop(&desk->rows, VIEW_TOLD_BY_PAYMENT, &key);
}

static void each_of_payment(const struct desk *desk, const struct id *paid,
                            void (*act)(const struct desk *desk, const struct id *of))
{
    struct key prefix = key_of(paid);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_TOLD_BY_PAYMENT, &walk, &row)) {
        struct id of;
        memcpy(of.bytes, walk.at.bytes + DEDUP_OFFSET, ID_BYTES);
        act(desk, &of);
    }
}

void made_of_payment(const struct desk *desk, const struct id *paid)
{
    each_of_payment(desk, paid, made_refresh);
}

void made_leave_payment(const struct desk *desk, const struct id *paid)
{
    each_of_payment(desk, paid, made_leave);
}

/* --- the book --------------------------------------------------------------------------------- */

/* A provider's clock may run ahead of ours: what it made, it made by now. */
static uint64_t made_at(const struct refund_told *told, const struct moment *moment)
{
    bool known = told->made_ms != 0 && told->made_ms < moment->wall_ms;
    return known ? told->made_ms : moment->wall_ms;
}

void made_react(const struct desk *desk, const struct id *authority, const struct id *of,
                struct moment *moment, struct decision *decision)
{
    struct made made;
    if (!find_news(desk, of, &made) || !id_equal(&made.book, authority)) return;
    const struct refund_told *told = &made.told;
    union command_body body = {.refund_record = {.merchant = told->merchant,
                                                 .provider = told->provider,
                                                 .payment = told->payment,
                                                 .how = made.how,
                                                 .reference = told->provider_ref,
                                                 .amount_minor = told->amount_minor,
                                                 .currency = told->currency,
                                                 .made_ms = made_at(told, moment)}};
    struct command command = {
        .kind = COMMAND_REFUND_RECORD, .by = actor_self(desk, BY_PROVIDER), .body = &body};
    elsewhere_decide(desk, &command, moment, decision);
    /* What the book cannot hold (more than was captured, another currency) waits: an amended order
     * may make room, and until then the work shows that somebody must look. */
    if (decision->error != OK) decision_begin(decision);
}

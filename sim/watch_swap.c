#include "sim/watch_swap.h"

#include <string.h>

#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/stock/stock.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* An entry at hand. */
struct sight {
    struct host *host;
    const struct rows *views;
    bool decided_here;
};

/* --- the thing, or the money ------------------------------------------------------------------ */

/* Units of the line that the buyer got a thing for, or may be getting one for just now. */
static uint64_t things_of(const struct rows *views, const struct id *return_id, uint64_t line)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct exchange_row row;
    struct return_line_row sums;
    uint64_t things = return_line_load(views, return_id, line, &sums) ? sums.sent : 0;
    while (walk_next(views, VIEW_EXCHANGE, &walk, &at)) {
        if (shape_decode(&exchange_row_shape, at.value, &row, NULL) != OK) continue;
        bool leaves = row.state == EXCHANGE_LEAVING || row.state == EXCHANGE_RECALLING;
        if (leaves && row.line == line && id_equal(&row.return_id, return_id))
            things += row.quantity;
    }
    return things;
}

/* What is refunded, or to be, for whole units of the line, less what was charged anew. */
static int64_t money_of(const struct rows *views, const struct id *return_id, uint64_t line)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    int64_t sum = 0;
    while (walk_next(views, VIEW_REFUND_BY_RETURN, &walk, &at)) {
        struct id slot;
        struct refund_row refund;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(views, &slot, &refund) || refund.line != line) continue;
        bool whole = refund.paid_for == PAID_FOR_LINE || refund.paid_for == PAID_FOR_ADVANCE;
        if (whole && refund.state != REFUND_FAILED) sum += refund.amount_minor;
        if (business_is_charge(refund.paid_for) && refund.state == REFUND_SETTLED)
            sum -= refund.amount_minor;
    }
    return sum;
}

static void check_line(struct world *world, const struct rows *views, const struct id *return_id,
                       uint64_t line)
{
    static struct order_row order;
    struct return_row owner;
    struct return_line_row sums;
    if (!return_load(views, return_id, &owner)) return;
    struct id sold = owner.order;
    if (!order_load(views, &sold, &order) || line >= order.lines_count) return;
    if (!return_line_load(views, return_id, line, &sums)) return;
    int64_t price = order.lines[line].price_minor, quantity = (int64_t)sums.quantity;
    int64_t things = (int64_t)things_of(views, return_id, line);
    int64_t money = money_of(views, return_id, line);
    if (things > 0 && money + things * price > quantity * price)
        oracle_fail(world, "exchange: of a line of %lld the buyer gets %lld things and %lld",
                    (long long)quantity, (long long)things, (long long)money);
}

int64_t swap_lent(const struct rows *views, const struct id *return_id, uint64_t line)
{
    static struct order_row order;
    struct return_row owner;
    struct return_line_row sums;
    if (!return_load(views, return_id, &owner)) return 0;
    struct id sold = owner.order;
    if (!order_load(views, &sold, &order) || line >= order.lines_count) return 0;
    if (!return_line_load(views, return_id, line, &sums)) return 0;
    return (int64_t)sums.sent * order.lines[line].price_minor;
}

/* --- leave ------------------------------------------------------------------------------------ */

static bool has_leave(const struct watch *watch, const struct id *exchange, uint64_t attempt)
{
    for (unsigned i = 0; i < watch->leaves; i++)
        if (watch->leave[i].attempt == attempt && id_equal(&watch->leave[i].exchange, exchange))
            return true;
    return false;
}

static void note_leave(struct watch *watch, const struct id *exchange, uint64_t attempt)
{
    if (watch->leaves == WATCH_LEAVES_MAX || has_leave(watch, exchange, attempt)) return;
    watch->leave[watch->leaves++] = (struct watch_leave){*exchange, attempt};
}

static void mark_moved(struct world *world, const struct exchange_moved *moved)
{
    static const char *const marks[EXCHANGE_ACT_COUNT] = {
        [EXCHANGE_OPEN] = "an exchange was opened",
        [EXCHANGE_ASK] = "a warehouse was asked for a thing",
        [EXCHANGE_WAIT] = "an exchange waits for goods",
        [EXCHANGE_KEEP] = "a thing was kept for an exchange",
        [EXCHANGE_LEAVE] = "a book gave leave to send",
        [EXCHANGE_RECALL] = "leave to send was taken back",
        [EXCHANGE_NOTE_SENT] = "an exchange was sent",
        [EXCHANGE_END] = "an exchange was called off",
        [EXCHANGE_PAY] = "a difference was paid"};
    if (moved->act < EXCHANGE_ACT_COUNT && marks[moved->act] != NULL)
        world_mark(world, marks[moved->act]);
}

static void look_at_moved(const struct sight *sight, const struct exchange_moved *moved)
{
    struct exchange_row row;
    struct world *world = sight->host->world;
    mark_moved(world, moved);
    if (!sight->decided_here || !exchange_load(sight->views, &moved->exchange, &row)) return;
    struct id return_id = row.return_id;
    uint64_t line = row.line;
    if (moved->act == EXCHANGE_LEAVE) note_leave(world->watch, &moved->exchange, row.attempt);
    check_line(world, sight->views, &return_id, line);
}

static void look_at_answered(const struct sight *sight, const struct exchange_answered *answered)
{
    struct world *world = sight->host->world;
    if (answered->answer == EXCHANGE_HAS_NONE) world_mark(world, "a warehouse had no such thing");
    if (answered->answer == EXCHANGE_IS_GONE) world_mark(world, "what was kept went back");
    if (!sight->decided_here || answered->answer != EXCHANGE_IS_SENT) return;
    if (!has_leave(world->watch, &answered->exchange, answered->attempt))
        oracle_fail(world, "exchange: a thing was sent without leave (attempt %llu)",
                    (unsigned long long)answered->attempt);
}

void watch_swap(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    const struct sight sight = {host, &host->disk.inner->views, watch_decided_here(host, header)};
    bool refund = header->kind == EVENT_REFUND_MOVED && sight.decided_here;
    bool of_interest =
        header->kind == EVENT_EXCHANGE_MOVED || header->kind == EVENT_EXCHANGE_ANSWERED || refund;
    if (!of_interest || stores_are_other(host->world)) return;
    if (event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_EXCHANGE_MOVED) look_at_moved(&sight, &body.exchange_moved);
    if (header->kind == EVENT_EXCHANGE_ANSWERED) look_at_answered(&sight, &body.exchange_answered);
    if (refund && body.refund_moved.verb == DO_INTEND)
        check_line(host->world, sight.views, &body.refund_moved.return_id, body.refund_moved.line);
}

/* --- at the end ------------------------------------------------------------------------------- */

/* Goods that nobody waits for lie on the shelf again, and no exchange sends twice. */
static void check_exchange(struct world *world, const struct rows *views, const struct id *exchange,
                           const struct exchange_row *row)
{
    struct key prefix = key_of(exchange);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct exchange_answer_row answer;
    unsigned sent = 0;
    bool live = row->state == EXCHANGE_KEPT || row->state == EXCHANGE_LEAVING;
    while (walk_next(views, VIEW_EXCHANGE_ANSWER, &walk, &at)) {
        uint64_t attempt = be_get(walk.at.bytes + ID_BYTES, 2);
        if (shape_decode(&exchange_answer_row_shape, at.value, &answer, NULL) != OK) continue;
        sent += answer.answer == EXCHANGE_IS_SENT ? 1 : 0;
        bool waits = live && attempt == row->attempt;
        if (answer.answer == EXCHANGE_IS_KEPT && !waits)
            oracle_fail(world, "exchange: attempt %llu is kept though nobody waits for it",
                        (unsigned long long)attempt);
    }
    if (sent > 1) oracle_fail(world, "exchange: one thing was sent %u times", sent);
    if (row->state == EXCHANGE_SENT && sent == 0)
        oracle_fail(world, "exchange: a thing is noted as sent and no warehouse said so");
}

void swap_check(struct world *world, struct host *host)
{
    const struct rows *views = &host->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct exchange_row row;
    if (stores_are_other(world)) return;
    while (walk_next(views, VIEW_EXCHANGE, &walk, &at)) {
        struct id exchange;
        memcpy(exchange.bytes, walk.at.bytes, ID_BYTES);
        if (shape_decode(&exchange_row_shape, at.value, &row, NULL) != OK) continue;
        struct id return_id = row.return_id;
        uint64_t line = row.line;
        check_exchange(world, views, &exchange, &row);
        check_line(world, views, &return_id, line);
    }
}

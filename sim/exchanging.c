/* Exchanges: opened for what came back or before it came, for a thing that lies on some shelf or on
 * none; sent, paid for and called off by whoever sees them, too early now and then. */
#include <string.h>

#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/stock/stock.h"
#include "sim/wishes.h"

#define PRICE_MINOR  4000
#define SKUS         20
#define HOURS_MOST   72
#define NEXT_STEP_US (30 * MINUTE_US)

/* --- what a screen shows ---------------------------------------------------------------------- */

struct seen_exchange {
    struct id id, warehouse, merchant;
};

/* Which are looked for: in these states (bits), at the host's warehouse or wherever, and maybe only
 * those for which the buyer owes something. */
struct search {
    unsigned states;
    bool here, dear;
};

static bool is_sought(const struct world *world, unsigned host, struct search search,
                      const struct exchange_row *row)
{
    bool here = id_equal(&row->warehouse, &world->host[host].card.warehouse);
    bool dear = row->difference_minor > 0 && row->reference.size == 0;
    return (here || !search.here) && (dear || !search.dear) &&
           (search.states >> row->state & 1) != 0;
}

static bool look_exchange(struct world *world, unsigned host, struct search search,
                          struct seen_exchange *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct exchange_row row;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_EXCHANGE, &walk, &at)) {
        if (shape_decode(&exchange_row_shape, at.value, &row, NULL) != OK) continue;
        if (!is_sought(world, host, search, &row) || draw_below(world, ++fit) != 0) continue;
        *seen = (struct seen_exchange){.warehouse = row.warehouse, .merchant = row.merchant};
        memcpy(seen->id.bytes, walk.at.bytes, ID_BYTES);
    }
    return look_end(world, host, fit > 0);
}

/* A return to which a thing is due, whether or not anything came of it. */
static bool look_promised(struct world *world, unsigned host, struct seen_return *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct return_row row;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_RETURN, &walk, &at)) {
        if (shape_decode(&return_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state != RETURN_APPROVED || row.outcome != OUTCOME_REPLACEMENT) continue;
        if (draw_below(world, ++fit) != 0) continue;
        *seen = (struct seen_return){.merchant = row.merchant, .line = draw_below(world, 3)};
        memcpy(seen->id.bytes, walk.at.bytes, ID_BYTES);
    }
    return look_end(world, host, fit > 0);
}

/* A SKU of the merchant's that can be sold somewhere. */
static bool look_goods(struct world *world, unsigned host, const struct id *merchant,
                       char sku[SKU_BYTES_MAX + 1])
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key prefix = key_of(merchant);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct stock_balance_row row;
    struct stock_at of;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_STOCK_BALANCE, &walk, &at)) {
        if (!stock_at_read(key_span(&walk.at), &of) || of.account != STOCK_SELLABLE) continue;
        if (shape_decode(&stock_balance_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.pieces <= 0 || row.sku.size == 0 || draw_below(world, ++fit) != 0) continue;
        memcpy(sku, row.sku.at, row.sku.size);
        sku[row.sku.size] = '\0';
    }
    return look_end(world, host, fit > 0);
}

/* --- wishes ----------------------------------------------------------------------------------- */

static enum actor_kind any_clerk(struct world *world)
{
    static const enum actor_kind clerks[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    return clerks[draw_below(world, 3)];
}

static void open_exchange(struct world *world)
{
    struct seen_return seen;
    union command_body body = {0};
    char sku[SKU_BYTES_MAX + 1];
    unsigned host = any_host(world);
    bool came = draw_below(world, 2) == 0 && look_owed(world, host, &seen);
    if (!came && !look_promised(world, host, &seen)) return;
    struct exchange_begin *begin = &body.exchange_begin;
    if (draw_below(world, 5) == 0 || !look_goods(world, host, &seen.merchant, sku))
        put_word(sku, "SKU-", draw_below(world, SKUS));
    *begin = (struct exchange_begin){.return_id = seen.id,
                                     .line = seen.line,
                                     .quantity = draw_below(world, 3),
                                     .wanted = span_text(sku),
                                     .ahead = draw_below(world, 2),
                                     .keep_hours = 1 + draw_below(world, HOURS_MOST),
                                     .wait_hours = 1 + draw_below(world, HOURS_MOST)};
    if (draw_below(world, 3) == 0) begin->price_minor = 1 + (int64_t)draw_below(world, PRICE_MINOR);
    if (draw_below(world, 4) == 0) {
        begin->places_count = 1;
        begin->places[0].warehouse = world->host[any_warehouse(world)].card.warehouse;
    }
    clients_wish_for(world, host, COMMAND_EXCHANGE_OPEN, any_clerk(world), &seen.merchant, &body);
}

/* Mostly what may leave; else what is kept, or was called off. */
static void send_exchange(struct world *world)
{
    static const enum exchange_state early[] = {EXCHANGE_KEPT, EXCHANGE_KEPT, EXCHANGE_KEPT,
                                                EXCHANGE_RECALLING};
    struct seen_exchange seen;
    union command_body body = {0};
    unsigned host = any_warehouse(world);
    bool odd = draw_below(world, 2) == 0;
    struct search search = {1u << (odd ? early[draw_below(world, 4)] : EXCHANGE_LEAVING),
                            draw_below(world, 8) != 0, false};
    if (!look_exchange(world, host, search, &seen)) return;
    body.exchange_send = (struct exchange_send){.warehouse = world->host[host].card.warehouse,
                                                .exchange = seen.id,
                                                .number = span_text("1ZSWAP")};
    clients_wish(world, host, COMMAND_EXCHANGE_SEND, on_the_floor(world), &body);
}

static void end_exchange(struct world *world)
{
    static const enum exchange_state when[] = {EXCHANGE_LEAVING, EXCHANGE_LEAVING, EXCHANGE_KEPT,
                                               EXCHANGE_ASKING,  EXCHANGE_WAITING, EXCHANGE_SENT};
    struct seen_exchange seen;
    union command_body body = {0};
    unsigned host = any_host(world);
    struct search search = {1u << when[draw_below(world, 6)], false, false};
    if (!look_exchange(world, host, search, &seen)) return;
    body.exchange_step = (struct exchange_step){seen.id, span_text("no longer wanted")};
    clients_wish_for(world, host, COMMAND_EXCHANGE_END, any_clerk(world), &seen.merchant, &body);
}

static void pay_exchange(struct world *world)
{
    struct search search = {1u << EXCHANGE_WAITING | 1u << EXCHANGE_ASKING | 1u << EXCHANGE_KEPT,
                            false, draw_below(world, 8) != 0};
    struct seen_exchange seen;
    union command_body body = {0};
    unsigned host = any_host(world);
    if (!look_exchange(world, host, search, &seen)) return;
    body.exchange_paid = (struct exchange_paid){seen.id, span_text("pay-1")};
    clients_wish_for(world, host, COMMAND_EXCHANGE_PAID, any_clerk(world), &seen.merchant, &body);
}

static void swap_event(struct world *world, const struct agenda_event *event)
{
    (void)event;
    if (clients_may_wish(world)) swap_things(world);
}

/* Whoever has begun looks again after a while. */
void swap_things(struct world *world)
{
    static void (*const acts[])(struct world * world) = {
        open_exchange, open_exchange, open_exchange, open_exchange, send_exchange, send_exchange,
        send_exchange, send_exchange, send_exchange, send_exchange, pay_exchange,  end_exchange};
    acts[draw_below(world, sizeof acts / sizeof acts[0])](world);
    if (draw_below(world, 4) == 0) return;
    uint64_t in_us = chance_wait_us(&world->chance[PURPOSE_CLIENTS], NEXT_STEP_US);
    world_after(world, in_us + MINUTE_US, swap_event, 0, 0, 0, NULL);
}

#include "sim/watch_worth.h"

#include <string.h>

#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"

/* A line of an order as it was sold, of which nothing else was paid or changed. */
static bool line_is_plain(const struct rows *views, const struct id *order_id, uint64_t at,
                          struct order_row_line *line)
{
    struct order_row order;
    int64_t sum = 0;
    if (!order_load(views, order_id, &order) || at >= order.lines_count) return false;
    for (uint32_t i = 0; i < order.lines_count; i++)
        sum += order.lines[i].price_minor * (int64_t)order.lines[i].quantity;
    *line = order.lines[at];
    return order.version == 1 && order.captured_minor >= sum && line->partial_minor == 0;
}

/* What is refunded of that unit, by however many payments. false: some of it went ahead. */
static bool refunded_for(const struct rows *views, const struct id *return_id, uint64_t line,
                         uint64_t part, int64_t *sum)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    *sum = 0;
    while (walk_next(views, VIEW_REFUND_BY_RETURN, &walk, &row)) {
        struct id slot;
        struct refund_row refund;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(views, &slot, &refund) || refund.line != line) continue;
        if (refund.paid_for == PAID_FOR_ADVANCE) return false;
        if (refund.paid_for == PAID_FOR_LINE && refund.part == part) *sum += refund.amount_minor;
    }
    return true;
}

static void check_fee(struct host *host, const struct return_moved *moved)
{
    const struct rows *views = &host->disk.inner->views;
    struct return_row of;
    struct return_line_row mine;
    struct order_row_line sold;
    int64_t refunded;
    if (moved->withheld_minor == 0) return;
    uint64_t at = moved->lines[0].line;
    if (!return_line_load(views, &moved->return_id, at, &mine)) return;
    if (mine.withheld_minor > mine.fee_minor)
        oracle_fail(host->world, "fees: %lld are withheld of a line, %lld are owed",
                    (long long)mine.withheld_minor, (long long)mine.fee_minor);
    if (!return_load(views, &moved->return_id, &of)) return;
    struct id order = of.order;
    if (!line_is_plain(views, &order, at, &sold)) return;
    if (!refunded_for(views, &moved->return_id, at, moved->withheld_part, &refunded)) return;
    world_mark(host->world,
               refunded == 0 ? "a fee took all of a unit's worth" : "a fee was taken off a refund");
    if (refunded + moved->withheld_minor != sold.price_minor)
        oracle_fail(host->world, "fees: %lld are refunded and %lld withheld of a unit of %lld",
                    (long long)refunded, (long long)moved->withheld_minor,
                    (long long)sold.price_minor);
}

void watch_worth(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    if (header->kind != EVENT_RETURN_MOVED || stores_are_other(host->world)) return;
    if (event_body_decode(header, payload, &body) == OK) check_fee(host, &body.return_moved);
}

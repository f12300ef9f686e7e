#include "sim/watch_worth.h"

#include <string.h>

#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* --- fees ------------------------------------------------------------------------------------- */

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

/* Did money go ahead of the line's units, or was it charged anew, by this return or by another one?
 * Then its units share what is left of it. */
static bool line_went_ahead(const struct rows *views, const struct id *order, uint64_t line)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    while (walk_next(views, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        bool ahead = refund.paid_for == PAID_FOR_ADVANCE || business_is_charge(refund.paid_for);
        if (ahead && refund.line == line && id_equal(&refund.order, order)) return true;
    }
    return false;
}

/* What is refunded of that unit, by however many payments. */
static void refunded_for(const struct rows *views, const struct id *return_id, uint64_t line,
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
        if (refund.paid_for == PAID_FOR_LINE && refund.part == part) *sum += refund.amount_minor;
    }
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
    if (line_went_ahead(views, &order, at)) return;
    refunded_for(views, &moved->return_id, at, moved->withheld_part, &refunded);
    world_mark(host->world,
               refunded == 0 ? "a fee took all of a unit's worth" : "a fee was taken off a refund");
    if (refunded + moved->withheld_minor != sold.price_minor)
        oracle_fail(host->world, "fees: %lld are refunded and %lld withheld of a unit of %lld",
                    (long long)refunded, (long long)moved->withheld_minor,
                    (long long)sold.price_minor);
}

/* --- tax -------------------------------------------------------------------------------------- */

struct taxed {
    int64_t refunded_minor, tax_minor;
    bool failed; /* one of them did, or some came back: what comes after is rounded anew */
};

static struct taxed taxed_of(const struct rows *views, const struct id *order, uint64_t line)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    struct taxed sum = {.failed = false};
    while (walk_next(views, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        bool of_line = refund.paid_for == PAID_FOR_LINE || refund.paid_for == PAID_FOR_PARTIAL ||
                       refund.paid_for == PAID_FOR_ADVANCE;
        bool back = business_is_charge(refund.paid_for) && refund.line == line &&
                    id_equal(&refund.order, order);
        sum.failed = sum.failed || back;
        if (!of_line || refund.line != line || !id_equal(&refund.order, order)) continue;
        sum.failed = sum.failed || refund.has_failed != 0;
        sum.refunded_minor += refund.amount_minor;
        sum.tax_minor += refund.tax_minor;
    }
    return sum;
}

/* As large as the world's prices are, these products fit. */
static void check_tax(struct host *host, const struct refund_moved *moved)
{
    const struct rows *views = &host->disk.inner->views;
    struct order_row order;
    if (moved->verb != DO_INTEND || moved->sold_ms == 0) return;
    if (!order_load(views, &moved->order, &order) || order.version != 1) return;
    struct order_row_line line = order.lines[moved->line];
    int64_t price = line.price_minor * (int64_t)line.quantity, rate = (int64_t)line.tax_bp;
    int64_t tax = line.tax_minor != 0 ? line.tax_minor : price * rate / (10000 + rate);
    struct taxed sum = taxed_of(views, &moved->order, moved->line);
    if (sum.failed || price == 0) return;
    int64_t expected = (2 * tax * sum.refunded_minor + price) / (2 * price);
    world_mark(host->world, "tax was refunded at the rate of the sale");
    if (sum.tax_minor != expected)
        oracle_fail(host->world, "tax: %lld of %lld are refunded with %lld of %lld",
                    (long long)sum.tax_minor, (long long)tax, (long long)sum.refunded_minor,
                    (long long)price);
}

void watch_worth(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    bool of_interest = header->kind == EVENT_RETURN_MOVED || header->kind == EVENT_REFUND_MOVED;
    if (!of_interest || stores_are_other(host->world) || !watch_decided_here(host, header)) return;
    if (event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_RETURN_MOVED) check_fee(host, &body.return_moved);
    if (header->kind == EVENT_REFUND_MOVED) check_tax(host, &body.refund_moved);
}

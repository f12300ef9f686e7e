#include "sim/tally.h"

#include <string.h>

#include "node/core/hearing.h"
#include "node/core/mesh_rows.h"
#include "overseas-warehouse/rules.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch_time.h"

/* --- references of shops ---------------------------------------------------------------------- */

/* Several returns bear one reference only as one group. */
static void check_upstream(struct world *world, const struct rows *views)
{
    struct key none = {.size = 0}, former = none;
    struct walk walk = walk_over(&none);
    struct row row;
    struct id group = {{0}};
    while (walk_next(views, VIEW_RETURN_BY_UPSTREAM, &walk, &row)) {
        struct id id;
        struct return_row of;
        memcpy(id.bytes, walk.at.bytes + 2 * ID_BYTES, ID_BYTES);
        if (!return_load(views, &id, &of)) continue;
        bool same = former.size > 0 && memcmp(former.bytes, walk.at.bytes, 2 * ID_BYTES) == 0;
        if (same && (id_is_zero(&of.group) || !id_equal(&of.group, &group)))
            oracle_fail(world, "intake: one reference of a shop began two returns");
        former = walk.at;
        group = of.group;
    }
}

static bool was_granted(const struct rows *views, const struct wish *wish, struct id *entity)
{
    struct request_view view;
    request_view(views, &wish->request, &view);
    *entity = view.entity;
    return view.state == REQUEST_ANSWERED && view.error == OK;
}

static uint32_t count_group(const struct rows *views, const struct id *group)
{
    struct key prefix = key_of(group);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint32_t count = 0;
    while (walk_next(views, VIEW_RETURN_BY_GROUP, &walk, &row)) count++;
    return count;
}

static void check_filing(struct world *world, const struct rows *views,
                         const struct client_filing *filing)
{
    const struct clients *clients = world->watcher;
    struct id first, again;
    if (!was_granted(views, &clients->wish[filing->wish], &first)) return;
    uint32_t count = filing->orders > 0 ? count_group(views, &first) : 0;
    if (filing->orders > 0) world_mark(world, "a group was granted");
    if (count != filing->orders)
        oracle_fail(world, "intake: a group of %u returns has %u", filing->orders, count);
    if (filing->again == 0 || !was_granted(views, &clients->wish[filing->again], &again)) return;
    struct wish wish = clients->wish[filing->wish];
    union command_body body;
    const struct shape *shape = command_by_kind(wish.kind)->shape;
    if (shape_decode(shape, span_of(wish.body, wish.body_bytes), &body, NULL) != OK) return;
    bool keyed = wish.kind == COMMAND_RETURN_GROUP ? body.return_group.upstream.size > 0
                                                   : body.return_request.upstream.size > 0;
    if (!keyed) return;
    world_mark(world, "a repeat under a shop's reference was granted");
    if (!id_equal(&first, &again))
        oracle_fail(world, "intake: a repeat under a shop's reference began another return");
}

static void check_filings(struct world *world, const struct rows *views)
{
    const struct clients *clients = world->watcher;
    check_upstream(world, views);
    for (uint32_t i = 0; i < clients->filings && !stores_are_other(world); i++)
        check_filing(world, views, &clients->filing[i]);
}

/* --- other merchants -------------------------------------------------------------------------- */

static void check_trespasses(struct world *world, const struct rows *views)
{
    const struct clients *clients = world->watcher;
    struct id entity;
    for (uint32_t i = 0; i < clients->wishes; i++)
        if (clients->wish[i].trespass && was_granted(views, &clients->wish[i], &entity))
            oracle_fail(world, "scope: a merchant was granted what is another's (kind %u)",
                        clients->wish[i].kind);
}

/* --- lines ------------------------------------------------------------------------------------ */

struct line_sums {
    uint64_t used;
    int64_t refunded_minor;
};

/* Units that came, or for which the buyer got something while the return lived. */
static uint64_t known_units(const struct return_line_row *line)
{
    uint64_t served = line->served - line->late;
    return line->taken > served ? line->taken : served;
}

/* Live returns count in full, and ended ones as far as their units are known. */
static void add_returns(const struct rows *views, const struct id *order,
                        struct line_sums sums[ORDER_LINES_MAX])
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct return_row of;
    struct return_line_row line;
    while (walk_next(views, VIEW_RETURN, &walk, &row)) {
        struct id id;
        memcpy(id.bytes, walk.at.bytes, ID_BYTES);
        if (shape_decode(&return_row_shape, row.value, &of, NULL) != OK) continue;
        if (!id_equal(&of.order, order)) continue;
        bool over = (rule_tables[TABLE_RETURN]->final_states >> of.state & 1) != 0;
        for (uint64_t i = 0; i < ORDER_LINES_MAX; i++)
            if (return_line_load(views, &id, i, &line))
                sums[i].used += over ? known_units(&line) : line.quantity;
    }
}

static void add_refunds(const struct rows *views, const struct id *order,
                        struct line_sums sums[ORDER_LINES_MAX])
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    while (walk_next(views, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        bool of_line = refund.paid_for == PAID_FOR_LINE || refund.paid_for == PAID_FOR_PARTIAL ||
                       refund.paid_for == PAID_FOR_ADVANCE;
        bool back = business_is_charge(refund.paid_for) && refund.state == REFUND_SETTLED;
        if (!id_equal(&refund.order, order)) continue;
        if (back) sums[refund.line].refunded_minor -= refund.amount_minor;
        if (of_line && refund.state != REFUND_FAILED)
            sums[refund.line].refunded_minor += refund.amount_minor;
    }
}

static void check_lines(struct world *world, const struct rows *views)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    static struct order_row order;
    while (walk_next(views, VIEW_ORDER, &walk, &row)) {
        struct line_sums sums[ORDER_LINES_MAX] = {{0, 0}};
        struct id id;
        if (shape_decode(&order_row_shape, row.value, &order, NULL) != OK) continue;
        memcpy(id.bytes, walk.at.bytes, ID_BYTES);
        add_returns(views, &id, sums);
        add_refunds(views, &id, sums);
        for (uint32_t i = 0; i < order.lines_count; i++) {
            int64_t worth = order.lines[i].price_minor * (int64_t)order.lines[i].quantity;
            if (sums[i].used > order.lines[i].quantity)
                oracle_fail(world, "quantities: %llu units are in returns, %llu were sold",
                            (unsigned long long)sums[i].used,
                            (unsigned long long)order.lines[i].quantity);
            if (sums[i].refunded_minor > worth)
                oracle_fail(world, "I3: %lld are refunded of a line of %lld",
                            (long long)sums[i].refunded_minor, (long long)worth);
        }
    }
}

/* --- deadlines -------------------------------------------------------------------------------- */

static void check_returns_due(struct world *world, struct host *host)
{
    const struct rows *views = &host->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct return_row of;
    while (walk_next(views, VIEW_RETURN, &walk, &row)) {
        if (shape_decode(&return_row_shape, row.value, &of, NULL) != OK || of.due_ms == 0) continue;
        struct due due = {.due_ms = of.due_ms, .authority = of.book, .verb = of.due_verb};
        memcpy(due.thing.bytes, walk.at.bytes, ID_BYTES);
        watch_time_lost(world, host, &due);
    }
}

static void check_grants_due(struct world *world, struct host *host)
{
    const struct rows *views = &host->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct grant_row grant;
    while (walk_next(views, VIEW_GRANT, &walk, &row)) {
        if (shape_decode(&grant_row_shape, row.value, &grant, NULL) != OK) continue;
        struct due due = {.due_ms = grant.due_ms, .authority = grant.book, .verb = DO_LAPSE};
        if (grant.state == GRANT_OFFERED) watch_time_lost(world, host, &due);
    }
}

void tally_check(struct world *world, struct host *host)
{
    const struct rows *views = &host->disk.inner->views;
    check_filings(world, views);
    check_trespasses(world, views);
    check_lines(world, views);
    check_returns_due(world, host);
    check_grants_due(world, host);
}

#include "sim/custody.h"

#include <string.h>

#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"

struct hop { /* one row of VIEW_UNIT, without what lives in the row's bytes */
    struct id unit, log, warehouse, to;
    uint64_t number, cycle;
    enum unit_state state;
    bool restocked;
};

static bool read_hop(const struct key *at, struct span value, struct hop *hop)
{
    struct unit_row row;
    if (shape_decode(&unit_row_shape, value, &row, NULL) != OK) return false;
    *hop = (struct hop){.warehouse = row.warehouse,
                        .to = row.to,
                        .number = be_get(at->bytes + ID_BYTES, 2),
                        .cycle = row.cycle,
                        .state = (enum unit_state)row.state};
    hop->restocked = row.state == UNIT_SETTLED && row.disposition == DISPOSE_RESTOCK;
    memcpy(hop->unit.bytes, at->bytes, ID_BYTES);
    memcpy(hop->log.bytes, at->bytes + ID_BYTES + 2, ID_BYTES);
    return true;
}

static bool has_doubtful(const struct world *world)
{
    for (unsigned i = 0; i < world->hosts; i++)
        if (world->host[i].doubtful) return true;
    return false;
}

/* Custody moves with the goods: SHIP names its destination, and only that one goes on. */
static void check_handing_on(struct world *world, const struct rows *rows, const struct hop *from,
                             const struct hop *to)
{
    struct key log = key_of(&from->log);
    if (from->number == to->number) {
        oracle_fail(world, "I4: two logs write hop %u of a unit", (unsigned)to->number);
        return;
    }
    bool shipped = from->state == UNIT_SHIPPED && id_equal(&from->to, &to->warehouse);
    bool adopted =
        id_equal(&from->warehouse, &to->warehouse) && rows_has(rows, VIEW_SUCCEEDS, &log);
    if (to->number != from->number + 1 || (!shipped && !adopted))
        oracle_fail(world, "I4: a unit is in two places: hop %u was not sent to where hop %u is",
                    (unsigned)from->number, (unsigned)to->number);
    if (from->restocked) oracle_fail(world, "I4: a unit left a place that holds it in stock");
}

static struct key stock_key(const struct hop *hop)
{
    return key_add_uint(key_add_id(key_of(&hop->warehouse), &hop->unit), hop->cycle, 2);
}

static void check_units(struct world *world, const struct rows *rows, uint64_t *restocked)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct hop before = {.number = 0}, hop;
    bool strict = !has_doubtful(world);
    while (walk_next(rows, VIEW_UNIT, &walk, &row)) {
        if (!read_hop(&walk.at, row.value, &hop)) continue;
        bool same = before.number > 0 && id_equal(&before.unit, &hop.unit);
        if (same && strict) check_handing_on(world, rows, &before, &hop);
        struct key stock = stock_key(&hop);
        if (hop.restocked && !rows_has(rows, VIEW_STOCK, &stock))
            oracle_fail(world, "I4: a unit was restocked and stands in no stock");
        *restocked += hop.restocked ? 1 : 0;
        before = hop;
    }
}

/* Every stock row is one restocked unit: as many as there are, so no unit stands in two. */
void custody_check(struct world *world, struct host *host)
{
    const struct rows *rows = &host->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    uint64_t restocked = 0, stocked = 0;
    check_units(world, rows, &restocked);
    while (walk_next(rows, VIEW_STOCK, &walk, &row)) stocked++;
    if (stocked != restocked)
        oracle_fail(world, "I4: host %u shows %llu restocked units and %llu in stock", host->number,
                    (unsigned long long)restocked, (unsigned long long)stocked);
}

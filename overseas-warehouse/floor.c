/* How much waits on the floor of a warehouse and how fast it is done there: counts by day, moved by
 * the very entries that open and end the floor's deadlines. A row has one log as its writer. */
#include "overseas-warehouse/expected.h"
#include "overseas-warehouse/parts.h"

#define DAY_BYTES 4

static struct key floor_key(const struct id *warehouse, uint64_t at_ms, const struct id *log)
{
    return key_add_id(key_add_uint(key_of(warehouse), at_ms / DAY_MS, DAY_BYTES), log);
}

static void count(const struct desk *desk, const struct key *key, int waiting, int disposed)
{
    struct floor_row row;
    if (!rows_load(&desk->rows, VIEW_FLOOR, key, &floor_row_shape, &row))
        row = (struct floor_row){.waiting = 0};
    if (waiting > 0) row.waiting++;
    if (waiting < 0 && row.waiting > 0) row.waiting--;
    if (disposed > 0) row.disposed++;
    rows_store(&desk->rows, VIEW_FLOOR, key, &floor_row_shape, &row);
}

/* What waits is counted on the day on which it came, what was done on its own. */
void floor_count(const struct desk *desk, const struct unit_row *unit, const struct id *log,
                 const struct deadline_row *former, const struct deadline_row *now)
{
    bool waited = former != NULL && former->state == DEADLINE_OPEN;
    bool waits = now->state == DEADLINE_OPEN;
    struct id warehouse = unit->warehouse;
    if (id_is_zero(&warehouse) || waited == waits) return;
    struct key key = floor_key(&warehouse, waits ? now->since_ms : former->since_ms, log);
    count(desk, &key, waits ? 1 : -1, 0);
    if (waits || now->state == DEADLINE_LIFTED) return;
    key = floor_key(&warehouse, now->ended_ms, log);
    count(desk, &key, 0, 1);
}

struct floor_pace floor_measure(const struct rows *rows, const struct id *warehouse,
                                uint64_t now_ms)
{
    struct floor_pace pace = {.waiting = 0};
    uint64_t today = now_ms / DAY_MS;
    uint64_t first = today > FLOOR_DAYS ? today - FLOOR_DAYS : 0;
    struct key prefix = key_of(warehouse);
    struct walk walk = walk_over(&prefix);
    struct row at;
    walk.at = key_add_uint(prefix, first, DAY_BYTES);
    while (walk_next(rows, VIEW_FLOOR, &walk, &at)) {
        struct floor_row row;
        uint64_t day = be_get(walk.at.bytes + ID_BYTES, DAY_BYTES);
        if (day > today) break;
        if (shape_decode(&floor_row_shape, at.value, &row, NULL) != OK) continue;
        pace.waiting += row.waiting;
        if (day + PACE_DAYS > today) pace.disposed += row.disposed;
    }
    return pace;
}

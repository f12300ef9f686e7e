/* What is seen of a return that a person should look at before money moves: counted from the views
 * each time it is asked, since goods come in at their own pace. */
#include "overseas-warehouse/parts.h"

/* Looked at in one return; whoever sends more boxes than that is looked at by a person anyway. */
#define BOXES_SEEN_MAX 64
#define UNITS_SEEN_MAX 512

static bool is_empty(const struct rows *rows, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return !walk_next(rows, VIEW_UNIT_BY_BOX, &walk, &row);
}

static bool names(const struct rows *rows, const struct id *box, const struct id *return_id)
{
    struct box_row row;
    return box_load(rows, box, &row) && id_equal(&row.return_id, return_id);
}

/* Boxes lie under the parcel of their number, and under the return that their slip names: those
 * that lie under both count under the slip. */
static uint64_t empty_boxes(const struct rows *rows, const struct id *under,
                            const struct id *return_id)
{
    struct key prefix = key_of(under);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t count = 0;
    for (unsigned seen = 0; seen < BOXES_SEEN_MAX; seen++) {
        struct id box;
        if (!walk_next(rows, VIEW_BOX_BY_PARCEL, &walk, &row)) break;
        memcpy(box.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        struct key claim = pair_key(&box, return_id);
        bool counted = !id_equal(under, return_id) && names(rows, &box, return_id);
        if (!counted && rows_has(rows, VIEW_BOX_CLAIM, &claim) && is_empty(rows, &box)) count++;
    }
    return count;
}

static uint64_t switched_items(const struct rows *rows, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t count = 0;
    for (unsigned seen = 0; seen < UNITS_SEEN_MAX; seen++) {
        struct id unit;
        struct assigned_row assigned;
        if (!walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &row)) break;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (assigned_load(rows, &unit, &assigned) && assigned.line == LINE_NONE) count++;
    }
    return count;
}

/* --- weights ---------------------------------------------------------------------------------- */

/* What would come back weighs at least three quarters of what its SKUs say, or it did not. */
#define WEIGHT_SHARE_MIN 75

struct weighing {
    bool known; /* every figure is */
    uint64_t expected_g, found_g;
    uint64_t units_missing;
};

static void weigh_line(const struct desk *desk, const struct order_row *order, uint32_t i,
                       uint64_t quantity, struct weighing *weighing)
{
    struct id sku;
    struct sku_row row = {.weight_g = 0};
    bool found = sku_find(&desk->rows, desk->crypto, &order->merchant, order->lines[i].sku, &sku) &&
                 sku_load(&desk->rows, &sku, &row);
    weighing->known = weighing->known && found && row.weight_g != 0;
    weighing->expected_g += row.weight_g * quantity;
}

static void weigh_lines(const struct desk *desk, const struct id *return_id,
                        const struct id *order_id, struct weighing *weighing)
{
    struct order_row order;
    weighing->known = order_load(&desk->rows, order_id, &order);
    for (uint32_t i = 0; weighing->known && i < order.lines_count; i++) {
        struct return_line_row line;
        if (!return_line_load(&desk->rows, return_id, i, &line)) continue;
        weighing->units_missing += line.quantity - line.taken;
        weigh_line(desk, &order, i, line.quantity, weighing);
    }
}

static void weigh_boxes(const struct rows *rows, const struct id *under, const struct id *return_id,
                        struct weighing *weighing)
{
    struct key prefix = key_of(under);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned seen = 0; seen < BOXES_SEEN_MAX; seen++) {
        struct id box;
        struct box_row at;
        if (!walk_next(rows, VIEW_BOX_BY_PARCEL, &walk, &row)) return;
        memcpy(box.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        struct key claim = pair_key(&box, return_id);
        if (!rows_has(rows, VIEW_BOX_CLAIM, &claim) || !box_load(rows, &box, &at)) continue;
        if (!id_equal(under, return_id) && id_equal(&at.return_id, return_id)) continue;
        weighing->known = weighing->known && at.weight_g != 0;
        weighing->found_g += at.weight_g;
    }
    weighing->known = false; /* there may be more */
}

/* Once all of it is said to have come: all boxes together are much too light for it. */
static bool is_too_light(const struct desk *desk, const struct id *return_id,
                         const struct return_row *owner, const struct id *parcel)
{
    struct weighing weighing = {.known = true};
    struct id order = owner->order;
    if (owner->boxes == 0) return false;
    weigh_lines(desk, return_id, &order, &weighing);
    if (!weighing.known || weighing.units_missing > 0) return false;
    weigh_boxes(&desk->rows, return_id, return_id, &weighing);
    if (!id_is_zero(parcel)) weigh_boxes(&desk->rows, parcel, return_id, &weighing);
    return weighing.known && weighing.found_g * 100 < weighing.expected_g * WEIGHT_SHARE_MIN;
}

static void add(struct fraud_signals *signals, enum signal_kind kind, uint64_t count)
{
    if (count == 0) return;
    assert(signals->count < POLICY_SIGNALS_MAX);
    signals->at[signals->count++] = (struct policy_signal){kind, count};
}

bool business_signals(const struct desk *desk, const struct id *return_id,
                      struct fraud_signals *signals)
{
    const struct rows *rows = &desk->rows;
    struct return_row row;
    signals->count = 0;
    if (!return_load(rows, return_id, &row)) return false;
    struct id parcel = {{0}};
    uint64_t empty = empty_boxes(rows, return_id, return_id);
    if (row.number.size > 0) {
        parcel = parcel_id(desk->crypto, row.number);
        empty += empty_boxes(rows, &parcel, return_id);
    }
    add(signals, SIGNAL_EMPTY_BOX, empty);
    add(signals, SIGNAL_SWITCHED_ITEM, switched_items(rows, return_id));
    add(signals, SIGNAL_WEIGHT_DIFFERS, is_too_light(desk, return_id, &row, &parcel));
    return true;
}

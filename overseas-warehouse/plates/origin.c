/* Where a unit comes from: the inbound shipment whose customs facts it inherits, and on what that
 * rests. Reads only; all of it may be unknown, which is no fault of anybody's. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

/* What the unit's merchant is known to have of it, and until when it was sold or came back. */
struct trail {
    struct id merchant, book;
    uint64_t until_ms;
    bool traced;
    struct id inbound;
    struct id form;
};

static bool follow(const struct desk *desk, const struct id *unit, struct trail *trail)
{
    struct unit_now now;
    struct unit_owner owner;
    struct assigned_row assigned;
    struct return_row of;
    struct order_row order;
    struct removed_row removed;
    memset(trail, 0, sizeof *trail);
    if (!unit_load(&desk->rows, unit, &now)) return false;
    if (!unit_owner(&desk->rows, unit, &owner)) return false;
    trail->merchant = owner.merchant;
    trail->book = owner.book;
    trail->until_ms = now.row.received_ms;
    trail->form = sku_form_id(desk->crypto, now.row.sku);
    if (removed_load(&desk->rows, unit, &removed))
        trail->form = sku_form_id(desk->crypto, removed.sku);
    if (!assigned_load(&desk->rows, unit, &assigned)) return true;
    if (!return_load(&desk->rows, &assigned.return_id, &of)) return true;
    if (!order_load(&desk->rows, &of.order, &order)) return true;
    trail->until_ms = order.sold_ms;
    trail->traced = inbound_find(desk, &owner.merchant, order.inbound, &trail->inbound);
    return true;
}

/* The latest that was there before it was sold. */
static bool assume(const struct desk *desk, struct trail *trail)
{
    struct key prefix = pair_key(&trail->merchant, &trail->form);
    struct key from = key_add_uint(prefix, UINT64_MAX - trail->until_ms, 8);
    struct row row;
    if (!desk->rows.port->next(desk->rows.world, VIEW_INBOUND_BY_SKU, key_span(&prefix),
                               key_span(&from), false, &row))
        return false;
    if (row.key.size != 3 * ID_BYTES + 8) return false;
    memcpy(trail->inbound.bytes, row.key.at + 2 * ID_BYTES + 8, ID_BYTES);
    return true;
}

bool unit_origin(const struct desk *desk, const struct id *unit, struct origin *origin)
{
    struct trail trail;
    memset(origin, 0, sizeof *origin);
    if (!follow(desk, unit, &trail)) return false;
    if (trail.traced)
        origin->basis = ORIGIN_TRACED;
    else if (assume(desk, &trail))
        origin->basis = ORIGIN_ASSUMED;
    origin->inbound = trail.inbound;
    /* Another book may say what it likes of this merchant: it is not asked. */
    if (origin->basis != ORIGIN_UNKNOWN &&
        inbound_load(&desk->rows, &trail.inbound, &origin->row) &&
        id_equal(&origin->row.book, &trail.book))
        return true;
    origin->basis = ORIGIN_UNKNOWN;
    return true;
}

/* How entries about repairs become rows. An order's entries stand in one log; consent in another,
 * with the book in its key, so neither waits for the other. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/repair/repair.h"

SHAPE_DEFINE(repair_row, REPAIR_ROW_FIELDS)

/* --- finding ---------------------------------------------------------------------------------- */

bool repair_load(const struct rows *rows, const struct id *repair, struct repair_now *now)
{
    struct key prefix = key_of(repair);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(rows, VIEW_REPAIR, &walk, &row)) return false;
    memcpy(now->log.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return rows_load(rows, VIEW_REPAIR, &walk.at, &repair_row_shape, &now->row);
}

static bool consent_load(const struct desk *desk, const struct id *thing,
                         const struct merchant *merchant, struct repair_consented *consented)
{
    struct key key = key_add_id(pair_key(thing, &merchant->merchant), &merchant->book);
    return rows_load(&desk->rows, VIEW_REPAIR_CONSENT, &key, &repair_consented_shape, consented);
}

uint64_t repair_limit(const struct desk *desk, const struct id *repair,
                      const struct repair_row *row)
{
    struct merchant merchant;
    struct repair_consented consented;
    uint64_t currency = row->currency;
    struct id of = row->merchant;
    if (!merchant_load(&desk->rows, &of, &merchant)) return 0;
    bool said = consent_load(desk, repair, &merchant, &consented) ||
                consent_load(desk, &of, &merchant, &consented);
    return said && consented.currency == currency ? consented.up_to_minor : 0;
}

bool repair_keeps(const struct rows *rows, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_REPAIR_BY_UNIT, &walk, &row)) {
        struct repair_row repair;
        struct key at = {.size = 2 * ID_BYTES};
        struct id log;
        memcpy(at.bytes, walk.at.bytes + ID_BYTES, 2 * ID_BYTES);
        memcpy(log.bytes, walk.at.bytes + 2 * ID_BYTES, ID_BYTES);
        if (log_is_lost(rows, &log)) continue;
        if (rows_load(rows, VIEW_REPAIR, &at, &repair_row_shape, &repair) &&
            repair.state == REPAIR_IS_OPEN)
            return true;
    }
    return false;
}

/* --- folding ---------------------------------------------------------------------------------- */

static void index_row(const struct desk *desk, const struct place *place,
                      const struct repair_moved *moved)
{
    struct key by_unit = key_add_id(pair_key(&moved->unit, &moved->repair), &place->log);
    struct key here = key_add_id(pair_key(&moved->warehouse, &moved->repair), &place->log);
    struct key own = pair_key(&moved->merchant, &moved->warehouse);
    own = key_add_id(key_add_id(own, &moved->repair), &place->log);
    rows_mark(&desk->rows, VIEW_REPAIR_BY_UNIT, &by_unit);
    rows_mark(&desk->rows, VIEW_REPAIR_BY_WAREHOUSE, &here);
    rows_mark(&desk->rows, VIEW_REPAIR_BY_MERCHANT, &own);
}

/* Only a log that received the unit repairs it. */
static void begin(const struct desk *desk, const struct place *place, const struct key *key,
                  const struct repair_moved *moved)
{
    struct key custody = unit_key(&moved->unit, moved->hop, &place->log);
    bool whole = moved->fault.size > 0 && moved->currency != 0 && moved->hop != 0 &&
                 !id_is_zero(&moved->merchant) && !id_is_zero(&moved->warehouse);
    if (!whole || !rows_has(&desk->rows, VIEW_UNIT, &custody)) return;
    struct repair_row row = {.state = REPAIR_IS_OPEN,
                             .version = 1,
                             .unit = moved->unit,
                             .hop = moved->hop,
                             .merchant = moved->merchant,
                             .warehouse = moved->warehouse,
                             .partner = moved->partner,
                             .fault = moved->fault,
                             .currency = moved->currency,
                             .due_ms = moved->due_ms,
                             .estimate_minor = moved->estimate_minor,
                             .opened_by = moved->by,
                             .opened_ms = moved->at_ms};
    rows_store(&desk->rows, VIEW_REPAIR, key, &repair_row_shape, &row);
    index_row(desk, place, moved);
    deadlines_of_repair(desk, &moved->repair, &place->log, &row);
}

static void take_parts(struct repair_row *row, const struct repair_moved *moved)
{
    for (uint32_t i = 0; i < moved->parts_count && row->parts_count < REPAIR_PARTS_MAX; i++) {
        row->parts[row->parts_count++] = moved->parts[i];
        row->cost_minor += moved->parts[i].cost_minor;
    }
}

static void go_on(const struct desk *desk, const struct place *place, const struct key *key,
                  const struct repair_moved *moved, struct repair_row *row)
{
    bool ends = moved->act == REPAIR_END;
    if (row->version < VERSION_MAX) row->version++;
    if (moved->note.size > 0) row->note = moved->note;
    if (!ends && moved->estimate_minor != 0) row->estimate_minor = moved->estimate_minor;
    if (!ends) take_parts(row, moved);
    if (ends) {
        row->state = REPAIR_IS_ENDED;
        row->cost_minor += moved->labour_minor;
        row->outcome = moved->outcome;
        row->warranty_months = moved->warranty_months;
        row->ended_by = moved->by;
        row->ended_ms = moved->at_ms;
    }
    rows_store(&desk->rows, VIEW_REPAIR, key, &repair_row_shape, row);
    deadlines_of_repair(desk, &moved->repair, &place->log, row);
}

void repair_fold(const struct desk *desk, const struct place *place,
                 const struct repair_moved *moved)
{
    struct repair_row row;
    struct key key = pair_key(&moved->repair, &place->log);
    if (!id_is_of(desk->crypto, &moved->repair, &place->node)) return;
    bool known = rows_load(&desk->rows, VIEW_REPAIR, &key, &repair_row_shape, &row);
    if (known == (moved->act == REPAIR_OPEN)) return; /* no rule of ours writes such an entry */
    if (!known)
        begin(desk, place, &key, moved);
    else if (row.state == REPAIR_IS_OPEN)
        go_on(desk, place, &key, moved, &row);
}

void repair_consented_fold(const struct desk *desk, const struct place *place,
                           const struct repair_consented *consented)
{
    const struct id *thing =
        id_is_zero(&consented->repair) ? &consented->merchant : &consented->repair;
    struct key key = key_add_id(pair_key(thing, &consented->merchant), &place->log);
    rows_store(&desk->rows, VIEW_REPAIR_CONSENT, &key, &repair_consented_shape, consented);
}

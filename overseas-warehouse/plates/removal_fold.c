/* Removal orders as rows, and what is counted of them. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

/* clang-format off */
SHAPE_DEFINE(removal_row, REMOVAL_ROW_FIELDS)
SHAPE_DEFINE(removed_row, REMOVED_ROW_FIELDS)
/* clang-format on */

struct id removal_id(const struct crypto *crypto, struct named_of of)
{
    struct span parts[] = {id_span(of.book), id_span(of.merchant), of.reference};
    return crypto_id(crypto, "entrepot/removal/1", parts, 3);
}

bool removal_load(const struct rows *rows, const struct id *removal, struct removal_row *row)
{
    struct key key = key_of(removal);
    return rows_load(rows, VIEW_REMOVAL, &key, &removal_row_shape, row);
}

bool removed_load(const struct rows *rows, const struct id *unit, struct removed_row *row)
{
    struct key key = key_of(unit);
    return rows_load(rows, VIEW_REMOVED, &key, &removed_row_shape, row);
}

bool unit_is_removed(const struct rows *rows, const struct id *unit)
{
    struct removed_row row;
    return removed_load(rows, unit, &row) && row.foreign == 0;
}

bool unit_owner(const struct rows *rows, const struct id *unit, struct unit_owner *owner)
{
    struct assigned_row assigned;
    struct return_row of;
    struct removed_row removed;
    struct removal_row removal;
    if (assigned_load(rows, unit, &assigned)) {
        struct id return_id = assigned.return_id;
        *owner =
            (struct unit_owner){.book = assigned.book, .log = assigned.log, .idx = assigned.idx};
        if (!return_load(rows, &return_id, &of)) return false;
        owner->merchant = of.merchant;
        return true;
    }
    if (!removed_load(rows, unit, &removed) || removed.foreign != 0) return false;
    struct id removal_of = removed.removal;
    *owner = (struct unit_owner){.log = removed.log, .idx = removed.idx};
    if (!removal_load(rows, &removal_of, &removal)) return false;
    owner->merchant = removal.merchant;
    owner->book = removal.book;
    return true;
}

/* --- work: boxes that bear a carton's number -------------------------------------------------- */

static bool any(const struct rows *rows, enum view_table table, const struct id *of)
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, table, &walk, &row);
}

static bool holds_nobodys(const struct rows *rows, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_UNIT_BY_BOX, &walk, &row)) {
        struct key unit = {.size = ID_BYTES};
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!rows_has(rows, VIEW_ASSIGNED, &unit) && !rows_has(rows, VIEW_REMOVED, &unit))
            return true;
    }
    return false;
}

/* Where a return may want the box as well, a person says whose it is. */
void removal_todo_refresh(const struct desk *desk, const struct id *box)
{
    struct box_row row;
    if (!box_load(&desk->rows, box, &row) || row.number.size == 0) return;
    struct id warehouse = row.warehouse, parcel = parcel_id(desk->crypto, row.number);
    bool waits = id_is_zero(&row.return_id) && !any(&desk->rows, VIEW_RETURN_BY_PARCEL, &parcel) &&
                 !any(&desk->rows, VIEW_BOX_CLAIM, box) && holds_nobodys(&desk->rows, box);
    struct key prefix = key_of(&parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_REMOVAL_BY_PARCEL, &walk, &at)) {
        struct id removal;
        memcpy(removal.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (waits)
            todo_put(&desk->rows, &warehouse, TODO_REMOVAL, box, &removal);
        else
            todo_drop(&desk->rows, &warehouse, TODO_REMOVAL, box, &removal);
    }
}

static void refresh_boxes(const struct desk *desk, const struct id *parcel, const struct id *forget)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_BOX_BY_PARCEL, &walk, &at)) {
        struct box_row row;
        struct id box;
        memcpy(box.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (forget != NULL && box_load(&desk->rows, &box, &row)) {
            struct id warehouse = row.warehouse;
            todo_drop(&desk->rows, &warehouse, TODO_REMOVAL, &box, forget);
        }
        removal_todo_refresh(desk, &box);
        unclaimed_refresh(desk, &box);
    }
}

/* --- folding ---------------------------------------------------------------------------------- */

struct cartons {
    struct id parcels[REMOVAL_CARTONS_MAX];
    uint32_t count;
};

static struct cartons cartons_of(const struct desk *desk, const struct removal_carton *cartons,
                                 uint32_t count)
{
    struct cartons of = {.count = count};
    for (uint32_t i = 0; i < count; i++) of.parcels[i] = parcel_id(desk->crypto, cartons[i].number);
    return of;
}

static void index_cartons(const struct desk *desk, const struct id *removal,
                          const struct cartons *cartons, bool named)
{
    for (uint32_t i = 0; i < cartons->count; i++) {
        struct key key = pair_key(&cartons->parcels[i], removal);
        if (named)
            rows_mark(&desk->rows, VIEW_REMOVAL_BY_PARCEL, &key);
        else
            rows_drop(&desk->rows, VIEW_REMOVAL_BY_PARCEL, &key);
        refresh_boxes(desk, &cartons->parcels[i], named ? NULL : removal);
    }
}

void removal_fold(const struct desk *desk, const struct place *place, const struct removal *removal)
{
    struct named_of of = {&place->log, &removal->merchant, removal->reference};
    struct id id = removal_id(desk->crypto, of);
    struct key key = key_of(&removal->removal);
    struct removal_row row;
    struct cartons former = {.count = 0};
    if (!id_equal(&id, &removal->removal)) return;
    bool known = removal_load(&desk->rows, &removal->removal, &row);
    if (removal->version != (known ? row.version + 1 : 1)) return;
    if (known) {
        struct key version = version_key(&removal->removal, row.version);
        former = cartons_of(desk, row.cartons, row.cartons_count);
        rows_store(&desk->rows, VIEW_REMOVAL_VERSION, &version, &removal_row_shape, &row);
    }
    struct removal_row next = {.book = place->log, .idx = place->idx};
    shape_copy(&removal_row_shape, &next, &removal_shape, removal);
    rows_store(&desk->rows, VIEW_REMOVAL, &key, &removal_row_shape, &next);
    struct key owned = pair_key(&removal->merchant, &removal->removal);
    rows_mark(&desk->rows, VIEW_REMOVAL_BY_MERCHANT, &owned);
    struct cartons now = cartons_of(desk, removal->cartons, removal->cartons_count);
    index_cartons(desk, &removal->removal, &former, false);
    index_cartons(desk, &removal->removal, &now, true);
}

static void note_two(const struct desk *desk, const struct id *unit, const struct id *log,
                     uint64_t idx)
{
    struct conflict_row conflict = {.kind = CONFLICT_REMOVED_TWICE};
    struct key key = key_add_uint(pair_key(unit, log), idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

/* false: another entry stands for the unit. */
static bool takes_its_place(const struct desk *desk, const struct place *place,
                            const struct id *unit)
{
    struct removed_row former;
    if (!removed_load(&desk->rows, unit, &former)) return true;
    int order = memcmp(place->log.bytes, former.log.bytes, ID_BYTES);
    bool stands = order < 0 || (order == 0 && place->idx < former.idx);
    if (!stands) {
        note_two(desk, unit, &place->log, place->idx);
        return false;
    }
    struct key was = pair_key(&former.removal, unit);
    struct id log = former.log;
    uint64_t idx = former.idx;
    rows_drop(&desk->rows, VIEW_UNIT_BY_REMOVAL, &was);
    note_two(desk, unit, &log, idx);
    return true;
}

void removal_received_fold(const struct desk *desk, const struct place *place,
                           const struct removal_received *received)
{
    for (uint32_t i = 0; i < received->units_count; i++) {
        const struct removed_unit *unit = &received->units[i];
        if (!takes_its_place(desk, place, &unit->unit)) continue;
        struct removed_row row = {.removal = received->removal,
                                  .box = received->box,
                                  .sku = unit->sku,
                                  .foreign = unit->foreign,
                                  .log = place->log,
                                  .idx = place->idx};
        struct key key = key_of(&unit->unit);
        rows_store(&desk->rows, VIEW_REMOVED, &key, &removed_row_shape, &row);
        struct key of = pair_key(&received->removal, &unit->unit);
        rows_mark(&desk->rows, VIEW_UNIT_BY_REMOVAL, &of);
        unit_refresh_boxes(desk, &unit->unit);
    }
    assign_todo_refresh(desk, &received->box);
}

/* --- counting --------------------------------------------------------------------------------- */

static void count_unit(const struct removal_row *row, const struct removed_row *unit,
                       struct receipt_count *counts)
{
    uint8_t room[2][SKU_BYTES_MAX];
    if (unit->foreign != 0) {
        counts->foreign++;
        return;
    }
    counts->arrived++;
    struct span form = sku_form(unit->sku, room[0]);
    for (uint32_t i = 0; i < row->lines_count; i++) {
        if (!span_equal(sku_form(row->lines[i].sku, room[1]), form)) continue;
        if (counts->received[i] == row->lines[i].quantity) continue;
        counts->received[i]++;
        counts->missing--;
        return;
    }
    counts->over++;
}

void removal_counts(const struct desk *desk, const struct id *removal,
                    const struct removal_row *row, struct receipt_count *counts)
{
    struct key prefix = key_of(removal);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t counted = 0;
    *counts = (struct receipt_count){0};
    for (uint32_t i = 0; i < row->lines_count; i++) counts->expected += row->lines[i].quantity;
    counts->missing = counts->expected;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_REMOVAL, &walk, &at)) {
        struct removed_row unit;
        struct id id;
        counts->cut = counted++ == REMOVAL_COUNTED_MAX;
        if (counts->cut) return;
        memcpy(id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (removed_load(&desk->rows, &id, &unit)) count_unit(row, &unit, counts);
    }
}

/* How a plate's entries become rows. Fields are keyed by hop and log, as a unit's are; the indexes
 * say what the very row says, so nothing depends on which log came first. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

#define STEPS_MAX 0xfffffu /* entries of one hop that a version counts */

/* clang-format off */
SHAPE_DEFINE(plate_row, PLATE_ROW_FIELDS)
/* clang-format on */

/* --- finding ---------------------------------------------------------------------------------- */

struct key plate_key(const struct id *plate, uint64_t hop, const struct id *log)
{
    return unit_key(plate, hop, log);
}

static uint64_t hop_at(const uint8_t *bytes)
{
    return (uint64_t)bytes[0] << 8 | bytes[1];
}

bool plate_load(const struct rows *rows, const struct id *plate, struct plate_now *now)
{
    struct key prefix = key_of(plate);
    struct walk walk = walk_over(&prefix);
    struct key last = prefix;
    struct row row;
    while (walk_next(rows, VIEW_PLATE, &walk, &row)) last = walk.at;
    if (last.size == prefix.size) return false;
    now->hop = hop_at(last.bytes + ID_BYTES);
    memcpy(now->log.bytes, last.bytes + ID_BYTES + 2, ID_BYTES);
    return rows_load(rows, VIEW_PLATE, &last, &plate_row_shape, &now->row);
}

bool plate_is_now(const struct rows *rows, const uint8_t *index_bytes, struct id *plate,
                  struct plate_now *now)
{
    memcpy(plate->bytes, index_bytes, ID_BYTES);
    return plate_load(rows, plate, now) && now->hop == hop_at(index_bytes + ID_BYTES) &&
           memcmp(now->log.bytes, index_bytes + ID_BYTES + 2, ID_BYTES) == 0;
}

/* The unit's own custody is the truth: a plate that it has left behind does not bear it. */
static bool bears(const struct plate_row *plate, const struct unit_row *unit)
{
    if (plate->state == PLATE_SHIPPED)
        return unit->state == UNIT_SHIPPED && id_equal(&unit->to, &plate->to);
    return plate->state == PLATE_STANDING && id_equal(&unit->warehouse, &plate->warehouse);
}

bool plate_of_unit(const struct rows *rows, const struct id *unit, struct id *plate)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct unit_now unit_now;
    struct row row;
    if (!unit_load(rows, unit, &unit_now)) return false;
    while (walk_next(rows, VIEW_PLATE_BY_UNIT, &walk, &row)) {
        struct plate_now now;
        if (plate_is_now(rows, walk.at.bytes + ID_BYTES, plate, &now) &&
            bears(&now.row, &unit_now.row))
            return true;
    }
    return false;
}

struct span plate_place(const struct rows *rows, const struct id *plate,
                        struct plate_now *outermost)
{
    struct id at = *plate;
    for (unsigned depth = 0; depth < PLATE_DEPTH_MAX && plate_load(rows, &at, outermost); depth++) {
        if (id_is_zero(&outermost->row.parent)) return outermost->row.place;
        at = outermost->row.parent;
    }
    return (struct span){0};
}

/* --- indexes ---------------------------------------------------------------------------------- */

static bool is_live(const struct plate_row *row)
{
    return row->state == PLATE_STANDING || row->state == PLATE_SHIPPED;
}

/* Each entry of an index is of one row of one log. */
static void index_row(const struct desk *desk, const struct key *key, const struct plate_row *row,
                      void (*put)(const struct rows *, enum view_table, const struct key *))
{
    struct id plate, log;
    memcpy(plate.bytes, key->bytes, ID_BYTES);
    memcpy(log.bytes, key->bytes + ID_BYTES + 2, ID_BYTES);
    uint64_t hop = hop_at(key->bytes + ID_BYTES);
    for (uint32_t i = 0; is_live(row) && i < row->units_count; i++) {
        struct key at = key_add_uint(pair_key(&row->units[i].unit, &plate), hop, 2);
        at = key_add_id(at, &log);
        put(&desk->rows, VIEW_PLATE_BY_UNIT, &at);
    }
    if (is_live(row) && !id_is_zero(&row->parent)) {
        struct key at = key_add_id(key_add_uint(pair_key(&row->parent, &plate), hop, 2), &log);
        put(&desk->rows, VIEW_PLATE_BY_PARENT, &at);
    }
}

static void store(const struct desk *desk, const struct key *key, const struct plate_row *row)
{
    struct id plate;
    memcpy(plate.bytes, key->bytes, ID_BYTES);
    rows_store(&desk->rows, VIEW_PLATE, key, &plate_row_shape, row);
    index_row(desk, key, row, rows_mark);
    struct key stands = pair_key(&row->warehouse, &plate);
    rows_mark(&desk->rows, VIEW_PLATE_BY_WAREHOUSE, &stands);
}

/* --- folding ---------------------------------------------------------------------------------- */

static struct plate_row new_row(const struct plate_moved *moved)
{
    struct plate_row row = {.state = PLATE_STANDING,
                            .version = moved->hop << 20,
                            .kind = moved->kind,
                            .warehouse = moved->warehouse,
                            .sku = moved->sku,
                            .grade = moved->grade,
                            .parent = moved->parent,
                            .place = moved->place,
                            .made_ms = moved->at_ms};
    return row;
}

static void put_on(struct plate_row *row, const struct plate_moved *moved)
{
    for (uint32_t i = 0; i < moved->units_count && row->units_count < PLATE_UNITS_MAX; i++)
        row->units[row->units_count++] = moved->units[i];
    if (row->sku.size == 0) row->sku = moved->sku;
    if (row->grade == 0) row->grade = moved->grade;
}

/* It stands elsewhere from now on; how it stood is kept for a void. */
static void stand(struct plate_row *row, const struct id *parent, struct span place, bool voidable)
{
    row->former_parent = voidable ? row->parent : (struct id){{0}};
    row->former_place = voidable ? row->place : (struct span){0};
    row->parent = *parent;
    row->place = place;
    row->voidable = voidable;
}

static void step(struct plate_row *row, const struct plate_moved *moved)
{
    static const struct id none = {{0}};
    struct id former = row->former_parent;
    if (moved->act == PLATE_NEST) stand(row, &moved->parent, (struct span){0}, true);
    if (moved->act == PLATE_MOVE) stand(row, &none, moved->place, true);
    if (moved->act == PLATE_VOID) stand(row, &former, row->former_place, false);
    if (moved->act == PLATE_ADD) put_on(row, moved);
    if (moved->act == PLATE_SHIP) row->state = PLATE_SHIPPED;
    if (moved->act == PLATE_SHIP) row->to = moved->warehouse;
    if (moved->act == PLATE_SPLIT) row->state = PLATE_WAS_SPLIT;
    if (moved->act == PLATE_MERGE) row->state = PLATE_MERGED;
    if (moved->act != PLATE_NEST && moved->act != PLATE_MOVE) row->voidable = 0;
    for (uint32_t i = 0; i < moved->became_count && row->became_count < 2; i++)
        row->became[row->became_count++] = moved->became[i];
}

/* What the label said, and what came of it. */
static void note_stranger(const struct desk *desk, const struct place *place,
                          const struct plate_moved *moved)
{
    if (id_is_zero(&place->entity) || id_equal(&place->entity, &moved->plate)) return;
    struct conflict_row conflict = {.kind = CONFLICT_TWO_PLATES, .thing = moved->plate};
    struct key key = key_add_uint(pair_key(&place->entity, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

void plate_fold(const struct desk *desk, const struct place *place, const struct plate_moved *moved)
{
    struct plate_row row;
    struct key key = plate_key(&moved->plate, moved->hop, &place->log);
    bool begins = moved->act == PLATE_MAKE || moved->act == PLATE_TAKE;
    bool known = rows_load(&desk->rows, VIEW_PLATE, &key, &plate_row_shape, &row);
    if (known == begins || (begins && moved->kind == 0)) return; /* no decision of ours */
    if (known && !is_live(&row)) return;
    if (begins) row = new_row(moved);
    if (known) index_row(desk, &key, &row, rows_drop);
    /* The row's texts lie where it was loaded; a drop may have moved that. */
    struct plate_row again;
    if (known && rows_load(&desk->rows, VIEW_PLATE, &key, &plate_row_shape, &again)) row = again;
    if (begins)
        put_on(&row, moved);
    else
        step(&row, moved);
    if ((row.version & STEPS_MAX) < STEPS_MAX) row.version++;
    if (moved->reason.size > 0) row.reason = moved->reason;
    row.moved_ms = moved->at_ms;
    row.idx = place->idx;
    store(desk, &key, &row);
    note_stranger(desk, place, moved);
}

/* --- what its units do ------------------------------------------------------------------------ */

/* Repeats nothing of what a plate was made of: those on it were looked at when they were put there.
 */
bool plate_suits(const struct plate_row *plate, const struct unit_row *unit)
{
    bool gone = unit->state == UNIT_SETTLED && unit->disposition != DISPOSE_RESTOCK;
    return !gone && unit->grade == plate->grade && span_equal(unit->sku, plate->sku);
}

static bool stays(const struct plate_row *plate, const struct unit_row *unit)
{
    if (plate->state == PLATE_SHIPPED)
        return unit->state == UNIT_SHIPPED && id_equal(&unit->to, &plate->to);
    return unit->state != UNIT_SHIPPED && plate_suits(plate, unit);
}

static void take_off(const struct desk *desk, const struct key *key, const struct id *unit,
                     const struct unit_row *unit_row)
{
    struct plate_row row;
    uint32_t kept = 0;
    if (!rows_load(&desk->rows, VIEW_PLATE, key, &plate_row_shape, &row)) return;
    if (stays(&row, unit_row)) return;
    index_row(desk, key, &row, rows_drop);
    if (!rows_load(&desk->rows, VIEW_PLATE, key, &plate_row_shape, &row)) return;
    for (uint32_t i = 0; i < row.units_count; i++)
        if (!id_equal(&row.units[i].unit, unit)) row.units[kept++] = row.units[i];
    row.units_count = kept;
    store(desk, key, &row);
}

/* Both rows are of one log, whose entries are folded in their order: so it does not matter what
 * other logs have told meanwhile. */
void plate_follow(const struct desk *desk, const struct place *place, const struct id *unit,
                  const struct unit_row *row)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint8_t room[SKU_BYTES_MAX];
    struct unit_row own = *row; /* a loaded row's text dies with the first put */
    assert(own.sku.size <= sizeof room);
    if (own.sku.size > 0) memcpy(room, own.sku.at, own.sku.size);
    own.sku = span_of(room, own.sku.size);
    while (walk_next(&desk->rows, VIEW_PLATE_BY_UNIT, &walk, &at)) {
        struct id plate, log;
        memcpy(plate.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        memcpy(log.bytes, walk.at.bytes + 2 * ID_BYTES + 2, ID_BYTES);
        if (!id_equal(&log, &place->log)) continue;
        struct key key = plate_key(&plate, hop_at(walk.at.bytes + 2 * ID_BYTES), &log);
        take_off(desk, &key, unit, &own);
    }
}

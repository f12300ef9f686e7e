/* A container is shipped and taken with all that is in it, in one decision: each plate and each
 * unit by an entry of its own, the units' under the rules of every unit. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

static void load_inner(const struct rows *rows, uint64_t state, uint32_t at,
                       struct plate_cargo *cargo)
{
    struct key prefix = key_of(&cargo->plates[at]);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (!cargo->cut && walk_next(rows, VIEW_PLATE_BY_PARENT, &walk, &row)) {
        struct plate_now now;
        struct id plate;
        if (!plate_is_now(rows, walk.at.bytes + ID_BYTES, &plate, &now)) continue;
        if (now.row.state != state) continue;
        cargo->cut = cargo->count == PLATE_CARGO_MAX;
        if (!cargo->cut) cargo->plates[cargo->count++] = plate;
    }
}

void plate_cargo_load(const struct rows *rows, const struct id *outer, uint64_t state,
                      struct plate_cargo *cargo)
{
    cargo->plates[0] = *outer;
    cargo->count = 1;
    cargo->cut = false;
    for (uint32_t i = 0; i < cargo->count; i++) load_inner(rows, state, i, cargo);
}

/* More than one decision holds goes in parts: what is inside is shipped first, by itself. */
static bool fits(struct plate_step *step, const struct plate_cargo *cargo)
{
    uint64_t entries = cargo->count;
    for (uint32_t i = 0; i < cargo->count; i++) {
        struct plate_now now;
        if (plate_load(&step->desk->rows, &cargo->plates[i], &now)) entries += now.row.units_count;
    }
    if (!cargo->cut && entries <= DRAFTS_MAX) return true;
    decision_refuse(step->decision, ERROR_CONFLICT,
                    "plate: 40 plates and units at once; ship what is in it first");
    return false;
}

/* --- shipping --------------------------------------------------------------------------------- */

static void ship_one(struct plate_step *step, const struct id *plate, const struct id *to)
{
    step->plate = *plate;
    if (!plate_load(&step->desk->rows, plate, &step->now)) return;
    struct plate_moved moved = plate_entry(step, PLATE_SHIP);
    moved.warehouse = *to;
    plate_add_entry(step, &moved);
    for (uint32_t i = 0; i < step->now.row.units_count; i++)
        unit_go_along(step->desk, step->command, &step->now.row.units[i].unit, to, step->moment,
                      step->decision);
}

void plate_ship(struct plate_step *step, const struct id *to)
{
    struct plate_cargo cargo;
    struct key key = key_of(to);
    struct id outer = step->plate;
    if (id_equal(to, &step->desk->warehouse) ||
        !rows_has(&step->desk->rows, VIEW_WAREHOUSE, &key)) {
        decision_refuse(step->decision, ERROR_OUT_OF_RANGE, "to: another warehouse");
        return;
    }
    plate_cargo_load(&step->desk->rows, &outer, PLATE_STANDING, &cargo);
    if (!fits(step, &cargo)) return;
    for (uint32_t i = 0; i < cargo.count; i++) ship_one(step, &cargo.plates[i], to);
}

/* --- taking ----------------------------------------------------------------------------------- */

/* Custody of the plate begins anew. Its grade stays behind, as its units' does: their condition is
 * looked at again after a journey. */
static struct plate_moved taken(const struct plate_step *step, bool same_place)
{
    const struct plate_row *row = &step->now.row;
    struct plate_moved moved = plate_entry(step, PLATE_TAKE);
    moved.hop = step->now.hop + 1;
    moved.kind = row->kind;
    moved.warehouse = step->desk->warehouse;
    moved.sku = row->sku;
    if (same_place) moved.grade = row->grade;
    if (same_place) moved.place = row->place;
    return moved;
}

static bool comes_along(const struct plate_step *step, const struct id *unit)
{
    struct unit_now now;
    return unit_load(&step->desk->rows, unit, &now) && now.row.state == UNIT_SHIPPED &&
           id_equal(&now.row.to, &step->desk->warehouse);
}

static void take_one(struct plate_step *step, const struct id *plate, bool outermost)
{
    step->plate = *plate;
    if (!plate_load(&step->desk->rows, plate, &step->now)) return;
    struct plate_moved moved = taken(step, false);
    if (!outermost) moved.parent = step->now.row.parent;
    for (uint32_t i = 0; i < step->now.row.units_count; i++)
        if (comes_along(step, &step->now.row.units[i].unit))
            moved.units[moved.units_count++] = step->now.row.units[i];
    plate_add_entry(step, &moved);
    for (uint32_t i = 0; i < moved.units_count; i++)
        unit_go_along(step->desk, step->command, &moved.units[i].unit, NULL, step->moment,
                      step->decision);
}

static void take_shipped(struct plate_step *step)
{
    struct plate_cargo cargo;
    struct id outer = step->plate;
    plate_cargo_load(&step->desk->rows, &outer, PLATE_SHIPPED, &cargo);
    if (!fits(step, &cargo)) return;
    for (uint32_t i = 0; i < cargo.count; i++) take_one(step, &cargo.plates[i], i == 0);
    step->decision->entity = outer;
}

/* It was not sent here, and here it is. The label may lie: it is a plate of its own, with nothing
 * on it before somebody scans what is, and a person looks at the two. */
static void take_stranger(struct plate_step *step)
{
    struct id said = step->plate;
    struct plate_moved moved = taken(step, false);
    moved.plate = mint(step->desk, step->moment);
    moved.hop = 1;
    decision_add(step->decision, EVENT_PLATE_MOVED, &said, &moved);
    decision_dep(step->decision, &step->now.log, step->now.row.idx);
    step->decision->entity = moved.plate;
}

static bool is_inherited(const struct plate_step *step)
{
    struct key key = key_of(&step->now.log);
    return rows_has(&step->desk->rows, VIEW_SUCCEEDS, &key);
}

/* What a lost store began is gone on with by the log that succeeds it, as it stood. */
static void adopt(struct plate_step *step)
{
    struct plate_moved moved = taken(step, true);
    moved.parent = step->now.row.parent;
    for (uint32_t i = 0; i < step->now.row.units_count; i++)
        moved.units[moved.units_count++] = step->now.row.units[i];
    plate_add_entry(step, &moved);
}

void plate_take(struct plate_step *step)
{
    step->plate = step->command->body->plate_take.plate;
    step->decision->entity = step->plate;
    if (!plate_load(&step->desk->rows, &step->plate, &step->now)) {
        decision_refuse(step->decision, ERROR_NOT_FOUND, "plate");
        return;
    }
    const struct plate_row *row = &step->now.row;
    bool here = id_equal(&row->warehouse, &step->desk->warehouse);
    if (row->state == PLATE_WAS_SPLIT || row->state == PLATE_MERGED)
        decision_refuse(step->decision, ERROR_CONFLICT, "plate: it is others now");
    else if (row->state == PLATE_SHIPPED && id_equal(&row->to, &step->desk->warehouse))
        take_shipped(step);
    else if (here && row->state == PLATE_STANDING && is_inherited(step))
        adopt(step);
    else if (here && row->state == PLATE_STANDING)
        decision_refuse(step->decision, ERROR_CONFLICT, "plate: scanned_once");
    else
        take_stranger(step);
}

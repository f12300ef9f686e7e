/* Splitting and merging: what is left of the old plates is their word of what they became. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

static bool names(const struct plate_unit *units, uint32_t count, const struct id *unit)
{
    for (uint32_t i = 0; i < count; i++)
        if (id_equal(&units[i].unit, unit)) return true;
    return false;
}

static struct plate_moved heir_of(const struct plate_step *step)
{
    struct plate_moved moved = plate_entry(step, PLATE_MAKE);
    moved.plate = mint(step->desk, step->moment);
    moved.hop = 1;
    moved.kind = step->now.row.kind;
    moved.warehouse = step->desk->warehouse;
    moved.sku = step->now.row.sku;
    moved.grade = step->now.row.grade;
    moved.parent = step->now.row.parent;
    moved.place = step->now.row.place;
    return moved;
}

/* Every named unit is on the plate, once, and some stay behind. */
static bool splits(const struct plate_step *step, const struct plate_change *wish)
{
    for (uint32_t i = 0; i < wish->units_count; i++) {
        if (names(wish->units, i, &wish->units[i].unit))
            return refuse_at(step->decision, ERROR_CONFLICT, "units", i, "/unit: named_once");
        if (!names(step->now.row.units, step->now.row.units_count, &wish->units[i].unit))
            return refuse_at(step->decision, ERROR_CONFLICT, "units", i, "/unit: on_this_plate");
    }
    if (wish->units_count < step->now.row.units_count) return true;
    decision_refuse(step->decision, ERROR_CONFLICT, "units: some_stay");
    return false;
}

void plate_split(struct plate_step *step)
{
    const struct plate_change *wish = &step->command->body->plate_change;
    step->plate = wish->plate;
    if (!plate_open(step) || !splits(step, wish)) return;
    const struct plate_row *row = &step->now.row;
    struct plate_moved old = plate_entry(step, PLATE_SPLIT), off = heir_of(step),
                       rest = heir_of(step);
    for (uint32_t i = 0; i < row->units_count; i++) {
        bool named = names(wish->units, wish->units_count, &row->units[i].unit);
        struct plate_moved *heir = named ? &off : &rest;
        heir->units[heir->units_count++] = row->units[i];
    }
    old.became[old.became_count++].plate = off.plate;
    old.became[old.became_count++].plate = rest.plate;
    plate_add_entry(step, &old);
    plate_add_entry(step, &off);
    plate_add_entry(step, &rest);
    step->decision->entity = off.plate;
}

/* The plates are each named once, stand here, and are alike. The first is left in the step. */
static bool merges(struct plate_step *step, const struct plate_merge *wish,
                   struct plate_moved *heir)
{
    for (uint32_t i = 0; i < wish->plates_count; i++) {
        struct plate_now now;
        for (uint32_t k = 0; k < i; k++)
            if (id_equal(&wish->plates[k].plate, &wish->plates[i].plate))
                return refuse_at(step->decision, ERROR_CONFLICT, "plates", i, "/plate: named_once");
        if (!plate_load(&step->desk->rows, &wish->plates[i].plate, &now))
            return refuse_at(step->decision, ERROR_NOT_FOUND, "plates", i, "/plate");
        if (now.row.state != PLATE_STANDING ||
            !id_equal(&now.row.warehouse, &step->desk->warehouse))
            return refuse_at(step->decision, ERROR_CONFLICT, "plates", i, "/plate: stands_here");
        if (now.row.kind != PLATE_GOODS)
            return refuse_at(step->decision, ERROR_CONFLICT, "plates", i,
                             "/plate: a_plate_holds_units");
        if (i == 0) {
            step->now = now;
            *heir = heir_of(step);
        }
        if (!span_equal(now.row.sku, heir->sku) || now.row.grade != heir->grade)
            return refuse_at(step->decision, ERROR_CONFLICT, "plates", i,
                             "/plate: one_sku_and_grade");
        if (heir->units_count + now.row.units_count > PLATE_UNITS_MAX)
            return refuse_at(step->decision, ERROR_CONFLICT, "plates", i, "/plate: 32 on a plate");
        for (uint32_t k = 0; k < now.row.units_count; k++)
            heir->units[heir->units_count++] = now.row.units[k];
    }
    return true;
}

void plate_merge(struct plate_step *step)
{
    const struct plate_merge *wish = &step->command->body->plate_merge;
    struct plate_moved heir;
    if (wish->plates_count < 2) {
        decision_refuse(step->decision, ERROR_OUT_OF_RANGE, "plates: two at least");
        return;
    }
    if (!merges(step, wish, &heir)) return;
    for (uint32_t i = 0; i < wish->plates_count; i++) {
        step->plate = wish->plates[i].plate;
        if (!plate_load(&step->desk->rows, &step->plate, &step->now)) return;
        struct plate_moved old = plate_entry(step, PLATE_MERGE);
        old.became[old.became_count++].plate = heir.plate;
        plate_add_entry(step, &old);
    }
    plate_add_entry(step, &heir);
    step->decision->entity = heir.plate;
}

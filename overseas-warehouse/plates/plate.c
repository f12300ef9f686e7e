/* Plates: what is on one is of one SKU and grade and on no other; a container holds smaller ones.
 * The warehouse where they stand decides. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

/* --- what the steps share --------------------------------------------------------------------- */

bool plate_open(struct plate_step *step)
{
    step->decision->entity = step->plate;
    if (!plate_load(&step->desk->rows, &step->plate, &step->now)) {
        decision_refuse(step->decision, ERROR_NOT_FOUND, "plate");
        return false;
    }
    if (!command_matches(step->command, step->now.row.version, step->decision)) return false;
    if (step->now.row.state == PLATE_STANDING &&
        id_equal(&step->now.row.warehouse, &step->desk->warehouse))
        return true;
    decision_refuse(step->decision,
                    step->now.row.state == PLATE_STANDING ? ERROR_HELD_ELSEWHERE : ERROR_CONFLICT,
                    "plate: stands_here");
    return false;
}

struct plate_moved plate_entry(const struct plate_step *step, enum plate_act act)
{
    return (struct plate_moved){.plate = step->plate,
                                .hop = step->now.hop,
                                .act = act,
                                .by = step->command->by,
                                .at_ms = step->moment->wall_ms};
}

void plate_add_entry(const struct plate_step *step, const struct plate_moved *moved)
{
    decision_add(step->decision, EVENT_PLATE_MOVED, &moved->plate, moved);
}

/* --- units that come onto one ----------------------------------------------------------------- */

static bool is_named_before(const struct plate_unit *units, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (id_equal(&units[i].unit, &units[at].unit)) return true;
    return false;
}

/* The rule that bars the unit from standing here at all; NULL: none. */
static const char *bars(const struct plate_step *step, const struct id *unit,
                        const struct unit_now *now)
{
    struct id on;
    if (!id_equal(&now->row.warehouse, &step->desk->warehouse) || now->row.state == UNIT_SHIPPED)
        return "/unit: stands_here";
    if (now->row.state == UNIT_VOID) return "/unit: receipt_stands";
    bool free = !plate_of_unit(&step->desk->rows, unit, &on);
    return free ? NULL : "/unit: on_one_plate";
}

bool plate_gather(const struct plate_step *step, const struct plate_unit *units, uint32_t count,
                  struct plate_moved *moved)
{
    struct plate_row like = {.state = PLATE_STANDING, .sku = moved->sku, .grade = moved->grade};
    for (uint32_t i = 0; i < count; i++) {
        struct unit_now now;
        if (is_named_before(units, i))
            return refuse_at(step->decision, ERROR_CONFLICT, "units", i, "/unit: named_once");
        if (!unit_load(&step->desk->rows, &units[i].unit, &now))
            return refuse_at(step->decision, ERROR_NOT_FOUND, "units", i, "/unit");
        const char *rule = bars(step, &units[i].unit, &now);
        if (rule != NULL) return refuse_at(step->decision, ERROR_CONFLICT, "units", i, rule);
        if (like.sku.size == 0) {
            like.sku = now.row.sku;
            like.grade = now.row.grade;
        }
        if (!plate_suits(&like, &now.row))
            return refuse_at(step->decision, ERROR_CONFLICT, "units", i,
                             "/unit: one_sku_and_grade");
        moved->units[moved->units_count++] = units[i];
    }
    moved->sku = like.sku;
    moved->grade = like.grade;
    return true;
}

/* --- making one, and putting more onto it ----------------------------------------------------- */

static void make(struct plate_step *step)
{
    const struct plate_make *wish = &step->command->body->plate_make;
    bool goods = wish->kind == PLATE_GOODS;
    if (goods != (wish->units_count > 0)) {
        decision_refuse(step->decision, ERROR_OUT_OF_RANGE,
                        goods ? "units: a_plate_holds_units" : "units: a_container_holds_plates");
        return;
    }
    step->plate = mint(step->desk, step->moment);
    step->now.hop = 1;
    step->decision->entity = step->plate;
    struct plate_moved moved = plate_entry(step, PLATE_MAKE);
    moved.kind = wish->kind;
    moved.warehouse = step->desk->warehouse;
    moved.place = wish->place;
    if (plate_gather(step, wish->units, wish->units_count, &moved)) plate_add_entry(step, &moved);
}

static void add(struct plate_step *step)
{
    const struct plate_change *wish = &step->command->body->plate_change;
    step->plate = wish->plate;
    if (!plate_open(step)) return;
    if (step->now.row.kind != PLATE_GOODS) {
        decision_refuse(step->decision, ERROR_CONFLICT, "plate: a_container_holds_plates");
        return;
    }
    if (step->now.row.units_count + wish->units_count > PLATE_UNITS_MAX) {
        decision_refuse(step->decision, ERROR_CONFLICT, "units: 32 on a plate");
        return;
    }
    struct plate_moved moved = plate_entry(step, PLATE_ADD);
    moved.sku = step->now.row.sku;
    moved.grade = step->now.row.grade;
    if (plate_gather(step, wish->units, wish->units_count, &moved)) plate_add_entry(step, &moved);
}

/* --- moving it -------------------------------------------------------------------------------- */

/* The rule that bars it from going in there; NULL: none. */
static const char *no_room(const struct plate_step *step, const struct id *into,
                           struct plate_now *outer)
{
    if (!plate_load(&step->desk->rows, into, outer)) return "into: not known";
    if (outer->row.state != PLATE_STANDING ||
        !id_equal(&outer->row.warehouse, &step->desk->warehouse))
        return "into: stands_here";
    return outer->row.kind > step->now.row.kind ? NULL : "into: the_larger_holds_the_smaller";
}

static void nest(struct plate_step *step, const struct id *into)
{
    struct plate_moved moved = plate_entry(step, PLATE_NEST);
    struct plate_now outer;
    const char *rule = id_is_zero(into) ? NULL : no_room(step, into, &outer);
    if (rule != NULL) {
        decision_refuse(step->decision, ERROR_CONFLICT, rule);
        return;
    }
    moved.parent = *into;
    plate_add_entry(step, &moved);
}

static void move(struct plate_step *step)
{
    const struct plate_move *wish = &step->command->body->plate_move;
    step->plate = wish->plate;
    if (!plate_open(step)) return;
    bool into = !id_is_zero(&wish->into), to = !id_is_zero(&wish->to), place = wish->place.size > 0;
    if (into + to + place + (wish->out != 0) != 1) {
        decision_refuse(step->decision, ERROR_MISSING_FIELD,
                        "into: or out, place, to; one of them");
        return;
    }
    if (to) {
        plate_ship(step, &wish->to);
        return;
    }
    if (place) {
        struct plate_moved moved = plate_entry(step, PLATE_MOVE);
        moved.place = wish->place;
        plate_add_entry(step, &moved);
        return;
    }
    nest(step, &wish->into);
}

/* Only the latest step, and only what nothing rests on: the plate goes back to where it stood. */
static void void_move(struct plate_step *step)
{
    const struct plate_void *wish = &step->command->body->plate_void;
    struct plate_now outer;
    step->plate = wish->plate;
    if (!plate_open(step)) return;
    if (step->now.row.voidable == 0) {
        decision_refuse(step->decision, ERROR_CONFLICT, "plate: the_latest_step_was_a_move");
        return;
    }
    struct id back = step->now.row.former_parent;
    const char *rule = id_is_zero(&back) ? NULL : no_room(step, &back, &outer);
    if (rule != NULL) {
        decision_refuse(step->decision, ERROR_CONFLICT, rule);
        return;
    }
    struct plate_moved moved = plate_entry(step, PLATE_VOID);
    moved.reason = wish->reason;
    plate_add_entry(step, &moved);
}

void plate_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    struct plate_step step = {
        .desk = desk, .command = command, .moment = moment, .decision = decision};
    /* On a plate may lie goods of several merchants: who is bound to one knows of none. */
    if (!id_is_zero(&command->merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "plate");
        return;
    }
    switch ((int)command->kind) {
    case COMMAND_PLATE_MAKE: make(&step); return;
    case COMMAND_PLATE_ADD: add(&step); return;
    case COMMAND_PLATE_SPLIT: plate_split(&step); return;
    case COMMAND_PLATE_MERGE: plate_merge(&step); return;
    case COMMAND_PLATE_MOVE: move(&step); return;
    case COMMAND_PLATE_VOID: void_move(&step); return;
    default: plate_take(&step); return;
    }
}

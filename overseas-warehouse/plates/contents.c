/* What is in a container, a line for each plate and merchant: what a platform's warehouse asks for
 * beside each carton (装箱清单), and what stands on the carton's label. It is read, never written:
 * the plates and their units are the truth. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

SHAPE_DEFINE(contents_line, CONTENTS_LINE_FIELDS)

/* One plate while its lines are made. Loaded rows live until the next read, so texts are copied. */
struct counted {
    const struct desk *desk;
    struct plate_now now;
    struct id plate;
    struct contents_line line;
    struct span sku_text; /* in sku */
    uint8_t sku[SKU_BYTES_MAX], label[SKU_BYTES_MAX], name[SKU_NAME_BYTES];
};

static struct span copied(struct span text, uint8_t *room)
{
    if (text.size > 0) memcpy(room, text.at, text.size);
    return span_of(room, text.size);
}

static struct id merchant_of(const struct counted *counted, uint32_t at)
{
    struct unit_owner owner;
    struct id nobody = {{0}};
    bool owned = unit_owner(&counted->desk->rows, &counted->now.row.units[at].unit, &owner);
    return owned ? owner.merchant : nobody;
}

/* Decided to go to a platform, and held by nothing. */
static bool is_ready(const struct counted *counted, uint32_t at)
{
    const struct id *unit = &counted->now.row.units[at].unit;
    struct unit_now now;
    return unit_load(&counted->desk->rows, unit, &now) && now.row.state == UNIT_DISPOSED &&
           now.row.disposition == DISPOSE_PLATFORM && unit_holds(counted->desk, unit) == 0;
}

/* The code under which the platform knows it, and what one piece weighs. */
static void add_facts(struct counted *counted)
{
    const struct desk *desk = counted->desk;
    struct contents_line *line = &counted->line;
    struct sku_row sku;
    struct id id;
    if (!sku_find(&desk->rows, desk->crypto, &line->merchant, line->sku, &id) ||
        !sku_load(&desk->rows, &id, &sku))
        return;
    line->name_en = copied(sku.name_en, counted->name);
    line->weight_g = sku.weight_g * line->pieces;
    for (uint32_t i = 0; i < sku.aliases_count && line->label.size == 0; i++)
        if (sku.aliases[i].kind == CODE_FNSKU)
            line->label = copied(sku.aliases[i].code, counted->label);
}

static void count_of(struct counted *counted, const struct id *merchant)
{
    counted->line.merchant = *merchant;
    for (uint32_t i = 0; i < counted->now.row.units_count; i++) {
        struct id owner = merchant_of(counted, i);
        if (!id_equal(&owner, merchant)) continue;
        counted->line.pieces++;
        if (!is_ready(counted, i)) counted->line.unready++;
    }
}

static bool came_before(const struct counted *counted, uint32_t at, const struct id *merchant)
{
    for (uint32_t i = 0; i < at; i++) {
        struct id owner = merchant_of(counted, i);
        if (id_equal(&owner, merchant)) return true;
    }
    return false;
}

static void begin_line(struct counted *counted)
{
    const struct plate_row *row = &counted->now.row;
    struct id container = id_is_zero(&row->parent) ? counted->plate : row->parent;
    counted->line = (struct contents_line){.container = container,
                                           .plate = counted->plate,
                                           .sku = counted->sku_text,
                                           .grade = row->grade};
}

static void plate_lines(struct counted *counted, contents_take *take, void *world)
{
    if (!plate_load(&counted->desk->rows, &counted->plate, &counted->now)) return;
    counted->sku_text = copied(counted->now.row.sku, counted->sku);
    for (uint32_t i = 0; i < counted->now.row.units_count; i++) {
        struct id merchant = merchant_of(counted, i);
        if (came_before(counted, i, &merchant)) continue;
        begin_line(counted);
        count_of(counted, &merchant);
        add_facts(counted);
        take(world, &counted->line);
    }
}

bool contents_of_plate(const struct desk *desk, const struct id *outer, contents_take *take,
                       void *world)
{
    struct counted counted = {.desk = desk};
    struct plate_cargo cargo;
    struct plate_now now;
    if (!plate_load(&desk->rows, outer, &now)) return true;
    plate_cargo_load(&desk->rows, outer, now.row.state, &cargo);
    if (cargo.cut) return false;
    for (uint32_t i = 0; i < cargo.count; i++) {
        counted.plate = cargo.plates[i];
        plate_lines(&counted, take, world);
    }
    return true;
}

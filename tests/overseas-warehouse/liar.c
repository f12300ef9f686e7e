#include "tests/overseas-warehouse/liar.h"

#include <stdlib.h>
#include <string.h>

#define SMALL 6

/* --- values ----------------------------------------------------------------------------------- */

static const struct entry *any_entry(struct world *world)
{
    for (;;) {
        const struct world_log *log = &world->logs[world_random(world, LOGS_MAX)];
        if (log->count > 0) return &log->entries[world_random(world, log->count)];
    }
}

static uint64_t any_number(struct world *world, uint64_t max)
{
    switch (world_random(world, 4)) {
    case 0: return 0;
    case 1: return max;
    case 2: return world_random(world, SMALL < max ? SMALL : max + 1);
    default: return max == UINT64_MAX ? max : world_random(world, max + 1);
    }
}

/* Ids stand first in most records: those of another entry are ids that mean something. */
static struct id any_id(struct world *world)
{
    const struct entry *entry = any_entry(world);
    struct id id = entry->place.entity;
    if (world_random(world, 3) == 0) id = entry->place.log;
    if (world_random(world, 8) == 0) id = world->nodes[world_random(world, 3)].warehouse;
    if (world_random(world, 16) == 0) id = (struct id){{0}};
    return id;
}

static struct span any_text(struct world *world, uint64_t max)
{
    static const char *const texts[] = {"",     "  ",      "n 1",  "N1",      "\t1z 9\n",
                                        "SAME", "SHOE-42", "HAT ", "a\x7f b", "easypost"};
    struct span text = span_text(texts[world_random(world, sizeof texts / sizeof texts[0])]);
    return text.size <= max ? text : span_of(text.at, 0);
}

/* --- one field -------------------------------------------------------------------------------- */

static void bend(struct world *world, const struct shape *shape, uint8_t *value);

static void bend_list(struct world *world, const struct field *field, uint8_t *value)
{
    uint32_t count;
    uint8_t *items = value + field->offset;
    size_t size = field->item->size;
    memcpy(&count, value + field->count_offset, sizeof count);
    if (count > 0 && world_random(world, 2) == 0) {
        bend(world, field->item, items + world_random(world, count) * size);
        return;
    }
    if (count > 0 && count < field->max && world_random(world, 2) == 0) {
        memcpy(items + count * size, items + world_random(world, count) * size, size);
        count++;
    } else if (count > 0)
        count--;
    memcpy(value + field->count_offset, &count, sizeof count);
}

static uint64_t number_max(const struct field *field)
{
    if (field->type == FIELD_choice) return field->words->count - 1;
    if (field->type == FIELD_time) return ((uint64_t)1 << 48) - 1;
    return field->type == FIELD_currency ? 999 : field->max;
}

static void bend_field(struct world *world, const struct field *field, uint8_t *value)
{
    uint8_t *at = value + field->offset;
    switch (field->type) {
    case FIELD_uint:
    case FIELD_sint:
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice: {
        uint64_t number = any_number(world, number_max(field));
        if (field->type == FIELD_sint && world_random(world, 3) == 0) number = 0 - number;
        memcpy(at, &number, sizeof number);
        return;
    }
    case FIELD_id: {
        struct id id = any_id(world);
        memcpy(at, &id, sizeof id);
        return;
    }
    case FIELD_text: {
        struct span text = any_text(world, field->max);
        memcpy(at, &text, sizeof text);
        return;
    }
    case FIELD_one: bend(world, field->item, at); return;
    case FIELD_list: bend_list(world, field, value); return;
    case FIELD_hash:
    case FIELD_bin: return;
    }
}

static void bend(struct world *world, const struct shape *shape, uint8_t *value)
{
    bend_field(world, &shape->fields[world_random(world, shape->count)], value);
}

/* --- one lie ---------------------------------------------------------------------------------- */

static bool may_bear(const struct world *world, unsigned log, const struct event_row *row)
{
    return (row->logs >> world->logs[log].type & 1) != 0;
}

/* Most lies stand where the truth stood, so that their writer has the power to tell them. */
static unsigned any_log(struct world *world, const struct entry *entry, const struct event_row *row)
{
    unsigned log = 0;
    if (world_random(world, 3) > 0)
        while (!id_equal(&world->logs[log].id, &entry->place.log)) log++;
    else
        do log = (unsigned)world_random(world, LOGS_MAX);
        while (!may_bear(world, log, row));
    return log;
}

static bool lie(struct world *world)
{
    static uint8_t encoded[EVENT_PAYLOAD_BYTES_MAX];
    const struct entry *entry = any_entry(world);
    const struct event_row *row = event_by_kind(entry->kind);
    union event_body body, again;
    struct span bytes;
    struct id entity = entry->place.entity;
    if (shape_decode(row->shape, span_of(entry->bytes, entry->size), &body, NULL) != OK)
        return false;
    for (uint64_t bends = 1 + world_random(world, 3); bends > 0; bends--)
        bend(world, row->shape, (uint8_t *)&body);
    if (shape_encode(row->shape, &body, encoded, sizeof encoded, &bytes) != OK ||
        shape_decode(row->shape, bytes, &again, NULL) != OK)
        return false;
    if (world_random(world, 8) == 0) entity = any_id(world);
    world_lie(world, (enum log_name)any_log(world, entry, row), entry->kind, &entity, bytes);
    return true;
}

void liar_tell(struct world *world, unsigned lies)
{
    while (lies > 0)
        if (lie(world)) lies--;
}

#include "node/tracking_copy.h"

static bool bears_text(const struct field *field)
{
    return field->type == FIELD_text || field->type == FIELD_bin;
}

static size_t texts_of(const struct shape *shape, const void *record)
{
    size_t size = 0;
    for (size_t i = 0; i < shape->count; i++) {
        const void *at = (const uint8_t *)record + shape->fields[i].offset;
        if (bears_text(&shape->fields[i])) size += ((const struct span *)at)->size;
    }
    return size;
}

/* Copies the record's texts to *room, one after the other, and has it point there. */
static void move_texts(const struct shape *shape, void *record, uint8_t **room)
{
    for (size_t i = 0; i < shape->count; i++) {
        void *at = (uint8_t *)record + shape->fields[i].offset;
        struct span *text = at;
        if (!bears_text(&shape->fields[i]) || text->size == 0) continue;
        memcpy(*room, text->at, text->size);
        text->at = *room;
        *room += text->size;
    }
}

size_t tracking_copy_bytes(const struct tracking *tracking)
{
    size_t texts = texts_of(&tracking_shape, tracking);
    for (uint32_t i = 0; i < tracking->points_count; i++)
        texts += texts_of(&checkpoint_shape, &tracking->points[i]);
    return texts;
}

void tracking_copy(union command_body *body, const struct tracking *tracking, uint8_t *room)
{
    body->tracking = *tracking;
    move_texts(&tracking_shape, &body->tracking, &room);
    for (uint32_t i = 0; i < tracking->points_count; i++)
        move_texts(&checkpoint_shape, &body->tracking.points[i], &room);
}

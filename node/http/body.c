#include "node/http/body.h"

#include "carriers/number.h"
#include <assert.h>
#include <stdio.h>

/* --- the shape as the caller sees it ---------------------------------------------------------- */

static bool is_nodes_own(const struct field *field)
{
    return field->type == FIELD_one && field->item == &actor_shape;
}

static bool is_filled(const struct field *field, const char *fill)
{
    if (fill != NULL && strcmp(field->name, fill) == 0) return true;
    return strcmp(field->name, "dedup") == 0;
}

static void loosen(struct shape *out, struct field fields[BODY_FIELDS_MAX],
                   const struct shape *shape, const char *fill)
{
    assert(shape->count <= BODY_FIELDS_MAX);
    *out = (struct shape){.name = shape->name, .size = shape->size, .fields = fields};
    for (size_t i = 0; i < shape->count; i++) {
        if (is_nodes_own(&shape->fields[i])) continue;
        fields[out->count] = shape->fields[i];
        if (is_filled(&shape->fields[i], fill)) fields[out->count].need = OPTIONAL;
        out->count++;
    }
}

void body_shape(struct body_shape *out, const struct shape *shape, const char *fill)
{
    loosen(&out->shape, out->fields, shape, fill);
    for (size_t i = 0; i < out->shape.count; i++) {
        if (out->fields[i].item != &checkpoint_shape) continue;
        loosen(&out->inner, out->inner_fields, &checkpoint_shape, NULL);
        out->fields[i].item = &out->inner;
    }
}

/* --- what the node fills ---------------------------------------------------------------------- */

static const struct field *field_named(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (strcmp(shape->fields[i].name, name) == 0) return &shape->fields[i];
    return NULL;
}

static enum error fill_id(const struct shape *shape, const char *fill, const struct id *filled,
                          void *value, struct fault *fault)
{
    if (fill == NULL) return OK;
    const struct field *field = field_named(shape, fill);
    assert(field != NULL && field->type == FIELD_id);
    struct id *id = (struct id *)(void *)((uint8_t *)value + field->offset);
    if (!id_is_zero(id) && !id_equal(id, filled)) {
        *fault = (struct fault){.error = ERROR_OUT_OF_RANGE};
        fault_step(fault, span_text(fill));
        return ERROR_OUT_OF_RANGE;
    }
    *id = *filled;
    return OK;
}

/* Where the numbers of one body lie in their one form, until it is encoded. */
#define NUMBERS_MAX 24
struct numbers {
    uint8_t at[NUMBERS_MAX][TRACKING_NUMBER_BYTES_MAX];
    size_t used;
};

static bool bears_number(const struct field *field)
{
    return field->type == FIELD_text &&
           (strcmp(field->name, "number") == 0 || strcmp(field->name, "outbound") == 0);
}

static enum error normalize_numbers(const struct shape *shape, void *value, struct numbers *numbers,
                                    struct fault *fault);

static enum error normalize_number(struct span *number, struct numbers *numbers)
{
    if (number->size == 0) return OK;
    if (numbers->used == NUMBERS_MAX) return ERROR_TOO_LARGE;
    return number_normalize(*number, numbers->at[numbers->used++], number);
}

static enum error normalize_list(const struct field *field, void *value, struct numbers *numbers,
                                 struct fault *fault)
{
    uint32_t count;
    uint8_t *item = (uint8_t *)value + field->offset;
    memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof count);
    for (uint32_t i = 0; i < count; i++) {
        enum error error =
            normalize_numbers(field->item, item + i * field->item->size, numbers, fault);
        if (error == OK) continue;
        fault_step_index(fault, i);
        return error;
    }
    return OK;
}

static enum error normalize_numbers(const struct shape *shape, void *value, struct numbers *numbers,
                                    struct fault *fault)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct span *text = (struct span *)(void *)((uint8_t *)value + field->offset);
        enum error error = OK;
        if (field->type == FIELD_list)
            error = normalize_list(field, value, numbers, fault);
        else if (bears_number(field))
            error = normalize_number(text, numbers);
        if (error == OK) continue;
        fault->error = error;
        fault_step(fault, span_text(field->name));
        return error;
    }
    return OK;
}

/* What a person types has no id of a carrier's: the same words twice are the same observation. */
static struct id id_of_words(const struct crypto *crypto, const char *domain,
                             const struct shape *shape, const void *value)
{
    uint8_t bytes[COMMAND_BYTES_MAX];
    struct span encoded;
    if (shape_encode(shape, value, bytes, sizeof bytes, &encoded) != OK) return (struct id){{0}};
    return crypto_id(crypto, domain, &encoded, 1);
}

static void fill_dedups(const struct crypto *crypto, struct tracking *tracking)
{
    for (uint32_t i = 0; i < tracking->points_count && i < CHECKPOINTS_MAX; i++) {
        struct checkpoint *point = &tracking->points[i];
        if (!id_is_zero(&point->dedup)) continue;
        point->dedup = id_of_words(crypto, "entrepot/scan/typed/1", &checkpoint_shape, point);
    }
    if (!id_is_zero(&tracking->dedup)) return;
    tracking->dedup = id_of_words(crypto, "entrepot/track/typed/1", &tracking_shape, tracking);
}

/* --- reading ---------------------------------------------------------------------------------- */

static struct json *parse(struct span text, struct body_fault *fault)
{
    struct json_fault where;
    struct json *json = json_parse(text, &where);
    *fault = (struct body_fault){.error = OK};
    if (json_is_object(json)) return json;
    if (json != NULL) { /* what parses is one or the other */
        json_free(json);
        fault->error = ERROR_MALFORMED;
        snprintf(fault->detail, sizeof fault->detail,
                 "the body is an array; an object is expected: {\"field\": value, ...}");
        return NULL;
    }
    fault->error = where.error;
    snprintf(fault->detail, sizeof fault->detail, "line %u column %u: %s", where.line, where.column,
             where.text);
    return NULL;
}

static enum error fail(struct body_fault *fault, enum error error)
{
    fault->error = error;
    /* The body as a whole fitted; a field of it is what is too large. */
    return error;
}

static enum error finish(const struct shape *shape, void *value, uint8_t room[COMMAND_BYTES_MAX],
                         struct span *encoded, struct body_fault *fault)
{
    enum error error = shape_check(shape, value, &fault->field);
    if (error == OK) error = shape_encode(shape, value, room, COMMAND_BYTES_MAX, encoded);
    /* Read back: now its texts lie in the encoded bytes, and the JSON can go. */
    if (error == OK) error = shape_decode(shape, *encoded, value, &fault->field);
    return error == OK ? OK : fail(fault, error);
}

static enum error read_command(const struct crypto *crypto, const struct command_row *row,
                               const char *fill, const struct id *filled, const struct json *json,
                               union command_body *body, uint8_t room[COMMAND_BYTES_MAX],
                               struct span *encoded, struct body_fault *fault)
{
    struct body_shape loose;
    struct numbers numbers = {.used = 0};
    body_shape(&loose, row->shape, fill);
    memset(body, 0, sizeof *body);
    enum error error = json_to_shape(json, &loose.shape, body, NULL, 0, &fault->field);
    if (error == OK) error = fill_id(row->shape, fill, filled, body, &fault->field);
    if (error == OK) error = normalize_numbers(row->shape, body, &numbers, &fault->field);
    if (error != OK) return fail(fault, error);
    if (row->kind == COMMAND_TRACKING) fill_dedups(crypto, &body->tracking);
    return finish(row->shape, body, room, encoded, fault);
}

enum error body_read(const struct crypto *crypto, const struct command_row *row, const char *fill,
                     const struct id *filled, struct span text, union command_body *body,
                     uint8_t room[COMMAND_BYTES_MAX], struct span *encoded,
                     struct body_fault *fault)
{
    /* A command of nothing but the path's id may come without a body. */
    struct json *json = parse(text.size == 0 && fill != NULL ? span_text("{}") : text, fault);
    if (json == NULL) return fault->error;
    enum error error = read_command(crypto, row, fill, filled, json, body, room, encoded, fault);
    json_free(json);
    return error;
}

enum error body_read_shape(const struct shape *shape, struct span text, void *value,
                           uint8_t room[COMMAND_BYTES_MAX], struct body_fault *fault)
{
    struct span encoded;
    struct json *json = parse(text.size == 0 ? span_text("{}") : text, fault);
    if (json == NULL) return fault->error;
    enum error error = json_to_shape(json, shape, value, NULL, 0, &fault->field);
    error = error == OK ? finish(shape, value, room, &encoded, fault) : fail(fault, error);
    json_free(json);
    return error;
}

bool body_field_in(const struct shape *shape, const char *fill, const char *words,
                   struct fault *fault)
{
    char name[FAULT_PATH_BYTES];
    size_t size = strcspn(words, ":,"), first = strcspn(words, "/:,");
    *fault = (struct fault){.error = OK};
    if (first == 0 || size >= sizeof name) return false;
    memcpy(name, words, first); /* of "lines/2/quantity" it is the list that the body must have */
    name[first] = '\0';
    if (field_named(shape, name) == NULL || (fill != NULL && strcmp(fill, name) == 0)) return false;
    fault_step(fault, span_of(words, size));
    return true;
}

struct hash body_hash(const struct crypto *crypto, enum command_kind kind, struct span encoded)
{
    uint8_t number[2];
    struct hash hash;
    be_put(number, kind, sizeof number);
    const struct span parts[] = {span_of(number, sizeof number), encoded};
    crypto_hash(crypto, "entrepot/body/1", parts, 2, &hash);
    return hash;
}

#include "proto/json.h"

#include "proto/money.h"
#include "proto/words.h"
#include <assert.h>

#define PATH_NAME_BYTES_MAX 40 /* of a member that a stranger named */

/* Where decoded bytes go, and where a fault is told. */
struct fill {
    uint8_t *scratch;
    size_t left;
    struct fault *fault;
};

/* --- from JSON ------------------------------------------------------------------------------- */

static enum error fill_shape(const struct json *object, const struct shape *shape, void *value,
                             struct fill *fill);

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum error hex_decode(struct span text, uint8_t *to)
{
    for (size_t i = 0; i + 1 < text.size; i += 2) {
        int high = hex_value(text.at[i]);
        int low = hex_value(text.at[i + 1]);
        if (high < 0 || low < 0) return ERROR_MALFORMED;
        to[i / 2] = (uint8_t)(high << 4 | low);
    }
    return OK;
}

static enum error fill_uint(const struct json *from, uint64_t *to)
{
    int64_t number;
    if (!json_int(from, &number)) return ERROR_MALFORMED;
    if (number < 0) return ERROR_OUT_OF_RANGE;
    *to = (uint64_t)number;
    return OK;
}

static enum error fill_choice(struct span word, const struct words *words, uint64_t *to)
{
    int64_t number = word_number(words, word);
    if (number < 0) return ERROR_OUT_OF_RANGE;
    *to = (uint64_t)number;
    return OK;
}

static enum error fill_currency(struct span letters, uint64_t *to)
{
    const struct currency *currency = currency_by_letters(letters);
    if (currency == NULL) return ERROR_OUT_OF_RANGE;
    *to = currency->numeric;
    return OK;
}

static enum error fill_hash(struct span text, struct hash *to)
{
    return text.size == 2 * HASH_BYTES ? hex_decode(text, to->bytes) : ERROR_MALFORMED;
}

static enum error fill_bin(struct span text, const struct field *field, struct span *to,
                           struct fill *fill)
{
    size_t size = text.size / 2;
    if (text.size % 2 != 0) return ERROR_MALFORMED;
    if (size > field->max || size > fill->left) return ERROR_TOO_LARGE;
    *to = span_of(fill->scratch, size);
    fill->scratch += size;
    fill->left -= size;
    return hex_decode(text, fill->scratch - size);
}

/* The types whose JSON form is a string. */
static enum error fill_text(const struct json *from, const struct field *field, void *to,
                            struct fill *fill)
{
    if (!json_is_text(from)) return ERROR_MALFORMED;
    struct span text = json_text(from);
    switch (field->type) {
    case FIELD_time: return time_parse(text, to);
    case FIELD_currency: return fill_currency(text, to);
    case FIELD_choice: return fill_choice(text, field->words, to);
    case FIELD_id: return id_parse(text, to);
    case FIELD_hash: return fill_hash(text, to);
    case FIELD_bin: return fill_bin(text, field, to, fill);
    case FIELD_text: *(struct span *)to = text; return OK;
    case FIELD_uint:
    case FIELD_sint:
    case FIELD_one:
    case FIELD_list: break;
    }
    assert(false); /* fill_field hands on no other type */
    return ERROR_MALFORMED;
}

static enum error fill_list(const struct json *from, const struct field *field, void *value,
                            struct fill *fill)
{
    if (!json_is_array(from)) return ERROR_MALFORMED;
    if (json_count(from) > field->max) return ERROR_TOO_LARGE;
    uint32_t count = (uint32_t)json_count(from);
    uint8_t *item = (uint8_t *)value + field->offset;
    for (uint32_t i = 0; i < count; i++) {
        enum error error =
            fill_shape(json_at(from, i), field->item, item + i * field->item->size, fill);
        if (error == OK) continue;
        fault_step_index(fill->fault, i);
        return error;
    }
    memcpy((uint8_t *)value + field->count_offset, &count, sizeof count);
    return OK;
}

static enum error fill_field(const struct json *from, const struct field *field, void *value,
                             struct fill *fill)
{
    void *to = (uint8_t *)value + field->offset;
    switch (field->type) {
    case FIELD_uint: return fill_uint(from, to);
    case FIELD_sint: return json_int(from, to) ? OK : ERROR_MALFORMED;
    case FIELD_one: return fill_shape(from, field->item, to, fill);
    case FIELD_list: return fill_list(from, field, value, fill);
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice:
    case FIELD_id:
    case FIELD_hash:
    case FIELD_bin:
    case FIELD_text: return fill_text(from, field, to, fill);
    }
    return ERROR_MALFORMED;
}

/* The place of a field in its shape; shape->count when there is none of that name. */
static size_t place_of(const struct shape *shape, const char *name)
{
    size_t i = 0;
    while (i < shape->count && strcmp(shape->fields[i].name, name) != 0) i++;
    return i;
}

static enum error fail_at(struct fill *fill, const char *name, enum error error)
{
    struct span step = span_text(name);
    if (step.size > PATH_NAME_BYTES_MAX) {
        step.size = PATH_NAME_BYTES_MAX;
        while (step.size > 0 && (step.at[step.size] & 0xc0) == 0x80) step.size--;
    }
    if (fill->fault != NULL) fill->fault->error = error;
    fault_step(fill->fault, step);
    return error;
}

static enum error find_missing(const struct shape *shape, uint64_t seen, struct fill *fill)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].need == REQUIRED && (seen >> i & 1) == 0)
            return fail_at(fill, shape->fields[i].name, ERROR_MISSING_FIELD);
    return OK;
}

/* A member of null counts as left out. value is all zero before. */
static enum error fill_shape(const struct json *object, const struct shape *shape, void *value,
                             struct fill *fill)
{
    if (!json_is_object(object)) return ERROR_MALFORMED;
    assert(shape->count <= 64);
    uint64_t seen = 0;
    for (const char *key = json_next_key(object, NULL); key != NULL;
         key = json_next_key(object, key)) {
        size_t place = place_of(shape, key);
        if (place == shape->count) return fail_at(fill, key, ERROR_UNKNOWN_FIELD);
        const struct json *member = json_get(object, key);
        if (json_is_null(member)) continue;
        seen |= (uint64_t)1 << place;
        enum error error = fill_field(member, &shape->fields[place], value, fill);
        if (error != OK) return fail_at(fill, key, error);
    }
    return find_missing(shape, seen, fill);
}

enum error json_to_shape(const struct json *object, const struct shape *shape, void *value,
                         uint8_t *scratch, size_t scratch_bytes, struct fault *fault)
{
    struct fill fill = {.scratch = scratch, .left = scratch_bytes, .fault = fault};
    if (fault != NULL) *fault = (struct fault){.error = OK};
    memset(value, 0, shape->size);
    enum error error = fill_shape(object, shape, value, &fill);
    if (error == OK) return shape_check(shape, value, fault);
    if (fault != NULL) fault->error = error;
    return error;
}

/* --- to JSON --------------------------------------------------------------------------------- */

static void put_members(struct json_out *out, const struct shape *shape, const void *value);

static void put_choice(struct json_out *out, const struct field *field, uint64_t number)
{
    json_put_text(out, field->name, span_text(word_of(field->words, number)));
}

/* A currency of a later table keeps its number, as a text of digits. */
static void put_currency(struct json_out *out, const char *name, uint64_t numeric)
{
    const struct currency *currency = currency_by_numeric(numeric);
    char digits[4] = {(char)('0' + numeric / 100 % 10), (char)('0' + numeric / 10 % 10),
                      (char)('0' + numeric % 10), '\0'};
    json_put_text(out, name, span_text(currency != NULL ? currency->letters : digits));
}

static void put_list(struct json_out *out, const struct field *field, const void *value)
{
    const uint8_t *item = (const uint8_t *)value + field->offset;
    uint32_t count;
    memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof count);
    json_open(out, field->name, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_open(out, NULL, '{');
        put_members(out, field->item, item + i * field->item->size);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_field(struct json_out *out, const struct field *field, const void *value)
{
    const void *at = (const uint8_t *)value + field->offset;
    switch (field->type) {
    case FIELD_uint: json_put_uint(out, field->name, *(const uint64_t *)at); break;
    case FIELD_sint: json_put_int(out, field->name, *(const int64_t *)at); break;
    case FIELD_time: json_put_time(out, field->name, *(const uint64_t *)at); break;
    case FIELD_currency: put_currency(out, field->name, *(const uint64_t *)at); break;
    case FIELD_choice: put_choice(out, field, *(const uint64_t *)at); break;
    case FIELD_id: json_put_id(out, field->name, at); break;
    case FIELD_hash: json_put_hex(out, field->name, span_of(at, HASH_BYTES)); break;
    case FIELD_bin: json_put_hex(out, field->name, *(const struct span *)at); break;
    case FIELD_text: json_put_text(out, field->name, *(const struct span *)at); break;
    case FIELD_one: json_put_shape(out, field->name, field->item, at); break;
    case FIELD_list: put_list(out, field, value); break;
    }
}

static void put_members(struct json_out *out, const struct shape *shape, const void *value)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (field_is_absent(&shape->fields[i], value)) continue;
        put_field(out, &shape->fields[i], value);
    }
}

void json_put_shape(struct json_out *out, const char *key_or_null, const struct shape *shape,
                    const void *value)
{
    if (key_or_null == NULL) {
        put_members(out, shape, value);
        return;
    }
    json_open(out, key_or_null, '{');
    put_members(out, shape, value);
    json_close(out, '}');
}

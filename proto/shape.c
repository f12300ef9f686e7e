#include "proto/shape.h"

#include "proto/money.h"
#include "proto/time.h"
#include "proto/utf8.h"
#include "proto/words.h"
#include <assert.h>

/* --- the path of a fault --------------------------------------------------------------------- */

void fault_step(struct fault *fault, struct span name)
{
    if (fault == NULL) return;
    size_t rest = 0;
    while (fault->path[rest] != '\0') rest++;
    size_t room = FAULT_PATH_BYTES - 1;
    size_t step = name.size < room ? name.size : room;
    size_t slash = rest > 0 && step < room ? 1 : 0;
    if (rest > room - step - slash) rest = room - step - slash;
    memmove(fault->path + step + slash, fault->path, rest);
    if (slash > 0) fault->path[step] = '/';
    if (step > 0) memcpy(fault->path, name.at, step);
    fault->path[step + slash + rest] = '\0';
}

void fault_step_index(struct fault *fault, uint32_t index)
{
    uint8_t digits[10];
    size_t begin = sizeof digits;
    do {
        digits[--begin] = (uint8_t)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    fault_step(fault, span_of(digits + begin, sizeof digits - begin));
}

static enum error fail_at(struct fault *fault, const struct field *field, enum error error)
{
    if (fault != NULL && fault->error == OK) fault->error = error;
    fault_step(fault, span_text(field->name));
    return error;
}

/* --- the fields of a C struct ---------------------------------------------------------------- */

static const void *at_field(const void *value, const struct field *field)
{
    return (const uint8_t *)value + field->offset;
}

static uint64_t number_at(const void *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

static uint32_t list_count(const void *value, const struct field *field)
{
    uint32_t count;
    memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof count);
    return count;
}

static bool shape_is_empty(const struct shape *shape, const void *value);

/* Zero or empty: the one value that an optional field does not write. */
static bool is_empty(const void *value, const struct field *field)
{
    const void *at = at_field(value, field);
    switch (field->type) {
    case FIELD_uint:
    case FIELD_sint:
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice: return number_at(at) == 0;
    case FIELD_id: return span_is_zero(span_of(at, ID_BYTES));
    case FIELD_hash: return span_is_zero(span_of(at, HASH_BYTES));
    case FIELD_bin:
    case FIELD_text: return ((const struct span *)at)->size == 0;
    case FIELD_one: return shape_is_empty(field->item, at);
    case FIELD_list: return list_count(value, field) == 0;
    }
    return true;
}

static bool shape_is_empty(const struct shape *shape, const void *value)
{
    for (size_t i = 0; i < shape->count; i++)
        if (!is_empty(value, &shape->fields[i])) return false;
    return true;
}

bool field_is_absent(const struct field *field, const void *value)
{
    return field->need == OPTIONAL && is_empty(value, field);
}

static bool is_named(const struct words *words, uint64_t number)
{
    return number < words->count && words->name[number] != NULL;
}

/* --- limits: the same for what is read, written and checked ---------------------------------- */

static enum error within(uint64_t value, uint64_t max)
{
    return value <= max ? OK : ERROR_OUT_OF_RANGE;
}

static enum error sint_within(int64_t value, uint64_t max)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return within(magnitude, max);
}

/* A field other than one and list. A choice of zero needs a name only where it is written. */
static enum error check_limit(const void *value, const struct field *field)
{
    const void *at = at_field(value, field);
    switch (field->type) {
    case FIELD_uint:
    case FIELD_currency: return within(number_at(at), field->max);
    case FIELD_time: return within(number_at(at), TIME_MS_MAX);
    case FIELD_sint: return sint_within(*(const int64_t *)at, field->max);
    case FIELD_choice:
        if (field->need == OPTIONAL && number_at(at) == 0) return OK;
        return is_named(field->words, number_at(at)) ? OK : ERROR_OUT_OF_RANGE;
    case FIELD_bin:
    case FIELD_text: return ((const struct span *)at)->size <= field->max ? OK : ERROR_TOO_LARGE;
    case FIELD_list: return list_count(value, field) <= field->max ? OK : ERROR_TOO_LARGE;
    case FIELD_id:
    case FIELD_hash:
    case FIELD_one: return OK;
    }
    return OK;
}

/* --- writing --------------------------------------------------------------------------------- */

static void write_list(const void *value, const struct field *field, struct writer *w)
{
    const uint8_t *item = at_field(value, field);
    uint32_t count = list_count(value, field);
    writer_array(w, count);
    for (uint32_t i = 0; i < count; i++) shape_write(field->item, item + i * field->item->size, w);
}

static void write_field(const void *value, const struct field *field, struct writer *w)
{
    const void *at = at_field(value, field);
    enum error error = check_limit(value, field);
    if (error != OK) {
        writer_fail(w, error);
        return;
    }
    writer_uint(w, field->key);
    switch (field->type) {
    case FIELD_uint:
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice: writer_uint(w, number_at(at)); break;
    case FIELD_sint: writer_int(w, *(const int64_t *)at); break;
    case FIELD_id: writer_bin(w, span_of(at, ID_BYTES)); break;
    case FIELD_hash: writer_bin(w, span_of(at, HASH_BYTES)); break;
    case FIELD_bin: writer_bin(w, *(const struct span *)at); break;
    case FIELD_text: writer_text(w, *(const struct span *)at); break;
    case FIELD_one: shape_write(field->item, at, w); break;
    case FIELD_list: write_list(value, field, w); break;
    }
}

void shape_write(const struct shape *shape, const void *value, struct writer *w)
{
    assert(shape->count <= 64);
    uint64_t present = 0;
    uint32_t pairs = 0;
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field_is_absent(field, value)) continue;
        present |= (uint64_t)1 << i;
        pairs++;
    }
    writer_map(w, pairs);
    for (size_t i = 0; i < shape->count; i++)
        if ((present >> i & 1) != 0) write_field(value, &shape->fields[i], w);
}

enum error shape_encode(const struct shape *shape, const void *value, uint8_t *buffer, size_t size,
                        struct span *out)
{
    struct writer w = writer_over(buffer, size);
    shape_write(shape, value, &w);
    return writer_end(&w, out);
}

/* --- reading --------------------------------------------------------------------------------- */

static void read_shape(const struct shape *shape, struct reader *r, void *value,
                       struct fault *fault);

static void read_list(struct reader *r, void *value, const struct field *field, struct fault *fault)
{
    uint8_t *item = (uint8_t *)value + field->offset;
    uint32_t count = reader_array(r, (uint32_t)field->max);
    for (uint32_t i = 0; i < count; i++) {
        read_shape(field->item, r, item + i * field->item->size, fault);
        if (r->error != OK) {
            fault_step_index(fault, i);
            return;
        }
    }
    reader_leave(r);
    memcpy((uint8_t *)value + field->count_offset, &count, sizeof count);
}

static void read_choice(struct reader *r, const struct field *field, uint64_t *to)
{
    *to = reader_uint(r, UINT16_MAX);
    if (r->error == OK && !is_named(field->words, *to) && !(*to == 0 && field->need == OPTIONAL))
        reader_fail(r, ERROR_OUT_OF_RANGE);
}

static void read_field(struct reader *r, void *value, const struct field *field,
                       struct fault *fault)
{
    void *at = (uint8_t *)value + field->offset;
    switch (field->type) {
    case FIELD_uint:
    case FIELD_currency: *(uint64_t *)at = reader_uint(r, field->max); break;
    case FIELD_time: *(uint64_t *)at = reader_uint(r, TIME_MS_MAX); break;
    case FIELD_choice: read_choice(r, field, at); break;
    case FIELD_sint:
        *(int64_t *)at = reader_int(r, -(int64_t)field->max, (int64_t)field->max);
        break;
    case FIELD_id: reader_fixed(r, at, ID_BYTES); break;
    case FIELD_hash: reader_fixed(r, at, HASH_BYTES); break;
    case FIELD_bin: *(struct span *)at = reader_bin(r, (size_t)field->max); break;
    case FIELD_text: *(struct span *)at = reader_text(r, (size_t)field->max); break;
    case FIELD_one: read_shape(field->item, r, at, fault); break;
    case FIELD_list: read_list(r, value, field, fault); break;
    }
    /* An optional field written as zero would give one record two encodings. */
    if (r->error == OK && field_is_absent(field, value)) reader_fail(r, ERROR_NOT_CANONICAL);
}

/* The fields from index i on up to the given key are absent: none of them may be required. */
static size_t pass_absent(const struct shape *shape, size_t i, uint64_t key, struct reader *r,
                          struct fault *fault)
{
    for (; i < shape->count && shape->fields[i].key < key; i++) {
        if (shape->fields[i].need == OPTIONAL) continue;
        reader_fail(r, fail_at(fault, &shape->fields[i], ERROR_MISSING_FIELD));
        return i;
    }
    return i;
}

/* Keys ascend in the input and in the table: one walk over both. value is all zero before. */
static void read_shape(const struct shape *shape, struct reader *r, void *value,
                       struct fault *fault)
{
    uint32_t pairs = reader_map(r, (uint32_t)shape->count);
    size_t i = 0;
    for (uint32_t pair = 0; pair < pairs; pair++) {
        uint64_t key = reader_key(r);
        if (r->error != OK) return;
        i = pass_absent(shape, i, key, r, fault);
        if (r->error != OK) return;
        if (i == shape->count || shape->fields[i].key != key) {
            reader_fail(r, ERROR_UNKNOWN_FIELD);
            return;
        }
        read_field(r, value, &shape->fields[i], fault);
        if (r->error != OK) {
            fail_at(fault, &shape->fields[i], r->error);
            return;
        }
        i++;
    }
    if (r->error == OK) pass_absent(shape, i, UINT64_MAX, r, fault);
    reader_leave(r);
}

void shape_read(const struct shape *shape, struct reader *r, void *value)
{
    memset(value, 0, shape->size);
    read_shape(shape, r, value, NULL);
}

enum error shape_decode(const struct shape *shape, struct span bytes, void *value,
                        struct fault *fault)
{
    struct reader r = reader_over(bytes);
    if (fault != NULL) *fault = (struct fault){.error = OK};
    memset(value, 0, shape->size);
    read_shape(shape, &r, value, fault);
    bool whole = reader_end(&r);
    if (!whole && fault != NULL) fault->error = r.error;
    return r.error;
}

/* --- checking -------------------------------------------------------------------------------- */

static enum error check_shape(const struct shape *shape, const void *value, struct fault *fault);

static enum error check_list(const void *value, const struct field *field, struct fault *fault)
{
    const uint8_t *item = at_field(value, field);
    uint32_t count = list_count(value, field);
    for (uint32_t i = 0; i < count; i++) {
        enum error error = check_shape(field->item, item + i * field->item->size, fault);
        if (error == OK) continue;
        fault_step_index(fault, i);
        return error;
    }
    return OK;
}

/* A required id, hash or text of nothing is a field that somebody forgot. */
static bool is_forgotten(const void *value, const struct field *field)
{
    bool names_something =
        field->type == FIELD_id || field->type == FIELD_hash || field->type == FIELD_text;
    return field->need == REQUIRED && names_something && is_empty(value, field);
}

static enum error check_field(const void *value, const struct field *field, struct fault *fault)
{
    const void *at = at_field(value, field);
    enum error error = check_limit(value, field);
    if (error != OK) return error;
    if (field_is_absent(field, value)) return OK;
    if (is_forgotten(value, field)) return ERROR_MISSING_FIELD;
    if (field->type == FIELD_text)
        return utf8_plain(*(const struct span *)at) ? OK : ERROR_BAD_TEXT;
    if (field->type == FIELD_currency)
        return currency_by_numeric(number_at(at)) != NULL ? OK : ERROR_OUT_OF_RANGE;
    if (field->type == FIELD_one) return check_shape(field->item, at, fault);
    return field->type == FIELD_list ? check_list(value, field, fault) : OK;
}

static enum error check_shape(const struct shape *shape, const void *value, struct fault *fault)
{
    for (size_t i = 0; i < shape->count; i++) {
        enum error error = check_field(value, &shape->fields[i], fault);
        if (error != OK) return fail_at(fault, &shape->fields[i], error);
    }
    return OK;
}

enum error shape_check(const struct shape *shape, const void *value, struct fault *fault)
{
    if (fault != NULL) *fault = (struct fault){.error = OK};
    return check_shape(shape, value, fault);
}

/* --- copying ---------------------------------------------------------------------------------- */

static size_t size_of(const struct field *field)
{
    switch (field->type) {
    case FIELD_uint:
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice: return sizeof(uint64_t);
    case FIELD_sint: return sizeof(int64_t);
    case FIELD_id: return sizeof(struct id);
    case FIELD_hash: return sizeof(struct hash);
    case FIELD_bin:
    case FIELD_text: return sizeof(struct span);
    case FIELD_one: return field->item->size;
    case FIELD_list: return field->item->size * (size_t)field->max;
    }
    return 0;
}

static bool is_same(const struct field *a, const struct field *b)
{
    return a->type == b->type && a->item == b->item && a->words == b->words && a->max == b->max &&
           span_equal(span_text(a->name), span_text(b->name));
}

static void copy_field(const struct field *to_field, void *to, const struct field *from_field,
                       const void *from)
{
    const uint8_t *source = from;
    uint8_t *target = to;
    memcpy(target + to_field->offset, source + from_field->offset, size_of(to_field));
    if (to_field->type != FIELD_list) return;
    memcpy(target + to_field->count_offset, source + from_field->count_offset, sizeof(uint32_t));
}

void shape_copy(const struct shape *to_shape, void *to, const struct shape *from_shape,
                const void *from)
{
    for (size_t i = 0; i < to_shape->count; i++)
        for (size_t k = 0; k < from_shape->count; k++)
            if (is_same(&to_shape->fields[i], &from_shape->fields[k]))
                copy_field(&to_shape->fields[i], to, &from_shape->fields[k], from);
}

#include "proto/line.h"
#include "proto/money.h"
#include "proto/shape.h"
#include "proto/time.h"
#include "proto/words.h"

static void print_shape(const struct shape *shape, const void *value, struct line *line);

static const void *at_field(const void *value, const struct field *field)
{
    return (const uint8_t *)value + field->offset;
}

static uint32_t list_count(const void *value, const struct field *field)
{
    uint32_t count;
    memcpy(&count, (const uint8_t *)value + field->count_offset, sizeof count);
    return count;
}

static void print_id(struct line *line, const struct id *id)
{
    char text[ID_TEXT_BYTES];
    id_print(id, text);
    line_text(line, text);
}

static void print_time(struct line *line, uint64_t unix_ms)
{
    char text[TIME_TEXT_BYTES];
    time_print(unix_ms, text);
    line_text(line, text);
}

static void print_currency(struct line *line, uint64_t numeric)
{
    const struct currency *currency = currency_by_numeric(numeric);
    if (currency != NULL)
        line_text(line, currency->letters);
    else
        line_digits(line, numeric, 3);
}

static void print_list(const void *value, const struct field *field, struct line *line)
{
    const uint8_t *item = at_field(value, field);
    uint32_t count = list_count(value, field);
    line_text(line, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) line_text(line, ", ");
        print_shape(field->item, item + i * field->item->size, line);
    }
    line_text(line, "]");
}

static void print_field(const void *value, const struct field *field, struct line *line)
{
    const void *at = at_field(value, field);
    switch (field->type) {
    case FIELD_uint: line_uint(line, *(const uint64_t *)at); break;
    case FIELD_sint: line_int(line, *(const int64_t *)at); break;
    case FIELD_time: print_time(line, *(const uint64_t *)at); break;
    case FIELD_currency: print_currency(line, *(const uint64_t *)at); break;
    case FIELD_choice: line_text(line, word_of(field->words, *(const uint64_t *)at)); break;
    case FIELD_id: print_id(line, at); break;
    case FIELD_hash: line_hex(line, span_of(at, HASH_BYTES)); break;
    case FIELD_bin: line_hex(line, *(const struct span *)at); break;
    case FIELD_text: line_quoted(line, *(const struct span *)at); break;
    case FIELD_one: print_shape(field->item, at, line); break;
    case FIELD_list: print_list(value, field, line); break;
    }
}

static void print_shape(const struct shape *shape, const void *value, struct line *line)
{
    bool first = true;
    line_text(line, shape->name);
    line_text(line, "{");
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field_is_absent(field, value)) continue;
        if (!first) line_text(line, ", ");
        first = false;
        line_text(line, field->name);
        line_text(line, "=");
        print_field(value, field, line);
    }
    line_text(line, "}");
}

size_t shape_print(const struct shape *shape, const void *value, char *text, size_t size)
{
    struct line line = line_over(text, size);
    print_shape(shape, value, &line);
    return line.used;
}

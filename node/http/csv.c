#include "node/http/csv.h"

#include "proto/money.h"
#include "proto/time.h"
#include "proto/words.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CELL_BYTES 48

void csv_out_free(struct csv_out *out)
{
    free(out->at);
    *out = (struct csv_out){NULL, 0, 0};
}

static void put(struct csv_out *out, const void *bytes, size_t size)
{
    if (out->room - out->used < size) {
        out->room = 2 * out->room + size + 4096;
        out->at = realloc(out->at, out->room);
        assert(out->at != NULL);
    }
    memcpy(out->at + out->used, bytes, size);
    out->used += size;
}

/* A text that a sheet would take for a formula is one after a quote, as a person would write it. */
static void put_text(struct csv_out *out, struct span text)
{
    put(out, "\"", 1);
    if (text.size > 0 && memchr("=+-@\t\r", text.at[0], 6) != NULL) put(out, "'", 1);
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '"') put(out, "\"", 1);
        put(out, text.at + i, 1);
    }
    put(out, "\"", 1);
}

static void put_plain(struct csv_out *out, const char *text)
{
    put(out, text, strlen(text));
}

static void put_hash(struct csv_out *out, const struct hash *hash)
{
    char text[2 * HASH_BYTES + 1];
    for (size_t i = 0; i < HASH_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", hash->bytes[i]);
    put_plain(out, text);
}

static void put_number(struct csv_out *out, const struct field *field, uint64_t value)
{
    char text[CELL_BYTES];
    const struct currency *currency =
        field->type == FIELD_currency ? currency_by_numeric(value) : NULL;
    snprintf(text, sizeof text, "%" PRIu64, value);
    if (field->type == FIELD_sint) snprintf(text, sizeof text, "%" PRId64, (int64_t)value);
    if (field->type == FIELD_time) time_print(value, text);
    if (field->type == FIELD_choice)
        snprintf(text, sizeof text, "%s", word_of(field->words, value));
    if (currency != NULL) snprintf(text, sizeof text, "%s", currency->letters);
    put_plain(out, text);
}

static bool is_column(const struct field *field)
{
    return field->type != FIELD_one && field->type != FIELD_list && field->type != FIELD_bin;
}

static void put_cell(struct csv_out *out, const struct field *field, const void *row)
{
    const uint8_t *at = (const uint8_t *)row + field->offset;
    char text[ID_TEXT_BYTES];
    uint64_t value;
    if (field_is_absent(field, row)) return;
    if (field->type == FIELD_id) {
        id_print((const struct id *)(const void *)at, text);
        put_plain(out, text);
    } else if (field->type == FIELD_hash) {
        put_hash(out, (const struct hash *)(const void *)at);
    } else if (field->type == FIELD_text) {
        put_text(out, *(const struct span *)(const void *)at);
    } else {
        memcpy(&value, at, sizeof value);
        put_number(out, field, value);
    }
}

void csv_put_titles(struct csv_out *out, const struct shape *shape)
{
    bool first = true;
    for (size_t i = 0; i < shape->count; i++) {
        if (!is_column(&shape->fields[i])) continue;
        if (!first) put(out, ",", 1);
        put_plain(out, shape->fields[i].name);
        first = false;
    }
    put(out, "\r\n", 2);
}

void csv_put_row(struct csv_out *out, const struct shape *shape, const void *row)
{
    bool first = true;
    for (size_t i = 0; i < shape->count; i++) {
        if (!is_column(&shape->fields[i])) continue;
        if (!first) put(out, ",", 1);
        put_cell(out, &shape->fields[i], row);
        first = false;
    }
    put(out, "\r\n", 2);
}

bool csv_is_accepted(const char *accept)
{
    return accept != NULL && strcasestr(accept, "text/csv") != NULL;
}

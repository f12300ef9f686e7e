#include "node/cli/out.h"

#include <stdlib.h>
#include <string.h>

#include "proto/money.h"

#define CELL_BYTES   240
#define COLUMNS_MAX  16
#define INDENT_STEPS 8

static size_t put_shown(char *to, size_t size, struct span text)
{
    size_t used = 0;
    for (size_t i = 0; i < text.size && used + 5 < size; i++) {
        unsigned char c = text.at[i];
        if (c >= 0x20 && c != 0x7f)
            to[used++] = (char)c;
        else
            used += (size_t)snprintf(to + used, size - used, "\\x%02x", c);
    }
    to[used] = '\0';
    return used;
}

void out_text(FILE *out, struct span text)
{
    char piece[CELL_BYTES];
    while (text.size > 0) {
        size_t step = text.size < CELL_BYTES / 5 ? text.size : CELL_BYTES / 5;
        put_shown(piece, sizeof piece, span_of(text.at, step));
        fputs(piece, out);
        text = span_of(text.at + step, text.size - step);
    }
}

void out_value(const struct json *value, char *text, size_t size)
{
    int64_t number = 0;
    bool truth = false;
    text[0] = '\0';
    if (json_is_text(value))
        put_shown(text, size, json_text(value));
    else if (json_int(value, &number))
        snprintf(text, size, "%lld", (long long)number);
    else if (json_bool(value, &truth))
        snprintf(text, size, "%s", truth ? "yes" : "no");
    else if (json_is_array(value))
        snprintf(text, size, "%zu", json_count(value));
}

const struct json *out_at(const struct json *value, const char *path)
{
    char key[64];
    while (value != NULL && *path != '\0') {
        size_t step = strcspn(path, ".");
        if (step >= sizeof key) return NULL;
        memcpy(key, path, step);
        key[step] = '\0';
        value =
            json_is_array(value) ? json_at(value, strtoul(key, NULL, 10)) : json_get(value, key);
        path += step + (path[step] == '.' ? 1 : 0);
    }
    return value;
}

/* Characters that terminals draw two columns wide: those of East Asia, roughly. */
static bool is_wide(uint32_t c)
{
    static const uint32_t ranges[][2] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                                         {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                         {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
    return false;
}

/* How many columns the text takes; it is UTF-8, as all JSON that was parsed. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        unsigned char first = (unsigned char)*text++;
        uint32_t c = first < 0xc0   ? first
                     : first < 0xe0 ? first & 0x1f
                     : first < 0xf0 ? first & 0xf
                                    : first & 7;
        while (((unsigned char)*text & 0xc0) == 0x80) c = c << 6 | ((unsigned char)*text++ & 0x3f);
        width += is_wide(c) ? 2 : 1;
    }
    return width;
}

static void put_cell(FILE *out, const char *text, size_t width, bool right, bool last)
{
    size_t pad = width > width_of(text) ? width - width_of(text) : 0;
    if (right) fprintf(out, "%*s", (int)pad, "");
    fputs(text, out);
    if (last)
        fputs("\n", out);
    else
        fprintf(out, "%*s", (int)(right ? 2 : pad + 2), "");
}

/* What stands in the column's cell of a row. */
static void cell_of(const struct json *row, const struct out_column *column, char *cell,
                    size_t size)
{
    int64_t minor = 0;
    char money[MONEY_TEXT_BYTES];
    const struct json *value = out_at(row, column->path);
    const struct currency *currency = currency_by_letters(json_text(json_get(row, "currency")));
    if (column->form != OUT_MONEY || currency == NULL || !json_int(value, &minor)) {
        out_value(value, cell, size);
        return;
    }
    money_print(minor, currency, money);
    money[strcspn(money, " ")] = '\0'; /* the currency has a column of its own */
    snprintf(cell, size, "%s", money);
}

static void measure(const struct json *rows, const struct out_column *column, size_t *width)
{
    char cell[CELL_BYTES];
    *width = 0;
    for (size_t i = 0; i < json_count(rows); i++) {
        cell_of(json_at(rows, i), column, cell, sizeof cell);
        if (width_of(cell) > *width) *width = width_of(cell);
    }
    if (*width > 0 && width_of(column->title) > *width) *width = width_of(column->title);
}

void out_table(FILE *out, const struct json *rows, const struct out_column *columns, size_t count)
{
    size_t width[COLUMNS_MAX], last = 0;
    if (count > COLUMNS_MAX) count = COLUMNS_MAX;
    for (size_t c = 0; c < count; c++) {
        measure(rows, &columns[c], &width[c]);
        if (width[c] > 0) last = c;
    }
    if (json_count(rows) == 0) return;
    for (size_t c = 0; c < count; c++)
        if (width[c] > 0)
            put_cell(out, columns[c].title, width[c], columns[c].form != OUT_TEXT, c == last);
    for (size_t i = 0; i < json_count(rows); i++)
        for (size_t c = 0; c < count; c++) {
            char cell[CELL_BYTES];
            if (width[c] == 0) continue;
            cell_of(json_at(rows, i), &columns[c], cell, sizeof cell);
            put_cell(out, cell, width[c], columns[c].form != OUT_TEXT, c == last);
        }
}

static void put_record(FILE *out, const struct json *value, unsigned depth);

static void put_member(FILE *out, const char *key, const struct json *value, unsigned depth)
{
    bool nested = (json_is_object(value) || json_is_array(value)) && depth < INDENT_STEPS;
    fprintf(out, "%*s", (int)(2 * depth), "");
    out_text(out, span_text(key));
    fputs(":", out);
    if (nested && (json_is_object(value) || json_count(value) > 0)) {
        fputs("\n", out);
        put_record(out, value, depth + 1);
        return;
    }
    fputs(" ", out);
    char text[CELL_BYTES];
    if (json_is_text(value))
        out_text(out, json_text(value));
    else {
        out_value(value, text, sizeof text);
        fputs(nested ? "none" : text, out);
    }
    fputs("\n", out);
}

static void put_record(FILE *out, const struct json *value, unsigned depth)
{
    char number[24];
    for (size_t i = 0; json_is_array(value) && i < json_count(value); i++) {
        snprintf(number, sizeof number, "%zu", i);
        put_member(out, number, json_at(value, i), depth);
    }
    if (!json_is_object(value)) return;
    for (const char *key = json_next_key(value, NULL); key != NULL; key = json_next_key(value, key))
        put_member(out, key, json_get(value, key), depth);
}

void out_record(FILE *out, const struct json *object)
{
    put_record(out, object, 0);
}

#include "node/sheet/sku_csv.h"

#include <stdarg.h>

#define NOWHERE SIZE_MAX

#define SKU_COLUMN_ROW(column, name, form, member) {(name), (member), (form)},
static const struct {
    const char *name, *member;
    enum sku_form form;
} columns[] = {SKU_COLUMN_LIST(SKU_COLUMN_ROW)};

#define SKU_COLUMN_NAME(column, name, ...) (name),
static const char *const names[] = {SKU_COLUMN_LIST(SKU_COLUMN_NAME)};

/* --- faults ---------------------------------------------------------------------------------- */

/* A stranger's word, cut where it is long, never within a character. */
static void show(struct span text, char to[ORDER_CSV_WORD_BYTES])
{
    size_t size = text.size < ORDER_CSV_WORD_BYTES - 1 ? text.size : ORDER_CSV_WORD_BYTES - 1;
    while (size > 0 && size < text.size && (text.at[size] & 0xc0) == 0x80) size--;
    if (size > 0) memcpy(to, text.at, size);
    to[size] = '\0';
}

__attribute__((format(printf, 5, 6))) static bool refuse(struct sku_csv *reader, uint64_t line,
                                                         enum error error, struct span column,
                                                         const char *form, ...)
{
    struct order_csv_fault fault = {.line = line, .error = error};
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(fault.detail, sizeof fault.detail, form, arguments);
    va_end(arguments);
    show(column, fault.column);
    reader->refused = true;
    reader->tell(reader->world, &fault);
    return false;
}

/* --- the header ------------------------------------------------------------------------------ */

static bool take_name(struct sku_csv *reader, size_t at)
{
    struct span name = csv_trimmed(reader->row.fields[at].text);
    size_t found = csv_column_of(names, SKU_COLUMNS, name);
    const char *near = csv_column_near(names, SKU_COLUMNS, name);
    uint64_t line = reader->row.line;
    if (name.size == 0)
        return refuse(reader, line, ERROR_MISSING_FIELD, name, "column %zu has no name", at + 1);
    if (found == SKU_COLUMNS)
        return refuse(reader, line, ERROR_UNKNOWN_FIELD, name, "there is no such column%s%s",
                      near != NULL ? "; did you mean " : ": see entrepot sku import --help",
                      near != NULL ? near : "");
    if (reader->at[found] != NOWHERE || (found == SKU_COLUMN_MERCHANT && reader->merchant != NULL))
        return refuse(reader, line, ERROR_MALFORMED, name, "it is told twice: leave out one");
    reader->at[found] = at;
    return true;
}

static bool read_header(struct sku_csv *reader)
{
    bool sound = true;
    if (!csv_next(&reader->csv, &reader->row))
        return refuse(reader, 1, ERROR_MISSING_FIELD, span_of("", 0),
                      "nothing stands in the file: its first line names the columns");
    if (reader->row.fault[0] != '\0')
        return refuse(reader, reader->row.line, ERROR_MALFORMED, span_of("", 0), "%s",
                      reader->row.fault);
    for (size_t i = 0; i < reader->row.count; i++) sound = take_name(reader, i) && sound;
    if (reader->at[SKU_COLUMN_CODE] == NOWHERE)
        sound = refuse(reader, reader->row.line, ERROR_MISSING_FIELD, span_text("code"),
                       "the first line does not name this column");
    if (reader->at[SKU_COLUMN_MERCHANT] == NOWHERE && reader->merchant == NULL)
        sound = refuse(reader, reader->row.line, ERROR_MISSING_FIELD, span_text("merchant"),
                       "the first line does not name this column; or give the merchant beside");
    reader->columns = reader->row.count;
    return sound;
}

bool sku_csv_begin(struct sku_csv *reader, FILE *from, const char *merchant_or_null,
                   void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    memset(reader, 0, sizeof *reader);
    reader->merchant = merchant_or_null;
    reader->tell = tell;
    reader->world = world;
    for (size_t i = 0; i < SKU_COLUMNS; i++) reader->at[i] = NOWHERE;
    csv_open(&reader->csv, from);
    reader->sound = read_header(reader);
    return reader->sound;
}

/* --- a row ----------------------------------------------------------------------------------- */

static struct span cell(const struct sku_csv *reader, size_t column)
{
    size_t at = reader->at[column];
    if (column == SKU_COLUMN_MERCHANT && reader->merchant != NULL)
        return span_text(reader->merchant);
    return at < reader->row.count ? csv_trimmed(reader->row.fields[at].text) : span_of("", 0);
}

static void put_number(struct sku_csv *reader, size_t column, struct span text)
{
    uint64_t number = 0;
    bool good = text.size <= 15;
    for (size_t i = 0; good && i < text.size; i++) {
        good = text.at[i] >= '0' && text.at[i] <= '9';
        number = number * 10 + (uint64_t)(text.at[i] - '0');
    }
    if (good)
        json_put_uint(&reader->json, columns[column].member, number);
    else
        refuse(reader, reader->row.fields[reader->at[column]].line, ERROR_MALFORMED,
               span_text(names[column]), "write a whole number, without unit or blanks");
}

/* Takes what stands before the next bar. */
static bool next_part(struct span *left, char mark, struct span *part)
{
    if (left->size == 0) return false;
    const uint8_t *bar = memchr(left->at, mark, left->size);
    size_t size = bar == NULL ? left->size : (size_t)(bar - left->at);
    *part = csv_trimmed(span_of(left->at, size));
    size_t step = bar == NULL ? size : size + 1;
    *left = span_of(left->at + step, left->size - step);
    return true;
}

static void put_checks(struct sku_csv *reader, size_t column, struct span left)
{
    struct span item, name;
    json_open(&reader->json, columns[column].member, '[');
    while (next_part(&left, '|', &item)) {
        json_open(&reader->json, NULL, '{');
        if (next_part(&item, '=', &name) && name.size > 0)
            json_put_text(&reader->json, "name_en", name);
        name = csv_trimmed(item);
        if (name.size > 0) json_put_text(&reader->json, "name_zh", name);
        json_close(&reader->json, '}');
    }
    json_close(&reader->json, ']');
}

static void put_aliases(struct sku_csv *reader)
{
    struct span part;
    bool any = false;
    for (size_t i = 0; i < SKU_COLUMNS; i++) {
        struct span left = columns[i].form == SKU_ALIAS ? cell(reader, i) : span_of("", 0);
        while (next_part(&left, '|', &part)) {
            if (!any) json_open(&reader->json, "aliases", '[');
            any = true;
            json_open(&reader->json, NULL, '{');
            json_put_text(&reader->json, "kind", span_text(columns[i].member));
            json_put_text(&reader->json, "code", part);
            json_close(&reader->json, '}');
        }
    }
    if (any) json_close(&reader->json, ']');
}

static void put_row(struct sku_csv *reader)
{
    json_open(&reader->json, NULL, '{');
    for (size_t i = 0; i < SKU_COLUMNS; i++) {
        struct span text = cell(reader, i);
        if (text.size == 0) continue;
        if (columns[i].form == SKU_TEXT)
            json_put_text(&reader->json, columns[i].member, text);
        else if (columns[i].form == SKU_NUMBER)
            put_number(reader, i, text);
        else if (columns[i].form == SKU_CHECKS)
            put_checks(reader, i, text);
    }
    put_aliases(reader);
    json_close(&reader->json, '}');
}

static void read_row(struct sku_csv *reader)
{
    const struct csv_row *row = &reader->row;
    if (row->fault[0] != '\0')
        refuse(reader, row->fault_line, ERROR_MALFORMED, span_of("", 0), "%s", row->fault);
    else if (row->count != reader->columns)
        refuse(reader, row->line, ERROR_MALFORMED, span_of("", 0),
               "the row has %zu fields and the first line %zu", row->count, reader->columns);
    else
        put_row(reader);
}

bool sku_csv_next(struct sku_csv *reader, struct span *json, struct order_csv_place *place)
{
    *json = span_of("", 0);
    if (!reader->sound || !csv_next(&reader->csv, &reader->row)) return false;
    json_out_free(&reader->json);
    reader->refused = false;
    *place = (struct order_csv_place){.line = reader->row.line};
    show(cell(reader, SKU_COLUMN_CODE), place->reference);
    read_row(reader);
    if (!reader->refused) *json = span_of(reader->json.at, reader->json.used);
    return true;
}

void sku_csv_end(struct sku_csv *reader)
{
    json_out_free(&reader->json);
}

const char *sku_csv_column(const struct sku_csv *reader, struct span pointer)
{
    if (pointer.size < 2 || pointer.at[0] != '/') return NULL;
    struct span left = span_of(pointer.at + 1, pointer.size - 1), first;
    if (!next_part(&left, '/', &first)) return NULL;
    for (size_t i = 0; i < SKU_COLUMNS; i++)
        if (reader->at[i] != NOWHERE && span_equal(span_text(columns[i].member), first))
            return names[i];
    return NULL;
}

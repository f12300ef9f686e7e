#include "node/sheet/columns.h"

#include <assert.h>
#include <stdarg.h>

/* --- faults ---------------------------------------------------------------------------------- */

void columns_show(struct span text, char to[ORDER_CSV_WORD_BYTES])
{
    size_t size = text.size < ORDER_CSV_WORD_BYTES - 1 ? text.size : ORDER_CSV_WORD_BYTES - 1;
    while (size > 0 && size < text.size && (text.at[size] & 0xc0) == 0x80) size--;
    if (size > 0) memcpy(to, text.at, size);
    to[size] = '\0';
}

bool columns_refuse(struct columns *columns, uint64_t line, enum error error, struct span column,
                    const char *form, ...)
{
    struct order_csv_fault fault = {.line = line, .error = error};
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(fault.detail, sizeof fault.detail, form, arguments);
    va_end(arguments);
    columns_show(column, fault.column);
    columns->refused = true;
    columns->tell(columns->world, &fault);
    return false;
}

bool columns_refuse_cell(struct columns *columns, size_t column, enum error error, const char *why)
{
    size_t at = columns->at[column];
    const struct csv_row *row = &columns->row;
    uint64_t line = at < row->count ? row->fields[at].line : row->line;
    return columns_refuse(columns, line, error, span_text(columns->names[column]), "%s", why);
}

/* --- the header ------------------------------------------------------------------------------ */

static bool take_name(struct columns *columns, size_t at, size_t given)
{
    struct span name = csv_trimmed(columns->row.fields[at].text);
    size_t found = csv_column_of(columns->names, columns->count, name);
    const char *near = csv_column_near(columns->names, columns->count, name);
    uint64_t line = columns->row.line;
    if (name.size == 0)
        return columns_refuse(columns, line, ERROR_MISSING_FIELD, name, "column %zu has no name",
                              at + 1);
    if (found == columns->count)
        return columns_refuse(
            columns, line, ERROR_UNKNOWN_FIELD, name, "there is no such column%s%s",
            near != NULL ? "; did you mean " : ": see ", near != NULL ? near : columns->help);
    if (columns->at[found] != COLUMN_NOWHERE || found == given)
        return columns_refuse(columns, line, ERROR_MALFORMED, name,
                              "it is told twice: leave out one");
    columns->at[found] = at;
    return true;
}

static bool read_header(struct columns *columns, size_t given)
{
    bool sound = true;
    if (!csv_next(&columns->csv, &columns->row))
        return columns_refuse(columns, 1, ERROR_MISSING_FIELD, span_of("", 0),
                              "nothing stands in the file: its first line names the columns");
    if (columns->row.fault[0] != '\0')
        return columns_refuse(columns, columns->row.line, ERROR_MALFORMED, span_of("", 0), "%s",
                              columns->row.fault);
    for (size_t i = 0; i < columns->row.count; i++) sound = take_name(columns, i, given) && sound;
    columns->width = columns->row.count;
    return sound;
}

void columns_begin(struct columns *columns, FILE *from, const char *const *names, size_t count,
                   size_t given, const char *help)
{
    assert(count <= COLUMNS_MAX);
    columns->names = names;
    columns->count = count;
    columns->help = help;
    for (size_t i = 0; i < COLUMNS_MAX; i++) columns->at[i] = COLUMN_NOWHERE;
    csv_open(&columns->csv, from);
    columns->sound = read_header(columns, given);
}

void columns_demand(struct columns *columns, size_t column, const char *why)
{
    if (columns->at[column] != COLUMN_NOWHERE || columns->width == 0) return;
    columns->sound = columns_refuse(columns, columns->row.line, ERROR_MISSING_FIELD,
                                    span_text(columns->names[column]), "%s", why);
}

/* --- a row ----------------------------------------------------------------------------------- */

bool columns_next(struct columns *columns)
{
    struct csv_row *row = &columns->row;
    if (!columns->sound || !csv_next(&columns->csv, row)) return false;
    columns->refused = false;
    if (row->fault[0] != '\0')
        columns_refuse(columns, row->fault_line, ERROR_MALFORMED, span_of("", 0), "%s", row->fault);
    else if (row->count != columns->width)
        columns_refuse(columns, row->line, ERROR_MALFORMED, span_of("", 0),
                       "the row has %zu fields and the first line %zu", row->count, columns->width);
    return true;
}

struct span columns_cell(const struct columns *columns, size_t column)
{
    size_t at = columns->at[column];
    return at < columns->row.count ? csv_trimmed(columns->row.fields[at].text) : span_of("", 0);
}

bool columns_number(struct columns *columns, size_t column, uint64_t *number)
{
    struct span text = columns_cell(columns, column);
    bool good = text.size > 0 && text.size <= 15;
    *number = 0;
    for (size_t i = 0; good && i < text.size; i++) {
        good = text.at[i] >= '0' && text.at[i] <= '9';
        *number = *number * 10 + (uint64_t)(text.at[i] - '0');
    }
    return good || columns_refuse_cell(columns, column, ERROR_MALFORMED,
                                       "write a whole number, without unit or blanks");
}

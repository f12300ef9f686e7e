#include "node/sheet/csv.h"

#include <stdarg.h>
#include <strings.h>

#include "node/nearest.h"
#include "proto/utf8.h"

/* --- bytes ----------------------------------------------------------------------------------- */

/* The next byte, left where it is; EOF. */
static int peek(struct csv *csv)
{
    if (csv->at == csv->size) {
        csv->at = 0;
        csv->size = csv->ended ? 0 : fread(csv->buffer, 1, sizeof csv->buffer, csv->from);
        csv->ended = csv->ended || csv->size == 0;
    }
    return csv->size == 0 ? EOF : csv->buffer[csv->at];
}

static int take(struct csv *csv)
{
    int c = peek(csv);
    if (c == EOF) return c;
    csv->at++;
    if (c == '\n') csv->line++;
    return c;
}

/* Nothing that follows is read. */
static void stop(struct csv *csv)
{
    csv->ended = true;
    csv->at = csv->size = 0;
}

static void skip_line(struct csv *csv)
{
    int c = take(csv);
    while (c != EOF && c != '\n') c = take(csv);
}

/* --- opening --------------------------------------------------------------------------------- */

/* What the first line has most of, outside quotation marks; a comma when it has none. */
static char find_delimiter(const struct csv *csv)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t counts[sizeof candidates] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = csv->at; i < csv->size && (quoted || csv->buffer[i] != '\n'); i++) {
        if (csv->buffer[i] == '"') quoted = !quoted;
        for (size_t j = 0; j < sizeof candidates; j++)
            counts[j] += !quoted && csv->buffer[i] == (uint8_t)candidates[j] ? 1 : 0;
    }
    for (size_t j = 1; j < sizeof candidates; j++)
        if (counts[j] > counts[best]) best = j;
    return candidates[best];
}

void csv_open(struct csv *csv, FILE *from)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    csv->from = from;
    csv->line = 1;
    csv->ended = false;
    csv->at = csv->size = csv->used = 0;
    (void)peek(csv);
    if (csv->size >= sizeof mark && memcmp(csv->buffer, mark, sizeof mark) == 0)
        csv->at = sizeof mark;
    csv->delimiter = find_delimiter(csv);
}

/* --- one field ------------------------------------------------------------------------------- */

/* Of several faults in a row the first is told. */
__attribute__((format(printf, 3, 4))) static void blame(const struct csv *csv, struct csv_row *row,
                                                        const char *form, ...)
{
    va_list arguments;
    if (row->fault[0] != '\0') return;
    va_start(arguments, form);
    vsnprintf(row->fault, sizeof row->fault, form, arguments);
    va_end(arguments);
    row->fault_line = csv->line;
}

/* false: a limit is reached, and the row has its fault. */
static bool push(struct csv *csv, struct csv_row *row, size_t start, int c)
{
    if (csv->used - start >= CSV_FIELD_BYTES_MAX)
        blame(csv, row, "field %zu is longer than %u bytes, or a quotation mark is not closed",
              row->count + 1, CSV_FIELD_BYTES_MAX);
    else if (csv->used + 1 >= sizeof csv->text)
        blame(csv, row, "the row is longer than %u bytes", CSV_ROW_BYTES_MAX);
    else {
        csv->text[csv->used++] = (char)c;
        return true;
    }
    return false;
}

/* After either, the row goes on; false: it is broken off, and what follows it is found. */
static bool take_quoted(struct csv *csv, struct csv_row *row)
{
    size_t start = csv->used;
    uint64_t line = csv->line;
    (void)take(csv);
    for (;;) {
        int c = take(csv);
        if (c == EOF) {
            blame(csv, row, "the quotation mark that field %zu begins with is not closed",
                  row->count + 1);
            row->fault_line = line;
            stop(csv);
            return false;
        }
        if (c == '"' && peek(csv) != '"') return true;
        if (c == '"') (void)take(csv);
        if (push(csv, row, start, c)) continue;
        row->fault_line = line;
        stop(csv); /* nobody knows where the quotation ends */
        return false;
    }
}

static bool take_plain(struct csv *csv, struct csv_row *row)
{
    size_t start = csv->used;
    for (int c = peek(csv);; c = peek(csv)) {
        if (c == EOF || c == '\n' || c == '\r' || c == csv->delimiter) return true;
        if (c == '"')
            blame(csv, row,
                  "a quotation mark inside field %zu: put the whole field in quotation marks, and "
                  "double those inside",
                  row->count + 1);
        if (c == '"' || !push(csv, row, start, c)) {
            skip_line(csv);
            return false;
        }
        (void)take(csv);
    }
}

/* A fault of the text alone leaves the form whole: the row is read to its end. */
static void add_field(struct csv *csv, struct csv_row *row, size_t start, uint64_t line)
{
    struct span text = span_of(csv->text + start, csv->used - start);
    csv->text[csv->used++] = '\0';
    if (row->fault[0] != '\0') return;
    if (!utf8_plain(text)) {
        blame(csv, row, "field %zu is no text in UTF-8: save the file as UTF-8", row->count + 1);
        row->fault_line = line;
        return;
    }
    row->fields[row->count++] = (struct csv_field){.text = text, .line = line};
}

/* What stands after a field; true: another one follows. */
static bool take_end(struct csv *csv, struct csv_row *row, bool quoted)
{
    int c = peek(csv);
    if (c == csv->delimiter) return take(csv) != EOF;
    if (c == '\r') {
        (void)take(csv);
        c = peek(csv);
        if (c != '\n' && c != EOF)
            blame(csv, row, "a carriage return stands alone: end lines with LF or CRLF");
    } else if (quoted && c != '\n' && c != EOF)
        blame(csv, row, "something stands after the closing quotation mark of field %zu",
              row->count);
    skip_line(csv); /* of which the end is left, or what came instead of it */
    return false;
}

/* true: another one follows. */
static bool take_field(struct csv *csv, struct csv_row *row)
{
    size_t start = csv->used;
    uint64_t line = csv->line;
    bool quoted = peek(csv) == '"';
    if (row->count == CSV_FIELDS_MAX || csv->used == sizeof csv->text) {
        blame(csv, row, "more than %u fields or %u bytes", CSV_FIELDS_MAX, CSV_ROW_BYTES_MAX);
        skip_line(csv);
        return false;
    }
    if (!(quoted ? take_quoted(csv, row) : take_plain(csv, row))) return false;
    add_field(csv, row, start, line);
    return take_end(csv, row, quoted);
}

/* --- rows ------------------------------------------------------------------------------------ */

static bool has_something(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->fields[i].text.size > 0) return true;
    return row->fault[0] != '\0';
}

/* What was cut off by the disk may look whole. */
static void distrust_last(struct csv *csv, struct csv_row *row)
{
    if (peek(csv) == EOF && ferror(csv->from) != 0)
        blame(csv, row, "the file cannot be read beyond this row");
}

bool csv_next(struct csv *csv, struct csv_row *row)
{
    while (peek(csv) != EOF) {
        row->count = 0;
        row->fault[0] = '\0';
        row->line = csv->line;
        csv->used = 0;
        while (take_field(csv, row)) continue;
        distrust_last(csv, row);
        if (has_something(row)) return true;
    }
    return false;
}

/* --- columns --------------------------------------------------------------------------------- */

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

struct span csv_trimmed(struct span text)
{
    while (text.size > 0 && is_blank(text.at[0])) text = span_of(text.at + 1, text.size - 1);
    while (text.size > 0 && is_blank(text.at[text.size - 1])) text.size--;
    return text;
}

size_t csv_column_of(const char *const *names, size_t count, struct span text)
{
    struct span name = csv_trimmed(text);
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == name.size &&
            strncasecmp(names[i], (const char *)name.at, name.size) == 0)
            return i;
    return count;
}

const char *csv_column_near(const char *const *names, size_t count, struct span text)
{
    struct span name = csv_trimmed(text);
    char word[NEAREST_BYTES_MAX + 1] = "";
    if (name.size > NEAREST_BYTES_MAX) return NULL;
    for (size_t i = 0; i < name.size; i++) /* names are written small */
        word[i] =
            name.at[i] >= 'A' && name.at[i] <= 'Z' ? (char)(name.at[i] + 32) : (char)name.at[i];
    struct nearest nearest = nearest_to(word);
    for (size_t i = 0; i < count; i++) nearest_offer(&nearest, names[i]);
    return nearest.found;
}

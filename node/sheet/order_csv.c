#include "node/sheet/order_csv.h"

#include <stdarg.h>

#include "proto/money.h"
#include "proto/time.h"

#define NOWHERE SIZE_MAX

#define ORDER_COLUMN_ROW(column, name, other, needed, list, member, holds)                         \
    {(name), (other), (list), (member), (needed), CELL_##holds},
static const struct {
    const char *name, *other, *list, *member;
    bool needed;
    enum order_cell holds;
} columns[] = {ORDER_COLUMN_LIST(ORDER_COLUMN_ROW)};

#define ORDER_COLUMN_NAMES(column, name, other, ...) (name), (other),
static const char *const names[] = {ORDER_COLUMN_LIST(ORDER_COLUMN_NAMES)};
#define NAMES_COUNT (sizeof names / sizeof names[0])

/* --- faults ---------------------------------------------------------------------------------- */

/* A stranger's word, cut where it is long, never within a character. */
static const char *shown(struct span text, char to[ORDER_CSV_WORD_BYTES])
{
    size_t size = text.size;
    const char *rest = size > REFERENCE_BYTES_MAX ? "..." : "";
    if (size > REFERENCE_BYTES_MAX) size = REFERENCE_BYTES_MAX;
    while (size > 0 && size < text.size && (text.at[size] & 0xc0) == 0x80) size--;
    snprintf(to, ORDER_CSV_WORD_BYTES, "%.*s%s", (int)size, (const char *)text.at, rest);
    return to;
}

static struct span cell(const struct order_csv *reader, enum order_column column)
{
    size_t at = reader->at[column];
    if (column == COLUMN_MERCHANT && reader->merchant != NULL) return span_text(reader->merchant);
    if (at >= reader->row.count) return span_of("", 0);
    return csv_trimmed(reader->row.fields[at].text);
}

/* The line of a cell; a row of several begins before it. */
static uint64_t here(const struct order_csv *reader, enum order_column column)
{
    size_t at = column < ORDER_COLUMNS ? reader->at[column] : NOWHERE;
    return at < reader->row.count ? reader->row.fields[at].line : reader->row.line;
}

/* column ORDER_COLUMNS: it is about the row. */
__attribute__((format(printf, 5, 6))) static void refuse(struct order_csv *reader, uint64_t line,
                                                         enum error error, enum order_column column,
                                                         const char *form, ...)
{
    struct order_csv_fault fault = {.line = line, .error = error};
    va_list arguments;
    reader->refused = true;
    if (reader->faults++ >= ORDER_CSV_FAULTS_MAX) return;
    va_start(arguments, form);
    vsnprintf(fault.detail, sizeof fault.detail, form, arguments);
    va_end(arguments);
    if (column < ORDER_COLUMNS) shown(span_text(reader->name[column]), fault.column);
    if (reader->known) shown(span_text(reader->head[COLUMN_REFERENCE]), fault.reference);
    reader->tell(reader->world, &fault);
}

/* --- the header ------------------------------------------------------------------------------ */

__attribute__((format(printf, 4, 5))) static bool refuse_header(const struct order_csv *reader,
                                                                enum error error, struct span name,
                                                                const char *form, ...)
{
    struct order_csv_fault fault = {.line = reader->row.line, .error = error};
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(fault.detail, sizeof fault.detail, form, arguments);
    va_end(arguments);
    shown(csv_trimmed(name), fault.column);
    reader->tell(reader->world, &fault);
    return false;
}

static bool refuse_unknown(const struct order_csv *reader, size_t at, struct span name)
{
    const char *near = csv_column_near(names, NAMES_COUNT, name);
    if (csv_trimmed(name).size == 0)
        return refuse_header(reader, ERROR_MISSING_FIELD, name, "column %zu has no name", at + 1);
    if (near != NULL)
        return refuse_header(reader, ERROR_UNKNOWN_FIELD, name,
                             "there is no such column; did you mean %s", near);
    return refuse_header(reader, ERROR_UNKNOWN_FIELD, name,
                         "there is no such column: see entrepot order import --help");
}

static bool take_name(struct order_csv *reader, size_t at)
{
    struct span name = reader->row.fields[at].text;
    size_t found = csv_column_of(names, NAMES_COUNT, name);
    enum order_column column = (enum order_column)(found / 2);
    if (found == NAMES_COUNT) return refuse_unknown(reader, at, name);
    if (column == COLUMN_MERCHANT && reader->merchant != NULL)
        return refuse_header(reader, ERROR_MALFORMED, name,
                             "--merchant names it too: leave out one of the two");
    if (reader->at[column] != NOWHERE)
        return refuse_header(reader, ERROR_MALFORMED, name,
                             "column %s says the same: leave out one of the two",
                             reader->name[column]);
    reader->at[column] = at;
    reader->name[column] = names[found];
    return true;
}

static bool check_missing(const struct order_csv *reader, enum order_column column)
{
    const char *name = columns[column].name, *other = columns[column].other;
    bool given = column == COLUMN_MERCHANT && reader->merchant != NULL;
    if (reader->at[column] != NOWHERE || given || !columns[column].needed) return true;
    bool two = strcmp(name, other) != 0;
    if (column == COLUMN_MERCHANT)
        return refuse_header(reader, ERROR_MISSING_FIELD, span_text(name),
                             "the first line does not name this column; or give --merchant");
    return refuse_header(reader, ERROR_MISSING_FIELD, span_text(name),
                         "the first line does not name this column%s%s", two ? " or " : "",
                         two ? other : "");
}

static bool read_header(struct order_csv *reader)
{
    const struct csv_row *row = &reader->row;
    bool sound = true;
    if (!csv_next(&reader->csv, &reader->row)) {
        reader->row.line = 1;
        return refuse_header(reader, ERROR_MISSING_FIELD, span_text(""),
                             "nothing stands in the file: its first line names the columns");
    }
    if (row->fault[0] != '\0')
        return refuse_header(reader, ERROR_MALFORMED, span_text(""), "%s", row->fault);
    for (size_t i = 0; i < row->count; i++) sound = take_name(reader, i) && sound;
    for (unsigned i = 0; i < ORDER_COLUMNS; i++)
        sound = check_missing(reader, (enum order_column)i) && sound;
    reader->columns = row->count;
    return sound;
}

bool order_csv_begin(struct order_csv *reader, FILE *from, const char *merchant_or_null,
                     void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    memset(reader, 0, sizeof *reader);
    reader->merchant = merchant_or_null;
    reader->tell = tell;
    reader->world = world;
    for (unsigned i = 0; i < ORDER_COLUMNS; i++) {
        reader->at[i] = NOWHERE;
        reader->name[i] = columns[i].name;
    }
    csv_open(&reader->csv, from);
    bool sound = read_header(reader);
    reader->has_row = sound && csv_next(&reader->csv, &reader->row);
    return sound;
}

/* --- which rows are one order ---------------------------------------------------------------- */

static bool is_whole(const struct order_csv *reader)
{
    return reader->row.fault[0] == '\0' && reader->row.count == reader->columns;
}

/* Is it certain whose row this is? A delimiter too many or too few moves all fields behind it, so
 * the reference of a broken row counts only when it comes first, or after the merchant's id. */
static bool is_certain(const struct order_csv *reader)
{
    struct id id;
    size_t at = reader->at[COLUMN_REFERENCE];
    if (is_whole(reader)) return true;
    if (at >= reader->row.count || cell(reader, COLUMN_REFERENCE).size == 0) return false;
    if (at == 0) return true;
    return at == 1 && reader->at[COLUMN_MERCHANT] == 0 &&
           id_parse(cell(reader, COLUMN_MERCHANT), &id) == OK;
}

static bool is_head(const struct order_csv *reader, enum order_column column)
{
    return span_equal(cell(reader, column), span_text(reader->head[column]));
}

/* Names nothing that an order begins with. */
static bool is_nameless(const struct order_csv *reader)
{
    bool merchant = reader->merchant == NULL && cell(reader, COLUMN_MERCHANT).size > 0;
    return !merchant && cell(reader, COLUMN_REFERENCE).size == 0 &&
           cell(reader, COLUMN_CURRENCY).size == 0 && cell(reader, COLUMN_SOLD).size == 0;
}

/* Does the next row belong to the order under way? */
static bool goes_on(const struct order_csv *reader)
{
    if (!reader->known || !is_certain(reader)) return false;
    if (is_nameless(reader)) return true; /* and is refused there */
    bool merchant = cell(reader, COLUMN_MERCHANT).size == 0 || is_head(reader, COLUMN_MERCHANT);
    return merchant && is_head(reader, COLUMN_REFERENCE);
}

static void begin_order(struct order_csv *reader)
{
    uint64_t doubt = reader->doubt;
    json_out_free(&reader->json);
    reader->refused = reader->has_head = false;
    reader->faults = 0;
    reader->doubt = 0;
    reader->currency = NULL;
    reader->lines_count = reader->payments_count = 0;
    reader->place = (struct order_csv_place){.line = reader->row.line};
    for (unsigned i = 0; i <= COLUMN_DELIVERED; i++) {
        struct span text = cell(reader, (enum order_column)i);
        size_t size = text.size < CSV_FIELD_BYTES_MAX ? text.size : CSV_FIELD_BYTES_MAX;
        memcpy(reader->head[i], text.at, size);
        reader->head[i][size] = '\0';
    }
    bool certain = is_certain(reader);
    reader->known = certain && reader->head[COLUMN_REFERENCE][0] != '\0';
    json_open(&reader->lines, NULL, '[');
    if (!certain)
        reader->doubt = reader->row.line;
    else if (doubt != 0)
        refuse(reader, reader->place.line, ERROR_MALFORMED, ORDER_COLUMNS,
               "line %llu, which cannot be read, may belong to this order: mend it first",
               (unsigned long long)doubt);
}

/* --- cells ----------------------------------------------------------------------------------- */

/* Nothing stands there though something must. */
static bool lacks(struct order_csv *reader, enum order_column column)
{
    if (cell(reader, column).size > 0) return false;
    refuse(reader, here(reader, column), ERROR_MISSING_FIELD, column, "nothing stands here");
    return true;
}

static bool read_currency(struct order_csv *reader)
{
    char word[ORDER_CSV_WORD_BYTES];
    struct span text = cell(reader, COLUMN_CURRENCY);
    if (lacks(reader, COLUMN_CURRENCY)) return false;
    reader->currency = currency_by_letters(text);
    if (reader->currency != NULL) return true;
    refuse(reader, here(reader, COLUMN_CURRENCY), ERROR_OUT_OF_RANGE, COLUMN_CURRENCY,
           "%s is no currency: write the three letters of ISO 4217, such as EUR",
           shown(text, word));
    return false;
}

/* A day is its midnight in UTC. */
static enum error parse_moment(struct span text, uint64_t *ms)
{
    char moment[TIME_TEXT_BYTES];
    if (text.size != strlen("2026-11-02")) return time_parse(text, ms);
    snprintf(moment, sizeof moment, "%.10sT00:00:00Z", (const char *)text.at);
    return time_parse(span_text(moment), ms);
}

static bool read_moment(struct order_csv *reader, enum order_column column)
{
    char word[ORDER_CSV_WORD_BYTES];
    uint64_t at_ms = 0;
    struct span text = cell(reader, column);
    enum error error = parse_moment(text, &at_ms);
    reader->number[column] = (int64_t)at_ms;
    if (error == OK) return true;
    refuse(reader, here(reader, column), error, column,
           "%s is no day or moment: write 2026-11-02 or 2026-11-02T10:00:00+01:00",
           shown(text, word));
    return false;
}

static bool is_minor(const struct order_csv *reader, enum order_column column)
{
    return strcmp(reader->name[column], columns[column].name) != 0;
}

/* "19,90": a comma before just the currency's places is a decimal one, unless they are three, which
 * may be thousands. */
static struct span with_point(struct span text, unsigned places, char to[MONEY_TEXT_BYTES])
{
    bool fits = text.size > places && text.size <= MONEY_TEXT_BYTES;
    if (!fits || places == 3) return text;
    size_t comma = text.size - places - 1;
    if (text.at[comma] != ',') return text;
    memcpy(to, text.at, text.size);
    to[comma] = '.';
    return span_of(to, text.size);
}

/* Quantities, and amounts in minor units. */
static enum error parse_whole(struct span text, int64_t *number)
{
    static const struct currency units = {.letters = "", .exponent = 0};
    bool point = text.size > 0 && memchr(text.at, '.', text.size) != NULL;
    return point ? ERROR_MALFORMED : money_parse(text, &units, number);
}

static size_t places_of(struct span text)
{
    const uint8_t *point = text.size == 0 ? NULL : memchr(text.at, '.', text.size);
    return point == NULL ? 0 : text.size - (size_t)(point - text.at) - 1;
}

static void refuse_amount(struct order_csv *reader, enum order_column column, enum error error)
{
    char word[ORDER_CSV_WORD_BYTES], example[MONEY_TEXT_BYTES];
    const struct currency *currency = reader->currency;
    shown(cell(reader, column), word);
    money_print(129500, currency, example);
    example[strcspn(example, " ")] = '\0';
    if (error == ERROR_OUT_OF_RANGE && places_of(cell(reader, column)) > currency->exponent)
        refuse(reader, here(reader, column), error, column,
               "%s has more decimal places than %s, which has %u", word, currency->letters,
               currency->exponent);
    else if (error == ERROR_OUT_OF_RANGE)
        refuse(reader, here(reader, column), error, column, "%s is too large", word);
    else if (is_minor(reader, column))
        refuse(reader, here(reader, column), error, column,
               "%s is no number of minor units: write 129500 for %s %s", word, currency->letters,
               example);
    else
        refuse(reader, here(reader, column), error, column,
               "%s is no amount in %s: write it as %s, without sign, letters or blanks", word,
               currency->letters, example);
}

static bool read_amount(struct order_csv *reader, enum order_column column)
{
    char room[MONEY_TEXT_BYTES];
    struct span text = cell(reader, column);
    int64_t *minor = &reader->number[column];
    if (reader->currency == NULL) return false; /* its fault was told */
    enum error error = is_minor(reader, column)
                           ? parse_whole(text, minor)
                           : money_parse(with_point(text, reader->currency->exponent, room),
                                         reader->currency, minor);
    if (error == OK) return true;
    refuse_amount(reader, column, error);
    return false;
}

static bool read_whole(struct order_csv *reader, enum order_column column)
{
    char word[ORDER_CSV_WORD_BYTES];
    struct span text = cell(reader, column);
    enum error error = parse_whole(text, &reader->number[column]);
    if (error == OK) return true;
    refuse(reader, here(reader, column), error, column, "%s is no whole number: write it as 2",
           shown(text, word));
    return false;
}

/* In basis points. */
static bool read_percent(struct order_csv *reader, enum order_column column)
{
    static const struct currency percents = {.letters = "", .exponent = 2};
    char word[ORDER_CSV_WORD_BYTES], room[MONEY_TEXT_BYTES];
    struct span text = cell(reader, column);
    if (is_minor(reader, column)) return read_whole(reader, column);
    enum error error = money_parse(with_point(text, 2, room), &percents, &reader->number[column]);
    if (error == OK) return true;
    refuse(reader, here(reader, column), error, column,
           "%s is no percentage: write it as 19 or 7.7, with two decimal places at most",
           shown(text, word));
    return false;
}

/* What the cell holds, into number. Nothing stands there: false where something must. */
static bool read_cell(struct order_csv *reader, enum order_column column)
{
    if (cell(reader, column).size == 0) return !columns[column].needed || !lacks(reader, column);
    switch (columns[column].holds) {
    case CELL_WHOLE: return read_whole(reader, column);
    case CELL_AMOUNT: return read_amount(reader, column);
    case CELL_PERCENT: return read_percent(reader, column);
    case CELL_MOMENT: return read_moment(reader, column);
    case CELL_TEXT: return true;
    }
    return true;
}

static bool read_cells(struct order_csv *reader, enum order_column from, enum order_column to)
{
    bool sound = true;
    for (unsigned i = from; i <= to; i++) sound = read_cell(reader, (enum order_column)i) && sound;
    return sound;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* An empty cell is a member that is left out. */
static void put_cell(struct order_csv *reader, struct json_out *out, enum order_column column,
                     struct span text)
{
    const char *member = columns[column].member;
    if (text.size == 0) return;
    if (columns[column].holds == CELL_TEXT)
        json_put_text(out, member, text);
    else if (columns[column].holds == CELL_MOMENT)
        json_put_time(out, member, (uint64_t)reader->number[column]);
    else
        json_put_int(out, member, reader->number[column]);
}

static void put_cells(struct order_csv *reader, struct json_out *out, enum order_column from,
                      enum order_column to)
{
    json_open(out, NULL, '{');
    for (unsigned i = from; i <= to; i++)
        put_cell(reader, out, (enum order_column)i, cell(reader, (enum order_column)i));
    json_close(out, '}');
}

static void read_head(struct order_csv *reader)
{
    (void)read_cells(reader, COLUMN_MERCHANT, COLUMN_REFERENCE);
    (void)read_currency(reader);
    (void)read_cells(reader, COLUMN_SOLD, COLUMN_DELIVERED);
    reader->has_head = true;
}

/* What stands in an order's first row may be left out in the others, and is never another. */
static void compare_head(struct order_csv *reader)
{
    char word[ORDER_CSV_WORD_BYTES];
    (void)lacks(reader, COLUMN_REFERENCE);
    for (unsigned i = COLUMN_CURRENCY; i <= COLUMN_DELIVERED; i++) {
        enum order_column column = (enum order_column)i;
        if (cell(reader, column).size == 0 || is_head(reader, column)) continue;
        const char *said = reader->head[column][0] != '\0' ? reader->head[column] : "nothing";
        refuse(reader, here(reader, column), ERROR_OUT_OF_RANGE, column,
               "line %llu, where the order begins, says %s", (unsigned long long)reader->place.line,
               shown(span_text(said), word));
    }
}

/* Does anything stand in the columns from the first to the last? */
static bool says(const struct order_csv *reader, enum order_column from, enum order_column to)
{
    for (unsigned i = from; i <= to; i++)
        if (cell(reader, (enum order_column)i).size > 0) return true;
    return false;
}

static void read_line(struct order_csv *reader)
{
    bool full = reader->lines_count == ORDER_LINES_MAX;
    if (!read_cells(reader, COLUMN_SKU, COLUMN_LOT)) return; /* the whole order is left out */
    if (full)
        refuse(reader, reader->row.line, ERROR_TOO_LARGE, ORDER_COLUMNS,
               "an order has %d lines at most", ORDER_LINES_MAX);
    if (full) return;
    put_cells(reader, &reader->lines, COLUMN_SKU, COLUMN_LOT);
    reader->place.lines[reader->lines_count++] = reader->row.line;
}

/* One that a row before has told already, as exports do that repeat it in each row. */
static bool is_told(const struct order_csv *reader, const struct json_out *payment)
{
    for (uint32_t i = 0; i < reader->payments_count; i++)
        if (span_equal(span_of(reader->payment[i].at, reader->payment[i].used),
                       span_of(payment->at, payment->used)))
            return true;
    return false;
}

static void read_payment(struct order_csv *reader)
{
    struct json_out out = {0};
    if (!read_cells(reader, COLUMN_PROVIDER, COLUMN_MANDATE_METHOD)) return;
    put_cells(reader, &out, COLUMN_PROVIDER, COLUMN_MANDATE_METHOD);
    bool told = is_told(reader, &out), full = reader->payments_count == ORDER_PAYMENTS_MAX;
    if (!told && full)
        refuse(reader, here(reader, COLUMN_PAYMENT), ERROR_TOO_LARGE, COLUMN_PAYMENT,
               "an order has %d payments at most", ORDER_PAYMENTS_MAX);
    if (told || full) {
        json_out_free(&out);
        return;
    }
    reader->place.payments[reader->payments_count] = here(reader, COLUMN_PAYMENT);
    reader->payment[reader->payments_count++] = out;
}

static void read_row(struct order_csv *reader, bool first)
{
    bool line = says(reader, COLUMN_SKU, COLUMN_LOT);
    bool payment = says(reader, COLUMN_PROVIDER, COLUMN_MANDATE_METHOD);
    if (first)
        read_head(reader);
    else if (reader->has_head)
        compare_head(reader);
    if (line) read_line(reader);
    if (payment) read_payment(reader);
    if (!line && !payment)
        refuse(reader, reader->row.line, ERROR_MISSING_FIELD, ORDER_COLUMNS,
               "neither a line of the order nor a payment stands in this row");
}

static void take_row(struct order_csv *reader, bool first)
{
    const struct csv_row *row = &reader->row;
    if (row->fault[0] != '\0')
        refuse(reader, row->fault_line, ERROR_MALFORMED, ORDER_COLUMNS, "%s", row->fault);
    else if (row->count != reader->columns)
        refuse(reader, row->line, ERROR_MALFORMED, ORDER_COLUMNS,
               "%zu fields, and the first line has %zu: put a field that holds the mark between "
               "fields in quotation marks",
               row->count, reader->columns);
    else
        read_row(reader, first);
}

/* --- orders ---------------------------------------------------------------------------------- */

static void put_order(struct order_csv *reader)
{
    struct json_out *out = &reader->json;
    json_open(out, NULL, '{');
    for (unsigned i = 0; i <= COLUMN_DELIVERED; i++) {
        bool letters = i == COLUMN_CURRENCY; /* as they are written, of either case */
        const char *text = letters ? reader->currency->letters : reader->head[i];
        put_cell(reader, out, (enum order_column)i, span_text(text));
    }
    json_put_raw(out, "lines", span_of(reader->lines.at, reader->lines.used));
    json_open(out, "payments", '[');
    for (uint32_t i = 0; i < reader->payments_count; i++)
        json_put_raw(out, NULL, span_of(reader->payment[i].at, reader->payment[i].used));
    json_close(out, ']');
    json_close(out, '}');
    if (out->used <= ORDER_CSV_BYTES_MAX) return;
    refuse(reader, reader->place.line, ERROR_TOO_LARGE, ORDER_COLUMNS,
           "the order takes more than %u bytes", ORDER_CSV_BYTES_MAX);
}

static void finish_order(struct order_csv *reader)
{
    json_close(&reader->lines, ']');
    if (reader->known && reader->has_row && !is_certain(reader))
        refuse(reader, reader->place.line, ERROR_MALFORMED, ORDER_COLUMNS,
               "line %llu, which cannot be read, may belong to this order: mend it first",
               (unsigned long long)reader->row.line);
    if (!reader->refused) put_order(reader);
    json_out_free(&reader->lines);
    for (uint32_t i = 0; i < reader->payments_count; i++) json_out_free(&reader->payment[i]);
    reader->payments_count = 0;
}

bool order_csv_next(struct order_csv *reader, struct span *json, struct order_csv_place *place)
{
    bool first = true;
    if (!reader->has_row) return false;
    begin_order(reader);
    do {
        take_row(reader, first);
        first = false;
        reader->has_row = csv_next(&reader->csv, &reader->row);
    } while (reader->has_row && goes_on(reader));
    finish_order(reader);
    if (reader->known) shown(span_text(reader->head[COLUMN_REFERENCE]), reader->place.reference);
    *json = reader->refused ? span_of("", 0) : span_of(reader->json.at, reader->json.used);
    *place = reader->place;
    return true;
}

void order_csv_end(struct order_csv *reader)
{
    json_out_free(&reader->json);
    reader->has_row = false;
}

/* --- where it stands ------------------------------------------------------------------------- */

/* The next step of a pointer, without its stroke. */
static struct span step_of(struct span *pointer)
{
    struct span left = *pointer;
    if (left.size == 0) return left; /* and perhaps nowhere */
    left = span_of(left.at + 1, left.size - 1);
    const uint8_t *end = left.size == 0 ? NULL : memchr(left.at, '/', left.size);
    size_t size = end == NULL ? left.size : (size_t)(end - left.at);
    *pointer = span_of(left.at + size, left.size - size);
    return span_of(left.at, size);
}

void order_csv_locate(const struct order_csv *reader, const struct order_csv_place *place,
                      struct span pointer, uint64_t *line, const char **column)
{
    struct span list = step_of(&pointer), member = list;
    int64_t at = 0;
    *line = place->line;
    *column = NULL;
    bool lines = span_equal(list, span_text("lines"));
    bool payments = span_equal(list, span_text("payments"));
    if (lines || payments) {
        bool known = parse_whole(step_of(&pointer), &at) == OK;
        if (known && lines && at < ORDER_LINES_MAX) *line = place->lines[at];
        if (known && payments && at < ORDER_PAYMENTS_MAX) *line = place->payments[at];
        if (*line == 0) *line = place->line; /* one that the order does not have */
        member = step_of(&pointer);
    } else
        list = span_text("");
    for (unsigned i = 0; i < ORDER_COLUMNS; i++)
        if (span_equal(list, span_text(columns[i].list)) &&
            span_equal(member, span_text(columns[i].member)))
            *column = reader->name[i];
}

#include "node/sheet/tracking_csv.h"

#include "proto/time.h"

#define TRACKING_COLUMN_NAME(column, name, of_scan) (name),
static const char *const names[] = {TRACKING_COLUMN_LIST(TRACKING_COLUMN_NAME)};
#define TRACKING_COLUMN_OF_SCAN(column, name, of_scan) (of_scan),
static const bool of_scan[] = {TRACKING_COLUMN_LIST(TRACKING_COLUMN_OF_SCAN)};

bool tracking_csv_begin(struct tracking_csv *reader, FILE *from,
                        void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    struct columns *of = &reader->of;
    memset(reader, 0, sizeof *reader);
    of->tell = tell;
    of->world = world;
    columns_begin(of, from, names, TRACKING_COLUMNS, COLUMN_NOWHERE,
                  "entrepot parcel import --help");
    columns_demand(of, TRACKING_COLUMN_CARRIER, "the first line does not name this column");
    columns_demand(of, TRACKING_COLUMN_NUMBER, "the first line does not name this column");
    columns_demand(of, TRACKING_COLUMN_STATUS, "the first line does not name this column");
    return of->sound;
}

/* --- a row ----------------------------------------------------------------------------------- */

static void put_time(struct tracking_csv *reader, struct span text)
{
    uint64_t ms;
    bool instant = text.size > 0 && time_parse(text, &ms) == OK;
    if (instant) json_put_text(&reader->json, "occurred_ms", text);
    if (text.size > 0) json_put_text(&reader->json, "occurred_local", text);
    json_put_text(&reader->json, "quality", span_text(instant ? "offset" : "none"));
}

static void put_row(struct tracking_csv *reader)
{
    struct json_out *out = &reader->json;
    json_open(out, NULL, '{');
    for (size_t i = 0; i < TRACKING_COLUMNS; i++) {
        struct span text = columns_cell(&reader->of, i);
        if (!of_scan[i]) json_put_text(out, names[i], text);
    }
    json_open(out, "points", '[');
    json_open(out, NULL, '{');
    for (size_t i = 0; i < TRACKING_COLUMNS; i++) {
        struct span text = columns_cell(&reader->of, i);
        if (i == TRACKING_COLUMN_TIME)
            put_time(reader, text);
        else if (of_scan[i] && text.size > 0)
            json_put_text(out, names[i], text);
    }
    json_close(out, '}');
    json_close(out, ']');
    json_close(out, '}');
}

bool tracking_csv_next(struct tracking_csv *reader, struct span *json,
                       struct order_csv_place *place)
{
    *json = span_of("", 0);
    if (!columns_next(&reader->of)) return false;
    json_out_free(&reader->json);
    *place = (struct order_csv_place){.line = reader->of.row.line};
    columns_show(columns_cell(&reader->of, TRACKING_COLUMN_NUMBER), place->reference);
    if (!reader->of.refused) put_row(reader);
    if (!reader->of.refused) *json = span_of(reader->json.at, reader->json.used);
    return true;
}

void tracking_csv_end(struct tracking_csv *reader)
{
    json_out_free(&reader->json);
}

/* "/points/0/status" or "/number": the last step. */
const char *tracking_csv_column(const struct tracking_csv *reader, struct span pointer)
{
    size_t from = pointer.size;
    while (from > 0 && pointer.at[from - 1] != '/') from--;
    struct span last = span_of(pointer.at + from, pointer.size - from), rest;
    if (span_strip(last, "occurred_", &rest)) last = span_text("time");
    for (size_t i = 0; i < TRACKING_COLUMNS; i++)
        if (reader->of.at[i] != COLUMN_NOWHERE && span_equal(span_text(names[i]), last))
            return names[i];
    return NULL;
}

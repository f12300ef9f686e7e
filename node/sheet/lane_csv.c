#include "node/sheet/lane_csv.h"

#define LANE_COLUMN_NAME(column, name, number) (name),
static const char *const names[] = {LANE_COLUMN_LIST(LANE_COLUMN_NAME)};
#define LANE_COLUMN_IS_NUMBER(column, name, number) (number),
static const bool is_number[] = {LANE_COLUMN_LIST(LANE_COLUMN_IS_NUMBER)};

bool lane_csv_begin(struct lane_csv *reader, FILE *from, const char *merchant_or_null,
                    void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    static const enum lane_column demanded[] = {LANE_COLUMN_CARRIER, LANE_COLUMN_COUNTRY,
                                                LANE_COLUMN_WEIGHT, LANE_COLUMN_PRICE};
    struct columns *of = &reader->of;
    bool given = merchant_or_null != NULL;
    memset(reader, 0, sizeof *reader);
    reader->merchant = merchant_or_null;
    of->tell = tell;
    of->world = world;
    columns_begin(of, from, names, LANE_COLUMNS, given ? LANE_COLUMN_MERCHANT : COLUMN_NOWHERE,
                  "entrepot lane import --help");
    for (size_t i = 0; i < sizeof demanded / sizeof demanded[0]; i++)
        columns_demand(of, demanded[i], "the first line does not name this column");
    if (!given)
        columns_demand(of, LANE_COLUMN_MERCHANT,
                       "the first line does not name this column; or give the merchant beside");
    return of->sound;
}

static void put_cell(struct lane_csv *reader, size_t column)
{
    bool given = column == LANE_COLUMN_MERCHANT && reader->merchant != NULL;
    struct span text = given ? span_text(reader->merchant) : columns_cell(&reader->of, column);
    uint64_t number;
    if (text.size == 0) return;
    if (!is_number[column])
        json_put_text(&reader->json, names[column], text);
    else if (columns_number(&reader->of, column, &number))
        json_put_uint(&reader->json, names[column], number);
}

bool lane_csv_next(struct lane_csv *reader, struct span *json, struct order_csv_place *place)
{
    *json = span_of("", 0);
    if (!columns_next(&reader->of)) return false;
    json_out_free(&reader->json);
    *place = (struct order_csv_place){.line = reader->of.row.line};
    columns_show(columns_cell(&reader->of, LANE_COLUMN_CARRIER), place->reference);
    json_open(&reader->json, NULL, '{');
    for (size_t i = 0; i < LANE_COLUMNS && !reader->of.refused; i++) put_cell(reader, i);
    json_close(&reader->json, '}');
    if (!reader->of.refused) *json = span_of(reader->json.at, reader->json.used);
    return true;
}

void lane_csv_end(struct lane_csv *reader)
{
    json_out_free(&reader->json);
}

const char *lane_csv_column(const struct lane_csv *reader, struct span pointer)
{
    struct span name;
    if (!span_strip(pointer, "/", &name)) return NULL;
    for (size_t i = 0; i < LANE_COLUMNS; i++)
        if (reader->of.at[i] != COLUMN_NOWHERE && span_equal(span_text(names[i]), name))
            return names[i];
    return NULL;
}

/* Any bytes as a CSV file of orders, of SKUs or of stock: its rows keep the promises of
 * node/sheet/csv.h, and what comes out as an order is JSON that the shape of the bulk import can
 * read or refuse. The first byte says whether a merchant is given. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "node/sheet/lane_csv.h"
#include "node/sheet/sku_csv.h"
#include "node/sheet/stock_csv.h"
#include "proto/commands.h"
#include "proto/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static FILE *open_bytes(const uint8_t *bytes, size_t size)
{
    FILE *from = fmemopen(NULL, size, "w+");
    assert(from != NULL && fwrite(bytes, 1, size, from) == size);
    rewind(from);
    return from;
}

static void check_row(const struct csv_row *row)
{
    assert(row->count <= CSV_FIELDS_MAX && row->line >= 1);
    assert(row->fault[0] == '\0' || row->fault_line >= row->line);
    for (size_t i = 0; i < row->count; i++) {
        assert(row->fields[i].text.size <= CSV_FIELD_BYTES_MAX);
        assert(utf8_plain(row->fields[i].text) && row->fields[i].line >= row->line);
    }
}

static void try_rows(const uint8_t *bytes, size_t size)
{
    static struct csv csv;
    static struct csv_row row;
    FILE *from = open_bytes(bytes, size);
    uint64_t line = 0;
    csv_open(&csv, from);
    while (csv_next(&csv, &row)) {
        check_row(&row);
        assert(row.line > line); /* each row begins in a line of its own */
        line = row.line;
    }
    fclose(from);
}

static void count_fault(void *world, const struct order_csv_fault *fault)
{
    unsigned *faults = world;
    assert(fault->error != OK && fault->line >= 1 && fault->detail[0] != '\0');
    assert(utf8_valid(span_text(fault->column)) && utf8_valid(span_text(fault->reference)));
    (*faults)++;
}

static void check_order(const struct order_csv *reader, struct span json,
                        const struct order_csv_place *place)
{
    static union command_body body;
    struct json_fault why;
    struct fault fault;
    uint64_t line;
    const char *column;
    struct json *order = json_parse(json, &why);
    assert(order != NULL);
    enum error error = json_to_shape(order, &order_import_shape, &body, NULL, 0, &fault);
    assert(error != ERROR_UNKNOWN_FIELD && error != ERROR_MALFORMED);
    json_free(order);
    order_csv_locate(reader, place, span_text("/lines/0/quantity"), &line, &column);
    assert(line >= place->line && column != NULL);
}

static void try_orders(const uint8_t *bytes, size_t size, const char *merchant)
{
    static struct order_csv reader;
    struct order_csv_place place;
    struct span json;
    unsigned faults = 0, before = 0;
    uint64_t line = 0;
    FILE *from = open_bytes(bytes, size);
    bool sound = order_csv_begin(&reader, from, merchant, count_fault, &faults);
    assert(sound == (faults == 0));
    before = faults;
    while (order_csv_next(&reader, &json, &place)) {
        assert(sound && place.line > line);
        assert((json.size == 0) == (faults > before)); /* left out exactly when somebody is told */
        if (json.size > 0) check_order(&reader, json, &place);
        line = place.line;
        before = faults;
    }
    order_csv_end(&reader);
    fclose(from);
}

static void check_sku(const struct sku_csv *reader, struct span json)
{
    static union command_body body;
    struct json_fault why;
    struct fault fault;
    struct json *sku = json_parse(json, &why);
    assert(sku != NULL);
    enum error error = json_to_shape(sku, &sku_put_shape, &body, NULL, 0, &fault);
    assert(error != ERROR_UNKNOWN_FIELD);
    json_free(sku);
    assert(sku_csv_column(reader, span_text("/code")) != NULL);
    assert(sku_csv_column(reader, span_text("/nothing")) == NULL);
}

static void try_skus(const uint8_t *bytes, size_t size, const char *merchant)
{
    static struct sku_csv reader;
    struct order_csv_place place;
    struct span json;
    unsigned faults = 0, before = 0;
    FILE *from = open_bytes(bytes, size);
    bool sound = sku_csv_begin(&reader, from, merchant, count_fault, &faults);
    assert(sound == (faults == 0));
    before = faults;
    while (sku_csv_next(&reader, &json, &place)) {
        assert(sound && place.line >= 1);
        assert((json.size == 0) == (faults > before));
        if (json.size > 0) check_sku(&reader, json);
        before = faults;
    }
    sku_csv_end(&reader);
    fclose(from);
}

static void try_lanes(const uint8_t *bytes, size_t size, const char *merchant)
{
    static struct lane_csv reader;
    static union command_body body;
    struct order_csv_place place;
    struct span json;
    struct json_fault why;
    struct fault fault;
    unsigned faults = 0, before = 0;
    FILE *from = open_bytes(bytes, size);
    bool sound = lane_csv_begin(&reader, from, merchant, count_fault, &faults);
    assert(sound == (faults == 0));
    before = faults;
    while (lane_csv_next(&reader, &json, &place)) {
        assert(sound && place.line >= 1);
        assert((json.size == 0) == (faults > before));
        struct json *lane = json.size == 0 ? NULL : json_parse(json, &why);
        assert((lane == NULL) == (json.size == 0));
        if (lane != NULL)
            assert(json_to_shape(lane, &lane_put_shape, &body, NULL, 0, &fault) !=
                   ERROR_UNKNOWN_FIELD);
        json_free(lane);
        before = faults;
    }
    lane_csv_end(&reader);
    fclose(from);
}

static void try_stock(const uint8_t *bytes, size_t size, const struct id *merchant)
{
    static struct stock_csv reader;
    struct stock_line line;
    unsigned faults = 0;
    uint64_t before = 0;
    FILE *from = open_bytes(bytes, size);
    bool sound = stock_csv_begin(&reader, from, merchant, count_fault, &faults);
    assert(sound == (faults == 0));
    while (stock_csv_next(&reader, &line)) {
        assert(sound && line.line > before && line.sku[0] != '\0');
        assert(line.pieces <= STOCK_PIECES_MAX && line.account < STOCK_ACCOUNT_COUNT);
        assert(strlen(line.bin) <= BIN_BYTES_MAX && strlen(line.reference) <= STOCK_REF_BYTES_MAX);
        before = line.line;
    }
    fclose(from);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct id merchant = {{1}};
    if (size < 2) return 0; /* the C library opens no stream over nothing */
    try_rows(bytes + 1, size - 1);
    try_orders(bytes + 1, size - 1, bytes[0] == 'm' ? "01JF0000000000000000000000P" : NULL);
    try_skus(bytes + 1, size - 1, bytes[0] == 'm' ? "01JF0000000000000000000000P" : NULL);
    try_lanes(bytes + 1, size - 1, bytes[0] == 'm' ? "01JF0000000000000000000000P" : NULL);
    try_stock(bytes + 1, size - 1, bytes[0] == 'm' ? &merchant : NULL);
    return 0;
}

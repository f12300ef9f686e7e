/* What can be promised of a SKU, warehouse by warehouse. Stock of another node's warehouse is a
 * copy, so each says as of when it is: when that node was heard last. */
#include "overseas-warehouse/stock/stock.h"

#include "node/http/door.h"
#include "node/http/records.h"

/* One question while it is answered. */
struct offering {
    struct visit *visit;
    const struct store_reading *snapshot;
    struct id merchant;
    struct span sku;
    int64_t available; /* of all so far */
    struct json_out out;
};

static void put_as_of(struct offering *offering, const struct warehouse_row *keeper)
{
    const struct last_heard heard = {offering->visit->http, &offering->snapshot->truth,
                                     wall_now_ms()};
    struct key key = key_of(&keeper->node);
    struct member member;
    if (!rows_load(&offering->snapshot->views, VIEW_MEMBER, &key, &member_shape, &member)) return;
    uint64_t as_of_ms = last_heard_ms(&heard, &member);
    if (as_of_ms != 0) json_put_time(&offering->out, "as_of_ms", as_of_ms);
}

/* On the floor of the warehouse, wherever in it: sellable or reserved. */
static void put_age(struct offering *offering, const struct stock_goods *goods, int64_t pieces)
{
    struct stock_age age = stock_age(&offering->snapshot->views, goods, NULL, pieces);
    if (age.oldest_ms != 0) json_put_time(&offering->out, "oldest_ms", age.oldest_ms);
    if (age.older) json_put_bool(&offering->out, "older", true);
}

static void put_warehouse(struct offering *offering, const struct id *warehouse,
                          const struct warehouse_row *keeper)
{
    const struct desk desk = {.rows = offering->snapshot->views,
                              .crypto = offering->visit->http->crypto};
    struct json_out *out = &offering->out;
    struct stock_goods goods = stock_goods(&desk, warehouse, &offering->merchant, offering->sku);
    struct stock_offer offer;
    stock_offer(&desk, &goods, &offer);
    json_open(out, NULL, '{');
    json_put_id(out, "warehouse", warehouse);
    json_put_text(out, "code", keeper->code);
    json_put_id(out, "node", &keeper->node);
    put_as_of(offering, keeper);
    json_put_int(out, "available", offer.available);
    json_put_int(out, "sellable", offer.sellable);
    json_put_int(out, "reserved", offer.reserved);
    json_put_int(out, "held", offer.held);
    json_put_bool(out, "recalled", offer.recalled);
    put_age(offering, &goods, offer.sellable + offer.reserved);
    json_close(out, '}');
    offering->available += offer.available;
}

/* Nobody has told how far warehouses lie apart: the one of this node comes first, the others in the
 * order of their ids. */
static void put_warehouses(struct offering *offering, bool own)
{
    const struct id *self = &offering->visit->http->self->node;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    for (unsigned read = 0;
         read <= PEERS_MAX && walk_next(&offering->snapshot->views, VIEW_WAREHOUSE, &walk, &at);
         read++) {
        struct warehouse_row keeper;
        struct id warehouse;
        memcpy(warehouse.bytes, walk.at.bytes, ID_BYTES);
        if (shape_decode(&warehouse_row_shape, at.value, &keeper, NULL) != OK) continue;
        if (id_equal(&keeper.node, self) != own) continue;
        /* What it lent ends with the next read. */
        char code[CODE_BYTES_MAX];
        size_t size = keeper.code.size;
        if (size > 0) memcpy(code, keeper.code.at, size);
        keeper.code = span_of(code, size);
        put_warehouse(offering, &warehouse, &keeper);
    }
}

static void put_offers(struct offering *offering)
{
    struct json_out *out = &offering->out;
    engine_status(offering->visit->http->engine, &offering->visit->http->status);
    json_open(out, NULL, '{');
    json_put_id(out, "merchant", &offering->merchant);
    json_put_text(out, "sku", offering->sku);
    json_open(out, "warehouses", '[');
    put_warehouses(offering, true);
    put_warehouses(offering, false);
    json_close(out, ']');
    json_put_int(out, "available", offering->available);
    json_close(out, '}');
}

/* On false the call has been answered. */
static bool read_question(struct offering *offering, const struct query *query)
{
    const char *merchant = query_get(query, "merchant"), *sku = query_get(query, "sku");
    struct scope scope = visit_scope(offering->visit);
    bool good = merchant == NULL || id_parse(span_text(merchant), &offering->merchant) == OK;
    if (merchant == NULL) offering->merchant = scope_only(&scope);
    if (!good)
        visit_refuse(offering->visit, ERROR_BAD_ID, "merchant");
    else if (id_is_zero(&offering->merchant))
        visit_refuse(offering->visit, ERROR_MISSING_FIELD, "parameter merchant: whose goods");
    else if (sku == NULL || sku[0] == '\0' || strlen(sku) > SKU_BYTES_MAX)
        visit_refuse(offering->visit, ERROR_OUT_OF_RANGE, "parameter sku: 1 to 64 bytes");
    else if (!scope_covers(&scope, &offering->merchant))
        visit_refuse(offering->visit, ERROR_NOT_FOUND, "merchant");
    else
        offering->sku = span_text(sku);
    return offering->sku.size > 0;
}

void availability_handle(struct visit *visit)
{
    static const char *const allowed[] = {"merchant", "sku", NULL};
    struct store_reading snapshot;
    struct offering offering = {.visit = visit, .snapshot = &snapshot};
    struct query query;
    struct merchant known;
    if (!query_read(visit, allowed, &query) || !read_question(&offering, &query)) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    if (merchant_load(&snapshot.views, &offering.merchant, &known))
        put_offers(&offering);
    else
        error = ERROR_NOT_FOUND;
    if (error == OK) error = snapshot.views.port->error(snapshot.views.world);
    store_reading_end(&snapshot);
    if (error == OK)
        visit_json(visit, 200, &offering.out);
    else
        visit_refuse(visit, error, error == ERROR_NOT_FOUND ? "merchant" : NULL);
    json_out_free(&offering.out);
}

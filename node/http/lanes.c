/* Lanes as they are read, and by which of them a return's label would be bought: every product of
 * the merchant's with its price, and why it is not taken. */
#include "overseas-warehouse/label/lane.h"

#include <stdlib.h>

#include "node/http/door.h"
#include "node/http/records.h"

bool lane_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                     const char *key, uint64_t *version)
{
    struct lane_row row;
    if (!lane_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant))
        return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &lane_row_shape, &row);
    json_close(out, '}');
    return true;
}

/* --- a choice --------------------------------------------------------------------------------- */

static void put_offer(struct json_out *out, const struct lane_offer *offer, bool taken)
{
    json_open(out, NULL, '{');
    json_put_id(out, "lane", &offer->lane);
    json_put_shape(out, NULL, &lane_row_shape, &offer->row);
    json_put_bool(out, "taken", taken);
    json_put_text(out, "why", span_text(lane_why_word(offer->why)));
    json_put_text(out, "why_text", span_text(lane_why_text(offer->why)));
    json_close(out, '}');
}

static void put_choice(const struct lane_parcel *parcel, const struct lane_choice *choice,
                       struct json_out *out)
{
    bool any = choice->count > 0 && choice->at[0].why == LANE_FITS;
    json_open(out, NULL, '{');
    json_put_text(out, "country", parcel->country);
    json_put_uint(out, "weight_g", parcel->weight_g);
    json_put_bool(out, "battery", parcel->battery);
    json_put_bool(out, "found", any);
    json_open(out, "offers", '[');
    for (uint32_t i = 0; i < choice->count; i++) put_offer(out, &choice->at[i], any && i == 0);
    json_close(out, ']');
    json_put_uint(out, "left_out", choice->left_out);
    json_close(out, '}');
}

struct choosing {
    struct visit *visit;
    struct id return_id, warehouse; /* zero: by the lanes that go to every one */
    uint64_t weight_g;              /* 0: as the master data has it */
};

/* false: refused. */
static bool read_wish(struct choosing *choosing)
{
    static const char *const allowed[] = {"warehouse", "weight_g", NULL};
    struct query query;
    struct visit *visit = choosing->visit;
    if (!visit_id(visit, 0, &choosing->return_id) || !query_read(visit, allowed, &query))
        return false;
    const char *warehouse = query_get(&query, "warehouse");
    if (warehouse != NULL && id_parse(span_text(warehouse), &choosing->warehouse) != OK) {
        visit_refuse(visit, ERROR_BAD_ID, "parameter warehouse");
        return false;
    }
    const char *weight = query_get(&query, "weight_g");
    char *rest = NULL;
    if (weight == NULL) return true;
    if (weight[0] >= '0' && weight[0] <= '9') choosing->weight_g = strtoull(weight, &rest, 10);
    if (rest != NULL && *rest == '\0' && choosing->weight_g > 0 &&
        choosing->weight_g <= WEIGHT_G_MAX)
        return true;
    visit_refuse(visit, ERROR_OUT_OF_RANGE, "parameter weight_g: grams, 1 or more");
    return false;
}

static enum error choose(struct choosing *choosing, const struct reading *reading,
                         struct json_out *out)
{
    struct http *http = choosing->visit->http;
    const struct desk desk = {.rows = *reading->rows, .crypto = http->crypto};
    struct return_row owner;
    struct lane_parcel parcel;
    struct label_address address;
    static struct lane_choice choice; /* of the one thread that answers */
    if (!return_load(reading->rows, &choosing->return_id, &owner) ||
        !scope_covers(&reading->scope, &owner.merchant))
        return ERROR_NOT_FOUND;
    uint64_t weight_g =
        choosing->weight_g != 0 ? choosing->weight_g : label_weight(&desk, &choosing->return_id);
    (void)lane_parcel_of(&desk, &choosing->return_id, &choosing->warehouse, weight_g, wall_now_ms(),
                         &address, &parcel);
    lanes_choose(reading->rows, &parcel, http->self->labels, &choice);
    put_choice(&parcel, &choice, out);
    return OK;
}

void label_choice_handle(struct visit *visit)
{
    struct choosing choosing = {.visit = visit};
    struct store_reading snapshot;
    struct json_out out = {0};
    if (!read_wish(&choosing)) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    const struct reading reading = {&snapshot.views, visit->http->crypto, visit_scope(visit), 0};
    error = choose(&choosing, &reading, &out);
    if (error == OK) error = snapshot.views.port->error(snapshot.views.world);
    store_reading_end(&snapshot);
    if (error != OK) {
        json_out_free(&out);
        visit_refuse(visit, error, NULL);
        return;
    }
    visit_json(visit, 200, &out);
}

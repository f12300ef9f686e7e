/* EasyPost's trackers: by number, and as a list by pages, the newest first. The key is the user of
 * basic authentication. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/parcels.h"

#define PAGE_MAX 100u

static void put_tracker(struct json_out *out, const struct parcel *parcel)
{
    char id[32];
    const struct scan_words *last = &scan_words[parcel->scan[parcel->scans - 1].status];
    snprintf(id, sizeof id, "trk_%u", parcel->id);
    json_open(out, NULL, '{');
    json_put_text(out, "id", span_text(id));
    json_put_text(out, "object", span_text("Tracker"));
    json_put_text(out, "tracking_code", span_text(parcel->number));
    json_put_text(out, "status", span_text(last->easypost));
    put_time(out, "updated_at", TIME_ZULU, parcel->updated_s);
    json_open(out, "tracking_details", '[');
    for (unsigned i = 0; i < parcel->scans; i++) {
        const struct scan_words *words = &scan_words[parcel->scan[i].status];
        json_open(out, NULL, '{');
        json_put_text(out, "object", span_text("TrackingDetail"));
        json_put_text(out, "message", span_text(words->text));
        json_put_text(out, "status", span_text(words->easypost));
        put_time(out, "datetime", TIME_ZULU, parcel->scan[i].at_s);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void make_tracker(struct evhttp_request *request)
{
    char number[NUMBER_BYTES], *body = body_of(request);
    member(body, "tracker/tracking_code", number, sizeof number);
    free(body);
    subscribe(number);
    answer(request, number[0] == '\0' ? 422 : 201, "{\"id\":\"trk_made\"}");
}

static void answer_list(struct evhttp_request *request)
{
    char number[NUMBER_BYTES], before[32], size[16], since[40];
    struct json_out out = {0};
    unsigned put = 0, place = 0, first = PARCELS_MAX + 1, most;
    parameter(request, "tracking_code", number, sizeof number);
    parameter(request, "before_id", before, sizeof before);
    parameter(request, "page_size", size, sizeof size);
    parameter(request, "start_datetime", since, sizeof since);
    if (strncmp(before, "trk_", 4) == 0) first = (unsigned)strtoul(before + 4, NULL, 10);
    most = (unsigned)strtoul(size, NULL, 10);
    if (most == 0 || most > PAGE_MAX) most = 20;
    while (parcel_at(place) != NULL) place++;
    json_open(&out, NULL, '{');
    json_open(&out, "trackers", '[');
    bool more = false;
    for (; place > 0; place--) {
        const struct parcel *parcel = parcel_at(place - 1);
        if (parcel->id >= first) continue;
        if (number[0] != '\0' && strcmp(parcel->number, number) != 0) continue;
        more = put == most;
        if (more) break;
        put_tracker(&out, parcel);
        put++;
    }
    json_close(&out, ']');
    json_put_bool(&out, "has_more", more);
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

/* --- shipments -------------------------------------------------------------------------------- */

static struct json_out shipment(struct evhttp_request *request, const struct sale *sale, bool sold)
{
    struct json_out out = {0};
    char id[32], url[256];
    snprintf(id, sizeof id, "shp_%u", sale->id);
    snprintf(url, sizeof url, "http://%s/labels/%u.pdf", header(request, "Host"), sale->id);
    json_open(&out, NULL, '{');
    json_put_text(&out, "id", span_text(id));
    json_put_text(&out, "reference", span_text(sale->reference));
    json_open(&out, "rates", '[');
    for (unsigned i = 0; i < 2; i++) {
        json_open(&out, NULL, '{');
        json_put_text(&out, "id", span_text(i == 0 ? "rate_dear" : "rate_cheap"));
        json_put_text(&out, "service", span_text(i == 0 ? "Priority" : "GroundSaver"));
        json_put_text(&out, "rate", span_text(i == 0 ? "12.10" : "7.91"));
        json_put_text(&out, "currency", span_text("USD"));
        json_close(&out, '}');
    }
    json_close(&out, ']');
    if (sold) {
        json_put_text(&out, "tracking_code", span_text(sale->number));
        json_open(&out, "selected_rate", '{');
        json_put_text(&out, "rate", span_text("7.91"));
        json_put_text(&out, "currency", span_text("USD"));
        json_close(&out, '}');
        json_open(&out, "postage_label", '{');
        json_put_text(&out, "label_url", span_text(url));
        json_close(&out, '}');
    }
    json_close(&out, '}');
    return out;
}

static void make_shipment(struct evhttp_request *request)
{
    char reference[REFERENCE_BYTES], *body = body_of(request);
    member(body, "shipment/reference", reference, sizeof reference);
    struct sale *sale = sale_make("easypost", reference);
    free(body);
    if (sale == NULL) {
        answer(request, 503, "{}");
        return;
    }
    struct json_out out = shipment(request, sale, false);
    answer_json(request, 201, &out);
}

/* Once: whoever asks again hears that. */
static void take_back(struct evhttp_request *request, struct sale *sale)
{
    struct json_out out = {0};
    if (sale->taken_back) {
        answer(
            request, 422,
            "{\"error\":{\"code\":\"SHIPMENT.REFUND.ALREADY_REQUESTED\",\"message\":\"twice\"}}");
        return;
    }
    sale->taken_back = true;
    json_open(&out, NULL, '{');
    json_put_text(&out, "refund_status", span_text("submitted"));
    json_close(&out, '}');
    sell(request, sale, 200, &out);
}

static void answer_form(struct evhttp_request *request, const struct sale *sale)
{
    char type[32], url[256], *body = body_of(request);
    struct json_out out = {0};
    member(body, "form/type", type, sizeof type);
    free(body);
    if (!sale->sold || strcmp(type, "label_qr_code") != 0 || label_has_no_code()) {
        answer(request, 422, "{\"error\":{\"message\":\"no such form\"}}");
        return;
    }
    snprintf(url, sizeof url, "http://%s/labels/%u.pdf", header(request, "Host"), sale->id);
    json_open(&out, NULL, '{');
    json_open(&out, "forms", '[');
    json_open(&out, NULL, '{');
    json_put_text(&out, "form_type", span_text(type));
    json_put_text(&out, "form_url", span_text(url));
    json_close(&out, '}');
    json_close(&out, ']');
    json_close(&out, '}');
    answer_json(request, 201, &out);
}

/* By its id or by our reference, which stands in the place of an id. */
static void take_shipment(struct evhttp_request *request, const char *rest)
{
    char name[REFERENCE_BYTES];
    size_t size = strcspn(rest, "/");
    const char *what = rest + size;
    snprintf(name, sizeof name, "%.*s", (int)size, rest);
    struct sale *sale = strncmp(name, "shp_", 4) == 0
                            ? sale_by_id((unsigned)strtoul(name + 4, NULL, 10))
                            : sale_by_reference("easypost", name);
    if (sale == NULL) {
        answer(request, 404, "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"none\"}}");
        return;
    }
    struct json_out out = shipment(request, sale, sale->sold || strcmp(what, "/buy") == 0);
    if (strcmp(what, "/buy") == 0 && !sale->sold) {
        sell(request, sale, 200, &out);
        return;
    }
    if (strcmp(what, "/refund") == 0 || strcmp(what, "/forms") == 0) {
        json_out_free(&out);
        if (what[1] == 'r')
            take_back(request, sale);
        else
            answer_form(request, sale);
        return;
    }
    if (strcmp(what, "/buy") == 0) {
        json_out_free(&out);
        answer(request, 422, "{\"error\":{\"message\":\"postage already exists\"}}");
    } else
        answer_json(request, 200, &out);
}

/* --- pickups ---------------------------------------------------------------------------------- */

static void answer_pickup(struct evhttp_request *request, struct sale *sale, const char *status)
{
    struct json_out out = {0};
    char id[32];
    bool orders = strcmp(status, "scheduled") == 0;
    snprintf(id, sizeof id, "pickup_%u", sale->id);
    json_open(&out, NULL, '{');
    json_put_text(&out, "id", span_text(id));
    json_put_text(&out, "status", span_text(status));
    if (orders) json_put_text(&out, "confirmation", span_text(sale->number));
    json_open(&out, "pickup_rates", '[');
    for (unsigned i = 0; i < 2; i++) {
        json_open(&out, NULL, '{');
        json_put_text(&out, "id", span_text(i == 0 ? "pickuprate_dear" : "pickuprate_free"));
        json_put_text(&out, "carrier", span_text("USPS"));
        json_put_text(&out, "service", span_text(i == 0 ? "SameDay" : "NextDay"));
        json_put_text(&out, "rate", span_text(i == 0 ? "7.50" : "0.00"));
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_close(&out, '}');
    if (orders)
        sell(request, sale, 200, &out);
    else
        answer_json(request, 200, &out);
}

/* Of a shipment that was sold, and with both ends of its window. */
static void make_pickup(struct evhttp_request *request)
{
    char shipment_id[32], from[40], until[40], reference[REFERENCE_BYTES];
    char *body = body_of(request);
    member(body, "pickup/shipment/id", shipment_id, sizeof shipment_id);
    member(body, "pickup/min_datetime", from, sizeof from);
    member(body, "pickup/max_datetime", until, sizeof until);
    member(body, "pickup/reference", reference, sizeof reference);
    free(body);
    bool known = strncmp(shipment_id, "shp_", 4) == 0;
    struct sale *sold = known ? sale_by_id((unsigned)strtoul(shipment_id + 4, NULL, 10)) : NULL;
    if (sold == NULL || !sold->sold || from[0] == '\0' || until[0] == '\0') {
        answer(request, 422, "{\"error\":{\"message\":\"no such shipment, or no time\"}}");
        return;
    }
    struct sale *sale = sale_make("easypost_pickup", reference);
    if (sale == NULL)
        answer(request, 503, "{}");
    else
        answer_pickup(request, sale, "unknown");
}

/* It is ordered by the words of an offer; whoever orders it twice is let, and is seen. */
static void order_pickup(struct evhttp_request *request, struct sale *sale)
{
    char service[32], *body = body_of(request);
    member(body, "service", service, sizeof service);
    free(body);
    if (strcmp(service, "NextDay") == 0)
        answer_pickup(request, sale, "scheduled");
    else
        answer(request, 422, "{\"error\":{\"message\":\"no such service\"}}");
}

static void take_pickup(struct evhttp_request *request, const char *rest)
{
    const char *what = rest + strcspn(rest, "/");
    bool known = strncmp(rest, "pickup_", 7) == 0;
    struct sale *sale = known ? sale_by_id((unsigned)strtoul(rest + 7, NULL, 10)) : NULL;
    if (sale == NULL) {
        answer(request, 404, "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"none\"}}");
    } else if (strcmp(what, "/cancel") == 0) {
        sale->taken_back = true;
        answer_pickup(request, sale, "canceled");
    } else
        order_pickup(request, sale);
}

static void take_labels(struct evhttp_request *request, const char *path)
{
    bool buys = strstr(path, "/buy") != NULL;
    if (strcmp(header(request, "Authorization"), "Basic c2FuZGJveC1rZXk6") != 0)
        answer(request, 401, "{\"error\":{\"message\":\"no such key\"}}");
    else if (buys && label_wrong_before(request))
        return;
    else if (strcmp(path, "/v2/shipments") == 0)
        make_shipment(request);
    else if (strcmp(path, "/v2/pickups") == 0)
        make_pickup(request);
    else if (strncmp(path, "/v2/pickups/", 12) == 0)
        take_pickup(request, path + 12);
    else
        take_shipment(request, path + strlen("/v2/shipments/"));
}

static bool take_document(struct evhttp_request *request, const char *path)
{
    unsigned id = 0;
    if (sscanf(path, "/labels/%u.pdf", &id) != 1 || sale_by_id(id) == NULL) return false;
    answer_document(request, sale_by_id(id));
    return true;
}

bool easypost_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool labels = strncmp(path, "/v2/shipments", 13) == 0 || strncmp(path, "/v2/pickups", 11) == 0;
    if (take_document(request, path)) return true;
    if (!labels && strcmp(path, "/v2/trackers") != 0) return false;
    if (did_wrong(request)) return true;
    if (labels) {
        take_labels(request, path);
        return true;
    }
    /* "sandbox-key:" */
    if (strcmp(header(request, "Authorization"), "Basic c2FuZGJveC1rZXk6") != 0)
        answer(request, 401, "{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\"no such key\"}}");
    else if (evhttp_request_get_command(request) == EVHTTP_REQ_POST)
        make_tracker(request);
    else
        answer_list(request);
    return true;
}

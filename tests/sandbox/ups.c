/* UPS's Track API: a token by OAuth's client credentials, one number at a time. Of a number that it
 * does not know it says so in a 200. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/json_path.h"
#include "tests/sandbox/parcels.h"

#define TRACK "/api/track/v1/details/"
#define VOID  "/api/shipments/v2409/void/cancel/"

static void put_activity(struct json_out *out, const struct parcel *parcel, unsigned at)
{
    const struct scan_words *words = &scan_words[parcel->scan[at].status];
    uint64_t at_s = parcel->scan[at].at_s;
    json_open(out, NULL, '{');
    json_open(out, "status", '{');
    json_put_text(out, "type", span_text(words->ups_type));
    json_put_text(out, "code", span_text(words->ups_code));
    json_put_text(out, "description", span_text(words->text));
    json_close(out, '}');
    put_time(out, "date", TIME_DAY, at_s);
    put_time(out, "time", TIME_CLOCK, at_s);
    put_time(out, "gmtDate", TIME_DAY, at_s);
    put_time(out, "gmtTime", TIME_COLONS, at_s);
    json_put_text(out, "gmtOffset", span_text("+00:00"));
    json_close(out, '}');
}

static void put_package(struct json_out *out, const struct parcel *parcel)
{
    json_open(out, "package", '[');
    json_open(out, NULL, '{');
    json_put_text(out, "trackingNumber", span_text(parcel->number));
    json_open(out, "activity", '[');
    for (unsigned i = parcel->scans; i > 0; i--) put_activity(out, parcel, i - 1);
    json_close(out, ']');
    json_close(out, '}');
    json_close(out, ']');
}

static void put_warning(struct json_out *out)
{
    json_open(out, "warnings", '[');
    json_open(out, NULL, '{');
    json_put_text(out, "code", span_text("TW0001"));
    json_put_text(out, "message", span_text("Tracking Information Not Found"));
    json_close(out, '}');
    json_close(out, ']');
}

static void answer_track(struct evhttp_request *request, const char *number)
{
    struct json_out out = {0};
    const struct parcel *parcel = parcel_find(number);
    json_open(&out, NULL, '{');
    json_open(&out, "trackResponse", '{');
    json_open(&out, "shipment", '[');
    json_open(&out, NULL, '{');
    json_put_text(&out, "inquiryNumber", span_text(number));
    if (parcel != NULL)
        put_package(&out, parcel);
    else
        put_warning(&out);
    json_close(&out, '}');
    json_close(&out, ']');
    json_close(&out, '}');
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

/* --- subscriptions -----------------------------------------------------------------------------
 */

static bool take_number(void *world, const struct json *found)
{
    char number[NUMBER_BYTES];
    struct span word = json_word(found);
    (void)world;
    snprintf(number, sizeof number, "%.*s", (int)word.size, (const char *)word.at);
    subscribe(number);
    return true;
}

static void take_subscription(struct evhttp_request *request)
{
    char url[256], word[256], *body = body_of(request);
    struct json_fault fault;
    struct json *root = json_parse(span_text(body), &fault);
    member(body, "destination/url", url, sizeof url);
    member(body, "destination/credential", word, sizeof word);
    bool whole = root != NULL && url[0] != '\0' && word[0] != '\0';
    if (whole) json_each(root, "trackingNumberList", take_number, NULL);
    answer(request, whole ? 200 : 400, "{\"trackSubsServiceResponse\":{}}");
    json_free(root);
    free(body);
}

/* --- labels ----------------------------------------------------------------------------------- */

static void sell_label(struct evhttp_request *request)
{
    char reference[REFERENCE_BYTES], *body = body_of(request);
    struct json_out out = {0};
    member(body, "ShipmentRequest/Shipment/ReferenceNumber/Value", reference, sizeof reference);
    struct sale *sale = sale_make("ups", reference);
    char *image = sale == NULL ? NULL : label_base64(sale);
    free(body);
    if (image == NULL) {
        answer(request, 503, "{}");
        return;
    }
    json_open(&out, NULL, '{');
    json_open(&out, "ShipmentResponse", '{');
    json_open(&out, "ShipmentResults", '{');
    json_put_text(&out, "ShipmentIdentificationNumber", span_text(sale->number));
    json_open(&out, "ShipmentCharges", '{');
    json_open(&out, "TotalCharges", '{');
    json_put_text(&out, "CurrencyCode", span_text("USD"));
    json_put_text(&out, "MonetaryValue", span_text("9.40"));
    json_close(&out, '}');
    json_close(&out, '}');
    json_open(&out, "PackageResults", '[');
    json_open(&out, NULL, '{');
    json_put_text(&out, "TrackingNumber", span_text(sale->number));
    json_open(&out, "ShippingLabel", '{');
    json_put_text(&out, "GraphicImage", span_text(image));
    json_close(&out, '}');
    json_close(&out, '}');
    json_close(&out, ']');
    json_close(&out, '}');
    json_close(&out, '}');
    json_close(&out, '}');
    free(image);
    sell(request, sale, 200, &out);
}

static struct sale *sale_by_number(const char *number)
{
    unsigned id = 1;
    while (sale_by_id(id) != NULL && strcmp(sale_by_id(id)->number, number) != 0) id++;
    return sale_by_id(id);
}

/* Once: whoever asks again hears that. */
static void take_back(struct evhttp_request *request, const char *number)
{
    struct sale *sale = sale_by_number(number);
    struct json_out out = {0};
    if (sale == NULL || sale->taken_back) {
        answer(request, 400,
               sale == NULL ? "{\"response\":{\"errors\":[{\"code\":\"190102\"}]}}"
                            : "{\"response\":{\"errors\":[{\"code\":\"190117\"}]}}");
        return;
    }
    sale->taken_back = true;
    json_open(&out, NULL, '{');
    json_open(&out, "VoidShipmentResponse", '{');
    json_open(&out, "SummaryResult", '{');
    json_open(&out, "Status", '{');
    json_put_text(&out, "Code", span_text("1"));
    for (unsigned i = 0; i < 4; i++) json_close(&out, '}');
    sell(request, sale, 200, &out);
}

bool ups_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool token = strcmp(path, "/security/v1/oauth/token") == 0;
    bool track = strncmp(path, TRACK, strlen(TRACK)) == 0;
    bool push = strcmp(path, "/api/track/v1/subscription/standard/package") == 0;
    bool ship = strcmp(path, "/api/shipments/v2409/ship") == 0;
    bool back = strncmp(path, VOID, strlen(VOID)) == 0;
    if (!token && !track && !push && !ship && !back) return false;
    if (did_wrong(request)) return true;
    if (token) {
        sell_token(request);
        return true;
    }
    if (!has_token(request) || (ship && label_wrong_before(request))) return true;
    if (push)
        take_subscription(request);
    else if (ship)
        sell_label(request);
    else if (back)
        take_back(request, path + strlen(VOID));
    else
        answer_track(request, path + strlen(TRACK));
    return true;
}

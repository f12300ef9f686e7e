/* DHL Unified: one number at a time, and subscriptions that hold once the word of their first push
 * was said. The push itself is the test's to make: this sandbox calls nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/parcels.h"

#define SUBSCRIPTIONS "/tracking/push/v1/subscription"

static void answer_parcel(struct evhttp_request *request)
{
    char number[NUMBER_BYTES];
    struct json_out out = {0};
    parameter(request, "trackingNumber", number, sizeof number);
    const struct parcel *parcel = parcel_find(number);
    if (parcel == NULL) {
        answer(request, 404, "{\"title\":\"No result found\",\"status\":404}");
        return;
    }
    const struct scan_words *last = &scan_words[parcel->scan[parcel->scans - 1].status];
    json_open(&out, NULL, '{');
    json_open(&out, "shipments", '[');
    json_open(&out, NULL, '{');
    json_put_text(&out, "id", span_text(number));
    json_open(&out, "status", '{');
    put_time(&out, "timestamp", TIME_WITH_OFFSET, parcel->updated_s);
    json_put_text(&out, "statusCode",
                  span_text(strcmp(last->word, "delivered") == 0 ? "delivered" : "transit"));
    json_put_text(&out, "description", span_text(last->text));
    json_close(&out, '}');
    json_close(&out, '}');
    json_close(&out, ']');
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

/* Each number that a subscription names is its own; the word is made of the subscription's name. */
static void take_subscription(struct evhttp_request *request, const char *name)
{
    char number[NUMBER_BYTES], expected[NUMBER_BYTES + 16], *body = body_of(request);
    if (name[0] == '\0') {
        member(body, "shipmentIDs/*", number, sizeof number);
        subscribe(number);
        answer(request, number[0] == '\0' ? 400 : 202, "{\"id\":\"sub-7\"}");
        free(body);
        return;
    }
    free(body);
    snprintf(expected, sizeof expected, "word of %.*s", (int)NUMBER_BYTES, name + 1);
    bool said = strcmp(header(request, "DHL-API-Hook-Secret"), expected) == 0;
    if (said) subscribe(expected);
    answer(request, said ? 200 : 403, "{}");
}

bool dhl_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool subscribes = strncmp(path, SUBSCRIPTIONS, strlen(SUBSCRIPTIONS)) == 0;
    if (!subscribes && strcmp(path, "/track/shipments") != 0) return false;
    if (did_wrong(request)) return true;
    if (strcmp(header(request, "DHL-API-Key"), "sandbox-key") != 0)
        answer(request, 401, "{\"title\":\"Unauthorized\",\"status\":401}");
    else if (subscribes)
        take_subscription(request, path + strlen(SUBSCRIPTIONS));
    else
        answer_parcel(request);
    return true;
}

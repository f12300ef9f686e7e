/* FedEx's Track API: a token by OAuth with the secret in the body, thirty numbers at a time. Of
 * each that it does not know it says so beside the others. */
#include <stdlib.h>
#include <string.h>

#include "proto/json_path.h"
#include "tests/sandbox/parcels.h"

#define NUMBERS_MAX 30u

static void put_scan(struct json_out *out, const struct parcel *parcel, unsigned at)
{
    const struct scan_words *words = &scan_words[parcel->scan[at].status];
    json_open(out, NULL, '{');
    put_time(out, "date", TIME_WITH_OFFSET, parcel->scan[at].at_s);
    json_put_text(out, "eventType", span_text(words->fedex));
    json_put_text(out, "eventDescription", span_text(words->text));
    json_close(out, '}');
}

static void put_parcel(struct json_out *out, const struct parcel *parcel)
{
    const struct scan_words *last = &scan_words[parcel->scan[parcel->scans - 1].status];
    json_open(out, "latestStatusDetail", '{');
    json_put_text(out, "code", span_text(last->fedex));
    json_put_text(out, "description", span_text(last->text));
    json_close(out, '}');
    json_open(out, "scanEvents", '[');
    for (unsigned i = parcel->scans; i > 0; i--) put_scan(out, parcel, i - 1);
    json_close(out, ']');
}

static void put_result(struct json_out *out, const char *number)
{
    const struct parcel *parcel = parcel_find(number);
    json_open(out, NULL, '{');
    json_put_text(out, "trackingNumber", span_text(number));
    json_open(out, "trackResults", '[');
    json_open(out, NULL, '{');
    json_open(out, "trackingNumberInfo", '{');
    json_put_text(out, "trackingNumber", span_text(number));
    json_close(out, '}');
    if (parcel != NULL) {
        put_parcel(out, parcel);
    } else {
        json_open(out, "error", '{');
        json_put_text(out, "code", span_text("TRACKING.TRACKINGNUMBER.NOTFOUND"));
        json_put_text(out, "message", span_text("Tracking number cannot be found."));
        json_close(out, '}');
    }
    json_close(out, '}');
    json_close(out, ']');
    json_close(out, '}');
}

struct listing {
    struct json_out *out;
    unsigned count;
};

static bool take_number(void *world, const struct json *found)
{
    struct listing *listing = world;
    char number[NUMBER_BYTES];
    struct span word = json_word(found);
    if (word.size >= sizeof number) return true;
    memcpy(number, word.at, word.size);
    number[word.size] = '\0';
    put_result(listing->out, number);
    return ++listing->count < NUMBERS_MAX;
}

static void answer_track(struct evhttp_request *request)
{
    struct json_out out = {0};
    struct json_fault fault;
    char *body = body_of(request);
    struct json *root = json_parse(span_text(body), &fault);
    struct listing listing = {&out, 0};
    json_open(&out, NULL, '{');
    json_open(&out, "output", '{');
    json_open(&out, "completeTrackResults", '[');
    if (root != NULL)
        json_each(root, "trackingInfo/trackingNumberInfo/trackingNumber", take_number, &listing);
    json_close(&out, ']');
    json_close(&out, '}');
    json_close(&out, '}');
    answer_json(request, root == NULL ? 400 : 200, &out);
    json_free(root);
    free(body);
}

bool fedex_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool token = strcmp(path, "/oauth/token") == 0;
    bool track = strcmp(path, "/track/v1/trackingnumbers") == 0;
    if (!token && !track) return false;
    if (did_wrong(request)) return true;
    if (token)
        sell_token(request);
    else if (has_token(request))
        answer_track(request);
    return true;
}

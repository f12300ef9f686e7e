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

bool easypost_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    if (strcmp(path, "/v2/trackers") != 0) return false;
    if (did_wrong(request)) return true;
    /* "sandbox-key:" */
    if (strcmp(header(request, "Authorization"), "Basic c2FuZGJveC1rZXk6") != 0)
        answer(request, 401, "{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\"no such key\"}}");
    else
        answer_list(request);
    return true;
}

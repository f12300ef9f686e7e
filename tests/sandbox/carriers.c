/* entrepot-sandbox-carriers: carriers for the demo and the tests, in the shapes of EasyPost (basic
 * authentication, lists by pages), UPS (OAuth, one number at a time) and FedEx (OAuth, thirty
 * numbers at a time), and DHL's pushes, which hold when a word was said; over one set of parcels.
 * What it knows is told through /control, and so is what it does wrong, which happens once for each
 * time it is told:
 *
 *     POST /control/scan?number=N&status=WORD&at=SECONDS   the parcel was scanned
 *     POST /control/next?do=WHAT&times=N   slow_down   answers 429 with Retry-After: 1
 *                                          fail        answers 503
 *                                          garbage     answers 200 with what is no JSON
 *                                          expire      answers 401: the token holds no more
 *                                          drop        breaks the connection
 *     POST /control/next_sale?do=WHAT      hold         sells a label, and keeps the answer
 *                                          drop         sells it, and breaks the connection
 *                                          fail_after   sells it, and answers 502
 *                                          fail_before  answers 500 and sells nothing
 *                                          refuse       answers 400: never
 *     POST /control/release                what is held is answered
 *     GET  /control/labels                 what was sold
 *     GET  /control/subscriptions          numbers that are to be pushed, how often each was
 *     POST /control/forget                 no token that was sold holds any more
 *     GET  /control/log                    what was asked, in order */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>

#include "tests/sandbox/parcels.h"

#define FAULTS_MAX 64u
#define LOG_MAX    65536u

enum mischief { NONE, SLOW_DOWN, FAIL, GARBAGE, EXPIRE, DROP, FAULTS };
static const char *const fault_names[FAULTS] = {"",        "slow_down", "fail",
                                                "garbage", "expire",    "drop"};

#define SCAN_WORDS(name, word, easypost, ups_type, ups_code, fedex, text)                          \
    [name] = {word, easypost, ups_type, ups_code, fedex, text},
const struct scan_words scan_words[SCAN_STATUSES] = {SCAN_LIST(SCAN_WORDS)};

static struct parcel parcels[PARCELS_MAX];
static struct {
    char number[NUMBER_BYTES];
    unsigned times;
} subscribed[PARCELS_MAX];
static unsigned subscribed_count;
static unsigned parcels_count;
static enum mischief faults[FAULTS_MAX];
static unsigned faults_count;
static unsigned token_sold, token_first; /* tokens are numbers; those before `first` hold no more */
static char *log_at[LOG_MAX];
static unsigned log_count;

/* --- parcels ---------------------------------------------------------------------------------- */

struct parcel *parcel_find(const char *number)
{
    for (unsigned i = 0; i < parcels_count; i++)
        if (strcmp(parcels[i].number, number) == 0) return &parcels[i];
    return NULL;
}

const struct parcel *parcel_at(unsigned place)
{
    return place < parcels_count ? &parcels[place] : NULL;
}

struct parcel *parcel_scan(const char *number, enum scan_status status, uint64_t at_s)
{
    struct parcel *parcel = parcel_find(number);
    if (parcel == NULL && parcels_count < PARCELS_MAX) {
        parcel = &parcels[parcels_count++];
        parcel->id = parcels_count;
        snprintf(parcel->number, sizeof parcel->number, "%s", number);
    }
    if (parcel == NULL || parcel->scans == PARCEL_SCANS_MAX) return NULL;
    parcel->scan[parcel->scans].status = status;
    parcel->scan[parcel->scans++].at_s = at_s;
    parcel->updated_s = now_ms() / 1000;
    return parcel;
}

void subscribe(const char *number)
{
    unsigned at = 0;
    while (at < subscribed_count && strcmp(subscribed[at].number, number) != 0) at++;
    if (at == PARCELS_MAX) return;
    if (at == subscribed_count) {
        snprintf(subscribed[at].number, sizeof subscribed[at].number, "%s", number);
        subscribed_count++;
    }
    subscribed[at].times++;
}

void put_subscriptions(struct json_out *out)
{
    json_open(out, NULL, '{');
    for (unsigned i = 0; i < subscribed_count; i++)
        json_put_uint(out, subscribed[i].number, subscribed[i].times);
    json_close(out, '}');
}

void parcels_free(void)
{
    for (unsigned i = 0; i < log_count; i++) free(log_at[i]);
    log_count = 0;
}

/* --- what the shapes share ---------------------------------------------------------------------
 */

static void note(struct evhttp_request *request, const char *outcome)
{
    char line[512];
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *query = evhttp_uri_get_query(uri);
    snprintf(line, sizeof line, "%s%s%s %s", evhttp_uri_get_path(uri), query == NULL ? "" : "?",
             query == NULL ? "" : query, outcome);
    if (log_count < LOG_MAX) log_at[log_count++] = strdup(line);
}

bool did_wrong(struct evhttp_request *request)
{
    enum mischief fault = faults_count > 0 ? faults[0] : NONE;
    if (faults_count > 0) memmove(&faults[0], &faults[1], --faults_count * sizeof faults[0]);
    note(request, fault == NONE ? "answered" : fault_names[fault]);
    if (fault == SLOW_DOWN)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", "1");
    switch (fault) {
    case SLOW_DOWN: answer(request, 429, "{\"error\":\"too many requests\"}"); return true;
    case FAIL: answer(request, 503, "{\"error\":\"down\"}"); return true;
    case GARBAGE: answer_as(request, 200, "text/html", "<html><body>Maintenance"); return true;
    case EXPIRE: answer(request, 401, "{\"error\":\"the token has expired\"}"); return true;
    case DROP: drop(request); return true;
    case NONE:
    case FAULTS: break;
    }
    return false;
}

bool has_token(struct evhttp_request *request)
{
    unsigned token = 0;
    bool ours = sscanf(header(request, "Authorization"), "Bearer sandbox-%u", &token) == 1;
    if (ours && token >= token_first && token <= token_sold && token > 0) return true;
    answer(request, 401, "{\"error\":\"no valid token\"}");
    return false;
}

void sell_token(struct evhttp_request *request)
{
    char text[160];
    snprintf(text, sizeof text,
             "{\"access_token\":\"sandbox-%u\",\"token_type\":\"Bearer\",\"expires_in\":\"3599\"}",
             ++token_sold);
    answer(request, 200, text);
}

void put_time(struct json_out *out, const char *name, enum time_form form, uint64_t at_s)
{
    char text[64] = "";
    struct tm tm;
    time_t at = (time_t)at_s;
    gmtime_r(&at, &tm);
    switch (form) {
    case TIME_ZULU: strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm); break;
    case TIME_WITH_OFFSET: strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &tm); break;
    case TIME_DAY: strftime(text, sizeof text, "%Y%m%d", &tm); break;
    case TIME_CLOCK: strftime(text, sizeof text, "%H%M%S", &tm); break;
    case TIME_COLONS: strftime(text, sizeof text, "%H:%M:%S", &tm); break;
    }
    json_put_text(out, name, span_text(text));
}

void parameter(struct evhttp_request *request, const char *name, char *to, size_t size)
{
    struct evkeyvalq query;
    const char *raw = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(request));
    to[0] = '\0';
    if (raw == NULL || evhttp_parse_query_str(raw, &query) != 0) return;
    const char *value = evhttp_find_header(&query, name);
    if (value != NULL) snprintf(to, size, "%s", value);
    evhttp_clear_headers(&query);
}

/* --- what it is told -------------------------------------------------------------------------- */

static bool take_scan(struct evhttp_request *request)
{
    char number[NUMBER_BYTES], word[32], at[32];
    parameter(request, "number", number, sizeof number);
    parameter(request, "status", word, sizeof word);
    parameter(request, "at", at, sizeof at);
    for (unsigned i = 0; i < SCAN_STATUSES; i++)
        if (strcmp(word, scan_words[i].word) == 0 && number[0] != '\0')
            return parcel_scan(number, (enum scan_status)i, strtoull(at, NULL, 10)) != NULL;
    return false;
}

static bool take_next(struct evhttp_request *request)
{
    char what[32], times[16];
    parameter(request, "do", what, sizeof what);
    parameter(request, "times", times, sizeof times);
    unsigned count = times[0] == '\0' ? 1 : (unsigned)strtoul(times, NULL, 10);
    for (unsigned i = 1; i < FAULTS; i++) {
        if (strcmp(what, fault_names[i]) != 0) continue;
        for (unsigned j = 0; j < count && faults_count < FAULTS_MAX; j++)
            faults[faults_count++] = (enum mischief)i;
        return true;
    }
    return false;
}

static void answer_log(struct evhttp_request *request)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_uint(&out, "count", log_count);
    json_open(&out, "calls", '[');
    for (unsigned i = 0; i < log_count; i++) json_put_text(&out, NULL, span_text(log_at[i]));
    json_close(&out, ']');
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

static void take_control(struct evhttp_request *request, const char *what)
{
    bool done = true;
    if (strcmp(what, "log") == 0) {
        answer_log(request);
        return;
    }
    if (strcmp(what, "labels") == 0 || strcmp(what, "subscriptions") == 0) {
        struct json_out out = {0};
        if (what[0] == 'l')
            put_sales(&out);
        else
            put_subscriptions(&out);
        answer_json(request, 200, &out);
        return;
    }
    if (strcmp(what, "next_sale") == 0) {
        char wrong[32];
        parameter(request, "do", wrong, sizeof wrong);
        done = next_sale(wrong);
    } else if (strcmp(what, "release") == 0)
        release();
    else if (strcmp(what, "scan") == 0)
        done = take_scan(request);
    else if (strcmp(what, "next") == 0)
        done = take_next(request);
    else if (strcmp(what, "forget") == 0)
        token_first = token_sold + 1;
    else
        done = false;
    answer(request, done ? 200 : 400, done ? "{}" : "{\"error\":\"see carriers.c\"}");
}

static void take(struct evhttp_request *request, void *world)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    (void)world;
    if (strncmp(path, "/control/", 9) == 0)
        take_control(request, path + 9);
    else if (!easypost_take(request) && !ups_take(request) && !fedex_take(request) &&
             !dhl_take(request) && !usps_take(request) && !royalmail_take(request))
        answer_as(request, 404, "text/html", "<html>there is no such page</html>");
}

int main(void)
{
    int code = serve(NULL, 0, take);
    parcels_free();
    return code;
}

#include "node/carriers/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/outside.h"

#define AGENT         "User-Agent: entrepot/" ENTREPOT_VERSION
#define FIRST_ROOM    8192u
#define RETRY_AFTER_S (24 * 3600) /* a carrier that asks for more is asked after a day */

struct wire {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    void *owner;
    char *url, *body;
    size_t url_size, body_size;
    uint8_t *answer;
    size_t answer_size, answer_room, headers_size;
};

static size_t take_answer(char *bytes, size_t one, size_t count, void *world)
{
    struct wire *wire = world;
    size_t size = one * count, needed = wire->answer_size + size;
    if (needed > WIRE_ANSWER_BYTES_MAX) return 0; /* libcurl gives up */
    if (needed > wire->answer_room) {
        size_t room = wire->answer_room == 0 ? FIRST_ROOM : wire->answer_room;
        while (room < needed) room *= 2;
        uint8_t *grown = realloc(wire->answer, room);
        if (grown == NULL) return 0;
        wire->answer = grown;
        wire->answer_room = room;
    }
    memcpy(wire->answer + wire->answer_size, bytes, size);
    wire->answer_size = needed;
    return size;
}

static size_t take_header(const char *bytes, size_t one, size_t count, void *world)
{
    struct wire *wire = world;
    (void)bytes;
    wire->headers_size += one * count;
    return wire->headers_size > WIRE_HEADERS_BYTES_MAX ? 0 : one * count;
}

static bool add_header(struct wire *wire, const char *line)
{
    struct curl_slist *grown = curl_slist_append(wire->headers, line);
    if (grown == NULL) return false;
    wire->headers = grown;
    return true;
}

/* libcurl would say Expect: 100-continue before a long body, and wait for an answer to it. */
static bool copy_call(struct wire *wire, const struct wire_wish *wish)
{
    const struct carrier_call *call = wish->call;
    bool all = add_header(wire, AGENT) && add_header(wire, "Expect:");
    for (size_t i = 0; i < call->headers_count; i++)
        all = all && add_header(wire, call->headers[i]);
    wire->url_size = strlen(wish->base_url) + strlen(call->path) + 1;
    wire->url = malloc(wire->url_size);
    if (wire->url == NULL) return false;
    snprintf(wire->url, wire->url_size, "%s%s", wish->base_url, call->path);
    if (call->body.at == NULL) return all;
    wire->body = malloc(call->body.size + 1);
    if (wire->body == NULL) return false;
    memcpy(wire->body, call->body.at, call->body.size);
    wire->body_size = call->body.size;
    return all;
}

static void set_options(struct wire *wire, const struct wire_wish *wish)
{
    CURL *easy = wire->easy;
    outside_guard(easy, strncmp(wire->url, "http://", 7) == 0);
    curl_easy_setopt(easy, CURLOPT_URL, wire->url);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, wish->call->method);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, wish->once ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, wish->once ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)wish->connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)wish->total_ms);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, wire->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, wire);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, wire);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, wire);
    if (wire->body == NULL) return;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)wire->body_size);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, wire->body);
}

struct wire *wire_begin(CURLM *multi, const struct wire_wish *wish)
{
    struct wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL) return NULL;
    wire->owner = wish->owner;
    wire->easy = curl_easy_init();
    if (wire->easy != NULL && copy_call(wire, wish)) {
        set_options(wire, wish);
        wire->multi = multi;
        if (curl_multi_add_handle(multi, wire->easy) == CURLM_OK) return wire;
        wire->multi = NULL;
    }
    wire_free(wire);
    return NULL;
}

struct wire *wire_of(CURL *easy)
{
    struct wire *wire = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &wire);
    return wire;
}

void *wire_owner(const struct wire *wire)
{
    return wire->owner;
}

void wire_answer_of(const struct wire *wire, CURLcode code, struct wire_answer *answer)
{
    long status = 0, sent = 0;
    curl_off_t took_us = 0, retry_s = 0;
    curl_easy_getinfo(wire->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(wire->easy, CURLINFO_REQUEST_SIZE, &sent);
    curl_easy_getinfo(wire->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    curl_easy_getinfo(wire->easy, CURLINFO_RETRY_AFTER, &retry_s);
    if (retry_s > RETRY_AFTER_S) retry_s = RETRY_AFTER_S;
    *answer = (struct wire_answer){
        .came = code == CURLE_OK,
        .left = code == CURLE_OK || sent > 0,
        .status = code == CURLE_OK ? (unsigned)status : 0,
        .body =
            span_of(wire->answer == NULL ? (const uint8_t *)"" : wire->answer, wire->answer_size),
        .retry_after_ms = retry_s > 0 ? (uint64_t)retry_s * 1000 : 0,
        .took_ms = (uint64_t)took_us / 1000,
        .why = code == CURLE_OK ? "" : curl_easy_strerror(code)};
}

static void wipe_headers(struct curl_slist *header)
{
    for (; header != NULL; header = header->next)
        explicit_bzero(header->data, strlen(header->data));
}

void wire_free(struct wire *wire)
{
    if (wire == NULL) return;
    if (wire->multi != NULL) curl_multi_remove_handle(wire->multi, wire->easy);
    if (wire->easy != NULL) curl_easy_cleanup(wire->easy);
    wipe_headers(wire->headers);
    curl_slist_free_all(wire->headers);
    if (wire->url != NULL) explicit_bzero(wire->url, wire->url_size);
    if (wire->body != NULL) explicit_bzero(wire->body, wire->body_size);
    if (wire->answer != NULL) explicit_bzero(wire->answer, wire->answer_size);
    free(wire->url);
    free(wire->body);
    free(wire->answer);
    free(wire);
}

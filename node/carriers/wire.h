/* One HTTP request to a carrier over libcurl, and its answer, bounded. Nothing is logged here. */
#ifndef NODE_CARRIERS_WIRE_H
#define NODE_CARRIERS_WIRE_H

#include <curl/curl.h>

#include "carriers/inquiry.h"

#define WIRE_ANSWER_BYTES_MAX  (4u * 1024 * 1024)
#define WIRE_HEADERS_BYTES_MAX (64u * 1024)

struct wire_wish {
    const char *base_url; /* without a slash at its end */
    const struct carrier_call *call;
    uint32_t connect_ms, total_ms;
    /* On a connection of its own, which libcurl never repeats a request on: for what buys. */
    bool once;
    void *owner;
};

struct wire_answer {
    bool came;       /* false: `why` says what became of it */
    bool left;       /* some of the request was sent: the carrier may have acted */
    unsigned status; /* of HTTP */
    struct span body;
    uint64_t retry_after_ms; /* as the carrier asked; 0: it did not */
    uint64_t took_ms;
    const char *why;
};

struct wire;
/* Copies the request, and puts it into the multi handle. NULL: no memory. */
struct wire *wire_begin(CURLM *multi, const struct wire_wish *wish);
struct wire *wire_of(CURL *easy); /* which request a finished handle is of */
void *wire_owner(const struct wire *wire);
void wire_answer_of(const struct wire *wire, CURLcode code, struct wire_answer *answer);
/* Takes it out of the multi handle, under way or not; what it held is wiped. Takes NULL. */
void wire_free(struct wire *wire);

#endif

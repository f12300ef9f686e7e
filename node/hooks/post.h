/* One attempt over libcurl: a POST to an address that was judged when its socket was opened, with
 * no redirect, no proxy and no kept connection. What is answered is dropped; its status counts. */
#ifndef NODE_HOOKS_POST_H
#define NODE_HOOKS_POST_H

#include <curl/curl.h>

#include "node/core/hook_rows.h"
#include "overseas-warehouse/hook.h"

#define POST_ANSWER_BYTES_MAX  (64u * 1024)
#define POST_HEADERS_BYTES_MAX (32u * 1024)

struct post_wish {
    struct id webhook;
    uint64_t idx;
    enum hook_type type;
    char url[HOOK_URL_BYTES_MAX + 1];
    char id[HOOK_TEXT_BYTES_MAX + 1];
    uint64_t timestamp_s;
    char signature[HOOK_SECRETS_MAX * HOOK_SIGN_BYTES];
    char body[HOOK_BODY_BYTES_MAX];
    size_t body_size;
    bool loopback; /* the site allows http, and addresses of this very machine */
    uint32_t connect_ms, total_ms;
};

struct post_result {
    enum hook_outcome outcome;
    unsigned status; /* 0: none came */
    uint64_t took_ms;
    char why[HOOK_WHY_BYTES_MAX + 1];
};

struct post;
/* NULL: no memory. The call is in the multi handle from here on. */
struct post *post_begin(CURLM *multi, const struct post_wish *wish);
/* Which call a finished handle is of. */
struct post *post_of(CURL *easy);
const struct post_wish *post_wish_of(const struct post *call);
void post_result_of(const struct post *call, CURLcode code, struct post_result *result);
/* Takes it out of the multi handle, under way or not. Takes NULL. */
void post_free(struct post *call);

#endif

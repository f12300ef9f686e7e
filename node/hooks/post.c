#include "node/hooks/post.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/outside.h"
#include "node/text.h"

#define AGENT "entrepot/" ENTREPOT_VERSION " (webhooks)"

struct post {
    struct post_wish wish;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    size_t answer_size, headers_size;
    bool full;    /* so much was answered that no more is wanted */
    bool blocked; /* an address that it resolved to may not be called */
    char address[INET6_ADDRSTRLEN];
};

/* --- what curl asks ----------------------------------------------------------------------------
 */

static enum hook_address judge(struct post *call, const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in four;
        uint8_t bytes[4];
        memcpy(&four, address, sizeof four);
        memcpy(bytes, &four.sin_addr, sizeof bytes);
        inet_ntop(AF_INET, bytes, call->address, sizeof call->address);
        return hook_address_judge(bytes, sizeof bytes);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        uint8_t bytes[16];
        memcpy(&six, address, sizeof six);
        memcpy(bytes, &six.sin6_addr, sizeof bytes);
        inet_ntop(AF_INET6, bytes, call->address, sizeof call->address);
        return hook_address_judge(bytes, sizeof bytes);
    }
    return HOOK_BARRED;
}

/* The one place where an address becomes a connection: what is judged here is what is called,
 * whatever a name resolved to before or will resolve to later. */
static curl_socket_t open_socket(void *world, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct post *call = world;
    enum hook_address is = judge(call, &address->addr);
    (void)purpose;
    if (is == HOOK_BARRED || (is == HOOK_LOOPBACK && !call->wish.loopback)) {
        call->blocked = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t drop_answer(char *bytes, size_t one, size_t count, void *world)
{
    struct post *call = world;
    (void)bytes;
    call->answer_size += one * count;
    call->full = call->answer_size > POST_ANSWER_BYTES_MAX;
    return call->full ? 0 : one * count;
}

static size_t drop_header(const char *bytes, size_t one, size_t count, void *world)
{
    struct post *call = world;
    (void)bytes;
    call->headers_size += one * count;
    return call->headers_size > POST_HEADERS_BYTES_MAX ? 0 : one * count;
}

/* --- the request -------------------------------------------------------------------------------
 */

static bool add_header(struct post *call, const char *name, const char *value)
{
    char line[HOOK_SECRETS_MAX * HOOK_SIGN_BYTES + 128];
    snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *grown = curl_slist_append(call->headers, line);
    if (grown == NULL) return false;
    call->headers = grown;
    return true;
}

static bool add_headers(struct post *call)
{
    char timestamp[24];
    snprintf(timestamp, sizeof timestamp, "%llu", (unsigned long long)call->wish.timestamp_s);
    return add_header(call, "Content-Type", "application/json") &&
           add_header(call, "User-Agent", AGENT) && add_header(call, "webhook-id", call->wish.id) &&
           add_header(call, "webhook-timestamp", timestamp) &&
           add_header(call, "webhook-signature", call->wish.signature);
}

static void set_options(struct post *call)
{
    CURL *easy = call->easy;
    const struct post_wish *wish = &call->wish;
    curl_easy_setopt(easy, CURLOPT_URL, wish->url);
    /* A proxy would pass the judging of addresses by. */
    outside_guard(easy, wish->loopback);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)wish->connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)wish->total_ms);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, drop_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)wish->body_size);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, wish->body);
}

struct post *post_begin(CURLM *multi, const struct post_wish *wish)
{
    struct post *call = calloc(1, sizeof *call);
    if (call == NULL) return NULL;
    call->wish = *wish;
    call->easy = curl_easy_init();
    if (call->easy != NULL && add_headers(call)) {
        set_options(call);
        call->multi = multi;
        if (curl_multi_add_handle(multi, call->easy) == CURLM_OK) return call;
        call->multi = NULL;
    }
    post_free(call);
    return NULL;
}

/* --- the end -----------------------------------------------------------------------------------
 */

struct post *post_of(CURL *easy)
{
    struct post *call = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
    return call;
}

const struct post_wish *post_wish_of(const struct post *call)
{
    return &call->wish;
}

static enum hook_outcome outcome_of(const struct post *call, bool answered, long status)
{
    if (!answered) return call->blocked ? HOOK_BLOCKED : HOOK_UNREACHABLE;
    if (status >= 200 && status < 300) return HOOK_DELIVERED;
    if (status >= 300 && status < 400) return HOOK_REDIRECTED;
    return status == 410 ? HOOK_GONE : HOOK_REFUSED;
}

void post_result_of(const struct post *call, CURLcode code, struct post_result *result)
{
    long status = 0;
    curl_off_t took_us = 0;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(call->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    /* An answer that is longer than we care for was an answer. */
    bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && call->full && status > 0);
    *result = (struct post_result){.outcome = outcome_of(call, answered, status),
                                   .status = answered ? (unsigned)status % 1000 : 0,
                                   .took_ms = (uint64_t)took_us / 1000};
    if (result->outcome == HOOK_BLOCKED)
        snprintf(result->why, sizeof result->why, "%.46s may not be called: give a public address",
                 call->address[0] != '\0' ? call->address : "this address");
    else if (result->outcome == HOOK_REDIRECTED)
        (void)text_copy(result->why, sizeof result->why,
                        "redirects are not followed: give the URL that it leads to");
    else if (!answered)
        (void)text_copy(result->why, sizeof result->why, curl_easy_strerror(code));
}

void post_free(struct post *call)
{
    if (call == NULL) return;
    if (call->multi != NULL) curl_multi_remove_handle(call->multi, call->easy);
    if (call->easy != NULL) curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->headers);
    free(call);
}

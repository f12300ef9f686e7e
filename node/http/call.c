#include "node/http/parts.h"

#include "node/http/problem.h"
#include <assert.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

/* --- the beginning ---------------------------------------------------------------------------- */

static void note_client(struct call *call)
{
    char *address = NULL;
    uint16_t port = 0;
    evhttp_connection_get_peer(evhttp_request_get_connection(call->request), &address, &port);
    if (address != NULL) strncpy(call->client, address, sizeof call->client - 1);
}

static void refuse(struct call *call, enum error error, const char *detail)
{
    struct json_out out = {0};
    const struct problem problem = {.error = error, .detail = detail, .number = call->number};
    problem_put(&out, &problem);
    call_add_header(call, "Connection", "close");
    call_reply_json(call, problem_status(error), PROBLEM_TYPE, &out);
}

/* Two values where one decides: another program on the way may have read the other one. */
static bool repeats_header(const struct call *call)
{
    static const char *const single[] = {
        "Authorization", "Content-Length",  "Content-Type",     "Host",
        "If-Match",      "Idempotency-Key", "Transfer-Encoding"};
    struct evkeyvalq *headers = evhttp_request_get_input_headers(call->request);
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        unsigned count = 0;
        for (struct evkeyval *at = headers->tqh_first; at != NULL; at = at->next.tqe_next)
            if ((at->key[0] | 32) == (single[i][0] | 32) && strcasecmp(at->key, single[i]) == 0)
                count++;
        if (count > 1) return true;
    }
    return false;
}

/* RFC 9112 section 3.2: since 1.1 a request says whom it means. */
static bool lacks_host(const struct call *call)
{
    const struct evhttp_request *request = call->request;
    bool says_so = request->major > 1 || (request->major == 1 && request->minor >= 1);
    return says_so && call_header(call, "Host") == NULL;
}

/* evhttp takes these two for requests without a body: one that is sent all the same it would read
 * as the next request, and a program on the way would give the answer to somebody else. */
static bool bears_unread_body(const struct call *call)
{
    enum evhttp_cmd_type method = evhttp_request_get_command(call->request);
    if (method != EVHTTP_REQ_HEAD && method != EVHTTP_REQ_TRACE) return false;
    const char *length = call_header(call, "Content-Length");
    return call_header(call, "Transfer-Encoding") != NULL ||
           (length != NULL && length[strspn(length, "0")] != '\0');
}

/* evhttp reads a body by no other transfer coding than this one (and without Debian's security
 * updates also when a length is given beside it), and takes a name with a blank at its end for
 * another name: a program on the way may have seen the body end elsewhere (RFC 9112 sections 5.1,
 * 6.1 and 6.3). */
static bool ends_doubtfully(const struct call *call)
{
    const char *coding = call_header(call, "Transfer-Encoding");
    if (bears_unread_body(call)) return true;
    if (coding != NULL && strcasecmp(coding, "chunked") != 0) return true;
    const char *length = call_header(call, "Content-Length"); /* strtoll takes a sign */
    if (length != NULL && length[strspn(length, "0123456789")] != '\0') return true;
    if (coding != NULL && call_header(call, "Content-Length") != NULL) return true;
    struct evkeyvalq *headers = evhttp_request_get_input_headers(call->request);
    for (struct evkeyval *at = headers->tqh_first; at != NULL; at = at->next.tqe_next)
        if (at->key[strcspn(at->key, " \t")] != '\0') return true;
    return false;
}

void call_arrived(struct evhttp_request *request, void *world)
{
    struct server *server = world;
    struct call *call = calloc(1, sizeof *call);
    assert(call != NULL);
    call->server = server;
    call->request = request;
    call->connection = connection_of(server, request);
    call->number = ++server->counts.requests;
    server->calls_open++;
    note_client(call);
    connection_busy(call->connection, call);
    if (repeats_header(call))
        refuse(call, ERROR_MALFORMED, "a header that may stand once stands twice");
    else if (lacks_host(call))
        refuse(call, ERROR_MALFORMED, "the header Host is missing");
    else if (ends_doubtfully(call))
        refuse(call, ERROR_MALFORMED,
               "where the body ends is in doubt: see Content-Length, Transfer-Encoding");
    else if (server->stopping)
        refuse(call, ERROR_BUSY, "the node is stopping");
    else
        server->options.handle(server->options.world, call);
}

/* --- the request ------------------------------------------------------------------------------ */

enum method call_method(const struct call *call)
{
    enum evhttp_cmd_type method = evhttp_request_get_command(call->request);
    if (method == EVHTTP_REQ_GET) return METHOD_GET;
    if (method == EVHTTP_REQ_HEAD) return METHOD_HEAD;
    if (method == EVHTTP_REQ_POST) return METHOD_POST;
    return method == EVHTTP_REQ_DELETE ? METHOD_DELETE : METHOD_OTHER;
}

static struct span text_or_empty(const char *text)
{
    return text == NULL ? span_of("", 0) : span_text(text);
}

struct span call_path(const struct call *call)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(call->request);
    return text_or_empty(uri == NULL ? NULL : evhttp_uri_get_path(uri));
}

struct span call_query(const struct call *call)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(call->request);
    return text_or_empty(uri == NULL ? NULL : evhttp_uri_get_query(uri));
}

const char *call_header(const struct call *call, const char *name)
{
    return evhttp_find_header(evhttp_request_get_input_headers(call->request), name);
}

struct span call_body(struct call *call)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(call->request);
    size_t size = evbuffer_get_length(body);
    return size == 0 ? span_of("", 0) : span_of(evbuffer_pullup(body, -1), size);
}

/* The last address of the list is the one that the proxy in front has seen itself. */
static const char *forwarded_for(const struct call *call)
{
    const char *list = call_header(call, "X-Forwarded-For");
    if (list == NULL) return NULL;
    const char *last = strrchr(list, ',');
    last = last == NULL ? list : last + 1;
    return last + strspn(last, " \t");
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
           strncmp(address, "::ffff:127.", 11) == 0;
}

const char *call_client(const struct call *call, bool *local)
{
    const char *forwarded = forwarded_for(call);
    *local = forwarded == NULL && is_loopback(call->client);
    return forwarded != NULL && call->server->options.trust_forwarded ? forwarded : call->client;
}

uint64_t call_number(const struct call *call)
{
    return call->number;
}

bool call_is_gone(const struct call *call)
{
    return call->connection == NULL;
}

void call_set_note(struct call *call, void *note)
{
    call->note = note;
}

void *call_note(const struct call *call)
{
    return call->note;
}

/* --- the answer ------------------------------------------------------------------------------- */

void call_add_header(struct call *call, const char *name, const char *value)
{
    evhttp_add_header(evhttp_request_get_output_headers(call->request), name, value);
}

void call_free(struct call *call)
{
    call->server->calls_open--;
    free(call);
}

/* evhttp has taken the request off its connection and left it to us. */
void call_gone(struct call *call)
{
    call->connection = NULL;
    if (call->stream != NULL) stream_gone(call->stream);
}

static struct evbuffer *body_of(struct call *call)
{
    return evhttp_request_get_output_buffer(call->request);
}

/* evhttp names no length in answers to these two, and sends the body all the same: to a HEAD it
 * would be read as the beginning of the next answer. */
static void frame(struct call *call)
{
    enum evhttp_cmd_type method = evhttp_request_get_command(call->request);
    if (method != EVHTTP_REQ_HEAD && method != EVHTTP_REQ_CONNECT) return;
    char length[24];
    size_t size = evbuffer_get_length(body_of(call));
    snprintf(length, sizeof length, "%zu", size);
    call_add_header(call, "Content-Length", length);
    if (method == EVHTTP_REQ_HEAD) evbuffer_drain(body_of(call), size);
}

/* evhttp would print the time anew for each answer. */
static void add_date(struct call *call)
{
    struct server *server = call->server;
    time_t now_s = time(NULL);
    if (now_s != server->date_s) {
        struct tm parts;
        gmtime_r(&now_s, &parts);
        evutil_date_rfc1123(server->date, sizeof server->date, &parts);
        server->date_s = now_s;
    }
    call_add_header(call, "Date", server->date);
}

/* evhttp would have the loop ask the kernel whether the socket takes an answer, which it nearly
 * always does: so it is written here, and evhttp told that it is out. What does not go at once is
 * left to evhttp. The connection may end in here. */
static void write_now(struct bufferevent *bev)
{
    struct evbuffer *output = bufferevent_get_output(bev);
    evbuffer_unfreeze(output, 1);
    int wrote = evbuffer_write(output, bufferevent_getfd(bev));
    evbuffer_freeze(output, 1);
    if (wrote > 0 && evbuffer_get_length(output) == 0) bufferevent_trigger(bev, EV_WRITE, 0);
}

static void send_answer(struct call *call, unsigned status, const char *type)
{
    const struct server *server = call->server;
    struct bufferevent *bev = call->connection->bev;
    if (type != NULL) call_add_header(call, "Content-Type", type);
    if (server->stopping) call_add_header(call, "Connection", "close");
    add_date(call);
    frame(call);
    evhttp_send_reply(call->request, (int)status, status_phrase(status), NULL);
    connection_idle(call->connection);
    if (server->delivering && server->tls == NULL) write_now(bev);
}

static void reply(struct call *call, unsigned status, const char *type)
{
    assert(call->stream == NULL);
    if (call->connection == NULL)
        evhttp_request_free(call->request);
    else
        send_answer(call, status, type);
    call_free(call);
}

void call_reply(struct call *call, unsigned status, const char *type, struct span body)
{
    if (body.size > 0) evbuffer_add(body_of(call), body.at, body.size);
    reply(call, status, type);
}

static void free_taken(const void *at, size_t size, void *world)
{
    (void)at;
    (void)size;
    struct json_out out = {.at = world};
    json_out_free(&out);
}

#define COPY_BYTES_MAX 1024 /* copying less is cheaper than a reference */

void call_reply_json(struct call *call, unsigned status, const char *type, struct json_out *out)
{
    if (out->used <= COPY_BYTES_MAX) {
        call_reply(call, status, type, span_of(out->at, out->used));
        json_out_free(out);
    } else {
        evbuffer_add_reference(body_of(call), out->at, out->used, free_taken, out->at);
        reply(call, status, type);
    }
    *out = (struct json_out){0};
}

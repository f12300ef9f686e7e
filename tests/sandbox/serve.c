#include "tests/sandbox/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

#define BODY_BYTES_MAX 65536
#define HELD_MAX       64u

/* An answer that is kept back; it dies with its connection. */
struct held {
    struct evhttp_request *request; /* NULL: this place is free */
    int status;
    char *answer;
};

static struct event_base *base;
static struct held held[HELD_MAX];

uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- answers --------------------------------------------------------------------------------- */

void answer_as(struct evhttp_request *request, int status, const char *type, const char *text)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    struct evbuffer *body = evbuffer_new();
    evhttp_add_header(headers, "Content-Type", type);
    evbuffer_add(body, text, strlen(text));
    evhttp_send_reply(request, status, NULL, body);
    evbuffer_free(body);
}

void answer(struct evhttp_request *request, int status, const char *text)
{
    answer_as(request, status, "application/json", text);
}

void answer_json(struct evhttp_request *request, int status, struct json_out *out)
{
    char *text = strndup(out->at, out->used);
    answer(request, status, text);
    free(text);
    json_out_free(out);
}

const char *header(struct evhttp_request *request, const char *name)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(request), name);
    return value == NULL ? "" : value;
}

char *body_of(struct evhttp_request *request)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(request);
    size_t size = evbuffer_get_length(input);
    char *body = calloc(1, size + 1);
    if (body == NULL) abort();
    evbuffer_copyout(input, body, size);
    return body;
}

/* --- answers that are kept back, or never come -------------------------------------------------
 */

static void forget_held(struct evhttp_connection *connection, void *world)
{
    struct held *place = world;
    (void)connection;
    /* A request whose caller hung up has left its connection, and is ours to free. */
    if (evhttp_request_get_connection(place->request) == NULL) evhttp_request_free(place->request);
    free(place->answer);
    *place = (struct held){0};
}

bool hold(struct evhttp_request *request, int status, const char *text)
{
    for (unsigned i = 0; i < HELD_MAX; i++) {
        if (held[i].request != NULL) continue;
        struct evhttp_connection *connection = evhttp_request_get_connection(request);
        held[i] = (struct held){request, status, strdup(text)};
        evhttp_connection_set_closecb(connection, forget_held, &held[i]);
        /* evhttp stops reading once it has a request, and would not see its caller go. */
        bufferevent_enable(evhttp_connection_get_bufferevent(connection), EV_READ);
        return true;
    }
    return false;
}

void release(void)
{
    for (unsigned i = 0; i < HELD_MAX; i++) {
        struct held was = held[i];
        if (was.request == NULL) continue;
        evhttp_connection_set_closecb(evhttp_request_get_connection(was.request), NULL, NULL);
        held[i] = (struct held){0};
        answer(was.request, was.status, was.answer);
        free(was.answer);
    }
}

unsigned held_count(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < HELD_MAX; i++) count += held[i].request != NULL ? 1 : 0;
    return count;
}

static void drop_now(evutil_socket_t fd, short what, void *world)
{
    (void)fd;
    (void)what;
    evhttp_connection_free(evhttp_request_get_connection(world));
}

/* Not from within the request's own callback, which goes on to use its connection. */
void drop(struct evhttp_request *request)
{
    const struct timeval at_once = {0, 0};
    event_base_once(base, -1, EV_TIMEOUT, drop_now, request, &at_once);
}

/* --- start ----------------------------------------------------------------------------------- */

static void on_input_end(struct bufferevent *input, short what, void *world)
{
    (void)input;
    (void)what;
    (void)world;
    event_base_loopbreak(base);
}

static unsigned port_of(struct evhttp_bound_socket *bound)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof at;
    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&at, &size) != 0)
        return 0;
    const struct sockaddr_in *four = (const struct sockaddr_in *)&at;
    return ntohs(four->sin_port);
}

int serve(const struct serve_route *routes, size_t count, serve_take *otherwise)
{
    /* Standard input may be a file, which epoll does not watch. */
    struct event_config *config = event_config_new();
    event_config_require_features(config, EV_FEATURE_FDS);
    base = event_base_new_with_config(config);
    event_config_free(config);
    struct evhttp *http = base == NULL ? NULL : evhttp_new(base);
    if (http == NULL) return 1;
    evhttp_set_max_body_size(http, BODY_BYTES_MAX);
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_PUT |
                                         EVHTTP_REQ_DELETE);
    for (size_t i = 0; i < count; i++) evhttp_set_cb(http, routes[i].path, routes[i].take, NULL);
    evhttp_set_gencb(http, otherwise, NULL);
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
    if (bound == NULL) return 1;
    printf("port %u\n", port_of(bound));
    fflush(stdout);
    evutil_make_socket_nonblocking(0);
    struct bufferevent *input = bufferevent_socket_new(base, 0, 0);
    bufferevent_setcb(input, NULL, NULL, on_input_end, NULL);
    bufferevent_enable(input, EV_READ);
    event_base_dispatch(base);
    bufferevent_free(input);
    evhttp_free(http);
    event_base_free(base);
    return 0;
}

/* What evhttp 2.1 leaves out for a connection: how many there are, how long a request may take to
 * arrive, errors in our own words, and a close that does not tear the answer away.
 *
 * evhttp tells nobody about a connection before its first whole request. But it asks us for the
 * bufferevent, and a bufferevent names its owner in the argument of its callbacks: so a moment
 * after the accept the connection is "adopted" and its end can be followed. */
#include "node/http/parts.h"

#include "node/http/problem.h"
#include <assert.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

/* --- the list of all -------------------------------------------------------------------------- */

static void link_in(struct connection *connection)
{
    struct server *server = connection->server;
    connection->next = server->connections;
    if (connection->next != NULL) connection->next->previous = connection;
    server->connections = connection;
    server->counts.connections++;
    server->counts.connections_open++;
    if (server->counts.connections_open < server->limits.connections_max) return;
    evconnlistener_disable(server->listener);
    server->listening = false;
}

static void release(struct connection *connection)
{
    struct server *server = connection->server;
    if (connection->next != NULL) connection->next->previous = connection->previous;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->fd >= 0 && server->by_fd[connection->fd] == connection)
        server->by_fd[connection->fd] = NULL;
    if (connection->bulk) server->bulks_open--;
    free(connection->head);
    server->counts.connections_open--;
    free(connection);
    server_listen(server);
}

static void remember_fd(struct connection *connection)
{
    struct server *server = connection->server;
    size_t fd = (size_t)connection->fd;
    if (fd >= server->by_fd_size) {
        size_t size = fd * 2 + 64;
        server->by_fd = realloc(server->by_fd, size * sizeof(void *));
        assert(server->by_fd != NULL);
        memset(server->by_fd + server->by_fd_size, 0, (size - server->by_fd_size) * sizeof(void *));
        server->by_fd_size = size;
    }
    server->by_fd[fd] = connection;
}

struct connection *connection_of(struct server *server, struct evhttp_request *request)
{
    struct evhttp_connection *of = evhttp_request_get_connection(request);
    evutil_socket_t fd = bufferevent_getfd(evhttp_connection_get_bufferevent(of));
    assert(fd >= 0 && (size_t)fd < server->by_fd_size && server->by_fd[fd] != NULL);
    return server->by_fd[fd];
}

/* --- reading ---------------------------------------------------------------------------------- */

static struct evhttp_connection *owner_of(const struct connection *connection)
{
    bufferevent_data_cb read = NULL;
    void *owner = NULL;
    bufferevent_getcb(connection->bev, &read, NULL, NULL, &owner);
    return owner;
}

static void allow_body(struct connection *connection, size_t bytes)
{
    const struct server_limits *limits = &connection->server->limits;
    evhttp_connection_set_max_body_size(owner_of(connection), (ev_ssize_t)bytes);
    /* Without this mark a client that sends on while we answer would fill our memory. */
    bufferevent_setwatermark(connection->bev, EV_READ, 0,
                             bytes + limits->header_bytes_max + limits->header_bytes_max);
}

static void try_bulk(struct connection *connection)
{
    struct server *server = connection->server;
    if (server->bulks_open >= server->limits.bulks_max) {
        connection->bulk_refusal = ERROR_BUSY;
        return;
    }
    server->bulks_open++;
    connection->bulk = true;
    allow_body(connection,
               connection->file ? server->limits.file_bytes_max : server->limits.bulk_bytes_max);
}

/* The value of the Authorization header in whole headers; empty: there is none. */
static struct span authorization_of(struct span head)
{
    static const char name[] = "authorization:";
    const size_t size = sizeof name - 1;
    for (;;) {
        const uint8_t *end = head.size == 0 ? NULL : memchr(head.at, '\n', head.size);
        if (end == NULL) return span_of("", 0);
        struct span line = span_of(head.at, (size_t)(end - head.at));
        head = span_of(end + 1, head.size - line.size - 1);
        if (line.size < size || strncasecmp((const char *)line.at, name, size) != 0) continue;
        line = span_of(line.at + size, line.size - size);
        while (line.size > 0 && (line.at[0] == ' ' || line.at[0] == '\t'))
            line = span_of(line.at + 1, line.size - 1);
        while (line.size > 0 && strchr(" \t\r", line.at[line.size - 1]) != NULL) line.size--;
        return line;
    }
}

static void drop_head(struct connection *connection)
{
    free(connection->head);
    connection->head = NULL;
    connection->head_size = 0;
}

/* The places for bulk bodies are few: one who shows no token takes none of them. */
static void judge_head(struct connection *connection)
{
    const struct server_options *options = &connection->server->options;
    struct span shown = authorization_of(span_of(connection->head, connection->head_size));
    if (options->may_send_bulk != NULL)
        connection->bulk_refusal = options->may_send_bulk(options->world, connection->file, shown);
    if (connection->bulk_refusal == OK) try_bulk(connection);
    drop_head(connection);
}

static bool is_whole(const struct connection *connection, size_t from)
{
    const uint8_t *at = connection->head + from;
    size_t size = connection->head_size - from;
    return memmem(at, size, "\n\r\n", 3) != NULL || memmem(at, size, "\n\n", 2) != NULL;
}

/* evhttp tells nobody of the headers before it reads the body: so they are read here beside it,
 * from the bytes as they come. Headers larger than is taken end at evhttp. */
static void gather_head(struct connection *connection, struct evbuffer *input, size_t added)
{
    struct evbuffer_ptr from;
    size_t before = connection->head_size;
    size_t room = connection->server->limits.header_bytes_max - before;
    evbuffer_ptr_set(input, &from, evbuffer_get_length(input) - added, EVBUFFER_PTR_SET);
    ev_ssize_t got =
        evbuffer_copyout_from(input, &from, connection->head + before, added < room ? added : room);
    if (got > 0) connection->head_size += (size_t)got;
    if (is_whole(connection, before < 2 ? 0 : before - 2)) judge_head(connection);
}

/* Looks at the request line before evhttp does: a bulk body must be allowed before it is read. */
static void look_at_line(struct connection *connection, struct evbuffer *input)
{
    const struct server *server = connection->server;
    char seen[REQUEST_LINE_SEEN];
    ev_ssize_t got = evbuffer_copyout(input, seen, sizeof seen);
    if (got <= 0) return;
    for (unsigned i = 0; i < 2; i++) {
        size_t size = server->bulk_lines[i].size, known = size;
        if ((size_t)got < size) known = (size_t)got;
        if (size == 0 || memcmp(seen, server->bulk_lines[i].text, known) != 0) continue;
        if (known < size) return; /* more of it is to come */
        connection->file = i == 1;
        connection->head = malloc(server->limits.header_bytes_max);
        assert(connection->head != NULL);
        break;
    }
    connection->line_known = true;
}

static void note_bytes(struct connection *connection, struct evbuffer *input, size_t added)
{
    if (connection->reading_ms == 0) connection->reading_ms = server_now_ms();
    connection->reading_bytes += added;
    bool seen = connection->line_known;
    if (!seen) look_at_line(connection, input);
    /* Before the line was known, evhttp took nothing of the request. */
    if (connection->head != NULL)
        gather_head(connection, input, seen ? added : evbuffer_get_length(input));
}

static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *world)
{
    struct connection *connection = world;
    if (info->n_added == 0 || connection->call != NULL || connection->lingering_ms != 0) return;
    note_bytes(connection, input, info->n_added);
}

void connection_busy(struct connection *connection, struct call *call)
{
    connection->call = call;
    connection->reading_ms = 0;
    connection->reading_bytes = 0;
}

void connection_idle(struct connection *connection)
{
    connection->call = NULL;
    connection->line_known = false;
    connection->bulk_refusal = OK;
    connection->resting_ms = server_now_ms();
    /* evhttp counts no line ends: it takes headers that were more than is gathered here. */
    drop_head(connection);
    if (connection->bulk) {
        connection->bulk = false;
        connection->server->bulks_open--;
        allow_body(connection, connection->server->limits.body_bytes_max);
    }
    /* A client that did not wait has sent the beginning of its next request already. */
    struct evbuffer *input = bufferevent_get_input(connection->bev);
    if (evbuffer_get_length(input) > 0) note_bytes(connection, input, evbuffer_get_length(input));
}

/* --- errors that evhttp finds ----------------------------------------------------------------- */

/* Whatever is written while no handler has the request is a word of evhttp's own. */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *world)
{
    (void)output;
    struct connection *connection = world;
    if (info->n_added == 0 || connection->call != NULL || connection->foreign) return;
    connection->foreign = true;
    event_active(connection->server->mend, EV_READ, 0);
}

/* Between two writes a socket's bufferevent keeps its output frozen: it can neither be read nor
 * emptied then. Before the first write it is not, and with TLS never. */
static bool thaw(struct evbuffer *output)
{
    char first;
    bool frozen = evbuffer_get_length(output) > 0 && evbuffer_copyout(output, &first, 1) < 0;
    if (frozen) evbuffer_unfreeze(output, 1);
    return frozen;
}

/* Of the answer that ends the request: a "100 Continue" may not have left yet and stand before. */
static unsigned status_written(struct evbuffer *output)
{
    char text[sizeof "HTTP/1.1 100 Continue\r\n\r\n" + 13] = "", *line = text;
    if (evbuffer_copyout(output, text, sizeof text - 1) < 12) return 0;
    if (strncmp(line, "HTTP/1.1 100", 12) == 0) {
        char *end = strstr(line, "\r\n\r\n");
        if (end != NULL && strlen(end) >= 16) line = end + 4;
    }
    return (unsigned)strtoul(line + 9, NULL, 10); /* "HTTP/1.1 413" */
}

static enum error error_meant(const struct connection *connection, unsigned status,
                              const char **detail)
{
    *detail = "the request line or a header cannot be read";
    if (status == 413) {
        *detail = "the body is larger than is taken here, or its chunks are broken";
        if (connection->bulk_refusal == OK) return ERROR_TOO_LARGE;
        *detail = connection->bulk_refusal == ERROR_BUSY
                      ? "too many bodies of this size are under way"
                      : "a body of this size is taken here only from who bears a token for it";
        return connection->bulk_refusal;
    }
    if (status == 417) *detail = "only 100-continue can be expected";
    return ERROR_MALFORMED;
}

/* The headers that do not end within their limit are the one thing evhttp gives no name to. */
static unsigned status_meant(const struct connection *connection, unsigned status)
{
    if (status == 413 && connection->bulk_refusal != OK)
        return problem_status(connection->bulk_refusal);
    if (status == 400 && connection->reading_bytes > connection->server->limits.header_bytes_max)
        return 431;
    return status;
}

static void say_problem(struct connection *connection, struct evbuffer *output, unsigned status)
{
    struct problem problem = {.status = status_meant(connection, status)};
    problem.error = error_meant(connection, status, &problem.detail);
    if (problem.status == 431) problem.detail = "the headers are larger than is taken here";
    struct json_out out = {0};
    problem_put(&out, &problem);
    evbuffer_drain(output, evbuffer_get_length(output));
    evbuffer_add_printf(output,
                        "HTTP/1.1 %u %s\r\nContent-Type: " PROBLEM_TYPE "\r\n"
                        "Content-Length: %zu\r\n%sConnection: close\r\n\r\n",
                        problem.status, status_phrase(problem.status), out.used,
                        problem.status == 401   ? "WWW-Authenticate: Bearer\r\n"
                        : problem.status == 503 ? "Retry-After: 1\r\n"
                                                : "");
    evbuffer_add(output, out.at, out.used);
    json_out_free(&out);
    connection->mended = true;
    connection->server->counts.read_errors++;
}

static void mend(struct connection *connection)
{
    struct evbuffer *output = bufferevent_get_output(connection->bev);
    bool frozen = thaw(output);
    unsigned status = status_written(output);
    if (status < 400) /* "100 Continue" stands as it is */
        connection->foreign = false;
    else
        say_problem(connection, output, status);
    if (frozen) evbuffer_freeze(output, 1);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void finish_linger(struct connection *connection)
{
    bufferevent_setcb(connection->bev, NULL, NULL, NULL, NULL);
    bufferevent_decref(connection->bev);
    release(connection);
}

static void linger_read(struct bufferevent *bev, void *world)
{
    struct connection *connection = world;
    struct evbuffer *input = bufferevent_get_input(bev);
    connection->reading_bytes += evbuffer_get_length(input);
    evbuffer_drain(input, evbuffer_get_length(input));
    if (connection->reading_bytes > LINGER_BYTES_MAX) finish_linger(connection);
}

static void linger_event(struct bufferevent *bev, short what, void *world)
{
    (void)bev;
    (void)what;
    finish_linger(world);
}

static void begin_linger(struct connection *connection)
{
    const struct timeval patience = {LINGER_MS / 1000, 0};
    struct evbuffer *input = bufferevent_get_input(connection->bev);
    evbuffer_drain(input, evbuffer_get_length(input));
    connection->lingers = true;
    connection->reading_bytes = 0;
    bufferevent_setwatermark(connection->bev, EV_READ, 0, 0);
    bufferevent_setcb(connection->bev, linger_read, NULL, linger_event, connection);
    bufferevent_set_timeouts(connection->bev, &patience, NULL);
    bufferevent_enable(connection->bev, EV_READ);
}

/* Closing a socket with bytes unread makes the kernel reset it, and the client loses the answer
 * that says why. So after a mended error the socket is kept half open for a moment. */
static void on_close(struct evhttp_connection *of, void *world)
{
    (void)of;
    struct connection *connection = world;
    struct server *server = connection->server;
    if (connection->call != NULL) call_gone(connection->call);
    if (!connection->mended || server->stopping) {
        release(connection);
        return;
    }
    bufferevent_incref(connection->bev);
    connection->lingering_ms = server_now_ms();
    event_active(server->mend, EV_READ, 0);
}

void connection_mend_all(struct server *server)
{
    struct connection *next;
    for (struct connection *at = server->connections; at != NULL; at = next) {
        next = at->next;
        if (at->lingering_ms != 0) {
            if (!at->lingers) begin_linger(at);
        } else if (at->foreign && !at->mended) {
            mend(at);
        }
    }
}

/* --- the beginning ---------------------------------------------------------------------------- */

struct bufferevent *connection_create(struct event_base *base, void *world)
{
    struct server *server = world;
    struct connection *connection = calloc(1, sizeof *connection);
    SSL *tls = server->tls == NULL ? NULL : SSL_new(server->tls);
    assert(connection != NULL && (tls != NULL || server->tls == NULL));
    if (tls != NULL) {
        connection->bev = bufferevent_openssl_socket_new(base, -1, tls, BUFFEREVENT_SSL_ACCEPTING,
                                                         BEV_OPT_CLOSE_ON_FREE);
        if (connection->bev != NULL)
            bufferevent_openssl_set_allow_dirty_shutdown(connection->bev, 1);
    } else {
        connection->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    }
    assert(connection->bev != NULL);
    connection->server = server;
    connection->resting_ms = server_now_ms();
    connection->fd = -1;
    connection->fresh = server->fresh;
    server->fresh = connection;
    /* Held until it is adopted: evhttp may give the connection up before. */
    bufferevent_incref(connection->bev);
    link_in(connection);
    event_active(server->adopt, EV_READ, 0);
    return connection->bev;
}

static void adopt(struct connection *connection)
{
    struct evhttp_connection *owner = owner_of(connection);
    if (owner == NULL) {
        bufferevent_decref(connection->bev);
        release(connection);
        return;
    }
    int on = 1;
    connection->fd = bufferevent_getfd(connection->bev);
    remember_fd(connection);
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    evhttp_connection_set_closecb(owner, on_close, connection);
    evbuffer_add_cb(bufferevent_get_input(connection->bev), on_input, connection);
    evbuffer_add_cb(bufferevent_get_output(connection->bev), on_output, connection);
    allow_body(connection, connection->server->limits.body_bytes_max);
    /* A handshake that drips in must end as well, and shows no byte of a request before. */
    if (connection->server->tls != NULL) connection->reading_ms = server_now_ms();
    bufferevent_decref(connection->bev);
}

void connection_adopt_all(struct server *server)
{
    while (server->fresh != NULL) {
        struct connection *connection = server->fresh;
        server->fresh = connection->fresh;
        adopt(connection);
    }
}

static bool is_too_slow(const struct connection *connection, uint64_t now_ms)
{
    uint64_t patience_ms = connection->server->limits.read_ms;
    if (connection->bulk) patience_ms *= 10;
    return connection->reading_ms != 0 && now_ms - connection->reading_ms > patience_ms;
}

/* All places are taken, and this one rests: whoever has nothing to ask makes room for those who
 * have. */
static bool is_in_the_way(const struct connection *connection, uint64_t now_ms)
{
    const struct server *server = connection->server;
    bool rests = connection->call == NULL && connection->reading_ms == 0 &&
                 evbuffer_get_length(bufferevent_get_output(connection->bev)) == 0;
    return !server->listening && rests && now_ms - connection->resting_ms > CROWDED_IDLE_MS;
}

static void sweep(struct connection *connection, uint64_t now_ms)
{
    struct server *server = connection->server;
    bool slow = is_too_slow(connection, now_ms);
    if (connection->fd < 0 || (!slow && !is_in_the_way(connection, now_ms))) return;
    *(slow ? &server->counts.cut : &server->counts.crowded_out) += 1;
    connection->reading_ms = 0;
    connection->resting_ms = now_ms;     /* once is enough */
    shutdown(connection->fd, SHUT_RDWR); /* evhttp reads the end and lets go */
}

void connection_sweep(struct server *server, uint64_t now_ms)
{
    struct connection *next;
    for (struct connection *at = server->connections; at != NULL; at = next) {
        next = at->next;
        if (at->lingering_ms == 0)
            sweep(at, now_ms);
        else if (at->lingers && now_ms - at->lingering_ms > 2 * LINGER_MS)
            finish_linger(at);
    }
}

void connection_drop_lingering(struct server *server)
{
    struct connection *next;
    for (struct connection *at = server->connections; at != NULL; at = next) {
        next = at->next;
        if (at->lingering_ms != 0) finish_linger(at);
    }
}

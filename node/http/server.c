#include "node/http/parts.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG     512
#define FLUSH_MS    2000   /* at the stop: for answers on their way */
#define METHODS_ALL 0xffff /* what no route takes is refused by the routes, in their own words */

uint64_t server_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- options ---------------------------------------------------------------------------------- */

static unsigned or_default(unsigned given, unsigned standard)
{
    return given != 0 ? given : standard;
}

static struct server_limits limits_of(const struct server_limits *given)
{
    return (struct server_limits){
        .connections_max = or_default(given->connections_max, 1024),
        .header_bytes_max = or_default(given->header_bytes_max, 16 * 1024),
        .body_bytes_max = or_default(given->body_bytes_max, 64 * 1024),
        .bulk_bytes_max = or_default(given->bulk_bytes_max, 4 * 1024 * 1024),
        .file_bytes_max = or_default(given->file_bytes_max, 8 * 1024 * 1024),
        .bulks_max = or_default(given->bulks_max, 4),
        .read_ms = or_default(given->read_ms, 10 * 1000),
        .idle_ms = or_default(given->idle_ms, 60 * 1000),
        .streams_max = or_default(given->streams_max, 512),
        .stall_ms = or_default(given->stall_ms, 30 * 1000),
        .stream_bytes_max = or_default(given->stream_bytes_max, 256 * 1024),
    };
}

__attribute__((format(printf, 2, 3))) static bool complain(char why[SERVER_WHY_BYTES],
                                                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, SERVER_WHY_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

/* --- TLS -------------------------------------------------------------------------------------- */

static const char *tls_reason(void)
{
    unsigned long code = ERR_get_error();
    const char *text =
        ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
    return text != NULL ? text : "it cannot be read";
}

/* A group may: that is how distributions hand keys to services. */
static bool everybody_may_read(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

static bool load_tls(struct server *server, char why[SERVER_WHY_BYTES])
{
    const struct server_options *options = &server->options;
    if ((options->certificate == NULL) != (options->key == NULL))
        return complain(why, "TLS needs both a certificate and a key");
    if (options->certificate == NULL) return true;
    if (everybody_may_read(options->key))
        return complain(why, "%s: may be read by everybody; chmod 600, and make a new key",
                        options->key);
    server->tls = SSL_CTX_new(TLS_server_method());
    assert(server->tls != NULL);
    SSL_CTX_set_min_proto_version(server->tls, TLS1_2_VERSION);
    SSL_CTX_set_options(server->tls, SSL_OP_NO_RENEGOTIATION);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(server->tls, options->certificate) != 1)
        return complain(why, "cannot read the certificate %s: %s", options->certificate,
                        tls_reason());
    if (SSL_CTX_use_PrivateKey_file(server->tls, options->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(server->tls) != 1)
        return complain(why, "cannot use the key %s: %s", options->key, tls_reason());
    return true;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void on_tick(evutil_socket_t fd, short what, void *world)
{
    (void)fd;
    (void)what;
    struct server *server = world;
    uint64_t now_ms = server_now_ms();
    connection_sweep(server, now_ms);
    if (!server->listening && !server->stopping) server_listen(server);
    if (server->options.tick != NULL) server->options.tick(server->options.world, now_ms);
    if (!server->stopping || server->calls_open > 0) return;
    if (server->counts.connections_open == 0 || now_ms - server->stop_ms > FLUSH_MS)
        event_base_loopbreak(server->base);
}

static void on_woken(evutil_socket_t fd, short what, void *world)
{
    (void)what;
    struct server *server = world;
    uint64_t count;
    ssize_t got = read(fd, &count, sizeof count);
    (void)got; /* woken without a reason is no harm */
    pthread_mutex_lock(&server->mutex);
    struct delivery *at = server->first;
    server->first = NULL;
    server->last = &server->first;
    pthread_mutex_unlock(&server->mutex);
    server->delivering = true;
    while (at != NULL) {
        struct delivery *next = at->next;
        at->run(at);
        at = next;
    }
    server->delivering = false;
}

static void on_adopt(evutil_socket_t fd, short what, void *world)
{
    (void)fd;
    (void)what;
    connection_adopt_all(world);
}

static void on_mend(evutil_socket_t fd, short what, void *world)
{
    (void)fd;
    (void)what;
    connection_mend_all(world);
}

void server_deliver(struct server *server, struct delivery *delivery)
{
    delivery->next = NULL;
    pthread_mutex_lock(&server->mutex);
    bool was_empty = server->first == NULL;
    *server->last = delivery;
    server->last = &delivery->next;
    pthread_mutex_unlock(&server->mutex);
    if (!was_empty) return; /* it has been woken for the one before */
    const uint64_t one = 1;
    ssize_t put = write(server->wake_fd, &one, sizeof one);
    (void)put; /* a full counter wakes as well */
}

void server_listen(struct server *server)
{
    if (server->listening || server->stopping) return;
    if (server->counts.connections_open >= server->limits.connections_max) return;
    server->listening = evconnlistener_enable(server->listener) == 0;
}

/* The server whose loop this thread runs. evhttp has made itself the world of the listener, and
 * libevent's log has none. */
static _Thread_local struct server *looping;

static void tell(struct server *server, const char *what)
{
    if (server->options.trouble != NULL) server->options.trouble(server->options.world, what);
}

/* No descriptor is left, most likely: the tick tries again. */
static void on_accept_error(struct evconnlistener *listener, void *world)
{
    char what[SERVER_WHY_BYTES];
    int number = EVUTIL_SOCKET_ERROR();
    struct server *server = looping;
    (void)world;
    assert(server != NULL && server->listener == listener);
    evconnlistener_disable(listener);
    server->listening = false;
    server->counts.accept_errors++;
    snprintf(what, sizeof what, "no connection can be accepted: %s", strerror(number));
    tell(server, what);
}

static void on_libevent_log(int severity, const char *text)
{
    if (looping != NULL && severity >= EVENT_LOG_WARN) tell(looping, text);
}

/* --- opening ---------------------------------------------------------------------------------- */

static bool open_listener(struct server *server, char why[SERVER_WHY_BYTES])
{
    const struct server_options *options = &server->options;
    const char *address = options->address != NULL ? options->address : "127.0.0.1";
    struct sockaddr_storage at;
    int size = sizeof at;
    memset(&at, 0, sizeof at);
    if (evutil_parse_sockaddr_port(address, (struct sockaddr *)&at, &size) != 0)
        return complain(why, "not an address to listen at: %s", address);
    if (at.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&at)->sin6_port = htons(options->port);
    else
        ((struct sockaddr_in *)&at)->sin_port = htons(options->port);
    server->listener = evconnlistener_new_bind(
        server->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        BACKLOG, (struct sockaddr *)&at, size);
    if (server->listener == NULL)
        return complain(why, "cannot listen at %s port %u: %s", address, options->port,
                        strerror(errno));
    socklen_t length = sizeof at;
    getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&at, &length);
    server->port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                                  : ((struct sockaddr_in *)&at)->sin_port);
    return true;
}

static void open_http(struct server *server)
{
    const struct server_limits *limits = &server->limits;
    server->http = evhttp_new(server->base);
    assert(server->http != NULL);
    const struct timeval idle = {limits->idle_ms / 1000, limits->idle_ms % 1000 * 1000};
    evhttp_set_timeout_tv(server->http, &idle);
    evhttp_set_max_headers_size(server->http, limits->header_bytes_max);
    evhttp_set_max_body_size(server->http, limits->body_bytes_max);
    evhttp_set_allowed_methods(server->http, METHODS_ALL);
    evhttp_set_default_content_type(server->http, NULL);
    evhttp_set_bevcb(server->http, connection_create, server);
    evhttp_set_gencb(server->http, call_arrived, server);
    struct evhttp_bound_socket *bound = evhttp_bind_listener(server->http, server->listener);
    assert(bound != NULL);
    (void)bound;
    evconnlistener_set_error_cb(server->listener, on_accept_error);
    server->listening = true;
}

static void open_loop(struct server *server)
{
    event_set_log_callback(on_libevent_log);
    struct event_config *config = event_config_new();
    assert(config != NULL);
    /* Only the loop thread touches the base: others leave deliveries and write to the eventfd. */
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    /* evhttp stops and resumes the reading of a connection with every request. Collected until the
     * loop waits again, the two come to nothing, and no system call is made. It asks that no
     * descriptor is duplicated, and none is. */
    event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    server->base = event_base_new_with_config(config);
    event_config_free(config);
    server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(server->base != NULL && server->wake_fd >= 0);
    server->woken =
        event_new(server->base, server->wake_fd, EV_READ | EV_PERSIST, on_woken, server);
    server->tick = event_new(server->base, -1, EV_PERSIST, on_tick, server);
    server->adopt = event_new(server->base, -1, 0, on_adopt, server);
    server->mend = event_new(server->base, -1, 0, on_mend, server);
    const struct timeval often = {0, TICK_MS * 1000};
    event_add(server->woken, NULL);
    event_add(server->tick, &often);
}

static void set_bulk_lines(struct server *server)
{
    const char *const prefixes[] = {server->options.bulk_prefix, server->options.file_prefix};
    for (unsigned i = 0; i < 2; i++) {
        if (prefixes[i] == NULL) continue;
        int size = snprintf(server->bulk_lines[i].text, REQUEST_LINE_SEEN, "POST %s", prefixes[i]);
        assert(size > 0 && size < REQUEST_LINE_SEEN);
        server->bulk_lines[i].size = (size_t)size;
    }
}

struct server *server_open(const struct server_options *options, char why[SERVER_WHY_BYTES])
{
    struct server *server = calloc(1, sizeof *server);
    assert(server != NULL);
    server->options = *options;
    server->limits = limits_of(&options->limits);
    set_bulk_lines(server);
    server->last = &server->first;
    pthread_mutex_init(&server->mutex, NULL);
    open_loop(server);
    if (load_tls(server, why) && open_listener(server, why)) {
        open_http(server);
        return server;
    }
    server_free(server);
    return NULL;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

struct server_counts server_counts(const struct server *server)
{
    struct server_counts counts = server->counts;
    counts.calls_open = server->calls_open;
    return counts;
}

/* --- running ---------------------------------------------------------------------------------- */

static void *run(void *world)
{
    struct server *server = world;
    looping = server;
    event_base_loop(server->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return NULL;
}

enum error server_start(struct server *server)
{
    /* Signals are the main thread's; a client that hangs up is an error code here, not SIGPIPE. */
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV); /* its own fault is the thread's to hear of, whoever handles it */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&server->thread, NULL, run, server);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) return ERROR_IO;
    server->started = true;
    pthread_setname_np(server->thread, "http");
    return OK;
}

struct stopping {
    struct delivery delivery;
    struct server *server;
};

static void begin_stop(struct delivery *delivery)
{
    struct server *server = ((struct stopping *)delivery)->server;
    server->stopping = true;
    server->stop_ms = server_now_ms();
    evconnlistener_disable(server->listener);
    server->listening = false;
    while (server->streams != NULL) stream_end(server->streams);
    /* Those that wait between two requests need not be waited for. */
    for (struct connection *at = server->connections; at != NULL; at = at->next)
        if (at->fd >= 0 && at->call == NULL) shutdown(at->fd, SHUT_RD);
}

void server_stop(struct server *server)
{
    if (!server->started) return;
    struct stopping stopping = {.delivery.run = begin_stop, .server = server};
    server_deliver(server, &stopping.delivery);
    pthread_join(server->thread, NULL);
    server->started = false;
    server->stopping = true;
}

void server_free(struct server *server)
{
    if (server == NULL) return;
    assert(!server->started && server->calls_open == 0);
    server->stopping = true;
    if (server->http != NULL)
        evhttp_free(server->http); /* the listener as well */
    else if (server->listener != NULL)
        evconnlistener_free(server->listener);
    connection_adopt_all(server);
    connection_drop_lingering(server);
    assert(server->connections == NULL);
    event_free(server->woken);
    event_free(server->tick);
    event_free(server->adopt);
    event_free(server->mend);
    event_base_free(server->base);
    close(server->wake_fd);
    SSL_CTX_free(server->tls);
    pthread_mutex_destroy(&server->mutex);
    free(server->by_fd);
    free(server);
}

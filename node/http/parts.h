/* What the files of the HTTP shell's lower half (server, connection, call, stream) know of each
 * other. Nobody else includes it; all of it lives on the loop thread unless a line says otherwise.
 */
#ifndef NODE_HTTP_PARTS_H
#define NODE_HTTP_PARTS_H

#include "node/http/server.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <time.h>

#define TICK_MS           100
#define LINGER_MS         2000
#define LINGER_BYTES_MAX  (16u * 1024 * 1024) /* that a refused client may send on */
#define CLIENT_BYTES_MAX  64
#define REQUEST_LINE_SEEN 32   /* of a request line are looked at, to tell a bulk path */
#define CROWDED_IDLE_MS   1000 /* a connection may rest so long when all places are taken */
#define DATE_BYTES        40

/* One accepted socket. evhttp owns the bufferevent; this rides along from accept to close. */
struct connection {
    struct connection *previous, *next; /* of all */
    struct connection *fresh;           /* of those not adopted yet */
    struct server *server;
    struct bufferevent *bev;
    evutil_socket_t fd;
    struct call *call;     /* the request in a handler's hands */
    uint64_t reading_ms;   /* when the request that is being read began; 0: none is */
    uint64_t resting_ms;   /* since when it has had no request */
    uint64_t lingering_ms; /* since when it only waits for the client to close; 0: it lives */
    size_t reading_bytes;
    uint8_t *head; /* of a request for a bulk path, until its headers are whole; or NULL */
    size_t head_size;
    bool line_known;         /* the request line was looked at */
    bool bulk;               /* it may send a bulk body */
    bool file;               /* ... which is to a path for files */
    enum error bulk_refusal; /* it wanted to, and why it may not; OK: it did not want to, or may */
    bool foreign;            /* evhttp wrote an error page of its own */
    bool mended;             /* and it was replaced */
    bool lingers;            /* its own callbacks are set */
};

struct call {
    struct server *server;
    struct connection *connection; /* NULL: the client has gone */
    struct evhttp_request *request;
    struct stream *stream; /* the answer has become one */
    uint64_t number;
    void *note;
    char client[CLIENT_BYTES_MAX];
};

struct stream {
    struct stream *previous, *next;
    struct call *call;
    struct stream_port port;
};

struct server {
    struct server_options options;
    struct server_limits limits;
    struct event_base *base;
    struct evhttp *http;
    struct evconnlistener *listener;
    SSL_CTX *tls;
    struct event *tick, *woken, *adopt, *mend;
    uint16_t port;
    bool listening, started, stopping;
    pthread_t thread;

    struct connection *connections, *fresh;
    struct connection **by_fd;
    size_t by_fd_size;
    unsigned bulks_open;
    struct stream *streams;
    uint64_t calls_open;
    uint64_t stop_ms;
    struct server_counts counts;
    bool delivering; /* what others handed over is being run: evhttp is not on the stack */
    struct {
        char text[REQUEST_LINE_SEEN]; /* how the request line of a bulk body begins */
        size_t size;                  /* 0: there is none */
    } bulk_lines[2];                  /* the second: of a file */
    time_t date_s;
    char date[DATE_BYTES]; /* of date_s, as the header has it */

    int wake_fd;           /* an eventfd */
    pthread_mutex_t mutex; /* over the two below, from any thread */
    struct delivery *first, **last;
};

uint64_t server_now_ms(void);
/* Accept again, if it had been stopped for the number of connections. */
void server_listen(struct server *server);

/* evhttp asks for the bufferevent of a connection that it has just accepted. */
struct bufferevent *connection_create(struct event_base *base, void *server);
void connection_adopt_all(struct server *server);
void connection_mend_all(struct server *server);
void connection_sweep(struct server *server, uint64_t now_ms);
void connection_drop_lingering(struct server *server);
struct connection *connection_of(struct server *server, struct evhttp_request *request);
/* A request is whole and with its handler; and: its answer is on the way. */
void connection_busy(struct connection *connection, struct call *call);
void connection_idle(struct connection *connection);

/* evhttp hands over a whole request. */
void call_arrived(struct evhttp_request *request, void *server);
/* The connection has gone while the call was open. */
void call_gone(struct call *call);
void call_free(struct call *call);

void stream_gone(struct stream *stream);

#endif

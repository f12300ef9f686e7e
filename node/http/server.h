/* The HTTP shell: one loop thread around libevent's evhttp, with what evhttp 2.1 leaves to others.
 *
 * It bounds strangers before anybody else sees them: connections, header and body bytes, the time a
 * request may take to arrive, streams and what waits in them. Errors found while a request is read
 * (400, 413, 431) are answered as problem+json like all others. A handler gets whole requests on
 * the loop thread and may answer at once or later; other threads hand work over with
 * server_deliver. A call outlives its connection: whoever holds one answers it exactly once, gone
 * client or not. */
#ifndef NODE_HTTP_SERVER_H
#define NODE_HTTP_SERVER_H

#include "proto/json.h"

#define SERVER_WHY_BYTES 200

struct server_limits {         /* 0: the default in brackets */
    unsigned connections_max;  /* then the idle are closed and others wait in the kernel [1024] */
    unsigned header_bytes_max; /* request line and headers [16 KiB] */
    unsigned body_bytes_max;   /* [64 KiB] */
    unsigned bulk_bytes_max;   /* of a path below server_options.bulk_prefix [4 MiB] */
    unsigned file_bytes_max;   /* of a path that begins with server_options.file_prefix [8 MiB] */
    unsigned bulks_max;        /* such bodies under way at once [4] */
    unsigned read_ms; /* first byte to last of a request; a bulk body gets ten times that [10 s] */
    unsigned idle_ms; /* between two requests, and while an answer is not taken [60 s] */
    unsigned streams_max; /* [512] */
    unsigned stall_ms;    /* a stream whose client takes nothing for so long is dropped [30 s] */
    unsigned stream_bytes_max; /* waiting in one stream [256 KiB] */
};

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_DELETE, METHOD_OTHER };

struct server;
struct call;

struct server_options {
    const char *address;           /* NULL: 127.0.0.1 */
    uint16_t port;                 /* 0: the kernel chooses */
    const char *certificate, *key; /* PEM files; both or neither: TLS of our own */
    bool trust_forwarded;          /* a proxy in front says who the client is (X-Forwarded-For) */
    const char *bulk_prefix;       /* "/v1/imports/" */
    const char *file_prefix;       /* "/v1/blobs/"; a bulk body like the others, but larger */
    struct server_limits limits;
    void *world;
    /* The whole request is there. On the loop thread. Must lead to one call_reply or stream_open.
     */
    void (*handle)(void *world, struct call *call);
    /* A few times a second, on the loop thread. now_ms is monotonic. May be NULL. */
    void (*tick)(void *world, uint64_t now_ms);
    /* May a client with this Authorization header (empty: none) send a bulk body, or a file? OK, or
     * why not. On the loop thread, before the first byte of it is read. NULL: everybody may. */
    enum error (*may_send_bulk)(void *world, bool file, struct span authorization);
    /* What a person should know of: no connection can be accepted, or libevent complains. On the
     * loop thread. May be NULL. */
    void (*trouble)(void *world, const char *what);
};

/* Binds the port. NULL and the sentence in why on failure. */
struct server *server_open(const struct server_options *options, char why[SERVER_WHY_BYTES]);
uint16_t server_port(const struct server *server);
enum error server_start(struct server *server) MUST_USE;
/* Takes no more connections, answers new requests 503, waits for the calls under way to be
 * answered (the engine must still run, or have answered them), ends the streams, joins. */
void server_stop(struct server *server);
/* Takes NULL. After server_stop, or when it was never started. */
void server_free(struct server *server);

/* Hands work to the loop thread, from any thread. run owns the delivery. */
struct delivery {
    struct delivery *next;
    void (*run)(struct delivery *delivery);
};
void server_deliver(struct server *server, struct delivery *delivery);

struct server_counts {
    uint64_t connections, connections_open, requests, calls_open, streams_open, read_errors, cut,
        crowded_out, accept_errors, streams_dropped;
};
/* On the loop thread. */
struct server_counts server_counts(const struct server *server);

/* --- a call: one request and its one answer; loop thread only --- */

enum method call_method(const struct call *call);
struct span call_path(const struct call *call);  /* as sent, without the query */
struct span call_query(const struct call *call); /* after the '?', as sent; empty: none */
const char *call_header(const struct call *call, const char *name); /* NULL: absent */
/* All bytes of the body in one piece; lives until the answer. */
struct span call_body(struct call *call);
/* The client's address: the peer's, or what a trusted proxy says. local: it sits on this machine
 * and no proxy has spoken. */
const char *call_client(const struct call *call, bool *local);
/* A word for logs and problem reports: the n-th request of this process. */
uint64_t call_number(const struct call *call);
/* The client has closed the connection: work for it may be left out. */
bool call_is_gone(const struct call *call);
/* The handler's own note on the call, for the time between request and answer. */
void call_set_note(struct call *call, void *note);
void *call_note(const struct call *call);

void call_add_header(struct call *call, const char *name, const char *value);
/* Answers and ends the call. type: NULL when there is no body. */
void call_reply(struct call *call, unsigned status, const char *type, struct span body);
/* The same with a body that is taken over without a copy; out is left empty. */
void call_reply_json(struct call *call, unsigned status, const char *type, struct json_out *out);

/* --- a stream: an answer without an end --- */

struct stream;
struct stream_port {
    void *world;
    /* The client has left, stalled or the server stops: the stream is gone after this returns. */
    void (*gone)(void *world);
    /* What was written has been taken: there is room for more. */
    void (*room)(void *world);
};
/* NULL when streams_max are open: the call is still to be answered. Otherwise the call has ended.
 */
struct stream *stream_open(struct call *call, const char *type, const struct stream_port *port);
/* false when more than stream_bytes_max would wait: nothing is written. */
bool stream_write(struct stream *stream, struct span bytes);
size_t stream_waiting(const struct stream *stream);
/* An orderly end from our side, by way of port.gone. */
void stream_end(struct stream *stream);

#endif

#include "node/http/parts.h"

#include <assert.h>
#include <stdlib.h>

static struct bufferevent *bev_of(const struct stream *stream)
{
    return stream->call->connection->bev;
}

static void unlink_stream(struct stream *stream)
{
    struct server *server = stream->call->server;
    if (stream->next != NULL) stream->next->previous = stream->previous;
    if (stream->previous != NULL)
        stream->previous->next = stream->next;
    else
        server->streams = stream->next;
    server->counts.streams_open--;
}

static void on_drained(struct evhttp_connection *of, void *world)
{
    (void)of;
    struct stream *stream = world;
    stream->port.room(stream->port.world);
}

/* From now on silence of the client is no fault; not taking what is sent is one. */
static void set_patience(struct stream *stream)
{
    unsigned stall_ms = stream->call->server->limits.stall_ms;
    const struct timeval stall = {stall_ms / 1000, stall_ms % 1000 * 1000};
    bufferevent_set_timeouts(bev_of(stream), NULL, &stall);
}

struct stream *stream_open(struct call *call, const char *type, const struct stream_port *port)
{
    struct server *server = call->server;
    if (server->counts.streams_open >= server->limits.streams_max) return NULL;
    struct stream *stream = calloc(1, sizeof *stream);
    assert(stream != NULL);
    stream->call = call;
    stream->port = *port;
    stream->next = server->streams;
    if (stream->next != NULL) stream->next->previous = stream;
    server->streams = stream;
    server->counts.streams_open++;
    call->stream = stream;
    call_add_header(call, "Content-Type", type);
    call_add_header(call, "Connection", "close"); /* it ends only with its connection */
    evhttp_send_reply_start(call->request, 200, "OK");
    set_patience(stream);
    return stream;
}

size_t stream_waiting(const struct stream *stream)
{
    return evbuffer_get_length(bufferevent_get_output(bev_of(stream)));
}

bool stream_write(struct stream *stream, struct span bytes)
{
    if (stream_waiting(stream) + bytes.size > stream->call->server->limits.stream_bytes_max)
        return false;
    struct evbuffer *chunk = evbuffer_new();
    assert(chunk != NULL);
    evbuffer_add(chunk, bytes.at, bytes.size);
    evhttp_send_reply_chunk_with_cb(stream->call->request, chunk, on_drained, stream);
    evbuffer_free(chunk);
    return true;
}

/* The connection has gone, and evhttp has left the request to us. */
void stream_gone(struct stream *stream)
{
    struct call *call = stream->call;
    stream->port.gone(stream->port.world);
    unlink_stream(stream);
    free(stream);
    evhttp_request_free(call->request);
    call->server->counts.streams_dropped++;
    call_free(call);
}

void stream_end(struct stream *stream)
{
    struct call *call = stream->call;
    stream->port.gone(stream->port.world);
    unlink_stream(stream);
    free(stream);
    evhttp_send_reply_end(call->request);
    connection_idle(call->connection);
    call_free(call);
}

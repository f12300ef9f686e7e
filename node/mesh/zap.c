#include "node/mesh/zap.h"

#include <assert.h>
#include <stdio.h>
#include <zmq.h>

/* version, request id, domain, address, identity, mechanism, credentials */
#define REQUEST_FRAMES  7
#define FRAME_BYTES_MAX 256

bool keyring_has(const struct keyring *ring, const uint8_t key[KEY_BYTES])
{
    for (size_t i = 0; i < ring->count; i++)
        if (memcmp(ring->key[i], key, KEY_BYTES) == 0) return true;
    return false;
}

void keyring_add(struct keyring *ring, const uint8_t key[KEY_BYTES])
{
    assert(ring->count < MESH_MEMBERS_MAX);
    memcpy(ring->key[ring->count++], key, KEY_BYTES);
}

void user_id_print(const uint8_t key[KEY_BYTES], char text[USER_ID_BYTES])
{
    for (size_t i = 0; i < KEY_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", key[i]);
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool user_id_parse(const char *text, uint8_t key[KEY_BYTES])
{
    if (text == NULL || strlen(text) != USER_ID_BYTES - 1) return false;
    for (size_t i = 0; i < KEY_BYTES; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

int zap_open(struct zap *zap, void *context, const struct keyring *ring)
{
    *zap = (struct zap){.ring = ring, .socket = zmq_socket(context, ZMQ_REP)};
    if (zap->socket == NULL) return -1;
    int linger_ms = 0;
    (void)zmq_setsockopt(zap->socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    return zmq_bind(zap->socket, "inproc://zeromq.zap.01");
}

void zap_close(struct zap *zap)
{
    if (zap->socket != NULL) (void)zmq_close(zap->socket);
    zap->socket = NULL;
}

struct frame {
    uint8_t bytes[FRAME_BYTES_MAX];
    size_t size; /* as sent; more than FRAME_BYTES_MAX: it was cut */
};

/* Reads one question whole, however many frames it has; false: none waits. */
static bool question(struct zap *zap, struct frame frames[REQUEST_FRAMES], size_t *count)
{
    int more = 1;
    for (*count = 0; more; ++*count) {
        struct frame beyond, *frame = *count < REQUEST_FRAMES ? &frames[*count] : &beyond;
        int size = zmq_recv(zap->socket, frame->bytes, FRAME_BYTES_MAX, ZMQ_DONTWAIT);
        if (size < 0) return false;
        frame->size = (size_t)size;
        size_t more_size = sizeof more;
        (void)zmq_getsockopt(zap->socket, ZMQ_RCVMORE, &more, &more_size);
    }
    return true;
}

static bool frame_is(const struct frame *frame, const char *text)
{
    return span_equal(span_of(frame->bytes, frame->size), span_text(text));
}

static bool admits(const struct zap *zap, const struct frame frames[REQUEST_FRAMES], size_t count)
{
    const struct frame *credentials = &frames[REQUEST_FRAMES - 1];
    if (count != REQUEST_FRAMES || !frame_is(&frames[0], "1.0") || !frame_is(&frames[5], "CURVE") ||
        credentials->size != KEY_BYTES)
        return false;
    if (zap->admits_all || keyring_has(zap->ring, credentials->bytes)) return true;
    return zap->has_guest && memcmp(zap->guest, credentials->bytes, KEY_BYTES) == 0;
}

static void answer(struct zap *zap, const struct frame frames[REQUEST_FRAMES], bool admitted)
{
    char user_id[USER_ID_BYTES] = "";
    if (admitted) user_id_print(frames[REQUEST_FRAMES - 1].bytes, user_id);
    size_t id_size = frames[1].size < FRAME_BYTES_MAX ? frames[1].size : FRAME_BYTES_MAX;
    const struct span reply[] = {
        span_text("1.0"),
        span_of(frames[1].bytes, id_size),
        span_text(admitted ? "200" : "400"),
        span_text(admitted ? "OK" : "no member's key"),
        span_text(user_id),
        span_text(""),
    };
    const size_t last = sizeof reply / sizeof reply[0] - 1;
    for (size_t i = 0; i <= last; i++)
        (void)zmq_send(zap->socket, reply[i].at, reply[i].size,
                       ZMQ_DONTWAIT | (i < last ? ZMQ_SNDMORE : 0));
}

void zap_serve(struct zap *zap)
{
    struct frame frames[REQUEST_FRAMES];
    size_t count = 0;
    while (zap->socket != NULL && question(zap, frames, &count)) {
        if (count < 2) frames[1].size = 0;
        bool admitted = admits(zap, frames, count);
        admitted ? zap->admitted++ : zap->refused++;
        answer(zap, frames, admitted);
    }
}

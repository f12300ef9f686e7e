#include "node/mesh/sockets.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <zmq.h>

#include "proto/messages.h"

/* In messages; only an outer wall: flow control is the credit of the peer machine. The inner one is
 * low, since a peer that ignores its credit can fill it with messages of the largest size. */
#define SEND_MARK    256
#define RECEIVE_MARK 64
/* The limit counts what travels: "\7MESSAGE", 8 bytes of nonce, 16 of authenticator, 1 of flags. */
#define CURVE_FRAME_BYTES 33
/* ZMQ_ZAP_ENFORCE_DOMAIN: the library of Debian 12 knows it, its header hides it as a draft. It is
 * a second wall; where it is missing, the start-up proof still stands. */
#define ENFORCE_ZAP_DOMAIN 93

uint64_t socket_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

enum error socket_error(int code)
{
    switch (code) {
    case 0: return OK;
    case EAGAIN:
    case EADDRINUSE: return ERROR_BUSY;
    case EHOSTUNREACH:
    case ECONNREFUSED:
    case ENOTCONN: return ERROR_UNREACHABLE;
    case EINVAL:
    case ENODEV:
    case EADDRNOTAVAIL:
    case EPROTONOSUPPORT:
    case EACCES: return ERROR_CONFIG;
    case ENOMEM:
    case EMFILE:
    case ENFILE: return ERROR_FULL;
    case EMSGSIZE: return ERROR_TOO_LARGE;
    default: return ERROR_IO;
    }
}

struct number_option {
    int name, value;
};

static bool set_numbers(void *socket, const struct number_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (zmq_setsockopt(socket, options[i].name, &options[i].value, sizeof(int)) != 0)
            return false;
    return true;
}

static bool set_common(void *socket, const struct socket_settings *settings)
{
    const int beat_ms = (int)settings->heartbeat_ms;
    const struct number_option options[] = {
        {ZMQ_LINGER, 0},
        {ZMQ_SNDHWM, SEND_MARK},
        {ZMQ_RCVHWM, RECEIVE_MARK},
        {ZMQ_HANDSHAKE_IVL, 15000},
        {ZMQ_HEARTBEAT_IVL, beat_ms},
        {ZMQ_HEARTBEAT_TIMEOUT, 3 * beat_ms},
        {ZMQ_HEARTBEAT_TTL, 4 * beat_ms},
        {ZMQ_TCP_KEEPALIVE, 1},
        {ZMQ_TCP_MAXRT, 60000},
    };
    const int64_t message_bytes_max = MESSAGE_BYTES_MAX + CURVE_FRAME_BYTES;
    return set_numbers(socket, options, sizeof options / sizeof options[0]) &&
           zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &message_bytes_max, sizeof(int64_t)) == 0 &&
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, settings->curve_secret, KEY_BYTES) == 0;
}

/* Gives the socket up and keeps the error of what failed. */
static void *give_up(void *socket)
{
    int code = errno;
    socket_close(socket, 0);
    errno = code;
    return NULL;
}

void *socket_server(void *context, const struct socket_settings *settings)
{
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    if (socket == NULL) return NULL;
    const struct number_option options[] = {
        {ZMQ_CURVE_SERVER, 1},
        {ZMQ_ROUTER_MANDATORY, 1},
    };
    static const char domain[] = "entrepot";
    const int enforce = settings->enforce_zap;
    (void)zmq_setsockopt(socket, ENFORCE_ZAP_DOMAIN, &enforce, sizeof enforce);
    bool set = set_common(socket, settings) &&
               set_numbers(socket, options, sizeof options / sizeof options[0]) &&
               zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, domain, sizeof domain - 1) == 0;
    return set ? socket : give_up(socket);
}

void *socket_client(void *context, const struct socket_settings *settings,
                    const uint8_t server_key[KEY_BYTES])
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    if (socket == NULL) return NULL;
    const struct number_option options[] = {
        {ZMQ_IMMEDIATE, 1},
        {ZMQ_CONNECT_TIMEOUT, 10000},
        {ZMQ_RECONNECT_IVL, (int)settings->reconnect_ms},
        {ZMQ_RECONNECT_IVL_MAX, (int)settings->reconnect_max_ms},
    };
    bool set =
        set_common(socket, settings) &&
        set_numbers(socket, options, sizeof options / sizeof options[0]) &&
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, settings->curve_public, KEY_BYTES) == 0 &&
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, KEY_BYTES) == 0;
    return set ? socket : give_up(socket);
}

static void allow_ipv6(void *socket, const char *address)
{
    int on = strchr(address, '[') != NULL;
    (void)zmq_setsockopt(socket, ZMQ_IPV6, &on, sizeof on);
}

int socket_bind(void *socket, const char *address)
{
    allow_ipv6(socket, address);
    return zmq_bind(socket, address);
}

/* An address comes from a card that a person was handed: no other way into this process. */
int socket_connect(void *socket, const char *address)
{
    if (strncmp(address, "tcp://", 6) != 0) {
        errno = EPROTONOSUPPORT;
        return -1;
    }
    allow_ipv6(socket, address);
    return zmq_connect(socket, address);
}

void socket_close(void *socket, int linger_ms)
{
    if (socket == NULL) return;
    (void)zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    (void)zmq_close(socket);
}

void *monitor_open(void *context, void *socket)
{
    static atomic_uint opened;
    char name[40];
    snprintf(name, sizeof name, "inproc://monitor-%u", atomic_fetch_add(&opened, 1));
    const int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_ACCEPTED |
                       ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    if (zmq_socket_monitor(socket, name, events) != 0) return NULL;
    void *monitor = zmq_socket(context, ZMQ_PAIR);
    if (monitor != NULL && zmq_connect(monitor, name) == 0) return monitor;
    int code = errno;
    monitor_close(monitor, socket);
    errno = code;
    return NULL;
}

bool monitor_next(void *monitor, struct monitor_event *event)
{
    /* Two frames: event (16 bits) and value (32 bits) in this machine's order; then the endpoint.
     */
    uint8_t frame[6], endpoint[1];
    int size = zmq_recv(monitor, frame, sizeof frame, ZMQ_DONTWAIT);
    if (size < 0) return false;
    (void)zmq_recv(monitor, endpoint, sizeof endpoint, 0);
    uint16_t number = 0;
    uint32_t value = 0;
    memcpy(&number, frame, sizeof number);
    memcpy(&value, frame + sizeof number, sizeof value);
    *event = (struct monitor_event){number, (int)value};
    return size == (int)sizeof frame;
}

void monitor_close(void *monitor, void *socket)
{
    if (socket != NULL) (void)zmq_socket_monitor(socket, NULL, 0);
    socket_close(monitor, 0);
}

/* Sockets as the mesh wants them: every option stands here, once, and the start-up proof opens its
 * sockets by the same functions as the real ones. ZeroMQ's error codes are translated here alone.
 */
#ifndef NODE_MESH_SOCKETS_H
#define NODE_MESH_SOCKETS_H

#include "proto/crypto.h"

struct socket_settings {
    uint8_t curve_public[KEY_BYTES], curve_secret[KEY_BYTES];
    uint32_t reconnect_ms, reconnect_max_ms, heartbeat_ms;
    bool enforce_zap; /* without a handler, refuse (true) or admit everybody (false) */
};

/* Milliseconds that never go back and that go on while the machine sleeps. */
uint64_t socket_clock_ms(void);

/* The error that a failed ZeroMQ call left behind, in our words. */
enum error socket_error(int code);

/* A ROUTER, CURVE server, not bound yet. NULL: see errno. */
void *socket_server(void *context, const struct socket_settings *settings);
/* A DEALER, CURVE client, not connected yet, that talks to the holder of server_key only. */
void *socket_client(void *context, const struct socket_settings *settings,
                    const uint8_t server_key[KEY_BYTES]);
/* Binds or connects; IPv6 is switched on when the address has a bracket. 0, or -1 and errno. */
int socket_bind(void *socket, const char *address);
int socket_connect(void *socket, const char *address);
/* Closes at once; what was not sent yet may still leave for linger_ms. Takes NULL. */
void socket_close(void *socket, int linger_ms);

/* What a socket's connections go through. */
struct monitor_event {
    unsigned event; /* one of ZMQ_EVENT_... */
    int value;      /* the file descriptor for CONNECTED, ACCEPTED, DISCONNECTED */
};
/* A socket that reports the events of another, which must not be bound or connected yet. */
void *monitor_open(void *context, void *socket);
/* The next event that is there; false: none. */
bool monitor_next(void *monitor, struct monitor_event *event);
void monitor_close(void *monitor, void *socket);

#endif

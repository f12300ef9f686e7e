/* The mesh over ZeroMQ: connections to the other nodes, and nothing of what they say (DESIGN §4).
 *
 * One thread owns every socket: one ROUTER that members dial (CURVE server), one DEALER for each
 * member that has an address (CURVE client), and the ZAP handler that admits members' keys only. A
 * link is one connection whose CURVE key was proven; it has a number that is never used again. Who
 * speaks is told by that key, checked with every message; routing ids are never trusted.
 *
 * It promises: no port opens before an unknown key was seen to be refused; a message is handed over
 * in order and at most once, or its link goes down; what cannot be sent takes its link down and is
 * never lost in silence; when the port above has no room, reading stops, so that a slow disk slows
 * the sender; no call below waits for a peer. It never reads a message's bytes. */
#ifndef NODE_MESH_MESH_H
#define NODE_MESH_MESH_H

#include <stdatomic.h>

#include "proto/crypto.h"
#include "proto/messages.h"

#define MESH_MEMBERS_MAX 256
#define MESH_LINKS_MAX   128
#define MESH_DIALS_MAX   64
/* A node with so many links dials no further: any node relays any log, and whoever comes later
 * finds room with those who dialled before. */
#define MESH_LINKS_ENOUGH    24
#define MESH_LOOK_MS         300000 /* how often such a node dials somebody else all the same */
#define MESH_SILENT_MAX      64 /* connections that were accepted and have not said a word yet */
#define MESH_ENDPOINT_BYTES  160
#define MESH_WHY_BYTES       200
#define MESH_QUEUE_BYTES_MAX (64u * 1024 * 1024) /* handed to mesh_send and not yet taken up */
#define MESH_LINK_BYTES_MAX  (8u * 1024 * 1024)  /* kept for one link that takes no more now */
#define MESH_STALL_MS        30000u              /* so long it may take none; then it goes down */
#define MESH_STOP_MS         500u                /* for the last words at mesh_stop */

/* A member of the mesh: its CURVE key, and where it can be dialled ("": it only dials). */
struct mesh_member {
    uint8_t key[KEY_BYTES];
    char address[ADDRESS_BYTES_MAX + 1];
};

/* Where links and messages go; called on the mesh's thread. false: no room now, it is called again
 * with the same in a moment, and meanwhile nothing is read from any peer. bytes are copied. */
struct mesh_port {
    void *world;
    bool (*up)(void *world, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled);
    bool (*message)(void *world, uint32_t link, const uint8_t key[KEY_BYTES], struct span bytes);
    bool (*down)(void *world, uint32_t link, const uint8_t key[KEY_BYTES]);
    /* One line for the log. May be NULL. */
    void (*note)(void *world, enum error error, const char *what);
};

/* What a broken build would be like; for the tests of the start-up proof alone. */
enum mesh_fault {
    MESH_FAULT_NO_ZAP = 1,       /* the handler is not there */
    MESH_FAULT_NOT_ENFORCED = 2, /* and its absence is taken for consent */
    MESH_FAULT_ADMITS_ALL = 4    /* the handler says yes to every key */
};

struct mesh_options {
    const char *bind; /* "tcp://0.0.0.0:7400"; port *: the kernel's choice; NULL: it only dials */
    const uint8_t *curve_public, *curve_secret; /* copied */
    uint32_t reconnect_ms, reconnect_max_ms;    /* 0: 500 and 30000 */
    uint32_t heartbeat_ms;                      /* 0: 15000; against half-open sockets only */
    uint32_t proof_ms;                          /* 0: 10000 */
    uint32_t links_enough;                      /* 0: MESH_LINKS_ENOUGH */
    uint32_t look_ms;                           /* 0: MESH_LOOK_MS */
    unsigned faults;                            /* of enum mesh_fault */
};

/* Counts since the start. */
#define MESH_COUNT_LIST(X)                                                                         \
    X(admitted, "handshakes admitted by key")                                                      \
    X(refused, "handshakes refused: the key is no member's")                                       \
    X(ups, "links that came up")                                                                   \
    X(downs, "links that went down")                                                               \
    X(received, "messages handed over")                                                            \
    X(sent, "messages given to a socket")                                                          \
    X(held, "times that reading stopped for want of room above")                                   \
    X(unroutable, "links down since the peer was gone when a message was sent")                    \
    X(overflows, "links down since too much waited for them")                                      \
    X(stale, "messages of dead connections, put aside")                                            \
    X(imposed, "messages put aside: a claimed routing id, no key, or several parts")               \
    X(outsiders, "messages put aside: the key is no member's any more")                            \
    X(crowded, "connections cut before their first word, to make room for newer ones")             \
    X(memberships, "memberships that took effect")                                                 \
    X(rebinds, "times that the port was bound anew to cut a revoked key")                          \
    X(dials, "sockets opened towards a member")

struct mesh_counts {
#define MESH_COUNT_FIELD(name, text) atomic_uint_least64_t name;
    MESH_COUNT_LIST(MESH_COUNT_FIELD)
#undef MESH_COUNT_FIELD
};

struct mesh;

/* Proves, binds, and starts the thread. *mesh is NULL after an error and why says it in words:
 * ERROR_FORBIDDEN: the proof failed; ERROR_BUSY: the port is taken; ERROR_CONFIG: the address is no
 * address; ERROR_IO. Nobody is a member yet. */
enum error mesh_start(const struct mesh_options *options, const struct mesh_port *port,
                      struct mesh **mesh, char why[MESH_WHY_BYTES]) MUST_USE;
/* Whom to admit and whom to dial, all of it, in place of what was said before; any thread. A key
 * that is missing now loses its links at once, and the port is bound anew. The own key is left out.
 * A key may stand there with several addresses: all are dialled until one link is up.
 * ERROR_TOO_LARGE: more than MESH_MEMBERS_MAX; nothing changes. */
enum error mesh_set_members(struct mesh *mesh, const struct mesh_member *members,
                            size_t count) MUST_USE;
/* Any thread; copies; never waits. What cannot be kept or sent takes the link down. */
void mesh_send(struct mesh *mesh, uint32_t link, struct span message);
/* Ends a link, after what was sent before it; `down` follows. A member that was dialled is dialled
 * again after a pause that grows. Any thread. */
void mesh_drop(struct mesh *mesh, uint32_t link);
/* Sends what is queued (BYE), for MESH_STOP_MS at most, closes everything and joins the thread.
 * The port is not called any more when it returns. Takes NULL. */
void mesh_stop(struct mesh *mesh);

/* Where the port is bound: the kernel's choice of port is filled in. "" when it only dials. */
const char *mesh_endpoint(const struct mesh *mesh);
const struct mesh_counts *mesh_counts(const struct mesh *mesh);

#endif

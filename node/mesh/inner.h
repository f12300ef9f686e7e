/* The mesh from inside: what its thread owns. No other room includes this. */
#ifndef NODE_MESH_INNER_H
#define NODE_MESH_INNER_H

#include <pthread.h>

#include "node/mesh/links.h"
#include "node/mesh/names.h"
#include "node/mesh/queue.h"
#include "node/mesh/sockets.h"
#include "node/mesh/zap.h"

/* One member that has an address, and the DEALER towards it. */
struct dial {
    bool used;
    struct mesh_member member;
    void *socket, *monitor;    /* NULL: not now */
    struct question *question; /* its address is a name that is being asked for; NULL: not now */
    unsigned turn;             /* which of a name's addresses is next */
    int fd;                    /* of the connection */
    bool over;         /* its connection was and is no more, was refused, or did not come about */
    uint64_t due_ms;   /* when to open the socket, at the earliest */
    uint32_t pause_ms; /* after the next drop; grows with each */
    uint64_t up_ms;    /* since when its link is up */
    bool refused;      /* the far end knows no member by our key, and it was said */
    bool said;         /* that its address is of no use */
    bool looks;        /* it is tried once, although links are enough */
    bool former;       /* the member has another address now; over when its link is */
};

/* A message that the port above had no room for. While there is one, nothing is read. */
struct held {
    bool any;
    uint32_t link;
    zmq_msg_t message;
};

struct mesh {
    struct mesh_port port;
    struct socket_settings settings;
    char bind[MESH_ENDPOINT_BYTES];     /* as asked for */
    char endpoint[MESH_ENDPOINT_BYTES]; /* as bound */
    uint32_t proof_ms, links_enough, look_ms;
    unsigned faults;
    struct mesh_counts counts;
    struct queue queue;
    pthread_t thread;
    struct { /* the thread's word to mesh_start */
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        bool ready;
        enum error error;
        char why[MESH_WHY_BYTES];
    } begun;

    /* The thread's alone, from here on. */
    void *context;
    struct keyring members;
    struct zap zap;
    void *router, *router_monitor; /* NULL: not bound now */
    uint64_t rebind_ms;            /* when to try, at the earliest */
    uint64_t unbound_ms; /* since when the port is closed; 0: it was said, or it is open */
    int spare_fd;        /* stands in for the descriptor of a connection that is cut */
    struct links links;
    struct dial dial[MESH_DIALS_MAX];
    uint64_t looked_ms; /* when somebody was dialled although links were enough; 0: not yet */
    size_t looked_at;   /* the dial */
    struct held held;
    bool stopping;
};

/* --- loop.c: the thread ------------------------------------------------------------------------*/
void *mesh_thread(void *mesh);

/* --- router.c: the port that members dial ------------------------------------------------------*/
/* Opens and binds the ROUTER; 0, or -1 and errno. */
int router_open(struct mesh *mesh);
/* Ends every accepted link and closes the socket. */
void router_close(struct mesh *mesh, int linger_ms);
/* Closes it now and lets router_retry bind it again: cuts connections whose key was revoked. */
void router_rebind(struct mesh *mesh, uint64_t now_ms);
void router_retry(struct mesh *mesh, uint64_t now_ms);
void router_events(struct mesh *mesh, uint64_t now_ms);
/* Reads one message. false: none there, or it is held now. */
bool router_read(struct mesh *mesh);
/* Breaks the connection of an accepted link, so that its peer knows that it is over. false: it was
 * over already. */
bool router_cut(struct mesh *mesh, const struct link *link);

/* --- dial.c: the members that we dial ----------------------------------------------------------*/
void dial_members(struct mesh *mesh, const struct mesh_member *members, size_t count,
                  uint64_t now_ms);
void dial_close(struct mesh *mesh, struct dial *dial, int linger_ms);
/* Opens what is due, closes what is not needed: a member that has dialled us is not dialled. */
void dial_tend(struct mesh *mesh, uint64_t now_ms);
void dial_events(struct mesh *mesh, struct dial *dial, uint64_t now_ms);
bool dial_read(struct mesh *mesh, struct dial *dial);
/* Its link was dropped: dials again after a pause. */
void dial_again_later(struct mesh *mesh, struct dial *dial, uint64_t now_ms);
/* When dial_tend has something to open; UINT64_MAX: nothing. */
uint64_t dial_wake_ms(struct mesh *mesh);

/* --- deliver.c: messages in and out of links ---------------------------------------------------*/
/* Hands a message over, or holds it. Takes it over either way; false: it is held. */
bool deliver(struct mesh *mesh, struct link *link, zmq_msg_t *message);
/* Tries the held message again, then tells of links that came up or ended. */
void deliver_settle(struct mesh *mesh);
/* Gives a message to the link's socket, or keeps it, or ends the link; *message is left for the
 * caller to close. */
void deliver_out(struct mesh *mesh, uint32_t number, zmq_msg_t *message, uint64_t now_ms);
/* Tries what waits for sockets that took no more. true: something waits still. */
bool deliver_waiting(struct mesh *mesh, uint64_t now_ms);
/* Ends a link by our own will and breaks its connection. */
void deliver_drop(struct mesh *mesh, struct link *link, uint64_t now_ms);

void mesh_count(atomic_uint_least64_t *count);
void mesh_note(struct mesh *mesh, enum error error, const char *what);

#endif

/* The links of one mesh: which connection is whose, and what still waits for it. Plain memory, the
 * mesh thread's alone.
 *
 * A link that was dialled is known by its dial; one that was accepted by the routing id that our
 * own ROUTER minted. A connection that ended may still have messages in the ROUTER: the routing ids
 * of the last ones that ended are kept, so that such a message cannot raise its link from the dead.
 */
#ifndef NODE_MESH_LINKS_H
#define NODE_MESH_LINKS_H

#include <sys/socket.h>
#include <zmq.h>

#include "node/mesh/mesh.h"

/* The form of the ids that a ROUTER mints: a zero byte and four more. Anything else was claimed. */
#define ROUTING_BYTES 5
#define GRAVES_MAX    256
#define DIAL_NONE     UINT32_MAX
#define HUNG_UP_MS    1000

struct waiting {
    struct waiting *next;
    zmq_msg_t message;
    size_t bytes; /* with its own overhead, so that many empty ones count too */
};

struct link {
    uint32_t number; /* 0: this place is free */
    uint32_t dial;   /* place of the dial, DIAL_NONE: it was accepted */
    uint8_t routing[ROUTING_BYTES];
    uint8_t key[KEY_BYTES];
    int fd;                       /* of the connection, libzmq's; -1: not known */
    struct sockaddr_storage peer; /* accepted: its far end, to know the connection again by */
    socklen_t peer_size;          /* 0: not known */
    bool told;                    /* the port above knows of it */
    uint64_t hung_up_ms; /* since when its connection is broken; what came before is still read */
    bool gone;           /* ended; the place is freed when the port above was told */
    bool silent;         /* ended by us: what it said and nobody took yet is thrown away */
    struct waiting *first, **last; /* to send, when its socket takes more */
    size_t bytes;
    uint64_t stalled_ms; /* since when it takes none; 0: it does */
};

/* A connection that was accepted and has not said a word yet. */
struct silent {
    int fd;
    struct sockaddr_storage peer; /* its far end, to know the connection again by */
    socklen_t peer_size;
};

struct links {
    struct link link[MESH_LINKS_MAX];
    struct silent silent[MESH_SILENT_MAX]; /* the eldest first */
    size_t silents;
    uint32_t next_number;
    uint8_t grave[GRAVES_MAX][ROUTING_BYTES];
    size_t hung_up;          /* links whose connection broke and that are not gone yet */
    size_t graves;           /* ever dug */
    int dead_fd[GRAVES_MAX]; /* ended before they said a word, and not opened again since */
    size_t dead_fds;
};

void links_init(struct links *links);
void links_free(struct links *links);
/* A new link; NULL: no place. */
struct link *links_add(struct links *links, uint32_t dial, const uint8_t *routing,
                       const uint8_t key[KEY_BYTES], int fd);
size_t links_live(const struct links *links);                       /* how many there are */
struct link *links_by_number(struct links *links, uint32_t number); /* NULL: none, or gone */
struct link *links_by_routing(struct links *links, const uint8_t routing[ROUTING_BYTES]);
struct link *links_by_dial(struct links *links, uint32_t dial);
struct link *links_by_fd(struct links *links, int fd); /* accepted ones */
/* Whether an accepted link of this key is there. */
bool links_accepted_from(const struct links *links, const uint8_t key[KEY_BYTES]);
/* Its connection broke: it ends when all that it said has been read, see links_end_hung_up. */
void link_hang_up(struct links *links, struct link *link, uint64_t now_ms);
/* Ends the links of a dial, or the accepted ones (DIAL_NONE), whose connection broke: all of them
 * when their socket has nothing left to read, else those that broke HUNG_UP_MS ago. */
void links_end_hung_up(struct links *links, uint32_t dial, bool nothing_left, uint64_t now_ms);
/* Marks it as gone, buries its routing id and frees what waits for it. */
void link_end(struct links *links, struct link *link);
/* The place is free for another. */
void link_free(struct link *link);

/* A connection was opened or ended that bears no link (yet). */
void links_fd_opened(struct links *links, int fd);
void links_fd_ended(struct links *links, int fd);
/* One that was opened waits to say its first word. false: it does, and *eldest, which waited
 * longest, has to go for it. */
bool links_add_silent(struct links *links, const struct silent *opened, struct silent *eldest);
/* It spoke, or ended. */
void links_forget_silent(struct links *links, int fd);
/* Whether a message of this origin comes from a connection that has ended. */
bool links_is_dead(const struct links *links, const uint8_t routing[ROUTING_BYTES], int fd);
/* The ROUTER is a new one: its ids and connections start afresh. */
void links_forget_dead(struct links *links);

/* Keeps a message for later, taking it over. false: more than MESH_LINK_BYTES_MAX. */
bool link_keep(struct link *link, zmq_msg_t *message);
/* The first one that waits, NULL: none. */
zmq_msg_t *link_kept(struct link *link);
void link_kept_sent(struct link *link); /* forgets the first */

#endif

/* What the mesh tests share: a side is a mesh with a port that writes down all it is told and can
 * say "no room"; a caller is a bare socket that follows no rule but the test's. Waits are long and
 * end as soon as what is waited for is there; one that ends without it fails the test. */
#ifndef TESTS_NODE_MESH_SIDES_H
#define TESTS_NODE_MESH_SIDES_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "node/keys.h"
#include "node/mesh/mesh.h"
#include "node/mesh/sockets.h"

#include <cmocka.h>

#define WAIT_MS 30000
/* Long enough for what must not happen to have happened; nothing but a miss depends on it. */
#define QUIET_MS 300

enum told { TOLD_UP, TOLD_MESSAGE, TOLD_DOWN };
struct tale {
    enum told told;
    uint32_t link;
    uint8_t key[KEY_BYTES];
    bool dialled;
    size_t size;
    char text[32]; /* how the message begins */
};

struct side {
    struct keys *keys;
    struct mesh *mesh;
    struct mesh_options options;
    char address[MESH_ENDPOINT_BYTES];
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct tale *tales;
    size_t count, room_for_tales;
    size_t read;     /* tales that a wait has passed */
    bool no_room;    /* the port refuses */
    size_t refusals; /* how often it did */
    size_t notes;
    char noted[MESH_WHY_BYTES]; /* the latest */
};

/* Ready to start, with quick reconnects; seed makes the keys. */
void side_init(struct side *side, uint8_t seed);
enum error side_try(struct side *side, char why[MESH_WHY_BYTES]);
void side_start(struct side *side);
/* Stops the mesh and keeps the tales. */
void side_stop(struct side *side);
void side_free(struct side *side);
/* The members as this side sees them: address NULL means that it is not dialled. */
struct known {
    const uint8_t *key;
    const char *address;
};
/* Returns when they have taken effect. */
void side_members(struct side *side, const struct known *known, size_t count);
void side_room(struct side *side, bool room);

/* The next tale of this kind after those already passed; fails when none comes. */
struct tale side_next(struct side *side, enum told told);
/* How many tales of this kind there are in all. */
size_t side_told(struct side *side, enum told told);
/* The link of the last "up"; waits until there is one that is not down. */
uint32_t side_latest(struct side *side);
/* Drops every link that this side dialled. */
void side_drop_dialled(struct side *side);
void side_quiet(void); /* QUIET_MS */
void side_say(struct side *side, uint32_t link, const char *text);
/* Whether a counter reaches a value in time. */
bool side_counts(const atomic_uint_least64_t *count, uint64_t at_least);

/* --- a bare socket -----------------------------------------------------------------------------*/
struct caller {
    void *context, *socket, *monitor;
};
/* Not connected yet. keys NULL: it speaks no CURVE. */
void caller_open(struct caller *caller, const struct keys *keys, const struct side *to);
void caller_connect(struct caller *caller, const char *address);
void caller_say(struct caller *caller, const char *text); /* fails when it cannot */
void caller_wait(struct caller *caller, unsigned event);  /* ZMQ_EVENT_... */
void caller_close(struct caller *caller);

#endif

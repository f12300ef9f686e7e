/* A few nodes that have logs and peers and nothing else, and a network between them that loses,
 * doubles, delays and cuts as a seed says. Everything happens in virtual time; the same seed gives
 * the same run. */
#ifndef TESTS_NODE_CORE_WORLD_H
#define TESTS_NODE_CORE_WORLD_H

#include "node/core/peer.h"
#include "node/keys.h"
#include "tests/support/store_memory.h"

#define WORLD_NODES_MAX 6

struct random {
    uint64_t state;
};
uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t bound);
bool random_chance(struct random *random, unsigned per_mille);

struct world;
struct node {
    struct world *world;
    unsigned number;
    bool up;
    bool revoked; /* its key is no member's any more */
    bool unknown; /* the membership does not name it yet: as a writer it is nobody */
    struct id id, log, boot;
    uint8_t curve_key[KEY_BYTES];
    struct keys *keys;
    struct store_memory *memory;
    struct store *store;
    struct logs *logs;
    struct peers *peers;
    bool appended;      /* in the turn under way */
    unsigned regressed; /* calls of the port */
    uint64_t regressed_idx;
    unsigned drops;      /* links dropped by its peer machine */
    enum error drop_why; /* the latest */
    uint64_t turns, aborted;
};

struct flight; /* a message under way */
struct link {
    unsigned a, b;      /* a dialled b */
    uint32_t number[2]; /* as a sees it, as b sees it */
    bool up, told[2];
    uint64_t again_ms;
    uint64_t last_ms[2]; /* delivery of the latest message, to keep the order */
};

struct world {
    struct random random;
    uint64_t now_ms;
    struct node node[WORLD_NODES_MAX];
    unsigned nodes;
    struct link link[WORLD_NODES_MAX * WORLD_NODES_MAX];
    unsigned links;
    uint32_t next_link;
    struct flight *flights;                     /* by time of delivery */
    bool cut[WORLD_NODES_MAX][WORLD_NODES_MAX]; /* from, to */
    unsigned lose, dup, disorder;               /* per mille of messages */
    uint64_t delay_ms, jitter_ms;
    bool deaf_to_drop; /* links survive a drop, as a ROUTER's do */
    uint64_t sent[16], lost, doubled, taken;
    uint64_t bytes_sent;
    struct id mesh, membership;
    /* Looks at every message as it leaves; may be NULL. */
    void (*spy)(struct world *world, unsigned from, unsigned to, const struct envelope *envelope);
    bool (*eat)(struct world *world, unsigned from, unsigned to, const struct envelope *envelope);
    /* What a node says on a link that the world does not know; may be NULL. */
    void (*stray)(struct node *node, uint32_t link, struct span message);
};

/* Nodes with stores, keys and own logs; node 0 founds the membership. Nobody is linked. */
void world_open(struct world *world, uint64_t seed, unsigned nodes);
void world_close(struct world *world);
void world_link(struct world *world, unsigned a, unsigned b); /* a dials b */
void world_link_all(struct world *world);                     /* each pair, dialled by both sides */
void world_cut(struct world *world, unsigned from, unsigned to, bool cut);
/* Lets time pass; messages are delivered, turns run. */
void world_run(struct world *world, uint64_t ms);
/* Runs until all nodes that are up hold the same, at most so long; false: they do not. */
bool world_settle(struct world *world, uint64_t ms);
bool world_is_equal(struct world *world);
/* Ends on a failed assertion when logs, seals or vectors of a node are not sound. */
void world_check(struct world *world);

/* A turn of one node: what stands between is its work. */
void node_begin(struct node *node);
bool node_end(struct node *node); /* false: the commit failed */
/* Appends one own entry of `bytes` payload to a log that the node writes. */
void node_append(struct node *node, struct log *log, size_t bytes, const struct dep *deps,
                 unsigned count, unsigned flags);
/* Begin, append n entries to the own node log, end. */
void node_write(struct node *node, unsigned entries);
struct log *node_log(struct node *node, const struct id *id); /* NULL: not held */
struct log *node_own(struct node *node);
void node_open_book(struct node *node, const struct id *book);
void node_hand_over(struct node *node, const struct id *book, struct node *to);
void node_crash(struct node *node);
void node_start(struct node *node);
/* The port's answer: the signing key of a node of the world. node: the asking one. */
const uint8_t *world_key_of_writer(const void *node, const struct id *id);
/* What a thread beside the writer makes of a message; it stands until the next call. */
struct ahead world_ahead(const struct crypto *crypto, struct span message);
/* Hands a message to the node in a turn of its own. */
void node_take(struct node *node, uint32_t link, const uint8_t key[KEY_BYTES], struct span message);

#endif

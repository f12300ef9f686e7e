/* The peer step machine: what two nodes say to each other (DESIGN §4), without sockets or clocks.
 *
 * A link is what the mesh shell calls a connection; it hands over the CURVE public key with every
 * message, and the membership says whose key that is. A session begins with HELLO both ways. A gap
 * in seq closes it; nothing is lost, since all state is in vectors. Own logs are pushed as far as
 * credit reaches; logs of others are fetched from whoever holds more, one FETCH outstanding per log.
 * Credit is returned, and entries are acknowledged, only after the commit: peers_after_commit. */
#ifndef NODE_CORE_PEER_H
#define NODE_CORE_PEER_H

#include "node/core/log.h"

#define PEERS_MAX 32
#define PEER_CREDIT_BYTES (4u * 1024 * 1024) /* what we let a peer have under way to us */
#define PEER_PING_MS 5000u
#define PEER_DEAD_MS 20000u
#define PEER_VV_MS 1000u
#define PEER_VV_FULL_MS 300000u
#define PEER_FETCH_MS 5000u  /* an unanswered FETCH is asked elsewhere */
#define PEER_RELAY_MS 500u   /* how long a log of another may lag before it is fetched by relay */
#define PEER_FRAMES_MAX 64   /* messages of one peer handled in one turn */

enum peer_state { PEER_FREE, PEER_GREETING, PEER_OPEN };

struct peer {
    enum peer_state state;
    uint32_t link;
    bool dialled;        /* we connected to it */
    uint8_t key[KEY_BYTES];
    struct id node;
    struct id boot;      /* theirs */
    uint64_t session;
    uint64_t seq_out, seq_in;
    uint64_t heard_ms, pinged_ms, vv_sent_ms, vv_full_ms;
    uint64_t credit_left; /* bytes that we may still send */
    uint64_t credit_owed; /* bytes received, to be returned after the commit */
    uint64_t in_flight;   /* bytes sent and not returned, for the invariant and the metrics */
    int64_t skew_ms;      /* their wall clock less ours at the last PING or HELLO */
    bool ack_due;
    uint64_t have[LOGS_MAX];   /* durable there, by their VV and ACK; index = that of logs.log */
    uint64_t sent[LOGS_MAX];   /* pushed so far */
    uint64_t told[LOGS_MAX];   /* what our last VV or ACK said */
};

struct fetching { /* per log */
    uint32_t link;       /* asked of; 0: nobody */
    uint64_t asked_ms;
    uint64_t behind_since_ms; /* 0: not behind */
};

/* Everything a peer message may cause besides bytes to send. */
struct peer_port {
    void *world;
    /* Bytes for a link; called only from peers_after_commit and peers_pump (after a commit). */
    void (*send)(void *world, uint32_t link, struct span message);
    /* The link is of no use any more: unknown key, broken seq, lying peer. */
    void (*drop)(void *world, uint32_t link, enum error why);
    /* The node whose CURVE key this is; false: not a member, or revoked. */
    bool (*node_of_key)(void *world, const uint8_t key[KEY_BYTES], struct id *node);
    const uint8_t *(*key_of_writer)(const void *world, const struct id *node);
    /* Entries of this log were appended: fold them. */
    void (*appended)(void *world, struct log *log);
    /* A peer holds more of an own log than we do, or another hash: this store is in doubt. */
    void (*regressed)(void *world, const struct id *log, uint64_t idx);
};

struct peers {
    struct logs *logs;
    struct peer_port port;
    struct id mesh, node, store, boot;
    const char *build;
    struct peer peer[PEERS_MAX];
    struct fetching fetching[LOGS_MAX];
    bool ack_put; /* a TRUTH_ACK row was put in this turn: it wants a commit */
    uint64_t counts[16][2]; /* messages by type: received, sent */
    uint8_t out[MESSAGE_BYTES_MAX];
};

void peers_init(struct peers *peers, struct logs *logs, const struct peer_port *port,
                const struct id *mesh, const struct id *node, const struct id *store,
                const struct id *boot, const char *build);
/* A link is there (a connection we dialled and that was accepted, or one that said its first
 * word). Greets it when we dialled. now_ms: monotonic. */
void peers_up(struct peers *peers, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled,
              uint64_t now_ms);
void peers_down(struct peers *peers, uint32_t link);
/* One message, inside a turn: entries are appended and folded in the turn's transaction. */
void peers_take(struct peers *peers, uint32_t link, const uint8_t key[KEY_BYTES],
                struct span message, uint64_t now_ms, uint64_t wall_ms);
/* After a commit: acknowledgements, credit, vectors. */
void peers_after_commit(struct peers *peers, uint64_t now_ms, uint64_t wall_ms);
/* The commit failed: what was received in this turn was not stored; credit is returned all the
 * same, nothing is acknowledged, and what was missed is fetched again. */
void peers_after_abort(struct peers *peers);
/* Outside a turn, within store begin_read: pushes DATA, sends FETCH, PING, HELLO again. Returns
 * true when there is more to send as soon as possible. */
bool peers_pump(struct peers *peers, uint64_t now_ms, uint64_t wall_ms);
/* When peers_pump wants to be called at the latest. */
uint64_t peers_wake_ms(const struct peers *peers, uint64_t now_ms);
/* Says BYE on all links (clean leave). */
void peers_bye(struct peers *peers);
/* The furthest that any peer has ever acknowledged of the log at this place of logs.log (from the
 * open sessions and TRUTH_ACK); within a read or write transaction. */
uint64_t peers_acked(const struct peers *peers, uint32_t log_index);
/* A member was revoked or changed: drops links whose key is no member's any more. */
void peers_recheck(struct peers *peers);

#endif

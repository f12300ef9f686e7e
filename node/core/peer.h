/* The peer step machine: what two nodes say to each other (DESIGN §4), without sockets or clocks.
 *
 * A link is what the mesh shell calls a connection; it hands over the CURVE public key with every
 * message, and the membership says whose key that is. A session begins with HELLO both ways. A gap
 * in seq closes it; nothing is lost, since all state is in vectors. Own logs are pushed as far as
 * credit reaches; logs of others are fetched from whoever holds more, one FETCH outstanding per
 * log. Credit is returned, and entries are acknowledged, only after the commit: peers_after_commit.
 *
 * Nobody is believed without a seal: a claim that another branch of a log exists, or that an own
 * log is longer than this store knows, is followed by a FETCH, and only what that brings
 * quarantines a log or puts this store in doubt. So a hostile member can close its own session, and
 * no more. */
#ifndef NODE_CORE_PEER_H
#define NODE_CORE_PEER_H

#include "node/core/log.h"

#define PEERS_MAX         32
#define PEER_CREDIT_BYTES (4u * 1024 * 1024) /* what we let a peer have under way to us */
#define PEER_PING_MS      5000u
#define PEER_DEAD_MS      20000u
#define PEER_VV_MS        1000u
#define PEER_VV_FULL_MS   300000u
#define PEER_FETCH_MS     5000u /* an unanswered FETCH is asked elsewhere */
#define PEER_RELAY_MS     500u /* how long a log of another may lag before it is fetched by relay */
#define PEER_FRAMES_MAX   64   /* messages of one peer handled in one turn */
#define PEER_CHUNK_BYTES  (256u * 1024) /* what a DATA brings, where seals allow it */
/* A DATA costs its bytes of credit, and this much at least: so credit bounds the number of messages
 * under way as well, far below any high-water mark. */
#define PEER_COST_MIN       (32u * 1024)
#define PEER_SERVE_BYTES    (4u * 1024 * 1024) /* of DATA in answer to one FETCH of another's log */
#define PEER_FETCHES_MAX    16                 /* outstanding at one peer */
#define PEER_GREETINGS_MAX  10 /* sessions begun on one link within PEER_GREETINGS_MS */
#define PEER_GREETINGS_MS   10000u
#define PEER_GREET_FRESH_MS 2000u  /* so long an own HELLO under way bars the other side's */
#define PEER_GREET_MAX_MS   60000u /* the longest pause between two HELLOs on one link */
#define PEER_PUMP_BYTES     (2u * 1024 * 1024) /* sent to one peer by one peers_pump */
#define PARKED_MAX          32
#define PARKED_BYTES        (PEER_CHUNK_BYTES + 4096)
#define PARKED_MS           30000u
#define PEER_STALLS_MAX     4 /* of PARKED_MS, doubled each time */
#define WANTED_MAX          512
#define PEER_BLOBS_MAX      8 /* messages about files in one turn; more are not said */

enum peer_state {
    PEER_FREE,
    PEER_GREETING, /* a link without a session: a HELLO is awaited, or due when we dialled */
    PEER_OPEN,
    PEER_LEAVING /* says BYE at the next chance, and drops the link */
};
/* What is known of one log at one peer. */
enum peer_mark {
    PEER_LOG_ACK = 1, /* entries of it came: acknowledge them after the commit */
    /* It claims another hash than ours, or brought a branch that we cannot judge. It is not pushed,
     * what it holds counts no more, and `have` is where its proof is asked for. */
    PEER_LOG_ODD = 2,
    PEER_LOG_ODD_ASKED = 4
};

struct peer {
    enum peer_state state;
    uint32_t link;
    bool dialled; /* we connected to it */
    uint8_t key[KEY_BYTES];
    struct id node;
    struct id boot; /* theirs */
    uint64_t session;
    uint64_t seq_out, seq_in;
    uint64_t heard_ms, pinged_ms, vv_sent_ms, vv_full_ms;
    uint64_t credit_granted, credit_left; /* bytes that we may still send */
    uint64_t credit_owed;                 /* bytes received, to be returned after the commit */
    uint64_t in_flight; /* bytes sent and not returned, for the invariant and the metrics */
    int64_t skew_ms;    /* their wall clock less ours at the last PING or HELLO */
    bool ack_due;
    uint64_t have[LOGS_MAX];  /* durable there, by their VV and ACK; index = that of logs.log */
    uint64_t sent[LOGS_MAX];  /* pushed so far */
    uint64_t told[LOGS_MAX];  /* what our last VV or ACK said */
    uint64_t serve[LOGS_MAX]; /* the next entry that a FETCH wants; 0: none */
    uint32_t serve_left[LOGS_MAX];
    uint8_t mark[LOGS_MAX]; /* of enum peer_mark */
    uint32_t rotation;      /* which log is pushed first */
    uint64_t offered_ms;    /* when the membership was last sent unasked */
    bool hello_due, pong_due, vv_heard;
    uint64_t pong_nonce;
    uint32_t tries;      /* HELLOs without an answer */
    uint64_t greet_ms;   /* not before */
    uint64_t greeted_ms; /* the last HELLO; 0: none under way */
    uint64_t trying_ms;  /* the first HELLO without an answer; 0: none */
    uint32_t greetings;  /* taken since greetings_ms */
    uint64_t greetings_ms;
    struct {
        bool due;
        uint64_t session, seq;
        enum error error;
        struct id log;
    } farewell;
};

/* A log that a peer names and that is not held here. */
struct wanted {
    uint32_t link; /* 0: free */
    struct id log;
    uint64_t idx;
    uint64_t since_ms;
    uint64_t asked_ms; /* 0: never */
    uint32_t tries;
};

/* A DATA body that waits for an entry of another log, or behind one that does. */
struct parked {
    uint32_t link; /* 0: free */
    bool checked;  /* rest is in use; else the body was not looked at yet */
    uint32_t log_index;
    uint64_t first;
    uint64_t since_ms;
    struct log_rest rest;
    uint32_t size; /* of the body, which stands in peers.parked_body */
};

struct fetching {  /* per log */
    uint32_t link; /* asked of; 0: nobody */
    uint64_t asked_ms;
    uint64_t behind_since_ms; /* 0: not behind */
    uint64_t bytes;           /* that came in answer */
    bool urgent;              /* entries are known to be lost: do not wait for a push */
    struct dep waits;         /* not asked for before this one is held; idx 0: none */
    uint32_t stalls;          /* brought in vain since it last grew: what it waits for is missing */
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
    /* A peer proved, with entries under our own seal, that it holds more of an own log than we do,
     * or another branch: this store is in doubt. */
    void (*regressed)(void *world, const struct id *log, uint64_t idx);
    /* A member asks for a piece of a file, or brings one: it has been decoded, and nothing of it
     * concerns the logs. The callee only takes a copy. May be NULL. */
    void (*blob)(void *world, const struct id *node, enum message_type type, struct span body);
};

struct peers {
    struct logs *logs;
    struct peer_port port;
    struct id mesh, node, store, boot;
    const char *build;
    /* PEER_PING_MS, PEER_DEAD_MS and PEER_VV_FULL_MS; longer where virtual weeks pass. */
    uint64_t ping_ms, dead_ms, full_ms;
    struct peer peer[PEERS_MAX];
    struct fetching fetching[LOGS_MAX];
    struct wanted wanted[WANTED_MAX];
    struct parked parked[PARKED_MAX];
    uint64_t now_ms;    /* of the call under way */
    uint64_t pumped_ms; /* of the latest peers_pump: what was due then and is not done waits */
    uint32_t made_room; /* how often a link gave its place to one that came in */
    uint32_t slots, wanted_used; /* places of peer and wanted that were ever taken */
    uint32_t columns;            /* logs for which the arrays of all peers are in use */
    uint32_t sessions;           /* begun by this process */
    uint64_t forks;              /* logs found forked since the start; the latest and where */
    struct dep forked;
    uint64_t ignored; /* messages of other sessions, of unknown types, or seen before */
    bool ack_put;     /* rows were put in this turn (TRUTH_ACK, a seal, a fork's evidence): it wants
                         a commit */
    uint64_t counts[16][2]; /* messages by type: received, sent */
    struct {
        struct id node;
        enum message_type type;
        struct span body; /* the caller's, until the turn is over */
    } blobs[PEER_BLOBS_MAX];
    uint32_t blobs_count;
    union {
        struct vv vv;
        struct ack ack;
    } scratch;
    uint8_t out[MESSAGE_BYTES_MAX];
    uint8_t parked_body[PARKED_MAX][PARKED_BYTES];
};

void peers_init(struct peers *peers, struct logs *logs, const struct peer_port *port,
                const struct id *mesh, const struct id *node, const struct id *store,
                const struct id *boot, const char *build);
/* A link is there (a connection we dialled and that was accepted, or one that said its first
 * word); link is never 0. Greets it when we dialled, at the next peers_pump. now_ms: monotonic. A
 * link with the same key in the same direction takes the place of the former. When there is no
 * place, one that we dialled is dropped, and one that came in is given the place of another. */
void peers_up(struct peers *peers, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled,
              uint64_t now_ms);
void peers_down(struct peers *peers, uint32_t link);
/* One message, inside a turn: entries are appended and folded in the turn's transaction. ahead:
 * what was worked out of it before. */
void peers_take(struct peers *peers, uint32_t link, const uint8_t key[KEY_BYTES],
                struct span message, const struct ahead *ahead, uint64_t now_ms, uint64_t wall_ms);
/* In a turn: to be said to that node after it, if a session with it is open then. Nobody waits for
 * it: whoever asked for a piece asks again, or elsewhere. body lives until the turn is over. */
void peers_say_blob(struct peers *peers, const struct id *node, enum message_type type,
                    struct span body);
/* A turn begins: what a former one left unsaid is forgotten. */
void peers_begin(struct peers *peers);
/* After a commit: acknowledgements, credit, vectors. */
void peers_after_commit(struct peers *peers, uint64_t now_ms, uint64_t wall_ms);
/* The commit failed, and logs_load has been called: what was received in this turn was not stored;
 * credit is returned all the same, nothing is acknowledged, and what was missed is fetched again.
 */
void peers_after_abort(struct peers *peers);
/* Outside a turn, within store begin_read: pushes DATA, sends FETCH, PING, HELLO again. Returns
 * true when there is more to send as soon as possible. */
bool peers_pump(struct peers *peers, uint64_t now_ms, uint64_t wall_ms);
/* When peers_pump wants to be called at the latest. */
uint64_t peers_wake_ms(const struct peers *peers, uint64_t now_ms);
/* Says BYE on all links (clean leave). */
void peers_bye(struct peers *peers);
/* The furthest that any peer has ever acknowledged of the own log at this place of logs.log (from
 * TRUTH_ACK); within a read or write transaction. */
uint64_t peers_acked(const struct peers *peers, uint32_t log_index);
/* A member was revoked or changed: drops links whose key is no member's any more. */
void peers_recheck(struct peers *peers);

#endif

/* The core of a node: one turn after the other (DESIGN §3), deaf and blind (law 4).
 *
 * The shell calls, from one thread:
 *
 *     core_begin(core, &moment);                 opens the turn
 *     core_take(core, &input) ...                up to TURN_INPUTS_MAX commands, messages, results
 *     core_end(core);                            derived work, seals, commit; then, and only then,
 *                                                answers, messages and calls leave through the port
 *
 * and again at core_wake_ms at the latest. Whatever fails before the commit has returned leaves no
 * trace: answers become errors, and nothing else leaves. ERROR_OUTCOME_UNKNOWN from core_end means:
 * exit the process. */
#ifndef NODE_CORE_CORE_H
#define NODE_CORE_CORE_H

#include "node/core/account.h"
#include "node/core/fold.h"
#include "node/core/mesh_rows.h"
#include "node/core/peer.h"
#include "overseas-warehouse/label/label.h"

#define TURN_INPUTS_MAX 256
#define TURN_BYTES_MAX  (1024u * 1024)
#define TURN_WORK_MAX   64  /* rows of derived work done in one turn */
#define OUTBOX_MAX      256 /* calls under way at once */
#define WORK_AGAIN_MS   1000u
#define CLOCK_LEAP_MS   (5u * 60 * 1000)

struct hook_record; /* node/core/hook_rows.h */

struct core_moment {
    uint64_t wall_ms;
    uint64_t boot_ms; /* monotonic, counting suspend */
    uint8_t random[32];
};

enum input_kind {
    INPUT_COMMAND, /* of a person or a carrier, parsed, bounded and authorised */
    INPUT_LINK_UP,
    INPUT_LINK_DOWN,
    INPUT_MESSAGE,
    INPUT_RESULT,        /* an outside call came back */
    INPUT_CONFIRM_CLOCK, /* an operator says that the clock is right */
    INPUT_OPEN_BOOK,     /* write entry 1 of a book that the membership assigned to this node */
    INPUT_HANDOVER,      /* of a book that this node leads, to another member */
    INPUT_RECOVER,       /* of a book whose leader's disk is gone */
    INPUT_HOOK,          /* an attempt to deliver a webhook, for the rows of this node */
    INPUT_BLOB,          /* to be said to a peer about a file */
    INPUT_LABEL_RESULT   /* a carrier's answer, or none */
};
struct input {
    enum input_kind kind;
    uint64_t ticket; /* of the answer that is wanted; 0: none */
    union {
        const struct hook_record *hook; /* lives until core_end returns */
        struct command command;         /* body and spans live until core_end returns */
        struct {
            struct id node;
            enum message_type type;
            struct span body; /* likewise */
        } blob;
        struct {
            uint32_t link;
            bool dialled;
            uint8_t key[KEY_BYTES];
            struct span bytes;
            struct ahead ahead; /* of bytes, if they are DATA and there was time */
        } link;
        struct {
            struct id slot;
            bool asked; /* result of an ASK, else of a SEND */
            enum refund_outcome outcome;
            char provider_ref[PROVIDER_REF_BYTES_MAX + 1];
            char reason[REASON_BYTES_MAX + 1];
        } result;
        struct label_result label;
        struct {
            struct id book;
            struct id merchant; /* OPEN_BOOK */
            struct id leader;   /* HANDOVER */
            struct actor by;
            struct id lost[VOTERS_MAX]; /* RECOVER: nodes the operator names as lost */
            uint32_t lost_count;
        } book;
    };
};

enum answer_state {
    ANSWER_OBSERVED, /* 201: an observation is on this disk */
    ANSWER_DONE,     /* 200: a committed decision */
    ANSWER_ASKED,    /* 202: an ask is on this disk, and its request is undecided */
    ANSWER_REFUSED   /* by a rule or a limit; with replay of the same request too */
};
struct answer_out {
    uint64_t ticket;
    enum answer_state state;
    enum error error;
    char rule[RULE_BYTES_MAX];
    struct id entity;
    struct id request;
    bool replay;    /* the request had been decided before */
    bool duplicate; /* an observation that was held already: nothing was stored */
};

enum call_kind { CALL_SEND, CALL_ASK };

struct core_port {
    void *world;
    void (*answer)(void *world, const struct answer_out *answer);
    void (*send)(void *world, uint32_t link, struct span message);
    void (*drop)(void *world, uint32_t link, enum error why);
    void (*call)(void *world, enum call_kind kind, const struct refund_call *call);
    /* Entries up to this number of the feed are readable now. */
    void (*feed)(void *world, uint64_t next_number);
    /* The membership changed: addresses to dial, keys to admit. */
    void (*members)(void *world);
    /* One line for the log, about one decision or fault. */
    void (*note)(void *world, enum error error, const char *what, const struct id *about);
    /* A place in the code was reached: rule rows, faults survived (for tests and metrics). */
    void (*mark)(void *world, const char *name);
    /* As peer_port has it. May be NULL. */
    void (*blob)(void *world, const struct id *node, enum message_type type, struct span body);
    /* As call, of a carrier. CALL_ASK by header repeats the call under its key, by lookup looks the
     * reference up; by none it is OUTCOME_CANNOT_ASK. A void is only sent. May be NULL where
     * core_self has no labels. */
    void (*buy)(void *world, enum call_kind kind, const struct label_call *call);
};

/* What a node is; fixed for a process run. From node/keys and the store's meta table. */
struct core_self {
    struct id node, store, mesh;
    struct id log;  /* own node log */
    struct id boot; /* random per process run */
    uint8_t sign_key[KEY_BYTES];
    /* The peer whose card was given by hand; counts until the membership names that node. Else
     * zero. */
    uint8_t joined_key[KEY_BYTES]; /* CURVE */
    struct id joined_node;
    bool in_doubt; /* writes no book and performs no effect */
    const char *build;
    uint64_t send_window_ms; /* blind sends at most so long after the intent; see DESIGN §6 */
    const struct accounts *accounts;     /* of payment providers; the caller's; NULL: none */
    const struct label_accounts *labels; /* of carriers, likewise */
};

enum effect_phase {
    EFFECT_FREE,
    EFFECT_FRESH,     /* intent committed in this run: may be sent blindly within the window */
    EFFECT_ATTEMPTED, /* an ATTEMPT stands in this turn: ask once it is committed */
    EFFECT_ABSENT,    /* the provider was asked after an ATTEMPT, and does not know it: send */
    EFFECT_SENDING,
    EFFECT_ASKING,
    EFFECT_WAITING /* until next_boot_ms: then ATTEMPT, ask */
};
enum effect_kind { EFFECT_OF_REFUND, EFFECT_OF_LABEL };
struct effect { /* one call under way or wanted; in memory only: a restart forgets it, and so asks
                 */
    enum effect_kind kind;
    enum effect_phase phase;
    struct id thing, book;      /* a slot, or a label */
    uint32_t account;           /* of self.accounts, or self.labels */
    uint64_t committed_boot_ms; /* of the intent, in this run; 0: in another run */
    uint64_t next_boot_ms;
    uint32_t tries;
    enum effect_phase before; /* as of the last commit, should the turn be undone */
};

struct core_stats {
    uint64_t turns, commands, refused, appended, folded, commits_failed, duplicates;
    uint64_t asks_open, asks_oldest_ms; /* unanswered asks of this node, and the eldest's age */
    uint64_t unreplicated, unreplicated_oldest_ms; /* own entries that no peer has acknowledged */
    uint64_t effects_open, dues_held, forks, dropped_batches;
    uint64_t dues_awaiting;    /* overdue, and held until others were heard */
    uint64_t dues_awaiting_ms; /* the latest of them */
    uint64_t refunds_unserved; /* they wait: no account of theirs is configured here */
    uint64_t labels_unserved;  /* likewise, of carriers */
};

struct core {
    struct store *store;
    const struct crypto *crypto;
    struct core_port port;
    struct core_self self;
    struct logs logs;
    struct peers peers;
    struct desk desk;
    struct hlc hlc;
    struct moment moment;
    struct core_moment now;
    struct {
        bool suspect;
        bool known;
        bool peers_trusted;        /* an operator confirmed this clock against its peers' */
        uint64_t wall_ms, boot_ms; /* at the first turn, or when it was last confirmed */
    } clock;
    struct answer_out answers[TURN_INPUTS_MAX];
    uint32_t answers_count;
    struct effect effects[OUTBOX_MAX];
    uint32_t effects_used;                  /* places that were ever taken: the first so many */
    struct unserved unserved[UNSERVED_MAX]; /* as of the last count */
    uint32_t unserved_count;
    struct views views;
    struct fold fold;
    struct decision decision;                  /* the one being made */
    uint8_t personal[EVENT_PAYLOAD_BYTES_MAX]; /* the salted payload being appended */
    struct member writer_room, *writer;        /* the member whose key was last asked for */
    struct { /* keys of members that were looked up, until the membership changes */
        uint8_t key[PEERS_MAX][KEY_BYTES];
        struct id node[PEERS_MAX];
        uint32_t count;
    } known;
    struct core_stats stats;
    struct {
        struct work_lane {    /* of an authority that this node is; by the place of its log */
            struct key after; /* where the last round ended */
            uint8_t ends;     /* how often the end was met since something came up */
        } lane[LOGS_MAX];
        uint32_t first_lane;  /* of the next round */
        struct key due_after; /* where the last round over the deadlines ended; size 0: at an end */
        struct key overdue_after;       /* the last deadline that was looked at for being late */
        uint64_t overdue_again_boot_ms; /* all of them are looked at again */
        uint64_t next_level_wall_ms;    /* and when one comes to its next level; 0: none does */
        struct key erased_after;        /* where the last round over the erasures ended */
        bool tells_erased;              /* and it did not see all of them */
        bool unfinished;                /* the last round ended before it had seen all */
        bool due;                       /* something may have come up since the last round */
        uint64_t again_boot_ms;         /* waiting rows are looked at again */
        uint64_t next_due_wall_ms;      /* the first deadline that has not come */
        bool heard_known;               /* in this round */
        uint64_t heard_ms;              /* until then all others were heard */
        /* The latest deadline of another authority that has come and waits for everybody's word. */
        uint64_t silence_ms;
    } work;
    uint64_t stats_boot_ms; /* when the figures were last counted */
    uint64_t count_ms;      /* how often they are; longer where virtual weeks pass */
    enum error turn_error;  /* of the turn under way: nothing is written */
    bool turn_open;
    bool turn_begun; /* the store's transactions are open */
    bool appended;   /* the turn wrote something: commit, else abort */
    bool more;       /* derived work is left over: another turn at once */
    bool stopped;    /* ERROR_FORK or doubt in an own log: no more own writing */
};

/* Opens over a store that holds meta and own log (node/core/meta.h): loads tails, mends the views
 * by folding from the cursors (all of it when views are fresh), finds work left over. */
enum error core_open(struct core *core, struct store *store, const struct crypto *crypto,
                     const struct core_port *port, const struct core_self *self,
                     const struct core_moment *now) MUST_USE;
enum error core_begin(struct core *core, const struct core_moment *now) MUST_USE;
void core_take(struct core *core, const struct input *input);
/* Commits and releases. After an error every answer of the turn was sent with that error. */
enum error core_end(struct core *core) MUST_USE;
/* Monotonic ms at which the next turn is wanted at the latest; now when there is work left. */
uint64_t core_wake_ms(const struct core *core, uint64_t boot_ms);
void core_close(struct core *core); /* BYE to all; the caller closes the store */

/* Digest over all shared tables, and of each. Reads the digests of the last commit. */
void core_digest(const struct core *core, struct hash *all, struct hash table[VIEW_TABLE_COUNT]);

#endif

/* The business as the core sees it: pure functions from a command, an observation, a due time or a
 * provider's answer to a decision, and from an entry to rows.
 *
 * Deciding reads rows, completes before anything is written, and puts into a decision what is to be
 * appended to the authority's log. Folding copies an entry into rows without judging again, and
 * commutes across logs (law 3). Work that an entry leaves to do is marked in VIEW_TODO under the
 * authority that must do it (a book's id or a warehouse's), and disappears when the entry that does
 * it folds: it is derived, never queued (law 2). */
#ifndef OVERSEAS_WAREHOUSE_BUSINESS_H
#define OVERSEAS_WAREHOUSE_BUSINESS_H

#include "overseas-warehouse/rows.h"
#include "proto/catalogue.h"
#include "proto/commands.h"

/* What the outside world is, as values. */
struct moment {
    uint64_t wall_ms;
    uint8_t random[32]; /* fresh for each moment */
    uint32_t minted;    /* ids made from it so far */
    /* What others may have answered until then is here and decided; 0 where no deadline fires. */
    uint64_t heard_ms;
};

struct label_accounts; /* overseas-warehouse/label/label.h */
struct desk {          /* everything a decision or a fold may touch */
    struct rows rows;
    const struct crypto *crypto;
    struct id node;      /* who decides; zero while folding */
    struct id warehouse; /* of this node; zero at a gateway */
    bool awaits;         /* not all that a former store of this warehouse wrote is here yet */
    const struct label_accounts *labels; /* of carriers, by which this node buys; NULL: none */
};

/* A new id: the moment's milliseconds and 80 bits hashed from its randomness. */
struct id mint(const struct desk *desk, struct moment *moment);

struct command {
    enum command_kind kind;
    struct id request; /* zero: none (observations that are sets) */
    struct hash body_hash;
    struct actor by;
    struct id merchant; /* the token's scope; zero: all */
    uint64_t if_match;  /* version the sender saw; 0: none */
    const union command_body *body;
};

#define DRAFTS_MAX      40
#define DRAFT_BYTES_MAX (96u * 1024)
struct draft {
    enum event_kind kind;
    struct id entity;
    struct dep deps[EVENT_DEPS_MAX];
    uint32_t deps_count;
    uint32_t offset, size; /* of the encoded payload in decision.bytes */
};
struct decision {
    enum error error;          /* OK, or why it is refused; a refusal has no drafts */
    char rule[RULE_BYTES_MAX]; /* names the rule, fact or field, for a person */
    struct id entity;          /* the record it is about */
    uint32_t drafts_count;
    uint32_t bytes_used;
    uint32_t applied_count;       /* rows of the rule tables that fired, for the counts */
    uint16_t applied[DRAFTS_MAX]; /* table << 12 | row */
    struct draft drafts[DRAFTS_MAX];
    uint8_t bytes[DRAFT_BYTES_MAX];
};
void decision_begin(struct decision *decision);
/* Encodes the payload and adds a draft; an overflow or a broken limit turns into decision->error.
 */
void decision_add(struct decision *decision, enum event_kind kind, const struct id *entity,
                  const void *payload);
void decision_dep(struct decision *decision, const struct id *log, uint64_t idx);
void decision_refuse(struct decision *decision, enum error error, const char *rule);

/* The authority that must decide a command: a book's id, a warehouse's, or zero (here). Read from
 * the body and the views. ERROR_NOT_FOUND: what business_authority_field names is not known. */
enum error business_authority(const struct desk *desk, const struct command *command,
                              struct id *authority) MUST_USE;
/* The body's field that says whose decision it is; NULL: none does. */
const char *business_authority_field(enum command_kind kind);
/* Is it a command of the business? The core decides the others itself. */
bool business_decides(enum command_kind kind);
/* Commands of the business (10 and above). The caller has checked that this node is the authority
 * and that the request id is new. */
void business_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);

/* Where a folded entry stands. */
struct place {
    struct id log;
    uint64_t log_type;   /* enum log_type */
    struct id node;      /* the writer of a node log; the leader of a book at this entry */
    struct id warehouse; /* of that node, when the log is a node log */
    uint64_t idx;
    uint64_t hlc;
    struct id entity;
};
/* Events 20 and above. */
void business_fold(const struct desk *desk, const struct place *place, enum event_kind kind,
                   const union event_body *body);
/* What a fold of the entry would put if it is the first about its thing
 * (overseas-warehouse/ahead.h), for any thread: nothing but the entry is read. Empty: that cannot
 * be said beforehand, or the buffer is too small. */
bool business_looks_ahead(uint64_t kind);
struct span business_ahead(const struct crypto *crypto, enum event_kind kind,
                           const union event_body *body, uint8_t *buffer, size_t size);
/* Folds the entry by what business_ahead said of it. false: the thing is known, and the entry is to
 * be folded as ever; what has been put does it no harm. */
bool business_fold_ahead(const struct desk *desk, enum event_kind kind, struct span ahead);

/* Buyers' links, observations that stand below 20. */
void link_made_fold(const struct desk *desk, const struct place *place,
                    const struct link_made *made);
void link_revoked_fold(const struct desk *desk, const struct link_revoked *revoked);

/* What follows of the follow-up's row, the return's and the set of erased subjects: called by every
 * fold that touches one of them. */
void followup_refresh(const struct desk *desk, const struct id *return_id);

/* Work left to do, by kind; the key is authority ‖ kind ‖ thing (16 bytes, and 16 more at need). */
enum todo_kind {
    TODO_ASK = 1, /* core: a request without an answer; thing = request */
    TODO_BOX = 2, /* warehouse or book: a received box that may belong to an open return of this
                     book; thing = box, return */
    TODO_ASSIGN =
        3, /* warehouse: a box was claimed, its units are not assigned; thing = box, book */
    TODO_RETURN = 4, /* book: goods facts of a return not yet reacted to; thing = return, seen */
    TODO_EFFECT = 5, /* book: a refund intended or submitted, without result; thing = slot */
    TODO_ERASE = 6,  /* core: payloads to drop; thing = subject */
    TODO_GRANT = 7,  /* book: money granted that no slot has begun to pay; thing = return, grant */
    TODO_PAY = 8,    /* book: money owed for what came, or asked for nothing back, or that goes
                        ahead of goods; thing = return, return */
    TODO_RECHARGE = 9,  /* book: money that went ahead and was lost, to be charged anew, or such a
                           charge to be held back; thing = return, return */
    TODO_OUTBOUND = 57, /* book: a parcel that was sent is lost or damaged, or came after all;
                           thing = order, parcel */
    TODO_CHARGE = 78,   /* warehouse: acts to charge, or charges to take back; thing = merchant */
    TODO_FOLLOWUP = 58, /* book: a return ended, and when its buyer is to be asked is not said yet;
                           thing = return */
    TODO_TOLD = 55,     /* book: a provider told of a refund of ours; thing = slot */
    TODO_MADE = 56,     /* book: a provider told of one that others made; thing = hash of its key */
    TODO_LABEL = 75,    /* book: a label that wants a call; thing = label. Of a return that ended
                           without goods, one to be taken back; thing = label, return */
    TODO_BATCH = 73,    /* warehouse: a closed batch has units that are not settled yet; thing =
                           batch */
    TODO_MATCH = 70,    /* warehouse: a box that nobody claims is like an open return, and was not
                           weighed against it; thing = box, return */
    TODO_EXCHANGE_KEEP = 86, /* warehouse: a piece is to be kept for an exchange, or given back;
                                thing = exchange, exchange */
    TODO_EXCHANGE = 87,      /* book: an exchange that is neither sent nor ended; thing = exchange,
                                exchange */
    TODO_REMOVAL = 80 /* warehouse: a box here bears a carton's number of a removal order, and
                         units of it are nobody's yet; thing = box, removal */
};
void todo_put(const struct rows *rows, const struct id *authority, enum todo_kind kind,
              const struct id *thing, const struct id *second_or_null);
void todo_drop(const struct rows *rows, const struct id *authority, enum todo_kind kind,
               const struct id *thing, const struct id *second_or_null);
bool todo_has(const struct rows *rows, const struct id *authority, enum todo_kind kind,
              const struct id *thing, const struct id *second_or_null);
/* A key of VIEW_TODO taken apart again: authority 16, kind 1, thing 16, and second 16 or nothing
 * (then it is zero). todo_key gives the prefix of one authority, or of one of its kinds. */
struct todo {
    struct id authority;
    enum todo_kind kind;
    struct id thing, second;
};
bool todo_read(struct span key, struct todo *todo);
struct key todo_prefix(const struct id *authority);
struct key todo_prefix_of(const struct id *authority, enum todo_kind kind);

/* Reacts to one to-do row of a kind >= TODO_BOX that this node is the authority of. May leave the
 * decision empty (nothing to do yet, or the row is stale). */
void business_react(const struct desk *desk, const struct id *authority, enum todo_kind kind,
                    const struct id *thing, const struct id *second, struct moment *moment,
                    struct decision *decision);

/* Deadlines: rows of VIEW_DUE, (due_ms, authority, verb, thing). */
void due_put(const struct rows *rows, uint64_t due_ms, const struct id *authority, uint64_t verb,
             const struct id *thing);
void due_drop(const struct rows *rows, uint64_t due_ms, const struct id *authority, uint64_t verb,
              const struct id *thing);
/* A key of VIEW_DUE taken apart again: due_ms 8, authority 16, verb 1, thing 16; rows are in the
 * order of their time. */
struct due {
    uint64_t due_ms;
    struct id authority;
    uint64_t verb;
    struct id thing;
};
bool due_read(struct span key, struct due *due);
/* Does silence, under this verb, do what cannot be undone? Then it acts only once all who may
 * answer were heard up to the due time (moment.heard_ms), or a supervisor said that it may. */
bool business_due_waits(uint64_t verb);
bool business_due_overridden(const struct rows *rows, const struct due *due);
/* Fires one deadline whose time has come, at its authority. */
void business_due(const struct desk *desk, const struct id *authority, uint64_t due_ms,
                  uint64_t verb, const struct id *thing, struct moment *moment,
                  struct decision *decision);

/* Calendars of the merchant's own book; version 0: the newest. VIEW_CALENDAR is laid out under
 * calendar_key and the version, counted down. */
struct key calendar_key(const struct crypto *crypto, const struct id *merchant,
                        const struct id *book, struct span name);
bool calendar_load(const struct desk *desk, const struct merchant *merchant, struct span name,
                   uint64_t version, struct calendar_set *set);
/* What a name means now: a built-in calendar, or the newest version of the merchant's (NULL: of
 * nobody's). false: there is none. */
bool calendar_named(const struct desk *desk, const struct merchant *merchant, struct span name,
                    struct calendar *calendar, uint64_t *version);
/* The one that the merchant says a warehouse works by. */
bool calendar_of_warehouse(const struct desk *desk, const struct merchant *merchant,
                           const struct id *warehouse, struct calendar *calendar);

/* A row of VIEW_DEADLINE_BY_TIME whose time has come: is it owed still, and is there an endpoint of
 * its merchant that wants to hear of it and was not told? Then the decision is the entry that tells
 * it, for the book. false: nothing is to be told. */
bool business_overdue(const struct desk *desk, struct span key, const struct moment *moment,
                      struct id *book, struct decision *decision);
/* When such a deadline comes to its next level of being late, which is to be told then; 0: never.
 */
uint64_t business_next_level(const struct desk *desk, struct span key, uint64_t now_ms);

/* The provider-neutral call of a refund (DESIGN §6). The key is of the slot only. */
#define REFUND_KEY_BYTES  (REFUND_KEY_CHARS + 1)
#define REFUND_FORMER_MAX 8
struct refund_call {
    struct id slot;
    struct id book;
    struct id merchant; /* whose money moves */
    char provider[25];
    char payment_ref[REFERENCE_BYTES_MAX + 1];
    char key[REFUND_KEY_BYTES]; /* Idempotency-Key and reference to ask by */
    /* Keys of earlier tries of the same thing, the latest first: a person said that they are not
     * paid, and should the provider know better, nothing is sent. */
    char former[REFUND_FORMER_MAX][REFUND_KEY_BYTES];
    uint32_t former_count;
    int64_t amount_minor;
    uint64_t currency;
    uint32_t attempt;
    uint64_t received_ms; /* when the provider had taken it in and was not done; 0: not known */
    uint32_t account;     /* of the site's payment accounts; the core's to fill */
    /* The other way round: the buyer is charged anew under this mandate, and payment_ref only says
     * of what. */
    bool charge;
    char mandate_buyer[MANDATE_BYTES_MAX + 1];
    char mandate_method[MANDATE_BYTES_MAX + 1];
};
/* Does an entry of this verb begin a slot, so that a call may leave with its commit? */
bool business_refund_begins(uint64_t verb);
/* Is it money that is taken from the buyer, where every other slot gives? */
bool business_is_charge(uint64_t paid_for);
/* false: the slot is not in a state that wants a call. */
bool business_refund_call(const struct desk *desk, const struct id *slot, struct refund_call *call);
/* The key of every call for the slot, which the provider's books show beside the refund. */
struct payment_row;
void business_refund_key(const struct crypto *crypto, const struct id *merchant,
                         const struct payment_row *payment, const struct id *slot,
                         char key[REFUND_KEY_BYTES]);

enum refund_outcome {
    OUTCOME_PAID = 1,      /* the provider's ledger shows it */
    OUTCOME_PENDING = 2,   /* the provider has it and is not done */
    OUTCOME_FAILED = 3,    /* final: not paid, and never will be under this key */
    OUTCOME_ABSENT = 4,    /* asked by reference: the provider does not know it */
    OUTCOME_NO_WORD = 5,   /* timed out, 5xx, refused connection: it may have paid */
    OUTCOME_CANNOT_ASK = 6 /* the provider has no query, or refuses ours */
};
/* What the provider said, as entries of the book: find_paid, find_failed, lose. `verb` DO_SUBMIT
 * commits an ATTEMPT, without an outcome. */
void business_refund_result(const struct desk *desk, const struct id *slot, enum verb verb,
                            const char *provider_ref, const char *reason, struct moment *moment,
                            struct decision *decision);

/* What was seen of a return that a person should look at before money moves. false: not known. */
struct fraud_signals {
    uint32_t count;
    struct policy_signal at[POLICY_SIGNALS_MAX];
};
bool business_signals(const struct desk *desk, const struct id *return_id,
                      struct fraud_signals *signals);

/* What is known of the person behind a return, from facts alone. X(NAME, number, "word") */
#define TAG_LIST(X)                                                                                \
    X(TAG_FIRST_RETURN, 1, "first_return")       /* of this buyer with the merchant */             \
    X(TAG_SERIAL_RETURNER, 2, "serial_returner") /* five returns in 180 days */                    \
    X(TAG_HIGH_VALUE, 3, "high_value") /* the order cost a tenth of the merchant's daily cap */    \
    X(TAG_CONTESTED_BEFORE, 4, "contested_before") /* an earlier return was */                     \
    X(TAG_COMPLAINT_OPEN, 5, "complaint_open")     /* about one of the buyer's returns */
#define TAG_ENUM(name, number, word) name = number,
enum tag { TAG_LIST(TAG_ENUM) };
#undef TAG_ENUM
extern const struct words tag_words;
#define TAGS_MAX 5
struct tags {
    uint32_t count;
    enum tag at[TAGS_MAX];
};
/* Of an order that names no buyer, what the return and its order alone tell. */
void business_tags(const struct desk *desk, const struct id *return_id, struct tags *tags);

/* Figures for a person: minor units saved by resolving here against shipping to origin. */
struct savings {
    int64_t saved_minor;
    uint64_t currency;
    uint64_t units;
};
bool business_savings(const struct desk *desk, const struct id *return_id, struct savings *savings);

#endif

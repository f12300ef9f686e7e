/* What the files of the asker share. */
#ifndef NODE_CARRIERS_ASKER_INSIDE_H
#define NODE_CARRIERS_ASKER_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "node/carriers/asker.h"
#include "node/carriers/numbers.h"
#include "node/carriers/wire.h"

#define BATCH_MAX      50u /* numbers of one question */
#define CALLS_MAX      4u  /* under way at one account */
#define HINTS_MAX      1024u
#define WISHES_MAX     512u
#define TOKEN_BYTES    4097u
#define CONFIRMS_MAX   16u /* subscriptions of an account that wait for a word */
#define CONFIRM_TRIES  5u
#define AFTER_BYTES    257u
#define CALL_BYTES     (64u * 1024) /* of one request, written */
#define LOOK_ROWS      2000u        /* of one look at the store */
#define TOKEN_MARGIN_S 60u

enum inquiry_kind {
    INQUIRY_TOKEN,
    INQUIRY_POLL,
    INQUIRY_REPLAY,
    INQUIRY_SUBSCRIBE,
    INQUIRY_CONFIRM, /* a subscription */
    INQUIRY_UNSUBSCRIBE
};

struct asked;

struct confirm {
    struct handshake_words words;
    unsigned tries;
};

/* Numbers that are to be subscribed to, or no more; the walk fills it again, so one that finds no
 * room comes later. */
struct wish_list {
    size_t first, count;
    struct {
        struct id parcel;
        char text[TRACKING_NUMBER_BYTES_MAX + 1];
    } at[WISHES_MAX];
};

/* One request under way. */
struct pending {
    struct wire *wire; /* NULL: this place is free */
    struct asked *account;
    enum inquiry_kind kind;
    bool again; /* it had been answered 401 before, with an older token */
    struct confirm confirm;
    size_t count;
    struct id parcels[BATCH_MAX];
    char numbers[BATCH_MAX][TRACKING_NUMBER_BYTES_MAX + 1];
};

struct asked {
    struct asker_account is;
    struct asker *asker;
    unsigned place;
    struct budget budget;
    struct breaker breaker;
    char token[TOKEN_BYTES];
    uint64_t token_until_ms;
    bool token_under_way, wants_token;
    unsigned under_way;
    struct pending pending[CALLS_MAX];
    struct {
        uint64_t since_ms; /* by the wall; 0: nothing is to be replayed */
        char after[AFTER_BYTES];
        unsigned pages, failures;
        uint64_t next_ms; /* monotonic: not before */
    } replay;
    struct wish_list subscribe, unsubscribe;
    struct confirm confirms[CONFIRMS_MAX]; /* under the lock */
    size_t confirms_count;
    struct asker_status counts; /* under the lock */
};

struct asker {
    struct asker_options options;
    char ran_file[ASKER_TEXT_BYTES]; /* "": none */
    uint64_t down_ms;                /* by the wall: when it last ran; 0: it never did */
    uint64_t noted_ms;
    struct asked accounts[ASKER_ACCOUNTS_MAX];
    size_t accounts_count;
    struct numbers *numbers;
    CURLM *multi;
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    pthread_mutex_t lock;
    struct id hints[HINTS_MAX]; /* under the lock, like what follows */
    size_t hints_count;
    uint64_t wanted_replay_ms[ASKER_ACCOUNTS_MAX];
    /* The walk over the parcels. */
    struct key walk_at;
    bool walk_begun, walk_done; /* done: the first one has seen them all */
    uint32_t round;
    uint64_t looked_ms, walked_ms;
    char memory[CALL_BYTES]; /* of the request being written */
};

uint64_t asker_now_ms(void); /* monotonic */
uint64_t asker_wall_ms(void);
uint64_t asker_chance(void);
/* A span of time as this asker takes it. */
uint64_t asker_pause(const struct asker *asker, uint64_t ms);

/* asker_numbers.c: which numbers are asked about, where and when. */
void asker_walk(struct asker *asker, uint64_t now_ms);
void asker_take_hints(struct asker *asker, uint64_t now_ms);
/* The number's account did not know it, or said something of it. */
void number_missed(struct asker *asker, struct number *number, uint64_t now_ms);
void number_heard(struct asker *asker, struct number *number, uint64_t now_ms);
/* It was not asked about after all. */
void number_wait(struct asker *asker, struct number *number, uint64_t next_ms);

/* asker_subscriptions.c: where carriers push what they know of a number. */
/* When a number that was just met is subscribed to. */
uint64_t subscription_first_ms(const struct asked *account, bool fresh, uint64_t now_ms);
void subscription_want(struct asker *asker, struct number *number, uint64_t now_ms);
void subscription_drop(struct asker *asker, const struct number *number);
/* Numbers of the next request; 0: none is wanted. */
size_t subscription_take(struct asked *account, struct pending *pending);
/* The next subscription that waits for a word; false: none does. */
bool subscription_confirm(struct asked *account, struct confirm *confirm);
/* It could not be said now: in its turn again, unless it failed too often. */
void subscription_wait(struct asked *account, const struct confirm *confirm);
/* It was answered, refused, or could not be asked. */
enum subscription_end { SUBSCRIPTION_HELD, SUBSCRIPTION_REFUSED, SUBSCRIPTION_LATER };
void subscription_end(struct pending *pending, enum subscription_end end, uint64_t now_ms);

/* asker_calls.c: questions and answers. */
void asker_ask(struct asker *asker, struct asked *account, uint64_t now_ms);
void asker_answer(struct asker *asker, struct pending *pending, CURLcode code);

#endif

/* The asker: asks carriers about parcels that are on their way to us, on a thread of its own
 * (node/carriers/README.md). It writes nothing by itself: what a carrier said goes to the engine as
 * the same observations that its pushes make. Secrets and bodies are never logged. */
#ifndef NODE_CARRIERS_ASKER_H
#define NODE_CARRIERS_ASKER_H

#include "carriers/carrier.h"
#include "carriers/pace.h"
#include "node/engine.h"

#define ASKER_ACCOUNTS_MAX 16
#define ASKER_WHY_BYTES    200
#define ASKER_TEXT_BYTES   513
#define ASKER_SHORT_BYTES  65

/* One account at a carrier or an aggregator. */
struct asker_account {
    const struct carrier *carrier; /* lives as long as the asker */
    char name[25];                 /* "": the one without a name */
    char base_url[ASKER_TEXT_BYTES];
    char id[ASKER_TEXT_BYTES], secret[ASKER_TEXT_BYTES];
    char login[ASKER_TEXT_BYTES],
        password[ASKER_TEXT_BYTES];  /* a second pair, where one is wanted */
    char account[ASKER_SHORT_BYTES]; /* as the carrier calls it */
    struct id merchant;              /* whose parcels it is for; zero: everybody's */
    uint32_t calls, per_s;           /* 0: what the carrier's row says */
    bool subscribes;                 /* to each number, where the carrier has subscriptions */
    /* Where it is to push, and what it proves itself by there; "": as its own pages have it. */
    char hook_url[ASKER_TEXT_BYTES], hook_secret[ASKER_TEXT_BYTES];
};

struct asker_options {
    const struct asker_account *accounts; /* copied */
    size_t accounts_count;
    struct engine *engine;
    struct store_lmdb *store;
    const struct crypto *crypto;
    uint32_t connect_ms, total_ms; /* 0: 10 s and 30 s */
    uint32_t look_ms;              /* between two looks at the store; 0: 1 s */
    /* Where it notes when it last ran, so that what it missed is asked about first. NULL: it never
     * ran before, and will not be asked. */
    const char *ran_file;
    uint32_t hurry; /* every pause is so many times shorter: for demonstrations and tests; 0: 1 */
};

struct asker;
/* NULL and the sentence in why on failure. It asks nothing before asker_start. */
struct asker *asker_open(const struct asker_options *options, char why[ASKER_WHY_BYTES]);
enum error asker_start(struct asker *asker) MUST_USE;
/* Gives up what is under way, if it was started. Takes NULL. After the engine has stopped taking
 * jobs, before it is freed. */
void asker_close(struct asker *asker);

/* Somebody who proved nothing says that there is news of a number. Any thread, never waits; what
 * finds no room is left out, since the number is asked about in its turn anyway. */
void asker_hint(struct asker *asker, struct span number);
/* What changed since then is to be told once more: `carrier` and account by name. false: there is
 * no such account, or its carrier cannot do that. Any thread. */
bool asker_replay(struct asker *asker, const char *carrier, const char *account, uint64_t since_ms);

/* A carrier asks for a word before a subscription of ours holds: it is answered at all accounts of
 * it that subscribe, each at the address of its own configuration. Any thread, never waits; what
 * finds no room is left out, and the carrier asks again or the numbers are asked about. */
void asker_confirm(struct asker *asker, const struct carrier *carrier,
                   const struct handshake_words *words);

struct asker_status {
    const char *carrier, *account; /* live as long as the asker */
    uint64_t numbers;              /* asked about here */
    uint64_t late_ms;              /* so long one of them has been due */
    uint64_t asked, answered, failed, refused, not_found, trackings, hints, replayed, subscribed;
    unsigned failures;      /* in a row */
    uint64_t closed_for_ms; /* the breaker is open for so long; 0: it is closed */
    uint64_t wait_ms;       /* until the budget has a question left; 0: it has */
    bool token_wanted, token_held;
    bool replaying;
    char why[ASKER_WHY_BYTES]; /* of the last failure */
};
/* Copies what is known; returns how many. Any thread. */
size_t asker_look(struct asker *asker, struct asker_status status[ASKER_ACCOUNTS_MAX]);

#endif

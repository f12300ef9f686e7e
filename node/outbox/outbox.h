/* The outbox: calls of payment providers over libcurl, on a thread of its own (DESIGN §3, §7).
 *
 * A call that was taken ends in exactly one result, unless the outbox is stopped first. It puts at
 * most one request that pays on the wire: no redirect is followed, no connection is used twice
 * (libcurl would repeat a request by itself when a kept connection turns out to be dead), and a
 * call that had to wait too long for its turn is not sent at all. Before it may stand a request for
 * a token, and a question may take several; all of them share the time of one call. TLS is
 * verified. A result says what is known:
 * where it cannot be told whether the provider has acted it is OUTCOME_NO_WORD, and the core asks.
 * Secrets and bodies are never logged. */
#ifndef NODE_OUTBOX_OUTBOX_H
#define NODE_OUTBOX_OUTBOX_H

#include "node/core/core.h"
#include "node/proof.h"
#include "overseas-warehouse/payment/payment.h"

#define OUTBOX_CALLS_MAX        (2 * OUTBOX_MAX) /* taken and without result */
#define OUTBOX_UNDER_WAY_MAX    32
#define OUTBOX_ANSWER_BYTES_MAX (1024u * 1024)
#define OUTBOX_PROVIDERS_MAX    ACCOUNTS_MAX
#define OUTBOX_SECRET_BYTES     256
#define OUTBOX_URL_BYTES        512
#define OUTBOX_ACCOUNT_BYTES    65
#define OUTBOX_WHY_BYTES        200
#define OUTBOX_KEYS_MAX         2

/* One payment account; calls name it by its place (refund_call.account). */
struct outbox_provider {
    char name[25];                   /* as payments name it */
    char base_url[OUTBOX_URL_BYTES]; /* without a slash at its end */
    char secret[OUTBOX_SECRET_BYTES];
    char account[OUTBOX_ACCOUNT_BYTES]; /* as the provider calls it; "": it needs not be told */
    const struct payment_provider *speaks;
    const struct proof_signer *signer; /* of ACCESS_SIGNED: of the account */
    /* And what proves the answers; both are the caller's and outlive the outbox. */
    const struct proof_key *keys[OUTBOX_KEYS_MAX];
    size_t keys_count;
    bool can_query; /* false: what was lost is lost, OUTCOME_CANNOT_ASK */
};

struct outbox_result {
    struct id slot;
    enum call_kind kind;
    enum refund_outcome outcome;
    char provider_ref[PROVIDER_REF_BYTES_MAX + 1];
    char reason[REASON_BYTES_MAX + 1];
};

struct outbox_options {
    const struct outbox_provider *providers; /* copied */
    size_t providers_count;
    uint32_t connect_ms, total_ms; /* 0: 10 s and 60 s */
    void *world;
    /* On the outbox's thread. false: no room now, it comes again in a moment. */
    bool (*result)(void *world, const struct outbox_result *result);
};

struct outbox;
/* NULL and the sentence in why on failure. */
struct outbox *outbox_start(const struct outbox_options *options, char why[OUTBOX_WHY_BYTES]);
/* Any thread; copies, never waits. */
void outbox_call(struct outbox *outbox, enum call_kind kind, const struct refund_call *call);
/* Gives up what is under way, without a result: the next start asks. Takes NULL. */
void outbox_stop(struct outbox *outbox);

struct outbox_counts {
    uint64_t sent, asked, no_word, waiting;
};
struct outbox_counts outbox_counts(struct outbox *outbox);

#endif

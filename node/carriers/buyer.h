/* The buyer: calls of carriers that buy a label, look one up or take it back, on a thread of its
 * own. As the outbox is for payments (node/outbox/outbox.h): a call that was taken ends in exactly
 * one result, unless the buyer is stopped first; it puts at most one request that buys on the wire,
 * on a connection of its own; a call that waited too long for its turn is not sent. Where it cannot
 * be told whether the carrier has sold it is OUTCOME_NO_WORD, and the core decides what follows.
 *
 * A document is fetched and stored before the result is told, for links run out. What cannot be
 * fetched leaves the label without it: it was bought all the same, and a person is told. */
#ifndef NODE_CARRIERS_BUYER_H
#define NODE_CARRIERS_BUYER_H

#include "node/carriers/asker.h"
#include "overseas-warehouse/label/label.h"

#define BUYER_CALLS_MAX     (2 * OUTBOX_MAX)
#define BUYER_UNDER_WAY_MAX 16

struct buyer_options {
    const struct asker_account *accounts; /* copied; a call names its own by its place */
    size_t accounts_count;
    const struct crypto *crypto;
    uint32_t connect_ms, total_ms; /* 0: 10 s and 60 s */
    void *world;
    /* On the buyer's thread. false: no room now, it comes again in a moment. */
    bool (*result)(void *world, const struct label_result *result);
    /* Keeps a document. false: it could not. */
    bool (*store)(void *world, struct span bytes, struct hash *hash);
};

struct buyer;
/* NULL and the sentence in why on failure. */
struct buyer *buyer_start(const struct buyer_options *options, char why[ASKER_WHY_BYTES]);
/* Any thread; copies, never waits. */
void buyer_call(struct buyer *buyer, enum call_kind kind, const struct label_call *call);
/* Before the results have nobody who takes them: waits, ms at most, until all that may have been
 * sold has its result. What has not begun is not bought, and says so. Takes NULL. */
void buyer_finish(struct buyer *buyer, uint32_t ms);
/* Gives up what is under way, without a result: the next start asks. Takes NULL. */
void buyer_stop(struct buyer *buyer);

#endif

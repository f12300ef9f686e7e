/* Webhooks out: a thread that reads the books which this node leads and posts what they make to the
 * merchants' endpoints (node/hooks/README.md).
 *
 * It writes nothing by itself: what an attempt brought, and what the book is to be told, goes to
 * the engine like any other job. Secrets and bodies are never logged. */
#ifndef NODE_HOOKS_HOOKS_H
#define NODE_HOOKS_HOOKS_H

#include "node/engine.h"

#define HOOKS_WHY_BYTES   200
#define HOOKS_WAITING_MAX 32

struct hooks_options {
    const char *directory; /* of the node: its secrets are below it; lives as long as the hooks */
    struct engine *engine;
    struct store_lmdb *store;
    const struct crypto *crypto;
    bool loopback;                 /* http, and addresses of this very machine, may be called */
    uint32_t connect_ms, total_ms; /* 0: 5 s and 20 s */
    uint32_t look_ms;              /* how often the store is looked at unasked; 0: 1 s */
};

struct hooks;
/* NULL and the sentence in why on failure. */
struct hooks *hooks_start(const struct hooks_options *options, char why[HOOKS_WHY_BYTES]);
/* Gives up what is under way: it is sent again after the next start. Takes NULL. Before the engine
 * is freed, and not before it has stopped taking jobs. */
void hooks_stop(struct hooks *hooks);
/* Something was committed; any thread, never waits. */
void hooks_wake(struct hooks *hooks);

/* An endpoint that waits for a secret. */
struct hooks_waiting {
    struct id webhook, merchant;
    unsigned secrets_missing;
};
struct hooks_counts {
    uint64_t endpoints, open, under_way, waiting; /* now */
    uint64_t sent, delivered, failed, blocked, given_up;
};
/* waiting: the first of them; returns how many were put there. Any thread. */
size_t hooks_counts(struct hooks *hooks, struct hooks_counts *counts,
                    struct hooks_waiting waiting[HOOKS_WAITING_MAX]);

#endif

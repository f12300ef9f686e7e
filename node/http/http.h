/* The node's HTTP door: routes, tokens, problem reports, events, metrics.
 *
 * It turns calls into commands for the engine and rows of a snapshot into JSON; what an answer
 * promises stands in node/http/README.md and nothing is promised before the engine has committed.
 * One thread of its own; everything else is told through deliveries. */
#ifndef NODE_HTTP_HTTP_H
#define NODE_HTTP_HTTP_H

#include "carriers/carrier.h"
#include "node/blobs/keeper.h"
#include "node/engine.h"
#include "node/http/server.h"
#include "node/http/tokens.h"
#include "node/proof.h"
#include "overseas-warehouse/payment/webhook.h"

struct adapters; /* node/carriers/adapters.h */
struct asker;    /* node/carriers/asker.h */

#define HTTP_WHY_BYTES 256

/* What signs the webhooks of one carrier's account. */
struct http_secret {
    const char *carrier;
    const char *account; /* NULL: the one without a name */
    struct span secrets[CARRIER_SECRETS_MAX];
    size_t count;
};

/* What proves the webhooks of one payment account, and whose money it moves. */
struct http_inlet {
    const char *provider, *account; /* in the path; account "": the one without a name */
    const struct payment_provider *speaks;
    struct id merchant; /* zero: the mesh's only one */
    const char *named;  /* as payment_push.account wants it */
    struct span secrets[WEBHOOK_SECRETS_MAX];
    size_t secrets_count;
    struct proof_key *keys[WEBHOOK_SECRETS_MAX];
    size_t keys_count;
};

/* One more line of /metrics, counted by another shell. */
struct http_figure {
    const char *name, *type, *help; /* the name without entrepot_; counter or gauge */
    uint64_t value;
};

/* An endpoint for webhooks whose secrets this node lacks, all or some. */
struct http_hook_waiting {
    struct id webhook, merchant;
    unsigned secrets_missing;
};

/* An original that does not lie here. */
enum http_original {
    ORIGINAL_COMING,  /* it was asked for, or is under way */
    ORIGINAL_NOWHERE, /* no member that is connected has it */
    ORIGINAL_LATER    /* too many are under way */
};

struct http_options {
    const char *address; /* NULL: 127.0.0.1 */
    uint16_t port;       /* 0: the kernel chooses */
    const char *certificate, *key;
    bool trust_forwarded;
    struct server_limits limits;
    const char *tokens_file;
    const char *backup_directory; /* NULL: no backup by HTTP */
    struct keeper *keeper;        /* of photos; NULL: none are taken */
    /* Has it brought here, from any thread; NULL: nobody is asked. */
    enum http_original (*original)(void *original_world, const struct hash *hash);
    void *original_world;
    const struct adapters *adapters;   /* carriers of one's own; lives as long as the door. NULL */
    const struct http_secret *secrets; /* live as long as the door */
    size_t secrets_count;
    const struct http_inlet *inlets; /* likewise */
    size_t inlets_count;
    unsigned comment_ms; /* a sign of life in event streams; 0: 15 s */
    /* Tells them one by one, on the door's thread; NULL: there are none. */
    void (*figures)(void *figures_world, void *world,
                    void (*each)(void *world, const struct http_figure *figure));
    void *figures_world;
    struct asker *asker; /* of carriers; NULL: none is asked */
    /* Likewise; NULL: there are none. */
    void (*hooks)(void *hooks_world, void *world,
                  void (*each)(void *world, const struct http_hook_waiting *waiting));
    void *hooks_world;
};

struct http;
/* Everything handed in outlives the door. NULL and the sentence in why on failure. */
struct http *http_open(const struct http_options *options, struct engine *engine,
                       struct store_lmdb *store, const struct crypto *crypto,
                       char why[HTTP_WHY_BYTES]);
uint16_t http_port(const struct http *http);
enum error http_start(struct http *http) MUST_USE;
/* Waits for the answers that are owed: the engine runs on until this returns. */
void http_stop(struct http *http);
void http_free(struct http *http); /* takes NULL */
/* For engine_port.feed, with the door as its world: from any thread. */
void http_feed(void *http, uint64_t next_number);

#endif

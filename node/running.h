/* A node that runs: everything that `entrepot node` starts, in order, and stops in the other order.
 *
 *     log, adapters, keys, store (flock), identity (guard), engine opened, outbox, mesh (proof,
 *     bind), http (bind), engine started, webhooks out, http started, DIR/run/ports
 *
 * Nothing answers before the engine runs, and nothing is promised after it stopped. */
#ifndef NODE_RUNNING_H
#define NODE_RUNNING_H

#include "node/carriers/adapters.h"
#include "node/carriers/asker.h"
#include "node/config.h"
#include "node/hooks/hooks.h"
#include "node/http/http.h"
#include "node/identity.h"
#include "node/labels.h"
#include "node/links.h"
#include "node/outbox/outbox.h"
#include "node/ports.h"

#define RUNNING_WHY_BYTES 900

struct running {
    const struct config *config;
    const char *directory;
    struct adapters *adapters; /* carriers of one's own */
    struct keys *keys;
    struct store_lmdb *store;
    struct identity identity;
    struct accounts accounts;
    struct label_accounts label_accounts;
    struct labels labels;
    struct engine *engine;
    struct outbox *outbox;
    struct hooks *hooks;
    struct asker *asker;   /* of carriers; NULL: none is to be asked */
    struct keeper *keeper; /* of photos */
    struct originals *originals;
    struct links links;
    struct http *http;
    struct ports ports;
    char secrets[CONFIG_CARRIERS_MAX][CONFIG_SECRETS_MAX][CARRIER_SECRET_BYTES_MAX + 1];
    struct http_secret http_secrets[CONFIG_CARRIERS_MAX];
    struct http_inlet inlets[CONFIG_PROVIDERS_MAX];
    size_t inlets_count;
    /* Of accounts that sign their requests: by which key, and what proves the answers. */
    struct proof_signer *signers[CONFIG_PROVIDERS_MAX];
    struct proof_key *answer_keys[CONFIG_PROVIDERS_MAX][OUTBOX_KEYS_MAX];
    char inlet_secrets[CONFIG_PROVIDERS_MAX][WEBHOOK_SECRETS_MAX][CARRIER_SECRET_BYTES_MAX + 1];
    bool engine_started, http_started;
};

/* On an error everything that was started has been stopped. *running is large: not for a stack. */
enum error running_start(struct running *running, const struct config *config,
                         const char *directory, char why[RUNNING_WHY_BYTES]) MUST_USE;
void running_stop(struct running *running);

#endif

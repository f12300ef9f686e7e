/* What goes between the engine, the buyer of labels and the keeper of files. */
#ifndef NODE_LABELS_H
#define NODE_LABELS_H

#include "node/blobs/keeper.h"
#include "node/carriers/accounts.h"
#include "node/carriers/buyer.h"
#include "node/engine.h"

struct labels {
    struct engine *engine;
    struct keeper *keeper;
    const struct crypto *crypto;
    struct buyer *buyer; /* NULL: no account sells any */
};

/* engine, keeper and crypto are filled in. OK also when there is nothing to start. */
enum error labels_start(struct labels *labels, const struct config *config,
                        struct config_fault *fault) MUST_USE;
/* For engine_port.buy, with the labels as its world. */
void labels_buy(void *labels, enum call_kind kind, const struct label_call *call);
/* While the engine still runs: what was just sold is told to it, in a few seconds or not at all. */
void labels_finish(struct labels *labels);
/* After the engine has stopped, before it and the keeper are freed. */
void labels_stop(struct labels *labels);

#endif

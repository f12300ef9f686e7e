/* The carriers that this process knows: those of the program, and those whose adapter is a file
 * (carriers/declared.h), which are loaded once, checked wholly, and live as long as this. It is
 * owned by whoever runs the node and passed where carriers are looked up; NULL is a node that has
 * none of its own. Nothing in it changes after it was opened, so any thread may look. */
#ifndef NODE_CARRIERS_ADAPTERS_H
#define NODE_CARRIERS_ADAPTERS_H

#include "carriers/carrier.h"
#include "node/config.h"

/* One file. NULL and "PATH:LINE:COLUMN: ..." in *fault when it is none. Free with adapter_free,
 * which takes NULL. */
struct adapter;
struct adapter *adapter_read(const char *path, struct config_fault *fault);
void adapter_free(struct adapter *adapter);
const struct carrier *adapter_carrier(const struct adapter *adapter);

struct adapters;
/* Loads the files that the configuration names, and looks whether they can what their sections ask
 * of them. ERROR_CONFIG; ERROR_FULL. Free with adapters_free, which takes NULL. */
enum error adapters_open(const struct config *config, struct adapters **adapters,
                         struct config_fault *fault) MUST_USE;
void adapters_free(struct adapters *adapters);
/* Lives as long as adapters; NULL when there is none of that name. */
const struct carrier *adapters_find(const struct adapters *adapters, struct span name);

#endif

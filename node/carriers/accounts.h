/* The accounts at carriers that the configuration names, as the asker takes them. */
#ifndef NODE_CARRIERS_ACCOUNTS_H
#define NODE_CARRIERS_ACCOUNTS_H

#include "node/carriers/adapters.h"
#include "node/carriers/asker.h"
#include "node/config.h"
#include "overseas-warehouse/label/label.h"

/* Those that are asked about parcels; reads their keys. ERROR_CONFIG with the sentence in fault. */
enum error accounts_read(const struct config *config, const struct adapters *adapters,
                         struct asker_account accounts[ASKER_ACCOUNTS_MAX], size_t *count,
                         struct config_fault *fault) MUST_USE;

/* Those by which labels are bought: what the core knows of them, without a key; and the same with
 * their keys, in the same order. */
void accounts_labels(const struct config *config, struct label_accounts *labels);
enum error accounts_sellers(const struct config *config,
                            struct asker_account accounts[ASKER_ACCOUNTS_MAX], size_t *count,
                            struct config_fault *fault) MUST_USE;

#endif

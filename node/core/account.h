/* The payment accounts of a site: which of them a refund leaves from.
 *
 * An account moves one merchant's money and nobody else's: it is chosen by the merchant of the
 * refund, whatever the order says of payments, so an order that names another merchant's payment is
 * tried at its own merchant's account, where no such payment is. A refund whose merchant has no
 * account here waits: it is neither sent nor given up. */
#ifndef NODE_CORE_ACCOUNT_H
#define NODE_CORE_ACCOUNT_H

#include "overseas-warehouse/business.h"

#define ACCOUNTS_MAX      32
#define UNSERVED_MAX      8
#define UNSERVED_SCAN_MAX 1024

struct account {
    char provider[25];  /* as payments name it */
    struct id merchant; /* zero: the mesh's only merchant, while there is no second one */
    /* Blind sends at most so long after the intent, by how long this provider remembers keys; 0: as
     * core_self says for all. */
    uint64_t send_window_ms;
    /* What became of a refund comes by webhook only: once it was received, nobody asks. */
    bool tells;
};
/* Fixed for a process run; at most one account for each provider and merchant. */
struct accounts {
    struct account at[ACCOUNTS_MAX];
    uint32_t count;
};

/* Refunds that wait for an account: what a person must add to the configuration. */
struct unserved {
    struct id merchant;
    char provider[25];
    uint32_t refunds;
};

/* The account by which this call leaves, its place in accounts->at; false: there is none. */
bool account_find(const struct rows *rows, const struct accounts *accounts,
                  const struct refund_call *call, uint32_t *account);
/* Adds a refund that waits; returns whether its merchant and provider are new to the list. What
 * finds no place in it is counted nowhere. */
bool unserved_add(struct unserved list[UNSERVED_MAX], uint32_t *count,
                  const struct refund_call *call);

#endif

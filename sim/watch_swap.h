/* What is looked at of exchanges (换货): nothing leaves without its book's leave, nobody gets the
 * thing and the money, and what is called off is kept nowhere. */
#ifndef SIM_WATCH_SWAP_H
#define SIM_WATCH_SWAP_H

#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_swap(struct host *host, const struct event_header *header, struct span payload);
/* What a thing that went before its unit came is worth at most: what of a line may be charged. */
int64_t swap_lent(const struct rows *views, const struct id *return_id, uint64_t line);
/* Everybody holds the same and owes nothing. */
void swap_check(struct world *world, struct host *host);

#endif

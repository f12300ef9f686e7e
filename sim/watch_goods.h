/* What is looked at on the spot of the business: when an entry has been folded at a host, its rows
 * must still add up, judged by what the clients know that they did. */
#ifndef SIM_WATCH_GOODS_H
#define SIM_WATCH_GOODS_H

#include "sim/world.h"

/* Within the host's begin_read; the entry is folded there. */
void watch_goods(struct host *host, const struct event_header *header, struct span payload);

#endif

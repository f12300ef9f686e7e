/* What is looked at on the spot of promises and sums, entry by entry: grants and what they pay,
 * goodwill, amendments, what others refunded, which policy looked at a return, and links. */
#ifndef SIM_WATCH_MONEY_H
#define SIM_WATCH_MONEY_H

#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_money(struct host *host, const struct event_header *header, struct span payload);

#endif

/* Deadlines, on the spot: silence acts once at each, and what cannot be undone only when no answer
 * that was given in time stands in any log. At the end none is left over that nobody waits for. */
#ifndef SIM_WATCH_TIME_H
#define SIM_WATCH_TIME_H

#include "node/core/log.h"
#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_time(struct host *host, const struct event_header *header, struct span payload);
/* Within the host's reading, when the faults are over: what should have fired there, and has not;
 * lost is one that a record bears, left one that stands among the deadlines. */
void watch_time_lost(struct world *world, struct host *host, const struct due *due);
void watch_time_left(struct world *world, struct host *host);

#endif

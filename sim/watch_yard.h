/* What is looked at on the spot of batches, repairs and charges: a unit is on one batch, a closed
 * batch stands, its money is split to the last cent; nothing is spent on a unit that its merchant
 * did not consent to, and nothing else done with it meanwhile; what was done costs what it cost
 * then. */
#ifndef SIM_WATCH_YARD_H
#define SIM_WATCH_YARD_H

#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_yard(struct host *host, const struct event_header *header, struct span payload);

#endif

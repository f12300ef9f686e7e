/* What is looked at on the spot of each unit that a book pays for: what the buyer gets and what is
 * kept as a fee are together what it was sold for; and the tax in what is refunded of a line is, so
 * far, what the line's tax makes of it. */
#ifndef SIM_WATCH_WORTH_H
#define SIM_WATCH_WORTH_H

#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_worth(struct host *host, const struct event_header *header, struct span payload);

#endif

/* What must add up when the faults are over: a reference of a shop has begun one return, a group
 * all of its returns or none, lines are asked for and refunded within what was sold, what has a due
 * time stands among the deadlines, and nobody was granted what is another merchant's. */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include "sim/world.h"

/* Looks at one host's views, within a read transaction. */
void tally_check(struct world *world, struct host *host);

#endif

/* The last check of a seed: what a host shows is what its logs say (verify), and folding the same
 * logs in another order gives the same rows (law 3). */
#ifndef SIM_REFOLD_H
#define SIM_REFOLD_H

#include "sim/world.h"

/* Within a reading of the host's store. */
void refold_check(struct world *world, struct host *host);

#endif

/* I4: units are conserved. A unit is in one place: each hop has one writer and begins where the one
 * before it was shipped to, or where a lost store is succeeded; and what was restocked stands in
 * the stock of that place, once. */
#ifndef SIM_CUSTODY_H
#define SIM_CUSTODY_H

#include "sim/world.h"

/* Looks at all units and stocks of one host's views, within a read transaction. */
void custody_check(struct world *world, struct host *host);

#endif

/* What the entries of all logs say of goods, counted again without the views that the nodes keep:
 * what was received is on a shelf, gone, on the floor or on its way; what lies in which account;
 * and what was charged for what was done. Where a store was lost, put back or cloned, only what
 * every log says by itself is held against the views. */
#ifndef SIM_LEDGER_H
#define SIM_LEDGER_H

#include "sim/world.h"

/* Of what the host holds; within a reading of its store. */
void ledger_check(struct world *world, struct host *host);

#endif

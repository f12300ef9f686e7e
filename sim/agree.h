/* Who must hold the same, and who is excused: a log of which two branches were met is quarantined
 * and differs from node to node, and so does what depends on its entries. Nothing else may. */
#ifndef SIM_AGREE_H
#define SIM_AGREE_H

#include "sim/world.h"

/* Equal vectors: the same logs, ends, hashes and commitments. */
bool agree_same(const struct host *a, const struct host *b);
/* Equal, but for what a fork keeps apart. NULL: they agree; else what differs. */
const char *agree_about(struct host *a, struct host *b);
/* F17, F18: a store that was put back or cloned, and that others have found out, has stopped and
 * said so; whoever goes on is on the branch that the others hold, and at its end. */
void agree_check_doubtful(struct world *world);

#endif

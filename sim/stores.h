/* Stores that are not what they were: lost with their disk (F16), an old copy put back (F17), one
 * copied while it goes on (F18). One such thing happens in half of the seeds, once, and never to
 * the founder. With one voter none of them can be prevented from doing harm; they must be found. */
#ifndef SIM_STORES_H
#define SIM_STORES_H

#include "sim/world.h"

/* Each plans or does its thing, or nothing when it happened before. */
void stores_lose(struct world *world);
void stores_put_back(struct world *world);
void stores_clone(struct world *world);

/* Was this host's store lost, put back or cloned, so that what it did before may be gone? */
bool store_is_other(const struct host *host);
/* Is any? */
bool stores_are_other(const struct world *world);

#endif

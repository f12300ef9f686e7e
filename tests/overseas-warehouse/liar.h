/* A member that lies: entries of a history with a field or two changed, each within the limits of
 * its record, written into logs that may bear such entries. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LIAR_H
#define TESTS_OVERSEAS_WAREHOUSE_LIAR_H

#include "tests/overseas-warehouse/world.h"

/* Appends that many lies, one by one; each is folded at its writer, which must not fail. */
void liar_tell(struct world *world, unsigned lies);

#endif

/* What tests of inspections begin with: a shoe of Mei's that came back to Los Angeles. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_INSPECTION_SCENE_H
#define TESTS_OVERSEAS_WAREHOUSE_INSPECTION_SCENE_H

#include "tests/overseas-warehouse/world.h"

/* The unit that came in the box. */
struct id scene_unit_of(struct world *world, const struct id *box);
enum error scene_act(struct world *world, enum command_kind kind, struct unit_act how);
/* Received, and its merchant is known; number: of its parcel, and of its order. */
struct id scene_received(struct world *world, const char *number);
/* Graded like new, and to go back into stock. */
struct id scene_disposed(struct world *world, const char *number);

#endif

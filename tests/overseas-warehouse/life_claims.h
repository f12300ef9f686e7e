/* The part of the random life that claims against carriers and warehouses are: opened, pursued,
 * left to silence; and what must hold of them at any time. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LIFE_CLAIMS_H
#define TESTS_OVERSEAS_WAREHOUSE_LIFE_CLAIMS_H

#include "tests/overseas-warehouse/life_turns.h"

/* The first 16 bytes of the key of some row; false: the table is empty there. */
bool life_row(struct world *world, enum node_name at, enum view_table table, struct id *id);

void life_open_claim(struct world *world);
/* What comes next of some claim. */
void life_move_claim(struct world *world);
/* Either, as a turn of a short life. */
void life_claim(struct life *life);
/* Aborts where something does not hold. */
void life_audit_claims(const struct desk *desk);

#endif

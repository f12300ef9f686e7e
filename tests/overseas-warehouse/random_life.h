/* A random life for the world: orders, returns, boxes in the wrong order, twice and at the wrong
 * place, grades, hops, carriers that repeat themselves, providers without a word, merchants who
 * change their mind, days that pass; each step at a node that may not have heard of the last one.
 * After every step the books are audited: no money, no quantity and no unit too much. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_RANDOM_LIFE_H
#define TESTS_OVERSEAS_WAREHOUSE_RANDOM_LIFE_H

#include "tests/overseas-warehouse/world.h"

struct life_counts {
    uint64_t steps, entries, refused;
    uint64_t applied[TABLE_COUNT][RULES_PER_TABLE_MAX];
};

void life_run(struct world *world, unsigned steps, struct life_counts *counts);
/* Ends the program, naming the seed's audit that failed. */
void life_audit(struct world *world);
/* The same, when everything was delivered and worked off and a piece of work has no reason to wait.
 */
void life_audit_work(struct world *world);
/* One step of it (random_tellings.c). */
void life_tell_provider(struct world *world, enum node_name at);
void life_print(const struct life_counts *counts);

#endif

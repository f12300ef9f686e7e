/* Short lives: in each one an order or two, a few returns and whatever can happen to them, in a
 * world of its own that follows from a seed. What is asked is mostly what the rule tables allow
 * whoever asks in the state at hand, and now and then anything of anybody; so much is accepted,
 * much is refused, and every row of every table is taken often.
 *
 * What is refused must leave no row otherwise and no entry; each command of each life is held to
 * it, and the books are audited when it ends. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LIVES_H
#define TESTS_OVERSEAS_WAREHOUSE_LIVES_H

#include "overseas-warehouse/rules.h"

struct lives_counts {
    uint64_t lives, asked, accepted, entries;
    uint64_t applied[TABLE_COUNT][RULES_PER_TABLE_MAX]; /* rows taken */
};

/* Adds to the counts. Ends the program, naming the life's seed, where something does not hold. */
void lives_run(uint64_t first_seed, uint64_t lives, struct lives_counts *counts);
void lives_add(struct lives_counts *sum, const struct lives_counts *counts);
void lives_print(const struct lives_counts *counts);
/* Was every row of every table taken, and every end state reached, so often? Prints what was not.
 */
bool lives_are_full(const struct lives_counts *counts, uint64_t times);

#endif

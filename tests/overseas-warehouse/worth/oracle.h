/* The proposal once more, by brute force and by other means: every set of things that a row may
 * name is tried from the nearest on. It shares no code with the one that it judges. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_WORTH_ORACLE_H
#define TESTS_OVERSEAS_WAREHOUSE_WORTH_ORACLE_H

#include "overseas-warehouse/worth/worth.h"

struct oracle_way {
    unsigned disposition;
    __extension__ __int128 figures[7]; /* by cost kind, from 1 */
    __extension__ __int128 net;
    bool unsellable, held, noticed, unknown, leave;
};
/* Returns how many ways there are, the best first. */
unsigned oracle_propose(const struct worth_facts *facts, const struct cost_table *table,
                        struct oracle_way ways[16]);

#endif

/* One seed: a world is made from it, faults and clients have their seven days, then calm, then the
 * oracle looks at everything. */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include "sim/marks.h"
#include "sim/oracle.h"

struct run {
    uint64_t seed;
    char violation[ORACLE_TEXT_BYTES]; /* empty: none */
    struct hash trace;
    struct counts counts;
    uint64_t hosts, wishes, events, turns, checks, virtual_us;
};

/* trace_path: a line for each thing that happened; NULL: none. */
void run_seed(uint64_t seed, const char *trace_path, struct run *run);
/* The same in a process of its own, at most `jobs` at once: a failed assert is a violation like any
 * other. `done` is called for each seed, in the order in which they end; false ends the set. */
void run_set(uint64_t from, uint64_t seeds, unsigned jobs, const char *trace_path,
             bool (*done)(void *world, const struct run *run), void *world);

#endif

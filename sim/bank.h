/* The bug bank in one command: every planted fault is looked for, seed after seed, until the first
 * violation, and the seeds that found one are run again without it: they must be sound, or it was
 * not the planted fault that was found. */
#ifndef SIM_BANK_H
#define SIM_BANK_H

#include <stdbool.h>
#include <stdint.h>

/* Prints a table: fault, seed, the invariant that was broken. false: a fault was found in none of
 * the seeds, or a seed is unsound by itself, or no fault can be planted in this build. */
bool bank_run(uint64_t from, uint64_t seeds, unsigned jobs);

#endif

/* The arithmetic of figures, in integers alone: spells of time in a histogram of fixed size, shares
 * in thousandths, and the interval within which a share lies for all that its counts can tell.
 * Nothing here knows what is counted. */
#ifndef OVERSEAS_WAREHOUSE_FIGURES_H
#define OVERSEAS_WAREHOUSE_FIGURES_H

#include "proto/span.h"

/* Slots are one second wide up to 32 s, and from there on a 32nd of the power of two that they are
 * in: a spell that is read from one lies within a 64th, 1.6 %, of what was put there. */
#define SPELL_FINE       32u
#define SPELL_OCTAVES    28u /* above the first 32 s, to 2^32 s */
#define SPELL_SLOTS      (SPELL_FINE + (SPELL_OCTAVES - 1) * SPELL_FINE)
#define SPELL_MAX_S      UINT32_MAX
#define SHARE_WHOLE      1000u
#define SHARE_COUNTS_MAX 1000000000u

struct spells {
    uint64_t count, sum_s, max_s;
    uint32_t at[SPELL_SLOTS];
};
void spells_add(struct spells *spells, uint64_t ms);
/* The spell that so many thousandths of them do not outlast, in seconds; 0 where there are none. */
uint64_t spells_part(const struct spells *spells, unsigned permille);
uint64_t spells_mean(const struct spells *spells);

/* Thousandths, rounded down; 0 of nothing. May exceed 1000 where part > whole. */
uint64_t share_of(uint64_t part, uint64_t whole);

/* Wilson's score interval at 95 % of part out of whole, in thousandths and never narrower than it
 * is: low is rounded down and high up. Of nothing it is everything. part <= whole. */
struct interval {
    uint64_t low, high;
};
struct interval share_interval(uint64_t part, uint64_t whole);

/* A sum that stays at its end rather than overflow. */
void sum_add(int64_t *sum, int64_t minor);

#endif

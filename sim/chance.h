/* Chance from a seed: xoshiro256** seeded by splitmix64 (Blackman, Vigna). One stream for each
 * purpose, so that drawing more for one thing does not shift the others. */
#ifndef SIM_CHANCE_H
#define SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state[4];
};

/* Streams with the same seed and another purpose are independent. */
struct chance chance_of(uint64_t seed, uint64_t purpose);
uint64_t chance_next(struct chance *chance);
/* 0 .. bound - 1, without bias; bound >= 1. */
uint64_t chance_below(struct chance *chance, uint64_t bound);
/* low .. high, both included. */
uint64_t chance_between(struct chance *chance, uint64_t low, uint64_t high);
/* true in `parts` of a million cases. */
bool chance_hit(struct chance *chance, uint32_t parts_per_million);
/* A waiting time with this mean: geometric over microseconds, by inversion of a table-free integer
 * approximation (sum of halvings); at most 16 times the mean. */
uint64_t chance_wait_us(struct chance *chance, uint64_t mean_us);
void chance_fill(struct chance *chance, uint8_t *bytes, size_t size);

#endif

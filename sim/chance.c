#include "sim/chance.h"

#include <assert.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct chance chance_of(uint64_t seed, uint64_t purpose)
{
    struct chance chance;
    uint64_t state = seed ^ purpose * 0xd1342543de82ef95u;
    for (unsigned i = 0; i < 4; i++) chance.state[i] = splitmix(&state);
    return chance;
}

static uint64_t rotate(uint64_t x, unsigned k)
{
    return x << k | x >> (64 - k);
}

uint64_t chance_next(struct chance *chance)
{
    uint64_t *s = chance->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t chance_below(struct chance *chance, uint64_t bound)
{
    assert(bound > 0);
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound, drawn;
    do drawn = chance_next(chance);
    while (drawn >= limit);
    return drawn % bound;
}

uint64_t chance_between(struct chance *chance, uint64_t low, uint64_t high)
{
    assert(low <= high);
    return low + chance_below(chance, high - low + 1);
}

bool chance_hit(struct chance *chance, uint32_t parts_per_million)
{
    return chance_below(chance, 1000000) < parts_per_million;
}

/* Each further half of the mean's scale comes with probability one half: the tail of a geometric
 * law, without a logarithm, so that it is the same on every machine. */
uint64_t chance_wait_us(struct chance *chance, uint64_t mean_us)
{
    uint64_t scale = mean_us - mean_us / 4, wait = chance_below(chance, scale + 1);
    for (unsigned i = 0; i < 20 && (chance_next(chance) & 1) != 0; i++)
        wait += chance_between(chance, 0, scale);
    return wait;
}

void chance_fill(struct chance *chance, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(chance_next(chance) >> 56);
}

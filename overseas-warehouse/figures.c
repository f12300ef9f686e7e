#include "overseas-warehouse/figures.h"

#include <assert.h>

/* --- spells ----------------------------------------------------------------------------------- */

#define FINE_BITS 5 /* 2^5 slots to a power of two */

static unsigned octave_of(uint64_t seconds)
{
    unsigned octave = FINE_BITS;
    while (seconds >> (octave + 1) != 0) octave++;
    return octave;
}

static unsigned slot_of(uint64_t seconds)
{
    if (seconds < SPELL_FINE) return (unsigned)seconds;
    unsigned octave = octave_of(seconds);
    unsigned fine = (unsigned)(seconds >> (octave - FINE_BITS)) & (SPELL_FINE - 1);
    return SPELL_FINE + (octave - FINE_BITS) * SPELL_FINE + fine;
}

/* The middle of a slot. */
static uint64_t middle_of(unsigned slot)
{
    if (slot < SPELL_FINE) return slot;
    unsigned shift = (slot - SPELL_FINE) / SPELL_FINE;
    uint64_t low = (uint64_t)(SPELL_FINE + slot % SPELL_FINE) << shift;
    return low + ((uint64_t)1 << shift) / 2;
}

void spells_add(struct spells *spells, uint64_t ms)
{
    uint64_t seconds = ms / 1000;
    if (seconds > SPELL_MAX_S) seconds = SPELL_MAX_S;
    spells->count++;
    spells->sum_s += seconds;
    if (seconds > spells->max_s) spells->max_s = seconds;
    unsigned slot = slot_of(seconds);
    assert(slot < SPELL_SLOTS);
    if (spells->at[slot] < UINT32_MAX) spells->at[slot]++;
}

uint64_t spells_part(const struct spells *spells, unsigned permille)
{
    uint64_t wanted = (spells->count * permille + SHARE_WHOLE - 1) / SHARE_WHOLE, passed = 0;
    if (spells->count == 0) return 0;
    for (unsigned slot = 0; slot < SPELL_SLOTS; slot++) {
        passed += spells->at[slot];
        if (passed < wanted || passed == 0) continue;
        uint64_t middle = middle_of(slot);
        return middle < spells->max_s ? middle : spells->max_s;
    }
    return spells->max_s;
}

uint64_t spells_mean(const struct spells *spells)
{
    return spells->count == 0 ? 0 : spells->sum_s / spells->count;
}

/* --- shares ----------------------------------------------------------------------------------- */

uint64_t share_of(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : part * SHARE_WHOLE / whole;
}

/* The smallest number whose square is not below it: a bound that is too wide deceives nobody. */
static uint64_t root_up(uint64_t square)
{
    uint64_t low = 0, high = 1;
    while (high * high < square) high *= 2;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (middle * middle < square)
            low = middle;
        else
            high = middle;
    }
    return square == 0 ? 0 : high;
}

/* E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927, with
 * z = 1.96. All is multiplied by 2 * 10^4, so that z^2 = 3.8416 is a whole number:
 *
 *     (k + z^2/2 -+ z * sqrt(k (n - k) / n + z^2/4)) / (n + z^2)
 */
#define Z_SQUARED 38416u /* in ten-thousandths */
#define SCALE     10000u

struct interval share_interval(uint64_t part, uint64_t whole)
{
    assert(part <= whole);
    if (whole == 0) return (struct interval){0, SHARE_WHOLE};
    while (whole > SHARE_COUNTS_MAX) { /* what is left out is below a billionth */
        whole /= 2;
        part /= 2;
    }
    const uint64_t under = 4ull * SCALE * Z_SQUARED;
    uint64_t spread = part * (whole - part);
    uint64_t square = spread / whole * under + (spread % whole * under + whole - 1) / whole +
                      (uint64_t)Z_SQUARED * Z_SQUARED;
    uint64_t middle = 2ull * SCALE * part + Z_SQUARED, half = root_up(square);
    uint64_t over = 2ull * SCALE * whole + 2ull * Z_SQUARED;
    uint64_t low = middle > half ? (middle - half) * SHARE_WHOLE / over : 0;
    uint64_t high = ((middle + half) * SHARE_WHOLE + over - 1) / over;
    return (struct interval){low, high < SHARE_WHOLE ? high : SHARE_WHOLE};
}

/* --- sums ------------------------------------------------------------------------------------- */

void sum_add(int64_t *sum, int64_t minor)
{
    if (minor > 0 && *sum > INT64_MAX - minor)
        *sum = INT64_MAX;
    else if (minor < 0 && *sum < INT64_MIN - minor)
        *sum = INT64_MIN;
    else
        *sum += minor;
}

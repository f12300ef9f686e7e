/* Claims against carriers and warehouses of a period, for whoever sums them up: a claim belongs to
 * the day on which it was opened, for ever, and what was paid since counts too. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"

#define TIME_BYTES    8
#define ID_TIME_BYTES 6 /* an id begins with the milliseconds of its birth */

/* Of one merchant: its index by the day of opening. Of all: the claims themselves, whose ids are of
 * the moment in which they were opened. */
static struct walk begin_walk(const struct cohort *cohort)
{
    struct key none = {.size = 0};
    bool all = id_is_zero(&cohort->merchant);
    struct key prefix = all ? none : key_of(&cohort->merchant);
    struct walk walk = walk_over(&prefix);
    walk.at = key_add_uint(prefix, cohort->from_ms, all ? ID_TIME_BYTES : TIME_BYTES);
    walk.begun = true;
    return walk;
}

void claims_walk(const struct rows *rows, const struct cohort *cohort,
                 void (*take)(void *world, const struct compensation_row *row), void *world)
{
    bool all = id_is_zero(&cohort->merchant);
    struct walk walk = begin_walk(cohort);
    struct row found;
    for (unsigned i = 0; i < NUMBERS_CLAIMS_MAX; i++) {
        struct id claim;
        struct compensation_row row;
        if (!walk_next(rows, all ? VIEW_COMPENSATION : VIEW_COMPENSATION_BY_MERCHANT, &walk,
                       &found))
            return;
        memcpy(claim.bytes, walk.at.bytes + (all ? 0 : ID_BYTES + TIME_BYTES), ID_BYTES);
        if (!compensation_load(rows, &claim, &row)) continue;
        if (row.opened_ms >= cohort->to_ms) return;
        take(world, &row);
    }
}

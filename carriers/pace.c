#include "carriers/pace.h"

#include <assert.h>

#define MINUTE_MS UINT64_C(60000)
#define DAY_MS    (24 * 60 * MINUTE_MS)
#define BIT(name) (1u << TRACK_##name)
#define NOTHING   1u /* nothing was heard */
#define HOUR      60u
#define ALWAYS    UINT16_MAX

#define BACKOFF_FIRST_MS      (30 * UINT64_C(1000))
#define BACKOFF_DOUBLINGS_MAX 12u

/* clang-format off */
const struct pace_row pace_rows[] = {
    /* Announced: most numbers are made days before the buyer walks to the post office. */
    {NOTHING | BIT(NOT_FOUND) | BIT(PRE_TRANSIT) | BIT(UNKNOWN), 7, 6 * HOUR},
    {NOTHING | BIT(NOT_FOUND) | BIT(PRE_TRANSIT) | BIT(UNKNOWN), 21, 12 * HOUR},
    {NOTHING | BIT(NOT_FOUND) | BIT(PRE_TRANSIT) | BIT(UNKNOWN), 60, 24 * HOUR},
    {NOTHING | BIT(NOT_FOUND) | BIT(PRE_TRANSIT) | BIT(UNKNOWN), ALWAYS, 0},
    /* Under way. */
    {BIT(IN_TRANSIT) | BIT(RETURNING), 4, 4 * HOUR},
    {BIT(IN_TRANSIT) | BIT(RETURNING), 14, 8 * HOUR},
    {BIT(IN_TRANSIT) | BIT(RETURNING), 120, 24 * HOUR},
    {BIT(IN_TRANSIT) | BIT(RETURNING), ALWAYS, 0},
    /* About to arrive: a dock waits for it. */
    {BIT(OUT_FOR_DELIVERY), 2, 1 * HOUR},
    {BIT(OUT_FOR_DELIVERY), 120, 12 * HOUR},
    {BIT(OUT_FOR_DELIVERY), ALWAYS, 0},
    /* Somebody must act; customs and counters have office hours. */
    {BIT(AVAILABLE_FOR_PICKUP) | BIT(DELIVERY_ATTEMPT) | BIT(EXCEPTION), 10, 6 * HOUR},
    {BIT(AVAILABLE_FOR_PICKUP) | BIT(DELIVERY_ATTEMPT) | BIT(EXCEPTION), 120, 24 * HOUR},
    {BIT(AVAILABLE_FOR_PICKUP) | BIT(DELIVERY_ATTEMPT) | BIT(EXCEPTION), ALWAYS, 0},
    /* Delivered is not the end: wrong addresses are found out, and parcels turn round. */
    {BIT(DELIVERED), 7, 24 * HOUR},
    {BIT(DELIVERED), 45, 72 * HOUR},
    {BIT(DELIVERED), ALWAYS, 0},
    /* What holds against later scans is looked at a few times more, for a person's eyes. */
    {BIT(RETURNED) | BIT(LOST) | BIT(CANCELLED), 14, 48 * HOUR},
    {BIT(RETURNED) | BIT(LOST) | BIT(CANCELLED), ALWAYS, 0},
    {BIT(EXPIRED), ALWAYS, 0},
};
/* clang-format on */
const size_t pace_rows_count = sizeof pace_rows / sizeof pace_rows[0];

uint64_t pace_interval_ms(const struct pace_case *it)
{
    uint64_t days = it->now_ms > it->since_ms ? (it->now_ms - it->since_ms) / DAY_MS : 0;
    if (it->carrier_days != 0 && days >= it->carrier_days) return 0;
    for (size_t i = 0; i < pace_rows_count; i++) {
        const struct pace_row *row = &pace_rows[i];
        if ((row->statuses >> it->status & 1) == 0) continue;
        if (row->days != ALWAYS && days >= row->days) continue;
        /* A carrier that did not know it several times is asked less often, up to eight times. */
        unsigned slower = it->misses / 4 > 3 ? 3 : it->misses / 4;
        return (uint64_t)row->minutes * MINUTE_MS << slower;
    }
    return 0;
}

uint64_t pace_first_ms(uint64_t interval_ms, uint64_t down_ms, uint64_t chance)
{
    return interval_ms == 0 ? UINT64_MAX : down_ms + chance % interval_ms;
}

uint64_t pace_backoff_ms(unsigned failures, uint64_t asked_ms, uint64_t chance)
{
    unsigned doublings = failures > 0 ? failures - 1 : 0;
    if (doublings > BACKOFF_DOUBLINGS_MAX) doublings = BACKOFF_DOUBLINGS_MAX;
    uint64_t wait = BACKOFF_FIRST_MS << doublings;
    wait += chance % (wait / 2 + 1);
    if (wait > PACE_BACKOFF_MAX_MS) wait = PACE_BACKOFF_MAX_MS;
    return asked_ms > wait ? asked_ms : wait;
}

/* --- the breaker ------------------------------------------------------------------------------ */

bool breaker_lets(struct breaker *breaker, uint64_t now_ms)
{
    if (breaker->open_until_ms == 0) return true;
    if (breaker->trying || now_ms < breaker->open_until_ms) return false;
    breaker->trying = true;
    return true;
}

void breaker_heard(struct breaker *breaker)
{
    *breaker = (struct breaker){0};
}

void breaker_failed(struct breaker *breaker, uint64_t now_ms, uint64_t asked_ms, uint64_t chance)
{
    breaker->failures++;
    breaker->trying = false;
    if (breaker->failures < BREAKER_FAILURES && asked_ms == 0) return;
    unsigned beyond =
        breaker->failures < BREAKER_FAILURES ? 0 : breaker->failures - BREAKER_FAILURES + 1;
    breaker->open_until_ms =
        now_ms + (beyond == 0 ? asked_ms : pace_backoff_ms(beyond, asked_ms, chance));
}

/* --- the budget ------------------------------------------------------------------------------- */

static uint64_t one_of(const struct budget *budget)
{
    return (uint64_t)budget->per_s * 1000;
}

static uint64_t full_of(const struct budget *budget)
{
    return one_of(budget) * budget->calls;
}

/* Hints leave so much alone. */
static uint64_t kept_of(const struct budget *budget, bool hint)
{
    return hint ? full_of(budget) - full_of(budget) / BUDGET_HINT_PART : 0;
}

static uint64_t left_at(const struct budget *budget, uint64_t now_ms)
{
    uint64_t gone = now_ms > budget->at_ms ? now_ms - budget->at_ms : 0;
    uint64_t full = full_of(budget);
    if (gone > one_of(budget)) gone = one_of(budget); /* by then it is full */
    uint64_t left = budget->left_u + gone * budget->calls;
    return left > full ? full : left;
}

void budget_begin(struct budget *budget, uint32_t calls, uint32_t per_s, uint64_t now_ms)
{
    assert(calls > 0 && per_s > 0);
    *budget = (struct budget){.calls = calls, .per_s = per_s, .at_ms = now_ms};
    budget->left_u = full_of(budget);
}

bool budget_take(struct budget *budget, uint64_t now_ms, bool hint)
{
    uint64_t left = left_at(budget, now_ms), kept = kept_of(budget, hint);
    /* Of a bucket of one or two a hint takes what there is when it is full. */
    if (budget->calls < BUDGET_HINT_PART) kept = 0;
    if (left < kept + one_of(budget)) return false;
    budget->left_u = left - one_of(budget);
    if (now_ms > budget->at_ms) budget->at_ms = now_ms;
    return true;
}

uint64_t budget_next_ms(const struct budget *budget, uint64_t now_ms, bool hint)
{
    uint64_t left = left_at(budget, now_ms), kept = kept_of(budget, hint);
    if (budget->calls < BUDGET_HINT_PART) kept = 0;
    uint64_t wanted = kept + one_of(budget);
    return left >= wanted ? now_ms : now_ms + (wanted - left + budget->calls - 1) / budget->calls;
}

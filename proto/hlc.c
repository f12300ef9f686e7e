#include "proto/hlc.h"

#define COUNTER_BITS 16
#define WALL_MS_MAX  (((uint64_t)1 << 48) - 1)

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t hlc_tick(struct hlc *hlc, uint64_t wall_ms)
{
    /* A full counter carries over into the milliseconds, and order is kept. */
    hlc->last = later(hlc->last + 1, earlier(wall_ms, WALL_MS_MAX) << COUNTER_BITS);
    return hlc->last;
}

bool hlc_see(struct hlc *hlc, uint64_t wall_ms, uint64_t stamp)
{
    uint64_t bound_ms = earlier(wall_ms, WALL_MS_MAX - HLC_DRIFT_MS_MAX) + HLC_DRIFT_MS_MAX;
    uint64_t bound = bound_ms << COUNTER_BITS | 0xffff;
    hlc->last = later(hlc->last, earlier(stamp, bound));
    return stamp <= bound;
}

/* A hybrid logical clock: 48 bits of Unix milliseconds and a 16-bit counter. It orders screens and
 * nothing else: no decision, no timer and no fold may look at it (DESIGN §2). A stamp from afar
 * moves the own clock by at most HLC_DRIFT_MS_MAX ahead of the wall clock, so that one node in the
 * year 2038 cannot drag the mesh along. */
#ifndef PROTO_HLC_H
#define PROTO_HLC_H

#include <stdbool.h>
#include <stdint.h>

#define HLC_DRIFT_MS_MAX (5u * 60 * 1000)

struct hlc {
    uint64_t last;
};

static inline uint64_t hlc_ms(uint64_t stamp)
{
    return stamp >> 16;
}
/* The stamp of an own event; strictly greater than every stamp given or seen before. */
uint64_t hlc_tick(struct hlc *hlc, uint64_t wall_ms);
/* Takes note of a stamp seen; false when it lies too far ahead (noted only up to the bound). */
bool hlc_see(struct hlc *hlc, uint64_t wall_ms, uint64_t stamp);

#endif

/* The guard of the wall clock (DESIGN §6, deadlines): a clock that leapt against monotonic time, or
 * that starts far from its peers or before its own last entry, fires nothing until confirmed. */
#include "node/core/core_inside.h"

static uint64_t apart(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static void suspect(struct core *core, const char *why)
{
    if (core->clock.suspect) return;
    core->clock.suspect = true;
    core_mark(core, "clock suspected");
    core->port.note(core->port.world, ERROR_CLOCK_SUSPECT, why, &core->self.node);
}

void clock_guard(struct core *core)
{
    uint64_t wall_ms = core->now.wall_ms, boot_ms = core->now.boot_ms;
    if (!core->clock.known) {
        if (wall_ms + CLOCK_LEAP_MS < hlc_ms(core->hlc.last))
            suspect(core, "the clock stands before this node's own last entry");
    } else {
        uint64_t expected_ms = core->clock.wall_ms + (boot_ms - core->clock.boot_ms);
        if (apart(expected_ms, wall_ms) > CLOCK_LEAP_MS)
            suspect(core, "the clock leapt against monotonic time");
    }
    for (unsigned i = 0; i < core->peers.slots; i++) {
        const struct peer *peer = &core->peers.peer[i];
        int64_t skew_ms =
            peer->state == PEER_OPEN && !core->clock.peers_trusted ? peer->skew_ms : 0;
        if (skew_ms > (int64_t)CLOCK_LEAP_MS || skew_ms < -(int64_t)CLOCK_LEAP_MS)
            suspect(core, "the clock stands far from a peer's");
    }
    /* Drift is added up from the last good moment, so that many small leaps are one large one; a
     * confirmed clock starts afresh. */
    if (!core->clock.known) {
        core->clock.known = true;
        core->clock.wall_ms = wall_ms;
        core->clock.boot_ms = boot_ms;
    }
}

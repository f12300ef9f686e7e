/* Any bytes as the rule of a zone: refused, or a zone whose clocks keep what proto/zone.h promises
 * around every moment that the first bytes name. */
#include <assert.h>

#include "proto/calendar.h"
#include "proto/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define OFFSET_S_MAX (26 * 3600)

static void check_moment(const struct zone *zone, uint64_t unix_ms)
{
    int32_t offset_s = zone_offset_s(zone, unix_ms);
    assert(offset_s <= OFFSET_S_MAX && offset_s >= -OFFSET_S_MAX);
    assert(offset_s == zone->standard_s || offset_s == zone->daylight_s);
    int64_t clock_ms = zone_clock_ms(zone, unix_ms);
    /* The clock of a moment exists: it leads back to it, or to its second showing. */
    uint64_t again_ms = zone_moment_ms(zone, clock_ms);
    assert(again_ms >= unix_ms && again_ms - unix_ms <= 2u * OFFSET_S_MAX * 1000);
    if (again_ms != unix_ms) assert(zone_clock_ms(zone, again_ms) == clock_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct calendar calendar = calendar_plain();
    enum error error = zone_parse(span_of(bytes, size), &calendar.zone);
    if (error != OK) return 0;
    assert(size <= ZONE_RULE_BYTES_MAX);
    uint64_t seed = 0;
    for (size_t i = 0; i < size; i++) seed = seed * 31 + bytes[i];
    for (unsigned i = 0; i < 24; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t unix_ms = (seed >> 16) % 253402300799999u;
        check_moment(&calendar.zone, unix_ms);
        enum calendar_unit unit = (enum calendar_unit)(i % CALENDAR_YEARS + 1);
        uint64_t due_ms = calendar_due(&calendar, unix_ms, unit, i);
        assert(due_ms >= unix_ms && due_ms <= TIME_MS_MAX);
        assert(calendar_due(&calendar, unix_ms, unit, i + 1) >= due_ms);
    }
    return 0;
}

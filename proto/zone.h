/* A zone: how far the clocks of a place stand from UTC, now and over the years, by the rule string
 * of POSIX ("CET-1CEST,M3.5.0,M10.5.0/3"). Pure arithmetic; no database of zones is read, and none
 * is on the disk: a place that changes its law gets a new rule.
 *
 * A civil clock is a number of milliseconds: what the clock on the wall shows, read as if it were
 * UTC. Twice a year it jumps, so not every clock names one instant:
 *   a gap (clocks go forward over it): the instant of the jump itself;
 *   a repeat (clocks go back over it): the later of the two, so who owes has the longer time.
 * Both keep order: a later clock is never an earlier instant. */
#ifndef PROTO_ZONE_H
#define PROTO_ZONE_H

#include "proto/error.h"
#include "proto/span.h"

#define ZONE_RULE_BYTES_MAX 64

enum zone_form {
    ZONE_MONTH_WEEK_DAY, /* Mm.w.d: the w-th weekday d of month m; week 5 is the last one */
    ZONE_DAY_NO_LEAP,    /* Jn: 1 to 365, the leap day is never counted */
    ZONE_DAY             /* n: 0 to 365, the leap day counts */
};
struct zone_change {
    enum zone_form form;
    uint32_t month, week, day;
    int32_t time_s; /* after midnight of that day, by the clock in force before the change */
};
struct zone {
    int32_t standard_s, daylight_s; /* east of UTC */
    bool has_daylight;
    struct zone_change begins, ends; /* of daylight time */
};

/* Strict: names of three letters or more (or in <>), offsets to 24 hours, times of a change to 167
 * hours either way, all three forms of a day. A name of daylight time without the days of its
 * changes is refused, since POSIX leaves to every system what it means. ERROR_MALFORMED for another
 * form, ERROR_OUT_OF_RANGE for a number outside. */
enum error zone_parse(struct span rule, struct zone *zone) MUST_USE;
/* Seconds east of UTC at that moment. */
int32_t zone_offset_s(const struct zone *zone, uint64_t unix_ms);
/* What the clock shows; negative for the first hours of 1970 in the west. */
int64_t zone_clock_ms(const struct zone *zone, uint64_t unix_ms);
/* The moment of a clock; clocks before 1970 (UTC) are its first moment. */
uint64_t zone_moment_ms(const struct zone *zone, int64_t clock_ms);

#endif

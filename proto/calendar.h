/* A calendar: the zone of a place, its weekend, its holidays and the hours of its business day; and
 * what it means, there, that something is owed within so many hours, days or months. Pure
 * arithmetic on values that come in.
 *
 * Whatever is added, the result is never before the start, more of a unit is never due earlier, and
 * a start whose clock is later never comes to an earlier end (of months and years: to an earlier
 * day, since the last days of a long month end on one day of a short one).
 * tests/proto/test_calendar.c holds all three. */
#ifndef PROTO_CALENDAR_H
#define PROTO_CALENDAR_H

#include "proto/words.h"
#include "proto/zone.h"

#define CALENDAR_HOLIDAYS_MAX 128
#define CALENDAR_WORKED_MAX   32
#define CALENDAR_COUNT_MAX    10000 /* of any unit */
#define CALENDAR_DATE_BYTES   11    /* "2026-12-25" and its NUL */
#define DAY_MINUTES           1440

struct calendar {
    struct zone zone;
    uint32_t weekend;   /* bit 0 is Sunday, bit 6 Saturday */
    uint32_t opens_min; /* minutes after midnight; by the clock of the place */
    uint32_t closes_min;
    /* What comes after it counts as having come when the next working day opens. */
    uint32_t cutoff_min;
    uint32_t holidays_count;
    int32_t holidays[CALENDAR_HOLIDAYS_MAX]; /* Unix days, ascending, each once */
    /* Days of the weekend that are worked all the same, as in China before and after long
     * holidays; ascending, each once, and none of them a holiday. */
    uint32_t worked_count;
    int32_t worked[CALENDAR_WORKED_MAX];
};

/* What a number of something means:
 *   hours             so much time passes, whatever the clocks do: 24 hours over the night in which
 *                     they go forward end an hour later by the clock;
 *   working_hours     so much time passes within business hours of working days, from the next
 *                     working day's opening for what came after the cut-off;
 *   days              the same clock so many days later;
 *   days_end          the midnight that ends that day;
 *   working_days      the same clock so many working days later, counted from the day that the
 *                     start belongs to: the next working day's opening for what came after the
 *                     cut-off or on a free day, the day's opening for what came before it;
 *   working_days_end  the close of business of that day;
 *   months, years     the same clock and day of the month, or the month's last day.
 * Clocks that a place skips or shows twice are read as zone.h says. */
#define CALENDAR_UNIT_LIST(X)                                                                      \
    X(CALENDAR_HOURS, 1, "hours")                                                                  \
    X(CALENDAR_WORKING_HOURS, 2, "working_hours")                                                  \
    X(CALENDAR_DAYS, 3, "days")                                                                    \
    X(CALENDAR_DAYS_END, 4, "days_end")                                                            \
    X(CALENDAR_WORKING_DAYS, 5, "working_days")                                                    \
    X(CALENDAR_WORKING_DAYS_END, 6, "working_days_end")                                            \
    X(CALENDAR_MONTHS, 7, "months")                                                                \
    X(CALENDAR_YEARS, 8, "years")

#define CALENDAR_UNIT_ENUM(NAME, number, word) NAME = number,
enum calendar_unit { CALENDAR_UNIT_LIST(CALENDAR_UNIT_ENUM) };
#undef CALENDAR_UNIT_ENUM
extern const struct words calendar_unit_words;

/* UTC, every day a working day from midnight to midnight. */
struct calendar calendar_plain(void);
/* Has a working day, hours that open before they close, a cut-off within them, holidays and worked
 * days in order and apart. Only such a calendar may be reckoned with. */
bool calendar_is_sound(const struct calendar *calendar);
bool calendar_is_working(const struct calendar *calendar, int64_t unix_day);
/* When so many of a unit after `from_ms` are over. A count above its maximum is taken as that
 * maximum, and what lies beyond TIME_MS_MAX as that. 0 of hours, days, months or years is the start
 * itself. */
uint64_t calendar_due(const struct calendar *calendar, uint64_t from_ms, enum calendar_unit unit,
                      uint64_t count);

/* "2026-12-25" as a Unix day, from 1970 to 9999. false: no such day, or another form. */
bool calendar_date(struct span text, int32_t *unix_day);

#endif

/* Payloads about calendars: which days are worked at a place, from when to when, and in which zone;
 * and what a return's entry says of how its deadlines were reckoned. A calendar is a record in a
 * merchant's book that nobody changes: a change is its next version, whole. */
#ifndef PROTO_RECORDS_CALENDAR_H
#define PROTO_RECORDS_CALENDAR_H

#include "proto/calendar.h"
#include "proto/records_mesh.h"

#define CALENDAR_NAME_BYTES_MAX 40
#define CALENDAR_VERSION_MAX    UINT32_MAX
#define HOLIDAY_NAME_BYTES_MAX  60
#define WEEK_DAYS               7
#define RECKONED_MAX            4

/* X(NAME, number, "word"): as ISO 8601 counts them. */
#define WEEKDAY_LIST(X)                                                                            \
    X(MONDAY, 1, "monday")                                                                         \
    X(TUESDAY, 2, "tuesday")                                                                       \
    X(WEDNESDAY, 3, "wednesday")                                                                   \
    X(THURSDAY, 4, "thursday")                                                                     \
    X(FRIDAY, 5, "friday")                                                                         \
    X(SATURDAY, 6, "saturday")                                                                     \
    X(SUNDAY, 7, "sunday")
#define WORD_ENUM(name, number, word) name = number,
enum weekday { WEEKDAY_LIST(WORD_ENUM) };
#undef WORD_ENUM
extern const struct words weekday_words;

#define CALENDAR_WEEKDAY_FIELDS(F, S) F(S, 1, REQUIRED, choice, day, weekday, 0)
SHAPE_DECLARE(calendar_weekday, CALENDAR_WEEKDAY_FIELDS)

#define CALENDAR_DAY_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, text, date, none, CALENDAR_DATE_BYTES - 1) /* 2026-12-25 */                  \
    F(S, 2, OPTIONAL, text, name, none, HOLIDAY_NAME_BYTES_MAX)
SHAPE_DECLARE(calendar_day, CALENDAR_DAY_FIELDS)

/* zone: the name of a known zone, or its rule as POSIX writes it. Minutes are counted from midnight
 * by the clock of the place. warehouse: whose working days they are, where they are one's. */
#define CALENDAR_FACT_FIELDS(F, S)                                                                 \
    F(S, 10, REQUIRED, text, zone, none, ZONE_RULE_BYTES_MAX)                                      \
    F(S, 11, OPTIONAL, list, weekend, calendar_weekday, WEEK_DAYS)                                 \
    F(S, 12, OPTIONAL, uint, opens_min, none, DAY_MINUTES)                                         \
    F(S, 13, OPTIONAL, uint, closes_min, none, DAY_MINUTES) /* 0: at the day's end */              \
    F(S, 14, OPTIONAL, uint, cutoff_min, none, DAY_MINUTES) /* 0: when it closes */                \
    F(S, 15, OPTIONAL, list, holidays, calendar_day, CALENDAR_HOLIDAYS_MAX)                        \
    F(S, 16, OPTIONAL, list, worked, calendar_day, CALENDAR_WORKED_MAX) /* of the weekend */       \
    F(S, 17, OPTIONAL, id, warehouse, none, 0)                                                     \
    F(S, 18, OPTIONAL, text, source, none, 200)

/* The entry of the book, and its row. rule: the zone's, as it was known then. */
#define CALENDAR_SET_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, name, none, CALENDAR_NAME_BYTES_MAX)                                   \
    F(S, 3, REQUIRED, uint, version, none, CALENDAR_VERSION_MAX) /* from 1, without a gap */       \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, text, rule, none, ZONE_RULE_BYTES_MAX)                                       \
    CALENDAR_FACT_FIELDS(F, S)
SHAPE_DECLARE(calendar_set, CALENDAR_SET_FIELDS)

/* Of one deadline that the entry sets: the calendar whose working hours were counted, as it was
 * then (of a built-in one: its edition), and from when on its lateness concerns whom. */
#define RECKONED_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, choice, kind, deadline, 0)                                                   \
    F(S, 2, OPTIONAL, text, calendar, none, CALENDAR_NAME_BYTES_MAX)                               \
    F(S, 3, OPTIONAL, uint, calendar_version, none, CALENDAR_VERSION_MAX)                          \
    F(S, 4, OPTIONAL, time, desk_ms, none, 0)                                                      \
    F(S, 5, OPTIONAL, time, supervisor_ms, none, 0)                                                \
    F(S, 6, OPTIONAL, time, platform_ms, none, 0)
SHAPE_DECLARE(reckoned, RECKONED_FIELDS)

#endif

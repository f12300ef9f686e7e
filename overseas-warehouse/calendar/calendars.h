/* Calendars as people give and read them: the zones that are known by name, the markets whose
 * working days are built in, what is wrong in a calendar that somebody sets, and questions of the
 * kind "48 working hours after 2026-12-24T17:00 in DE". Pure functions; what a unit means stands in
 * proto/calendar.h. */
#ifndef OVERSEAS_WAREHOUSE_CALENDAR_CALENDARS_H
#define OVERSEAS_WAREHOUSE_CALENDAR_CALENDARS_H

#include "proto/records_calendar.h"

/* --- zones ------------------------------------------------------------------------------------ */

struct zone_name {
    const char *name, *rule; /* "Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3" */
};
extern const struct zone_name zone_names[];
extern const size_t zone_names_count;
/* The rule of a zone that is known by name, else the text itself if it is a rule. false: neither.
 */
bool zone_rule(struct span text, struct span *rule, struct zone *zone);

/* --- markets ---------------------------------------------------------------------------------- */

/* Of the whole table below: what was reckoned by it names it. */
#define MARKETS_EDITION 1
#define MARKETS_FROM    "2026-01-01"
#define MARKETS_THROUGH "2027-12-31"

struct market_day {
    const char *date, *name;
    bool confirm; /* have it confirmed at the source before relying on it */
};
struct market {
    const char *name, *title; /* "DE", "Germany" */
    const char *zone, *source, *url;
    const struct market_day *holidays, *worked; /* worked: days of the weekend */
    uint32_t holidays_count, worked_count;
};
extern const struct market markets[];
extern const size_t markets_count;
const struct market *market_by_name(struct span name);
/* Saturday and Sunday are free, every other day is worked from midnight to midnight. */
void market_calendar(const struct market *market, struct calendar *calendar);

/* --- calendars that are set ------------------------------------------------------------------- */

struct calendar_fault {
    char field[FAULT_PATH_BYTES]; /* "holidays/3/date" */
    const char *rule;             /* what a person reads */
};
/* Is it whole and without contradiction? set->rule is filled from set->zone. */
bool calendar_fits(struct calendar_set *set, struct calendar_fault *fault);
/* What can be reckoned with. set must have been found to fit: false where a faulty member wrote
 * one that does not. */
bool calendar_of_set(const struct calendar_set *set, struct calendar *calendar);

/* --- questions -------------------------------------------------------------------------------- */

/* COUNT UNIT after MOMENT [in NAME]: "48 working hours after 2026-12-24T17:00 in DE". A moment
 * without a zone is read by the clock of the calendar. */
struct due_question {
    uint64_t count;
    enum calendar_unit unit;
    bool by_clock;
    int64_t clock_ms;     /* by_clock */
    uint64_t moment_ms;   /* else */
    struct span calendar; /* of the text; size 0: it names none */
};
/* false: `fault` names the word that was not understood, and what may stand there. */
bool due_question_read(struct span text, struct due_question *question,
                       struct calendar_fault *fault);
struct due_answer {
    uint64_t from_ms, due_ms;
};
struct due_answer due_question_answer(const struct due_question *question,
                                      const struct calendar *calendar);

#endif

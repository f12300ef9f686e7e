/* A calendar that somebody sets: what in it contradicts the rest, and what can be reckoned with. */
#include "overseas-warehouse/calendar/calendars.h"
#include "proto/line.h"

#include <string.h>

static bool fault_at(struct calendar_fault *fault, const char *list, uint32_t index,
                     const char *member, const char *rule)
{
    struct line line = line_over(fault->field, sizeof fault->field);
    line_text(&line, list);
    if (member != NULL) {
        line_text(&line, "/");
        line_uint(&line, index);
        line_text(&line, "/");
        line_text(&line, member);
    }
    fault->rule = rule;
    return false;
}

static bool weekend_of(const struct calendar_set *set, struct calendar *calendar,
                       struct calendar_fault *fault)
{
    calendar->weekend = 0;
    for (uint32_t i = 0; i < set->weekend_count; i++) {
        uint32_t bit = 1u << (set->weekend[i].day % WEEK_DAYS); /* Sunday, 7, is bit 0 */
        if ((calendar->weekend & bit) != 0)
            return fault_at(fault, "weekend", i, "day", "it stands there already");
        calendar->weekend |= bit;
    }
    return set->weekend_count < WEEK_DAYS ||
           fault_at(fault, "weekend", 0, NULL, "no day is left to work on");
}

static bool hours_of(const struct calendar_set *set, struct calendar *calendar,
                     struct calendar_fault *fault)
{
    calendar->opens_min = (uint32_t)set->opens_min;
    calendar->closes_min = set->closes_min != 0 ? (uint32_t)set->closes_min : DAY_MINUTES;
    calendar->cutoff_min = set->cutoff_min != 0 ? (uint32_t)set->cutoff_min : calendar->closes_min;
    if (calendar->opens_min >= calendar->closes_min)
        return fault_at(fault, "closes_min", 0, NULL, "it closes after it opens");
    if (calendar->cutoff_min < calendar->opens_min || calendar->cutoff_min > calendar->closes_min)
        return fault_at(fault, "cutoff_min", 0, NULL, "it lies between opens_min and closes_min");
    return true;
}

/* Files the day in its order. false: it is there. */
static bool put_day(int32_t *days, uint32_t *count, int32_t day)
{
    uint32_t at = *count;
    while (at > 0 && days[at - 1] > day) at--;
    if (at > 0 && days[at - 1] == day) return false;
    memmove(&days[at + 1], &days[at], (*count - at) * sizeof days[0]);
    days[at] = day;
    (*count)++;
    return true;
}

static bool days_of(const char *list, const struct calendar_day *said, uint32_t said_count,
                    int32_t *days, uint32_t *count, struct calendar_fault *fault)
{
    *count = 0;
    for (uint32_t i = 0; i < said_count; i++) {
        int32_t day;
        if (!calendar_date(said[i].date, &day))
            return fault_at(fault, list, i, "date", "no such day; it is written 2026-12-25");
        if (!put_day(days, count, day))
            return fault_at(fault, list, i, "date", "it stands there already");
    }
    return true;
}

static bool names_place(const struct calendar_set *set, struct span *rule,
                        struct calendar *calendar, struct calendar_fault *fault)
{
    if (market_by_name(set->name) != NULL)
        return fault_at(fault, "name", 0, NULL, "a built-in calendar bears it");
    return zone_rule(set->zone, rule, &calendar->zone) ||
           fault_at(fault, "zone", 0, NULL,
                    "unknown; a name as Europe/Berlin, or a rule as CET-1CEST,M3.5.0,M10.5.0/3");
}

static bool days_fit(const struct calendar_set *set, struct calendar *calendar,
                     struct calendar_fault *fault)
{
    if (!days_of("holidays", set->holidays, set->holidays_count, calendar->holidays,
                 &calendar->holidays_count, fault) ||
        !days_of("worked", set->worked, set->worked_count, calendar->worked,
                 &calendar->worked_count, fault))
        return false;
    return calendar_is_sound(calendar) ||
           fault_at(fault, "worked", 0, NULL, "one of these days is a holiday");
}

static bool read_all(const struct calendar_set *set, struct calendar *calendar,
                     struct calendar_fault *fault)
{
    return weekend_of(set, calendar, fault) && hours_of(set, calendar, fault) &&
           days_fit(set, calendar, fault);
}

bool calendar_fits(struct calendar_set *set, struct calendar_fault *fault)
{
    struct calendar calendar = calendar_plain();
    return names_place(set, &set->rule, &calendar, fault) && read_all(set, &calendar, fault);
}

bool calendar_of_set(const struct calendar_set *set, struct calendar *calendar)
{
    struct calendar_fault fault;
    *calendar = calendar_plain();
    return zone_parse(set->rule, &calendar->zone) == OK && read_all(set, calendar, &fault);
}

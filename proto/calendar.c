#include "proto/calendar.h"

#include "proto/civil.h"
#include "proto/time.h"

#define HOUR_MS   3600000
#define MINUTE_MS 60000
#define DAY_MS    ((int64_t)DAY_MINUTES * MINUTE_MS)
#define WEEK_DAYS 7
#define EVERY_DAY 0x7fu

#define UNIT_NAME(NAME, number, word) [number] = word,
static const char *const unit_names[] = {CALENDAR_UNIT_LIST(UNIT_NAME)};
const struct words calendar_unit_words = {unit_names, sizeof unit_names / sizeof unit_names[0]};

struct calendar calendar_plain(void)
{
    return (struct calendar){.closes_min = DAY_MINUTES, .cutoff_min = DAY_MINUTES};
}

static bool ascends(const int32_t *days, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (days[i - 1] >= days[i]) return false;
    return true;
}

static bool has_day(const int32_t *days, uint32_t count, int64_t unix_day)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (days[middle] < unix_day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && days[low] == unix_day;
}

bool calendar_is_sound(const struct calendar *calendar)
{
    if ((calendar->weekend & EVERY_DAY) == EVERY_DAY || calendar->weekend > EVERY_DAY) return false;
    if (calendar->opens_min >= calendar->closes_min || calendar->closes_min > DAY_MINUTES)
        return false;
    if (calendar->cutoff_min < calendar->opens_min || calendar->cutoff_min > calendar->closes_min)
        return false;
    if (calendar->holidays_count > CALENDAR_HOLIDAYS_MAX) return false;
    if (calendar->worked_count > CALENDAR_WORKED_MAX) return false;
    if (!ascends(calendar->holidays, calendar->holidays_count)) return false;
    if (!ascends(calendar->worked, calendar->worked_count)) return false;
    for (uint32_t i = 0; i < calendar->worked_count; i++)
        if (has_day(calendar->holidays, calendar->holidays_count, calendar->worked[i]))
            return false;
    return true;
}

bool calendar_is_working(const struct calendar *calendar, int64_t unix_day)
{
    bool weekend = (calendar->weekend >> civil_weekday(unix_day) & 1) != 0;
    if (weekend && !has_day(calendar->worked, calendar->worked_count, unix_day)) return false;
    return !has_day(calendar->holidays, calendar->holidays_count, unix_day);
}

/* --- clocks ----------------------------------------------------------------------------------- */

static int64_t day_of_clock(int64_t clock_ms)
{
    return clock_ms >= 0 ? clock_ms / DAY_MS : -((-clock_ms + DAY_MS - 1) / DAY_MS);
}

static int64_t clock_at(int64_t unix_day, uint32_t minutes)
{
    return unix_day * DAY_MS + (int64_t)minutes * MINUTE_MS;
}

static int64_t next_working(const struct calendar *calendar, int64_t unix_day)
{
    /* Ends: a week has a working day, and holidays are few. */
    do unix_day++;
    while (!calendar_is_working(calendar, unix_day));
    return unix_day;
}

static uint64_t moment_at(const struct calendar *calendar, int64_t unix_day, uint32_t minutes)
{
    return zone_moment_ms(&calendar->zone, clock_at(unix_day, minutes));
}

/* --- units ------------------------------------------------------------------------------------ */

/* The business day that a moment counts to. */
static int64_t counted_day(const struct calendar *calendar, uint64_t from_ms)
{
    int64_t clock_ms = zone_clock_ms(&calendar->zone, from_ms);
    int64_t day = day_of_clock(clock_ms);
    bool is_late = clock_ms > clock_at(day, calendar->cutoff_min);
    if (is_late || !calendar_is_working(calendar, day)) day = next_working(calendar, day);
    return day;
}

/* The clock that it has there. */
static int64_t counted_clock(const struct calendar *calendar, uint64_t from_ms)
{
    int64_t clock_ms = zone_clock_ms(&calendar->zone, from_ms);
    int64_t opens_ms = clock_at(counted_day(calendar, from_ms), calendar->opens_min);
    return clock_ms > opens_ms ? clock_ms : opens_ms;
}

static uint64_t add_working_days(const struct calendar *calendar, uint64_t from_ms, uint64_t count,
                                 bool at_end)
{
    int64_t clock_ms = counted_clock(calendar, from_ms);
    int64_t first = day_of_clock(clock_ms), day = first;
    for (uint64_t i = 0; i < count; i++) day = next_working(calendar, day);
    if (at_end) return moment_at(calendar, day, calendar->closes_min);
    return zone_moment_ms(&calendar->zone, clock_ms + (day - first) * DAY_MS);
}

/* The hours of a day are measured between its two instants, so that a day on which the clocks jump
 * is as long as it is. */
static uint64_t add_working_ms(const struct calendar *calendar, uint64_t from_ms, uint64_t left_ms)
{
    int64_t day = counted_day(calendar, from_ms);
    for (;; day = next_working(calendar, day)) {
        uint64_t opens_ms = moment_at(calendar, day, calendar->opens_min);
        uint64_t closes_ms = moment_at(calendar, day, calendar->closes_min);
        uint64_t begin_ms = from_ms > opens_ms ? from_ms : opens_ms;
        if (begin_ms >= closes_ms) continue;
        if (left_ms <= closes_ms - begin_ms) return begin_ms + left_ms;
        left_ms -= closes_ms - begin_ms;
    }
}

static uint64_t add_days(const struct calendar *calendar, uint64_t from_ms, uint64_t count,
                         bool at_end)
{
    int64_t clock_ms = zone_clock_ms(&calendar->zone, from_ms);
    if (at_end) return moment_at(calendar, day_of_clock(clock_ms) + (int64_t)count, DAY_MINUTES);
    return zone_moment_ms(&calendar->zone, clock_ms + (int64_t)count * DAY_MS);
}

static uint64_t add_months(const struct calendar *calendar, uint64_t from_ms, uint64_t count)
{
    int64_t clock_ms = zone_clock_ms(&calendar->zone, from_ms);
    int64_t day = day_of_clock(clock_ms);
    struct civil date = civil_of(day);
    uint64_t months = date.month - 1 + count;
    date.year += (int64_t)(months / 12);
    date.month = (uint32_t)(months % 12) + 1;
    uint32_t last = civil_days_in_month(date.year, date.month);
    if (date.day > last) date.day = last;
    return zone_moment_ms(&calendar->zone, clock_ms + (civil_day(date) - day) * DAY_MS);
}

static uint64_t due_of(const struct calendar *calendar, uint64_t from_ms, enum calendar_unit unit,
                       uint64_t count)
{
    switch (unit) {
    case CALENDAR_HOURS: return from_ms + count * HOUR_MS;
    case CALENDAR_WORKING_HOURS: return add_working_ms(calendar, from_ms, count * HOUR_MS);
    case CALENDAR_DAYS: return add_days(calendar, from_ms, count, false);
    case CALENDAR_DAYS_END: return add_days(calendar, from_ms, count, true);
    case CALENDAR_WORKING_DAYS: return add_working_days(calendar, from_ms, count, false);
    case CALENDAR_WORKING_DAYS_END: return add_working_days(calendar, from_ms, count, true);
    case CALENDAR_MONTHS: return add_months(calendar, from_ms, count);
    case CALENDAR_YEARS: return add_months(calendar, from_ms, count * 12);
    }
    return from_ms;
}

uint64_t calendar_due(const struct calendar *calendar, uint64_t from_ms, enum calendar_unit unit,
                      uint64_t count)
{
    bool civil = unit == CALENDAR_DAYS || unit == CALENDAR_MONTHS || unit == CALENDAR_YEARS;
    if (from_ms >= TIME_MS_MAX) return TIME_MS_MAX;
    /* A clock that is shown twice would lead to its second time. */
    if (civil && count == 0) return from_ms;
    if (count > CALENDAR_COUNT_MAX) count = CALENDAR_COUNT_MAX;
    uint64_t due_ms = due_of(calendar, from_ms, unit, count);
    if (due_ms < from_ms) return from_ms;
    return due_ms < TIME_MS_MAX ? due_ms : TIME_MS_MAX;
}

/* --- dates ------------------------------------------------------------------------------------ */

static bool digits(struct span text, size_t at, size_t count, uint32_t *value)
{
    *value = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *value = *value * 10 + (uint32_t)(text.at[i] - '0');
    }
    return true;
}

bool calendar_date(struct span text, int32_t *unix_day)
{
    uint32_t year;
    struct civil date;
    if (text.size != CALENDAR_DATE_BYTES - 1 || text.at[4] != '-' || text.at[7] != '-')
        return false;
    if (!digits(text, 0, 4, &year) || !digits(text, 5, 2, &date.month) ||
        !digits(text, 8, 2, &date.day))
        return false;
    date.year = year;
    if (year < 1970 || !civil_exists(date)) return false;
    *unix_day = (int32_t)civil_day(date);
    return true;
}

/* Calendars: golden days worked out by hand, and what holds of every calendar and moment. */
#include "proto/calendar.h"

#include <string.h>

#include "proto/civil.h"
#include "proto/time.h"
#include "tests/proto/check.h"

static uint64_t ms_of(const char *text)
{
    uint64_t ms;
    assert_error(OK, time_parse(span_text(text), &ms));
    return ms;
}

static void add_holiday(struct calendar *calendar, const char *date)
{
    assert_true(calendar_date(span_text(date), &calendar->holidays[calendar->holidays_count++]));
}

/* Rotterdam: Monday to Friday, nine to five by the clock there, cut-off at four. */
static struct calendar rotterdam(void)
{
    struct calendar calendar = {.weekend = 1u << 0 | 1u << 6,
                                .opens_min = 9 * 60,
                                .closes_min = 17 * 60,
                                .cutoff_min = 16 * 60};
    assert_error(OK, zone_parse(span_text("CET-1CEST,M3.5.0,M10.5.0/3"), &calendar.zone));
    add_holiday(&calendar, "2026-04-03"); /* Good Friday and Easter Monday */
    add_holiday(&calendar, "2026-04-06");
    add_holiday(&calendar, "2026-12-25"); /* a Friday, and the Saturday after it */
    add_holiday(&calendar, "2026-12-26");
    add_holiday(&calendar, "2027-01-01");
    return calendar;
}

static void assert_due(const struct calendar *calendar, const char *from, uint64_t count,
                       const char *unit, const char *expected)
{
    int64_t number = word_number(&calendar_unit_words, span_text(unit));
    char found[TIME_TEXT_BYTES];
    assert_true(number > 0);
    time_print(calendar_due(calendar, ms_of(from), (enum calendar_unit)number, count), found);
    assert_string_equal(expected, found);
}

static void hours_pass_whatever_the_clocks_do(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    /* 28 March 12:00 and 29 March 13:00 by the clock */
    assert_due(&calendar, "2026-03-28T11:00:00Z", 24, "hours", "2026-03-29T11:00:00.000Z");
    assert_due(&calendar, "2026-03-28T11:00:00Z", 0, "hours", "2026-03-28T11:00:00.000Z");
}

static void a_day_keeps_the_clock_over_the_nights_that_are_short_and_long(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    assert_due(&calendar, "2026-03-28T11:00:00Z", 1, "days", "2026-03-29T10:00:00.000Z");
    assert_due(&calendar, "2026-10-24T10:00:00Z", 1, "days", "2026-10-25T11:00:00.000Z");
    /* 02:30 does not exist on the 29th: the jump itself; on the 25th it is there twice */
    assert_due(&calendar, "2026-03-28T01:30:00Z", 1, "days", "2026-03-29T01:00:00.000Z");
    assert_due(&calendar, "2026-10-24T00:30:00Z", 1, "days", "2026-10-25T01:30:00.000Z");
    assert_due(&calendar, "2026-03-28T11:00:00Z", 1, "days_end", "2026-03-29T22:00:00.000Z");
    assert_due(&calendar, "2026-03-27T22:59:59Z", 0, "days_end", "2026-03-27T23:00:00.000Z");
    assert_due(&calendar, "2026-03-27T23:00:00Z", 0, "days_end", "2026-03-28T23:00:00.000Z");
}

static void working_days_leap_over_weekends_and_holidays_in_a_row(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    /* Thursday before Easter, 11:00 in summer time: the next working day is Tuesday */
    assert_due(&calendar, "2026-04-02T09:00:00Z", 1, "working_days", "2026-04-07T09:00:00.000Z");
    assert_due(&calendar, "2026-04-02T09:00:00Z", 2, "working_days_end",
               "2026-04-08T15:00:00.000Z");
    /* Thursday 24 December 10:00: Monday the 28th; four days on is the 31st, five Monday the 4th */
    assert_due(&calendar, "2026-12-24T09:00:00Z", 1, "working_days", "2026-12-28T09:00:00.000Z");
    assert_due(&calendar, "2026-12-24T09:00:00Z", 4, "working_days", "2026-12-31T09:00:00.000Z");
    assert_due(&calendar, "2026-12-24T09:00:00Z", 5, "working_days", "2027-01-04T09:00:00.000Z");
}

static void what_comes_after_the_cutoff_came_on_the_next_working_day(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    /* Friday 20 November, 16:00 sharp is in time, a second later is Monday 09:00 */
    assert_due(&calendar, "2026-11-20T15:00:00Z", 1, "working_days", "2026-11-23T15:00:00.000Z");
    assert_due(&calendar, "2026-11-20T15:00:01Z", 1, "working_days", "2026-11-24T08:00:00.000Z");
    assert_due(&calendar, "2026-11-20T15:00:01Z", 1, "working_days_end",
               "2026-11-24T16:00:00.000Z");
    assert_due(&calendar, "2026-11-20T15:00:01Z", 0, "working_days", "2026-11-23T08:00:00.000Z");
    /* Saturday counts as Monday; so does Monday before the door opens */
    assert_due(&calendar, "2026-11-21T12:00:00Z", 1, "working_days", "2026-11-24T08:00:00.000Z");
    assert_due(&calendar, "2026-11-23T05:00:00Z", 1, "working_days", "2026-11-24T08:00:00.000Z");
}

static void working_hours_pass_within_business_hours_only(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    /* Friday 15:00: two hours to close, then Monday */
    assert_due(&calendar, "2026-11-20T14:00:00Z", 2, "working_hours", "2026-11-20T16:00:00.000Z");
    assert_due(&calendar, "2026-11-20T14:00:00Z", 3, "working_hours", "2026-11-23T09:00:00.000Z");
    /* 48 of them are six days of eight */
    assert_due(&calendar, "2026-11-20T14:00:00Z", 48, "working_hours", "2026-11-30T14:00:00.000Z");
    assert_due(&calendar, "2026-11-21T14:00:00Z", 1, "working_hours", "2026-11-23T09:00:00.000Z");
    /* Whole days: the day on which the clocks go forward has 23 hours */
    calendar.weekend = 0;
    calendar.opens_min = 0;
    calendar.closes_min = calendar.cutoff_min = DAY_MINUTES;
    assert_due(&calendar, "2026-03-28T23:00:00Z", 24, "working_hours", "2026-03-29T23:00:00.000Z");
}

static void a_day_of_the_weekend_may_be_worked(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    assert_due(&calendar, "2026-11-20T09:00:00Z", 1, "working_days", "2026-11-23T09:00:00.000Z");
    assert_true(calendar_date(span_text("2026-11-21"), &calendar.worked[calendar.worked_count++]));
    assert_due(&calendar, "2026-11-20T09:00:00Z", 1, "working_days", "2026-11-21T09:00:00.000Z");
}

static void working_hours_after_the_cutoff_begin_in_the_morning(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    /* Friday at half past four in winter: half an hour late, and half an hour is left. */
    assert_due(&calendar, "2026-11-20T15:30:00Z", 1, "working_hours", "2026-11-23T09:00:00.000Z");
    calendar.cutoff_min = calendar.closes_min;
    assert_due(&calendar, "2026-11-20T15:30:00Z", 1, "working_hours", "2026-11-23T08:30:00.000Z");
}

static void months_and_years_end_on_a_day_that_exists(void **state)
{
    (void)state;
    struct calendar calendar = calendar_plain();
    assert_due(&calendar, "2026-01-31T10:00:00Z", 1, "months", "2026-02-28T10:00:00.000Z");
    assert_due(&calendar, "2028-01-31T10:00:00Z", 1, "months", "2028-02-29T10:00:00.000Z");
    assert_due(&calendar, "2026-11-30T10:00:00Z", 3, "months", "2027-02-28T10:00:00.000Z");
    assert_due(&calendar, "2028-02-29T10:00:00Z", 1, "years", "2029-02-28T10:00:00.000Z");
    assert_due(&calendar, "2028-02-29T10:00:00Z", 4, "years", "2032-02-29T10:00:00.000Z");
    calendar = rotterdam();
    assert_due(&calendar, "2026-03-15T11:00:00Z", 1, "months", "2026-04-15T10:00:00.000Z");
}

static void the_end_of_time_is_not_passed(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    for (unsigned unit = CALENDAR_HOURS; unit <= CALENDAR_YEARS; unit++) {
        uint64_t due_ms =
            calendar_due(&calendar, TIME_MS_MAX - 5000, (enum calendar_unit)unit, UINT64_MAX);
        assert_true(due_ms == TIME_MS_MAX);
        assert_true(calendar_due(&calendar, UINT64_MAX, (enum calendar_unit)unit, 1) ==
                    TIME_MS_MAX);
    }
}

/* --- what holds of every calendar ------------------------------------------------------------- */

static uint64_t step(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 16;
}

static bool is_listed(const struct calendar *calendar, int32_t day)
{
    for (uint32_t i = 0; i < calendar->holidays_count; i++)
        if (calendar->holidays[i] == day) return true;
    return false;
}

static struct calendar any_calendar(uint64_t *seed)
{
    static const char *const rules[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3",
                                        "AEST-10AEDT,M10.1.0,M4.1.0/3", "EST5EDT,M3.2.0,M11.1.0",
                                        "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45"};
    struct calendar calendar = {.weekend = (uint32_t)(step(seed) % 127)};
    assert_error(OK, zone_parse(span_text(rules[step(seed) % 5]), &calendar.zone));
    calendar.opens_min = (uint32_t)(step(seed) % 720);
    calendar.closes_min = calendar.opens_min + 1 + (uint32_t)(step(seed) % 720);
    uint32_t open = calendar.closes_min - calendar.opens_min;
    calendar.cutoff_min = calendar.opens_min + (uint32_t)(step(seed) % (open + 1));
    int32_t day = 20454 + (int32_t)(step(seed) % 30); /* 2026 */
    uint32_t holidays = (uint32_t)(step(seed) % CALENDAR_HOLIDAYS_MAX);
    for (uint32_t i = 0; i < holidays; i++)
        calendar.holidays[calendar.holidays_count++] = day += 1 + (int32_t)(step(seed) % 6);
    day = 20454;
    for (uint32_t i = 0; i < 20; i++) {
        day += 1 + (int32_t)(step(seed) % 20);
        calendar.worked[calendar.worked_count] = day;
        calendar.worked_count += is_listed(&calendar, day) ? 0 : 1;
    }
    assert_true(calendar_is_sound(&calendar));
    return calendar;
}

static int64_t day_of(const struct calendar *calendar, uint64_t ms)
{
    return zone_clock_ms(&calendar->zone, ms) / 86400000;
}

static void check_order(const struct calendar *calendar, enum calendar_unit unit, uint64_t count,
                        uint64_t first_ms, uint64_t second_ms)
{
    uint64_t a = calendar_due(calendar, first_ms, unit, count);
    uint64_t b = calendar_due(calendar, second_ms, unit, count);
    if (unit >= CALENDAR_MONTHS)
        assert_true(day_of(calendar, a) <= day_of(calendar, b));
    else
        assert_true(a <= b);
}

static void check_one(const struct calendar *calendar, uint64_t *seed)
{
    enum calendar_unit unit = (enum calendar_unit)(step(seed) % CALENDAR_YEARS + 1);
    uint64_t from_ms = ms_of("2025-12-01T00:00:00Z") + step(seed) % (UINT64_C(500) * 86400000);
    uint64_t later_ms = from_ms + step(seed) % (step(seed) % 2 == 0 ? 7200000u : 400000000u);
    uint64_t count = step(seed) % 60;
    uint64_t due_ms = calendar_due(calendar, from_ms, unit, count);
    bool exact = unit == CALENDAR_HOURS || unit == CALENDAR_WORKING_HOURS ||
                 unit == CALENDAR_DAYS || unit >= CALENDAR_MONTHS;
    assert_true(due_ms >= from_ms);
    assert_true(calendar_due(calendar, from_ms, unit, count + 1) >= due_ms);
    if (exact && unit != CALENDAR_WORKING_HOURS)
        assert_true(calendar_due(calendar, from_ms, unit, 0) == from_ms);
    bool in_order =
        zone_clock_ms(&calendar->zone, from_ms) <= zone_clock_ms(&calendar->zone, later_ms);
    if (in_order || unit == CALENDAR_HOURS) check_order(calendar, unit, count, from_ms, later_ms);
    bool ends_working = unit == CALENDAR_WORKING_DAYS_END && calendar->closes_min < DAY_MINUTES;
    if (unit == CALENDAR_WORKING_DAYS || ends_working)
        assert_true(calendar_is_working(calendar, day_of(calendar, due_ms)));
}

static void every_calendar_keeps_order_and_ends_when_it_says(void **state)
{
    (void)state;
    uint64_t seed = 4711;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (unsigned i = 0; i < 400; i++) {
        struct calendar calendar = any_calendar(&seed);
        for (unsigned n = 0; n < 200; n++) check_one(&calendar, &seed);
    }
}

/* The slow way: minute by minute, counting those that are worked, and none of the first day if it
 * began after the cut-off. Doors open after the hours that
 * the clocks may show twice, of which business hours know the second showing only. */
static void working_hours_are_as_many_minutes_as_they_say(void **state)
{
    (void)state;
    uint64_t seed = 99;
    for (unsigned i = 0; i < 60; i++) {
        struct calendar calendar = any_calendar(&seed);
        if (calendar.opens_min < 240) {
            calendar.opens_min += 240;
            calendar.closes_min += 240;
            calendar.cutoff_min += 240;
        }
        uint64_t from_ms =
            (ms_of("2026-03-20T00:00:00Z") + step(&seed) % (UINT64_C(20) * 86400000)) / 60000 *
            60000;
        uint64_t count = step(&seed) % 12, worked = 0, at_ms = from_ms;
        uint64_t due_ms = calendar_due(&calendar, from_ms, CALENDAR_WORKING_HOURS, count);
        int64_t begun_ms = zone_clock_ms(&calendar.zone, from_ms);
        bool late = begun_ms % 86400000 > (int64_t)calendar.cutoff_min * 60000;
        for (; worked < count * 60; at_ms += 60000) {
            int64_t clock_ms = zone_clock_ms(&calendar.zone, at_ms);
            uint32_t minute = (uint32_t)(clock_ms % 86400000 / 60000);
            if (late && clock_ms / 86400000 == begun_ms / 86400000) continue;
            if (calendar_is_working(&calendar, clock_ms / 86400000) &&
                minute >= calendar.opens_min && minute < calendar.closes_min)
                worked++;
        }
        if (count > 0) assert_true(due_ms == at_ms);
    }
}

static void an_unsound_calendar_is_known_as_one(void **state)
{
    (void)state;
    struct calendar calendar = rotterdam();
    assert_true(calendar_is_sound(&calendar));
    calendar.weekend = 0x7f;
    assert_false(calendar_is_sound(&calendar));
    calendar = rotterdam();
    calendar.closes_min = calendar.opens_min;
    assert_false(calendar_is_sound(&calendar));
    calendar = rotterdam();
    calendar.closes_min = DAY_MINUTES + 1;
    assert_false(calendar_is_sound(&calendar));
    calendar = rotterdam();
    calendar.cutoff_min = calendar.opens_min - 1;
    assert_false(calendar_is_sound(&calendar));
    calendar = rotterdam();
    calendar.cutoff_min = calendar.closes_min + 1;
    assert_false(calendar_is_sound(&calendar));
    calendar = rotterdam();
    calendar.holidays[1] = calendar.holidays[0];
    assert_false(calendar_is_sound(&calendar));
    calendar = rotterdam();
    calendar.worked[calendar.worked_count++] = calendar.holidays[0];
    assert_false(calendar_is_sound(&calendar));
}

static void dates_that_do_not_exist_are_no_holidays(void **state)
{
    (void)state;
    int32_t day;
    assert_true(calendar_date(span_text("1970-01-01"), &day));
    assert_int_equal(day, 0);
    assert_true(calendar_date(span_text("2028-02-29"), &day));
    assert_int_equal(day, civil_day((struct civil){2028, 2, 29}));
    static const char *const bad[] = {"",           "2026-02-29", "2026-13-01",  "1969-12-31",
                                      "2026-2-1",   "2026/02/01", "2026-02-0a",  "2026-00-10",
                                      "2026-01-00", "20260-1-01", "2026-02-011", "202a-02-01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(calendar_date(span_text(bad[i]), &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_pass_whatever_the_clocks_do),
        cmocka_unit_test(a_day_keeps_the_clock_over_the_nights_that_are_short_and_long),
        cmocka_unit_test(working_days_leap_over_weekends_and_holidays_in_a_row),
        cmocka_unit_test(what_comes_after_the_cutoff_came_on_the_next_working_day),
        cmocka_unit_test(working_hours_pass_within_business_hours_only),
        cmocka_unit_test(a_day_of_the_weekend_may_be_worked),
        cmocka_unit_test(working_hours_after_the_cutoff_begin_in_the_morning),
        cmocka_unit_test(months_and_years_end_on_a_day_that_exists),
        cmocka_unit_test(the_end_of_time_is_not_passed),
        cmocka_unit_test(every_calendar_keeps_order_and_ends_when_it_says),
        cmocka_unit_test(working_hours_are_as_many_minutes_as_they_say),
        cmocka_unit_test(an_unsound_calendar_is_known_as_one),
        cmocka_unit_test(dates_that_do_not_exist_are_no_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

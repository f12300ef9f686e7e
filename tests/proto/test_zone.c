/* Zones: the rule string of POSIX, held against the C library and against nights that were worked
 * out by hand. */
#include "proto/zone.h"

#include <stdlib.h>
#include <time.h>

#include "proto/time.h"
#include "tests/proto/check.h"

#define YEAR_2100_S 4102444800u

static struct zone zone_of(const char *rule)
{
    struct zone zone;
    assert_error(OK, zone_parse(span_text(rule), &zone));
    return zone;
}

static uint64_t ms_of(const char *text)
{
    uint64_t ms;
    assert_error(OK, time_parse(span_text(text), &ms));
    return ms;
}

static int64_t clock_of(const char *text)
{
    return (int64_t)ms_of(text);
}

static void assert_moment(const char *rule, const char *clock, const char *expected)
{
    struct zone zone = zone_of(rule);
    char found[TIME_TEXT_BYTES];
    time_print(zone_moment_ms(&zone, clock_of(clock)), found);
    assert_string_equal(expected, found);
}

static const char *const zones[] = {
    "UTC0",
    "CST-8",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "GMT0BST,M3.5.0/1,M10.5.0",
    "EST5EDT,M3.2.0,M11.1.0",
    "PST8PDT,M3.2.0,M11.1.0",
    "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
    "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
    "IST-2IDT,M3.4.4/26,M10.5.0",
    "NST3:30NDT,M3.2.0,M11.1.0",
    "<+14>-14",
    "<-12>12",
    "AAA-1BBB,J60,J300/4",
    "AAA-1BBB,59/1,300/4",
    "AAA3BBB1,J70/5,J280/1:30:30",
};
#define ZONES (sizeof zones / sizeof zones[0])

static uint64_t step(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 16;
}

static void assert_like_the_library(const char *rule, const struct zone *zone, int64_t unix_s)
{
    time_t at = (time_t)unix_s;
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    int32_t found_s = zone_offset_s(zone, (uint64_t)unix_s * 1000);
    if (found_s != tm.tm_gmtoff)
        fail_msg("%s at %lld: %d, the library says %ld", rule, (long long)unix_s, found_s,
                 tm.tm_gmtoff);
}

/* Random moments, and each side of every jump that the library itself shows by bisection. */
static void the_offset_is_the_c_librarys_at_every_moment_until_2100(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < ZONES; i++) {
        struct zone zone = zone_of(zones[i]);
        assert_int_equal(setenv("TZ", zones[i], 1), 0);
        tzset();
        for (unsigned n = 0; n < 20000; n++)
            assert_like_the_library(zones[i], &zone,
                                    (int64_t)(631152000 + step(&seed) % (YEAR_2100_S - 631152000)));
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

/* Walks hour by hour; where the library's offset changes, goes on second by second. */
static void the_jumps_are_the_c_librarys_to_the_second(void **state)
{
    (void)state;
    unsigned jumps = 0;
    for (size_t i = 0; i < ZONES; i++) {
        struct zone zone = zone_of(zones[i]);
        assert_int_equal(setenv("TZ", zones[i], 1), 0);
        tzset();
        for (int64_t hour = 1767225600; hour < 1767225600 + 6 * 366 * 86400; hour += 3600) {
            assert_like_the_library(zones[i], &zone, hour);
            bool jumps_here = zone_offset_s(&zone, (uint64_t)hour * 1000) !=
                              zone_offset_s(&zone, (uint64_t)(hour + 3600) * 1000);
            if (!jumps_here) continue;
            jumps++;
            for (int64_t s = hour; s <= hour + 3600; s++)
                assert_like_the_library(zones[i], &zone, s);
        }
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
    assert_true(jumps > 150);
}

static void a_clock_leads_to_its_moment_and_back(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (size_t i = 0; i < ZONES; i++) {
        struct zone zone = zone_of(zones[i]);
        uint64_t former_ms = 0;
        int64_t clock_ms = clock_of("2026-01-01T00:00:00Z");
        for (unsigned n = 0; n < 40000; n++) {
            clock_ms += (int64_t)(step(&seed) % 7200000);
            uint64_t moment_ms = zone_moment_ms(&zone, clock_ms);
            assert_true(moment_ms >= former_ms); /* a later clock is never an earlier moment */
            former_ms = moment_ms;
            int64_t shown_ms = zone_clock_ms(&zone, moment_ms);
            /* In a gap the moment of the jump, which shows the gap's end. */
            assert_true(shown_ms == clock_ms ||
                        (shown_ms > clock_ms && shown_ms - clock_ms <= 7200000));
        }
    }
}

static void a_clock_that_is_skipped_is_the_moment_of_the_jump(void **state)
{
    (void)state;
    const char *cet = "CET-1CEST,M3.5.0,M10.5.0/3";
    assert_moment(cet, "2026-03-29T01:59:59Z", "2026-03-29T00:59:59.000Z");
    assert_moment(cet, "2026-03-29T02:00:00Z", "2026-03-29T01:00:00.000Z");
    assert_moment(cet, "2026-03-29T02:30:00Z", "2026-03-29T01:00:00.000Z");
    assert_moment(cet, "2026-03-29T03:00:00Z", "2026-03-29T01:00:00.000Z");
    assert_moment(cet, "2026-03-29T03:30:00Z", "2026-03-29T01:30:00.000Z");
}

static void a_clock_that_is_shown_twice_is_its_second_time(void **state)
{
    (void)state;
    const char *cet = "CET-1CEST,M3.5.0,M10.5.0/3";
    assert_moment(cet, "2026-10-25T01:59:59Z", "2026-10-24T23:59:59.000Z");
    assert_moment(cet, "2026-10-25T02:00:00Z", "2026-10-25T01:00:00.000Z");
    assert_moment(cet, "2026-10-25T02:30:00Z", "2026-10-25T01:30:00.000Z");
    assert_moment(cet, "2026-10-25T03:00:00Z", "2026-10-25T02:00:00.000Z");
    const char *sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
    assert_moment(sydney, "2026-01-15T09:00:00Z", "2026-01-14T22:00:00.000Z");
    assert_moment(sydney, "2026-07-15T09:00:00Z", "2026-07-14T23:00:00.000Z");
    assert_moment(sydney, "2026-04-05T02:30:00Z", "2026-04-04T16:30:00.000Z");
    assert_moment(sydney, "2026-10-04T02:30:00Z", "2026-10-03T16:00:00.000Z");
    assert_moment("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-15T12:00:00Z", "2026-01-15T12:00:00.000Z");
    assert_moment("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-15T12:00:00Z", "2026-07-15T11:00:00.000Z");
}

static void daylight_time_may_last_all_year(void **state)
{
    (void)state;
    struct zone zone = zone_of("EST5EDT,0/0,J365/25");
    for (uint64_t ms = ms_of("2026-01-01T00:00:00Z"); ms < ms_of("2029-01-01T00:00:00Z");
         ms += 1800000)
        assert_int_equal(zone_offset_s(&zone, ms), -4 * 3600);
}

static void what_is_no_rule_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        enum error error;
    } bad[] = {
        {"", ERROR_MALFORMED},
        {"CET", ERROR_MALFORMED},
        {"CE-1", ERROR_MALFORMED},
        {"<CE>-1", ERROR_MALFORMED},
        {"<CET-1", ERROR_MALFORMED},
        {"-1", ERROR_MALFORMED},
        {"C3T-1", ERROR_MALFORMED},
        {"CET-1:", ERROR_MALFORMED},
        {"CET--1", ERROR_MALFORMED},
        {"CET-1 ", ERROR_MALFORMED},
        {" CET-1", ERROR_MALFORMED},
        {":Europe/Amsterdam", ERROR_MALFORMED},
        {"CET-1CEST", ERROR_MALFORMED},
        {"CET-1CEST,M3.5.0", ERROR_MALFORMED},
        {"CET-1CEST,M3.5,M10.5.0", ERROR_MALFORMED},
        {"CET-1CEST,M3.5.0,M10.5.0/", ERROR_MALFORMED},
        {"CET-1CEST,M3.5.0,M10.5.0/3,", ERROR_MALFORMED},
        {"CET-1CEST,M0003.5.0,M10.5.0", ERROR_MALFORMED},
        {"CET-25", ERROR_OUT_OF_RANGE},
        {"CET-1:60", ERROR_OUT_OF_RANGE},
        {"CET-1:00:60", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,M0.5.0,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,M13.5.0,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,M3.6.0,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,M3.0.0,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,M3.5.7,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,J0,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,J366,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,366,M10.5.0", ERROR_OUT_OF_RANGE},
        {"CET-1CEST,M3.5.0/168,M10.5.0", ERROR_OUT_OF_RANGE},
        {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-1", ERROR_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct zone zone;
        if (zone_parse(span_text(bad[i].rule), &zone) != bad[i].error)
            fail_msg("%s: not refused as %s", bad[i].rule, error_name(bad[i].error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_offset_is_the_c_librarys_at_every_moment_until_2100),
        cmocka_unit_test(the_jumps_are_the_c_librarys_to_the_second),
        cmocka_unit_test(a_clock_leads_to_its_moment_and_back),
        cmocka_unit_test(a_clock_that_is_skipped_is_the_moment_of_the_jump),
        cmocka_unit_test(a_clock_that_is_shown_twice_is_its_second_time),
        cmocka_unit_test(daylight_time_may_last_all_year),
        cmocka_unit_test(what_is_no_rule_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

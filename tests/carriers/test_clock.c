/* Times as carriers write them. */
#include "carriers/clock.h"
#include "proto/time.h"
#include "tests/proto/check.h"

static uint64_t ms(const char *rfc3339)
{
    uint64_t ms = 0;
    assert_error(OK, time_parse(span_text(rfc3339), &ms));
    return ms;
}

static struct when read(const char *forms, const char *text)
{
    const struct clock_rule rule = {.forms = forms};
    return clock_read(&rule, span_text(text));
}

static void a_form_reads_a_moment(void **state)
{
    (void)state;
    static const struct {
        const char *forms, *text, *moment;
    } rows[] = {
        {"%Y%m%d %H%M%S %z", "20240423 091519 -04.00", "2024-04-23T13:15:19Z"},
        {"%Y%m%d %H%M%S %z", "20240423 091519 -04:00", "2024-04-23T13:15:19Z"},
        {"%Y-%m-%dT%H:%M:%S %z", "2019-08-15T18:52:19 +8", "2019-08-15T10:52:19Z"},
        {"%Y-%m-%d %H:%M:%S %z", "2023-04-05 18:56:00 UTC", "2023-04-05T18:56:00Z"},
        {"%Y-%m-%d %H:%M:%S %z", "2023-04-05 18:56:00 GMT+8", "2023-04-05T10:56:00Z"},
        {"%Y-%m-%d %H:%M:%S %z", "2011-01-27 14:02:29 EST", "2011-01-27T19:02:29Z"},
        {"%Y-%m-%d %H:%M:%S %z", "2011-07-27 14:02:29 PDT", "2011-07-27T21:02:29Z"},
        {"%s", "1704110400", "2024-01-01T12:00:00Z"},
        {"%Q", "1704110400123", "2024-01-01T12:00:00.123Z"},
        {"/Date(%Q%*", "/Date(1704110400123+0100)/", "2024-01-01T12:00:00.123Z"},
        {"%d.%m.%Y|%d.%m.%Y %H:%M %z", "1.2.2026 9:05 +0100", "2026-02-01T08:05:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct when when = read(rows[i].forms, rows[i].text);
        if (when.ms != ms(rows[i].moment)) fail_msg("%s by %s", rows[i].text, rows[i].forms);
    }
    assert_int_equal(read(rows[5].forms, rows[5].text).quality, TIME_NAMED_ZONE);
    assert_int_equal(read(rows[0].forms, rows[0].text).quality, TIME_OFFSET);
}

static void a_form_reads_a_clock_without_a_zone(void **state)
{
    (void)state;
    static const struct {
        const char *forms, *text, *clock;
        enum time_quality quality;
    } rows[] = {
        {"%m/%d/%Y %I:%M %p", "10/01/2025 12:00 AM", "2025-10-01T00:00:00Z", TIME_NONE},
        {"%m/%d/%Y %I:%M %p", "10/01/2025 12:30 PM", "2025-10-01T12:30:00Z", TIME_NONE},
        {"%m/%d/%Y %I:%M:%S %p", "8/9/2021 5:11:26 PM", "2021-08-09T17:11:26Z", TIME_NONE},
        {"%b %d, %Y %I:%M %p", "April 28, 2015 9:01 am", "2015-04-28T09:01:00Z", TIME_NONE},
        {"%b %d, %Y", "April 28, 2015", "2015-04-28T00:00:00Z", TIME_DATE_ONLY},
        {"%a, %d %b %Y", "Tuesday, 28 Apr 2015", "2015-04-28T00:00:00Z", TIME_DATE_ONLY},
        {"%Y%m%d %H%M", "20210218 1020", "2021-02-18T10:20:00Z", TIME_NONE},
        {"%d/%m/%y", "17/01/20", "2020-01-17T00:00:00Z", TIME_DATE_ONLY},
        {"%d.%m.%Y %H:%M:%S.%f", "17.01.2020 10:11:12.5", "2020-01-17T10:11:12.500Z", TIME_NONE},
        {NULL, "2021-12-28T23:38:38", "2021-12-28T23:38:38Z", TIME_NONE},
        {NULL, "2021-12-28", "2021-12-28T00:00:00Z", TIME_DATE_ONLY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct when when = read(rows[i].forms, rows[i].text);
        if (when.naive_ms != ms(rows[i].clock) || when.ms != 0 || when.quality != rows[i].quality)
            fail_msg("%s by %s", rows[i].text, rows[i].forms);
    }
}

static void what_does_not_fit_is_no_time(void **state)
{
    (void)state;
    static const struct {
        const char *forms, *text;
    } rows[] = {
        {"%Y%m%d", "2024042"},
        {"%Y%m%d", "20240230"},
        {"%Y%m%d", "20241301"},
        {"%Y%m%d %H%M%S", "20240423 250000"},
        {"%I:%M %p", "1:00 pm"},
        {"%m/%d/%Y %I:%M %p", "10/01/2025 0:10 AM"},
        {"%m/%d/%Y %I:%M %p", "10/01/2025 13:10 PM"},
        {"%Y-%m-%d %z", "2024-04-23 XYZ"},
        {"%Y-%m-%d %z", "2024-04-23 +25"},
        {"%s", "17x"},
        {"%s", "9999999999999999"},
        {"%Y", "0001"},
        {"%b %d, %Y", "Foo 28, 2015"},
        {"%d.%m.%Y", "1.2.2026 trailing"},
        {"%d.%m.%Y", ""},
        {NULL, "string"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct when when = read(rows[i].forms, rows[i].text);
        if (when.naive_ms != 0 || when.ms != 0 || when.quality != TIME_NONE)
            fail_msg("%s by %s is a time", rows[i].text, rows[i].forms);
    }
}

static void a_carriers_rule_gives_the_zone(void **state)
{
    (void)state;
    const struct clock_rule beijing = {.zone = CLOCK_ZONE(8)};
    const struct clock_rule invented = {.assumed = true};
    struct when when = clock_read(&beijing, span_text("2019-05-09 18:11:26"));
    assert_true(when.ms == ms("2019-05-09T10:11:26Z"));
    assert_int_equal(when.quality, TIME_PROVIDER_RULE);
    when = clock_read(&beijing, span_text("2019-05-09T18:11:26Z"));
    assert_true(when.ms == ms("2019-05-09T18:11:26Z"));
    assert_int_equal(when.quality, TIME_OFFSET);
    when = clock_read(&beijing, span_text("2019-05-09"));
    assert_true(when.ms == 0);
    assert_int_equal(when.quality, TIME_DATE_ONLY);
    when = clock_read(&invented, span_text("2019-05-09T18:11:26Z"));
    assert_int_equal(when.quality, TIME_ASSUMED);
    when = clock_read(&invented, span_text("2019-05-09T18:11:26"));
    assert_int_equal(when.quality, TIME_NONE);
}

static void forms_that_cannot_be_read_say_so(void **state)
{
    (void)state;
    assert_null(clock_forms_fault("%Y-%m-%d %H:%M|%s"));
    assert_non_null(clock_forms_fault(""));
    assert_non_null(clock_forms_fault("%k"));
    assert_non_null(clock_forms_fault("%Y-%"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_reads_a_moment),
        cmocka_unit_test(a_form_reads_a_clock_without_a_zone),
        cmocka_unit_test(what_does_not_fit_is_no_time),
        cmocka_unit_test(a_carriers_rule_gives_the_zone),
        cmocka_unit_test(forms_that_cannot_be_read_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

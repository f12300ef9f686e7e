/* The clocks of carriers: what is known of an instant, and what is not. */
#include "proto/when.h"

#include "proto/time.h"
#include "tests/proto/check.h"

/* "quality instant clock", the latter two as texts; - for unknown. */
static void assert_when(const char *text, const char *expected)
{
    struct when when = when_parse(span_text(text));
    char instant[TIME_TEXT_BYTES] = "-", clock[TIME_TEXT_BYTES] = "-", found[128];
    if (when.ms != 0) time_print(when.ms, instant);
    if (when.naive_ms != 0) time_print(when.naive_ms, clock);
    snprintf(found, sizeof found, "%s %s %s", word_of(&time_quality_words, when.quality), instant,
             clock);
    assert_string_equal(expected, found);
}

static void a_clock_with_an_offset_is_an_instant(void **state)
{
    (void)state;
    assert_when("2024-08-02T18:50:00Z", "offset 2024-08-02T18:50:00.000Z 2024-08-02T18:50:00.000Z");
    assert_when("2018-07-23T01:21:39-05:00",
                "offset 2018-07-23T06:21:39.000Z 2018-07-23T01:21:39.000Z");
    assert_when("2018-07-23T16:58:00+0800",
                "offset 2018-07-23T08:58:00.000Z 2018-07-23T16:58:00.000Z");
    assert_when("2018-07-23 16:58+08", "offset 2018-07-23T08:58:00.000Z 2018-07-23T16:58:00.000Z");
    assert_when("2018-07-23t16:58:01 +05:45",
                "offset 2018-07-23T11:13:01.000Z 2018-07-23T16:58:01.000Z");
    assert_when("2024-08-02T23:14:42.4667891Z",
                "offset 2024-08-02T23:14:42.466Z 2024-08-02T23:14:42.466Z");
    assert_when("2018-07-23T16:58:00.123456789012+08:00",
                "offset 2018-07-23T08:58:00.123Z 2018-07-23T16:58:00.123Z");
    assert_when("2024-08-02T23:14:42,5z",
                "offset 2024-08-02T23:14:42.500Z 2024-08-02T23:14:42.500Z");
    assert_when("2875-02-27T00:00:00Z", "offset 2875-02-27T00:00:00.000Z 2875-02-27T00:00:00.000Z");
}

static void a_clock_without_an_offset_is_no_instant(void **state)
{
    (void)state;
    assert_when("2026-03-02T09:15:00", "none - 2026-03-02T09:15:00.000Z");
    assert_when("2026-03-02 09:15", "none - 2026-03-02T09:15:00.000Z");
    assert_when("2026-03-02T09:15:00.25", "none - 2026-03-02T09:15:00.250Z");
    assert_when("2026-03-02", "date_only - 2026-03-02T00:00:00.000Z");
}

static void what_is_no_clock_is_of_no_quality(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "soon",
        "2026",
        "2026-03",
        "2026-02-30",
        "2026-13-01",
        "2026-02-30T10:00:00Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T09:60:00",
        "2026-03-02T09:15:00.",
        "1969-12-31",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00",
        "2026-03-02T09:15:00 EST",
        "2026-03-02T09:15:00+5",
        "2026-03-02T09:15:00+05:3",
        "2026-03-02T09:15:00+05:30 ",
        "2026-03-02T09:15:00+0a",
        "2026-03-02T09:15:00+05x30",
        "2026-03-02T09:15:00 05:30",
        "2026-03-02T09:15:00 0530",
        "2026-03-02T09:15:00ZZ",
        "2026-03-02X09:15:00Z",
        "2026-03-02T09:15:0",
        "2026-03-02T09:15:00  Z",
        "02.03.2026 09:15",
        "2026-3-2T09:15:00Z",
        "9999-12-31T23:59:59-00:01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_when(bad[i], "none - -");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_with_an_offset_is_an_instant),
        cmocka_unit_test(a_clock_without_an_offset_is_no_instant),
        cmocka_unit_test(what_is_no_clock_is_of_no_quality),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

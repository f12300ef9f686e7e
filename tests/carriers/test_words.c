/* The small words of carriers: clocks, numbers, countries, codes. */
#include "carriers/country.h"
#include "carriers/mapping.h"
#include "carriers/number.h"
#include "carriers/report.h"
#include "proto/when.h"
#include "proto/time.h"
#include "tests/carriers/collect.h"

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
        "2026-03-02T09:15:00ZZ",
        "2026-03-02X09:15:00Z",
        "2026-03-02T09:15:0",
        "2026-03-02T09:15:00  Z",
        "02.03.2026 09:15",
        "2026-3-2T09:15:00Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_when(bad[i], "none - -");
}

static enum error normalized(const char *raw, const char *expected)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span number;
    enum error error = number_normalize(span_text(raw), room, &number);
    if (error == OK) assert_text(expected, number);
    return error;
}

static void a_number_is_upper_case_without_blanks(void **state)
{
    (void)state;
    assert_error(OK, normalized("1z 999 aa1 01 2345 6784", "1Z999AA10123456784"));
    assert_error(OK, normalized("\t rr123456785au\r\n", "RR123456785AU"));
    assert_error(OK, normalized("RR\xc2\xa0"
                                "12\xe2\x80\x8b"
                                "3\xef\xbb\xbf",
                                "RR123"));
    assert_error(OK, normalized("\xef\xbc\xb2\xef\xbd\x92\xe3\x80\x80\xef\xbc\x91", "RR1"));
    assert_error(OK, normalized("AB-12/3", "AB-12/3"));
    assert_error(OK, normalized("\xd1\x8f"
                                "1",
                                "\xd1\x8f"
                                "1")); /* only ASCII letters are raised */
}

static void a_number_that_is_no_identity_is_refused(void **state)
{
    (void)state;
    char text[300];
    assert_error(ERROR_MISSING_FIELD, normalized("", ""));
    assert_error(ERROR_MISSING_FIELD, normalized(" \xe2\x80\x8b ", ""));
    assert_error(ERROR_BAD_TEXT, normalized("12\xff", ""));
    memset(text, '7', sizeof text);
    text[TRACKING_NUMBER_BYTES_MAX] = '\0';
    assert_error(OK, normalized(text, text));
    text[TRACKING_NUMBER_BYTES_MAX] = '7';
    text[TRACKING_NUMBER_BYTES_MAX + 1] = '\0';
    assert_error(ERROR_TOO_LARGE, normalized(text, ""));
    memset(text, ' ', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_error(ERROR_TOO_LARGE, normalized(text, ""));
}

static const char *alpha2(const char *code)
{
    static char letters[3];
    memset(letters, 0, sizeof letters);
    return country_alpha2(span_text(code), (uint8_t *)letters) ? letters : "-";
}

static void a_country_of_three_letters_is_looked_up_and_not_cut(void **state)
{
    (void)state;
    assert_string_equal("CN", alpha2("CHN"));
    assert_string_equal("CH", alpha2("CHE"));
    assert_string_equal("AW", alpha2("ABW"));
    assert_string_equal("ZW", alpha2("ZWE"));
    assert_string_equal("AU", alpha2("aus"));
    assert_string_equal("NL", alpha2("nl"));
    assert_string_equal("-", alpha2("ZZZ"));
    assert_string_equal("-", alpha2("AAA"));
    assert_string_equal("-", alpha2(""));
    assert_string_equal("-", alpha2("U1"));
    assert_string_equal("-", alpha2("China"));
}

static void a_code_is_found_by_its_exact_letters(void **state)
{
    (void)state;
    static const struct code_row rows[] = {{"OC", TRACK_PRE_TRANSIT, 0},
                                           {"DL", TRACK_DELIVERED, 0}};
    static const struct code_table table = CODE_TABLE(rows);
    assert_ptr_equal(&rows[1], mapping_find(&table, span_text("DL")));
    assert_null(mapping_find(&table, span_text("dl")));
    assert_null(mapping_find(&table, span_text("D")));
    assert_null(mapping_find(&table, span_of(NULL, 0)));
}

static void a_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_text("ab", text_cut(span_text("ab"), 2));
    assert_text("a", text_cut(span_text("a\xc3\xbc"), 2));
    assert_text("a\xc3\xbc", text_cut(span_text("a\xc3\xbc"), 3));
    assert_text("", text_cut(span_text("\xf0\x9f\x93\xa6"), 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_with_an_offset_is_an_instant),
        cmocka_unit_test(a_clock_without_an_offset_is_no_instant),
        cmocka_unit_test(what_is_no_clock_is_of_no_quality),
        cmocka_unit_test(a_number_is_upper_case_without_blanks),
        cmocka_unit_test(a_number_that_is_no_identity_is_refused),
        cmocka_unit_test(a_country_of_three_letters_is_looked_up_and_not_cut),
        cmocka_unit_test(a_code_is_found_by_its_exact_letters),
        cmocka_unit_test(a_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

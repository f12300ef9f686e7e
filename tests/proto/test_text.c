/* The small pure files that make and check texts: utf8, line, time. */
#include "tests/proto/check.h"

#include "proto/line.h"
#include "proto/time.h"
#include "proto/utf8.h"
#include "tests/proto/values.h"
#include <stdlib.h>
#include <time.h>

/* --- UTF-8 ----------------------------------------------------------------------------------- */

/* The other way round: every number is encoded as the standard says, and only these sequences are
 * characters. */
static size_t encode(uint32_t number, uint8_t *to)
{
    if (number < 0x80) {
        to[0] = (uint8_t)number;
        return 1;
    }
    size_t size = number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        to[i] = (uint8_t)(0x80 | (number & 63));
        number >>= 6;
    }
    to[0] = (uint8_t)(lead[size] | number);
    return size;
}

static void every_character_is_one_step_and_no_surrogate_is(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 0x110000; number++) {
        uint8_t bytes[8] = {0};
        size_t size = encode(number, bytes);
        bool surrogate = number >= 0xd800 && number < 0xe000;
        assert_int_equal(utf8_step(span_of(bytes, sizeof bytes)), surrogate ? 0 : size);
        assert_int_equal(utf8_step(span_of(bytes, size)), surrogate ? 0 : size);
        if (size > 1) assert_int_equal(utf8_step(span_of(bytes, size - 1)), 0);
    }
}

static uint32_t decode(const uint8_t *bytes, size_t size)
{
    static const uint8_t lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t number = bytes[0] & lead[size];
    for (size_t i = 1; i < size; i++) number = number << 6 | (bytes[i] & 63);
    return number;
}

static void whatever_is_accepted_is_the_only_form_of_its_character(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1u << 24; i++) {
        uint8_t bytes[4] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i, 0xbf}, again[4];
        size_t size = utf8_step(span_of(bytes, sizeof bytes));
        if (size == 0) continue;
        assert_int_equal(encode(decode(bytes, size), again), size);
        assert_memory_equal(bytes, again, size);
    }
}

static void a_bad_byte_is_found_wherever_it_stands(void **state)
{
    (void)state;
    uint8_t text[40];
    for (size_t size = 0; size <= sizeof text; size++) {
        memset(text, 'a', sizeof text);
        assert_true(utf8_valid(span_of(text, size)));
        assert_true(utf8_plain(span_of(text, size)));
        for (size_t i = 0; i < size; i++) {
            text[i] = 0xff;
            assert_false(utf8_valid(span_of(text, size)));
            text[i] = 0;
            assert_true(utf8_valid(span_of(text, size)));
            assert_false(utf8_plain(span_of(text, size)));
            text[i] = 1; /* a borrow next to it must not look like a zero */
            assert_true(utf8_plain(span_of(text, size)));
            text[i] = 'a';
        }
    }
}

static void a_text_is_cut_between_characters(void **state)
{
    (void)state;
    const struct span text = span_text("a\xc3\xa9\xe9\x80\x80z"); /* of 1, 2, 3 and 1 bytes */
    static const size_t fits[] = {0, 1, 1, 3, 3, 3, 6, 7, 7};
    for (size_t most = 0; most < sizeof fits / sizeof fits[0]; most++)
        assert_int_equal(utf8_cut(text, most).size, fits[most]);
}

/* --- lines ----------------------------------------------------------------------------------- */

static void a_line_holds_what_was_put(void **state)
{
    (void)state;
    char text[100];
    struct line line = line_over(text, sizeof text);
    line_text(&line, "n=");
    line_uint(&line, UINT64_MAX);
    line_text(&line, " ");
    line_int(&line, INT64_MIN);
    line_text(&line, " ");
    line_int(&line, 0);
    line_text(&line, " ");
    line_digits(&line, 7, 3);
    line_hex(&line, hex("00ff1a"));
    line_quoted(&line, span_text("a\"\\\n\x7f\xc3\xa9"));
    assert_string_equal("n=18446744073709551615 -9223372036854775808 0 00700ff1a"
                        "\"a\\x22\\x5c\\x0a\\x7f\xc3\xa9\"",
                        text);
    assert_int_equal(line.used, strlen(text));
}

static void a_line_is_cut_at_its_end_and_takes_nothing_more(void **state)
{
    (void)state;
    char text[6] = "GGGGG";
    struct line line = line_over(text, 5);
    line_text(&line, "abcdef");
    line_text(&line, "x");
    assert_string_equal("abcd", text);
    assert_int_equal(line.used, 4);
    struct line none = line_over(NULL, 0);
    line_text(&none, "x");
    assert_int_equal(none.used, 0);
}

/* --- time ------------------------------------------------------------------------------------ */

static void assert_moment(const char *text, uint64_t expected)
{
    uint64_t ms = 0;
    enum error error = time_parse(span_text(text), &ms);
    if (error != OK) print_error("%s\n", text);
    assert_error(OK, error);
    assert_true(ms == expected);
}

static void assert_no_moment(const char *text, enum error expected)
{
    uint64_t ms = 0;
    enum error error = time_parse(span_text(text), &ms);
    if (error != expected) print_error("%s\n", text);
    assert_error(expected, error);
}

static void moments_print_and_parse_as_rfc_3339(void **state)
{
    (void)state;
    char text[TIME_TEXT_BYTES];
    time_print(1795297626123, text);
    assert_string_equal("2026-11-21T21:47:06.123Z", text);
    time_print(0, text);
    assert_string_equal("1970-01-01T00:00:00.000Z", text);
    static const uint64_t latest[] = {TIME_TEXT_MS_MAX, TIME_TEXT_MS_MAX + 1, TIME_MS_MAX,
                                      UINT64_MAX};
    for (size_t i = 0; i < sizeof latest / sizeof latest[0]; i++) {
        time_print(latest[i], text);
        assert_string_equal("9999-12-31T23:59:59.999Z", text);
        assert_moment(text, TIME_TEXT_MS_MAX);
    }

    assert_moment("1970-01-01T00:00:00Z", 0);
    assert_moment("2026-11-21T21:47:06.123Z", 1795297626123);
    assert_moment("2026-11-21t21:47:06.123z", 1795297626123);
    assert_moment("2026-11-21T13:47:06.123-08:00", 1795297626123);
    assert_moment("2026-11-22T03:17:06.123+05:30", 1795297626123);
    assert_moment("2026-11-21T21:47:06.1239999999999Z", 1795297626123);
    assert_moment("2026-11-21T21:47:06.1Z", 1795297626100);
    assert_moment("2026-11-21T21:47:06.12Z", 1795297626120);
    assert_moment("2026-11-21T21:47:06Z", 1795297626000);
    assert_moment("2026-11-21T21:47:06-00:00", 1795297626000);
    assert_moment("2024-02-29T00:00:00Z", 1709164800000);
    assert_moment("2000-02-29T00:00:00Z", 951782400000);
    assert_moment("2016-12-31T23:59:60Z", 1483228800000);
    assert_moment("9999-12-31T23:59:59.999Z", 253402300799999);
    assert_moment("1969-12-31T23:00:00-01:00", 0);
    assert_moment("1970-01-01T23:59:59+23:59", 59000);
}

static void what_is_no_moment_is_refused(void **state)
{
    (void)state;
    static const char *const bent[] = {
        "",
        "2026",
        "2026-11-21",
        "2026-11-21T21:47:06",
        "2026-11-21 21:47:06Z",
        "2026-11-21T21:47Z",
        "2026-11-21T21:47:06.Z",
        "2026-11-21T21:47:06,5Z",
        "2026-11-21T21:47:06+0530",
        "2026-11-21T21:47:06+05",
        "2026-11-21T21:47:06Z ",
        " 2026-11-21T21:47:06Z",
        "2026-1-21T21:47:06Z",
        "+2026-11-21T21:47:06Z",
        "12026-11-21T21:47:06Z",
        "2026-11-21T21:47:06ZZ",
        "2026/11/21T21:47:06Z",
        "1795297626123",
    };
    for (size_t i = 0; i < sizeof bent / sizeof bent[0]; i++)
        assert_no_moment(bent[i], ERROR_MALFORMED);
    /* What stands behind the text is no part of it. */
    static const char whole[] = "2026-11-21T21:47:06.123+05:30";
    uint64_t ms;
    for (size_t size = 0; size < sizeof whole - 1; size++)
        assert_error(ERROR_MALFORMED, time_parse(span_of(whole, size), &ms));
    assert_error(ERROR_MALFORMED, time_parse(span_of("2026-11-21T21:47:06Z", 19), &ms));
    static const char *const impossible[] = {
        "2026-00-21T21:47:06Z",      "2026-13-21T21:47:06Z",      "2026-11-00T21:47:06Z",
        "2026-11-31T21:47:06Z",      "2026-02-29T21:47:06Z",      "2100-02-29T21:47:06Z",
        "2026-11-21T24:00:00Z",      "2026-11-21T21:60:06Z",      "2026-11-21T21:47:61Z",
        "2026-11-21T21:47:06+24:00", "2026-11-21T21:47:06+05:60", "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",      "1970-01-01T00:00:00+00:01", "1899-12-31T00:00:00Z",
        "9999-12-31T23:59:60Z",      "9999-12-31T23:59:59-00:01", "9999-12-31T00:01:00-23:59"};
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++)
        assert_no_moment(impossible[i], ERROR_OUT_OF_RANGE);
}

/* The C library counts days by another method. */
static void every_fifth_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (uint64_t day = 0; day < 2932897; day += 5) { /* to the end of 9999 */
        time_t seconds = (time_t)(day * 86400 + day % 86400);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        char expected[80], text[TIME_TEXT_BYTES];
        uint64_t back, ms = (uint64_t)seconds * 1000 + day % 1000;
        time_print(ms, text);
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ",
                 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                 (unsigned)(day % 1000));
        assert_string_equal(expected, text);
        assert_error(OK, time_parse(span_text(text), &back));
        assert_true(ms == back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_one_step_and_no_surrogate_is),
        cmocka_unit_test(whatever_is_accepted_is_the_only_form_of_its_character),
        cmocka_unit_test(a_bad_byte_is_found_wherever_it_stands),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(a_line_holds_what_was_put),
        cmocka_unit_test(a_line_is_cut_at_its_end_and_takes_nothing_more),
        cmocka_unit_test(moments_print_and_parse_as_rfc_3339),
        cmocka_unit_test(what_is_no_moment_is_refused),
        cmocka_unit_test(every_fifth_day_agrees_with_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

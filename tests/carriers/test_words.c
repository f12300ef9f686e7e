/* The small words of carriers: numbers, countries, codes, texts. */
#include "carriers/country.h"
#include "carriers/mapping.h"
#include "carriers/number.h"
#include "carriers/report.h"
#include "carriers/unicode.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/utf8.h"
#include "tests/carriers/collect.h"
#include <stdlib.h>
#include <time.h>

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

/* --- the number of the doors and the number of the folds ----------------------------------------
 *
 * Every door brings a number to its one form (carriers/number.h), with tables that the pure room of
 * the business has not. Whatever comes out must be the form that parcels are looked up by there
 * (parcel_number), and bringing it in again must change nothing; or a parcel that one device
 * scanned is not found by the next. */

/* Returns false when the doors refuse it. */
static bool assert_one_form(struct span raw)
{
    uint8_t first[TRACKING_NUMBER_BYTES_MAX], again[TRACKING_NUMBER_BYTES_MAX],
        looked[TRACKING_NUMBER_BYTES_MAX];
    struct span form, twice;
    if (number_normalize(raw, first, &form) != OK) return false;
    enum error error = number_normalize(form, again, &twice);
    bool same = error == OK && span_equal(form, twice) &&
                span_equal(form, parcel_number(form, looked)) && utf8_plain(form);
    if (!same)
        for (size_t i = 0; i < raw.size; i++) print_error("\\x%02x", raw.at[i]);
    assert_true(same);
    return true;
}

static size_t put_point(uint8_t *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (uint8_t)point;
        return 1;
    }
    unsigned more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const uint8_t heads[] = {0, 0xc0, 0xe0, 0xf0};
    to[0] = (uint8_t)(heads[more] | point >> 6 * more);
    for (unsigned i = 1; i <= more; i++) to[i] = (uint8_t)(0x80 | (point >> 6 * (more - i) & 0x3f));
    return more + 1;
}

static void every_character_in_a_number_has_one_form(void **state)
{
    (void)state;
    unsigned taken = 0;
    for (uint32_t point = 1; point <= 0x10ffff; point++) {
        uint8_t raw[16] = {'r', 'R'};
        if (point >= 0xd800 && point <= 0xdfff) continue;
        size_t size = 2 + put_point(raw + 2, point);
        raw[size++] = '7';
        taken += assert_one_form(span_of(raw, size)) ? 1 : 0;
    }
    assert_true(taken > 0x10ffff - 0x800 - 100);
}

/* What devices and people put into numbers, one after the other as it falls. */
static void numbers_as_they_are_scanned_and_typed_have_one_form(void **state)
{
    (void)state;
    static const uint32_t points[] = {
        '0',     '7',    'a',    'Z',    ' ',    '\t',   '\r',   '-',    '/',    0xff10, 0xff19,
        0xff21,  0xff5a, 0xff0d, 0x3000, 0x00a0, 0x2009, 0x200b, 0x200d, 0x00ad, 0xfeff, 0x2010,
        0x2011,  0x2013, 0xfe63, 0x2460, 0x2160, 0x2170, 0xfb01, 0x212a, 0x00e9, 0x0301, 0x0323,
        0x0308,  0x0345, 0x1ea1, 0x00df, 0x0131, 0x0130, 0xac00, 0x1100, 0x1161, 0x11a8, 0x0660,
        0x1d7d8, 0x7f,   0x85,   0x2028, 0x180e, 0x061c, 0x0591, 0x05b0, 0x0f71, 0x0f72, 0x0f74};
    const char *given = getenv("ENTREPOT_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    print_message("ENTREPOT_SEED=%llu\n", (unsigned long long)seed);
    unsigned taken = 0;
    for (unsigned i = 0; i < 200000; i++) {
        uint8_t raw[64];
        size_t size = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        for (uint64_t left = 1 + (seed >> 60) % 10, chance = seed; left > 0; left--) {
            chance = chance * 2862933555777941757u + 3037000493u;
            size +=
                put_point(raw + size, points[(chance >> 33) % (sizeof points / sizeof points[0])]);
        }
        taken += assert_one_form(span_of(raw, size)) ? 1 : 0;
    }
    assert_true(taken > 150000);
}

/* Where no table is needed the two are one function, from the raw text on. */
static void an_ascii_number_is_the_same_to_both(void **state)
{
    (void)state;
    for (unsigned i = 1; i < 128; i++)
        for (unsigned j = 1; j < 128; j++) {
            uint8_t raw[] = {(uint8_t)i, '5', (uint8_t)j}, one[TRACKING_NUMBER_BYTES_MAX],
                    two[TRACKING_NUMBER_BYTES_MAX];
            struct span form;
            assert_error(OK, number_normalize(span_of(raw, 3), one, &form));
            assert_true(span_equal(form, parcel_number(span_of(raw, 3), two)));
        }
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
    assert_string_equal("-", alpha2("CHNX"));
}

static void a_code_is_found_by_its_exact_letters(void **state)
{
    (void)state;
    static const struct code_row rows[] = {{"OC", TRACK_PRE_TRANSIT, 0, DOCUMENTED},
                                           {"DL", TRACK_DELIVERED, 0, DOCUMENTED}};
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

static void a_normal_form_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    uint8_t room[64];
    struct span form;
    char text[UNICODE_POINTS_MAX + 2];
    assert_true(unicode_nfkd(span_text("\xef\xb7\xba"), room, 33, &form));
    assert_int_equal(33, form.size);
    assert_false(unicode_nfkd(span_text("\xef\xb7\xba"), room, 32, &form));
    assert_false(unicode_nfkd(span_text("a\xff"), room, sizeof room, &form));
    assert_false(unicode_code(span_text("a\xff"), room, sizeof room, &form));
    memset(text, ' ', sizeof text);
    assert_true(unicode_code(span_of(text, UNICODE_POINTS_MAX), room, sizeof room, &form));
    assert_int_equal(0, form.size);
    assert_false(unicode_code(span_of(text, UNICODE_POINTS_MAX + 1), room, sizeof room, &form));
}

/* ASCII goes a shorter way than other texts: beside a letter that is none, the way is the long one,
 * and the form must be the same. */
static void a_sign_of_ascii_has_one_form_on_either_way(void **state)
{
    (void)state;
    for (char sign = 0; sign >= 0 && sign < 127; sign++) {
        char alone[] = {'x', sign, 'Y'}, beside[] = {'x', sign, 'Y', '\xc3', '\x9f'};
        uint8_t short_room[8], long_room[8];
        struct span by_short, by_long;
        assert_true(unicode_code(span_of(alone, 3), short_room, 8, &by_short));
        assert_true(unicode_code(span_of(beside, 5), long_room, 8, &by_long));
        by_long.size -= 2;
        assert_true(span_equal(by_short, by_long));
        assert_true(unicode_nfkd(span_of(alone, 3), short_room, 8, &by_short));
        assert_true(unicode_nfkd(span_of(beside, 5), long_room, 8, &by_long));
        by_long.size -= 2;
        assert_true(span_equal(by_short, by_long));
    }
    uint8_t room[2];
    struct span form;
    assert_false(unicode_code(span_text("abc"), room, sizeof room, &form));
    assert_true(unicode_code(span_text("a b"), room, sizeof room, &form));
    assert_false(unicode_nfkd(span_text("abc"), room, sizeof room, &form));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_upper_case_without_blanks),
        cmocka_unit_test(a_number_that_is_no_identity_is_refused),
        cmocka_unit_test(every_character_in_a_number_has_one_form),
        cmocka_unit_test(numbers_as_they_are_scanned_and_typed_have_one_form),
        cmocka_unit_test(an_ascii_number_is_the_same_to_both),
        cmocka_unit_test(a_country_of_three_letters_is_looked_up_and_not_cut),
        cmocka_unit_test(a_code_is_found_by_its_exact_letters),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(a_normal_form_that_does_not_fit_is_refused),
        cmocka_unit_test(a_sign_of_ascii_has_one_form_on_either_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

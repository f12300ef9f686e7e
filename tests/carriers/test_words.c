/* The small words of carriers: numbers, countries, codes, texts. */
#include "carriers/country.h"
#include "carriers/mapping.h"
#include "carriers/number.h"
#include "carriers/report.h"
#include "carriers/unicode.h"
#include "tests/carriers/collect.h"

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
    assert_string_equal("-", alpha2("CHNX"));
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
        cmocka_unit_test(a_country_of_three_letters_is_looked_up_and_not_cut),
        cmocka_unit_test(a_code_is_found_by_its_exact_letters),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(a_normal_form_that_does_not_fit_is_refused),
        cmocka_unit_test(a_sign_of_ascii_has_one_form_on_either_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

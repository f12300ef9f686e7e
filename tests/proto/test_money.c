#include "tests/proto/check.h"

#include "proto/money.h"
#include "tests/proto/values.h"
#include <inttypes.h>
#include <stdlib.h>

static const struct currency *currency(const char *letters)
{
    const struct currency *found = currency_by_letters(span_text(letters));
    assert_non_null(found);
    return found;
}

static void the_exponents_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *letters;
        unsigned numeric, exponent;
    } rows[] = {{"USD", 840, 2}, {"EUR", 978, 2}, {"CNY", 156, 2}, {"AUD", 36, 2},
                {"JPY", 392, 0}, {"KRW", 410, 0}, {"KWD", 414, 3}, {"BHD", 48, 3},
                {"TND", 788, 3}, {"CLF", 990, 4}, {"HUF", 348, 2}, {"IDR", 360, 2},
                {"ISK", 352, 0}, {"ALL", 8, 2},   {"ZWG", 924, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct currency *found = currency(rows[i].letters);
        assert_int_equal(found->numeric, rows[i].numeric);
        assert_int_equal(found->exponent, rows[i].exponent);
        assert_ptr_equal(found, currency_by_numeric(rows[i].numeric));
    }
}

static void letters_and_numbers_name_the_same_currencies(void **state)
{
    (void)state;
    unsigned by_number = 0, by_letters = 0;
    for (uint64_t numeric = 0; numeric < 1200; numeric++) {
        const struct currency *found = currency_by_numeric(numeric);
        if (found == NULL) continue;
        by_number++;
        assert_int_equal(found->numeric, numeric);
        assert_ptr_equal(found, currency(found->letters));
    }
    for (unsigned i = 0; i < 26 * 26 * 26; i++) {
        char letters[4] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26),
                           0};
        if (currency_by_letters(span_text(letters)) != NULL) by_letters++;
    }
    assert_int_equal(by_number, 179);
    assert_int_equal(by_letters, 180); /* ANG and XCG share a number */
    assert_string_equal(currency_by_numeric(532)->letters, "XCG");
    assert_ptr_equal(currency("ANG"), currency("XCG"));
    assert_null(currency_by_numeric(UINT64_MAX));
}

static void what_is_no_currency_is_not_found(void **state)
{
    (void)state;
    static const char *const none[] = {"", "EU", "EURO", "eur", "ZZZ", "AAA", "USd"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(currency_by_letters(span_text(none[i])));
    assert_null(currency_by_letters(span_of("EU\0", 3)));
    assert_null(currency_by_numeric(0));
    assert_null(currency_by_numeric(1));
    assert_null(currency_by_numeric(1000));
}

/* The published list, where it lies beside the tree, against the table. */
static void the_table_agrees_with_the_published_list(void **state)
{
    (void)state;
    FILE *file = fopen("../shared/customs/currencies.tsv", "r");
    if (file == NULL) {
        printf("skipped: no list beside the tree\n");
        skip();
    }
    char line[500], letters[4];
    unsigned numeric, exponent, count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%3[A-Z] %u %u", letters, &numeric, &exponent) != 3) continue;
        assert_int_equal(currency(letters)->numeric, numeric);
        assert_int_equal(currency(letters)->exponent, exponent);
        count++;
    }
    fclose(file);
    printf("%u currencies compared\n", count);
    assert_int_equal(count, 179);
}

static void sums_and_products_are_checked(void **state)
{
    (void)state;
    int64_t result = 77;
    assert_error(OK, money_add(MONEY_MINOR_MAX - 1, 1, &result));
    assert_true(result == MONEY_MINOR_MAX);
    assert_error(ERROR_OUT_OF_RANGE, money_add(MONEY_MINOR_MAX, 1, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_add(-MONEY_MINOR_MAX, -1, &result));
    assert_error(OK, money_add(-MONEY_MINOR_MAX, 0, &result));
    assert_error(OK, money_add(MONEY_MINOR_MAX, 0, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_add(INT64_MAX, INT64_MAX, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_add(INT64_MIN, -1, &result));
    assert_true(result == MONEY_MINOR_MAX); /* untouched by errors */
    assert_error(OK, money_add(5, -8, &result));
    assert_int_equal(result, -3);

    assert_error(OK, money_multiply(-12995, 3, &result));
    assert_int_equal(result, -38985);
    assert_error(OK, money_multiply(MONEY_MINOR_MAX / 1000, 1000, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_multiply(MONEY_MINOR_MAX / 1000 + 1, 1000, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_multiply(1, UINT64_MAX, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_multiply(-1, (uint64_t)1 << 63, &result));
    assert_error(ERROR_OUT_OF_RANGE, money_multiply(INT64_MIN, 2, &result));
    assert_error(OK, money_multiply(0, UINT64_MAX, &result));
    assert_int_equal(result, 0);
}

static void assert_split(int64_t total, const int64_t *weights, size_t count,
                         const int64_t *expected)
{
    int64_t parts[8];
    assert_error(OK, money_split(total, weights, count, parts));
    for (size_t i = 0; i < count; i++) assert_int_equal(parts[i], expected[i]);
}

static void a_split_goes_by_largest_remainder(void **state)
{
    (void)state;
    /* 100 over three equal lines: the odd cent to the first. */
    assert_split(100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 33, 33});
    assert_split(101, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 34, 33});
    /* 10 by 1:5:6 is 0.83, 4.17, 5: the first has the largest remainder. */
    assert_split(10, (int64_t[]){1, 5, 6}, 3, (int64_t[]){1, 4, 5});
    /* 7 by 10:20:30:40 is 0.7, 1.4, 2.1, 2.8. */
    assert_split(7, (int64_t[]){10, 20, 30, 40}, 4, (int64_t[]){1, 1, 2, 3});
    /* A weight of zero gets nothing. */
    assert_split(5, (int64_t[]){0, 1, 0, 1}, 4, (int64_t[]){0, 3, 0, 2});
    assert_split(0, (int64_t[]){3, 4}, 2, (int64_t[]){0, 0});
    assert_split(9, (int64_t[]){7}, 1, (int64_t[]){9});
}

static void all_weights_zero_splits_evenly(void **state)
{
    (void)state;
    assert_split(11, (int64_t[]){0, 0, 0, 0}, 4, (int64_t[]){3, 3, 3, 2});
}

static void parts_always_sum_to_the_total(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned round = 0; round < 20000; round++) {
        int64_t weights[MONEY_SPLIT_MAX], parts[MONEY_SPLIT_MAX], sum = 0, weight_sum = 0;
        size_t count = 1 + (size_t)values_below(&values, round % 50 == 0 ? MONEY_SPLIT_MAX : 12);
        uint64_t weight_max = 1 + ((uint64_t)MONEY_MINOR_MAX >> values_below(&values, 50));
        int64_t total = (int64_t)(values_below(&values, (uint64_t)MONEY_MINOR_MAX + 1) >>
                                  values_below(&values, 50));
        for (size_t i = 0; i < count; i++) {
            weights[i] = (int64_t)values_below(&values, weight_max);
            weight_sum += weights[i];
        }
        assert_error(OK, money_split(total, weights, count, parts));
        for (size_t i = 0; i < count; i++) {
            sum += parts[i];
            if (weight_sum == 0) continue;
            /* Each part lies within one unit of its exact share. */
            __extension__ __int128 exact =
                (__extension__(__int128) total) * weights[i] / weight_sum;
            assert_true(parts[i] == (int64_t)exact || parts[i] == (int64_t)exact + 1);
        }
        assert_true(sum == total);
    }
    values_end(&values);
}

static void a_split_refuses_what_it_cannot_do(void **state)
{
    (void)state;
    int64_t weights[MONEY_SPLIT_MAX + 1] = {0}, parts[MONEY_SPLIT_MAX + 1];
    assert_error(ERROR_OUT_OF_RANGE, money_split(1, weights, 0, parts));
    assert_error(OK, money_split(1, weights, MONEY_SPLIT_MAX, parts));
    assert_error(ERROR_OUT_OF_RANGE, money_split(1, weights, MONEY_SPLIT_MAX + 1, parts));
    assert_error(ERROR_OUT_OF_RANGE, money_split(-1, weights, 2, parts));
    assert_error(ERROR_OUT_OF_RANGE, money_split(MONEY_MINOR_MAX + 1, weights, 2, parts));
    weights[1] = -1;
    assert_error(ERROR_OUT_OF_RANGE, money_split(1, weights, 2, parts));
    weights[1] = MONEY_MINOR_MAX + 1;
    assert_error(ERROR_OUT_OF_RANGE, money_split(1, weights, 2, parts));
    for (size_t i = 0; i < MONEY_SPLIT_MAX; i++) weights[i] = MONEY_MINOR_MAX;
    assert_error(OK, money_split(MONEY_MINOR_MAX, weights, MONEY_SPLIT_MAX, parts));
}

static void assert_prints(int64_t minor, const char *letters, const char *expected)
{
    char text[MONEY_TEXT_BYTES];
    money_print(minor, currency(letters), text);
    assert_string_equal(expected, text);
}

static void money_prints_with_its_decimal_places(void **state)
{
    (void)state;
    assert_prints(12995, "EUR", "129.95 EUR");
    assert_prints(5, "EUR", "0.05 EUR");
    assert_prints(0, "EUR", "0.00 EUR");
    assert_prints(-5, "USD", "-0.05 USD");
    assert_prints(1200, "JPY", "1200 JPY");
    assert_prints(1234567, "KWD", "1234.567 KWD");
    assert_prints(7, "CLF", "0.0007 CLF");
    assert_prints(INT64_MIN, "EUR", "-92233720368547758.08 EUR");
    assert_prints(MONEY_MINOR_MAX, "BHD", "1000000000000.000 BHD");
}

static void assert_parses(const char *text, const char *letters, enum error error, int64_t expected)
{
    int64_t minor = -1;
    enum error actual = money_parse(span_text(text), currency(letters), &minor);
    if (actual != error) print_error("%s %s\n", text, letters);
    assert_error(error, actual);
    if (error == OK) assert_true(minor == expected);
}

static void money_is_read_exactly(void **state)
{
    (void)state;
    assert_parses("129.95", "EUR", OK, 12995);
    assert_parses("129.9", "EUR", OK, 12990);
    assert_parses("129", "EUR", OK, 12900);
    assert_parses("0.05", "EUR", OK, 5);
    assert_parses("0", "EUR", OK, 0);
    assert_parses("1200", "JPY", OK, 1200);
    assert_parses("1.5", "KWD", OK, 1500);
    assert_parses("1.234", "KWD", OK, 1234);
    assert_parses("10000000000000.00", "EUR", OK, MONEY_MINOR_MAX);
    assert_parses("10000000000000.01", "EUR", ERROR_OUT_OF_RANGE, 0);
    assert_parses("1000000000000001", "JPY", ERROR_OUT_OF_RANGE, 0);
    assert_parses("99999999999999999999999999", "JPY", ERROR_OUT_OF_RANGE, 0);
    assert_parses("999999999999999", "KWD", ERROR_OUT_OF_RANGE, 0);
    assert_parses("1.5", "JPY", ERROR_OUT_OF_RANGE, 0);
    assert_parses("1.234", "EUR", ERROR_OUT_OF_RANGE, 0);
    /* What stands behind the text is no part of it. */
    int64_t minor = 0;
    assert_error(OK, money_parse(span_of("129.95", 2), currency("EUR"), &minor));
    assert_int_equal(minor, 1200);
    assert_error(OK, money_parse(span_of("129.95", 3), currency("EUR"), &minor));
    assert_int_equal(minor, 12900);
    assert_error(ERROR_MALFORMED, money_parse(span_of("129.95", 4), currency("EUR"), &minor));
    assert_error(OK, money_parse(span_of("129.95", 5), currency("EUR"), &minor));
    assert_int_equal(minor, 12990);
    static const char *const bent[] = {"",   ".",  "1.", ".5",    "-1",    "+1",  "1e3",  "1,50",
                                       " 1", "1 ", "01", "00.50", "1.2.3", "0x1", "1.5a", "٣"};
    for (size_t i = 0; i < sizeof bent / sizeof bent[0]; i++)
        assert_parses(bent[i], "KWD", ERROR_MALFORMED, 0);
}

static void what_is_printed_is_read_again(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    static const char *const letters[] = {"JPY", "EUR", "KWD", "CLF"};
    for (unsigned i = 0; i < 20000; i++) {
        char text[MONEY_TEXT_BYTES];
        int64_t back, minor = (int64_t)(values_below(&values, (uint64_t)MONEY_MINOR_MAX + 1) >>
                                        values_below(&values, 50));
        money_print(minor, currency(letters[i % 4]), text);
        size_t size = strlen(text) - 4; /* without " EUR" */
        assert_error(OK, money_parse(span_of(text, size), currency(letters[i % 4]), &back));
        assert_true(minor == back);
    }
    values_end(&values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exponents_are_those_of_the_standard),
        cmocka_unit_test(letters_and_numbers_name_the_same_currencies),
        cmocka_unit_test(what_is_no_currency_is_not_found),
        cmocka_unit_test(the_table_agrees_with_the_published_list),
        cmocka_unit_test(sums_and_products_are_checked),
        cmocka_unit_test(a_split_goes_by_largest_remainder),
        cmocka_unit_test(all_weights_zero_splits_evenly),
        cmocka_unit_test(parts_always_sum_to_the_total),
        cmocka_unit_test(a_split_refuses_what_it_cannot_do),
        cmocka_unit_test(money_prints_with_its_decimal_places),
        cmocka_unit_test(money_is_read_exactly),
        cmocka_unit_test(what_is_printed_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

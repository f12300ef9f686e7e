/* How near what was read on a box is to what is known. */
#include "overseas-warehouse/matching/nearness.h"
#include "tests/proto/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void near(const char *label, const char *number, uint32_t agree, uint32_t wrong)
{
    struct nearness got = number_nearness(span_text(label), span_text(number));
    assert_int_equal(got.agree, agree);
    assert_int_equal(got.wrong, wrong);
}

static void what_is_wrong_missing_or_too_many_counts_once_each(void **state)
{
    (void)state;
    near("1Z999AA10123456784", "1Z999AA10123456784", 18, 0);
    near("1Z999AA10123456784", "1Z999AA10123456789", 17, 1);
    near("1Z999AA1012345678", "1Z999AA10123456784", 17, 1);
    near("1Z999AA101234567844", "1Z999AA10123456784", 18, 1);
    near("1Z999AA10123465784", "1Z999AA10123456784", 17, 1); /* neighbours changed */
    near("", "12345", 0, 5);
    near("12345", "", 0, 5);
}

static void a_piece_that_was_torn_off_costs_nothing(void **state)
{
    (void)state;
    near("*0123456784", "1Z999AA10123456784", 10, 0);
    near("1Z999AA1*", "1Z999AA10123456784", 8, 0);
    near("*9AA10123*", "1Z999AA10123456784", 8, 0);
    near("1Z999*6784", "1Z999AA10123456784", 9, 0);
    near("1Z999AA1?123456784", "1Z999AA10123456784", 17, 0);
    near("*0123556784", "1Z999AA10123456784", 9, 1);
    near("*", "1Z999AA10123456784", 0, 0);
}

/* By brute force: of all ways, for short texts. */
static uint32_t brute(struct span label, struct span number)
{
    if (label.size == 0) return (uint32_t)number.size;
    struct span rest = span_of(label.at + 1, label.size - 1);
    uint8_t c = label.at[0];
    bool wild = c == '*', any = c == '?';
    uint32_t best = brute(rest, number) + (wild || any ? 0 : 1);
    if (number.size == 0) return best;
    struct span tail = span_of(number.at + 1, number.size - 1);
    uint32_t other =
        wild ? brute(label, tail) : brute(rest, tail) + (any || c == number.at[0] ? 0 : 1);
    if (other < best) best = other;
    if (!wild && (other = brute(label, tail) + 1) < best) best = other;
    bool swapped = label.size > 1 && number.size > 1 && c == number.at[1] &&
                   label.at[1] == number.at[0] && !wild && !any;
    if (swapped) {
        other =
            brute(span_of(label.at + 2, label.size - 2), span_of(number.at + 2, number.size - 2)) +
            1;
        if (other < best) best = other;
    }
    return best;
}

static void it_equals_the_best_of_all_ways(void **state)
{
    (void)state;
    struct values values = values_begin("nearness");
    static const char letters[] = "AB1?*";
    for (unsigned i = 0; i < 4000; i++) {
        char texts[2][8];
        for (unsigned k = 0; k < 2; k++) {
            size_t size = values_below(&values, 7);
            for (size_t at = 0; at < size; at++)
                texts[k][at] = letters[values_below(&values, k == 0 ? 5 : 3)];
            texts[k][size] = '\0';
        }
        struct nearness got = number_nearness(span_text(texts[0]), span_text(texts[1]));
        uint32_t want = brute(span_text(texts[0]), span_text(texts[1]));
        if (got.wrong != want) print_message("%s %s\n", texts[0], texts[1]);
        assert_int_equal(got.wrong, want);
    }
    values_end(&values);
}

static enum name_nearness names(const char *a, const char *b)
{
    struct name_words left, right;
    name_split(span_text(a), &left);
    name_split(span_text(b), &right);
    assert_int_equal(name_compare(&left, &right), name_compare(&right, &left));
    return name_compare(&left, &right);
}

static void names_are_compared_by_their_words(void **state)
{
    (void)state;
    assert_int_equal(names("Anna Müller", "MULLER, Anna"), NAME_SAME);
    assert_int_equal(names("José García", "jose garcia"), NAME_SAME);
    assert_int_equal(names("John B. Smith", "John Smith"), NAME_SAME);
    assert_int_equal(names("John Snith", "John Smith"), NAME_NEARLY);
    assert_int_equal(names("Jane Smith", "John Smith"), NAME_ONE_WORD);
    assert_int_equal(names("Olga Petrova", "John Smith"), NAME_OTHER);
    assert_int_equal(names("王小明", "王小明"), NAME_SAME);
    assert_int_equal(names("", "John Smith"), NAME_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_missing_or_too_many_counts_once_each),
        cmocka_unit_test(a_piece_that_was_torn_off_costs_nothing),
        cmocka_unit_test(it_equals_the_best_of_all_ways),
        cmocka_unit_test(names_are_compared_by_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The arithmetic of figures: spells within their stated error, shares, and intervals held against
 * values that were worked out by other means. */
#include "overseas-warehouse/figures.h"
#include "tests/proto/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SPELLS 5000

static int by_size(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static void a_spell_is_read_within_a_sixty_fourth_of_what_it_was(void **state)
{
    (void)state;
    static const unsigned parts[] = {1, 100, 500, 900, 999, 1000};
    struct values values = values_begin("spells");
    for (unsigned round = 0; round < 20; round++) {
        static uint64_t exact[SPELLS];
        static struct spells spells;
        memset(&spells, 0, sizeof spells);
        uint64_t widest = 1 + (values_below(&values, 4000000000u) >> (round % 20)), sum = 0;
        for (size_t i = 0; i < SPELLS; i++) {
            exact[i] = values_below(&values, widest);
            sum += exact[i];
            spells_add(&spells, exact[i] * 1000 + values_below(&values, 1000));
        }
        qsort(exact, SPELLS, sizeof exact[0], by_size);
        assert_int_equal(spells_mean(&spells), sum / SPELLS);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            uint64_t wanted = exact[(SPELLS * parts[i] + 999) / 1000 - 1];
            uint64_t got = spells_part(&spells, parts[i]);
            assert_true(difference(wanted, got) * 64 <= wanted + 63);
        }
    }
    values_end(&values);
}

static void spells_at_their_bounds_have_a_place(void **state)
{
    (void)state;
    static struct spells spells;
    memset(&spells, 0, sizeof spells);
    assert_int_equal(spells_part(&spells, 500), 0);
    assert_int_equal(spells_mean(&spells), 0);
    spells_add(&spells, 0);
    spells_add(&spells, 31999);
    assert_int_equal(spells_part(&spells, 500), 0);
    assert_int_equal(spells_part(&spells, 1000), 31);
    spells_add(&spells, UINT64_MAX);
    assert_int_equal(spells.max_s, SPELL_MAX_S);
    assert_true(difference(spells_part(&spells, 1000), SPELL_MAX_S) <= SPELL_MAX_S / 64);
}

static void intervals_are_those_of_wilson(void **state)
{
    (void)state;
    static const struct {
        uint64_t part, whole, low, high;
    } known[] = {
        {0, 1, 0, 794},
        {1, 1, 206, 1000},
        {0, 10, 0, 278},
        {1, 10, 17, 405},
        {5, 10, 236, 764},
        {10, 100, 55, 175},
        {30, 1000, 21, 43},
        {1, 100000, 0, 1},
        {500, 1000, 469, 531},
        {99, 100, 945, 999},
        {123456, 7654321, 16, 17},
        {0, 1000000000, 0, 1},
        {1000000000, 1000000000, 999, 1000},
        {333333333, 1000000000, 333, 334},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct interval got = share_interval(known[i].part, known[i].whole);
        assert_int_equal(got.low, known[i].low);
        assert_int_equal(got.high, known[i].high);
    }
    struct interval nothing = share_interval(0, 0);
    assert_int_equal(nothing.low, 0);
    assert_int_equal(nothing.high, 1000);
}

static void intervals_hold_their_share_and_narrow_with_what_was_counted(void **state)
{
    (void)state;
    struct values values = values_begin("intervals");
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t whole = 1 + (values_below(&values, 1000000000) >> (i % 30));
        uint64_t part = values_below(&values, whole + 1);
        struct interval few = share_interval(part, whole);
        assert_true(few.low <= share_of(part, whole));
        assert_true(few.high >= share_of(part, whole));
        if (whole > SHARE_COUNTS_MAX / 4) continue;
        struct interval many = share_interval(part * 4, whole * 4);
        assert_true(many.low >= few.low && many.high <= few.high);
    }
    values_end(&values);
}

static void a_sum_stays_at_its_end(void **state)
{
    (void)state;
    int64_t sum = INT64_MAX - 5;
    sum_add(&sum, 4);
    assert_true(sum == INT64_MAX - 1);
    sum_add(&sum, 4);
    assert_true(sum == INT64_MAX);
    sum_add(&sum, -1);
    assert_true(sum == INT64_MAX - 1);
    sum = INT64_MIN + 1;
    sum_add(&sum, -4);
    assert_true(sum == INT64_MIN);
    assert_int_equal(share_of(3, 0), 0);
    assert_int_equal(share_of(1, 3), 333);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spell_is_read_within_a_sixty_fourth_of_what_it_was),
        cmocka_unit_test(spells_at_their_bounds_have_a_place),
        cmocka_unit_test(intervals_are_those_of_wilson),
        cmocka_unit_test(intervals_hold_their_share_and_narrow_with_what_was_counted),
        cmocka_unit_test(a_sum_stays_at_its_end),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}

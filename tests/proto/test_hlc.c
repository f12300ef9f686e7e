#include "tests/proto/check.h"

#include "proto/hlc.h"
#include "tests/proto/values.h"

#define NOW_MS ((uint64_t)1795297626123)

static void a_stamp_bears_the_wall_clock(void **state)
{
    (void)state;
    struct hlc hlc = {0};
    assert_true(hlc_tick(&hlc, NOW_MS) == NOW_MS << 16);
    assert_true(hlc_ms(hlc.last) == NOW_MS);
    assert_true(hlc_tick(&hlc, NOW_MS) == (NOW_MS << 16 | 1));
    assert_true(hlc_tick(&hlc, NOW_MS + 1) == (NOW_MS + 1) << 16);
}

static void stamps_ascend_though_the_wall_clock_goes_back(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    struct hlc hlc = {0};
    uint64_t before = 0;
    for (unsigned i = 0; i < 300000; i++) {
        uint64_t stamp = hlc_tick(&hlc, NOW_MS + values_below(&values, 1000));
        assert_true(stamp > before);
        before = stamp;
    }
    values_end(&values);
}

static void a_full_counter_carries_over(void **state)
{
    (void)state;
    struct hlc hlc = {.last = NOW_MS << 16 | 0xffff};
    assert_true(hlc_tick(&hlc, NOW_MS) == (NOW_MS + 1) << 16);
}

static void a_stamp_seen_is_outdone_by_the_next_own_one(void **state)
{
    (void)state;
    struct hlc hlc = {0};
    uint64_t seen = (NOW_MS + 5000) << 16 | 9;
    assert_true(hlc_see(&hlc, NOW_MS, seen));
    assert_true(hlc_tick(&hlc, NOW_MS) == seen + 1);
    assert_true(hlc_see(&hlc, NOW_MS, 3)); /* an old one changes nothing */
    assert_true(hlc.last == seen + 1);
}

static void a_stamp_from_the_year_2038_moves_the_clock_five_minutes_at_most(void **state)
{
    (void)state;
    struct hlc hlc = {0};
    uint64_t bound_ms = NOW_MS + HLC_DRIFT_MS_MAX;
    assert_true(hlc_see(&hlc, NOW_MS, bound_ms << 16 | 0xffff));
    hlc.last = 0;
    assert_false(hlc_see(&hlc, NOW_MS, (bound_ms + 1) << 16));
    assert_true(hlc_ms(hlc.last) == bound_ms);
    assert_false(hlc_see(&hlc, NOW_MS, (uint64_t)2147483648000 << 16));
    assert_true(hlc_ms(hlc.last) == bound_ms);
    assert_false(hlc_see(&hlc, NOW_MS, UINT64_MAX));
    assert_true(hlc_ms(hlc_tick(&hlc, NOW_MS)) == bound_ms + 1);
}

static void a_wall_clock_beyond_48_bits_does_not_wrap(void **state)
{
    (void)state;
    struct hlc hlc = {0};
    assert_true(hlc_ms(hlc_tick(&hlc, UINT64_MAX)) == ((uint64_t)1 << 48) - 1);
    hlc.last = 0;
    assert_true(hlc_see(&hlc, UINT64_MAX, UINT64_MAX));
    assert_true(hlc.last == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stamp_bears_the_wall_clock),
        cmocka_unit_test(stamps_ascend_though_the_wall_clock_goes_back),
        cmocka_unit_test(a_full_counter_carries_over),
        cmocka_unit_test(a_stamp_seen_is_outdone_by_the_next_own_one),
        cmocka_unit_test(a_stamp_from_the_year_2038_moves_the_clock_five_minutes_at_most),
        cmocka_unit_test(a_wall_clock_beyond_48_bits_does_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When a carrier is asked again: every status has an end, delivered slows down and goes on, a start
 * forgets nothing; the breaker and the budget of an account. */
#include "carriers/pace.h"
#include "tests/proto/check.h"

#define MINUTE_MS UINT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define NOW       (UINT64_C(1700000000000))

static uint64_t interval(uint64_t status, uint64_t days)
{
    const struct pace_case it = {.status = status, .since_ms = NOW, .now_ms = NOW + days * DAY_MS};
    return pace_interval_ms(&it);
}

static void every_status_is_asked_about_and_every_one_ends(void **state)
{
    (void)state;
    for (uint64_t status = 0; status <= TRACK_UNKNOWN; status++) {
        uint64_t before = 1;
        if (status != TRACK_EXPIRED) assert_true(interval(status, 0) > 0);
        for (uint64_t days = 0; days < 400; days++) {
            uint64_t now = interval(status, days);
            /* It only slows down, and what has ended does not begin again. */
            if (days > 0) assert_true(now == 0 || (before != 0 && now >= before));
            before = now;
        }
        assert_int_equal(before, 0);
    }
}

static void the_rows_of_a_status_have_no_gap(void **state)
{
    (void)state;
    for (uint64_t status = 0; status <= TRACK_UNKNOWN; status++) {
        uint16_t days = 0;
        for (size_t i = 0; i < pace_rows_count; i++) {
            if ((pace_rows[i].statuses >> status & 1) == 0) continue;
            assert_true(pace_rows[i].days > days);
            days = pace_rows[i].days;
        }
        assert_int_equal(days, UINT16_MAX);
    }
}

static void delivered_slows_down_and_goes_on(void **state)
{
    (void)state;
    assert_int_equal(interval(TRACK_IN_TRANSIT, 0), 4 * HOUR_MS);
    assert_int_equal(interval(TRACK_OUT_FOR_DELIVERY, 0), HOUR_MS);
    assert_int_equal(interval(TRACK_DELIVERED, 0), DAY_MS);
    assert_int_equal(interval(TRACK_DELIVERED, 44), 3 * DAY_MS);
    assert_int_equal(interval(TRACK_DELIVERED, 45), 0);
}

static void a_carrier_that_forgets_is_not_asked_for_longer(void **state)
{
    struct pace_case it = {.status = TRACK_IN_TRANSIT,
                           .since_ms = NOW,
                           .now_ms = NOW + 29 * DAY_MS,
                           .carrier_days = 30};
    (void)state;
    assert_true(pace_interval_ms(&it) > 0);
    it.now_ms = NOW + 30 * DAY_MS;
    assert_int_equal(pace_interval_ms(&it), 0);
}

static void what_is_not_known_there_is_asked_less_often(void **state)
{
    struct pace_case it = {.status = 0, .since_ms = NOW, .now_ms = NOW, .misses = 3};
    (void)state;
    uint64_t at_first = pace_interval_ms(&it);
    it.misses = 4;
    assert_int_equal(pace_interval_ms(&it), 2 * at_first);
    it.misses = 400;
    assert_int_equal(pace_interval_ms(&it), 8 * at_first);
    /* A clock that was set back asks as if no time had passed. */
    it = (struct pace_case){.status = TRACK_DELIVERED, .since_ms = NOW, .now_ms = NOW - DAY_MS};
    assert_int_equal(pace_interval_ms(&it), DAY_MS);
}

static void a_start_spreads_what_is_due_and_forgets_nothing(void **state)
{
    uint64_t chance = 0;
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint64_t first = pace_first_ms(4 * HOUR_MS, NOW, chance >> 11);
        assert_in_range(first, NOW, NOW + 4 * HOUR_MS - 1);
    }
    /* Down for longer than the interval: all of it is due. */
    assert_true(pace_first_ms(4 * HOUR_MS, NOW - 4 * HOUR_MS, UINT64_MAX) < NOW);
    assert_int_equal(pace_first_ms(0, NOW, 5), UINT64_MAX);
}

static void a_wait_doubles_and_obeys_the_carrier(void **state)
{
    (void)state;
    assert_int_equal(pace_backoff_ms(1, 0, 0), 30000);
    assert_int_equal(pace_backoff_ms(3, 0, 0), 120000);
    assert_true(pace_backoff_ms(1, 0, UINT64_MAX) <= 45000);
    assert_int_equal(pace_backoff_ms(60, 0, 0), PACE_BACKOFF_MAX_MS);
    assert_int_equal(pace_backoff_ms(1, 3600000, 0), 3600000);
    assert_int_equal(pace_backoff_ms(1, 2 * PACE_BACKOFF_MAX_MS, 0), 2 * PACE_BACKOFF_MAX_MS);
}

static void a_breaker_opens_tries_once_and_closes(void **state)
{
    struct breaker breaker = {0};
    (void)state;
    for (unsigned i = 0; i < BREAKER_FAILURES; i++) {
        assert_true(breaker_lets(&breaker, NOW));
        breaker_failed(&breaker, NOW, 0, 0);
    }
    assert_false(breaker_lets(&breaker, NOW));
    uint64_t back = breaker.open_until_ms;
    assert_true(back > NOW);
    assert_true(breaker_lets(&breaker, back));
    assert_false(breaker_lets(&breaker, back)); /* one is out */
    breaker_failed(&breaker, back, 0, 0);
    assert_true(breaker.open_until_ms - back > back - NOW);
    assert_true(breaker_lets(&breaker, breaker.open_until_ms));
    breaker_heard(&breaker);
    assert_true(breaker_lets(&breaker, NOW));
    assert_int_equal(breaker.failures, 0);
}

static void a_carrier_that_asks_for_a_pause_gets_it(void **state)
{
    struct breaker breaker = {0};
    (void)state;
    breaker_failed(&breaker, NOW, 90000, 0);
    assert_false(breaker_lets(&breaker, NOW + 89999));
    assert_true(breaker_lets(&breaker, NOW + 90000));
}

static void a_budget_is_kept_over_any_window(void **state)
{
    struct budget budget;
    unsigned taken = 0, late = 0;
    (void)state;
    budget_begin(&budget, 60, 3600, NOW);
    for (uint64_t t = 0; t < 3600; t++) taken += budget_take(&budget, NOW + t * 1000, false);
    /* A full bucket, and what came in meanwhile: the first hour may have twice as many. */
    assert_in_range(taken, 60, 120);
    for (uint64_t t = 3600; t < 7200; t++) late += budget_take(&budget, NOW + t * 1000, false);
    assert_in_range(late, 59, 60);
    uint64_t now = NOW + 7200 * 1000;
    while (budget_take(&budget, now, false)) continue;
    uint64_t next = budget_next_ms(&budget, now, false);
    assert_true(next > now);
    assert_false(budget_take(&budget, next - 1, false));
    assert_true(budget_take(&budget, next, false));
    /* Nothing is made by a clock that runs backwards, nor by one that leaps. */
    assert_false(budget_take(&budget, now - 3600000, false));
    assert_true(budget_take(&budget, UINT64_MAX, false));
}

static void hints_take_their_part_and_no_more(void **state)
{
    struct budget budget;
    unsigned hints = 0, own = 0;
    (void)state;
    budget_begin(&budget, 100, 3600, NOW);
    while (budget_take(&budget, NOW, true)) hints++;
    assert_int_equal(hints, 25);
    while (budget_take(&budget, NOW, false)) own++;
    assert_int_equal(own, 75);
    assert_true(budget_next_ms(&budget, NOW, true) > budget_next_ms(&budget, NOW, false));
    budget_begin(&budget, 1, 5, NOW);
    assert_true(budget_take(&budget, NOW, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_is_asked_about_and_every_one_ends),
        cmocka_unit_test(the_rows_of_a_status_have_no_gap),
        cmocka_unit_test(delivered_slows_down_and_goes_on),
        cmocka_unit_test(a_carrier_that_forgets_is_not_asked_for_longer),
        cmocka_unit_test(what_is_not_known_there_is_asked_less_often),
        cmocka_unit_test(a_start_spreads_what_is_due_and_forgets_nothing),
        cmocka_unit_test(a_wait_doubles_and_obeys_the_carrier),
        cmocka_unit_test(a_breaker_opens_tries_once_and_closes),
        cmocka_unit_test(a_carrier_that_asks_for_a_pause_gets_it),
        cmocka_unit_test(a_budget_is_kept_over_any_window),
        cmocka_unit_test(hints_take_their_part_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

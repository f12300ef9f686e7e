/* Proofs over the table of exchanges: a few lines each, over every state and every set of facts. */
#include "overseas-warehouse/exchange/exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IF(name)  EXCHANGE_IF(name)
#define ALL_FACTS (1u << EXCHANGE_FACT_COUNT)

/* A warehouse has said one thing of the attempt, or nothing yet. */
static bool can_be(uint32_t facts)
{
    uint32_t said = facts & (IF(KEEPS) | IF(LOST) | IF(LEFT));
    return (said & (said - 1)) == 0;
}

static unsigned allowed(enum exchange_state from, uint32_t facts)
{
    unsigned count = 0;
    for (size_t i = 0; i < exchange_steps_count; i++) {
        const struct exchange_step_row *step = &exchange_steps[i];
        bool allows = (facts & step->need) == step->need && (facts & step->bar) == 0;
        count += step->from == from && !step->person && allows;
    }
    return count;
}

static void no_two_steps_of_the_book_are_allowed_at_once(void **state)
{
    (void)state;
    for (unsigned from = 0; from < EXCHANGE_STATE_COUNT; from++)
        for (uint32_t facts = 0; facts < ALL_FACTS; facts++)
            if (can_be(facts)) assert_true(allowed((enum exchange_state)from, facts) <= 1);
}

static void every_state_is_reached_and_every_step_is_taken(void **state)
{
    (void)state;
    bool reached[EXCHANGE_STATE_COUNT] = {[EXCHANGE_NONE] = true}, taken[64] = {false};
    for (unsigned round = 0; round < EXCHANGE_STATE_COUNT; round++)
        for (size_t i = 0; i < exchange_steps_count; i++) {
            const struct exchange_step_row *step = &exchange_steps[i];
            if (!reached[step->from]) continue;
            reached[step->to] = true;
            for (uint32_t facts = 0; facts < ALL_FACTS && !taken[i]; facts++)
                taken[i] = step->person ? exchange_asked(step->from, step->act) == step
                                        : can_be(facts) && exchange_next(step->from, facts) == step;
        }
    for (unsigned i = 0; i < EXCHANGE_STATE_COUNT; i++) assert_true(reached[i]);
    for (size_t i = 0; i < exchange_steps_count; i++) assert_true(taken[i]);
}

static void what_is_over_stays_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < exchange_steps_count; i++)
        assert_false(exchange_is_over(exchange_steps[i].from));
    assert_true(exchange_is_over(EXCHANGE_SENT));
    assert_true(exchange_is_over(EXCHANGE_ENDED));
}

/* Nothing may leave that is not kept, owed and paid for, or whose return was answered otherwise. */
static void leave_is_given_for_what_is_kept_owed_and_paid_only(void **state)
{
    (void)state;
    const uint32_t must = IF(FITS) | IF(KEEPS) | IF(OWED) | IF(PAID);
    for (size_t i = 0; i < exchange_steps_count; i++) {
        const struct exchange_step_row *step = &exchange_steps[i];
        if (step->to != EXCHANGE_LEAVING) continue;
        assert_int_equal(step->from, EXCHANGE_KEPT);
        assert_false(step->person);
        assert_int_equal(step->need & must, must);
    }
}

/* What may have left ends by the word of its warehouse, and by nothing else. */
static void what_may_have_left_ends_by_its_warehouses_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < exchange_steps_count; i++) {
        const struct exchange_step_row *step = &exchange_steps[i];
        bool open = step->from == EXCHANGE_LEAVING || step->from == EXCHANGE_RECALLING;
        bool still = step->to == EXCHANGE_LEAVING || step->to == EXCHANGE_RECALLING;
        if (!open || still) continue;
        assert_int_not_equal(step->need & (IF(LOST) | IF(LEFT)), 0);
        if (step->to != EXCHANGE_SENT) assert_int_equal(step->need & IF(LOST), IF(LOST));
        if (step->to != EXCHANGE_SENT) assert_int_equal(step->bar & IF(LEFT), IF(LEFT));
    }
    for (size_t i = 0; i < exchange_steps_count; i++)
        if (exchange_steps[i].to == EXCHANGE_SENT)
            assert_int_equal(exchange_steps[i].need & IF(LEFT), IF(LEFT));
}

/* Whoever waits, for a warehouse's word or for goods, waits no longer than his time. */
static void silence_moves_on_what_waits(void **state)
{
    (void)state;
    for (uint32_t facts = 0; facts < ALL_FACTS; facts++) {
        if (!can_be(facts) || (facts & IF(SILENT)) == 0 || (facts & IF(LEFT)) != 0) continue;
        assert_non_null(exchange_next(EXCHANGE_WAITING, facts));
        assert_non_null(exchange_next(EXCHANGE_ASKING, facts));
    }
}

/* A person can call off all that is open, and at no time more than that. */
static void a_person_calls_off_what_is_open(void **state)
{
    (void)state;
    assert_int_equal(exchange_asked(EXCHANGE_LEAVING, EXCHANGE_END)->to, EXCHANGE_RECALLING);
    assert_int_equal(exchange_asked(EXCHANGE_KEPT, EXCHANGE_END)->to, EXCHANGE_ENDED);
    assert_null(exchange_asked(EXCHANGE_RECALLING, EXCHANGE_END));
    assert_null(exchange_asked(EXCHANGE_LEAVING, EXCHANGE_PAY));
    assert_null(exchange_asked(EXCHANGE_SENT, EXCHANGE_END));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_steps_of_the_book_are_allowed_at_once),
        cmocka_unit_test(every_state_is_reached_and_every_step_is_taken),
        cmocka_unit_test(what_is_over_stays_over),
        cmocka_unit_test(leave_is_given_for_what_is_kept_owed_and_paid_only),
        cmocka_unit_test(what_may_have_left_ends_by_its_warehouses_word),
        cmocka_unit_test(silence_moves_on_what_waits),
        cmocka_unit_test(a_person_calls_off_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

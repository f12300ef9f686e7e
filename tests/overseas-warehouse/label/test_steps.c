/* Proofs over the table of labels: a few lines each, over every state and every set of facts. */
#include "overseas-warehouse/label/label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IF(name)  LABEL_IF(name)
#define ALL_FACTS (1u << LABEL_FACT_COUNT)
#define OF_A_CALL (IF(DONE) | IF(REFUSED) | IF(MUTE) | IF(LATE))

/* A call came to one thing, or there was none. */
static bool can_be(uint32_t facts)
{
    uint32_t said = facts & OF_A_CALL;
    return (said & (said - 1)) == 0;
}

static unsigned allowed(enum label_state from, uint32_t facts)
{
    unsigned count = 0;
    for (size_t i = 0; i < label_steps_count; i++) {
        const struct label_step_row *row = &label_steps[i];
        bool allows = (facts & row->need) == row->need && (facts & row->bar) == 0;
        count += row->from == from && !row->person && allows;
    }
    return count;
}

static void no_two_steps_of_the_book_are_allowed_at_once(void **state)
{
    (void)state;
    for (unsigned from = 0; from < LABEL_STATE_COUNT; from++)
        for (uint32_t facts = 0; facts < ALL_FACTS; facts++)
            if (can_be(facts)) assert_true(allowed((enum label_state)from, facts) <= 1);
}

static void every_state_is_reached_and_every_step_is_taken(void **state)
{
    (void)state;
    bool reached[LABEL_STATE_COUNT] = {[LABEL_NONE] = true}, taken[64] = {false};
    for (unsigned round = 0; round < LABEL_STATE_COUNT; round++)
        for (size_t i = 0; i < label_steps_count; i++) {
            const struct label_step_row *row = &label_steps[i];
            if (!reached[row->from]) continue;
            reached[row->to] = true;
            for (uint32_t facts = 0; facts < ALL_FACTS && !taken[i]; facts++)
                taken[i] = row->person ? label_asked(row->from, row->step) == row
                                       : can_be(facts) && label_next(row->from, facts) == row;
        }
    for (unsigned i = 0; i < LABEL_STATE_COUNT; i++) assert_true(reached[i]);
    for (size_t i = 0; i < label_steps_count; i++) assert_true(taken[i]);
}

/* All states that any steps lead to, people's too. */
static void reach(enum label_state from, bool reached[LABEL_STATE_COUNT])
{
    memset(reached, 0, LABEL_STATE_COUNT * sizeof reached[0]);
    reached[from] = true;
    for (unsigned round = 0; round < LABEL_STATE_COUNT; round++)
        for (size_t i = 0; i < label_steps_count; i++)
            if (reached[label_steps[i].from]) reached[label_steps[i].to] = true;
}

static void nothing_that_was_unknown_bought_failed_or_voided_is_ever_bought_again(void **state)
{
    (void)state;
    const enum label_state after[] = {LABEL_BOUGHT,  LABEL_FAILED, LABEL_UNKNOWN,
                                      LABEL_VOIDING, LABEL_VOIDED, LABEL_VOID_UNKNOWN};
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        bool reached[LABEL_STATE_COUNT];
        reach(after[i], reached);
        for (unsigned to = 0; to < LABEL_STATE_COUNT; to++)
            if (reached[to]) assert_false(label_state_buys(to));
    }
}

static void what_is_over_stays_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < label_steps_count; i++) assert_false(label_is_over(label_steps[i].from));
    assert_true(label_is_over(LABEL_FAILED));
    assert_true(label_is_over(LABEL_VOIDED));
}

/* Whoever is called and stays silent is called so often and no more: then a person looks. */
static void silence_ends(void **state)
{
    (void)state;
    const enum label_state called[] = {LABEL_SUBMITTED, LABEL_VOIDING};
    for (size_t i = 0; i < sizeof called / sizeof called[0]; i++)
        for (uint32_t facts = 0; facts < ALL_FACTS; facts++) {
            if (!can_be(facts) || (facts & IF(LATE)) == 0) continue;
            const struct label_step_row *row = label_next(called[i], facts);
            assert_non_null(row);
            bool again = (facts & IF(TRIES)) != 0;
            assert_int_equal(row->to == called[i], again);
            assert_int_equal(row->step, again ? LABEL_ATTEMPT : LABEL_LOSE);
        }
    assert_int_equal(label_next(LABEL_INTENDED, IF(LATE))->step, LABEL_ATTEMPT);
}

/* Whatever a call comes to, there is a step for it. */
static void every_word_of_a_carrier_moves_what_was_called(void **state)
{
    (void)state;
    for (unsigned from = 0; from < LABEL_STATE_COUNT; from++) {
        if (!label_state_buys(from) && !label_state_voids(from)) continue;
        for (unsigned fact = LABEL_FACT_DONE; fact <= LABEL_FACT_LATE; fact++)
            assert_non_null(label_next((enum label_state)from, 1u << fact));
    }
}

static void what_nobody_can_say_is_said_by_a_person_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < label_steps_count; i++) {
        const struct label_step_row *row = &label_steps[i];
        bool unknown = row->from == LABEL_UNKNOWN || row->from == LABEL_VOID_UNKNOWN;
        if (unknown) assert_true(row->person);
    }
    assert_null(label_asked(LABEL_UNKNOWN, LABEL_BEGIN_VOID));
    assert_null(label_asked(LABEL_BOUGHT, LABEL_SETTLE_FAILED));
}

static void the_book_takes_back_only_what_is_over_and_is_taken_back(void **state)
{
    (void)state;
    for (uint32_t facts = 0; facts < ALL_FACTS; facts++) {
        const struct label_step_row *row = label_next(LABEL_BOUGHT, facts);
        const uint32_t must = IF(OVER) | IF(TAKES_BACK);
        assert_int_equal(row != NULL, (facts & must) == must);
        if (row != NULL) assert_int_equal(row->to, LABEL_VOIDING);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_steps_of_the_book_are_allowed_at_once),
        cmocka_unit_test(every_state_is_reached_and_every_step_is_taken),
        cmocka_unit_test(nothing_that_was_unknown_bought_failed_or_voided_is_ever_bought_again),
        cmocka_unit_test(what_is_over_stays_over),
        cmocka_unit_test(silence_ends),
        cmocka_unit_test(every_word_of_a_carrier_moves_what_was_called),
        cmocka_unit_test(what_nobody_can_say_is_said_by_a_person_alone),
        cmocka_unit_test(the_book_takes_back_only_what_is_over_and_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is sent next and what follows from answers, under times that the test makes up: three days
 * of retries pass in a moment. */
#include "node/hooks/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN_MS 1700000000000u

static struct plan_line line_of(uint8_t merchant, uint8_t webhook)
{
    struct plan_line line;
    memset(&line, 0, sizeof line);
    line.merchant.bytes[0] = merchant;
    line.webhook.bytes[0] = webhook;
    line.may_send = true;
    return line;
}

static void add(struct plan_line *line, uint64_t idx, uint8_t about)
{
    struct plan_message message = {.idx = idx, .type = HOOK_RETURN_APPROVED};
    message.about.bytes[0] = about;
    plan_add(line, &message);
}

/* The entry whose message is chosen; 0: none. */
static uint64_t chosen(struct plan_line *line, uint64_t now_ms)
{
    struct plan_line *lines[] = {line};
    struct plan_choice choice;
    return plan_choose(lines, 1, 0, now_ms, &choice) ? line->open[choice.place].idx : 0;
}

static struct plan_end answer(struct plan_line *line, uint64_t idx, enum hook_outcome outcome,
                              uint64_t now_ms)
{
    return plan_answer(line, idx, HOOK_RETURN_APPROVED, outcome, now_ms, 0);
}

static void a_message_is_tried_ten_times_and_then_given_up(void **state)
{
    struct plan_line line = line_of(1, 1);
    uint64_t now_ms = BEGIN_MS;
    (void)state;
    add(&line, 5, 1);
    for (unsigned attempt = 1; attempt <= HOOK_TRIES_MAX; attempt++) {
        if (attempt > 1) assert_int_equal(chosen(&line, now_ms - 1), 0);
        assert_int_equal(chosen(&line, now_ms), 5);
        assert_int_equal(chosen(&line, now_ms), 0); /* it is out */
        struct plan_end end = answer(&line, 5, HOOK_REFUSED, now_ms);
        assert_int_equal(end.attempt, attempt);
        if (attempt == HOOK_TRIES_MAX) {
            assert_int_equal(end.verdict, PLAN_GIVEN_UP);
            assert_true(end.disable);
            break;
        }
        assert_int_equal(end.verdict, PLAN_AGAIN);
        assert_int_equal(end.next_ms, now_ms + hook_pause_ms(attempt, 0));
        assert_int_equal(plan_wake_ms(&line), end.next_ms);
        now_ms = end.next_ms;
    }
    assert_int_equal(line.open_count, 0);
    assert_int_equal(now_ms - BEGIN_MS,
                     ((5 + 300 + 1800) + (2 + 5 + 10 + 14 + 20 + 24) * 3600) * 1000ull);
}

static void an_endpoint_that_took_another_message_meanwhile_is_not_disabled(void **state)
{
    struct plan_line line = line_of(1, 1);
    uint64_t now_ms = BEGIN_MS;
    (void)state;
    add(&line, 5, 1);
    add(&line, 6, 2);
    assert_int_equal(chosen(&line, now_ms), 5);
    assert_int_equal(chosen(&line, now_ms), 6);
    struct plan_end end = answer(&line, 5, HOOK_UNREACHABLE, now_ms);
    assert_int_equal(answer(&line, 6, HOOK_DELIVERED, now_ms + 1).verdict, PLAN_TAKEN);
    while (end.verdict == PLAN_AGAIN) {
        assert_int_equal(chosen(&line, end.next_ms), 5);
        end = answer(&line, 5, HOOK_UNREACHABLE, end.next_ms);
    }
    assert_int_equal(end.verdict, PLAN_GIVEN_UP);
    assert_false(end.disable);
}

static void messages_about_one_return_go_in_order_and_others_pass(void **state)
{
    struct plan_line line = line_of(1, 1);
    (void)state;
    add(&line, 5, 1);
    add(&line, 6, 1);
    add(&line, 7, 2);
    add(&line, 8, 0);
    add(&line, 9, 0);
    assert_int_equal(chosen(&line, BEGIN_MS), 5);
    assert_int_equal(chosen(&line, BEGIN_MS), 7);
    assert_int_equal(chosen(&line, BEGIN_MS), 8);
    struct plan_end end = answer(&line, 5, HOOK_REFUSED, BEGIN_MS);
    assert_int_equal(chosen(&line, BEGIN_MS), 9); /* 6 waits for 5 */
    assert_int_equal(chosen(&line, BEGIN_MS), 0);
    assert_int_equal(chosen(&line, end.next_ms), 5);
    assert_int_equal(answer(&line, 5, HOOK_DELIVERED, end.next_ms).verdict, PLAN_TAKEN);
    assert_int_equal(chosen(&line, end.next_ms), 6);
}

static void an_endpoint_has_four_calls_out_at_most_and_none_while_it_may_not_send(void **state)
{
    struct plan_line line = line_of(1, 1);
    (void)state;
    for (uint64_t i = 1; i <= 6; i++) add(&line, i, 0);
    for (uint64_t i = 1; i <= PLAN_CALLS_OF_LINE_MAX; i++)
        assert_int_equal(chosen(&line, BEGIN_MS), i);
    assert_int_equal(chosen(&line, BEGIN_MS), 0);
    assert_int_equal(answer(&line, 2, HOOK_DELIVERED, BEGIN_MS).verdict, PLAN_TAKEN);
    line.may_send = false;
    assert_int_equal(chosen(&line, BEGIN_MS), 0);
    assert_int_equal(plan_wake_ms(&line), UINT64_MAX);
    line.may_send = true;
    assert_int_equal(chosen(&line, BEGIN_MS), 5);
}

/* Sixteen dead endpoints of one merchant would take all 64 places, were there no share. */
static void a_merchants_dead_endpoints_leave_room_for_others(void **state)
{
    static struct plan_line all[17];
    struct plan_line *lines[17];
    struct plan_choice choice;
    unsigned dead = 0;
    (void)state;
    for (unsigned i = 0; i < 17; i++) {
        all[i] = line_of(i < 16 ? 1 : 2, (uint8_t)(i + 1));
        lines[i] = &all[i];
        for (uint64_t m = 1; m <= 8 && i < 16; m++) add(&all[i], m, 0);
    }
    while (plan_choose(lines, 17, 0, BEGIN_MS, &choice)) dead++;
    assert_int_equal(dead, PLAN_CALLS_MAX / 2);
    for (uint64_t m = 1; m <= 8; m++) add(&all[16], m, 0);
    assert_true(plan_choose(lines, 17, 0, BEGIN_MS, &choice));
    assert_int_equal(choice.line, 16);
}

static void endpoints_take_turns(void **state)
{
    static struct plan_line all[3];
    struct plan_line *lines[3];
    struct plan_choice choice;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        all[i] = line_of((uint8_t)(i + 1), (uint8_t)(i + 1));
        lines[i] = &all[i];
        add(&all[i], 1, 0);
    }
    assert_true(plan_choose(lines, 3, 1, BEGIN_MS, &choice));
    assert_int_equal(choice.line, 1);
    assert_true(plan_choose(lines, 3, 2, BEGIN_MS, &choice));
    assert_int_equal(choice.line, 2);
    assert_true(plan_choose(lines, 3, 0, BEGIN_MS, &choice));
    assert_int_equal(choice.line, 0);
    assert_false(plan_choose(lines, 3, 0, BEGIN_MS, &choice));
}

static void an_answer_of_no_call_changes_nothing(void **state)
{
    struct plan_line line = line_of(1, 1);
    (void)state;
    add(&line, 5, 1);
    assert_int_equal(answer(&line, 5, HOOK_DELIVERED, BEGIN_MS).verdict, PLAN_UNKNOWN);
    assert_int_equal(answer(&line, 6, HOOK_DELIVERED, BEGIN_MS).verdict, PLAN_UNKNOWN);
    assert_int_equal(line.open_count, 1);
    assert_int_equal(line.calls, 0);
    assert_int_equal(chosen(&line, BEGIN_MS), 5);
    plan_forget_call(&line, 5, HOOK_RETURN_APPROVED);
    assert_int_equal(line.calls, 0);
    assert_int_equal(line.open[0].attempts, 0);
    add(&line, 5, 1); /* twice is once */
    assert_int_equal(line.open_count, 1);
}

static void the_book_is_told_a_minute_after_a_delivery_or_after_many(void **state)
{
    struct plan_line line = line_of(1, 1);
    (void)state;
    line.checked_ms = BEGIN_MS;
    line.through = line.checked_through = 10;
    assert_false(plan_check_is_due(&line, BEGIN_MS + 10 * PLAN_CHECK_MS)); /* nothing to tell */
    add(&line, 11, 0);
    assert_int_equal(chosen(&line, BEGIN_MS), 11);
    answer(&line, 11, HOOK_DELIVERED, BEGIN_MS);
    assert_false(plan_check_is_due(&line, BEGIN_MS + PLAN_CHECK_MS - 1));
    assert_true(plan_check_is_due(&line, BEGIN_MS + PLAN_CHECK_MS));
    line.ended = PLAN_CHECK_MESSAGES_MAX;
    assert_true(plan_check_is_due(&line, BEGIN_MS));
    line.ended = 0;
    line.through += PLAN_CHECK_ENTRIES_MAX;
    assert_true(plan_check_is_due(&line, BEGIN_MS));
}

static void what_the_truth_keeps_is_what_comes_back(void **state)
{
    struct plan_line line = line_of(1, 1), back = line_of(1, 1);
    struct hook_progress row;
    (void)state;
    line.through = 40;
    line.number = 17;
    line.taken_ms = BEGIN_MS;
    line.replay_at = 41;
    line.replay_next = 3;
    for (uint64_t i = 1; i <= HOOK_OPEN_MAX; i++) add(&line, i, (uint8_t)(i % 3));
    assert_false(plan_has_room(&line, 1));
    chosen(&line, BEGIN_MS);
    answer(&line, 1, HOOK_REFUSED, BEGIN_MS);
    chosen(&line, BEGIN_MS); /* a call that is out is no call after a restart */
    plan_to_row(&line, 7, &row);
    uint8_t bytes[8192];
    struct span encoded;
    assert_int_equal(shape_encode(&hook_progress_shape, &row, bytes, sizeof bytes, &encoded), OK);
    plan_from_row(&back, &row);
    assert_int_equal(row.term, 7);
    assert_int_equal(back.through, 40);
    assert_int_equal(back.number, 17);
    assert_int_equal(back.taken_ms, BEGIN_MS);
    assert_int_equal(back.replay_at, 41);
    assert_int_equal(back.replay_next, 3);
    assert_int_equal(back.open_count, HOOK_OPEN_MAX);
    assert_int_equal(back.calls, 0);
    for (unsigned i = 0; i < HOOK_OPEN_MAX; i++) {
        assert_int_equal(back.open[i].idx, line.open[i].idx);
        assert_int_equal(back.open[i].attempts, line.open[i].attempts);
        assert_int_equal(back.open[i].next_ms, line.open[i].next_ms);
        assert_false(back.open[i].called);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_tried_ten_times_and_then_given_up),
        cmocka_unit_test(an_endpoint_that_took_another_message_meanwhile_is_not_disabled),
        cmocka_unit_test(messages_about_one_return_go_in_order_and_others_pass),
        cmocka_unit_test(an_endpoint_has_four_calls_out_at_most_and_none_while_it_may_not_send),
        cmocka_unit_test(a_merchants_dead_endpoints_leave_room_for_others),
        cmocka_unit_test(endpoints_take_turns),
        cmocka_unit_test(an_answer_of_no_call_changes_nothing),
        cmocka_unit_test(the_book_is_told_a_minute_after_a_delivery_or_after_many),
        cmocka_unit_test(what_the_truth_keeps_is_what_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

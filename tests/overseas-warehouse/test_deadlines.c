/* Who owes what by when, told: what each step sets, meets, misses and lifts. */
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR UINT64_C(3600000)
#define DAY  (24 * HOUR)

static const char *const shoe[] = {"SHOE-42"};

/* "kind state hours" of each, in the order of the keys; hours from since to due. */
static const char *told(struct world *world, enum node_name at, const struct id *thing)
{
    static char text[512];
    const struct rows *rows = &world_desk(world, at)->rows;
    struct key prefix = key_of(thing);
    struct walk walk = walk_over(&prefix);
    struct row row;
    size_t used = 0;
    text[0] = '\0';
    while (walk_next(rows, VIEW_DEADLINE, &walk, &row)) {
        struct deadline_row deadline;
        assert_int_equal(shape_decode(&deadline_row_shape, row.value, &deadline, NULL), OK);
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%s %s %llu", used > 0 ? ", " : "",
            word_of(&deadline_words, deadline.kind), word_of(&deadline_state_words, deadline.state),
            (unsigned long long)((deadline.due_ms - deadline.since_ms) / HOUR));
    }
    return text;
}

static unsigned open_ones(struct world *world, enum view_table table)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    while (walk_next(&world_desk(world, RTM)->rows, table, &walk, &row)) count++;
    return count;
}

static struct id request_dear(struct world *world, const char *reference)
{
    struct id order = world_order(world, MERCHANT_A, reference, "SHOE-42", 1, 90000, 90000);
    return world_request(world, MERCHANT_A, &order, 1, reference);
}

static void decide(struct world *world, enum command_kind kind, const struct id *return_id)
{
    union command_body body = {.return_decide = {.return_id = *return_id}};
    assert_int_equal(world_decide(world, kind, &body, BY_MERCHANT, NULL, 0), OK);
}

static void an_answer_in_time_meets_what_the_merchant_owes(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id rma = request_dear(world, "D1");
    assert_string_equal(told(world, RTM, &rma), "respond open 48, offer_solution open 48");
    assert_int_equal(open_ones(world, VIEW_DEADLINE_BY_TIME), 2);
    assert_int_equal(open_ones(world, VIEW_DEADLINE_BY_MERCHANT), 2);
    world_pass(world, 10 * HOUR);
    decide(world, COMMAND_RETURN_APPROVE, &rma);
    assert_memory_equal(told(world, RTM, &rma), "respond met 48, offer_solution met 48, send open ",
                        strlen("respond met 48, offer_solution met 48, send open "));
    assert_int_equal(open_ones(world, VIEW_DEADLINE_BY_TIME), 1);
    decide(world, COMMAND_RETURN_CANCEL, &rma);
    assert_non_null(strstr(told(world, RTM, &rma), "send lifted"));
    assert_int_equal(open_ones(world, VIEW_DEADLINE_BY_TIME), 0);
    assert_int_equal(open_ones(world, VIEW_DEADLINE_BY_MERCHANT), 0);
    world_close(world);
}

static void silence_misses_them_and_names_the_time_that_had_come(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id rma = request_dear(world, "D2");
    uint64_t due_ms = world_return(world, RTM, &rma).due_ms;
    world_pass(world, 49 * HOUR);
    world_settle(world);
    assert_non_null(strstr(told(world, SYD, &rma), "respond missed 48, offer_solution missed 48"));
    const struct world_log *book = &world->logs[BOOK_A];
    struct return_moved moved;
    struct span bytes = {book->entries[book->count - 1].bytes, book->entries[book->count - 1].size};
    assert_int_equal(shape_decode(&return_moved_shape, bytes, &moved, NULL), OK);
    assert_true(moved.fired_ms == due_ms && moved.by.kind == BY_CLOCK);
    world_close(world);
}

static void a_contest_is_owed_a_decision(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id rma = request_dear(world, "D3");
    decide(world, COMMAND_RETURN_DECLINE, &rma);
    world_box(world, LAX, "D3", NULL, shoe, 1);
    world_settle(world);
    assert_non_null(strstr(told(world, LAX, &rma), "decide open 72"));
    decide(world, COMMAND_RETURN_APPROVE, &rma);
    world_settle(world);
    assert_non_null(strstr(told(world, LAX, &rma), "decide met 72"));
    world_close(world);
}

static void a_refund_is_owed_by_the_book_and_its_word_by_the_provider(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id order = world_order(world, MERCHANT_A, "D4", "SHOE-42", 1, 9900, 9900);
    struct id slot, box;
    world_request(world, MERCHANT_A, &order, 1, "D4");
    box = world_box(world, LAX, "D4", NULL, shoe, 1);
    world_settle(world);
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_string_equal(told(world, RTM, &slot), "provider_answer open 24, refund open 336");
    world_pass(world, 30 * HOUR);
    assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
    assert_string_equal(told(world, RTM, &slot), "provider_answer missed 24, refund met 336");
    (void)box;
    world_close(world);
}

static struct id first_unit(struct world *world, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct id unit;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return unit;
}

static void act(struct world *world, enum command_kind kind, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    assert_int_equal(world_decide(world, kind, &body, BY_OPERATOR, NULL, 0), OK);
}

static void the_floor_owes_a_disposition_and_the_first_one_counts(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id box = world_box(world, LAX, "", NULL, shoe, 1);
    struct id unit = first_unit(world, &box);
    assert_string_equal(told(world, LAX, &unit), "dock_to_disposition open 48");
    act(world, COMMAND_UNIT_INSPECT, (struct unit_act){.unit = unit});
    act(world, COMMAND_UNIT_GRADE, (struct unit_act){.unit = unit, .grade = GRADE_LIKE_NEW});
    act(world, COMMAND_UNIT_DISPOSE,
        (struct unit_act){.unit = unit, .disposition = DISPOSE_RESTOCK});
    assert_string_equal(told(world, LAX, &unit), "dock_to_disposition met 48");
    world_pass(world, 3 * DAY);
    act(world, COMMAND_UNIT_SETTLE, (struct unit_act){.unit = unit});
    assert_string_equal(told(world, LAX, &unit), "dock_to_disposition met 48");
    world_close(world);
}

static void a_unit_that_lies_too_long_is_late(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id box = world_box(world, LAX, "", NULL, shoe, 1);
    struct id unit = first_unit(world, &box);
    world_pass(world, 3 * DAY);
    act(world, COMMAND_UNIT_INSPECT, (struct unit_act){.unit = unit});
    act(world, COMMAND_UNIT_GRADE, (struct unit_act){.unit = unit, .grade = GRADE_LIKE_NEW});
    act(world, COMMAND_UNIT_DISPOSE,
        (struct unit_act){.unit = unit, .disposition = DISPOSE_RESTOCK});
    assert_string_equal(told(world, LAX, &unit), "dock_to_disposition missed 48");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_in_time_meets_what_the_merchant_owes),
        cmocka_unit_test(silence_misses_them_and_names_the_time_that_had_come),
        cmocka_unit_test(a_contest_is_owed_a_decision),
        cmocka_unit_test(a_refund_is_owed_by_the_book_and_its_word_by_the_provider),
        cmocka_unit_test(the_floor_owes_a_disposition_and_the_first_one_counts),
        cmocka_unit_test(a_unit_that_lies_too_long_is_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

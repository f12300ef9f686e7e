/* When a return is expected to be done, told stage by stage: by the deadlines that are owed, by the
 * pace of the floor, in the warehouse's own working days; and what the carrier owes since its first
 * scan. */
#include "overseas-warehouse/expected.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR UINT64_C(3600000)
#define DAY  (24 * HOUR)

static const char *const shoe[] = {"SHOE-42"};

/* "stage basis hours" of each, in their order; hours from now. */
static const char *told(struct world *world, const struct id *return_id)
{
    static char text[512];
    struct expected expected;
    size_t used = 0;
    text[0] = '\0';
    if (!business_expected(world_desk(world, RTM), return_id, world->now_ms, &expected))
        return "nothing";
    uint64_t last_ms = 0;
    for (uint32_t i = 0; i < expected.count; i++) {
        const struct expected_stage *stage = &expected.stages[i];
        if (stage->until_ms > last_ms) last_ms = stage->until_ms;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s %llu%s",
                                 used > 0 ? ", " : "", word_of(&expected_stage_words, stage->kind),
                                 word_of(&expected_basis_words, stage->basis),
                                 (unsigned long long)((stage->until_ms - world->now_ms) / HOUR),
                                 stage->late ? " late" : "");
    }
    assert_true(expected.done_ms == last_ms);
    return text;
}

static struct id request_dear(struct world *world, const char *reference)
{
    struct id order = world_order(world, MERCHANT_A, reference, "SHOE-42", 1, 90000, 90000);
    return world_request(world, MERCHANT_A, &order, 1, reference);
}

static void approve(struct world *world, const struct id *return_id)
{
    union command_body body = {.return_decide = {.return_id = *return_id}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
}

static void dispose(struct world *world, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    union command_body body = {.unit_act = {.grade = GRADE_LIKE_NEW}};
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(body.unit_act.unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    body.unit_act.grade = 0;
    assert_int_equal(world_decide(world, COMMAND_UNIT_INSPECT, &body, BY_OPERATOR, NULL, 0), OK);
    body.unit_act.grade = GRADE_LIKE_NEW;
    assert_int_equal(world_decide(world, COMMAND_UNIT_GRADE, &body, BY_OPERATOR, NULL, 0), OK);
    body.unit_act.grade = 0;
    body.unit_act.disposition = DISPOSE_RESTOCK;
    assert_int_equal(world_decide(world, COMMAND_UNIT_DISPOSE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
}

/* --- the carrier ------------------------------------------------------------------------------ */

static const char *carrier_owes(struct world *world, enum node_name at, const char *number)
{
    static char text[128];
    const struct desk *desk = world_desk(world, at);
    struct id parcel = parcel_id(desk->crypto, span_text(number));
    struct key prefix = key_add_uint(key_of(&parcel), DEADLINE_ARRIVE, 1);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct deadline_row deadline;
    if (!walk_next(&desk->rows, VIEW_DEADLINE, &walk, &row)) return "nothing";
    assert_int_equal(shape_decode(&deadline_row_shape, row.value, &deadline, NULL), OK);
    assert_false(id_is_zero(&deadline.merchant) || id_is_zero(&deadline.return_id));
    snprintf(text, sizeof text, "%s by the %s, %llu days",
             word_of(&deadline_state_words, deadline.state), word_of(&actor_words, deadline.owner),
             (unsigned long long)((deadline.due_ms - deadline.since_ms) / DAY));
    return text;
}

static void a_parcel_is_owed_by_the_carrier_since_its_first_scan(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id rma = request_dear(world, "E1");
    approve(world, &rma);
    assert_string_equal(carrier_owes(world, RTM, "E1"), "nothing");
    uint64_t first_ms = world->now_ms;
    world_track(world, SYD, "E1", TRACK_PRE_TRANSIT, first_ms - HOUR, "a");
    world_settle(world);
    assert_string_equal(carrier_owes(world, RTM, "E1"), "nothing");
    /* The later scan is heard of first: the earlier one counts, whenever it comes. */
    world_track(world, SYD, "E1", TRACK_IN_TRANSIT, first_ms + DAY, "c");
    world_settle(world);
    world_track(world, LAX, "E1", TRACK_IN_TRANSIT, first_ms, "b");
    world_settle(world);
    assert_string_equal(carrier_owes(world, RTM, "E1"), "open by the carrier, 14 days");
    assert_non_null(strstr(told(world, &rma), "arrive deadline 336"));
    world_pass(world, 3 * DAY);
    world_track(world, RTM, "E1", TRACK_DELIVERED, world->now_ms, "d");
    world_settle(world);
    assert_string_equal(carrier_owes(world, LAX, "E1"), "met by the carrier, 14 days");
    assert_non_null(strstr(told(world, &rma), "dock deadline"));
    world_close(world);
}

static void a_box_ends_it_too_and_late_is_missed(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct id rma = request_dear(world, "E2");
    approve(world, &rma);
    world_track(world, SYD, "E2", TRACK_IN_TRANSIT, world->now_ms, "a");
    world_settle(world);
    world_pass(world, 15 * DAY);
    assert_non_null(strstr(told(world, &rma), "arrive deadline 0 late"));
    world_box(world, LAX, "E2", NULL, shoe, 1);
    world_settle(world);
    assert_string_equal(carrier_owes(world, RTM, "E2"), "missed by the carrier, 14 days");
    world_close(world);
}

/* Whatever comes first, the scan or the return that names the number. */
static void a_number_that_is_named_later_is_owed_as_well(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    world_track(world, SYD, "E3", TRACK_IN_TRANSIT, world->now_ms, "a");
    world_settle(world);
    assert_string_equal(carrier_owes(world, RTM, "E3"), "nothing");
    (void)request_dear(world, "E3");
    world_settle(world);
    assert_string_equal(carrier_owes(world, RTM, "E3"), "open by the carrier, 14 days");
    assert_string_equal(carrier_owes(world, SYD, "E3"), "open by the carrier, 14 days");
    world_close(world);
}

/* --- the date --------------------------------------------------------------------------------- */

static void stages_follow_one_after_the_other_until_nothing_is_left(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    struct id rma = request_dear(world, "E4"), slot;
    assert_memory_equal(told(world, &rma), "answer deadline 48, send hours ", 31);
    world_pass(world, 12 * HOUR);
    assert_memory_equal(told(world, &rma), "answer deadline 36, send hours ", 31);
    approve(world, &rma);
    assert_memory_equal(told(world, &rma), "send deadline ", 14);
    struct id box = world_box(world, LAX, "E4", NULL, shoe, 1);
    world_settle(world);
    assert_string_equal(told(world, &rma), "refund deadline 24, floor deadline 48");
    world_pass(world, 30 * HOUR);
    assert_string_equal(told(world, &rma), "refund deadline 0 late, floor deadline 18");
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
    world_settle(world);
    assert_string_equal(told(world, &rma), "floor deadline 18");
    dispose(world, &box);
    assert_string_equal(told(world, &rma), "nothing");
    world_close(world);
}

/* Of fourteen units seven are done in the week: one a day, and the eight that then wait take eight
 * days; in the warehouse's own calendar its working days. */
static void the_floor_takes_as_long_as_its_pace_says(void **state)
{
    (void)state;
    struct world *world = world_open(15);
    struct id boxes[14];
    for (unsigned i = 0; i < 14; i++) boxes[i] = world_box(world, LAX, "", NULL, shoe, 1);
    world_settle(world);
    struct floor_pace pace =
        floor_measure(&world_desk(world, RTM)->rows, &world->nodes[LAX].warehouse, world->now_ms);
    assert_true(pace.waiting == 14 && pace.disposed == 0);
    for (unsigned i = 0; i < 7; i++) dispose(world, &boxes[i]);
    struct id rma = request_dear(world, "E5");
    approve(world, &rma);
    world_box(world, LAX, "E5", NULL, shoe, 1);
    world_settle(world);
    for (enum node_name at = LAX; at <= GATEWAY; at++) {
        pace = floor_measure(&world_desk(world, at)->rows, &world->nodes[LAX].warehouse,
                             world->now_ms);
        assert_true(pace.waiting == 8 && pace.disposed == 7);
    }
    assert_string_equal(told(world, &rma), "refund deadline 24, floor queue 192");
    union command_body body = {.calendar_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .name = span_text("lax"),
                                                .zone = span_text("America/Los_Angeles"),
                                                .weekend_count = 2,
                                                .warehouse = world->nodes[LAX].warehouse}};
    body.calendar_put.weekend[0].day = SATURDAY;
    body.calendar_put.weekend[1].day = SUNDAY;
    assert_int_equal(world_decide(world, COMMAND_CALENDAR_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    struct expected expected;
    assert_true(business_expected(world_desk(world, RTM), &rma, world->now_ms, &expected));
    struct calendar calendar;
    assert_true(calendar_of_warehouse(world_desk(world, RTM), &world->merchants[MERCHANT_A],
                                      &world->nodes[LAX].warehouse, &calendar));
    /* Seven were done in the five working days of a week. */
    assert_true(expected.stages[1].until_ms ==
                calendar_due(&calendar, world->now_ms, CALENDAR_WORKING_DAYS_END, 6));
    /* A week later nothing was done in the last one. */
    world_pass(world, 8 * DAY);
    assert_non_null(strstr(told(world, &rma), "floor deadline 0 late"));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parcel_is_owed_by_the_carrier_since_its_first_scan),
        cmocka_unit_test(a_box_ends_it_too_and_late_is_missed),
        cmocka_unit_test(a_number_that_is_named_later_is_owed_as_well),
        cmocka_unit_test(stages_follow_one_after_the_other_until_nothing_is_left),
        cmocka_unit_test(the_floor_takes_as_long_as_its_pace_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

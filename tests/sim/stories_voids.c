/* Slips of the scanner, taken back on the floor before anybody counts on them. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER "1Z999AA10123456784"

static struct id lamp_asked_back(struct story *story)
{
    sell(story, &(struct sale){.reference = "LAMP", .sku = "LAMP", .price_minor = 4900});
    return ask_back(story, SYD, BY_OPERATOR, "LAMP", 1, NUMBER);
}

static void take_back(struct story *story, enum site place, enum actor_kind by,
                      const struct id *unit, enum floor_step step)
{
    union command_body body = {
        .unit_void = {.unit = *unit, .step = step, .reason = span_text("the wrong one")}};
    wish_at(story, place, COMMAND_UNIT_VOID, by, &body, NEW);
    assert_int_equal(story->last_error, OK);
}

static enum unit_state unit_state(struct story *story, enum site place, const struct id *unit)
{
    struct unit_now now;
    assert_true(unit_load(story_read(story, place), unit, &now));
    story_read_end(story, place);
    return (enum unit_state)now.row.state;
}

/* Ana scans a label that lies on the bench, with the link down, and sees it. The parcel itself
 * comes to Rotterdam. */
static void a_box_that_never_came_is_nobodys_and_the_one_that_comes_is_paid(struct story *story)
{
    struct id wanted = lamp_asked_back(story);
    story_cut(story, LAX, true);
    struct id slip = receive_units(story, LAX, NUMBER, "LAMP", 1, NULL);
    union command_body body = {.box_void = {.box = slip, .reason = span_text("a label alone")}};
    wish_at(story, LAX, COMMAND_BOX_VOID, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_cut(story, LAX, false);
    story_wait(story, 3600);
    assert_int_equal(state_of(story, &wanted), RETURN_APPROVED);
    assert_int_equal(paid_minor(story), 0);
    struct id box = receive_units(story, RTM, NUMBER, "LAMP", 1, NULL);
    struct id unit = unit_of_box(story, RTM, &box, 0);
    assert_int_equal(unit_state(story, SYD, &unit), UNIT_RECEIVED);
    story_wait(story, 3600);
    assert_int_equal(paid_minor(story), 4900);
}

/* The lamp beside it was the broken one. */
static void a_lamp_that_was_taken_for_another_is_graded_again(struct story *story)
{
    (void)lamp_asked_back(story);
    struct id box = receive_units(story, LAX, NUMBER, "LAMP", 1, NULL);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    story_cut(story, LAX, true);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit,
                (struct unit_act){.grade = 0});
    take_back(story, LAX, BY_OPERATOR, &unit, STEP_INSPECTION);
    act_on_unit(story, LAX, BY_ADMIN, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){.grade = 0});
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_UNSELLABLE, .liability = LIABLE_BUYER});
    take_back(story, LAX, BY_OPERATOR, &unit, STEP_GRADE);
    act_on_unit(story, LAX, BY_ADMIN, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_LIKE_NEW});
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &unit,
                (struct unit_act){.disposition = DISPOSE_RESTOCK});
    take_back(story, LAX, BY_OPERATOR, &unit, STEP_GRADE);
    assert_int_equal(unit_state(story, LAX, &unit), UNIT_INSPECTED);
    take_back(story, LAX, BY_ADMIN, &unit, STEP_INSPECTION);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit,
                (struct unit_act){.grade = 0});
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_LIKE_NEW});
    story_cut(story, LAX, false);
    story_wait(story, 3600);
    union command_body late = {
        .unit_void = {.unit = unit, .step = STEP_GRADE, .reason = span_text("too late")}};
    wish_at(story, LAX, COMMAND_UNIT_VOID, BY_OPERATOR, &late, NEW);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    assert_int_equal(paid_minor(story), 4900);
}

/* Wei in Rotterdam takes the lamp from a list before the pallet is there. */
static void a_lamp_that_was_taken_too_early_is_on_its_way_again(struct story *story)
{
    (void)lamp_asked_back(story);
    struct id box = receive_units(story, LAX, NUMBER, "LAMP", 1, NULL);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_SHIP, &unit,
                (struct unit_act){.to = story->world.host[RTM].card.warehouse});
    unit_arrives(story, RTM, BY_OPERATOR, &unit);
    take_back(story, RTM, BY_OPERATOR, &unit, STEP_RECEIPT);
    story_wait(story, 3600);
    assert_int_equal(unit_state(story, SYD, &unit), UNIT_SHIPPED);
    unit_arrives(story, RTM, BY_OPERATOR, &unit);
    take_back(story, RTM, BY_ADMIN, &unit, STEP_RECEIPT);
    unit_arrives(story, RTM, BY_ADMIN, &unit);
    assert_int_equal(unit_state(story, LAX, &unit), UNIT_RECEIVED);
}

/* Two lamps were told of a box that held one. */
static void a_lamp_too_many_was_never_there(struct story *story)
{
    struct id box = receive_units(story, LAX, "NOBODYS", "LAMP", 2, NULL);
    struct id first = unit_of_box(story, LAX, &box, 0), second = unit_of_box(story, LAX, &box, 1);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &first,
                (struct unit_act){.grade = 0});
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &first,
                (struct unit_act){.grade = GRADE_GOOD});
    take_back(story, LAX, BY_ADMIN, &first, STEP_GRADE);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &first,
                (struct unit_act){.grade = GRADE_LIKE_NEW});
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &first,
                (struct unit_act){.disposition = DISPOSE_RESTOCK});
    take_back(story, LAX, BY_ADMIN, &first, STEP_GRADE);
    take_back(story, LAX, BY_ADMIN, &second, STEP_RECEIPT);
    story_wait(story, 3600);
    assert_int_equal(unit_state(story, RTM, &second), UNIT_VOID);
    assert_int_equal(unit_state(story, RTM, &first), UNIT_INSPECTED);
}

static const struct told_story stories[] = {
    TOLD(a_box_that_never_came_is_nobodys_and_the_one_that_comes_is_paid),
    TOLD(a_lamp_that_was_taken_for_another_is_graded_again),
    TOLD(a_lamp_that_was_taken_too_early_is_on_its_way_again),
    TOLD(a_lamp_too_many_was_never_there),
};
const struct told_list stories_of_voids = TOLD_LIST(stories);

/* Inspections of whole nodes: what lay in the box, what a second person says of it, and what must
 * be erased before anybody else gets it. */
#include "overseas-warehouse/inspection/inspection.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER "1Z999AA10123456784"

/* One is sold, asked back, and received in Los Angeles. */
static struct id tablet(struct story *story)
{
    sell(story, &(struct sale){.reference = "TAB", .sku = "TABLET", .price_minor = 9900});
    (void)ask_back(story, SYD, BY_MERCHANT, "TAB", 1, NUMBER);
    struct id box = receive_units(story, LAX, NUMBER, "TABLET", 1, NULL);
    return unit_of_box(story, LAX, &box, 0);
}

static void look(struct story *story, const struct id *unit, enum grade grade)
{
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, unit, (struct unit_act){.grade = 0});
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, unit,
                (struct unit_act){.grade = grade});
}

static void to_the_shelf(struct story *story, enum actor_kind by, const struct id *unit)
{
    act_on_unit(story, LAX, by, COMMAND_UNIT_DISPOSE, unit,
                (struct unit_act){.disposition = DISPOSE_RESTOCK});
    act_on_unit(story, LAX, by, COMMAND_UNIT_SETTLE, unit, (struct unit_act){.grade = 0});
}

/* --- what lay in it --------------------------------------------------------------------------- */

/* Sydney sees the photo and says so as well while Los Angeles is cut off; both words stay. */
static void another_item_lay_in_the_box_and_every_node_knows_it(struct story *story)
{
    struct id unit = tablet(story);
    struct unit_act seen = {.unit = unit, .findings_count = 1};
    seen.findings[0] = (struct finding){
        .kind = FOUND_WRONG_ITEM, .note = span_text("a brick"), .liability = LIABLE_BUYER};
    union command_body also = {.finding_note = {.thing = unit, .findings_count = 1}};
    also.finding_note.findings[0].kind = FOUND_WRONG_ITEM;
    story_cut(story, LAX, true);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit, seen);
    seen.grade = GRADE_UNSELLABLE;
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit, seen);
    wish_at(story, SYD, COMMAND_FINDING_NOTE, BY_OPERATOR, &also, NEW);
    assert_int_equal(story->last_error, OK);
    story_cut(story, LAX, false);
    story_wait(story, 3600);
    struct unit_now now;
    const struct rows *rows = story_read(story, RTM);
    assert_true(finding_stands(rows, &unit, FOUND_WRONG_ITEM));
    assert_true(unit_load(rows, &unit, &now));
    assert_int_equal(now.row.liability, LIABLE_BUYER);
    story_read_end(story, RTM);
}

/* --- two persons ------------------------------------------------------------------------------ */

static void second(struct story *story, const struct id *unit, enum grade grade)
{
    union command_body body = {.unit_second = {.unit = *unit, .grade = grade}};
    wish_at(story, LAX, COMMAND_UNIT_SECOND, BY_ADMIN, &body, NEW);
    story_wait(story, 60);
}

static void two_who_do_not_agree_keep_it_off_the_shelf(struct story *story)
{
    struct id unit = tablet(story);
    look(story, &unit, GRADE_LIKE_NEW);
    second(story, &unit, GRADE_ACCEPTABLE);
    to_the_shelf(story, BY_ADMIN, &unit);
    story_wait(story, 3600);
}

static bool nothing_is_on_the_shelf(struct story *story)
{
    return story_count(story, RTM, VIEW_STOCK) == 0;
}

static void who_gives_in_lets_it_go_as_what_the_second_one_said(struct story *story)
{
    struct id unit = tablet(story);
    look(story, &unit, GRADE_LIKE_NEW);
    second(story, &unit, GRADE_GOOD);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_GOOD});
    to_the_shelf(story, BY_ADMIN, &unit);
    story_wait(story, 3600);
    assert_int_equal(story_count(story, RTM, VIEW_STOCK), 1);
}

/* --- what it may hold ------------------------------------------------------------------------- */

static void a_tablet_is_wiped_before_it_is_on_the_shelf(struct story *story)
{
    union command_body body = {
        .sku_put = {.merchant = story->merchant, .code = span_text("TABLET"), .data_bearing = 1}};
    wish_at(story, RTM, COMMAND_SKU_PUT, BY_MERCHANT, &body, NEW);
    assert_int_equal(story->last_error, OK);
    struct id unit = tablet(story);
    look(story, &unit, GRADE_LIKE_NEW);
    to_the_shelf(story, BY_OPERATOR, &unit);
    story_wait(story, 3600);
    assert_int_equal(story_count(story, RTM, VIEW_STOCK), 0);
    body = (union command_body){.unit_hold = {.unit = unit,
                                              .kind = HOLD_WIPE,
                                              .reason = span_text("for the shelf"),
                                              .method = span_text("overwritten once"),
                                              .result = span_text("nothing is left")}};
    wish_at(story, LAX, COMMAND_UNIT_LIFT, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    to_the_shelf(story, BY_OPERATOR, &unit);
    story_wait(story, 3600);
    assert_int_equal(story_count(story, RTM, VIEW_STOCK), 1);
}

static const struct told_story stories[] = {
    TOLD(another_item_lay_in_the_box_and_every_node_knows_it),
    GUARDED(two_who_do_not_agree_keep_it_off_the_shelf, nothing_is_on_the_shelf, "second_ignored",
            NULL),
    TOLD(who_gives_in_lets_it_go_as_what_the_second_one_said),
    TOLD(a_tablet_is_wiped_before_it_is_on_the_shelf),
};
const struct told_list stories_of_inspection = TOLD_LIST(stories);

/* What becomes of units by value: who is asked before it cannot be undone, and who must be there.
 */
#include "overseas-warehouse/worth/rows.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING ((struct unit_act){.grade = 0})
#define HOUR_S  3600u

static struct id torn_lamp(struct story *story)
{
    ask_back(story, LAX, BY_OPERATOR, "SZ-1", 1, "LAMP");
    struct id box = receive_units(story, LAX, "LAMP", "LAMP", 1, NULL);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit, NOTHING);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_UNSELLABLE});
    assert_int_equal(story->last_error, OK);
    return unit;
}

static enum unit_state state_of_lamp(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct unit_now now = {.hop = 0};
    struct id unit;
    const struct rows *rows = story_read(story, LAX);
    if (walk_next(rows, VIEW_UNIT, &walk, &row)) {
        memcpy(unit.bytes, walk.at.bytes, ID_BYTES);
        assert_true(unit_load(rows, &unit, &now));
    }
    story_read_end(story, LAX);
    return (enum unit_state)now.row.state;
}

/* He has the owner's leave, and nobody beside him. */
static void one_person_alone_presses_both_buttons(struct story *story)
{
    struct id unit = torn_lamp(story);
    owner_releases(story, SYD, &unit, DISPOSE_DESTROY);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &unit,
                (struct unit_act){.disposition = DISPOSE_DESTROY});
    assert_int_equal(story->last_error, OK);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_SETTLE, &unit, NOTHING);
}

static bool the_lamp_is_still_there(struct story *story)
{
    return state_of_lamp(story) == UNIT_DISPOSED;
}

static void a_notice_to_customs_keeps_a_lamp_from_the_fire(struct story *story)
{
    struct id unit = torn_lamp(story);
    union command_body body = {.unit_lock = {.unit = unit,
                                             .merchant = story->merchant,
                                             .reason = span_text("notice to customs")}};
    owner_releases(story, SYD, &unit, DISPOSE_DESTROY);
    wish_at(story, LAX, COMMAND_UNIT_LOCK, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &unit,
                (struct unit_act){.disposition = DISPOSE_DESTROY});
    assert_int_equal(story->last_error, ERROR_FACT_MISSING);
    body.unit_lock.lift = 1;
    wish_at(story, LAX, COMMAND_UNIT_LOCK, BY_OPERATOR, &body, NEW);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &unit,
                (struct unit_act){.disposition = DISPOSE_DESTROY});
    act_on_unit(story, LAX, BY_ADMIN, COMMAND_UNIT_SETTLE, &unit, NOTHING);
    assert_int_equal(story->last_error, OK);
    assert_int_equal(state_of_lamp(story), UNIT_SETTLED);
}

/* The owner answers in time, in Sydney, whose link is cut: the book waits for that word. */
static void silence_waits_for_an_answer_that_is_on_its_way(struct story *story)
{
    struct id unit = torn_lamp(story);
    union command_body body = {
        .unit_ask = {.unit = unit, .merchant = story->merchant, .hours = 10}};
    wish_at(story, LAX, COMMAND_UNIT_ASK, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, HOUR_S);
    story_cut(story, SYD, true);
    body = (union command_body){
        .unit_release = {.unit = unit, .merchant = story->merchant, .disposition = DISPOSE_DONATE}};
    wish_at(story, SYD, COMMAND_UNIT_RELEASE, BY_MERCHANT, &body, NEW);
    story_wait(story, 20 * HOUR_S);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &unit,
                (struct unit_act){.disposition = DISPOSE_HOLD});
    story_cut(story, SYD, false);
    story_wait(story, HOUR_S);
}

/* Silence would have said hold, and been first. */
static bool the_answer_ended_it(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    bool answered = false;
    const struct rows *rows = story_read(story, RTM);
    if (walk_next(rows, VIEW_UNIT_ASK, &walk, &row)) {
        struct unit_ask_row ask;
        answered = shape_decode(&unit_ask_row_shape, row.value, &ask, NULL) == OK &&
                   ask.state == ASK_ANSWERED && ask.answer == DISPOSE_DONATE;
    }
    story_read_end(story, RTM);
    return answered;
}

static const struct told_story stories[] = {
    GUARDED(one_person_alone_presses_both_buttons, the_lamp_is_still_there, "destroyed_alone",
            NULL),
    TOLD(a_notice_to_customs_keeps_a_lamp_from_the_fire),
    GUARDED(silence_waits_for_an_answer_that_is_on_its_way, the_answer_ended_it, "fires_unheard",
            NULL),
};
const struct told_list stories_of_worth = TOLD_LIST(stories);

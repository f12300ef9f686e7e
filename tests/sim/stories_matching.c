/* Boxes that nobody announced: whose they are is found where there is no doubt, and asked where
 * there is; what nobody claims is given up when everybody was heard. */
#include "overseas-warehouse/matching/matching.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER "1Z999AA10123456784"
#define ALIKE  "1Z999AA10123456795"
#define DAY_S  86400u

static struct id kettles_come(struct story *story, unsigned units, const char *label)
{
    struct id box = receive_units(story, LAX, "", "KETTLE", units, NULL);
    union command_body body = {.box_note = {.box = box, .labels_count = 1}};
    body.box_note.labels[0].text = span_text(label);
    wish_at(story, LAX, COMMAND_BOX_NOTE, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    return box;
}

static struct id kettles_asked_back(struct story *story, const char *reference, const char *number)
{
    sell(story, &(struct sale){
                    .reference = reference, .sku = "KETTLE", .quantity = 2, .price_minor = 3500});
    return ask_back(story, SYD, BY_OPERATOR, reference, 2, number);
}

static bool is_queued(struct story *story, enum site place)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    bool any = walk_next(story_read(story, place), VIEW_UNCLAIMED, &walk, &row);
    story_read_end(story, place);
    return any;
}

/* The label was torn in a sorting machine: the box is its return's all the same, and paid once. */
static void a_torn_label_finds_its_return_at_another_node(struct story *story)
{
    struct id rma = kettles_asked_back(story, "KETTLES", NUMBER);
    (void)kettles_come(story, 2, "*AA10123456784");
    story_wait(story, DAY_S);
    assert_false(is_queued(story, RTM));
    assert_int_equal(state_of(story, &rma), RETURN_CLOSED);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 2);
}

/* Los Angeles hears of the return when its link is up again. */
static void a_box_that_came_before_its_return_was_known_is_matched_then(struct story *story)
{
    story_cut(story, LAX, true);
    struct id box = kettles_come(story, 1, "1Z999AA1012345678?");
    struct id rma = kettles_asked_back(story, "KETTLES", NUMBER);
    assert_true(is_queued(story, LAX));
    story_cut(story, LAX, false);
    story_wait(story, DAY_S);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(state_of(story, &rma), RETURN_APPROVED);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit,
                (struct unit_act){.grade = 0});
    assert_int_equal(story->last_error, OK);
}

static void of_two_that_look_alike_none_is_paid_on_a_guess(struct story *story)
{
    (void)kettles_asked_back(story, "ONE", NUMBER);
    (void)kettles_asked_back(story, "TWO", ALIKE);
    (void)kettles_come(story, 2, "1Z999AA101234567*");
    story_wait(story, DAY_S);
    assert_true(is_queued(story, RTM));
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 0);
    assert_int_equal(refunds_in(story, REFUND_INTENDED), 0);
}

/* Somebody in Sydney, whose link is cut, knows the box: silence waits for that word. */
static void a_box_is_not_given_up_while_a_word_is_on_its_way(struct story *story)
{
    struct id box = receive_units(story, LAX, "RX473124829CN", "KETTLE", 2, NULL);
    struct id rma = kettles_asked_back(story, "KETTLES", NUMBER);
    story_cut(story, SYD, true);
    union command_body body = {.box_match = {.box = box, .return_id = rma}};
    wish_at(story, SYD, COMMAND_BOX_MATCH, BY_OPERATOR, &body, NEW);
    story_wait(story, (UNCLAIMED_DAYS + 2) * DAY_S);
    story_cut(story, SYD, false);
    story_wait(story, DAY_S);
}

static bool it_is_its_returns_and_was_never_given_up(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct match_row match;
    bool well = walk_next(story_read(story, RTM), VIEW_MATCH, &walk, &row) &&
                shape_decode(&match_row_shape, row.value, &match, NULL) == OK &&
                !id_is_zero(&match.return_id) && match.abandoned_ms == 0;
    story_read_end(story, RTM);
    return well;
}

static const struct told_story stories[] = {
    TOLD(a_torn_label_finds_its_return_at_another_node),
    TOLD(a_box_that_came_before_its_return_was_known_is_matched_then),
    TOLD(of_two_that_look_alike_none_is_paid_on_a_guess),
    GUARDED(a_box_is_not_given_up_while_a_word_is_on_its_way,
            it_is_its_returns_and_was_never_given_up, "fires_unheard", NULL),
};
const struct told_list stories_of_matching = TOLD_LIST(stories);

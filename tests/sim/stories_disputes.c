/* Returns of which the buyer does not take the answer: who disputes it, who gives in or stands by
 * it, what the platform decides or lets lie, and goods that come meanwhile and wait. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

static const enum actor_kind disputants[] = {BY_BUYER, BY_OPERATOR, BY_ADMIN, BY_PLATFORM};
static const char *const names[] = {"L-1", "L-2", "L-3", "L-4"};

/* Too dear for policy alone: 199.00, where 100.00 are approved at once. The parcel has the order's
 * name. */
static struct id ask_back_light(struct story *story, const char *reference)
{
    sell(story, &(struct sale){.reference = reference, .sku = "CHANDELIER", .price_minor = 19900});
    return ask_back(story, LAX, BY_MERCHANT, reference, 1, reference);
}

static struct id declined(struct story *story, const char *reference)
{
    struct id light = ask_back_light(story, reference);
    answer_return(story, GATE, BY_MERCHANT, COMMAND_RETURN_DECLINE, &light);
    assert_int_equal(state_of(story, &light), RETURN_DECLINED);
    return light;
}

/* The buyer disputes it, and the merchant stands by it. */
static struct id escalated(struct story *story, const char *reference)
{
    struct id light = declined(story, reference);
    answer_return(story, SYD, BY_BUYER, COMMAND_RETURN_DISPUTE, &light);
    assert_int_equal(state_of(story, &light), RETURN_DISPUTED);
    answer_return(story, LAX, BY_MERCHANT, COMMAND_RETURN_DECLINE, &light);
    assert_int_equal(state_of(story, &light), RETURN_ESCALATED);
    return light;
}

static void decides(struct story *story, enum actor_kind by, enum command_kind kind,
                    const struct id *return_id, enum return_state state)
{
    answer_return(story, RTM, by, kind, return_id);
    story_wait(story, 600);
    assert_int_equal(state_of(story, return_id), state);
}

/* The carrier delivers, the box is received, and its unit is graded and put away. */
static void comes_and_is_worked_off(struct story *story, enum site place, const char *number)
{
    carrier_delivers(story, GATE, number);
    struct id box = receive_units(story, place, number, "CHANDELIER", 1, NULL);
    struct id unit = unit_of_box(story, place, &box, 0);
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0});
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_GOOD});
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_DISPOSE, &unit,
                (struct unit_act){.disposition = DISPOSE_RESTOCK});
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_SETTLE, &unit, (struct unit_act){0});
    assert_int_equal(story->last_error, OK);
}

/* --- disputed --------------------------------------------------------------------------------- */

static void a_merchant_gives_in_and_pays_for_what_came_meanwhile(struct story *story)
{
    struct id light = declined(story, "L-1");
    answer_return(story, GATE, BY_BUYER, COMMAND_RETURN_DISPUTE, &light);
    comes_and_is_worked_off(story, SYD, "L-1");
    assert_int_equal(state_of(story, &light), RETURN_DISPUTED);
    assert_int_equal(story_paid(story), 0);
    decides(story, BY_MERCHANT, COMMAND_RETURN_APPROVE, &light, RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 19900);
}

/* Four disputes of what was declined: three are withdrawn, and a supervisor ends the fourth. */
static void a_dispute_may_be_withdrawn(struct story *story)
{
    for (unsigned i = 0; i < 4; i++) {
        struct id light = declined(story, names[i]);
        decides(story, disputants[i], COMMAND_RETURN_DISPUTE, &light, RETURN_DISPUTED);
        if (i < 3)
            decides(story, disputants[i], COMMAND_RETURN_WITHDRAW, &light, RETURN_DECLINED);
        else
            decides(story, BY_ADMIN, COMMAND_RETURN_APPROVE, &light, RETURN_APPROVED);
    }
    assert_int_equal(story_paid(story), 0);
}

/* Nobody answered, and it expired; four buyers go on to the platform, in whose place a supervisor
 * or the merchant may still give in. */
static void what_expired_is_disputed_and_taken_to_the_platform(struct story *story)
{
    static const enum actor_kind who[] = {BY_PLATFORM, BY_ADMIN, BY_MERCHANT, BY_PLATFORM};
    struct id old[4];
    for (unsigned i = 0; i < 4; i++) {
        sell(story,
             &(struct sale){
                 .reference = names[i], .sku = "CHANDELIER", .price_minor = 900, .sold_days = 90});
        old[i] = ask_back(story, SYD, BY_OPERATOR, names[i], 1, names[i]);
    }
    story_wait(story, 2 * DAY_S);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(state_of(story, &old[i]), RETURN_EXPIRED);
        decides(story, disputants[i], COMMAND_RETURN_DISPUTE, &old[i], RETURN_DISPUTED);
        decides(story, disputants[i], COMMAND_RETURN_ESCALATE, &old[i], RETURN_ESCALATED);
        if (i < 3)
            decides(story, who[i], COMMAND_RETURN_APPROVE, &old[i], RETURN_APPROVED);
        else
            decides(story, who[i], COMMAND_RETURN_DECLINE, &old[i], RETURN_ARBITRATED);
    }
    assert_int_equal(story_paid(story), 0);
}

/* Paid and closed, and still the buyer wants more. The supervisor says no; and that is where it
 * ends for those who do not go on, and for whom a supervisor decides. */
static void what_was_paid_is_disputed_and_nothing_more_is_paid(struct story *story)
{
    for (unsigned i = 0; i < 4; i++) {
        sell(story, &(struct sale){.reference = names[i], .sku = "HAT", .price_minor = 3000});
        struct id hat = ask_back(story, LAX, BY_ADMIN, names[i], 1, names[i]);
        receive_units(story, LAX, names[i], "HAT", 1, NULL);
        story_wait(story, 600);
        assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
        decides(story, disputants[i], COMMAND_RETURN_DISPUTE, &hat, RETURN_DISPUTED);
        decides(story, BY_ADMIN, COMMAND_RETURN_DECLINE, &hat, RETURN_ESCALATED);
        if (i < 3)
            decides(story, disputants[i], COMMAND_RETURN_WITHDRAW, &hat, RETURN_DECLINED);
        else
            decides(story, BY_ADMIN, COMMAND_RETURN_DECLINE, &hat, RETURN_ARBITRATED);
    }
    assert_int_equal(paid_minor(story), 4 * 3000);
}

/* --- the platform ----------------------------------------------------------------------------- */

static void the_platform_decides_for_the_buyer_whose_goods_came(struct story *story)
{
    struct id light = escalated(story, "L-1");
    comes_and_is_worked_off(story, LAX, "L-1");
    assert_int_equal(state_of(story, &light), RETURN_ESCALATED);
    assert_int_equal(story_paid(story), 0);
    decides(story, BY_PLATFORM, COMMAND_RETURN_APPROVE, &light, RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 19900);
}

/* Against the buyer, who sends it all the same: nothing is paid, until the platform thinks again.
 */
static void the_platform_decides_against_the_buyer_and_thinks_again(struct story *story)
{
    struct id light = escalated(story, "L-1");
    decides(story, BY_PLATFORM, COMMAND_RETURN_DECLINE, &light, RETURN_ARBITRATED);
    comes_and_is_worked_off(story, SYD, "L-1");
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &light), RETURN_ARBITRATED);
    assert_int_equal(story_paid(story), 0);
    decides(story, BY_PLATFORM, COMMAND_RETURN_APPROVE, &light, RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 19900);
}

/* What came while it was disputed is not paid by the platform's no; the merchant and the supervisor
 * pay it when they think again. */
static void what_waited_through_a_dispute_is_paid_by_who_thinks_again(struct story *story)
{
    static const enum actor_kind who[] = {BY_MERCHANT, BY_ADMIN};
    for (unsigned i = 0; i < 2; i++) {
        struct id light = declined(story, names[i]);
        decides(story, BY_BUYER, COMMAND_RETURN_DISPUTE, &light, RETURN_DISPUTED);
        receive_units(story, LAX, names[i], "CHANDELIER", 1, NULL);
        decides(story, BY_BUYER, COMMAND_RETURN_ESCALATE, &light, RETURN_ESCALATED);
        decides(story, BY_PLATFORM, COMMAND_RETURN_DECLINE, &light, RETURN_ARBITRATED);
        assert_int_equal(paid_minor(story), (int64_t)i * 19900);
        decides(story, who[i], COMMAND_RETURN_APPROVE, &light, RETURN_CLOSED);
        assert_int_equal(paid_minor(story), (int64_t)(i + 1) * 19900);
    }
}

/* --- silence ---------------------------------------------------------------------------------- */

/* The merchant says nothing for three days, and the platform nothing for a month. */
static void what_nobody_decides_ends_with_the_platform(struct story *story)
{
    struct id light = declined(story, "L-1");
    answer_return(story, SYD, BY_OPERATOR, COMMAND_RETURN_DISPUTE, &light);
    story_wait(story, 4 * DAY_S);
    assert_int_equal(state_of(story, &light), RETURN_ESCALATED);
    story_wait(story, 31 * DAY_S);
    assert_int_equal(state_of(story, &light), RETURN_ARBITRATED);
    assert_int_equal(story_paid(story), 0);
}

/* The merchant's policy knows no platform: silence ends the dispute, a fortnight is given for the
 * next one, and then no more. */
static void where_no_platform_decides_silence_ends_a_dispute(struct story *story)
{
    set_policy(story, (struct policy){.dispute_days = 14, .decide_hours = 48});
    sell(story, &(struct sale){.reference = "PALACE", .sku = "CHANDELIER", .price_minor = 90000});
    struct id light = ask_back(story, SYD, BY_PARTNER, "PALACE", 1, "PALACE");
    answer_return(story, LAX, BY_MERCHANT, COMMAND_RETURN_DECLINE, &light);
    decides(story, BY_BUYER, COMMAND_RETURN_DISPUTE, &light, RETURN_DISPUTED);
    story_wait(story, 3 * DAY_S);
    assert_int_equal(state_of(story, &light), RETURN_EXPIRED);
    decides(story, BY_BUYER, COMMAND_RETURN_DISPUTE, &light, RETURN_DISPUTED);
    story_wait(story, 3 * DAY_S);
    assert_int_equal(state_of(story, &light), RETURN_EXPIRED);
    story_wait(story, 15 * DAY_S);
    answer_return(story, RTM, BY_BUYER, COMMAND_RETURN_DISPUTE, &light);
    assert_int_equal(story->last_error, ERROR_OUT_OF_RANGE);
    assert_int_equal(state_of(story, &light), RETURN_EXPIRED);
}

/* --- one number ------------------------------------------------------------------------------- */

/* Three returns of one number, disputed, escalated and decided: a box whose slip names the fourth
 * is none of theirs. */
static void a_box_with_a_slip_is_no_disputed_returns_of_its_number(struct story *story)
{
    struct id light[4];
    for (unsigned i = 0; i < 4; i++) {
        sell(story,
             &(struct sale){.reference = names[i], .sku = "CHANDELIER", .price_minor = 19900});
        ask_back(story, RTM, BY_PARTNER, names[i], 1, "SAME");
        light[i] = story->last_entity;
    }
    for (unsigned i = 0; i < 3; i++) {
        decides(story, BY_ADMIN, COMMAND_RETURN_DECLINE, &light[i], RETURN_DECLINED);
        decides(story, BY_BUYER, COMMAND_RETURN_DISPUTE, &light[i], RETURN_DISPUTED);
        if (i > 0) decides(story, BY_BUYER, COMMAND_RETURN_ESCALATE, &light[i], RETURN_ESCALATED);
        if (i > 1)
            decides(story, BY_PLATFORM, COMMAND_RETURN_DECLINE, &light[i], RETURN_ARBITRATED);
    }
    receive_units(story, LAX, "SAME", "CHANDELIER", 1, &light[3]);
    decides(story, BY_ADMIN, COMMAND_RETURN_APPROVE, &light[3], RETURN_CLOSED);
    assert_int_equal(state_of(story, &light[0]), RETURN_DISPUTED);
    assert_int_equal(paid_minor(story), 19900);
}

static const struct told_story stories[] = {
    TOLD(a_merchant_gives_in_and_pays_for_what_came_meanwhile),
    TOLD(a_dispute_may_be_withdrawn),
    TOLD(what_expired_is_disputed_and_taken_to_the_platform),
    TOLD(what_was_paid_is_disputed_and_nothing_more_is_paid),
    TOLD(the_platform_decides_for_the_buyer_whose_goods_came),
    TOLD(the_platform_decides_against_the_buyer_and_thinks_again),
    TOLD(what_waited_through_a_dispute_is_paid_by_who_thinks_again),
    TOLD(what_nobody_decides_ends_with_the_platform),
    TOLD(where_no_platform_decides_silence_ends_a_dispute),
    TOLD(a_box_with_a_slip_is_no_disputed_returns_of_its_number),
};

const struct told_list stories_of_disputes = TOLD_LIST(stories);

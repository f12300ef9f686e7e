/* Returns told to their end: who answers and who changes it, what silence does, and what the floor
 * and the carrier say in every state, which is never refused. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

/* Too dear for policy alone: 199.00, where 100.00 are approved at once. */
static void sell_light(struct story *story, const char *reference)
{
    sell(story, &(struct sale){.reference = reference, .sku = "CHANDELIER", .price_minor = 19900});
}

/* A grade, a disposition and its end, which the book notes in whatever state the return is. */
static void work_off(struct story *story, enum site place, enum actor_kind by,
                     const struct id *unit, enum grade grade, enum disposition disposition)
{
    act_on_unit(story, place, by, COMMAND_UNIT_INSPECT, unit, (struct unit_act){.grade = 0});
    act_on_unit(story, place, by, COMMAND_UNIT_GRADE, unit, (struct unit_act){.grade = grade});
    act_on_unit(story, place, by, COMMAND_UNIT_DISPOSE, unit,
                (struct unit_act){.disposition = disposition});
    act_on_unit(story, place, by, COMMAND_UNIT_SETTLE, unit, (struct unit_act){.grade = 0});
    assert_int_equal(story->last_error, OK);
}

static void arrives_and_is_worked_off(struct story *story, enum site place, const char *number,
                                      enum disposition disposition)
{
    carrier_delivers(story, GATE, number);
    struct id box = receive_units(story, place, number, "CHANDELIER", 1, NULL);
    struct id unit = unit_of_box(story, place, &box, 0);
    work_off(story, place, BY_OPERATOR, &unit, GRADE_GOOD, disposition);
}

/* --- people change their minds ---------------------------------------------------------------- */

static void a_decline_is_thought_over_when_the_goods_are_seen(struct story *story)
{
    sell_light(story, "L-1");
    struct id light = ask_back(story, SYD, BY_MERCHANT, "L-1", 1, "N-1");
    answer_return(story, LAX, BY_MERCHANT, COMMAND_RETURN_DECLINE, &light);
    arrives_and_is_worked_off(story, SYD, "N-1", DISPOSE_RESTOCK);
    assert_int_equal(state_of(story, &light), RETURN_DECLINED);
    assert_int_equal(story_paid(story), 0);
    answer_return(story, GATE, BY_MERCHANT, COMMAND_RETURN_APPROVE, &light);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &light), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 19900);
}

/* The supervisor answers for the merchant, twice, and then takes it back. */
static void a_supervisor_declines_approves_and_calls_off(struct story *story)
{
    sell_light(story, "L-1");
    struct id light = ask_back(story, RTM, BY_ADMIN, "L-1", 1, "N-1");
    answer_return(story, RTM, BY_ADMIN, COMMAND_RETURN_DECLINE, &light);
    answer_return(story, SYD, BY_ADMIN, COMMAND_RETURN_APPROVE, &light);
    answer_return(story, RTM, BY_ADMIN, COMMAND_RETURN_CANCEL, &light);
    assert_int_equal(state_of(story, &light), RETURN_CANCELED);
    sell_light(story, "L-2");
    struct id other = ask_back(story, GATE, BY_PARTNER, "L-2", 1, "N-2");
    answer_return(story, RTM, BY_ADMIN, COMMAND_RETURN_APPROVE, &other);
    assert_int_equal(state_of(story, &other), RETURN_APPROVED);
    assert_int_equal(story_paid(story), 0);
}

static void four_people_call_off_what_nobody_has_answered(struct story *story)
{
    static const enum actor_kind who[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN, BY_BUYER};
    static const char *const names[] = {"L-1", "L-2", "L-3", "L-4"};
    for (unsigned i = 0; i < 4; i++) {
        sell_light(story, names[i]);
        struct id light = ask_back(story, LAX, BY_PARTNER, names[i], 1, names[i]);
        answer_return(story, SYD, who[i], COMMAND_RETURN_CANCEL, &light);
        assert_int_equal(state_of(story, &light), RETURN_CANCELED);
    }
}

static void four_people_call_off_what_was_approved(struct story *story)
{
    static const enum actor_kind who[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN, BY_BUYER};
    for (unsigned i = 0; i < 4; i++) {
        struct id lamp = ask_back(story, LAX, BY_OPERATOR, "SZ-1", 1, "N-1");
        answer_return(story, GATE, who[i], COMMAND_RETURN_CANCEL, &lamp);
        assert_int_equal(state_of(story, &lamp), RETURN_CANCELED);
    }
}

/* The buyer calls it off, and the parcel comes all the same: it is paid when somebody says so. */
static void what_was_called_off_and_comes_is_a_persons_to_judge(struct story *story)
{
    static const enum actor_kind who[] = {BY_MERCHANT, BY_ADMIN};
    static const char *const names[] = {"L-1", "L-2"};
    for (unsigned i = 0; i < 2; i++) {
        sell_light(story, names[i]);
        struct id light = ask_back(story, LAX, BY_OPERATOR, names[i], 1, names[i]);
        answer_return(story, GATE, BY_BUYER, COMMAND_RETURN_CANCEL, &light);
        arrives_and_is_worked_off(story, LAX, names[i], DISPOSE_RESTOCK);
        assert_int_equal(state_of(story, &light), RETURN_CANCELED);
        assert_int_equal(paid_minor(story), (int64_t)i * 19900);
        answer_return(story, SYD, who[i], COMMAND_RETURN_APPROVE, &light);
        story_wait(story, 600);
        assert_int_equal(state_of(story, &light), RETURN_CLOSED);
    }
    assert_int_equal(paid_minor(story), 2 * 19900);
}

/* --- silence ---------------------------------------------------------------------------------- */

/* Nothing was sent for three weeks, and then the parcel comes: what was approved is reopened. */
static void a_parcel_after_expiry_reopens_what_was_approved(struct story *story)
{
    struct id lamp = ask_back(story, SYD, BY_OPERATOR, "SZ-1", 1, "LATE");
    story_wait(story, 22 * DAY_S);
    assert_int_equal(state_of(story, &lamp), RETURN_EXPIRED);
    carrier_delivers(story, GATE, "LATE");
    receive_units(story, SYD, "LATE", "LAMP", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &lamp), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 2999);
}

static void two_people_take_up_again_what_expired(struct story *story)
{
    static const enum actor_kind who[] = {BY_MERCHANT, BY_ADMIN};
    struct id lamp = ask_back(story, SYD, BY_MERCHANT, "SZ-1", 1, "LATE");
    for (unsigned i = 0; i < 2; i++) {
        story_wait(story, 22 * DAY_S);
        assert_int_equal(state_of(story, &lamp), RETURN_EXPIRED);
        answer_return(story, LAX, who[i], COMMAND_RETURN_APPROVE, &lamp);
        assert_int_equal(state_of(story, &lamp), RETURN_APPROVED);
    }
}

/* The carrier says that it came, and no warehouse finds it. */
static void what_the_carrier_delivered_and_nobody_found_is_contested(struct story *story)
{
    struct id lamp = ask_back(story, LAX, BY_ADMIN, "SZ-1", 1, "GONE");
    carrier_delivers(story, SYD, "GONE");
    story_wait(story, 40 * DAY_S);
    assert_int_equal(state_of(story, &lamp), RETURN_EXPIRED);
    assert_int_equal(story_paid(story), 0);
}

/* A merchant who says nothing: what came too late expires, and so does what an order's earlier
 * trouble stands against. What comes after that is a person's to judge. */
static void silence_lets_expire_what_policy_would_not_grant(struct story *story)
{
    sell(story, &(struct sale){
                    .reference = "OLD", .sku = "CHANDELIER", .price_minor = 900, .sold_days = 90});
    struct id old = ask_back(story, RTM, BY_MERCHANT, "OLD", 1, "OLD");
    sell(story, &(struct sale){
                    .reference = "TWO", .sku = "CHANDELIER", .quantity = 2, .price_minor = 900});
    struct id first = ask_back(story, RTM, BY_MERCHANT, "TWO", 1, "TWO");
    assert_int_equal(state_of(story, &first), RETURN_APPROVED);
    answer_return(story, RTM, BY_BUYER, COMMAND_RETURN_CANCEL, &first);
    receive_units(story, LAX, "TWO", "CHANDELIER", 1, NULL);
    struct id flagged = ask_back(story, RTM, BY_MERCHANT, "TWO", 1, "FLAG");
    assert_int_equal(state_of(story, &flagged), RETURN_REQUESTED);
    story_wait(story, 2 * DAY_S);
    assert_int_equal(state_of(story, &old), RETURN_EXPIRED);
    assert_int_equal(state_of(story, &flagged), RETURN_EXPIRED);
    arrives_and_is_worked_off(story, SYD, "OLD", DISPOSE_RESTOCK);
    assert_int_equal(state_of(story, &old), RETURN_EXPIRED);
    assert_int_equal(story_paid(story), 0);
}

/* --- more than one box, more than one return -------------------------------------------------- */

/* One of two comes, silence closes the return after a month, and then the other one comes. */
static void the_second_of_two_comes_after_silence_has_closed(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    struct id hats = ask_back(story, GATE, BY_OPERATOR, "HATS", 2, "HATS");
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, 32 * DAY_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 3000);
    carrier_delivers(story, GATE, "HATS");
    receive_units(story, SYD, "HATS", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 6000);
}

/* One number for returns of every state: a box whose slip names the last is none of the others'. */
static void a_box_with_a_slip_is_no_other_returns_of_its_number(struct story *story)
{
    static const char *const names[] = {"L-1", "L-2", "L-3", "L-4", "L-5", "L-6"};
    static const enum command_kind answers[] = {COMMAND_RETURN_APPROVE, COMMAND_RETURN_DECLINE,
                                                COMMAND_RETURN_CANCEL, COMMAND_RETURN_APPROVE,
                                                COMMAND_RETURN_APPROVE};
    struct id light = {{0}};
    for (unsigned i = 0; i < 6; i++) {
        sell_light(story, names[i]);
        light = ask_back(story, RTM, BY_MERCHANT, names[i], 1, "SAME");
        if (i == 5) break;
        answer_return(story, RTM, BY_MERCHANT, answers[i], &light);
        if (i == 0) story_wait(story, 25 * DAY_S); /* and so it expires */
        if (i == 3) receive_units(story, SYD, "SAME", "CHANDELIER", 1, &light);
    }
    receive_units(story, LAX, "SAME", "CHANDELIER", 1, &light);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &light), RETURN_REQUESTED);
    assert_int_equal(paid_minor(story), 19900);
}

/* --- the floor in every state ----------------------------------------------------------------- */

/* The chandelier is graded and put away before anybody has answered, and unsellable ones after. */
static void a_grade_that_speaks_against_a_refund_is_contested(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    struct id hats = ask_back(story, GATE, BY_OPERATOR, "HATS", 2, "HATS");
    struct id box = receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    struct id unit = unit_of_box(story, LAX, &box, 0);
    work_off(story, LAX, BY_ADMIN, &unit, GRADE_GOOD, DISPOSE_HUB);
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    story_wait(story, 600);
    box = receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    unit = unit_of_box(story, LAX, &box, 0);
    act_on_unit(story, LAX, BY_ADMIN, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){.grade = 0});
    act_on_unit(story, LAX, BY_ADMIN, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_UNSELLABLE, .liability = LIABLE_BUYER});
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    act_on_unit(story, LAX, BY_ADMIN, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_LIKE_NEW, .liability = LIABLE_SELLER});
}

static void a_bad_grade_while_more_is_awaited_is_contested_at_once(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    struct id hats = ask_back(story, SYD, BY_PARTNER, "HATS", 2, "HATS");
    struct id box = receive_units(story, SYD, "HATS", "HAT", 1, NULL);
    struct id unit = unit_of_box(story, SYD, &box, 0);
    act_on_unit(story, SYD, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit,
                (struct unit_act){.grade = 0});
    act_on_unit(story, SYD, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_UNSELLABLE});
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    assert_int_equal(paid_minor(story), 3000);
}

/* Goods before the answer: seen, graded and put away, and nothing is paid until somebody answers.
 */
static void goods_are_worked_off_while_the_merchant_thinks(struct story *story)
{
    sell_light(story, "L-1");
    struct id light = ask_back(story, GATE, BY_PARTNER, "L-1", 1, "N-1");
    arrives_and_is_worked_off(story, LAX, "N-1", DISPOSE_RESTOCK);
    assert_int_equal(state_of(story, &light), RETURN_REQUESTED);
    assert_int_equal(story_paid(story), 0);
    answer_return(story, RTM, BY_ADMIN, COMMAND_RETURN_APPROVE, &light);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &light), RETURN_CLOSED);
}

/* One hat too many, and a scarf that nobody sold: received, and paid for by nobody. */
static void what_is_too_much_or_of_another_order_pays_nothing(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    struct id hats = ask_back(story, SYD, BY_ADMIN, "HATS", 2, "HATS");
    receive_units(story, SYD, "HATS", "SCARF", 1, &hats);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    receive_units(story, LAX, "HATS", "HAT", 3, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 6000);
}

/* --- paid before it came ---------------------------------------------------------------------- */

/* The marketplace refunded two of three hats; they come, are taken, and are not paid again. */
static void what_others_paid_ahead_is_taken_and_not_paid(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 3, .price_minor = 3000});
    struct id hats = ask_back(story, LAX, BY_MERCHANT, "HATS", 3, "HATS");
    others_tell(story, SYD, ELSEWHERE_MARKETPLACE, "pi_HATS", "MP-1", 3000, &hats);
    others_tell(story, GATE, ELSEWHERE_SELLER, "pi_HATS", "MP-2", 3000, &hats);
    receive_units(story, SYD, "HATS", "HAT", 1, NULL);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 3000);
}

static void the_last_one_may_be_the_one_that_was_paid_ahead(struct story *story)
{
    struct id lamp = ask_back(story, LAX, BY_ADMIN, "SZ-1", 1, "LAMP");
    others_tell(story, SYD, ELSEWHERE_SELLER, "pi_1", "MP-1", 2999, &lamp);
    receive_units(story, SYD, "LAMP", "LAMP", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &lamp), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
}

/* Silence closed the return of two; the one that is missing was charged back, and comes. */
static void a_closed_return_takes_what_was_charged_back_meanwhile(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    struct id hats = ask_back(story, LAX, BY_ADMIN, "HATS", 2, "HATS");
    receive_units(story, SYD, "HATS", "HAT", 1, NULL);
    story_wait(story, 32 * DAY_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    others_tell(story, SYD, ELSEWHERE_CHARGEBACK, "pi_HATS", "CB-1", 3000, &hats);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(paid_minor(story), 3000);
}

/* Sydney holds the box before anybody asks for its return, and is cut off: silence closes the
 * return before Sydney can say which units are whose. The marketplace pays one of the three
 * meanwhile. */
static void a_closed_return_takes_what_could_not_be_said_before(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 3, .price_minor = 3000});
    receive_units(story, SYD, "HATS", "HAT", 3, NULL);
    story_cut(story, SYD, true);
    struct id hats = ask_back(story, LAX, BY_PARTNER, "HATS", 3, "HATS");
    story_wait(story, 32 * DAY_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    others_tell(story, GATE, ELSEWHERE_MARKETPLACE, "pi_HATS", "MP-1", 3000, &hats);
    story_cut(story, SYD, false);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 6000);
}

static const struct told_story stories[] = {
    TOLD(a_decline_is_thought_over_when_the_goods_are_seen),
    TOLD(a_supervisor_declines_approves_and_calls_off),
    TOLD(four_people_call_off_what_nobody_has_answered),
    TOLD(four_people_call_off_what_was_approved),
    TOLD(what_was_called_off_and_comes_is_a_persons_to_judge),
    TOLD(a_parcel_after_expiry_reopens_what_was_approved),
    TOLD(two_people_take_up_again_what_expired),
    TOLD(what_the_carrier_delivered_and_nobody_found_is_contested),
    TOLD(silence_lets_expire_what_policy_would_not_grant),
    TOLD(the_second_of_two_comes_after_silence_has_closed),
    TOLD(a_box_with_a_slip_is_no_other_returns_of_its_number),
    TOLD(a_grade_that_speaks_against_a_refund_is_contested),
    TOLD(a_bad_grade_while_more_is_awaited_is_contested_at_once),
    TOLD(goods_are_worked_off_while_the_merchant_thinks),
    TOLD(what_is_too_much_or_of_another_order_pays_nothing),
    TOLD(what_others_paid_ahead_is_taken_and_not_paid),
    TOLD(the_last_one_may_be_the_one_that_was_paid_ahead),
    TOLD(a_closed_return_takes_what_was_charged_back_meanwhile),
    TOLD(a_closed_return_takes_what_could_not_be_said_before),
};

const struct told_list stories_of_returns = TOLD_LIST(stories);

/* Fees of what comes back, told: what a buyer who changed their mind owes is kept from the refund,
 * faulty goods cost nothing, and what was kept may be given back. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HOUR_S   3600u
#define SOMEBODY 2 /* a buyer without a history */

/* --- what is charged -------------------------------------------------------------------------- */

static struct policy charging(uint64_t restocking_per_mille, int64_t freight_minor)
{
    struct policy policy = {.fees_count = 2};
    policy.fees[0] = (struct policy_fee){.class = CLASS_CHANGED_MIND,
                                         .kind = FEE_RESTOCKING,
                                         .payer = PAID_BY_BUYER,
                                         .per_mille = restocking_per_mille};
    policy.fees[1] = (struct policy_fee){.class = CLASS_CHANGED_MIND,
                                         .kind = FEE_RETURN_FREIGHT,
                                         .payer = PAID_BY_BUYER,
                                         .fixed_minor = freight_minor};
    return policy;
}

static struct id ask_because(struct story *story, enum site place, enum actor_kind by,
                             const char *reference, uint64_t quantity, enum reason reason,
                             const char *number)
{
    union command_body body = {0};
    body.return_request = (struct return_request){.merchant = story->merchant,
                                                  .order_reference = span_text(reference),
                                                  .number = span_text(number),
                                                  .lines_count = 1};
    body.return_request.lines[0] = (struct return_line){.quantity = quantity, .reason = reason};
    wish_at(story, place, COMMAND_RETURN_REQUEST, by, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 20);
    return return_by_number(story, number);
}

static struct return_line_row line_of(struct story *story, const struct id *return_id)
{
    struct return_line_row line;
    const struct rows *rows = story_read(story, RTM);
    assert_true(return_line_load(rows, return_id, 0, &line));
    story_read_end(story, RTM);
    return line;
}

/* --- stories ---------------------------------------------------------------------------------- */

/* Three hats of 33.35: a tenth for restocking is 10.00, the freight 5.00. They come one by one, to
 * two warehouses, and each costs the buyer 5.00. */
static void a_change_of_mind_costs_restocking_and_freight(struct story *story)
{
    set_policy(story, charging(100, 500));
    sell(story, &(struct sale){.reference = "H-1",
                               .sku = "HAT",
                               .quantity = 3,
                               .price_minor = 3335,
                               .buyer = SOMEBODY});
    struct id hats = ask_back(story, SYD, BY_PARTNER, "H-1", 3, "N-1");
    assert_int_equal(line_of(story, &hats).fee_minor, 1500);
    carrier_scans(story, GATE, "N-1");
    receive_units(story, LAX, "N-1", "HAT", 1, NULL);
    story_wait(story, HOUR_S);
    receive_units(story, SYD, "N-1", "HAT", 2, &hats);
    story_wait(story, HOUR_S);
    assert_int_equal(line_of(story, &hats).withheld_minor, 1500);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
}

static void faulty_goods_come_back_free_of_fees(struct story *story)
{
    set_policy(story, charging(100, 500));
    sell(story,
         &(struct sale){.reference = "H-1", .sku = "HAT", .price_minor = 3335, .buyer = SOMEBODY});
    struct id hat = ask_because(story, LAX, BY_OPERATOR, "H-1", 1, REASON_DEFECTIVE, "N-1");
    carrier_delivers(story, RTM, "N-1");
    struct id box = receive_units(story, RTM, "N-1", "HAT", 1, NULL);
    struct id unit = unit_of_box(story, RTM, &box, 0);
    act_on_unit(story, RTM, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit, (struct unit_act){0});
    act_on_unit(story, RTM, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_UNSELLABLE});
    story_wait(story, HOUR_S);
    assert_int_equal(line_of(story, &hat).fee_minor, 0);
    assert_int_equal(paid_minor(story), 3335);
}

/* The freight of a pen is more than the pen: nothing is refunded, and the return is done. The
 * merchant thinks again, and gives a part of it out of goodwill. */
static void a_fee_takes_all_and_goodwill_gives_a_part_back(struct story *story)
{
    set_policy(story, charging(100, 900));
    sell(story,
         &(struct sale){.reference = "P-1", .sku = "PEN", .price_minor = 700, .buyer = SOMEBODY});
    struct id pen = ask_back(story, GATE, BY_MERCHANT, "P-1", 1, "N-1");
    receive_units(story, SYD, "N-1", "PEN", 1, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(line_of(story, &pen).withheld_minor, 700);
    assert_int_equal(state_of(story, &pen), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
    grant_money(story, LAX, BY_MERCHANT, &pen, PAID_FOR_GOODWILL, 400, 24);
    struct id grant = grant_of(story, &pen, 0);
    answer_grant(story, SYD, BY_BUYER, COMMAND_GRANT_ACCEPT, &grant);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of_grant(story, &grant), GRANT_PAID);
    assert_int_equal(paid_minor(story), 400);
}

/* Half of what a trusted buyer is owed goes out when the carrier has the parcel, and that is half
 * of 18.00: of 20.00 the fee is 2.00. */
static void money_ahead_is_a_share_of_what_the_fee_leaves(struct story *story)
{
    struct policy policy = charging(100, 0);
    policy.fees_count = 1;
    policy.instant_refund_trust = 1;
    policy.instant_refund_percent = 50;
    set_policy(story, policy);
    sell(story, &(struct sale){
                    .reference = "H-1", .sku = "HAT", .price_minor = 2000, .buyer = TRUSTED_BUYER});
    struct id hat = ask_back(story, RTM, BY_OPERATOR, "H-1", 1, "N-1");
    carrier_scans(story, SYD, "N-1");
    story_wait(story, HOUR_S);
    assert_int_equal(paid_minor(story), 900);
    receive_units(story, LAX, "N-1", "HAT", 1, &hat);
    story_wait(story, HOUR_S);
    assert_int_equal(paid_minor(story), 1800);
    assert_int_equal(line_of(story, &hat).withheld_minor, 200);
}

static bool the_hats_are_paid_less_their_fees(struct story *story)
{
    return paid_minor(story) == 10005 - 1500;
}

static const struct told_story stories[] = {
    GUARDED(a_change_of_mind_costs_restocking_and_freight, the_hats_are_paid_less_their_fees,
            "fee_taken_twice", NULL),
    TOLD(faulty_goods_come_back_free_of_fees),
    TOLD(a_fee_takes_all_and_goodwill_gives_a_part_back),
    TOLD(money_ahead_is_a_share_of_what_the_fee_leaves),
};
const struct told_list stories_of_fees = TOLD_LIST(stories);

/* Money that went ahead of goods which never came, and the new charge under the buyer's stored
 * mandate: once, although links are cut and processes die; never over the head of a warehouse that
 * was not heard; and what comes late all the same is paid once. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALWAYS     1000000u /* of a million */
#define HOUR_S     3600u
#define DAY_S      (24 * HOUR_S)
#define GRACE_DAYS 5u
/* Thirty days until the return expires, and the grace behind it. */
#define EXPIRED_S (31 * DAY_S)
#define CHARGED_S ((GRACE_DAYS + 1) * DAY_S)

/* A hat of 30.00 with a mandate, paid for at the carrier's first scan: whole, or a share. */
static struct id front_hat(struct story *story, uint64_t percent)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1,
                                      .instant_refund_percent = percent,
                                      .recharge_days = GRACE_DAYS});
    sell(story, &(struct sale){.reference = "HAT",
                               .sku = "HAT",
                               .price_minor = 3000,
                               .buyer = TRUSTED_BUYER,
                               .mandated = true});
    struct id hat = ask_back(story, LAX, BY_PARTNER, "HAT", 1, "HAT");
    carrier_scans(story, GATE, "HAT");
    story_wait(story, 600);
    return hat;
}

static struct return_line_row line_of(struct story *story, const struct id *return_id)
{
    struct return_line_row line = {0};
    const struct rows *rows = story_read(story, RTM);
    assert_true(return_line_load(rows, return_id, 0, &line));
    story_read_end(story, RTM);
    return line;
}

/* --- the goods never come --------------------------------------------------------------------- */

/* Los Angeles is cut off for a day around the moment, so that the charge waits; then the leader
 * dies between the call and the answer. */
static void what_never_comes_is_charged_once_though_the_leader_dies(struct story *story)
{
    struct id hat = front_hat(story, 0);
    assert_int_equal(paid_minor(story), 3000);
    story_wait(story, EXPIRED_S);
    assert_int_equal(state_of(story, &hat), RETURN_EXPIRED);
    assert_int_equal(charged_minor(story), 0);
    story_cut(story, LAX, true);
    story->world.provider.key_ttl_us = MINUTE_US;
    story->dies_after_sending = true;
    story_wait(story, CHARGED_S);
    story_cut(story, LAX, false);
    story_wait(story, HOUR_S);
    host_start(&story->world.host[RTM]);
    story_wait(story, DAY_S);
}

static bool the_buyer_is_charged_once(struct story *story)
{
    unsigned state = 0;
    return charged_minor(story) == 3000 && paid_minor(story) == 3000 &&
           story_refunds(story, LAX, &state) == 2;
}

/* A share went ahead, and no more than that comes back; the line has lost nothing. */
static void no_more_is_charged_than_went_ahead(struct story *story)
{
    struct id hat = front_hat(story, 40);
    assert_int_equal(paid_minor(story), 1200);
    story_wait(story, EXPIRED_S + CHARGED_S);
    assert_int_equal(state_of(story, &hat), RETURN_EXPIRED);
    assert_int_equal(charged_minor(story), 1200);
    struct return_line_row line = line_of(story, &hat);
    assert_int_equal(line.fronted_minor, 0);
    assert_int_equal(line.recharged_minor, 1200);
}

/* The bank says no: the loss is the merchant's, and is tried again by a person's word only. */
static void a_declined_charge_is_the_merchants_loss_until_a_person_tries_again(struct story *story)
{
    struct id slot = {{0}}, again = {{0}};
    struct id hat = front_hat(story, 0);
    story_wait(story, EXPIRED_S);
    story->world.provider.decline_ppm = ALWAYS;
    story_wait(story, CHARGED_S);
    story->world.provider.decline_ppm = 0;
    story_wait(story, 10 * DAY_S);
    assert_int_equal(charged_minor(story), 0);
    assert_true(refund_in(story, REFUND_FAILED, &slot));
    assert_int_equal(line_of(story, &hat).fronted_minor, 3000);
    resolve(story, RTM, &slot, false);
    story_wait(story, HOUR_S);
    assert_int_equal(charged_minor(story), 3000);
    assert_true(refund_in(story, REFUND_SETTLED, &again));
    assert_int_equal(line_of(story, &hat).fronted_minor, 0);
}

/* Nobody gave a consent, or it was taken back: the loss stays where it is. */
static void without_a_mandate_nobody_is_charged(struct story *story)
{
    struct id hat = front_hat(story, 0);
    withdraw_mandate(story, RTM, "HAT");
    story_wait(story, EXPIRED_S + CHARGED_S);
    assert_int_equal(state_of(story, &hat), RETURN_EXPIRED);
    assert_int_equal(charged_minor(story), 0);
    assert_int_equal(line_of(story, &hat).fronted_minor, 3000);
}

/* One of two came, the return closed over it by silence, and the other one's money comes back. */
static void what_came_is_not_charged_and_what_did_not_is(struct story *story)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1, .recharge_days = GRACE_DAYS});
    sell(story, &(struct sale){.reference = "HATS",
                               .sku = "HAT",
                               .quantity = 2,
                               .price_minor = 1500,
                               .buyer = TRUSTED_BUYER,
                               .mandated = true});
    struct id hats = ask_back(story, SYD, BY_MERCHANT, "HATS", 2, "HATS");
    carrier_scans(story, GATE, "HATS");
    story_wait(story, HOUR_S);
    assert_int_equal(paid_minor(story), 3000);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, EXPIRED_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    story_wait(story, CHARGED_S);
    assert_int_equal(charged_minor(story), 1500);
    assert_int_equal(paid_minor(story), 3000);
}

/* --- the goods come all the same -------------------------------------------------------------- */

/* They came in time at Sydney, which nobody hears. Only when it is heard is anything decided: the
 * return goes on, and nobody is charged. */
static void goods_at_a_place_that_is_cut_off_are_not_charged_for(struct story *story)
{
    struct id hat = front_hat(story, 0);
    story_wait(story, EXPIRED_S);
    story_cut(story, SYD, true);
    receive_units(story, SYD, "HAT", "HAT", 1, NULL);
    story_wait(story, CHARGED_S);
    story_cut(story, SYD, false);
    story_wait(story, DAY_S);
    (void)hat;
}

static bool nobody_is_charged(struct story *story)
{
    return charged_minor(story) == 0 && paid_minor(story) == 3000;
}

/* Months later the parcel turns up: the money that came back goes out again, once. */
static void what_comes_after_the_charge_is_paid_once(struct story *story)
{
    struct id hat = front_hat(story, 0);
    story_wait(story, EXPIRED_S + CHARGED_S);
    assert_int_equal(charged_minor(story), 3000);
    receive_units(story, RTM, "HAT", "HAT", 1, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 6000);
    assert_int_equal(charged_minor(story), 3000);
}

/* They come while the charge is unclear: nothing is decided about the hat until a person has
 * looked, and then it was charged, and is paid. */
static void goods_that_come_during_a_charge_wait_for_its_end(struct story *story)
{
    struct id slot = {{0}};
    struct id hat = front_hat(story, 50);
    story_wait(story, EXPIRED_S);
    story->world.provider.can_ask = false;
    story->world.provider.timeout_after_paying_ppm = ALWAYS;
    story_wait(story, CHARGED_S);
    story->world.provider.timeout_after_paying_ppm = 0;
    story->world.provider.can_ask = true;
    receive_units(story, RTM, "HAT", "HAT", 1, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hat), RETURN_APPROVED);
    assert_int_equal(paid_minor(story), 1500);
    assert_true(refund_in(story, REFUND_UNKNOWN, &slot));
    resolve(story, RTM, &slot, true);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(charged_minor(story), 1500);
    assert_int_equal(paid_minor(story), 1500 + 3000);
}

/* The provider hears nothing for an hour, and then the hat is here: the call is sent no more. */
static void a_charge_is_held_back_when_the_goods_come(struct story *story)
{
    struct id slot = {{0}};
    struct id hat = front_hat(story, 0);
    story_wait(story, EXPIRED_S);
    story->world.provider.down_until_us = story->world.now_us + 40 * (uint64_t)DAY_S * SECOND_US;
    story_wait(story, CHARGED_S - 2 * DAY_S);
    while (!refund_in(story, REFUND_SUBMITTED, &slot)) story_wait(story, HOUR_S);
    receive_units(story, RTM, "HAT", "HAT", 1, NULL);
    story_wait(story, HOUR_S);
    assert_true(refund_in(story, REFUND_MANUAL, &slot));
    resolve(story, RTM, &slot, false);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(charged_minor(story), 0);
    assert_int_equal(paid_minor(story), 3000);
}

static const struct told_story stories[] = {
    GUARDED(what_never_comes_is_charged_once_though_the_leader_dies, the_buyer_is_charged_once,
            "resend_without_asking", NULL),
    TOLD(no_more_is_charged_than_went_ahead),
    TOLD(a_declined_charge_is_the_merchants_loss_until_a_person_tries_again),
    TOLD(without_a_mandate_nobody_is_charged),
    TOLD(what_came_is_not_charged_and_what_did_not_is),
    GUARDED(goods_at_a_place_that_is_cut_off_are_not_charged_for, nobody_is_charged,
            "fires_unheard", NULL),
    TOLD(what_comes_after_the_charge_is_paid_once),
    TOLD(goods_that_come_during_a_charge_wait_for_its_end),
    TOLD(a_charge_is_held_back_when_the_goods_come),
};

const struct told_list stories_of_recharges = TOLD_LIST(stories);

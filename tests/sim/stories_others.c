/* Stories about money that others moved: a bank takes a payment back while our refund of it is on
 * its way, a marketplace refunds a lamp before it comes. Nobody is paid twice. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <string.h>

/* The provider does not answer while the chargeback becomes known, and then it does again. */
static void a_chargeback_between_intent_and_call_stops_the_call(struct story *story)
{
    story->world.provider.down_until_us = story->world.now_us + HOUR_US;
    return_lamp(story, LAX, NEW);
    receive_lamp(story, LAX);
    story_wait(story, 600);
    others_tell(story, SYD, ELSEWHERE_CHARGEBACK, "pi_1", "X-1", 2999, NULL);
    story_wait(story, 4 * 3600);
}

static bool a_person_looks_and_nothing_is_paid(struct story *story)
{
    unsigned refund = 0;
    return story_paid(story) == 0 && story_refunds(story, SYD, &refund) == 1 &&
           refund == REFUND_MANUAL;
}

static void what_the_marketplace_refunded_is_not_paid_when_the_goods_come(struct story *story)
{
    return_lamp(story, LAX, NEW);
    story_cut(story, LAX, true);
    receive_lamp(story, LAX);
    others_tell(story, SYD, ELSEWHERE_MARKETPLACE, "pi_1", "X-1", 2999, NULL);
    story_cut(story, LAX, false);
}

static bool nothing_is_intended(struct story *story)
{
    unsigned refund = 0;
    return story_paid(story) == 0 && story_refunds(story, GATE, &refund) == 0 &&
           strcmp(story->told, "LAX: asked\n"
                               "LAX is cut off\n"
                               "LAX: done\n"
                               "SYD: asked\n"
                               "LAX is back\n") == 0;
}

/* 10.00 of a hat's 30.00 are charged back; the provider's webhook says so, and so does its file. */
static void a_chargeback_that_is_reported_twice_counts_once(struct story *story)
{
    sell(story, &(struct sale){.reference = "HAT", .sku = "HAT", .price_minor = 3000});
    ask_back(story, LAX, BY_ADMIN, "HAT", 1, "HAT");
    others_tell(story, LAX, ELSEWHERE_CHARGEBACK, "pi_HAT", "CB-1", 1000, NULL);
    others_tell(story, SYD, ELSEWHERE_CHARGEBACK, "pi_HAT", "CB-1", 1000, NULL);
    struct id hat = return_by_number(story, "HAT");
    grant_money(story, RTM, BY_MERCHANT, &hat, PAID_FOR_FEE, 2000, 0);
    story_wait(story, 600);
}

static bool the_rest_is_paid(struct story *story)
{
    return paid_minor(story) == 2000;
}

/* The provider says that it has the refund and is not done, and a day later that it failed. */
static void pending_is_not_paid(struct story *story)
{
    struct id slot;
    story->world.provider.can_ask = false;
    story->world.provider.timeout_before_ppm = 1000000;
    ask_back(story, LAX, BY_OPERATOR, "SZ-1", 1, "PENDING");
    carrier_delivers(story, GATE, "PENDING");
    receive_units(story, LAX, "PENDING", "LAMP", 1, NULL);
    story_wait(story, 3600);
    if (!refund_in(story, REFUND_UNKNOWN, &slot)) return;
    provider_says(story, SYD, &slot, OUTCOME_PENDING);
    story_wait(story, 24 * 3600);
    if (refunds_in(story, REFUND_SETTLED) == 0) provider_says(story, SYD, &slot, OUTCOME_FAILED);
}

static bool it_failed(struct story *story)
{
    return refunds_in(story, REFUND_FAILED) == 1 && refunds_in(story, REFUND_SETTLED) == 0;
}

/* Paid, and sent back by the buyer's bank the day after: a person's, and nobody sends it again. */
static void what_was_paid_comes_back(struct story *story)
{
    struct id slot;
    return_lamp(story, LAX, NEW);
    receive_lamp(story, LAX);
    story_wait(story, 3600);
    if (!refund_in(story, REFUND_SETTLED, &slot)) return;
    provider_says(story, SYD, &slot, OUTCOME_FAILED);
    story_wait(story, 24 * 3600);
}

static const struct told_story stories[] = {
    GUARDED(a_chargeback_between_intent_and_call_stops_the_call, a_person_looks_and_nothing_is_paid,
            "chargeback_unheard", "a refund and a chargeback of one payment are both paid"),
    GUARDED(what_the_marketplace_refunded_is_not_paid_when_the_goods_come, nothing_is_intended,
            "elsewhere_uncounted", "what the marketplace refunded is refunded once more"),
    GUARDED(a_chargeback_that_is_reported_twice_counts_once, the_rest_is_paid,
            "report_counted_twice", "a report that comes twice breaks the totals"),
    GUARDED(what_was_paid_comes_back, it_failed, NULL, NULL),
    GUARDED(pending_is_not_paid, it_failed, "pending_taken_as_paid",
            "a pending refund is shown as paid"),
};

const struct told_list stories_of_others = TOLD_LIST(stories);

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

static const struct told_story stories[] = {
    GUARDED(a_chargeback_between_intent_and_call_stops_the_call, a_person_looks_and_nothing_is_paid,
            "chargeback_unheard", "a refund and a chargeback of one payment are both paid"),
    GUARDED(what_the_marketplace_refunded_is_not_paid_when_the_goods_come, nothing_is_intended,
            "elsewhere_uncounted", "what the marketplace refunded is refunded once more"),
};

const struct told_list stories_of_others = TOLD_LIST(stories);

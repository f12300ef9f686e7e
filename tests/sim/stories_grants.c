/* Money besides what units are worth, offered and answered by everybody who may; and refunds that
 * do not go straight: refused, unknown, told by the provider, paid by others, resolved by a person.
 */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALWAYS 1000000u /* of a million */
#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

/* --- offers ----------------------------------------------------------------------------------- */

static const enum actor_kind everybody[] = {BY_BUYER, BY_OPERATOR, BY_MERCHANT, BY_ADMIN};

static struct id offer(struct story *story, enum actor_kind by, const struct id *return_id,
                       unsigned nth)
{
    grant_money(story, RTM, by, return_id, PAID_FOR_GOODWILL, 100, 48);
    return grant_of(story, return_id, nth);
}

static void four_people_accept_an_offer(struct story *story)
{
    struct id lamp = ask_back(story, SYD, BY_MERCHANT, "SZ-1", 1, "KEEP");
    for (unsigned i = 0; i < 4; i++) {
        struct id grant = offer(story, BY_MERCHANT, &lamp, i);
        answer_grant(story, i == 0 ? RTM : LAX, everybody[i], COMMAND_GRANT_ACCEPT, &grant);
        story_wait(story, 600);
        assert_int_equal(state_of_grant(story, &grant), GRANT_PAID);
    }
    assert_int_equal(paid_minor(story), 400);
}

static void four_people_refuse_an_offer(struct story *story)
{
    struct id lamp = ask_back(story, SYD, BY_PARTNER, "SZ-1", 1, "KEEP");
    for (unsigned i = 0; i < 4; i++) {
        struct id grant = offer(story, BY_ADMIN, &lamp, i);
        answer_grant(story, i == 0 ? RTM : GATE, everybody[i], COMMAND_GRANT_REFUSE, &grant);
        assert_int_equal(state_of_grant(story, &grant), GRANT_REFUSED);
    }
    assert_int_equal(story_paid(story), 0);
}

/* Two offers are withdrawn before the buyer says anything, and a third one lapses. */
static void an_offer_that_nobody_answers_costs_nothing(struct story *story)
{
    struct id lamp = ask_back(story, LAX, BY_ADMIN, "SZ-1", 1, "KEEP");
    for (unsigned i = 0; i < 2; i++) {
        struct id grant = offer(story, BY_MERCHANT, &lamp, i);
        answer_grant(story, SYD, everybody[2 + i], COMMAND_GRANT_WITHDRAW, &grant);
        assert_int_equal(state_of_grant(story, &grant), GRANT_WITHDRAWN);
    }
    struct id grant = offer(story, BY_MERCHANT, &lamp, 2);
    story_wait(story, 3 * DAY_S);
    assert_int_equal(state_of_grant(story, &grant), GRANT_LAPSED);
    assert_int_equal(story_paid(story), 0);
}

/* The provider does not answer about the first, so that two more wait, and are withdrawn. */
static void what_waits_for_its_money_may_be_withdrawn(struct story *story)
{
    struct id lamp = ask_back(story, LAX, BY_OPERATOR, "SZ-1", 1, "KEEP");
    story->world.provider.down_until_us = story->world.now_us + HOUR_US;
    for (unsigned i = 0; i < 3; i++)
        grant_money(story, SYD, i == 0 ? BY_ADMIN : BY_MERCHANT, &lamp, PAID_FOR_FEE, 100, 0);
    for (unsigned i = 1; i < 3; i++) {
        struct id grant = grant_of(story, &lamp, i);
        assert_int_equal(state_of_grant(story, &grant), GRANT_GRANTED);
        answer_grant(story, GATE, everybody[1 + i], COMMAND_GRANT_WITHDRAW, &grant);
        assert_int_equal(state_of_grant(story, &grant), GRANT_WITHDRAWN);
    }
    story_wait(story, 6 * HOUR_S);
    assert_int_equal(paid_minor(story), 100);
}

/* While a granted sum waits, the bank takes the whole payment back: a person is told. */
static void what_was_granted_falls_short_when_others_had_the_money(struct story *story)
{
    struct id lamp = ask_back(story, LAX, BY_MERCHANT, "SZ-1", 1, "KEEP");
    story->world.provider.down_until_us = story->world.now_us + HOUR_US;
    grant_money(story, SYD, BY_MERCHANT, &lamp, PAID_FOR_FEE, 100, 0);
    grant_money(story, SYD, BY_MERCHANT, &lamp, PAID_FOR_POSTAGE, 200, 0);
    others_tell(story, GATE, ELSEWHERE_SELLER, "pi_1", "BY-HAND", 2899, NULL);
    story_wait(story, 6 * HOUR_S);
    struct id slot, grant = grant_of(story, &lamp, 1);
    if (refund_in(story, REFUND_MANUAL, &slot)) resolve(story, LAX, &slot, true);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of_grant(story, &grant), GRANT_SHORT);
    assert_true(paid_minor(story) <= 100);
}

/* The buyer says yes a day after the offer has lapsed. */
static void an_offer_that_lapsed_is_accepted_by_nobody(struct story *story)
{
    struct id lamp = ask_back(story, GATE, BY_PARTNER, "SZ-1", 1, "KEEP");
    struct id grant = offer(story, BY_ADMIN, &lamp, 0);
    story_wait(story, 3 * DAY_S);
    answer_grant(story, RTM, BY_BUYER, COMMAND_GRANT_ACCEPT, &grant);
    story_wait(story, HOUR_S);
}

static bool nothing_is_paid(struct story *story)
{
    return story_paid(story) == 0;
}

/* --- refunds that the provider refuses or loses ----------------------------------------------- */

static struct id lamp_comes(struct story *story, enum site place, enum actor_kind by)
{
    struct id lamp = ask_back(story, place, by, "SZ-1", 1, "LAMP");
    receive_units(story, place, "LAMP", "LAMP", 1, NULL);
    story_wait(story, 120);
    return lamp;
}

/* The card was closed: the provider refuses, a person has it tried again, and it is refused again;
 * then it is paid by other means. */
static void a_refund_that_is_refused_is_tried_again_and_paid_by_hand(struct story *story)
{
    struct id first, again;
    story->world.provider.fail_ppm = ALWAYS;
    lamp_comes(story, LAX, BY_OPERATOR);
    assert_true(refund_in(story, REFUND_FAILED, &first));
    resolve(story, SYD, &first, false);
    story_wait(story, HOUR_S);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 2);
    resolve(story, RTM, &first, true);
    assert_int_equal(story->last_error, ERROR_SLOT_OPEN); /* it was tried again since */
    assert_true(refund_but(story, REFUND_FAILED, &first, &again));
    resolve(story, RTM, &again, true);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(story_paid(story), 0);
}

/* Nobody can ask this provider: what got no answer is a person's to find out, and one was paid. */
static void what_cannot_be_asked_is_looked_up_by_a_person(struct story *story)
{
    struct id slot;
    story->world.provider.can_ask = false;
    story->world.provider.timeout_after_paying_ppm = ALWAYS;
    lamp_comes(story, SYD, BY_MERCHANT);
    story_wait(story, HOUR_S);
    assert_true(refund_in(story, REFUND_UNKNOWN, &slot));
    resolve(story, LAX, &slot, true);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(story_paid(story), 1);
}

/* The other way round: it was never paid, says the ledger, and so it is tried again. */
static void what_was_never_paid_is_called_so_and_tried_again(struct story *story)
{
    struct id slot;
    story->world.provider.can_ask = false;
    story->world.provider.timeout_before_ppm = ALWAYS;
    lamp_comes(story, LAX, BY_PARTNER);
    story_wait(story, HOUR_S);
    assert_true(refund_in(story, REFUND_UNKNOWN, &slot));
    story->world.provider.can_ask = true;
    story->world.provider.timeout_before_ppm = 0;
    resolve(story, RTM, &slot, false);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 1);
    resolve(story, RTM, &slot, false);
    story_wait(story, HOUR_S);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(story_paid(story), 1);
}

/* A provider that is silent for a week: tries are counted, and then a person must look. Meanwhile
 * the marketplace pays, of which the unknown refund takes note. */
static void a_provider_that_is_silent_for_weeks_is_given_up(struct story *story)
{
    struct id slot;
    story->world.provider.down_until_us = story->world.now_us + 60 * DAY_US;
    lamp_comes(story, SYD, BY_ADMIN);
    story_wait(story, 20 * DAY_S);
    assert_true(refund_in(story, REFUND_UNKNOWN, &slot));
    others_tell(story, LAX, ELSEWHERE_MARKETPLACE, "pi_1", "MP-1", 2999, NULL);
    resolve(story, LAX, &slot, false);
    assert_int_equal(story_paid(story), 0);
}

/* What the provider says of its own accord ends what nobody could know. */
static void the_providers_own_word_settles_what_was_unknown(struct story *story)
{
    static const uint64_t outcomes[] = {1, 3};
    static const char *const names[] = {"HAT-1", "HAT-2"};
    struct id slot;
    story->world.provider.can_ask = false;
    story->world.provider.timeout_before_ppm = ALWAYS;
    for (unsigned i = 0; i < 2; i++) {
        sell(story, &(struct sale){.reference = names[i], .sku = "HAT", .price_minor = 3000});
        ask_back(story, GATE, BY_MERCHANT, names[i], 1, names[i]);
        receive_units(story, SYD, names[i], "HAT", 1, NULL);
        story_wait(story, HOUR_S);
        assert_true(refund_in(story, REFUND_UNKNOWN, &slot));
        provider_says(story, LAX, &slot, outcomes[i]);
        provider_says(story, SYD, &slot, outcomes[i]); /* and once more */
    }
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 1);
}

/* --- what others pay -------------------------------------------------------------------------- */

/* The marketplace took the money, and the marketplace pays it back: we wait for its word. */
static void what_the_marketplace_pays_is_called_by_nobody_here(struct story *story)
{
    struct id slot;
    sell(story, &(struct sale){.reference = "MP",
                               .sku = "HAT",
                               .price_minor = 3000,
                               .executor = EXECUTOR_MARKETPLACE});
    struct id hat = ask_back(story, LAX, BY_OPERATOR, "MP", 1, "HAT");
    receive_units(story, LAX, "HAT", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_true(refund_in(story, REFUND_MANUAL, &slot));
    resolve(story, RTM, &slot, false);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 1);
    resolve(story, RTM, &slot, false); /* it is asked for once more */
    assert_int_equal(refunds_in(story, REFUND_MANUAL), 1);
    others_tell(story, SYD, ELSEWHERE_MARKETPLACE, "pi_MP", "MP-1", 3000, &hat);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(story_paid(story), 0);
}

/* More than a day's cap is left to a person, who pays by hand; or says that it cannot be paid, has
 * it tried again, and the marketplace pays it meanwhile. */
static void what_no_day_would_pay_is_paid_by_hand_or_by_others(struct story *story)
{
    static const char *const names[] = {"PALACE-1", "PALACE-2"};
    struct id slot, palace = {{0}};
    for (unsigned i = 0; i < 2; i++) {
        sell(story, &(struct sale){.reference = names[i], .sku = "PALACE", .price_minor = 1200000});
        palace = ask_back(story, RTM, BY_ADMIN, names[i], 1, names[i]);
        answer_return(story, RTM, BY_ADMIN, COMMAND_RETURN_APPROVE, &palace);
        receive_units(story, SYD, names[i], "PALACE", 1, NULL);
        story_wait(story, 600);
        assert_true(refund_in(story, REFUND_MANUAL, &slot));
        resolve(story, RTM, &slot, i == 0);
    }
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 1);
    resolve(story, RTM, &slot, false);
    assert_int_equal(refunds_in(story, REFUND_MANUAL), 1);
    others_tell(story, LAX, ELSEWHERE_CHARGEBACK, "pi_PALACE-2", "CB-1", 1200000, &palace);
    assert_int_equal(refunds_in(story, REFUND_MANUAL), 1);
    assert_int_equal(story_paid(story), 0);
}

/* It failed, and the marketplace pays the lamp: nobody tries it again. */
static void what_failed_and_others_paid_is_not_tried_again(struct story *story)
{
    struct id slot;
    story->world.provider.fail_ppm = ALWAYS;
    struct id lamp = lamp_comes(story, LAX, BY_MERCHANT);
    assert_true(refund_in(story, REFUND_FAILED, &slot));
    others_tell(story, GATE, ELSEWHERE_MARKETPLACE, "pi_1", "MP-1", 2999, &lamp);
    story->world.provider.fail_ppm = 0;
    resolve(story, SYD, &slot, false);
    story_wait(story, HOUR_S);
    assert_int_equal(story_paid(story), 0);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 1);
}

/* Charged back while ours is under way, which the provider then pays, or refuses, all the same: its
 * own word is what counts. */
static void the_providers_word_counts_about_what_was_charged_back(struct story *story)
{
    static const uint64_t outcomes[] = {1, 3};
    static const char *const names[] = {"HAT-1", "HAT-2"}, *const payments[] = {"pi_HAT-1",
                                                                                "pi_HAT-2"};
    struct id slot;
    for (unsigned i = 0; i < 2; i++) {
        story->world.provider.down_until_us = story->world.now_us + HOUR_US;
        sell(story, &(struct sale){.reference = names[i], .sku = "HAT", .price_minor = 3000});
        ask_back(story, GATE, BY_OPERATOR, names[i], 1, names[i]);
        receive_units(story, SYD, names[i], "HAT", 1, NULL);
        others_tell(story, LAX, ELSEWHERE_CHARGEBACK, payments[i], names[i], 3000, NULL);
        assert_true(refund_in(story, REFUND_MANUAL, &slot));
        provider_says(story, RTM, &slot, outcomes[i]);
        story_wait(story, 2 * HOUR_S);
    }
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(refunds_in(story, REFUND_FAILED), 1);
}

static const struct told_story stories[] = {
    TOLD(four_people_accept_an_offer),
    TOLD(four_people_refuse_an_offer),
    TOLD(an_offer_that_nobody_answers_costs_nothing),
    GUARDED(an_offer_that_lapsed_is_accepted_by_nobody, nothing_is_paid, "lapsed_accepted", NULL),
    TOLD(what_waits_for_its_money_may_be_withdrawn),
    TOLD(what_was_granted_falls_short_when_others_had_the_money),
    TOLD(a_refund_that_is_refused_is_tried_again_and_paid_by_hand),
    TOLD(what_cannot_be_asked_is_looked_up_by_a_person),
    TOLD(what_was_never_paid_is_called_so_and_tried_again),
    TOLD(a_provider_that_is_silent_for_weeks_is_given_up),
    TOLD(the_providers_own_word_settles_what_was_unknown),
    TOLD(what_the_marketplace_pays_is_called_by_nobody_here),
    TOLD(what_no_day_would_pay_is_paid_by_hand_or_by_others),
    TOLD(what_failed_and_others_paid_is_not_tried_again),
    TOLD(the_providers_word_counts_about_what_was_charged_back),
};

const struct told_list stories_of_grants = TOLD_LIST(stories);

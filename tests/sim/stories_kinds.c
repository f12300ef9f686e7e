/* What a buyer may ask for besides money for goods: another thing in their place, money without
 * goods, and money ahead of them. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALWAYS 1000000u /* of a million */
#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

static void sell_hats(struct story *story, const char *reference, uint64_t quantity, uint8_t buyer)
{
    sell(story, &(struct sale){.reference = reference,
                               .sku = "HAT",
                               .quantity = quantity,
                               .price_minor = 3000,
                               .buyer = buyer});
}

/* --- another thing ---------------------------------------------------------------------------- */

/* Of two hats each is replaced as it comes. */
static void an_exchange_sends_another_for_each_that_comes_and_pays_nothing(struct story *story)
{
    sell_hats(story, "HATS", 2, 0);
    struct id hats = ask_for(story, GATE, BY_PARTNER, KIND_EXCHANGE, 0, "HATS", 2, "HATS");
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
        send_other(story, RTM, BY_OPERATOR, &hats, 1);
        assert_int_equal(story->last_error, ERROR_OVER_QUANTITY); /* before anything came */
        receive_units(story, LAX, "HATS", "HAT", 1, NULL);
        story_wait(story, 120);
        send_other(story, SYD, BY_OPERATOR, &hats, 1);
    }
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
}

/* Two that never arrived: the merchant sends two others, and asks nothing back. */
static void a_claim_for_others_is_answered_without_goods(struct story *story)
{
    sell_hats(story, "HATS", 2, 0);
    struct id hats =
        ask_for(story, SYD, BY_OPERATOR, KIND_CLAIM, OUTCOME_REPLACEMENT, "HATS", 2, "NONE");
    assert_int_equal(state_of(story, &hats), RETURN_REQUESTED);
    answer_return(story, LAX, BY_MERCHANT, COMMAND_RETURN_APPROVE, &hats);
    send_other(story, GATE, BY_MERCHANT, &hats, 1);
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    send_other(story, GATE, BY_MERCHANT, &hats, 1);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
}

/* Both are here when the first one is mended. */
static void what_is_repaired_is_sent_back_one_by_one(struct story *story)
{
    sell_hats(story, "HATS", 2, 0);
    struct id hats = ask_for(story, LAX, BY_ADMIN, KIND_REPAIR, 0, "HATS", 2, "HATS");
    receive_units(story, SYD, "HATS", "HAT", 2, NULL);
    story_wait(story, 120);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
        send_other(story, SYD, BY_ADMIN, &hats, 1);
    }
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
}

/* There is no other hat: who says so has the money paid. */
static void an_exchange_that_cannot_be_sent_is_paid_instead(struct story *story)
{
    static const enum actor_kind who[] = {BY_MERCHANT, BY_ADMIN};
    static const char *const names[] = {"HAT-1", "HAT-2"};
    for (unsigned i = 0; i < 2; i++) {
        sell_hats(story, names[i], 1, 0);
        struct id hat = ask_for(story, LAX, BY_OPERATOR, KIND_EXCHANGE, 0, names[i], 1, names[i]);
        receive_units(story, LAX, names[i], "HAT", 1, NULL);
        story_wait(story, 600);
        assert_int_equal(paid_minor(story), (int64_t)i * 3000);
        answer_return(story, RTM, who[i], COMMAND_RETURN_REFUND_INSTEAD, &hat);
        story_wait(story, 600);
        assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    }
    assert_int_equal(paid_minor(story), 2 * 3000);
}

static int64_t paid_before_all_were_heard;

/* Nobody sends the other one for a month. The gateway, where somebody may have said that it was
 * sent, is cut off: money waits for it. */
static void an_exchange_that_nobody_sends_is_paid_when_all_were_heard(struct story *story)
{
    sell_hats(story, "HAT", 1, 0);
    ask_for(story, SYD, BY_MERCHANT, KIND_EXCHANGE, 0, "HAT", 1, "HAT");
    receive_units(story, LAX, "HAT", "HAT", 1, NULL);
    story_cut(story, GATE, true);
    story_wait(story, 32 * DAY_S);
    paid_before_all_were_heard = paid_minor(story);
    story_cut(story, GATE, false);
    story_wait(story, HOUR_S);
}

static bool nothing_is_paid_before_all_were_heard(struct story *story)
{
    return paid_before_all_were_heard == 0 && paid_minor(story) == 3000;
}

/* --- money without goods ---------------------------------------------------------------------- */

/* The second waits until the provider has answered about the first. */
static void a_claim_that_is_approved_is_paid_at_once_unit_by_unit(struct story *story)
{
    sell_hats(story, "HATS", 2, 0);
    struct id hats = ask_for(story, SYD, BY_MERCHANT, KIND_CLAIM, 0, "HATS", 2, "NONE");
    assert_int_equal(story_paid(story), 0);
    answer_return(story, LAX, BY_MERCHANT, COMMAND_RETURN_APPROVE, &hats);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 2);
    assert_int_equal(paid_minor(story), 6000);
}

static void what_is_worth_little_may_be_kept_by_policy(struct story *story)
{
    set_policy(story, (struct policy){.returnless_count = 1, .returnless[0].up_to_minor = 4000});
    sell_hats(story, "HAT", 1, 2);
    struct id hat = ask_back(story, GATE, BY_OPERATOR, "HAT", 1, "NONE");
    story_wait(story, 600);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 3000);
    sell(story, &(struct sale){.reference = "DEAR", .sku = "HAT", .price_minor = 4100, .buyer = 2});
    struct id dear = ask_back(story, GATE, BY_OPERATOR, "DEAR", 1, "DEAR");
    story_wait(story, 600);
    assert_int_equal(state_of(story, &dear), RETURN_APPROVED); /* this one must come */
    assert_int_equal(paid_minor(story), 3000);
}

static void a_supervisor_lets_the_buyer_keep_it(struct story *story)
{
    sell(story, &(struct sale){.reference = "L-1", .sku = "CHANDELIER", .price_minor = 19900});
    struct id light = ask_back(story, RTM, BY_PARTNER, "L-1", 1, "NONE");
    approve_and_let_keep(story, SYD, BY_ADMIN, &light);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &light), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 19900);
}

/* Instead of money the shop gives a voucher, and says when it has done so. */
static void store_credit_is_given_by_the_shop(struct story *story)
{
    struct id slot;
    sell_hats(story, "HAT", 1, 0);
    struct id hat =
        ask_for(story, RTM, BY_ADMIN, KIND_REFUND_ONLY, OUTCOME_STORE_CREDIT, "HAT", 1, "NONE");
    answer_return(story, GATE, BY_ADMIN, COMMAND_RETURN_APPROVE, &hat);
    story_wait(story, 600);
    assert_true(refund_in(story, REFUND_MANUAL, &slot));
    resolve(story, LAX, &slot, true);
    assert_int_equal(refunds_in(story, REFUND_SETTLED), 1);
    assert_int_equal(story_paid(story), 0);
}

/* The marketplace was faster than the merchant: nothing is owed when he agrees, and a month later
 * it is over. */
static void a_claim_that_the_marketplace_paid_is_closed_by_silence(struct story *story)
{
    sell_hats(story, "HAT", 1, 0);
    struct id hat = ask_for(story, LAX, BY_OPERATOR, KIND_CLAIM, 0, "HAT", 1, "NONE");
    others_tell(story, SYD, ELSEWHERE_MARKETPLACE, "pi_HAT", "MP-1", 3000, &hat);
    answer_return(story, GATE, BY_MERCHANT, COMMAND_RETURN_APPROVE, &hat);
    story_wait(story, DAY_S);
    assert_int_equal(state_of(story, &hat), RETURN_APPROVED);
    story_wait(story, 31 * DAY_S);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
}

/* The bank took the whole payment back before the claim was answered: a person looks. */
static void a_claim_for_money_that_others_had_is_contested(struct story *story)
{
    sell_hats(story, "HAT", 1, 0);
    struct id hat = ask_for(story, LAX, BY_OPERATOR, KIND_REFUND_ONLY, 0, "HAT", 1, "NONE");
    others_tell(story, RTM, ELSEWHERE_CHARGEBACK, "pi_HAT", "CB-1", 3000, NULL);
    answer_return(story, GATE, BY_MERCHANT, COMMAND_RETURN_APPROVE, &hat);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 0);
}

/* What became of the first refund nobody can find out, so that the second never has its turn. */
static void what_is_owed_and_could_not_be_paid_is_contested_after_a_month(struct story *story)
{
    story->world.provider.can_ask = false;
    story->world.provider.timeout_before_ppm = ALWAYS;
    sell_hats(story, "HATS", 2, 0);
    struct id hats = ask_for(story, LAX, BY_MERCHANT, KIND_CLAIM, 0, "HATS", 2, "NONE");
    answer_return(story, RTM, BY_ADMIN, COMMAND_RETURN_APPROVE, &hats);
    story_wait(story, 29 * DAY_S);
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    story_wait(story, 2 * DAY_S);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(refunds_in(story, REFUND_UNKNOWN), 1);
    assert_int_equal(story_paid(story), 0);
}

/* --- money ahead of goods --------------------------------------------------------------------- */

/* A label is nothing yet, and a stranger's parcel pays nothing ahead. */
static void a_trusted_buyer_is_paid_when_the_carrier_has_the_parcel(struct story *story)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1});
    sell_hats(story, "HAT-1", 1, TRUSTED_BUYER);
    sell_hats(story, "HAT-2", 1, 2);
    struct id hat = ask_back(story, SYD, BY_OPERATOR, "HAT-1", 1, "HAT-1");
    struct id other = ask_back(story, SYD, BY_OPERATOR, "HAT-2", 1, "HAT-2");
    story_wait(story, HOUR_S);
    assert_int_equal(story_paid(story), 0);
    carrier_scans(story, LAX, "HAT-1");
    carrier_scans(story, LAX, "HAT-2");
    story_wait(story, 600);
    assert_int_equal(paid_of(story, "pi_HAT-1"), 3000);
    assert_int_equal(paid_of(story, "pi_HAT-2"), 0);
    assert_int_equal(state_of(story, &hat), RETURN_APPROVED);
    receive_units(story, LAX, "HAT-1", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(state_of(story, &other), RETURN_APPROVED);
    assert_int_equal(paid_minor(story), 3000);
}

/* Two fifths when the carrier has them, of one after the other; the rest when they are here. */
static void a_share_is_paid_ahead_and_the_rest_on_receipt(struct story *story)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1, .instant_refund_percent = 40});
    sell_hats(story, "HATS", 2, TRUSTED_BUYER);
    struct id hats = ask_back(story, GATE, BY_MERCHANT, "HATS", 2, "HATS");
    carrier_scans(story, SYD, "HATS");
    story_wait(story, HOUR_S);
    assert_int_equal(paid_minor(story), 2 * 1200);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(paid_minor(story), 1200 + 3000);
    assert_int_equal(state_of(story, &hats), RETURN_APPROVED);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(paid_minor(story), 2 * 3000);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
}

/* The carrier had it, and nobody saw it again: the loss is a person's to see. */
static void what_was_paid_ahead_and_never_comes_is_contested(struct story *story)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1});
    sell_hats(story, "HAT", 1, TRUSTED_BUYER);
    struct id hat = ask_back(story, RTM, BY_ADMIN, "HAT", 1, "HAT");
    carrier_scans(story, GATE, "HAT");
    story_wait(story, 40 * DAY_S);
    assert_int_equal(state_of(story, &hat), RETURN_EXPIRED);
    assert_int_equal(paid_minor(story), 3000);
}

/* Half of it went ahead; when it comes after all, the other half is paid, and no more. */
static void what_was_paid_in_part_and_comes_late_is_paid_the_rest(struct story *story)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1, .instant_refund_percent = 50});
    sell_hats(story, "HAT", 1, TRUSTED_BUYER);
    struct id hat = ask_back(story, LAX, BY_PARTNER, "HAT", 1, "HAT");
    carrier_scans(story, GATE, "HAT");
    story_wait(story, 40 * DAY_S);
    assert_int_equal(state_of(story, &hat), RETURN_EXPIRED);
    assert_int_equal(paid_minor(story), 1500);
    receive_units(story, SYD, "HAT", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(state_of(story, &hat), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 3000);
}

/* Paid as soon as the carrier had it, the buyer calls it off: refused, as the money is out. What
 * never comes then is contested like any other loss. */
static void what_was_paid_ahead_is_called_off_by_nobody(struct story *story)
{
    static const enum actor_kind who[] = {BY_BUYER, BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    set_policy(story, (struct policy){.instant_refund_trust = 1, .instant_refund_percent = 30});
    sell_hats(story, "HAT", 1, TRUSTED_BUYER);
    struct id hat = ask_back(story, SYD, BY_PARTNER, "HAT", 1, "HAT");
    carrier_scans(story, RTM, "HAT");
    story_wait(story, 600);
    assert_int_equal(paid_minor(story), 900);
    for (unsigned i = 0; i < 4; i++) {
        answer_return(story, RTM, who[i], COMMAND_RETURN_CANCEL, &hat);
        assert_int_equal(state_of(story, &hat), RETURN_APPROVED);
    }
    story_wait(story, 40 * DAY_S);
    assert_int_equal(state_of(story, &hat), RETURN_EXPIRED);
    assert_int_equal(paid_minor(story), 900);
}

static const struct told_story stories[] = {
    TOLD(an_exchange_sends_another_for_each_that_comes_and_pays_nothing),
    TOLD(a_claim_for_others_is_answered_without_goods),
    TOLD(what_is_repaired_is_sent_back_one_by_one),
    TOLD(an_exchange_that_cannot_be_sent_is_paid_instead),
    GUARDED(an_exchange_that_nobody_sends_is_paid_when_all_were_heard,
            nothing_is_paid_before_all_were_heard, "fires_unheard", NULL),
    TOLD(a_claim_that_is_approved_is_paid_at_once_unit_by_unit),
    TOLD(what_is_worth_little_may_be_kept_by_policy),
    TOLD(a_supervisor_lets_the_buyer_keep_it),
    TOLD(store_credit_is_given_by_the_shop),
    TOLD(a_claim_that_the_marketplace_paid_is_closed_by_silence),
    TOLD(a_claim_for_money_that_others_had_is_contested),
    TOLD(what_is_owed_and_could_not_be_paid_is_contested_after_a_month),
    TOLD(a_trusted_buyer_is_paid_when_the_carrier_has_the_parcel),
    TOLD(a_share_is_paid_ahead_and_the_rest_on_receipt),
    TOLD(what_was_paid_ahead_and_never_comes_is_contested),
    TOLD(what_was_paid_in_part_and_comes_late_is_paid_the_rest),
    TOLD(what_was_paid_ahead_is_called_off_by_nobody),
};

const struct told_list stories_of_kinds = TOLD_LIST(stories);

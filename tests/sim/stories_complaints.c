/* What users of other systems complain of most, as far as it is about money: each complaint is a
 * story that ends well here, and does not when its guard is taken out. tests/sim/README.md lists
 * them. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <string.h>

#define ALWAYS 1000000u /* of a million */
#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

/* --- a crash between the provider and the record ---------------------------------------------- */

/* The provider forgets its keys before the leader is back: only who asks first pays once. */
static void a_refund_is_paid_once_when_the_leader_dies_between_call_and_record(struct story *story)
{
    story->world.provider.key_ttl_us = MINUTE_US;
    story->dies_after_sending = true;
    return_lamp(story, LAX, NEW);
    receive_lamp(story, LAX);
    story_wait(story, 660);
    host_start(&story->world.host[RTM]);
    tell(story, "RTM starts\n");
    story_wait(story, 600);
}

static bool it_asks_and_pays_no_more(struct story *story)
{
    unsigned refund = 0;
    return story_paid(story) == 1 && story_refunds(story, LAX, &refund) == 1 &&
           refund == REFUND_SETTLED &&
           strcmp(story->told, "LAX: asked\n"
                               "LAX: done\n"
                               "RTM sends a refund of 2999\n"
                               "RTM dies\n"
                               "RTM starts\n"
                               "RTM asks about the refund of 2999\n") == 0;
}

static bool it_is_paid_once(struct story *story)
{
    return story_paid(story) == 1;
}

/* The leader dies, and the provider has not heard a word. */
static void a_refund_that_was_decided_is_paid_although_the_leader_died_at_once(struct story *story)
{
    story->world.provider.down_until_us = story->world.now_us + 5 * MINUTE_US;
    story->dies_after_sending = true;
    ask_back(story, SYD, BY_MERCHANT, "SZ-1", 1, "CRASH");
    receive_units(story, SYD, "CRASH", "LAMP", 1, NULL);
    story_wait(story, 600);
    host_start(&story->world.host[RTM]);
    story_wait(story, HOUR_S);
}

/* --- answers that do not come ----------------------------------------------------------------- */

/* The provider paid, and its answer was lost. Somebody thinks that it failed and asks for another
 * try, twice. */
static void a_refund_without_an_answer_is_not_called_failed(struct story *story)
{
    struct id slot = {{0}};
    story->world.provider.timeout_after_paying_ppm = ALWAYS;
    ask_back(story, LAX, BY_ADMIN, "SZ-1", 1, "MUTE");
    receive_units(story, LAX, "MUTE", "LAMP", 1, NULL);
    story_wait(story, 120);
    story->world.provider.timeout_after_paying_ppm = 0;
    story_wait(story, HOUR_S);
    if (!refund_in(story, REFUND_FAILED, &slot)) refund_in(story, REFUND_SETTLED, &slot);
    resolve(story, RTM, &slot, false);
    story_wait(story, HOUR_S);
}

static bool there_is_one_refund_and_it_is_settled(struct story *story)
{
    unsigned refund = 0;
    return story_paid(story) == 1 && story_refunds(story, GATE, &refund) == 1 &&
           refund == REFUND_SETTLED;
}

/* The call was lost on its way: the provider knows nothing of it. */
static void a_call_that_nobody_heard_is_made_again(struct story *story)
{
    story->world.provider.timeout_before_ppm = ALWAYS;
    ask_back(story, GATE, BY_PARTNER, "SZ-1", 1, "LOST");
    carrier_delivers(story, SYD, "LOST");
    receive_units(story, LAX, "LOST", "LAMP", 1, NULL);
    story_wait(story, 40);
    story->world.provider.timeout_before_ppm = 0;
    story_wait(story, HOUR_S);
}

/* The answer is lost, and the next attempt must be known by the key of the first. */
static void every_attempt_bears_the_key_of_the_first(struct story *story)
{
    story->world.provider.timeout_after_paying_ppm = ALWAYS;
    ask_back(story, GATE, BY_PARTNER, "SZ-1", 1, "KEY");
    receive_units(story, LAX, "KEY", "LAMP", 1, NULL);
    story_wait(story, 40);
    story->world.provider.timeout_after_paying_ppm = 0;
    story_wait(story, HOUR_S);
}

/* --- at the same time ------------------------------------------------------------------------- */

static void cut_two_off(struct story *story, bool cut)
{
    story_cut(story, LAX, cut);
    story_cut(story, SYD, cut);
    if (!cut) story_wait(story, HOUR_S);
}

/* Twenty of thirty, twice: no node can see the other's. */
static void of_two_refunds_at_once_that_are_too_much_one_is_refused(struct story *story)
{
    struct id lamp = ask_back(story, RTM, BY_MERCHANT, "SZ-1", 1, "AT-ONCE");
    cut_two_off(story, true);
    grant_money(story, LAX, BY_MERCHANT, &lamp, PAID_FOR_GOODWILL, 2000, 0);
    grant_money(story, SYD, BY_MERCHANT, &lamp, PAID_FOR_GOODWILL, 2000, 0);
    cut_two_off(story, false);
}

static bool one_of_two_is_paid(struct story *story)
{
    return paid_minor(story) == 2000;
}

/* The answer of the first node was lost, so the same request goes to another. */
static void one_request_at_two_nodes_is_paid_once(struct story *story)
{
    struct id lamp = ask_back(story, RTM, BY_OPERATOR, "SZ-1", 1, "TWICE");
    union command_body body = {
        .grant_give = {.return_id = lamp, .paid_for = PAID_FOR_POSTAGE, .amount_minor = 500}};
    wish_at(story, LAX, COMMAND_GRANT_GIVE, BY_ADMIN, &body, NEW);
    story_wait(story, 60);
    wish_at(story, RTM, COMMAND_GRANT_GIVE, BY_ADMIN, &body, story->last_request);
    story_wait(story, HOUR_S);
}

static bool the_postage_is_paid_once(struct story *story)
{
    return paid_minor(story) == 500;
}

static void of_two_returns_of_one_lamp_one_is_refused(struct story *story)
{
    cut_two_off(story, true);
    ask_back(story, LAX, BY_MERCHANT, "SZ-1", 1, "FIRST");
    ask_back(story, SYD, BY_ADMIN, "SZ-1", 1, "SECOND");
    cut_two_off(story, false);
}

static bool one_return_stands(struct story *story)
{
    struct id first = return_by_number(story, "FIRST"), second = return_by_number(story, "SECOND");
    return id_is_zero(&first) != id_is_zero(&second);
}

/* A shop system that got no answer sends its request again, as a new one to another node; only its
 * own reference is the same. */
static void send_from_shop(struct story *story, enum site place)
{
    union command_body body = {0};
    struct return_request *wish = &body.return_request;
    *wish = (struct return_request){.merchant = story->merchant,
                                    .order_reference = span_text("HATS"),
                                    .upstream = span_text("SHOP-77"),
                                    .lines_count = 1};
    wish->lines[0] = (struct return_line){.line = 0, .quantity = 1, .reason = REASON_UNWANTED};
    wish_at(story, place, COMMAND_RETURN_REQUEST, BY_PARTNER, &body, NEW);
    story_wait(story, 60);
}

static void what_a_shop_sends_again_begins_one_return(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    send_from_shop(story, GATE);
    send_from_shop(story, SYD);
}

static bool there_is_one_return(struct story *story)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_RETURN, &walk, &row)) count++;
    story_read_end(story, RTM);
    return count == 1;
}

/* Two hats in one box, and a provider that does not answer: the second refund of the payment waits
 * for the first. */
static void refunds_of_one_payment_go_one_after_the_other(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 3000});
    ask_back(story, SYD, BY_OPERATOR, "HATS", 2, "BOTH");
    story->world.provider.down_until_us = story->world.now_us + HOUR_US;
    receive_units(story, SYD, "BOTH", "HAT", 2, NULL);
    story_wait(story, 600);
    tell(story, "%u under way\n",
         refunds_in(story, REFUND_INTENDED) + refunds_in(story, REFUND_SUBMITTED));
    story_wait(story, 6 * HOUR_S);
}

static bool one_was_under_way_and_both_are_paid(struct story *story)
{
    return strstr(story->told, "1 under way\n") != NULL && paid_minor(story) == 6000;
}

/* --- paid and received ------------------------------------------------------------------------ */

static void of_three_that_were_asked_back_the_two_that_came_are_paid(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 3, .price_minor = 3000});
    ask_back(story, LAX, BY_MERCHANT, "HATS", 3, "THREE");
    receive_units(story, LAX, "THREE", "HAT", 2, NULL);
    story_wait(story, 35 * DAY_S);
}

static bool two_are_paid(struct story *story)
{
    struct id hats = return_by_number(story, "THREE");
    return paid_minor(story) == 6000 && state_of(story, &hats) == RETURN_CLOSED;
}

/* Too dear for policy: the merchant is asked. */
static struct id ask_chandelier(struct story *story, enum actor_kind by, const char *number)
{
    sell(story, &(struct sale){.reference = "SZ-2", .sku = "CHANDELIER", .price_minor = 19900});
    return ask_back(story, RTM, by, "SZ-2", 1, number);
}

static void what_was_declined_and_comes_all_the_same_is_not_paid(struct story *story)
{
    struct id light = ask_chandelier(story, BY_OPERATOR, "NO");
    answer_return(story, GATE, BY_ADMIN, COMMAND_RETURN_DECLINE, &light);
    receive_units(story, SYD, "NO", "CHANDELIER", 1, NULL);
    story_wait(story, DAY_S);
}

static bool nothing_is_paid(struct story *story)
{
    struct id light = return_by_number(story, "NO");
    return story_paid(story) == 0 && state_of(story, &light) == RETURN_DECLINED;
}

static void what_comes_before_the_answer_is_received_and_paid_after_it(struct story *story)
{
    struct id light = ask_chandelier(story, BY_MERCHANT, "EARLY");
    receive_units(story, LAX, "EARLY", "CHANDELIER", 1, NULL);
    story_wait(story, HOUR_S);
    tell(story, "%u paid before the answer\n", story_paid(story));
    answer_return(story, SYD, BY_MERCHANT, COMMAND_RETURN_APPROVE, &light);
    story_wait(story, HOUR_S);
}

static bool it_is_paid_after_the_answer(struct story *story)
{
    return strstr(story->told, "0 paid before the answer\n") != NULL && story_paid(story) == 1;
}

/* --- totals ----------------------------------------------------------------------------------- */

/* Three hats at 4.00, for 10.00 with a voucher: 3.34, 3.33 and 3.33 come back. */
static void returns_one_after_the_other_sum_to_what_was_captured(struct story *story)
{
    const char *const numbers[] = {"ONE", "TWO", "THREE"};
    sell(story, &(struct sale){.reference = "HATS",
                               .sku = "HAT",
                               .quantity = 3,
                               .price_minor = 400,
                               .captured_minor = 1000});
    for (unsigned i = 0; i < 3; i++) {
        ask_back(story, SYD, i == 0 ? BY_PARTNER : BY_OPERATOR, "HATS", 1, numbers[i]);
        receive_units(story, SYD, numbers[i], "HAT", 1, NULL);
        story_wait(story, 600);
    }
}

static bool ten_are_paid(struct story *story)
{
    return paid_minor(story) == 1000;
}

/* 10.00 of a hat's 30.00 are given back for a flaw, and then the hat comes back as well. A second
 * thing stands in the order, so that its payment would bear more. */
static void what_was_refunded_in_part_is_not_refunded_again_with_the_whole(struct story *story)
{
    sell(story, &(struct sale){.reference = "HAT-SCARF",
                               .sku = "HAT",
                               .price_minor = 3000,
                               .other_sku = "SCARF",
                               .other_minor = 2000});
    struct id hat = ask_back(story, RTM, BY_OPERATOR, "HAT-SCARF", 1, "FLAW");
    grant_money(story, RTM, BY_MERCHANT, &hat, PAID_FOR_PARTIAL, 1000, 0);
    story_wait(story, 600);
    receive_units(story, LAX, "FLAW", "HAT", 1, NULL);
    story_wait(story, HOUR_S);
}

static bool the_hat_is_paid_once(struct story *story)
{
    return paid_minor(story) == 3000;
}

/* 10.00 by a voucher and 20.00 by card: each gets back what it gave. */
static void each_of_two_payments_gets_back_no_more_than_it_paid(struct story *story)
{
    sell(story, &(struct sale){
                    .reference = "SPLIT", .sku = "HAT", .price_minor = 3000, .second_minor = 2000});
    ask_back(story, LAX, BY_ADMIN, "SPLIT", 1, "SPLIT");
    carrier_delivers(story, GATE, "SPLIT");
    receive_units(story, SYD, "SPLIT", "HAT", 1, NULL);
    story_wait(story, HOUR_S);
}

static bool each_got_its_own(struct story *story)
{
    return paid_of(story, "pi_SPLIT") == 1000 && paid_of(story, "pi_SPLITb") == 2000;
}

/* The merchant's cap is 10,000.00 a day. What no day would pay is left to a person. */
static void no_day_pays_more_than_its_cap(struct story *story)
{
    static const char *const names[] = {"YACHT-1", "YACHT-2", "PALACE"};
    for (unsigned i = 0; i < 3; i++) {
        sell(story, &(struct sale){.reference = names[i],
                                   .sku = "YACHT",
                                   .price_minor = i == 2 ? 1200000 : 600000});
        struct id yacht = ask_back(story, RTM, BY_MERCHANT, names[i], 1, names[i]);
        answer_return(story, RTM, BY_MERCHANT, COMMAND_RETURN_APPROVE, &yacht);
        receive_units(story, LAX, names[i], "YACHT", 1, NULL);
    }
    story_wait(story, 600);
    tell(story, "%lld on the first day\n", (long long)paid_minor(story));
    story_wait(story, DAY_S);
}

static bool the_cap_held(struct story *story)
{
    return strstr(story->told, "600000 on the first day\n") != NULL &&
           paid_minor(story) == 1200000 && refunds_in(story, REFUND_MANUAL) == 1;
}

/* --- all of them ------------------------------------------------------------------------------ */

static const struct told_story stories[] = {
    GUARDED(a_refund_is_paid_once_when_the_leader_dies_between_call_and_record,
            it_asks_and_pays_no_more, "resend_without_asking",
            "a crash between the provider and the record pays twice"),
    GUARDED(a_refund_that_was_decided_is_paid_although_the_leader_died_at_once, it_is_paid_once,
            "work_lost_after_crash", "a refund that was decided before a crash is never paid"),
    GUARDED(a_refund_without_an_answer_is_not_called_failed, there_is_one_refund_and_it_is_settled,
            "no_word_taken_as_failed", "a pending refund is called failed, and paid again"),
    GUARDED(a_call_that_nobody_heard_is_made_again, it_is_paid_once, "absent_taken_as_paid",
            "what the provider never heard of is shown as refunded"),
    GUARDED(every_attempt_bears_the_key_of_the_first, it_is_paid_once, "key_with_attempt",
            "a retry bears no key, and is paid a second time"),
    GUARDED(of_two_refunds_at_once_that_are_too_much_one_is_refused, one_of_two_is_paid,
            "captured_unchecked", "two refunds at once exceed what was captured"),
    GUARDED(one_request_at_two_nodes_is_paid_once, the_postage_is_paid_once,
            "request_decided_twice", "the same refund, asked for twice, is paid twice"),
    GUARDED(of_two_returns_of_one_lamp_one_is_refused, one_return_stands, "room_ignored",
            "two returns at once take back more than was sold"),
    GUARDED(what_a_shop_sends_again_begins_one_return, there_is_one_return, "upstream_forgotten",
            "a request that is sent again begins a second return"),
    GUARDED(refunds_of_one_payment_go_one_after_the_other, one_was_under_way_and_both_are_paid,
            "payment_not_exclusive", "refunds of one payment overtake each other"),
    GUARDED(of_three_that_were_asked_back_the_two_that_came_are_paid, two_are_paid,
            "pays_unreceived", "three asked back, two received, three refunded"),
    GUARDED(what_was_declined_and_comes_all_the_same_is_not_paid, nothing_is_paid, "answer_ignored",
            "what was rejected is refunded all the same"),
    GUARDED(what_comes_before_the_answer_is_received_and_paid_after_it, it_is_paid_after_the_answer,
            "answer_ignored", "goods cannot be received without a refund"),
    GUARDED(returns_one_after_the_other_sum_to_what_was_captured, ten_are_paid,
            "captured_unchecked", "a second return breaks the totals of an order with a discount"),
    GUARDED(what_was_refunded_in_part_is_not_refunded_again_with_the_whole, the_hat_is_paid_once,
            "partial_uncounted", "a part that was refunded is refunded again with the whole"),
    GUARDED(each_of_two_payments_gets_back_no_more_than_it_paid, each_got_its_own,
            "captured_unchecked", "of several payments one is refunded more than it paid"),
    GUARDED(no_day_pays_more_than_its_cap, the_cap_held, "cap_ignored",
            "nothing bounds what may be refunded"),
};

const struct told_list stories_of_complaints = TOLD_LIST(stories);

/* Stories about money that others moved: a bank takes a payment back while our refund of it is on
 * its way, a marketplace refunds a lamp before it comes. Nobody is paid twice.
 *
 * This file is built twice: as it is, and as `unguarded` with the guard taken out, which shows that
 * the stories are about something. */
#include "tests/sim/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "overseas-warehouse/view_rows.h"
#include "proto/bugs.h"

#define NEW ((struct id){{0}})

/* Somebody at Sydney tells of 29.99 of the lamp's payment, for no thing in particular. */
static void tell_of_lamp(struct story *story, enum elsewhere how)
{
    union command_body body = {.refund_record = {.merchant = story->merchant,
                                                 .provider = span_text("stripe"),
                                                 .payment = span_text("pi_1"),
                                                 .how = how,
                                                 .reference = span_text("X-1"),
                                                 .amount_minor = 2999,
                                                 .currency = 978,
                                                 .made_ms = WORLD_EPOCH_MS}};
    wish_at(story, SYD, COMMAND_REFUND_RECORD, BY_MERCHANT, &body, NEW);
    story_wait(story, 60);
}

/* The provider does not answer while the chargeback becomes known, and then it does again. */
static struct story *charged_back_between_intent_and_call(void)
{
    struct story *story = story_begin();
    story->world.provider.down_until_us = story->world.now_us + HOUR_US;
    return_lamp(story, LAX, NEW);
    receive_lamp(story, LAX);
    story_wait(story, 600);
    tell_of_lamp(story, ELSEWHERE_CHARGEBACK);
    story_wait(story, 4 * 3600);
    return story;
}

static struct story *refunded_while_the_lamp_was_on_its_way(void)
{
    struct story *story = story_begin();
    return_lamp(story, LAX, NEW);
    story_cut(story, LAX, true);
    receive_lamp(story, LAX);
    tell_of_lamp(story, ELSEWHERE_MARKETPLACE);
    story_cut(story, LAX, false);
    return story;
}

#ifndef ENTREPOT_BUGS

static void a_chargeback_between_intent_and_call_stops_the_call(void **state)
{
    (void)state;
    struct story *story = charged_back_between_intent_and_call();
    unsigned refund = 0;
    assert_int_equal(story_paid(story), 0);
    assert_int_equal(story_refunds(story, SYD, &refund), 1);
    assert_int_equal(refund, REFUND_MANUAL); /* a person looks */
    assert_true(story_agrees(story));
    story_end(story);
}

static void what_the_marketplace_refunded_is_not_paid_when_the_goods_come(void **state)
{
    (void)state;
    struct story *story = refunded_while_the_lamp_was_on_its_way();
    unsigned refund = 0;
    assert_string_equal(story->told, "LAX: asked\n"
                                     "LAX is cut off\n"
                                     "LAX: done\n"
                                     "SYD: asked\n"
                                     "LAX is back\n");
    assert_int_equal(story_paid(story), 0);
    assert_int_equal(story_refunds(story, GATE, &refund), 0);
    assert_true(story_agrees(story));
    story_end(story);
}

#else

static void unheard_the_chargeback_is_paid_once_more(void **state)
{
    (void)state;
    assert_true(bugs_plant("chargeback_unheard"));
    struct story *story = charged_back_between_intent_and_call();
    assert_int_equal(story_paid(story), 1);
    story_end(story);
    bugs_clear();
}

static void uncounted_the_marketplaces_refund_is_paid_once_more(void **state)
{
    (void)state;
    assert_true(bugs_plant("elsewhere_uncounted"));
    struct story *story = refunded_while_the_lamp_was_on_its_way();
    assert_int_equal(story_paid(story), 1);
    story_end(story);
    bugs_clear();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef ENTREPOT_BUGS
        cmocka_unit_test(a_chargeback_between_intent_and_call_stops_the_call),
        cmocka_unit_test(what_the_marketplace_refunded_is_not_paid_when_the_goods_come),
#else
        cmocka_unit_test(unheard_the_chargeback_is_paid_once_more),
        cmocka_unit_test(uncounted_the_marketplaces_refund_is_paid_once_more),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

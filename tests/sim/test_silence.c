/* Stories about silence: it approves a request that nobody answered, and goods that are here are
 * then paid for, which nobody can take back. So it waits for every node that may have been asked.
 *
 * This file is built twice: as it is, and as `unguarded` with the wait taken out, which shows that
 * the first story is about something. */
#include "tests/sim/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "node/core/hearing.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/bugs.h"

#define HOUR_S 3600u
#define NEW    ((struct id){{0}})

/* --- what is asked ---------------------------------------------------------------------------- */

static void order_chandelier(struct story *story)
{
    union command_body body = {0};
    struct order_import *order = &body.order_import;
    *order = (struct order_import){.merchant = story->merchant,
                                   .reference = span_text("SZ-2"),
                                   .currency = 978,
                                   .sold_ms = WORLD_EPOCH_MS - 5 * (uint64_t)86400000,
                                   .lines_count = 1,
                                   .payments_count = 1};
    order->lines[0] =
        (struct order_line){.sku = span_text("CHANDELIER"), .quantity = 1, .price_minor = 19900};
    order->payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_2"), .captured_minor = 19900};
    wish_at(story, RTM, COMMAND_ORDER_IMPORT, BY_MERCHANT, &body, NEW);
}

/* Too dear for policy alone: the merchant has 24 hours to answer. The chandelier is here already.
 */
static struct id ask_and_receive(struct story *story)
{
    union command_body body = {0};
    struct return_request *wish = &body.return_request;
    *wish = (struct return_request){.merchant = story->merchant,
                                    .order_reference = span_text("SZ-2"),
                                    .number = span_text("1Z2"),
                                    .lines_count = 1};
    wish->lines[0] = (struct return_line){.line = 0, .quantity = 1, .reason = REASON_UNWANTED};
    wish_at(story, RTM, COMMAND_RETURN_REQUEST, BY_OPERATOR, &body, NEW);
    struct id return_id = story->last_entity;
    body = (union command_body){0};
    body.box_receive = (struct box_receive){.warehouse = story->world.host[SYD].card.warehouse,
                                            .number = span_text("1Z2"),
                                            .weight_g = 4800,
                                            .items_count = 1};
    body.box_receive.items[0].sku = span_text("CHANDELIER");
    wish_at(story, SYD, COMMAND_BOX_RECEIVE, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
    return return_id;
}

static void decline_at(struct story *story, enum site place, const struct id *return_id)
{
    union command_body body = {0};
    body.return_decide = (struct return_decide){.return_id = *return_id,
                                                .reason = span_text("worn: see the photograph")};
    wish_at(story, place, COMMAND_RETURN_DECLINE, BY_MERCHANT, &body, NEW);
}

/* --- what is seen ----------------------------------------------------------------------------- */

static struct return_row shown_at(struct story *story, enum site place, const struct id *return_id)
{
    struct store *store = story->world.host[place].disk.inner;
    struct return_row row = {0};
    assert_int_equal(store->port->begin_read(store->world), OK);
    assert_true(return_load(&store->views, return_id, &row));
    store->port->end_read(store->world);
    return row;
}

static uint64_t state_at(struct story *story, enum site place, const struct id *return_id)
{
    return shown_at(story, place, return_id).state;
}

/* --- stories ---------------------------------------------------------------------------------- */

static struct story *begin(void)
{
    struct story *story = story_begin();
    order_chandelier(story);
    story->told[0] = '\0';
    return story;
}

#ifndef ENTREPOT_BUGS

static void override_at(struct story *story, enum site place, const struct id *return_id)
{
    union command_body body = {0};
    body.deadline_override = (struct deadline_override){
        .return_id = *return_id, .reason = span_text("the gateway burnt down: nobody asked it")};
    wish_at(story, place, COMMAND_DEADLINE_OVERRIDE, BY_ADMIN, &body, NEW);
}

/* Is it this one member alone that Rotterdam waits for? */
static bool awaits_only(struct story *story, enum site awaited, const struct id *return_id)
{
    const struct host *rtm = &story->world.host[RTM];
    struct store *store = rtm->disk.inner;
    struct id nodes[PLACES];
    uint64_t due_ms = shown_at(story, RTM, return_id).due_ms;
    assert_int_equal(store->port->begin_read(store->world), OK);
    uint32_t count = hearing_awaited(&store->views, &rtm->self.log, due_ms, nodes, PLACES);
    store->port->end_read(store->world);
    return count == 1 && id_equal(&nodes[0], &story->world.host[awaited].self.node);
}

static void an_answer_in_time_elsewhere_is_not_overtaken_by_silence(void **state)
{
    (void)state;
    struct story *story = begin();
    struct id return_id = ask_and_receive(story);
    story_cut(story, GATE, true);
    decline_at(story, GATE, &return_id);
    story_wait(story, 30 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_REQUESTED);
    assert_int_equal(story_paid(story), 0);
    assert_true(awaits_only(story, GATE, &return_id));
    assert_int_equal(story->world.host[RTM].core->stats.dues_awaiting, 1);
    story_cut(story, GATE, false);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_DECLINED);
    assert_int_equal(story_paid(story), 0);
    assert_string_equal(story->told, "RTM: done\n"
                                     "SYD: done\n"
                                     "GATE is cut off\n"
                                     "GATE: asked\n"
                                     "GATE is back\n");
    assert_true(story_agrees(story));
    story_end(story);
}

/* Nobody asked the others anything: each says so by one entry, and silence acts within a minute. */
static void nodes_that_were_asked_nothing_prove_it(void **state)
{
    (void)state;
    struct story *story = begin();
    struct id return_id = ask_and_receive(story);
    story_wait(story, 24 * HOUR_S + 120);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
    assert_true(story_agrees(story));
    story_end(story);
}

static void a_node_that_is_cut_off_holds_silence_until_it_is_back(void **state)
{
    (void)state;
    struct story *story = begin();
    struct id return_id = ask_and_receive(story);
    story_cut(story, LAX, true);
    story_wait(story, 50 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_REQUESTED);
    assert_true(awaits_only(story, LAX, &return_id));
    story_cut(story, LAX, false);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
    assert_true(story_agrees(story));
    story_end(story);
}

static void a_supervisor_may_say_that_nobody_is_awaited(void **state)
{
    (void)state;
    struct story *story = begin();
    struct id return_id = ask_and_receive(story);
    override_at(story, RTM, &return_id); /* too early: nothing waits yet */
    story_cut(story, GATE, true);
    story_wait(story, 30 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_REQUESTED);
    override_at(story, RTM, &return_id);
    story_wait(story, 60);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
    assert_string_equal(story->told, "RTM: done\n"
                                     "SYD: done\n"
                                     "RTM: refused conflict\n"
                                     "GATE is cut off\n"
                                     "RTM: done\n"
                                     "RTM sends a refund of 19900\n");
    story_cut(story, GATE, false);
    assert_true(story_agrees(story));
    story_end(story);
}

static void a_member_that_was_put_out_is_not_awaited(void **state)
{
    (void)state;
    struct story *story = begin();
    union command_body body = {0};
    struct id return_id = ask_and_receive(story);
    story_cut(story, GATE, true);
    story_wait(story, 30 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_REQUESTED);
    body.member = story->world.host[GATE].card;
    body.member.revoked = 1;
    wish_at(story, LAX, COMMAND_MEMBER, BY_ADMIN, &body, NEW);
    story_wait(story, 120);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
    story_end(story);
}

/* What can be taken back waits for nobody: an approved return that nobody sent is reopened by a
 * word of its merchant. */
static void what_can_be_taken_back_waits_for_nobody(void **state)
{
    (void)state;
    struct story *story = begin();
    return_lamp(story, RTM, NEW);
    struct id return_id = story->last_entity;
    story_cut(story, GATE, true);
    story_wait(story, 22 * 24 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_EXPIRED);
    story_end(story);
}

#else

/* The same as the first story, without the wait: the merchant declined in time and pays. */
static void without_the_wait_silence_pays_what_was_declined_in_time(void **state)
{
    (void)state;
    assert_true(bugs_plant("fires_unheard"));
    struct story *story = begin();
    struct id return_id = ask_and_receive(story);
    story_cut(story, GATE, true);
    decline_at(story, GATE, &return_id);
    story_wait(story, 30 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
    story_cut(story, GATE, false);
    assert_int_equal(state_at(story, GATE, &return_id), RETURN_CLOSED);
    story_end(story);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef ENTREPOT_BUGS
        cmocka_unit_test(an_answer_in_time_elsewhere_is_not_overtaken_by_silence),
        cmocka_unit_test(nodes_that_were_asked_nothing_prove_it),
        cmocka_unit_test(a_node_that_is_cut_off_holds_silence_until_it_is_back),
        cmocka_unit_test(a_supervisor_may_say_that_nobody_is_awaited),
        cmocka_unit_test(a_member_that_was_put_out_is_not_awaited),
        cmocka_unit_test(what_can_be_taken_back_waits_for_nobody),
#else
        cmocka_unit_test(without_the_wait_silence_pays_what_was_declined_in_time),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

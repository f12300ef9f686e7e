/* Stories about silence: it approves a request that nobody answered, and goods that are here are
 * then paid for, which nobody can take back. So it waits for every node that may have been asked.
 */
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "node/core/hearing.h"
#include "overseas-warehouse/view_rows.h"

#define HOUR_S 3600u

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
static struct id ask_and_receive(struct story *story, enum actor_kind by)
{
    union command_body body = {0};
    struct return_request *wish = &body.return_request;
    *wish = (struct return_request){.merchant = story->merchant,
                                    .order_reference = span_text("SZ-2"),
                                    .number = span_text("1Z2"),
                                    .lines_count = 1};
    wish->lines[0] = (struct return_line){.line = 0, .quantity = 1, .reason = REASON_UNWANTED};
    wish_at(story, RTM, COMMAND_RETURN_REQUEST, by, &body, NEW);
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

static void begin(struct story *story)
{
    order_chandelier(story);
    story->told[0] = '\0';
}

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

static struct id in_time; /* the return of the first story */

static void an_answer_in_time_elsewhere_is_not_overtaken_by_silence(struct story *story)
{
    begin(story);
    in_time = ask_and_receive(story, BY_OPERATOR);
    story_cut(story, GATE, true);
    decline_at(story, GATE, &in_time);
    story_wait(story, 30 * HOUR_S);
    tell(story, "RTM awaits %s\n", awaits_only(story, GATE, &in_time) ? "GATE" : "nobody");
    story_cut(story, GATE, false);
}

static bool nothing_is_paid_and_the_answer_stands(struct story *story)
{
    return state_at(story, RTM, &in_time) == RETURN_DECLINED && story_paid(story) == 0 &&
           strcmp(story->told, "RTM: done\n"
                               "SYD: done\n"
                               "GATE is cut off\n"
                               "GATE: asked\n"
                               "RTM awaits GATE\n"
                               "GATE is back\n") == 0;
}

/* Nobody asked the others anything: each says so by one entry, and silence acts within a minute. */
static void nodes_that_were_asked_nothing_prove_it(struct story *story)
{
    begin(story);
    struct id return_id = ask_and_receive(story, BY_OPERATOR);
    story_wait(story, 24 * HOUR_S + 120);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
}

static void a_node_that_is_cut_off_holds_silence_until_it_is_back(struct story *story)
{
    begin(story);
    struct id return_id = ask_and_receive(story, BY_MERCHANT);
    story_cut(story, LAX, true);
    story_wait(story, 50 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_REQUESTED);
    assert_true(awaits_only(story, LAX, &return_id));
    story_cut(story, LAX, false);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
}

static void a_supervisor_may_say_that_nobody_is_awaited(struct story *story)
{
    begin(story);
    struct id return_id = ask_and_receive(story, BY_ADMIN);
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
}

static void a_member_that_was_put_out_is_not_awaited(struct story *story)
{
    begin(story);
    union command_body body = {0};
    struct id return_id = ask_and_receive(story, BY_PARTNER);
    story_cut(story, GATE, true);
    story_wait(story, 30 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_REQUESTED);
    body.member = story->world.host[GATE].card;
    body.member.revoked = 1;
    story->apart[GATE] = true;
    wish_at(story, LAX, COMMAND_MEMBER, BY_ADMIN, &body, NEW);
    story_wait(story, 120);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_CLOSED);
    assert_int_equal(story_paid(story), 1);
}

/* What can be taken back waits for nobody: an approved return that nobody sent is reopened by a
 * word of its merchant. */
static void what_can_be_taken_back_waits_for_nobody(struct story *story)
{
    begin(story);
    return_lamp(story, RTM, NEW);
    struct id return_id = story->last_entity;
    story_cut(story, GATE, true);
    story_wait(story, 22 * 24 * HOUR_S);
    assert_int_equal(state_at(story, RTM, &return_id), RETURN_EXPIRED);
    story_cut(story, GATE, false);
}

static const struct told_story stories[] = {
    GUARDED(an_answer_in_time_elsewhere_is_not_overtaken_by_silence,
            nothing_is_paid_and_the_answer_stands, "fires_unheard", NULL),
    TOLD(nodes_that_were_asked_nothing_prove_it),
    TOLD(a_node_that_is_cut_off_holds_silence_until_it_is_back),
    TOLD(a_supervisor_may_say_that_nobody_is_awaited),
    TOLD(a_member_that_was_put_out_is_not_awaited),
    TOLD(what_can_be_taken_back_waits_for_nobody),
};

const struct told_list stories_of_silence = TOLD_LIST(stories);

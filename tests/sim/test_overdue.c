/* What is owed and was not done in time is told in the book, by its leader and once, where an
 * endpoint wants to hear of it: however often the leader restarts, and wherever it is read. */
#include "tests/sim/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "overseas-warehouse/view_rows.h"

#define HOUR_S 3600u
#define NEW    ((struct id){{0}})

static unsigned told_at(struct story *story, enum site place)
{
    struct store *store = story->world.host[place].disk.inner;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    assert_int_equal(store->port->begin_read(store->world), OK);
    while (walk_next(&store->views, VIEW_OVERDUE, &walk, &row)) count++;
    store->port->end_read(store->world);
    return count;
}

static void add_endpoint(struct story *story)
{
    union command_body body = {0};
    body.webhook_put.merchant = story->merchant;
    body.webhook_put.url = span_text("https://shop.example/hooks");
    body.webhook_put.secrets_count = 1;
    body.webhook_put.secrets[0].fingerprint.bytes[0] = 1;
    wish_at(story, RTM, COMMAND_WEBHOOK_PUT, BY_MERCHANT, &body, NEW);
}

/* Too dear for policy alone, and the goods are here: silence would pay, so it waits for whoever was
 * cut off. The merchant's answer is late all the while. */
static void ask_and_receive(struct story *story)
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
    body = (union command_body){0};
    body.return_request = (struct return_request){.merchant = story->merchant,
                                                  .order_reference = span_text("SZ-2"),
                                                  .number = span_text("1Z2"),
                                                  .lines_count = 1};
    body.return_request.lines[0] =
        (struct return_line){.line = 0, .quantity = 1, .reason = REASON_UNWANTED};
    wish_at(story, RTM, COMMAND_RETURN_REQUEST, BY_OPERATOR, &body, NEW);
    body = (union command_body){0};
    body.box_receive = (struct box_receive){.warehouse = story->world.host[SYD].card.warehouse,
                                            .number = span_text("1Z2"),
                                            .weight_g = 4800,
                                            .items_count = 1};
    body.box_receive.items[0].sku = span_text("CHANDELIER");
    wish_at(story, SYD, COMMAND_BOX_RECEIVE, BY_OPERATOR, &body, NEW);
    story_wait(story, 60);
}

static void be_late(bool heard)
{
    struct story *story = story_begin();
    if (heard) add_endpoint(story);
    ask_and_receive(story);
    story_cut(story, GATE, true);
    story_wait(story, 30 * HOUR_S);
    unsigned told = told_at(story, RTM);
    assert_int_equal(told > 0, heard);
    host_crash(&story->world.host[RTM]);
    host_start(&story->world.host[RTM]);
    story_wait(story, 3 * HOUR_S);
    assert_int_equal(told_at(story, RTM), told);
    story_cut(story, GATE, false);
    story_wait(story, 6 * HOUR_S);
    for (enum site place = LAX; place < PLACES; place++)
        assert_int_equal(told_at(story, place), told);
    assert_true(story_agrees(story));
    story_end(story);
}

static void what_is_late_is_told_once_and_shown_everywhere(void **state)
{
    (void)state;
    be_late(true);
}

static void where_nobody_listens_nothing_is_told(void **state)
{
    (void)state;
    be_late(false);
}

/* --- levels ----------------------------------------------------------------------------------- */

/* How many of the deadlines that were told of that kind were told at that level. */
static unsigned told_of_level(struct story *story, enum site place, uint8_t kind, uint8_t level)
{
    struct store *store = story->world.host[place].disk.inner;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    assert_int_equal(store->port->begin_read(store->world), OK);
    while (walk_next(&store->views, VIEW_OVERDUE, &walk, &row)) {
        bool same = walk.at.bytes[ID_BYTES] == kind;
        if (same && walk.at.bytes[walk.at.size - 1] == level) count++;
    }
    store->port->end_read(store->world);
    return count;
}

/* A day to answer; so long after it the desk and a supervisor are concerned. Nothing is granted. */
static void set_levels(struct story *story)
{
    union command_body body = {.policy_put = {.merchant = story->merchant}};
    body.policy_put.policy = (struct policy){
        .currency = 978, .respond_hours = 24, .desk_hours = 2, .supervisor_hours = 5};
    body.policy_put.policy.windows_count = 1;
    body.policy_put.policy.windows[0].days = 60;
    wish_at(story, RTM, COMMAND_POLICY_PUT, BY_MERCHANT, &body, NEW);
    assert_int_equal(story->last_error, OK);
}

/* Silence would approve, and waits for the gateway that was cut off: so the answer stays owed. Each
 * level is told when it begins, without anything else happening, and once. */
static void a_deadline_is_told_again_when_the_desk_and_then_a_supervisor_are_concerned(void **state)
{
    (void)state;
    struct story *story = story_begin();
    add_endpoint(story);
    set_levels(story);
    ask_and_receive(story);
    story_cut(story, GATE, true);
    story_wait(story, 24 * HOUR_S + 900);
    assert_int_equal(told_of_level(story, RTM, DEADLINE_RESPOND, LEVEL_NONE), 1);
    assert_int_equal(told_of_level(story, RTM, DEADLINE_RESPOND, LEVEL_DESK), 0);
    story_wait(story, 2 * HOUR_S);
    assert_int_equal(told_of_level(story, RTM, DEADLINE_RESPOND, LEVEL_DESK), 1);
    assert_int_equal(told_of_level(story, RTM, DEADLINE_RESPOND, LEVEL_SUPERVISOR), 0);
    host_crash(&story->world.host[RTM]);
    host_start(&story->world.host[RTM]);
    story_wait(story, 3 * HOUR_S);
    assert_int_equal(told_of_level(story, RTM, DEADLINE_RESPOND, LEVEL_SUPERVISOR), 1);
    story_cut(story, GATE, false);
    story_wait(story, 6 * HOUR_S);
    for (enum site place = LAX; place < PLACES; place++)
        for (uint8_t level = LEVEL_NONE; level <= LEVEL_PLATFORM; level++)
            assert_int_equal(told_of_level(story, place, DEADLINE_RESPOND, level),
                             level <= LEVEL_SUPERVISOR);
    assert_true(story_agrees(story));
    story_end(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_late_is_told_once_and_shown_everywhere),
        cmocka_unit_test(where_nobody_listens_nothing_is_told),
        cmocka_unit_test(
            a_deadline_is_told_again_when_the_desk_and_then_a_supervisor_are_concerned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Holds and recalls told: what bars a unit from going out, and who may end that. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/inspection/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const shoe[] = {"SHOE-42"};

static enum error say(struct world *world, enum command_kind kind, enum actor_kind by,
                      struct unit_hold how)
{
    how.reason = span_text("as seen");
    union command_body body = {.unit_hold = how};
    return world_decide(world, kind, &body, by, NULL, 0);
}

static enum error settle(struct world *world, const struct id *unit)
{
    return scene_act(world, COMMAND_UNIT_SETTLE, (struct unit_act){.unit = *unit});
}

static void a_unit_with_a_hold_is_neither_restocked_nor_shipped(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id unit = scene_disposed(world, "H1");
    struct unit_hold lock = {.unit = unit, .kind = HOLD_ACCOUNT};
    struct unit_act away = {.unit = unit, .to = world->nodes[SYD].warehouse};
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, lock), OK);
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, lock), ERROR_CONFLICT);
    assert_int_equal(settle(world, &unit), ERROR_CONFLICT);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, away), ERROR_CONFLICT);
    world_deliver_all(world);
    for (unsigned at = 0; at < NODES_MAX; at++)
        assert_int_equal(unit_holds(world_desk(world, (enum node_name)at), &unit),
                         HOLD_BIT(HOLD_ACCOUNT));
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, lock), OK);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, lock), ERROR_CONFLICT);
    assert_int_equal(settle(world, &unit), OK);
    world_close(world);
}

static void lifting_takes_what_its_kind_demands(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id unit = scene_disposed(world, "H2");
    struct unit_hold wipe = {.unit = unit, .kind = HOLD_WIPE};
    struct unit_hold fake = {.unit = unit, .kind = HOLD_COUNTERFEIT};
    struct unit_hold germs = {.unit = unit, .kind = HOLD_BIOHAZARD};
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, wipe), OK);
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, fake), OK);
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, germs), OK);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, wipe), ERROR_MISSING_FIELD);
    wipe.method = span_text("overwritten once");
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, wipe), ERROR_MISSING_FIELD);
    wipe.result = span_text("nothing is left");
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_MERCHANT, wipe), ERROR_FORBIDDEN);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, wipe), OK);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_ADMIN, fake), ERROR_FORBIDDEN);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_MERCHANT, fake), OK);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, germs), ERROR_FORBIDDEN);
    assert_int_equal(settle(world, &unit), ERROR_CONFLICT);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_ADMIN, germs), OK);
    assert_int_equal(settle(world, &unit), OK);
    world_close(world);
}

static enum error recall(struct world *world, enum merchant_name merchant, uint64_t end)
{
    union command_body body = {.recall_put = {.merchant = world->merchants[merchant].merchant,
                                              .sku = span_text("shoe-42"),
                                              .end = end,
                                              .reason = span_text("it burns")}};
    enum error error = world_decide(world, COMMAND_RECALL_PUT, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static void a_recall_holds_what_is_here_and_what_comes_later_until_its_book_ends_it(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id unit = scene_disposed(world, "H3");
    assert_int_equal(recall(world, MERCHANT_B, 0), OK);
    assert_int_equal(unit_holds(world_desk(world, LAX), &unit), 0);
    assert_int_equal(recall(world, MERCHANT_A, 1), ERROR_CONFLICT);
    assert_int_equal(recall(world, MERCHANT_A, 0), OK);
    assert_int_equal(recall(world, MERCHANT_A, 0), ERROR_CONFLICT);
    struct id later = scene_disposed(world, "H4");
    struct unit_hold lift = {.unit = unit, .kind = HOLD_RECALL};
    assert_int_equal(settle(world, &unit), ERROR_CONFLICT);
    assert_int_equal(settle(world, &later), ERROR_CONFLICT);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_ADMIN, lift), ERROR_FORBIDDEN);
    assert_int_equal(recall(world, MERCHANT_A, 1), OK);
    assert_int_equal(settle(world, &unit), OK);
    assert_int_equal(settle(world, &later), OK);
    world_close(world);
}

/* What a platform sent back is its merchant's without a return, and recalled like the rest. */
static void a_recall_holds_units_of_a_removal_order_too(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id box = world_box(world, LAX, "C1", NULL, shoe, 1);
    struct id unit = scene_unit_of(world, &box);
    assert_int_equal(recall(world, MERCHANT_A, 0), OK);
    assert_int_equal(unit_holds(world_desk(world, LAX), &unit), 0);
    union command_body body = {.removal_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                               .reference = span_text("R-1"),
                                               .lines_count = 1}};
    body.removal_put.lines[0] = (struct removal_line){.sku = span_text("SHOE-42"), .quantity = 1};
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id removal = world->decision.entity;
    world_deliver_all(world);
    body = (union command_body){.removal_receive = {.removal = removal,
                                                    .warehouse = world->nodes[LAX].warehouse,
                                                    .box = box}};
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_RECEIVE, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
    assert_int_equal(unit_holds(world_desk(world, LAX), &unit), HOLD_BIT(HOLD_RECALL));
    assert_int_equal(unit_holds(world_desk(world, SYD), &unit), HOLD_BIT(HOLD_RECALL));
    world_close(world);
}

static void a_log_that_does_not_hold_the_unit_has_no_word_on_it(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id unit = scene_disposed(world, "H5");
    struct unit_held lie = {.unit = unit,
                            .hop = 1,
                            .kind = HOLD_BATTERY,
                            .by = {.kind = BY_ADMIN},
                            .at_ms = world->now_ms,
                            .reason = span_text("so")};
    world_inject(world, LOG_SYD, EVENT_UNIT_HELD, &unit, &lie);
    world_deliver_all(world);
    assert_int_equal(unit_holds(world_desk(world, LAX), &unit), 0);
    assert_int_equal(settle(world, &unit), OK);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unit_with_a_hold_is_neither_restocked_nor_shipped),
        cmocka_unit_test(lifting_takes_what_its_kind_demands),
        cmocka_unit_test(a_recall_holds_what_is_here_and_what_comes_later_until_its_book_ends_it),
        cmocka_unit_test(a_recall_holds_units_of_a_removal_order_too),
        cmocka_unit_test(a_log_that_does_not_hold_the_unit_has_no_word_on_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

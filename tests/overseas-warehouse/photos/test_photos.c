/* Photos of units, boxes and returns: who may attach one, and what the warehouse's own are charged.
 * What an erasure does is told in tests/node/core/test_photos.c. */
#include "overseas-warehouse/photos/photos.h"
#include "tests/overseas-warehouse/billing/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static union command_body photo_of(enum photo_of of, const struct id *thing)
{
    union command_body body = {.photo_attach = {.of = of,
                                                .thing = *thing,
                                                .blob = {{7}},
                                                .kind = PHOTO_JPEG,
                                                .size = 1000,
                                                .thumbnail = span_text("a picture")}};
    return body;
}

static enum error attach(struct world *world, enum node_name at, enum photo_of of,
                         const struct id *thing)
{
    union command_body body = photo_of(of, thing);
    return world_observe(world, at, COMMAND_PHOTO_ATTACH, &body);
}

static struct id unit_in_los_angeles(struct world *world, struct id *box)
{
    union command_body table = scene_table(world, MERCHANT_A, world->now_ms - 30 * DAY_MS, 0);
    assert_int_equal(scene_put(world, &table), OK);
    *box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    return scene_unit(world, box, 0);
}

static void each_photo_that_the_warehouse_takes_is_charged_once(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id box;
    int64_t sum;
    struct id unit = unit_in_los_angeles(world, &box);
    assert_int_equal(attach(world, LAX, PHOTO_OF_UNIT, &unit), OK);
    assert_int_equal(attach(world, LAX, PHOTO_OF_UNIT, &unit), OK);
    assert_int_equal(attach(world, LAX, PHOTO_OF_BOX, &box), OK);
    world_settle(world);
    world_settle(world);
    for (unsigned node = 0; node < NODES_MAX; node++) {
        assert_int_equal(scene_count(world, node, BILLED_PHOTO, &sum), 3);
        assert_int_equal(sum, 3 * 100 * BILLED_PHOTO);
    }
    world_close(world);
}

static void what_others_photograph_and_what_is_of_a_return_costs_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id box;
    int64_t sum;
    struct id unit = unit_in_los_angeles(world, &box);
    struct assigned_row assigned;
    assert_true(assigned_load(&world_desk(world, LAX)->rows, &unit, &assigned));
    struct id return_id = assigned.return_id;
    world_deliver_all(world);
    assert_int_equal(attach(world, RTM, PHOTO_OF_UNIT, &unit), OK); /* it does not stand there */
    assert_int_equal(world->decision.drafts_count, 1);              /* so it was no work */
    assert_int_equal(attach(world, RTM, PHOTO_OF_BOX, &box), OK);
    assert_int_equal(world->decision.drafts_count, 1);
    assert_int_equal(attach(world, GATEWAY, PHOTO_OF_UNIT, &unit), OK);
    assert_int_equal(attach(world, LAX, PHOTO_OF_RETURN, &return_id), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_PHOTO, &sum), 0);
    /* A log that says of a return that it was an act of its warehouse is not heard. */
    const struct photo_taken lie = {.photo = {{9}},
                                    .of = PHOTO_OF_RETURN,
                                    .thing = unit,
                                    .warehouse = world->nodes[LAX].warehouse,
                                    .by = {.kind = BY_OPERATOR},
                                    .at_ms = world->now_ms};
    world_inject(world, LOG_LAX, EVENT_PHOTO_TAKEN, &unit, &lie);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_PHOTO, &sum), 0);
    world_close(world);
}

static void a_photo_is_taken_in_any_state_of_the_thing_but_of_none_that_is_not_there(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id box, nothing = {{0x77}};
    struct id unit = unit_in_los_angeles(world, &box);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, &unit, GRADE_LIKE_NEW, 0), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, &unit, 0, DISPOSE_RESTOCK), OK);
    assert_int_equal(attach(world, LAX, PHOTO_OF_UNIT, &unit), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SETTLE, &unit, 0, 0), OK);
    assert_int_equal(attach(world, LAX, PHOTO_OF_UNIT, &unit), OK);
    for (unsigned of = PHOTO_OF_UNIT; of <= PHOTO_OF_RETURN; of++) {
        assert_int_equal(attach(world, LAX, of, &nothing), ERROR_NOT_FOUND);
        assert_string_equal(world->decision.rule, "thing");
    }
    assert_int_equal(attach(world, LAX, PHOTO_OF_RETURN, &unit), ERROR_NOT_FOUND);
    world_close(world);
}

static struct id attach_under(struct world *world, enum node_name at, const struct id *thing,
                              uint8_t request)
{
    union command_body body = photo_of(PHOTO_OF_UNIT, thing);
    struct command command = {.kind = COMMAND_PHOTO_ATTACH,
                              .request = {{request}},
                              .by = {.kind = BY_OPERATOR},
                              .body = &body};
    decision_begin(&world->decision);
    photo_decide(world_desk(world, at), &command, &world->moment, &world->decision);
    assert_int_equal(world->decision.error, OK);
    return world->decision.entity;
}

static void one_request_at_two_nodes_is_one_photo(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id box;
    struct id unit = unit_in_los_angeles(world, &box);
    world_deliver_all(world);
    struct id first = attach_under(world, LAX, &unit, 1);
    struct id again = attach_under(world, RTM, &unit, 1);
    struct id other = attach_under(world, LAX, &unit, 2);
    assert_true(id_equal(&first, &again));
    assert_false(id_equal(&first, &other));
    world_close(world);
}

/* The decision alone: what a token that is bound to a merchant brings. */
static enum error attach_as(struct world *world, enum merchant_name merchant, enum photo_of of,
                            const struct id *thing)
{
    union command_body body = photo_of(of, thing);
    struct command command = {.kind = COMMAND_PHOTO_ATTACH,
                              .by = {.kind = BY_MERCHANT},
                              .merchant = world->merchants[merchant].merchant,
                              .body = &body};
    decision_begin(&world->decision);
    photo_decide(world_desk(world, LAX), &command, &world->moment, &world->decision);
    return world->decision.error;
}

static void another_merchants_things_are_like_none(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id box;
    struct id unit = unit_in_los_angeles(world, &box);
    struct assigned_row assigned;
    assert_true(assigned_load(&world_desk(world, LAX)->rows, &unit, &assigned));
    const struct id things[] = {unit, box, assigned.return_id};
    for (unsigned i = 0; i < 3; i++) {
        enum photo_of of = (enum photo_of)(i + 1);
        assert_int_equal(attach_as(world, MERCHANT_A, of, &things[i]), OK);
        assert_int_equal(world->decision.drafts_count, 1); /* and it is no work of ours */
        assert_int_equal(attach_as(world, MERCHANT_B, of, &things[i]), ERROR_NOT_FOUND);
        assert_string_equal(world->decision.rule, "thing");
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_photo_that_the_warehouse_takes_is_charged_once),
        cmocka_unit_test(one_request_at_two_nodes_is_one_photo),
        cmocka_unit_test(what_others_photograph_and_what_is_of_a_return_costs_nothing),
        cmocka_unit_test(a_photo_is_taken_in_any_state_of_the_thing_but_of_none_that_is_not_there),
        cmocka_unit_test(another_merchants_things_are_like_none),
    };
    return cmocka_run_group_tests_name("photos", tests, NULL, NULL);
}

#include "tests/overseas-warehouse/inspection/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct id scene_unit_of(struct world *world, const struct id *box)
{
    struct id unit;
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return unit;
}

enum error scene_act(struct world *world, enum command_kind kind, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

struct id scene_received(struct world *world, const char *number)
{
    static const char *const shoe[] = {"SHOE-42"};
    struct id order = world_order(world, MERCHANT_A, number, "SHOE-42", 1, 9900, 9900);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, number);
    union command_body body = {.return_decide = {.return_id = rma}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    struct id box = world_box(world, LAX, number, NULL, shoe, 1);
    world_settle(world);
    return scene_unit_of(world, &box);
}

struct id scene_disposed(struct world *world, const char *number)
{
    struct id unit = scene_received(world, number);
    struct unit_act look = {.unit = unit}, grade = {.unit = unit, .grade = GRADE_LIKE_NEW};
    struct unit_act dispose = {.unit = unit, .disposition = DISPOSE_RESTOCK};
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, look), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, grade), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, dispose), OK);
    world_settle(world);
    return unit;
}

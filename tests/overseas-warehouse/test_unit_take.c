/* A unit that was sent to a warehouse, whose store was lost meanwhile. */
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct id first_unit(struct world *world)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct id unit = {{0}};
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes, ID_BYTES);
    return unit;
}

/* It may have been taken there already: the store in its place waits for the last words of the lost
 * one. Elsewhere it is a stranger, as ever. */
static void what_was_sent_is_taken_when_all_is_here_that_the_lost_store_wrote(void **state)
{
    (void)state;
    static const char *const shoe[] = {"SHOE-42"};
    struct world *world = world_open(1);
    world_box(world, LAX, "MOVES", NULL, shoe, 1);
    world_settle(world);
    struct id unit = first_unit(world);
    union command_body ship = {.unit_act = {.unit = unit, .to = world->nodes[SYD].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_SHIP, &ship, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    union command_body take = {
        .unit_take = {.unit = unit, .warehouse = world->nodes[SYD].warehouse}};
    world->nodes[SYD].desk.awaits = true;
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &take, BY_OPERATOR, NULL, 0),
                     ERROR_CONFLICT);
    world->nodes[SYD].desk.awaits = false;
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &take, BY_OPERATOR, NULL, 0), OK);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sent_is_taken_when_all_is_here_that_the_lost_store_wrote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What came of what a return announced: partial, repeated, short, over and foreign. */
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct receipt_count counted(struct world *world, const struct id *return_id)
{
    struct receipt_count counts;
    world_settle(world);
    return_counts(&world_desk(world, RTM)->rows, return_id, &counts);
    return counts;
}

static void what_comes_in_two_boxes_is_counted_against_what_was_announced(void **state)
{
    (void)state;
    static const char *const one[] = {"SHOE-42"};
    static const char *const more[] = {"SHOE-42", "SHOE-42", "HAT"};
    struct world *world = world_open(1);
    struct id order = world_order(world, MERCHANT_A, "C1", "SHOE-42", 2, 2000, 2000);
    struct id wanted = world_request(world, MERCHANT_A, &order, 2, "C1");
    struct receipt_count counts = counted(world, &wanted);
    assert_int_equal(counts.expected, 2);
    assert_int_equal(counts.arrived, 0);
    assert_int_equal(counts.missing, 2);
    world_box(world, LAX, "C1", NULL, one, 1);
    counts = counted(world, &wanted);
    assert_int_equal(counts.arrived, 1);
    assert_int_equal(counts.missing, 1);
    assert_int_equal(counts.over, 0);
    world_box(world, RTM, "C1", NULL, more, 3);
    counts = counted(world, &wanted);
    assert_int_equal(counts.arrived, 3);
    assert_int_equal(counts.received[0], 3);
    assert_int_equal(counts.missing, 0);
    assert_int_equal(counts.over, 1);
    assert_int_equal(counts.foreign, 1);
    assert_false(counts.cut);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_in_two_boxes_is_counted_against_what_was_announced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

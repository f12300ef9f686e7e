/* What is in a carton told: a line for each plate and merchant, with the code that the platform
 * knows, and how many of its pieces may not go there yet. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "tests/overseas-warehouse/inspection/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LINES_MAX 64
struct listed {
    unsigned count;
    struct contents_line lines[LINES_MAX];
    char labels[LINES_MAX][SKU_BYTES_MAX + 1];
};

static void take(void *world, const struct contents_line *line)
{
    struct listed *listed = world;
    assert_true(listed->count < LINES_MAX);
    char *label = listed->labels[listed->count];
    if (line->label.size > 0) memcpy(label, line->label.at, line->label.size);
    label[line->label.size] = 0;
    assert_int_equal(line->sku.size, strlen("SHOE-42"));
    assert_memory_equal(line->sku.at, "SHOE-42", line->sku.size);
    listed->lines[listed->count++] = *line;
}

static bool list(struct world *world, const struct id *plate, struct listed *listed)
{
    listed->count = 0;
    return contents_of_plate(world_desk(world, LAX), plate, take, listed);
}

/* What goes to a platform is gone for good, so its merchant says so first. */
static void release(struct world *world, enum merchant_name merchant, const struct id *unit)
{
    union command_body body = {.unit_release = {.unit = *unit,
                                                .merchant = world->merchants[merchant].merchant,
                                                .disposition = DISPOSE_PLATFORM}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
}

/* Graded like new, and decided on. */
static struct id graded(struct world *world, enum merchant_name merchant, const char *number,
                        enum disposition disposition)
{
    static const char *const shoe[] = {"SHOE-42"};
    struct id order = world_order(world, merchant, number, "SHOE-42", 1, 9900, 9900);
    struct id rma = world_request(world, merchant, &order, 1, number);
    union command_body body = {.return_decide = {.return_id = rma}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    struct id box = world_box(world, LAX, number, NULL, shoe, 1);
    world_settle(world);
    struct id unit = scene_unit_of(world, &box);
    struct unit_act look = {.unit = unit}, grade = {.unit = unit, .grade = GRADE_LIKE_NEW};
    struct unit_act dispose = {.unit = unit, .disposition = disposition};
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, look), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, grade), OK);
    if (disposition == DISPOSE_PLATFORM) release(world, merchant, &unit);
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, dispose), OK);
    world_settle(world);
    return unit;
}

static void know_sku(struct world *world)
{
    union command_body body = {.sku_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                           .code = span_text("SHOE-42"),
                                           .name_en = span_text("Shoe"),
                                           .weight_g = 700,
                                           .aliases_count = 2}};
    body.sku_put.aliases[0] = (struct sku_alias){CODE_EAN, span_text("4006381333931")};
    body.sku_put.aliases[1] = (struct sku_alias){CODE_FNSKU, span_text("X000ABCDEF")};
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
}

static struct id made(struct world *world, enum plate_kind kind, const struct id *units,
                      unsigned count)
{
    union command_body body = {.plate_make = {.warehouse = world->nodes[LAX].warehouse,
                                              .kind = kind,
                                              .units_count = count}};
    for (unsigned i = 0; i < count; i++) body.plate_make.units[i].unit = units[i];
    assert_int_equal(world_observe(world, LAX, COMMAND_PLATE_MAKE, &body), OK);
    return world->decision.entity;
}

static void put_into(struct world *world, const struct id *plate, const struct id *container)
{
    union command_body body = {.plate_move = {.plate = *plate, .into = *container}};
    assert_int_equal(world_observe(world, LAX, COMMAND_PLATE_MOVE, &body), OK);
}

static void a_carton_tells_a_line_for_each_plate_and_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct listed listed = {0};
    know_sku(world);
    struct id units[4] = {graded(world, MERCHANT_A, "C1", DISPOSE_PLATFORM),
                          graded(world, MERCHANT_B, "C2", DISPOSE_PLATFORM),
                          graded(world, MERCHANT_A, "C3", DISPOSE_PLATFORM),
                          graded(world, MERCHANT_A, "C4", DISPOSE_RESTOCK)};
    struct id plate = made(world, PLATE_GOODS, units, 4);
    struct id carton = made(world, PLATE_CARTON, NULL, 0);
    struct id pallet = made(world, PLATE_PALLET, NULL, 0);
    put_into(world, &plate, &carton);
    put_into(world, &carton, &pallet);
    assert_true(list(world, &pallet, &listed));
    assert_int_equal(listed.count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct contents_line *line = &listed.lines[i];
        assert_memory_equal(&line->container, &carton, sizeof carton);
        assert_memory_equal(&line->plate, &plate, sizeof plate);
        assert_memory_equal(&line->merchant, &world->merchants[i].merchant, sizeof(struct id));
        assert_int_equal(line->grade, GRADE_LIKE_NEW);
    }
    assert_int_equal(listed.lines[0].pieces, 3);
    assert_int_equal(listed.lines[0].weight_g, 2100);
    assert_int_equal(listed.lines[0].unready, 1);
    assert_string_equal(listed.labels[0], "X000ABCDEF");
    assert_int_equal(listed.lines[1].pieces, 1);
    assert_int_equal(listed.lines[1].weight_g, 0);
    assert_int_equal(listed.lines[1].unready, 0);
    assert_string_equal(listed.labels[1], "");
    world_close(world);
}

static void what_is_held_is_not_ready_and_what_is_nobodys_is_told(void **state)
{
    (void)state;
    static const char *const shoes[] = {"SHOE-42", "SHOE-42"};
    struct world *world = world_open(2);
    struct listed listed = {0};
    struct id mine = graded(world, MERCHANT_A, "D1", DISPOSE_PLATFORM);
    struct id first = made(world, PLATE_GOODS, &mine, 1);
    union command_body lock = {
        .unit_hold = {.unit = mine, .kind = HOLD_ACCOUNT, .reason = span_text("a lock is on it")}};
    assert_true(list(world, &first, &listed));
    assert_int_equal(listed.lines[0].unready, 0);
    assert_memory_equal(&listed.lines[0].container, &first, sizeof first);
    assert_int_equal(world_decide(world, COMMAND_UNIT_HOLD, &lock, BY_OPERATOR, NULL, 0), OK);
    assert_true(list(world, &first, &listed));
    assert_int_equal(listed.lines[0].unready, 1);
    struct id box = world_box(world, LAX, "D2", NULL, shoes, 2);
    struct id found = scene_unit_of(world, &box);
    struct id second = made(world, PLATE_GOODS, &found, 1);
    assert_true(list(world, &second, &listed));
    assert_int_equal(listed.count, 1);
    assert_true(id_is_zero(&listed.lines[0].merchant));
    assert_int_equal(listed.lines[0].pieces, 1);
    assert_int_equal(listed.lines[0].unready, 1);
    world_close(world);
}

static void an_empty_one_tells_nothing_and_too_many_at_once_are_not_told(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct listed listed = {0};
    struct id pallet = made(world, PLATE_PALLET, NULL, 0);
    assert_true(list(world, &pallet, &listed));
    assert_int_equal(listed.count, 0);
    struct id unit = graded(world, MERCHANT_A, "E1", DISPOSE_PLATFORM);
    struct id plate = made(world, PLATE_GOODS, &unit, 1);
    put_into(world, &plate, &pallet);
    for (unsigned i = 2; i < PLATE_CARGO_MAX; i++) {
        struct id carton = made(world, PLATE_CARTON, NULL, 0);
        put_into(world, &carton, &pallet);
    }
    assert_true(list(world, &pallet, &listed));
    assert_int_equal(listed.count, 1);
    struct id more = made(world, PLATE_CARTON, NULL, 0);
    put_into(world, &more, &pallet);
    assert_false(list(world, &pallet, &listed));
    assert_int_equal(listed.count, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_carton_tells_a_line_for_each_plate_and_merchant),
        cmocka_unit_test(what_is_held_is_not_ready_and_what_is_nobodys_is_told),
        cmocka_unit_test(an_empty_one_tells_nothing_and_too_many_at_once_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Holds and recalls told: what bars a unit from going out, and who may end that. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/inspection/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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

/* --- by serial numbers and lots --------------------------------------------------------------- */

static enum error recall_range(struct world *world, const char *from, const char *to, uint64_t end)
{
    union command_body body = {.recall_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                              .sku = span_text("SHOE-42"),
                                              .serial_from = span_text(from),
                                              .serial_to = span_text(to),
                                              .end = end,
                                              .reason = span_text("it burns")}};
    enum error error = world_decide(world, COMMAND_RECALL_PUT, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

/* Received with a serial number of its own. */
static struct id with_serial(struct world *world, const char *number, const char *serial)
{
    struct id order = world_order(world, MERCHANT_A, number, "SHOE-42", 1, 9900, 9900);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, number);
    union command_body body = {.return_decide = {.return_id = rma}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    body = (union command_body){.box_receive = {.warehouse = world->nodes[LAX].warehouse,
                                                .number = span_text(number),
                                                .items_count = 1}};
    body.box_receive.items[0] =
        (struct box_item){.sku = span_text("SHOE-42"), .serial = span_text(serial)};
    assert_int_equal(world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_OPERATOR, NULL, 0), OK);
    struct id box = world->decision.entity;
    world_settle(world);
    return scene_unit_of(world, &box);
}

static void a_range_of_serial_numbers_is_recalled_and_no_other_pair(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id inside = with_serial(world, "N1", "S-150"), after = with_serial(world, "N2", "S-200");
    struct id longer = with_serial(world, "N3", "S-1500"), bare = scene_received(world, "N4");
    assert_int_equal(recall_range(world, "S-100", "", 0), ERROR_OUT_OF_RANGE);
    assert_int_equal(recall_range(world, "S-100", "S-1990", 0), ERROR_OUT_OF_RANGE);
    assert_int_equal(recall_range(world, "S-199", "S-100", 0), ERROR_OUT_OF_RANGE);
    assert_int_equal(recall_range(world, "S-100", "S-199", 0), OK);
    assert_int_equal(recall_range(world, "S-100", "S-199", 0), ERROR_CONFLICT);
    const struct desk *desk = world_desk(world, SYD);
    assert_int_equal(unit_holds(desk, &inside), HOLD_BIT(HOLD_RECALL));
    assert_int_equal(unit_holds(desk, &after), 0);
    assert_int_equal(unit_holds(desk, &longer), 0);
    assert_int_equal(unit_holds(desk, &bare), 0);
    assert_int_equal(recall_range(world, "S-100", "S-199", 1), OK);
    assert_int_equal(unit_holds(desk, &inside), 0);
    world_close(world);
}

static void a_sku_has_so_many_ranges_and_no_more(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    char serial[8];
    for (unsigned i = 0; i < RECALLS_OF_SKU_MAX; i++) {
        snprintf(serial, sizeof serial, "S-%02u", i);
        assert_int_equal(recall_range(world, serial, serial, 0), OK);
    }
    assert_int_equal(recall_range(world, "S-99", "S-99", 0), ERROR_CONFLICT);
    assert_int_equal(recall_range(world, serial, serial, 1), OK);
    world_close(world);
}

/* --- by what the SKU is ----------------------------------------------------------------------- */

static struct id of_sku(struct world *world, const char *number, struct sku_put sku)
{
    sku.merchant = world->merchants[MERCHANT_A].merchant;
    sku.code = span_text("SHOE-42");
    union command_body body = {.sku_put = sku};
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
    return scene_disposed(world, number);
}

static void what_may_hold_data_is_wiped_before_it_goes_into_stock(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct id unit = of_sku(world, "W1", (struct sku_put){.data_bearing = 1});
    struct unit_hold wipe = {.unit = unit, .kind = HOLD_WIPE};
    assert_int_equal(unit_holds(world_desk(world, SYD), &unit), HOLD_BIT(HOLD_WIPE));
    assert_int_equal(unit_holds_here(world_desk(world, LAX), &unit), 0);
    assert_int_equal(settle(world, &unit), ERROR_CONFLICT);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, wipe), ERROR_MISSING_FIELD);
    wipe.method = span_text("overwritten once");
    wipe.result = span_text("nothing is left");
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, wipe), OK);
    assert_int_equal(settle(world, &unit), OK);
    world_close(world);
}

static void what_is_still_sealed_holds_nobodys_data(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct id unit = of_sku(world, "W2", (struct sku_put){.data_bearing = 1});
    struct unit_act sealed = {.unit = unit, .grade = GRADE_NEW_SEALED};
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, sealed), OK);
    assert_int_equal(unit_holds(world_desk(world, LAX), &unit), 0);
    world_close(world);
}

static void see(struct world *world, const struct id *unit, enum finding_kind kind)
{
    union command_body body = {.finding_note = {.thing = *unit, .findings_count = 1}};
    body.finding_note.findings[0].kind = kind;
    assert_int_equal(world_observe(world, LAX, COMMAND_FINDING_NOTE, &body), OK);
}

static void a_broken_seal_and_a_harmed_battery_hold_what_has_them(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id unit =
        of_sku(world, "W3", (struct sku_put){.hygiene = 1, .battery = BATTERY_LITHIUM_ION});
    const struct desk *desk = world_desk(world, LAX);
    assert_int_equal(unit_holds(desk, &unit), 0);
    see(world, &unit, FOUND_SEAL_BROKEN);
    assert_int_equal(unit_holds(desk, &unit), HOLD_BIT(HOLD_HYGIENE));
    see(world, &unit, FOUND_DAMAGED);
    assert_int_equal(unit_holds(desk, &unit), HOLD_BIT(HOLD_HYGIENE) | HOLD_BIT(HOLD_BATTERY));
    assert_int_equal(unit_holds_here(desk, &unit), unit_holds(desk, &unit));
    struct unit_hold lift = {.unit = unit, .kind = HOLD_BATTERY};
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, lift), OK);
    assert_int_equal(unit_holds(desk, &unit), HOLD_BIT(HOLD_HYGIENE));
    world_close(world);
}

/* --- the list --------------------------------------------------------------------------------- */

static unsigned listed(struct world *world, enum view_table table, const struct id *of)
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    while (walk_next(&world_desk(world, LAX)->rows, table, &walk, &row)) count++;
    return count;
}

static void holds_are_listed_where_the_unit_is_and_under_its_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct id unit = scene_received(world, "L1");
    struct unit_hold hold = {.unit = unit, .kind = HOLD_ACCOUNT};
    struct unit_act away = {.unit = unit, .to = world->nodes[SYD].warehouse};
    union command_body take = {
        .unit_take = {.unit = unit, .warehouse = world->nodes[SYD].warehouse}};
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, away), OK);
    world_deliver_all(world);
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &take, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, hold), OK);
    world_deliver_all(world);
    assert_int_equal(listed(world, VIEW_HOLD_BY_WAREHOUSE, &world->nodes[SYD].warehouse), 1);
    assert_int_equal(listed(world, VIEW_HOLD_BY_WAREHOUSE, &world->nodes[LAX].warehouse), 0);
    assert_int_equal(listed(world, VIEW_HOLD_BY_MERCHANT, &world->merchants[MERCHANT_A].merchant),
                     1);
    assert_int_equal(listed(world, VIEW_HOLD_BY_MERCHANT, &world->merchants[MERCHANT_B].merchant),
                     0);
    assert_int_equal(say(world, COMMAND_UNIT_LIFT, BY_OPERATOR, hold), OK);
    world_deliver_all(world);
    assert_int_equal(listed(world, VIEW_HOLD_BY_WAREHOUSE, &world->nodes[SYD].warehouse), 0);
    assert_int_equal(listed(world, VIEW_HOLD_BY_MERCHANT, &world->merchants[MERCHANT_A].merchant),
                     0);
    world_close(world);
}

/* Whose it is may be said before it is known who that is: the return comes from another log. */
static void a_hold_is_its_merchants_whatever_came_first(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    struct id order = world_order(world, MERCHANT_A, "L2", "SHOE-42", 1, 9900, 9900);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "L2");
    struct id box = world_box(world, LAX, "", NULL, shoe, 1), unit = scene_unit_of(world, &box);
    struct unit_hold hold = {.unit = unit, .kind = HOLD_ACCOUNT};
    assert_int_equal(say(world, COMMAND_UNIT_HOLD, BY_OPERATOR, hold), OK);
    struct unit_assigned assigned = {.unit = unit,
                                     .box = box,
                                     .return_id = rma,
                                     .hop = 1,
                                     .book = world->merchants[MERCHANT_A].book};
    world_inject(world, LOG_LAX, EVENT_UNIT_ASSIGNED, &unit, &assigned);
    world_settle(world);
    for (unsigned i = 0; i < 16; i++) {
        struct rows_memory *memory = rows_memory_open();
        world_fold_shuffled(world, memory);
        assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
        rows_memory_close(memory);
    }
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
        cmocka_unit_test(a_range_of_serial_numbers_is_recalled_and_no_other_pair),
        cmocka_unit_test(a_sku_has_so_many_ranges_and_no_more),
        cmocka_unit_test(what_may_hold_data_is_wiped_before_it_goes_into_stock),
        cmocka_unit_test(what_is_still_sealed_holds_nobodys_data),
        cmocka_unit_test(a_broken_seal_and_a_harmed_battery_hold_what_has_them),
        cmocka_unit_test(holds_are_listed_where_the_unit_is_and_under_its_merchant),
        cmocka_unit_test(a_hold_is_its_merchants_whatever_came_first),
        cmocka_unit_test(a_log_that_does_not_hold_the_unit_has_no_word_on_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What was scanned by mistake is taken back, until something rests on it. */
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/billing/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Under a fee table for the merchant, so that what is taken back can be seen in its charges. */
static struct world *begin(uint64_t seed)
{
    struct world *world = world_open(seed);
    union command_body table = scene_table(world, MERCHANT_A, 0, 0);
    assert_int_equal(scene_put(world, &table), OK);
    return world;
}

/* In no return's box: it bears nothing. */
static struct id stray(struct world *world, unsigned units)
{
    static const char *const shoes[] = {"SHOE-42", "SHOE-42", "SHOE-42"};
    return world_box(world, LAX, "", NULL, shoes, units);
}

static enum error take_back(struct world *world, const struct id *unit, enum floor_step step)
{
    union command_body body = {
        .unit_void = {.unit = *unit, .step = step, .reason = span_text("the wrong shelf")}};
    return world_decide(world, COMMAND_UNIT_VOID, &body, BY_OPERATOR, NULL, 0);
}

static enum error take_back_box(struct world *world, const struct id *box)
{
    union command_body body = {.box_void = {.box = *box, .reason = span_text("the shelf's label")}};
    return world_decide(world, COMMAND_BOX_VOID, &body, BY_OPERATOR, NULL, 0);
}

static void assert_refused(struct world *world, enum error error, const char *rule)
{
    assert_int_equal(world->decision.error, error);
    assert_string_equal(world->decision.rule, rule);
}

static struct unit_now now_at(struct world *world, enum node_name at, const struct id *unit)
{
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, at)->rows, unit, &now));
    return now;
}

static enum error act(struct world *world, enum command_kind kind, const struct id *unit,
                      uint64_t grade)
{
    return scene_act(world, kind, unit, grade, kind == COMMAND_UNIT_DISPOSE ? DISPOSE_RESTOCK : 0);
}

static unsigned conflicts(struct world *world, const struct id *subject, enum conflict_kind kind)
{
    struct key prefix = key_of(subject);
    struct walk walk = walk_over(&prefix);
    struct row at;
    unsigned count = 0;
    while (walk_next(&world_desk(world, SYD)->rows, VIEW_CONFLICT, &walk, &at)) {
        struct conflict_row row;
        assert_int_equal(shape_decode(&conflict_row_shape, at.value, &row, NULL), OK);
        count += row.kind == kind ? 1 : 0;
    }
    return count;
}

/* --- steps ------------------------------------------------------------------------------------ */

static void an_inspection_is_taken_back_and_not_charged(void **state)
{
    (void)state;
    struct world *world = begin(1);
    struct id box = scene_box(world, MERCHANT_A, "V1", 1), unit = scene_unit(world, &box, 0);
    int64_t sum = 0;
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_INSPECT, &sum), 1);
    assert_int_equal(take_back(world, &unit, STEP_INSPECTION), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_INSPECT, &sum), 2);
    assert_int_equal(sum, 0);
    assert_int_equal(now_at(world, RTM, &unit).row.state, UNIT_RECEIVED);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_INSPECT, &sum), 3);
    assert_true(sum > 0);
    world_close(world);
}

static void a_void_takes_back_the_step_that_it_names_and_no_other(void **state)
{
    (void)state;
    struct world *world = begin(2);
    struct id box = stray(world, 1), unit = scene_unit(world, &box, 0), none = {{9}};
    (void)take_back(world, &unit, STEP_INSPECTION);
    assert_int_equal(world->decision.error, ERROR_CONFLICT);
    assert_non_null(strstr(world->decision.rule, "latest_step"));
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    (void)take_back(world, &unit, STEP_RECEIPT);
    assert_non_null(strstr(world->decision.rule, "latest_step"));
    assert_int_equal(take_back(world, &none, STEP_RECEIPT), ERROR_NOT_FOUND);
    union command_body body = {
        .unit_void = {.unit = unit, .step = STEP_INSPECTION, .reason = span_text("x")}};
    assert_int_equal(
        world_decide(world, COMMAND_UNIT_VOID, &body, BY_OPERATOR, NULL, HOP_MAX << 20),
        ERROR_CONFLICT);
    const struct id *scope = &world->merchants[MERCHANT_B].merchant;
    assert_int_equal(world_decide(world, COMMAND_UNIT_VOID, &body, BY_OPERATOR, scope, 0),
                     ERROR_NOT_FOUND);
    assert_int_equal(take_back(world, &unit, STEP_INSPECTION), OK);
    assert_int_equal(now_at(world, LAX, &unit).row.state, UNIT_RECEIVED);
    world_close(world);
}

static void a_grade_is_taken_back_until_its_return_took_note_of_it(void **state)
{
    (void)state;
    struct world *world = begin(3);
    struct id box = scene_box(world, MERCHANT_A, "V3", 1), unit = scene_unit(world, &box, 0);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_GOOD), OK);
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, &unit, 0), OK);
    assert_int_equal(take_back(world, &unit, STEP_GRADE), OK); /* the book has not heard of it */
    struct unit_now now = now_at(world, LAX, &unit);
    assert_int_equal(now.row.state, UNIT_INSPECTED);
    assert_int_equal(now.row.grade, 0);
    assert_int_equal(now.row.disposition, 0);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_LIKE_NEW), OK);
    world_settle(world);
    (void)take_back(world, &unit, STEP_GRADE);
    assert_refused(world, ERROR_CONFLICT, "unit: its_return_took_note_of_the_grade");
    world_close(world);
}

static void a_second_grade_rests_on_the_first(void **state)
{
    (void)state;
    struct world *world = begin(4);
    struct id box = stray(world, 1), unit = scene_unit(world, &box, 0);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    world->token = (struct id){{1}};
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_GOOD), OK);
    world->token = (struct id){{2}};
    union command_body body = {.unit_second = {.unit = unit, .grade = GRADE_GOOD}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_SECOND, &body, BY_OPERATOR, NULL, 0), OK);
    (void)take_back(world, &unit, STEP_GRADE);
    assert_refused(world, ERROR_CONFLICT, "unit: a_second_grade_rests_on_it");
    world_close(world);
}

/* Under another label it is another SKU's; at the bench it is taken apart. */
static void another_label_and_an_open_repair_rest_on_the_grade(void **state)
{
    (void)state;
    struct world *world = begin(11);
    struct id box = scene_box(world, MERCHANT_A, "V11", 1), unit = scene_unit(world, &box, 0);
    union command_body sku = {.sku_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                          .code = span_text("SHOE-42-B")}};
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &sku, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_GOOD), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, &unit, 0, DISPOSE_RELABEL), OK);
    union command_body label = {
        .unit_act = {.unit = unit, .grade = GRADE_LIKE_NEW, .sku = span_text("SHOE-42-B")}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_GRADE, &label, BY_OPERATOR, NULL, 0), OK);
    (void)take_back(world, &unit, STEP_GRADE);
    assert_refused(world, ERROR_CONFLICT, "unit: it_bears_another_label_since");
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_GOOD), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, &unit, 0, DISPOSE_REPAIR), OK);
    union command_body bench = {
        .repair_begin = {
            .unit = unit, .fault = span_text("a sole"), .currency = 840, .estimate_minor = 100}};
    assert_int_equal(world_decide(world, COMMAND_REPAIR_OPEN, &bench, BY_OPERATOR, NULL, 0), OK);
    (void)take_back(world, &unit, STEP_GRADE);
    assert_refused(world, ERROR_CONFLICT, "unit: its_repair_is_open");
    world_close(world);
}

/* --- receipts --------------------------------------------------------------------------------- */

static void a_receipt_is_taken_back_until_somebody_has_the_unit(void **state)
{
    (void)state;
    struct world *world = begin(5);
    struct id box = stray(world, 2), unit = scene_unit(world, &box, 0);
    struct id next = scene_unit(world, &box, 1), left;
    union command_body hold = {.unit_hold = {.unit = unit,
                                             .kind = HOLD_COUNTERFEIT,
                                             .reason = span_text("the logo"),
                                             .evidence = {{1}}}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_HOLD, &hold, BY_OPERATOR, NULL, 0), OK);
    (void)take_back(world, &unit, STEP_RECEIPT);
    assert_refused(world, ERROR_CONFLICT, "unit: a_hold_stands");
    assert_int_equal(take_back(world, &next, STEP_RECEIPT), OK);
    assert_int_equal(now_at(world, LAX, &next).row.state, UNIT_VOID);
    left = scene_unit(world, &box, 0);
    assert_true(id_equal(&left, &unit)); /* the box holds the other one alone */
    assert_int_not_equal(act(world, COMMAND_UNIT_INSPECT, &next, 0), OK);
    hold.unit_hold.unit = next;
    (void)world_decide(world, COMMAND_UNIT_HOLD, &hold, BY_OPERATOR, NULL, 0);
    assert_refused(world, ERROR_CONFLICT, "unit: its receipt was taken back");
    box = scene_box(world, MERCHANT_A, "V5", 1);
    unit = scene_unit(world, &box, 0);
    world_settle(world);
    (void)take_back(world, &unit, STEP_RECEIPT);
    assert_refused(world, ERROR_CONFLICT, "unit: its_return_has_it");
    world_close(world);
}

static void a_plate_and_a_removal_order_rest_on_a_receipt(void **state)
{
    (void)state;
    struct world *world = begin(12);
    struct id box = stray(world, 2), unit = scene_unit(world, &box, 0);
    struct id other = scene_unit(world, &box, 1);
    union command_body plate = {.plate_make = {.warehouse = world->nodes[LAX].warehouse,
                                               .kind = PLATE_GOODS,
                                               .units_count = 1}};
    plate.plate_make.units[0].unit = unit;
    assert_int_equal(world_decide(world, COMMAND_PLATE_MAKE, &plate, BY_OPERATOR, NULL, 0), OK);
    (void)take_back(world, &unit, STEP_RECEIPT);
    assert_refused(world, ERROR_CONFLICT, "unit: it_stands_on_a_plate");
    assert_int_equal(take_back(world, &other, STEP_RECEIPT), OK);
    plate.plate_make.units[0].unit = other;
    (void)world_decide(world, COMMAND_PLATE_MAKE, &plate, BY_OPERATOR, NULL, 0);
    assert_non_null(strstr(world->decision.rule, "receipt_stands"));
    union command_body removal = {.removal_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                  .reference = span_text("RO-1"),
                                                  .lines_count = 1,
                                                  .cartons_count = 1}};
    removal.removal_put.lines[0] =
        (struct removal_line){.sku = span_text("SHOE-42"), .quantity = 1};
    removal.removal_put.cartons[0].number = span_text("CARTON12");
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_PUT, &removal, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    static const char *const shoes[] = {"SHOE-42"};
    box = world_box(world, LAX, "CARTON12", NULL, shoes, 1);
    unit = scene_unit(world, &box, 0);
    world_settle(world);
    (void)take_back(world, &unit, STEP_RECEIPT);
    assert_refused(world, ERROR_CONFLICT, "unit: its_removal_order_counts_it");
    world_close(world);
}

static void what_a_lost_store_wrote_is_not_taken_back(void **state)
{
    (void)state;
    struct world *world = begin(13);
    struct id box = stray(world, 1), unit = scene_unit(world, &box, 0);
    world_deliver_all(world);
    world_succeed(world);
    world_deliver_all(world);
    (void)take_back(world, &unit, STEP_RECEIPT);
    assert_refused(world, ERROR_CONFLICT, "unit: a_lost_store_wrote_it");
    (void)take_back_box(world, &box);
    assert_refused(world, ERROR_CONFLICT, "box: a_lost_store_wrote_it");
    world_close(world);
}

static void a_match_and_the_end_of_its_clock_rest_on_a_box(void **state)
{
    (void)state;
    struct world *world = begin(14);
    struct id order = world_order(world, MERCHANT_A, "V14", "SHOE-42", 1, 1000, 1000);
    struct id wanted = world_request(world, MERCHANT_A, &order, 1, "V14");
    world_settle(world);
    struct id box = stray(world, 1), given_up = stray(world, 1);
    union command_body match = {
        .box_match = {.box = box, .return_id = wanted, .reason = span_text("the name inside")}};
    assert_int_equal(world_decide(world, COMMAND_BOX_MATCH, &match, BY_OPERATOR, NULL, 0), OK);
    (void)take_back_box(world, &box);
    assert_refused(world, ERROR_CONFLICT, "box: it_is_matched; take that back first");
    world_pass(world, 61 * DAY_MS);
    world_settle(world);
    (void)take_back_box(world, &given_up);
    assert_refused(world, ERROR_CONFLICT, "box: it_was_given_up");
    world_close(world);
}

static void a_unit_that_never_came_owes_no_disposition(void **state)
{
    (void)state;
    struct world *world = begin(15);
    struct id box = stray(world, 1), unit = scene_unit(world, &box, 0);
    assert_int_equal(take_back(world, &unit, STEP_RECEIPT), OK);
    struct unit_now now = now_at(world, LAX, &unit);
    struct key key = key_add_uint(key_of(&unit), DEADLINE_DISPOSE, 1);
    struct deadline_row row;
    key = key_add_id(key_add_uint(key, now.hop, 2), &now.log);
    assert_true(
        rows_load(&world_desk(world, LAX)->rows, VIEW_DEADLINE, &key, &deadline_row_shape, &row));
    assert_int_equal(row.state, DEADLINE_LIFTED);
    world_close(world);
}

static void a_unit_taken_by_mistake_is_under_way_again(void **state)
{
    (void)state;
    struct world *world = begin(6);
    struct id box = stray(world, 1), unit = scene_unit(world, &box, 0);
    assert_int_equal(act(world, COMMAND_UNIT_SHIP, &unit, 0), OK);
    world_deliver_all(world);
    union command_body body = {.unit_take = {unit, world->nodes[RTM].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
    assert_int_equal(take_back(world, &unit, STEP_RECEIPT), OK);
    struct unit_now now = now_at(world, RTM, &unit);
    assert_int_equal(now.row.state, UNIT_SHIPPED);
    assert_true(id_equal(&now.row.to, &world->nodes[RTM].warehouse));
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    now = now_at(world, RTM, &unit);
    assert_int_equal(now.row.state, UNIT_RECEIVED);
    assert_int_equal(now.hop, 3);
    world_close(world);
}

static void a_box_is_taken_back_with_what_was_told_of_it(void **state)
{
    (void)state;
    struct world *world = begin(7);
    struct id box = stray(world, 2), unit = scene_unit(world, &box, 0), none = {{9}};
    const struct rows *rows = &world_desk(world, LAX)->rows;
    struct box_row row;
    assert_int_equal(take_back_box(world, &none), ERROR_NOT_FOUND);
    union command_body bound = {.box_void = {.box = box, .reason = span_text("x")}};
    const struct id *scope = &world->merchants[MERCHANT_A].merchant;
    assert_int_equal(world_decide(world, COMMAND_BOX_VOID, &bound, BY_OPERATOR, scope, 0),
                     ERROR_NOT_FOUND);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    assert_int_equal(take_back_box(world, &box), ERROR_CONFLICT); /* one of it was looked at */
    assert_true(box_load(rows, &box, &row));
    assert_int_equal(row.voided_ms, 0);
    assert_int_equal(take_back(world, &unit, STEP_INSPECTION), OK);
    assert_int_equal(take_back_box(world, &box), OK);
    assert_int_equal(now_at(world, LAX, &unit).row.state, UNIT_VOID);
    assert_true(box_load(rows, &box, &row));
    assert_int_not_equal(row.voided_ms, 0);
    (void)take_back_box(world, &box);
    assert_refused(world, ERROR_CONFLICT, "box: its receipt was taken back");
    union command_body again = {
        .box_receive = {.warehouse = world->nodes[LAX].warehouse, .box = box}};
    (void)world_decide(world, COMMAND_BOX_RECEIVE, &again, BY_OPERATOR, NULL, 0);
    assert_refused(world, ERROR_CONFLICT, "box: its receipt was taken back");
    struct id order = world_order(world, MERCHANT_A, "V7", "SHOE-42", 1, 1000, 1000);
    struct id wanted = world_request(world, MERCHANT_A, &order, 1, "V7");
    union command_body match = {
        .box_match = {.box = box, .return_id = wanted, .reason = span_text("the name inside")}};
    world_settle(world);
    (void)world_decide(world, COMMAND_BOX_MATCH, &match, BY_OPERATOR, NULL, 0);
    assert_refused(world, ERROR_CONFLICT, "box: its receipt was taken back");
    struct key queue = key_of(&world->nodes[LAX].warehouse);
    struct walk walk = walk_over(&queue);
    struct row at;
    assert_false(walk_next(rows, VIEW_UNCLAIMED, &walk, &at));
    world_close(world);
}

static void a_box_that_a_return_has_claimed_stays(void **state)
{
    (void)state;
    struct world *world = begin(8);
    struct id box = scene_box(world, MERCHANT_A, "V8", 1);
    world_settle(world);
    (void)take_back_box(world, &box);
    assert_refused(world, ERROR_CONFLICT, "box: a_return_has_claimed_it");
    union command_body body = {.box_void = {.box = box, .reason = span_text("x")}};
    const struct id *scope = &world->merchants[MERCHANT_A].merchant;
    assert_int_equal(world_decide(world, COMMAND_BOX_VOID, &body, BY_OPERATOR, scope, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

/* --- what crosses ----------------------------------------------------------------------------- */

/* Sydney leads the book: it claims the box while Los Angeles takes it back, both in good faith. */
static void a_claim_that_crosses_a_void_is_left_to_a_person(void **state)
{
    (void)state;
    struct world *world = begin(9);
    struct id order = world_order(world, MERCHANT_A, "V9", "SHOE-42", 1, 1000, 1000);
    struct id wanted = world_request(world, MERCHANT_A, &order, 1, "V9");
    static const char *const shoes[] = {"SHOE-42"};
    world_settle(world);
    struct id box = world_box(world, LAX, "V9", NULL, shoes, 1);
    world_deliver(world, LAX, RTM, UINT64_MAX);
    world_deliver(world, LAX, SYD, UINT64_MAX);
    for (unsigned node = RTM; node < NODES_MAX; node++) world_work(world, (enum node_name)node);
    assert_int_equal(take_back_box(world, &box), OK);
    world_settle(world);
    assert_int_equal(conflicts(world, &wanted, CONFLICT_RECEIPT_VOID), 1);
    int64_t sum = 0;
    (void)scene_count(world, LAX, BILLED_RECEIVE_BOX, &sum);
    assert_int_equal(sum, 0);
    world_close(world);
}

static void a_grade_noted_while_it_is_taken_back_is_flagged_until_there_is_another(void **state)
{
    (void)state;
    struct world *world = begin(10);
    struct id box = scene_box(world, MERCHANT_A, "V10", 1), unit = scene_unit(world, &box, 0);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_GOOD), OK);
    world_deliver(world, LAX, RTM, UINT64_MAX);
    world_deliver(world, LAX, SYD, UINT64_MAX);
    for (unsigned node = RTM; node < NODES_MAX; node++) world_work(world, (enum node_name)node);
    assert_int_equal(take_back(world, &unit, STEP_GRADE), OK);
    world_settle(world);
    assert_int_equal(conflicts(world, &unit, CONFLICT_GRADE_VOID), 1);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_LIKE_NEW), OK);
    world_settle(world);
    assert_int_equal(conflicts(world, &unit, CONFLICT_GRADE_VOID), 0);
    world_close(world);
}

/* The grade that the book noted was given at another warehouse, and stands. */
static void a_grade_of_another_warehouse_is_not_the_one_taken_back(void **state)
{
    (void)state;
    struct world *world = begin(16);
    struct id box = scene_box(world, MERCHANT_A, "V16", 1), unit = scene_unit(world, &box, 0);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_GOOD), OK);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T16", 100000), OK);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_SHIP, &unit, 0), OK);
    world_settle(world);
    union command_body body = {.unit_take = {unit, world->nodes[RTM].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    assert_int_equal(take_back(world, &unit, STEP_RECEIPT), OK); /* its return has it as before */
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_INSPECT, &unit, 0), OK);
    assert_int_equal(act(world, COMMAND_UNIT_GRADE, &unit, GRADE_LIKE_NEW), OK);
    assert_int_equal(take_back(world, &unit, STEP_GRADE), OK);
    world_settle(world);
    assert_int_equal(conflicts(world, &unit, CONFLICT_GRADE_VOID), 0);
    world_close(world);
}

/* It never lay there, so nothing is owed for that. */
static void what_was_taken_by_mistake_is_not_charged_for_lying_there(void **state)
{
    (void)state;
    struct world *world = begin(17);
    union command_body table = scene_table(world, MERCHANT_A, 0, 0);
    table.fee_put.warehouse = world->nodes[RTM].warehouse;
    assert_int_equal(scene_put(world, &table), OK);
    struct id box = scene_box(world, MERCHANT_A, "V17", 1), unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T17", 100000), OK);
    world_settle(world);
    assert_int_equal(act(world, COMMAND_UNIT_SHIP, &unit, 0), OK);
    world_settle(world);
    union command_body body = {.unit_take = {unit, world->nodes[RTM].warehouse}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    world_pass(world, 10 * DAY_MS);
    assert_int_equal(take_back(world, &unit, STEP_RECEIPT), OK);
    world_pass(world, 60 * DAY_MS);
    world_settle(world);
    int64_t sum = 0;
    (void)scene_count(world, RTM, BILLED_STORAGE, &sum);
    assert_int_equal(sum, 0);
    world_close(world);
}

/* --- any order -------------------------------------------------------------------------------- */

static void random_act(struct world *world, const struct id *box, const struct id *unit)
{
    switch (world_random(world, 9)) {
    case 0: (void)take_back(world, unit, STEP_RECEIPT); break;
    case 1: (void)take_back(world, unit, STEP_INSPECTION); break;
    case 2: (void)take_back(world, unit, STEP_GRADE); break;
    case 3: (void)act(world, COMMAND_UNIT_INSPECT, unit, 0); break;
    case 4: (void)act(world, COMMAND_UNIT_GRADE, unit, 1 + world_random(world, 6)); break;
    case 5: (void)act(world, COMMAND_UNIT_DISPOSE, unit, 0); break;
    case 6: (void)take_back_box(world, box); break;
    case 7: world_work(world, (enum node_name)world_random(world, NODES_MAX)); break;
    default:
        world_deliver(world, (enum node_name)world_random(world, NODES_MAX),
                      (enum node_name)world_random(world, NODES_MAX), 3);
    }
}

static void rows_are_the_same_whatever_the_order_in_which_logs_arrive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct world *world = begin(100 + seed);
        struct id boxes[3] = {stray(world, 1), scene_box(world, MERCHANT_A, "R1", 1),
                              scene_box(world, MERCHANT_B, "R2", 1)};
        struct id units[3];
        for (unsigned i = 0; i < 3; i++) units[i] = scene_unit(world, &boxes[i], 0);
        for (unsigned i = 0; i < 120; i++) {
            uint64_t at = world_random(world, 3);
            random_act(world, &boxes[at], &units[at]);
        }
        world_settle(world);
        for (unsigned round = 0; round < 3; round++) {
            struct rows_memory *memory = rows_memory_open();
            world_fold_shuffled(world, memory);
            assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
            rows_memory_close(memory);
        }
        world_close(world);
    }
}

/* Another log repeats it all as its own: the smaller one's word stands, whichever came first. */
static void what_a_parrot_repeats_of_voids_folds_alike_in_any_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct world *world = begin(200 + seed);
        struct id order = world_order(world, MERCHANT_A, "P1", "SHOE-42", 1, 1000, 1000);
        static const char *const shoes[] = {"SHOE-42"};
        (void)world_request(world, MERCHANT_A, &order, 1, "P1");
        world_settle(world);
        enum node_name at = seed % 2 == 0 ? LAX : SYD;
        struct id box = world_box(world, at, "P1", NULL, shoes, 1);
        for (unsigned node = LAX; node < NODES_MAX; node++) {
            if (node == at) continue;
            world_deliver(world, at, (enum node_name)node, UINT64_MAX);
            world_work(world, (enum node_name)node);
        }
        assert_int_equal(take_back_box(world, &box), OK);
        world_settle(world);
        world_parrot(world, at == LAX ? LOG_LAX : LOG_SYD, at == LAX ? LOG_SYD : LOG_LAX);
        struct rows_memory *first = rows_memory_open();
        world_fold_shuffled(world, first);
        for (unsigned round = 0; round < 12; round++) {
            struct rows_memory *memory = rows_memory_open();
            world_fold_shuffled(world, memory);
            assert_true(rows_memory_equal(first, memory));
            rows_memory_close(memory);
        }
        rows_memory_close(first);
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_inspection_is_taken_back_and_not_charged),
        cmocka_unit_test(a_void_takes_back_the_step_that_it_names_and_no_other),
        cmocka_unit_test(a_grade_is_taken_back_until_its_return_took_note_of_it),
        cmocka_unit_test(a_second_grade_rests_on_the_first),
        cmocka_unit_test(a_receipt_is_taken_back_until_somebody_has_the_unit),
        cmocka_unit_test(another_label_and_an_open_repair_rest_on_the_grade),
        cmocka_unit_test(a_plate_and_a_removal_order_rest_on_a_receipt),
        cmocka_unit_test(what_a_lost_store_wrote_is_not_taken_back),
        cmocka_unit_test(a_match_and_the_end_of_its_clock_rest_on_a_box),
        cmocka_unit_test(a_unit_that_never_came_owes_no_disposition),
        cmocka_unit_test(a_grade_of_another_warehouse_is_not_the_one_taken_back),
        cmocka_unit_test(a_unit_taken_by_mistake_is_under_way_again),
        cmocka_unit_test(a_box_is_taken_back_with_what_was_told_of_it),
        cmocka_unit_test(a_box_that_a_return_has_claimed_stays),
        cmocka_unit_test(a_claim_that_crosses_a_void_is_left_to_a_person),
        cmocka_unit_test(a_grade_noted_while_it_is_taken_back_is_flagged_until_there_is_another),
        cmocka_unit_test(what_was_taken_by_mistake_is_not_charged_for_lying_there),
        cmocka_unit_test(rows_are_the_same_whatever_the_order_in_which_logs_arrive),
        cmocka_unit_test(what_a_parrot_repeats_of_voids_folds_alike_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Removal orders: what a platform sends back is its merchant's without any return, counted against
 * what it announced. Inbound shipments: where a unit comes from, and on what that rests. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct rows *rows_at(struct world *world, enum node_name at)
{
    return &world_desk(world, at)->rows;
}

static struct removal_put order_of(const struct world *world)
{
    struct removal_put put = {.merchant = world->merchants[MERCHANT_A].merchant,
                              .reference = span_text("RM-1"),
                              .lines_count = 2,
                              .cartons_count = 1};
    put.lines[0] = (struct removal_line){
        .sku = span_text("SHOE-42"), .fnsku = span_text("X000ABCDEF"), .quantity = 2};
    put.lines[1] = (struct removal_line){
        .sku = span_text("HAT-1"), .lpn = span_text("LPNRR123"), .quantity = 1};
    put.cartons[0].number = span_text("CARTON1");
    return put;
}

static enum error open_removal(struct world *world, struct removal_put put, const struct id *scope)
{
    union command_body body = {.removal_put = put};
    enum error error = world_decide(world, COMMAND_REMOVAL_PUT, &body, BY_MERCHANT, scope, 0);
    if (error == OK) world_deliver_all(world);
    return error;
}

static enum error receive(struct world *world, enum node_name at, const struct id *removal,
                          const struct id *box)
{
    union command_body body = {.removal_receive = {.removal = *removal,
                                                   .warehouse = world->nodes[at].warehouse,
                                                   .box = *box}};
    return world_observe(world, at, COMMAND_REMOVAL_RECEIVE, &body);
}

static struct receipt_count counts_of(struct world *world, const struct id *removal)
{
    struct removal_row row;
    struct receipt_count counts;
    assert_true(removal_load(rows_at(world, LAX), removal, &row));
    removal_counts(world_desk(world, LAX), removal, &row, &counts);
    return counts;
}

static unsigned units_in(struct world *world, enum node_name at, const struct id *box,
                         struct id *units)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    while (walk_next(rows_at(world, at), VIEW_UNIT_BY_BOX, &walk, &row))
        memcpy(units[count++].bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return count;
}

static void cartons_over_weeks_are_counted_against_one_reference(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    static const char *const first[] = {"x000abcdef", "STRANGE-1"};
    static const char *const second[] = {"LPNRR123", "SHOE-42", "SHOE-42"};
    assert_int_equal(open_removal(world, order_of(world), NULL), OK);
    struct id removal = world->decision.entity;
    struct receipt_count counts = counts_of(world, &removal);
    assert_int_equal(counts.expected, 3);
    assert_int_equal(counts.missing, 3);
    world_box(world, RTM, "carton 1", NULL, first, 2);
    world_settle(world); /* the number says it: nobody has to */
    counts = counts_of(world, &removal);
    assert_int_equal(counts.received[0], 1);
    assert_int_equal(counts.foreign, 1);
    assert_int_equal(counts.missing, 2);
    world_pass(world, 20 * DAY_MS);
    struct id box = world_box(world, RTM, "CARTON2", NULL, second, 3);
    world_settle(world);
    assert_int_equal(counts_of(world, &removal).missing, 2);
    assert_int_equal(receive(world, RTM, &removal, &box), OK);
    assert_int_equal(receive(world, RTM, &removal, &box), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "box: a_unit_of_it_is_nobodys");
    world_settle(world);
    counts = counts_of(world, &removal);
    assert_int_equal(counts.received[0], 2);
    assert_int_equal(counts.received[1], 1);
    assert_int_equal(counts.missing, 0);
    assert_int_equal(counts.over, 1);
    assert_int_equal(counts.arrived, 4);
    assert_int_equal(counts.foreign, 1);
    world_close(world);
}

static void a_removal_order_is_refused_by_field(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct removal_put put = order_of(world);
    put.lines[1].quantity = 2;
    assert_int_equal(open_removal(world, put, NULL), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "lines/1/quantity: an_lpn_is_one_unit");
    put = order_of(world);
    put.lines[0].quantity = 0;
    assert_int_equal(open_removal(world, put, NULL), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "lines/0/quantity: one at least");
    put = order_of(world);
    put.lines[0] = put.lines[1];
    assert_int_equal(open_removal(world, put, NULL), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "lines/1/lpn: named_once");
    put = order_of(world);
    put.cartons[put.cartons_count++].number = span_text("carton 1");
    assert_int_equal(open_removal(world, put, NULL), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "cartons/1/number: named_once");
    const struct id *stranger = &world->merchants[MERCHANT_B].merchant;
    assert_int_equal(open_removal(world, order_of(world), stranger), ERROR_NOT_FOUND);
    assert_int_equal(open_removal(world, order_of(world), NULL), OK);
    assert_int_equal(open_removal(world, order_of(world), NULL), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    world_close(world);
}

static void what_a_platform_removed_is_its_merchants_and_no_refund_follows(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    static const char *const skus[] = {"SHOE-42", "STRANGE-1"};
    struct id units[4], slot;
    struct unit_owner owner;
    struct assigned_row assigned;
    assert_int_equal(open_removal(world, order_of(world), NULL), OK);
    world_box(world, RTM, "CARTON1", NULL, skus, 2);
    struct id box = world->decision.entity;
    world_settle(world);
    assert_int_equal(units_in(world, RTM, &box, units), 2);
    struct unit_now now;
    assert_true(unit_load(rows_at(world, RTM), &units[0], &now));
    if (!span_equal(now.row.sku, span_text("SHOE-42"))) {
        struct id other = units[0];
        units[0] = units[1];
        units[1] = other;
    }
    assert_true(unit_owner(rows_at(world, RTM), &units[0], &owner));
    assert_memory_equal(&owner.merchant, &world->merchants[MERCHANT_A].merchant, ID_BYTES);
    assert_false(unit_owner(rows_at(world, RTM), &units[1], &owner));
    /* A return that claims the very carton gets the stranger in it, and no more. */
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "CARTON1");
    world_settle(world);
    assert_false(assigned_load(rows_at(world, RTM), &units[0], &assigned));
    assert_false(world_next_effect(world, BOOK_A, &slot));
    /* The owner releases what he owns, and nobody else. */
    union command_body body = {.unit_release = {.unit = units[0],
                                                .merchant = world->merchants[MERCHANT_B].merchant,
                                                .disposition = DISPOSE_DESTROY}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0),
                     ERROR_NOT_FOUND);
    body.unit_release.merchant = world->merchants[MERCHANT_A].merchant;
    assert_int_equal(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0), OK);
    world_close(world);
}

/* --- inbound shipments ------------------------------------------------------------------------ */

static struct inbound_put shipment(const struct world *world, const char *reference,
                                   uint64_t imported_ms)
{
    struct inbound_put put = {.merchant = world->merchants[MERCHANT_A].merchant,
                              .reference = span_text(reference),
                              .country = span_text("NL"),
                              .entry = span_text("24NL000123"),
                              .entry_line = 3,
                              .importer = IMPORTER_MERCHANT,
                              .currency = 978,
                              .duties_count = 1,
                              .import_vat_minor = 2100,
                              .imported_ms = imported_ms,
                              .skus_count = 1};
    put.duties[0] = (struct duty){.part = DUTY_BASE, .amount_minor = 370};
    put.skus[0].sku = span_text("SHOE-42");
    return put;
}

static enum error put_inbound(struct world *world, struct inbound_put put)
{
    union command_body body = {.inbound_put = put};
    enum error error = world_decide(world, COMMAND_INBOUND_PUT, &body, BY_MERCHANT, NULL, 0);
    if (error == OK) world_deliver_all(world);
    return error;
}

static void customs_facts_are_refused_by_field_and_told_in_versions(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct inbound_put put = shipment(world, "IN-1", 0);
    struct inbound_row row;
    put.currency = 0;
    assert_int_equal(put_inbound(world, put), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "currency: duties_have_one");
    put = shipment(world, "IN-1", 0);
    put.duties[put.duties_count++] = put.duties[0];
    assert_int_equal(put_inbound(world, put), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "duties/1/part: named_once");
    put = shipment(world, "IN-1", 0);
    put.entry.size = 0;
    assert_int_equal(put_inbound(world, put), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "entry: a_line_is_of_an_entry");
    put = shipment(world, "IN-1", 5);
    put.exported_ms = 6;
    assert_int_equal(put_inbound(world, put), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "imported_ms: not_before_the_export");
    struct inbound_put bare = {.merchant = put.merchant, .reference = span_text("IN-2")};
    assert_int_equal(put_inbound(world, bare), OK); /* all unknown is normal */
    assert_int_equal(put_inbound(world, bare), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    struct id inbound = world->decision.entity;
    bare.country = span_text("DE");
    assert_int_equal(put_inbound(world, bare), OK);
    assert_true(inbound_load(rows_at(world, LAX), &inbound, &row));
    assert_int_equal(row.version, 2);
    world_close(world);
}

static struct id returned_unit(struct world *world, const char *reference, const char *inbound,
                               const char *number)
{
    static const char *const skus[] = {"SHOE-42"};
    struct id unit, order = world_order(world, MERCHANT_A, reference, "SHOE-42", 1, 1000, 1000);
    union command_body amend = {.order_amend = {.order = order, .inbound = span_text(inbound)}};
    if (inbound[0] != '\0')
        assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &amend, BY_MERCHANT, NULL, 0),
                         OK);
    world_settle(world);
    world_request(world, MERCHANT_A, &order, 1, number);
    struct id box = world_box(world, RTM, number, NULL, skus, 1);
    world_settle(world);
    assert_int_equal(units_in(world, RTM, &box, &unit), 1);
    return unit;
}

static void a_unit_inherits_what_the_order_names_or_what_was_there_before(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct origin origin;
    uint64_t sold_ms;
    struct id named = returned_unit(world, "R1", "IN-OLD", "N1");
    struct id silent = returned_unit(world, "R2", "", "N2");
    const struct desk *desk = world_desk(world, LAX);
    assert_true(unit_origin(desk, &named, &origin));
    assert_int_equal(origin.basis, ORIGIN_UNKNOWN);
    struct assigned_row assigned;
    struct return_row of;
    struct order_row order;
    assert_true(assigned_load(&desk->rows, &silent, &assigned));
    assert_true(return_load(&desk->rows, &assigned.return_id, &of));
    assert_true(order_load(&desk->rows, &of.order, &order));
    sold_ms = order.sold_ms;
    assert_int_equal(put_inbound(world, shipment(world, "IN-LATE", sold_ms + 1)), OK);
    assert_true(unit_origin(desk, &silent, &origin));
    assert_int_equal(origin.basis, ORIGIN_UNKNOWN); /* it came when the unit was sold already */
    assert_int_equal(put_inbound(world, shipment(world, "IN-OLD", sold_ms - 9 * DAY_MS)), OK);
    assert_int_equal(put_inbound(world, shipment(world, "IN-NEW", sold_ms - DAY_MS)), OK);
    assert_true(unit_origin(desk, &silent, &origin));
    assert_int_equal(origin.basis, ORIGIN_ASSUMED);
    assert_true(span_equal(origin.row.reference, span_text("IN-NEW")));
    assert_true(unit_origin(desk, &named, &origin));
    assert_int_equal(origin.basis, ORIGIN_TRACED);
    assert_true(span_equal(origin.row.reference, span_text("IN-OLD")));
    assert_int_equal(origin.row.duties[0].amount_minor, 370);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cartons_over_weeks_are_counted_against_one_reference),
        cmocka_unit_test(a_removal_order_is_refused_by_field),
        cmocka_unit_test(what_a_platform_removed_is_its_merchants_and_no_refund_follows),
        cmocka_unit_test(customs_facts_are_refused_by_field_and_told_in_versions),
        cmocka_unit_test(a_unit_inherits_what_the_order_names_or_what_was_there_before),
    };
    return cmocka_run_group_tests_name("removals and origins", tests, NULL, NULL);
}

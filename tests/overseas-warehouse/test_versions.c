/* Orders change after they were sold, and each version stays: what was returned and refunded is
 * covered in every one, sums are never negative, and what was written once reads the same for
 * ever. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIVES 60
#define STEPS 80

static const char *const shoe[] = {"SHOE-42"};

static void assert_refused(const struct world *world, enum error error, const char *rule)
{
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.error, error);
    assert_int_equal(world->decision.drafts_count, 0);
}

static struct order_row row_of(struct world *world, const struct id *order)
{
    struct order_row row;
    assert_true(order_load(&world_desk(world, RTM)->rows, order, &row));
    return row;
}

static enum error amend(struct world *world, struct order_amend how, uint64_t if_match)
{
    union command_body body = {.order_amend = how};
    return world_decide(world, COMMAND_ORDER_AMEND, &body, BY_MERCHANT, NULL, if_match);
}

static bool version_of(struct world *world, const struct id *order, uint64_t version,
                       struct order_version_row *row)
{
    struct key key = version_key(order, version);
    return rows_load(&world_desk(world, RTM)->rows, VIEW_ORDER_VERSION, &key,
                     &order_version_row_shape, row);
}

/* A return of one shoe out of two that was paid back. */
static struct id one_came_back(struct world *world)
{
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    struct id asked = world_request(world, MERCHANT_A, &order, 1, "N1");
    assert_false(id_is_zero(&asked)); /* policy approves what is small */
    world_box(world, RTM, "N1", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(row_of(world, &order).lines[0].refunded_minor, 1000);
    return order;
}

/* --- stories ---------------------------------------------------------------------------------- */

static void a_further_capture_and_a_line_more_make_the_second_version(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    struct order_amend how = {.order = order,
                              .reason = span_text("a belt was added"),
                              .lines_count = 1,
                              .payments_count = 1,
                              .outbound = span_text("1Z 999")};
    how.lines[0] =
        (struct amend_line){.line = 1, .sku = span_text("BELT"), .quantity = 1, .price_minor = 500};
    how.payments[0] = (struct amend_payment){.payment = 1,
                                             .provider = span_text("sandbox"),
                                             .reference = span_text("pi_more"),
                                             .captured_minor = 500};
    assert_int_equal(amend(world, how, 1), OK);
    world_deliver_all(world);
    struct order_row row = row_of(world, &order);
    assert_int_equal(row.version, 2);
    assert_int_equal(row.lines_count, 2);
    assert_int_equal(row.lines[0].quantity, 2);
    assert_int_equal(row.captured_minor, 2500);
    assert_true(span_equal(row.outbound, span_text("1Z999")));
    struct order_version_row former;
    assert_true(version_of(world, &order, 1, &former));
    assert_int_equal(former.lines_count, 1);
    assert_int_equal(former.payments_count, 1);
    assert_true(span_equal(former.reason, span_text("a belt was added")));
    assert_int_equal(world_request(world, MERCHANT_A, &order, 2, "N1").bytes[0] != 0, 1);
    amend(world, how, 1); /* whoever saw the first version has not seen this one */
    assert_refused(world, ERROR_CONFLICT, "If-Match");
    world_close(world);
}

static void what_was_returned_or_refunded_is_covered_by_every_version(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id order = one_came_back(world);
    struct id open = world_request(world, MERCHANT_A, &order, 1, "N2");
    assert_false(id_is_zero(&open));
    struct order_amend how = {.order = order, .lines_count = 1};
    how.lines[0] = (struct amend_line){.line = 0, .quantity = 1};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "lines/0/quantity: not_below_returned");
    how.lines[0] = (struct amend_line){.line = 0, .price_minor = 999};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "lines/0/price_minor: not_below_refunded");
    how.lines[0] = (struct amend_line){.line = 0, .sku = span_text("BOOT")};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "lines/0/sku: kept_while_in_returns");
    how = (struct order_amend){.order = order, .payments_count = 1};
    how.payments[0] = (struct amend_payment){.payment = 0, .captured_minor = 999};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "payments/0/captured_minor: not_below_refunded");
    how.payments[0] = (struct amend_payment){
        .payment = 0, .reference = span_text("pi_other"), .captured_minor = 2000};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "payments/0/reference: payment_is_kept");
    how.payments[0] = (struct amend_payment){
        .payment = 0, .provider = span_text("other"), .captured_minor = 2000};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "payments/0/provider: payment_is_kept");
    world_close(world);
}

static void an_amendment_that_contradicts_the_order_is_refused_by_field_and_rule(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    world_order(world, MERCHANT_A, "R2", "SHOE-42", 1, 1000, 1000);
    struct order_amend how = {.order = order, .currency = 840};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "currency: same_currency");
    how = (struct order_amend){.order = order, .lines_count = 1};
    how.lines[0] = (struct amend_line){.line = 2, .sku = span_text("BELT"), .quantity = 1};
    amend(world, how, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "lines/0/line: next_line");
    how.lines[0] = (struct amend_line){.line = 1, .quantity = 1};
    amend(world, how, 0);
    assert_refused(world, ERROR_MISSING_FIELD, "lines/0/sku");
    how.lines[0] = (struct amend_line){.line = 1, .sku = span_text("BELT")};
    amend(world, how, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "lines/0/quantity");
    how = (struct order_amend){.order = order, .payments_count = 1};
    how.payments[0] = (struct amend_payment){.payment = 2, .captured_minor = 5};
    amend(world, how, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "payments/0/payment: next_payment");
    how.payments[0] = (struct amend_payment){.payment = 1, .captured_minor = 5};
    amend(world, how, 0);
    assert_refused(world, ERROR_MISSING_FIELD, "payments/0/provider");
    how.payments[0] = (struct amend_payment){.payment = 1,
                                             .provider = span_text("sandbox"),
                                             .reference = span_text("pi_R2"),
                                             .captured_minor = 5};
    amend(world, how, 0);
    assert_refused(world, ERROR_CONFLICT, "payments: reference belongs to an order already");
    how = (struct order_amend){.order = order, .total_minor = 1999};
    amend(world, how, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "total_minor: lines_and_freight_less_discount");
    how = (struct order_amend){.order = order};
    how.order.bytes[5] ^= 1;
    assert_int_equal(amend(world, how, 0), ERROR_NOT_FOUND);
    world_close(world);
}

static void an_order_that_does_not_add_up_is_refused_by_field_line_and_rule(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct order_import good = {.merchant = world->merchants[MERCHANT_A].merchant,
                                .reference = span_text("R1"),
                                .currency = 978,
                                .sold_ms = world->now_ms,
                                .lines_count = 2,
                                .payments_count = 1,
                                .total_minor = 2880,
                                .freight_minor = 500,
                                .ship_to = span_text("DE")};
    good.lines[0] = (struct order_line){.sku = span_text("CUP"),
                                        .quantity = 2,
                                        .price_minor = 1190,
                                        .tax_minor = 380,
                                        .tax_bp = 1900};
    good.lines[1] = (struct order_line){.sku = span_text("LID"), .quantity = 1};
    good.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("pi_1"), .captured_minor = 2880};
    static const struct {
        const char *rule;
        int64_t tax_minor, total_minor, captured_minor;
        const char *ship_to;
    } bad[] = {
        {"lines/0/tax_minor: tax_fits_rate", 400, 2880, 2880, "DE"},
        {"lines/0/tax_minor: tax_within_price", 2381, 2880, 2880, "DE"},
        {"total_minor: lines_and_freight_less_discount", 380, 2881, 2880, "DE"},
        {"payments/0/captured_minor: captured_within_total", 380, 2880, 2881, "DE"},
        {"ship_to: two capital letters of ISO 3166", 380, 2880, 2880, "de"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        union command_body body = {.order_import = good};
        body.order_import.lines[0].tax_minor = bad[i].tax_minor;
        body.order_import.total_minor = bad[i].total_minor;
        body.order_import.payments[0].captured_minor = bad[i].captured_minor;
        body.order_import.ship_to = span_text(bad[i].ship_to);
        world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0);
        assert_refused(world, ERROR_OUT_OF_RANGE, bad[i].rule);
    }
    union command_body body = {.order_import = good};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    world_close(world);
}

static void a_return_of_more_than_was_sold_is_refused_across_open_returns(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 3, 1000, 3000);
    struct id first = world_request(world, MERCHANT_A, &order, 2, "N1");
    assert_false(id_is_zero(&first));
    struct id twice = world_request(world, MERCHANT_A, &order, 2, "N1"); /* the same once more */
    assert_true(id_is_zero(&twice));
    assert_non_null(strstr(world->decision.rule, "room"));
    struct id rest = world_request(world, MERCHANT_A, &order, 1, "N2");
    assert_false(id_is_zero(&rest));
    struct order_amend how = {.order = order, .lines_count = 1};
    how.lines[0] = (struct amend_line){.line = 0, .quantity = 4};
    assert_int_equal(amend(world, how, 0), OK);
    struct id more = world_request(world, MERCHANT_A, &order, 1, "N3");
    assert_false(id_is_zero(&more)); /* a unit more was sold */
    world_close(world);
}

static void the_same_file_after_an_amendment_changes_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    uint64_t sold_ms = world->now_ms - 86400000;
    struct order_amend how = {.order = order, .lines_count = 1};
    how.lines[0] = (struct amend_line){.line = 0, .quantity = 5};
    assert_int_equal(amend(world, how, 0), OK);
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = sold_ms,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    struct order_import *import = &body.order_import;
    import->lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 2, .price_minor = 1000};
    import->payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("pi_R1"), .captured_minor = 2000};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    import->lines[0].quantity = 5; /* as it stands now: the same file, exported later */
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    import->lines[0].quantity = 4;
    world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0);
    assert_refused(world, ERROR_CONFLICT, "reference: this order is known");
    world_close(world);
}

/* A leader that lies: the entry is of another book, skips a version, or takes back what was paid.
 */
static void what_a_faulty_leader_amends_folds_to_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id order = one_came_back(world);
    struct order_amended lie = {.order = order,
                                .version = 2,
                                .by = {.kind = BY_MERCHANT},
                                .at_ms = world->now_ms,
                                .sold_ms = world->now_ms,
                                .lines_count = 1,
                                .payments_count = 1};
    lie.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 2, .price_minor = 1000};
    lie.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("pi_R1"), .captured_minor = 2000};
    world_inject(world, BOOK_B, EVENT_ORDER_AMENDED, &order, &lie);
    lie.version = 3;
    world_inject(world, BOOK_A, EVENT_ORDER_AMENDED, &order, &lie);
    lie.version = 2;
    lie.payments[0].captured_minor = 999;
    world_inject(world, BOOK_A, EVENT_ORDER_AMENDED, &order, &lie);
    lie.payments[0].captured_minor = 2000;
    lie.lines[0].quantity = 0;
    world_inject(world, BOOK_A, EVENT_ORDER_AMENDED, &order, &lie);
    lie.lines_count = 0;
    world_inject(world, BOOK_A, EVENT_ORDER_AMENDED, &order, &lie);
    world_deliver_all(world);
    struct order_row row = row_of(world, &order);
    assert_int_equal(row.version, 1);
    assert_int_equal(row.captured_minor, 2000);
    world_close(world);
}

static void an_order_is_found_by_the_parcel_that_was_sent(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct order_amend how = {.order = order, .outbound = span_text("1Z 1")};
    struct id first = parcel_id(&world->crypto.crypto, span_text("1Z1"));
    struct id second = parcel_id(&world->crypto.crypto, span_text("1Z2"));
    struct key at_first = pair_key(&first, &order), at_second = pair_key(&second, &order);
    assert_int_equal(amend(world, how, 0), OK);
    world_deliver_all(world);
    const struct rows *rows = &world_desk(world, RTM)->rows;
    assert_true(rows_has(rows, VIEW_ORDER_BY_PARCEL, &at_first));
    how.outbound = span_text("1z2");
    assert_int_equal(amend(world, how, 0), OK);
    world_deliver_all(world);
    assert_false(rows_has(rows, VIEW_ORDER_BY_PARCEL, &at_first));
    assert_true(rows_has(rows, VIEW_ORDER_BY_PARCEL, &at_second));
    world_close(world);
}

/* --- property --------------------------------------------------------------------------------- */

#define VERSIONS_MAX 100

/* Every version as it was first seen. */
struct memory {
    uint8_t bytes[VERSIONS_MAX][8192];
    size_t size[VERSIONS_MAX];
};

static void remember(struct memory *memory, uint64_t version, struct span row)
{
    assert_true(version < VERSIONS_MAX && row.size <= sizeof memory->bytes[0]);
    if (memory->size[version] == 0) {
        memcpy(memory->bytes[version], row.at, row.size);
        memory->size[version] = row.size;
    }
    assert_int_equal(memory->size[version], row.size);
    assert_memory_equal(memory->bytes[version], row.at, row.size);
}

static void assert_old_versions_unchanged(struct world *world, struct memory *memory,
                                          const struct id *order)
{
    const struct rows *rows = &world_desk(world, RTM)->rows;
    struct key prefix = key_of(order);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t count = 0;
    while (walk_next(rows, VIEW_ORDER_VERSION, &walk, &row)) {
        remember(memory, be_get(walk.at.bytes + ID_BYTES, 4), row.value);
        count++;
    }
    assert_int_equal(count + 1, row_of(world, order).version);
}

static void assert_sums_hold(struct world *world, const struct id *order)
{
    struct order_row row = row_of(world, order);
    int64_t captured = 0;
    for (uint32_t i = 0; i < row.lines_count; i++) {
        const struct order_row_line *line = &row.lines[i];
        assert_true(line->quantity > 0 && line->used <= line->quantity);
        assert_true(line->parts <= line->quantity);
        assert_true(line->refunded_minor >= 0);
        assert_true(line->refunded_minor <= line->price_minor * (int64_t)line->quantity);
    }
    for (uint64_t i = 0; i < row.payments; i++) {
        struct payment_row payment;
        assert_true(payment_load(&world_desk(world, RTM)->rows, order, i, &payment));
        assert_true(payment.refunded_minor >= 0);
        assert_true(payment.refunded_minor <= payment.captured_minor);
        captured += payment.captured_minor;
    }
    assert_int_equal(captured, row.captured_minor);
}

static void amend_by_chance(struct world *world, const struct id *order)
{
    struct order_row row = row_of(world, order);
    struct order_amend how = {.order = *order};
    char reference[32];
    if (world_random(world, 3) > 0) {
        how.lines_count = 1;
        how.lines[0] = (struct amend_line){.line = world_random(world, row.lines_count + 2u),
                                           .sku = span_text("SHOE-42"),
                                           .quantity = world_random(world, 5),
                                           .price_minor = (int64_t)world_random(world, 2000)};
    }
    if (world_random(world, 3) > 0) {
        uint64_t payment = world_random(world, row.payments + 2);
        snprintf(reference, sizeof reference, payment < 1 ? "pi_R%llu" : "pi_%llu.",
                 (unsigned long long)payment + 1);
        how.payments_count = payment < ORDER_PAYMENTS_MAX ? 1 : 0;
        how.payments[0] = (struct amend_payment){
            .payment = payment, .captured_minor = (int64_t)world_random(world, 4000)};
        if (payment >= row.payments) {
            how.payments[0].provider = span_text("sandbox");
            how.payments[0].reference = span_text(reference);
        }
    }
    uint64_t before = row.version;
    enum error error = amend(world, how, world_random(world, 2) == 0 ? 0 : row.version);
    assert_int_equal(row_of(world, order).version, before + (error == OK ? 1 : 0));
}

static void live(struct world *world, const struct id *order)
{
    char number[16];
    snprintf(number, sizeof number, "N%llu", (unsigned long long)world_random(world, 6));
    switch (world_random(world, 6)) {
    case 0: world_request(world, MERCHANT_A, order, 1 + world_random(world, 2), number); break;
    case 1: world_box(world, RTM, number, NULL, shoe, 1); break;
    case 2: world_pass(world, 80ull * 60 * 60 * 1000); break;
    default: amend_by_chance(world, order);
    }
    world_settle(world);
}

static void random_amendments_keep_every_sum_and_every_former_version(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t first = given != NULL ? strtoull(given, NULL, 10) : 300, versions = 0, refunds = 0;
    for (uint64_t seed = first; seed < first + (given != NULL ? 1 : LIVES); seed++) {
        static struct memory memory;
        memset(&memory, 0, sizeof memory);
        struct world *world = world_open(seed);
        struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 1500);
        for (unsigned i = 0; i < STEPS; i++) {
            live(world, &order);
            assert_sums_hold(world, &order);
            assert_old_versions_unchanged(world, &memory, &order);
        }
        versions += row_of(world, &order).version;
        refunds += rows_memory_count(world->nodes[RTM].memory, VIEW_REFUND);
        for (unsigned node = 1; node < NODES_MAX; node++)
            if (!rows_memory_equal(world->nodes[0].memory, world->nodes[node].memory))
                fail_msg("SEED=%llu: node %u ends otherwise", (unsigned long long)seed, node);
        world_close(world);
    }
    printf("%llu versions, %llu refunds\n", (unsigned long long)versions,
           (unsigned long long)refunds);
    assert_true(given != NULL || (versions > 10 * LIVES && refunds > LIVES / 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_further_capture_and_a_line_more_make_the_second_version),
        cmocka_unit_test(what_was_returned_or_refunded_is_covered_by_every_version),
        cmocka_unit_test(an_amendment_that_contradicts_the_order_is_refused_by_field_and_rule),
        cmocka_unit_test(an_order_that_does_not_add_up_is_refused_by_field_line_and_rule),
        cmocka_unit_test(a_return_of_more_than_was_sold_is_refused_across_open_returns),
        cmocka_unit_test(the_same_file_after_an_amendment_changes_nothing),
        cmocka_unit_test(what_a_faulty_leader_amends_folds_to_nothing),
        cmocka_unit_test(an_order_is_found_by_the_parcel_that_was_sent),
        cmocka_unit_test(random_amendments_keep_every_sum_and_every_former_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Refunds and chargebacks that others made: what they pay for, what of ours they stop, and which
 * reports are refused. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (60ull * 1000)

static const char *const shoes[] = {"SHOE-42", "SHOE-42"};

/* An order of two pairs at 1000 each, paid as pi_R1, and a return of so many of them. */
struct scene {
    struct world *world;
    struct id order, rma;
    struct refund_record record; /* of 1000, told by the marketplace, without the thing */
};

static struct scene scene_open(uint64_t seed, uint64_t returned, uint64_t executor)
{
    struct scene scene = {.world = world_open(seed)};
    struct world *world = scene.world;
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 2, .price_minor = 1000};
    body.order_import.payments[0] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text("pi_R1"),
                                                     .captured_minor = 2000,
                                                     .executor = executor};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    scene.order = world->decision.entity;
    scene.rma = world_request(world, MERCHANT_A, &scene.order, returned, "N1");
    scene.record = (struct refund_record){.merchant = world->merchants[MERCHANT_A].merchant,
                                          .provider = span_text("sandbox"),
                                          .payment = span_text("pi_R1"),
                                          .how = ELSEWHERE_MARKETPLACE,
                                          .reference = span_text("MP-1"),
                                          .amount_minor = 1000,
                                          .currency = 978,
                                          .made_ms = world->now_ms};
    return scene;
}

static enum error tell(struct scene *scene)
{
    union command_body body = {.refund_record = scene->record};
    return world_decide(scene->world, COMMAND_REFUND_RECORD, &body, BY_MERCHANT, NULL, 0);
}

static void name_units(struct scene *scene, uint64_t quantity)
{
    scene->record.return_id = scene->rma;
    scene->record.quantity = quantity;
}

static void receive(struct scene *scene, unsigned units)
{
    world_box(scene->world, LAX, "N1", NULL, shoes, units);
    world_settle(scene->world);
}

static size_t refunds(const struct scene *scene)
{
    return rows_memory_count(scene->world->nodes[RTM].memory, VIEW_REFUND);
}

static size_t conflicts(const struct scene *scene)
{
    return rows_memory_count(scene->world->nodes[RTM].memory, VIEW_CONFLICT);
}

static struct payment_row payment(const struct scene *scene)
{
    struct payment_row row;
    assert_true(payment_load(&world_desk(scene->world, RTM)->rows, &scene->order, 0, &row));
    return row;
}

static struct refund_row refund(const struct scene *scene, const struct id *slot)
{
    struct refund_row row;
    assert_true(refund_load(&world_desk(scene->world, RTM)->rows, slot, &row));
    return row;
}

static enum error resolve(struct scene *scene, const struct id *slot, uint64_t paid)
{
    union command_body body = {
        .refund_resolve = {.slot = *slot, .paid = paid, .reason = span_text("looked")}};
    return world_decide(scene->world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0);
}

/* --- what it pays for ------------------------------------------------------------------------- */

static void a_unit_that_the_marketplace_refunded_is_taken_and_not_paid_again(void **state)
{
    (void)state;
    struct scene scene = scene_open(1, 2, 0);
    name_units(&scene, 1);
    assert_int_equal(tell(&scene), OK);
    receive(&scene, 2);
    /* One of the two was paid ahead: one refund of ours, and the return is done. */
    assert_int_equal(refunds(&scene), 1);
    assert_int_equal(payment(&scene).refunded_minor, 1000);
    assert_int_equal(payment(&scene).elsewhere_minor, 1000);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).state, RETURN_CLOSED);
    assert_int_equal(conflicts(&scene), 0);
    world_close(scene.world);
}

static void what_is_refunded_elsewhere_while_ours_waits_is_not_paid_by_us(void **state)
{
    (void)state;
    struct scene scene = scene_open(2, 2, 0);
    receive(&scene, 2);
    assert_int_equal(refunds(&scene), 1); /* the second one waits for the first */
    struct id slot;
    assert_true(world_next_effect(scene.world, BOOK_A, &slot));
    assert_int_equal(world_result(scene.world, &slot, DO_SUBMIT), OK);
    /* The marketplace refunds one pair: it is the one that waits. */
    name_units(&scene, 1);
    assert_int_equal(tell(&scene), OK);
    world_settle(scene.world);
    assert_int_equal(refund(&scene, &slot).state, REFUND_SUBMITTED);
    assert_int_equal(refunds(&scene), 1);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).state, RETURN_CLOSED);
    /* And one more: that can only be the one that is under way, so ours is stopped. */
    scene.record.reference = span_text("MP-2");
    assert_int_equal(tell(&scene), OK);
    assert_int_equal(refund(&scene, &slot).state, REFUND_MANUAL);
    assert_int_equal(refund(&scene, &slot).barred, 1);
    assert_int_equal(refunds(&scene), 1);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).state, RETURN_CLOSED);
    world_close(scene.world);
}

static void money_that_others_moved_is_not_moved_by_us(void **state)
{
    (void)state;
    struct scene scene = scene_open(3, 2, 0);
    scene.record.amount_minor = 1500; /* of no thing: some settlement with the buyer */
    assert_int_equal(tell(&scene), OK);
    receive(&scene, 2);
    /* 500 are left of 2000: no unit is worth so little, and a person looks. */
    assert_int_equal(refunds(&scene), 0);
    assert_int_equal(payment(&scene).refunded_minor, 0);
    assert_true(conflicts(&scene) > 0);
    world_close(scene.world);
}

static void what_the_marketplace_pays_waits_for_its_word(void **state)
{
    (void)state;
    struct scene scene = scene_open(4, 1, EXECUTOR_MARKETPLACE);
    receive(&scene, 1);
    struct id slot;
    assert_false(world_next_effect(scene.world, BOOK_A, &slot)); /* nobody is called */
    slot = payment(&scene).open;
    assert_int_equal(refund(&scene, &slot).state, REFUND_MANUAL);
    assert_int_equal(tell(&scene), OK);
    struct refund_row row = refund(&scene, &slot);
    assert_int_equal(row.state, REFUND_SETTLED);
    assert_memory_equal(row.provider_ref.at, "MP-1", 4);
    /* It is that slot, and not another payment besides. */
    assert_int_equal(payment(&scene).refunded_minor, 1000);
    assert_int_equal(payment(&scene).elsewhere_minor, 0);
    struct id open = payment(&scene).open;
    assert_true(id_is_zero(&open));
    world_close(scene.world);
}

/* --- what it stops ---------------------------------------------------------------------------- */

static void a_chargeback_between_intent_and_call_stops_the_call(void **state)
{
    (void)state;
    struct scene scene = scene_open(5, 1, 0);
    receive(&scene, 1);
    struct id slot;
    struct refund_call call;
    assert_true(world_next_effect(scene.world, BOOK_A, &slot));
    scene.record.how = ELSEWHERE_CHARGEBACK;
    scene.record.amount_minor = 2000;
    assert_int_equal(tell(&scene), OK);
    assert_false(business_refund_call(world_desk(scene.world, RTM), &slot, &call));
    assert_false(world_next_effect(scene.world, BOOK_A, &slot));
    slot = payment(&scene).open;
    assert_int_equal(refund(&scene, &slot).state, REFUND_MANUAL);
    assert_int_equal(conflicts(&scene), 1); /* 1000 reserved and 2000 gone, of 2000 */
    /* Whatever was on its way may still arrive: not yet is it called unpaid. */
    assert_int_equal(resolve(&scene, &slot, 0), ERROR_FACT_BARS);
    assert_string_equal(scene.world->decision.rule,
                        "refund: resolve_unpaid from manual by admin is barred by under_way");
    world_pass(scene.world, 16 * MINUTE);
    assert_int_equal(resolve(&scene, &slot, 0), OK);
    assert_int_equal(refund(&scene, &slot).state, REFUND_FAILED);
    /* And it is not tried again. */
    assert_int_equal(resolve(&scene, &slot, 0), ERROR_SLOT_OPEN);
    assert_int_equal(refunds(&scene), 1);
    world_close(scene.world);
}

static void what_was_on_its_way_when_it_was_stopped_is_settled_by_its_answer(void **state)
{
    (void)state;
    for (unsigned paid = 0; paid < 2; paid++) {
        struct scene scene = scene_open(6 + paid, 1, 0);
        receive(&scene, 1);
        struct id slot;
        assert_true(world_next_effect(scene.world, BOOK_A, &slot));
        assert_int_equal(tell(&scene), OK);
        assert_int_equal(refund(&scene, &slot).state, REFUND_MANUAL);
        assert_int_equal(world_result(scene.world, &slot, paid ? DO_FIND_PAID : DO_FIND_FAILED),
                         OK);
        assert_int_equal(refund(&scene, &slot).state, paid ? REFUND_SETTLED : REFUND_FAILED);
        assert_int_equal(payment(&scene).refunded_minor, paid ? 1000 : 0);
        world_close(scene.world);
    }
}

static void a_refund_that_failed_and_was_made_elsewhere_is_not_tried_again(void **state)
{
    (void)state;
    struct scene scene = scene_open(8, 1, 0);
    receive(&scene, 1);
    struct id slot;
    assert_true(world_next_effect(scene.world, BOOK_A, &slot));
    assert_int_equal(world_result(scene.world, &slot, DO_FIND_FAILED), OK);
    scene.record.how = ELSEWHERE_SELLER;
    name_units(&scene, 1);
    assert_int_equal(tell(&scene), OK);
    /* The order's other pair leaves room for it in every sum: it is the thing that bars. */
    assert_int_equal(refund(&scene, &slot).barred, 1);
    assert_int_equal(resolve(&scene, &slot, 0), ERROR_SLOT_OPEN);
    assert_string_equal(scene.world->decision.rule,
                        "refund: resolve_unpaid from failed by admin is barred by barred");
    assert_int_equal(refunds(&scene), 1);
    world_close(scene.world);
}

static void a_refund_of_another_thing_goes_on(void **state)
{
    (void)state;
    struct scene scene = scene_open(9, 1, 0);
    receive(&scene, 1);
    struct id slot;
    assert_true(world_next_effect(scene.world, BOOK_A, &slot));
    struct id other = world_request(scene.world, MERCHANT_A, &scene.order, 1, "N2");
    scene.record.return_id = other;
    scene.record.quantity = 1;
    assert_int_equal(tell(&scene), OK);
    assert_int_equal(refund(&scene, &slot).state, REFUND_INTENDED);
    assert_int_equal(conflicts(&scene), 0);
    world_close(scene.world);
}

static void a_chargeback_that_is_won_gives_the_money_back_to_the_order(void **state)
{
    (void)state;
    struct scene scene = scene_open(10, 1, 0);
    scene.record.how = ELSEWHERE_CHARGEBACK_WON;
    assert_int_equal(tell(&scene), ERROR_NOT_FOUND);
    assert_string_equal(scene.world->decision.rule, "reference: no chargeback of it is recorded");
    scene.record.how = ELSEWHERE_CHARGEBACK;
    scene.record.amount_minor = 1900;
    assert_int_equal(tell(&scene), OK);
    assert_int_equal(payment(&scene).elsewhere_minor, 1900);
    scene.record.how = ELSEWHERE_CHARGEBACK_WON;
    scene.record.amount_minor = 1901;
    assert_int_equal(tell(&scene), ERROR_OUT_OF_RANGE);
    scene.record.amount_minor = 1900;
    assert_int_equal(tell(&scene), OK);
    assert_int_equal(payment(&scene).elsewhere_minor, 0);
    receive(&scene, 1);
    assert_int_equal(payment(&scene).refunded_minor, 1000);
    world_close(scene.world);
}

static void a_unit_is_owed_again_when_the_chargeback_that_paid_it_is_won(void **state)
{
    (void)state;
    for (unsigned came = 0; came < 2; came++) {
        struct scene scene = scene_open(20 + came, 1, 0);
        scene.record.how = ELSEWHERE_CHARGEBACK;
        name_units(&scene, 1);
        assert_int_equal(tell(&scene), OK);
        if (came) receive(&scene, 1); /* taken as paid */
        assert_int_equal(refunds(&scene), 0);
        scene.record.how = ELSEWHERE_CHARGEBACK_WON;
        scene.record.return_id = (struct id){{0}};
        scene.record.quantity = 0;
        assert_int_equal(tell(&scene), OK);
        assert_int_equal(conflicts(&scene), came); /* a person owes the buyer a look */
        if (!came) receive(&scene, 1);
        assert_int_equal(refunds(&scene), came ? 0 : 1);
        world_close(scene.world);
    }
}

/* The seller refunded it besides, before or after, and that still stands. */
static void a_chargeback_that_is_won_takes_back_only_what_it_had_paid(void **state)
{
    (void)state;
    for (unsigned seller = 0; seller < 2; seller++) {
        struct scene scene = scene_open(22 + seller, 1, 0);
        name_units(&scene, 1);
        scene.record.how = seller == 0 ? ELSEWHERE_SELLER : ELSEWHERE_CHARGEBACK;
        assert_int_equal(tell(&scene), OK);
        scene.record.how = seller == 0 ? ELSEWHERE_CHARGEBACK : ELSEWHERE_SELLER;
        assert_int_equal(tell(&scene), OK);
        scene.record.how = ELSEWHERE_CHARGEBACK_WON;
        scene.record.return_id = (struct id){{0}};
        scene.record.quantity = 0;
        assert_int_equal(tell(&scene), OK);
        receive(&scene, 1);
        assert_int_equal(refunds(&scene), 0);
        world_close(scene.world);
    }
}

/* Two chargebacks name one unit: the second pays for it when the first is won. What is won pays for
 * nothing any more, whichever of them comes first. */
static void a_unit_is_owed_when_both_chargebacks_of_it_are_won(void **state)
{
    (void)state;
    static const char *const references[] = {"CB-1", "CB-2"};
    for (unsigned first = 0; first < 2; first++) {
        struct scene scene = scene_open(25 + first, 1, 0);
        name_units(&scene, 1);
        scene.record.how = ELSEWHERE_CHARGEBACK;
        for (unsigned i = 0; i < 2; i++) {
            scene.record.reference = span_text(references[i]);
            assert_int_equal(tell(&scene), OK);
        }
        scene.record.how = ELSEWHERE_CHARGEBACK_WON;
        scene.record.return_id = (struct id){{0}};
        scene.record.quantity = 0;
        scene.record.reference = span_text(references[first]);
        assert_int_equal(tell(&scene), OK);
        world_settle(scene.world);
        struct return_line_row line;
        assert_true(return_line_load(&world_desk(scene.world, RTM)->rows, &scene.rma, 0, &line));
        assert_int_equal(line.served, 1);
        scene.record.reference = span_text(references[1 - first]);
        assert_int_equal(tell(&scene), OK);
        receive(&scene, 1);
        assert_int_equal(refunds(&scene), 1);
        world_close(scene.world);
    }
}

/* Nothing is awaited that would have somebody look at it once more. */
static void money_without_goods_is_owed_at_once_when_the_chargeback_is_won(void **state)
{
    (void)state;
    struct scene scene = scene_open(24, 1, 0);
    struct world *world = scene.world;
    union command_body body = {.return_request = {.merchant = scene.record.merchant,
                                                  .order_reference = span_text("R1"),
                                                  .kind = KIND_REFUND_ONLY,
                                                  .lines_count = 1}};
    body.return_request.lines[0] = (struct return_line){.quantity = 1, .reason = REASON_LATE};
    assert_int_equal(world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_PARTNER, NULL, 0), OK);
    scene.rma = world->decision.entity;
    assert_int_equal(world_return(world, RTM, &scene.rma).state, RETURN_REQUESTED);
    scene.record.how = ELSEWHERE_CHARGEBACK;
    name_units(&scene, 1);
    assert_int_equal(tell(&scene), OK);
    body = (union command_body){.return_decide = {.return_id = scene.rma}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_int_equal(refunds(&scene), 0);
    scene.record.how = ELSEWHERE_CHARGEBACK_WON;
    scene.record.return_id = (struct id){{0}};
    scene.record.quantity = 0;
    assert_int_equal(tell(&scene), OK);
    world_settle(world);
    assert_int_equal(refunds(&scene), 1);
    world_close(world);
}

/* --- reports ---------------------------------------------------------------------------------- */

static void a_report_counts_once(void **state)
{
    (void)state;
    struct scene scene = scene_open(11, 2, 0);
    name_units(&scene, 1);
    assert_int_equal(tell(&scene), OK);
    assert_true(scene.world->decision.drafts_count > 0);
    assert_int_equal(tell(&scene), OK);
    assert_int_equal(scene.world->decision.drafts_count, 0);
    assert_int_equal(payment(&scene).elsewhere_minor, 1000);
    scene.record.amount_minor = 999;
    assert_int_equal(tell(&scene), ERROR_CONFLICT);
    assert_string_equal(scene.world->decision.rule, "reference: recorded with another amount");
    /* The seller's reference is another one than the marketplace's, though it reads the same. */
    scene.record.how = ELSEWHERE_SELLER;
    assert_int_equal(tell(&scene), OK);
    assert_int_equal(payment(&scene).elsewhere_minor, 1999);
    world_close(scene.world);
}

static void expect(struct scene *scene, enum error error, const char *rule)
{
    struct refund_record sound = scene->record;
    assert_int_equal(tell(scene), error);
    assert_string_equal(scene->world->decision.rule, rule);
    assert_int_equal(scene->world->decision.drafts_count, 0);
    scene->record = sound;
}

static void a_report_that_cannot_be_is_refused_with_its_field(void **state)
{
    (void)state;
    struct scene scene = scene_open(12, 1, 0);
    struct refund_record sound = scene.record;
    scene.record.payment = span_text("pi_R2");
    expect(&scene, ERROR_NOT_FOUND, "payment: no order names it");
    scene.record = sound, scene.record.currency = 840;
    expect(&scene, ERROR_OUT_OF_RANGE, "currency: not the order's");
    scene.record = sound, scene.record.amount_minor = 0;
    expect(&scene, ERROR_OUT_OF_RANGE, "amount_minor: more than nothing");
    scene.record = sound, scene.record.amount_minor = 2001;
    expect(&scene, ERROR_OVER_CAPTURED, "amount_minor: with what others refunded before");
    scene.record = sound, scene.record.made_ms += 2 * DAY_MS;
    expect(&scene, ERROR_OUT_OF_RANGE, "made_ms: more than a day ahead");
    scene.record = sound, scene.record.quantity = 1;
    expect(&scene, ERROR_MISSING_FIELD, "return_id: line and quantity are of a return");
    scene.record = sound, scene.record.return_id = scene.rma;
    expect(&scene, ERROR_MISSING_FIELD, "quantity: how many units it pays for");
    name_units(&scene, 2);
    expect(&scene, ERROR_OVER_QUANTITY, "quantity: more than the return has of the line");
    name_units(&scene, 1), scene.record.line = 1;
    expect(&scene, ERROR_OUT_OF_RANGE, "line: not in the return");
    struct id order = world_order(scene.world, MERCHANT_A, "R9", "HAT", 1, 500, 500);
    struct id other = world_request(scene.world, MERCHANT_A, &order, 1, "N9");
    name_units(&scene, 1), scene.record.line = 0, scene.record.return_id = other;
    expect(&scene, ERROR_OUT_OF_RANGE, "return_id: not a return of this order");
    scene.record = sound, scene.record.merchant = scene.world->merchants[MERCHANT_B].merchant;
    expect(&scene, ERROR_NOT_FOUND, "payment: no order names it");
    union command_body body = {.refund_record = sound};
    assert_int_equal(world_decide(scene.world, COMMAND_REFUND_RECORD, &body, BY_MERCHANT,
                                  &scene.world->merchants[MERCHANT_B].merchant, 0),
                     ERROR_NOT_FOUND);
    world_close(scene.world);
}

/* What no rule of ours writes: sums beyond every bound, another book's, a line that is none. */
static void a_lie_about_others_breaks_no_row(void **state)
{
    (void)state;
    struct scene scene = scene_open(13, 1, 0);
    struct refunded_elsewhere lie = {.order = scene.order,
                                     .how = ELSEWHERE_SELLER,
                                     .reference = span_text("X1"),
                                     .amount_minor = MINOR_MAX,
                                     .currency = 978,
                                     .made_ms = 1,
                                     .by = {.kind = BY_ADMIN},
                                     .at_ms = 1,
                                     .return_id = scene.rma,
                                     .line = 31,
                                     .quantity = QUANTITY_MAX};
    world_inject(scene.world, BOOK_A, EVENT_REFUNDED_ELSEWHERE, &scene.order, &lie);
    assert_int_equal(payment(&scene).elsewhere_minor, MINOR_MAX);
    lie.reference = span_text("X2");
    world_inject(scene.world, BOOK_A, EVENT_REFUNDED_ELSEWHERE, &scene.order, &lie);
    assert_int_equal(payment(&scene).elsewhere_minor, MINOR_MAX); /* no row could hold the sum */
    lie.line = 0, lie.amount_minor = 1, lie.how = ELSEWHERE_CHARGEBACK_WON;
    world_inject(scene.world, BOOK_A, EVENT_REFUNDED_ELSEWHERE, &scene.order, &lie);
    struct return_line_row line;
    assert_true(return_line_load(&world_desk(scene.world, RTM)->rows, &scene.rma, 0, &line));
    assert_int_equal(line.served, line.quantity);
    lie.reference = span_text("X3");
    int64_t before = payment(&scene).elsewhere_minor;
    world_inject(scene.world, BOOK_B, EVENT_REFUNDED_ELSEWHERE, &scene.order, &lie);
    assert_int_equal(payment(&scene).elsewhere_minor, before);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unit_that_the_marketplace_refunded_is_taken_and_not_paid_again),
        cmocka_unit_test(what_is_refunded_elsewhere_while_ours_waits_is_not_paid_by_us),
        cmocka_unit_test(money_that_others_moved_is_not_moved_by_us),
        cmocka_unit_test(what_the_marketplace_pays_waits_for_its_word),
        cmocka_unit_test(a_chargeback_between_intent_and_call_stops_the_call),
        cmocka_unit_test(what_was_on_its_way_when_it_was_stopped_is_settled_by_its_answer),
        cmocka_unit_test(a_refund_that_failed_and_was_made_elsewhere_is_not_tried_again),
        cmocka_unit_test(a_refund_of_another_thing_goes_on),
        cmocka_unit_test(a_chargeback_that_is_won_gives_the_money_back_to_the_order),
        cmocka_unit_test(a_unit_is_owed_again_when_the_chargeback_that_paid_it_is_won),
        cmocka_unit_test(a_chargeback_that_is_won_takes_back_only_what_it_had_paid),
        cmocka_unit_test(a_unit_is_owed_when_both_chargebacks_of_it_are_won),
        cmocka_unit_test(money_without_goods_is_owed_at_once_when_the_chargeback_is_won),
        cmocka_unit_test(a_report_counts_once),
        cmocka_unit_test(a_report_that_cannot_be_is_refused_with_its_field),
        cmocka_unit_test(a_lie_about_others_breaks_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

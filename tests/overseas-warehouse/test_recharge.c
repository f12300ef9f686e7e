/* What a provider tells of a new charge of its own accord: it settles or fails the slot of that
 * charge and never one of a refund, nor the other way round; and a charge that was declined and
 * taken after all is paid. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PRICE_MINOR 2000

struct scene {
    struct world *world;
    struct id order, rma;
};

static struct world *world_of_trust(void)
{
    struct world *world = world_open(33);
    union command_body body = {.policy_put = {.merchant = world->merchants[MERCHANT_A].merchant}};
    struct policy *policy = &body.policy_put.policy;
    policy->currency = 978;
    policy->windows_count = policy->auto_approve_count = policy->allow_count = 1;
    policy->windows[0].days = 60;
    policy->auto_approve[0].up_to_minor = 50000;
    policy->allow[0].buyer.bytes[0] = 1;
    policy->buyer_history = policy->instant_refund_trust = 1;
    policy->recharge_days = 5;
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    return world;
}

/* A parcel was scanned: its money goes ahead, and nobody has answered yet. */
static void open_scene(struct scene *scene)
{
    struct world *world = scene->world = world_of_trust();
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.buyer.bytes[0] = 1;
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 1, .price_minor = PRICE_MINOR};
    body.order_import.payments[0] = (struct payment){.provider = span_text("stripe"),
                                                     .reference = span_text("pi_R1"),
                                                     .captured_minor = 2 * PRICE_MINOR,
                                                     .mandate_buyer = span_text("cus_1"),
                                                     .mandate_method = span_text("pm_1")};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    scene->order = world->decision.entity;
    scene->rma = world_request(world, MERCHANT_A, &scene->order, 1, "N1");
    world_settle(world);
    world_track(world, LAX, "N1", TRACK_IN_TRANSIT, world->now_ms, "s1");
    world_settle(world);
}

static const struct rows *rows_of(const struct scene *scene)
{
    return &world_desk(scene->world, RTM)->rows;
}

static struct refund_row row_of(const struct scene *scene, const struct id *slot)
{
    struct refund_row row;
    assert_true(refund_load(rows_of(scene), slot, &row));
    return row;
}

static void pass_due(struct scene *scene)
{
    uint64_t due_ms = world_return(scene->world, RTM, &scene->rma).due_ms;
    assert_true(due_ms > scene->world->now_ms);
    world_pass(scene->world, due_ms - scene->world->now_ms);
    world_settle(scene->world);
}

/* It never comes, the return expires, and the buyer is to be charged. */
static struct id begin_charge(struct scene *scene)
{
    struct id slot;
    assert_true(world_next_effect(scene->world, BOOK_A, &slot));
    assert_int_equal(world_result(scene->world, &slot, DO_FIND_PAID), OK);
    world_settle(scene->world);
    pass_due(scene);
    assert_int_equal(world_return(scene->world, RTM, &scene->rma).state, RETURN_EXPIRED);
    assert_false(world_next_effect(scene->world, BOOK_A, &slot));
    pass_due(scene);
    assert_true(world_next_effect(scene->world, BOOK_A, &slot));
    assert_true(business_is_charge(row_of(scene, &slot).paid_for));
    return slot;
}

struct message {
    uint8_t number;
    bool charge;
    enum refund_outcome outcome;
    int64_t amount_minor;
};

/* Under the key of the slot. */
static void tell(struct scene *scene, const struct id *slot, const struct message *message)
{
    struct refund_call call;
    assert_true(business_refund_call(world_desk(scene->world, RTM), slot, &call));
    union command_body body = {
        .refund_told = {.merchant = scene->world->merchants[MERCHANT_A].merchant,
                        .provider = span_text("stripe"),
                        .key = span_text(call.key),
                        .outcome = message->outcome,
                        .provider_ref = span_text("pi_9"),
                        .payment = span_text(message->charge ? "" : call.payment_ref),
                        .amount_minor = message->amount_minor,
                        .currency = 978,
                        .charge = message->charge ? 1 : 0}};
    body.refund_told.dedup.bytes[0] = message->number;
    assert_int_equal(world_observe(scene->world, LAX, COMMAND_REFUND_TOLD, &body), OK);
}

static int64_t recharged_minor(const struct scene *scene)
{
    struct payment_row payment;
    assert_true(payment_load(rows_of(scene), &scene->order, 0, &payment));
    return payment.recharged_minor;
}

static void a_message_settles_the_charge_it_is_about(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct id slot = begin_charge(&scene);
    tell(&scene, &slot, &(struct message){1, true, OUTCOME_PENDING, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_INTENDED);
    tell(&scene, &slot, &(struct message){2, true, OUTCOME_PAID, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_SETTLED);
    assert_int_equal(recharged_minor(&scene), PRICE_MINOR);
    world_close(scene.world);
}

static void a_message_fails_the_charge_it_is_about(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct id slot = begin_charge(&scene);
    tell(&scene, &slot, &(struct message){1, true, OUTCOME_FAILED, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_FAILED);
    assert_int_equal(recharged_minor(&scene), 0);
    assert_false(world_next_effect(scene.world, BOOK_A, &slot));
    world_close(scene.world);
}

/* Both messages are there before the book hears of them: of a refund the failure would be the last
 * word, and whoever believed it here would have the buyer charged once more. */
static void a_charge_that_was_declined_and_taken_after_all_is_paid(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct id slot = begin_charge(&scene);
    tell(&scene, &slot, &(struct message){1, true, OUTCOME_FAILED, PRICE_MINOR});
    tell(&scene, &slot, &(struct message){2, true, OUTCOME_PAID, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_SETTLED);
    assert_int_equal(recharged_minor(&scene), PRICE_MINOR);
    world_close(scene.world);
}

static void a_charge_of_another_amount_is_a_persons(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct id slot = begin_charge(&scene);
    tell(&scene, &slot, &(struct message){1, true, OUTCOME_PAID, PRICE_MINOR - 1});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_UNKNOWN);
    assert_int_equal(recharged_minor(&scene), 0);
    world_close(scene.world);
}

static void a_message_of_a_refund_moves_no_charge(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct id slot = begin_charge(&scene);
    tell(&scene, &slot, &(struct message){1, false, OUTCOME_PAID, PRICE_MINOR});
    tell(&scene, &slot, &(struct message){2, false, OUTCOME_FAILED, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_INTENDED);
    assert_int_equal(recharged_minor(&scene), 0);
    world_close(scene.world);
}

static void a_message_of_a_charge_moves_no_refund(void **state)
{
    (void)state;
    struct scene scene;
    struct id slot;
    open_scene(&scene);
    assert_true(world_next_effect(scene.world, BOOK_A, &slot));
    tell(&scene, &slot, &(struct message){1, true, OUTCOME_PAID, PRICE_MINOR});
    tell(&scene, &slot, &(struct message){2, true, OUTCOME_FAILED, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_INTENDED);
    tell(&scene, &slot, &(struct message){3, false, OUTCOME_PAID, PRICE_MINOR});
    world_settle(scene.world);
    assert_int_equal(row_of(&scene, &slot).state, REFUND_SETTLED);
    world_close(scene.world);
}

/* The goods did not come, and the buyer had the money twice: ours is charged anew. Then they do
 * come, and the seller has paid for them. */
static void what_others_refunded_too_is_not_paid_again_when_it_comes_after_the_charge(void **state)
{
    (void)state;
    static const char *const shoes[] = {"SHOE-42"};
    struct scene scene;
    open_scene(&scene);
    union command_body body = {
        .refund_record = {.merchant = scene.world->merchants[MERCHANT_A].merchant,
                          .provider = span_text("stripe"),
                          .payment = span_text("pi_R1"),
                          .how = ELSEWHERE_SELLER,
                          .reference = span_text("S-1"),
                          .amount_minor = PRICE_MINOR,
                          .currency = 978,
                          .made_ms = scene.world->now_ms,
                          .return_id = scene.rma,
                          .quantity = 1}};
    struct id slot = begin_charge(&scene);
    assert_int_equal(world_decide(scene.world, COMMAND_REFUND_RECORD, &body, BY_MERCHANT, NULL, 0),
                     OK);
    assert_int_equal(world_result(scene.world, &slot, DO_FIND_PAID), OK);
    world_settle(scene.world);
    assert_int_equal(recharged_minor(&scene), PRICE_MINOR);
    world_box(scene.world, LAX, "N1", NULL, shoes, 1);
    world_settle(scene.world);
    assert_int_equal(rows_memory_count(scene.world->nodes[RTM].memory, VIEW_REFUND), 2);
    assert_false(world_next_effect(scene.world, BOOK_A, &slot));
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_settles_the_charge_it_is_about),
        cmocka_unit_test(a_message_fails_the_charge_it_is_about),
        cmocka_unit_test(a_charge_that_was_declined_and_taken_after_all_is_paid),
        cmocka_unit_test(a_charge_of_another_amount_is_a_persons),
        cmocka_unit_test(a_message_of_a_refund_moves_no_charge),
        cmocka_unit_test(a_message_of_a_charge_moves_no_refund),
        cmocka_unit_test(what_others_refunded_too_is_not_paid_again_when_it_comes_after_the_charge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

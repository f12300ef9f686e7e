/* Money where several rules meet: fees, money ahead of goods, parts of a price, what others moved,
 * the largest and the smallest sums. Whatever meets, the buyer gets what is due, once. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/policy/policy.h"
#include "proto/money.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TRUSTED 7
#define SEEDS   120

/* --- the book at hand ------------------------------------------------------------------------- */

static struct policy plain_policy(void)
{
    struct policy policy = {.currency = 978, .windows_count = 1, .auto_approve_count = 1};
    policy.windows[0].days = 30;
    policy.auto_approve[0].up_to_minor = MONEY_MINOR_MAX;
    policy.buyer_history = 1;
    policy.allow_count = 1;
    policy.allow[0].buyer.bytes[0] = TRUSTED;
    return policy;
}

static void add_fee(struct policy *policy, enum fee_kind kind, uint64_t per_mille, int64_t fixed)
{
    policy->fees[policy->fees_count++] = (struct policy_fee){.class = CLASS_CHANGED_MIND,
                                                             .kind = kind,
                                                             .payer = PAID_BY_BUYER,
                                                             .per_mille = per_mille,
                                                             .fixed_minor = fixed};
}

static void put(struct world *world, const struct policy *policy)
{
    union command_body body = {
        .policy_put = {.merchant = world->merchants[MERCHANT_A].merchant, .policy = *policy}};
    enum error error = world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, 0);
    if (error != OK) printf("policy refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
}

static struct id sell(struct world *world, uint64_t quantity, int64_t price, int64_t captured)
{
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.buyer.bytes[0] = TRUSTED;
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("HAT"), .quantity = quantity, .price_minor = price};
    body.order_import.payments[0] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text("pi_R1"),
                                                     .captured_minor = captured};
    enum error error = world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0);
    if (error != OK) printf("order refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
    return world->decision.entity;
}

static enum error ask_error(struct world *world, const struct id *order, uint64_t quantity,
                            const char *number)
{
    union command_body body = {.return_request = {.order = *order, .lines_count = 1}};
    body.return_request.merchant = world->merchants[MERCHANT_A].merchant;
    body.return_request.number = span_text(number);
    body.return_request.lines[0] =
        (struct return_line){.quantity = quantity, .reason = REASON_UNWANTED};
    return world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0);
}

static struct id ask(struct world *world, const struct id *order, uint64_t quantity,
                     const char *number)
{
    enum error error = ask_error(world, order, quantity, number);
    if (error != OK) printf("request refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
    return world->decision.entity;
}

static void pay_all(struct world *world)
{
    struct id slot;
    world_settle(world);
    while (world_next_effect(world, BOOK_A, &slot)) {
        assert_int_equal(world_result(world, &slot, DO_SUBMIT), OK);
        assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
        world_settle(world);
    }
}

static void send(struct world *world, const char *number, unsigned units)
{
    const char *skus[BOX_ITEMS_MAX];
    for (unsigned i = 0; i < units; i++) skus[i] = "HAT";
    world_box(world, LAX, number, NULL, skus, units);
    pay_all(world);
}

static void hand_over(struct world *world, const char *number)
{
    world_track(world, LAX, number, TRACK_IN_TRANSIT, world->now_ms, number);
    pay_all(world);
}

static struct order_row_line line_of(struct world *world, const struct id *order)
{
    struct order_row row;
    assert_true(order_load(&world_desk(world, RTM)->rows, order, &row));
    return row.lines[0];
}

static int64_t refunded(struct world *world, const struct id *order)
{
    struct payment_row payment;
    assert_true(payment_load(&world_desk(world, RTM)->rows, order, 0, &payment));
    return payment.refunded_minor;
}

static enum return_state state_of(struct world *world, const struct id *return_id)
{
    return (enum return_state)world_return(world, RTM, return_id).state;
}

/* --- money ahead ------------------------------------------------------------------------------ */

/* The whole worth of one unit is no share of the next one's. */
static void all_units_are_paid_ahead_in_full(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct policy policy = plain_policy();
    policy.instant_refund_trust = 1;
    put(world, &policy);
    struct id order = sell(world, 3, 2000, 6000);
    struct id hats = ask(world, &order, 3, "N1");
    hand_over(world, "N1");
    assert_int_equal(refunded(world, &order), 6000);
    send(world, "N1", 3);
    assert_int_equal(refunded(world, &order), 6000);
    assert_int_equal(state_of(world, &hats), RETURN_CLOSED);
    world_close(world);
}

/* With the last unit nothing is ahead any more, and nobody waits to charge anybody. */
static void what_came_whole_leaves_nothing_to_charge(void **state)
{
    (void)state;
    static const uint64_t percents[] = {40, 100};
    for (unsigned i = 0; i < 2; i++) {
        struct world *world = world_open(4 + i);
        struct policy policy = plain_policy();
        policy.instant_refund_trust = 1;
        policy.instant_refund_percent = percents[i];
        policy.recharge_days = 7;
        put(world, &policy);
        struct id order = sell(world, 2, 2000, 4000);
        struct id hats = ask(world, &order, 2, "N1");
        hand_over(world, "N1");
        send(world, "N1", 1);
        send(world, "N1", 1);
        assert_int_equal(refunded(world, &order), 4000);
        assert_int_equal(state_of(world, &hats), RETURN_CLOSED);
        assert_true(world_return(world, RTM, &hats).due_ms == 0);
        world_close(world);
    }
}

/* The largest sums that there are: what a request would come to, and a tenth of it. */
static void more_than_was_sold_is_refused_however_dear(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct policy policy = plain_policy();
    add_fee(&policy, FEE_RESTOCKING, 100, 500);
    put(world, &policy);
    struct id order = sell(world, 1, MONEY_MINOR_MAX, MONEY_MINOR_MAX);
    assert_int_not_equal(ask_error(world, &order, QUANTITY_MAX, "N1"), OK);
    struct id hat = ask(world, &order, 1, "N1");
    struct return_row row = world_return(world, RTM, &hat);
    assert_int_equal(row.fees[0].amount_minor, MONEY_MINOR_MAX / 10 + 500);
    world_close(world);
}

/* --- parts ------------------------------------------------------------------------------------ */

/* 20.00 for two, 14.00 given, a fee of 3.00 for each: of the 6.00 that are left the first unit
 * takes 3.00 and its fee the rest. The second is worth nothing more, and the return ends. */
static void what_a_part_used_up_is_paid_no_more(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct policy policy = plain_policy();
    add_fee(&policy, FEE_RESTOCKING, 300, 0);
    put(world, &policy);
    struct id order = sell(world, 2, 1000, 2000);
    struct id hats = ask(world, &order, 2, "N1");
    union command_body body = {
        .grant_give = {.return_id = hats, .paid_for = PAID_FOR_PARTIAL, .amount_minor = 1400}};
    assert_int_equal(world_decide(world, COMMAND_GRANT_GIVE, &body, BY_MERCHANT, NULL, 0), OK);
    pay_all(world);
    send(world, "N1", 1);
    assert_int_equal(refunded(world, &order), 1400 + 300);
    send(world, "N1", 1);
    assert_int_equal(refunded(world, &order), 1400 + 300);
    assert_int_equal(line_of(world, &order).withheld_minor, 300);
    assert_int_equal(world_return(world, RTM, &hats).contests, 0);
    assert_int_equal(state_of(world, &hats), RETURN_CLOSED);
    world_close(world);
}

/* --- by chance -------------------------------------------------------------------------------- */

static enum error told(struct world *world, const struct id *return_id, enum elsewhere how,
                       const char *reference, int64_t amount, uint64_t quantity)
{
    union command_body body = {.refund_record = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                 .provider = span_text("sandbox"),
                                                 .payment = span_text("pi_R1"),
                                                 .how = how,
                                                 .reference = span_text(reference),
                                                 .amount_minor = amount,
                                                 .currency = 978,
                                                 .made_ms = world->now_ms,
                                                 .quantity = quantity}};
    if (return_id != NULL) body.refund_record.return_id = *return_id;
    return world_decide(world, COMMAND_REFUND_RECORD, &body, BY_MERCHANT, NULL, 0);
}

/* A call fails now and then, and an admin lets it be tried again as soon as the payment is free. */
static bool try_again(struct world *world, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(&world_desk(world, RTM)->rows, VIEW_REFUND_BY_RETURN, &walk, &found)) {
        union command_body body = {.refund_resolve = {.paid = 0}};
        struct refund_row row;
        memcpy(body.refund_resolve.slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        assert_true(refund_load(&world_desk(world, RTM)->rows, &body.refund_resolve.slot, &row));
        if (row.state != REFUND_FAILED) continue;
        if (world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0) == OK)
            return true;
    }
    return false;
}

static void pay_at_last(struct world *world, const struct id *return_id)
{
    struct id slot;
    world_settle(world);
    while (world_next_effect(world, BOOK_A, &slot) || try_again(world, return_id)) {
        if (!world_next_effect(world, BOOK_A, &slot)) continue;
        bool fails = world_random(world, 4) == 0;
        assert_int_equal(world_result(world, &slot, DO_SUBMIT), OK);
        assert_int_equal(world_result(world, &slot, fails ? DO_FIND_FAILED : DO_FIND_PAID), OK);
        world_settle(world);
    }
}

/* What may happen to a return besides that its goods come. */
struct life {
    struct id order, hats;
    uint64_t quantity;
    int64_t worth; /* of one unit */
    bool charged_back, won;
};

static void happen(struct world *world, struct life *life)
{
    struct return_line_row line;
    const struct rows *rows = &world_desk(world, RTM)->rows;
    assert_true(return_line_load(rows, &life->hats, 0, &line));
    switch (world_random(world, 4)) {
    case 0: world_track(world, LAX, "N1", TRACK_IN_TRANSIT, world->now_ms, "N1"); break;
    case 1:
        if (life->charged_back || line.served + line.fronted >= line.quantity) break;
        life->charged_back =
            told(world, &life->hats, ELSEWHERE_CHARGEBACK, "cb", life->worth, 1) == OK;
        break;
    case 2:
        if (!life->charged_back || life->won || line.served == line.taken) break;
        life->won = told(world, NULL, ELSEWHERE_CHARGEBACK_WON, "cb", life->worth, 0) == OK;
        break;
    default: break;
    }
    world_settle(world);
    if (world_random(world, 2) == 0) pay_at_last(world, &life->hats);
}

static struct policy some_policy(struct world *world)
{
    static const uint64_t percents[] = {0, 1, 40, 99, 100};
    struct policy policy = plain_policy();
    if (world_random(world, 2) == 0) {
        policy.instant_refund_trust = 1;
        policy.instant_refund_percent = percents[world_random(world, 5)];
    }
    if (world_random(world, 3) != 0)
        add_fee(&policy, FEE_RESTOCKING, 1 + world_random(world, 900), 0);
    if (world_random(world, 3) != 0)
        add_fee(&policy, FEE_RETURN_FREIGHT, 0, 1 + (int64_t)world_random(world, 900));
    return policy;
}

/* voucher: less was captured than the line sums to. */
static struct life begin_life(struct world *world, int64_t voucher)
{
    struct policy policy = some_policy(world);
    struct life life = {.quantity = 1 + world_random(world, 5),
                        .worth = 1 + (int64_t)world_random(world, 1000)};
    put(world, &policy);
    life.order =
        sell(world, life.quantity, life.worth + voucher, life.worth * (int64_t)life.quantity);
    life.hats = ask(world, &life.order, life.quantity, "N1");
    return life;
}

/* What is refunded, what others moved and what is kept as a fee are together what was captured. */
static void whatever_meets_the_sum_is_right(void **state)
{
    (void)state;
    enum { FEES, WON, LOST, AHEAD, KINDS };
    unsigned met[KINDS] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct world *world = world_open(5000 + seed);
        struct life life = begin_life(world, seed % 2 == 0 ? 0 : 3);
        for (uint64_t come = 0; come < life.quantity; come++) {
            for (uint64_t n = world_random(world, 4); n > 0; n--) happen(world, &life);
            world_box(world, LAX, "N1", NULL, (const char *const[]){"HAT"}, 1);
        }
        pay_at_last(world, &life.hats);
        struct payment_row payment;
        assert_true(payment_load(&world_desk(world, RTM)->rows, &life.order, 0, &payment));
        int64_t withheld = line_of(world, &life.order).withheld_minor;
        int64_t sum = payment.refunded_minor + payment.elsewhere_minor + withheld;
        if (sum != payment.captured_minor) printf("seed %u\n", (unsigned)seed);
        assert_int_equal(sum, payment.captured_minor);
        assert_int_equal(state_of(world, &life.hats), RETURN_CLOSED);
        met[FEES] += withheld > 0 ? 1 : 0;
        met[WON] += life.won ? 1 : 0;
        met[LOST] += payment.elsewhere_minor > 0 ? 1 : 0;
        met[AHEAD] += world_return(world, RTM, &life.hats).advance_percent > 0 ? 1 : 0;
        world_close(world);
    }
    for (unsigned i = 0; i < KINDS; i++) assert_in_range(met[i], 5, SEEDS - 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_units_are_paid_ahead_in_full),
        cmocka_unit_test(what_came_whole_leaves_nothing_to_charge),
        cmocka_unit_test(more_than_was_sold_is_refused_however_dear),
        cmocka_unit_test(what_a_part_used_up_is_paid_no_more),
        cmocka_unit_test(whatever_meets_the_sum_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Billing, told: what is charged, when, and once; what the merchant pays ahead; what is held for
 * arrears; and statements that stay as they were closed. */
#include "tests/overseas-warehouse/billing/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_rule(const struct world *world, const char *rule)
{
    if (strstr(world->decision.rule, rule) == NULL)
        print_error("refused by %s, not %s\n", world->decision.rule, rule);
    assert_non_null(strstr(world->decision.rule, rule));
}

static void put_table(struct world *world, enum merchant_name merchant)
{
    union command_body body = scene_table(world, merchant, world->now_ms - 30 * DAY_MS, 0);
    assert_int_equal(scene_put(world, &body), OK);
}

/* --- acts ------------------------------------------------------------------------------------- */

static void each_act_is_charged_once_under_the_version_in_force(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    int64_t sum;
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 2);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    world_settle(world);
    world_settle(world);
    for (unsigned node = 0; node < NODES_MAX; node++) {
        assert_int_equal(scene_count(world, node, BILLED_RECEIVE_BOX, &sum), 1);
        assert_int_equal(sum, 100);
        assert_int_equal(scene_count(world, node, BILLED_RECEIVE_UNIT, &sum), 2);
        assert_int_equal(sum, 400);
        assert_int_equal(scene_count(world, node, BILLED_INSPECT, &sum), 1);
        assert_int_equal(sum, 300);
        assert_int_equal(scene_count(world, node, 0, &sum), 4);
        struct standing standing = scene_standing(world, node, MERCHANT_A);
        assert_int_equal(standing.balance_minor, -800);
        assert_int_equal(standing.sums.lines, 4);
    }
    world_close(world);
}

/* The box comes first, then the return that it is of: only then is its merchant known. And only
 * then is there a fee table, which begins before all that. */
static void what_was_done_before_its_merchant_or_its_price_was_known_is_charged_then(void **state)
{
    (void)state;
    static const char *const shoe[] = {"SHOE-42"};
    struct world *world = world_open(2);
    int64_t sum;
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct id box = world_box(world, LAX, "N1", NULL, shoe, 1);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, 0, &sum), 0);
    world_request(world, MERCHANT_A, &order, 1, "N1");
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, 0, &sum), 0);
    world_pass(world, DAY_MS);
    put_table(world, MERCHANT_A);
    world_settle(world);
    assert_int_equal(scene_count(world, RTM, 0, &sum), 3);
    assert_int_equal(sum, 100 + 200 + 300);
    world_close(world);
}

/* What a platform sent back is of no return, and its merchant pays for the work all the same. */
static void work_on_units_of_a_removal_order_is_charged_to_its_merchant(void **state)
{
    (void)state;
    static const char *const shoe[] = {"SHOE-42"};
    struct world *world = world_open(12);
    int64_t sum;
    put_table(world, MERCHANT_A);
    struct id box = world_box(world, LAX, "C1", NULL, shoe, 1);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, 0, &sum), 0);
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
    world_settle(world);
    for (unsigned node = 0; node < NODES_MAX; node++) {
        assert_int_equal(scene_count(world, node, BILLED_RECEIVE_UNIT, &sum), 1);
        assert_int_equal(scene_count(world, node, BILLED_INSPECT, &sum), 1);
        assert_int_equal(sum, 300);
    }
    world_close(world);
}

static enum error grade_as(struct world *world, const struct id *unit, const char *sku)
{
    union command_body body = {.unit_act = {.unit = *unit, .grade = GRADE_GOOD}};
    if (sku != NULL) body.unit_act.sku = span_text(sku);
    return world_decide(world, COMMAND_UNIT_GRADE, &body, BY_OPERATOR, NULL, 0);
}

/* A shoe in a torn box is sold as another SKU: it bears that label when it is looked at again. */
static void what_is_relabelled_is_charged_and_goes_on_the_shelf_as_what_it_became(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    int64_t sum;
    put_table(world, MERCHANT_A);
    union command_body body = {.sku_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                           .code = span_text("SHOE-42-B"),
                                           .name_en = span_text("a shoe in a plain box")}};
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    assert_int_equal(grade_as(world, &unit, "SHOE-42-B"), ERROR_OUT_OF_RANGE);
    assert_int_equal(grade_as(world, &unit, NULL), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, &unit, 0, DISPOSE_RELABEL), OK);
    assert_int_equal(grade_as(world, &unit, "NEVER-HEARD-OF"), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "sku: one of the merchant's");
    assert_int_equal(grade_as(world, &unit, "SHOE-42-B"), OK);
    world_settle(world);
    for (unsigned node = 0; node < NODES_MAX; node++) {
        assert_int_equal(scene_count(world, node, BILLED_RELABEL, &sum), 1);
        assert_int_equal(sum, 500);
    }
    assert_int_equal(scene_act(world, COMMAND_UNIT_DISPOSE, &unit, 0, DISPOSE_RESTOCK), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SETTLE, &unit, 0, 0), OK);
    struct stock_row stock;
    struct key key = pair_key(&world->nodes[LAX].warehouse, &unit);
    key = key_add_uint(key, 1, 2);
    assert_true(
        rows_load(&world_desk(world, LAX)->rows, VIEW_STOCK, &key, &stock_row_shape, &stock));
    assert_true(span_equal(stock.sku, span_text("SHOE-42-B")));
    world_close(world);
}

static void what_was_done_before_the_first_table_began_is_not_charged(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    int64_t sum;
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    world_pass(world, DAY_MS);
    union command_body body = scene_table(world, MERCHANT_A, 0, 0);
    assert_int_equal(scene_put(world, &body), OK);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, 0, &sum), 1);
    assert_int_equal(sum, 300);
    world_close(world);
}

/* The hook that the folds of voids call, at every node, as they would: in the log's place. */
static void take_back(struct world *world, enum billed_act act, const struct id *thing,
                      uint64_t hop, uint64_t number)
{
    struct billed done = {.act = act,
                          .thing = *thing,
                          .warehouse = world->nodes[LAX].warehouse,
                          .hop = hop,
                          .number = number};
    struct place place = {.log = world->logs[LOG_LAX].id};
    for (unsigned node = 0; node < NODES_MAX; node++)
        billing_void(&world->nodes[node].desk, &place, &done);
}

static void a_voided_act_posts_its_reverse_once_and_one_that_was_not_charged_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    int64_t sum;
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    take_back(world, BILLED_RECEIVE_UNIT, &unit, 1, 1);
    world_settle(world);
    assert_int_equal(scene_count(world, SYD, BILLED_RECEIVE_UNIT, &sum), 2);
    assert_int_equal(sum, 0);
    take_back(world, BILLED_RECEIVE_UNIT, &unit, 1, 1);
    world_settle(world);
    assert_int_equal(scene_count(world, SYD, BILLED_RECEIVE_UNIT, &sum), 2);
    assert_int_equal(scene_standing(world, SYD, MERCHANT_A).sums.reversed_minor, 200);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    for (unsigned node = 0; node < NODES_MAX; node++) world_deliver_all(world);
    take_back(world, BILLED_INSPECT, &unit, 1, 2);
    world_settle(world);
    assert_int_equal(scene_count(world, SYD, BILLED_INSPECT, &sum), 0);
    world_close(world);
}

static void a_charge_that_two_logs_wrote_counts_once_whichever_comes_first(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    int64_t sum;
    struct charge_row row;
    struct charge_posted posted = {0};
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id charge = charge_id(&world->crypto.crypto, &world->nodes[LAX].warehouse,
                                 BILLED_RECEIVE_BOX, &box, 0, 0);
    assert_true(charge_load(&world_desk(world, LAX)->rows, &charge, &row));
    shape_copy(&charge_posted_shape, &posted, &charge_row_shape, &row);
    posted.amount_minor = 777;
    world_inject(world, LOG_SYD, EVENT_CHARGE_POSTED, &box, &posted);
    world_inject(world, LOG_RTM, EVENT_CHARGE_POSTED, &box, &posted);
    world_settle(world);
    int64_t one = scene_standing(world, LAX, MERCHANT_A).sums.charged_minor;
    for (unsigned node = 0; node < NODES_MAX; node++) {
        assert_int_equal(scene_count(world, node, BILLED_RECEIVE_BOX, &sum), 1);
        struct standing standing = scene_standing(world, node, MERCHANT_A);
        assert_int_equal(standing.sums.lines, 2);
        assert_int_equal(standing.sums.charged_minor, one);
        assert_int_equal(standing.sums.charged_minor, sum + 200);
    }
    world_close(world);
}

/* --- storage ---------------------------------------------------------------------------------- */

/* Three logs, one charge: the same one stands in whatever order two of them are heard. */
static void of_what_several_logs_wrote_of_a_charge_the_same_word_stands_in_any_order(void **state)
{
    (void)state;
    int64_t stands[2];
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        struct world *world = world_open(5);
        struct charge_row row;
        struct charge_posted posted = {0};
        put_table(world, MERCHANT_A);
        struct id box = scene_box(world, MERCHANT_A, "N1", 1);
        world_settle(world);
        struct id charge = charge_id(&world->crypto.crypto, &world->nodes[LAX].warehouse,
                                     BILLED_RECEIVE_BOX, &box, 0, 0);
        assert_true(charge_load(&world_desk(world, LAX)->rows, &charge, &row));
        shape_copy(&charge_posted_shape, &posted, &charge_row_shape, &row);
        for (unsigned i = 0; i < 2; i++) {
            bool syd = i == swapped;
            posted.amount_minor = syd ? 777 : 888;
            world_inject(world, syd ? LOG_SYD : LOG_RTM, EVENT_CHARGE_POSTED, &box, &posted);
            world_deliver_all(world);
        }
        assert_true(charge_load(&world_desk(world, RTM)->rows, &charge, &row));
        stands[swapped] = row.amount_minor;
        world_close(world);
    }
    assert_int_equal(stands[0], stands[1]);
}

static void storage_is_posted_at_the_end_of_each_month_after_the_free_days(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    int64_t sum;
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    uint64_t since = world->now_ms, end = month_end(since), next = month_end(end);
    assert_int_equal(scene_count(world, LAX, BILLED_STORAGE, &sum), 0);
    world_pass(world, end - 1 - world->now_ms);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_STORAGE, &sum), 0);
    world_pass(world, 1);
    world_settle(world);
    int64_t begun = (int64_t)((end - since + DAY_MS - 1) / DAY_MS);
    assert_int_equal(scene_count(world, LAX, BILLED_STORAGE, &sum), 1);
    assert_int_equal(sum, begun > 3 ? begun - 3 : 0);
    world_pass(world, next - world->now_ms);
    world_settle(world);
    int64_t all = (int64_t)((next - since + DAY_MS - 1) / DAY_MS);
    assert_int_equal(scene_count(world, RTM, BILLED_STORAGE, &sum), 2);
    assert_int_equal(sum, all - 3);
    world_pass(world, 2 * DAY_MS + 1);
    uint64_t left = world->now_ms;
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 100000), OK);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &unit, 0, 0), OK);
    world_settle(world);
    all = (int64_t)((left - since + DAY_MS - 1) / DAY_MS);
    assert_int_equal(scene_count(world, RTM, BILLED_STORAGE, &sum), 3);
    assert_int_equal(sum, all - 3);
    world_pass(world, 90 * DAY_MS);
    world_settle(world);
    assert_int_equal(scene_count(world, RTM, BILLED_STORAGE, &sum), 3);
    world_close(world);
}

/* A table that ends without another one leaves nothing to charge by, until there is the next. */
static void what_comes_after_the_end_of_the_last_table_waits_for_the_next(void **state)
{
    (void)state;
    struct world *world = world_open(17);
    int64_t sum;
    uint64_t ends = world->now_ms + DAY_MS;
    union command_body body = scene_table(world, MERCHANT_A, world->now_ms - 30 * DAY_MS, 0);
    body.fee_put.until_ms = ends;
    assert_int_equal(scene_put(world, &body), OK);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_count(world, LAX, 0, &sum), 2);
    world_pass(world, 2 * DAY_MS);
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &unit, 0, 0), OK);
    world_pass(world, month_end(world->now_ms) - world->now_ms);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, 0, &sum), 2);
    body = scene_table(world, MERCHANT_A, ends, 0);
    assert_int_equal(world_decide(world, COMMAND_FEE_PUT, &body, BY_ADMIN, NULL, 1), OK);
    world_settle(world);
    world_pass(world, 1);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_INSPECT, &sum), 1);
    assert_int_equal(scene_count(world, LAX, BILLED_STORAGE, &sum), 1);
    world_close(world);
}

static void storage_is_rounded_once_to_the_nearest_minor_unit(void **state)
{
    (void)state;
    struct fee_row fee = {.prices_count = 1};
    struct stay stay = {.since_ms = 0, .from_ms = 0, .to_ms = DAY_MS, .volume_mm3 = 1000000};
    uint64_t days;
    int64_t amount;
    fee.prices[0] = (struct fee_price){.act = BILLED_STORAGE, .price_micro = 500000000};
    assert_true(fee_storage(&fee, &stay, &days, &amount)); /* 0.5 of a minor unit */
    assert_int_equal(amount, 1);
    stay.volume_mm3 = 999999;
    assert_true(fee_storage(&fee, &stay, &days, &amount));
    assert_int_equal(amount, 0);
    stay.to_ms = 1 + 2 * DAY_MS; /* a third day has begun */
    assert_true(fee_storage(&fee, &stay, &days, &amount));
    assert_int_equal(days, 3);
    assert_int_equal(amount, 1);
    fee.prices[0].minimum_minor = 25;
    assert_true(fee_storage(&fee, &stay, &days, &amount));
    assert_int_equal(amount, 25);
    fee.prices[0].free_days = 3;
    assert_true(fee_storage(&fee, &stay, &days, &amount));
    assert_int_equal(amount, 0);
    stay.volume_mm3 = VOLUME_MM3_MAX;
    stay.to_ms = STORED_DAYS_MAX * DAY_MS;
    fee.prices[0].price_micro = PRICE_MICRO_MAX;
    assert_true(fee_storage(&fee, &stay, &days, &amount));
    assert_true(amount == BILL_MINOR_MAX);
}

/* The month ends at midnight, and an hour later the unit leaves: the two periods are of one day. */
static void a_unit_that_leaves_on_the_first_of_a_month_has_two_charges(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    int64_t sum;
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    uint64_t since = world->now_ms;
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 100000), OK);
    world_pass(world, month_end(month_end(since)) - since);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_STORAGE, &sum), 2);
    world_pass(world, HOUR_MS);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &unit, 0, 0), OK);
    world_settle(world);
    assert_int_equal(scene_count(world, LAX, BILLED_STORAGE, &sum), 3);
    assert_int_equal(sum, (int64_t)((world->now_ms - since + DAY_MS - 1) / DAY_MS) - 3);
    world_close(world);
}

static void a_charge_under_the_id_of_another_act_is_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    int64_t sum;
    struct charge_row row;
    struct charge_posted posted = {0};
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id charge = charge_id(&world->crypto.crypto, &world->nodes[LAX].warehouse,
                                 BILLED_RECEIVE_BOX, &box, 0, 0);
    assert_true(charge_load(&world_desk(world, LAX)->rows, &charge, &row));
    shape_copy(&charge_posted_shape, &posted, &charge_row_shape, &row);
    posted.number = 1;
    world_inject(world, LOG_SYD, EVENT_CHARGE_POSTED, &box, &posted);
    posted.charge.bytes[0] ^= 1;
    posted.reverses = posted.charge;
    world_inject(world, LOG_SYD, EVENT_CHARGE_POSTED, &box, &posted);
    world_settle(world);
    assert_int_equal(scene_count(world, SYD, 0, &sum), 2);
    assert_int_equal(sum, 300);
    world_close(world);
}

/* --- fee tables ------------------------------------------------------------------------------- */

static void refused(struct world *world, const union command_body *body, const char *rule)
{
    assert_int_not_equal(scene_put(world, body), OK);
    assert_rule(world, rule);
}

static void a_fee_table_with_a_gap_or_an_overlap_is_refused_by_field_and_rule(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    const union command_body good = scene_table(world, MERCHANT_A, world->now_ms, 0);
    union command_body body = good;
    struct fee_price *prices = body.fee_put.prices;
    body.fee_put.prices_count = 8;
    refused(world, &body, "prices: every_act_has_a_price");
    body = good;
    prices[8] = (struct fee_price){.act = BILLED_RECEIVE_BOX};
    body.fee_put.prices_count = 9;
    refused(world, &body, "prices/8/act: classes_of_an_act_stand_together");
    body = good;
    prices[8].to_g = 500;
    refused(world, &body, "prices/8/to_g: last_class_is_open");
    prices[9] = (struct fee_price){.act = BILLED_OUTBOUND, .from_g = 501};
    body.fee_put.prices_count = 10;
    refused(world, &body, "prices/9/from_g: classes_without_gap");
    prices[9].from_g = 499;
    refused(world, &body, "prices/9/from_g: classes_do_not_overlap");
    prices[9].from_g = 500;
    prices[9].to_g = 500;
    refused(world, &body, "prices/9/to_g: class_is_not_empty");
    prices[9].to_g = 0;
    prices[9].free_days = 1;
    refused(world, &body, "prices/9/free_days: only_of_storage");
    prices[9].free_days = 0;
    prices[9].minimum_minor = -1;
    refused(world, &body, "prices/9/minimum_minor: not_below_zero");
    prices[9].minimum_minor = 0;
    prices[0].from_g = 1;
    refused(world, &body, "prices/0/from_g: classes_without_gap");
    prices[0].from_g = 0;
    body.fee_put.until_ms = body.fee_put.from_ms;
    refused(world, &body, "until_ms: after_from");
    body.fee_put.until_ms = 0;
    body.fee_put.credit_minor = -1;
    refused(world, &body, "credit_minor: not_below_zero");
    body.fee_put.credit_minor = 0;
    assert_int_equal(scene_put(world, &body), OK);
    world_close(world);
}

static void versions_follow_each_other_without_gap_and_overlap(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    uint64_t now = world->now_ms;
    struct fee_row fee;
    union command_body body = scene_table(world, MERCHANT_A, now - 10 * DAY_MS, 0);
    body.fee_put.until_ms = now + 10 * DAY_MS;
    assert_int_equal(scene_put(world, &body), OK);
    body = scene_table(world, MERCHANT_A, now - DAY_MS, 1);
    refused(world, &body, "from_ms: not_in_the_past");
    body.fee_put.from_ms = now + 10 * DAY_MS - 1;
    refused(world, &body, "from_ms: versions_do_not_overlap");
    body.fee_put.from_ms = now + 10 * DAY_MS + 1;
    refused(world, &body, "from_ms: versions_without_gap");
    body.fee_put.currency = 978;
    refused(world, &body, "currency: stays");
    body.fee_put.currency = 840;
    body.fee_put.from_ms = now + 10 * DAY_MS;
    assert_int_equal(scene_put(world, &body), OK);
    body.fee_put.from_ms = now + 10 * DAY_MS;
    refused(world, &body, "from_ms: versions_do_not_overlap");
    const struct rows *rows = &world_desk(world, LAX)->rows;
    const struct id *here = &world->nodes[LAX].warehouse, *whose = &world->merchants[0].merchant;
    assert_true(fee_at(rows, here, whose, now + 10 * DAY_MS - 1, &fee));
    assert_int_equal(fee.version, 1);
    assert_true(fee_at(rows, here, whose, now + 10 * DAY_MS, &fee));
    assert_int_equal(fee.version, 2);
    assert_false(fee_at(rows, here, whose, now - 10 * DAY_MS - 1, &fee));
    world_close(world);
}

static void the_class_of_what_a_thing_weighs_says_its_price(void **state)
{
    (void)state;
    struct fee_row fee = {.prices_count = 2};
    int64_t amount;
    fee.prices[0] = (struct fee_price){.act = BILLED_INSPECT, .to_g = 500, .price_micro = 1000000};
    fee.prices[1] =
        (struct fee_price){.act = BILLED_INSPECT, .from_g = 500, .price_micro = 2000000};
    assert_true(fee_amount(&fee, BILLED_INSPECT, 0, &amount));
    assert_int_equal(amount, 1);
    assert_true(fee_amount(&fee, BILLED_INSPECT, 499, &amount));
    assert_int_equal(amount, 1);
    assert_true(fee_amount(&fee, BILLED_INSPECT, 500, &amount));
    assert_int_equal(amount, 2);
    assert_false(fee_amount(&fee, BILLED_PHOTO, 0, &amount));
}

/* --- paying ahead, arrears -------------------------------------------------------------------- */

static void the_same_reference_of_a_payment_counts_once(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 500), ERROR_OUT_OF_RANGE);
    assert_rule(world, "has_a_fee_table");
    put_table(world, MERCHANT_A);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 0), ERROR_OUT_OF_RANGE);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 500), OK);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 500), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 501), ERROR_CONFLICT);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T2", 1), OK);
    assert_int_equal(scene_standing(world, LAX, MERCHANT_A).balance_minor, 501);
    world_close(world);
}

static void arrears_hold_what_would_leave_until_it_is_paid_or_a_supervisor_lets_it_go(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    put_table(world, MERCHANT_A);
    struct id box = scene_box(world, MERCHANT_A, "N1", 2);
    world_settle(world);
    struct id first = scene_unit(world, &box, 0), second = scene_unit(world, &box, 1);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &first, 0, 0), ERROR_FACT_BARS);
    assert_rule(world, "unit: arrears_hold_outbound");
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, &first, 0, 0), OK);
    union command_body body = {
        .arrears_override = {.unit = first, .reason = span_text("promised for Friday")}};
    enum command_kind kind = COMMAND_ARREARS_OVERRIDE;
    assert_int_equal(world_decide(world, kind, &body, BY_ADMIN, NULL, 0), OK);
    assert_int_equal(world_decide(world, kind, &body, BY_ADMIN, NULL, 0), ERROR_CONFLICT);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &second, 0, 0), ERROR_FACT_BARS);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &first, 0, 0), OK);
    world_settle(world);
    struct standing standing = scene_standing(world, LAX, MERCHANT_A);
    assert_true(standing.arrears);
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", -standing.balance_minor), OK);
    assert_false(scene_standing(world, LAX, MERCHANT_A).arrears);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &second, 0, 0), OK);
    world_close(world);
}

static void a_balance_may_fall_as_far_as_the_credit(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    union command_body body = scene_table(world, MERCHANT_A, 0, 0);
    body.fee_put.credit_minor = 300; /* a box and a unit */
    assert_int_equal(scene_put(world, &body), OK);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    struct id unit = scene_unit(world, &box, 0);
    assert_int_equal(scene_standing(world, LAX, MERCHANT_A).balance_minor, -300);
    assert_int_equal(scene_act(world, COMMAND_UNIT_SHIP, &unit, 0, 0), OK);
    world_settle(world);
    assert_true(scene_standing(world, LAX, MERCHANT_A).arrears);
    world_close(world);
}

/* --- statements ------------------------------------------------------------------------------- */

static void a_closed_statement_stays_and_what_comes_later_goes_to_the_next(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct statement_row one, two;
    const struct id *here = &world->nodes[LAX].warehouse, *whose = &world->merchants[0].merchant;
    const struct rows *rows = &world_desk(world, LAX)->rows;
    assert_int_equal(scene_close(world, MERCHANT_A), ERROR_NOT_FOUND);
    put_table(world, MERCHANT_A);
    assert_int_equal(scene_close(world, MERCHANT_A), ERROR_CONFLICT);
    assert_rule(world, "has_a_line");
    assert_int_equal(scene_topup(world, MERCHANT_A, "T1", 1000), OK);
    struct id box = scene_box(world, MERCHANT_A, "N1", 1);
    world_settle(world);
    assert_int_equal(scene_close(world, MERCHANT_A), OK);
    assert_true(statement_load(rows, here, whose, 1, &one));
    assert_int_equal(one.opening_minor, 0);
    assert_int_equal(one.paid_minor, 1000);
    assert_int_equal(one.charged_minor, 300);
    assert_int_equal(one.closing_minor, 700);
    assert_int_equal(one.lines, 3);
    struct id unit = scene_unit(world, &box, 0);
    take_back(world, BILLED_RECEIVE_UNIT, &unit, 1, 1);
    world_settle(world);
    assert_int_equal(scene_close(world, MERCHANT_A), OK);
    assert_true(statement_load(rows, here, whose, 2, &two));
    assert_int_equal(two.opening_minor, 700);
    assert_int_equal(two.reversed_minor, 200);
    assert_int_equal(two.closing_minor, 900);
    assert_int_equal(two.lines, 1);
    assert_true(statement_load(rows, here, whose, 1, &one));
    assert_int_equal(one.closing_minor, 700);
    union command_body body = {
        .statement_close = {.warehouse = *here, .merchant = *whose, .number = 2}};
    assert_int_equal(world_decide(world, COMMAND_STATEMENT_CLOSE, &body, BY_ADMIN, NULL, 0),
                     ERROR_CONFLICT);
    assert_rule(world, "number: of_the_open_statement");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_act_is_charged_once_under_the_version_in_force),
        cmocka_unit_test(what_was_done_before_its_merchant_or_its_price_was_known_is_charged_then),
        cmocka_unit_test(work_on_units_of_a_removal_order_is_charged_to_its_merchant),
        cmocka_unit_test(what_is_relabelled_is_charged_and_goes_on_the_shelf_as_what_it_became),
        cmocka_unit_test(what_was_done_before_the_first_table_began_is_not_charged),
        cmocka_unit_test(a_voided_act_posts_its_reverse_once_and_one_that_was_not_charged_nothing),
        cmocka_unit_test(a_charge_that_two_logs_wrote_counts_once_whichever_comes_first),
        cmocka_unit_test(of_what_several_logs_wrote_of_a_charge_the_same_word_stands_in_any_order),
        cmocka_unit_test(storage_is_posted_at_the_end_of_each_month_after_the_free_days),
        cmocka_unit_test(a_unit_that_leaves_on_the_first_of_a_month_has_two_charges),
        cmocka_unit_test(a_charge_under_the_id_of_another_act_is_nothing),
        cmocka_unit_test(what_comes_after_the_end_of_the_last_table_waits_for_the_next),
        cmocka_unit_test(storage_is_rounded_once_to_the_nearest_minor_unit),
        cmocka_unit_test(a_fee_table_with_a_gap_or_an_overlap_is_refused_by_field_and_rule),
        cmocka_unit_test(versions_follow_each_other_without_gap_and_overlap),
        cmocka_unit_test(the_class_of_what_a_thing_weighs_says_its_price),
        cmocka_unit_test(the_same_reference_of_a_payment_counts_once),
        cmocka_unit_test(arrears_hold_what_would_leave_until_it_is_paid_or_a_supervisor_lets_it_go),
        cmocka_unit_test(a_balance_may_fall_as_far_as_the_credit),
        cmocka_unit_test(a_closed_statement_stays_and_what_comes_later_goes_to_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

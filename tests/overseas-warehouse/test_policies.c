/* Policies told: what a version decided stays explained by it, whatever comes after; which one
 * holds when; whose word counts; what a person should look at. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct policy thirty_days(void)
{
    struct policy policy = {.currency = 978, .windows_count = 1, .auto_approve_count = 1};
    policy.windows[0].days = 30;
    policy.auto_approve[0].up_to_minor = 5000;
    policy.respond_hours = 24;
    policy.send_hours = 7 * 24;
    return policy;
}

static enum error put_at(struct world *world, const struct policy *policy, uint64_t effective_ms,
                         uint64_t if_match)
{
    union command_body body = {.policy_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                              .effective_ms = effective_ms,
                                              .policy = *policy}};
    return world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, if_match);
}

static enum error put(struct world *world, const struct policy *policy, uint64_t if_match)
{
    return put_at(world, policy, 0, if_match);
}

static void assert_refused(const struct world *world, enum error error, const char *rule)
{
    assert_int_equal(world->decision.error, error);
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.drafts_count, 0);
}

static struct return_row ask(struct world *world, const char *reference, int64_t price,
                             struct id *return_id)
{
    struct id order = world_order(world, MERCHANT_A, reference, "HAT", 1, price, price);
    *return_id = world_request(world, MERCHANT_A, &order, 1, reference);
    assert_false(id_is_zero(return_id));
    return world_return(world, RTM, return_id);
}

static enum check_answer answer_in(const struct return_row *row, enum policy_check check)
{
    for (uint32_t i = 0; i < row->checks_count; i++)
        if (row->checks[i].check == (uint64_t)check)
            return (enum check_answer)row->checks[i].answer;
    return (enum check_answer)0;
}

/* --- the version stays with the decision ------------------------------------------------------ */

static void a_change_between_request_and_answer_leaves_the_explanation_as_it_was(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct policy policy = thirty_days();
    struct id first, second;
    assert_int_equal(put(world, &policy, 0), OK);
    struct return_row asked = ask(world, "SO-1", 6000, &first);
    assert_int_equal(asked.state, RETURN_REQUESTED); /* 60.00 is more than is approved unasked */
    assert_int_equal(asked.policy_version, 1);
    assert_int_equal(asked.decided_by, CHECK_AUTO);
    assert_int_equal(answer_in(&asked, CHECK_WINDOW), CHECK_YES);
    assert_int_equal(asked.due_verb, DO_APPROVE);
    assert_int_equal(asked.due_ms, world->now_ms + 24 * HOUR_MS);

    policy.windows[0].days = 0; /* from now on nothing comes back */
    policy.auto_approve_count = 0;
    assert_int_equal(put(world, &policy, 1), OK);
    struct return_row later = ask(world, "SO-2", 6000, &second);
    assert_int_equal(later.policy_version, 2);
    assert_int_equal(later.decided_by, CHECK_WINDOW);
    assert_int_equal(answer_in(&later, CHECK_WINDOW), CHECK_NO);
    assert_int_equal(later.due_verb, DO_EXPIRE);

    world_pass(world, 25 * HOUR_MS);
    world_settle(world);
    struct return_row granted = world_return(world, SYD, &first);
    assert_int_equal(granted.state, RETURN_APPROVED); /* by silence, as version 1 promised */
    assert_int_equal(granted.policy_version, 1);
    assert_int_equal(granted.decided_by, CHECK_AUTO);
    assert_int_equal(granted.checks_count, asked.checks_count);
    assert_memory_equal(granted.checks, asked.checks, sizeof asked.checks);
    assert_int_equal(granted.due_ms, granted.approved_ms + 7 * DAY_MS);
    struct return_row ended = world_return(world, SYD, &second);
    assert_int_equal(ended.state, RETURN_EXPIRED);
    struct policy_row kept;
    assert_true(
        policy_load(&world_desk(world, SYD)->rows, &world->merchants[MERCHANT_A], 1, &kept));
    assert_int_equal(kept.policy.windows[0].days, 30);
    world_close(world);
}

static void a_merchant_without_a_policy_keeps_the_figures_of_its_record(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id id;
    struct return_row row = ask(world, "SO-1", 6000, &id);
    assert_int_equal(row.state, RETURN_APPROVED);
    assert_int_equal(row.policy_version, 0);
    assert_int_equal(row.checks_count, 0);
    world_close(world);
}

static void what_is_small_is_approved_at_once_and_may_be_kept_when_it_is_smaller(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct policy policy = thirty_days();
    struct id id;
    policy.returnless_count = 1;
    policy.returnless[0].up_to_minor = 1500;
    assert_int_equal(put(world, &policy, 0), OK);
    struct return_row row = ask(world, "SO-1", 5000, &id);
    assert_int_equal(row.state, RETURN_APPROVED);
    assert_int_equal(row.decided_by, 0);
    assert_int_equal(row.returnless, 0);
    row = ask(world, "SO-2", 1500, &id);
    assert_int_equal(row.returnless, 1);
    row = ask(world, "SO-3", 5001, &id);
    assert_int_equal(row.state, RETURN_REQUESTED);
    world_close(world);
}

static void trouble_with_the_order_flags_its_next_return(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct policy policy = thirty_days();
    struct id order = world_order(world, MERCHANT_A, "SO-1", "HAT", 2, 6000, 12000);
    assert_int_equal(put(world, &policy, 0), OK);
    struct id first = world_request(world, MERCHANT_A, &order, 1, "N1");
    union command_body body = {.return_decide = {.return_id = first}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 0), OK);
    struct id second = world_request(world, MERCHANT_A, &order, 1, "N2");
    struct return_row row = world_return(world, RTM, &second);
    assert_int_equal(answer_in(&row, CHECK_TROUBLE), CHECK_NO);
    assert_int_equal(row.decided_by, CHECK_TROUBLE);
    assert_int_equal(row.due_verb, DO_EXPIRE);
    world_close(world);
}

/* What was asked for in peace is not granted by silence once another return of the order was
 * declined. */
static void later_trouble_with_the_order_counts_too(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    struct policy policy = thirty_days();
    struct id order = world_order(world, MERCHANT_A, "SO-1", "HAT", 2, 6000, 12000);
    assert_int_equal(put(world, &policy, 0), OK);
    struct id first = world_request(world, MERCHANT_A, &order, 1, "N1");
    struct id second = world_request(world, MERCHANT_A, &order, 1, "N2");
    assert_int_equal(world_return(world, RTM, &first).due_verb, DO_APPROVE);
    union command_body body = {.return_decide = {.return_id = second}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 0), OK);
    world_pass(world, 25 * HOUR_MS);
    world_settle(world);
    struct return_row row = world_return(world, RTM, &first);
    assert_int_equal(row.state, RETURN_EXPIRED);
    assert_int_equal(answer_in(&row, CHECK_TROUBLE), CHECK_YES); /* as it was when it was asked */
    world_close(world);
}

/* --- which one holds -------------------------------------------------------------------------- */

static void each_version_holds_from_its_date_until_the_next_ones(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    const struct merchant *merchant = &world->merchants[MERCHANT_A];
    const struct rows *rows = &world_desk(world, RTM)->rows;
    struct policy policy = thirty_days();
    uint64_t begun_ms = world->now_ms;
    for (uint64_t i = 0; i < 20; i++)
        assert_int_equal(put_at(world, &policy, begun_ms + i * DAY_MS, i), OK);
    assert_int_equal(policy_newest(rows, merchant), 20);
    assert_int_equal(policy_version_at(rows, merchant, begun_ms - 1), 0);
    for (uint64_t i = 0; i < 20; i++) {
        assert_int_equal(policy_version_at(rows, merchant, begun_ms + i * DAY_MS), i + 1);
        assert_int_equal(policy_version_at(rows, merchant, begun_ms + (i + 1) * DAY_MS - 1), i + 1);
    }
    assert_int_equal(put_at(world, &policy, begun_ms + 19 * DAY_MS, 20), OK); /* mended in time */
    assert_int_equal(policy_version_at(rows, merchant, begun_ms + 19 * DAY_MS), 21);
    assert_int_equal(policy_version_at(rows, merchant, begun_ms + 19 * DAY_MS - 1), 19);
    assert_int_equal(policy_newest(rows, merchant), 21);
    struct id id;
    world_pass(world, 3 * DAY_MS);
    assert_int_equal(ask(world, "SO-1", 100, &id).policy_version, 4);
    world_close(world);
}

static void what_is_put_blindly_wrongly_or_for_another_is_refused(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct policy policy = thirty_days();
    put(world, &policy, 1);
    assert_refused(world, ERROR_CONFLICT, "If-Match"); /* there is none yet */
    assert_int_equal(put(world, &policy, 0), OK);
    put(world, &policy, 0);
    assert_refused(world, ERROR_PRECONDITION, "If-Match");
    assert_int_equal(put(world, &policy, 1), OK);
    put(world, &policy, 1);
    assert_refused(world, ERROR_CONFLICT, "If-Match");
    policy.currency = 840;
    put(world, &policy, 2);
    assert_refused(world, ERROR_OUT_OF_RANGE, "policy/currency: other_currency");
    policy.currency = 978;
    policy.windows[0].days = 0;
    put(world, &policy, 2);
    assert_refused(world, ERROR_OUT_OF_RANGE, "policy/auto_approve/0: approved_in_closed_window");
    policy = thirty_days();
    put_at(world, &policy, world->now_ms - 2 * DAY_MS, 2);
    assert_refused(world, ERROR_OUT_OF_RANGE, "effective_ms: effective_in_past");
    assert_int_equal(put_at(world, &policy, world->now_ms + DAY_MS, 2), OK);
    put(world, &policy, 3);
    assert_refused(world, ERROR_OUT_OF_RANGE, "effective_ms: effective_before_newest");
    union command_body body = {
        .policy_put = {.merchant = world->merchants[MERCHANT_A].merchant, .policy = policy}};
    const struct id *other = &world->merchants[MERCHANT_B].merchant;
    body.policy_put.effective_ms = world->now_ms + 2 * DAY_MS;
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, other, 3),
                     ERROR_NOT_FOUND);
    body.policy_put.merchant.bytes[3] = 9;
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_ADMIN, NULL, 0),
                     ERROR_NOT_FOUND);
    world_close(world);
}

/* --- whose word counts ------------------------------------------------------------------------ */

static void another_book_makes_no_policy_of_this_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    const struct merchant *merchant = &world->merchants[MERCHANT_A];
    struct policy policy = thirty_days();
    assert_int_equal(put(world, &policy, 0), OK);
    struct policy_set lie = {.merchant = merchant->merchant,
                             .version = 2,
                             .effective_ms = world->now_ms,
                             .at_ms = world->now_ms,
                             .by = {.kind = BY_MERCHANT},
                             .policy = policy};
    world_inject(world, BOOK_B, EVENT_POLICY, &lie.merchant, &lie);
    lie.version = 1; /* and a second first version in its own book */
    lie.policy.windows[0].days = 1;
    world_inject(world, BOOK_A, EVENT_POLICY, &lie.merchant, &lie);
    world_settle(world);
    for (unsigned at = 0; at < NODES_MAX; at++) {
        const struct rows *rows = &world_desk(world, (enum node_name)at)->rows;
        struct policy_row row;
        assert_int_equal(policy_newest(rows, merchant), 1);
        assert_true(policy_load(rows, merchant, 1, &row));
        assert_int_equal(row.policy.windows[0].days, 30);
        assert_false(policy_load(rows, merchant, 2, &row));
    }
    world_close(world);
}

/* --- what a person should look at ------------------------------------------------------------- */

static uint64_t signal_of(struct world *world, const struct id *return_id, enum signal_kind kind)
{
    struct fraud_signals signals;
    assert_true(business_signals(world_desk(world, RTM), return_id, &signals));
    for (uint32_t i = 0; i < signals.count; i++)
        if (signals.at[i].kind == (uint64_t)kind) return signals.at[i].count;
    return 0;
}

static void empty_boxes_and_switched_items_are_counted(void **state)
{
    (void)state;
    static const char *const brick[] = {"BRICK"};
    static const char *const hat[] = {"HAT"};
    struct world *world = world_open(8);
    struct id order = world_order(world, MERCHANT_A, "SO-1", "HAT", 3, 1000, 3000);
    struct id id = world_request(world, MERCHANT_A, &order, 3, "N1");
    world_box(world, LAX, "N1", NULL, hat, 1);
    world_settle(world);
    assert_int_equal(signal_of(world, &id, SIGNAL_EMPTY_BOX), 0);
    world_box(world, LAX, "N1", NULL, hat, 0);
    world_box(world, LAX, "N1", &id, hat, 0); /* by its number and by its slip: one box */
    world_box(world, LAX, "N1", &id, brick, 1);
    world_settle(world);
    assert_int_equal(signal_of(world, &id, SIGNAL_EMPTY_BOX), 2);
    assert_int_equal(signal_of(world, &id, SIGNAL_SWITCHED_ITEM), 1);
    world_close(world);
}

static void a_request_brings_evidence_or_it_does_not(void **state)
{
    (void)state;
    struct world *world = world_open(15);
    struct policy policy = thirty_days();
    policy.evidence[0].reason = REASON_DEFECTIVE;
    policy.evidence_count = 1;
    assert_int_equal(put(world, &policy, 0), OK);
    for (uint32_t shown = 0; shown < 2; shown++) {
        const char *reference = shown != 0 ? "SO-1" : "SO-2";
        struct id order = world_order(world, MERCHANT_A, reference, "HAT", 1, 1000, 1000);
        union command_body body = {
            .return_request = {.merchant = world->merchants[MERCHANT_A].merchant,
                               .order = order,
                               .lines_count = 1,
                               .evidence_count = shown}};
        body.return_request.lines[0] =
            (struct return_line){.quantity = 1, .reason = REASON_DEFECTIVE};
        body.return_request.evidence[0] = (struct evidence){.kind = EVIDENCE_PHOTO, .blob = {{1}}};
        assert_int_equal(world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0),
                         OK);
        struct return_row row = world_return(world, RTM, &world->decision.entity);
        assert_int_equal(answer_in(&row, CHECK_EVIDENCE), shown != 0 ? CHECK_YES : CHECK_NO);
        assert_int_equal(row.state, shown != 0 ? RETURN_APPROVED : RETURN_REQUESTED);
    }
    world_close(world);
}

/* --- the buyer and the goods, as far as orders and master data tell --------------------------- */

static struct id order_of_buyer(struct world *world, const char *reference, uint8_t buyer,
                                const char *country)
{
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text(reference),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .ship_to = span_text(country),
                                                .buyer = {{buyer}},
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("HAT"), .quantity = 1, .price_minor = 1000};
    body.order_import.payments[0] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text(reference),
                                                     .captured_minor = 1000};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    return world->decision.entity;
}

static struct return_row ask_as(struct world *world, const char *reference, uint8_t buyer,
                                const char *country, struct id *return_id)
{
    struct id order = order_of_buyer(world, reference, buyer, country);
    *return_id = world_request(world, MERCHANT_A, &order, 1, reference);
    assert_false(id_is_zero(return_id));
    return world_return(world, RTM, return_id);
}

static void sell_hats(struct world *world, const char *category, uint64_t weight_g)
{
    union command_body body = {.sku_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                           .code = span_text("HAT"),
                                           .category = span_text(category),
                                           .weight_g = weight_g}};
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 0), OK);
}

static void a_country_of_the_order_finds_the_row_and_a_blocked_buyer_is_known(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct policy policy = thirty_days();
    struct id id;
    policy.windows[1] = (struct policy_window){.country = span_text("EU")};
    policy.windows_count = 2;
    policy.auto_approve[1] = (struct policy_limit){.country = span_text("EU")};
    policy.auto_approve_count = 2;
    policy.block[0].buyer.bytes[0] = 7;
    policy.block_count = 1;
    assert_int_equal(put(world, &policy, 0), OK);
    struct return_row row = ask_as(world, "SO-1", 1, "FR", &id);
    assert_int_equal(answer_in(&row, CHECK_WINDOW), CHECK_NO);
    row = ask_as(world, "SO-2", 1, "US", &id);
    assert_int_equal(row.state, RETURN_APPROVED);
    row = ask_as(world, "SO-3", 7, "US", &id);
    assert_int_equal(row.decided_by, CHECK_BUYER);
    row = ask(world, "SO-4", 1000, &id); /* nobody knows who, nor where */
    assert_int_equal(answer_in(&row, CHECK_WINDOW), CHECK_UNKNOWN);
    assert_int_equal(answer_in(&row, CHECK_BUYER), CHECK_UNKNOWN);
    assert_int_equal(row.decided_by, CHECK_WINDOW);
    assert_int_equal(row.due_verb, DO_EXPIRE);
    world_close(world);
}

static void many_returns_of_one_buyer_are_noticed_and_shown(void **state)
{
    (void)state;
    static const char *const references[] = {"SO-1", "SO-2", "SO-3", "SO-4"};
    struct world *world = world_open(10);
    struct policy policy = thirty_days();
    struct id id;
    policy.buyer_history = 1;
    policy.serial_returns_max = 2;
    policy.serial_days = 30;
    assert_int_equal(put(world, &policy, 0), OK);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(ask_as(world, references[i], 1, "DE", &id).state, RETURN_APPROVED);
    struct return_row row = ask_as(world, references[3], 1, "DE", &id);
    assert_int_equal(row.decided_by, CHECK_TROUBLE);
    assert_int_equal(row.signals_count, 1);
    assert_int_equal(row.signals[0].kind, SIGNAL_SERIAL_RETURNER);
    assert_int_equal(row.signals[0].count, 3);
    union command_body body = {.return_decide = {.return_id = id}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_CANCEL, &body, BY_MERCHANT, NULL, 0), OK);
    row = ask_as(world, "SO-7", 1, "DE", &id);
    assert_int_equal(row.signals[0].count, 3); /* what was called off does not count */
    row = ask_as(world, "SO-5", 2, "DE", &id); /* somebody else */
    assert_int_equal(row.state, RETURN_APPROVED);
    world_pass(world, 31 * DAY_MS); /* the same one, a month later */
    world_settle(world);
    row = ask_as(world, "SO-6", 1, "DE", &id);
    assert_int_equal(row.signals_count, 0);
    world_close(world);
}

static void an_empty_box_is_remembered_of_its_buyer(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    struct world *world = world_open(11);
    struct policy policy = thirty_days();
    struct id id;
    policy.buyer_history = 1;
    assert_int_equal(put(world, &policy, 0), OK);
    ask_as(world, "SO-1", 1, "DE", &id);
    world_box(world, LAX, "SO-1", NULL, none, 0);
    world_settle(world);
    struct return_row row = ask_as(world, "SO-2", 1, "DE", &id);
    assert_int_equal(row.decided_by, CHECK_TROUBLE);
    assert_int_equal(row.signals[0].kind, SIGNAL_EMPTY_BOX);
    world_close(world);
}

static void a_category_is_final_sale_once_master_data_name_it(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct policy policy = thirty_days();
    struct id id;
    policy.final_sale[0].category = span_text("hygiene");
    policy.final_sale_count = 1;
    assert_int_equal(put(world, &policy, 0), OK);
    struct return_row row = ask(world, "SO-1", 1000, &id);
    assert_int_equal(answer_in(&row, CHECK_NOT_FINAL), CHECK_UNKNOWN);
    sell_hats(world, "hygiene", 0);
    row = ask(world, "SO-2", 1000, &id);
    assert_int_equal(answer_in(&row, CHECK_NOT_FINAL), CHECK_NO);
    world_close(world);
}

static void a_box_that_is_too_light_for_what_came_is_noticed(void **state)
{
    (void)state;
    static const char *const hat[] = {"HAT"};
    struct world *world = world_open(13);
    for (unsigned light = 0; light < 2; light++) {
        const char *number = light != 0 ? "N-LIGHT" : "N-HEAVY";
        struct id order = world_order(world, MERCHANT_A, number, "HAT", 1, 1000, 1000);
        struct id id = world_request(world, MERCHANT_A, &order, 1, number);
        if (light == 0) sell_hats(world, "hats", 400);
        union command_body body = {.box_receive = {.warehouse = world->nodes[LAX].warehouse,
                                                   .number = span_text(number),
                                                   .weight_g = light != 0 ? 299 : 300,
                                                   .items_count = 1}};
        body.box_receive.items[0].sku = span_text(hat[0]);
        assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
        world_settle(world);
        assert_int_equal(signal_of(world, &id, SIGNAL_WEIGHT_DIFFERS), light);
    }
    struct id order = world_order(world, MERCHANT_A, "N-HALF", "HAT", 2, 1000, 2000);
    struct id id = world_request(world, MERCHANT_A, &order, 2, "N-HALF");
    union command_body body = {.box_receive = {.warehouse = world->nodes[LAX].warehouse,
                                               .number = span_text("N-HALF"),
                                               .weight_g = 420,
                                               .items_count = 1}};
    body.box_receive.items[0].sku = span_text(hat[0]);
    assert_int_equal(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
    world_settle(world);
    assert_int_equal(signal_of(world, &id, SIGNAL_WEIGHT_DIFFERS),
                     0); /* the other half is to come */
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_between_request_and_answer_leaves_the_explanation_as_it_was),
        cmocka_unit_test(a_merchant_without_a_policy_keeps_the_figures_of_its_record),
        cmocka_unit_test(what_is_small_is_approved_at_once_and_may_be_kept_when_it_is_smaller),
        cmocka_unit_test(trouble_with_the_order_flags_its_next_return),
        cmocka_unit_test(later_trouble_with_the_order_counts_too),
        cmocka_unit_test(each_version_holds_from_its_date_until_the_next_ones),
        cmocka_unit_test(what_is_put_blindly_wrongly_or_for_another_is_refused),
        cmocka_unit_test(another_book_makes_no_policy_of_this_merchant),
        cmocka_unit_test(empty_boxes_and_switched_items_are_counted),
        cmocka_unit_test(a_request_brings_evidence_or_it_does_not),
        cmocka_unit_test(a_country_of_the_order_finds_the_row_and_a_blocked_buyer_is_known),
        cmocka_unit_test(many_returns_of_one_buyer_are_noticed_and_shown),
        cmocka_unit_test(an_empty_box_is_remembered_of_its_buyer),
        cmocka_unit_test(a_category_is_final_sale_once_master_data_name_it),
        cmocka_unit_test(a_box_that_is_too_light_for_what_came_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

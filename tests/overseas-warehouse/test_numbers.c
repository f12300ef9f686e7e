/* Figures of a period, each from a story whose numbers are known. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const shoe[] = {"SHOE-42"};

/* Nothing is approved but by a person. */
static struct world *world_of_people(uint64_t seed)
{
    struct world *world = world_open(seed);
    for (unsigned i = 0; i < MERCHANTS; i++) world->merchants[i].auto_approve_minor = 1;
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
    return world;
}

static const struct rows *rows_of(struct world *world)
{
    return &world_desk(world, RTM)->rows;
}

static void decide(struct world *world, enum command_kind kind, const struct id *rma,
                   enum actor_kind by)
{
    union command_body body = {.return_decide = {.return_id = *rma}};
    assert_int_equal(world_decide(world, kind, &body, by, NULL, 0), OK);
    world_settle(world);
}

static void pay_all(struct world *world)
{
    struct id slot;
    while (world_next_effect(world, BOOK_A, &slot)) {
        assert_int_equal(world_result(world, &slot, DO_FIND_PAID), OK);
        world_settle(world);
    }
}

static struct scorecard card_between(struct world *world, const struct id *merchant,
                                     uint64_t from_ms, uint64_t to_ms)
{
    static struct scoring scoring;
    struct cohort cohort = cohort_of(merchant, from_ms, to_ms);
    struct scorecard card;
    struct id return_id;
    struct return_row row;
    memset(&scoring, 0, sizeof scoring);
    scoring.as_of_ms = world->now_ms;
    while (cohort_next(rows_of(world), &cohort, &return_id, &row))
        scoring_add(&scoring, rows_of(world), &return_id, &row);
    scoring_report(&scoring, &cohort, &card);
    assert_int_equal(rows_of(world)->port->error(rows_of(world)->world), OK);
    return card;
}

static struct scorecard card_of(struct world *world)
{
    return card_between(world, &world->merchants[MERCHANT_A].merchant, 0, world->now_ms + 1);
}

static const struct deadline_figures *deadline_of(const struct scorecard *card, uint64_t kind)
{
    static const struct deadline_figures none = {0};
    for (uint32_t i = 0; i < card->deadlines_count; i++)
        if (card->deadlines[i].kind == kind) return &card->deadlines[i];
    return &none;
}

static bool is_about(uint64_t seconds, uint64_t wanted)
{
    uint64_t off = seconds > wanted ? seconds - wanted : wanted - seconds;
    return off <= wanted / 64 + 1;
}

/* --- the scorecard ---------------------------------------------------------------------------- */

static void a_return_is_answered_solved_and_paid_in_its_time(void **state)
{
    (void)state;
    struct world *world = world_of_people(1);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    world_pass(world, 2 * HOUR_MS);
    decide(world, COMMAND_RETURN_APPROVE, &rma, BY_MERCHANT);
    world_pass(world, 3 * HOUR_MS);
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    struct scorecard card = card_of(world);
    assert_int_equal(card.solved, 0); /* closed, but the money is on its way */
    assert_int_equal(card.monies[0].pending_minor, 1000);
    world_pass(world, HOUR_MS);
    pay_all(world);
    card = card_of(world);
    assert_int_equal(card.returns, 1);
    assert_int_equal(card.answered_at_once, 0);
    assert_int_equal(card.response.count, 1);
    assert_true(is_about(card.response.median_s, 2 * 3600));
    assert_int_equal(card.solved, 1);
    assert_int_equal(card.solved_first_time, 1);
    assert_int_equal(card.first_time_permille, 1000);
    assert_true(is_about(card.solution.median_s, 6 * 3600));
    assert_int_equal(card.monies_count, 1);
    assert_int_equal(card.monies[0].currency, 978);
    assert_int_equal(card.monies[0].provider_minor, 1000);
    assert_int_equal(card.monies[0].pending_minor, 0);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->met, 1);
    assert_int_equal(deadline_of(&card, DEADLINE_ANSWER)->met, 1);
    assert_int_equal(deadline_of(&card, DEADLINE_REFUND)->met, 1);
    assert_int_equal(deadline_of(&card, DEADLINE_DISPOSE)->open, 1);
    assert_int_equal(card.on_time_permille, 1000);
    world_close(world);
}

static void policy_answers_at_once_and_nobody_waited(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    world_request(world, MERCHANT_A, &order, 1, "N1");
    struct scorecard card = card_of(world);
    assert_int_equal(card.answered_at_once, 1);
    assert_int_equal(card.response.count, 0);
    world_close(world);
}

static void silence_is_a_missed_deadline_and_no_solution(void **state)
{
    (void)state;
    struct world *world = world_of_people(3);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    struct id kept = world_request(world, MERCHANT_A, &order, 1, "N1");
    struct id taken_back = world_request(world, MERCHANT_A, &order, 1, "N2");
    decide(world, COMMAND_RETURN_CANCEL, &taken_back, BY_MERCHANT);
    world_pass(world, 47 * HOUR_MS);
    struct scorecard card = card_of(world);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->open, 1);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->lifted, 1);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->owed, 0);
    world_pass(world, 2 * HOUR_MS);
    card = card_of(world);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->overdue, 1);
    decide(world, COMMAND_RETURN_APPROVE, &kept, BY_MERCHANT);
    card = card_of(world);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->missed, 1);
    assert_int_equal(deadline_of(&card, DEADLINE_RESPOND)->met_permille, 0);
    assert_int_equal(card.on_time_permille, 0);
    world_pass(world, 31 * DAY_MS);
    world_settle(world);
    card = card_of(world);
    assert_int_equal(world_return(world, RTM, &kept).state, RETURN_EXPIRED);
    assert_int_equal(card.solved, 0);
    world_close(world);
}

static void what_was_contested_or_reopened_is_not_solved_the_first_time(void **state)
{
    (void)state;
    struct world *world = world_of_people(4);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    decide(world, COMMAND_RETURN_DECLINE, &rma, BY_MERCHANT);
    struct scorecard card = card_of(world);
    assert_int_equal(card.solved, 1);
    assert_int_equal(card.solved_first_time, 1);
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    card = card_of(world);
    assert_int_equal(card.contested, 1);
    assert_int_equal(card.contested_permille, 1000);
    decide(world, COMMAND_RETURN_APPROVE, &rma, BY_MERCHANT);
    pay_all(world);
    card = card_of(world);
    assert_int_equal(card.reopened, 1);
    assert_int_equal(card.solved, 1);
    assert_int_equal(card.solved_first_time, 0);
    world_close(world);
}

static void a_refund_that_failed_once_is_not_solved_the_first_time(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000), slot;
    world_request(world, MERCHANT_A, &order, 1, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    assert_true(world_next_effect(world, BOOK_A, &slot));
    assert_int_equal(world_result(world, &slot, DO_FIND_FAILED), OK);
    struct scorecard card = card_of(world);
    assert_int_equal(card.solved, 1);
    assert_int_equal(card.solved_first_time, 0);
    assert_int_equal(card.monies[0].provider_minor, 0);
    world_close(world);
}

static enum error tell(struct world *world, const char *payment, uint64_t how,
                       const char *reference, int64_t amount, const struct id *rma)
{
    union command_body body = {.refund_record = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                 .provider = span_text("sandbox"),
                                                 .payment = span_text(payment),
                                                 .how = how,
                                                 .reference = span_text(reference),
                                                 .amount_minor = amount,
                                                 .currency = 978,
                                                 .made_ms = world->now_ms}};
    if (rma != NULL) body.refund_record.return_id = *rma;
    if (rma != NULL) body.refund_record.quantity = 1;
    return world_decide(world, COMMAND_REFUND_RECORD, &body, BY_MERCHANT, NULL, 0);
}

static void money_is_told_by_who_paid_it_and_what_never_came_is_lost(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 3, 1000, 3000);
    struct id ahead = world_request(world, MERCHANT_A, &order, 1, "N1");
    world_request(world, MERCHANT_A, &order, 1, "N2");
    assert_int_equal(tell(world, "pi_R1", ELSEWHERE_MARKETPLACE, "M1", 1000, &ahead), OK);
    assert_int_equal(tell(world, "pi_R1", ELSEWHERE_CHARGEBACK, "C1", 700, NULL), OK);
    assert_int_equal(tell(world, "pi_R1", ELSEWHERE_CHARGEBACK_WON, "C1", 200, NULL), OK);
    struct scorecard card = card_of(world);
    assert_int_equal(card.monies[0].returns, 2);
    assert_int_equal(card.monies[0].marketplace_minor, 1000);
    assert_int_equal(card.monies[0].charged_back_minor, 500); /* once, though of two returns */
    assert_int_equal(card.monies[0].ahead_minor, 1000);
    assert_int_equal(card.monies[0].lost_ahead_minor, 0);
    world_pass(world, 31 * DAY_MS);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &ahead).state, RETURN_EXPIRED);
    card = card_of(world);
    assert_int_equal(card.monies[0].ahead_minor, 0);
    assert_int_equal(card.monies[0].lost_ahead_minor, 1000);
    /* They come after all, and are lost no more. */
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    card = card_of(world);
    assert_int_equal(card.monies[0].lost_ahead_minor, 0);
    world_close(world);
}

static void what_settled_a_slot_of_ours_counts_once(void **state)
{
    (void)state;
    struct world *world = world_open(16);
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 1, .price_minor = 1000};
    body.order_import.payments[0] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text("pi_R1"),
                                                     .captured_minor = 1000,
                                                     .executor = EXECUTOR_MARKETPLACE};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id order = world->decision.entity;
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(tell(world, "pi_R1", ELSEWHERE_MARKETPLACE, "M1", 1000, &rma), OK);
    struct scorecard card = card_of(world);
    assert_int_equal(card.monies[0].marketplace_minor, 1000);
    assert_int_equal(card.monies[0].pending_minor, 0);
    assert_int_equal(card.solved_first_time, 1);
    world_close(world);
}

static void what_went_on_after_its_end_is_not_solved_the_first_time(void **state)
{
    (void)state;
    struct world *world = world_open(17);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    world_pass(world, 31 * DAY_MS);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_EXPIRED);
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_settle(world);
    pay_all(world);
    struct scorecard card = card_of(world);
    assert_int_equal(card.contested, 0);
    assert_int_equal(card.reopened, 1);
    assert_int_equal(card.solved, 1);
    assert_int_equal(card.solved_first_time, 0);
    world_close(world);
}

static void currencies_stand_apart(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    const struct id all = {{0}};
    world->merchants[MERCHANT_B].currency = 840;
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
    struct id euros = world_order(world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    struct id rma = world_request(world, MERCHANT_A, &euros, 1, "N1");
    world_pass(world, HOUR_MS);
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_B].merchant,
                                                .reference = span_text("R2"),
                                                .currency = 840,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 1, .price_minor = 3000};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("pi_R2"), .captured_minor = 3000};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id dollars = world->decision.entity;
    world_request(world, MERCHANT_B, &dollars, 1, "N2");
    world_box(world, LAX, "N1", NULL, shoe, 1);
    world_box(world, LAX, "N2", NULL, shoe, 1);
    world_settle(world);
    pay_all(world);
    world_deliver_all(world);
    struct scorecard card = card_between(world, &all, 0, world->now_ms + 1);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    assert_int_equal(card.monies_count, 2);
    assert_int_equal(card.monies[0].currency, 978);
    assert_int_equal(card.monies[0].provider_minor, 1000);
    assert_int_equal(card.monies[1].currency, 840);
    assert_int_equal(card.monies[1].provider_minor, 0);
    assert_int_equal(card.monies[1].pending_minor, 3000);
    world_close(world);
}

static void a_period_holds_its_own_returns_and_a_card_its_merchants(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct id all = {{0}}, rma[4], order;
    uint64_t asked_ms[4];
    for (unsigned i = 0; i < 4; i++) {
        char reference[8], number[8];
        snprintf(reference, sizeof reference, "R%u", i);
        snprintf(number, sizeof number, "N%u", i);
        enum merchant_name merchant = i == 3 ? MERCHANT_B : MERCHANT_A;
        order = world_order(world, merchant, reference, "SHOE-42", 1, 1000, 1000);
        asked_ms[i] = world->now_ms;
        rma[i] = world_request(world, merchant, &order, 1, number);
        assert_int_equal(id_ms(&rma[i]), asked_ms[i]);
        world_pass(world, DAY_MS);
        world_deliver_all(world);
    }
    const struct id *a = &world->merchants[MERCHANT_A].merchant;
    const struct id *b = &world->merchants[MERCHANT_B].merchant;
    assert_int_equal(card_between(world, a, 0, world->now_ms).returns, 3);
    assert_int_equal(card_between(world, b, 0, world->now_ms).returns, 1);
    assert_int_equal(card_between(world, &all, 0, world->now_ms).returns, 4);
    assert_int_equal(card_between(world, a, asked_ms[1], asked_ms[2]).returns, 1);
    assert_int_equal(card_between(world, a, asked_ms[1] + 1, asked_ms[2] + 1).returns, 1);
    assert_int_equal(card_between(world, a, asked_ms[2] + 1, world->now_ms).returns, 0);
    assert_int_equal(card_between(world, &all, asked_ms[3], world->now_ms).returns, 1);
    world_close(world);
}

/* --- carriers --------------------------------------------------------------------------------- */

static struct carriers_report carriers_of(struct world *world, struct hauling *hauling,
                                          enum merchant_name merchant)
{
    struct carriers_report report;
    struct cohort cohort = cohort_of(&world->merchants[merchant].merchant, 0, world->now_ms + 1);
    struct id return_id;
    struct return_row row;
    memset(hauling, 0, sizeof *hauling);
    hauling->as_of_ms = world->now_ms;
    hauling->late_days = 10;
    while (cohort_next(rows_of(world), &cohort, &return_id, &row))
        hauling_add(hauling, rows_of(world), &world->crypto.crypto, &cohort.merchant, &return_id,
                    &row);
    hauling_report(hauling, &cohort, &report);
    return report;
}

static void carriers_are_told_by_what_became_of_parcels(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    static struct hauling hauling;
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 5, 100, 500);
    struct id other = world_order(world, MERCHANT_B, "R2", "SHOE-42", 1, 100, 100);
    const uint64_t start_ms = world->now_ms;
    world_request(world, MERCHANT_A, &order, 1, "FAST");
    world_request(world, MERCHANT_A, &order, 1, "FAST"); /* two returns in one parcel */
    world_request(world, MERCHANT_A, &order, 1, "SLOW");
    world_request(world, MERCHANT_A, &order, 1, "GONE");
    world_request(world, MERCHANT_A, &order, 1, "STILL");
    world_request(world, MERCHANT_B, &other, 1, "FAST"); /* and another merchant's */
    world_track(world, LAX, "FAST", TRACK_PRE_TRANSIT, start_ms - DAY_MS, "f0");
    world_track(world, LAX, "FAST", TRACK_IN_TRANSIT, start_ms, "f1");
    world_track(world, LAX, "FAST", TRACK_DELIVERED, start_ms + 4 * DAY_MS, "f2");
    world_track(world, LAX, "SLOW", TRACK_IN_TRANSIT, start_ms, "s1");
    world_track(world, LAX, "SLOW", TRACK_DELIVERED, start_ms + 12 * DAY_MS, "s2");
    world_track(world, LAX, "GONE", TRACK_IN_TRANSIT, start_ms, "g1");
    world_track(world, LAX, "GONE", TRACK_LOST, start_ms + 2 * DAY_MS, "g2");
    world_pass(world, 13 * DAY_MS);
    world_deliver_all(world);
    struct carriers_report report = carriers_of(world, &hauling, MERCHANT_A);
    assert_int_equal(report.carriers_count, 2);
    const struct carrier_figures *easypost = &report.carriers[0], *unknown = &report.carriers[1];
    assert_true(span_equal(easypost->carrier, span_text("easypost")));
    assert_int_equal(easypost->parcels, 3);
    assert_int_equal(easypost->arrived, 2);
    assert_int_equal(easypost->arrived_permille, 666);
    assert_int_equal(easypost->lost, 1);
    assert_int_equal(easypost->lost_or_damaged_permille, 333);
    assert_int_equal(easypost->late, 2); /* SLOW came late, GONE never */
    assert_int_equal(easypost->transit.count, 2);
    assert_true(is_about(easypost->transit.median_s, 4 * 86400));
    assert_true(is_about(easypost->transit.longest_s, 12 * 86400));
    assert_true(span_equal(unknown->carrier, span_text("?")));
    assert_int_equal(unknown->parcels, 1);
    assert_int_equal(unknown->scanned, 0);
    report = carriers_of(world, &hauling, MERCHANT_B);
    assert_int_equal(report.carriers_count, 1);
    assert_int_equal(report.carriers[0].parcels, 1);
    world_close(world);
}

/* --- what comes back, and why ----------------------------------------------------------------- */

static struct id sell(struct world *world, const char *reference, const char *sku,
                      uint64_t quantity, uint64_t sold_ms, const char *inbound)
{
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text(reference),
                                                .currency = 978,
                                                .sold_ms = sold_ms,
                                                .inbound = span_text(inbound),
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text(sku), .quantity = quantity, .price_minor = 10};
    body.order_import.payments[0] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text(reference),
                                                     .captured_minor = (int64_t)quantity * 10};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    return world->decision.entity;
}

static struct id ask_back(struct world *world, const struct id *order, uint64_t quantity,
                          uint64_t reason)
{
    union command_body body = {.return_request = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                  .order = *order,
                                                  .lines_count = 1}};
    body.return_request.lines[0] =
        (struct return_line){.line = 0, .quantity = quantity, .reason = reason};
    assert_int_equal(world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0), OK);
    return world->decision.entity;
}

static struct id begin_corrective(struct world *world, const char *sku, uint64_t reason,
                                  uint64_t since_ms)
{
    union command_body body = {
        .corrective_begin = {.merchant = world->merchants[MERCHANT_A].merchant,
                             .sku = span_text(sku),
                             .reason = reason,
                             .action = span_text("a stronger box"),
                             .owner = span_text("packaging"),
                             .since_ms = since_ms}};
    assert_int_equal(world_decide(world, COMMAND_CORRECTIVE_BEGIN, &body, BY_MERCHANT, NULL, 0),
                     OK);
    return world->decision.entity;
}

static enum error close_corrective(struct world *world, const struct id *corrective,
                                   const struct id *scope)
{
    union command_body body = {
        .corrective_close = {.corrective = *corrective, .result = span_text("boxes hold")}};
    return world_decide(world, COMMAND_CORRECTIVE_CLOSE, &body, BY_MERCHANT, scope, 0);
}

static void causes_of(struct world *world, struct causes *causes, enum causes_by by, uint32_t shown,
                      struct causes_report *report)
{
    struct cohort cohort = cohort_of(&world->merchants[MERCHANT_A].merchant, 0, world->now_ms + 1);
    struct id return_id;
    struct return_row row;
    memset(causes, 0, sizeof *causes);
    causes->by = by;
    while (cohort_next(rows_of(world), &cohort, &return_id, &row))
        causes_add(causes, rows_of(world), &return_id, &row);
    causes_report(causes, rows_of(world), &world->crypto.crypto, &cohort, shown, report);
}

static void the_most_frequent_cause_stands_first_with_its_share(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    static struct causes causes;
    static struct causes_report report;
    const uint64_t now_ms = world->now_ms;
    struct id lamps = sell(world, "R1", "LAMP", 20, now_ms - DAY_MS, "SEA-1");
    struct id more = sell(world, "R2", "lamp ", 20, now_ms - DAY_MS, "SEA-2");
    struct id cups = sell(world, "R3", "CUP", 10, now_ms - DAY_MS, "SEA-2");
    ask_back(world, &lamps, 2, REASON_DEFECTIVE);
    ask_back(world, &more, 4, REASON_DEFECTIVE);
    ask_back(world, &cups, 3, REASON_UNWANTED);
    struct id canceled = ask_back(world, &cups, 5, REASON_COLOR);
    ask_back(world, &lamps, 1, REASON_STYLE);
    decide(world, COMMAND_RETURN_CANCEL, &canceled, BY_MERCHANT);
    struct id corrective = begin_corrective(world, "Lamp", 0, 0);
    begin_corrective(world, "LAMP", REASON_STYLE, 0);
    causes_of(world, &causes, CAUSES_BY_INBOUND, 200, &report);
    assert_int_equal(report.units, 10);
    assert_int_equal(report.defects_count, 4);
    assert_true(span_equal(report.defects[0].inbound, span_text("SEA-2")));
    assert_int_equal(report.defects[0].units, 4);
    assert_int_equal(report.defects[0].reason, REASON_DEFECTIVE);
    assert_int_equal(report.defects[0].share_permille, 400);
    assert_int_equal(report.defects[0].sold, 20); /* of that shipment */
    assert_int_equal(report.defects[0].per_sold_permille, 200);
    assert_int_equal(report.defects[0].correctives, 1);
    assert_memory_equal(&report.defects[0].corrective, &corrective, sizeof corrective);
    assert_int_equal(report.defects[1].units, 3);
    assert_int_equal(report.defects[1].up_to_here_permille, 700);
    assert_int_equal(report.defects[1].correctives, 0);
    assert_int_equal(report.defects[3].correctives, 2);
    assert_int_equal(close_corrective(world, &corrective, NULL), OK);
    causes_of(world, &causes, CAUSES_BY_SKU, 2, &report);
    assert_int_equal(report.defects_count, 2);
    assert_int_equal(report.defects[0].sold, 40); /* both spellings are one SKU */
    assert_int_equal(report.defects[0].correctives, 0);
    world_close(world);
}

static void a_bad_lot_stands_out_among_good_ones(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    static struct causes causes;
    static struct causes_report report;
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text("R1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY_MS,
                                                .lines_count = 3,
                                                .payments_count = 1}};
    const char *const lots[] = {"L-7", "L-8", ""};
    for (unsigned i = 0; i < 3; i++)
        body.order_import.lines[i] = (struct order_line){
            .sku = span_text("LAMP"), .quantity = 10, .price_minor = 10, .lot = span_text(lots[i])};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text("R1"), .captured_minor = 300};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id order = world->decision.entity;
    const uint64_t back[] = {1, 6, 2};
    union command_body asked = {
        .return_request = {
            .merchant = world->merchants[MERCHANT_A].merchant, .order = order, .lines_count = 3}};
    for (uint32_t i = 0; i < 3; i++)
        asked.return_request.lines[i] =
            (struct return_line){.line = i, .quantity = back[i], .reason = REASON_DEFECTIVE};
    assert_int_equal(world_decide(world, COMMAND_RETURN_REQUEST, &asked, BY_OPERATOR, NULL, 0), OK);
    causes_of(world, &causes, CAUSES_BY_SKU, 20, &report);
    assert_int_equal(report.defects_count, 1);
    assert_int_equal(report.defects[0].per_sold_permille, 300);
    causes_of(world, &causes, CAUSES_BY_LOT, 20, &report);
    assert_int_equal(report.defects_count, 3);
    assert_true(span_equal(report.defects[0].lot, span_text("L-8")));
    assert_int_equal(report.defects[0].inbound.size, 0);
    assert_int_equal(report.defects[0].sold, 10);
    assert_int_equal(report.defects[0].per_sold_permille, 600);
    assert_int_equal(report.defects[1].lot.size, 0); /* nobody knows from which */
    assert_true(span_equal(report.defects[2].lot, span_text("L-7")));
    assert_int_equal(report.defects[2].units, 1);
    union command_body amend = {.order_amend = {.order = order, .lines_count = 1}};
    amend.order_amend.lines[0] = (struct amend_line){.line = 2, .lot = span_text("L-8")};
    assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &amend, BY_MERCHANT, NULL, 0), OK);
    causes_of(world, &causes, CAUSES_BY_LOT, 20, &report);
    assert_int_equal(report.defects_count, 2);
    assert_int_equal(report.defects[0].units, 8);
    assert_int_equal(report.defects[0].sold, 20);
    world_close(world);
}

static void causes_beyond_the_table_are_counted_together(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    static struct causes causes;
    static struct causes_report report;
    struct id order = sell(world, "R1", "LAMP", 2, world->now_ms - DAY_MS, "");
    struct id rma = ask_back(world, &order, 2, REASON_DEFECTIVE);
    struct return_row row = world_return(world, RTM, &rma);
    memset(&causes, 0, sizeof causes);
    causes.count = NUMBERS_CAUSES_MAX;
    causes_add(&causes, rows_of(world), &rma, &row);
    assert_int_equal(causes.units, 2);
    assert_int_equal(causes.further, 2);
    struct cohort cohort = cohort_of(&row.merchant, 0, world->now_ms + 1);
    causes_report(&causes, rows_of(world), &world->crypto.crypto, &cohort, 0, &report);
    assert_int_equal(report.units_not_told_apart, 2);
    world_close(world);
}

static void an_amendment_moves_what_was_sold(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    static struct causes causes;
    static struct causes_report report;
    const uint64_t sold_ms = world->now_ms - DAY_MS;
    struct id order = sell(world, "R1", "LAMP", 5, sold_ms, "");
    ask_back(world, &order, 1, REASON_DEFECTIVE);
    struct id other = sell(world, "R2", "LAMP", 7, sold_ms, "");
    causes_of(world, &causes, CAUSES_BY_SKU, 1, &report);
    assert_int_equal(report.defects[0].sold, 12);
    union command_body body = {
        .order_amend = {.order = other, .sold_ms = sold_ms - 400 * DAY_MS, .lines_count = 1}};
    body.order_amend.lines[0] = (struct amend_line){.line = 0, .sku = span_text("CUP")};
    assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &body, BY_MERCHANT, NULL, 0), OK);
    causes_of(world, &causes, CAUSES_BY_SKU, 1, &report);
    assert_int_equal(report.defects[0].sold, 5);
    assert_int_equal(rows_memory_count(world->nodes[RTM].memory, VIEW_SALE), 2);
    world_close(world);
}

/* --- did it help? ----------------------------------------------------------------------------- */

static struct effect_report effect_of(struct world *world, const struct id *corrective)
{
    struct effect_report report;
    struct corrective_row row;
    assert_true(corrective_load(rows_of(world), corrective, &row));
    effect_measure(rows_of(world), &world->crypto.crypto, corrective, &row, world->now_ms, &report);
    return report;
}

/* Sells so many lamps a day for so many days, of which the first ones are asked back at once. */
static void sell_for_days(struct world *world, const char *prefix, unsigned days, uint64_t each,
                          uint64_t back)
{
    for (unsigned i = 0; i < days; i++) {
        char reference[24];
        snprintf(reference, sizeof reference, "%s-%u", prefix, i);
        struct id order = sell(world, reference, "LAMP", each, world->now_ms, "");
        if (back > 0) ask_back(world, &order, back, REASON_DEFECTIVE);
        world_pass(world, DAY_MS);
    }
}

static void an_action_is_judged_by_what_came_back_before_and_since(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    sell_for_days(world, "before", 20, 50, 5);
    struct id corrective = begin_corrective(world, "LAMP", REASON_DEFECTIVE, 0);
    struct id styles = begin_corrective(world, "LAMP", REASON_STYLE, 0);
    struct effect_report report = effect_of(world, &corrective);
    assert_int_equal(report.verdict, VERDICT_EARLY);
    assert_int_equal(report.before.sold, 0); /* too young to be judged */
    sell_for_days(world, "since", 20, 50, 1);
    report = effect_of(world, &corrective);
    assert_int_equal(report.verdict, VERDICT_EARLY);
    world_pass(world, NUMBERS_RIPE_DAYS * DAY_MS);
    report = effect_of(world, &corrective);
    assert_int_equal(report.before.sold, 1000);
    assert_int_equal(report.before.returned, 100);
    assert_int_equal(report.before.permille, 100);
    assert_int_equal(report.before.low_permille, 82);
    assert_int_equal(report.before.high_permille, 121);
    assert_int_equal(report.after.sold, 1000);
    assert_int_equal(report.after.returned, 20);
    assert_int_equal(report.verdict, VERDICT_FEWER);
    assert_int_equal(report.cut, 0);
    report = effect_of(world, &styles);
    assert_int_equal(report.before.returned, 0);
    assert_int_equal(report.verdict, VERDICT_UNCLEAR);
    world_close(world);
}

static void chance_is_not_called_an_effect_and_late_requests_do_not_count(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    sell_for_days(world, "before", 4, 10, 2);
    struct id corrective = begin_corrective(world, "LAMP", 0, 0);
    sell_for_days(world, "since", 4, 10, 1);
    struct id late = sell(world, "late", "LAMP", 10, world->now_ms, "");
    world_pass(world, NUMBERS_RIPE_DAYS * DAY_MS + 1);
    ask_back(world, &late, 10, REASON_DEFECTIVE);
    struct effect_report report = effect_of(world, &corrective);
    assert_int_equal(report.before.permille, 200);
    assert_int_equal(report.after.sold, 50);
    assert_int_equal(report.after.returned, 4);
    assert_int_equal(report.verdict, VERDICT_UNCLEAR);
    world_close(world);
}

static void a_corrective_action_is_closed_once_and_by_its_own_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(15);
    const struct id *stranger = &world->merchants[MERCHANT_B].merchant;
    struct id corrective = begin_corrective(world, "LAMP", 0, 0);
    assert_int_equal(close_corrective(world, &corrective, stranger), ERROR_NOT_FOUND);
    assert_int_equal(close_corrective(world, &corrective, NULL), OK);
    assert_int_equal(close_corrective(world, &corrective, NULL), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "corrective: it is closed");
    struct corrective_row row;
    assert_true(corrective_load(rows_of(world), &corrective, &row));
    assert_int_equal(row.version, 2);
    assert_int_equal(row.closed, 1);
    assert_true(span_equal(row.result, span_text("boxes hold")));
    union command_body body = {
        .corrective_begin = {.merchant = world->merchants[MERCHANT_A].merchant,
                             .sku = span_text("  "),
                             .action = span_text("x"),
                             .owner = span_text("y")}};
    assert_int_equal(world_decide(world, COMMAND_CORRECTIVE_BEGIN, &body, BY_MERCHANT, NULL, 0),
                     ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "sku: nothing is left of it");
    /* What another book says of it is nothing. */
    struct id again = begin_corrective(world, "LAMP", 0, 0);
    struct corrective_closed lie = {.corrective = again,
                                    .by = {.kind = BY_MERCHANT, .node = world->nodes[LAX].node},
                                    .at_ms = world->now_ms,
                                    .result = span_text("no")};
    world_inject(world, BOOK_B, EVENT_CORRECTIVE_CLOSED, &again, &lie);
    world_deliver_all(world);
    assert_true(corrective_load(rows_of(world), &again, &row));
    assert_int_equal(row.closed, 0);
    /* Nor does its own leader close it twice. */
    assert_int_equal(close_corrective(world, &again, NULL), OK);
    world_inject(world, BOOK_A, EVENT_CORRECTIVE_CLOSED, &again, &lie);
    world_deliver_all(world);
    assert_true(corrective_load(rows_of(world), &again, &row));
    assert_true(span_equal(row.result, span_text("boxes hold")));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_return_is_answered_solved_and_paid_in_its_time),
        cmocka_unit_test(policy_answers_at_once_and_nobody_waited),
        cmocka_unit_test(silence_is_a_missed_deadline_and_no_solution),
        cmocka_unit_test(what_was_contested_or_reopened_is_not_solved_the_first_time),
        cmocka_unit_test(a_refund_that_failed_once_is_not_solved_the_first_time),
        cmocka_unit_test(money_is_told_by_who_paid_it_and_what_never_came_is_lost),
        cmocka_unit_test(what_settled_a_slot_of_ours_counts_once),
        cmocka_unit_test(what_went_on_after_its_end_is_not_solved_the_first_time),
        cmocka_unit_test(currencies_stand_apart),
        cmocka_unit_test(a_period_holds_its_own_returns_and_a_card_its_merchants),
        cmocka_unit_test(carriers_are_told_by_what_became_of_parcels),
        cmocka_unit_test(the_most_frequent_cause_stands_first_with_its_share),
        cmocka_unit_test(a_bad_lot_stands_out_among_good_ones),
        cmocka_unit_test(causes_beyond_the_table_are_counted_together),
        cmocka_unit_test(an_amendment_moves_what_was_sold),
        cmocka_unit_test(an_action_is_judged_by_what_came_back_before_and_since),
        cmocka_unit_test(chance_is_not_called_an_effect_and_late_requests_do_not_count),
        cmocka_unit_test(a_corrective_action_is_closed_once_and_by_its_own_merchant),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}

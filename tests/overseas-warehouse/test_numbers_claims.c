/* What claims against carriers and warehouses brought in, from claims whose sums are known. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct rows *rows_of(struct world *world)
{
    return &world_desk(world, RTM)->rows;
}

struct wish { /* carrier NULL: against the warehouse at Los Angeles */
    enum merchant_name merchant;
    const char *carrier, *number;
    int64_t amount_minor;
    uint64_t currency;
    bool draft;
};

static struct id claim(struct world *world, const struct wish *wish)
{
    union command_body body = {
        .claim_open = {.merchant = world->merchants[wish->merchant].merchant,
                       .kind = wish->carrier != NULL ? COMPENSATION_LOST : COMPENSATION_MISCOUNTED,
                       .number = span_text(wish->number),
                       .amount_minor = wish->amount_minor,
                       .currency = wish->currency,
                       .draft = wish->draft}};
    if (wish->carrier != NULL) body.claim_open.carrier = span_text(wish->carrier);
    if (wish->carrier == NULL) body.claim_open.warehouse = world->nodes[LAX].warehouse;
    assert_int_equal(world_decide(world, COMMAND_CLAIM_OPEN, &body, BY_ADMIN, NULL, 0), OK);
    struct id id = world->decision.entity;
    world_settle(world);
    return id;
}

static void pay(struct world *world, const struct id *id, int64_t amount, const char *reference)
{
    union command_body body = {
        .claim_pay = {.claim = *id, .amount_minor = amount, .reference = span_text(reference)}};
    assert_int_equal(world_decide(world, COMMAND_CLAIM_PAY, &body, BY_ADMIN, NULL, 0), OK);
    world_settle(world);
}

static void step(struct world *world, const struct id *id, enum command_kind kind)
{
    union command_body body = {0};
    if (kind == COMMAND_CLAIM_WITHDRAW)
        body.claim_step = (struct claim_step){.claim = *id};
    else
        body.claim_answer = (struct claim_answer){
            .claim = *id, .answer = CLAIM_DENIED, .reason = span_text("badly packed")};
    assert_int_equal(world_decide(world, kind, &body, BY_ADMIN, NULL, 0), OK);
    world_settle(world);
}

/* Five against UPS, of which one is a draft and one was withdrawn; one against DHL; one against a
 * warehouse; one of another merchant. The period begins when the clock stood at from. */
static uint64_t tell(struct world *world)
{
    const struct wish wishes[] = {
        {MERCHANT_A, "ups", "N0", 9900, 978, false}, {MERCHANT_A, "ups", "N1", 1000, 978, false},
        {MERCHANT_A, "ups", "N2", 2000, 978, false}, {MERCHANT_A, "ups", "N3", 4000, 978, true},
        {MERCHANT_A, "ups", "N4", 8000, 978, false}, {MERCHANT_A, "dhl", "N5", 500, 840, false},
        {MERCHANT_A, NULL, "N6", 300, 978, false},   {MERCHANT_B, "ups", "N7", 7000, 978, false}};
    struct id ids[8];
    uint64_t from_ms = 0;
    for (unsigned i = 0; i < 8; i++) {
        if (i == 1) world_pass(world, HOUR_MS);
        if (i == 1) from_ms = world->now_ms;
        ids[i] = claim(world, &wishes[i]);
    }
    pay(world, &ids[0], 9900, "B0");
    step(world, &ids[2], COMMAND_CLAIM_ANSWER);
    step(world, &ids[4], COMMAND_CLAIM_WITHDRAW);
    world_pass(world, 10 * DAY_MS);
    pay(world, &ids[1], 1000, "B1");
    pay(world, &ids[5], 200, "B5");
    pay(world, &ids[6], 300, "B6");
    return from_ms;
}

static struct scorecard card_of(struct world *world, const struct id *merchant, uint64_t from_ms,
                                uint64_t to_ms)
{
    static struct scoring scoring;
    struct scorecard card;
    struct cohort cohort = cohort_of(merchant, from_ms, to_ms);
    memset(&scoring, 0, sizeof scoring);
    scoring_add_claims(&scoring, rows_of(world), &cohort);
    scoring_report(&scoring, &cohort, &card);
    return card;
}

static void a_merchants_recovery_is_of_the_claims_that_were_opened_in_the_period(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant, all = {{0}};
    uint64_t from_ms = tell(world);
    struct scorecard card = card_of(world, merchant, from_ms, world->now_ms);
    assert_int_equal(card.monies_count, 2);
    assert_int_equal(card.monies[0].currency, 978);
    assert_int_equal(card.monies[0].claimed_minor, 1000 + 2000 + 300);
    assert_int_equal(card.monies[0].recovered_minor, 1000 + 300);
    assert_int_equal(card.monies[1].claimed_minor, 500);
    assert_int_equal(card.monies[1].recovered_minor, 200);
    assert_int_equal(card.monies[0].provider_minor, 0); /* it is no refund */
    card = card_of(world, merchant, 0, from_ms);
    assert_int_equal(card.monies_count, 1);
    assert_int_equal(card.monies[0].recovered_minor, 9900);
    card = card_of(world, &all, from_ms, world->now_ms);
    assert_int_equal(card.monies[0].claimed_minor, 1000 + 2000 + 300 + 7000);
    assert_int_equal(card.monies[0].recovered_minor, 1000 + 300);
    world_close(world);
}

static void a_carriers_claims_are_told_with_their_rate_and_days(void **state)
{
    (void)state;
    static struct hauling hauling;
    static struct carriers_report report;
    struct world *world = world_open(2);
    uint64_t from_ms = tell(world);
    struct cohort cohort =
        cohort_of(&world->merchants[MERCHANT_A].merchant, from_ms, world->now_ms);
    memset(&hauling, 0, sizeof hauling);
    hauling_add_claims(&hauling, rows_of(world), &cohort);
    hauling_report(&hauling, &cohort, &report);
    assert_int_equal(report.carriers_count, 2);
    const struct carrier_figures *ups = &report.carriers[0], *dhl = &report.carriers[1];
    assert_true(span_equal(ups->carrier, span_text("ups")));
    assert_int_equal(ups->parcels, 0);
    assert_int_equal(ups->claims, 2);
    assert_int_equal(ups->claims_paid, 1);
    assert_int_equal(ups->claims_denied, 1);
    assert_int_equal(ups->claims_paid_permille, 500);
    assert_int_equal(ups->claim_monies_count, 1);
    assert_int_equal(ups->claim_monies[0].claimed_minor, 3000);
    assert_int_equal(ups->claim_monies[0].recovered_minor, 1000);
    assert_int_equal(ups->claim_monies[0].recovered_permille, 333);
    assert_int_equal(ups->to_pay.count, 1);
    assert_true(ups->to_pay.median_s >= 10 * 86400 * 63 / 64);
    assert_true(ups->to_pay.median_s <= 10 * 86400 * 65 / 64);
    assert_int_equal(dhl->claims_paid, 1); /* what they owed by their own word */
    assert_int_equal(dhl->claim_monies[0].recovered_permille, 400);
    assert_int_equal(dhl->to_pay.count, 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_merchants_recovery_is_of_the_claims_that_were_opened_in_the_period),
        cmocka_unit_test(a_carriers_claims_are_told_with_their_rate_and_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

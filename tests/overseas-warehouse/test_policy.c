/* The policy as such: what random sane ones promise, that each contradiction is found and none
 * where there is none, which row is the nearest, what the law asks for. */
#include "overseas-warehouse/policy/policy.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define DAY_MS    UINT64_C(86400000)
#define ROUNDS    1500
#define FAULTS    64
#define COUNTRIES 6

/* --- drawing ---------------------------------------------------------------------------------- */

static uint64_t state_of_chance;

static uint64_t draw(uint64_t below)
{
    uint64_t z = state_of_chance += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static int seed_chance(void **state)
{
    (void)state;
    const char *given = getenv("ENTREPOT_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    state_of_chance = given != NULL ? strtoull(given, NULL, 10)
                                    : (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
    printf("ENTREPOT_SEED=%" PRIu64 "\n", state_of_chance);
    return 0;
}

static const char *const countries[COUNTRIES] = {"", "EU", "DE", "FR", "US", "GB"};

static struct span some_country(void)
{
    return span_text(countries[draw(COUNTRIES)]);
}

static struct hash buyer_of(uint8_t number)
{
    struct hash buyer = {{0}};
    buyer.bytes[0] = number;
    return buyer;
}

/* A row of a list for a market and reasons that no row before it is for: those are counted through,
 * so that none comes twice. */
struct head {
    struct span country;
    uint64_t class, reason;
};
static struct head head_of(uint64_t nth)
{
    struct head head = {.country = span_text(countries[nth % COUNTRIES])};
    uint64_t which = nth / COUNTRIES;
    if (which >= 1 && which <= 3) head.class = which;
    if (which > 3) head.reason = which - 3;
    return head;
}

/* The value of up to how much a return is approved unasked falls with the place in the list, so
 * that what may be kept (a tenth of the least) never exceeds it. */
static void draw_limits(struct policy *policy)
{
    uint64_t nth = draw(3);
    policy->auto_approve_count = (uint32_t)draw(8);
    for (uint32_t i = 0; i < policy->auto_approve_count; i++, nth += 1 + draw(6)) {
        struct head head = head_of(nth);
        policy->auto_approve[i] = (struct policy_limit){head.country, head.class, head.reason,
                                                        (int64_t)(1000 + draw(9000)), 0};
        if (policy->buyer_history != 0) policy->auto_approve[i].trust_min = draw(4);
    }
    if (policy->auto_approve_count == 0 || policy->auto_approve[0].country.size > 0) return;
    if (policy->auto_approve[0].class != 0 || policy->auto_approve[0].reason != 0) return;
    policy->returnless_count = 1;
    policy->returnless[0] = (struct policy_limit){.up_to_minor = (int64_t)draw(1000)};
}

static void draw_lists(struct policy *policy)
{
    uint64_t nth = draw(3);
    policy->windows_count = (uint32_t)draw(8);
    for (uint32_t i = 0; i < policy->windows_count; i++, nth += 1 + draw(6)) {
        struct head head = head_of(nth);
        policy->windows[i] =
            (struct policy_window){head.country, head.class, head.reason, 1 + draw(60), draw(2)};
    }
    policy->fees_count = (uint32_t)draw(4);
    for (uint32_t i = 0, n = (uint32_t)draw(3); i < policy->fees_count;
         i++, n += 1 + (uint32_t)draw(5)) {
        struct head head = head_of(n);
        policy->fees[i] = (struct policy_fee){.country = head.country,
                                              .class = head.class,
                                              .reason = head.reason,
                                              .kind = 1 + draw(2),
                                              .payer = 1 + draw(4),
                                              .fixed_minor = (int64_t)draw(900),
                                              .per_mille = 1 + draw(500)};
    }
    policy->final_sale_count = (uint32_t)draw(2);
    if (policy->final_sale_count > 0) policy->final_sale[0].sku = span_text("SALE");
}

static void draw_policy(struct policy *policy)
{
    memset(policy, 0, sizeof *policy);
    policy->currency = 978;
    policy->buyer_history = draw(2);
    draw_lists(policy);
    draw_limits(policy);
    policy->quantity_max = draw(2) * (1 + draw(5));
    policy->value_max_minor = draw(2) == 0 ? 0 : 20000;
    policy->evidence_count = (uint32_t)draw(2);
    policy->evidence[0].reason = REASON_DEFECTIVE;
    policy->allow_count = policy->block_count = (uint32_t)draw(2);
    policy->allow[0].buyer = buyer_of(1);
    policy->block[0].buyer = buyer_of(2);
    if (policy->buyer_history != 0 && draw(2) == 0) {
        policy->serial_returns_max = 1 + draw(4);
        policy->serial_days = 90;
    }
    policy->respond_hours = draw(50);
    policy->solution_hours = draw(2) * (policy->respond_hours + draw(50));
    policy->dispute_days = draw(20);
    policy->escalation = policy->dispute_days > 0 ? draw(2) : 0;
}

struct scene {
    struct policy_line lines[3];
    struct policy_facts facts;
};

static void draw_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    struct policy_facts *facts = &scene->facts;
    facts->lines = scene->lines;
    facts->lines_count = 1 + (uint32_t)draw(3);
    for (uint32_t i = 0; i < facts->lines_count; i++)
        scene->lines[i] = (struct policy_line){.sku = span_text(draw(8) == 0 ? "SALE" : "HAT"),
                                               .reason = 1 + draw(15),
                                               .quantity = 1 + draw(2),
                                               .price_minor = (int64_t)draw(4000)};
    facts->sold_ms = 1000 * DAY_MS;
    facts->requested_ms = facts->sold_ms + draw(90) * DAY_MS;
    if (draw(2) == 0) facts->delivered_ms = facts->sold_ms + draw(20) * DAY_MS;
    if (draw(3) != 0) facts->country = some_country();
    if (facts->country.size > 0 && facts->country.at[1] == 'U') facts->country = span_text("AT");
    facts->order_flagged = draw(8) == 0;
    facts->evidence = (enum check_answer)(1 + draw(3));
    if (draw(2) == 0) return;
    facts->buyer = buyer_of((uint8_t)(1 + draw(4)));
    facts->history = (struct buyer_history){.known = true,
                                            .returns = draw(7),
                                            .good = draw(7),
                                            .bad = draw(3),
                                            .empty_boxes = draw(8) / 7};
}

/* --- properties ------------------------------------------------------------------------------- */

static void a_sane_policy_contradicts_nothing(void **state)
{
    (void)state;
    struct policy policy;
    struct policy_fault fault;
    unsigned limits = 0, kept = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        draw_policy(&policy);
        if (policy_contradictions(&policy, &fault, 1) != 0)
            fail_msg("%s: %s", fault.field, policy_rule_word(fault.rule));
        limits += policy.auto_approve_count;
        kept += policy.returnless_count;
    }
    assert_true(limits > ROUNDS && kept > ROUNDS / 10);
}

static void longer_windows_and_higher_limits_take_nothing_back(void **state)
{
    (void)state;
    struct policy policy;
    struct scene scene;
    struct policy_finding before, after;
    unsigned eligible = 0, gained = 0, small = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        draw_policy(&policy);
        draw_scene(&scene);
        policy_judge(&policy, &scene.facts, &before);
        for (uint32_t k = 0; k < policy.windows_count; k++) policy.windows[k].days += draw(30);
        for (uint32_t k = 0; k < policy.auto_approve_count; k++)
            policy.auto_approve[k].up_to_minor += (int64_t)draw(3000);
        if (policy.quantity_max != 0) policy.quantity_max += draw(3);
        if (policy.value_max_minor != 0) policy.value_max_minor += (int64_t)draw(3000);
        policy_judge(&policy, &scene.facts, &after);
        if (before.eligible) assert_true(after.eligible);
        if (before.small) assert_true(after.small);
        if (!before.flagged) assert_false(after.flagged);
        eligible += before.eligible;
        small += before.small;
        gained += !before.eligible && after.eligible;
    }
    assert_true(eligible > ROUNDS / 10 && gained > ROUNDS / 100 && small > ROUNDS / 20);
}

/* A blocked buyer, a reason struck out, a final sale: none of them lets anybody in. */
static void a_stricter_policy_lets_nobody_in(void **state)
{
    (void)state;
    struct policy policy;
    struct scene scene;
    struct policy_finding before, after;
    for (unsigned i = 0; i < ROUNDS; i++) {
        draw_policy(&policy);
        draw_scene(&scene);
        policy_judge(&policy, &scene.facts, &before);
        uint64_t how = draw(3);
        if (how == 0) policy.block[policy.block_count++].buyer = buyer_of((uint8_t)(1 + draw(4)));
        if (how == 1) policy.final_sale[policy.final_sale_count++].sku = span_text("HAT");
        if (how == 2) policy.reasons[policy.reasons_count++].reason = REASON_LATE;
        policy_judge(&policy, &scene.facts, &after);
        if (after.eligible) assert_true(before.eligible);
        if (after.returnless) assert_true(before.returnless);
    }
}

/* unknown may become yes or no; yes and no stay what they are. */
static void knowing_more_turns_no_answer_around(void **state)
{
    (void)state;
    struct policy policy;
    struct scene scene;
    struct policy_finding blind, seeing;
    unsigned learned = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        draw_policy(&policy);
        draw_scene(&scene);
        scene.facts.country = span_text("DE");
        scene.facts.delivered_ms = scene.facts.sold_ms + draw(20) * DAY_MS;
        policy_judge(&policy, &scene.facts, &seeing);
        if (draw(2) == 0) scene.facts.country.size = 0;
        if (draw(2) == 0) scene.facts.delivered_ms = 0;
        policy_judge(&policy, &scene.facts, &blind);
        for (int check = CHECK_WINDOW; check <= CHECK_AUTO; check++) {
            if (blind.answers[check] != CHECK_UNKNOWN)
                assert_int_equal(blind.answers[check], seeing.answers[check]);
            else
                learned += seeing.answers[check] != CHECK_UNKNOWN;
        }
        if (blind.eligible) assert_true(seeing.eligible);
    }
    assert_true(learned > ROUNDS / 100);
}

static void what_is_stored_says_what_was_found(void **state)
{
    (void)state;
    struct policy policy;
    struct scene scene;
    struct policy_finding finding;
    struct policy_answer answers[POLICY_CHECKS_MAX];
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t count = 0;
        draw_policy(&policy);
        draw_scene(&scene);
        policy_judge(&policy, &scene.facts, &finding);
        bool all_yes = true;
        for (uint64_t check = 1; check < policy_check_words.count; check++) {
            enum check_answer answer = finding.answers[check];
            answers[count++] = (struct policy_answer){check, (uint64_t)answer};
            all_yes = all_yes && answer == CHECK_YES;
        }
        assert_int_equal(policy_says_eligible(answers, count), finding.eligible);
        assert_int_equal(policy_says_small(answers, count), finding.small);
        assert_int_equal(policy_says_flagged(answers, count), finding.flagged);
        assert_int_equal(finding.decided_by == 0, all_yes);
        if (!all_yes) assert_int_not_equal(finding.answers[finding.decided_by], CHECK_YES);
    }
    assert_false(policy_says_eligible(answers, 0));
    assert_true(policy_says_flagged(answers, 0));
}

/* --- one contradiction each ------------------------------------------------------------------- */

static void close_window(struct policy *p)
{
    p->windows[0] = (struct policy_window){.country = span_text("DE")};
    p->windows_count = 1;
    p->auto_approve[0] = (struct policy_limit){.class = CLASS_FAULT, .up_to_minor = 5};
    p->auto_approve_count = 1;
}
static void keep_more(struct policy *p)
{
    p->auto_approve[0] = (struct policy_limit){.up_to_minor = 500};
    p->auto_approve[1] = (struct policy_limit){.country = span_text("FR"), .up_to_minor = 100};
    p->auto_approve_count = 2;
    p->returnless[0] = (struct policy_limit){.up_to_minor = 200};
    p->returnless_count = 1;
}
static void keep_unapproved(struct policy *p)
{
    p->returnless[0] = (struct policy_limit){.reason = REASON_LATE, .up_to_minor = 1};
    p->returnless_count = 1;
}
static void allow_and_block(struct policy *p)
{
    p->allow[0].buyer = p->block[0].buyer = buyer_of(7);
    p->allow_count = p->block_count = 1;
}
static void one_fee(struct policy *p)
{
    p->fees[0] =
        (struct policy_fee){.kind = FEE_RESTOCKING, .payer = PAID_BY_BUYER, .per_mille = 1001};
    p->fees_count = 1;
}
static void two_fees(struct policy *p)
{
    one_fee(p);
    p->fees[0].per_mille = 600;
    p->fees[1] = (struct policy_fee){.country = span_text("US"),
                                     .kind = FEE_RETURN_FREIGHT,
                                     .payer = PAID_BY_BUYER,
                                     .per_mille = 401};
    p->fees_count = 2;
}
static void no_fee(struct policy *p)
{
    one_fee(p);
    p->fees[0].per_mille = 0;
}
static void overlap(struct policy *p)
{
    p->windows[0] = p->windows[1] = (struct policy_window){.country = span_text("DE"), .days = 3};
    p->windows_count = 2;
}
static void unknown_country(struct policy *p)
{
    p->markets[0].country = span_text("UK"); /* GB is its code */
    p->markets_count = 1;
}
static void small_letters(struct policy *p)
{
    p->windows[0] = (struct policy_window){.country = span_text("de"), .days = 3};
    p->windows_count = 1;
}
static void outside(struct policy *p)
{
    p->markets[0].country = span_text("GB");
    p->markets_count = 1;
    p->windows[0] = (struct policy_window){.country = span_text("EU"), .days = 3};
    p->windows_count = 1;
}
static void both_selectors(struct policy *p)
{
    p->windows[0] =
        (struct policy_window){.class = CLASS_FAULT, .reason = REASON_DEFECTIVE, .days = 3};
    p->windows_count = 1;
}
static void refused_reason(struct policy *p)
{
    p->reasons[0].reason = REASON_LATE;
    p->reasons_count = 1;
    p->evidence[0].reason = REASON_COLOR;
    p->evidence_count = 1;
}
static void repeated_reason(struct policy *p)
{
    p->reasons[0].reason = p->reasons[1].reason = REASON_LATE;
    p->reasons_count = 2;
}
static void above_value(struct policy *p)
{
    p->value_max_minor = 10;
    p->auto_approve[0] = (struct policy_limit){.up_to_minor = 11};
    p->auto_approve_count = 1;
}
static void below_zero(struct policy *p)
{
    p->goodwill_cap_minor = -1;
}
static void final_of_two(struct policy *p)
{
    p->final_sale[0] = (struct policy_final){span_text("A"), span_text("hats")};
    p->final_sale_count = 1;
}
static void serial_alone(struct policy *p)
{
    p->buyer_history = 1;
    p->serial_returns_max = 3;
}
static void serial_blind(struct policy *p)
{
    p->serial_returns_max = 3;
    p->serial_days = 30;
}
static void trust_blind(struct policy *p)
{
    p->instant_refund_trust = 3;
}
static void share_of_nothing(struct policy *p)
{
    p->instant_refund_percent = 50;
}
static void charge_for_nothing(struct policy *p)
{
    p->recharge_days = 7;
}
static void early_solution(struct policy *p)
{
    p->respond_hours = 24;
    p->solution_hours = 23;
}
static void endless_dispute(struct policy *p)
{
    p->escalation = 1;
}

static void whose_hours(struct policy *p)
{
    p->working_hours = 1;
}
static void platform_first(struct policy *p)
{
    p->supervisor_hours = 12;
    p->platform_hours = 12;
}
static void ask_nowhere(struct policy *p)
{
    p->followup_days = 5;
}

static const struct {
    void (*spoil)(struct policy *policy);
    enum policy_rule rule;
    const char *field;
} spoilt[] = {
    {close_window, RULE_CLOSED_WINDOW, "auto_approve/0"},
    {keep_more, RULE_RETURNLESS, "returnless/0/up_to_minor"},
    {keep_unapproved, RULE_RETURNLESS, "returnless/0/up_to_minor"},
    {allow_and_block, RULE_BOTH_LISTS, "block/0/buyer"},
    {one_fee, RULE_FEE_SHARE, "fees/0/per_mille"},
    {two_fees, RULE_FEE_SHARE, "fees/1/per_mille"},
    {no_fee, RULE_FEE_NOTHING, "fees/0"},
    {overlap, RULE_OVERLAP, "windows/1"},
    {unknown_country, RULE_UNKNOWN_COUNTRY, "markets/0/country"},
    {small_letters, RULE_UNKNOWN_COUNTRY, "windows/0/country"},
    {outside, RULE_OUTSIDE_MARKETS, "windows/0/country"},
    {both_selectors, RULE_TWO_SELECTORS, "windows/0/reason"},
    {refused_reason, RULE_REASON_NOT_ACCEPTED, "evidence/0/reason"},
    {repeated_reason, RULE_REPEATED, "reasons/1"},
    {above_value, RULE_ABOVE_VALUE, "auto_approve/0/up_to_minor"},
    {below_zero, RULE_BELOW_ZERO, "goodwill_cap_minor"},
    {final_of_two, RULE_FINAL_SALE, "final_sale/0"},
    {serial_alone, RULE_SERIAL, "serial_days"},
    {serial_blind, RULE_NEEDS_HISTORY, "serial_returns_max"},
    {trust_blind, RULE_NEEDS_HISTORY, "instant_refund_trust"},
    {share_of_nothing, RULE_NEEDS_TRUST, "instant_refund_percent"},
    {charge_for_nothing, RULE_NEEDS_TRUST, "recharge_days"},
    {early_solution, RULE_SOLUTION, "solution_hours"},
    {endless_dispute, RULE_ESCALATION, "escalation"},
    {whose_hours, RULE_WORKING, "calendar"},
    {platform_first, RULE_LEVELS, "platform_hours"},
    {ask_nowhere, RULE_FOLLOWUP, "followup_channel"},
};

static void each_contradiction_is_found_and_nothing_else(void **state)
{
    (void)state;
    bool met[POLICY_RULE_COUNT] = {false};
    for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
        struct policy policy = {.currency = 978};
        struct policy_fault faults[FAULTS];
        spoilt[i].spoil(&policy);
        uint32_t count = policy_contradictions(&policy, faults, FAULTS);
        if (count != 1 || faults[0].rule != spoilt[i].rule)
            fail_msg("%s: %u found, first %s", policy_rule_word(spoilt[i].rule), count,
                     policy_rule_word(faults[0].rule));
        assert_string_equal(faults[0].field, spoilt[i].field);
        met[faults[0].rule] = true;
    }
    met[RULE_CALENDAR] = true; /* test_calendars.c */
    met[RULE_CURRENCY] = met[RULE_PAST] = met[RULE_AHEAD] = met[RULE_ORDER] = true; /* below */
    for (unsigned rule = 0; rule < POLICY_RULE_COUNT; rule++)
        if (!met[rule]) fail_msg("nothing breaks %s", policy_rule_word((enum policy_rule)rule));
}

static void a_date_lies_neither_far_back_nor_before_the_newest(void **state)
{
    (void)state;
    struct policy_fault fault;
    uint64_t now_ms = 1000 * DAY_MS;
    assert_true(policy_date_fits(now_ms, now_ms, 0, &fault));
    assert_true(policy_date_fits(now_ms - DAY_MS, now_ms, now_ms - DAY_MS, &fault));
    assert_false(policy_date_fits(now_ms - DAY_MS - 1, now_ms, 0, &fault));
    assert_int_equal(fault.rule, RULE_PAST);
    assert_false(policy_date_fits(now_ms, now_ms, now_ms + 1, &fault));
    assert_int_equal(fault.rule, RULE_ORDER);
    assert_true(policy_date_fits(now_ms + POLICY_AHEAD_MS, now_ms, 0, &fault));
    assert_false(policy_date_fits(now_ms + POLICY_AHEAD_MS + 1, now_ms, 0, &fault));
    assert_int_equal(fault.rule, RULE_AHEAD);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void the_nearest_row_counts_the_market_first(void **state)
{
    (void)state;
    struct policy policy = {.windows_count = 5};
    policy.windows[0] = (struct policy_window){.days = 1};
    policy.windows[1] = (struct policy_window){.reason = REASON_DEFECTIVE, .days = 2};
    policy.windows[2] = (struct policy_window){.country = span_text("EU"), .days = 3};
    policy.windows[3] =
        (struct policy_window){.country = span_text("EU"), .class = CLASS_FAULT, .days = 4};
    policy.windows[4] = (struct policy_window){.country = span_text("DE"), .days = 5};
    const struct {
        const char *country;
        uint64_t reason;
        int row;
    } cases[] = {{"US", REASON_COLOR, 0},     {"US", REASON_DEFECTIVE, 1},
                 {"", REASON_DEFECTIVE, 1},   {"FR", REASON_COLOR, 2},
                 {"FR", REASON_DEFECTIVE, 3}, {"FR", REASON_LATE, 2},
                 {"DE", REASON_DEFECTIVE, 4}, {"GB", REASON_COLOR, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(policy_window_row(&policy, span_text(cases[i].country), cases[i].reason),
                         cases[i].row);
    policy.windows_count = 0;
    assert_int_equal(policy_window_row(&policy, span_text("DE"), REASON_COLOR), -1);
}

static void a_fee_is_a_share_and_a_sum_and_never_more_than_all_of_it(void **state)
{
    (void)state;
    struct policy policy = {.fees_count = 1};
    policy.fees[0] = (struct policy_fee){.kind = FEE_RESTOCKING,
                                         .payer = PAID_BY_INSURANCE,
                                         .class = CLASS_CHANGED_MIND,
                                         .fixed_minor = 50,
                                         .per_mille = 155};
    struct span us = span_text("US");
    struct policy_charge charge = policy_charge(&policy, FEE_RESTOCKING, us, REASON_COLOR, 999);
    assert_int_equal(charge.amount_minor, 50 + 154);
    assert_int_equal(charge.payer, PAID_BY_INSURANCE);
    assert_int_equal(policy_charge(&policy, FEE_RESTOCKING, us, REASON_COLOR, 40).amount_minor, 40);
    assert_int_equal(policy_charge(&policy, FEE_RESTOCKING, us, REASON_LATE, 999).amount_minor, 0);
    assert_int_equal(policy_charge(&policy, FEE_RETURN_FREIGHT, us, REASON_COLOR, 999).amount_minor,
                     0);
    assert_int_equal(policy_charge(&policy, FEE_RESTOCKING, us, REASON_COLOR, 0).amount_minor, 0);
}

static void a_buyer_on_the_list_is_trusted_and_one_with_trouble_is_not(void **state)
{
    (void)state;
    struct policy policy = {.buyer_history = 1, .allow_count = 1, .auto_approve_count = 1};
    policy.allow[0].buyer = buyer_of(1);
    policy.auto_approve[0] = (struct policy_limit){.up_to_minor = 5000, .trust_min = 3};
    struct policy_line line = {
        .sku = span_text("HAT"), .reason = REASON_COLOR, .quantity = 1, .price_minor = 1};
    struct policy_facts facts = {.lines = &line, .lines_count = 1};
    struct policy_finding finding;
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_AUTO], CHECK_UNKNOWN);
    assert_true(finding.flagged); /* nobody knows of earlier trouble */
    facts.buyer = buyer_of(1);
    policy_judge(&policy, &facts, &finding);
    assert_true(finding.small && !finding.flagged);
    facts.buyer = buyer_of(3);
    facts.history = (struct buyer_history){.known = true, .good = 5, .bad = 1};
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(policy_trust(&policy, &facts), 3);
    assert_true(finding.small && !finding.flagged);
    facts.history = (struct buyer_history){.known = true, .good = 5, .switched_items = 2};
    policy_judge(&policy, &facts, &finding);
    assert_true(finding.flagged);
    assert_int_equal(finding.signals_count, 1);
    assert_int_equal(finding.signals[0].kind, SIGNAL_SWITCHED_ITEM);
    assert_int_equal(finding.decided_by, CHECK_TROUBLE);
}

static void days_count_from_the_sale_or_the_delivery_as_the_row_says(void **state)
{
    (void)state;
    struct policy policy = {.windows_count = 1};
    struct policy_line line = {.sku = span_text("HAT"), .reason = REASON_COLOR, .quantity = 1};
    struct policy_facts facts = {.lines = &line,
                                 .lines_count = 1,
                                 .sold_ms = 100 * DAY_MS,
                                 .delivered_ms = 110 * DAY_MS,
                                 .requested_ms = 120 * DAY_MS};
    struct policy_finding finding;
    policy.windows[0] = (struct policy_window){.days = 14};
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_WINDOW], CHECK_NO);
    policy.windows[0].from = FROM_DELIVERY;
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_WINDOW], CHECK_YES);
    facts.requested_ms = 125 * DAY_MS;
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_WINDOW], CHECK_NO);
}

static void what_does_not_come_back_is_not_kept_either(void **state)
{
    (void)state;
    struct policy policy = {.auto_approve_count = 1, .returnless_count = 1, .reasons_count = 1};
    policy.auto_approve[0].up_to_minor = policy.returnless[0].up_to_minor = 5000;
    policy.reasons[0].reason = REASON_DEFECTIVE;
    struct policy_line line = {
        .sku = span_text("HAT"), .reason = REASON_DEFECTIVE, .quantity = 1, .price_minor = 5000};
    struct policy_facts facts = {.lines = &line, .lines_count = 1};
    struct policy_finding finding;
    policy_judge(&policy, &facts, &finding);
    assert_true(finding.returnless);
    line.reason = REASON_COLOR;
    policy_judge(&policy, &facts, &finding);
    assert_false(finding.returnless);
    line.reason = REASON_DEFECTIVE;
    facts.order_flagged = true;
    policy_judge(&policy, &facts, &finding);
    assert_false(finding.returnless);
}

static void a_final_sale_still_comes_back_for_a_fault(void **state)
{
    (void)state;
    struct policy policy = {.final_sale_count = 1};
    policy.final_sale[0].sku = span_text("HAT");
    struct policy_line line = {.sku = span_text("HAT"), .reason = REASON_COLOR, .quantity = 1};
    struct policy_facts facts = {.lines = &line, .lines_count = 1};
    struct policy_finding finding;
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_NOT_FINAL], CHECK_NO);
    line.reason = REASON_DEFECTIVE;
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_NOT_FINAL], CHECK_YES);
    policy.final_sale_even_faulty = 1;
    policy_judge(&policy, &facts, &finding);
    assert_int_equal(finding.answers[CHECK_NOT_FINAL], CHECK_NO);
}

/* --- the law ---------------------------------------------------------------------------------- */

static uint32_t breaches_of(const struct policy *policy, struct policy_breach breaches[FAULTS])
{
    uint32_t count = policy_breaches(policy, breaches, FAULTS);
    assert_true(count <= FAULTS);
    return count;
}

static void every_row_of_the_law_names_its_market_source_and_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < law_rows_count; i++) {
        struct span market = span_text(law_rows[i].market);
        assert_true(country_is_known(market) || span_equal(market, span_text("EU")));
        assert_true(strncmp(law_rows[i].source, "http", 4) == 0 && strlen(law_rows[i].act) > 8);
        assert_int_equal(strlen(law_rows[i].date), 10);
        assert_string_not_equal(law_rule_word(law_rows[i].rule), "?");
    }
    for (size_t i = 0; country_member(i).size > 0; i++)
        assert_true(country_is_known(country_member(i)) && country_is_member(country_member(i)));
    assert_false(country_is_member(span_text("GB")));
}

static void fourteen_days_from_delivery_are_enough_for_europe_and_thirteen_are_not(void **state)
{
    (void)state;
    struct policy_breach breaches[FAULTS];
    struct policy policy = {.markets_count = 2, .windows_count = 2};
    policy.markets[0].country = span_text("AT");
    policy.markets[1].country = span_text("DE");
    policy.windows[0] = (struct policy_window){.days = 14, .from = FROM_DELIVERY};
    policy.windows[1] =
        (struct policy_window){.class = CLASS_FAULT, .days = 730, .from = FROM_DELIVERY};
    policy.windows[2] =
        (struct policy_window){.class = CLASS_DELIVERY, .days = 730, .from = FROM_DELIVERY};
    policy.windows_count = 3;
    assert_int_equal(breaches_of(&policy, breaches), 0);
    policy.windows[0].days = 13;
    assert_int_equal(breaches_of(&policy, breaches), 1);
    assert_string_equal(breaches[0].field, "windows/0/days");
    assert_string_equal(breaches[0].countries, "AT DE");
    assert_int_equal(breaches[0].found_days, 13);
    policy.windows[0] = (struct policy_window){.days = 44, .from = FROM_SALE};
    assert_int_equal(breaches_of(&policy, breaches), 0);
    policy.windows[0].days = 43;
    assert_int_equal(breaches_of(&policy, breaches), 1);
    policy.markets[0].country = policy.markets[1].country = span_text("US");
    assert_int_equal(breaches_of(&policy, breaches), 0);
}

static void fees_and_short_ways_back_are_breaches_where_the_law_says_so(void **state)
{
    (void)state;
    struct policy_breach breaches[FAULTS];
    struct policy policy = {.markets_count = 1, .fees_count = 1, .send_hours = 100};
    policy.markets[0].country = span_text("EU");
    policy.fees[0] =
        (struct policy_fee){.kind = FEE_RETURN_FREIGHT, .payer = PAID_BY_BUYER, .fixed_minor = 1};
    assert_int_equal(breaches_of(&policy, breaches), 2); /* of who changed their mind it is right */
    assert_int_equal(breaches[0].law->rule, LAW_SEND);
    assert_string_equal(breaches[0].field, "send_hours");
    assert_int_equal(breaches[1].law->rule, LAW_FAULT_FREE);
    policy.send_hours = 14 * 24;
    policy.fees[0].kind = FEE_RESTOCKING;
    assert_int_equal(breaches_of(&policy, breaches), 2);
    assert_int_equal(breaches[0].law->rule, LAW_WITHDRAWAL_FEE);
    policy.fees[0].payer = PAID_BY_MERCHANT;
    assert_int_equal(breaches_of(&policy, breaches), 0);
    policy.reasons[0].reason = REASON_DEFECTIVE;
    policy.reasons_count = 1;
    assert_int_equal(breaches_of(&policy, breaches), 2);
    assert_string_equal(breaches[0].field, "reasons");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sane_policy_contradicts_nothing),
        cmocka_unit_test(longer_windows_and_higher_limits_take_nothing_back),
        cmocka_unit_test(a_stricter_policy_lets_nobody_in),
        cmocka_unit_test(knowing_more_turns_no_answer_around),
        cmocka_unit_test(what_is_stored_says_what_was_found),
        cmocka_unit_test(each_contradiction_is_found_and_nothing_else),
        cmocka_unit_test(a_date_lies_neither_far_back_nor_before_the_newest),
        cmocka_unit_test(the_nearest_row_counts_the_market_first),
        cmocka_unit_test(a_fee_is_a_share_and_a_sum_and_never_more_than_all_of_it),
        cmocka_unit_test(a_buyer_on_the_list_is_trusted_and_one_with_trouble_is_not),
        cmocka_unit_test(days_count_from_the_sale_or_the_delivery_as_the_row_says),
        cmocka_unit_test(what_does_not_come_back_is_not_kept_either),
        cmocka_unit_test(a_final_sale_still_comes_back_for_a_fault),
        cmocka_unit_test(every_row_of_the_law_names_its_market_source_and_date),
        cmocka_unit_test(fourteen_days_from_delivery_are_enough_for_europe_and_thirteen_are_not),
        cmocka_unit_test(fees_and_short_ways_back_are_breaches_where_the_law_says_so),
    };
    return cmocka_run_group_tests(tests, seed_chance, NULL);
}

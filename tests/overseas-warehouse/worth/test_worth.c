/* The proposal by value: held against an oracle, and told for one shoe; and what a cost table is
 * refused for. */
#include "overseas-warehouse/worth/worth.h"
#include "tests/overseas-warehouse/worth/oracle.h"
#include "tests/proto/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UNITS_FULL       100000 /* that the oracle judges in a release; by CMake, how many here */
#define UNITS_OF_A_TABLE 50

/* --- random units ----------------------------------------------------------------------------- */

static const char *const skus[] = {"SHOE-42", "HAT", "cup 1", "CUP1"};
static const char *const categories[] = {"shoes", "hats"};
static const char *const countries[] = {"DE", "US", "JP"};

static struct span any(struct values *values, const char *const *texts, unsigned count)
{
    return span_text(texts[values_below(values, count)]);
}

static struct id site(uint64_t number)
{
    struct id id = {{0}};
    id.bytes[0] = (uint8_t)(number + 1);
    return id;
}

static struct cost_row any_row(struct values *values)
{
    struct cost_row row = {.kind = 1 + values_below(values, 6)};
    if (row.kind == COST_RECOVERY || values_below(values, 2) == 0)
        row.disposition = 1 + values_below(values, 14);
    if (values_below(values, 4) == 0) row.grade = 1 + values_below(values, 6);
    if (values_below(values, 5) == 0) row.warehouse = site(values_below(values, 3));
    if (values_below(values, 5) == 0) row.country = any(values, countries, 3);
    if (values_below(values, 5) == 0) row.sku = any(values, skus, 4);
    if (values_below(values, 5) == 0) row.category = any(values, categories, 2);
    row.amount_minor = (int64_t)values_below(values, values_below(values, 2) ? 20 : 1000000000000);
    if (row.kind == COST_STORAGE) {
        row.days = 1 + values_below(values, 3650);
    } else if (values_below(values, 3) == 0) {
        row.amount_minor = 0;
        row.per_mille = 1 + values_below(values, 1000);
    }
    return row;
}

static bool overlaps(const struct cost_table *table)
{
    struct cost_fault faults[200];
    uint32_t count = cost_contradictions(table, faults, 200);
    for (uint32_t i = 0; i < count; i++)
        if (faults[i].rule == COST_RULE_OVERLAP) return true;
    return false;
}

/* Rows that overlap have no meaning, and are in no table that was let in. */
static void any_table(struct values *values, struct cost_table *table)
{
    *table = (struct cost_table){.currency = 978};
    for (unsigned i = 0; i < COST_ROWS_MAX; i++) {
        table->rows[table->rows_count++] = any_row(values);
        if (overlaps(table)) table->rows_count--;
    }
}

static struct worth_facts any_facts(struct values *values)
{
    struct worth_facts facts = {.sku = any(values, skus, 4),
                                .warehouse = site(values_below(values, 3)),
                                .grade = values_below(values, 7),
                                .value_known = values_below(values, 5) != 0,
                                .held = values_below(values, 4) == 0,
                                .noticed = values_below(values, 4) == 0,
                                .released = values_below(values, 15)};
    if (values_below(values, 4) != 0) facts.country = any(values, countries, 3);
    if (values_below(values, 4) != 0) facts.category = any(values, categories, 2);
    if (facts.value_known)
        facts.value_minor =
            (int64_t)values_below(values, values_below(values, 2) ? 5000 : 1000000000000000);
    return facts;
}

static void assert_alike(const struct worth *worth, const struct oracle_way *way)
{
    assert_int_equal(worth->disposition, way->disposition);
    assert_true(worth->recovery_minor == way->figures[1]);
    assert_true(worth->freight_minor == way->figures[2]);
    assert_true(worth->handling_minor == way->figures[3]);
    assert_true(worth->storage_minor == way->figures[4]);
    assert_true(worth->duty_lost_minor == way->figures[5]);
    assert_true(worth->duty_recovered_minor == way->figures[6]);
    assert_true(worth->net_minor == way->net);
    uint64_t barred = (way->unsellable ? 1u : 0) | (way->held ? 2u : 0) | (way->noticed ? 4u : 0) |
                      (way->unknown ? 8u : 0);
    assert_int_equal(worth->barred, barred);
    assert_int_equal(worth->needs_release, way->leave);
}

static void the_proposal_equals_the_oracle(void **state)
{
    (void)state;
    struct values values = values_begin("the_proposal_equals_the_oracle");
    static struct cost_table table;
    unsigned ways_told = 0, barred = 0;
    for (unsigned unit = 0; unit < UNITS; unit++) {
        if (unit % UNITS_OF_A_TABLE == 0) any_table(&values, &table);
        struct worth_facts facts = any_facts(&values);
        struct proposal proposal;
        struct oracle_way ways[16];
        worth_propose(&facts, &table, &proposal);
        assert_int_equal(proposal.count, oracle_propose(&facts, &table, ways));
        for (uint32_t i = 0; i < proposal.count; i++) assert_alike(&proposal.at[i], &ways[i]);
        for (uint32_t i = 0; i < proposal.count; i++) {
            struct fault fault;
            assert_int_equal(shape_check(&worth_shape, &proposal.at[i], &fault), OK);
            barred += proposal.at[i].barred != 0;
        }
        ways_told += proposal.count;
    }
    if (UNITS < UNITS_FULL) printf("scaled down: %u of %u units\n", UNITS, UNITS_FULL);
    assert_true(ways_told > UNITS && barred > UNITS / 10);
    values_end(&values);
}

/* --- one shoe --------------------------------------------------------------------------------- */

static struct cost_row says(enum cost_kind kind, enum disposition disposition, int64_t minor)
{
    return (struct cost_row){.kind = kind, .disposition = disposition, .amount_minor = minor};
}

/* Back into stock it brings 60 % of its price, destroyed nothing; home it is worth 80 % and costs
 * 12.00 of freight. */
static void fill_table(struct cost_table *table)
{
    *table = (struct cost_table){.currency = 978, .rows_count = 7};
    table->rows[0] = says(COST_RECOVERY, DISPOSE_RESTOCK, 0);
    table->rows[0].per_mille = 600;
    table->rows[1] = says(COST_RECOVERY, DISPOSE_ORIGIN, 0);
    table->rows[1].per_mille = 800;
    table->rows[2] = says(COST_RECOVERY, DISPOSE_DESTROY, 0);
    table->rows[3] = says(COST_FREIGHT, DISPOSE_ORIGIN, 1200);
    table->rows[4] = says(COST_HANDLING, 0, 150);
    table->rows[5] = says(COST_STORAGE, DISPOSE_RESTOCK, 3);
    table->rows[5].days = 40;
    table->rows[6] = says(COST_DUTY_LOST, DISPOSE_RESTOCK, 200);
}

static struct worth_facts shoe(int64_t value_minor)
{
    return (struct worth_facts){.sku = span_text("SHOE-42"),
                                .grade = GRADE_LIKE_NEW,
                                .value_known = true,
                                .value_minor = value_minor};
}

static void a_shoe_stays_where_it_is_until_the_way_home_is_worth_more(void **state)
{
    (void)state;
    struct cost_table table;
    struct proposal proposal;
    struct worth_facts facts = shoe(3999);
    fill_table(&table);
    assert_int_equal(cost_contradictions(&table, NULL, 0), 0);
    worth_propose(&facts, &table, &proposal);
    assert_int_equal(proposal.count, 3);
    assert_int_equal(worth_best(&proposal), DISPOSE_RESTOCK);
    assert_int_equal(proposal.at[0].recovery_minor, 2399); /* 60 % of 39.99, rounded down */
    assert_int_equal(proposal.at[0].net_minor, 2399 - 150 - 120 - 200);
    assert_int_equal(proposal.at[1].net_minor, 3199 - 1200 - 150);
    assert_int_equal(proposal.at[2].net_minor, -150);
    facts = shoe(9000);
    worth_propose(&facts, &table, &proposal);
    assert_int_equal(worth_best(&proposal), DISPOSE_ORIGIN);
    assert_true(proposal.at[0].needs_release == 1);
}

static void what_is_barred_is_told_last_and_why(void **state)
{
    (void)state;
    struct cost_table table;
    struct proposal proposal;
    struct worth_facts facts = shoe(3999);
    fill_table(&table);
    facts.grade = GRADE_UNSELLABLE;
    facts.noticed = true;
    facts.held = true;
    worth_propose(&facts, &table, &proposal);
    assert_int_equal(worth_best(&proposal), DISPOSE_ORIGIN);
    assert_int_equal(proposal.at[1].disposition, DISPOSE_RESTOCK);
    assert_int_equal(proposal.at[1].barred, BARRED_GRADE | BARRED_HOLD);
    assert_int_equal(proposal.at[2].barred, BARRED_NOTICE);
    facts.value_known = false;
    worth_propose(&facts, &table, &proposal);
    assert_int_equal(worth_best(&proposal), 0);
    assert_int_equal(proposal.at[0].disposition, DISPOSE_DESTROY); /* -1.50 is more than -13.50 */
    facts.grade = 0;
    worth_propose(&facts, &table, &proposal);
    assert_int_equal(proposal.count, 0);
}

static void at_a_tie_the_one_that_is_sooner_undone_goes_first(void **state)
{
    (void)state;
    static const enum disposition asked[] = {DISPOSE_DESTROY,   DISPOSE_RECYCLE, DISPOSE_DONATE,
                                             DISPOSE_LIQUIDATE, DISPOSE_RESELL,  DISPOSE_REPAIR,
                                             DISPOSE_REFURBISH, DISPOSE_RELABEL, DISPOSE_RESTOCK};
    struct cost_table table = {.currency = 978};
    struct proposal proposal;
    struct worth_facts facts = shoe(100);
    for (unsigned i = 0; i < 9; i++)
        table.rows[table.rows_count++] = says(COST_RECOVERY, asked[i], 700);
    worth_propose(&facts, &table, &proposal);
    static const enum disposition told[] = {DISPOSE_RESTOCK, DISPOSE_RELABEL, DISPOSE_REFURBISH,
                                            DISPOSE_REPAIR,  DISPOSE_RESELL,  DISPOSE_LIQUIDATE,
                                            DISPOSE_DONATE,  DISPOSE_RECYCLE, DISPOSE_DESTROY};
    for (unsigned i = 0; i < 9; i++) assert_int_equal(proposal.at[i].disposition, told[i]);
}

/* --- what a table is refused for -------------------------------------------------------------- */

static void assert_fault(const struct cost_table *table, const char *field, const char *rule)
{
    struct cost_fault faults[32];
    uint32_t count = cost_contradictions(table, faults, 32);
    for (uint32_t i = 0; i < count && i < 32; i++)
        if (strcmp(faults[i].field, field) == 0 &&
            strcmp(cost_rule_word(faults[i].rule), rule) == 0)
            return;
    fail_msg("%s: %s was not found among %u faults", field, rule, count);
}

static void contradictions_are_told_by_field_and_rule(void **state)
{
    (void)state;
    static const struct {
        struct cost_row row;
        const char *field, *rule;
    } wrong[] = {
        {{.kind = COST_HANDLING, .amount_minor = -1}, "rows/7/amount_minor", "below_zero"},
        {{.kind = COST_FREIGHT, .amount_minor = 5, .per_mille = 5},
         "rows/7/per_mille",
         "amount_and_per_mille"},
        {{.kind = COST_FREIGHT, .amount_minor = 5, .days = 5},
         "rows/7/days",
         "days_go_with_storage"},
        {{.kind = COST_STORAGE, .amount_minor = 5}, "rows/7/days", "days_go_with_storage"},
        {{.kind = COST_STORAGE, .per_mille = 5, .days = 3},
         "rows/7/per_mille",
         "storage_is_an_amount"},
        {{.kind = COST_RECOVERY, .amount_minor = 5}, "rows/7/disposition", "recovery_of_what"},
        {{.kind = COST_RECOVERY, .disposition = DISPOSE_HOLD},
         "rows/7/disposition",
         "hold_is_no_end"},
        {{.kind = COST_RECOVERY, .disposition = DISPOSE_RESTOCK, .grade = GRADE_UNSELLABLE},
         "rows/7/grade",
         "unsellable_restocked"},
        {{.kind = COST_HANDLING, .amount_minor = 1}, "rows/7", "overlap"},
        {{.kind = COST_DUTY_RECOVERED, .grade = GRADE_GOOD}, "rows/7", "gap"},
        {{.kind = COST_RECOVERY, .disposition = DISPOSE_DONATE, .grade = GRADE_GOOD},
         "rows/7",
         "gap"},
        {{.kind = COST_RECOVERY, .disposition = DISPOSE_HUB}, "rows/7/disposition", "freight_gap"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct cost_table table;
        fill_table(&table);
        table.rows[table.rows_count++] = wrong[i].row;
        assert_fault(&table, wrong[i].field, wrong[i].rule);
    }
}

static void selectors_that_contradict_are_told_too(void **state)
{
    (void)state;
    struct cost_table table;
    fill_table(&table);
    table.rows[7] = says(COST_HANDLING, 0, 3);
    table.rows[7].sku = span_text("HAT");
    table.rows[7].category = span_text("hats");
    table.rows[7].country = span_text("XX");
    table.rows_count = 8;
    assert_fault(&table, "rows/7/category", "sku_and_category");
    assert_fault(&table, "rows/7/country", "unknown_country");
    table.rows[7].category = table.rows[7].country = (struct span){0};
    assert_int_equal(cost_contradictions(&table, NULL, 0), 0);
    table.rows[8] = table.rows[7];
    table.rows[8].sku = span_text(" hat ");
    table.rows_count = 9;
    assert_fault(&table, "rows/8", "overlap");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_proposal_equals_the_oracle),
        cmocka_unit_test(a_shoe_stays_where_it_is_until_the_way_home_is_worth_more),
        cmocka_unit_test(what_is_barred_is_told_last_and_why),
        cmocka_unit_test(at_a_tie_the_one_that_is_sooner_undone_goes_first),
        cmocka_unit_test(contradictions_are_told_by_field_and_rule),
        cmocka_unit_test(selectors_that_contradict_are_told_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The proofs of the rule tables, and the proof that they are proofs: every row, fact and effect
 * that is taken out, and every row that is added, makes one of them fail. */
#include "tests/overseas-warehouse/explorer.h"
#include "tests/overseas-warehouse/laws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RULES_MAX 256

/* --- the proofs: each names what is broken, or NULL ------------------------------------------- */

static bool are_rivals(const struct rule *a, const struct rule *b)
{
    return a->from == b->from && a->actor == b->actor && a->verb == b->verb;
}

/* Two rows overlap when some set of facts satisfies both: when no fact is needed by one and barred
 * by either. */
static const char *rows_overlap(const struct rule_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *a = &table->rules[i];
        if ((a->need & a->bar) != 0) return "every row can apply";
        for (size_t j = i + 1; j < table->count; j++) {
            const struct rule *b = &table->rules[j];
            if (are_rivals(a, b) && ((a->need | b->need) & (a->bar | b->bar)) == 0)
                return "no two rows overlap";
        }
    }
    return NULL;
}

static const char *states_unreached(const struct rule_table *table)
{
    uint32_t reached = 1, before = 0;
    while (reached != before) {
        before = reached;
        for (size_t i = 0; i < table->count; i++)
            if ((reached >> table->rules[i].from & 1) != 0) reached |= 1u << table->rules[i].to;
    }
    for (uint64_t state = 0; state < table->states->count; state++)
        if (table->states->name[state] != NULL && (reached >> state & 1) == 0)
            return "every state is reached";
    return NULL;
}

static uint32_t facts_of_group(const struct rule_table *table, uint64_t from, enum actor_kind actor)
{
    uint32_t facts = 0;
    for (size_t i = 0; i < table->count; i++)
        if (table->rules[i].from == from && table->rules[i].actor == actor)
            facts |= table->rules[i].need | table->rules[i].bar;
    return facts;
}

/* All sets of facts within a mask, one after the other, ending on the empty one. */
static uint32_t next_subset(uint32_t mask, uint32_t subset)
{
    return (subset - 1) & mask;
}

/* From each state some row after another leads to an end. */
static const char *ends_unreached(const struct rule_table *table)
{
    uint32_t ends = table->final_states, before = 0;
    while (ends != before) {
        before = ends;
        for (size_t i = 0; i < table->count; i++)
            if ((ends >> table->rules[i].to & 1) != 0) ends |= 1u << table->rules[i].from;
    }
    for (uint64_t state = 0; state < table->states->count; state++)
        if (table->states->name[state] != NULL && (ends >> state & 1) == 0)
            return "every state leads to an end";
    return NULL;
}

#define DUE_AND_HEARD (RETURN_IF(OVERDUE) | RETURN_IF(HEARD))
#define OF_RETURNS                                                                                 \
    {                                                                                              \
        DO_APPROVE, DO_ESCALATE, DO_REFUND_INSTEAD, DO_EXPIRE, DO_CLOSE                            \
    }
/* Where nobody speaks, and by what the clock then ends it. */
static const struct silence {
    enum rule_table_number table;
    uint64_t from;
    uint32_t facts; /* that the time has come, and that all who may answer were heard */
    enum verb verbs[6];
} silences[] = {
    {TABLE_RETURN, RETURN_REQUESTED, DUE_AND_HEARD, OF_RETURNS},
    {TABLE_RETURN, RETURN_APPROVED, DUE_AND_HEARD, OF_RETURNS},
    {TABLE_RETURN, RETURN_DISPUTED, DUE_AND_HEARD, OF_RETURNS},
    {TABLE_RETURN, RETURN_ESCALATED, DUE_AND_HEARD, OF_RETURNS},
    {TABLE_GRANT, GRANT_OFFERED, GRANT_IF(OVERDUE), {DO_LAPSE}},
    {TABLE_COMPENSATION, COMPENSATION_DRAFTED, COMPENSATION_IF(OVERDUE), {DO_RUN_OUT}},
    {TABLE_COMPENSATION, COMPENSATION_FILED, COMPENSATION_IF(OVERDUE), {DO_RUN_OUT}},
    {TABLE_COMPENSATION, COMPENSATION_ACCEPTED, COMPENSATION_IF(OVERDUE), {DO_RUN_OUT}},
};
#define SILENCES (sizeof silences / sizeof silences[0])

/* What takes the place of a thing takes away the fact that allowed it: the next silence closes. */
static bool replaces(const struct silence *silence, const struct rule *rule)
{
    return silence->table == TABLE_RETURN && (rule->effects & RETURN_DOES(INSTEAD)) != 0;
}

static bool clock_acts(const struct rule_table *table, const struct silence *silence,
                       uint32_t facts)
{
    unsigned count = 0;
    for (unsigned i = 0; silence->verbs[i] != 0; i++) {
        const struct rule *rule =
            rule_judge(table, silence->from, BY_CLOCK, silence->verbs[i], facts).rule;
        count += rule != NULL && (rule->to != silence->from || replaces(silence, rule));
    }
    return count == 1;
}

static bool silence_ends(const struct rule_table *table, const struct silence *silence)
{
    uint32_t mask = facts_of_group(table, silence->from, BY_CLOCK), facts = mask;
    do {
        if (!clock_acts(table, silence, facts | silence->facts)) return false;
        facts = next_subset(mask, facts);
    } while (facts != mask);
    return true;
}

/* In every open state, whatever else holds, being overdue moves the thing on once all who may
 * answer were heard; and the clock's moves of a return begin it, or go from requested to approved,
 * or from disputed to escalated, to an end, all others to an end at once, so there is no circle. */
static const char *silence_lasts(const struct rule_table *table, enum rule_table_number number)
{
    for (size_t i = 0; i < SILENCES; i++)
        if (silences[i].table == number && !silence_ends(table, &silences[i]))
            return "silence ends every open state, in one way";
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->rules[i];
        bool ends = (table->final_states >> rule->to & 1) != 0;
        bool onward = number == TABLE_RETURN &&
                      (rule->from == RETURN_NONE ||
                       (rule->from == RETURN_REQUESTED && rule->to == RETURN_APPROVED) ||
                       (rule->from == RETURN_DISPUTED && rule->to == RETURN_ESCALATED) ||
                       (rule->effects & RETURN_DOES(INSTEAD)) != 0);
        if (rule->actor == BY_CLOCK && !ends && !onward) return "silence does not go in circles";
    }
    return NULL;
}

static bool always_has_row(const struct rule_table *table, uint64_t state, enum actor_kind actor,
                           enum verb verb)
{
    uint32_t mask = facts_of_group(table, state, actor), facts = mask;
    do {
        if (rule_judge(table, state, actor, verb, facts).rule == NULL) return false;
        facts = next_subset(mask, facts);
    } while (facts != mask);
    return true;
}

/* The book's own work never stands still for want of a row, and no word of a provider or of those
 * who refund elsewhere is lost. */
static const struct duty {
    enum rule_table_number table;
    uint64_t from;
    enum actor_kind actor;
    enum verb verb;
} duties[] = {
    {TABLE_GRANT, GRANT_GRANTED, BY_POLICY, DO_PAY},
    {TABLE_GRANT, GRANT_OFFERED, BY_BUYER, DO_REFUSE},
    {TABLE_REFUND, REFUND_INTENDED, BY_POLICY, DO_SUBMIT},
    {TABLE_REFUND, REFUND_SUBMITTED, BY_POLICY, DO_SUBMIT},
    {TABLE_REFUND, REFUND_INTENDED, BY_POLICY, DO_BAR},
    {TABLE_REFUND, REFUND_SUBMITTED, BY_POLICY, DO_BAR},
    {TABLE_REFUND, REFUND_INTENDED, BY_PROVIDER, DO_FIND_PAID},
    {TABLE_REFUND, REFUND_SUBMITTED, BY_PROVIDER, DO_FIND_PAID},
    {TABLE_REFUND, REFUND_UNKNOWN, BY_PROVIDER, DO_FIND_PAID},
    {TABLE_REFUND, REFUND_MANUAL, BY_PROVIDER, DO_FIND_PAID},
    {TABLE_UNIT, UNIT_RECEIVED, BY_BOOK, DO_ASSIGN},
    {TABLE_UNIT, UNIT_INSPECTED, BY_BOOK, DO_ASSIGN},
    {TABLE_UNIT, UNIT_GRADED, BY_BOOK, DO_ASSIGN},
    {TABLE_UNIT, UNIT_DISPOSED, BY_BOOK, DO_ASSIGN},
    {TABLE_UNIT, UNIT_SETTLED, BY_BOOK, DO_ASSIGN},
    {TABLE_UNIT, UNIT_SHIPPED, BY_BOOK, DO_ASSIGN},
};
#define DUTIES (sizeof duties / sizeof duties[0])

static const char *duties_refused(const struct rule_table *table, enum rule_table_number number)
{
    for (size_t i = 0; i < DUTIES; i++)
        if (duties[i].table == number &&
            !always_has_row(table, duties[i].from, duties[i].actor, duties[i].verb))
            return "what must be done has a row, whatever holds";
    return NULL;
}

static const char *observations_refused(const struct rule_table *table)
{
    static const enum verb seen[] = {DO_NOTE_ARRIVAL, DO_CLAIM_BOX,        DO_TAKE_UNIT,
                                     DO_NOTE_GRADE,   DO_NOTE_DISPOSITION, DO_NOTE_SETTLEMENT};
    for (uint64_t state = RETURN_REQUESTED; state < table->states->count; state++)
        for (unsigned i = 0; i < sizeof seen / sizeof seen[0]; i++) {
            enum actor_kind actor = seen[i] == DO_NOTE_ARRIVAL ? BY_CARRIER : BY_FLOOR;
            if (!always_has_row(table, state, actor, seen[i]))
                return "every state has a row for every observation of goods";
        }
    return NULL;
}

/* What silence does and nobody can undo: it grants, or pays. Goods it never touches. */
static bool is_irreversible(enum rule_table_number number, const struct rule *rule)
{
    /* An offer that lapsed moved nothing, and may be made again. */
    if (number == TABLE_GRANT) return rule->to != GRANT_LAPSED || rule->effects != 0;
    /* Nor did a claim that expired: late money of it is taken all the same. */
    if (number == TABLE_COMPENSATION) return rule->to != COMPENSATION_EXPIRED || rule->effects != 0;
    if (number != TABLE_RETURN) return true;
    bool charges = (rule->effects & RETURN_DOES(RECHARGE)) != 0;
    return rule->to == RETURN_APPROVED || (rule->effects & RETURN_DOES(PAY)) != 0 || charges;
}

static const char *silence_overtakes(const struct rule_table *table, enum rule_table_number number)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->rules[i];
        bool heard = number == TABLE_RETURN && (rule->need & RETURN_IF(HEARD)) != 0;
        if (rule->actor == BY_CLOCK && is_irreversible(number, rule) && !heard)
            return "silence does what cannot be undone only when everybody was heard";
    }
    return NULL;
}

static const char *prove(const struct rule_table *table, enum rule_table_number number)
{
    const char *broken = rows_overlap(table);
    if (broken == NULL) broken = states_unreached(table);
    if (broken == NULL) broken = laws_broken(table, &table_laws[number]);
    if (broken == NULL) broken = silence_overtakes(table, number);
    if (broken == NULL) broken = ends_unreached(table);
    if (broken == NULL) broken = silence_lasts(table, number);
    if (broken == NULL) broken = duties_refused(table, number);
    if (broken == NULL && number == TABLE_RETURN) broken = observations_refused(table);
    if (broken == NULL && number == TABLE_REFUND) broken = explore_refunds(table, FLAW_NONE).broken;
    return broken;
}

/* --- the tables as they are ------------------------------------------------------------------- */

static void the_tables_keep_all_laws(void **state)
{
    (void)state;
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        const char *broken = prove(rule_tables[t], (enum rule_table_number)t);
        if (broken != NULL) fail_msg("%s: %s", rule_tables[t]->name, broken);
        assert_true(rule_tables[t]->count <= RULES_PER_TABLE_MAX);
        assert_true(rule_tables[t]->facts_count <= FACTS_PER_TABLE_MAX);
    }
}

static void no_second_payment_is_reachable(void **state)
{
    (void)state;
    struct explorer_result result = explore_refunds(&refund_table, FLAW_NONE);
    printf("walked %llu states of refunds\n", (unsigned long long)result.states);
    assert_null(result.broken);
    assert_int_equal(result.reached, 0x7f); /* the walk passed through every state of a refund */
}

static void the_walk_finds_what_the_outbox_must_not_do(void **state)
{
    (void)state;
    for (enum explorer_flaw flaw = FLAW_BLIND_AFTER_RESTART; flaw <= FLAW_PERSON_GUESSES; flaw++) {
        struct explorer_result result = explore_refunds(&refund_table, flaw);
        printf("flaw %u: %s\n", flaw, result.broken == NULL ? "not found" : result.broken);
        assert_non_null(result.broken);
    }
}

/* --- the tables with something amiss ---------------------------------------------------------- */

struct mutant {
    struct rule rules[RULES_MAX + 1];
    struct rule_table table;
};

static void copy_table(struct mutant *mutant, const struct rule_table *table)
{
    mutant->table = *table;
    memcpy(mutant->rules, table->rules, table->count * sizeof(struct rule));
    mutant->table.rules = mutant->rules;
}

static unsigned survivors; /* mutants that no proof noticed */
static unsigned mutants;

static void expect_death(const struct mutant *mutant, unsigned t, size_t row, const char *what)
{
    mutants++;
    if (prove(&mutant->table, (enum rule_table_number)t) != NULL) return;
    const struct rule *rule = &mutant->rules[row];
    printf("unnoticed: %s of %s row %zu (%s by %s from %s)\n", what, mutant->table.name, row,
           word_of(&verb_words, rule->verb), word_of(&actor_words, rule->actor),
           word_of(mutant->table.states, rule->from));
    survivors++;
}

static void every_row_matters(void **state)
{
    (void)state;
    survivors = mutants = 0;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (size_t row = 0; row < rule_tables[t]->count; row++) {
            struct mutant mutant;
            copy_table(&mutant, rule_tables[t]);
            mutant.table.count--;
            memmove(&mutant.rules[row], &mutant.rules[row + 1],
                    (mutant.table.count - row) * sizeof(struct rule));
            expect_death(&mutant, t, row, "removal");
        }
    printf("%u rows taken out, %u unnoticed\n", mutants, survivors);
    assert_int_equal(survivors, 0);
}

/* Takes each set bit of one field of each row out, one at a time. */
static void flip_bits(unsigned t, size_t offset, const char *what)
{
    for (size_t row = 0; row < rule_tables[t]->count; row++)
        for (unsigned bit = 0; bit < 32; bit++) {
            struct mutant mutant;
            copy_table(&mutant, rule_tables[t]);
            uint32_t field;
            uint8_t *at = (uint8_t *)&mutant.rules[row] + offset;
            memcpy(&field, at, sizeof field);
            if ((field >> bit & 1) == 0) continue;
            field &= ~(1u << bit);
            memcpy(at, &field, sizeof field);
            expect_death(&mutant, t, row, what);
        }
}

static void every_fact_and_every_effect_matters(void **state)
{
    (void)state;
    survivors = mutants = 0;
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        flip_bits(t, offsetof(struct rule, need), "a needed fact");
        flip_bits(t, offsetof(struct rule, bar), "a barring fact");
        flip_bits(t, offsetof(struct rule, effects), "an effect");
    }
    printf("%u facts and effects taken out, %u unnoticed\n", mutants, survivors);
    assert_int_equal(survivors, 0);
}

static void add_row(unsigned t, struct rule rule)
{
    struct mutant mutant;
    copy_table(&mutant, rule_tables[t]);
    mutant.rules[mutant.table.count++] = rule;
    expect_death(&mutant, t, mutant.table.count - 1, "an added row");
}

static void add_all_rows(unsigned t, uint64_t from, uint64_t to)
{
    for (unsigned actor = BY_OPERATOR; actor < actor_words.count; actor++)
        for (unsigned verb = DO_REQUEST; verb < verb_words.count; verb++)
            if (verb_words.name[verb] != NULL)
                add_row(t, (struct rule){(uint8_t)from, (uint8_t)actor, (uint8_t)verb, 0, 0,
                                         (uint8_t)to, 0});
}

/* Every row that needs nothing, for every state, actor, verb and goal. */
static void no_row_can_be_added_unnoticed(void **state)
{
    (void)state;
    survivors = mutants = 0;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (uint64_t from = 0; from < rule_tables[t]->states->count; from++)
            for (uint64_t to = 1; to < rule_tables[t]->states->count; to++)
                add_all_rows(t, from, to);
    printf("%u rows added, %u unnoticed\n", mutants, survivors);
    assert_int_equal(survivors, 0);
}

/* And every row of ours once more, with one fact the other way round. */
static void no_row_can_be_loosened_unnoticed(void **state)
{
    (void)state;
    survivors = mutants = 0;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (size_t row = 0; row < rule_tables[t]->count; row++)
            for (unsigned bit = 0; bit < rule_tables[t]->facts_count; bit++) {
                struct rule rule = rule_tables[t]->rules[row];
                uint32_t fact = 1u << bit;
                if (((rule.need | rule.bar) & fact) == 0) continue;
                bool needed = (rule.need & fact) != 0;
                rule.need = needed ? rule.need & ~fact : rule.need | fact;
                rule.bar = needed ? rule.bar | fact : rule.bar & ~fact;
                add_row(t, rule);
            }
    printf("%u rows turned round, %u unnoticed\n", mutants, survivors);
    assert_int_equal(survivors, 0);
}

/* --- what the general proofs find ------------------------------------------------------------- */

static void drop_rows(struct mutant *mutant, uint64_t from, enum actor_kind actor, enum verb verb)
{
    size_t kept = 0;
    for (size_t i = 0; i < mutant->table.count; i++) {
        const struct rule *rule = &mutant->rules[i];
        bool is_it = rule->from == from && rule->actor == actor && rule->verb == verb;
        if (!is_it) mutant->rules[kept++] = *rule;
    }
    assert_true(kept < mutant->table.count);
    mutant->table.count = kept;
}

/* Without the laws: a table whose silence or duty is gone is found by the proof of it. */
static void each_silence_and_each_duty_is_missed(void **state)
{
    (void)state;
    struct mutant mutant;
    for (size_t i = 0; i < SILENCES; i++) {
        copy_table(&mutant, rule_tables[silences[i].table]);
        assert_null(silence_lasts(&mutant.table, silences[i].table));
        for (size_t r = 0; r < mutant.table.count; r++)
            if (mutant.rules[r].from == silences[i].from && mutant.rules[r].actor == BY_CLOCK)
                mutant.rules[r].need |= 1u << (mutant.table.facts_count - 1);
        assert_non_null(silence_lasts(&mutant.table, silences[i].table));
    }
    for (size_t i = 0; i < DUTIES; i++) {
        copy_table(&mutant, rule_tables[duties[i].table]);
        drop_rows(&mutant, duties[i].from, duties[i].actor, duties[i].verb);
        assert_non_null(duties_refused(&mutant.table, duties[i].table));
    }
}

static void a_state_without_a_way_to_an_end_is_found(void **state)
{
    (void)state;
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        struct mutant mutant;
        copy_table(&mutant, rule_tables[t]);
        assert_null(ends_unreached(&mutant.table));
        for (size_t r = 0; r < mutant.table.count; r++)
            if ((mutant.table.final_states >> mutant.rules[r].to & 1) != 0)
                mutant.rules[r].to = mutant.rules[r].from;
        assert_non_null(ends_unreached(&mutant.table));
    }
}

/* --- judging and telling ---------------------------------------------------------------------- */

static void a_refusal_names_what_was_missing_or_in_the_way(void **state)
{
    (void)state;
    char text[96];
    struct verdict verdict =
        rule_judge(&return_table, RETURN_REQUESTED, BY_POLICY, DO_APPROVE,
                   RETURN_IF(SMALL) | RETURN_IF(ELIGIBLE) | RETURN_IF(FLAGGED));
    assert_int_equal(verdict.error, ERROR_FACT_BARS);
    verdict_print(&return_table, &verdict, RETURN_REQUESTED, BY_POLICY, DO_APPROVE, text,
                  sizeof text);
    assert_string_equal(text, "return: approve from requested by policy is barred by flagged");
    verdict = rule_judge(&return_table, RETURN_NONE, BY_OPERATOR, DO_REQUEST,
                         RETURN_IF(ORDER_KNOWN) | RETURN_IF(LINES_GOOD));
    assert_int_equal(verdict.error, ERROR_OVER_QUANTITY);
    verdict_print(&return_table, &verdict, RETURN_NONE, BY_OPERATOR, DO_REQUEST, text, sizeof text);
    assert_string_equal(text, "return: request from none by operator lacks room");
    verdict = rule_judge(&unit_table, UNIT_SETTLED, BY_OPERATOR, DO_SHIP, 0);
    assert_int_equal(verdict.error, ERROR_NO_RULE);
    verdict_print(&unit_table, &verdict, UNIT_SETTLED, BY_OPERATOR, DO_SHIP, text, 12);
    assert_string_equal(text, "unit: ship ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_keep_all_laws),
        cmocka_unit_test(no_second_payment_is_reachable),
        cmocka_unit_test(the_walk_finds_what_the_outbox_must_not_do),
        cmocka_unit_test(every_row_matters),
        cmocka_unit_test(every_fact_and_every_effect_matters),
        cmocka_unit_test(no_row_can_be_added_unnoticed),
        cmocka_unit_test(no_row_can_be_loosened_unnoticed),
        cmocka_unit_test(each_silence_and_each_duty_is_missed),
        cmocka_unit_test(a_state_without_a_way_to_an_end_is_found),
        cmocka_unit_test(a_refusal_names_what_was_missing_or_in_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "overseas-warehouse/rules.h"

#include "overseas-warehouse/tables.h"
#include "proto/line.h"

const struct rule_table *const rule_tables[TABLE_COUNT] = {
    &return_table, &unit_table, &refund_table, &grant_table, &compensation_table};

static unsigned bits_in(uint32_t bits)
{
    unsigned count = 0;
    for (; bits != 0; bits &= bits - 1) count++;
    return count;
}

/* What kept this row from matching: the facts it lacks and those in its way. */
struct obstacle {
    uint32_t missing, barring;
};

static struct obstacle obstacle_of(const struct rule *rule, uint32_t facts)
{
    return (struct obstacle){rule->need & ~facts, rule->bar & facts};
}

/* How far a row was from matching. Of two equally far the one that only lacks something is told:
 * what is missing can be brought, what is in the way often cannot be moved. */
static unsigned distance_of(struct obstacle obstacle)
{
    unsigned facts = bits_in(obstacle.missing) + bits_in(obstacle.barring);
    return 2 * facts + (obstacle.barring != 0 ? 1 : 0);
}

/* The lowest fact speaks for the refusal: tables list the weightier facts first. */
static enum error fact_error(const struct rule_table *table, uint32_t facts, enum error general)
{
    for (size_t i = 0; i < table->facts_count; i++)
        if ((facts >> i & 1) != 0 && table->fact_errors[i] != OK) return table->fact_errors[i];
    return general;
}

static struct verdict refusal(const struct rule_table *table, struct obstacle nearest)
{
    if (nearest.missing != 0)
        return (struct verdict){.error = fact_error(table, nearest.missing, ERROR_FACT_MISSING),
                                .facts = nearest.missing,
                                .lacks = true};
    return (struct verdict){.error = fact_error(table, nearest.barring, ERROR_FACT_BARS),
                            .facts = nearest.barring};
}

struct verdict rule_judge(const struct rule_table *table, uint64_t from, enum actor_kind actor,
                          enum verb verb, uint32_t facts)
{
    struct obstacle nearest = {0, 0};
    unsigned distance = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->rules[i];
        if (rule->from != from || rule->actor != actor || rule->verb != verb) continue;
        struct obstacle obstacle = obstacle_of(rule, facts);
        unsigned far = distance_of(obstacle);
        if (far == 0) return (struct verdict){.rule = rule, .number = (uint16_t)i, .error = OK};
        if (distance != 0 && far >= distance) continue;
        distance = far;
        nearest = obstacle;
    }
    if (distance == 0) return (struct verdict){.error = ERROR_NO_RULE};
    return refusal(table, nearest);
}

static void print_facts(struct line *line, const struct rule_table *table, uint32_t facts)
{
    bool first = true;
    for (size_t i = 0; i < table->facts_count; i++) {
        if ((facts >> i & 1) == 0) continue;
        line_text(line, first ? " " : ", ");
        line_text(line, table->facts[i]);
        first = false;
    }
}

void verdict_print(const struct rule_table *table, const struct verdict *verdict, uint64_t from,
                   enum actor_kind actor, enum verb verb, char *text, size_t size)
{
    struct line line = line_over(text, size);
    line_text(&line, table->name);
    line_text(&line, ": ");
    line_text(&line, word_of(&verb_words, verb));
    line_text(&line, " from ");
    line_text(&line, word_of(table->states, from));
    line_text(&line, " by ");
    line_text(&line, word_of(&actor_words, actor));
    if (verdict->rule != NULL) return;
    if (verdict->facts == 0) {
        line_text(&line, " has no rule");
        return;
    }
    line_text(&line, verdict->lacks ? " lacks" : " is barred by");
    print_facts(&line, table, verdict->facts);
}

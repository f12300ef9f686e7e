/* The tables as a manual shows them: Markdown for reading, Graphviz for looking at. */
#include "overseas-warehouse/rules.h"

static void put(const struct rule_sink *sink, const char *text)
{
    sink->text(sink->world, span_text(text));
}

static void put_number(const struct rule_sink *sink, size_t number)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    sink->text(sink->world, span_of(digits + at, sizeof digits - at));
}

static void put_names(const struct rule_sink *sink, uint32_t bits, const char *const *names,
                      size_t count, const char *none)
{
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if ((bits >> i & 1) == 0) continue;
        if (!first) put(sink, ", ");
        put(sink, names[i]);
        first = false;
    }
    if (first) put(sink, none);
}

static const char *state_name(const struct rule_table *table, uint64_t state)
{
    return word_of(table->states, state);
}

void rules_markdown(const struct rule_table *table, const struct rule_sink *sink)
{
    put(sink, "| # | from | who | does | needs | unless | to | effects |\n");
    put(sink, "|--:|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->rules[i];
        put(sink, "| ");
        put_number(sink, i);
        put(sink, " | ");
        put(sink, state_name(table, rule->from));
        put(sink, " | ");
        put(sink, word_of(&actor_words, rule->actor));
        put(sink, " | ");
        put(sink, word_of(&verb_words, rule->verb));
        put(sink, " | ");
        put_names(sink, rule->need, table->facts, table->facts_count, "");
        put(sink, " | ");
        put_names(sink, rule->bar, table->facts, table->facts_count, "");
        put(sink, " | ");
        put(sink, state_name(table, rule->to));
        put(sink, " | ");
        put_names(sink, rule->effects, table->effects, table->effects_count, "");
        put(sink, " |\n");
    }
}

/* Rows that differ in their facts only are one arrow. */
static bool is_drawn(const struct rule_table *table, size_t at)
{
    const struct rule *rule = &table->rules[at];
    for (size_t i = 0; i < at; i++) {
        const struct rule *other = &table->rules[i];
        if (other->from == rule->from && other->to == rule->to && other->verb == rule->verb &&
            other->actor == rule->actor)
            return true;
    }
    return false;
}

void rules_graphviz(const struct rule_table *table, const struct rule_sink *sink)
{
    put(sink, "digraph ");
    put(sink, table->name);
    put(sink, " {\n    rankdir=LR;\n    node [shape=box, style=rounded];\n");
    for (uint64_t state = 0; state < table->states->count; state++) {
        if ((table->final_states >> state & 1) == 0) continue;
        put(sink, "    ");
        put(sink, state_name(table, state));
        put(sink, " [peripheries=2];\n");
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->rules[i];
        /* An observation that changes nothing is in the table, not in the picture. */
        if (rule->from == rule->to || is_drawn(table, i)) continue;
        put(sink, "    ");
        put(sink, state_name(table, rule->from));
        put(sink, " -> ");
        put(sink, state_name(table, rule->to));
        put(sink, " [label=\"");
        put(sink, word_of(&verb_words, rule->verb));
        put(sink, "\\nby ");
        put(sink, word_of(&actor_words, rule->actor));
        put(sink, "\"];\n");
    }
    put(sink, "}\n");
}

#include "sim/marks.h"

#include <stdlib.h>
#include <string.h>

#define MARK_WORD(NAME, word) word,
static const char *const WORDS[] = {MARK_LIST(MARK_WORD)};
#undef MARK_WORD

static bool take_rule(struct counts *counts, const char *name)
{
    char table[32];
    unsigned row;
    if (sscanf(name, "rule %31s %u", table, &row) != 2 || row >= MARK_RULES_MAX) return false;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        if (strcmp(rule_tables[t]->name, table) == 0) {
            counts->rule[t][row]++;
            return true;
        }
    return false;
}

void counts_take(struct counts *counts, const char *name)
{
    if (take_rule(counts, name)) return;
    for (unsigned i = 0; i < MARK_COUNT; i++)
        if (strcmp(WORDS[i], name) == 0) {
            counts->mark[i]++;
            return;
        }
    if (counts->unlisted++ == 0) fprintf(stderr, "a mark that stands in no list: %s\n", name);
}

void counts_add(struct counts *sum, const struct counts *counts)
{
    for (unsigned i = 0; i < FAULT_COUNT; i++) sum->fault[i] += counts->fault[i];
    for (unsigned i = 0; i < MARK_COUNT; i++) sum->mark[i] += counts->mark[i];
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (unsigned r = 0; r < MARK_RULES_MAX; r++) sum->rule[t][r] += counts->rule[t][r];
    sum->unlisted += counts->unlisted;
}

/* Rows that no run of this world can reach; the tests of the tables walk them. */
static const struct {
    enum rule_table_number table;
    uint8_t from, actor, verb;
    const char *why;
} OUT_OF_REACH[] = {
    {TABLE_COUNT, 0, 0, 0, NULL}, /* there are none now */
};

/* Marks that a set may do without: they want what hardly ever comes together. */
static const struct {
    enum mark mark;
    const char *why;
} SELDOM[] = {
    {MARK_ASK_UNREADABLE, "only an ask about what its book has lost"},
};

static const char *seldom(enum mark mark)
{
    for (unsigned i = 0; i < sizeof SELDOM / sizeof SELDOM[0]; i++)
        if (SELDOM[i].mark == mark) return SELDOM[i].why;
    return NULL;
}

static const char *out_of_reach(unsigned table, const struct rule *rule)
{
    for (unsigned i = 0; i < sizeof OUT_OF_REACH / sizeof OUT_OF_REACH[0]; i++)
        if (OUT_OF_REACH[i].table == table && OUT_OF_REACH[i].from == rule->from &&
            OUT_OF_REACH[i].actor == rule->actor && OUT_OF_REACH[i].verb == rule->verb)
            return OUT_OF_REACH[i].why;
    return NULL;
}

/* --- one walk for counting and printing ------------------------------------------------------- */

struct line {
    const char *kind; /* "fault", "rule", "mark" */
    char name[160];
    uint32_t count;
    const char *excuse; /* why it may stay zero */
};

static void rule_line(const struct counts *counts, unsigned table, unsigned row, struct line *line)
{
    const struct rule_table *rules = rule_tables[table];
    const struct rule *rule = &rules->rules[row];
    *line = (struct line){
        .kind = "rule", .count = counts->rule[table][row], .excuse = out_of_reach(table, rule)};
    snprintf(line->name, sizeof line->name, "%s %u: %s, %s %s, to %s (need %#x, bar %#x)",
             rules->name, row, word_of(rules->states, rule->from),
             word_of(&actor_words, rule->actor), word_of(&verb_words, rule->verb),
             word_of(rules->states, rule->to), (unsigned)rule->need, (unsigned)rule->bar);
}

/* false: there is no n-th line. */
static bool line_at(const struct counts *counts, unsigned n, struct line *line)
{
    if (n < FAULT_COUNT) {
        *line = (struct line){.kind = "fault", .count = counts->fault[n]};
        snprintf(line->name, sizeof line->name, "%s", fault_word((enum fault_kind)n));
        return true;
    }
    n -= FAULT_COUNT;
    if (n < MARK_COUNT) {
        *line =
            (struct line){.kind = "mark", .count = counts->mark[n], .excuse = seldom((enum mark)n)};
        snprintf(line->name, sizeof line->name, "%s", WORDS[n]);
        return true;
    }
    n -= MARK_COUNT;
    for (unsigned t = 0; t < TABLE_COUNT; n -= (unsigned)rule_tables[t]->count, t++)
        if (n < rule_tables[t]->count) {
            rule_line(counts, t, n, line);
            return true;
        }
    return false;
}

unsigned counts_zeros(const struct counts *counts)
{
    struct line line;
    unsigned zeros = 0;
    for (unsigned n = 0; line_at(counts, n, &line); n++)
        zeros += line.count == 0 && line.excuse == NULL ? 1 : 0;
    return zeros;
}

void counts_print(const struct counts *counts, FILE *file)
{
    struct line line;
    for (unsigned n = 0; line_at(counts, n, &line); n++)
        fprintf(file, "%10u %s %s%s%s\n", line.count, line.kind, line.name,
                line.count > 0        ? ""
                : line.excuse != NULL ? "   out of reach: "
                                      : "   <- never",
                line.count == 0 && line.excuse != NULL ? line.excuse : "");
    if (counts->unlisted > 0) fprintf(file, "%10u marks stand in no list\n", counts->unlisted);
}

void counts_print_json(const struct counts *counts, FILE *file)
{
    struct line line;
    fprintf(file, "{");
    for (unsigned n = 0; line_at(counts, n, &line); n++)
        fprintf(file, "%s\"%s %s\": %u", n > 0 ? ", " : "", line.kind, line.name, line.count);
    fprintf(file, "}");
}

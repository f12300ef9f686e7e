#include "tests/support/rows_taken.h"

#include <assert.h>
#include <string.h>

#define STORY_WORD "story "
#define LINE_BYTES 256

void rows_taken_add(struct rows_taken *taken, struct row_taken row)
{
    assert(row.table < TABLE_COUNT && row.row < rule_tables[row.table]->count);
    if (taken->has[row.table][row.row]) return;
    taken->has[row.table][row.row] = true;
    taken->at[taken->count++] = row;
}

static const struct field *field_of(const struct shape *shape, const char *name,
                                    enum field_type type)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].type == type && strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    return NULL;
}

void rows_taken_of_entry(struct rows_taken *taken, enum event_kind kind,
                         const union event_body *body)
{
    const struct shape *shape = event_by_kind(kind)->shape;
    const struct field *rule = field_of(shape, "rule", FIELD_uint);
    const struct field *to = field_of(shape, "to", FIELD_choice);
    uint64_t row;
    if (rule == NULL || to == NULL) return;
    memcpy(&row, (const uint8_t *)body + rule->offset, sizeof row);
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        if (rule_tables[table]->states == to->words)
            rows_taken_add(taken, (struct row_taken){table, (unsigned)row});
}

static bool stands_in_no_entry(const struct rule_table *table, const struct rule *rule)
{
    for (size_t i = 0; i < table->effects_count; i++)
        if ((rule->effects >> i & 1) != 0 && strcmp(table->effects[i], "leave_to_do") == 0)
            return true;
    return rule->verb == DO_ASSIGN;
}

void rows_taken_counted(struct rows_taken *taken, struct row_taken row)
{
    const struct rule_table *table = rule_tables[row.table];
    if (stands_in_no_entry(table, &table->rules[row.row])) rows_taken_add(taken, row);
}

static bool table_by_name(const char *name, unsigned *table)
{
    for (*table = 0; *table < TABLE_COUNT; ++*table)
        if (strcmp(rule_tables[*table]->name, name) == 0) return true;
    return false;
}

void rows_taken_marked(struct rows_taken *taken, const char *mark)
{
    char name[32];
    struct row_taken row;
    if (sscanf(mark, "rule %31s %u", name, &row.row) == 2 && table_by_name(name, &row.table))
        rows_taken_counted(taken, row);
}

bool rows_taken_same(const struct rows_taken *a, const struct rows_taken *b)
{
    return memcmp(a->has, b->has, sizeof a->has) == 0;
}

/* --- printed and read ------------------------------------------------------------------------- */

void row_taken_print(struct row_taken row, FILE *file)
{
    const struct rule_table *table = rule_tables[row.table];
    const struct rule *rule = &table->rules[row.row];
    fprintf(file, "    %s:%-3u %s, %s: %s, to %s\n", table->name, row.row,
            word_of(table->states, rule->from), word_of(&actor_words, rule->actor),
            word_of(&verb_words, rule->verb), word_of(table->states, rule->to));
}

void rows_taken_print(const struct rows_taken *taken, const char *story, FILE *file)
{
    fprintf(file, STORY_WORD "%s\n", story);
    for (unsigned i = 0; i < taken->count; i++) row_taken_print(taken->at[i], file);
}

static bool read_row(const char *line, struct row_taken *row)
{
    char name[32];
    return sscanf(line, "    %31[a-z_]:%u", name, &row->row) == 2 &&
           table_by_name(name, &row->table) && row->row < rule_tables[row->table]->count;
}

bool rows_taken_read(struct rows_taken *taken, char *story, size_t size, FILE *file)
{
    char line[LINE_BYTES];
    struct row_taken row;
    bool inside = false;
    memset(taken, 0, sizeof *taken);
    for (long at = ftell(file); fgets(line, sizeof line, file) != NULL; at = ftell(file)) {
        bool begins = strncmp(line, STORY_WORD, strlen(STORY_WORD)) == 0;
        if (begins && inside) {
            fseek(file, at, SEEK_SET);
            return true;
        }
        line[strcspn(line, "\n")] = '\0';
        if (begins) snprintf(story, size, "%s", line + strlen(STORY_WORD));
        inside = inside || begins;
        if (inside && read_row(line, &row)) rows_taken_add(taken, row);
    }
    return inside;
}

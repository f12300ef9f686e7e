/* Which rows of the rule tables were taken: read out of entries, whose `rule` names the row that
 * let them be written, and printed, so that a test of all stories can read them.
 *
 * An entry is one of a table when it has a field `rule` and a field `to` with the words of the
 * table's states: no list of kinds is kept here. Two sorts of rows stand in no entry (what is left
 * to do writes none, and an assignment names no row): these are taken from what the program counts
 * as it decides. */
#ifndef TESTS_SUPPORT_ROWS_TAKEN_H
#define TESTS_SUPPORT_ROWS_TAKEN_H

#include <stdio.h>

#include "overseas-warehouse/rules.h"
#include "proto/catalogue.h"

struct row_taken {
    unsigned table, row;
};

/* A set, in the order in which its rows were first taken. */
struct rows_taken {
    struct row_taken at[TABLE_COUNT * RULES_PER_TABLE_MAX];
    unsigned count;
    bool has[TABLE_COUNT][RULES_PER_TABLE_MAX];
};

void rows_taken_add(struct rows_taken *taken, struct row_taken row);
void rows_taken_of_entry(struct rows_taken *taken, enum event_kind kind,
                         const union event_body *body);
/* A row that the program counted: only those are taken that stand in no entry. */
void rows_taken_counted(struct rows_taken *taken, struct row_taken row);
/* The same by the mark of the core: "rule return 13"; any other mark is nothing. */
void rows_taken_marked(struct rows_taken *taken, const char *mark);
bool rows_taken_same(const struct rows_taken *a, const struct rows_taken *b);

/* "return:13  requested, policy: approve, to approved" */
void row_taken_print(struct row_taken row, FILE *file);
/* "story NAME", and a line for each row. */
void rows_taken_print(const struct rows_taken *taken, const char *story, FILE *file);
/* Reads the next story that was printed, skipping other lines. false: there is none. */
bool rows_taken_read(struct rows_taken *taken, char *story, size_t size, FILE *file);

#endif

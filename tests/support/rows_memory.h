/* The rows port over plain memory: one sorted array for each table. For tests of the business and
 * of whoever fills the port otherwise.
 *
 * It is stricter than a real store on purpose: a value that was handed out is overwritten at the
 * next put or del, so that whoever keeps a span too long reads rubbish and fails. */
#ifndef TESTS_SUPPORT_ROWS_MEMORY_H
#define TESTS_SUPPORT_ROWS_MEMORY_H

#include "overseas-warehouse/rows.h"

struct rows_memory;

struct rows_memory *rows_memory_open(void);
void rows_memory_close(struct rows_memory *memory);
struct rows rows_memory_port(struct rows_memory *memory);
void rows_memory_clear(struct rows_memory *memory);
size_t rows_memory_count(const struct rows_memory *memory, enum view_table table);
/* The key of the n-th row in key order, until the next put or del. */
struct span rows_memory_key(const struct rows_memory *memory, enum view_table table, size_t nth);
/* How often anything was put or deleted since it was opened. */
uint64_t rows_memory_writes(const struct rows_memory *memory);
/* A number that follows from all rows of all tables: equal rows, equal numbers. */
uint64_t rows_memory_sum(const struct rows_memory *memory);
/* Are all rows of all tables the same bytes? Otherwise prints the first difference. */
bool rows_memory_equal(const struct rows_memory *a, const struct rows_memory *b);
/* The n-th put from now on fails with that error (0: none does). */
void rows_memory_fail_at(struct rows_memory *memory, unsigned nth, enum error error);

#endif

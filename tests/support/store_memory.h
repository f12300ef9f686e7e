/* The store's port over plain memory: both sets of tables, and turns that can be undone. For tests
 * of the core that want thousands of small stores, and commits that fail when they are told to.
 *
 * Values that were handed out are freed at the next put or del, so that whoever keeps a span too
 * long is found by the address sanitizer. */
#ifndef TESTS_SUPPORT_STORE_MEMORY_H
#define TESTS_SUPPORT_STORE_MEMORY_H

#include "node/core/store.h"

struct store_memory;

struct store_memory *store_memory_open(void);
void store_memory_close(struct store_memory *memory);
struct store *store_memory_port(struct store_memory *memory);
/* As a process would leave it that died now: an open turn is undone. */
void store_memory_crash(struct store_memory *memory);
/* A second store with the same rows: a backup, or a clone. */
struct store_memory *store_memory_copy(const struct store_memory *memory);
/* The next commit undoes the turn and answers this. */
void store_memory_fail_commit(struct store_memory *memory, enum error error);
enum store_memory_turn { TURN_NONE, TURN_READING, TURN_WRITING };
enum store_memory_turn store_memory_turn(const struct store_memory *memory);
size_t store_memory_count(const struct store_memory *memory, enum truth_table table);
/* Changes a byte of a row of the truth, behind everybody's back. */
void store_memory_flip(struct store_memory *memory, enum truth_table table, size_t row, size_t at);

#endif

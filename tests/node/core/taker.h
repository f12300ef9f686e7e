/* A world in which node 0 writes and node 1 takes, and batches are made by hand. For the tests of
 * what a batch may do to a log. */
#ifndef TESTS_NODE_CORE_TAKER_H
#define TESTS_NODE_CORE_TAKER_H

#include "tests/node/core/forge.h"
#include "tests/node/core/world.h"
#include "tests/proto/check.h"

extern struct world world;
extern struct node *writer, *node; /* numbers 0 and 1; node takes what writer writes */
extern struct forge forge;
extern const struct id BOOK;

int open_world(void **state);
int close_world(void **state);
const struct crypto *pen(const struct node *who);
/* Whether batches come with what was worked out ahead, as they do over the mesh, or without. */
extern bool looked_ahead;
/* Hands the body to node within the turn under way, or in a turn of its own. */
struct batch_result take_open(struct span body);
struct batch_result take(struct span body);
void assert_verdict(enum batch_verdict verdict, enum error error, struct batch_result result);
/* The first entry of a node log or of a book, as its owner would write it. */
void begin_node_log(const struct node *who, const struct id *log);
void begin_book(const struct node *who, const struct id *leader, enum log_type type);
/* The writer's log of five entries, or its book of two, all of them at node. */
struct log *hold_five(void);
struct log *hold_book(void);
/* Goes on after what node holds of the log, by the hand of `who`. */
void go_on(const struct node *who, const struct log *log);

#endif

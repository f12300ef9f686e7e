/* One node by itself: member, warehouse and leader of a merchant's book at once, over any store.
 * Its whole work follows from numbers, so that after a crash the same commands can be given again
 * and their answers tell what was kept. */
#ifndef TESTS_CRASH_LONE_NODE_H
#define TESTS_CRASH_LONE_NODE_H

#include "node/core/core.h"
#include "node/keys.h"

/* Commands of one number: a tracking message, an order, its return, the box that comes back. */
#define LONE_COMMANDS 4

struct lone_node {
    struct keys *keys;
    struct store *store;
    struct core *core;
    uint64_t clock_ms;
    uint32_t run; /* number of this process run: another one has other randomness */
    struct answer_out answers[TURN_INPUTS_MAX];
    uint32_t answers_count;
    struct id calls[OUTBOX_MAX]; /* slots whose provider is to answer in the next turn */
    uint32_t calls_count;
};

/* Makes the store's meta and the mesh. Before lone_node_open, once. */
enum error lone_node_create(struct lone_node *node, struct store *store) MUST_USE;
/* Loads and mends: after a crash the views are folded from the logs. */
enum error lone_node_open(struct lone_node *node, struct store *store, uint32_t run) MUST_USE;
void lone_node_close(struct lone_node *node);
/* Admits the merchant and opens its book. */
enum error lone_node_settle(struct lone_node *node) MUST_USE;
/* Gives the commands of the numbers from..to, LONE_COMMANDS answers each, in that order; then goes
 * on with derived work and the provider's answers until none is left. */
enum error lone_node_work(struct lone_node *node, uint64_t from, uint64_t to) MUST_USE;
/* The i-th answer to a number's commands says that it was decided, or observed, now. */
bool lone_node_is_new(const struct answer_out *answer);
/* ... or before, and is kept. */
bool lone_node_is_kept(const struct answer_out *answer);
/* Is anything known of the number's order? */
bool lone_node_knows(struct lone_node *node, uint64_t number);

#endif

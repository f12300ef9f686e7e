/* One side of a link played by hand: whoever holds a member's key may say anything. */
#ifndef TESTS_NODE_CORE_RAW_H
#define TESTS_NODE_CORE_RAW_H

#include "tests/node/core/world.h"

#define RAW_BYTES_MAX (2u * 1024 * 1024)

struct raw {
    struct node *node; /* whom it talks to */
    uint32_t link;
    uint8_t key[KEY_BYTES];
    struct id id; /* whom it says to be */
    struct id boot;
    uint64_t session, seq;
    uint64_t heard[16]; /* messages of each type that the node said to it */
    struct envelope last[16];
    uint8_t bytes[16][RAW_BYTES_MAX / 16]; /* bodies of the last ones, as far as they fit */
    struct hello hello;
    struct bye bye;
    struct fetch fetch;
};

/* As the member number `as`, on a link of its own. */
void raw_begin(struct raw *raw, struct node *node, const struct node *as, uint32_t link);
void raw_hello(struct raw *raw, struct hello *hello); /* fills it in as an honest one would */
/* Says HELLO and then a full vector that names nothing. */
void raw_open(struct raw *raw);
/* The node dials it: its HELLO is heard (raw->hello), and answered. */
void raw_dialled(struct raw *raw);
void raw_answer(struct raw *raw);
/* Says a vector in which logs stand as given; full: 1 opens the gates. */
void raw_vector(struct raw *raw, unsigned full, const struct log_at *at, unsigned count);
void raw_say(struct raw *raw, enum message_type type, const struct shape *shape, const void *body);
void raw_say_body(struct raw *raw, uint64_t type, struct span body);
/* Any envelope, in a turn of its own; or within the turn under way. */
void raw_send(struct raw *raw, const struct envelope *envelope);
void raw_put(struct raw *raw, const struct envelope *envelope);
bool raw_is_open(const struct raw *raw);

/* A node that has no membership asks for nothing but that. */
void raw_give_membership(struct raw *raw);

#endif

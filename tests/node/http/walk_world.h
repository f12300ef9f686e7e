/* The world of the walk: one merchant's story with names, references and amounts that stand nowhere
 * else, another merchant beside it, and everybody who could be a stranger to the first one's
 * records. It fills what the interface's paths, parameters and bodies ask for.
 *
 * Who adds a path adds a row to walk_fill.c when it takes a body or an id of a new sort. */
#ifndef TESTS_NODE_HTTP_WALK_WORLD_H
#define TESTS_NODE_HTTP_WALK_WORLD_H

#include "tests/node/http/door_world.h"
#include "tests/node/http/openapi_page.h"

#define WALK_SECRETS_MAX   512
#define WALK_SECRET_BYTES  64
#define WALK_STRANGERS_MAX 8
#define WALK_TEXT_BYTES    2048
#define WALK_VALUE_BYTES   80

struct stranger {
    const char *who;
    bool customer; /* of the owner's shop: may read its words, and no id but its own */
    char token[TOKEN_TEXT_BYTES * 3];
};

struct walk_world {
    struct door door;
    unsigned serial;
    char other_shop[ID_TEXT_BYTES], other_book[ID_TEXT_BYTES];
    /* The owner's records. */
    char sku[ID_TEXT_BYTES], lane[ID_TEXT_BYTES], group[ID_TEXT_BYTES];
    char order[ID_TEXT_BYTES], returned[ID_TEXT_BYTES], contested[ID_TEXT_BYTES];
    char box[ID_TEXT_BYTES], unit[ID_TEXT_BYTES], parcel[ID_TEXT_BYTES], slot[ID_TEXT_BYTES];
    char request[ID_TEXT_BYTES], link[ID_TEXT_BYTES];
    char buyer[TOKEN_TEXT_BYTES * 3]; /* the link of the return itself */
    char number[32];
    /* What no stranger may read: ids printed and in hex, names, references, amounts. */
    char secrets[WALK_SECRETS_MAX][WALK_SECRET_BYTES];
    size_t secrets_count;
    struct stranger strangers[WALK_STRANGERS_MAX];
    size_t strangers_count;
};

/* Of cmocka: the story has been told, the strangers have their tokens. */
int walk_setup(void **state);
int walk_teardown(void **state);

/* A record of the owner's by its sort ("return", "unit_graded"), made for it when a call would use
 * it up. *owned: it is the owner's and nobody else's. false: no such sort is known. */
bool walk_thing(struct walk_world *world, const char *sort, char value[WALK_VALUE_BYTES],
                bool *owned);
/* Fills the path and, of a call that takes one, the body. none: the path with ids of nothing in the
 * place of all others. On false why says what is missing. */
bool walk_fill(struct walk_world *world, const struct operation *operation, char path[512],
               char none[512], char body[WALK_TEXT_BYTES], bool *owned, char why[256]);
/* The code of the refusal with which the owner ends; NULL: it is let in. */
const char *walk_ends(const struct operation *operation);
/* The value of a parameter behind the '?'; what the path always needs stands before it. */
bool walk_query(struct walk_world *world, const struct operation *operation, const char *name,
                char text[512], bool *owned);
const char *walk_query_always(const struct operation *operation);
/* The first text that is kept from the stranger and stands in this one; NULL: none. */
const char *walk_leak(const struct walk_world *world, const struct stranger *stranger,
                      const char *text);

#endif

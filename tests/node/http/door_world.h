/* A real node by itself behind its HTTP door: LMDB in a directory of the test, the engine's writer
 * thread, tokens of every role. It is a warehouse and founds its own mesh; what else there is comes
 * in by HTTP, as it would anywhere. */
#ifndef TESTS_NODE_HTTP_DOOR_WORLD_H
#define TESTS_NODE_HTTP_DOOR_WORLD_H

#include "node/http/http.h"
#include "node/keys.h"
#include "tests/node/http/client.h"
#include "tests/support/scratch.h"

#define DOOR_SECRET "a secret that EasyPost knows as well"

struct door {
    struct scratch scratch;
    struct keys *keys;
    struct store_lmdb *store;
    struct core_self self;
    struct engine *engine;
    struct http *http;
    struct keeper *keeper; /* of photos */
    struct hash sold;      /* what the carrier sells as a label: the file's name */
    char tokens_file[600], backups[600];
    struct http_secret secrets[2];
    struct http_options options;
    char admin[TOKEN_TEXT_BYTES], operator[TOKEN_TEXT_BYTES], merchant[TOKEN_TEXT_BYTES];
    /* printed ids */
    char node[ID_TEXT_BYTES], warehouse[ID_TEXT_BYTES], shop[ID_TEXT_BYTES], book[ID_TEXT_BYTES];
    char far_node[ID_TEXT_BYTES], far_warehouse[ID_TEXT_BYTES];
    size_t map_bytes; /* of the store, from the next door_start on; 0: plenty */
};

/* Makes the node and starts it. */
void door_open(struct door *door);
/* Stops and removes all. */
void door_close(struct door *door);
/* Stops the door, the engine and the store; door_start begins again with the same directory. */
void door_stop(struct door *door);
void door_start(struct door *door);
uint16_t door_port(const struct door *door);

/* Admits a merchant, whose book this node leads, and another node with a warehouse of its own. */
void door_settle(struct door *door);
/* Imports an order of `quantity` pieces at 1000 each and returns its id, printed. */
const char *door_order(struct door *door, const char *reference, unsigned quantity);
/* The body of an order "A" that is paid by "pi", with one text replaced. */
char *door_order_body(const struct door *door, const char *field, const char *instead);
/* Asks a return of one piece and returns its id, printed; auto-approval is off. */
const char *door_return(struct door *door, const char *reference, const char *key);

struct reply door_get(const struct door *door, const char *path, const char *token);
/* As admin, with a key of its own. */
struct reply door_post(const struct door *door, const char *path, const char *body);
/* As admin, with that key. */
struct reply door_post_with(const struct door *door, const char *path, const char *key,
                            const char *body);

/* Sends a webhook with its right signature. */
struct reply door_push(const struct door *door, const char *path, const char *body);
/* A webhook of EasyPost about one scan. */
const char *door_easypost(const char *number, unsigned serial);

/* What stands at a path such as "record/lines/0/sku" of a JSON answer, printed; fails the test when
 * there is nothing. */
const char *at(const struct reply *reply, const char *path);
bool stands_at(const struct reply *reply, const char *path);
size_t count_at(const struct reply *reply, const char *path);
/* Fails the test with the body when the status is another. */
void assert_status(const struct reply *reply, long status);
/* ... or the code is. */
void assert_refused(const struct reply *reply, long status, const char *code);

/* Of cmocka: a door of its own, settled, for each test. */
int door_setup(void **state);
int door_teardown(void **state);

#endif

/* A store in a scratch directory, and the few steps that all tests of it take. */
#ifndef TESTS_NODE_STORE_OPEN_STORE_H
#define TESTS_NODE_STORE_OPEN_STORE_H

#include "node/store/store_lmdb.h"

#include "tests/proto/check.h"
#include "tests/support/scratch.h"

static inline struct store_options plain_options(const char *directory)
{
    return (struct store_options){
        .directory = directory, .create = true, .map_bytes = (size_t)256 << 20};
}

static inline struct store_lmdb *open_with(const struct store_options *options)
{
    struct store_lmdb *store = NULL;
    assert_error(OK, store_lmdb_open(options, &store));
    return store;
}

static inline struct store_lmdb *open_plain(const char *directory)
{
    struct store_options options = plain_options(directory);
    return open_with(&options);
}

static inline enum error begin_turn(struct store_lmdb *store)
{
    struct store *port = store_lmdb_port(store);
    return port->port->begin(port->world);
}

static inline enum error commit_turn(struct store_lmdb *store)
{
    struct store *port = store_lmdb_port(store);
    return port->port->commit(port->world);
}

static inline void put_row(const struct rows *rows, unsigned table, const char *key,
                           struct span value)
{
    rows->port->put(rows->world, table, span_text(key), value);
}

/* One turn that puts the same row in the truth's meta table and in the views' order table. */
static inline enum error try_turn(struct store_lmdb *store, const char *key, struct span value)
{
    enum error error = begin_turn(store);
    if (error != OK) return error;
    put_row(&store_lmdb_port(store)->truth, TRUTH_META, key, value);
    put_row(&store_lmdb_port(store)->views, VIEW_ORDER, key, value);
    return commit_turn(store);
}

static inline void write_turn(struct store_lmdb *store, const char *key, const char *value)
{
    assert_error(OK, try_turn(store, key, span_text(value)));
}

/* value NULL: absent. */
static inline void expect_row(const struct rows *rows, unsigned table, const char *key,
                              const char *value)
{
    struct span found;
    bool held = rows->port->get(rows->world, table, span_text(key), &found);
    assert_int_equal(held, value != NULL);
    if (value != NULL) assert_true(span_equal(found, span_text(value)));
}

static inline void expect_both(struct store_lmdb *store, const char *key, const char *truth,
                               const char *views)
{
    struct store_reading reading;
    assert_error(OK, store_reading_begin(store, &reading));
    expect_row(&reading.truth, TRUTH_META, key, truth);
    expect_row(&reading.views, VIEW_ORDER, key, views);
    store_reading_end(&reading);
}

#endif

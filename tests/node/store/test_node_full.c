/* A whole node on a disk that is full or damaged: it starts for reading, refuses writes with the
 * error that says so, goes on when there is room, and never builds upon views that lag. */
#include <unistd.h>

#include "node/store/files.h"
#include "tests/crash/lone_node.h"
#include "tests/node/store/open_store.h"

#define NO_ROOM (UINT64_MAX / 2)

static struct scratch scratch;

static int make_scratch(void **state)
{
    (void)state;
    scratch = scratch_make();
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static struct store_lmdb *open_reserving(uint64_t bytes)
{
    struct store_options options = plain_options(scratch.path);
    options.reserve_bytes = bytes;
    return open_with(&options);
}

static void make_node_with_work(void)
{
    struct lone_node node;
    struct store_lmdb *store = open_reserving(0);
    assert_error(OK, lone_node_create(&node, store_lmdb_port(store)));
    assert_error(OK, lone_node_open(&node, store_lmdb_port(store), 1));
    assert_error(OK, lone_node_settle(&node));
    assert_error(OK, lone_node_work(&node, 1, 3));
    lone_node_close(&node);
    store_lmdb_close(store);
}

static void a_node_starts_for_reading_on_a_full_disk(void **state)
{
    (void)state;
    struct lone_node node;
    make_node_with_work();
    struct store_lmdb *store = open_reserving(NO_ROOM);
    assert_error(OK, lone_node_open(&node, store_lmdb_port(store), 2));
    assert_true(lone_node_knows(&node, 3));
    assert_error(ERROR_READ_ONLY, lone_node_work(&node, 4, 4));
    assert_int_equal(node.answers_count, LONE_COMMANDS);
    for (unsigned i = 0; i < LONE_COMMANDS; i++)
        assert_error(ERROR_READ_ONLY, node.answers[i].error);
    assert_false(lone_node_knows(&node, 4));
    lone_node_close(&node);
    store_lmdb_close(store);
    store = open_reserving(0);
    assert_error(OK, lone_node_open(&node, store_lmdb_port(store), 3));
    assert_error(OK, lone_node_work(&node, 4, 4));
    for (unsigned i = 0; i < LONE_COMMANDS; i++) assert_true(lone_node_is_new(&node.answers[i]));
    lone_node_close(&node);
    store_lmdb_close(store);
}

static void views_that_lag_on_a_full_disk_are_not_shown(void **state)
{
    (void)state;
    struct lone_node node;
    make_node_with_work();
    assert_int_equal(unlink(path_join(scratch.path, "views/mark").text), 0);
    struct store_lmdb *store = open_reserving(NO_ROOM);
    assert_error(ERROR_READ_ONLY, lone_node_open(&node, store_lmdb_port(store), 2));
    lone_node_close(&node);
    store_lmdb_close(store);
    store = open_reserving(0);
    assert_error(OK, lone_node_open(&node, store_lmdb_port(store), 3));
    assert_true(lone_node_knows(&node, 3));
    lone_node_close(&node);
    store_lmdb_close(store);
}

static void a_commit_cut_between_truth_and_views_is_mended_at_the_next_start(void **state)
{
    (void)state;
    struct lone_node node;
    make_node_with_work();
    struct store_lmdb *store = open_reserving(0);
    assert_error(OK, lone_node_open(&node, store_lmdb_port(store), 2));
    store_lmdb_cut_next_commit(store);
    assert_error(ERROR_OUTCOME_UNKNOWN, lone_node_work(&node, 4, 4));
    assert_int_equal(node.answers_count, 0);
    lone_node_close(&node);
    store_lmdb_crash(store);
    store = open_reserving(0);
    assert_false(store_lmdb_port(store)->views_fresh);
    assert_error(OK, lone_node_open(&node, store_lmdb_port(store), 3));
    assert_true(lone_node_knows(&node, 4));
    assert_error(OK, lone_node_work(&node, 4, 4));
    for (unsigned i = 0; i < LONE_COMMANDS; i++) assert_true(lone_node_is_kept(&node.answers[i]));
    lone_node_close(&node);
    store_lmdb_close(store);
}

static void a_node_does_not_start_over_a_damaged_row_of_a_log(void **state)
{
    (void)state;
    struct lone_node node;
    make_node_with_work();
    struct store_lmdb *store = open_reserving(0);
    struct store *port = store_lmdb_port(store);
    struct row row;
    assert_error(OK, begin_turn(store));
    assert_true(port->truth.port->next(port->truth.world, TRUTH_LOG, EVERY_ROW, (struct span){0},
                                       false, &row));
    port->truth.port->put(port->truth.world, TRUTH_LOG, row.key, span_text("damaged"));
    assert_error(OK, commit_turn(store));
    assert_error(ERROR_CORRUPT, lone_node_open(&node, port, 2));
    lone_node_close(&node);
    store_lmdb_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_node_starts_for_reading_on_a_full_disk),
        TEST(views_that_lag_on_a_full_disk_are_not_shown),
        TEST(a_commit_cut_between_truth_and_views_is_mended_at_the_next_start),
        TEST(a_node_does_not_start_over_a_damaged_row_of_a_log),
    };
    return cmocka_run_group_tests_name("a node and its disk", tests, NULL, NULL);
}

/* A disk that fails at a commit: which answers that gives, and what stands afterwards. */
#include <sys/stat.h>

#include "node/store/files.h"
#include "tests/node/store/open_store.h"
#include "tests/support/fault.h"

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
    fault_arm(NULL);
    scratch_remove(&scratch);
    return 0;
}

/* A turn that meets the fault; it must have met it. */
static enum error turn_with(struct store_lmdb *store, const char *order, const char *value)
{
    unsigned before = fault_count();
    fault_arm(order);
    enum error error = try_turn(store, "k", span_text(value));
    fault_arm(NULL);
    assert_true(fault_count() > before);
    return error;
}

static void without_room_the_turn_is_undone_and_the_next_one_works(void **state)
{
    (void)state;
    static const char *const orders[] = {"truth/data.mdb:page:1:ENOSPC",
                                         "truth/data.mdb:page:1:EDQUOT",
                                         "truth/data.mdb:sync:1:ENOSPC"};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct store_lmdb *store = open_plain(scratch.path);
        write_turn(store, "k", "old");
        assert_error(ERROR_FULL, turn_with(store, orders[i], "new"));
        expect_both(store, "k", "old", "old");
        write_turn(store, "l", "later");
        store_lmdb_close(store);
        store = open_plain(scratch.path);
        assert_false(store_lmdb_port(store)->views_fresh);
        expect_both(store, "k", "old", "old");
        expect_both(store, "l", "later", "later");
        store_lmdb_close(store);
    }
}

static void any_other_failure_is_an_unknown_outcome_and_ends_writing(void **state)
{
    (void)state;
    static const char *const orders[] = {
        "truth/data.mdb:page:1:EIO",    "truth/data.mdb:page:1:SHORT",
        "truth/data.mdb:sync:1:EIO",    "truth/data.mdb:meta:1:EIO",
        "truth/data.mdb:meta:1+:EIO",   "truth/data.mdb:meta:1:ENOSPC",
        "truth/data.mdb:meta:1+:ENOSPC"};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct store_lmdb *store = open_plain(scratch.path);
        write_turn(store, "k", "old");
        assert_error(ERROR_OUTCOME_UNKNOWN, turn_with(store, orders[i], "new"));
        assert_error(ERROR_OUTCOME_UNKNOWN, begin_turn(store));
        store_lmdb_crash(store);
        store = open_plain(scratch.path);
        struct store_reading reading;
        struct span value;
        assert_error(OK, store_reading_begin(store, &reading));
        assert_true(
            reading.truth.port->get(reading.truth.world, TRUTH_META, span_text("k"), &value));
        assert_true(span_equal(value, span_text("old")) || span_equal(value, span_text("new")));
        store_reading_end(&reading);
        write_turn(store, "l", "later");
        store_lmdb_close(store);
    }
}

static void views_that_could_not_follow_are_made_anew_and_the_turn_stands(void **state)
{
    (void)state;
    static const char *const orders[] = {"views/data.mdb:page:1:ENOSPC",
                                         "views/data.mdb:page:1:EIO", "views/data.mdb:meta:1+:EIO"};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct store_lmdb *store = open_plain(scratch.path);
        write_turn(store, "k", "old");
        assert_error(OK, turn_with(store, orders[i], "new"));
        assert_error(ERROR_OUTCOME_UNKNOWN, begin_turn(store));
        store_lmdb_close(store);
        store = open_plain(scratch.path);
        assert_true(store_lmdb_port(store)->views_fresh);
        expect_both(store, "k", "new", NULL);
        store_lmdb_close(store);
    }
}

static void a_reset_takes_the_place_of_a_restart(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    struct store *port = store_lmdb_port(store);
    struct store_reading old;
    write_turn(store, "k", "old");
    assert_error(OK, store_reading_begin(store, &old));
    port->views_fresh = false;
    assert_error(OK, turn_with(store, "views/data.mdb:meta:1+:EIO", "new"));
    assert_true(port->views_fresh);
    assert_error(OK, port->port->reset_views(port->world));
    write_turn(store, "l", "later");
    expect_row(&old.views, VIEW_ORDER, "k", "old");
    store_reading_end(&old);
    expect_both(store, "k", "new", NULL);
    expect_both(store, "l", "later", "later");
    store_lmdb_close(store);
    store = open_plain(scratch.path);
    assert_false(store_lmdb_port(store)->views_fresh);
    store_lmdb_close(store);
}

static void a_turn_of_views_alone_that_finds_no_room_is_undone(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "old");
    fault_arm("views/data.mdb:page:1:ENOSPC");
    assert_error(OK, begin_turn(store));
    put_row(&store_lmdb_port(store)->views, VIEW_ORDER, "k", span_text("new"));
    assert_error(ERROR_FULL, commit_turn(store));
    assert_int_equal(fault_count() > 0, true);
    expect_both(store, "k", "old", "old");
    write_turn(store, "k", "newer");
    expect_both(store, "k", "newer", "newer");
    store_lmdb_close(store);
}

static void views_that_could_not_be_flushed_are_not_called_clean(void **state)
{
    (void)state;
    static const char *const orders[] = {"views/data.mdb:sync:1:EIO", "views/mark:any:1:ENOSPC"};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct store_lmdb *store = open_plain(scratch.path);
        write_turn(store, "k", "v");
        fault_arm(orders[i]);
        store_lmdb_close(store);
        fault_arm(NULL);
        store = open_plain(scratch.path);
        assert_true(store_lmdb_port(store)->views_fresh);
        expect_both(store, "k", "v", NULL);
        store_lmdb_close(store);
    }
}

static void a_store_whose_views_cannot_be_marked_does_not_open(void **state)
{
    (void)state;
    struct store_options options = plain_options(scratch.path);
    struct store_lmdb *store = open_with(&options);
    write_turn(store, "k", "v");
    store_lmdb_close(store);
    fault_arm("views/mark:any:1:EIO");
    assert_error(ERROR_IO, store_lmdb_open(&options, &store));
    fault_arm(NULL);
    store = open_with(&options);
    expect_both(store, "k", "v", "v");
    store_lmdb_close(store);
}

/* Of the directory, of truth/ in it, of the truth's first commit, of its name, of the commit that
 * names it, of views/, of the mark, and of its name. */
#define FLUSHES_OF_A_NEW_STORE 8

static void no_flush_of_a_new_store_fails_unnoticed(void **state)
{
    (void)state;
    unsigned nth = 1;
    for (unsigned before = fault_count();; nth++) {
        char name[16];
        char order[SCRATCH_PATH_MAX + 32];
        (void)snprintf(name, sizeof name, "new%u", nth);
        struct path directory = path_join(scratch.path, name);
        struct store_options options = plain_options(directory.text);
        struct store_lmdb *store;
        (void)snprintf(order, sizeof order, "%s:sync:%u:EIO", scratch.path, nth);
        fault_arm(order);
        enum error error = store_lmdb_open(&options, &store);
        fault_arm(NULL);
        assert_error(fault_count() > before ? ERROR_IO : OK, error);
        if (error == OK) {
            store_lmdb_close(store);
            break;
        }
        before = fault_count();
        store_lmdb_close(open_with(&options));
    }
    assert_int_equal(nth, FLUSHES_OF_A_NEW_STORE + 1);
}

static void a_backup_that_cannot_be_written_says_so(void **state)
{
    (void)state;
    struct path from = path_join(scratch.path, "a");
    struct store_lmdb *store = open_plain(from.text);
    write_turn(store, "k", "v");
    struct path to = path_join(scratch.path, "b");
    fault_arm("b/truth.part/data.mdb:any:1:ENOSPC");
    assert_error(ERROR_FULL, store_lmdb_backup(store, to.text));
    assert_false(files_exist(to.text)); /* nothing that could be taken for a copy */
    fault_arm("b/truth.part/data.mdb:sync:1:EIO");
    assert_error(ERROR_IO, store_lmdb_backup(store, to.text));
    assert_false(files_exist(to.text));
    fault_arm(NULL);
    /* What a crash in the middle leaves behind is in nobody's way. */
    assert_error(OK, files_make_directory(to.text, false));
    assert_error(OK, files_make_directory(path_join(to.text, "truth.part").text, false));
    assert_error(OK, store_lmdb_backup(store, to.text));
    assert_false(files_exist(path_join(to.text, "truth.part").text));
    struct stat status;
    assert_int_equal(stat(path_join(to.text, "truth/data.mdb").text, &status), 0);
    assert_int_equal(status.st_mode & 077, 0);
    store_lmdb_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_room_the_turn_is_undone_and_the_next_one_works),
        TEST(any_other_failure_is_an_unknown_outcome_and_ends_writing),
        TEST(views_that_could_not_follow_are_made_anew_and_the_turn_stands),
        TEST(a_reset_takes_the_place_of_a_restart),
        TEST(a_turn_of_views_alone_that_finds_no_room_is_undone),
        TEST(views_that_could_not_be_flushed_are_not_called_clean),
        TEST(a_store_whose_views_cannot_be_marked_does_not_open),
        TEST(no_flush_of_a_new_store_fails_unnoticed),
        TEST(a_backup_that_cannot_be_written_says_so),
    };
    return cmocka_run_group_tests_name("store faults", tests, NULL, NULL);
}

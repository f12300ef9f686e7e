/* What the LMDB filling promises beyond the port: who may open it, what survives which end of the
 * process, when views are not trusted, copies, and the translation of foreign errors. */
#include "node/store/store_lmdb.h"

#include <dirent.h>
#include <errno.h>
#include <lmdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/store/files.h"
#include "node/store/lmdb_error.h"
#include "tests/node/store/open_store.h"

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

static bool is_fresh(struct store_lmdb *store)
{
    return store_lmdb_port(store)->views_fresh;
}

static void write_mark(const char *text)
{
    FILE *file = fopen(path_join(scratch.path, "views/mark").text, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void run(const char *format, const char *a, const char *b)
{
    char command[3 * FILES_PATH_MAX];
    int size = snprintf(command, sizeof command, "%s %s %s", format, a, b);
    assert_in_range(size, 1, (int)sizeof command - 1);
    assert_int_equal(system(command), 0);
}

/* --- who may open it -------------------------------------------------------------------------- */

static void a_missing_store_is_made_only_when_that_is_asked(void **state)
{
    (void)state;
    struct path inner = path_join(scratch.path, "new");
    struct store_options options = plain_options(inner.text);
    struct store_lmdb *store;
    options.create = false;
    assert_error(ERROR_NOT_FOUND, store_lmdb_open(&options, &store));
    assert_error(OK, files_make_directory(inner.text, false));
    assert_error(ERROR_NOT_FOUND, store_lmdb_open(&options, &store));
    assert_null(store);
    assert_false(files_exist(path_join(inner.text, "truth").text));
    options.create = true;
    store = open_with(&options);
    assert_true(is_fresh(store));
    store_lmdb_close(store);
    options.create = false;
    store = open_with(&options);
    assert_false(is_fresh(store));
    store_lmdb_close(store);
}

static void a_store_is_open_once_at_a_time(void **state)
{
    (void)state;
    struct store_options options = plain_options(scratch.path);
    struct store_lmdb *second;
    struct store_lmdb *first = open_with(&options);
    assert_error(ERROR_BUSY, store_lmdb_open(&options, &second));
    pid_t child = fork();
    if (child == 0) _exit(store_lmdb_open(&options, &second) == ERROR_BUSY ? 0 : 1);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    options.read_only = true;
    assert_error(ERROR_BUSY, store_lmdb_open(&options, &second));
    store_lmdb_close(first);
    second = open_with(&options);
    options.read_only = false;
    assert_error(ERROR_BUSY, store_lmdb_open(&options, &first));
    store_lmdb_close(second);
}

/* --- what survives ---------------------------------------------------------------------------- */

static void an_orderly_close_keeps_and_marks_the_views(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    assert_int_equal(files_mark_read(path_join(scratch.path, "views").text), FILES_MARK_OPEN);
    store_lmdb_close(store);
    assert_int_equal(files_mark_read(path_join(scratch.path, "views").text), FILES_MARK_CLEAN);
    store = open_plain(scratch.path);
    assert_false(is_fresh(store));
    assert_int_equal(files_mark_read(path_join(scratch.path, "views").text), FILES_MARK_OPEN);
    expect_both(store, "k", "v", "v");
    store_lmdb_close(store);
}

static void a_killed_process_loses_no_view(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct store_options options = plain_options(scratch.path);
        struct store_lmdb *store;
        if (store_lmdb_open(&options, &store) != OK) _exit(1);
        if (try_turn(store, "k", span_text("v")) != OK) _exit(1);
        if (begin_turn(store) != OK) _exit(1);
        put_row(&store_lmdb_port(store)->views, VIEW_ORDER, "k", span_text("not committed"));
        (void)kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    struct store_lmdb *store = open_plain(scratch.path);
    assert_false(is_fresh(store));
    expect_both(store, "k", "v", "v");
    store_lmdb_close(store);
}

static void views_of_another_boot_are_dropped_unless_they_are_clean(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    store_lmdb_crash(store);
    write_mark("open 00000000-0000-0000-0000-000000000000 1\n");
    store = open_plain(scratch.path);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    write_turn(store, "l", "w");
    store_lmdb_close(store);
    store = open_plain(scratch.path);
    assert_false(is_fresh(store));
    expect_both(store, "l", "w", "w");
    store_lmdb_close(store);
}

static void views_without_a_mark_or_with_half_of_one_are_dropped(void **state)
{
    (void)state;
    static const char *const marks[] = {"", "clea", "open ", "doubt\n"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        struct store_lmdb *store = open_plain(scratch.path);
        write_turn(store, "k", "v");
        store_lmdb_close(store);
        write_mark(marks[i]);
        store = open_plain(scratch.path);
        assert_true(is_fresh(store));
        expect_both(store, "k", "v", NULL);
        store_lmdb_close(store);
    }
}

static void views_copied_from_a_running_store_are_dropped(void **state)
{
    (void)state;
    struct path from = path_join(scratch.path, "a");
    struct path to = path_join(scratch.path, "b");
    struct store_lmdb *store = open_plain(from.text);
    write_turn(store, "k", "v");
    run("cp -r", from.text, to.text);
    store_lmdb_close(store);
    store = open_plain(to.text);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    store_lmdb_close(store);
}

static void views_of_another_truth_are_dropped(void **state)
{
    (void)state;
    struct path a = path_join(scratch.path, "a");
    struct path b = path_join(scratch.path, "b");
    struct store_lmdb *store = open_plain(a.text);
    for (unsigned i = 0; i < 5; i++) write_turn(store, "l", "of a");
    store_lmdb_close(store);
    store = open_plain(b.text);
    write_turn(store, "k", "of b");
    store_lmdb_close(store);
    run("rm -r", path_join(a.text, "views").text, "");
    run("cp -r", path_join(b.text, "views").text, a.text);
    store = open_plain(a.text);
    assert_true(is_fresh(store));
    expect_both(store, "k", NULL, NULL);
    store_lmdb_close(store);
}

static void views_newer_than_the_truth_are_dropped(void **state)
{
    (void)state;
    struct path a = path_join(scratch.path, "a");
    struct store_lmdb *store = open_plain(a.text);
    write_turn(store, "k", "old");
    store_lmdb_close(store);
    run("cp -r", path_join(a.text, "truth").text, path_join(scratch.path, "old").text);
    store = open_plain(a.text);
    write_turn(store, "k", "new");
    store_lmdb_close(store);
    run("rm -r", path_join(a.text, "truth").text, "");
    run("mv", path_join(scratch.path, "old").text, path_join(a.text, "truth").text);
    store = open_plain(a.text);
    assert_true(is_fresh(store));
    expect_both(store, "k", "old", NULL);
    store_lmdb_close(store);
}

/* What a build left that laid each table by itself: another name of the origin, and a row whose key
 * bears no mark. */
static void lay_as_before(const char *directory)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi own, parcels;
    uint8_t id[ID_BYTES] = {1}, origin[64];
    MDB_val new_name = {8, "origin/2"}, old_name = {6, "origin"}, key = {sizeof id, id}, value;
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 4), 0);
    assert_int_equal(mdb_env_open(env, directory, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, "store", 0, &own), 0);
    assert_int_equal(mdb_dbi_open(txn, "parcel", 0, &parcels), 0);
    assert_int_equal(mdb_get(txn, own, &new_name, &value), 0);
    assert_in_range(value.mv_size, 1, sizeof origin);
    memcpy(origin, value.mv_data, value.mv_size);
    value.mv_data = origin;
    assert_int_equal(mdb_del(txn, own, &new_name, NULL), 0);
    assert_int_equal(mdb_put(txn, own, &old_name, &value, 0), 0);
    assert_int_equal(mdb_put(txn, parcels, &key, &value, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void views_that_an_earlier_build_laid_out_otherwise_are_dropped(void **state)
{
    (void)state;
    struct path views = path_join(scratch.path, "views");
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    store_lmdb_close(store);
    lay_as_before(views.text);
    struct store_options options = plain_options(scratch.path);
    options.read_only = true;
    store = open_with(&options);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    store_lmdb_close(store);
    store = open_plain(scratch.path);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    struct row row;
    const struct rows *rows = &store_lmdb_port(store)->views;
    assert_error(OK, begin_turn(store));
    assert_false(rows->port->next(rows->world, VIEW_PARCEL, EVERY_ROW, EVERY_ROW, false, &row));
    assert_error(OK, commit_turn(store));
    store_lmdb_close(store);
}

static void turns_that_touch_only_the_views_do_not_make_them_newer_than_the_truth(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    for (unsigned i = 0; i < 3; i++) {
        assert_error(OK, begin_turn(store));
        put_row(&store_lmdb_port(store)->views, VIEW_ORDER, "k", span_text("v"));
        assert_error(OK, commit_turn(store));
    }
    store_lmdb_close(store);
    store = open_plain(scratch.path);
    assert_false(is_fresh(store));
    expect_both(store, "k", NULL, "v");
    store_lmdb_close(store);
}

static void views_that_are_no_environment_are_made_anew(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    store_lmdb_close(store);
    FILE *file = fopen(path_join(scratch.path, "views/data.mdb").text, "w");
    for (unsigned i = 0; i < 4096; i++) assert_true(fputs("garbage.", file) >= 0);
    assert_int_equal(fclose(file), 0);
    store = open_plain(scratch.path);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    store_lmdb_close(store);
}

static void a_truth_that_is_no_environment_is_said_to_be_corrupt(void **state)
{
    (void)state;
    store_lmdb_close(open_plain(scratch.path));
    FILE *file = fopen(path_join(scratch.path, "truth/data.mdb").text, "w");
    for (unsigned i = 0; i < 4096; i++) assert_true(fputs("garbage.", file) >= 0);
    assert_int_equal(fclose(file), 0);
    struct store_options options = plain_options(scratch.path);
    struct store_lmdb *store;
    assert_error(ERROR_CORRUPT, store_lmdb_open(&options, &store));
}

static void a_turn_that_found_corruption_leaves_doubt_about_the_views(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    assert_error(OK, begin_turn(store));
    struct rows *views = &store_lmdb_port(store)->views;
    (views->port->fail)(views->world, ERROR_CORRUPT);
    assert_error(ERROR_CORRUPT, commit_turn(store));
    store_lmdb_close(store);
    store = open_plain(scratch.path);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    store_lmdb_close(store);
}

/* --- copies ----------------------------------------------------------------------------------- */

static void a_backup_holds_the_truth_and_opens_read_only(void **state)
{
    (void)state;
    struct path from = path_join(scratch.path, "a");
    struct path to = path_join(scratch.path, "b");
    struct store_lmdb *store = open_plain(from.text);
    write_turn(store, "k", "v");
    assert_error(OK, begin_turn(store));
    put_row(&store_lmdb_port(store)->truth, TRUTH_META, "l", span_text("not committed"));
    assert_error(OK, store_lmdb_backup(store, to.text));
    assert_error(OK, commit_turn(store));
    assert_error(ERROR_CONFLICT, store_lmdb_backup(store, to.text));
    store_lmdb_close(store);
    struct store_options options = plain_options(to.text);
    options.create = false;
    options.read_only = true;
    store = open_with(&options);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    expect_both(store, "l", NULL, NULL);
    assert_error(ERROR_READ_ONLY, begin_turn(store));
    store_lmdb_close(store);
    options.read_only = false;
    store = open_with(&options);
    assert_true(is_fresh(store));
    write_turn(store, "m", "n");
    expect_both(store, "k", "v", NULL);
    store_lmdb_close(store);
}

static unsigned count_files(const char *path)
{
    DIR *dir = opendir(path);
    assert_non_null(dir);
    unsigned count = 0;
    while (readdir(dir) != NULL) count++;
    assert_int_equal(closedir(dir), 0);
    return count;
}

static void a_copy_is_examined_without_a_trace(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    store_lmdb_close(store);
    run("rm", path_join(scratch.path, "lock").text, path_join(scratch.path, "truth/lock.mdb").text);
    run("rm", path_join(scratch.path, "views/lock.mdb").text, "");
    struct store_options options = plain_options(scratch.path);
    options.read_only = true;
    store = open_with(&options);
    assert_false(is_fresh(store));
    expect_both(store, "k", "v", "v");
    assert_error(ERROR_READ_ONLY, begin_turn(store));
    assert_error(ERROR_READ_ONLY,
                 store_lmdb_port(store)->port->reset_views(store_lmdb_port(store)->world));
    store_lmdb_close(store);
    assert_int_equal(count_files(scratch.path), 2 + 2);
    assert_int_equal(count_files(path_join(scratch.path, "truth").text), 2 + 1);
    assert_int_equal(count_files(path_join(scratch.path, "views").text), 2 + 2);
    assert_int_equal(files_mark_read(path_join(scratch.path, "views").text), FILES_MARK_CLEAN);
}

static void views_of_a_copy_that_are_not_trusted_are_not_shown(void **state)
{
    (void)state;
    struct path from = path_join(scratch.path, "a");
    struct path to = path_join(scratch.path, "b");
    struct store_lmdb *store = open_plain(from.text);
    write_turn(store, "k", "v");
    run("cp -r", from.text, to.text);
    store_lmdb_close(store);
    struct store_options options = plain_options(to.text);
    options.read_only = true;
    store = open_with(&options);
    assert_true(is_fresh(store));
    expect_both(store, "k", "v", NULL);
    store_lmdb_close(store);
}

/* --- room ------------------------------------------------------------------------------------- */

static void below_the_reserve_writes_are_refused_and_reads_go_on(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    store_lmdb_close(store);
    struct store_options options = plain_options(scratch.path);
    options.reserve_bytes = UINT64_MAX / 2;
    store = open_with(&options);
    assert_error(ERROR_READ_ONLY, begin_turn(store));
    expect_both(store, "k", "v", "v");
    store_lmdb_close(store);
}

/* Room in the address space for one more map, not for two. */
static void views_stay_when_there_is_no_memory_to_map_them(void **state)
{
    (void)state;
    struct store_options options = plain_options(scratch.path);
    struct store_lmdb *store = open_with(&options);
    write_turn(store, "k", "v");
    store_lmdb_close(store);
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &pages), 1);
    assert_int_equal(fclose(file), 0);
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_AS, &old), 0);
    struct rlimit tight = {pages * 4096 + options.map_bytes * 3 / 2, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
    enum error error = store_lmdb_open(&options, &store);
    assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
    assert_error(ERROR_BUSY, error);
    store = open_with(&options);
    assert_false(is_fresh(store));
    expect_both(store, "k", "v", "v");
    store_lmdb_close(store);
}

static void a_reset_leaves_nothing_open_behind(void **state)
{
    (void)state;
    struct store_lmdb *store = open_plain(scratch.path);
    struct store *port = store_lmdb_port(store);
    unsigned before = count_files("/proc/self/fd");
    for (unsigned i = 0; i < 3; i++) {
        struct store_reading reading;
        write_turn(store, "k", "v");
        assert_error(OK, store_reading_begin(store, &reading));
        expect_row(&reading.views, VIEW_ORDER, "k", "v");
        assert_error(OK, port->port->reset_views(port->world));
        store_reading_end(&reading);
    }
    assert_int_equal(count_files("/proc/self/fd"), before);
    store_lmdb_close(store);
}

static void the_ballast_weighs_until_it_is_dropped_and_comes_back(void **state)
{
    (void)state;
    struct path ballast = path_join(scratch.path, "ballast");
    struct stat status;
    struct store_options options = plain_options(scratch.path);
    options.ballast_bytes = 1 << 20;
    struct store_lmdb *store = open_with(&options);
    assert_int_equal(stat(ballast.text, &status), 0);
    assert_true(status.st_blocks * 512 >= 1 << 20);
    assert_true(store_lmdb_free_bytes(store) > 0);
    store_lmdb_drop_ballast(store);
    assert_false(files_exist(ballast.text));
    store_lmdb_close(store);
    store_lmdb_close(open_with(&options));
    assert_true(files_exist(ballast.text));
}

/* --- readings and errors ---------------------------------------------------------------------- */

static void many_readings_are_open_at_once_and_too_many_are_refused(void **state)
{
    (void)state;
    enum { MANY = 600 };
    static struct store_reading readings[MANY];
    struct store_lmdb *store = open_plain(scratch.path);
    write_turn(store, "k", "v");
    unsigned opened = 0;
    enum error error = OK;
    while (opened < MANY && error == OK) {
        error = store_reading_begin(store, &readings[opened]);
        if (error == OK) opened++;
    }
    assert_error(ERROR_BUSY, error);
    assert_in_range(opened, 400, MANY - 1);
    write_turn(store, "k", "w");
    for (unsigned i = 0; i < opened; i++) {
        expect_row(&readings[i].views, VIEW_ORDER, "k", "v");
        store_reading_end(&readings[i]);
    }
    expect_both(store, "k", "w", "w");
    store_lmdb_close(store);
}

static void foreign_errors_are_told_in_our_words(void **state)
{
    (void)state;
    assert_error(OK, lmdb_error(0));
    assert_error(ERROR_FULL, lmdb_error(ENOSPC));
    assert_error(ERROR_FULL, lmdb_error(EDQUOT));
    assert_error(ERROR_FULL, lmdb_error(MDB_MAP_FULL));
    assert_error(ERROR_FULL, lmdb_error(MDB_TXN_FULL));
    assert_error(ERROR_BUSY, lmdb_error(MDB_READERS_FULL));
    assert_error(ERROR_CORRUPT, lmdb_error(MDB_CORRUPTED));
    assert_error(ERROR_CORRUPT, lmdb_error(MDB_PAGE_NOTFOUND));
    assert_error(ERROR_CORRUPT, lmdb_error(MDB_INVALID));
    assert_error(ERROR_OUTCOME_UNKNOWN, lmdb_error(MDB_PANIC));
    assert_error(ERROR_IO, lmdb_error(EIO));
    assert_error(ERROR_IO, lmdb_error(MDB_BAD_TXN));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_scratch, remove_scratch)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_store_is_made_only_when_that_is_asked),
        TEST(a_store_is_open_once_at_a_time),
        TEST(an_orderly_close_keeps_and_marks_the_views),
        TEST(a_killed_process_loses_no_view),
        TEST(views_of_another_boot_are_dropped_unless_they_are_clean),
        TEST(views_without_a_mark_or_with_half_of_one_are_dropped),
        TEST(views_copied_from_a_running_store_are_dropped),
        TEST(views_of_another_truth_are_dropped),
        TEST(views_newer_than_the_truth_are_dropped),
        TEST(views_that_an_earlier_build_laid_out_otherwise_are_dropped),
        TEST(turns_that_touch_only_the_views_do_not_make_them_newer_than_the_truth),
        TEST(views_that_are_no_environment_are_made_anew),
        TEST(a_truth_that_is_no_environment_is_said_to_be_corrupt),
        TEST(a_turn_that_found_corruption_leaves_doubt_about_the_views),
        TEST(a_backup_holds_the_truth_and_opens_read_only),
        TEST(a_copy_is_examined_without_a_trace),
        TEST(views_of_a_copy_that_are_not_trusted_are_not_shown),
        TEST(views_stay_when_there_is_no_memory_to_map_them),
        TEST(a_reset_leaves_nothing_open_behind),
        TEST(below_the_reserve_writes_are_refused_and_reads_go_on),
        TEST(the_ballast_weighs_until_it_is_dropped_and_comes_back),
        TEST(many_readings_are_open_at_once_and_too_many_are_refused),
        TEST(foreign_errors_are_told_in_our_words),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}

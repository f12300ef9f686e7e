/* Who a node is, from start to start: the guard that sees a store which was put back or copied, and
 * the doubt that follows from it. */
#include "node/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/core/mesh_rows.h"
#include "node/core/meta.h"
#include "tests/support/scratch.h"

static struct scratch scratch;
static char directory[SCRATCH_PATH_MAX + 8], store_path[SCRATCH_PATH_MAX + 16];
static struct identity identity;
static char why[IDENTITY_WHY_BYTES];

static const char *in_directory(const char *name)
{
    static char paths[4][SCRATCH_PATH_MAX + 64];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

static int make_node(void **state)
{
    static struct card card;
    (void)state;
    scratch = scratch_make();
    snprintf(directory, sizeof directory, "%s/n", scratch.path);
    snprintf(store_path, sizeof store_path, "%s/store", directory);
    const struct identity_wish wish = {.directory = directory, .name = "N", .code = "NNN"};
    assert_int_equal(identity_make(&wish, &card, why), OK);
    return 0;
}

static int remove_node(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static struct store_lmdb *open_store(void)
{
    struct store_lmdb *store = NULL;
    const struct store_options options = {.directory = store_path};
    assert_int_equal(store_lmdb_open(&options, &store), OK);
    return store;
}

/* One start and one stop of the node, as far as its identity goes. */
static void start_once(void)
{
    struct keys *keys = NULL;
    struct store_lmdb *store = open_store();
    assert_int_equal(keys_open(directory, &keys, why), OK);
    assert_int_equal(identity_open(directory, store, keys, &identity, why), OK);
    store_lmdb_close(store);
    keys_free(keys);
}

/* The bytes of one file over those of another, or into a new one. */
static void copy_file(const char *from, const char *to)
{
    char command[2 * SCRATCH_PATH_MAX + 200];
    snprintf(command, sizeof command, "cp '%s' '%s'", from, to);
    assert_int_equal(system(command), 0);
}

static void a_node_is_the_same_at_every_start(void **state)
{
    (void)state;
    start_once();
    struct id node = identity.self.node, log = identity.self.log, boot = identity.self.boot;
    assert_string_equal(identity.name, "N");
    for (int i = 0; i < 3; i++) {
        start_once();
        assert_int_equal(identity.verdict, GUARD_MATCHES);
        assert_false(identity.self.in_doubt);
        assert_true(id_equal(&identity.self.node, &node));
        assert_true(id_equal(&identity.self.log, &log));
        assert_false(id_equal(&identity.self.boot, &boot));
    }
    struct guard guard;
    assert_true(guard_read(directory, &guard));
    assert_int_equal(guard.boots, 4);
}

static void assert_new_log(const struct id *old_log)
{
    struct card card;
    assert_true(identity.renewed);
    assert_true(identity.self.in_doubt);
    assert_true(id_equal(&identity.old_log, old_log));
    assert_false(id_equal(&identity.self.log, old_log));
    assert_int_equal(identity_card(directory, &card, why), OK);
    assert_true(id_equal(&card.member.log, &identity.self.log));
    /* The next start knows the store again, and the doubt stays. */
    struct id log = identity.self.log;
    start_once();
    assert_int_equal(identity.verdict, GUARD_MATCHES);
    assert_true(identity.self.in_doubt);
    assert_true(id_equal(&identity.self.log, &log));
}

static void without_a_guard_the_store_is_in_doubt(void **state)
{
    (void)state;
    start_once();
    struct id log = identity.self.log;
    assert_int_equal(unlink(in_directory("guard")), 0);
    start_once();
    assert_int_equal(identity.verdict, GUARD_ABSENT);
    assert_new_log(&log);
}

static void a_guard_that_does_not_read_is_none(void **state)
{
    (void)state;
    start_once();
    struct id log = identity.self.log;
    assert_int_equal(truncate(in_directory("guard"), 60), 0);
    start_once();
    assert_int_equal(identity.verdict, GUARD_ABSENT);
    assert_new_log(&log);
}

static void the_guard_of_another_store_is_noticed(void **state)
{
    (void)state;
    start_once();
    struct id log = identity.self.log;
    struct guard guard;
    assert_true(guard_read(directory, &guard));
    guard.store = identity_mint();
    assert_int_equal(guard_write(directory, &guard, why), OK);
    start_once();
    assert_int_equal(identity.verdict, GUARD_OTHER);
    assert_new_log(&log);
}

static void a_store_that_was_set_back_is_noticed(void **state)
{
    (void)state;
    start_once();
    struct id log = identity.self.log;
    char data[SCRATCH_PATH_MAX + 64], kept[SCRATCH_PATH_MAX + 64];
    snprintf(data, sizeof data, "%s/truth/data.mdb", store_path);
    snprintf(kept, sizeof kept, "%s/kept", scratch.path);
    copy_file(data, kept);
    start_once();
    start_once();
    copy_file(kept, data); /* into the same file: its inode stays */
    start_once();
    assert_int_equal(identity.verdict, GUARD_OLDER);
    assert_new_log(&log);
}

static void a_copy_of_the_whole_directory_is_noticed(void **state)
{
    (void)state;
    char command[6 * SCRATCH_PATH_MAX];
    start_once();
    struct id log = identity.self.log;
    snprintf(command, sizeof command, "cp -a '%s' '%s.moved' && rm -r '%s' && mv '%s.moved' '%s'",
             directory, directory, directory, directory, directory);
    assert_int_equal(system(command), 0);
    start_once();
    assert_int_equal(identity.verdict, GUARD_COPY);
    assert_new_log(&log);
}

static void a_start_cut_between_store_and_guard_is_no_doubt(void **state)
{
    (void)state;
    start_once();
    struct guard guard;
    assert_true(guard_read(directory, &guard));
    guard.boots--; /* the store has counted the start, the guard has not */
    assert_int_equal(guard_write(directory, &guard, why), OK);
    start_once();
    assert_int_equal(identity.verdict, GUARD_MATCHES);
    assert_false(identity.self.in_doubt);
}

/* --- the end of a doubt ---------------------------------------------------------------------- */

static void renew_by_hand(struct id *old_log, struct id *new_log)
{
    struct keys *keys = NULL;
    struct store_lmdb *store = open_store();
    assert_int_equal(keys_open(directory, &keys, why), OK);
    assert_int_equal(identity_renew(directory, store, keys, old_log, new_log, why), OK);
    store_lmdb_close(store);
    keys_free(keys);
}

/* What the fold does when the membership's entry arrives. */
static void tell_succession(const struct id *old_log, const struct id *new_log)
{
    struct store_lmdb *lmdb = open_store();
    struct store *store = store_lmdb_port(lmdb);
    struct succeeds succeeds = {identity.self.node, *old_log, *new_log, 1, {0}};
    struct key key = key_of(old_log);
    succeeds.by.kind = BY_ADMIN;
    assert_int_equal(store->port->begin(store->world), OK);
    rows_store(&store->views, VIEW_SUCCEEDS, &key, &succeeds_shape, &succeeds);
    assert_int_equal(store->port->commit(store->world), OK);
    store_lmdb_close(lmdb);
}

static void the_membership_ends_a_doubt(void **state)
{
    (void)state;
    struct id old_log, new_log, other = identity_mint();
    start_once();
    renew_by_hand(&old_log, &new_log);
    start_once();
    assert_true(identity.self.in_doubt);
    assert_true(id_equal(&identity.self.log, &new_log));
    tell_succession(&new_log, &other); /* of another log: not ours */
    start_once();
    assert_true(identity.self.in_doubt);
    tell_succession(&old_log, &new_log);
    start_once();
    assert_true(identity.lifted);
    assert_false(identity.self.in_doubt);
    start_once();
    assert_false(identity.lifted);
    assert_false(identity.self.in_doubt);
}

static void a_person_ends_a_doubt(void **state)
{
    (void)state;
    struct id old_log, new_log;
    start_once();
    struct store_lmdb *store = open_store();
    assert_int_equal(identity_vouch(store, why), ERROR_CONFLICT);
    store_lmdb_close(store);
    renew_by_hand(&old_log, &new_log);
    store = open_store();
    assert_int_equal(identity_vouch(store, why), OK);
    store_lmdb_close(store);
    start_once();
    assert_false(identity.self.in_doubt);
    assert_true(id_equal(&identity.self.log, &new_log));
}

static void assert_retired(const struct id *log, bool wanted)
{
    struct store_reading reading;
    struct span value;
    struct log_row row;
    struct store_lmdb *store = open_store();
    assert_int_equal(store_reading_begin(store, &reading), OK);
    const struct rows *truth = &reading.truth;
    assert_true(truth->port->get(truth->world, TRUTH_LOG, id_span(log), &value));
    assert_int_equal(shape_decode(&log_row_shape, value, &row, NULL), OK);
    assert_int_equal(row.retired, wanted ? 1 : 0);
    store_reading_end(&reading);
    store_lmdb_close(store);
}

static void a_renewed_store_keeps_its_name_node_and_mesh(void **state)
{
    (void)state;
    struct id old_log, new_log;
    start_once();
    const struct core_self before = identity.self;
    renew_by_hand(&old_log, &new_log);
    start_once();
    assert_string_equal(identity.name, "N");
    assert_true(id_equal(&identity.self.node, &before.node));
    assert_true(id_equal(&identity.self.mesh, &before.mesh));
    assert_true(id_equal(&old_log, &before.log));
    assert_retired(&old_log, true);
    assert_retired(&new_log, false);
    assert_false(id_equal(&identity.self.store, &before.store));
}

/* What it answered for would be sealed so that no peer takes it. */
static void another_nodes_signing_key_starts_nothing(void **state)
{
    (void)state;
    struct keys *keys = NULL;
    struct id old_log, new_log;
    start_once();
    assert_int_equal(rename(in_directory("keys/sign.key"), in_directory("own.key")), 0);
    assert_int_equal(keys_create(directory, why), OK);
    struct store_lmdb *store = open_store();
    assert_int_equal(keys_open(directory, &keys, why), OK);
    assert_int_equal(identity_open(directory, store, keys, &identity, why), ERROR_CONFIG);
    assert_non_null(strstr(why, "keys/sign.key: is not the key of this node's log"));
    store_lmdb_close(store);
    keys_free(keys);
    assert_int_equal(rename(in_directory("keys/sign.key"), in_directory("new.key")), 0);
    assert_int_equal(rename(in_directory("own.key"), in_directory("keys/sign.key")), 0);
    start_once();
    assert_int_equal(rename(in_directory("new.key"), in_directory("keys/sign.key")), 0);
    renew_by_hand(&old_log, &new_log);
    start_once(); /* under a new log, that key is as good as any */
    assert_true(id_equal(&identity.self.log, &new_log));
}

static void a_directory_without_a_store_is_named(void **state)
{
    (void)state;
    struct keys *keys = NULL;
    struct store_lmdb *store = NULL;
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/empty", scratch.path);
    const struct store_options options = {.directory = path, .create = true};
    assert_int_equal(store_lmdb_open(&options, &store), OK);
    assert_int_equal(keys_open(directory, &keys, why), OK);
    assert_int_equal(identity_open(path, store, keys, &identity, why), ERROR_NOT_FOUND);
    assert_non_null(strstr(why, "/empty"));
    store_lmdb_close(store);
    keys_free(keys);
}

int main(void)
{
#define NODE_TEST(f) cmocka_unit_test_setup_teardown(f, make_node, remove_node)
    const struct CMUnitTest tests[] = {
        NODE_TEST(a_node_is_the_same_at_every_start),
        NODE_TEST(without_a_guard_the_store_is_in_doubt),
        NODE_TEST(a_guard_that_does_not_read_is_none),
        NODE_TEST(the_guard_of_another_store_is_noticed),
        NODE_TEST(a_store_that_was_set_back_is_noticed),
        NODE_TEST(a_copy_of_the_whole_directory_is_noticed),
        NODE_TEST(a_start_cut_between_store_and_guard_is_no_doubt),
        NODE_TEST(the_membership_ends_a_doubt),
        NODE_TEST(a_person_ends_a_doubt),
        NODE_TEST(a_renewed_store_keeps_its_name_node_and_mesh),
        NODE_TEST(another_nodes_signing_key_starts_nothing),
        NODE_TEST(a_directory_without_a_store_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

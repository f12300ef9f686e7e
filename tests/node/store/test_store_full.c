/* A disk that fills up for real: a small tmpfs of our own where the machine lets us mount one, and
 * a small map everywhere. Nothing acknowledged is lost, reads go on, and room brings writing back.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/files.h"
#include "tests/node/store/open_store.h"

#define DISK_BYTES  (16u << 20)
#define VALUE_BYTES 3000

static struct scratch scratch;
static bool has_disk;

static bool write_line(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);
    files_close(fd);
    return good;
}

/* Whoever is not root may mount in a user namespace of his own, in which he keeps his number. */
static bool enter_own_namespace(void)
{
    char user[32];
    char group[32];
    (void)snprintf(user, sizeof user, "%u %u 1", getuid(), getuid());
    (void)snprintf(group, sizeof group, "%u %u 1", getgid(), getgid());
    if (unshare(CLONE_NEWNS) == 0) return true;
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_line("/proc/self/setgroups", "deny") && write_line("/proc/self/uid_map", user) &&
           write_line("/proc/self/gid_map", group);
}

/* A mount of this process alone: it is gone when the process ends, however that happens. */
static bool mount_small_disk(const char *path)
{
    char options[32];
    (void)snprintf(options, sizeof options, "size=%u", DISK_BYTES);
    if (!enter_own_namespace()) return false;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return false;
    return mount("none", path, "tmpfs", 0, options) == 0;
}

static int make_scratch(void **state)
{
    (void)state;
    scratch = scratch_make();
    has_disk = mount_small_disk(scratch.path);
    if (!has_disk) print_message("no mount allowed here: the small disk is skipped\n");
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    if (has_disk) (void)umount(scratch.path);
    scratch_remove(&scratch);
    return 0;
}

static struct span value_of(unsigned n)
{
    static uint8_t bytes[VALUE_BYTES];
    memset(bytes, (int)(n & 0xff), sizeof bytes);
    return span_of(bytes, sizeof bytes);
}

static const char *name_of(unsigned n)
{
    static char name[16];
    (void)snprintf(name, sizeof name, "%08u", n);
    return name;
}

/* Turns from *n on, until one fails; its error. */
static enum error write_until_refused(struct store_lmdb *store, unsigned *n, unsigned at_most)
{
    enum error error = OK;
    for (unsigned i = 0; i < at_most && error == OK; i++) {
        error = try_turn(store, name_of(*n), value_of(*n));
        if (error == OK) (*n)++;
    }
    return error;
}

static void expect_all(struct store_lmdb *store, unsigned count)
{
    struct store_reading reading;
    struct span got;
    assert_error(OK, store_reading_begin(store, &reading));
    for (unsigned i = 0; i < count; i++) {
        struct span key = span_text(name_of(i));
        assert_true(reading.truth.port->get(reading.truth.world, TRUTH_META, key, &got));
        assert_true(span_equal(got, value_of(i)));
        assert_true(reading.views.port->get(reading.views.world, VIEW_ORDER, key, &got));
        assert_true(span_equal(got, value_of(i)));
    }
    assert_false(
        reading.truth.port->get(reading.truth.world, TRUTH_META, span_text(name_of(count)), &got));
    store_reading_end(&reading);
}

/* Takes what room there is, but for what is left to others. */
static void fill_disk(const char *name, uint64_t leave_bytes)
{
    int fd = open(path_join(scratch.path, name).text, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    static const uint8_t block[4096];
    while (files_free_bytes(scratch.path) > leave_bytes)
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block) break;
    files_close(fd);
}

static void a_full_map_refuses_writes_and_a_larger_one_takes_them(void **state)
{
    (void)state;
    struct path directory = path_join(scratch.path, "map");
    struct store_options options = plain_options(directory.text);
    options.map_bytes = (size_t)2 << 20;
    options.memory_backed = true;
    struct store_lmdb *store = open_with(&options);
    struct store *port = store_lmdb_port(store);
    unsigned count = 0;
    assert_error(OK, write_until_refused(store, &count, 20));
    assert_error(OK, begin_turn(store));
    for (unsigned i = count; i < 1000; i++)
        put_row(&port->views, VIEW_ORDER, name_of(i), value_of(i));
    assert_error(ERROR_FULL, port->views.port->error(port->views.world));
    assert_error(ERROR_FULL, commit_turn(store));
    expect_all(store, count);
    assert_error(ERROR_READ_ONLY, write_until_refused(store, &count, 100000));
    assert_in_range(count, 50, 500);
    expect_all(store, count);
    store_lmdb_close(store);
    options.map_bytes = (size_t)8 << 20;
    store = open_with(&options);
    assert_false(store_lmdb_port(store)->views_fresh);
    assert_error(OK, write_until_refused(store, &count, 200));
    expect_all(store, count);
    store_lmdb_close(store);
    assert_error(OK, files_remove_environment(path_join(directory.text, "truth").text));
    assert_error(OK, files_remove_environment(path_join(directory.text, "views").text));
}

static void
the_reserve_stops_writes_before_the_disk_is_full_and_the_ballast_frees_them(void **state)
{
    (void)state;
    if (!has_disk) skip();
    struct path directory = path_join(scratch.path, "reserve");
    struct store_options options = plain_options(directory.text);
    options.ballast_bytes = 2u << 20;
    options.reserve_bytes = 1u << 20;
    struct store_lmdb *store = open_with(&options);
    unsigned count = 0;
    assert_error(ERROR_READ_ONLY, write_until_refused(store, &count, 100000));
    assert_true(count > 100);
    expect_all(store, count);
    store_lmdb_drop_ballast(store);
    unsigned more = count;
    assert_error(ERROR_READ_ONLY, write_until_refused(store, &more, 100000));
    assert_true(more > count + 20);
    expect_all(store, more);
    store_lmdb_close(store);
    assert_error(OK, files_remove_environment(path_join(directory.text, "truth").text));
    assert_error(OK, files_remove_environment(path_join(directory.text, "views").text));
}

static void a_disk_filled_by_others_undoes_the_turn_and_keeps_reads(void **state)
{
    (void)state;
    if (!has_disk) skip();
    struct path directory = path_join(scratch.path, "others");
    struct store_options options = plain_options(directory.text);
    struct store_lmdb *store = open_with(&options);
    unsigned count = 0;
    assert_error(OK, write_until_refused(store, &count, 100));
    fill_disk("filler", 0);
    for (unsigned i = 0; i < 3; i++) {
        /* Larger in the truth, so that it is the truth that finds no room. */
        static const uint8_t large[64 * 1024];
        assert_error(OK, begin_turn(store));
        put_row(&store_lmdb_port(store)->truth, TRUTH_META, "large", span_of(large, sizeof large));
        put_row(&store_lmdb_port(store)->views, VIEW_ORDER, name_of(count), value_of(count));
        assert_error(ERROR_FULL, commit_turn(store));
        expect_all(store, count);
    }
    assert_int_equal(unlink(path_join(scratch.path, "filler").text), 0);
    assert_error(OK, write_until_refused(store, &count, 100));
    expect_all(store, count);
    store_lmdb_close(store);
    assert_error(OK, files_remove_environment(path_join(directory.text, "truth").text));
    assert_error(OK, files_remove_environment(path_join(directory.text, "views").text));
}

static void a_store_opens_for_reading_on_a_full_disk_by_giving_up_its_ballast(void **state)
{
    (void)state;
    if (!has_disk) skip();
    struct path directory = path_join(scratch.path, "start");
    struct store_options options = plain_options(directory.text);
    options.ballast_bytes = 1u << 20;
    options.reserve_bytes = 2u << 20;
    struct store_lmdb *store = open_with(&options);
    unsigned count = 0;
    assert_error(OK, write_until_refused(store, &count, 100));
    store_lmdb_close(store);
    fill_disk("filler", 0);
    store = open_with(&options);
    assert_false(files_exist(path_join(directory.text, "ballast").text));
    assert_error(ERROR_READ_ONLY, begin_turn(store));
    expect_all(store, count);
    store_lmdb_close(store);
    assert_int_equal(unlink(path_join(scratch.path, "filler").text), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_map_refuses_writes_and_a_larger_one_takes_them),
        cmocka_unit_test(
            the_reserve_stops_writes_before_the_disk_is_full_and_the_ballast_frees_them),
        cmocka_unit_test(a_disk_filled_by_others_undoes_the_turn_and_keeps_reads),
        cmocka_unit_test(a_store_opens_for_reading_on_a_full_disk_by_giving_up_its_ballast),
    };
    return cmocka_run_group_tests_name("full disks", tests, make_scratch, remove_scratch);
}

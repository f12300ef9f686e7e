/* Files of blobs by hash: whole or not at all, what no entry names goes, what is read is checked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/blobs/files.h"
#include "node/keys.h"
#include "tests/support/scratch.h"

struct world {
    struct scratch scratch;
    struct blob_files files;
    uint8_t *room;
    char why[BLOB_WHY_BYTES];
};
static struct world world;

static int set_up(void **state)
{
    (void)state;
    char root[SCRATCH_PATH_MAX + 8];
    world.scratch = scratch_make();
    world.room = malloc(BLOB_BYTES_MAX);
    snprintf(root, sizeof root, "%s/blobs", world.scratch.path);
    assert_non_null(world.room);
    assert_int_equal(blob_files_open(&world.files, root, crypto_openssl(), world.why), OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(&world.scratch);
    free(world.room);
    return 0;
}

static struct hash put(const char *text)
{
    struct hash hash;
    assert_int_equal(blob_files_put(&world.files, span_text(text), &hash, world.why), OK);
    return hash;
}

static enum error get(const struct hash *hash, size_t *size)
{
    return blob_files_get(&world.files, hash, world.room, size, world.why);
}

static void path_of(const struct hash *hash, char path[SCRATCH_PATH_MAX + 100])
{
    char name[2 * HASH_BYTES + 1];
    for (size_t i = 0; i < HASH_BYTES; i++) snprintf(name + 2 * i, 3, "%02x", hash->bytes[i]);
    snprintf(path, SCRATCH_PATH_MAX + 100, "%s/blobs/%.2s/%s", world.scratch.path, name, name);
}

static void lay(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_blob_is_read_as_it_was_put_and_is_private(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_MAX + 100];
    struct stat about;
    size_t size;
    struct hash hash = put("a photo"), again = put("a photo");
    assert_memory_equal(hash.bytes, again.bytes, HASH_BYTES);
    assert_int_equal(get(&hash, &size), OK);
    assert_true(span_equal(span_of(world.room, size), span_text("a photo")));
    path_of(&hash, path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void a_rotten_file_is_not_handed_out_and_heals_when_it_is_put_again(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_MAX + 100];
    size_t size;
    struct hash hash = put("a photo");
    path_of(&hash, path);
    lay(path, "a phot0");
    assert_int_equal(get(&hash, &size), ERROR_CORRUPT);
    assert_non_null(strstr(world.why, "other bytes"));
    (void)put("a photo");
    assert_int_equal(get(&hash, &size), OK);
}

static void what_was_dropped_is_gone_and_may_be_dropped_again(void **state)
{
    (void)state;
    size_t size;
    struct hash hash = put("a photo");
    assert_int_equal(blob_files_drop(&world.files, &hash, world.why), OK);
    assert_int_equal(get(&hash, &size), ERROR_NOT_FOUND);
    assert_int_equal(blob_files_drop(&world.files, &hash, world.why), OK);
}

static bool is_the(void *wanted, const struct hash *hash)
{
    return memcmp(wanted, hash->bytes, HASH_BYTES) == 0;
}

static void sweeping_leaves_what_is_wanted_and_what_is_not_ours(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_MAX + 100], half[SCRATCH_PATH_MAX + 108];
    uint64_t dropped;
    size_t size;
    struct hash kept = put("named by an entry"), orphan = put("the crash came first");
    path_of(&kept, path);
    snprintf(half, sizeof half, "%s.a1B2c3", path);
    lay(half, "named by");
    *strrchr(path, '/') = '\0';
    strcat(path, "/README");
    lay(path, "of the administrator");
    assert_int_equal(blob_files_sweep(&world.files, is_the, &kept, &dropped, world.why), OK);
    assert_int_equal(dropped, 2);
    assert_int_equal(get(&kept, &size), OK);
    assert_int_equal(get(&orphan, &size), ERROR_NOT_FOUND);
    assert_int_equal(access(half, F_OK), -1);
    assert_int_equal(access(path, F_OK), 0);
}

static void eight_mebibytes_are_kept_and_one_byte_more_is_not(void **state)
{
    (void)state;
    struct hash hash;
    size_t size;
    uint8_t *bytes = calloc(1, BLOB_BYTES_MAX + 1);
    assert_non_null(bytes);
    struct span whole = span_of(bytes, BLOB_BYTES_MAX + 1);
    assert_int_equal(blob_files_put(&world.files, whole, &hash, world.why), ERROR_TOO_LARGE);
    whole.size--;
    assert_int_equal(blob_files_put(&world.files, whole, &hash, world.why), OK);
    assert_int_equal(get(&hash, &size), OK);
    assert_int_equal(size, BLOB_BYTES_MAX);
    free(bytes);
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_blob_is_read_as_it_was_put_and_is_private),
        IN_WORLD(a_rotten_file_is_not_handed_out_and_heals_when_it_is_put_again),
        IN_WORLD(what_was_dropped_is_gone_and_may_be_dropped_again),
        IN_WORLD(sweeping_leaves_what_is_wanted_and_what_is_not_ours),
        IN_WORLD(eight_mebibytes_are_kept_and_one_byte_more_is_not),
    };
    return cmocka_run_group_tests_name("blob files", tests, NULL, NULL);
}

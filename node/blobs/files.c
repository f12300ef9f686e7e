#include "node/blobs/files.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/file.h"

#define NAME_SIZE    (2 * HASH_BYTES)
#define PATH_BYTES   (BLOB_ROOT_BYTES_MAX + NAME_SIZE + 64)
#define SUFFIX_BYTES 7 /* ".XXXXXX" of a file that is being written */

_Static_assert(BLOB_WHY_BYTES == FILE_WHY_BYTES, "a reason is handed on as it is");

static void name_of(const struct hash *hash, char name[NAME_SIZE + 1])
{
    for (size_t i = 0; i < HASH_BYTES; i++) snprintf(name + 2 * i, 3, "%02x", hash->bytes[i]);
}

/* Of the file, or of the folder that it lies in. */
static void path_of(const struct blob_files *files, const struct hash *hash, bool of_file,
                    char path[PATH_BYTES])
{
    char name[NAME_SIZE + 1];
    name_of(hash, name);
    if (of_file)
        snprintf(path, PATH_BYTES, "%s/%.2s/%s", files->root, name, name);
    else
        snprintf(path, PATH_BYTES, "%s/%.2s", files->root, name);
}

static enum error fault(const char *path, char why[BLOB_WHY_BYTES])
{
    enum error error = errno == ENOENT ? ERROR_NOT_FOUND : ERROR_IO;
    snprintf(why, BLOB_WHY_BYTES, "%.120s: %s", path, strerror(errno));
    return error;
}

enum error blob_files_open(struct blob_files *files, const char *root, const struct crypto *crypto,
                           char why[BLOB_WHY_BYTES])
{
    files->crypto = crypto;
    int size = snprintf(files->root, sizeof files->root, "%s", root);
    if (size < 0 || (size_t)size >= sizeof files->root) {
        snprintf(why, BLOB_WHY_BYTES, "the path of the folder is too long");
        return ERROR_TOO_LARGE;
    }
    return file_make_folder(files->root, why);
}

enum error blob_files_put(const struct blob_files *files, struct span bytes, struct hash *hash,
                          char why[BLOB_WHY_BYTES])
{
    char path[PATH_BYTES];
    if (bytes.size > BLOB_BYTES_MAX) {
        snprintf(why, BLOB_WHY_BYTES, "the file has more than %u bytes", BLOB_BYTES_MAX);
        return ERROR_TOO_LARGE;
    }
    files->crypto->sha256(files->crypto->world, &bytes, 1, hash);
    path_of(files, hash, false, path);
    enum error error = file_make_folder(path, why);
    path_of(files, hash, true, path);
    /* Replaced even when there is one: what lies there may have rotted, and this is sound. */
    return error == OK ? file_write(path, bytes, 0600, FILE_REPLACE, why) : error;
}

static enum error read_all(int fd, const char *path, uint8_t *room, size_t *size, char *why)
{
    ssize_t got = 1;
    *size = 0;
    while (got > 0 && *size < BLOB_BYTES_MAX) {
        got = read(fd, room + *size, BLOB_BYTES_MAX - *size);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            *size += (size_t)got;
    }
    return got < 0 ? fault(path, why) : OK;
}

enum error blob_files_get(const struct blob_files *files, const struct hash *hash,
                          uint8_t room[BLOB_BYTES_MAX], size_t *size, char why[BLOB_WHY_BYTES])
{
    char path[PATH_BYTES];
    struct hash found;
    path_of(files, hash, true, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0) return fault(path, why);
    enum error error = read_all(fd, path, room, size, why);
    close(fd);
    if (error != OK) return error;
    struct span bytes = span_of(room, *size);
    files->crypto->sha256(files->crypto->world, &bytes, 1, &found);
    if (memcmp(found.bytes, hash->bytes, HASH_BYTES) == 0) return OK;
    snprintf(why, BLOB_WHY_BYTES, "%.120s: holds other bytes than its name says", path);
    return ERROR_CORRUPT;
}

enum error blob_files_drop(const struct blob_files *files, const struct hash *hash,
                           char why[BLOB_WHY_BYTES])
{
    char path[PATH_BYTES];
    path_of(files, hash, true, path);
    if (unlink(path) == 0 || errno == ENOENT) return OK;
    return fault(path, why);
}

/* --- sweep ------------------------------------------------------------------------------------ */

struct sweep {
    const struct blob_files *files;
    bool (*wanted)(void *world, const struct hash *hash);
    void *world;
    uint64_t *dropped;
    char *why;
};

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Does a name begin with a hash in our way of writing? */
static bool hash_read(const char *name, struct hash *hash)
{
    if (strlen(name) < NAME_SIZE) return false;
    for (size_t i = 0; i < HASH_BYTES; i++) {
        int high = digit_of(name[2 * i]), low = digit_of(name[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        hash->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool is_orphan(const struct sweep *sweep, const char *name)
{
    struct hash hash;
    if (!hash_read(name, &hash)) return false;
    const char *rest = name + NAME_SIZE;
    if (rest[0] == '.') return strlen(rest) == SUFFIX_BYTES;
    return rest[0] == '\0' && !sweep->wanted(sweep->world, &hash);
}

static enum error sweep_folder(const struct sweep *sweep, const char *path)
{
    const struct dirent *at;
    enum error error = OK;
    DIR *folder = opendir(path);
    if (folder == NULL) return errno == ENOENT ? OK : fault(path, sweep->why);
    while (error == OK && (at = readdir(folder)) != NULL) {
        if (!is_orphan(sweep, at->d_name)) continue;
        if (unlinkat(dirfd(folder), at->d_name, 0) != 0) error = fault(path, sweep->why);
        if (error == OK) ++*sweep->dropped;
    }
    closedir(folder);
    return error;
}

enum error blob_files_sweep(const struct blob_files *files,
                            bool (*wanted)(void *world, const struct hash *hash), void *world,
                            uint64_t *dropped, char why[BLOB_WHY_BYTES])
{
    const struct sweep sweep = {files, wanted, world, dropped, why};
    enum error error = OK;
    *dropped = 0;
    for (unsigned i = 0; error == OK && i < 256; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%02x", files->root, i);
        error = sweep_folder(&sweep, path);
    }
    return error;
}

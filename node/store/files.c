#include "node/store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "node/store/lmdb_error.h"

#define MARK_BYTES_MAX 160

static const char lock_name[] = "lock";
static const char mark_name[] = "mark";
static const char mark_new_name[] = "mark.new";
static const char ballast_name[] = "ballast";

struct path path_of(const char *text)
{
    struct path path;
    int size = snprintf(path.text, sizeof path.text, "%s", text);
    if (size < 0 || (size_t)size >= sizeof path.text) path.text[0] = '\0';
    return path;
}

struct path path_join(const char *directory, const char *name)
{
    struct path path;
    int size = snprintf(path.text, sizeof path.text, "%s/%s", directory, name);
    if (size < 0 || (size_t)size >= sizeof path.text) path.text[0] = '\0';
    return path;
}

static enum error of_errno(bool good)
{
    return good ? OK : lmdb_error(errno);
}

void files_close(int fd)
{
    if (fd >= 0) (void)close(fd);
}

enum error files_flush(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return lmdb_error(errno);
    enum error error = of_errno(fsync(fd) == 0);
    files_close(fd);
    return error;
}

enum error files_flush_directory(const char *directory)
{
    return files_flush(directory);
}

enum error files_make_directory(const char *directory, bool flush)
{
    if (mkdir(directory, 0700) != 0) return of_errno(errno == EEXIST);
    if (!flush) return OK;
    return files_flush_directory(path_join(directory, "..").text);
}

bool files_exist(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

bool files_directory_is_empty(const char *directory, const char *but)
{
    DIR *dir = opendir(directory);
    if (dir == NULL) return false;
    bool empty = true;
    for (struct dirent *entry = readdir(dir); entry != NULL && empty; entry = readdir(dir))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                strcmp(entry->d_name, but) == 0;
    (void)closedir(dir);
    return empty;
}

enum error files_lock(const char *directory, bool shared, int *fd)
{
    int flags = O_CLOEXEC | (shared ? O_RDONLY : O_RDWR | O_CREAT);
    *fd = open(path_join(directory, lock_name).text, flags, 0600);
    if (*fd < 0) return of_errno(shared && errno == ENOENT);
    if (flock(*fd, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return OK;
    enum error error = lmdb_error(errno);
    files_close(*fd);
    *fd = -1;
    return error;
}

static enum error remove_file(const char *directory, const char *name)
{
    return of_errno(unlink(path_join(directory, name).text) == 0 || errno == ENOENT);
}

enum error files_remove_environment(const char *directory)
{
    enum error error = remove_file(directory, "data.mdb");
    return error == OK ? remove_file(directory, "lock.mdb") : error;
}

/* --- the mark --------------------------------------------------------------------------------- */

/* The whole text of a small file, ended by a NUL; empty when it cannot be read. */
static void read_text(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t got = read(fd, text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    files_close(fd);
}

/* "open BOOT INODE"; empty when this machine does not tell its boot, so that nothing matches. */
static void open_mark(const char *directory, char text[MARK_BYTES_MAX])
{
    char boot[64];
    struct stat status;
    read_text("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, "\n")] = '\0';
    text[0] = '\0';
    if (boot[0] == '\0' || stat(directory, &status) != 0) return;
    (void)snprintf(text, MARK_BYTES_MAX, "open %s %ju\n", boot, (uintmax_t)status.st_ino);
}

enum files_mark files_mark_read(const char *directory)
{
    char found[MARK_BYTES_MAX];
    char ours[MARK_BYTES_MAX];
    read_text(path_join(directory, mark_name).text, found, sizeof found);
    if (strcmp(found, "clean\n") == 0) return FILES_MARK_CLEAN;
    open_mark(directory, ours);
    return ours[0] != '\0' && strcmp(found, ours) == 0 ? FILES_MARK_OPEN : FILES_MARK_DOUBT;
}

static bool write_text(const char *path, const char *text, bool flush)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    size_t size = strlen(text);
    bool good = write(fd, text, size) == (ssize_t)size && (!flush || fsync(fd) == 0);
    files_close(fd);
    return good;
}

enum error files_mark_write(const char *directory, enum files_mark mark, bool flush)
{
    char text[MARK_BYTES_MAX] = "doubt\n";
    if (mark == FILES_MARK_CLEAN) (void)snprintf(text, sizeof text, "clean\n");
    if (mark == FILES_MARK_OPEN) open_mark(directory, text);
    /* Beside and then over the old one: a full disk must not leave half a mark that reads as one.
     */
    struct path new_path = path_join(directory, mark_new_name);
    if (!write_text(new_path.text, text, flush)) return lmdb_error(errno);
    if (rename(new_path.text, path_join(directory, mark_name).text) != 0) return lmdb_error(errno);
    return flush ? files_flush_directory(directory) : OK;
}

void files_remove_mark(const char *directory)
{
    (void)unlink(path_join(directory, mark_name).text);
}

/* --- room ------------------------------------------------------------------------------------- */

uint64_t files_free_bytes(const char *directory)
{
    struct statvfs status;
    if (statvfs(directory, &status) != 0) return 0;
    return (uint64_t)status.f_bavail * status.f_frsize;
}

void files_make_ballast(const char *directory, size_t bytes, uint64_t reserve_bytes)
{
    struct path path = path_join(directory, ballast_name);
    if (bytes == 0 || files_exist(path.text)) return;
    if (files_free_bytes(directory) < bytes + reserve_bytes) return;
    int fd = open(path.text, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    /* A hole would weigh nothing. A ballast that did not fit is worse than none. */
    if (posix_fallocate(fd, 0, (off_t)bytes) != 0) files_drop_ballast(directory);
    files_close(fd);
}

void files_drop_ballast(const char *directory)
{
    (void)unlink(path_join(directory, ballast_name).text);
}

#include "node/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/text.h"

#define PATH_BYTES 4096

static enum error fault(char why[FILE_WHY_BYTES], enum error error, const char *path,
                        const char *what)
{
    snprintf(why, FILE_WHY_BYTES, "%.120s: %s", path, what);
    return error;
}

static enum error of_errno(char why[FILE_WHY_BYTES], const char *path)
{
    enum error error = ERROR_IO;
    if (errno == ENOENT) error = ERROR_NOT_FOUND;
    if (errno == EEXIST) error = ERROR_CONFLICT;
    if (errno == ENOSPC || errno == EDQUOT) error = ERROR_FULL;
    return fault(why, error, path, strerror(errno));
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.size > 0) {
        ssize_t put = write(fd, bytes.at, bytes.size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes = span_of(bytes.at + put, bytes.size - (size_t)put);
    }
    return true;
}

static bool flush_folder_of(const char *path)
{
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        (void)text_copy(folder, sizeof folder, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return done;
}

enum error file_write(const char *path, struct span bytes, unsigned mode, enum file_how how,
                      char why[FILE_WHY_BYTES])
{
    char beside[PATH_BYTES];
    int size = snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    if (size < 0 || (size_t)size >= sizeof beside)
        return fault(why, ERROR_TOO_LARGE, path, "the path is too long");
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) return of_errno(why, path);
    bool done = write_all(fd, bytes) && fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
    done = close(fd) == 0 && done;
    if (done && how == FILE_REPLACE) done = rename(beside, path) == 0;
    if (done && how == FILE_NEW) done = link(beside, path) == 0;
    enum error error = done ? OK : of_errno(why, path);
    if (how == FILE_NEW || !done) (void)unlink(beside);
    if (done && !flush_folder_of(path)) error = of_errno(why, path);
    return error;
}

enum error file_read(const char *path, char *text, size_t size, char why[FILE_WHY_BYTES])
{
    /* O_NONBLOCK: a pipe laid out under this name must not make us wait. */
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return of_errno(why, path);
    size_t used = 0;
    ssize_t got = 1;
    while (got > 0 && used < size) {
        got = read(fd, text + used, size - used);
        if (got > 0) used += (size_t)got;
    }
    enum error error = got < 0 ? of_errno(why, path) : OK;
    close(fd);
    if (error == OK && used == size)
        error = fault(why, ERROR_TOO_LARGE, path, "is larger than such a file is");
    text[error == OK ? used : 0] = '\0';
    return error;
}

enum error file_make_folder(const char *path, char why[FILE_WHY_BYTES])
{
    struct stat status;
    if (mkdir(path, 0700) == 0) return flush_folder_of(path) ? OK : of_errno(why, path);
    if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return OK;
    return of_errno(why, path);
}

bool file_line(const char *text, const char *key, char *to, size_t size)
{
    size_t key_size = strlen(key);
    while (*text != '\0') {
        size_t line = strcspn(text, "\n");
        if (line > key_size && strncmp(text, key, key_size) == 0 && text[key_size] == '=') {
            size_t rest = line - key_size - 1;
            if (rest >= size) return false;
            memcpy(to, text + key_size + 1, rest);
            to[rest] = '\0';
            return true;
        }
        text += line + (text[line] == '\n' ? 1 : 0);
    }
    return false;
}

bool file_number(const char *text, const char *key, uint64_t *value)
{
    char digits[20], *end = NULL;
    if (!file_line(text, key, digits, sizeof digits)) return false;
    if (digits[0] < '0' || digits[0] > '9') return false;
    *value = strtoull(digits, &end, 10);
    return *end == '\0';
}

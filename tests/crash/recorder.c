#include "tests/crash/recorder.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int trace_fd = -1;
static char file_part[256];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void crash_record(const char *trace, const char *file)
{
    (void)snprintf(file_part, sizeof file_part, "%s", file);
    trace_fd = open(trace, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (trace_fd >= 0) return;
    perror(trace);
    exit(2);
}

__attribute__((constructor)) static void record_from_environment(void)
{
    const char *trace = getenv("ENTREPOT_CRASH_TRACE");
    const char *file = getenv("ENTREPOT_CRASH_FILE");
    if (trace != NULL && file != NULL) crash_record(trace, file);
}

static void append(enum crash_op op, uint64_t offset, const void *bytes, size_t size)
{
    struct crash_record record = {.offset = offset, .size = (uint32_t)size, .op = op};
    (void)pthread_mutex_lock(&mutex);
    bool good = syscall(SYS_write, trace_fd, &record, sizeof record) == (long)sizeof record &&
                (size == 0 || syscall(SYS_write, trace_fd, bytes, size) == (long)size);
    (void)pthread_mutex_unlock(&mutex);
    if (good) return;
    perror("the trace");
    _exit(2);
}

void crash_mark(uint64_t number)
{
    if (trace_fd >= 0) append(CRASH_MARK, number, NULL, 0);
}

static bool is_recorded(int fd)
{
    if (trace_fd < 0) return false;
    char link[64];
    char path[4096];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return false;
    path[size] = '\0';
    return strstr(path, file_part) != NULL;
}

static enum crash_op op_of(int fd)
{
    return (fcntl(fd, F_GETFL) & O_DSYNC) != 0 ? CRASH_THROUGH : CRASH_WRITE;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    ssize_t done = (ssize_t)syscall(SYS_pwrite64, fd, bytes, size, offset);
    if (done > 0 && is_recorded(fd)) append(op_of(fd), (uint64_t)offset, bytes, (size_t)done);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    bool recorded = is_recorded(fd);
    off_t offset = recorded ? (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) : 0;
    ssize_t done = (ssize_t)syscall(SYS_write, fd, bytes, size);
    if (done > 0 && recorded) append(op_of(fd), (uint64_t)offset, bytes, (size_t)done);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    bool recorded = is_recorded(fd);
    uint64_t offset = recorded ? (uint64_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) : 0;
    ssize_t done = (ssize_t)syscall(SYS_writev, fd, parts, count);
    size_t left = done > 0 ? (size_t)done : 0;
    for (int i = 0; recorded && i < count && left > 0; i++) {
        size_t size = parts[i].iov_len < left ? parts[i].iov_len : left;
        append(op_of(fd), offset, parts[i].iov_base, size);
        offset += size;
        left -= size;
    }
    return done;
}

static int flush(int fd, long number)
{
    int code = (int)syscall(number, fd);
    if (code == 0 && is_recorded(fd)) append(CRASH_FLUSH, 0, NULL, 0);
    return code;
}

int fdatasync(int fd)
{
    return flush(fd, SYS_fdatasync);
}
int fsync(int fd)
{
    return flush(fd, SYS_fsync);
}

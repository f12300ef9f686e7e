#include "tests/support/fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define META_BYTES  8192
#define SHORT_WRITE (-1)

enum call { CALL_PAGE = 1, CALL_META = 2, CALL_SYNC = 4, CALL_ANY = 7 };

static struct {
    bool armed;
    char path[256];
    unsigned calls; /* of enum call */
    unsigned wait;  /* such calls until it fails */
    bool forever;
    int error;
} order;
static unsigned failed;

struct word {
    const char *text;
    int value;
};

static int value_of(const struct word *words, const char *text)
{
    for (; words->text != NULL; words++)
        if (strcmp(words->text, text) == 0) return words->value;
    fprintf(stderr, "fault: what is \"%s\"?\n", text);
    exit(2);
}

void fault_arm(const char *text)
{
    static const struct word calls[] = {{"page", CALL_PAGE},
                                        {"meta", CALL_META},
                                        {"sync", CALL_SYNC},
                                        {"any", CALL_ANY},
                                        {NULL, 0}};
    static const struct word errors[] = {
        {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"SHORT", SHORT_WRITE}, {NULL, 0}};
    order.armed = false;
    if (text == NULL) return;
    char call[8];
    char error[8];
    char plus[2] = "";
    if (sscanf(text, "%255[^:]:%7[a-z]:%u%1[+]:%7[A-Z]", order.path, call, &order.wait, plus,
               error) != 5) {
        plus[0] = '\0';
        if (sscanf(text, "%255[^:]:%7[a-z]:%u:%7[A-Z]", order.path, call, &order.wait, error) != 4)
            value_of(errors, text);
    }
    order.calls = (unsigned)value_of(calls, call);
    order.error = value_of(errors, error);
    order.forever = plus[0] == '+';
    order.armed = true;
}

unsigned fault_count(void)
{
    return failed;
}

__attribute__((constructor)) static void arm_from_environment(void)
{
    fault_arm(getenv("ENTREPOT_FAULT"));
}

static bool is_of_file(int fd)
{
    char link[64];
    char path[4096];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return false;
    path[size] = '\0';
    return strstr(path, order.path) != NULL;
}

/* 0: the call goes through. Else an errno, or SHORT_WRITE. */
static int judge(int fd, enum call call)
{
    if (!order.armed || (order.calls & (unsigned)call) == 0 || !is_of_file(fd)) return 0;
    if (order.wait > 1) {
        order.wait--;
        return 0;
    }
    order.armed = order.forever;
    failed++;
    return order.error;
}

static enum call call_at(off_t offset)
{
    return offset < META_BYTES ? CALL_META : CALL_PAGE;
}

static off_t position(int fd)
{
    return (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    int fault = judge(fd, call_at(offset));
    if (fault == SHORT_WRITE) size /= 2;
    if (fault <= 0) return (ssize_t)syscall(SYS_pwrite64, fd, bytes, size, offset);
    errno = fault;
    return -1;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    int fault = order.armed ? judge(fd, call_at(position(fd))) : 0;
    if (fault == SHORT_WRITE) size /= 2;
    if (fault <= 0) return (ssize_t)syscall(SYS_write, fd, bytes, size);
    errno = fault;
    return -1;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    int fault = order.armed ? judge(fd, call_at(position(fd))) : 0;
    if (fault == SHORT_WRITE) count = (count + 1) / 2;
    if (fault <= 0) return (ssize_t)syscall(SYS_writev, fd, parts, count);
    errno = fault;
    return -1;
}

static int flush(int fd, long number)
{
    int fault = judge(fd, CALL_SYNC);
    if (fault <= 0) return (int)syscall(number, fd);
    errno = fault;
    return -1;
}

int fdatasync(int fd)
{
    return flush(fd, SYS_fdatasync);
}
int fsync(int fd)
{
    return flush(fd, SYS_fsync);
}

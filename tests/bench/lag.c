/* From commit to commit: how long after one node has answered a webhook (its commit has returned)
 * another node tells the same entry on its feed (its own commit has returned).
 *
 *     bench_lag PORT_A PATH HEADER BODIES FROM COUNT PORT_B TOKEN_FILE
 *
 * One webhook at a time; prints n, p50, p99 and max in µs. Both nodes' feeds and the client's own
 * reading are inside the figure, so it is an upper bound. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BODY_BYTES 600
#define LINE_BYTES (64 + BODY_BYTES) /* as bench_load makes them */
#define COUNT_MAX  100000

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int connect_to(const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void say(int fd, const char *text, size_t size)
{
    if (send(fd, text, size, MSG_NOSIGNAL) != (ssize_t)size) {
        perror("send");
        exit(1);
    }
}

static size_t hear(int fd, char *room, size_t size)
{
    ssize_t got = recv(fd, room, size - 1, 0);
    if (got <= 0) {
        fprintf(stderr, "no answer\n");
        exit(1);
    }
    room[got] = '\0';
    return (size_t)got;
}

static int open_feed(const char *port, const char *token_file)
{
    char token[256] = "", request[512], room[4096];
    FILE *file = fopen(token_file, "r");
    if (file == NULL || fgets(token, sizeof token, file) == NULL) exit(1);
    fclose(file);
    token[strcspn(token, "\r\n")] = '\0';
    int fd = connect_to(port);
    int size = snprintf(request, sizeof request,
                        "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                        "\r\n",
                        token);
    say(fd, request, (size_t)size);
    hear(fd, room, sizeof room);
    if (strncmp(room, "HTTP/1.1 200", 12) != 0) {
        fprintf(stderr, "%s\n", room);
        exit(1);
    }
    return fd;
}

static void post(int fd, const char *path, const char *header, const char *line)
{
    char request[LINE_BYTES + 512], room[4096];
    int head = snprintf(request, sizeof request,
                        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        "%s%.64s\r\nContent-Length: %d\r\n\r\n",
                        path, header, line, BODY_BYTES);
    memcpy(request + head, line + 64, BODY_BYTES);
    say(fd, request, (size_t)head + BODY_BYTES);
    hear(fd, room, sizeof room);
    if (room[9] != '2') {
        fprintf(stderr, "%s\n", room);
        exit(1);
    }
}

/* Reads until one more entry of that kind was told. */
static void await_one(int fd)
{
    static char room[65536];
    static const char mark[] = "event: tracking";
    size_t used = 0;
    do used += hear(fd, room + used, sizeof room - used);
    while (strstr(room, mark) == NULL && used < sizeof room - 1);
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    static uint64_t lags[COUNT_MAX];
    struct stat status;
    if (argc != 9) return 2;
    int file = open(argv[4], O_RDONLY);
    if (file < 0 || fstat(file, &status) != 0) return 1;
    const char *lines = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    uint64_t from = strtoull(argv[5], NULL, 10), count = strtoull(argv[6], NULL, 10);
    if (count == 0 || count > COUNT_MAX || (from + count) * LINE_BYTES > (uint64_t)status.st_size)
        return 2;
    int feed = open_feed(argv[7], argv[8]), door = connect_to(argv[1]);
    for (uint64_t i = 0; i < count; i++) {
        post(door, argv[2], argv[3], lines + (from + i) * LINE_BYTES);
        uint64_t answered_us = now_us();
        await_one(feed);
        lags[i] = now_us() - answered_us;
    }
    qsort(lags, count, sizeof lags[0], by_size);
    printf("n %llu p50 %llu p99 %llu max %llu us\n", (unsigned long long)count,
           (unsigned long long)lags[count / 2], (unsigned long long)lags[count * 99 / 100],
           (unsigned long long)lags[count - 1]);
    return 0;
}

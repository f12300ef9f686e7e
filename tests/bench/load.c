/* A load of pre-signed webhooks, the same client for the node and for the limit it is held against.
 *
 *     bench_load make easypost|limit COUNT FIRST SECRET FILE   unique bodies of 600 bytes, signed
 *     bench_load run PORT PATH HEADER FILE FROM CONNECTIONS SECONDS [COUNT]
 *
 * `run` sends each body of FILE once, from number FROM on, over so many connections, for so many
 * seconds or COUNT bodies; then prints: ok, errors, requests a second, p50 p99 max in µs, the next
 * number. A body is never sent twice, since a repeat is cheap. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BODY_BYTES      600
#define SIGN_BYTES      64
#define LINE_BYTES      (SIGN_BYTES + BODY_BYTES) /* hex of the HMAC, then the body */
#define CONNECTIONS_MAX 1024
#define SAMPLES_MAX     (1u << 22)

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* --- making --------------------------------------------------------------------------------- */

#define EASYPOST                                                                                   \
    "{\"id\":\"evt_%012llx\",\"object\":\"Event\",\"mode\":\"production\",\"description\":"        \
    "\"tracker."                                                                                   \
    "updated\",\"created_at\":\"2026-07-30T08:15:22Z\",\"result\":{\"id\":\"trk_%012llx\","        \
    "\"object\":"                                                                                  \
    "\"Tracker\",\"tracking_code\":\"3S%012lluNL\",\"status\":\"in_transit\",\"status_detail\":"   \
    "\"arrived_at_facility\",\"carrier\":\"PostNL\",\"is_return\":true,\"tracking_details\":[{"    \
    "\"object\":\"TrackingDetail\",\"message\":\"Sorted at depot\",\"status\":\"in_transit\","     \
    "\"datetime\":\"2026-07-30T08:12:01Z\",\"source\":\"PostNL\",\"tracking_location\":{\"city\":" \
    "\"Rotterdam\",\"country\":\"NL\"}}],\"public_url\":\"%s\"}}"
#define LIMIT                                                                                      \
    "{\"id\":\"evt_%012llx\",\"type\":\"tracking.updated\",\"created_at\":\"2026-07-30T08:15:22."  \
    "123Z\","                                                                                      \
    "\"carrier\":\"postnl\",\"account\":\"acc_%012llx\",\"tracking_code\":\"3S%012lluNL\","        \
    "\"status\":"                                                                                  \
    "\"in_transit\",\"status_detail\":\"arrived_at_facility\",\"weight_g\":1240,\"events\":[{"     \
    "\"ts\":"                                                                                      \
    "\"2026-07-30T08:12:01+02:00\",\"code\":\"J05\",\"msg\":\"Sorted at "                          \
    "depot\",\"loc\":{\"city\":"                                                                   \
    "\"Rotterdam\",\"cc\":\"NL\"}}],\"ref\":\"RMA-2026-00012345\",\"n\":\"%s\"}"

static int print_body(bool limit, uint64_t number, const char *pad, char *text, size_t size)
{
    unsigned long long n = number, scattered = number * 0x9e3779b97f4a7c15u >> 16;
    return limit ? snprintf(text, size, LIMIT, scattered, n, n, pad)
                 : snprintf(text, size, EASYPOST, scattered, n, n, pad);
}

static void make_body(bool limit, uint64_t number, char body[BODY_BYTES + 1])
{
    char text[2 * BODY_BYTES], pad[BODY_BYTES + 1] = "";
    int bare = print_body(limit, number, pad, text, sizeof text);
    if (bare < 0 || bare > BODY_BYTES) abort();
    memset(pad, 'x', (size_t)(BODY_BYTES - bare));
    pad[BODY_BYTES - bare] = '\0';
    print_body(limit, number, pad, text, sizeof text);
    memcpy(body, text, BODY_BYTES);
}

static int make(const char *kind, uint64_t count, uint64_t first, const char *secret,
                const char *path)
{
    bool limit = strcmp(kind, "limit") == 0;
    FILE *file = fopen(path, "w");
    if (file == NULL) die(path);
    for (uint64_t i = 0; i < count; i++) {
        char line[LINE_BYTES + 1];
        unsigned char mac[32];
        unsigned size = sizeof mac;
        make_body(limit, first + i, line + SIGN_BYTES);
        HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)line + SIGN_BYTES,
             BODY_BYTES, mac, &size);
        for (unsigned b = 0; b < sizeof mac; b++) {
            line[2 * b] = "0123456789abcdef"[mac[b] >> 4];
            line[2 * b + 1] = "0123456789abcdef"[mac[b] & 15];
        }
        if (fwrite(line, 1, LINE_BYTES, file) != LINE_BYTES) die(path);
    }
    return fclose(file) == 0 ? 0 : 1;
}

/* --- sending -------------------------------------------------------------------------------- */

struct connection {
    int fd;
    bool busy;
    uint64_t sent_us;
    size_t out_used, out_done, in_used;
    char out[LINE_BYTES + 512];
    char in[4096];
};

static struct {
    struct connection connection[CONNECTIONS_MAX];
    unsigned connections;
    int poll;
    const char *lines, *path, *header;
    uint64_t total, next, sent, wanted, ok, errors, until_us;
    uint32_t *samples;
    uint64_t samples_count;
} load;

static void send_more(struct connection *connection)
{
    while (connection->out_done < connection->out_used) {
        ssize_t wrote = send(connection->fd, connection->out + connection->out_done,
                             connection->out_used - connection->out_done, MSG_NOSIGNAL);
        if (wrote < 0 && errno == EAGAIN) return;
        if (wrote < 0) die("send");
        connection->out_done += (size_t)wrote;
    }
}

static void next_request(struct connection *connection)
{
    bool over = load.sent >= load.wanted || load.next >= load.total || now_us() >= load.until_us;
    connection->busy = !over;
    if (over) return;
    const char *line = load.lines + load.next++ * LINE_BYTES;
    int head = snprintf(connection->out, sizeof connection->out,
                        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        "%s%.64s\r\nContent-Length: %d\r\n\r\n",
                        load.path, load.header, line, BODY_BYTES);
    memcpy(connection->out + head, line + SIGN_BYTES, BODY_BYTES);
    connection->out_used = (size_t)head + BODY_BYTES;
    connection->out_done = 0;
    connection->in_used = 0;
    connection->sent_us = now_us();
    load.sent++;
    send_more(connection);
}

/* The size of the whole answer, or 0 when it is not there yet. */
static size_t answer_size(struct connection *connection)
{
    connection->in[connection->in_used] = '\0';
    char *end = strstr(connection->in, "\r\n\r\n");
    if (end == NULL) return 0;
    char *length = strcasestr(connection->in, "content-length:");
    size_t body = length != NULL && length < end ? strtoul(length + 15, NULL, 10) : 0;
    size_t size = (size_t)(end - connection->in) + 4 + body;
    return connection->in_used >= size ? size : 0;
}

static void receive(struct connection *connection)
{
    ssize_t got = recv(connection->fd, connection->in + connection->in_used,
                       sizeof connection->in - 1 - connection->in_used, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        load.errors++;
        connection->busy = false;
        epoll_ctl(load.poll, EPOLL_CTL_DEL, connection->fd, NULL);
        return;
    }
    connection->in_used += (size_t)got;
    if (answer_size(connection) == 0) return;
    bool good = connection->in_used > 12 && connection->in[9] == '2';
    load.ok += good ? 1 : 0;
    load.errors += good ? 0 : 1;
    if (load.samples_count < SAMPLES_MAX)
        load.samples[load.samples_count++] = (uint32_t)(now_us() - connection->sent_us);
    next_request(connection);
}

static void connect_all(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    load.poll = epoll_create1(0);
    for (unsigned i = 0; i < load.connections; i++) {
        struct connection *connection = &load.connection[i];
        connection->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(connection->fd, (struct sockaddr *)&to, sizeof to) != 0) die("connect");
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fcntl(connection->fd, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(load.poll, EPOLL_CTL_ADD, connection->fd, &event);
    }
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static unsigned busy(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < load.connections; i++) count += load.connection[i].busy ? 1 : 0;
    return count;
}

static void report(uint64_t begun_us)
{
    uint64_t took_us = now_us() - begun_us, n = load.samples_count;
    qsort(load.samples, n, sizeof *load.samples, by_size);
    printf("ok %llu errors %llu rate %llu p50 %u p99 %u max %u next %llu\n",
           (unsigned long long)load.ok, (unsigned long long)load.errors,
           (unsigned long long)(load.ok * 1000000 / (took_us + 1)), n ? load.samples[n / 2] : 0,
           n ? load.samples[n * 99 / 100] : 0, n ? load.samples[n - 1] : 0,
           (unsigned long long)load.next);
}

static int run(char **argv, int argc)
{
    struct stat status;
    int fd = open(argv[5], O_RDONLY);
    if (fd < 0 || fstat(fd, &status) != 0) die(argv[5]);
    load.lines = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    load.total = (uint64_t)status.st_size / LINE_BYTES;
    load.path = argv[3];
    load.header = argv[4];
    load.next = strtoull(argv[6], NULL, 10);
    load.connections = (unsigned)strtoul(argv[7], NULL, 10);
    load.wanted = argc > 9 ? strtoull(argv[9], NULL, 10) : UINT64_MAX;
    load.samples = calloc(SAMPLES_MAX, sizeof *load.samples);
    if (load.connections > CONNECTIONS_MAX || load.samples == NULL) return 2;
    connect_all((uint16_t)strtoul(argv[2], NULL, 10));
    uint64_t begun_us = now_us();
    load.until_us = begun_us + strtoull(argv[8], NULL, 10) * 1000000;
    for (unsigned i = 0; i < load.connections; i++) next_request(&load.connection[i]);
    uint64_t give_up_us = load.until_us + 30 * 1000000;
    while (busy() > 0 && now_us() < give_up_us) {
        struct epoll_event events[256];
        int count = epoll_wait(load.poll, events, 256, 1000);
        for (int i = 0; i < count; i++) receive(events[i].data.ptr);
    }
    load.errors += busy(); /* stalled */
    report(begun_us);
    return load.errors == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 7 && strcmp(argv[1], "make") == 0)
        return make(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10), argv[5],
                    argv[6]);
    if (argc >= 9 && strcmp(argv[1], "run") == 0) return run(argv, argc);
    fprintf(stderr, "usage: see the head of tests/bench/load.c\n");
    return 2;
}

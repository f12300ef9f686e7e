/* Eight people at their stations: each receives a box of two, and takes both units through
 * inspection, grade and disposition into stock, one call after the other, over one connection.
 *
 *     bench_floor PORT TOKEN_FILE WAREHOUSE CLIENTS SECONDS RUN
 *
 * Prints: acts done, errors, acts a second, p50 p99 max of an act in µs. An act is a call that
 * commits something; the question which units the box holds is asked between them and not counted.
 * RUN makes the keys of this run its own. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 64
#define SAMPLES_MAX (1u << 20)
#define ID_CHARS    27
#define ANSWER_MAX  16384

static struct {
    uint16_t port;
    char token[256];
    const char *warehouse, *run;
    uint64_t until_us;
} bench;

struct client {
    pthread_t thread;
    unsigned number;
    int fd;
    uint64_t calls, ok, errors;
    uint32_t *samples;
    char answer[ANSWER_MAX + 1];
};

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

static void read_token(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(bench.token, sizeof bench.token, file) == NULL) die(path);
    bench.token[strcspn(bench.token, "\r\n")] = '\0';
    fclose(file);
}

static void connect_client(struct client *client)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(bench.port)};
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0) die("connect");
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static size_t answer_size(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strcasestr(answer, "content-length:");
    if (end == NULL) return 0;
    return (size_t)(end - answer) + 4 +
           (length != NULL && length < end ? strtoul(length + 15, NULL, 10) : 0);
}

/* One call and its answer, whole. false: not a 2xx. */
static bool call(struct client *client, const char *method, const char *path, const char *body)
{
    char out[2048];
    int size = snprintf(out, sizeof out,
                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                        "Idempotency-Key: %s-%u-%llu\r\nContent-Type: application/json\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        method, path, bench.token, bench.run, client->number,
                        (unsigned long long)client->calls++, strlen(body), body);
    if (size < 0 || (size_t)size >= sizeof out) abort();
    if (send(client->fd, out, (size_t)size, MSG_NOSIGNAL) != size) die("send");
    size_t used = 0, whole = 0;
    while (whole == 0 || used < whole) {
        ssize_t got = recv(client->fd, client->answer + used, ANSWER_MAX - used, 0);
        if (got <= 0) die("recv");
        used += (size_t)got;
        client->answer[used] = '\0';
        whole = answer_size(client->answer);
        if (whole > ANSWER_MAX) abort();
    }
    return client->answer[9] == '2';
}

static bool act(struct client *client, const char *path, const char *body)
{
    uint64_t begun_us = now_us();
    bool good = call(client, "POST", path, body);
    if (good && client->ok < SAMPLES_MAX)
        client->samples[client->ok] = (uint32_t)(now_us() - begun_us);
    client->ok += good ? 1 : 0;
    if (!good && client->errors++ == 0) fprintf(stderr, "%s: %s\n", path, client->answer);
    return good;
}

static void finish_unit(struct client *client, const char *unit)
{
    static const char *const steps[][2] = {
        {"inspect", "{}"},
        {"grade", "{\"grade\":\"like_new\",\"liability\":\"buyer\"}"},
        {"dispose", "{\"disposition\":\"restock\"}"},
        {"settle", "{}"},
    };
    char path[128];
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        snprintf(path, sizeof path, "/v1/units/%s/%s", unit, steps[i][0]);
        if (!act(client, path, steps[i][1])) return;
    }
}

static void finish_box(struct client *client)
{
    char body[512], path[128], units[2][ID_CHARS + 1];
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"number\":\"FL%s%03u%012llu\",\"weight_g\":800,"
             "\"items\":[{\"sku\":\"HAT-42\"},{\"sku\":\"SHOE-7\",\"serial\":\"S%012llu\"}]}",
             bench.warehouse, bench.run, client->number, (unsigned long long)client->calls,
             (unsigned long long)client->calls);
    if (!act(client, "/v1/boxes", body)) return;
    const char *id = strstr(client->answer, "\"id\":\"");
    if (id == NULL) abort();
    snprintf(path, sizeof path, "/v1/units?box=%.27s", id + 6);
    if (!call(client, "GET", path, "")) abort();
    const char *at = strstr(client->answer, "\r\n\r\n");
    for (unsigned i = 0; i < 2; i++) {
        at = strstr(at, "{\"id\":\"");
        if (at == NULL) abort();
        snprintf(units[i], sizeof units[i], "%.27s", at + 7);
        at += 7;
    }
    for (unsigned i = 0; i < 2; i++) finish_unit(client, units[i]);
}

static void *work(void *context)
{
    struct client *client = context;
    while (now_us() < bench.until_us && client->errors < 10) finish_box(client);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    static struct client client[CLIENTS_MAX];
    if (argc != 7 || strtoul(argv[4], NULL, 10) > CLIENTS_MAX) {
        fprintf(stderr, "usage: see the head of tests/bench/floor.c\n");
        return 2;
    }
    unsigned clients = (unsigned)strtoul(argv[4], NULL, 10);
    uint64_t begun_us = now_us(), ok = 0, errors = 0;
    bench.port = (uint16_t)strtoul(argv[1], NULL, 10);
    read_token(argv[2]);
    bench.warehouse = argv[3], bench.run = argv[6];
    bench.until_us = begun_us + strtoull(argv[5], NULL, 10) * 1000000;
    for (unsigned i = 0; i < clients; i++) {
        client[i].number = i;
        client[i].samples = calloc(SAMPLES_MAX, sizeof *client[i].samples);
        connect_client(&client[i]);
        if (pthread_create(&client[i].thread, NULL, work, &client[i]) != 0) die("thread");
    }
    uint32_t *all = calloc((size_t)clients * SAMPLES_MAX + 1, sizeof *all);
    for (unsigned i = 0; i < clients; i++) {
        pthread_join(client[i].thread, NULL);
        uint64_t kept = client[i].ok < SAMPLES_MAX ? client[i].ok : SAMPLES_MAX;
        memcpy(all + ok, client[i].samples, kept * sizeof *all);
        ok += kept;
        errors += client[i].errors;
    }
    uint64_t took_us = now_us() - begun_us;
    qsort(all, ok, sizeof *all, by_size);
    printf("ok %llu errors %llu rate %llu p50 %u p99 %u max %u\n", (unsigned long long)ok,
           (unsigned long long)errors, (unsigned long long)(ok * 1000000 / (took_us + 1)),
           ok ? all[ok / 2] : 0, ok ? all[ok * 99 / 100] : 0, ok ? all[ok - 1] : 0);
    return errors == 0 ? 0 : 1;
}

/* A minute of 256 connections that push without a pause: none of them stalls, and afterwards the
 * log holds as many entries as were answered with 2xx. */
#include "tests/node/http/door_world.h"

#include <curl/curl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define CONNECTIONS 256
#define SOAK_MS     60000
#define STALL_MS    10000

struct pusher {
    uint64_t sent_ms; /* 0: nothing is under way */
    char got[2048];
    size_t size;
};

struct soak {
    struct door *door;
    struct pollfd fds[CONNECTIONS];
    struct pusher pushers[CONNECTIONS];
    unsigned serial;
    uint64_t good, slowest_ms;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void push(struct soak *soak, unsigned place)
{
    char number[24], proof[2 * HASH_BYTES + 1], request[4096];
    struct hash mac;
    const struct crypto *crypto = keys_crypto(soak->door->keys);
    snprintf(number, sizeof number, "SOAK%u", ++soak->serial);
    const char *body = door_easypost(number, soak->serial);
    crypto_hmac(crypto, span_text(DOOR_SECRET), span_text(body), &mac);
    for (size_t i = 0; i < HASH_BYTES; i++) snprintf(proof + 2 * i, 3, "%02x", mac.bytes[i]);
    snprintf(request, sizeof request,
             "POST /v1/carriers/easypost/webhook HTTP/1.1\r\nHost: x\r\n"
             "X-Hmac-Signature: hmac-sha256-hex=%s\r\nContent-Length: %zu\r\n\r\n%s",
             proof, strlen(body), body);
    client_send(soak->fds[place].fd, request);
    soak->pushers[place].sent_ms = now_ms();
    soak->pushers[place].size = 0;
}

/* The answer ends on its JSON object. */
static bool is_whole(const struct pusher *pusher)
{
    const char *end = strstr(pusher->got, "\r\n\r\n");
    return end != NULL && strchr(end, '}') != NULL;
}

static void take(struct soak *soak, unsigned place)
{
    struct pusher *pusher = &soak->pushers[place];
    ssize_t more = recv(soak->fds[place].fd, pusher->got + pusher->size,
                        sizeof pusher->got - 1 - pusher->size, 0);
    assert_true(more > 0);
    pusher->size += (size_t)more;
    pusher->got[pusher->size] = '\0';
    if (!is_whole(pusher)) return;
    assert_non_null(strstr(pusher->got, "HTTP/1.1 200 OK"));
    uint64_t took_ms = now_ms() - pusher->sent_ms;
    if (took_ms > soak->slowest_ms) soak->slowest_ms = took_ms;
    soak->good++;
    pusher->sent_ms = 0;
}

static unsigned look_at_all(struct soak *soak, bool go_on)
{
    unsigned open = 0;
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        if (soak->pushers[i].sent_ms == 0 && go_on) push(soak, i);
        if (soak->pushers[i].sent_ms == 0) continue;
        open++;
        if (now_ms() - soak->pushers[i].sent_ms > STALL_MS) fail_msg("connection %u stalls", i);
    }
    return open;
}

static uint64_t own_entries(const struct door *door)
{
    struct reply reply = door_get(door, "/v1/status", door->admin);
    uint64_t entries = 0;
    for (size_t i = 0; i < count_at(&reply, "logs"); i++) {
        char step[48];
        snprintf(step, sizeof step, "logs/%zu/type", i);
        bool wanted = strcmp(at(&reply, step), "node_log") == 0;
        snprintf(step, sizeof step, "logs/%zu/last", i);
        if (wanted) entries = strtoull(at(&reply, step), NULL, 10);
    }
    reply_free(&reply);
    return entries;
}

static void a_minute_of_busy_connections_neither_stalls_nor_loses(void **state)
{
    (void)state;
    static struct door door;
    static struct soak soak;
    const struct timespec moment = {1, 0};
    door_open(&door);
    soak.door = &door;
    uint64_t before = own_entries(&door);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        soak.fds[i] = (struct pollfd){.fd = client_connect(door_port(&door)), .events = POLLIN};
    uint64_t begun_ms = now_ms();
    while (look_at_all(&soak, now_ms() - begun_ms < SOAK_MS) > 0) {
        poll(soak.fds, CONNECTIONS, 1000);
        for (unsigned i = 0; i < CONNECTIONS; i++)
            if (soak.fds[i].revents != 0) take(&soak, i);
    }
    print_message("%llu pushes, the slowest took %llu ms\n", (unsigned long long)soak.good,
                  (unsigned long long)soak.slowest_ms);
    for (unsigned i = 0; i < CONNECTIONS; i++) close(soak.fds[i].fd);
    nanosleep(&moment, NULL); /* figures are copied a few times a second */
    assert_int_equal(own_entries(&door) - before, soak.good);
    door_close(&door);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_of_busy_connections_neither_stalls_nor_loses),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

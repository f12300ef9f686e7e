#include "tests/node/scripted.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct scripted {
    int listener;
    unsigned port;
    pthread_t thread;
    pthread_mutex_t lock; /* over all below */
    bool stopping;
    char *answers[SCRIPTED_ASKED_MAX]; /* NULL: it hangs */
    unsigned answers_count, answered;
    char asked[SCRIPTED_ASKED_MAX][SCRIPTED_ASKED_BYTES];
    unsigned asked_count, reused;
    int keeps_ms; /* set before the first connection */
};

static bool stops(struct scripted *server)
{
    pthread_mutex_lock(&server->lock);
    bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return stopping;
}

/* Waits for bytes or a connection, in steps, so that a stop is seen. */
static bool wait_for(struct scripted *server, int fd)
{
    struct pollfd at = {.fd = fd, .events = POLLIN};
    while (!stops(server)) {
        int ready = poll(&at, 1, 20);
        if (ready > 0) return true;
    }
    return false;
}

static bool is_whole(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    const char *length = strcasestr(text, "content-length:");
    if (end == NULL) return false;
    size_t body = length == NULL ? 0 : strtoul(length + 15, NULL, 10);
    return strlen(end + 4) >= body;
}

static bool read_request(struct scripted *server, int fd, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    while (!is_whole(text)) {
        if (used == SCRIPTED_ASKED_BYTES - 1 || !wait_for(server, fd)) return false;
        ssize_t got = recv(fd, text + used, SCRIPTED_ASKED_BYTES - 1 - used, 0);
        if (got <= 0) return false;
        used += (size_t)got;
        text[used] = '\0';
    }
    return true;
}

static void send_all(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t put = send(fd, text, left, MSG_NOSIGNAL);
        if (put <= 0) return;
        text += put;
        left -= (size_t)put;
    }
}

static void serve(struct scripted *server, int fd)
{
    char text[SCRIPTED_ASKED_BYTES];
    const char *answer = NULL;
    bool told = false;
    if (!read_request(server, fd, text)) return;
    pthread_mutex_lock(&server->lock);
    if (server->asked_count < SCRIPTED_ASKED_MAX)
        memcpy(server->asked[server->asked_count++], text, sizeof text);
    if (server->answered < server->answers_count) {
        answer = server->answers[server->answered++];
        told = true;
    }
    pthread_mutex_unlock(&server->lock);
    if (told && answer == NULL)
        (void)wait_for(server, fd); /* until the client has gone */
    else if (answer != NULL)
        send_all(fd, answer);
}

/* The connection stays for a moment: a client that keeps connections would use it again. */
static void look_for_more(struct scripted *server, int fd)
{
    char byte;
    struct pollfd at = {.fd = fd, .events = POLLIN};
    pthread_mutex_lock(&server->lock);
    int keeps_ms = server->keeps_ms;
    pthread_mutex_unlock(&server->lock);
    if (poll(&at, 1, keeps_ms) <= 0) return;
    pthread_mutex_lock(&server->lock);
    server->reused += recv(fd, &byte, 1, 0) > 0 ? 1 : 0;
    pthread_mutex_unlock(&server->lock);
}

static void *run(void *world)
{
    struct scripted *server = world;
    while (wait_for(server, server->listener)) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0) continue;
        serve(server, fd);
        look_for_more(server, fd);
        close(fd);
    }
    return NULL;
}

struct scripted *scripted_start(void)
{
    struct scripted *server = calloc(1, sizeof *server);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    if (server == NULL) abort();
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pthread_mutex_init(&server->lock, NULL);
    if (bind(server->listener, (struct sockaddr *)&at, size) != 0 ||
        listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&at, &size) != 0 ||
        pthread_create(&server->thread, NULL, run, server) != 0) {
        perror("a scripted server");
        exit(2);
    }
    server->port = ntohs(at.sin_port);
    return server;
}

void scripted_stop(struct scripted *server)
{
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->thread, NULL);
    close(server->listener);
    pthread_mutex_destroy(&server->lock);
    for (unsigned i = 0; i < server->answers_count; i++) free(server->answers[i]);
    free(server);
}

void scripted_keep(struct scripted *server, int ms)
{
    pthread_mutex_lock(&server->lock);
    server->keeps_ms = ms;
    pthread_mutex_unlock(&server->lock);
}

unsigned scripted_reused(struct scripted *server)
{
    pthread_mutex_lock(&server->lock);
    unsigned reused = server->reused;
    pthread_mutex_unlock(&server->lock);
    return reused;
}

unsigned scripted_port(const struct scripted *server)
{
    return server->port;
}

void scripted_say(struct scripted *server, const char *answer)
{
    char *kept = answer == SCRIPTED_HANG ? NULL : strdup(answer);
    if (kept == NULL && answer != SCRIPTED_HANG) abort();
    pthread_mutex_lock(&server->lock);
    server->answers[server->answers_count++] = kept;
    pthread_mutex_unlock(&server->lock);
}

unsigned scripted_count(struct scripted *server)
{
    pthread_mutex_lock(&server->lock);
    unsigned count = server->asked_count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

const char *scripted_asked(struct scripted *server, unsigned at)
{
    return at < scripted_count(server) ? server->asked[at] : "";
}

#include "node/mesh/names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

struct question {
    pthread_mutex_t mutex;
    bool answered;
    bool given_up; /* whoever asked is gone: the thread frees it */
    int wake;
    char address[MESH_ENDPOINT_BYTES];
    char found[NAMES_FOUND_MAX][MESH_ENDPOINT_BYTES];
    size_t count;
};

static atomic_uint running;

/* --- what an address is made of ----------------------------------------------------------------*/

/* tcp://host:port, where host may be in brackets, and may follow an own address and a semicolon. */
struct parts {
    int before; /* bytes in front of the host */
    char host[MESH_ENDPOINT_BYTES];
    const char *port;
};

static bool take_apart(const char *address, struct parts *parts)
{
    const char *host = strrchr(address, ';'), *colon = strrchr(address, ':');
    host = host != NULL ? host + 1 : address + strlen("tcp://");
    if (strncmp(address, "tcp://", 6) != 0 || colon == NULL || colon <= host) return false;
    parts->before = (int)(host - address);
    parts->port = colon + 1;
    size_t size = (size_t)(colon - host);
    bool bracket = size > 2 && host[0] == '[' && host[size - 1] == ']';
    if (size >= sizeof parts->host) return false;
    memcpy(parts->host, bracket ? host + 1 : host, size);
    parts->host[bracket ? size - 2 : size] = '\0';
    return true;
}

bool names_is_name(const char *address)
{
    struct parts parts;
    struct in6_addr number;
    return take_apart(address, &parts) && inet_pton(AF_INET, parts.host, &number) != 1 &&
           inet_pton(AF_INET6, parts.host, &number) != 1;
}

/* --- asking ------------------------------------------------------------------------------------*/

static void take_found(struct question *question, const struct parts *parts,
                       const struct addrinfo *found)
{
    char host[NI_MAXHOST];
    for (; found != NULL && question->count < NAMES_FOUND_MAX; found = found->ai_next) {
        bool six = found->ai_family == AF_INET6;
        if (getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, NULL, 0,
                        NI_NUMERICHOST) != 0)
            continue;
        int size = snprintf(question->found[question->count], MESH_ENDPOINT_BYTES, "%.*s%s%s%s:%s",
                            parts->before, question->address, six ? "[" : "", host, six ? "]" : "",
                            parts->port);
        if (size > 0 && size < MESH_ENDPOINT_BYTES) question->count++;
    }
}

static void dispose(struct question *question)
{
    pthread_mutex_destroy(&question->mutex);
    free(question);
}

static void *resolve(void *world)
{
    struct question *question = world;
    const struct addrinfo wish = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct parts parts;
    bool asked =
        take_apart(question->address, &parts) && getaddrinfo(parts.host, NULL, &wish, &found) == 0;
    if (asked) take_found(question, &parts, found);
    if (asked) freeaddrinfo(found);
    pthread_mutex_lock(&question->mutex);
    question->answered = true;
    const bool given_up = question->given_up;
    if (!given_up) (void)eventfd_write(question->wake, 1);
    pthread_mutex_unlock(&question->mutex);
    if (given_up) dispose(question);
    atomic_fetch_sub(&running, 1);
    return NULL;
}

static bool begin(struct question *question)
{
    pthread_attr_t detached;
    pthread_t thread;
    if (pthread_attr_init(&detached) != 0) return false;
    (void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    bool begun = pthread_create(&thread, &detached, resolve, question) == 0;
    pthread_attr_destroy(&detached);
    return begun;
}

struct question *question_ask(const char *address, int wake)
{
    struct question *question = calloc(1, sizeof *question);
    if (question == NULL) return NULL;
    pthread_mutex_init(&question->mutex, NULL);
    question->wake = wake;
    snprintf(question->address, sizeof question->address, "%s", address);
    if (atomic_fetch_add(&running, 1) < NAMES_RUNNING_MAX && begin(question)) return question;
    atomic_fetch_sub(&running, 1);
    dispose(question);
    return NULL;
}

bool question_is_answered(struct question *question)
{
    pthread_mutex_lock(&question->mutex);
    const bool answered = question->answered;
    pthread_mutex_unlock(&question->mutex);
    return answered;
}

bool question_answer(const struct question *question, unsigned turn,
                     char address[MESH_ENDPOINT_BYTES])
{
    if (question->count == 0) return false;
    memcpy(address, question->found[turn % question->count], MESH_ENDPOINT_BYTES);
    return true;
}

void question_free(struct question *question)
{
    if (question == NULL) return;
    pthread_mutex_lock(&question->mutex);
    const bool answered = question->answered;
    question->given_up = true;
    pthread_mutex_unlock(&question->mutex);
    if (answered) dispose(question);
}

#include "tests/node/http/client.h"

#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 20
#define READ_BYTES (4u * 1024 * 1024)

struct text {
    char *at;
    size_t size;
};

static size_t collect(char *bytes, size_t one, size_t count, void *world)
{
    struct text *text = world;
    text->at = realloc(text->at, text->size + one * count + 1);
    assert(text->at != NULL);
    memcpy(text->at + text->size, bytes, one * count);
    text->size += one * count;
    text->at[text->size] = '\0';
    return one * count;
}

static struct curl_slist *add(struct curl_slist *list, const char *before, const char *value)
{
    char line[8192];
    if (value == NULL) return list;
    snprintf(line, sizeof line, "%s%s", before, value);
    return curl_slist_append(list, line);
}

static struct curl_slist *headers_of(const struct letter *ask)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    list = add(list, "Authorization: Bearer ", ask->token);
    list = add(list, "Idempotency-Key: ", ask->key);
    list = add(list, "If-Match: ", ask->if_match);
    list = add(list, "", ask->header);
    if (ask->body != NULL)
        list = add(list, "Content-Type: ", ask->type == NULL ? "application/json" : ask->type);
    return list;
}

static void set_body(CURL *curl, const struct letter *ask)
{
    if (ask->body == NULL) return;
    size_t size = ask->size != 0 ? ask->size : strlen(ask->body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body);
}

struct reply client_call(uint16_t port, const struct letter *ask)
{
    char url[2048];
    struct text head = {0}, body = {0};
    struct reply reply = {0};
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_of(ask);
    assert(curl != NULL);
    snprintf(url, sizeof url, "%s://localhost:%u%s", ask->certificate != NULL ? "https" : "http",
             port, ask->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)PATIENCE_S);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    if (ask->certificate != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, ask->certificate);
    set_body(curl, ask);
    if (ask->method != NULL && strcmp(ask->method, "HEAD") == 0)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else if (ask->method != NULL)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    reply.headers = head.at != NULL ? head.at : calloc(1, 1);
    reply.body = body.at != NULL ? body.at : calloc(1, 1);
    reply.size = body.size;
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return reply;
}

struct reply client_get(uint16_t port, const char *path, const char *token)
{
    const struct letter ask = {.path = path, .token = token};
    return client_call(port, &ask);
}

void reply_free(struct reply *reply)
{
    free(reply->headers);
    free(reply->body);
    *reply = (struct reply){0};
}

const char *reply_header(const struct reply *reply, const char *name)
{
    static char value[1024];
    char needle[128];
    snprintf(needle, sizeof needle, "\n%s: ", name);
    const char *at = strcasestr(reply->headers, needle);
    if (at == NULL) return NULL;
    at += strlen(needle);
    size_t size = strcspn(at, "\r\n");
    if (size >= sizeof value) size = sizeof value - 1;
    memcpy(value, at, size);
    value[size] = '\0';
    return value;
}

bool reply_has(const struct reply *reply, const char *text)
{
    return strstr(reply->body, text) != NULL;
}

int client_connect(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    const struct timeval patience = {10, 0};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int failed = connect(fd, (struct sockaddr *)&at, sizeof at);
    assert(failed == 0);
    (void)failed;
    return fd;
}

void client_send(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t sent = send(fd, text, left, MSG_NOSIGNAL);
        if (sent <= 0) return;
        text += sent;
        left -= (size_t)sent;
    }
}

const char *client_read(int fd, const char *until)
{
    static char got[READ_BYTES];
    size_t size = 0;
    got[0] = '\0';
    while (size < sizeof got - 1) {
        ssize_t more = recv(fd, got + size, sizeof got - 1 - size, 0);
        if (more <= 0) break;
        size += (size_t)more;
        got[size] = '\0';
        if (until != NULL && strstr(got, until) != NULL) break;
    }
    return got;
}

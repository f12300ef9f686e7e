/* A client for the tests of the HTTP door: libcurl for well-behaved calls, bare sockets for the
 * others. */
#ifndef TESTS_NODE_HTTP_CLIENT_H
#define TESTS_NODE_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reply {
    long status;   /* 0: no answer */
    char *headers; /* as they came */
    char *body;
    size_t size;
};

struct letter {
    const char *method; /* NULL: GET, or POST when there is a body */
    const char *path;
    const char *token;       /* NULL: none */
    const char *key;         /* Idempotency-Key; NULL: none */
    const char *if_match;    /* NULL: none */
    const char *type;        /* NULL: application/json when there is a body */
    const char *header;      /* one more, whole; NULL: none */
    const char *body;        /* NULL: none */
    size_t size;             /* of the body; 0: it is a string */
    const char *certificate; /* to trust: the call goes by TLS; NULL: plain */
};

struct reply client_call(uint16_t port, const struct letter *ask);
struct reply client_get(uint16_t port, const char *path, const char *token);
void reply_free(struct reply *reply);
/* The value of a header in a static buffer; NULL: absent. */
const char *reply_header(const struct reply *reply, const char *name);
bool reply_has(const struct reply *reply, const char *text);

/* A connected socket with a receive timeout of 10 s. */
int client_connect(uint16_t port);
void client_send(int fd, const char *text);
/* Reads until `until` has been seen (NULL: until the end of the connection) or nothing comes any
 * more. Returns the bytes, in a static buffer. */
const char *client_read(int fd, const char *until);

#endif

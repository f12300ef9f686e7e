/* What every sandbox is: an HTTP server on loopback, on a port of the kernel's choice, that prints
 * "port PORT" and ends with its standard input, so it does not outlive whoever started it. */
#ifndef TESTS_SANDBOX_SERVE_H
#define TESTS_SANDBOX_SERVE_H

#include <event2/http.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/json.h"

typedef void serve_take(struct evhttp_request *request, void *world);
struct serve_route {
    const char *path;
    serve_take *take;
};
/* Serves until standard input ends; what no route names goes to `otherwise`. An exit code. */
int serve(const struct serve_route *routes, size_t count, serve_take *otherwise);

void answer_as(struct evhttp_request *request, int status, const char *type, const char *text);
void answer(struct evhttp_request *request, int status, const char *text);
void answer_json(struct evhttp_request *request, int status, struct json_out *out); /* frees it */
/* Kept back until release(), or until its caller hangs up. false: too many are. */
bool hold(struct evhttp_request *request, int status, const char *text);
void release(void);
unsigned held_count(void);
/* Breaks the connection instead of answering. */
void drop(struct evhttp_request *request);

/* The value of a header; "": absent. */
const char *header(struct evhttp_request *request, const char *name);
/* A copy of the body, which the caller frees. */
char *body_of(struct evhttp_request *request);
uint64_t now_ms(void);

#endif

/* A refund call as an HTTP request, and an HTTP answer as an outcome: the pure translators of
 * overseas-warehouse/payment, given this provider's URL, its secret and JSON. */
#ifndef NODE_OUTBOX_FORM_H
#define NODE_OUTBOX_FORM_H

#include "node/outbox/outbox.h"

#define FORM_HEADERS_MAX  6
#define FORM_TOKEN_BYTES  2048
#define FORM_HEADER_BYTES (FORM_TOKEN_BYTES + 64)
#define FORM_BODY_BYTES   8192 /* a signed form: each byte of a value may take three */

struct form {
    bool post;
    char url[OUTBOX_URL_BYTES + PAYMENT_PATH_BYTES];
    char headers[FORM_HEADERS_MAX][FORM_HEADER_BYTES];
    unsigned headers_count;
    char body[FORM_BODY_BYTES];
    size_t body_size;
    const char *login; /* NULL, or user:password of basic authentication */
};

/* What is to be written, and what an answer is about. */
struct form_task {
    const struct outbox_provider *provider;
    enum call_kind kind;
    const struct refund_call *call;
    const char *token; /* of a provider that wants one; lives during the call */
    const char *next;  /* "": the question's first request; else the path where it goes on */
    uint64_t now_ms;   /* by the wall, where a request says when it was made */
};

enum error form_write(struct form *form, const struct form_task *task) MUST_USE;
/* Fills outcome, provider_ref and reason; an answer that does not read is one too. next: "", or
 * where the question goes on before there is an outcome. */
void form_read(const struct form_task *task, unsigned status, struct span answer,
               struct outbox_result *result, char next[PAYMENT_PATH_BYTES]);

/* A token for calls to come, of a provider that wants one bought (ACCESS_TOKEN). */
enum error form_write_token(struct form *form, const struct outbox_provider *provider) MUST_USE;
/* false: the answer brought none. seconds: so long it holds. */
bool form_read_token(unsigned status, struct span answer, char token[FORM_TOKEN_BYTES],
                     uint64_t *seconds);

#endif

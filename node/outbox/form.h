/* A refund call as an HTTP request, and an HTTP answer as an outcome: the pure translators of
 * overseas-warehouse/payment, given this provider's URL and secret. */
#ifndef NODE_OUTBOX_FORM_H
#define NODE_OUTBOX_FORM_H

#include "node/outbox/outbox.h"

#define FORM_HEADERS_MAX  6
#define FORM_HEADER_BYTES 512
#define FORM_BODY_BYTES   PAYMENT_BODY_BYTES

struct form {
    bool post;
    char url[OUTBOX_URL_BYTES + PAYMENT_PATH_BYTES];
    char headers[FORM_HEADERS_MAX][FORM_HEADER_BYTES];
    unsigned headers_count;
    char body[FORM_BODY_BYTES];
    size_t body_size;
};

enum error form_write(struct form *form, const struct outbox_provider *provider,
                      enum call_kind kind, const struct refund_call *call) MUST_USE;
/* Fills outcome, provider_ref and reason; an answer that does not read is one too. */
void form_read(const struct outbox_provider *provider, enum call_kind kind,
               const struct refund_call *call, unsigned status, struct span answer,
               struct outbox_result *result);

#endif

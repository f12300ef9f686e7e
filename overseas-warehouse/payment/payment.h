/* Translators of payment providers (DESIGN §7): a refund call as a request, and what the provider
 * said as an outcome. Pure: texts into the caller's buffers, no sockets, no JSON. The shell adds
 * the base URL and the secret, makes the call and takes the answer's members apart.
 *
 * The one rule behind every row: OUTCOME_FAILED and OUTCOME_ABSENT are said only where it is
 * certain that this key has not paid; where that is not certain it is OUTCOME_NO_WORD, and the core
 * asks again, or OUTCOME_CANNOT_ASK, and a person decides (DESIGN §6, Money). */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_PAYMENT_H
#define OVERSEAS_WAREHOUSE_PAYMENT_PAYMENT_H

#include "overseas-warehouse/business.h"

#define PAYMENT_PATH_BYTES 512
#define PAYMENT_BODY_BYTES 1024
#define PAYMENT_LISTED_MAX 100u /* refunds that one answer lists */

struct payment_request {
    bool post;
    char path[PAYMENT_PATH_BYTES]; /* with its query; begins with a slash */
    char body[PAYMENT_BODY_BYTES]; /* form-encoded; "": none */
    bool keyed;                    /* bears the call's key as Idempotency-Key */
};

/* One refund as the provider shows it; texts lie in the answer. */
struct payment_refund {
    struct span id, status, payment, slot;
    struct span currency; /* three letters of either case; empty: not said */
    int64_t amount;       /* in the provider's own units */
};

/* An answer, taken apart. */
struct payment_answer {
    unsigned status;        /* of HTTP */
    bool readable;          /* the body was JSON of the form that is expected */
    struct span error_type; /* of an error's body; empty: none */
    struct payment_refund refunds[PAYMENT_LISTED_MAX]; /* the one, or those listed */
    size_t count;
    bool more; /* the list goes on */
};

struct payment_result {
    enum refund_outcome outcome;
    struct span provider_ref;
    const char *reason; /* "", or a constant of the translator */
};

struct payment_provider {
    const char *name; /* as payments and the configuration name it */
    /* false: the call does not fit, which its limits rule out. */
    bool (*write_send)(const struct refund_call *call, struct payment_request *to);
    bool (*write_ask)(const struct refund_call *call, struct payment_request *to);
    void (*read_sent)(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result);
    void (*read_asked)(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result);
};
extern const struct payment_provider payment_stripe;
/* NULL: there is no translator of this name. */
const struct payment_provider *payment_by_name(struct span name);

#endif

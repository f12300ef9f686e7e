/* Translators of payment providers (DESIGN §7): a refund call as a request, and what the provider
 * said as an outcome. Pure: texts into the caller's buffers, no sockets; JSON is walked through a
 * port, since reading it allocates. The shell adds the base URL and the secret and makes the call.
 *
 * The one rule behind every row: OUTCOME_FAILED and OUTCOME_ABSENT are said only where it is
 * certain that this key has not paid; where that is not certain it is OUTCOME_NO_WORD, and the core
 * asks again, or OUTCOME_CANNOT_ASK, and a person decides (DESIGN §6, Money). */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_PAYMENT_H
#define OVERSEAS_WAREHOUSE_PAYMENT_PAYMENT_H

#include "overseas-warehouse/business.h"

#define PAYMENT_PATH_BYTES    512
#define PAYMENT_BODY_BYTES    1024
#define PAYMENT_METHOD_BYTES  48
#define PAYMENT_LISTED_MAX    100u /* refunds that one answer lists */
#define PAYMENT_ASKS_MAX      2u   /* requests that one question takes at most */
#define PAYMENT_SEND_WINDOW_S 3600u

/* --- what a provider can do ------------------------------------------------------------------- */

enum payment_encoding {
    ENCODING_FORM,   /* application/x-www-form-urlencoded */
    ENCODING_JSON,   /* application/json */
    ENCODING_GATEWAY /* one path, parameters signed by the shell, the body's JSON as one of them */
};

enum payment_access {
    ACCESS_BEARER,  /* the secret as it is: Authorization: Bearer SECRET */
    ACCESS_TOKEN,   /* the secret buys a token that lives for hours, and that is the bearer's */
    ACCESS_API_KEY, /* the secret as it is: X-API-Key: SECRET */
    ACCESS_SIGNED   /* the secret is a private key, which signs each request */
};

/* What the slot machine obeys (node/core/effects.c, node/outbox): never more than the provider
 * promises. Printed in the README. */
struct payment_capability {
    uint32_t key_ttl_s;   /* how long it remembers an idempotency key, at least */
    bool asked;           /* refunds can be asked for by reference */
    bool tells;           /* what became of a refund comes by webhook only */
    bool named;           /* the account's name is a part of each request */
    bool keeps_errors;    /* a repeat of a key is answered the first answer, an error too */
    uint32_t refunds_max; /* of one payment; 0: no number is documented */
    uint32_t window_days; /* from the capture to the last refund; 0: it depends */
    enum payment_encoding encoding;
    enum payment_access access;
    const char *key_header;   /* that bears the key; "": the body does */
    const char *extra_header; /* "", or one more line of every request */
    const char *token_path;   /* of ACCESS_TOKEN */
    const char *units;        /* in what it counts, in words for the README */
};

/* How long after an intent a call may leave without asking first (DESIGN §6): half of the shorter
 * of what the provider promises and what the site's figure says (0: none), one hour at most. */
uint64_t payment_send_window_ms(const struct payment_capability *can, uint64_t key_ttl_s);

/* --- requests --------------------------------------------------------------------------------- */

struct payment_request {
    bool post;
    bool keyed;                        /* bears the call's key in the provider's header */
    char path[PAYMENT_PATH_BYTES];     /* with its query; begins with a slash */
    char body[PAYMENT_BODY_BYTES];     /* "": none */
    char method[PAYMENT_METHOD_BYTES]; /* of a gateway: which of its calls; else "" */
};

/* --- answers ---------------------------------------------------------------------------------- */

/* JSON that was parsed by whoever may allocate (proto/json.h fills it as it stands). Each takes
 * NULL and the wrong type and answers "absent". */
struct json;
struct payment_tree {
    const struct json *(*get)(const struct json *object, const char *key);
    const struct json *(*at)(const struct json *array, size_t index);
    size_t (*count)(const struct json *array);
    struct span (*text)(const struct json *value);
    bool (*is_object)(const struct json *value);
    bool (*is_array)(const struct json *value);
    bool (*integer)(const struct json *value, int64_t *out);
    bool (*boolean)(const struct json *value, bool *out);
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
    struct span issue;      /* the error more closely, where the provider says so */
    struct payment_refund refunds[PAYMENT_LISTED_MAX]; /* the one, or those listed */
    size_t count;
    bool listed;      /* refunds are listed, and not only said where */
    bool more;        /* the list goes on */
    struct span next; /* where the refunds are listed: the question goes on there */
};

struct payment_result {
    enum refund_outcome outcome;
    struct span provider_ref;
    const char *reason; /* "", or a constant of the translator */
    /* "", or what is to be asked for before there is an outcome: a path to GET. */
    char next[PAYMENT_PATH_BYTES];
};

/* How money is moved in one direction: the requests, and what their answers mean. */
struct payment_calls {
    /* account: how the provider calls the merchant's account, where it wants that said. false: the
     * call does not fit, which its limits rule out, or its amount is none that can be said. */
    bool (*write_send)(const struct refund_call *call, const char *account,
                       struct payment_request *to);
    bool (*write_ask)(const struct refund_call *call, const char *account,
                      struct payment_request *to); /* NULL: it cannot be asked */
    /* The parts of an answer of either question; sets `readable` when it is of the form that this
     * question wants: a list without our slot lets money move a second time, so nothing but a list
     * may pass for one. */
    void (*take)(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to);
    void (*read_sent)(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result);
    void (*read_asked)(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result);
};

struct payment_webhook; /* webhook.h */
struct text;            /* text.h */
struct payment_provider {
    const char *name; /* as payments and the configuration name it */
    struct payment_capability can;
    struct payment_calls refunds;
    /* Of ACCESS_SIGNED, else NULL. signature NULL: what is to be signed; else the form that bears
     * it, in base64. */
    bool (*write_signed)(const struct payment_request *request, const char *account,
                         uint64_t now_ms, const char *signature, struct text *to);
    /* What is signed of an answer, and by what; false: the answer has not that form. */
    bool (*proved_part)(const struct payment_request *request, struct span answer,
                        struct span *message, struct span *signature);
    /* Of a buyer who is not there, under the mandate of the call. NULL: it charges nobody again,
     * and a loss stays one. */
    const struct payment_calls *charging;
    const struct payment_webhook *webhook; /* what it tells of its own accord; NULL: nothing */
};
extern const struct payment_provider payment_stripe, payment_paypal, payment_adyen, payment_alipay;

/* All of them, in the order in which the configuration names them. */
extern const struct payment_provider *const payment_providers[];
extern const size_t payment_providers_count;
/* NULL: there is no translator of this name. */
const struct payment_provider *payment_by_name(struct span name);
/* Of the direction in which the call's money goes. NULL: this provider charges nobody. */
const struct payment_calls *payment_calls_of(const struct payment_provider *provider,
                                             const struct refund_call *call);
/* The capabilities as a table of the README, line by line. */
void payment_print(void *world, void (*put)(void *world, const char *line));

#endif

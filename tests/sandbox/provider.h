/* What the shapes of the sandbox share: one ledger, one list of faults, answers. Each shape is
 * how one provider's requests and answers look; what it pays and does wrong is the same for all. */
#ifndef TESTS_SANDBOX_PROVIDER_H
#define TESTS_SANDBOX_PROVIDER_H

#include <event2/http.h>

#include "tests/sandbox/ledger.h"

/* How a provider answers a request to pay. */
struct manner {
    int status_paid;
    bool keeps_errors; /* a repeat of a key is answered a 500 again */
    void (*error)(struct evhttp_request *request, int status, const char *message);
    void (*refuse)(struct evhttp_request *request);
    void (*put)(struct json_out *out, const struct ledger_refund *refund);
};

extern struct ledger ledger;

void answer_json(struct evhttp_request *request, int status, struct json_out *out);
/* The value of a header; "": absent. */
const char *header(struct evhttp_request *request, const char *name);
/* A copy of the body, which the caller frees. */
char *body_of(struct evhttp_request *request);
uint64_t now_ms(void);
/* Pays, and does wrong what is next. call: its place in the log. */
void pay(struct evhttp_request *request, const struct manner *manner, const char *body,
         struct ledger_refund *refund, unsigned call);
/* Is the next question to be answered 503? */
bool question_fails(void);

/* Stripe's shape: stripe.c; PayPal's: paypal.c. The latter returns false for a path that is none of
 * its own. */
void stripe_take(struct evhttp_request *request, void *world);
bool paypal_take(struct evhttp_request *request);
void paypal_forget_tokens(void);

#endif

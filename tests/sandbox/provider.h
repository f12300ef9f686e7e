/* What the shapes of the sandbox share: one ledger, one list of faults, answers. Each shape is
 * how one provider's requests and answers look; what it pays and does wrong is the same for all. */
#ifndef TESTS_SANDBOX_PROVIDER_H
#define TESTS_SANDBOX_PROVIDER_H

#include "tests/sandbox/ledger.h"
#include "tests/sandbox/serve.h"

/* How a provider answers a request to pay. */
struct manner {
    int status_paid;
    bool keeps_errors; /* a repeat of a key is answered a 500 again */
    void (*error)(struct evhttp_request *request, int status, const char *message);
    void (*refuse)(struct evhttp_request *request);
    void (*put)(struct json_out *out, const struct ledger_refund *refund);
};

extern struct ledger ledger;

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

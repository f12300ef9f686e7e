/* What the files of the buyer share. */
#ifndef NODE_CARRIERS_BUYER_INSIDE_H
#define NODE_CARRIERS_BUYER_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "carriers/labelling.h"
#include "node/carriers/buyer.h"
#include "node/carriers/values.h"
#include "node/carriers/wire.h"

#define BUYER_TOKEN_BYTES 4097u
#define BUYER_NAME_BYTES  257u
#define BUYER_URL_BYTES   2049u
#define BUYER_CALL_BYTES  (128u * 1024)

/* What stands between a call and its result, one request after the other. */
enum step {
    STEP_TOKEN,
    STEP_PAYMENT, /* a second token, bought with the first */
    STEP_LOOK_UP, /* also before what is sent once more: what was made then is bought now */
    STEP_OFFERS,
    STEP_BUY, /* the one that buys */
    STEP_TAKE_BACK,
    STEP_DOCUMENT, /* from here on it is sold, and whatever fails costs a file at most */
    STEP_ASK_QR,
    STEP_QR
};
#define STEP_HAS_SOLD(step) ((step) >= STEP_DOCUMENT)

enum purchase_state { PURCHASE_FREE, PURCHASE_QUEUED, PURCHASE_UNDER_WAY, PURCHASE_ENDED };

struct seller;

struct purchase {
    /* Whoever finds it FREE (under the lock) fills it and makes it QUEUED; from there to FREE again
     * it is the thread's. */
    atomic_int state;
    uint64_t order, queued_ms, begun_ms;
    enum call_kind kind;
    struct label_call wish;
    struct seller *seller; /* NULL: no such account */
    struct wire *wire;
    enum step step, after_token;
    bool token_again; /* a 401 was answered with a new token once */
    char prepared[BUYER_NAME_BYTES], rate[BUYER_NAME_BYTES];
    char rate_seller[BUYER_NAME_BYTES], rate_service[BUYER_NAME_BYTES];
    char document_url[BUYER_URL_BYTES], qr_url[BUYER_URL_BYTES];
    struct label_result result;
};

struct seller { /* an account */
    struct asker_account is;
    char token[BUYER_TOKEN_BYTES];
    uint64_t token_until_ms;
    char payment[BUYER_TOKEN_BYTES]; /* likewise */
    uint64_t payment_until_ms;
};

struct buyer {
    struct buyer_options options;
    struct seller sellers[ASKER_ACCOUNTS_MAX];
    size_t sellers_count;
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock;
    atomic_bool stopping;
    atomic_ullong finish_by_ms; /* 0: nobody waits for the end */
    pthread_cond_t finished;    /* under the lock: has_finished */
    bool has_finished;
    uint64_t next_order;
    unsigned under_way;
    /* Of the thread: labels that the latest call gave up before anything was to be bought. */
    struct id unsent[BUYER_CALLS_MAX];
    unsigned next_unsent;
    char memory[BUYER_CALL_BYTES]; /* of the request being written */
    struct purchase purchases[BUYER_CALLS_MAX];
};

/* buyer_calls.c: the purchase goes on, with its first or its next request. */
void purchase_begin(struct buyer *buyer, struct purchase *purchase);
void purchase_answer(struct buyer *buyer, struct purchase *purchase, CURLcode code);
/* Nothing that buys has left in this call. */
void purchase_unsent(struct buyer *buyer, const struct purchase *purchase);
void purchase_end(struct purchase *purchase, enum refund_outcome outcome, const char *reason);

#endif

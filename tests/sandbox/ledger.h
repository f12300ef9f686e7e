/* What a payment provider knows: the refunds it paid, the new charges it made, the keys it
 * remembers, and what was asked of it, each in the order in which it happened. Plain memory, one
 * thread. Nothing that a caller of the provider does takes anything out of the ledger again. */
#ifndef TESTS_SANDBOX_LEDGER_H
#define TESTS_SANDBOX_LEDGER_H

#include "proto/json.h"

#define LEDGER_TEXT_BYTES   256u
#define LEDGER_ENTRIES_MAX  65536u
#define LEDGER_METADATA_MAX 8u

struct ledger_pair {
    char name[64], value[LEDGER_TEXT_BYTES];
};

struct ledger_refund {
    unsigned number; /* from 1; its id is re_sandbox_NUMBER, of a charge pi_sandbox_NUMBER */
    char payment[LEDGER_TEXT_BYTES];
    char key[LEDGER_TEXT_BYTES]; /* "": the caller gave none */
    int64_t amount_minor;
    struct ledger_pair metadata[LEDGER_METADATA_MAX];
    unsigned metadata_count;
    uint64_t at_ms;
    bool pending;     /* paid, and not done yet */
    char currency[4]; /* "": not shown */
    /* The other way round: the buyer is charged, and payment is the stored means of it. */
    bool charge;
    char buyer[LEDGER_TEXT_BYTES];
};

struct ledger_key {
    char key[LEDGER_TEXT_BYTES];
    char *request; /* the body it came with first */
    int status;    /* of the answer that a repeat gets */
    char *answer;
    bool forgotten;
};

struct ledger_call {
    char method[8], path[LEDGER_TEXT_BYTES], key[LEDGER_TEXT_BYTES];
    char outcome[32]; /* "paid", "held", "replayed", "listed", ... */
};

struct ledger {
    struct ledger_refund *refunds;
    struct ledger_key *keys;
    struct ledger_call *calls;
    unsigned refunds_count, keys_count, calls_count;
};

void ledger_free(struct ledger *ledger);
/* Copies *refund into the ledger and gives it its number; NULL: no room. */
const struct ledger_refund *ledger_pay(struct ledger *ledger, const struct ledger_refund *refund);
/* What was pending is done. */
void ledger_finish(struct ledger *ledger);
/* NULL: not known, or forgotten. */
const struct ledger_key *ledger_find_key(const struct ledger *ledger, const char *key);
void ledger_remember(struct ledger *ledger, const char *key, const char *request, int status,
                     const char *answer);
void ledger_forget_keys(struct ledger *ledger);
/* The answer to a call can still change its outcome: the place in calls. */
unsigned ledger_note(struct ledger *ledger, const char *method, const char *path, const char *key,
                     const char *outcome);
void ledger_outcome(struct ledger *ledger, unsigned call, const char *outcome);

/* One refund as the provider shows it, as a member of `out` or an item of its list. */
void ledger_put_refund(struct json_out *out, const struct ledger_refund *refund);
/* {"count":N,"total_minor":N,"refunds":[...]}, charges among them and taken off the sum; and
 * {"calls":[...]} */
void ledger_put_all(struct json_out *out, const struct ledger *ledger);
void ledger_put_calls(struct json_out *out, const struct ledger *ledger);
/* The settlement report: CSV, a line for each refund and none for charges; the caller frees it. A
 * payment of which no currency is known was one in euros. */
char *ledger_report(const struct ledger *ledger);

#endif

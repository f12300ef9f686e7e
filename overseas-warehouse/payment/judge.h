/* What the refunds that a provider shows mean for one call: the same for every provider once its
 * words and its units are known. Pure. */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_JUDGE_H
#define OVERSEAS_WAREHOUSE_PAYMENT_JUDGE_H

#include "overseas-warehouse/payment/payment.h"
#include "proto/money.h"

/* A currency in which a provider counts otherwise than ISO 4217: its unit is so many of ours
 * (times), or so many of its are one of ours (parts). */
struct judge_unit {
    char letters[4];
    int64_t times, parts;
};
/* The call's amount in whole units; false: it is no whole number of them. */
bool judge_amount(const struct judge_unit *units, size_t count, const struct refund_call *call,
                  int64_t *amount);

/* Back: whole minor units of ISO 4217, or -1. */
int64_t judge_minor(const struct judge_unit *units, size_t count, const struct currency *currency,
                    int64_t amount);

struct judge {
    /* The call's amount in the provider's units; false: it is none of them. */
    bool (*amount_of)(const struct refund_call *call, int64_t *amount);
    /* OUTCOME_NO_WORD: a status that is not known. */
    enum refund_outcome (*outcome_of)(const struct payment_refund *refund);
};

void judge_conclude(struct payment_result *result, enum refund_outcome outcome, const char *reason);
/* An answer to a send: refused for good, or not one that says what became of it, or taken. */
void judge_answered(const struct judge *judge, bool refused, bool taken,
                    const struct refund_call *call, const struct payment_answer *answer,
                    struct payment_result *result);
/* The one refund of an answer to a send that was taken: is it ours, and what became of it? */
void judge_sent(const struct judge *judge, const struct refund_call *call,
                const struct payment_answer *answer, struct payment_result *result);
/* A list of refunds: ours is in it, or it is absent, or the list does not tell. */
void judge_listed(const struct judge *judge, const struct refund_call *call,
                  const struct payment_answer *answer, struct payment_result *result);

#endif

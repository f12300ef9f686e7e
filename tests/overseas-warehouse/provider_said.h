/* What a provider said, as JSON, read by its translator: for the tests of the translators. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_PROVIDER_SAID_H
#define TESTS_OVERSEAS_WAREHOUSE_PROVIDER_SAID_H

#include "overseas-warehouse/payment/payment.h"

enum said_to { SAID_TO_SEND, SAID_TO_ASK };

/* What it meant; texts are copied. */
struct said {
    enum refund_outcome outcome;
    char provider_ref[128], reason[128], next[PAYMENT_PATH_BYTES];
};

/* A call of 19.90 euros of the payment CAP1 under the key KEY0. */
struct refund_call said_call(const char *provider);
extern const struct payment_tree said_tree;
struct said said_read(const struct payment_provider *provider, enum said_to to,
                      const struct refund_call *call, unsigned status, const char *json);
/* The same, held against the outcome that is expected. */
void said_expect(const struct payment_provider *provider, enum said_to to, unsigned status,
                 const char *json, enum refund_outcome outcome);

/* What a message of its own accord tells, unproved: the last of its words; how many there are. */
struct told_word {
    enum refund_outcome outcome;
    uint64_t how, made_ms, currency;
    int64_t amount_minor;
    bool charge;
    char key[64], reference[128], payment[128];
};
unsigned said_words(const struct payment_provider *provider, const char *account, const char *json,
                    struct told_word *last);

#endif

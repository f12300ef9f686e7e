/* New charges under a stored mandate (../README.md, "A new charge"): the other direction of the
 * translators that can, and what these share with the refunds of the same provider. */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_CHARGES_H
#define OVERSEAS_WAREHOUSE_PAYMENT_CHARGES_H

#include "overseas-warehouse/payment/payment.h"

extern const struct payment_calls charging_stripe, charging_adyen;

/* The call's amount in the provider's units; false: it is none of them. */
bool stripe_amount_of(const struct refund_call *call, int64_t *amount);
bool adyen_amount_of(const struct refund_call *call, int64_t *amount);
/* What both of Adyen's requests begin with: account, amount and our reference, in an object that is
 * left open. false: the amount cannot be said. */
struct text;
bool adyen_put_head(struct text *body, const char *account, const struct refund_call *call);
/* What a refund and a payment have in common there. false: it is no such object, or its amount is
 * no whole number. */
bool stripe_take_object(const struct payment_tree *tree, const struct json *from,
                        struct payment_refund *to);
typedef bool stripe_take(const struct payment_tree *tree, const struct json *from,
                         const struct refund_call *call, struct payment_refund *to);
/* A list of them, each taken so. */
bool stripe_take_list(const struct payment_tree *tree, const struct json *root,
                      const struct refund_call *call, stripe_take *take_one,
                      struct payment_answer *answer);
/* OUTCOME_NO_WORD: a state that says nothing of the money. */
enum refund_outcome stripe_charge_outcome(struct span status);
/* Could it be the key of one of our calls? Shops put their own order numbers where ours stands. */
bool charge_key_is_ours(struct span key);

#endif

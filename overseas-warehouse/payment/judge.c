#include "overseas-warehouse/payment/judge.h"

#include "overseas-warehouse/payment/text.h"

void judge_conclude(struct payment_result *result, enum refund_outcome outcome, const char *reason)
{
    result->outcome = outcome;
    result->reason = reason;
}

bool judge_amount(const struct judge_unit *units, size_t count, const struct refund_call *call,
                  int64_t *amount)
{
    const struct currency *currency = currency_by_numeric(call->currency);
    *amount = call->amount_minor;
    for (size_t i = 0; currency != NULL && i < count; i++) {
        if (memcmp(units[i].letters, currency->letters, 3) != 0) continue;
        if (*amount % units[i].times != 0) return false;
        *amount /= units[i].times;
        return !__builtin_mul_overflow(*amount, units[i].parts, amount);
    }
    return true;
}

int64_t judge_minor(const struct judge_unit *units, size_t count, const struct currency *currency,
                    int64_t amount)
{
    for (size_t i = 0; currency != NULL && i < count; i++) {
        if (memcmp(units[i].letters, currency->letters, 3) != 0) continue;
        if (amount % units[i].parts != 0) return -1;
        amount /= units[i].parts;
        if (__builtin_mul_overflow(amount, units[i].times, &amount)) return -1;
    }
    return currency != NULL && amount >= 0 && amount <= MONEY_MINOR_MAX ? amount : -1;
}

static bool same_letters(struct span said, const char letters[4])
{
    if (said.size != 3) return false;
    for (size_t i = 0; i < 3; i++) {
        uint8_t c = said.at[i];
        if ((c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c) != (uint8_t)letters[i])
            return false;
    }
    return true;
}

/* Is it the money that was to move? A provider knows in which currency the payment was made; an
 * order that says another one is wrong, and a person must see to it. */
static bool is_the_amount(const struct judge *judge, const struct refund_call *call,
                          const struct payment_refund *refund)
{
    int64_t amount;
    const struct currency *currency = currency_by_numeric(call->currency);
    if (!judge->amount_of(call, &amount) || refund->amount != amount) return false;
    return refund->currency.size == 0 ||
           (currency != NULL && same_letters(refund->currency, currency->letters));
}

static void take(const struct judge *judge, const struct payment_refund *refund,
                 struct payment_result *result)
{
    result->provider_ref = refund->id;
    judge_conclude(result, judge->outcome_of(refund), "");
    if (result->outcome == OUTCOME_NO_WORD) result->reason = "a refund in a state that is new";
}

void judge_sent(const struct judge *judge, const struct refund_call *call,
                const struct payment_answer *answer, struct payment_result *result)
{
    const struct payment_refund *refund = &answer->refunds[0];
    if (!answer->readable || answer->count != 1)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that says what became of it");
    else if (!span_says(refund->slot, call->key) || !span_says(refund->payment, call->payment_ref))
        judge_conclude(result, OUTCOME_NO_WORD, "the answer is about another refund");
    else if (!is_the_amount(judge, call, refund))
        judge_conclude(result, OUTCOME_NO_WORD, "the answer names another amount");
    else
        take(judge, refund, result);
}

void judge_answered(const struct judge *judge, bool refused, bool taken,
                    const struct refund_call *call, const struct payment_answer *answer,
                    struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    if (refused)
        judge_conclude(result, OUTCOME_FAILED, "refused by the provider");
    else if (!taken)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that says what became of it");
    else
        judge_sent(judge, call, answer, result);
}

/* A list with refunds of other payments answers another question: it shows nothing of ours. */
static bool is_of_payment(const struct refund_call *call, const struct payment_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (!span_says(answer->refunds[i].payment, call->payment_ref)) return false;
    return true;
}

/* Of several refunds of this slot the best counts: a failed one may stand beside one that paid. */
static const struct payment_refund *find(const struct judge *judge, const struct refund_call *call,
                                         const struct payment_answer *answer)
{
    const struct payment_refund *found = NULL;
    for (size_t i = 0; i < answer->count; i++) {
        const struct payment_refund *refund = &answer->refunds[i];
        if (!span_says(refund->slot, call->key)) continue;
        if (found == NULL || judge->outcome_of(found) == OUTCOME_FAILED ||
            judge->outcome_of(refund) == OUTCOME_PAID)
            found = refund;
    }
    return found;
}

/* A key that was forgotten too early: the buyer has the money twice, and a person must hear of it.
 */
static bool is_paid_twice(const struct judge *judge, const struct refund_call *call,
                          const struct payment_answer *answer)
{
    unsigned paid = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (span_says(answer->refunds[i].slot, call->key) &&
            judge->outcome_of(&answer->refunds[i]) == OUTCOME_PAID)
            paid++;
    return paid > 1;
}

/* A person said that an earlier try was not paid, and the provider shows that it was, or will be.
 */
static bool was_paid_before(const struct judge *judge, const struct refund_call *call,
                            const struct payment_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        enum refund_outcome outcome = judge->outcome_of(&answer->refunds[i]);
        if (outcome != OUTCOME_PAID && outcome != OUTCOME_PENDING) continue;
        for (uint32_t j = 0; j < call->former_count; j++)
            if (span_says(answer->refunds[i].slot, call->former[j])) return true;
    }
    return false;
}

void judge_listed(const struct judge *judge, const struct refund_call *call,
                  const struct payment_answer *answer, struct payment_result *result)
{
    const struct payment_refund *found = find(judge, call, answer);
    if (!answer->readable || !is_of_payment(call, answer))
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that lists the refunds");
    else if (found != NULL && !is_the_amount(judge, call, found))
        judge_conclude(result, OUTCOME_CANNOT_ASK,
                       "the provider has this slot with another amount");
    else if (found != NULL)
        take(judge, found, result);
    else if (was_paid_before(judge, call, answer))
        judge_conclude(result, OUTCOME_CANNOT_ASK, "an earlier try of it was paid after all");
    else if (answer->more)
        judge_conclude(result, OUTCOME_CANNOT_ASK,
                       "more refunds of this payment than one answer lists");
    else
        judge_conclude(result, OUTCOME_ABSENT, "");
    if (result->outcome == OUTCOME_PAID && is_paid_twice(judge, call, answer))
        result->reason = "the provider shows it paid more than once";
}

/* Stripe's refunds: POST /v1/refunds with a form, GET /v1/refunds?payment_intent= to ask. The
 * slot's key goes along twice: as Idempotency-Key, which the provider forgets after a day or so,
 * and as metadata, by which a refund is found for as long as there is a ledger. */
#include "overseas-warehouse/payment/payment.h"
#include "proto/money.h"

#define PATH    "/v1/refunds"
#define SLOT    "metadata[entrepot_slot]"
#define LISTED  "100" /* PAYMENT_LISTED_MAX, as text */
#define HTTP_OK 200u

/* --- amounts --------------------------------------------------------------------------------- */

/* Stripe counts in the minor units of ISO 4217, but for these: it writes hundredths of the krona
 * and of Uganda's shilling, which have none any more, and whole ariary, which have. */
static const struct {
    char letters[4];
    int64_t times, parts; /* its unit is so many of ours, or so many of its are one of ours */
} other_units[] = {{"ISK", 1, 100}, {"UGX", 1, 100}, {"MGA", 100, 1}};

/* false: the amount is no whole number of its units. */
static bool amount_of(const struct refund_call *call, int64_t *amount)
{
    const struct currency *currency = currency_by_numeric(call->currency);
    *amount = call->amount_minor;
    for (size_t i = 0; currency != NULL && i < sizeof other_units / sizeof other_units[0]; i++) {
        if (memcmp(other_units[i].letters, currency->letters, 3) != 0) continue;
        if (*amount % other_units[i].times != 0) return false;
        *amount /= other_units[i].times;
        return !__builtin_mul_overflow(*amount, other_units[i].parts, amount);
    }
    return true;
}

/* --- requests -------------------------------------------------------------------------------- */

/* A text that grows in a buffer of the caller; remembers that something did not fit. */
struct text {
    char *at;
    size_t used, room;
    bool over;
};

static struct text text_in(char *at, size_t room)
{
    at[0] = '\0';
    return (struct text){.at = at, .room = room};
}

static void put_char(struct text *text, char c)
{
    if (text->used + 1 >= text->room) {
        text->over = true;
        return;
    }
    text->at[text->used++] = c;
    text->at[text->used] = '\0';
}

static void put(struct text *text, const char *words)
{
    for (; *words != '\0'; words++) put_char(text, *words);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

static void put_escaped(struct text *text, const char *words)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *words != '\0'; words++) {
        unsigned char c = (unsigned char)*words;
        if (is_plain(*words)) {
            put_char(text, *words);
            continue;
        }
        put_char(text, '%');
        put_char(text, digits[c >> 4]);
        put_char(text, digits[c & 15]);
    }
}

static void put_amount(struct text *text, int64_t amount)
{
    char digits[20];
    unsigned count = 0;
    for (uint64_t left = (uint64_t)amount; left > 0 || count == 0; left /= 10)
        digits[count++] = (char)('0' + left % 10);
    while (count > 0) put_char(text, digits[--count]);
}

static bool write_send(const struct refund_call *call, struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    int64_t amount;
    if (!amount_of(call, &amount) || amount <= 0) return false;
    put(&path, PATH);
    put(&body, "payment_intent=");
    put_escaped(&body, call->payment_ref);
    put(&body, "&amount=");
    put_amount(&body, amount);
    put(&body, "&");
    put_escaped(&body, SLOT);
    put(&body, "=");
    put_escaped(&body, call->key);
    to->post = to->keyed = true;
    return !path.over && !body.over;
}

static bool write_ask(const struct refund_call *call, struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    put(&path, PATH "?limit=" LISTED "&payment_intent=");
    put_escaped(&path, call->payment_ref);
    to->body[0] = '\0';
    to->post = to->keyed = false;
    return !path.over;
}

/* --- answers --------------------------------------------------------------------------------- */

static bool says(struct span said, const char *word)
{
    size_t size = 0;
    while (word[size] != '\0') size++;
    return said.size == size && memcmp(said.at, word, size) == 0;
}

static void conclude(struct payment_result *result, enum refund_outcome outcome, const char *reason)
{
    result->outcome = outcome;
    result->reason = reason;
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
static bool is_the_amount(const struct refund_call *call, const struct payment_refund *refund)
{
    int64_t amount;
    const struct currency *currency = currency_by_numeric(call->currency);
    if (!amount_of(call, &amount) || refund->amount != amount) return false;
    return refund->currency.size == 0 ||
           (currency != NULL && same_letters(refund->currency, currency->letters));
}

static enum refund_outcome outcome_of(const struct payment_refund *refund)
{
    if (says(refund->status, "succeeded")) return OUTCOME_PAID;
    if (says(refund->status, "pending") || says(refund->status, "requires_action"))
        return OUTCOME_PENDING;
    if (says(refund->status, "failed") || says(refund->status, "canceled")) return OUTCOME_FAILED;
    return OUTCOME_NO_WORD;
}

static void take(const struct payment_refund *refund, struct payment_result *result)
{
    result->provider_ref = refund->id;
    conclude(result, outcome_of(refund), "");
    if (result->outcome == OUTCOME_NO_WORD) result->reason = "a refund in a state that is new";
}

/* A refusal that the very same request will get again. 401, 403, 409 and 429 are none: the secret,
 * another try under way, or too many of them; nor is what stands under the key for another body. */
static bool is_refusal(const struct payment_answer *answer)
{
    bool judged = answer->status == 400 || answer->status == 402 || answer->status == 404;
    return judged && says(answer->error_type, "invalid_request_error");
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    if (is_refusal(answer))
        conclude(result, OUTCOME_FAILED, "refused by the provider");
    else if (answer->status != HTTP_OK || !answer->readable || answer->count != 1)
        conclude(result, OUTCOME_NO_WORD, "no answer that says what became of it");
    else if (!says(answer->refunds[0].slot, call->key) ||
             !says(answer->refunds[0].payment, call->payment_ref))
        conclude(result, OUTCOME_NO_WORD, "the answer is about another refund");
    else if (!is_the_amount(call, &answer->refunds[0]))
        conclude(result, OUTCOME_NO_WORD, "the answer names another amount");
    else
        take(&answer->refunds[0], result);
}

/* A list with refunds of other payments answers another question: it shows nothing of ours. */
static bool is_of_payment(const struct refund_call *call, const struct payment_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (!says(answer->refunds[i].payment, call->payment_ref)) return false;
    return true;
}

/* Of several refunds of this slot the best counts: a failed one may stand beside one that paid. */
static const struct payment_refund *find(const struct refund_call *call,
                                         const struct payment_answer *answer)
{
    const struct payment_refund *found = NULL;
    for (size_t i = 0; i < answer->count; i++) {
        const struct payment_refund *refund = &answer->refunds[i];
        if (!says(refund->slot, call->key)) continue;
        if (found == NULL || outcome_of(found) == OUTCOME_FAILED ||
            outcome_of(refund) == OUTCOME_PAID)
            found = refund;
    }
    return found;
}

/* A key that was forgotten too early: the buyer has the money twice, and a person must hear of it.
 */
static bool is_paid_twice(const struct refund_call *call, const struct payment_answer *answer)
{
    unsigned paid = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (says(answer->refunds[i].slot, call->key) &&
            outcome_of(&answer->refunds[i]) == OUTCOME_PAID)
            paid++;
    return paid > 1;
}

/* A person said that an earlier try was not paid, and the provider shows that it was, or will be.
 */
static bool was_paid_before(const struct refund_call *call, const struct payment_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        enum refund_outcome outcome = outcome_of(&answer->refunds[i]);
        if (outcome != OUTCOME_PAID && outcome != OUTCOME_PENDING) continue;
        for (uint32_t j = 0; j < call->former_count; j++)
            if (says(answer->refunds[i].slot, call->former[j])) return true;
    }
    return false;
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    const struct payment_refund *found = find(call, answer);
    bool listed = answer->status == HTTP_OK && answer->readable && is_of_payment(call, answer);
    if (answer->status == 400 || answer->status == 404)
        conclude(result, OUTCOME_CANNOT_ASK, "the provider does not know the payment");
    else if (!listed)
        conclude(result, OUTCOME_NO_WORD, "no answer that lists the refunds");
    else if (found != NULL && !is_the_amount(call, found))
        conclude(result, OUTCOME_CANNOT_ASK, "the provider has this slot with another amount");
    else if (found != NULL)
        take(found, result);
    else if (was_paid_before(call, answer))
        conclude(result, OUTCOME_CANNOT_ASK, "an earlier try of it was paid after all");
    else if (answer->more)
        conclude(result, OUTCOME_CANNOT_ASK, "more refunds of this payment than one answer lists");
    else
        conclude(result, OUTCOME_ABSENT, "");
    if (result->outcome == OUTCOME_PAID && is_paid_twice(call, answer))
        result->reason = "the provider shows it paid more than once";
}

const struct payment_provider payment_stripe = {"stripe", write_send, write_ask, read_sent,
                                                read_asked};

static const struct payment_provider *const providers[] = {&payment_stripe};

const struct payment_provider *payment_by_name(struct span name)
{
    for (size_t i = 0; i < sizeof providers / sizeof providers[0]; i++)
        if (says(name, providers[i]->name)) return providers[i];
    return NULL;
}

/* Stripe's refunds: POST /v1/refunds with a form, GET /v1/refunds?payment_intent= to ask. The
 * slot's key goes along twice: as Idempotency-Key, which the provider forgets after a day or so,
 * and as metadata, by which a refund is found for as long as there is a ledger. */
#include "overseas-warehouse/payment/charges.h"
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"
#include "overseas-warehouse/payment/webhook.h"
#include "proto/digits.h"

#define PATH         "/v1/refunds"
#define SLOT         "metadata[entrepot_slot]"
#define LISTED       "100" /* PAYMENT_LISTED_MAX, as text */
#define HTTP_OK      200u
#define TOLERANCE_MS (UINT64_C(5) * 60 * 1000) /* of a webhook's clock */

/* --- amounts --------------------------------------------------------------------------------- */

/* Stripe counts in the minor units of ISO 4217, but for these: it writes hundredths of the krona
 * and of Uganda's shilling, which have none any more, and whole ariary, which have. */
static const struct judge_unit units[] = {{"ISK", 1, 100}, {"UGX", 1, 100}, {"MGA", 100, 1}};

bool stripe_amount_of(const struct refund_call *call, int64_t *amount)
{
    return judge_amount(units, sizeof units / sizeof units[0], call, amount);
}

/* --- requests -------------------------------------------------------------------------------- */

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    int64_t amount;
    (void)account;
    if (!stripe_amount_of(call, &amount) || amount <= 0) return false;
    text_put(&path, PATH);
    text_put(&body, "payment_intent=");
    text_put_escaped(&body, call->payment_ref);
    text_put(&body, "&amount=");
    text_put_number(&body, amount);
    text_put(&body, "&");
    text_put_escaped(&body, SLOT);
    text_put(&body, "=");
    text_put_escaped(&body, call->key);
    to->post = to->keyed = true;
    return !path.over && !body.over;
}

static bool write_ask(const struct refund_call *call, const char *account,
                      struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    (void)account;
    text_put(&path, PATH "?limit=" LISTED "&payment_intent=");
    text_put_escaped(&path, call->payment_ref);
    to->body[0] = '\0';
    to->post = to->keyed = false;
    return !path.over;
}

/* --- answers --------------------------------------------------------------------------------- */

bool stripe_take_object(const struct payment_tree *tree, const struct json *from,
                        struct payment_refund *to)
{
    to->id = tree->text(tree->get(from, "id"));
    to->status = tree->text(tree->get(from, "status"));
    to->currency = tree->text(tree->get(from, "currency"));
    to->slot = tree->text(tree->get(tree->get(from, "metadata"), "entrepot_slot"));
    return tree->is_object(from) && to->id.size > 0 && to->status.size > 0 &&
           tree->integer(tree->get(from, "amount"), &to->amount);
}

/* false: it is no refund, or one whose amount is no whole number. */
static bool take_refund(const struct payment_tree *tree, const struct json *from,
                        const struct refund_call *call, struct payment_refund *to)
{
    (void)call;
    to->payment = tree->text(tree->get(from, "payment_intent"));
    return stripe_take_object(tree, from, to);
}

bool stripe_take_list(const struct payment_tree *tree, const struct json *root,
                      const struct refund_call *call, stripe_take *take_one,
                      struct payment_answer *answer)
{
    const struct json *data = tree->get(root, "data");
    /* Without a word about more, or with more than fits, the list is not known to be whole. */
    answer->more = true;
    (void)tree->boolean(tree->get(root, "has_more"), &answer->more);
    size_t count = tree->count(data);
    if (count > PAYMENT_LISTED_MAX) answer->more = true;
    for (size_t i = 0; i < count && i < PAYMENT_LISTED_MAX; i++)
        if (!take_one(tree, tree->at(data, i), call, &answer->refunds[answer->count++]))
            return false;
    return tree->is_array(data);
}

static void take(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to)
{
    const struct json *error = tree->get(root, "error");
    to->error_type = tree->text(tree->get(error, "type"));
    if (asked)
        to->readable = stripe_take_list(tree, root, call, take_refund, to);
    else if (tree->is_object(error))
        to->readable = true;
    else {
        to->readable = take_refund(tree, root, call, &to->refunds[0]);
        to->count = to->readable ? 1 : 0;
    }
}

static enum refund_outcome outcome_of(const struct payment_refund *refund)
{
    if (span_says(refund->status, "succeeded")) return OUTCOME_PAID;
    if (span_says(refund->status, "pending") || span_says(refund->status, "requires_action"))
        return OUTCOME_PENDING;
    if (span_says(refund->status, "failed") || span_says(refund->status, "canceled"))
        return OUTCOME_FAILED;
    return OUTCOME_NO_WORD;
}

static const struct judge judge = {stripe_amount_of, outcome_of};

/* A refusal that the very same request will get again. 401, 403, 409 and 429 are none: the secret,
 * another try under way, or too many of them; nor is what stands under the key for another body. */
static bool is_refusal(const struct payment_answer *answer)
{
    bool judged = answer->status == 400 || answer->status == 402 || answer->status == 404;
    return judged && span_says(answer->error_type, "invalid_request_error");
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    bool taken = answer->status == HTTP_OK;
    judge_answered(&judge, is_refusal(answer), taken, call, answer, result);
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    if (answer->status == 400 || answer->status == 404)
        judge_conclude(result, OUTCOME_CANNOT_ASK, "the provider does not know the payment");
    else if (answer->status != HTTP_OK)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that lists the refunds");
    else
        judge_listed(&judge, call, answer, result);
}

/* --- what it tells of its own accord -----------------------------------------------------------
 */

/* The next part of "t=1700000000,v1=abc,v0=def", as name and value. */
static bool next_part(struct span *rest, struct span *name, struct span *value)
{
    size_t size = 0, mark = 0;
    if (rest->size == 0) return false;
    while (size < rest->size && rest->at[size] != ',') size++;
    while (mark < size && rest->at[mark] != '=') mark++;
    *name = span_of(rest->at, mark);
    *value = mark < size ? span_of(rest->at + mark + 1, size - mark - 1) : span_of("", 0);
    size_t step = size < rest->size ? size + 1 : size;
    *rest = span_of(rest->at + step, rest->size - step);
    return true;
}

static bool is_recent(const struct payment_push *push, struct span seconds)
{
    uint64_t told_s;
    if (!webhook_number(seconds, &told_s) || told_s > UINT64_MAX / 1000) return false;
    uint64_t told_ms = told_s * 1000;
    uint64_t apart = told_ms > push->now_ms ? told_ms - push->now_ms : push->now_ms - told_ms;
    return apart <= TOLERANCE_MS;
}

/* HMAC-SHA256 over "TIME.BODY"; of several signatures (a secret that is being changed) one will do.
 */
static bool prove(const struct payment_push *push)
{
    struct span rest = push->header(push->world, "stripe-signature"), name, value;
    struct span at = span_of("", 0), parts = rest;
    while (next_part(&parts, &name, &value))
        if (span_says(name, "t")) at = value;
    if (!is_recent(push, at)) return false;
    memcpy(push->room, at.at, at.size);
    push->room[at.size] = '.';
    if (push->body.size > 0) memcpy(push->room + at.size + 1, push->body.at, push->body.size);
    struct span message = span_of(push->room, at.size + 1 + push->body.size);
    bool proved = false;
    while (next_part(&rest, &name, &value)) {
        struct hash mac;
        if (!span_says(name, "v1") || !digits_hex(value, mac.bytes, sizeof mac.bytes)) continue;
        if (webhook_is_mac(push, message, &mac)) proved = true;
    }
    return proved;
}

static const struct currency *currency_of(struct span letters)
{
    uint8_t capital[3];
    if (letters.size != sizeof capital) return NULL;
    for (size_t i = 0; i < sizeof capital; i++)
        capital[i] = letters.at[i] >= 'a' && letters.at[i] <= 'z'
                         ? (uint8_t)(letters.at[i] - 'a' + 'A')
                         : letters.at[i];
    return currency_by_letters(span_of(capital, sizeof capital));
}

/* What became of the money: an inquiry moves none, and while it is one nothing is told. */
static uint64_t dispute_how(struct span status)
{
    static const char *const gone[] = {"needs_response", "under_review", "lost"};
    if (span_says(status, "won")) return ELSEWHERE_CHARGEBACK_WON;
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        if (span_says(status, gone[i])) return ELSEWHERE_CHARGEBACK;
    return 0;
}

static bool read_dispute(const struct payment_push *push, const struct json *object,
                         struct payment_word *word)
{
    const struct payment_tree *tree = push->tree;
    const struct currency *currency = currency_of(tree->text(tree->get(object, "currency")));
    int64_t amount = -1;
    word->provider_ref = tree->text(tree->get(object, "id"));
    word->payment = tree->text(tree->get(object, "payment_intent"));
    word->outcome = OUTCOME_PAID;
    word->how = dispute_how(tree->text(tree->get(object, "status")));
    word->made_ms = webhook_seconds(push, tree->get(object, "created"));
    if (!tree->integer(tree->get(object, "amount"), &amount)) return false;
    word->amount_minor = judge_minor(units, sizeof units / sizeof units[0], currency, amount);
    word->currency = currency != NULL ? currency->numeric : 0;
    if (word->provider_ref.size == 0) return false;
    if (word->how != 0) push->word(push->world, word);
    return true;
}

/* An event shows the payment as it stood when it was made, and one that has just begun stands there
 * as one that was declined does. So only those count that say by their name what became of it. */
static enum refund_outcome charge_outcome(const struct payment_push *push, struct span status)
{
    static const struct {
        const char *type;
        enum refund_outcome outcome;
    } ends[] = {{"payment_intent.succeeded", OUTCOME_PAID},
                {"payment_intent.processing", OUTCOME_PENDING},
                {"payment_intent.payment_failed", OUTCOME_FAILED},
                {"payment_intent.canceled", OUTCOME_FAILED}};
    struct span type = push->tree->text(push->tree->get(push->root, "type"));
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (span_says(type, ends[i].type) && stripe_charge_outcome(status) == ends[i].outcome)
            return ends[i].outcome;
    return OUTCOME_NO_WORD;
}

/* A payment that bears our key is a new charge; of all the others nothing is told. */
static bool read_charge(const struct payment_push *push, const struct json *object,
                        struct payment_word *word)
{
    const struct payment_tree *tree = push->tree;
    const struct currency *currency = currency_of(tree->text(tree->get(object, "currency")));
    int64_t amount = -1;
    word->key = tree->text(tree->get(tree->get(object, "metadata"), "entrepot_slot"));
    if (!charge_key_is_ours(word->key)) return true;
    word->charge = true;
    word->provider_ref = tree->text(tree->get(object, "id"));
    word->outcome = charge_outcome(push, tree->text(tree->get(object, "status")));
    word->made_ms = webhook_seconds(push, tree->get(object, "created"));
    if (word->provider_ref.size == 0 || !tree->integer(tree->get(object, "amount"), &amount))
        return false;
    word->amount_minor = judge_minor(units, sizeof units / sizeof units[0], currency, amount);
    word->currency = currency != NULL ? currency->numeric : 0;
    if (word->outcome != OUTCOME_NO_WORD) push->word(push->world, word);
    return true;
}

/* An event whose object is a refund, a dispute or a payment; others are none of ours. */
static bool read_event(const struct payment_push *push)
{
    const struct payment_tree *tree = push->tree;
    const struct json *object = tree->get(tree->get(push->root, "data"), "object");
    struct payment_refund refund;
    struct payment_word word = {.event = tree->text(tree->get(push->root, "id"))};
    if (word.event.size == 0 || !tree->is_object(object)) return false;
    struct span kind = tree->text(tree->get(object, "object"));
    if (span_says(kind, "dispute")) return read_dispute(push, object, &word);
    if (span_says(kind, "payment_intent")) return read_charge(push, object, &word);
    if (!span_says(kind, "refund")) return true;
    if (!take_refund(tree, object, NULL, &refund)) return false;
    const struct currency *currency = currency_of(refund.currency);
    word.key = refund.slot;
    word.provider_ref = refund.id;
    word.payment = refund.payment;
    word.outcome = outcome_of(&refund);
    word.made_ms = webhook_seconds(push, tree->get(object, "created"));
    word.amount_minor = judge_minor(units, sizeof units / sizeof units[0], currency, refund.amount);
    word.currency = currency != NULL ? currency->numeric : 0;
    if (word.outcome != OUTCOME_NO_WORD) push->word(push->world, &word);
    return true;
}

const struct payment_webhook webhook_stripe = {
    .by = PROOF_SECRET, .taken = "", .prove = prove, .read = read_event};

const struct payment_provider payment_stripe = {
    .name = "stripe",
    .can = {.key_ttl_s = 24 * 3600,
            .asked = true,
            .keeps_errors = true,
            .encoding = ENCODING_FORM,
            .access = ACCESS_BEARER,
            .key_header = "Idempotency-Key",
            .extra_header = "",
            .token_path = "",
            .units = "whole minor units; ISK and UGX in hundredths, MGA in whole ariary"},
    .refunds = {.write_send = write_send,
                .write_ask = write_ask,
                .take = take,
                .read_sent = read_sent,
                .read_asked = read_asked},
    .charging = &charging_stripe,
    .webhook = &webhook_stripe,
};

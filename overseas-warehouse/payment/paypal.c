/* PayPal: POST /v2/payments/captures/ID/refund to pay. No call lists the refunds of a capture: the
 * question reads the capture first, which names its order, and then the order, which lists the
 * refunds. The slot's key goes with a refund in three places: as PayPal-Request-Id, by which a
 * repeat is recognised for weeks; as custom_id, by which the refund is found for as long as there
 * is a ledger; and as invoice_id, of which PayPal takes no second refund. */
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"
#include "overseas-warehouse/payment/webhook.h"
#include "proto/time.h"

#define CAPTURES     "/v2/payments/captures/"
#define ORDERS       "/v2/checkout/orders/"
#define HTTP_OK      200u
#define HTTP_CREATED 201u
#define AHEAD_MS     (UINT64_C(5) * 60 * 1000)
#define BEHIND_MS    (UINT64_C(4) * 24 * 3600 * 1000) /* it goes on trying for three days */

/* --- amounts --------------------------------------------------------------------------------- */

/* PayPal writes decimals of two places, and none for these, two of which have them in ISO 4217. */
static unsigned places_of(const struct currency *currency)
{
    static const char whole[][4] = {"HUF", "JPY", "TWD"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (memcmp(whole[i], currency->letters, 3) == 0) return 0;
    return currency->exponent < 2 ? currency->exponent : 2;
}

/* Its own units are the last place of its decimal. false: the amount is no whole number of them. */
static bool amount_of(const struct refund_call *call, int64_t *amount)
{
    const struct currency *currency = currency_by_numeric(call->currency);
    *amount = call->amount_minor;
    if (currency == NULL) return false;
    for (unsigned i = places_of(currency); i < currency->exponent; i++) {
        if (*amount % 10 != 0) return false;
        *amount /= 10;
    }
    return true;
}

/* "19.90" of a currency, in units of its last place; money_parse refuses what is not exact. */
static bool take_amount(const struct payment_tree *tree, const struct json *from,
                        struct payment_refund *to)
{
    to->currency = tree->text(tree->get(from, "currency_code"));
    const struct currency *currency = currency_by_letters(to->currency);
    struct refund_call call = {.amount_minor = 0};
    struct span value = tree->text(tree->get(from, "value"));
    if (currency == NULL || money_parse(value, currency, &call.amount_minor) != OK) return false;
    call.currency = currency->numeric;
    return amount_of(&call, &to->amount);
}

/* --- requests -------------------------------------------------------------------------------- */

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    const struct currency *currency = currency_by_numeric(call->currency);
    int64_t amount;
    (void)account;
    if (!amount_of(call, &amount) || amount <= 0) return false;
    text_put(&path, CAPTURES);
    text_put_escaped(&path, call->payment_ref);
    text_put(&path, "/refund");
    text_put(&body, "{\"amount\":{\"value\":\"");
    text_put_decimal(&body, amount, places_of(currency));
    text_put(&body, "\",\"currency_code\":\"");
    text_put(&body, currency->letters);
    text_put(&body, "\"},\"custom_id\":");
    text_put_quoted(&body, call->key);
    text_put(&body, ",\"invoice_id\":");
    text_put_quoted(&body, call->key);
    text_put(&body, "}");
    to->post = to->keyed = true;
    return !path.over && !body.over;
}

static bool write_ask(const struct refund_call *call, const char *account,
                      struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    (void)account;
    text_put(&path, CAPTURES);
    text_put_escaped(&path, call->payment_ref);
    to->body[0] = '\0';
    to->post = to->keyed = false;
    return !path.over;
}

/* --- answers, taken apart -------------------------------------------------------------------- */

/* What stands behind `part` at the end of the link of that relation; empty: there is none. */
static struct span linked(const struct payment_tree *tree, const struct json *from,
                          const char *part)
{
    const struct json *links = tree->get(from, "links");
    struct span wanted = span_text(part);
    for (size_t i = 0; i < tree->count(links); i++) {
        const struct json *link = tree->at(links, i);
        struct span href = tree->text(tree->get(link, "href"));
        if (!span_says(tree->text(tree->get(link, "rel")), "up")) continue;
        for (size_t at = 0; at + wanted.size <= href.size; at++)
            if (memcmp(href.at + at, wanted.at, wanted.size) == 0)
                return span_of(href.at + at + wanted.size, href.size - at - wanted.size);
    }
    return span_of("", 0);
}

static bool take_refund(const struct payment_tree *tree, const struct json *from,
                        struct payment_refund *to)
{
    to->id = tree->text(tree->get(from, "id"));
    to->status = tree->text(tree->get(from, "status"));
    to->payment = linked(tree, from, CAPTURES);
    to->slot = tree->text(tree->get(from, "custom_id"));
    if (to->slot.size == 0) to->slot = tree->text(tree->get(from, "invoice_id"));
    return tree->is_object(from) && to->id.size > 0 && to->status.size > 0 &&
           take_amount(tree, tree->get(from, "amount"), to);
}

/* The capture, as far as the question needs it: the order that it belongs to. */
static void take_capture(const struct payment_tree *tree, const struct json *root,
                         const struct refund_call *call, struct payment_answer *to)
{
    const struct json *ids = tree->get(tree->get(root, "supplementary_data"), "related_ids");
    to->next = tree->text(tree->get(ids, "order_id"));
    if (to->next.size == 0) to->next = linked(tree, root, ORDERS);
    to->readable = span_says(tree->text(tree->get(root, "id")), call->payment_ref);
}

static bool has_capture(const struct payment_tree *tree, const struct json *payments,
                        const struct refund_call *call)
{
    const struct json *captures = tree->get(payments, "captures");
    for (size_t i = 0; i < tree->count(captures); i++)
        if (span_says(tree->text(tree->get(tree->at(captures, i), "id")), call->payment_ref))
            return true;
    return false;
}

/* Refunds of other captures of the same unit are none of ours and passed over; one that names no
 * capture at all makes the list one that cannot be read. */
static bool take_refunds(const struct payment_tree *tree, const struct json *list,
                         const struct refund_call *call, struct payment_answer *to)
{
    for (size_t i = 0; i < tree->count(list); i++) {
        struct payment_refund *refund = &to->refunds[to->count];
        if (to->count == PAYMENT_LISTED_MAX) to->more = true;
        if (to->more) return true;
        if (!take_refund(tree, tree->at(list, i), refund) || refund->payment.size == 0)
            return false;
        if (span_says(refund->payment, call->payment_ref)) to->count++;
    }
    return true;
}

/* The order lists the capture, and so its refunds: only then is a refund that is not there absent.
 */
static void take_order(const struct payment_tree *tree, const struct json *units,
                       const struct refund_call *call, struct payment_answer *to)
{
    bool sound = true, found = false;
    to->listed = true;
    for (size_t i = 0; i < tree->count(units); i++) {
        const struct json *payments = tree->get(tree->at(units, i), "payments");
        if (!has_capture(tree, payments, call)) continue;
        found = true;
        sound = sound && take_refunds(tree, tree->get(payments, "refunds"), call, to);
    }
    to->readable = found && sound;
}

static void take_error(const struct payment_tree *tree, const struct json *root,
                       struct payment_answer *to)
{
    to->error_type = tree->text(tree->get(root, "name"));
    to->issue = tree->text(tree->get(tree->at(tree->get(root, "details"), 0), "issue"));
    to->readable = true;
}

static void take(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to)
{
    const struct json *units = tree->get(root, "purchase_units");
    if (tree->text(tree->get(root, "name")).size > 0)
        take_error(tree, root, to);
    else if (asked && tree->is_array(units))
        take_order(tree, units, call, to);
    else if (asked)
        take_capture(tree, root, call, to);
    else {
        to->readable = take_refund(tree, root, &to->refunds[0]);
        to->count = to->readable ? 1 : 0;
    }
}

/* --- answers, judged ------------------------------------------------------------------------- */

static enum refund_outcome outcome_of(const struct payment_refund *refund)
{
    if (span_says(refund->status, "COMPLETED")) return OUTCOME_PAID;
    if (span_says(refund->status, "PENDING")) return OUTCOME_PENDING;
    if (span_says(refund->status, "FAILED") || span_says(refund->status, "CANCELLED"))
        return OUTCOME_FAILED;
    return OUTCOME_NO_WORD;
}

static const struct judge judge = {amount_of, outcome_of};

/* Why PayPal does not make a refund, where that leaves no doubt that it made none under this key.
 * A number of an invoice that was used before is none of them: that refund may be ours. Nor is a
 * capture that is pending: it ends, and the refund goes through later. */
static bool is_final_issue(struct span issue)
{
    static const char *const issues[] = {
        "CAPTURE_FULLY_REFUNDED",
        "REFUND_AMOUNT_EXCEEDED",
        "REFUND_TIME_LIMIT_EXCEEDED",
        "REFUND_NOT_ALLOWED",
        "REFUND_CAPTURE_CURRENCY_MISMATCH",
        "REFUND_FAILED_INSUFFICIENT_FUNDS",
        "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
        "CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED",
        "PARTIAL_REFUND_NOT_ALLOWED",
        "MAX_NUMBER_OF_REFUNDS_EXCEEDED",
        "TRANSACTION_REFUSED",
        "INVALID_CURRENCY_CODE",
        "DECIMAL_PRECISION",
        "DECIMALS_NOT_SUPPORTED",
        "CANNOT_BE_ZERO_OR_NEGATIVE",
    };
    for (size_t i = 0; i < sizeof issues / sizeof issues[0]; i++)
        if (span_says(issue, issues[i])) return true;
    return false;
}

static bool is_refusal(const struct payment_answer *answer)
{
    if (answer->status == 400) return span_says(answer->error_type, "INVALID_REQUEST");
    if (answer->status == 404) return span_says(answer->error_type, "RESOURCE_NOT_FOUND");
    return answer->status == 422 && is_final_issue(answer->issue);
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    bool taken = answer->status == HTTP_OK || answer->status == HTTP_CREATED;
    judge_answered(&judge, is_refusal(answer), taken, call, answer, result);
}

/* The first answer names the order, and the question goes on there. */
static void ask_on(const struct payment_answer *answer, struct payment_result *result)
{
    char order[PAYMENT_PATH_BYTES];
    struct text path = text_in(result->next, sizeof result->next);
    span_copy(answer->next, order, sizeof order);
    text_put(&path, ORDERS);
    text_put_escaped(&path, order);
    if (path.over) result->next[0] = '\0';
    judge_conclude(result, OUTCOME_NO_WORD, "the capture's order was not read");
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    bool captured = answer->readable && !answer->listed;
    if (answer->status == 400 || answer->status == 404)
        judge_conclude(result, OUTCOME_CANNOT_ASK, "the provider does not know the payment");
    else if (answer->status != HTTP_OK || answer->error_type.size > 0)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that lists the refunds");
    else if (captured && answer->next.size > 0)
        ask_on(answer, result);
    else if (captured)
        judge_conclude(result, OUTCOME_CANNOT_ASK, "the capture belongs to no order");
    else
        judge_listed(&judge, call, answer, result);
}

/* --- what it tells of its own accord -----------------------------------------------------------
 */

/* CRC-32 as of zlib. PayPal signs this sum of the body, not the body. */
static uint32_t sum_of(struct span body)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < body.size; i++) {
        sum ^= body.at[i];
        for (unsigned bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (UINT32_C(0xedb88320) & (0 - (sum & 1)));
    }
    return ~sum;
}

static bool is_recent(const struct payment_push *push, struct span told)
{
    uint64_t told_ms;
    if (told.size == 0 || time_parse(told, &told_ms) != OK) return false;
    if (told_ms > push->now_ms) return told_ms - push->now_ms <= AHEAD_MS;
    return push->now_ms - told_ms <= BEHIND_MS;
}

static bool put_part(struct text *text, struct span part)
{
    char copy[128];
    if (part.size == 0 || part.size >= sizeof copy) return false;
    span_copy(part, copy, sizeof copy);
    text_put(text, copy);
    text_put(text, "|");
    return true;
}

/* RSA over "id|time|webhook's id|sum of the body". */
static bool prove(const struct payment_push *push)
{
    char message[512];
    struct text text = text_in(message, sizeof message);
    struct span at = push->header(push->world, "paypal-transmission-time");
    struct span signature = push->header(push->world, "paypal-transmission-sig");
    struct span method = push->header(push->world, "paypal-auth-algo");
    bool whole = put_part(&text, push->header(push->world, "paypal-transmission-id")) &&
                 put_part(&text, at) && put_part(&text, span_text(push->account));
    text_put_number(&text, (int64_t)sum_of(push->body));
    if (!whole || text.over || signature.size == 0) return false;
    if (!span_says(method, "SHA256withRSA") || !is_recent(push, at)) return false;
    return push->is_signed(push->world, span_of(message, text.used), signature);
}

/* An inquiry between buyer and seller moves no money; from the claim on it is held, and it is the
 * buyer's or comes back with the outcome. Outcomes that do not say so are a person's to look up. */
static uint64_t dispute_how(const struct payment_tree *tree, const struct json *dispute)
{
    static const char *const moving[] = {"CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION"};
    struct span stage = tree->text(tree->get(dispute, "dispute_life_cycle_stage"));
    struct span outcome =
        tree->text(tree->get(tree->get(dispute, "dispute_outcome"), "outcome_code"));
    bool moves = false;
    for (size_t i = 0; i < sizeof moving / sizeof moving[0]; i++)
        if (span_says(stage, moving[i])) moves = true;
    if (!moves) return 0;
    if (outcome.size == 0 || span_says(outcome, "NONE") ||
        span_says(outcome, "RESOLVED_BUYER_FAVOUR"))
        return ELSEWHERE_CHARGEBACK;
    bool back =
        span_says(outcome, "RESOLVED_SELLER_FAVOUR") || span_says(outcome, "CANCELED_BY_BUYER");
    return back ? ELSEWHERE_CHARGEBACK_WON : 0;
}

static uint64_t moment_of(const struct payment_tree *tree, const struct json *value)
{
    uint64_t unix_ms;
    struct span text = tree->text(value);
    return text.size > 0 && time_parse(text, &unix_ms) == OK ? unix_ms : 0;
}

/* A dispute about several transactions does not say how much is of which. */
static bool read_dispute(const struct payment_push *push, const struct json *dispute,
                         struct payment_word *word)
{
    const struct payment_tree *tree = push->tree;
    const struct json *about = tree->get(dispute, "disputed_transactions");
    const struct json *amount = tree->get(dispute, "dispute_amount");
    const struct currency *currency =
        currency_by_letters(tree->text(tree->get(amount, "currency_code")));
    struct span value = tree->text(tree->get(amount, "value"));
    word->provider_ref = tree->text(tree->get(dispute, "dispute_id"));
    word->payment = tree->text(tree->get(tree->at(about, 0), "seller_transaction_id"));
    word->outcome = OUTCOME_PAID;
    word->how = dispute_how(tree, dispute);
    word->made_ms = moment_of(tree, tree->get(dispute, "create_time"));
    if (word->provider_ref.size == 0) return false;
    if (word->how == 0 || tree->count(about) != 1) return true;
    if (currency == NULL || money_parse(value, currency, &word->amount_minor) != OK) return false;
    word->currency = currency->numeric;
    push->word(push->world, word);
    return true;
}

static bool is_about_a_dispute(struct span type)
{
    return span_says(type, "CUSTOMER.DISPUTE.CREATED") ||
           span_says(type, "CUSTOMER.DISPUTE.UPDATED") ||
           span_says(type, "CUSTOMER.DISPUTE.RESOLVED");
}

static bool read_event(const struct payment_push *push)
{
    const struct payment_tree *tree = push->tree;
    const struct json *resource = tree->get(push->root, "resource");
    struct span type = tree->text(tree->get(push->root, "event_type"));
    struct payment_refund refund;
    struct payment_word word = {.event = tree->text(tree->get(push->root, "id"))};
    if (word.event.size == 0 || !tree->is_object(resource)) return false;
    if (is_about_a_dispute(type)) return read_dispute(push, resource, &word);
    bool told = span_says(type, "PAYMENT.CAPTURE.REFUNDED") ||
                span_says(type, "PAYMENT.REFUND.PENDING") ||
                span_says(type, "PAYMENT.REFUND.FAILED");
    if (!told) return true;
    if (!take_refund(tree, resource, &refund)) return false;
    const struct currency *currency = currency_by_letters(refund.currency);
    struct span value = tree->text(tree->get(tree->get(resource, "amount"), "value"));
    if (currency == NULL || money_parse(value, currency, &word.amount_minor) != OK) return false;
    word.key = refund.slot;
    word.provider_ref = refund.id;
    word.payment = refund.payment;
    word.outcome = outcome_of(&refund);
    word.currency = currency->numeric;
    word.made_ms = moment_of(tree, tree->get(resource, "create_time"));
    if (word.outcome != OUTCOME_NO_WORD) push->word(push->world, &word);
    return true;
}

const struct payment_webhook webhook_paypal = {
    .by = PROOF_PUBLIC_KEY, .named = true, .taken = "", .prove = prove, .read = read_event};

const struct payment_provider payment_paypal = {
    .name = "paypal",
    .can = {.key_ttl_s = 6 * 3600,
            .asked = true,
            .window_days = 180,
            .encoding = ENCODING_JSON,
            .access = ACCESS_TOKEN,
            .key_header = "PayPal-Request-Id",
            .extra_header = "Prefer: return=representation",
            .token_path = "/v1/oauth2/token",
            .units = "decimals of two places; HUF, JPY and TWD without any"},
    .refunds = {.write_send = write_send,
                .write_ask = write_ask,
                .take = take,
                .read_sent = read_sent,
                .read_asked = read_asked},
    .webhook = &webhook_paypal,
};

/* Adyen's refunds: POST /payments/ID/refunds says only that the wish was received; what becomes of
 * it comes by webhook, hours or days later, and nobody can ask. The slot's key goes along twice: as
 * Idempotency-Key, under which a repeat is answered the first answer, and as reference, which the
 * webhook brings back. */
#include "overseas-warehouse/payment/charges.h"
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"
#include "overseas-warehouse/payment/webhook.h"
#include "proto/digits.h"

#define HTTP_CREATED 201u

/* Adyen counts in the minor units of ISO 4217, but for these. */
static const struct judge_unit units[] = {
    {"CLP", 1, 100}, {"CVE", 100, 1}, {"IDR", 100, 1}, {"ISK", 1, 100}};

bool adyen_amount_of(const struct refund_call *call, int64_t *amount)
{
    return judge_amount(units, sizeof units / sizeof units[0], call, amount);
}

bool adyen_put_head(struct text *body, const char *account, const struct refund_call *call)
{
    const struct currency *currency = currency_by_numeric(call->currency);
    int64_t amount;
    if (currency == NULL || !adyen_amount_of(call, &amount) || amount <= 0) return false;
    text_put(body, "{\"merchantAccount\":");
    text_put_quoted(body, account);
    text_put(body, ",\"amount\":{\"value\":");
    text_put_number(body, amount);
    text_put(body, ",\"currency\":\"");
    text_put(body, currency->letters);
    text_put(body, "\"},\"reference\":");
    text_put_quoted(body, call->key);
    return true;
}

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    text_put(&path, "/payments/");
    text_put_escaped(&path, call->payment_ref);
    text_put(&path, "/refunds");
    if (!adyen_put_head(&body, account, call)) return false;
    text_put(&body, "}");
    to->post = to->keyed = true;
    return !path.over && !body.over;
}

static void take(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to)
{
    struct payment_refund *refund = &to->refunds[0];
    const struct json *amount = tree->get(root, "amount");
    (void)call;
    to->error_type = tree->text(tree->get(root, "errorType"));
    to->issue = tree->text(tree->get(root, "errorCode"));
    refund->id = tree->text(tree->get(root, "pspReference"));
    refund->status = tree->text(tree->get(root, "status"));
    refund->payment = tree->text(tree->get(root, "paymentPspReference"));
    refund->slot = tree->text(tree->get(root, "reference"));
    refund->currency = tree->text(tree->get(amount, "currency"));
    to->readable = !asked && refund->id.size > 0 && refund->status.size > 0 &&
                   tree->integer(tree->get(amount, "value"), &refund->amount);
    to->count = to->readable ? 1 : 0;
}

static enum refund_outcome outcome_of(const struct payment_refund *refund)
{
    return span_says(refund->status, "received") ? OUTCOME_PENDING : OUTCOME_NO_WORD;
}

static const struct judge judge = {adyen_amount_of, outcome_of};

/* What is wrong with the request itself, and will be the next time: the amount, its currency, the
 * payment. Any other word (another try that is under way, a service that is down) leaves it open.
 */
static bool is_refusal(const struct payment_answer *answer)
{
    static const char *const codes[] = {"137", "138", "167"};
    bool judged = answer->status == 400 || answer->status == 422;
    for (size_t i = 0; judged && i < sizeof codes / sizeof codes[0]; i++)
        if (span_says(answer->error_type, "validation") && span_says(answer->issue, codes[i]))
            return true;
    return false;
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    bool taken = answer->status == HTTP_CREATED;
    judge_answered(&judge, is_refusal(answer), taken, call, answer, result);
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    (void)call;
    (void)answer;
    *result = (struct payment_result){.outcome = OUTCOME_CANNOT_ASK,
                                      .reason = "this provider cannot be asked"};
}

/* --- what it tells of its own accord -----------------------------------------------------------
 */

static void put_span(struct text *text, struct span part)
{
    for (size_t i = 0; i < part.size; i++) {
        char one[2] = {(char)part.at[i], '\0'};
        text_put(text, one);
    }
}

/* HMAC-SHA256 over the fields that count, with colons between them. */
static bool is_proved(const struct payment_push *push, const struct json *item)
{
    static const char *const before[] = {"pspReference", "originalReference", "merchantAccountCode",
                                         "merchantReference"};
    const struct payment_tree *tree = push->tree;
    const struct json *amount = tree->get(item, "amount");
    struct span sign = tree->text(tree->get(tree->get(item, "additionalData"), "hmacSignature"));
    struct text text = text_in((char *)push->room, WEBHOOK_ROOM_BYTES);
    struct hash mac;
    int64_t value;
    if (!digits_base64(sign, &mac) || !tree->integer(tree->get(amount, "value"), &value))
        return false;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        put_span(&text, tree->text(tree->get(item, before[i])));
        text_put(&text, ":");
    }
    if (value < 0) return false;
    text_put_number(&text, value);
    text_put(&text, ":");
    put_span(&text, tree->text(tree->get(amount, "currency")));
    text_put(&text, ":");
    put_span(&text, tree->text(tree->get(item, "eventCode")));
    text_put(&text, ":");
    put_span(&text, tree->text(tree->get(item, "success")));
    return !text.over && webhook_is_mac(push, span_of(push->room, text.used), &mac);
}

static const struct json *item_at(const struct payment_push *push, size_t i)
{
    const struct json *items = push->tree->get(push->root, "notificationItems");
    return push->tree->get(push->tree->at(items, i), "NotificationRequestItem");
}

/* All of a message's items are proved, or none is believed. */
static bool prove(const struct payment_push *push)
{
    size_t count = push->tree->count(push->tree->get(push->root, "notificationItems"));
    if (count == 0 || count > WEBHOOK_WORDS_MAX) return false;
    for (size_t i = 0; i < count; i++)
        if (!is_proved(push, item_at(push, i))) return false;
    return true;
}

/* OUTCOME_NO_WORD: about something else. A refund that was carried out may still fail at the bank.
 */
static enum refund_outcome told_outcome(struct span code, struct span success)
{
    bool done = span_says(success, "true");
    if (span_says(code, "REFUND")) return done ? OUTCOME_PAID : OUTCOME_FAILED;
    bool back = span_says(code, "REFUND_FAILED") || span_says(code, "REFUNDED_REVERSED");
    return back && done ? OUTCOME_FAILED : OUTCOME_NO_WORD;
}

/* Of a dispute: CHARGEBACK takes the money and CHARGEBACK_REVERSED gives it back. The second one of
 * a payment goes by a reference of its own, since the first one may have been given back. */
static uint64_t told_how(struct span code, struct span success)
{
    if (!span_says(success, "true")) return 0;
    if (span_says(code, "CHARGEBACK") || span_says(code, "SECOND_CHARGEBACK"))
        return ELSEWHERE_CHARGEBACK;
    return span_says(code, "CHARGEBACK_REVERSED") ? ELSEWHERE_CHARGEBACK_WON : 0;
}

static enum refund_outcome charge_outcome(struct span success)
{
    if (span_says(success, "true")) return OUTCOME_PAID;
    return span_says(success, "false") ? OUTCOME_FAILED : OUTCOME_NO_WORD;
}

static void read_item(const struct payment_push *push, const struct json *item)
{
    const struct payment_tree *tree = push->tree;
    const struct json *amount = tree->get(item, "amount");
    struct span code = tree->text(tree->get(item, "eventCode"));
    struct span account = tree->text(tree->get(item, "merchantAccountCode"));
    char event[160];
    struct text name = text_in(event, sizeof event);
    char second[PROVIDER_REF_BYTES_MAX];
    struct text reference = text_in(second, sizeof second);
    const struct currency *currency =
        currency_by_letters(tree->text(tree->get(amount, "currency")));
    int64_t value = -1;
    struct payment_word word = {.key = tree->text(tree->get(item, "merchantReference")),
                                .provider_ref = tree->text(tree->get(item, "pspReference")),
                                .payment = tree->text(tree->get(item, "originalReference")),
                                .outcome =
                                    told_outcome(code, tree->text(tree->get(item, "success"))),
                                .how = told_how(code, tree->text(tree->get(item, "success")))};
    /* The shop's own payments are told of by the same code, under its order numbers. */
    word.charge = span_says(code, "AUTHORISATION") && charge_key_is_ours(word.key);
    if (word.charge) word.outcome = charge_outcome(tree->text(tree->get(item, "success")));
    if (word.how != 0) word.outcome = OUTCOME_PAID;
    if (word.how != 0) word.key = span_of("", 0); /* it is the payment's own reference there */
    if (word.outcome == OUTCOME_NO_WORD || !span_says(account, push->account)) return;
    put_span(&name, code); /* a message has no id of its own: what it says is one */
    text_put(&name, ":");
    put_span(&name, word.provider_ref);
    text_put(&name, word.outcome == OUTCOME_PAID ? ":done" : ":not");
    word.event = span_of(event, name.used);
    if (span_says(code, "SECOND_CHARGEBACK")) {
        put_span(&reference, word.provider_ref);
        text_put(&reference, ":2");
        word.provider_ref = span_of(second, reference.used);
    }
    (void)tree->integer(tree->get(amount, "value"), &value);
    word.amount_minor = judge_minor(units, sizeof units / sizeof units[0], currency, value);
    word.currency = currency != NULL ? currency->numeric : 0;
    if (!name.over && !reference.over && word.provider_ref.size > 0) push->word(push->world, &word);
}

static bool read_items(const struct payment_push *push)
{
    size_t count = push->tree->count(push->tree->get(push->root, "notificationItems"));
    for (size_t i = 0; i < count; i++) read_item(push, item_at(push, i));
    return count > 0;
}

const struct payment_webhook webhook_adyen = {.by = PROOF_HEX_SECRET,
                                              .inside = true,
                                              .taken = "[accepted]",
                                              .prove = prove,
                                              .read = read_items};

const struct payment_provider payment_adyen = {
    .name = "adyen",
    .can = {.key_ttl_s = 7 * 24 * 3600,
            .tells = true,
            .named = true,
            .keeps_errors = true,
            .encoding = ENCODING_JSON,
            .access = ACCESS_API_KEY,
            .key_header = "Idempotency-Key",
            .extra_header = "",
            .token_path = "",
            .units = "whole minor units; CLP and ISK in hundredths, CVE and IDR whole"},
    .refunds = {.write_send = write_send,
                .take = take,
                .read_sent = read_sent,
                .read_asked = read_asked},
    .charging = &charging_adyen,
    .webhook = &webhook_adyen,
};

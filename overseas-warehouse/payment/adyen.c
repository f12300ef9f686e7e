/* Adyen's refunds: POST /payments/ID/refunds says only that the wish was received; what becomes of
 * it comes by webhook, hours or days later, and nobody can ask. The slot's key goes along twice: as
 * Idempotency-Key, under which a repeat is answered the first answer, and as reference, which the
 * webhook brings back. */
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"
#include "proto/money.h"

#define HTTP_CREATED 201u

/* Adyen counts in the minor units of ISO 4217, but for these. */
static const struct judge_unit units[] = {
    {"CLP", 1, 100}, {"CVE", 100, 1}, {"IDR", 100, 1}, {"ISK", 1, 100}};

static bool amount_of(const struct refund_call *call, int64_t *amount)
{
    return judge_amount(units, sizeof units / sizeof units[0], call, amount);
}

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    const struct currency *currency = currency_by_numeric(call->currency);
    int64_t amount;
    if (currency == NULL || !amount_of(call, &amount) || amount <= 0) return false;
    text_put(&path, "/payments/");
    text_put_escaped(&path, call->payment_ref);
    text_put(&path, "/refunds");
    text_put(&body, "{\"merchantAccount\":");
    text_put_quoted(&body, account);
    text_put(&body, ",\"amount\":{\"value\":");
    text_put_number(&body, amount);
    text_put(&body, ",\"currency\":\"");
    text_put(&body, currency->letters);
    text_put(&body, "\"},\"reference\":");
    text_put_quoted(&body, call->key);
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

static const struct judge judge = {amount_of, outcome_of};

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
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    if (is_refusal(answer))
        judge_conclude(result, OUTCOME_FAILED, "refused by the provider");
    else if (answer->status != HTTP_CREATED)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that says what became of it");
    else
        judge_sent(&judge, call, answer, result);
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    (void)call;
    (void)answer;
    *result = (struct payment_result){.outcome = OUTCOME_CANNOT_ASK,
                                      .reason = "this provider cannot be asked"};
}

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
    .write_send = write_send,
    .take = take,
    .read_sent = read_sent,
    .read_asked = read_asked,
};

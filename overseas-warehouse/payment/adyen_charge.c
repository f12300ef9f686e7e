/* Adyen's charges without the buyer: POST /payments with the stored means of payment, as a payment
 * that the merchant begins and whose time and amount follow no plan. The answer says at once
 * whether it was authorised, and so does its webhook; nobody can ask. */
#include "overseas-warehouse/payment/charges.h"
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"

#define HTTP_OK 200u

bool charge_key_is_ours(struct span key)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    if (key.size != REFUND_KEY_CHARS) return false;
    for (size_t i = 0; i < key.size; i++) {
        bool known = false;
        for (size_t j = 0; j < sizeof alphabet - 1; j++)
            known = known || key.at[i] == (uint8_t)alphabet[j];
        if (!known) return false;
    }
    return true;
}

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    if (call->mandate_buyer[0] == '\0' || call->mandate_method[0] == '\0') return false;
    text_put(&path, "/payments");
    if (!adyen_put_head(&body, account, call)) return false;
    text_put(&body, ",\"shopperReference\":");
    text_put_quoted(&body, call->mandate_buyer);
    text_put(&body, ",\"paymentMethod\":{\"type\":\"scheme\",\"storedPaymentMethodId\":");
    text_put_quoted(&body, call->mandate_method);
    text_put(&body, "},\"shopperInteraction\":\"ContAuth\","
                    "\"recurringProcessingModel\":\"UnscheduledCardOnFile\"}");
    to->post = to->keyed = true;
    return !path.over && !body.over;
}

/* The answer names what it was asked for by our reference; its amount is that which was authorised.
 */
static void take(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to)
{
    struct payment_refund *charge = &to->refunds[0];
    const struct json *amount = tree->get(root, "amount");
    to->error_type = tree->text(tree->get(root, "errorType"));
    to->issue = tree->text(tree->get(root, "errorCode"));
    charge->id = tree->text(tree->get(root, "pspReference"));
    charge->status = tree->text(tree->get(root, "resultCode"));
    charge->payment = span_text(call->payment_ref);
    charge->slot = tree->text(tree->get(root, "merchantReference"));
    charge->currency = tree->text(tree->get(amount, "currency"));
    to->readable = !asked && charge->id.size > 0 && charge->status.size > 0 &&
                   tree->integer(tree->get(amount, "value"), &charge->amount);
    to->count = to->readable ? 1 : 0;
}

static enum refund_outcome outcome_of(const struct payment_refund *charge)
{
    if (span_says(charge->status, "Authorised")) return OUTCOME_PAID;
    if (span_says(charge->status, "Received") || span_says(charge->status, "Pending"))
        return OUTCOME_PENDING;
    return OUTCOME_NO_WORD;
}

static const struct judge judge = {adyen_amount_of, outcome_of};

/* Refused by the bank, said under our reference; it need not name an amount. An error on the way is
 * none: the bank may have taken it. */
static bool is_declined(const struct refund_call *call, const struct payment_answer *answer)
{
    const struct payment_refund *charge = &answer->refunds[0];
    bool refused = span_says(charge->status, "Refused") || span_says(charge->status, "Cancelled");
    return answer->status == HTTP_OK && refused && span_says(charge->slot, call->key);
}

/* What is wrong with the request itself, and will be the next time. */
static bool is_refusal(const struct payment_answer *answer)
{
    bool judged = answer->status == 400 || answer->status == 422;
    return judged && span_says(answer->error_type, "validation") &&
           (span_says(answer->issue, "137") || span_says(answer->issue, "138"));
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    bool declined = is_declined(call, answer);
    judge_answered(&judge, declined || is_refusal(answer), answer->status == HTTP_OK, call, answer,
                   result);
    if (declined) result->reason = "declined";
    if (declined) result->provider_ref = answer->refunds[0].id;
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    (void)call;
    (void)answer;
    *result = (struct payment_result){.outcome = OUTCOME_CANNOT_ASK,
                                      .reason = "this provider cannot be asked"};
}

const struct payment_calls charging_adyen = {
    .write_send = write_send, .take = take, .read_sent = read_sent, .read_asked = read_asked};

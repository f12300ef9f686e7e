/* Stripe's charges without the buyer: POST /v1/payment_intents, confirmed at once and off session,
 * with the mandate's customer and means of payment; GET /v1/payment_intents?customer= to ask. Its
 * search by metadata knows a payment only after a while, so that "not found" there would say
 * nothing: the list of the customer is whole as soon as there is a payment. */
#include "overseas-warehouse/payment/charges.h"
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"

#define PATH    "/v1/payment_intents"
#define SLOT    "metadata[entrepot_slot]"
#define OF      "metadata[entrepot_of]"
#define LISTED  "100" /* PAYMENT_LISTED_MAX, as text */
#define HTTP_OK 200u

static void put_field(struct text *body, const char *name, const char *value)
{
    if (body->used > 0) text_put(body, "&");
    text_put_escaped(body, name);
    text_put(body, "=");
    text_put_escaped(body, value);
}

/* Stripe writes letters in lower case. */
static bool put_currency(struct text *body, uint64_t numeric)
{
    const struct currency *currency = currency_by_numeric(numeric);
    char letters[4] = {0};
    if (currency == NULL) return false;
    for (size_t i = 0; i < 3; i++) letters[i] = (char)(currency->letters[i] | 0x20);
    put_field(body, "currency", letters);
    return true;
}

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    struct text body = text_in(to->body, sizeof to->body);
    int64_t amount;
    (void)account;
    if (!stripe_amount_of(call, &amount) || amount <= 0) return false;
    if (call->mandate_buyer[0] == '\0' || call->mandate_method[0] == '\0') return false;
    text_put(&path, PATH);
    text_put(&body, "amount=");
    text_put_number(&body, amount);
    if (!put_currency(&body, call->currency)) return false;
    put_field(&body, "customer", call->mandate_buyer);
    put_field(&body, "payment_method", call->mandate_method);
    put_field(&body, "off_session", "true");
    put_field(&body, "confirm", "true");
    /* Without these it asks for an address to which the buyer, who is not there, would be sent. */
    put_field(&body, "automatic_payment_methods[enabled]", "true");
    put_field(&body, "automatic_payment_methods[allow_redirects]", "never");
    put_field(&body, SLOT, call->key);
    put_field(&body, OF, call->payment_ref);
    to->post = to->keyed = true;
    return !path.over && !body.over;
}

static bool write_ask(const struct refund_call *call, const char *account,
                      struct payment_request *to)
{
    struct text path = text_in(to->path, sizeof to->path);
    (void)account;
    text_put(&path, PATH "?limit=" LISTED "&customer=");
    text_put_escaped(&path, call->mandate_buyer);
    to->body[0] = '\0';
    to->post = to->keyed = false;
    return !path.over && call->mandate_buyer[0] != '\0';
}

/* --- answers --------------------------------------------------------------------------------- */

/* What is charged to the mandate's buyer is of the call's payment: a charge is a payment of its own
 * there, and names no other. false: it is no payment, or its amount is no whole number. */
static bool take_intent(const struct payment_tree *tree, const struct json *from,
                        const struct refund_call *call, struct payment_refund *to)
{
    struct span customer = tree->text(tree->get(from, "customer"));
    bool of_buyer = span_says(customer, call->mandate_buyer);
    to->payment = of_buyer ? span_text(call->payment_ref) : customer;
    return stripe_take_object(tree, from, to);
}

/* An error may show the payment that it is about: what that says counts too. */
static bool take_error(const struct payment_tree *tree, const struct json *error,
                       const struct refund_call *call, struct payment_answer *to)
{
    const struct json *intent = tree->get(error, "payment_intent");
    to->count = tree->is_object(intent) ? 1 : 0;
    return to->count == 0 || take_intent(tree, intent, call, &to->refunds[0]);
}

static void take(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to)
{
    const struct json *error = tree->get(root, "error");
    to->error_type = tree->text(tree->get(error, "type"));
    if (asked) {
        to->readable = stripe_take_list(tree, root, call, take_intent, to);
    } else if (tree->is_object(error)) {
        to->readable = take_error(tree, error, call, to);
    } else {
        to->readable = take_intent(tree, root, call, &to->refunds[0]);
        to->count = to->readable ? 1 : 0;
    }
}

/* One that was declined waits for another means of payment, which nobody gives it any more. What
 * waits for the buyer's own act may still be paid: that says nothing. */
enum refund_outcome stripe_charge_outcome(struct span status)
{
    if (span_says(status, "succeeded")) return OUTCOME_PAID;
    if (span_says(status, "processing")) return OUTCOME_PENDING;
    if (span_says(status, "requires_payment_method") || span_says(status, "canceled"))
        return OUTCOME_FAILED;
    return OUTCOME_NO_WORD;
}

static enum refund_outcome outcome_of(const struct payment_refund *intent)
{
    return stripe_charge_outcome(intent->status);
}

static const struct judge judge = {stripe_amount_of, outcome_of};

/* Declined by the buyer's bank, which may want the buyer himself; or what the very same request
 * will be told again. An error about a payment that may have taken the money is neither. */
static bool is_refusal(const struct refund_call *call, const struct payment_answer *answer)
{
    const struct payment_refund *shown = answer->count > 0 ? &answer->refunds[0] : NULL;
    if (!answer->readable) return false;
    if (shown != NULL &&
        (outcome_of(shown) != OUTCOME_FAILED || !span_says(shown->slot, call->key)))
        return false;
    if (answer->status == 402) return span_says(answer->error_type, "card_error");
    bool judged = answer->status == 400 || answer->status == 404;
    return judged && span_says(answer->error_type, "invalid_request_error");
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    bool refused = is_refusal(call, answer);
    judge_answered(&judge, refused, answer->status == HTTP_OK, call, answer, result);
    if (refused) result->reason = answer->status == 402 ? "declined" : "refused by the provider";
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    if (answer->status == 400 || answer->status == 404)
        judge_conclude(result, OUTCOME_CANNOT_ASK, "the provider does not know the buyer");
    else if (answer->status != HTTP_OK)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that lists the payments");
    else
        judge_listed(&judge, call, answer, result);
}

const struct payment_calls charging_stripe = {.write_send = write_send,
                                              .write_ask = write_ask,
                                              .take = take,
                                              .read_sent = read_sent,
                                              .read_asked = read_asked};

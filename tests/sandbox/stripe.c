/* Stripe's refunds and its charges of a buyer who is not there, as the sandbox speaks them:
 *
 *     POST /v1/refunds              form-encoded: payment_intent, amount, metadata[...]
 *     GET  /v1/refunds              ?payment_intent=&limit=&starting_after=, newest first
 *     POST /v1/payment_intents      form-encoded: customer, payment_method, amount, currency,
 *                                   off_session=true, confirm=true, metadata[...]
 *     GET  /v1/payment_intents      ?customer=&limit=&starting_after=, newest first */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/keyvalq_struct.h>

#include "tests/sandbox/provider.h"

#define LIST_MAX      100u
#define LIST_STANDARD 10u
#define REFUNDS       "/v1/refunds"
#define CHARGES       "/v1/payment_intents"

static void answer_error(struct evhttp_request *request, int status, const char *type,
                         const char *message)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_open(&out, "error", '{');
    json_put_text(&out, "type", span_text(type));
    json_put_text(&out, "message", span_text(message));
    json_close(&out, '}');
    json_close(&out, '}');
    answer_json(request, status, &out);
}

static void say_error(struct evhttp_request *request, int status, const char *message)
{
    answer_error(request, status, status == 429 ? "invalid_request_error" : "api_error", message);
}

static void refuse(struct evhttp_request *request)
{
    answer_error(request, 402, "invalid_request_error", "this payment cannot be refunded");
}

static void decline(struct evhttp_request *request)
{
    answer_error(request, 402, "card_error", "your card was declined");
}

static const struct manner manner = {200, true, say_error, refuse, ledger_put_refund};
static const struct manner of_charges = {200, true, say_error, decline, ledger_put_refund};

/* --- paying ---------------------------------------------------------------------------------- */

static bool is_amount(const char *text)
{
    size_t size = strlen(text);
    return size > 0 && size < 16 && strspn(text, "0123456789") == size && text[0] != '0';
}

/* NULL, or what is wrong with a field that only a charge has. */
static const char *read_charge_field(const char *key, const char *value,
                                     struct ledger_refund *charge)
{
    bool flag = strcmp(key, "off_session") == 0 || strcmp(key, "confirm") == 0;
    if (flag) return strcmp(value, "true") == 0 ? NULL : "off_session, confirm: true";
    if (strncmp(key, "automatic_payment_methods[", 26) == 0) return NULL;
    if (strcmp(key, "currency") == 0 && strlen(value) == 3)
        strcpy(charge->currency, value);
    else if (strcmp(key, "customer") == 0)
        strcpy(charge->buyer, value);
    else if (strcmp(key, "payment_method") == 0)
        strcpy(charge->payment, value);
    else
        return "a parameter is not known";
    return NULL;
}

/* NULL, or what is wrong with the field. */
static const char *read_field(const char *key, const char *value, struct ledger_refund *refund)
{
    if (strlen(value) >= LEDGER_TEXT_BYTES || strlen(key) >= sizeof refund->metadata[0].name)
        return "a field is too long";
    if (!refund->charge && strcmp(key, "payment_intent") == 0) {
        strcpy(refund->payment, value);
        return NULL;
    }
    if (strcmp(key, "amount") == 0) {
        if (!is_amount(value)) return "amount: a positive whole number of minor units";
        refund->amount_minor = strtoll(value, NULL, 10);
        return NULL;
    }
    bool metadata = strncmp(key, "metadata[", 9) == 0;
    if (refund->charge && !metadata) return read_charge_field(key, value, refund);
    if (!metadata) return strcmp(key, "reason") == 0 ? NULL : "a parameter is not known";
    if (refund->metadata_count == LEDGER_METADATA_MAX) return "too much metadata";
    struct ledger_pair *pair = &refund->metadata[refund->metadata_count++];
    snprintf(pair->name, sizeof pair->name, "%.*s", (int)strcspn(key + 9, "]"), key + 9);
    strcpy(pair->value, value);
    return NULL;
}

static const char *what_is_missing(const struct ledger_refund *refund)
{
    if (refund->charge && refund->buyer[0] == '\0') return "customer is missing";
    if (refund->charge && refund->currency[0] == '\0') return "currency is missing";
    if (refund->payment[0] == '\0')
        return refund->charge ? "payment_method is missing" : "payment_intent is missing";
    return refund->amount_minor == 0 ? "amount is missing" : NULL;
}

static const char *read_refund(const char *body, struct ledger_refund *refund)
{
    struct evkeyvalq form;
    const char *wrong = NULL;
    if (evhttp_parse_query_str(body, &form) != 0) return "the form cannot be read";
    for (struct evkeyval *field = form.tqh_first; field != NULL && wrong == NULL;
         field = field->next.tqe_next) {
        /* Values come decoded, keys do not. */
        char *key = evhttp_uridecode(field->key, 1, NULL);
        wrong = key == NULL ? "the form cannot be read" : read_field(key, field->value, refund);
        free(key);
    }
    evhttp_clear_headers(&form);
    return wrong != NULL ? wrong : what_is_missing(refund);
}

static void replay(struct evhttp_request *request, const struct ledger_key *known, const char *body,
                   unsigned call)
{
    if (strcmp(known->request, body) != 0) {
        ledger_outcome(&ledger, call, "key of another body, 400");
        answer_error(request, 400, "idempotency_error", "the key was used with another body");
        return;
    }
    ledger_outcome(&ledger, call, "replayed");
    evhttp_add_header(evhttp_request_get_output_headers(request), "Idempotent-Replayed", "true");
    struct json_out out = {.at = strdup(known->answer), .used = strlen(known->answer)};
    answer_json(request, known->status, &out);
}

static void take_post(struct evhttp_request *request, bool charge)
{
    struct ledger_refund refund = {.at_ms = now_ms(), .charge = charge};
    const char *key = header(request, "Idempotency-Key");
    char *body = body_of(request);
    unsigned call = ledger_note(&ledger, "POST", charge ? CHARGES : REFUNDS, key, "malformed, 400");
    snprintf(refund.key, sizeof refund.key, "%s", key);
    const struct ledger_key *known = ledger_find_key(&ledger, refund.key);
    const char *wrong = read_refund(body, &refund);
    if (known != NULL)
        replay(request, known, body, call);
    else if (wrong != NULL)
        answer_error(request, 400, "invalid_request_error", wrong);
    else
        pay(request, charge ? &of_charges : &manner, body, &refund, call);
    free(body);
}

/* --- asking ---------------------------------------------------------------------------------- */

/* Is it in a list of what was asked for? NULL: of all payments, or of all buyers. */
static bool is_listed(const struct ledger_refund *refund, bool charge, const char *of)
{
    if (refund->charge != charge) return false;
    return of == NULL || strcmp(charge ? refund->buyer : refund->payment, of) == 0;
}

static void take_get(struct evhttp_request *request, const struct evkeyvalq *query, bool charge)
{
    const char *of = evhttp_find_header(query, charge ? "customer" : "payment_intent");
    const char *limit_text = evhttp_find_header(query, "limit");
    const char *after = evhttp_find_header(query, "starting_after");
    unsigned limit = limit_text == NULL ? LIST_STANDARD : (unsigned)strtoul(limit_text, NULL, 10);
    unsigned from = ledger.refunds_count, shown = 0;
    bool fails = question_fails(), more = false;
    ledger_note(&ledger, "GET", evhttp_request_get_uri(request), "",
                fails ? "failed, 503" : "listed");
    if (fails || limit == 0 || limit > LIST_MAX) {
        answer_error(request, fails ? 503 : 400, "api_error", fails ? "later" : "limit: 1 to 100");
        return;
    }
    if (after != NULL && sscanf(after, "%*2[a-z]_sandbox_%u", &from) == 1) from--;
    if (from > ledger.refunds_count) from = 0;
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_text(&out, "object", span_text("list"));
    json_put_text(&out, "url", span_text(charge ? CHARGES : REFUNDS));
    json_open(&out, "data", '[');
    for (unsigned i = from; i > 0 && !more; i--) {
        const struct ledger_refund *refund = &ledger.refunds[i - 1];
        if (!is_listed(refund, charge, of)) continue;
        more = shown == limit;
        if (!more) ledger_put_refund(&out, refund);
        shown++;
    }
    json_close(&out, ']');
    json_put_bool(&out, "has_more", more);
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

void stripe_take(struct evhttp_request *request, void *world)
{
    (void)world;
    struct evkeyvalq query;
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *text = evhttp_uri_get_query(uri);
    bool charge = strcmp(evhttp_uri_get_path(uri), CHARGES) == 0;
    if (strncmp(header(request, "Authorization"), "Bearer ", 7) != 0) {
        answer_error(request, 401, "invalid_request_error", "no secret key was given");
        return;
    }
    if (evhttp_request_get_command(request) == EVHTTP_REQ_POST) {
        take_post(request, charge);
        return;
    }
    evhttp_parse_query_str(text == NULL ? "" : text, &query);
    take_get(request, &query, charge);
    evhttp_clear_headers(&query);
}

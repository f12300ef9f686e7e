/* PayPal's refunds, as the sandbox speaks them:
 *
 *     POST /v1/oauth2/token                     with the client's id and secret: a token
 *     POST /v2/payments/captures/ID/refund      JSON: amount, custom_id, invoice_id
 *     GET  /v2/payments/captures/ID             names its order: ORDER-ID
 *     GET  /v2/checkout/orders/ORDER-ID         lists the capture and its refunds
 *
 * A repeat of a key is answered what its refund is now. A capture takes a number of an invoice
 * once, whatever keys are remembered. Every capture was one in euros, and there is one of each
 * name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/money.h"
#include "tests/sandbox/provider.h"

#define CAPTURES "/v2/payments/captures/"
#define ORDERS   "/v2/checkout/orders/ORDER-"
#define TOKEN    "sandbox-token-"

static unsigned tokens = 1; /* so many were given out; the last one holds */

void paypal_forget_tokens(void)
{
    tokens++;
}

static void put(struct json_out *out, const char *key, const char *text)
{
    json_put_text(out, key, span_text(text));
}

static void answer_error(struct evhttp_request *request, int status, const char *name,
                         const char *issue)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    put(&out, "name", name);
    put(&out, "message", "it was not done");
    json_open(&out, "details", '[');
    json_open(&out, NULL, '{');
    put(&out, "issue", issue);
    json_close(&out, '}');
    json_close(&out, ']');
    json_close(&out, '}');
    answer_json(request, status, &out);
}

static void say_error(struct evhttp_request *request, int status, const char *message)
{
    answer_error(request, status, status == 429 ? "RATE_LIMIT_REACHED" : "INTERNAL_SERVER_ERROR",
                 message);
}

static void refuse(struct evhttp_request *request)
{
    answer_error(request, 422, "UNPROCESSABLE_ENTITY", "REFUND_NOT_ALLOWED");
}

/* --- shown ----------------------------------------------------------------------------------- */

static void put_amount(struct json_out *out, const struct ledger_refund *refund)
{
    char value[40];
    long long minor = (long long)refund->amount_minor;
    bool yen = strcmp(refund->currency, "jpy") == 0;
    snprintf(value, sizeof value, yen ? "%lld" : "%lld.%02lld", yen ? minor : minor / 100,
             minor % 100);
    json_open(out, "amount", '{');
    put(out, "currency_code", yen ? "JPY" : "EUR");
    put(out, "value", value);
    json_close(out, '}');
}

static void put_up(struct json_out *out, const char *what, const char *id)
{
    char href[2 * LEDGER_TEXT_BYTES];
    snprintf(href, sizeof href, "https://api-m.paypal.com%s%s", what, id);
    json_open(out, "links", '[');
    json_open(out, NULL, '{');
    put(out, "href", href);
    put(out, "rel", "up");
    put(out, "method", "GET");
    json_close(out, '}');
    json_close(out, ']');
}

static void put_refund(struct json_out *out, const struct ledger_refund *refund)
{
    char id[40];
    snprintf(id, sizeof id, "RE%u", refund->number);
    json_open(out, NULL, '{');
    put(out, "id", id);
    put_amount(out, refund);
    put(out, "status", refund->pending ? "PENDING" : "COMPLETED");
    for (unsigned i = 0; i < refund->metadata_count; i++)
        put(out, refund->metadata[i].name, refund->metadata[i].value);
    put_up(out, CAPTURES, refund->payment);
    json_close(out, '}');
}

static const struct manner manner = {201, false, say_error, refuse, put_refund};

static void show_capture(struct evhttp_request *request, const char *capture)
{
    char order[LEDGER_TEXT_BYTES + 8];
    struct json_out out = {0};
    snprintf(order, sizeof order, "ORDER-%s", capture);
    json_open(&out, NULL, '{');
    put(&out, "id", capture);
    put(&out, "status", "COMPLETED");
    json_open(&out, "supplementary_data", '{');
    json_open(&out, "related_ids", '{');
    put(&out, "order_id", order);
    json_close(&out, '}');
    json_close(&out, '}');
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

static void show_order(struct evhttp_request *request, const char *capture)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_open(&out, "purchase_units", '[');
    json_open(&out, NULL, '{');
    json_open(&out, "payments", '{');
    json_open(&out, "captures", '[');
    json_open(&out, NULL, '{');
    put(&out, "id", capture);
    json_close(&out, '}');
    json_close(&out, ']');
    json_open(&out, "refunds", '[');
    for (unsigned i = 0; i < ledger.refunds_count; i++)
        if (strcmp(ledger.refunds[i].payment, capture) == 0) put_refund(&out, &ledger.refunds[i]);
    json_close(&out, ']');
    json_close(&out, '}');
    json_close(&out, '}');
    json_close(&out, ']');
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

/* --- paying ---------------------------------------------------------------------------------- */

static void add_text(struct ledger_refund *refund, const char *name, const struct json *root)
{
    struct span text = json_text(json_get(root, name));
    if (text.size == 0 || text.size >= LEDGER_TEXT_BYTES) return;
    struct ledger_pair *pair = &refund->metadata[refund->metadata_count++];
    snprintf(pair->name, sizeof pair->name, "%s", name);
    memcpy(pair->value, text.at, text.size);
}

static bool read_refund(const struct json *root, struct ledger_refund *refund)
{
    const struct json *amount = json_get(root, "amount");
    struct span letters = json_text(json_get(amount, "currency_code"));
    const struct currency *currency = currency_by_letters(letters);
    add_text(refund, "custom_id", root);
    add_text(refund, "invoice_id", root);
    return currency != NULL && strcmp(currency->letters, "EUR") == 0 &&
           money_parse(json_text(json_get(amount, "value")), currency, &refund->amount_minor) ==
               OK &&
           refund->amount_minor > 0;
}

static const char *invoice_of(const struct ledger_refund *refund)
{
    for (unsigned i = 0; i < refund->metadata_count; i++)
        if (strcmp(refund->metadata[i].name, "invoice_id") == 0) return refund->metadata[i].value;
    return "";
}

static bool is_invoiced(const struct ledger_refund *refund)
{
    for (unsigned i = 0; i < ledger.refunds_count; i++)
        if (strcmp(ledger.refunds[i].payment, refund->payment) == 0 &&
            invoice_of(refund)[0] != '\0' &&
            strcmp(invoice_of(&ledger.refunds[i]), invoice_of(refund)) == 0)
            return true;
    return false;
}

static void replay(struct evhttp_request *request, const char *key, unsigned call)
{
    struct json_out out = {0};
    for (unsigned i = 0; i < ledger.refunds_count; i++)
        if (strcmp(ledger.refunds[i].key, key) == 0 && out.used == 0)
            put_refund(&out, &ledger.refunds[i]);
    ledger_outcome(&ledger, call, "replayed");
    answer_json(request, 200, &out);
}

static void take_post(struct evhttp_request *request, const char *path, const char *capture)
{
    struct ledger_refund refund = {.at_ms = now_ms()};
    struct json_fault fault;
    const char *key = header(request, "PayPal-Request-Id");
    unsigned call = ledger_note(&ledger, "POST", path, key, "malformed, 400");
    char *body = body_of(request);
    struct json *root = json_parse(span_text(body), &fault);
    snprintf(refund.key, sizeof refund.key, "%s", key);
    snprintf(refund.payment, sizeof refund.payment, "%s", capture);
    if (key[0] != '\0' && ledger_find_key(&ledger, refund.key) != NULL)
        replay(request, refund.key, call);
    else if (!read_refund(root, &refund))
        answer_error(request, 400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE");
    else if (is_invoiced(&refund)) {
        ledger_outcome(&ledger, call, "invoice used before, 422");
        answer_error(request, 422, "UNPROCESSABLE_ENTITY", "DUPLICATE_INVOICE_ID");
    } else
        pay(request, &manner, body, &refund, call);
    json_free(root);
    free(body);
}

/* --- routes ---------------------------------------------------------------------------------- */

static void give_token(struct evhttp_request *request, const char *path)
{
    char token[40];
    struct json_out out = {0};
    bool known = strncmp(header(request, "Authorization"), "Basic ", 6) == 0;
    ledger_note(&ledger, "POST", path, "", known ? "token" : "no login, 401");
    if (!known) {
        answer_error(request, 401, "invalid_client", "no login");
        return;
    }
    snprintf(token, sizeof token, TOKEN "%u", tokens);
    json_open(&out, NULL, '{');
    put(&out, "access_token", token);
    put(&out, "token_type", "Bearer");
    json_put_uint(&out, "expires_in", 32400);
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

static bool bears_token(struct evhttp_request *request)
{
    char wanted[40];
    snprintf(wanted, sizeof wanted, "Bearer " TOKEN "%u", tokens);
    return strcmp(header(request, "Authorization"), wanted) == 0;
}

static void take_question(struct evhttp_request *request, const char *path)
{
    bool fails = question_fails();
    ledger_note(&ledger, "GET", path, "", fails ? "failed, 503" : "listed");
    if (fails)
        say_error(request, 503, "later");
    else if (strncmp(path, CAPTURES, strlen(CAPTURES)) == 0)
        show_capture(request, path + strlen(CAPTURES));
    else
        show_order(request, path + strlen(ORDERS));
}

bool paypal_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool post = evhttp_request_get_command(request) == EVHTTP_REQ_POST;
    bool capture = strncmp(path, CAPTURES, strlen(CAPTURES)) == 0;
    const char *end = capture ? strstr(path, "/refund") : NULL;
    char name[LEDGER_TEXT_BYTES];
    if (post && strcmp(path, "/v1/oauth2/token") == 0) {
        give_token(request, path);
        return true;
    }
    if (!capture && strncmp(path, ORDERS, strlen(ORDERS)) != 0) return false;
    if (!bears_token(request)) {
        ledger_note(&ledger, post ? "POST" : "GET", path, "", "no token, 401");
        answer_error(request, 401, "AUTHENTICATION_FAILURE", "the token does not hold");
    } else if (post && end != NULL) {
        snprintf(name, sizeof name, "%.*s", (int)(end - path - (long)strlen(CAPTURES)),
                 path + strlen(CAPTURES));
        take_post(request, path, name);
    } else
        take_question(request, path);
    return true;
}

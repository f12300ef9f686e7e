#include "node/outbox/form.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/json.h"

/* --- requests -------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static bool add_header(struct form *form, const char *line,
                                                             ...)
{
    va_list arguments;
    if (form->headers_count == FORM_HEADERS_MAX) return false;
    char *to = form->headers[form->headers_count++];
    va_start(arguments, line);
    int size = vsnprintf(to, FORM_HEADER_BYTES, line, arguments);
    va_end(arguments);
    return size > 0 && size < FORM_HEADER_BYTES;
}

enum error form_write(struct form *form, const struct outbox_provider *provider,
                      enum call_kind kind, const struct refund_call *call)
{
    struct payment_request request;
    const struct payment_provider *speaks = provider->speaks;
    memset(form, 0, sizeof *form);
    memset(&request, 0, sizeof request);
    bool fits =
        kind == CALL_SEND ? speaks->write_send(call, &request) : speaks->write_ask(call, &request);
    if (!fits) return ERROR_TOO_LARGE;
    form->post = request.post;
    form->body_size = strlen(request.body);
    memcpy(form->body, request.body, form->body_size + 1);
    int size = snprintf(form->url, sizeof form->url, "%s%s", provider->base_url, request.path);
    fits = size > 0 && (size_t)size < sizeof form->url &&
           add_header(form, "Authorization: Bearer %s", provider->secret) &&
           add_header(form, "Accept: application/json");
    if (request.post)
        fits = fits && add_header(form, "Content-Type: application/x-www-form-urlencoded");
    if (request.keyed) fits = fits && add_header(form, "Idempotency-Key: %s", call->key);
    return fits ? OK : ERROR_TOO_LARGE;
}

/* --- answers --------------------------------------------------------------------------------- */

/* false: it is no refund, or one whose amount is no whole number. */
static bool take_refund(const struct json *from, struct payment_refund *to)
{
    to->id = json_text(json_get(from, "id"));
    to->status = json_text(json_get(from, "status"));
    to->payment = json_text(json_get(from, "payment_intent"));
    to->currency = json_text(json_get(from, "currency"));
    to->slot = json_text(json_get(json_get(from, "metadata"), "entrepot_slot"));
    return json_is_object(from) && to->id.size > 0 && to->status.size > 0 &&
           json_int(json_get(from, "amount"), &to->amount);
}

static bool take_list(const struct json *root, struct payment_answer *answer)
{
    const struct json *data = json_get(root, "data");
    /* Without a word about more, or with more than fits, the list is not known to be whole. */
    answer->more = true;
    (void)json_bool(json_get(root, "has_more"), &answer->more);
    size_t count = json_count(data);
    if (count > PAYMENT_LISTED_MAX) answer->more = true;
    for (size_t i = 0; i < count && i < PAYMENT_LISTED_MAX; i++)
        if (!take_refund(json_at(data, i), &answer->refunds[answer->count++])) return false;
    return true;
}

/* Readable is what the question wants for an answer: a list without our slot lets money move a
 * second time, so nothing but a list may pass for one. */
static void take_apart(const struct json *root, enum call_kind kind, struct payment_answer *answer)
{
    const struct json *error = json_get(root, "error");
    answer->error_type = json_text(json_get(error, "type"));
    if (kind == CALL_ASK)
        answer->readable = json_is_array(json_get(root, "data")) && take_list(root, answer);
    else if (json_is_object(error))
        answer->readable = true;
    else {
        answer->readable = take_refund(root, &answer->refunds[0]);
        answer->count = answer->readable ? 1 : 0;
    }
}

static void keep(const struct payment_result *said, struct outbox_result *result)
{
    size_t size = said->provider_ref.size;
    result->outcome = said->outcome;
    snprintf(result->reason, sizeof result->reason, "%s", said->reason);
    /* A reference that is longer than any is none: half of one would lead a person astray. */
    if (size == 0 || size >= sizeof result->provider_ref) return;
    memcpy(result->provider_ref, said->provider_ref.at, size);
    result->provider_ref[size] = '\0';
}

void form_read(const struct outbox_provider *provider, enum call_kind kind,
               const struct refund_call *call, unsigned status, struct span answer,
               struct outbox_result *result)
{
    struct json_fault fault;
    struct payment_result said = {.outcome = OUTCOME_NO_WORD, .reason = "no memory"};
    struct payment_answer *parts = calloc(1, sizeof *parts);
    struct json *root = parts == NULL ? NULL : json_parse(answer, &fault);
    if (parts != NULL) {
        parts->status = status;
        if (root != NULL) take_apart(root, kind, parts);
        if (kind == CALL_SEND)
            provider->speaks->read_sent(call, parts, &said);
        else
            provider->speaks->read_asked(call, parts, &said);
    }
    keep(&said, result);
    json_free(root);
    free(parts);
}

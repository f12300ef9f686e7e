#include "node/outbox/form.h"

#include <stdarg.h>
#include <stdio.h>

#include "overseas-warehouse/payment/payment.h"
#include "proto/json.h"

static const struct payment_provider *translator(const struct outbox_provider *provider)
{
    return payment_by_name(span_text(provider->name));
}

/* false: it would have been cut. */
__attribute__((format(printf, 2, 3))) static bool add_header(struct form *form, const char *words,
                                                             ...)
{
    if (form->headers_count == FORM_HEADERS_MAX) return false;
    va_list arguments;
    va_start(arguments, words);
    int size = vsnprintf(form->headers[form->headers_count++], FORM_HEADER_BYTES, words, arguments);
    va_end(arguments);
    return size > 0 && size < FORM_HEADER_BYTES;
}

enum error form_write(struct form *form, const struct outbox_provider *provider,
                      enum call_kind kind, const struct refund_call *call)
{
    const struct payment_provider *by = translator(provider);
    struct payment_request request;
    memset(form, 0, sizeof *form);
    if (by == NULL) return ERROR_UNSUPPORTED;
    bool good = (kind == CALL_SEND ? by->write_send : by->write_ask)(call, &request);
    int url = snprintf(form->url, sizeof form->url, "%s%s", provider->base_url, request.path);
    int body = snprintf(form->body, sizeof form->body, "%s", request.body);
    form->post = request.post;
    form->body_size = strlen(form->body);
    good = good && url > 0 && (size_t)url < sizeof form->url;
    good = good && body >= 0 && (size_t)body < sizeof form->body;
    good = good && add_header(form, "Authorization: Bearer %s", provider->secret);
    if (request.keyed) good = good && add_header(form, "Idempotency-Key: %s", call->key);
    if (request.post)
        good = good && add_header(form, "Content-Type: application/x-www-form-urlencoded");
    return good ? OK : ERROR_TOO_LARGE;
}

/* --- answers --------------------------------------------------------------------------------- */

static bool read_refund(const struct json *said, struct payment_refund *refund)
{
    refund->id = json_text(json_get(said, "id"));
    refund->status = json_text(json_get(said, "status"));
    refund->payment = json_text(json_get(said, "payment_intent"));
    refund->slot = json_text(json_get(json_get(said, "metadata"), "entrepot_slot"));
    return refund->id.size > 0 && refund->id.size <= PROVIDER_REF_BYTES_MAX &&
           refund->status.size > 0 && json_int(json_get(said, "amount"), &refund->amount_minor);
}

/* An answer that is not of the form that is expected stays unreadable: nothing is concluded from a
 * part of it. */
static void read_answer(const struct json *root, enum call_kind kind, struct payment_answer *answer)
{
    const struct json *error = json_get(root, "error"), *list = json_get(root, "data");
    bool goes_on = false;
    answer->error_type = json_text(json_get(error, "type"));
    if (json_is_object(error)) {
        answer->readable = true;
    } else if (kind == CALL_SEND) {
        answer->readable = read_refund(root, &answer->refunds[0]);
        answer->count = 1;
    } else if (json_is_array(list) && json_count(list) <= PAYMENT_LISTED_MAX) {
        answer->count = json_count(list);
        answer->readable = json_bool(json_get(root, "has_more"), &goes_on);
        answer->more = goes_on;
        for (size_t i = 0; i < answer->count && answer->readable; i++)
            answer->readable = read_refund(json_at(list, i), &answer->refunds[i]);
    }
    if (!answer->readable) answer->count = 0;
}

static void copy(char *to, size_t size, struct span from)
{
    size_t bytes = from.size < size - 1 ? from.size : size - 1;
    if (bytes > 0) memcpy(to, from.at, bytes);
    to[bytes] = '\0';
}

void form_read(const struct form *form, const struct outbox_provider *provider, enum call_kind kind,
               const struct refund_call *call, unsigned status, struct span answer,
               struct outbox_result *result)
{
    (void)form;
    const struct payment_provider *by = translator(provider);
    static _Thread_local struct payment_answer said;
    struct payment_result read = {.outcome = OUTCOME_NO_WORD, .reason = ""};
    struct json_fault fault;
    struct json *root = json_parse(answer, &fault);
    memset(&said, 0, sizeof said);
    said.status = status;
    if (root != NULL) read_answer(root, kind, &said);
    if (by != NULL) (kind == CALL_SEND ? by->read_sent : by->read_asked)(call, &said, &read);
    result->outcome = read.outcome;
    copy(result->provider_ref, sizeof result->provider_ref, read.provider_ref);
    /* What the provider writes in its own words may name a person: it is not taken over. */
    copy(result->reason, sizeof result->reason, span_text(read.reason));
    json_free(root);
}

#include "node/outbox/form.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "overseas-warehouse/payment/text.h"
#include "proto/json.h"

#define HTTP_OK     200u
#define TOKEN_S_MAX (8 * 3600)

static const struct payment_tree json_tree = {.get = json_get,
                                              .at = json_at,
                                              .count = json_count,
                                              .text = json_text,
                                              .is_object = json_is_object,
                                              .is_array = json_is_array,
                                              .integer = json_int,
                                              .boolean = json_bool};

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

static bool set_url(struct form *form, const struct outbox_provider *provider, const char *path)
{
    int size = snprintf(form->url, sizeof form->url, "%s%s", provider->base_url, path);
    return size > 0 && (size_t)size < sizeof form->url;
}

static bool add_access(struct form *form, const struct form_task *task)
{
    const struct outbox_provider *provider = task->provider;
    switch (provider->speaks->can.access) {
    case ACCESS_BEARER: return add_header(form, "Authorization: Bearer %s", provider->secret);
    case ACCESS_TOKEN: return add_header(form, "Authorization: Bearer %s", task->token);
    case ACCESS_API_KEY: return add_header(form, "X-API-Key: %s", provider->secret);
    case ACCESS_SIGNED: return true; /* the body is signed */
    }
    return false;
}

static bool add_headers(struct form *form, const struct form_task *task,
                        const struct payment_request *request)
{
    const struct payment_capability *can = &task->provider->speaks->can;
    bool fits = add_access(form, task) && add_header(form, "Accept: application/json");
    if (request->post)
        fits =
            fits && add_header(form, "Content-Type: application/%s",
                               can->encoding == ENCODING_JSON ? "json" : "x-www-form-urlencoded");
    if (request->keyed && can->key_header[0] != '\0')
        fits = fits && add_header(form, "%s: %s", can->key_header, task->call->key);
    if (can->extra_header[0] != '\0') fits = fits && add_header(form, "%s", can->extra_header);
    return fits;
}

/* The gateway's form: what is signed first, and the same with the signature behind it. */
static bool write_gateway(struct form *form, const struct form_task *task,
                          const struct payment_request *request)
{
    const struct outbox_provider *provider = task->provider;
    char message[FORM_BODY_BYTES], signature[PROOF_SIGNATURE_BYTES];
    struct text text = text_in(message, sizeof message);
    struct text body = text_in(form->body, sizeof form->body);
    bool written =
        provider->signer != NULL &&
        provider->speaks->write_signed(request, provider->account, task->now_ms, NULL, &text) &&
        proof_sign(provider->signer, span_of(message, text.used), signature) &&
        provider->speaks->write_signed(request, provider->account, task->now_ms, signature, &body);
    form->body_size = body.used;
    return written;
}

/* A question that goes on is a path to GET, and nothing else. */
static bool write_request(const struct form_task *task, struct payment_request *to)
{
    const struct payment_calls *calls = payment_calls_of(task->provider->speaks, task->call);
    const char *account = task->provider->account;
    memset(to, 0, sizeof *to);
    if (calls == NULL) return false;
    if (task->kind == CALL_SEND) return calls->write_send(task->call, account, to);
    if (calls->write_ask == NULL) return false;
    if (task->next[0] == '\0') return calls->write_ask(task->call, account, to);
    int size = snprintf(to->path, sizeof to->path, "%s", task->next);
    return size > 0 && (size_t)size < sizeof to->path;
}

enum error form_write(struct form *form, const struct form_task *task)
{
    struct payment_request request;
    memset(form, 0, sizeof *form);
    if (!write_request(task, &request)) return ERROR_TOO_LARGE;
    form->post = request.post;
    form->body_size = strlen(request.body);
    memcpy(form->body, request.body, form->body_size + 1);
    bool gateway = task->provider->speaks->can.encoding == ENCODING_GATEWAY;
    if (gateway && !write_gateway(form, task, &request)) return ERROR_TOO_LARGE;
    bool fits = set_url(form, task->provider, request.path) && add_headers(form, task, &request);
    return fits ? OK : ERROR_TOO_LARGE;
}

enum error form_write_token(struct form *form, const struct outbox_provider *provider)
{
    static const char grant[] = "grant_type=client_credentials";
    memset(form, 0, sizeof *form);
    form->post = true;
    form->login = provider->secret;
    form->body_size = sizeof grant - 1;
    memcpy(form->body, grant, sizeof grant);
    bool fits = set_url(form, provider, provider->speaks->can.token_path) &&
                add_header(form, "Accept: application/json") &&
                add_header(form, "Content-Type: application/x-www-form-urlencoded");
    return fits ? OK : ERROR_TOO_LARGE;
}

/* --- answers --------------------------------------------------------------------------------- */

/* A token goes into a header: one with other characters than those of a word could end it. */
static bool is_token(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] <= 0x20 || text.at[i] >= 0x7f) return false;
    return text.size > 0 && text.size < FORM_TOKEN_BYTES;
}

bool form_read_token(unsigned status, struct span answer, char token[FORM_TOKEN_BYTES],
                     uint64_t *seconds)
{
    struct json_fault fault;
    struct json *root = status == HTTP_OK ? json_parse(answer, &fault) : NULL;
    struct span text = json_text(json_get(root, "access_token"));
    int64_t lives_s = 0;
    bool known = json_int(json_get(root, "expires_in"), &lives_s) && lives_s > 0 && is_token(text);
    if (known) {
        memcpy(token, text.at, text.size);
        token[text.size] = '\0';
        *seconds = (uint64_t)(lives_s < TOKEN_S_MAX ? lives_s : TOKEN_S_MAX);
    }
    json_free(root);
    return known;
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

/* An answer that somebody else may have written says nothing. */
static bool is_proved(const struct form_task *task, struct span answer)
{
    const struct outbox_provider *provider = task->provider;
    struct payment_request request;
    struct span message, signature;
    if (provider->speaks->proved_part == NULL) return true;
    if (!write_request(task, &request)) return false;
    if (!provider->speaks->proved_part(&request, answer, &message, &signature)) return false;
    for (size_t i = 0; i < provider->keys_count; i++)
        if (proof_is_signed(provider->keys[i], message, signature)) return true;
    return false;
}

void form_read(const struct form_task *task, unsigned status, struct span answer,
               struct outbox_result *result, char next[PAYMENT_PATH_BYTES])
{
    const struct payment_calls *calls = payment_calls_of(task->provider->speaks, task->call);
    bool asked = task->kind == CALL_ASK;
    struct json_fault fault;
    struct payment_result said = {.outcome = OUTCOME_NO_WORD, .reason = "no memory"};
    struct payment_answer *parts = calloc(1, sizeof *parts);
    bool proved = is_proved(task, answer);
    struct json *root = parts == NULL || !proved ? NULL : json_parse(answer, &fault);
    if (!proved) {
        said.reason = "an answer that is not signed by the provider";
    } else if (parts != NULL && calls != NULL) {
        parts->status = status;
        if (root != NULL) calls->take(&json_tree, root, asked, task->call, parts);
        (asked ? calls->read_asked : calls->read_sent)(task->call, parts, &said);
    }
    keep(&said, result);
    memcpy(next, said.next, PAYMENT_PATH_BYTES);
    json_free(root);
    free(parts);
}

/* What payment providers push: proved by the account's own secret or key, then stored as an
 * observation, and answered when it is on this disk. Which refund it is about, and what follows,
 * the merchant's book decides (overseas-warehouse/told.c). */
#include "node/http/door.h"

#include "overseas-warehouse/payment/webhook.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define DEDUP_DOMAIN "entrepot/told/message/1"

/* One message, on its way through the engine as one observation for each refund it tells of. */
struct notice {
    struct http *http;
    struct call *call;
    const struct http_inlet *inlet;
    struct id merchant;
    struct told_piece *pieces;
    unsigned total, open, duplicates, elsewhere;
    enum error error; /* the first of its pieces' */
};

struct told_piece {
    struct errand errand; /* first */
    struct notice *notice;
    struct told_piece *next;
    union command_body body;
    char key[REFUND_KEY_CHARS + 1], provider_ref[PROVIDER_REF_BYTES_MAX + 1],
        payment[REFERENCE_BYTES_MAX + 1];
};

/* --- taking in -------------------------------------------------------------------------------- */

static struct span header_of(void *world, const char *name)
{
    const struct notice *notice = world;
    const char *value = call_header(notice->call, name);
    return value == NULL ? span_of(NULL, 0) : span_text(value);
}

static bool is_signed(void *world, struct span message, struct span signature)
{
    const struct http_inlet *inlet = ((const struct notice *)world)->inlet;
    for (size_t i = 0; i < inlet->keys_count; i++)
        if (proof_is_signed(inlet->keys[i], message, signature)) return true;
    return false;
}

static bool copy(struct span from, char *to, size_t room, struct span *copied)
{
    if (from.size >= room) return false;
    if (from.size > 0) memcpy(to, from.at, from.size);
    to[from.size] = '\0';
    *copied = span_of(to, from.size);
    return true;
}

/* A key of ours has its length and its alphabet; what bears none is known by its reference. */
static bool is_key(struct span key)
{
    if (key.size != REFUND_KEY_CHARS) return false;
    for (size_t i = 0; i < key.size; i++)
        if (!((key.at[i] >= '0' && key.at[i] <= '9') || (key.at[i] >= 'A' && key.at[i] <= 'Z')))
            return false;
    return true;
}

static struct id dedup_of(const struct notice *notice, const struct payment_word *word)
{
    uint8_t sizes[2] = {(uint8_t)word->event.size, (uint8_t)(word->event.size >> 8)};
    const struct span parts[] = {id_span(&notice->merchant),
                                 span_text(notice->inlet->provider),
                                 span_of("", 1),
                                 span_of(sizes, sizeof sizes),
                                 word->event,
                                 word->provider_ref};
    return crypto_id(notice->http->crypto, DEDUP_DOMAIN, parts, 6);
}

static void fill(struct notice *notice, struct told_piece *piece, const struct payment_word *word)
{
    struct refund_told *told = &piece->body.refund_told;
    told->dedup = dedup_of(notice, word);
    told->merchant = notice->merchant;
    told->provider = span_text(notice->inlet->provider);
    told->outcome = word->outcome;
    told->amount_minor = word->amount_minor < 0 ? 0 : word->amount_minor;
    told->currency = word->currency;
    told->how = word->how;
    told->charge = word->charge ? 1 : 0;
    told->made_ms = word->made_ms;
}

static void take_word(void *world, const struct payment_word *word)
{
    struct notice *notice = world;
    /* Where the message lacks the key, the provider's reference names the refund: one of ours that
     * is known by it, or one that others made. */
    bool by_ref = !is_key(word->key);
    if (by_ref) notice->elsewhere++;
    if (by_ref && (word->provider_ref.size == 0 || word->provider_ref.size > REFUND_KEY_CHARS))
        return; /* none of the providers' */
    struct told_piece *piece = calloc(1, sizeof *piece);
    assert(piece != NULL);
    struct refund_told *told = &piece->body.refund_told;
    bool fits =
        copy(by_ref ? word->provider_ref : word->key, piece->key, sizeof piece->key, &told->key) &&
        copy(word->provider_ref, piece->provider_ref, sizeof piece->provider_ref,
             &told->provider_ref) &&
        copy(word->payment, piece->payment, sizeof piece->payment, &told->payment);
    if (!fits || notice->total == WEBHOOK_WORDS_MAX) {
        free(piece);
        notice->error = ERROR_TOO_LARGE;
        return;
    }
    fill(notice, piece, word);
    piece->notice = notice;
    piece->next = notice->pieces;
    notice->pieces = piece;
    notice->total++;
}

static void free_pieces(struct notice *notice)
{
    while (notice->pieces != NULL) {
        struct told_piece *piece = notice->pieces;
        notice->pieces = piece->next;
        free(piece);
    }
}

/* --- answering -------------------------------------------------------------------------------- */

static void refuse(struct notice *notice, enum error error, const char *detail)
{
    struct problem problem = {.error = error, .detail = detail};
    if (error == ERROR_BAD_SIGNATURE) problem.status = 401;
    notice->http->webhooks[1]++;
    call_complain(notice->http, notice->call, COMPLAINT_PUSH, "a provider's push was not taken",
                  "provider", notice->inlet->provider, error);
    call_problem(notice->http, notice->call, &problem);
}

static void accept(struct notice *notice)
{
    const struct payment_webhook *webhook = notice->inlet->speaks->webhook;
    struct json_out out = {0};
    notice->http->webhooks[0]++;
    if (notice->total > 0 && notice->duplicates == notice->total) notice->http->webhooks[2]++;
    call_add_header(notice->call, "Durable", "local");
    if (webhook->taken[0] != '\0') {
        notice->http->answers[2]++;
        call_reply(notice->call, 200, "text/plain", span_text(webhook->taken));
        return;
    }
    json_open(&out, NULL, '{');
    json_put_text(&out, "state", span_text("observed"));
    json_put_uint(&out, "refunds", notice->total);
    json_put_uint(&out, "duplicates", notice->duplicates);
    json_put_uint(&out, "elsewhere", notice->elsewhere);
    json_close(&out, '}');
    call_json(notice->http, notice->call, 200, &out);
}

static void finish(struct notice *notice)
{
    if (notice->error == OK)
        accept(notice);
    else
        refuse(notice, notice->error, NULL);
    free(notice);
}

static void on_answer(struct errand *errand, const struct answer_out *answer)
{
    struct told_piece *piece = (struct told_piece *)errand;
    struct notice *notice = piece->notice;
    assert(answer != NULL && notice->open > 0);
    if (answer->error != OK && notice->error == OK) notice->error = answer->error;
    if (answer->duplicate) notice->duplicates++;
    notice->open--;
    free(piece);
    if (notice->open == 0) finish(notice);
}

static void submit(struct notice *notice, struct told_piece *piece)
{
    struct input *input = &piece->errand.job.input;
    input->kind = INPUT_COMMAND;
    input->command.kind = COMMAND_REFUND_TOLD;
    input->command.by = (struct actor){.kind = BY_PROVIDER, .node = notice->http->self->node};
    input->command.body = &piece->body;
    piece->errand.then = on_answer;
    if (errand_submit(&piece->errand, notice->http, notice->call, sizeof *piece)) return;
    if (notice->error == OK) notice->error = ERROR_BUSY;
    notice->open--;
    free(piece);
}

/* Answers come back on this very thread, later: none before all are submitted. */
static void submit_all(struct notice *notice)
{
    notice->open = notice->total;
    while (notice->pieces != NULL) {
        struct told_piece *piece = notice->pieces;
        notice->pieces = piece->next;
        submit(notice, piece);
    }
    if (notice->open == 0) finish(notice);
}

/* --- the call --------------------------------------------------------------------------------- */

/* An account without a merchant is the only one's there is. */
static bool find_merchant(struct notice *notice)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct store_reading reading;
    struct row row;
    notice->merchant = notice->inlet->merchant;
    if (!id_is_zero(&notice->merchant)) return true;
    if (store_reading_begin(notice->http->store, &reading) != OK) return false;
    bool found = walk_next(&reading.views, VIEW_MERCHANT, &walk, &row);
    if (found) memcpy(notice->merchant.bytes, walk.at.bytes, ID_BYTES);
    found = found && !walk_next(&reading.views, VIEW_MERCHANT, &walk, &row);
    store_reading_end(&reading);
    return found;
}

static const struct payment_tree json_tree = {.get = json_get,
                                              .at = json_at,
                                              .count = json_count,
                                              .text = json_text,
                                              .is_object = json_is_object,
                                              .is_array = json_is_array,
                                              .integer = json_int,
                                              .boolean = json_bool};

/* What is wrong with it; ERROR_BAD_SIGNATURE is told nothing more. */
static enum error take_in(struct notice *notice, struct json_fault *fault)
{
    const struct http_inlet *inlet = notice->inlet;
    const struct payment_webhook *webhook = inlet->speaks->webhook;
    struct payment_push push = {.body = call_body(notice->call),
                                .now_ms = wall_now_ms(),
                                .account = inlet->named,
                                .crypto = notice->http->crypto,
                                .secrets_count = inlet->secrets_count,
                                .world = notice,
                                .header = header_of,
                                .is_signed = is_signed,
                                .tree = &json_tree,
                                .word = take_word};
    for (size_t i = 0; i < inlet->secrets_count; i++) push.secrets[i] = inlet->secrets[i];
    push.room = malloc(2 * push.body.size + WEBHOOK_ROOM_BYTES);
    assert(push.room != NULL);
    enum error error = webhook->inside || webhook->prove(&push) ? OK : ERROR_BAD_SIGNATURE;
    struct json *root = error == OK && !webhook->form ? json_parse(push.body, fault) : NULL;
    push.root = root;
    if (error == OK && root == NULL && !webhook->form) error = ERROR_MALFORMED;
    if (error == OK && webhook->inside && !webhook->prove(&push)) error = ERROR_BAD_SIGNATURE;
    if (error == OK && !webhook->read(&push)) {
        snprintf(fault->text, sizeof fault->text, "it is no message of this provider's interface");
        error = ERROR_MALFORMED;
    }
    json_free(root);
    free(push.room);
    return error;
}

static void take_push(struct visit *visit, const struct http_inlet *inlet)
{
    struct notice *notice = calloc(1, sizeof *notice);
    struct json_fault fault = {.text = ""};
    assert(notice != NULL);
    notice->http = visit->http;
    notice->call = visit->call;
    notice->inlet = inlet;
    enum error error = find_merchant(notice) ? take_in(notice, &fault) : ERROR_NOT_FOUND;
    if (error == OK && notice->error == OK) {
        submit_all(notice);
        return;
    }
    free_pieces(notice);
    if (error == OK) error = notice->error;
    refuse(notice, error, fault.text[0] == '\0' ? NULL : fault.text);
    free(notice);
}

void inlet_handle(struct visit *visit)
{
    struct span account = visit->values_count > 1 ? visit->values[1] : span_of("", 0);
    for (size_t i = 0; i < visit->http->options.inlets_count; i++) {
        const struct http_inlet *inlet = &visit->http->options.inlets[i];
        if (!span_equal(span_text(inlet->provider), visit->values[0])) continue;
        if (!span_equal(span_text(inlet->account), account)) continue;
        take_push(visit, inlet);
        return;
    }
    visit_refuse(visit, ERROR_NOT_FOUND, "no webhook of this account is configured");
}

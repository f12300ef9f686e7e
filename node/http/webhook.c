/* What carriers push: the hot path. The signature is checked over the bytes as they came, before
 * anything is parsed; the carrier is answered when what it said is on this disk, and a repeat is
 * answered like the first time. */
#include "node/http/door.h"

#include <assert.h>
#include <stdlib.h>

#include "node/carriers/adapters.h"
#include "node/carriers/asker.h"
#include "node/tracking_copy.h"
#include "overseas-warehouse/reducer.h"

/* One message of a carrier, on its way through the engine as one or more observations. */
struct push {
    struct http *http;
    struct call *call;
    const struct carrier *carrier;
    bool hint; /* who sent it proved a name and signed nothing */
    struct piece *pieces;
    unsigned total, open, duplicates;
    enum error error; /* the first of its pieces' */
};

struct piece {
    struct errand errand; /* first */
    struct push *push;
    struct piece *next;
    union command_body body;
    size_t size;
    uint8_t bytes[]; /* in which its texts lie */
};

/* --- taking in -------------------------------------------------------------------------------- */

/* The core checks the record when it encodes it. */
static enum error take(void *world, const struct tracking *tracking)
{
    struct push *push = world;
    size_t texts = tracking_copy_bytes(tracking);
    struct piece *piece = malloc(sizeof *piece + texts);
    assert(piece != NULL);
    memset(&piece->errand, 0, sizeof piece->errand);
    piece->push = push;
    piece->size = sizeof *piece + texts;
    tracking_copy(&piece->body, tracking, piece->bytes);
    piece->body.tracking.hint = push->hint ? 1 : 0;
    piece->next = push->pieces;
    push->pieces = piece;
    push->total++;
    return OK;
}

static void free_pieces(struct push *push)
{
    while (push->pieces != NULL) {
        struct piece *piece = push->pieces;
        push->pieces = piece->next;
        free(piece);
    }
}

/* --- answering -------------------------------------------------------------------------------- */

/* In what is no JSON there is no field to point at: the adapter names the place in the text. */
static bool is_place_in_text(const struct fault *fault)
{
    return fault != NULL && strncmp(fault->path, "line ", 5) == 0;
}

static void refuse(struct push *push, enum error error, const struct fault *fault)
{
    struct problem problem = {.error = error};
    if (is_place_in_text(fault))
        problem.detail = fault->path;
    else
        problem.fault = fault;
    problem.status = carrier_status(push->carrier, error);
    push->http->webhooks[1]++;
    call_complain(push->http, push->call, COMPLAINT_PUSH, "a carrier's push was not taken",
                  "carrier", push->carrier->name, error);
    call_problem(push->http, push->call, &problem);
}

static void accept(struct push *push)
{
    struct json_out out = {0};
    push->http->webhooks[0]++;
    if (push->total > 0 && push->duplicates == push->total) push->http->webhooks[2]++;
    json_open(&out, NULL, '{');
    json_put_text(&out, "state", span_text("observed"));
    json_put_uint(&out, "trackings", push->total);
    json_put_uint(&out, "duplicates", push->duplicates);
    json_close(&out, '}');
    call_add_header(push->call, "Durable", "local");
    call_json(push->http, push->call, push->carrier->status_taken, &out);
}

/* The last piece has come back: all are on the disk, or the carrier is to send them again. */
static void finish(struct push *push)
{
    if (push->error == OK)
        accept(push);
    else
        refuse(push, push->error, NULL);
    free(push);
}

/* What opens money when it is told by somebody who signs nothing is asked for. */
static bool wants_asking(const struct tracking *tracking)
{
    bool strong = tracking->summary != 0 && !track_is_weak(tracking->summary);
    for (uint32_t i = 0; i < tracking->points_count; i++)
        strong = strong || !track_is_weak(tracking->points[i].status);
    return tracking->hint != 0 && strong;
}

static void on_answer(struct errand *errand, const struct answer_out *answer)
{
    struct piece *piece = (struct piece *)errand;
    struct push *push = piece->push;
    assert(answer != NULL && push->open > 0);
    if (answer->error != OK && push->error == OK) push->error = answer->error;
    if (answer->duplicate) push->duplicates++;
    struct asker *asker = push->http->options.asker;
    bool news = answer->error == OK && !answer->duplicate;
    if (asker != NULL && news && wants_asking(&piece->body.tracking))
        asker_hint(asker, piece->body.tracking.number);
    push->open--;
    free(piece);
    if (push->open == 0) finish(push);
}

/* --- the call --------------------------------------------------------------------------------- */

static void submit(struct push *push, struct piece *piece)
{
    struct input *input = &piece->errand.job.input;
    input->kind = INPUT_COMMAND;
    input->command.kind = COMMAND_TRACKING;
    input->command.by = (struct actor){.kind = BY_CARRIER, .node = push->http->self->node};
    input->command.body = &piece->body;
    piece->errand.then = on_answer;
    if (errand_submit(&piece->errand, push->http, push->call, piece->size)) return;
    if (push->error == OK) push->error = ERROR_BUSY;
    push->open--;
    free(piece);
}

/* Answers come back on this very thread, later: none before all are submitted. */
static void submit_all(struct push *push)
{
    push->open = push->total;
    while (push->pieces != NULL) {
        struct piece *piece = push->pieces;
        push->pieces = piece->next;
        submit(push, piece);
    }
    if (push->open == 0) finish(push);
}

static bool is_theirs(const struct http_secret *secret, const struct carrier *carrier)
{
    return strcmp(secret->carrier, carrier->name) == 0;
}

static const struct http_secret *secret_of(const struct http *http, const struct carrier *carrier,
                                           struct span account)
{
    for (size_t i = 0; i < http->options.secrets_count; i++) {
        const struct http_secret *secret = &http->options.secrets[i];
        struct span name = span_text(secret->account == NULL ? "" : secret->account);
        if (is_theirs(secret, carrier) && span_equal(name, account)) return secret;
    }
    return NULL;
}

/* Whose secret stands at the end of the address. Each is looked at, whichever it is. */
static const struct http_secret *secret_in_path(const struct http *http,
                                                const struct carrier *carrier, struct span given)
{
    const struct http_secret *found = NULL;
    for (size_t i = 0; i < http->options.secrets_count && carrier->proof->in_path; i++) {
        const struct http_secret *secret = &http->options.secrets[i];
        for (size_t j = 0; j < secret->count && is_theirs(secret, carrier); j++)
            if (secret->secrets[j].size > 0 && span_equal_secret(secret->secrets[j], given))
                found = secret;
    }
    return found;
}

static struct span header_of(void *world, const char *name)
{
    const char *value = call_header(world, name);
    return value == NULL ? span_of(NULL, 0) : span_text(value);
}

/* A carrier that wants to hear a word before it pushes is told it, where it is asked as well. */
static void take_handshake(struct visit *visit, const struct carrier *carrier)
{
    const struct subscription *subscription = carrier->subscription;
    struct handshake_words words;
    struct asker *asker = visit->http->options.asker;
    if (asker == NULL || subscription == NULL || subscription->handshake == NULL) return;
    if (handshake_read(subscription->handshake, call_body(visit->call), &words))
        asker_confirm(asker, carrier, &words);
    explicit_bzero(&words, sizeof words);
}

static void take_push(struct visit *visit, const struct carrier *carrier,
                      const struct http_secret *secret, struct span path)
{
    struct push *push = calloc(1, sizeof *push);
    const struct carrier_sink sink = {.world = push, .take = take};
    struct fault fault;
    assert(push != NULL);
    push->http = visit->http;
    push->call = visit->call;
    push->carrier = carrier;
    const struct proof_push proof = {.body = call_body(visit->call),
                                     .header = header_of,
                                     .world = visit->call,
                                     .now_ms = wall_now_ms(),
                                     .path = path};
    push->hint = path.size > 0 || !proof_signs(carrier->proof);
    enum error error = carrier_take(carrier, visit->http->crypto, secret->secrets, secret->count,
                                    &proof, &sink, &fault);
    if (error == OK) {
        if (push->total == 0) take_handshake(visit, carrier);
        submit_all(push);
        return;
    }
    free_pieces(push);
    refuse(push, error, error == ERROR_BAD_SIGNATURE ? NULL : &fault);
    free(push);
}

void webhook_handle(struct visit *visit)
{
    const struct carrier *carrier = adapters_find(visit->http->options.adapters, visit->values[0]);
    if (carrier == NULL || carrier->proof == NULL) {
        visit_refuse(visit, ERROR_UNKNOWN_CARRIER,
                     carrier == NULL ? NULL : "it pushes nothing: it is asked");
        return;
    }
    struct span last = visit->values_count > 1 ? visit->values[1] : span_of("", 0);
    const struct http_secret *secret = secret_of(visit->http, carrier, last);
    struct span path = span_of("", 0);
    if (secret == NULL && (secret = secret_in_path(visit->http, carrier, last)) != NULL)
        path = last;
    if (secret != NULL)
        take_push(visit, carrier, secret, path);
    else
        visit_refuse(visit, ERROR_UNKNOWN_CARRIER, "no secret is configured for this account");
}

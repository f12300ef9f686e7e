#include "tests/overseas-warehouse/provider_said.h"

#include "overseas-warehouse/payment/text.h"
#include "overseas-warehouse/payment/webhook.h"
#include "proto/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

const struct payment_tree said_tree = {.get = json_get,
                                       .at = json_at,
                                       .count = json_count,
                                       .text = json_text,
                                       .is_object = json_is_object,
                                       .is_array = json_is_array,
                                       .integer = json_int,
                                       .boolean = json_bool};

struct refund_call said_call(const char *provider)
{
    struct refund_call call = {
        .payment_ref = "CAP1", .key = "KEY0", .amount_minor = 1990, .currency = 978, .attempt = 1};
    snprintf(call.provider, sizeof call.provider, "%s", provider);
    return call;
}

struct said said_read(const struct payment_provider *provider, enum said_to to,
                      const struct refund_call *call, unsigned status, const char *json)
{
    struct said said = {0};
    struct json_fault fault;
    struct payment_result result = {0};
    struct payment_answer *answer = calloc(1, sizeof *answer);
    struct json *root = json_parse(span_text(json), &fault);
    assert_non_null(answer);
    answer->status = status;
    const struct payment_calls *calls = payment_calls_of(provider, call);
    if (root != NULL) calls->take(&said_tree, root, to == SAID_TO_ASK, call, answer);
    (to == SAID_TO_ASK ? calls->read_asked : calls->read_sent)(call, answer, &result);
    said.outcome = result.outcome;
    span_copy(result.provider_ref, said.provider_ref, sizeof said.provider_ref);
    snprintf(said.reason, sizeof said.reason, "%s", result.reason);
    snprintf(said.next, sizeof said.next, "%s", result.next);
    json_free(root);
    free(answer);
    return said;
}

void said_expect(const struct payment_provider *provider, enum said_to to, unsigned status,
                 const char *json, enum refund_outcome outcome)
{
    struct refund_call call = said_call(provider->name);
    struct said said = said_read(provider, to, &call, status, json);
    if (said.outcome != outcome)
        fail_msg("outcome %d, not %d (%s), after %u %.300s", said.outcome, outcome, said.reason,
                 status, json);
    if (outcome == OUTCOME_NO_WORD || outcome == OUTCOME_CANNOT_ASK)
        assert_true(said.reason[0] != '\0');
}

struct listener {
    unsigned count;
    struct told_word *last;
};

static void take_word(void *world, const struct payment_word *word)
{
    struct listener *listener = world;
    struct told_word *last = listener->last;
    listener->count++;
    *last = (struct told_word){.outcome = word->outcome,
                               .how = word->how,
                               .charge = word->charge,
                               .made_ms = word->made_ms,
                               .currency = word->currency,
                               .amount_minor = word->amount_minor};
    span_copy(word->key, last->key, sizeof last->key);
    span_copy(word->provider_ref, last->reference, sizeof last->reference);
    span_copy(word->payment, last->payment, sizeof last->payment);
}

unsigned said_words(const struct payment_provider *provider, const char *account, const char *json,
                    struct told_word *last)
{
    struct json_fault fault;
    struct listener listener = {.last = last};
    struct json *root = json_parse(span_text(json), &fault);
    struct payment_push push = {.body = span_text(json),
                                .account = account,
                                .tree = &said_tree,
                                .root = root,
                                .world = &listener,
                                .word = take_word};
    assert_non_null(root);
    assert_true(provider->webhook->read(&push));
    json_free(root);
    return listener.count;
}

#include "tests/overseas-warehouse/provider_said.h"

#include "overseas-warehouse/payment/text.h"
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
    if (root != NULL) provider->take(&said_tree, root, to == SAID_TO_ASK, call, answer);
    (to == SAID_TO_ASK ? provider->read_asked : provider->read_sent)(call, answer, &result);
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

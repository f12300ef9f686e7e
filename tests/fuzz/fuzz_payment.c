/* Any bytes as the answer of a payment provider: the first says whose it is, what was asked and
 * whether of a refund or of a new charge, two more the HTTP status. Whatever comes, there is one
 * outcome, and money is freed or sent again only by an answer that is readable. */
#include <assert.h>
#include <stdlib.h>

#include "overseas-warehouse/payment/payment.h"
#include "proto/json.h"

static const struct payment_tree tree = {.get = json_get,
                                         .at = json_at,
                                         .count = json_count,
                                         .text = json_text,
                                         .is_object = json_is_object,
                                         .is_array = json_is_array,
                                         .integer = json_int,
                                         .boolean = json_bool};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct refund_call call = {.payment_ref = "CAP1",
                               .key = "KEY0",
                               .amount_minor = 1990,
                               .currency = 978,
                               .mandate_buyer = "cus_1",
                               .mandate_method = "pm_1"};
    struct payment_result result = {.outcome = 0};
    struct json_fault fault;
    if (size < 3) return 0;
    const struct payment_provider *provider =
        payment_providers[(bytes[0] >> 1) % payment_providers_count];
    bool asked = (bytes[0] & 1) != 0;
    /* A provider that charges nobody is asked about refunds alone. */
    call.charge = (bytes[0] & 8) != 0 && provider->charging != NULL;
    const struct payment_calls *calls = payment_calls_of(provider, &call);
    struct payment_answer *answer = calloc(1, sizeof *answer);
    assert(answer != NULL);
    answer->status = (unsigned)be_get(bytes + 1, 2) % 600;
    struct json *root = json_parse(span_of(bytes + 3, size - 3), &fault);
    if (root != NULL) calls->take(&tree, root, asked, &call, answer);
    assert(answer->count <= PAYMENT_LISTED_MAX);
    (asked ? calls->read_asked : calls->read_sent)(&call, answer, &result);
    assert(result.outcome >= OUTCOME_PAID && result.outcome <= OUTCOME_CANNOT_ASK);
    assert(result.reason != NULL && memchr(result.next, 0, sizeof result.next) != NULL);
    assert(result.outcome != OUTCOME_ABSENT || (asked && answer->readable));
    assert(result.outcome != OUTCOME_PAID || answer->readable);
    json_free(root);
    free(answer);
    return 0;
}

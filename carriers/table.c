#include "carriers/body.h"
#include "carriers/carrier.h"

#include <assert.h>

#define STATUS_TRY_AGAIN 503

#define REPLY_NAME(name, number, word) [number] = word,
static const char *const replies[] = {CARRIER_REPLY_LIST(REPLY_NAME)};
const struct words carrier_reply_words = {replies, sizeof replies / sizeof replies[0]};
#undef REPLY_NAME

#define CARRIER_ROW(name) &carrier_##name,
const struct carrier *const carriers[] = {CARRIER_LIST(CARRIER_ROW)};
#undef CARRIER_ROW
const size_t carriers_count = sizeof carriers / sizeof carriers[0];

const struct carrier *carrier_by_name(struct span name)
{
    for (size_t i = 0; i < carriers_count; i++)
        if (span_equal(span_text(carriers[i]->name), name)) return carriers[i];
    return NULL;
}

enum error carrier_take(const struct carrier *carrier, const struct crypto *crypto,
                        const struct span *secrets, size_t count, const struct proof_push *push,
                        const struct carrier_sink *sink, struct fault *fault)
{
    assert(count <= CARRIER_SECRETS_MAX);
    *fault = (struct fault){.error = OK};
    if (carrier->proof == NULL) return body_fault(fault, ERROR_UNKNOWN_CARRIER, "webhook");
    if (push->body.size > CARRIER_BODY_BYTES_MAX) return body_fault(fault, ERROR_TOO_LARGE, "body");
    if (proof_check(carrier->proof, crypto, secrets, count, push) != OK)
        return body_fault(fault, ERROR_BAD_SIGNATURE,
                          carrier->proof->header != NULL ? carrier->proof->header : "body");
    enum error error = carrier->parse(carrier, crypto, push->body, sink, fault);
    if (error != OK && fault->error != error) return body_fault(fault, error, "body");
    return error;
}

unsigned carrier_status(const struct carrier *carrier, enum error error)
{
    if (error == OK) return carrier->status_taken;
    if (error == ERROR_BAD_SIGNATURE) return carrier->status_bad_proof;
    return error_remedy(error) == REMEDY_REFUSE ? carrier->status_refused : STATUS_TRY_AGAIN;
}

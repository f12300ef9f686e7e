#include "carriers/body.h"
#include "carriers/carrier.h"

#include <assert.h>

#define STATUS_TRY_AGAIN 503

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
                        const struct span *secrets, size_t count, struct span header,
                        struct span body, const struct carrier_sink *sink, struct fault *fault)
{
    assert(count <= CARRIER_SECRETS_MAX);
    *fault = (struct fault){.error = OK};
    if (body.size > CARRIER_BODY_BYTES_MAX) return body_fault(fault, ERROR_TOO_LARGE, "body");
    if (carrier->verify(crypto, secrets, count, header, body) != OK)
        return body_fault(fault, ERROR_BAD_SIGNATURE, carrier->signature_header);
    enum error error = carrier->parse(crypto, body, sink, fault);
    if (error != OK && fault->error != error) return body_fault(fault, error, "body");
    return error;
}

unsigned carrier_status(const struct carrier *carrier, enum error error)
{
    if (error == OK) return carrier->status_taken;
    if (error == ERROR_BAD_SIGNATURE) return carrier->status_bad_proof;
    return error_remedy(error) == REMEDY_REFUSE ? carrier->status_refused : STATUS_TRY_AGAIN;
}

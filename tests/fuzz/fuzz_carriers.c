/* Every adapter reads every body: its own, another's, and what is none at all. The proof is looked
 * at as well, under a secret that nobody has. */
#include "carriers/number.h"
#include "carriers/whose.h"
#include "tests/fuzz/carrier_body.h"

#include "tests/proto/crypto_port.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct span no_header(void *world, const char *name)
{
    (void)name;
    return *(const struct span *)world;
}

static void try_proof(const struct carrier *carrier, struct span body)
{
    static struct crypto_port port;
    static const uint8_t seed[KEY_BYTES] = {7};
    struct span secret = span_text("no carrier knows this one"), header = span_of(NULL, 0);
    const struct proof_push push = {
        .body = body, .header = no_header, .world = &header, .now_ms = 1700000000000};
    if (port.pair == NULL) crypto_port_open(&port, seed);
    if (carrier->proof == NULL) return;
    assert(proof_check(carrier->proof, &port.crypto, &secret, 1, &push) == ERROR_BAD_SIGNATURE);
    header = span_of(body.at, body.size < 512 ? body.size : 512);
    assert(proof_check(carrier->proof, &port.crypto, &secret, 1, &push) == ERROR_BAD_SIGNATURE);
}

/* The beginning of it, as somebody would type a number. */
static void try_number(struct span text)
{
    struct whose found[WHOSE_MAX];
    uint8_t room[TRACKING_NUMBER_BYTES_MAX], printed[TRACKING_NUMBER_BYTES_MAX];
    struct span normal;
    if (text.size > 4 * TRACKING_NUMBER_BYTES_MAX) text.size = 4 * TRACKING_NUMBER_BYTES_MAX;
    assert(whose_number(text, found) <= WHOSE_MAX);
    if (number_normalize(text, room, &normal) == OK)
        assert(whose_printed(normal, printed).size <= normal.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    try_number(span_of(bytes, size));
    for (size_t i = 0; i < carriers_count; i++) {
        carrier_body_fuzz(carriers[i], span_of(bytes, size));
        try_proof(carriers[i], span_of(bytes, size));
    }
    return 0;
}

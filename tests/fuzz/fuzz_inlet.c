/* Any bytes as a webhook of a payment provider: the first says whose, a line is the header that
 * proves it, the rest is the body. The proof and the reader hold their bounds, nothing that was not
 * signed is proved, and what is read is within the limits of a record. */
#include <assert.h>
#include <stdlib.h>

#include "node/keys.h"
#include "overseas-warehouse/payment/webhook.h"
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

static struct span header_of(void *world, const char *name)
{
    (void)name;
    return *(struct span *)world;
}

static bool is_signed(void *world, struct span message, struct span signature)
{
    (void)world;
    assert(message.size > 0 && signature.size > 0);
    return false;
}

static void word(void *world, const struct payment_word *said)
{
    (void)world;
    assert(said->outcome >= OUTCOME_PAID && said->outcome <= OUTCOME_FAILED);
    assert(said->amount_minor >= -1);
    assert(said->event.size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct json_fault fault;
    if (size < 1) return 0;
    const struct payment_webhook *webhook =
        payment_providers[bytes[0] % payment_providers_count]->webhook;
    struct span rest = span_of(bytes + 1, size - 1), header = rest;
    const uint8_t *end = rest.size == 0 ? NULL : memchr(rest.at, '\n', rest.size);
    header.size = end == NULL ? 0 : (size_t)(end - rest.at);
    if (end != NULL) rest = span_of(end + 1, rest.size - header.size - 1);
    struct payment_push push = {.body = rest,
                                .now_ms = 1700000000000u,
                                .account = "Cups",
                                .crypto = crypto_openssl(),
                                .secrets = {span_text("a secret that no input knows: 7f3a")},
                                .secrets_count = 1,
                                .room = malloc(2 * rest.size + WEBHOOK_ROOM_BYTES),
                                .world = &header,
                                .header = header_of,
                                .is_signed = is_signed,
                                .tree = &tree,
                                .word = word};
    assert(push.room != NULL);
    if (webhook != NULL) {
        if (!webhook->inside) assert(!webhook->prove(&push));
        struct json *root = json_parse(rest, &fault);
        push.root = root;
        if (webhook->inside) assert(!webhook->prove(&push));
        if (root != NULL) (void)webhook->read(&push);
        json_free(root);
    }
    free(push.room);
    return 0;
}

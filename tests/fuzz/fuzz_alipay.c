/* Any bytes as an answer of Alipay's gateway and as one of its notices: what is said to be signed
 * lies within them, and of a notice it is the parameters in the order of their names, without the
 * signature itself. */
#include <assert.h>
#include <stdlib.h>

#include "overseas-warehouse/payment/webhook.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool lies_within(struct span part, struct span whole)
{
    return part.at >= whole.at && part.at + part.size <= whole.at + whole.size;
}

static void try_answer(struct span body, const char *method)
{
    struct payment_request request = {.post = true};
    struct span message, signature;
    memcpy(request.method, method, span_text(method).size);
    if (!payment_alipay.proved_part(&request, body, &message, &signature)) return;
    assert(lies_within(message, body) && lies_within(signature, body));
    assert(message.at[0] == '{' && message.at[message.size - 1] == '}' && signature.size > 0);
    assert(signature.at >= message.at + message.size);
}

static bool is_signed(void *world, struct span message, struct span signature)
{
    const struct span *body = world;
    (void)signature;
    assert(message.size > 0 && message.size <= 2 * body->size);
    assert(message.size < 5 || memcmp(message.at, "sign=", 5) != 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t *room = malloc(2 * size + WEBHOOK_ROOM_BYTES);
    struct span body = span_of(bytes, size);
    struct payment_push push = {.body = body,
                                .account = "2026000000000001",
                                .room = room,
                                .world = &body,
                                .is_signed = is_signed};
    assert(room != NULL);
    try_answer(body, "alipay.trade.refund");
    try_answer(body, "alipay.trade.fastpay.refund.query");
    (void)payment_alipay.webhook->prove(&push);
    free(room);
    return 0;
}

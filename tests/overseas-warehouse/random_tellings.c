/* What a provider tells of its own accord, as a part of the random life: of refunds that came back,
 * of what others moved, of disputes; late, twice, and at nodes that know nothing of it. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/life_claims.h"
#include "tests/overseas-warehouse/random_life.h"

#include <stdio.h>

/* A provider tells of a refund of ours that came back after all. */
static void tell_of_slot(struct world *world, enum node_name at, struct refund_told *told,
                         char key[REFUND_KEY_BYTES])
{
    const struct desk *desk = world_desk(world, at);
    struct id slot;
    struct refund_row refund;
    struct payment_row payment;
    if (!life_row(world, at, VIEW_REFUND, &slot) || !refund_load(&desk->rows, &slot, &refund) ||
        !payment_load(&desk->rows, &refund.order, refund.payment, &payment))
        return;
    business_refund_key(desk->crypto, &refund.merchant, &payment, &slot, key);
    told->merchant = refund.merchant;
    told->key = span_text(key);
    told->provider_ref = refund.provider_ref.size > 0 ? refund.provider_ref : span_text("re");
    told->payment = payment.reference;
    told->amount_minor = refund.amount_minor;
    told->outcome = refund.state == REFUND_SETTLED || world_random(world, 5) == 0 ? OUTCOME_FAILED
                                                                                  : OUTCOME_PENDING;
}

/* Or of what others moved, under a reference of its own; a dispute is lost and won. */
static void tell_of_others(struct world *world, enum node_name at, struct refund_told *told,
                           char reference[REFUND_KEY_BYTES])
{
    static const enum elsewhere kinds[] = {0, 0, ELSEWHERE_CHARGEBACK, ELSEWHERE_CHARGEBACK_WON};
    const struct desk *desk = world_desk(world, at);
    uint64_t number = world_random(world, 500);
    struct id order;
    struct order_row row;
    struct payment_row payment;
    if (!life_row(world, at, VIEW_ORDER, &order) || !order_load(&desk->rows, &order, &row) ||
        !payment_load(&desk->rows, &order, 0, &payment))
        return;
    told->merchant = row.merchant;
    snprintf(reference, REFUND_KEY_BYTES, "re%u", (unsigned)number);
    told->key = told->provider_ref = span_text(reference);
    told->payment = payment.reference;
    told->amount_minor = 1 + (int64_t)number;
    told->how = kinds[world_random(world, 4)];
    told->outcome = world_random(world, 10) != 0 ? OUTCOME_PAID : OUTCOME_FAILED;
}

void life_tell_provider(struct world *world, enum node_name at)
{
    char key[REFUND_KEY_BYTES];
    union command_body body = {.refund_told = {.provider = span_text("stripe"), .currency = 978}};
    struct refund_told *told = &body.refund_told;
    told->dedup.bytes[0] = (uint8_t)world_random(world, 3);
    if (world_random(world, 2) == 0)
        tell_of_slot(world, at, told, key);
    else
        tell_of_others(world, at, told, key);
    if (told->outcome != 0) world_observe(world, at, COMMAND_REFUND_TOLD, &body);
}

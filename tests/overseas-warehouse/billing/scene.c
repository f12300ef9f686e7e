#include "tests/overseas-warehouse/billing/scene.h"

#include <stdio.h>
#include <string.h>

union command_body scene_table(struct world *world, enum merchant_name merchant, uint64_t from_ms,
                               uint64_t dearer)
{
    union command_body body = {.fee_put = {.warehouse = world->nodes[LAX].warehouse,
                                           .merchant = world->merchants[merchant].merchant,
                                           .currency = 840,
                                           .from_ms = from_ms,
                                           .unsized_mm3 = 1000000000}};
    struct fee_put *put = &body.fee_put;
    for (uint64_t act = BILLED_RECEIVE_BOX; act < BILLED_ACTS_END; act++) {
        struct fee_price *price = &put->prices[put->prices_count++];
        *price = (struct fee_price){.act = act, .price_micro = (act * 100 + dearer) * 1000000};
        if (act == BILLED_STORAGE) {
            price->price_micro = 1000000;
            price->free_days = 3;
        }
    }
    return body;
}

enum error scene_put(struct world *world, const union command_body *body)
{
    return world_decide(world, COMMAND_FEE_PUT, body, BY_ADMIN, NULL, 0);
}

struct id scene_box(struct world *world, enum merchant_name merchant, const char *name,
                    unsigned units)
{
    static const char *const shoes[] = {"SHOE-42", "SHOE-42", "SHOE-42", "SHOE-42"};
    struct id order =
        world_order(world, merchant, name, "SHOE-42", units, 1000 * units, 1000 * units);
    world_request(world, merchant, &order, units, name);
    return world_box(world, LAX, name, NULL, shoes, units);
}

struct id scene_unit(struct world *world, const struct id *box, unsigned nth)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct id unit = {{0}};
    for (unsigned i = 0; i <= nth; i++) {
        bool found = walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row);
        assert(found);
    }
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return unit;
}

enum error scene_act(struct world *world, enum command_kind kind, const struct id *unit,
                     uint64_t grade, uint64_t disposition)
{
    union command_body body = {
        .unit_act = {.unit = *unit, .grade = grade, .disposition = disposition}};
    if (kind == COMMAND_UNIT_SHIP) body.unit_act.to = world->nodes[RTM].warehouse;
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

enum error scene_topup(struct world *world, enum merchant_name merchant, const char *reference,
                       int64_t amount)
{
    union command_body body = {.balance_topup = {.warehouse = world->nodes[LAX].warehouse,
                                                 .merchant = world->merchants[merchant].merchant,
                                                 .reference = span_text(reference),
                                                 .amount_minor = amount,
                                                 .currency = 840}};
    return world_decide(world, COMMAND_BALANCE_TOPUP, &body, BY_ADMIN, NULL, 0);
}

enum error scene_close(struct world *world, enum merchant_name merchant)
{
    union command_body body = {
        .statement_close = {.warehouse = world->nodes[LAX].warehouse,
                            .merchant = world->merchants[merchant].merchant}};
    return world_decide(world, COMMAND_STATEMENT_CLOSE, &body, BY_ADMIN, NULL, 0);
}

struct standing scene_standing(struct world *world, enum node_name at, enum merchant_name merchant)
{
    struct standing standing;
    bool known = billing_standing(&world_desk(world, at)->rows, &world->nodes[LAX].warehouse,
                                  &world->merchants[merchant].merchant, world->now_ms, &standing);
    assert(known);
    return standing;
}

unsigned scene_count(struct world *world, enum node_name at, uint64_t act, int64_t *sum)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    *sum = 0;
    while (walk_next(&world_desk(world, at)->rows, VIEW_CHARGE, &walk, &row)) {
        struct charge_row charge;
        enum error error = shape_decode(&charge_row_shape, row.value, &charge, NULL);
        assert(error == OK);
        if (act != 0 && charge.act != act) continue;
        count++;
        *sum += charge.amount_minor;
    }
    return count;
}

/* Holds of a unit: put and lifted by entries of the warehouse that holds it. What lifting takes
 * depends on the kind; a recall ends in the merchant's book and nowhere else. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/stock/stock.h"

SHAPE_DEFINE(hold_row, HOLD_ROW_FIELDS)

/* --- what stands ------------------------------------------------------------------------------ */

/* Keys of a kind go by hop, so the last one is of who holds the unit last. */
bool hold_load(const struct rows *rows, const struct id *unit, enum hold_kind kind,
               struct hold_row *row)
{
    struct key prefix = key_add_uint(key_of(unit), kind, 1);
    struct walk walk = walk_over(&prefix);
    struct key last = prefix;
    struct row at;
    while (walk_next(rows, VIEW_HOLD, &walk, &at)) last = walk.at;
    return last.size != prefix.size && rows_load(rows, VIEW_HOLD, &last, &hold_row_shape, row);
}

static bool owner_load(const struct desk *desk, const struct id *unit, struct merchant *merchant)
{
    struct unit_owner owner;
    return unit_owner(&desk->rows, unit, &owner) &&
           merchant_load(&desk->rows, &owner.merchant, merchant);
}

static bool code_is_recalled(const struct desk *desk, const struct merchant *merchant,
                             struct span code)
{
    struct recall_row row;
    return recall_load(desk, merchant, code, &row) && row.ended == 0;
}

/* By the code that stands on it, and by the code of the SKU that it is one of. */
bool sku_is_recalled(const struct desk *desk, const struct merchant *merchant, struct span code)
{
    struct sku_row sku;
    struct id id;
    if (code.size == 0) return false;
    if (code_is_recalled(desk, merchant, code)) return true;
    return sku_find(&desk->rows, desk->crypto, &merchant->merchant, code, &id) &&
           sku_load(&desk->rows, &id, &sku) && code_is_recalled(desk, merchant, sku.code);
}

static bool is_recalled(const struct desk *desk, const struct id *unit)
{
    struct unit_now now;
    struct merchant merchant;
    if (!owner_load(desk, unit, &merchant) || !unit_load(&desk->rows, unit, &now)) return false;
    return sku_is_recalled(desk, &merchant, now.row.sku);
}

uint32_t unit_holds(const struct desk *desk, const struct id *unit)
{
    uint32_t holds = 0;
    for (enum hold_kind kind = HOLD_WIPE; kind < HOLD_KIND_COUNT; kind++) {
        struct hold_row row;
        if (kind == HOLD_RECALL || !hold_load(&desk->rows, unit, kind, &row)) continue;
        if (row.lifted == 0) holds |= HOLD_BIT(kind);
    }
    if (is_recalled(desk, unit)) holds |= HOLD_BIT(HOLD_RECALL);
    return holds;
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool refuse(struct decision *decision, enum error error, const char *rule)
{
    decision_refuse(decision, error, rule);
    return false;
}

/* A merchant's word lifts what only the merchant knows; a supervisor is an admin at the desk. */
static bool lifts(const struct command *command, struct decision *decision)
{
    const struct unit_hold *body = &command->body->unit_hold;
    bool merchant = command->by.kind == BY_MERCHANT;
    if (merchant != (body->kind == HOLD_COUNTERFEIT))
        return refuse(decision, ERROR_FORBIDDEN,
                      merchant ? "kind: the warehouse lifts it" : "kind: the merchant lifts it");
    if (body->kind == HOLD_BIOHAZARD && command->by.kind != BY_ADMIN)
        return refuse(decision, ERROR_FORBIDDEN, "kind: a supervisor lifts it");
    if (body->kind != HOLD_WIPE) return true;
    if (body->method.size == 0) return refuse(decision, ERROR_MISSING_FIELD, "method");
    return body->result.size > 0 || refuse(decision, ERROR_MISSING_FIELD, "result");
}

static bool may_put(const struct command *command, bool stands, struct decision *decision)
{
    if (command->kind == COMMAND_UNIT_LIFT)
        return stands ? lifts(command, decision)
                      : refuse(decision, ERROR_CONFLICT, "kind: no such hold stands");
    return !stands || refuse(decision, ERROR_CONFLICT, "kind: such a hold stands already");
}

static bool is_in_custody(const struct desk *desk, const struct unit_now *now)
{
    return id_equal(&now->row.warehouse, &desk->warehouse) && now->row.state != UNIT_SHIPPED;
}

bool unit_is_at_hand(const struct desk *desk, const struct command *command, const struct id *unit,
                     struct unit_now *now, struct decision *decision)
{
    if (!unit_load(&desk->rows, unit, now) || !unit_is_covered(desk, command, unit))
        return refuse(decision, ERROR_NOT_FOUND, "unit");
    if (!is_in_custody(desk, now)) return refuse(decision, ERROR_HELD_ELSEWHERE, "unit");
    return !log_is_lost(&desk->rows, &now->log) ||
           refuse(decision, ERROR_CONFLICT, "unit: its lost store's entries are not adopted");
}

void hold_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct unit_hold *body = &command->body->unit_hold;
    struct unit_now now;
    decision->entity = body->unit;
    if (!unit_is_at_hand(desk, command, &body->unit, &now, decision)) return;
    if (body->kind == HOLD_RECALL) {
        decision_refuse(decision, ERROR_FORBIDDEN, "kind: a recall is the merchant's");
        return;
    }
    bool stands = (unit_holds(desk, &body->unit) & HOLD_BIT(body->kind)) != 0;
    if (!may_put(command, stands, decision)) return;
    struct unit_held held = {.unit = body->unit,
                             .hop = now.hop,
                             .kind = body->kind,
                             .lifted = command->kind == COMMAND_UNIT_LIFT,
                             .by = command->by,
                             .at_ms = moment->wall_ms,
                             .reason = body->reason,
                             .evidence = body->evidence,
                             .method = body->method,
                             .result = body->result};
    decision_add(decision, EVENT_UNIT_HELD, &body->unit, &held);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* Who never received that hop has no word on it; its receipt stands before this in its own log. */
void hold_fold(const struct desk *desk, const struct place *place, const struct unit_held *held)
{
    struct key custody = unit_key(&held->unit, held->hop, &place->log);
    if (!rows_has(&desk->rows, VIEW_UNIT, &custody)) return;
    struct key key = key_add_uint(key_of(&held->unit), held->kind, 1);
    key = key_add_id(key_add_uint(key, held->hop, 2), &place->log);
    struct hold_row row = {.lifted = held->lifted,
                           .by = held->by,
                           .at_ms = held->at_ms,
                           .reason = held->reason,
                           .evidence = held->evidence,
                           .method = held->method,
                           .result = held->result};
    rows_store(&desk->rows, VIEW_HOLD, &key, &hold_row_shape, &row);
    stock_of_unit(desk, &held->unit);
}

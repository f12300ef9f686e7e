/* Holds of a unit: put and lifted by entries of the warehouse that holds it. What lifting takes
 * depends on the kind; a recall ends in the merchant's book and nowhere else. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/stock/stock.h"

SHAPE_DEFINE(hold_row, HOLD_ROW_FIELDS)
SHAPE_DEFINE(hold_of, HOLD_OF_FIELDS)

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

/* By the code that stands on it, and by the code of the SKU that it is one of. */
static bool is_recalled_by(const struct desk *desk, const struct merchant *merchant,
                           struct recall_of of)
{
    struct sku_row sku;
    struct id id;
    if (of.code.size == 0) return false;
    if (recall_stands(desk, merchant, &of)) return true;
    if (!sku_find(&desk->rows, desk->crypto, &merchant->merchant, of.code, &id) ||
        !sku_load(&desk->rows, &id, &sku))
        return false;
    of.code = sku.code;
    return recall_stands(desk, merchant, &of);
}

/* Of units that are not told apart: none is in a range. */
bool sku_is_recalled(const struct desk *desk, const struct merchant *merchant, struct span code)
{
    return is_recalled_by(desk, merchant, (struct recall_of){.code = code});
}

/* The lot that its order names; empty: none does. */
static struct span lot_of(const struct rows *rows, const struct id *unit, struct order_row *order)
{
    struct assigned_row assigned;
    struct return_row row;
    if (!assigned_load(rows, unit, &assigned) || !return_load(rows, &assigned.return_id, &row) ||
        !order_load(rows, &row.order, order) || assigned.line >= order->lines_count)
        return (struct span){0};
    return order->lines[assigned.line].lot;
}

static bool is_recalled(const struct desk *desk, const struct id *unit, const struct unit_row *row)
{
    struct merchant merchant;
    struct order_row order;
    struct recall_of of = {.code = row->sku, .serial = row->serial};
    if (!owner_load(desk, unit, &merchant)) return false;
    of.lot = lot_of(&desk->rows, unit, &order);
    return is_recalled_by(desk, &merchant, of);
}

uint32_t unit_holds_put(const struct rows *rows, const struct id *unit)
{
    uint32_t holds = 0;
    for (enum hold_kind kind = HOLD_WIPE; kind < HOLD_KIND_COUNT; kind++) {
        struct hold_row row;
        if (kind == HOLD_RECALL || !hold_load(rows, unit, kind, &row)) continue;
        if (row.lifted == 0) holds |= HOLD_BIT(kind);
    }
    return holds;
}

/* What its SKU says of it, with what was found: data that nobody erased, a seal that is broken, a
 * battery that took harm. What was sealed when it was graded was in nobody's hands. */
static uint32_t holds_of_sku(const struct desk *desk, const struct id *unit,
                             const struct unit_row *row, const struct sku_row *sku)
{
    const struct rows *rows = &desk->rows;
    bool harmed =
        finding_stands(rows, unit, FOUND_DAMAGED) || finding_stands(rows, unit, FOUND_DEFECTIVE);
    uint32_t holds = 0;
    if (sku->data_bearing != 0 && row->grade != GRADE_NEW_SEALED) holds |= HOLD_BIT(HOLD_WIPE);
    if (sku->hygiene != 0 && finding_stands(rows, unit, FOUND_SEAL_BROKEN))
        holds |= HOLD_BIT(HOLD_HYGIENE);
    if (sku->battery > BATTERY_NONE && harmed) holds |= HOLD_BIT(HOLD_BATTERY);
    return holds;
}

/* Whatever kind somebody spoke of by hand, his last word counts. */
static uint32_t holds_derived(const struct desk *desk, const struct id *unit,
                              const struct unit_row *row)
{
    struct merchant merchant;
    struct sku_row sku;
    struct hold_row said;
    struct id id;
    if (row->sku.size == 0 || !owner_load(desk, unit, &merchant) ||
        !sku_find(&desk->rows, desk->crypto, &merchant.merchant, row->sku, &id) ||
        !sku_load(&desk->rows, &id, &sku))
        return 0;
    uint32_t holds = holds_of_sku(desk, unit, row, &sku);
    for (enum hold_kind kind = HOLD_WIPE; kind < HOLD_KIND_COUNT; kind++)
        if ((holds & HOLD_BIT(kind)) != 0 && hold_load(&desk->rows, unit, kind, &said))
            holds &= ~HOLD_BIT(kind);
    return holds;
}

static uint32_t holds_of(const struct desk *desk, const struct id *unit, uint32_t derived)
{
    struct unit_now now;
    uint32_t holds = unit_holds_put(&desk->rows, unit);
    if (!unit_load(&desk->rows, unit, &now)) return holds;
    if (is_recalled(desk, unit, &now.row)) holds |= HOLD_BIT(HOLD_RECALL);
    return holds | (holds_derived(desk, unit, &now.row) & derived);
}

uint32_t unit_holds(const struct desk *desk, const struct id *unit)
{
    return holds_of(desk, unit, ~UINT32_C(0));
}

uint32_t unit_holds_here(const struct desk *desk, const struct id *unit)
{
    return holds_of(desk, unit, ~HOLD_BIT(HOLD_WIPE));
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
    if (now->row.state == UNIT_VOID)
        return refuse(decision, ERROR_CONFLICT, "unit: its receipt was taken back");
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

static void index_put(const struct desk *desk, const struct id *unit, const struct hold_of *of,
                      bool stands)
{
    void (*const change)(const struct rows *rows, enum view_table table, const struct key *key) =
        stands ? rows_mark : rows_drop;
    for (enum hold_kind kind = HOLD_WIPE; kind < HOLD_KIND_COUNT; kind++) {
        struct key by_warehouse = key_add_uint(key_of(&of->warehouse), kind, 1);
        struct key by_merchant = pair_key(&of->merchant, &of->warehouse);
        if ((of->kinds & HOLD_BIT(kind)) == 0) continue;
        by_warehouse = key_add_id(by_warehouse, unit);
        by_merchant = key_add_id(key_add_uint(by_merchant, kind, 1), unit);
        change(&desk->rows, VIEW_HOLD_BY_WAREHOUSE, &by_warehouse);
        if (!id_is_zero(&of->merchant)) change(&desk->rows, VIEW_HOLD_BY_MERCHANT, &by_merchant);
    }
}

void holds_refresh(const struct desk *desk, const struct id *unit)
{
    struct key key = key_of(unit);
    struct hold_of former = {.kinds = 0}, now = {.kinds = 0};
    struct unit_now here;
    struct unit_owner owner;
    bool known = rows_load(&desk->rows, VIEW_HOLD_OF, &key, &hold_of_shape, &former);
    bool stands = unit_load(&desk->rows, unit, &here) && here.row.state != UNIT_VOID &&
                  (here.row.state != UNIT_SETTLED || here.row.disposition == DISPOSE_RESTOCK);
    now.kinds = stands ? unit_holds_put(&desk->rows, unit) : 0;
    if (!known && now.kinds == 0) return;
    if (stands) now.warehouse = here.row.warehouse;
    if (unit_owner(&desk->rows, unit, &owner)) now.merchant = owner.merchant;
    index_put(desk, unit, &former, false);
    index_put(desk, unit, &now, true);
    if (now.kinds != 0)
        rows_store(&desk->rows, VIEW_HOLD_OF, &key, &hold_of_shape, &now);
    else
        rows_drop(&desk->rows, VIEW_HOLD_OF, &key);
}

static void of_all(const struct desk *desk, enum view_table table, const struct id *of)
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, table, &walk, &row)) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        holds_refresh(desk, &unit);
    }
}

void holds_of_return(const struct desk *desk, const struct id *return_id)
{
    of_all(desk, VIEW_UNIT_BY_RETURN, return_id);
}

void holds_of_removal(const struct desk *desk, const struct id *removal)
{
    of_all(desk, VIEW_UNIT_BY_REMOVAL, removal);
}

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
    holds_refresh(desk, &held->unit);
}

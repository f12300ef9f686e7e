/* The facts of a proposal, from the views: whose the unit is, what it is worth and where it was
 * sold. What is not known is said to be unknown, never guessed. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/worth/rows.h"

/* Texts of rows live until the next put, and nobody puts while it is decided or read. */
static void know_sku(const struct desk *desk, const struct merchant *merchant,
                     const struct unit_row *unit, uint64_t currency, struct worth_facts *facts)
{
    struct sku_row sku;
    struct id id;
    if (unit->sku.size == 0) return;
    if (!sku_find(&desk->rows, desk->crypto, &merchant->merchant, unit->sku, &id)) return;
    if (!sku_load(&desk->rows, &id, &sku)) return;
    facts->category = sku.category;
    if (sku.value_minor <= 0 || sku.currency != currency) return;
    facts->value_known = true;
    facts->value_minor = sku.value_minor;
}

/* What a buyer paid for it says more than what the SKU is put down at. */
static void know_sale(const struct desk *desk, const struct assigned_row *assigned,
                      const struct return_row *owner, uint64_t currency, struct worth_facts *facts)
{
    struct order_row order;
    if (!order_load(&desk->rows, &owner->order, &order)) return;
    facts->country = order.ship_to;
    if (order.currency != currency || assigned->line >= order.lines_count) return;
    int64_t price_minor = order.lines[assigned->line].price_minor;
    if (price_minor < 0) return;
    facts->value_known = true;
    facts->value_minor = price_minor;
}

static void know_leave(const struct desk *desk, const struct id *unit,
                       const struct assigned_row *assigned, struct worth_facts *facts)
{
    struct released_row released;
    if (released_load(&desk->rows, unit, &assigned->book, &released))
        facts->released = released.disposition;
}

bool worth_appraise(const struct desk *desk, const struct id *unit, uint64_t at_ms,
                    struct appraisal *appraisal)
{
    struct unit_now now;
    struct assigned_row assigned;
    struct return_row owner;
    struct cost_version_row version;
    *appraisal = (struct appraisal){.version = 0};
    if (!unit_load(&desk->rows, unit, &now) || !assigned_load(&desk->rows, unit, &assigned) ||
        !return_load(&desk->rows, &assigned.return_id, &owner) ||
        !merchant_load(&desk->rows, &owner.merchant, &appraisal->merchant))
        return false;
    appraisal->return_id = assigned.return_id;
    appraisal->grade = now.row.grade;
    uint64_t number = cost_version_at(&desk->rows, &appraisal->merchant, at_ms);
    if (!cost_load(&desk->rows, &appraisal->merchant, number, &version)) return true;
    struct worth_facts facts = {
        .sku = now.row.sku, .warehouse = now.row.warehouse, .grade = now.row.grade};
    uint64_t currency = version.table.currency;
    know_sku(desk, &appraisal->merchant, &now.row, currency, &facts);
    know_sale(desk, &assigned, &owner, currency, &facts);
    know_leave(desk, unit, &assigned, &facts);
    facts.held = unit_holds(desk, unit) != 0;
    facts.noticed = lock_stands(desk, unit, at_ms);
    appraisal->version = number;
    appraisal->currency = currency;
    appraisal->value_known = facts.value_known;
    appraisal->value_minor = facts.value_minor;
    worth_propose(&facts, &version.table, &appraisal->proposal);
    return true;
}

/* Charges: posted once for each act, at the price of the table in force when it was done, and taken
 * back once when the act was. An entry of the warehouse's own log each, so that a statement is a
 * stretch of it. */
#include "overseas-warehouse/billing/bills.h"
#include "proto/bugs.h"

#define CHARGES_A_TURN 16u /* the rest stays to do */
#define NUMBER_BYTES   4

struct key ledger_key(const struct id *merchant, const struct id *warehouse, uint64_t statement)
{
    return key_add_uint(bill_pair(merchant, warehouse), statement, NUMBER_BYTES);
}

/* --- what is measured ------------------------------------------------------------------------- */

static bool goods_of(const struct desk *desk, const struct id *merchant, const struct id *unit,
                     struct sku_row *sku)
{
    struct unit_now now;
    struct id id;
    return unit_load(&desk->rows, unit, &now) &&
           sku_find(&desk->rows, desk->crypto, merchant, now.row.sku, &id) &&
           sku_load(&desk->rows, &id, sku);
}

/* What weighs nothing that is known is in the lightest class. */
static void measure(const struct desk *desk, const struct fee_row *fee,
                    struct charge_posted *charge)
{
    struct box_row box;
    struct sku_row sku;
    if (charge->act == BILLED_RECEIVE_BOX) {
        if (box_load(&desk->rows, &charge->thing, &box)) charge->weight_g = box.weight_g;
        return;
    }
    bool known = goods_of(desk, &charge->merchant, &charge->thing, &sku);
    if (known) charge->weight_g = sku.weight_g;
    if (charge->act != BILLED_STORAGE) return;
    if (known) charge->volume_mm3 = sku.length_mm * sku.width_mm * sku.height_mm;
    if (charge->volume_mm3 == 0) charge->volume_mm3 = fee->unsized_mm3;
}

/* --- acts ------------------------------------------------------------------------------------- */

static void fill_place(const struct desk *desk, const struct fee_row *fee, uint64_t now_ms,
                       struct charge_posted *charge)
{
    charge->currency = fee->currency;
    charge->fee_version = fee->version;
    charge->statement = statement_open(&desk->rows, &charge->warehouse, &charge->merchant);
    charge->at_ms = now_ms;
}

static void reverse(const struct desk *desk, const struct charge_row *posted, uint64_t now_ms,
                    struct decision *decision)
{
    struct charge_posted charge = {0};
    shape_copy(&charge_posted_shape, &charge, &charge_row_shape, posted);
    charge.reverses = posted->charge;
    charge.charge = charge_reverse_id(desk->crypto, &posted->charge);
    charge.amount_minor = -posted->amount_minor;
    charge.statement = statement_open(&desk->rows, &charge.warehouse, &charge.merchant);
    charge.at_ms = now_ms;
    decision_add(decision, EVENT_CHARGE_POSTED, &charge.thing, &charge);
}

static bool act_load(const struct desk *desk, const struct id *charge, struct act_row *act)
{
    struct key prefix = key_of(charge);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_ACT, &walk, &row))
        if (shape_decode(&act_row_shape, row.value, act, NULL) == OK && act->voided == 0)
            return true;
    return false;
}

static void post(const struct desk *desk, const struct id *merchant, const struct id *id,
                 uint64_t now_ms, struct decision *decision)
{
    struct charge_row posted;
    struct act_row act;
    struct fee_row fee;
    if (charge_load(&desk->rows, id, &posted)) {
        reverse(desk, &posted, now_ms, decision);
        return;
    }
    if (!act_load(desk, id, &act)) return;
    uint64_t at_ms = BUG(todays_price) ? now_ms : act.at_ms;
    if (!fee_at(&desk->rows, &act.warehouse, merchant, at_ms, &fee)) return;
    struct charge_posted charge = {.charge = *id,
                                   .warehouse = act.warehouse,
                                   .merchant = *merchant,
                                   .act = act.act,
                                   .thing = act.thing,
                                   .hop = act.hop,
                                   .number = act.number,
                                   .act_ms = act.at_ms};
    measure(desk, &fee, &charge);
    fill_place(desk, &fee, now_ms, &charge);
    if (!fee_amount(&fee, charge.act, charge.weight_g, &charge.amount_minor))
        charge.amount_minor = 0;
    decision_add(decision, EVENT_CHARGE_POSTED, &charge.thing, &charge);
}

void billing_react(const struct desk *desk, const struct id *warehouse, const struct id *merchant,
                   struct moment *moment, struct decision *decision)
{
    struct cover cover;
    struct walk walk;
    struct row row;
    if (desk->awaits || !fee_cover(&desk->rows, warehouse, merchant, &cover)) return;
    bool more = waiting_from(&desk->rows, warehouse, merchant, cover.from_ms, &walk);
    for (uint32_t i = 0; more && i < CHARGES_A_TURN; i++) {
        struct id charge;
        if (be_get(walk.at.bytes + 2 * ID_BYTES, 8) >= cover.until_ms) return;
        memcpy(charge.bytes, walk.at.bytes + 2 * ID_BYTES + 8, ID_BYTES);
        post(desk, merchant, &charge, moment->wall_ms, decision);
        more = walk_next(&desk->rows, VIEW_CHARGE_WAITING, &walk, &row);
    }
}

/* --- storage ---------------------------------------------------------------------------------- */

/* Days before the first table are nobody's, and those of its first period begin with it. */
static void post_storage(const struct desk *desk, const struct stored_row *stored,
                         const struct id *unit, uint64_t hop, const struct cover *cover,
                         uint64_t now_ms, struct decision *decision)
{
    struct fee_row fee;
    uint64_t from = stored->charged_ms > stored->since_ms ? stored->charged_ms : stored->since_ms;
    uint64_t to = period_due(cover, stored);
    bool before = to <= cover->from_ms;
    bool priced = before ? fee_version(&desk->rows, &stored->warehouse, &stored->merchant, 1, &fee)
                         : fee_at(&desk->rows, &stored->warehouse, &stored->merchant, to - 1, &fee);
    if (!priced) return;
    uint64_t month = month_of(to - 1);
    struct charge_posted charge = {
        .charge = charge_id(desk->crypto, &stored->warehouse, BILLED_STORAGE, unit, hop, month),
        .warehouse = stored->warehouse,
        .merchant = stored->merchant,
        .act = BILLED_STORAGE,
        .thing = *unit,
        .hop = hop,
        .number = month,
        .act_ms = to,
        .from_ms = from,
        .to_ms = to};
    measure(desk, &fee, &charge);
    fill_place(desk, &fee, now_ms, &charge);
    struct stay stay = {stored->since_ms, from, to, charge.volume_mm3, charge.weight_g};
    if (stay.from_ms < cover->from_ms) stay.from_ms = before ? to : cover->from_ms;
    if (!fee_storage(&fee, &stay, &charge.days, &charge.amount_minor)) charge.amount_minor = 0;
    decision_add(decision, EVENT_CHARGE_POSTED, unit, &charge);
}

void billing_due(const struct desk *desk, const struct id *warehouse, const struct id *merchant,
                 struct moment *moment, struct decision *decision)
{
    struct cover cover;
    struct row row;
    struct key prefix = bill_pair(warehouse, merchant);
    struct walk walk = walk_over(&prefix);
    if (desk->awaits || !fee_cover(&desk->rows, warehouse, merchant, &cover)) return;
    for (uint32_t i = 0; i < CHARGES_A_TURN; i++) {
        struct stored_row stored;
        struct id unit;
        if (!walk_next(&desk->rows, VIEW_STORED_NEXT, &walk, &row)) return;
        memcpy(unit.bytes, walk.at.bytes + 2 * ID_BYTES + 8, ID_BYTES);
        uint64_t hop = be_get(walk.at.bytes + 3 * ID_BYTES + 8, 2);
        struct key key = key_add_uint(key_of(&unit), hop, 2);
        if (!rows_load(&desk->rows, VIEW_STORED, &key, &stored_row_shape, &stored)) continue;
        uint64_t due_ms = period_due(&cover, &stored);
        if (due_ms > moment->wall_ms || due_ms > cover.until_ms) return;
        post_storage(desk, &stored, &unit, hop, &cover, moment->wall_ms, decision);
    }
}

/* --- folding ---------------------------------------------------------------------------------- */

static struct key line_key(const struct charge_row *row)
{
    struct key key = ledger_key(&row->merchant, &row->warehouse, row->statement);
    return key_add_uint(key_add_id(key, &row->log), row->idx, 8);
}

static struct key thing_key(const struct charge_row *row)
{
    struct key key = key_add_uint(key_of(&row->thing), row->act, 1);
    return key_add_id(key_add_uint(key, row->hop, 2), &row->charge);
}

static void take_out(const struct desk *desk, const struct charge_row *row)
{
    struct key line = line_key(row), thing = thing_key(row);
    rows_drop(&desk->rows, VIEW_LEDGER, &line);
    rows_drop(&desk->rows, VIEW_CHARGE_BY_THING, &thing);
    balance_add(desk, row, -1);
}

static void put_in(const struct desk *desk, const struct charge_row *row)
{
    struct ledger_row ledger = {.charge = row->charge};
    struct key key = key_of(&row->charge), line = line_key(row), thing = thing_key(row);
    rows_store(&desk->rows, VIEW_CHARGE, &key, &charge_row_shape, row);
    rows_store(&desk->rows, VIEW_LEDGER, &line, &ledger_row_shape, &ledger);
    rows_mark(&desk->rows, VIEW_CHARGE_BY_THING, &thing);
    balance_add(desk, row, 1);
}

/* What follows from a charge's row: of the charge itself, and of the one that it takes back. */
static void charge_follow(const struct desk *desk, const struct charge_row *row)
{
    act_refresh(desk, &row->charge);
    if (!id_is_zero(&row->reverses)) act_refresh(desk, &row->reverses);
    if (row->act == BILLED_STORAGE) stays_refresh(desk, &row->thing);
}

/* An id that does not follow from what it is said to be of would stand in another act's place. */
static bool id_follows(const struct desk *desk, const struct charge_posted *posted)
{
    struct id id = charge_id(desk->crypto, &posted->warehouse, posted->act, &posted->thing,
                             posted->hop, posted->number);
    if (!id_is_zero(&posted->reverses) && !id_equal(&posted->reverses, &id)) return false;
    if (!id_is_zero(&posted->reverses)) id = charge_reverse_id(desk->crypto, &id);
    return id_equal(&posted->charge, &id);
}

void charge_fold(const struct desk *desk, const struct place *place,
                 const struct charge_posted *posted)
{
    if (!id_follows(desk, posted)) return;
    struct charge_row former, row = {.log = place->log, .idx = place->idx};
    bool known = charge_load(&desk->rows, &posted->charge, &former);
    if (known && !place_is_before(place, &former.log, former.idx)) return;
    shape_copy(&charge_row_shape, &row, &charge_posted_shape, posted);
    if (known) take_out(desk, &former);
    put_in(desk, &row);
    if (known) charge_follow(desk, &former);
    charge_follow(desk, &row);
}

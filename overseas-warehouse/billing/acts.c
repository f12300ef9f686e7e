/* Acts: noted as they are done, and waiting until they are charged. What waits follows from three
 * sets, acts, owners and charges, and is refreshed by the fold of each. */
#include "overseas-warehouse/billing/bills.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/bugs.h"

SHAPE_DEFINE(act_row, ACT_ROW_FIELDS)
SHAPE_DEFINE(charge_row, CHARGE_ROW_FIELDS)
SHAPE_DEFINE(topup_row, TOPUP_ROW_FIELDS)
SHAPE_DEFINE(ledger_row, LEDGER_ROW_FIELDS)
SHAPE_DEFINE(balance_row, BALANCE_ROW_FIELDS)
SHAPE_DEFINE(fee_row, FEE_ROW_FIELDS)
SHAPE_DEFINE(statement_row, STATEMENT_ROW_FIELDS)
SHAPE_DEFINE(waits_row, WAITS_ROW_FIELDS)
SHAPE_DEFINE(stored_row, STORED_ROW_FIELDS)
SHAPE_DEFINE(stored_due_row, STORED_DUE_ROW_FIELDS)
SHAPE_DEFINE(arrears_overridden_row, ARREARS_OVERRIDDEN_FIELDS)

#define UNIT_COUNT_MASK 0xfffffu

/* --- keys ------------------------------------------------------------------------------------- */

struct key bill_pair(const struct id *first, const struct id *second)
{
    return pair_key(first, second);
}

bool place_is_before(const struct place *place, const struct id *log, uint64_t idx)
{
    int order = memcmp(place->log.bytes, log->bytes, ID_BYTES);
    return order < 0 || (order == 0 && place->idx < idx);
}

struct id charge_id(const struct crypto *crypto, const struct id *warehouse, uint64_t act,
                    const struct id *thing, uint64_t hop, uint64_t number)
{
    uint8_t tail[1 + 2 + 4];
    be_put(tail, act, 1);
    be_put(tail + 1, hop, 2);
    be_put(tail + 3, number, 4);
    struct span parts[] = {span_of(warehouse->bytes, ID_BYTES), span_of(thing->bytes, ID_BYTES),
                           span_of(tail, sizeof tail)};
    return crypto_id(crypto, "entrepot/charge/1", parts, 3);
}

struct id charge_reverse_id(const struct crypto *crypto, const struct id *charge)
{
    struct span part = span_of(charge->bytes, ID_BYTES);
    return crypto_id(crypto, "entrepot/charge/reverse/1", &part, 1);
}

bool charge_load(const struct rows *rows, const struct id *charge, struct charge_row *row)
{
    struct key key = key_of(charge);
    return rows_load(rows, VIEW_CHARGE, &key, &charge_row_shape, row);
}

/* --- whose it is ------------------------------------------------------------------------------ */

static bool merchant_of_return(const struct desk *desk, const struct id *return_id,
                               struct id *merchant)
{
    struct return_row row;
    if (!return_load(&desk->rows, return_id, &row)) return false;
    *merchant = row.merchant;
    return true;
}

/* A unit is its return's merchant's, or its removal order's. A box may hold goods of several: the
 * first claim of it by the order of keys bears what the box as such costs. */
bool billing_merchant_of(const struct desk *desk, const struct id *thing, struct id *merchant)
{
    struct unit_owner owner;
    if (unit_owner(&desk->rows, thing, &owner)) {
        *merchant = owner.merchant;
        return true;
    }
    struct key prefix = key_of(thing);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_BOX_CLAIM, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (merchant_of_return(desk, &return_id, merchant)) return true;
    }
    return false;
}

/* --- what waits ------------------------------------------------------------------------------- */

static struct key waiting_key(const struct waits_row *waits, const struct id *charge)
{
    struct key key = bill_pair(&waits->warehouse, &waits->merchant);
    return key_add_id(key_add_uint(key, waits->at_ms, 8), charge);
}

bool waiting_from(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                  uint64_t from_ms, struct walk *walk)
{
    struct row row;
    struct key prefix = bill_pair(warehouse, merchant);
    *walk = walk_over(&prefix);
    walk->at = key_add_uint(prefix, from_ms, 8);
    return walk_next(rows, VIEW_CHARGE_WAITING, walk, &row);
}

/* An act stands while one log says that it was done and has not said that it was not. */
static bool act_stands(const struct desk *desk, const struct id *charge, struct act_row *act)
{
    struct key prefix = key_of(charge);
    struct walk walk = walk_over(&prefix);
    struct row row;
    bool known = false;
    while (walk_next(&desk->rows, VIEW_ACT, &walk, &row)) {
        struct act_row one;
        if (shape_decode(&act_row_shape, row.value, &one, NULL) != OK) continue;
        if (known && one.voided != 0) continue;
        *act = one;
        known = true;
        if (one.voided == 0) return true;
    }
    return false;
}

static bool wants_charge(const struct desk *desk, const struct id *charge, struct waits_row *waits)
{
    struct act_row act;
    struct charge_row posted;
    struct id reverse = charge_reverse_id(desk->crypto, charge);
    bool stands = act_stands(desk, charge, &act);
    if (charge_load(&desk->rows, charge, &posted)) {
        *waits = (struct waits_row){posted.warehouse, posted.merchant, posted.act_ms};
        struct key key = key_of(charge);
        struct walk walk = walk_over(&key);
        struct row row;
        bool noted = walk_next(&desk->rows, VIEW_ACT, &walk, &row);
        struct key reversed = key_of(&reverse);
        return noted && !stands && !rows_has(&desk->rows, VIEW_CHARGE, &reversed);
    }
    if (!stands) return false;
    waits->warehouse = act.warehouse;
    waits->at_ms = act.at_ms;
    struct id thing = act.thing;
    return billing_merchant_of(desk, &thing, &waits->merchant);
}

void act_refresh(const struct desk *desk, const struct id *charge)
{
    struct waits_row former = {0}, now = {0};
    struct key key = key_of(charge);
    bool waited = rows_load(&desk->rows, VIEW_CHARGE_WAITS, &key, &waits_row_shape, &former);
    bool waits = wants_charge(desk, charge, &now);
    if (waited) {
        struct key at = waiting_key(&former, charge);
        rows_drop(&desk->rows, VIEW_CHARGE_WAITING, &at);
        rows_drop(&desk->rows, VIEW_CHARGE_WAITS, &key);
    }
    if (waits) {
        struct key at = waiting_key(&now, charge);
        rows_mark(&desk->rows, VIEW_CHARGE_WAITING, &at);
        rows_store(&desk->rows, VIEW_CHARGE_WAITS, &key, &waits_row_shape, &now);
    }
    if (waited) bill_work_refresh(desk, &former.warehouse, &former.merchant);
    if (waits) bill_work_refresh(desk, &now.warehouse, &now.merchant);
}

void billing_owner_refresh(const struct desk *desk, const struct id *thing)
{
    struct key prefix = key_of(thing);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_ACT_BY_THING, &walk, &row)) {
        struct id charge;
        memcpy(charge.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        act_refresh(desk, &charge);
    }
    stays_refresh(desk, thing);
}

void billing_return_refresh(const struct desk *desk, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_RETURN, &walk, &row)) {
        struct id unit;
        struct assigned_row assigned;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        billing_owner_refresh(desk, &unit);
        if (!assigned_load(&desk->rows, &unit, &assigned)) continue;
        struct id box = assigned.box;
        billing_owner_refresh(desk, &box);
    }
}

/* --- noting ----------------------------------------------------------------------------------- */

static bool is_chargeable(const struct billed *done)
{
    return done->hop <= HOP_MAX && done->number <= UINT32_MAX && !id_is_zero(&done->thing);
}

static struct key act_key(const struct desk *desk, const struct place *place,
                          const struct billed *done, struct id *charge)
{
    *charge =
        charge_id(desk->crypto, &done->warehouse, done->act, &done->thing, done->hop, done->number);
    return pair_key(charge, &place->log);
}

void billing_note(const struct desk *desk, const struct place *place, const struct billed *done)
{
    struct id charge;
    if (!is_chargeable(done)) return;
    struct key key = act_key(desk, place, done, &charge);
    struct act_row row = {.act = done->act,
                          .thing = done->thing,
                          .hop = done->hop,
                          .number = done->number,
                          .warehouse = done->warehouse,
                          .at_ms = done->at_ms};
    if (!rows_store_new(&desk->rows, VIEW_ACT, &key, &act_row_shape, &row)) return;
    struct key by_thing = pair_key(&done->thing, &charge);
    rows_mark(&desk->rows, VIEW_ACT_BY_THING, &by_thing);
    act_refresh(desk, &charge);
}

void billing_void(const struct desk *desk, const struct place *place, const struct billed *done)
{
    struct id charge;
    struct act_row row;
    if (!is_chargeable(done)) return;
    struct key key = act_key(desk, place, done, &charge);
    if (!rows_load(&desk->rows, VIEW_ACT, &key, &act_row_shape, &row) || row.voided != 0) return;
    row.voided = 1;
    rows_store(&desk->rows, VIEW_ACT, &key, &act_row_shape, &row);
    act_refresh(desk, &charge);
}

void billing_void_standing(const struct desk *desk, const struct place *place,
                           const struct billed *done)
{
    struct key prefix = key_of(&done->thing);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct billed latest = *done;
    while (walk_next(&desk->rows, VIEW_ACT_BY_THING, &walk, &at)) {
        struct id charge;
        struct act_row row;
        memcpy(charge.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        struct key key = pair_key(&charge, &place->log);
        if (!rows_load(&desk->rows, VIEW_ACT, &key, &act_row_shape, &row)) continue;
        if (row.act != done->act || row.hop != done->hop || row.voided != 0) continue;
        latest.number = row.number;
        latest.warehouse = row.warehouse;
        billing_void(desk, place, &latest);
        return;
    }
}

/* --- of the entries there are ----------------------------------------------------------------- */

bool disposition_leaves(uint64_t disposition)
{
    return disposition == DISPOSE_RESELL || disposition == DISPOSE_LIQUIDATE ||
           disposition == DISPOSE_DONATE || disposition == DISPOSE_RECYCLE ||
           disposition == DISPOSE_VENDOR || disposition == DISPOSE_ORIGIN ||
           disposition == DISPOSE_HUB;
}

/* A store that took the place of a lost one adopts what lies there: nobody did anything. */
static enum billed_act act_of(const struct unit_moved *moved, const struct unit_row *row)
{
    if (moved->verb == DO_RECEIVE && moved->by.kind != BY_POLICY) return BILLED_RECEIVE_UNIT;
    if (moved->verb == DO_INSPECT) return BILLED_INSPECT;
    if (moved->verb == DO_GRADE && moved->sku.size > 0) return BILLED_RELABEL;
    if (moved->verb == DO_SHIP) return BILLED_OUTBOUND;
    if (moved->verb != DO_SETTLE) return BILLED_ACTS_END;
    if (row->disposition == DISPOSE_DESTROY) return BILLED_DESTROY;
    return disposition_leaves(row->disposition) ? BILLED_OUTBOUND : BILLED_ACTS_END;
}

static enum billed_act act_taken_back(const struct unit_moved *moved)
{
    if (moved->verb != DO_VOID || moved->to == UNIT_INSPECTED) return BILLED_ACTS_END;
    return moved->to == UNIT_RECEIVED ? BILLED_INSPECT : BILLED_RECEIVE_UNIT;
}

void billing_of_unit(const struct desk *desk, const struct place *place,
                     const struct unit_moved *moved)
{
    struct unit_row row;
    struct key key = unit_key(&moved->unit, moved->hop, &place->log);
    bool folded =
        rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &row) && row.idx == place->idx;
    if (!folded) return;
    struct billed done = {.act = act_of(moved, &row),
                          .thing = moved->unit,
                          .warehouse = row.warehouse,
                          .hop = moved->hop,
                          .number = row.version & UNIT_COUNT_MASK,
                          .at_ms = moved->at_ms};
    if (done.act != BILLED_ACTS_END) billing_note(desk, place, &done);
    done.act = act_taken_back(moved);
    if (done.act != BILLED_ACTS_END) billing_void_standing(desk, place, &done);
    stays_refresh(desk, &moved->unit);
}

/* A box is received once, however often it is looked at. */
void billing_of_box(const struct desk *desk, const struct place *place,
                    const struct box_received *received)
{
    struct billed done = {.act = BILLED_RECEIVE_BOX,
                          .thing = received->box,
                          .warehouse = received->warehouse,
                          .number = BUG(box_charged_again) ? place->idx : 0,
                          .at_ms = received->at_ms};
    billing_note(desk, place, &done);
}

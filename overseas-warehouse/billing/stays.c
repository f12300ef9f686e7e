/* Stays: from when to when a unit lay at a warehouse, and how far that is charged. A stay is
 * charged by periods, each of which ends with the UTC month or with the stay; the end is a due row
 * of the warehouse's, one for all that a merchant has there. */
#include "overseas-warehouse/billing/bills.h"

#define HOP_BYTES 2

static struct key stored_key(const struct id *unit, uint64_t hop)
{
    return key_add_uint(key_of(unit), hop, HOP_BYTES);
}

static struct key next_key(const struct stored_row *row, const struct id *unit, uint64_t hop)
{
    struct key key = bill_pair(&row->warehouse, &row->merchant);
    key = key_add_id(key_add_uint(key, row->next_ms, 8), unit);
    return key_add_uint(key, hop, HOP_BYTES);
}

/* A month of a stay is charged whole, or up to the end of the stay. */
static uint64_t charged_until(const struct desk *desk, const struct id *unit, uint64_t hop)
{
    struct key prefix = key_add_uint(key_of(unit), BILLED_STORAGE, 1);
    prefix = key_add_uint(prefix, hop, HOP_BYTES);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t until = 0;
    while (walk_next(&desk->rows, VIEW_CHARGE_BY_THING, &walk, &row)) {
        struct id charge;
        struct charge_row posted;
        memcpy(charge.bytes, walk.at.bytes + prefix.size, ID_BYTES);
        if (!charge_load(&desk->rows, &charge, &posted)) continue;
        if (month_ends(posted.number) > until) until = month_ends(posted.number);
    }
    return until;
}

/* Its receipt was taken back: it never came, or is under way to here again. */
static bool never_lay(const struct unit_row *row)
{
    return row->state == UNIT_VOID ||
           (row->state == UNIT_SHIPPED && id_equal(&row->to, &row->warehouse));
}

/* Goods that were put on the shelf are the stock's from then on. */
static uint64_t stay_end(const struct unit_row *row, uint64_t next_hop_ms)
{
    if (never_lay(row)) return row->received_ms;
    if (row->state == UNIT_SHIPPED || row->state == UNIT_SETTLED) return row->moved_ms;
    return next_hop_ms;
}

static bool stay_goes_on(const struct desk *desk, const struct id *unit, uint64_t hop,
                         struct stored_row *stay)
{
    stay->charged_ms = charged_until(desk, unit, hop);
    uint64_t done = stay->charged_ms > stay->since_ms ? stay->charged_ms : stay->since_ms;
    if (stay->until_ms != 0 && done >= stay->until_ms) return false;
    stay->next_ms = month_end(done);
    if (stay->until_ms != 0 && stay->until_ms < stay->next_ms) stay->next_ms = stay->until_ms;
    return stay->next_ms > done && billing_merchant_of(desk, unit, &stay->merchant);
}

static void stay_store(const struct desk *desk, const struct id *unit, uint64_t hop,
                       struct stored_row *stay)
{
    struct stored_row former = {0};
    struct key key = stored_key(unit, hop);
    bool known = rows_load(&desk->rows, VIEW_STORED, &key, &stored_row_shape, &former);
    bool open = stay_goes_on(desk, unit, hop, stay);
    if (known) {
        struct key at = next_key(&former, unit, hop);
        rows_drop(&desk->rows, VIEW_STORED_NEXT, &at);
        rows_drop(&desk->rows, VIEW_STORED, &key);
    }
    if (open) {
        struct key at = next_key(stay, unit, hop);
        rows_mark(&desk->rows, VIEW_STORED_NEXT, &at);
        rows_store(&desk->rows, VIEW_STORED, &key, &stored_row_shape, stay);
    }
    if (known) bill_due_refresh(desk, &former.warehouse, &former.merchant);
    if (open) bill_due_refresh(desk, &stay->warehouse, &stay->merchant);
}

/* The first row of the hop, that of the smallest log, tells its stay: a second one takes a fault.
 */
static bool hop_load(const struct desk *desk, const struct id *unit, uint64_t hop,
                     struct unit_row *row)
{
    struct key prefix = stored_key(unit, hop);
    struct walk walk = walk_over(&prefix);
    struct row at;
    return walk_next(&desk->rows, VIEW_UNIT, &walk, &at) &&
           shape_decode(&unit_row_shape, at.value, row, NULL) == OK;
}

void stays_refresh(const struct desk *desk, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t former = UINT64_MAX;
    while (walk_next(&desk->rows, VIEW_UNIT, &walk, &at)) {
        struct unit_row row, next;
        uint64_t hop = be_get(walk.at.bytes + ID_BYTES, HOP_BYTES);
        if (hop == former || !hop_load(desk, unit, hop, &row)) continue;
        former = hop;
        struct stored_row stay = {.warehouse = row.warehouse, .since_ms = row.received_ms};
        uint64_t next_hop_ms = 0;
        if (hop < HOP_MAX && hop_load(desk, unit, hop + 1, &next)) next_hop_ms = next.received_ms;
        stay.until_ms = stay_end(&row, next_hop_ms);
        stay_store(desk, unit, hop, &stay);
    }
}

/* --- what is to be done ----------------------------------------------------------------------- */

bool fee_cover(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
               struct cover *cover)
{
    struct fee_row fee;
    if (!fee_version(rows, warehouse, merchant, 1, &fee)) return false;
    cover->from_ms = fee.from_ms;
    if (!fee_newest(rows, warehouse, merchant, &fee)) return false;
    cover->until_ms = fee.until_ms == 0 ? UINT64_MAX : fee.until_ms;
    return true;
}

uint64_t period_due(const struct cover *cover, const struct stored_row *stored)
{
    if (stored->next_ms > cover->from_ms) return stored->next_ms;
    uint64_t end = month_end(cover->from_ms);
    return stored->until_ms != 0 && stored->until_ms < end ? stored->until_ms : end;
}

static bool first_due(const struct desk *desk, const struct id *warehouse,
                      const struct id *merchant, uint64_t *due_ms)
{
    struct cover cover;
    struct stored_row stored;
    struct key prefix = bill_pair(warehouse, merchant);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(&desk->rows, VIEW_STORED_NEXT, &walk, &row)) return false;
    if (!fee_cover(&desk->rows, warehouse, merchant, &cover)) return false;
    struct id unit;
    memcpy(unit.bytes, walk.at.bytes + 2 * ID_BYTES + 8, ID_BYTES);
    struct key key = stored_key(&unit, be_get(walk.at.bytes + 3 * ID_BYTES + 8, HOP_BYTES));
    if (!rows_load(&desk->rows, VIEW_STORED, &key, &stored_row_shape, &stored)) return false;
    *due_ms = period_due(&cover, &stored);
    return *due_ms <= cover.until_ms;
}

void bill_due_refresh(const struct desk *desk, const struct id *warehouse,
                      const struct id *merchant)
{
    struct stored_due_row row;
    struct key key = bill_pair(warehouse, merchant);
    uint64_t due_ms;
    if (rows_load(&desk->rows, VIEW_STORED_DUE, &key, &stored_due_row_shape, &row)) {
        due_drop(&desk->rows, row.due_ms, warehouse, DO_BILL, merchant);
        rows_drop(&desk->rows, VIEW_STORED_DUE, &key);
    }
    if (!first_due(desk, warehouse, merchant, &due_ms)) return;
    due_put(&desk->rows, due_ms, warehouse, DO_BILL, merchant);
    row.due_ms = due_ms;
    rows_store(&desk->rows, VIEW_STORED_DUE, &key, &stored_due_row_shape, &row);
}

void bill_work_refresh(const struct desk *desk, const struct id *warehouse,
                       const struct id *merchant)
{
    struct cover cover;
    struct walk walk;
    bool work = fee_cover(&desk->rows, warehouse, merchant, &cover) &&
                waiting_from(&desk->rows, warehouse, merchant, cover.from_ms, &walk) &&
                be_get(walk.at.bytes + 2 * ID_BYTES, 8) < cover.until_ms;
    if (work)
        todo_put(&desk->rows, warehouse, TODO_CHARGE, merchant, NULL);
    else
        todo_drop(&desk->rows, warehouse, TODO_CHARGE, merchant, NULL);
    bill_due_refresh(desk, warehouse, merchant);
}

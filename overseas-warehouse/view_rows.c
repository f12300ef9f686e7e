#include "overseas-warehouse/view_rows.h"

#define WORD_AT(name, number, word) [number] = word,
static const char *const conflict_kind_names[] = {CONFLICT_KIND_LIST(WORD_AT)};
const struct words conflict_kind_words = {conflict_kind_names, sizeof conflict_kind_names /
                                                                   sizeof conflict_kind_names[0]};

SHAPE_DEFINE(order_row_line, ORDER_ROW_LINE_FIELDS)
SHAPE_DEFINE(order_row, ORDER_ROW_FIELDS)
SHAPE_DEFINE(order_version_row, ORDER_VERSION_ROW_FIELDS)
SHAPE_DEFINE(payment_row, PAYMENT_ROW_FIELDS)
SHAPE_DEFINE(order_index, ORDER_INDEX_FIELDS)
SHAPE_DEFINE(sent_row, SENT_ROW_FIELDS)
SHAPE_DEFINE(sku_row, SKU_ROW_FIELDS)
SHAPE_DEFINE(return_row, RETURN_ROW_FIELDS)
SHAPE_DEFINE(preset_row, PRESET_ROW_FIELDS)
SHAPE_DEFINE(return_line_row, RETURN_LINE_ROW_FIELDS)
SHAPE_DEFINE(seen_row, SEEN_ROW_FIELDS)
SHAPE_DEFINE(refund_row, REFUND_ROW_FIELDS)
SHAPE_DEFINE(grant_row, GRANT_ROW_FIELDS)
SHAPE_DEFINE(claim_payment, CLAIM_PAYMENT_FIELDS)
SHAPE_DEFINE(compensation_row, COMPENSATION_ROW_FIELDS)
SHAPE_DEFINE(elsewhere_row, ELSEWHERE_ROW_FIELDS)
SHAPE_DEFINE(spent_row, SPENT_ROW_FIELDS)
SHAPE_DEFINE(box_claim_row, BOX_CLAIM_ROW_FIELDS)
SHAPE_DEFINE(released_row, RELEASED_ROW_FIELDS)
SHAPE_DEFINE(deadline_row, DEADLINE_ROW_FIELDS)
SHAPE_DEFINE(floor_row, FLOOR_ROW_FIELDS)
SHAPE_DEFINE(policy_row, POLICY_ROW_FIELDS)
SHAPE_DEFINE(box_row, BOX_ROW_FIELDS)
SHAPE_DEFINE(unit_row, UNIT_ROW_FIELDS)
SHAPE_DEFINE(assigned_row, ASSIGNED_ROW_FIELDS)
SHAPE_DEFINE(stock_row, STOCK_ROW_FIELDS)
SHAPE_DEFINE(conflict_row, CONFLICT_ROW_FIELDS)
SHAPE_DEFINE(link_row, LINK_ROW_FIELDS)
SHAPE_DEFINE(scan_row, SCAN_ROW_FIELDS)
SHAPE_DEFINE(unknown_code_row, UNKNOWN_CODE_ROW_FIELDS)
SHAPE_DEFINE(unknown_shelf_row, UNKNOWN_SHELF_ROW_FIELDS)
SHAPE_DEFINE(parcel_row, PARCEL_ROW_FIELDS)
SHAPE_DEFINE(webhook_row, WEBHOOK_ROW_FIELDS)
SHAPE_DEFINE(corrective_row, CORRECTIVE_ROW_FIELDS)
SHAPE_DEFINE(article_row, ARTICLE_ROW_FIELDS)
SHAPE_DEFINE(complaint_row, COMPLAINT_ROW_FIELDS)
SHAPE_DEFINE(followup_row, FOLLOWUP_ROW_FIELDS)

bool log_is_lost(const struct rows *rows, const struct id *log)
{
    struct key key = key_of(log);
    return rows_has(rows, VIEW_SUCCEEDS, &key);
}

struct key payment_key(const struct id *order, uint64_t payment)
{
    return key_add_uint(key_of(order), payment, 1);
}

struct key version_key(const struct id *of, uint64_t version)
{
    return key_add_uint(key_of(of), version, 4);
}

struct key return_line_key(const struct id *return_id, uint64_t line)
{
    return key_add_uint(key_of(return_id), line, 1);
}

struct key seen_key(const struct id *return_id, const struct id *thing, enum verb verb)
{
    return key_add_uint(pair_key(return_id, thing), verb, 1);
}

struct key unit_key(const struct id *unit, uint64_t hop, const struct id *log)
{
    return key_add_id(key_add_uint(key_of(unit), hop, 2), log);
}

struct key pair_key(const struct id *first, const struct id *second)
{
    return key_add_id(key_of(first), second);
}

static bool load_by_id(const struct rows *rows, enum view_table table, const struct id *id,
                       const struct shape *shape, void *row)
{
    struct key key = key_of(id);
    return rows_load(rows, table, &key, shape, row);
}

bool merchant_load(const struct rows *rows, const struct id *merchant, struct merchant *row)
{
    return load_by_id(rows, VIEW_MERCHANT, merchant, &merchant_shape, row);
}

bool order_load(const struct rows *rows, const struct id *order, struct order_row *row)
{
    return load_by_id(rows, VIEW_ORDER, order, &order_row_shape, row);
}

bool payment_load(const struct rows *rows, const struct id *order, uint64_t payment,
                  struct payment_row *row)
{
    struct key key = payment_key(order, payment);
    return rows_load(rows, VIEW_PAYMENT, &key, &payment_row_shape, row);
}

bool return_load(const struct rows *rows, const struct id *return_id, struct return_row *row)
{
    return load_by_id(rows, VIEW_RETURN, return_id, &return_row_shape, row);
}

bool return_line_load(const struct rows *rows, const struct id *return_id, uint64_t line,
                      struct return_line_row *row)
{
    if (line >= ORDER_LINES_MAX) return false;
    struct key key = return_line_key(return_id, line);
    return rows_load(rows, VIEW_RETURN_LINE, &key, &return_line_row_shape, row);
}

bool grant_load(const struct rows *rows, const struct id *grant, struct grant_row *row)
{
    return load_by_id(rows, VIEW_GRANT, grant, &grant_row_shape, row);
}

bool compensation_load(const struct rows *rows, const struct id *claim,
                       struct compensation_row *row)
{
    return load_by_id(rows, VIEW_COMPENSATION, claim, &compensation_row_shape, row);
}

bool refund_load(const struct rows *rows, const struct id *slot, struct refund_row *row)
{
    return load_by_id(rows, VIEW_REFUND, slot, &refund_row_shape, row);
}

bool box_load(const struct rows *rows, const struct id *box, struct box_row *row)
{
    return load_by_id(rows, VIEW_BOX, box, &box_row_shape, row);
}

bool claim_load(const struct rows *rows, const struct id *box, const struct id *return_id,
                struct box_claim_row *row)
{
    struct key key = pair_key(box, return_id);
    return rows_load(rows, VIEW_BOX_CLAIM, &key, &box_claim_row_shape, row);
}

bool assigned_load(const struct rows *rows, const struct id *unit, struct assigned_row *row)
{
    return load_by_id(rows, VIEW_ASSIGNED, unit, &assigned_row_shape, row);
}

bool released_load(const struct rows *rows, const struct id *unit, const struct id *book,
                   struct released_row *row)
{
    struct key key = pair_key(unit, book);
    return rows_load(rows, VIEW_RELEASED, &key, &released_row_shape, row);
}

bool webhook_load(const struct rows *rows, const struct id *webhook, struct webhook_row *row)
{
    return load_by_id(rows, VIEW_WEBHOOK, webhook, &webhook_row_shape, row);
}

bool parcel_load(const struct rows *rows, const struct id *parcel, struct parcel_row *row)
{
    return load_by_id(rows, VIEW_PARCEL, parcel, &parcel_row_shape, row);
}

/* Keys end on hop and log, so the last row of the walk is the highest hop. */
bool unit_load(const struct rows *rows, const struct id *unit, struct unit_now *now)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct key last = prefix;
    struct row row;
    while (walk_next(rows, VIEW_UNIT, &walk, &row)) last = walk.at;
    if (last.size == prefix.size) return false;
    now->hop = be_get(last.bytes + ID_BYTES, 2);
    memcpy(now->log.bytes, last.bytes + ID_BYTES + 2, ID_BYTES);
    return rows_load(rows, VIEW_UNIT, &last, &unit_row_shape, &now->row);
}

struct span parcel_number(struct span number, uint8_t buffer[TRACKING_NUMBER_BYTES_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < number.size && used < TRACKING_NUMBER_BYTES_MAX; i++) {
        uint8_t c = number.at[i];
        if (c <= ' ' || c == 0x7f) continue;
        buffer[used++] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
    }
    return span_of(buffer, used);
}

struct id parcel_id(const struct crypto *crypto, struct span number)
{
    uint8_t buffer[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(number, buffer);
    return crypto_id(crypto, "entrepot/parcel/1", &form, 1);
}

#include "node/http/records_inside.h"
#include "overseas-warehouse/plates/plates.h"

#include "node/http/deadlines.h"
#include "node/http/door.h"
#include "proto/money.h"
#include <assert.h>

/* --- who may see it --------------------------------------------------------------------------- */

bool may_see_return(const struct reading *reading, const struct id *return_id)
{
    struct return_row row;
    if (!scope_is_bound(&reading->scope)) return true;
    return return_load(reading->rows, return_id, &row) && may_see(reading, &row.merchant);
}

bool may_see_unit(const struct reading *reading, const struct id *unit)
{
    struct unit_owner owner;
    if (!scope_is_bound(&reading->scope)) return true;
    return unit_owner(reading->rows, unit, &owner) && may_see(reading, &owner.merchant);
}

/* A box or a parcel is a merchant's as soon as one of its returns is in it: the second part of the
 * key, in claims as in the index by parcel. */
bool may_see_by(const struct reading *reading, enum view_table table, const struct id *id)
{
    struct key prefix = key_of(id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!scope_is_bound(&reading->scope)) return true;
    while (walk_next(reading->rows, table, &walk, &row)) {
        struct id return_id = id_at(key_span(&walk.at), ID_BYTES);
        if (may_see_return(reading, &return_id)) return true;
    }
    return false;
}

/* A parcel that a return of the merchant's came by, or an order of it was sent by. */
bool may_see_parcel(const struct reading *reading, const struct id *parcel)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    if (may_see_by(reading, VIEW_RETURN_BY_PARCEL, parcel)) return true;
    while (walk_next(reading->rows, VIEW_ORDER_BY_PARCEL, &walk, &at)) {
        struct order_row order;
        struct id order_id = id_at(key_span(&walk.at), ID_BYTES);
        if (order_load(reading->rows, &order_id, &order) && may_see(reading, &order.merchant))
            return true;
    }
    return false;
}

/* --- putting ---------------------------------------------------------------------------------- */

static bool put_sku(struct showing *showing)
{
    struct sku_row row;
    struct id id = id_at(showing->id, 0);
    if (!sku_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    showing->version = row.version;
    begin(showing, &sku_row_shape, &row);
    return end(showing);
}

static bool put_sku_version(struct showing *showing)
{
    struct sku_row row;
    struct key key = {.size = showing->id.size};
    memcpy(key.bytes, showing->id.at, showing->id.size);
    if (!rows_load(showing->reading->rows, VIEW_SKU_VERSION, &key, &sku_row_shape, &row))
        return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    begin(showing, &sku_row_shape, &row);
    return end(showing);
}

static void put_signals(struct showing *showing, const struct id *return_id)
{
    const struct desk desk = {.rows = *showing->reading->rows, .crypto = showing->reading->crypto};
    struct fraud_signals signals;
    if (!business_signals(&desk, return_id, &signals) || signals.count == 0) return;
    json_open(showing->out, "fraud_signals", '[');
    for (uint32_t i = 0; i < signals.count; i++) {
        json_open(showing->out, NULL, '{');
        json_put_shape(showing->out, NULL, &policy_signal_shape, &signals.at[i]);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
}

static void put_counted(struct showing *showing, const struct id *return_id, uint64_t lines)
{
    struct receipt_count counts;
    return_counts(showing->reading->rows, return_id, &counts);
    counts_put(showing->out, &counts, (uint32_t)lines);
}

static bool put_return(struct showing *showing)
{
    struct return_row row;
    uint64_t lines = 0;
    struct id id = id_at(showing->id, 0);
    if (!return_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    showing->version = row.version;
    begin(showing, &return_row_shape, &row);
    json_open(showing->out, "lines", '[');
    for (uint64_t i = 0; i < ORDER_LINES_MAX; i++) {
        struct return_line_row line;
        if (!return_line_load(showing->reading->rows, &id, i, &line)) continue;
        lines = i + 1;
        json_open(showing->out, NULL, '{');
        json_put_uint(showing->out, "line", i);
        json_put_shape(showing->out, NULL, &return_line_row_shape, &line);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
    put_counted(showing, &id, lines);
    put_signals(showing, &id);
    tags_put(showing->reading, &id, showing->out);
    deadlines_put_of_return(showing->reading, &id, showing->out);
    expected_put_of_return(showing->reading, &id, showing->out);
    return end(showing);
}

/* The returns that were asked for together; they are of one merchant. */
static bool put_group(struct showing *showing)
{
    struct id group = id_at(showing->id, 0);
    struct key prefix = key_of(&group);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t version;
    bool any = false;
    while (walk_next(showing->reading->rows, VIEW_RETURN_BY_GROUP, &walk, &at)) {
        struct id return_id = id_at(key_span(&walk.at), ID_BYTES);
        if (!may_see_return(showing->reading, &return_id)) continue;
        if (!any) begin(showing, NULL, NULL);
        if (!any) json_open(showing->out, "returns", '[');
        any = true;
        record_put(showing->reading, RECORD_RETURN, id_span(&return_id), showing->out, NULL,
                   &version);
    }
    if (!any) return false;
    json_close(showing->out, ']');
    return end(showing);
}

/* By which a person, or a settlement file, finds the refund in the provider's books. */
static void put_paid(struct showing *showing, const struct refund_row *row)
{
    struct payment_row payment;
    char key[REFUND_KEY_BYTES];
    struct id slot = id_at(showing->id, 0);
    if (!payment_load(showing->reading->rows, &row->order, row->payment, &payment)) return;
    business_refund_key(showing->reading->crypto, &row->merchant, &payment, &slot, key);
    json_put_text(showing->out, "provider", payment.provider);
    json_put_text(showing->out, "payment_ref", payment.reference);
    json_put_text(showing->out, "key", span_text(key));
}

static void put_direction(struct json_out *out, const struct refund_row *row)
{
    bool charge = business_is_charge(row->paid_for);
    json_put_text(out, "direction", span_text(charge ? "charge" : "refund"));
}

static bool put_grant(struct showing *showing)
{
    struct grant_row row;
    struct id id = id_at(showing->id, 0);
    if (!grant_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    showing->version = row.version;
    begin(showing, &grant_row_shape, &row);
    return end(showing);
}

/* The evidence that stands elsewhere is named: the parcel whose scans, the unit whose history. */
static bool put_claim(struct showing *showing)
{
    struct compensation_row row;
    struct id id = id_at(showing->id, 0);
    if (!compensation_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    showing->version = row.version;
    begin(showing, &compensation_row_shape, &row);
    struct id parcel = parcel_id(showing->reading->crypto, row.number);
    if (row.number.size > 0) json_put_id(showing->out, "parcel", &parcel);
    return end(showing);
}

static bool put_refund(struct showing *showing)
{
    struct refund_row row;
    struct id id = id_at(showing->id, 0);
    if (!refund_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    showing->version = row.version;
    begin(showing, &refund_row_shape, &row);
    put_direction(showing->out, &row);
    put_paid(showing, &row);
    return end(showing);
}

static bool put_parcel(struct showing *showing)
{
    struct parcel_row row;
    struct id id = id_at(showing->id, 0);
    if (!may_see_parcel(showing->reading, &id)) return false;
    if (!parcel_load(showing->reading->rows, &id, &row)) return false;
    begin(showing, &parcel_row_shape, &row);
    return end(showing);
}

/* Rows that are their key and their shape, without more. */
static bool put_plain(struct showing *showing, enum view_table table, const struct shape *shape)
{
    union {
        struct member member;
        struct warehouse_row warehouse;
        struct book_row book;
        struct scan_row scan;
        struct conflict_row conflict;
    } row;
    struct key key = {.size = showing->id.size};
    assert(shape->size <= sizeof row && showing->id.size <= sizeof key.bytes);
    memcpy(key.bytes, showing->id.at, showing->id.size);
    if (!rows_load(showing->reading->rows, table, &key, shape, &row)) return false;
    begin(showing, shape, &row);
    return end(showing);
}

static bool put_scan(struct showing *showing)
{
    struct id parcel = id_at(showing->id, 0);
    return may_see_parcel(showing->reading, &parcel) &&
           put_plain(showing, VIEW_SCAN, &scan_row_shape);
}

static bool put_conflict(struct showing *showing)
{
    struct id subject = id_at(showing->id, 0);
    if (!may_see_return(showing->reading, &subject) && !may_see_unit(showing->reading, &subject))
        return false;
    return put_plain(showing, VIEW_CONFLICT, &conflict_row_shape);
}

static bool put_member(struct showing *showing)
{
    return put_plain(showing, VIEW_MEMBER, &member_shape);
}

static bool put_warehouse(struct showing *showing)
{
    struct warehouse_row row;
    struct id id = id_at(showing->id, 0);
    struct key key = key_of(&id);
    if (!rows_load(showing->reading->rows, VIEW_WAREHOUSE, &key, &warehouse_row_shape, &row))
        return false;
    begin(showing, &warehouse_row_shape, &row);
    site_address_put_in(showing->reading, &id, showing->out);
    return end(showing);
}

/* A book is one merchant's, and that of the membership nobody's. */
static bool put_book(struct showing *showing)
{
    struct book_row row;
    struct id id = id_at(showing->id, 0);
    struct key key = key_of(&id);
    if (!rows_load(showing->reading->rows, VIEW_BOOK, &key, &book_row_shape, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    return put_plain(showing, VIEW_BOOK, &book_row_shape);
}

static bool put_merchant(struct showing *showing)
{
    struct merchant row;
    struct id id = id_at(showing->id, 0);
    if (!may_see(showing->reading, &id)) return false;
    if (!merchant_load(showing->reading->rows, &id, &row)) return false;
    begin(showing, &merchant_shape, &row);
    return end(showing);
}

static bool put_policy(struct showing *showing)
{
    const struct policy_wish newest = {0};
    struct id id = id_at(showing->id, 0);
    return policy_put_record(showing->reading, &id, &newest, showing->out, showing->key,
                             &showing->version);
}

static bool put_cost(struct showing *showing)
{
    const struct policy_wish newest = {0};
    struct id id = id_at(showing->id, 0);
    return cost_put_record(showing->reading, &id, &newest, showing->out, showing->key,
                           &showing->version);
}

static bool put_webhook(struct showing *showing)
{
    struct webhook_row row;
    struct id id = id_at(showing->id, 0);
    if (!webhook_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    showing->version = row.version;
    begin(showing, &webhook_row_shape, &row);
    return end(showing);
}

/* --- requests --------------------------------------------------------------------------------- */

static const char *state_word(const struct request_view *view)
{
    if (view->state == REQUEST_ASKED) return "requested";
    return view->error == OK ? "done" : "refused";
}

static bool put_request(struct showing *showing)
{
    struct request_view view;
    struct id id = id_at(showing->id, 0);
    request_view(showing->reading->rows, &id, &view);
    if (view.state == REQUEST_UNKNOWN || !may_see(showing->reading, &view.merchant)) return false;
    const struct command_row *row = command_by_kind(view.command);
    begin(showing, NULL, NULL);
    json_put_text(showing->out, "state", span_text(state_word(&view)));
    json_put_text(showing->out, "command", span_text(row != NULL ? row->word : "?"));
    json_put_time(showing->out, "at_ms", view.at_ms);
    if (!id_is_zero(&view.authority)) json_put_id(showing->out, "authority", &view.authority);
    if (!id_is_zero(&view.entity)) json_put_id(showing->out, "entity", &view.entity);
    if (view.error != OK) {
        json_put_text(showing->out, "code", span_text(error_name(view.error)));
        json_put_text(showing->out, "rule", span_text(view.rule));
    }
    enum record_kind kind = row != NULL ? record_of_command(row->kind) : RECORD_NONE;
    if (view.state == REQUEST_ANSWERED && view.error == OK && kind != RECORD_NONE)
        record_put(showing->reading, kind, id_span(&view.entity), showing->out, "record",
                   &showing->version);
    return end(showing);
}

/* --- links ------------------------------------------------------------------------------------ */

static bool put_link(struct showing *showing)
{
    struct link_row row;
    struct id id = id_at(showing->id, 0);
    struct key key = key_of(&id);
    if (!link_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see_return(showing->reading, &row.return_id)) return false;
    begin(showing, &link_row_shape, &row);
    json_put_bool(showing->out, "revoked",
                  rows_has(showing->reading->rows, VIEW_LINK_REVOKED, &key));
    return end(showing);
}

static bool put_buyers(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return buyer_put(showing->reading, &id, showing->out, showing->key, &showing->version);
}

static bool put_erasure(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return erasure_put(showing->reading, &id, NULL, showing->out, showing->key);
}

static bool put_corrective(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return corrective_put(showing->reading, &id, showing->out, showing->key, &showing->version);
}

static bool put_article(struct showing *showing)
{
    return article_put_record(showing->reading, showing->id, showing->out, showing->key,
                              &showing->version);
}

static bool put_complaint(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return complaint_put_record(showing->reading, &id, showing->out, showing->key,
                                &showing->version);
}

static bool put_followup(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return followup_put_record(showing->reading, &id, showing->out, showing->key,
                               &showing->version);
}

static bool put_fee(struct showing *showing)
{
    return fee_put_record(showing->reading, showing->id, showing->out, showing->key);
}

static bool put_charge(struct showing *showing)
{
    return charge_put_record(showing->reading, showing->id, showing->out, showing->key);
}

static bool put_balance(struct showing *showing)
{
    return balance_put_record(showing->reading, showing->id, showing->out, showing->key);
}

static bool put_statement(struct showing *showing)
{
    return statement_put_record(showing->reading, showing->id, showing->out, showing->key);
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct {
    const char *path;
    bool (*put)(struct showing *showing);
} kinds[RECORD_KIND_COUNT] = {
    [RECORD_ORDER] = {"/v1/orders/", put_order},
    [RECORD_RETURN] = {"/v1/returns/", put_return},
    [RECORD_UNIT] = {"/v1/units/", put_unit},
    [RECORD_BOX] = {"/v1/boxes/", put_box},
    [RECORD_REFUND] = {"/v1/refunds/", put_refund},
    [RECORD_CLAIM] = {"/v1/claims/", put_claim},
    [RECORD_GRANT] = {"/v1/grants/", put_grant},
    [RECORD_PARCEL] = {"/v1/parcels/", put_parcel},
    [RECORD_SCAN] = {NULL, put_scan},
    [RECORD_MEMBER] = {"/v1/members/", put_member},
    [RECORD_WAREHOUSE] = {"/v1/warehouses/", put_warehouse},
    [RECORD_MERCHANT] = {"/v1/merchants/", put_merchant},
    [RECORD_BOOK] = {"/v1/books/", put_book},
    [RECORD_CONFLICT] = {NULL, put_conflict},
    [RECORD_REQUEST] = {"/v1/requests/", put_request},
    [RECORD_ORDER_VERSION] = {NULL, put_order_version},
    [RECORD_ELSEWHERE] = {NULL, put_elsewhere},
    [RECORD_SKU] = {"/v1/skus/", put_sku},
    [RECORD_GROUP] = {"/v1/return-groups/", put_group},
    [RECORD_SKU_VERSION] = {NULL, put_sku_version},
    [RECORD_POLICY] = {NULL, put_policy},
    [RECORD_COST] = {NULL, put_cost},
    [RECORD_WEBHOOK] = {"/v1/webhooks/", put_webhook},
    [RECORD_LINK] = {"/v1/links/", put_link},
    [RECORD_BUYERS] = {NULL, put_buyers},
    [RECORD_ERASURE] = {"/v1/erasures/", put_erasure},
    [RECORD_CORRECTIVE] = {"/v1/corrective-actions/", put_corrective},
    [RECORD_ARTICLE] = {"/v1/articles/", put_article},
    [RECORD_ARTICLE_VERSION] = {NULL, put_article},
    [RECORD_COMPLAINT] = {"/v1/complaints/", put_complaint},
    [RECORD_FOLLOWUP] = {NULL, put_followup},
    [RECORD_FEE] = {NULL, put_fee},
    [RECORD_CHARGE] = {NULL, put_charge},
    [RECORD_BALANCE] = {NULL, put_balance},
    [RECORD_STATEMENT] = {NULL, put_statement},
    [RECORD_PHOTO] = {NULL, put_photo},
    [RECORD_PLATE] = {"/v1/plates/", put_plate},
    [RECORD_REMOVAL] = {"/v1/removals/", put_removal},
    [RECORD_INBOUND] = {"/v1/inbounds/", put_inbound},
    [RECORD_BATCH] = {"/v1/batches/", put_batch},
    [RECORD_MANIFEST_LINE] = {NULL, put_manifest_line},
    [RECORD_STOCK] = {NULL, put_stock},
    [RECORD_STOCK_AT] = {NULL, put_stock_at},
    [RECORD_BIN] = {NULL, put_bin},
    [RECORD_RECEIPT] = {NULL, put_receipt},
    [RECORD_POSTING] = {"/v1/stock/postings/", put_posting},
    [RECORD_REPAIR] = {"/v1/repairs/", put_repair},
    [RECORD_UNCLAIMED] = {NULL, put_unclaimed},
    [RECORD_CHECKLIST] = {NULL, put_checklist},
    [RECORD_CHECKLIST_VERSION] = {NULL, put_checklist_version},
    [RECORD_SCALE] = {NULL, put_scale},
    [RECORD_SECOND] = {NULL, put_second},
    [RECORD_HOLD] = {NULL, put_hold},
    [RECORD_RECALL] = {NULL, put_recall},
    [RECORD_EXCHANGE] = {"/v1/exchanges/", put_exchange},
    [RECORD_UNKNOWN_CODE] = {NULL, put_unknown_code},
    [RECORD_LABEL] = {"/v1/labels/", put_label},
    [RECORD_LANE] = {"/v1/lanes/", put_lane},
};

const char *record_path(enum record_kind kind)
{
    return kinds[kind].path;
}

bool record_put(const struct reading *reading, enum record_kind kind, struct span id,
                struct json_out *out, const char *key, uint64_t *version)
{
    struct showing showing = {.reading = reading, .id = id, .out = out, .key = key};
    assert(kind < RECORD_KIND_COUNT && kinds[kind].put != NULL);
    bool put = kinds[kind].put(&showing);
    *version = showing.version;
    return put;
}

/* What a command leaves that can be shown; the others leave nothing that is. */
static const uint8_t records_left[] = {
    [COMMAND_PLATE_MAKE] = RECORD_PLATE,
    [COMMAND_PLATE_ADD] = RECORD_PLATE,
    [COMMAND_PLATE_SPLIT] = RECORD_PLATE,
    [COMMAND_PLATE_MERGE] = RECORD_PLATE,
    [COMMAND_PLATE_MOVE] = RECORD_PLATE,
    [COMMAND_PLATE_VOID] = RECORD_PLATE,
    [COMMAND_PLATE_TAKE] = RECORD_PLATE,
    [COMMAND_REMOVAL_PUT] = RECORD_REMOVAL,
    [COMMAND_REMOVAL_RECEIVE] = RECORD_REMOVAL,
    [COMMAND_INBOUND_PUT] = RECORD_INBOUND,
    [COMMAND_BATCH_OPEN] = RECORD_BATCH,
    [COMMAND_BATCH_ADD] = RECORD_BATCH,
    [COMMAND_BATCH_REMOVE] = RECORD_BATCH,
    [COMMAND_BATCH_CLOSE] = RECORD_BATCH,
    [COMMAND_BATCH_PROCEEDS] = RECORD_BATCH,
    [COMMAND_STOCK_POST] = RECORD_POSTING,
    [COMMAND_STOCK_COUNT] = RECORD_POSTING,
    [COMMAND_STOCK_VOID] = RECORD_POSTING,
    [COMMAND_STOCK_RESERVE] = RECORD_POSTING,
    [COMMAND_STOCK_END] = RECORD_POSTING,
    [COMMAND_LANE_PUT] = RECORD_LANE,
    [COMMAND_LABEL_BUY] = RECORD_LABEL,
    [COMMAND_LABEL_VOID] = RECORD_LABEL,
    [COMMAND_LABEL_SETTLE] = RECORD_LABEL,
    [COMMAND_SITE_ADDRESS] = RECORD_WAREHOUSE,
    [COMMAND_REPAIR_END] = RECORD_REPAIR,
    [COMMAND_REPAIR_OPEN] = RECORD_REPAIR,
    [COMMAND_REPAIR_WORK] = RECORD_REPAIR,
    [COMMAND_MEMBER] = RECORD_MEMBER,
    [COMMAND_SUCCEEDS] = RECORD_MEMBER,
    [COMMAND_MERCHANT] = RECORD_MERCHANT,
    [COMMAND_ORDER_IMPORT] = RECORD_ORDER,
    [COMMAND_ORDER_AMEND] = RECORD_ORDER,
    [COMMAND_REFUND_RECORD] = RECORD_ORDER,
    [COMMAND_SKU_PUT] = RECORD_SKU,
    [COMMAND_RETURN_GROUP] = RECORD_GROUP,
    [COMMAND_RETURN_NOTE] = RECORD_RETURN,
    [COMMAND_RETURN_REQUEST] = RECORD_RETURN,
    [COMMAND_RETURN_APPROVE] = RECORD_RETURN,
    [COMMAND_RETURN_DECLINE] = RECORD_RETURN,
    [COMMAND_RETURN_CANCEL] = RECORD_RETURN,
    [COMMAND_RETURN_DISPUTE] = RECORD_RETURN,
    [COMMAND_RETURN_ESCALATE] = RECORD_RETURN,
    [COMMAND_RETURN_WITHDRAW] = RECORD_RETURN,
    [COMMAND_RETURN_REPLACE] = RECORD_RETURN,
    [COMMAND_RETURN_REFUND_INSTEAD] = RECORD_RETURN,
    [COMMAND_DEADLINE_OVERRIDE] = RECORD_RETURN,
    [COMMAND_GRANT_GIVE] = RECORD_GRANT,
    [COMMAND_GRANT_ACCEPT] = RECORD_GRANT,
    [COMMAND_GRANT_REFUSE] = RECORD_GRANT,
    [COMMAND_GRANT_WITHDRAW] = RECORD_GRANT,
    [COMMAND_CLAIM_OPEN] = RECORD_CLAIM,
    [COMMAND_CLAIM_FILE] = RECORD_CLAIM,
    [COMMAND_CLAIM_ANSWER] = RECORD_CLAIM,
    [COMMAND_CLAIM_PAY] = RECORD_CLAIM,
    [COMMAND_CLAIM_WITHDRAW] = RECORD_CLAIM,
    [COMMAND_REFUND_RESOLVE] = RECORD_REFUND,
    [COMMAND_POLICY_PUT] = RECORD_POLICY,
    [COMMAND_COST_PUT] = RECORD_COST,
    [COMMAND_CHECKLIST_PUT] = RECORD_CHECKLIST,
    [COMMAND_SCALE_PUT] = RECORD_SCALE,
    [COMMAND_UNIT_SECOND] = RECORD_UNIT,
    [COMMAND_BOX_RECEIVE] = RECORD_BOX,
    [COMMAND_BOX_VOID] = RECORD_BOX,
    [COMMAND_UNIT_VOID] = RECORD_UNIT,
    [COMMAND_UNIT_HOLD] = RECORD_UNIT,
    [COMMAND_UNIT_LIFT] = RECORD_UNIT,
    [COMMAND_UNIT_LOCK] = RECORD_UNIT,
    [COMMAND_UNIT_ASK] = RECORD_UNIT,
    [COMMAND_UNIT_RELEASE] = RECORD_UNIT,
    [COMMAND_UNIT_INSPECT] = RECORD_UNIT,
    [COMMAND_UNIT_GRADE] = RECORD_UNIT,
    [COMMAND_UNIT_DISPOSE] = RECORD_UNIT,
    [COMMAND_UNIT_SETTLE] = RECORD_UNIT,
    [COMMAND_UNIT_SHIP] = RECORD_UNIT,
    [COMMAND_ARREARS_OVERRIDE] = RECORD_UNIT,
    [COMMAND_UNIT_TAKE] = RECORD_UNIT,
    [COMMAND_TRACKING] = RECORD_PARCEL,
    [COMMAND_RETURN_LINK] = RECORD_LINK,
    [COMMAND_LINK_REVOKE] = RECORD_LINK,
    [COMMAND_WEBHOOK_PUT] = RECORD_WEBHOOK,
    [COMMAND_WEBHOOK_DISABLE] = RECORD_WEBHOOK,
    [COMMAND_WEBHOOK_REPLAY] = RECORD_WEBHOOK,
    [COMMAND_WEBHOOK_TEST] = RECORD_WEBHOOK,
    [COMMAND_WEBHOOK_CHECK] = RECORD_WEBHOOK,
    [COMMAND_CORRECTIVE_BEGIN] = RECORD_CORRECTIVE,
    [COMMAND_CORRECTIVE_CLOSE] = RECORD_CORRECTIVE,
    [COMMAND_ARTICLE_PUT] = RECORD_ARTICLE,
    [COMMAND_COMPLAINT_OPEN] = RECORD_COMPLAINT,
    [COMMAND_COMPLAINT_CLOSE] = RECORD_COMPLAINT,
    [COMMAND_FOLLOWUP_CONSENT] = RECORD_FOLLOWUP,
    [COMMAND_FOLLOWUP_ANSWER] = RECORD_FOLLOWUP,
    [COMMAND_ERASE] = RECORD_ERASURE,
};

enum record_kind record_of_command(enum command_kind kind)
{
    bool listed = (size_t)kind < sizeof records_left / sizeof records_left[0];
    return listed ? (enum record_kind)records_left[kind] : RECORD_NONE;
}

/* --- handlers --------------------------------------------------------------------------------- */

/* One answer read from one snapshot. */
struct looking {
    struct visit *visit;
    struct store_reading snapshot;
    struct reading reading;
    struct json_out out;
    uint64_t version;
};

/* On false the call has been answered. */
static bool begin_looking(struct looking *looking, struct visit *visit)
{
    *looking = (struct looking){.visit = visit};
    enum error error = store_reading_begin(visit->http->store, &looking->snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return false;
    }
    looking->reading = (struct reading){&looking->snapshot.views, visit->http->crypto,
                                        visit_scope(visit), wall_now_ms()};
    return true;
}

static void end_looking(struct looking *looking, bool found)
{
    const struct rows *rows = &looking->snapshot.views;
    enum error error = rows->port->error(rows->world);
    if (error == OK && !found) error = ERROR_NOT_FOUND;
    store_reading_end(&looking->snapshot);
    if (error != OK) {
        json_out_free(&looking->out);
        visit_refuse(looking->visit, error, NULL);
        return;
    }
    char etag[24];
    etag_print(looking->version, etag);
    if (looking->version != 0) call_add_header(looking->visit->call, "ETag", etag);
    visit_json(looking->visit, 200, &looking->out);
}

static void show(struct visit *visit, enum record_kind kind)
{
    struct id id;
    struct looking looking;
    if (!visit_id(visit, 0, &id) || !begin_looking(&looking, visit)) return;
    end_looking(&looking, record_put(&looking.reading, kind, id_span(&id), &looking.out, NULL,
                                     &looking.version));
}

void record_handle(struct visit *visit)
{
    show(visit, (enum record_kind)visit->route->record);
}

void request_handle(struct visit *visit)
{
    show(visit, RECORD_REQUEST);
}

void buyer_handle(struct visit *visit)
{
    struct looking looking;
    if (!begin_looking(&looking, visit)) return;
    /* Whoever uses the machine next is not to find it there. */
    call_add_header(visit->call, "Cache-Control", "no-store");
    end_looking(&looking,
                record_put(&looking.reading, RECORD_BUYERS, id_span(&visit->link.return_id),
                           &looking.out, NULL, &looking.version));
}

static void put_savings(struct json_out *out, const struct id *id, const struct savings *savings)
{
    const struct currency *currency = currency_by_numeric(savings->currency);
    json_open(out, NULL, '{');
    json_put_id(out, "return_id", id);
    json_put_int(out, "saved_minor", savings->saved_minor);
    if (currency != NULL) json_put_text(out, "currency", span_text(currency->letters));
    json_put_uint(out, "units", savings->units);
    json_close(out, '}');
}

void savings_handle(struct visit *visit)
{
    struct id id;
    struct looking looking;
    struct savings savings;
    if (!visit_id(visit, 0, &id) || !begin_looking(&looking, visit)) return;
    const struct desk desk = {.rows = *looking.reading.rows, .crypto = looking.reading.crypto};
    bool known = may_see_return(&looking.reading, &id) && business_savings(&desk, &id, &savings);
    if (known) put_savings(&looking.out, &id, &savings);
    end_looking(&looking, known);
}

void origin_handle(struct visit *visit)
{
    struct id id;
    struct looking looking;
    if (!visit_id(visit, 0, &id) || !begin_looking(&looking, visit)) return;
    end_looking(&looking, may_see_unit(&looking.reading, &id) &&
                              origin_put(&looking.reading, &id, &looking.out));
}

void persons_handle(struct visit *visit)
{
    struct id id;
    struct looking looking;
    if (!visit_id(visit, 0, &id) || !begin_looking(&looking, visit)) return;
    /* What is erased here may lie in no cache on the way. */
    call_add_header(visit->call, "Cache-Control", "no-store");
    end_looking(&looking, may_see_return(&looking.reading, &id) &&
                              persons_put(&looking.reading, &id, &looking.out));
}

void erasure_handle(struct visit *visit)
{
    struct id id;
    struct looking looking;
    struct http *http = visit->http;
    engine_status(http->engine, &http->status);
    if (!visit_id(visit, 0, &id) || !begin_looking(&looking, visit)) return;
    const struct last_heard heard = {http, &looking.snapshot.truth, wall_now_ms()};
    end_looking(&looking, erasure_put(&looking.reading, &id, &heard, &looking.out, NULL));
}

/* The presets of the merchant's own book; what is gone is not shown. */
static bool put_presets(const struct reading *reading, const struct id *merchant,
                        struct json_out *out)
{
    struct merchant owner;
    struct key prefix = key_of(merchant);
    struct walk walk = walk_over(&prefix);
    struct row at;
    if (!may_see(reading, merchant) || !merchant_load(reading->rows, merchant, &owner))
        return false;
    struct id book = owner.book;
    json_open(out, NULL, '{');
    json_open(out, "presets", '[');
    while (walk_next(reading->rows, VIEW_PRESET, &walk, &at)) {
        struct preset_row row;
        if (!rows_load(reading->rows, VIEW_PRESET, &walk.at, &preset_row_shape, &row)) continue;
        if (row.gone != 0 || !id_equal(&row.book, &book)) continue;
        json_open(out, NULL, '{');
        json_put_shape(out, NULL, &preset_row_shape, &row);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
    return true;
}

void presets_handle(struct visit *visit)
{
    struct id id;
    struct looking looking;
    if (!visit_id(visit, 0, &id) || !begin_looking(&looking, visit)) return;
    end_looking(&looking, put_presets(&looking.reading, &id, &looking.out));
}

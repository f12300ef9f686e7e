/* Stock as it is read: balances, and the postings that they follow from. Keys of both lists begin
 * with the merchant where the bearer is bound to one, so it walks nothing of the others. */
#include "overseas-warehouse/stock/stock.h"

#include "node/http/list_page.h"
#include "node/http/records_inside.h"

#define BALANCE_KEY_BYTES (3 * ID_BYTES + BIN_KEY_BYTES + 2)
#define TIME_BYTES        8

/* What is shown of a posting: all that it says, but the clock that orders it. */
#define POSTING_SEEN_FIELDS(F, S)                                                                  \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, choice, act, stock_act, 0)                                                   \
    F(S, 4, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 5, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 6, REQUIRED, choice, from, stock_account, 0)                                              \
    F(S, 7, REQUIRED, choice, to, stock_account, 0)                                                \
    F(S, 8, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 9, OPTIONAL, text, to_bin, none, BIN_BYTES_MAX)                                           \
    F(S, 10, OPTIONAL, choice, grade, grade, 0)                                                    \
    F(S, 11, OPTIONAL, choice, to_grade, grade, 0)                                                 \
    F(S, 12, OPTIONAL, uint, pieces, none, STOCK_PIECES_MAX)                                       \
    F(S, 13, OPTIONAL, one, by, actor, 0)                                                          \
    F(S, 14, OPTIONAL, time, at_ms, none, 0)                                                       \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 16, OPTIONAL, text, reference, none, STOCK_REF_BYTES_MAX)                                 \
    F(S, 17, OPTIONAL, id, reservation, none, 0)                                                   \
    F(S, 18, OPTIONAL, time, expires_ms, none, 0)                                                  \
    F(S, 20, OPTIONAL, uint, voided, none, 1)                                                      \
    F(S, 21, OPTIONAL, text, voided_reason, none, REASON_BYTES_MAX)                                \
    F(S, 22, OPTIONAL, uint, found, none, STOCK_PIECES_MAX)                                        \
    F(S, 23, OPTIONAL, sint, free, none, STOCK_SUM_MAX)                                            \
    F(S, 24, OPTIONAL, sint, reserved, none, STOCK_SUM_MAX)                                        \
    F(S, 25, OPTIONAL, id, unit, none, 0)
SHAPE_DECLARE(posting_seen, POSTING_SEEN_FIELDS)
SHAPE_DEFINE(posting_seen, POSTING_SEEN_FIELDS)

static bool posting_put_record(const struct reading *reading, const struct id *id,
                               struct json_out *out, const char *key)
{
    struct stock_posting_now now;
    struct posting_seen seen = {.act = 0};
    if (!stock_posting_load(reading->rows, id, &now)) return false;
    if (!scope_covers(&reading->scope, &now.row.merchant)) return false;
    shape_copy(&posting_seen_shape, &seen, &stock_posting_row_shape, &now.row);
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &posting_seen_shape, &seen);
    if (now.row.act == STOCK_RESERVE)
        json_put_bool(out, "ended", stock_has_ended(reading->rows, id));
    json_close(out, '}');
    return true;
}

static bool stock_put_record(const struct reading *reading, struct span id, struct json_out *out,
                             const char *key)
{
    struct stock_balance_row row;
    struct stock_at at;
    struct key of = {.size = id.size};
    if (!stock_at_read(id, &at) || !scope_covers(&reading->scope, &at.merchant)) return false;
    memcpy(of.bytes, id.at, id.size);
    if (!rows_load(reading->rows, VIEW_STOCK_BALANCE, &of, &stock_balance_row_shape, &row))
        return false;
    json_open(out, key, '{');
    json_put_id(out, "warehouse", &at.warehouse);
    if (!id_is_zero(&at.merchant)) json_put_id(out, "merchant", &at.merchant);
    json_put_text(out, "sku", row.sku);
    json_put_text(out, "account", span_text(word_of(&stock_account_words, at.account)));
    if (row.bin.size > 0) json_put_text(out, "bin", row.bin);
    if (at.grade != 0) json_put_text(out, "grade", span_text(word_of(&grade_words, at.grade)));
    json_put_int(out, "pieces", row.pieces);
    json_close(out, '}');
    return true;
}

bool put_stock(struct showing *showing)
{
    return stock_put_record(showing->reading, showing->id, showing->out, showing->key);
}

bool put_posting(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return posting_put_record(showing->reading, &id, showing->out, showing->key);
}

/* --- lists ------------------------------------------------------------------------------------ */

const char *const stock_parameters[] = {"merchant", "sku", NULL};

static const struct list_source balances = {NULL, LIST_ALL, VIEW_STOCK_BALANCE, 0,
                                            BALANCE_KEY_BYTES},
                                by_goods = {NULL, LIST_ALL, VIEW_STOCK_BY_GOODS,
                                            2 * ID_BYTES + TIME_BYTES, ID_BYTES},
                                by_time = {NULL, LIST_ALL, VIEW_STOCK_BY_TIME,
                                           ID_BYTES + TIME_BYTES, ID_BYTES};

static bool choose_goods(struct page *page, const struct query *query,
                         const struct list_source *source, struct id *merchant)
{
    const char *sku = query_get(query, "sku");
    page->covered = true;
    page->source = source;
    if (!page_read_merchant(page, query_get(query, "merchant"), merchant)) return false;
    if (!id_is_zero(merchant)) page->prefix = key_of(merchant);
    if (sku == NULL) return true;
    if (id_is_zero(merchant))
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter sku: merchant goes with it");
    struct id form = sku_form_id(page->reading.crypto, span_text(sku));
    page->prefix = key_add_id(page->prefix, &form);
    return true;
}

bool stock_choose(struct page *page, const struct query *query)
{
    struct id merchant;
    return choose_goods(page, query, &balances, &merchant);
}

/* Who is bound to no merchant and names none reads warehouse by warehouse, the newest first. */
bool postings_choose(struct page *page, const struct query *query)
{
    struct id merchant;
    if (!choose_goods(page, query, &by_goods, &merchant)) return false;
    if (id_is_zero(&merchant)) page->source = &by_time;
    return true;
}

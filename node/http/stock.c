/* Stock as it is read: balances, the postings that they follow from, and bins. Where the bearer is
 * bound to a merchant the keys that are walked begin with it, so it walks nothing of the others. */
#include "overseas-warehouse/stock/stock.h"

#include "node/http/list_page.h"
#include "node/http/records_inside.h"

#define BALANCE_KEY_BYTES (3 * ID_BYTES + BIN_KEY_BYTES + 2)
#define AT_BIN_KEY_BYTES  BALANCE_KEY_BYTES /* the same parts, from the bin on */
#define BIN_ROW_BYTES     (ID_BYTES + BIN_KEY_BYTES)
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

/* How long it has lain there. */
static void put_age(const struct reading *reading, const struct stock_at *at,
                    const struct stock_balance_row *row, struct json_out *out)
{
    const struct stock_goods goods = {
        .warehouse = at->warehouse, .merchant = at->merchant, .form = at->form};
    struct stock_place place = stock_place((enum stock_account)at->account, row->bin, at->grade);
    if (!stock_is_pool(place.account) || row->pieces <= 0) return;
    struct stock_age age = stock_age(reading->rows, &goods, &place, row->pieces);
    if (age.oldest_ms != 0) json_put_time(out, "oldest_ms", age.oldest_ms);
    if (age.older) json_put_bool(out, "older", true);
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
    put_age(reading, &at, &row, out);
    json_close(out, '}');
    return true;
}

bool put_stock(struct showing *showing)
{
    return stock_put_record(showing->reading, showing->id, showing->out, showing->key);
}

/* The same by the key of the other index: warehouse and bin come first there. */
bool put_stock_at(struct showing *showing)
{
    const uint8_t *at = showing->id.at;
    uint8_t key[BALANCE_KEY_BYTES];
    if (showing->id.size != AT_BIN_KEY_BYTES) return false;
    memcpy(key, at + ID_BYTES + BIN_KEY_BYTES, 2 * ID_BYTES);
    memcpy(key + 2 * ID_BYTES, at, ID_BYTES + BIN_KEY_BYTES);
    memcpy(key + BALANCE_KEY_BYTES - 2, at + AT_BIN_KEY_BYTES - 2, 2);
    return stock_put_record(showing->reading, span_of(key, sizeof key), showing->out, showing->key);
}

bool put_posting(struct showing *showing)
{
    struct id id = id_at(showing->id, 0);
    return posting_put_record(showing->reading, &id, showing->out, showing->key);
}

/* A bin as it was set up last, and what lies in it, of all merchants. */
bool put_bin(struct showing *showing)
{
    struct stock_fill_row fill = {.pieces = 0};
    struct stock_bin_row row;
    struct id warehouse = id_at(showing->id, 0);
    struct key key = {.size = BIN_ROW_BYTES};
    memcpy(key.bytes, showing->id.at, BIN_ROW_BYTES);
    if (!stock_bin_latest(showing->reading->rows, &key, &row)) return false;
    json_open(showing->out, showing->key, '{');
    json_put_id(showing->out, "warehouse", &warehouse);
    json_put_text(showing->out, "bin", row.bin);
    if (row.capacity != 0) json_put_uint(showing->out, "capacity", row.capacity);
    json_put_bool(showing->out, "closed", row.closed != 0);
    json_put_time(showing->out, "at_ms", row.at_ms);
    rows_load(showing->reading->rows, VIEW_STOCK_FILL, &key, &stock_fill_row_shape, &fill);
    json_put_int(showing->out, "pieces", fill.pieces);
    json_close(showing->out, '}');
    return true;
}

/* --- lists ------------------------------------------------------------------------------------ */

const char *const stock_parameters[] = {"merchant", "sku", "warehouse", "bin", NULL};
const char *const postings_parameters[] = {"merchant", "sku", "warehouse", NULL};

static const struct list_source balances = {NULL, LIST_ALL, VIEW_STOCK_BALANCE, 0,
                                            BALANCE_KEY_BYTES},
                                at_bin = {NULL, LIST_ALL, VIEW_STOCK_BY_BIN, 0, AT_BIN_KEY_BYTES},
                                by_goods = {NULL, LIST_ALL, VIEW_STOCK_BY_GOODS,
                                            2 * ID_BYTES + TIME_BYTES, ID_BYTES},
                                by_time = {NULL, LIST_ALL, VIEW_STOCK_BY_TIME,
                                           ID_BYTES + TIME_BYTES, ID_BYTES};

/* What is asked for; an id of zeros: nothing of that. */
struct stock_asked {
    struct id merchant, form, warehouse;
    const char *bin;
};

static bool read_wanted(struct page *page, const struct query *query, struct stock_asked *wanted)
{
    const char *sku = query_get(query, "sku"), *warehouse = query_get(query, "warehouse");
    *wanted = (struct stock_asked){.bin = query_get(query, "bin")};
    page->covered = true;
    if (!page_read_merchant(page, query_get(query, "merchant"), &wanted->merchant)) return false;
    if (warehouse != NULL && id_parse(span_text(warehouse), &wanted->warehouse) != OK)
        return page_refuse(page, ERROR_BAD_ID, "warehouse");
    if (wanted->bin != NULL && warehouse == NULL)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter bin: warehouse goes with it");
    if (sku == NULL) return true;
    if (id_is_zero(&wanted->merchant))
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter sku: merchant goes with it");
    wanted->form = sku_form_id(page->reading.crypto, span_text(sku));
    return true;
}

/* In a warehouse, bin by bin. */
static bool choose_bin(struct page *page, const struct stock_asked *wanted)
{
    page->source = &at_bin;
    page->kind = RECORD_STOCK_AT;
    page->prefix = key_of(&wanted->warehouse);
    if (wanted->bin == NULL) return true;
    page->prefix = stock_bin_key(page->reading.crypto, &wanted->warehouse, span_text(wanted->bin));
    if (id_is_zero(&wanted->merchant)) return true;
    page->prefix = key_add_id(page->prefix, &wanted->merchant);
    if (!id_is_zero(&wanted->form)) page->prefix = key_add_id(page->prefix, &wanted->form);
    return true;
}

static void choose_goods(struct page *page, const struct stock_asked *wanted)
{
    if (id_is_zero(&wanted->merchant)) return;
    page->prefix = key_of(&wanted->merchant);
    if (!id_is_zero(&wanted->form)) page->prefix = key_add_id(page->prefix, &wanted->form);
}

bool stock_choose(struct page *page, const struct query *query)
{
    struct stock_asked wanted;
    if (!read_wanted(page, query, &wanted)) return false;
    bool somewhere = !id_is_zero(&wanted.warehouse);
    if (wanted.bin != NULL || (somewhere && id_is_zero(&wanted.merchant)))
        return choose_bin(page, &wanted);
    page->source = &balances;
    choose_goods(page, &wanted);
    if (somewhere) page_only(page, 2 * ID_BYTES, &wanted.warehouse);
    return true;
}

/* Who is bound to no merchant and names none reads warehouse by warehouse, the newest first. */
bool postings_choose(struct page *page, const struct query *query)
{
    struct stock_asked wanted;
    if (!read_wanted(page, query, &wanted)) return false;
    bool of_all = id_is_zero(&wanted.merchant);
    page->source = of_all ? &by_time : &by_goods;
    choose_goods(page, &wanted);
    if (id_is_zero(&wanted.warehouse)) return true;
    if (!of_all)
        return page_refuse(page, ERROR_MALFORMED,
                           "parameter warehouse: no index serves it together with merchant");
    page->prefix = key_of(&wanted.warehouse);
    return true;
}

/* Balances: the one place where the ledger's sums change. Adding commutes, so the rows are the same
 * in whatever order the entries of several logs arrive. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"

SHAPE_DEFINE(stock_balance_row, STOCK_BALANCE_ROW_FIELDS)
SHAPE_DEFINE(stock_fill_row, STOCK_FILL_ROW_FIELDS)
SHAPE_DEFINE(stock_bin_row, STOCK_BIN_ROW_FIELDS)
SHAPE_DEFINE(stock_tally_row, STOCK_TALLY_ROW_FIELDS)
SHAPE_DEFINE(stock_posting_row, STOCK_POSTING_ROW_FIELDS)

/* --- places ----------------------------------------------------------------------------------- */

struct stock_goods stock_goods(const struct desk *desk, const struct id *warehouse,
                               const struct id *merchant, struct span sku)
{
    struct stock_goods goods = {
        .warehouse = *warehouse, .merchant = *merchant, .form = sku_form_id(desk->crypto, sku)};
    uint8_t room[SKU_BYTES_MAX];
    struct span form = sku_form(sku, room);
    if (form.size > 0) memcpy(goods.sku, form.at, form.size);
    goods.sku_size = form.size;
    return goods;
}

struct stock_place stock_place(enum stock_account account, struct span bin, uint64_t grade)
{
    struct stock_place place = {.account = account, .grade = grade};
    if (!stock_is_pool(account) || bin.size == 0) return place;
    place.bin_size = bin.size;
    memcpy(place.bin, bin.at, bin.size);
    return place;
}

static struct span bin_of(const struct stock_place *place)
{
    return span_of(place->bin, place->bin_size);
}

static struct key add_bin(const struct crypto *crypto, struct key key, struct span bin)
{
    struct id hash = {{0}};
    if (bin.size > 0) hash = crypto_id(crypto, "entrepot/stock/bin/1", &bin, 1);
    memcpy(key.bytes + key.size, hash.bytes, BIN_KEY_BYTES);
    key.size += BIN_KEY_BYTES;
    return key;
}

struct key stock_bin_key(const struct crypto *crypto, const struct id *warehouse, struct span bin)
{
    return add_bin(crypto, key_of(warehouse), bin);
}

struct key stock_goods_key(const struct stock_goods *goods)
{
    return key_add_id(pair_key(&goods->merchant, &goods->form), &goods->warehouse);
}

struct key stock_tally_key(const struct crypto *crypto, const struct stock_goods *goods,
                           const struct stock_place *place)
{
    struct key key = stock_bin_key(crypto, &goods->warehouse, bin_of(place));
    return key_add_id(key_add_id(key, &goods->merchant), &goods->form);
}

static struct key balance_key(const struct crypto *crypto, const struct stock_goods *goods,
                              const struct stock_place *place)
{
    struct key key = add_bin(crypto, stock_goods_key(goods), bin_of(place));
    return key_add_uint(key_add_uint(key, place->account, 1), place->grade, 1);
}

bool stock_at_read(struct span key, struct stock_at *at)
{
    if (key.size != 3 * ID_BYTES + BIN_KEY_BYTES + 2) return false;
    memcpy(at->merchant.bytes, key.at, ID_BYTES);
    memcpy(at->form.bytes, key.at + ID_BYTES, ID_BYTES);
    memcpy(at->warehouse.bytes, key.at + 2 * ID_BYTES, ID_BYTES);
    at->account = key.at[key.size - 2];
    at->grade = key.at[key.size - 1];
    return true;
}

/* --- sums ------------------------------------------------------------------------------------- */

int64_t stock_pieces(const struct desk *desk, const struct stock_goods *goods,
                     const struct stock_place *place)
{
    struct key key = balance_key(desk->crypto, goods, place);
    struct stock_balance_row row;
    if (!rows_load(&desk->rows, VIEW_STOCK_BALANCE, &key, &stock_balance_row_shape, &row)) return 0;
    return row.pieces;
}

static void fill(const struct desk *desk, const struct stock_goods *goods,
                 const struct stock_place *place, int64_t pieces)
{
    struct stock_fill_row row = {.pieces = 0};
    struct key key = stock_bin_key(desk->crypto, &goods->warehouse, bin_of(place));
    rows_load(&desk->rows, VIEW_STOCK_FILL, &key, &stock_fill_row_shape, &row);
    row.pieces += pieces;
    if (row.pieces == 0)
        rows_drop(&desk->rows, VIEW_STOCK_FILL, &key);
    else
        rows_store(&desk->rows, VIEW_STOCK_FILL, &key, &stock_fill_row_shape, &row);
}

static void add(const struct desk *desk, const struct stock_goods *goods,
                const struct stock_place *place, int64_t pieces)
{
    struct key key = balance_key(desk->crypto, goods, place);
    struct key by_bin = stock_tally_key(desk->crypto, goods, place);
    by_bin = key_add_uint(key_add_uint(by_bin, place->account, 1), place->grade, 1);
    struct stock_balance_row row = {.pieces = stock_pieces(desk, goods, place) + pieces,
                                    .bin = bin_of(place),
                                    .sku = span_of(goods->sku, goods->sku_size)};
    if (row.pieces == 0) {
        rows_drop(&desk->rows, VIEW_STOCK_BALANCE, &key);
        rows_drop(&desk->rows, VIEW_STOCK_BY_BIN, &by_bin);
    } else {
        rows_store(&desk->rows, VIEW_STOCK_BALANCE, &key, &stock_balance_row_shape, &row);
        rows_mark(&desk->rows, VIEW_STOCK_BY_BIN, &by_bin);
    }
    if (place->bin_size > 0) fill(desk, goods, place, pieces);
}

void stock_move(const struct desk *desk, const struct stock_goods *goods,
                const struct stock_place *from, const struct stock_place *to, int64_t pieces)
{
    if (pieces == 0) return;
    add(desk, goods, from, -pieces);
    add(desk, goods, to, pieces);
}

/* --- what can be promised --------------------------------------------------------------------- */

void stock_offer(const struct desk *desk, const struct stock_goods *goods,
                 struct stock_offer *offer)
{
    struct key prefix = stock_goods_key(goods);
    struct walk walk = walk_over(&prefix);
    struct merchant merchant;
    struct row at;
    *offer = (struct stock_offer){.held = 0};
    while (walk_next(&desk->rows, VIEW_STOCK_BALANCE, &walk, &at)) {
        struct stock_balance_row row;
        struct stock_at of;
        if (!stock_at_read(key_span(&walk.at), &of)) continue;
        if (shape_decode(&stock_balance_row_shape, at.value, &row, NULL) != OK) continue;
        if (of.account == STOCK_SELLABLE) offer->sellable += row.pieces;
        if (of.account == STOCK_RESERVED) offer->reserved += row.pieces;
    }
    walk = walk_over(&prefix);
    while (walk_next(&desk->rows, VIEW_STOCK_HELD, &walk, &at)) offer->held++;
    offer->recalled = merchant_load(&desk->rows, &goods->merchant, &merchant) &&
                      sku_is_recalled(desk, &merchant, span_of(goods->sku, goods->sku_size));
    offer->available = offer->sellable - offer->held;
    if (offer->recalled || offer->available < 0) offer->available = 0;
}

/* --- finding ---------------------------------------------------------------------------------- */

bool stock_posting_load(const struct rows *rows, const struct id *posting,
                        struct stock_posting_now *now)
{
    struct key prefix = key_of(posting);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(rows, VIEW_STOCK_POSTING, &walk, &row)) return false;
    memcpy(now->log.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return rows_load(rows, VIEW_STOCK_POSTING, &walk.at, &stock_posting_row_shape, &now->row);
}

bool stock_has_ended(const struct rows *rows, const struct id *reservation)
{
    struct key prefix = key_of(reservation);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, VIEW_STOCK_ENDED, &walk, &row);
}

bool stock_bin_latest(const struct rows *rows, const struct key *bin, struct stock_bin_row *row)
{
    struct walk walk = walk_over(bin);
    struct key latest = {.size = 0};
    uint64_t hlc = 0;
    struct row at;
    while (walk_next(rows, VIEW_STOCK_BIN, &walk, &at)) {
        if (shape_decode(&stock_bin_row_shape, at.value, row, NULL) != OK) continue;
        if (latest.size > 0 && row->hlc < hlc) continue;
        hlc = row->hlc;
        latest = walk.at;
    }
    return latest.size > 0 && rows_load(rows, VIEW_STOCK_BIN, &latest, &stock_bin_row_shape, row);
}

bool stock_bin_load(const struct desk *desk, const struct id *warehouse, struct span bin,
                    struct stock_bin_row *row)
{
    struct key key = stock_bin_key(desk->crypto, warehouse, bin);
    return stock_bin_latest(&desk->rows, &key, row);
}

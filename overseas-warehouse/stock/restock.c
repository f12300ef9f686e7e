/* What restocked units post: floor to sellable, once for each (warehouse, unit, cycle). The set in
 * VIEW_STOCK says what and how good, the unit's owner says whose; either may become known first, so
 * the fold of each brings the posting to what both now say. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/stock/stock.h"
#include "proto/bugs.h"

#define CYCLE_BYTES 2

/* One restock, and what it is to post. */
struct restock {
    struct id unit, warehouse;
    uint64_t cycle;
    struct key posting; /* its row */
    struct id id;
};

static struct restock restock_of(const struct desk *desk, const struct id *unit,
                                 const struct id *warehouse, uint64_t cycle)
{
    struct restock restock = {.unit = *unit, .warehouse = *warehouse, .cycle = cycle};
    struct id nobody = {{0}};
    uint8_t bytes[CYCLE_BYTES] = {(uint8_t)(cycle >> 8), (uint8_t)cycle};
    struct span parts[] = {id_span(unit), id_span(warehouse), span_of(bytes, sizeof bytes)};
    restock.id = crypto_id(desk->crypto, "entrepot/stock/restock/1", parts, 3);
    restock.posting = pair_key(&restock.id, &nobody);
    return restock;
}

static struct key by_time_key(const struct restock *restock, uint64_t at_ms)
{
    struct id nobody = {{0}};
    struct key key = key_add_uint(key_of(&restock->warehouse), UINT64_MAX - (at_ms << 16), 8);
    return key_add_id(key_add_id(key, &restock->id), &nobody);
}

static struct key by_goods_key(const struct restock *restock, const struct stock_goods *goods,
                               uint64_t at_ms)
{
    struct key key =
        key_add_uint(pair_key(&goods->merchant, &goods->form), UINT64_MAX - (at_ms << 16), 8);
    return key_add_id(key, &restock->id);
}

static void post(const struct desk *desk, const struct stock_goods *goods, uint64_t to,
                 uint64_t grade, int64_t pieces)
{
    struct stock_place floor = stock_place(STOCK_FLOOR, (struct span){0}, grade);
    struct stock_place pool = stock_place((enum stock_account)to, (struct span){0}, grade);
    stock_move(desk, goods, &floor, &pool, pieces);
}

/* Takes the posting back as it stands; says when it was made. 0: there is none. */
static uint64_t take_back(const struct desk *desk, const struct restock *restock)
{
    struct stock_posting_row row;
    if (!rows_load(&desk->rows, VIEW_STOCK_POSTING, &restock->posting, &stock_posting_row_shape,
                   &row))
        return 0;
    uint64_t at_ms = row.at_ms, to = row.to, grade = row.grade;
    struct id merchant = row.merchant;
    struct stock_goods goods = stock_goods(desk, &restock->warehouse, &merchant, row.sku);
    struct key by_time = by_time_key(restock, at_ms);
    struct key by_goods = by_goods_key(restock, &goods, at_ms);
    struct key held = key_add_id(stock_goods_key(&goods), &restock->unit);
    rows_drop(&desk->rows, VIEW_STOCK_BY_TIME, &by_time);
    rows_drop(&desk->rows, VIEW_STOCK_BY_GOODS, &by_goods);
    rows_drop(&desk->rows, VIEW_STOCK_HELD, &held);
    rows_drop(&desk->rows, VIEW_STOCK_POSTING, &restock->posting);
    if (!BUG(restock_posted_anew)) post(desk, &goods, to, grade, -1);
    return at_ms;
}

/* Whose it is, and by which code: the one of the removal order that brought it, or its own. */
static struct stock_goods goods_of(const struct desk *desk, const struct restock *restock,
                                   const struct stock_row *stock)
{
    struct unit_owner owner;
    struct removed_row removed;
    struct stock_goods goods =
        stock_goods(desk, &restock->warehouse, &(struct id){{0}}, stock->sku);
    if (!unit_owner(&desk->rows, &restock->unit, &owner)) return goods;
    if (stock->sku.size == 0 && removed_load(&desk->rows, &restock->unit, &removed))
        return stock_goods(desk, &restock->warehouse, &owner.merchant, removed.sku);
    goods.merchant = owner.merchant;
    return goods;
}

static void put(const struct desk *desk, const struct restock *restock, uint64_t at_ms)
{
    struct stock_row stock;
    struct key key =
        key_add_uint(pair_key(&restock->warehouse, &restock->unit), restock->cycle, CYCLE_BYTES);
    if (!rows_load(&desk->rows, VIEW_STOCK, &key, &stock_row_shape, &stock)) return;
    uint64_t grade = stock.grade;
    enum stock_account to = grade == GRADE_UNSELLABLE ? STOCK_UNSELLABLE : STOCK_SELLABLE;
    struct stock_goods goods = goods_of(desk, restock, &stock);
    struct key by_unit =
        key_add_uint(pair_key(&restock->unit, &restock->warehouse), restock->cycle, CYCLE_BYTES);
    struct key by_time = by_time_key(restock, at_ms);
    struct key by_goods = by_goods_key(restock, &goods, at_ms);
    struct key held = key_add_id(stock_goods_key(&goods), &restock->unit);
    struct stock_posting_row row = {.warehouse = restock->warehouse,
                                    .act = STOCK_RESTOCK,
                                    .merchant = goods.merchant,
                                    .sku = span_of(goods.sku, goods.sku_size),
                                    .from = STOCK_FLOOR,
                                    .to = to,
                                    .grade = grade,
                                    .pieces = 1,
                                    .at_ms = at_ms,
                                    .hlc = at_ms << 16,
                                    .unit = restock->unit};
    rows_store(&desk->rows, VIEW_STOCK_POSTING, &restock->posting, &stock_posting_row_shape, &row);
    rows_mark(&desk->rows, VIEW_STOCK_BY_UNIT, &by_unit);
    rows_mark(&desk->rows, VIEW_STOCK_BY_TIME, &by_time);
    rows_mark(&desk->rows, VIEW_STOCK_BY_GOODS, &by_goods);
    post(desk, &goods, to, grade, 1);
    /* A recall is asked about when something is offered; it is no fact of one unit. */
    if (unit_holds_put(&desk->rows, &restock->unit) != 0)
        rows_mark(&desk->rows, VIEW_STOCK_HELD, &held);
}

/* Were it said by two logs (which takes a second writer of the hop), the earlier one tells when. */
void stock_restocked(const struct desk *desk, const struct id *unit, const struct id *warehouse,
                     uint64_t cycle, uint64_t at_ms)
{
    struct restock restock = restock_of(desk, unit, warehouse, cycle);
    struct stock_posting_row row;
    bool known = rows_load(&desk->rows, VIEW_STOCK_POSTING, &restock.posting,
                           &stock_posting_row_shape, &row);
    uint64_t since_ms = known && row.at_ms < at_ms ? row.at_ms : at_ms;
    if (known) (void)take_back(desk, &restock);
    put(desk, &restock, since_ms);
}

void stock_of_unit(const struct desk *desk, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_STOCK_BY_UNIT, &walk, &row)) {
        struct id warehouse;
        memcpy(warehouse.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        const uint8_t *cycle = walk.at.bytes + 2 * ID_BYTES;
        struct restock restock =
            restock_of(desk, unit, &warehouse, (uint64_t)cycle[0] << 8 | cycle[1]);
        put(desk, &restock, take_back(desk, &restock));
    }
}

static void of_all(const struct desk *desk, enum view_table table, const struct id *of)
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, table, &walk, &row)) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        stock_of_unit(desk, &unit);
    }
}

void stock_of_return(const struct desk *desk, const struct id *return_id)
{
    of_all(desk, VIEW_UNIT_BY_RETURN, return_id);
}

void stock_of_removal(const struct desk *desk, const struct id *removal)
{
    of_all(desk, VIEW_UNIT_BY_REMOVAL, removal);
}

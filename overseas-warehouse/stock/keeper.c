/* Who speaks of a warehouse's stock. A node decides for its own warehouse alone; an entry about
 * another's is a faulty member's. It is recorded, since what the membership says of it may come
 * later, and a person is told as soon as both are known, whichever came first. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"

SHAPE_DEFINE(stock_writer_row, STOCK_WRITER_ROW_FIELDS)

static bool has_keeper(const struct rows *rows, const struct id *warehouse)
{
    struct key prefix = key_of(warehouse);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, VIEW_STOCK_KEEPER, &walk, &row);
}

bool stock_is_kept_by(const struct rows *rows, const struct id *warehouse, const struct id *node)
{
    struct key kept = pair_key(warehouse, node);
    return !has_keeper(rows, warehouse) || rows_has(rows, VIEW_STOCK_KEEPER, &kept);
}

static void refresh(const struct rows *rows, const struct id *warehouse, const struct id *log,
                    const struct id *node)
{
    struct conflict_row conflict = {.kind = CONFLICT_STOCK_FOREIGN, .thing = *node};
    struct key key = key_add_uint(pair_key(warehouse, log), 0, 8);
    if (!stock_is_kept_by(rows, warehouse, node))
        rows_store(rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
    else
        rows_drop(rows, VIEW_CONFLICT, &key);
}

void stock_written(const struct desk *desk, const struct place *place, const struct id *warehouse)
{
    struct stock_writer_row row = {.node = place->node};
    struct key key = pair_key(warehouse, &place->log);
    if (rows_has(&desk->rows, VIEW_STOCK_WRITER, &key)) return;
    rows_store(&desk->rows, VIEW_STOCK_WRITER, &key, &stock_writer_row_shape, &row);
    refresh(&desk->rows, warehouse, &place->log, &place->node);
}

void stock_kept(const struct desk *desk, const struct id *warehouse, const struct id *node)
{
    struct key prefix = key_of(warehouse), kept = pair_key(warehouse, node);
    struct walk walk = walk_over(&prefix);
    struct row at;
    rows_mark(&desk->rows, VIEW_STOCK_KEEPER, &kept);
    while (walk_next(&desk->rows, VIEW_STOCK_WRITER, &walk, &at)) {
        struct stock_writer_row row;
        struct id log;
        memcpy(log.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (shape_decode(&stock_writer_row_shape, at.value, &row, NULL) != OK) continue;
        refresh(&desk->rows, warehouse, &log, &row.node);
    }
}

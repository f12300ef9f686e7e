/* When each SKU was sold, by which order: rows that follow from the order's own row, so that what
 * comes back can be held against what went out. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"

#define TIME_BYTES 8

struct key sale_prefix(const struct crypto *crypto, const struct id *merchant, struct span sku)
{
    struct id form = sku_form_id(crypto, sku);
    return pair_key(merchant, &form);
}

/* The keys of all lines are taken before the first row is put: a put moves their texts. Two lines
 * of one SKU make one row. */
void sale_index(const struct desk *desk, const struct id *order, bool sold)
{
    struct order_row row;
    struct key keys[ORDER_LINES_MAX];
    if (!order_load(&desk->rows, order, &row)) return;
    uint32_t count = row.lines_count;
    for (uint32_t i = 0; i < count; i++) {
        struct key prefix = sale_prefix(desk->crypto, &row.merchant, row.lines[i].sku);
        keys[i] = key_add_id(key_add_uint(prefix, row.sold_ms, TIME_BYTES), order);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (sold)
            rows_mark(&desk->rows, VIEW_SALE, &keys[i]);
        else
            rows_drop(&desk->rows, VIEW_SALE, &keys[i]);
    }
}

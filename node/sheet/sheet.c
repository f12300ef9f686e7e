#include "node/sheet/sheet.h"

bool sheet_begin(struct sheet *sheet, bool of_skus, FILE *from, const char *merchant_or_null,
                 void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    sheet->of_skus = of_skus;
    if (of_skus) return sku_csv_begin(&sheet->is.skus, from, merchant_or_null, tell, world);
    return order_csv_begin(&sheet->is.orders, from, merchant_or_null, tell, world);
}

bool sheet_next(struct sheet *sheet, struct span *json, struct order_csv_place *place)
{
    return sheet->of_skus ? sku_csv_next(&sheet->is.skus, json, place)
                          : order_csv_next(&sheet->is.orders, json, place);
}

void sheet_end(struct sheet *sheet)
{
    if (sheet->of_skus)
        sku_csv_end(&sheet->is.skus);
    else
        order_csv_end(&sheet->is.orders);
}

void sheet_locate(const struct sheet *sheet, const struct order_csv_place *place,
                  struct span pointer, uint64_t *line, const char **column)
{
    if (!sheet->of_skus) {
        order_csv_locate(&sheet->is.orders, place, pointer, line, column);
        return;
    }
    *line = place->line;
    *column = sku_csv_column(&sheet->is.skus, pointer);
}

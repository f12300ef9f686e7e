#include "node/sheet/sheet.h"

bool sheet_begin(struct sheet *sheet, enum sheet_kind kind, FILE *from,
                 const char *merchant_or_null,
                 void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    sheet->kind = kind;
    if (kind == SHEET_OF_SKUS)
        return sku_csv_begin(&sheet->is.skus, from, merchant_or_null, tell, world);
    if (kind == SHEET_OF_TRACKINGS)
        return tracking_csv_begin(&sheet->is.trackings, from, tell, world);
    if (kind == SHEET_OF_LANES)
        return lane_csv_begin(&sheet->is.lanes, from, merchant_or_null, tell, world);
    return order_csv_begin(&sheet->is.orders, from, merchant_or_null, tell, world);
}

bool sheet_next(struct sheet *sheet, struct span *json, struct order_csv_place *place)
{
    if (sheet->kind == SHEET_OF_SKUS) return sku_csv_next(&sheet->is.skus, json, place);
    if (sheet->kind == SHEET_OF_TRACKINGS)
        return tracking_csv_next(&sheet->is.trackings, json, place);
    if (sheet->kind == SHEET_OF_LANES) return lane_csv_next(&sheet->is.lanes, json, place);
    return order_csv_next(&sheet->is.orders, json, place);
}

void sheet_end(struct sheet *sheet)
{
    if (sheet->kind == SHEET_OF_SKUS)
        sku_csv_end(&sheet->is.skus);
    else if (sheet->kind == SHEET_OF_TRACKINGS)
        tracking_csv_end(&sheet->is.trackings);
    else if (sheet->kind == SHEET_OF_LANES)
        lane_csv_end(&sheet->is.lanes);
    else
        order_csv_end(&sheet->is.orders);
}

void sheet_locate(const struct sheet *sheet, const struct order_csv_place *place,
                  struct span pointer, uint64_t *line, const char **column)
{
    if (sheet->kind == SHEET_OF_ORDERS) {
        order_csv_locate(&sheet->is.orders, place, pointer, line, column);
        return;
    }
    *line = place->line;
    *column = sheet->kind == SHEET_OF_SKUS    ? sku_csv_column(&sheet->is.skus, pointer)
              : sheet->kind == SHEET_OF_LANES ? lane_csv_column(&sheet->is.lanes, pointer)
                                              : tracking_csv_column(&sheet->is.trackings, pointer);
}

/* A CSV file of orders, of SKUs, of scans or of lanes, for whoever passes its records on as JSON
 * lines. */
#ifndef NODE_SHEET_SHEET_H
#define NODE_SHEET_SHEET_H

#include "node/sheet/lane_csv.h"
#include "node/sheet/sku_csv.h"
#include "node/sheet/tracking_csv.h"

enum sheet_kind { SHEET_OF_ORDERS, SHEET_OF_SKUS, SHEET_OF_TRACKINGS, SHEET_OF_LANES };

struct sheet {
    enum sheet_kind kind;
    union {
        struct order_csv orders;
        struct sku_csv skus;
        struct tracking_csv trackings;
        struct lane_csv lanes;
    } is;
};

/* As order_csv_begin, sku_csv_begin, tracking_csv_begin and lane_csv_begin have it. */
bool sheet_begin(struct sheet *sheet, enum sheet_kind kind, FILE *from,
                 const char *merchant_or_null,
                 void (*tell)(void *world, const struct order_csv_fault *fault), void *world);
bool sheet_next(struct sheet *sheet, struct span *json, struct order_csv_place *place);
void sheet_end(struct sheet *sheet);
void sheet_locate(const struct sheet *sheet, const struct order_csv_place *place,
                  struct span pointer, uint64_t *line, const char **column);

#endif

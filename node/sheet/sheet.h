/* A CSV file of orders or of SKUs, for whoever passes its records on as JSON lines. */
#ifndef NODE_SHEET_SHEET_H
#define NODE_SHEET_SHEET_H

#include "node/sheet/sku_csv.h"

struct sheet {
    bool of_skus;
    union {
        struct order_csv orders;
        struct sku_csv skus;
    } is;
};

/* As order_csv_begin and sku_csv_begin have it. */
bool sheet_begin(struct sheet *sheet, bool of_skus, FILE *from, const char *merchant_or_null,
                 void (*tell)(void *world, const struct order_csv_fault *fault), void *world);
bool sheet_next(struct sheet *sheet, struct span *json, struct order_csv_place *place);
void sheet_end(struct sheet *sheet);
void sheet_locate(const struct sheet *sheet, const struct order_csv_place *place,
                  struct span pointer, uint64_t *line, const char **column);

#endif

/* From the rows of a CSV file to SKUs, each row as the JSON object that an import takes: the one
 * place that knows the columns. What cannot be read is told with line, column and remedy, and its
 * row is left out; whether a SKU stands is the node's to judge. */
#ifndef NODE_SHEET_SKU_CSV_H
#define NODE_SHEET_SKU_CSV_H

#include "node/sheet/columns.h"

enum sku_form {
    SKU_TEXT,   /* as it stands */
    SKU_NUMBER, /* a whole one */
    SKU_ALIAS,  /* codes of the kind that the member names, parted by a bar */
    SKU_CHECKS  /* English=中文, parted by bars; one of the two may be missing */
};

/* X(COLUMN, name, form, member of the JSON body or kind of code) */
#define SKU_COLUMN_LIST(X)                                                                         \
    X(MERCHANT, "merchant", SKU_TEXT, "merchant")                                                  \
    X(CODE, "code", SKU_TEXT, "code")                                                              \
    X(NAME_EN, "name_en", SKU_TEXT, "name_en")                                                     \
    X(NAME_ZH, "name_zh", SKU_TEXT, "name_zh")                                                     \
    X(OWN, "own", SKU_ALIAS, "own")                                                                \
    X(FNSKU, "fnsku", SKU_ALIAS, "fnsku")                                                          \
    X(UPC, "upc", SKU_ALIAS, "upc")                                                                \
    X(EAN, "ean", SKU_ALIAS, "ean")                                                                \
    X(PHOTO, "photo", SKU_TEXT, "photo")                                                           \
    X(LENGTH, "length_mm", SKU_NUMBER, "length_mm")                                                \
    X(WIDTH, "width_mm", SKU_NUMBER, "width_mm")                                                   \
    X(HEIGHT, "height_mm", SKU_NUMBER, "height_mm")                                                \
    X(WEIGHT, "weight_g", SKU_NUMBER, "weight_g")                                                  \
    X(HS_CODE, "hs_code", SKU_TEXT, "hs_code")                                                     \
    X(CATEGORY, "category", SKU_TEXT, "category")                                                  \
    X(BATTERY, "battery", SKU_TEXT, "battery")                                                     \
    X(HYGIENE, "hygiene", SKU_NUMBER, "hygiene")                                                   \
    X(DATA_BEARING, "data_bearing", SKU_NUMBER, "data_bearing")                                    \
    X(VALUE, "value_minor", SKU_NUMBER, "value_minor")                                             \
    X(CURRENCY, "currency", SKU_TEXT, "currency")                                                  \
    X(ACCESSORIES, "accessories", SKU_CHECKS, "accessories")                                       \
    X(FUNCTIONS, "functions", SKU_CHECKS, "functions")

#define SKU_COLUMN_ENUM(column, ...) SKU_COLUMN_##column,
enum sku_column { SKU_COLUMN_LIST(SKU_COLUMN_ENUM) SKU_COLUMNS };
#undef SKU_COLUMN_ENUM

struct sku_csv {
    struct columns of;
    const char *merchant; /* of all rows; NULL: a column names it */
    struct json_out json;
};

/* Reads the header. false: it is not usable, and the faults were told; there are no SKUs then. */
bool sku_csv_begin(struct sku_csv *reader, FILE *from, const char *merchant_or_null,
                   void (*tell)(void *world, const struct order_csv_fault *fault), void *world);
/* The next SKU; *json is empty when it is left out, and the reader's until the next call. In the
 * place its code and its line stand. false: none is left. */
bool sku_csv_next(struct sku_csv *reader, struct span *json, struct order_csv_place *place);
void sku_csv_end(struct sku_csv *reader);
/* The column that a pointer into the JSON means; NULL: none. */
const char *sku_csv_column(const struct sku_csv *reader, struct span pointer);

#endif

/* From the rows of a CSV file to lanes, a price each, as the JSON object that an import takes: a
 * price table is kept as a sheet. What cannot be read is told with line, column and remedy, and its
 * row is left out. The same row again changes nothing. */
#ifndef NODE_SHEET_LANE_CSV_H
#define NODE_SHEET_LANE_CSV_H

#include "node/sheet/columns.h"

/* X(COLUMN, name and member, is it a whole number?) */
#define LANE_COLUMN_LIST(X)                                                                        \
    X(MERCHANT, "merchant", false)                                                                 \
    X(CARRIER, "carrier", false)                                                                   \
    X(ACCOUNT, "account", false)                                                                   \
    X(SERVICE, "service", false)                                                                   \
    X(COUNTRY, "country", false)                                                                   \
    X(POSTAL_PREFIX, "postal_prefix", false)                                                       \
    X(WAREHOUSE, "warehouse", false)                                                               \
    X(WEIGHT, "weight_g", true)                                                                    \
    X(PRICE, "price_minor", true)                                                                  \
    X(CURRENCY, "currency", false)                                                                 \
    X(BATTERY, "battery", true)                                                                    \
    X(RANK, "rank", true)                                                                          \
    X(DAYS, "days", true)                                                                          \
    X(FROM, "from_ms", false)                                                                      \
    X(UNTIL, "until_ms", false)                                                                    \
    X(OFF, "off", true)
#define LANE_COLUMN_ENUM(column, ...) LANE_COLUMN_##column,
enum lane_column { LANE_COLUMN_LIST(LANE_COLUMN_ENUM) LANE_COLUMNS };
#undef LANE_COLUMN_ENUM

struct lane_csv {
    struct columns of;
    const char *merchant; /* of all rows; NULL: a column names it */
    struct json_out json;
};

/* Reads the header. false: it is not usable, and the faults were told; there are no rows then. */
bool lane_csv_begin(struct lane_csv *reader, FILE *from, const char *merchant_or_null,
                    void (*tell)(void *world, const struct order_csv_fault *fault), void *world);
/* The next row; *json is empty when it is left out, and the reader's until the next call. In the
 * place the carrier and the line stand. false: none is left. */
bool lane_csv_next(struct lane_csv *reader, struct span *json, struct order_csv_place *place);
void lane_csv_end(struct lane_csv *reader);
/* The column that a pointer into the JSON means; NULL: none. */
const char *lane_csv_column(const struct lane_csv *reader, struct span pointer);

#endif

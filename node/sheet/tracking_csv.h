/* From the rows of a CSV file to trackings, a scan each, as the JSON object that an import takes:
 * for what a carrier gives out as a list, or a warehouse keeps by hand. What cannot be read is told
 * with line, column and remedy, and its row is left out. The same row again changes nothing. */
#ifndef NODE_SHEET_TRACKING_CSV_H
#define NODE_SHEET_TRACKING_CSV_H

#include "node/sheet/columns.h"

/* X(COLUMN, name and member, of the scan) ; time: an instant with its offset, or a clock as it was
 * written, which is kept and orders nothing. */
#define TRACKING_COLUMN_LIST(X)                                                                    \
    X(CARRIER, "carrier", false)                                                                   \
    X(NUMBER, "number", false)                                                                     \
    X(STATUS, "status", true)                                                                      \
    X(REASON, "reason", true)                                                                      \
    X(TIME, "time", true)                                                                          \
    X(CODE, "code", true)                                                                          \
    X(TEXT, "text", true)                                                                          \
    X(PLACE, "place", true)                                                                        \
    X(COUNTRY, "country", true)
#define TRACKING_COLUMN_ENUM(column, name, of_scan) TRACKING_COLUMN_##column,
enum tracking_column { TRACKING_COLUMN_LIST(TRACKING_COLUMN_ENUM) TRACKING_COLUMNS };
#undef TRACKING_COLUMN_ENUM

struct tracking_csv {
    struct columns of;
    struct json_out json;
};

/* Reads the header. false: it is not usable, and the faults were told; there are no rows then. */
bool tracking_csv_begin(struct tracking_csv *reader, FILE *from,
                        void (*tell)(void *world, const struct order_csv_fault *fault),
                        void *world);
/* The next row; *json is empty when it is left out, and the reader's until the next call. In the
 * place the number and the line stand. false: none is left. */
bool tracking_csv_next(struct tracking_csv *reader, struct span *json,
                       struct order_csv_place *place);
void tracking_csv_end(struct tracking_csv *reader);
/* The column that a pointer into the JSON means; NULL: none. */
const char *tracking_csv_column(const struct tracking_csv *reader, struct span pointer);

#endif

/* Lists as sheets (RFC 4180): a row of a flat shape is a line, its fields are the columns. For
 * those who ask for text/csv; numbers stay minor units and times RFC 3339, as in JSON. */
#ifndef NODE_HTTP_CSV_H
#define NODE_HTTP_CSV_H

#include "proto/shape.h"

#define CSV_TYPE "text/csv; charset=utf-8"

struct csv_out {
    char *at;
    size_t used, room;
};
void csv_out_free(struct csv_out *out);
/* Names of the fields; and their values, nothing where one is absent. Fields that are records or
 * lists have no column. */
void csv_put_titles(struct csv_out *out, const struct shape *shape);
void csv_put_row(struct csv_out *out, const struct shape *shape, const void *row);
/* Does an Accept header name sheets? NULL: it does not. */
bool csv_is_accepted(const char *accept_or_null);

#endif

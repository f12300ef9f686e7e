/* The index of returns: rows of VIEW_RETURN_INDEX, which follow from the returns' own rows and are
 * kept by the folds.
 *
 *     scope 16 ‖ form 1 [‖ state or kind 1] ‖ time 8 ‖ return 16
 *
 * scope is a merchant, or zero for the returns of all; with RETURNS_BY_ORDER it is the order. */
#ifndef OVERSEAS_WAREHOUSE_RETURN_INDEX_H
#define OVERSEAS_WAREHOUSE_RETURN_INDEX_H

#include "overseas-warehouse/view_rows.h"

enum return_form {
    RETURNS_BY_STATE = 1, /* and then by when they moved last */
    RETURNS_BY_TIME = 2,  /* by when they moved last */
    RETURNS_BY_DUE = 3,   /* by when their deadline is, if they have one */
    RETURNS_BY_ORDER = 4, /* by when they were asked for */
    RETURNS_BY_KIND = 5   /* and then by when they moved last */
};

/* What the keys of the form begin with, up to the time; of: the state with RETURNS_BY_STATE, the
 * kind with RETURNS_BY_KIND, else nothing. */
struct key return_form_prefix(const struct id *scope, enum return_form form, uint64_t of);
/* The one way to store a return: its row, and the index with it. */
void return_store(const struct rows *rows, const struct id *id, const struct return_row *row);
/* The order that a merchant's shop calls so. */
bool order_find(const struct rows *rows, const struct crypto *crypto, const struct id *merchant,
                struct span reference, struct id *order);

#endif

/* A store with as many returns as one likes, made by the folds that make any other, without
 * deciding each: an order, a return of it with a tracking number and a deadline, some of them
 * approved. */
#ifndef TESTS_NODE_HTTP_MANY_RETURNS_H
#define TESTS_NODE_HTTP_MANY_RETURNS_H

#include "node/store/store_lmdb.h"
#include "overseas-warehouse/business.h"

#define MANY_START_MS 1767225600000u /* 2026-01-01; a return a second */

/* Adds the returns numbered from..to-1 of the merchant, in turns of `turn`. */
void many_returns(struct store_lmdb *store, const struct crypto *crypto, const struct id *merchant,
                  uint64_t from, uint64_t to, uint64_t turn);

#endif

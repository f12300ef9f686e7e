/* A shelf in Los Angeles for tests of the stock ledger: goods that come and are restocked, and the
 * acts of the people there. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_STOCK_SCENE_H
#define TESTS_OVERSEAS_WAREHOUSE_STOCK_SCENE_H

#include "overseas-warehouse/stock/stock.h"
#include "tests/overseas-warehouse/world.h"

#define BOOT "SHOE42"

const struct rows *scene_rows(struct world *world, enum node_name at);
/* A box of so many boots that came by no return; nobody knows yet whose they are. */
struct id scene_box(struct world *world, unsigned count, struct id *units);
/* Inspects, grades, disposes of and settles it, as restock. */
void scene_restock(struct world *world, const struct id *unit);
/* A removal order of the merchant's brought the box. */
void scene_own(struct world *world, enum merchant_name of, const struct id *box,
               const char *reference);
/* Both: so many of the merchant's, restocked. */
void scene_stocked(struct world *world, enum merchant_name of, unsigned count, struct id *units);

int64_t scene_pieces(struct world *world, enum node_name at, const struct id *merchant,
                     enum stock_account account, const char *bin);
enum error scene_bin(struct world *world, const char *bin, uint64_t capacity);
enum error scene_post(struct world *world, struct stock_post wish);
enum error scene_move(struct world *world, const char *bin, const char *to_bin, uint64_t pieces);
enum error scene_count(struct world *world, const char *bin, uint64_t found);
enum error scene_void(struct world *world, const struct id *posting);
enum error scene_reserve(struct world *world, uint64_t pieces, uint64_t expires_ms);
enum error scene_end(struct world *world, const struct id *reservation, enum stock_account to);
/* The sum over all accounts of all goods, and the lowest balance of a pool. */
int64_t scene_sum(struct world *world, enum node_name at, int64_t *lowest_pool);
/* Folds what the world's logs hold into new rows, in an order of its own. */
void scene_fold_shuffled(struct world *world, struct rows_memory *memory);

#endif

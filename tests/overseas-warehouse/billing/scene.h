/* What the tests of billing share: a warehouse with a fee table, and units that come back to it. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_BILLING_SCENE_H
#define TESTS_OVERSEAS_WAREHOUSE_BILLING_SCENE_H

#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

/* A table that holds from then on, under which act number n costs n * 100 (0.01 more for each
 * `dearer`), storage 1 cent for a cubic metre and day after 3 days. */
union command_body scene_table(struct world *world, enum merchant_name merchant, uint64_t from_ms,
                               uint64_t dearer);
/* Asks for it at Los Angeles. */
enum error scene_put(struct world *world, const union command_body *body);
/* A return of that many SHOE-42, in one box at Los Angeles that bears its number. */
struct id scene_box(struct world *world, enum merchant_name merchant, const char *name,
                    unsigned units);
/* The nth unit of the box. */
struct id scene_unit(struct world *world, const struct id *box, unsigned nth);
enum error scene_act(struct world *world, enum command_kind kind, const struct id *unit,
                     uint64_t grade, uint64_t disposition);
enum error scene_topup(struct world *world, enum merchant_name merchant, const char *reference,
                       int64_t amount);
enum error scene_close(struct world *world, enum merchant_name merchant);
struct standing scene_standing(struct world *world, enum node_name at, enum merchant_name merchant);
/* Charges of that act (0: of any) at Los Angeles' node: how many, and their sum. */
unsigned scene_count(struct world *world, enum node_name at, uint64_t act, int64_t *sum);

#endif

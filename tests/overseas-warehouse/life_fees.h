/* Fees and taxes in the lives that are lived by chance: what policies charge and orders bear, and
 * what must hold of both at any time. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LIFE_FEES_H
#define TESTS_OVERSEAS_WAREHOUSE_LIFE_FEES_H

#include "overseas-warehouse/business.h"
#include "proto/records_money.h"

/* By what was drawn before, so that a life goes on as it would without: no draw of their own. */
void life_charge(struct policy *policy, uint64_t drawn);
void life_tax(struct order_line *line);

/* Nothing is withheld that its buyer does not owe; an order's line knows what was withheld of it by
 * all its returns; and of what was not changed since it was sold, refunds of units and what was
 * withheld are within the price. Ends the program when they do not hold. */
void life_audit_fees(const struct desk *desk);

#endif

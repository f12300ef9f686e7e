/* What the files of billing share among themselves. */
#ifndef OVERSEAS_WAREHOUSE_BILLING_BILLS_H
#define OVERSEAS_WAREHOUSE_BILLING_BILLS_H

#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/parts.h"

/* Of two entries that say one thing the smaller place stands, in any order of arrival. */
bool place_is_before(const struct place *place, const struct id *log, uint64_t idx);

void fee_put_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void topup_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void statement_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision);
void arrears_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);

/* The time that the pair's tables cover: from the first version's beginning to the newest one's end
 * (UINT64_MAX: open). false: there is none. */
struct cover {
    uint64_t from_ms, until_ms;
};
bool fee_cover(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
               struct cover *cover);

/* Is there work for the pair: an act to charge, a charge to reverse, a period that ends? Called by
 * the fold of each cause. */
void bill_work_refresh(const struct desk *desk, const struct id *warehouse,
                       const struct id *merchant);
void bill_due_refresh(const struct desk *desk, const struct id *warehouse,
                      const struct id *merchant);
/* What waits under the charge's id. */
void act_refresh(const struct desk *desk, const struct id *charge);
/* Each stay of the unit. */
void stays_refresh(const struct desk *desk, const struct id *unit);
/* The first row that waits at that time or later. */
bool waiting_from(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                  uint64_t from_ms, struct walk *walk);
/* When the period of that end may be posted: periods from before the first table go into the first
 * one that ends under it. */
uint64_t period_due(const struct cover *cover, const struct stored_row *stored);

void balance_add(const struct desk *desk, const struct charge_row *charge, int64_t sign);

#endif

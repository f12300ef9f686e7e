/* A new charge under a stored mandate: money that went ahead of goods which never came, or were
 * others, is taken back from the buyer, once (README, "A new charge"). Silence says that it is
 * done, in the return's table, once everybody was heard; each charge is a slot of the refund table
 * with a key of its own. Nothing here pays anything out. */
#ifndef OVERSEAS_WAREHOUSE_RECHARGE_H
#define OVERSEAS_WAREHOUSE_RECHARGE_H

#include "overseas-warehouse/parts.h"

/* Can this provider charge a buyer who is not there? */
bool recharge_serves(struct span provider);
/* So many of a line's units may be refunded in all: those that were sold, and once more those whose
 * money was charged back. */
uint64_t recharge_parts(const struct order_row_line *sold);

/* --- deciding --------------------------------------------------------------------------------- */

/* When silence charges: set by the entry that ends a return whose money is ahead, kept by those
 * that only note something of it. */
void recharge_due(const struct case_file *file, const struct rule *rule,
                  struct return_moved *moved);
/* A box of it is here that the book has not answered yet. */
bool recharge_has_news(const struct case_file *file);
/* Is a charge for units of the line under way, or unclear? */
bool recharge_is_open(const struct case_file *file, uint64_t line);
/* Names the lines whose goods did not come; the entry charges what went ahead for them. */
void recharge_name_lines(const struct case_file *file, struct return_moved *moved);
void recharge_react(const struct desk *desk, const struct id *return_id, struct moment *moment,
                    struct decision *decision);
/* Of a charge that was declined: before a person calls it paid, and when one tries it again. */
uint32_t recharge_failed_facts(const struct desk *desk, const struct refund_row *row,
                               struct moment *moment, struct decision *decision);
void recharge_again(const struct desk *desk, const struct refund_row *failed,
                    const struct actor *by, struct moment *moment, struct decision *decision);

/* What of a line's tax comes back when so much more of it is charged anew (tax.c). */
int64_t tax_back(const struct order_row_line *sold, int64_t minor);

/* --- folding ---------------------------------------------------------------------------------- */

/* No entry of a faulty leader may break a row: sums that no row could hold are not begun. */
bool recharge_is_bearable(const struct desk *desk, const struct refund_moved *moved);
void recharge_open(const struct desk *desk, const struct refund_row *row, const struct id *slot);
/* What a step of a charge that is known does to its payment, its order's line and its return's. */
void recharge_account(const struct desk *desk, const struct refund_row *row,
                      const struct refund_moved *moved);
/* The row of work, brought to what the book's rows now say; of all returns of an order. */
void recharge_refresh(const struct desk *desk, const struct id *return_id);
void recharge_refresh_order(const struct desk *desk, const struct id *order);

#endif

/* Fees of a return: reckoned by the policy that looked at the request, frozen in its first entry,
 * and taken off the units' worth where the buyer owes them. Whose doing a reason is, and what a
 * market's law allows, the policy has said: there is no second law here. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/policy/policy.h"
#include "overseas-warehouse/recharge.h"
#include "proto/money.h"

static const enum fee_kind kinds[] = {FEE_RESTOCKING, FEE_RETURN_FREIGHT};

/* What is reckoned, line by line of the order. */
struct bill {
    struct case_file *file;
    const struct policy *policy;
    struct return_moved *moved;
    int64_t worth[ORDER_LINES_MAX]; /* of the units that are asked back */
    int64_t left[ORDER_LINES_MAX];  /* of it, to the buyer */
};

/* --- reckoning -------------------------------------------------------------------------------- */

/* The buyer never owes for having sent goods back: no more than what they are worth. */
static void put_fee(struct bill *bill, uint32_t line, enum fee_kind kind, enum fee_payer payer,
                    int64_t amount_minor)
{
    struct return_moved *moved = bill->moved;
    if (payer == PAID_BY_BUYER && amount_minor > bill->left[line]) amount_minor = bill->left[line];
    if (amount_minor <= 0 || moved->fees_count == RETURN_FEES_MAX) return;
    if (payer == PAID_BY_BUYER) bill->left[line] -= amount_minor;
    moved->fees[moved->fees_count++] =
        (struct return_fee){line, (uint64_t)kind, (uint64_t)payer, amount_minor};
}

static int row_of(const struct bill *bill, enum fee_kind kind, uint32_t line)
{
    const struct case_file *file = bill->file;
    if (file->lines[line].quantity == 0) return -1;
    return policy_fee_row(bill->policy, kind, file->order.ship_to, file->lines[line].reason);
}

/* The lines whose reasons lead to one row of the policy bear its charge together, by what comes
 * back of each. */
static void charge_together(struct bill *bill, enum fee_kind kind, int row, uint32_t first)
{
    const struct case_file *file = bill->file;
    int64_t weights[ORDER_LINES_MAX] = {0}, parts[ORDER_LINES_MAX], worth = 0;
    for (uint32_t i = first; i < file->order.lines_count; i++) {
        if (row_of(bill, kind, i) != row) continue;
        weights[i] = bill->worth[i];
        if (money_add(worth, weights[i], &worth) != OK) return;
    }
    struct policy_charge charge =
        policy_charge(bill->policy, kind, file->order.ship_to, file->lines[first].reason, worth);
    if (charge.amount_minor <= 0) return;
    if (money_split(charge.amount_minor, weights, file->order.lines_count, parts) != OK) return;
    for (uint32_t i = first; i < file->order.lines_count; i++)
        put_fee(bill, i, kind, charge.payer, parts[i]);
}

static void charge(struct bill *bill, enum fee_kind kind)
{
    bool charged[POLICY_FEES_MAX] = {false};
    for (uint32_t i = 0; i < bill->file->order.lines_count; i++) {
        int row = row_of(bill, kind, i);
        if (row < 0 || charged[row]) continue;
        charged[row] = true;
        charge_together(bill, kind, row, i);
    }
}

void fees_reckon(struct case_file *file, const struct policy *policy, struct return_moved *moved)
{
    struct bill bill = {.file = file, .policy = policy, .moved = moved};
    moved->fees_count = 0;
    if (moved->keep != 0) return;
    for (uint32_t i = 0; i < file->order.lines_count; i++)
        bill.worth[i] = bill.left[i] = refund_worth_of(&file->order, i, file->lines[i].quantity);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) charge(&bill, kinds[i]);
    fees_copy(&file->row, moved);
}

void fees_copy(struct return_row *row, const struct return_moved *moved)
{
    row->fees_count = moved->fees_count;
    for (uint32_t i = 0; i < moved->fees_count; i++) row->fees[i] = moved->fees[i];
}

int64_t fees_of_line(const struct return_moved *moved, uint64_t line)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < moved->fees_count; i++) {
        const struct return_fee *fee = &moved->fees[i];
        if (fee->line != line || fee->payer != PAID_BY_BUYER || fee->amount_minor < 0) continue;
        if (money_add(sum, fee->amount_minor, &sum) != OK) return MINOR_MAX;
    }
    return sum;
}

/* --- taking off ------------------------------------------------------------------------------- */

/* Nothing comes back where the buyer keeps it, so there is nothing to restock or to carry. */
int64_t fee_of_unit(const struct return_row *row, const struct return_line_row *line, uint64_t nth)
{
    int64_t quantity = (int64_t)line->quantity;
    if (row->keep != 0 || nth >= line->quantity) return 0;
    return line->fee_minor / quantity + ((int64_t)nth < line->fee_minor % quantity ? 1 : 0);
}

void fee_note(const struct refund_plan *plan, struct return_moved *moved)
{
    if (plan->withheld_minor <= 0) return;
    moved->withheld_minor = plan->withheld_minor;
    moved->withheld_part = plan->part;
}

/* A unit whose fee eats all of it has no slot; its part of the line is used up all the same. No
 * entry of a faulty leader breaks a row. */
void fee_fold(const struct return_moved *moved, struct return_line_row *line,
              struct order_row_line *sold)
{
    int64_t of_return, of_order;
    if (moved->withheld_minor <= 0) return;
    if (money_add(line->withheld_minor, moved->withheld_minor, &of_return) != OK ||
        money_add(sold->withheld_minor, moved->withheld_minor, &of_order) != OK)
        return;
    line->withheld_minor = of_return;
    sold->withheld_minor = of_order;
    if (moved->withheld_part >= sold->parts && moved->withheld_part < recharge_parts(sold))
        sold->parts = moved->withheld_part + 1;
}

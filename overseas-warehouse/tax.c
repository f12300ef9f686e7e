/* Tax of refunds: at the rate at which the line was sold, and so that the parts of a line never
 * give back a minor unit more or less than the line bore. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "proto/bugs.h"
#include "proto/money.h"

/* Division first, since the product would not fit. */
int64_t tax_in(int64_t gross_minor, uint64_t tax_bp)
{
    int64_t rate = (int64_t)tax_bp, whole = 10000 + rate;
    return gross_minor / whole * rate + gross_minor % whole * rate / whole;
}

static int64_t price_of_line(const struct order_row_line *sold)
{
    int64_t price;
    return money_multiply(sold->price_minor, sold->quantity, &price) == OK ? price : 0;
}

int64_t tax_of_line(const struct order_row_line *sold)
{
    return sold->tax_minor != 0 ? sold->tax_minor : tax_in(price_of_line(sold), sold->tax_bp);
}

/* The tax that is in so much of the line's price, by largest remainder. */
static int64_t tax_within(const struct order_row_line *sold, int64_t minor)
{
    int64_t price = price_of_line(sold), parts[2];
    if (minor <= 0 || price <= 0) return 0;
    if (minor >= price) return tax_of_line(sold);
    int64_t weights[2] = {minor, price - minor};
    return money_split(tax_of_line(sold), weights, 2, parts) == OK ? parts[0] : 0;
}

/* What of the line's tax is due when so much more of it is refunded: the difference to what was
 * given back before. An amendment may have made the line's tax less than that. */
static int64_t tax_due(const struct order_row_line *sold, int64_t more_minor)
{
    int64_t sum;
    if (money_add(sold->refunded_minor - sold->recharged_minor, more_minor, &sum) != OK) return 0;
    int64_t due = tax_within(sold, sum) - sold->tax_refunded_minor;
    if (due < 0) return 0;
    return due < more_minor ? due : more_minor;
}

int64_t tax_back(const struct order_row_line *sold, int64_t minor)
{
    int64_t left = sold->refunded_minor - sold->recharged_minor - minor;
    int64_t back = sold->tax_refunded_minor - tax_within(sold, left);
    if (back < 0) return 0;
    return back < minor ? back : minor;
}

void tax_note(const struct order_row *order, int64_t also_minor, struct refund_moved *moved)
{
    int64_t sum;
    if (!is_of_line(moved->paid_for) || moved->line >= order->lines_count) return;
    const struct order_row_line *sold = &order->lines[moved->line];
    if (sold->tax_minor == 0 && sold->tax_bp == 0) return;
    if (money_add(also_minor, moved->amount_minor, &sum) != OK) return;
    moved->tax_minor = tax_due(sold, sum) - tax_due(sold, also_minor);
    if (BUG(tax_not_cumulative)) moved->tax_minor = tax_within(sold, moved->amount_minor);
    moved->tax_bp = sold->tax_bp;
    moved->sold_ms = order->sold_ms;
}

void tax_note_again(const struct desk *desk, const struct refund_row *failed,
                    struct refund_moved *moved)
{
    struct refund_moved of = {
        .paid_for = failed->paid_for, .line = failed->line, .amount_minor = failed->amount_minor};
    struct order_row order;
    if (failed->sold_ms == 0 || !order_load(&desk->rows, &failed->order, &order)) return;
    tax_note(&order, 0, &of);
    moved->tax_minor = of.tax_minor;
    moved->sold_ms = failed->sold_ms;
}

int64_t tax_after(const struct refund_row *row, const struct refund_moved *moved)
{
    bool again = row->state == REFUND_FAILED && moved->to == REFUND_SETTLED && moved->sold_ms != 0;
    if (!again || moved->tax_minor < 0 || moved->tax_minor > row->amount_minor)
        return row->tax_minor;
    return moved->tax_minor;
}

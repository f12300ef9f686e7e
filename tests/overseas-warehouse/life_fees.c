#include "tests/overseas-warehouse/life_fees.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "overseas-warehouse/parts.h"

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("audit of fees failed: %s\n", #condition);                                      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

void life_charge(struct policy *policy, uint64_t drawn)
{
    static const struct policy_fee fees[] = {
        {.kind = FEE_RESTOCKING, .payer = PAID_BY_BUYER, .per_mille = 173},
        {.kind = FEE_RETURN_FREIGHT, .payer = PAID_BY_BUYER, .fixed_minor = 499},
        {.kind = FEE_RETURN_FREIGHT, .payer = PAID_BY_PLATFORM, .fixed_minor = 499}};
    switch (drawn % 6) {
    case 0: return;
    case 1: policy->fees[policy->fees_count++] = fees[0]; return;
    case 2: policy->fees[policy->fees_count++] = fees[2]; return;
    case 3: /* it may take all that comes back */
        policy->fees[policy->fees_count++] = fees[1];
        policy->fees[0].fixed_minor = 3000;
        return;
    default: policy->fees[policy->fees_count++] = fees[0];
    }
    policy->fees[policy->fees_count++] = fees[1];
}

void life_tax(struct order_line *line)
{
    int64_t price = line->price_minor * (int64_t)line->quantity;
    if (line->price_minor % 3 == 0) line->tax_minor = price * 19 / 119;
    if (line->price_minor % 3 == 1) line->tax_bp = 700;
}

static int64_t withheld_by_returns(const struct desk *desk)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row found;
    int64_t sum = 0;
    while (walk_next(&desk->rows, VIEW_RETURN_LINE, &walk, &found)) {
        struct return_line_row line;
        HOLDS(shape_decode(&return_line_row_shape, found.value, &line, NULL) == OK);
        HOLDS(line.withheld_minor >= 0 && line.withheld_minor <= line.fee_minor);
        sum += line.withheld_minor;
    }
    return sum;
}

static void audit_line(const struct order_row *order, const struct order_row_line *line)
{
    int64_t price = line->price_minor * (int64_t)line->quantity;
    HOLDS(line->withheld_minor >= 0);
    HOLDS(line->tax_refunded_minor <= line->refunded_minor);
    /* What went ahead may come back after it was charged anew, with its tax as it was given; the
     * next refund makes up for it. */
    HOLDS(line->tax_refunded_minor >= 0 || line->recharged_minor > 0);
    if (order->version > 1) return; /* its price, or its tax, may have been more */
    int64_t refunded = line->refunded_minor - line->recharged_minor;
    HOLDS(refunded - line->partial_minor + line->withheld_minor <= price);
    HOLDS(line->tax_refunded_minor <= tax_of_line(line));
}

void life_audit_fees(const struct desk *desk)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row found;
    int64_t sum = 0;
    while (walk_next(&desk->rows, VIEW_ORDER, &walk, &found)) {
        struct order_row order;
        HOLDS(shape_decode(&order_row_shape, found.value, &order, NULL) == OK);
        for (uint32_t i = 0; i < order.lines_count; i++) {
            audit_line(&order, &order.lines[i]);
            sum += order.lines[i].withheld_minor;
        }
    }
    HOLDS(sum == withheld_by_returns(desk));
}

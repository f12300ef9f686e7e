/* What must hold of a random life: the sums of money and units at a leader at any time, and, when
 * everything was delivered and worked off, that what is left to do waits for a reason. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "proto/money.h"
#include "tests/overseas-warehouse/life_claims.h"
#include "tests/overseas-warehouse/life_fees.h"
#include "tests/overseas-warehouse/random_life.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("audit failed: %s\n", #condition);                                              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

struct sums {
    int64_t by_payment[ORDER_PAYMENTS_MAX], by_line[ORDER_LINES_MAX];
    int64_t tax[ORDER_LINES_MAX];
    int64_t by_part[ORDER_LINES_MAX][8]; /* quantities of this life are at most 3 */
    unsigned open[ORDER_PAYMENTS_MAX];
    int64_t charged[ORDER_PAYMENTS_MAX], charged_of[ORDER_LINES_MAX]; /* anew, and settled */
    int64_t came_back[ORDER_PAYMENTS_MAX]; /* was paid, and the buyer's bank sent it back */
};

static struct sums sum_refunds(const struct desk *desk, const struct id *order)
{
    struct sums sums;
    memset(&sums, 0, sizeof sums);
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row found;
    while (walk_next(&desk->rows, VIEW_REFUND, &walk, &found)) {
        struct refund_row refund;
        HOLDS(shape_decode(&refund_row_shape, found.value, &refund, NULL) == OK);
        if (!id_equal(&refund.order, order)) continue;
        if (refund.came_back != 0) sums.came_back[refund.payment] += refund.amount_minor;
        if (refund.state == REFUND_FAILED) continue;
        bool settled = refund.state == REFUND_SETTLED;
        sums.open[refund.payment] += !settled;
        if (business_is_charge(refund.paid_for)) {
            sums.charged[refund.payment] += settled ? refund.amount_minor : 0;
            sums.charged_of[refund.line] += settled ? refund.amount_minor : 0;
            sums.tax[refund.line] -= settled ? refund.tax_minor : 0;
            continue;
        }
        sums.by_payment[refund.payment] += refund.amount_minor;
        if (is_of_line(refund.paid_for)) sums.by_line[refund.line] += refund.amount_minor;
        sums.tax[refund.line] += refund.tax_minor;
        if (refund.paid_for == PAID_FOR_LINE)
            sums.by_part[refund.line][refund.part % REFUND_TRY_STRIDE] += refund.amount_minor;
    }
    return sums;
}

/* What others moved: all that is recorded of the payment and is no slot of ours. */
static int64_t sum_elsewhere(const struct desk *desk, const struct id *order, uint64_t payment)
{
    struct key prefix = payment_key(order, payment);
    struct walk walk = walk_over(&prefix);
    struct row found;
    int64_t sum = 0;
    while (walk_next(&desk->rows, VIEW_ELSEWHERE, &walk, &found)) {
        struct elsewhere_row row;
        HOLDS(shape_decode(&elsewhere_row_shape, found.value, &row, NULL) == OK);
        if (!id_is_zero(&row.slot)) continue;
        sum += row.how == ELSEWHERE_CHARGEBACK_WON ? -row.amount_minor : row.amount_minor;
    }
    return sum;
}

static void audit_order(const struct desk *desk, const struct id *order)
{
    struct order_row row;
    struct payment_row payment;
    HOLDS(order_load(&desk->rows, order, &row));
    struct sums sums = sum_refunds(desk, order);
    for (uint64_t i = 0; i < row.payments; i++) {
        HOLDS(payment_load(&desk->rows, order, i, &payment));
        HOLDS(sums.by_payment[i] == payment.refunded_minor);
        HOLDS(sums.charged[i] == payment.recharged_minor);
        HOLDS(sums.by_payment[i] <= payment.captured_minor + payment.recharged_minor);
        /* What went ahead may come back after it was charged anew: then a person is asked. */
        HOLDS(sums.charged[i] <= sums.by_payment[i] + sums.came_back[i]);
        HOLDS(sum_elsewhere(desk, order, i) == payment.elsewhere_minor);
        HOLDS(payment.elsewhere_minor >= 0 && payment.elsewhere_minor <= payment.captured_minor);
        HOLDS(sums.open[i] <= 1);
        HOLDS((sums.open[i] == 1) == !id_is_zero(&payment.open));
    }
    HOLDS(order_load(&desk->rows, order, &row));
    for (uint32_t i = 0; i < row.lines_count; i++) {
        int64_t sold = row.lines[i].price_minor * (int64_t)row.lines[i].quantity;
        HOLDS(sums.by_line[i] == row.lines[i].refunded_minor);
        HOLDS(sums.charged_of[i] == row.lines[i].recharged_minor);
        HOLDS(sums.by_line[i] <= sold + row.lines[i].recharged_minor);
        HOLDS(sums.tax[i] == row.lines[i].tax_refunded_minor);
        HOLDS(row.lines[i].used <= row.lines[i].quantity);
        for (unsigned part = 0; part < 8; part++)
            HOLDS(sums.by_part[i][part] <= row.lines[i].price_minor);
    }
}

static void audit_caps(const struct world *world, const struct desk *desk)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row found;
    while (walk_next(&desk->rows, VIEW_SPENT, &walk, &found)) {
        struct spent_row spent;
        HOLDS(shape_decode(&spent_row_shape, found.value, &spent, NULL) == OK);
        for (unsigned i = 0; i < MERCHANTS; i++)
            if (memcmp(walk.at.bytes, world->merchants[i].merchant.bytes, ID_BYTES) == 0)
                HOLDS(spent.minor <= world->merchants[i].cap_minor);
    }
}

void life_audit(struct world *world)
{
    static const enum node_name leaders[] = {RTM, LAX};
    for (unsigned i = 0; i < 2; i++) {
        const struct desk *desk = world_desk(world, leaders[i]);
        struct key none = {.size = 0};
        struct walk walk = walk_over(&none);
        struct row found;
        while (walk_next(&desk->rows, VIEW_ORDER, &walk, &found)) {
            struct id order;
            memcpy(order.bytes, walk.at.bytes, ID_BYTES);
            audit_order(desk, &order);
        }
        audit_caps(world, desk);
        life_audit_claims(desk);
        life_audit_fees(desk);
    }
}

/* Is the money what this unit waits for, or the answer to the return? */
static bool may_wait(const struct desk *desk, const struct todo *todo)
{
    struct grant_row grant;
    /* More than was captured cannot have been moved: what is told so waits for an amendment. */
    if (todo->kind == TODO_MADE) return true;
    if (todo->kind == TODO_GRANT)
        return grant_load(&desk->rows, &todo->second, &grant) && grant.state == GRANT_GRANTED;
    struct return_row owner;
    struct assigned_row assigned;
    struct key seen = seen_key(&todo->thing, &todo->second, DO_TAKE_UNIT);
    /* Its payment has another slot open, whose end is a person's to say. */
    if (todo->kind == TODO_RECHARGE)
        return return_load(&desk->rows, &todo->thing, &owner) && owner.recharge != 0;
    if (todo->kind == TODO_PAY)
        return return_load(&desk->rows, &todo->thing, &owner) && owner.state == RETURN_APPROVED &&
               !return_is_in_kind(&owner);
    if (todo->kind != TODO_RETURN || rows_has(&desk->rows, VIEW_RETURN_SEEN, &seen)) return false;
    if (!assigned_load(&desk->rows, &todo->second, &assigned)) return false;
    if (!id_equal(&assigned.return_id, &todo->thing)) return false;
    return return_load(&desk->rows, &todo->thing, &owner) &&
           (return_is_live(owner.state) || owner.state == RETURN_CLOSED);
}

/* When everything was delivered and worked off, what is left to do waits for a reason. */
void life_audit_work(struct world *world)
{
    const struct desk *desk = world_desk(world, GATEWAY);
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    while (walk_next(&desk->rows, VIEW_TODO, &walk, &row)) {
        struct todo todo;
        HOLDS(todo_read(key_span(&walk.at), &todo));
        if (todo.kind == TODO_EFFECT) {
            struct refund_row refund;
            HOLDS(refund_load(&desk->rows, &todo.thing, &refund));
            HOLDS(refund.state == REFUND_INTENDED || refund.state == REFUND_SUBMITTED);
        } else
            HOLDS(may_wait(desk, &todo));
    }
    walk = walk_over(&none);
    while (walk_next(&desk->rows, VIEW_DUE, &walk, &row)) {
        struct due due;
        struct return_row owner;
        HOLDS(due_read(key_span(&walk.at), &due));
        struct grant_row grant;
        struct compensation_row claim;
        if (due.verb == DO_REQUEST) {
            struct order_row order;
            HOLDS(order_load(&desk->rows, &due.thing, &order));
            HOLDS(order.outbound.size > 0 && order.stalled_days > 0);
        } else if (due.verb == DO_ABANDON) {
            struct clues_row queued;
            struct key key = clues_key(&due.thing, CLUE_OF_BOX);
            HOLDS(rows_load(&desk->rows, VIEW_CLUES, &key, &clues_row_shape, &queued));
            HOLDS(queued.due_ms == due.due_ms);
        } else if (compensation_load(&desk->rows, &due.thing, &claim)) {
            HOLDS(claim.due_ms == due.due_ms && due.verb == DO_RUN_OUT);
        } else if (grant_load(&desk->rows, &due.thing, &grant)) {
            HOLDS(grant.due_ms == due.due_ms && due.verb == DO_LAPSE);
        } else {
            HOLDS(return_load(&desk->rows, &due.thing, &owner));
            HOLDS(owner.due_ms == due.due_ms && owner.due_verb == due.verb);
        }
        HOLDS(due.due_ms > world->now_ms);
    }
}

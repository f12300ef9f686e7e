/* How a refund's entries become rows: the slot itself, what its payment and its order line have
 * reserved, and what was spent of the day's cap. All written by one book. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "proto/bugs.h"
#include "proto/money.h"

/* Money leaves `captured` at the intent and comes back only when the slot has failed. An intent
 * opens the payment's one slot; the end of that very slot frees it. */
static void reserve(const struct desk *desk, const struct refund_row *row, const struct id *slot,
                    int sign, bool opens)
{
    struct payment_row payment;
    int64_t amount = sign * row->amount_minor;
    if (payment_load(&desk->rows, &row->order, row->payment, &payment)) {
        struct key key = payment_key(&row->order, row->payment);
        payment.refunded_minor += amount;
        if (opens)
            payment.open = *slot;
        else if (id_equal(&payment.open, slot))
            payment.open = (struct id){{0}};
        rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, &payment);
    }
    struct order_row order;
    if (!is_of_line(row->paid_for)) return;
    if (!order_load(&desk->rows, &row->order, &order) || row->line >= order.lines_count) return;
    struct order_row_line *line = &order.lines[row->line];
    bool counts = row->paid_for != PAID_FOR_PARTIAL || !BUG(partial_uncounted);
    if (counts) line->refunded_minor += amount;
    if (row->paid_for == PAID_FOR_PARTIAL) line->partial_minor += amount;
    line->tax_refunded_minor += sign * row->tax_minor;
    if (row->paid_for == PAID_FOR_LINE && sign > 0 && line->parts <= row->part &&
        row->part < recharge_parts(line))
        line->parts = row->part + 1;
    struct key key = key_of(&row->order);
    rows_store(&desk->rows, VIEW_ORDER, &key, &order_row_shape, &order);
}

static void close_payment(const struct desk *desk, const struct refund_row *row,
                          const struct id *slot)
{
    struct payment_row payment;
    if (!payment_load(&desk->rows, &row->order, row->payment, &payment)) return;
    if (!id_equal(&payment.open, slot)) return;
    struct key key = payment_key(&row->order, row->payment);
    payment.open = (struct id){{0}};
    rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, &payment);
}

/* Never given back, not by a failure either: the cap bounds what may be tried in a day. */
static void spend(const struct desk *desk, const struct refund_row *refund, uint64_t day)
{
    struct key key = spent_key(&refund->merchant, day, &refund->book);
    struct spent_row row = {0};
    if (!rows_load(&desk->rows, VIEW_SPENT, &key, &spent_row_shape, &row)) row.minor = 0;
    row.minor += refund->amount_minor;
    rows_store(&desk->rows, VIEW_SPENT, &key, &spent_row_shape, &row);
}

/* No entry of a faulty leader may break a row: sums that no row could hold are not begun. */
static bool can_reserve(const struct desk *desk, const struct id *order_id,
                        const struct refund_moved *how)
{
    struct payment_row payment;
    struct order_row order;
    int64_t sum;
    if (!order_load(&desk->rows, order_id, &order)) return false;
    if (how->line >= order.lines_count || how->amount_minor < 0) return false;
    if (how->tax_minor < 0 || how->tax_minor > how->amount_minor) return false;
    if (money_add(order.lines[how->line].refunded_minor, how->amount_minor, &sum) != OK)
        return false;
    return payment_load(&desk->rows, order_id, how->payment, &payment) &&
           money_add(payment.refunded_minor, how->amount_minor, &sum) == OK;
}

static bool is_bearable(const struct desk *desk, const struct refund_moved *moved,
                        const struct order_row *order)
{
    int64_t sum;
    if (!can_reserve(desk, &moved->order, moved)) return false;
    struct key key = spent_key(&order->merchant, moved->day, &order->book);
    struct spent_row spent = {0};
    if (!rows_load(&desk->rows, VIEW_SPENT, &key, &spent_row_shape, &spent)) spent.minor = 0;
    return money_add(spent.minor, moved->amount_minor, &sum) == OK;
}

/* A slot is what its fields make it: an entry that calls it otherwise could take another's place.
 */
static bool is_its_slot(const struct desk *desk, const struct refund_moved *moved,
                        const struct order_row *order)
{
    struct payment_row payment;
    struct slot_of of = {order->merchant, moved->return_id, moved->paid_for, moved->line,
                         moved->part};
    if (!payment_load(&desk->rows, &moved->order, moved->payment, &payment)) return false;
    struct id slot = slot_id(desk->crypto, &of, &payment);
    return id_equal(&slot, &moved->slot);
}

static bool begin(const struct desk *desk, const struct place *place,
                  const struct refund_moved *moved, struct refund_row *row)
{
    struct order_row order;
    if (!order_load(&desk->rows, &moved->order, &order)) return false;
    if (!id_equal(&order.book, &place->log)) return false;
    bool charge = business_is_charge(moved->paid_for);
    if (moved->paid_for == 0 || !is_its_slot(desk, moved, &order)) return false;
    if (charge ? !recharge_is_bearable(desk, moved) : !is_bearable(desk, moved, &order))
        return false;
    *row = (struct refund_row){.merchant = order.merchant,
                               .book = place->log,
                               .return_id = moved->return_id,
                               .order = moved->order,
                               .payment = moved->payment,
                               .paid_for = moved->paid_for,
                               .line = moved->line,
                               .part = moved->part,
                               .amount_minor = moved->amount_minor,
                               .currency = moved->currency,
                               .tax_minor = moved->tax_minor,
                               .tax_bp = moved->tax_bp,
                               .sold_ms = moved->sold_ms,
                               .seen = moved->seen,
                               .intended_ms = moved->at_ms,
                               .mandate_buyer = moved->mandate_buyer,
                               .mandate_method = moved->mandate_method};
    if (charge)
        recharge_open(desk, row, &moved->slot);
    else
        reserve(desk, row, &moved->slot, 1, true);
    if (!charge && moved->to == REFUND_INTENDED) spend(desk, row, moved->day);
    struct key key = pair_key(&moved->return_id, &moved->slot);
    rows_mark(&desk->rows, VIEW_REFUND_BY_RETURN, &key);
    return true;
}

static void mark_work(const struct desk *desk, const struct id *slot, const struct id *book,
                      uint64_t state)
{
    if (state == REFUND_INTENDED || state == REFUND_SUBMITTED)
        todo_put(&desk->rows, book, TODO_EFFECT, slot, NULL);
    else
        todo_drop(&desk->rows, book, TODO_EFFECT, slot, NULL);
}

/* What ended has ended, or a faulty leader would free the same money again and again; only what
 * failed may be paid by other means, and what was paid may come back once. */
static bool may_move(const struct desk *desk, const struct refund_row *row,
                     const struct refund_moved *moved)
{
    bool ended = (refund_table.final_states >> row->state & 1) != 0;
    if (!ended || moved->to == row->state) return true;
    if (business_is_charge(row->paid_for))
        return row->state == REFUND_FAILED && moved->verb == DO_RESOLVE_PAID;
    if (row->state == REFUND_SETTLED)
        return moved->to == REFUND_FAILED && moved->verb == DO_FIND_FAILED && row->has_failed == 0;
    struct refund_moved how = {
        .payment = row->payment, .line = row->line, .amount_minor = row->amount_minor};
    return row->state == REFUND_FAILED && moved->to == REFUND_SETTLED &&
           moved->verb == DO_RESOLVE_PAID && can_reserve(desk, &row->order, &how);
}

/* What a step of a slot that is known does to its payment. */
static void account(const struct desk *desk, const struct refund_row *row,
                    const struct refund_moved *moved)
{
    if (moved->to == row->state) return;
    if (business_is_charge(row->paid_for)) {
        recharge_account(desk, row, moved);
        return;
    }
    if (row->state == REFUND_FAILED)
        reserve(desk, row, &moved->slot, 1, false);
    else if (moved->to == REFUND_FAILED)
        reserve(desk, row, &moved->slot, -1, false);
    else if (moved->to == REFUND_SETTLED)
        close_payment(desk, row, &moved->slot);
}

/* The buyer waits for money that the book called paid: a person looks. */
static void raise_return(const struct desk *desk, const struct place *place,
                         const struct refund_row *row, const struct id *slot)
{
    struct conflict_row conflict = {
        .kind = CONFLICT_CAME_BACK, .verb = DO_FIND_FAILED, .thing = *slot};
    struct key key = key_add_uint(pair_key(&row->return_id, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

void refund_fold(const struct desk *desk, const struct place *place,
                 const struct refund_moved *moved)
{
    struct refund_row row;
    bool known = refund_load(&desk->rows, &moved->slot, &row);
    if (known == business_refund_begins(moved->verb))
        return; /* no rule of ours writes such an entry */
    /* Nor does another book: its entry may come before this one's or after it (law 3). */
    if (known && !id_equal(&row.book, &place->log)) return;
    if (known && !may_move(desk, &row, moved)) return;
    if (!known && !begin(desk, place, moved, &row)) return;
    int64_t tax_minor = known ? tax_after(&row, moved) : row.tax_minor;
    row.tax_minor = tax_minor;
    if (known) account(desk, &row, moved);
    /* The puts above may have moved the texts of the row: read it once more. */
    struct span provider_ref = moved->provider_ref, reason = moved->reason;
    struct refund_row again;
    if (known && refund_load(&desk->rows, &moved->slot, &again)) row = again;
    bool back = row.state == REFUND_SETTLED && moved->to == REFUND_FAILED;
    if (back || moved->to == REFUND_SETTLED) row.came_back = back ? 1 : 0;
    if (moved->to == REFUND_FAILED) row.has_failed = 1;
    row.tax_minor = tax_minor;
    row.state = moved->to;
    row.version++;
    row.moved_ms = moved->at_ms;
    if (moved->attempt != 0) row.attempt = moved->attempt;
    if (provider_ref.size > 0) row.provider_ref = provider_ref;
    if (reason.size > 0) row.reason = reason;
    if (moved->verb == DO_BAR || (back && moved->barred != 0)) row.barred = 1;
    struct key key = key_of(&moved->slot);
    rows_store(&desk->rows, VIEW_REFUND, &key, &refund_row_shape, &row);
    if (back) raise_return(desk, place, &row, &moved->slot);
    struct id return_id = row.return_id;
    mark_work(desk, &moved->slot, &row.book, moved->to);
    told_refresh(desk, &moved->slot);
    recharge_refresh(desk, &return_id);
}

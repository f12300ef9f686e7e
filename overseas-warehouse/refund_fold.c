/* How a refund's entries become rows: the slot itself, what its payment and its order line have
 * reserved, and what was spent of the day's cap. All written by one book. */
#include "overseas-warehouse/parts.h"
#include "proto/money.h"

/* Money leaves `captured` at the intent and comes back only when the slot has failed. */
static void reserve(const struct desk *desk, const struct refund_row *row, const struct id *slot,
                    int sign)
{
    struct payment_row payment;
    int64_t amount = sign * row->amount_minor;
    if (payment_load(&desk->rows, &row->order, row->payment, &payment)) {
        struct key key = payment_key(&row->order, row->payment);
        payment.refunded_minor += amount;
        payment.open = sign > 0 ? *slot : (struct id){{0}};
        rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, &payment);
    }
    struct order_row order;
    if (!order_load(&desk->rows, &row->order, &order) || row->line >= order.lines_count) return;
    struct order_row_line *line = &order.lines[row->line];
    line->refunded_minor += amount;
    if (sign > 0 && line->parts <= row->part && row->part < line->quantity)
        line->parts = row->part + 1;
    struct key key = key_of(&row->order);
    rows_store(&desk->rows, VIEW_ORDER, &key, &order_row_shape, &order);
}

static void close_payment(const struct desk *desk, const struct refund_row *row)
{
    struct payment_row payment;
    if (!payment_load(&desk->rows, &row->order, row->payment, &payment)) return;
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
static bool is_bearable(const struct desk *desk, const struct refund_moved *moved,
                        const struct order_row *order)
{
    struct payment_row payment;
    int64_t sum;
    if (moved->line >= order->lines_count || moved->amount_minor < 0) return false;
    if (money_add(order->lines[moved->line].refunded_minor, moved->amount_minor, &sum) != OK)
        return false;
    if (!payment_load(&desk->rows, &moved->order, moved->payment, &payment)) return false;
    if (money_add(payment.refunded_minor, moved->amount_minor, &sum) != OK) return false;
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
    if (!is_its_slot(desk, moved, &order) || !is_bearable(desk, moved, &order)) return false;
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
                               .seen = moved->seen,
                               .intended_ms = moved->at_ms};
    reserve(desk, row, &moved->slot, 1);
    if (moved->to == REFUND_INTENDED) spend(desk, row, moved->day);
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

static bool is_ended(uint64_t state)
{
    return (refund_table.final_states >> state & 1) != 0;
}

void refund_fold(const struct desk *desk, const struct place *place,
                 const struct refund_moved *moved)
{
    struct refund_row row;
    bool known = refund_load(&desk->rows, &moved->slot, &row);
    if (known == (moved->verb == DO_INTEND)) return; /* no rule of ours writes such an entry */
    /* Nor does another book: its entry may come before this one's or after it (law 3). */
    if (known && !id_equal(&row.book, &place->log)) return;
    /* What ended has ended: a faulty leader would free the same money again and again. */
    if (known && is_ended(row.state) && moved->to != row.state) return;
    if (!known && !begin(desk, place, moved, &row)) return;
    if (known && moved->to == REFUND_FAILED && row.state != REFUND_FAILED)
        reserve(desk, &row, &moved->slot, -1);
    if (known && moved->to == REFUND_SETTLED) close_payment(desk, &row);
    /* The puts above may have moved the texts of the row: read it once more. */
    struct span provider_ref = moved->provider_ref, reason = moved->reason;
    struct refund_row again;
    if (known && refund_load(&desk->rows, &moved->slot, &again)) row = again;
    row.state = moved->to;
    row.version++;
    row.moved_ms = moved->at_ms;
    if (moved->attempt != 0) row.attempt = moved->attempt;
    if (provider_ref.size > 0) row.provider_ref = provider_ref;
    if (reason.size > 0) row.reason = reason;
    struct key key = key_of(&moved->slot);
    rows_store(&desk->rows, VIEW_REFUND, &key, &refund_row_shape, &row);
    mark_work(desk, &moved->slot, &row.book, moved->to);
}

/* How a return's entries become rows, and which work they leave or do. The book alone writes these
 * rows; what other logs say is met in the refreshes, which read sets only. */
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "overseas-warehouse/return_index.h"
#include "overseas-warehouse/stock/stock.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/bugs.h"

static bool is_reaction(uint64_t verb)
{
    return verb >= DO_NOTE_ARRIVAL && verb <= DO_NOTE_SETTLEMENT;
}

/* --- quantities ------------------------------------------------------------------------------- */

/* One entry of a return, and the return before it. */
struct stride {
    const struct return_moved *moved;
    struct id order;
    uint64_t from;
    bool in_kind; /* a thing is due, no money */
    bool whole;   /* what goes ahead is the whole worth */
};

static void send(struct return_line_row *line, const struct return_moved *moved)
{
    line_send(line, moved->lines[0].quantity);
    if (moved->advance_percent != 0) line_lend(line, moved->amount_minor);
}

/* What the entry does to the line that it names. false: nothing. */
static bool count_named(const struct stride *stride, uint64_t at, struct return_line_row *line)
{
    const struct return_moved *moved = stride->moved;
    if (moved->lines_count == 0 || moved->lines[0].line != at) return false;
    uint64_t quantity = moved->lines[0].quantity;
    if (moved->verb == DO_TAKE_UNIT && quantity > 0)
        line_take(line, quantity, stride->in_kind && stride->from == RETURN_APPROVED,
                  stride->whole);
    else if ((moved->verb == DO_PAY && moved->contest == 0) || moved->verb == DO_ADVANCE)
        line_pay(line, moved);
    else if (moved->verb == DO_REPLACE)
        send(line, moved);
    else
        return false;
    return true;
}

/* Silence names the lines whose goods never came. */
static bool is_to_recharge(const struct return_moved *moved, uint64_t at)
{
    for (uint32_t i = 0; i < moved->lines_count; i++)
        if (moved->verb == DO_RECHARGE && moved->lines[i].line == at) return true;
    return false;
}

/* And to any: what others paid after the end counts like the rest once it lives again, and nobody
 * is charged for it. */
static bool count_line(const struct stride *stride, uint64_t at, struct return_line_row *line,
                       struct order_row_line *sold)
{
    const struct return_moved *moved = stride->moved;
    bool revives = (line->late > 0 || line->recharge != 0) && return_is_live(moved->to);
    if (revives) line->late = line->recharge = 0;
    bool charged = is_to_recharge(moved, at);
    if (charged) line->recharge = 1;
    if (moved->lines_count > 0 && moved->lines[0].line == at) fee_fold(moved, line, sold);
    return count_named(stride, at, line) || revives || charged;
}

/* The order's lines are occupied by live returns in full and by ended ones as far as received. */
static void occupy(const struct desk *desk, const struct stride *stride)
{
    const struct return_moved *moved = stride->moved;
    struct order_row order;
    struct return_line_row lines[ORDER_LINES_MAX];
    uint32_t counted = 0;
    if (!order_load(&desk->rows, &stride->order, &order)) return;
    for (uint32_t i = 0; i < order.lines_count; i++) {
        struct return_line_row *line = &lines[i];
        if (!return_line_load(&desk->rows, &moved->return_id, i, line)) continue;
        uint64_t before = return_line_used(stride->from, line);
        if (count_line(stride, i, line, &order.lines[i])) counted |= 1u << i;
        order.lines[i].used += return_line_used(moved->to, line) - before;
    }
    if (moved->contest != 0 || moved->to == RETURN_DECLINED) order.flagged = 1;
    struct key key = key_of(&stride->order);
    rows_store(&desk->rows, VIEW_ORDER, &key, &order_row_shape, &order);
    for (uint32_t i = 0; i < ORDER_LINES_MAX; i++) {
        if ((counted >> i & 1) == 0) continue;
        key = return_line_key(&moved->return_id, i);
        rows_store(&desk->rows, VIEW_RETURN_LINE, &key, &return_line_row_shape, &lines[i]);
    }
}

static void put_lines(const struct desk *desk, const struct return_moved *moved)
{
    for (uint32_t i = 0; i < moved->lines_count; i++) {
        const struct return_line *line = &moved->lines[i];
        struct return_line_row row = {.quantity = line->quantity,
                                      .reason = line->reason,
                                      .fee_minor = fees_of_line(moved, line->line)};
        if (line->line >= ORDER_LINES_MAX) continue;
        struct key key = return_line_key(&moved->return_id, line->line);
        rows_store(&desk->rows, VIEW_RETURN_LINE, &key, &return_line_row_shape, &row);
    }
}

/* --- the row itself --------------------------------------------------------------------------- */

static bool begin(const struct desk *desk, const struct place *place,
                  const struct return_moved *moved, struct return_row *row)
{
    struct order_row order;
    if (!id_is_of(desk->crypto, &moved->return_id, &place->log)) return false;
    if (!order_load(&desk->rows, &moved->order, &order)) return false;
    if (!id_equal(&order.book, &place->log)) return false;
    *row = (struct return_row){.merchant = order.merchant,
                               .book = place->log,
                               .order = moved->order,
                               .number = moved->number,
                               .requested_ms = moved->at_ms};
    policy_answers_copy(row, moved);
    fees_copy(row, moved);
    intake_fold(desk, moved, row);
    put_lines(desk, moved);
    struct id merchant = order.merchant;
    buyer_index(desk, &merchant, &order.buyer, moved->at_ms, &moved->return_id);
    struct key key = pair_key(&merchant, &moved->return_id);
    rows_mark(&desk->rows, VIEW_RETURN_BY_MERCHANT, &key);
    return true;
}

static void move_due(const struct desk *desk, const struct return_row *row,
                     const struct return_moved *moved)
{
    if (row->due_ms != 0)
        due_drop(&desk->rows, row->due_ms, &row->book, row->due_verb, &moved->return_id);
    bool dropped = BUG(deadline_dropped) && moved->verb == DO_NOTE_ARRIVAL;
    if (moved->due_ms != 0 && !dropped)
        due_put(&desk->rows, moved->due_ms, &row->book, moved->due_verb, &moved->return_id);
}

/* The platform decides, or its time has run out; what is seen of goods later changes nothing. */
static bool arbitrates(const struct return_moved *moved, const struct return_row *row)
{
    bool decides = moved->verb == DO_APPROVE || moved->verb == DO_DECLINE;
    return (decides && moved->by.kind == BY_PLATFORM) ||
           (moved->to == RETURN_ARBITRATED && row->state != RETURN_ARBITRATED);
}

static void store(const struct desk *desk, const struct return_moved *moved, struct return_row *row)
{
    if (arbitrates(moved, row)) row->arbitrated_ms = moved->at_ms;
    if (moved->to == RETURN_APPROVED && row->state != RETURN_APPROVED)
        row->approved_ms = moved->at_ms;
    bool over = return_is_over(row->state), ends = return_is_over(moved->to);
    if (!over && ends) row->ended_ms = moved->at_ms;
    if (over && !ends) row->reopened++;
    row->state = moved->to;
    row->version++;
    row->moved_ms = moved->at_ms;
    row->due_ms = moved->due_ms;
    row->due_verb = moved->due_verb;
    if (moved->verb == DO_NOTE_ARRIVAL) row->arrived = 1;
    if (moved->keep != 0) row->keep = 1;
    if (moved->verb == DO_REFUND_INSTEAD) row->outcome = OUTCOME_REFUND;
    if (moved->verb == DO_REPLACE && moved->sent.size > 0) row->sent = moved->sent;
    if (return_is_live(moved->to)) row->recharge = 0;
    if (moved->verb == DO_RECHARGE) row->recharge = 1;
    if (moved->contest != 0) row->contests++;
    if (moved->reason.size > 0) row->reason = moved->reason;
    if (moved->decline_reason != 0) row->decline_reason = moved->decline_reason;
    return_store(&desk->rows, &moved->return_id, row);
}

/* --- what it reacted to ----------------------------------------------------------------------- */

static void mark_seen(const struct desk *desk, const struct place *place,
                      const struct return_moved *moved)
{
    struct seen_row seen = {.contest = moved->contest,
                            .grade = moved->grade,
                            .liability = moved->liability,
                            .disposition = moved->disposition};
    struct key key = seen_key(&moved->return_id, &moved->seen, (enum verb)moved->verb);
    if (is_reaction(moved->verb))
        rows_store(&desk->rows, VIEW_RETURN_SEEN, &key, &seen_row_shape, &seen);
    if (moved->verb == DO_NOTE_GRADE) grade_void_refresh(desk, &moved->seen);
    if (moved->contest == 0 || BUG(contest_hidden)) return;
    struct conflict_row conflict = {
        .kind = CONFLICT_CONTEST, .verb = moved->verb, .thing = moved->seen};
    key = key_add_uint(pair_key(&moved->return_id, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

/* A return that lives again looks once more at units it would not take while it was ended. */
static void look_again(const struct desk *desk, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_RETURN_SEEN, &walk, &row)) {
        struct seen_row seen;
        struct key key = walk.at;
        if (key.bytes[key.size - 1] != DO_TAKE_UNIT) continue;
        if (shape_decode(&seen_row_shape, row.value, &seen, NULL) != OK || seen.contest == 0)
            continue;
        struct id unit;
        memcpy(unit.bytes, key.bytes + ID_BYTES, ID_BYTES);
        rows_drop(&desk->rows, VIEW_RETURN_SEEN, &key);
        unit_todo_refresh(desk, &unit);
    }
}

static void refresh_work(const struct desk *desk, const struct return_moved *moved)
{
    if (moved->verb == DO_CLAIM_BOX)
        box_todo_refresh(desk, &moved->seen, &moved->return_id);
    else if (moved->verb == DO_NOTE_ARRIVAL)
        arrival_todo_refresh(desk, &moved->seen, &moved->return_id);
    else if (is_reaction(moved->verb))
        unit_todo_refresh(desk, &moved->seen);
}

/* --- meeting what other logs said before or will say later ------------------------------------ */

/* Boxes are indexed under the parcel of their number, and under the return that their slip names.
 */
static void meet_boxes(const struct desk *desk, const struct id *under, const struct id *return_id)
{
    struct key prefix = key_of(under);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_BOX_BY_PARCEL, &walk, &row)) {
        struct id box_id;
        struct box_row box;
        memcpy(box_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        box_todo_refresh(desk, &box_id, return_id);
        uint8_t number[TRACKING_NUMBER_BYTES_MAX];
        if (!box_load(&desk->rows, &box_id, &box)) continue;
        struct span form = parcel_number(box.number, number);
        parcel_refresh(desk, form);
    }
}

void return_meet_number(const struct desk *desk, const struct id *return_id, struct span number)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(number, room);
    if (form.size == 0) return;
    struct id parcel = parcel_id(desk->crypto, form);
    struct key key = pair_key(&parcel, return_id);
    rows_mark(&desk->rows, VIEW_RETURN_BY_PARCEL, &key);
    parcel_refresh(desk, form);
    meet_boxes(desk, &parcel, return_id);
}

static void meet_parcel(const struct desk *desk, const struct return_moved *moved)
{
    meet_boxes(desk, &moved->return_id, &moved->return_id);
    return_meet_number(desk, &moved->return_id, moved->number);
}

void return_fold(const struct desk *desk, const struct place *place,
                 const struct return_moved *moved)
{
    struct return_row row;
    bool begins = moved->verb == DO_REQUEST;
    bool known = return_load(&desk->rows, &moved->return_id, &row);
    if (known == begins) return; /* no rule of ours writes such an entry */
    /* Nor does another book: its entry may come before this one's or after it (law 3). */
    if (known && !id_equal(&row.book, &place->log)) return;
    if (begins && !begin(desk, place, moved, &row)) return;
    struct stride stride = {moved, row.order, row.state, return_is_in_kind(&row),
                            return_fronts_whole(&row)};
    uint64_t from = row.state;
    occupy(desk, &stride);
    mark_seen(desk, place, moved);
    /* The puts above may have moved the texts of the row: read it once more. */
    if (!begins && !return_load(&desk->rows, &moved->return_id, &row)) return;
    move_due(desk, &row, moved);
    if (!begins && !return_load(&desk->rows, &moved->return_id, &row)) return;
    store(desk, moved, &row);
    deadlines_of_return(desk, moved, from, &row);
    if (!return_is_live(from) && from != RETURN_NONE && return_is_live(moved->to))
        look_again(desk, &moved->return_id);
    refresh_work(desk, moved);
    if (return_is_over(from) || return_is_over(moved->to))
        followup_refresh(desk, &moved->return_id);
    pay_todo_refresh(desk, &moved->return_id);
    recharge_refresh(desk, &moved->return_id);
    if (begins) meet_parcel(desk, moved);
    if (begins) billing_return_refresh(desk, &moved->return_id);
    if (begins) stock_of_return(desk, &moved->return_id);
    if (begins) holds_of_return(desk, &moved->return_id);
    outbound_refresh(desk, &stride.order);
    if (from != moved->to) clues_of_return_refresh(desk, &moved->return_id);
    if (from != moved->to) labels_refresh(desk, &moved->return_id);
}

/* --- claims and releases ---------------------------------------------------------------------- */

void claim_fold(const struct desk *desk, const struct place *place,
                const struct box_claimed *claimed)
{
    struct return_row owner;
    struct key key = pair_key(&claimed->box, &claimed->return_id);
    if (rows_has(&desk->rows, VIEW_BOX_CLAIM, &key)) return;
    /* The return was begun earlier in this very book, or the claim is none of its leader's. */
    if (!return_load(&desk->rows, &claimed->return_id, &owner)) return;
    if (!id_equal(&owner.book, &place->log)) return;
    struct id order = owner.order;
    owner.boxes++;
    return_store(&desk->rows, &claimed->return_id, &owner);
    struct box_claim_row row = {.return_id = claimed->return_id,
                                .book = place->log,
                                .warehouse = claimed->warehouse,
                                .lines_count = claimed->lines_count,
                                .skus_count = claimed->skus_count,
                                .idx = place->idx};
    for (uint32_t i = 0; i < claimed->lines_count; i++) row.lines[i] = claimed->lines[i];
    for (uint32_t i = 0; i < claimed->skus_count; i++) row.skus[i] = claimed->skus[i];
    rows_store(&desk->rows, VIEW_BOX_CLAIM, &key, &box_claim_row_shape, &row);
    box_todo_refresh(desk, &claimed->box, &claimed->return_id);
    assign_todo_refresh(desk, &claimed->box);
    match_void_refresh(desk, &claimed->box, &claimed->return_id);
    outbound_refresh(desk, &order); /* what came in for a claim keeps it from being called off */
}

void release_fold(const struct desk *desk, const struct place *place,
                  const struct released *released)
{
    struct released_row row = {.disposition = released->disposition, .idx = place->idx};
    struct key key = pair_key(&released->unit, &place->log);
    rows_store(&desk->rows, VIEW_RELEASED, &key, &released_row_shape, &row);
    ask_answered_fold(desk, place, released);
}

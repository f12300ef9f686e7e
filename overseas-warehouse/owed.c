/* What a buyer is owed before goods, without goods, or in their place: money that waits for nothing
 * more, money that goes ahead of a parcel which the carrier has, and things that are sent instead.
 * The lines of a return count what is here (taken) and what the buyer has got (served); the rest
 * follows from both. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "proto/money.h"

/* --- lines ------------------------------------------------------------------------------------ */

bool return_is_in_kind(const struct return_row *row)
{
    return row->outcome == OUTCOME_REPLACEMENT || row->outcome == OUTCOME_REPAIR;
}

static uint64_t less(uint64_t whole, uint64_t part)
{
    return whole > part ? whole - part : 0;
}

uint64_t line_owed(const struct return_row *row, const struct return_line_row *line)
{
    return less(row->keep != 0 ? line->quantity : line->taken, line->served);
}

uint64_t line_ahead(const struct return_line_row *line)
{
    return less(line->served, line->taken);
}

int64_t line_share(const struct return_line_row *line)
{
    return line->fronted == 0 ? 0 : line->fronted_minor / (int64_t)line->fronted;
}

bool return_fronts_whole(const struct return_row *row)
{
    return row->advance_percent == 100;
}

/* Units for which money may still go ahead: neither here, nor paid for, nor with a share. */
static uint64_t line_to_front(const struct return_row *row, const struct return_line_row *line)
{
    uint64_t known = line->taken > line->served ? line->taken : line->served;
    return less(line->quantity, known + (return_fronts_whole(row) ? 0 : line->fronted));
}

/* Never more than the line has, or than was fronted: no entry of a faulty leader breaks a row. */
void line_serve(struct return_line_row *line, uint64_t count)
{
    uint64_t left = less(line->quantity, line->served);
    line->served += count < left ? count : left;
}

void line_send(struct return_line_row *line, uint64_t count)
{
    uint64_t before = line->served;
    line_serve(line, count);
    line->sent += line->served - before;
}

/* A thing that went out before its unit came is lent until then: it is worth what the unit is. */
void line_lend(struct return_line_row *line, int64_t minor)
{
    uint64_t ahead = line_ahead(line);
    int64_t sum;
    if (minor <= 0 || ahead <= line->lent || money_add(line->lent_minor, minor, &sum) != OK) return;
    line->lent = ahead;
    line->lent_minor = sum;
}

/* A unit that was paid for has no share of its own, unless the whole went ahead. */
void line_take(struct return_line_row *line, uint64_t count, bool in_kind, bool whole)
{
    for (; count > 0 && line->taken < line->quantity; count--) {
        bool ahead = line_ahead(line) > 0;
        if (ahead && line->lent > 0) {
            line->lent_minor -= line->lent_minor / (int64_t)line->lent;
            line->lent--;
        }
        if (!ahead && !in_kind) line_serve(line, 1);
        line->taken++;
        /* Of what was charged back in part the rest is a share, whatever it was before. */
        bool share = !ahead && line->back > 0;
        if (line->fronted == 0 || (ahead != whole && !share)) continue;
        line->fronted_minor -= line_share(line);
        line->fronted--;
        if (line->back > line->fronted) line->back = line->fronted;
    }
}

/* A share of the worth serves nobody yet: the rest is paid when the unit comes. */
void line_pay(struct return_line_row *line, const struct return_moved *moved)
{
    int64_t sum;
    bool whole = moved->advance_percent == 0 || moved->advance_percent == 100;
    if (whole) line_serve(line, 1);
    if (moved->advance_percent == 0 || line->fronted >= line->quantity) return;
    if (moved->amount_minor < 0 || money_add(line->fronted_minor, moved->amount_minor, &sum) != OK)
        return;
    line->fronted++;
    if (line->fronted_ever < line->quantity) line->fronted_ever++;
    line->fronted_minor = sum;
}

void line_store(const struct desk *desk, const struct id *return_id, const struct return_row *owner,
                uint64_t at, const struct return_line_row *line)
{
    struct return_line_row before;
    struct order_row order;
    struct id order_id = owner->order;
    uint64_t state = owner->state;
    if (!return_line_load(&desk->rows, return_id, at, &before)) return;
    uint64_t used = return_line_used(state, &before);
    struct key key = return_line_key(return_id, at);
    rows_store(&desk->rows, VIEW_RETURN_LINE, &key, &return_line_row_shape, line);
    uint64_t uses = return_line_used(state, line);
    if (uses == used || !order_load(&desk->rows, &order_id, &order) || at >= order.lines_count)
        return;
    order.lines[at].used += uses - used;
    key = key_of(&order_id);
    rows_store(&desk->rows, VIEW_ORDER, &key, &order_row_shape, &order);
    outbound_refresh(desk, &order_id);
}

/* --- facts ------------------------------------------------------------------------------------ */

static bool carrier_has(const struct desk *desk, struct span number)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(number, room);
    struct parcel_row parcel;
    if (form.size == 0) return false;
    struct id id = parcel_id(desk->crypto, form);
    if (!parcel_load(&desk->rows, &id, &parcel)) return false;
    return parcel.state == PARCEL_IN_TRANSIT || parcel.state == PARCEL_ARRIVED;
}

/* Of several parcels each: that the first of them is on its way says nothing of what lies in the
 * others. */
static bool is_handed_over(const struct desk *desk, const struct return_row *row)
{
    if (!carrier_has(desk, row->number)) return false;
    for (uint32_t i = 0; i < row->parcels_count; i++)
        if (!carrier_has(desk, row->parcels[i].number)) return false;
    return true;
}

uint32_t owed_facts(const struct case_file *file)
{
    const struct return_row *row = &file->row;
    uint32_t facts = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        if (line_owed(row, &file->lines[i]) > 0) facts |= RETURN_IF(OWED);
        if (file->lines[i].fronted > 0 || file->lines[i].lent > 0) facts |= RETURN_IF(FRONTED);
    }
    if (return_is_in_kind(row)) facts |= RETURN_IF(IN_KIND);
    if (row->keep != 0) facts |= RETURN_IF(GOODSLESS);
    /* Who was charged anew for goods that never came is trusted no more with this return. */
    if (row->advance_percent == 0 || row->recharges != 0) return facts;
    facts |= RETURN_IF(TRUSTED);
    if (is_handed_over(file->desk, row)) facts |= RETURN_IF(HANDED_OVER);
    return facts;
}

/* --- money ------------------------------------------------------------------------------------ */

/* Everything came, or nothing is awaited, and this is the last that is owed. */
static bool is_last(const struct case_file *file)
{
    uint64_t owed = 0, missing = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        owed += line_owed(&file->row, &file->lines[i]);
        missing += less(file->lines[i].quantity, file->lines[i].taken);
    }
    return owed == 1 && (file->row.keep != 0 || missing == 0);
}

/* The next line that is to be paid for; lines_count: none. */
static uint32_t line_to_pay(const struct case_file *file, bool owed)
{
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct return_line_row *line = &file->lines[i];
        if ((owed ? line_owed(&file->row, line) : line_to_front(&file->row, line)) > 0) return i;
    }
    return file->order.lines_count;
}

static uint32_t plan_for(const struct case_file *file, uint32_t line, bool owed,
                         struct refund_plan *plan)
{
    uint64_t percent = file->row.advance_percent;
    uint32_t facts = 0;
    if (owed || percent == 100)
        refund_plan_unit(file, line, plan);
    else
        refund_plan_advance(file, line, percent, plan);
    if (owed && plan->falls_short) facts |= RETURN_IF(OVER);
    if (plan->waits || (!owed && plan->falls_short)) facts |= RETURN_IF(WAIT);
    if (owed && is_last(file)) facts |= RETURN_IF(LAST);
    return facts;
}

void pay_react(const struct desk *desk, const struct id *return_id, struct moment *moment,
               struct decision *decision)
{
    struct case_file file;
    struct refund_plan plan = {.count = 0};
    if (!case_open(desk, return_id, moment, decision, &file)) return;
    bool owed = (owed_facts(&file) & RETURN_IF(OWED)) != 0;
    uint32_t line = line_to_pay(&file, owed);
    if (line == file.order.lines_count) return;
    uint32_t facts = plan_for(&file, line, owed, &plan);
    struct actor policy = actor_self(desk, BY_POLICY);
    struct return_moved moved = {
        .amount_minor = plan.total_minor,
        .advance_percent = owed ? 0 : file.row.advance_percent,
        .lines_count = 1,
        .lines[0] = {.line = line, .quantity = 1, .reason = file.lines[line].reason}};
    if ((facts & RETURN_IF(OVER)) == 0) fee_note(&plan, &moved);
    const struct rule *rule =
        case_move(&file, BY_POLICY, owed ? DO_PAY : DO_ADVANCE, facts, &policy, &moved);
    if (rule != NULL && (rule->effects & RETURN_DOES(PAY)) != 0)
        refund_intend(&file, &plan, return_id);
}

void pay_todo_refresh(const struct desk *desk, const struct id *return_id)
{
    struct return_row row;
    struct return_line_row line;
    bool owed = false, to_front = false;
    if (!return_load(&desk->rows, return_id, &row)) return;
    for (uint64_t i = 0; i < ORDER_LINES_MAX; i++) {
        if (!return_line_load(&desk->rows, return_id, i, &line)) continue;
        owed = owed || line_owed(&row, &line) > 0;
        to_front = to_front || line_to_front(&row, &line) > 0;
    }
    bool trusted = row.advance_percent > 0 && row.recharges == 0;
    bool ahead = to_front && trusted && is_handed_over(desk, &row);
    struct id book = row.book;
    if (row.state == RETURN_APPROVED && !return_is_in_kind(&row) && (owed || ahead))
        todo_put(&desk->rows, &book, TODO_PAY, return_id, return_id);
    else
        todo_drop(&desk->rows, &book, TODO_PAY, return_id, return_id);
}

/* --- things ----------------------------------------------------------------------------------- */

static bool is_all(const struct case_file *file, uint64_t sent)
{
    uint64_t unserved = 0, missing = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        unserved += less(file->lines[i].quantity, file->lines[i].served);
        missing += less(file->lines[i].quantity, file->lines[i].taken);
    }
    return unserved == sent && (file->row.keep != 0 || missing == 0);
}

bool return_replaced(struct case_file *file, const struct actor *by, const struct replaced *sent)
{
    const struct return_line_row *line = &file->lines[sent->line];
    uint32_t facts = is_all(file, sent->quantity) ? RETURN_IF(LAST) : 0;
    if (sent->ahead > 0) facts |= RETURN_IF(OWED); /* it was promised to go before the goods */
    struct return_moved moved = {
        .reason = sent->reason,
        .sent = sent->number,
        .advance_percent = sent->ahead > 0 ? 100 : 0,
        .amount_minor = sent->ahead_minor,
        .lines_count = 1,
        .lines[0] = {.line = sent->line, .quantity = sent->quantity, .reason = line->reason}};
    return case_move(file, (enum actor_kind)by->kind, DO_REPLACE, facts, by, &moved) != NULL;
}

/* What an exchange may have sent by now is not owed a second time. */
static uint64_t leaving(const struct case_file *file, uint64_t line)
{
    static const struct id nobody;
    return exchange_leaving(&file->desk->rows, &file->return_id, line, &nobody);
}

void replace_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct return_replace *body = &command->body->return_replace;
    uint64_t quantity = body->quantity != 0 ? body->quantity : 1;
    struct case_file file;
    decision->entity = body->return_id;
    if (!case_open(desk, &body->return_id, moment, decision, &file)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &file.row.merchant, decision)) return;
    if (!command_matches(command, file.row.version, decision)) return;
    if (body->line >= file.order.lines_count ||
        quantity + leaving(&file, body->line) > line_owed(&file.row, &file.lines[body->line])) {
        decision_refuse(decision, ERROR_OVER_QUANTITY,
                        "quantity: more than is owed for units of the line");
        return;
    }
    struct replaced sent = {
        .line = body->line, .quantity = quantity, .number = body->number, .reason = body->reason};
    return_replaced(&file, &command->by, &sent);
}

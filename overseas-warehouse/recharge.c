#include "overseas-warehouse/recharge.h"

#include "overseas-warehouse/payment/payment.h"
#include "overseas-warehouse/return_index.h"
#include "proto/bugs.h"
#include "proto/money.h"

bool business_is_charge(uint64_t paid_for)
{
    return paid_for == PAID_FOR_RECHARGE;
}

bool business_refund_begins(uint64_t verb)
{
    return verb == DO_INTEND || verb == DO_RECHARGE;
}

bool recharge_serves(struct span provider)
{
    const struct payment_provider *speaks = payment_by_name(provider);
    return speaks != NULL && speaks->charging != NULL;
}

uint64_t recharge_parts(const struct order_row_line *sold)
{
    uint64_t parts = sold->quantity + sold->recharged;
    return parts < QUANTITY_MAX ? parts : QUANTITY_MAX;
}

static bool is_mandated(const struct payment_row *payment)
{
    return payment->mandate_buyer.size > 0 && payment->mandate_method.size > 0 &&
           payment->executor <= EXECUTOR_PROVIDER && recharge_serves(payment->provider);
}

/* --- what was lost ---------------------------------------------------------------------------- */

/* What went ahead for the units of one line of a return, and what was charged anew of it. */
struct ahead {
    int64_t first_minor;                    /* of all first tries */
    int64_t paid_minor;                     /* that arrived, in all */
    int64_t of_payment[ORDER_PAYMENTS_MAX]; /* of that */
    int64_t open_minor;                     /* charges under way */
    uint32_t begun;                         /* payments of which a charge was begun, as bits */
};

static void add(int64_t *sum, int64_t minor)
{
    if (money_add(*sum, minor, sum) != OK) *sum = MINOR_MAX;
}

static void count_charge(struct ahead *ahead, const struct refund_row *row)
{
    bool ended = row->state == REFUND_SETTLED || row->state == REFUND_FAILED;
    ahead->begun |= 1u << row->payment;
    if (!ended) add(&ahead->open_minor, row->amount_minor);
}

static void count_ahead(struct ahead *ahead, const struct refund_row *row)
{
    if (row->part < REFUND_TRY_STRIDE) add(&ahead->first_minor, row->amount_minor);
    if (row->state != REFUND_SETTLED) return;
    add(&ahead->paid_minor, row->amount_minor);
    add(&ahead->of_payment[row->payment], row->amount_minor);
}

static bool next_slot(const struct rows *rows, struct walk *walk, struct id *slot,
                      struct refund_row *row)
{
    struct row found;
    while (walk_next(rows, VIEW_REFUND_BY_RETURN, walk, &found)) {
        memcpy(slot->bytes, walk->at.bytes + ID_BYTES, ID_BYTES);
        if (refund_load(rows, slot, row)) return true;
    }
    return false;
}

/* A slot that pays before its goods are here names the return itself, and no unit. */
static void gather(const struct rows *rows, const struct id *return_id,
                   struct ahead ahead[ORDER_LINES_MAX])
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct id slot;
    struct refund_row row;
    memset(ahead, 0, ORDER_LINES_MAX * sizeof *ahead);
    while (next_slot(rows, &walk, &slot, &row)) {
        bool unit = row.paid_for == PAID_FOR_LINE || row.paid_for == PAID_FOR_ADVANCE;
        if (business_is_charge(row.paid_for))
            count_charge(&ahead[row.line], &row);
        else if (unit && id_equal(&row.seen, return_id))
            count_ahead(&ahead[row.line], &row);
    }
}

/* What arrived, less what goods have earned and less what is charged already. What failed never
 * left, though the line counts it as fronted. A thing that is lent is lost for what its unit is
 * worth. */
static int64_t lost_of(const struct return_line_row *line, const struct ahead *ahead)
{
    int64_t lost = line->fronted_minor + ahead->paid_minor - ahead->first_minor;
    if (lost > line->fronted_minor) lost = line->fronted_minor;
    if (BUG(recharge_twice)) lost = ahead->paid_minor;
    if (lost < 0) lost = 0;
    add(&lost, line->lent_minor);
    lost -= ahead->open_minor;
    return lost > 0 ? lost : 0;
}

/* --- the next charge -------------------------------------------------------------------------- */

struct charge {
    uint64_t line, payment;
    int64_t amount_minor;
    struct payment_row paid;
};

/* What of a thing that is lent a payment stands for: the payments paid in their order. */
static int64_t lent_of(const struct payment_row *paid, int64_t *lent)
{
    int64_t of_this = paid->captured_minor < *lent ? paid->captured_minor : *lent;
    *lent -= of_this;
    return of_this;
}

/* Each payment once for a line, and no more than went ahead of it. */
static bool find_of_line(const struct rows *rows, const struct id *order, int64_t lost,
                         const struct ahead *ahead, int64_t lent, uint32_t passed_over,
                         struct charge *charge)
{
    uint32_t begun = BUG(recharge_twice) ? 0 : ahead->begun;
    for (uint64_t i = 0; i < ORDER_PAYMENTS_MAX && lost > 0; i++) {
        if (!payment_load(rows, order, i, &charge->paid)) return false;
        int64_t amount = lent_of(&charge->paid, &lent);
        add(&amount, ahead->of_payment[i]);
        if (amount > lost) amount = lost;
        if (amount <= 0 || (begun >> i & 1) != 0 || !is_mandated(&charge->paid)) continue;
        lost -= amount;
        if ((passed_over >> i & 1) != 0) continue;
        charge->payment = i;
        charge->amount_minor = amount;
        return true;
    }
    return false;
}

/* The first that can be begun, but for payments that are passed over. */
static bool find_charge(const struct rows *rows, const struct id *return_id,
                        const struct return_row *owner, uint32_t passed_over, struct charge *charge)
{
    struct ahead ahead[ORDER_LINES_MAX];
    struct id order = owner->order;
    bool asked = owner->recharge != 0 && !return_is_live(owner->state) && owner->keep == 0 &&
                 owner->outcome != OUTCOME_STORE_CREDIT;
    if (!asked) return false;
    gather(rows, return_id, ahead);
    for (uint64_t i = 0; i < ORDER_LINES_MAX; i++) {
        struct return_line_row line;
        if (!return_line_load(rows, return_id, i, &line) || line.recharge == 0) continue;
        charge->line = i;
        if (find_of_line(rows, &order, lost_of(&line, &ahead[i]), &ahead[i], line.lent_minor,
                         passed_over, charge))
            return true;
    }
    return false;
}

/* --- goods ------------------------------------------------------------------------------------ */

static bool has_box_news(const struct desk *desk, const struct id *book, const struct id *under,
                         const struct id *return_id)
{
    struct key prefix = key_of(under);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_BOX_BY_PARCEL, &walk, &row)) {
        struct id box;
        memcpy(box.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (todo_has(&desk->rows, book, TODO_BOX, &box, return_id)) return true;
    }
    return false;
}

static bool has_number_news(const struct desk *desk, const struct id *book, struct span number,
                            const struct id *return_id)
{
    if (number.size == 0) return false;
    struct id parcel = parcel_id(desk->crypto, number);
    return has_box_news(desk, book, &parcel, return_id);
}

bool recharge_has_news(const struct case_file *file)
{
    const struct desk *desk = file->desk;
    const struct return_row *row = &file->row;
    bool news = has_box_news(desk, &row->book, &file->return_id, &file->return_id) ||
                has_number_news(desk, &row->book, row->number, &file->return_id);
    for (uint32_t i = 0; i < row->parcels_count; i++)
        news = news || has_number_news(desk, &row->book, row->parcels[i].number, &file->return_id);
    return news;
}

/* Units of the line that lie here for the return: taken, contested, or waiting for their turn. */
static uint64_t units_here(const struct case_file *file, uint64_t line)
{
    struct key prefix = key_of(&file->return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t count = 0;
    while (walk_next(&file->desk->rows, VIEW_UNIT_BY_RETURN, &walk, &row)) {
        struct id unit;
        struct assigned_row assigned;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (assigned_load(&file->desk->rows, &unit, &assigned) && assigned.line == line) count++;
    }
    return count;
}

/* What came and is not taken lies before a person, or waits; nobody pays for it meanwhile. */
void recharge_name_lines(const struct case_file *file, struct return_moved *moved)
{
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct return_line_row *line = &file->lines[i];
        bool lost = line->fronted_minor > 0 || line->lent_minor > 0;
        if (!lost || moved->lines_count == RETURN_LINES_MAX) continue;
        if (units_here(file, i) > line->taken) continue;
        moved->lines[moved->lines_count++] = (struct return_line){
            .line = i,
            .quantity = line->fronted + line->lent < line->quantity ? line->fronted + line->lent
                                                                    : line->quantity,
            .reason = line->reason};
    }
}

/* --- deciding --------------------------------------------------------------------------------- */

static uint64_t grace_days(const struct case_file *file)
{
    struct policy_row policy;
    bool known = policy_load(&file->desk->rows, &file->merchant, file->row.policy_version, &policy);
    return known ? policy.policy.recharge_days : 0;
}

/* Once the entry stands: a unit that it takes has come, and a line that is here whole lacks
 * nothing.
 */
static bool has_fronted(const struct case_file *file, const struct rule *rule,
                        const struct return_moved *moved)
{
    bool takes = (rule->effects & RETURN_DOES(TAKE)) != 0 && moved->lines_count > 0;
    int64_t sum = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        struct return_line_row line = file->lines[i];
        if (takes && moved->lines[0].line == i)
            line_take(&line, 1, return_is_in_kind(&file->row), return_fronts_whole(&file->row));
        if (line.taken >= line.quantity) continue;
        add(&sum, line.fronted_minor);
        add(&sum, line.lent_minor);
    }
    return sum > 0 && file->row.keep == 0;
}

void recharge_due(const struct case_file *file, const struct rule *rule, struct return_moved *moved)
{
    if (rule->from == rule->to && rule->verb != DO_RECHARGE) {
        moved->due_ms = file->row.due_ms;
        moved->due_verb = file->row.due_verb;
    }
    if (rule->from != RETURN_APPROVED || !has_fronted(file, rule, moved)) return;
    uint64_t days = grace_days(file);
    if (days == 0) return;
    moved->due_ms = file->moment->wall_ms + days * DAY_MS;
    moved->due_verb = DO_RECHARGE;
}

bool recharge_is_open(const struct case_file *file, uint64_t line)
{
    struct ahead ahead[ORDER_LINES_MAX];
    if (file->row.recharges == 0) return false;
    gather(&file->desk->rows, &file->return_id, ahead);
    return ahead[line].open_minor > 0;
}

static struct id slot_of_charge(const struct case_file *file, const struct charge *charge,
                                uint64_t part)
{
    struct slot_of of = {file->row.merchant, file->return_id, PAID_FOR_RECHARGE, charge->line,
                         part};
    return slot_id(file->desk->crypto, &of, &charge->paid);
}

static uint32_t facts_of(const struct case_file *file, const struct charge *charge,
                         const struct id *slot)
{
    struct ahead ahead[ORDER_LINES_MAX];
    struct refund_row row;
    uint32_t facts = 0;
    gather(&file->desk->rows, &file->return_id, ahead);
    int64_t lost = lost_of(&file->lines[charge->line], &ahead[charge->line]);
    if (!refund_load(&file->desk->rows, slot, &row)) facts |= REFUND_IF(SLOT_FREE);
    if (id_is_zero(&charge->paid.open)) facts |= REFUND_IF(PAYMENT_FREE);
    if (is_mandated(&charge->paid)) facts |= REFUND_IF(MANDATED);
    if (charge->amount_minor > 0 && charge->amount_minor <= lost)
        facts |= REFUND_IF(WITHIN_FRONTED);
    return facts;
}

/* The mandate is frozen with the amount: every call under the key says the same. */
static void intend(struct case_file *file, const struct charge *charge, uint64_t part,
                   uint32_t facts, const struct actor *by)
{
    const struct rule *rule = decision_judge(file->decision, TABLE_REFUND, REFUND_NONE,
                                             (enum actor_kind)by->kind, DO_RECHARGE, facts);
    if (rule == NULL) return;
    struct refund_moved moved = {
        .slot = slot_of_charge(file, charge, part),
        .verb = DO_RECHARGE,
        .to = rule->to,
        .by = *by,
        .at_ms = file->moment->wall_ms,
        .return_id = file->return_id,
        .order = file->row.order,
        .payment = charge->payment,
        .paid_for = PAID_FOR_RECHARGE,
        .line = charge->line,
        .part = part,
        .amount_minor = charge->amount_minor,
        .currency = file->order.currency,
        .rule = rule_number(TABLE_REFUND, rule),
        .mandate_buyer = charge->paid.mandate_buyer,
        .mandate_method = charge->paid.mandate_method,
        .charge = 1,
        .tax_minor = tax_back(&file->order.lines[charge->line], charge->amount_minor)};
    decision_add(file->decision, EVENT_REFUND_MOVED, &moved.slot, &moved);
}

/* The goods came, or the buyer took the consent back: what is not sent yet is sent no more, and of
 * what is on its way the answer, or a person, says what became of it. false: nothing is held. */
static bool hold_back(struct case_file *file)
{
    const struct rows *rows = &file->desk->rows;
    struct key prefix = key_of(&file->return_id);
    struct walk walk = walk_over(&prefix);
    struct actor policy = actor_self(file->desk, BY_POLICY);
    bool live = return_is_live(file->row.state), held = false;
    struct id slot;
    struct refund_row row;
    while (file->decision->drafts_count < DRAFTS_MAX && next_slot(rows, &walk, &slot, &row)) {
        struct payment_row paid;
        bool open = row.state == REFUND_INTENDED || row.state == REFUND_SUBMITTED;
        if (!business_is_charge(row.paid_for) || !open) continue;
        if (!payment_load(rows, &row.order, row.payment, &paid)) continue;
        if (!live && is_mandated(&paid)) continue;
        struct refund_moved moved = {
            .at_ms = file->moment->wall_ms,
            .reason = span_text(live ? "the return goes on" : "the mandate was withdrawn")};
        refund_move(file->decision, &slot, &row, &policy, DO_BAR, 0, &moved);
        held = true;
    }
    return held;
}

/* One charge of a payment is open at a time, as of refunds: the others have their turn later. */
void recharge_react(const struct desk *desk, const struct id *return_id, struct moment *moment,
                    struct decision *decision)
{
    struct case_file file;
    struct charge charge;
    uint32_t passed_over = 0;
    if (!case_open(desk, return_id, moment, decision, &file)) return;
    if (hold_back(&file) || recharge_has_news(&file)) return;
    struct actor policy = actor_self(desk, BY_POLICY);
    while (find_charge(&desk->rows, return_id, &file.row, passed_over, &charge)) {
        uint64_t part = BUG(recharge_twice) ? file.row.recharges : 0;
        struct id slot = slot_of_charge(&file, &charge, part);
        uint32_t facts = facts_of(&file, &charge, &slot) | REFUND_IF(FRESH);
        passed_over |= 1u << charge.payment;
        if ((facts & REFUND_IF(PAYMENT_FREE)) != 0) intend(&file, &charge, part, facts, &policy);
    }
}

/* --- people ----------------------------------------------------------------------------------- */

/* The charge under the slot of its next try, as a person's word finds it. */
static bool open_again(const struct desk *desk, const struct refund_row *failed,
                       struct moment *moment, struct decision *decision, struct case_file *file,
                       struct charge *charge)
{
    *charge = (struct charge){
        .line = failed->line, .payment = failed->payment, .amount_minor = failed->amount_minor};
    return case_open(desk, &failed->return_id, moment, decision, file) &&
           payment_load(&desk->rows, &failed->order, failed->payment, &charge->paid);
}

/* What a charge takes is bounded by what went ahead, and by nothing else. */
uint32_t recharge_failed_facts(const struct desk *desk, const struct refund_row *row,
                               struct moment *moment, struct decision *decision)
{
    struct case_file file;
    struct charge charge;
    if (row->state != REFUND_FAILED || !open_again(desk, row, moment, decision, &file, &charge))
        return 0;
    struct id slot = slot_of_charge(&file, &charge, row->part + REFUND_TRY_STRIDE);
    uint32_t of_next = facts_of(&file, &charge, &slot), facts = 0;
    if ((of_next & REFUND_IF(SLOT_FREE)) != 0) facts |= REFUND_IF(LATEST);
    if ((of_next & REFUND_IF(WITHIN_FRONTED)) != 0)
        facts |= REFUND_IF(WITHIN_CAPTURED) | REFUND_IF(WITHIN_LINE);
    return facts;
}

void recharge_again(const struct desk *desk, const struct refund_row *failed,
                    const struct actor *by, struct moment *moment, struct decision *decision)
{
    struct case_file file;
    struct charge charge;
    uint64_t part = failed->part + REFUND_TRY_STRIDE;
    if (!open_again(desk, failed, moment, decision, &file, &charge)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (part > REFUND_PART_MAX) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "part: tried too often");
        return;
    }
    struct id slot = slot_of_charge(&file, &charge, part);
    uint32_t facts = facts_of(&file, &charge, &slot);
    if (failed->state == REFUND_FAILED) facts |= REFUND_IF(FRESH);
    intend(&file, &charge, part, facts, by);
}

/* --- folding ---------------------------------------------------------------------------------- */

bool recharge_is_bearable(const struct desk *desk, const struct refund_moved *moved)
{
    struct payment_row payment;
    struct order_row order;
    struct return_row owner;
    struct return_line_row line;
    int64_t sum;
    if (moved->tax_minor < 0 || moved->tax_minor > moved->amount_minor) return false;
    if (moved->amount_minor <= 0 || !order_load(&desk->rows, &moved->order, &order)) return false;
    if (moved->line >= order.lines_count ||
        !return_line_load(&desk->rows, &moved->return_id, moved->line, &line))
        return false;
    if (!return_load(&desk->rows, &moved->return_id, &owner) ||
        !id_equal(&owner.order, &moved->order) || owner.recharges == VERSION_MAX)
        return false;
    return payment_load(&desk->rows, &moved->order, moved->payment, &payment) &&
           money_add(payment.recharged_minor, moved->amount_minor, &sum) == OK;
}

static void set_open(const struct desk *desk, const struct refund_row *row, const struct id *slot)
{
    struct payment_row payment;
    if (!payment_load(&desk->rows, &row->order, row->payment, &payment)) return;
    struct key key = payment_key(&row->order, row->payment);
    payment.open = *slot;
    rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, &payment);
}

void recharge_open(const struct desk *desk, const struct refund_row *row, const struct id *slot)
{
    struct return_row owner;
    set_open(desk, row, slot);
    if (!return_load(&desk->rows, &row->return_id, &owner)) return;
    owner.recharges++;
    return_store(&desk->rows, &row->return_id, &owner);
    pay_todo_refresh(desk, &row->return_id); /* nothing goes ahead of it any more */
}

/* false: no row could hold the sum. */
static bool add_to_payment(const struct desk *desk, const struct refund_row *row)
{
    struct payment_row payment;
    if (!payment_load(&desk->rows, &row->order, row->payment, &payment) ||
        money_add(payment.recharged_minor, row->amount_minor, &payment.recharged_minor) != OK)
        return false;
    struct key key = payment_key(&row->order, row->payment);
    rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, &payment);
    return true;
}

/* What the charge changes of the line as it was sold. */
struct given_back {
    uint64_t units;
    int64_t fee_minor;
};

static void add_to_order(const struct desk *desk, const struct refund_row *row,
                         const struct given_back *back)
{
    struct order_row order;
    if (!order_load(&desk->rows, &row->order, &order) || row->line >= order.lines_count) return;
    struct order_row_line *line = &order.lines[row->line];
    uint64_t room = QUANTITY_MAX - line->recharged;
    line->tax_refunded_minor -= row->tax_minor;
    add(&line->recharged_minor, row->amount_minor);
    line->recharged += back->units < room ? back->units : room;
    line->withheld_minor -=
        back->fee_minor < line->withheld_minor ? back->fee_minor : line->withheld_minor;
    struct key key = key_of(&row->order);
    rows_store(&desk->rows, VIEW_ORDER, &key, &order_row_shape, &order);
}

/* What was paid whole ahead counted as served. From now on it is owed when it comes after all, less
 * what is still ahead of it; and its fee is taken off then. But what others paid for as well they
 * have paid for. */
static struct given_back unserve(const struct desk *desk, const struct refund_row *row,
                                 const struct return_row *owner, struct return_line_row *line)
{
    struct given_back back = {0, 0};
    uint64_t units = return_fronts_whole(owner) ? line->fronted - line->back : 0;
    for (; back.units < units && line_ahead(line) > 0; back.units++)
        add(&back.fee_minor, fee_of_unit(owner, line, --line->served));
    if (back.fee_minor > line->withheld_minor) back.fee_minor = line->withheld_minor;
    line->withheld_minor -= back.fee_minor;
    line->back += back.units;
    line->served +=
        elsewhere_serve_again(desk, &row->order, &row->return_id, row->line, back.units);
    if (line->late > line->served) line->late = line->served;
    return back;
}

static void take_back(struct return_line_row *line, int64_t amount)
{
    int64_t taken = amount < line->fronted_minor ? amount : line->fronted_minor;
    int64_t lent = amount - taken < line->lent_minor ? amount - taken : line->lent_minor;
    line->fronted_minor -= taken;
    line->lent_minor -= lent;
    add(&line->recharged_minor, taken);
    add(&line->recharged_minor, lent);
    if (line->fronted_minor == 0) line->fronted = line->back = 0;
    if (line->lent_minor == 0) line->lent = 0;
}

/* What was lent is bought once all of it is charged: should the unit come after that, something is
 * owed for it. */
static uint64_t buy(struct return_line_row *line, int64_t amount)
{
    uint64_t units = 0;
    if (line->lent == 0 || amount < line->fronted_minor + line->lent_minor) return 0;
    for (; units < line->lent && line_ahead(line) > 0; units++) line->served--;
    return units;
}

static void settle(const struct desk *desk, const struct refund_row *row)
{
    struct return_row owner;
    struct return_line_row line;
    if (!add_to_payment(desk, row)) return;
    if (!return_load(&desk->rows, &row->return_id, &owner) ||
        !return_line_load(&desk->rows, &row->return_id, row->line, &line))
        return;
    struct given_back back = unserve(desk, row, &owner, &line);
    back.units += buy(&line, row->amount_minor);
    take_back(&line, row->amount_minor);
    line_store(desk, &row->return_id, &owner, row->line, &line);
    add_to_order(desk, row, &back);
    pay_todo_refresh(desk, &row->return_id);
}

void recharge_account(const struct desk *desk, const struct refund_row *row,
                      const struct refund_moved *moved)
{
    static const struct id nothing;
    struct payment_row payment;
    /* Puts move the texts of a row: what is needed of it is numbers and ids. */
    struct refund_row of = *row;
    if (moved->to != REFUND_SETTLED && moved->to != REFUND_FAILED) return;
    bool open = payment_load(&desk->rows, &of.order, of.payment, &payment) &&
                id_equal(&payment.open, &moved->slot);
    if (open) set_open(desk, &of, &nothing);
    if (moved->to == REFUND_SETTLED) settle(desk, &of);
}

/* --- work ------------------------------------------------------------------------------------- */

/* Is a charge to be held back that nobody holds yet? */
static bool wants_holding(const struct rows *rows, const struct id *return_id, bool live)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct id slot;
    struct refund_row row;
    while (next_slot(rows, &walk, &slot, &row)) {
        struct payment_row paid;
        bool open = row.state == REFUND_INTENDED || row.state == REFUND_SUBMITTED;
        if (!business_is_charge(row.paid_for) || !open) continue;
        bool known = payment_load(rows, &row.order, row.payment, &paid);
        if (known && (live || !is_mandated(&paid))) return true;
    }
    return false;
}

void recharge_refresh(const struct desk *desk, const struct id *return_id)
{
    struct return_row row;
    struct charge charge;
    struct id id = *return_id;
    if (!return_load(&desk->rows, &id, &row)) return;
    struct id book = row.book;
    bool wanted =
        find_charge(&desk->rows, &id, &row, 0, &charge) ||
        (row.recharges != 0 && wants_holding(&desk->rows, &id, return_is_live(row.state)));
    if (wanted)
        todo_put(&desk->rows, &book, TODO_RECHARGE, &id, &id);
    else
        todo_drop(&desk->rows, &book, TODO_RECHARGE, &id, &id);
}

/* Consent was given or taken back. */
void recharge_refresh_order(const struct desk *desk, const struct id *order)
{
    struct key prefix = return_form_prefix(order, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_RETURN_INDEX, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        recharge_refresh(desk, &return_id);
    }
}

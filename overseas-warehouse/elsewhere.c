/* Refunds and chargebacks that others made: a marketplace, the seller, somebody at the provider's
 * own screen, the buyer's bank. They are facts about a payment and are never refused for what they
 * mean: they count against what was captured, they pay for the units that they name, and what this
 * node has under way for the same is sent no more and left to a person (DESIGN §6, Money). */
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"
#include "proto/money.h"

#define HOW_BYTES 1

struct key elsewhere_key(const struct crypto *crypto, const struct id *order, uint64_t payment,
                         uint64_t how, struct span reference)
{
    uint8_t kind[HOW_BYTES] = {(uint8_t)how};
    struct span parts[] = {span_of(kind, sizeof kind), reference};
    struct id hash = crypto_id(crypto, "entrepot/elsewhere/1", parts, 2);
    struct key key = payment_key(order, payment);
    return key_add_id(key, &hash);
}

/* Units of the line for which the buyer has got nothing yet. */
static uint64_t line_free(const struct return_line_row *line)
{
    return line->served < line->quantity ? line->quantity - line->served : 0;
}

/* --- deciding --------------------------------------------------------------------------------- */

/* A record at hand, with all that is read of it. */
struct filing {
    const struct desk *desk;
    const struct refund_record *record;
    struct decision *decision;
    struct id order_id;
    struct order_row order;
    struct payment_row paid;
    uint64_t payment;
    struct return_line_row line; /* quantity 0: it names no line of a return */
};

static bool refuse(struct filing *filing, enum error error, const char *rule)
{
    decision_refuse(filing->decision, error, rule);
    return false;
}

static bool find_payment(struct filing *filing)
{
    const struct refund_record *record = filing->record;
    if (payment_find(filing->desk, &record->merchant, record->provider, record->payment,
                     &filing->order_id, &filing->payment, &filing->paid) &&
        order_load(&filing->desk->rows, &filing->order_id, &filing->order))
        return true;
    return refuse(filing, ERROR_NOT_FOUND, "payment: no order names it");
}

/* What it says to have paid for must be a line of a return of this very order. */
static bool things_are_sound(struct filing *filing)
{
    const struct refund_record *record = filing->record;
    const struct rows *rows = &filing->desk->rows;
    struct return_row owner;
    struct return_line_row *line = &filing->line;
    if (id_is_zero(&record->return_id)) {
        if (record->quantity == 0 && record->line == 0) return true;
        return refuse(filing, ERROR_MISSING_FIELD, "return_id: line and quantity are of a return");
    }
    if (record->how == ELSEWHERE_CHARGEBACK_WON)
        return refuse(filing, ERROR_OUT_OF_RANGE, "return_id: the chargeback names it");
    if (!return_load(rows, &record->return_id, &owner) ||
        !id_equal(&owner.order, &filing->order_id))
        return refuse(filing, ERROR_OUT_OF_RANGE, "return_id: not a return of this order");
    if (record->quantity == 0)
        return refuse(filing, ERROR_MISSING_FIELD, "quantity: how many units it pays for");
    if (!return_line_load(rows, &record->return_id, record->line, line))
        return refuse(filing, ERROR_OUT_OF_RANGE, "line: not in the return");
    if (record->quantity > line->quantity)
        return refuse(filing, ERROR_OVER_QUANTITY,
                      "quantity: more than the return has of the line");
    return true;
}

static bool sums_are_sound(struct filing *filing)
{
    const struct refund_record *record = filing->record;
    if (record->currency != filing->order.currency)
        return refuse(filing, ERROR_OUT_OF_RANGE, "currency: not the order's");
    if (record->amount_minor <= 0)
        return refuse(filing, ERROR_OUT_OF_RANGE, "amount_minor: more than nothing");
    if (record->how == ELSEWHERE_CHARGEBACK_WON) return true;
    int64_t sum;
    if (money_add(filing->paid.elsewhere_minor, record->amount_minor, &sum) != OK ||
        sum > filing->paid.captured_minor)
        return refuse(filing, ERROR_OVER_CAPTURED,
                      "amount_minor: with what others refunded before");
    return true;
}

static bool load_same(const struct filing *filing, uint64_t how, struct elsewhere_row *row)
{
    struct key key = elsewhere_key(filing->desk->crypto, &filing->order_id, filing->payment, how,
                                   filing->record->reference);
    return rows_load(&filing->desk->rows, VIEW_ELSEWHERE, &key, &elsewhere_row_shape, row);
}

/* The money comes back under the reference under which it went, and no more of it. */
static bool was_charged_back(struct filing *filing)
{
    struct elsewhere_row lost;
    if (filing->record->how != ELSEWHERE_CHARGEBACK_WON) return true;
    if (!load_same(filing, ELSEWHERE_CHARGEBACK, &lost))
        return refuse(filing, ERROR_NOT_FOUND, "reference: no chargeback of it is recorded");
    if (filing->record->amount_minor <= lost.amount_minor) return true;
    return refuse(filing, ERROR_OUT_OF_RANGE, "amount_minor: more than was charged back");
}

/* Reports come twice, from webhooks, files and people: the second one changes nothing. */
static bool is_known(struct filing *filing)
{
    struct elsewhere_row row;
    if (!load_same(filing, filing->record->how, &row) || BUG(report_counted_twice)) return false;
    filing->decision->entity = filing->order_id;
    if (row.amount_minor != filing->record->amount_minor)
        refuse(filing, ERROR_CONFLICT, "reference: recorded with another amount");
    return true;
}

/* What it means for the refund of this payment that is under way, if there is one. Units of the
 * line that nobody paid for yet are meant before the one that is under way. */
static enum verb verb_for(const struct filing *filing, const struct refund_row *open)
{
    const struct refund_record *record = filing->record;
    bool names = !id_is_zero(&record->return_id);
    bool same = id_equal(&record->return_id, &open->return_id) && record->line == open->line &&
                record->quantity > line_free(&filing->line);
    if (record->how == ELSEWHERE_CHARGEBACK_WON || business_is_charge(open->paid_for)) return 0;
    bool over = payment_left(&filing->paid) < record->amount_minor;
    bool fills = open->state == REFUND_MANUAL && (same || !names) &&
                 record->amount_minor == open->amount_minor;
    if (open->barred != 0) return 0;
    if (fills && record->how != ELSEWHERE_CHARGEBACK) return DO_FILL;
    return same || !names || over ? DO_BAR : 0;
}

static void move_slot(struct filing *filing, const struct id *slot, const struct refund_row *row,
                      enum verb verb, uint32_t facts, const struct moment *moment)
{
    struct actor policy = actor_self(filing->desk, BY_POLICY);
    struct refund_moved moved = {.at_ms = moment->wall_ms,
                                 .reason = span_text("refunded elsewhere")};
    if (verb == DO_FILL) moved.provider_ref = filing->record->reference;
    refund_move(filing->decision, slot, row, &policy, verb, facts, &moved);
}

/* Units that were taken already, and whose refund failed: what paid for them elsewhere bars a
 * further try. */
static void bar_failed(struct filing *filing, uint64_t count, struct moment *moment)
{
    const struct desk *desk = filing->desk;
    struct key prefix = key_of(&filing->record->return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (count > 0 && filing->decision->drafts_count < DRAFTS_MAX &&
           walk_next(&desk->rows, VIEW_REFUND_BY_RETURN, &walk, &found)) {
        struct id slot;
        struct refund_row row;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(&desk->rows, &slot, &row) || row.state != REFUND_FAILED) continue;
        if (row.line != filing->record->line || row.payment != filing->payment) continue;
        if (business_is_charge(row.paid_for)) continue;
        uint32_t facts = refund_failed_facts(desk, &row, moment, filing->decision);
        if ((facts & REFUND_IF(LATEST)) == 0 || row.barred != 0) continue;
        if (!refund_load(&desk->rows, &slot, &row)) continue;
        move_slot(filing, &slot, &row, DO_BAR, facts, moment);
        count--;
    }
}

static void add_record(struct filing *filing, const struct command *command,
                       const struct moment *moment, const struct id *settles)
{
    const struct refund_record *record = filing->record;
    struct refunded_elsewhere elsewhere = {.order = filing->order_id,
                                           .payment = filing->payment,
                                           .how = record->how,
                                           .reference = record->reference,
                                           .amount_minor = record->amount_minor,
                                           .currency = record->currency,
                                           .made_ms = record->made_ms,
                                           .by = command->by,
                                           .at_ms = moment->wall_ms,
                                           .return_id = record->return_id,
                                           .line = record->line,
                                           .quantity = record->quantity,
                                           .slot = *settles,
                                           .note = record->note};
    decision_add(filing->decision, EVENT_REFUNDED_ELSEWHERE, &filing->order_id, &elsewhere);
    filing->decision->entity = filing->order_id;
}

static void file(struct filing *filing, const struct command *command, struct moment *moment)
{
    struct refund_row open;
    enum verb verb = 0;
    struct id none = {{0}}, slot = filing->paid.open;
    if (!id_is_zero(&slot) && refund_load(&filing->desk->rows, &slot, &open))
        verb = BUG(chargeback_unheard) ? 0 : verb_for(filing, &open);
    add_record(filing, command, moment, verb == DO_FILL ? &slot : &none);
    if (verb != 0) move_slot(filing, &slot, &open, verb, 0, moment);
    uint64_t paid = line_free(&filing->line) + (verb != 0 ? 1 : 0);
    if (paid < filing->record->quantity)
        bar_failed(filing, filing->record->quantity - paid, moment);
    filing->decision->entity = filing->order_id;
}

void elsewhere_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision)
{
    struct filing filing = {
        .desk = desk, .record = &command->body->refund_record, .decision = decision};
    struct merchant merchant;
    if (!merchant_load(&desk->rows, &filing.record->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &filing.record->merchant, decision)) return;
    if (filing.record->made_ms > moment->wall_ms + DAY_MS) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "made_ms: more than a day ahead");
        return;
    }
    if (!find_payment(&filing) || is_known(&filing)) return;
    if (!sums_are_sound(&filing) || !things_are_sound(&filing) || !was_charged_back(&filing))
        return;
    file(&filing, command, moment);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* No entry of a faulty leader may break a row: a sum that no row could hold stays as it was. */
static bool count(const struct desk *desk, const struct refunded_elsewhere *elsewhere,
                  struct payment_row *paid)
{
    bool won = elsewhere->how == ELSEWHERE_CHARGEBACK_WON;
    int64_t sum;
    if (!id_is_zero(&elsewhere->slot)) return true;
    if (money_add(paid->elsewhere_minor, won ? -elsewhere->amount_minor : elsewhere->amount_minor,
                  &sum) != OK)
        return false;
    paid->elsewhere_minor = sum < 0 ? 0 : sum;
    struct key key = payment_key(&elsewhere->order, elsewhere->payment);
    rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, paid);
    return true;
}

/* The units that it names are paid for: those that are not here yet will not be paid again. One
 * whose refund is under way was taken already, and is a person's to look at. How many it pays. */
static uint64_t serve(const struct desk *desk, const struct refunded_elsewhere *elsewhere)
{
    struct return_row owner;
    struct return_line_row line;
    if (elsewhere->quantity == 0 || !id_is_zero(&elsewhere->slot)) return 0;
    if (!return_load(&desk->rows, &elsewhere->return_id, &owner) ||
        !id_equal(&owner.order, &elsewhere->order))
        return 0;
    if (!return_line_load(&desk->rows, &elsewhere->return_id, elsewhere->line, &line)) return 0;
    uint64_t before = line.served;
    line_serve(&line, elsewhere->quantity);
    uint64_t served = line.served - before;
    if (!return_is_live(owner.state)) line.late += served;
    line_store(desk, &elsewhere->return_id, &owner, elsewhere->line, &line);
    return served;
}

/* Does the report name units of the line that were paid for already when it came? One that was won
 * since names none. */
static bool is_spare(const struct desk *desk, const struct id *order, uint64_t payment,
                     const struct elsewhere_row *row, const struct id *return_id, uint64_t line)
{
    bool names = id_is_zero(&row->slot) && id_equal(&row->return_id, return_id) &&
                 row->line == line && row->quantity > row->served;
    if (!names || row->how == ELSEWHERE_CHARGEBACK_WON) return false;
    struct key won =
        elsewhere_key(desk->crypto, order, payment, ELSEWHERE_CHARGEBACK_WON, row->reference);
    return row->how != ELSEWHERE_CHARGEBACK || !rows_has(&desk->rows, VIEW_ELSEWHERE, &won);
}

uint64_t elsewhere_serve_again(const struct desk *desk, const struct id *order,
                               const struct id *return_id, uint64_t line, uint64_t units)
{
    uint64_t left = units;
    for (uint64_t i = 0; i < ORDER_PAYMENTS_MAX && left > 0; i++) {
        struct key prefix = payment_key(order, i);
        struct walk walk = walk_over(&prefix);
        struct row found;
        while (left > 0 && walk_next(&desk->rows, VIEW_ELSEWHERE, &walk, &found)) {
            struct elsewhere_row row;
            if (shape_decode(&elsewhere_row_shape, found.value, &row, NULL) != OK) continue;
            if (!is_spare(desk, order, i, &row, return_id, line)) continue;
            uint64_t room = row.quantity - row.served, served = room < left ? room : left;
            struct key key = walk.at;
            row.served += served;
            left -= served;
            rows_store(&desk->rows, VIEW_ELSEWHERE, &key, &elsewhere_row_shape, &row);
        }
    }
    return units - left;
}

/* A chargeback that is won in full leaves the units that it named unpaid again, but for those that
 * came meanwhile and were taken as paid: a person looks at these. false: there are such. */
static bool unpay(const struct desk *desk, const struct refunded_elsewhere *elsewhere)
{
    struct elsewhere_row lost;
    struct return_row owner;
    struct return_line_row line;
    struct key key = elsewhere_key(desk->crypto, &elsewhere->order, elsewhere->payment,
                                   ELSEWHERE_CHARGEBACK, elsewhere->reference);
    if (elsewhere->how != ELSEWHERE_CHARGEBACK_WON ||
        !rows_load(&desk->rows, VIEW_ELSEWHERE, &key, &elsewhere_row_shape, &lost))
        return true;
    if (lost.served == 0 || lost.amount_minor != elsewhere->amount_minor) return true;
    if (!return_load(&desk->rows, &lost.return_id, &owner) ||
        !return_line_load(&desk->rows, &lost.return_id, lost.line, &line))
        return true;
    uint64_t ahead = line_ahead(&line), units = lost.served < ahead ? lost.served : ahead;
    line.served -= units;
    line.served +=
        elsewhere_serve_again(desk, &elsewhere->order, &lost.return_id, lost.line, units);
    if (line.late > line.served) line.late = line.served;
    line_store(desk, &lost.return_id, &owner, lost.line, &line);
    pay_todo_refresh(desk, &lost.return_id);
    return units == lost.served;
}

static void store(const struct desk *desk, const struct key *key,
                  const struct refunded_elsewhere *elsewhere, uint64_t served)
{
    struct elsewhere_row row = {.how = elsewhere->how,
                                .reference = elsewhere->reference,
                                .amount_minor = elsewhere->amount_minor,
                                .made_ms = elsewhere->made_ms,
                                .at_ms = elsewhere->at_ms,
                                .by = elsewhere->by,
                                .return_id = elsewhere->return_id,
                                .line = elsewhere->line,
                                .quantity = elsewhere->quantity,
                                .slot = elsewhere->slot,
                                .note = elsewhere->note,
                                .served = served};
    rows_store(&desk->rows, VIEW_ELSEWHERE, key, &elsewhere_row_shape, &row);
}

void elsewhere_fold(const struct desk *desk, const struct place *place,
                    const struct refunded_elsewhere *elsewhere)
{
    struct order_row order;
    struct payment_row paid;
    if (!order_load(&desk->rows, &elsewhere->order, &order)) return;
    if (!id_equal(&order.book, &place->log) || elsewhere->amount_minor <= 0) return;
    if (!payment_load(&desk->rows, &elsewhere->order, elsewhere->payment, &paid)) return;
    struct key key = elsewhere_key(desk->crypto, &elsewhere->order, elsewhere->payment,
                                   elsewhere->how, elsewhere->reference);
    if (rows_has(&desk->rows, VIEW_ELSEWHERE, &key) && !BUG(report_counted_twice)) return;
    if (!count(desk, elsewhere, &paid)) return;
    bool over = id_is_zero(&elsewhere->slot) && payment_left(&paid) < 0;
    store(desk, &key, elsewhere, serve(desk, elsewhere));
    bool unpaid = !unpay(desk, elsewhere);
    told_recorded(desk, &elsewhere->order, elsewhere->payment, elsewhere->reference);
    pay_todo_refresh(desk, &elsewhere->return_id);
    if (!over && !unpaid) return;
    struct conflict_row conflict = {.kind = unpaid ? CONFLICT_UNPAID : CONFLICT_OVERPAID,
                                    .thing = elsewhere->return_id};
    key = key_add_uint(pair_key(&elsewhere->order, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

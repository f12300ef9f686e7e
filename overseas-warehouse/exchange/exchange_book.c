/* What the merchant's book does with an exchange by itself: whom it asks next, when the thing may
 * leave, and what follows once it left or nobody had it. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"

#define ASK_HOURS 12 /* for an answer; then the next warehouse has its turn */

/* An exchange at hand, with its return. */
struct swap {
    struct case_file file;
    struct id id;
    struct exchange_row row;
    bool said_known;
    struct exchange_said said; /* by the warehouse that was asked last */
    uint32_t next;             /* of its places: who is asked next; places_count: nobody */
};

/* --- whom to ask ------------------------------------------------------------------------------ */

static bool stands_at(const struct swap *swap, const struct id *warehouse)
{
    const struct rows *rows = &swap->file.desk->rows;
    struct key prefix = key_of(&swap->row.return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &at)) {
        struct id unit;
        struct unit_now now;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (unit_load(rows, &unit, &now) && id_equal(&now.row.warehouse, warehouse)) return true;
    }
    return false;
}

/* By the replicated balances; who said no is asked again once more lies there than then. */
static bool may_have(const struct swap *swap, const struct exchange_place *place)
{
    const struct desk *desk = swap->file.desk;
    struct exchange_said said;
    struct stock_offer offer;
    struct stock_goods goods =
        stock_goods(desk, &place->warehouse, &swap->row.merchant, swap->row.wanted);
    stock_offer(desk, &goods, &offer);
    if (offer.available < (int64_t)swap->row.quantity) return false;
    if (place->attempt == 0) return true;
    return exchange_said_load(&desk->rows, &swap->id, place->attempt, &place->warehouse, &said) &&
           said.row.answer != EXCHANGE_IS_KEPT && offer.available > (int64_t)said.row.available;
}

/* Where the original stands goes first, then as they are listed. */
static uint32_t choose(const struct swap *swap)
{
    uint32_t first = swap->row.places_count;
    if (swap->row.attempt >= EXCHANGE_ATTEMPTS_MAX) return first;
    for (uint32_t i = 0; i < swap->row.places_count; i++) {
        if (!may_have(swap, &swap->row.places[i])) continue;
        if (stands_at(swap, &swap->row.places[i].warehouse)) return i;
        if (first == swap->row.places_count) first = i;
    }
    return first;
}

/* --- facts ------------------------------------------------------------------------------------ */

static bool fits(const struct swap *swap)
{
    const struct case_file *file = &swap->file;
    const struct return_line_row *line = &file->lines[swap->row.line];
    uint64_t others =
        exchange_leaving(&file->desk->rows, &file->return_id, swap->row.line, &swap->id);
    return file->row.state == RETURN_APPROVED && file->row.outcome == OUTCOME_REPLACEMENT &&
           line->served + others + swap->row.quantity <= line->quantity;
}

static bool is_owed(const struct swap *swap)
{
    const struct case_file *file = &swap->file;
    uint64_t others =
        exchange_leaving(&file->desk->rows, &file->return_id, swap->row.line, &swap->id);
    return swap->row.ahead != 0 ||
           line_owed(&file->row, &file->lines[swap->row.line]) >= others + swap->row.quantity;
}

static uint32_t facts_of(const struct swap *swap, bool silent)
{
    uint64_t answer = swap->said_known ? swap->said.row.answer : 0;
    uint32_t facts = silent ? EXCHANGE_IF(SILENT) : 0;
    if (fits(swap)) facts |= EXCHANGE_IF(FITS);
    if (is_owed(swap)) facts |= EXCHANGE_IF(OWED);
    if (swap->next < swap->row.places_count) facts |= EXCHANGE_IF(OFFERS);
    if (swap->row.difference_minor <= 0 || swap->row.reference.size > 0) facts |= EXCHANGE_IF(PAID);
    if (answer == EXCHANGE_IS_KEPT) facts |= EXCHANGE_IF(KEEPS);
    if (answer == EXCHANGE_HAS_NONE || answer == EXCHANGE_IS_GONE) facts |= EXCHANGE_IF(LOST);
    if (answer == EXCHANGE_IS_SENT) facts |= EXCHANGE_IF(LEFT);
    return facts;
}

static bool swap_open(const struct desk *desk, const struct id *exchange, struct moment *moment,
                      struct decision *decision, struct swap *swap)
{
    swap->id = *exchange;
    if (!exchange_load(&desk->rows, exchange, &swap->row)) return false;
    struct id return_id = swap->row.return_id;
    if (!case_open(desk, &return_id, moment, decision, &swap->file)) return false;
    /* Opening the return may have moved the texts of the row. */
    if (!exchange_load(&desk->rows, exchange, &swap->row)) return false;
    swap->said_known =
        swap->row.attempt > 0 && exchange_said_load(&desk->rows, exchange, swap->row.attempt,
                                                    &swap->row.warehouse, &swap->said);
    swap->next = choose(swap);
    return true;
}

/* --- what follows ----------------------------------------------------------------------------- */

static int64_t worth_of_next(const struct case_file *file, uint64_t line, uint64_t units)
{
    int64_t sum = 0;
    for (uint64_t i = 0; i < units; i++)
        sum += refund_worth(&file->order, line, file->lines[line].served + i);
    return sum;
}

/* Who shipped it is the one who says so; a clock or a faulty member's word counts as a floor's. */
static struct actor sender(const struct swap *swap)
{
    struct actor by = swap->said.row.by;
    if (by.kind != BY_OPERATOR && by.kind != BY_ADMIN) by.kind = BY_OPERATOR;
    return by;
}

/* The buyer has the thing: the return notes it once, and what it costs less is given. false: the
 * buyer had got what is due, or there is nothing left to give of. */
static bool settle(struct swap *swap)
{
    struct case_file *file = &swap->file;
    struct actor by = sender(swap);
    uint64_t line = swap->row.line, units = swap->row.quantity;
    uint64_t owed = line_owed(&file->row, &file->lines[line]);
    struct replaced sent = {.line = line,
                            .quantity = units,
                            .number = swap->said.row.number,
                            .ahead = owed < units ? units - owed : 0};
    if (!fits(swap) || (sent.ahead > 0 && swap->row.ahead == 0)) return false;
    if (file->row.keep != 0) sent.ahead = 0;
    if (sent.ahead > 0) sent.ahead_minor = worth_of_next(file, line, sent.ahead);
    if (!return_replaced(file, &by, &sent)) return false;
    if (swap->row.difference_minor >= 0) return true;
    return grant_add(file, PAID_FOR_PARTIAL, line, -swap->row.difference_minor,
                     &swap->row.opened_by);
}

/* Nobody had it in time: money instead, where the return's own rule for silence allows it. */
static void refund_instead(struct swap *swap)
{
    struct case_file *file = &swap->file;
    struct actor clock = actor_self(file->desk, BY_CLOCK);
    uint32_t facts = RETURN_IF(OVERDUE) | RETURN_IF(HEARD);
    struct return_moved moved = {.reason = span_text("no warehouse had it in time")};
    struct verdict verdict = rule_judge(&return_table, file->row.state, BY_CLOCK, DO_REFUND_INSTEAD,
                                        facts | case_facts(file));
    if (verdict.rule == NULL || exchange_is_leaving(&file->desk->rows, &file->return_id)) return;
    case_move(file, BY_CLOCK, DO_REFUND_INSTEAD, facts, &clock, &moved);
}

static uint64_t due_of(const struct swap *swap, enum exchange_state to)
{
    uint64_t now = swap->file.moment->wall_ms;
    if (to == EXCHANGE_WAITING) return swap->row.until_ms;
    return to == EXCHANGE_ASKING ? now + ASK_HOURS * HOUR_MS : 0;
}

static void apply(struct swap *swap, const struct exchange_step_row *step, uint32_t facts)
{
    struct decision *decision = swap->file.decision;
    struct exchange_moved moved = {.exchange = swap->id,
                                   .act = step->act,
                                   .to = step->to,
                                   .by = actor_self(swap->file.desk, BY_BOOK),
                                   .at_ms = swap->file.moment->wall_ms,
                                   .due_ms = due_of(swap, step->to)};
    if (step->act == EXCHANGE_ASK) {
        moved.warehouse = swap->row.places[swap->next].warehouse;
        moved.attempt = swap->row.attempt + 1;
    }
    if (step->act == EXCHANGE_NOTE_SENT) {
        moved.number = swap->said.row.number;
        moved.contest = !settle(swap);
    }
    bool late = step->from == EXCHANGE_WAITING && step->act == EXCHANGE_END &&
                (facts & EXCHANGE_IF(FITS)) != 0;
    if (late) moved.reason = span_text("no warehouse had it in time");
    decision_add(decision, EVENT_EXCHANGE_MOVED, &swap->id, &moved);
    if (swap->said_known) decision_dep(decision, &swap->said.log, swap->said.row.idx);
    if (late) refund_instead(swap);
    decision->entity = swap->id;
}

static void move_on(struct swap *swap, bool silent)
{
    uint32_t facts = facts_of(swap, silent);
    const struct exchange_step_row *step =
        exchange_next((enum exchange_state)swap->row.state, facts);
    if (step != NULL) apply(swap, step, facts);
}

void exchange_react(const struct desk *desk, const struct id *exchange, struct moment *moment,
                    struct decision *decision)
{
    struct swap swap;
    if (swap_open(desk, exchange, moment, decision, &swap)) move_on(&swap, false);
}

/* What waits refunds in the end, which cannot be undone: once everybody was heard until then. */
bool exchange_due(const struct desk *desk, uint64_t due_ms, const struct id *thing,
                  struct moment *moment, struct decision *decision)
{
    struct swap swap;
    if (!exchange_load(&desk->rows, thing, &swap.row)) return false;
    if (!swap_open(desk, thing, moment, decision, &swap)) return true;
    bool heard = swap.row.state != EXCHANGE_WAITING || due_ms <= moment->heard_ms;
    if (swap.row.due_ms == due_ms && due_ms <= moment->wall_ms && heard) move_on(&swap, true);
    return true;
}

/* Grants as people, silence and the book's own money move them. */
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"
#include "proto/money.h"

#define ANSWER_HOURS_DEFAULT 168 /* an offer stands a week */

/* A grant at hand, with its return. */
struct promise {
    struct case_file file;
    struct id id;
    struct grant_row row;
};

/* --- facts ------------------------------------------------------------------------------------ */

/* A sum of its own (goodwill, postage, a fee) is of no line; a part of a price is of one of those
 * that come, or came, back. */
static bool thing_is_good(const struct promise *promise)
{
    const struct grant_row *row = &promise->row;
    if (row->paid_for == PAID_FOR_LINE || row->paid_for == PAID_FOR_ADVANCE ||
        business_is_charge(row->paid_for) || row->amount_minor <= 0)
        return false;
    if (!is_of_line(row->paid_for)) return row->line == 0;
    return row->line < promise->file.order.lines_count &&
           promise->file.lines[row->line].quantity > 0;
}

static bool has_room(const struct promise *promise)
{
    const struct case_file *file = &promise->file;
    int64_t amount = promise->row.amount_minor, left = 0;
    for (uint64_t i = 0; i < file->order.payments; i++) {
        struct payment_row payment;
        if (!payment_load(&file->desk->rows, &file->row.order, i, &payment)) continue;
        int64_t of_this = payment_left(&payment);
        if (of_this > 0 && money_add(left, of_this, &left) != OK) return false;
    }
    if (is_of_line(promise->row.paid_for) &&
        amount > line_left(&file->order.lines[promise->row.line]))
        return false;
    return amount <= left || BUG(captured_unchecked);
}

/* Goodwill that the return was promised already, and not refused. */
static int64_t goodwill_of(const struct case_file *file)
{
    struct key prefix = key_of(&file->return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    int64_t sum = 0;
    while (walk_next(&file->desk->rows, VIEW_GRANT_BY_RETURN, &walk, &found)) {
        struct id grant;
        struct grant_row row;
        memcpy(grant.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!grant_load(&file->desk->rows, &grant, &row)) continue;
        bool stands = (row.state == GRANT_OFFERED && !BUG(goodwill_offers_uncounted)) ||
                      row.state == GRANT_GRANTED || row.state == GRANT_PAID;
        if (!stands || row.paid_for != PAID_FOR_GOODWILL) continue;
        if (money_add(sum, row.amount_minor, &sum) != OK) return MINOR_MAX;
    }
    return sum;
}

static bool is_within_goodwill(const struct promise *promise)
{
    const struct case_file *file = &promise->file;
    const struct rows *rows = &file->desk->rows;
    struct policy_row policy;
    int64_t sum;
    if (promise->row.paid_for != PAID_FOR_GOODWILL) return true;
    uint64_t version = policy_version_at(rows, &file->merchant, file->moment->wall_ms);
    if (!policy_load(rows, &file->merchant, version, &policy)) return true;
    int64_t cap = policy.policy.goodwill_cap_minor;
    return cap == 0 ||
           (money_add(goodwill_of(file), promise->row.amount_minor, &sum) == OK && sum <= cap);
}

static uint32_t facts_of(const struct promise *promise)
{
    const struct grant_row *row = &promise->row;
    uint32_t facts = 0;
    bool good = thing_is_good(promise);
    if (good) facts |= GRANT_IF(THING_GOOD);
    if (good && has_room(promise)) facts |= GRANT_IF(ROOM);
    if (good && is_within_goodwill(promise)) facts |= GRANT_IF(WITHIN_GOODWILL);
    if (row->due_ms != 0 && row->due_ms <= promise->file.moment->wall_ms)
        facts |= GRANT_IF(OVERDUE);
    return facts;
}

/* --- moving it -------------------------------------------------------------------------------- */

static const struct rule *move(struct promise *promise, const struct actor *by, enum verb verb,
                               uint32_t facts, struct grant_moved *moved)
{
    struct case_file *file = &promise->file;
    uint64_t from = promise->row.state;
    if (BUG(lapsed_accepted) && verb == DO_ACCEPT && from == GRANT_LAPSED) from = GRANT_OFFERED;
    const struct rule *rule =
        decision_judge(file->decision, TABLE_GRANT, from, (enum actor_kind)by->kind, verb,
                       facts | facts_of(promise));
    file->decision->entity = promise->id;
    if (rule == NULL || (rule->effects & GRANT_DOES(QUEUE)) != 0) return rule;
    if (BUG(grant_paid_unrecorded) && verb == DO_PAY) return rule;
    moved->grant = promise->id;
    moved->verb = verb;
    moved->to = rule->to;
    moved->by = *by;
    moved->at_ms = file->moment->wall_ms;
    moved->rule = rule_number(TABLE_GRANT, rule);
    decision_add(file->decision, EVENT_GRANT_MOVED, &promise->id, moved);
    return rule;
}

/* --- people ----------------------------------------------------------------------------------- */

static void give(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct grant_give *body = &command->body->grant_give;
    struct promise promise;
    if (!case_open(desk, &body->return_id, moment, decision, &promise.file)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &promise.file.row.merchant, decision)) return;
    if (promise.file.row.grants >= GRANTS_MAX) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "return_id: it has too many grants");
        return;
    }
    promise.id = mint_of(desk, moment, &promise.file.merchant.book);
    promise.row = (struct grant_row){
        .paid_for = body->paid_for, .line = body->line, .amount_minor = body->amount_minor};
    uint64_t hours = body->hours != 0 ? body->hours : ANSWER_HOURS_DEFAULT;
    bool offer = body->offer != 0;
    struct grant_moved moved = {.return_id = body->return_id,
                                .number = promise.file.row.grants,
                                .paid_for = body->paid_for,
                                .line = body->line,
                                .amount_minor = body->amount_minor,
                                .currency = promise.file.order.currency,
                                .due_ms = offer ? moment->wall_ms + hours * HOUR_MS : 0,
                                .reason = body->reason};
    move(&promise, &command->by, offer ? DO_OFFER : DO_GIVE, 0, &moved);
}

bool grant_add(struct case_file *file, enum paid_for paid_for, uint64_t line, int64_t amount_minor,
               const struct actor *by)
{
    struct promise promise = {
        .file = *file, .row = {.paid_for = paid_for, .line = line, .amount_minor = amount_minor}};
    struct verdict verdict = rule_judge(&grant_table, GRANT_NONE, (enum actor_kind)by->kind,
                                        DO_GIVE, facts_of(&promise));
    if (verdict.rule == NULL || file->row.grants >= GRANTS_MAX) return false;
    promise.id = mint_of(file->desk, file->moment, &file->merchant.book);
    struct grant_moved moved = {.return_id = file->return_id,
                                .number = file->row.grants,
                                .paid_for = paid_for,
                                .line = line,
                                .amount_minor = amount_minor,
                                .currency = file->order.currency,
                                .reason = span_text("the thing sent instead costs less")};
    return move(&promise, by, DO_GIVE, 0, &moved) != NULL;
}

static bool promise_open(const struct desk *desk, const struct id *grant, struct moment *moment,
                         struct decision *decision, struct promise *promise)
{
    promise->id = *grant;
    if (!grant_load(&desk->rows, grant, &promise->row)) return false;
    struct id return_id = promise->row.return_id;
    return case_open(desk, &return_id, moment, decision, &promise->file);
}

static enum verb verb_of(enum command_kind kind)
{
    if (kind == COMMAND_GRANT_ACCEPT) return DO_ACCEPT;
    return kind == COMMAND_GRANT_REFUSE ? DO_REFUSE : DO_WITHDRAW;
}

void grant_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    if (command->kind == COMMAND_GRANT_GIVE) {
        give(desk, command, moment, decision);
        return;
    }
    struct promise promise;
    decision->entity = command->body->grant_decide.grant;
    if (!promise_open(desk, &command->body->grant_decide.grant, moment, decision, &promise)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "grant");
        return;
    }
    if (!command_covers(command, &promise.row.merchant, decision)) return;
    if (!command_matches(command, promise.row.version, decision)) return;
    struct grant_moved moved = {.reason = command->body->grant_decide.reason};
    move(&promise, &command->by, verb_of(command->kind), 0, &moved);
}

/* --- silence and money ------------------------------------------------------------------------ */

void grant_due(const struct desk *desk, uint64_t due_ms, const struct id *grant,
               struct moment *moment, struct decision *decision)
{
    struct promise promise;
    if (!promise_open(desk, grant, moment, decision, &promise)) return;
    if (promise.row.due_ms != due_ms || due_ms > moment->wall_ms) return;
    struct actor clock = actor_self(desk, BY_CLOCK);
    struct grant_moved moved = {.reason = span_text("nobody spoke in time")};
    move(&promise, &clock, DO_LAPSE, 0, &moved);
}

void grant_react(const struct desk *desk, const struct id *grant, struct moment *moment,
                 struct decision *decision)
{
    struct promise promise;
    if (!promise_open(desk, grant, moment, decision, &promise)) return;
    if (promise.row.state != GRANT_GRANTED) return;
    struct refund_plan plan = {.paid_for = promise.row.paid_for,
                               .line = promise.row.line,
                               .part = promise.row.number,
                               .total_minor = promise.row.amount_minor};
    bool has = (facts_of(&promise) & GRANT_IF(ROOM)) != 0;
    if (has) refund_plan(&promise.file, &plan);
    struct actor policy = actor_self(desk, BY_POLICY);
    struct grant_moved moved = {.at_ms = moment->wall_ms};
    const struct rule *rule =
        move(&promise, &policy, DO_PAY, plan.waits ? GRANT_IF(WAIT) : 0, &moved);
    if (rule != NULL && (rule->effects & GRANT_DOES(PAY)) != 0)
        refund_intend(&promise.file, &plan, grant);
}

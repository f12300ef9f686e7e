/* Returns as people and silence move them: request, approve, decline, cancel, expire, close. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"

/* --- a request -------------------------------------------------------------------------------- */

bool return_find_order(const struct desk *desk, const struct return_request *request,
                       struct id *order)
{
    *order = request->order;
    if (!id_is_zero(order)) return true;
    struct key key = reference_key(desk->crypto, &request->merchant, request->order_reference);
    struct order_index index;
    if (!rows_load(&desk->rows, VIEW_ORDER_BY_REFERENCE, &key, &order_index_shape, &index))
        return false;
    *order = index.order;
    return true;
}

static bool lines_are_good(const struct case_file *file, const struct return_request *request)
{
    uint32_t named = 0;
    for (uint32_t i = 0; i < request->lines_count; i++) {
        const struct return_line *line = &request->lines[i];
        if (line->line >= file->order.lines_count || line->quantity == 0) return false;
        if ((named >> line->line & 1) != 0) return false;
        named |= 1u << line->line;
    }
    return request->lines_count > 0;
}

/* Fills the file as if the return were there, not yet begun, and says which facts let it begin. */
static uint32_t open_new(struct case_file *file, const struct return_request *request)
{
    const struct rows *rows = &file->desk->rows;
    struct id order;
    if (!return_find_order(file->desk, request, &order) || !order_load(rows, &order, &file->order))
        return 0;
    if (!id_equal(&file->order.merchant, &request->merchant)) return 0;
    uint32_t facts = RETURN_IF(ORDER_KNOWN);
    file->row = (struct return_row){.merchant = request->merchant,
                                    .book = file->merchant.book,
                                    .order = order,
                                    .requested_ms = file->moment->wall_ms};
    if (!lines_are_good(file, request)) return facts;
    facts |= RETURN_IF(LINES_GOOD);
    for (uint32_t i = 0; i < request->lines_count; i++)
        file->lines[request->lines[i].line] = (struct return_line_row){
            .quantity = request->lines[i].quantity, .reason = request->lines[i].reason};
    return facts;
}

/* What each kind may be answered with, the first one where the request does not say. */
static const uint8_t outcomes[][4] = {
    [KIND_RETURN] = {OUTCOME_REFUND, OUTCOME_STORE_CREDIT},
    [KIND_EXCHANGE] = {OUTCOME_REPLACEMENT},
    [KIND_CLAIM] = {OUTCOME_REFUND, OUTCOME_REPLACEMENT, OUTCOME_REPAIR, OUTCOME_STORE_CREDIT},
    [KIND_REPAIR] = {OUTCOME_REPAIR},
    [KIND_REFUND_ONLY] = {OUTCOME_REFUND, OUTCOME_STORE_CREDIT},
};

bool kind_answers(uint64_t kind, uint64_t outcome)
{
    const uint8_t *fitting = outcomes[kind != 0 ? kind : KIND_RETURN];
    for (unsigned i = 0; i < sizeof outcomes[0]; i++)
        if (fitting[i] != 0 && fitting[i] == outcome) return true;
    return false;
}

/* What is asked for, whole: kind, outcome, and whether anything is asked back. false: they do not
 * go together. */
static bool settle_kind(struct return_moved *moved, struct decision *decision)
{
    if (moved->kind == 0) moved->kind = KIND_RETURN;
    if (moved->outcome == 0) moved->outcome = outcomes[moved->kind][0];
    bool other_thing = moved->outcome == OUTCOME_REPLACEMENT;
    if (!kind_answers(moved->kind, moved->outcome))
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "outcome: not of this kind");
    else if (moved->wanted.size > 0 && !other_thing)
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "wanted: of a replacement only");
    if (moved->kind == KIND_CLAIM || moved->kind == KIND_REFUND_ONLY) moved->keep = 1;
    return decision->error == OK;
}

/* Policy answers at once where its row allows it; else the merchant, or silence, will. */
static void approve_by_policy(struct case_file *file)
{
    struct verdict verdict =
        rule_judge(&return_table, file->row.state, BY_POLICY, DO_APPROVE, case_facts(file));
    if (verdict.rule == NULL) return;
    struct actor policy = actor_self(file->desk, BY_POLICY);
    struct return_moved moved = {.verb = DO_APPROVE};
    case_move(file, BY_POLICY, DO_APPROVE, 0, &policy, &moved);
}

void return_file(struct case_file *file, enum actor_kind actor, const struct actor *by,
                 uint32_t facts, struct return_moved *moved)
{
    if ((facts & RETURN_IF(LINES_GOOD)) != 0) case_ask_policy(file, moved);
    return_kind_copy(&file->row, moved);
    if (case_move(file, actor, DO_REQUEST, facts, by, moved) != NULL) approve_by_policy(file);
}

void return_begin(const struct desk *desk, const struct command *command,
                  const struct return_request *asked, const struct intake *filing,
                  struct moment *moment, struct decision *decision)
{
    struct return_request expanded = *asked;
    const struct return_request *request = &expanded;
    struct case_file file;
    memset(&file, 0, sizeof file);
    file.desk = desk;
    file.moment = moment;
    file.decision = decision;
    if (!merchant_load(&desk->rows, &request->merchant, &file.merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!intake_expand(desk, &file.merchant, &expanded, decision)) return;
    file.return_id = mint_of(desk, moment, &file.merchant.book);
    uint32_t facts = open_new(&file, request);
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct return_moved moved = {.reason = request->note};
    shape_copy(&return_moved_shape, &moved, &return_request_shape, request);
    moved.order = file.row.order;
    moved.number = parcel_number(request->number, number);
    moved.group = filing->group;
    moved.asked = filing->asked;
    if (!settle_kind(&moved, decision)) return;
    return_file(&file, (enum actor_kind)command->by.kind, &command->by, facts, &moved);
    if (decision->error == OK && request->followup_consent != 0)
        followup_of_request(&file.return_id, &command->by, moment->wall_ms, decision);
}

static void decide_request(const struct desk *desk, const struct command *command,
                           struct moment *moment, struct decision *decision)
{
    const struct return_request *request = &command->body->return_request;
    struct intake filing;
    if (intake_admit(desk, command, &request->merchant, request->upstream, &filing, decision))
        return_begin(desk, command, request, &filing, moment, decision);
}

/* --- other people's decisions ----------------------------------------------------------------- */

static enum verb verb_of(enum command_kind kind)
{
    static const struct {
        enum command_kind kind;
        enum verb verb;
    } verbs[] = {{COMMAND_RETURN_APPROVE, DO_APPROVE},
                 {COMMAND_RETURN_DECLINE, DO_DECLINE},
                 {COMMAND_RETURN_CANCEL, DO_CANCEL},
                 {COMMAND_RETURN_DISPUTE, DO_DISPUTE},
                 {COMMAND_RETURN_ESCALATE, DO_ESCALATE},
                 {COMMAND_RETURN_WITHDRAW, DO_WITHDRAW},
                 {COMMAND_RETURN_REFUND_INSTEAD, DO_REFUND_INSTEAD}};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (verbs[i].kind == kind) return verbs[i].verb;
    assert(false);
    return DO_CANCEL;
}

void return_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    if (command->kind == COMMAND_RETURN_REQUEST) {
        decide_request(desk, command, moment, decision);
        return;
    }
    const struct return_decide *body = &command->body->return_decide;
    struct case_file file;
    decision->entity = body->return_id;
    if (!case_open(desk, &body->return_id, moment, decision, &file)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &file.row.merchant, decision)) return;
    if (!command_matches(command, file.row.version, decision)) return;
    if (body->decline_reason != 0 && command->kind != COMMAND_RETURN_DECLINE) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "decline_reason: of a decline only");
        return;
    }
    if (body->keep != 0 && command->kind != COMMAND_RETURN_APPROVE) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "keep: of an approval only");
        return;
    }
    bool calls_off =
        command->kind == COMMAND_RETURN_CANCEL || command->kind == COMMAND_RETURN_REFUND_INSTEAD;
    if (calls_off && exchange_is_leaving(&desk->rows, &body->return_id)) {
        decision_refuse(decision, ERROR_CONFLICT, "return_id: no_exchange_is_leaving");
        return;
    }
    struct return_moved moved = {
        .reason = body->reason, .keep = body->keep, .decline_reason = body->decline_reason};
    case_move(&file, (enum actor_kind)command->by.kind, verb_of(command->kind), 0, &command->by,
              &moved);
}

/* --- silence ---------------------------------------------------------------------------------- */

/* The verb was chosen when the deadline was set; what holds now decides, so the others are tried
 * too: the proofs show that one of them always ends an overdue open state. */
static const enum verb clock_verbs[] = {DO_APPROVE, DO_ESCALATE, DO_REFUND_INSTEAD,
                                        DO_EXPIRE,  DO_CLOSE,    DO_RECHARGE};

void return_due(const struct desk *desk, uint64_t due_ms, uint64_t verb, const struct id *return_id,
                struct moment *moment, struct decision *decision)
{
    struct case_file file;
    if (!case_open(desk, return_id, moment, decision, &file)) return;
    if (file.row.due_ms != due_ms || file.row.due_verb != verb || due_ms > moment->wall_ms) return;
    /* What may have left for the buyer is not refunded, nor called off: its warehouse speaks first.
     */
    if (exchange_is_leaving(&desk->rows, return_id)) return;
    struct actor clock = actor_self(desk, BY_CLOCK);
    uint32_t facts = case_facts(&file);
    for (size_t i = 0; i < sizeof clock_verbs / sizeof clock_verbs[0]; i++) {
        struct verdict verdict =
            rule_judge(&return_table, file.row.state, BY_CLOCK, clock_verbs[i], facts);
        if (verdict.rule == NULL) continue;
        struct return_moved moved = {.reason = span_text("nobody spoke in time"),
                                     .fired_ms = due_ms};
        if ((verdict.rule->effects & RETURN_DOES(RECHARGE)) != 0) {
            moved.reason = span_text("the goods never came");
            recharge_name_lines(&file, &moved);
        }
        case_move(&file, BY_CLOCK, clock_verbs[i], 0, &clock, &moved);
        return;
    }
}

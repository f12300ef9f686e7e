/* Compensation claims (索赔) as people and silence move them: drafted, filed, answered, paid. */
#include "overseas-warehouse/parts.h"
#include "proto/money.h"

/* Terms that no policy tells. */
#define FILE_DAYS   60
#define ANSWER_DAYS 30
#define PAY_DAYS    30
#define APPEAL_DAYS 30
#define APPEALS_MAX 3 /* of one claim */

/* A claim at hand, with what the step at hand says of it. */
struct pursuit {
    const struct desk *desk;
    struct moment *moment;
    struct decision *decision;
    struct id claim;
    struct compensation_row row;
    const struct actor *by;
    int64_t said_minor;  /* claimed, accepted, or paid now */
    int64_t known_minor; /* paid before, where the step pays */
};

/* --- their terms ------------------------------------------------------------------------------ */

static bool terms_fit(const struct policy_terms *terms, const struct compensation_row *row)
{
    if (terms->kind != 0 && terms->kind != row->kind) return false;
    return terms->carrier.size == 0 || span_equal(terms->carrier, row->carrier);
}

static unsigned nearness(const struct policy_terms *terms)
{
    return (terms->carrier.size > 0 ? 2u : 0u) + (terms->kind != 0 ? 1u : 0u) + 1u;
}

static void terms_of(const struct pursuit *pursuit, struct policy_terms *terms)
{
    const struct rows *rows = &pursuit->desk->rows;
    struct merchant merchant;
    struct policy_row policy;
    unsigned nearest = 0;
    *terms = (struct policy_terms){.file_days = FILE_DAYS};
    if (merchant_load(rows, &pursuit->row.merchant, &merchant)) {
        uint64_t version = policy_version_at(rows, &merchant, pursuit->moment->wall_ms);
        if (!policy_load(rows, &merchant, version, &policy)) policy.policy.claim_terms_count = 0;
        for (uint32_t i = 0; i < policy.policy.claim_terms_count; i++) {
            const struct policy_terms *at = &policy.policy.claim_terms[i];
            if (!terms_fit(at, &pursuit->row) || nearness(at) <= nearest) continue;
            nearest = nearness(at);
            *terms = *at;
        }
    }
    if (terms->answer_days == 0) terms->answer_days = ANSWER_DAYS;
    if (terms->pay_days == 0) terms->pay_days = PAY_DAYS;
    if (terms->appeal_days == 0) terms->appeal_days = APPEAL_DAYS;
}

/* By when what the state waits for is owed. */
static uint64_t due_of(const struct pursuit *pursuit, uint64_t state)
{
    struct policy_terms terms;
    uint64_t now_ms = pursuit->moment->wall_ms;
    terms_of(pursuit, &terms);
    switch (state) {
    case COMPENSATION_DRAFTED: return pursuit->row.happened_ms + terms.file_days * DAY_MS;
    case COMPENSATION_FILED: return now_ms + terms.answer_days * DAY_MS;
    case COMPENSATION_ACCEPTED: return now_ms + terms.pay_days * DAY_MS;
    case COMPENSATION_DENIED: return now_ms + terms.appeal_days * DAY_MS;
    default: return 0;
    }
}

/* --- facts ------------------------------------------------------------------------------------ */

static bool kind_fits(const struct pursuit *pursuit)
{
    const struct compensation_row *row = &pursuit->row;
    struct key key = key_of(&row->warehouse);
    bool carriers = row->carrier.size > 0, warehouses = !id_is_zero(&row->warehouse);
    if (carriers == warehouses) return false;
    if (carriers) return row->kind <= COMPENSATION_OVERCHARGED;
    if (!rows_has(&pursuit->desk->rows, VIEW_WAREHOUSE, &key)) return false;
    return row->kind == COMPENSATION_LOST || row->kind == COMPENSATION_DAMAGED ||
           row->kind >= COMPENSATION_MISCOUNTED;
}

/* A parcel is only a number; a unit is a return's, and that the merchant's. */
static bool thing_is_good(const struct pursuit *pursuit)
{
    const struct compensation_row *row = &pursuit->row;
    bool parcel = row->number.size > 0, unit = !id_is_zero(&row->unit);
    return parcel != unit && (parcel || !id_is_zero(&row->return_id));
}

/* Another claim for the same: an open one, or one that was paid. false: none. */
static bool find_rival(const struct pursuit *pursuit, struct id *rival,
                       struct compensation_row *found)
{
    const struct compensation_row *row = &pursuit->row;
    struct id thing = compensation_thing(pursuit->desk->crypto, row);
    struct key prefix = key_add_uint(key_of(&thing), row->kind, 1);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&pursuit->desk->rows, VIEW_COMPENSATION_BY_THING, &walk, &at)) {
        memcpy(rival->bytes, walk.at.bytes + prefix.size, ID_BYTES);
        if (id_equal(rival, &pursuit->claim)) continue;
        if (!compensation_load(&pursuit->desk->rows, rival, found)) continue;
        if (!id_equal(&found->merchant, &row->merchant)) continue;
        if (compensation_is_open(found->state) || found->state == COMPENSATION_PAID) return true;
    }
    return false;
}

static uint32_t thing_facts(const struct pursuit *pursuit)
{
    struct compensation_row other;
    struct id rival;
    uint32_t facts = 0;
    if (thing_is_good(pursuit)) facts |= COMPENSATION_IF(THING_GOOD);
    if (kind_fits(pursuit)) facts |= COMPENSATION_IF(KIND_FITS);
    if (!find_rival(pursuit, &rival, &other)) facts |= COMPENSATION_IF(FREE);
    return facts;
}

static uint32_t sum_facts(const struct pursuit *pursuit)
{
    const struct compensation_row *row = &pursuit->row;
    int64_t said = pursuit->said_minor, sum;
    uint32_t facts = 0;
    if (said > 0) facts |= COMPENSATION_IF(AMOUNT_GOOD);
    if (said > 0 && money_add(pursuit->known_minor, said, &sum) == OK) {
        if (sum <= row->amount_minor) facts |= COMPENSATION_IF(WITHIN);
        if (sum >= row->accepted_minor) facts |= COMPENSATION_IF(WHOLE);
    }
    return facts;
}

static uint32_t time_facts(const struct pursuit *pursuit)
{
    const struct compensation_row *row = &pursuit->row;
    uint64_t now_ms = pursuit->moment->wall_ms, due_ms = row->due_ms;
    uint32_t facts = 0;
    if (row->state == COMPENSATION_NONE) due_ms = due_of(pursuit, COMPENSATION_DRAFTED);
    if (now_ms <= due_ms) facts |= COMPENSATION_IF(IN_TIME);
    if (due_ms != 0 && due_ms <= now_ms) facts |= COMPENSATION_IF(OVERDUE);
    if (now_ms <= due_ms && row->appeals < APPEALS_MAX) facts |= COMPENSATION_IF(APPEALABLE);
    if (row->filed_ms != 0) facts |= COMPENSATION_IF(SENT);
    return facts;
}

/* What a warehouse answered and paid, the merchant does not say for it. */
static bool is_credible(const struct pursuit *pursuit)
{
    return pursuit->row.carrier.size > 0 || pursuit->by->kind == BY_OPERATOR ||
           pursuit->by->kind == BY_ADMIN;
}

/* --- moving it -------------------------------------------------------------------------------- */

static void move(struct pursuit *pursuit, enum actor_kind actor, enum verb verb,
                 struct compensation_moved *moved)
{
    uint32_t facts = thing_facts(pursuit) | sum_facts(pursuit) | time_facts(pursuit);
    if (is_credible(pursuit)) facts |= COMPENSATION_IF(CREDIBLE);
    const struct compensation_row *row = &pursuit->row;
    const struct rule *rule =
        decision_judge(pursuit->decision, TABLE_COMPENSATION, row->state, actor, verb, facts);
    pursuit->decision->entity = pursuit->claim;
    if (rule == NULL) return;
    moved->claim = pursuit->claim;
    moved->verb = verb;
    moved->to = rule->to;
    moved->by = *pursuit->by;
    moved->at_ms = pursuit->moment->wall_ms;
    moved->rule = rule_number(TABLE_COMPENSATION, rule);
    bool counts = (rule->effects & COMPENSATION_DOES(RECOVERED)) != 0;
    bool says = row->state == COMPENSATION_NONE || verb == DO_ACCEPT || counts;
    moved->amount_minor = says ? pursuit->said_minor : 0;
    moved->due_ms = rule->to == row->state ? row->due_ms : due_of(pursuit, rule->to);
    decision_add(pursuit->decision, EVENT_COMPENSATION_MOVED, &pursuit->claim, moved);
}

/* --- a new one -------------------------------------------------------------------------------- */

/* The order that was sent in the parcel, or the return that it brings, when they are the
 * merchant's. */
static void find_of_parcel(struct pursuit *pursuit)
{
    const struct rows *rows = &pursuit->desk->rows;
    struct id parcel = parcel_id(pursuit->desk->crypto, pursuit->row.number), id;
    struct key prefix = key_of(&parcel);
    struct order_row order;
    struct return_row owner;
    struct row at;
    for (struct walk walk = walk_over(&prefix);
         walk_next(rows, VIEW_ORDER_BY_PARCEL, &walk, &at);) {
        memcpy(id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (order_load(rows, &id, &order) && id_equal(&order.merchant, &pursuit->row.merchant))
            pursuit->row.order = id;
    }
    for (struct walk walk = walk_over(&prefix);
         walk_next(rows, VIEW_RETURN_BY_PARCEL, &walk, &at);) {
        memcpy(id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!return_load(rows, &id, &owner)) continue;
        if (!id_equal(&owner.merchant, &pursuit->row.merchant)) continue;
        pursuit->row.return_id = id;
        pursuit->row.order = owner.order;
    }
}

static void find_of_unit(struct pursuit *pursuit)
{
    struct assigned_row assigned;
    struct return_row owner;
    if (!assigned_load(&pursuit->desk->rows, &pursuit->row.unit, &assigned)) return;
    struct id return_id = assigned.return_id;
    if (!return_load(&pursuit->desk->rows, &return_id, &owner)) return;
    if (!id_equal(&owner.merchant, &pursuit->row.merchant)) return;
    pursuit->row.return_id = return_id;
    pursuit->row.order = owner.order;
}

static bool is_the_same(const struct compensation_row *row, const struct compensation_row *other)
{
    return row->amount_minor == other->amount_minor && row->currency == other->currency &&
           span_equal(row->carrier, other->carrier) && id_equal(&row->warehouse, &other->warehouse);
}

/* The same request again is the same claim, and files what was drafted only. true: it is, and the
 * decision says so. */
static bool is_known(struct pursuit *pursuit, const struct claim_open *body)
{
    struct compensation_row found;
    struct id rival;
    if (!find_rival(pursuit, &rival, &found)) return false;
    if (!is_the_same(&pursuit->row, &found) || found.state == COMPENSATION_PAID) return false;
    pursuit->claim = rival;
    pursuit->row = found;
    pursuit->decision->entity = rival;
    if (found.state != COMPENSATION_DRAFTED || body->draft != 0) return true;
    struct compensation_moved moved = {.reference = body->reference, .reason = body->reason};
    move(pursuit, (enum actor_kind)pursuit->by->kind, DO_FILE, &moved);
    return true;
}

static void open_claim(struct pursuit *pursuit, const struct command *command)
{
    const struct claim_open *body = &command->body->claim_open;
    struct merchant merchant;
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    uint64_t now_ms = pursuit->moment->wall_ms;
    if (!merchant_load(&pursuit->desk->rows, &body->merchant, &merchant)) {
        decision_refuse(pursuit->decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    struct id book = merchant.book;
    if (!command_covers(command, &body->merchant, pursuit->decision)) return;
    if (body->happened_ms > now_ms) {
        decision_refuse(pursuit->decision, ERROR_OUT_OF_RANGE, "happened_ms: it lies ahead");
        return;
    }
    shape_copy(&compensation_row_shape, &pursuit->row, &claim_open_shape, body);
    pursuit->row.number = parcel_number(body->number, number);
    if (body->happened_ms == 0) pursuit->row.happened_ms = now_ms;
    if (pursuit->row.number.size > 0) find_of_parcel(pursuit);
    if (!id_is_zero(&body->unit)) find_of_unit(pursuit);
    if (is_known(pursuit, body)) return;
    struct compensation_moved moved = {.reference = body->reference};
    shape_copy(&compensation_moved_shape, &moved, &compensation_row_shape, &pursuit->row);
    pursuit->said_minor = body->amount_minor;
    pursuit->claim = mint_of(pursuit->desk, pursuit->moment, &book);
    move(pursuit, (enum actor_kind)command->by.kind, body->draft != 0 ? DO_DRAFT : DO_FILE, &moved);
}

/* --- one that is there ------------------------------------------------------------------------ */

static void answer(struct pursuit *pursuit, const struct claim_answer *body)
{
    struct compensation_moved moved = {.reference = body->reference, .reason = body->reason};
    bool accepts = body->answer == CLAIM_ACCEPTED;
    if (!accepts && body->reason.size == 0) {
        decision_refuse(pursuit->decision, ERROR_MISSING_FIELD, "reason: why it was denied");
        return;
    }
    if (!accepts && body->amount_minor != 0) {
        decision_refuse(pursuit->decision, ERROR_OUT_OF_RANGE, "amount_minor: of accepted only");
        return;
    }
    pursuit->said_minor = body->amount_minor;
    if (accepts && body->amount_minor == 0) pursuit->said_minor = pursuit->row.amount_minor;
    move(pursuit, BY_CARRIER, accepts ? DO_ACCEPT : DO_DENY, &moved);
}

static void pay(struct pursuit *pursuit, const struct claim_pay *body)
{
    const struct compensation_row *row = &pursuit->row;
    for (uint32_t i = 0; i < row->payments_count; i++) {
        if (!span_equal(row->payments[i].reference, body->reference)) continue;
        pursuit->decision->entity = pursuit->claim;
        if (row->payments[i].amount_minor != body->amount_minor)
            decision_refuse(pursuit->decision, ERROR_CONFLICT,
                            "reference: told before, with another amount");
        return;
    }
    if (row->payments_count == CLAIM_PAYMENTS_MAX) {
        decision_refuse(pursuit->decision, ERROR_OUT_OF_RANGE, "claim: it has too many payments");
        return;
    }
    struct compensation_moved moved = {.reference = body->reference, .reason = body->reason};
    pursuit->said_minor = body->amount_minor;
    pursuit->known_minor = row->paid_minor;
    move(pursuit, BY_CARRIER, DO_RECOVER, &moved);
}

static void step(struct pursuit *pursuit, const struct claim_step *body, enum verb verb)
{
    struct compensation_moved moved = {.reference = body->reference,
                                       .reason = body->reason,
                                       .evidence_count = body->evidence_count};
    for (uint32_t i = 0; i < body->evidence_count; i++) moved.evidence[i] = body->evidence[i];
    move(pursuit, (enum actor_kind)pursuit->by->kind, verb, &moved);
}

struct id compensation_of(const struct command *command)
{
    const union command_body *body = command->body;
    if (command->kind == COMMAND_CLAIM_ANSWER) return body->claim_answer.claim;
    return command->kind == COMMAND_CLAIM_PAY ? body->claim_pay.claim : body->claim_step.claim;
}

void compensation_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision)
{
    struct pursuit pursuit = {
        .desk = desk, .moment = moment, .decision = decision, .by = &command->by};
    if (command->kind == COMMAND_CLAIM_OPEN) {
        open_claim(&pursuit, command);
        return;
    }
    pursuit.claim = decision->entity = compensation_of(command);
    if (!compensation_load(&desk->rows, &pursuit.claim, &pursuit.row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "claim");
        return;
    }
    if (!command_covers(command, &pursuit.row.merchant, decision)) return;
    if (!command_matches(command, pursuit.row.version, decision)) return;
    if (command->kind == COMMAND_CLAIM_ANSWER)
        answer(&pursuit, &command->body->claim_answer);
    else if (command->kind == COMMAND_CLAIM_PAY)
        pay(&pursuit, &command->body->claim_pay);
    else
        step(&pursuit, &command->body->claim_step,
             command->kind == COMMAND_CLAIM_FILE ? DO_FILE : DO_WITHDRAW);
}

void compensation_due(const struct desk *desk, uint64_t due_ms, const struct id *claim,
                      struct moment *moment, struct decision *decision)
{
    struct actor clock = actor_self(desk, BY_CLOCK);
    struct pursuit pursuit = {
        .desk = desk, .moment = moment, .decision = decision, .by = &clock, .claim = *claim};
    if (!compensation_load(&desk->rows, claim, &pursuit.row)) return;
    if (pursuit.row.due_ms != due_ms || due_ms > moment->wall_ms) return;
    struct compensation_moved moved = {.reason = span_text("nobody spoke in time")};
    move(&pursuit, BY_CLOCK, DO_RUN_OUT, &moved);
}

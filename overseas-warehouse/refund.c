/* Refunds: what a unit is worth, which slots pay it, what the provider said, what a person
 * resolved, and how the slots fold. The key of a call names the slot and nothing else (DESIGN §6).
 */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "proto/bugs.h"
#include "proto/money.h"
#include "proto/utf8.h"

/* --- worth ------------------------------------------------------------------------------------ */

/* When less was captured than the lines sum to (a voucher, say), the lines share what there is. */
static int64_t line_total(const struct order_row *order, uint64_t line)
{
    int64_t totals[ORDER_LINES_MAX], parts[ORDER_LINES_MAX], sum = 0;
    for (uint32_t i = 0; i < order->lines_count; i++)
        if (money_multiply(order->lines[i].price_minor, order->lines[i].quantity, &totals[i]) !=
                OK ||
            money_add(sum, totals[i], &sum) != OK)
            return 0;
    if (order->captured_minor >= sum || BUG(captured_unchecked)) return totals[line];
    if (money_split(order->captured_minor, totals, order->lines_count, parts) != OK) return 0;
    return parts[line];
}

/* Equal weights: by largest remainder the first parts get one minor unit more. */
int64_t refund_worth(const struct order_row *order, uint64_t line, uint64_t part)
{
    int64_t total = line_total(order, line);
    int64_t quantity = (int64_t)order->lines[line].quantity;
    if (quantity == 0) return 0;
    int64_t nth = (int64_t)(part % REFUND_TRY_STRIDE) % quantity;
    return total / quantity + (nth < total % quantity ? 1 : 0);
}

int64_t refund_worth_of(const struct order_row *order, uint64_t line, uint64_t units)
{
    int64_t total = line_total(order, line);
    int64_t quantity = (int64_t)order->lines[line].quantity, count = (int64_t)units;
    if (quantity == 0) return 0;
    int64_t odd = total % quantity;
    if (count > quantity) count = quantity; /* a request that will be refused */
    return total / quantity * count + (count < odd ? count : odd);
}

/* --- slots ------------------------------------------------------------------------------------ */

struct id slot_id(const struct crypto *crypto, const struct slot_of *of,
                  const struct payment_row *payment)
{
    struct id paid = payment_id(crypto, &of->merchant, payment->provider, payment->reference);
    uint8_t what[6] = {(uint8_t)of->paid_for, (uint8_t)of->line};
    be_put(what + 2, of->part, 4);
    struct span parts[] = {id_span(&of->merchant), id_span(&paid), id_span(&of->return_id),
                           span_of(what, sizeof what)};
    return crypto_id(crypto, "entrepot/slot/1", parts, 4);
}

struct key spent_key(const struct id *merchant, uint64_t day, const struct id *book)
{
    return key_add_id(key_add_uint(key_of(merchant), day, 4), book);
}

static int64_t spent_on(const struct case_file *file, uint64_t day)
{
    struct key key = spent_key(&file->row.merchant, day, &file->row.book);
    struct spent_row row;
    bool known = rows_load(&file->desk->rows, VIEW_SPENT, &key, &spent_row_shape, &row);
    return known ? row.minor : 0;
}

/* Below zero when others paid what was ours to pay already. Every sum of a row stays below
 * MINOR_MAX, so that the difference of three is no overflow. */
int64_t payment_left(const struct payment_row *payment)
{
    int64_t elsewhere = BUG(elsewhere_uncounted) ? 0 : payment->elsewhere_minor;
    int64_t taken = payment->captured_minor + payment->recharged_minor;
    return taken - payment->refunded_minor - elsewhere;
}

static bool fits(int64_t used, int64_t amount, int64_t limit)
{
    int64_t sum;
    return money_add(used, amount, &sum) == OK && sum <= limit;
}

/* What is owed for the thing as a whole, by however many payments, is paid within one day or by a
 * person: else the part that never fits would wait for ever. */
static uint32_t cap_facts(const struct case_file *file, int64_t amount, int64_t also_minor,
                          int64_t whole_minor)
{
    uint64_t day = file->moment->wall_ms / DAY_MS;
    int64_t spent;
    uint32_t facts = 0;
    if (money_add(spent_on(file, day), also_minor, &spent) == OK &&
        (fits(spent, amount, file->merchant.cap_minor) || BUG(cap_ignored)))
        facts |= REFUND_IF(WITHIN_CAP);
    if (whole_minor > file->merchant.cap_minor) facts |= REFUND_IF(ABOVE_CAP);
    return facts;
}

bool is_of_line(uint64_t paid_for)
{
    return paid_for == PAID_FOR_LINE || paid_for == PAID_FOR_PARTIAL ||
           paid_for == PAID_FOR_ADVANCE;
}

int64_t line_left(const struct order_row_line *sold)
{
    int64_t minor;
    if (money_multiply(sold->price_minor, sold->quantity, &minor) != OK) return 0;
    return minor + sold->recharged_minor - sold->refunded_minor;
}

/* The facts of one intent, but those of the cap. also_minor: what the same decision intends
 * besides. */
static uint32_t intent_facts(const struct case_file *file, const struct id *slot, uint64_t paid_for,
                             uint64_t line, const struct payment_row *payment, int64_t amount,
                             int64_t also_minor)
{
    const struct rows *rows = &file->desk->rows;
    int64_t asked;
    struct refund_row row;
    uint32_t facts = 0;
    if (!refund_load(rows, slot, &row)) facts |= REFUND_IF(SLOT_FREE);
    if (id_is_zero(&payment->open) || BUG(payment_not_exclusive)) facts |= REFUND_IF(PAYMENT_FREE);
    if (amount > 0 && (amount <= payment_left(payment) || BUG(captured_unchecked)))
        facts |= REFUND_IF(WITHIN_CAPTURED);
    if (!is_of_line(paid_for) || (money_add(amount, also_minor, &asked) == OK &&
                                  asked <= line_left(&file->order.lines[line])))
        facts |= REFUND_IF(WITHIN_LINE);
    if (payment->executor > EXECUTOR_PROVIDER || file->row.outcome == OUTCOME_STORE_CREDIT)
        facts |= REFUND_IF(OTHERS_PAY);
    return facts;
}

/* No day's cap holds up what this node does not send. */
#define OURS_NOT (REFUND_IF(ABOVE_CAP) | REFUND_IF(OTHERS_PAY))

static bool is_first_try(const struct case_file *file, const struct refund_plan *plan)
{
    if (plan->paid_for == PAID_FOR_ADVANCE) return plan->part < QUANTITY_MAX;
    if (plan->paid_for != PAID_FOR_LINE) return plan->part < GRANTS_MAX;
    return plan->part < recharge_parts(&file->order.lines[plan->line]);
}

/* Payments pay in their order, each what it has left: so none is ever asked for more than was
 * captured, and the parts of a line sum to the line. */
void refund_plan(const struct case_file *file, struct refund_plan *plan)
{
    struct slot_of of = {file->row.merchant, file->return_id, plan->paid_for, plan->line,
                         plan->part};
    int64_t missing = plan->total_minor;
    for (uint64_t i = 0; i < file->order.payments && missing > 0; i++) {
        struct payment_row payment;
        if (!payment_load(&file->desk->rows, &file->row.order, i, &payment)) continue;
        int64_t left = payment_left(&payment);
        if (BUG(captured_unchecked)) left = missing;
        int64_t amount = left < missing ? left : missing;
        if (amount <= 0) continue;
        uint32_t at = plan->count++;
        struct id slot = slot_id(file->desk->crypto, &of, &payment);
        int64_t also = plan->total_minor - missing;
        uint32_t facts =
            intent_facts(file, &slot, plan->paid_for, plan->line, &payment, amount, also) |
            cap_facts(file, amount, also, plan->total_minor);
        if (is_first_try(file, plan)) facts |= REFUND_IF(FRESH);
        plan->slots[at].payment = i;
        plan->slots[at].amount_minor = amount;
        plan->slots[at].slot = slot;
        plan->slots[at].facts = facts;
        bool fits_cap = (facts & (REFUND_IF(WITHIN_CAP) | OURS_NOT)) != 0;
        if ((facts & REFUND_IF(PAYMENT_FREE)) == 0 || !fits_cap) plan->waits = true;
        missing -= amount;
    }
    plan->falls_short = missing > 0;
    uint32_t sound = REFUND_IF(SLOT_FREE) | REFUND_IF(FRESH) | REFUND_IF(WITHIN_CAPTURED) |
                     REFUND_IF(WITHIN_LINE);
    for (uint32_t i = 0; i < plan->count; i++)
        if ((plan->slots[i].facts & sound) != sound) plan->falls_short = true;
}

/* What the buyer owes as a fee is kept from what is left of the unit's worth, and never more. */
static void withhold(struct refund_plan *plan, int64_t fee_minor)
{
    int64_t due = plan->total_minor > 0 ? plan->total_minor : 0;
    plan->withheld_minor = fee_minor < due ? fee_minor : due;
    plan->total_minor -= plan->withheld_minor;
    if (BUG(fee_taken_twice) && plan->total_minor > plan->withheld_minor)
        plan->total_minor -= plan->withheld_minor;
}

/* What was refunded of the line's price before (a part, for a flaw) is not refunded with it, nor
 * what was withheld, nor what went out for the unit before it came. */
void refund_plan_unit(const struct case_file *file, uint64_t line, struct refund_plan *plan)
{
    const struct order_row_line *sold = &file->order.lines[line];
    const struct return_line_row *mine = &file->lines[line];
    *plan = (struct refund_plan){.paid_for = PAID_FOR_LINE, .line = line, .part = sold->parts};
    plan->total_minor = refund_worth(&file->order, line, sold->parts);
    /* What went ahead whole has served its unit, and is no share of the next one, unless a part of
     * it was charged back. */
    if (!return_fronts_whole(&file->row) || mine->back > 0) plan->total_minor -= line_share(mine);
    int64_t left = line_left(sold) - sold->withheld_minor;
    int64_t fee = fee_of_unit(&file->row, mine, mine->served);
    bool bounded = sold->partial_minor > 0 || sold->recharged_minor > 0 || fee > 0;
    if (left < 0) left = 0;
    if (bounded && left < plan->total_minor) plan->total_minor = left;
    withhold(plan, fee);
    if (BUG(pays_unreceived)) plan->total_minor *= (int64_t)file->lines[line].quantity;
    refund_plan(file, plan);
}

/* Lines pay each of their units the same share, by the worth of the least of them and the most that
 * a fee takes off one. */
void refund_plan_advance(const struct case_file *file, uint64_t line, uint64_t percent,
                         struct refund_plan *plan)
{
    const struct order_row_line *sold = &file->order.lines[line];
    const struct return_line_row *mine = &file->lines[line];
    int64_t worth = refund_worth(&file->order, line, sold->quantity - 1), share;
    worth -= fee_of_unit(&file->row, mine, 0);
    if (worth < 0) worth = 0;
    *plan = (struct refund_plan){
        .paid_for = PAID_FOR_ADVANCE, .line = line, .part = mine->fronted_ever};
    if (money_multiply(worth, percent, &share) != OK) share = 0;
    plan->total_minor = share / 100;
    refund_plan(file, plan);
}

static void add_intent(struct case_file *file, const struct refund_plan *plan, uint32_t at,
                       const struct actor *by, const struct id *seen)
{
    const struct rule *rule =
        decision_judge(file->decision, TABLE_REFUND, REFUND_NONE, (enum actor_kind)by->kind,
                       DO_INTEND, plan->slots[at].facts);
    if (rule == NULL) return;
    struct refund_moved moved = {.slot = plan->slots[at].slot,
                                 .verb = DO_INTEND,
                                 .to = rule->to,
                                 .by = *by,
                                 .at_ms = file->moment->wall_ms,
                                 .return_id = file->return_id,
                                 .order = file->row.order,
                                 .payment = plan->slots[at].payment,
                                 .paid_for = plan->paid_for,
                                 .line = plan->line,
                                 .part = plan->part,
                                 .amount_minor = plan->slots[at].amount_minor,
                                 .currency = file->order.currency,
                                 .seen = *seen,
                                 .day = file->moment->wall_ms / DAY_MS,
                                 .rule = rule_number(TABLE_REFUND, rule)};
    int64_t also = 0;
    for (uint32_t i = 0; i < at; i++) also += plan->slots[i].amount_minor;
    tax_note(&file->order, also, &moved);
    decision_add(file->decision, EVENT_REFUND_MOVED, &moved.slot, &moved);
}

void refund_intend(struct case_file *file, const struct refund_plan *plan, const struct id *seen)
{
    struct actor policy = actor_self(file->desk, BY_POLICY);
    for (uint32_t i = 0; i < plan->count; i++) add_intent(file, plan, i, &policy, seen);
}

/* --- what the provider said, and people ------------------------------------------------------- */

const struct rule *refund_move(struct decision *decision, const struct id *slot,
                               const struct refund_row *row, const struct actor *by, enum verb verb,
                               uint32_t facts, struct refund_moved *moved)
{
    if (row->barred != 0) facts |= REFUND_IF(BARRED);
    if (row->barred != 0 && moved->at_ms < row->moved_ms + CALL_MS) facts |= REFUND_IF(UNDER_WAY);
    if (row->attempt < REFUND_TRIES_MAX) facts |= REFUND_IF(TRIES_LEFT);
    const struct rule *rule =
        decision_judge(decision, TABLE_REFUND, row->state, (enum actor_kind)by->kind, verb, facts);
    decision->entity = *slot;
    if (rule == NULL) return NULL;
    moved->slot = *slot;
    moved->verb = verb;
    moved->to = rule->to;
    moved->by = *by;
    moved->rule = rule_number(TABLE_REFUND, rule);
    moved->charge = business_is_charge(row->paid_for) ? 1 : 0;
    if (verb == DO_SUBMIT && rule->to == REFUND_SUBMITTED) moved->attempt = row->attempt + 1;
    decision_add(decision, EVENT_REFUND_MOVED, slot, moved);
    return rule;
}

void business_refund_result(const struct desk *desk, const struct id *slot, enum verb verb,
                            const char *provider_ref, const char *reason, struct moment *moment,
                            struct decision *decision)
{
    struct refund_row row;
    if (!refund_load(&desk->rows, slot, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "slot");
        return;
    }
    bool found = verb == DO_FIND_PAID || verb == DO_FIND_FAILED;
    struct actor by = actor_self(desk, found ? BY_PROVIDER : BY_POLICY);
    struct refund_moved moved = {.at_ms = moment->wall_ms};
    if (provider_ref != NULL)
        moved.provider_ref = utf8_cut(span_text(provider_ref), PROVIDER_REF_BYTES_MAX);
    if (reason != NULL) moved.reason = utf8_cut(span_text(reason), REASON_BYTES_MAX);
    refund_move(decision, slot, &row, &by, verb, 0, &moved);
}

/* Where others moved money of the same payment, that may have been for this: then nobody sends it
 * once more, and a person pays by other means what is still owed. */
void refund_send_back(const struct desk *desk, const struct id *slot, const struct refund_row *row,
                      const struct moment *moment, struct decision *decision)
{
    struct actor by = actor_self(desk, BY_PROVIDER);
    struct payment_row payment;
    bool others = payment_load(&desk->rows, &row->order, row->payment, &payment) &&
                  payment.elsewhere_minor > 0;
    struct refund_moved moved = {.at_ms = moment->wall_ms,
                                 .reason = span_text("paid, and the money came back"),
                                 .came_back = 1,
                                 .barred = others ? 1 : 0};
    refund_move(decision, slot, row, &by, DO_FIND_FAILED, REFUND_IF(CAME_BACK), &moved);
}

/* A thing whose last slot failed, and the slot of its next try: the next part, and so another key.
 */
struct next_try {
    struct case_file file;
    struct payment_row payment;
    struct id slot;
    uint64_t part;
    uint32_t facts; /* of an intent of that slot, but those of the cap */
};

static bool next_try_open(const struct desk *desk, const struct refund_row *failed,
                          struct moment *moment, struct decision *decision, struct next_try *next)
{
    if (!case_open(desk, &failed->return_id, moment, decision, &next->file) ||
        !payment_load(&desk->rows, &failed->order, failed->payment, &next->payment))
        return false;
    next->part = failed->part + REFUND_TRY_STRIDE;
    struct slot_of of = {failed->merchant, failed->return_id, failed->paid_for, failed->line,
                         next->part};
    next->slot = slot_id(desk->crypto, &of, &next->payment);
    next->facts = intent_facts(&next->file, &next->slot, failed->paid_for, failed->line,
                               &next->payment, failed->amount_minor, 0);
    return true;
}

static void intend_again(const struct desk *desk, const struct refund_row *failed,
                         const struct actor *by, struct moment *moment, struct decision *decision)
{
    struct next_try next;
    if (!next_try_open(desk, failed, moment, decision, &next)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (next.part > REFUND_PART_MAX) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "part: tried too often");
        return;
    }
    struct refund_plan plan = {
        .paid_for = failed->paid_for, .line = failed->line, .part = next.part, .count = 1};
    plan.slots[0].payment = failed->payment;
    plan.slots[0].amount_minor = failed->amount_minor;
    plan.slots[0].slot = next.slot;
    plan.slots[0].facts =
        next.facts | cap_facts(&next.file, failed->amount_minor, 0, failed->amount_minor);
    if (failed->state == REFUND_FAILED) plan.slots[0].facts |= REFUND_IF(FRESH);
    add_intent(&next.file, &plan, 0, by, &failed->seen);
}

/* Its money is free for others meanwhile. */
uint32_t refund_failed_facts(const struct desk *desk, const struct refund_row *row,
                             struct moment *moment, struct decision *decision)
{
    struct next_try next;
    if (business_is_charge(row->paid_for))
        return recharge_failed_facts(desk, row, moment, decision);
    if (row->state != REFUND_FAILED || !next_try_open(desk, row, moment, decision, &next)) return 0;
    uint32_t facts = next.facts & (REFUND_IF(WITHIN_CAPTURED) | REFUND_IF(WITHIN_LINE));
    if ((next.facts & REFUND_IF(SLOT_FREE)) != 0) facts |= REFUND_IF(LATEST);
    return facts;
}

void refund_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    const struct refund_resolve *body = &command->body->refund_resolve;
    struct refund_row row;
    decision->entity = body->slot;
    if (!refund_load(&desk->rows, &body->slot, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "slot");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    enum verb verb = body->paid != 0 ? DO_RESOLVE_PAID : DO_RESOLVE_UNPAID;
    struct refund_moved moved = {
        .at_ms = moment->wall_ms, .provider_ref = body->provider_ref, .reason = body->reason};
    uint32_t facts = refund_failed_facts(desk, &row, moment, decision);
    if (row.state == REFUND_FAILED && verb == DO_RESOLVE_PAID) tax_note_again(desk, &row, &moved);
    const struct rule *rule =
        refund_move(decision, &body->slot, &row, &command->by, verb, facts, &moved);
    if (rule == NULL || (rule->effects & REFUND_DOES(AGAIN)) == 0) return;
    if (business_is_charge(row.paid_for))
        recharge_again(desk, &row, &command->by, moment, decision);
    else
        intend_again(desk, &row, &command->by, moment, decision);
}

/* --- the call --------------------------------------------------------------------------------- */

static void put_text(char *to, size_t size, struct span text)
{
    size_t used = text.size < size - 1 ? text.size : size - 1;
    if (used > 0) memcpy(to, text.at, used);
    to[used] = '\0';
}

/* 200 bits in 40 characters of the ids' alphabet. */
static void put_key(char key[REFUND_KEY_BYTES], const struct hash *hash)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (unsigned i = 0; i < REFUND_KEY_BYTES - 1; i++) {
        unsigned bit = 5 * i;
        unsigned pair = (unsigned)hash->bytes[bit / 8] << 8 | hash->bytes[bit / 8 + 1];
        key[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    key[REFUND_KEY_BYTES - 1] = '\0';
}

static void key_of_slot(const struct crypto *crypto, const struct id *merchant,
                        const struct id *paid, struct span slot, char key[REFUND_KEY_BYTES])
{
    struct span parts[] = {id_span(merchant), id_span(paid), slot};
    struct hash hash;
    crypto_hash(crypto, "entrepot/refund-key/1", parts, 3, &hash);
    put_key(key, &hash);
}

void business_refund_key(const struct crypto *crypto, const struct id *merchant,
                         const struct payment_row *payment, const struct id *slot,
                         char key[REFUND_KEY_BYTES])
{
    struct id paid = payment_id(crypto, merchant, payment->provider, payment->reference);
    key_of_slot(crypto, merchant, &paid, id_span(slot), key);
}

static void put_former(const struct desk *desk, const struct refund_row *row,
                       const struct payment_row *payment, const struct id *paid,
                       struct refund_call *call)
{
    uint64_t part = row->part;
    while (part >= REFUND_TRY_STRIDE && call->former_count < REFUND_FORMER_MAX) {
        part -= REFUND_TRY_STRIDE;
        struct slot_of of = {row->merchant, row->return_id, row->paid_for, row->line, part};
        struct id former = slot_id(desk->crypto, &of, payment);
        key_of_slot(desk->crypto, &row->merchant, paid, id_span(&former),
                    call->former[call->former_count++]);
    }
}

bool business_refund_call(const struct desk *desk, const struct id *slot, struct refund_call *call)
{
    struct refund_row row;
    struct payment_row payment;
    if (!refund_load(&desk->rows, slot, &row)) return false;
    if (row.state != REFUND_INTENDED && row.state != REFUND_SUBMITTED) return false;
    if (!payment_load(&desk->rows, &row.order, row.payment, &payment)) return false;
    struct id paid = payment_id(desk->crypto, &row.merchant, payment.provider, payment.reference);
    uint8_t attempt = (uint8_t)row.attempt;
    *call = (struct refund_call){.slot = *slot,
                                 .book = row.book,
                                 .merchant = row.merchant,
                                 .amount_minor = row.amount_minor,
                                 .currency = row.currency,
                                 .attempt = (uint32_t)row.attempt};
    if (row.provider_ref.size > 0) call->received_ms = row.moved_ms;
    put_text(call->provider, sizeof call->provider, payment.provider);
    put_text(call->payment_ref, sizeof call->payment_ref, payment.reference);
    key_of_slot(desk->crypto, &row.merchant, &paid,
                BUG(key_with_attempt) ? span_of(&attempt, 1) : id_span(slot), call->key);
    put_former(desk, &row, &payment, &paid, call);
    call->charge = business_is_charge(row.paid_for);
    put_text(call->mandate_buyer, sizeof call->mandate_buyer, row.mandate_buyer);
    put_text(call->mandate_method, sizeof call->mandate_method, row.mandate_method);
    return true;
}

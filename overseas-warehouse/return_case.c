/* The return at hand: all that a decision about it reads, its facts, and the one way to move it. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/policy/policy.h"
#include "overseas-warehouse/recharge.h"
#include "proto/bugs.h"
#include "proto/money.h"

bool return_is_live(uint64_t state)
{
    return state == RETURN_REQUESTED || state == RETURN_APPROVED || state == RETURN_DISPUTED ||
           state == RETURN_ESCALATED;
}

uint64_t return_line_used(uint64_t state, const struct return_line_row *line)
{
    if (return_is_live(state)) return line->quantity;
    uint64_t served = line->served - line->late;
    return line->taken > served ? line->taken : served;
}

bool case_open(const struct desk *desk, const struct id *return_id, struct moment *moment,
               struct decision *decision, struct case_file *file)
{
    memset(file, 0, sizeof *file);
    file->desk = desk;
    file->moment = moment;
    file->decision = decision;
    file->return_id = *return_id;
    if (!return_load(&desk->rows, return_id, &file->row)) return false;
    if (!order_load(&desk->rows, &file->row.order, &file->order)) return false;
    if (!merchant_load(&desk->rows, &file->row.merchant, &file->merchant)) return false;
    for (uint32_t i = 0; i < file->order.lines_count; i++)
        if (!return_line_load(&desk->rows, return_id, i, &file->lines[i]))
            file->lines[i] = (struct return_line_row){0};
    return true;
}

/* --- facts ------------------------------------------------------------------------------------ */

/* Where a policy looked at the request, what it said then holds; the merchant's figures elsewhere.
 */
static bool is_eligible(const struct case_file *file)
{
    const struct return_row *row = &file->row;
    if (row->policy_version != 0) return policy_says_eligible(row->checks, row->checks_count);
    uint64_t window_ms = file->merchant.window_days * DAY_MS;
    return window_ms == 0 || file->row.requested_ms <= file->order.sold_ms + window_ms;
}

static bool is_small(const struct case_file *file)
{
    const struct return_row *row = &file->row;
    int64_t sum = 0;
    if (row->policy_version != 0) return policy_says_small(row->checks, row->checks_count);
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        int64_t worth;
        if (money_multiply(file->order.lines[i].price_minor, file->lines[i].quantity, &worth) !=
                OK ||
            money_add(sum, worth, &sum) != OK)
            return false;
    }
    return sum <= file->merchant.auto_approve_minor;
}

/* Money for nothing that comes back is a person's to give, unless policy said so. Trouble with the
 * order counts whenever it comes. */
static bool is_flagged(const struct case_file *file)
{
    const struct return_row *row = &file->row;
    if (file->order.flagged != 0 || (row->keep != 0 && row->returnless == 0)) return true;
    return row->policy_version != 0 && policy_says_flagged(row->checks, row->checks_count);
}

/* Could the return be live and still fit what was sold? A live one already occupies its place. */
static bool has_room(const struct case_file *file)
{
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct order_row_line *sold = &file->order.lines[i];
        uint64_t mine = return_line_used(file->row.state, &file->lines[i]);
        if (BUG(room_ignored)) continue;
        if (sold->used - mine + file->lines[i].quantity > sold->quantity) return false;
    }
    return true;
}

static bool has_rest(const struct case_file *file)
{
    for (uint32_t i = 0; i < file->order.lines_count; i++)
        if (file->lines[i].taken < file->lines[i].quantity) return true;
    return false;
}

/* Is there still time for the buyer to dispute what was decided, and who decides then? */
static uint32_t dispute_facts(const struct case_file *file)
{
    struct policy_hours hours;
    uint32_t facts = 0;
    case_hours(file, &hours);
    bool late =
        hours.dispute != 0 && file->moment->wall_ms > file->row.moved_ms + hours.dispute * HOUR_MS;
    if (!late) facts |= RETURN_IF(DISPUTABLE);
    if (hours.platform) facts |= RETURN_IF(PLATFORM);
    return facts;
}

uint32_t case_facts(const struct case_file *file)
{
    const struct return_row *row = &file->row;
    uint32_t facts = owed_facts(file) | dispute_facts(file);
    bool room = has_room(file);
    if (is_eligible(file)) facts |= RETURN_IF(ELIGIBLE);
    if (is_small(file)) facts |= RETURN_IF(SMALL);
    if (is_flagged(file)) facts |= RETURN_IF(FLAGGED);
    if (row->due_ms != 0 && row->due_ms <= file->moment->wall_ms) facts |= RETURN_IF(OVERDUE);
    if (deadline_is_heard(file)) facts |= RETURN_IF(HEARD);
    if (row->arrived != 0) facts |= RETURN_IF(ARRIVED);
    if (row->boxes != 0) facts |= RETURN_IF(GOODS_HERE);
    if (room) facts |= RETURN_IF(ROOM);
    if (room && row->approved_ms != 0 && has_rest(file)) facts |= RETURN_IF(REOPENS);
    if (row->due_verb == DO_RECHARGE && recharge_has_news(file)) facts |= RETURN_IF(NEWS);
    return facts;
}

/* --- moving it -------------------------------------------------------------------------------- */

static void due_of_request(const struct case_file *file, uint32_t facts, struct return_moved *moved)
{
    bool grants = (facts & RETURN_IF(ELIGIBLE)) != 0 && (facts & RETURN_IF(FLAGGED)) == 0;
    moved->due_ms = case_due(file, DEADLINE_RESPOND);
    moved->due_verb = grants ? DO_APPROVE : DO_EXPIRE;
}

/* Of an answer that was given: what is to happen, and how long may it take? */
static void due_of_approval(const struct case_file *file, bool claims, struct return_moved *moved)
{
    uint64_t now = file->moment->wall_ms;
    bool awaits = file->row.keep == 0 && moved->keep == 0 && file->row.boxes == 0 && !claims;
    bool in_kind = return_is_in_kind(&file->row) && moved->verb != DO_REFUND_INSTEAD;
    moved->due_ms = awaits ? case_due(file, DEADLINE_SEND) : now + CLOSE_DAYS * DAY_MS;
    moved->due_verb = awaits ? DO_EXPIRE : in_kind ? DO_REFUND_INSTEAD : DO_CLOSE;
}

static void due_of_dispute(const struct case_file *file, uint64_t to, struct return_moved *moved)
{
    struct policy_hours hours;
    case_hours(file, &hours);
    bool asked = to == RETURN_DISPUTED;
    moved->due_ms =
        asked ? case_due(file, DEADLINE_DECIDE) : file->moment->wall_ms + ARBITRATE_DAYS * DAY_MS;
    moved->due_verb = asked && hours.platform ? DO_ESCALATE : DO_EXPIRE;
}

/* When silence acts next: it is part of the decision, and stands in its entry (DESIGN §6). */
static void set_due(const struct case_file *file, const struct rule *rule, uint32_t facts,
                    struct return_moved *moved)
{
    uint64_t now = file->moment->wall_ms;
    bool claims = (rule->effects & RETURN_DOES(CLAIM)) != 0;
    if (!return_is_live(rule->to)) {
        recharge_due(file, rule, moved);
        return;
    }
    moved->due_ms = file->row.due_ms;
    moved->due_verb = file->row.due_verb;
    if (BUG(deadline_kept) && rule->actor == BY_CLOCK) return;
    if (rule->verb == DO_REQUEST) {
        due_of_request(file, facts, moved);
    } else if (rule->to != rule->from && rule->to != RETURN_APPROVED) {
        due_of_dispute(file, rule->to, moved);
    } else if (rule->to == RETURN_APPROVED &&
               (claims || rule->from != rule->to || rule->verb == DO_REFUND_INSTEAD)) {
        due_of_approval(file, claims, moved);
    } else if (rule->to == RETURN_APPROVED && rule->verb == DO_NOTE_ARRIVAL &&
               file->row.boxes == 0 && moved->due_ms < now + LOOK_DAYS * DAY_MS) {
        moved->due_ms = now + LOOK_DAYS * DAY_MS;
    }
}

static void note_in_file(struct case_file *file, const struct return_moved *moved)
{
    struct return_row *row = &file->row;
    if (moved->to == RETURN_APPROVED && row->state != RETURN_APPROVED)
        row->approved_ms = moved->at_ms;
    row->state = moved->to;
    row->version++;
    row->due_ms = moved->due_ms;
    row->due_verb = moved->due_verb;
    row->moved_ms = moved->at_ms;
    if (moved->keep != 0) row->keep = 1;
    if (moved->verb == DO_REFUND_INSTEAD) row->outcome = OUTCOME_REFUND;
    if (moved->verb == DO_NOTE_ARRIVAL) row->arrived = 1;
}

const struct rule *case_move(struct case_file *file, enum actor_kind actor, enum verb verb,
                             uint32_t facts, const struct actor *by, struct return_moved *moved)
{
    moved->verb = verb;
    facts |= case_facts(file);
    const struct rule *rule =
        decision_judge(file->decision, TABLE_RETURN, file->row.state, actor, verb, facts);
    if (rule == NULL || (rule->effects & RETURN_DOES(QUEUE)) != 0) return rule;
    moved->return_id = file->return_id;
    moved->verb = verb;
    moved->to = rule->to;
    moved->by = *by;
    moved->at_ms = file->moment->wall_ms;
    moved->rule = rule_number(TABLE_RETURN, rule);
    moved->contest = (rule->effects & RETURN_DOES(CONTEST)) != 0;
    set_due(file, rule, facts, moved);
    deadline_set(file, rule, moved);
    decision_add(file->decision, EVENT_RETURN_MOVED, &file->return_id, moved);
    file->decision->entity = file->return_id;
    note_in_file(file, moved);
    return rule;
}

/* Units: what the warehouse that holds one does with it, and the owner's leave for what cannot be
 * undone. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/repair/repair.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/bugs.h"
#include "proto/line.h"

/* --- acting ----------------------------------------------------------------------------------- */

bool disposition_is_irrevocable(uint64_t disposition)
{
    return disposition == DISPOSE_RESELL || disposition == DISPOSE_LIQUIDATE ||
           disposition == DISPOSE_DONATE || disposition == DISPOSE_RECYCLE ||
           disposition == DISPOSE_DESTROY || disposition == DISPOSE_VENDOR ||
           disposition == DISPOSE_ORIGIN || disposition == DISPOSE_PLATFORM;
}

/* Work to be done on it, or nothing yet: the unit is still here and something else comes of it.
 * Were it settled so, it would be gone from the floor without being anywhere. */
bool disposition_is_interim(uint64_t disposition)
{
    return disposition == DISPOSE_HOLD || disposition == DISPOSE_REPAIR ||
           disposition == DISPOSE_REFURBISH || disposition == DISPOSE_RELABEL;
}

/* The hub may stand in another country, so what goes there counts as if it did. */
bool disposition_stays_here(uint64_t disposition)
{
    return disposition != DISPOSE_VENDOR && disposition != DISPOSE_ORIGIN &&
           disposition != DISPOSE_HUB;
}

struct act {
    const struct desk *desk;
    const struct command *command;
    struct moment *moment;
    struct decision *decision;
    enum verb verb;
    struct id unit;
    struct unit_now now;
    struct appraisal appraisal;     /* on dispose */
    struct checklist_set checklist; /* on inspect; version 0: nothing is asked */
    uint64_t grade;                 /* on grade, by whatever name it was given */
};

static enum verb verb_of(enum command_kind kind)
{
    switch ((int)kind) {
    case COMMAND_UNIT_INSPECT: return DO_INSPECT;
    case COMMAND_UNIT_GRADE: return DO_GRADE;
    case COMMAND_UNIT_DISPOSE: return DO_DISPOSE;
    case COMMAND_UNIT_SETTLE: return DO_SETTLE;
    case COMMAND_UNIT_SHIP: return DO_SHIP;
    default: return DO_RECEIVE;
    }
}

/* Only the book that owns the unit can release it; what nobody owns, time does. */
static bool is_released(const struct act *act, uint64_t disposition)
{
    struct unit_owner owner;
    struct released_row released;
    if (BUG(destroyed_without_leave)) return true;
    if (unit_is_abandoned(act->desk, &act->unit)) return true;
    return unit_owner(&act->desk->rows, &act->unit, &owner) &&
           released_load(&act->desk->rows, &act->unit, &owner.book, &released) &&
           released.disposition == disposition;
}

static bool is_routed(const struct act *act)
{
    const struct id *to = &act->command->body->unit_act.to;
    struct key key = key_of(to);
    return !id_equal(to, &act->desk->warehouse) && rows_has(&act->desk->rows, VIEW_WAREHOUSE, &key);
}

/* The log that wrote the unit's fields is no more: a lost store was succeeded by this one. */
static bool is_inherited(const struct act *act)
{
    return log_is_lost(&act->desk->rows, &act->now.log);
}

bool actor_is_same(const struct actor *a, const struct actor *b)
{
    return a->kind == b->kind && id_equal(&a->token, &b->token);
}

/* Of anything but destroying both hold. */
static uint32_t safe_facts(const struct act *act, uint64_t disposition)
{
    const struct actor *chosen_by = &act->now.row.chosen_by;
    bool destroys = disposition == DISPOSE_DESTROY;
    bool noticed = destroys && lock_stands(act->desk, &act->unit, act->moment->wall_ms);
    bool alone = destroys && actor_is_same(&act->command->by, chosen_by);
    return (noticed ? 0 : UNIT_IF(UNNOTICED)) |
           (alone && !BUG(destroyed_alone) ? 0 : UNIT_IF(SECOND));
}

static uint32_t disposition_facts(const struct act *act, uint64_t disposition)
{
    uint32_t facts = safe_facts(act, disposition);
    bool unsellable = act->now.row.grade == GRADE_UNSELLABLE && !BUG(unsellable_restocked);
    if (disposition != 0 && !(disposition == DISPOSE_RESTOCK && unsellable)) facts |= UNIT_IF(FITS);
    if (disposition_is_irrevocable(disposition)) facts |= UNIT_IF(IRREVOCABLE);
    if (is_released(act, disposition)) facts |= UNIT_IF(RELEASED);
    if (disposition_is_interim(disposition) && !BUG(repair_settled)) facts |= UNIT_IF(HOLDING);
    if (disposition == DISPOSE_RESTOCK) facts |= UNIT_IF(RESTOCKING);
    return facts;
}

/* The cost table's word is followed, or somebody says why not. */
static bool is_justified(const struct act *act)
{
    uint64_t proposed = worth_best(&act->appraisal.proposal);
    const struct unit_act *body = &act->command->body->unit_act;
    return proposed == 0 || proposed == body->disposition || body->reason.size > 0;
}

/* What is destroyed or recycled goes to nobody, so no hold keeps it. */
static bool is_barred(const struct act *act)
{
    uint64_t disposition = act->now.row.disposition;
    bool ends = act->verb == DO_SETTLE &&
                (disposition == DISPOSE_DESTROY || disposition == DISPOSE_RECYCLE);
    if (act->verb == DO_SHIP) return unit_holds_here(act->desk, &act->unit) != 0;
    return !ends && unit_holds(act->desk, &act->unit) != 0;
}

static bool second_stands(const struct act *act)
{
    struct second_row row;
    return !BUG(second_ignored) && second_differs(&act->desk->rows, &act->unit, &row);
}

static uint32_t act_facts(const struct act *act)
{
    const struct id *here = &act->desk->warehouse;
    const struct unit_row *row = &act->now.row;
    uint32_t facts = 0;
    if (id_equal(&row->warehouse, here)) facts |= UNIT_IF(HELD_HERE);
    if (id_equal(&row->to, here) || BUG(taken_from_anywhere)) facts |= UNIT_IF(DESTINED_HERE);
    if (is_inherited(act)) facts |= UNIT_IF(INHERITED);
    if (act->verb == DO_RECEIVE) return facts;
    const struct unit_act *body = &act->command->body->unit_act;
    if (!is_barred(act)) facts |= UNIT_IF(UNHELD);
    if (act->verb == DO_SHIP && is_routed(act)) facts |= UNIT_IF(ROUTED);
    if (!second_stands(act)) facts |= UNIT_IF(AGREED);
    if (act->verb == DO_GRADE && act->grade != 0) facts |= UNIT_IF(GRADE_GIVEN);
    if (act->verb == DO_DISPOSE && is_justified(act)) facts |= UNIT_IF(JUSTIFIED);
    return facts |
           disposition_facts(act, act->verb == DO_DISPOSE ? body->disposition : row->disposition);
}

/* A unit belongs to a merchant from its assignment on, or since it came by a removal order; before,
 * a merchant's token does not see it. */
bool unit_is_covered(const struct desk *desk, const struct command *command, const struct id *unit)
{
    struct unit_owner owner;
    if (id_is_zero(&command->merchant)) return true;
    return unit_owner(&desk->rows, unit, &owner) && id_equal(&owner.merchant, &command->merchant);
}

/* The numbers stay with the choice, whatever becomes of the table. */
static void fill_choice(const struct act *act, struct unit_moved *moved)
{
    const struct appraisal *appraisal = &act->appraisal;
    moved->disposition = act->command->body->unit_act.disposition;
    if (appraisal->proposal.count == 0) return;
    moved->table_version = appraisal->version;
    moved->proposed = worth_best(&appraisal->proposal);
    moved->worths_count = appraisal->proposal.count;
    memcpy(moved->worths, appraisal->proposal.at, sizeof moved->worths);
}

/* Who answers for it the inspector says, or else what was found beside it. */
static void fill_grade(const struct act *act, struct unit_moved *moved)
{
    const struct unit_act *body = &act->command->body->unit_act;
    moved->grade = act->grade;
    moved->liability = body->liability;
    if (body->liability == 0)
        moved->liability = finding_liability(body->findings, body->findings_count);
    moved->sku = body->sku;
    moved->second_due = second_is_due(act->desk, &act->unit);
    moved->resolves = second_resolves(act->desk, &act->unit, &act->command->by, act->grade);
}

static void fill_inspection(const struct act *act, struct unit_moved *moved)
{
    const struct unit_act *body = &act->command->body->unit_act;
    if (act->checklist.version == 0) return;
    moved->checklist = act->checklist.sku;
    moved->checklist_version = act->checklist.version;
    moved->answers_count = body->answers_count;
    memcpy(moved->answers, body->answers, body->answers_count * sizeof moved->answers[0]);
}

static void fill_act(const struct act *act, struct unit_moved *moved)
{
    const struct unit_act *body = &act->command->body->unit_act;
    moved->reason = body->reason;
    if (act->verb == DO_GRADE) fill_grade(act, moved);
    if (act->verb == DO_INSPECT) fill_inspection(act, moved);
    if (act->verb == DO_DISPOSE) fill_choice(act, moved);
    if (act->verb == DO_SETTLE) moved->cycle = act->now.row.cycle;
    if (act->verb == DO_SETTLE) moved->chosen_by = act->now.row.chosen_by;
    if (act->verb == DO_SHIP) moved->warehouse = body->to;
}

/* Custody begins anew at the next hop: what the goods are goes along. Their condition does so only
 * with the very same goods in the very same place. */
static void fill_take(const struct act *act, uint64_t to, struct unit_moved *moved)
{
    const struct unit_row *row = &act->now.row;
    moved->hop = act->now.hop + 1;
    moved->warehouse = act->desk->warehouse;
    moved->box = row->box;
    moved->sku = row->sku;
    if (BUG(goods_forgotten)) moved->sku = (struct span){0};
    moved->serial = row->serial;
    moved->cycle = row->cycle;
    if (to != row->state) return;
    moved->grade = row->grade;
    moved->liability = row->liability;
    moved->disposition = row->disposition;
    moved->chosen_by = row->chosen_by;
}

/* Judges one step and adds its entry; NULL: refused. */
static const struct rule *move_unit(const struct act *act, const struct actor *by, enum verb verb,
                                    uint32_t facts)
{
    const struct rule *rule = decision_judge(act->decision, TABLE_UNIT, act->now.row.state,
                                             (enum actor_kind)by->kind, verb, facts);
    if (rule == NULL) return NULL;
    struct unit_moved moved = {.unit = act->unit,
                               .hop = act->now.hop,
                               .verb = verb,
                               .to = rule->to,
                               .by = *by,
                               .at_ms = act->moment->wall_ms,
                               .rule = rule_number(TABLE_UNIT, rule)};
    if (verb == DO_RECEIVE)
        fill_take(act, rule->to, &moved);
    else
        fill_act(act, &moved);
    decision_add(act->decision, EVENT_UNIT_MOVED, &act->unit, &moved);
    if (verb == DO_RECEIVE) decision_dep(act->decision, &act->now.log, act->now.row.idx);
    return rule;
}

/* Each hop has one writer: what a lost store began is adopted before it is gone on with. */
static void move_held(struct act *act)
{
    uint32_t facts = act_facts(act);
    struct actor policy = actor_self(act->desk, BY_POLICY);
    struct verdict adopts =
        rule_judge(&unit_table, act->now.row.state, BY_POLICY, DO_RECEIVE, facts);
    if (adopts.rule != NULL) {
        move_unit(act, &policy, DO_RECEIVE, facts);
        act->now.hop++;
    }
    move_unit(act, &act->command->by, act->verb, facts);
}

/* Goods that turn up where nobody sent them: the plate may lie, so they are a unit of their own,
 * and a person looks at the two. The entry's subject is the unit that the plate names. */
static void take_stranger(const struct act *act)
{
    enum actor_kind actor = (enum actor_kind)act->command->by.kind;
    const struct rule *rule =
        decision_judge(act->decision, TABLE_UNIT, UNIT_NONE, actor, DO_RECEIVE, 0);
    if (rule == NULL) return;
    struct unit_moved moved = {.unit = mint(act->desk, act->moment),
                               .hop = 1,
                               .verb = DO_RECEIVE,
                               .to = rule->to,
                               .by = act->command->by,
                               .at_ms = act->moment->wall_ms,
                               .warehouse = act->desk->warehouse,
                               .sku = act->now.row.sku,
                               .serial = act->now.row.serial,
                               .cycle = 1,
                               .rule = rule_number(TABLE_UNIT, rule)};
    act->decision->entity = moved.unit;
    decision_add(act->decision, EVENT_UNIT_MOVED, &act->unit, &moved);
    decision_dep(act->decision, &act->now.log, act->now.row.idx);
}

void unit_step(const struct desk *desk, const struct command *command, enum verb verb,
               const struct unit_act *how, struct moment *moment, struct decision *decision)
{
    union command_body body = {.unit_act = *how};
    struct command along = *command;
    along.body = &body;
    struct act act = {.desk = desk, .command = &along, .moment = moment, .decision = decision};
    act.verb = verb;
    act.unit = how->unit;
    act.grade = how->grade;
    if (unit_load(&desk->rows, &act.unit, &act.now)) move_held(&act);
}

const char *unit_is_bound(const struct rows *rows, const struct id *unit)
{
    if (batch_keeps(rows, unit)) return "unit: its_batch_is_closed";
    return repair_keeps(rows, unit) && !BUG(bench_left) ? "unit: its_repair_is_open" : NULL;
}

static const char *bound_by(const struct act *act)
{
    if (act->verb == DO_SETTLE || act->verb == DO_RECEIVE) return NULL;
    return unit_is_bound(&act->desk->rows, &act->unit);
}

/* What the inspector says beside the step itself. false: refused. */
static bool says_what_it_may(struct act *act)
{
    const struct unit_act *body = &act->command->body->unit_act;
    struct decision *decision = act->decision;
    bool looks = act->verb == DO_INSPECT, grades = act->verb == DO_GRADE;
    if (act->verb == DO_RECEIVE) return true;
    if (!looks && body->answers_count > 0) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "answers: of an inspection");
        return false;
    }
    if (!looks && !grades && body->findings_count > 0) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "findings: of an inspection or a grade");
        return false;
    }
    if (!grades && body->graded_as.size > 0) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "graded_as: of a grade");
        return false;
    }
    if (!findings_are_sound(body->findings, body->findings_count, decision)) return false;
    if (grades)
        return grade_given(&act->desk->rows, &act->unit, body->grade, body->graded_as, &act->grade,
                           decision);
    if (!looks) return true;
    bool asked = checklist_of_unit(act->desk, &act->unit, act->now.row.sku, &act->checklist);
    if (!asked) act->checklist.version = 0;
    return answers_are_sound(asked ? &act->checklist : NULL, body->answers, body->answers_count,
                             decision);
}

/* 换标: what was to bear another label bears it when it is looked at again. NULL: it may. */
static const char *label_refusal(const struct act *act)
{
    struct span sku = act->command->body->unit_act.sku;
    const struct rows *rows = &act->desk->rows;
    struct unit_owner owner;
    struct id id;
    if (sku.size == 0) return NULL;
    bool meant = act->verb == DO_GRADE && act->now.row.state == UNIT_DISPOSED &&
                 act->now.row.disposition == DISPOSE_RELABEL;
    if (!meant) return "sku: of what is graded after it was to be relabelled";
    bool known = unit_owner(rows, &act->unit, &owner) &&
                 sku_find(rows, act->desk->crypto, &owner.merchant, sku, &id);
    return known ? NULL : "sku: one of the merchant's";
}

/* It goes where its plate goes: on to another warehouse, or (to: NULL) it is taken from there. */
void unit_go_along(const struct desk *desk, const struct command *command, const struct id *unit,
                   const struct id *to, struct moment *moment, struct decision *decision)
{
    struct unit_act how = {.unit = *unit, .to = to == NULL ? (struct id){{0}} : *to};
    struct act act = {.desk = desk, .verb = to == NULL ? DO_RECEIVE : DO_SHIP, .unit = *unit};
    const char *rule = bound_by(&act);
    if (rule != NULL)
        decision_refuse(decision, ERROR_CONFLICT, rule);
    else
        unit_step(desk, command, act.verb, &how, moment, decision);
}

static bool is_stranger(const struct act *act)
{
    uint32_t facts = act_facts(act);
    return act->verb == DO_RECEIVE && (facts & (UNIT_IF(HELD_HERE) | UNIT_IF(DESTINED_HERE))) == 0;
}

/* Would the goods be gone with it, and with them what a merchant in arrears can be made to pay by?
 */
static bool act_leaves(const struct act *act)
{
    if (act->verb == DO_SHIP) return true;
    return act->verb == DO_SETTLE && act->now.row.state == UNIT_DISPOSED &&
           disposition_leaves(act->now.row.disposition);
}

/* Judged as it would stand here, adopted first where its log was lost. */
enum error unit_step_refusal(const struct desk *desk, const struct command *command, enum verb verb,
                             const struct id *unit, uint64_t at_ms, char rule[RULE_BYTES_MAX])
{
    union command_body body = {.unit_act = {.unit = *unit}};
    struct moment moment = {.wall_ms = at_ms};
    struct command along = *command;
    along.body = &body;
    struct act act = {.desk = desk, .command = &along, .moment = &moment, .verb = verb};
    struct line line = line_over(rule, RULE_BYTES_MAX);
    act.unit = *unit;
    line_text(&line, "not known");
    if (!unit_load(&desk->rows, unit, &act.now)) return ERROR_NOT_FOUND;
    line = line_over(rule, RULE_BYTES_MAX);
    line_text(&line, "arrears_hold_outbound");
    if (act_leaves(&act) && billing_holds(desk, unit, at_ms)) return ERROR_FACT_BARS;
    enum actor_kind actor = (enum actor_kind)command->by.kind;
    struct verdict verdict =
        rule_judge(&unit_table, act.now.row.state, actor, verb, act_facts(&act));
    if (verdict.rule != NULL) return OK;
    verdict_print(&unit_table, &verdict, act.now.row.state, actor, verb, rule, RULE_BYTES_MAX);
    return verdict.error;
}

void unit_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    struct act act = {.desk = desk, .command = command, .moment = moment, .decision = decision};
    act.verb = verb_of(command->kind);
    act.unit =
        act.verb == DO_RECEIVE ? command->body->unit_take.unit : command->body->unit_act.unit;
    decision->entity = act.unit;
    if (!unit_load(&desk->rows, &act.unit, &act.now) ||
        !unit_is_covered(desk, command, &act.unit)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "unit");
        return;
    }
    if (!command_matches(command, act.now.row.version, decision)) return;
    /* What was sent here may have been taken already, by the store that is lost. */
    bool sent = act.verb == DO_RECEIVE && act.now.row.state == UNIT_SHIPPED &&
                id_equal(&act.now.row.to, &desk->warehouse);
    if (desk->awaits && (sent || is_inherited(&act))) {
        decision_refuse(decision, ERROR_CONFLICT,
                        "unit: not all that its lost store wrote is here yet");
        return;
    }
    const char *bound = bound_by(&act);
    if (bound != NULL) {
        decision_refuse(decision, ERROR_CONFLICT, bound);
        return;
    }
    const char *label = act.verb == DO_RECEIVE ? NULL : label_refusal(&act);
    if (label != NULL) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, label);
        return;
    }
    if (!says_what_it_may(&act)) return;
    if (act.verb == DO_DISPOSE)
        (void)worth_appraise(desk, &act.unit, moment->wall_ms, &act.appraisal);
    if (act_leaves(&act) && billing_holds(desk, &act.unit, moment->wall_ms)) {
        decision_refuse(decision, ERROR_FACT_BARS, "unit: arrears_hold_outbound");
        return;
    }
    if (BUG(double_restock) && act.verb == DO_SETTLE && act.now.row.state == UNIT_SETTLED)
        act.now.row.state = UNIT_DISPOSED;
    if (is_stranger(&act))
        take_stranger(&act);
    else
        move_held(&act);
    if (act.verb != DO_RECEIVE)
        findings_add(command, &act.unit, command->body->unit_act.findings,
                     command->body->unit_act.findings_count, moment, decision);
}

/* --- releasing: the owner's leave, an entry of the book --------------------------------------- */

void release_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct unit_release *body = &command->body->unit_release;
    struct unit_owner owner;
    decision->entity = body->unit;
    if (!command_covers(command, &body->merchant, decision)) return;
    if (!unit_owner(&desk->rows, &body->unit, &owner) ||
        !id_equal(&owner.merchant, &body->merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "unit: not of a return of this merchant");
        return;
    }
    struct released released = {.unit = body->unit,
                                .disposition = body->disposition,
                                .by = command->by,
                                .reason = body->reason,
                                .at_ms = moment->wall_ms};
    decision_add(decision, EVENT_RELEASED, &body->unit, &released);
    decision_dep(decision, &owner.log, owner.idx);
}

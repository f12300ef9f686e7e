/* Deciding about repair orders, by the warehouse that holds the unit; and consent, by the
 * merchant's book. */
#include "overseas-warehouse/repair/repair.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/bugs.h"

#define DAYS_DEFAULT 14u

struct job {
    const struct desk *desk;
    const struct command *command;
    struct moment *moment;
    struct decision *decision;
    struct id repair;
    struct repair_now now;
};

static bool refuse(const struct job *job, enum error error, const char *rule)
{
    decision_refuse(job->decision, error, rule);
    return false;
}

static bool find(struct job *job, const struct id *repair)
{
    job->repair = *repair;
    job->decision->entity = *repair;
    if (!repair_load(&job->desk->rows, repair, &job->now))
        return refuse(job, ERROR_NOT_FOUND, "repair");
    if (!command_matches(job->command, job->now.row.version, job->decision)) return false;
    if (!id_equal(&job->now.row.warehouse, &job->desk->warehouse))
        return refuse(job, ERROR_HELD_ELSEWHERE, "repair");
    if (log_is_lost(&job->desk->rows, &job->now.log))
        return refuse(job, ERROR_CONFLICT, "repair: of a store that was lost; open another");
    return job->now.row.state == REPAIR_IS_OPEN ||
           refuse(job, ERROR_CONFLICT, "repair: it_is_open");
}

static struct repair_moved entry(const struct job *job, enum repair_act act)
{
    return (struct repair_moved){
        .repair = job->repair, .act = act, .by = job->command->by, .at_ms = job->moment->wall_ms};
}

/* --- opening ---------------------------------------------------------------------------------- */

static bool may_begin(const struct job *job, const struct unit_now *unit)
{
    const struct rows *rows = &job->desk->rows;
    const struct id *id = &job->command->body->repair_begin.unit;
    uint64_t disposition = unit->row.disposition;
    if (!id_equal(&unit->row.warehouse, &job->desk->warehouse))
        return refuse(job, ERROR_HELD_ELSEWHERE, "unit");
    if (log_is_lost(rows, &unit->log))
        return refuse(job, ERROR_CONFLICT, "unit: its lost store's entries are not adopted");
    bool wanted = disposition == DISPOSE_REPAIR || disposition == DISPOSE_REFURBISH;
    if (unit->row.state != UNIT_DISPOSED || !wanted)
        return refuse(job, ERROR_CONFLICT, "unit: disposed_to_be_repaired");
    return !repair_keeps(rows, id) || refuse(job, ERROR_CONFLICT, "unit: in_one_open_repair");
}

static void begin(struct job *job)
{
    const struct repair_begin *wish = &job->command->body->repair_begin;
    struct unit_now unit;
    struct unit_owner owner;
    job->decision->entity = wish->unit;
    if (!unit_load(&job->desk->rows, &wish->unit, &unit)) {
        refuse(job, ERROR_NOT_FOUND, "unit");
        return;
    }
    if (!may_begin(job, &unit)) return;
    if (!unit_owner(&job->desk->rows, &wish->unit, &owner)) {
        refuse(job, ERROR_CONFLICT, "unit: its_merchant_is_known");
        return;
    }
    job->repair = mint_of(job->desk, job->moment, &job->desk->node);
    job->decision->entity = job->repair;
    struct repair_moved moved = entry(job, REPAIR_OPEN);
    moved.unit = wish->unit;
    moved.hop = unit.hop;
    moved.merchant = owner.merchant;
    moved.warehouse = job->desk->warehouse;
    moved.partner = wish->partner;
    moved.fault = wish->fault;
    moved.currency = wish->currency;
    moved.due_ms = moved.at_ms + (wish->days != 0 ? wish->days : DAYS_DEFAULT) * DAY_MS;
    moved.estimate_minor = wish->estimate_minor;
    decision_add(job->decision, EVENT_REPAIR_MOVED, &moved.repair, &moved);
}

/* --- what it costs ---------------------------------------------------------------------------- */

static uint64_t cost_of(const struct repair_part *parts, uint32_t count)
{
    uint64_t cost = 0;
    for (uint32_t i = 0; i < count; i++) cost += parts[i].cost_minor;
    return cost;
}

/* Nothing is spent on a unit beyond what its merchant said; what costs nothing takes no word. */
static bool is_consented(const struct job *job, uint64_t more, const char *rule)
{
    if (more == 0 || BUG(repair_unconsented)) return true;
    return job->now.row.cost_minor + more <= repair_limit(job->desk, &job->repair, &job->now.row) ||
           refuse(job, ERROR_FACT_MISSING, rule);
}

static void work(struct job *job)
{
    const struct repair_step *wish = &job->command->body->repair_step;
    if (!find(job, &wish->repair)) return;
    if (wish->parts_count == 0 && wish->estimate_minor == 0) {
        refuse(job, ERROR_MISSING_FIELD, "parts: or an estimate");
        return;
    }
    if (job->now.row.parts_count + wish->parts_count > REPAIR_PARTS_MAX) {
        refuse(job, ERROR_TOO_LARGE, "parts: 16 in a repair");
        return;
    }
    uint64_t cost = cost_of(wish->parts, wish->parts_count);
    if (!is_consented(job, cost, "parts: the_merchant_consents")) return;
    struct repair_moved moved = entry(job, REPAIR_WORK);
    moved.parts_count = wish->parts_count;
    memcpy(moved.parts, wish->parts, sizeof moved.parts);
    moved.estimate_minor = wish->estimate_minor;
    moved.note = wish->note;
    decision_add(job->decision, EVENT_REPAIR_MOVED, &moved.repair, &moved);
}

/* --- ending ----------------------------------------------------------------------------------- */

static bool makes_sense(const struct job *job)
{
    const struct repair_finish *wish = &job->command->body->repair_finish;
    if (wish->outcome != REPAIR_REPAIRED && wish->warranty_months != 0)
        return refuse(job, ERROR_OUT_OF_RANGE, "warranty_months: of what was repaired");
    return is_consented(job, wish->labour_minor, "labour_minor: the_merchant_consents");
}

static void end(struct job *job)
{
    const struct repair_finish *wish = &job->command->body->repair_finish;
    struct unit_now unit;
    if (!find(job, &wish->repair) || !makes_sense(job)) return;
    struct id of = job->now.row.unit;
    struct repair_moved moved = entry(job, REPAIR_END);
    moved.outcome = wish->outcome;
    moved.labour_minor = wish->labour_minor;
    moved.warranty_months = wish->warranty_months;
    moved.note = wish->note;
    uint64_t hop = job->now.row.hop;
    decision_add(job->decision, EVENT_REPAIR_MOVED, &moved.repair, &moved);
    /* Should it be elsewhere by now, the order ends and the unit stays as it is. */
    if (!unit_load(&job->desk->rows, &of, &unit) || unit.hop != hop) return;
    struct unit_act how = {
        .unit = of, .grade = wish->grade, .liability = wish->liability, .reason = wish->note};
    unit_step(job->desk, job->command, DO_GRADE, &how, job->moment, job->decision);
}

void repair_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    struct job job = {.desk = desk, .command = command, .moment = moment, .decision = decision};
    /* A bench works for all merchants: who is bound to one says what it may cost, and no more. */
    if (!id_is_zero(&command->merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "repair");
        return;
    }
    switch ((int)command->kind) {
    case COMMAND_REPAIR_OPEN: begin(&job); return;
    case COMMAND_REPAIR_WORK: work(&job); return;
    default: end(&job); return;
    }
}

/* --- consent ---------------------------------------------------------------------------------- */

void repair_consent_decide(const struct desk *desk, const struct command *command,
                           struct moment *moment, struct decision *decision)
{
    const struct repair_consent *wish = &command->body->repair_consent;
    struct merchant merchant;
    struct repair_now now;
    bool one = !id_is_zero(&wish->repair);
    decision->entity = one ? wish->repair : wish->merchant;
    if (!command_covers(command, &wish->merchant, decision)) return;
    if (!merchant_load(&desk->rows, &wish->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    bool known = one && repair_load(&desk->rows, &wish->repair, &now) &&
                 id_equal(&now.row.merchant, &wish->merchant);
    if (one && !known) {
        decision_refuse(decision, ERROR_NOT_FOUND, "repair");
        return;
    }
    if (one && now.row.currency != wish->currency) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "currency: that of the repair");
        return;
    }
    struct repair_consented consented = {.by = command->by, .at_ms = moment->wall_ms};
    shape_copy(&repair_consented_shape, &consented, &repair_consent_shape, wish);
    decision_add(decision, EVENT_REPAIR_CONSENTED, &decision->entity, &consented);
}

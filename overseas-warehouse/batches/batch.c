/* Deciding about batches: opened, filled, closed once, and the money that came of one. The
 * warehouse where the units stand decides; they leave the floor by their own table, each under the
 * rules of every unit. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"
#include "proto/line.h"
#include "proto/money.h"

#define SETTLES_A_TURN 16u /* each may be adopted first */

bool batch_takes(uint64_t disposition)
{
    return disposition == DISPOSE_LIQUIDATE || disposition == DISPOSE_RESELL ||
           disposition == DISPOSE_DONATE || disposition == DISPOSE_RECYCLE ||
           disposition == DISPOSE_DESTROY;
}

static bool refuse(const struct batch_step *step, enum error error, const char *rule)
{
    decision_refuse(step->decision, error, rule);
    return false;
}

/* --- what the steps share --------------------------------------------------------------------- */

static bool find(struct batch_step *step, const struct id *batch, uint64_t state, const char *rule)
{
    step->batch = *batch;
    step->decision->entity = *batch;
    if (!batch_load(&step->desk->rows, batch, &step->now))
        return refuse(step, ERROR_NOT_FOUND, "batch");
    if (!command_matches(step->command, step->now.row.version, step->decision)) return false;
    if (!id_equal(&step->now.row.warehouse, &step->desk->warehouse))
        return refuse(step, ERROR_HELD_ELSEWHERE, "batch");
    if (log_is_lost(&step->desk->rows, &step->now.log))
        return refuse(step, ERROR_CONFLICT, "batch: of a store that was lost; open another");
    return step->now.row.state == state || BUG(closed_batch_changed) ||
           refuse(step, ERROR_CONFLICT, rule);
}

static struct batch_moved entry(const struct batch_step *step, enum batch_act act)
{
    return (struct batch_moved){
        .batch = step->batch, .act = act, .by = step->command->by, .at_ms = step->moment->wall_ms};
}

static void add(const struct batch_step *step, const struct batch_moved *moved)
{
    decision_add(step->decision, EVENT_BATCH_MOVED, &moved->batch, moved);
}

/* --- opening, filling ------------------------------------------------------------------------- */

static void open_one(struct batch_step *step)
{
    const struct batch_open *wish = &step->command->body->batch_open;
    if (!batch_takes(wish->disposition)) {
        refuse(step, ERROR_OUT_OF_RANGE,
               "disposition: liquidate, resell, donate, recycle, destroy");
        return;
    }
    step->batch = mint_of(step->desk, step->moment, &step->desk->node);
    step->decision->entity = step->batch;
    struct batch_moved moved = entry(step, BATCH_OPEN);
    moved.warehouse = step->desk->warehouse;
    moved.disposition = wish->disposition;
    moved.counterparty = wish->counterparty;
    moved.currency = wish->currency;
    moved.split = wish->split != 0 ? wish->split : SPLIT_EQUALLY;
    moved.reference = wish->reference;
    add(step, &moved);
}

static void change(struct batch_step *step)
{
    const struct batch_change *wish = &step->command->body->batch_change;
    struct manifest manifest;
    bool adds = step->command->kind == COMMAND_BATCH_ADD;
    if (!find(step, &wish->batch, BATCH_IS_OPEN, "batch: it_is_open")) return;
    if (!manifest_gather(step, &manifest)) return;
    if (adds && step->now.row.units + manifest.count > BATCH_UNITS_MAX) {
        refuse(step, ERROR_TOO_LARGE, "units: 2000 in a batch");
        return;
    }
    for (uint32_t at = 0; at < manifest.count; at += BATCH_LINES_MAX) {
        struct batch_moved moved = entry(step, adds ? BATCH_ADD : BATCH_REMOVE);
        uint32_t left = manifest.count - at;
        moved.lines_count = left < BATCH_LINES_MAX ? left : BATCH_LINES_MAX;
        memcpy(moved.lines, manifest.at + at, moved.lines_count * sizeof moved.lines[0]);
        moved.reason = wish->reason;
        add(step, &moved);
    }
}

/* --- closing ---------------------------------------------------------------------------------- */

static bool refuse_unit(const struct batch_step *step, const struct id *unit, enum error error,
                        const char *rule)
{
    char text[RULE_BYTES_MAX], name[ID_TEXT_BYTES];
    struct line line = line_over(text, sizeof text);
    id_print(unit, name);
    line_text(&line, "unit ");
    line_text(&line, name);
    line_text(&line, ": ");
    line_text(&line, rule);
    return refuse(step, error, text);
}

/* It stands as it was put on, and who closes may settle it. */
static bool fits(const struct batch_step *step, const struct batch_line_row *line)
{
    char rule[RULE_BYTES_MAX];
    struct unit_now now;
    const struct id *unit = &line->unit;
    if (!unit_load(&step->desk->rows, unit, &now))
        return refuse_unit(step, unit, ERROR_NOT_FOUND, "not known");
    bool same = now.hop == line->hop && id_equal(&now.log, &step->now.log) &&
                now.row.grade == line->grade && span_equal(now.row.sku, line->sku);
    if (!same) return refuse_unit(step, unit, ERROR_CONFLICT, "changed_since_it_was_put_on");
    if (now.row.state != UNIT_DISPOSED || now.row.disposition != step->now.row.disposition)
        return refuse_unit(step, unit, ERROR_CONFLICT, "disposed_to_just_that");
    enum error error =
        unit_step_refusal(step->desk, step->command, DO_SETTLE, unit, step->moment->wall_ms, rule);
    return error == OK || refuse_unit(step, unit, error, rule);
}

static bool freeze(const struct batch_step *step, struct batch_moved *moved)
{
    struct walk walk = batch_lines(&step->batch, &step->now.log, NULL);
    struct batch_line_row line;
    while (batch_line_next(&step->desk->rows, &walk, &line)) {
        struct manifest_line plain = {.hop = 0};
        if (!fits(step, &line)) return false;
        shape_copy(&manifest_line_shape, &plain, &batch_line_row_shape, &line);
        manifest_chain(step->desk->crypto, &plain, &moved->digest);
        moved->weight_g += line.weight_g;
        moved->units++;
    }
    if (moved->units > 0) return true;
    return refuse(step, ERROR_CONFLICT, "batch: units_are_on_it");
}

static void pay(const struct batch_step *step, const struct batch_proceeds *wish)
{
    struct batch_paid paid = {.batch = step->batch,
                              .reference = wish->reference,
                              .proceeds_minor = wish->proceeds_minor,
                              .cost_minor = wish->cost_minor,
                              .by = step->command->by,
                              .at_ms = step->moment->wall_ms,
                              .note = wish->note};
    decision_add(step->decision, EVENT_BATCH_PAID, &step->batch, &paid);
}

static void cancel(const struct batch_step *step)
{
    struct batch_moved moved = entry(step, BATCH_CANCEL);
    const struct batch_close *wish = &step->command->body->batch_close;
    if (wish->reason.size == 0) {
        refuse(step, ERROR_MISSING_FIELD, "reason");
        return;
    }
    moved.reason = wish->reason;
    add(step, &moved);
}

static void close_one(struct batch_step *step)
{
    const struct batch_close *wish = &step->command->body->batch_close;
    bool money = wish->proceeds_minor != 0 || wish->cost_minor != 0;
    if (!find(step, &wish->batch, BATCH_IS_OPEN, "batch: closed_once")) return;
    if (money && wish->cancel != 0) {
        refuse(step, ERROR_CONFLICT, "proceeds_minor: none of one that is canceled");
        return;
    }
    if (money && wish->reference.size == 0) {
        refuse(step, ERROR_MISSING_FIELD, "reference: of the money");
        return;
    }
    if (wish->cancel != 0) {
        cancel(step);
        return;
    }
    if (wish->units != 0 && wish->units != step->now.row.units) {
        refuse(step, ERROR_CONFLICT, "units: as many as are on it");
        return;
    }
    struct batch_moved moved = entry(step, BATCH_CLOSE);
    moved.reason = wish->reason;
    if (!freeze(step, &moved)) return;
    add(step, &moved);
    struct batch_proceeds proceeds = {.reference = wish->reference,
                                      .proceeds_minor = wish->proceeds_minor,
                                      .cost_minor = wish->cost_minor};
    if (money) pay(step, &proceeds);
}

/* --- money ------------------------------------------------------------------------------------ */

/* Below zero an entry takes back what an earlier one said too much, never more. */
static bool sums_stay(const struct batch_step *step, const struct batch_proceeds *wish)
{
    if (wish->proceeds_minor == 0 && wish->cost_minor == 0)
        return refuse(step, ERROR_MISSING_FIELD, "proceeds_minor: or cost_minor");
    if (step->now.row.proceeds_minor + wish->proceeds_minor < 0)
        return refuse(step, ERROR_OUT_OF_RANGE, "proceeds_minor: no more than came");
    if (step->now.row.cost_minor + wish->cost_minor < 0)
        return refuse(step, ERROR_OUT_OF_RANGE, "cost_minor: no more than it cost");
    return step->now.row.monies < BATCH_MONIES_MAX ||
           refuse(step, ERROR_TOO_LARGE, "batch: 500 entries of money");
}

static void proceeds(struct batch_step *step)
{
    const struct batch_proceeds *wish = &step->command->body->batch_proceeds;
    struct batch_paid former;
    struct key key;
    if (!find(step, &wish->batch, BATCH_IS_CLOSED, "batch: it_is_closed")) return;
    batch_paid_key(step->desk->crypto, &step->batch, &step->now.log, wish->reference, &key);
    bool told = rows_load(&step->desk->rows, VIEW_BATCH_PAID, &key, &batch_paid_shape, &former);
    if (told && !BUG(batch_money_twice)) {
        bool same =
            former.proceeds_minor == wish->proceeds_minor && former.cost_minor == wish->cost_minor;
        if (!same) refuse(step, ERROR_CONFLICT, "reference: told_with_another_amount");
        return; /* the same once more */
    }
    if (sums_stay(step, wish)) pay(step, wish);
}

void batch_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    struct batch_step step = {
        .desk = desk, .command = command, .moment = moment, .decision = decision};
    /* In a batch are goods of several merchants: who is bound to one changes none. */
    if (!id_is_zero(&command->merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "batch");
        return;
    }
    switch ((int)command->kind) {
    case COMMAND_BATCH_OPEN: open_one(&step); return;
    case COMMAND_BATCH_CLOSE: close_one(&step); return;
    case COMMAND_BATCH_PROCEEDS: proceeds(&step); return;
    default: change(&step); return;
    }
}

/* --- work: units of a closed batch leave the floor -------------------------------------------- */

/* By whoever closed it, whose word the second person's is. What is barred since waits, and what is
 * behind it does not. */
void batch_react(const struct desk *desk, const struct id *batch, struct moment *moment,
                 struct decision *decision)
{
    struct batch_now now;
    struct row row;
    if (desk->awaits || !batch_load(&desk->rows, batch, &now)) return;
    struct command command = {.kind = COMMAND_UNIT_SETTLE, .by = now.row.ended_by};
    struct key prefix = pair_key(batch, &now.log);
    struct walk walk = walk_over(&prefix);
    uint32_t settled = 0;
    while (settled < SETTLES_A_TURN && walk_next(&desk->rows, VIEW_BATCH_PENDING, &walk, &row)) {
        char rule[RULE_BYTES_MAX];
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + 3 * ID_BYTES, ID_BYTES);
        if (unit_step_refusal(desk, &command, DO_SETTLE, &unit, moment->wall_ms, rule) != OK)
            continue;
        struct unit_act how = {.unit = unit};
        unit_step(desk, &command, DO_SETTLE, &how, moment, decision);
        settled++;
    }
}

/* Voids: what was scanned by mistake is taken back, by who holds the goods, until something that
 * was committed rests on it. A void names the step, so that one that comes late takes back nothing
 * else; and what crossed it on its way is left to a person. */
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/bugs.h"

/* --- what rests on a step --------------------------------------------------------------------- */

struct slip {
    const struct desk *desk;
    struct id unit;
    struct unit_now now;
};

static bool is_noted_grade(const struct slip *slip)
{
    struct assigned_row assigned;
    struct seen_row seen;
    if (!assigned_load(&slip->desk->rows, &slip->unit, &assigned)) return false;
    struct key key = seen_key(&assigned.return_id, &slip->unit, DO_NOTE_GRADE);
    return rows_load(&slip->desk->rows, VIEW_RETURN_SEEN, &key, &seen_row_shape, &seen) &&
           seen.grade == slip->now.row.grade && seen.liability == slip->now.row.liability;
}

static const char *rests_on_grade(const struct slip *slip)
{
    struct second_row second;
    struct key key = unit_key(&slip->unit, slip->now.hop, &slip->now.log);
    const struct rows *rows = &slip->desk->rows;
    if (is_noted_grade(slip)) return "unit: its_return_took_note_of_the_grade";
    if (rows_load(rows, VIEW_SECOND, &key, &second_row_shape, &second) && second.grade != 0)
        return "unit: a_second_grade_rests_on_it";
    return slip->now.row.relabelled != 0 ? "unit: it_bears_another_label_since" : NULL;
}

/* A unit that was shipped here belongs to whom it did before. */
static const char *rests_on_receipt(const struct slip *slip)
{
    struct removed_row removed;
    struct id plate;
    const struct rows *rows = &slip->desk->rows;
    struct key key = key_of(&slip->unit);
    if (plate_of_unit(rows, &slip->unit, &plate)) return "unit: it_stands_on_a_plate";
    if (slip->now.hop > 1) return NULL;
    if (rows_has(rows, VIEW_ASSIGNED, &key) && !BUG(slip_unchecked))
        return "unit: its_return_has_it";
    if (removed_load(rows, &slip->unit, &removed)) return "unit: its_removal_order_counts_it";
    return unit_holds_put(rows, &slip->unit) != 0 ? "unit: a_hold_stands" : NULL;
}

/* NULL: nothing. */
static const char *rests_on(const struct slip *slip, uint64_t step)
{
    const char *bound = unit_is_bound(&slip->desk->rows, &slip->unit);
    if (bound != NULL) return bound;
    if (log_is_lost(&slip->desk->rows, &slip->now.log)) return "unit: a_lost_store_wrote_it";
    if (step == STEP_GRADE) return rests_on_grade(slip);
    return step == STEP_RECEIPT ? rests_on_receipt(slip) : NULL;
}

/* --- units ------------------------------------------------------------------------------------ */

static uint64_t latest_step(uint64_t state)
{
    if (state == UNIT_RECEIVED) return STEP_RECEIPT;
    if (state == UNIT_INSPECTED) return STEP_INSPECTION;
    return state == UNIT_GRADED || state == UNIT_DISPOSED ? STEP_GRADE : 0;
}

/* false: refused. */
static bool take_back_step(const struct slip *slip, const struct command *command, uint64_t step,
                           struct span reason, const struct moment *moment,
                           struct decision *decision)
{
    const struct unit_row *row = &slip->now.row;
    bool latest = latest_step(row->state) == step;
    bool here = id_equal(&row->warehouse, &slip->desk->warehouse);
    const char *bar = here && latest ? rests_on(slip, step) : NULL;
    uint32_t facts = (here ? UNIT_IF(HELD_HERE) : 0) | (latest ? UNIT_IF(LATEST) : 0) |
                     (bar == NULL ? UNIT_IF(UNUSED) : 0) |
                     (slip->now.hop == 1 ? UNIT_IF(FIRST) : 0);
    if (bar != NULL) decision_refuse(decision, ERROR_CONFLICT, bar);
    const struct rule *rule = decision_judge(decision, TABLE_UNIT, row->state,
                                             (enum actor_kind)command->by.kind, DO_VOID, facts);
    if (rule == NULL || bar != NULL) return false;
    struct unit_moved moved = {.unit = slip->unit,
                               .hop = slip->now.hop,
                               .verb = DO_VOID,
                               .to = rule->to,
                               .by = command->by,
                               .at_ms = moment->wall_ms,
                               .reason = reason,
                               .rule = rule_number(TABLE_UNIT, rule)};
    decision_add(decision, EVENT_UNIT_MOVED, &slip->unit, &moved);
    return true;
}

void unit_void_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision)
{
    const struct unit_void *body = &command->body->unit_void;
    struct slip slip = {.desk = desk, .unit = body->unit};
    decision->entity = body->unit;
    if (!unit_load(&desk->rows, &body->unit, &slip.now) ||
        !unit_is_covered(desk, command, &body->unit)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "unit");
        return;
    }
    if (!command_matches(command, slip.now.row.version, decision)) return;
    (void)take_back_step(&slip, command, body->step, body->reason, moment, decision);
}

/* --- boxes ------------------------------------------------------------------------------------ */

static const char *rests_on_box(const struct desk *desk, const struct id *box,
                                const struct box_row *row)
{
    struct match_row match;
    if (row->voided_ms != 0) return "box: its receipt was taken back";
    if (log_is_lost(&desk->rows, &row->log)) return "box: a_lost_store_wrote_it";
    if (box_is_claimed(desk, box)) return "box: a_return_has_claimed_it";
    if (match_load(&desk->rows, box, row, &match) && !id_is_zero(&match.return_id))
        return "box: it_is_matched; take that back first";
    return box_is_abandoned(&desk->rows, box) ? "box: it_was_given_up" : NULL;
}

/* As many as one entry's company may be; more were told at several looks. */
static void take_back_units(const struct desk *desk, const struct command *command,
                            const struct moment *moment, struct decision *decision)
{
    const struct box_void *body = &command->body->box_void;
    struct key prefix = key_of(&body->box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_BOX, &walk, &at)) {
        struct slip slip = {.desk = desk};
        memcpy(slip.unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (decision->drafts_count == DRAFTS_MAX) {
            decision_refuse(decision, ERROR_CONFLICT, "box: too many units; take back some first");
            return;
        }
        if (!unit_load(&desk->rows, &slip.unit, &slip.now)) continue;
        if (!take_back_step(&slip, command, STEP_RECEIPT, body->reason, moment, decision)) return;
    }
}

void box_void_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    const struct box_void *body = &command->body->box_void;
    struct box_row row;
    decision->entity = body->box;
    /* What can be taken back is nobody's yet, so whose token is bound to a merchant has none. */
    if (!id_is_zero(&command->merchant) || !box_load(&desk->rows, &body->box, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "box");
        return;
    }
    if (!id_equal(&row.warehouse, &desk->warehouse)) {
        decision_refuse(decision, ERROR_HELD_ELSEWHERE, "box");
        return;
    }
    const char *bar = rests_on_box(desk, &body->box, &row);
    if (bar != NULL) {
        decision_refuse(decision, ERROR_CONFLICT, bar);
        return;
    }
    struct box_voided voided = {
        .box = body->box, .by = command->by, .at_ms = moment->wall_ms, .reason = body->reason};
    decision_add(decision, EVENT_BOX_VOIDED, &body->box, &voided);
    take_back_units(desk, command, moment, decision);
}

/* One log writes a box, and only that one takes it back. Were there two, each has done what it says
 * of itself, whosever word of the box stands. */
void box_voided_fold(const struct desk *desk, const struct place *place,
                     const struct box_voided *voided)
{
    struct box_row row;
    struct billed received = {.act = BILLED_RECEIVE_BOX, .thing = voided->box};
    billing_void_standing(desk, place, &received);
    if (!box_load(&desk->rows, &voided->box, &row) || !id_equal(&row.log, &place->log)) return;
    if (row.voided_ms != 0) return;
    struct box_forgotten how = {
        .at_ms = voided->at_ms, .reason = voided->reason, .idx = place->idx};
    box_forget(desk, &voided->box, &how);
    unclaimed_refresh(desk, &voided->box);
    receipt_void_refresh(desk, &voided->box);
}

/* --- what crossed ----------------------------------------------------------------------------- */

static void conflict_set(const struct desk *desk, const struct key *key, bool stands,
                         const struct conflict_row *conflict)
{
    if (stands)
        rows_store(&desk->rows, VIEW_CONFLICT, key, &conflict_row_shape, conflict);
    else
        rows_drop(&desk->rows, VIEW_CONFLICT, key);
}

/* Its return took note of a grade that no longer is, and there is no other one yet. */
void grade_void_refresh(const struct desk *desk, const struct id *unit)
{
    struct assigned_row assigned;
    struct seen_row seen = {.grade = 0};
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    if (!assigned_load(&desk->rows, unit, &assigned)) return;
    struct key key = seen_key(&assigned.return_id, unit, DO_NOTE_GRADE);
    bool noted = rows_load(&desk->rows, VIEW_RETURN_SEEN, &key, &seen_row_shape, &seen);
    uint64_t grade = noted ? seen.grade : 0;
    while (walk_next(&desk->rows, VIEW_UNIT, &walk, &at)) {
        struct unit_row row;
        struct id log;
        struct conflict_row conflict = {.kind = CONFLICT_GRADE_VOID, .verb = DO_VOID};
        memcpy(log.bytes, walk.at.bytes + ID_BYTES + 2, ID_BYTES);
        if (shape_decode(&unit_row_shape, at.value, &row, NULL) != OK || row.void_idx == 0)
            continue;
        bool stands = row.grade == 0 && grade != 0 && grade == row.void_grade;
        key = key_add_uint(pair_key(unit, &log), row.void_idx, 8);
        conflict_set(desk, &key, stands, &conflict);
    }
}

static void receipt_void_set(const struct desk *desk, const struct id *box,
                             const struct box_row *row, bool stands)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct id log = row->log;
    uint64_t idx = row->void_idx;
    while (walk_next(&desk->rows, VIEW_BOX_CLAIM, &walk, &at)) {
        struct id return_id;
        struct conflict_row conflict = {
            .kind = CONFLICT_RECEIPT_VOID, .verb = DO_VOID, .thing = *box};
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        struct key key = key_add_uint(pair_key(&return_id, &log), idx, 8);
        conflict_set(desk, &key, stands, &conflict);
    }
}

/* Returns that wait for goods out of a box that never came. */
void receipt_void_refresh(const struct desk *desk, const struct id *box)
{
    struct box_row row;
    if (!box_load(&desk->rows, box, &row) || row.voided_ms == 0) return;
    receipt_void_set(desk, box, &row, true);
}

void receipt_void_forget(const struct desk *desk, const struct id *box, const struct box_row *row)
{
    if (row->voided_ms != 0) receipt_void_set(desk, box, row, false);
}

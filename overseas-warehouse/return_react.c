/* How a book reacts to goods: a box that may be a return's, a unit assigned to one, a grade, a
 * disposition, a settlement, an arrival that the carrier reports. Observations are never refused:
 * each state has a row for each of them. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "proto/bugs.h"

/* --- boxes ------------------------------------------------------------------------------------ */

/* Numbers are re-used: an old return's number says little, unless the slip names the return. */
static bool number_speaks(const struct case_file *file)
{
    return return_is_live(file->row.state) ||
           file->moment->wall_ms <= file->row.moved_ms + NUMBER_DAYS * DAY_MS;
}

static bool is_claimable(const struct case_file *file, const struct id *box_id,
                         const struct box_row *box)
{
    struct box_claim_row claim;
    if (claim_load(&file->desk->rows, box_id, &file->return_id, &claim)) return false;
    if (!id_is_zero(&box->return_id)) return id_equal(&box->return_id, &file->return_id);
    return number_speaks(file);
}

/* The lines as they are left, with the SKUs by which the warehouse will know the units. */
static void add_claim(struct case_file *file, const struct id *box_id, const struct box_row *box,
                      const struct actor *by)
{
    struct box_claimed claimed = {
        .box = *box_id, .return_id = file->return_id, .warehouse = box->warehouse, .by = *by};
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct return_line_row *line = &file->lines[i];
        if (line->quantity == 0 || claimed.lines_count == RETURN_LINES_MAX) continue;
        uint32_t at = claimed.lines_count++;
        claimed.lines[at] = (struct return_line){
            .line = i, .quantity = line->quantity - line->taken, .reason = line->reason};
        claimed.skus[at] = (struct claim_sku){.sku = file->order.lines[i].sku};
    }
    claimed.skus_count = claimed.lines_count;
    decision_add(file->decision, EVENT_BOX_CLAIMED, box_id, &claimed);
    decision_dep(file->decision, &box->log, box->idx);
}

void claim_react(const struct desk *desk, const struct id *box_id, const struct id *return_id,
                 struct moment *moment, struct decision *decision)
{
    struct case_file file;
    struct box_row box;
    if (!case_open(desk, return_id, moment, decision, &file)) return;
    if (!box_load(&desk->rows, box_id, &box) || box_is_answered(desk, box_id, &box, return_id))
        return;
    struct actor floor = actor_self(desk, BY_FLOOR);
    struct return_moved moved = {.seen = *box_id};
    uint32_t facts = is_claimable(&file, box_id, &box) ? RETURN_IF(CLAIMABLE) : 0;
    const struct rule *rule = case_move(&file, BY_FLOOR, DO_CLAIM_BOX, facts, &floor, &moved);
    if (rule == NULL) return;
    decision_dep(decision, &box.log, box.idx);
    if ((rule->effects & RETURN_DOES(CLAIM)) != 0) add_claim(&file, box_id, &box, &floor);
}

/* --- units ------------------------------------------------------------------------------------ */

/* One unit of the return, as assigned and as it stands. */
struct sight {
    struct case_file *file;
    struct id unit;
    struct assigned_row assigned;
    struct unit_now now; /* zero when no entry of it is held yet */
};

/* Is anything left for this unit, by the book's own count? */
static bool is_over(const struct sight *sight)
{
    const struct case_file *file = sight->file;
    uint64_t line = sight->assigned.line;
    if (sight->assigned.over != 0 || line >= file->order.lines_count) return true;
    if (!id_equal(&sight->assigned.return_id, &file->return_id)) return true;
    const struct return_line_row *mine = &file->lines[line];
    const struct order_row_line *sold = &file->order.lines[line];
    if (mine->taken >= mine->quantity) return true;
    uint64_t others = sold->used - return_line_used(file->row.state, mine);
    return !return_is_live(file->row.state) && others + mine->taken >= sold->quantity;
}

/* Of those that came before none is owed. */
static bool is_last(const struct sight *sight)
{
    const struct case_file *file = sight->file;
    uint64_t missing = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct return_line_row *line = &file->lines[i];
        missing += line->quantity - line->taken;
        if (line->served < line->taken) return false;
    }
    return missing == 1;
}

static void add_unit_deps(const struct sight *sight)
{
    decision_dep(sight->file->decision, &sight->assigned.log, sight->assigned.idx);
    if (sight->now.row.idx != 0)
        decision_dep(sight->file->decision, &sight->now.log, sight->now.row.idx);
}

static void take_unit(struct sight *sight)
{
    struct case_file *file = sight->file;
    uint64_t line = sight->assigned.line;
    struct refund_plan plan = {.count = 0};
    uint32_t facts = 0;
    if (BUG(answer_ignored)) file->row.state = RETURN_APPROVED;
    bool over = is_over(sight);
    bool in_kind = file->row.state == RETURN_APPROVED && return_is_in_kind(&file->row);
    /* Whether it was paid for before is not known while the buyer is being charged anew for it. */
    bool charging = !over && recharge_is_open(file, line);
    bool ahead = !over && !charging && line_ahead(&file->lines[line]) > 0;
    if (!over && !ahead && !charging && !in_kind) refund_plan_unit(file, line, &plan);
    if (over || plan.falls_short) {
        facts |= RETURN_IF(OVER);
    } else {
        if (ahead) facts |= RETURN_IF(AHEAD);
        if (plan.waits || charging) facts |= RETURN_IF(WAIT);
        if (is_last(sight)) facts |= RETURN_IF(LAST);
    }
    struct actor floor = actor_self(file->desk, BY_FLOOR);
    struct return_moved moved = {.seen = sight->unit};
    struct verdict verdict = rule_judge(&return_table, file->row.state, BY_FLOOR, DO_TAKE_UNIT,
                                        facts | case_facts(file));
    bool takes = verdict.rule != NULL && (verdict.rule->effects & RETURN_DOES(TAKE)) != 0;
    if (takes) {
        moved.lines_count = 1;
        moved.lines[0] =
            (struct return_line){.line = line, .quantity = 1, .reason = file->lines[line].reason};
    }
    if (takes && (verdict.rule->effects & RETURN_DOES(PAY)) != 0) fee_note(&plan, &moved);
    const struct rule *rule = case_move(file, BY_FLOOR, DO_TAKE_UNIT, facts, &floor, &moved);
    if (rule == NULL || (rule->effects & RETURN_DOES(QUEUE)) != 0) return;
    add_unit_deps(sight);
    if (takes) line_take(&file->lines[line], 1, in_kind, return_fronts_whole(&file->row));
    if ((rule->effects & RETURN_DOES(PAY)) != 0) refund_intend(file, &plan, &sight->unit);
}

static void note_grade(struct sight *sight)
{
    struct actor floor = actor_self(sight->file->desk, BY_FLOOR);
    const struct unit_row *row = &sight->now.row;
    struct return_moved moved = {
        .seen = sight->unit, .grade = row->grade, .liability = row->liability};
    uint32_t facts = unit_is_bad(row) ? RETURN_IF(BAD) : 0;
    if (case_move(sight->file, BY_FLOOR, DO_NOTE_GRADE, facts, &floor, &moved) != NULL)
        add_unit_deps(sight);
}

static void note_plain(struct sight *sight, enum verb verb)
{
    struct actor floor = actor_self(sight->file->desk, BY_FLOOR);
    struct return_moved moved = {.seen = sight->unit, .disposition = sight->now.row.disposition};
    if (case_move(sight->file, BY_FLOOR, verb, 0, &floor, &moved) != NULL) add_unit_deps(sight);
}

static void react_to_unit(struct sight *sight)
{
    const struct desk *desk = sight->file->desk;
    const struct id *return_id = &sight->file->return_id;
    for (enum verb verb = DO_TAKE_UNIT; verb <= DO_NOTE_SETTLEMENT; verb++) {
        if (!unit_has_news(desk, return_id, &sight->unit, &sight->now.row, verb)) continue;
        if (verb == DO_TAKE_UNIT)
            take_unit(sight);
        else if (verb == DO_NOTE_GRADE)
            note_grade(sight);
        else
            note_plain(sight, verb);
    }
}

bool unit_is_bad(const struct unit_row *row)
{
    return row->grade == GRADE_UNSELLABLE || row->liability == LIABLE_BUYER;
}

/* --- arrivals --------------------------------------------------------------------------------- */

static void react_to_parcel(struct case_file *file, const struct id *parcel)
{
    struct key key = seen_key(&file->return_id, parcel, DO_NOTE_ARRIVAL);
    struct parcel_row row;
    if (rows_has(&file->desk->rows, VIEW_RETURN_SEEN, &key)) return;
    if (!parcel_load(&file->desk->rows, parcel, &row) || !parcel_has_arrived(&row)) return;
    struct actor carrier = actor_self(file->desk, BY_CARRIER);
    struct return_moved moved = {.seen = *parcel};
    case_move(file, BY_CARRIER, DO_NOTE_ARRIVAL, 0, &carrier, &moved);
}

void return_react(const struct desk *desk, const struct id *return_id, const struct id *thing,
                  struct moment *moment, struct decision *decision)
{
    struct case_file file;
    struct sight sight = {.file = &file, .unit = *thing};
    if (!case_open(desk, return_id, moment, decision, &file)) return;
    if (!assigned_load(&desk->rows, thing, &sight.assigned)) {
        react_to_parcel(&file, thing);
        return;
    }
    if (!unit_load(&desk->rows, thing, &sight.now)) memset(&sight.now, 0, sizeof sight.now);
    react_to_unit(&sight);
}

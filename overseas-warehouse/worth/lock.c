/* The lock of a legal notice: customs are told that goods will be destroyed, and until their time
 * is over nobody does. Set and lifted in the owner's book, which is where the leave to destroy
 * comes from: whoever sees the leave sees every notice that was set before it. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/worth/rows.h"

SHAPE_DEFINE(unit_lock_row, UNIT_LOCK_ROW_FIELDS)

static bool row_load(const struct rows *rows, const struct id *unit, const struct id *book,
                     struct unit_lock_row *row)
{
    struct key key = pair_key(unit, book);
    return rows_load(rows, VIEW_UNIT_LOCK, &key, &unit_lock_row_shape, row);
}

bool lock_load(const struct rows *rows, const struct id *unit, struct unit_lock_row *row)
{
    struct assigned_row assigned;
    return assigned_load(rows, unit, &assigned) && row_load(rows, unit, &assigned.book, row);
}

bool lock_stands(const struct desk *desk, const struct id *unit, uint64_t at_ms)
{
    struct unit_lock_row row;
    if (!lock_load(&desk->rows, unit, &row) || row.lifted != 0) return false;
    return row.until_ms == 0 || at_ms < row.until_ms;
}

void lock_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct unit_lock *body = &command->body->unit_lock;
    struct assigned_row assigned;
    struct return_row owner;
    decision->entity = body->unit;
    if (!command_covers(command, &body->merchant, decision)) return;
    if (!assigned_load(&desk->rows, &body->unit, &assigned) ||
        !return_load(&desk->rows, &assigned.return_id, &owner) ||
        !id_equal(&owner.merchant, &body->merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "unit: not of a return of this merchant");
        return;
    }
    bool stands = lock_stands(desk, &body->unit, moment->wall_ms);
    if (body->lift != 0 && !stands) {
        decision_refuse(decision, ERROR_CONFLICT, "lift: no notice runs");
        return;
    }
    if (body->lift == 0 && body->until_ms != 0 && body->until_ms <= moment->wall_ms) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "until_ms: that moment is past");
        return;
    }
    struct unit_locked locked = {.unit = body->unit,
                                 .lifted = body->lift,
                                 .until_ms = body->lift != 0 ? 0 : body->until_ms,
                                 .by = command->by,
                                 .at_ms = moment->wall_ms,
                                 .reason = body->reason};
    decision_add(decision, EVENT_UNIT_LOCKED, &body->unit, &locked);
    decision_dep(decision, &assigned.log, assigned.idx);
}

/* The book stands in the key, so each row has one writer. */
void lock_fold(const struct desk *desk, const struct place *place, const struct unit_locked *locked)
{
    struct key key = pair_key(&locked->unit, &place->log);
    struct unit_lock_row former = {.version = 0};
    (void)row_load(&desk->rows, &locked->unit, &place->log, &former);
    struct unit_lock_row row = {.version =
                                    former.version < VERSION_MAX ? former.version + 1 : VERSION_MAX,
                                .lifted = locked->lifted,
                                .until_ms = locked->until_ms,
                                .by = locked->by,
                                .at_ms = locked->at_ms,
                                .reason = locked->reason};
    rows_store(&desk->rows, VIEW_UNIT_LOCK, &key, &unit_lock_row_shape, &row);
}

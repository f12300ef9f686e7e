/* The merchant is asked what becomes of a unit, on photos and numbers, and owes an answer by a
 * time. A release answers. Silence does what the proposal said when it was asked, once all who may
 * answer were heard until then; it never destroys. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/bugs.h"
#include "proto/time.h"

#define ASK_HOURS_DEFAULT 48

#define WORD_AT(name, number, word) [number] = word,
static const char *const ask_state_names[] = {ASK_STATE_LIST(WORD_AT)};
#undef WORD_AT
const struct words ask_state_words = {ask_state_names,
                                      sizeof ask_state_names / sizeof ask_state_names[0]};
SHAPE_DEFINE(unit_ask_row, UNIT_ASK_ROW_FIELDS)

static bool row_load(const struct rows *rows, const struct id *unit, const struct id *book,
                     struct unit_ask_row *row)
{
    struct key key = pair_key(unit, book);
    return rows_load(rows, VIEW_UNIT_ASK, &key, &unit_ask_row_shape, row);
}

bool ask_load(const struct rows *rows, const struct id *unit, struct unit_ask_row *row)
{
    struct assigned_row assigned;
    return assigned_load(rows, unit, &assigned) && row_load(rows, unit, &assigned.book, row);
}

/* --- asking ----------------------------------------------------------------------------------- */

/* What nobody said yes to is never destroyed; where nothing else may be done, it is held. */
static uint64_t silence_of(const struct proposal *proposal)
{
    for (uint32_t i = 0; i < proposal->count && proposal->at[i].barred == 0; i++)
        if (proposal->at[i].disposition != DISPOSE_DESTROY) return proposal->at[i].disposition;
    return DISPOSE_HOLD;
}

/* Of the merchant's, graded, still to be chosen for, and not asked about yet? */
static bool may_be_asked(const struct desk *desk, const struct unit_ask *body,
                         const struct appraisal *appraisal, struct decision *decision)
{
    struct unit_ask_row row;
    struct unit_now now;
    if (!id_equal(&appraisal->merchant.merchant, &body->merchant) ||
        !unit_load(&desk->rows, &body->unit, &now)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "unit: not of a return of this merchant");
        return false;
    }
    if (now.row.state != UNIT_GRADED && now.row.state != UNIT_DISPOSED) {
        decision_refuse(decision, ERROR_CONFLICT, "unit: graded_and_here");
        return false;
    }
    if (ask_load(&desk->rows, &body->unit, &row) && row.state == ASK_OPEN) {
        decision_refuse(decision, ERROR_CONFLICT, "unit: asked_once_at_a_time");
        return false;
    }
    return true;
}

void ask_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision)
{
    const struct unit_ask *body = &command->body->unit_ask;
    struct assigned_row assigned;
    struct appraisal appraisal = {.version = 0};
    decision->entity = body->unit;
    if (!command_covers(command, &body->merchant, decision)) return;
    (void)worth_appraise(desk, &body->unit, moment->wall_ms, &appraisal);
    if (!may_be_asked(desk, body, &appraisal, decision)) return;
    uint64_t hours = body->hours != 0 ? body->hours : ASK_HOURS_DEFAULT;
    struct unit_asked asked = {.unit = body->unit,
                               .merchant = body->merchant,
                               .return_id = appraisal.return_id,
                               .due_ms = moment->wall_ms + hours * HOUR_MS,
                               .silence = silence_of(&appraisal.proposal),
                               .by = command->by,
                               .at_ms = moment->wall_ms,
                               .note = body->note,
                               .table_version = appraisal.version,
                               .worths_count = appraisal.proposal.count};
    memcpy(asked.worths, appraisal.proposal.at, sizeof asked.worths);
    decision_add(decision, EVENT_UNIT_ASKED, &body->unit, &asked);
    if (assigned_load(&desk->rows, &body->unit, &assigned))
        decision_dep(decision, &assigned.log, assigned.idx);
}

/* --- silence ---------------------------------------------------------------------------------- */

void ask_due(const struct desk *desk, const struct id *book, uint64_t due_ms, const struct id *unit,
             const struct moment *moment, struct decision *decision)
{
    struct unit_ask_row row;
    if (!row_load(&desk->rows, unit, book, &row)) return;
    if (row.state != ASK_OPEN || row.due_ms != due_ms || due_ms > moment->wall_ms) return;
    if (due_ms > moment->heard_ms && !BUG(fires_unheard)) return;
    struct released released = {.unit = *unit,
                                .disposition = row.silence,
                                .by = actor_self(desk, BY_CLOCK),
                                .at_ms = moment->wall_ms,
                                .fired_ms = due_ms};
    decision_add(decision, EVENT_RELEASED, unit, &released);
}

/* --- folding ---------------------------------------------------------------------------------- */

static void store(const struct desk *desk, const struct id *unit, const struct id *book,
                  struct unit_ask_row *row)
{
    struct key key = pair_key(unit, book);
    uint8_t note[REASON_BYTES_MAX];
    if (row->note.size > 0) memcpy(note, row->note.at, row->note.size);
    row->note.at = note;
    if (row->version < VERSION_MAX) row->version++;
    if (row->state == ASK_OPEN)
        due_put(&desk->rows, row->due_ms, book, DO_RELEASE, unit);
    else
        due_drop(&desk->rows, row->due_ms, book, DO_RELEASE, unit);
    rows_store(&desk->rows, VIEW_UNIT_ASK, &key, &unit_ask_row_shape, row);
    deadlines_of_ask(desk, unit, book, row);
}

/* One log writes the row: its entries come in their order wherever they are folded. */
void ask_fold(const struct desk *desk, const struct place *place, const struct unit_asked *asked)
{
    struct unit_ask_row former = {.version = 0};
    (void)row_load(&desk->rows, &asked->unit, &place->log, &former);
    if (former.state == ASK_OPEN) return; /* no rule of ours writes such an entry */
    struct unit_ask_row row = {.version = former.version,
                               .state = ASK_OPEN,
                               .merchant = asked->merchant,
                               .return_id = asked->return_id,
                               .asked_ms = asked->at_ms,
                               .due_ms = asked->due_ms,
                               .silence = asked->silence,
                               .note = asked->note};
    store(desk, &asked->unit, &place->log, &row);
}

void ask_answered_fold(const struct desk *desk, const struct place *place,
                       const struct released *released)
{
    struct unit_ask_row row;
    if (!row_load(&desk->rows, &released->unit, &place->log, &row) || row.state != ASK_OPEN) return;
    row.state = released->by.kind == BY_CLOCK ? ASK_SILENT : ASK_ANSWERED;
    row.answer = released->disposition;
    row.ended_ms = released->at_ms;
    store(desk, &released->unit, &place->log, &row);
}

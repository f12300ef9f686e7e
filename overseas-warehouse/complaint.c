/* Complaints: somebody was not content with how a return went. One is opened with a desk that owns
 * it and a time by which its post-mortem is owed, and closed once, with the cause, what is done
 * about it, and the corrective action that follows that up. */
#include "overseas-warehouse/parts.h"

#define DUE_DAYS_MAX 365

bool complaint_load(const struct rows *rows, const struct id *complaint, struct complaint_row *row)
{
    struct key key = key_of(complaint);
    return rows_load(rows, VIEW_COMPLAINT, &key, &complaint_row_shape, row);
}

/* --- deciding --------------------------------------------------------------------------------- */

static void open_decide(const struct desk *desk, const struct command *command,
                        struct moment *moment, struct decision *decision)
{
    const struct complaint_open *wish = &command->body->complaint_open;
    struct complaint_opened opened = {.by = command->by, .at_ms = moment->wall_ms};
    struct return_row owner;
    if (!return_load(&desk->rows, &wish->return_id, &owner)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &owner.merchant, decision)) return;
    shape_copy(&complaint_opened_shape, &opened, &complaint_open_shape, wish);
    if (opened.due_ms == 0) opened.due_ms = moment->wall_ms + POST_MORTEM_DAYS * DAY_MS;
    if (opened.due_ms < moment->wall_ms ||
        opened.due_ms > moment->wall_ms + DUE_DAYS_MAX * DAY_MS) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "due_ms: within a year from now");
        return;
    }
    struct id book = owner.book;
    opened.complaint = mint_of(desk, moment, &book);
    decision->entity = opened.complaint;
    decision_add(decision, EVENT_COMPLAINT_OPENED, &opened.complaint, &opened);
}

/* What follows it up is a corrective action of the same merchant's. */
static bool corrective_is_sound(const struct desk *desk, const struct id *corrective,
                                const struct id *merchant, struct decision *decision)
{
    struct corrective_row row;
    if (id_is_zero(corrective)) return true;
    if (corrective_load(&desk->rows, corrective, &row) && id_equal(&row.merchant, merchant))
        return true;
    decision_refuse(decision, ERROR_OUT_OF_RANGE, "corrective: none of this merchant's");
    return false;
}

static void close_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision)
{
    const struct complaint_close *wish = &command->body->complaint_close;
    struct complaint_closed closed = {.by = command->by, .at_ms = moment->wall_ms};
    struct complaint_row row;
    if (!complaint_load(&desk->rows, &wish->complaint, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "complaint");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    decision->entity = wish->complaint;
    if (row.closed != 0) {
        decision_refuse(decision, ERROR_CONFLICT, "complaint: it is closed");
        return;
    }
    struct id merchant = row.merchant;
    if (!corrective_is_sound(desk, &wish->corrective, &merchant, decision)) return;
    shape_copy(&complaint_closed_shape, &closed, &complaint_close_shape, wish);
    decision_add(decision, EVENT_COMPLAINT_CLOSED, &wish->complaint, &closed);
}

enum error complaint_authority(const struct desk *desk, const struct command *command,
                               struct id *authority)
{
    struct complaint_row row;
    if (!complaint_load(&desk->rows, &command->body->complaint_close.complaint, &row))
        return ERROR_NOT_FOUND;
    bool covered = id_is_zero(&command->merchant) || id_equal(&command->merchant, &row.merchant);
    if (!covered) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

void complaint_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision)
{
    if (command->kind == COMMAND_COMPLAINT_OPEN)
        open_decide(desk, command, moment, decision);
    else
        close_decide(desk, command, moment, decision);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The return was begun earlier in this very book, or the complaint is none of its leader's. */
void complaint_opened_fold(const struct desk *desk, const struct place *place,
                           const struct complaint_opened *opened)
{
    struct key key = key_of(&opened->complaint);
    struct return_row owner;
    if (!id_is_of(desk->crypto, &opened->complaint, &place->log)) return;
    if (rows_has(&desk->rows, VIEW_COMPLAINT, &key)) return;
    if (!return_load(&desk->rows, &opened->return_id, &owner)) return;
    if (!id_equal(&owner.book, &place->log)) return;
    struct complaint_row row = {.book = place->log, .merchant = owner.merchant, .version = 1};
    shape_copy(&complaint_row_shape, &row, &complaint_opened_shape, opened);
    rows_store(&desk->rows, VIEW_COMPLAINT, &key, &complaint_row_shape, &row);
    struct key owned = pair_key(&row.merchant, &opened->complaint);
    struct key about = pair_key(&opened->return_id, &opened->complaint);
    rows_mark(&desk->rows, VIEW_COMPLAINT_BY_MERCHANT, &owned);
    rows_mark(&desk->rows, VIEW_COMPLAINT_BY_RETURN, &about);
}

void complaint_closed_fold(const struct desk *desk, const struct place *place,
                           const struct complaint_closed *closed)
{
    struct key key = key_of(&closed->complaint);
    struct complaint_row row;
    if (!complaint_load(&desk->rows, &closed->complaint, &row)) return;
    if (!id_equal(&row.book, &place->log) || row.closed != 0) return;
    row.version++;
    row.closed = 1;
    row.closed_ms = closed->at_ms;
    row.cause = closed->cause;
    row.action = closed->action;
    row.corrective = closed->corrective;
    rows_store(&desk->rows, VIEW_COMPLAINT, &key, &complaint_row_shape, &row);
}

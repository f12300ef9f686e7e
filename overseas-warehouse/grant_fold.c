/* How a grant's entries become rows, and the work and the deadline they leave. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"
#include "proto/bugs.h"

/* The first entry says what it is of; the return was begun earlier in this very book, or the grant
 * is none of its leader's. */
static bool begin(const struct desk *desk, const struct place *place,
                  const struct grant_moved *moved, struct grant_row *row)
{
    struct return_row owner;
    if (!id_is_of(desk->crypto, &moved->grant, &place->log)) return false;
    if (!return_load(&desk->rows, &moved->return_id, &owner)) return false;
    if (!id_equal(&owner.book, &place->log) || moved->amount_minor <= 0) return false;
    if (moved->paid_for == 0) return false;
    *row = (struct grant_row){.merchant = owner.merchant,
                              .book = place->log,
                              .return_id = moved->return_id,
                              .order = owner.order,
                              .number = moved->number,
                              .paid_for = moved->paid_for,
                              .line = moved->line,
                              .amount_minor = moved->amount_minor,
                              .currency = moved->currency,
                              .begun_ms = moved->at_ms};
    if (owner.grants < GRANTS_MAX) owner.grants++;
    return_store(&desk->rows, &moved->return_id, &owner);
    struct key key = pair_key(&moved->return_id, &moved->grant);
    rows_mark(&desk->rows, VIEW_GRANT_BY_RETURN, &key);
    return true;
}

static void move_due(const struct desk *desk, const struct id *grant, const struct grant_row *row,
                     uint64_t due_ms)
{
    if (row->due_ms != 0) due_drop(&desk->rows, row->due_ms, &row->book, DO_LAPSE, grant);
    if (due_ms != 0) due_put(&desk->rows, due_ms, &row->book, DO_LAPSE, grant);
}

static void mark_work(const struct desk *desk, const struct id *grant, const struct grant_row *row)
{
    if (row->state == GRANT_GRANTED)
        todo_put(&desk->rows, &row->book, TODO_GRANT, &row->return_id, grant);
    else
        todo_drop(&desk->rows, &row->book, TODO_GRANT, &row->return_id, grant);
}

static void mark_conflict(const struct desk *desk, const struct place *place,
                          const struct grant_row *row, const struct id *grant)
{
    struct conflict_row conflict = {.kind = CONFLICT_SHORT, .verb = DO_PAY, .thing = *grant};
    struct key key = key_add_uint(pair_key(&row->return_id, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

void grant_fold(const struct desk *desk, const struct place *place, const struct grant_moved *moved)
{
    struct grant_row row;
    bool begins = moved->verb == DO_OFFER || moved->verb == DO_GIVE;
    bool known = grant_load(&desk->rows, &moved->grant, &row);
    if (known == begins) return; /* no rule of ours writes such an entry */
    /* Nor does another book: its entry may come before this one's or after it (law 3). */
    if (known && !id_equal(&row.book, &place->log)) return;
    /* What ended has ended, or a faulty leader would pay the same grant again and again. */
    bool ended = known && (grant_table.final_states >> row.state & 1) != 0;
    if (ended && !BUG(lapsed_accepted)) return;
    if (!known && !begin(desk, place, moved, &row)) return;
    move_due(desk, &moved->grant, &row, moved->due_ms);
    /* The puts above may have moved the texts of the row: read it once more. */
    if (known && !grant_load(&desk->rows, &moved->grant, &row)) return;
    row.state = moved->to;
    row.version++;
    row.moved_ms = moved->at_ms;
    row.due_ms = moved->due_ms;
    if (moved->reason.size > 0) row.reason = moved->reason;
    struct key key = key_of(&moved->grant);
    rows_store(&desk->rows, VIEW_GRANT, &key, &grant_row_shape, &row);
    mark_work(desk, &moved->grant, &row);
    if (row.state == GRANT_SHORT) mark_conflict(desk, place, &row, &moved->grant);
}

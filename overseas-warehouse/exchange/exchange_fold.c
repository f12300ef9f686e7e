/* How entries of an exchange become rows, and the work that follows. The book's row and the
 * warehouses' answers have a writer each; work and conflicts are refreshed by the folds of both. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"

/* clang-format off */
SHAPE_DEFINE(exchange_row, EXCHANGE_ROW_FIELDS)
SHAPE_DEFINE(exchange_answer_row, EXCHANGE_ANSWER_ROW_FIELDS)
/* clang-format on */

#define ATTEMPT_BYTES 2

bool exchange_load(const struct rows *rows, const struct id *exchange, struct exchange_row *row)
{
    struct key key = key_of(exchange);
    return rows_load(rows, VIEW_EXCHANGE, &key, &exchange_row_shape, row);
}

static struct key attempt_key(const struct id *exchange, uint64_t attempt)
{
    return key_add_uint(key_of(exchange), attempt, ATTEMPT_BYTES);
}

/* --- answers ---------------------------------------------------------------------------------- */

/* A store that took the place of a lost one answers under a log of its own. */
static bool outweighs(const struct exchange_answer_row *a, const struct exchange_answer_row *b)
{
    return a->answer > b->answer;
}

bool exchange_said_load(const struct rows *rows, const struct id *exchange, uint64_t attempt,
                        const struct id *warehouse, struct exchange_said *said)
{
    struct key prefix = attempt_key(exchange, attempt);
    struct walk walk = walk_over(&prefix);
    struct exchange_answer_row best = {.answer = 0};
    struct key key = {.size = 0};
    struct row at;
    while (walk_next(rows, VIEW_EXCHANGE_ANSWER, &walk, &at)) {
        struct exchange_answer_row row;
        if (shape_decode(&exchange_answer_row_shape, at.value, &row, NULL) != OK) continue;
        if (!id_equal(&row.warehouse, warehouse)) continue;
        if (key.size > 0 && !outweighs(&row, &best)) continue;
        best = row;
        key = walk.at;
    }
    if (key.size == 0) return false;
    memcpy(said->log.bytes, key.bytes + key.size - ID_BYTES, ID_BYTES);
    return rows_load(rows, VIEW_EXCHANGE_ANSWER, &key, &exchange_answer_row_shape, &said->row);
}

bool exchange_keeps(const struct rows *rows, const struct id *reservation)
{
    struct key prefix = key_of(reservation);
    struct walk walk = walk_over(&prefix);
    struct row at;
    return walk_next(rows, VIEW_EXCHANGE_BY_RESERVATION, &walk, &at);
}

/* --- exchanges of a return -------------------------------------------------------------------- */

static bool may_leave(const struct exchange_row *row)
{
    return row->state == EXCHANGE_LEAVING || row->state == EXCHANGE_RECALLING;
}

uint64_t exchange_leaving(const struct rows *rows, const struct id *return_id, uint64_t line,
                          const struct id *but)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t units = 0;
    while (walk_next(rows, VIEW_EXCHANGE_BY_RETURN, &walk, &at)) {
        struct id exchange;
        struct exchange_row row;
        memcpy(exchange.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (id_equal(&exchange, but) || !exchange_load(rows, &exchange, &row)) continue;
        if (may_leave(&row) && row.line == line) units += row.quantity;
    }
    return units;
}

bool exchange_is_leaving(const struct rows *rows, const struct id *return_id)
{
    static const struct id nobody;
    if (BUG(money_while_leaving)) return false;
    for (uint64_t line = 0; line < ORDER_LINES_MAX; line++)
        if (exchange_leaving(rows, return_id, line, &nobody) > 0) return true;
    return false;
}

/* --- what follows ----------------------------------------------------------------------------- */

/* A warehouse has work with it as long as it was asked and has not said that it keeps nothing. */
static void place_refresh(const struct desk *desk, const struct id *exchange,
                          const struct exchange_place *place)
{
    struct exchange_said said;
    if (place->attempt == 0) return;
    bool spoke =
        exchange_said_load(&desk->rows, exchange, place->attempt, &place->warehouse, &said) &&
        said.row.answer != EXCHANGE_IS_KEPT;
    if (spoke)
        todo_drop(&desk->rows, &place->warehouse, TODO_EXCHANGE_KEEP, exchange, exchange);
    else
        todo_put(&desk->rows, &place->warehouse, TODO_EXCHANGE_KEEP, exchange, exchange);
}

static void conflict(const struct desk *desk, const struct id *exchange, enum conflict_kind kind,
                     const struct exchange_row *row, bool stands)
{
    struct conflict_row conflict = {.kind = kind, .thing = *exchange};
    struct key key = key_add_uint(pair_key(&row->return_id, exchange), kind, 8);
    if (stands)
        rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
    else
        rows_drop(&desk->rows, VIEW_CONFLICT, &key);
}

/* Something left that the book had called off, or gave no leave for. */
static bool is_stray(const struct exchange_row *row, uint64_t attempt,
                     const struct exchange_answer_row *answer)
{
    bool mine = attempt == row->attempt && id_equal(&answer->warehouse, &row->warehouse);
    if (answer->answer != EXCHANGE_IS_SENT) return false;
    return !mine || !(row->state == EXCHANGE_SENT || may_leave(row));
}

static void conflicts_refresh(const struct desk *desk, const struct id *exchange,
                              const struct exchange_row *row)
{
    struct key prefix = key_of(exchange);
    struct walk walk = walk_over(&prefix);
    struct row at;
    bool stray = false;
    while (walk_next(&desk->rows, VIEW_EXCHANGE_ANSWER, &walk, &at)) {
        struct exchange_answer_row answer;
        uint64_t attempt = be_get(walk.at.bytes + ID_BYTES, ATTEMPT_BYTES);
        if (shape_decode(&exchange_answer_row_shape, at.value, &answer, NULL) != OK) continue;
        stray = stray || is_stray(row, attempt, &answer);
    }
    conflict(desk, exchange, CONFLICT_EXCHANGE_STRAY, row, stray);
    conflict(desk, exchange, CONFLICT_EXCHANGE_UNSETTLED, row, row->contest != 0);
}

static void refresh(const struct desk *desk, const struct id *exchange)
{
    struct exchange_row row;
    if (!exchange_load(&desk->rows, exchange, &row)) return;
    for (uint32_t i = 0; i < row.places_count; i++) place_refresh(desk, exchange, &row.places[i]);
    if (exchange_is_over(row.state))
        todo_drop(&desk->rows, &row.book, TODO_EXCHANGE, exchange, exchange);
    else
        todo_put(&desk->rows, &row.book, TODO_EXCHANGE, exchange, exchange);
    conflicts_refresh(desk, exchange, &row);
}

/* --- entries ---------------------------------------------------------------------------------- */

/* The return was begun earlier in this very book, or the exchange is none of its leader's. */
static bool begin(const struct desk *desk, const struct place *place,
                  const struct exchange_moved *moved, struct exchange_row *row)
{
    struct return_row owner;
    if (!id_is_of(desk->crypto, &moved->exchange, &place->log)) return false;
    if (!return_load(&desk->rows, &moved->return_id, &owner)) return false;
    if (!id_equal(&owner.book, &place->log)) return false;
    if (moved->quantity == 0 || moved->places_count == 0 || moved->wanted.size == 0) return false;
    *row = (struct exchange_row){.merchant = owner.merchant,
                                 .book = place->log,
                                 .opened_by = moved->by,
                                 .opened_ms = moved->at_ms};
    shape_copy(&exchange_row_shape, row, &exchange_moved_shape, moved);
    for (uint32_t i = 0; i < row->places_count; i++) row->places[i].attempt = 0;
    struct key key = pair_key(&row->merchant, &moved->exchange);
    rows_mark(&desk->rows, VIEW_EXCHANGE_BY_MERCHANT, &key);
    key = pair_key(&row->return_id, &moved->exchange);
    rows_mark(&desk->rows, VIEW_EXCHANGE_BY_RETURN, &key);
    return true;
}

/* Silence to an ask gives the turn to the next; silence to all refunds, once all were heard. */
static enum verb due_verb(uint64_t state)
{
    return state == EXCHANGE_WAITING ? DO_REFUND_INSTEAD : DO_LAPSE;
}

static void move_due(const struct desk *desk, const struct exchange_row *row,
                     const struct exchange_moved *moved)
{
    if (row->due_ms != 0)
        due_drop(&desk->rows, row->due_ms, &row->book, due_verb(row->state), &moved->exchange);
    if (moved->due_ms != 0)
        due_put(&desk->rows, moved->due_ms, &row->book, due_verb(moved->to), &moved->exchange);
}

static void index_row(const struct desk *desk, const struct id *exchange,
                      const struct exchange_row *row, bool stands)
{
    void (*const set)(const struct rows *rows, enum view_table table, const struct key *key) =
        stands ? rows_mark : rows_drop;
    struct key key = key_add_id(key_add_uint(key_of(&row->merchant), row->state, 1), exchange);
    set(&desk->rows, VIEW_EXCHANGE_BY_STATE, &key);
    if (row->attempt == 0) return;
    key = pair_key(&row->warehouse, exchange);
    if (!stands || !exchange_is_over(row->state))
        set(&desk->rows, VIEW_EXCHANGE_BY_WAREHOUSE, &key);
}

static void note(const struct exchange_moved *moved, struct exchange_row *row)
{
    row->state = moved->to;
    if (row->version < VERSION_MAX) row->version++;
    row->moved_ms = moved->at_ms;
    row->due_ms = moved->due_ms;
    if (moved->reason.size > 0) row->reason = moved->reason;
    if (moved->reference.size > 0) row->reference = moved->reference;
    if (moved->number.size > 0) row->number = moved->number;
    if (moved->contest != 0) row->contest = 1;
    if (moved->act != EXCHANGE_ASK) return;
    row->attempt = moved->attempt;
    row->warehouse = moved->warehouse;
    for (uint32_t i = 0; i < row->places_count; i++)
        if (id_equal(&row->places[i].warehouse, &moved->warehouse))
            row->places[i].attempt = moved->attempt;
}

static void moved_fold(const struct desk *desk, const struct place *place,
                       const struct exchange_moved *moved)
{
    struct exchange_row row;
    struct key key = key_of(&moved->exchange);
    bool begins = moved->act == EXCHANGE_OPEN;
    bool known = exchange_load(&desk->rows, &moved->exchange, &row);
    if (known == begins || moved->to == EXCHANGE_NONE) return; /* no rule of ours says so */
    if (known && (!id_equal(&row.book, &place->log) || exchange_is_over(row.state))) return;
    if (moved->act == EXCHANGE_ASK && moved->attempt != row.attempt + 1) return;
    if (begins && !begin(desk, place, moved, &row)) return;
    if (known) index_row(desk, &moved->exchange, &row, false);
    move_due(desk, &row, moved);
    /* The puts above may have moved the texts of the row: read it once more. */
    if (known && !exchange_load(&desk->rows, &moved->exchange, &row)) return;
    note(moved, &row);
    row.idx = place->idx;
    rows_store(&desk->rows, VIEW_EXCHANGE, &key, &exchange_row_shape, &row);
    index_row(desk, &moved->exchange, &row, true);
    refresh(desk, &moved->exchange);
}

/* What was sent stays sent, and what is gone does not come back under the same attempt. */
static void answered_fold(const struct desk *desk, const struct place *place,
                          const struct exchange_answered *answered)
{
    struct exchange_answer_row row, former;
    struct key key = key_add_id(attempt_key(&answered->exchange, answered->attempt), &place->log);
    bool known =
        rows_load(&desk->rows, VIEW_EXCHANGE_ANSWER, &key, &exchange_answer_row_shape, &former);
    if (answered->attempt == 0 || (known && former.answer != EXCHANGE_IS_KEPT)) return;
    memset(&row, 0, sizeof row);
    shape_copy(&exchange_answer_row_shape, &row, &exchange_answered_shape, answered);
    row.idx = place->idx;
    rows_store(&desk->rows, VIEW_EXCHANGE_ANSWER, &key, &exchange_answer_row_shape, &row);
    if (!id_is_zero(&answered->reservation)) {
        struct key of = pair_key(&answered->reservation, &answered->exchange);
        rows_mark(&desk->rows, VIEW_EXCHANGE_BY_RESERVATION, &of);
    }
    refresh(desk, &answered->exchange);
}

void exchange_entry(const struct desk *desk, const struct place *place, enum event_kind kind,
                    const union event_body *body)
{
    if (kind == EVENT_EXCHANGE_MOVED)
        moved_fold(desk, place, &body->exchange_moved);
    else
        answered_fold(desk, place, &body->exchange_answered);
}

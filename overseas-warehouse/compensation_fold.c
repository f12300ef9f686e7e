/* How the entries of a compensation claim become its row, its places in the lists, and the deadline
 * that it leaves. */
#include "overseas-warehouse/parts.h"
#include "proto/money.h"

struct id compensation_thing(const struct crypto *crypto, const struct compensation_row *row)
{
    return row->number.size > 0 ? parcel_id(crypto, row->number) : row->unit;
}

bool compensation_is_open(uint64_t state)
{
    return state == COMPENSATION_DRAFTED || state == COMPENSATION_FILED ||
           state == COMPENSATION_ACCEPTED;
}

struct key compensation_state_key(const struct id *merchant, uint64_t state)
{
    return key_add_uint(key_of(merchant), state, 1);
}

/* --- the row ---------------------------------------------------------------------------------- */

/* The first entry says what it is of; its id is of this very book, or it is none of its leader's.
 */
static bool begin(const struct desk *desk, const struct place *place,
                  const struct compensation_moved *moved, struct compensation_row *row)
{
    bool begins = moved->verb == DO_DRAFT || moved->verb == DO_FILE;
    bool whole = !id_is_zero(&moved->merchant) && moved->kind != 0 && moved->amount_minor > 0;
    if (!begins || !whole || !id_is_of(desk->crypto, &moved->claim, &place->log)) return false;
    *row = (struct compensation_row){.merchant = moved->merchant,
                                     .book = place->log,
                                     .amount_minor = moved->amount_minor,
                                     .opened_ms = moved->at_ms,
                                     .opened_by = moved->by.kind};
    shape_copy(&compensation_row_shape, row, &compensation_moved_shape, moved);
    row->evidence_count = 0;
    row->reference = row->reason = (struct span){0};
    return true;
}

/* A sum that a faulty leader makes up is not begun to be counted. */
static bool count_payment(struct compensation_row *row, const struct compensation_moved *moved)
{
    int64_t sum;
    if (moved->amount_minor <= 0 || row->payments_count == CLAIM_PAYMENTS_MAX) return false;
    if (money_add(row->paid_minor, moved->amount_minor, &sum) != OK || sum > row->amount_minor)
        return false;
    row->paid_minor = sum;
    if (row->accepted_minor < sum) row->accepted_minor = sum;
    row->paid_ms = moved->at_ms;
    row->payments[row->payments_count++] = (struct claim_payment){
        .reference = moved->reference, .amount_minor = moved->amount_minor, .at_ms = moved->at_ms};
    return true;
}

static void note_words(struct compensation_row *row, const struct compensation_moved *moved)
{
    if (moved->reason.size > 0) row->reason = moved->reason;
    if (moved->reference.size > 0 && moved->verb != DO_RECOVER) row->reference = moved->reference;
    for (uint32_t i = 0; i < moved->evidence_count && row->evidence_count < EVIDENCE_MAX; i++)
        row->evidence[row->evidence_count++] = moved->evidence[i];
}

/* false: no rule of ours writes such an entry. */
static bool advance(struct compensation_row *row, const struct compensation_moved *moved)
{
    if (moved->verb == DO_RECOVER && !count_payment(row, moved)) return false;
    if (moved->verb == DO_ACCEPT) {
        if (moved->amount_minor <= 0 || moved->amount_minor > row->amount_minor) return false;
        row->accepted_minor = moved->amount_minor;
        if (row->accepted_minor < row->paid_minor) row->accepted_minor = row->paid_minor;
    }
    if (moved->verb == DO_ACCEPT || moved->verb == DO_DENY) row->answered_ms = moved->at_ms;
    if (moved->verb == DO_FILE) row->filed_ms = moved->at_ms;
    if (moved->verb == DO_FILE && row->state == COMPENSATION_DENIED) row->appeals++;
    note_words(row, moved);
    row->state = moved->to;
    row->version++;
    row->due_ms = moved->due_ms;
    row->moved_ms = moved->at_ms;
    return true;
}

/* --- the lists -------------------------------------------------------------------------------- */

/* What the lists are kept by, of the row before and after. */
struct filed_under {
    bool known;
    uint64_t state, due_ms;
};

static void list_state(const struct desk *desk, const struct compensation_row *row,
                       const struct id *claim, uint64_t state, bool put)
{
    struct key key = compensation_state_key(&row->merchant, state);
    key = key_add_id(key_add_uint(key, row->opened_ms, 8), claim);
    (put ? rows_mark : rows_drop)(&desk->rows, VIEW_COMPENSATION_BY_STATE, &key);
}

static void list_anew(const struct desk *desk, const struct compensation_row *row,
                      const struct id *claim)
{
    struct id thing = compensation_thing(desk->crypto, row);
    struct key key = key_add_uint(key_of(&thing), row->kind, 1);
    key = key_add_id(key, claim);
    rows_mark(&desk->rows, VIEW_COMPENSATION_BY_THING, &key);
    key = key_add_id(key_add_uint(key_of(&row->merchant), row->opened_ms, 8), claim);
    rows_mark(&desk->rows, VIEW_COMPENSATION_BY_MERCHANT, &key);
}

/* The texts of a row that was loaded are gone by now; those of a new one are the entry's. */
static void list(const struct desk *desk, const struct filed_under *former,
                 const struct compensation_row *row, const struct id *claim)
{
    const struct rows *rows = &desk->rows;
    if (!former->known)
        list_anew(desk, row, claim);
    else
        list_state(desk, row, claim, former->state, false);
    list_state(desk, row, claim, row->state, true);
    if (former->due_ms != 0 && compensation_is_open(former->state))
        due_drop(rows, former->due_ms, &row->book, DO_RUN_OUT, claim);
    if (row->due_ms != 0 && compensation_is_open(row->state))
        due_put(rows, row->due_ms, &row->book, DO_RUN_OUT, claim);
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool has_ended(uint64_t state)
{
    return state == COMPENSATION_PAID || state == COMPENSATION_WITHDRAWN;
}

void compensation_fold(const struct desk *desk, const struct place *place,
                       const struct compensation_moved *moved)
{
    struct compensation_row row;
    bool known = compensation_load(&desk->rows, &moved->claim, &row);
    /* Another book's entry may come before this one's or after it (law 3). */
    if (known && !id_equal(&row.book, &place->log)) return;
    /* Nor does a faulty leader move what has ended, or begin what is there. */
    if (known && (has_ended(row.state) || !id_is_zero(&moved->merchant))) return;
    if (!known && !begin(desk, place, moved, &row)) return;
    const struct filed_under former = {known, row.state, row.due_ms};
    if (!advance(&row, moved)) return;
    struct key key = key_of(&moved->claim);
    rows_store(&desk->rows, VIEW_COMPENSATION, &key, &compensation_row_shape, &row);
    list(desk, &former, &row, &moved->claim);
    deadlines_of_compensation(desk, moved, former.state, &row);
}

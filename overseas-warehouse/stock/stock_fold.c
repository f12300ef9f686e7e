/* How entries of the ledger become rows. An entry is copied, not judged: balances are sums. Its id
 * is bound to the node whose log it stands in, so that no other repeats it or takes it back. That
 * the warehouse it names is that node's is the writer's word: who tells of another's is flagged. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"
#include "proto/bugs.h"

static void index_posting(const struct desk *desk, const struct place *place, const struct id *id,
                          const struct stock_goods *goods)
{
    struct key by_time = key_add_uint(key_of(&goods->warehouse), UINT64_MAX - place->hlc, 8);
    struct key by_goods =
        key_add_uint(pair_key(&goods->merchant, &goods->form), UINT64_MAX - place->hlc, 8);
    by_time = key_add_id(key_add_id(by_time, id), &place->log);
    by_goods = key_add_id(by_goods, id);
    rows_mark(&desk->rows, VIEW_STOCK_BY_TIME, &by_time);
    rows_mark(&desk->rows, VIEW_STOCK_BY_GOODS, &by_goods);
}

/* The WMS reads what it was given, and what of that was taken back, as lines in their order. */
static void index_receipt(const struct desk *desk, const struct place *place, const struct id *id,
                          const struct id *warehouse, unsigned turn)
{
    struct key key = key_add_uint(key_of(warehouse), place->hlc, 8);
    key = key_add_uint(key_add_id(key_add_id(key, id), &place->log), turn, 1);
    rows_mark(&desk->rows, VIEW_STOCK_RECEIPT, &key);
}

/* --- postings --------------------------------------------------------------------------------- */

/* A reservation waits for its time until some log of the warehouse has ended it; which of the two
 * folds first does not matter. */
static void due_refresh(const struct desk *desk, const struct id *reservation)
{
    struct key prefix = key_of(reservation);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_STOCK_POSTING, &walk, &at)) {
        struct stock_posting_row row;
        if (shape_decode(&stock_posting_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.act != STOCK_RESERVE) continue;
        if (stock_has_ended(&desk->rows, reservation))
            due_drop(&desk->rows, row.expires_ms, &row.warehouse, DO_LAPSE, reservation);
        else
            due_put(&desk->rows, row.expires_ms, &row.warehouse, DO_LAPSE, reservation);
    }
}

/* Once by each log: the store that takes the place of a lost one ends what that had reserved. */
static bool ends_once(const struct desk *desk, const struct place *place,
                      const struct id *reservation)
{
    struct key key = pair_key(reservation, &place->log);
    if (rows_has(&desk->rows, VIEW_STOCK_ENDED, &key)) return BUG(kept_ended_twice);
    rows_mark(&desk->rows, VIEW_STOCK_ENDED, &key);
    due_refresh(desk, reservation);
    return true;
}

static uint64_t grade_to(const struct stock_posting_row *row)
{
    return row->to_grade != 0 ? row->to_grade : row->grade;
}

static void posted_fold(const struct desk *desk, const struct place *place,
                        const struct stock_posted *posted)
{
    struct stock_posting_row row = {.hlc = place->hlc};
    struct key key = pair_key(&posted->posting, &place->log);
    bool ends = posted->act == STOCK_RELEASE || posted->act == STOCK_SHIP;
    if (!id_is_of(desk->crypto, &posted->posting, &place->node)) return;
    if (posted->act == STOCK_RESTOCK || posted->act == STOCK_COUNT) return; /* told elsewhere */
    if (rows_has(&desk->rows, VIEW_STOCK_POSTING, &key)) return;
    if (ends && !ends_once(desk, place, &posted->reservation)) return;
    shape_copy(&stock_posting_row_shape, &row, &stock_posted_shape, posted);
    struct stock_goods goods =
        stock_goods(desk, &posted->warehouse, &posted->merchant, posted->sku);
    struct stock_place from =
        stock_place((enum stock_account)posted->from, posted->bin, posted->grade);
    struct stock_place to =
        stock_place((enum stock_account)posted->to, posted->to_bin, grade_to(&row));
    rows_store(&desk->rows, VIEW_STOCK_POSTING, &key, &stock_posting_row_shape, &row);
    index_posting(desk, place, &posted->posting, &goods);
    stock_written(desk, place, &posted->warehouse);
    stock_move(desk, &goods, &from, &to, (int64_t)posted->pieces);
    if (posted->act == STOCK_RESERVE) due_refresh(desk, &posted->posting);
    if (posted->act == STOCK_HAND_OVER)
        index_receipt(desk, place, &posted->posting, &posted->warehouse, STOCK_HANDED_OVER);
}

/* The log that posted takes back, once. What was reserved is released, not taken back. */
static void voided_fold(const struct desk *desk, const struct place *place,
                        const struct stock_voided *voided)
{
    struct stock_posting_row row;
    struct key key = pair_key(&voided->posting, &place->log);
    if (!rows_load(&desk->rows, VIEW_STOCK_POSTING, &key, &stock_posting_row_shape, &row)) return;
    bool again = row.voided != 0 && !BUG(posting_voided_twice);
    if (again || row.act == STOCK_RESERVE || row.act == STOCK_RELEASE || row.act == STOCK_SHIP ||
        row.act == STOCK_COUNT)
        return;
    struct id warehouse = row.warehouse, merchant = row.merchant;
    struct stock_goods goods = stock_goods(desk, &warehouse, &merchant, row.sku);
    struct stock_place from = stock_place((enum stock_account)row.from, row.bin, row.grade);
    struct stock_place to = stock_place((enum stock_account)row.to, row.to_bin, grade_to(&row));
    int64_t pieces = (int64_t)row.pieces;
    row.voided = 1;
    row.voided_reason = voided->reason;
    rows_store(&desk->rows, VIEW_STOCK_POSTING, &key, &stock_posting_row_shape, &row);
    stock_move(desk, &goods, &from, &to, -pieces);
    if (row.act == STOCK_HAND_OVER)
        index_receipt(desk, place, &voided->posting, &warehouse, STOCK_TAKEN_BACK);
}

/* --- counts ----------------------------------------------------------------------------------- */

static bool is_later(const struct stock_tally_row *a, const struct stock_tally_row *b)
{
    if (a->hlc != b->hlc) return a->hlc > b->hlc;
    return a->at_ms != b->at_ms ? a->at_ms > b->at_ms : a->found > b->found;
}

static void note_tally(const struct desk *desk, const struct stock_goods *goods,
                       const struct stock_place *where, const struct stock_tally_row *tally)
{
    struct key key = stock_tally_key(desk->crypto, goods, where);
    struct stock_tally_row former;
    if (rows_load(&desk->rows, VIEW_STOCK_TALLY, &key, &stock_tally_row_shape, &former) &&
        !is_later(tally, &former))
        return;
    rows_store(&desk->rows, VIEW_STOCK_TALLY, &key, &stock_tally_row_shape, tally);
}

static void flag(const struct desk *desk, const struct place *place, const struct id *posting)
{
    struct conflict_row conflict = {.kind = CONFLICT_STOCK_COUNT, .thing = *posting};
    struct key key = key_add_uint(pair_key(posting, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

/* A difference is no larger than what can lie in one place: a count that says more is no count. */
static bool is_sane(const struct stock_counted *counted)
{
    int64_t most = (int64_t)STOCK_PIECES_MAX * 1024;
    return stock_is_pool((enum stock_account)counted->account) && counted->free <= most &&
           counted->free >= -most && counted->reserved <= most && counted->reserved >= -most;
}

static void counted_fold(const struct desk *desk, const struct place *place,
                         const struct stock_counted *counted)
{
    struct stock_posting_row row = {
        .act = STOCK_COUNT, .from = STOCK_DIFFERENCE, .hlc = place->hlc, .to = counted->account};
    struct key key = pair_key(&counted->posting, &place->log);
    if (!is_sane(counted)) return;
    if (!id_is_of(desk->crypto, &counted->posting, &place->node)) return;
    if (rows_has(&desk->rows, VIEW_STOCK_POSTING, &key)) return;
    shape_copy(&stock_posting_row_shape, &row, &stock_counted_shape, counted);
    row.to_bin = counted->bin;
    row.bin = (struct span){0};
    struct stock_goods goods =
        stock_goods(desk, &counted->warehouse, &counted->merchant, counted->sku);
    struct stock_place where =
        stock_place((enum stock_account)counted->account, counted->bin, counted->grade);
    struct stock_place kept = stock_place(STOCK_RESERVED, counted->bin, counted->grade);
    struct stock_place difference = stock_place(STOCK_DIFFERENCE, (struct span){0}, counted->grade);
    struct stock_tally_row tally = {
        .hlc = place->hlc, .at_ms = counted->at_ms, .found = counted->found};
    rows_store(&desk->rows, VIEW_STOCK_POSTING, &key, &stock_posting_row_shape, &row);
    index_posting(desk, place, &counted->posting, &goods);
    stock_written(desk, place, &counted->warehouse);
    stock_move(desk, &goods, &difference, &where, counted->free);
    stock_move(desk, &goods, &difference, &kept, counted->reserved);
    note_tally(desk, &goods, &where, &tally);
    if (counted->contradiction != 0 && !BUG(count_unflagged)) flag(desk, place, &counted->posting);
}

/* --- bins ------------------------------------------------------------------------------------- */

static void bin_set_fold(const struct desk *desk, const struct place *place,
                         const struct stock_bin_set *set)
{
    struct stock_bin_row row = {.hlc = place->hlc};
    if (set->bin.size == 0) return;
    struct key key =
        key_add_id(stock_bin_key(desk->crypto, &set->warehouse, set->bin), &place->log);
    shape_copy(&stock_bin_row_shape, &row, &stock_bin_set_shape, set);
    rows_store(&desk->rows, VIEW_STOCK_BIN, &key, &stock_bin_row_shape, &row);
    stock_written(desk, place, &set->warehouse);
}

void stock_fold(const struct desk *desk, const struct place *place, enum event_kind kind,
                const union event_body *body)
{
    if (kind == EVENT_STOCK_POSTED)
        posted_fold(desk, place, &body->stock_posted);
    else if (kind == EVENT_STOCK_BIN_SET)
        bin_set_fold(desk, place, &body->stock_bin_set);
    else if (kind == EVENT_STOCK_COUNTED)
        counted_fold(desk, place, &body->stock_counted);
    else
        voided_fold(desk, place, &body->stock_voided);
}

/* How a unit's entries become rows. Fields of a unit are keyed by hop, each hop is written by the
 * log of one warehouse; what the book has not reacted to yet is work left to it. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/stock/stock.h"
#include "proto/bugs.h"

#define UNIT_COUNT_MAX 0xfffffu /* entries of one hop that a version counts */

static void copy_set_fields(struct unit_row *row, const struct unit_moved *moved)
{
    if (moved->grade != 0) {
        row->grade = moved->grade;
        row->liability = moved->liability;
        row->disposition = 0; /* of another condition; what becomes of it is chosen anew */
        row->chosen_by = (struct actor){.kind = 0};
    }
    if (moved->verb == DO_GRADE) {
        row->graded_by = moved->by;
        row->graded_ms = moved->at_ms;
        if (moved->sku.size > 0) row->sku = moved->sku;
        row->relabelled = moved->sku.size > 0;
    }
    if (moved->disposition != 0) {
        row->disposition = moved->disposition;
        row->chosen_by = moved->verb == DO_DISPOSE ? moved->by : moved->chosen_by;
    }
    if (moved->cycle != 0) row->cycle = moved->cycle;
    if (moved->reason.size > 0) row->reason = moved->reason;
    if (moved->verb == DO_SHIP) row->to = moved->warehouse;
}

/* What the grade said of it goes with the grade. A receipt that followed a shipment is under way
 * again, to where it never came. */
static void take_back(struct unit_row *row, const struct place *place,
                      const struct unit_moved *moved)
{
    if (moved->to == UNIT_SHIPPED) row->to = row->warehouse;
    if (moved->to != UNIT_INSPECTED) return;
    row->void_grade = row->grade;
    if (row->void_idx == 0) row->void_idx = place->idx;
    row->grade = 0;
    row->liability = 0;
    row->disposition = 0;
    row->chosen_by = row->graded_by = (struct actor){.kind = 0};
    row->graded_ms = 0;
}

static struct unit_row new_row(const struct unit_moved *moved)
{
    return (struct unit_row){.version = moved->hop << 20,
                             .warehouse = moved->warehouse,
                             .box = moved->box,
                             .sku = moved->sku,
                             .serial = moved->serial,
                             .received_ms = moved->at_ms};
}

static int stock_compare(const struct stock_row *a, const struct stock_row *b)
{
    if (a->grade != b->grade) return a->grade < b->grade ? -1 : 1;
    if (a->sku.size != b->sku.size) return a->sku.size < b->sku.size ? -1 : 1;
    return a->sku.size == 0 ? 0 : memcmp(a->sku.at, b->sku.at, a->sku.size);
}

/* A set: what was put into stock once is in it, however often it is said. Were it said in two ways
 * (which takes a second writer of the hop), the smaller one stands, in any order of arrival. */
static void put_in_stock(const struct desk *desk, const struct id *unit, const struct unit_row *row)
{
    struct stock_row stock = {.sku = row->sku, .grade = row->grade};
    uint64_t cycle = BUG(double_restock) ? row->version & 0xffff : row->cycle;
    struct key key = key_add_uint(pair_key(&row->warehouse, unit), cycle, 2);
    struct stock_row former;
    struct id warehouse = row->warehouse;
    uint64_t moved_ms = row->moved_ms;
    if (BUG(stock_forgotten) && row->version >> 20 > 1) return;
    bool known = rows_load(&desk->rows, VIEW_STOCK, &key, &stock_row_shape, &former);
    if (!known || stock_compare(&former, &stock) > 0)
        rows_store(&desk->rows, VIEW_STOCK, &key, &stock_row_shape, &stock);
    stock_restocked(desk, unit, &warehouse, cycle, moved_ms);
}

/* An entry about one unit whose subject is another: what the plate said and what it became. */
static void note_stranger(const struct desk *desk, const struct place *place,
                          const struct unit_moved *moved)
{
    if (id_is_zero(&place->entity) || id_equal(&place->entity, &moved->unit)) return;
    if (BUG(plate_unflagged)) return;
    struct conflict_row conflict = {
        .kind = CONFLICT_PLATE, .verb = moved->verb, .thing = moved->unit};
    struct key key = key_add_uint(pair_key(&place->entity, &place->log), place->idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

/* The boxes that the unit came in by its own entries: what the assignment says may be a lie. */
void unit_refresh_boxes(const struct desk *desk, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_UNIT, &walk, &row)) {
        struct unit_row hop;
        if (shape_decode(&unit_row_shape, row.value, &hop, NULL) != OK) continue;
        struct id box = hop.box;
        if (!id_is_zero(&box)) assign_todo_refresh(desk, &box);
    }
}

/* Off the floor: no longer in a box that nobody claims. */
static bool is_gone(uint64_t state)
{
    return state == UNIT_SETTLED || state == UNIT_SHIPPED || state == UNIT_VOID;
}

/* It lies in the box while some receipt says so that was not taken back. */
static void lies_refresh(const struct desk *desk, const struct id *unit, const struct id *box)
{
    struct key prefix = key_of(unit), in_box = pair_key(box, unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    bool lies = false;
    if (id_is_zero(box)) return;
    while (walk_next(&desk->rows, VIEW_UNIT, &walk, &at)) {
        struct unit_row row;
        bool decodes = shape_decode(&unit_row_shape, at.value, &row, NULL) == OK;
        lies = lies || (decodes && id_equal(&row.box, box) && row.state != UNIT_VOID);
    }
    if (lies)
        rows_mark(&desk->rows, VIEW_UNIT_BY_BOX, &in_box);
    else
        rows_drop(&desk->rows, VIEW_UNIT_BY_BOX, &in_box);
}

void unit_fold(const struct desk *desk, const struct place *place, const struct unit_moved *moved)
{
    struct unit_row row;
    struct key key = unit_key(&moved->unit, moved->hop, &place->log);
    bool known = rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &row);
    if (known == (moved->verb == DO_RECEIVE)) return; /* no rule of ours writes such an entry */
    uint64_t from = known ? row.state : UNIT_NONE;
    if (!known) row = new_row(moved);
    copy_set_fields(&row, moved);
    if (moved->verb == DO_VOID) take_back(&row, place, moved);
    row.state = moved->to;
    if ((row.version & UNIT_COUNT_MAX) < UNIT_COUNT_MAX) row.version++;
    row.moved_ms = moved->at_ms;
    row.idx = place->idx;
    struct id box = row.box;
    rows_store(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &row);
    note_stranger(desk, place, moved);
    if (rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &row))
        plate_follow(desk, place, &moved->unit, &row);
    if (moved->to == UNIT_SETTLED && row.disposition == DISPOSE_RESTOCK &&
        rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &row))
        put_in_stock(desk, &moved->unit, &row);
    if (moved->verb == DO_RECEIVE || (from == UNIT_VOID) != (moved->to == UNIT_VOID))
        lies_refresh(desk, &moved->unit, &box);
    if (moved->verb == DO_RECEIVE && !id_is_zero(&moved->box))
        assign_todo_refresh(desk, &moved->box);
    if (moved->verb == DO_RECEIVE || is_gone(from) != is_gone(moved->to))
        unit_refresh_boxes(desk, &moved->unit);
    unit_todo_refresh(desk, &moved->unit);
    grade_void_refresh(desk, &moved->unit);
}

static bool stands_before(const struct place *place, const struct assigned_row *row)
{
    int order = memcmp(place->log.bytes, row->log.bytes, ID_BYTES);
    return order < 0 || (order == 0 && place->idx < row->idx);
}

static void note_two(const struct desk *desk, const struct id *unit, const struct id *log,
                     uint64_t idx)
{
    struct conflict_row conflict = {.kind = CONFLICT_TWO_ASSIGN, .verb = DO_ASSIGN};
    struct key key = key_add_uint(pair_key(unit, log), idx, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

/* A unit is assigned once. Were it twice, the smallest entry stands and the others are conflicts,
 * in any order of arrival. */
void assigned_fold(const struct desk *desk, const struct place *place,
                   const struct unit_assigned *assigned)
{
    struct assigned_row former;
    struct key key = key_of(&assigned->unit);
    bool known = assigned_load(&desk->rows, &assigned->unit, &former);
    if (known && !stands_before(place, &former)) {
        note_two(desk, &assigned->unit, &place->log, place->idx);
        return;
    }
    if (known) {
        note_two(desk, &assigned->unit, &former.log, former.idx);
        struct key was = pair_key(&former.return_id, &assigned->unit);
        rows_drop(&desk->rows, VIEW_UNIT_BY_RETURN, &was);
    }
    struct assigned_row row = {.return_id = assigned->return_id,
                               .book = assigned->book,
                               .box = assigned->box,
                               .line = assigned->line,
                               .over = assigned->over,
                               .log = place->log,
                               .idx = place->idx};
    rows_store(&desk->rows, VIEW_ASSIGNED, &key, &assigned_row_shape, &row);
    struct key of_return = pair_key(&assigned->return_id, &assigned->unit);
    rows_mark(&desk->rows, VIEW_UNIT_BY_RETURN, &of_return);
    if (known) return_todo_refresh(desk, &former.book, &former.return_id, &assigned->unit);
    unit_refresh_boxes(desk, &assigned->unit);
    unit_todo_refresh(desk, &assigned->unit);
    grade_void_refresh(desk, &assigned->unit);
}

/* --- what the book has not reacted to --------------------------------------------------------- */

static bool seen_load(const struct desk *desk, const struct id *return_id, const struct id *unit,
                      enum verb verb, struct seen_row *seen)
{
    struct key key = seen_key(return_id, unit, verb);
    *seen = (struct seen_row){0};
    return rows_load(&desk->rows, VIEW_RETURN_SEEN, &key, &seen_row_shape, seen);
}

bool unit_has_news(const struct desk *desk, const struct id *return_id, const struct id *unit,
                   const struct unit_row *row, enum verb verb)
{
    struct seen_row seen;
    bool known = seen_load(desk, return_id, unit, verb, &seen);
    if (verb == DO_TAKE_UNIT) return !known;
    if (verb == DO_NOTE_GRADE)
        return row->grade != 0 && (row->grade != seen.grade || row->liability != seen.liability);
    if (verb == DO_NOTE_DISPOSITION)
        return row->disposition != 0 && row->disposition != seen.disposition;
    return verb == DO_NOTE_SETTLEMENT && row->state == UNIT_SETTLED && !known;
}

static bool unit_is_news(const struct desk *desk, const struct id *book, const struct id *return_id,
                         const struct id *unit)
{
    struct assigned_row assigned;
    struct unit_now now;
    if (!assigned_load(&desk->rows, unit, &assigned)) return false;
    if (!id_equal(&assigned.book, book) || !id_equal(&assigned.return_id, return_id)) return false;
    if (!unit_load(&desk->rows, unit, &now)) memset(&now, 0, sizeof now);
    bool news = false;
    for (enum verb verb = DO_TAKE_UNIT; verb <= DO_NOTE_SETTLEMENT; verb++)
        news = news || unit_has_news(desk, return_id, unit, &now.row, verb);
    return news;
}

static bool is_led_by(const struct desk *desk, const struct id *return_id, const struct id *book)
{
    struct return_row row;
    return return_load(&desk->rows, return_id, &row) && id_equal(&row.book, book);
}

void return_todo_refresh(const struct desk *desk, const struct id *book, const struct id *return_id,
                         const struct id *thing)
{
    if (unit_is_news(desk, book, return_id, thing) ||
        (arrival_is_news(desk, thing, return_id) && is_led_by(desk, return_id, book)))
        todo_put(&desk->rows, book, TODO_RETURN, return_id, thing);
    else
        todo_drop(&desk->rows, book, TODO_RETURN, return_id, thing);
}

void unit_todo_refresh(const struct desk *desk, const struct id *unit)
{
    struct assigned_row assigned;
    if (!assigned_load(&desk->rows, unit, &assigned)) return;
    struct id book = assigned.book, return_id = assigned.return_id;
    return_todo_refresh(desk, &book, &return_id, unit);
}

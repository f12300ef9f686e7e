/* Units and boxes as they are read: where they stand, and beside it what an inspector saw, what
 * bars them, and how their merchant calls their grade. And what a merchant has asked of its goods.
 */
#include "node/http/list_page.h"
#include "node/http/records_inside.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/matching/matching.h"

/* --- beside a unit ---------------------------------------------------------------------------- */

static void put_grade_name(struct showing *showing, const struct id *unit, uint64_t grade)
{
    struct scale_set scale;
    if (grade == 0 || !scale_of_unit(showing->reading->rows, unit, &scale)) return;
    struct span name = scale_name(&scale, grade);
    if (name.size > 0) json_put_text(showing->out, "grade_name", name);
}

/* Those that stand; of a recall the book of its merchant tells the rest. */
static void put_holds(struct showing *showing, const struct id *unit)
{
    const struct desk desk = {.rows = *showing->reading->rows, .crypto = showing->reading->crypto};
    uint32_t holds = unit_holds(&desk, unit);
    json_open(showing->out, "holds", '[');
    for (enum hold_kind kind = HOLD_WIPE; kind < HOLD_KIND_COUNT; kind++) {
        struct hold_row row;
        if ((holds & HOLD_BIT(kind)) == 0) continue;
        json_open(showing->out, NULL, '{');
        json_put_text(showing->out, "kind", span_text(word_of(&hold_words, kind)));
        if (hold_load(showing->reading->rows, unit, kind, &row))
            json_put_shape(showing->out, NULL, &hold_row_shape, &row);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
}

static void put_findings(struct showing *showing, const struct id *thing)
{
    struct key prefix = key_of(thing);
    struct walk walk = walk_over(&prefix);
    struct row at;
    json_open(showing->out, "findings", '[');
    while (walk_next(showing->reading->rows, VIEW_FINDING, &walk, &at)) {
        struct finding_row row;
        if (shape_decode(&finding_row_shape, at.value, &row, NULL) != OK) continue;
        json_open(showing->out, NULL, '{');
        json_put_shape(showing->out, NULL, &finding_row_shape, &row);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
}

/* --- units and boxes -------------------------------------------------------------------------- */

bool put_unit(struct showing *showing)
{
    struct unit_now now;
    struct assigned_row assigned;
    struct answers_row answers;
    struct second_row second;
    struct id id = id_at(showing->id, 0);
    if (!may_see_unit(showing->reading, &id)) return false;
    if (!unit_load(showing->reading->rows, &id, &now)) return false;
    showing->version = now.row.version;
    begin(showing, &unit_row_shape, &now.row);
    json_put_uint(showing->out, "hop", now.hop);
    json_put_id(showing->out, "log", &now.log);
    if (assigned_load(showing->reading->rows, &id, &assigned))
        json_put_shape(showing->out, "assigned", &assigned_row_shape, &assigned);
    put_grade_name(showing, &id, now.row.grade);
    put_holds(showing, &id);
    put_findings(showing, &id);
    if (answers_load(showing->reading->rows, &id, &answers))
        json_put_shape(showing->out, "inspection", &answers_row_shape, &answers);
    if (second_load(showing->reading->rows, &id, &second))
        json_put_shape(showing->out, "second", &second_row_shape, &second);
    return end(showing);
}

void counts_put(struct json_out *out, const struct receipt_count *counts, uint32_t lines)
{
    json_open(out, "counted", '{');
    json_put_uint(out, "expected", counts->expected);
    json_put_uint(out, "received", counts->arrived);
    json_put_uint(out, "short", counts->missing);
    json_put_uint(out, "over", counts->over);
    json_put_uint(out, "foreign", counts->foreign);
    json_put_bool(out, "cut", counts->cut);
    json_open(out, "by_line", '[');
    for (uint32_t i = 0; i < lines; i++) json_put_uint(out, NULL, counts->received[i]);
    json_close(out, ']');
    json_close(out, '}');
}

bool put_box(struct showing *showing)
{
    struct box_row row;
    struct id id = id_at(showing->id, 0);
    if (!may_see_by(showing->reading, VIEW_BOX_CLAIM, &id)) return false;
    if (!box_load(showing->reading->rows, &id, &row)) return false;
    /* In one box lie returns of several merchants: the slip was one of them's. */
    if (!may_see_return(showing->reading, &row.return_id)) row.return_id = (struct id){{0}};
    begin(showing, &box_row_shape, &row);
    struct match_row match;
    bool matched = match_load(showing->reading->rows, &id, &row, &match) &&
                   !id_is_zero(&match.return_id) &&
                   may_see_return(showing->reading, &match.return_id);
    if (matched) json_put_shape(showing->out, "match", &match_row_shape, &match);
    json_open(showing->out, "claims", '[');
    struct key prefix = key_of(&id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(showing->reading->rows, VIEW_BOX_CLAIM, &walk, &at)) {
        struct box_claim_row claim;
        struct id return_id = id_at(key_span(&walk.at), ID_BYTES);
        if (!may_see_return(showing->reading, &return_id)) continue;
        if (!claim_load(showing->reading->rows, &id, &return_id, &claim)) continue;
        json_open(showing->out, NULL, '{');
        json_put_shape(showing->out, NULL, &box_claim_row_shape, &claim);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
    /* What was seen on it may be of any of those that lie in it. */
    if (!scope_is_bound(&showing->reading->scope)) put_findings(showing, &id);
    return end(showing);
}

/* --- what a merchant asks --------------------------------------------------------------------- */

/* Only its own book speaks for a merchant. */
static bool show_checklist(struct showing *showing, const struct checklist_set *list,
                           const struct id *book)
{
    struct merchant merchant;
    if (!may_see(showing->reading, &list->merchant) ||
        !merchant_load(showing->reading->rows, &list->merchant, &merchant) ||
        !id_equal(&merchant.book, book))
        return false;
    showing->version = list->version;
    begin(showing, NULL, NULL);
    json_put_shape(showing->out, NULL, &checklist_set_shape, list);
    return end(showing);
}

bool put_checklist(struct showing *showing)
{
    struct sku_row sku;
    struct checklist_set list;
    struct id id = id_at(showing->id, 0);
    if (!sku_load(showing->reading->rows, &id, &sku)) return false;
    return checklist_load(showing->reading->rows, &id, &sku.book, 0, &list) &&
           show_checklist(showing, &list, &sku.book);
}

bool put_checklist_version(struct showing *showing)
{
    struct checklist_set list;
    struct id book = id_at(showing->id, ID_BYTES);
    struct key key = {.size = showing->id.size};
    memcpy(key.bytes, showing->id.at, showing->id.size);
    return rows_load(showing->reading->rows, VIEW_CHECKLIST, &key, &checklist_set_shape, &list) &&
           show_checklist(showing, &list, &book);
}

bool put_scale(struct showing *showing)
{
    struct merchant merchant;
    struct scale_set scale;
    struct id id = id_at(showing->id, 0);
    if (!may_see(showing->reading, &id) || !merchant_load(showing->reading->rows, &id, &merchant) ||
        !scale_load(showing->reading->rows, &merchant, &scale))
        return false;
    showing->version = scale.version;
    begin(showing, &scale_set_shape, &scale);
    return end(showing);
}

/* A unit that waits for its second grade; the first one is not told. */
bool put_second(struct showing *showing)
{
    struct unit_now now;
    struct second_row row;
    struct id id = id_at(showing->id, 0);
    if (!may_see_unit(showing->reading, &id) || !unit_load(showing->reading->rows, &id, &now) ||
        !second_load(showing->reading->rows, &id, &row) || row.grade != 0)
        return false;
    begin(showing, NULL, NULL);
    json_put_id(showing->out, "warehouse", &now.row.warehouse);
    json_put_text(showing->out, "sku", now.row.sku);
    if (now.row.serial.size > 0) json_put_text(showing->out, "serial", now.row.serial);
    json_put_time(showing->out, "graded_ms", row.first_ms);
    return end(showing);
}

/* --- what bars units -------------------------------------------------------------------------- */

/* One that was put by hand and stands: the kind and the unit, as the indexes end. */
bool put_hold(struct showing *showing)
{
    struct hold_row row;
    struct unit_now now;
    enum hold_kind kind = (enum hold_kind)showing->id.at[0];
    struct id unit = id_at(showing->id, 1);
    const struct rows *rows = showing->reading->rows;
    if (!may_see_unit(showing->reading, &unit) || !unit_load(rows, &unit, &now)) return false;
    json_open(showing->out, showing->key, '{');
    json_put_id(showing->out, "unit", &unit);
    json_put_id(showing->out, "warehouse", &now.row.warehouse);
    if (now.row.sku.size > 0) json_put_text(showing->out, "sku", now.row.sku);
    json_put_text(showing->out, "kind", span_text(word_of(&hold_words, kind)));
    if (hold_load(rows, &unit, kind, &row))
        json_put_shape(showing->out, NULL, &hold_row_shape, &row);
    return end(showing);
}

/* The merchant, the SKU's form, the book and the range, as the index has them. */
bool put_recall(struct showing *showing)
{
    struct recall_row row;
    struct merchant merchant;
    struct id owner = id_at(showing->id, 0), form = id_at(showing->id, ID_BYTES);
    struct id book = id_at(showing->id, 2 * ID_BYTES);
    struct key key = key_add_id(pair_key(&form, &owner), &book);
    const struct rows *rows = showing->reading->rows;
    if (!may_see(showing->reading, &owner) || !merchant_load(rows, &owner, &merchant) ||
        !id_equal(&merchant.book, &book))
        return false;
    key = key_add_uint(key, be_get(showing->id.at + 3 * ID_BYTES, 8), 8);
    if (!rows_load(rows, VIEW_RECALL, &key, &recall_row_shape, &row)) return false;
    json_open(showing->out, showing->key, '{');
    json_put_id(showing->out, "merchant", &owner);
    json_put_shape(showing->out, NULL, &recall_row_shape, &row);
    return end(showing);
}

/* --- lists ------------------------------------------------------------------------------------ */

const char *const holds_parameters[] = {"merchant", "warehouse", "kind", NULL};

/* The kind ends the prefix, so the warehouse stands before it. */
bool holds_choose(struct page *page, const struct query *query)
{
    static const struct list_source all = {NULL, LIST_ALL, VIEW_HOLD_BY_WAREHOUSE, ID_BYTES,
                                           1 + ID_BYTES},
                                    by_merchant = {"merchant", LIST_ID, VIEW_HOLD_BY_MERCHANT,
                                                   2 * ID_BYTES, 1 + ID_BYTES};
    const char *text = query_get(query, "kind");
    if (!page_choose_owned(page, query, &all, &by_merchant, &all)) return false;
    if (text == NULL) return true;
    int64_t kind = word_number(&hold_words, span_text(text));
    if (kind <= 0)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter kind: none of the holds");
    if (query_get(query, "warehouse") == NULL)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter kind: warehouse goes with it");
    page->prefix = key_add_uint(page->prefix, (uint64_t)kind, 1);
    return true;
}

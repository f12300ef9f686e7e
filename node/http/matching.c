/* Boxes that nobody announced: the queue to identify, and which returns a box might be. A merchant
 * sees a box only when it is like a return of its own, and of the candidates its own. */
#include "overseas-warehouse/matching/matching.h"

#include "node/http/door.h"
#include "node/http/list_page.h"
#include "node/http/records.h"

#define SENDER_BYTES_MAX     400
#define BOX_ASK_FIELDS(F, S) F(S, 1, OPTIONAL, text, name, none, SENDER_BYTES_MAX)
SHAPE_DECLARE(box_ask, BOX_ASK_FIELDS)
SHAPE_DEFINE(box_ask, BOX_ASK_FIELDS)

/* --- who may see it --------------------------------------------------------------------------- */

static bool is_like_a_return_of(const struct rows *rows, const struct id *merchant,
                                const struct id *box)
{
    struct key prefix = pair_key(merchant, box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, VIEW_LIKENESS, &walk, &row);
}

static bool may_see_box(const struct reading *reading, const struct id *box)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    if (!scope_is_bound(&reading->scope)) return true;
    while (walk_next(reading->rows, VIEW_MERCHANT, &walk, &row)) {
        struct id merchant;
        memcpy(merchant.bytes, walk.at.bytes, ID_BYTES);
        if (scope_covers(&reading->scope, &merchant) &&
            is_like_a_return_of(reading->rows, &merchant, box))
            return true;
    }
    return false;
}

/* --- the queue -------------------------------------------------------------------------------- */

static void put_words(struct json_out *out, uint64_t clues)
{
#define CLUE_WORD(name, bit, word)                                                                 \
    if ((clues & (bit)) != 0) json_put_text(out, NULL, span_text(word));
    json_open(out, "clues", '[');
    CLUE_LIST(CLUE_WORD)
    json_close(out, ']');
#undef CLUE_WORD
}

static void put_items(const struct reading *reading, const struct id *box, struct json_out *out)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    json_open(out, "items", '[');
    while (walk_next(reading->rows, VIEW_UNIT_BY_BOX, &walk, &at)) {
        struct unit_now now;
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!unit_load(reading->rows, &unit, &now)) continue;
        json_open(out, NULL, '{');
        json_put_id(out, "unit", &unit);
        json_put_text(out, "sku", now.row.sku);
        if (now.row.serial.size > 0) json_put_text(out, "serial", now.row.serial);
        json_close(out, '}');
    }
    json_close(out, ']');
}

bool unclaimed_put_record(const struct reading *reading, const struct id *box, struct json_out *out,
                          const char *key)
{
    struct clues_row queued;
    struct box_row row;
    struct match_row match;
    struct key at = clues_key(box, CLUE_OF_BOX);
    if (!rows_load(reading->rows, VIEW_CLUES, &at, &clues_row_shape, &queued)) return false;
    if (!box_load(reading->rows, box, &row) || !may_see_box(reading, box)) return false;
    json_open(out, key, '{');
    json_put_id(out, "id", box);
    json_put_id(out, "warehouse", &row.warehouse);
    json_put_time(out, "since_ms", row.at_ms);
    if (row.number.size > 0) json_put_text(out, "number", row.number);
    if (row.weight_g != 0) json_put_uint(out, "weight_g", row.weight_g);
    if (queued.due_ms != 0) json_put_time(out, "abandoned_at", queued.due_ms);
    json_put_bool(out, "abandoned", box_is_abandoned(reading->rows, box));
    bool noted = match_load(reading->rows, box, &row, &match);
    json_open(out, "labels", '[');
    for (uint32_t i = 0; noted && i < match.labels_count; i++)
        json_put_text(out, NULL, match.labels[i].text);
    json_close(out, ']');
    put_items(reading, box, out);
    json_close(out, '}');
    return true;
}

static const struct list_source of_all = {NULL, LIST_ALL, VIEW_UNCLAIMED, ID_BYTES + 8, ID_BYTES};
static const struct list_source of_warehouse = {"warehouse", LIST_ID, VIEW_UNCLAIMED, ID_BYTES + 8,
                                                ID_BYTES};
static const struct list_source of_merchant = {"merchant", LIST_ID, VIEW_LIKENESS, ID_BYTES,
                                               ID_BYTES};
const char *const unclaimed_parameters[] = {"warehouse", "merchant", NULL};

/* Whoever is bound to a merchant walks that merchant's own queue: of the others not even a cursor
 * tells. */
bool unclaimed_choose(struct page *page, const struct query *query)
{
    const char *warehouse = query_get(query, "warehouse"), *merchant = query_get(query, "merchant");
    struct id id;
    page->source = &of_all;
    page->prefix.size = 0;
    page->covered = true;
    if (warehouse != NULL && merchant != NULL)
        return page_refuse(page, ERROR_MALFORMED, "one of the filters at a time");
    if (!page_read_merchant(page, merchant, &id)) return false;
    if (!id_is_zero(&id)) {
        page->source = &of_merchant;
        page->prefix = key_of(&id);
        return true;
    }
    if (warehouse == NULL) return true;
    if (id_parse(span_text(warehouse), &id) != OK)
        return page_refuse(page, ERROR_BAD_ID, "warehouse");
    page->source = &of_warehouse;
    page->prefix = key_of(&id);
    return true;
}

/* --- candidates ------------------------------------------------------------------------------- */

static void put_candidate(struct json_out *out, const struct candidate *candidate)
{
    json_open(out, NULL, '{');
    json_put_id(out, "return_id", &candidate->return_id);
    json_put_id(out, "merchant", &candidate->merchant);
    json_put_int(out, "points", candidate->points);
    put_words(out, candidate->clues);
    json_close(out, '}');
}

static bool put_candidates(const struct reading *reading, const struct id *box, struct span name,
                           struct json_out *out)
{
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct id only = scope_only(&reading->scope);
    struct candidates found;
    bool bound = scope_is_bound(&reading->scope);
    if (!may_see_box(reading, box)) return false;
    if (!box_candidates(&desk, box, name, id_is_zero(&only) ? NULL : &only, &found)) return false;
    json_open(out, NULL, '{');
    json_put_id(out, "id", box);
    if (!bound) json_put_bool(out, "certain", candidates_are_certain(&found));
    json_open(out, "candidates", '[');
    for (uint32_t i = 0; i < found.count; i++)
        if (scope_covers(&reading->scope, &found.at[i].merchant)) put_candidate(out, &found.at[i]);
    json_close(out, ']');
    json_close(out, '}');
    return true;
}

/* On false the call has been answered. */
static bool read_name(struct visit *visit, uint8_t room[COMMAND_BYTES_MAX], struct box_ask *ask)
{
    struct body_fault fault;
    if (!visit_is_json(visit)) return false;
    if (body_read_shape(&box_ask_shape, call_body(visit->call), ask, room, &fault) == OK)
        return true;
    struct problem problem = {.error = fault.error, .fault = &fault.field};
    if (fault.detail[0] != '\0') problem.detail = fault.detail;
    visit_problem(visit, &problem);
    return false;
}

/* A question, though it is posted: a name is a person's, and would stand in logs of addresses. */
void candidates_handle(struct visit *visit)
{
    uint8_t room[COMMAND_BYTES_MAX];
    struct box_ask ask = {.name = {NULL, 0}};
    struct store_reading snapshot;
    struct json_out out = {0};
    struct id box;
    if (!visit_id(visit, 0, &box) || !read_name(visit, room, &ask)) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    struct reading reading = {&snapshot.views, visit->http->crypto, visit_scope(visit),
                              wall_now_ms()};
    bool found = put_candidates(&reading, &box, ask.name, &out);
    error = snapshot.views.port->error(snapshot.views.world);
    store_reading_end(&snapshot);
    if (error == OK && !found) error = ERROR_NOT_FOUND;
    if (error == OK) {
        visit_json(visit, 200, &out);
        return;
    }
    json_out_free(&out);
    visit_refuse(visit, error, NULL);
}

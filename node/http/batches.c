/* Disposition batches as they are read. Who is bound to a merchant sees its own units and sums on a
 * batch, and of the others not even how many there are. */
#include "overseas-warehouse/batches/batches.h"

#include "node/http/list_page.h"
#include "node/http/records.h"

#define LINE_KEY_BYTES (4 * ID_BYTES)

/* What the reader's merchants have on it; of somebody who is bound to none, everything. */
static void sum_seen(const struct reading *reading, const struct id *batch,
                     const struct batch_now *now, struct batch_own *sums)
{
    const struct scope *scope = &reading->scope;
    *sums = (struct batch_own){.units = now->row.units,
                               .weight_g = now->row.weight_g,
                               .proceeds_minor = now->row.proceeds_minor,
                               .cost_minor = now->row.cost_minor};
    if (!scope_is_bound(scope)) return;
    *sums = (struct batch_own){.units = 0};
    for (uint32_t i = 0; i < scope->count; i++) {
        struct batch_own own;
        if (!batch_own_load(reading->rows, batch, now, &scope->merchants[i], &own)) continue;
        sums->units += own.units;
        sums->weight_g += own.weight_g;
        sums->proceeds_minor += own.proceeds_minor;
        sums->cost_minor += own.cost_minor;
    }
}

static void put_sums(struct json_out *out, const struct batch_own *sums)
{
    json_open(out, "sums", '{');
    json_put_uint(out, "units", sums->units);
    json_put_uint(out, "weight_g", sums->weight_g);
    json_put_int(out, "proceeds_minor", sums->proceeds_minor);
    json_put_int(out, "cost_minor", sums->cost_minor);
    json_put_int(out, "recovery_minor", sums->proceeds_minor - sums->cost_minor);
    json_close(out, '}');
}

/* What a merchant may know of a batch that holds others' units as well. */
#define BATCH_SEEN_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, choice, state, batch_state, 0)                                               \
    F(S, 3, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 4, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 5, REQUIRED, text, counterparty, none, COUNTERPARTY_BYTES_MAX)                            \
    F(S, 6, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 7, REQUIRED, choice, split, batch_split, 0)                                               \
    F(S, 13, REQUIRED, time, opened_ms, none, 0)                                                   \
    F(S, 15, OPTIONAL, time, ended_ms, none, 0)
SHAPE_DECLARE(batch_seen, BATCH_SEEN_FIELDS)
SHAPE_DEFINE(batch_seen, BATCH_SEEN_FIELDS)

bool batch_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                      const char *key, uint64_t *version)
{
    struct batch_now now;
    struct batch_own sums;
    struct batch_seen seen;
    bool bound = scope_is_bound(&reading->scope);
    if (!batch_load(reading->rows, id, &now)) return false;
    sum_seen(reading, id, &now, &sums);
    if (bound && sums.units == 0) return false;
    *version = bound ? 0 : now.row.version;
    shape_copy(&batch_seen_shape, &seen, &batch_row_shape, &now.row);
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    if (bound)
        json_put_shape(out, NULL, &batch_seen_shape, &seen);
    else
        json_put_shape(out, NULL, &batch_row_shape, &now.row);
    put_sums(out, &sums);
    if (!bound)
        json_put_bool(out, "settled",
                      now.row.state == BATCH_IS_CLOSED &&
                          !todo_has(reading->rows, &now.row.warehouse, TODO_BATCH, id, NULL));
    json_close(out, '}');
    return true;
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool line_load(const struct reading *reading, struct span id, struct batch_line_row *line)
{
    struct key key = {.size = LINE_KEY_BYTES};
    if (id.size != LINE_KEY_BYTES) return false;
    memcpy(key.bytes, id.at, id.size);
    return rows_load(reading->rows, VIEW_BATCH_LINE, &key, &batch_line_row_shape, line) &&
           scope_covers(&reading->scope, &line->merchant);
}

bool manifest_put_record(const struct reading *reading, struct span id, struct json_out *out,
                         const char *key)
{
    struct batch_line_row line;
    if (!line_load(reading, id, &line)) return false;
    json_open(out, key, '{');
    json_put_shape(out, NULL, &batch_line_row_shape, &line);
    json_put_int(out, "recovery_minor", line.proceeds_minor - line.cost_minor);
    json_close(out, '}');
    return true;
}

bool manifest_fill(const struct reading *reading, struct span id, void *row)
{
    return line_load(reading, id, row);
}

/* --- lists ------------------------------------------------------------------------------------ */

static const struct list_source all = {NULL, LIST_ALL, VIEW_BATCH, 0, ID_BYTES},
                                by_merchant = {"merchant", LIST_ID, VIEW_BATCH_BY_MERCHANT,
                                               2 * ID_BYTES, ID_BYTES},
                                by_warehouse = {"warehouse", LIST_ID, VIEW_BATCH_BY_WAREHOUSE,
                                                ID_BYTES, ID_BYTES},
                                lines = {NULL, LIST_ALL, VIEW_BATCH_LINE, 0, LINE_KEY_BYTES};

bool batches_choose(struct page *page, const struct query *query)
{
    return page_choose_owned(page, query, &all, &by_merchant, &by_warehouse);
}

bool manifest_choose(struct page *page, const struct query *query)
{
    struct batch_now now;
    struct batch_own sums;
    struct id batch, merchant;
    (void)query;
    page->covered = true;
    page->source = &lines;
    if (!visit_id(page->visit, 0, &batch)) return false;
    if (!page_read_merchant(page, NULL, &merchant)) return false;
    if (!batch_load(page->reading.rows, &batch, &now))
        return page_refuse(page, ERROR_NOT_FOUND, NULL);
    page->prefix = pair_key(&batch, &now.log);
    if (id_is_zero(&merchant)) return true;
    page->prefix = key_add_id(page->prefix, &merchant);
    return batch_own_load(page->reading.rows, &batch, &now, &merchant, &sums) ||
           page_refuse(page, ERROR_NOT_FOUND, NULL);
}

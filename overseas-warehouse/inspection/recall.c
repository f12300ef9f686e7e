/* Recalls: a merchant stops the sale of a SKU, or of a range of its serial numbers or a lot,
 * wherever its units lie and whenever they come. An entry of the merchant's own book sets one, and
 * only another of that book ends it. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(recall_row, RECALL_ROW_FIELDS)

#define RANGE_BYTES 8

static struct key prefix_of(const struct desk *desk, struct span sku, const struct id *merchant,
                            const struct id *book)
{
    struct id form = sku_form_id(desk->crypto, sku);
    return key_add_id(pair_key(&form, merchant), book);
}

/* Which of the units: 0 is all of them. */
static uint64_t range_of(const struct desk *desk, struct span from, struct span to, struct span lot)
{
    struct span parts[] = {from, to, lot};
    struct id id = crypto_id(desk->crypto, "entrepot/recall-range/1", parts, 3);
    return from.size == 0 && to.size == 0 && lot.size == 0 ? 0 : be_get(id.bytes, RANGE_BYTES);
}

bool recall_load(const struct desk *desk, const struct merchant *merchant, struct span sku,
                 struct recall_row *row)
{
    struct key key = prefix_of(desk, sku, &merchant->merchant, &merchant->book);
    key = key_add_uint(key, 0, RANGE_BYTES);
    return rows_load(&desk->rows, VIEW_RECALL, &key, &recall_row_shape, row);
}

static bool lies_between(struct span text, struct span from, struct span to)
{
    return text.size == from.size && text.size == to.size &&
           memcmp(from.at, text.at, text.size) <= 0 && memcmp(text.at, to.at, text.size) <= 0;
}

static bool is_in(const struct recall_row *row, const struct recall_of *of)
{
    if (row->serial_from.size > 0 && !lies_between(of->serial, row->serial_from, row->serial_to))
        return false;
    return row->lot.size == 0 || span_equal(row->lot, of->lot);
}

bool recall_stands(const struct desk *desk, const struct merchant *merchant,
                   const struct recall_of *of)
{
    struct key prefix = prefix_of(desk, of->code, &merchant->merchant, &merchant->book);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_RECALL, &walk, &at)) {
        struct recall_row row;
        if (shape_decode(&recall_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.ended == 0 && is_in(&row, of)) return true;
    }
    return false;
}

/* --- deciding --------------------------------------------------------------------------------- */

static const char *range_fault(const struct recall_put *body)
{
    struct span from = body->serial_from, to = body->serial_to;
    if ((from.size > 0) != (to.size > 0)) return "serial_to: goes with serial_from";
    if (from.size == 0) return NULL;
    if (from.size != to.size) return "serial_to: as long as serial_from";
    return memcmp(from.at, to.at, from.size) > 0 ? "serial_to: before serial_from" : NULL;
}

static unsigned count_of(const struct desk *desk, const struct key *prefix)
{
    struct walk walk = walk_over(prefix);
    struct row at;
    unsigned count = 0;
    while (walk_next(&desk->rows, VIEW_RECALL, &walk, &at)) count++;
    return count;
}

/* NULL: it may be said. */
static const char *conflict_of(const struct desk *desk, const struct merchant *merchant,
                               const struct recall_put *body)
{
    struct recall_row row;
    struct key prefix = prefix_of(desk, body->sku, &body->merchant, &merchant->book);
    uint64_t range = range_of(desk, body->serial_from, body->serial_to, body->lot);
    struct key key = key_add_uint(prefix, range, RANGE_BYTES);
    bool known = rows_load(&desk->rows, VIEW_RECALL, &key, &recall_row_shape, &row);
    bool stands = known && row.ended == 0;
    if (stands != (body->end != 0))
        return stands ? "sku: it is recalled already" : "end: no recall stands";
    if (!known && count_of(desk, &prefix) >= RECALLS_OF_SKU_MAX)
        return "sku: it has as many ranges as it may";
    return NULL;
}

void recall_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    const struct recall_put *body = &command->body->recall_put;
    struct merchant merchant;
    decision->entity = body->merchant;
    if (!command_covers(command, &body->merchant, decision)) return;
    if (!merchant_load(&desk->rows, &body->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    const char *fault = range_fault(body);
    const char *conflict = fault == NULL ? conflict_of(desk, &merchant, body) : NULL;
    if (fault != NULL || conflict != NULL) {
        decision_refuse(decision, fault != NULL ? ERROR_OUT_OF_RANGE : ERROR_CONFLICT,
                        fault != NULL ? fault : conflict);
        return;
    }
    struct recalled recalled = {.ended = body->end, .by = command->by, .at_ms = moment->wall_ms};
    shape_copy(&recalled_shape, &recalled, &recall_put_shape, body);
    decision_add(decision, EVENT_RECALLED, &body->merchant, &recalled);
}

/* The book stands in the key, so each row has one writer. */
void recall_fold(const struct desk *desk, const struct place *place,
                 const struct recalled *recalled)
{
    uint64_t range = range_of(desk, recalled->serial_from, recalled->serial_to, recalled->lot);
    struct id form = sku_form_id(desk->crypto, recalled->sku);
    struct key key = prefix_of(desk, recalled->sku, &recalled->merchant, &place->log);
    struct key owned = key_add_id(pair_key(&recalled->merchant, &form), &place->log);
    struct recall_row row = {.ended = recalled->ended};
    key = key_add_uint(key, range, RANGE_BYTES);
    owned = key_add_uint(owned, range, RANGE_BYTES);
    shape_copy(&recall_row_shape, &row, &recalled_shape, recalled);
    rows_store(&desk->rows, VIEW_RECALL, &key, &recall_row_shape, &row);
    rows_mark(&desk->rows, VIEW_RECALL_BY_MERCHANT, &owned);
}

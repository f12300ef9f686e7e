/* Recalls: a merchant stops the sale of a SKU, wherever its units lie and whenever they come. An
 * entry of the merchant's own book sets one, and only another of that book ends it. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(recall_row, RECALL_ROW_FIELDS)

static struct key recall_key(const struct desk *desk, struct span sku, const struct id *merchant,
                             const struct id *book)
{
    struct id form = sku_form_id(desk->crypto, sku);
    return key_add_id(pair_key(&form, merchant), book);
}

bool recall_load(const struct desk *desk, const struct merchant *merchant, struct span sku,
                 struct recall_row *row)
{
    struct key key = recall_key(desk, sku, &merchant->merchant, &merchant->book);
    return rows_load(&desk->rows, VIEW_RECALL, &key, &recall_row_shape, row);
}

void recall_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    const struct recall_put *body = &command->body->recall_put;
    struct merchant merchant;
    struct recall_row row;
    decision->entity = body->merchant;
    if (!command_covers(command, &body->merchant, decision)) return;
    if (!merchant_load(&desk->rows, &body->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    bool stands = recall_load(desk, &merchant, body->sku, &row) && row.ended == 0;
    if (stands != (body->end != 0)) {
        decision_refuse(decision, ERROR_CONFLICT,
                        stands ? "sku: it is recalled already" : "end: no recall stands");
        return;
    }
    struct recalled recalled = {.merchant = body->merchant,
                                .sku = body->sku,
                                .ended = body->end,
                                .by = command->by,
                                .at_ms = moment->wall_ms,
                                .reason = body->reason};
    decision_add(decision, EVENT_RECALLED, &body->merchant, &recalled);
}

/* The book stands in the key, so each row has one writer. */
void recall_fold(const struct desk *desk, const struct place *place,
                 const struct recalled *recalled)
{
    struct key key = recall_key(desk, recalled->sku, &recalled->merchant, &place->log);
    struct recall_row row = {.ended = recalled->ended,
                             .by = recalled->by,
                             .at_ms = recalled->at_ms,
                             .reason = recalled->reason,
                             .sku = recalled->sku};
    rows_store(&desk->rows, VIEW_RECALL, &key, &recall_row_shape, &row);
}

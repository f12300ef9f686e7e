/* Corrective actions: what a merchant does so that less of a SKU comes back, for which reason,
 * whose it is, and from when on. Begun once and closed once, with what came of it; whether it
 * helped is measured (numbers_effect.c), not said. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"

/* --- deciding --------------------------------------------------------------------------------- */

bool corrective_load(const struct rows *rows, const struct id *corrective,
                     struct corrective_row *row)
{
    struct key key = key_of(corrective);
    return rows_load(rows, VIEW_CORRECTIVE, &key, &corrective_row_shape, row);
}

static void begin_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision)
{
    const struct corrective_begin *wish = &command->body->corrective_begin;
    struct corrective_begun begun = {.by = command->by, .at_ms = moment->wall_ms};
    struct merchant merchant;
    uint8_t room[SKU_BYTES_MAX];
    if (!merchant_load(&desk->rows, &wish->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &wish->merchant, decision)) return;
    shape_copy(&corrective_begun_shape, &begun, &corrective_begin_shape, wish);
    if (begun.since_ms == 0) begun.since_ms = moment->wall_ms;
    if (sku_form(wish->sku, room).size == 0) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "sku: nothing is left of it");
        return;
    }
    struct id book = merchant.book;
    begun.corrective = mint_of(desk, moment, &book);
    decision->entity = begun.corrective;
    decision_add(decision, EVENT_CORRECTIVE_BEGUN, &begun.corrective, &begun);
}

static void close_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision)
{
    const struct corrective_close *wish = &command->body->corrective_close;
    struct corrective_closed closed = {.corrective = wish->corrective,
                                       .by = command->by,
                                       .at_ms = moment->wall_ms,
                                       .result = wish->result};
    struct corrective_row row;
    if (!corrective_load(&desk->rows, &wish->corrective, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "corrective");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    decision->entity = wish->corrective;
    if (row.closed != 0) {
        decision_refuse(decision, ERROR_CONFLICT, "corrective: it is closed");
        return;
    }
    decision_add(decision, EVENT_CORRECTIVE_CLOSED, &wish->corrective, &closed);
}

enum error corrective_authority(const struct desk *desk, const struct command *command,
                                struct id *authority)
{
    struct corrective_row row;
    if (!corrective_load(&desk->rows, &command->body->corrective_close.corrective, &row))
        return ERROR_NOT_FOUND;
    bool covered = id_is_zero(&command->merchant) || id_equal(&command->merchant, &row.merchant);
    if (!covered) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

void corrective_decide(const struct desk *desk, const struct command *command,
                       struct moment *moment, struct decision *decision)
{
    if (command->kind == COMMAND_CORRECTIVE_BEGIN)
        begin_decide(desk, command, moment, decision);
    else
        close_decide(desk, command, moment, decision);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The id names its log, so no other book's entry touches the row. */
void corrective_begun_fold(const struct desk *desk, const struct place *place,
                           const struct corrective_begun *begun)
{
    struct key key = key_of(&begun->corrective);
    struct corrective_row row = {.book = place->log, .version = 1};
    if (!id_is_of(desk->crypto, &begun->corrective, &place->log)) return;
    if (rows_has(&desk->rows, VIEW_CORRECTIVE, &key)) return;
    shape_copy(&corrective_row_shape, &row, &corrective_begun_shape, begun);
    rows_store(&desk->rows, VIEW_CORRECTIVE, &key, &corrective_row_shape, &row);
    struct key owned = pair_key(&begun->merchant, &begun->corrective);
    rows_mark(&desk->rows, VIEW_CORRECTIVE_BY_MERCHANT, &owned);
    struct key of_sku =
        key_add_id(sale_prefix(desk->crypto, &begun->merchant, begun->sku), &begun->corrective);
    rows_mark(&desk->rows, VIEW_CORRECTIVE_BY_SKU, &of_sku);
}

void corrective_closed_fold(const struct desk *desk, const struct place *place,
                            const struct corrective_closed *closed)
{
    struct key key = key_of(&closed->corrective);
    struct corrective_row row;
    if (!corrective_load(&desk->rows, &closed->corrective, &row)) return;
    if (!id_equal(&row.book, &place->log) || row.closed != 0) return;
    row.version++;
    row.closed = 1;
    row.closed_ms = closed->at_ms;
    row.result = closed->result;
    rows_store(&desk->rows, VIEW_CORRECTIVE, &key, &corrective_row_shape, &row);
}

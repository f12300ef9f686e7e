/* What a merchant paid ahead, what is left of it, and the statements: stretches of the warehouse's
 * log between two closings, each of whose lines names the statement that was open when it was
 * written. So nothing that comes later changes a closed one. */
#include "overseas-warehouse/billing/bills.h"

#define NUMBER_BYTES 4

/* --- sums ------------------------------------------------------------------------------------- */

static struct key balance_key(const struct id *merchant, const struct id *warehouse,
                              uint64_t currency)
{
    return key_add_uint(bill_pair(merchant, warehouse), currency, 2);
}

static void balance_read(const struct rows *rows, const struct key *key, struct balance_row *row)
{
    if (!rows_load(rows, VIEW_BALANCE, key, &balance_row_shape, row))
        *row = (struct balance_row){0};
}

void balance_add(const struct desk *desk, const struct charge_row *charge, int64_t sign)
{
    struct balance_row row;
    struct key key = balance_key(&charge->merchant, &charge->warehouse, charge->currency);
    balance_read(&desk->rows, &key, &row);
    if (id_is_zero(&charge->reverses))
        row.charged_minor += sign * charge->amount_minor;
    else
        row.reversed_minor -= sign * charge->amount_minor;
    row.lines += (uint64_t)sign;
    rows_store(&desk->rows, VIEW_BALANCE, &key, &balance_row_shape, &row);
}

static void balance_pay(const struct desk *desk, const struct topup_row *paid, int64_t sign)
{
    struct balance_row row;
    struct key key = balance_key(&paid->merchant, &paid->warehouse, paid->currency);
    balance_read(&desk->rows, &key, &row);
    row.paid_minor += sign * paid->amount_minor;
    row.lines += (uint64_t)sign;
    rows_store(&desk->rows, VIEW_BALANCE, &key, &balance_row_shape, &row);
}

static int64_t balance_of(const struct balance_row *sums)
{
    return sums->paid_minor - sums->charged_minor + sums->reversed_minor;
}

bool billing_standing(const struct rows *rows, const struct id *warehouse,
                      const struct id *merchant, uint64_t at_ms, struct standing *standing)
{
    struct fee_row fee;
    if (!fee_newest(rows, warehouse, merchant, &fee)) return false;
    standing->currency = fee.currency;
    if (!fee_at(rows, warehouse, merchant, at_ms, &fee)) fee.credit_minor = 0;
    standing->credit_minor = fee.credit_minor;
    struct key key = balance_key(merchant, warehouse, standing->currency);
    balance_read(rows, &key, &standing->sums);
    standing->balance_minor = balance_of(&standing->sums);
    standing->arrears = standing->balance_minor < -standing->credit_minor;
    return true;
}

/* --- arrears ---------------------------------------------------------------------------------- */

static struct key override_prefix(const struct id *unit, uint64_t hop)
{
    return key_add_uint(key_of(unit), hop, 2);
}

bool billing_holds(const struct desk *desk, const struct id *unit, uint64_t at_ms)
{
    struct unit_now now;
    struct id merchant;
    struct standing standing;
    struct row row;
    if (!unit_load(&desk->rows, unit, &now)) return false;
    struct id warehouse = now.row.warehouse;
    if (!billing_merchant_of(desk, unit, &merchant)) return false;
    if (!billing_standing(&desk->rows, &warehouse, &merchant, at_ms, &standing)) return false;
    struct key prefix = override_prefix(unit, now.hop);
    struct walk walk = walk_over(&prefix);
    return standing.arrears && !walk_next(&desk->rows, VIEW_ARREARS_OVERRIDDEN, &walk, &row);
}

void arrears_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct arrears_override *wish = &command->body->arrears_override;
    struct unit_now now;
    decision->entity = wish->unit;
    if (!unit_load(&desk->rows, &wish->unit, &now) ||
        !unit_is_covered(desk, command, &wish->unit)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "unit");
        return;
    }
    if (!billing_holds(desk, &wish->unit, moment->wall_ms)) {
        decision_refuse(decision, ERROR_CONFLICT, "unit: not_held_for_arrears");
        return;
    }
    struct arrears_overridden overridden = {.unit = wish->unit,
                                            .hop = now.hop,
                                            .reason = wish->reason,
                                            .by = command->by,
                                            .at_ms = moment->wall_ms};
    decision_add(decision, EVENT_ARREARS_OVERRIDDEN, &wish->unit, &overridden);
}

void arrears_overridden_fold(const struct desk *desk, const struct place *place,
                             const struct arrears_overridden *overridden)
{
    struct key key = key_add_id(override_prefix(&overridden->unit, overridden->hop), &place->log);
    key = key_add_uint(key, place->idx, 8);
    rows_store(&desk->rows, VIEW_ARREARS_OVERRIDDEN, &key, &arrears_overridden_row_shape,
               overridden);
}

/* --- paying ahead ----------------------------------------------------------------------------- */

static struct id topup_id(const struct crypto *crypto, const struct balance_topup *wish)
{
    struct span parts[] = {span_of(wish->warehouse.bytes, ID_BYTES),
                           span_of(wish->merchant.bytes, ID_BYTES), wish->reference};
    return crypto_id(crypto, "entrepot/topup/1", parts, 3);
}

bool topup_load(const struct rows *rows, const struct id *topup, struct topup_row *row)
{
    struct key key = key_of(topup);
    return rows_load(rows, VIEW_TOPUP, &key, &topup_row_shape, row);
}

static bool topup_fits(const struct desk *desk, const struct balance_topup *wish,
                       struct decision *decision)
{
    struct fee_row fee;
    const char *rule = NULL;
    if (!fee_newest(&desk->rows, &wish->warehouse, &wish->merchant, &fee))
        rule = "merchant: has_a_fee_table";
    else if (fee.currency != wish->currency)
        rule = "currency: of_the_fee_table";
    else if (wish->amount_minor <= 0)
        rule = "amount_minor: above_zero";
    if (rule != NULL) decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
    return rule == NULL;
}

void topup_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    const struct balance_topup *wish = &command->body->balance_topup;
    struct merchant merchant;
    struct topup_row former;
    if (!merchant_load(&desk->rows, &wish->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &wish->merchant, decision)) return;
    struct id id = topup_id(desk->crypto, wish);
    decision->entity = id;
    if (topup_load(&desk->rows, &id, &former)) {
        if (former.amount_minor != wish->amount_minor || former.currency != wish->currency)
            decision_refuse(decision, ERROR_CONFLICT, "reference: told_with_another_amount");
        return; /* the same once more */
    }
    if (!topup_fits(desk, wish, decision)) return;
    struct topped_up paid = {.topup = id, .at_ms = moment->wall_ms, .by = command->by};
    shape_copy(&topped_up_shape, &paid, &balance_topup_shape, wish);
    paid.statement = statement_open(&desk->rows, &wish->warehouse, &wish->merchant);
    decision_add(decision, EVENT_TOPPED_UP, &id, &paid);
}

static struct key topup_line(const struct topup_row *row)
{
    struct key key = ledger_key(&row->merchant, &row->warehouse, row->statement);
    return key_add_uint(key_add_id(key, &row->log), row->idx, 8);
}

void topped_up_fold(const struct desk *desk, const struct place *place,
                    const struct topped_up *paid)
{
    struct topup_row former, row = {.log = place->log, .idx = place->idx};
    struct ledger_row ledger = {.topup = paid->topup};
    bool known = topup_load(&desk->rows, &paid->topup, &former);
    if (known && !place_is_before(place, &former.log, former.idx)) return;
    if (known) {
        struct key line = topup_line(&former);
        rows_drop(&desk->rows, VIEW_LEDGER, &line);
        balance_pay(desk, &former, -1);
    }
    shape_copy(&topup_row_shape, &row, &topped_up_shape, paid);
    struct key key = key_of(&paid->topup), line = topup_line(&row);
    rows_store(&desk->rows, VIEW_TOPUP, &key, &topup_row_shape, &row);
    rows_store(&desk->rows, VIEW_LEDGER, &line, &ledger_row_shape, &ledger);
    balance_pay(desk, &row, 1);
}

/* --- statements ------------------------------------------------------------------------------- */

static struct key statement_key(const struct id *merchant, const struct id *warehouse,
                                uint64_t number)
{
    return key_add_uint(bill_pair(merchant, warehouse), STATEMENT_MAX - number, NUMBER_BYTES);
}

bool statement_load(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                    uint64_t number, struct statement_row *row)
{
    struct key key = statement_key(merchant, warehouse, number);
    return rows_load(rows, VIEW_STATEMENT, &key, &statement_row_shape, row);
}

bool statement_newest(const struct rows *rows, const struct id *warehouse,
                      const struct id *merchant, struct statement_row *row)
{
    struct key prefix = bill_pair(merchant, warehouse);
    struct walk walk = walk_over(&prefix);
    struct row at;
    return walk_next(rows, VIEW_STATEMENT, &walk, &at) &&
           shape_decode(&statement_row_shape, at.value, row, NULL) == OK;
}

uint64_t statement_open(const struct rows *rows, const struct id *warehouse,
                        const struct id *merchant)
{
    struct statement_row row;
    if (!statement_newest(rows, warehouse, merchant, &row)) return 1;
    return row.number < STATEMENT_MAX ? row.number + 1 : STATEMENT_MAX;
}

bool statement_draft(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                     struct statement_closed *draft)
{
    struct standing standing;
    struct statement_row former = {0};
    *draft = (struct statement_closed){.warehouse = *warehouse, .merchant = *merchant};
    if (!billing_standing(rows, warehouse, merchant, 0, &standing)) return false;
    if (!statement_newest(rows, warehouse, merchant, &former)) former = (struct statement_row){0};
    draft->number = statement_open(rows, warehouse, merchant);
    draft->currency = standing.currency;
    draft->from_ms = former.to_ms;
    draft->opening_minor = former.closing_minor;
    draft->charged_sum = standing.sums.charged_minor;
    draft->reversed_sum = standing.sums.reversed_minor;
    draft->paid_sum = standing.sums.paid_minor;
    draft->lines_sum = standing.sums.lines;
    draft->charged_minor = draft->charged_sum - former.charged_sum;
    draft->reversed_minor = draft->reversed_sum - former.reversed_sum;
    draft->paid_minor = draft->paid_sum - former.paid_sum;
    draft->lines = draft->lines_sum - former.lines_sum;
    draft->closing_minor =
        draft->opening_minor + draft->paid_minor - draft->charged_minor + draft->reversed_minor;
    return true;
}

void statement_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision)
{
    const struct statement_close *wish = &command->body->statement_close;
    struct statement_closed draft;
    struct merchant merchant;
    decision->entity = wish->merchant;
    if (!merchant_load(&desk->rows, &wish->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &wish->merchant, decision)) return;
    if (!statement_draft(&desk->rows, &wish->warehouse, &wish->merchant, &draft)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant: has_a_fee_table");
        return;
    }
    if (wish->number != 0 && wish->number != draft.number) {
        decision_refuse(decision, ERROR_CONFLICT, "number: of_the_open_statement");
        return;
    }
    if (draft.lines == 0) {
        decision_refuse(decision, ERROR_CONFLICT, "statement: has_a_line");
        return;
    }
    draft.to_ms = moment->wall_ms;
    draft.by = command->by;
    decision_add(decision, EVENT_STATEMENT_CLOSED, &wish->merchant, &draft);
}

void statement_fold(const struct desk *desk, const struct place *place,
                    const struct statement_closed *closed)
{
    struct statement_row former, row = {.log = place->log, .idx = place->idx};
    if (statement_load(&desk->rows, &closed->warehouse, &closed->merchant, closed->number,
                       &former) &&
        !place_is_before(place, &former.log, former.idx))
        return;
    shape_copy(&statement_row_shape, &row, &statement_closed_shape, closed);
    struct key key = statement_key(&closed->merchant, &closed->warehouse, closed->number);
    rows_store(&desk->rows, VIEW_STATEMENT, &key, &statement_row_shape, &row);
}

/* --- the door --------------------------------------------------------------------------------- */

void billing_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    if (command->kind == COMMAND_FEE_PUT)
        fee_put_decide(desk, command, moment, decision);
    else if (command->kind == COMMAND_BALANCE_TOPUP)
        topup_decide(desk, command, moment, decision);
    else if (command->kind == COMMAND_STATEMENT_CLOSE)
        statement_decide(desk, command, moment, decision);
    else
        arrears_decide(desk, command, moment, decision);
}

void billing_fold(const struct desk *desk, const struct place *place, enum event_kind kind,
                  const union event_body *body)
{
    if (kind == EVENT_FEE_SET) fee_set_fold(desk, place, &body->fee_set);
    if (kind == EVENT_CHARGE_POSTED) charge_fold(desk, place, &body->charge_posted);
    if (kind == EVENT_TOPPED_UP) topped_up_fold(desk, place, &body->topped_up);
    if (kind == EVENT_STATEMENT_CLOSED) statement_fold(desk, place, &body->statement_closed);
    if (kind == EVENT_ARREARS_OVERRIDDEN)
        arrears_overridden_fold(desk, place, &body->arrears_overridden);
}

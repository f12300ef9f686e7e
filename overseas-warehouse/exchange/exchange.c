/* Exchanges as people move them: opened for units of a return, paid for, called off. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "proto/money.h"

#define KEEP_HOURS 72  /* a warehouse keeps it, where nobody says how long */
#define WAIT_HOURS 336 /* and it is waited for */

static bool refuse(struct decision *decision, enum error error, const char *rule)
{
    decision_refuse(decision, error, rule);
    return false;
}

static const struct id *named(const struct command *command)
{
    return command->kind == COMMAND_EXCHANGE_PAID ? &command->body->exchange_paid.exchange
                                                  : &command->body->exchange_step.exchange;
}

enum error exchange_authority(const struct desk *desk, const struct command *command,
                              struct id *authority)
{
    struct exchange_row row;
    const struct id *exchange = named(command);
    if (!exchange_load(&desk->rows, exchange, &row)) return ERROR_NOT_FOUND;
    bool covered = id_is_zero(&command->merchant) || id_equal(&command->merchant, &row.merchant);
    if (!covered) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

/* --- opening ---------------------------------------------------------------------------------- */

static bool add_place(struct exchange_moved *moved, const struct id *warehouse)
{
    for (uint32_t i = 0; i < moved->places_count; i++)
        if (id_equal(&moved->places[i].warehouse, warehouse)) return true;
    if (moved->places_count == EXCHANGE_PLACES_MAX) return false;
    moved->places[moved->places_count++] = (struct exchange_place){.warehouse = *warehouse};
    return true;
}

/* Where the original stands, if it does: that is the nearest. */
static void add_local(const struct case_file *file, uint64_t line, struct exchange_moved *moved)
{
    const struct rows *rows = &file->desk->rows;
    struct key prefix = key_of(&file->return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &at)) {
        struct id unit;
        struct assigned_row assigned;
        struct unit_now now;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!assigned_load(rows, &unit, &assigned) || assigned.line != line) continue;
        if (unit_load(rows, &unit, &now)) add_place(moved, &now.row.warehouse);
    }
}

/* The model knows no distances: the order is the one that is told. */
static bool add_places(const struct case_file *file, const struct exchange_begin *wish,
                       struct exchange_moved *moved)
{
    const struct rows *rows = &file->desk->rows;
    add_local(file, wish->line, moved);
    for (uint32_t i = 0; i < wish->places_count; i++) {
        struct key key = key_of(&wish->places[i].warehouse);
        if (wish->places[i].attempt != 0)
            return refuse(file->decision, ERROR_OUT_OF_RANGE, "places/attempt: nobody was asked");
        if (!rows_has(rows, VIEW_WAREHOUSE, &key))
            return refuse(file->decision, ERROR_NOT_FOUND, "places/warehouse");
        if (!add_place(moved, &wish->places[i].warehouse)) break;
    }
    struct key all = {.size = 0};
    struct walk walk = walk_over(&all);
    struct row at;
    while (wish->places_count == 0 && walk_next(rows, VIEW_WAREHOUSE, &walk, &at)) {
        struct id warehouse;
        memcpy(warehouse.bytes, walk.at.bytes, ID_BYTES);
        if (!add_place(moved, &warehouse)) break;
    }
    return moved->places_count > 0 ||
           refuse(file->decision, ERROR_CONFLICT, "places: one_at_least");
}

/* Units of the line for which an exchange is open. */
static uint64_t promised(const struct case_file *file, uint64_t line)
{
    struct key prefix = key_of(&file->return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t units = 0;
    while (walk_next(&file->desk->rows, VIEW_EXCHANGE_BY_RETURN, &walk, &at)) {
        struct id exchange;
        struct exchange_row row;
        memcpy(exchange.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!exchange_load(&file->desk->rows, &exchange, &row)) continue;
        if (row.line == line && !exchange_is_over(row.state)) units += row.quantity;
    }
    return units;
}

/* What the thing costs more than the units are worth, by their shares of the line. */
static bool difference(const struct case_file *file, const struct exchange_begin *wish,
                       uint64_t already, struct exchange_moved *moved)
{
    int64_t price, worth = 0;
    if (wish->price_minor == 0) return true;
    if (wish->price_minor < 0)
        return refuse(file->decision, ERROR_OUT_OF_RANGE, "price_minor: not_below_zero");
    if (money_multiply(wish->price_minor, moved->quantity, &price) != OK)
        return refuse(file->decision, ERROR_OUT_OF_RANGE, "price_minor: it_can_be_summed");
    for (uint64_t i = 0; i < moved->quantity; i++)
        worth += refund_worth(&file->order, wish->line, already + i);
    moved->difference_minor = price - worth;
    if (moved->difference_minor != 0) moved->currency = file->order.currency;
    bool gives = moved->by.kind == BY_MERCHANT || moved->by.kind == BY_ADMIN;
    return moved->difference_minor >= 0 || gives ||
           refuse(file->decision, ERROR_FORBIDDEN, "price_minor: the_merchant_gives_money");
}

static bool agree(const struct case_file *file, const struct exchange_begin *wish,
                  struct exchange_moved *moved)
{
    struct decision *decision = file->decision;
    if (file->row.state != RETURN_APPROVED)
        return refuse(decision, ERROR_CONFLICT, "return_id: it_is_approved");
    if (file->row.outcome != OUTCOME_REPLACEMENT)
        return refuse(decision, ERROR_CONFLICT, "return_id: a_replacement_is_due");
    if (wish->line >= file->order.lines_count || file->lines[wish->line].quantity == 0)
        return refuse(decision, ERROR_NOT_FOUND, "line");
    const struct return_line_row *line = &file->lines[wish->line];
    uint64_t already = line->served + promised(file, wish->line);
    if (already + moved->quantity > line->quantity)
        return refuse(decision, ERROR_OVER_QUANTITY, "quantity: more_than_is_left_of_the_line");
    bool same = wish->wanted.size == 0;
    moved->wanted = !same                       ? wish->wanted
                    : file->row.wanted.size > 0 ? file->row.wanted
                                                : file->order.lines[wish->line].sku;
    if (moved->wanted.size == 0) return refuse(decision, ERROR_MISSING_FIELD, "wanted");
    return difference(file, wish, already, moved) && add_places(file, wish, moved);
}

static void begin(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    const struct exchange_begin *wish = &command->body->exchange_begin;
    struct case_file file;
    decision->entity = wish->return_id;
    if (!case_open(desk, &wish->return_id, moment, decision, &file)) {
        refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &file.row.merchant, decision)) return;
    if (!command_matches(command, file.row.version, decision)) return;
    uint64_t wait = wish->wait_hours != 0 ? wish->wait_hours : WAIT_HOURS;
    struct exchange_moved moved = {.exchange = mint_of(desk, moment, &file.merchant.book),
                                   .act = EXCHANGE_OPEN,
                                   .to = EXCHANGE_WAITING,
                                   .by = command->by,
                                   .at_ms = moment->wall_ms,
                                   .return_id = wish->return_id,
                                   .line = wish->line,
                                   .quantity = wish->quantity != 0 ? wish->quantity : 1,
                                   .ahead = wish->ahead,
                                   .keep_hours =
                                       wish->keep_hours != 0 ? wish->keep_hours : KEEP_HOURS,
                                   .until_ms = moment->wall_ms + wait * HOUR_MS,
                                   .due_ms = moment->wall_ms + wait * HOUR_MS,
                                   .reason = wish->reason};
    if (!agree(&file, wish, &moved)) return;
    decision->entity = moved.exchange;
    decision_add(decision, EVENT_EXCHANGE_MOVED, &moved.exchange, &moved);
}

/* --- and after -------------------------------------------------------------------------------- */

static void step_by(const struct command *command, const struct exchange_row *row,
                    const struct moment *moment, struct decision *decision)
{
    bool pays = command->kind == COMMAND_EXCHANGE_PAID;
    const struct exchange_step_row *step =
        exchange_asked((enum exchange_state)row->state, pays ? EXCHANGE_PAY : EXCHANGE_END);
    if (pays && (row->difference_minor <= 0 || row->reference.size > 0)) {
        refuse(decision, ERROR_CONFLICT, "exchange: the_buyer_owes_a_difference");
        return;
    }
    if (step == NULL) {
        refuse(decision, ERROR_CONFLICT,
               pays ? "exchange: it_goes_on_and_may_not_leave_yet" : "exchange: it_goes_on");
        return;
    }
    struct exchange_moved moved = {.exchange = *named(command),
                                   .act = step->act,
                                   .to = step->to,
                                   .by = command->by,
                                   .at_ms = moment->wall_ms,
                                   .due_ms = pays ? row->due_ms : 0};
    if (pays)
        moved.reference = command->body->exchange_paid.reference;
    else
        moved.reason = command->body->exchange_step.reason;
    decision_add(decision, EVENT_EXCHANGE_MOVED, &moved.exchange, &moved);
}

void exchange_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    struct exchange_row row;
    if (command->kind == COMMAND_EXCHANGE_OPEN) {
        begin(desk, command, moment, decision);
        return;
    }
    decision->entity = *named(command);
    if (!exchange_load(&desk->rows, named(command), &row)) {
        refuse(decision, ERROR_NOT_FOUND, "exchange");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    step_by(command, &row, moment, decision);
}

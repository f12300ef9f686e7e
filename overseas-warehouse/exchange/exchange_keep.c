/* What a warehouse does with an exchange that it is asked for: it keeps a piece or says that it has
 * none, gives back what is not wanted any more, and sends what may leave. Nobody else decides about
 * its stock. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"
#include "proto/bugs.h"

/* An exchange at the warehouse where this is. */
struct shelf {
    const struct desk *desk;
    struct moment *moment;
    struct decision *decision;
    struct id id;
    struct exchange_row row;
    uint64_t attempt; /* the latest for which this warehouse was asked; 0: never */
    bool said_known;
    struct exchange_said said;
};

static bool shelf_open(struct shelf *shelf, const struct desk *desk, const struct id *exchange,
                       struct moment *moment, struct decision *decision)
{
    *shelf = (struct shelf){.desk = desk, .moment = moment, .decision = decision, .id = *exchange};
    if (!exchange_load(&desk->rows, exchange, &shelf->row)) return false;
    for (uint32_t i = 0; i < shelf->row.places_count; i++)
        if (id_equal(&shelf->row.places[i].warehouse, &desk->warehouse))
            shelf->attempt = shelf->row.places[i].attempt;
    shelf->said_known =
        shelf->attempt > 0 &&
        exchange_said_load(&desk->rows, exchange, shelf->attempt, &desk->warehouse, &shelf->said);
    return true;
}

static bool is_asked(const struct shelf *shelf)
{
    return shelf->attempt == shelf->row.attempt && !exchange_is_over(shelf->row.state) &&
           shelf->row.state != EXCHANGE_WAITING && shelf->row.state != EXCHANGE_RECALLING;
}

static void offer_of(const struct shelf *shelf, struct stock_offer *offer)
{
    struct stock_goods goods =
        stock_goods(shelf->desk, &shelf->desk->warehouse, &shelf->row.merchant, shelf->row.wanted);
    stock_offer(shelf->desk, &goods, offer);
}

static uint64_t available(const struct shelf *shelf, uint64_t more)
{
    struct stock_offer offer;
    offer_of(shelf, &offer);
    uint64_t sum = (uint64_t)offer.available + more;
    return sum < STOCK_PIECES_MAX ? sum : STOCK_PIECES_MAX;
}

static struct exchange_answered answer_of(const struct shelf *shelf, enum exchange_answer answer)
{
    return (struct exchange_answered){.exchange = shelf->id,
                                      .attempt = shelf->attempt,
                                      .warehouse = shelf->desk->warehouse,
                                      .answer = answer,
                                      .by = actor_self(shelf->desk, BY_FLOOR),
                                      .at_ms = shelf->moment->wall_ms};
}

static void say(const struct shelf *shelf, const struct exchange_answered *answered)
{
    decision_add(shelf->decision, EVENT_EXCHANGE_ANSWERED, &shelf->id, answered);
    decision_dep(shelf->decision, &shelf->row.book, shelf->row.idx);
    shelf->decision->entity = shelf->id;
}

/* The stock's own rules say whether it can be kept, and from which place. */
static void keep(const struct shelf *shelf)
{
    union command_body body = {
        .stock_keep = {.warehouse = shelf->desk->warehouse,
                       .merchant = shelf->row.merchant,
                       .sku = shelf->row.wanted,
                       .pieces = shelf->row.quantity,
                       .expires_ms = shelf->moment->wall_ms + shelf->row.keep_hours * HOUR_MS,
                       .reference = span_text("exchange")}};
    struct command command = {
        .kind = COMMAND_STOCK_RESERVE, .by = actor_self(shelf->desk, BY_FLOOR), .body = &body};
    struct stock_step step = {.desk = shelf->desk,
                              .command = &command,
                              .moment = shelf->moment,
                              .decision = shelf->decision};
    stock_reserve(&step);
    if (shelf->decision->error == OK) {
        struct exchange_answered answered = answer_of(shelf, EXCHANGE_IS_KEPT);
        answered.reservation = shelf->decision->entity;
        answered.expires_ms = body.stock_keep.expires_ms;
        say(shelf, &answered);
        return;
    }
    decision_begin(shelf->decision);
    struct exchange_answered answered = answer_of(shelf, EXCHANGE_HAS_NONE);
    answered.available = available(shelf, 0);
    say(shelf, &answered);
}

/* Ends what was kept, back to the shelf or to the carrier. false: refused. */
static bool end_kept(const struct shelf *shelf, const struct actor *by, enum stock_account to)
{
    union command_body body = {.stock_end = {.warehouse = shelf->desk->warehouse,
                                             .reservation = shelf->said.row.reservation,
                                             .to = to}};
    struct command command = {.kind = COMMAND_STOCK_END, .by = *by, .body = &body};
    struct stock_step step = {.desk = shelf->desk,
                              .command = &command,
                              .moment = shelf->moment,
                              .decision = shelf->decision};
    stock_end_reservation(&step);
    return shelf->decision->error == OK;
}

/* Not wanted any more: whoever is asked later finds it on the shelf, so this one may be asked
 * again. What ended by itself is asked for again only when more lies there. What is recalled is set
 * aside: it may not be offered, and nobody waits for that. */
static void give_back(const struct shelf *shelf, bool ended)
{
    struct stock_offer offer;
    struct actor floor = actor_self(shelf->desk, BY_FLOOR);
    struct exchange_answered answered = answer_of(shelf, EXCHANGE_IS_GONE);
    answered.reservation = shelf->said.row.reservation;
    offer_of(shelf, &offer);
    if (ended)
        answered.available = available(shelf, 0);
    else if (!end_kept(shelf, &floor, offer.recalled ? STOCK_QUARANTINE : STOCK_SELLABLE))
        return;
    say(shelf, &answered);
}

void exchange_keep_react(const struct desk *desk, const struct id *exchange, struct moment *moment,
                         struct decision *decision)
{
    struct shelf shelf;
    if (!shelf_open(&shelf, desk, exchange, moment, decision) || shelf.attempt == 0) return;
    if (!shelf.said_known) {
        struct exchange_answered none = answer_of(&shelf, EXCHANGE_HAS_NONE);
        if (is_asked(&shelf))
            keep(&shelf);
        else
            say(&shelf, &none);
        return;
    }
    if (shelf.said.row.answer != EXCHANGE_IS_KEPT) return;
    bool ended = stock_has_ended(&desk->rows, &shelf.said.row.reservation);
    if (ended || (!is_asked(&shelf) && !BUG(kept_for_nobody))) give_back(&shelf, ended);
}

/* --- the floor sends it ----------------------------------------------------------------------- */

static bool may_send(const struct shelf *shelf)
{
    const char *rule = NULL;
    bool kept = shelf->said_known && shelf->said.row.answer == EXCHANGE_IS_KEPT &&
                !stock_has_ended(&shelf->desk->rows, &shelf->said.row.reservation);
    if (!kept || shelf->attempt != shelf->row.attempt)
        rule = "exchange: it_is_kept_here";
    else if (shelf->row.state != EXCHANGE_LEAVING && !BUG(sent_without_leave))
        rule = "exchange: the_book_gives_leave";
    else if (shelf->said.row.expires_ms <= shelf->moment->wall_ms)
        rule = "exchange: its_time_is_over";
    if (rule != NULL) decision_refuse(shelf->decision, ERROR_CONFLICT, rule);
    return rule == NULL;
}

void exchange_send_decide(const struct desk *desk, const struct command *command,
                          struct moment *moment, struct decision *decision)
{
    const struct exchange_send *wish = &command->body->exchange_send;
    struct shelf shelf;
    decision->entity = wish->exchange;
    if (!id_equal(&wish->warehouse, &desk->warehouse)) {
        decision_refuse(decision, ERROR_HELD_ELSEWHERE, "warehouse");
        return;
    }
    const struct id *scope = &command->merchant;
    bool known = shelf_open(&shelf, desk, &wish->exchange, moment, decision) &&
                 (id_is_zero(scope) || id_equal(scope, &shelf.row.merchant));
    if (!known) {
        decision_refuse(decision, ERROR_NOT_FOUND, "exchange");
        return;
    }
    if (!command_matches(command, shelf.row.version, decision) || !may_send(&shelf)) return;
    if (!end_kept(&shelf, &command->by, STOCK_CARRIER)) return;
    struct exchange_answered answered = answer_of(&shelf, EXCHANGE_IS_SENT);
    answered.reservation = shelf.said.row.reservation;
    answered.number = wish->number;
    answered.by = command->by;
    say(&shelf, &answered);
}

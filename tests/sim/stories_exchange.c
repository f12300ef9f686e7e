/* A thing for a thing, over three warehouses: the nearest that has it keeps it, sends it once the
 * book gives leave, and nobody gets money and a thing for the same unit, although links are cut and
 * times run out. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/stock/stock.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

/* --- what people do --------------------------------------------------------------------------- */

static const struct id *warehouse(struct story *story, enum site place)
{
    return &story->world.host[place].card.warehouse;
}

static void wish(struct story *story, enum site place, enum command_kind kind, enum actor_kind by,
                 union command_body body)
{
    wish_at(story, place, kind, by, &body, NEW);
    story_wait(story, 60);
}

static void shelve(struct story *story, enum site place, const char *sku, uint64_t pieces)
{
    wish(story, place, COMMAND_STOCK_POST, BY_OPERATOR,
         (union command_body){.stock_post = {.warehouse = *warehouse(story, place),
                                             .act = STOCK_IMPORT,
                                             .merchant = story->merchant,
                                             .sku = span_text(sku),
                                             .from = STOCK_OPENING,
                                             .to = STOCK_SELLABLE,
                                             .grade = GRADE_NEW_SEALED,
                                             .pieces = pieces}});
}

static uint64_t in(struct story *story, enum site place, const char *sku,
                   enum stock_account account)
{
    const struct desk desk = {.rows = *story_read(story, RTM),
                              .crypto = &story->world.host[RTM].crypto};
    struct stock_goods goods =
        stock_goods(&desk, warehouse(story, place), &story->merchant, span_text(sku));
    struct stock_place at = stock_place(account, (struct span){0}, GRADE_NEW_SEALED);
    int64_t pieces = stock_pieces(&desk, &goods, &at);
    story_read_end(story, RTM);
    return (uint64_t)pieces;
}

/* Boots of 40.00 that are to be exchanged. */
static struct id boots(struct story *story, bool mandated)
{
    sell(story, &(struct sale){.reference = "BOOT",
                               .sku = "BOOT",
                               .price_minor = 4000,
                               .buyer = TRUSTED_BUYER,
                               .mandated = mandated});
    struct id boot = ask_for(story, RTM, BY_MERCHANT, KIND_EXCHANGE, 0, "BOOT", 1, "BOOT");
    if (state_of(story, &boot) != RETURN_APPROVED)
        answer_return(story, RTM, BY_MERCHANT, COMMAND_RETURN_APPROVE, &boot);
    return boot;
}

/* Sydney first, then Los Angeles. */
static struct id exchange(struct story *story, const struct id *return_id,
                          struct exchange_begin wanted)
{
    wanted.return_id = *return_id;
    wanted.places_count = 2;
    wanted.places[0].warehouse = *warehouse(story, SYD);
    wanted.places[1].warehouse = *warehouse(story, LAX);
    wish(story, RTM, COMMAND_EXCHANGE_OPEN, BY_MERCHANT,
         (union command_body){.exchange_begin = wanted});
    return story->last_entity;
}

static void send(struct story *story, enum site place, const struct id *exchange)
{
    wish(story, place, COMMAND_EXCHANGE_SEND, BY_OPERATOR,
         (union command_body){.exchange_send = {.warehouse = *warehouse(story, place),
                                                .exchange = *exchange,
                                                .number = span_text("1ZOUT")}});
}

/* --- what is seen ----------------------------------------------------------------------------- */

static enum exchange_state how(struct story *story, const struct id *exchange)
{
    struct exchange_row row = {0};
    const struct rows *rows = story_read(story, RTM);
    assert_true(exchange_load(rows, exchange, &row));
    story_read_end(story, RTM);
    return (enum exchange_state)row.state;
}

static bool is_asked(struct story *story, const struct id *exchange, enum site place)
{
    struct exchange_row row = {0};
    const struct rows *rows = story_read(story, RTM);
    assert_true(exchange_load(rows, exchange, &row));
    bool asked = id_equal(&row.warehouse, warehouse(story, place));
    story_read_end(story, RTM);
    return asked;
}

static struct return_line_row line_of(struct story *story, const struct id *return_id)
{
    struct return_line_row line = {0};
    const struct rows *rows = story_read(story, RTM);
    assert_true(return_line_load(rows, return_id, 0, &line));
    story_read_end(story, RTM);
    return line;
}

/* One thing and no money, or money and no thing. */
static void got(struct story *story, const struct id *return_id, uint64_t things, int64_t minor)
{
    assert_int_equal(line_of(story, return_id).sent, things);
    assert_int_equal(paid_minor(story), minor);
}

/* --- stories ---------------------------------------------------------------------------------- */

static void the_nearest_that_has_it_sends_it(struct story *story)
{
    struct id boot = boots(story, false);
    shelve(story, LAX, "BOOT", 2);
    receive_units(story, SYD, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.quantity = 1});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_LEAVING);
    assert_true(is_asked(story, &swap, LAX));
    assert_int_equal(in(story, LAX, "BOOT", STOCK_RESERVED), 1);
    send(story, LAX, &swap);
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_SENT);
    assert_int_equal(in(story, LAX, "BOOT", STOCK_SELLABLE), 1);
    assert_int_equal(in(story, LAX, "BOOT", STOCK_CARRIER), 1);
    assert_int_equal(state_of(story, &boot), RETURN_CLOSED);
    got(story, &boot, 1, 0);
}

/* Sydney is cut off: after half a day Los Angeles has its turn. What Sydney kept goes back to its
 * shelf when it hears of that. */
static void a_warehouse_that_is_cut_off_is_passed_over(struct story *story)
{
    struct id boot = boots(story, false);
    shelve(story, SYD, "BOOT", 1);
    shelve(story, LAX, "BOOT", 1);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    story_cut(story, SYD, true);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.quantity = 1});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_ASKING);
    assert_true(is_asked(story, &swap, SYD));
    story_wait(story, 12 * HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_LEAVING);
    assert_true(is_asked(story, &swap, LAX));
    story_cut(story, SYD, false);
    story_wait(story, HOUR_S);
    assert_int_equal(in(story, SYD, "BOOT", STOCK_SELLABLE), 1);
    assert_int_equal(in(story, SYD, "BOOT", STOCK_RESERVED), 0);
    send(story, LAX, &swap);
    story_wait(story, HOUR_S);
    got(story, &boot, 1, 0);
}

/* Los Angeles ships it with its link cut, and the book, which gave leave, refunds nothing: neither
 * a person can, nor silence, though it lasts for forty days. */
static void what_left_over_a_cut_link_is_not_refunded_too(struct story *story)
{
    struct id boot = boots(story, false);
    shelve(story, LAX, "BOOT", 1);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.keep_hours = 2000});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_LEAVING);
    story_cut(story, LAX, true);
    send(story, LAX, &swap);
    answer_return(story, RTM, BY_MERCHANT, COMMAND_RETURN_REFUND_INSTEAD, &boot);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    story_wait(story, 40 * DAY_S);
    assert_int_equal(how(story, &swap), EXCHANGE_LEAVING);
    got(story, &boot, 0, 0);
    story_cut(story, LAX, false);
    story_wait(story, DAY_S);
    assert_int_equal(how(story, &swap), EXCHANGE_SENT);
    got(story, &boot, 1, 0);
}

/* Nobody packs it within a day: it goes back to its shelf, and the next has its turn. */
static void what_is_kept_and_not_sent_runs_out(struct story *story)
{
    struct id boot = boots(story, false);
    shelve(story, SYD, "BOOT", 1);
    shelve(story, LAX, "BOOT", 1);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.keep_hours = 24});
    story_wait(story, HOUR_S);
    assert_true(is_asked(story, &swap, SYD));
    story_wait(story, DAY_S);
    assert_true(is_asked(story, &swap, LAX));
    assert_int_equal(in(story, SYD, "BOOT", STOCK_SELLABLE), 1);
    send(story, SYD, &swap);
    assert_int_not_equal(story->last_error, OK);
    send(story, LAX, &swap);
    story_wait(story, HOUR_S);
    got(story, &boot, 1, 0);
}

/* It is waited for: a week later some come in, and the work goes on by itself. */
static void it_waits_until_somebody_has_it_again(struct story *story)
{
    struct id boot = boots(story, false);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.quantity = 1});
    story_wait(story, 7 * DAY_S);
    assert_int_equal(how(story, &swap), EXCHANGE_WAITING);
    shelve(story, SYD, "BOOT", 1);
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_LEAVING);
    send(story, SYD, &swap);
    story_wait(story, HOUR_S);
    got(story, &boot, 1, 0);
}

/* And for no longer than was agreed; not over the head of a warehouse that was not heard. */
static void what_nobody_has_in_time_is_paid_in_money(struct story *story)
{
    struct id boot = boots(story, false);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.wait_hours = 48});
    story_cut(story, SYD, true);
    story_wait(story, 3 * DAY_S);
    assert_int_equal(how(story, &swap), EXCHANGE_WAITING);
    got(story, &boot, 0, 0);
    story_cut(story, SYD, false);
    story_wait(story, DAY_S);
    assert_int_equal(how(story, &swap), EXCHANGE_ENDED);
    got(story, &boot, 0, 4000);
}

/* --- before the original came ----------------------------------------------------------------- */

static struct id lend_boots(struct story *story, bool mandated)
{
    set_policy(story, (struct policy){.instant_refund_trust = 1, .recharge_days = 5});
    struct id boot = boots(story, mandated);
    shelve(story, LAX, "BOOT", 1);
    struct id swap = exchange(story, &boot, (struct exchange_begin){.ahead = 1});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_LEAVING);
    send(story, LAX, &swap);
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_SENT);
    assert_int_equal(line_of(story, &boot).lent_minor, 4000);
    return boot;
}

/* Los Angeles is cut off when the grace ends, and the original might lie there. */
static void the_original_that_never_comes_is_charged_once(struct story *story)
{
    struct id boot = lend_boots(story, true);
    story_wait(story, 31 * DAY_S);
    assert_int_equal(state_of(story, &boot), RETURN_EXPIRED);
    assert_int_equal(charged_minor(story), 0);
    story_cut(story, LAX, true);
    story_wait(story, 6 * DAY_S);
    assert_int_equal(charged_minor(story), 0);
    story_cut(story, LAX, false);
    story_wait(story, 10 * DAY_S);
    assert_int_equal(charged_minor(story), 4000);
    struct return_line_row line = line_of(story, &boot);
    assert_int_equal(line.lent, 0);
    assert_int_equal(line.lent_minor, 0);
    assert_int_equal(line.recharged_minor, 4000);
    got(story, &boot, 1, 0);
}

static void the_original_that_comes_ends_the_loan(struct story *story)
{
    struct id boot = lend_boots(story, true);
    receive_units(story, SYD, "BOOT", "BOOT", 1, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(line_of(story, &boot).lent, 0);
    assert_int_equal(line_of(story, &boot).lent_minor, 0);
    story_wait(story, 60 * DAY_S);
    assert_int_equal(state_of(story, &boot), RETURN_CLOSED);
    assert_int_equal(charged_minor(story), 0);
    got(story, &boot, 1, 0);
}

/* Nobody gave a consent: a person has it before him. */
static void without_a_mandate_the_loan_is_a_persons(struct story *story)
{
    struct id boot = lend_boots(story, false);
    story_wait(story, 40 * DAY_S);
    assert_int_equal(state_of(story, &boot), RETURN_EXPIRED);
    assert_int_equal(charged_minor(story), 0);
    assert_int_equal(line_of(story, &boot).lent_minor, 4000);
}

/* --- what it costs more or less --------------------------------------------------------------- */

static void what_costs_less_is_refunded_once(struct story *story)
{
    struct id boot = boots(story, false);
    shelve(story, SYD, "CLOG", 1);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(
        story, &boot, (struct exchange_begin){.wanted = span_text("CLOG"), .price_minor = 2501});
    story_wait(story, HOUR_S);
    got(story, &boot, 0, 0);
    send(story, SYD, &swap);
    story->dies_after_sending = true;
    story_wait(story, HOUR_S);
    host_start(&story->world.host[RTM]);
    story_wait(story, DAY_S);
    got(story, &boot, 1, 1499);
}

static void what_costs_more_leaves_when_it_is_paid(struct story *story)
{
    struct id boot = boots(story, false);
    shelve(story, SYD, "BOOT-XL", 1);
    receive_units(story, RTM, "BOOT", "BOOT", 1, NULL);
    struct id swap = exchange(
        story, &boot, (struct exchange_begin){.wanted = span_text("BOOT-XL"), .price_minor = 4500});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story, &swap), EXCHANGE_KEPT);
    send(story, SYD, &swap);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    wish(story, LAX, COMMAND_EXCHANGE_PAID, BY_OPERATOR,
         (union command_body){
             .exchange_paid = {.exchange = swap, .reference = span_text("till-7")}});
    story_wait(story, HOUR_S);
    send(story, SYD, &swap);
    story_wait(story, HOUR_S);
    got(story, &boot, 1, 0);
}

static const struct told_story told[] = {
    ROOMS(the_nearest_that_has_it_sends_it),
    ROOMS(a_warehouse_that_is_cut_off_is_passed_over),
    ROOMS(what_left_over_a_cut_link_is_not_refunded_too),
    ROOMS(what_is_kept_and_not_sent_runs_out),
    ROOMS(it_waits_until_somebody_has_it_again),
    ROOMS(what_nobody_has_in_time_is_paid_in_money),
    ROOMS(the_original_that_never_comes_is_charged_once),
    ROOMS(the_original_that_comes_ends_the_loan),
    ROOMS(without_a_mandate_the_loan_is_a_persons),
    ROOMS(what_costs_less_is_refunded_once),
    ROOMS(what_costs_more_leaves_when_it_is_paid),
};
const struct told_list stories_of_exchange = TOLD_LIST(told);

/* Exchanges told in a small mesh: Rotterdam leads the book, boots lie in Los Angeles, Rotterdam and
 * Sydney. */
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOOT        "SHOE42"
#define PRICE_MINOR 2000

struct scene {
    struct world *world;
    struct id order, rma, exchange;
};

/* --- what people do --------------------------------------------------------------------------- */

static enum error act(struct scene *scene, enum command_kind kind, const union command_body *body,
                      enum actor_kind by)
{
    return world_decide(scene->world, kind, body, by, NULL, 0);
}

static void must(struct scene *scene, enum command_kind kind, const union command_body *body,
                 enum actor_kind by)
{
    enum error error = act(scene, kind, body, by);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
}

static void refused(struct scene *scene, enum error error, const char *rule)
{
    assert_int_not_equal(error, OK);
    assert_string_equal(scene->world->decision.rule, rule);
}

static const struct id *mei(const struct scene *scene)
{
    return &scene->world->merchants[MERCHANT_A].merchant;
}

static void shelve(struct scene *scene, enum node_name at, const char *sku, uint64_t pieces)
{
    union command_body body = {.stock_post = {.warehouse = scene->world->nodes[at].warehouse,
                                              .act = STOCK_IMPORT,
                                              .merchant = *mei(scene),
                                              .sku = span_text(sku),
                                              .from = STOCK_OPENING,
                                              .to = STOCK_SELLABLE,
                                              .grade = GRADE_NEW_SEALED,
                                              .pieces = pieces}};
    must(scene, COMMAND_STOCK_POST, &body, BY_OPERATOR);
}

static int64_t in(struct scene *scene, enum node_name at, const char *sku,
                  enum stock_account account)
{
    const struct desk *desk = world_desk(scene->world, at);
    struct stock_goods goods = stock_goods(desk, &desk->warehouse, mei(scene), span_text(sku));
    struct stock_place place = stock_place(account, (struct span){0}, GRADE_NEW_SEALED);
    return stock_pieces(desk, &goods, &place);
}

static void begin(struct scene *scene, uint64_t seed, uint64_t quantity)
{
    *scene = (struct scene){.world = world_open(seed)};
    scene->order = world_order(scene->world, MERCHANT_A, "R1", BOOT, quantity, PRICE_MINOR,
                               (int64_t)quantity * PRICE_MINOR);
    union command_body body = {.return_request = {.merchant = *mei(scene),
                                                  .order = scene->order,
                                                  .number = span_text("N1"),
                                                  .kind = KIND_EXCHANGE,
                                                  .lines_count = 1}};
    body.return_request.lines[0] =
        (struct return_line){.quantity = quantity, .reason = REASON_UNWANTED};
    must(scene, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR);
    scene->rma = scene->world->decision.entity;
    if (world_return(scene->world, RTM, &scene->rma).state == RETURN_APPROVED) return;
    body = (union command_body){.return_decide = {.return_id = scene->rma}};
    must(scene, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT);
}

/* So many pairs come back to Sydney. */
static void come_back(struct scene *scene, unsigned count)
{
    const char *skus[] = {BOOT, BOOT, BOOT, BOOT};
    world_settle(scene->world);
    world_box(scene->world, SYD, "N1", &scene->rma, skus, count);
    world_settle(scene->world);
}

static enum error ask_for(struct scene *scene, struct exchange_begin wish, enum actor_kind by)
{
    union command_body body = {.exchange_begin = wish};
    body.exchange_begin.return_id = scene->rma;
    enum error error = act(scene, COMMAND_EXCHANGE_OPEN, &body, by);
    if (error == OK) scene->exchange = scene->world->decision.entity;
    return error;
}

/* Rotterdam before Los Angeles. */
static struct exchange_begin by_road(const struct scene *scene)
{
    struct exchange_begin wish = {.places_count = 2};
    wish.places[0].warehouse = scene->world->nodes[RTM].warehouse;
    wish.places[1].warehouse = scene->world->nodes[LAX].warehouse;
    return wish;
}

static void opened(struct scene *scene, struct exchange_begin wish)
{
    enum error error = ask_for(scene, wish, BY_MERCHANT);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
}

static struct exchange_row now_at(const struct scene *scene, enum node_name at)
{
    struct exchange_row row;
    assert_true(exchange_load(&world_desk(scene->world, at)->rows, &scene->exchange, &row));
    return row;
}

static struct exchange_row now(const struct scene *scene)
{
    return now_at(scene, RTM);
}

static enum error send(struct scene *scene, const char *number)
{
    union command_body body = {.exchange_send = {.warehouse = now(scene).warehouse,
                                                 .exchange = scene->exchange,
                                                 .number = span_text(number)}};
    return act(scene, COMMAND_EXCHANGE_SEND, &body, BY_OPERATOR);
}

static enum error end(struct scene *scene)
{
    union command_body body = {.exchange_step = {.exchange = scene->exchange}};
    return act(scene, COMMAND_EXCHANGE_END, &body, BY_MERCHANT);
}

static enum error refund_instead(struct scene *scene)
{
    union command_body body = {.return_decide = {.return_id = scene->rma}};
    return act(scene, COMMAND_RETURN_REFUND_INSTEAD, &body, BY_MERCHANT);
}

/* --- what is seen ----------------------------------------------------------------------------- */

static void is_at(const struct scene *scene, enum exchange_state state, enum node_name asked)
{
    struct exchange_row row = now(scene);
    assert_int_equal(row.state, state);
    assert_true(id_equal(&row.warehouse, &scene->world->nodes[asked].warehouse));
}

static struct return_line_row line(const struct scene *scene)
{
    struct return_line_row row;
    assert_true(return_line_load(&world_desk(scene->world, RTM)->rows, &scene->rma, 0, &row));
    return row;
}

static unsigned count(const struct scene *scene, enum node_name at, enum view_table table)
{
    return (unsigned)rows_memory_count(scene->world->nodes[at].memory, table);
}

static uint64_t conflicts(const struct scene *scene, enum conflict_kind kind)
{
    const struct rows *rows = &world_desk(scene->world, RTM)->rows;
    struct key all = {.size = 0};
    struct walk walk = walk_over(&all);
    struct row at;
    uint64_t count = 0;
    while (walk_next(rows, VIEW_CONFLICT, &walk, &at)) {
        struct conflict_row row;
        assert_int_equal(shape_decode(&conflict_row_shape, at.value, &row, NULL), OK);
        count += row.kind == kind;
    }
    return count;
}

/* Nodes that hold the same logs hold the same rows, whatever came first. */
static void equal_whatever_came_first(struct scene *scene)
{
    struct world *world = scene->world;
    world_settle(world);
    for (unsigned i = 0; i < 8; i++) {
        struct rows_memory *memory = rows_memory_open();
        world_fold_shuffled(world, memory);
        assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
        rows_memory_close(memory);
    }
}

/* What a faulty member in Los Angeles says to the first attempt. */
static void los_angeles_says(struct scene *scene, enum exchange_answer answer)
{
    struct exchange_answered lie = {.exchange = scene->exchange,
                                    .attempt = 1,
                                    .warehouse = scene->world->nodes[LAX].warehouse,
                                    .answer = answer,
                                    .by = {.kind = BY_OPERATOR},
                                    .at_ms = 1};
    world_inject(scene->world, LOG_LAX, EVENT_EXCHANGE_ANSWERED, &scene->exchange, &lie);
    world_settle(scene->world);
}

/* --- stories ---------------------------------------------------------------------------------- */

static void the_warehouse_where_it_stands_sends_it(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 1, 1);
    shelve(&scene, RTM, BOOT, 5);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_RESERVED), 1);
    los_angeles_says(&scene, EXCHANGE_IS_GONE); /* who was not asked; it counts for nothing */
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    assert_int_equal(send(&scene, "1Z1"), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_SENT);
    assert_true(span_equal(now(&scene).number, span_text("1Z1")));
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_RESERVED), 0);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_CARRIER), 1);
    assert_int_equal(in(&scene, RTM, BOOT, STOCK_SELLABLE), 5);
    assert_int_equal(line(&scene).sent, 1);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).state, RETURN_CLOSED);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 0);
    refused(&scene, send(&scene, "1Z2"), "exchange: it_is_kept_here");
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void else_the_next_of_the_list_that_has_it(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 2, 1);
    shelve(&scene, LAX, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, LAX);
    assert_int_equal(now(&scene).attempt, 1);
    assert_int_equal(in(&scene, LAX, BOOT, STOCK_RESERVED), 1);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* Sold meanwhile: the book did not know, the warehouse does. */
static void who_was_asked_and_has_none_sends_the_book_on(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 3, 1);
    shelve(&scene, RTM, "OTHER", 1);
    shelve(&scene, SYD, BOOT, 1);
    shelve(&scene, LAX, BOOT, 1);
    come_back(&scene, 1);
    struct stock_post gone = {.warehouse = scene.world->nodes[SYD].warehouse,
                              .act = STOCK_HAND_OVER,
                              .merchant = *mei(&scene),
                              .sku = span_text(BOOT),
                              .from = STOCK_SELLABLE,
                              .to = STOCK_WMS,
                              .grade = GRADE_NEW_SEALED,
                              .pieces = 1};
    must(&scene, COMMAND_STOCK_POST, &(union command_body){.stock_post = gone}, BY_OPERATOR);
    opened(&scene, by_road(&scene));
    assert_int_equal(world_work(scene.world, RTM), 1);
    is_at(&scene, EXCHANGE_ASKING, SYD);
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, LAX);
    assert_int_equal(now(&scene).attempt, 2);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void nobody_has_it_until_somebody_restocks_it(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 4, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_WAITING);
    shelve(&scene, LAX, BOOT, 1);
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, LAX);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void what_nobody_has_in_time_is_refunded_once(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5, 1);
    come_back(&scene, 1);
    struct exchange_begin wish = by_road(&scene);
    wish.wait_hours = 48;
    opened(&scene, wish);
    world_settle(scene.world);
    world_pass(scene.world, 48 * HOUR_MS - 1);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_WAITING);
    world_pass(scene.world, 1);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_ENDED);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).outcome, OUTCOME_REFUND);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 1);
    shelve(&scene, LAX, BOOT, 1);
    world_settle(scene.world);
    assert_int_equal(in(&scene, LAX, BOOT, STOCK_RESERVED), 0);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* One pair may be on its way; nobody had the other. Money for the return is not said before it is
 * known what became of the first. */
static void nobody_is_paid_for_one_pair_while_another_may_be_leaving(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 25, 2);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 2);
    struct exchange_begin wish = by_road(&scene);
    wish.quantity = 1;
    opened(&scene, wish);
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    struct id first = scene.exchange;
    wish.wait_hours = 24;
    opened(&scene, wish);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_WAITING);
    world_pass(scene.world, 25 * HOUR_MS);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_ENDED);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 0);
    scene.exchange = first;
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    assert_int_equal(send(&scene, "1Z2"), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_SENT);
    assert_int_equal(line(&scene).served, 1);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 0);
    world_close(scene.world);
}

/* Silence of a warehouse that is cut off gives the turn to the next; its late word changes nothing
 * and what it kept goes back to its shelf. */
static void who_is_cut_off_is_passed_over(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 6, 1);
    shelve(&scene, SYD, BOOT, 1);
    shelve(&scene, LAX, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_work(scene.world, RTM);
    is_at(&scene, EXCHANGE_ASKING, SYD);
    world_deliver(scene.world, RTM, SYD, UINT64_MAX);
    world_work(scene.world, SYD); /* it keeps one, and nobody hears of it */
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_RESERVED), 1);
    world_pass(scene.world, 12 * HOUR_MS);
    world_work(scene.world, RTM);
    is_at(&scene, EXCHANGE_ASKING, LAX);
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, LAX);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_RESERVED), 0);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_SELLABLE), 1);
    assert_int_equal(in(&scene, LAX, BOOT, STOCK_RESERVED), 1);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void what_nobody_sends_in_time_is_kept_no_longer(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 7, 1);
    shelve(&scene, SYD, BOOT, 1);
    shelve(&scene, LAX, BOOT, 1);
    come_back(&scene, 1);
    struct exchange_begin wish = by_road(&scene);
    wish.keep_hours = 24;
    opened(&scene, wish);
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    world_pass(scene.world, 24 * HOUR_MS);
    refused(&scene, send(&scene, "1Z1"), "exchange: its_time_is_over");
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, LAX);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_SELLABLE), 1);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_RESERVED), 0);
    assert_int_equal(send(&scene, "1Z1"), OK);
    world_settle(scene.world);
    assert_int_equal(line(&scene).sent, 1);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* --- never both ------------------------------------------------------------------------------- */

static void nothing_is_refunded_or_sent_again_while_it_may_be_leaving(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 8, 1);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    refused(&scene, refund_instead(&scene), "return_id: no_exchange_is_leaving");
    union command_body by_hand = {.return_replace = {.return_id = scene.rma}};
    refused(&scene, act(&scene, COMMAND_RETURN_REPLACE, &by_hand, BY_OPERATOR),
            "quantity: more than is owed for units of the line");
    assert_int_equal(send(&scene, "1Z1"), OK); /* nobody has heard of it yet */
    world_pass(scene.world, 60 * DAY_MS);
    world_work(scene.world, RTM);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 0);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_SENT);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 0);
    assert_int_equal(line(&scene).served, 1);
    world_close(scene.world);
}

static void what_is_called_off_is_refunded_once_its_warehouse_has_given_it_back(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 9, 1);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    assert_int_equal(end(&scene), OK);
    assert_int_equal(now(&scene).state, EXCHANGE_RECALLING);
    refused(&scene, refund_instead(&scene), "return_id: no_exchange_is_leaving");
    refused(&scene, end(&scene), "exchange: it_goes_on");
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_ENDED);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_SELLABLE), 1);
    assert_int_equal(refund_instead(&scene), OK);
    world_settle(scene.world);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 1);
    refused(&scene, send(&scene, "1Z1"), "exchange: it_is_kept_here");
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* The floor was faster than the word that calls it off. */
static void what_had_left_when_it_was_called_off_was_sent(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 10, 1);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    assert_int_equal(send(&scene, "1Z1"), OK);
    assert_int_equal(end(&scene), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_SENT);
    assert_int_equal(line(&scene).sent, 1);
    assert_int_equal(conflicts(&scene, CONFLICT_EXCHANGE_STRAY), 0);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* Before the book gave leave, money instead is the merchant's to choose: what was kept goes back.
 */
static void money_instead_ends_what_may_not_leave_yet(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 11, 1);
    shelve(&scene, SYD, BOOT, 1);
    world_settle(scene.world);
    opened(&scene, (struct exchange_begin){.quantity = 1});
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_KEPT, SYD); /* the original is awaited */
    refused(&scene, send(&scene, "1Z1"), "exchange: the_book_gives_leave");
    struct exchange_said said;
    assert_true(exchange_said_load(&world_desk(scene.world, SYD)->rows, &scene.exchange, 1,
                                   &scene.world->nodes[SYD].warehouse, &said));
    union command_body by_hand = {.stock_end = {.warehouse = scene.world->nodes[SYD].warehouse,
                                                .reservation = said.row.reservation,
                                                .to = STOCK_CARRIER}};
    refused(&scene, act(&scene, COMMAND_STOCK_END, &by_hand, BY_OPERATOR),
            "reservation: the_exchange_sends_it");
    const struct id *other = &scene.world->merchants[MERCHANT_B].merchant;
    assert_int_equal(world_decide(scene.world, COMMAND_STOCK_END, &by_hand, BY_OPERATOR, other, 0),
                     ERROR_NOT_FOUND);
    assert_int_equal(refund_instead(&scene), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_ENDED);
    assert_int_equal(in(&scene, SYD, BOOT, STOCK_RESERVED), 0);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* What others paid meanwhile cannot be hindered: it is seen. */
static void what_left_though_others_paid_is_flagged(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 12, 1);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    assert_int_equal(send(&scene, "1Z1"), OK);
    union command_body body = {.refund_record = {.merchant = *mei(&scene),
                                                 .provider = span_text("sandbox"),
                                                 .payment = span_text("pi_R1"),
                                                 .how = ELSEWHERE_SELLER,
                                                 .reference = span_text("bank-1"),
                                                 .return_id = scene.rma,
                                                 .quantity = 1,
                                                 .amount_minor = PRICE_MINOR,
                                                 .currency = 978,
                                                 .made_ms = scene.world->now_ms}};
    must(&scene, COMMAND_REFUND_RECORD, &body, BY_MERCHANT);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_SENT);
    assert_int_equal(now(&scene).contest, 1);
    assert_int_equal(line(&scene).served, 1);
    assert_int_equal(conflicts(&scene, CONFLICT_EXCHANGE_UNSETTLED), 1);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* --- before the original came ----------------------------------------------------------------- */

static void what_goes_before_the_original_is_lent_until_that_comes(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 13, 2);
    shelve(&scene, LAX, BOOT, 2);
    world_settle(scene.world);
    opened(&scene, (struct exchange_begin){.ahead = 1, .quantity = 2});
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, LAX);
    assert_int_equal(send(&scene, "1Z1"), OK);
    world_settle(scene.world);
    assert_int_equal(line(&scene).sent, 2);
    assert_int_equal(line(&scene).lent, 2);
    assert_int_equal(line(&scene).lent_minor, 2 * PRICE_MINOR);
    union command_body off = {.return_decide = {.return_id = scene.rma}};
    assert_int_not_equal(act(&scene, COMMAND_RETURN_CANCEL, &off, BY_OPERATOR), OK);
    come_back(&scene, 1);
    assert_int_equal(line(&scene).lent, 1);
    assert_int_equal(line(&scene).lent_minor, PRICE_MINOR);
    assert_int_equal(line(&scene).taken, 1);
    assert_int_equal(count(&scene, RTM, VIEW_REFUND), 0);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void nobody_calls_off_a_return_for_which_something_may_be_leaving(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 14, 1);
    shelve(&scene, LAX, BOOT, 1);
    world_settle(scene.world);
    opened(&scene, (struct exchange_begin){.ahead = 1});
    world_settle(scene.world);
    union command_body off = {.return_decide = {.return_id = scene.rma}};
    refused(&scene, act(&scene, COMMAND_RETURN_CANCEL, &off, BY_OPERATOR),
            "return_id: no_exchange_is_leaving");
    /* What is recalled meanwhile is set aside, and nobody waits for its time to be over. */
    union command_body recall = {
        .recall_put = {*mei(&scene), .sku = span_text(BOOT), .reason = span_text("it burns")}};
    must(&scene, COMMAND_RECALL_PUT, &recall, BY_MERCHANT);
    world_settle(scene.world);
    assert_int_equal(end(&scene), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_ENDED);
    assert_int_equal(in(&scene, LAX, BOOT, STOCK_QUARANTINE), 1);
    world_close(scene.world);
}

/* --- what it costs more or less --------------------------------------------------------------- */

static void what_costs_less_is_given_back_once(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 15, 1);
    shelve(&scene, SYD, "SANDAL", 1);
    come_back(&scene, 1);
    struct exchange_begin wish = {.wanted = span_text("SANDAL"), .price_minor = PRICE_MINOR - 501};
    refused(&scene, ask_for(&scene, wish, BY_OPERATOR), "price_minor: the_merchant_gives_money");
    opened(&scene, wish);
    world_settle(scene.world);
    assert_int_equal(now(&scene).difference_minor, -501);
    assert_int_equal(count(&scene, RTM, VIEW_GRANT), 0);
    assert_int_equal(send(&scene, "1Z1"), OK);
    world_settle(scene.world);
    assert_int_equal(count(&scene, RTM, VIEW_GRANT), 1);
    struct id slot;
    struct refund_row refund;
    assert_true(world_next_effect(scene.world, BOOK_A, &slot));
    assert_true(refund_load(&world_desk(scene.world, RTM)->rows, &slot, &refund));
    assert_int_equal(refund.amount_minor, 501);
    assert_int_equal(refund.paid_for, PAID_FOR_PARTIAL);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void what_costs_more_leaves_once_it_is_paid(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 16, 1);
    shelve(&scene, SYD, "BOOT-XL", 1);
    come_back(&scene, 1);
    opened(&scene, (struct exchange_begin){.wanted = span_text("BOOT-XL"),
                                           .price_minor = PRICE_MINOR + 300});
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_KEPT, SYD);
    assert_int_equal(now(&scene).difference_minor, 300);
    union command_body paid = {
        .exchange_paid = {.exchange = scene.exchange, .reference = span_text("till-7")}};
    must(&scene, COMMAND_EXCHANGE_PAID, &paid, BY_OPERATOR);
    refused(&scene, act(&scene, COMMAND_EXCHANGE_PAID, &paid, BY_OPERATOR),
            "exchange: the_buyer_owes_a_difference");
    world_settle(scene.world);
    is_at(&scene, EXCHANGE_LEAVING, SYD);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* 100.00 for three: the parts of the line sum to it, and so do the differences. */
static void differences_are_of_each_units_own_share(void **state)
{
    (void)state;
    struct scene scene;
    int64_t sum = 0;
    scene = (struct scene){.world = world_open(17)};
    scene.order = world_order(scene.world, MERCHANT_A, "R1", BOOT, 3, 3334, 10000);
    union command_body body = {.return_request = {.merchant = *mei(&scene),
                                                  .order = scene.order,
                                                  .kind = KIND_EXCHANGE,
                                                  .number = span_text("N1"),
                                                  .lines_count = 1}};
    body.return_request.lines[0] = (struct return_line){.quantity = 3, .reason = REASON_UNWANTED};
    must(&scene, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR);
    scene.rma = scene.world->decision.entity;
    if (world_return(scene.world, RTM, &scene.rma).state != RETURN_APPROVED) {
        body = (union command_body){.return_decide = {.return_id = scene.rma}};
        must(&scene, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT);
    }
    for (unsigned i = 0; i < 3; i++) {
        opened(&scene, (struct exchange_begin){.wanted = span_text("SANDAL"), .price_minor = 3000});
        sum += now(&scene).difference_minor;
    }
    assert_int_equal(sum, 3 * 3000 - 10000);
    refused(&scene, ask_for(&scene, (struct exchange_begin){.quantity = 1}, BY_MERCHANT),
            "quantity: more_than_is_left_of_the_line");
    world_close(scene.world);
}

/* --- refusals and liars ----------------------------------------------------------------------- */

static void what_does_not_fit_is_refused_by_name(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 18, 1);
    world_settle(scene.world);
    struct exchange_begin elsewhere = {.places_count = 1};
    elsewhere.places[0].warehouse.bytes[0] = 9;
    refused(&scene, ask_for(&scene, elsewhere, BY_MERCHANT), "places/warehouse");
    refused(&scene, ask_for(&scene, (struct exchange_begin){.line = 3}, BY_MERCHANT), "line");
    refused(&scene, ask_for(&scene, (struct exchange_begin){.price_minor = -1}, BY_MERCHANT),
            "price_minor: not_below_zero");
    opened(&scene, by_road(&scene));
    /* Another merchant's is refused like one that there is not. */
    const struct id *other = &scene.world->merchants[MERCHANT_B].merchant;
    union command_body body = {.exchange_step = {.exchange = scene.exchange}};
    assert_int_equal(world_decide(scene.world, COMMAND_EXCHANGE_END, &body, BY_MERCHANT, other, 0),
                     ERROR_NOT_FOUND);
    assert_int_equal(end(&scene), OK);
    refused(&scene, end(&scene), "exchange: it_goes_on");
    assert_int_equal(refund_instead(&scene), OK);
    refused(&scene, ask_for(&scene, by_road(&scene), BY_MERCHANT),
            "return_id: a_replacement_is_due");
    world_close(scene.world);
}

/* A book moves none of another's exchanges, what is over stays so, and an attempt is one more. */
static void what_a_faulty_member_writes_is_passed_over(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 19, 1);
    world_settle(scene.world);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    struct exchange_moved lie = {.exchange = scene.exchange,
                                 .act = EXCHANGE_ASK,
                                 .to = EXCHANGE_ASKING,
                                 .by = {.kind = BY_BOOK},
                                 .at_ms = 1,
                                 .warehouse = scene.world->nodes[LAX].warehouse,
                                 .attempt = 7};
    world_inject(scene.world, BOOK_A, EVENT_EXCHANGE_MOVED, &scene.exchange, &lie);
    lie.attempt = 1;
    world_inject(scene.world, BOOK_B, EVENT_EXCHANGE_MOVED, &scene.exchange, &lie);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_WAITING);
    assert_int_equal(end(&scene), OK);
    world_inject(scene.world, BOOK_A, EVENT_EXCHANGE_MOVED, &scene.exchange, &lie);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, EXCHANGE_ENDED);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* A warehouse says that it sent what it had no leave for. */
static void what_left_without_leave_is_flagged_and_serves_nobody(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 20, 1);
    shelve(&scene, SYD, BOOT, 1);
    come_back(&scene, 1);
    opened(&scene, by_road(&scene));
    world_settle(scene.world);
    assert_int_equal(end(&scene), OK);
    world_settle(scene.world);
    los_angeles_says(&scene, EXCHANGE_IS_SENT);
    assert_int_equal(conflicts(&scene, CONFLICT_EXCHANGE_STRAY), 1);
    assert_int_equal(line(&scene).sent, 0);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_warehouse_where_it_stands_sends_it),
        cmocka_unit_test(else_the_next_of_the_list_that_has_it),
        cmocka_unit_test(who_was_asked_and_has_none_sends_the_book_on),
        cmocka_unit_test(nobody_has_it_until_somebody_restocks_it),
        cmocka_unit_test(what_nobody_has_in_time_is_refunded_once),
        cmocka_unit_test(nobody_is_paid_for_one_pair_while_another_may_be_leaving),
        cmocka_unit_test(who_is_cut_off_is_passed_over),
        cmocka_unit_test(what_nobody_sends_in_time_is_kept_no_longer),
        cmocka_unit_test(nothing_is_refunded_or_sent_again_while_it_may_be_leaving),
        cmocka_unit_test(what_is_called_off_is_refunded_once_its_warehouse_has_given_it_back),
        cmocka_unit_test(what_had_left_when_it_was_called_off_was_sent),
        cmocka_unit_test(money_instead_ends_what_may_not_leave_yet),
        cmocka_unit_test(what_left_though_others_paid_is_flagged),
        cmocka_unit_test(what_goes_before_the_original_is_lent_until_that_comes),
        cmocka_unit_test(nobody_calls_off_a_return_for_which_something_may_be_leaving),
        cmocka_unit_test(what_costs_less_is_given_back_once),
        cmocka_unit_test(what_costs_more_leaves_once_it_is_paid),
        cmocka_unit_test(differences_are_of_each_units_own_share),
        cmocka_unit_test(what_does_not_fit_is_refused_by_name),
        cmocka_unit_test(what_a_faulty_member_writes_is_passed_over),
        cmocka_unit_test(what_left_without_leave_is_flagged_and_serves_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

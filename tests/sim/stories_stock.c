/* The stock of warehouses, told: what one node posts is every node's copy, as soon as it hears of
 * it; and what lies there goes before what the book says. */
#include "overseas-warehouse/stock/stock.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_MS 3600000u
#define DAY_S   86400u

static const struct id *warehouse_of(const struct story *story, enum site place)
{
    return &story->world.host[place].card.warehouse;
}

/* --- acts ------------------------------------------------------------------------------------- */

static void set_bin(struct story *story, enum site place, const char *bin, uint64_t capacity)
{
    union command_body body = {.stock_bin_put = {.warehouse = *warehouse_of(story, place),
                                                 .bin = span_text(bin),
                                                 .capacity = capacity}};
    wish_at(story, place, COMMAND_STOCK_BIN_PUT, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
}

static void post(struct story *story, enum site place, struct stock_post wish)
{
    union command_body body = {.stock_post = wish};
    body.stock_post.warehouse = *warehouse_of(story, place);
    body.stock_post.merchant = story->merchant;
    body.stock_post.sku = span_text("HAT");
    wish_at(story, place, COMMAND_STOCK_POST, BY_OPERATOR, &body, NEW);
}

static void open_with(struct story *story, enum site place, const char *bin, uint64_t pieces)
{
    post(story, place,
         (struct stock_post){.act = STOCK_IMPORT,
                             .from = STOCK_OPENING,
                             .to = STOCK_SELLABLE,
                             .to_bin = span_text(bin),
                             .pieces = pieces,
                             .reference = span_text("opening")});
}

static void hand_over(struct story *story, enum site place, uint64_t pieces)
{
    post(story, place,
         (struct stock_post){
             .act = STOCK_HAND_OVER, .from = STOCK_SELLABLE, .to = STOCK_WMS, .pieces = pieces});
}

static void count_bin(struct story *story, enum site place, const char *bin, uint64_t found)
{
    union command_body body = {.stock_tally = {.warehouse = *warehouse_of(story, place),
                                               .merchant = story->merchant,
                                               .sku = span_text("HAT"),
                                               .bin = span_text(bin),
                                               .found = found}};
    wish_at(story, place, COMMAND_STOCK_COUNT, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
}

static void keep(struct story *story, enum site place, uint64_t pieces, uint64_t for_ms)
{
    uint64_t until_ms = host_wall_ms(&story->world.host[place]) + for_ms;
    union command_body body = {.stock_keep = {.warehouse = *warehouse_of(story, place),
                                              .merchant = story->merchant,
                                              .sku = span_text("HAT"),
                                              .pieces = pieces,
                                              .expires_ms = until_ms,
                                              .reference = span_text("ORDER-9")}};
    wish_at(story, place, COMMAND_STOCK_RESERVE, BY_OPERATOR, &body, NEW);
}

static void recall(struct story *story, enum site place, bool ends)
{
    union command_body body = {.recall_put = {.merchant = story->merchant,
                                              .sku = span_text("HAT"),
                                              .reason = span_text("its dye rubs off"),
                                              .end = ends}};
    wish_at(story, place, COMMAND_RECALL_PUT, BY_MERCHANT, &body, NEW);
    story_wait(story, 20);
}

static void put_on_the_shelf(struct story *story, enum site place, const struct id *unit)
{
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_INSPECT, unit,
                (struct unit_act){.grade = 0});
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_GRADE, unit,
                (struct unit_act){.grade = GRADE_LIKE_NEW});
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_DISPOSE, unit,
                (struct unit_act){.disposition = DISPOSE_RESTOCK});
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_SETTLE, unit,
                (struct unit_act){.grade = 0});
    assert_int_equal(story->last_error, OK);
}

/* --- what a node shows ------------------------------------------------------------------------ */

static struct stock_offer offer_at(struct story *story, enum site seen_at, enum site warehouse)
{
    const struct desk desk = {.rows = *story_read(story, seen_at), .crypto = crypto_of_nobody()};
    struct stock_goods goods =
        stock_goods(&desk, warehouse_of(story, warehouse), &story->merchant, span_text("HAT"));
    struct stock_offer offer;
    stock_offer(&desk, &goods, &offer);
    story_read_end(story, seen_at);
    return offer;
}

/* Each of the three shows the same of that warehouse. */
static void everybody_sees(struct story *story, enum site warehouse, int64_t available,
                           int64_t reserved)
{
    static const enum site places[] = {LAX, RTM, SYD};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct stock_offer offer = offer_at(story, places[i], warehouse);
        assert_int_equal(offer.available, available);
        assert_int_equal(offer.reserved, reserved);
    }
}

static int64_t pieces_at(struct story *story, enum site place, enum stock_account account,
                         const char *bin, enum grade grade)
{
    const struct desk desk = {.rows = *story_read(story, place), .crypto = crypto_of_nobody()};
    struct stock_goods goods =
        stock_goods(&desk, warehouse_of(story, LAX), &story->merchant, span_text("HAT"));
    struct stock_place where = stock_place(account, span_text(bin), grade);
    int64_t pieces = stock_pieces(&desk, &goods, &where);
    story_read_end(story, place);
    return pieces;
}

/* --- stories ---------------------------------------------------------------------------------- */

/* Four hats come back; then Los Angeles has no link, and its floor goes on all the same. */
static void what_is_put_away_without_a_link_is_everybodys_afterwards(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 4, .price_minor = 1000});
    (void)ask_back(story, RTM, BY_OPERATOR, "HATS", 4, "HATS");
    struct id box = receive_units(story, LAX, "HATS", "HAT", 4, NULL);
    story_wait(story, 60);
    story_cut(story, LAX, true);
    set_bin(story, LAX, "A-3", 3);
    for (unsigned i = 0; i < 4; i++) {
        struct id unit = unit_of_box(story, LAX, &box, i);
        put_on_the_shelf(story, LAX, &unit);
    }
    struct stock_post away = {.act = STOCK_MOVE,
                              .from = STOCK_SELLABLE,
                              .to_bin = span_text("A-3"),
                              .grade = GRADE_LIKE_NEW,
                              .pieces = 4};
    post(story, LAX, away);
    assert_int_equal(story->last_error, ERROR_CONFLICT); /* it holds three */
    away.pieces = 3;
    post(story, LAX, away);
    assert_int_equal(story->last_error, OK);
    keep(story, LAX, 2, DAY_S * 1000);
    assert_int_equal(offer_at(story, LAX, LAX).available, 2);
    assert_int_equal(offer_at(story, RTM, LAX).available, 0); /* as of when it was heard last */
    story_cut(story, LAX, false);
    story_wait(story, 3600);
    everybody_sees(story, LAX, 2, 2);
    assert_int_equal(story_count(story, SYD, VIEW_STOCK_KEEPER), 3); /* the membership told */
    assert_int_equal(pieces_at(story, SYD, STOCK_SELLABLE, "A-3", GRADE_LIKE_NEW), 1);
    assert_int_equal(pieces_at(story, SYD, STOCK_RESERVED, "A-3", GRADE_LIKE_NEW), 2);
}

/* The book says ten, and some are kept for an order; on Friday somebody counts. */
static void what_was_counted_goes_before_what_the_book_says(struct story *story)
{
    set_bin(story, LAX, "A-3", 0);
    open_with(story, LAX, "A-3", 10);
    keep(story, LAX, 4, DAY_S * 1000);
    struct id kept = story->last_entity;
    everybody_sees(story, LAX, 6, 4);
    count_bin(story, LAX, "A-3", 3);
    unsigned before = story_count(story, RTM, VIEW_CONFLICT);
    count_bin(story, LAX, "A-9", 2);
    story_wait(story, 60);
    everybody_sees(story, LAX, 2, 3);
    /* Where the book says none there are two: a person is told of that everywhere. */
    assert_int_equal(story_count(story, RTM, VIEW_CONFLICT), before + 1);
    assert_int_equal(story_count(story, SYD, VIEW_CONFLICT), before + 1);
    /* The order gets what is left of its four, and the reservation is over. */
    union command_body body = {
        .stock_end = {.warehouse = *warehouse_of(story, LAX), .reservation = kept}};
    wish_at(story, LAX, COMMAND_STOCK_END, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 60);
    everybody_sees(story, LAX, 5, 0);
    assert_int_equal(pieces_at(story, RTM, STOCK_DIFFERENCE, "", 0), 5);
}

/* Nobody in Sydney presses a button: the time of the reservation is over, and all know it. */
static void a_reservation_that_ran_out_frees_goods_that_others_see(struct story *story)
{
    open_with(story, SYD, "", 3);
    keep(story, SYD, 3, HOUR_MS);
    assert_int_equal(story->last_error, OK);
    story_wait(story, 600);
    everybody_sees(story, SYD, 0, 3);
    keep(story, SYD, 1, HOUR_MS);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    story_wait(story, 2 * 3600);
    everybody_sees(story, SYD, 3, 0);
    keep(story, SYD, 1, DAY_S * 1000);
    assert_int_equal(story->last_error, OK);
}

/* Five hats went to the wrong pallet: they are taken back, and three go again. */
static void what_the_warehouse_system_was_given_and_gave_back_is_three_lines(struct story *story)
{
    open_with(story, LAX, "", 9);
    hand_over(story, LAX, 5);
    union command_body body = {.stock_void = {.warehouse = *warehouse_of(story, LAX),
                                              .posting = story->last_entity,
                                              .reason = span_text("the wrong pallet")}};
    wish_at(story, LAX, COMMAND_STOCK_VOID, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    wish_at(story, LAX, COMMAND_STOCK_VOID, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    hand_over(story, LAX, 3);
    story_wait(story, 60);
    everybody_sees(story, LAX, 6, 0);
    assert_int_equal(pieces_at(story, SYD, STOCK_WMS, "", 0), 3);
    assert_int_equal(story_count(story, LAX, VIEW_STOCK_RECEIPT), 3);
    assert_int_equal(story_count(story, SYD, VIEW_STOCK_RECEIPT), 3);
}

/* Los Angeles hears of the recall when its link is up again; what it gave away before stays given,
 * and nothing more goes until the recall is over. */
static void a_recall_from_elsewhere_ends_what_is_offered(struct story *story)
{
    open_with(story, LAX, "", 9);
    story_wait(story, 60);
    story_cut(story, LAX, true);
    recall(story, RTM, false);
    assert_int_equal(story->last_error, OK);
    assert_int_equal(offer_at(story, RTM, LAX).available, 0);
    hand_over(story, LAX, 1);
    assert_int_equal(story->last_error, OK);
    story_cut(story, LAX, false);
    story_wait(story, 3600);
    everybody_sees(story, LAX, 0, 0);
    assert_int_equal(offer_at(story, SYD, LAX).sellable, 8);
    hand_over(story, LAX, 1);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    keep(story, LAX, 1, HOUR_MS);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    post(story, LAX,
         (struct stock_post){.act = STOCK_REGRADE,
                             .from = STOCK_SELLABLE,
                             .to = STOCK_QUARANTINE,
                             .pieces = 2,
                             .reason = span_text("set aside")});
    assert_int_equal(story->last_error, OK);
    recall(story, RTM, true);
    story_wait(story, 60);
    everybody_sees(story, LAX, 6, 0);
    hand_over(story, LAX, 1);
    assert_int_equal(story->last_error, OK);
}

/* The list comes a second time, by another request, on another day. */
static void a_list_that_is_sent_again_opens_nothing_twice(struct story *story)
{
    open_with(story, LAX, "", 9);
    struct id posting = story->last_entity;
    hand_over(story, LAX, 4);
    story_wait(story, DAY_S);
    open_with(story, LAX, "", 9);
    assert_int_equal(story->last_error, OK);
    assert_true(id_equal(&story->last_entity, &posting));
    open_with(story, LAX, "", 8);
    assert_int_equal(story->last_error, ERROR_CONFLICT);
    everybody_sees(story, LAX, 5, 0);
}

static const struct told_story stories[] = {
    TOLD(what_is_put_away_without_a_link_is_everybodys_afterwards),
    UNRULED(what_was_counted_goes_before_what_the_book_says),
    UNRULED(a_reservation_that_ran_out_frees_goods_that_others_see),
    UNRULED(what_the_warehouse_system_was_given_and_gave_back_is_three_lines),
    UNRULED(a_recall_from_elsewhere_ends_what_is_offered),
    UNRULED(a_list_that_is_sent_again_opens_nothing_twice),
};
const struct told_list stories_of_stock = TOLD_LIST(stories);

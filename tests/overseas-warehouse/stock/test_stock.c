/* The stock ledger told: boots that are restocked, put away, reserved, counted and looked for;
 * whose they are becomes known before or after; and what a faulty member says is passed over. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/stock/stock_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct id *mei(const struct world *world)
{
    return &world->merchants[MERCHANT_A].merchant;
}

static int64_t in(struct world *world, enum stock_account account, const char *bin)
{
    return scene_pieces(world, LAX, mei(world), account, bin);
}

static const char *rule(const struct world *world)
{
    return world->decision.rule;
}

static void refused(struct world *world, enum error error, const char *by)
{
    assert_int_not_equal(error, OK);
    assert_string_equal(rule(world), by);
}

static void sums_are_zero(struct world *world, enum node_name at)
{
    int64_t lowest;
    assert_int_equal(scene_sum(world, at, &lowest), 0);
    assert_int_equal(lowest, 0);
}

/* --- the story -------------------------------------------------------------------------------- */

static void twelve_boots_are_restocked_put_away_reserved_shipped_and_counted(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id units[12];
    scene_stocked(world, MERCHANT_A, 12, units);
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 12);
    assert_int_equal(in(world, STOCK_FLOOR, ""), -12);
    refused(world, scene_move(world, "", "A-3", 1), "to_bin: no such bin");
    assert_int_equal(scene_bin(world, "A-3", 10), OK);
    assert_int_equal(scene_bin(world, "A-4", 0), OK);
    refused(world, scene_move(world, "", "A-3", 12), "to_bin: bin_full");
    assert_int_equal(scene_move(world, "", "A-3", 10), OK);
    struct id put_away = world->decision.entity;
    assert_int_equal(scene_move(world, "", "A-4", 2), OK);
    refused(world, scene_move(world, "", "A-4", 1), "pieces: bin_empty");
    assert_int_equal(scene_reserve(world, 1, world->now_ms + DAY_MS), OK);
    struct id reservation = world->decision.entity;
    assert_int_equal(in(world, STOCK_RESERVED, "A-3"), 1);
    refused(world, scene_void(world, &put_away), "pieces: bin_empty");
    /* On Friday there are none. */
    assert_int_equal(scene_count(world, "A-3", 0), OK);
    assert_int_equal(in(world, STOCK_SELLABLE, "A-3"), 0);
    assert_int_equal(in(world, STOCK_RESERVED, "A-3"), 0);
    assert_int_equal(in(world, STOCK_DIFFERENCE, ""), 10);
    refused(world, scene_end(world, &reservation, STOCK_CARRIER), "pieces: bin_empty");
    assert_int_equal(scene_end(world, &reservation, STOCK_SELLABLE), OK);
    assert_int_equal(in(world, STOCK_SELLABLE, "A-3"), 0);
    refused(world, scene_end(world, &reservation, STOCK_SELLABLE), "reservation: ended_already");
    sums_are_zero(world, LAX);
    world_close(world);
}

static void what_is_found_where_the_book_says_none_is_flagged(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id units[2];
    scene_stocked(world, MERCHANT_A, 2, units);
    unsigned before = (unsigned)rows_memory_count(world->nodes[LAX].memory, VIEW_CONFLICT);
    assert_int_equal(scene_count(world, "", 2), OK);
    assert_int_equal(rows_memory_count(world->nodes[LAX].memory, VIEW_CONFLICT), before);
    assert_int_equal(scene_count(world, "A-9", 2), OK);
    assert_int_equal(rows_memory_count(world->nodes[LAX].memory, VIEW_CONFLICT), before + 1);
    assert_int_equal(in(world, STOCK_SELLABLE, "A-9"), 2);
    assert_int_equal(in(world, STOCK_DIFFERENCE, ""), -2);
    sums_are_zero(world, LAX);
    world_close(world);
}

static void a_void_takes_back_once_and_not_after_a_count(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id units[3];
    scene_stocked(world, MERCHANT_A, 3, units);
    assert_int_equal(scene_bin(world, "A-3", 0), OK);
    assert_int_equal(scene_move(world, "", "A-3", 3), OK);
    struct id moved = world->decision.entity;
    assert_int_equal(scene_void(world, &moved), OK);
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 3);
    refused(world, scene_void(world, &moved), "posting: voided_already");
    assert_int_equal(scene_move(world, "", "A-3", 2), OK);
    moved = world->decision.entity;
    world_pass(world, 1);
    assert_int_equal(scene_count(world, "A-3", 2), OK);
    struct id counted = world->decision.entity;
    refused(world, scene_void(world, &moved), "act: counted_since");
    refused(world, scene_void(world, &counted), "posting: a count stands; count again");
    assert_int_equal(in(world, STOCK_SELLABLE, "A-3"), 2);
    world_close(world);
}

static void a_bin_has_room_for_what_a_void_brings_back(void **state)
{
    (void)state;
    struct world *world = world_open(13);
    struct id units[4];
    scene_stocked(world, MERCHANT_A, 4, units);
    assert_int_equal(scene_bin(world, "A-3", 2), OK);
    assert_int_equal(scene_bin(world, "A-4", 0), OK);
    assert_int_equal(scene_move(world, "", "A-3", 2), OK);
    assert_int_equal(scene_move(world, "A-3", "A-4", 2), OK);
    struct id away = world->decision.entity;
    assert_int_equal(scene_move(world, "", "A-3", 1), OK);
    refused(world, scene_void(world, &away), "to_bin: bin_full");
    world_close(world);
}

static void other_acts_go_their_ways_and_say_why(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id units[6];
    scene_stocked(world, MERCHANT_A, 6, units);
    struct stock_post aside = {
        .act = STOCK_REGRADE, .from = STOCK_SELLABLE, .to = STOCK_QUARANTINE, .pieces = 2};
    refused(world, scene_post(world, aside), "reason");
    aside.reason = span_text("a wet carton");
    assert_int_equal(scene_post(world, aside), OK);
    struct stock_post scrap = {.act = STOCK_DISCARD,
                               .from = STOCK_SELLABLE,
                               .to = STOCK_SCRAP,
                               .pieces = 1,
                               .reason = span_text("mould")};
    refused(world, scene_post(world, scrap), "to: no_such_way");
    scrap.from = STOCK_QUARANTINE;
    assert_int_equal(scene_post(world, scrap), OK);
    struct stock_post wms = {
        .act = STOCK_HAND_OVER, .from = STOCK_SELLABLE, .to = STOCK_WMS, .pieces = 3};
    assert_int_equal(scene_post(world, wms), OK);
    struct stock_post opening = {
        .act = STOCK_IMPORT, .from = STOCK_OPENING, .to = STOCK_SELLABLE, .pieces = 40};
    assert_int_equal(scene_post(world, opening), OK);
    struct stock_post restock = {
        .act = STOCK_RESTOCK, .from = STOCK_FLOOR, .to = STOCK_SELLABLE, .pieces = 1};
    refused(world, scene_post(world, restock), "act: it has a call of its own");
    struct stock_post none = {.act = STOCK_MOVE, .from = STOCK_SELLABLE};
    refused(world, scene_post(world, none), "pieces: no_pieces");
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 41);
    assert_int_equal(in(world, STOCK_QUARANTINE, ""), 1);
    assert_int_equal(in(world, STOCK_WMS, ""), 3);
    assert_int_equal(in(world, STOCK_OPENING, ""), -40);
    sums_are_zero(world, LAX);
    world_close(world);
}

static enum error import(struct world *world, const char *bin, uint64_t pieces,
                         const char *reference)
{
    return scene_post(world, (struct stock_post){.act = STOCK_IMPORT,
                                                 .from = STOCK_OPENING,
                                                 .to = STOCK_SELLABLE,
                                                 .to_bin = span_text(bin),
                                                 .pieces = pieces,
                                                 .reference = span_text(reference)});
}

static void what_a_place_opens_with_is_imported_once(void **state)
{
    (void)state;
    struct world *world = world_open(31);
    assert_int_equal(scene_bin(world, "A", 0), OK);
    assert_int_equal(scene_bin(world, "AB", 0), OK);
    assert_int_equal(import(world, "A", 5, "BC"), OK);
    struct id first = world->decision.entity;
    assert_int_equal(world->decision.drafts_count, 1);
    world_pass(world, DAY_MS);
    assert_int_equal(import(world, "A", 5, "BC"), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    assert_true(id_equal(&world->decision.entity, &first));
    refused(world, import(world, "A", 6, "BC"), "pieces: imported_already");
    assert_int_equal(in(world, STOCK_SELLABLE, "A"), 5);
    /* Another place, and another list. */
    assert_int_equal(import(world, "AB", 5, "C"), OK);
    assert_int_equal(import(world, "A", 1, "the second"), OK);
    assert_int_equal(in(world, STOCK_SELLABLE, "A"), 6);
    assert_int_equal(in(world, STOCK_SELLABLE, "AB"), 5);
    /* What was voided is imported anew, once. */
    assert_int_equal(scene_void(world, &first), OK);
    assert_int_equal(import(world, "A", 7, "BC"), OK);
    assert_int_equal(import(world, "A", 7, "BC"), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    assert_int_equal(in(world, STOCK_SELLABLE, "A"), 8);
    for (unsigned i = 0; i < 15; i++) {
        assert_int_equal(import(world, "A", 7, "BC"), OK);
        struct id again = world->decision.entity;
        assert_int_equal(scene_void(world, &again), OK);
    }
    refused(world, import(world, "A", 7, "BC"), "reference: voided_too_often");
    sums_are_zero(world, LAX);
    world_close(world);
}

/* --- promises --------------------------------------------------------------------------------- */

static void a_reservation_that_nobody_ships_is_given_back_in_time(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id units[3];
    scene_stocked(world, MERCHANT_A, 3, units);
    refused(world, scene_reserve(world, 2, world->now_ms), "expires_ms: later than now");
    refused(world, scene_reserve(world, 4, world->now_ms + DAY_MS), "pieces: bin_empty");
    assert_int_equal(scene_reserve(world, 2, world->now_ms + DAY_MS), OK);
    struct id lapses = world->decision.entity;
    assert_int_equal(scene_reserve(world, 1, world->now_ms + 9 * DAY_MS), OK);
    struct id ships = world->decision.entity;
    refused(world, scene_void(world, &ships), "posting: a reservation ends, it is not voided");
    assert_int_equal(scene_end(world, &ships, STOCK_CARRIER), OK);
    world_work(world, LAX);
    assert_int_equal(in(world, STOCK_RESERVED, ""), 2);
    world_pass(world, 2 * DAY_MS);
    world_work(world, LAX);
    assert_int_equal(in(world, STOCK_RESERVED, ""), 0);
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 2);
    assert_int_equal(in(world, STOCK_CARRIER, ""), 1);
    refused(world, scene_end(world, &lapses, STOCK_CARRIER), "reservation: ended_already");
    sums_are_zero(world, LAX);
    world_close(world);
}

static void recall(struct world *world, uint64_t end)
{
    union command_body body = {.recall_put = {.merchant = *mei(world),
                                              .sku = span_text(BOOT),
                                              .end = end,
                                              .reason = span_text("a loose heel")}};
    assert_int_equal(world_decide(world, COMMAND_RECALL_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
}

static void a_recall_bars_what_would_offer_and_a_hold_its_own_piece(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id units[3];
    scene_stocked(world, MERCHANT_A, 3, units);
    assert_int_equal(scene_reserve(world, 1, world->now_ms + DAY_MS), OK);
    struct id reservation = world->decision.entity;
    recall(world, 0);
    refused(world, scene_reserve(world, 1, world->now_ms + DAY_MS), "unit: held");
    refused(world, scene_end(world, &reservation, STOCK_CARRIER), "unit: held");
    struct stock_post wms = {
        .act = STOCK_HAND_OVER, .from = STOCK_SELLABLE, .to = STOCK_WMS, .pieces = 1};
    refused(world, scene_post(world, wms), "unit: held");
    world_pass(world, 2 * DAY_MS);
    world_work(world, LAX);
    assert_int_equal(in(world, STOCK_QUARANTINE, ""), 1); /* it is not offered again */
    recall(world, 1);
    union command_body hold = {.unit_hold = {.unit = units[0],
                                             .kind = HOLD_BIOHAZARD,
                                             .reason = span_text("blood on the sole")}};
    assert_int_equal(world_decide(world, COMMAND_UNIT_HOLD, &hold, BY_OPERATOR, NULL, 0), OK);
    refused(world, scene_reserve(world, 2, world->now_ms + DAY_MS), "unit: held");
    wms.pieces = 2;
    refused(world, scene_post(world, wms), "unit: held");
    assert_int_equal(scene_reserve(world, 1, world->now_ms + DAY_MS), OK);
    world_close(world);
}

/* --- whose it is ------------------------------------------------------------------------------ */

static void goods_whose_owner_is_known_later_become_his_stock(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id units[2], nobody = {{0}};
    struct id box = scene_box(world, 2, units);
    scene_restock(world, &units[0]);
    scene_restock(world, &units[1]);
    assert_int_equal(scene_pieces(world, LAX, &nobody, STOCK_SELLABLE, ""), 2);
    scene_own(world, MERCHANT_A, &box, "AMZ-1");
    assert_int_equal(scene_pieces(world, LAX, &nobody, STOCK_SELLABLE, ""), 0);
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 2);
    world_deliver_all(world);
    assert_int_equal(scene_pieces(world, SYD, mei(world), STOCK_SELLABLE, ""), 2);
    sums_are_zero(world, SYD);
    world_close(world);
}

static void who_is_bound_to_one_merchant_posts_nothing_of_anothers(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct id units[2];
    scene_stocked(world, MERCHANT_A, 2, units);
    union command_body body = {.stock_keep = {.warehouse = world->nodes[LAX].warehouse,
                                              .merchant = *mei(world),
                                              .sku = span_text(BOOT),
                                              .pieces = 1,
                                              .expires_ms = world->now_ms + DAY_MS,
                                              .reference = span_text("ORDER-1")}};
    const struct id *other = &world->merchants[MERCHANT_B].merchant;
    assert_int_equal(world_decide(world, COMMAND_STOCK_RESERVE, &body, BY_MERCHANT, other, 0),
                     ERROR_NOT_FOUND);
    assert_int_equal(in(world, STOCK_RESERVED, ""), 0);
    world_close(world);
}

static void a_closed_bin_takes_nothing_and_a_reservation_ends_once(void **state)
{
    (void)state;
    struct world *world = world_open(14);
    struct id units[3];
    scene_stocked(world, MERCHANT_A, 3, units);
    union command_body body = {.stock_bin_put = {.warehouse = world->nodes[LAX].warehouse,
                                                 .bin = span_text("A-9"),
                                                 .closed = 1}};
    assert_int_equal(world_decide(world, COMMAND_STOCK_BIN_PUT, &body, BY_OPERATOR, NULL, 0), OK);
    refused(world, scene_move(world, "", "A-9", 1), "to_bin: bin_closed");
    assert_int_equal(scene_reserve(world, 2, world->now_ms + DAY_MS), OK);
    struct id reservation = world->decision.entity;
    assert_int_equal(scene_end(world, &reservation, STOCK_CARRIER), OK);
    struct stock_posted again = {.posting = world->decision.entity};
    struct stock_posting_now now;
    assert_true(stock_posting_load(scene_rows(world, LAX), &reservation, &now));
    shape_copy(&stock_posted_shape, &again, &stock_posting_row_shape, &now.row);
    again.posting = mint_of(world_desk(world, LAX), &world->moment, &world->nodes[LAX].node);
    again.act = STOCK_SHIP;
    again.from = STOCK_RESERVED;
    again.to = STOCK_CARRIER;
    again.reservation = reservation;
    world_inject(world, LOG_LAX, EVENT_STOCK_POSTED, &again.posting, &again);
    assert_int_equal(in(world, STOCK_CARRIER, ""), 2);
    assert_int_equal(in(world, STOCK_RESERVED, ""), 0);
    world_close(world);
}

/* A box of a return whose units are restocked before its book has claimed it. */
static void goods_of_a_return_become_its_merchants_when_they_are_assigned(void **state)
{
    (void)state;
    static const char *const skus[] = {BOOT};
    struct world *world = world_open(15);
    struct id nobody = {{0}}, unit;
    struct id order = world_order(world, MERCHANT_A, "ORDER-7", BOOT, 1, 5000, 5000);
    struct id return_id = world_request(world, MERCHANT_A, &order, 1, "1Z999AA10123456784");
    struct id box = world_box(world, LAX, "1Z999AA10123456784", NULL, skus, 1);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_false(id_is_zero(&return_id));
    assert_true(walk_next(scene_rows(world, LAX), VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    scene_restock(world, &unit);
    assert_int_equal(scene_pieces(world, LAX, &nobody, STOCK_SELLABLE, ""), 1);
    world_settle(world);
    assert_int_equal(scene_pieces(world, LAX, &nobody, STOCK_SELLABLE, ""), 0);
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 1);
    /* Whichever of the two is heard first: what nothing bound together may come in any order. */
    for (unsigned round = 0; round < 8; round++) {
        struct rows_memory *memory = rows_memory_open();
        world_found(world, memory);
        scene_fold_shuffled(world, memory);
        assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
        rows_memory_close(memory);
    }
    world_close(world);
}

/* --- what a faulty member writes -------------------------------------------------------------- */

static void another_nodes_log_neither_repeats_nor_takes_back_a_posting(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct id units[2];
    scene_stocked(world, MERCHANT_A, 2, units);
    assert_int_equal(scene_bin(world, "A-3", 0), OK);
    assert_int_equal(scene_move(world, "", "A-3", 2), OK);
    struct id moved = world->decision.entity;
    assert_int_equal(scene_count(world, "A-3", 1), OK);
    world_deliver_all(world);
    world_parrot(world, LOG_LAX, LOG_SYD);
    struct stock_voided lie = {.posting = moved,
                               .by = {.kind = BY_OPERATOR},
                               .at_ms = world->now_ms,
                               .reason = span_text("a lie")};
    world_inject(world, LOG_SYD, EVENT_STOCK_VOIDED, &moved, &lie);
    world_deliver_all(world);
    assert_int_equal(scene_pieces(world, RTM, mei(world), STOCK_SELLABLE, "A-3"), 1);
    assert_int_equal(scene_pieces(world, RTM, mei(world), STOCK_SELLABLE, ""), 0);
    sums_are_zero(world, RTM);
    world_close(world);
}

static void a_node_decides_for_its_own_warehouse_alone(void **state)
{
    (void)state;
    struct world *world = world_open(32);
    struct desk desk = *world_desk(world, LAX);
    struct moment moment = {.wall_ms = world->now_ms};
    static struct decision decision;
    union command_body bodies[] = {
        {.stock_post = {.act = STOCK_IMPORT,
                        .from = STOCK_OPENING,
                        .to = STOCK_SELLABLE,
                        .merchant = *mei(world),
                        .sku = span_text(BOOT),
                        .pieces = 1}},
        {.stock_tally = {.merchant = *mei(world), .sku = span_text(BOOT), .found = 1}},
        {.stock_bin_put = {.bin = span_text("A-3")}},
    };
    const enum command_kind kinds[] = {COMMAND_STOCK_POST, COMMAND_STOCK_COUNT,
                                       COMMAND_STOCK_BIN_PUT};
    desk.node = world->nodes[LAX].node;
    desk.warehouse = world->nodes[LAX].warehouse;
    for (unsigned i = 0; i < 3; i++)
        for (unsigned own = 0; own < 2; own++) {
            struct command command = {
                .kind = kinds[i], .body = &bodies[i], .by = {.kind = BY_OPERATOR}};
            /* The first field of each of them. */
            memcpy(&bodies[i], &world->nodes[own ? LAX : RTM].warehouse, sizeof(struct id));
            decision_begin(&decision);
            stock_decide(&desk, &command, &moment, &decision);
            assert_int_equal(decision.error, own ? OK : ERROR_HELD_ELSEWHERE);
            if (!own) assert_string_equal(decision.rule, "warehouse");
        }
    world_close(world);
}

/* The stock of Los Angeles by logs of others; none of them is Los Angeles' own. */
static unsigned foreign_in(struct world *world, enum node_name at)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    while (walk_next(scene_rows(world, at), VIEW_CONFLICT, &walk, &row)) {
        struct conflict_row conflict;
        assert_int_equal(shape_decode(&conflict_row_shape, row.value, &conflict, NULL), OK);
        if (conflict.kind != CONFLICT_STOCK_FOREIGN) continue;
        assert_false(id_equal(&conflict.thing, &world->nodes[LAX].node));
        count++;
    }
    return count;
}

static void who_posts_for_anothers_warehouse_is_flagged_whatever_is_known_first(void **state)
{
    (void)state;
    struct world *world = world_open(33);
    const struct id *lax = &world->nodes[LAX].warehouse, *keeper = &world->nodes[LAX].node;
    struct stock_posted lie = {.posting = {{1, 2, 3}},
                               .warehouse = *lax,
                               .act = STOCK_IMPORT,
                               .merchant = *mei(world),
                               .sku = span_text(BOOT),
                               .from = STOCK_OPENING,
                               .to = STOCK_SELLABLE,
                               .pieces = 5,
                               .by = {.kind = BY_OPERATOR},
                               .at_ms = world->now_ms};
    id_own(world_desk(world, LAX)->crypto, &lie.posting, &world->nodes[SYD].node);
    stock_kept(world_desk(world, RTM), lax, keeper);
    assert_int_equal(scene_bin(world, "A-3", 0), OK);
    world_inject(world, LOG_SYD, EVENT_STOCK_POSTED, &lie.posting, &lie);
    world_deliver_all(world);
    assert_int_equal(foreign_in(world, RTM), 1); /* the membership was known before */
    assert_int_equal(foreign_in(world, GATEWAY), 0);
    stock_kept(world_desk(world, GATEWAY), lax, keeper);
    assert_int_equal(foreign_in(world, GATEWAY), 1);
    /* It was Sydney's as well, by an older entry of the membership: then it is none. */
    stock_kept(world_desk(world, GATEWAY), lax, &world->nodes[SYD].node);
    assert_int_equal(foreign_in(world, GATEWAY), 0);
    sums_are_zero(world, RTM);
    world_close(world);
}

static void counts_and_bins_of_anothers_warehouse_are_flagged_too(void **state)
{
    (void)state;
    struct world *world = world_open(34);
    const struct id *lax = &world->nodes[LAX].warehouse;
    struct stock_counted count = {.posting = {{1, 2, 4}},
                                  .warehouse = *lax,
                                  .merchant = *mei(world),
                                  .sku = span_text(BOOT),
                                  .account = STOCK_SELLABLE,
                                  .found = 5,
                                  .free = 5,
                                  .by = {.kind = BY_OPERATOR},
                                  .at_ms = world->now_ms};
    struct stock_bin_set bin = {.warehouse = *lax,
                                .bin = span_text("A-3"),
                                .by = {.kind = BY_OPERATOR},
                                .at_ms = world->now_ms};
    id_own(world_desk(world, LAX)->crypto, &count.posting, &world->nodes[SYD].node);
    stock_kept(world_desk(world, RTM), lax, &world->nodes[LAX].node);
    world_inject(world, LOG_SYD, EVENT_STOCK_COUNTED, &count.posting, &count);
    world_deliver_all(world);
    assert_int_equal(foreign_in(world, RTM), 1);
    world_inject(world, LOG_GATEWAY, EVENT_STOCK_BIN_SET, lax, &bin);
    world_deliver_all(world);
    assert_int_equal(foreign_in(world, RTM), 2);
    world_inject(world, LOG_SYD, EVENT_STOCK_BIN_SET, lax, &bin); /* one row for each log */
    world_deliver_all(world);
    assert_int_equal(foreign_in(world, RTM), 2);
    world_close(world);
}

static void a_posting_and_a_void_count_once_however_often_they_are_said(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct id units[2];
    scene_stocked(world, MERCHANT_A, 2, units);
    assert_int_equal(scene_bin(world, "A-3", 0), OK);
    assert_int_equal(scene_move(world, "", "A-3", 2), OK);
    struct id moved = world->decision.entity;
    struct stock_posting_now now;
    assert_true(stock_posting_load(scene_rows(world, LAX), &moved, &now));
    struct stock_posted again = {.posting = moved};
    shape_copy(&stock_posted_shape, &again, &stock_posting_row_shape, &now.row);
    world_inject(world, LOG_LAX, EVENT_STOCK_POSTED, &moved, &again);
    assert_int_equal(in(world, STOCK_SELLABLE, "A-3"), 2);
    struct stock_voided back = {.posting = moved,
                                .by = {.kind = BY_OPERATOR},
                                .at_ms = world->now_ms,
                                .reason = span_text("twice")};
    world_inject(world, LOG_LAX, EVENT_STOCK_VOIDED, &moved, &back);
    world_inject(world, LOG_LAX, EVENT_STOCK_VOIDED, &moved, &back);
    assert_int_equal(in(world, STOCK_SELLABLE, ""), 2);
    world_close(world);
}

static void stock_of_a_lost_store_goes_on_in_the_one_that_took_its_place(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id units[4];
    scene_stocked(world, MERCHANT_A, 4, units);
    assert_int_equal(scene_bin(world, "A-3", 0), OK);
    assert_int_equal(scene_move(world, "", "A-3", 4), OK);
    struct id moved = world->decision.entity;
    world_deliver_all(world);
    world_succeed(world);
    refused(world, scene_void(world, &moved), "posting: of a store that was lost; count instead");
    assert_int_equal(scene_move(world, "A-3", "A-3", 1), ERROR_CONFLICT);
    assert_int_equal(scene_count(world, "A-3", 3), OK);
    world_settle(world);
    assert_int_equal(scene_pieces(world, SYD, mei(world), STOCK_SELLABLE, "A-3"), 3);
    sums_are_zero(world, SYD);
    world_close(world);
}

/* --- any order of arrival --------------------------------------------------------------------- */

static void wander(struct world *world)
{
    static const char *const bins[] = {"", "A-3", "A-4"};
    struct id last = {{0}};
    for (unsigned i = 0; i < 60; i++) {
        const char *from = bins[world_random(world, 3)], *to = bins[world_random(world, 3)];
        switch (world_random(world, 7)) {
        case 0: (void)scene_count(world, from, world_random(world, 5)); break;
        case 1: (void)scene_void(world, &last); break;
        case 2: (void)scene_reserve(world, 1, world->now_ms + HOUR_MS); break;
        case 3: (void)scene_end(world, &last, world_random(world, 2) ? STOCK_CARRIER : 0); break;
        case 4:
            world_pass(world, HOUR_MS / 2);
            (void)world_work(world, LAX);
            break;
        default: (void)scene_move(world, from, to, 1 + world_random(world, 2)); break;
        }
        world_pass(world, 1);
        if (world->decision.error == OK) last = world->decision.entity;
    }
}

static void rows_are_the_same_whatever_the_order_in_which_logs_arrive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct world *world = world_open(100 + seed);
        struct id units[8];
        struct id box = scene_box(world, 4, units);
        for (unsigned i = 0; i < 4; i++) scene_restock(world, &units[i]);
        scene_own(world, MERCHANT_B, &box, "AMZ-2");
        scene_stocked(world, MERCHANT_A, 4, units + 4);
        assert_int_equal(scene_bin(world, "A-3", 3), OK);
        assert_int_equal(scene_bin(world, "A-4", 0), OK);
        wander(world);
        world_deliver_all(world);
        if (seed % 2 == 0) world_succeed(world);
        wander(world);
        world_settle(world);
        sums_are_zero(world, RTM);
        for (unsigned round = 0; round < 3; round++) {
            struct rows_memory *memory = rows_memory_open();
            world_found(world, memory);
            scene_fold_shuffled(world, memory);
            assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
            rows_memory_close(memory);
        }
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twelve_boots_are_restocked_put_away_reserved_shipped_and_counted),
        cmocka_unit_test(what_is_found_where_the_book_says_none_is_flagged),
        cmocka_unit_test(a_void_takes_back_once_and_not_after_a_count),
        cmocka_unit_test(what_a_place_opens_with_is_imported_once),
        cmocka_unit_test(a_bin_has_room_for_what_a_void_brings_back),
        cmocka_unit_test(other_acts_go_their_ways_and_say_why),
        cmocka_unit_test(a_reservation_that_nobody_ships_is_given_back_in_time),
        cmocka_unit_test(a_recall_bars_what_would_offer_and_a_hold_its_own_piece),
        cmocka_unit_test(goods_whose_owner_is_known_later_become_his_stock),
        cmocka_unit_test(a_closed_bin_takes_nothing_and_a_reservation_ends_once),
        cmocka_unit_test(goods_of_a_return_become_its_merchants_when_they_are_assigned),
        cmocka_unit_test(who_is_bound_to_one_merchant_posts_nothing_of_anothers),
        cmocka_unit_test(another_nodes_log_neither_repeats_nor_takes_back_a_posting),
        cmocka_unit_test(a_node_decides_for_its_own_warehouse_alone),
        cmocka_unit_test(who_posts_for_anothers_warehouse_is_flagged_whatever_is_known_first),
        cmocka_unit_test(counts_and_bins_of_anothers_warehouse_are_flagged_too),
        cmocka_unit_test(a_posting_and_a_void_count_once_however_often_they_are_said),
        cmocka_unit_test(stock_of_a_lost_store_goes_on_in_the_one_that_took_its_place),
        cmocka_unit_test(rows_are_the_same_whatever_the_order_in_which_logs_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

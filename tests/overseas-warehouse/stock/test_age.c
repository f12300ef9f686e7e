/* How long stock has lain, held against queues: what came first goes first. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/stock/stock_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS 25
#define ACTS  60
#define GRADE GRADE_LIKE_NEW

static const char *const bins[] = {"", "A-3", "A-4"};
#define BINS (sizeof bins / sizeof bins[0])

/* --- queues ----------------------------------------------------------------------------------- */

struct queue {
    struct {
        uint64_t at_ms;
        int64_t pieces;
    } batch[ACTS + 1];
    unsigned first, count;
};

static void come(struct queue *queue, uint64_t at_ms, int64_t pieces)
{
    assert_true(queue->count <= ACTS);
    queue->batch[queue->count].at_ms = at_ms;
    queue->batch[queue->count++].pieces = pieces;
}

static void go(struct queue *queue, int64_t pieces)
{
    while (pieces > 0) {
        assert_true(queue->first < queue->count);
        int64_t *left = &queue->batch[queue->first].pieces;
        int64_t taken = *left < pieces ? *left : pieces;
        *left -= taken;
        pieces -= taken;
        if (*left == 0) queue->first++;
    }
}

static int64_t pieces_of(const struct queue *queue)
{
    int64_t sum = 0;
    for (unsigned i = queue->first; i < queue->count; i++) sum += queue->batch[i].pieces;
    return sum;
}

static uint64_t oldest_of(const struct queue *queue)
{
    return queue->first < queue->count ? queue->batch[queue->first].at_ms : 0;
}

/* --- the ledger ------------------------------------------------------------------------------- */

static const struct id *mei(const struct world *world)
{
    return &world->merchants[MERCHANT_A].merchant;
}

static struct stock_age age_in(struct world *world, const char *bin, int64_t pieces)
{
    const struct desk *desk = world_desk(world, LAX);
    struct stock_goods goods =
        stock_goods(desk, &world->nodes[LAX].warehouse, mei(world), span_text(BOOT));
    struct stock_place place =
        stock_place(STOCK_SELLABLE, span_text(bin == NULL ? "" : bin), GRADE);
    return stock_age(&desk->rows, &goods, bin == NULL ? NULL : &place, pieces);
}

static void import(struct world *world, const char *bin, uint64_t pieces)
{
    struct stock_post wish = {.act = STOCK_IMPORT,
                              .from = STOCK_OPENING,
                              .to = STOCK_SELLABLE,
                              .to_bin = span_text(bin),
                              .pieces = pieces};
    assert_int_equal(scene_post(world, wish), OK);
}

static void hand_over(struct world *world, const char *bin, uint64_t pieces)
{
    struct stock_post wish = {.act = STOCK_HAND_OVER,
                              .from = STOCK_SELLABLE,
                              .to = STOCK_WMS,
                              .bin = span_text(bin),
                              .pieces = pieces};
    assert_int_equal(scene_post(world, wish), OK);
}

static void act_once(struct world *world, struct queue places[BINS], struct queue *all)
{
    unsigned from = (unsigned)world_random(world, BINS), to = (unsigned)world_random(world, BINS);
    int64_t there = pieces_of(&places[from]);
    int64_t some = 1 + (int64_t)world_random(world, 9);
    uint64_t now_ms = world->now_ms, turn = world_random(world, 4);
    if (turn == 0 || there < some) {
        import(world, bins[from], (uint64_t)some);
        come(&places[from], now_ms, some);
        come(all, now_ms, some);
    } else if (turn == 1) {
        hand_over(world, bins[from], (uint64_t)some);
        go(&places[from], some);
        go(all, some);
    } else if (turn == 2 && from != to) {
        assert_int_equal(scene_move(world, bins[from], bins[to], (uint64_t)some), OK);
        go(&places[from], some);
        come(&places[to], now_ms, some);
    } else {
        assert_int_equal(scene_count(world, bins[from], (uint64_t)(there + some - 4)), OK);
        if (some > 4) come(&places[from], now_ms, some - 4);
        if (some > 4) come(all, now_ms, some - 4);
        if (some < 4) go(&places[from], 4 - some < there ? 4 - some : there);
        if (some < 4) go(all, 4 - some < there ? 4 - some : there);
    }
}

static void check(struct world *world, const struct queue places[BINS], const struct queue *all)
{
    for (unsigned i = 0; i < BINS; i++) {
        int64_t pieces = scene_pieces(world, LAX, mei(world), STOCK_SELLABLE, bins[i]);
        struct stock_age age = age_in(world, bins[i], pieces);
        assert_int_equal(pieces, pieces_of(&places[i]));
        assert_false(age.older);
        assert_int_equal(age.oldest_ms, oldest_of(&places[i]));
    }
    assert_int_equal(age_in(world, NULL, pieces_of(all)).oldest_ms, oldest_of(all));
}

static void stock_is_as_old_as_queues_say(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct world *world = world_open(seed);
        struct queue places[BINS] = {0}, all = {0};
        assert_int_equal(scene_bin(world, "A-3", 0), OK);
        assert_int_equal(scene_bin(world, "A-4", 0), OK);
        for (unsigned i = 0; i < ACTS; i++) {
            world_pass(world, 1 + world_random(world, 1000));
            act_once(world, places, &all);
            check(world, places, &all);
        }
        world_close(world);
    }
}

static void what_was_voided_and_what_lies_elsewhere_is_not_looked_for(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    assert_int_equal(scene_bin(world, "A-3", 0), OK);
    import(world, "", 5);
    uint64_t first_ms = world->now_ms;
    world_pass(world, 1000);
    import(world, "", 5);
    struct id second = world->decision.entity;
    assert_int_equal(scene_void(world, &second), OK);
    assert_int_equal(age_in(world, "", 5).oldest_ms, first_ms);
    assert_int_equal(age_in(world, "A-3", 0).oldest_ms, 0);
    /* The same in Rotterdam is another's age. */
    world_pass(world, 1000);
    union command_body body = {.stock_post = {.warehouse = world->nodes[RTM].warehouse,
                                              .act = STOCK_IMPORT,
                                              .merchant = *mei(world),
                                              .sku = span_text(BOOT),
                                              .from = STOCK_OPENING,
                                              .to = STOCK_SELLABLE,
                                              .grade = GRADE,
                                              .pieces = 9}};
    assert_int_equal(world_decide(world, COMMAND_STOCK_POST, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
    assert_int_equal(age_in(world, "", 5).oldest_ms, first_ms);
    assert_int_equal(age_in(world, NULL, 5).oldest_ms, first_ms);
    world_pass(world, 1000);
    assert_int_equal(scene_move(world, "", "A-3", 2), OK);
    assert_int_equal(age_in(world, "A-3", 2).oldest_ms, world->now_ms);
    assert_int_equal(age_in(world, NULL, 5).oldest_ms, first_ms);
    world_close(world);
}

static void older_than_what_is_looked_at_is_said_so(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    import(world, "", 1000);
    world_pass(world, 1000);
    uint64_t then_ms = world->now_ms;
    for (unsigned i = 0; i < STOCK_AGE_POSTINGS_MAX; i++) import(world, "", 1);
    struct stock_age age = age_in(world, "", 1000 + STOCK_AGE_POSTINGS_MAX);
    assert_true(age.older);
    assert_int_equal(age.oldest_ms, then_ms);
    assert_false(age_in(world, "", STOCK_AGE_POSTINGS_MAX).older);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stock_is_as_old_as_queues_say),
        cmocka_unit_test(what_was_voided_and_what_lies_elsewhere_is_not_looked_for),
        cmocka_unit_test(older_than_what_is_looked_at_is_said_so),
    };
    return cmocka_run_group_tests_name("the age of stock", tests, NULL, NULL);
}

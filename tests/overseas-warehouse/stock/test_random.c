/* Random acts and voids of a floor against a model that knows nothing of rows: a list of what was
 * done, added up. Sums are zero, no pool falls below zero by a decision, a unit is restocked once.
 */
#include "tests/overseas-warehouse/stock/stock_scene.h"

#include "overseas-warehouse/parts.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#ifndef ACTS
#define ACTS 5000
#endif
#define LIFE_ACTS 250 /* of one world */
#define UNITS     12
#define BINS      4

static const char *const bins[BINS] = {"", "A-3", "A-4", "B-1"};

/* What was done: so many pieces from one place to another. */
struct done {
    struct id posting;
    enum stock_account from, to;
    unsigned bin, to_bin;
    int64_t pieces;
    bool voided, counted, reservation, ended;
    uint64_t expires_ms;
};
struct model {
    struct done done[LIFE_ACTS + 2 * UNITS];
    unsigned count, restocked;
};

static int64_t balance(const struct model *model, enum stock_account account, unsigned bin)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < model->count; i++) {
        const struct done *done = &model->done[i];
        if (done->voided) continue;
        if (done->from == account && done->bin == bin) sum -= done->pieces;
        if (done->to == account && done->to_bin == bin) sum += done->pieces;
    }
    return sum;
}

static struct done *note(struct model *model, enum stock_account from, unsigned bin,
                         enum stock_account to, unsigned to_bin, int64_t pieces)
{
    struct done *done = &model->done[model->count++];
    *done = (struct done){.from = from, .bin = bin, .to = to, .to_bin = to_bin, .pieces = pieces};
    return done;
}

/* --- acts ------------------------------------------------------------------------------------- */

static void do_restock(struct world *world, struct model *model, const struct id *units)
{
    if (model->restocked == UNITS) return;
    const struct id *unit = &units[model->restocked++];
    scene_restock(world, unit);
    note(model, STOCK_FLOOR, 0, STOCK_SELLABLE, 0, 1);
    /* Once more is once: the unit has left the floor. */
    union command_body body = {.unit_act = {.unit = *unit}};
    assert_int_not_equal(world_decide(world, COMMAND_UNIT_SETTLE, &body, BY_OPERATOR, NULL, 0), OK);
}

static void do_move(struct world *world, struct model *model)
{
    unsigned from = (unsigned)world_random(world, BINS), to = (unsigned)world_random(world, BINS);
    uint64_t pieces = 1 + world_random(world, 4);
    bool there = balance(model, STOCK_SELLABLE, from) >= (int64_t)pieces;
    enum error error = scene_move(world, bins[from], bins[to], pieces);
    assert_int_equal(error == OK, there && from != to);
    if (error == OK)
        note(model, STOCK_SELLABLE, from, STOCK_SELLABLE, to, (int64_t)pieces)->posting =
            world->decision.entity;
}

static void do_post(struct world *world, struct model *model, enum stock_act act,
                    enum stock_account from, enum stock_account to)
{
    unsigned bin = (unsigned)world_random(world, BINS);
    uint64_t pieces = 1 + world_random(world, 3);
    unsigned at = stock_is_pool(from) ? bin : 0, to_at = stock_is_pool(to) ? bin : 0;
    bool there = !stock_is_pool(from) || balance(model, from, at) >= (int64_t)pieces;
    enum error error = scene_post(world, (struct stock_post){.act = act,
                                                             .from = from,
                                                             .to = to,
                                                             .bin = span_text(bins[at]),
                                                             .to_bin = span_text(bins[to_at]),
                                                             .pieces = pieces,
                                                             .reason = span_text("so it was")});
    assert_int_equal(error == OK, there);
    if (error == OK)
        note(model, from, at, to, to_at, (int64_t)pieces)->posting = world->decision.entity;
}

static void do_count(struct world *world, struct model *model)
{
    unsigned bin = (unsigned)world_random(world, BINS);
    int64_t found = (int64_t)world_random(world, 5);
    int64_t free = balance(model, STOCK_SELLABLE, bin);
    int64_t reserved = balance(model, STOCK_RESERVED, bin);
    int64_t kept = reserved < found ? reserved : found;
    assert_int_equal(scene_count(world, bins[bin], (uint64_t)found), OK);
    note(model, STOCK_DIFFERENCE, 0, STOCK_SELLABLE, bin, found - kept - free);
    note(model, STOCK_DIFFERENCE, 0, STOCK_RESERVED, bin, kept - reserved);
    /* Nothing that lay there before is taken back any more. */
    for (unsigned i = 0; i < model->count; i++) {
        struct done *done = &model->done[i];
        bool lay = (stock_is_pool(done->from) && done->bin == bin) ||
                   (stock_is_pool(done->to) && done->to_bin == bin);
        done->counted = done->counted || lay;
    }
}

static void do_void(struct world *world, struct model *model)
{
    struct done *done = &model->done[world_random(world, model->count)];
    if (id_is_zero(&done->posting) || done->reservation) return;
    bool there = !stock_is_pool(done->to) || balance(model, done->to, done->to_bin) >= done->pieces;
    enum error error = scene_void(world, &done->posting);
    assert_int_equal(error == OK, there && !done->voided && !done->counted);
    if (error == OK) done->voided = true;
}

static void do_reserve(struct world *world, struct model *model)
{
    uint64_t pieces = 1 + world_random(world, 2);
    uint64_t expires_ms = world->now_ms + (1 + world_random(world, 9)) * HOUR_MS;
    bool there = false;
    for (unsigned i = 0; i < BINS; i++)
        there = there || balance(model, STOCK_SELLABLE, i) >= (int64_t)pieces;
    enum error error = scene_reserve(world, pieces, expires_ms);
    assert_int_equal(error == OK, there);
    if (error != OK) return;
    struct stock_posting_now now;
    unsigned bin = 0;
    assert_true(stock_posting_load(scene_rows(world, LAX), &world->decision.entity, &now));
    while (!span_equal(now.row.to_bin, span_text(bins[bin]))) bin++;
    struct done *done = note(model, STOCK_SELLABLE, bin, STOCK_RESERVED, bin, (int64_t)pieces);
    done->posting = world->decision.entity;
    done->reservation = true;
    done->expires_ms = expires_ms;
}

static void release(struct model *model, struct done *done)
{
    int64_t left = balance(model, STOCK_RESERVED, done->to_bin);
    done->ended = true;
    note(model, STOCK_RESERVED, done->to_bin, STOCK_SELLABLE, done->to_bin,
         done->pieces < left ? done->pieces : left);
}

static void do_end(struct world *world, struct model *model)
{
    struct done *done = &model->done[world_random(world, model->count)];
    bool ships = world_random(world, 2) == 0;
    if (!done->reservation) return;
    bool there = !ships || balance(model, STOCK_RESERVED, done->to_bin) >= done->pieces;
    enum error error = scene_end(world, &done->posting, ships ? STOCK_CARRIER : STOCK_SELLABLE);
    assert_int_equal(error == OK, there && !done->ended);
    if (error != OK) return;
    if (!ships) {
        release(model, done);
        return;
    }
    done->ended = true;
    note(model, STOCK_RESERVED, done->to_bin, STOCK_CARRIER, 0, done->pieces);
}

/* In the order of their time; what comes due at one moment is given back to the same places in any
 * order. */
static void do_wait(struct world *world, struct model *model)
{
    world_pass(world, world_random(world, 3) * HOUR_MS);
    world_work(world, LAX);
    for (;;) {
        struct done *next = NULL;
        for (unsigned i = 0; i < model->count; i++) {
            struct done *done = &model->done[i];
            if (!done->reservation || done->ended || done->expires_ms > world->now_ms) continue;
            if (next == NULL || done->expires_ms < next->expires_ms) next = done;
        }
        if (next == NULL) return;
        release(model, next);
    }
}

static void step(struct world *world, struct model *model, const struct id *units)
{
    world_pass(world, 1);
    switch (world_random(world, 14)) {
    case 0: do_restock(world, model, units); return;
    case 1: do_count(world, model); return;
    case 2: do_reserve(world, model); return;
    case 3:
        if (model->count > 0) do_end(world, model);
        return;
    case 4: do_wait(world, model); return;
    case 5: do_post(world, model, STOCK_REGRADE, STOCK_SELLABLE, STOCK_QUARANTINE); return;
    case 6: do_post(world, model, STOCK_DISCARD, STOCK_QUARANTINE, STOCK_SCRAP); return;
    case 7: do_post(world, model, STOCK_ADJUST, STOCK_SELLABLE, STOCK_DIFFERENCE); return;
    case 8: do_post(world, model, STOCK_IMPORT, STOCK_OPENING, STOCK_SELLABLE); return;
    case 9: do_post(world, model, STOCK_HAND_OVER, STOCK_SELLABLE, STOCK_WMS); return;
    case 10:
    case 11:
        if (model->count > 0) do_void(world, model);
        return;
    default: do_move(world, model); return;
    }
}

/* --- what holds ------------------------------------------------------------------------------- */

static void agrees(struct world *world, const struct model *model)
{
    const struct id *merchant = &world->merchants[MERCHANT_A].merchant;
    int64_t lowest;
    for (enum stock_account account = STOCK_SELLABLE; account < STOCK_ACCOUNT_COUNT; account++)
        for (unsigned bin = 0; bin < (stock_is_pool(account) ? BINS : 1); bin++)
            assert_int_equal(scene_pieces(world, LAX, merchant, account, bins[bin]),
                             balance(model, account, bin));
    assert_int_equal(scene_sum(world, LAX, &lowest), 0);
    assert_int_equal(lowest, 0);
}

static void live(uint64_t seed)
{
    static struct model model;
    struct world *world = world_open(seed);
    struct id units[UNITS];
    memset(&model, 0, sizeof model);
    struct id box = scene_box(world, UNITS, units);
    scene_own(world, MERCHANT_A, &box, "AMZ-1");
    for (unsigned i = 1; i < BINS; i++) assert_int_equal(scene_bin(world, bins[i], 0), OK);
    while (model.count + 40 < LIFE_ACTS) {
        step(world, &model, units);
        agrees(world, &model);
    }
    world_deliver_all(world);
    struct rows_memory *memory = rows_memory_open();
    world_found(world, memory);
    scene_fold_shuffled(world, memory);
    assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
    rows_memory_close(memory);
    world_close(world);
}

static void what_the_ledger_says_is_what_was_done(void **state)
{
    (void)state;
    const char *given = getenv("ENTREPOT_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("stock: ENTREPOT_SEED=%" PRIu64 "\n", seed);
    for (uint64_t acts = 0; acts < ACTS; acts += LIFE_ACTS) live(seed + acts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_the_ledger_says_is_what_was_done)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

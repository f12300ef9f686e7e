#include "tests/overseas-warehouse/stock/stock_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A unit that is worth something is restocked where the grade allows; the grade is fixed here. */
#define GRADE GRADE_LIKE_NEW

const struct rows *scene_rows(struct world *world, enum node_name at)
{
    return &world_desk(world, at)->rows;
}

struct id scene_box(struct world *world, unsigned count, struct id *units)
{
    const char *skus[BOX_ITEMS_MAX];
    char number[32];
    snprintf(number, sizeof number, "B%u", (unsigned)world_random(world, 1u << 30));
    for (unsigned i = 0; i < count; i++) skus[i] = BOOT;
    struct id box = world_box(world, LAX, number, NULL, skus, count);
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned i = 0; i < count; i++) {
        assert_true(walk_next(scene_rows(world, LAX), VIEW_UNIT_BY_BOX, &walk, &row));
        memcpy(units[i].bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    }
    return box;
}

static void act(struct world *world, enum command_kind kind, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    enum error error = world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
    if (error != OK) printf("unit refused: %s\n", world->decision.rule);
    assert_int_equal(error, OK);
}

void scene_restock(struct world *world, const struct id *unit)
{
    act(world, COMMAND_UNIT_INSPECT, (struct unit_act){.unit = *unit});
    act(world, COMMAND_UNIT_GRADE, (struct unit_act){.unit = *unit, .grade = GRADE});
    act(world, COMMAND_UNIT_DISPOSE,
        (struct unit_act){.unit = *unit, .disposition = DISPOSE_RESTOCK});
    act(world, COMMAND_UNIT_SETTLE, (struct unit_act){.unit = *unit});
}

void scene_own(struct world *world, enum merchant_name of, const struct id *box,
               const char *reference)
{
    union command_body body = {.removal_put = {.merchant = world->merchants[of].merchant,
                                               .reference = span_text(reference),
                                               .lines_count = 1}};
    body.removal_put.lines[0] = (struct removal_line){.sku = span_text(BOOT), .quantity = 1};
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id removal = world->decision.entity;
    world_deliver_all(world);
    body = (union command_body){.removal_receive = {.removal = removal,
                                                    .warehouse = world->nodes[LAX].warehouse,
                                                    .box = *box}};
    assert_int_equal(world_decide(world, COMMAND_REMOVAL_RECEIVE, &body, BY_OPERATOR, NULL, 0), OK);
    world_deliver_all(world);
}

void scene_stocked(struct world *world, enum merchant_name of, unsigned count, struct id *units)
{
    char reference[32];
    struct id box = scene_box(world, count, units);
    snprintf(reference, sizeof reference, "R%u", (unsigned)world_random(world, 1u << 30));
    scene_own(world, of, &box, reference);
    for (unsigned i = 0; i < count; i++) scene_restock(world, &units[i]);
}

int64_t scene_pieces(struct world *world, enum node_name at, const struct id *merchant,
                     enum stock_account account, const char *bin)
{
    const struct desk *desk = world_desk(world, at);
    struct stock_goods goods =
        stock_goods(desk, &world->nodes[LAX].warehouse, merchant, span_text(BOOT));
    struct stock_place place = stock_place(account, span_text(bin), GRADE);
    return stock_pieces(desk, &goods, &place);
}

enum error scene_bin(struct world *world, const char *bin, uint64_t capacity)
{
    union command_body body = {.stock_bin_put = {.warehouse = world->nodes[LAX].warehouse,
                                                 .bin = span_text(bin),
                                                 .capacity = capacity}};
    return world_decide(world, COMMAND_STOCK_BIN_PUT, &body, BY_OPERATOR, NULL, 0);
}

enum error scene_post(struct world *world, struct stock_post wish)
{
    union command_body body = {.stock_post = wish};
    body.stock_post.warehouse = world->nodes[LAX].warehouse;
    if (id_is_zero(&wish.merchant))
        body.stock_post.merchant = world->merchants[MERCHANT_A].merchant;
    body.stock_post.sku = span_text(BOOT);
    body.stock_post.grade = GRADE;
    return world_decide(world, COMMAND_STOCK_POST, &body, BY_OPERATOR, NULL, 0);
}

enum error scene_move(struct world *world, const char *bin, const char *to_bin, uint64_t pieces)
{
    return scene_post(world, (struct stock_post){.act = STOCK_MOVE,
                                                 .from = STOCK_SELLABLE,
                                                 .bin = span_text(bin),
                                                 .to_bin = span_text(to_bin),
                                                 .pieces = pieces});
}

enum error scene_count(struct world *world, const char *bin, uint64_t found)
{
    union command_body body = {
        .stock_tally = {.warehouse = world->nodes[LAX].warehouse,
                        .merchant = world->merchants[MERCHANT_A].merchant,
                        .sku = span_text("shoe 42"), /* as somebody typed it */
                        .bin = span_text(bin),
                        .grade = GRADE,
                        .found = found}};
    return world_decide(world, COMMAND_STOCK_COUNT, &body, BY_OPERATOR, NULL, 0);
}

enum error scene_void(struct world *world, const struct id *posting)
{
    union command_body body = {.stock_void = {.warehouse = world->nodes[LAX].warehouse,
                                              .posting = *posting,
                                              .reason = span_text("the wrong shelf")}};
    return world_decide(world, COMMAND_STOCK_VOID, &body, BY_OPERATOR, NULL, 0);
}

enum error scene_reserve(struct world *world, uint64_t pieces, uint64_t expires_ms)
{
    union command_body body = {.stock_keep = {.warehouse = world->nodes[LAX].warehouse,
                                              .merchant = world->merchants[MERCHANT_A].merchant,
                                              .sku = span_text(BOOT),
                                              .pieces = pieces,
                                              .expires_ms = expires_ms,
                                              .reference = span_text("ORDER-9")}};
    return world_decide(world, COMMAND_STOCK_RESERVE, &body, BY_OPERATOR, NULL, 0);
}

enum error scene_end(struct world *world, const struct id *reservation, enum stock_account to)
{
    union command_body body = {.stock_end = {.warehouse = world->nodes[LAX].warehouse,
                                             .reservation = *reservation,
                                             .to = to}};
    return world_decide(world, COMMAND_STOCK_END, &body, BY_OPERATOR, NULL, 0);
}

int64_t scene_sum(struct world *world, enum node_name at, int64_t *lowest_pool)
{
    struct key all = {.size = 0};
    struct walk walk = walk_over(&all);
    struct row row;
    int64_t sum = 0;
    *lowest_pool = 0;
    while (walk_next(scene_rows(world, at), VIEW_STOCK_BALANCE, &walk, &row)) {
        struct stock_balance_row balance;
        struct stock_at of;
        assert_true(stock_at_read(key_span(&walk.at), &of));
        assert_int_equal(shape_decode(&stock_balance_row_shape, row.value, &balance, NULL), OK);
        sum += balance.pieces;
        bool pool = stock_is_pool((enum stock_account)of.account);
        if (pool && balance.pieces < *lowest_pool) *lowest_pool = balance.pieces;
    }
    return sum;
}

static bool holds_deps(const struct world *world, const struct entry *entry, const uint64_t *taken)
{
    for (uint32_t i = 0; i < entry->deps_count; i++)
        for (unsigned k = 0; k < LOGS_MAX; k++)
            if (id_equal(&world->logs[k].id, &entry->deps[i].log) && taken[k] < entry->deps[i].idx)
                return false;
    return true;
}

void scene_fold_shuffled(struct world *world, struct rows_memory *memory)
{
    uint64_t taken[LOGS_MAX] = {0};
    struct desk desk = *world_desk(world, RTM);
    desk.rows = rows_memory_port(memory);
    for (unsigned left = 1; left > 0;) {
        unsigned log = (unsigned)world_random(world, LOGS_MAX);
        left = 0;
        for (unsigned i = 0; i < LOGS_MAX; i++) left += taken[i] < world->logs[i].count;
        if (left == 0 || taken[log] == world->logs[log].count) continue;
        const struct entry *entry = &world->logs[log].entries[taken[log]];
        if (!holds_deps(world, entry, taken)) continue;
        world_fold(&desk, entry);
        taken[log]++;
    }
}

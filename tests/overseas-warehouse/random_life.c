#include "tests/overseas-warehouse/random_life.h"

#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/life_claims.h"
#include "tests/overseas-warehouse/life_fees.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR          (60ull * 60 * 1000)
#define NUMBERS       40 /* tracking numbers in use: few, so that they meet and are re-used */
#define SKUS          4
#define TRUSTED_BUYER 2

/* --- choosing --------------------------------------------------------------------------------- */

static bool chance(struct world *world, unsigned percent)
{
    return world_random(world, 100) < percent;
}

static enum node_name some_warehouse(struct world *world)
{
    return (enum node_name)world_random(world, GATEWAY);
}

static const char *const skus[SKUS] = {"HAT", "SHOE", "LAMP", "PHONE"};

static const char *some_sku(struct world *world)
{
    return skus[world_random(world, SKUS)];
}

/* The same word in memory that lasts. */
static struct span known_sku(struct span sku)
{
    for (unsigned i = 0; i < SKUS; i++)
        if (span_equal(span_text(skus[i]), sku)) return span_text(skus[i]);
    return span_text("?");
}

/* Texts of one step; they must live until the command is decided. */
struct texts {
    char at[16][32];
    unsigned used;
};

static struct span say(struct texts *texts, const char *word, uint64_t number)
{
    char *text = texts->at[texts->used++ % 16];
    snprintf(text, 32, "%s%llu", word, (unsigned long long)number);
    return span_text(text);
}

bool life_row(struct world *world, enum node_name at, enum view_table table, struct id *id)
{
    size_t count = rows_memory_count(world->nodes[at].memory, table);
    if (count == 0) return false;
    uint64_t nth = world_random(world, count);
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    for (uint64_t i = 0; i <= nth; i++)
        if (!walk_next(&world->nodes[at].desk.rows, table, &walk, &row)) return false;
    memcpy(id->bytes, walk.at.bytes, ID_BYTES);
    return true;
}

static enum actor_kind some_actor(struct world *world)
{
    static const enum actor_kind kinds[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    return kinds[world_random(world, 3)];
}

/* Who may do such a thing at all; the fourth is the one of its own. */
static enum actor_kind some_actor_or(struct world *world, enum actor_kind fourth)
{
    return world_random(world, 4) == 0 ? fourth : some_actor(world);
}

/* --- steps ------------------------------------------------------------------------------------ */

static void import_order(struct world *world, struct texts *texts)
{
    const struct merchant *merchant = &world->merchants[world_random(world, MERCHANTS)];
    union command_body body = {
        .order_import = {.merchant = merchant->merchant,
                         .reference = say(texts, "o", world->random % 99991),
                         .currency = 978,
                         .sold_ms = world->now_ms - world_random(world, 70) * 24 * HOUR}};
    struct order_import *import = &body.order_import;
    int64_t sum = 0;
    if (chance(world, 40)) import->buyer.bytes[0] = TRUSTED_BUYER;
    if (chance(world, 50)) import->outbound = say(texts, "n", world_random(world, NUMBERS));
    import->lines_count = 1 + (uint32_t)world_random(world, 3);
    for (uint32_t i = 0; i < import->lines_count; i++) {
        int64_t price = (int64_t)world_random(world, chance(world, 8) ? 200000 : 9000);
        uint64_t quantity = 1 + world_random(world, 3);
        import->lines[i] = (struct order_line){
            .sku = span_text(some_sku(world)), .quantity = quantity, .price_minor = price};
        life_tax(&import->lines[i]);
        sum += price * (int64_t)quantity;
    }
    if (chance(world, 30)) sum = sum * (int64_t)world_random(world, 150) / 100;
    import->payments_count = 1 + (uint32_t)world_random(world, 2);
    for (uint32_t i = 0; i < import->payments_count; i++)
        import->payments[i] = (struct payment){
            .provider = span_text("stripe"),
            .executor = chance(world, 12) ? EXECUTOR_MARKETPLACE : 0,
            .reference = say(texts, "pi", world_random(world, 1000000)),
            .captured_minor = i == 0 && import->payments_count == 2 ? sum / 3 : sum - sum / 3};
    if (import->payments_count == 1) import->payments[0].captured_minor = sum;
    for (uint32_t i = 0; i < import->payments_count; i++) {
        if (import->payments[i].executor != 0 || chance(world, 30)) continue;
        import->payments[i].mandate_buyer = span_text("cus_1");
        import->payments[i].mandate_method = span_text("pm_1");
    }
    world_decide(world, COMMAND_ORDER_IMPORT, &body, some_actor(world), NULL, 0);
}

/* A further capture, a line more, or figures that may not cover what was done: then refused. */
static void amend_order(struct world *world, struct texts *texts)
{
    struct order_row row;
    enum node_name leader = chance(world, 50) ? RTM : LAX;
    union command_body body = {.order_amend = {.lines_count = 1}};
    struct order_amend *how = &body.order_amend;
    if (!life_row(world, leader, VIEW_ORDER, &how->order)) return;
    if (!order_load(&world->nodes[leader].desk.rows, &how->order, &row)) return;
    how->lines[0] = (struct amend_line){.line = world_random(world, row.lines_count + 1u),
                                        .sku = span_text(some_sku(world)),
                                        .quantity = world_random(world, 4),
                                        .price_minor = (int64_t)world_random(world, 9000)};
    if (chance(world, 50)) {
        how->payments_count = 1;
        how->payments[0] =
            (struct amend_payment){.payment = row.payments < ORDER_PAYMENTS_MAX ? row.payments : 0,
                                   .provider = span_text("stripe"),
                                   .reference = say(texts, "pi", world_random(world, 1000000)),
                                   .captured_minor = 1 + (int64_t)world_random(world, 9000)};
    }
    if (chance(world, 20)) how->outbound = say(texts, "n", world_random(world, NUMBERS));
    world_decide(world, COMMAND_ORDER_AMEND, &body, some_actor(world), NULL, 0);
}

static void request_return(struct world *world, struct texts *texts)
{
    struct id order;
    struct order_row row;
    enum node_name leader = chance(world, 50) ? RTM : LAX;
    if (!life_row(world, leader, VIEW_ORDER, &order)) return;
    if (!order_load(&world->nodes[leader].desk.rows, &order, &row)) return;
    union command_body body = {.return_request = {.merchant = row.merchant, .order = order}};
    struct return_request *request = &body.return_request;
    if (chance(world, 85)) request->number = say(texts, "n", world_random(world, NUMBERS));
    if (chance(world, 40)) request->kind = 1 + world_random(world, 5);
    if (chance(world, 10)) request->outcome = 1 + world_random(world, 4);
    if (request->kind == KIND_CLAIM && chance(world, 40)) request->outcome = OUTCOME_REPLACEMENT;
    if (chance(world, 15)) request->upstream = say(texts, "u", world_random(world, NUMBERS));
    request->lines_count = 1 + (uint32_t)world_random(world, row.lines_count);
    for (uint32_t i = 0; i < request->lines_count; i++)
        request->lines[i] = (struct return_line){
            .line = i, .quantity = 1 + world_random(world, 2), .reason = REASON_TOO_SMALL};
    world_decide(world, COMMAND_RETURN_REQUEST, &body, some_actor_or(world, BY_PARTNER), NULL, 0);
}

/* A further parcel, of a number that may be another return's too. */
static void note_return(struct world *world, struct texts *texts)
{
    union command_body body = {.return_note = {.parcels_count = 1}};
    body.return_note.parcels[0].number = say(texts, "n", world_random(world, NUMBERS));
    if (!life_row(world, chance(world, 50) ? RTM : LAX, VIEW_RETURN, &body.return_note.return_id))
        return;
    world_decide(world, COMMAND_RETURN_NOTE, &body, some_actor(world), NULL, 0);
}

static void decide_return(struct world *world)
{
    static const enum command_kind kinds[] = {COMMAND_RETURN_APPROVE, COMMAND_RETURN_DECLINE,
                                              COMMAND_RETURN_CANCEL};
    union command_body body = {.return_decide = {.reason = span_text("because")}};
    if (!life_row(world, chance(world, 50) ? RTM : LAX, VIEW_RETURN, &body.return_decide.return_id))
        return;
    if (chance(world, 5)) {
        body.return_decide.keep = 1;
        world_decide(world, COMMAND_RETURN_APPROVE, &body, some_actor(world), NULL, 0);
        return;
    }
    world_decide(world, kinds[world_random(world, 3)], &body, some_actor_or(world, BY_BUYER), NULL,
                 0);
}

/* One of those in these states, each as likely as the next. */
static bool some_return_in(struct world *world, uint32_t states, bool in_kind, struct id *id)
{
    const struct rows *rows = &world_desk(world, chance(world, 50) ? RTM : LAX)->rows;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row found;
    struct return_row row;
    unsigned seen = 0;
    while (walk_next(rows, VIEW_RETURN, &walk, &found)) {
        if (shape_decode(&return_row_shape, found.value, &row, NULL) != OK) continue;
        if ((states >> row.state & 1) == 0 || (in_kind && !return_is_in_kind(&row))) continue;
        if (world_random(world, ++seen) == 0) memcpy(id->bytes, walk.at.bytes, ID_BYTES);
    }
    return seen > 0;
}

/* Answers are disputed, and disputes answered, by all who may. */
static void dispute(struct world *world)
{
    static const enum actor_kind who[] = {BY_BUYER, BY_OPERATOR, BY_ADMIN, BY_PLATFORM};
    static const enum actor_kind judges[] = {BY_MERCHANT, BY_ADMIN, BY_PLATFORM};
    static const enum command_kind next[] = {COMMAND_RETURN_ESCALATE, COMMAND_RETURN_ESCALATE,
                                             COMMAND_RETURN_WITHDRAW};
    static const enum command_kind ends[] = {COMMAND_RETURN_APPROVE, COMMAND_RETURN_DECLINE};
    const uint32_t ended = 1u << RETURN_DECLINED | 1u << RETURN_EXPIRED | 1u << RETURN_CLOSED;
    const uint32_t open = 1u << RETURN_DISPUTED | 1u << RETURN_ESCALATED;
    union command_body body = {.return_decide = {.reason = span_text("not so")}};
    struct id *at = &body.return_decide.return_id;
    if (some_return_in(world, ended, false, at))
        world_decide(world, COMMAND_RETURN_DISPUTE, &body, who[world_random(world, 4)], NULL, 0);
    if (chance(world, 60) && some_return_in(world, 1u << RETURN_DISPUTED, false, at))
        world_decide(world, next[world_random(world, 3)], &body, who[world_random(world, 4)], NULL,
                     0);
    if (chance(world, 60) && some_return_in(world, open | 1u << RETURN_ARBITRATED, false, at))
        world_decide(world, ends[world_random(world, 2)], &body, judges[world_random(world, 3)],
                     NULL, 0);
    if (chance(world, 20) && some_return_in(world, 1u << RETURN_ESCALATED, false, at))
        world_decide(world, COMMAND_RETURN_WITHDRAW, &body, who[world_random(world, 3)], NULL, 0);
}

/* What is owed is sent; or there is none, and money goes instead. */
static void replace(struct world *world)
{
    union command_body body = {.return_replace = {.line = 0}};
    struct id at;
    if (!some_return_in(world, 1u << RETURN_APPROVED, true, &at)) return;
    if (chance(world, 25)) {
        body.return_decide.return_id = at;
        world_decide(world, COMMAND_RETURN_REFUND_INSTEAD, &body,
                     chance(world, 50) ? BY_MERCHANT : BY_ADMIN, NULL, 0);
        return;
    }
    body.return_replace.return_id = at;
    body.return_replace.line = world_random(world, 10) / 7;
    body.return_replace.quantity = world_random(world, 3);
    body.return_replace.number = span_text("OUT-1");
    world_decide(world, COMMAND_RETURN_REPLACE, &body, some_actor(world), NULL, 0);
}

/* What a buyer would send: the number of a return, and units of its order's SKUs. */
static void pack_for_return(struct world *world, struct texts *texts, struct box_receive *box)
{
    const struct desk *desk = world_desk(world, chance(world, 50) ? RTM : LAX);
    struct id return_id;
    struct return_row owner;
    struct order_row order;
    if (!life_row(world, desk == world_desk(world, RTM) ? RTM : LAX, VIEW_RETURN, &return_id))
        return;
    if (!return_load(&desk->rows, &return_id, &owner)) return;
    struct id order_id = owner.order;
    if (owner.number.size > 1)
        box->number = say(texts, "n", strtoull((const char *)owner.number.at + 1, NULL, 10));
    if (owner.number.size == 0 || chance(world, 10)) box->return_id = return_id;
    if (!order_load(&desk->rows, &order_id, &order)) return;
    for (uint32_t i = 0; i < order.lines_count && box->items_count < 4; i++) {
        struct span sku = order.lines[i].sku;
        uint64_t units = 1 + world_random(world, 2);
        for (; units > 0 && box->items_count < 4; units--)
            box->items[box->items_count++].sku = known_sku(sku);
    }
}

static void receive_box(struct world *world, struct texts *texts)
{
    enum node_name at = some_warehouse(world);
    union command_body body = {.box_receive = {.warehouse = world->nodes[at].warehouse}};
    struct box_receive *box = &body.box_receive;
    if (chance(world, 85)) box->number = say(texts, "n", world_random(world, NUMBERS));
    if (chance(world, 20)) life_row(world, at, VIEW_RETURN, &box->return_id);
    struct id former;
    struct box_row row;
    if (chance(world, 15) && life_row(world, at, VIEW_BOX, &former) &&
        box_load(&world->nodes[at].desk.rows, &former, &row) &&
        id_equal(&row.warehouse, &box->warehouse))
        box->box = former;
    if (chance(world, 70)) {
        pack_for_return(world, texts, box);
    } else {
        box->items_count = (uint32_t)world_random(world, 4);
        for (uint32_t i = 0; i < box->items_count; i++)
            box->items[i].sku = span_text(some_sku(world));
    }
    if (chance(world, 50))
        world_observe(world, at, COMMAND_BOX_RECEIVE, &body);
    else
        world_decide(world, COMMAND_BOX_RECEIVE, &body, BY_ADMIN, NULL, 0);
}

static void act_on_unit(struct world *world)
{
    static const enum command_kind kinds[] = {COMMAND_UNIT_INSPECT, COMMAND_UNIT_GRADE,
                                              COMMAND_UNIT_DISPOSE, COMMAND_UNIT_SETTLE,
                                              COMMAND_UNIT_SHIP,    COMMAND_UNIT_TAKE};
    enum command_kind kind = kinds[world_random(world, 6)];
    enum node_name at = some_warehouse(world);
    union command_body body;
    memset(&body, 0, sizeof body);
    struct id unit;
    if (!life_row(world, at, VIEW_UNIT, &unit)) return;
    if (kind == COMMAND_UNIT_TAKE) {
        body.unit_take = (struct unit_take){unit, world->nodes[at].warehouse};
    } else {
        body.unit_act.unit = unit;
        if (kind == COMMAND_UNIT_GRADE) body.unit_act.grade = 1 + world_random(world, 6);
        if (kind == COMMAND_UNIT_GRADE && chance(world, 20))
            body.unit_act.liability = 1 + world_random(world, 5);
        if (kind == COMMAND_UNIT_DISPOSE) body.unit_act.disposition = 1 + world_random(world, 13);
        if (kind == COMMAND_UNIT_SHIP)
            body.unit_act.to = world->nodes[some_warehouse(world)].warehouse;
    }
    world_decide(world, kind, &body, chance(world, 50) ? BY_OPERATOR : BY_ADMIN, NULL, 0);
}

static void release_to(struct world *world, const struct id *unit, uint64_t disposition)
{
    union command_body body = {.unit_release = {.unit = *unit, .disposition = disposition}};
    for (unsigned i = 0; i < MERCHANTS; i++) {
        body.unit_release.merchant = world->merchants[i].merchant;
        world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0);
    }
    world_settle(world);
}

static void ship_unit(struct world *world, const struct id *unit, enum actor_kind by)
{
    union command_body body = {
        .unit_act = {.unit = *unit, .to = world->nodes[some_warehouse(world)].warehouse}};
    world_decide(world, COMMAND_UNIT_SHIP, &body, by, NULL, 0);
}

/* The whole floor path of one unit, so that its ends are reached often. */
static void work_off_unit(struct world *world)
{
    static const enum command_kind kinds[] = {COMMAND_UNIT_INSPECT, COMMAND_UNIT_GRADE,
                                              COMMAND_UNIT_DISPOSE, COMMAND_UNIT_SETTLE};
    union command_body body = {.unit_act = {.grade = 1 + world_random(world, 6),
                                            .disposition = 1 + world_random(world, 13)}};
    if (!life_row(world, some_warehouse(world), VIEW_UNIT, &body.unit_act.unit)) return;
    enum actor_kind by = chance(world, 50) ? BY_OPERATOR : BY_ADMIN;
    if (chance(world, 50)) release_to(world, &body.unit_act.unit, body.unit_act.disposition);
    unsigned stages = chance(world, 30) ? 3 : 4;
    for (unsigned i = 0; i < stages; i++) {
        if (chance(world, 10)) world_settle(world);
        if (i == 3 && chance(world, 30)) world_decide(world, kinds[2], &body, by, NULL, 0);
        if (chance(world, 10)) ship_unit(world, &body.unit_act.unit, by);
        if (world_decide(world, kinds[i], &body, by, NULL, 0) != OK && i > 0) return;
    }
}

static void release_unit(struct world *world)
{
    union command_body body = {.unit_release = {.disposition = 1 + world_random(world, 13)}};
    unsigned merchant = (unsigned)world_random(world, MERCHANTS);
    body.unit_release.merchant = world->merchants[merchant].merchant;
    if (!life_row(world, merchant == MERCHANT_A ? RTM : LAX, VIEW_ASSIGNED,
                  &body.unit_release.unit))
        return;
    world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0);
}

static void track(struct world *world, struct texts *texts)
{
    char number[32];
    snprintf(number, sizeof number, "n%llu", (unsigned long long)world_random(world, NUMBERS));
    uint64_t scan = world_random(world, 300); /* scans repeat, at several nodes, in any order */
    struct span dedup = say(texts, "s", scan);
    enum track_status status = scan % 3 == 0 ? TRACK_DELIVERED : (enum track_status)(1 + scan % 14);
    world_track(world, (enum node_name)world_random(world, NODES_MAX), number, status,
                world->now_ms - scan % 7 * 24 * HOUR, (const char *)dedup.at);
}

static void hear_provider(struct world *world)
{
    static const enum verb verbs[] = {DO_SUBMIT,    DO_FIND_PAID,   DO_FIND_PAID,
                                      DO_FIND_PAID, DO_FIND_FAILED, DO_LOSE};
    struct id slot;
    if (!life_row(world, chance(world, 50) ? RTM : LAX, VIEW_REFUND, &slot)) return;
    for (unsigned tries = chance(world, 4) ? 40 : 0; tries > 0; tries--)
        world_result(world, &slot, DO_SUBMIT);
    world_result(world, &slot, verbs[world_random(world, 6)]);
}

static void resolve_refund(struct world *world)
{
    union command_body body = {
        .refund_resolve = {.paid = world_random(world, 2), .reason = span_text("looked it up")}};
    if (!life_row(world, chance(world, 50) ? RTM : LAX, VIEW_REFUND, &body.refund_resolve.slot))
        return;
    world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0);
    body.refund_resolve.paid = 0;
    if (chance(world, 70)) world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0);
}

/* A unit that waits for its money: its return, and the line it was assigned to. */
static bool some_waiting(struct world *world, enum node_name at, struct id *return_id,
                         uint64_t *line)
{
    const struct rows *rows = &world->nodes[at].desk.rows;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    bool found = false;
    while (walk_next(rows, VIEW_TODO, &walk, &row)) {
        struct todo todo;
        struct assigned_row assigned;
        if (!todo_read(key_span(&walk.at), &todo) || todo.kind != TODO_RETURN) continue;
        if (!assigned_load(rows, &todo.second, &assigned) || (found && chance(world, 60))) continue;
        *return_id = todo.thing;
        *line = assigned.line;
        found = true;
    }
    return found;
}

/* A payment of some order, and often a thing of some return of it: mostly the one that is under
 * way. Reports come twice, and some are of money that comes back. */
static void record_elsewhere(struct world *world, struct texts *texts)
{
    enum node_name leader = chance(world, 50) ? RTM : LAX;
    const struct rows *rows = &world->nodes[leader].desk.rows;
    union command_body body = {.refund_record = {.how = 1 + world_random(world, 5),
                                                 .currency = 978,
                                                 .made_ms = world->now_ms}};
    struct refund_record *record = &body.refund_record;
    struct id slot, order_id, return_id;
    struct refund_row refund;
    struct return_row owner;
    struct return_line_row line;
    struct order_row order;
    struct payment_row payment;
    uint64_t nth = 0, at = 0;
    int64_t amount = 1 + (int64_t)world_random(world, 9000);
    if (chance(world, 30) && some_waiting(world, leader, &return_id, &at) &&
        return_load(rows, &return_id, &owner)) {
        order_id = owner.order;
    } else if (chance(world, 60) && life_row(world, leader, VIEW_REFUND, &slot) &&
               refund_load(rows, &slot, &refund)) {
        order_id = refund.order;
        return_id = refund.return_id;
        nth = refund.payment;
        at = refund.line;
        amount = chance(world, 80) ? refund.amount_minor : amount;
    } else if (life_row(world, leader, VIEW_RETURN, &return_id) &&
               return_load(rows, &return_id, &owner))
        order_id = owner.order;
    else
        return;
    if (!order_load(rows, &order_id, &order) || !payment_load(rows, &order_id, nth, &payment))
        return;
    record->merchant = order.merchant;
    record->provider = span_text("stripe");
    record->payment = say(texts, "pi", strtoull((const char *)payment.reference.at + 2, NULL, 10));
    record->reference = say(texts, "re", world_random(world, 200));
    record->amount_minor = amount;
    if (chance(world, 70) && return_line_load(rows, &return_id, at, &line)) {
        record->return_id = return_id;
        record->line = at;
        record->quantity = 1 + world_random(world, line.quantity + (chance(world, 10) ? 1 : 0));
    }
    if (chance(world, 5)) record->currency = 840;
    world_decide(world, COMMAND_REFUND_RECORD, &body, chance(world, 50) ? BY_MERCHANT : BY_ADMIN,
                 NULL, 0);
    if (record->how != ELSEWHERE_CHARGEBACK || chance(world, 50)) return;
    record->how = ELSEWHERE_CHARGEBACK_WON;
    record->return_id = (struct id){{0}};
    record->line = record->quantity = 0;
    world_decide(world, COMMAND_REFUND_RECORD, &body, BY_ADMIN, NULL, 0);
}

/* Returns are closed by silence while units still wait for the money of others; then it comes. */
static void hear_late(struct world *world)
{
    struct texts texts = {.used = 0};
    world_pass(world, 35 * 24 * HOUR);
    world_settle(world);
    for (unsigned i = 0; i < 4; i++) record_elsewhere(world, &texts);
    for (unsigned i = 0; i < 30; i++) {
        struct id slot;
        if (!life_row(world, chance(world, 50) ? RTM : LAX, VIEW_REFUND, &slot)) return;
        world_result(world, &slot, DO_FIND_PAID);
    }
}

/* Money is given and offered, answered by all who may, and left unanswered. */
static void give_money(struct world *world)
{
    static const uint64_t kinds[] = {PAID_FOR_GOODWILL, PAID_FOR_PARTIAL, PAID_FOR_POSTAGE,
                                     PAID_FOR_FEE, PAID_FOR_PARTIAL};
    union command_body body = {
        .grant_give = {.paid_for = kinds[world_random(world, 5)],
                       .amount_minor = 1 + (int64_t)world_random(world, 4000),
                       .offer = world_random(world, 2),
                       .hours = world_random(world, 100)}};
    if (!life_row(world, chance(world, 50) ? RTM : LAX, VIEW_RETURN, &body.grant_give.return_id))
        return;
    if (chance(world, 5)) body.grant_give.paid_for = PAID_FOR_LINE;
    if (chance(world, 5)) body.grant_give.line = 2;
    world_decide(world, COMMAND_GRANT_GIVE, &body, chance(world, 50) ? BY_MERCHANT : BY_ADMIN, NULL,
                 0);
}

static void answer_offer(struct world *world)
{
    static const enum actor_kind who[] = {BY_BUYER, BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    static const enum command_kind what[] = {COMMAND_GRANT_ACCEPT, COMMAND_GRANT_ACCEPT,
                                             COMMAND_GRANT_REFUSE, COMMAND_GRANT_WITHDRAW};
    union command_body body = {.grant_decide = {.reason = span_text("said so")}};
    enum node_name at = chance(world, 50) ? RTM : LAX;
    struct grant_row grant;
    if (!life_row(world, at, VIEW_GRANT, &body.grant_decide.grant)) return;
    /* What waits for its money is rare: whoever may withdraw it does. */
    bool waits = grant_load(&world_desk(world, at)->rows, &body.grant_decide.grant, &grant) &&
                 grant.state == GRANT_GRANTED;
    world_decide(world, what[waits ? 3 : world_random(world, 4)], &body,
                 who[waits ? 2 + world_random(world, 2) : world_random(world, 4)], NULL, 0);
}

/* What only a fault brings about: a second log that assigns a unit it never held. */
static void assign_twice(struct world *world)
{
    struct id unit;
    struct assigned_row row;
    if (!life_row(world, SYD, VIEW_ASSIGNED, &unit)) return;
    if (!assigned_load(&world->nodes[SYD].desk.rows, &unit, &row)) return;
    struct id other;
    struct return_row owner;
    if (chance(world, 50) && life_row(world, SYD, VIEW_RETURN, &other) &&
        return_load(&world->nodes[SYD].desk.rows, &other, &owner)) {
        row.return_id = other;
        row.book = owner.book;
    }
    struct unit_assigned assigned = {.unit = unit,
                                     .box = row.box,
                                     .return_id = row.return_id,
                                     .line = row.line,
                                     .hop = 1,
                                     .book = row.book,
                                     .over = 1};
    enum log_name log = (enum log_name)some_warehouse(world);
    if (log == LOG_LAX && world->succeeded) log = LOG_LAX_NEW;
    world_inject(world, log, EVENT_UNIT_ASSIGNED, &unit, &assigned);
}

/* Mostly the next version; now and then one that is put blindly or contradicts itself. */
static void change_policy(struct world *world)
{
    const struct merchant *merchant = &world->merchants[world_random(world, MERCHANTS)];
    const struct rows *rows =
        &world_desk(world, merchant == &world->merchants[MERCHANT_A] ? RTM : LAX)->rows;
    union command_body body = {.policy_put = {.merchant = merchant->merchant}};
    struct policy *policy = &body.policy_put.policy;
    uint64_t newest = chance(world, 90) ? policy_newest(rows, merchant) : world_random(world, 4);
    policy->currency = 978;
    policy->windows_count = 1;
    policy->windows[0].days = chance(world, 5) ? 0 : 20 + world_random(world, 60);
    policy->auto_approve_count = 1;
    policy->auto_approve[0].up_to_minor = 1000 + (int64_t)world_random(world, 30000);
    policy->respond_hours = world_random(world, 100);
    policy->stalled_days = chance(world, 50) ? 1 + world_random(world, 10) : 0;
    policy->send_hours = world_random(world, 800);
    life_charge(policy, (uint64_t)policy->auto_approve[0].up_to_minor);
    policy->block_count = chance(world, 5);
    policy->block[0].buyer.bytes[0] = 1;
    policy->allow_count = 1;
    policy->allow[0].buyer.bytes[0] = TRUSTED_BUYER;
    policy->buyer_history = 1;
    policy->instant_refund_trust = 5;
    policy->instant_refund_percent = chance(world, 50) ? 0 : 10 + world_random(world, 90);
    policy->recharge_days = chance(world, 70) ? 1 + world_random(world, 20) : 0;
    policy->dispute_days = chance(world, 50) ? 60 : 0;
    policy->escalation = policy->dispute_days != 0 && chance(world, 30);
    if (chance(world, 40)) {
        policy->returnless_count = 1;
        policy->returnless[0].up_to_minor = policy->auto_approve[0].up_to_minor / 2;
    }
    if (chance(world, 20)) body.policy_put.effective_ms = world->now_ms + 40 * HOUR;
    world_decide(world, COMMAND_POLICY_PUT, &body, some_actor(world), NULL, newest);
}

static void spread(struct world *world)
{
    enum node_name from = (enum node_name)world_random(world, NODES_MAX);
    enum node_name to = (enum node_name)world_random(world, NODES_MAX);
    if (from != to) world_deliver(world, from, to, 1 + world_random(world, 30));
    world_work(world, to);
}

/* The next act of a unit's straight path. */
static void go_on_with(struct world *world, const struct id *unit)
{
    static const enum command_kind next[] = {
        [UNIT_RECEIVED] = COMMAND_UNIT_INSPECT, [UNIT_INSPECTED] = COMMAND_UNIT_GRADE,
        [UNIT_GRADED] = COMMAND_UNIT_DISPOSE,   [UNIT_DISPOSED] = COMMAND_UNIT_SETTLE,
        [UNIT_SETTLED] = COMMAND_UNIT_INSPECT,  [UNIT_SHIPPED] = COMMAND_UNIT_INSPECT};
    union command_body body = {
        .unit_act = {.unit = *unit, .grade = GRADE_GOOD, .disposition = DISPOSE_RESTOCK}};
    struct unit_now now;
    if (!unit_load(&world->nodes[LAX].desk.rows, unit, &now)) return;
    world_decide(world, next[now.row.state], &body, chance(world, 50) ? BY_OPERATOR : BY_ADMIN,
                 NULL, 0);
}

/* Afterwards the floor goes on with what the lost store had begun. */
static void lose_store(struct world *world)
{
    world_succeed(world);
    struct id unit;
    for (unsigned i = 0; i < 40; i++)
        if (life_row(world, LAX, VIEW_UNIT, &unit)) go_on_with(world, &unit);
}

static void step(struct world *world)
{
    struct texts texts = {.used = 0};
    uint64_t dice = world_random(world, 100);
    if (dice < 7)
        import_order(world, &texts);
    else if (dice < 8)
        chance(world, 50) ? amend_order(world, &texts) : import_order(world, &texts);
    else if (dice < 20)
        request_return(world, &texts);
    else if (dice < 26)
        chance(world, 8) ? note_return(world, &texts) : decide_return(world);
    else if (dice < 40)
        receive_box(world, &texts);
    else if (dice < 50)
        act_on_unit(world);
    else if (dice < 58)
        work_off_unit(world);
    else if (dice < 61)
        release_unit(world);
    else if (dice < 62)
        answer_offer(world);
    else if (dice < 65)
        chance(world, 50)
            ? life_tell_provider(world, (enum node_name)world_random(world, NODES_MAX))
            : track(world, &texts);
    else if (dice < 67)
        life_open_claim(world);
    else if (dice < 68)
        life_move_claim(world);
    else if (dice < 78)
        hear_provider(world);
    else if (dice < 82)
        resolve_refund(world);
    else if (dice < 83)
        assign_twice(world);
    else if (dice < 86)
        record_elsewhere(world, &texts);
    else if (dice < 89)
        give_money(world);
    else if (dice < 91)
        answer_offer(world);
    else if (dice < 92 && chance(world, 30))
        hear_late(world);
    else if (dice < 92 && !world->succeeded && chance(world, 15))
        lose_store(world);
    else if (dice < 94)
        world_pass(world, world_random(world, chance(world, 20) ? 400 : 40) * HOUR);
    else if (dice < 96)
        chance(world, 20) ? change_policy(world) : dispute(world);
    else if (dice < 98)
        replace(world);
    else
        spread(world);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Merchants differ: one approves nothing alone, one pays little in a day. */
static void set_policy(struct world *world)
{
    for (unsigned i = 0; i < MERCHANTS; i++) {
        world->merchants[i].auto_approve_minor = chance(world, 50) ? 0 : 20000;
        world->merchants[i].cap_minor = chance(world, 30) ? 12000 : 100000;
    }
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
}

void life_run(struct world *world, unsigned steps, struct life_counts *counts)
{
    set_policy(world);
    for (unsigned i = 0; i < steps; i++) {
        step(world);
        counts->steps++;
        counts->refused += world->decision.error != OK;
        if (i % 16 == 0) life_audit(world);
    }
    world_settle(world);
    life_audit(world);
    life_audit_work(world);
    for (unsigned i = 0; i < LOGS_MAX; i++) counts->entries += world->logs[i].count;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (unsigned r = 0; r < RULES_PER_TABLE_MAX; r++)
            counts->applied[t][r] += world->applied[t][r];
}

void life_print(const struct life_counts *counts)
{
    printf("%llu steps, %llu entries, %llu refusals\n", (unsigned long long)counts->steps,
           (unsigned long long)counts->entries, (unsigned long long)counts->refused);
}

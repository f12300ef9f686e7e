#include "tests/overseas-warehouse/life_turns.h"
#include "tests/overseas-warehouse/life_fees.h"
#include "tests/overseas-warehouse/random_life.h"

#include "overseas-warehouse/parts.h"

#include <assert.h>
#include <stdio.h>

#define HOUR          3600000ull
#define TRUSTED_BUYER 2 /* the first byte of the pseudonym of one whom policies trust */

/* --- choosing --------------------------------------------------------------------------------- */

static uint64_t any(struct life *life, uint64_t below)
{
    return world_random(life->world, below);
}

bool life_chance(struct life *life, unsigned percent)
{
    return any(life, 100) < percent;
}

static bool wildly(struct life *life)
{
    return life_chance(life, life->wild);
}

static const char *const skus[] = {"HAT", "SHOE", "LAMP"};
#define SKUS 3

static struct span some_sku(struct life *life)
{
    return span_text(skus[any(life, SKUS)]);
}

static struct span say(struct life *life, const char *word, uint64_t number)
{
    char *text = life->text[life->texts++ % 8];
    snprintf(text, 32, "%s%llu", word, (unsigned long long)number);
    return span_text(text);
}

static enum node_name some_place(struct life *life)
{
    return any(life, 2) == 0 ? LAX : RTM;
}

static const struct rows *leader_rows(const struct life *life)
{
    return &life->world->nodes[life->leader].desk.rows;
}

/* The first 16 bytes of the key of some row. */
static bool some_row(struct life *life, enum node_name at, enum view_table table, struct id *id)
{
    const struct rows_memory *memory = life->world->nodes[at].memory;
    size_t count = rows_memory_count(memory, table);
    if (count == 0) return false;
    memcpy(id->bytes, rows_memory_key(memory, table, any(life, count)).at, ID_BYTES);
    return true;
}

static bool some_return(struct life *life, struct id *return_id)
{
    if (life->returns_count == 0) return false;
    *return_id = life->returns[any(life, life->returns_count)];
    return true;
}

/* --- what people may do ----------------------------------------------------------------------- */

struct deed {
    enum rule_table_number table;
    enum verb verb;
    enum command_kind kind;
};

static const struct deed deeds[] = {
    {TABLE_RETURN, DO_APPROVE, COMMAND_RETURN_APPROVE},
    {TABLE_RETURN, DO_DECLINE, COMMAND_RETURN_DECLINE},
    {TABLE_RETURN, DO_CANCEL, COMMAND_RETURN_CANCEL},
    {TABLE_RETURN, DO_DISPUTE, COMMAND_RETURN_DISPUTE},
    {TABLE_RETURN, DO_ESCALATE, COMMAND_RETURN_ESCALATE},
    {TABLE_RETURN, DO_WITHDRAW, COMMAND_RETURN_WITHDRAW},
    {TABLE_RETURN, DO_REPLACE, COMMAND_RETURN_REPLACE},
    {TABLE_RETURN, DO_REFUND_INSTEAD, COMMAND_RETURN_REFUND_INSTEAD},
    {TABLE_UNIT, DO_INSPECT, COMMAND_UNIT_INSPECT},
    {TABLE_UNIT, DO_GRADE, COMMAND_UNIT_GRADE},
    {TABLE_UNIT, DO_DISPOSE, COMMAND_UNIT_DISPOSE},
    {TABLE_UNIT, DO_SETTLE, COMMAND_UNIT_SETTLE},
    {TABLE_UNIT, DO_SHIP, COMMAND_UNIT_SHIP},
    {TABLE_UNIT, DO_RECEIVE, COMMAND_UNIT_TAKE},
    {TABLE_UNIT, DO_VOID, COMMAND_UNIT_VOID},
    {TABLE_GRANT, DO_ACCEPT, COMMAND_GRANT_ACCEPT},
    {TABLE_GRANT, DO_REFUSE, COMMAND_GRANT_REFUSE},
    {TABLE_GRANT, DO_WITHDRAW, COMMAND_GRANT_WITHDRAW},
};
#define DEEDS (sizeof deeds / sizeof deeds[0])

static const struct deed *deed_of(enum rule_table_number table, uint64_t verb)
{
    for (size_t i = 0; i < DEEDS; i++)
        if (deeds[i].table == table && deeds[i].verb == verb) return &deeds[i];
    return NULL;
}

static bool is_person(uint64_t actor)
{
    return actor == BY_OPERATOR || actor == BY_MERCHANT || actor == BY_ADMIN || actor == BY_BUYER ||
           actor == BY_PARTNER || actor == BY_PLATFORM;
}

static enum actor_kind some_person(struct life *life)
{
    static const enum actor_kind people[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN,
                                             BY_BUYER,    BY_PARTNER,  BY_PLATFORM};
    return people[any(life, 6)];
}

/* One of the rows by which a person could move a thing on from that state; wildly, any verb of the
 * table by anybody. NULL: nobody can. */
static const struct deed *some_deed(struct life *life, enum rule_table_number table, uint64_t state,
                                    enum actor_kind *by)
{
    const struct deed *found = NULL;
    uint64_t seen = 0;
    *by = some_person(life);
    if (wildly(life)) {
        for (size_t i = 0; i < DEEDS; i++)
            if (deeds[i].table == table && any(life, ++seen) == 0) found = &deeds[i];
        return found;
    }
    for (size_t i = 0; i < rule_tables[table]->count; i++) {
        const struct rule *rule = &rule_tables[table]->rules[i];
        const struct deed *deed = deed_of(table, rule->verb);
        if (rule->from != state || deed == NULL || !is_person(rule->actor)) continue;
        if (any(life, ++seen) != 0) continue;
        found = deed;
        *by = (enum actor_kind)rule->actor;
    }
    return found;
}

/* --- orders and returns ----------------------------------------------------------------------- */

static void fill_order(struct life *life, struct order_import *import)
{
    int64_t sum = 0;
    import->lines_count = 1 + (uint32_t)any(life, 2);
    for (uint32_t i = 0; i < import->lines_count; i++) {
        struct order_line *line = &import->lines[i];
        *line = (struct order_line){.sku = some_sku(life),
                                    .quantity = 1 + any(life, 3),
                                    .price_minor = 1 + (int64_t)any(life, 4000)};
        life_tax(line);
        sum += line->price_minor * (int64_t)line->quantity;
    }
    if (life_chance(life, 10)) sum = sum / 2; /* a voucher */
    import->payments_count = 1 + (uint32_t)any(life, 2);
    bool others = life_chance(life, 25);
    for (uint32_t i = 0; i < import->payments_count; i++)
        import->payments[i] = (struct payment){.provider = span_text("stripe"),
                                               .executor = others ? EXECUTOR_MARKETPLACE : 0,
                                               .reference = say(life, "pi", any(life, 1000000)),
                                               .captured_minor = import->payments_count == 1 ? sum
                                                                 : i == 0 ? sum / 3
                                                                          : sum - sum / 3};
    if (others || life_chance(life, 30)) return;
    for (uint32_t i = 0; i < import->payments_count; i++) {
        import->payments[i].mandate_buyer = span_text("cus_1");
        import->payments[i].mandate_method = span_text("pm_1");
    }
}

void life_sell(struct life *life)
{
    union command_body body = {
        .order_import = {.merchant = life->merchant->merchant,
                         .reference = say(life, "o", life->orders_count),
                         .currency = 978,
                         .sold_ms = life->world->now_ms - any(life, 80) * 24 * HOUR}};
    if (life->orders_count == LIFE_ORDERS_MAX) return;
    if (life_chance(life, 60)) body.order_import.buyer.bytes[0] = TRUSTED_BUYER;
    if (life_chance(life, 60)) body.order_import.outbound = say(life, "x", any(life, 2));
    fill_order(life, &body.order_import);
    if (world_decide(life->world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0) == OK)
        life->orders[life->orders_count++] = life->world->decision.entity;
}

/* How many units of the line no return has a claim on. */
static uint64_t units_left(const struct order_row_line *line)
{
    return line->quantity > line->used ? line->quantity - line->used : 0;
}

static void name_lines(struct life *life, const struct order_row *order,
                       struct return_request *request)
{
    for (uint32_t i = 0; i < order->lines_count; i++) {
        uint64_t left = units_left(&order->lines[i]);
        if (left == 0 && !wildly(life)) continue;
        if (request->lines_count > 0 && life_chance(life, 30)) continue;
        request->lines[request->lines_count++] = (struct return_line){
            .line = i,
            .quantity = wildly(life) ? 1 + any(life, 4) : 1 + any(life, left == 0 ? 1 : left),
            .reason = REASON_TOO_SMALL};
    }
}

void life_ask(struct life *life)
{
    struct order_row order;
    if (life->orders_count == 0 || life->returns_count == LIFE_RETURNS_MAX) return;
    union command_body body = {
        .return_request = {.merchant = life->merchant->merchant,
                           .order = life->orders[any(life, life->orders_count)]}};
    struct return_request *request = &body.return_request;
    if (!order_load(leader_rows(life), &request->order, &order)) return;
    name_lines(life, &order, request);
    if (request->lines_count == 0) return;
    if (life_chance(life, 85)) request->number = say(life, "n", any(life, 3));
    if (life_chance(life, 50)) request->kind = 1 + any(life, 5);
    if (life_chance(life, 10)) request->outcome = 1 + any(life, 4);
    if (request->kind == KIND_CLAIM && life_chance(life, 40))
        request->outcome = OUTCOME_REPLACEMENT;
    static const enum actor_kind people[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN, BY_PARTNER};
    if (world_decide(life->world, COMMAND_RETURN_REQUEST, &body, people[any(life, 4)], NULL, 0) ==
        OK)
        life->returns[life->returns_count++] = life->world->decision.entity;
}

/* Something is sent for a unit of some line. */
static void replace(struct life *life, const struct id *return_id, enum actor_kind by)
{
    union command_body body = {.return_replace = {.return_id = *return_id,
                                                  .line = any(life, 10) / 7,
                                                  .quantity = any(life, 3),
                                                  .number = span_text("OUT-1")}};
    world_decide(life->world, COMMAND_RETURN_REPLACE, &body, by, NULL, 0);
}

void life_decide(struct life *life)
{
    union command_body body = {.return_decide = {.reason = span_text("because")}};
    struct return_row row;
    enum actor_kind by;
    if (!some_return(life, &body.return_decide.return_id)) return;
    if (!return_load(leader_rows(life), &body.return_decide.return_id, &row)) return;
    const struct deed *deed = some_deed(life, TABLE_RETURN, row.state, &by);
    if (deed == NULL) return;
    if (deed->kind == COMMAND_RETURN_REPLACE) {
        replace(life, &body.return_decide.return_id, by);
        return;
    }
    if (deed->kind == COMMAND_RETURN_APPROVE && life_chance(life, 15)) body.return_decide.keep = 1;
    world_decide(life->world, deed->kind, &body, by, NULL, 0);
}

/* --- goods ------------------------------------------------------------------------------------ */

/* The carrier scans the parcel that an order was sent in. */
static void scan_sending(struct life *life)
{
    static const enum track_status statuses[] = {TRACK_IN_TRANSIT, TRACK_LOST, TRACK_EXCEPTION,
                                                 TRACK_DELIVERED};
    char number[32], dedup[32];
    snprintf(number, sizeof number, "x%llu", (unsigned long long)any(life, 2));
    snprintf(dedup, sizeof dedup, "x%llu", (unsigned long long)any(life, 40));
    world_track(life->world, some_place(life), number, statuses[any(life, 4)],
                life->world->now_ms - any(life, 7) * 24 * HOUR, dedup);
}

/* The carrier scans the parcel of a return, or of none. */
void life_send(struct life *life)
{
    char number[32], dedup[32];
    uint64_t scan = any(life, 40);
    if (life_chance(life, 40)) {
        scan_sending(life);
        return;
    }
    snprintf(number, sizeof number, "n%llu", (unsigned long long)any(life, 3));
    snprintf(dedup, sizeof dedup, "s%llu", (unsigned long long)scan);
    world_track(life->world, some_place(life), number,
                scan % 2 == 0 ? TRACK_DELIVERED : (enum track_status)(1 + scan % 14),
                life->world->now_ms - scan % 7 * 24 * HOUR, dedup);
}

static void pack(struct life *life, const struct id *order_id, struct box_receive *box)
{
    struct order_row order;
    if (!order_load(leader_rows(life), order_id, &order)) return;
    for (uint32_t i = 0; i < order.lines_count; i++)
        for (uint64_t units = any(life, order.lines[i].quantity + 1); units > 0; units--)
            for (unsigned s = 0; s < SKUS && box->items_count < BOX_ITEMS_MAX; s++)
                if (span_equal(order.lines[i].sku, span_text(skus[s])))
                    box->items[box->items_count++].sku = span_text(skus[s]);
}

/* Sent as the return says, with a slip or without; one in eight lies in a box of another's number.
 */
static void address(struct life *life, const struct id *return_id, struct box_receive *box)
{
    struct return_row owner;
    if (!return_load(leader_rows(life), return_id, &owner)) return;
    struct id order_id = owner.order;
    if (owner.number.size == 2) box->number = say(life, "n", owner.number.at[1] - '0');
    if (owner.number.size == 0 || life_chance(life, 20)) box->return_id = *return_id;
    if (life_chance(life, 8)) some_return(life, &box->return_id);
    if (life_chance(life, 8)) box->return_id.bytes[0] = 9; /* a slip that nobody can place */
    if (life_chance(life, 8)) box->number = say(life, "n", any(life, 3));
    pack(life, &order_id, box);
}

void life_receive(struct life *life)
{
    enum node_name at = some_place(life);
    struct id return_id, former;
    union command_body body = {.box_receive = {.warehouse = life->world->nodes[at].warehouse}};
    struct box_receive *box = &body.box_receive;
    struct box_row row;
    if (life_chance(life, 85) && some_return(life, &return_id)) {
        address(life, &return_id, box);
    } else if (life->orders_count > 0) { /* it comes before anybody has asked */
        box->number = say(life, "n", any(life, 3));
        pack(life, &life->orders[0], box);
    }
    if (box->items_count == 0 || wildly(life)) box->items[box->items_count++].sku = some_sku(life);
    /* The slip is read later: the box is received once more. */
    if (life_chance(life, 12) && some_row(life, at, VIEW_BOX, &former) &&
        box_load(&life->world->nodes[at].desk.rows, &former, &row) &&
        id_equal(&row.warehouse, &box->warehouse))
        box->box = former;
    if (life_chance(life, 50))
        world_observe(life->world, at, COMMAND_BOX_RECEIVE, &body);
    else
        world_decide(life->world, COMMAND_BOX_RECEIVE, &body, BY_ADMIN, NULL, 0);
}

static void release(struct life *life, const struct id *unit, uint64_t disposition)
{
    union command_body body = {.unit_release = {.unit = *unit,
                                                .merchant = life->merchant->merchant,
                                                .disposition = disposition}};
    if (life_chance(life, 80)) life_meet(life); /* the book knows whose it is */
    world_decide(life->world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0);
    if (life_chance(life, 80)) life_meet(life);
}

/* The disposition that is taken when the act is to go well. */
static uint64_t disposition_for(struct life *life, const struct unit_now *now)
{
    if (wildly(life)) return any(life, 14);
    uint64_t disposition = 1 + any(life, 13);
    if (life_chance(life, 25)) disposition = DISPOSE_RESTOCK;
    if (life_chance(life, 25)) disposition = DISPOSE_HUB;
    bool unsellable = now->row.grade == GRADE_UNSELLABLE;
    return unsellable && disposition == DISPOSE_RESTOCK ? DISPOSE_HOLD : disposition;
}

static enum node_name place_of(const struct life *life, const struct id *warehouse)
{
    return id_equal(&life->world->nodes[LAX].warehouse, warehouse) ? LAX : RTM;
}

static void act_on(struct life *life, const struct id *unit, const struct unit_now *now,
                   enum command_kind kind, enum actor_kind by)
{
    union command_body body;
    memset(&body, 0, sizeof body);
    if (kind == COMMAND_UNIT_TAKE) {
        enum node_name to = wildly(life) ? some_place(life) : place_of(life, &now->row.to);
        body.unit_take = (struct unit_take){*unit, life->world->nodes[to].warehouse};
    } else if (kind == COMMAND_UNIT_VOID) {
        /* states and steps count alike, up to the grade */
        uint64_t step = now->row.state < STEP_GRADE ? now->row.state : STEP_GRADE;
        if (wildly(life)) step = 1 + any(life, 3);
        body.unit_void = (struct unit_void){*unit, step, span_text("slip")};
    } else {
        body.unit_act.unit = *unit;
        if (kind == COMMAND_UNIT_GRADE && !wildly(life)) body.unit_act.grade = 1 + any(life, 6);
        if (kind == COMMAND_UNIT_GRADE && life_chance(life, 20))
            body.unit_act.liability = 1 + any(life, 5);
        if (kind == COMMAND_UNIT_DISPOSE) body.unit_act.disposition = disposition_for(life, now);
        enum node_name here = place_of(life, &now->row.warehouse);
        if (kind == COMMAND_UNIT_SHIP)
            body.unit_act.to = life->world->nodes[here == LAX ? RTM : LAX].warehouse;
        if (kind == COMMAND_UNIT_DISPOSE && disposition_is_irrevocable(body.unit_act.disposition) &&
            !wildly(life))
            release(life, unit, body.unit_act.disposition);
    }
    world_decide(life->world, kind, &body, by, NULL, 0);
}

/* A unit is worked on for some steps: so its ends are reached as often as its beginnings. */
void life_handle(struct life *life)
{
    enum node_name at = some_place(life);
    struct id unit;
    struct unit_now now;
    enum actor_kind by;
    if (!some_row(life, at, VIEW_UNIT, &unit)) return;
    for (uint64_t steps = 1 + any(life, 6); steps > 0; steps--) {
        if (!unit_load(&life->world->nodes[at].desk.rows, &unit, &now)) return;
        const struct deed *deed = some_deed(life, TABLE_UNIT, now.row.state, &by);
        /* Shipping is an end here: not each unit takes it. */
        if (deed == NULL || (deed->kind == COMMAND_UNIT_SHIP && life_chance(life, 60))) continue;
        unsigned stays = now.row.state == UNIT_DISPOSED ? 70 : 92;
        if (deed->kind == COMMAND_UNIT_VOID && life_chance(life, stays)) continue;
        act_on(life, &unit, &now, deed->kind, by);
        if (now.row.state == UNIT_SETTLED) return;
    }
}

/* --- money ------------------------------------------------------------------------------------ */

/* What the provider says of a refund, or the outbox tells of itself. */
void life_pay(struct life *life)
{
    static const enum verb verbs[] = {DO_SUBMIT,    DO_SUBMIT,      DO_FIND_PAID,
                                      DO_FIND_PAID, DO_FIND_FAILED, DO_LOSE};
    struct id slot;
    if (!some_row(life, life->leader, VIEW_REFUND, &slot)) return;
    if (life_chance(life, 15)) { /* by a webhook, and later than anybody thought */
        life_tell_provider(life->world, life->leader);
        life_meet(life);
        return;
    }
    for (unsigned tries = life_chance(life, 3) ? REFUND_TRIES_MAX + 1 : 0; tries > 0; tries--)
        if (world_result(life->world, &slot, DO_SUBMIT) != OK) break;
    enum error error = world_result(life->world, &slot, verbs[any(life, 6)]);
    (void)error; /* what a slot's state has no row for is refused */
}

void life_resolve(struct life *life)
{
    union command_body body = {
        .refund_resolve = {.paid = any(life, 2), .reason = span_text("looked it up")}};
    struct refund_row row;
    if (!some_row(life, life->leader, VIEW_REFUND, &body.refund_resolve.slot)) return;
    if (!refund_load(leader_rows(life), &body.refund_resolve.slot, &row)) return;
    bool asked =
        row.state == REFUND_UNKNOWN || row.state == REFUND_MANUAL || row.state == REFUND_FAILED;
    if (!asked && !wildly(life)) return;
    for (uint64_t times = 1 + any(life, 3); times > 0; times--) {
        world_decide(life->world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0);
        body.refund_resolve.paid = 0;
    }
}

/* The thing that somebody else paid: mostly that of a refund of ours, else of any return. */
static bool what_was_paid(struct life *life, struct refund_record *record, struct id *order,
                          uint64_t *payment)
{
    struct id slot;
    struct refund_row refund;
    struct return_row owner;
    *payment = 0;
    record->amount_minor = 1 + (int64_t)any(life, 4000);
    if (life_chance(life, 70) && some_row(life, life->leader, VIEW_REFUND, &slot) &&
        refund_load(leader_rows(life), &slot, &refund)) {
        *order = refund.order;
        *payment = refund.payment;
        record->return_id = refund.return_id;
        record->line = refund.line;
        if (life_chance(life, 80)) record->amount_minor = refund.amount_minor;
        return true;
    }
    if (!some_return(life, &record->return_id) ||
        !return_load(leader_rows(life), &record->return_id, &owner))
        return false;
    *order = owner.order;
    return true;
}

/* Without quantity nothing is named: the report says only that the payment's money moved. */
static void name_units(struct life *life, struct refund_record *record)
{
    struct return_line_row line;
    bool known = return_line_load(leader_rows(life), &record->return_id, record->line, &line);
    if (known && life_chance(life, 75)) {
        record->quantity = 1 + any(life, line.quantity);
    } else {
        record->return_id = (struct id){{0}};
        record->line = 0;
    }
}

static void win_back(struct life *life, union command_body *body)
{
    struct refund_record *record = &body->refund_record;
    record->how = ELSEWHERE_CHARGEBACK_WON;
    record->return_id = (struct id){{0}};
    record->line = record->quantity = 0;
    world_decide(life->world, COMMAND_REFUND_RECORD, body, BY_ADMIN, NULL, 0);
}

/* Others refund it: a marketplace, the seller by hand, the buyer's bank. */
void life_hear(struct life *life)
{
    union command_body body = {
        .refund_record = {.merchant = life->merchant->merchant,
                          .how = 1 + any(life, wildly(life) ? 5 : 4),
                          .currency = wildly(life) && life_chance(life, 20) ? 840 : 978,
                          .made_ms = life->world->now_ms}};
    struct refund_record *record = &body.refund_record;
    struct id order;
    uint64_t nth;
    struct payment_row payment;
    char paid[REFERENCE_BYTES_MAX];
    if (!what_was_paid(life, record, &order, &nth)) return;
    if (!payment_load(leader_rows(life), &order, nth, &payment)) return;
    memcpy(paid, payment.reference.at, payment.reference.size);
    record->provider = span_text("stripe");
    record->payment = span_of(paid, payment.reference.size);
    record->reference = say(life, "re", any(life, 30));
    int64_t left = payment.captured_minor - payment.elsewhere_minor;
    if (left > 0 && life_chance(life, 20)) record->amount_minor = left;
    name_units(life, record);
    world_decide(life->world, COMMAND_REFUND_RECORD, &body,
                 life_chance(life, 50) ? BY_MERCHANT : BY_ADMIN, NULL, 0);
    if (record->how == ELSEWHERE_CHARGEBACK && life_chance(life, 50)) win_back(life, &body);
}

void life_promise(struct life *life)
{
    static const uint64_t kinds[] = {PAID_FOR_GOODWILL, PAID_FOR_PARTIAL, PAID_FOR_POSTAGE,
                                     PAID_FOR_FEE, PAID_FOR_LINE};
    union command_body body = {
        .grant_give = {.paid_for = kinds[any(life, wildly(life) ? 5 : 4)],
                       .amount_minor = 1 + (int64_t)any(life, wildly(life) ? 9000 : 1500),
                       .offer = any(life, 2),
                       .hours = any(life, 60)}};
    if (!some_return(life, &body.grant_give.return_id)) return;
    if (wildly(life)) body.grant_give.line = any(life, 3);
    enum actor_kind by = life_chance(life, 50) ? BY_MERCHANT : BY_ADMIN;
    if (wildly(life)) by = some_person(life);
    world_decide(life->world, COMMAND_GRANT_GIVE, &body, by, NULL, 0);
}

void life_answer(struct life *life)
{
    union command_body body = {.grant_decide = {.reason = span_text("said so")}};
    struct grant_row row;
    enum actor_kind by;
    if (!some_row(life, life->leader, VIEW_GRANT, &body.grant_decide.grant)) return;
    if (!grant_load(leader_rows(life), &body.grant_decide.grant, &row)) return;
    const struct deed *deed = some_deed(life, TABLE_GRANT, row.state, &by);
    if (deed != NULL) world_decide(life->world, deed->kind, &body, by, NULL, 0);
}

/* --- time and trouble ------------------------------------------------------------------------- */

void life_meet(struct life *life)
{
    unsigned done;
    do {
        world_deliver(life->world, LAX, RTM, UINT64_MAX);
        world_deliver(life->world, RTM, LAX, UINT64_MAX);
        done = world_work(life->world, LAX) + world_work(life->world, RTM);
    } while (done > 0);
}

/* Some hours, or as many as it takes until silence acts. */
void life_wait(struct life *life)
{
    struct world *world = life->world;
    const struct rows_memory *memory = world->nodes[life->leader].memory;
    struct due due;
    uint64_t ms = (1 + any(life, 40)) * HOUR;
    if (life_chance(life, 60) && rows_memory_count(memory, VIEW_DUE) > 0 &&
        due_read(rows_memory_key(memory, VIEW_DUE, 0), &due) && due.due_ms > world->now_ms)
        ms = due.due_ms - world->now_ms;
    if (life_chance(life, 3)) ms = 130 * 24 * HOUR; /* a number no longer speaks for a return */
    world_pass(world, ms);
    if (life_chance(life, 70)) life_meet(life);
}

static void amend(struct life *life)
{
    struct order_row row;
    union command_body body = {.order_amend = {.lines_count = 1}};
    struct order_amend *how = &body.order_amend;
    if (life->orders_count == 0) return;
    how->order = life->orders[any(life, life->orders_count)];
    if (!order_load(leader_rows(life), &how->order, &row)) return;
    uint64_t line = any(life, row.lines_count + (wildly(life) ? 1 : 0));
    how->lines[0] = (struct amend_line){
        .line = line,
        .quantity = 1 + any(life, 4),
        .price_minor = life_chance(life, 30) ? 1 + (int64_t)any(life, 4000) : 0};
    world_decide(life->world, COMMAND_ORDER_AMEND, &body, BY_MERCHANT, NULL, 0);
}

/* Whom it trusts, whether it goes to a platform, what it asks back. */
static void choose_terms(struct life *life, struct policy *policy)
{
    policy->allow_count = 1;
    policy->allow[0].buyer.bytes[0] = TRUSTED_BUYER;
    policy->buyer_history = 1;
    policy->instant_refund_trust = 5;
    policy->instant_refund_percent = life_chance(life, 30) ? 0 : 10 + any(life, 90);
    policy->stalled_days = life_chance(life, 70) ? 1 + any(life, 5) : 0;
    policy->recharge_days = life_chance(life, 70) ? 1 + any(life, 20) : 0;
    policy->dispute_days = life_chance(life, 60) ? 60 : 0;
    policy->escalation = policy->dispute_days != 0 && life_chance(life, 50);
    if (!life_chance(life, 40)) return;
    policy->returnless_count = 1;
    policy->returnless[0].up_to_minor = policy->auto_approve[0].up_to_minor / 2;
}

void life_rule(struct life *life)
{
    union command_body body = {.policy_put = {.merchant = life->merchant->merchant}};
    struct policy *policy = &body.policy_put.policy;
    policy->currency = 978;
    policy->windows_count = 1;
    policy->windows[0].days = 20 + any(life, 60);
    policy->auto_approve_count = 1;
    policy->auto_approve[0].up_to_minor = 1000 + (int64_t)any(life, 9000);
    policy->respond_hours = any(life, 100);
    policy->send_hours = any(life, 800);
    choose_terms(life, policy);
    life_charge(policy, (uint64_t)policy->auto_approve[0].up_to_minor);
    uint64_t newest = wildly(life) ? 0 : policy_newest(leader_rows(life), life->merchant);
    world_decide(life->world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, newest);
}

/* The next version of the merchant's policy, or an order as it was meant. */
void life_change(struct life *life)
{
    if (life_chance(life, 60))
        amend(life);
    else
        life_rule(life);
}

/* A no is not taken, up to the platform, while the goods are on their way or worked on. */
void life_contend(struct life *life)
{
    static const enum command_kind steps[] = {COMMAND_RETURN_DECLINE, COMMAND_RETURN_DISPUTE,
                                              COMMAND_RETURN_ESCALATE, COMMAND_RETURN_DECLINE};
    static const enum actor_kind who[] = {BY_MERCHANT, BY_BUYER, BY_OPERATOR, BY_PLATFORM};
    union command_body body = {.return_decide = {.reason = span_text("not so")}};
    struct return_row row;
    if (!some_return(life, &body.return_decide.return_id)) return;
    if (!return_load(leader_rows(life), &body.return_decide.return_id, &row)) return;
    unsigned begin = row.state == RETURN_REQUESTED ? 0 : 1;
    for (unsigned i = begin; i < 2 + any(life, 3); i++)
        if (world_decide(life->world, steps[i], &body, who[i], NULL, 0) != OK) return;
    life_send(life);
    if (life_chance(life, 60)) life_receive(life);
    if (life_chance(life, 80)) life_meet(life);
    for (uint64_t units = any(life, 4); units > 0; units--) life_handle(life);
}

/* The carrier has it, money goes ahead, and nothing comes. */
static void vanish(struct life *life)
{
    for (unsigned i = 0; i < 3; i++) life_send(life);
    life_meet(life);
    for (unsigned i = 0; i < 3; i++) life_pay(life);
    world_pass(life->world, 50 * 24 * HOUR);
    life_meet(life);
}

/* What only a fault brings about: a log that assigns a unit which another holds. */
static void assign_twice(struct life *life)
{
    struct id unit;
    struct assigned_row row;
    if (!some_row(life, LAX, VIEW_ASSIGNED, &unit)) return;
    if (!assigned_load(&life->world->nodes[LAX].desk.rows, &unit, &row)) return;
    struct unit_assigned assigned = {.unit = unit,
                                     .box = row.box,
                                     .return_id = row.return_id,
                                     .line = row.line,
                                     .hop = 1,
                                     .book = row.book,
                                     .over = 1};
    world_inject(life->world, LOG_RTM, EVENT_UNIT_ASSIGNED, &unit, &assigned);
}

/* Los Angeles loses its store, and goes on with what it had begun. */
static void lose_store(struct life *life)
{
    if (life->world->succeeded) return;
    for (unsigned i = 0; i < 3; i++) life_handle(life);
    world_succeed(life->world);
    for (unsigned i = 0; i < 6; i++) life_handle(life);
}

/* Silence closes a return while its units still wait for their money; then others pay for them. */
static void come_late(struct life *life)
{
    world_pass(life->world, 35 * 24 * HOUR);
    life_meet(life);
    for (unsigned i = 0; i < 3; i++) life_hear(life);
    for (unsigned i = 0; i < 3; i++) life_pay(life);
}

void life_misfortune(struct life *life)
{
    uint64_t dice = any(life, 11);
    if (dice == 0)
        assign_twice(life);
    else if (dice > 7)
        vanish(life);
    else if (dice < 4)
        come_late(life);
    else
        lose_store(life);
}

/* --- money ahead, and no goods -----------------------------------------------------------------
 */

/* The slots of a return that are still called: each ends in one way. */
static void end_slots(struct life *life, const struct id *return_id, enum verb verb)
{
    struct id slots[4];
    unsigned count = 0;
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (count < 4 && walk_next(leader_rows(life), VIEW_REFUND_BY_RETURN, &walk, &row))
        memcpy(slots[count++].bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    for (unsigned i = 0; i < count; i++) (void)world_result(life->world, &slots[i], verb);
}

static bool pass_due(struct life *life, const struct id *return_id)
{
    struct return_row row;
    if (!return_load(leader_rows(life), return_id, &row) || row.due_ms == 0) return false;
    if (row.due_ms > life->world->now_ms) world_pass(life->world, row.due_ms - life->world->now_ms);
    life_meet(life);
    return true;
}

static void try_again(struct life *life, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct refund_row refund;
    union command_body body = {.refund_resolve = {.reason = span_text("the bank was asked")}};
    while (walk_next(leader_rows(life), VIEW_REFUND_BY_RETURN, &walk, &row)) {
        memcpy(body.refund_resolve.slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(leader_rows(life), &body.refund_resolve.slot, &refund)) continue;
        if (business_is_charge(refund.paid_for) && refund.state == REFUND_FAILED) break;
    }
    world_decide(life->world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0);
}

/* A buyer who is trusted sends a parcel and is paid; it never comes, and he is charged anew, or his
 * bank says no and somebody tries once more. */
void life_abscond(struct life *life)
{
    struct id return_id;
    struct return_row row;
    char number[32];
    if (!some_return(life, &return_id)) return;
    if (!return_load(leader_rows(life), &return_id, &row) || row.number.size == 0) return;
    snprintf(number, sizeof number, "%.*s", (int)row.number.size, (const char *)row.number.at);
    world_track(life->world, life->leader, number, TRACK_IN_TRANSIT, life->world->now_ms, "gone");
    life_meet(life);
    for (unsigned i = 0; i < 3; i++) {
        end_slots(life, &return_id, DO_FIND_PAID);
        life_meet(life);
    }
    if (life_chance(life, 35)) { /* a part of it comes after all */
        life_receive(life);
        life_meet(life);
    }
    if (!pass_due(life, &return_id) || !pass_due(life, &return_id)) return;
    if (life_chance(life, 15)) return;
    end_slots(life, &return_id, life_chance(life, 35) ? DO_FIND_PAID : DO_FIND_FAILED);
    if (life_chance(life, 90)) try_again(life, &return_id);
    life_meet(life);
}

/* The carrier has lost what was sent to the buyer; and perhaps it is found and brought. */
void life_stray(struct life *life)
{
    struct order_row order;
    char number[32];
    if (life->orders_count == 0) return;
    struct id id = life->orders[any(life, life->orders_count)];
    if (!order_load(leader_rows(life), &id, &order) || order.outbound.size == 0) return;
    snprintf(number, sizeof number, "%.*s", (int)order.outbound.size,
             (const char *)order.outbound.at);
    world_track(life->world, life->leader, number, TRACK_LOST, life->world->now_ms, "lost");
    life_meet(life);
    world_pass(life->world, HOUR);
    if (life_chance(life, 20)) return;
    world_track(life->world, life->leader, number, TRACK_DELIVERED, life->world->now_ms, "found");
    life_meet(life);
}

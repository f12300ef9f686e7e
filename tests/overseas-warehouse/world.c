#include "tests/overseas-warehouse/world.h"

#include "overseas-warehouse/exchange/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const uint8_t crypto_seed[KEY_BYTES] = {7};

/* --- chance and time -------------------------------------------------------------------------- */

static uint64_t next_random(struct world *world)
{
    uint64_t z = world->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t world_random(struct world *world, uint64_t below)
{
    return next_random(world) % below;
}

void world_pass(struct world *world, uint64_t ms)
{
    world->now_ms += ms;
}

static struct moment *fresh_moment(struct world *world)
{
    /* Everybody is heard at once: who is not is told in tests/sim. */
    world->moment = (struct moment){.wall_ms = world->now_ms, .heard_ms = world->now_ms};
    for (unsigned i = 0; i < sizeof world->moment.random; i += 8)
        be_put(world->moment.random + i, next_random(world), 8);
    return &world->moment;
}

/* --- founding --------------------------------------------------------------------------------- */

static struct id named(unsigned kind, unsigned number)
{
    struct id id = {{0}};
    id.bytes[0] = (uint8_t)kind;
    id.bytes[15] = (uint8_t)(number + 1);
    return id;
}

void world_found(const struct world *world, struct rows_memory *memory)
{
    struct rows rows = rows_memory_port(memory);
    for (unsigned i = 0; i < MERCHANTS; i++) {
        struct key key = key_of(&world->merchants[i].merchant);
        rows_store(&rows, VIEW_MERCHANT, &key, &merchant_shape, &world->merchants[i]);
    }
    for (unsigned i = 0; i < NODES_MAX; i++) {
        if (id_is_zero(&world->nodes[i].warehouse)) continue;
        struct key key = key_of(&world->nodes[i].warehouse);
        rows_mark(&rows, VIEW_WAREHOUSE, &key);
    }
    if (!world->succeeded) return;
    struct succeeds succeeds = {.node = world->nodes[LAX].node,
                                .old_log = world->logs[LOG_LAX].id,
                                .new_log = world->logs[LOG_LAX_NEW].id};
    struct key key = key_of(&succeeds.old_log);
    rows_store(&rows, VIEW_SUCCEEDS, &key, &succeeds_shape, &succeeds);
}

void world_succeed(struct world *world)
{
    world_deliver_all(world);
    world->succeeded = true;
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
}

static void found_merchant(struct world *world, enum merchant_name name, enum log_name book)
{
    world->merchants[name] = (struct merchant){.merchant = named(5, name),
                                               .name = span_text("merchant"),
                                               .book = world->logs[book].id,
                                               .opener = world->nodes[RTM].node,
                                               .currency = 978,
                                               .cap_minor = 100000,
                                               .window_days = 60,
                                               .auto_approve_minor = 20000,
                                               .respond_hours = 48,
                                               .send_days = 30,
                                               .origin = span_text("CN"),
                                               .origin_freight_minor = 1500,
                                               .handling_minor = 300};
}

static void begin(struct world *world, uint64_t seed)
{
    world->random = seed;
    world->now_ms = 1790000000000u;
    world->succeeded = false;
    found_merchant(world, MERCHANT_A, BOOK_A);
    found_merchant(world, MERCHANT_B, BOOK_B);
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
}

struct world *world_open(uint64_t seed)
{
    static const enum node_name writers[LOGS_MAX] = {LAX, RTM, SYD, GATEWAY, RTM, LAX, LAX};
    struct world *world = calloc(1, sizeof *world);
    assert(world != NULL);
    crypto_port_open(&world->crypto, crypto_seed);
    for (unsigned i = 0; i < LOGS_MAX; i++) {
        world->logs[i] = (struct world_log){.id = named(3, i), .writer = writers[i]};
        world->logs[i].type = i == BOOK_A || i == BOOK_B ? LOG_BOOK : LOG_NODE;
        world->logs[i].entries = calloc(ENTRIES_MAX, sizeof(struct entry));
        assert(world->logs[i].entries != NULL);
    }
    for (unsigned i = 0; i < NODES_MAX; i++) {
        struct world_node *node = &world->nodes[i];
        node->node = named(1, i);
        if (i != GATEWAY) node->warehouse = named(2, i);
        node->memory = rows_memory_open();
        node->desk = (struct desk){.rows = rows_memory_port(node->memory),
                                   .crypto = &world->crypto.crypto,
                                   .node = node->node,
                                   .warehouse = node->warehouse};
    }
    begin(world, seed);
    return world;
}

static void forget_entries(struct world_log *log)
{
    for (uint64_t i = 0; i < log->count; i++) free(log->entries[i].bytes);
    log->count = 0;
}

void world_reset(struct world *world, uint64_t seed)
{
    for (unsigned i = 0; i < LOGS_MAX; i++) forget_entries(&world->logs[i]);
    for (unsigned i = 0; i < NODES_MAX; i++) {
        rows_memory_clear(world->nodes[i].memory);
        memset(world->nodes[i].held, 0, sizeof world->nodes[i].held);
    }
    begin(world, seed);
}

void world_close(struct world *world)
{
    for (unsigned i = 0; i < LOGS_MAX; i++) {
        forget_entries(&world->logs[i]);
        free(world->logs[i].entries);
    }
    for (unsigned i = 0; i < NODES_MAX; i++) rows_memory_close(world->nodes[i].memory);
    crypto_port_close(&world->crypto);
    free(world);
}

/* --- logs ------------------------------------------------------------------------------------- */

void world_fold(const struct desk *desk, const struct entry *entry)
{
    const struct event_row *row = event_by_kind(entry->kind);
    union event_body body;
    enum error error = shape_decode(row->shape, span_of(entry->bytes, entry->size), &body, NULL);
    assert(error == OK);
    struct desk folding = *desk;
    folding.node = folding.warehouse = (struct id){{0}};
    /* Every second entry comes as over the mesh, with what a thread beside the writer made of it.
     */
    static unsigned folded;
    static uint8_t room[4096];
    struct span ahead = {0};
    if (++folded % 2 == 0)
        ahead = business_ahead(desk->crypto, entry->kind, &body, room, sizeof room);
    if (!business_fold_ahead(&folding, entry->kind, ahead))
        business_fold(&folding, &entry->place, entry->kind, &body);
    enum error after = desk->rows.port->error(desk->rows.world);
    if (after != OK) printf("fold of %s failed: %s\n", row->name, error_text(after));
    assert(after == OK);
}

static void append(struct world *world, enum log_name name, const struct draft *draft)
{
    struct world_log *log = &world->logs[name];
    struct world_node *writer = &world->nodes[log->writer];
    assert(log->count < ENTRIES_MAX && writer->held[name] == log->count);
    struct entry *entry = &log->entries[log->count++];
    entry->kind = draft->kind;
    entry->size = draft->size;
    entry->bytes = malloc(draft->size);
    assert(entry->bytes != NULL);
    memcpy(entry->bytes, world->decision.bytes + draft->offset, draft->size);
    entry->place = (struct place){.log = log->id,
                                  .log_type = log->type,
                                  .idx = log->count,
                                  .hlc = world->now_ms << 16,
                                  .entity = draft->entity};
    if (log->type == LOG_NODE) entry->place.node = writer->node;
    entry->deps_count = draft->deps_count;
    memcpy(entry->deps, draft->deps, sizeof entry->deps);
    writer->held[name] = log->count;
    world_fold(&writer->desk, entry);
}

static void append_decision(struct world *world, enum log_name name)
{
    for (uint32_t i = 0; i < world->decision.applied_count; i++) {
        uint16_t mark = world->decision.applied[i];
        world->applied[mark >> 12][mark & 0xfff]++;
    }
    for (uint32_t i = 0; i < world->decision.drafts_count; i++)
        append(world, name, &world->decision.drafts[i]);
}

static int log_by_id(const struct world *world, const struct id *id)
{
    for (int i = 0; i < LOGS_MAX; i++)
        if (id_equal(&world->logs[i].id, id)) return i;
    return -1;
}

/* A causally closed history: a reader never holds an entry before what it depends on. */
static bool holds_deps(const struct world *world, const struct world_node *node,
                       const struct entry *entry)
{
    for (uint32_t i = 0; i < entry->deps_count; i++) {
        int log = log_by_id(world, &entry->deps[i].log);
        assert(log >= 0);
        if (node->held[log] < entry->deps[i].idx) return false;
    }
    return true;
}

void world_deliver(struct world *world, enum node_name from, enum node_name to, uint64_t entries)
{
    struct world_node *sender = &world->nodes[from], *taker = &world->nodes[to];
    bool moved = true;
    uint64_t left[LOGS_MAX];
    for (unsigned i = 0; i < LOGS_MAX; i++) left[i] = entries;
    while (moved) {
        moved = false;
        for (unsigned i = 0; i < LOGS_MAX; i++) {
            if (taker->held[i] >= sender->held[i] || left[i] == 0) continue;
            const struct entry *entry = &world->logs[i].entries[taker->held[i]];
            if (!holds_deps(world, taker, entry)) continue;
            taker->held[i]++;
            left[i]--;
            world_fold(&taker->desk, entry);
            moved = true;
        }
    }
}

void world_deliver_all(struct world *world)
{
    for (unsigned round = 0; round < NODES_MAX; round++)
        for (unsigned from = 0; from < NODES_MAX; from++)
            for (unsigned to = 0; to < NODES_MAX; to++)
                if (from != to) world_deliver(world, from, to, UINT64_MAX);
}

/* --- deciding --------------------------------------------------------------------------------- */

static unsigned own_log(const struct world *world, unsigned node)
{
    return node == LAX && world->succeeded ? (unsigned)LOG_LAX_NEW : node;
}

/* The log in which an authority decides; LOGS_MAX: none. */
static unsigned log_of(const struct world *world, const struct id *authority)
{
    for (unsigned i = 0; i < NODES_MAX; i++)
        if (id_equal(&world->nodes[i].warehouse, authority)) return own_log(world, i);
    int log = log_by_id(world, authority);
    return log < 0 ? LOGS_MAX : (unsigned)log;
}

static enum error decide_at(struct world *world, unsigned log, const struct command *command)
{
    struct world_node *node = &world->nodes[world->logs[log].writer];
    uint64_t before = rows_memory_writes(node->memory);
    uint64_t sum = world->wary ? rows_memory_sum(node->memory) : 0;
    decision_begin(&world->decision);
    business_decide(&node->desk, command, fresh_moment(world), &world->decision);
    /* Deciding completes before the first put, and what is refused leaves nothing to append. */
    assert(rows_memory_writes(node->memory) == before);
    assert(!world->wary || rows_memory_sum(node->memory) == sum);
    assert(world->decision.error == OK || world->decision.drafts_count == 0);
    world->asked++;
    if (world->decision.error != OK) return world->decision.error;
    world->accepted++;
    append_decision(world, (enum log_name)log);
    return OK;
}

enum error world_decide(struct world *world, enum command_kind kind, const union command_body *body,
                        enum actor_kind by, const struct id *scope, uint64_t if_match)
{
    struct command command = {.kind = kind,
                              .by = {.kind = by, .token = world->token},
                              .body = body,
                              .if_match = if_match};
    if (scope != NULL) command.merchant = *scope;
    struct id authority;
    /* Whoever knows the record best routes it: the leaders hold their own books. */
    static const enum node_name askers[] = {RTM, LAX, SYD};
    enum error error = OK;
    for (unsigned i = 0; i < sizeof askers / sizeof askers[0]; i++) {
        const struct desk *desk = &world->nodes[askers[i]].desk;
        error = business_authority(desk, &command, &authority);
        unsigned log = error == OK ? log_of(world, &authority) : LOGS_MAX;
        if (log == LOGS_MAX) continue;
        return decide_at(world, log, &command);
    }
    world->asked++;
    decision_begin(&world->decision);
    decision_refuse(&world->decision, error == OK ? ERROR_UNKNOWN_LOG : error, "authority");
    return world->decision.error;
}

enum error world_observe(struct world *world, enum node_name at, enum command_kind kind,
                         const union command_body *body)
{
    struct command command = {.kind = kind, .by = {.kind = BY_OPERATOR}, .body = body};
    return decide_at(world, own_log(world, at), &command);
}

void world_inject(struct world *world, enum log_name log, enum event_kind kind,
                  const struct id *entity, const void *payload)
{
    decision_begin(&world->decision);
    decision_add(&world->decision, kind, entity, payload);
    assert(world->decision.error == OK);
    append_decision(world, log);
}

void world_lie(struct world *world, enum log_name log, enum event_kind kind,
               const struct id *entity, struct span bytes)
{
    decision_begin(&world->decision);
    struct draft *draft = &world->decision.drafts[0];
    *draft = (struct draft){.kind = kind, .entity = *entity, .size = (uint32_t)bytes.size};
    memcpy(world->decision.bytes, bytes.at, bytes.size);
    append(world, log, draft);
}

void world_parrot(struct world *world, enum log_name from, enum log_name to)
{
    uint64_t count = world->logs[from].count;
    for (uint64_t i = 0; i < count; i++) {
        const struct entry *entry = &world->logs[from].entries[i];
        world_lie(world, to, entry->kind, &entry->place.entity, span_of(entry->bytes, entry->size));
    }
}

/* --- working ---------------------------------------------------------------------------------- */

static bool is_mine(const struct world *world, enum node_name at, const struct id *authority,
                    unsigned *log)
{
    *log = log_of(world, authority);
    return *log < LOGS_MAX && world->logs[*log].writer == at;
}

static unsigned work_once(struct world *world, enum node_name at)
{
    struct world_node *node = &world->nodes[at];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned done = 0;
    while (walk_next(&node->desk.rows, VIEW_TODO, &walk, &row)) {
        struct todo todo;
        unsigned log;
        bool readable = todo_read(key_span(&walk.at), &todo);
        assert(readable);
        if (todo.kind == TODO_EFFECT || !is_mine(world, at, &todo.authority, &log)) continue;
        decision_begin(&world->decision);
        business_react(&node->desk, &todo.authority, todo.kind, &todo.thing, &todo.second,
                       fresh_moment(world), &world->decision);
        if (world->decision.error != OK) printf("reaction refused: %s\n", world->decision.rule);
        assert(world->decision.error == OK);
        done += world->decision.drafts_count;
        append_decision(world, (enum log_name)log);
    }
    return done;
}

static unsigned fire_dues(struct world *world, enum node_name at)
{
    struct world_node *node = &world->nodes[at];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned done = 0;
    while (walk_next(&node->desk.rows, VIEW_DUE, &walk, &row)) {
        struct due due;
        unsigned log;
        bool readable = due_read(key_span(&walk.at), &due);
        assert(readable);
        if (due.due_ms > world->now_ms) break;
        if (!is_mine(world, at, &due.authority, &log)) continue;
        decision_begin(&world->decision);
        business_due(&node->desk, &due.authority, due.due_ms, due.verb, &due.thing,
                     fresh_moment(world), &world->decision);
        /* A charge waits for the answer to a box that is here, a return for what may be leaving. */
        assert(world->decision.error == OK &&
               (world->decision.drafts_count > 0 || due.verb == DO_RECHARGE ||
                exchange_is_leaving(&node->desk.rows, &due.thing)));
        done += world->decision.drafts_count;
        append_decision(world, (enum log_name)log);
    }
    return done;
}

unsigned world_work(struct world *world, enum node_name at)
{
    unsigned total = 0, done;
    do {
        done = work_once(world, at) + fire_dues(world, at);
        total += done;
    } while (done > 0);
    return total;
}

void world_settle(struct world *world)
{
    unsigned done;
    do {
        done = 0;
        world_deliver_all(world);
        for (unsigned i = 0; i < NODES_MAX; i++) done += world_work(world, (enum node_name)i);
    } while (done > 0);
}

bool world_next_effect(struct world *world, enum log_name book, struct id *slot)
{
    struct key prefix = key_add_uint(todo_prefix(&world->logs[book].id), TODO_EFFECT, 1);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct todo todo;
    const struct desk *desk = &world->nodes[world->logs[book].writer].desk;
    if (!walk_next(&desk->rows, VIEW_TODO, &walk, &row) || !todo_read(key_span(&walk.at), &todo))
        return false;
    *slot = todo.thing;
    return true;
}

enum error world_result(struct world *world, const struct id *slot, enum verb verb)
{
    for (unsigned book = BOOK_A; book <= BOOK_B; book++) {
        const struct desk *desk = &world->nodes[world->logs[book].writer].desk;
        struct refund_row row;
        if (!refund_load(&desk->rows, slot, &row)) continue;
        if (!id_equal(&row.book, &world->logs[book].id)) continue;
        decision_begin(&world->decision);
        business_refund_result(desk, slot, verb, "re_1", "", fresh_moment(world), &world->decision);
        if (world->decision.error == OK) append_decision(world, (enum log_name)book);
        return world->decision.error;
    }
    return ERROR_NOT_FOUND;
}

enum error world_label_said(struct world *world, enum log_name book, const struct id *label,
                            uint32_t facts, const struct label_result *result)
{
    const struct desk *desk = &world->nodes[world->logs[book].writer].desk;
    decision_begin(&world->decision);
    label_said(desk, label, facts, result, NULL, fresh_moment(world), &world->decision);
    if (world->decision.error == OK) append_decision(world, book);
    return world->decision.error;
}

/* What waits for another log comes later. */
/* Whole logs one after the other, in an order of its own; what waits for another log comes later.
 */
void world_fold_shuffled(struct world *world, struct rows_memory *memory)
{
    uint64_t taken[LOGS_MAX] = {0};
    struct desk desk = {.rows = rows_memory_port(memory), .crypto = &world->crypto.crypto};
    uint64_t left = 0;
    world_found(world, memory);
    for (unsigned i = 0; i < LOGS_MAX; i++) left += world->logs[i].count;
    while (left > 0) {
        unsigned log = (unsigned)world_random(world, LOGS_MAX);
        if (taken[log] == world->logs[log].count) continue;
        const struct entry *entry = &world->logs[log].entries[taken[log]];
        bool held = true;
        for (uint32_t i = 0; i < entry->deps_count; i++)
            for (unsigned k = 0; k < LOGS_MAX; k++)
                if (id_equal(&world->logs[k].id, &entry->deps[i].log))
                    held = held && taken[k] >= entry->deps[i].idx;
        if (!held) continue;
        world_fold(&desk, entry);
        taken[log]++;
        left--;
    }
}

const struct desk *world_desk(struct world *world, enum node_name at)
{
    return &world->nodes[at].desk;
}

/* --- bodies ----------------------------------------------------------------------------------- */

struct id world_order(struct world *world, enum merchant_name merchant, const char *reference,
                      const char *sku, uint64_t quantity, int64_t price, int64_t captured)
{
    char paid[64];
    snprintf(paid, sizeof paid, "pi_%s", reference);
    union command_body body = {.order_import = {.merchant = world->merchants[merchant].merchant,
                                                .reference = span_text(reference),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - 86400000,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text(sku), .quantity = quantity, .price_minor = price};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = span_text(paid), .captured_minor = captured};
    enum error error = world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0);
    if (error != OK) printf("order refused: %s\n", world->decision.rule);
    assert(error == OK);
    return world->decision.entity;
}

struct id world_request(struct world *world, enum merchant_name merchant, const struct id *order,
                        uint64_t quantity, const char *number)
{
    union command_body body = {.return_request = {.merchant = world->merchants[merchant].merchant,
                                                  .order = *order,
                                                  .number = span_text(number),
                                                  .lines_count = 1}};
    body.return_request.lines[0] =
        (struct return_line){.line = 0, .quantity = quantity, .reason = REASON_UNWANTED};
    world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0);
    return world->decision.error == OK ? world->decision.entity : (struct id){{0}};
}

struct id world_box(struct world *world, enum node_name at, const char *number,
                    const struct id *return_id, const char *const *skus, unsigned count)
{
    union command_body body = {.box_receive = {.warehouse = world->nodes[at].warehouse,
                                               .number = span_text(number),
                                               .items_count = count}};
    if (return_id != NULL) body.box_receive.return_id = *return_id;
    for (unsigned i = 0; i < count; i++) body.box_receive.items[i].sku = span_text(skus[i]);
    enum error error = world_observe(world, at, COMMAND_BOX_RECEIVE, &body);
    if (error != OK) printf("box refused: %s\n", world->decision.rule);
    assert(error == OK);
    return world->decision.entity;
}

void world_track(struct world *world, enum node_name at, const char *number,
                 enum track_status status, uint64_t occurred_ms, const char *dedup)
{
    struct span name = span_text(dedup);
    union command_body body = {.tracking = {.carrier = span_text("easypost"),
                                            .number = span_text(number),
                                            .direction = DIRECTION_RETURN,
                                            .points_count = 1}};
    body.tracking.dedup = crypto_id(&world->crypto.crypto, "test/message", &name, 1);
    body.tracking.points[0] =
        (struct checkpoint){.dedup = crypto_id(&world->crypto.crypto, "test/scan", &name, 1),
                            .status = status,
                            .reason = status == TRACK_UNKNOWN ? TRACK_REASON_UNMAPPED : 0,
                            .occurred_ms = occurred_ms,
                            .quality = TIME_OFFSET};
    enum error error = world_observe(world, at, COMMAND_TRACKING, &body);
    assert(error == OK);
}

struct return_row world_return(struct world *world, enum node_name at, const struct id *return_id)
{
    struct return_row row = {.state = RETURN_NONE};
    return_load(&world->nodes[at].desk.rows, return_id, &row);
    return row;
}

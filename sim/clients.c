#include "sim/clients.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "overseas-warehouse/view_rows.h"
#include "sim/faults.h"
#include "sim/oracle.h"

#define RETRY_US (40 * SECOND_US)
#define PICK_MAX 64

static struct chance *draw(struct world *world)
{
    return &world->chance[PURPOSE_CLIENTS];
}
static uint64_t below(struct world *world, uint64_t bound)
{
    return chance_below(draw(world), bound);
}

static void word(char *to, const char *prefix, uint64_t number)
{
    snprintf(to, CLIENT_TEXT_BYTES, "%s%llu", prefix, (unsigned long long)number);
}

/* --- wishing --- */

static void try_event(struct world *world, const struct agenda_event *event);

static void submit(struct world *world, struct wish *wish)
{
    struct clients *clients = world->watcher;
    union command_body *body = calloc(1, sizeof *body);
    assert(body != NULL);
    const struct command_row *row = command_by_kind(wish->kind);
    enum error error = shape_decode(row->shape, span_of(wish->body, wish->body_bytes), body, NULL);
    assert(error == OK);
    struct input input = {.kind = INPUT_COMMAND, .ticket = ++world->next_ticket};
    input.command = (struct command){.kind = wish->kind,
                                     .request = wish->request,
                                     .body_hash = wish->body_hash,
                                     .by = wish->by,
                                     .merchant = wish->merchant,
                                     .body = body};
    wish->last_ticket = input.ticket;
    wish->tries++;
    clients->retried += wish->tries > 1 ? 1 : 0;
    host_submit(&world->host[wish->host], &input, body);
    world_after(world, RETRY_US + chance_wait_us(draw(world), RETRY_US), try_event,
                (uint64_t)(wish - clients->wish), 0, 0, NULL);
}

/* The same key, and a body that is not the one of before. */
static void submit_other(struct world *world, struct wish *wish)
{
    union command_body *body = calloc(1, sizeof *body);
    assert(body != NULL);
    const struct command_row *row = command_by_kind(wish->kind);
    enum error error = shape_decode(row->shape, span_of(wish->body, wish->body_bytes), body, NULL);
    assert(error == OK);
    struct input input = {.kind = INPUT_COMMAND, .ticket = ++world->next_ticket};
    input.command = (struct command){.kind = wish->kind,
                                     .request = wish->request,
                                     .body_hash = wish->body_hash,
                                     .by = wish->by,
                                     .merchant = wish->merchant,
                                     .body = body};
    input.command.body_hash.bytes[0] ^= 1;
    wish->other_ticket = input.ticket;
    host_submit(&world->host[wish->said_by], &input, body);
}

/* Not answered: the client tries again, with the same key, maybe at another node. Goods are only
 * wished for where they lie. */
static void try_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    struct wish *wish = &clients->wish[event->a];
    if (wish->answered || wish->asked) return;
    if (below(world, 2) == 0) wish->host = (unsigned)below(world, world->hosts);
    submit(world, wish);
}

static uint32_t wish_for(struct world *world, unsigned host, enum command_kind kind,
                         enum actor_kind by, const union command_body *body)
{
    struct clients *clients = world->watcher;
    uint8_t buffer[COMMAND_BYTES_MAX];
    struct span bytes;
    assert(clients->wishes < WISHES_MAX);
    enum error error =
        shape_encode(command_by_kind(kind)->shape, body, buffer, sizeof buffer, &bytes);
    assert(error == OK);
    struct wish *wish = &clients->wish[clients->wishes++];
    *wish = (struct wish){.kind = kind,
                          .by = {.kind = by},
                          .host = host,
                          .body = malloc(bytes.size),
                          .body_bytes = (uint32_t)bytes.size};
    assert(wish->body != NULL);
    wish->by.node = world->host[host].self.node;
    memcpy(wish->body, bytes.at, bytes.size);
    crypto_hash(crypto_of_nobody(), "entrepot/body/1", &bytes, 1, &wish->body_hash);
    chance_fill(draw(world), wish->request.bytes, ID_BYTES);
    if (kind == COMMAND_TRACKING) memset(wish->request.bytes, 0, ID_BYTES);
    submit(world, wish);
    return clients->wishes - 1;
}

static struct wish *wish_of(struct clients *clients, uint64_t ticket)
{
    uint32_t newest = clients->wishes;
    for (uint32_t i = newest; i > 0; i--)
        if (clients->wish[i - 1].last_ticket == ticket) return &clients->wish[i - 1];
    return NULL;
}

static bool is_final(const struct answer_out *answer)
{
    return answer->state != ANSWER_REFUSED || error_remedy(answer->error) == REMEDY_REFUSE;
}

/* A client that is not sure asks once more, and one that errs sends another body under the key. */
static void insist(struct world *world, struct wish *wish)
{
    struct clients *clients = world->watcher;
    if (id_is_zero(&wish->request) || wish->tries > 3) return;
    if (clients->retry_more && below(world, 6) == 0) {
        fault_count(world, FAULT_RETRY_SAME);
        if (below(world, 2) == 0) wish->host = (unsigned)below(world, world->hosts);
        submit(world, wish);
    }
    if (clients->retry_other && below(world, 10) == 0) {
        fault_count(world, FAULT_RETRY_OTHER);
        submit_other(world, wish);
    }
}

/* An answer to a key that was sent with another body: refused, and nothing else. */
static bool is_about_other(struct world *world, const struct answer_out *answer)
{
    struct clients *clients = world->watcher;
    for (uint32_t i = clients->wishes; i > 0; i--) {
        struct wish *wish = &clients->wish[i - 1];
        if (wish->other_ticket != answer->ticket) continue;
        if (answer->error == ERROR_KEY_REUSED)
            world_mark(world, "a key with another body was refused");
        bool excused = world->host[wish->said_by].doubtful || world->host[wish->said_by].lost;
        if (answer->error == OK && !excused)
            oracle_fail(world, "F24: a key was taken with another body (kind %u)", wish->kind);
        return true;
    }
    return false;
}

static bool is_cut_off(const struct host *host)
{
    const struct world *world = host->world;
    for (unsigned i = 0; i < world->hosts; i++)
        if (i != host->number && !world->network.cut[host->number][i]) return false;
    return true;
}

/* What was decided once reads the same ever after, wherever it is asked for again. */
static void check_again(struct world *world, struct host *host, const struct wish *wish,
                        const struct answer_out *answer)
{
    bool goods = wish->kind >= COMMAND_BOX_RECEIVE && wish->kind <= COMMAND_UNIT_TAKE;
    if (goods && answer->state == ANSWER_DONE && !answer->replay && is_cut_off(host))
        world_mark(world, "goods were decided while cut off");
    if (wish->kind == COMMAND_REFUND_RESOLVE && answer->state == ANSWER_DONE)
        world_mark(world, "a person resolved an unknown refund");
    if (!wish->answered || answer->state == ANSWER_ASKED || answer->state == ANSWER_REFUSED) return;
    const struct host *said = &world->host[wish->said_by];
    if (wish->state == ANSWER_REFUSED || said->doubtful || said->lost || host->doubtful) return;
    if (id_equal(&answer->entity, &wish->entity)) {
        if (host->number != wish->said_by)
            world_mark(world, "a retry at another node was answered alike");
        return;
    }
    oracle_fail(world, "I7: a request of kind %u was decided twice", wish->kind);
}

void clients_take_answer(struct world *world, struct host *host, const struct answer_out *answer)
{
    struct clients *clients = world->watcher;
    if (is_about_other(world, answer)) return;
    struct wish *wish = wish_of(clients, answer->ticket);
    if (wish == NULL || !is_final(answer)) return;
    check_again(world, host, wish, answer);
    if (answer->error == ERROR_NOT_FOUND && wish->tries < 6) return; /* not replicated yet: again */
    if (answer->state == ANSWER_ASKED) {
        wish->asked = true;
        return;
    }
    if (wish->answered) return;
    wish->answered = true;
    wish->state = answer->state;
    wish->error = answer->error;
    wish->entity = answer->entity;
    wish->said_by = host->number;
    wish->said_run = host->runs;
    const struct log *own = logs_find(&host->core->logs, &host->self.log);
    wish->said_log_last = own != NULL ? own->row.last : 0;
    clients->wishes_answered++;
    clients->refused += answer->error != OK ? 1 : 0;
    insist(world, wish);
}

/* --- what they wish --- */

static unsigned any_host(struct world *world)
{
    return (unsigned)below(world, world->hosts);
}

static enum actor_kind on_the_floor(struct world *world)
{
    return below(world, 3) == 0 ? BY_ADMIN : BY_OPERATOR;
}

static enum actor_kind any_actor(struct world *world, bool operator_too)
{
    static const enum actor_kind kinds[] = {BY_MERCHANT, BY_ADMIN, BY_OPERATOR};
    return kinds[below(world, operator_too ? 3 : 2)];
}

static unsigned any_warehouse(struct world *world)
{
    unsigned host;
    do host = any_host(world);
    while (id_is_zero(&world->host[host].card.warehouse));
    return host;
}

static void import_order(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->orders == ORDERS_MAX) return;
    struct client_order *order = &clients->order[clients->orders];
    union command_body body = {0};
    order->merchant = (unsigned)below(world, clients->merchants);
    word(order->reference, "SZ-", clients->orders);
    word(order->payment, "pi_", clients->orders);
    order->lines = 1 + (uint32_t)below(world, 3);
    order->captured_minor = 0;
    body.order_import =
        (struct order_import){.merchant = clients->merchant[order->merchant].id,
                              .reference = span_text(order->reference),
                              .currency = 978,
                              .sold_ms = WORLD_EPOCH_MS - below(world, 20) * 86400000,
                              .lines_count = order->lines,
                              .payments_count = 1};
    for (uint32_t i = 0; i < order->lines; i++) {
        word(order->sku[i], "SKU-", below(world, 20));
        order->quantity[i] = 1 + (uint32_t)below(world, 3);
        int64_t price = 500 + (int64_t)below(world, 9000);
        body.order_import.lines[i] = (struct order_line){
            .sku = span_text(order->sku[i]), .quantity = order->quantity[i], .price_minor = price};
        order->captured_minor += price * (int64_t)order->quantity[i];
    }
    /* Sometimes less was captured than the lines are worth (a coupon): refunds may fall short. */
    if (below(world, 5) == 0) order->captured_minor -= order->captured_minor / 4;
    body.order_import.payments[0] = (struct payment){.provider = span_text("stripe"),
                                                     .reference = span_text(order->payment),
                                                     .captured_minor = order->captured_minor};
    order->wish = wish_for(world, any_host(world), COMMAND_ORDER_IMPORT, BY_MERCHANT, &body);
    clients->orders++;
}

static void request_return(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->returns == RETURNS_MAX || clients->orders == 0) return;
    struct client_return *ret = &clients->ret[clients->returns];
    union command_body body = {0};
    ret->order = (uint32_t)below(world, clients->orders);
    const struct client_order *order = &clients->order[ret->order];
    ret->quantity = 1 + (uint32_t)below(world, 2);
    word(ret->number, "1ZRET", clients->returns);
    body.return_request = (struct return_request){.merchant = clients->merchant[order->merchant].id,
                                                  .order_reference = span_text(order->reference),
                                                  .number = span_text(ret->number),
                                                  .lines_count = 1};
    body.return_request.lines[0] = (struct return_line){.line = below(world, order->lines),
                                                        .quantity = ret->quantity,
                                                        .reason = 1 + below(world, 14)};
    ret->wish =
        wish_for(world, any_host(world), COMMAND_RETURN_REQUEST, any_actor(world, true), &body);
    clients->returns++;
}

static const struct client_return *any_return(struct world *world, struct id *entity)
{
    struct clients *clients = world->watcher;
    if (clients->returns == 0) return NULL;
    const struct client_return *ret = &clients->ret[below(world, clients->returns)];
    const struct wish *wish = &clients->wish[ret->wish];
    *entity = wish->entity;
    if (!wish->answered || wish->error != OK) return NULL;
    return ret;
}

static void decide_return(struct world *world)
{
    union command_body body = {0};
    static const enum command_kind kinds[] = {COMMAND_RETURN_APPROVE, COMMAND_RETURN_APPROVE,
                                              COMMAND_RETURN_DECLINE, COMMAND_RETURN_CANCEL};
    if (any_return(world, &body.return_decide.return_id) == NULL) return;
    enum command_kind kind = kinds[below(world, 4)];
    enum actor_kind by = any_actor(world, kind == COMMAND_RETURN_CANCEL);
    wish_for(world, any_host(world), kind, by, &body);
}

static void receive_box(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->returns == 0) return;
    unsigned host = any_warehouse(world);
    const struct client_return *ret = &clients->ret[below(world, clients->returns)];
    const struct client_order *order = &clients->order[ret->order];
    union command_body body = {0};
    char stray[CLIENT_TEXT_BYTES];
    word(stray, "STRAY", below(world, 1000));
    bool unannounced = below(world, 8) == 0;
    body.box_receive =
        (struct box_receive){.warehouse = world->host[host].card.warehouse,
                             .number = unannounced ? span_text(stray) : span_text(ret->number),
                             .weight_g = 100 + below(world, 3000),
                             .items_count = 1 + (uint32_t)below(world, 3)};
    const struct wish *wish = &clients->wish[ret->wish];
    if (below(world, 4) == 0 && wish->answered && wish->error == OK)
        body.box_receive.return_id = wish->entity; /* the slip was readable */
    for (uint32_t i = 0; i < body.box_receive.items_count; i++)
        body.box_receive.items[i].sku = span_text(order->sku[below(world, order->lines)]);
    wish_for(world, host, COMMAND_BOX_RECEIVE, on_the_floor(world), &body);
}

/* A random unit that this host's views show, at its highest hop. */
static bool any_unit(struct world *world, unsigned host, struct id *unit, struct unit_now *now)
{
    struct host *at = &world->host[host];
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    struct rows *rows = &at->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    uint64_t seen = 0, chosen = UINT64_MAX;
    for (; seen < UNITS_MAX && walk_next(rows, VIEW_UNIT, &walk, &row); seen++)
        if (below(world, seen + 1) == 0) {
            chosen = seen;
            memcpy(unit->bytes, walk.at.bytes, ID_BYTES);
        }
    bool found = chosen != UINT64_MAX && unit_load(rows, unit, now);
    at->disk.inner->port->end_read(at->disk.inner->world);
    return found;
}

static enum command_kind next_act(struct world *world, const struct unit_now *now)
{
    switch ((enum unit_state)now->row.state) {
    case UNIT_RECEIVED: return below(world, 8) == 0 ? COMMAND_UNIT_SHIP : COMMAND_UNIT_INSPECT;
    case UNIT_INSPECTED: return COMMAND_UNIT_GRADE;
    case UNIT_GRADED: return below(world, 10) == 0 ? COMMAND_UNIT_GRADE : COMMAND_UNIT_DISPOSE;
    case UNIT_DISPOSED: return below(world, 6) == 0 ? COMMAND_UNIT_DISPOSE : COMMAND_UNIT_SETTLE;
    case UNIT_SHIPPED: return COMMAND_UNIT_TAKE;
    case UNIT_NONE:
    case UNIT_SETTLED: break;
    }
    return below(world, 2) == 0 ? COMMAND_UNIT_SHIP : COMMAND_UNIT_GRADE;
}

static unsigned host_of_warehouse(struct world *world, const struct id *warehouse,
                                  unsigned otherwise)
{
    for (unsigned i = 0; i < world->hosts; i++)
        if (id_equal(&world->host[i].card.warehouse, warehouse)) return i;
    return otherwise;
}

/* What becomes of a unit that is not worth keeping: owner and floor think alike. */
static uint64_t end_of(const struct id *unit)
{
    return DISPOSE_DONATE + unit->bytes[ID_BYTES - 1] % 3;
}

static uint64_t any_disposition(struct world *world, const struct id *unit)
{
    if (below(world, 3) == 0) return end_of(unit);
    return below(world, 2) == 0 ? DISPOSE_RESTOCK : 1 + below(world, 13);
}

static void act_on_unit(struct world *world)
{
    unsigned host = any_warehouse(world);
    struct unit_now now;
    struct id unit;
    union command_body body = {0};
    if (!any_unit(world, host, &unit, &now)) return;
    enum command_kind kind = next_act(world, &now);
    if (below(world, 12) == 0) kind = COMMAND_UNIT_INSPECT + (enum command_kind)below(world, 6);
    if (kind == COMMAND_UNIT_TAKE) {
        bool shipped = now.row.state == UNIT_SHIPPED;
        host = host_of_warehouse(world, shipped ? &now.row.to : &now.row.warehouse, host);
        body.unit_take = (struct unit_take){unit, world->host[host].card.warehouse};
    } else {
        host = host_of_warehouse(world, &now.row.warehouse, host);
        body.unit_act.unit = unit;
        if (kind == COMMAND_UNIT_GRADE) {
            body.unit_act.grade = 1 + below(world, 6);
            body.unit_act.liability = 1 + below(world, 5);
        }
        if (kind == COMMAND_UNIT_DISPOSE) body.unit_act.disposition = any_disposition(world, &unit);
        if (kind == COMMAND_UNIT_SHIP)
            body.unit_act.to = world->host[any_warehouse(world)].card.warehouse;
    }
    wish_for(world, host, kind, on_the_floor(world), &body);
}

static void release_unit(struct world *world)
{
    struct clients *clients = world->watcher;
    struct unit_now now;
    union command_body body = {0};
    if (!any_unit(world, any_host(world), &body.unit_release.unit, &now)) return;
    body.unit_release.merchant = clients->merchant[below(world, clients->merchants)].id;
    body.unit_release.disposition = end_of(&body.unit_release.unit);
    wish_for(world, any_host(world), COMMAND_UNIT_RELEASE, BY_MERCHANT, &body);
}

/* Carriers post late, twice and out of order, to any node. */
static void post_tracking(struct world *world)
{
    struct clients *clients = world->watcher;
    static const enum track_status statuses[] = {TRACK_PRE_TRANSIT,      TRACK_IN_TRANSIT,
                                                 TRACK_OUT_FOR_DELIVERY, TRACK_DELIVERED,
                                                 TRACK_EXCEPTION,        TRACK_RETURNING};
    if (clients->returns == 0) return;
    uint32_t which = (uint32_t)below(world, clients->returns);
    uint64_t step = below(world, 6);
    union command_body body = {0};
    struct tracking *tracking = &body.tracking;
    *tracking = (struct tracking){.carrier = span_text("easypost"),
                                  .number = span_text(clients->ret[which].number),
                                  .direction = DIRECTION_RETURN,
                                  .summary = statuses[step],
                                  .points_count = 1};
    be_put(tracking->dedup.bytes, which, 8);
    be_put(tracking->dedup.bytes + 8, step + 1, 8);
    struct checkpoint *point = &tracking->points[0];
    point->dedup = tracking->dedup;
    point->dedup.bytes[15] ^= 0x80;
    point->status = statuses[step];
    point->quality = TIME_OFFSET;
    point->occurred_ms = WORLD_EPOCH_MS + which * 60000 + step * 3600000;
    wish_for(world, any_host(world), COMMAND_TRACKING, BY_CARRIER, &body);
}

static void give_person(struct world *world)
{
    struct clients *clients = world->watcher;
    union command_body body = {0};
    char name[64];
    const struct client_return *ret = any_return(world, &body.person.subject);
    if (ret == NULL) return;
    snprintf(name, sizeof name, "PERSONAL-%u-PERSONAL", (unsigned)(ret - clients->ret));
    body.person.name = span_text(name);
    body.person.address = span_text("1 Harbour Street");
    wish_for(world, any_host(world), COMMAND_PERSON, BY_OPERATOR, &body);
    clients->ret[ret - clients->ret].person = true;
}

static void erase_person(struct world *world)
{
    struct clients *clients = world->watcher;
    union command_body body = {0};
    const struct client_return *ret = any_return(world, &body.erase.subject);
    if (ret == NULL || !ret->person) return;
    wish_for(world, any_host(world), COMMAND_ERASE, BY_MERCHANT, &body);
    clients->ret[ret - clients->ret].erased = true;
}

static void resolve_refund(struct world *world)
{
    unsigned host = any_host(world);
    struct host *at = &world->host[host];
    union command_body body = {0};
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    bool found = false;
    while (!found && walk_next(&at->disk.inner->views, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        found = refund.state == REFUND_UNKNOWN || refund.state == REFUND_MANUAL ||
                (refund.state == REFUND_FAILED && below(world, 4) == 0);
        memcpy(body.refund_resolve.slot.bytes, walk.at.bytes, ID_BYTES);
    }
    at->disk.inner->port->end_read(at->disk.inner->world);
    if (!found) return;
    /* The person looks into the provider's own ledger first, as the manual says. */
    for (uint32_t i = 0; i < world->provider.count; i++)
        if (id_equal(&world->provider.entry[i].slot, &body.refund_resolve.slot))
            body.refund_resolve.paid = world->provider.entry[i].times_paid > 0 ? 1 : 0;
    /* What was left to a person from the first may have been paid by hand. */
    if (refund.state == REFUND_MANUAL) body.refund_resolve.paid = below(world, 2);
    body.refund_resolve.reason = span_text("looked it up");
    wish_for(world, host, COMMAND_REFUND_RESOLVE, BY_ADMIN, &body);
}

static void hand_over_book(struct world *world)
{
    struct clients *clients = world->watcher;
    const struct client_merchant *merchant = &clients->merchant[below(world, clients->merchants)];
    struct input input = {.kind = INPUT_HANDOVER, .ticket = ++world->next_ticket};
    input.book.book = merchant->book;
    input.book.leader = world->host[any_host(world)].self.node;
    input.book.by.kind = BY_ADMIN;
    for (unsigned i = 0; i < world->hosts; i++) {
        struct log *log =
            world->host[i].up ? logs_find(&world->host[i].core->logs, &merchant->book) : NULL;
        if (log == NULL || !log->own) continue;
        if (!id_equal(&input.book.leader, &world->host[i].self.node))
            host_submit(&world->host[i], &input, NULL);
        return;
    }
}

static void wish_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    static const struct {
        uint32_t weight;
        void (*act)(struct world *world);
    } acts[] = {{14, import_order}, {14, request_return}, {6, decide_return},  {12, receive_box},
                {26, act_on_unit},  {8, release_unit},    {18, post_tracking}, {3, give_person},
                {2, erase_person},  {3, resolve_refund},  {1, hand_over_book}};
    uint32_t total = 0;
    (void)event;
    if (world->now_us > clients->until_us || clients->wishes + 8 > WISHES_MAX) return;
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) total += acts[i].weight;
    uint64_t at = below(world, total);
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (at < acts[i].weight) {
            acts[i].act(world);
            break;
        }
        at -= acts[i].weight;
    }
    world_after(world, chance_wait_us(draw(world), clients->mean_us), wish_event, 0, 0, 0, NULL);
}

/* --- merchants --- */

static void open_book_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    struct client_merchant *merchant = &clients->merchant[event->a];
    struct host *host = &world->host[merchant->opener];
    struct log *log = host->up ? logs_find(&host->core->logs, &merchant->book) : NULL;
    if (log != NULL) {
        merchant->open = true;
        return;
    }
    struct input input = {.kind = INPUT_OPEN_BOOK, .ticket = ++world->next_ticket};
    input.book.merchant = merchant->id;
    host_submit(host, &input, NULL);
    world_after(world, 5 * SECOND_US, open_book_event, event->a, 0, 0, NULL);
}

static void make_merchant(struct world *world, unsigned number)
{
    struct clients *clients = world->watcher;
    struct client_merchant *merchant = &clients->merchant[number];
    union command_body body = {0};
    chance_fill(draw(world), merchant->id.bytes, ID_BYTES);
    chance_fill(draw(world), merchant->book.bytes, ID_BYTES);
    merchant->opener = (number + 1) % world->hosts;
    /* One of three is so tight that some refunds are left to a person. */
    merchant->cap_minor = below(world, 3) == 0 ? 2000 + (int64_t)below(world, 6000)
                                               : 20000 + (int64_t)below(world, 100000);
    body.merchant = (struct merchant){.merchant = merchant->id,
                                      .name = span_text("Shenzhen"),
                                      .book = merchant->book,
                                      .opener = world->host[merchant->opener].self.node,
                                      .currency = 978,
                                      .cap_minor = merchant->cap_minor,
                                      .window_days = 25,
                                      .auto_approve_minor = 6000,
                                      .respond_hours = 24,
                                      .send_days = 3,
                                      .origin = span_text("CN"),
                                      .origin_freight_minor = 1800,
                                      .handling_minor = 300};
    world_account(world, &merchant->id);
    wish_for(world, 0, COMMAND_MERCHANT, BY_ADMIN, &body);
    world_after(world, 10 * SECOND_US, open_book_event, number, 0, 0, NULL);
}

void clients_open(struct world *world, struct clients *clients, unsigned merchants,
                  uint64_t until_us, uint64_t mean_us)
{
    world->watcher = clients;
    world->on_answer = clients_take_answer;
    clients->merchants = merchants;
    clients->until_us = until_us;
    clients->mean_us = mean_us;
    for (unsigned i = 0; i < merchants; i++) make_merchant(world, i);
    world_after(world, MINUTE_US, wish_event, 0, 0, 0, NULL);
}

void clients_close(struct clients *clients)
{
    for (uint32_t i = 0; i < clients->wishes; i++) free(clients->wish[i].body);
}

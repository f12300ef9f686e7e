/* The floor: boxes are received, sometimes before anybody has asked for a return, sometimes under a
 * wrong slip, sometimes twice; and units are worked on, each for a while, since whoever takes one
 * up goes on with it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/wishes.h"

#define NEXT_STEP_US (25 * MINUTE_US) /* from one step with a unit to the next, on average */

enum actor_kind on_the_floor(struct world *world)
{
    return draw_below(world, 3) == 0 ? BY_ADMIN : BY_OPERATOR;
}

unsigned any_warehouse(struct world *world)
{
    unsigned host;
    do host = any_host(world);
    while (id_is_zero(&world->host[host].card.warehouse));
    return host;
}

unsigned host_of_warehouse(struct world *world, const struct id *warehouse, unsigned otherwise)
{
    for (unsigned i = 0; i < world->hosts; i++)
        if (id_equal(&world->host[i].card.warehouse, warehouse)) return i;
    return otherwise;
}

/* --- boxes --- */

static void fill_items(struct world *world, const struct client_order *order,
                       struct box_receive *box)
{
    box->items_count = 1 + (uint32_t)draw_below(world, 3);
    for (uint32_t i = 0; i < box->items_count; i++)
        box->items[i].sku = span_text(order->sku[draw_below(world, order->lines)]);
}

static void submit_box(struct world *world, unsigned host, struct box_receive *box)
{
    union command_body body = {0};
    box->warehouse = world->host[host].card.warehouse;
    box->weight_g = 100 + draw_below(world, 3000);
    body.box_receive = *box;
    clients_wish(world, host, COMMAND_BOX_RECEIVE, on_the_floor(world), &body);
}

/* The box of a return that was asked for; now and then the slip in it names the return. */
static void receive_known(struct world *world, unsigned host)
{
    const struct clients *clients = world->watcher;
    if (clients->returns == 0) return;
    const struct client_return *ret = &clients->ret[draw_below(world, clients->returns)];
    const struct wish *wish = &clients->wish[ret->wish];
    struct box_receive box = {.number = span_text(ret->number)};
    if (draw_below(world, 4) == 0 && wish->answered && wish->error == OK)
        box.return_id = wish->entity;
    fill_items(world, &clients->order[ret->order], &box);
    submit_box(world, host, &box);
}

/* The box of a return in a state drawn evenly; half of the time with another return's slip. */
static void receive_aimed(struct world *world, unsigned host)
{
    const struct clients *clients = world->watcher;
    struct seen_return seen, other;
    if (clients->orders == 0 || !look_return(world, host, any_return_state(world), &seen)) return;
    struct box_receive box = {.number = span_text(seen.number)};
    if (draw_below(world, 2) == 0 && look_return(world, host, ~0u, &other))
        box.return_id = other.id;
    fill_items(world, &clients->order[draw_below(world, clients->orders)], &box);
    submit_box(world, host, &box);
}

/* A box that comes before anybody asked: the return will name its number, hours later or never. */
static void receive_early(struct world *world, unsigned host)
{
    struct clients *clients = world->watcher;
    if (clients->orders == 0 || clients->strays == STRAYS_MAX) return;
    struct client_stray *stray = &clients->stray[clients->strays];
    put_word(stray->number, "EARLY", clients->strays);
    stray->order = (uint32_t)draw_below(world, clients->orders);
    stray->at_us = world->now_us;
    clients->strays++;
    struct box_receive box = {.number = span_text(stray->number)};
    fill_items(world, &clients->order[stray->order], &box);
    submit_box(world, host, &box);
}

/* The slip of a box is read later, and maybe one more thing is found in it. */
static void receive_again(struct world *world, unsigned host)
{
    const struct clients *clients = world->watcher;
    struct seen_return seen;
    struct box_receive box = {.items_count = 0};
    if (clients->orders == 0 || !look_box(world, host, &box.box)) return;
    if (look_return(world, host, ~0u, &seen)) box.return_id = seen.id;
    if (draw_below(world, 2) == 0)
        fill_items(world, &clients->order[draw_below(world, clients->orders)], &box);
    submit_box(world, host, &box);
}

void receive_box(struct world *world)
{
    unsigned host = any_warehouse(world);
    uint64_t at = draw_below(world, 16);
    if (at < 2)
        receive_early(world, host);
    else if (at < 3)
        receive_again(world, host);
    else if (at < 7)
        receive_aimed(world, host);
    else
        receive_known(world, host);
}

/* --- units --- */

static enum command_kind next_act(struct world *world, enum unit_state state)
{
    bool onward = draw_below(world, 9) == 0, again = draw_below(world, 6) == 0;
    if (onward && state >= UNIT_RECEIVED && state <= UNIT_DISPOSED) return COMMAND_UNIT_SHIP;
    switch (state) {
    case UNIT_RECEIVED: return COMMAND_UNIT_INSPECT;
    case UNIT_INSPECTED: return COMMAND_UNIT_GRADE;
    case UNIT_GRADED: return again ? COMMAND_UNIT_GRADE : COMMAND_UNIT_DISPOSE;
    case UNIT_DISPOSED: return again ? COMMAND_UNIT_DISPOSE : COMMAND_UNIT_SETTLE;
    case UNIT_SHIPPED: return COMMAND_UNIT_TAKE;
    case UNIT_NONE:
    case UNIT_VOID:
    case UNIT_SETTLED: break;
    }
    return again ? COMMAND_UNIT_SHIP : COMMAND_UNIT_GRADE;
}

/* What becomes of a unit that is not worth keeping: owner and floor think alike. */
static uint64_t end_of(const struct id *unit)
{
    return DISPOSE_DONATE + unit->bytes[ID_BYTES - 1] % 3;
}

static uint64_t any_disposition(struct world *world, const struct id *unit)
{
    if (draw_below(world, 3) == 0) return end_of(unit);
    if (draw_below(world, 5) == 0) return DISPOSE_REPAIR;
    return draw_below(world, 2) == 0 ? DISPOSE_RESTOCK : 1 + draw_below(world, 13);
}

static void wish_release(struct world *world, const struct seen_unit *seen)
{
    const struct clients *clients = world->watcher;
    union command_body body = {0};
    bool wrong = id_is_zero(&seen->merchant) || draw_below(world, 8) == 0;
    body.unit_release.unit = seen->id;
    body.unit_release.merchant =
        wrong ? clients->merchant[draw_below(world, clients->merchants)].id : seen->merchant;
    body.unit_release.disposition = end_of(&seen->id);
    clients_wish(world, any_host(world), COMMAND_UNIT_RELEASE, BY_MERCHANT, &body);
}

void release_unit(struct world *world)
{
    struct seen_unit seen;
    if (look_unit(world, any_host(world), UNITS_ANY, &seen)) wish_release(world, &seen);
}

static void wish_take(struct world *world, unsigned host, const struct seen_unit *seen)
{
    union command_body body = {0};
    bool shipped = seen->state == UNIT_SHIPPED;
    host = host_of_warehouse(world, shipped ? &seen->to : &seen->warehouse, host);
    body.unit_take = (struct unit_take){seen->id, world->host[host].card.warehouse};
    clients_wish(world, host, COMMAND_UNIT_TAKE, on_the_floor(world), &body);
}

static void wish_act(struct world *world, unsigned host, enum command_kind kind,
                     const struct seen_unit *seen)
{
    union command_body body = {0};
    host = host_of_warehouse(world, &seen->warehouse, host);
    body.unit_act.unit = seen->id;
    if (kind == COMMAND_UNIT_GRADE) {
        body.unit_act.grade = 1 + draw_below(world, 6);
        body.unit_act.liability = 1 + draw_below(world, 5);
    }
    if (kind == COMMAND_UNIT_DISPOSE) body.unit_act.disposition = any_disposition(world, &seen->id);
    if (kind == COMMAND_UNIT_SHIP)
        body.unit_act.to = world->host[any_warehouse(world)].card.warehouse;
    clients_wish(world, host, kind, on_the_floor(world), &body);
}

/* Another person looks, and does not always think alike. */
static void wish_second(struct world *world, unsigned host, const struct seen_unit *seen)
{
    union command_body body = {0};
    host = host_of_warehouse(world, &seen->warehouse, host);
    body.unit_second.unit = seen->id;
    body.unit_second.grade = 1 + draw_below(world, 6);
    clients_wish(world, host, COMMAND_UNIT_SECOND, on_the_floor(world), &body);
}

/* The wrong thing was scanned. */
static void wish_void(struct world *world, unsigned host, const struct seen_unit *seen)
{
    union command_body body = {0};
    host = host_of_warehouse(world, &seen->warehouse, host);
    body.unit_void.unit = seen->id;
    body.unit_void.step = seen->state < UNIT_GRADED ? (uint64_t)seen->state : STEP_GRADE;
    body.unit_void.reason = span_text("a slip");
    clients_wish(world, host, COMMAND_UNIT_VOID, on_the_floor(world), &body);
}

static void go_on_event(struct world *world, const struct agenda_event *event);

/* For the truck that takes several, or for the bench. */
static bool waits_for_others(const struct seen_unit *seen)
{
    return seen->state == UNIT_DISPOSED && seen->disposition >= DISPOSE_REPAIR &&
           seen->disposition <= DISPOSE_DESTROY;
}

/* One step with a unit; whoever has begun mostly goes on with it, until it is settled. */
static void step(struct world *world, unsigned host, const struct seen_unit *seen)
{
    enum command_kind kind = next_act(world, seen->state);
    bool odd = draw_below(world, 14) == 0; /* what is not its turn, or not possible */
    if (odd) kind = COMMAND_UNIT_INSPECT + (enum command_kind)draw_below(world, 6);
    bool decided = seen->state == UNIT_GRADED || seen->state == UNIT_DISPOSED;
    if (decided && draw_below(world, 4) == 0) wish_release(world, seen);
    if (decided && draw_below(world, 8) == 0) wish_second(world, host, seen);
    if (kind == COMMAND_UNIT_SETTLE && waits_for_others(seen) && draw_below(world, 3) != 0) return;
    bool stands = seen->state >= UNIT_RECEIVED && seen->state <= UNIT_DISPOSED;
    if (stands && draw_below(world, 14) == 0)
        wish_void(world, host, seen);
    else if (kind == COMMAND_UNIT_TAKE)
        wish_take(world, host, seen);
    else
        wish_act(world, host, kind, seen);
    /* What is disposed of often waits for the next truck, until somebody takes it up again. */
    uint64_t ends = kind == COMMAND_UNIT_DISPOSE ? 2 : 5;
    if (seen->state == UNIT_SETTLED || draw_below(world, ends) == 0) return;
    struct id *unit = malloc(sizeof *unit);
    assert(unit != NULL);
    *unit = seen->id;
    uint64_t in_us = chance_wait_us(&world->chance[PURPOSE_CLIENTS], NEXT_STEP_US);
    world_after(world, in_us + MINUTE_US, go_on_event, host, 0, 0, unit);
}

static void go_on_event(struct world *world, const struct agenda_event *event)
{
    struct id *unit = event->parcel;
    struct seen_unit seen;
    unsigned host = (unsigned)event->a;
    if (clients_may_wish(world) && look_at_unit(world, host, unit, &seen)) {
        struct id held = seen.state == UNIT_SHIPPED ? seen.to : seen.warehouse;
        step(world, host_of_warehouse(world, &held, host), &seen);
    }
    free(unit);
}

void work_on_unit(struct world *world)
{
    unsigned host = any_warehouse(world);
    struct seen_unit seen;
    enum unit_search search = (enum unit_search)draw_below(world, UNITS_INHERITED + 1);
    if (look_unit(world, host, search, &seen)) step(world, host, &seen);
}

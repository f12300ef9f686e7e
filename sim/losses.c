/* Goods that were paid for when the carrier had them, and that never come, or not all of them: a
 * buyer who is trusted and agreed to be charged again sends two, and one box in two arrives, with
 * one in it. What else befalls such returns is everybody's. */
#include "sim/wishes.h"

#define NEXT_US (20 * MINUTE_US) /* from one step to the next, on average */
#define SOLD    2u

enum loss_step { LOSS_REQUEST, LOSS_APPROVE, LOSS_SCAN, LOSS_ARRIVE };

static void step_event(struct world *world, const struct agenda_event *event);

static void next_step(struct world *world, enum loss_step step, uint32_t order, uint32_t which)
{
    uint64_t in_us = MINUTE_US + chance_wait_us(&world->chance[PURPOSE_CLIENTS], NEXT_US);
    world_after(world, in_us, step_event, step, order, which, NULL);
}

static void ask_back(struct world *world, uint32_t at)
{
    struct clients *clients = world->watcher;
    const struct client_order *order = &clients->order[at];
    if (clients->returns == RETURNS_MAX) return;
    struct client_return *ret = &clients->ret[clients->returns];
    const struct id *merchant = &clients->merchant[order->merchant].id;
    *ret = (struct client_return){.order = at, .quantity = SOLD};
    put_word(ret->number, "1ZRET", clients->returns);
    union command_body body = {.return_request = {.merchant = *merchant,
                                                  .order_reference = span_text(order->reference),
                                                  .number = span_text(ret->number),
                                                  .lines_count = 1}};
    body.return_request.lines[0] =
        (struct return_line){.quantity = SOLD, .reason = 1 + draw_below(world, 14)};
    ret->wish = clients_wish_for(world, any_host(world), COMMAND_RETURN_REQUEST, BY_PARTNER,
                                 merchant, &body);
    next_step(world, LOSS_APPROVE, at, clients->returns++);
}

static void approve(struct world *world, uint32_t at, uint32_t which)
{
    const struct clients *clients = world->watcher;
    const struct wish *asked = &clients->wish[clients->ret[which].wish];
    const union command_body body = {.return_decide = {.return_id = asked->entity}};
    if (asked->answered && asked->error == OK)
        clients_wish_for(world, any_host(world), COMMAND_RETURN_APPROVE, BY_MERCHANT,
                         &clients->merchant[clients->order[at].merchant].id, &body);
    next_step(world, LOSS_SCAN, at, which);
}

static void arrive(struct world *world, uint32_t at, uint32_t which)
{
    const struct clients *clients = world->watcher;
    unsigned host = any_warehouse(world);
    union command_body body = {0};
    struct box_receive *box = &body.box_receive;
    box->warehouse = world->host[host].card.warehouse;
    box->number = span_text(clients->ret[which].number);
    box->weight_g = 500;
    box->items_count = 1;
    box->items[0].sku = span_text(clients->order[at].sku[0]);
    clients_wish(world, host, COMMAND_BOX_RECEIVE, on_the_floor(world), &body);
}

static void step_event(struct world *world, const struct agenda_event *event)
{
    uint32_t order = (uint32_t)event->b, which = (uint32_t)event->c;
    if (!clients_may_wish(world)) return;
    switch ((enum loss_step)event->a) {
    case LOSS_REQUEST: ask_back(world, order); break;
    case LOSS_APPROVE: approve(world, order, which); break;
    case LOSS_SCAN:
        post_return(world, which, 1);
        if (draw_below(world, 2) == 0) next_step(world, LOSS_ARRIVE, order, which);
        break;
    case LOSS_ARRIVE: arrive(world, order, which); break;
    }
}

void lose_ahead(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->orders == ORDERS_MAX) return;
    uint32_t at = clients->orders++;
    struct client_order *order = &clients->order[at];
    int64_t price = 500 + (int64_t)draw_below(world, 4000);
    *order = (struct client_order){.merchant = (unsigned)draw_below(world, clients->merchants),
                                   .lines = 1,
                                   .quantity = {SOLD},
                                   .captured_minor = price * SOLD};
    put_word(order->reference, "SZ-", at);
    put_word(order->payment, "pi_", at);
    put_word(order->sku[0], "SKU-", draw_below(world, 20));
    union command_body body = {
        .order_import = {.merchant = clients->merchant[order->merchant].id,
                         .reference = span_text(order->reference),
                         .currency = 978,
                         .sold_ms = WORLD_EPOCH_MS - draw_below(world, 10) * 86400000,
                         .buyer = {{TRUSTED_BUYER}},
                         .lines_count = 1,
                         .payments_count = 1}};
    body.order_import.lines[0] = (struct order_line){
        .sku = span_text(order->sku[0]), .quantity = SOLD, .price_minor = price};
    body.order_import.payments[0] = (struct payment){.provider = span_text("stripe"),
                                                     .reference = span_text(order->payment),
                                                     .captured_minor = order->captured_minor,
                                                     .mandate_buyer = span_text("cus_1"),
                                                     .mandate_method = span_text("pm_1")};
    order->wish = clients_wish(world, any_host(world), COMMAND_ORDER_IMPORT, BY_MERCHANT, &body);
    next_step(world, LOSS_REQUEST, at, 0);
}

/* What others do with the money of a payment (marketplaces, sellers, banks), and how it is told. It
 * is told of what is under way, of what failed, of goods that have not come yet, and twice. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/wishes.h"

/* A thing on a screen: what one report may be about. */
struct thing {
    struct id merchant, return_id;
    char payment[CLIENT_TEXT_BYTES];
    uint64_t line, quantity;
    int64_t amount_minor;
};

static void note_payment(const struct rows *rows, const struct id *order, uint64_t payment,
                         struct thing *thing)
{
    struct payment_row row;
    if (!payment_load(rows, order, payment, &row)) return;
    if (row.reference.size < sizeof thing->payment)
        memcpy(thing->payment, row.reference.at, row.reference.size);
}

static void note_refund(const struct rows *rows, const struct refund_row *refund,
                        struct thing *thing)
{
    *thing = (struct thing){.merchant = refund->merchant,
                            .return_id = refund->return_id,
                            .line = refund->line,
                            .quantity = 1,
                            .amount_minor = refund->amount_minor};
    struct id order = refund->order;
    note_payment(rows, &order, refund->payment, thing);
}

static bool find_refund(struct rows *rows, struct world *world, enum refund_state state,
                        struct thing *thing)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        if (refund.state == state && draw_below(world, ++fit) == 0)
            note_refund(rows, &refund, thing);
    }
    return fit > 0;
}

static bool find_goods(struct rows *rows, struct world *world, const struct id *return_id,
                       struct thing *thing)
{
    struct return_row row;
    struct return_line_row line;
    if (!return_load(rows, return_id, &row)) return false;
    *thing = (struct thing){.merchant = row.merchant, .return_id = *return_id};
    struct id order = row.order;
    for (uint64_t i = 0; i < ORDER_LINES_MAX && thing->quantity == 0; i++) {
        if (!return_line_load(rows, return_id, i, &line)) continue;
        thing->line = i;
        thing->quantity = 1 + draw_below(world, line.quantity);
    }
    thing->amount_minor = 400 * (int64_t)thing->quantity;
    note_payment(rows, &order, 0, thing);
    return thing->quantity > 0;
}

static bool find_thing(struct world *world, unsigned host, struct thing *thing)
{
    static const enum refund_state states[] = {REFUND_INTENDED, REFUND_SUBMITTED, REFUND_MANUAL,
                                               REFUND_UNKNOWN, REFUND_FAILED};
    struct host *at = &world->host[host];
    struct seen_return seen;
    uint64_t which = draw_below(world, 9);
    bool of_refund = which < sizeof states / sizeof states[0], found = false;
    if (!of_refund && !look_return(world, host, 1u << RETURN_APPROVED | 1u << RETURN_CLOSED, &seen))
        return false;
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    struct rows *rows = &at->disk.inner->views;
    found = of_refund ? find_refund(rows, world, states[which], thing)
                      : find_goods(rows, world, &seen.id, thing);
    at->disk.inner->port->end_read(at->disk.inner->world);
    return found && thing->payment[0] != '\0';
}

/* Nobody moves more than was captured, without us. */
static struct client_order *order_of(struct clients *clients, const struct thing *thing)
{
    for (uint32_t i = 0; i < clients->orders; i++) {
        struct client_order *order = &clients->order[i];
        if (strcmp(order->payment, thing->payment) != 0) continue;
        return order->elsewhere_minor + thing->amount_minor <= order->captured_minor ? order : NULL;
    }
    return NULL;
}

static void tell(struct world *world, unsigned host, const struct thing *thing,
                 const char *reference, enum elsewhere how)
{
    union command_body body = {.refund_record = {.merchant = thing->merchant,
                                                 .provider = span_text("stripe"),
                                                 .payment = span_text(thing->payment),
                                                 .how = how,
                                                 .reference = span_text(reference),
                                                 .amount_minor = thing->amount_minor,
                                                 .currency = 978,
                                                 .made_ms = WORLD_EPOCH_MS,
                                                 .return_id = thing->return_id,
                                                 .line = thing->line,
                                                 .quantity = thing->quantity}};
    clients_wish(world, host, COMMAND_REFUND_RECORD, BY_MERCHANT, &body);
}

/* The provider's own webhook, which names no goods: at any node, and at another one too. */
static void push(struct world *world, const struct thing *thing, const char *reference,
                 enum elsewhere how)
{
    union command_body body = {
        .refund_told = {.merchant = thing->merchant,
                        .provider = span_text("stripe"),
                        .key = span_text(reference),
                        .outcome = OUTCOME_PAID,
                        .provider_ref = span_text(reference),
                        .payment = span_text(thing->payment),
                        .amount_minor = thing->amount_minor,
                        .currency = 978,
                        .how = how == ELSEWHERE_PROVIDER ? 0 : (uint64_t)how}};
    body.refund_told.dedup.bytes[0] = (uint8_t)how;
    clients_wish(world, any_host(world), COMMAND_REFUND_TOLD, BY_PROVIDER, &body);
    if (draw_below(world, 4) == 0)
        clients_wish(world, any_host(world), COMMAND_REFUND_TOLD, BY_PROVIDER, &body);
}

/* Some reports come twice, at two nodes, and some of the money comes back. */
static void tell_of(struct world *world, unsigned host, struct thing *thing)
{
    struct clients *clients = world->watcher;
    char reference[CLIENT_TEXT_BYTES];
    struct client_order *order = order_of(clients, thing);
    if (order == NULL) return;
    order->elsewhere_minor += thing->amount_minor;
    put_word(reference, "MP-", clients->told++);
    enum elsewhere how = ELSEWHERE_PROVIDER + (enum elsewhere)draw_below(world, 4);
    if (draw_below(world, 3) == 0) { /* the report does not say what it was for */
        thing->return_id = (struct id){{0}};
        thing->line = thing->quantity = 0;
    }
    bool told_by_it = how == ELSEWHERE_PROVIDER || how == ELSEWHERE_CHARGEBACK;
    bool pushed = told_by_it && draw_below(world, 2) == 0;
    if (pushed)
        push(world, thing, reference, how);
    else
        tell(world, host, thing, reference, how);
    if (draw_below(world, 4) == 0) tell(world, any_host(world), thing, reference, how);
    if (how != ELSEWHERE_CHARGEBACK || draw_below(world, 2) == 0) return;
    thing->return_id = (struct id){{0}};
    thing->line = thing->quantity = 0;
    if (pushed) {
        push(world, thing, reference, ELSEWHERE_CHARGEBACK_WON);
        return;
    }
    tell(world, host, thing, reference, ELSEWHERE_CHARGEBACK_WON);
    if (draw_below(world, 2) == 0)
        tell(world, any_host(world), thing, reference, ELSEWHERE_CHARGEBACK_WON);
}

void tell_elsewhere(struct world *world)
{
    struct thing thing;
    unsigned host = any_host(world);
    if (find_thing(world, host, &thing)) tell_of(world, host, &thing);
}

/* --- what comes back -------------------------------------------------------------------------- */

/* A refund that the book calls settled, and that the provider's ledger shows as paid. */
static struct provider_entry *find_settled(struct rows *rows, struct world *world,
                                           struct refund_row *refund)
{
    struct provider_entry *found = NULL;
    uint64_t fit = 0;
    for (uint32_t i = 0; i < world->provider.count; i++) {
        struct provider_entry *entry = &world->provider.entry[i];
        struct refund_row row;
        if (provider_paid(entry) != 1 || entry->came_back || entry->charge) continue;
        if (!refund_load(rows, &entry->slot, &row) || row.state != REFUND_SETTLED) continue;
        if (draw_below(world, ++fit) != 0) continue;
        found = entry;
        *refund = row;
    }
    return found;
}

void send_back(struct world *world)
{
    unsigned host = any_host(world);
    struct host *at = &world->host[host];
    struct refund_row refund;
    char reference[CLIENT_TEXT_BYTES];
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return;
    struct provider_entry *entry = find_settled(&at->disk.inner->views, world, &refund);
    at->disk.inner->port->end_read(at->disk.inner->world);
    if (entry == NULL) return;
    entry->came_back = true;
    snprintf(reference, sizeof reference, "re_%016llx",
             (unsigned long long)be_get(entry->slot.bytes, 8));
    union command_body body = {.refund_told = {.merchant = refund.merchant,
                                               .provider = span_text("stripe"),
                                               .key = span_text(entry->key),
                                               .outcome = OUTCOME_FAILED,
                                               .provider_ref = span_text(reference),
                                               .payment = span_text(entry->payment_ref),
                                               .amount_minor = entry->amount_minor,
                                               .currency = 978}};
    body.refund_told.dedup.bytes[0] = 9;
    clients_wish(world, any_host(world), COMMAND_REFUND_TOLD, BY_PROVIDER, &body);
}

/* a: the host; the slot is what it called for. */
static void overtake_event(struct world *world, const struct agenda_event *event)
{
    struct host *at = &world->host[event->a];
    struct id *slot = event->parcel;
    struct refund_row refund;
    struct thing thing = {.quantity = 0};
    if (at->up && at->disk.inner->port->begin_read(at->disk.inner->world) == OK) {
        struct rows *rows = &at->disk.inner->views;
        if (refund_load(rows, slot, &refund)) note_refund(rows, &refund, &thing);
        at->disk.inner->port->end_read(at->disk.inner->world);
        if (thing.payment[0] != '\0' && clients_may_wish(world)) tell_of(world, at->number, &thing);
    }
    free(slot);
}

void tell_while_called(struct host *host, const struct refund_call *call)
{
    struct world *world = host->world;
    if (world->watcher == NULL || draw_below(world, 12) != 0) return;
    struct id *slot = malloc(sizeof *slot);
    assert(slot != NULL);
    *slot = call->slot;
    world_after(world, draw_below(world, SECOND_US), overtake_event, host->number, 0, 0, slot);
}

/* --- money besides what units are worth ------------------------------------------------------- */

void give_money(struct world *world)
{
    static const uint64_t kinds[] = {PAID_FOR_GOODWILL, PAID_FOR_GOODWILL, PAID_FOR_PARTIAL,
                                     PAID_FOR_PARTIAL,  PAID_FOR_POSTAGE,  PAID_FOR_FEE};
    struct seen_return seen;
    unsigned host = any_host(world);
    uint64_t paid_for = kinds[draw_below(world, 6)];
    /* A part of the price mostly while the things themselves are on their way. */
    bool of_line = paid_for == PAID_FOR_PARTIAL && draw_below(world, 4) != 0;
    unsigned states = of_line ? 1u << RETURN_APPROVED : any_return_state(world);
    if (!look_return(world, host, states, &seen)) return;
    union command_body body = {.grant_give = {.return_id = seen.id,
                                              .paid_for = paid_for,
                                              .amount_minor = 1 + (int64_t)draw_below(world, 3000),
                                              .offer = draw_below(world, 2),
                                              .hours = 1 + draw_below(world, 100)}};
    enum actor_kind by = draw_below(world, 2) == 0 ? BY_MERCHANT : BY_ADMIN;
    if (body.grant_give.paid_for == PAID_FOR_PARTIAL) body.grant_give.line = draw_below(world, 2);
    clients_wish(world, host, COMMAND_GRANT_GIVE, by, &body);
    if (draw_below(world, 2) != 0) return; /* and once more, while the first one is open */
    body.grant_give.amount_minor = 1 + (int64_t)draw_below(world, 3000);
    clients_wish(world, any_host(world), COMMAND_GRANT_GIVE, by, &body);
}

static bool find_grant(struct world *world, unsigned host, enum grant_state state, struct id *grant)
{
    struct host *at = &world->host[host];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct grant_row now;
    uint64_t fit = 0;
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    while (walk_next(&at->disk.inner->views, VIEW_GRANT, &walk, &row))
        if (shape_decode(&grant_row_shape, row.value, &now, NULL) == OK && now.state == state &&
            draw_below(world, ++fit) == 0)
            memcpy(grant->bytes, walk.at.bytes, ID_BYTES);
    at->disk.inner->port->end_read(at->disk.inner->world);
    return fit > 0;
}

void answer_offer(struct world *world)
{
    static const enum actor_kind who[] = {BY_BUYER, BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    static const enum command_kind what[] = {COMMAND_GRANT_ACCEPT, COMMAND_GRANT_ACCEPT,
                                             COMMAND_GRANT_REFUSE, COMMAND_GRANT_WITHDRAW};
    union command_body body = {0};
    unsigned host = any_host(world);
    /* What waits for its money may be withdrawn; and some offers are answered too late. */
    static const enum grant_state states[] = {GRANT_GRANTED, GRANT_GRANTED, GRANT_LAPSED};
    uint64_t drawn = draw_below(world, 9);
    bool granted = drawn < 2;
    enum grant_state state = drawn < 3 ? states[drawn] : GRANT_OFFERED;
    if (!find_grant(world, host, state, &body.grant_decide.grant)) return;
    enum command_kind kind = granted ? COMMAND_GRANT_WITHDRAW : what[draw_below(world, 4)];
    bool merchants = kind == COMMAND_GRANT_WITHDRAW;
    clients_wish(world, host, kind,
                 who[merchants ? 2 + draw_below(world, 2) : draw_below(world, 4)], &body);
}

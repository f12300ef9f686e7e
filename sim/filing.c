/* How requests come in beside the plain one: under the reference of a shop that sends them again,
 * by presets, for several orders at a time; what is noted of a return later; and what a merchant's
 * books say of SKUs and orders. Orders change most of all while money of them is under way, and to
 * less than that now and then: such an amendment must be refused. */
#include <string.h>

#include "sim/wishes.h"

#define PRESETS_MAX   4
#define GROUP_MOST    3
#define AMEND_MOST    3000 /* minor units that are captured besides */
#define AMEND_BELOW   1500 /* or fewer than were refunded */
#define FURTHER_MINOR 2500

static const struct client_merchant *any_merchant(struct world *world)
{
    const struct clients *clients = world->watcher;
    return &clients->merchant[draw_below(world, clients->merchants)];
}

/* --- SKUs and presets ------------------------------------------------------------------------- */

void put_sku(struct world *world)
{
    static const char *const categories[] = {"lamps", "knives", "toys"};
    char code[CLIENT_TEXT_BYTES], name[CLIENT_TEXT_BYTES];
    union command_body body = {0};
    uint64_t number = draw_below(world, 20);
    put_word(code, "SKU-", number);
    put_word(name, "Thing ", draw_below(world, 100));
    body.sku_put = (struct sku_put){.merchant = any_merchant(world)->id,
                                    .code = span_text(code),
                                    .name_en = span_text(name),
                                    .category = span_text(categories[draw_below(world, 3)]),
                                    .weight_g = 100 + draw_below(world, 3000)};
    clients_wish(world, any_host(world), COMMAND_SKU_PUT, BY_MERCHANT, &body);
}

static void name_preset(struct world *world, char name[CLIENT_TEXT_BYTES])
{
    put_word(name, "preset ", draw_below(world, PRESETS_MAX));
}

void put_preset(struct world *world)
{
    char name[CLIENT_TEXT_BYTES];
    union command_body body = {0};
    name_preset(world, name);
    body.preset_put = (struct preset_put){.merchant = any_merchant(world)->id,
                                          .name = span_text(name),
                                          .reason = 1 + draw_below(world, 14),
                                          .note = span_text("as always"),
                                          .owner = span_text("desk 1"),
                                          .gone = draw_below(world, 6) == 0};
    clients_wish(world, any_host(world), COMMAND_PRESET_PUT, BY_MERCHANT, &body);
}

/* --- requests --------------------------------------------------------------------------------- */

/* Texts that a request's body points to while it is made. */
struct filed_words {
    char upstream[CLIENT_TEXT_BYTES], preset[CLIENT_TEXT_BYTES], number[CLIENT_TEXT_BYTES];
};

/* Some name a preset and leave the lines to it; some ask for more than was sold. */
static uint32_t fill_lines(struct world *world, const struct client_order *order,
                           struct return_line lines[RETURN_LINES_MAX], bool by_preset)
{
    if (by_preset && draw_below(world, 2) == 0) return 0;
    lines[0] = (struct return_line){.line = draw_below(world, order->lines),
                                    .quantity = 1 + draw_below(world, 8) / 6,
                                    .reason = 1 + draw_below(world, 14)};
    return 1;
}

static void fill_filed(struct world *world, struct filed_words *words, struct span *upstream,
                       struct span *preset)
{
    const struct clients *clients = world->watcher;
    put_word(words->upstream, "SHOP-", clients->filings);
    name_preset(world, words->preset);
    if (draw_below(world, 4) != 0) *upstream = span_text(words->upstream);
    if (draw_below(world, 3) == 0) *preset = span_text(words->preset);
}

static void keep_filing(struct clients *clients, uint32_t wish, uint32_t orders)
{
    clients->filing[clients->filings++] = (struct client_filing){.wish = wish, .orders = orders};
}

/* Its parcel comes like that of every other return. */
static void file_single(struct world *world)
{
    struct clients *clients = world->watcher;
    struct filed_words words;
    union command_body body = {0};
    struct return_request *request = &body.return_request;
    if (clients->returns == RETURNS_MAX) return;
    struct client_return *ret = &clients->ret[clients->returns];
    ret->order = (uint32_t)draw_below(world, clients->orders);
    const struct client_order *order = &clients->order[ret->order];
    put_word(ret->number, "1ZRET", clients->returns);
    request->merchant = clients->merchant[order->merchant].id;
    request->order_reference = span_text(order->reference);
    request->number = span_text(ret->number);
    request->channel = CHANNEL_APP;
    fill_filed(world, &words, &request->upstream, &request->preset);
    request->lines_count = fill_lines(world, order, request->lines, request->preset.size > 0);
    ret->quantity = 1;
    ret->wish = clients_wish_for(world, any_host(world), COMMAND_RETURN_REQUEST, BY_PARTNER,
                                 &request->merchant, &body);
    clients->returns++;
    if (request->upstream.size > 0) keep_filing(clients, ret->wish, 0);
}

static bool is_named(const struct return_group *group, const struct client_order *order)
{
    for (uint32_t i = 0; i < group->orders_count; i++)
        if (span_equal(group->orders[i].order_reference, span_text(order->reference))) return true;
    return false;
}

static void file_group(struct world *world)
{
    struct clients *clients = world->watcher;
    struct filed_words words;
    union command_body body = {0};
    struct return_group *group = &body.return_group;
    uint32_t merchant = (uint32_t)draw_below(world, clients->merchants);
    group->merchant = clients->merchant[merchant].id;
    fill_filed(world, &words, &group->upstream, &group->preset);
    for (unsigned tries = 0; tries < 20 && group->orders_count < GROUP_MOST; tries++) {
        const struct client_order *order = &clients->order[draw_below(world, clients->orders)];
        if (order->merchant != merchant || is_named(group, order)) continue;
        struct group_order *named = &group->orders[group->orders_count++];
        named->order_reference = span_text(order->reference);
        named->lines_count = fill_lines(world, order, named->lines, group->preset.size > 0);
    }
    if (group->orders_count == 0) return;
    uint32_t wish = clients_wish(world, any_host(world), COMMAND_RETURN_GROUP, BY_OPERATOR, &body);
    keep_filing(clients, wish, group->orders_count);
}

/* A system that lost the answer sends the same again, under a key of its own, to any node. */
static void file_again(struct world *world)
{
    struct clients *clients = world->watcher;
    struct client_filing *filing = &clients->filing[draw_below(world, clients->filings)];
    filing->again = clients_repeat(world, any_host(world), filing->wish);
}

void file_request(struct world *world)
{
    const struct clients *clients = world->watcher;
    uint64_t drawn = draw_below(world, 4);
    if (clients->orders == 0) return;
    if (drawn < 2 && clients->filings > 0) {
        file_again(world);
        return;
    }
    if (clients->filings == FILINGS_MAX) return;
    if (drawn == 2)
        file_group(world);
    else
        file_single(world);
}

void add_note(struct world *world)
{
    struct seen_return seen;
    char number[CLIENT_TEXT_BYTES];
    unsigned host = any_host(world);
    if (!look_return(world, host, any_return_state(world), &seen)) return;
    union command_body body = {.return_note = {.return_id = seen.id, .parcels_count = 1}};
    put_word(number, "1ZNOTE", draw_below(world, 100));
    body.return_note.parcels[0].number = span_text(number);
    if (draw_below(world, 2) == 0) body.return_note.owner = span_text("desk 2");
    clients_wish_for(world, host, COMMAND_RETURN_NOTE, BY_PARTNER, &seen.merchant, &body);
}

/* --- orders that change ----------------------------------------------------------------------- */

/* An order on a screen. */
struct sold {
    struct id order;
    struct client_order *known;
    struct order_line line; /* of it: figures only */
    uint64_t at, payments;
    int64_t captured_minor, moved_minor; /* moved: refunded, here and elsewhere */
};

static bool note_order(struct world *world, const struct rows *rows, const struct id *order,
                       struct sold *sold)
{
    struct clients *clients = world->watcher;
    struct order_row row;
    struct payment_row payment;
    sold->order = *order;
    if (!payment_load(rows, order, 0, &payment) || !order_load(rows, order, &row)) return false;
    sold->captured_minor = payment.captured_minor;
    sold->moved_minor = payment.refunded_minor + payment.elsewhere_minor - payment.recharged_minor;
    sold->payments = row.payments;
    sold->at = draw_below(world, row.lines_count);
    sold->line = (struct order_line){.quantity = row.lines[sold->at].quantity,
                                     .price_minor = row.lines[sold->at].price_minor};
    for (uint32_t i = 0; i < clients->orders; i++)
        if (span_equal(row.reference, span_text(clients->order[i].reference)))
            sold->known = &clients->order[i];
    return sold->known != NULL;
}

/* Half of them are orders of which a refund is known, in whatever state. */
static bool pick_order(struct world *world, const struct rows *rows, struct id *order)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    bool refunded = draw_below(world, 2) == 0;
    uint64_t fit = 0;
    while (walk_next(rows, refunded ? VIEW_REFUND : VIEW_ORDER, &walk, &row)) {
        if (refunded && shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        if (draw_below(world, ++fit) != 0) continue;
        if (refunded)
            *order = refund.order;
        else
            memcpy(order->bytes, walk.at.bytes, ID_BYTES);
    }
    return fit > 0;
}

static bool find_order(struct world *world, unsigned host, struct sold *sold)
{
    struct host *at = &world->host[host];
    struct id order;
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    const struct rows *rows = &at->disk.inner->views;
    bool found = pick_order(world, rows, &order) && note_order(world, rows, &order, sold);
    at->disk.inner->port->end_read(at->disk.inner->world);
    return found;
}

static void amend_captured(struct world *world, const struct sold *sold, struct order_amend *amend)
{
    int64_t captured = sold->moved_minor + (int64_t)draw_below(world, AMEND_MOST);
    if (draw_below(world, 2) == 0)
        captured = sold->moved_minor - 1 - (int64_t)draw_below(world, AMEND_BELOW);
    if (captured <= 0) captured = sold->captured_minor + 1;
    amend->payments_count = 1;
    amend->payments[0] = (struct amend_payment){.payment = 0, .captured_minor = captured};
    if (captured > sold->known->captured_minor) sold->known->captured_minor = captured;
}

static void amend_line(struct world *world, const struct sold *sold, struct order_amend *amend)
{
    int64_t price = sold->line.price_minor;
    amend->lines_count = 1;
    amend->lines[0] = (struct amend_line){.line = sold->at};
    if (draw_below(world, 2) == 0)
        amend->lines[0].quantity = sold->line.quantity + draw_below(world, 3);
    else
        amend->lines[0].price_minor = price / 2 + 1 + (int64_t)draw_below(world, (uint64_t)price);
    if (amend->lines[0].quantity > 1 && draw_below(world, 2) == 0) amend->lines[0].quantity -= 2;
}

/* A further capture: from then on the order has two payments. */
static void amend_payments(const struct clients *clients, const struct sold *sold,
                           struct order_amend *amend)
{
    struct client_order *known = sold->known;
    if (known->further[0] == '\0')
        put_word(known->further, "pf_", (uint64_t)(known - clients->order));
    known->further_minor = FURTHER_MINOR;
    amend->payments_count = 1;
    amend->payments[0] = (struct amend_payment){.payment = 1,
                                                .provider = span_text("stripe"),
                                                .reference = span_text(known->further),
                                                .captured_minor = FURTHER_MINOR};
}

void amend_order(struct world *world)
{
    const struct clients *clients = world->watcher;
    struct sold sold = {.known = NULL};
    union command_body body = {0};
    unsigned host = any_host(world);
    if (!find_order(world, host, &sold)) return;
    body.order_amend.order = sold.order;
    body.order_amend.reason = span_text("the shop says so");
    uint64_t drawn = draw_below(world, 8);
    if (drawn < 5)
        amend_captured(world, &sold, &body.order_amend);
    else if (drawn < 7 || sold.payments > 1)
        amend_line(world, &sold, &body.order_amend);
    else
        amend_payments(clients, &sold, &body.order_amend);
    clients_wish(world, host, COMMAND_ORDER_AMEND, BY_MERCHANT, &body);
}

/* Labels: bought for returns that are approved, of each kind of carrier, for buyers who live
 * somewhere or of whom nobody knows; taken back by people, or because the return is called off;
 * scanned now and then; and settled by whoever looks into the carrier's own ledger. They draw from
 * a stream of their own, so that what the other clients wish stays what it was. */
#include <stdio.h>
#include <string.h>

#include "overseas-warehouse/label/label.h"
#include "sim/wishes.h"

#define AFTER_LATE_US                                                                              \
    (2 * MINUTE_US) /* whoever looks so late after a call sees what came of it                     \
                     */

static uint64_t draw(struct world *world, uint64_t bound)
{
    return chance_below(&world->chance[PURPOSE_CARRIER], bound);
}

static unsigned any_place(struct world *world)
{
    return (unsigned)draw(world, world->hosts);
}

/* --- what a screen shows ---------------------------------------------------------------------- */

struct seen_label {
    struct id id, return_id, merchant, warehouse;
    char number[TRACKING_NUMBER_BYTES_MAX + 1];
};

static bool look_label(struct world *world, unsigned host, enum label_state state,
                       struct seen_label *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct label_row row;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_LABEL, &walk, &at)) {
        if (shape_decode(&label_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state != state || draw(world, ++fit) != 0) continue;
        *seen = (struct seen_label){
            .return_id = row.return_id, .merchant = row.merchant, .warehouse = row.warehouse};
        memcpy(seen->id.bytes, walk.at.bytes, ID_BYTES);
        if (row.number.size > 0) memcpy(seen->number, row.number.at, row.number.size);
    }
    return look_end(world, host, fit > 0);
}

/* A return that is approved; and whether where the buyer lives is known there. */
static bool look_approved(struct world *world, unsigned host, struct seen_return *seen, bool *lives)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct return_row row;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_RETURN, &walk, &at)) {
        if (shape_decode(&return_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state != RETURN_APPROVED || row.keep != 0 || draw(world, ++fit) != 0) continue;
        *seen = (struct seen_return){.merchant = row.merchant};
        memcpy(seen->id.bytes, walk.at.bytes, ID_BYTES);
    }
    struct label_address from;
    label_buyer(rows, &seen->id, &from);
    *lives = label_address_lacks(&from) == NULL;
    return look_end(world, host, fit > 0);
}

static bool is_addressed(struct world *world, unsigned host, const struct id *warehouse)
{
    struct label_address to;
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    label_site(rows, warehouse, &to);
    return look_end(world, host, label_address_lacks(&to) == NULL);
}

/* --- wishes ----------------------------------------------------------------------------------- */

/* Only of whom the clients know, so that they are erased like others. */
static void say_where_they_live(struct world *world, unsigned host, const struct id *return_id)
{
    struct clients *clients = world->watcher;
    union command_body body = {.person = {.subject = *return_id,
                                          .street1 = span_text("1 Harbour Street"),
                                          .city = span_text("Delft"),
                                          .country = span_text("NL")}};
    char name[64];
    for (unsigned i = 0; i < clients->returns; i++) {
        const struct wish *wish = &clients->wish[clients->ret[i].wish];
        if (!wish->answered || !id_equal(&wish->entity, return_id)) continue;
        snprintf(name, sizeof name, "PERSONAL-%u-PERSONAL", i);
        body.person.name = span_text(name);
        clients_wish(world, host, COMMAND_PERSON, BY_OPERATOR, &body);
        clients->ret[i].person = true;
        return;
    }
}

static void say_where_it_stands(struct world *world, unsigned host, const struct id *warehouse)
{
    union command_body body = {.site_address_put = {.warehouse = *warehouse,
                                                    .company = span_text("Entrepot"),
                                                    .street1 = span_text("1 Dock Road"),
                                                    .city = span_text("Port"),
                                                    .country = span_text("US")}};
    clients_wish(world, host, COMMAND_SITE_ADDRESS, BY_ADMIN, &body);
}

static void buy_label(struct world *world)
{
    static const char *const carriers[] = {CARRIER_OF_KEYS, CARRIER_OF_REFERENCES,
                                           CARRIER_OF_NOTHING};
    struct seen_return seen;
    bool lives;
    unsigned host = any_place(world), to = any_place(world);
    struct id warehouse = world->host[to].card.warehouse;
    if (id_is_zero(&warehouse) || !look_approved(world, host, &seen, &lives)) return;
    if (!lives) say_where_they_live(world, host, &seen.id);
    if (!is_addressed(world, host, &warehouse)) say_where_it_stands(world, host, &warehouse);
    if (!lives && draw(world, 8) != 0) return; /* else the wish names what lacks */
    union command_body body = {.label_begin = {.return_id = seen.id,
                                               .carrier = span_text(carriers[draw(world, 3)]),
                                               .warehouse = warehouse,
                                               .weight_g = 100 + draw(world, 5000),
                                               .again = draw(world, 6) == 0 ? 1 : 0}};
    clients_wish_for(world, host, COMMAND_LABEL_BUY, BY_MERCHANT, &seen.merchant, &body);
}

static void order_pickup(struct world *world)
{
    struct seen_label seen;
    unsigned host = any_place(world);
    if (!look_label(world, host, LABEL_BOUGHT, &seen)) return;
    uint64_t from_ms = WORLD_EPOCH_MS + UINT64_C(100) * 24 * 3600 * 1000;
    union command_body body = {.label_begin = {.return_id = seen.return_id,
                                               .what = LABEL_IS_PICKUP,
                                               .of = seen.id,
                                               .pickup_ms = from_ms,
                                               .pickup_until_ms = from_ms + 3600 * 1000}};
    clients_wish_for(world, host, COMMAND_LABEL_BUY, BY_MERCHANT, &seen.merchant, &body);
}

static void take_label_back(struct world *world)
{
    struct seen_label seen;
    unsigned host = any_place(world);
    bool unknown = draw(world, 4) == 0;
    if (!look_label(world, host, unknown ? LABEL_VOID_UNKNOWN : LABEL_BOUGHT, &seen)) return;
    union command_body body = {.label_retract = {.label = seen.id, .reason = span_text("unused")}};
    clients_wish_for(world, host, COMMAND_LABEL_VOID, BY_OPERATOR, &seen.merchant, &body);
}

static void call_off(struct world *world)
{
    struct seen_label seen;
    unsigned host = any_place(world);
    if (!look_label(world, host, draw(world, 3) == 0 ? LABEL_SUBMITTED : LABEL_BOUGHT, &seen))
        return;
    union command_body body = {.return_decide = {.return_id = seen.return_id}};
    clients_wish_for(world, host, COMMAND_RETURN_CANCEL, BY_MERCHANT, &seen.merchant, &body);
}

static void scan_label(struct world *world)
{
    struct seen_label seen;
    union command_body body = {0};
    unsigned host = any_place(world);
    if (!look_label(world, host, LABEL_BOUGHT, &seen) || seen.number[0] == '\0') return;
    struct tracking *tracking = &body.tracking;
    *tracking = (struct tracking){.carrier = span_text("easypost"),
                                  .number = span_text(seen.number),
                                  .direction = DIRECTION_RETURN,
                                  .points_count = 1};
    tracking->dedup = seen.id;
    tracking->points[0] = (struct checkpoint){.dedup = seen.id,
                                              .status = TRACK_IN_TRANSIT,
                                              .quality = TIME_OFFSET,
                                              .occurred_ms = WORLD_EPOCH_MS};
    tracking->points[0].dedup.bytes[0] ^= 0x80;
    clients_wish(world, any_place(world), COMMAND_TRACKING, BY_CARRIER, &body);
}

/* The person looks into the carrier's own ledger first, once no call can be at work any more. */
static void settle_label(struct world *world)
{
    struct seen_label seen;
    unsigned host = any_place(world);
    bool back = draw(world, 3) == 0;
    if (!look_label(world, host, back ? LABEL_VOID_UNKNOWN : LABEL_UNKNOWN, &seen)) return;
    const struct carrier_entry *entry = carrier_entry(world, &seen.id);
    if (entry != NULL && world->now_us < entry->called_us + AFTER_LATE_US) return;
    bool sold = entry != NULL && entry->times_sold > 0;
    char number[32] = "";
    if (sold)
        snprintf(number, sizeof number, "LB%016llXS",
                 (unsigned long long)be_get(seen.id.bytes + 8, 8));
    union command_body body = {
        .label_settle = {.label = seen.id,
                         .end = sold ? LABEL_WAS_BOUGHT : LABEL_WAS_NOT_BOUGHT,
                         .reference = span_text("invoice 77, line 3"),
                         .number = span_text(number)}};
    if (sold && entry->voided) body.label_settle.end = LABEL_WAS_VOIDED;
    clients_wish_for(world, host, COMMAND_LABEL_SETTLE, BY_MERCHANT, &seen.merchant, &body);
}

void label_event(struct world *world, const struct agenda_event *event)
{
    static void (*const acts[])(struct world * world) = {
        buy_label,       buy_label, buy_label,    buy_label,  buy_label,   buy_label,
        take_label_back, call_off,  settle_label, scan_label, order_pickup};
    const struct clients *clients = world->watcher;
    (void)event;
    if (!clients_may_wish(world)) return;
    acts[draw(world, sizeof acts / sizeof acts[0])](world);
    uint64_t in_us = chance_wait_us(&world->chance[PURPOSE_CARRIER], 3 * clients->mean_us);
    world_after(world, in_us, label_event, 0, 0, 0, NULL);
}

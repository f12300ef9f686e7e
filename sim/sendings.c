/* Parcels that orders were sent in: carriers bring them, lose and spoil them, tell nothing more of
 * them, and bring some after all. */
#include "sim/wishes.h"

#include <string.h>

#define STEPS     8
#define DELIVERED 6

/* Every other order has one, and some were sent in the parcel of another. */
static uint32_t parcel_of(uint32_t order)
{
    return order % 16 == 8 ? order - 4 : order;
}

void name_sending(uint32_t order, char number[CLIENT_TEXT_BYTES])
{
    number[0] = '\0';
    if (order % 2 == 0) put_word(number, "1ZOUT", parcel_of(order));
}

/* An order whose lost parcel is claimed for, and nobody has answered. */
static bool look_claimed(struct world *world, uint32_t *order)
{
    const struct clients *clients = world->watcher;
    struct host *at = &world->host[any_host(world)];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct return_row claim;
    char number[CLIENT_TEXT_BYTES], claimed[CLIENT_TEXT_BYTES] = "";
    uint64_t fit = 0;
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    while (walk_next(&at->disk.inner->views, VIEW_RETURN, &walk, &row)) {
        if (shape_decode(&return_row_shape, row.value, &claim, NULL) != OK) continue;
        if (claim.stray == 0 || claim.state != RETURN_REQUESTED) continue;
        if (claim.outbound.size >= sizeof claimed || draw_below(world, ++fit) != 0) continue;
        memset(claimed, 0, sizeof claimed);
        memcpy(claimed, claim.outbound.at, claim.outbound.size);
    }
    at->disk.inner->port->end_read(at->disk.inner->world);
    for (uint32_t i = 0; fit > 0 && i < clients->orders; i++) {
        name_sending(i, number);
        if (strcmp(number, claimed) != 0) continue;
        *order = i;
        return true;
    }
    return false;
}

void post_sending(struct world *world)
{
    static const struct {
        enum track_status status;
        enum track_reason reason;
    } words[STEPS] = {{TRACK_PRE_TRANSIT, 0}, {TRACK_IN_TRANSIT, 0},
                      {TRACK_IN_TRANSIT, 0},  {TRACK_OUT_FOR_DELIVERY, 0},
                      {TRACK_LOST, 0},        {TRACK_EXCEPTION, TRACK_REASON_DAMAGED},
                      {TRACK_DELIVERED, 0},   {TRACK_DELIVERED, 0}};
    const struct clients *clients = world->watcher;
    char number[CLIENT_TEXT_BYTES];
    union command_body body = {0};
    struct tracking *tracking = &body.tracking;
    if (clients->orders == 0) return;
    uint32_t order = (uint32_t)draw_below(world, clients->orders), parcel = parcel_of(order);
    uint64_t step = draw_below(world, STEPS);
    if (draw_below(world, 3) == 0 && look_claimed(world, &order)) { /* it comes after all */
        parcel = parcel_of(order);
        step = DELIVERED;
    }
    name_sending(order, number);
    if (number[0] == '\0') return;
    *tracking = (struct tracking){.carrier = span_text("easypost"),
                                  .number = span_text(number),
                                  .direction = DIRECTION_FORWARD,
                                  .summary = words[step].status,
                                  .summary_reason = words[step].reason,
                                  .points_count = 1};
    be_put(tracking->dedup.bytes, parcel, 8);
    be_put(tracking->dedup.bytes + 8, step + 1, 8);
    tracking->dedup.bytes[8] = 0x5e;
    struct checkpoint *point = &tracking->points[0];
    point->dedup = tracking->dedup;
    point->dedup.bytes[15] ^= 0x80;
    point->status = words[step].status;
    point->reason = words[step].reason;
    point->quality = TIME_OFFSET;
    point->occurred_ms = WORLD_EPOCH_MS + (uint64_t)parcel * 60000 + step * 3600000;
    clients_wish(world, any_host(world), COMMAND_TRACKING, BY_CARRIER, &body);
}

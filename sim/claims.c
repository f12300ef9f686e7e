/* Claims against carriers and warehouses: opened for few parcels, so that they meet, told of twice,
 * answered, paid in parts, and left to silence. */
#include <string.h>

#include "sim/wishes.h"

#define CLAIM_NUMBERS 24

static const enum actor_kind claimants[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};

/* The last one is for the others to answer: refused. */
static const uint64_t of_carriers[] = {COMPENSATION_LOST, COMPENSATION_DELAYED,
                                       COMPENSATION_OVERCHARGED, COMPENSATION_MISCOUNTED};
static const uint64_t of_warehouses[] = {COMPENSATION_DAMAGED, COMPENSATION_WRONG_GRADE,
                                         COMPENSATION_MISCOUNTED, COMPENSATION_WRONG_DELIVERY};

void open_claim(struct world *world)
{
    const struct clients *clients = world->watcher;
    const struct client_merchant *merchant =
        &clients->merchant[draw_below(world, clients->merchants)];
    char number[CLIENT_TEXT_BYTES];
    put_word(number, "1ZCLM", draw_below(world, CLAIM_NUMBERS));
    union command_body body = {.claim_open = {.merchant = merchant->id,
                                              .number = span_text(number),
                                              .amount_minor = (int64_t)draw_below(world, 9) * 500,
                                              .currency = 978,
                                              .draft = draw_below(world, 2)}};
    struct claim_open *open = &body.claim_open;
    bool carriers = draw_below(world, 2) == 0;
    open->kind = (carriers ? of_carriers : of_warehouses)[draw_below(world, 4)];
    if (carriers)
        open->carrier = span_text("easypost");
    else
        open->warehouse = world->host[any_warehouse(world)].card.warehouse;
    open->happened_ms = WORLD_EPOCH_MS - draw_below(world, 4) * 43200000;
    enum actor_kind by = claimants[draw_below(world, 3)];
    unsigned times = draw_below(world, 8) == 0 ? 2 : 1; /* the same at two nodes */
    while (times-- > 0) clients_wish(world, any_host(world), COMMAND_CLAIM_OPEN, by, &body);
}

struct seen_claim {
    struct id id;
    enum compensation_state state;
    int64_t claimed_minor, paid_minor;
};

/* One that may still move, drawn evenly over the states. */
static bool look_claim(struct world *world, unsigned host, struct seen_claim *seen)
{
    static const enum compensation_state states[] = {COMPENSATION_DRAFTED, COMPENSATION_FILED,
                                                     COMPENSATION_ACCEPTED, COMPENSATION_DENIED,
                                                     COMPENSATION_EXPIRED};
    struct host *at = &world->host[host];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct compensation_row now;
    uint64_t fit = 0;
    enum compensation_state state = states[draw_below(world, 5)];
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    while (walk_next(&at->disk.inner->views, VIEW_COMPENSATION, &walk, &row)) {
        if (shape_decode(&compensation_row_shape, row.value, &now, NULL) != OK) continue;
        if (now.state != state || draw_below(world, ++fit) != 0) continue;
        memcpy(seen->id.bytes, walk.at.bytes, ID_BYTES);
        seen->state = state;
        seen->claimed_minor = now.amount_minor;
        seen->paid_minor = now.paid_minor;
    }
    at->disk.inner->port->end_read(at->disk.inner->world);
    return fit > 0;
}

static void pay_claim(struct world *world, unsigned host, const struct seen_claim *seen)
{
    char reference[CLIENT_TEXT_BYTES];
    put_word(reference, "BANK-", draw_below(world, 6));
    union command_body body = {.claim_pay = {.claim = seen->id,
                                             .amount_minor = seen->claimed_minor / 3 + 1,
                                             .reference = span_text(reference)}};
    /* Who pays late pays a part, mostly. */
    if (draw_below(world, seen->state == COMPENSATION_EXPIRED ? 6 : 2) == 0)
        body.claim_pay.amount_minor = seen->claimed_minor - seen->paid_minor;
    clients_wish(world, host, COMMAND_CLAIM_PAY, claimants[draw_below(world, 3)], &body);
}

static void tell_answer(struct world *world, unsigned host, const struct seen_claim *seen)
{
    union command_body body = {.claim_answer = {.claim = seen->id,
                                                .answer = 1 + draw_below(world, 2),
                                                .reason = span_text("as they wrote")}};
    if (seen->state == COMPENSATION_EXPIRED) body.claim_answer.answer = CLAIM_ACCEPTED;
    if (body.claim_answer.answer == CLAIM_ACCEPTED)
        body.claim_answer.amount_minor = (int64_t)draw_below(world, 9) * 500;
    clients_wish(world, host, COMMAND_CLAIM_ANSWER, claimants[draw_below(world, 3)], &body);
}

void move_claim(struct world *world)
{
    struct seen_claim seen;
    unsigned host = any_host(world);
    if (!look_claim(world, host, &seen)) return;
    bool told = seen.state != COMPENSATION_DRAFTED && seen.state != COMPENSATION_DENIED;
    if (told && draw_below(world, 4) != 0) {
        bool pays = seen.state == COMPENSATION_ACCEPTED || draw_below(world, 2) == 0;
        (pays ? pay_claim : tell_answer)(world, host, &seen);
        return;
    }
    union command_body body = {.claim_step = {.claim = seen.id}};
    enum command_kind kind =
        draw_below(world, 2) == 0 ? COMMAND_CLAIM_FILE : COMMAND_CLAIM_WITHDRAW;
    if (seen.state == COMPENSATION_DENIED) kind = COMMAND_CLAIM_FILE;
    clients_wish(world, host, kind, claimants[draw_below(world, 3)], &body);
}

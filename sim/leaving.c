/* What leaves the floor together: batches are opened for units that were disposed of alike, filled,
 * closed or called off, and paid for; and units at a bench: orders, parts, what they may cost, and
 * how they end. Each step is one that a screen of the warehouse offers, or now and then not. */
#include <string.h>

#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/repair/repair.h"
#include "sim/wishes.h"

#define SCANNED_MAX    3
#define MONIES         5
#define PART_MINOR     700
#define CONSENT_MINOR  2500
#define CURRENCY_EUROS 978
#define NEXT_STEP_US   (15 * MINUTE_US)

static bool is_here(const struct world *world, unsigned host, const struct id *warehouse)
{
    return id_equal(warehouse, &world->host[host].card.warehouse);
}

/* --- what a screen shows ---------------------------------------------------------------------- */

struct seen_batch {
    struct id id;
    uint64_t disposition, units;
};

static bool look_batch(struct world *world, unsigned host, enum batch_state state,
                       struct seen_batch *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct batch_row row;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_BATCH, &walk, &at)) {
        if (shape_decode(&batch_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state != (uint64_t)state || !is_here(world, host, &row.warehouse)) continue;
        if (draw_below(world, ++fit) != 0) continue;
        memcpy(seen->id.bytes, walk.at.bytes, ID_BYTES);
        seen->disposition = row.disposition;
        seen->units = row.units;
    }
    return look_end(world, host, fit > 0);
}

static bool leaves_together(uint64_t disposition)
{
    return disposition >= DISPOSE_RESELL && disposition <= DISPOSE_DESTROY;
}

static bool is_mended(uint64_t disposition)
{
    return disposition == DISPOSE_REPAIR || disposition == DISPOSE_REFURBISH;
}

/* Units that stand here and are disposed of in such a way, a few of them drawn; where one is
 * chosen, those that go with it. */
struct scan {
    bool (*fits)(uint64_t disposition);
    uint64_t disposition; /* 0: of the first one that is found */
    struct id unit[SCANNED_MAX];
    uint32_t count;
};

static void scan_units(struct world *world, unsigned host, struct scan *scan)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct unit_row row;
    while (walk_next(rows, VIEW_UNIT, &walk, &at) && scan->count < SCANNED_MAX) {
        if (shape_decode(&unit_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state != UNIT_DISPOSED || !scan->fits(row.disposition)) continue;
        if (!is_here(world, host, &row.warehouse)) continue;
        if (scan->disposition != 0 && row.disposition != scan->disposition) continue;
        if (draw_below(world, 3) == 0) continue;
        scan->disposition = row.disposition;
        memcpy(scan->unit[scan->count++].bytes, walk.at.bytes, ID_BYTES);
    }
    look_end(world, host, scan->count > 0);
}

static bool look_repair(struct world *world, unsigned host, bool here, struct id *repair,
                        struct id *merchant)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct repair_row row;
    uint64_t fit = 0;
    bool ended = draw_below(world, 12) == 0;
    while (walk_next(rows, VIEW_REPAIR, &walk, &at)) {
        if (shape_decode(&repair_row_shape, at.value, &row, NULL) != OK) continue;
        if ((row.state == REPAIR_IS_ENDED) != ended) continue;
        if (here && !is_here(world, host, &row.warehouse)) continue;
        if (draw_below(world, ++fit) != 0) continue;
        memcpy(repair->bytes, walk.at.bytes, ID_BYTES);
        *merchant = row.merchant;
    }
    return look_end(world, host, fit > 0);
}

/* --- batches ---------------------------------------------------------------------------------- */

static void wish(struct world *world, unsigned host, enum command_kind kind,
                 const union command_body *body)
{
    clients_wish(world, host, kind, on_the_floor(world), body);
}

static void open_batch(struct world *world, unsigned host, uint64_t disposition)
{
    union command_body body = {0};
    body.batch_open =
        (struct batch_open){.warehouse = world->host[host].card.warehouse,
                            .disposition = disposition,
                            .counterparty = span_text("Ojai Liquidators"),
                            .currency = CURRENCY_EUROS,
                            .split = SPLIT_EQUALLY + draw_below(world, SPLIT_BY_VALUE)};
    wish(world, host, COMMAND_BATCH_OPEN, &body);
}

static void change_batch(struct world *world, unsigned host, enum command_kind kind,
                         const struct seen_batch *seen)
{
    struct scan scan = {.fits = leaves_together, .disposition = seen->disposition};
    union command_body body = {0};
    scan_units(world, host, &scan);
    if (scan.count == 0) return;
    body.batch_change.batch = seen->id;
    body.batch_change.units_count = scan.count;
    for (uint32_t i = 0; i < scan.count; i++) body.batch_change.units[i].unit = scan.unit[i];
    wish(world, host, kind, &body);
}

/* The same reference brings the same sum again, nearly always. */
static void put_money(struct world *world, char reference[CLIENT_TEXT_BYTES],
                      struct batch_proceeds *proceeds)
{
    uint64_t number = draw_below(world, MONIES);
    put_word(reference, "paid-", number);
    proceeds->reference = span_text(reference);
    proceeds->proceeds_minor = number == 0 ? -1 : 1001 * (int64_t)number;
    proceeds->cost_minor = 47 * (int64_t)number;
    if (draw_below(world, 12) == 0) proceeds->proceeds_minor++;
}

static void close_batch(struct world *world, unsigned host, const struct seen_batch *seen)
{
    char reference[CLIENT_TEXT_BYTES];
    union command_body body = {0};
    struct batch_proceeds money = {.cost_minor = 0};
    bool cancel = draw_below(world, 6) == 0;
    put_money(world, reference, &money);
    body.batch_close = (struct batch_close){.batch = seen->id, .cancel = cancel};
    if (cancel) body.batch_close.reason = span_text("the truck did not come");
    if (!cancel && money.proceeds_minor > 0 && draw_below(world, 2) == 0) {
        body.batch_close.reference = money.reference;
        body.batch_close.proceeds_minor = money.proceeds_minor;
        body.batch_close.cost_minor = money.cost_minor;
    }
    wish(world, host, COMMAND_BATCH_CLOSE, &body);
}

static void pay_batch(struct world *world, unsigned host, const struct seen_batch *seen)
{
    char reference[CLIENT_TEXT_BYTES];
    union command_body body = {0};
    body.batch_proceeds.batch = seen->id;
    put_money(world, reference, &body.batch_proceeds);
    clients_wish(world, host, COMMAND_BATCH_PROCEEDS, BY_ADMIN, &body);
}

static void load_event(struct world *world, const struct agenda_event *event);

/* Whoever has begun goes on for a while. */
static void go_on(struct world *world, unsigned host,
                  void (*step)(struct world *world, const struct agenda_event *event))
{
    if (draw_below(world, 4) == 0) return;
    uint64_t in_us = chance_wait_us(&world->chance[PURPOSE_CLIENTS], NEXT_STEP_US);
    world_after(world, in_us + MINUTE_US, step, host, 0, 0, NULL);
}

static void load(struct world *world, unsigned host)
{
    struct seen_batch seen;
    uint64_t at = draw_below(world, 16);
    if (at < 4 && look_batch(world, host, at == 3 ? BATCH_IS_CANCELED : BATCH_IS_CLOSED, &seen)) {
        if (at == 0)
            close_batch(world, host, &seen);
        else
            change_batch(world, host, COMMAND_BATCH_ADD, &seen);
        return;
    }
    if (at < 8 && look_batch(world, host, BATCH_IS_CLOSED, &seen)) {
        pay_batch(world, host, &seen);
        return;
    }
    struct scan scan = {.fits = leaves_together};
    bool open = look_batch(world, host, BATCH_IS_OPEN, &seen);
    scan_units(world, host, &scan);
    if (scan.count > 0 && (!open || at == 8))
        open_batch(world, host, scan.disposition);
    else if (open && seen.units > 0 && at >= 13)
        close_batch(world, host, &seen);
    else if (open)
        change_batch(world, host, at == 12 ? COMMAND_BATCH_REMOVE : COMMAND_BATCH_ADD, &seen);
    if (open || scan.count > 0) go_on(world, host, load_event);
}

static void load_event(struct world *world, const struct agenda_event *event)
{
    if (clients_may_wish(world)) load(world, (unsigned)event->a);
}

void load_truck(struct world *world)
{
    load(world, any_warehouse(world));
}

/* --- repairs ---------------------------------------------------------------------------------- */

static void open_repair(struct world *world, unsigned host)
{
    struct scan scan = {.fits = is_mended};
    union command_body body = {0};
    scan_units(world, host, &scan);
    if (scan.count == 0) return;
    body.repair_begin = (struct repair_begin){.unit = scan.unit[scan.count - 1],
                                              .fault = span_text("it does not turn"),
                                              .currency = CURRENCY_EUROS,
                                              .estimate_minor = draw_below(world, CONSENT_MINOR),
                                              .days = draw_below(world, 4)};
    wish(world, host, COMMAND_REPAIR_OPEN, &body);
}

static void consent(struct world *world)
{
    unsigned host = any_host(world);
    union command_body body = {0};
    struct repair_consent *said = &body.repair_consent;
    if (!look_repair(world, host, false, &said->repair, &said->merchant)) return;
    if (draw_below(world, 4) == 0) said->repair = (struct id){{0}};
    said->currency = CURRENCY_EUROS;
    said->up_to_minor = draw_below(world, CONSENT_MINOR);
    clients_wish(world, host, COMMAND_REPAIR_CONSENT, BY_MERCHANT, &body);
}

static void put_parts(struct world *world, unsigned host)
{
    union command_body body = {0};
    struct id merchant;
    struct repair_step *step = &body.repair_step;
    if (!look_repair(world, host, true, &step->repair, &merchant)) return;
    step->parts_count = 1;
    step->parts[0] = (struct repair_part){.sku = span_text("BRUSH"),
                                          .pieces = 1 + draw_below(world, 2),
                                          .cost_minor = draw_below(world, PART_MINOR)};
    wish(world, host, COMMAND_REPAIR_WORK, &body);
}

static void end_repair(struct world *world, unsigned host)
{
    union command_body body = {0};
    struct id merchant;
    struct repair_finish *finish = &body.repair_finish;
    if (!look_repair(world, host, true, &finish->repair, &merchant)) return;
    finish->outcome = REPAIR_REPAIRED + draw_below(world, REPAIR_NO_FAULT_FOUND);
    finish->grade = 1 + draw_below(world, 6);
    finish->labour_minor = draw_below(world, 2) * draw_below(world, PART_MINOR);
    wish(world, host, COMMAND_REPAIR_END, &body);
}

static void mend_event(struct world *world, const struct agenda_event *event);

static void work(struct world *world, unsigned host)
{
    struct id repair, merchant;
    if (!look_repair(world, host, true, &repair, &merchant) || draw_below(world, 6) == 0)
        open_repair(world, host);
    else if (draw_below(world, 3) == 0)
        consent(world);
    else if (draw_below(world, 4) == 0)
        end_repair(world, host);
    else
        put_parts(world, host);
    go_on(world, host, mend_event);
}

static void mend_event(struct world *world, const struct agenda_event *event)
{
    if (clients_may_wish(world)) work(world, (unsigned)event->a);
}

void mend(struct world *world)
{
    work(world, any_warehouse(world));
}

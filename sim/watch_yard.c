#include "sim/watch_yard.h"

#include <string.h>

#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/repair/repair.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* An entry at hand. */
struct sight {
    struct host *host;
    const struct event_header *header;
    const struct rows *views;
    bool decided_here;
};

/* --- batches ---------------------------------------------------------------------------------- */

/* Batches that the unit is on and that are open, or closed without having settled it. */
static unsigned batches_of(const struct sight *sight, const struct id *unit)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    unsigned count = 0;
    struct unit_now now;
    bool settled = unit_load(sight->views, unit, &now) && now.row.state == UNIT_SETTLED;
    while (walk_next(sight->views, VIEW_BATCH_LINE, &walk, &at)) {
        struct batch_row row;
        struct key batch = {.size = 2 * ID_BYTES};
        if (memcmp(walk.at.bytes + 3 * ID_BYTES, unit->bytes, ID_BYTES) != 0) continue;
        memcpy(batch.bytes, walk.at.bytes, batch.size);
        if (!rows_load(sight->views, VIEW_BATCH, &batch, &batch_row_shape, &row)) continue;
        bool waits = row.state == BATCH_IS_CLOSED && !settled && now.row.state == UNIT_DISPOSED &&
                     now.row.disposition == row.disposition;
        count += row.state == BATCH_IS_OPEN || waits ? 1 : 0;
    }
    return count;
}

static struct watch_batch *batch_of(struct watch *watch, const struct id *batch)
{
    for (unsigned i = 0; i < watch->batches; i++)
        if (id_equal(&watch->batch[i].batch, batch)) return &watch->batch[i];
    if (watch->batches == WATCH_BATCHES_MAX) return NULL;
    struct watch_batch *fresh = &watch->batch[watch->batches++];
    *fresh = (struct watch_batch){.batch = *batch};
    return fresh;
}

/* What is closed or called off changes no more. */
static void check_ended(const struct sight *sight, const struct batch_moved *moved)
{
    struct watch_batch *batch = batch_of(sight->host->world->watch, &moved->batch);
    bool ends = moved->act == BATCH_CLOSE || moved->act == BATCH_CANCEL;
    if (batch == NULL) return;
    if (batch->ended_idx != 0 && sight->header->idx > batch->ended_idx)
        oracle_fail(sight->host->world, "batches: one that had ended changed, by act %u",
                    (unsigned)moved->act);
    if (ends && batch->ended_idx == 0) batch->ended_idx = sight->header->idx;
}

static void look_at_batch(const struct sight *sight, const struct batch_moved *moved)
{
    static const char *const marks[] = {[BATCH_OPEN] = "a batch was opened",
                                        [BATCH_ADD] = "a unit was put on a batch",
                                        [BATCH_REMOVE] = "a unit was taken off a batch",
                                        [BATCH_CLOSE] = "a batch was closed",
                                        [BATCH_CANCEL] = "a batch was called off"};
    world_mark(sight->host->world, marks[moved->act]);
    check_ended(sight, moved);
    if (moved->act != BATCH_ADD || !sight->decided_here) return;
    for (uint32_t i = 0; i < moved->lines_count; i++)
        if (batches_of(sight, &moved->lines[i].unit) > 1)
            oracle_fail(sight->host->world, "batches: a unit is on two");
}

/* Each sum, by what the batch's own entries said, and by its lines. */
static void look_at_paid(const struct sight *sight, const struct batch_paid *paid)
{
    struct batch_now now;
    if (!batch_load(sight->views, &paid->batch, &now)) return;
    struct key prefix = key_add_id(key_of(&paid->batch), &now.log);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct batch_paid one;
    struct batch_line_row line;
    int64_t told = 0, cost = 0, split = 0, split_cost = 0;
    while (walk_next(sight->views, VIEW_BATCH_PAID, &walk, &at)) {
        if (shape_decode(&batch_paid_shape, at.value, &one, NULL) != OK) continue;
        told += one.proceeds_minor;
        cost += one.cost_minor;
    }
    walk = batch_lines(&paid->batch, &now.log, NULL);
    while (batch_line_next(sight->views, &walk, &line)) {
        split += line.proceeds_minor;
        split_cost += line.cost_minor;
    }
    world_mark(sight->host->world, "a batch was paid");
    if (split != told || split_cost != cost)
        oracle_fail(sight->host->world, "batches: %lld were paid, their units brought %lld",
                    (long long)told, (long long)split);
}

/* --- repairs ---------------------------------------------------------------------------------- */

/* The most that anybody consented to of the merchant's, for this one or for all. */
static uint64_t consented(const struct sight *sight, const struct id *repair,
                          const struct repair_row *row)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    uint64_t most = 0;
    struct repair_consented one;
    while (walk_next(sight->views, VIEW_REPAIR_CONSENT, &walk, &at)) {
        if (shape_decode(&repair_consented_shape, at.value, &one, NULL) != OK) continue;
        bool of_it = id_is_zero(&one.repair) || id_equal(&one.repair, repair);
        if (of_it && id_equal(&one.merchant, &row->merchant) && one.up_to_minor > most)
            most = one.up_to_minor;
    }
    return most;
}

static void look_at_repair(const struct sight *sight, const struct repair_moved *moved)
{
    static const char *const marks[] = {[REPAIR_OPEN] = "a repair was begun",
                                        [REPAIR_WORK] = "parts went into a repair",
                                        [REPAIR_END] = "a repair was ended"};
    struct repair_now now;
    uint64_t more = moved->labour_minor;
    world_mark(sight->host->world, marks[moved->act]);
    for (uint32_t i = 0; i < moved->parts_count; i++) more += moved->parts[i].cost_minor;
    if (!sight->decided_here || more == 0) return;
    if (!repair_load(sight->views, &moved->repair, &now)) return;
    uint64_t limit = consented(sight, &moved->repair, &now.row);
    world_mark(sight->host->world, "money was spent on a repair");
    if (now.row.cost_minor > limit)
        oracle_fail(sight->host->world, "repair: %llu are spent, the merchant consented to %llu",
                    (unsigned long long)now.row.cost_minor, (unsigned long long)limit);
}

/* What lies at a bench stays there until its order has ended. */
static void look_at_unit(const struct sight *sight, const struct unit_moved *moved)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct repair_row row;
    bool acts = moved->verb == DO_GRADE || moved->verb == DO_DISPOSE || moved->verb == DO_SHIP;
    while (acts && walk_next(sight->views, VIEW_REPAIR, &walk, &at)) {
        if (shape_decode(&repair_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state == REPAIR_IS_OPEN && id_equal(&row.unit, &moved->unit))
            oracle_fail(sight->host->world, "repair: a unit left the bench, and its order is open");
    }
}

/* --- charges ---------------------------------------------------------------------------------- */

/* At the price that held when it was done: the latest table by then. */
static void look_at_charge(const struct sight *sight, const struct charge_posted *charge)
{
    struct key prefix = key_add_id(key_of(&charge->merchant), &charge->warehouse);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct fee_row fee;
    uint64_t version = 0;
    if (!id_is_zero(&charge->reverses)) return;
    world_mark(sight->host->world, "an act was charged");
    if (!sight->decided_here || charge->act == BILLED_STORAGE) return;
    while (walk_next(sight->views, VIEW_FEE, &walk, &at))
        if (shape_decode(&fee_row_shape, at.value, &fee, NULL) == OK &&
            fee.from_ms <= charge->act_ms && fee.version > version)
            version = fee.version;
    if (version != charge->fee_version)
        oracle_fail(sight->host->world, "charges: an act of version %llu costs what %llu says",
                    (unsigned long long)version, (unsigned long long)charge->fee_version);
}

void watch_yard(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    const struct sight sight = {host, header, &host->disk.inner->views,
                                watch_decided_here(host, header)};
    bool moved = header->kind == EVENT_UNIT_MOVED && sight.decided_here;
    bool of_interest = header->kind == EVENT_BATCH_MOVED || header->kind == EVENT_BATCH_PAID ||
                       header->kind == EVENT_REPAIR_MOVED || header->kind == EVENT_CHARGE_POSTED;
    if ((!of_interest && !moved) || stores_are_other(host->world)) return;
    if (event_body_decode(header, payload, &body) != OK) return;
    if (moved) look_at_unit(&sight, &body.unit_moved);
    if (header->kind == EVENT_BATCH_MOVED) look_at_batch(&sight, &body.batch_moved);
    if (header->kind == EVENT_BATCH_PAID) look_at_paid(&sight, &body.batch_paid);
    if (header->kind == EVENT_REPAIR_MOVED) look_at_repair(&sight, &body.repair_moved);
    if (header->kind == EVENT_CHARGE_POSTED) look_at_charge(&sight, &body.charge_posted);
}

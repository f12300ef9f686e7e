#include "sim/watch_goods.h"

#include <string.h>

#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* --- scans: a carrier that says it twice said it once ---------------------------------------- */

static bool is_tracking_of(const struct wish *wish, struct span number, struct id *dedup)
{
    union command_body body;
    if (wish->kind != COMMAND_TRACKING) return false;
    struct span bytes = span_of(wish->body, wish->body_bytes);
    if (shape_decode(&tracking_shape, bytes, &body.tracking, NULL) != OK) return false;
    *dedup = body.tracking.points[0].dedup;
    return span_equal(body.tracking.number, number);
}

static uint64_t scans_posted(const struct clients *clients, struct span number)
{
    uint64_t steps = 0; /* post_tracking numbers them in the last byte of their first half */
    for (uint32_t i = 0; i < clients->wishes; i++) {
        struct id dedup;
        if (is_tracking_of(&clients->wish[i], number, &dedup))
            steps |= (uint64_t)1 << (be_get(dedup.bytes + 8, 8) & 0x3f);
    }
    uint64_t count = 0;
    for (; steps != 0; steps &= steps - 1) count++;
    return count;
}

static void check_scans(struct host *host, const struct id *parcel)
{
    const struct clients *clients = host->world->watcher;
    struct parcel_row row;
    if (!parcel_load(&host->disk.inner->views, parcel, &row)) return;
    uint64_t posted = scans_posted(clients, row.number);
    if (row.scans > posted)
        oracle_fail(host->world, "scans: host %u counts %llu of a parcel, %llu were posted",
                    host->number, (unsigned long long)row.scans, (unsigned long long)posted);
}

/* --- stock: a unit is restocked once in a cycle (I4) ----------------------------------------- */

static uint64_t stock_rows(const struct rows *views, const struct id *warehouse,
                           const struct id *unit)
{
    struct key prefix = key_add_id(key_of(warehouse), unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t count = 0;
    while (walk_next(views, VIEW_STOCK, &walk, &row)) count++;
    return count;
}

static void check_stock(struct host *host, const struct unit_moved *moved)
{
    const struct world *world = host->world;
    const struct rows *views = &host->disk.inner->views;
    struct unit_now now;
    uint64_t rows = 0;
    if (!unit_load(views, &moved->unit, &now)) return;
    for (unsigned i = 0; i < world->hosts; i++) {
        const struct host *host_of = &world->host[i];
        bool twice = host_of->twin != 0 && host_of->twin < i; /* twins have one warehouse */
        if (!twice && !id_is_zero(&host_of->card.warehouse))
            rows += stock_rows(views, &host_of->card.warehouse, &moved->unit);
    }
    if (rows > now.row.cycle)
        oracle_fail(host->world, "I4: a unit was restocked %llu times in %llu cycles",
                    (unsigned long long)rows, (unsigned long long)now.row.cycle);
}

/* --- persons: an erased payload stands nowhere (I20) ----------------------------------------- */

static void check_erased(struct host *host, const struct id *log, uint64_t idx)
{
    struct event event;
    const struct log *held = logs_find(&host->core->logs, log);
    if (held == NULL || held->folded < idx) return;
    if (log_read(&host->core->logs, log, idx, &event, NULL) != OK) return;
    if (event.payload.at != NULL)
        oracle_fail(host->world, "I20: an erased payload stands in host %u's log", host->number);
}

static void note_person(struct watch *watch, const struct event_header *header)
{
    for (unsigned i = 0; i < watch->persons; i++)
        if (watch->person[i].idx == header->idx && id_equal(&watch->person[i].log, &header->log))
            return;
    if (watch->persons == WATCH_PERSONS_MAX) return;
    watch->person[watch->persons].log = header->log;
    watch->person[watch->persons].idx = header->idx;
    watch->person[watch->persons++].subject = header->entity;
}

/* Whichever of the two comes second must take the payload away. */
static void check_person(struct host *host, const struct event_header *header)
{
    struct watch *watch = host->world->watch;
    struct key subject = key_of(&header->entity);
    note_person(watch, header);
    if (rows_has(&host->disk.inner->views, VIEW_ERASED, &subject))
        check_erased(host, &header->log, header->idx);
}

static void check_erase(struct host *host, const struct event_header *header)
{
    const struct watch *watch = host->world->watch;
    for (unsigned i = 0; i < watch->persons; i++)
        if (id_equal(&watch->person[i].subject, &header->entity))
            check_erased(host, &watch->person[i].log, watch->person[i].idx);
}

/* --- money: what is reserved stays within what was captured, and within the day's cap --------- */

static void check_cap(struct host *host, const struct id *merchant)
{
    const struct clients *clients = host->world->watcher;
    struct key prefix = key_of(merchant);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct spent_row spent;
    int64_t cap = INT64_MAX;
    for (unsigned i = 0; i < clients->merchants; i++)
        if (id_equal(&clients->merchant[i].id, merchant)) cap = clients->merchant[i].cap_minor;
    while (walk_next(&host->disk.inner->views, VIEW_SPENT, &walk, &row))
        if (shape_decode(&spent_row_shape, row.value, &spent, NULL) == OK && spent.minor > cap)
            oracle_fail(host->world, "cap: %lld spent in a day, %lld allowed",
                        (long long)spent.minor, (long long)cap);
}

/* What the provider is said to have said is what its own ledger says. A store that was put back may
 * have called for a slot behind this one's back. */
static void check_word(struct host *host, const struct refund_moved *moved)
{
    const struct world *world = host->world;
    const struct provider *provider = &world->provider;
    uint32_t paid = 0, kept = 0;
    for (unsigned i = 0; i < world->hosts; i++)
        if (store_is_other(&world->host[i])) return;
    for (uint32_t i = 0; i < provider->count; i++) {
        if (!id_equal(&provider->entry[i].slot, &moved->slot)) continue;
        paid += provider->entry[i].times_paid;
        kept += provider_paid(&provider->entry[i]);
    }
    if (moved->verb == DO_FIND_PAID && paid == 0)
        oracle_fail(host->world, "I1: a refund is called settled and was never paid");
    if (moved->verb == DO_FIND_FAILED && kept > 0)
        oracle_fail(host->world, "I1: a refund is called failed and was paid");
}

static void check_refund(struct host *host, const struct refund_moved *moved)
{
    const struct clients *clients = host->world->watcher;
    const struct rows *views = &host->disk.inner->views;
    struct refund_row refund;
    struct payment_row payment;
    check_word(host, moved);
    if (!refund_load(views, &moved->slot, &refund)) return;
    check_cap(host, &refund.merchant);
    if (!payment_load(views, &refund.order, refund.payment, &payment)) return;
    int64_t captured = clients_captured(clients, payment.reference);
    if (payment.captured_minor < captured) captured = payment.captured_minor;
    int64_t refunded = payment.refunded_minor - payment.recharged_minor;
    if (refunded > captured)
        oracle_fail(host->world, "I3: %lld is refunded of a payment of %lld", (long long)refunded,
                    (long long)captured);
}

/* What cannot be undone worst of all has two names under it. */
static void check_two(struct host *host, const struct unit_moved *moved)
{
    struct unit_now now;
    if (!unit_load(&host->disk.inner->views, &moved->unit, &now) || now.hop != moved->hop) return;
    if (now.row.disposition != DISPOSE_DESTROY || now.row.state != UNIT_SETTLED) return;
    world_mark(host->world, "a unit was destroyed by two");
    if (moved->by.kind == moved->chosen_by.kind &&
        id_equal(&moved->by.token, &moved->chosen_by.token))
        oracle_fail(host->world, "I4: one person alone destroyed a unit");
}

static void mark_followup(struct host *host, const struct followup_moved *moved)
{
    if (moved->verb == DO_FOLLOW_UP) world_mark(host->world, "a buyer was to be asked");
    if (moved->verb == DO_SCORE) world_mark(host->world, "a buyer said how content they were");
}

void watch_goods(struct host *host, const struct event_header *header, struct span payload)
{
    union event_body body;
    if ((header->flags & EVENT_PERSONAL) != 0) check_person(host, header);
    if (header->kind == EVENT_ERASE) check_erase(host, header);
    bool of_interest = header->kind == EVENT_TRACKING || header->kind == EVENT_UNIT_MOVED ||
                       header->kind == EVENT_REFUND_MOVED || header->kind == EVENT_FOLLOWUP;
    if (!of_interest || event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_TRACKING) check_scans(host, &header->entity);
    if (header->kind == EVENT_UNIT_MOVED && body.unit_moved.verb == DO_SETTLE) {
        check_stock(host, &body.unit_moved);
        check_two(host, &body.unit_moved);
    }
    if (header->kind == EVENT_REFUND_MOVED) check_refund(host, &body.refund_moved);
    if (header->kind == EVENT_FOLLOWUP) mark_followup(host, &body.followup_moved);
}

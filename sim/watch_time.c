#include "sim/watch_time.h"

#include <string.h>

#include "node/core/hearing.h"
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

#define LEFT_MS                                                                                    \
    (2u * 3600 * 1000) /* so long after its time a deadline may still stand, at the end */

/* --- answers that are on their way ------------------------------------------------------------ */

static struct watch_ask *ask_of(struct watch *watch, const struct id *request)
{
    for (unsigned i = 0; i < watch->asks; i++)
        if (id_equal(&watch->ask[i].request, request)) return &watch->ask[i];
    return NULL;
}

/* Whoever's log it is; a store that is not what it was is looked at by others only. */
static unsigned writer_of(const struct host *host, const struct id *log)
{
    const struct world *world = host->world;
    for (unsigned i = 0; i < world->hosts; i++)
        if (id_equal(&world->host[i].self.log, log) || id_equal(&world->host[i].old_log, log))
            return i;
    return host->number;
}

static void note_ask(struct host *host, const struct event_header *header, const struct ask *ask)
{
    struct watch *watch = host->world->watch;
    union command_body body;
    bool decides = ask->command == COMMAND_RETURN_APPROVE ||
                   ask->command == COMMAND_RETURN_DECLINE || ask->command == COMMAND_RETURN_CANCEL;
    if (!decides || ask_of(watch, &ask->request) != NULL || watch->asks == WATCH_ASKS_MAX) return;
    if (shape_decode(&return_decide_shape, ask->body, &body, NULL) != OK) return;
    watch->ask[watch->asks++] = (struct watch_ask){.request = ask->request,
                                                   .return_id = body.return_decide.return_id,
                                                   .book = ask->authority,
                                                   .asked_ms = hlc_ms(header->hlc),
                                                   .host = writer_of(host, &header->log)};
}

static void note_answer(struct watch *watch, const struct answer *answer)
{
    struct watch_ask *ask = ask_of(watch, &answer->request);
    if (ask != NULL) ask->answered = true;
}

/* --- what fired ------------------------------------------------------------------------------- */

static void check_twice(struct host *host, const struct event_header *header,
                        const struct return_moved *moved)
{
    struct watch *watch = host->world->watch;
    for (unsigned i = 0; i < watch->fired_count; i++) {
        const struct watch_fired *fired = &watch->fired[i];
        if (!id_equal(&fired->return_id, &moved->return_id) || fired->due_ms != moved->fired_ms)
            continue;
        bool same = fired->idx == header->idx && id_equal(&fired->book, &header->log);
        if (!same && !stores_are_other(host->world))
            oracle_fail(host->world, "deadlines: one fired twice");
        return;
    }
    if (watch->fired_count == WATCH_FIRED_MAX) return;
    watch->fired[watch->fired_count++] = (struct watch_fired){.return_id = moved->return_id,
                                                              .book = header->log,
                                                              .idx = header->idx,
                                                              .due_ms = moved->fired_ms};
}

static bool is_overridden(const struct host *host, const struct return_moved *moved)
{
    struct due due = {.due_ms = moved->fired_ms, .thing = moved->return_id};
    return business_due_overridden(&host->disk.inner->views, &due);
}

/* An answer is in time by the stamp of its entry: that of a node whose clock ran ahead is late.
 * What a lost store was asked may be gone with its disk. */
static void check_overtaken(struct host *host, const struct event_header *header,
                            const struct return_moved *moved)
{
    const struct watch *watch = host->world->watch;
    for (unsigned i = 0; i < watch->asks; i++) {
        const struct watch_ask *ask = &watch->ask[i];
        if (ask->answered || ask->asked_ms > moved->fired_ms) continue;
        if (!id_equal(&ask->return_id, &moved->return_id) || !id_equal(&ask->book, &header->log))
            continue;
        if (store_is_other(&host->world->host[ask->host])) continue;
        if (!is_overridden(host, moved))
            oracle_fail(host->world, "deadlines: silence granted what host %u was asked about",
                        ask->host);
    }
}

/* Every host looks at every entry; the first to hold one is who wrote it, at that moment. */
static void check_fired(struct host *host, const struct event_header *header,
                        const struct return_moved *moved)
{
    if (moved->by.kind != BY_CLOCK) return;
    check_twice(host, header, moved);
    if (moved->verb == DO_APPROVE && watch_decided_here(host, header))
        check_overtaken(host, header, moved);
}

void watch_time(struct host *host, const struct event_header *header, struct span payload)
{
    union event_body body;
    bool of_interest = header->kind == EVENT_ASK || header->kind == EVENT_ANSWER ||
                       header->kind == EVENT_RETURN_MOVED;
    if (!of_interest || event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_ASK) note_ask(host, header, &body.ask);
    if (header->kind == EVENT_ANSWER) note_answer(host->world->watch, &body.answer);
    if (header->kind == EVENT_RETURN_MOVED) check_fired(host, header, &body.return_moved);
}

/* --- what is left at the end ------------------------------------------------------------------ */

static bool is_away(const struct host *host)
{
    return host == NULL || !host->up || host->core->stopped || store_is_other(host);
}

/* What its writer wrote depends on an entry of the other branch of a forked log: at the end nothing
 * else holds a log up (agree.c). */
static bool is_held_up(const struct host *writer, const struct id *log, const struct host *at)
{
    const struct log *own = logs_find(&writer->core->logs, log);
    const struct log *held = logs_find(&at->core->logs, log);
    return own != NULL && (held == NULL || held->row.last < own->row.last);
}

/* Is there a member that is gone for good, whose word never comes, or to whom the deadline itself
 * never comes, so that it has no word about it, among those that the deadline waits for? */
static bool waits_in_vain(struct world *world, struct host *host, const struct due *due)
{
    struct id nodes[HOSTS_MAX];
    uint32_t count =
        hearing_awaited(&host->disk.inner->views, &host->self.log, due->due_ms, nodes, HOSTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const struct host *awaited = host_by_node(world, &nodes[i]);
        if (is_away(awaited) || is_held_up(awaited, &awaited->self.log, host)) return true;
        if (is_held_up(host, &due->authority, awaited)) return true;
    }
    return false;
}

static const struct host *host_of_warehouse(const struct world *world, const struct id *warehouse)
{
    for (unsigned i = 0; i < world->hosts; i++)
        if (id_equal(&world->host[i].card.warehouse, warehouse)) return &world->host[i];
    return NULL;
}

/* A thing that may be leaving holds the money back until it is sent, or until what is kept runs out
 * (which may be in 2038, by the clock of the day on which it was kept); once it is called off,
 * until its warehouse says what became of it, which one that is gone for good never does. */
static bool holds_back(struct world *world, struct host *host, const struct due *due,
                       const struct id *exchange, const struct exchange_row *row)
{
    struct exchange_said said;
    const struct host *sends = host_of_warehouse(world, &row->warehouse);
    struct id warehouse = row->warehouse;
    bool kept =
        row->state == EXCHANGE_LEAVING &&
        exchange_said_load(&host->disk.inner->views, exchange, row->attempt, &warehouse, &said) &&
        said.row.expires_ms > host_wall_ms(host);
    return kept || is_away(sends) || is_held_up(sends, &sends->self.log, host) ||
           is_held_up(host, &due->authority, sends);
}

static bool leaves_in_vain(struct world *world, struct host *host, const struct due *due)
{
    const struct rows *views = &host->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct exchange_row row;
    if (!exchange_is_leaving(views, &due->thing)) return false;
    while (walk_next(views, VIEW_EXCHANGE, &walk, &at)) {
        if (shape_decode(&exchange_row_shape, at.value, &row, NULL) != OK) continue;
        bool leaves = row.state == EXCHANGE_LEAVING || row.state == EXCHANGE_RECALLING;
        if (!leaves || !id_equal(&row.return_id, &due->thing)) continue;
        struct id exchange;
        memcpy(exchange.bytes, walk.at.bytes, ID_BYTES);
        if (holds_back(world, host, due, &exchange, &row)) return true;
    }
    return false;
}

void watch_time_lost(struct world *world, struct host *host, const struct due *due)
{
    const struct log *log = logs_find(&host->core->logs, &due->authority);
    if (due->due_ms + LEFT_MS > host_wall_ms(host) || log == NULL || !log->own) return;
    bool waits = (business_due_waits(due->verb) && waits_in_vain(world, host, due)) ||
                 leaves_in_vain(world, host, due);
    if (!waits)
        oracle_fail(world, "deadlines: one was lost at host %u (verb %u, %llu minutes ago)",
                    host->number, (unsigned)due->verb,
                    (unsigned long long)((host_wall_ms(host) - due->due_ms) / 60000));
}

void watch_time_left(struct world *world, struct host *host)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct due due;
    while (walk_next(&host->disk.inner->views, VIEW_DUE, &walk, &row)) {
        if (!due_read(key_span(&walk.at), &due)) continue;
        if (due.due_ms + LEFT_MS > host_wall_ms(host)) return;
        watch_time_lost(world, host, &due);
    }
}

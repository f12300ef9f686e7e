#include "sim/stores.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/core/mesh_rows.h"
#include "node/core/meta.h"
#include "sim/clients.h"
#include "sim/faults.h"
#include "sim/oracle.h"

static struct chance *draw(struct world *world)
{
    return &world->chance[PURPOSE_FAULTS];
}

bool store_is_other(const struct host *host)
{
    return host->lost || host->doubtful || host->lost_runs > 0;
}

bool stores_are_other(const struct world *world)
{
    for (unsigned i = 0; i < world->hosts; i++)
        if (store_is_other(&world->host[i])) return true;
    return false;
}

static void run_command(const char *command)
{
    if (system(command) != 0) abort();
}

static void copy_store(const struct host *host, const char *suffix, bool back)
{
    char command[640];
    const char *from = back ? suffix : "", *to = back ? "" : suffix;
    snprintf(command, sizeof command, "rm -rf '%s%s' && cp -r '%s%s' '%s%s'", host->directory, to,
             host->directory, from, host->directory, to);
    run_command(command);
}

/* Somebody whom it can happen to, mostly one with a warehouse; NULL: nobody now. */
static struct host *victim(struct world *world)
{
    unsigned present = 0;
    for (unsigned i = 0; i < world->hosts; i++) present += world->host[i].absent ? 0 : 1;
    struct host *host = &world->host[chance_below(draw(world), world->hosts)];
    for (unsigned i = 0; i < 4 && id_is_zero(&host->card.warehouse); i++)
        host = &world->host[chance_below(draw(world), world->hosts)];
    bool may = host->up && !host->paused && !host->disk.read_only && host->number != 0;
    return may && present > 2 && !world->store_chosen ? host : NULL;
}

/* A copy as a careful operator takes it: the process is stopped meanwhile. */
static void take_copy(struct host *host, const char *suffix)
{
    host->world->store_chosen = true;
    host_crash(host);
    copy_store(host, suffix, false);
    host_start(host);
}

/* --- an old copy is put back, with no guard file to tell: only peers can (F17) --- */

static void old_copy_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    if (world->faults->calm) return;
    if (host->up) host_crash(host);
    copy_store(host, ".old", true);
    host->doubtful = true;
    fault_struck(world, FAULT_OLD_COPY);
}

void stores_put_back(struct world *world)
{
    struct host *host = victim(world);
    if (host == NULL) return;
    take_copy(host, ".old");
    world_after(world, chance_between(draw(world), 6 * HOUR_US, 30 * HOUR_US), old_copy_event,
                host->number, 0, 0, NULL);
}

/* --- a machine is cloned, and both run (F18) --- */

/* A store that stopped and said so is switched off, as the manual asks for. */
static void look_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    world_after(world, HOUR_US, look_event, event->a, 0, 0, NULL);
    if (!host->up || !host->core->stopped || host->lost) return;
    if (!host->said_doubt) oracle_fail(world, "F18: twin %u stopped unsaid", host->number);
    world_mark(world, "a cloned store stopped and said so");
    host_crash(host);
    host->lost = true;
    host->lost_runs = host->runs;
}

void stores_clone(struct world *world)
{
    struct host *host = victim(world);
    char command[640];
    if (host == NULL || world->hosts == HOSTS_MAX) return;
    world->store_chosen = true;
    host_crash(host);
    struct host *twin = host_clone(host);
    snprintf(command, sizeof command, "cp -r '%s' '%s'", host->directory, twin->directory);
    run_command(command);
    host->doubtful = twin->doubtful = true;
    host->twin = twin->number;
    twin->twin = host->number;
    host_start(host);
    host_start(twin);
    world_after(world, HOUR_US, look_event, host->number, 0, 0, NULL);
    world_after(world, HOUR_US, look_event, twin->number, 0, 0, NULL);
    fault_struck(world, FAULT_CLONE);
}

/* --- a disk is lost, its books are recovered elsewhere, and a backup is restored (F16) --- */

/* The operator compares the books at every node that is left, and has the one that holds most go
 * on; nodes that are merely down are waited for. */
static void recover_book(struct world *world, const struct id *book, const struct host *gone)
{
    struct host *best = NULL;
    uint64_t most = 0;
    for (unsigned i = 0; i < world->hosts; i++) {
        struct host *host = &world->host[i];
        const struct log *log =
            host->lost || host->doubtful ? NULL : logs_find(&host->core->logs, book);
        if (log == NULL) continue;
        if (log->own || !id_equal(&log->row.writer, &gone->self.node)) return;
        /* It is back, and was handed the book under the log that it writes now: nobody is gone. */
        if (!gone->lost && id_equal(&log->row.writer_log, &gone->self.log)) return;
        if (log->row.last > most) best = host;
        if (log->row.last > most) most = log->row.last;
    }
    if (best == NULL) return;
    struct input input = {.kind = INPUT_RECOVER, .ticket = ++world->next_ticket};
    input.book.book = *book;
    input.book.by.kind = BY_ADMIN;
    input.book.lost[0] = gone->self.node;
    input.book.lost_count = 1;
    host_submit(best, &input, NULL);
}

static void recover_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    world_after(world, 6 * HOUR_US, recover_event, event->a, 0, 0, NULL);
    for (unsigned i = 0; i < world->hosts; i++) {
        const struct host *host = &world->host[i];
        if (!host->lost && (!host->up || host->paused)) return;
    }
    for (unsigned i = 0; i < clients->merchants; i++)
        recover_book(world, &clients->merchant[i].book, &world->host[event->a]);
}

static void tell_founder(struct world *world, enum command_kind kind,
                         const union command_body *said)
{
    struct host *founder = &world->host[0];
    union command_body *body = calloc(1, sizeof *body);
    assert(body != NULL);
    *body = *said;
    struct input input = {.kind = INPUT_COMMAND,
                          .ticket = ++world->next_ticket,
                          .command = {.kind = kind,
                                      .body = body,
                                      .by = {.kind = BY_ADMIN, .node = founder->self.node}}};
    chance_fill(draw(world), input.command.request.bytes, ID_BYTES);
    host_submit(founder, &input, body);
}

/* Has the host itself heard that its log goes on where the former one ended? */
static bool is_successor(struct host *host)
{
    if (!host->up || host->disk.inner->port->begin_read(host->disk.inner->world) != OK)
        return false;
    struct key key = key_of(&host->old_log);
    bool known = rows_has(&host->disk.inner->views, VIEW_SUCCEEDS, &key);
    host->disk.inner->port->end_read(host->disk.inner->world);
    return known;
}

/* The membership is told until it has heard; then a start ends the doubt. */
static void succeed_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    union command_body body = {0};
    if (is_successor(host)) {
        host_crash(host);
        host->self.in_doubt = false;
        world_mark(world, "a lost store was succeeded");
        return;
    }
    body.member = host->card;
    tell_founder(world, COMMAND_MEMBER, &body);
    const struct log *old = logs_find(&world->host[0].core->logs, &host->old_log);
    body.succeeds = (struct succeeds){.node = host->self.node,
                                      .old_log = host->old_log,
                                      .new_log = host->self.log,
                                      .old_idx = old != NULL ? old->row.last : 1};
    tell_founder(world, COMMAND_SUCCEEDS, &body);
    world_after(world, HOUR_US, succeed_event, host->number, 0, 0, NULL);
}

/* The backup is put in the place of the store, and goes on under a new log (`entrepot restore`). */
static void renew(struct host *host)
{
    struct logs *shelf = calloc(1, sizeof *shelf);
    uint8_t random[10];
    struct meta_new made = {.wall_ms = host_wall_ms(host)};
    assert(shelf != NULL);
    chance_fill(draw(host->world), random, sizeof random);
    made.store = id_make(made.wall_ms, random);
    chance_fill(draw(host->world), random, sizeof random);
    made.log = id_make(made.wall_ms, random);
    memcpy(made.member.sign_key.bytes, host->self.sign_key, KEY_BYTES);
    copy_store(host, ".backup", true);
    enum error error = disk_open(host);
    if (error == OK)
        error = meta_renew(host->disk.inner, &host->crypto, &made, &host->old_log, shelf);
    assert(error == OK);
    disk_close(host, false);
    host->self.store = made.store;
    host->self.log = host->card.log = made.log;
    host->self.in_doubt = true;
    ((struct oracle *)host->world->oracle)->told[host->number] = 0; /* that was the former log */
    free(shelf);
}

static void restore_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    renew(host);
    host->lost = false;
    world_trace(world, "backup restored", host->number, 0);
    host_start(host);
    world_after(world, MINUTE_US, succeed_event, host->number, 0, 0, NULL);
}

/* In one case of four there was no backup, and the node is not seen again. */
static void lose_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    if (world->faults->calm) return;
    if (host->up) host_crash(host);
    host->lost = true;
    host->lost_runs = host->runs;
    fault_struck(world, FAULT_LOST_DISK);
    world_after(world, 2 * HOUR_US, recover_event, host->number, 0, 0, NULL);
    if (chance_below(draw(world), 4) == 0) return;
    world_after(world, chance_between(draw(world), 1, 12) * HOUR_US, restore_event, host->number, 0,
                0, NULL);
}

void stores_lose(struct world *world)
{
    struct host *host = victim(world);
    if (host == NULL) return;
    take_copy(host, ".backup");
    world_after(world, chance_between(draw(world), 2 * HOUR_US, 20 * HOUR_US), lose_event,
                host->number, 0, 0, NULL);
}

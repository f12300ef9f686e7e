/* A host: one node's core over its disk, with clocks of its own, in runs that a crash ends. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/core/meta.h"
#include "sim/faults.h"
#include "sim/watch.h"
#include "sim/watch_labels.h"
#include "sim/wishes.h"

#define TURN_US 500u /* what a turn takes: further inputs gather meanwhile */

uint64_t host_wall_ms(const struct host *host)
{
    int64_t elapsed_ms = (int64_t)(host->world->now_us / 1000);
    int64_t drift_ms = elapsed_ms / 1000 * host->drift_ppm / 1000;
    int64_t wall_ms = (int64_t)WORLD_EPOCH_MS + elapsed_ms + drift_ms + host->wall_offset_ms;
    return wall_ms > 0 ? (uint64_t)wall_ms : 0;
}

uint64_t host_boot_ms(const struct host *host)
{
    return (host->world->now_us - host->boot_us) / 1000 + 1000;
}

void host_boot(struct host *host)
{
    host->boot_us = host->world->now_us;
    host->wall_offset_ms = 0;
    int64_t right_ms = (int64_t)WORLD_EPOCH_MS + (int64_t)(host->world->now_us / 1000);
    host->wall_offset_ms = right_ms - (int64_t)host_wall_ms(host);
}

static struct core_moment moment(struct host *host)
{
    struct core_moment now = {.wall_ms = host_wall_ms(host), .boot_ms = host_boot_ms(host)};
    chance_fill(&host->world->chance[PURPOSE_MINT], now.random, sizeof now.random);
    return now;
}

struct host *host_by_node(struct world *world, const struct id *node)
{
    for (unsigned i = 0; i < world->hosts; i++)
        if (id_equal(&world->host[i].self.node, node)) return &world->host[i];
    return NULL;
}

/* --- the core's port --- */

static void on_answer(void *world, const struct answer_out *answer)
{
    struct host *host = world;
    world_trace(host->world, "answer", answer->ticket, answer->state << 8 | answer->error);
    watch_leaving(host, "an answer");
    if (host->world->on_answer != NULL) host->world->on_answer(host->world, host, answer);
}

static void on_send(void *world, uint32_t link, struct span message)
{
    struct host *host = world;
    watch_leaving(host, "a message");
    if (host->world->on_send != NULL) host->world->on_send(host->world, host, link, message);
    network_send(host, link, message);
}

static void on_drop(void *world, uint32_t link, enum error why)
{
    struct host *host = world;
    world_trace(host->world, "drop link", host->number, why);
    network_drop(host, link);
}

static void on_call(void *world, enum call_kind kind, const struct refund_call *call)
{
    struct host *host = world;
    world_trace(host->world, kind == CALL_SEND ? "send refund" : "ask refund", host->number,
                be_get(call->slot.bytes, 8));
    watch_leaving(host, "a call");
    if (host->world->on_call != NULL) host->world->on_call(host->world, host, kind, call);
    provider_call(host, kind, call);
    if (kind == CALL_SEND) provider_tells(host, call);
    tell_while_called(host, call);
    faults_after_call(host->world, host);
}

static void on_buy(void *world, enum call_kind kind, const struct label_call *call)
{
    struct host *host = world;
    world_trace(host->world, kind == CALL_SEND ? "buy label" : "ask label", host->number,
                be_get(call->label.bytes, 8));
    watch_leaving(host, "a call");
    watch_bought(host, call);
    if (host->world->on_buy != NULL) host->world->on_buy(host->world, host, kind, call);
    carrier_call(host, kind, call);
    faults_after_call(host->world, host);
}

static void on_feed(void *world, uint64_t next_number)
{
    struct host *host = world;
    host->fed = next_number;
    world_trace(host->world, "feed", host->number, next_number);
}

static void on_members(void *world)
{
    (void)world;
}

static void on_note(void *world, enum error error, const char *what, const struct id *about)
{
    struct host *host = world;
    (void)about;
    if (error == ERROR_IN_DOUBT) host->said_doubt = true;
    world_trace(host->world, what, host->number, error);
}

static void on_mark(void *world, const char *name)
{
    struct host *host = world;
    world_mark(host->world, name);
    if (host->world->on_mark != NULL) host->world->on_mark(host->world, host, name);
}

/* --- making and running --- */

static struct id new_id(struct world *world)
{
    uint8_t random[10];
    chance_fill(&world->chance[PURPOSE_SETUP], random, sizeof random);
    return id_make(WORLD_EPOCH_MS, random);
}

static void make_card(struct host *host, const char *code)
{
    struct member *card = &host->card;
    memcpy(card->sign_key.bytes, keys_sign_public(host->keys), KEY_BYTES);
    memcpy(card->curve_key.bytes, keys_curve_public(host->keys), KEY_BYTES);
    card->node = host->self.node;
    card->log = host->self.log;
    card->name = span_text(host->name);
    card->address = span_text("tcp://sim");
    if (code == NULL) return;
    snprintf(host->code, sizeof host->code, "%s", code);
    card->warehouse = new_id(host->world);
    card->code = span_text(host->code);
}

void host_make(struct world *world, unsigned number, const char *code)
{
    struct host *host = &world->host[number];
    host->world = world;
    host->number = number;
    snprintf(host->name, sizeof host->name, "node-%u", number);
    snprintf(host->directory, sizeof host->directory, "%s/%u", world->directory, number);
    mkdir(host->directory, 0700);
    chance_fill(&world->chance[PURPOSE_SETUP], host->seed, sizeof host->seed);
    host->keys = keys_of_seed(host->seed);
    host->core = calloc(1, sizeof *host->core);
    struct logs *shelf = calloc(1, sizeof *shelf);
    assert(host->keys != NULL && host->core != NULL && shelf != NULL);
    host->self = (struct core_self){.build = "sim",
                                    .accounts = &world->accounts,
                                    .labels = &world->labels,
                                    .send_window_ms = 3600u * 1000};
    host->self.node = new_id(world);
    host->self.store = new_id(world);
    host->self.log = new_id(world);
    memcpy(host->self.sign_key, keys_sign_public(host->keys), KEY_BYTES);
    crypto_make(host);
    make_card(host, code);
    struct meta_new made = {.node = host->self.node,
                            .store = host->self.store,
                            .log = host->self.log,
                            .mesh = world->mesh,
                            .found = number == 0,
                            .membership = new_id(world),
                            .member = host->card,
                            .wall_ms = WORLD_EPOCH_MS};
    enum error error = disk_open(host);
    if (error == OK) error = meta_create(host->disk.inner, &host->crypto, &made, shelf);
    assert(error == OK);
    if (number == 0) world->mesh = made.mesh;
    host->self.mesh = world->mesh;
    if (number > 0) {
        memcpy(host->self.joined_key, world->host[0].card.curve_key.bytes, KEY_BYTES);
        host->self.joined_node = world->host[0].self.node;
    }
    disk_close(host, false);
    free(shelf);
}

/* All but the room for waiting messages, which is eight mebibytes and written before it is read. */
static void forget_memory(struct core *core)
{
    uint8_t *bytes = (uint8_t *)core;
    size_t from = offsetof(struct core, peers.parked_body);
    size_t to = from + sizeof core->peers.parked_body;
    memset(bytes, 0, from);
    memset(bytes + to, 0, sizeof *core - to);
}

struct host *host_clone(const struct host *host)
{
    struct world *world = host->world;
    assert(world->hosts < HOSTS_MAX);
    struct host *clone = &world->host[world->hosts];
    *clone = (struct host){.world = world,
                           .number = world->hosts++,
                           .self = host->self,
                           .card = host->card,
                           .wall_offset_ms = host->wall_offset_ms,
                           .boot_us = host->boot_us};
    memcpy(clone->seed, host->seed, sizeof clone->seed);
    snprintf(clone->name, sizeof clone->name, "%s", host->name);
    snprintf(clone->directory, sizeof clone->directory, "%s/%u", world->directory, clone->number);
    clone->keys = keys_of_seed(clone->seed);
    clone->core = calloc(1, sizeof *clone->core);
    assert(clone->keys != NULL && clone->core != NULL);
    crypto_make(clone);
    network_join(world, clone->number);
    return clone;
}

void host_start(struct host *host)
{
    if (host->up || host->lost || host->absent) return;
    enum error error = disk_open(host);
    assert(error == OK);
    host->runs++;
    forget_memory(host->core);
    chance_fill(&host->world->chance[PURPOSE_MINT], host->self.boot.bytes, ID_BYTES);
    const struct core_port port = {host,       on_answer, on_send, on_drop, on_call, on_feed,
                                   on_members, on_note,   on_mark, NULL,    on_buy};
    struct core_moment now = moment(host);
    error = core_open(host->core, &host->disk.port, &host->crypto, &port, &host->self, &now);
    if (error == ERROR_READ_ONLY) { /* the views lack entries, and there is no room: later */
        world_trace(host->world, "no room to start", host->number, host->runs);
        disk_close(host, true);
        if (host->world->on_crash != NULL) host->world->on_crash(host->world, host);
        return;
    }
    assert(error == OK);
    /* A week of virtual time would be mostly pings; the times are stretched, the rules are not. */
    host->core->peers.ping_ms = 1800 * 1000;
    host->core->peers.dead_ms = 7200 * 1000;
    host->core->peers.full_ms = 3600 * 1000;
    host->core->count_ms = 3600 * 1000;
    host->up = true;
    host->turn_planned = false;
    host->wake_us = 0;
    world_trace(host->world, "start", host->number, host->runs);
    network_host_up(host);
    host_turn_soon(host);
}

static void forget_inputs(struct host *host)
{
    for (uint32_t i = 0; i < host->inputs_count; i++) free(host->inputs[i].parcel);
    host->inputs_count = 0;
}

void host_crash(struct host *host)
{
    if (!host->up) return;
    world_trace(host->world, "crash", host->number, host->runs);
    for (unsigned i = 0; i < host->core->effects_used; i++)
        if (host->core->effects[i].phase == EFFECT_SENDING)
            world_mark(host->world, "leader died while the provider held its answer");
    host->up = false;
    host->paused = false;
    forget_inputs(host);
    network_host_down(host);
    disk_close(host, true);
    if (host->world->on_crash != NULL) host->world->on_crash(host->world, host);
}

static void plan_wake(struct host *host);

static void take_turn(struct host *host)
{
    struct core_moment now = moment(host);
    uint32_t taken = host->inputs_count < TURN_INPUTS_MAX ? host->inputs_count : TURN_INPUTS_MAX;
    void *parcels[TURN_INPUTS_MAX];
    enum error begun = core_begin(host->core, &now);
    (void)begun; /* each answer tells it */
    for (uint32_t i = 0; i < taken; i++) {
        parcels[i] = host->inputs[i].parcel;
        core_take(host->core, &host->inputs[i].input);
    }
    host->inputs_count -= taken;
    memmove(host->inputs, host->inputs + taken, host->inputs_count * sizeof host->inputs[0]);
    enum error error = core_end(host->core);
    for (uint32_t i = 0; i < taken; i++) free(parcels[i]);
    host->turns++;
    watch_turn(host, error);
    if (host->world->on_commit != NULL) host->world->on_commit(host->world, host, error);
    if (error == ERROR_OUTCOME_UNKNOWN || host->disk.crashed) host_crash(host);
}

static void turn_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    if (!host->up || host->runs != event->b) return;
    if (event->c == 0) /* a turn that was asked for; else a wake-up, maybe an outdated one */
        host->turn_planned = false;
    else if (host->wake_us != event->c)
        return;
    if (host->paused) return;
    take_turn(host);
    if (host->up) plan_wake(host);
}

void host_turn_soon(struct host *host)
{
    if (!host->up || host->turn_planned || host->paused) return;
    host->turn_planned = true;
    world_after(host->world, TURN_US, turn_event, host->number, host->runs, 0, NULL);
}

static void plan_wake(struct host *host)
{
    uint64_t boot_ms = host_boot_ms(host);
    uint64_t wake_ms = core_wake_ms(host->core, boot_ms);
    if (host->inputs_count > 0 || wake_ms <= boot_ms) {
        host_turn_soon(host);
        return;
    }
    uint64_t in_ms = wake_ms - boot_ms;
    /* A stopped core, or one whose disk is full, would look again every second of a week. */
    if (host->core->turn_error != OK) in_ms *= 20;
    if (host->core->stopped || in_ms > 3600u * 1000) in_ms = 3600u * 1000;
    uint64_t at_us = host->world->now_us + in_ms * 1000;
    if (host->wake_us > host->world->now_us && host->wake_us <= at_us) return;
    host->wake_us = at_us;
    world_after(host->world, in_ms * 1000, turn_event, host->number, host->runs, at_us, NULL);
}

bool host_submit(struct host *host, const struct input *input, void *parcel)
{
    if (!host->up || host->inputs_count == HOST_INPUTS_MAX) {
        free(parcel);
        return false;
    }
    host->inputs[host->inputs_count].input = *input;
    host->inputs[host->inputs_count++].parcel = parcel;
    host_turn_soon(host);
    return true;
}

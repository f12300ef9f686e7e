#include "sim/faults.h"

#include <stdlib.h>
#include <string.h>

#include "sim/clients.h"
#include "sim/stores.h"

#define STRIKES_MEAN_US (4 * HOUR_US)
#define DECLINED_PPM    500000u /* of charges: a stored means of payment is often spent */

#define FAULT_WORD(NAME, word) word,
static const char *const WORDS[] = {FAULT_LIST(FAULT_WORD)};
#undef FAULT_WORD

const char *fault_word(enum fault_kind fault)
{
    return WORDS[fault];
}

static struct chance *draw(struct world *world)
{
    return &world->chance[PURPOSE_FAULTS];
}

static unsigned any_host(struct world *world)
{
    return (unsigned)chance_below(draw(world), world->hosts);
}

static unsigned any_other(struct world *world, unsigned host)
{
    return (host + 1 + (unsigned)chance_below(draw(world), world->hosts - 1)) % world->hosts;
}

void fault_count(struct world *world, enum fault_kind fault)
{
    if (world->faults != NULL) world->faults->struck[fault]++;
}

void fault_struck(struct world *world, enum fault_kind fault)
{
    world->faults->struck[fault]++;
    world_trace(world, WORDS[fault], world->faults->struck[fault], 0);
}

/* --- links --- */

static void heal_event(struct world *world, const struct agenda_event *event)
{
    network_set_cut(world, (unsigned)event->a, (unsigned)event->b, false);
}

static void cut_for(struct world *world, unsigned from, unsigned to, uint64_t for_us)
{
    network_set_cut(world, from, to, true);
    world_after(world, for_us, heal_event, from, to, 0, NULL);
}

static void strike_cut(struct world *world)
{
    unsigned a = any_host(world);
    uint64_t for_us = chance_wait_us(draw(world), 6 * HOUR_US);
    for (unsigned b = 0; b < world->hosts; b++) {
        if (a == b) continue;
        cut_for(world, a, b, for_us);
        cut_for(world, b, a, for_us);
    }
}

static void strike_cut_one_way(struct world *world)
{
    unsigned a = any_host(world), b = any_other(world, a);
    cut_for(world, a, b, chance_wait_us(draw(world), 2 * HOUR_US));
}

static void strike_triangle(struct world *world)
{
    unsigned a = any_host(world), b = any_other(world, a);
    uint64_t for_us = chance_wait_us(draw(world), 8 * HOUR_US);
    cut_for(world, a, b, for_us);
    cut_for(world, b, a, for_us);
}

/* All links of one host close one after the other and open again in another order. */
static void strike_clog(struct world *world)
{
    unsigned a = any_host(world);
    for (unsigned i = 1; i < world->hosts; i++) {
        unsigned b = (a + i) % world->hosts;
        cut_for(world, a, b, MINUTE_US * i + chance_wait_us(draw(world), HOUR_US));
        cut_for(world, b, a, MINUTE_US * i + chance_wait_us(draw(world), HOUR_US));
    }
}

static void fast_event(struct world *world, const struct agenda_event *event)
{
    world->network.delay_us[event->a][event->b] = event->c;
}

static void strike_slow(struct world *world)
{
    unsigned a = any_host(world), b = any_other(world, a);
    uint64_t before = world->network.delay_us[a][b];
    if (before > SECOND_US) return;
    world->network.delay_us[a][b] = chance_between(draw(world), SECOND_US + 1, 4 * SECOND_US);
    world_after(world, chance_wait_us(draw(world), 2 * HOUR_US), fast_event, a, b, before, NULL);
}

/* --- hosts --- */

static void start_event(struct world *world, const struct agenda_event *event)
{
    host_start(&world->host[event->a]);
}

void faults_restart(struct world *world, struct host *host)
{
    uint64_t in_us = chance_wait_us(draw(world), world->faults->calm ? SECOND_US : 10 * MINUTE_US);
    world_after(world, in_us + SECOND_US, start_event, host->number, 0, 0, NULL);
}

static void die_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    if (host->runs == event->b && !world->faults->calm) host_crash(host);
}

void faults_after_call(struct world *world, struct host *host)
{
    if (world->faults == NULL || world->faults->calm || !world->faults->on[FAULT_CRASH]) return;
    if (chance_below(draw(world), 8) != 0) return;
    fault_count(world, FAULT_CRASH);
    world_after(world, chance_below(draw(world), 2 * SECOND_US), die_event, host->number,
                host->runs, 0, NULL);
}

static void strike_disk(struct world *world, enum disk_fault fault)
{
    struct host *host = &world->host[any_host(world)];
    if (!host->up) return;
    host->disk.next = fault;
    host->disk.puts_left = (uint32_t)chance_below(draw(world), 6);
    host->disk.coin = (chance_next(draw(world)) & 1) != 0;
}

static void room_event(struct world *world, const struct agenda_event *event)
{
    world->host[event->a].disk.read_only = false;
    host_turn_soon(&world->host[event->a]);
}

static void resume_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    if (!host->paused || host->runs != event->b) return;
    host->paused = false;
    world_trace(world, "resume", host->number, 0);
    host_turn_soon(host);
}

static void strike_host(struct world *world, enum fault_kind fault)
{
    struct host *host = &world->host[any_host(world)];
    struct chance *chance = draw(world);
    if (!host->up) return;
    if (fault == FAULT_CRASH) host_crash(host);
    if (fault == FAULT_PAUSE) {
        host->paused = true;
        world_after(world, chance_wait_us(chance, 8 * HOUR_US), resume_event, host->number,
                    host->runs, 0, NULL);
    }
    if (fault == FAULT_FULL_WHILE) {
        host->disk.read_only = true;
        world_after(world, chance_wait_us(chance, HOUR_US), room_event, host->number, 0, 0, NULL);
    }
    int64_t hours = (int64_t)chance_between(chance, 1, 72) - 36;
    if (fault == FAULT_CLOCK_JUMP) host->wall_offset_ms += hours * 3600 * 1000;
    if (fault == FAULT_CLOCK_FAR) host->wall_offset_ms = (int64_t)12 * 365 * 86400 * 1000;
}

/* --- the provider --- */

static void strike_provider(struct world *world)
{
    world->provider.down_until_us = world->now_us + chance_between(draw(world), 18, 30) * HOUR_US;
}

/* --- strikes --- */

/* What strikes in a way of its own; the rest strikes a host. */
static const struct {
    enum fault_kind fault;
    void (*strike)(struct world *world);
    enum disk_fault disk;
} STRIKES[] = {{FAULT_CUT, strike_cut, DISK_SOUND},
               {FAULT_CUT_ONE_WAY, strike_cut_one_way, DISK_SOUND},
               {FAULT_CUT_TRIANGLE, strike_triangle, DISK_SOUND},
               {FAULT_CLOG, strike_clog, DISK_SOUND},
               {FAULT_SLOW, strike_slow, DISK_SOUND},
               {FAULT_OLD_COPY, stores_put_back, DISK_SOUND},
               {FAULT_LOST_DISK, stores_lose, DISK_SOUND},
               {FAULT_CLONE, stores_clone, DISK_SOUND},
               {FAULT_PROVIDER_DOWN, strike_provider, DISK_SOUND},
               {FAULT_CRASH_BEFORE, NULL, DISK_CRASH_BEFORE},
               {FAULT_CRASH_BETWEEN, NULL, DISK_CRASH_BETWEEN},
               {FAULT_CRASH_AFTER, NULL, DISK_CRASH_AFTER},
               {FAULT_FULL_PUT, NULL, DISK_FULL_AT_PUT},
               {FAULT_FULL_COMMIT, NULL, DISK_FULL_AT_COMMIT},
               {FAULT_EIO, NULL, DISK_EIO}};

static void strike(struct world *world, enum fault_kind fault)
{
    bool of_store = fault == FAULT_OLD_COPY || fault == FAULT_LOST_DISK || fault == FAULT_CLONE;
    if (!of_store) fault_struck(world, fault);
    for (unsigned i = 0; i < sizeof STRIKES / sizeof STRIKES[0]; i++) {
        if (STRIKES[i].fault != fault) continue;
        if (STRIKES[i].strike != NULL)
            STRIKES[i].strike(world);
        else
            strike_disk(world, STRIKES[i].disk);
        return;
    }
    strike_host(world, fault);
}

static void strike_event(struct world *world, const struct agenda_event *event)
{
    enum fault_kind fault = (enum fault_kind)event->a;
    struct faults *faults = world->faults;
    if (faults->calm) return;
    strike(world, fault);
    world_after(world, chance_wait_us(draw(world), faults->mean_us[fault]), strike_event, fault, 0,
                0, NULL);
}

static void plan(struct world *world, enum fault_kind fault, uint64_t mean_us)
{
    struct faults *faults = world->faults;
    if (!faults->on[fault]) return;
    faults->mean_us[fault] = mean_us;
    world_after(world, chance_wait_us(draw(world), mean_us), strike_event, fault, 0, 0, NULL);
}

/* Late enough for something to be lost, early enough for what comes of it. */
static void plan_once(struct world *world, enum fault_kind fault)
{
    if (!world->faults->on[fault]) return;
    world->faults->mean_us[fault] = 2 * HOUR_US; /* while nobody is there whom it can happen to */
    world_after(world, chance_between(draw(world), DAY_US, 4 * DAY_US), strike_event, fault, 0, 0,
                NULL);
}

static uint32_t rate(struct world *world, enum fault_kind fault, uint32_t max_ppm)
{
    if (!world->faults->on[fault]) return 0;
    return (uint32_t)chance_between(draw(world), max_ppm / 10, max_ppm);
}

static void set_rates(struct world *world)
{
    struct network *network = &world->network;
    struct provider *provider = &world->provider;
    network->loss_ppm = rate(world, FAULT_LOSS, 3000);
    network->duplicate_ppm = rate(world, FAULT_DUPLICATE, 3000);
    network->reorder_ppm = rate(world, FAULT_REORDER, 3000);
    network->alter_ppm = rate(world, FAULT_ALTERED, 20000);
    network->lag_ppm = rate(world, FAULT_COMMITS_LATER, 300000);
    provider->timeout_after_paying_ppm = rate(world, FAULT_PROVIDER_SILENT, 400000);
    provider->timeout_before_ppm = rate(world, FAULT_PROVIDER_LOST, 300000);
    provider->error_ppm = rate(world, FAULT_PROVIDER_ERROR, 300000);
    provider->duplicate_ppm = rate(world, FAULT_PROVIDER_TWICE, 300000);
    provider->fail_ppm = rate(world, FAULT_PROVIDER_REFUSES, 300000);
    provider->decline_ppm = DECLINED_PPM;
    provider->key_ttl_us = world->faults->on[FAULT_PROVIDER_FORGETS] ? 2 * HOUR_US : 30 * DAY_US;
    provider->can_ask = !world->faults->on[FAULT_PROVIDER_MUTE];
    provider->delay_us = 2 * SECOND_US;
}

void faults_open(struct world *world, struct faults *faults)
{
    struct chance *chance = draw(world);
    world->faults = faults;
    for (unsigned i = 0; i < FAULT_COUNT; i++) faults->on[i] = (chance_next(chance) & 1) != 0;
    /* A store that is not what it was makes a world of its own: one of three, in half of them. */
    uint64_t trouble = chance_below(chance, 8);
    faults->on[FAULT_LOST_DISK] = trouble <= 1;
    faults->on[FAULT_OLD_COPY] = trouble == 2;
    faults->on[FAULT_CLONE] = trouble == 3;
    faults->on[FAULT_PROVIDER_MUTE] = chance_below(chance, 4) == 0;
    /* A leader that stopped in doubt would never commit what it sealed. */
    if (trouble == 2 || trouble == 3) faults->on[FAULT_COMMITS_LATER] = false;
    set_rates(world);
    struct clients *clients = world->watcher;
    clients->retry_more = faults->on[FAULT_RETRY_SAME];
    clients->retry_other = faults->on[FAULT_RETRY_OTHER];
    static const enum fault_kind often[] = {
        FAULT_CUT,         FAULT_CUT_ONE_WAY, FAULT_CUT_TRIANGLE, FAULT_CLOG,
        FAULT_SLOW,        FAULT_CRASH,       FAULT_CRASH_BEFORE, FAULT_CRASH_BETWEEN,
        FAULT_CRASH_AFTER, FAULT_PAUSE,       FAULT_FULL_PUT,     FAULT_FULL_COMMIT,
        FAULT_FULL_WHILE,  FAULT_EIO,         FAULT_CLOCK_JUMP};
    for (unsigned i = 0; i < sizeof often / sizeof often[0]; i++)
        plan(world, often[i], 3 * STRIKES_MEAN_US);
    plan(world, FAULT_CLOCK_FAR, 5 * DAY_US);
    plan(world, FAULT_PROVIDER_DOWN, 4 * DAY_US);
    plan_once(world, FAULT_LOST_DISK);
    plan_once(world, FAULT_OLD_COPY);
    plan_once(world, FAULT_CLONE);
    for (unsigned i = 0; i < world->hosts && faults->on[FAULT_CLOCK_DRIFT]; i++) {
        world->host[i].drift_ppm = (int64_t)chance_below(chance, 400) - 200;
        faults->struck[FAULT_CLOCK_DRIFT]++;
    }
}

/* Keys that the provider forgot are counted at the end; the rest where it happens. */
static void count_rates(struct world *world, struct faults *faults)
{
    const struct provider *provider = &world->provider;
    for (uint32_t i = 0; i < provider->count; i++) {
        const struct provider_entry *entry = &provider->entry[i];
        bool old = entry->times_paid > 0 && world->now_us - entry->paid_us > provider->key_ttl_us;
        if (old && faults->on[FAULT_PROVIDER_FORGETS]) faults->struck[FAULT_PROVIDER_FORGETS]++;
    }
}

/* A host that was paused may have more on its table than it takes: it is told again. */
static void confirm_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    const struct input input = {.kind = INPUT_CONFIRM_CLOCK};
    if (host->lost || host->absent || host_submit(host, &input, NULL)) return;
    world_after(world, MINUTE_US, confirm_event, event->a, 0, 0, NULL);
}

void faults_calm(struct world *world, struct faults *faults)
{
    struct network *network = &world->network;
    struct provider *provider = &world->provider;
    faults->calm = true;
    provider->down_until_us = 0;
    count_rates(world, faults);
    network->loss_ppm = network->duplicate_ppm = network->reorder_ppm = network->slow_ppm = 0;
    network->alter_ppm = network->lag_ppm = 0;
    provider->timeout_after_paying_ppm = provider->timeout_before_ppm = provider->error_ppm = 0;
    for (unsigned a = 0; a < world->hosts; a++) {
        struct host *host = &world->host[a];
        for (unsigned b = 0; b < world->hosts; b++) {
            network_set_cut(world, a, b, false);
            if (network->delay_us[a][b] > SECOND_US) network->delay_us[a][b] = SECOND_US / 10;
        }
        host->paused = false;
        host->disk.read_only = false;
        host->disk.next = DISK_SOUND;
        host->wall_offset_ms = 0;
        host->drift_ppm = 0;
        host_start(host);
        host_turn_soon(host);
        world_after(world, 0, confirm_event, a, 0, 0, NULL);
    }
}

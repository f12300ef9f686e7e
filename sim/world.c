#include "sim/world.h"

#include <assert.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/marks.h"

void world_trace(struct world *world, const char *what, uint64_t a, uint64_t b)
{
    uint8_t numbers[24];
    be_put(numbers, world->now_us, 8);
    be_put(numbers + 8, a, 8);
    be_put(numbers + 16, b, 8);
    const struct span parts[] = {span_of(world->trace.bytes, HASH_BYTES),
                                 span_of(what, strlen(what)), span_of(numbers, sizeof numbers)};
    struct hash next;
    crypto_hash(crypto_of_nobody(), "entrepot/trace/1", parts, 3, &next);
    world->trace = next;
    if (world->trace_file != NULL)
        fprintf(world->trace_file, "%12.6f %s %llu %llu\n", (double)world->now_us / 1e6, what,
                (unsigned long long)a, (unsigned long long)b);
}

void world_after(struct world *world, uint64_t in_us,
                 void (*happen)(struct world *world, const struct agenda_event *event), uint64_t a,
                 uint64_t b, uint64_t c, void *parcel)
{
    agenda_put(&world->agenda, (struct agenda_event){.at_us = world->now_us + in_us,
                                                     .happen = happen,
                                                     .a = a,
                                                     .b = b,
                                                     .c = c,
                                                     .parcel = parcel});
}

void world_run(struct world *world, uint64_t until_us)
{
    struct agenda_event event;
    while (world->agenda.count > 0 && world->agenda.heap[0].at_us <= until_us) {
        bool taken = agenda_take(&world->agenda, &event);
        assert(taken);
        assert(event.at_us >= world->now_us);
        world->now_us = event.at_us;
        world->events++;
        event.happen(world, &event);
    }
    world->now_us = until_us;
}

void world_rest(struct world *world, uint64_t for_us)
{
    for (unsigned i = 0; i < world->hosts; i++) host_crash(&world->host[i]);
    agenda_shift(&world->agenda, for_us);
    world->now_us += for_us;
    world->provider.down_until_us += for_us;
    for (unsigned i = 0; i < world->hosts; i++) host_boot(&world->host[i]);
    world_mark(world, "all were off for a month");
}

void world_mark(struct world *world, const char *name)
{
    if (world->counts != NULL) counts_take(world->counts, name);
}

static void name_directory(char *name, size_t size, int process)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(name, size, "%s/entrepot-sim-%d", base, process);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

void world_sweep(int process)
{
    char name[128];
    name_directory(name, sizeof name, process);
    nftw(name, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_directory(struct world *world)
{
    /* Numbers of processes come again: what stands under ours was left by one that was killed. */
    world_sweep((int)getpid());
    name_directory(world->directory, sizeof world->directory, (int)getpid());
    if (mkdir(world->directory, 0700) != 0) {
        perror(world->directory);
        abort();
    }
}

/* The founder admits the others, as an administrator would with their cards. False: it has more on
 * its table than it takes. */
static bool admit(struct world *world, unsigned number)
{
    struct host *founder = &world->host[0];
    union command_body *body = calloc(1, sizeof *body);
    assert(body != NULL);
    body->member = world->host[number].card;
    struct input input = {.kind = INPUT_COMMAND,
                          .ticket = ++world->next_ticket,
                          .command = {.kind = COMMAND_MEMBER,
                                      .body = body,
                                      .by = {.kind = BY_ADMIN, .node = founder->self.node}}};
    chance_fill(&world->chance[PURPOSE_SETUP], input.command.request.bytes, ID_BYTES);
    return host_submit(founder, &input, body);
}

void world_open(struct world *world, uint64_t seed, const char *const codes[], unsigned hosts)
{
    assert(hosts >= 1 && hosts <= HOSTS_MAX);
    world->seed = seed;
    world->hosts = hosts;
    for (unsigned i = 0; i < PURPOSE_COUNT; i++) world->chance[i] = chance_of(seed, i + 1);
    make_directory(world);
    carrier_open(world);
    for (unsigned i = 0; i < hosts; i++) host_make(world, i, codes[i]);
    network_open(world);
    for (unsigned i = 0; i < hosts; i++) host_start(&world->host[i]);
    for (unsigned i = 1; i < hosts; i++) {
        bool taken = world->host[i].absent || admit(world, i);
        assert(taken);
    }
}

/* Does the membership name the host, by the founder's word? */
static bool is_admitted(struct host *founder, const struct host *host)
{
    struct store *store = founder->disk.inner;
    struct key key = key_of(&host->self.node);
    if (!founder->up || store->port->begin_read(store->world) != OK) return false;
    bool named = rows_has(&store->views, VIEW_MEMBER, &key);
    store->port->end_read(store->world);
    return named;
}

/* A founder may be down, busy or paused, and may die before it commits: its administrator goes on
 * until the node is a member. */
static void join_event(struct world *world, const struct agenda_event *event)
{
    struct host *host = &world->host[event->a];
    struct host *founder = &world->host[0];
    host->absent = false;
    host->late = true;
    host_start(host);
    if (is_admitted(founder, host)) return;
    if (founder->up) (void)admit(world, host->number);
    world_after(world, 2 * HOUR_US, join_event, event->a, 0, 0, NULL);
}

void world_join(struct world *world, unsigned number)
{
    world_mark(world, "a node joined late");
    world_after(world, 0, join_event, number, 0, 0, NULL);
}

void world_close(struct world *world)
{
    for (unsigned i = 0; i < world->hosts; i++) {
        struct host *host = &world->host[i];
        if (host->up) host_crash(host);
        keys_free(host->keys);
        free(host->core);
    }
    agenda_free(&world->agenda);
    nftw(world->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

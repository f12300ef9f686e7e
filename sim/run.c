#include "sim/run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/watch.h"
#include "sim/wishes.h"

#define RUN_DAYS            7
#define RUN_WISH_MEAN_US    (20 * MINUTE_US)
#define RUN_CALM_ROUNDS_MAX 400 /* of 15 minutes, until all hold the same */
#define RUN_CALM_ROUNDS_MIN 8
#define RUN_CPU_SECONDS_MAX 600 /* a seed that turns in circles ends */
#define RUN_JOBS_MAX        16

struct all { /* everything that a seed needs */
    struct world world;
    struct clients clients;
    struct oracle oracle;
    struct faults faults;
    struct counts counts;
};

static bool fails(const struct all *all)
{
    return all->oracle.violation[0] != '\0';
}

static void live(struct all *all, uint64_t seed)
{
    static const char *const codes[HOSTS_MAX] = {"LAX", "RTM", NULL, "SYD", NULL, "YYZ", NULL};
    struct world *world = &all->world;
    struct chance shape = chance_of(seed, 99);
    world->provider.can_ask = true;
    world->provider.key_ttl_us = DAY_US;
    world->counts = &all->counts;
    unsigned hosts = 3 + (unsigned)chance_below(&shape, 3);
    unsigned late = chance_below(&shape, 3) == 0 ? hosts++ : 0;
    uint64_t join_hour = chance_between(&shape, 12, 96);
    /* In some seeds all machines are off for a month: silence then ends what waits. */
    uint64_t rest_hour = chance_below(&shape, 3) == 0 ? chance_between(&shape, 48, 120) : 0;
    uint64_t rest_us = chance_between(&shape, 31, 40) * DAY_US, rested_us = 0;
    if (late > 0) world->host[late].absent = true;
    world_open(world, seed, codes, hosts);
    world->faults = &all->faults;
    oracle_open(world, &all->oracle, &all->clients);
    watch_open(world);
    world_run(world, 20 * SECOND_US);
    clients_open(world, &all->clients, 1 + (unsigned)chance_below(&shape, 3), RUN_DAYS * DAY_US,
                 RUN_WISH_MEAN_US);
    world_run(world, 2 * MINUTE_US);
    faults_open(world, &all->faults);
    for (unsigned hour = 1; hour <= RUN_DAYS * 24 && !fails(all); hour++) {
        if (late > 0 && hour == join_hour) world_join(world, late);
        if (hour == rest_hour) {
            world_rest(world, rest_us);
            all->clients.until_us += rest_us;
            rested_us = rest_us;
        }
        world_run(world, rested_us + hour * HOUR_US + 2 * MINUTE_US);
    }
}

static void calm(struct all *all)
{
    struct world *world = &all->world;
    char why[ORACLE_TEXT_BYTES] = "";
    bool converged = false;
    faults_calm(world, &all->faults);
    wish_last(world);
    for (unsigned i = 0; i < RUN_CALM_ROUNDS_MAX && !fails(all); i++) {
        world_run(world, world->now_us + 15 * MINUTE_US);
        converged = oracle_converged(world, why);
        if (i >= RUN_CALM_ROUNDS_MIN && converged) break;
    }
    if (!fails(all) && !converged) oracle_fail(world, "I17: not converged: %.100s", why);
    if (!fails(all)) oracle_finish(world);
}

static void take_figures(const struct all *all, struct run *run)
{
    memcpy(run->violation, all->oracle.violation, sizeof run->violation);
    run->counts = all->counts;
    for (unsigned i = 0; i < FAULT_COUNT; i++)
        run->counts.fault[i] = (uint32_t)all->faults.struck[i];
    run->trace = all->world.trace;
    run->hosts = all->world.hosts;
    run->wishes = all->clients.wishes;
    run->events = all->world.events;
    run->checks = all->oracle.checks;
    run->virtual_us = all->world.now_us;
    for (unsigned i = 0; i < all->world.hosts; i++) run->turns += all->world.host[i].turns;
}

void run_seed(uint64_t seed, const char *trace_path, struct run *run)
{
    struct all *all = calloc(1, sizeof *all);
    if (all == NULL) abort();
    *run = (struct run){.seed = seed};
    if (trace_path != NULL) all->world.trace_file = fopen(trace_path, "w");
    live(all, seed);
    calm(all);
    take_figures(all, run);
    if (all->world.trace_file != NULL) fclose(all->world.trace_file);
    all->world.trace_file = NULL;
    world_close(&all->world);
    watch_close(&all->world);
    clients_close(&all->clients);
    free(all);
}

/* --- many, each in a process of its own ------------------------------------------------------- */

struct job {
    pid_t process; /* 0: free */
    int from;      /* where its run is read */
    uint64_t seed;
};

static void job_begin(struct job *job, uint64_t seed, const char *trace_path)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0) abort();
    *job = (struct job){.process = fork(), .from = ends[0], .seed = seed};
    if (job->process < 0) abort();
    if (job->process > 0) {
        close(ends[1]);
        return;
    }
    const struct rlimit limit = {RUN_CPU_SECONDS_MAX, RUN_CPU_SECONDS_MAX};
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) abort();
    setrlimit(RLIMIT_CPU, &limit);
    run_seed(seed, trace_path, run);
    size_t written = 0;
    while (written < sizeof *run) {
        ssize_t now = write(ends[1], (const uint8_t *)run + written, sizeof *run - written);
        if (now <= 0) _exit(1);
        written += (size_t)now;
    }
    _exit(0);
}

static void job_end(struct job *job, int status, struct run *run)
{
    size_t got = 0;
    ssize_t now;
    while (got < sizeof *run &&
           (now = read(job->from, (uint8_t *)run + got, sizeof *run - got)) > 0)
        got += (size_t)now;
    close(job->from);
    if (got != sizeof *run) {
        *run = (struct run){.seed = job->seed};
        snprintf(run->violation, sizeof run->violation, "the process ended by signal %d (exit %d)",
                 WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                 WIFEXITED(status) ? WEXITSTATUS(status) : 0);
        world_sweep((int)job->process);
    }
    job->process = 0;
}

/* A run is smaller than a pipe's buffer, so a child never waits for us, and we for its end only. */
_Static_assert(sizeof(struct run) < 65536, "the pipe would have to be read while the child writes");

static struct job *job_wait(struct job jobs[RUN_JOBS_MAX], struct run *run)
{
    int status;
    pid_t process = wait(&status);
    for (unsigned i = 0; i < RUN_JOBS_MAX; i++)
        if (jobs[i].process != 0 && jobs[i].process == process) {
            job_end(&jobs[i], status, run);
            return &jobs[i];
        }
    return NULL;
}

void run_set(uint64_t from, uint64_t seeds, unsigned jobs_count, const char *trace_path,
             bool (*done)(void *world, const struct run *run), void *world)
{
    struct job jobs[RUN_JOBS_MAX] = {0};
    struct run *run = calloc(1, sizeof *run);
    uint64_t next = from, under_way = 0;
    bool go_on = true;
    if (run == NULL) abort();
    if (jobs_count > RUN_JOBS_MAX) jobs_count = RUN_JOBS_MAX;
    while (under_way > 0 || (go_on && next < from + seeds)) {
        for (unsigned i = 0; i < jobs_count && go_on && next < from + seeds; i++) {
            if (jobs[i].process != 0) continue;
            job_begin(&jobs[i], next++, trace_path);
            under_way++;
        }
        if (job_wait(jobs, run) == NULL) break;
        under_way--;
        go_on = done(world, run) && go_on;
    }
    free(run);
}

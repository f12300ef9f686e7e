/* entrepot-sim: the command line of the simulator. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "sim/faults.h"
#include "sim/oracle.h"

struct run {
    char violation[ORACLE_TEXT_BYTES];
    struct hash trace;
    uint64_t struck[FAULT_COUNT], wishes, events, turns, checks, virtual_us;
};

static void run_seed(uint64_t seed, const char *trace_path, struct run *run)
{
    static const char *const codes[HOSTS_MAX] = {"LAX", "RTM", NULL, "SYD", NULL, "YYZ"};
    struct world *world = calloc(1, sizeof *world);
    struct clients *clients = calloc(1, sizeof *clients);
    struct oracle *oracle = calloc(1, sizeof *oracle);
    struct faults *faults = calloc(1, sizeof *faults);
    struct chance shape = chance_of(seed, 99);
    if (world == NULL || clients == NULL || oracle == NULL || faults == NULL) abort();
    if (trace_path != NULL) world->trace_file = fopen(trace_path, "w");
    world->provider.can_ask = true;
    world->provider.key_ttl_us = DAY_US;
    world_open(world, seed, codes, 3 + (unsigned)chance_below(&shape, 3));
    world->faults = faults;
    oracle_open(world, oracle, clients);
    world_run(world, 20 * SECOND_US);
    clients_open(world, clients, 1 + (unsigned)chance_below(&shape, 3), 7 * DAY_US, 16 * MINUTE_US);
    world_run(world, 2 * MINUTE_US);
    faults_open(world, faults);
    for (unsigned hour = 1; hour <= 7 * 24 && oracle->violation[0] == '\0'; hour++)
        world_run(world, hour * HOUR_US + 2 * MINUTE_US);
    faults_calm(world, faults);
    for (unsigned i = 0; i < 400 && oracle->violation[0] == '\0'; i++) {
        world_run(world, world->now_us + 15 * MINUTE_US);
        if (i >= 8 && oracle_converged(world)) break;
    }
    if (oracle->violation[0] == '\0' && !oracle_converged(world))
        oracle_fail(world, "I17: the hosts did not converge");
    if (oracle->violation[0] == '\0') oracle_finish(world);
    memcpy(run->violation, oracle->violation, sizeof run->violation);
    memcpy(run->struck, faults->struck, sizeof run->struck);
    run->trace = world->trace;
    run->wishes = clients->wishes;
    run->events = world->events;
    run->checks = oracle->checks;
    run->virtual_us = world->now_us;
    for (unsigned i = 0; i < world->hosts; i++) run->turns += world->host[i].turns;
    if (world->trace_file != NULL) fclose(world->trace_file);
    world->trace_file = NULL;
    world_close(world);
    clients_close(clients);
    free(world), free(clients), free(oracle), free(faults);
}

int main(int argc, char **argv)
{
    uint64_t seeds = 1, from = 1, failed = 0;
    const char *trace = NULL;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seeds") == 0) seeds = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--from") == 0) from = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--trace") == 0) trace = argv[i + 1];
    }
    for (uint64_t seed = from; seed < from + seeds; seed++) {
        struct run run;
        memset(&run, 0, sizeof run);
        run_seed(seed, trace, &run);
        printf("seed %llu wishes %llu events %llu turns %llu checks %llu days %.1f trace %02x%02x "
               "%s\n",
               (unsigned long long)seed, (unsigned long long)run.wishes,
               (unsigned long long)run.events, (unsigned long long)run.turns,
               (unsigned long long)run.checks, (double)run.virtual_us / (double)DAY_US,
               run.trace.bytes[0], run.trace.bytes[1],
               run.violation[0] != '\0' ? run.violation : "ok");
        fflush(stdout);
        failed += run.violation[0] != '\0' ? 1 : 0;
    }
    return failed > 0 ? 1 : 0;
}

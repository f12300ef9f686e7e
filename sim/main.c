/* entrepot-sim: the command line of the simulator. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/bugs.h"
#include "sim/bank.h"
#include "sim/run.h"

#ifndef ENTREPOT_COMMIT
#define ENTREPOT_COMMIT "unknown"
#endif

static const char HELP[] =
    "entrepot-sim: nodes, clients and a payment provider under virtual time\n"
    "\n"
    "  entrepot-sim faults [--seeds N] [--from S] [--jobs J] [--trace FILE] [--json]\n"
    "                      [--require-all] [--until-found] [--bug NAME]\n"
    "  entrepot-sim-bugs bugs [--seeds N] [--from S] [--jobs J]\n"
    "      every fault that can be planted: in which seed it is found, and by what\n"
    "\n"
    "  --seeds N        how many seeds (1)\n"
    "  --from S         the first seed (1)\n"
    "  --jobs J         processes at once (2)\n"
    "  --trace FILE     a line for each thing that happened; for one seed\n"
    "  --json           the sums as one JSON object on standard output\n"
    "  --require-all    fail when a fault, rule row or mark was never met\n"
    "  --bug NAME       plant a fault (entrepot-sim-bugs only); `--bug list` names them\n"
    "  --until-found    end at the first violation, and fail when there is none\n"
    "\n"
    "examples:\n"
    "  entrepot-sim faults --seeds 300 --require-all\n"
    "  entrepot-sim faults --from 4711 --trace /dev/stdout | less\n"
    "  entrepot-sim-bugs faults --seeds 200 --bug ack_before_commit --until-found\n"
    "  entrepot-sim-bugs bugs --seeds 200 --jobs 1\n"
    "\n"
    "exit codes: 0 nothing was violated, 1 something was, 2 the command line is wrong\n";

struct demand {
    uint64_t seeds, from;
    unsigned jobs;
    const char *trace, *bug;
    bool json, require_all, until_found;
};

struct tally {
    const struct demand *demand;
    const char *program;
    struct counts counts;
    uint64_t seeds, failed, wishes, wishes_least, events, turns, checks, first_failed;
    char first_violation[ORACLE_TEXT_BYTES];
};

static void say_again(const struct tally *tally, const struct run *run)
{
    printf("  again: %s faults --from %" PRIu64 "%s%s --trace seed-%" PRIu64 ".txt\n",
           tally->program, run->seed, tally->demand->bug != NULL ? " --bug " : "",
           tally->demand->bug != NULL ? tally->demand->bug : "", run->seed);
}

static bool take_run(void *world, const struct run *run)
{
    struct tally *tally = world;
    bool failed = run->violation[0] != '\0';
    tally->seeds++;
    tally->wishes += run->wishes;
    if (!failed && (tally->wishes_least == 0 || run->wishes < tally->wishes_least))
        tally->wishes_least = run->wishes;
    tally->events += run->events;
    tally->turns += run->turns;
    tally->checks += run->checks;
    counts_add(&tally->counts, &run->counts);
    if (failed && tally->failed++ == 0) {
        tally->first_failed = run->seed;
        memcpy(tally->first_violation, run->violation, sizeof run->violation);
    }
    if (!tally->demand->json) {
        printf("seed %" PRIu64 ": %" PRIu64 " hosts, %" PRIu64 " wishes, %" PRIu64
               " turns, %" PRIu64 " checks, %.1f days, trace %02x%02x%02x%02x, %s\n",
               run->seed, run->hosts, run->wishes, run->turns, run->checks,
               (double)run->virtual_us / (double)DAY_US, run->trace.bytes[0], run->trace.bytes[1],
               run->trace.bytes[2], run->trace.bytes[3], failed ? run->violation : "ok");
        if (failed) say_again(tally, run);
        fflush(stdout);
    }
    return !(failed && tally->demand->until_found);
}

static void print_sums(const struct tally *tally)
{
    if (tally->demand->json) {
        printf("{\"commit\": \"%s\", \"seeds\": %" PRIu64 ", \"from\": %" PRIu64
               ", \"failed\": %" PRIu64 ", \"first_failed\": %" PRIu64 ", \"wishes\": %" PRIu64
               ", \"turns\": %" PRIu64 ", \"checks\": %" PRIu64 ", \"never\": %u, \"counts\": ",
               ENTREPOT_COMMIT, tally->seeds, tally->demand->from, tally->failed,
               tally->first_failed, tally->wishes, tally->turns, tally->checks,
               counts_zeros(&tally->counts));
        counts_print_json(&tally->counts, stdout);
        printf("}\n");
        return;
    }
    if (tally->seeds > 1) counts_print(&tally->counts, stdout);
    printf("commit %s: %" PRIu64 " seeds from %" PRIu64 ", %" PRIu64 " failed, %" PRIu64
           " wishes (the fewest in one seed: %" PRIu64 "), %" PRIu64 " turns, %" PRIu64
           " checks, %u things never met\n",
           ENTREPOT_COMMIT, tally->seeds, tally->demand->from, tally->failed, tally->wishes,
           tally->wishes_least, tally->turns, tally->checks, counts_zeros(&tally->counts));
    if (tally->failed > 0)
        printf("first: seed %" PRIu64 ": %s\n", tally->first_failed, tally->first_violation);
}

static bool take_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    if (text == NULL || *text < '0' || *text > '9') return false;
    *number = strtoull(text, &end, 10);
    return *end == '\0' && *number <= most;
}

static bool take_option(struct demand *demand, char **at, int *taken)
{
    uint64_t jobs;
    *taken = 1;
    if (strcmp(at[0], "--json") == 0) return demand->json = true;
    if (strcmp(at[0], "--require-all") == 0) return demand->require_all = true;
    if (strcmp(at[0], "--until-found") == 0) return demand->until_found = true;
    *taken = 2;
    if (at[1] == NULL) return false;
    if (strcmp(at[0], "--trace") == 0) return (demand->trace = at[1]) != NULL;
    if (strcmp(at[0], "--bug") == 0) return (demand->bug = at[1]) != NULL;
    if (strcmp(at[0], "--seeds") == 0) return take_number(at[1], 1000000000, &demand->seeds);
    if (strcmp(at[0], "--from") == 0) return take_number(at[1], INT64_MAX, &demand->from);
    if (strcmp(at[0], "--jobs") != 0 || !take_number(at[1], 16, &jobs)) return false;
    demand->jobs = (unsigned)jobs;
    return jobs > 0;
}

static int wrong(const char *what)
{
    fprintf(stderr, "entrepot-sim: %s\n%s", what, HELP);
    return 2;
}

static int plant(const char *name)
{
    if (strcmp(name, "list") == 0) {
        for (unsigned i = 0; i < bugs_count(); i++) printf("%s\n", bugs_name(i));
        return 0;
    }
    return bugs_plant(name) ? -1 : wrong("no such bug in this build");
}

int main(int argc, char **argv)
{
    struct demand demand = {.seeds = 1, .from = 1, .jobs = 2};
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(HELP, argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    bool bank = strcmp(argv[1], "bugs") == 0;
    if (!bank && strcmp(argv[1], "faults") != 0) return wrong(argv[1]);
    for (int i = 2, taken; i < argc; i += taken) {
        if (strcmp(argv[i], "--help") == 0) return fputs(HELP, stdout) < 0;
        if (!take_option(&demand, argv + i, &taken)) return wrong(argv[i]);
    }
    if (demand.trace != NULL && demand.seeds > 1) return wrong("--trace is for one seed");
    if (bank && bugs_count() == 0) return wrong("bugs: no fault can be planted in this build");
    if (bank) return bank_run(demand.from, demand.seeds, demand.jobs) ? 0 : 1;
    if (demand.bug != NULL) {
        int end = plant(demand.bug);
        if (end >= 0) return end;
    }
    struct tally *tally = calloc(1, sizeof *tally);
    if (tally == NULL) abort();
    tally->demand = &demand;
    tally->program = argv[0];
    run_set(demand.from, demand.seeds, demand.jobs, demand.trace, take_run, tally);
    print_sums(tally);
    bool good = demand.until_found ? tally->failed > 0 : tally->failed == 0;
    if (demand.require_all && counts_zeros(&tally->counts) > 0) good = false;
    if (tally->counts.unlisted > 0 && !demand.until_found) good = false;
    free(tally);
    return good ? 0 : 1;
}

#include "sim/bank.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/bugs.h"
#include "sim/run.h"

#define BANK_SEEDS_MAX 256 /* that are run again without a planted fault */

/* The first violation of a set of seeds. */
struct found {
    uint64_t seed;
    char violation[ORACLE_TEXT_BYTES]; /* empty: none */
};

struct bank {
    uint64_t from, seeds;
    unsigned jobs;
    uint64_t control[BANK_SEEDS_MAX];
    unsigned controls, missed, unsound;
};

static bool take_run(void *world, const struct run *run)
{
    struct found *found = world;
    bool fails = run->violation[0] != '\0';
    if (!fails || (found->violation[0] != '\0' && found->seed < run->seed)) return !fails;
    found->seed = run->seed;
    memcpy(found->violation, run->violation, sizeof found->violation);
    return false;
}

static void note_control(struct bank *bank, uint64_t seed)
{
    for (unsigned i = 0; i < bank->controls; i++)
        if (bank->control[i] == seed) return;
    if (bank->controls < BANK_SEEDS_MAX) bank->control[bank->controls++] = seed;
}

static void look_for(struct bank *bank, const char *name)
{
    struct found found = {.violation = ""};
    run_set(bank->from, bank->seeds, bank->jobs, NULL, take_run, &found);
    if (found.violation[0] == '\0') {
        bank->missed++;
        printf("%-24s  MISSED in %" PRIu64 " seeds\n", name, bank->seeds);
    } else {
        note_control(bank, found.seed);
        printf("%-24s  %4" PRIu64 "  %s\n", name, found.seed, found.violation);
    }
    fflush(stdout);
}

static void run_again(struct bank *bank, uint64_t seed)
{
    struct found found = {.violation = ""};
    run_set(seed, 1, 1, NULL, take_run, &found);
    if (found.violation[0] == '\0') return;
    bank->unsound++;
    printf("%-24s  %4" PRIu64 "  %s\n", "(none planted)", seed, found.violation);
}

bool bank_run(uint64_t from, uint64_t seeds, unsigned jobs)
{
    struct bank bank = {.from = from, .seeds = seeds, .jobs = jobs};
    printf("%-24s  %4s  %s\n", "planted fault", "seed", "what was violated");
    for (unsigned i = 0; i < bugs_count(); i++) {
        bool planted = bugs_plant(bugs_name(i));
        if (planted) look_for(&bank, bugs_name(i));
    }
    bugs_clear();
    for (unsigned i = 0; i < bank.controls; i++) run_again(&bank, bank.control[i]);
    printf("%u faults planted, %u missed; their %u seeds without them: %u unsound\n", bugs_count(),
           bank.missed, bank.controls, bank.unsound);
    return bugs_count() > 0 && bank.missed == 0 && bank.unsound == 0;
}

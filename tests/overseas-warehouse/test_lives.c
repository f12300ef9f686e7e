/* What must hold of everything that can be asked: a hundred thousand short lives of returns, each
 * from its own seed, in which every row of every table is taken often, nearly every second command
 * is refused, and no refusal leaves a trace. */
#include "tests/overseas-warehouse/lives.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LIVES_FULL     100000
#define LIVES_FEW      5000 /* enough for every row to be taken at all */
#define TIMES_FULL     50
#define ACCEPTED_LEAST 30 /* percent */

/* Two halves, each in a process of its own: a life needs nothing of another. false: a half ended
 * early, and said which seed. */
static bool run_halves(uint64_t seed, uint64_t lives, struct lives_counts *counts)
{
    struct lives_counts *halves =
        mmap(NULL, 2 * sizeof *halves, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(halves != MAP_FAILED);
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        lives_run(seed + lives / 2, lives - lives / 2, &halves[1]);
        _exit(0);
    }
    lives_run(seed, lives / 2, &halves[0]);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    lives_add(counts, &halves[0]);
    lives_add(counts, &halves[1]);
    munmap(halves, 2 * sizeof *halves);
    return status == 0;
}

static void whatever_is_asked_every_row_is_taken_and_what_is_refused_leaves_no_trace(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 1;
    uint64_t lives = given != NULL ? 1 : LIVES;
    struct lives_counts counts = {.lives = 0};
    assert_true(run_halves(seed, lives, &counts));
    if (lives < LIVES_FULL)
        printf("scaled down: %llu of %u sequences\n", (unsigned long long)lives, LIVES_FULL);
    lives_print(&counts);
    if (given != NULL) return;
    if (lives >= LIVES_FEW)
        assert_true(lives_are_full(&counts, lives < LIVES_FULL ? 1 : TIMES_FULL));
    else
        printf("too few to ask for every row\n");
    assert_true(counts.accepted * 100 >= counts.asked * ACCEPTED_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_asked_every_row_is_taken_and_what_is_refused_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Every row of every rule table is taken by a told story or, failing that, by a random life; no two
 * stories take the same rows. The stories are told by their own programs, and this one reads what
 * they print: no list of rows or stories is kept by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/overseas-warehouse/random_life.h"
#include "tests/support/process.h"
#include "tests/support/rows_taken.h"

#define STORIES_MAX     256
#define STORY_NAME_MAX  128
#define STORIES_OF_SIM  25u /* told by whole nodes, at least */
#define LIFE_STEPS      600
#define LIVES_MAX       200
#define LIFE_FIRST_SEED 4000

static struct told {
    char name[STORY_NAME_MAX];
    struct rows_taken taken;
} stories[STORIES_MAX];
static unsigned count, count_of_sim;
static struct rows_taken by_stories, by_life;

static void add_all(struct rows_taken *sum, const struct rows_taken *taken)
{
    for (unsigned i = 0; i < taken->count; i++) rows_taken_add(sum, taken->at[i]);
}

static void read_program(const char *program)
{
    static struct ran ran;
    process_run(&ran, (const char *const[]){program, NULL}, NULL);
    if (ran.code != 0) printf("%s%s", ran.out, ran.err);
    assert_int_equal(ran.code, 0);
    FILE *file = fmemopen(ran.out, strlen(ran.out), "r");
    assert_non_null(file);
    while (count < STORIES_MAX && rows_taken_read(&stories[count].taken, stories[count].name,
                                                  sizeof stories[count].name, file))
        add_all(&by_stories, &stories[count++].taken);
    fclose(file);
}

static int tell_all(void **state)
{
    (void)state;
    read_program(TEST_STORIES);
    count_of_sim = count;
    read_program(TEST_BUSINESS_STORY);
    assert_true(count < STORIES_MAX);
    return 0;
}

static void there_are_enough_stories(void **state)
{
    (void)state;
    printf("%u stories told by whole nodes, %u by the business alone\n", count_of_sim,
           count - count_of_sim);
    assert_true(count_of_sim >= STORIES_OF_SIM);
}

static void every_story_takes_rows_of_its_own(void **state)
{
    (void)state;
    unsigned alike = 0;
    for (unsigned i = 0; i < count_of_sim; i++) {
        if (stories[i].taken.count == 0) printf("%s takes no row\n", stories[i].name);
        alike += stories[i].taken.count == 0;
        for (unsigned j = 0; j < i; j++) {
            if (!rows_taken_same(&stories[i].taken, &stories[j].taken)) continue;
            printf("%s takes the rows of %s\n", stories[i].name, stories[j].name);
            alike++;
        }
    }
    assert_int_equal(alike, 0);
}

static unsigned rows_of_all_tables(void)
{
    unsigned rows = 0;
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        rows += (unsigned)rule_tables[table]->count;
    return rows;
}

static unsigned missing(bool print)
{
    unsigned rows = 0;
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        for (unsigned row = 0; row < rule_tables[table]->count; row++) {
            if (by_stories.has[table][row] || by_life.has[table][row]) continue;
            if (print) row_taken_print((struct row_taken){table, row}, stdout);
            rows++;
        }
    return rows;
}

static void live(uint64_t seed)
{
    struct world *world = world_open(seed);
    struct life_counts counts = {0};
    life_run(world, LIFE_STEPS, &counts);
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        for (unsigned row = 0; row < rule_tables[table]->count; row++)
            if (counts.applied[table][row] != 0)
                rows_taken_add(&by_life, (struct row_taken){table, row});
    world_close(world);
}

static void every_row_is_taken_by_a_story_or_a_random_life(void **state)
{
    (void)state;
    unsigned lives = 0, only_life = missing(false);
    printf("%u of %u rows are taken by stories; not by any of them:\n", by_stories.count,
           rows_of_all_tables());
    missing(true);
    while (missing(false) > 0 && lives < LIVES_MAX) live(LIFE_FIRST_SEED + lives++);
    only_life -= missing(false);
    printf("%u rows are taken by %u random lives from seed %d only; by nobody:\n", only_life, lives,
           LIFE_FIRST_SEED);
    assert_int_equal(missing(true), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_enough_stories),
        cmocka_unit_test(every_story_takes_rows_of_its_own),
        cmocka_unit_test(every_row_is_taken_by_a_story_or_a_random_life),
    };
    return cmocka_run_group_tests(tests, tell_all, NULL);
}

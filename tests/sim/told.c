#include "tests/sim/told.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/bugs.h"

#define TOLD_MAX         256
#define README_BYTES_MAX 16384

static const struct told_list *const lists[] = {
    &stories_of_mesh,       &stories_of_silence,  &stories_of_others, &stories_of_complaints,
    &stories_of_returns,    &stories_of_grants,   &stories_of_units,  &stories_of_claims,
    &stories_of_kinds,      &stories_of_disputes, &stories_of_fees,   &stories_of_outbound,
    &stories_of_recharges,  &stories_of_goods,    &stories_of_worth,  &stories_of_matching,
    &stories_of_inspection, &stories_of_stock,    &stories_of_voids,  &stories_of_floor,
    &stories_of_exchange,   &stories_of_label,
};

static struct story *present; /* the one that is being told */

/* After a story that failed in the middle, too: its stores would be in the next one's way. */
static int end_it(void **state)
{
    (void)state;
    if (present != NULL) story_end(present);
    present = NULL;
    return 0;
}

#ifndef ENTREPOT_BUGS

static enum site place_that_shows(const struct story *story)
{
    for (unsigned i = 0; i < PLACES; i++)
        if (!story->apart[i] && story->world.host[i].up) return (enum site)i;
    return LAX;
}

static void tell_it(void **state)
{
    const struct told_story *told = *state;
    struct rows_taken taken = {.count = 0};
    struct story *story = present = story_begin();
    told->tell(story);
    if (told->ends_well != NULL && !told->ends_well(story))
        fail_msg("it did not end well:\n%s", story->told);
    assert_true(story_agrees(story));
    story_rows(story, place_that_shows(story), &taken);
    if (told->rows == TOLD_BY_NONE) assert_int_equal(taken.count, 0);
    if (told->rows == TOLD_BY_RULES) rows_taken_print(&taken, told->name, stdout);
}

static bool is_told(const struct told_story *told)
{
    (void)told;
    return true;
}

#define README      "tests/sim/README.md"
#define README_HEAD "| complaint | story | guard |\n|---|---|---|\n"

static void print_complaints(char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, README_HEAD);
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (size_t i = 0; i < lists[list]->count; i++) {
            const struct told_story *told = &lists[list]->story[i];
            if (told->complaint == NULL) continue;
            assert(used < size);
            used += (size_t)snprintf(text + used, size - used, "| %s | `%s` | `%s` |\n",
                                     told->complaint, told->name, told->guard);
        }
}

static void the_manual_lists_every_complaint_with_its_story_and_guard(void **state)
{
    (void)state;
    static char manual[README_BYTES_MAX], wanted[README_BYTES_MAX];
    FILE *file = fopen(README, "r");
    assert_non_null(file);
    manual[fread(manual, 1, sizeof manual - 1, file)] = '\0';
    fclose(file);
    print_complaints(wanted, sizeof wanted);
    const char *found = strstr(manual, README_HEAD);
    assert_non_null(found);
    if (getenv("UPDATE_MANUAL") != NULL) {
        file = fopen(README, "w");
        assert_non_null(file);
        fprintf(file, "%.*s%s", (int)(found - manual), manual, wanted);
        fclose(file);
        return;
    }
    assert_string_equal(found, wanted);
}

#else

static void tell_it(void **state)
{
    const struct told_story *told = *state;
    assert_true(bugs_plant(told->guard));
    struct story *story = present = story_begin();
    told->tell(story);
    bool ends_well = told->ends_well(story);
    bugs_clear();
    printf("without the guard against %s:\n%s", told->guard, story->told);
    assert_false(ends_well);
}

static bool is_told(const struct told_story *told)
{
    return told->guard != NULL;
}

#endif

/* By the whole name; without one: all. */
static bool is_asked_for(const struct told_story *told, const char *only)
{
    return only == NULL || strcmp(told->name, only) == 0;
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    static struct CMUnitTest tests[TOLD_MAX];
    size_t count = 0;
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (size_t i = 0; i < lists[list]->count; i++) {
            const struct told_story *told = &lists[list]->story[i];
            if (!is_told(told) || !is_asked_for(told, only)) continue;
            assert(count + 1 < TOLD_MAX);
            tests[count++] =
                (struct CMUnitTest){told->name, tell_it, NULL, end_it, (void *)(uintptr_t)told};
        }
#ifndef ENTREPOT_BUGS
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(
        the_manual_lists_every_complaint_with_its_story_and_guard);
#endif
    return _cmocka_run_group_tests("stories", tests, count, NULL, NULL);
}

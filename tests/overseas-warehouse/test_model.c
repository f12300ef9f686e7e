/* The model that `entrepot rules` prints is walked by spin wholly and without a violation, and spin
 * finds what is broken on purpose, in the tables as in the rules around them. Skipped where spin or
 * a C compiler is not installed. */
#include "overseas-warehouse/rules.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MODEL_BYTES_MAX (256u * 1024)

struct text {
    char at[MODEL_BYTES_MAX];
    size_t used;
};

static void collect(void *world, struct span piece)
{
    struct text *text = world;
    assert_true(text->used + piece.size < sizeof text->at);
    memcpy(text->at + text->used, piece.at, piece.size);
    text->used += piece.size;
    text->at[text->used] = '\0';
}

static bool have_tools(void)
{
    return system("command -v spin >/dev/null && command -v cc >/dev/null") == 0;
}

/* Replaces the one place that reads so. */
static void alter(struct text *text, const char *from, const char *to)
{
    char *at = strstr(text->at, from);
    if (at == NULL) fail_msg("the model has no \"%s\"", from);
    assert_null(strstr(at + 1, from));
    size_t rest = text->used - (size_t)(at - text->at) - strlen(from);
    assert_true(text->used + strlen(to) < sizeof text->at);
    memmove(at + strlen(to), at + strlen(from), rest + 1);
    memcpy(at, to, strlen(to));
    text->used = text->used - strlen(from) + strlen(to);
}

/* The number of errors that the walk ends with; -1: it could not be run. */
static int walk_model(const struct text *text, unsigned long *states)
{
    struct scratch scratch = scratch_make();
    char path[SCRATCH_PATH_MAX + 32], command[SCRATCH_PATH_MAX + 256], line[256];
    snprintf(path, sizeof path, "%s/rules.pml", scratch.path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(text->at, 1, text->used, file);
    fclose(file);
    snprintf(command, sizeof command,
             "cd '%s' && spin -a rules.pml >log 2>&1 && cc -w -O0 -DSAFETY -o pan pan.c && "
             "./pan -n -m1000000 2>&1",
             scratch.path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    int errors = -1;
    while (fgets(line, sizeof line, pipe) != NULL) {
        char *at = strstr(line, "errors: ");
        if (at != NULL) errors = atoi(at + 8);
        if (strstr(line, "max search depth too small") != NULL) errors = -1;
        if (strstr(line, "states, stored") != NULL) *states = strtoul(line, NULL, 10);
    }
    pclose(pipe);
    scratch_remove(&scratch);
    return errors;
}

static struct text model;

static void print_model(void)
{
    struct rule_sink sink = {&model, collect};
    model.used = 0;
    rules_promela(&sink);
}

static void the_printed_model_holds(void **state)
{
    (void)state;
    unsigned long states = 0;
    if (!have_tools()) {
        printf("skipped: spin or cc is not installed\n");
        skip();
    }
    print_model();
    assert_int_equal(walk_model(&model, &states), 0);
    printf("spin walked %lu states\n", states);
    assert_true(states > 1000);
}

static void the_model_finds_what_is_broken_on_purpose(void **state)
{
    (void)state;
    static const struct {
        const char *what, *from, *to;
    } flaws[] = {
        {"a send without a question", ":: atomic { phase[s] == 3 && flight[s] < calls &&",
         ":: atomic { flight[s] < 2 &&"},
        {"a person who guesses", ":: paid[s] == 0 && flight[s] == 0 && slot[s] != refund_none",
         ":: slot[s] != refund_none"},
        {"payment at the sight of the box",
         "from == return_requested && actor == by_floor && "
         "verb == do_take_unit ->\n        to = return_requested; "
         "effects = 16",
         "from == return_requested && actor == by_floor && verb == do_take_unit ->\n"
         "        to = return_requested; effects = 6"},
        {"a grant that was refused",
         "verb == do_refuse ->\n        to = grant_refused; effects = 0\n"
         "    :: from == grant_offered && actor == by_operator",
         "verb == do_refuse ->\n        to = grant_granted; effects = 0\n"
         "    :: from == grant_offered && actor == by_operator"},
        {"an offer that nobody answered", "to = grant_lapsed", "to = grant_granted"},
        {"a grant that stays granted when it is paid", "to = grant_paid", "to = grant_granted"},
        {"a grant that does not wait its turn", ":: any_open -> facts = facts | grant_if_wait",
         ":: false -> facts = facts | grant_if_wait"},
        {"money beyond what was claimed", "got + part <= (accepted > 0 -> accepted : 2) ->",
         "true ->"},
        {"money for a claim that nobody sent", ":: lodged -> facts = facts | compensation_if_sent",
         ":: true -> facts = facts | compensation_if_sent"},
        {"a paid claim that runs out", "from == compensation_drafted && actor == by_clock",
         "from == compensation_paid && actor == by_clock"},
        {"a grant of money that is gone", ":: gone < captured -> facts = facts | grant_if_room",
         ":: true -> facts = facts | grant_if_room"},
    };
    unsigned long states = 0;
    if (!have_tools()) skip();
    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        print_model();
        alter(&model, flaws[i].from, flaws[i].to);
        int errors = walk_model(&model, &states);
        printf("%s: %s\n", flaws[i].what, errors > 0 ? "found" : "not found");
        assert_true(errors > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_model_holds),
        cmocka_unit_test(the_model_finds_what_is_broken_on_purpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

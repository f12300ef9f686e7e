/* The frame of the demo, in a tree of its own where everything it calls only tells what it was
 * called with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/process.h"
#include "tests/support/scratch.h"

#define PATH_BYTES (SCRATCH_PATH_MAX + 64)

static struct scratch scratch;
static struct ran ran;
static char demo[PATH_BYTES];

static void put(const char *name, const char *text)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/node/%s", scratch.path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0700), 0);
}

static void every_option_reaches_the_story_as_it_came(void **state)
{
    (void)state;
    char wanted[2 * PATH_BYTES];
    process_run(&ran,
                (const char *const[]){demo, "--once", "--json", "a file.json", "--keep", "", NULL},
                NULL);
    snprintf(wanted, sizeof wanted,
             "install (build)\n"
             "building entrepot entrepot-sandbox entrepot-sandbox-carriers entrepot-link-proxy\n"
             "build (release) (entrepot) (entrepot-sandbox) (entrepot-sandbox-carriers) "
             "(entrepot-link-proxy)\n"
             "story (--programs) (%s/build/release) (--once) (--json) (a file.json) (--keep) ()\n",
             scratch.path);
    assert_string_equal(ran.err, "");
    assert_string_equal(ran.out, wanted);
    assert_int_equal(ran.code, 7); /* the story's own */
}

static void help_needs_no_build(void **state)
{
    (void)state;
    process_run(&ran, (const char *const[]){demo, "--help", NULL}, NULL);
    assert_string_equal(ran.out, "story (--help)\n");
}

static void what_does_not_build_is_not_told(void **state)
{
    (void)state;
    put("build", "#!/bin/bash\nexit 3\n");
    process_run(&ran, (const char *const[]){demo, "--once", NULL}, NULL);
    assert_null(strstr(ran.out, "story"));
    assert_int_equal(ran.code, 3);
}

static void an_option_that_is_not_known_is_refused(void **state)
{
    (void)state;
    process_run(&ran, (const char *const[]){"node/story", "--onec", NULL}, NULL);
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err, "--onec: no such option"));
    process_run(&ran, (const char *const[]){"node/story", "--json", NULL}, NULL);
    assert_int_equal(ran.code, 2);
    assert_non_null(strstr(ran.err, "--json: a value must follow"));
}

static int begin(void **state)
{
    (void)state;
    static char text[16384], folder[PATH_BYTES];
    scratch = scratch_make();
    snprintf(folder, sizeof folder, "%s/node", scratch.path);
    snprintf(demo, sizeof demo, "%s/node/demo", scratch.path);
    FILE *file = fopen("node/demo", "r");
    if (file == NULL || mkdir(folder, 0700) != 0) return -1;
    size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    fclose(file);
    put("demo", text);
    static const char *const names[] = {"install", "build", "story"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "#!/bin/bash\nprintf %s\nprintf ' (%%s)' \"$@\"\necho\n%s\n",
                 names[i], i == 2 ? "exit 7" : "");
        put(names[i], text);
    }
    return 0;
}

static int finish(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_reaches_the_story_as_it_came),
        cmocka_unit_test(help_needs_no_build),
        cmocka_unit_test(what_does_not_build_is_not_told),
        cmocka_unit_test(an_option_that_is_not_known_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}

/* The project's own fixtures, written from the documented formats: every adapter that has a folder
 * of them, each file as its table expected.tsv says. */
#include "tests/carriers/conform.h"
#include <stdlib.h>

#define FIXTURES "tests/carriers/fixtures"
#define FIELDS   6

enum column { FILE_NAME, NUMBER, STATUS, REASON, EVENTS, LAST_TIME };

static void run_line(struct conform_tally *tally, const char *adapter, char *const *field)
{
    char path[CONFORM_TEXT_BYTES];
    unsigned files = tally->files;
    snprintf(path, sizeof path, FIXTURES "/%s/%s", adapter, field[FILE_NAME]);
    const struct conform_line line = {.file = path,
                                      .adapter = adapter,
                                      .number = field[NUMBER],
                                      .status = field[STATUS],
                                      .reason = field[REASON],
                                      .events = field[EVENTS],
                                      .last_time = field[LAST_TIME]};
    conform_run(tally, &line);
    if (tally->files == files) fail_msg("%s is not there", path);
}

/* The number of files of one adapter. */
static unsigned run_adapter(struct conform_tally *tally, const char *adapter)
{
    char path[CONFORM_TEXT_BYTES];
    unsigned files = tally->files;
    snprintf(path, sizeof path, FIXTURES "/%s/expected.tsv", adapter);
    struct span table = file_read(path);
    if (table.at == NULL) return 0;
    char *text = strndup((const char *)table.at, table.size), *rest = NULL;
    for (char *at = strtok_r(text, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
        char *field[FIELDS];
        if (at[0] == '#') continue;
        if (!conform_split(at, field, FIELDS)) fail_msg("%s: six fields a line", path);
        run_line(tally, adapter, field);
    }
    free(text);
    file_free(table);
    return tally->files - files;
}

static void fixtures_are_understood_as_their_tables_say(void **state)
{
    (void)state;
    struct conform_tally tally = {0};
    unsigned adapters = 0;
    for (size_t i = 0; i < carriers_count; i++) {
        unsigned files = run_adapter(&tally, carriers[i]->name);
        if (files == 0) printf("%s has no fixtures of this kind\n", carriers[i]->name);
        adapters += files > 0 ? 1 : 0;
    }
    printf("fixtures: %u adapters, %u files, %u parcels, %u wrong\n", adapters, tally.files,
           tally.parcels, tally.wrong);
    assert_true(adapters > 0);
    assert_int_equal(0, tally.wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures_are_understood_as_their_tables_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

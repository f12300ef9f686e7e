/* Every payload of ../shared/carriers/samples, where that is at hand, must be understood as its
 * index says: the numbers, where each parcel stands, how many events there are and when the last
 * one was. What is said and not found is printed; what ran is counted. */
#include "tests/carriers/conform.h"
#include <stdlib.h>

#define SAMPLES "../shared/carriers/samples"
#define FIELDS  8

/* A line of the index. */
enum column { FILE_NAME, CARRIER, KIND, QUALITY, NUMBER, STATUS, EVENTS, LAST_TIME };

/* The index calls some by the name of a product or country. */
static const struct {
    const char *index, *adapter;
} names[] = {
    {"dhl_universal", "dhl"},
    {"mydhl", "dhl_express"},
    {"asendia_us", "asendia"},
    {"x12", "x12_214"},
};

static const char *adapter_of(const char *carrier)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].index, carrier) == 0) return names[i].adapter;
    return carrier;
}

/* Labels, subscriptions and captures are other doors. */
static bool is_about_parcels(const char *kind)
{
    static const char *const kinds[] = {"webhook", "track-response", "track-error"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kind, kinds[i]) == 0) return true;
    return false;
}

static void run_line(struct conform_tally *tally, char *const *field)
{
    char path[CONFORM_TEXT_BYTES];
    snprintf(path, sizeof path, SAMPLES "/%s", field[FILE_NAME]);
    const struct conform_line line = {.file = path,
                                      .adapter = adapter_of(field[CARRIER]),
                                      .number = field[NUMBER],
                                      .status = field[STATUS],
                                      .reason = "",
                                      .events = field[EVENTS],
                                      .last_time = field[LAST_TIME]};
    conform_run(tally, &line);
}

static void samples_are_understood_as_their_index_says(void **state)
{
    (void)state;
    struct conform_tally tally = {0};
    unsigned without = 0;
    struct span index = file_read(SAMPLES "/INDEX.tsv");
    if (index.at == NULL) {
        printf("skipped: no " SAMPLES "/INDEX.tsv\n");
        skip();
    }
    char *text = strndup((const char *)index.at, index.size), *rest = NULL;
    (void)strtok_r(text, "\n", &rest); /* the heading */
    for (char *at = strtok_r(NULL, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
        char *field[FIELDS];
        if (!conform_split(at, field, FIELDS) || !is_about_parcels(field[KIND])) continue;
        if (carrier_by_name(span_text(adapter_of(field[CARRIER]))) == NULL) {
            printf("no adapter: %s\n", field[FILE_NAME]);
            without++;
        } else
            run_line(&tally, field);
    }
    printf("samples: %u files and %u parcels ran, %u wrong, %u excused, %u files not there, "
           "%u of no adapter; %u shuffles\n",
           tally.files, tally.parcels, tally.wrong, tally.excused, tally.skipped, without,
           tally.shuffles);
    assert_true(50 * tally.excused < tally.parcels);
    assert_true(tally.parcels > 0);
    assert_int_equal(0, tally.wrong);
    free(text);
    file_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_understood_as_their_index_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
    {"dhl_universal", "dhl"}, {"mydhl", "dhl_express"},         {"asendia_us", "asendia"},
    {"x12", "x12_214"},       {"yunexpress", "yunexpress_oms"}, /* all of them are of its former
                                                                   interface */
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

/* The whole index, for the caller to free; where it is not at hand, the test is skipped. */
static char *index_text(void)
{
    struct span index = file_read(SAMPLES "/INDEX.tsv");
    if (index.at == NULL) {
        printf("skipped: no " SAMPLES "/INDEX.tsv\n");
        skip();
    }
    char *text = strndup((const char *)index.at, index.size);
    file_free(index);
    return text;
}

/* The next line about parcels, behind the heading. *rest is NULL at first. */
static bool next_line(char *text, char **rest, char *field[FIELDS])
{
    if (*rest == NULL) (void)strtok_r(text, "\n", rest);
    for (char *at = strtok_r(NULL, "\n", rest); at != NULL; at = strtok_r(NULL, "\n", rest))
        if (conform_split(at, field, FIELDS) && is_about_parcels(field[KIND])) return true;
    return false;
}

static void samples_are_understood_as_their_index_says(void **state)
{
    (void)state;
    struct conform_tally tally = {0};
    unsigned without = 0;
    char *rest = NULL, *text = index_text(), *field[FIELDS];
    while (next_line(text, &rest, field)) {
        if (carrier_by_name(span_text(adapter_of(field[CARRIER]))) == NULL) {
            printf("no adapter: %s\n", field[FILE_NAME]);
            without++;
            continue;
        }
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
}

/* --- what a row may say of itself ------------------------------------------------------------- */

#define CARRIERS_MAX 256

struct evidence {
    bool named[CARRIERS_MAX], captured[CARRIERS_MAX], published[CARRIERS_MAX];
};

/* A payload was recorded live, whatever it tells; an example that somebody published counts when it
 * tells of a parcel. What was made up, also by other projects, is none. */
static void take_evidence(struct evidence *evidence, char *const *field)
{
    const struct carrier *row = carrier_by_name(span_text(adapter_of(field[CARRIER])));
    bool refused = strcmp(field[KIND], "track-error") == 0;
    for (size_t i = 0; i < carriers_count; i++) {
        if (carriers[i] != row) continue;
        evidence->named[i] = true;
        if (strncmp(field[QUALITY], "captured", strlen("captured")) == 0)
            evidence->captured[i] = true;
        else if (strncmp(field[QUALITY], "doc", strlen("doc")) == 0 && !refused)
            evidence->published[i] = true;
    }
}

static void a_row_claims_no_more_than_its_samples_show(void **state)
{
    (void)state;
    struct evidence evidence = {{0}, {0}, {0}};
    unsigned wrong = 0;
    char *rest = NULL, *text = index_text(), *field[FIELDS];
    assert_true(carriers_count <= CARRIERS_MAX);
    while (next_line(text, &rest, field)) take_evidence(&evidence, field);
    for (size_t i = 0; i < carriers_count; i++) {
        const struct carrier *row = carriers[i];
        bool claim = row->captured || row->published;
        bool shown =
            row->captured ? evidence.captured[i] : evidence.published[i] || evidence.captured[i];
        if (!claim || !evidence.named[i] || shown) continue;
        printf("%s: what it claims to have read is not there\n", row->name);
        wrong++;
    }
    assert_int_equal(0, wrong);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_understood_as_their_index_says),
        cmocka_unit_test(a_row_claims_no_more_than_its_samples_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

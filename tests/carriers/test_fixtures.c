/* The project's own fixtures, written from the documented formats: every adapter has each case of
 * cases.h, or its table expected.tsv says why it cannot; each file is understood as the table says,
 * and is the case that it is called. */
#include "carriers/whose.h"
#include "tests/carriers/cases.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>

#define FIXTURES     "tests/carriers/fixtures"
#define FIELDS       7
#define WITHOUT      "without"
#define FILES_MAX    64
#define WHY_AT_LEAST 12 /* bytes: a reason is a sentence */

enum column { CASE, FILE_NAME, NUMBER, STATUS, REASON, EVENTS, LAST_TIME };
enum excuse { EXCUSED_CASE = 1, EXCUSED_WHY, EXCUSE_FIELDS };

/* One folder while its table is read. */
struct folder {
    const struct carrier *carrier;
    struct conform_tally *tally;
    unsigned shown[CASES_ALL];
    bool excused[CASES_ALL];
    char *files[FILES_MAX]; /* that the table names */
    unsigned files_count;
    bool quiet; /* complaints are counted only */
};

static __attribute__((format(printf, 2, 3))) void complain(struct folder *folder,
                                                           const char *format, ...)
{
    va_list list;
    folder->tally->wrong++;
    if (folder->quiet) return;
    va_start(list, format);
    printf("%s: ", folder->carrier->name);
    vprintf(format, list);
    printf("\n");
    va_end(list);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static bool has_check_sign(const struct carrier *carrier, const char *number)
{
    struct whose found[WHOSE_MAX];
    size_t count = whose_number(span_text(number), found);
    for (size_t i = 0; i < count; i++) {
        const char *form = found[i].form->carrier;
        bool of_it = strcmp(form, carrier->name) == 0 || strcmp(form, "s10") == 0;
        if (of_it && found[i].checked) return true;
    }
    return false;
}

/* A number of the carrier's own form, or of S10, but for its check sign: that of an S10 stands
 * before the two letters of a country, every other one at the end. */
static bool has_wrong_check_sign(const struct carrier *carrier, const char *number)
{
    char other[CONFORM_TEXT_BYTES];
    size_t size = strlen(number);
    if (has_check_sign(carrier, number)) return false;
    for (size_t back = 1; back <= 3 && back <= size; back += 2)
        for (char sign = '0'; sign <= '9'; sign++) {
            snprintf(other, sizeof other, "%s", number);
            other[size - back] = sign;
            if (has_check_sign(carrier, other)) return true;
        }
    return false;
}

static void check_numbers(struct folder *folder, const char *numbers)
{
    while (*numbers != '\0') {
        char number[CONFORM_TEXT_BYTES];
        size_t size = strcspn(numbers, ";");
        snprintf(number, sizeof number, "%.*s", (int)strcspn(numbers, "#;"), numbers);
        if (has_wrong_check_sign(folder->carrier, number))
            complain(folder, "%s bears a wrong check sign", number);
        numbers += size + (numbers[size] == ';' ? 1 : 0);
    }
}

static void run_fixture(struct folder *folder, char *const *field)
{
    char path[CONFORM_TEXT_BYTES];
    unsigned files = folder->tally->files;
    enum fixture_case wanted = case_of(field[CASE]);
    snprintf(path, sizeof path, FIXTURES "/%s/%s", folder->carrier->name, field[FILE_NAME]);
    const struct conform_line line = {.file = path,
                                      .adapter = folder->carrier->name,
                                      .number = field[NUMBER],
                                      .status = field[STATUS],
                                      .reason = field[REASON],
                                      .events = field[EVENTS],
                                      .last_time = field[LAST_TIME]};
    conform_run(folder->tally, &line);
    if (folder->tally->files == files) fail_msg("%s is not there", path);
    if (wanted == CASES_ALL) fail_msg("%s: there is no case %s", path, field[CASE]);
    check_numbers(folder, field[NUMBER]);
    const char *lacks = case_lacks(wanted, folder->carrier, &folder->tally->said);
    if (lacks != NULL) complain(folder, "%s is no %s: %s", field[FILE_NAME], field[CASE], lacks);
    folder->shown[wanted]++;
    assert_true(folder->files_count < FILES_MAX);
    folder->files[folder->files_count++] = field[FILE_NAME];
}

/* A reason holds only as long as nothing in the adapter's tables says otherwise. */
static void take_excuse(struct folder *folder, char *const *field)
{
    enum fixture_case wanted = case_of(field[EXCUSED_CASE]);
    if (wanted >= CASES)
        fail_msg("%s: no case %s is demanded", folder->carrier->name, field[EXCUSED_CASE]);
    const char *known = case_known(wanted, folder->carrier);
    if (known != NULL)
        complain(folder, "it is excused from %s, and knows \"%s\"", case_words[wanted], known);
    if (strlen(field[EXCUSED_WHY]) < WHY_AT_LEAST)
        complain(folder, "it is excused from %s without a reason", case_words[wanted]);
    folder->excused[wanted] = true;
}

static void read_line(struct folder *folder, char *line)
{
    char *field[FIELDS];
    if (line[0] == '#') return;
    bool excuse = strncmp(line, WITHOUT "\t", strlen(WITHOUT "\t")) == 0;
    if (!conform_split(line, field, excuse ? EXCUSE_FIELDS : FIELDS))
        fail_msg("%s/expected.tsv: %s: %d fields a line, or %d", folder->carrier->name, line,
                 FIELDS, EXCUSE_FIELDS);
    if (excuse)
        take_excuse(folder, field);
    else
        run_fixture(folder, field);
}

static void demand_each_case(struct folder *folder)
{
    for (unsigned i = 0; i < CASES; i++) {
        if (folder->shown[i] == 0 && !folder->excused[i])
            complain(folder, "no fixture shows the case %s, and no line says why", case_words[i]);
        if (folder->shown[i] > 0 && folder->excused[i])
            complain(folder, "it is excused from %s, and shows it", case_words[i]);
    }
}

static bool is_named(const struct folder *folder, const char *file)
{
    if (file[0] == '.' || strcmp(file, "expected.tsv") == 0) return true;
    for (unsigned i = 0; i < folder->files_count; i++)
        if (strcmp(folder->files[i], file) == 0) return true;
    return false;
}

static void demand_each_file(struct folder *folder)
{
    char path[CONFORM_TEXT_BYTES];
    snprintf(path, sizeof path, FIXTURES "/%s", folder->carrier->name);
    DIR *listing = opendir(path);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
        if (!is_named(folder, entry->d_name))
            complain(folder, "expected.tsv does not name %s", entry->d_name);
    closedir(listing);
}

static void run_folder(struct folder *folder)
{
    char path[CONFORM_TEXT_BYTES];
    snprintf(path, sizeof path, FIXTURES "/%s/expected.tsv", folder->carrier->name);
    struct span table = file_read(path);
    if (table.at == NULL) {
        complain(folder, "%s is not there", path);
        return;
    }
    char *text = strndup((const char *)table.at, table.size), *rest = NULL;
    for (char *at = strtok_r(text, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest))
        read_line(folder, at);
    demand_each_case(folder);
    demand_each_file(folder);
    free(text);
    file_free(table);
}

static void each_adapter_shows_each_case_or_says_why_not(void **state)
{
    (void)state;
    struct conform_tally tally = {0};
    unsigned shown = 0, excused = 0;
    for (size_t i = 0; i < carriers_count; i++) {
        struct folder folder = {.carrier = carriers[i], .tally = &tally};
        run_folder(&folder);
        for (unsigned k = 0; k < CASES; k++) {
            shown += folder.shown[k] > 0 ? 1 : 0;
            excused += folder.excused[k] ? 1 : 0;
        }
    }
    printf("fixtures: %zu adapters, %u files, %u parcels; %u cases shown, %u cannot be; %u wrong\n",
           carriers_count, tally.files, tally.parcels, shown, excused, tally.wrong);
    assert_int_equal(0, tally.wrong);
    assert_int_equal(carriers_count * CASES, shown + excused);
}

/* --- the demands themselves --------------------------------------------------------------------
 */

static void a_body_is_only_the_cases_that_it_shows(void **state)
{
    static const char *const bodies[][3] = {
        {"normal.json", "-", "normal "},       {"empty.json", "-", "empty "},
        {"error.json", "error", "error "},     {"return.json", "-", "return exception "},
        {"exception.json", "-", "exception "}, {"customs.json", "-", "exception customs_hold "},
    };
    const struct carrier *fedex = carrier_by_name(span_text("fedex"));
    struct conform_tally tally = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char path[CONFORM_TEXT_BYTES], shown[CONFORM_TEXT_BYTES] = "";
        snprintf(path, sizeof path, FIXTURES "/fedex/%s", bodies[i][0]);
        const struct conform_line line = {.file = path,
                                          .adapter = "fedex",
                                          .number = "",
                                          .status = bodies[i][1],
                                          .reason = "",
                                          .events = "",
                                          .last_time = ""};
        conform_run(&tally, &line);
        for (unsigned k = 0; k < CASES; k++)
            if (case_lacks(k, fedex, &tally.said) == NULL)
                strcat(strcat(shown, case_words[k]), " ");
        assert_string_equal(bodies[i][2], shown);
    }
    assert_int_equal(0, tally.wrong);
}

#define BIT(number) (UINT64_C(1) << (number))
#define SAID(...)                                                                                  \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* What was understood, and what it lacks to be that case. */
static const struct {
    enum fixture_case wanted;
    struct conform_said said;
    const char *lacks;
} judged[] = {
    {CASE_EMPTY, SAID(.error = ERROR_MALFORMED, .placed = true), "it is refused"},
    {CASE_EMPTY, SAID(.replies = BIT(REPLY_REFUSED)), "it is refused"},
    {CASE_EMPTY, SAID(.replies = BIT(REPLY_LATER)), "it is refused"},
    {CASE_EMPTY, SAID(.parcels = 1, .scans = 1), "it tells scans"},
    {CASE_EMPTY, SAID(.parcels = 1, .statuses = BIT(TRACK_DELIVERED)), "it tells a state"},
    {CASE_EMPTY, SAID(.parcels = 1, .statuses = BIT(TRACK_PRE_TRANSIT)), NULL},
    {CASE_EMPTY, SAID(.replies = BIT(REPLY_NOT_FOUND)), NULL},
    {CASE_ERROR, SAID(.parcels = 1, .replies = BIT(REPLY_REFUSED)), "it tells a parcel"},
    {CASE_ERROR, SAID(.error = ERROR_MALFORMED), "the fault names no place"},
    {CASE_ERROR, SAID(.replies = BIT(REPLY_NOTHING)), "nothing is heard of it"},
    {CASE_ERROR, SAID(.error = ERROR_MALFORMED, .placed = true), NULL},
    {CASE_ERROR, SAID(.replies = BIT(REPLY_LATER)), NULL},
    {CASE_RETURN, SAID(.is_return = true), "it tells no parcel"},
    {CASE_RETURN, SAID(.parcels = 1, .statuses = BIT(TRACK_DELIVERED)), "nothing comes back"},
    {CASE_RETURN, SAID(.parcels = 1, .is_return = true), NULL},
    {CASE_EXCEPTION, SAID(.parcels = 1, .statuses = BIT(TRACK_CANCELLED)), "nothing went wrong"},
    {CASE_CUSTOMS_HOLD, SAID(.parcels = 1, .reasons = BIT(TRACK_REASON_CUSTOMS_RELEASED)),
     "no scan bears a customs reason"},
    {CASE_CUSTOMS_HOLD, SAID(.parcels = 1, .reasons = BIT(TRACK_REASON_CUSTOMS_PROCESSING)),
     "no scan is held by customs, and the carrier has a code for that"},
    {CASE_CUSTOMS_HOLD, SAID(.parcels = 1, .reasons = BIT(TRACK_REASON_DUTIES_UNPAID)), NULL},
    {CASE_NORMAL, SAID(.parcels = 2, .states = BIT(TRACK_DELIVERED) | BIT(TRACK_RETURNING)),
     "a parcel is not on its way"},
};

static void a_body_is_told_what_it_lacks_to_be_a_case(void **state)
{
    const struct carrier *fedex = carrier_by_name(span_text("fedex"));
    (void)state;
    for (size_t i = 0; i < sizeof judged / sizeof judged[0]; i++) {
        const char *lacks = case_lacks(judged[i].wanted, fedex, &judged[i].said);
        if (lacks == NULL && judged[i].lacks == NULL) continue;
        if (lacks == NULL || judged[i].lacks == NULL) fail_msg("row %zu", i);
        assert_string_equal(judged[i].lacks, lacks);
    }
    /* A carrier that knows no hold is at customs all the same. */
    const struct conform_said soft = {.parcels = 1,
                                      .reasons = BIT(TRACK_REASON_CUSTOMS_PROCESSING)};
    assert_null(case_lacks(CASE_CUSTOMS_HOLD, carrier_by_name(span_text("4px")), &soft));
}

static unsigned complaints_of(const char *carrier, const char *const *lines)
{
    struct conform_tally tally = {0};
    struct folder folder = {
        .carrier = carrier_by_name(span_text(carrier)), .tally = &tally, .quiet = true};
    char text[16][CONFORM_TEXT_BYTES];
    for (unsigned i = 0; lines[i] != NULL; i++) {
        snprintf(text[i], sizeof text[i], "%s", lines[i]);
        read_line(&folder, text[i]);
    }
    demand_each_case(&folder);
    demand_each_file(&folder);
    return tally.wrong;
}

#define GEODIS_FILES                                                                               \
    "empty\tempty.json\t\t-\t\t\t", "error\terror.json\t\terror\t\t\t",                            \
        "more\tnormal.json\t1G0000000011\tunknown\tunmapped\t1\t-"
#define OPAQUE "\tWhat its codes mean is not published."

static void a_folder_is_refused_for_each_thing_that_it_lacks(void **state)
{
    (void)state;
    const char *good[] = {GEODIS_FILES,
                          WITHOUT "\tnormal" OPAQUE,
                          WITHOUT "\treturn" OPAQUE,
                          WITHOUT "\texception" OPAQUE,
                          WITHOUT "\tcustoms_hold" OPAQUE,
                          NULL};
    assert_int_equal(0, complaints_of("geodis", good));
    const char *no_reason[] = {GEODIS_FILES,
                               WITHOUT "\tnormal" OPAQUE,
                               WITHOUT "\treturn" OPAQUE,
                               WITHOUT "\texception" OPAQUE,
                               WITHOUT "\tcustoms_hold\tno",
                               NULL};
    assert_int_equal(1, complaints_of("geodis", no_reason));
    const char *missing[] = {GEODIS_FILES, WITHOUT "\tnormal" OPAQUE, WITHOUT "\treturn" OPAQUE,
                             WITHOUT "\texception" OPAQUE, NULL};
    assert_int_equal(1, complaints_of("geodis", missing));
    const char *unnamed[] = {"empty\tempty.json\t\t-\t\t\t",
                             "error\terror.json\t\terror\t\t\t",
                             WITHOUT "\tnormal" OPAQUE,
                             WITHOUT "\treturn" OPAQUE,
                             WITHOUT "\texception" OPAQUE,
                             WITHOUT "\tcustoms_hold" OPAQUE,
                             NULL};
    assert_int_equal(1, complaints_of("geodis", unnamed));
    const char *wrong[] = {"empty\tempty.json\t\t-\t\t\t",
                           "error\terror.json\t\terror\t\t\t",
                           "customs_hold\tnormal.json\t1G0000000011\tunknown\tunmapped\t1\t-",
                           WITHOUT "\tnormal" OPAQUE,
                           WITHOUT "\treturn" OPAQUE,
                           WITHOUT "\texception" OPAQUE,
                           NULL};
    assert_int_equal(1, complaints_of("geodis", wrong));
    /* The number is another, and its check sign wrong. */
    const char *mistyped[] = {"empty\tempty.json\t\t-\t\t\t",
                              "error\terror.json\t\terror\t\t\t",
                              "more\tnormal.json\tRB123456784GB\tunknown\tunmapped\t1\t-",
                              WITHOUT "\tnormal" OPAQUE,
                              WITHOUT "\treturn" OPAQUE,
                              WITHOUT "\texception" OPAQUE,
                              WITHOUT "\tcustoms_hold" OPAQUE,
                              NULL};
    assert_int_equal(2, complaints_of("geodis", mistyped));
    /* Also refuted: there is an answer without a scan. */
    const char *shown[] = {GEODIS_FILES,
                           WITHOUT "\tnormal" OPAQUE,
                           WITHOUT "\treturn" OPAQUE,
                           WITHOUT "\texception" OPAQUE,
                           WITHOUT "\tcustoms_hold" OPAQUE,
                           WITHOUT "\tempty" OPAQUE,
                           NULL};
    assert_int_equal(2, complaints_of("geodis", shown));
}

static void a_made_up_number_bears_the_right_check_sign(void **state)
{
    (void)state;
    const struct carrier *ups = carrier_by_name(span_text("ups"));
    const struct carrier *dhl = carrier_by_name(span_text("dhl"));
    assert_false(has_wrong_check_sign(ups, "1Z00E00A0300000013"));
    assert_true(has_wrong_check_sign(ups, "1Z00E00A0300000014"));
    assert_false(has_wrong_check_sign(dhl, "1Z00E00A0300000014")); /* of no form of its own */
    assert_true(has_wrong_check_sign(dhl, "RB123456784GB"));
    assert_false(has_wrong_check_sign(dhl, "RB123456785GB"));
    /* With a digit it would be a form of theirs, which has no check sign. */
    const struct carrier *amazon = carrier_by_name(span_text("amazon_shipping"));
    assert_false(has_wrong_check_sign(amazon, "A000000000X"));
    struct conform_tally tally = {0};
    struct folder folder = {.carrier = ups, .tally = &tally, .quiet = true};
    check_numbers(&folder, "1Z00E00A0300000013#x;1Z00E00A0300000014;-;RB123456784GB");
    assert_int_equal(2, tally.wrong);
}

static void a_reason_is_stale_once_a_table_knows_the_case(void **state)
{
    static const struct {
        const char *carrier;
        enum fixture_case wanted;
        const char *known;
    } rows[] = {
        {"geodis", CASE_NORMAL, NULL},        {"geodis", CASE_EMPTY, "an answer without a scan"},
        {"bpost", CASE_EXCEPTION, NULL},      {"hermes", CASE_EXCEPTION, "4000"},
        {"asendia", CASE_CUSTOMS_HOLD, NULL}, {"parcelone", CASE_CUSTOMS_HOLD, "CUSTOMS_CLEARANCE"},
        {"landmark", CASE_RETURN, NULL},      {"easypost", CASE_RETURN, "is_return"},
        {"sf_express", CASE_RETURN, "退回"},  {"yunexpress_oms", CASE_RETURN, "7"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct carrier *carrier = carrier_by_name(span_text(rows[i].carrier));
        const char *known = case_known(rows[i].wanted, carrier);
        if (rows[i].known == NULL && known != NULL) fail_msg("%s knows %s", rows[i].carrier, known);
        if (rows[i].known != NULL) assert_string_equal(rows[i].known, known);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_only_the_cases_that_it_shows),
        cmocka_unit_test(a_body_is_told_what_it_lacks_to_be_a_case),
        cmocka_unit_test(a_folder_is_refused_for_each_thing_that_it_lacks),
        cmocka_unit_test(a_made_up_number_bears_the_right_check_sign),
        cmocka_unit_test(a_reason_is_stale_once_a_table_knows_the_case),
        cmocka_unit_test(each_adapter_shows_each_case_or_says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

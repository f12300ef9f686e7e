/* Adapters that are text: every error with its line, column and remedy; every thing that a text can
 * say; and that compiled adapters, written out as text, understand their fixtures the same. */
#include "carriers/declared_inside.h"
#include "tests/carriers/conform.h"
#include "tests/carriers/declared_text.h"
#include <dirent.h>
#include <stdlib.h>

#define FOLDER       "tests/carriers/declared"
#define FIXTURES     "tests/carriers/fixtures"
#define FIELDS       6
#define COMPARED_MIN 25

/* A row with the text that it points into. */
struct loaded {
    struct declared declared;
    char text[DECLARED_BYTES_MAX + 2];
    struct declared_fault fault;
};

static struct loaded one, other;

static enum error load(struct loaded *to, const char *text)
{
    size_t size = strlen(text);
    assert_true(size < sizeof to->text);
    memcpy(to->text, text, size + 1);
    return declared_load(&to->declared, to->text, size, &to->fault);
}

static void assert_loads(struct loaded *to, const char *text)
{
    enum error error = load(to, text);
    if (error != OK) fail_msg("%u:%u: %s", to->fault.line, to->fault.column, to->fault.why);
}

static void load_file(struct loaded *to, const char *path)
{
    struct span file = file_read(path);
    if (file.at == NULL) fail_msg("%s cannot be read", path);
    assert_true(file.size < sizeof to->text);
    memcpy(to->text, file.at, file.size);
    enum error error = declared_load(&to->declared, to->text, file.size, &to->fault);
    if (error != OK)
        fail_msg("%s:%u:%u: %s", path, to->fault.line, to->fault.column, to->fault.why);
    file_free(file);
}

/* --- what is refused -------------------------------------------------------------------------- */

#define HEAD  "[carrier]\nname = own\n"                                       /* lines 1 and 2 */
#define FORM  "[form a]\nparcels = p\nevents = e\n"                           /* three lines */
#define ASKED "[carrier]\nname = own\nbase_url = https://x.example\n[poll]\n" /* four lines */
#define TEN   "abcdefghi/"
#define LIMIT "calls = 1\nper_s = 1\n"

static const struct {
    const char *text;
    unsigned line, column;
    const char *why;
} refused[] = {
    /* lines and sections */
    {"name = own\n", 1, 1, "write [carrier] above it"},
    {HEAD "nonsense\n" FORM, 3, 1, "neither [section] nor key = value"},
    {"[carrier\n", 1, 9, "ends on ]"},
    {HEAD "[froms a]\n", 3, 2, "[froms a]: no such section; there are carrier, proof"},
    {HEAD "[carrier x]\n", 3, 2, "no such section"},
    {HEAD "[carrier]\n", 3, 1, "stands twice"},
    {HEAD "[form]\n", 3, 6, "a name of its own"},
    {HEAD "[form A]\n", 3, 7, "a name of its own"},
    {HEAD "[form aaaaaaaaaaaaaaaaaaaaaaaaa]\n", 3, 7, "a name of its own"},
    {HEAD FORM "[form a]\n", 6, 7, "[form a] stands twice"},
    {HEAD FORM "codes = c\n[codes c]\n1 = lost\n[codes c]\n", 9, 8, "[codes c] stands twice"},
    {HEAD "content_type = a\x01z\n", 3, 1, "no text"},
    {HEAD "content_type = \xff\n", 3, 1, "UTF-8"},
    /* keys */
    {"[carrier]\n  nmae = own\n", 2, 3, "nmae: no such key; [carrier] knows name, content_type"},
    {HEAD "name = own2\n", 3, 1, "name: given already"},
    {HEAD "content_type =\n", 3, 15, "content_type: no value"},
    {HEAD "content_type = \"\"\n", 3, 16, "content_type: empty"},
    {"[carrier]\nname = Own\n", 2, 8, "24 of a-z 0-9 _ - at most"},
    {"[carrier]\nname = aaaaaaaaaaaaaaaaaaaaaaaaa\n", 2, 8, "24 of a-z"},
    {"[carrier]\nname = dhl\n", 2, 8, "the program has an adapter of that name"},
    {HEAD "status_taken = 404\n", 3, 16, "a whole number from 200 to 299"},
    {HEAD "status_taken = 2O0\n", 3, 16, "a whole number"},
    {HEAD "status_taken = 20x\n", 3, 16, "a whole number"},
    {HEAD "status_taken = 4294967496\n", 3, 16, "a whole number"},
    {HEAD "captured = maybe\n", 3, 12, "maybe is none of no|yes"},
    {HEAD "base_url = http://x.example\n", 3, 12, "write https://host"},
    {HEAD "base_url = https://\n", 3, 12, "write https://host"},
    {HEAD "base_url = https://x.example/\n", 3, 12, "leave out the slash"},
    {HEAD "base_url = https://x.example?a\n", 3, 12, "all it may hold"},
    {HEAD FORM "number = a//b\n", 6, 10, "number: a step of the path is empty"},
    {HEAD FORM "clock = %k\n", 6, 9, "clock: after % comes"},
    {HEAD FORM "clock = %Y||%m\n", 6, 9, "a form of a time is empty"},
    {HEAD FORM "clock = %Y|\n", 6, 9, "a form of a time is empty"},
    {HEAD FORM "clock_zone = PST\n", 6, 14, "PST is no zone"},
    {HEAD FORM "clock_zone = +15:00\n", 6, 14, "is no zone"},
    {HEAD FORM "clock_zone = +08:60\n", 6, 14, "is no zone"},
    {HEAD FORM "clock_zone = +0;:00\n", 6, 14, "is no zone"},
    {HEAD FORM "clock_zone = +8\n", 6, 14, "is no zone"},
    {HEAD FORM "family = --\n", 6, 10, "family: write one sign"},
    {HEAD FORM "order = backwards\n", 6, 9, "backwards is none of by_clock|oldest_first"},
    {HEAD FORM "codes = nowhere\n", 6, 9, "there is no section [codes nowhere]"},
    {HEAD FORM "words = c\ncodes = c\n[codes c]\n1 = lost\n", 6, 9, "no section [words c]"},
    /* forms */
    {HEAD, 2, 1, "no [form NAME]"},
    {FORM, 1, 1, "no [carrier]"},
    {"", 1, 1, "no [carrier]"},
    {"[carrier]\n" FORM, 1, 1, "no name"},
    {HEAD "[form a]\nevents = e\n", 3, 1, "[form a] has no parcels"},
    {HEAD "[form a]\nparcels = p\n", 3, 1, "neither events nor summary"},
    {HEAD "[form a]\nparcels = p\nsummary = s\ncode = c\n", 3, 1, "add events = PATH"},
    {HEAD FORM "group_number = n\n", 3, 1, "group_number without groups"},
    {HEAD FORM "number_end = n\n", 3, 1, "number_end without number"},
    {HEAD FORM "is_return_word = n\n", 3, 1, "is_return_word without is_return"},
    {HEAD FORM "at_time = n\n", 3, 1, "without a date"},
    {HEAD FORM "summary_at_zone = n\n", 3, 1, "without a date"},
    {HEAD FORM "[codes c]\n1 = lost\n", 6, 1, "no form names c"},
    /* rows */
    {HEAD FORM "[codes c]\n1 = lots\n", 7, 5, "no such status"},
    {HEAD FORM "[codes c]\n1 = lost in_space\n", 7, 10, "no such reason"},
    {HEAD FORM "[codes c]\n1 = -\n", 7, 5, "neither a status nor a reason"},
    {HEAD FORM "[codes c]\n1 =\n", 7, 4, "write what it means"},
    {HEAD FORM "[codes c]\n = lost\n", 7, 2, "nothing stands before ="},
    {HEAD FORM "[codes c]\n1 = lost\n1 = lost\n", 8, 1, "1: stands twice"},
    {HEAD FORM "[replies r]\nnever = a\n", 7, 1, "never: no such reply"},
    {HEAD FORM "[replies r]\nlater = a//b is 1\n", 7, 9, "a step of the path is empty"},
    {HEAD FORM "[replies r]\nlater = a is \n", 7, 9, "no value behind is or has"},
    {HEAD FORM "[replies r]\nlater = a has \"\"\n", 7, 9, "no value behind is or has"},
    /* the proof */
    {HEAD "[proof]\nkind = sha1\n", 4, 8, "sha1 is none of hmac_sha256|sha256|md5|token"},
    {HEAD "[proof]\nheader = X-Sign\n", 4, 10, "in lower case"},
    {HEAD "[proof]\nheader = x sign\n", 4, 10, "63 of a-z"},
    {HEAD "[proof]\nheader = x|\n", 4, 10, "63 of a-z"},
    {HEAD "[proof]\nfield = sign\n", 4, 9, "write form:NAME, or json:PATH"},
    {HEAD "[proof]\nfield = form:\n", 4, 9, "the field's name"},
    {HEAD "[proof]\nfield = json:a//b\n", 4, 9, "a step of the path is empty"},
    {HEAD "[proof]\nfield = json:" TEN TEN TEN TEN TEN TEN "abcd\n", 4, 9, "more than 63 bytes"},
    {HEAD "[proof]\nsays = {time}\n", 4, 8, "between braces stands"},
    {HEAD "[proof]\nsays = {body\n", 4, 8, "a { is not closed by }"},
    {HEAD "[proof]\nsays = {header:a b}\n", 4, 8, "a header's name"},
    {HEAD "[proof]\nsays = a{t}b{t}c{t}d{t}e\n", 4, 8, "more than 8 pieces"},
    {HEAD "[proof]\nwhen = t\n", 4, 8, "one word in braces"},
    {HEAD "[proof]\nwhen = {body}\n", 4, 8, "no time stands there"},
    {HEAD "[proof]\nwhen = {secret}\n", 4, 8, "no time stands there"},
    {HEAD "[proof]\nsays = {json:a[b=c|d]}\n", 4, 8, "between braces stands"},
    {HEAD "[proof]\nfield = json:a[b=c|d]\n", 4, 9, "a condition cannot hold |"},
    {HEAD FORM "number = a[b=c|d]/e\n", 6, 10, "a condition cannot hold |"},
    {HEAD FORM "[replies r]\nlater = a[b=c|d]/e\n", 7, 9, "a condition cannot hold |"},
    {HEAD "[proof]\nwhen = {t}{t}\n", 4, 8, "one word in braces"},
    {HEAD "[proof]\nwindow_s = 0\n", 4, 12, "from 1 to 86400"},
    {HEAD "[proof]\nkind = token\n" FORM, 3, 1, "say where it stands"},
    {HEAD "[proof]\nheader = a\nfield = form:a\n" FORM, 3, 1, "say where it stands"},
    {HEAD "[proof]\nfield = form:a\nprefix = b\n" FORM, 3, 1, "are of a header"},
    {HEAD "[proof]\nheader = a\npart = v\nprefix = b\n" FORM, 3, 1, "cannot both be"},
    {HEAD "[proof]\nkind = token\nheader = a\nsays = {body}\n" FORM, 3, 1, "signs nothing"},
    {HEAD "[proof]\nkind = md5\nheader = a\n" FORM, 3, 1, "anybody could compute it"},
    {HEAD "[proof]\nkind = sha256\nheader = a\nsays = {body}\n" FORM, 3, 1, "anybody could"},
    {HEAD "[proof]\nheader = a\nsays = {secret}{body}\n" FORM, 3, 1, "the key of an HMAC"},
    {HEAD "[proof]\nheader = a\nwhen = {header:b}\n" FORM, 3, 1, "when and window_s"},
    {HEAD "[proof]\nheader = a\nwindow_s = 3\n" FORM, 3, 1, "when and window_s"},
    {HEAD "[proof]\nheader = a\nsays = {t}{body}\n" FORM, 3, 1, "{t} is a part of the header"},
    /* how it is asked */
    {ASKED "path = /${nmber}\n", 5, 8, "nothing here is called \"nmber\""},
    {ASKED "path = /${number\n", 5, 8, "path: "},
    {ASKED "header = Accept\n", 5, 10, "header: write Name: value"},
    {ASKED "header = Accept: ${nmber}\n", 5, 10, "header: nothing here is called"},
    {ASKED "header = A B: c\n", 5, 10, "header: write Name: value"},
    {ASKED "header = a: b\nheader = a: b\nheader = a: b\nheader = a: b\nheader = a: b\n"
           "header = a: b\nheader = a: b\nheader = a: b\nheader = a: b\n",
     13, 10, "more than 8"},
    {ASKED "method = FETCH\n", 5, 10, "FETCH is none of GET|POST"},
    {ASKED "path = ${number}\n" LIMIT FORM, 4, 1, "a path begins with a slash"},
    {ASKED "path = /${number}\nbody = a\n" LIMIT FORM, 4, 1, "a body has a type"},
    {ASKED "path = /${number}\n" FORM, 4, 1, "add calls and per_s"},
    {ASKED "path = /\n" LIMIT FORM, 4, 1, "${number} must stand"},
    {ASKED "path = /${number}\nnumbers_max = 2\n" LIMIT FORM, 4, 1, "stand together"},
    {ASKED "path = /${number}${token}\n" LIMIT FORM, 4, 1, "${token} and [access]"},
    {ASKED "path = /${number}${sign}\n" LIMIT FORM, 4, 1, "${sign} and a section"},
    {ASKED "path = /${number}${inner}\n" LIMIT FORM, 4, 1, "${inner} and inner"},
    {ASKED "path = /${number}${sign}\n" LIMIT "[poll sign]\nkind = md5\n" FORM, 4, 1,
     "no says; add it"},
    {ASKED "path = /${number}${sign}\n" LIMIT "[poll sign]\nsays = a\n" FORM, 4, 1,
     "an HMAC has a key"},
    {HEAD "[poll]\npath = /${number}\n" LIMIT FORM, 3, 1, "add base_url"},
    {HEAD "base_url = https://x.example\n" FORM, 1, 1, "no [poll] that asks there"},
    {HEAD "[poll sign]\nsays = a\n" FORM, 3, 1, "[poll sign] without [poll]"},
    {HEAD "[access sign]\nsays = a\n" FORM, 3, 1, "[access sign] without [access]"},
    {HEAD "[access]\npath = /${number}\n", 4, 8, "nothing here is called \"number\""},
    {HEAD "[access]\npath = /t\n" FORM, 3, 1, "add token"},
    {HEAD "[access]\npath = /t\ntoken = t\n" FORM, 3, 1, "nothing wants a token"},
    {HEAD "[access]\npath = /t${token}\ntoken = t\n" FORM, 3, 1, "leave ${token} out"},
    {ASKED "path = /${number}\n" LIMIT FORM "[access]\npath = /t\ntoken = t\n", 4, 1,
     "${token} and [access]"},
};

static void what_is_wrong_is_named_with_its_line_and_column(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        enum error error = load(&one, refused[i].text);
        bool same = error == ERROR_MALFORMED && one.fault.line == refused[i].line &&
                    one.fault.column == refused[i].column &&
                    strstr(one.fault.why, refused[i].why) != NULL;
        if (!same)
            fail_msg("%s\nexpected %u:%u %s\nfound %s %u:%u %s", refused[i].text, refused[i].line,
                     refused[i].column, refused[i].why, error_name(error), one.fault.line,
                     one.fault.column, one.fault.why);
    }
}

/* head, then the same piece so many times with a number in it. */
static const char *repeated(const char *head, const char *piece, unsigned times)
{
    static char text[DECLARED_BYTES_MAX];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", head);
    for (unsigned i = 0; i < times; i++) {
        size_t size = strcspn(piece, "#");
        used += (size_t)snprintf(text + used, sizeof text - used, "%.*s%u%s", (int)size, piece, i,
                                 piece + size + 1);
        assert_true(used < sizeof text);
    }
    return text;
}

static void assert_bounded(const char *head, const char *piece, unsigned most, const char *why)
{
    (void)load(&one, repeated(head, piece, most));
    if (strstr(one.fault.why, "more than") != NULL) fail_msg("%s", one.fault.why);
    assert_error(ERROR_MALFORMED, load(&one, repeated(head, piece, most + 1)));
    assert_non_null(strstr(one.fault.why, why));
}

static void every_list_has_an_end(void **state)
{
    (void)state;
    assert_bounded(HEAD, "[form f#]\nparcels = p\nevents = e\n", DECLARED_FORMS_MAX,
                   "more than 8 forms");
    assert_bounded(HEAD FORM, "[codes c#]\n", DECLARED_TABLES_MAX, "more than 24 tables");
    assert_bounded(HEAD FORM "[codes c]\n", "c# = lost\n", DECLARED_ROWS_MAX,
                   "more than 1024 codes");
    assert_bounded(HEAD FORM "[replies r]\n", "later = a# is 1\n", DIALECT_VERDICTS,
                   "more than 12 replies");
}

static void a_text_that_is_too_large_is_none(void **state)
{
    (void)state;
    memset(one.text, '\n', sizeof one.text);
    memcpy(one.text, HEAD FORM, strlen(HEAD FORM));
    assert_error(OK, declared_load(&one.declared, one.text, DECLARED_BYTES_MAX, &one.fault));
    memcpy(one.text, HEAD FORM, strlen(HEAD FORM));
    assert_error(ERROR_TOO_LARGE,
                 declared_load(&one.declared, one.text, DECLARED_BYTES_MAX + 1, &one.fault));
    assert_non_null(strstr(one.fault.why, "larger than 128 KiB"));
}

static void a_line_that_is_too_long_is_none(void **state)
{
    char text[DECLARED_LINE_BYTES_MAX + 64] = HEAD FORM "#";
    size_t head = strlen(HEAD FORM);
    (void)state;
    memset(text + head + 1, 'x', DECLARED_LINE_BYTES_MAX - 1);
    assert_loads(&one, text);
    text[head + DECLARED_LINE_BYTES_MAX] = 'x';
    assert_error(ERROR_MALFORMED, load(&one, text));
    assert_int_equal(6, one.fault.line);
    assert_non_null(strstr(one.fault.why, "longer than 4096 bytes"));
}

static void an_address_has_an_end(void **state)
{
    char text[512];
    (void)state;
    snprintf(text, sizeof text, HEAD "base_url = https://%0392d\n" FORM, 1);
    assert_error(ERROR_MALFORMED, load(&one, text));
    assert_non_null(strstr(one.fault.why, "no [poll]"));
    snprintf(text, sizeof text, HEAD "base_url = https://%0393d\n" FORM, 1);
    assert_error(ERROR_MALFORMED, load(&one, text));
    assert_non_null(strstr(one.fault.why, "longer than 400 bytes"));
}

static void a_code_that_could_never_be_found_is_refused(void **state)
{
    char text[512];
    (void)state;
    int used = snprintf(text, sizeof text, HEAD FORM "codes = c\n[codes c]\n%0195d = lost\n", 1);
    assert_loads(&one, text);
    snprintf(text, sizeof text, HEAD FORM "codes = c\n[codes c]\n%0196d = lost\n", 1);
    assert_true(used > 195);
    assert_error(ERROR_MALFORMED, load(&one, text));
    assert_non_null(strstr(one.fault.why, "more than 195 bytes"));
}

/* --- what is taken ---------------------------------------------------------------------------- */

static void blanks_marks_and_line_ends_of_others_do_no_harm(void **state)
{
    (void)state;
    assert_loads(&one, "\xef\xbb\xbf# mine\r\n\r\n\t[ carrier ]\r\n name\t=  own \r\n"
                       "; and\r\n[form  a]\r\nparcels=p\r\nevents = \"e\"");
    assert_string_equal("own", one.declared.carrier.name);
    assert_string_equal("p", one.declared.forms[0].parcels);
    assert_string_equal("e", one.declared.forms[0].events);
    assert_string_equal("a", one.declared.form_names[0]);
}

static void what_is_left_out_is_as_elsewhere(void **state)
{
    const struct carrier *row = &one.declared.carrier;
    (void)state;
    assert_loads(&one, HEAD FORM);
    assert_string_equal("application/json", row->content_type);
    assert_int_equal(200, carrier_status(row, OK));
    assert_int_equal(401, carrier_status(row, ERROR_BAD_SIGNATURE));
    assert_int_equal(400, carrier_status(row, ERROR_MALFORMED));
    assert_true(row->proof == NULL && row->poll == NULL && row->access == NULL);
    assert_true(row->labelling == NULL && row->subscription == NULL && row->replay == NULL);
    assert_true(!row->captured && !row->aggregator);
}

static void a_code_may_hold_every_sign(void **state)
{
    const struct code_row *rows = one.declared.rows;
    (void)state;
    assert_loads(&one, HEAD FORM "codes = c\n[codes c]\na=b = lost\n\"[x]\" = lost\n\"#1 \" = "
                                 "-   customs_hold\n");
    assert_string_equal("a=b", rows[0].code);
    assert_string_equal("[x]", rows[1].code);
    assert_string_equal("#1 ", rows[2].code);
    assert_true(rows[2].status == 0 && rows[2].reason == TRACK_REASON_CUSTOMS_HOLD);
    for (size_t i = 0; i < 3; i++) assert_int_equal(DECLARED, rows[i].evidence);
}

static void a_reply_says_where_and_what(void **state)
{
    const struct verdict_rule *rules = one.declared.forms[0].verdicts;
    (void)state;
    assert_loads(&one, HEAD FORM "replies = r\n[replies r]\nlater = island/hash is 4 is 5\n"
                                 "refused = a[b=c]/d has \" x \"\nnothing = e|f\n");
    assert_string_equal("island/hash", rules[0].path);
    assert_string_equal("4 is 5", rules[0].value);
    assert_true(rules[0].reply == REPLY_LATER && !rules[0].within);
    assert_string_equal("a[b=c]/d", rules[1].path);
    assert_string_equal(" x ", rules[1].value);
    assert_true(rules[1].reply == REPLY_REFUSED && rules[1].within);
    assert_true(rules[2].reply == REPLY_NOTHING && rules[2].value == NULL);
    assert_null(rules[3].path);
}

/* --- adapters in files ------------------------------------------------------------------------ */

static void run_line(struct conform_tally *tally, const char *name, char *const *field)
{
    char path[CONFORM_TEXT_BYTES];
    unsigned files = tally->files;
    snprintf(path, sizeof path, FOLDER "/%s/%s", name, field[0]);
    const struct conform_line line = {.file = path,
                                      .adapter = name,
                                      .row = &one.declared.carrier,
                                      .number = field[1],
                                      .status = field[2],
                                      .reason = field[3],
                                      .events = field[4],
                                      .last_time = field[5]};
    conform_run(tally, &line);
    if (tally->files == files) fail_msg("%s is not there", path);
}

static void load_own(const char *name)
{
    char path[CONFORM_TEXT_BYTES];
    snprintf(path, sizeof path, FOLDER "/%s/%s.adapter", name, name);
    load_file(&one, path);
    assert_string_equal(name, one.declared.carrier.name);
}

static void adapters_in_files_understand_their_bodies(void **state)
{
    static const char *const names[] = {"ontrac", "parcelbird", "kurier_sued"};
    struct conform_tally tally = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[CONFORM_TEXT_BYTES], *rest = NULL;
        load_own(names[i]);
        snprintf(path, sizeof path, FOLDER "/%s/expected.tsv", names[i]);
        struct span table = file_read(path);
        assert_non_null(table.at);
        char *text = strndup((const char *)table.at, table.size);
        for (char *at = strtok_r(text, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
            char *field[FIELDS];
            if (at[0] == '#') continue;
            if (!conform_split(at, field, FIELDS)) fail_msg("%s: six fields a line", path);
            run_line(&tally, names[i], field);
        }
        free(text);
        file_free(table);
    }
    assert_int_equal(10, tally.files);
    assert_int_equal(0, tally.wrong);
}

static struct span body_of(const char *name)
{
    char path[CONFORM_TEXT_BYTES];
    snprintf(path, sizeof path, FOLDER "/%s", name);
    struct span body = file_read(path);
    if (body.at == NULL) fail_msg("%s cannot be read", path);
    return body;
}

static enum error parse(struct collected *got, const struct carrier *row, struct span body)
{
    struct carrier_sink sink = collect_sink(got);
    sink.asked = span_text("ASKED");
    got->fault = (struct fault){.error = OK};
    return row->parse(row, collect_crypto(), body, &sink, &got->fault);
}

static void what_each_key_says_is_seen_in_the_record(void **state)
{
    struct collected got;
    struct span body = body_of("ontrac/normal.json");
    (void)state;
    load_own("ontrac");
    collect_begin(&got);
    assert_error(OK, parse(&got, &one.declared.carrier, body));
    const struct tracking *tracking = &got.tracking[0];
    assert_int_equal(2, got.count);
    assert_text("ontrac", tracking->carrier);
    assert_word("delivered", &track_status_words, tracking->summary);
    assert_int_equal(3, tracking->points_count);
    /* the newest came first, and the zone is the manual's */
    assert_word("picked_up", &track_reason_words, tracking->points[0].reason);
    assert_word("out_for_delivery", &track_status_words, tracking->points[1].status);
    assert_word("neighbour", &track_reason_words, tracking->points[2].reason);
    assert_word("provider_rule", &time_quality_words, tracking->points[2].quality);
    assert_true(tracking->points[2].occurred_ms == UINT64_C(1773090300000));
    assert_text("Tempe, AZ", tracking->points[2].place);
    assert_text("US", tracking->points[2].country);
    /* a code of no row means what its family does, and stays unknown */
    assert_word("exception", &track_status_words, got.tracking[1].points[1].status);
    assert_word("unmapped", &track_reason_words, got.tracking[1].points[1].reason);
    collect_end(&got);
    file_free(body);
}

static void a_body_of_another_kind_names_the_place_that_was_looked_for(void **state)
{
    struct collected got;
    struct span body = body_of("ontrac/unknown.json");
    (void)state;
    load_own("ontrac");
    collect_begin(&got);
    assert_error(ERROR_MISSING_FIELD, parse(&got, &one.declared.carrier, body));
    assert_string_equal("Shipments", got.fault.path);
    collect_end(&got);
    file_free(body);
}

#define SIGNED_S 1772616030u

/* The signature of a push as parcelbird's file describes it. */
static void sign_push(char header[128], struct span secret, struct span body)
{
    static char said[4096];
    struct hash mac;
    int head = snprintf(said, sizeof said, "%u.", SIGNED_S);
    assert_true((size_t)head + body.size < sizeof said);
    memcpy(said + head, body.at, body.size);
    crypto_hmac(collect_crypto(), secret, span_of(said, (size_t)head + body.size), &mac);
    int used = snprintf(header, 128, "t=%u,v1=", SIGNED_S);
    for (size_t i = 0; i < HASH_BYTES; i++)
        used += snprintf(header + used, 128 - (size_t)used, "%02x", mac.bytes[i]);
}

static enum error push(struct collected *got, const char *header, struct span body, uint64_t now_s)
{
    const struct span secret = span_text("geheim"), value = span_text(header);
    struct carrier_sink sink = collect_sink(got);
    struct proof_push push = collect_push(body, &value);
    push.now_ms = now_s * 1000;
    return carrier_take(&one.declared.carrier, collect_crypto(), &secret, 1, &push, &sink,
                        &got->fault);
}

static void a_signed_push_is_believed_and_no_other(void **state)
{
    struct collected got;
    struct span body = body_of("parcelbird/push.json");
    char header[128];
    (void)state;
    load_own("parcelbird");
    collect_begin(&got);
    sign_push(header, span_text("geheim"), body);
    assert_true(proof_signs(one.declared.carrier.proof));
    assert_error(OK, push(&got, header, body, SIGNED_S + 300));
    assert_int_equal(1, got.count);
    assert_text("lastmile", got.tracking[0].last_mile);
    assert_text("k-2026-1", got.tracking[0].unique);
    assert_int_equal(DIRECTION_RETURN, got.tracking[0].direction);
    assert_int_equal(202, carrier_status(&one.declared.carrier, OK));
    assert_error(ERROR_BAD_SIGNATURE, push(&got, header, body, SIGNED_S + 301));
    header[30] = header[30] == '0' ? '1' : '0';
    assert_error(ERROR_BAD_SIGNATURE, push(&got, header, body, SIGNED_S));
    assert_int_equal(1, got.count);
    collect_end(&got);
    file_free(body);
}

/* --- questions -------------------------------------------------------------------------------- */

static struct span value_of(void *world, struct span name, size_t item)
{
    static const char *const values[][2] = {{"id", "me"},         {"secret", "s&t"},
                                            {"number", "A<1"},    {"token", "tok"},
                                            {"account", "acc\""}, {"seconds", "17"}};
    (void)world;
    if (item == 1) return span_text("B2");
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (span_equal(name, span_text(values[i][0]))) return span_text(values[i][1]);
    return span_of(NULL, 0);
}

static size_t two(void *world, struct span list)
{
    (void)world;
    return span_equal(list, span_text("numbers")) ? 2 : 0;
}

static struct carrier_call ask(const struct inquiry *inquiry, struct writing *memory)
{
    const struct template_values values = {NULL, value_of, two};
    struct carrier_call call;
    struct fault fault;
    assert_error(OK, inquiry_write(inquiry, collect_crypto(), &values, memory, &call, &fault));
    return call;
}

static void what_is_asked_is_written_as_the_file_says(void **state)
{
    static char room[4096];
    struct writing memory = {room, sizeof room, 0, OK};
    (void)state;
    load_own("ontrac");
    struct carrier_call call = ask(&one.declared.carrier.access->ask, &memory);
    assert_string_equal("POST", call.method);
    assert_text("grant_type=client_credentials&client_id=me&client_secret=s%26t", call.body);
    call = ask(&one.declared.carrier.poll->ask, &memory);
    assert_string_equal("GET", call.method);
    assert_string_equal("/v4/shipments?tn=A%3C1,B2", call.path);
    assert_int_equal(2, call.headers_count);
    assert_string_equal("Authorization: Bearer tok", call.headers[0]);
    assert_int_equal(20, one.declared.poll.numbers_max);
    assert_int_equal(600, one.declared.poll.calls);
    assert_int_equal(3600, one.declared.poll.per_s);
    assert_int_equal(90, one.declared.poll.days);
    load_own("kurier_sued");
    call = ask(&one.declared.carrier.poll->ask, &memory);
    /* printf 'A<117s&t' | md5sum */
    assert_text("<ask user=\"acc&quot;\" sign=\"45f2424dcfc1fb095d6766e69360ed26\"><id>A&lt;1</id>"
                "</ask>",
                call.body);
}

/* --- the manual ------------------------------------------------------------------------------- */

static void assert_told(struct span manual, const char *word)
{
    char marked[64];
    int size = snprintf(marked, sizeof marked, "`%s`", word);
    if (memmem(manual.at, manual.size, marked, (size_t)size) == NULL)
        fail_msg("carriers/README.md does not tell of %s", marked);
}

static void the_manual_names_every_key_and_word(void **state)
{
    static const struct words *const lists[] = {&track_status_words, &track_reason_words,
                                                &carrier_reply_words};
    struct span manual = file_read("carriers/README.md");
    (void)state;
    assert_non_null(manual.at);
    for (size_t i = 0; i < declared_keys_count; i++) assert_told(manual, declared_keys[i].name);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (size_t k = 1; k < lists[i]->count; k++)
            if (lists[i]->name[k] != NULL) assert_told(manual, lists[i]->name[k]);
    file_free(manual);
}

/* The short example of the manual: its lines are indented by four. */
static void the_example_of_the_manual_is_an_adapter(void **state)
{
    char example[4096];
    size_t used = 0;
    struct span manual = file_read("carriers/README.md");
    (void)state;
    assert_non_null(manual.at);
    const char *at = memmem(manual.at, manual.size, "    [carrier]\n", 14);
    assert_non_null(at);
    while (strncmp(at, "    ", 4) == 0 && used < sizeof example - 256) {
        size_t size = strcspn(at, "\n") + 1;
        memcpy(example + used, at + 4, size - 4);
        used += size - 4;
        at += size;
    }
    example[used] = '\0';
    assert_loads(&one, example);
    assert_string_equal("ontrac", one.declared.carrier.name);
    file_free(manual);
}

/* --- compiled adapters, written out ----------------------------------------------------------- */

static void assert_same_records(const char *path, const struct carrier *compiled, struct span body)
{
    struct collected a, b;
    collect_begin(&a);
    collect_begin(&b);
    enum error error = parse(&a, compiled, body);
    assert_error(error, parse(&b, &one.declared.carrier, body));
    if (a.count != b.count) fail_msg("%s: %u records, and by the text %u", path, a.count, b.count);
    assert_string_equal(a.fault.path, b.fault.path);
    for (uint32_t i = 0; i < a.count; i++)
        if (!span_equal(a.record[i], b.record[i])) fail_msg("%s: record %u differs", path, i);
    collect_end(&a);
    collect_end(&b);
}

/* How many files were read. */
static unsigned compare_fixtures(const struct carrier *compiled)
{
    char path[CONFORM_TEXT_BYTES];
    unsigned files = 0;
    snprintf(path, sizeof path, FIXTURES "/%s", compiled->name);
    DIR *folder = opendir(path);
    if (folder == NULL) return 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "expected.tsv") == 0) continue;
        snprintf(path, sizeof path, FIXTURES "/%s/%.200s", compiled->name, entry->d_name);
        struct span body = file_read(path);
        assert_same_records(path, compiled, body);
        file_free(body);
        files++;
    }
    closedir(folder);
    return files;
}

/* Its text, read, is written as the same text: nothing that it says is lost. */
static void assert_survives(const struct carrier *compiled)
{
    static char text[2][DECLARED_BYTES_MAX];
    declared_text_write(compiled, "own", text[0], sizeof text[0]);
    enum error error = load(&one, text[0]);
    if (error != OK)
        fail_msg("%s: %u:%u: %s", compiled->name, one.fault.line, one.fault.column, one.fault.why);
    declared_text_write(&one.declared.carrier, "own", text[1], sizeof text[1]);
    assert_string_equal(text[0], text[1]);
}

static void a_compiled_adapter_written_out_understands_the_same(void **state)
{
    unsigned adapters = 0, files = 0;
    (void)state;
    for (size_t i = 0; i < carriers_count; i++) {
        if (!declared_text_can(carriers[i])) continue;
        assert_survives(carriers[i]);
        one.declared.carrier.name = carriers[i]->name; /* it stands in records and in their ids */
        files += compare_fixtures(carriers[i]);
        adapters++;
    }
    printf("%u compiled adapters as text, %u files\n", adapters, files);
    assert_true(adapters >= COMPARED_MIN && files >= 3 * COMPARED_MIN);
}

static void two_rows_live_side_by_side(void **state)
{
    (void)state;
    load_own("ontrac");
    assert_loads(&other, HEAD FORM);
    assert_string_equal("ontrac", one.declared.carrier.name);
    assert_string_equal("own", other.declared.carrier.name);
    assert_ptr_equal(one.declared.forms, one.declared.carrier.dialects);
    assert_ptr_equal(other.declared.forms, other.declared.carrier.dialects);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_named_with_its_line_and_column),
        cmocka_unit_test(every_list_has_an_end),
        cmocka_unit_test(a_text_that_is_too_large_is_none),
        cmocka_unit_test(a_line_that_is_too_long_is_none),
        cmocka_unit_test(an_address_has_an_end),
        cmocka_unit_test(a_code_that_could_never_be_found_is_refused),
        cmocka_unit_test(blanks_marks_and_line_ends_of_others_do_no_harm),
        cmocka_unit_test(what_is_left_out_is_as_elsewhere),
        cmocka_unit_test(a_code_may_hold_every_sign),
        cmocka_unit_test(a_reply_says_where_and_what),
        cmocka_unit_test(adapters_in_files_understand_their_bodies),
        cmocka_unit_test(what_each_key_says_is_seen_in_the_record),
        cmocka_unit_test(a_body_of_another_kind_names_the_place_that_was_looked_for),
        cmocka_unit_test(a_signed_push_is_believed_and_no_other),
        cmocka_unit_test(what_is_asked_is_written_as_the_file_says),
        cmocka_unit_test(the_manual_names_every_key_and_word),
        cmocka_unit_test(the_example_of_the_manual_is_an_adapter),
        cmocka_unit_test(a_compiled_adapter_written_out_understands_the_same),
        cmocka_unit_test(two_rows_live_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

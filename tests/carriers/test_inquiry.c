/* Questions as templates: what is filled in, what is escaped, what is signed, what is refused; and
 * what an answer means before its body is read. */
#include "carriers/body.h"
#include "carriers/carrier.h"
#include "carriers/labelling.h"
#include "proto/json_path.h"
#include "tests/carriers/collect.h"

struct value {
    const char *name, *text;
};

static const struct value *given;
static size_t items;

static struct span value_of(void *world, struct span name, size_t item)
{
    static char text[32];
    (void)world;
    if (item != TEMPLATE_NO_ITEM && span_equal(name, span_text("number"))) {
        snprintf(text, sizeof text, "N%zu", item + 1);
        return span_text(text);
    }
    for (const struct value *it = given; it->name != NULL; it++)
        if (span_equal(name, span_text(it->name))) return span_text(it->text);
    return span_of(NULL, 0);
}

static size_t count_of(void *world, struct span list)
{
    (void)world;
    return span_equal(list, span_text("numbers")) ? items : 0;
}

static const struct template_values values = {NULL, value_of, count_of};

static const struct value plain[] = {
    {"number", "1Z/ 9&ü"}, {"quote", "a\"b\\c\nd"}, {"mark", "<a b='c'>&"},
    {"empty", ""},         {"secret", "s3cret"},    {"id", "me"},
    {"token", "T"},        {"ms", "1700000000000"}, {NULL, NULL}};

static char room[16384];

static enum error filled(const char *text, enum template_form form, const char **out)
{
    struct writing writing = {room, sizeof room - 1, 0, OK};
    struct fault fault;
    given = plain;
    enum error error = template_fill(&writing, text, form, &values, &fault);
    room[writing.used] = '\0';
    *out = room;
    return error;
}

static void assert_filled(const char *text, enum template_form form, const char *expected)
{
    const char *out;
    assert_int_equal(filled(text, form, &out), OK);
    assert_string_equal(out, expected);
}

static void values_are_escaped_as_their_place_wants(void **state)
{
    (void)state;
    assert_filled("/track/${number}?x=1", TEMPLATE_URL, "/track/1Z%2F%209%26%C3%BC?x=1");
    assert_filled("{\"a\":\"${quote}\"}", TEMPLATE_JSON, "{\"a\":\"a\\\"b\\\\c\\u000ad\"}");
    assert_filled("<n k=\"${mark}\"/>", TEMPLATE_XML, "<n k=\"&lt;a b=&apos;c&apos;&gt;&amp;\"/>");
    assert_filled("X-Key: ${secret}", TEMPLATE_PLAIN, "X-Key: s3cret");
    assert_filled("${quote}", TEMPLATE_RAW, "a\"b\\c\nd");
    assert_filled("$ {} $5", TEMPLATE_PLAIN, "$ {} $5");
}

static void what_a_place_cannot_bear_is_refused(void **state)
{
    const char *out;
    (void)state;
    assert_int_equal(filled("X-Key: ${quote}", TEMPLATE_PLAIN, &out), ERROR_MALFORMED);
    static const struct value control[] = {{"v", "a\x01z"}, {NULL, NULL}};
    struct writing writing = {room, sizeof room, 0, OK};
    given = control;
    assert_int_equal(template_fill(&writing, "<a>${v}</a>", TEMPLATE_XML, &values, NULL),
                     ERROR_MALFORMED);
}

static void blocks_and_lists(void **state)
{
    (void)state;
    items = 3;
    assert_filled("[${*numbers:,}\"${number}\"${/}]", TEMPLATE_JSON, "[\"N1\",\"N2\",\"N3\"]");
    assert_filled("${?empty}no${/}${!empty}yes${/}${?id}-${?secret}both${/}${/}.", TEMPLATE_PLAIN,
                  "yes-both.");
    assert_filled("${?nothing}no${/}${!nothing}none${/}", TEMPLATE_PLAIN, "none");
    items = 0;
    assert_filled("[${*numbers:,}\"${number}\"${/}]", TEMPLATE_JSON, "[]");
}

static void assert_words(const char *body, const char *subscription, const char *challenge)
{
    struct handshake_words words;
    const struct handshake *handshake = carrier_dhl.subscription->handshake;
    bool read = handshake_read(handshake, span_text(body), &words);
    assert_true(read == (subscription != NULL));
    if (!read) return;
    assert_string_equal(words.subscription, subscription);
    assert_string_equal(words.challenge, challenge);
}

/* Of the address that stands in the push only a name is taken, and only a plain one. */
static void a_word_that_a_carrier_asks_for_is_read(void **state)
{
    char body[1024], name[300];
    (void)state;
    assert_words("{\"scope\":\"subscription.validate\",\"self\":\"https://a.example/b/S-1\","
                 "\"secret\":\"x y\"}",
                 "S-1", "x y");
    static const char *const bad[] = {"https://a.example/b/", "..", "a/..", "a/b%2fc", "a/b?c", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(body, sizeof body,
                 "{\"scope\":\"subscription.validate\",\"self\":\"%s\",\"secret\":\"x\"}", bad[i]);
        assert_words(body, NULL, NULL);
    }
    assert_words("{\"scope\":\"subscription.ready\",\"self\":\"a/S-1\",\"secret\":\"x\"}", NULL,
                 NULL);
    assert_words("{\"scope\":\"subscription.validate\",\"self\":\"a/S-1\"}", NULL, NULL);
    assert_words("{\"scope\":", NULL, NULL);
    memset(name, 'n', sizeof name);
    for (size_t size = 64; size <= 65; size++) {
        snprintf(body, sizeof body,
                 "{\"scope\":\"subscription.validate\",\"self\":\"a/%.*s\",\"secret\":\"x\"}",
                 (int)size, name);
        char whole[80];
        snprintf(whole, sizeof whole, "%.*s", (int)size, name);
        assert_words(body, size == 64 ? whole : NULL, "x");
    }
    for (size_t size = 256; size <= 257; size++) {
        snprintf(body, sizeof body,
                 "{\"scope\":\"subscription.validate\",\"self\":\"a/S\",\"secret\":\"%.*s\"}",
                 (int)size, name);
        char whole[300];
        snprintf(whole, sizeof whole, "%.*s", (int)size, name);
        assert_words(body, size == 256 ? "S" : NULL, whole);
    }
}

static void a_name_without_value_is_named(void **state)
{
    struct writing writing = {room, sizeof room, 0, OK};
    struct fault fault;
    (void)state;
    given = plain;
    assert_int_equal(template_fill(&writing, "a ${account} b", TEMPLATE_PLAIN, &values, &fault),
                     ERROR_MISSING_FIELD);
    assert_string_equal(fault.path, "account");
}

static void what_does_not_fit_is_never_cut(void **state)
{
    (void)state;
    given = plain;
    for (size_t size = 0; size < strlen("key=s3cret"); size++) {
        struct writing writing = {room, size, 0, OK};
        assert_int_equal(template_fill(&writing, "key=${secret}", TEMPLATE_PLAIN, &values, NULL),
                         ERROR_TOO_LARGE);
    }
}

static void a_broken_template_is_named(void **state)
{
    static const struct {
        const char *text, *why;
    } broken[] = {
        {"${a", "a ${ is not closed by }"},
        {"${A}", "a name has small letters, digits, _ and ."},
        {"${}", "a name has small letters, digits, _ and ."},
        {"a${/}", "a ${/} closes nothing"},
        {"${?a}b", "a block is not closed by ${/}"},
        {"${?a}${?a}${?a}${?a}${?a}x${/}${/}${/}${/}${/}", "blocks are nested too deeply"}};
    const char *out;
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_string_equal(template_fault(broken[i].text, NULL, NULL), broken[i].why);
        static const struct value a[] = {{"a", "1"}, {NULL, NULL}};
        struct writing writing = {room, sizeof room, 0, OK};
        given = a;
        assert_int_equal(template_fill(&writing, broken[i].text, TEMPLATE_PLAIN, &values, NULL),
                         ERROR_MALFORMED);
    }
    assert_int_equal(filled("${id}", TEMPLATE_PLAIN, &out), OK);
}

/* openssl dgst -sha256 -hmac s3cret, openssl md5: of the texts as they stand here. */
static void a_signature_covers_what_it_says(void **state)
{
    static const struct inquiry_sign hmac = {.kind = PROOF_HMAC_SHA256,
                                             .digits = PROOF_HEX,
                                             .form = TEMPLATE_PLAIN,
                                             .says = "body=${inner}&date=${ms}",
                                             .key = "${secret}"};
    static const struct inquiry_sign md5 = {.kind = PROOF_MD5,
                                            .digits = PROOF_BASE64,
                                            .form = TEMPLATE_URL,
                                            .says = "${inner}${secret}"};
    static const struct inquiry inquiries[] = {{.path = "/a",
                                                .inner_form = TEMPLATE_JSON,
                                                .inner = "{\"n\":\"${id}\"}",
                                                .type = "application/json",
                                                .form = TEMPLATE_RAW,
                                                .body = "${inner}",
                                                .headers = {"date: ${ms}", "sign: ${sign}"},
                                                .sign = &hmac},
                                               {.path = "/b?d=${sign}",
                                                .inner_form = TEMPLATE_JSON,
                                                .inner = "{\"n\":\"${id}\"}",
                                                .sign = &md5}};
    struct writing memory = {room, sizeof room, 0, OK};
    struct carrier_call call;
    (void)state;
    given = plain;
    assert_int_equal(inquiry_write(&inquiries[0], collect_crypto(), &values, &memory, &call, NULL),
                     OK);
    assert_string_equal(call.method, "POST");
    assert_string_equal(call.path, "/a");
    assert_int_equal(call.headers_count, 3);
    assert_string_equal(call.headers[0], "date: 1700000000000");
    assert_string_equal(call.headers[1],
                        "sign: 2fa41e17b22ff9f49c4e7b6eba3f9b41a04093f58b99871498901428ba980529");
    assert_string_equal(call.headers[2], "Content-Type: application/json");
    assert_true(span_equal(call.body, span_text("{\"n\":\"me\"}")));
    assert_int_equal(inquiry_write(&inquiries[1], collect_crypto(), &values, &memory, &call, NULL),
                     OK);
    assert_string_equal(call.method, "GET");
    assert_string_equal(call.path, "/b?d=n0IZ2GoF5gRtWxtLALzZxQ%3D%3D");
    assert_null(call.body.at);
    assert_true(inquiry_wants(&inquiries[0], "secret"));
    assert_false(inquiry_wants(&inquiries[0], "token"));
}

static void the_status_of_an_answer_says_what_to_do(void **state)
{
    static const struct {
        unsigned status;
        enum inquiry_answer answer;
    } rows[] = {{200, INQUIRY_READ},    {201, INQUIRY_READ},    {207, INQUIRY_READ},
                {400, INQUIRY_REFUSED}, {401, INQUIRY_STRANGE}, {403, INQUIRY_STRANGE},
                {404, INQUIRY_ABSENT},  {408, INQUIRY_LATER},   {410, INQUIRY_ABSENT},
                {422, INQUIRY_REFUSED}, {425, INQUIRY_LATER},   {429, INQUIRY_LATER},
                {500, INQUIRY_LATER},   {503, INQUIRY_LATER},   {302, INQUIRY_REFUSED},
                {0, INQUIRY_REFUSED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(inquiry_answer_of(rows[i].status), rows[i].answer);
}

/* --- every carrier's rows -----------------------------------------------------------------------
 */

static const char *const known[] = {"id",          "secret",  "login",     "password", "account",
                                    "basic",       "token",   "ms",        "seconds",  "uuid",
                                    "number",      "now_iso", "since_iso", "after",    "hook_url",
                                    "hook_secret", "inner",   "sign"};

struct names {
    bool numbers, number;
};

static void hear_name(void *world, struct span name, bool list)
{
    struct names *names = world;
    bool found = list && span_equal(name, span_text("numbers"));
    for (size_t i = 0; i < sizeof known / sizeof known[0] && !list; i++)
        found = found || span_equal(name, span_text(known[i]));
    if (!found) print_error("%.*s\n", (int)name.size, (const char *)name.at);
    assert_true(found);
    names->numbers = names->numbers || list;
    names->number = names->number || span_equal(name, span_text("number"));
}

static struct names names_of(const struct inquiry *inquiry)
{
    struct names names = {false, false};
    const char *texts[] = {inquiry->path, inquiry->body, inquiry->inner};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] != NULL) assert_null(template_fault(texts[i], &names, hear_name));
    for (size_t i = 0; i < INQUIRY_HEADERS_MAX && inquiry->headers[i] != NULL; i++)
        assert_null(template_fault(inquiry->headers[i], &names, hear_name));
    return names;
}

/* Values that end strings and elements where they are not escaped. */
static struct span any_value(void *world, struct span name, size_t item)
{
    static char text[32];
    struct span rest;
    (void)world;
    if (span_strip(name, "weight_", &rest) || span_strip(name, "quantity", &rest))
        return span_text("12"); /* these are numbers, whoever asks */
    snprintf(text, sizeof text, "1'\"<&>\\ %zu", item == TEMPLATE_NO_ITEM ? 0 : item);
    return span_text(text);
}

static size_t three(void *world, struct span list)
{
    (void)world;
    (void)list;
    return 3;
}

static void assert_is_plain(const char *path)
{
    for (; *path != '\0'; path++) assert_null(strchr("\"<>\\ {}", *path));
}

static void assert_inquiry(const char *carrier, const struct inquiry *inquiry)
{
    const struct template_values any = {NULL, any_value, three};
    struct writing memory = {room, sizeof room, 0, OK};
    struct carrier_call call;
    struct fault fault;
    const char *wrong = inquiry_fault(inquiry);
    if (wrong != NULL) fail_msg("%s: %s", carrier, wrong);
    enum error error = inquiry_write(inquiry, collect_crypto(), &any, &memory, &call, &fault);
    if (error != OK) fail_msg("%s: %s %s", carrier, error_name(error), fault.path);
    assert_int_equal(call.path[0], '/');
    assert_is_plain(call.path);
    if (call.body.at == NULL || inquiry->form == TEMPLATE_URL) return;
    struct json *root = body_open(call.body, &fault);
    if (root == NULL)
        fail_msg("%s: %.*s", carrier, (int)call.body.size, (const char *)call.body.at);
    json_free(root);
}

static void assert_wants(const struct carrier *carrier, const struct inquiry *inquiry,
                         unsigned numbers_max)
{
    struct names names = names_of(inquiry);
    assert_inquiry(carrier->name, inquiry);
    assert_true(names.number);
    assert_int_equal(names.numbers, numbers_max > 1);
    assert_int_equal(inquiry_wants(inquiry, "token"), carrier->access != NULL);
}

static void assert_carrier(const struct carrier *carrier)
{
    const struct poll *poll = carrier->poll;
    const struct subscription *subscription = carrier->subscription;
    assert_int_equal(poll != NULL, carrier->base_url != NULL);
    if (poll == NULL) return;
    assert_int_equal(strncmp(carrier->base_url, "https://", 8), 0);
    assert_int_not_equal(carrier->base_url[strlen(carrier->base_url) - 1], '/');
    assert_true(poll->calls > 0 && poll->per_s > 0 && poll->numbers_max > 0);
    assert_wants(carrier, &poll->ask, poll->numbers_max);
    if (carrier->access != NULL) {
        assert_inquiry(carrier->name, &carrier->access->ask);
        assert_null(json_path_fault(carrier->access->token));
        if (carrier->access->seconds != NULL)
            assert_null(json_path_fault(carrier->access->seconds));
    }
    if (subscription != NULL) assert_wants(carrier, &subscription->add, subscription->numbers_max);
    if (subscription != NULL && subscription->drop.path != NULL)
        assert_inquiry(carrier->name, &subscription->drop);
    if (subscription != NULL && subscription->handshake != NULL) {
        const struct inquiry *answer = &subscription->handshake->answer;
        assert_inquiry(carrier->name, answer);
        assert_true(inquiry_wants(answer, "subscription") && inquiry_wants(answer, "challenge"));
        assert_null(json_path_fault(subscription->handshake->word_at));
        assert_null(json_path_fault(subscription->handshake->challenge));
        assert_null(json_path_fault(subscription->handshake->subscription));
    }
    if (carrier->replay != NULL) {
        assert_inquiry(carrier->name, &carrier->replay->ask);
        assert_int_equal(carrier->replay->more == NULL, carrier->replay->after == NULL);
        assert_true(inquiry_wants(&carrier->replay->ask, "since_iso"));
    }
}

static const char *const sold[] = {
    "reference",   "rma",         "service",      "weight_g",     "weight_kg", "weight_oz",
    "weight_lb",   "currency",    "value",        "rate",         "prepared",  "carrier_ref",
    "mailed_by",   "mobo",        "description",  "sku",          "hs_code",   "origin",
    "quantity",    "pickup.from", "pickup.until", "rate_seller",  "sold_ref",  "wants_qr",
    "today",       "crid",        "mid",          "manifest_mid", "payer",     "payment",
    "rate_service"};

static void hear_sold(void *world, struct span name, bool list)
{
    struct span rest;
    bool found = list && span_equal(name, span_text("items"));
    (void)world;
    found = found || span_strip(name, "from.", &rest) || span_strip(name, "to.", &rest);
    for (size_t i = 0; i < sizeof sold / sizeof sold[0]; i++)
        found = found || span_equal(name, span_text(sold[i]));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || span_equal(name, span_text(known[i]));
    if (!found) print_error("%.*s\n", (int)name.size, (const char *)name.at);
    assert_true(found);
}

static void assert_sells(const char *carrier, const struct inquiry *inquiry)
{
    const char *texts[] = {inquiry->path, inquiry->body, inquiry->inner};
    if (inquiry->path == NULL) return;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] != NULL) assert_null(template_fault(texts[i], NULL, hear_sold));
    assert_inquiry(carrier, inquiry);
}

static void assert_path(const char *path)
{
    if (path != NULL) assert_null(json_path_fault(path));
}

/* Where nothing can be looked up nothing pretends to; what is bought is bought by one request. */
static void assert_row_sells(const struct carrier *carrier, const struct labelling *row)
{
    assert_non_null(carrier->base_url);
    assert_true(row->base_url == NULL || strncmp(row->base_url, "https://", 8) == 0);
    assert_sells(carrier->name, &row->offers.ask);
    assert_sells(carrier->name, &row->buy);
    assert_sells(carrier->name, &row->look_up);
    assert_sells(carrier->name, &row->take_back);
    assert_sells(carrier->name, &row->ask_qr);
    assert_true(row->ask_qr.path == NULL || row->qr_url != NULL);
    assert_non_null(row->buy.path);
    assert_int_equal(row->look_up.path != NULL, row->recovery == LABEL_RECOVERY_LOOKUP);
    assert_int_equal(row->offers.ask.path != NULL, row->offers.rates != NULL);
    assert_int_equal(row->offers.seller != NULL, inquiry_wants(&row->buy, "rate_seller"));
    assert_int_equal(row->gone_code != NULL, row->gone_codes[0] != NULL);
    assert_int_equal(row->refused != NULL, row->refused_words[0] != NULL);
    assert_int_equal(row->taken_back != NULL, row->taken_back_words[0] != NULL);
    assert_path(row->refused);
    assert_path(row->taken_back);
    assert_non_null(row->number);
    const char *paths[] = {
        row->number,      row->other_number, row->carrier_ref,     row->cost,
        row->currency,    row->document,     row->document_url,    row->qr,
        row->qr_url,      row->why,          row->gone_code,       row->offers.rates,
        row->offers.rate, row->offers.price, row->offers.prepared, row->offers.seller};
    for (size_t k = 0; k < sizeof paths / sizeof paths[0]; k++) assert_path(paths[k]);
    const struct access *access = row->access != NULL ? row->access : carrier->access;
    assert_int_equal(inquiry_wants(&row->buy, "token"), access != NULL);
    assert_int_equal(inquiry_wants(&row->buy, "payment"), row->payment != NULL);
    if (row->payment != NULL) assert_sells(carrier->name, &row->payment->ask);
    if (row->payment != NULL) assert_path(row->payment->token);
    assert_true(row->cost == NULL || (row->currency != NULL) != (row->currency_is != NULL));
}

/* What is taken back is named to the carrier, and a pickup says whose parcel it fetches, and when.
 */
static void every_carrier_that_sells_says_how(void **state)
{
    unsigned count = 0, pickups = 0;
    (void)state;
    for (size_t i = 0; i < carriers_count; i++) {
        const struct labelling *row = carriers[i]->labelling;
        if (row == NULL) continue;
        count++;
        assert_row_sells(carriers[i], row);
        assert_true(row->document != NULL || row->document_url != NULL);
        assert_true(row->take_back.path == NULL || inquiry_wants(&row->take_back, "carrier_ref"));
        if (row->pickup == NULL) continue;
        pickups++;
        assert_row_sells(carriers[i], row->pickup);
        assert_null(row->pickup->pickup);
        assert_null(row->pickup->document);
        const struct inquiry *first =
            row->pickup->offers.ask.path != NULL ? &row->pickup->offers.ask : &row->pickup->buy;
        assert_true(inquiry_wants(first, "pickup.from"));
        assert_true(inquiry_wants(first, "carrier_ref"));
    }
    print_message("%u carriers sell labels, %u fetch parcels\n", count, pickups);
    assert_in_range(count, 5, carriers_count);
    assert_in_range(pickups, 1, count);
}

static void every_row_is_written_so_that_it_can_be_read(void **state)
{
    unsigned asked = 0;
    (void)state;
    for (size_t i = 0; i < carriers_count; i++) {
        assert_carrier(carriers[i]);
        asked += carriers[i]->poll != NULL ? 1 : 0;
    }
    print_message("%u carriers can be asked\n", asked);
    assert_in_range(asked, 25, carriers_count);
}

/* What a token's answer brings, of both kinds of documents. */
static void a_token_is_found_in_its_answer(void **state)
{
    static const struct {
        const char *carrier, *answer, *token;
        uint64_t seconds;
        unsigned status;
    } rows[] = {
        {"ups", "{\"access_token\":\"T1\",\"expires_in\":\"14399\"}", "T1", 14399, 200},
        {"fedex", "{\"access_token\":\"T2\",\"expires_in\":3599}", "T2", 3599, 200},
        {"gls", "{\"access_token\":\"T3\"}", "T3", 3600, 200},
        {"usps", "{\"access_token\":\"\"}", NULL, 0, 200},
        {"ups", "{\"access_token\":\"T1\"}", NULL, 0, 401},
        {"dpd",
         "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
         "<getAuthResponse><return><authToken>T4</authToken></return></getAuthResponse>"
         "</soap:Body></soap:Envelope>",
         "T4", 3600, 200}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t seconds;
        struct fault fault;
        const struct carrier *carrier = carrier_by_name(span_text(rows[i].carrier));
        struct json *root = body_open(span_text(rows[i].answer), &fault);
        assert_non_null(root);
        struct span token = access_token(carrier->access, rows[i].status, root, &seconds);
        assert_int_equal(token.at == NULL, rows[i].token == NULL);
        if (token.at != NULL) assert_true(span_equal(token, span_text(rows[i].token)));
        if (token.at != NULL) assert_int_equal(seconds, rows[i].seconds);
        json_free(root);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_as_their_place_wants),
        cmocka_unit_test(what_a_place_cannot_bear_is_refused),
        cmocka_unit_test(blocks_and_lists),
        cmocka_unit_test(a_word_that_a_carrier_asks_for_is_read),
        cmocka_unit_test(a_name_without_value_is_named),
        cmocka_unit_test(what_does_not_fit_is_never_cut),
        cmocka_unit_test(a_broken_template_is_named),
        cmocka_unit_test(a_signature_covers_what_it_says),
        cmocka_unit_test(the_status_of_an_answer_says_what_to_do),
        cmocka_unit_test(every_row_is_written_so_that_it_can_be_read),
        cmocka_unit_test(every_carrier_that_sells_says_how),
        cmocka_unit_test(a_token_is_found_in_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

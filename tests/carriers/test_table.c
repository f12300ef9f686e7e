/* The table of carriers and the one way of a webhook through a row of it. */
#include "carriers/dialect.h"
#include "proto/json_path.h"
#include "tests/carriers/collect.h"
#include <stdlib.h>

static struct collected got;

static int begin(void **state)
{
    (void)state;
    collect_begin(&got);
    return 0;
}

static int end(void **state)
{
    (void)state;
    collect_end(&got);
    return 0;
}

static void a_carrier_is_found_by_its_exact_name(void **state)
{
    (void)state;
    assert_ptr_equal(&carrier_easypost, carrier_by_name(span_text("easypost")));
    assert_ptr_equal(&carrier_aftership, carrier_by_name(span_text("aftership")));
    assert_null(carrier_by_name(span_text("EasyPost")));
    assert_null(carrier_by_name(span_text("easypos")));
    assert_null(carrier_by_name(span_of(NULL, 0)));
}

static bool is_lower(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z') return false;
    return true;
}

/* Each place of a form can be looked for, and no code stands twice in a table: the second would
 * never be found. */
static void check_path(const struct carrier *row, const char *path)
{
    if (path != NULL && json_path_fault(path) != NULL)
        fail_msg("%s: %s: %s", row->name, path, json_path_fault(path));
}

static void check_codes(const struct carrier *row, const struct code_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(table->rows[i].code, table->rows[k].code) == 0)
                fail_msg("%s: the code %s stands twice", row->name, table->rows[i].code);
}

static void check_dialect(const struct carrier *row, const struct dialect *form)
{
    const char *const paths[] = {form->parcels,   form->number,       form->unique,
                                 form->is_return, form->last_mile,    form->summary_text,
                                 form->events,    form->event_id,     form->text,
                                 form->country,   form->verdict_code, form->verdict_text};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) check_path(row, paths[i]);
    for (size_t i = 0; i < SCAN_WHENS; i++) {
        check_path(row, form->at[i]);
        check_path(row, form->summary_at[i]);
    }
    for (size_t i = 0; i < DIALECT_CODES; i++) {
        check_path(row, form->codes[i]);
        check_path(row, form->summary[i]);
    }
    for (size_t i = 0; i < SCAN_PLACES; i++) check_path(row, form->places[i]);
    for (size_t i = 0; i < DIALECT_VERDICTS; i++) check_path(row, form->verdicts[i].path);
    if (form->clock.forms != NULL && clock_forms_fault(form->clock.forms) != NULL)
        fail_msg("%s: %s", row->name, clock_forms_fault(form->clock.forms));
    check_codes(row, &form->meanings);
    check_codes(row, &form->summaries);
}

static void check_dialects(const struct carrier *row)
{
    for (size_t i = 0; i < row->dialects_count; i++) {
        assert_non_null(row->dialects[i].parcels);
        check_dialect(row, &row->dialects[i]);
    }
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < carriers_count; i++) {
        const struct carrier *row = carriers[i];
        assert_ptr_equal(row, carrier_by_name(span_text(row->name)));
        assert_true(strlen(row->name) <= CARRIER_BYTES_MAX && is_lower(row->name));
        bool named = row->proof == NULL || row->proof->header == NULL ||
                     (row->proof->header[0] != '\0' && is_lower(row->proof->header));
        assert_true(named && row->content_type[0] != '\0');
        assert_true(row->proof == NULL || row->proof->header != NULL || row->proof->field != NULL);
        assert_true(row->proof == NULL || !row->proof->in_path || row->proof->kind == PROOF_TOKEN);
        assert_true(!row->captured || !row->published);
        assert_non_null(row->parse);
        check_dialects(row);
    }
}

static void a_carrier_is_answered_with_the_status_it_understands(void **state)
{
    (void)state;
    for (size_t i = 0; i < carriers_count; i++) {
        assert_int_equal(200, carrier_status(carriers[i], OK));
        assert_int_equal(401, carrier_status(carriers[i], ERROR_BAD_SIGNATURE));
        assert_int_equal(400, carrier_status(carriers[i], ERROR_MALFORMED));
        assert_int_equal(400, carrier_status(carriers[i], ERROR_TOO_DEEP));
        assert_int_equal(503, carrier_status(carriers[i], ERROR_FULL));
        assert_int_equal(503, carrier_status(carriers[i], ERROR_IO));
    }
}

/* The signature is computed here with the port: that it is right is proved by test_signature. */
static enum error take_signed(struct span body, bool spoil)
{
    static const char digits[] = "0123456789abcdef";
    const struct crypto *crypto = collect_crypto();
    struct span secret = span_text("plain");
    struct hash mac;
    char header[16 + 2 * HASH_BYTES] = "hmac-sha256-hex=";
    crypto_hmac(crypto, secret, body, &mac);
    if (spoil) mac.bytes[31] ^= 1;
    for (size_t i = 0; i < HASH_BYTES; i++) {
        header[16 + 2 * i] = digits[mac.bytes[i] >> 4];
        header[17 + 2 * i] = digits[mac.bytes[i] & 15];
    }
    struct carrier_sink sink = collect_sink(&got);
    const struct span value = span_of(header, sizeof header);
    const struct proof_push push = collect_push(body, &value);
    return carrier_take(&carrier_easypost, crypto, &secret, 1, &push, &sink, &got.fault);
}

static const char tracker[] = "{\"description\":\"tracker.updated\",\"result\":"
                              "{\"tracking_code\":\"X1\",\"status\":\"delivered\"}}";

static void a_signed_body_reaches_the_sink(void **state)
{
    (void)state;
    assert_error(OK, take_signed(span_text(tracker), false));
    assert_int_equal(1, got.count);
}

static void an_unproved_body_is_not_even_parsed(void **state)
{
    (void)state;
    assert_error(ERROR_BAD_SIGNATURE, take_signed(span_text(tracker), true));
    assert_string_equal("x-hmac-signature", got.fault.path);
    assert_error(ERROR_BAD_SIGNATURE, take_signed(span_text("not json"), true));
    struct carrier_sink sink = collect_sink(&got);
    struct span secret = span_text("plain");
    const struct span absent = span_of(NULL, 0);
    const struct proof_push push = collect_push(span_text(tracker), &absent);
    assert_error(ERROR_BAD_SIGNATURE, carrier_take(&carrier_easypost, collect_crypto(), &secret, 1,
                                                   &push, &sink, &got.fault));
    assert_int_equal(0, got.count);
}

static void a_proved_body_may_still_be_malformed(void **state)
{
    (void)state;
    assert_error(ERROR_MALFORMED, take_signed(span_text("{"), false));
    assert_memory_equal("line 1", got.fault.path, 6);
}

static void an_empty_list_is_an_answer_and_no_push(void **state)
{
    (void)state;
    struct carrier_sink sink = collect_sink(&got);
    const struct carrier *seko = carrier_by_name(span_text("seko"));
    assert_error(ERROR_MISSING_FIELD,
                 seko->parse(seko, collect_crypto(), span_text("[]"), &sink, &got.fault));
    assert_string_equal(".[ConsignmentNo]", got.fault.path);
    sink.asked = span_text("EP1");
    assert_error(OK, seko->parse(seko, collect_crypto(), span_text("[]"), &sink, &got.fault));
    assert_error(ERROR_MISSING_FIELD,
                 seko->parse(seko, collect_crypto(), span_text("[[]]"), &sink, &got.fault));
    assert_error(ERROR_MISSING_FIELD,
                 seko->parse(seko, collect_crypto(), span_text("{}"), &sink, &got.fault));
    const struct carrier *gls = carrier_by_name(span_text("gls"));
    assert_error(ERROR_MISSING_FIELD,
                 gls->parse(gls, collect_crypto(), span_text("[]"), &sink, &got.fault));
}

static void an_error_of_the_sink_comes_back_with_a_fault(void **state)
{
    (void)state;
    got.room = 0;
    assert_error(ERROR_FULL, take_signed(span_text(tracker), false));
    assert_error(ERROR_FULL, got.fault.error);
}

static void a_body_beyond_the_limit_is_refused_before_it_is_hashed(void **state)
{
    (void)state;
    size_t size = CARRIER_BODY_BYTES_MAX + 1;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, ' ', size);
    memcpy(bytes, "{}", 2);
    assert_error(OK, take_signed(span_of(bytes, size - 1), false));
    assert_error(ERROR_TOO_LARGE, take_signed(span_of(bytes, size), true));
    assert_string_equal("body", got.fault.path);
    free(bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_carrier_is_found_by_its_exact_name),
        TEST(every_row_is_whole),
        TEST(a_carrier_is_answered_with_the_status_it_understands),
        TEST(a_signed_body_reaches_the_sink),
        TEST(an_unproved_body_is_not_even_parsed),
        TEST(a_proved_body_may_still_be_malformed),
        TEST(an_empty_list_is_an_answer_and_no_push),
        TEST(an_error_of_the_sink_comes_back_with_a_fault),
        TEST(a_body_beyond_the_limit_is_refused_before_it_is_hashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

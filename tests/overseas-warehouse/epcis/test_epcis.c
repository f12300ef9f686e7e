/* The words and names of EPCIS for what was done with units and parcels, and a check of documents
 * that tells GS1's valid ones from its invalid ones. */
#include "overseas-warehouse/epcis/epcis.h"
#include "tests/proto/crypto_port.h"
#include "tests/support/epcis_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SAMPLES "../shared/carriers/samples/epcis/"

static struct crypto_port crypto;

static int open_crypto(void **state)
{
    (void)state;
    static const uint8_t pen[32] = {7};
    crypto_port_open(&crypto, pen);
    return 0;
}

static int close_crypto(void **state)
{
    (void)state;
    crypto_port_close(&crypto);
    return 0;
}

static void assert_words(struct epcis_words words, const char *step, const char *disposition,
                         bool ends)
{
    if (step == NULL) {
        assert_null(words.step);
        return;
    }
    assert_non_null(words.step);
    assert_string_equal(words.step, step);
    assert_string_equal(words.disposition, disposition);
    assert_int_equal(words.ends, ends);
}

/* --- words ------------------------------------------------------------------------------------ */

static void what_is_done_with_a_unit_has_its_words(void **state)
{
    (void)state;
    static const struct {
        enum verb verb;
        enum grade grade;
        enum disposition disposition;
        const char *step, *word;
        bool ends;
    } rows[] = {
        {DO_RECEIVE, 0, 0, "receiving", "returned", false},
        {DO_INSPECT, 0, 0, "inspecting", "in_progress", false},
        {DO_GRADE, GRADE_LIKE_NEW, 0, "inspecting", "conformant", false},
        {DO_GRADE, GRADE_ACCEPTABLE, 0, "inspecting", "non_conformant", false},
        {DO_GRADE, GRADE_UNSELLABLE, 0, "inspecting", "damaged", false},
        {DO_DISPOSE, 0, DISPOSE_DESTROY, NULL, NULL, false},
        {DO_DISPOSE, 0, DISPOSE_HOLD, "holding", "non_sellable_other", false},
        {DO_DISPOSE, 0, DISPOSE_REPAIR, "repairing", "in_progress", false},
        {DO_SETTLE, 0, DISPOSE_RESTOCK, "stocking", "sellable_accessible", false},
        {DO_SETTLE, 0, DISPOSE_RESELL, "retail_selling", "retail_sold", false},
        {DO_SETTLE, 0, DISPOSE_RECYCLE, "decommissioning", "disposed", true},
        {DO_SETTLE, 0, DISPOSE_DESTROY, "destroying", "destroyed", true},
        {DO_SETTLE, 0, DISPOSE_ORIGIN, "shipping", "in_transit", false},
        {DO_SETTLE, 0, 0, NULL, NULL, false},
        {DO_SHIP, 0, 0, "shipping", "in_transit", false},
        {DO_ASSIGN, 0, 0, NULL, NULL, false},
        {DO_VOID, 0, 0, NULL, NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct unit_moved moved = {.verb = rows[i].verb,
                                         .grade = rows[i].grade,
                                         .disposition = rows[i].disposition,
                                         .by = {.kind = BY_OPERATOR}};
        assert_words(epcis_of_move(&moved, rows[i].disposition), rows[i].step, rows[i].word,
                     rows[i].ends);
    }
    const struct unit_moved adopted = {.verb = DO_RECEIVE, .by = {.kind = BY_POLICY}};
    assert_words(epcis_of_move(&adopted, 0), NULL, NULL, false);
}

static void what_carriers_say_has_its_words(void **state)
{
    (void)state;
    struct checkpoint scan = {.status = TRACK_OUT_FOR_DELIVERY};
    assert_words(epcis_of_scan(&scan), "transporting", "in_transit", false);
    scan.status = TRACK_RETURNED;
    assert_words(epcis_of_scan(&scan), "accepting", "returned", false);
    scan = (struct checkpoint){.status = TRACK_EXCEPTION, .reason = TRACK_REASON_DAMAGED};
    assert_words(epcis_of_scan(&scan), "holding", "damaged", false);
    scan = (struct checkpoint){.status = TRACK_LOST, .reason = TRACK_REASON_STOLEN};
    assert_words(epcis_of_scan(&scan), "other", "stolen", false);
    static const enum track_status silent[] = {TRACK_UNKNOWN, TRACK_NOT_FOUND, TRACK_PRE_TRANSIT,
                                               TRACK_CANCELLED, TRACK_EXPIRED};
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        scan = (struct checkpoint){.status = silent[i], .reason = TRACK_REASON_DAMAGED};
        assert_words(epcis_of_scan(&scan), NULL, NULL, false);
    }
}

/* --- names ------------------------------------------------------------------------------------ */

static void things_are_named_by_gs1_where_they_bear_its_numbers(void **state)
{
    (void)state;
    const struct id unit = {{1, 2, 3}};
    char uri[EPCIS_URI_BYTES], own[EPCIS_URI_BYTES];
    epcis_name("unit", &unit, own);
    assert_memory_equal(own, "urn:entrepot:unit:", 18);
    epcis_name_unit(&unit, span_text("09521141012345"), span_text("A/7 b"), uri);
    assert_string_equal(uri, "https://id.gs1.org/01/09521141012345/21/A%2F7%20b");
    epcis_name_unit(&unit, span_text("09521141012346"), span_text("A7"), uri); /* check digit */
    assert_string_equal(uri, own);
    epcis_name_unit(&unit, span_text("09521141012345"), (struct span){0}, uri);
    assert_string_equal(uri, own);
    epcis_name_unit(&unit, span_text("09521141012345"), span_text("123456789012345678901"), uri);
    assert_string_equal(uri, own);
    epcis_name_unit(&unit, span_text("BOOT-42"), span_text("A7"), uri);
    assert_string_equal(uri, own);
    epcis_name_parcel(span_text("00106141412345678908"), uri);
    assert_string_equal(uri, "https://id.gs1.org/00/106141412345678908");
    epcis_name_parcel(span_text("00106141412345678909"), uri);
    assert_string_equal(uri, "urn:entrepot:parcel:00106141412345678909");
    epcis_name_parcel(span_text("RB 1\xc3\xa9"), uri);
    assert_string_equal(uri, "urn:entrepot:parcel:RB%201%C3%A9");
    static char longest[TRACKING_NUMBER_BYTES_MAX];
    memset(longest, '#', sizeof longest);
    epcis_name_parcel(span_of(longest, sizeof longest), uri);
    assert_int_equal(strlen(uri), strlen("urn:entrepot:parcel:") + 3 * sizeof longest);
}

static void an_event_has_one_name_everywhere(void **state)
{
    (void)state;
    const struct id log = {{1}}, other = {{2}};
    char first[EPCIS_UUID_BYTES], again[EPCIS_UUID_BYTES];
    epcis_name_entry(&crypto.crypto, &log, 7, first);
    epcis_name_entry(&crypto.crypto, &log, 7, again);
    assert_string_equal(first, again);
    assert_int_equal(strlen(first), EPCIS_UUID_BYTES - 1);
    assert_memory_equal(first, "urn:uuid:", 9);
    assert_int_equal(first[9 + 14], '8');
    assert_non_null(strchr("89ab", first[9 + 19]));
    epcis_name_entry(&crypto.crypto, &log, 8, again);
    assert_string_not_equal(first, again);
    epcis_name_entry(&crypto.crypto, &other, 7, again);
    assert_string_not_equal(first, again);
    epcis_name_scan(&crypto.crypto, &log, &other, first);
    epcis_name_scan(&crypto.crypto, &log, &log, again);
    assert_string_not_equal(first, again);
    epcis_name_scan(&crypto.crypto, &other, &other, again);
    assert_string_not_equal(first, again);
}

static void a_clock_s_zone_is_what_the_carrier_wrote(void **state)
{
    (void)state;
    static const struct {
        const char *local;
        uint64_t ms;
        enum time_quality quality;
        const char *offset;
    } rows[] = {
        {"2026-04-06T11:02:00+08:00", 1775444520000, TIME_OFFSET, "+08:00"},
        {"2026-04-05T21:32:00-05:30", 1775444520000, TIME_OFFSET, "-05:30"},
        {"2026-04-06 11:02:00", 1775444520000, TIME_PROVIDER_RULE, "+08:00"},
        {"2026-04-06T11:02:00Z", 1775444520000, TIME_ASSUMED, "+00:00"},
        {"2026-04-06T03:02:00Z", 1775444520000, TIME_OFFSET, "+00:00"},
        {"2026-04-06T11:07:00", 1775444520000, TIME_PROVIDER_RULE, "+00:00"}, /* 8 h 5 min */
        {"2026-04-07T11:02:00", 1775444520000, TIME_PROVIDER_RULE, "+00:00"}, /* 32 h */
        {"", 1775444520000, TIME_NAMED_ZONE, "+00:00"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char offset[EPCIS_OFFSET_BYTES];
        const struct checkpoint scan = {.occurred_local = span_text(rows[i].local),
                                        .occurred_ms = rows[i].ms,
                                        .quality = rows[i].quality};
        epcis_offset(&scan, offset);
        if (strcmp(offset, rows[i].offset) != 0) fail_msg("%s is %s", rows[i].local, offset);
    }
}

/* --- documents -------------------------------------------------------------------------------- */

static const char *fault_of(const char *event)
{
    char text[2048];
    int size = snprintf(text, sizeof text,
                        "{\"@context\":[\"x:y\"],\"type\":\"EPCISDocument\",\"schemaVersion\":"
                        "\"2.0\",\"creationDate\":\"2026-07-22T10:30:00Z\",\"epcisBody\":"
                        "{\"eventList\":[%s]}}",
                        event);
    return epcis_fault(text, (size_t)size);
}

#define WHEN "\"eventTime\":\"2026-07-22T06:45:00+02:00\",\"eventTimeZoneOffset\":\"+02:00\","
#define WHAT "\"epcList\":[\"urn:a:b\"],\"action\":\"OBSERVE\""

static void a_document_s_faults_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *event, *fault;
    } rows[] = {
        {"{\"type\":\"ObjectEvent\"," WHEN WHAT "}", NULL},
        {"{\"type\":\"Event\"," WHEN WHAT "}", "type"},
        {"{\"type\":\"ObjectEvent\",\"eventTime\":\"2026-07-22T06:45:00\"," WHAT "}", "eventTime"},
        {"{\"type\":\"ObjectEvent\",\"eventTime\":\"2026-07-22T06:45:00Z\"," WHAT "}",
         "eventTimeZoneOffset"},
        {"{\"type\":\"ObjectEvent\"," WHEN "\"epcList\":[\"a b\"],\"action\":\"ADD\"}", "epcList"},
        {"{\"type\":\"ObjectEvent\"," WHEN WHAT ",\"bizStep\":\"returning\"}", "bizStep"},
        {"{\"type\":\"ObjectEvent\"," WHEN WHAT ",\"disposition\":\"lost\"}", "disposition"},
        {"{\"type\":\"ObjectEvent\"," WHEN WHAT ",\"eventID\":\"7\"}", "eventID"},
        {"{\"type\":\"ObjectEvent\"," WHEN WHAT ",\"errorDeclaration\":{}}", "declarationTime"},
        {"{\"type\":\"ObjectEvent\"," WHEN WHAT ",\"readPoint\":{}}", "readPoint"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *fault = fault_of(rows[i].event);
        if (rows[i].fault == NULL)
            assert_null(fault);
        else
            assert_string_equal(fault == NULL ? "nothing" : fault, rows[i].fault);
    }
}

static bool read_sample(const char *name, char *text, size_t room, size_t *size)
{
    char path[256];
    snprintf(path, sizeof path, SAMPLES "%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    *size = fread(text, 1, room, file);
    fclose(file);
    return true;
}

/* The samples stand beside the source tree, which is no part of it; where they are not there, that
 * is said. */
static void samples_of_others_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool valid;
    } samples[] = {
        {"aggregation_event.json", true},
        {"gs1_error_declaration_and_correction.jsonld", true},
        {"object_event_error_declaration.json", true},
        {"object_event_persistent_disposition.json", true},
        {"invalid_action.json", false},
        {"invalid_event_time.json", false},
        {"invalid_missing_action_time.json", false},
        {"invalid_no_identifiers.json", false},
        {"invalid_quantity_text.json", false},
    };
    static char text[64 * 1024];
    unsigned ran = 0;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        size_t size;
        if (!read_sample(samples[i].name, text, sizeof text, &size)) continue;
        const char *fault = epcis_fault(text, size);
        if ((fault == NULL) != samples[i].valid)
            fail_msg("%s: %s", samples[i].name, fault == NULL ? "no fault" : fault);
        ran++;
    }
    printf("%u of %zu samples ran\n", ran, sizeof samples / sizeof samples[0]);
    if (ran == 0) skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_done_with_a_unit_has_its_words),
        cmocka_unit_test(what_carriers_say_has_its_words),
        cmocka_unit_test(things_are_named_by_gs1_where_they_bear_its_numbers),
        cmocka_unit_test(an_event_has_one_name_everywhere),
        cmocka_unit_test(a_clock_s_zone_is_what_the_carrier_wrote),
        cmocka_unit_test(a_document_s_faults_are_found),
        cmocka_unit_test(samples_of_others_are_told_apart),
    };
    return cmocka_run_group_tests(tests, open_crypto, close_crypto);
}

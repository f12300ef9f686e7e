/* Whose numbers may be: each form with its check sign, numbers of two carriers, and what a scanner
 * reads around a number. */
#include "carriers/number.h"
#include "carriers/whose.h"
#include "tests/carriers/collect.h"
#include <jansson.h>
#include <stdlib.h>

#undef json_is_object
#undef json_is_array
#undef json_is_null

#define FORMS "../shared/carriers/tracking_numbers.json"

static bool is_among(const char *number, const char *form)
{
    struct whose found[WHOSE_MAX];
    size_t count = whose_number(span_text(number), found);
    for (size_t i = 0; i < count; i++)
        if (strcmp(found[i].form->name, form) == 0) return true;
    return false;
}

/* Numbers made up here; their check signs were reckoned by hand or by another program. */
static const struct {
    const char *form, *number;
} own[] = {
    {"s10", "RB000004170CN"},
    {"ups", "1ZAB3C5D0300000019"},
    {"ups_waybill", "K1234567895"},
    {"fedex_12", "100000004178"},
    {"fedex_34", "1001921334250000123401234567004179"},
    {"fedex_ground", "041441700004177"},
    {"fedex_ground_sscc_18", "000001234500000416"},
    {"fedex_ground_96", "9611020020987600041715"},
    {"usps_impb_c", "9200190000000000004175"},
    {"usps_impb_n", "9400111200000000004176"},
    {"usps_legacy", "9101123456789000004172"},
    {"usps_20", "03071790000523412345"},
    {"canada_post", "0073938000541239"},
    {"dhl_express", "3318810412"},
    {"dpd", "0981800099800000200333502768"},
    {"dpd_14", "099800000417008"},
    {"purolator_numeric", "320595004179"},
    {"old_dominion", "77800004176"},
    {"old_dominion_guaranteed", "80003204171"},
    {"ontrac_c", "C11031500004170"},
    {"ontrac_d", "D10011354404172"},
    {"yunexpress", "YT0000000000000417"},
    {"landmark_ltn", "LTN00000417N1"},
    {"gofo_us", "GFUS00000000000417"},
    {"amazon_logistics", "TBA000000000417"},
    {"amazon_international", "C0000000417"},
    {"canpar_22", "D000000000000000000417"},
    {"dhl_express_piece", "JJD0000000417"},
    {"dhl_ecommerce", "GM0000000000417"},
    {"dhl_ecommerce_14", "00000000000417"},
    {"lasership_lx", "LX10000417"},
    {"lasership_1ls7", "1LS710000000417"},
    {"lasership_1ls7_18", "1LS7100011000417-1"},
    {"lasership_1lscx", "1LSCXVE00000417"},
    {"purolator_alpha", "KYV000000417"},
    {"speedee", "SP000000000000000417"},
    {"yodel", "JJD0000000000000417"},
};

static void the_letters_of_a_post_tell_the_service(void **state)
{
    (void)state;
    static const struct {
        const char *number, *service;
    } rows[] = {
        {"EE000004170CN", "ems"},
        {"RB000004170CN", "registered"},
        {"CP000004170CN", "parcel"},
        {"HA000004170CN", "parcel_ecommerce"},
        {"LX000004170CN", "letter_tracked"},
        {"AA000004170CN", "letter_recorded"},
        {"UA000004170CN", "letter_untracked"},
        {"VV000004170CN", "insured"},
        {"MA000004170CN", "m_bag"},
        {"QM000004170CN", "business_reply"},
        {"QN000004170CN", NULL},
        {"ZZ000004170CN", "domestic"},
        {"WA000004170CN", NULL},
        {"EE000004171CN", NULL}, /* its check digit is wrong */
        {"1ZAB3C5D0300000019", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *service = whose_service(span_text(rows[i].number));
        bool same = service == NULL || rows[i].service == NULL
                        ? service == rows[i].service
                        : strcmp(service, rows[i].service) == 0;
        if (!same) fail_msg("%s is %s", rows[i].number, service == NULL ? "nothing" : service);
    }
}

static void a_number_has_its_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (!is_among(own[i].number, own[i].form))
            fail_msg("%s is no %s", own[i].number, own[i].form);
}

/* One digit that is wrong is found by every check sign. */
static void a_wrong_digit_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        struct whose found[WHOSE_MAX];
        char bad[64];
        size_t size = strlen(own[i].number);
        snprintf(bad, sizeof bad, "%s", own[i].number);
        (void)whose_number(span_text(own[i].number), found);
        bad[size - 1] = bad[size - 1] == '0' ? '1' : '0';
        const struct whose_form *form = NULL;
        for (size_t k = 0; k < whose_forms_count; k++)
            if (strcmp(whose_forms[k].name, own[i].form) == 0) form = &whose_forms[k];
        assert_non_null(form);
        if (form == NULL || form->check == CHECK_NONE || form->check == CHECK_S10) continue;
        if (is_among(bad, own[i].form)) fail_msg("%s is taken for %s", bad, own[i].form);
    }
    assert_false(is_among("RB000004100CN", "s10"));
    assert_false(is_among("RB000004170XX", "s10"));
}

static void how_it_is_written_makes_no_difference(void **state)
{
    (void)state;
    assert_true(is_among(" 1z ab3c 5d0300000019 ", "ups"));
    assert_true(is_among("\xef\xbc\x91ZAB3C5D0300000019", "ups"));
    assert_true(is_among("4200000192001900000000000041 75", "usps_impb_c"));
    assert_false(is_among("", "ups"));
    assert_false(is_among("1Z", "ups"));
}

static void prints_as(const char *scanned, const char *printed)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX], more[TRACKING_NUMBER_BYTES_MAX];
    struct span normal;
    assert_error(OK, number_normalize(span_text(scanned), room, &normal));
    assert_text(printed, whose_printed(normal, more));
}

static void what_is_scanned_is_more_than_the_number(void **state)
{
    (void)state;
    prints_as("420123459200190000000000004175", "9200190000000000004175");
    prints_as("4201234567899200190000000000004175", "9200190000000000004175");
    prints_as("9200190000000000004175", "9200190000000000004175");
    prints_as("(00)340123450000000018", "340123450000000018");
    prints_as("00340123450000000018", "340123450000000018");
    prints_as("(403)1234", "4031234");
    prints_as("1ZAB3C5D0300000019", "1ZAB3C5D0300000019");
}

static void numbers_of_two_carriers_have_both(void **state)
{
    (void)state;
    struct whose found[WHOSE_MAX];
    unsigned both = 0;
    char number[16];
    /* Eleven digits and a check digit are FedEx's or Purolator's, by two reckonings. */
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(number, sizeof number, "%012u", 2000000 + i);
        if (is_among(number, "fedex_12") && is_among(number, "purolator_numeric")) both++;
    }
    assert_true(both > 50);
    assert_int_equal(0, whose_number(span_text("no number of anybody"), found));
}

/* --- the forms that lie beside the source tree --------------------------------------------------
 */

static const struct {
    const char *theirs, *ours;
} names[] = {
    {"canpar_22", "canpar_22"},
    {"dhl_express_piece_id", "dhl_express_piece"},
    {"landmark_global", "landmark_ltn"},
    {"LaserShip 1LS7 (18)", "lasership_1ls7_18"},
    {"Old Dominion", "old_dominion"},
    {"Old Dominion Guaranteed Shipment", "old_dominion_guaranteed"},
    {"UPS Waybill", "ups_waybill"},
};

static const char *name_of(const char *theirs)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].theirs, theirs) == 0) return names[i].ours;
    return theirs;
}

static unsigned run_list(const json_t *format, const char *list, bool valid)
{
    const json_t *numbers = json_object_get(format, list);
    const char *name = name_of(json_string_value(json_object_get(format, "id")));
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        const char *number =
            json_string_value(json_object_get(json_array_get(numbers, i), "number"));
        if (is_among(number, name) != valid)
            fail_msg("%s should%s be %s", number, valid ? "" : " not", name);
    }
    return (unsigned)json_array_size(numbers);
}

static void numbers_of_the_collection_are_known(void **state)
{
    (void)state;
    unsigned valid = 0, invalid = 0, shared = 0;
    struct span file = file_read(FORMS);
    if (file.at == NULL) {
        printf("skipped: no " FORMS "\n");
        skip();
    }
    json_t *root = json_loadb((const char *)file.at, file.size, 0, NULL);
    const json_t *formats = json_object_get(root, "formats");
    const json_t *collisions = json_object_get(root, "collisions");
    for (size_t i = 0; i < json_array_size(formats); i++) {
        const json_t *format = json_array_get(formats, i);
        valid += run_list(format, "valid", true);
        invalid += run_list(format, "invalid", false);
        invalid += run_list(format, "invalid_derived", false);
    }
    for (size_t i = 0; i < json_array_size(collisions); i++) {
        const json_t *one = json_array_get(collisions, i);
        const json_t *matches = json_object_get(one, "matches");
        for (size_t k = 0; k < json_array_size(matches); k++, shared++)
            assert_true(is_among(json_string_value(json_object_get(one, "number")),
                                 name_of(json_string_value(json_array_get(matches, k)))));
    }
    printf("numbers: %u valid, %u invalid, %u of two carriers ran\n", valid, invalid, shared);
    assert_true(valid > 0 && invalid > 0);
    json_decref(root);
    file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_letters_of_a_post_tell_the_service),
        cmocka_unit_test(a_number_has_its_form),
        cmocka_unit_test(a_wrong_digit_is_found),
        cmocka_unit_test(how_it_is_written_makes_no_difference),
        cmocka_unit_test(what_is_scanned_is_more_than_the_number),
        cmocka_unit_test(numbers_of_two_carriers_have_both),
        cmocka_unit_test(numbers_of_the_collection_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* AfterShip's webhook bodies, written from the documented form. */
#include "tests/carriers/collect.h"

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

static void a_parcel_that_went_back_reads_as_returned(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "aftership", "aftership_return.json"));
    assert_int_equal(1, got.count);
    const struct tracking *t = &got.tracking[0];
    assert_text("aftership", t->carrier);
    assert_text("RR123456785AU", t->number);
    assert_text("6f1c2a1e-0d0b-4c53-9a0e-5d3c1f7b2a10", t->event_id);
    assert_text("australia-post", t->last_mile);
    assert_word("return", &direction_words, t->direction);
    assert_word("returned", &track_status_words, t->summary);
    assert_int_equal(1772942402000, t->summary_ms);
    struct track_state parcel = collect_derive(&got, 0);
    assert_word("returned", &track_status_words, parcel.status);
    assert_true(parcel.reached_us);
}

static void each_clock_has_the_quality_that_it_was_written_with(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "aftership", "aftership_return.json"));
    const struct checkpoint *points = got.tracking[0].points;
    assert_word("date_only", &time_quality_words, points[0].quality);
    assert_word("none", &time_quality_words, points[1].quality);
    assert_text("2026-03-02T09:15:00", points[1].occurred_local);
    assert_int_equal(0, points[1].occurred_ms);
    assert_word("offset", &time_quality_words, points[2].quality);
    assert_int_equal(1772755200000, points[2].occurred_ms);
}

static void a_subtag_is_finer_than_its_tag(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "aftership", "aftership_return.json"));
    const struct checkpoint *points = got.tracking[0].points;
    assert_word("pre_transit", &track_status_words, points[0].status);
    assert_text("InfoReceived_001/AP-0", points[0].code);
    assert_word("picked_up", &track_reason_words, points[1].reason);
    assert_word("returning", &track_status_words, points[2].status);
    assert_word("signed", &track_reason_words, points[3].reason);
}

static void places_come_from_either_form_of_the_document(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "aftership", "aftership_return.json"));
    const struct checkpoint *points = got.tracking[0].points;
    assert_text("Perth, WA", points[1].place);
    assert_text("AU", points[1].country);
    assert_text("Sydney NSW", points[3].place);
    assert_text("AU", points[3].country);
    assert_text("", points[0].place);
    assert_text("Delivered, signed for by", points[3].text);
    assert_null(memmem(got.record[0].at, got.record[0].size, "Citizen", 7));
}

static void a_push_without_checkpoints_still_says_delivered(void **state)
{
    (void)state;
    assert_error(
        OK, collect_fixture(&got, "aftership", "aftership_delivered_without_checkpoints.json"));
    assert_int_equal(1, got.count);
    assert_int_equal(0, got.tracking[0].points_count);
    assert_word("", &direction_words, got.tracking[0].direction);
    assert_int_equal(1772942405000, got.tracking[0].summary_ms); /* of ts */
    struct track_state parcel = collect_derive(&got, 0);
    assert_word("delivered", &track_status_words, parcel.status);
    assert_int_equal(1772942405000, parcel.occurred_ms);
    assert_false(parcel.reached_us);
}

static void a_new_subtag_falls_back_to_its_tag(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "aftership", "aftership_new_subtag.json"));
    const struct tracking *t = &got.tracking[0];
    assert_word("exception", &track_status_words, t->summary);
    assert_word("in_transit", &track_status_words, t->points[0].status);
    assert_text("CN", t->points[0].country); /* and not CH */
    assert_word("none", &time_quality_words, t->points[0].quality);
    assert_word("unknown", &track_status_words, t->points[1].status);
    assert_word("unmapped", &track_reason_words, t->points[1].reason);
    assert_text("Teleported_001", t->points[1].code);
    assert_text("", t->points[1].country);
    assert_int_equal(1767571750000, t->points[1].occurred_ms);
}

#define MSG(rest)                                                                                  \
    "{\"event\":\"tracking_update\",\"msg\":{\"tracking_number\":\"X1\"" rest "},\"ts\":"          \
    "1772942405}"

static uint64_t summary_of(const char *body)
{
    got.count = 0;
    assert_error(OK, collect_parse_text(&got, "aftership", body));
    assert_int_equal(1, got.count);
    return got.tracking[0].summary;
}

/* A captured case: the tag is a stale exception, and the last scan says Delivered. */
static void the_flag_of_return_beats_a_delivered_text(void **state)
{
    (void)state;
    uint64_t flagged = summary_of(MSG(",\"tag\":\"Exception\",\"subtag\":\"Exception_007\","
                                      "\"return_to_sender\":true,\"checkpoints\":["
                                      "{\"tag\":\"InTransit\"},{\"tag\":\"Delivered\"}]"));
    assert_word("returned", &track_status_words, flagged);
    assert_word("bad_address", &track_reason_words, got.tracking[0].summary_reason);
    uint64_t on_its_way = summary_of(MSG(",\"tag\":\"Exception\",\"return_to_sender\":true,"
                                         "\"checkpoints\":[{\"tag\":\"Delivered\"},"
                                         "{\"tag\":\"InTransit\"}]"));
    assert_word("exception", &track_status_words, on_its_way);
    assert_word("return", &direction_words, got.tracking[0].direction);
    uint64_t not_flagged = summary_of(MSG(",\"tag\":\"Delivered\",\"return_to_sender\":false"));
    assert_word("delivered", &track_status_words, not_flagged);
    uint64_t by_tag = summary_of(MSG(",\"tag\":\"Delivered\",\"return_to_sender\":true"));
    assert_word("returned", &track_status_words, by_tag);
}

static void a_state_alone_is_a_place(void **state)
{
    (void)state;
    summary_of(MSG(",\"checkpoints\":[{\"state\":\"NSW\",\"location\":\"Sydney NSW 2000\"}]"));
    assert_text("NSW", got.tracking[0].points[0].place);
}

static void a_summary_that_is_not_there_is_no_summary(void **state)
{
    (void)state;
    assert_int_equal(0, summary_of(MSG(",\"checkpoints\":[{\"tag\":\"InTransit\"}]")));
    assert_word("unknown", &track_status_words, summary_of(MSG(",\"tag\":\"Teleported\"")));
    got.count = 0;
    assert_error(OK, collect_parse_text(&got, "aftership", MSG(",\"checkpoints\":null")));
    assert_int_equal(0, got.count); /* nothing was said of the parcel */
}

static uint64_t said_at(const char *ts)
{
    char body[256];
    snprintf(body, sizeof body,
             "{\"event\":\"tracking_update\",\"msg\":{\"tracking_number\":\"X1\",\"tag\":"
             "\"InTransit\"},\"ts\":%s}",
             ts);
    summary_of(body);
    return got.tracking[0].summary_ms;
}

static void a_time_that_no_clock_shows_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(7000, said_at("7"));
    assert_int_equal(0, said_at("-5"));
    assert_int_equal(0, said_at("9223372036854775807"));
    assert_int_equal(0, said_at("1.5"));
    assert_int_equal(0, said_at("\"7\""));
}

/* Figures of the document may be fractions; none of them reaches us. */
static void fractions_in_the_document_do_no_harm(void **state)
{
    (void)state;
    summary_of(MSG(",\"shipment_weight\":614.4,\"coordinates\":[1.25e3,-0.5],\"tag\":\"Pending\""));
    assert_word("not_found", &track_status_words, got.tracking[0].summary);
    assert_int_equal(0, got.tracking[0].weight_g);
}

static void events_of_other_kinds_are_taken_and_left(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "aftership", "aftership_edd_revise.json"));
    assert_error(OK, collect_parse_text(&got, "aftership", "{}"));
    assert_error(OK, collect_parse_text(&got, "aftership",
                                        "{\"event\":\"tracking_pending_time\","
                                        "\"msg\":{\"tracking_number\":\"X1\"}}"));
    assert_int_equal(0, got.count);
}

static void assert_refused(const char *body, enum error error, const char *path)
{
    got.count = 0;
    assert_error(error, collect_parse_text(&got, "aftership", body));
    assert_error(error, got.fault.error);
    assert_string_equal(path, got.fault.path);
    assert_int_equal(0, got.count);
}

static void what_is_no_tracking_is_refused_by_the_name_of_the_place(void **state)
{
    (void)state;
    assert_refused("[]", ERROR_MALFORMED, "body");
    assert_refused("{\"event\":\"tracking_update\"}", ERROR_MALFORMED, "msg");
    assert_refused("{\"event\":\"tracking_update\",\"msg\":[]}", ERROR_MALFORMED, "msg");
    assert_refused("{\"event\":\"tracking_update\",\"msg\":{}}", ERROR_MISSING_FIELD,
                   "msg/tracking_number");
    assert_refused(MSG(",\"checkpoints\":\"\""), ERROR_MALFORMED, "msg/checkpoints");
    assert_refused(MSG(",\"checkpoints\":[null]"), ERROR_MALFORMED, "msg/checkpoints/0");
    assert_error(ERROR_MALFORMED, collect_parse_text(&got, "aftership", "<html>"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_parcel_that_went_back_reads_as_returned),
        TEST(each_clock_has_the_quality_that_it_was_written_with),
        TEST(a_subtag_is_finer_than_its_tag),
        TEST(places_come_from_either_form_of_the_document),
        TEST(a_push_without_checkpoints_still_says_delivered),
        TEST(a_new_subtag_falls_back_to_its_tag),
        TEST(the_flag_of_return_beats_a_delivered_text),
        TEST(a_state_alone_is_a_place),
        TEST(a_summary_that_is_not_there_is_no_summary),
        TEST(a_time_that_no_clock_shows_is_left_out),
        TEST(fractions_in_the_document_do_no_harm),
        TEST(events_of_other_kinds_are_taken_and_left),
        TEST(what_is_no_tracking_is_refused_by_the_name_of_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

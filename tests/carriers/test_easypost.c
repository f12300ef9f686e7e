/* EasyPost's webhook bodies, written from the documented form. */
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

static void a_delivered_return_reads_as_one_tracking(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    assert_int_equal(1, got.count);
    const struct tracking *t = &got.tracking[0];
    assert_text("easypost", t->carrier);
    assert_text("3SRTM00012345", t->number);
    assert_text("evt_ret_0001", t->event_id);
    assert_text("PostNL", t->last_mile);
    assert_word("return", &direction_words, t->direction);
    assert_word("delivered", &track_status_words, t->summary);
    assert_int_equal(1773050710000, t->summary_ms);
    assert_int_equal(0, t->weight_g); /* fractions of ounces are left out */
    assert_int_equal(4, t->points_count);
    assert_false(id_is_zero(&t->dedup));
}

static void a_checkpoint_keeps_what_the_carrier_wrote(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    const struct checkpoint *point = &got.tracking[0].points[1];
    assert_word("in_transit", &track_status_words, point->status);
    assert_int_equal(1772724000000, point->occurred_ms);
    assert_text("2026-03-05T15:20:00Z", point->occurred_local);
    assert_word("offset", &time_quality_words, point->quality);
    assert_text("in_transit/status_update/B01", point->code);
    assert_text("Handed in", point->text);
    assert_text("Utrecht", point->place);
    assert_text("NL", point->country);
    assert_int_equal(1, point->list_pos);
    assert_int_equal(0, point->informational);
    assert_text("Rotterdam, ZH", got.tracking[0].points[3].place);
    assert_text("NL", got.tracking[0].points[3].country);
}

/* EasyPost assumes UTC where the place does not tell the zone, and writes Z all the same. */
static void a_zone_without_a_place_is_assumed(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    assert_word("assumed", &time_quality_words, got.tracking[0].points[0].quality);
    assert_int_equal(1772611200000, got.tracking[0].points[0].occurred_ms);
}

/* DESIGN §2: personal data stands only in personal payloads. */
static void no_name_of_a_signer_and_no_postal_code_is_taken_over(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    assert_text("Delivered. Signed by", got.tracking[0].points[3].text);
    assert_null(memmem(got.record[0].at, got.record[0].size, "Vries", 5));
    assert_null(memmem(got.record[0].at, got.record[0].size, "3089JA", 6));
}

static void delivered_on_a_return_reached_us(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    struct track_state parcel = collect_derive(&got, 0);
    assert_word("delivered", &track_status_words, parcel.status);
    assert_int_equal(1773050700000, parcel.occurred_ms);
    assert_true(parcel.reached_us);
}

static void a_summary_outweighs_a_delivery_that_is_dated_too_early(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_delivered_dated_early.json"));
    struct track_state parcel = collect_derive(&got, 0);
    assert_word("delivered", &track_status_words, parcel.status);
    assert_int_equal(1769936400000, parcel.occurred_ms);
    assert_false(parcel.reached_us); /* nothing says that it is a return */
    assert_true(collect_derive(&got, DIRECTION_RETURN).reached_us);
}

static void the_same_event_again_has_the_same_ids(void **state)
{
    (void)state;
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_return_delivered.json"));
    assert_int_equal(2, got.count);
    assert_span_equal(got.record[0], got.record[1]);
    assert_true(id_equal(&got.tracking[0].dedup, &got.tracking[1].dedup));
}

#define TRACKER(id, number, points)                                                                \
    "{" id "\"description\":\"tracker.updated\",\"result\":{\"tracking_code\":\"" number           \
    "\",\"status\":\"in_transit\",\"tracking_details\":[" points "]}}"
#define POINT(status, message, when, city)                                                         \
    "{\"status\":\"" status "\",\"message\":\"" message "\",\"datetime\":\"" when                  \
    "\",\"tracking_location\":{\"city\":\"" city "\"}}"

static struct id point_id(const char *body)
{
    got.count = 0;
    assert_error(OK, collect_parse_text(&got, "easypost", body));
    assert_int_equal(1, got.tracking[0].points_count);
    return got.tracking[0].points[0].dedup;
}

static void a_scan_is_the_same_in_other_words_and_messages(void **state)
{
    (void)state;
    struct id first = point_id(TRACKER("\"id\":\"evt_1\",", "N1",
                                       POINT("in_transit", "Left", "2026-01-02T03:04:05Z", "A")));
    struct id translated =
        point_id(TRACKER("\"id\":\"evt_2\",", "n 1",
                         POINT("in_transit", "Vertrokken", "2026-01-02T03:04:05Z", "A")));
    assert_true(id_equal(&first, &translated));
}

static void a_scan_is_another_by_number_time_code_or_place(void **state)
{
    (void)state;
    struct id ids[] = {
        point_id(TRACKER("", "N1", POINT("in_transit", "Left", "2026-01-02T03:04:05Z", "A"))),
        point_id(TRACKER("", "N2", POINT("in_transit", "Left", "2026-01-02T03:04:05Z", "A"))),
        point_id(TRACKER("", "N1", POINT("in_transit", "Left", "2026-01-02T03:04:05.0Z", "A"))),
        point_id(TRACKER("", "N1", POINT("delivered", "Left", "2026-01-02T03:04:05Z", "A"))),
        point_id(TRACKER("", "N1", POINT("in_transit", "Left", "2026-01-02T03:04:05Z", "B"))),
    };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        for (size_t k = 0; k < i; k++) assert_false(id_equal(&ids[i], &ids[k]));
}

/* The texts of a scan are told apart by their lengths too, not only one after the other. */
static void a_scan_is_not_another_whose_texts_run_together_alike(void **state)
{
    (void)state;
    struct id a = point_id(TRACKER("", "N1", POINT("2b", "", "1", "A")));
    struct id b = point_id(TRACKER("", "N1", POINT("b", "", "12", "A")));
    assert_false(id_equal(&a, &b));
}

static struct id message_id(const char *body)
{
    point_id(body);
    return got.tracking[0].dedup;
}

static void a_message_is_known_by_its_event_or_else_by_its_content(void **state)
{
    (void)state;
    static const char a[] = POINT("in_transit", "x", "2026-01-02T03:04:05Z", "A");
    static const char b[] = POINT("in_transit", "x", "2026-01-02T03:04:06Z", "A");
    char bodies[4][512];
    snprintf(bodies[0], 512, TRACKER("\"id\":\"evt_1\",", "N1", "%s"), a);
    snprintf(bodies[1], 512, TRACKER("\"id\":\"evt_2\",", "N1", "%s"), a);
    snprintf(bodies[2], 512, TRACKER("", "N1", "%s"), a);
    snprintf(bodies[3], 512, TRACKER("", "N1", "%s"), b);
    struct id ids[4];
    for (size_t i = 0; i < 4; i++) ids[i] = message_id(bodies[i]);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < i; k++) assert_false(id_equal(&ids[i], &ids[k]));
    struct id again = message_id(bodies[2]);
    assert_true(id_equal(&ids[2], &again));
}

/* A body with that many checkpoints, a minute apart. The caller frees it. */
static char *long_body(unsigned points)
{
    char *body = malloc(256 + points * 128u);
    assert_non_null(body);
    int used = sprintf(body, "{\"id\":\"evt_long\",\"description\":\"tracker.updated\",\"result\":{"
                             "\"tracking_code\":\"LONG1\",\"tracking_details\":[");
    for (unsigned i = 0; i < points; i++)
        used += sprintf(body + used,
                        "%s{\"status\":\"in_transit\",\"datetime\":"
                        "\"2026-01-%02uT%02u:%02u:00Z\"}",
                        i > 0 ? "," : "", 1 + i / 1440, i / 60 % 24, i % 60);
    sprintf(body + used, "]}}");
    return body;
}

static void a_long_push_becomes_several_trackings(void **state)
{
    (void)state;
    char *body = long_body(2 * CHECKPOINTS_MAX + 1);
    assert_error(OK, collect_parse_text(&got, "easypost", body));
    free(body);
    assert_int_equal(3, got.count);
    assert_int_equal(CHECKPOINTS_MAX, got.tracking[0].points_count);
    assert_int_equal(CHECKPOINTS_MAX, got.tracking[1].points_count);
    assert_int_equal(1, got.tracking[2].points_count);
    assert_int_equal(2 * CHECKPOINTS_MAX, got.tracking[2].points[0].list_pos);
    for (size_t i = 0; i < 3; i++) {
        assert_text("evt_long", got.tracking[i].event_id);
        assert_false(id_equal(&got.tracking[i].dedup, &got.tracking[(i + 1) % 3].dedup));
    }
}

static void exactly_one_record_of_checkpoints_leaves_no_empty_one(void **state)
{
    (void)state;
    char *body = long_body(CHECKPOINTS_MAX);
    assert_error(OK, collect_parse_text(&got, "easypost", body));
    free(body);
    assert_int_equal(1, got.count);
    assert_int_equal(CHECKPOINTS_MAX, got.tracking[0].points_count);
}

static void more_checkpoints_than_the_limit_are_refused(void **state)
{
    (void)state;
    char *body = long_body(CARRIER_POINTS_MAX);
    assert_error(OK, collect_parse_text(&got, "easypost", body));
    assert_int_equal(CARRIER_POINTS_MAX / CHECKPOINTS_MAX, got.count);
    free(body);
    got.count = 0;
    body = long_body(CARRIER_POINTS_MAX + 1);
    assert_error(ERROR_TOO_LARGE, collect_parse_text(&got, "easypost", body));
    assert_string_equal("result/tracking_details", got.fault.path);
    assert_int_equal(0, got.count);
    free(body);
}

static void a_sink_that_is_full_ends_the_parse_with_its_own_error(void **state)
{
    (void)state;
    char *body = long_body(5 * CHECKPOINTS_MAX);
    got.room = 1;
    assert_error(ERROR_FULL, collect_parse_text(&got, "easypost", body));
    assert_int_equal(1, got.count);
    assert_int_equal(2, got.calls);
    free(body);
}

static void events_that_are_not_about_a_tracker_are_taken_and_left(void **state)
{
    (void)state;
    static const char *const other[] = {
        "{}",
        "{\"description\":\"refund.successful\",\"result\":{\"tracking_code\":\"X1\"}}",
        "{\"description\":\"tracker.created\",\"result\":null}",
        "{\"description\":7,\"result\":{\"tracking_code\":\"X1\"}}",
        "{\"description\":\"trackers\",\"result\":{\"tracking_code\":\"X1\"}}",
        "{\"object\":\"Event\",\"result\":{\"object\":\"Tracker\",\"tracking_code\":\"X1\"}}",
    };
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_batch.json"));
    assert_error(OK, collect_fixture(&got, "easypost", "easypost_created_without_result.json"));
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        assert_error(OK, collect_parse_text(&got, "easypost", other[i]));
    assert_int_equal(0, got.count);
}

static const struct tracking *parse_result(const char *result)
{
    char body[2048];
    snprintf(body, sizeof body,
             "{\"description\":\"tracker.updated\",\"created_at\":\"1970-01-01T00:00:07Z\","
             "\"result\":{\"tracking_code\":\"X1\",%s}}",
             result);
    got.count = 0;
    assert_error(OK, collect_parse_text(&got, "easypost", body));
    return got.count == 0 ? NULL : &got.tracking[0];
}

static void a_tracker_that_says_nothing_hands_out_nothing(void **state)
{
    (void)state;
    assert_null(parse_result("\"tracking_details\":null"));
    assert_null(parse_result("\"status\":null,\"tracking_details\":[]"));
    const struct tracking *t = parse_result("\"tracking_details\":[{}]");
    assert_int_equal(0, t->summary);
    assert_int_equal(1, t->points_count);
}

static void a_mark_of_return_that_is_not_set_says_nothing(void **state)
{
    (void)state;
    const struct tracking *t = parse_result("\"status\":\"delivered\",\"is_return\":false");
    assert_int_equal(0, t->direction);
    t = parse_result("\"status\":\"delivered\",\"is_return\":1");
    assert_int_equal(0, t->direction);
}

static void the_time_of_a_summary_is_the_trackers_or_else_the_events(void **state)
{
    (void)state;
    const char *both = "\"status\":\"unknown\",\"updated_at\":\"1970-01-01T00:00:09Z\"";
    assert_int_equal(9000, parse_result(both)->summary_ms);
    assert_int_equal(7000, parse_result("\"status\":\"unknown\"")->summary_ms);
}

#define PLACED(place)                                                                              \
    "\"tracking_details\":[{\"datetime\":\"2026-01-02T03:04:05Z\",\"tracking_location\":{" place   \
    "}}]"

static void a_place_is_complete_with_a_country_and_a_town_or_code(void **state)
{
    (void)state;
    const struct words *words = &time_quality_words;
    const char *town = PLACED("\"city\":\"A\",\"country\":\"US\"");
    const char *code = PLACED("\"zip\":\"1\",\"country\":\"US\"");
    const char *no_country = PLACED("\"city\":\"A\",\"zip\":\"1\",\"state\":\"B\"");
    const char *no_town = PLACED("\"state\":\"B\",\"country\":\"US\"");
    assert_word("offset", words, parse_result(town)->points[0].quality);
    assert_word("offset", words, parse_result(code)->points[0].quality);
    assert_word("assumed", words, parse_result(no_country)->points[0].quality);
    assert_word("assumed", words, parse_result(no_town)->points[0].quality);
    const char *date = "\"tracking_details\":[{\"datetime\":\"2026-01-02\"}]";
    assert_word("date_only", words, parse_result(date)->points[0].quality);
}

static void assert_place(const char *city, const char *state, const char *expected)
{
    char result[512];
    snprintf(result, sizeof result, PLACED("\"city\":\"%s\",\"state\":\"%s\""), city, state);
    assert_text(expected, parse_result(result)->points[0].place);
}

static void joined_texts_leave_no_gap_behind(void **state)
{
    (void)state;
    static const char x77[] =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    char x79[80], with_tail[82];
    assert_place("", "B", "B");
    assert_place("A", "", "A");
    assert_place(x77, "\xc3\xbc", x77);
    snprintf(with_tail, sizeof with_tail, "%s, u", x77);
    assert_place(x77, "u", with_tail);
    snprintf(x79, sizeof x79, "%sxx", x77);
    assert_place(x79, "u", x79);
    const struct tracking *t = parse_result("\"tracking_details\":[{\"status\":\"in_transit\","
                                            "\"carrier_code\":\"OC\"}]");
    assert_text("in_transit/OC", t->points[0].code);
}

static void a_new_status_is_unmapped_and_crashes_nothing(void **state)
{
    (void)state;
    assert_error(OK, collect_parse_text(&got, "easypost",
                                        "{\"description\":\"tracker.updated\",\"result\":{"
                                        "\"tracking_code\":\"X1\",\"status\":\"teleported\","
                                        "\"tracking_details\":[{\"status\":\"in_transit\"},"
                                        "{\"status\":\"teleported\"},{}]}}"));
    const struct tracking *t = &got.tracking[0];
    assert_word("unknown", &track_status_words, t->summary);
    assert_word("unmapped", &track_reason_words, t->summary_reason);
    assert_word("unknown", &track_status_words, t->points[1].status);
    assert_word("unmapped", &track_reason_words, t->points[2].reason);
    assert_text("teleported", t->points[1].code);
    assert_word("in_transit", &track_status_words, collect_derive(&got, 0).status);
}

static void a_detail_refines_the_reason_and_never_the_status(void **state)
{
    (void)state;
    assert_error(OK, collect_parse_text(&got, "easypost",
                                        "{\"description\":\"tracker.updated\",\"result\":{"
                                        "\"tracking_code\":\"X1\",\"status\":\"error\","
                                        "\"status_detail\":\"damaged\",\"tracking_details\":["
                                        "{\"status\":\"failure\",\"status_detail\":\"lost\"}]}}"));
    const struct tracking *t = &got.tracking[0];
    assert_word("provider_error", &track_reason_words, t->summary_reason);
    assert_word("exception", &track_status_words, t->points[0].status);
    assert_word("lost_in_transit", &track_reason_words, t->points[0].reason);
}

static void texts_beyond_their_limits_are_cut_and_never_refused(void **state)
{
    (void)state;
    char body[8192], long_text[1001];
    memset(long_text, 'x', 1000);
    memcpy(long_text + 199, "\xc3\xbc", 2); /* a character across the limit of the wording */
    memcpy(long_text + 79, "\xc3\xbc", 2);
    memcpy(long_text + 39, "\xc3\xbc", 2);
    memcpy(long_text + 23, "\xc3\xbc", 2);
    long_text[1000] = '\0';
    snprintf(
        body, sizeof body,
        "{\"id\":\"%s\",\"description\":\"tracker.updated\",\"result\":{\"tracking_code\":"
        "\"X1\",\"carrier\":\"%s\",\"tracking_details\":[{\"status\":\"%s\",\"message\":\"%s\","
        "\"datetime\":\"%s\",\"tracking_location\":{\"city\":\"%s\",\"country\":\"%s\"}}]}}",
        long_text, long_text, long_text, long_text, long_text, long_text, long_text);
    assert_error(OK, collect_parse_text(&got, "easypost", body));
    const struct tracking *t = &got.tracking[0];
    assert_int_equal(79, t->event_id.size);
    assert_int_equal(23, t->last_mile.size);
    assert_int_equal(199, t->points[0].text.size);
    assert_int_equal(79, t->points[0].place.size);
    assert_int_equal(39, t->points[0].occurred_local.size);
    assert_int_equal(64, t->points[0].code.size);
    assert_int_equal(0, t->points[0].country.size);
}

/* "error path" of a body that must be refused. */
static void assert_refused(const char *body, enum error error, const char *path)
{
    got.count = 0;
    assert_error(error, collect_parse_text(&got, "easypost", body));
    assert_error(error, got.fault.error);
    assert_string_equal(path, got.fault.path);
    assert_int_equal(0, got.count);
}

#define RESULT(rest) "{\"description\":\"tracker.updated\",\"result\":" rest "}"

static void what_is_no_tracker_is_refused_by_the_name_of_the_place(void **state)
{
    (void)state;
    assert_refused("[]", ERROR_MALFORMED, "body");
    assert_refused(RESULT("[]"), ERROR_MALFORMED, "result");
    assert_refused(RESULT("{}"), ERROR_MISSING_FIELD, "result/tracking_code");
    assert_refused(RESULT("{\"tracking_code\":7}"), ERROR_MISSING_FIELD, "result/tracking_code");
    assert_refused(RESULT("{\"tracking_code\":\"X1\",\"tracking_details\":{}}"), ERROR_MALFORMED,
                   "result/tracking_details");
    assert_refused(RESULT("{\"tracking_code\":\"X1\",\"tracking_details\":[{},{},7]}"),
                   ERROR_MALFORMED, "result/tracking_details/2");
    assert_refused(RESULT("{\"tracking_code\":\"0123456789012345678901234567890123456789"
                          "0123456789012345678901234\"}"),
                   ERROR_TOO_LARGE, "result/tracking_code");
}

static void assert_unreadable(const char *body, enum error error, const char *path_begin)
{
    got.count = 0;
    assert_error(error, collect_parse_text(&got, "easypost", body));
    assert_error(error, got.fault.error);
    assert_memory_equal(path_begin, got.fault.path, strlen(path_begin));
    assert_int_equal(0, got.count);
}

static void what_is_no_json_is_refused_by_line_and_column(void **state)
{
    (void)state;
    assert_unreadable("", ERROR_MALFORMED, "line 1, column 1: ");
    assert_unreadable("<!DOCTYPE html><html></html>", ERROR_MALFORMED, "line 1, column ");
    assert_unreadable("{\"id\":\n \"a\",\n}", ERROR_MALFORMED, "line 3, column ");
    assert_unreadable("{\"id\":\"a\",\"id\":\"b\"}", ERROR_NOT_CANONICAL, "line 1, column ");
    assert_unreadable("{\"id\":\"\xff\"}", ERROR_BAD_TEXT, "line 1, column ");
    assert_unreadable("{\"id\":\"a\\u0000b\"}", ERROR_BAD_TEXT, "line 1, column ");
    assert_unreadable("{} {}", ERROR_TRAILING, "line 1, column ");
    char deep[200];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_unreadable(deep, ERROR_TOO_DEEP, "line 1, column ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_delivered_return_reads_as_one_tracking),
        TEST(a_checkpoint_keeps_what_the_carrier_wrote),
        TEST(a_zone_without_a_place_is_assumed),
        TEST(no_name_of_a_signer_and_no_postal_code_is_taken_over),
        TEST(delivered_on_a_return_reached_us),
        TEST(a_summary_outweighs_a_delivery_that_is_dated_too_early),
        TEST(the_same_event_again_has_the_same_ids),
        TEST(a_scan_is_the_same_in_other_words_and_messages),
        TEST(a_scan_is_another_by_number_time_code_or_place),
        TEST(a_scan_is_not_another_whose_texts_run_together_alike),
        TEST(a_message_is_known_by_its_event_or_else_by_its_content),
        TEST(a_long_push_becomes_several_trackings),
        TEST(exactly_one_record_of_checkpoints_leaves_no_empty_one),
        TEST(more_checkpoints_than_the_limit_are_refused),
        TEST(a_sink_that_is_full_ends_the_parse_with_its_own_error),
        TEST(events_that_are_not_about_a_tracker_are_taken_and_left),
        TEST(a_tracker_that_says_nothing_hands_out_nothing),
        TEST(a_mark_of_return_that_is_not_set_says_nothing),
        TEST(the_time_of_a_summary_is_the_trackers_or_else_the_events),
        TEST(a_place_is_complete_with_a_country_and_a_town_or_code),
        TEST(joined_texts_leave_no_gap_behind),
        TEST(a_new_status_is_unmapped_and_crashes_nothing),
        TEST(a_detail_refines_the_reason_and_never_the_status),
        TEST(texts_beyond_their_limits_are_cut_and_never_refused),
        TEST(what_is_no_tracker_is_refused_by_the_name_of_the_place),
        TEST(what_is_no_json_is_refused_by_line_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

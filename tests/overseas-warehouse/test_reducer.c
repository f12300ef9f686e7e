/* The derived status: each rule of overseas-warehouse/reducer.h as a small story, and the proof
 * that the order in which facts arrive does not matter. */
#include "overseas-warehouse/reducer.h"

#include "tests/proto/check.h"
#include <stdlib.h>

#define HOUR      3600000u
#define STORY_MAX 16

/* A scan at an hour of a made-up clock; list position = order of writing. */
struct story {
    struct checkpoint scans[STORY_MAX];
    size_t scans_count;
    struct track_summary summaries[STORY_MAX];
    size_t summaries_count;
    unsigned direction;
};

static struct checkpoint *scan(struct story *story, enum track_status status, unsigned hour)
{
    struct checkpoint *point = &story->scans[story->scans_count];
    *point = (struct checkpoint){
        .status = status,
        .occurred_ms = (uint64_t)hour * HOUR,
        .quality = TIME_OFFSET,
        .list_pos = story->scans_count,
    };
    point->dedup.bytes[0] = (uint8_t)++story->scans_count;
    return point;
}

/* A scan whose clock names no zone. */
static struct checkpoint *local_scan(struct story *story, enum track_status status,
                                     const char *clock)
{
    struct checkpoint *point = scan(story, status, 0);
    point->quality = TIME_NONE;
    point->occurred_local = span_text(clock);
    return point;
}

static struct track_summary *summary(struct story *story, enum track_status status,
                                     unsigned said_hour, unsigned covers_hour)
{
    struct track_summary *said = &story->summaries[story->summaries_count];
    *said = (struct track_summary){
        .status = status,
        .said_ms = (uint64_t)said_hour * HOUR,
        .covers_ms = (uint64_t)covers_hour * HOUR,
    };
    said->dedup.bytes[0] = (uint8_t)++story->summaries_count;
    return said;
}

static struct track_state derive(const struct story *story)
{
    return reducer_derive(story->scans, story->scans_count, story->summaries,
                          story->summaries_count, story->direction);
}

static const char *status_of(const struct story *story)
{
    struct track_state state = derive(story);
    return state.status == 0 ? "" : word_of(&track_status_words, state.status);
}

static void nothing_said_is_nothing_known(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    struct track_state parcel = derive(&story);
    assert_int_equal(0, parcel.status);
    assert_int_equal(0, parcel.occurred_ms);
    assert_false(parcel.reached_us);
    assert_false(parcel.after_final);
}

static void the_latest_instant_decides_not_the_place_in_the_list(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_OUT_FOR_DELIVERY, 9)->reason = TRACK_REASON_RESCHEDULED;
    scan(&story, TRACK_IN_TRANSIT, 5);
    assert_string_equal("out_for_delivery", status_of(&story));
    assert_int_equal(9 * HOUR, derive(&story).occurred_ms);
    assert_int_equal(TRACK_REASON_RESCHEDULED, derive(&story).reason);
    assert_false(derive(&story).after_final);
}

/* Tokyo's 08:27 is before 00:35 UTC. */
static void a_clock_without_zone_stands_between_its_neighbours_in_the_list(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    local_scan(&story, TRACK_IN_TRANSIT, "1970-01-02T08:27:00");
    scan(&story, TRACK_OUT_FOR_DELIVERY, 24 + 1);
    assert_string_equal("out_for_delivery", status_of(&story));
    local_scan(&story, TRACK_DELIVERY_ATTEMPT, "1970-01-01T18:00:00");
    assert_string_equal("delivery_attempt", status_of(&story));
    local_scan(&story, TRACK_AVAILABLE_FOR_PICKUP, "1970-01-01T17:00:00");
    assert_string_equal("available_for_pickup", status_of(&story));
    scan(&story, TRACK_EXCEPTION, 24 + 2);
    assert_string_equal("exception", status_of(&story));
}

static void clocks_of_different_zones_are_not_compared(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    local_scan(&story, TRACK_IN_TRANSIT, "1970-01-02T08:27:00");
    local_scan(&story, TRACK_EXCEPTION, "1970-01-01T17:00:00");
    assert_string_equal("exception", status_of(&story));
}

/* A carrier that sends one scan at a time gives all of them the same place. */
static void a_clock_is_believed_where_the_list_says_nothing(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    local_scan(&story, TRACK_EXCEPTION, "1970-01-01T17:00:00");
    local_scan(&story, TRACK_DELIVERED, "1970-01-01T08:00:00")->list_pos = 0;
    assert_string_equal("exception", status_of(&story)); /* re-opened by a later clock */
    story.scans[1].status = TRACK_IN_TRANSIT;
    scan(&story, TRACK_AVAILABLE_FOR_PICKUP, 12)->list_pos = 0;
    assert_string_equal("exception", status_of(&story));
    scan(&story, TRACK_OUT_FOR_DELIVERY, 18)->list_pos = 0;
    assert_string_equal("out_for_delivery", status_of(&story));
    struct checkpoint *assumed = scan(&story, TRACK_DELIVERY_ATTEMPT, 20);
    assumed->list_pos = 0;
    assumed->quality = TIME_ASSUMED;
    assert_string_equal("delivery_attempt", status_of(&story));
}

static void an_offset_without_an_instant_is_none(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_IN_TRANSIT, 5);
    scan(&story, TRACK_EXCEPTION, 0);
    assert_string_equal("exception", status_of(&story));
}

static void an_assumed_zone_counts_as_none(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_EXCEPTION, 30)->quality = TIME_ASSUMED;
    scan(&story, TRACK_OUT_FOR_DELIVERY, 25);
    assert_string_equal("out_for_delivery", status_of(&story));
}

static void scans_without_any_clock_follow_the_list(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    local_scan(&story, TRACK_OUT_FOR_DELIVERY, "");
    local_scan(&story, TRACK_EXCEPTION, "");
    assert_string_equal("exception", status_of(&story));
    scan(&story, TRACK_AVAILABLE_FOR_PICKUP, 4);
    assert_string_equal("available_for_pickup", status_of(&story));
}

static void at_the_same_instant_an_arrival_is_last(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_DELIVERED, 9);
    scan(&story, TRACK_EXCEPTION, 9);
    assert_string_equal("delivered", status_of(&story));
    story.scans[0].status = TRACK_IN_TRANSIT;
    assert_string_equal("exception", status_of(&story));
    story.scans[0].status = TRACK_LOST;
    assert_false(derive(&story).after_final);
    story.scans[0].status = TRACK_RETURNED;
    story.scans[1].status = TRACK_DELIVERED;
    assert_false(derive(&story).after_final);
}

static void informational_scans_and_estimates_say_nothing(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_IN_TRANSIT, 1);
    scan(&story, TRACK_DELIVERED, 2)->informational = 1;
    scan(&story, TRACK_DELIVERED, 3)->reason = TRACK_REASON_INFORMATIONAL;
    scan(&story, TRACK_DELIVERED, 4)->reason = TRACK_REASON_ESTIMATE;
    assert_string_equal("in_transit", status_of(&story));
}

static void a_late_notice_of_the_label_replaces_nothing(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_IN_TRANSIT, 1);
    scan(&story, TRACK_PRE_TRANSIT, 2);
    scan(&story, TRACK_NOT_FOUND, 3);
    scan(&story, TRACK_UNKNOWN, 4)->reason = TRACK_REASON_UNMAPPED;
    assert_string_equal("in_transit", status_of(&story));
    assert_int_equal(0, derive(&story).reason);
}

static void of_weak_statuses_the_one_that_says_most_is_taken(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_UNKNOWN, 3);
    scan(&story, TRACK_NOT_FOUND, 4);
    assert_string_equal("unknown", status_of(&story));
    scan(&story, TRACK_PRE_TRANSIT, 1);
    assert_string_equal("pre_transit", status_of(&story));
    summary(&story, TRACK_UNKNOWN, 9, 4);
    assert_string_equal("pre_transit", status_of(&story));
}

static void a_pickup_scan_replaces_no_arrival(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_IN_TRANSIT, 9)->reason = TRACK_REASON_PICKED_UP;
    assert_string_equal("in_transit", status_of(&story));
    scan(&story, TRACK_DELIVERED, 5);
    assert_string_equal("delivered", status_of(&story));
    story.scans[1].reason = TRACK_REASON_PICKED_UP; /* that one is the arrival itself */
    assert_string_equal("delivered", status_of(&story));
}

static void delivered_is_reopened_by_a_later_scan_only(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_DELIVERED, 5);
    scan(&story, TRACK_EXCEPTION, 4);
    assert_string_equal("delivered", status_of(&story));
    summary(&story, TRACK_IN_TRANSIT, 30, 29);
    assert_string_equal("delivered", status_of(&story));
    scan(&story, TRACK_EXCEPTION, 6)->reason = TRACK_REASON_BAD_ADDRESS;
    story.summaries_count = 0;
    assert_string_equal("exception", status_of(&story));
    scan(&story, TRACK_DELIVERED, 8);
    assert_string_equal("delivered", status_of(&story));
    assert_int_equal(8 * HOUR, derive(&story).occurred_ms);
}

static void returned_lost_and_cancelled_hold_and_later_scans_are_flagged(void **state)
{
    (void)state;
    static const enum track_status terminal[] = {TRACK_RETURNED, TRACK_LOST, TRACK_CANCELLED};
    for (size_t i = 0; i < 3; i++) {
        struct story story = {.scans_count = 0};
        scan(&story, TRACK_IN_TRANSIT, 1);
        scan(&story, terminal[i], 5);
        assert_false(derive(&story).after_final);
        scan(&story, TRACK_UNKNOWN, 6);
        assert_false(derive(&story).after_final);
        scan(&story, TRACK_DELIVERED, 7);
        assert_string_equal(word_of(&track_status_words, terminal[i]), status_of(&story));
        assert_true(derive(&story).after_final);
        summary(&story, TRACK_DELIVERED, 8, 7);
        assert_string_equal("delivered", status_of(&story));
    }
}

static void the_newest_summary_is_taken_over_scans_it_covers(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_AVAILABLE_FOR_PICKUP, 5);
    summary(&story, TRACK_EXCEPTION, 7, 5)->reason = TRACK_REASON_ON_HOLD;
    summary(&story, TRACK_IN_TRANSIT, 6, 5);
    assert_string_equal("exception", status_of(&story));
    assert_int_equal(TRACK_REASON_ON_HOLD, derive(&story).reason);
    assert_int_equal(7 * HOUR, derive(&story).occurred_ms);
    scan(&story, TRACK_OUT_FOR_DELIVERY, 6);
    assert_string_equal("out_for_delivery", status_of(&story));
}

static void a_weak_summary_replaces_no_other(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    summary(&story, TRACK_DELIVERED, 5, 5);
    summary(&story, TRACK_UNKNOWN, 9, 9)->reason = TRACK_REASON_PROVIDER_ERROR;
    summary(&story, TRACK_NOT_FOUND, 8, 8);
    summary(&story, 0, 10, 10);
    assert_string_equal("delivered", status_of(&story));
}

static void of_weak_summaries_the_one_that_says_most_is_taken(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    summary(&story, TRACK_PRE_TRANSIT, 5, 5);
    summary(&story, TRACK_NOT_FOUND, 9, 9);
    assert_string_equal("pre_transit", status_of(&story));
}

static void a_final_summary_replaces_a_final_scan_that_is_not_later(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_DELIVERED, 5);
    summary(&story, TRACK_LOST, 20, 5);
    assert_string_equal("lost", status_of(&story));
    scan(&story, TRACK_DELIVERED, 6);
    assert_string_equal("delivered", status_of(&story));
}

/* The buyer gets his parcel back: its last scan says "delivered" as well. */
static void what_goes_back_is_not_delivered_when_its_sender_has_it(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_RETURNING, 5);
    scan(&story, TRACK_DELIVERED, 9);
    summary(&story, TRACK_RETURNING, 10, 9);
    assert_string_equal("returning", status_of(&story));
    scan(&story, TRACK_DELIVERED, 12); /* which that summary did not know */
    assert_string_equal("delivered", status_of(&story));
}

static void silence_ends_a_parcel_that_did_not_arrive(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_IN_TRANSIT, 5);
    summary(&story, TRACK_EXPIRED, 800, 5);
    assert_string_equal("expired", status_of(&story));
    story.scans[0].status = TRACK_DELIVERED;
    assert_string_equal("delivered", status_of(&story));
}

static void a_summary_takes_when_and_why_from_the_scan_that_bears_it(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_OUT_FOR_DELIVERY, 9);
    scan(&story, TRACK_DELIVERED, 3)->reason = TRACK_REASON_NEIGHBOUR;
    summary(&story, TRACK_DELIVERED, 10, 10);
    assert_string_equal("delivered", status_of(&story));
    assert_int_equal(3 * HOUR, derive(&story).occurred_ms);
    assert_int_equal(TRACK_REASON_NEIGHBOUR, derive(&story).reason);
    story.summaries[0].reason = TRACK_REASON_SIGNED; /* its own word comes first */
    assert_int_equal(TRACK_REASON_SIGNED, derive(&story).reason);
    story.scans[1].occurred_ms = 0;
    assert_int_equal(10 * HOUR, derive(&story).occurred_ms);
}

static void only_a_return_that_arrived_reached_us(void **state)
{
    (void)state;
    struct story story = {.scans_count = 0};
    scan(&story, TRACK_DELIVERED, 5);
    assert_false(derive(&story).reached_us);
    summary(&story, 0, 5, 5)->direction = DIRECTION_RETURN;
    assert_true(derive(&story).reached_us);
    assert_int_equal(DIRECTION_RETURN, derive(&story).direction);
    summary(&story, 0, 6, 6)->direction = DIRECTION_FORWARD;
    story.direction = DIRECTION_FORWARD;
    assert_true(derive(&story).reached_us); /* one word of a return is enough */
    story.scans[0].status = TRACK_OUT_FOR_DELIVERY;
    assert_false(derive(&story).reached_us);
    story = (struct story){.scans_count = 0};
    scan(&story, TRACK_RETURNED, 5);
    assert_true(derive(&story).reached_us);
}

static void a_summary_of_a_tracking_covers_its_scans(void **state)
{
    (void)state;
    struct tracking tracking = {.summary = TRACK_DELIVERED,
                                .summary_reason = TRACK_REASON_SIGNED,
                                .direction = DIRECTION_RETURN,
                                .summary_ms = 7 * HOUR};
    assert_int_equal(7 * HOUR, reducer_summary(&tracking).covers_ms);
    tracking.points_count = 2;
    tracking.points[0] = (struct checkpoint){.occurred_ms = 9 * HOUR, .quality = TIME_OFFSET};
    tracking.points[1] = (struct checkpoint){.occurred_ms = 4 * HOUR, .quality = TIME_OFFSET};
    struct track_summary said = reducer_summary(&tracking);
    assert_int_equal(9 * HOUR, said.covers_ms);
    assert_int_equal(7 * HOUR, said.said_ms);
    assert_int_equal(TRACK_DELIVERED, said.status);
    assert_int_equal(TRACK_REASON_SIGNED, said.reason);
    assert_int_equal(DIRECTION_RETURN, said.direction);
}

/* --- any order, any repetition --- */

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static unsigned below(uint64_t *seed, unsigned bound)
{
    return (unsigned)(next(seed) % bound);
}

/* Few values, so that ties and contradictions are frequent. */
static void any_scan(struct story *story, uint64_t *seed)
{
    static const char *const clocks[] = {"", "1970-01-01T02:00:00", "1970-01-01",
                                         "1970-01-01 03:00"};
    static const enum track_reason reasons[] = {TRACK_REASON_PICKED_UP, TRACK_REASON_ESTIMATE,
                                                TRACK_REASON_DAMAGED, TRACK_REASON_UNMAPPED};
    struct checkpoint *point = scan(story, 1 + below(seed, 14), 1 + below(seed, 4));
    if (below(seed, 3) == 0) point->reason = reasons[below(seed, 4)];
    point->list_pos = below(seed, 5);
    point->informational = below(seed, 8) == 0;
    if (below(seed, 2) == 0) return;
    point->quality = below(seed, 2) == 0 ? TIME_ASSUMED : TIME_NONE;
    if (point->quality == TIME_NONE) point->occurred_ms = 0;
    point->occurred_local = span_text(clocks[below(seed, 4)]);
}

static void any_summary(struct story *story, uint64_t *seed)
{
    struct track_summary *said =
        summary(story, below(seed, 15), below(seed, 5), 1 + below(seed, 4));
    said->reason = below(seed, 3) == 0 ? TRACK_REASON_DAMAGED : 0;
    said->direction = below(seed, 4) == 0 ? DIRECTION_RETURN : 0;
}

static void shuffle(void *items, size_t count, size_t size, uint64_t *seed)
{
    uint8_t *at = items, spare[256];
    assert_true(size <= sizeof spare);
    for (size_t i = count; i > 1; i--) {
        size_t k = below(seed, (unsigned)i);
        memcpy(spare, at + k * size, size);
        memcpy(at + k * size, at + (i - 1) * size, size);
        memcpy(at + (i - 1) * size, spare, size);
    }
}

/* Every fact may arrive again. */
static void repeat_some(struct story *story, uint64_t *seed)
{
    size_t scans = story->scans_count, summaries = story->summaries_count;
    for (unsigned i = scans > 0 ? below(seed, 4) : 0; i > 0; i--)
        story->scans[story->scans_count++] = story->scans[below(seed, (unsigned)scans)];
    for (unsigned i = summaries > 0 ? below(seed, 3) : 0; i > 0; i--)
        story->summaries[story->summaries_count++] =
            story->summaries[below(seed, (unsigned)summaries)];
}

static bool state_equal(const struct track_state *a, const struct track_state *b)
{
    return a->status == b->status && a->reason == b->reason && a->occurred_ms == b->occurred_ms &&
           a->direction == b->direction && a->reached_us == b->reached_us &&
           a->after_final == b->after_final;
}

static void one_story_in_any_order(uint64_t seed)
{
    struct story story = {.scans_count = 0};
    uint64_t state = seed * 0x9e3779b97f4a7c15u; /* neighbouring seeds, distant stories */
    for (unsigned i = below(&state, 9); i > 0; i--) any_scan(&story, &state);
    for (unsigned i = below(&state, 5); i > 0; i--) any_summary(&story, &state);
    struct track_state first = derive(&story);
    for (unsigned round = 0; round < 20; round++) {
        struct story again = story;
        repeat_some(&again, &state);
        shuffle(again.scans, again.scans_count, sizeof again.scans[0], &state);
        shuffle(again.summaries, again.summaries_count, sizeof again.summaries[0], &state);
        struct track_state found = derive(&again);
        if (!state_equal(&first, &found)) fail_msg("seed %llu", (unsigned long long)seed);
    }
}

static void no_order_and_no_repetition_changes_the_answer(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t from = given != NULL ? strtoull(given, NULL, 10) : 1;
    uint64_t count = given != NULL ? 1 : 5000;
    printf("seeds %llu to %llu\n", (unsigned long long)from,
           (unsigned long long)(from + count - 1));
    for (uint64_t seed = from; seed < from + count; seed++) one_story_in_any_order(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_is_nothing_known),
        cmocka_unit_test(the_latest_instant_decides_not_the_place_in_the_list),
        cmocka_unit_test(a_clock_without_zone_stands_between_its_neighbours_in_the_list),
        cmocka_unit_test(clocks_of_different_zones_are_not_compared),
        cmocka_unit_test(a_clock_is_believed_where_the_list_says_nothing),
        cmocka_unit_test(an_offset_without_an_instant_is_none),
        cmocka_unit_test(an_assumed_zone_counts_as_none),
        cmocka_unit_test(scans_without_any_clock_follow_the_list),
        cmocka_unit_test(at_the_same_instant_an_arrival_is_last),
        cmocka_unit_test(informational_scans_and_estimates_say_nothing),
        cmocka_unit_test(a_late_notice_of_the_label_replaces_nothing),
        cmocka_unit_test(of_weak_statuses_the_one_that_says_most_is_taken),
        cmocka_unit_test(a_pickup_scan_replaces_no_arrival),
        cmocka_unit_test(delivered_is_reopened_by_a_later_scan_only),
        cmocka_unit_test(returned_lost_and_cancelled_hold_and_later_scans_are_flagged),
        cmocka_unit_test(the_newest_summary_is_taken_over_scans_it_covers),
        cmocka_unit_test(a_weak_summary_replaces_no_other),
        cmocka_unit_test(of_weak_summaries_the_one_that_says_most_is_taken),
        cmocka_unit_test(a_final_summary_replaces_a_final_scan_that_is_not_later),
        cmocka_unit_test(what_goes_back_is_not_delivered_when_its_sender_has_it),
        cmocka_unit_test(silence_ends_a_parcel_that_did_not_arrive),
        cmocka_unit_test(a_summary_takes_when_and_why_from_the_scan_that_bears_it),
        cmocka_unit_test(only_a_return_that_arrived_reached_us),
        cmocka_unit_test(a_summary_of_a_tracking_covers_its_scans),
        cmocka_unit_test(no_order_and_no_repetition_changes_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Rows that are worked out before their turn: whoever puts them ends with the very bytes of whoever
 * folds the entry, whatever was known of the parcel before. */
#include "overseas-warehouse/ahead.h"
#include "overseas-warehouse/parts.h"
#include "tests/proto/crypto_port.h"
#include "tests/support/rows_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROOM 4096

static struct crypto_port crypto;
static struct rows_memory *memory, *other; /* what folds, and what is put ahead */
static struct desk desk, ahead_desk;

static int open_desks(void **state)
{
    (void)state;
    static const uint8_t pen[32] = {7};
    crypto_port_open(&crypto, pen);
    memory = rows_memory_open();
    other = rows_memory_open();
    desk = (struct desk){.rows = rows_memory_port(memory), .crypto = &crypto.crypto};
    ahead_desk = (struct desk){.rows = rows_memory_port(other), .crypto = &crypto.crypto};
    return 0;
}

static int close_desks(void **state)
{
    (void)state;
    rows_memory_close(memory);
    rows_memory_close(other);
    crypto_port_close(&crypto);
    return 0;
}

/* --- messages --------------------------------------------------------------------------------- */

static union event_body message(const char *number, uint32_t points)
{
    union event_body body = {.tracking = {.carrier = span_text("easypost"),
                                          .number = span_text(number),
                                          .summary = TRACK_IN_TRANSIT,
                                          .summary_ms = 5000,
                                          .points_count = points}};
    body.tracking.dedup.bytes[0] = 200;
    for (uint32_t i = 0; i < points; i++) {
        struct checkpoint *point = &body.tracking.points[i];
        *point = (struct checkpoint){.status = TRACK_IN_TRANSIT,
                                     .quality = TIME_OFFSET,
                                     .occurred_ms = 1000 * (i + 1),
                                     .place = span_text("Rotterdam")};
        point->dedup.bytes[0] = (uint8_t)(points - i); /* against the order of the keys */
    }
    return body;
}

static struct span made(const union event_body *body)
{
    static uint8_t room[ROOM];
    return business_ahead(&crypto.crypto, EVENT_TRACKING, body, room, sizeof room);
}

static void fold(const struct desk *to, const union event_body *body)
{
    const struct place place = {.idx = 1};
    business_fold(to, &place, EVENT_TRACKING, body);
}

/* As the core does it. */
static bool fold_both(const union event_body *body)
{
    fold(&desk, body);
    bool taken = business_fold_ahead(&ahead_desk, EVENT_TRACKING, made(body));
    if (!taken) fold(&ahead_desk, body);
    assert_true(rows_memory_equal(memory, other));
    return taken;
}

/* --- what is known ---------------------------------------------------------------------------- */

static void the_first_message_about_a_parcel_is_worked_out_whole(void **state)
{
    (void)state;
    const union event_body body = message("N1", 3);
    assert_true(fold_both(&body));
    assert_int_equal(4, rows_memory_count(other, VIEW_SCAN));
    assert_int_equal(1, rows_memory_count(other, VIEW_PARCEL));
    /* Again, it is known; of another parcel it is the first. */
    assert_false(fold_both(&body));
    const union event_body next = message("N2", 1);
    assert_true(fold_both(&next));
}

static void put_mark(enum view_table table, const char *number)
{
    struct id parcel = parcel_id(&crypto.crypto, span_text(number)), about = {{9}};
    struct key key = pair_key(&parcel, &about);
    rows_mark(&desk.rows, table, &key);
    rows_mark(&ahead_desk.rows, table, &key);
}

static void a_parcel_that_a_return_an_order_or_a_box_names_is_folded_as_ever(void **state)
{
    (void)state;
    const enum view_table tables[] = {VIEW_RETURN_BY_PARCEL, VIEW_BOX_BY_PARCEL,
                                      VIEW_ORDER_BY_PARCEL};
    const char *const numbers[] = {"N1", "N2", "N3"};
    for (unsigned i = 0; i < 3; i++) {
        const union event_body body = message(numbers[i], 1);
        put_mark(tables[i], numbers[i]);
        assert_true(made(&body).size > 0);
        assert_false(business_fold_ahead(&ahead_desk, EVENT_TRACKING, made(&body)));
        assert_int_equal(i, rows_memory_count(other, VIEW_PARCEL));
        assert_false(fold_both(&body));
    }
}

/* No fold leaves it so; were it so, what had been put ahead would stand in nobody's way. */
static void rows_that_were_put_in_part_do_no_harm(void **state)
{
    (void)state;
    const union event_body body = message("N1", 3);
    struct id parcel = parcel_id(&crypto.crypto, span_text("N1"));
    for (uint32_t i = 0; i < 3; i++) {
        struct key key = pair_key(&parcel, &body.tracking.points[i].dedup);
        const struct scan_row scan = {
            .carrier = span_text("other"), .status = TRACK_DELIVERED, .quality = TIME_NONE};
        rows_store(&desk.rows, VIEW_SCAN, &key, &scan_row_shape, &scan);
        rows_store(&ahead_desk.rows, VIEW_SCAN, &key, &scan_row_shape, &scan);
        assert_false(fold_both(&body));
        close_desks(NULL);
        open_desks(NULL);
    }
}

static void what_cannot_be_said_beforehand_is_not(void **state)
{
    (void)state;
    uint8_t room[ROOM];
    union event_body body = message("N1", 2);
    struct span whole = business_ahead(&crypto.crypto, EVENT_TRACKING, &body, room, sizeof room);
    assert_true(whole.size > 0);
    for (size_t size = 0; size < whole.size; size++) {
        uint8_t *small = malloc(size);
        assert_true(small != NULL || size == 0);
        assert_int_equal(0,
                         business_ahead(&crypto.crypto, EVENT_TRACKING, &body, small, size).size);
        free(small);
    }
    body.tracking.points[1].dedup = body.tracking.points[0].dedup; /* one scan, twice in it */
    assert_int_equal(0, made(&body).size);
    body = message("N1", 16);
    assert_int_equal(0, made(&body).size);
    body = message(" ", 1); /* no number is left of it */
    assert_int_equal(0, made(&body).size);
    assert_false(business_looks_ahead(EVENT_ORDER));
    assert_false(business_fold_ahead(&ahead_desk, EVENT_TRACKING, (struct span){0}));
}

/* --- by chance -------------------------------------------------------------------------------- */

static uint64_t seed;

static uint64_t chance(uint64_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
}

/* Of few words, so that they meet, repeat and contradict each other. */
static union event_body any_message(void)
{
    static const char *const numbers[] = {"N1", "N2", "N3", "N4", "N5", "N6"};
    static const char *const carriers[] = {"easypost", "aftership", "other"};
    static const char *const places[] = {"", "Rotterdam", "Los Angeles"};
    union event_body body = message(numbers[chance(6)], (uint32_t)chance(11));
    struct tracking *tracking = &body.tracking;
    tracking->carrier = span_text(carriers[chance(3)]);
    tracking->direction = chance(3);
    tracking->summary = chance(2) == 0 ? 0 : 1 + chance(TRACK_UNKNOWN);
    tracking->dedup.bytes[0] = (uint8_t)chance(12);
    for (uint32_t i = 0; i < tracking->points_count; i++) {
        struct checkpoint *point = &tracking->points[i];
        point->dedup.bytes[0] = (uint8_t)chance(12);
        point->dedup.bytes[1] = (uint8_t)chance(8);
        point->status = 1 + chance(TRACK_UNKNOWN);
        point->reason = chance(8) == 0 ? TRACK_REASON_UNMAPPED : 0;
        point->occurred_ms = 1000 * chance(6);
        point->list_pos = chance(4);
        point->informational = chance(4) == 0;
        point->quality = 1 + chance(TIME_NONE);
        point->place = span_text(places[chance(3)]);
    }
    return body;
}

static void any_messages_end_alike_both_ways(void **state)
{
    const char *given = getenv("SEED");
    unsigned taken = 0, refused = 0;
    uint64_t first = given != NULL ? strtoull(given, NULL, 10) : 1;
    for (uint64_t run = first; run < first + (given != NULL ? 1 : 2000); run++) {
        seed = run;
        for (unsigned i = 0; i < 8; i++) {
            const union event_body body = any_message();
            if (chance(12) == 0) put_mark(VIEW_RETURN_BY_PARCEL, "N1");
            if (chance(12) == 0) put_mark(VIEW_BOX_BY_PARCEL, "N2");
            /* What the set says when it is walked over again, is what the message had made of it.
             */
            fold(&desk, &body);
            parcel_refresh(&desk, body.tracking.number);
            bool ahead = business_fold_ahead(&ahead_desk, EVENT_TRACKING, made(&body));
            if (!ahead) fold(&ahead_desk, &body);
            *(ahead ? &taken : &refused) += 1;
            if (!rows_memory_equal(memory, other))
                fail_msg("SEED=%llu: message %u ends otherwise", (unsigned long long)run, i);
        }
        close_desks(state);
        open_desks(state);
    }
    printf("%u messages were put ahead, %u were folded\n", taken, refused);
    assert_true(given != NULL || (taken > 1000 && refused > 1000));
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_desks, close_desks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_first_message_about_a_parcel_is_worked_out_whole),
        T(a_parcel_that_a_return_an_order_or_a_box_names_is_folded_as_ever),
        T(rows_that_were_put_in_part_do_no_harm),
        T(what_cannot_be_said_beforehand_is_not),
        T(any_messages_end_alike_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Words of somebody who proved a name and signed nothing: they are kept and shown, and open no
 * money and close no claim before somebody who may be believed says so; in any order of arrival. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/reducer.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR   UINT64_C(3600000)
#define NUMBER "1ZHINT"

static void say(struct world *world, const char *scan, enum track_status status, uint64_t at_ms,
                bool hint)
{
    char message[64];
    struct span name = span_text(scan), whole;
    snprintf(message, sizeof message, "%s %d", scan, hint);
    whole = span_text(message);
    union command_body body = {.tracking = {.carrier = span_text("ups"),
                                            .number = span_text(NUMBER),
                                            .hint = hint ? 1 : 0,
                                            .points_count = 1}};
    body.tracking.dedup = crypto_id(&world->crypto.crypto, "test/message", &whole, 1);
    body.tracking.points[0] =
        (struct checkpoint){.dedup = crypto_id(&world->crypto.crypto, "test/scan", &name, 1),
                            .status = status,
                            .occurred_ms = at_ms,
                            /* A hint may be shorter than the word that confirms it. */
                            .text = span_text(hint ? "" : "as the carrier words it"),
                            .quality = TIME_OFFSET};
    assert_int_equal(world_observe(world, SYD, COMMAND_TRACKING, &body), OK);
    world_deliver_all(world);
}

static struct parcel_row parcel(struct world *world)
{
    struct parcel_row row = {.status = 0};
    struct id id = parcel_id(&world->crypto.crypto, span_text(NUMBER));
    (void)parcel_load(&world_desk(world, RTM)->rows, &id, &row);
    return row;
}

static void assert_stands(struct world *world, enum track_status status, bool unconfirmed)
{
    struct parcel_row row = parcel(world);
    assert_int_equal(row.status, status);
    assert_int_equal(row.unconfirmed, unconfirmed ? 1 : 0);
}

static void announce(struct world *world)
{
    struct id order = world_order(world, MERCHANT_A, "1", "LAMP", 1, 1990, 1990);
    world_request(world, MERCHANT_A, &order, 1, NUMBER);
    world_settle(world);
}

static void a_hint_alone_moves_no_return(void **state)
{
    struct world *world = world_open(1);
    uint64_t at = world->now_ms;
    (void)state;
    announce(world);
    say(world, "a", TRACK_PRE_TRANSIT, at, true);
    assert_stands(world, TRACK_PRE_TRANSIT, false);
    say(world, "b", TRACK_IN_TRANSIT, at + HOUR, true);
    assert_stands(world, TRACK_PRE_TRANSIT, true);
    say(world, "c", TRACK_DELIVERED, at + 2 * HOUR, true);
    assert_stands(world, TRACK_PRE_TRANSIT, true);
    assert_int_equal(parcel(world).state, PARCEL_ANNOUNCED);
    /* The carrier, asked, says of the first what it had said of it before: that is news now. */
    say(world, "b", TRACK_IN_TRANSIT, at + HOUR, false);
    assert_stands(world, TRACK_IN_TRANSIT, true);
    say(world, "d", TRACK_OUT_FOR_DELIVERY, at + 90 * 60000, true);
    assert_stands(world, TRACK_OUT_FOR_DELIVERY, true);
    say(world, "c", TRACK_DELIVERED, at + 2 * HOUR, false);
    assert_stands(world, TRACK_DELIVERED, false);
    assert_int_equal(parcel(world).state, PARCEL_ARRIVED);
    world_close(world);
}

static void a_hint_of_a_loss_opens_nothing(void **state)
{
    static const enum track_status ends[] = {TRACK_LOST, TRACK_RETURNED};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world *world = world_open(2);
        uint64_t at = world->now_ms;
        say(world, "a", TRACK_IN_TRANSIT, at, true);
        assert_stands(world, TRACK_IN_TRANSIT, false); /* no return: a buyer's parcel */
        say(world, "b", ends[i], at + HOUR, true);
        assert_stands(world, TRACK_IN_TRANSIT, true);
        say(world, "c", TRACK_DELIVERED, at + 2 * HOUR, true);
        assert_stands(world, TRACK_DELIVERED, true);
        say(world, "b", ends[i], at + HOUR, false);
        assert_stands(world, ends[i], false);
        world_close(world);
    }
}

static void a_word_once_believed_is_no_hint_again(void **state)
{
    struct world *world = world_open(3);
    uint64_t at = world->now_ms;
    (void)state;
    announce(world);
    say(world, "a", TRACK_DELIVERED, at, false);
    say(world, "a", TRACK_DELIVERED, at, true);
    assert_stands(world, TRACK_DELIVERED, false);
    uint64_t before = world->logs[LOG_SYD].count;
    say(world, "a", TRACK_DELIVERED, at, true);
    say(world, "a", TRACK_DELIVERED, at, false);
    assert_int_equal(world->logs[LOG_SYD].count, before); /* no news */
    world_close(world);
}

static void hints_and_words_fold_alike_in_any_order(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct world *world = world_open(seed);
        announce(world);
        for (unsigned i = 0; i < 24; i++) {
            char scan[16];
            unsigned which = (unsigned)world_random(world, 6);
            snprintf(scan, sizeof scan, "scan %u", which);
            say(world, scan, (enum track_status)(TRACK_PRE_TRANSIT + which),
                world->now_ms + which * HOUR, world_random(world, 2) == 0);
        }
        struct rows_memory *first = rows_memory_open();
        world_fold_shuffled(world, first);
        for (unsigned round = 0; round < 4; round++) {
            struct rows_memory *other = rows_memory_open();
            world_fold_shuffled(world, other);
            assert_true(rows_memory_equal(first, other));
            rows_memory_close(other);
        }
        rows_memory_close(first);
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hint_alone_moves_no_return),
        cmocka_unit_test(a_hint_of_a_loss_opens_nothing),
        cmocka_unit_test(a_word_once_believed_is_no_hint_again),
        cmocka_unit_test(hints_and_words_fold_alike_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

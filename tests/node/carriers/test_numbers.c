/* The set of numbers against a plain list: whatever is added, put, taken and dropped, each
 * account's next is the earliest, and every number is found. And who is subscribed to, when. */
#include "node/carriers/asker_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEYS     3000u
#define STEPS    60000u
#define ACCOUNTS 3u
#define DAY_MS   (UINT64_C(24) * 3600 * 1000)

static uint64_t seed = 7;

static uint64_t chance(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (seed >> 33) % below;
}

struct model {
    bool there, waits;
    unsigned account;
    uint64_t next_ms;
};
static struct model model[KEYS];

static struct id key_id(unsigned key)
{
    struct id id = {{0}};
    /* Many share their first bytes, and so their places in the table. */
    be_put(id.bytes, key % 64, 4);
    be_put(id.bytes + 8, key, 4);
    return id;
}

static void assert_next(struct numbers *numbers)
{
    for (unsigned account = 0; account < ACCOUNTS; account++) {
        uint64_t least = UINT64_MAX;
        size_t count = 0;
        for (unsigned i = 0; i < KEYS; i++) {
            bool waits = model[i].there && model[i].waits && model[i].account == account;
            if (!waits) continue;
            count++;
            if (model[i].next_ms < least) least = model[i].next_ms;
        }
        const struct number *next = numbers_next(numbers, account);
        assert_int_equal(numbers_at(numbers, account), count);
        assert_int_equal(next == NULL, count == 0);
        if (next != NULL) assert_true(next->next_ms == least);
    }
}

static void step(struct numbers *numbers, unsigned key)
{
    struct model *it = &model[key];
    struct id id = key_id(key);
    struct number *number = numbers_find(numbers, &id);
    assert_int_equal(number != NULL, it->there);
    if (number == NULL) {
        number = numbers_add(numbers, &id);
        assert_non_null(number);
        *it = (struct model){.there = true, .account = (unsigned)chance(ACCOUNTS)};
        number->account = (uint8_t)it->account;
    } else if (chance(5) == 0) {
        numbers_drop(numbers, &id);
        it->there = false;
        return;
    }
    if (chance(3) == 0) {
        numbers_take(numbers, number);
        it->waits = false;
        it->account = (unsigned)chance(ACCOUNTS);
        number->account = (uint8_t)it->account;
        return;
    }
    it->next_ms = number->next_ms = chance(1000000);
    it->waits = true;
    numbers_put(numbers, number);
}

static void numbers_are_found_and_the_earliest_is_next(void **state)
{
    struct numbers *numbers = numbers_new();
    size_t count = 0, place = 0;
    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        step(numbers, (unsigned)chance(KEYS));
        if (i % 997 == 0) assert_next(numbers);
    }
    for (unsigned i = 0; i < KEYS; i++) {
        struct id id = key_id(i);
        const struct number *number = numbers_find(numbers, &id);
        assert_int_equal(number != NULL, model[i].there);
        if (number != NULL) assert_true(id_equal(&number->parcel, &id));
        count += model[i].there ? 1 : 0;
    }
    assert_int_equal(numbers_count(numbers), count);
    while (numbers_each(numbers, &place) != NULL) count--;
    assert_int_equal(count, 0);
    numbers_free(numbers);
}

static void there_is_room_for_so_many_and_no_more(void **state)
{
    struct numbers *numbers = numbers_new();
    (void)state;
    for (uint32_t i = 0; i < NUMBERS_MAX + 5; i++) {
        struct id id = {{0}};
        be_put(id.bytes, UINT64_C(0x9e3779b97f4a7c15) * (i + 1), 8);
        assert_int_equal(numbers_add(numbers, &id) != NULL, i < NUMBERS_MAX);
    }
    assert_int_equal(numbers_count(numbers), NUMBERS_MAX);
    assert_int_equal(numbers_left_out(numbers), 5);
    numbers_free(numbers);
}

/* --- subscriptions ------------------------------------------------------------------------------
 */

static struct asker *asker_of(const char *carrier)
{
    struct asker *asker = calloc(1, sizeof *asker);
    assert_non_null(asker);
    asker->options.hurry = 1;
    asker->numbers = numbers_new();
    asker->accounts_count = 1;
    asker->accounts[0].asker = asker;
    asker->accounts[0].is.carrier = carrier_by_name(span_text(carrier));
    asker->accounts[0].is.subscribes = true;
    return asker;
}

static void free_asker(struct asker *asker)
{
    numbers_free(asker->numbers);
    free(asker);
}

static struct number *add(struct asker *asker, unsigned key, uint64_t subscribe_ms)
{
    struct id id = key_id(key);
    struct number *number = numbers_add(asker->numbers, &id);
    snprintf(number->text, sizeof number->text, "N%u", key);
    number->account = 0;
    number->subscribe_ms = subscribe_ms;
    return number;
}

static void what_is_new_is_subscribed_to_once_and_renewed_in_time(void **state)
{
    struct asker *asker = asker_of("ups"); /* fourteen days */
    struct asked *account = &asker->accounts[0];
    struct pending pending = {.account = account, .kind = INQUIRY_SUBSCRIBE};
    (void)state;
    assert_true(subscription_first_ms(account, true, 1000) == 1000);
    for (unsigned i = 0; i < 120; i++) {
        struct number *number = add(asker, i, i == 5 ? 9000 : 1000);
        subscription_want(asker, number, 1000);
        subscription_want(asker, number, 1000); /* it is wanted already */
    }
    assert_int_equal(subscription_take(account, &pending), BATCH_MAX);
    assert_string_equal(pending.numbers[0], "N0");
    subscription_end(&pending, SUBSCRIPTION_HELD, 1000);
    assert_int_equal(subscription_take(account, &pending), BATCH_MAX);
    assert_int_equal(subscription_take(account, &pending), 119 - 2 * BATCH_MAX);
    subscription_end(&pending, SUBSCRIPTION_REFUSED, 1000);
    assert_int_equal(subscription_take(account, &pending), 0);
    struct id held = key_id(0), refused = key_id(119);
    const struct number *number = numbers_find(asker->numbers, &held);
    assert_true(number->subscribe_ms > 1000 + 12 * DAY_MS);
    assert_true(number->subscribe_ms < 1000 + 14 * DAY_MS);
    assert_true(numbers_find(asker->numbers, &refused)->subscribe_ms == 1000 + DAY_MS);
    free_asker(asker);
}

static void what_lasts_is_not_made_again_after_a_start(void **state)
{
    struct asker *asker = asker_of("17track");
    (void)state;
    asker->down_ms = 5000;
    assert_true(subscription_first_ms(&asker->accounts[0], false, 1000) == NUMBERS_NEVER);
    free_asker(asker);
    asker = asker_of("ups");
    asker->down_ms = asker_wall_ms();
    uint64_t first = subscription_first_ms(&asker->accounts[0], false, 1000);
    assert_true(first >= 1000 && first < 1000 + 14 * DAY_MS);
    asker->down_ms = 1; /* it was away for longer than a subscription lasts */
    assert_true(subscription_first_ms(&asker->accounts[0], false, 1000) == 1000);
    asker->accounts[0].is.subscribes = false;
    assert_true(subscription_first_ms(&asker->accounts[0], true, 1000) == NUMBERS_NEVER);
    free_asker(asker);
}

static void what_is_waited_for_no_more_is_taken_off_where_that_can_be_said(void **state)
{
    static const struct {
        const char *carrier;
        size_t dropped;
    } rows[] = {{"17track", 1}, {"ups", 0}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct asker *asker = asker_of(rows[i].carrier);
        struct pending pending = {.account = &asker->accounts[0], .kind = INQUIRY_UNSUBSCRIBE};
        subscription_drop(asker, add(asker, 1, NUMBERS_NEVER));
        assert_int_equal(subscription_take(&asker->accounts[0], &pending), rows[i].dropped);
        free_asker(asker);
    }
}

static void what_finds_no_room_comes_again(void **state)
{
    struct asker *asker = asker_of("17track");
    struct asked *account = &asker->accounts[0];
    struct pending pending = {.account = account, .kind = INQUIRY_SUBSCRIBE};
    unsigned queued = 0;
    size_t taken, all = 0;
    (void)state;
    for (unsigned i = 0; i < WISHES_MAX + 10; i++) {
        struct number *number = add(asker, i, 0);
        subscription_want(asker, number, 1);
        queued += number->queued ? 1 : 0;
    }
    assert_int_equal(queued, WISHES_MAX);
    while ((taken = subscription_take(account, &pending)) > 0) {
        all += taken;
        subscription_end(&pending, SUBSCRIPTION_HELD, 1);
    }
    assert_int_equal(all, WISHES_MAX);
    size_t place = 0;
    struct number *number;
    while ((number = numbers_each(asker->numbers, &place)) != NULL)
        subscription_want(asker, number, 1);
    assert_int_equal(subscription_take(account, &pending), 10);
    free_asker(asker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_found_and_the_earliest_is_next),
        cmocka_unit_test(there_is_room_for_so_many_and_no_more),
        cmocka_unit_test(what_is_new_is_subscribed_to_once_and_renewed_in_time),
        cmocka_unit_test(what_lasts_is_not_made_again_after_a_start),
        cmocka_unit_test(what_is_waited_for_no_more_is_taken_off_where_that_can_be_said),
        cmocka_unit_test(what_finds_no_room_comes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

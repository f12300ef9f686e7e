/* Payment accounts: a refund leaves from its own merchant's and from no other, waits where there is
 * none, and a provider that never answers holds up nobody's refunds but its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/node/core/core_story.h"

#define CALLS_MAX 8192

static struct {
    enum call_kind kind;
    struct refund_call call;
} calls[CALLS_MAX];
static unsigned calls_count;

static void keep_call(struct world *w, struct host *host, enum call_kind kind,
                      const struct refund_call *call)
{
    (void)w, (void)host;
    assert_true(calls_count < CALLS_MAX);
    calls[calls_count].kind = kind;
    calls[calls_count++].call = *call;
}

static int open_accounts(void **state)
{
    int opened = open_world(state);
    calls_count = 0;
    world->on_call = keep_call;
    return opened;
}

static unsigned calls_of(const struct id *merchant, uint32_t account)
{
    unsigned count = 0;
    for (unsigned i = 0; i < calls_count; i++)
        if (id_equal(&calls[i].call.merchant, merchant) && calls[i].call.account == account)
            count++;
    return count;
}

/* A quiet world turns and counts seldom; a real node does so every second, and looks for work. */
static void look_again(void)
{
    world->host[0].core->count_ms = 0;
    run_seconds(2);
    host_turn_soon(&world->host[0]);
    run_seconds(30);
}

/* --- whose money ------------------------------------------------------------------------------ */

static void a_refund_leaves_from_the_account_of_its_own_merchant(void **state)
{
    (void)state;
    add_merchant(&KETTLE, &KETTLE_BOOK);
    receive_one("pi_of_lantern");
    /* Another merchant's order names the same payment: it was never its own. */
    receive_of(&KETTLE, "pi_of_lantern");
    run_seconds(30);
    assert_int_equal(calls_of(&LANTERN, 0), 1);
    assert_int_equal(calls_of(&KETTLE, 1), 1);
    assert_int_equal(calls_count, 2);
    assert_string_equal(calls[0].call.payment_ref, calls[1].call.payment_ref);
}

static void without_an_account_a_refund_waits_and_spends_no_attempt(void **state)
{
    (void)state;
    world->accounts.count = 0;
    receive_one("SZ-1");
    receive_one("SZ-2");
    run_seconds(2 * 24 * 3600);
    assert_int_equal(calls_count, 0);
    assert_int_equal(count_refunds(0, REFUND_INTENDED), 2);
    const struct core *core = world->host[0].core;
    assert_int_equal(core->stats.refunds_unserved, 2);
    assert_int_equal(core->unserved_count, 1);
    assert_memory_equal(&core->unserved[0].merchant, &LANTERN, ID_BYTES);
    assert_string_equal(core->unserved[0].provider, "stripe");
    assert_int_equal(core->unserved[0].refunds, 2);
    /* The account is configured, and the node started again: they are asked for, then sent. */
    host_crash(&world->host[0]);
    world_account(world, &LANTERN);
    host_start(&world->host[0]);
    run_seconds(30);
    assert_int_equal(count_refunds(0, REFUND_SETTLED), 2);
    assert_int_equal(paid_times(), 2);
    assert_int_equal(calls[0].kind, CALL_ASK);
    look_again();
    assert_int_equal(world->host[0].core->stats.refunds_unserved, 0);
}

static void an_account_of_another_provider_serves_nothing(void **state)
{
    (void)state;
    memcpy(world->accounts.at[0].provider, "stripes", sizeof "stripes");
    receive_one("SZ-1");
    run_seconds(30);
    assert_int_equal(calls_count, 0);
    look_again();
    assert_int_equal(world->host[0].core->stats.refunds_unserved, 1);
}

static void an_account_without_a_merchant_serves_the_only_one_there_is(void **state)
{
    (void)state;
    world->accounts.at[0].merchant = (struct id){{0}};
    receive_one("SZ-1");
    run_seconds(30);
    assert_int_equal(count_refunds(0, REFUND_SETTLED), 1);
    /* With a second one nobody can say any more whose it is. */
    add_merchant(&KETTLE, &KETTLE_BOOK);
    world->accounts.count = 1;
    receive_one("SZ-2");
    receive_of(&KETTLE, "K-1");
    look_again();
    assert_int_equal(calls_count, 1);
    assert_int_equal(world->host[0].core->unserved_count, 2);
}

static uint64_t attempts_of_the_only_refund(void)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund = {0};
    assert_true(walk_next(open_rows(0), VIEW_REFUND, &walk, &row));
    assert_int_equal(shape_decode(&refund_row_shape, row.value, &refund, NULL), OK);
    close_rows(0);
    return refund.attempt;
}

static void an_account_that_is_lost_half_way_leaves_the_refund_as_it_is(void **state)
{
    (void)state;
    world->accounts.at[0].merchant = (struct id){{0}};
    world->provider.dead_accounts = 1;
    receive_one("SZ-1");
    run_seconds(70);
    add_merchant(&KETTLE, &KETTLE_BOOK);
    world->accounts.count = 1;
    unsigned calls_before = calls_count;
    uint64_t attempts_before = attempts_of_the_only_refund();
    run_seconds(2 * 24 * 3600);
    assert_int_equal(calls_count, calls_before);
    assert_int_equal(attempts_of_the_only_refund(), attempts_before);
    assert_int_equal(count_refunds(0, REFUND_UNKNOWN), 0);
    world->provider.dead_accounts = 0;
    world->accounts.at[0].merchant = LANTERN;
    look_again();
    assert_int_equal(count_refunds(0, REFUND_SETTLED), 1);
    assert_int_equal(paid_times(), 1);
}

/* --- one that never answers ------------------------------------------------------------------- */

static void a_dead_provider_leaves_room_for_the_others(void **state)
{
    (void)state;
    static char names[OUTBOX_MAX + 40][16];
    add_merchant(&KETTLE, &KETTLE_BOOK);
    world->provider.dead_accounts = 1;
    for (unsigned i = 0; i < OUTBOX_MAX + 40; i++) {
        snprintf(names[i], sizeof names[i], "SZ-%u", i);
        receive_one(names[i]);
    }
    run_seconds(120);
    look_again();
    assert_true(world->host[0].core->stats.effects_open >= OUTBOX_MAX / 2);
    receive_of(&KETTLE, "K-1");
    receive_of(&KETTLE, "K-2");
    look_again();
    assert_int_equal(count_refunds(0, REFUND_SETTLED), 2);
    assert_int_equal(calls_of(&KETTLE, 1), 2);
    /* Back again, it gets to all of its own; each waits an hour at most. */
    world->provider.dead_accounts = 0;
    run_seconds(3 * 3600);
    look_again();
    assert_int_equal(count_refunds(0, REFUND_SETTLED), OUTBOX_MAX + 42);
}

/* --- who tells by webhook only
 * ---------------------------------------------------------------- */

/* Nobody can ask it, and what it takes in it does not say it has paid. */
static void let_provider_tell(void)
{
    world->accounts.at[0].tells = true;
    world->provider.can_ask = false;
    world->provider.done_at_us = UINT64_MAX;
}

static unsigned count_calls(enum call_kind kind)
{
    unsigned count = 0;
    for (unsigned i = 0; i < calls_count; i++) count += calls[i].kind == kind ? 1 : 0;
    return count;
}

static void what_was_received_is_left_to_the_webhook(void **state)
{
    (void)state;
    let_provider_tell();
    receive_one("SZ-1");
    run_seconds(30);
    look_again();
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
    assert_int_equal(1, count_calls(CALL_SEND));
    assert_int_equal(0, count_calls(CALL_ASK));
    assert_int_equal(0, world->host[0].core->stats.effects_open);
    /* Nor is it asked, or sent again, by another run of the process. */
    host_crash(&world->host[0]);
    host_start(&world->host[0]);
    look_again();
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
    assert_int_equal(1, calls_count);
}

static void a_webhook_that_never_comes_is_a_persons(void **state)
{
    (void)state;
    let_provider_tell();
    receive_one("SZ-1");
    world_run(world, world->now_us + 13 * DAY_US);
    look_again();
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
    world_run(world, world->now_us + 2 * DAY_US);
    look_again();
    assert_int_equal(1, count_refunds(0, REFUND_UNKNOWN));
    assert_int_equal(1, calls_count);
}

/* A repeat under a young key is answered what the first call was, so it may leave without
 * asking: in the run that committed the intent, and no longer than the key is sure to be
 * remembered. */
static void a_lost_answer_is_called_for_again_while_the_key_is_young(void **state)
{
    (void)state;
    let_provider_tell();
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(90);
    world->provider.timeout_after_paying_ppm = 0;
    run_seconds(200);
    assert_true(count_calls(CALL_SEND) >= 2);
    assert_int_equal(1, paid_times());
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
}

static void a_lost_answer_is_a_persons_once_the_key_may_be_forgotten(void **state)
{
    (void)state;
    let_provider_tell();
    world->accounts.at[0].send_window_ms = 30 * 1000;
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(300);
    assert_int_equal(1, count_refunds(0, REFUND_UNKNOWN));
    assert_int_equal(1, count_calls(CALL_SEND));
    assert_int_equal(1, paid_times());
}

static void a_lost_answer_is_a_persons_in_another_run(void **state)
{
    (void)state;
    let_provider_tell();
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(5);
    host_crash(&world->host[0]);
    host_start(&world->host[0]);
    run_seconds(200);
    assert_int_equal(1, count_refunds(0, REFUND_UNKNOWN));
    assert_int_equal(1, count_calls(CALL_SEND));
}

int main(void)
{
#define ACCOUNTS(name) cmocka_unit_test_setup_teardown(name, open_accounts, close_world)
    const struct CMUnitTest tests[] = {
        ACCOUNTS(a_refund_leaves_from_the_account_of_its_own_merchant),
        ACCOUNTS(without_an_account_a_refund_waits_and_spends_no_attempt),
        ACCOUNTS(an_account_of_another_provider_serves_nothing),
        ACCOUNTS(an_account_without_a_merchant_serves_the_only_one_there_is),
        ACCOUNTS(an_account_that_is_lost_half_way_leaves_the_refund_as_it_is),
        ACCOUNTS(a_dead_provider_leaves_room_for_the_others),
        ACCOUNTS(what_was_received_is_left_to_the_webhook),
        ACCOUNTS(a_webhook_that_never_comes_is_a_persons),
        ACCOUNTS(a_lost_answer_is_called_for_again_while_the_key_is_young),
        ACCOUNTS(a_lost_answer_is_a_persons_once_the_key_may_be_forgotten),
        ACCOUNTS(a_lost_answer_is_a_persons_in_another_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The core turn by turn, in a world of two nodes: what an answer promises, what a turn that was
 * undone leaves, who may write a book, and that nothing left to do is left for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/core/core_inside.h"
#include "tests/node/core/core_story.h"

/* --- requests ------------------------------------------------------------------------------- */

static void the_same_key_gets_the_same_answer_and_another_body_is_refused(void **state)
{
    (void)state;
    union command_body body = order_of(&LANTERN, "SZ-1");
    struct answer_out first = *submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_DONE, first.state);
    assert_false(first.replay);
    uint64_t last = log_at(0, &LANTERN_BOOK)->row.last;
    const struct answer_out *again = submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_DONE, again->state);
    assert_true(again->replay);
    assert_memory_equal(&first.entity, &again->entity, ID_BYTES);
    body = order_of(&LANTERN, "SZ-2");
    const struct answer_out *other = submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_REFUSED, other->state);
    assert_int_equal(ERROR_KEY_REUSED, other->error);
    assert_int_equal(last, log_at(0, &LANTERN_BOOK)->row.last);
}

static void an_ask_is_answered_by_the_leader_and_the_answer_comes_back(void **state)
{
    (void)state;
    union command_body body = order_of(&LANTERN, "SZ-1");
    uint64_t ticket = give(1, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    world_run(world, world->now_us + 2000);
    assert_true(answered[ticket]);
    assert_int_equal(ANSWER_ASKED, answers[ticket].state);
    run_seconds(5);
    const struct answer_out *now = submit(1, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_DONE, now->state);
    assert_true(now->replay);
    assert_int_equal(1, count_rows(1, VIEW_ORDER));
    assert_int_equal(0, count_rows(0, VIEW_TODO));
    assert_same_digests();
}

static void a_refusal_consumes_its_key_once_and_everywhere(void **state)
{
    (void)state;
    union command_body body = order_of(&LANTERN, "SZ-1");
    submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 0, &body);
    body.order_import.lines[0].quantity = 2; /* another order under its reference */
    struct answer_out first = *submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 2, &body);
    assert_int_equal(ANSWER_REFUSED, first.state);
    assert_int_equal(ERROR_CONFLICT, first.error);
    uint64_t last = log_at(0, &LANTERN_BOOK)->row.last;
    for (unsigned at = 0; at < 2; at++) {
        const struct answer_out *again = submit(at, COMMAND_ORDER_IMPORT, BY_MERCHANT, 2, &body);
        assert_int_equal(ERROR_CONFLICT, again->error);
        assert_string_equal(first.rule, again->rule);
        assert_true(again->replay);
    }
    assert_int_equal(last, log_at(0, &LANTERN_BOOK)->row.last);
}

/* --- turns that fail ------------------------------------------------------------------------ */

static void an_undone_turn_answers_its_error_and_leaves_no_trace(void **state)
{
    (void)state;
    static const enum disk_fault faults[] = {DISK_FULL_AT_PUT, DISK_FULL_AT_COMMIT};
    union command_body body = order_of(&LANTERN, "SZ-1");
    for (unsigned i = 0; i < 2; i++) {
        uint64_t last = log_at(0, &LANTERN_BOOK)->row.last;
        struct hash before, after, table[VIEW_TABLE_COUNT];
        core_digest(world->host[0].core, &before, table);
        world->host[0].disk.next = faults[i];
        world->host[0].disk.puts_left = 1;
        uint64_t ticket = give(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
        world_run(world, world->now_us + 2000);
        assert_true(answered[ticket]);
        assert_int_equal(ANSWER_REFUSED, answers[ticket].state);
        assert_int_equal(ERROR_FULL, answers[ticket].error);
        core_digest(world->host[0].core, &after, table);
        assert_memory_equal(&before, &after, HASH_BYTES);
        assert_int_equal(last, log_at(0, &LANTERN_BOOK)->row.last);
    }
    run_seconds(60);
    const struct answer_out *now = submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_DONE, now->state);
    assert_false(now->replay);
    run_seconds(120);
    assert_same_digests();
}

static void a_read_only_disk_answers_and_recovers(void **state)
{
    (void)state;
    union command_body body = order_of(&LANTERN, "SZ-1");
    world->host[0].disk.read_only = true;
    const struct answer_out *full = submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_REFUSED, full->state);
    assert_int_equal(ERROR_READ_ONLY, full->error);
    const struct answer_out *book = lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &KETTLE);
    assert_int_equal(ERROR_READ_ONLY, book->error);
    world->host[0].disk.read_only = false;
    run_seconds(60);
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body)->state);
    run_seconds(120);
    assert_same_digests();
}

static void a_crash_between_the_two_commits_is_mended_at_start(void **state)
{
    (void)state;
    union command_body body = order_of(&LANTERN, "SZ-1");
    world->host[0].disk.next = DISK_CRASH_BETWEEN;
    uint64_t ticket = give(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    run_seconds(1);
    assert_false(answered[ticket]);
    assert_false(world->host[0].up);
    host_start(&world->host[0]);
    run_seconds(60);
    const struct answer_out *now = submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_DONE, now->state);
    assert_true(now->replay);
    assert_int_equal(1, count_rows(0, VIEW_ORDER));
    assert_same_digests();
}

/* --- effects -------------------------------------------------------------------------------- */

static void a_refund_runs_from_the_box_to_the_payment_once(void **state)
{
    (void)state;
    receive_one("SZ-1");
    run_seconds(30);
    assert_int_equal(1, calls_sent);
    assert_int_equal(0, calls_asked);
    assert_int_equal(1, paid_times());
    assert_int_equal(1, count_refunds(1, REFUND_SETTLED));
    assert_same_digests();
}

/* The provider's answer finds a disk that takes nothing: it is asked for again later. */
static void a_result_that_could_not_be_written_is_asked_for_again(void **state)
{
    (void)state;
    world->provider.timeout_after_paying_ppm = 1000000; /* the word comes after a minute */
    receive_one("SZ-1");
    run_seconds(30);
    assert_int_equal(1, calls_sent);
    world->host[0].disk.read_only = true;
    run_seconds(60);
    world->host[0].disk.read_only = false;
    run_seconds(60);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(1, calls_sent);
    assert_int_equal(1, paid_times());
}

static void after_a_crash_the_provider_is_asked_before_anything_is_sent(void **state)
{
    (void)state;
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(5);
    assert_int_equal(1, calls_sent);
    host_crash(&world->host[0]);
    calls_sent = 0;
    host_start(&world->host[0]);
    run_seconds(60);
    assert_int_equal(0, calls_sent);
    assert_true(calls_asked >= 1);
    assert_int_equal(1, paid_times());
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
}

/* A bank takes days about a refund. Nobody needs to look, and nothing is sent again. */
static void a_refund_that_is_pending_for_days_is_waited_for(void **state)
{
    (void)state;
    world->provider.done_at_us = world->now_us + 5 * DAY_US;
    receive_one("SZ-1");
    world_run(world, world->now_us + 4 * DAY_US);
    assert_int_equal(1, count_refunds(0, REFUND_SUBMITTED));
    world_run(world, world->now_us + 2 * DAY_US);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(1, calls_sent);
    assert_in_range(calls_asked, 15, 23);
    assert_int_equal(1, paid_times());
}

static struct id first_refund(unsigned at)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct id slot;
    assert_true(walk_next(open_rows(at), VIEW_REFUND, &walk, &row));
    memcpy(slot.bytes, row.key.at, ID_BYTES);
    close_rows(at);
    return slot;
}

/* A person may be wrong about what a provider did: it is asked before anything is sent anew. */
static void another_try_asks_before_it_sends(void **state)
{
    (void)state;
    world->provider.fail_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(5);
    assert_int_equal(1, count_refunds(0, REFUND_FAILED));
    assert_int_equal(0, calls_asked);
    world->provider.fail_ppm = 0;
    union command_body body = {
        .refund_resolve = {.slot = first_refund(0), .reason = span_text("again")}};
    submit(0, COMMAND_REFUND_RESOLVE, BY_ADMIN, 7, &body);
    run_seconds(30);
    assert_int_equal(1, calls_asked);
    assert_int_equal(2, calls_sent);
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_int_equal(1, paid_times());
}

/* --- work that waits ------------------------------------------------------------------------ */

static char references[200][12];

static void rows_that_must_wait_starve_no_other_book_and_burn_no_time(void **state)
{
    (void)state;
    add_merchant(&KETTLE, &KETTLE_BOOK);
    world->provider.timeout_before_ppm = 1000000; /* nothing is ever heard of a refund */
    for (unsigned i = 0; i < 2 * TURN_WORK_MAX; i++) {
        snprintf(references[i], sizeof references[i], "SZ-%u", i);
        receive_one(references[i]);
    }
    assert_true(count_rows(0, VIEW_TODO) > TURN_WORK_MAX);
    union command_body body = order_of(&KETTLE, "KT-1");
    give(1, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    uint64_t turns = world->host[0].turns;
    run_seconds(10);
    assert_in_range(world->host[0].turns - turns, 5, 400);
    const struct answer_out *now = submit(1, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    assert_int_equal(ANSWER_DONE, now->state);
}

static void more_deadlines_than_fit_a_round_all_fire(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * TURN_WORK_MAX + 5; i++) {
        snprintf(references[i], sizeof references[i], "SZ-%u", i);
        union command_body body = order_of(&LANTERN, references[i]);
        give(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 0, &body);
        body = return_of(&LANTERN, references[i]);
        give(0, COMMAND_RETURN_REQUEST, BY_OPERATOR, 0, &body);
    }
    run_seconds(10);
    unsigned dues = count_rows(0, VIEW_DUE);
    assert_int_equal(2 * TURN_WORK_MAX + 5, dues);
    world_run(world, world->now_us + 21 * DAY_US);
    assert_int_equal(0, count_rows(0, VIEW_DUE));
    assert_same_digests();
}

static void a_clock_that_leapt_fires_nothing_until_it_is_confirmed(void **state)
{
    (void)state;
    union command_body body = order_of(&LANTERN, "SZ-1");
    submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 0, &body);
    body = return_of(&LANTERN, "SZ-1");
    submit(0, COMMAND_RETURN_REQUEST, BY_OPERATOR, 0, &body);
    assert_int_equal(1, count_rows(0, VIEW_DUE));
    world->host[0].wall_offset_ms += (int64_t)30 * 86400 * 1000;
    host_turn_soon(&world->host[0]);
    run_seconds(60);
    assert_true(world->host[0].core->clock.suspect);
    assert_int_equal(1, count_rows(0, VIEW_DUE));
    struct input input = {.kind = INPUT_CONFIRM_CLOCK, .ticket = ++world->next_ticket};
    assert_true(host_submit(&world->host[0], &input, NULL));
    run_seconds(60);
    assert_true(answered[input.ticket]);
    assert_int_equal(0, count_rows(0, VIEW_DUE));
}

/* --- books ---------------------------------------------------------------------------------- */

static void opening_a_book_twice_is_harmless(void **state)
{
    (void)state;
    const struct answer_out *again = lead(0, INPUT_OPEN_BOOK, &LANTERN_BOOK, &LANTERN);
    assert_int_equal(ANSWER_DONE, again->state);
    assert_int_equal(1, log_at(0, &LANTERN_BOOK)->row.last);
    const struct answer_out *other = lead(1, INPUT_OPEN_BOOK, &LANTERN_BOOK, &LANTERN);
    assert_int_equal(ANSWER_REFUSED, other->state);
}

static void after_a_handover_the_new_leader_decides_and_the_old_one_asks(void **state)
{
    (void)state;
    const struct answer_out *done =
        lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &world->host[1].self.node);
    assert_int_equal(ANSWER_DONE, done->state);
    run_seconds(30);
    assert_false(log_at(0, &LANTERN_BOOK)->own);
    assert_true(log_at(1, &LANTERN_BOOK)->own);
    union command_body body = order_of(&LANTERN, "SZ-1");
    uint64_t ticket = give(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body);
    world_run(world, world->now_us + 2000);
    assert_int_equal(ANSWER_ASKED, answers[ticket].state);
    run_seconds(10);
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body)->state);
    assert_int_equal(1, log_at(1, &LANTERN_BOOK)->row.term);
    assert_same_digests();
}

static void a_handover_to_its_own_leader_is_refused(void **state)
{
    (void)state;
    uint64_t last = log_at(0, &LANTERN_BOOK)->row.last;
    const struct answer_out *self =
        lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &world->host[0].self.node);
    assert_int_equal(ANSWER_REFUSED, self->state);
    assert_int_equal(last, log_at(0, &LANTERN_BOOK)->row.last);
    union command_body body = order_of(&LANTERN, "SZ-1");
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body)->state);
    run_seconds(30);
    assert_int_equal(1, count_rows(1, VIEW_ORDER));
}

/* The old leader's call is under way when the book changes hands: the new one asks first. */
static void a_refund_under_way_is_asked_for_by_the_new_leader(void **state)
{
    (void)state;
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(5);
    assert_int_equal(1, calls_sent);
    lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &world->host[1].self.node);
    run_seconds(300);
    assert_int_equal(1, calls_sent);
    assert_int_equal(1, paid_times());
    assert_int_equal(1, count_refunds(0, REFUND_SETTLED));
    assert_same_digests();
}

static void a_book_whose_leader_is_lost_is_recovered_and_goes_on(void **state)
{
    (void)state;
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(5);
    host_crash(&world->host[0]);
    world->host[0].lost = true;
    const struct id *lost = &world->host[0].self.node;
    const struct answer_out *done = lead(1, INPUT_RECOVER, &LANTERN_BOOK, lost);
    assert_int_equal(ANSWER_DONE, done->state);
    run_seconds(120);
    assert_true(log_at(1, &LANTERN_BOOK)->own);
    assert_int_equal(1, calls_sent);
    assert_int_equal(1, paid_times());
    assert_int_equal(1, count_refunds(1, REFUND_SETTLED));
    const struct answer_out *twice = lead(1, INPUT_RECOVER, &LANTERN_BOOK, lost);
    assert_int_equal(ERROR_CONFLICT, twice->error);
}

/* An order that the leader has answered, under a seal that does not commit all of its entries. */
static const struct log *import_uncommitted(const char *reference)
{
    union command_body body = order_of(&LANTERN, reference);
    world->network.lag_ppm = 1000000;
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body)->state);
    run_seconds(60);
    world->network.lag_ppm = 0;
    const struct log *book = log_at(1, &LANTERN_BOOK);
    assert_int_equal(log_at(0, &LANTERN_BOOK)->row.last, book->row.last);
    assert_true(book->row.committed < book->row.last);
    assert_int_equal(book->row.committed, book->folded);
    return book;
}

static void what_is_not_committed_yet_is_held_and_not_shown(void **state)
{
    (void)state;
    const struct log *book = import_uncommitted("SZ-2");
    union command_body body = order_of(&LANTERN, "SZ-3");
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 2, &body)->state);
    run_seconds(60);
    assert_int_equal(book->row.last, book->row.committed);
    assert_int_equal(book->row.last, book->folded);
    assert_same_digests();
}

static void a_recovered_book_shows_all_of_the_prefix_that_it_adopts(void **state)
{
    (void)state;
    const struct log *book = import_uncommitted("SZ-2");
    unsigned answers_shown = count_rows(1, VIEW_REQUEST);
    host_crash(&world->host[0]);
    world->host[0].lost = true;
    const struct id *lost = &world->host[0].self.node;
    assert_int_equal(ANSWER_DONE, lead(1, INPUT_RECOVER, &LANTERN_BOOK, lost)->state);
    assert_int_equal(answers_shown + 1, count_rows(1, VIEW_REQUEST));
    assert_int_equal(1, count_rows(1, VIEW_ORDER));
    assert_int_equal(book->row.last, book->folded);
}

static void a_book_is_not_taken_from_a_leader_that_nobody_gave_up(void **state)
{
    (void)state;
    const struct id *other = &world->host[1].self.node;
    assert_int_equal(ERROR_CONFLICT, lead(1, INPUT_RECOVER, &LANTERN_BOOK, other)->error);
    assert_false(log_at(1, &LANTERN_BOOK)->own);
    assert_true(log_at(0, &LANTERN_BOOK)->own);
    union command_body body = order_of(&LANTERN, "SZ-2");
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 1, &body)->state);
    run_seconds(60);
    assert_same_digests();
}

/* --- people --------------------------------------------------------------------------------- */

static union command_body person_of(const struct id *subject)
{
    union command_body body = {0};
    body.person = (struct person){.subject = *subject, .name = span_text("Ada")};
    return body;
}

static void an_erased_person_is_gone_in_either_order(void **state)
{
    (void)state;
    struct id early = {{0x31}}, late = {{0x32}};
    union command_body person = person_of(&early), erase = {0};
    assert_int_equal(ANSWER_OBSERVED, submit(0, COMMAND_PERSON, BY_OPERATOR, 0, &person)->state);
    assert_int_equal(1, count_rows(1, VIEW_PERSON));
    erase.erase.subject = early;
    submit(1, COMMAND_ERASE, BY_MERCHANT, 0, &erase);
    network_set_cut(world, 0, 1, true);
    network_set_cut(world, 1, 0, true);
    person = person_of(&late);
    submit(0, COMMAND_PERSON, BY_OPERATOR, 0, &person);
    erase.erase.subject = late;
    submit(1, COMMAND_ERASE, BY_MERCHANT, 0, &erase);
    network_set_cut(world, 0, 1, false);
    network_set_cut(world, 1, 0, false);
    run_seconds(3600); /* what was lost in the cut shows when a silent link is asked */
    for (unsigned at = 0; at < 2; at++) {
        assert_int_equal(0, count_rows(at, VIEW_PERSON));
        assert_int_equal(2, count_rows(at, VIEW_ERASED));
        const struct answer_out *again = submit(at, COMMAND_PERSON, BY_OPERATOR, 0, &person);
        assert_int_equal(ERROR_CONFLICT, again->error);
    }
    assert_same_digests();
}

static void a_merchant_reaches_the_persons_of_its_own_returns_only(void **state)
{
    (void)state;
    add_merchant(&KETTLE, &KETTLE_BOOK);
    struct id return_id = receive_one("SZ-1");
    union command_body person = person_of(&return_id), erase = {0};
    erase.erase.subject = return_id;
    scope = KETTLE;
    assert_int_equal(ERROR_NOT_FOUND, submit(0, COMMAND_PERSON, BY_MERCHANT, 0, &person)->error);
    assert_int_equal(ERROR_NOT_FOUND, submit(0, COMMAND_ERASE, BY_MERCHANT, 0, &erase)->error);
    scope = LANTERN;
    assert_int_equal(ANSWER_OBSERVED, submit(0, COMMAND_PERSON, BY_MERCHANT, 0, &person)->state);
    assert_int_equal(1, count_rows(0, VIEW_PERSON));
    assert_int_equal(ANSWER_OBSERVED, submit(0, COMMAND_ERASE, BY_MERCHANT, 0, &erase)->state);
    assert_int_equal(0, count_rows(0, VIEW_PERSON));
}

static void two_merchants_never_share_a_book(void **state)
{
    (void)state;
    union command_body body = {0};
    body.merchant = (struct merchant){.merchant = KETTLE,
                                      .name = span_text("Kettle"),
                                      .book = LANTERN_BOOK,
                                      .opener = world->host[0].self.node,
                                      .currency = 978};
    assert_int_equal(ERROR_CONFLICT, submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->error);
    body.merchant.book = world->host[1].self.log;
    assert_int_equal(ERROR_CONFLICT, submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->error);
    body.merchant.book = KETTLE_BOOK;
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->state);
    body.merchant.cap_minor = 5;
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->state);
    body.merchant.merchant = LANTERN;
    assert_int_equal(ERROR_CONFLICT, submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->error);
}

/* --- strangers in a log --------------------------------------------------------------------- */

static void append_plain(unsigned at, uint64_t kind)
{
    struct core *core = world->host[at].core;
    struct core_moment now = {.wall_ms = host_wall_ms(&world->host[at]),
                              .boot_ms = host_boot_ms(&world->host[at])};
    struct event_header header = {.kind = (uint16_t)kind, .kver = 1};
    assert_int_equal(OK, core_begin(core, &now));
    core_append(core, logs_find(&core->logs, &core->self.log), &header, span_text("?"));
    assert_int_equal(OK, core_end(core));
    run_seconds(10);
}

static void what_cannot_be_read_or_stands_in_the_wrong_log_folds_alike_everywhere(void **state)
{
    (void)state;
    append_plain(0, 60000);
    append_plain(0, EVENT_ORDER);
    append_plain(0, EVENT_TRACKING);
    for (unsigned at = 0; at < 2; at++) {
        assert_int_equal(2, count_rows(at, VIEW_UNREADABLE));
        assert_int_equal(1, count_rows(at, VIEW_VOID));
    }
    assert_same_digests();
}

/* A peer once held more of the own log than this store: no restart makes that good. */
static void a_store_in_doubt_is_still_in_doubt_after_a_restart(void **state)
{
    (void)state;
    world->provider.timeout_after_paying_ppm = 1000000;
    receive_one("SZ-1");
    run_seconds(5);
    struct core *core = world->host[0].core;
    struct core_moment now = {.wall_ms = host_wall_ms(&world->host[0]),
                              .boot_ms = host_boot_ms(&world->host[0])};
    assert_int_equal(OK, core_begin(core, &now));
    struct log *own = log_at(0, &core->self.log);
    own->row.retired = 1;
    own->dirty = core->appended = true;
    assert_int_equal(OK, core_end(core));
    host_crash(&world->host[0]);
    host_start(&world->host[0]);
    run_seconds(120);
    assert_int_equal(0, calls_asked);
    union command_body body = order_of(&LANTERN, "SZ-2");
    uint64_t last = log_at(0, &LANTERN_BOOK)->row.last;
    const struct answer_out *now_said = submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 0, &body);
    assert_int_equal(ANSWER_REFUSED, now_said->state);
    assert_int_equal(ERROR_IN_DOUBT, now_said->error);
    assert_int_equal(last, log_at(0, &LANTERN_BOOK)->row.last);
    assert_int_equal(OK, core->turn_error); /* reading and relaying go on */
}

static void append_to_book(const struct id *book, enum event_kind kind, const struct shape *shape,
                           const void *body)
{
    struct core *core = world->host[0].core;
    uint8_t buffer[COMMAND_BYTES_MAX];
    struct span payload;
    struct core_moment now = {.wall_ms = host_wall_ms(&world->host[0]),
                              .boot_ms = host_boot_ms(&world->host[0])};
    struct event_header header = {.kind = kind, .kver = 1};
    assert_int_equal(OK, shape_encode(shape, body, buffer, sizeof buffer, &payload));
    assert_int_equal(OK, core_begin(core, &now));
    core_append(core, logs_find(&core->logs, book), &header, payload);
    assert_int_equal(OK, core_end(core));
    run_seconds(10);
}

/* Whether another book's entry comes before or after those of the owner must not show (law 3). */
static void a_book_moves_no_record_of_another_book(void **state)
{
    (void)state;
    add_merchant(&KETTLE, &KETTLE_BOOK);
    struct id return_id = receive_one("SZ-1");
    run_seconds(30);
    struct hash before, after, table[VIEW_TABLE_COUNT];
    struct return_row row;
    assert_true(return_load(open_rows(0), &return_id, &row));
    struct return_moved moved = {.return_id = return_id,
                                 .verb = DO_DECLINE,
                                 .to = RETURN_DECLINED,
                                 .by = {.kind = BY_POLICY},
                                 .at_ms = WORLD_EPOCH_MS};
    struct box_claimed claimed = {.box = {{0x66}}, .return_id = return_id, .by = moved.by};
    struct refund_moved refund = {.slot = {{0x67}},
                                  .verb = DO_INTEND,
                                  .to = REFUND_INTENDED,
                                  .by = moved.by,
                                  .at_ms = WORLD_EPOCH_MS,
                                  .return_id = return_id,
                                  .order = row.order,
                                  .paid_for = PAID_FOR_LINE,
                                  .amount_minor = 1,
                                  .currency = 978};
    close_rows(0);
    claimed.warehouse = world->host[0].card.warehouse;
    append_to_book(&KETTLE_BOOK, EVENT_BOX_CLAIMED, &box_claimed_shape, &claimed);
    core_digest(world->host[0].core, &before, table);
    append_to_book(&KETTLE_BOOK, EVENT_RETURN_MOVED, &return_moved_shape, &moved);
    append_to_book(&KETTLE_BOOK, EVENT_REFUND_MOVED, &refund_moved_shape, &refund);
    core_digest(world->host[0].core, &after, table);
    assert_memory_equal(&before, &after, HASH_BYTES);
    assert_true(return_load(open_rows(0), &return_id, &row));
    close_rows(0);
    assert_int_equal(1, row.boxes);
    assert_int_equal(0, count_rows(0, VIEW_UNREADABLE));
    assert_same_digests();
}

static void a_revoked_member_loses_its_link(void **state)
{
    (void)state;
    union command_body body = {0};
    assert_int_equal(PEER_OPEN, world->host[0].core->peers.peer[0].state);
    body.member = world->host[1].card;
    body.member.revoked = 1;
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_MEMBER, BY_ADMIN, 0, &body)->state);
    for (unsigned i = 0; i < PEERS_MAX; i++)
        assert_int_not_equal(PEER_OPEN, world->host[0].core->peers.peer[i].state);
    body.member.revoked = 0;
    assert_int_equal(ERROR_CONFLICT, submit(0, COMMAND_MEMBER, BY_ADMIN, 0, &body)->error);
}

static enum error member_refused(const struct member *member)
{
    union command_body body = {.member = *member};
    return submit(0, COMMAND_MEMBER, BY_ADMIN, 0, &body)->error;
}

static void no_two_members_are_one(void **state)
{
    (void)state;
    const struct member own = world->host[0].card, card = world->host[1].card;
    struct member member = card;
    member.curve_key = own.curve_key;
    assert_int_equal(ERROR_CONFLICT, member_refused(&member));
    member = card;
    member.sign_key = own.sign_key;
    assert_int_equal(ERROR_CONFLICT, member_refused(&member));
    member = card;
    member.log = own.log;
    assert_int_equal(ERROR_CONFLICT, member_refused(&member));
    member = card;
    member.code = own.code;
    assert_int_equal(ERROR_CONFLICT, member_refused(&member));
    member = card;
    member.address = span_text("http://elsewhere:80");
    assert_int_equal(ERROR_OUT_OF_RANGE, member_refused(&member));
    member = own; /* the membership's leader: nobody would hear it again */
    member.revoked = 1;
    assert_int_equal(ERROR_CONFLICT, member_refused(&member));
    assert_int_equal(OK, member_refused(&card));
    member = card;
    member.revoked = 1;
    assert_int_equal(OK, member_refused(&member));
    member = card; /* its key comes back under another id */
    member.node = (struct id){{0x77}};
    member.log = (struct id){{0x78}};
    member.warehouse = (struct id){{0x79}};
    assert_int_equal(ERROR_CONFLICT, member_refused(&member));
}

static enum error merchant_refused(const struct merchant *merchant)
{
    union command_body body = {.merchant = *merchant};
    return submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->error;
}

static void a_policy_holds_no_figure_below_nothing(void **state)
{
    (void)state;
    const struct merchant good = {.merchant = {{0x51}},
                                  .name = span_text("Teapots"),
                                  .book = {{0x52}},
                                  .opener = world->host[0].self.node,
                                  .currency = 978,
                                  .cap_minor = 1,
                                  .origin = span_text("CN")};
    struct merchant merchant = good;
    merchant.cap_minor = -1;
    assert_int_equal(ERROR_OUT_OF_RANGE, merchant_refused(&merchant));
    merchant = good;
    merchant.auto_approve_minor = -1;
    assert_int_equal(ERROR_OUT_OF_RANGE, merchant_refused(&merchant));
    merchant = good;
    merchant.origin_freight_minor = -1;
    assert_int_equal(ERROR_OUT_OF_RANGE, merchant_refused(&merchant));
    merchant = good;
    merchant.handling_minor = -1;
    assert_int_equal(ERROR_OUT_OF_RANGE, merchant_refused(&merchant));
    merchant = good;
    merchant.origin = span_text("cn");
    assert_int_equal(ERROR_OUT_OF_RANGE, merchant_refused(&merchant));
    assert_int_equal(OK, merchant_refused(&good));
    struct member gone = world->host[1].card;
    gone.revoked = 1;
    assert_int_equal(OK, member_refused(&gone));
    merchant = good;
    merchant.opener = gone.node;
    assert_int_equal(ERROR_NOT_FOUND, merchant_refused(&merchant));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(the_same_key_gets_the_same_answer_and_another_body_is_refused),
        STORY(an_ask_is_answered_by_the_leader_and_the_answer_comes_back),
        STORY(a_refusal_consumes_its_key_once_and_everywhere),
        STORY(an_undone_turn_answers_its_error_and_leaves_no_trace),
        STORY(a_read_only_disk_answers_and_recovers),
        STORY(a_crash_between_the_two_commits_is_mended_at_start),
        STORY(a_refund_runs_from_the_box_to_the_payment_once),
        STORY(a_result_that_could_not_be_written_is_asked_for_again),
        STORY(after_a_crash_the_provider_is_asked_before_anything_is_sent),
        STORY(a_refund_that_is_pending_for_days_is_waited_for),
        STORY(another_try_asks_before_it_sends),
        STORY(rows_that_must_wait_starve_no_other_book_and_burn_no_time),
        STORY(more_deadlines_than_fit_a_round_all_fire),
        STORY(a_clock_that_leapt_fires_nothing_until_it_is_confirmed),
        STORY(opening_a_book_twice_is_harmless),
        STORY(after_a_handover_the_new_leader_decides_and_the_old_one_asks),
        STORY(a_handover_to_its_own_leader_is_refused),
        STORY(a_refund_under_way_is_asked_for_by_the_new_leader),
        STORY(a_book_whose_leader_is_lost_is_recovered_and_goes_on),
        STORY(what_is_not_committed_yet_is_held_and_not_shown),
        STORY(a_recovered_book_shows_all_of_the_prefix_that_it_adopts),
        STORY(a_book_is_not_taken_from_a_leader_that_nobody_gave_up),
        STORY(an_erased_person_is_gone_in_either_order),
        STORY(a_merchant_reaches_the_persons_of_its_own_returns_only),
        STORY(two_merchants_never_share_a_book),
        STORY(what_cannot_be_read_or_stands_in_the_wrong_log_folds_alike_everywhere),
        STORY(a_store_in_doubt_is_still_in_doubt_after_a_restart),
        STORY(a_book_moves_no_record_of_another_book),
        STORY(a_revoked_member_loses_its_link),
        STORY(no_two_members_are_one),
        STORY(a_policy_holds_no_figure_below_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

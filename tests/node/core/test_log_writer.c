/* Books change their writer by entries of their own: HANDOVER and RECOVERED. */
#include "tests/node/core/taker.h"

static void add_handover(const struct node *to, uint64_t term)
{
    struct handover handover = {
        .leader = to->id, .leader_log = to->log, .term = term, .voters_count = 1};
    handover.voters[0].node = to->id;
    forge_record(&forge, EVENT_HANDOVER, &handover_shape, &handover);
}

static void after_a_handover_the_new_leader_seals_in_its_term(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    struct log *log = hold_book();
    go_on(writer, log);
    forge_text(&forge, "the last one");
    add_handover(third, 1);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 4)));
    assert_int_equal(1, log->row.term);
    assert_memory_equal(third->id.bytes, log->row.writer.bytes, ID_BYTES);
    assert_memory_equal(third->log.bytes, log->row.writer_log.bytes, ID_BYTES);
    go_on(writer, log);
    forge_text(&forge, "too late");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 5)));
    forge.crypto = pen(third);
    forge.term = 0;
    go_on(third, log);
    forge.term = 2;
    forge_text(&forge, "a term of nobody");
    assert_verdict(BATCH_REFUSED, ERROR_OUT_OF_RANGE, take(forge_seal(&forge, 5)));
    go_on(third, log);
    forge_text(&forge, "from the new leader");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 5)));
    assert_int_equal(5, log->row.last);
    world_check(&world);
}

static void nothing_follows_a_handover_in_its_batch(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    struct log *log = hold_book();
    go_on(writer, log);
    add_handover(third, 1);
    forge.term = 1;
    forge_text(&forge, "under whose seal?");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 4)));
    forge.crypto = pen(third);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 4)));
    assert_int_equal(2, log->row.last);
}

static void a_handover_that_goes_back_in_time_changes_nothing(void **state)
{
    (void)state;
    struct log *log = hold_book();
    go_on(writer, log);
    add_handover(&world.node[2], 0);
    forge_text(&forge, "still the old leader");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 4)));
    assert_memory_equal(writer->id.bytes, log->row.writer.bytes, ID_BYTES);
    struct event_header header = {.kind = EVENT_HANDOVER, .kver = 1};
    go_on(writer, log);
    forge_add(&forge, &header, span_text("unreadable"));
    forge_text(&forge, "still the old leader");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 6)));
    assert_memory_equal(writer->id.bytes, log->row.writer.bytes, ID_BYTES);
}

static void a_handover_to_a_stranger_waits_for_the_membership(void **state)
{
    (void)state;
    struct node stranger = {.id = {{0x42}}, .log = {{0x43}}};
    struct log *log = hold_book();
    go_on(writer, log);
    forge_text(&forge, "the last one");
    add_handover(&stranger, 1);
    struct batch_result result = take(forge_seal(&forge, 4));
    assert_verdict(BATCH_UNKNOWN, ERROR_UNKNOWN_PEER, result);
    assert_int_equal(3, result.last); /* what stands before it is proved all the same */
    assert_int_equal(3, log->row.last);
    assert_int_equal(0, log->row.term);
}

static void a_handover_behind_a_missing_dep_takes_effect_when_it_stands(void **state)
{
    (void)state;
    static uint8_t copy[FORGE_BYTES_MAX];
    struct log_rest rest;
    struct node *third = &world.node[2];
    struct event_header dep = {.kind = 900, .deps = {{third->log, 1}}, .deps_count = 1};
    struct log *log = hold_book();
    go_on(writer, log);
    forge_text(&forge, "three");
    forge_add(&forge, &dep, span_text("four"));
    add_handover(third, 1);
    struct span body = forge_seal(&forge, 5);
    memcpy(copy, body.at, body.size);
    assert_int_equal(BATCH_DEPS, take(body).verdict);
    assert_int_equal(3, log->row.last);
    assert_int_equal(0, log->row.term);
    assert_memory_equal(writer->id.bytes, log->row.writer.bytes, ID_BYTES);
    log_rest_keep(node->logs, span_of(copy, body.size), &rest);
    begin_node_log(third, &third->log);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    node_begin(node);
    assert_verdict(BATCH_APPENDED, OK, log_append_rest(node->logs, &rest));
    node->appended = true;
    assert_true(node_end(node));
    log = node_log(node, &BOOK);
    assert_int_equal(1, log->row.term);
    assert_memory_equal(third->id.bytes, log->row.writer.bytes, ID_BYTES);
    world_check(&world);
}

static void what_cannot_be_judged_yet_is_not_kept_for_later(void **state)
{
    (void)state;
    struct node stranger = {.id = {{0x42}}, .log = {{0x43}}};
    struct event_header dep = {.kind = 900, .deps = {{world.node[2].log, 1}}, .deps_count = 1};
    struct log *log = hold_book();
    go_on(writer, log);
    forge_add(&forge, &dep, span_text("three"));
    add_handover(&stranger, 1);
    assert_int_equal(BATCH_DEPS, take(forge_seal(&forge, 4)).verdict);
    assert_int_equal(0, node->logs->rest.next);
}

static void add_recovered(const struct node *by, const struct log *log, uint64_t term)
{
    struct recovered recovered = {.leader = by->id,
                                  .leader_log = by->log,
                                  .term = term,
                                  .prefix_idx = log->row.last,
                                  .prefix_hash = log->row.last_hash,
                                  .voters_count = 1};
    recovered.voters[0].node = by->id;
    forge.term = term;
    forge_record(&forge, EVENT_RECOVERED, &recovered_shape, &recovered);
}

static void a_recovered_book_goes_on_under_its_new_leader(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    struct log *log = hold_book();
    go_on(third, log);
    add_recovered(third, log, 1);
    forge_text(&forge, "from the new leader");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 4)));
    assert_int_equal(1, log->row.term);
    assert_memory_equal(third->id.bytes, log->row.writer.bytes, ID_BYTES);
    go_on(writer, log);
    forge_text(&forge, "the old leader's disk was not lost after all");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 5)));
    world_check(&world);
}

static void a_recovery_of_another_prefix_or_of_no_new_term_is_refused(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    struct log *log = hold_book();
    struct log other = *log;
    other.row.last--;
    go_on(third, log);
    add_recovered(third, &other, 1);
    assert_verdict(BATCH_REFUSED, ERROR_OUT_OF_RANGE, take(forge_seal(&forge, 3)));
    other = *log;
    other.row.last_hash.bytes[0] ^= 1;
    go_on(third, log);
    add_recovered(third, &other, 1);
    assert_verdict(BATCH_REFUSED, ERROR_OUT_OF_RANGE, take(forge_seal(&forge, 3)));
    go_on(third, log);
    add_recovered(third, log, 0);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 3)));
    go_on(third, log);
    add_recovered(third, log, 1);
    forge.count = 0; /* once more, but the header bears the old term */
    forge.hash = log->row.last_hash;
    struct event_header header = {.kind = EVENT_RECOVERED, .kver = 1};
    forge.term = 0;
    forge_add(&forge, &header, forge.event[0].payload);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 3)));
    go_on(writer, log); /* sealed by the old leader: it named another one */
    add_recovered(third, log, 1);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 3)));
    assert_int_equal(2, log->row.last);
}

static void two_recoveries_do_not_fit_one_batch(void **state)
{
    (void)state;
    struct log *log = hold_book();
    struct log later = *log;
    go_on(&world.node[2], log);
    add_recovered(&world.node[2], log, 1);
    later.row.last++;
    later.row.last_hash = forge.hash;
    add_recovered(node, &later, 2);
    forge.crypto = pen(node);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 4)));
    assert_int_equal(2, log->row.last);
}

static void a_recovery_beside_a_longer_tail_is_a_fork(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    struct log *log = hold_book();
    struct log prefix = *log;
    go_on(writer, log);
    forge_text(&forge, "what the recovery never saw");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 3)));
    forge_begin(&forge, pen(third), &BOOK, 3, &prefix.row.last_hash);
    add_recovered(third, &prefix, 1);
    forge_text(&forge, "from the new leader");
    struct batch_result result = take(forge_seal(&forge, 4));
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(3, result.first);
    assert_true(log->row.quarantined);
}

/* Entries 3 to 6 of a branch that the third node began with a recovery of the first two; the batch
 * begins at `first`. */
static struct batch_result take_branch(const struct log *prefix, uint64_t first)
{
    struct node *third = &world.node[2];
    struct hash before = prefix->row.last_hash;
    for (uint64_t idx = 3; idx <= 6; idx++) {
        if (idx <= first) forge_begin(&forge, pen(third), &BOOK, idx, &before);
        forge.term = 1;
        if (idx == 3)
            add_recovered(third, prefix, 1);
        else
            forge_text(&forge, "from the new leader");
        before = forge.hash;
    }
    return take(forge_seal(&forge, 6));
}

static void a_branch_whose_beginning_is_not_shown_is_neither_a_fork_nor_a_lie(void **state)
{
    (void)state;
    struct log *log = hold_book();
    struct log prefix = *log;
    go_on(writer, log);
    for (unsigned i = 0; i < 3; i++) forge_text(&forge, "what the recovery never saw");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 5)));
    for (uint64_t first = 6; first > 3; first--) {
        struct batch_result result = take_branch(&prefix, first);
        assert_verdict(BATCH_STRAY, ERROR_BAD_SEAL, result);
        assert_int_equal(first, result.first);
        assert_int_equal(0, result.last);
        assert_false(log->row.quarantined);
    }
    struct batch_result result = take_branch(&prefix, 3);
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(3, result.first);
    assert_true(log->row.quarantined);
}

/* Nobody but its writer ever seals a node log, so there is nothing to look for further back. */
static void a_branch_of_a_node_log_under_anothers_seal_is_a_lie(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct hash elsewhere = {{1}};
    forge_begin(&forge, pen(&world.node[2]), &writer->log, 5, &elsewhere);
    forge_text(&forge, "not its owner's");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 5)));
    assert_false(log->row.quarantined);
}

static void a_recovery_beside_a_handover_of_the_same_term_is_a_fork(void **state)
{
    (void)state;
    struct log *log = hold_book();
    struct log prefix = *log;
    go_on(writer, log);
    add_handover(node, 1);
    forge.crypto = pen(writer);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 3)));
    assert_int_equal(1, log->row.term);
    struct batch_result result = take_branch(&prefix, 3);
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(3, result.first);
}

static void a_leader_that_was_replaced_accepts_its_successor(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    node_open_book(node, &BOOK);
    struct log *log = node_log(node, &BOOK);
    assert_true(log->own);
    go_on(third, log);
    add_recovered(third, log, 1);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 2)));
    assert_false(log->own);
    assert_false(log->row.retired);
}

/* --- a former leader's store that was put back ------------------------------------------------ */

static void assert_ignored(const struct log *log, struct batch_result result)
{
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(0, result.first);
    assert_false(log->row.quarantined);
    assert_int_equal(0, store_memory_count(node->memory, TRUTH_FORK));
}

/* The writer hands the book over (entry 3, term 1), and takes it back without being asked (entry 5,
 * term 2). Returns the log; prefix: as it stood before either. */
static struct log *hold_three_terms(struct log *prefix, struct log *second)
{
    struct node *third = &world.node[2];
    struct log *log = hold_book();
    *prefix = *log;
    go_on(writer, log);
    add_handover(third, 1);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 3)));
    go_on(third, log);
    forge_text(&forge, "from the new leader");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 4)));
    *second = *log;
    go_on(writer, log);
    add_recovered(writer, log, 2);
    forge_text(&forge, "from the first one again");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 6)));
    return log;
}

static void a_former_leader_that_went_on_is_no_fork(void **state)
{
    (void)state;
    struct log prefix, second;
    struct log *log = hold_three_terms(&prefix, &second);
    go_on(writer, &prefix);
    forge_text(&forge, "as if it had not been handed over");
    assert_ignored(log, take(forge_seal(&forge, 3)));
    go_on(writer, &prefix);
    for (unsigned i = 0; i < 9; i++) forge_text(&forge, "and on, beyond what is held");
    assert_ignored(log, take(forge_seal(&forge, 11)));
    go_on(&world.node[2], &second);
    forge_text(&forge, "as if it had not been recovered");
    assert_ignored(log, take(forge_seal(&forge, 5)));
    world_check(&world);
}

static void a_recovery_in_a_term_that_is_over_is_no_fork(void **state)
{
    (void)state;
    struct log prefix, second;
    struct log *log = hold_three_terms(&prefix, &second);
    go_on(node, &prefix);
    add_recovered(node, &prefix, 1);
    forge_text(&forge, "from one who was put out since");
    assert_ignored(log, take(forge_seal(&forge, 4)));
}

static void a_branch_that_its_terms_leader_did_not_seal_is_a_lie(void **state)
{
    (void)state;
    struct log prefix, second;
    struct log *log = hold_three_terms(&prefix, &second);
    go_on(&world.node[2], &prefix);
    forge_text(&forge, "the leader of another term");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 3)));
    go_on(writer, &second);
    forge.crypto = pen(node);
    forge_text(&forge, "a member that never led");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 5)));
    assert_false(log->row.quarantined);
}

/* Within the present term there is no telling which branch is right. */
static void two_branches_of_the_present_leader_are_a_fork(void **state)
{
    (void)state;
    struct log prefix, second;
    struct log *log = hold_three_terms(&prefix, &second);
    go_on(writer, &second);
    add_recovered(writer, &second, 2);
    forge_text(&forge, "from the first one, but otherwise");
    struct batch_result result = take(forge_seal(&forge, 6));
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(6, result.first);
    assert_true(log->row.quarantined);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        T(after_a_handover_the_new_leader_seals_in_its_term),
        T(nothing_follows_a_handover_in_its_batch),
        T(a_handover_that_goes_back_in_time_changes_nothing),
        T(a_handover_to_a_stranger_waits_for_the_membership),
        T(a_handover_behind_a_missing_dep_takes_effect_when_it_stands),
        T(what_cannot_be_judged_yet_is_not_kept_for_later),
        T(a_recovered_book_goes_on_under_its_new_leader),
        T(a_recovery_of_another_prefix_or_of_no_new_term_is_refused),
        T(two_recoveries_do_not_fit_one_batch),
        T(a_recovery_beside_a_longer_tail_is_a_fork),
        T(a_branch_whose_beginning_is_not_shown_is_neither_a_fork_nor_a_lie),
        T(a_branch_of_a_node_log_under_anothers_seal_is_a_lie),
        T(a_recovery_beside_a_handover_of_the_same_term_is_a_fork),
        T(a_leader_that_was_replaced_accepts_its_successor),
        T(a_former_leader_that_went_on_is_no_fork),
        T(a_recovery_in_a_term_that_is_over_is_no_fork),
        T(a_branch_that_its_terms_leader_did_not_seal_is_a_lie),
        T(two_branches_of_the_present_leader_are_a_fork),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

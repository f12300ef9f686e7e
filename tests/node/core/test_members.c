/* What members may do to others: hand a book to a log that nobody writes, and pass personal entries
 * on without what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/core/core_inside.h"
#include "node/core/verify.h"
#include "node/store/store_lmdb.h"
#include "tests/node/core/core_story.h"

/* --- a book and a dead log -------------------------------------------------------------------- */

static void assert_refused(const struct answer_out *answer, const char *rule)
{
    assert_int_equal(ANSWER_REFUSED, answer->state);
    assert_int_equal(ERROR_CONFLICT, answer->error);
    if (strstr(answer->rule, rule) == NULL) fail_msg("'%s' does not say '%s'", answer->rule, rule);
}

/* The book is where it was: its leader decides. */
static void assert_leads_on(const char *reference)
{
    union command_body body = order_of(&LANTERN, reference);
    assert_true(log_at(0, &LANTERN_BOOK)->own);
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 0, &body)->state);
    run_seconds(30);
    assert_same_digests();
}

static void no_book_is_handed_to_a_log_that_has_a_successor(void **state)
{
    (void)state;
    const struct core_self *other = &world->host[1].self;
    union command_body body = {0};
    body.succeeds = (struct succeeds){.node = other->node,
                                      .old_log = other->log,
                                      .new_log = key_numbered(77),
                                      .old_idx = log_at(0, &other->log)->row.last};
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_SUCCEEDS, BY_ADMIN, 0, &body)->state);
    assert_refused(lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &other->node), "another succeeds it");
    assert_leads_on("SZ-1");
}

static void no_book_is_handed_to_a_forked_log(void **state)
{
    (void)state;
    const struct core_self *other = &world->host[1].self;
    log_at(0, &other->log)->row.quarantined = 1;
    assert_refused(lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &other->node), "forked");
    log_at(0, &other->log)->row.quarantined = 0;
    assert_leads_on("SZ-1");
}

/* Admitted, and never seen: maybe it was never started. */
static void no_book_is_handed_to_a_log_of_which_nothing_is_held(void **state)
{
    (void)state;
    union command_body body = {0};
    struct member *member = &body.member;
    *member = (struct member){.node = key_numbered(5),
                              .name = span_text("Sydney"),
                              .log = key_numbered(6),
                              .warehouse = key_numbered(7),
                              .code = span_text("SYD")};
    memset(member->sign_key.bytes, 8, KEY_BYTES);
    memset(member->curve_key.bytes, 9, KEY_BYTES);
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_MEMBER, BY_ADMIN, 0, &body)->state);
    struct id node = key_numbered(5);
    assert_refused(lead(0, INPUT_HANDOVER, &LANTERN_BOOK, &node), "nothing of its log");
    assert_leads_on("SZ-1");
}

/* --- a store that takes a lost one's place ---------------------------------------------------- */

static struct unit_now unit_at(unsigned at, struct id *unit)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct unit_now now = {0};
    const struct rows *rows = open_rows(at);
    assert_true(walk_next(rows, VIEW_UNIT, &walk, &row));
    memcpy(unit->bytes, walk.at.bytes, ID_BYTES);
    assert_true(unit_load(rows, unit, &now));
    close_rows(at);
    return now;
}

/* What others hold of the lost log may say that a unit is on the shelf by now. */
static void the_units_of_a_lost_store_wait_for_the_end_of_its_log(void **state)
{
    (void)state;
    const struct core_self *self = &world->host[0].self;
    union command_body body = {0};
    receive_one("SZ-1");
    run_seconds(30);
    struct unit_act inspect = {0};
    assert_int_equal(1, unit_at(0, &inspect.unit).hop);
    uint64_t end = log_at(0, &self->log)->row.last + 3; /* three entries are still to come */
    body.succeeds = (struct succeeds){
        .node = self->node, .old_log = self->log, .new_log = key_numbered(77), .old_idx = end};
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_SUCCEEDS, BY_ADMIN, 0, &body)->state);
    body.unit_act = inspect;
    assert_refused(submit(0, COMMAND_UNIT_INSPECT, BY_OPERATOR, 0, &body), "is here yet");
    assert_int_equal(1, unit_at(0, &inspect.unit).hop);
    for (unsigned i = 0; log_at(0, &self->log)->row.last < end; i++) {
        union command_body box = box_of(0, &(struct id){{0}});
        (void)submit(0, COMMAND_BOX_RECEIVE, BY_OPERATOR, 0, &box);
        assert_in_range(i, 0, 9);
    }
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_UNIT_INSPECT, BY_OPERATOR, 0, &body)->state);
    struct unit_now now = unit_at(0, &inspect.unit);
    assert_int_equal(2, now.hop);
    assert_int_equal(UNIT_INSPECTED, now.row.state);
}

/* --- a member that is put out ----------------------------------------------------------------- */

static const struct id *membership_at(unsigned at)
{
    struct logs *logs = &world->host[at].core->logs;
    for (uint32_t i = 0; i < logs->count; i++)
        if (logs->log[i].row.log_type == LOG_MEMBERSHIP) return &logs->log[i].id;
    return NULL;
}

/* Host 1 knew the key of host 0 before it held the membership; that counts no more. */
static void the_peer_that_was_joined_can_be_put_out_like_any_other(void **state)
{
    (void)state;
    union command_body body = {.member = world->host[0].card};
    assert_memory_equal(world->host[1].self.joined_key, body.member.curve_key.bytes, KEY_BYTES);
    lead(0, INPUT_HANDOVER, membership_at(0), &world->host[1].self.node);
    run_seconds(30);
    body.member.revoked = 1;
    assert_int_equal(ANSWER_DONE, submit(1, COMMAND_MEMBER, BY_ADMIN, 0, &body)->state);
    for (unsigned i = 0; i < PEERS_MAX; i++)
        assert_int_not_equal(PEER_OPEN, world->host[1].core->peers.peer[i].state);
}

/* --- personal entries without what they say --------------------------------------------------- */

static void cut(bool apart)
{
    network_set_cut(world, 0, 1, apart);
    network_set_cut(world, 1, 0, apart);
    run_seconds(60);
}

/* Takes the payload of the node's latest personal entry out of its log, as a liar would. */
static void strip_latest(unsigned at)
{
    struct core *core = world->host[at].core;
    struct store *store = world->host[at].disk.inner;
    struct log *log = log_at(at, &world->host[at].self.log);
    uint64_t idx = log->row.last;
    assert_int_equal(OK, store->port->begin(store->world));
    while (log_erase_payload(&core->logs, &log->id, idx) == ERROR_FORBIDDEN) idx--;
    assert_true(idx > 0);
    assert_int_equal(OK, store->port->commit(store->world));
}

static void write_person(unsigned at, const struct id *subject)
{
    union command_body body = {0};
    body.person = (struct person){.subject = *subject, .name = span_text("Ada")};
    assert_int_equal(ANSWER_OBSERVED, submit(at, COMMAND_PERSON, BY_OPERATOR, 0, &body)->state);
}

static void erase_person(unsigned at, const struct id *subject)
{
    union command_body body = {0};
    body.erase = (struct erase){.subject = *subject};
    assert_int_equal(ANSWER_OBSERVED, submit(at, COMMAND_ERASE, BY_OPERATOR, 0, &body)->state);
    run_seconds(60);
}

/* One of two nodes with the same logs never got a payload, and nobody has erased it. */
static void a_payload_that_is_kept_back_changes_no_digest(void **state)
{
    (void)state;
    struct id subject = {{0x31}};
    cut(true);
    write_person(0, &subject);
    assert_int_equal(1, count_rows(0, VIEW_PERSON));
    strip_latest(0);
    cut(false);
    run_seconds(60);
    const struct id *log = &world->host[0].self.log;
    assert_int_equal(log_at(0, log)->row.last, log_at(1, log)->row.last);
    assert_int_equal(log_at(1, log)->row.last, log_at(1, log)->folded);
    assert_same_digests();
    /* The one shows what it knows, the other that it lacks something. */
    assert_int_equal(1, count_rows(0, VIEW_PERSON));
    assert_int_equal(0, count_rows(1, VIEW_PERSON));
    assert_int_equal(1, count_rows(1, VIEW_PERSONAL));
    assert_int_equal(0, count_rows(1, VIEW_UNREADABLE));
    /* An erasure makes them alike in this as well. */
    erase_person(1, &subject);
    for (unsigned at = 0; at < 2; at++) {
        assert_int_equal(0, count_rows(at, VIEW_PERSON));
        assert_int_equal(0, count_rows(at, VIEW_PERSONAL));
        assert_int_equal(1, count_rows(at, VIEW_ERASED));
    }
    assert_same_digests();
}

/* The views of the node are what its logs say, folded anew in the order in which they lie. */
static void assert_sound(unsigned at)
{
    static struct verify room;
    char directory[200];
    struct store_lmdb *scratch = NULL;
    struct store *store = world->host[at].disk.inner;
    snprintf(directory, sizeof directory, "%s/scratch", world->directory);
    const struct store_options options = {.directory = directory,
                                          .create = true,
                                          .memory_backed = true,
                                          .map_bytes = (size_t)1 << 28};
    assert_int_equal(OK, store_lmdb_open(&options, &scratch));
    memset(&room, 0, sizeof room);
    assert_int_equal(OK, store->port->begin_read(store->world));
    assert_int_equal(
        OK, verify_run(&room, store, store_lmdb_port(scratch), world->host[at].core->crypto));
    store->port->end_read(store->world);
    store_lmdb_close(scratch);
    assert_true(room.report.rows > 0);
    assert_int_equal(0, room.report.rows_bad + room.report.entries_bad + room.report.digests_bad);
}

/* Folded again from the logs the views are the same, with the payload and without it. */
static void a_node_that_lacks_a_payload_is_made_anew_like_the_others(void **state)
{
    (void)state;
    struct id kept = {{0x32}}, gone = {{0x33}};
    cut(true);
    write_person(0, &gone);
    strip_latest(0);
    write_person(0, &kept);
    cut(false);
    erase_person(1, &gone);
    assert_same_digests();
    assert_int_equal(1, count_rows(1, VIEW_PERSON));
    assert_int_equal(1, count_rows(1, VIEW_PERSONAL));
    assert_sound(0);
    assert_sound(1);
}

/* A personal entry as a broken member writes it into its own log. */
static void append_person(unsigned at, const struct id *subject, struct span payload)
{
    struct core *core = world->host[at].core;
    const struct core_moment now = {.wall_ms = host_wall_ms(&world->host[at]),
                                    .boot_ms = host_boot_ms(&world->host[at])};
    struct event_header header = {
        .kind = EVENT_PERSON, .kver = 1, .entity = *subject, .flags = EVENT_PERSONAL};
    assert_int_equal(OK, core_begin(core, &now));
    core_append(core, logs_find(&core->logs, &core->self.log), &header, payload);
    assert_int_equal(OK, core_end(core));
    run_seconds(30);
}

/* Whoever writes one subject into the header and another one into the payload shows nothing under
 * either, and the erasure of the header's subject takes the payload away. */
static void a_person_under_a_wrong_subject_is_not_shown(void **state)
{
    (void)state;
    struct id said = {{0x34}}, meant = {{0x35}};
    uint8_t payload[256];
    struct span bytes;
    const struct person person = {.subject = meant, .name = span_text("Ada")};
    memset(payload, 1, EVENT_SALT_BYTES);
    assert_int_equal(OK, shape_encode(&person_shape, &person, payload + EVENT_SALT_BYTES,
                                      sizeof payload - EVENT_SALT_BYTES, &bytes));
    bytes = span_of(payload, EVENT_SALT_BYTES + bytes.size);
    append_person(0, &said, bytes);
    for (unsigned at = 0; at < 2; at++) {
        assert_int_equal(0, count_rows(at, VIEW_PERSON));
        assert_int_equal(1, count_rows(at, VIEW_PERSONAL));
    }
    erase_person(1, &said);
    assert_int_equal(0, count_rows(0, VIEW_PERSONAL));
    assert_same_digests();
    assert_sound(0);
    assert_sound(1);
}

/* What is no person at all is kept from the shared tables too: without its payload nobody could
 * tell that it is not. */
static void an_unreadable_person_is_no_row_that_is_shared(void **state)
{
    (void)state;
    struct id subject = {{0x36}};
    cut(true);
    append_person(0, &subject, span_text("sixteen bytes of salt and no record"));
    strip_latest(0);
    cut(false);
    append_person(0, &subject, span_text("sixteen bytes of salt and no record"));
    assert_int_equal(0, count_rows(0, VIEW_UNREADABLE));
    assert_same_digests();
    assert_sound(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(no_book_is_handed_to_a_log_that_has_a_successor),
        STORY(no_book_is_handed_to_a_forked_log),
        STORY(the_units_of_a_lost_store_wait_for_the_end_of_its_log),
        STORY(no_book_is_handed_to_a_log_of_which_nothing_is_held),
        STORY(the_peer_that_was_joined_can_be_put_out_like_any_other),
        STORY(a_payload_that_is_kept_back_changes_no_digest),
        STORY(a_node_that_lacks_a_payload_is_made_anew_like_the_others),
        STORY(a_person_under_a_wrong_subject_is_not_shown),
        STORY(an_unreadable_person_is_no_row_that_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

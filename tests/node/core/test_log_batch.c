/* Batches of others: what is appended, what is refused, what is a fork. */
#include <stdlib.h>

#include "overseas-warehouse/view_rows.h"
#include "tests/node/core/taker.h"

/* --- what is appended ------------------------------------------------------------------------ */

static void a_batch_is_appended_and_reads_back_the_same(void **state)
{
    (void)state;
    begin_node_log(writer, &writer->log);
    forge_text(&forge, "first");
    forge_text(&forge, "second");
    struct batch_result result = take(forge_seal(&forge, 3));
    assert_verdict(BATCH_APPENDED, OK, result);
    assert_int_equal(1, result.first);
    assert_int_equal(3, result.last);
    struct log *log = node_log(node, &writer->log);
    assert_int_equal(3, log->row.last);
    assert_int_equal(3, log->row.sealed);
    assert_int_equal(3, log->row.committed);
    assert_int_equal(LOG_NODE, log->row.log_type);
    assert_memory_equal(writer->id.bytes, log->row.writer.bytes, ID_BYTES);
    assert_memory_equal(keys_sign_public(writer->keys), log->row.sign_key.bytes, KEY_BYTES);
    assert_false(log->own);
    struct event event;
    assert_error(OK, node->store->port->begin_read(node->store->world));
    assert_error(OK, log_read(node->logs, &log->id, 3, &event, NULL));
    assert_span_equal(forge.event[2].header, event.header);
    assert_span_equal(span_text("second"), event.payload);
    node->store->port->end_read(node->store->world);
    world_check(&world);
}

static void entries_held_before_are_skipped(void **state)
{
    (void)state;
    struct log *log = hold_five();
    forge_text(&forge, "sixth");
    struct batch_result result = take(forge_seal(&forge, 6));
    assert_verdict(BATCH_APPENDED, OK, result);
    assert_int_equal(6, result.first);
    assert_int_equal(6, result.last);
    assert_int_equal(6, log->row.last);
    world_check(&world);
}

static void expect_entry(const struct log *log, uint64_t idx, bool erased)
{
    struct event event;
    struct hash hash, wanted;
    const struct event *made = &forge.event[idx - forge.first];
    event_hash(forge.crypto, made->header, &wanted);
    assert_error(OK, log_read(node->logs, &log->id, idx, &event, &hash));
    assert_span_equal(made->header, event.header);
    assert_memory_equal(wanted.bytes, hash.bytes, HASH_BYTES);
    assert_int_equal(erased, event.payload.at == NULL);
    if (!erased) assert_span_equal(made->payload, event.payload);
}

/* What a turn took is read from its message, behind entries that were held, until it is changed. */
static void what_was_just_taken_reads_as_it_will_from_the_store(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct event_header header = {.kind = UINT16_MAX, .kver = 1, .flags = EVENT_PERSONAL};
    forge_text(&forge, "sixth");
    forge_add(&forge, &header, span_text("a name"));
    forge_text(&forge, "eighth");
    node_begin(node);
    struct batch_result result = take_open(forge_seal(&forge, 8));
    assert_verdict(BATCH_APPENDED, OK, result);
    assert_int_equal(6, result.first);
    for (uint64_t idx = 1; idx <= 8; idx++) expect_entry(log, idx, false);
    assert_error(OK, log_erase_payload(node->logs, &log->id, 7));
    for (uint64_t idx = 1; idx <= 8; idx++) expect_entry(log, idx, idx == 7);
    node->appended = true;
    assert_true(node_end(node));
    assert_error(OK, node->store->port->begin_read(node->store->world));
    for (uint64_t idx = 1; idx <= 8; idx++) expect_entry(log, idx, idx == 7);
    node->store->port->end_read(node->store->world);
}

static void report(const char *number, const struct dep *dep)
{
    uint8_t bytes[512];
    const struct tracking tracking = {.carrier = span_text("easypost"),
                                      .number = span_text(number),
                                      .summary = TRACK_IN_TRANSIT,
                                      .dedup = {{1}}};
    struct event_header header = {.kind = EVENT_TRACKING, .kver = 1, .deps_count = dep != NULL};
    struct span payload;
    if (dep != NULL) header.deps[0] = *dep;
    assert_error(OK, shape_encode(&tracking_shape, &tracking, bytes, sizeof bytes, &payload));
    forge_add(&forge, &header, payload);
}

/* number: of the parcel whose rows they are; NULL: there are none. */
static void expect_rows_ahead(const struct log *log, uint64_t idx, const char *number)
{
    struct span rows = log_rows_ahead(node->logs, log, idx);
    assert_int_equal(number != NULL, rows.size > 0);
    if (number == NULL) return;
    struct id parcel = parcel_id(pen(node), span_text(number));
    assert_memory_equal(parcel.bytes, rows.at, ID_BYTES);
}

static void what_was_worked_out_stands_beside_the_entries_that_were_taken(void **state)
{
    (void)state;
    const struct dep missing = {BOOK, 1};
    struct log *log = hold_five();
    report("N6", NULL);
    forge_text(&forge, "seventh");
    report("N8", NULL);
    report("N9", &missing);
    node_begin(node);
    assert_verdict(BATCH_DEPS, ERROR_DEPS_MISSING, take_open(forge_seal(&forge, 9)));
    assert_int_equal(8, log->row.last);
    for (uint64_t idx = 1; idx <= 10; idx++) {
        const char *number = idx == 6 ? "N6" : idx == 8 ? "N8" : NULL;
        expect_rows_ahead(log, idx, looked_ahead ? number : NULL);
    }
    expect_rows_ahead(node_own(node), 8, NULL);
    log_batch_gone(node->logs); /* and with it what was made of it */
    for (uint64_t idx = 1; idx <= 10; idx++) expect_rows_ahead(log, idx, NULL);
    node->appended = true;
    assert_true(node_end(node));
}

static void a_batch_of_entries_held_changes_nothing(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct log_row before = log->row;
    assert_verdict(BATCH_HELD, OK, take(forge_seal(&forge, 5)));
    forge.count = 3; /* a shorter one, within what is held */
    event_hash(forge.crypto, forge.event[2].header, &forge.hash);
    struct batch_result result = take(forge_seal(&forge, 3));
    assert_verdict(BATCH_HELD, OK, result);
    assert_int_equal(0, result.last);
    assert_int_equal(3, result.through);
    assert_memory_equal(&before, &log->row, sizeof before);
}

static void entries_of_unknown_kinds_are_appended(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct event_header header = {.kind = UINT16_MAX, .kver = UINT16_MAX};
    go_on(writer, log);
    forge_add(&forge, &header, span_text("?"));
    header = (struct event_header){.kind = EVENT_MEMBER, .kver = 1}; /* and unreadable ones */
    forge_add(&forge, &header, span_text("?"));
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 7)));
}

static void committed_is_what_the_seal_says_and_never_goes_back(void **state)
{
    (void)state;
    struct log *log = hold_book();
    go_on(writer, log);
    forge_text(&forge, "pending");
    forge_text(&forge, "pending");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 3)));
    assert_int_equal(3, log->row.committed);
    go_on(writer, log);
    forge_text(&forge, "pending");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    assert_int_equal(3, log->row.committed);
    go_on(writer, log);
    forge_text(&forge, "pending");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1000)));
    assert_int_equal(6, log->row.committed);
}

/* --- what is refused ------------------------------------------------------------------------- */

static void assert_not_taken(struct span body, uint64_t last)
{
    struct log *log;
    node_begin(node);
    struct batch_result result = take_open(body);
    assert_true(result.verdict != BATCH_APPENDED);
    assert_int_equal(0, result.last);
    node->store->port->abort(node->store->world);
    assert_error(OK, node->store->port->begin_read(node->store->world));
    assert_error(OK, logs_load(node->logs, node->store, pen(node)));
    node->store->port->end_read(node->store->world);
    node->logs->mesh = world.mesh;
    log = node_log(node, &writer->log);
    assert_int_equal(last, log == NULL ? 0 : log->row.last);
}

/* Every byte of the message, every bit of it, in a buffer that ends where the message ends. */
static void flip_all(struct span body, uint64_t last)
{
    uint8_t *copy = malloc(body.size);
    assert_non_null(copy);
    memcpy(copy, body.at, body.size);
    for (size_t at = 0; at < body.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[at] ^= (uint8_t)(1u << bit);
            assert_not_taken(span_of(copy, body.size), last);
            copy[at] ^= (uint8_t)(1u << bit);
        }
    }
    free(copy);
}

static void a_message_with_a_flipped_bit_is_never_appended(void **state)
{
    (void)state;
    struct event_header header = {.kind = 900, .kver = 1, .flags = EVENT_PERSONAL};
    begin_node_log(writer, &writer->log);
    forge_add(&forge, &header, span_text("a name, sixteen bytes before it"));
    forge_text(&forge, "x");
    flip_all(forge_seal(&forge, 3), 0);
    struct log *log = hold_five();
    go_on(writer, log);
    forge_text(&forge, "x");
    flip_all(forge_seal(&forge, 6), 5);
}

static void a_message_cut_short_or_with_bytes_left_over_is_never_appended(void **state)
{
    (void)state;
    begin_node_log(writer, &writer->log);
    forge_text(&forge, "x");
    struct span body = forge_seal(&forge, 2);
    for (size_t size = 0; size < body.size; size++) {
        uint8_t *copy = malloc(size + 1);
        memcpy(copy, body.at, size);
        assert_not_taken(span_of(copy, size), 0);
        free(copy);
    }
    assert_not_taken(span_of(body.at, body.size + 1), 0);
}

static void another_members_seal_is_refused(void **state)
{
    (void)state;
    struct log *log = hold_five();
    go_on(&world.node[2], log);
    forge_text(&forge, "not mine to write");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 6)));
    assert_int_equal(5, log->row.last);
}

/* One entry after five that are held, with one field wrong. */
static enum error with_wrong(struct event_header header)
{
    struct log *log = node_log(node, &writer->log);
    if (log == NULL) log = hold_five();
    if (header.kind == 0) header.kind = 900;
    go_on(writer, log);
    forge_add(&forge, &header, span_text("x"));
    struct batch_result result = take(forge_seal(&forge, 6));
    assert_int_equal(BATCH_REFUSED, result.verdict);
    assert_int_equal(5, log->row.last);
    return result.error;
}

static void an_entry_whose_header_is_wrong_is_refused(void **state)
{
    (void)state;
    struct event_header header = {.log = node->log};
    assert_error(ERROR_BAD_CHAIN, with_wrong(header));
    header = (struct event_header){.idx = 7};
    assert_error(ERROR_BAD_CHAIN, with_wrong(header));
    header = (struct event_header){.term = 1};
    assert_error(ERROR_OUT_OF_RANGE, with_wrong(header));
    header = (struct event_header){.phash = {{1}}};
    assert_error(ERROR_BAD_CHAIN, with_wrong(header));
    header = (struct event_header){.plen = 2};
    assert_error(ERROR_BAD_CHAIN, with_wrong(header));
    header = (struct event_header){.deps = {{writer->log, 6}}, .deps_count = 1};
    assert_error(ERROR_OUT_OF_RANGE, with_wrong(header));
}

static void a_break_in_the_chain_within_a_batch_is_refused(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct event_header header = {.kind = 900, .prev = {{1}}};
    go_on(writer, log);
    forge_text(&forge, "x");
    forge_add(&forge, &header, span_text("x"));
    assert_verdict(BATCH_REFUSED, ERROR_BAD_CHAIN, take(forge_seal(&forge, 7)));
}

static void a_payload_may_be_missing_only_where_it_is_personal(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct hash phash = {{3}};
    struct event_header header = {.kind = 900, .phash = phash, .plen = 30};
    go_on(writer, log);
    forge_add(&forge, &header, span_of(NULL, 0));
    assert_verdict(BATCH_REFUSED, ERROR_MISSING_FIELD, take(forge_seal(&forge, 6)));
    header.flags = EVENT_PERSONAL;
    go_on(writer, log);
    forge_add(&forge, &header, span_of(NULL, 0));
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 6)));
    header.plen = 0;
    go_on(writer, log);
    forge_add(&forge, &header, span_of(NULL, 0));
    assert_verdict(BATCH_REFUSED, ERROR_NOT_CANONICAL, take(forge_seal(&forge, 7)));
    world_check(&world);
}

static void a_batch_of_nothing_is_refused(void **state)
{
    (void)state;
    uint8_t buffer[256];
    struct data_writer d;
    struct seal seal = {.idx = 0};
    struct span body;
    data_begin(&d, buffer, sizeof buffer, &writer->log, 1, 0);
    assert_error(OK, data_end(&d, &seal, &body));
    assert_verdict(BATCH_REFUSED, ERROR_MALFORMED, take(body));
}

static void more_than_one_message_can_relay_is_refused(void **state)
{
    (void)state;
    static struct forge large;
    static uint8_t payload[EVENT_PAYLOAD_BYTES_MAX];
    static uint8_t buffer[MESSAGE_BYTES_MAX];
    struct log *log = hold_five();
    struct event event[17];
    uint8_t header_bytes[17][EVENT_HEADER_BYTES_MAX];
    struct hash hash = log->row.last_hash;
    memset(&large, 0, sizeof large);
    for (unsigned i = 0; i < 17; i++) {
        struct event_header header = {.log = writer->log,
                                      .idx = 6 + i,
                                      .prev = hash,
                                      .kind = 900,
                                      .plen = i < 16 ? sizeof payload : 1000};
        event[i].payload = span_of(payload, header.plen);
        event_payload_hash(pen(writer), event[i].payload, &header.phash);
        assert_error(OK, event_header_encode(&header, header_bytes[i], sizeof header_bytes[i],
                                             &event[i].header));
        event_hash(pen(writer), event[i].header, &hash);
    }
    struct data_writer d;
    struct seal seal = {.idx = 22, .committed_through = 22};
    struct span body;
    assert_true(seal_sign(pen(writer), &writer->log, &seal, &hash));
    data_begin(&d, buffer, sizeof buffer, &writer->log, 6, 17);
    for (unsigned i = 0; i < 17; i++) data_event(&d, &event[i]);
    assert_error(OK, data_end(&d, &seal, &body));
    assert_verdict(BATCH_REFUSED, ERROR_TOO_LARGE, take(body));
}

/* --- gaps, deps ------------------------------------------------------------------------------ */

static void a_batch_that_begins_after_the_end_is_a_gap(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct hash later = {{1}};
    forge_begin(&forge, pen(writer), &log->id, 7, &later);
    forge_text(&forge, "x");
    assert_verdict(BATCH_GAP, OK, take(forge_seal(&forge, 7)));
    struct id nobody = {{8}};
    forge_begin(&forge, pen(writer), &nobody, 2, &later);
    forge_text(&forge, "x");
    assert_verdict(BATCH_UNKNOWN, ERROR_UNKNOWN_LOG, take(forge_seal(&forge, 2)));
}

static void entries_before_a_missing_dep_are_appended_and_the_rest_follows_it(void **state)
{
    (void)state;
    static struct forge others;
    static uint8_t copy[FORGE_BYTES_MAX];
    struct log_rest rest;
    struct node *third = &world.node[2];
    struct event_header dep = {.kind = 900, .deps = {{third->log, 2}}, .deps_count = 1};
    struct event_header later = {.kind = 900, .deps = {{third->log, 3}}, .deps_count = 1};
    struct log *log = hold_five();
    go_on(writer, log);
    forge_text(&forge, "six");
    forge_add(&forge, &dep, span_text("seven"));
    forge_text(&forge, "eight");
    forge_add(&forge, &later, span_text("nine"));
    struct span body = forge_seal(&forge, 9);
    memcpy(copy, body.at, body.size);
    struct batch_result result = take(body);
    assert_verdict(BATCH_DEPS, ERROR_DEPS_MISSING, result);
    assert_memory_equal(third->log.bytes, result.missing.log.bytes, ID_BYTES);
    assert_int_equal(2, result.missing.idx);
    assert_int_equal(6, result.first);
    assert_int_equal(6, result.last);
    assert_int_equal(6, log->row.last);
    assert_int_equal(5, log->row.sealed); /* no seal stands there */
    assert_int_equal(6, log->row.committed);
    log_rest_keep(node->logs, span_of(copy, body.size), &rest);
    others = forge;
    begin_node_log(third, &third->log);
    forge_text(&forge, "what seven names");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 2)));
    node_begin(node);
    result = log_append_rest(node->logs, &rest);
    assert_int_equal(BATCH_DEPS, result.verdict);
    assert_int_equal(7, result.first);
    assert_int_equal(8, result.last);
    assert_int_equal(3, result.missing.idx);
    node->appended = true;
    assert_true(node_end(node));
    forge_text(&forge, "what nine names");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 3)));
    node_begin(node);
    result = log_append_rest(node->logs, &rest);
    assert_verdict(BATCH_APPENDED, OK, result);
    assert_int_equal(9, result.last);
    node->appended = true;
    assert_true(node_end(node));
    log = node_log(node, &writer->log);
    assert_int_equal(9, log->row.sealed);
    assert_memory_equal(others.hash.bytes, log->row.last_hash.bytes, HASH_BYTES);
    world_check(&world);
}

static void a_rest_is_of_no_use_when_the_log_went_another_way(void **state)
{
    (void)state;
    static uint8_t copy[FORGE_BYTES_MAX];
    struct log_rest rest;
    struct node *third = &world.node[2];
    struct event_header dep = {.kind = 900, .deps = {{third->log, 1}}, .deps_count = 1};
    struct log *log = hold_five();
    go_on(writer, log);
    forge_add(&forge, &dep, span_text("six of one branch"));
    forge_text(&forge, "seven");
    struct span body = forge_seal(&forge, 7);
    memcpy(copy, body.at, body.size);
    assert_int_equal(BATCH_DEPS, take(body).verdict);
    log_rest_keep(node->logs, span_of(copy, body.size), &rest);
    go_on(writer, log);
    forge_text(&forge, "six of the other");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 6)));
    begin_node_log(third, &third->log);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    node_begin(node);
    struct batch_result result = log_append_rest(node->logs, &rest);
    assert_int_equal(BATCH_GAP, result.verdict);
    assert_int_equal(0, result.last);
    node_end(node);
    assert_int_equal(6, log->row.last);
    world_check(&world);
}

/* Five entries, then a sixth that waits for the third node's first: its rest in hand. */
static struct span wait_for_third(struct log_rest *rest)
{
    static uint8_t copy[FORGE_BYTES_MAX];
    struct event_header dep = {.kind = 900, .deps = {{world.node[2].log, 1}}, .deps_count = 1};
    go_on(writer, hold_five());
    forge_add(&forge, &dep, span_text("six"));
    forge_text(&forge, "seven");
    struct span body = forge_seal(&forge, 7);
    memcpy(copy, body.at, body.size);
    assert_int_equal(BATCH_DEPS, take(body).verdict);
    log_rest_keep(node->logs, span_of(copy, body.size), rest);
    return span_of(copy, body.size);
}

static void a_rest_that_came_again_in_the_meantime_is_passed_over(void **state)
{
    (void)state;
    struct log_rest rest;
    struct span body = wait_for_third(&rest);
    begin_node_log(&world.node[2], &world.node[2].log);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    assert_verdict(BATCH_APPENDED, OK, take(body));
    node_begin(node);
    struct batch_result result = log_append_rest(node->logs, &rest);
    assert_verdict(BATCH_APPENDED, OK, result);
    assert_int_equal(0, result.last);
    node_end(node);
    world_check(&world);
}

static void nothing_of_a_rest_is_appended_after_a_fork(void **state)
{
    (void)state;
    struct log_rest rest;
    wait_for_third(&rest);
    begin_node_log(writer, &writer->log);
    forge_text(&forge, "something else");
    assert_verdict(BATCH_FORK, ERROR_FORK, take(forge_seal(&forge, 2)));
    begin_node_log(&world.node[2], &world.node[2].log);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    node_begin(node);
    struct batch_result result = log_append_rest(node->logs, &rest);
    assert_int_equal(BATCH_GAP, result.verdict);
    assert_int_equal(0, result.last);
    node_end(node);
}

static void a_seal_that_comes_late_lets_a_prefix_be_relayed(void **state)
{
    (void)state;
    struct node *third = &world.node[2];
    struct event_header dep = {.kind = 900, .deps = {{third->log, 1}}, .deps_count = 1};
    struct log *log = hold_five();
    go_on(writer, log);
    forge_text(&forge, "six");
    forge_add(&forge, &dep, span_text("seven"));
    assert_int_equal(BATCH_DEPS, take(forge_seal(&forge, 7)).verdict);
    assert_int_equal(5, log->row.sealed);
    forge.count = 1;
    forge.hash = forge.prev;
    forge.crypto = pen(third);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 6)));
    assert_int_equal(5, log->row.sealed);
    forge.crypto = pen(writer);
    assert_verdict(BATCH_HELD, OK, take(forge_seal(&forge, 6)));
    assert_int_equal(6, log->row.sealed);
}

/* --- entry 1 --------------------------------------------------------------------------------- */

static void a_log_begins_with_a_genesis_of_a_member_under_its_key(void **state)
{
    (void)state;
    struct id log = {{0x77}};
    forge_begin(&forge, pen(writer), &log, 1, NULL);
    forge_text(&forge, "no genesis");
    assert_verdict(BATCH_REFUSED, ERROR_UNKNOWN_LOG, take(forge_seal(&forge, 1)));
    struct genesis genesis = {.log_type = LOG_NODE, .node = {{0x99}}, .store = writer->boot};
    memcpy(genesis.sign_key.bytes, keys_sign_public(writer->keys), KEY_BYTES);
    forge_begin(&forge, pen(writer), &log, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    assert_verdict(BATCH_UNKNOWN, ERROR_UNKNOWN_PEER, take(forge_seal(&forge, 1)));
    struct event_header header = {.kind = EVENT_MEMBER, .kver = 1}; /* the same bytes, otherwise */
    struct member member = {.node = writer->id,
                            .name = span_text("x"),
                            .sign_key = {{1}},
                            .curve_key = {{1}},
                            .log = writer->log};
    uint8_t buffer[512];
    struct span payload;
    assert_error(OK, shape_encode(&member_shape, &member, buffer, sizeof buffer, &payload));
    forge_begin(&forge, pen(writer), &log, 1, NULL);
    forge_add(&forge, &header, payload);
    assert_verdict(BATCH_REFUSED, ERROR_UNKNOWN_LOG, take(forge_seal(&forge, 1)));
    genesis.node = writer->id;
    forge_begin(&forge, pen(writer), &log, 1, NULL);
    forge.term = 1;
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    assert_verdict(BATCH_REFUSED, ERROR_OUT_OF_RANGE, take(forge_seal(&forge, 1)));
    struct hash other = {{1}}; /* a chain that begins elsewhere */
    forge_begin(&forge, pen(writer), &log, 1, &other);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    assert_verdict(BATCH_REFUSED, ERROR_BAD_CHAIN, take(forge_seal(&forge, 1)));
    genesis.node = node->id; /* a member's name over another's key */
    forge_begin(&forge, pen(writer), &log, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    assert_verdict(BATCH_UNKNOWN, ERROR_UNKNOWN_PEER, take(forge_seal(&forge, 1)));
    assert_null(node_log(node, &log));
}

static void a_book_is_begun_by_the_one_who_leads_it(void **state)
{
    (void)state;
    begin_book(writer, &node->id, LOG_BOOK);
    assert_verdict(BATCH_REFUSED, ERROR_UNKNOWN_LOG, take(forge_seal(&forge, 1)));
    begin_book(writer, &writer->id, LOG_BOOK);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    struct log *log = node_log(node, &BOOK);
    assert_memory_equal(writer->log.bytes, log->row.writer_log.bytes, ID_BYTES);
    assert_int_equal(LOG_BOOK, log->row.log_type);
}

static void only_the_membership_that_gave_the_mesh_its_name_is_taken(void **state)
{
    (void)state;
    begin_book(writer, &writer->id, LOG_MEMBERSHIP);
    assert_verdict(BATCH_REFUSED, ERROR_UNKNOWN_LOG, take(forge_seal(&forge, 1)));
    static uint8_t buffer[MESSAGE_BYTES_MAX];
    struct span body;
    assert_error(OK, writer->store->port->begin_read(writer->store->world));
    struct log *membership = node_log(writer, &world.membership);
    assert_error(OK, log_build_data(writer->logs, membership, 1, 1, buffer, sizeof buffer, &body));
    writer->store->port->end_read(writer->store->world);
    node->logs->mesh = (struct id){{0}};
    assert_verdict(BATCH_REFUSED, ERROR_UNKNOWN_LOG, take(body));
    node->logs->mesh = world.mesh;
    assert_verdict(BATCH_APPENDED, OK, take(body));
    begin_book(writer, &writer->id, LOG_MEMBERSHIP);
    memcpy(node->logs->mesh.bytes, forge.hash.bytes, ID_BYTES);
    assert_verdict(BATCH_REFUSED, ERROR_UNKNOWN_LOG, take(forge_seal(&forge, 1)));
}

static void one_member_cannot_fill_the_shelf(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOGS_OF_WRITER_MAX; i++) {
        struct id log = {{0x33, (uint8_t)i}};
        begin_node_log(writer, &log);
        assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
    }
    struct id one_more = {{0x34}};
    begin_node_log(writer, &one_more);
    assert_verdict(BATCH_UNKNOWN, ERROR_UNKNOWN_PEER, take(forge_seal(&forge, 1)));
    begin_node_log(&world.node[2], &one_more);
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 1)));
}

/* --- forks ----------------------------------------------------------------------------------- */

static void assert_quarantined(struct log *log, uint64_t idx, uint64_t rows)
{
    assert_true(log->row.quarantined);
    assert_int_equal(rows, store_memory_count(node->memory, TRUTH_FORK));
    (void)idx;
    struct log_row before = log->row;
    go_on(writer, log);
    forge_text(&forge, "after the fork");
    assert_verdict(BATCH_FORK, ERROR_FORK, take(forge_seal(&forge, 9)));
    assert_memory_equal(&before, &log->row, sizeof before);
    node_crash(node);
    node_start(node);
    assert_true(node_log(node, &writer->log)->row.quarantined);
}

static void another_branch_is_quarantined_with_its_evidence(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct hash ours = log->row.last_hash;
    begin_node_log(writer, &writer->log);
    forge_text(&forge, "something seen");
    forge_text(&forge, "something else");
    for (unsigned i = 0; i < 4; i++) forge_text(&forge, "something seen");
    struct batch_result result = take(forge_seal(&forge, 7));
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(3, result.first);
    assert_int_equal(0, result.last);
    assert_int_equal(5, log->row.last);
    assert_memory_equal(ours.bytes, log->row.last_hash.bytes, HASH_BYTES);
    assert_quarantined(log, 3, 5);
}

static void another_branch_within_what_is_held_is_a_fork(void **state)
{
    (void)state;
    struct log *log = hold_five();
    begin_node_log(writer, &writer->log);
    forge_text(&forge, "something else");
    struct batch_result result = take(forge_seal(&forge, 2));
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(2, result.first);
    assert_quarantined(log, 2, 1);
}

static void a_next_entry_that_names_another_before_it_is_a_fork(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct hash other = {{1}};
    forge_begin(&forge, pen(writer), &writer->log, 6, &other);
    forge_text(&forge, "six");
    struct batch_result result = take(forge_seal(&forge, 6));
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_int_equal(6, result.first);
    assert_quarantined(log, 6, 1);
}

static void a_fork_that_the_writer_did_not_seal_is_a_lie(void **state)
{
    (void)state;
    struct log *log = hold_five();
    struct hash other = {{1}};
    begin_node_log(&world.node[2], &writer->log);
    forge_text(&forge, "something else");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 2)));
    forge_begin(&forge, pen(&world.node[2]), &writer->log, 6, &other);
    forge_text(&forge, "six");
    assert_verdict(BATCH_REFUSED, ERROR_BAD_SEAL, take(forge_seal(&forge, 6)));
    assert_false(log->row.quarantined);
    assert_int_equal(0, store_memory_count(node->memory, TRUTH_FORK));
}

static void own_entries_that_this_store_does_not_hold_put_it_in_doubt(void **state)
{
    (void)state;
    struct log *own = node_own(node);
    go_on(node, own);
    forge_text(&forge, "lost with the disk");
    struct span body = forge_seal(&forge, 2);
    struct batch_result result = take(body);
    assert_verdict(BATCH_FORK, ERROR_IN_DOUBT, result);
    assert_int_equal(2, result.first);
    assert_true(own->row.retired);
    assert_int_equal(1, own->row.last);
    /* As a log of a former store it is taken like any other's. */
    assert_false(own->own);
    assert_verdict(BATCH_APPENDED, OK, take(body));
    assert_int_equal(2, own->row.last);
}

static void another_branch_of_an_own_log_is_a_fork(void **state)
{
    (void)state;
    node_write(node, 2);
    struct log *own = node_own(node);
    struct hash first;
    assert_error(OK, node->store->port->begin_read(node->store->world));
    assert_error(OK, log_hash_at(node->logs, own, 1, &first));
    node->store->port->end_read(node->store->world);
    forge_begin(&forge, pen(node), &own->id, 2, &first);
    forge_text(&forge, "written by the clone");
    struct batch_result result = take(forge_seal(&forge, 2));
    assert_verdict(BATCH_FORK, ERROR_FORK, result);
    assert_true(own->row.quarantined);
    assert_int_equal(3, own->row.last);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        T(a_batch_is_appended_and_reads_back_the_same),
        T(entries_held_before_are_skipped),
        T(what_was_just_taken_reads_as_it_will_from_the_store),
        T(what_was_worked_out_stands_beside_the_entries_that_were_taken),
        T(a_batch_of_entries_held_changes_nothing),
        T(entries_of_unknown_kinds_are_appended),
        T(committed_is_what_the_seal_says_and_never_goes_back),
        T(a_message_with_a_flipped_bit_is_never_appended),
        T(a_message_cut_short_or_with_bytes_left_over_is_never_appended),
        T(another_members_seal_is_refused),
        T(an_entry_whose_header_is_wrong_is_refused),
        T(a_break_in_the_chain_within_a_batch_is_refused),
        T(a_payload_may_be_missing_only_where_it_is_personal),
        T(a_batch_of_nothing_is_refused),
        T(more_than_one_message_can_relay_is_refused),
        T(a_batch_that_begins_after_the_end_is_a_gap),
        T(entries_before_a_missing_dep_are_appended_and_the_rest_follows_it),
        T(a_rest_is_of_no_use_when_the_log_went_another_way),
        T(a_rest_that_came_again_in_the_meantime_is_passed_over),
        T(nothing_of_a_rest_is_appended_after_a_fork),
        T(a_seal_that_comes_late_lets_a_prefix_be_relayed),
        T(a_log_begins_with_a_genesis_of_a_member_under_its_key),
        T(a_book_is_begun_by_the_one_who_leads_it),
        T(only_the_membership_that_gave_the_mesh_its_name_is_taken),
        T(one_member_cannot_fill_the_shelf),
        T(another_branch_is_quarantined_with_its_evidence),
        T(another_branch_within_what_is_held_is_a_fork),
        T(a_next_entry_that_names_another_before_it_is_a_fork),
        T(a_fork_that_the_writer_did_not_seal_is_a_lie),
        T(own_entries_that_this_store_does_not_hold_put_it_in_doubt),
        T(another_branch_of_an_own_log_is_a_fork),
    };
    int failed = cmocka_run_group_tests_name("all by the writer", tests, NULL, NULL);
    looked_ahead = true;
    return failed + cmocka_run_group_tests_name("worked out ahead", tests, NULL, NULL);
}

/* Logs: own entries, seals, reading, erasing, what a failed turn leaves, and the bodies of DATA. */
#include "tests/node/core/world.h"
#include "tests/proto/check.h"

static struct world world;
static struct node *node; /* number 0 */
static struct log *own;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 7, 2);
    node = &world.node[0];
    own = node_own(node);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void read_begin(void)
{
    assert_error(OK, node->store->port->begin_read(node->store->world));
}
static void read_end(void)
{
    node->store->port->end_read(node->store->world);
}

static struct event_header header_at(const struct log *log, uint64_t idx, struct hash *hash)
{
    struct event event;
    struct event_header header;
    assert_error(OK, log_read(node->logs, &log->id, idx, &event, hash));
    assert_error(OK, event_header_decode(event.header, &header));
    return header;
}

/* --- own entries ----------------------------------------------------------------------------- */

static void own_entries_are_chained_and_sealed_when_the_turn_ends(void **state)
{
    (void)state;
    struct hash hash;
    node_begin(node);
    node_append(node, own, 10, NULL, 0, 0);
    node_append(node, own, 0, NULL, 0, 0);
    assert_int_equal(1, own->row.sealed);
    assert_int_equal(1, own->durable);
    assert_true(node_end(node));
    assert_int_equal(3, own->row.last);
    assert_int_equal(3, own->row.sealed);
    assert_int_equal(3, own->row.committed);
    assert_int_equal(3, own->durable);
    read_begin();
    struct event_header third = header_at(own, 3, &hash);
    assert_memory_equal(own->row.last_hash.bytes, hash.bytes, HASH_BYTES);
    header_at(own, 2, &hash);
    assert_memory_equal(third.prev.bytes, hash.bytes, HASH_BYTES);
    assert_int_equal(0, third.plen);
    read_end();
}

static size_t seals(void)
{
    return store_memory_count(node->memory, TRUTH_SEAL);
}

static void a_long_turn_is_sealed_after_every_256_entries(void **state)
{
    (void)state;
    size_t before = seals();
    node_begin(node);
    for (unsigned i = 0; i < 600; i++) node_append(node, own, 5, NULL, 0, 0);
    assert_true(node_end(node));
    assert_int_equal(before + 3, seals());
    uint32_t events = 0;
    read_begin();
    assert_int_equal(257, log_seal_within(node->logs, own, 2, 257, DATA_BYTES_MAX, &events));
    assert_int_equal(256, events);
    assert_int_equal(0, log_seal_within(node->logs, own, 2, 256, DATA_BYTES_MAX, &events));
    read_end();
}

static void a_batch_never_exceeds_256_kib(void **state)
{
    (void)state;
    node_begin(node);
    for (unsigned i = 0; i < 9; i++) node_append(node, own, 60000, NULL, 0, 0);
    assert_true(node_end(node));
    read_begin();
    /* Four of them fit, a fifth does not. */
    assert_int_equal(5, log_seal_within(node->logs, own, 2, 10, BATCH_BYTES_MAX, NULL));
    assert_int_equal(9, log_seal_within(node->logs, own, 6, 10, BATCH_BYTES_MAX, NULL));
    assert_int_equal(10, log_seal_within(node->logs, own, 10, 10, BATCH_BYTES_MAX, NULL));
    read_end();
}

static void the_bytes_of_one_batch_do_not_count_for_the_next(void **state)
{
    (void)state;
    size_t before = seals();
    for (unsigned turn = 0; turn < 3; turn++) {
        node_begin(node);
        for (unsigned i = 0; i < 2; i++) node_append(node, own, 60000, NULL, 0, 0);
        assert_true(node_end(node));
    }
    assert_int_equal(before + 3, seals());
}

static void a_payload_beyond_its_limit_is_refused(void **state)
{
    (void)state;
    static uint8_t large[EVENT_PAYLOAD_BYTES_MAX + 1];
    struct event_header header = {.kind = 900};
    node_begin(node);
    assert_error(ERROR_TOO_LARGE,
                 log_append(node->logs, own, &header, span_of(large, sizeof large)));
    assert_error(OK, log_append(node->logs, own, &header, span_of(large, sizeof large - 1)));
    node->appended = true;
    assert_true(node_end(node));
}

/* --- turns ----------------------------------------------------------------------------------- */

static void a_failed_turn_leaves_tails_feed_and_places_as_they_were(void **state)
{
    (void)state;
    node_write(node, 3);
    struct log_row before = own->row;
    uint64_t feed = node->logs->feed_next;
    uint32_t count = node->logs->count;
    struct id order[8];
    for (uint32_t i = 0; i < count; i++) order[i] = node->logs->log[i].id;
    struct id book = {{1}}; /* sorts before the others */
    struct log *added = NULL;
    store_memory_fail_commit(node->memory, ERROR_FULL);
    node_begin(node);
    node_append(node, own, 10, NULL, 0, 0);
    assert_error(OK, logs_add(node->logs, &book, &own->row, &added));
    added->own = true;
    node_append(node, added, 10, NULL, 0, 0);
    assert_false(node_end(node));
    assert_int_equal(count, node->logs->count);
    assert_int_equal(feed, node->logs->feed_next);
    assert_memory_equal(&before, &node_own(node)->row, sizeof before);
    assert_int_equal(before.last, own->durable);
    assert_false(own->grew);
    node_write(node, 2);
    assert_int_equal(before.last + 2, own->row.last);
    node_open_book(node, &book);
    for (uint32_t i = 0; i < count; i++)
        assert_memory_equal(order[i].bytes, node->logs->log[i].id.bytes, ID_BYTES);
    world_check(&world);
}

static void a_restart_finds_the_tails_and_the_feed_again(void **state)
{
    (void)state;
    node_write(node, 5);
    node_write(node, 5);
    struct log_row before = own->row;
    uint64_t feed = node->logs->feed_next;
    node_crash(node);
    node_start(node);
    assert_memory_equal(&before, &node_own(node)->row, sizeof before);
    assert_int_equal(feed, node->logs->feed_next);
    assert_true(node_own(node)->own);
}

static void the_feed_numbers_every_entry_in_order_of_arrival(void **state)
{
    (void)state;
    uint64_t number = node->logs->feed_next;
    size_t rows = store_memory_count(node->memory, TRUTH_FEED);
    node_write(node, 4);
    node_write(node, 1);
    assert_int_equal(number + 5, node->logs->feed_next);
    assert_int_equal(rows + 2, store_memory_count(node->memory, TRUTH_FEED));
    uint8_t key[8];
    struct span value;
    const struct rows *truth = &node->store->truth;
    be_put(key, number, 8);
    read_begin();
    assert_true(truth->port->get(truth->world, TRUTH_FEED, span_of(key, 8), &value));
    assert_int_equal(28, value.size);
    assert_int_equal(2, be_get(value.at, 8));
    assert_int_equal(4, be_get(value.at + 8, 4));
    assert_memory_equal(own->id.bytes, value.at + 12, ID_BYTES);
    be_put(key, number + 4, 8);
    assert_true(truth->port->get(truth->world, TRUTH_FEED, span_of(key, 8), &value));
    assert_int_equal(6, be_get(value.at, 8));
    read_end();
}

static void a_log_that_did_not_grow_is_not_in_the_feed(void **state)
{
    (void)state;
    struct id book = {{0x55}};
    node_write(node, 4);
    uint64_t number = node->logs->feed_next;
    size_t rows = store_memory_count(node->memory, TRUTH_FEED);
    node_open_book(node, &book);
    assert_int_equal(rows + 1, store_memory_count(node->memory, TRUTH_FEED));
    assert_int_equal(number + 1, node->logs->feed_next);
    node_write(node, 1);
    assert_int_equal(rows + 2, store_memory_count(node->memory, TRUTH_FEED));
}

/* --- reading --------------------------------------------------------------------------------- */

static void a_flipped_byte_anywhere_in_an_entry_is_found_when_it_is_read(void **state)
{
    (void)state;
    struct event event;
    node_begin(node);
    node_append(node, own, 30, NULL, 0, 0);
    assert_true(node_end(node));
    size_t row = memcmp(own->id.bytes, world.membership.bytes, ID_BYTES) < 0 ? 1 : 2;
    read_begin();
    assert_error(OK, log_read(node->logs, &own->id, 2, &event, NULL));
    size_t size = 34 + event.header.size + event.payload.size;
    for (size_t at = 0; at < size; at++) {
        store_memory_flip(node->memory, TRUTH_EVENT, row, at);
        assert_error(ERROR_CORRUPT, log_read(node->logs, &own->id, 2, &event, NULL));
        store_memory_flip(node->memory, TRUTH_EVENT, row, at);
    }
    assert_error(OK, log_read(node->logs, &own->id, 2, &event, NULL));
    read_end();
}

static void an_entry_that_no_log_has_is_not_found(void **state)
{
    (void)state;
    struct event event;
    struct id nobody = {{9}};
    read_begin();
    assert_error(ERROR_NOT_FOUND, log_read(node->logs, &own->id, 2, &event, NULL));
    assert_error(ERROR_NOT_FOUND, log_read(node->logs, &own->id, 0, &event, NULL));
    assert_error(ERROR_NOT_FOUND, log_read(node->logs, &nobody, 1, &event, NULL));
    read_end();
}

static void the_hash_before_the_first_entry_is_that_of_the_logs_name(void **state)
{
    (void)state;
    struct hash expected, hash;
    event_genesis_prev(keys_crypto(node->keys), &own->id, &expected);
    node_write(node, 3);
    read_begin();
    assert_error(OK, log_hash_at(node->logs, own, 0, &hash));
    assert_memory_equal(expected.bytes, hash.bytes, HASH_BYTES);
    for (uint64_t idx = 1; idx <= 4; idx++) {
        header_at(own, idx, &expected);
        assert_error(OK, log_hash_at(node->logs, own, idx, &hash));
        assert_memory_equal(expected.bytes, hash.bytes, HASH_BYTES);
    }
    assert_error(ERROR_NOT_FOUND, log_hash_at(node->logs, own, 5, &hash));
    read_end();
}

static void an_entry_lost_from_the_disk_is_corruption(void **state)
{
    (void)state;
    struct event event;
    node_write(node, 3);
    node_begin(node);
    uint8_t key[24];
    const struct rows *truth = &node->store->truth;
    memcpy(key, own->id.bytes, ID_BYTES);
    be_put(key + ID_BYTES, 3, 8);
    truth->port->del(truth->world, TRUTH_EVENT, span_of(key, sizeof key));
    assert_error(ERROR_CORRUPT, log_read(node->logs, &own->id, 3, &event, NULL));
    node->appended = false;
    node_end(node);
}

static void put_raw(enum truth_table table, struct span key, struct span value)
{
    const struct rows *truth = &node->store->truth;
    truth->port->put(truth->world, table, key, value);
}

static void an_entry_in_the_wrong_place_is_corruption(void **state)
{
    (void)state;
    struct event event;
    struct span value;
    uint8_t from[24], to[24];
    const struct rows *truth = &node->store->truth;
    node_write(node, 3);
    node_begin(node);
    memcpy(from, own->id.bytes, ID_BYTES);
    memcpy(to, own->id.bytes, ID_BYTES);
    be_put(from + ID_BYTES, 2, 8);
    be_put(to + ID_BYTES, 3, 8);
    assert_true(truth->port->get(truth->world, TRUTH_EVENT, span_of(from, 24), &value));
    put_raw(TRUTH_EVENT, span_of(to, 24), value);
    assert_error(OK, log_read(node->logs, &own->id, 2, &event, NULL));
    assert_error(ERROR_CORRUPT, log_read(node->logs, &own->id, 3, &event, NULL));
    node_end(node);
}

static void a_tail_that_cannot_be_is_corruption(void **state)
{
    (void)state;
    uint8_t buffer[512];
    struct span value;
    struct log_row row = own->row;
    row.sealed = row.last + 1;
    node_begin(node);
    assert_error(OK, shape_encode(&log_row_shape, &row, buffer, sizeof buffer, &value));
    put_raw(TRUTH_LOG, id_span(&own->id), value);
    assert_error(ERROR_CORRUPT, logs_load(node->logs, node->store, keys_crypto(node->keys)));
    row.sealed = row.last;
    row.committed = row.last + 1;
    assert_error(OK, shape_encode(&log_row_shape, &row, buffer, sizeof buffer, &value));
    put_raw(TRUTH_LOG, id_span(&own->id), value);
    assert_error(ERROR_CORRUPT, logs_load(node->logs, node->store, keys_crypto(node->keys)));
    put_raw(TRUTH_LOG, id_span(&own->id), span_text("rubbish"));
    assert_error(ERROR_CORRUPT, logs_load(node->logs, node->store, keys_crypto(node->keys)));
    node->store->port->abort(node->store->world);
}

/* --- erasing --------------------------------------------------------------------------------- */

static void an_erased_payload_leaves_header_and_chain(void **state)
{
    (void)state;
    struct event event;
    struct hash before, after;
    node_begin(node);
    node_append(node, own, 40, NULL, 0, EVENT_PERSONAL);
    node_append(node, own, 40, NULL, 0, 0);
    header_at(own, 2, &before);
    assert_error(OK, log_erase_payload(node->logs, &own->id, 2));
    assert_error(OK, log_erase_payload(node->logs, &own->id, 2));
    assert_error(ERROR_FORBIDDEN, log_erase_payload(node->logs, &own->id, 3));
    assert_error(ERROR_NOT_FOUND, log_erase_payload(node->logs, &own->id, 4));
    assert_true(node_end(node));
    read_begin();
    assert_error(OK, log_read(node->logs, &own->id, 2, &event, &after));
    assert_null(event.payload.at);
    assert_memory_equal(before.bytes, after.bytes, HASH_BYTES);
    assert_error(OK, log_read(node->logs, &own->id, 3, &event, NULL));
    assert_int_equal(40, event.payload.size);
    read_end();
    world_check(&world);
}

static void an_empty_payload_is_there_and_not_erased(void **state)
{
    (void)state;
    struct event event;
    node_begin(node);
    node_append(node, own, 0, NULL, 0, EVENT_PERSONAL);
    assert_true(node_end(node));
    read_begin();
    assert_error(OK, log_read(node->logs, &own->id, 2, &event, NULL));
    assert_non_null(event.payload.at);
    assert_int_equal(0, event.payload.size);
    read_end();
}

/* --- bodies of DATA -------------------------------------------------------------------------- */

static void a_data_body_ends_on_a_seal_and_fits_what_was_asked(void **state)
{
    (void)state;
    static uint8_t buffer[MESSAGE_BYTES_MAX];
    struct span body;
    uint32_t events = 0;
    for (unsigned i = 0; i < 20; i++) {
        node_begin(node);
        for (unsigned n = 0; n <= i; n++) node_append(node, own, 500, NULL, 0, 0);
        assert_true(node_end(node));
    }
    read_begin();
    for (size_t room = 300; room < 150000; room += 777) {
        uint64_t to = log_seal_within(node->logs, own, 2, own->row.last, room, &events);
        if (to == 0) {
            assert_true(room < 1400);
            continue;
        }
        assert_error(OK, log_build_data(node->logs, own, 2, to, buffer, sizeof buffer, &body));
        assert_true(body.size <= room + 200);
        struct data_reader d;
        struct event event;
        struct seal seal;
        assert_error(OK, data_open(&d, body));
        assert_int_equal(events, d.events);
        size_t bytes = 0;
        while (data_next(&d, &event)) bytes += event.header.size + event.payload.size;
        assert_error(OK, data_close(&d, &seal));
        assert_int_equal(to, seal.idx);
        assert_true(bytes <= room);
    }
    assert_int_equal(0, log_seal_within(node->logs, own, 2, 2 + 1, 100, NULL));
    assert_error(ERROR_TOO_LARGE, log_build_data(node->logs, own, 2, 2, buffer, 100, &body));
    assert_error(ERROR_CORRUPT,
                 log_build_data(node->logs, own, 2, 3, buffer, sizeof buffer, &body));
    read_end();
}

static void a_data_body_holds_8192_entries_at_most(void **state)
{
    (void)state;
    static uint8_t buffer[MESSAGE_BYTES_MAX];
    struct span body;
    node_begin(node);
    for (unsigned i = 0; i < DATA_EVENTS_MAX + 600; i++) {
        struct event_header header = {.kind = 99};
        assert_error(OK, log_append(node->logs, own, &header, span_text("")));
    }
    node->appended = true;
    assert_true(node_end(node));
    read_begin();
    uint32_t events = 0;
    uint64_t to = log_seal_within(node->logs, own, 2, own->row.last, DATA_BYTES_MAX, &events);
    assert_in_range(events, DATA_EVENTS_MAX - BATCH_EVENTS_MAX, DATA_EVENTS_MAX);
    assert_error(OK, log_build_data(node->logs, own, 2, to, buffer, sizeof buffer, &body));
    struct data_reader d;
    assert_error(OK, data_open(&d, body));
    read_end();
}

static void a_data_body_stops_where_the_writer_changes(void **state)
{
    (void)state;
    struct id book = {{0x55}};
    node_open_book(node, &book);
    node_begin(node);
    node_append(node, node_log(node, &book), 10, NULL, 0, 0);
    node_end(node);
    node_hand_over(node, &book, node); /* to itself: the term changes all the same */
    node_begin(node);
    struct log *log = node_log(node, &book);
    log->own = true;
    node_append(node, log, 10, NULL, 0, 0);
    node_end(node);
    assert_int_equal(4, log->row.last);
    read_begin();
    assert_int_equal(3, log_seal_within(node->logs, log, 1, 4, DATA_BYTES_MAX, NULL));
    assert_int_equal(4, log_seal_within(node->logs, log, 4, 4, DATA_BYTES_MAX, NULL));
    read_end();
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        T(own_entries_are_chained_and_sealed_when_the_turn_ends),
        T(a_long_turn_is_sealed_after_every_256_entries),
        T(a_batch_never_exceeds_256_kib),
        T(the_bytes_of_one_batch_do_not_count_for_the_next),
        T(a_payload_beyond_its_limit_is_refused),
        T(a_failed_turn_leaves_tails_feed_and_places_as_they_were),
        T(a_restart_finds_the_tails_and_the_feed_again),
        T(the_feed_numbers_every_entry_in_order_of_arrival),
        T(a_log_that_did_not_grow_is_not_in_the_feed),
        T(a_flipped_byte_anywhere_in_an_entry_is_found_when_it_is_read),
        T(an_entry_that_no_log_has_is_not_found),
        T(the_hash_before_the_first_entry_is_that_of_the_logs_name),
        T(an_entry_lost_from_the_disk_is_corruption),
        T(an_entry_in_the_wrong_place_is_corruption),
        T(a_tail_that_cannot_be_is_corruption),
        T(an_erased_payload_leaves_header_and_chain),
        T(an_empty_payload_is_there_and_not_erased),
        T(a_data_body_ends_on_a_seal_and_fits_what_was_asked),
        T(a_data_body_holds_8192_entries_at_most),
        T(a_data_body_stops_where_the_writer_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

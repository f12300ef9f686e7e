/* The envelope, and DATA, the one body that is written by hand. The other bodies are shapes and
 * covered with them. */
#include "tests/proto/check.h"

#include "proto/messages.h"
#include "tests/proto/crypto_port.h"
#include "tests/proto/golden.h"
#include "tests/proto/values.h"

static uint8_t buffer[MESSAGE_BYTES_MAX + 1000];

static void the_envelope_is_frozen(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 7, .wall_ms = GOLDEN_MOMENT_MS};
    uint8_t body[64];
    struct envelope envelope = {
        .version = 1, .type = MESSAGE_PING, .session = (uint64_t)1 << 40, .seq = 300};
    struct span out;
    assert_error(OK, shape_encode(&ping_shape, &ping, body, sizeof body, &envelope.body));
    assert_error(OK, envelope_encode(&envelope, buffer, sizeof buffer, &out));
    assert_span_equal(hex(GOLDEN_ENVELOPE), out);

    uint8_t exact[64];
    size_t size = out.size;
    assert_error(OK, envelope_encode(&envelope, exact, size, &out));
    assert_span_equal(hex(GOLDEN_ENVELOPE), out);
    assert_error(ERROR_TOO_LARGE, envelope_encode(&envelope, exact, size - 1, &out));

    struct envelope back;
    assert_error(OK, envelope_decode(hex(GOLDEN_ENVELOPE), &back));
    assert_int_equal(back.version, 1);
    assert_int_equal(back.type, MESSAGE_PING);
    assert_true(back.session == (uint64_t)1 << 40);
    assert_int_equal(back.seq, 300);
    assert_span_equal(envelope.body, back.body);
}

static void every_message_travels_in_its_envelope(void **state)
{
    (void)state;
    static const struct shape *const shape_of[] = {
        [MESSAGE_HELLO] = &hello_shape,   [MESSAGE_VV] = &vv_shape,
        [MESSAGE_FETCH] = &fetch_shape,   [MESSAGE_ACK] = &ack_shape,
        [MESSAGE_CREDIT] = &credit_shape, [MESSAGE_PING] = &ping_shape,
        [MESSAGE_BYE] = &bye_shape};
    static union {
        uint64_t align;
        uint8_t bytes[VALUES_STRUCT_BYTES];
    } value, back;
    static uint8_t body[VALUES_RECORD_BYTES];
    struct values values = values_begin(__func__);
    for (unsigned i = 0; i < 200; i++)
        for (uint64_t type = MESSAGE_HELLO; type <= MESSAGE_BYE; type++) {
            if (shape_of[type] == NULL) continue;
            struct envelope envelope = {.version = 1, .type = type, .seq = i}, opened;
            struct span out;
            values_fill(&values, shape_of[type], value.bytes);
            assert_error(
                OK, shape_encode(shape_of[type], value.bytes, body, sizeof body, &envelope.body));
            assert_error(OK, envelope_encode(&envelope, buffer, sizeof buffer, &out));
            assert_error(OK, envelope_decode(out, &opened));
            assert_error(OK, shape_decode(shape_of[type], opened.body, back.bytes, NULL));
            assert_true(values_equal(shape_of[type], value.bytes, back.bytes));
        }
    values_end(&values);
}

static void a_bent_envelope_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum error error;
    } rows[] = {{"95 01 07 00 00 80", OK},
                {"95 02 07 00 00 80", ERROR_UNSUPPORTED},
                {"95 00 07 00 00 80", ERROR_UNSUPPORTED},
                {"95 01 ce00010000 00 00 80", ERROR_OUT_OF_RANGE},
                {"95 01 07 00 00 80 00", ERROR_TRAILING},
                {"95 01 07 00 00", ERROR_MALFORMED},
                {"94 01 07 00 00", ERROR_MALFORMED},
                {"96 01 07 00 00 80 00", ERROR_TOO_LARGE},
                {"95 01 07 00 00 81 00", ERROR_MALFORMED},
                {"95 01 07 00 00 82 01 00 01 00", ERROR_NOT_CANONICAL},
                {"95 01 07 00 00 81 01 cc05", ERROR_NOT_CANONICAL},
                {"95 01 07 00 00 91 91 91 91 91 91 91 91 90", ERROR_TOO_DEEP},
                {"95 cc01 07 00 00 80", ERROR_NOT_CANONICAL},
                {"", ERROR_MALFORMED},
                {"c0", ERROR_MALFORMED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct envelope envelope;
        enum error error = envelope_decode(hex(rows[i].bytes), &envelope);
        if (error != rows[i].error) print_error("row %zu\n", i);
        assert_error(rows[i].error, error);
    }
}

static void a_message_has_a_largest_size(void **state)
{
    (void)state;
    static uint8_t body[MESSAGE_BYTES_MAX];
    struct writer w = writer_over(body, sizeof body);
    writer_map(&w, 1);
    writer_uint(&w, 1);
    writer_bin(&w, span_of(buffer, MESSAGE_BYTES_MAX - 5 - 7));
    struct envelope envelope = {.version = 1, .type = 3}, back;
    struct span out;
    assert_error(OK, writer_end(&w, &envelope.body));
    assert_error(OK, envelope_encode(&envelope, buffer, sizeof buffer, &out));
    assert_int_equal(out.size, MESSAGE_BYTES_MAX);
    assert_error(OK, envelope_decode(out, &back));
    assert_error(ERROR_TOO_LARGE, envelope_decode(span_of(buffer, out.size + 1), &back));
    envelope.seq = 128;
    assert_error(ERROR_TOO_LARGE, envelope_encode(&envelope, buffer, sizeof buffer, &out));
}

/* --- DATA ------------------------------------------------------------------------------------ */

static struct id golden_log(void)
{
    struct id log;
    memcpy(log.bytes, hex(GOLDEN_LOG).at, ID_BYTES);
    return log;
}

static struct seal golden_seal(void)
{
    struct seal seal = {.idx = 1, .committed_through = 1};
    memcpy(seal.signature, hex(GOLDEN_SIGNATURE).at, SIGNATURE_BYTES);
    return seal;
}

static void data_is_frozen(void **state)
{
    (void)state;
    struct id log = golden_log();
    struct seal seal = golden_seal();
    struct event event = {hex(GOLDEN_HEADER), hex(GOLDEN_PAYLOAD)};
    struct data_writer d;
    struct span body;
    data_begin(&d, buffer, sizeof buffer, &log, 1, 1);
    data_event(&d, &event);
    assert_error(OK, data_end(&d, &seal, &body));
    assert_span_equal(hex(GOLDEN_DATA), body);
}

static void data_is_walked_without_copying_it(void **state)
{
    (void)state;
    struct span body = hex(GOLDEN_DATA);
    struct data_reader d;
    struct event event;
    struct seal seal, expected = golden_seal();
    struct id log = golden_log();
    assert_error(OK, data_open(&d, body));
    assert_true(id_equal(&log, &d.log));
    assert_int_equal(d.first_idx, 1);
    assert_int_equal(d.events, 1);
    assert_true(data_next(&d, &event));
    assert_span_equal(hex(GOLDEN_HEADER), event.header);
    assert_span_equal(hex(GOLDEN_PAYLOAD), event.payload);
    assert_true(event.payload.at > body.at && event.payload.at < body.at + body.size);
    assert_false(data_next(&d, &event));
    assert_error(OK, data_close(&d, &seal));
    assert_memory_equal(&expected, &seal, sizeof seal);
}

/* Writes and reads again `count` entries, of which every third was erased. */
static struct span write_many(struct values *values, struct event *events, uint32_t count,
                              struct seal *seal)
{
    static uint8_t room[256 * (40 + 300)];
    struct id log = golden_log();
    uint64_t first = 1 + values_below(values, 1 << 20);
    struct data_writer d;
    struct span body;
    values_bytes(values, room, sizeof room);
    data_begin(&d, buffer, sizeof buffer, &log, first, count);
    for (uint32_t i = 0; i < count; i++) {
        events[i].header = span_of(room + i * 340, (size_t)values_below(values, 41));
        events[i].payload = span_of(room + i * 340 + 40, (size_t)values_below(values, 301));
        if (i % 3 == 2) events[i].payload = span_of(NULL, 0);
        data_event(&d, &events[i]);
    }
    *seal =
        (struct seal){.idx = first + count - 1, .committed_through = values_below(values, first)};
    if (seal->idx == 0) seal->idx = 1;
    values_bytes(values, seal->signature, SIGNATURE_BYTES);
    assert_error(OK, data_end(&d, seal, &body));
    return body;
}

static void any_number_of_entries_travels_and_erased_ones_stay_erased(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned round = 0; round < 200; round++) {
        static struct event events[256];
        uint32_t count = (uint32_t)values_below(&values, 257);
        struct seal seal, back;
        struct data_reader d;
        assert_error(OK, data_open(&d, write_many(&values, events, count, &seal)));
        assert_int_equal(d.events, count);
        for (uint32_t i = 0; i < count; i++) {
            struct event event;
            assert_true(data_next(&d, &event));
            assert_span_equal(events[i].header, event.header);
            assert_int_equal(events[i].payload.at == NULL, event.payload.at == NULL);
            assert_span_equal(events[i].payload, event.payload);
        }
        assert_error(OK, data_close(&d, &back));
        assert_memory_equal(&seal, &back, sizeof seal);
    }
    values_end(&values);
}

/* The error of walking a whole DATA body. */
static enum error walk(struct span body)
{
    struct data_reader d;
    struct event event;
    struct seal seal;
    enum error error = data_open(&d, body);
    while (data_next(&d, &event)) assert_error(OK, d.r.error);
    enum error closed = data_close(&d, &seal);
    if (error != OK) assert_error(error, closed); /* the first error is the error of the whole */
    return closed;
}

#define SEAL_ITEM "93 01 01 c440" GOLDEN_SIGNATURE
#define DATA_HEAD "84 01 c410" GOLDEN_LOG "02 01 03 "

static void a_bent_data_body_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum error error;
    } rows[] = {
        {DATA_HEAD "91 92 c40101 c0 04" SEAL_ITEM, OK},
        {"84 01 c410" GOLDEN_LOG "02 02 03 90 04" SEAL_ITEM, OK}, /* a newer seal alone */
        {DATA_HEAD "90 04" SEAL_ITEM, ERROR_MALFORMED},           /* covers an entry not here */
        {DATA_HEAD "92 92 c40101 c0 92 c40101 c0 04" SEAL_ITEM, ERROR_MALFORMED},
        {DATA_HEAD "91 93 c40101 c0 c0 04" SEAL_ITEM, ERROR_TOO_LARGE},
        {DATA_HEAD "91 91 c40101 04" SEAL_ITEM, ERROR_MALFORMED},
        {DATA_HEAD "91 92 c0 c0 04" SEAL_ITEM, ERROR_MALFORMED},
        {DATA_HEAD "91 92 c40101 a0 04" SEAL_ITEM, ERROR_MALFORMED},
        {DATA_HEAD "91 92 c5020100 c0 04" SEAL_ITEM, ERROR_TOO_LARGE},
        {DATA_HEAD "91 92 c40101 c600010001 04" SEAL_ITEM, ERROR_TOO_LARGE},
        {DATA_HEAD "ddffffffff", ERROR_TOO_LARGE},
        {DATA_HEAD "dc2001", ERROR_TOO_LARGE},
        {DATA_HEAD "dc2000", ERROR_MALFORMED},
        {DATA_HEAD "91 92 c40101 c0 05" SEAL_ITEM, ERROR_MISSING_FIELD},
        {DATA_HEAD "91 92 c40101 c0 04 92 01 c440" GOLDEN_SIGNATURE, ERROR_MALFORMED},
        {DATA_HEAD "91 92 c40101 c0 04 93 01 01 c43f" GOLDEN_SIGNATURE, ERROR_MALFORMED},
        {DATA_HEAD "91 92 c40101 c0 04" SEAL_ITEM "00", ERROR_TRAILING},
        {"84 01 c410" GOLDEN_LOG "02 00 03 91 92 c40101 c0 04" SEAL_ITEM, ERROR_OUT_OF_RANGE},
        {"84 00 c410" GOLDEN_LOG "02 01 03 90 04" SEAL_ITEM, ERROR_UNKNOWN_FIELD},
        {"84 01 c410" GOLDEN_LOG "03 01 04 90 05" SEAL_ITEM, ERROR_MISSING_FIELD},
        {"83 01 c410" GOLDEN_LOG "02 01 03 90", ERROR_MISSING_FIELD},
        {"85 01 c410" GOLDEN_LOG "02 01 03 90 04" SEAL_ITEM "05 00", ERROR_TOO_LARGE},
        {"90", ERROR_MALFORMED},
        {"", ERROR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum error error = walk(hex(rows[i].bytes));
        if (error != rows[i].error) print_error("row %zu\n", i);
        assert_error(rows[i].error, error);
    }
    assert_error(ERROR_TOO_LARGE, walk(span_of(buffer, MESSAGE_BYTES_MAX + 1)));
}

static void data_cut_anywhere_is_refused(void **state)
{
    (void)state;
    struct span body = hex(GOLDEN_DATA);
    for (size_t size = 0; size < body.size; size++)
        assert_error(ERROR_MALFORMED, walk(span_of(body.at, size)));
}

static void entries_may_be_left_unread_only_by_an_error(void **state)
{
    (void)state;
    struct data_reader d;
    struct seal seal;
    assert_error(OK, data_open(&d, hex(GOLDEN_DATA)));
    assert_error(ERROR_MALFORMED, data_close(&d, &seal));
}

static void a_data_buffer_that_is_too_small_is_told(void **state)
{
    (void)state;
    struct id log = golden_log();
    struct seal seal = golden_seal();
    struct event event = {hex(GOLDEN_HEADER), hex(GOLDEN_PAYLOAD)};
    struct data_writer d;
    struct span body;
    data_begin(&d, buffer, hex(GOLDEN_DATA).size - 1, &log, 1, 1);
    data_event(&d, &event);
    assert_error(ERROR_TOO_LARGE, data_end(&d, &seal, &body));
}

/* --- hashes ahead ----------------------------------------------------------------------------- */

static void check_hashed(const struct crypto *crypto, struct values *values)
{
    static struct event events[256];
    static struct entry_hashes hashes[257];
    static uint8_t room[sizeof buffer];
    uint32_t count = 1 + (uint32_t)values_below(values, 256);
    struct envelope envelope = {.version = 1, .type = MESSAGE_DATA, .session = 9, .seq = 4};
    struct seal seal;
    struct span message;
    envelope.body = write_many(values, events, count, &seal);
    assert_error(OK, envelope_encode(&envelope, room, sizeof room, &message));
    assert_int_equal(data_announced(message), count);
    assert_int_equal(data_hash(crypto, message, hashes, 257), count);
    for (uint32_t i = 0; i < count; i++) {
        struct hash event, payload = {{0}};
        event_hash(crypto, events[i].header, &event);
        if (events[i].payload.at != NULL) event_payload_hash(crypto, events[i].payload, &payload);
        assert_memory_equal(hashes[i].event.bytes, event.bytes, HASH_BYTES);
        assert_memory_equal(hashes[i].payload.bytes, payload.bytes, HASH_BYTES);
    }
    /* No more than there is room for, and of a message that breaks off what can be read. */
    memset(&hashes[count / 2], 7, sizeof hashes[0]);
    assert_int_equal(data_hash(crypto, message, hashes, count / 2), count / 2);
    assert_int_equal(hashes[count / 2].event.bytes[0], 7);
    message.size = (size_t)values_below(values, message.size);
    assert_true(data_hash(crypto, message, hashes, count) <= count);
}

static void entries_are_hashed_ahead_as_the_writer_would(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    uint8_t seed[KEY_BYTES] = {1};
    struct crypto_port port;
    crypto_port_open(&port, seed);
    for (unsigned round = 0; round < 100; round++) check_hashed(&port.crypto, &values);
    crypto_port_close(&port);
    values_end(&values);
}

static void what_is_no_data_announces_nothing(void **state)
{
    (void)state;
    assert_int_equal(data_announced(hex(GOLDEN_ENVELOPE)), 0);
    assert_int_equal(data_announced(span_of(NULL, 0)), 0);
    assert_int_equal(data_announced(hex(GOLDEN_DATA)), 0); /* a body without its envelope */
    assert_int_equal(data_hash(NULL, hex(GOLDEN_ENVELOPE), NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_hashed_ahead_as_the_writer_would),
        cmocka_unit_test(what_is_no_data_announces_nothing),
        cmocka_unit_test(the_envelope_is_frozen),
        cmocka_unit_test(every_message_travels_in_its_envelope),
        cmocka_unit_test(a_bent_envelope_is_refused),
        cmocka_unit_test(a_message_has_a_largest_size),
        cmocka_unit_test(data_is_frozen),
        cmocka_unit_test(data_is_walked_without_copying_it),
        cmocka_unit_test(any_number_of_entries_travels_and_erased_ones_stay_erased),
        cmocka_unit_test(a_bent_data_body_is_refused),
        cmocka_unit_test(data_cut_anywhere_is_refused),
        cmocka_unit_test(entries_may_be_left_unread_only_by_an_error),
        cmocka_unit_test(a_data_buffer_that_is_too_small_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An entry: its header, the chain through the payload's hash, and its seal, with OpenSSL behind the
 * crypto port; and the format of all of them, frozen as bytes. */
#include "tests/proto/check.h"

#include "proto/catalogue.h"
#include "tests/proto/crypto_port.h"
#include "tests/proto/golden.h"
#include "tests/proto/values.h"

static struct crypto_port port;

static int open_port(void **state)
{
    (void)state;
    uint8_t seed[KEY_BYTES];
    for (uint8_t i = 0; i < KEY_BYTES; i++) seed[i] = i;
    crypto_port_open(&port, seed);
    return 0;
}

static int close_port(void **state)
{
    (void)state;
    crypto_port_close(&port);
    return 0;
}

static struct id id_of(const char *digits)
{
    struct id id;
    memcpy(id.bytes, hex(digits).at, ID_BYTES);
    return id;
}

static struct hash hash_of(const char *digits)
{
    struct hash hash;
    memcpy(hash.bytes, hex(digits).at, HASH_BYTES);
    return hash;
}

static struct event_header golden_header(void)
{
    return (struct event_header){.log = id_of(GOLDEN_LOG),
                                 .idx = 1,
                                 .prev = hash_of(GOLDEN_GENESIS_PREV),
                                 .hlc = (uint64_t)GOLDEN_MOMENT_MS << 16 | 5,
                                 .kind = EVENT_TRACKING,
                                 .kver = 1,
                                 .entity = id_of(GOLDEN_ENTITY),
                                 .deps = {{id_of(GOLDEN_DEP_LOG), 300}},
                                 .deps_count = 1,
                                 .phash = hash_of(GOLDEN_PHASH),
                                 .plen = hex(GOLDEN_PAYLOAD).size};
}

static struct span encode(const struct event_header *header)
{
    static uint8_t buffer[EVENT_HEADER_BYTES_MAX];
    struct span out = span_of(NULL, 0);
    assert_error(OK, event_header_encode(header, buffer, sizeof buffer, &out));
    return out;
}

/* --- frozen ---------------------------------------------------------------------------------- */

static void the_payload_is_frozen(void **state)
{
    (void)state;
    struct tracking tracking;
    uint8_t buffer[1000];
    struct span out;
    assert_error(OK, shape_decode(&tracking_shape, hex(GOLDEN_PAYLOAD), &tracking, NULL));
    assert_span_equal(span_text("easypost"), tracking.carrier);
    assert_span_equal(span_text("9400110898825022579493"), tracking.number);
    assert_int_equal(tracking.direction, DIRECTION_RETURN);
    assert_int_equal(tracking.summary, TRACK_DELIVERED);
    assert_int_equal(tracking.weight_g, 70000);
    assert_int_equal(tracking.points_count, 1);
    assert_int_equal(tracking.points[0].reason, TRACK_REASON_SIGNED);
    assert_true(tracking.points[0].occurred_ms == GOLDEN_MOMENT_MS);
    assert_span_equal(span_text("2026-11-21T13:47:06-08:00"), tracking.points[0].occurred_local);
    assert_error(OK, shape_encode(&tracking_shape, &tracking, buffer, sizeof buffer, &out));
    assert_span_equal(hex(GOLDEN_PAYLOAD), out);
}

static void the_header_is_frozen(void **state)
{
    (void)state;
    struct event_header header = golden_header(), back;
    assert_span_equal(hex(GOLDEN_HEADER), encode(&header));
    assert_error(OK, event_header_decode(hex(GOLDEN_HEADER), &back));
    assert_memory_equal(&header, &back, sizeof header);
}

static void the_hashes_are_frozen(void **state)
{
    (void)state;
    struct id log = id_of(GOLDEN_LOG);
    struct hash hash;
    event_hash(&port.crypto, hex(GOLDEN_HEADER), &hash);
    assert_memory_equal(hex(GOLDEN_HASH).at, hash.bytes, HASH_BYTES);
    event_payload_hash(&port.crypto, hex(GOLDEN_PAYLOAD), &hash);
    assert_memory_equal(hex(GOLDEN_PHASH).at, hash.bytes, HASH_BYTES);
    event_genesis_prev(&port.crypto, &log, &hash);
    assert_memory_equal(hex(GOLDEN_GENESIS_PREV).at, hash.bytes, HASH_BYTES);
}

static void the_seal_is_frozen(void **state)
{
    (void)state;
    struct id log = id_of(GOLDEN_LOG);
    struct hash hash = hash_of(GOLDEN_HASH);
    struct seal seal = {.idx = 1, .committed_through = 1};
    uint8_t buffer[SEAL_MESSAGE_BYTES];
    assert_span_equal(hex(GOLDEN_SEAL_MESSAGE), seal_message(&log, &seal, &hash, buffer));
    assert_true(seal_sign(&port.crypto, &log, &seal, &hash));
    assert_span_equal(hex(GOLDEN_SIGNATURE), span_of(seal.signature, SIGNATURE_BYTES));
    assert_error(OK, seal_verify(&port.crypto, hex(GOLDEN_KEY).at, &log, &seal, &hash));
}

static void derived_ids_are_the_first_half_of_a_hash_of_domain_and_parts(void **state)
{
    (void)state;
    struct span parts[2] = {span_text("ab"), span_text("c")};
    struct span joined = span_text("abc");
    struct id of_two = crypto_id(&port.crypto, "entrepot/test/1", parts, 2);
    struct id of_one = crypto_id(&port.crypto, "entrepot/test/1", &joined, 1);
    struct id of_other = crypto_id(&port.crypto, "entrepot/test/2", &joined, 1);
    struct hash hash;
    crypto_hash(&port.crypto, "entrepot/test/1", parts, 2, &hash);
    assert_true(id_equal(&of_two, &of_one));
    assert_false(id_equal(&of_one, &of_other));
    assert_memory_equal(of_two.bytes, hash.bytes, ID_BYTES);
    struct span letters[7];
    for (size_t i = 0; i < 7; i++) letters[i] = span_of(&"abcdefg"[i], 1);
    joined = span_text("abcdefg");
    of_two = crypto_id(&port.crypto, "entrepot/test/1", letters, 7);
    of_one = crypto_id(&port.crypto, "entrepot/test/1", &joined, 1);
    assert_true(id_equal(&of_two, &of_one));
    struct span key = span_text("Jefe"), message = span_text("what do ya want for nothing?");
    crypto_hmac(&port.crypto, key, message, &hash); /* RFC 4231, case 2 */
    assert_memory_equal(hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").at,
                        hash.bytes, HASH_BYTES);
}

/* --- the header ------------------------------------------------------------------------------ */

static struct event_header draw_header(struct values *values)
{
    struct event_header header;
    memset(&header, 0, sizeof header);
    values_bytes(values, header.log.bytes, ID_BYTES);
    header.idx = 1 + (values_below(values, EVENT_IDX_MAX) >> values_below(values, 48));
    header.term = values_below(values, (uint64_t)1 << 32) >> values_below(values, 32);
    values_bytes(values, header.prev.bytes, HASH_BYTES);
    header.hlc = values_below(values, UINT64_MAX);
    header.kind = values_below(values, 1 << 16);
    header.kver = values_below(values, 1 << 16);
    values_bytes(values, header.entity.bytes, ID_BYTES);
    header.deps_count = (uint32_t)values_below(values, EVENT_DEPS_MAX + 1);
    for (uint32_t i = 0; i < header.deps_count; i++) {
        values_bytes(values, header.deps[i].log.bytes, ID_BYTES);
        header.deps[i].idx = 1 + values_below(values, EVENT_IDX_MAX);
    }
    values_bytes(values, header.phash.bytes, HASH_BYTES);
    header.plen = values_below(values, EVENT_PAYLOAD_BYTES_MAX + 1);
    header.flags = values_below(values, 2);
    return header;
}

static void every_header_comes_back_as_it_was(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned i = 0; i < 20000; i++) {
        struct event_header header = draw_header(&values), back;
        struct span bytes = encode(&header);
        assert_error(OK, event_header_decode(bytes, &back));
        assert_memory_equal(&header, &back, sizeof header);
        for (unsigned k = 0; k < 10; k++) {
            uint8_t mutant[EVENT_HEADER_BYTES_MAX];
            memcpy(mutant, bytes.at, bytes.size);
            mutant[values_below(&values, bytes.size)] = (uint8_t)values_below(&values, 256);
            struct span changed = span_of(mutant, bytes.size);
            if (event_header_decode(changed, &back) != OK) continue;
            assert_span_equal(changed, encode(&back));
        }
        encode(&header);
        assert_error(ERROR_MALFORMED,
                     event_header_decode(
                         span_of(bytes.at, (size_t)values_below(&values, bytes.size)), &back));
    }
    values_end(&values);
}

static void the_largest_header_fits_its_bound(void **state)
{
    (void)state;
    struct event_header header = {.idx = EVENT_IDX_MAX,
                                  .term = UINT32_MAX,
                                  .hlc = UINT64_MAX,
                                  .kind = UINT16_MAX,
                                  .kver = UINT16_MAX,
                                  .deps_count = EVENT_DEPS_MAX,
                                  .plen = EVENT_PAYLOAD_BYTES_MAX,
                                  .flags = EVENT_FLAGS_ALL};
    for (unsigned i = 1; i < EVENT_DEPS_MAX; i++) header.deps[i].idx = EVENT_IDX_MAX;
    header.deps[0].idx = 1;
    struct event_header back;
    assert_error(OK, event_header_decode(encode(&header), &back));
    assert_memory_equal(&header, &back, sizeof header);
}

static void assert_header_limit(const struct event_header *header)
{
    uint8_t buffer[EVENT_HEADER_BYTES_MAX];
    struct span out;
    assert_error(ERROR_OUT_OF_RANGE, event_header_encode(header, buffer, sizeof buffer, &out));
}

static void a_header_beyond_its_limits_is_not_written(void **state)
{
    (void)state;
    struct event_header header = golden_header();
    header.idx = 0;
    assert_header_limit(&header);
    header.idx = EVENT_IDX_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.term = (uint64_t)UINT32_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.kind = UINT16_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.kver = UINT16_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.deps_count = EVENT_DEPS_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.deps[0].idx = 0;
    assert_header_limit(&header);
    header.deps[0].idx = EVENT_IDX_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.plen = EVENT_PAYLOAD_BYTES_MAX + 1;
    assert_header_limit(&header);
    header = golden_header();
    header.flags = 2;
    assert_header_limit(&header);
    uint8_t small[20];
    struct span out;
    header = golden_header();
    assert_error(ERROR_TOO_LARGE, event_header_encode(&header, small, sizeof small, &out));
}

#define LOG_ITEM  "c410" GOLDEN_LOG
#define HASH_ITEM "c420" GOLDEN_HASH
/* A header with chosen items, all others small and right. */
#define HEADER(v, idx, term, kind, kver, deps, plen, flags)                                        \
    "9d" v LOG_ITEM idx term HASH_ITEM "00" kind kver LOG_ITEM deps HASH_ITEM plen flags

static void a_header_beyond_its_limits_is_not_read(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum error error;
    } rows[] = {
        {HEADER("01", "01", "00", "01", "01", "90", "00", "00"), OK},
        {HEADER("02", "01", "00", "01", "01", "90", "00", "00"), ERROR_UNSUPPORTED},
        {HEADER("00", "01", "00", "01", "01", "90", "00", "00"), ERROR_UNSUPPORTED},
        {HEADER("01", "00", "00", "01", "01", "90", "00", "00"), ERROR_OUT_OF_RANGE},
        {HEADER("01", "cf0001000000000001", "00", "01", "01", "90", "00", "00"),
         ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "cf0000000100000000", "01", "01", "90", "00", "00"),
         ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "00", "ce00010000", "01", "90", "00", "00"), ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "00", "01", "ce00010000", "90", "00", "00"), ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "00", "01", "01", "91 92" LOG_ITEM "00", "00", "00"),
         ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "00", "01", "01", "91 91" LOG_ITEM, "00", "00"), ERROR_MALFORMED},
        {HEADER("01", "01", "00", "01", "01", "91 93" LOG_ITEM "0101", "00", "00"),
         ERROR_TOO_LARGE},
        {HEADER("01", "01", "00", "01", "01", "99 c0c0c0c0c0c0c0c0c0", "00", "00"),
         ERROR_TOO_LARGE},
        {HEADER("01", "01", "00", "01", "01", "90", "ce00010001", "00"), ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "00", "01", "01", "90", "00", "02"), ERROR_OUT_OF_RANGE},
        {HEADER("01", "01", "00", "01", "01", "90", "00", "00") "00", ERROR_TRAILING},
        {"9c"
         "01" LOG_ITEM "01"
         "00" HASH_ITEM "00"
         "01"
         "01" LOG_ITEM "90" HASH_ITEM "00",
         ERROR_MALFORMED},
        {"9e"
         "01" LOG_ITEM "01"
         "00" HASH_ITEM "00"
         "01"
         "01" LOG_ITEM "90" HASH_ITEM "00"
         "00"
         "00",
         ERROR_TOO_LARGE},
        {"80", ERROR_MALFORMED},
        {"", ERROR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event_header header;
        enum error error = event_header_decode(hex(rows[i].bytes), &header);
        if (error != rows[i].error) print_error("row %zu\n", i);
        assert_error(rows[i].error, error);
    }
    struct event_header header;
    static uint8_t large[EVENT_HEADER_BYTES_MAX + 1];
    assert_error(ERROR_TOO_LARGE, event_header_decode(span_of(large, sizeof large), &header));
}

/* --- chain and seal -------------------------------------------------------------------------- */

static void a_payload_must_match_the_headers_hash_and_size(void **state)
{
    (void)state;
    struct event_header header = golden_header();
    struct span payload = hex(GOLDEN_PAYLOAD);
    assert_error(OK, event_check_payload(&port.crypto, &header, payload));
    assert_error(OK, event_check_payload(&port.crypto, &header, span_of(NULL, 0))); /* erased */
    assert_error(ERROR_BAD_CHAIN,
                 event_check_payload(&port.crypto, &header, span_of(payload.at, payload.size - 1)));
    header.plen--;
    assert_error(ERROR_BAD_CHAIN, event_check_payload(&port.crypto, &header, payload));
    header = golden_header();
    uint8_t changed[256];
    for (size_t i = 0; i < payload.size; i++) {
        memcpy(changed, payload.at, payload.size);
        changed[i] ^= 1;
        assert_error(ERROR_BAD_CHAIN,
                     event_check_payload(&port.crypto, &header, span_of(changed, payload.size)));
    }
}

static void the_chain_covers_the_payloads_hash_and_every_header_byte(void **state)
{
    (void)state;
    struct span header = hex(GOLDEN_HEADER);
    struct hash first, other;
    event_hash(&port.crypto, header, &first);
    uint8_t changed[EVENT_HEADER_BYTES_MAX];
    for (size_t i = 0; i < header.size; i++) {
        memcpy(changed, header.at, header.size);
        changed[i] ^= 0x10;
        event_hash(&port.crypto, span_of(changed, header.size), &other);
        assert_memory_not_equal(first.bytes, other.bytes, HASH_BYTES);
    }
}

static void a_seal_verifies_only_for_its_log_place_hash_and_key(void **state)
{
    (void)state;
    struct id log = id_of(GOLDEN_LOG);
    struct hash hash = hash_of(GOLDEN_HASH);
    struct seal seal = {.idx = 9, .committed_through = 7}, other;
    uint8_t key[KEY_BYTES];
    memcpy(key, port.public_key, KEY_BYTES);
    assert_true(seal_sign(&port.crypto, &log, &seal, &hash));
    assert_error(OK, seal_verify(&port.crypto, key, &log, &seal, &hash));
    other = seal, other.idx = 8;
    assert_error(ERROR_BAD_SEAL, seal_verify(&port.crypto, key, &log, &other, &hash));
    other = seal, other.committed_through = 8;
    assert_error(ERROR_BAD_SEAL, seal_verify(&port.crypto, key, &log, &other, &hash));
    other = seal, other.signature[63] ^= 1;
    assert_error(ERROR_BAD_SEAL, seal_verify(&port.crypto, key, &log, &other, &hash));
    log.bytes[15] ^= 1;
    assert_error(ERROR_BAD_SEAL, seal_verify(&port.crypto, key, &log, &seal, &hash));
    log.bytes[15] ^= 1, hash.bytes[0] ^= 1;
    assert_error(ERROR_BAD_SEAL, seal_verify(&port.crypto, key, &log, &seal, &hash));
    hash.bytes[0] ^= 1, key[0] ^= 1;
    assert_error(ERROR_BAD_SEAL, seal_verify(&port.crypto, key, &log, &seal, &hash));
}

static void a_reader_of_a_copy_cannot_seal(void **state)
{
    (void)state;
    struct crypto_port copy = {.crypto = port.crypto};
    copy.crypto.world = &copy;
    struct id log = id_of(GOLDEN_LOG);
    struct hash hash = hash_of(GOLDEN_HASH);
    struct seal seal = {.idx = 1};
    assert_false(seal_sign(&copy.crypto, &log, &seal, &hash));
}

/* --- the catalogue --------------------------------------------------------------------------- */

/* The payload of any event, salted when it is personal. */
static struct span draw_payload(struct values *values, const struct event_row *row, uint8_t *buffer,
                                union event_body *body)
{
    struct span out;
    size_t salt = (row->flags & EVENT_PERSONAL) != 0 ? EVENT_SALT_BYTES : 0;
    values_fill(values, row->shape, body);
    values_bytes(values, buffer, salt);
    assert_error(OK, shape_encode(row->shape, body, buffer + salt, VALUES_RECORD_BYTES, &out));
    return span_of(buffer, out.size + salt);
}

static void every_event_decodes_by_its_header(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    static uint8_t buffer[VALUES_RECORD_BYTES + EVENT_SALT_BYTES];
    for (size_t i = 0; i < event_rows_count; i++) {
        const struct event_row *row = &event_rows[i];
        union event_body body, back;
        struct span payload = draw_payload(&values, row, buffer, &body);
        struct event_header header = {.kind = row->kind, .kver = row->version, .flags = row->flags};
        assert_ptr_equal(row, event_by_kind(row->kind));
        assert_error(OK, event_body_decode(&header, payload, &back));
        assert_true(values_equal(row->shape, &body, &back));
        header.kver++;
        assert_error(ERROR_UNSUPPORTED, event_body_decode(&header, payload, &back));
        for (header.kver = 1; header.kver < row->version; header.kver++)
            assert_error(OK, event_body_decode(&header, payload, &back));
        header.kver = 0;
        assert_error(ERROR_UNSUPPORTED, event_body_decode(&header, payload, &back));
        header.kver = row->version, header.flags ^= EVENT_PERSONAL;
        assert_error(ERROR_OUT_OF_RANGE, event_body_decode(&header, payload, &back));
        header.flags ^= EVENT_PERSONAL;
        assert_error(ERROR_NOT_FOUND, event_body_decode(&header, span_of(NULL, 0), &back));
    }
    values_end(&values);
}

static void an_unknown_kind_is_of_a_later_version(void **state)
{
    (void)state;
    union event_body body;
    for (uint64_t kind = 0; kind < 70000; kind++) {
        bool listed = false;
        for (size_t i = 0; i < event_rows_count; i++)
            listed = listed || (uint64_t)event_rows[i].kind == kind;
        assert_int_equal(listed, event_by_kind(kind) != NULL);
        struct event_header header = {.kind = kind, .kver = 1};
        if (!listed) assert_error(ERROR_UNSUPPORTED, event_body_decode(&header, hex("80"), &body));
    }
    assert_null(event_by_kind(UINT64_MAX));
}

static void a_personal_payload_has_a_whole_salt(void **state)
{
    (void)state;
    struct event_header header = {.kind = EVENT_PERSON, .kver = 1, .flags = EVENT_PERSONAL};
    union event_body body;
    assert_error(ERROR_MALFORMED,
                 event_body_decode(&header, hex("0102030405060708090a0b0c0d0e0f"), &body));
    assert_error(OK, event_body_decode(&header, hex(GOLDEN_LOG "81 01 c410" GOLDEN_LOG), &body));
}

static void an_entry_prints_as_one_line_without_personal_data(void **state)
{
    (void)state;
    struct event_header header = golden_header();
    char text[600];
    size_t size = event_print(&header, hex(GOLDEN_PAYLOAD), text, sizeof text);
    assert_int_equal(size, strlen(text));
    const char *begin = "00041061050R3GG28A1C60T3GF6/1 tracking tracking{carrier=\"easypost\", ";
    assert_memory_equal(begin, text, strlen(begin));
    event_print(&header, span_of(NULL, 0), text, sizeof text);
    assert_string_equal("00041061050R3GG28A1C60T3GF6/1 tracking (erased)", text);
    event_print(&header, hex("80"), text, sizeof text);
    assert_string_equal("00041061050R3GG28A1C60T3GF6/1 tracking (unreadable: a required field is "
                        "missing)",
                        text);
    header.kind = 999;
    event_print(&header, hex("80"), text, sizeof text);
    assert_string_equal("00041061050R3GG28A1C60T3GF6/1 kind 999 version 1 (unreadable: this is not "
                        "supported by this version)",
                        text);
    header = (struct event_header){.kind = EVENT_PERSON, .kver = 1, .flags = EVENT_PERSONAL};
    event_print(&header, hex(GOLDEN_LOG "82 01 c410" GOLDEN_LOG "02 a5 536d697468"), text,
                sizeof text);
    assert_null(strstr(text, "Smith"));
    assert_non_null(strstr(text, "person (personal)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_payload_is_frozen),
        cmocka_unit_test(the_header_is_frozen),
        cmocka_unit_test(the_hashes_are_frozen),
        cmocka_unit_test(the_seal_is_frozen),
        cmocka_unit_test(derived_ids_are_the_first_half_of_a_hash_of_domain_and_parts),
        cmocka_unit_test(every_header_comes_back_as_it_was),
        cmocka_unit_test(the_largest_header_fits_its_bound),
        cmocka_unit_test(a_header_beyond_its_limits_is_not_written),
        cmocka_unit_test(a_header_beyond_its_limits_is_not_read),
        cmocka_unit_test(a_payload_must_match_the_headers_hash_and_size),
        cmocka_unit_test(the_chain_covers_the_payloads_hash_and_every_header_byte),
        cmocka_unit_test(a_seal_verifies_only_for_its_log_place_hash_and_key),
        cmocka_unit_test(a_reader_of_a_copy_cannot_seal),
        cmocka_unit_test(every_event_decodes_by_its_header),
        cmocka_unit_test(an_unknown_kind_is_of_a_later_version),
        cmocka_unit_test(a_personal_payload_has_a_whole_salt),
        cmocka_unit_test(an_entry_prints_as_one_line_without_personal_data),
    };
    return cmocka_run_group_tests(tests, open_port, close_port);
}

/* The reader takes one form of each value and the writer writes that form: msgpack-c, an
 * implementation of its own, must read the same values from what we write. */
#include "tests/proto/check.h"

#include "proto/reader.h"
#include "proto/writer.h"
#include "tests/proto/copy.h"
#include "tests/proto/values.h"
#include <msgpack.h>

enum kind { UINT, INT, NIL, BIN, TEXT, ARRAY, MAP, ITEM };

/* The error of reading one item of that kind from the bytes, the limits wide open. */
static enum error error_of(enum kind kind, struct span bytes)
{
    struct reader r = reader_over(bytes);
    switch (kind) {
    case UINT: reader_uint(&r, UINT64_MAX); break;
    case INT: reader_int(&r, INT64_MIN, INT64_MAX); break;
    case NIL:
        if (!reader_nil(&r)) reader_fail(&r, ERROR_MALFORMED);
        break;
    case BIN: reader_bin(&r, SIZE_MAX); break;
    case TEXT: reader_text(&r, SIZE_MAX); break;
    case ARRAY: reader_array(&r, UINT32_MAX); break;
    case MAP: reader_map(&r, UINT32_MAX); break;
    case ITEM: reader_item(&r); break;
    }
    if (kind == ARRAY || kind == MAP) return r.error;
    return reader_end(&r) ? OK : r.error;
}

struct refusal {
    enum kind kind;
    const char *bytes;
    enum error error;
};

static void assert_refused(const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum error error = error_of(rows[i].kind, hex(rows[i].bytes));
        if (error != rows[i].error) print_error("row %zu: %s\n", i, rows[i].bytes);
        assert_error(rows[i].error, error);
    }
}

#define ROWS(...)                                                                                  \
    static const struct refusal rows[] = {__VA_ARGS__};                                            \
    assert_refused(rows, sizeof rows / sizeof rows[0])

static void every_integer_has_one_form(void **state)
{
    (void)state;
    ROWS({UINT, "00", OK}, {UINT, "7f", OK}, {UINT, "cc80", OK}, {UINT, "ccff", OK},
         {UINT, "cd0100", OK}, {UINT, "cdffff", OK}, {UINT, "ce00010000", OK},
         {UINT, "ceffffffff", OK}, {UINT, "cf0000000100000000", OK},
         {UINT, "cfffffffffffffffff", OK}, {UINT, "cc00", ERROR_NOT_CANONICAL},
         {UINT, "cc7f", ERROR_NOT_CANONICAL}, {UINT, "cd0000", ERROR_NOT_CANONICAL},
         {UINT, "cd00ff", ERROR_NOT_CANONICAL}, {UINT, "ce00000000", ERROR_NOT_CANONICAL},
         {UINT, "ce0000ffff", ERROR_NOT_CANONICAL},
         {UINT, "cf0000000000000000", ERROR_NOT_CANONICAL},
         {UINT, "cf00000000ffffffff", ERROR_NOT_CANONICAL}, {INT, "00", OK}, {INT, "ff", OK},
         {INT, "e0", OK}, {INT, "d0df", OK}, {INT, "d080", OK}, {INT, "d1ff7f", OK},
         {INT, "d18000", OK}, {INT, "d2ffff7fff", OK}, {INT, "d280000000", OK},
         {INT, "d3ffffffff7fffffff", OK}, {INT, "d38000000000000000", OK},
         {INT, "cf7fffffffffffffff", OK}, {INT, "d0e0", ERROR_NOT_CANONICAL},
         {INT, "d0ff", ERROR_NOT_CANONICAL}, {INT, "d1ff80", ERROR_NOT_CANONICAL},
         {INT, "d1ffff", ERROR_NOT_CANONICAL}, {INT, "d2ffff8000", ERROR_NOT_CANONICAL},
         {INT, "d3ffffffff80000000", ERROR_NOT_CANONICAL},
         {INT, "cf8000000000000000", ERROR_OUT_OF_RANGE});
}

static void a_non_negative_integer_stands_in_the_unsigned_family(void **state)
{
    (void)state;
    ROWS({INT, "d000", ERROR_NOT_CANONICAL}, {INT, "d07f", ERROR_NOT_CANONICAL},
         {INT, "d10080", ERROR_NOT_CANONICAL}, {INT, "d17fff", ERROR_NOT_CANONICAL},
         {INT, "d200010000", ERROR_NOT_CANONICAL}, {INT, "d27fffffff", ERROR_NOT_CANONICAL},
         {INT, "d30000000100000000", ERROR_NOT_CANONICAL},
         {INT, "d37fffffffffffffff", ERROR_NOT_CANONICAL}, {UINT, "d001", ERROR_NOT_CANONICAL},
         {UINT, "ff", ERROR_OUT_OF_RANGE}, {UINT, "d080", ERROR_OUT_OF_RANGE},
         {UINT, "d38000000000000000", ERROR_OUT_OF_RANGE});
}

static void every_length_has_one_form(void **state)
{
    (void)state;
    ROWS({BIN, "c400", OK}, {BIN, "c50000", ERROR_NOT_CANONICAL},
         {BIN, "c50001 aa", ERROR_NOT_CANONICAL}, {BIN, "c600000001 aa", ERROR_NOT_CANONICAL},
         {TEXT, "a0", OK}, {TEXT, "a161", OK}, {TEXT, "d90161", ERROR_NOT_CANONICAL},
         {TEXT, "da000161", ERROR_NOT_CANONICAL}, {TEXT, "db0000000161", ERROR_NOT_CANONICAL},
         {ARRAY, "90", OK}, {ARRAY, "dc000100", ERROR_NOT_CANONICAL},
         {ARRAY, "dd0000000100", ERROR_NOT_CANONICAL}, {MAP, "80", OK},
         {MAP, "de00010000", ERROR_NOT_CANONICAL}, {MAP, "df000000010000", ERROR_NOT_CANONICAL});
}

/* A bin, str, array or map of that many bytes or items, with a header of the given tag. */
static enum error error_of_length(enum kind kind, uint8_t tag, unsigned width, uint32_t length)
{
    static uint8_t bytes[2 * 70000 + 5];
    memset(bytes, 'a', sizeof bytes);
    if (kind == ARRAY || kind == MAP) memset(bytes, 0, sizeof bytes);
    bytes[0] = tag;
    be_put(bytes + 1, length, width);
    size_t body = kind == MAP ? 2 * (size_t)length : length;
    return error_of(kind, span_of(bytes, 1 + width + body));
}

/* An item is skipped whole in whatever width it stands. */
static void every_width_is_skipped_as_one_item(void **state)
{
    (void)state;
    static const struct {
        uint8_t tag;
        unsigned width;
        uint32_t length;
    } rows[] = {{0xc4, 1, 9},   {0xc5, 2, 300},   {0xc6, 4, 65536}, {0xd9, 1, 40},
                {0xda, 2, 300}, {0xdb, 4, 65536}, {0xdc, 2, 16},    {0xdd, 4, 65536}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_error(OK, error_of_length(ITEM, rows[i].tag, rows[i].width, rows[i].length));
    static uint8_t map[5 + 6 * 65536];
    for (unsigned wide = 0; wide < 2; wide++) {
        uint32_t pairs = wide == 1 ? 65536 : 16;
        struct writer w = writer_over(map, sizeof map);
        struct span out;
        writer_map(&w, pairs);
        for (uint32_t key = 0; key < pairs; key++) {
            writer_uint(&w, key);
            writer_nil(&w);
        }
        assert_error(OK, writer_end(&w, &out));
        assert_error(OK, error_of(ITEM, out));
    }
}

static void each_width_begins_where_the_narrower_one_ends(void **state)
{
    (void)state;
    static const struct {
        enum kind kind;
        uint8_t tag;
        unsigned width;
        uint32_t least;
    } rows[] = {{TEXT, 0xd9, 1, 32},     {TEXT, 0xda, 2, 256},  {TEXT, 0xdb, 4, 65536},
                {BIN, 0xc5, 2, 256},     {BIN, 0xc6, 4, 65536}, {ARRAY, 0xdc, 2, 16},
                {ARRAY, 0xdd, 4, 65536}, {MAP, 0xde, 2, 16},    {MAP, 0xdf, 4, 65536}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_error(OK, error_of_length(rows[i].kind, rows[i].tag, rows[i].width, rows[i].least));
        assert_error(ERROR_NOT_CANONICAL,
                     error_of_length(rows[i].kind, rows[i].tag, rows[i].width, rows[i].least - 1));
    }
}

static void floats_booleans_extensions_and_the_reserved_tag_are_refused(void **state)
{
    (void)state;
    static const char *const items[] = {"ca3f800000",
                                        "cb3ff0000000000000",
                                        "c2",
                                        "c3",
                                        "c1",
                                        "d4 01 00",
                                        "d5 01 0000",
                                        "d6 ff 00000000",
                                        "d7 01 0000000000000000",
                                        "d8 01 00000000000000000000000000000000",
                                        "c7 01 01 00",
                                        "c8 0001 01 00",
                                        "c9 00000001 01 00"};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        for (enum kind kind = UINT; kind <= ITEM; kind++)
            assert_error(ERROR_MALFORMED, error_of(kind, hex(items[i])));
}

static void another_type_than_the_expected_is_malformed(void **state)
{
    (void)state;
    static const char *const item_of[] = {"05", "ff", "c0", "c400", "a0", "90", "80"};
    for (enum kind kind = UINT; kind <= MAP; kind++)
        for (enum kind other = UINT; other <= MAP; other++) {
            bool both_numbers = kind <= INT && other <= INT;
            if (other == kind || both_numbers) continue;
            assert_error(ERROR_MALFORMED, error_of(kind, hex(item_of[other])));
        }
}

static void a_text_is_utf8_without_nul(void **state)
{
    (void)state;
    ROWS({TEXT, "a2c3a9", OK}, {TEXT, "a3e6b7b1", OK}, {TEXT, "a4f09f93a6", OK},
         {TEXT, "a2c280", OK}, {TEXT, "a3e0a080", OK}, {TEXT, "a3ed9fbf", OK},
         {TEXT, "a3ee8080", OK}, {TEXT, "a4f0908080", OK}, {TEXT, "a4f48fbfbf", OK},
         {TEXT, "a100", ERROR_BAD_TEXT}, {TEXT, "a3610062", ERROR_BAD_TEXT},
         {TEXT, "a180", ERROR_BAD_TEXT}, {TEXT, "a1c3", ERROR_BAD_TEXT},
         {TEXT, "a2c080", ERROR_BAD_TEXT}, {TEXT, "a2c1bf", ERROR_BAD_TEXT},
         {TEXT, "a3e09fbf", ERROR_BAD_TEXT}, {TEXT, "a3eda080", ERROR_BAD_TEXT},
         {TEXT, "a3edbfbf", ERROR_BAD_TEXT}, {TEXT, "a4f08fbfbf", ERROR_BAD_TEXT},
         {TEXT, "a4f4908080", ERROR_BAD_TEXT}, {TEXT, "a4f5808080", ERROR_BAD_TEXT},
         {TEXT, "a2e6b7", ERROR_BAD_TEXT}, {TEXT, "a3f09f93", ERROR_BAD_TEXT},
         {TEXT, "a2c341", ERROR_BAD_TEXT}, {TEXT, "a3e6b741", ERROR_BAD_TEXT},
         {TEXT, "a3e641b1", ERROR_BAD_TEXT}, {TEXT, "a4f09f9341", ERROR_BAD_TEXT},
         {TEXT, "a4f09f41a6", ERROR_BAD_TEXT}, {TEXT, "a4f04193a6", ERROR_BAD_TEXT},
         {TEXT, "a1ff", ERROR_BAD_TEXT},
         /* behind eight bytes that are looked at together */
         {TEXT, "aa61616161616161616100", ERROR_BAD_TEXT},
         {TEXT, "a96161616100616161 61", ERROR_BAD_TEXT},
         {TEXT, "a8616161616161ff61", ERROR_BAD_TEXT}, {TEXT, "a86161616161610161", OK});
}

static enum error error_of_keys(const char *bytes, unsigned pairs)
{
    struct reader r = reader_over(hex(bytes));
    reader_map(&r, 16);
    for (unsigned i = 0; i < pairs; i++) {
        reader_key(&r);
        reader_uint(&r, 9);
    }
    reader_leave(&r);
    return reader_end(&r) ? OK : r.error;
}

static void keys_are_unsigned_and_ascend(void **state)
{
    (void)state;
    assert_error(OK, error_of_keys("83 0001 0102 cc8003", 3));
    assert_error(ERROR_NOT_CANONICAL, error_of_keys("82 0101 0102", 2));
    assert_error(ERROR_NOT_CANONICAL, error_of_keys("82 0201 0102", 2));
    assert_error(ERROR_NOT_CANONICAL, error_of_keys("82 0001 0002", 2));
    assert_error(ERROR_NOT_CANONICAL, error_of_keys("81 cc0101", 1));
    assert_error(ERROR_MALFORMED, error_of_keys("81 a16101", 1));
    assert_error(ERROR_MALFORMED, error_of_keys("81 ff01", 1));
    assert_error(ERROR_MALFORMED, error_of_keys("81 c001", 1));
    assert_error(ERROR_MALFORMED, error_of_keys("82 0001 0102", 1)); /* one was left unread */
    assert_error(ERROR_MALFORMED, error_of_keys("81 0001", 2));      /* one too many was wanted */
    struct reader r = reader_over(hex("81 0001 02"));
    reader_map(&r, 1);
    reader_key(&r);
    reader_uint(&r, 9);
    reader_key(&r);
    assert_error(ERROR_MALFORMED, r.error);
}

static void an_inner_map_does_not_disturb_the_keys_of_the_outer(void **state)
{
    (void)state;
    assert_error(OK, error_of(ITEM, hex("82 05 81 0900 06 81 0100")));
    assert_error(ERROR_NOT_CANONICAL, error_of(ITEM, hex("82 05 81 0900 05 81 0100")));
    assert_error(ERROR_NOT_CANONICAL, error_of(ITEM, hex("81 05 82 0900 0800")));
}

static void nine_levels_are_too_deep_and_eight_are_not(void **state)
{
    (void)state;
    ROWS({ITEM, "91919191919191 90", OK}, {ITEM, "91919191919191 9105", OK},
         {ITEM, "9191919191919191 90", ERROR_TOO_DEEP},
         {ITEM, "8100 91 8100 91 8100 91 8100 80", OK},
         {ITEM, "8100 91 8100 91 8100 91 8100 91 80", ERROR_TOO_DEEP});
    uint8_t deep[4096];
    memset(deep, 0x91, sizeof deep);
    assert_error(ERROR_TOO_DEEP, error_of(ITEM, span_of(deep, sizeof deep)));
}

static void bytes_left_over_are_refused(void **state)
{
    (void)state;
    ROWS({UINT, "0500", ERROR_TRAILING}, {ITEM, "80c0", ERROR_TRAILING},
         {TEXT, "a161a1", ERROR_TRAILING}, {NIL, "c0c0", ERROR_TRAILING});
}

static void a_lie_about_a_length_costs_nothing(void **state)
{
    (void)state;
    ROWS({BIN, "c6ffffffff", ERROR_MALFORMED}, {BIN, "c402aa", ERROR_MALFORMED},
         {TEXT, "dbffffffff6161", ERROR_MALFORMED}, {TEXT, "a26a", ERROR_MALFORMED},
         {ARRAY, "ddffffffff", ERROR_MALFORMED}, {ARRAY, "9201", ERROR_MALFORMED},
         {MAP, "dfffffffff", ERROR_MALFORMED}, {MAP, "820001 01", ERROR_MALFORMED},
         {MAP, "81 00", ERROR_MALFORMED});
}

static void a_cut_input_is_malformed_wherever_it_is_cut(void **state)
{
    (void)state;
    struct span whole =
        hex("85 00 cd0102 01 d1ff7f 02 c402aabb 03 d921 616161616161616161616161616161616161"
            "616161616161616161616161616161 04 92 ce00010000 c0");
    assert_error(OK, error_of(ITEM, whole));
    for (size_t size = 0; size < whole.size; size++)
        assert_error(ERROR_MALFORMED, error_of(ITEM, span_of(whole.at, size)));
}

static void limits_hold_at_their_maximum_and_not_beyond(void **state)
{
    (void)state;
    struct reader r = reader_over(hex("c403aabbcc"));
    reader_bin(&r, 3);
    assert_error(OK, r.error);
    r = reader_over(hex("c403aabbcc"));
    reader_bin(&r, 2);
    assert_error(ERROR_TOO_LARGE, r.error);
    r = reader_over(hex("c6ffffffff"));
    reader_bin(&r, 2);
    assert_error(ERROR_TOO_LARGE, r.error);
    r = reader_over(hex("a3616161"));
    reader_text(&r, 2);
    assert_error(ERROR_TOO_LARGE, r.error);
    r = reader_over(hex("93010203"));
    assert_int_equal(reader_array(&r, 3), 3);
    r = reader_over(hex("93010203"));
    assert_int_equal(reader_array(&r, 2), 0);
    assert_error(ERROR_TOO_LARGE, r.error);
    r = reader_over(hex("8201010201"));
    assert_int_equal(reader_map(&r, 1), 0);
    assert_error(ERROR_TOO_LARGE, r.error);
    r = reader_over(hex("cd0100"));
    assert_int_equal(reader_uint(&r, 256), 256);
    r = reader_over(hex("cd0100"));
    assert_int_equal(reader_uint(&r, 255), 0);
    assert_error(ERROR_OUT_OF_RANGE, r.error);
    r = reader_over(hex("fe"));
    assert_int_equal(reader_int(&r, -2, 0), -2);
    r = reader_over(hex("fe"));
    assert_int_equal(reader_int(&r, -1, 0), 0);
    assert_error(ERROR_OUT_OF_RANGE, r.error);
    r = reader_over(hex("02"));
    assert_int_equal(reader_int(&r, 0, 1), 0);
    assert_error(ERROR_OUT_OF_RANGE, r.error);
}

static void a_fixed_bin_has_exactly_its_size(void **state)
{
    (void)state;
    uint8_t to[2] = {9, 9};
    struct reader r = reader_over(hex("c402abcd"));
    reader_fixed(&r, to, 2);
    assert_true(reader_end(&r));
    assert_int_equal(to[1], 0xcd);
    r = reader_over(hex("c401ab"));
    reader_fixed(&r, to, 2);
    assert_error(ERROR_MALFORMED, r.error);
    assert_int_equal(to[0] + to[1], 0);
    r = reader_over(hex("c403abcdef"));
    reader_fixed(&r, to, 2);
    assert_error(ERROR_TOO_LARGE, r.error);
}

static void items_left_in_an_array_are_an_error_and_so_are_missing_ones(void **state)
{
    (void)state;
    struct reader r = reader_over(hex("920102"));
    reader_array(&r, 2);
    reader_uint(&r, 9);
    reader_leave(&r);
    assert_error(ERROR_MALFORMED, r.error);
    r = reader_over(hex("910102"));
    reader_array(&r, 2);
    reader_uint(&r, 9);
    reader_uint(&r, 9);
    assert_error(ERROR_MALFORMED, r.error);
    r = reader_over(hex("9101"));
    reader_array(&r, 2);
    reader_uint(&r, 9);
    assert_false(reader_end(&r)); /* the level was never left */
    assert_error(ERROR_MALFORMED, r.error);
    r = reader_over(hex("91c0c0"));
    reader_array(&r, 2);
    assert_true(reader_nil(&r));
    assert_false(reader_nil(&r));
    assert_error(ERROR_MALFORMED, r.error);
}

static void the_first_error_stays_and_later_calls_give_nothing(void **state)
{
    (void)state;
    struct reader r = reader_over(hex("05 06 a161 c0"));
    reader_uint(&r, 4);
    assert_error(ERROR_OUT_OF_RANGE, r.error);
    assert_int_equal(reader_uint(&r, 9), 0);
    assert_int_equal(reader_text(&r, 9).size, 0);
    assert_false(reader_nil(&r));
    assert_int_equal(reader_map(&r, 9) + reader_array(&r, 9) + reader_key(&r), 0);
    reader_leave(&r);
    reader_fail(&r, ERROR_BAD_ID);
    assert_false(reader_end(&r));
    assert_error(ERROR_OUT_OF_RANGE, r.error);
}

static void an_empty_input_is_malformed_and_ends_well_when_nothing_is_asked(void **state)
{
    (void)state;
    for (enum kind kind = UINT; kind <= ITEM; kind++)
        assert_error(ERROR_MALFORMED, error_of(kind, span_of(NULL, 0)));
    struct reader r = reader_over(span_of(NULL, 0));
    assert_true(reader_end(&r));
}

static void an_item_is_handed_out_as_its_own_bytes(void **state)
{
    (void)state;
    struct span bytes = hex("92 81 05 c402aabb 07");
    struct reader r = reader_over(bytes);
    reader_array(&r, 2);
    assert_span_equal(hex("81 05 c402aabb"), reader_item(&r));
    assert_int_equal(reader_uint(&r, 9), 7);
    reader_leave(&r);
    assert_true(reader_end(&r));
}

/* --- the writer, and msgpack-c as the second opinion ----------------------------------------- */

static void a_full_buffer_is_told_at_the_end(void **state)
{
    (void)state;
    uint8_t buffer[4];
    struct span out;
    struct writer w = writer_over(buffer, sizeof buffer);
    writer_text(&w, span_text("abc"));
    assert_error(OK, writer_end(&w, &out));
    assert_span_equal(hex("a3616263"), out);
    writer_nil(&w);
    writer_raw(&w, span_of(NULL, 0));
    assert_error(ERROR_TOO_LARGE, writer_end(&w, &out));
    w = writer_over(buffer, 3);
    writer_text(&w, span_text("abc"));
    writer_nil(&w); /* would fit alone, but the text before it did not */
    assert_error(ERROR_TOO_LARGE, writer_end(&w, &out));
    writer_fail(&w, ERROR_BAD_ID);
    assert_error(ERROR_TOO_LARGE, writer_end(&w, &out));
}

static void write_number(struct writer *w, bool is_negative, uint64_t magnitude)
{
    if (is_negative)
        writer_int(w, (int64_t)(0 - magnitude));
    else
        writer_uint(w, magnitude);
}

/* Every power of two, one less and one more, in both signs: all widths and their edges. */
static void msgpack_c_and_the_reader_agree_on_every_number(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64 * 3 * 2; i++) {
        uint64_t magnitude = ((uint64_t)1 << (i / 6)) + i % 3 - 1;
        bool is_negative = i / 3 % 2 == 1 && magnitude > 0 && magnitude <= (uint64_t)INT64_MAX + 1;
        uint8_t buffer[9];
        struct span out;
        struct writer w = writer_over(buffer, sizeof buffer);
        write_number(&w, is_negative, magnitude);
        assert_error(OK, writer_end(&w, &out));

        msgpack_unpacked theirs;
        msgpack_unpacked_init(&theirs);
        assert_int_equal(msgpack_unpack_next(&theirs, (const char *)out.at, out.size, NULL),
                         MSGPACK_UNPACK_SUCCESS);
        struct reader r = reader_over(out);
        if (is_negative) {
            assert_int_equal(theirs.data.type, MSGPACK_OBJECT_NEGATIVE_INTEGER);
            assert_true(theirs.data.via.i64 == reader_int(&r, INT64_MIN, INT64_MAX));
            assert_true(theirs.data.via.i64 == (int64_t)(0 - magnitude));
        } else {
            assert_int_equal(theirs.data.type, MSGPACK_OBJECT_POSITIVE_INTEGER);
            assert_true(theirs.data.via.u64 == reader_uint(&r, UINT64_MAX));
            assert_true(theirs.data.via.u64 == magnitude);
        }
        assert_true(reader_end(&r));
        msgpack_unpacked_destroy(&theirs);
    }
}

static void msgpack_c_and_the_reader_agree_on_every_length(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 31, 32, 255, 256, 65535, 65536};
    static uint8_t body[65536], buffer[2 * 65536 + 16];
    memset(body, 'x', sizeof body);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct span part = span_of(body, sizes[i]), out;
        struct writer w = writer_over(buffer, sizeof buffer);
        writer_array(&w, 2);
        writer_text(&w, part);
        writer_bin(&w, part);
        assert_error(OK, writer_end(&w, &out));
        struct reader r = reader_over(out);
        reader_array(&r, 2);
        assert_span_equal(part, reader_text(&r, sizes[i]));
        assert_span_equal(part, reader_bin(&r, sizes[i]));
        reader_leave(&r);
        assert_true(reader_end(&r));

        msgpack_unpacked theirs;
        msgpack_unpacked_init(&theirs);
        assert_int_equal(msgpack_unpack_next(&theirs, (const char *)out.at, out.size, NULL),
                         MSGPACK_UNPACK_SUCCESS);
        const msgpack_object *items = theirs.data.via.array.ptr;
        assert_int_equal(items[0].type, MSGPACK_OBJECT_STR);
        assert_span_equal(part, span_of(items[0].via.str.ptr, items[0].via.str.size));
        assert_int_equal(items[1].type, MSGPACK_OBJECT_BIN);
        assert_span_equal(part, span_of(items[1].via.bin.ptr, items[1].via.bin.size));
        msgpack_unpacked_destroy(&theirs);
    }
}

/* Bytes that are mostly tags and small numbers, so that a fair part of them is accepted. */
static size_t draw_bytes(struct values *values, uint8_t *to)
{
    static const uint8_t likely[] = {0x80, 0x81, 0x82, 0x90, 0x91, 0x92, 0xa0, 0xa1, 0xa2,
                                     0xc0, 0xc4, 0xcc, 0xcd, 0xd0, 0xd1, 0xe0, 0xff, 0x00,
                                     0x01, 0x02, 0x80, 0xd9, 0xda, 0xdc, 0xde, 0xc5};
    size_t size = 1 + values_below(values, 24);
    values_bytes(values, to, size);
    for (size_t i = 0; i < size; i++)
        if (values_below(values, 4) != 0) to[i] = likely[values_below(values, sizeof likely)];
    return size;
}

static void whatever_is_accepted_is_written_again_as_it_was(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    unsigned accepted = 0;
    for (unsigned i = 0; i < 2000000; i++) {
        uint8_t bytes[32], buffer[64];
        struct span out, in = span_of(bytes, draw_bytes(&values, bytes));
        struct reader r = reader_over(in);
        struct writer w = writer_over(buffer, sizeof buffer);
        copy_item(&r, &w);
        bool fine = reader_end(&r);
        assert_int_equal(fine, error_of(ITEM, in) == OK);
        if (!fine) continue;
        accepted++;
        assert_error(OK, writer_end(&w, &out));
        assert_span_equal(in, out);
    }
    printf("%u of 2000000 inputs were accepted\n", accepted);
    assert_true(accepted > 1000);
    values_end(&values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_integer_has_one_form),
        cmocka_unit_test(a_non_negative_integer_stands_in_the_unsigned_family),
        cmocka_unit_test(every_length_has_one_form),
        cmocka_unit_test(every_width_is_skipped_as_one_item),
        cmocka_unit_test(each_width_begins_where_the_narrower_one_ends),
        cmocka_unit_test(floats_booleans_extensions_and_the_reserved_tag_are_refused),
        cmocka_unit_test(another_type_than_the_expected_is_malformed),
        cmocka_unit_test(a_text_is_utf8_without_nul),
        cmocka_unit_test(keys_are_unsigned_and_ascend),
        cmocka_unit_test(an_inner_map_does_not_disturb_the_keys_of_the_outer),
        cmocka_unit_test(nine_levels_are_too_deep_and_eight_are_not),
        cmocka_unit_test(bytes_left_over_are_refused),
        cmocka_unit_test(a_lie_about_a_length_costs_nothing),
        cmocka_unit_test(a_cut_input_is_malformed_wherever_it_is_cut),
        cmocka_unit_test(limits_hold_at_their_maximum_and_not_beyond),
        cmocka_unit_test(a_fixed_bin_has_exactly_its_size),
        cmocka_unit_test(items_left_in_an_array_are_an_error_and_so_are_missing_ones),
        cmocka_unit_test(the_first_error_stays_and_later_calls_give_nothing),
        cmocka_unit_test(an_empty_input_is_malformed_and_ends_well_when_nothing_is_asked),
        cmocka_unit_test(an_item_is_handed_out_as_its_own_bytes),
        cmocka_unit_test(a_full_buffer_is_told_at_the_end),
        cmocka_unit_test(msgpack_c_and_the_reader_agree_on_every_number),
        cmocka_unit_test(msgpack_c_and_the_reader_agree_on_every_length),
        cmocka_unit_test(whatever_is_accepted_is_written_again_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

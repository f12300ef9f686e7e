#include "tests/proto/check.h"

#include "proto/id.h"
#include "tests/proto/values.h"

static struct id id_of(const char *digits)
{
    struct id id;
    memcpy(id.bytes, hex(digits).at, ID_BYTES);
    return id;
}

static void the_printed_form_is_frozen(void **state)
{
    (void)state;
    /* Made by a script of its own; every kind of check character among them. */
    static const char *const rows[][2] = {
        {"00000000000000000000000000000000", "000000000000000000000000000"},
        {"ffffffffffffffffffffffffffffffff", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ*"},
        {"000102030405060708090a0b0c0d0e0f", "00041061050R3GG28A1C60T3GF6"},
        {"aabbccddeeff00112233445566778899", "5AQF6DVVQZ008J4CT4ANK7F24SR"},
        {"00000000000000000000000000000024", "00000000000000000000000014U"},
        {"00000000000000000000000000000023", "00000000000000000000000013="},
        {"00000000000000000000000000000022", "00000000000000000000000012$"},
        {"00000000000000000000000000000021", "00000000000000000000000011~"},
        {"00000000000000000000000000000020", "00000000000000000000000010*"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct id id = id_of(rows[i][0]), back;
        char text[ID_TEXT_BYTES];
        id_print(&id, text);
        assert_string_equal(rows[i][1], text);
        assert_error(OK, id_parse(span_text(text), &back));
        assert_true(id_equal(&id, &back));
    }
}

static void an_id_holds_its_moment_and_sorts_by_it(void **state)
{
    (void)state;
    static const uint8_t low[10] = {0},
                         high[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    struct id earlier = id_make(1795297626123, high), later = id_make(1795297626124, low);
    assert_true(id_ms(&earlier) == 1795297626123);
    assert_true(memcmp(earlier.bytes, later.bytes, ID_BYTES) < 0);
    assert_int_equal(later.bytes[15], 0);
    assert_int_equal(earlier.bytes[6], 255);
    char one[ID_TEXT_BYTES], other[ID_TEXT_BYTES];
    id_print(&earlier, one);
    id_print(&later, other);
    assert_true(memcmp(one, other, 26) < 0);
    assert_true(id_ms(&(struct id){{255, 255, 255, 255, 255, 255}}) == ((uint64_t)1 << 48) - 1);
}

static void every_id_comes_back_from_its_printed_form(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned i = 0; i < 100000; i++) {
        struct id id, back;
        char text[ID_TEXT_BYTES];
        values_bytes(&values, id.bytes, ID_BYTES);
        id_print(&id, text);
        assert_int_equal(strlen(text), 27);
        assert_error(OK, id_parse(span_text(text), &back));
        assert_true(id_equal(&id, &back));
    }
    values_end(&values);
}

/* What a character stands for, as the header says it; 0 where it stands for none. */
static char folded(int c)
{
    if (c >= 'a' && c <= 'z') c += 'A' - 'a';
    if (c == 'I' || c == 'L') return '1';
    if (c == 'O') return '0';
    return c > 0 && c < 128 && strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U", c) ? (char)c : 0;
}

static void every_error_in_one_character_is_caught(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned round = 0; round < 200; round++) {
        struct id id, back;
        char text[ID_TEXT_BYTES];
        values_bytes(&values, id.bytes, ID_BYTES);
        id_print(&id, text);
        for (unsigned place = 0; place < 27; place++) {
            char right = text[place];
            for (int c = 1; c < 256; c++) {
                text[place] = (char)c;
                enum error error = id_parse(span_of(text, 27), &back);
                assert_error(folded(c) == right ? OK : ERROR_BAD_ID, error);
                if (error == OK) assert_true(id_equal(&id, &back));
            }
            text[place] = right;
        }
    }
    values_end(&values);
}

static void every_swap_of_neighbours_is_caught(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned round = 0; round < 2000; round++) {
        struct id id, back;
        char text[ID_TEXT_BYTES];
        values_bytes(&values, id.bytes, ID_BYTES);
        id_print(&id, text);
        for (unsigned place = 0; place < 26; place++) {
            char first = text[place], second = text[place + 1];
            text[place] = second, text[place + 1] = first;
            if (first != second) assert_error(ERROR_BAD_ID, id_parse(span_of(text, 27), &back));
            text[place] = first, text[place + 1] = second;
        }
    }
    values_end(&values);
}

static void lower_case_and_look_alikes_are_read(void **state)
{
    (void)state;
    struct id id, back;
    assert_error(OK, id_parse(span_text("00041061050R3GG28A1C60T3GF6"), &id));
    assert_error(OK, id_parse(span_text("ooo4io6lo5or3gg28aic6ot3gf6"), &back));
    assert_true(id_equal(&id, &back));
    assert_error(OK, id_parse(span_text("OOO4LO6IO5OR3GG28A1C6OT3GF6"), &back));
    assert_true(id_equal(&id, &back));
    assert_error(OK, id_parse(span_text("00000000000000000000000014u"), &back));
}

static void another_length_or_a_number_beyond_128_bits_is_refused(void **state)
{
    (void)state;
    struct id id;
    assert_error(ERROR_BAD_ID, id_parse(span_text(""), &id));
    assert_error(ERROR_BAD_ID, id_parse(span_text("00041061050R3GG28A1C60T3GF"), &id));
    assert_error(ERROR_BAD_ID, id_parse(span_text("00041061050R3GG28A1C60T3GF60"), &id));
    assert_error(ERROR_BAD_ID, id_parse(span_text("000410610-50R3GG28A1C60T3GF"), &id));
    /* 2^128 is 12 modulo 37: refused for its size and not for its check character. */
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    char text[] = "80000000000000000000000000?";
    for (size_t i = 0; i < 37; i++) {
        text[26] = digits[i];
        assert_error(ERROR_BAD_ID, id_parse(span_text(text), &id));
    }
}

static void zero_is_told_apart(void **state)
{
    (void)state;
    struct id id = {{0}};
    assert_true(id_is_zero(&id));
    for (size_t i = 0; i < ID_BYTES; i++) {
        id.bytes[i] = 1;
        assert_false(id_is_zero(&id));
        id.bytes[i] = 0;
    }
    assert_int_equal(id_span(&id).size, ID_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_form_is_frozen),
        cmocka_unit_test(an_id_holds_its_moment_and_sorts_by_it),
        cmocka_unit_test(every_id_comes_back_from_its_printed_form),
        cmocka_unit_test(every_error_in_one_character_is_caught),
        cmocka_unit_test(every_swap_of_neighbours_is_caught),
        cmocka_unit_test(lower_case_and_look_alikes_are_read),
        cmocka_unit_test(another_length_or_a_number_beyond_128_bits_is_refused),
        cmocka_unit_test(zero_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

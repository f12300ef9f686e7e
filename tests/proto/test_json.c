/* JSON in both directions: what the parser refuses, what the getters keep exact, and the JSON form
 * of every shape with the path of what is wrong in it. */
#include "tests/proto/check.h"

#include "proto/commands.h"
#include "proto/json.h"
#include "proto/utf8.h"
#include "tests/proto/values.h"
#include <stdio.h>
#include <stdlib.h>

static struct json *parse(const char *text)
{
    struct json_fault fault;
    struct json *root = json_parse(span_text(text), &fault);
    if (root == NULL) print_error("%s: %u:%u %s\n", text, fault.line, fault.column, fault.text);
    assert_non_null(root);
    assert_error(OK, fault.error);
    return root;
}

static struct json_fault refuse(struct span text, enum error error)
{
    struct json_fault fault;
    struct json *root = json_parse(text, &fault);
    if (root != NULL || fault.error != error)
        print_error("%.*s\n", text.size < 60 ? (int)text.size : 60, (const char *)text.at);
    assert_null(root);
    assert_error(error, fault.error);
    assert_true(fault.text[0] != '\0');
    return fault;
}

/* --- parsing -------- */

static void what_is_not_strict_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
    } rows[] = {{"", ERROR_MALFORMED},
                {"   ", ERROR_MALFORMED},
                {"5", ERROR_MALFORMED},
                {"\"a\"", ERROR_MALFORMED},
                {"null", ERROR_MALFORMED},
                {"{", ERROR_MALFORMED},
                {"[1,]", ERROR_MALFORMED},
                {"{\"a\":1,}", ERROR_MALFORMED},
                {"{'a':1}", ERROR_MALFORMED},
                {"{a:1}", ERROR_MALFORMED},
                {"]][", ERROR_MALFORMED},
                {"[1] [2]", ERROR_TRAILING},
                {"{} x", ERROR_TRAILING},
                {"[01]", ERROR_MALFORMED},
                {"[+1]", ERROR_MALFORMED},
                {"[.5]", ERROR_MALFORMED},
                {"[NaN]", ERROR_MALFORMED},
                {"[1e999]", ERROR_OUT_OF_RANGE},
                {"// no\n[]", ERROR_MALFORMED},
                {"[\"\t\"]", ERROR_MALFORMED},
                {"[\"\\x41\"]", ERROR_MALFORMED},
                {"[\"\\ud800\"]", ERROR_MALFORMED},
                {"[\"\\ud800\\u0041\"]", ERROR_MALFORMED},
                {"\xef\xbb\xbf[]", ERROR_MALFORMED},
                {"{\"a\":1,\"a\":1}", ERROR_NOT_CANONICAL},
                {"{\"b\":{\"a\":1,\"\\u0061\":2}}", ERROR_NOT_CANONICAL},
                {"[\"\\u0000\"]", ERROR_BAD_TEXT},
                {"{\"a\\u0000b\":1}", ERROR_BAD_TEXT},
                {"[\"\xff\"]", ERROR_BAD_TEXT},
                {"[\"\xc0\x80\"]", ERROR_BAD_TEXT},
                {"[\"\xed\xa0\x80\"]", ERROR_BAD_TEXT},
                {"[\"\xf4\x90\x80\x80\"]", ERROR_BAD_TEXT},
                {"[9223372036854775808]", ERROR_OUT_OF_RANGE},
                {"[-9223372036854775809]", ERROR_OUT_OF_RANGE},
                {"[123456789012345678901234567890]", ERROR_OUT_OF_RANGE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refuse(span_text(rows[i].text), rows[i].error);
    refuse(span_of("[1]\0", 4), ERROR_TRAILING);
    refuse(span_of("{\"a\":1\0}", 8), ERROR_MALFORMED);
    refuse(span_of("[true\0]", 7), ERROR_MALFORMED);
    refuse(span_of("[\"a\0b\"]", 7), ERROR_MALFORMED);
    refuse(span_of(NULL, 0), ERROR_MALFORMED);
}

static void a_fault_names_line_and_column(void **state)
{
    (void)state;
    struct json_fault fault = refuse(span_text("{\n  \"a\": 1,\n  \"b\": x\n}"), ERROR_MALFORMED);
    assert_int_equal(fault.line, 3);
    assert_int_equal(fault.column, 8);
    fault = refuse(span_text("{\"a\":1,\n\"\xc3\xa9\":1,\"\xc3\xa9\":1}"), ERROR_NOT_CANONICAL);
    assert_int_equal(fault.line, 2);
    assert_non_null(strstr(fault.text, "duplicate"));
    /* What the library quotes of a long key is cut, and never within a character. */
    for (unsigned pad = 0; pad < 3; pad++) {
        char text[800] = "{\"";
        for (unsigned i = 0; i < pad; i++) strcat(text, "x");
        for (unsigned i = 0; i < 80; i++) strcat(text, "\xe6\xb7\xb1");
        strcat(text, "\": oops}");
        fault = refuse(span_text(text), ERROR_MALFORMED);
        assert_true(utf8_valid(span_text(fault.text)));
    }
}

static size_t nest(char *text, size_t depth, const char *open, const char *close)
{
    text[0] = '\0';
    for (size_t i = 0; i < depth; i++) strcat(text, open);
    for (size_t i = 0; i < depth; i++) strcat(text, close);
    return strlen(text);
}

static void thirty_three_levels_are_too_deep_and_thirty_two_are_not(void **state)
{
    (void)state;
    char text[400];
    nest(text, JSON_DEPTH_MAX, "[", "]");
    json_free(parse(text));
    nest(text, JSON_DEPTH_MAX + 1, "[", "]");
    struct json_fault fault = refuse(span_text(text), ERROR_TOO_DEEP);
    assert_int_equal(fault.line, 1);
    assert_int_equal(fault.column, JSON_DEPTH_MAX + 1);
    strcpy(text, "[\"\xc3\xa9 [\",\n\n \"\xc3\xa9\", ");
    nest(text + strlen(text), JSON_DEPTH_MAX, "[", "]");
    fault = refuse(span_text(text), ERROR_TOO_DEEP);
    assert_int_equal(fault.line, 3);
    assert_int_equal(fault.column, 6 + JSON_DEPTH_MAX);
    nest(text, JSON_DEPTH_MAX / 2 + 1, "[{\"a\":", "}]");
    refuse(span_text(text), ERROR_TOO_DEEP);
    json_free(parse("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"));
    json_free(parse("[\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"));
    json_free(parse("[\"\\\\\",[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1]]"));
    static char deep[100000];
    memset(deep, '[', sizeof deep);
    refuse(span_of(deep, sizeof deep), ERROR_TOO_DEEP);
}

static void an_object_has_a_largest_number_of_names(void **state)
{
    (void)state;
    char text[JSON_NAMES_MAX * 12 + 32] = "{\"x\":0";
    for (unsigned i = 1; i < JSON_NAMES_MAX; i++) sprintf(text + strlen(text), ",\"n%u\":%u", i, i);
    strcat(text, "}");
    struct json *root = parse(text);
    int64_t value;
    assert_true(json_int(json_get(root, "n255"), &value) && value == 255);
    json_free(root);
    strcpy(text + strlen(text) - 1, ",\"more\":1}");
    refuse(span_text(text), ERROR_TOO_LARGE);
}

/* Eight signs are read at once where they can be: each sign at each of the places. */
static void a_sign_means_the_same_wherever_it_stands_in_a_text(void **state)
{
    (void)state;
    for (unsigned sign = 1; sign < 256; sign++) {
        for (size_t place = 0; place < 24; place++) {
            struct json_fault fault;
            char text[] = "[\"abcdefghijklmnopqrstuvwx\"]";
            text[2 + place] = (char)sign;
            struct json *root = json_parse(span_text(text), &fault);
            bool plain = sign >= 0x20 && sign < 0x80 && sign != '"' && sign != '\\';
            assert_true((root != NULL) == plain || (sign == '\\' && place < 23));
            if (plain) assert_memory_equal(json_text(json_at(root, 0)).at, text + 2, 24);
            json_free(root);
        }
    }
}

static void a_body_has_a_largest_size(void **state)
{
    (void)state;
    char *text = malloc(JSON_BYTES_MAX + 1);
    memset(text, ' ', JSON_BYTES_MAX + 1);
    memcpy(text, "[]", 2);
    struct json_fault fault;
    struct json *root = json_parse(span_of(text, JSON_BYTES_MAX), &fault);
    assert_non_null(root);
    json_free(root);
    refuse(span_of(text, JSON_BYTES_MAX + 1), ERROR_TOO_LARGE);
    free(text);
}

/* --- getters -------- */

static void integers_are_kept_exactly_and_reals_are_none(void **state)
{
    (void)state;
    struct json *root = parse("[9007199254740993, -9007199254740993, 9223372036854775807, "
                              "-9223372036854775808, 1.0, 1e3, true, \"5\", null, 0, -0]");
    int64_t value = 0;
    assert_true(json_int(json_at(root, 0), &value) && value == 9007199254740993);
    assert_true(json_int(json_at(root, 1), &value) && value == -9007199254740993);
    assert_true(json_int(json_at(root, 2), &value) && value == INT64_MAX);
    assert_true(json_int(json_at(root, 3), &value) && value == INT64_MIN);
    for (size_t i = 4; i < 9; i++) assert_false(json_int(json_at(root, i), &value));
    assert_true(value == INT64_MIN); /* untouched */
    assert_true(json_int(json_at(root, 9), &value) && value == 0);
    assert_true(json_int(json_at(root, 10), &value) && value == 0);
    json_free(root);
}

static void getters_answer_what_is_there(void **state)
{
    (void)state;
    struct json *root =
        parse("{\"t\":\"h\\u00e9\",\"yes\":true,\"no\":false,\"n\":null,\"a\":[1,2],"
              "\"o\":{\"x\":1},\"empty\":\"\"}");
    bool flag = false;
    assert_span_equal(span_text("h\xc3\xa9"), json_text(json_get(root, "t")));
    assert_true(json_bool(json_get(root, "yes"), &flag) && flag);
    assert_true(json_bool(json_get(root, "no"), &flag) && !flag);
    assert_true(json_is_null(json_get(root, "n")));
    assert_true(json_is_array(json_get(root, "a")) && json_count(json_get(root, "a")) == 2);
    assert_true(json_is_object(json_get(root, "o")));
    assert_true(json_is_text(json_get(root, "empty")));
    assert_int_equal(json_text(json_get(root, "empty")).size, 0);
    assert_null(json_get(root, "T"));
    assert_null(json_at(json_get(root, "a"), 2));
    json_free(root);
}

static void getters_take_nothing_and_the_wrong_type(void **state)
{
    (void)state;
    struct json *root = parse("[1]");
    const struct json *const none[] = {NULL, root, json_at(root, 0)};
    int64_t number;
    bool flag;
    for (size_t i = 0; i < 3; i++) {
        assert_null(json_get(none[i], "a"));
        assert_null(json_next_key(none[i], NULL));
        assert_int_equal(json_text(none[i]).size, 0);
        assert_false(json_is_text(none[i]) || json_is_object(none[i]) || json_is_null(none[i]));
        assert_false(json_bool(none[i], &flag));
        assert_null(json_at(none[i], 1));
        if (none[i] == root) continue;
        assert_false(json_is_array(none[i]));
        assert_int_equal(json_count(none[i]), 0);
    }
    assert_false(json_int(NULL, &number));
    json_free(root);
    json_free(NULL);
}

static void members_are_walked_once_each(void **state)
{
    (void)state;
    struct json *root = parse("{\"one\":1,\"two\":2,\"three\":3}");
    unsigned sum = 0, count = 0;
    for (const char *key = json_next_key(root, NULL); key != NULL; key = json_next_key(root, key)) {
        int64_t value;
        assert_true(json_int(json_get(root, key), &value));
        sum += (unsigned)value;
        count++;
    }
    assert_int_equal(sum, 6);
    assert_int_equal(count, 3);
    json_free(root);
    root = parse("{}");
    assert_null(json_next_key(root, NULL));
    json_free(root);
}

/* --- writing -------- */

static void assert_written(struct json_out *out, const char *expected)
{
    assert_string_equal(expected, out->at);
    assert_int_equal(out->used, strlen(expected));
    json_out_free(out);
    assert_null(out->at);
}

static void commas_and_keys_stand_where_they_belong(void **state)
{
    (void)state;
    struct json_out out = {0};
    struct id id = {{0}};
    json_open(&out, NULL, '{');
    json_put_int(&out, "low", INT64_MIN);
    json_put_uint(&out, "high", UINT64_MAX);
    json_put_int(&out, "zero", 0);
    json_open(&out, "list", '[');
    json_put_bool(&out, NULL, true);
    json_put_bool(&out, NULL, false);
    json_open(&out, NULL, '{');
    json_close(&out, '}');
    json_put_null(&out, NULL);
    json_close(&out, ']');
    json_put_hex(&out, "hex", hex("00ff1a"));
    json_put_hex(&out, "none", span_of(NULL, 0));
    json_put_id(&out, "id", &id);
    json_put_time(&out, "at", 1795297626123);
    json_put_text(&out, "text", span_text("plain"));
    json_close(&out, '}');
    assert_written(
        &out,
        "{\"low\":-9223372036854775808,\"high\":18446744073709551615,\"zero\":0,\"list\":[true,"
        "false,{},null],\"hex\":\"00ff1a\",\"none\":\"\",\"id\":"
        "\"000000000000000000000000000\",\"at\":\"2026-11-21T21:47:06.123Z\",\"text\":"
        "\"plain\"}");
}

static void texts_are_escaped_and_never_break_an_answer(void **state)
{
    (void)state;
    struct json_out out = {0};
    json_put_text(&out, NULL, span_of("a \"\\\n\r\t\0\x1f/\x7f\xc3\xa9\xf0\x9f\x93\xa6", 17));
    assert_written(&out, "\"a \\\"\\\\\\n\\r\\t\\u0000\\u001f/\x7f\xc3\xa9\xf0\x9f\x93\xa6\"");
    struct json_out bad = {0};
    json_put_text(&bad, NULL, span_of("\xff\xc3(\xed\xa0\x80\xe6\xb7", 8));
    assert_written(&bad, "\"\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                         "\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void any_bytes_become_a_text_that_parses(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (unsigned i = 0; i < 3000; i++) {
        uint8_t bytes[400];
        size_t size = (size_t)values_below(&values, sizeof bytes);
        values_bytes(&values, bytes, size);
        for (size_t k = 0; k < size; k++)
            if (bytes[k] == 0) bytes[k] = 1; /* a NUL is escaped, and the parser refuses it */
        struct json_out out = {0};
        struct json_fault fault;
        json_open(&out, NULL, '[');
        json_put_text(&out, NULL, span_of(bytes, size));
        json_close(&out, ']');
        struct json *root = json_parse(span_of(out.at, out.used), &fault);
        assert_non_null(root);
        json_free(root);
        json_out_free(&out);
    }
    values_end(&values);
}

/* --- shapes -------- */

static union {
    uint64_t align;
    uint8_t bytes[VALUES_STRUCT_BYTES];
} value, back;
static uint8_t scratch[VALUES_RECORD_BYTES];

static void every_record_comes_back_from_its_json_form(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    values.time_ms_max = 253402300799999; /* RFC 3339 ends with the year 9999 */
    for (size_t i = 0; i < values_shapes_count * 100; i++) {
        const struct shape *shape = values_shapes[i / 100];
        struct json_out out = {0};
        struct json_fault parse_fault;
        struct fault fault;
        if (i % 100 == 0)
            values_fill_largest(&values, shape, value.bytes);
        else
            values_fill(&values, shape, value.bytes);
        json_open(&out, NULL, '{');
        json_put_shape(&out, NULL, shape, value.bytes);
        json_close(&out, '}');
        struct json *root = json_parse(span_of(out.at, out.used), &parse_fault);
        assert_non_null(root);
        memset(back.bytes, 0xee, sizeof back.bytes);
        enum error error = json_to_shape(root, shape, back.bytes, scratch, sizeof scratch, &fault);
        if (error != OK) print_error("%s: %s\n", shape->name, fault.path);
        assert_error(OK, error);
        assert_true(values_equal(shape, value.bytes, back.bytes));
        json_free(root);
        json_out_free(&out);
    }
    values_end(&values);
}

static void a_record_as_json_reads_like_its_declaration(void **state)
{
    (void)state;
    struct order_import order = {.merchant = {{1}},
                                 .reference = span_text("#1001"),
                                 .currency = 978,
                                 .sold_ms = 1795297626123,
                                 .lines_count = 1,
                                 .payments_count = 1};
    order.lines[0] =
        (struct order_line){.sku = span_text("MUG-1"), .quantity = 2, .price_minor = 12995};
    order.payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_1"), .captured_minor = 25990};
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_uint(&out, "first", 1);
    json_put_shape(&out, "order", &order_import_shape, &order);
    json_close(&out, '}');
    assert_written(&out,
                   "{\"first\":1,\"order\":{\"merchant\":\"01000000000000000000000000T\","
                   "\"reference\":\"#1001\",\"currency\":\"EUR\",\"sold_ms\":"
                   "\"2026-11-21T21:47:06.123Z\",\"lines\":[{\"sku\":\"MUG-1\",\"quantity\":2,"
                   "\"price_minor\":12995}],\"payments\":[{\"provider\":\"stripe\","
                   "\"reference\":\"pi_1\",\"captured_minor\":25990}]}}");
}

#define ID_A               "00041061050R3GG28A1C60T3GF6"
#define ORDER(members)     "{\"merchant\":\"" ID_A "\",\"reference\":\"r\"," members "}"
#define ORDER_SALE         "\"currency\":\"EUR\",\"sold_ms\":\"2026-11-21T21:47:06Z\","
#define ORDER_REST         ORDER_SALE "\"payments\":[],"
#define ORDER_LINES(lines) ORDER(ORDER_REST "\"lines\":" lines)

/* Rows of JSON bodies with what is wrong in them. */
struct body {
    const char *text;
    enum error error;
    const char *path;
};

static void assert_bodies(const struct shape *shape, const struct body *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fault fault;
        struct json *root = parse(rows[i].text);
        enum error error = json_to_shape(root, shape, value.bytes, scratch, sizeof scratch, &fault);
        if (error != rows[i].error || strcmp(rows[i].path, fault.path) != 0)
            print_error("row %zu: %s\n", i, rows[i].text);
        assert_error(rows[i].error, error);
        assert_error(rows[i].error, fault.error);
        assert_string_equal(rows[i].path, fault.path);
        assert_error(rows[i].error,
                     json_to_shape(root, shape, value.bytes, scratch, sizeof scratch, NULL));
        json_free(root);
    }
}

static void what_is_wrong_in_an_order_is_named_by_its_path(void **state)
{
    (void)state;
    static const struct body rows[] = {
        {ORDER_LINES("[]"), OK, ""},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":-5}]"), OK, ""},
        {"[]", ERROR_MALFORMED, ""},
        {"{}", ERROR_MISSING_FIELD, "merchant"},
        {"{\"merchant\":null}", ERROR_MISSING_FIELD, "merchant"},
        {"{\"merchant\":5}", ERROR_MALFORMED, "merchant"},
        {"{\"merchant\":\"" ID_A "0\"}", ERROR_BAD_ID, "merchant"},
        {"{\"merchant\":\"00041061050R3GG28A1C60T3GF7\"}", ERROR_BAD_ID, "merchant"},
        {"{\"merchant\":\"000000000000000000000000000\"}", ERROR_MISSING_FIELD, "reference"},
        {ORDER(ORDER_REST "\"lines\":[],\"colour\":1"), ERROR_UNKNOWN_FIELD, "colour"},
        {ORDER("\"currency\":\"EU\""), ERROR_OUT_OF_RANGE, "currency"},
        {ORDER("\"currency\":\"eur\""), ERROR_OUT_OF_RANGE, "currency"},
        {ORDER("\"currency\":978"), ERROR_MALFORMED, "currency"},
        {ORDER("\"sold_ms\":1795297626123"), ERROR_MALFORMED, "sold_ms"},
        {ORDER("\"sold_ms\":\"yesterday\""), ERROR_MALFORMED, "sold_ms"},
        {ORDER("\"sold_ms\":\"2026-02-30T00:00:00Z\""), ERROR_OUT_OF_RANGE, "sold_ms"},
        {ORDER_LINES("{}"), ERROR_MALFORMED, "lines"},
        {ORDER_LINES("[5]"), ERROR_MALFORMED, "lines/0"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":1},{\"sku\":\"a\"}]"),
         ERROR_MISSING_FIELD, "lines/1/quantity"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":10000,\"price_minor\":1000000000000000}]"), OK,
         ""},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":10001,\"price_minor\":1}]"), ERROR_OUT_OF_RANGE,
         "lines/0/quantity"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":-1,\"price_minor\":1}]"), ERROR_OUT_OF_RANGE,
         "lines/0/quantity"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1.0,\"price_minor\":1}]"), ERROR_MALFORMED,
         "lines/0/quantity"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":\"1\",\"price_minor\":1}]"), ERROR_MALFORMED,
         "lines/0/quantity"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":1000000000000001}]"),
         ERROR_OUT_OF_RANGE, "lines/0/price_minor"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":129.95}]"), ERROR_MALFORMED,
         "lines/0/price_minor"},
        {ORDER_LINES("[{\"sku\":\"\",\"quantity\":1,\"price_minor\":1}]"), ERROR_MISSING_FIELD,
         "lines/0/sku"},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":1,\"name\":null}]"), OK, ""},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":1,\"name\":\"\"}]"), OK, ""},
        {ORDER_LINES("[{\"sku\":\"a\",\"quantity\":1,\"price_minor\":1,\"a/b\":\"\"}]"),
         ERROR_UNKNOWN_FIELD, "lines/0/a/b"},
        {ORDER_LINES("[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},"
                     "{},{},{},{},{},{},{},{}]"),
         ERROR_TOO_LARGE, "lines"},
    };
    assert_bodies(&order_import_shape, rows, sizeof rows / sizeof rows[0]);
}

static void what_is_wrong_in_other_types_is_named_too(void **state)
{
    (void)state;
    static const struct body acts[] = {
        {"{\"unit\":\"" ID_A "\",\"grade\":\"good\"}", OK, ""},
        {"{\"unit\":\"" ID_A "\",\"grade\":\"bad\"}", ERROR_OUT_OF_RANGE, "grade"},
        {"{\"unit\":\"" ID_A "\",\"grade\":4}", ERROR_MALFORMED, "grade"},
        {"{\"unit\":\"" ID_A "\",\"grade\":\"Good\"}", ERROR_OUT_OF_RANGE, "grade"},
        {"{\"unit\":\"000000000000000000000000000\"}", ERROR_MISSING_FIELD, "unit"},
    };
    assert_bodies(&unit_act_shape, acts, sizeof acts / sizeof acts[0]);
    static const struct body members[] = {
        {"{\"sign_key\":\"00\"}", ERROR_MALFORMED, "sign_key"},
        {"{\"sign_key\":\"g102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\"}",
         ERROR_MALFORMED, "sign_key"},
        {"{\"by\":{\"kind\":\"admin\",\"node\":\"x\"}}", ERROR_BAD_ID, "by/node"},
        {"{\"by\":{}}", ERROR_MISSING_FIELD, "by/kind"},
        {"{\"by\":[]}", ERROR_MALFORMED, "by"},
        {"{\"revoked\":true}", ERROR_MALFORMED, "revoked"},
    };
    assert_bodies(&member_shape, members, sizeof members / sizeof members[0]);
    static const struct body asks[] = {
        {"{\"body\":\"0\"}", ERROR_MALFORMED, "body"},
        {"{\"body\":\"zz\"}", ERROR_MALFORMED, "body"},
        {"{\"body\":\"AaFf\"}", ERROR_MISSING_FIELD, "request"},
    };
    assert_bodies(&ask_shape, asks, sizeof asks / sizeof asks[0]);
}

/* A text field at its limit in bytes and one beyond, with a character of three bytes at its end. */
static void a_text_is_limited_in_bytes(void **state)
{
    (void)state;
    char text[400], reason[REASON_BYTES_MAX + 2];
    for (size_t size = REASON_BYTES_MAX; size <= REASON_BYTES_MAX + 1; size++) {
        memset(reason, 'x', sizeof reason);
        memcpy(reason + size - 3, "\xe6\xb7\xb1", 4);
        snprintf(text, sizeof text, "{\"unit\":\"" ID_A "\",\"reason\":\"%s\"}", reason);
        struct fault fault;
        struct json *root = parse(text);
        enum error expected = size <= REASON_BYTES_MAX ? OK : ERROR_TOO_LARGE;
        assert_error(expected, json_to_shape(root, &unit_act_shape, value.bytes, scratch,
                                             sizeof scratch, &fault));
        if (expected != OK) assert_string_equal("reason", fault.path);
        json_free(root);
    }
}

static void hex_is_read_in_both_cases(void **state)
{
    (void)state;
    struct json *root = parse("{\"body\":\"00aAbBfF09\"}");
    assert_error(ERROR_MISSING_FIELD,
                 json_to_shape(root, &ask_shape, value.bytes, scratch, sizeof scratch, NULL));
    assert_span_equal(hex("00aabbff09"), span_of(scratch, 5));
    json_free(root);
}

static void bins_need_room_in_the_scratch(void **state)
{
    (void)state;
    struct json *root = parse("{\"body\":\"00112233\"}");
    struct fault fault;
    uint8_t small[4];
    /* In four bytes it fits, and the next complaint is another one. */
    assert_error(ERROR_MISSING_FIELD,
                 json_to_shape(root, &ask_shape, value.bytes, small, 4, &fault));
    assert_error(ERROR_TOO_LARGE, json_to_shape(root, &ask_shape, value.bytes, small, 3, &fault));
    assert_string_equal("body", fault.path);
    json_free(root);
}

static void an_unknown_name_is_cut_and_stays_utf8(void **state)
{
    (void)state;
    char text[300] = "{\"";
    for (unsigned i = 0; i < 30; i++) strcat(text, "\xe6\xb7\xb1");
    strcat(text, "\":1}");
    struct json *root = parse(text);
    struct fault fault;
    assert_error(ERROR_UNKNOWN_FIELD, json_to_shape(root, &unit_act_shape, value.bytes, scratch,
                                                    sizeof scratch, &fault));
    assert_int_equal(strlen(fault.path), 39); /* 13 characters of 3 bytes within 40 */
    json_free(root);
    strcpy(text, "{\"\":1}");
    root = parse(text);
    assert_error(ERROR_UNKNOWN_FIELD, json_to_shape(root, &unit_act_shape, value.bytes, scratch,
                                                    sizeof scratch, &fault));
    assert_string_equal("", fault.path);
    json_free(root);
}

static void a_currency_of_a_later_table_shows_its_number(void **state)
{
    (void)state;
    struct merchant merchant = {.currency = 7};
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_shape(&out, NULL, &merchant_shape, &merchant);
    json_close(&out, '}');
    assert_non_null(strstr(out.at, "\"currency\":\"007\""));
    json_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_strict_json_is_refused),
        cmocka_unit_test(a_fault_names_line_and_column),
        cmocka_unit_test(thirty_three_levels_are_too_deep_and_thirty_two_are_not),
        cmocka_unit_test(an_object_has_a_largest_number_of_names),
        cmocka_unit_test(a_sign_means_the_same_wherever_it_stands_in_a_text),
        cmocka_unit_test(a_body_has_a_largest_size),
        cmocka_unit_test(integers_are_kept_exactly_and_reals_are_none),
        cmocka_unit_test(getters_answer_what_is_there),
        cmocka_unit_test(getters_take_nothing_and_the_wrong_type),
        cmocka_unit_test(members_are_walked_once_each),
        cmocka_unit_test(commas_and_keys_stand_where_they_belong),
        cmocka_unit_test(texts_are_escaped_and_never_break_an_answer),
        cmocka_unit_test(any_bytes_become_a_text_that_parses),
        cmocka_unit_test(every_record_comes_back_from_its_json_form),
        cmocka_unit_test(a_record_as_json_reads_like_its_declaration),
        cmocka_unit_test(what_is_wrong_in_an_order_is_named_by_its_path),
        cmocka_unit_test(what_is_wrong_in_other_types_is_named_too),
        cmocka_unit_test(a_text_is_limited_in_bytes),
        cmocka_unit_test(hex_is_read_in_both_cases),
        cmocka_unit_test(bins_need_room_in_the_scratch),
        cmocka_unit_test(an_unknown_name_is_cut_and_stays_utf8),
        cmocka_unit_test(a_currency_of_a_later_table_shows_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

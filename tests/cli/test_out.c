/* What a person reads: tables and records of JSON, whatever strangers wrote into it. */
#include "node/cli/out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static char *text;
static size_t size;

static struct json *parse(const char *json)
{
    struct json_fault fault;
    struct json *root = json_parse(span_text(json), &fault);
    assert_non_null(root);
    return root;
}

static const char *table_of(const char *json, const struct out_column *columns, size_t count)
{
    free(text);
    FILE *out = open_memstream(&text, &size);
    struct json *rows = parse(json);
    out_table(out, rows, columns, count);
    fclose(out);
    json_free(rows);
    return text;
}

static const char *record_of(const char *json)
{
    free(text);
    FILE *out = open_memstream(&text, &size);
    struct json *object = parse(json);
    out_record(out, object);
    fclose(out);
    json_free(object);
    return text;
}

static const struct out_column columns[] = {
    {"NAME", "name", OUT_TEXT},
    {"COUNT", "n", OUT_NUMBER},
    {"WHO", "by.kind", OUT_TEXT},
    {"AMOUNT", "minor", OUT_MONEY},
};

static void columns_are_as_wide_as_what_stands_in_them(void **state)
{
    (void)state;
    assert_string_equal(
        table_of("[{\"name\":\"a\",\"n\":5},{\"name\":\"longer\",\"n\":12345}]", columns, 2),
        "NAME    COUNT\n"
        "a           5\n"
        "longer  12345\n");
    assert_string_equal(
        table_of("[{\"name\":\"洛杉矶\",\"n\":1},{\"name\":\"ab\",\"n\":2}]", columns, 2),
        "NAME    COUNT\n"
        "洛杉矶      1\n"
        "ab          2\n");
}

static void a_column_without_anything_is_left_out(void **state)
{
    (void)state;
    assert_string_equal(
        table_of("[{\"name\":\"a\",\"by\":{\"kind\":\"admin\"}},{\"name\":\"b\"}]", columns, 3),
        "NAME  WHO\n"
        "a     admin\n"
        "b     \n");
    assert_string_equal(table_of("[]", columns, 3), "");
}

static void money_is_shown_in_its_currency(void **state)
{
    (void)state;
    assert_string_equal(table_of("[{\"minor\":1990,\"currency\":\"EUR\"},"
                                 "{\"minor\":1990,\"currency\":\"JPY\"},"
                                 "{\"minor\":5,\"currency\":\"EUR\"},{\"minor\":7}]",
                                 columns, 4),
                        "AMOUNT\n"
                        " 19.90\n"
                        "  1990\n"
                        "  0.05\n"
                        "     7\n");
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
    (void)state;
    const char *evil = "{\"name\":\"a\\u001b[2Jb\\nc\\u007f\"}";
    char rows[64];
    snprintf(rows, sizeof rows, "[%s]", evil);
    assert_string_equal(table_of(rows, columns, 1), "NAME\na\\x1b[2Jb\\x0ac\\x7f\n");
    assert_string_equal(record_of(evil), "name: a\\x1b[2Jb\\x0ac\\x7f\n");
    assert_string_equal(record_of("{\"a\\u001bb\":1}"), "a\\x1bb: 1\n");
}

static void long_texts_are_shown_whole_in_a_record(void **state)
{
    (void)state;
    char json[1100], wanted[1100];
    snprintf(json, sizeof json, "{\"t\":\"%0999d\"}", 7);
    snprintf(wanted, sizeof wanted, "t: %0999d\n", 7);
    assert_string_equal(record_of(json), wanted);
}

static void records_are_indented(void **state)
{
    (void)state;
    assert_string_equal(
        record_of("{\"a\":1,\"b\":{\"c\":true,\"d\":[{\"e\":\"f\"}]},\"g\":[],\"h\":null}"),
        "a: 1\n"
        "b:\n"
        "  c: yes\n"
        "  d:\n"
        "    0:\n"
        "      e: f\n"
        "g: none\n"
        "h: \n");
}

static int forget(void **state)
{
    (void)state;
    free(text);
    text = NULL;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_what_stands_in_them),
        cmocka_unit_test(a_column_without_anything_is_left_out),
        cmocka_unit_test(money_is_shown_in_its_currency),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(long_texts_are_shown_whole_in_a_record),
        cmocka_unit_test(records_are_indented),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}

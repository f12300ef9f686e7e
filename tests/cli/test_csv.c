/* CSV files as programs and people write them, and as nobody should. What was read is told as text:
 * "2[a|b]" is a sound row that begins in line 2, "3[a]!4 why" a broken one. */
#include "node/sheet/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct csv csv;
static struct csv_row row;
static char said[16 * 1024];

static void tell_row(FILE *out)
{
    fprintf(out, "%llu[", (unsigned long long)row.line);
    for (size_t i = 0; i < row.count; i++)
        fprintf(out, "%s%.*s", i == 0 ? "" : "|", (int)row.fields[i].text.size,
                (const char *)row.fields[i].text.at);
    fputs("]", out);
    if (row.fault[0] != '\0')
        fprintf(out, "!%llu %s", (unsigned long long)row.fault_line, row.fault);
    fputs("\n", out);
}

static const char *read_bytes(const char *text, size_t size)
{
    FILE *from = fmemopen((void *)(uintptr_t)text, size, "r");
    FILE *out = fmemopen(said, sizeof said, "w");
    assert_non_null(from);
    assert_non_null(out);
    said[0] = '\0';
    csv_open(&csv, from);
    while (csv_next(&csv, &row)) tell_row(out);
    assert_false(csv_next(&csv, &row));
    fclose(from);
    fclose(out);
    return said;
}

static const char *read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void comma_semicolon_and_tab_are_found_from_the_first_line(void **state)
{
    (void)state;
    assert_string_equal(read_text("a,b\n1;2,3\n"), "1[a|b]\n2[1;2|3]\n");
    assert_string_equal(read_text("a;b\n1,5;2\n"), "1[a|b]\n2[1,5|2]\n");
    assert_string_equal(read_text("a\tb\n1,5\t2\n"), "1[a|b]\n2[1,5|2]\n");
    assert_string_equal(read_text("\"a,b,c\";d\n1;2\n"), "1[a,b,c|d]\n2[1|2]\n");
    assert_string_equal(read_text("a\n1;2\n"), "1[a]\n2[1;2]\n");
}

static void a_mark_and_either_line_end_are_taken(void **state)
{
    (void)state;
    assert_string_equal(read_text("\xef\xbb\xbf"
                                  "a,b\r\n1,2\r\n"),
                        "1[a|b]\n2[1|2]\n");
    assert_string_equal(read_text("a,b\n1,2"), "1[a|b]\n2[1|2]\n");
    assert_string_equal(read_text("a,b\n1,2\r"), "1[a|b]\n2[1|2]\n");
    assert_string_equal(read_text("a,b\n1,"), "1[a|b]\n2[1|]\n");
}

static void quoted_fields_hold_marks_and_line_breaks(void **state)
{
    (void)state;
    assert_string_equal(read_text("a,b\n\"x, \"\"y\"\"\",\"\"\n"), "1[a|b]\n2[x, \"y\"|]\n");
    assert_string_equal(read_text("a,b\n\"x\ny\",1\n2,3\n"), "1[a|b]\n2[x\ny|1]\n4[2|3]\n");
    assert_string_equal(read_text("a,b\n\"x\",\"y\"\r\n"), "1[a|b]\n2[x|y]\n");
}

static void each_field_knows_the_line_it_begins_in(void **state)
{
    (void)state;
    (void)read_text("\"x\n\ny\",\"z\n\",last");
    assert_int_equal(row.count, 3);
    assert_int_equal(row.fields[0].line, 1);
    assert_int_equal(row.fields[1].line, 3);
    assert_int_equal(row.fields[2].line, 4);
}

static void rows_without_anything_are_passed_over_and_counted(void **state)
{
    (void)state;
    assert_string_equal(read_text("a,b\n\n,\n\"\",\n1,\n"), "1[a|b]\n5[1|]\n");
    assert_string_equal(read_text("\n\n"), "");
    assert_string_equal(read_bytes("\n", 1), "");
}

static void a_broken_row_says_how_to_mend_it_and_the_next_is_read(void **state)
{
    (void)state;
    assert_string_equal(read_text("a,b\n1,5\" cup,x\n3,4\n"),
                        "1[a|b]\n"
                        "2[1]!2 a quotation mark inside field 2: put the whole field in quotation "
                        "marks, and double those inside\n"
                        "3[3|4]\n");
    assert_string_equal(read_text("a,b\n\"1\"x,2\n3,4\n"),
                        "1[a|b]\n"
                        "2[1]!2 something stands after the closing quotation mark of field 1\n"
                        "3[3|4]\n");
    assert_string_equal(read_text("a,b\n1,5\" cup,\"x\n3,4\n"),
                        "1[a|b]\n"
                        "2[1]!2 a quotation mark inside field 2: put the whole field in quotation "
                        "marks, and double those inside\n"
                        "3[3|4]\n");
    assert_string_equal(read_text("a,b\n1\rx,2\n3,4\n"),
                        "1[a|b]\n"
                        "2[1]!2 a carriage return stands alone: end lines with LF or CRLF\n"
                        "3[3|4]\n");
}

static void what_is_no_utf_8_is_refused_and_its_row_read_to_the_end(void **state)
{
    (void)state;
    const char *why = "2[1]!2 field 2 is no text in UTF-8: save the file as UTF-8\n4[3|4]\n";
    char expected[256];
    snprintf(expected, sizeof expected, "1[a|b]\n%s", why);
    assert_string_equal(read_text("a,b\n1,caf\xe9,\"x\ny\"\n3,4\n"), expected);
    assert_string_equal(read_text("a,b\n1,caf\xe9,5\" cup\n\n3,4\n"), expected);
    static const char nul[] = "a,b\n1,x\0y,\"x\ny\"\n3,4\n";
    assert_string_equal(read_bytes(nul, sizeof nul - 1), expected);
    assert_string_equal(read_bytes("\xff\xfe"
                                   "a\0",
                                   4),
                        "1[]!1 field 1 is no text in UTF-8: save the file as UTF-8\n");
}

/* Whose quotation the rest of the file is, nobody knows: no row of it may be taken for one. */
static void nothing_is_read_after_a_quotation_that_does_not_end(void **state)
{
    (void)state;
    assert_string_equal(read_text("a,b\n1,\"x\n3,4\n5,6\n"),
                        "1[a|b]\n"
                        "2[1]!2 the quotation mark that field 2 begins with is not closed\n");
    static char text[2 * CSV_ROW_BYTES_MAX];
    size_t used = (size_t)snprintf(text, sizeof text, "a,b\n1,\"x");
    memset(text + used, 'y', CSV_FIELD_BYTES_MAX);
    snprintf(text + used + CSV_FIELD_BYTES_MAX, 16, "\"\n3,4\n");
    assert_string_equal(read_text(text),
                        "1[a|b]\n2[1]!2 field 2 is longer than 4096 bytes, or a quotation mark is "
                        "not closed\n");
}

static void a_field_a_row_and_their_number_have_limits(void **state)
{
    (void)state;
    static char text[2 * CSV_ROW_BYTES_MAX];
    memset(text, 'y', CSV_FIELD_BYTES_MAX);
    snprintf(text + CSV_FIELD_BYTES_MAX, 8, "\nb\n");
    (void)read_text(text);
    assert_string_equal(said + 2 + CSV_FIELD_BYTES_MAX, "]\n2[b]\n");
    snprintf(text + CSV_FIELD_BYTES_MAX, 8, "y\nb\n");
    assert_string_equal(
        read_text(text),
        "1[]!1 field 1 is longer than 4096 bytes, or a quotation mark is not closed\n2[b]\n");
    memset(text, ',', CSV_FIELDS_MAX);
    snprintf(text + CSV_FIELDS_MAX, 8, "\nb\n");
    (void)read_text(text);
    assert_int_equal(row.line, 2); /* the first is faulty, the second is not */
    assert_non_null(strstr(said, "]!1 more than 256 fields"));
    assert_non_null(strstr(said, "\n2[b]\n"));
}

static void a_row_of_many_large_fields_is_refused(void **state)
{
    (void)state;
    static char text[2 * CSV_ROW_BYTES_MAX];
    for (size_t size = CSV_ROW_BYTES_MAX - 40; size < CSV_ROW_BYTES_MAX + 40; size++) {
        memset(text, 'y', size);
        for (size_t i = CSV_FIELD_BYTES_MAX - 10; i < size; i += CSV_FIELD_BYTES_MAX - 10)
            text[i] = ',';
        snprintf(text + size, 8, "\nb\n");
        FILE *from = fmemopen(text, strlen(text), "r");
        csv_open(&csv, from);
        assert_true(csv_next(&csv, &row));
        assert_int_equal(row.fault[0] != '\0', size >= CSV_ROW_BYTES_MAX);
        assert_true(csv_next(&csv, &row));
        assert_int_equal(row.line, 2);
        assert_int_equal(row.count, 1);
        fclose(from);
        text[size - 1] = ','; /* one field more, with nothing in it */
        text[size] = '\n';
        from = fmemopen(text, size + 1, "r");
        csv_open(&csv, from);
        assert_true(csv_next(&csv, &row));
        assert_int_equal(row.fault[0] != '\0', size >= CSV_ROW_BYTES_MAX);
        fclose(from);
    }
}

/* A disk that fails after half a row leaves one that looks whole. */
static ssize_t fail_after_some(void *cookie, char *to, size_t size)
{
    bool *failed = cookie;
    static const char some[] = "a,b\n1,2\n3,19";
    if (*failed || size < sizeof some) return -1;
    *failed = true;
    memcpy(to, some, sizeof some - 1);
    return sizeof some - 1;
}

static void the_last_row_of_what_cannot_be_read_on_is_not_trusted(void **state)
{
    (void)state;
    bool failed = false;
    FILE *from = fopencookie(&failed, "r", (cookie_io_functions_t){.read = fail_after_some});
    csv_open(&csv, from);
    assert_true(csv_next(&csv, &row) && row.fault[0] == '\0');
    assert_true(csv_next(&csv, &row) && row.fault[0] == '\0');
    assert_true(csv_next(&csv, &row));
    assert_string_equal(row.fault, "the file cannot be read beyond this row");
    assert_false(csv_next(&csv, &row));
    fclose(from);
}

static void columns_are_known_whatever_their_case_and_blanks(void **state)
{
    (void)state;
    static const char *const names[] = {"sku", "quantity", "price"};
    assert_int_equal(csv_column_of(names, 3, span_text("price")), 2);
    assert_int_equal(csv_column_of(names, 3, span_text("\t Quantity ")), 1);
    assert_int_equal(csv_column_of(names, 3, span_text("pric")), 3);
    assert_int_equal(csv_column_of(names, 3, span_text("")), 3);
    assert_string_equal(csv_column_near(names, 3, span_text("PRICES")), "price");
    assert_string_equal(csv_column_near(names, 3, span_text("quantitiy")), "quantity");
    assert_null(csv_column_near(names, 3, span_text("weight")));
    char longest[100];
    memset(longest, 'x', sizeof longest);
    assert_null(csv_column_near(names, 3, span_of(longest, sizeof longest)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comma_semicolon_and_tab_are_found_from_the_first_line),
        cmocka_unit_test(a_mark_and_either_line_end_are_taken),
        cmocka_unit_test(quoted_fields_hold_marks_and_line_breaks),
        cmocka_unit_test(each_field_knows_the_line_it_begins_in),
        cmocka_unit_test(rows_without_anything_are_passed_over_and_counted),
        cmocka_unit_test(a_broken_row_says_how_to_mend_it_and_the_next_is_read),
        cmocka_unit_test(what_is_no_utf_8_is_refused_and_its_row_read_to_the_end),
        cmocka_unit_test(nothing_is_read_after_a_quotation_that_does_not_end),
        cmocka_unit_test(a_field_a_row_and_their_number_have_limits),
        cmocka_unit_test(a_row_of_many_large_fields_is_refused),
        cmocka_unit_test(the_last_row_of_what_cannot_be_read_on_is_not_trusted),
        cmocka_unit_test(columns_are_known_whatever_their_case_and_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

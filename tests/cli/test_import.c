/* Orders from a CSV file into a real node: good, bad and repeated rows in one file, each answered
 * under its line of the file, and the same again under the same key. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

#define HEADER                                                                                     \
    "reference,currency,sold_at,sku,name,quantity,price,payment_provider,payment_reference,"       \
    "captured\n"
#define DAY  "2024-05-02"
#define MANY 1003 /* orders; more than one piece of the file holds */

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], first_order[TAKE_BYTES];
static pid_t rtm_pid;
static struct ran first;

/* Line by line: one that ends on a blank goes on with the order's id. */
static void assert_answers(const char *const *expected, size_t count)
{
    const char *at = ran.out;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(expected[i]), whole = strcspn(at, "\n");
        bool goes_on = expected[i][size - 1] == ' ';
        if (strncmp(at, expected[i], size) != 0 || whole != size + (goes_on ? 27 : 0))
            fail_msg("answer %zu is '%.*s', not '%s'", i, (int)whole, at, expected[i]);
        at += whole + 1;
    }
    assert_string_equal(at, "");
}

static int import_text(const char *text, const char *key)
{
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--csv",
                                "--dir",          rtm,     "--key",  key, "--merchant",
                                merchant,         NULL};
    return drive(argv, text);
}

/* --- the story ------------------------------------------------------------------------------- */

static void a_file_that_cannot_be_meant_is_refused_before_the_node_is_asked(void **state)
{
    (void)state;
    write_text(in_scratch("wrong.csv"), "referense,currency,sold_at,sku,quantity,price,"
                                        "payment_provider,payment_reference,captured\n"
                                        "#1,EUR," DAY ",A,1,1,stripe,pi,1\n");
    assert_int_equal(
        ENTREPOT("order", "import", in_scratch("wrong.csv"), "--url", "http://127.0.0.1:1"), 4);
    static const char *const answers[] = {
        "1  refused  unknown_field  referense  there is no such column; did you mean reference",
        ("1  refused  missing_field  merchant  the first line does not name this column; or give "
         "--merchant"),
        "1  refused  missing_field  reference  the first line does not name this column",
    };
    assert_answers(answers, 3);
    assert_has(ran.err, "0 done, 0 asked of another node, 3 refused");
    write_text(in_scratch("bad.csv"), HEADER "#1,EUR," DAY ",A,,x,1,stripe,pi,1\n");
    assert_int_equal(ENTREPOT("order", "import", in_scratch("bad.csv"), "--merchant", merchant,
                              "--url", "http://127.0.0.1:1"),
                     4);
    assert_int_equal(ENTREPOT("order", "import", "a.ndjson", "--merchant", merchant, "--dir", rtm),
                     2);
    assert_has(ran.err, "--merchant is for a CSV file");
    assert_int_equal(ENTREPOT("order", "import", "a.csv", "--merchant", "01JE", "--dir", rtm), 2);
    assert_has(ran.err, "--merchant: an id does not parse");
    assert_int_equal(ENTREPOT("order", "import", in_scratch("none.csv"), "--dir", rtm), 3);
    write_text(in_scratch("empty.CSV"), "");
    assert_int_equal(ENTREPOT("order", "import", in_scratch("empty.CSV"), "--dir", rtm), 4);
    assert_has(ran.out, "nothing stands in the file");
}

static void each_order_is_answered_under_its_line(void **state)
{
    (void)state;
    const char *file = in_scratch("orders.csv");
    write_text(file, "\xef\xbb\xbf" HEADER                                                 /*  1 */
                     "#1,EUR," DAY ",CUP-1,\"Cup,\nblue\",2,19.90,stripe,pi_1,44.80\r\n"   /*  2 */
                     "#1,,,LID-1,,1,5.00,,,\r\n"                                           /*  4 */
                     "#2,EUR," DAY ",CUP-1,,1,12.345,stripe,pi_2,12.34\n"                  /*  5 */
                     "#3,USD," DAY ",CUP-1,,1,19.90,stripe,pi_3,19.90\n"                   /*  6 */
                     "#4,EUR," DAY ",CUP-1,,1,19.90,stripe,pi_4,19.90\n"                   /*  7 */
                     "#4,,,LID-1,,0,5.00,,,\n"                                             /*  8 */
                     "#5,EUR," DAY ",CUP-1,,1,19.90,stripe,pi_5,0\n"                       /*  9 */
                     "\n"                                                                  /* 10 */
                     "#6,EUR," DAY ",CUP-1,Cup, blue,1,19.90,stripe,pi_6,19.90\n"          /* 11 */
                     "#7,EUR," DAY ",CUP-1,,1,19.90,stripe,pi_1,19.90\n"                   /* 12 */
                     "#8,EUR,2999-01-01,CUP-1,,1,19.90,stripe,pi_8,19.90\n"                /* 13 */
                     "#9,EUR,2024-05-02T10:00:00+02:00,CUP-1,,1,19.90,stripe,pi_9,19.90\n" /* 14 */
                     "#1,EUR," DAY ",CUP-1,,2,19.90,stripe,pi_10,44.80\n");                /* 15 */
    assert_int_equal(ENTREPOT("order", "import", file, "--merchant", merchant, "--dir", rtm,
                              "--key", "orders-1"),
                     7);
    static const char *const answers[] = {
        "2  done  #1  ",
        "5  refused  #2  out_of_range  price  12.345 has more decimal places than EUR, which has 2",
        "6  refused  #3  out_of_range  currency  currency: not the merchant's",
        "8  refused  #4  out_of_range  quantity  lines/1/quantity",
        "9  refused  #5  out_of_range  captured  payments/0/captured_minor",
        ("11  refused  #6  malformed  11 fields, and the first line has 10: put a field that holds "
         "the mark between fields in quotation marks"),
        "12  refused  #7  conflict  /payments  payments: reference belongs to an order already",
        "13  refused  #8  out_of_range  sold_at  sold_ms: more than a day ahead",
        "14  done  #9  ",
        "15  refused  #1  conflict  reference  reference: this order is known",
    };
    assert_answers(answers, sizeof answers / sizeof answers[0]);
    assert_has(ran.err, "2 done, 0 asked of another node, 8 refused");
    first = ran;
    snprintf(first_order, sizeof first_order, "%.27s", ran.out + strlen(answers[0]));
}

static void an_order_stands_as_its_rows_said(void **state)
{
    (void)state;
    assert_done(ENTREPOT("order", "show", first_order, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"reference\":\"#1\"");
    assert_has(ran.out, "\"sold_ms\":\"2024-05-02T00:00:00.000Z\"");
    assert_has(ran.out, "\"name\":\"Cup,\\nblue\"");
    assert_has(ran.out, "\"sku\":\"LID-1\"");
    assert_has(ran.out, "\"price_minor\":500");
    assert_has(ran.out, "\"captured_minor\":4480");
    assert_done(ENTREPOT("order", "list", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"#9\"");
    assert_has(ran.out, "\"sold_ms\":\"2024-05-02T08:00:00.000Z\"");
    for (int i = 2; i <= 8; i++) {
        char reference[8];
        snprintf(reference, sizeof reference, "\"#%d\"", i);
        assert_null(strstr(ran.out, reference));
    }
}

static void the_same_file_under_the_same_key_changes_nothing(void **state)
{
    (void)state;
    const char *file = in_scratch("orders.csv");
    assert_int_equal(ENTREPOT("order", "import", file, "--merchant", merchant, "--dir", rtm,
                              "--key", "orders-1"),
                     7);
    assert_string_equal(ran.out, first.out);
    /* Under another key it is another request, and what was done stands already. */
    assert_int_equal(
        ENTREPOT("order", "import", file, "--merchant", merchant, "--dir", rtm, "--json"), 7);
    assert_has(ran.out, "{\"line\":2,\"reference\":\"#1\",\"status\":200,\"state\":\"done\"");
    assert_has(ran.out, "\"duplicate\":true");
    assert_has(ran.out, "\n{\"line\":5,\"state\":\"refused\",\"reference\":\"#2\","
                        "\"code\":\"out_of_range\",\"column\":\"price\",\"detail\":\"12.345 has ");
    assert_done(ENTREPOT("order", "list", "--dir", rtm, "--json"));
    const char *found = strstr(ran.out, "\"#1\"");
    assert_non_null(found);
    assert_null(strstr(found + 1, "\"#1\""));
}

static void standard_input_with_semicolons_and_decimal_commas_is_taken(void **state)
{
    (void)state;
    assert_done(import_text("sku;quantity;price;reference;currency;sold_at;payment_provider;"
                            "payment_reference;captured\r\n"
                            "CUP-1;1;19,90;#20;EUR;" DAY ";stripe;pi_20;19,90\r\n",
                            "orders-2"));
    static const char *const answers[] = {"2  done  #20  "};
    assert_answers(answers, 1);
}

/* The second piece's answers bear the lines of the file too, and the pieces the same keys again. */
static void a_long_file_is_sent_in_pieces_and_told_as_one(void **state)
{
    (void)state;
    static char text[MANY * 80];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", HEADER);
    for (int i = 0; i < MANY; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "L%d,EUR," DAY ",CUP-1,,1,%s,stripe,pi_L%d,19.90\n", i,
                                 i == 500 || i == MANY - 1 ? "x" : "19.90", i);
    assert_int_equal(import_text(text, "orders-3"), 7);
    assert_has(ran.err, "1001 done, 0 asked of another node, 2 refused");
    assert_has(ran.out, "\n501  done  L499  ");
    assert_has(ran.out, "\n502  refused  L500  malformed  price  x is no amount in EUR");
    assert_has(ran.out, "\n503  done  L501  ");
    assert_has(ran.out, "\n1003  done  L1001  ");
    assert_has(ran.out, "\n1004  refused  L1002  malformed  price  ");
    first = ran;
    assert_int_equal(import_text(text, "orders-3"), 7);
    assert_string_equal(ran.out, first.out);
}

static void a_node_that_does_not_answer_is_told_with_what_was_refused_here(void **state)
{
    (void)state;
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    const char *file = in_scratch("orders.csv");
    assert_int_equal(
        ENTREPOT("order", "import", file, "--merchant", merchant, "--url", "http://127.0.0.1:1"),
        6);
    assert_has(ran.err, "no answer from http://127.0.0.1:1");
    assert_has(ran.out, "5  refused  #2  out_of_range  price  ");
}

static int begin(void **state)
{
    (void)state;
    char node[TAKE_BYTES];
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "5000.00", "--dir", rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_cannot_be_meant_is_refused_before_the_node_is_asked),
        cmocka_unit_test(each_order_is_answered_under_its_line),
        cmocka_unit_test(an_order_stands_as_its_rows_said),
        cmocka_unit_test(the_same_file_under_the_same_key_changes_nothing),
        cmocka_unit_test(standard_input_with_semicolons_and_decimal_commas_is_taken),
        cmocka_unit_test(a_long_file_is_sent_in_pieces_and_told_as_one),
        cmocka_unit_test(a_node_that_does_not_answer_is_told_with_what_was_refused_here),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

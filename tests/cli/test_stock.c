/* Joost's stock as he types it: put away, counted, kept for an order, given to the warehouse system
 * and taken back; and what a list of the site says against the book. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

#define BOOTS "--merchant", merchant, "--sku", "BOOT-42"

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES],
    warehouse[TAKE_BYTES];
static pid_t rtm_pid, lax_pid;

static int make(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    rtm_pid = open_cups(rtm, merchant);
    assert_done(ENTREPOT("bin", "set", "A-3", "--capacity", "10", "--dir", rtm));
    assert_done(ENTREPOT("bin", "set", "A-4", "--dir", rtm));
    assert_done(ENTREPOT("stock", "post", "--act", "import", "--from", "opening", "--to",
                         "sellable", BOOTS, "--pieces", "12", "--dir", rtm, "--json"));
    take("warehouse", warehouse);
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (lax_pid != 0) (void)stop_node(&lax_pid, SIGTERM);
    if (rtm_pid != 0) (void)stop_node(&rtm_pid, SIGTERM);
    scratch_remove(&scratch);
    return 0;
}

/* What the list of a bin, or of the goods in no bin, says of an account. */
static long pieces_in(const char *bin, const char *account)
{
    char wanted[64];
    assert_done(ENTREPOT("stock", "list", "--warehouse", warehouse, "--bin", bin, "--merchant",
                         merchant, "--sku", "boot-42 ", "--dir", rtm, "--json"));
    snprintf(wanted, sizeof wanted, "\"account\":\"%s\"", account);
    const char *at = strstr(ran.out, wanted);
    const char *pieces = at == NULL ? NULL : strstr(at, "\"pieces\":");
    return pieces == NULL ? 0 : atol(pieces + 9);
}

static void stock_is_put_away_counted_and_adjusted(void **state)
{
    (void)state;
    assert_int_equal(
        ENTREPOT("stock", "put-away", BOOTS, "--pieces", "12", "--to-bin", "A-3", "--dir", rtm), 4);
    assert_has(ran.err, "bin_full");
    assert_int_equal(ENTREPOT("stock", "put-away", BOOTS, "--pieces", "1", "--dir", rtm), 2);
    assert_has(ran.err, "--to-bin");
    assert_done(
        ENTREPOT("stock", "put-away", BOOTS, "--pieces", "10", "--to-bin", "A-3", "--dir", rtm));
    assert_int_equal(pieces_in("A-3", "sellable"), 10);
    assert_int_equal(pieces_in("", "sellable"), 2);
    assert_done(ENTREPOT("stock", "move", BOOTS, "--pieces", "4", "--bin", "A-3", "--to-bin", "A-4",
                         "--dir", rtm));
    assert_int_equal(pieces_in("A-4", "sellable"), 4);
    assert_done(
        ENTREPOT("stock", "count", BOOTS, "--bin", "A-4", "--pieces", "3", "--dir", rtm, "--json"));
    assert_int_equal(pieces_in("A-4", "sellable"), 3);
    assert_int_equal(
        ENTREPOT("stock", "adjust", BOOTS, "--pieces", "1", "--bin", "A-4", "--dir", rtm), 2);
    assert_has(ran.err, "--reason");
    assert_done(ENTREPOT("stock", "adjust", BOOTS, "--pieces", "1", "--bin", "A-4", "--reason",
                         "behind the shelf", "--dir", rtm));
    assert_int_equal(pieces_in("A-4", "sellable"), 4);
    assert_done(ENTREPOT("stock", "adjust", BOOTS, "--pieces", "2", "--bin", "A-4", "--gone",
                         "--reason", "torn", "--dir", rtm));
    assert_int_equal(pieces_in("A-4", "sellable"), 2);
    assert_done(ENTREPOT("bin", "list", "--dir", rtm));
    assert_has(ran.out, "A-3");
    assert_done(ENTREPOT("stock", "list", "--warehouse", warehouse, "--dir", rtm));
    assert_has(ran.out, "OLDEST");
    assert_done(ENTREPOT("stock", "postings", BOOTS, "--dir", rtm));
    assert_has(ran.out, "adjust");
}

static void stock_is_kept_sent_and_given_back(void **state)
{
    (void)state;
    char kept[TAKE_BYTES];
    assert_done(ENTREPOT("stock", "reserve", BOOTS, "--pieces", "2", "--bin", "A-3", "--expires",
                         "2099-01-01T00:00:00Z", "--reference", "ORDER-9", "--dir", rtm, "--json"));
    take("id", kept);
    assert_done(ENTREPOT("stock", "available", BOOTS, "--dir", rtm));
    assert_has(ran.out, "AS OF");
    assert_done(ENTREPOT("stock", "available", BOOTS, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"reserved\":2");
    assert_has(ran.out, "\"available\":8");
    assert_done(ENTREPOT("stock", "show", kept, "--dir", rtm));
    assert_has(ran.out, "ORDER-9");
    assert_done(ENTREPOT("stock", "end", kept, "--to", "carrier", "--dir", rtm));
    assert_int_equal(ENTREPOT("stock", "end", kept, "--dir", rtm), 4);
    assert_has(ran.err, "ended_already");
    assert_int_equal(pieces_in("A-3", "sellable"), 4);
    assert_int_equal(
        ENTREPOT("stock", "available", "--merchant", warehouse, "--sku", "BOOT-42", "--dir", rtm),
        3);
}

static void
what_the_warehouse_system_was_given_is_a_line_and_so_is_what_was_taken_back(void **state)
{
    (void)state;
    char given[TAKE_BYTES];
    assert_done(ENTREPOT("stock", "hand-over", BOOTS, "--pieces", "3", "--bin", "A-3",
                         "--reference", "=WMS(1)", "--dir", rtm, "--json"));
    take("id", given);
    assert_int_equal(ENTREPOT("stock", "void", given, "--dir", rtm), 2);
    assert_done(ENTREPOT("stock", "void", given, "--reason", "the wrong pallet", "--dir", rtm));
    assert_int_equal(ENTREPOT("stock", "void", given, "--reason", "again", "--dir", rtm), 4);
    assert_has(ran.err, "voided_already");
    assert_done(ENTREPOT("stock", "receipts", "--dir", rtm));
    assert_has(ran.out, "taken_back");
    assert_done(ENTREPOT("stock", "receipts", "--csv", "--dir", rtm));
    assert_has(ran.out, "turn,at_ms,posting");
    assert_has(ran.out, "\"'=WMS(1)\"");
    assert_has(ran.out, ",-3,");
    assert_done(
        ENTREPOT("stock", "receipts", "--since", "2099-01-01T00:00:00Z", "--dir", rtm, "--json"));
    assert_null(strstr(ran.out, given));
}

/* --- lists of the site ------------------------------------------------------------------------ */

static const char *list_of(const char *text)
{
    write_text(in_scratch("list.csv"), text);
    return in_scratch("list.csv");
}

static void a_list_is_imported_once_however_often_it_is_sent(void **state)
{
    (void)state;
    const char *list = list_of("sku,bin,grade,pieces\nLAMP,A-4,good,7\nLAMP,,,3\nCORD,,,0\n");
    assert_done(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm));
    assert_has(ran.err, "2 posted, 0 unchanged, 0 refused");
    assert_has(ran.out, "2  done  LAMP  A-4");
    assert_done(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm));
    assert_has(ran.err, "0 posted, 2 unchanged, 0 refused");
    /* A slip that was mended is told as what it is, and so is a second list. */
    list = list_of("sku,bin,grade,pieces\nLAMP,A-4,good,8\n");
    assert_int_equal(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm), 4);
    assert_has(ran.out, "imported_already");
    assert_done(ENTREPOT("stock", "import", list, "--merchant", merchant, "--reference", "second",
                         "--dir", rtm));
    assert_done(
        ENTREPOT("stock", "list", "--merchant", merchant, "--sku", "LAMP", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"pieces\":15");
}

static void what_cannot_be_read_is_told_by_line_column_and_remedy(void **state)
{
    (void)state;
    const char *list = list_of("sku;bin;account;grade;pieces\nVASE;A-4;;;2\nVASE;A-4;shelf;;2\n"
                               "VASE;Q-9;;;2\nVASE;;;;two\nVASE;A-4;sellable;;1\n");
    assert_int_equal(
        ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm, "--json"), 7);
    assert_has(ran.out, "\"line\":3,\"state\":\"refused\",\"code\":\"out_of_range\","
                        "\"column\":\"account\",\"detail\":\"write sellable, unsellable");
    assert_has(ran.out, "\"line\":4,\"sku\":\"VASE\",\"bin\":\"Q-9\",\"state\":\"refused\"");
    assert_has(ran.out, "no such bin");
    assert_has(ran.out, "\"line\":5,\"state\":\"refused\",\"code\":\"malformed\","
                        "\"column\":\"pieces\"");
    assert_has(ran.out, "the same place as line 2");
    assert_has(ran.err, "1 posted, 0 unchanged, 4 refused");
    list = list_of("sku,bin,pieces\nVASE,a bin that has too long a name,2\nVASE,A-4,1000000001\n"
                   ",A-4,2\n");
    assert_int_equal(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm), 4);
    assert_has(ran.out, "2  refused  out_of_range  bin  it is too long");
    assert_has(ran.out, "3  refused  out_of_range  pieces  no more than 1000000000");
    assert_has(ran.out, "4  refused  missing_field  sku");
    list = list_of("sku,bin,pieces\nVASE,2\n");
    assert_int_equal(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm), 4);
    assert_has(ran.out, "the row has 2 fields and the first line 3");
    list = list_of("sku,bin,peices\nVASE,A-4,2\n");
    assert_int_equal(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm), 4);
    assert_has(ran.out, "did you mean pieces");
    assert_int_equal(
        ENTREPOT("stock", "import", in_scratch("none.csv"), "--merchant", merchant, "--dir", rtm),
        3);
    assert_int_equal(ENTREPOT("stock", "compare", list, "--merchant", merchant, "--dir", rtm), 2);
    assert_has(ran.err, "nothing was compared");
}

/* The sum of all lists above: twelve boots less those that left, fifteen and three lamps, vases. */
static void a_list_of_the_site_is_held_against_the_book(void **state)
{
    (void)state;
    const char *list = list_of("sku,bin,pieces\nlamp,A-4,15\nLAMP,,3\nVASE,A-4,2\n"
                               "BOOT-42,A-3,4\nBOOT-42,,2\nBOOT-42,A-4,2\n");
    assert_done(ENTREPOT("stock", "compare", list, "--merchant", merchant, "--dir", rtm));
    assert_has(ran.err, "6 places, 0 differ; ours as of 2");
    /* Without bins, over all of them; what is left out is none there. */
    list = list_of("sku,pieces\nLAMP,20\nBOOT-42,8\nCORD,1\n");
    assert_int_equal(
        ENTREPOT("stock", "compare", list, "--merchant", merchant, "--dir", rtm, "--json"), 8);
    assert_has(ran.out, "\"compared\":4");
    assert_has(ran.out, "\"sku\":\"LAMP\",\"ours\":18,\"theirs\":20,\"delta\":2");
    assert_has(ran.out, "\"sku\":\"CORD\",\"ours\":0,\"theirs\":1,\"delta\":1");
    assert_has(ran.out, "\"sku\":\"VASE\",\"ours\":2,\"theirs\":0,\"delta\":-2");
    assert_has(ran.out, "as_of_ms");
    assert_null(strstr(ran.out, "BOOT"));
    assert_int_equal(ENTREPOT("stock", "compare", list, "--merchant", merchant, "--dir", rtm), 8);
    assert_has(ran.out, "DELTA");
    list = list_of("sku,account,pieces\nBOOT-42,sellable,8\n");
    assert_int_equal(ENTREPOT("stock", "compare", list, "--merchant", merchant, "--account",
                              "sellable", "--dir", rtm),
                     2);
    list = list_of("sku,pieces\nBOOT-42,0\n");
    assert_int_equal(ENTREPOT("stock", "compare", list, "--merchant", merchant, "--account",
                              "reserved", "--dir", rtm),
                     0);
    assert_int_equal(ENTREPOT("stock", "compare", list, "--merchant", merchant, "--account",
                              "shelf", "--dir", rtm),
                     2);
}

/* More places than a page of the node shows, and another shop's goods among them. */
static void a_long_list_of_one_shop_is_compared_whole(void **state)
{
    (void)state;
    char node[TAKE_BYTES], other[TAKE_BYTES], text[16384];
    size_t used = (size_t)snprintf(text, sizeof text, "merchant,sku,pieces\n");
    assert_done(ENTREPOT("membership", "list", "--dir", rtm, "--json"));
    take("id", node);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Tea", "--currency", "EUR", "--opener",
                         node, "--cap", "8000", "--dir", rtm, "--json"));
    take("merchant", other);
    for (unsigned i = 0; i < 210; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s,TEA-%u,%u\n", other, i, i + 1);
    const char *list = list_of(text);
    assert_done(ENTREPOT("stock", "import", list, "--dir", rtm));
    assert_has(ran.err, "210 posted");
    assert_done(ENTREPOT("stock", "compare", list, "--dir", rtm));
    assert_has(ran.err, "210 places, 0 differ");
    assert_int_equal(ENTREPOT("stock", "import", list, "--merchant", other, "--dir", rtm), 4);
    assert_has(ran.out, "it is told twice");
    assert_done(ENTREPOT("stock", "list", "--warehouse", warehouse, "--merchant", other, "--limit",
                         "1", "--dir", rtm));
    assert_has(ran.err, "more: add --cursor");
}

static void a_list_that_is_too_long_is_not_begun(void **state)
{
    (void)state;
    static char text[160000];
    size_t used = (size_t)snprintf(text, sizeof text, "sku,pieces\n");
    for (unsigned i = 0; i < 10001; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "PIN-%u,1\n", i);
    const char *list = list_of(text);
    assert_int_equal(ENTREPOT("stock", "import", list, "--merchant", merchant, "--dir", rtm), 2);
    assert_has(ran.err, "more than 10000 rows");
    assert_done(ENTREPOT("stock", "list", "--merchant", merchant, "--sku", "PIN-0", "--dir", rtm));
    assert_has(ran.err, "no stock");
}

#define COMPARED(list)                                                                             \
    ENTREPOT("stock", "compare", (list), "--merchant", merchant, "--warehouse", "RTM", "--dir",    \
             lax, "--json")

/* Los Angeles promises a shop what lies in Rotterdam, and goes on to say so, with the time, when
 * Rotterdam is heard no more. */
static void another_node_tells_what_lies_here_and_as_of_when(void **state)
{
    (void)state;
    snprintf(lax, sizeof lax, "%s/lax", scratch.path);
    lax_pid = join_cups(lax, rtm);
    const char *list = list_of("sku,pieces\nBOOT-42,8\nLAMP,18\nVASE,2\n");
    EVENTUALLY(0, "stock", "compare", list, "--merchant", merchant, "--warehouse", "RTM", "--dir",
               lax);
    assert_done(ENTREPOT("stock", "available", BOOTS, "--dir", lax, "--json"));
    assert_has(ran.out, "\"available\":8,\"sellable\":8");
    /* One's own comes first. */
    assert_true(strstr(ran.out, "\"LAX\"") < strstr(ran.out, "\"RTM\""));
    assert_int_equal(ENTREPOT("stock", "put-away", BOOTS, "--pieces", "1", "--to-bin", "A-3",
                              "--warehouse", "XXX", "--dir", lax),
                     3);
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    for (long waited = 0;; waited += STEP_MS) {
        char before[TAKE_BYTES], after[TAKE_BYTES];
        assert_done(COMPARED(list));
        take("as_of_ms", before);
        pause_ms(STEP_MS);
        assert_done(COMPARED(list));
        take("as_of_ms", after);
        if (strcmp(before, after) == 0) break; /* it stands still */
        assert_true(waited < WAIT_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stock_is_put_away_counted_and_adjusted),
        cmocka_unit_test(stock_is_kept_sent_and_given_back),
        cmocka_unit_test(
            what_the_warehouse_system_was_given_is_a_line_and_so_is_what_was_taken_back),
        cmocka_unit_test(a_list_is_imported_once_however_often_it_is_sent),
        cmocka_unit_test(what_cannot_be_read_is_told_by_line_column_and_remedy),
        cmocka_unit_test(a_list_of_the_site_is_held_against_the_book),
        cmocka_unit_test(a_long_list_of_one_shop_is_compared_whole),
        cmocka_unit_test(a_list_that_is_too_long_is_not_begun),
        cmocka_unit_test(another_node_tells_what_lies_here_and_as_of_when), /* Rotterdam ends */
    };
    return cmocka_run_group_tests_name("stock on the command line", tests, make, end);
}

/* Stock through the door: what lies where, by merchant, warehouse and bin, page by page; what can
 * be promised and as of when; and the lines that a site's warehouse system reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/node/http/door_world.h"

#include <cmocka.h>

#define LONG_AGO "2020-01-01T00:00:00Z"

/* `more` follows the goods: "\"bin\":\"A-3\"". Answers the posting's id. */
static const char *post(struct door *door, const char *sku, unsigned pieces, const char *more)
{
    static char id[ID_TEXT_BYTES];
    char body[512];
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"merchant\":\"%s\",\"sku\":\"%s\",\"pieces\":%u,%s}",
             door->warehouse, door->shop, sku, pieces, more);
    struct reply reply = door_post(door, "/v1/stock/postings", body);
    assert_status(&reply, 200);
    snprintf(id, sizeof id, "%s", at(&reply, "id"));
    reply_free(&reply);
    return id;
}

static void import(struct door *door, const char *sku, unsigned pieces)
{
    (void)post(door, sku, pieces, "\"act\":\"import\",\"from\":\"opening\",\"to\":\"sellable\"");
}

static void put_bin(struct door *door, const char *bin)
{
    char body[160];
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"bin\":\"%s\",\"capacity\":10}",
             door->warehouse, bin);
    struct reply reply = door_post(door, "/v1/stock/bins", body);
    assert_status(&reply, 200);
    reply_free(&reply);
}

static void put_away(struct door *door, const char *sku, unsigned pieces, const char *bin)
{
    char more[120];
    snprintf(more, sizeof more, "\"act\":\"move\",\"from\":\"sellable\",\"to_bin\":\"%s\"", bin);
    (void)post(door, sku, pieces, more);
}

static struct reply get_of(struct door *door, const char *token, const char *list,
                           const char *warehouse, const char *more)
{
    char path[400];
    snprintf(path, sizeof path, "/v1/stock%s?warehouse=%s%s", list, warehouse, more);
    return door_get(door, path, token);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void balances_are_read_by_bin_and_by_warehouse(void **state)
{
    struct door *door = *state;
    char path[300];
    put_bin(door, "A-3");
    import(door, "BOOT", 9);
    import(door, "LAMP", 4);
    put_away(door, "BOOT", 6, "A-3");
    snprintf(path, sizeof path, "/v1/stock?warehouse=%s&bin=A-3", door->warehouse);
    struct reply reply = door_get(door, path, door->operator);
    assert_int_equal(count_at(&reply, "stock"), 1);
    assert_string_equal(at(&reply, "stock/0/sku"), "BOOT");
    assert_string_equal(at(&reply, "stock/0/pieces"), "6");
    assert_true(stands_at(&reply, "stock/0/oldest_ms"));
    reply_free(&reply);
    reply = get_of(door, door->operator, "", door->warehouse, "");
    assert_int_equal(count_at(&reply, "stock"), 5); /* two of `opening`, which has no age */
    reply_free(&reply);
    reply = get_of(door, door->operator, "", door->warehouse, "&bin=");
    assert_int_equal(count_at(&reply, "stock"), 4);
    reply_free(&reply);
    /* The same to whom the goods belong, from an index of its own. */
    reply = get_of(door, door->merchant, "", door->warehouse, "");
    assert_int_equal(count_at(&reply, "stock"), 5);
    reply_free(&reply);
    reply = get_of(door, door->merchant, "", door->far_warehouse, "");
    assert_int_equal(count_at(&reply, "stock"), 0);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/stock?warehouse=%s&sku=boot&bin=A-3", door->warehouse);
    reply = door_get(door, path, door->merchant);
    assert_int_equal(count_at(&reply, "stock"), 1);
    reply_free(&reply);
    reply = get_of(door, door->operator, "/bins", door->warehouse, "");
    assert_int_equal(count_at(&reply, "bins"), 1);
    assert_string_equal(at(&reply, "bins/0/pieces"), "6");
    assert_string_equal(at(&reply, "bins/0/capacity"), "10");
    reply_free(&reply);
    /* Of a merchant that has nothing there. */
    snprintf(path, sizeof path, "/v1/stock?warehouse=%s&bin=A-3&merchant=%s", door->warehouse,
             door->node);
    reply = door_get(door, path, door->operator);
    assert_int_equal(count_at(&reply, "stock"), 0);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/stock/postings?warehouse=%s", door->warehouse);
    reply = door_get(door, path, door->operator);
    assert_int_equal(count_at(&reply, "postings"), 3);
    reply_free(&reply);
    reply = door_get(door, path, door->merchant); /* that index holds others' as well */
    assert_refused(&reply, 400, "malformed");
    reply_free(&reply);
    reply = door_get(door, "/v1/stock?bin=A-3", door->operator);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = door_get(door, "/v1/stock?sku=BOOT", door->operator);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = door_get(door, "/v1/stock/bins", door->merchant);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
}

/* The same rows whatever the size of a page, and each once. */
static void pages_of_a_warehouse_are_bounded_and_go_on(void **state)
{
    struct door *door = *state;
    char path[400], cursor[200] = "";
    unsigned rows = 0, pages = 0;
    for (unsigned i = 0; i < 5; i++) {
        char sku[16];
        snprintf(sku, sizeof sku, "SKU-%u", i);
        import(door, sku, 1 + i);
    }
    do {
        snprintf(path, sizeof path, "/v1/stock?warehouse=%s&limit=2%s%s", door->warehouse,
                 cursor[0] == '\0' ? "" : "&cursor=", cursor);
        struct reply reply = door_get(door, path, door->operator);
        assert_status(&reply, 200);
        assert_true(count_at(&reply, "stock") <= 2);
        rows += (unsigned)count_at(&reply, "stock");
        pages++;
        cursor[0] = '\0';
        if (stands_at(&reply, "next_cursor"))
            snprintf(cursor, sizeof cursor, "%s", at(&reply, "next_cursor"));
        reply_free(&reply);
    } while (cursor[0] != '\0' && pages < 20);
    assert_int_equal(rows, 10);
    assert_int_equal(pages, 5);
}

/* --- what can be promised --------------------------------------------------------------------- */

static void what_can_be_promised_is_told_of_every_warehouse_as_of_when(void **state)
{
    struct door *door = *state;
    char path[300];
    import(door, "BOOT", 9);
    struct reply reply = door_get(door, "/v1/stock/availability?sku=boot", door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "available"), "9");
    assert_int_equal(count_at(&reply, "warehouses"), 2);
    /* One's own comes first, and is as of now. */
    assert_string_equal(at(&reply, "warehouses/0/warehouse"), door->warehouse);
    assert_string_equal(at(&reply, "warehouses/0/available"), "9");
    assert_true(stands_at(&reply, "warehouses/0/as_of_ms"));
    assert_true(stands_at(&reply, "warehouses/0/oldest_ms"));
    /* Of the other nothing was ever heard. */
    assert_string_equal(at(&reply, "warehouses/1/warehouse"), door->far_warehouse);
    assert_string_equal(at(&reply, "warehouses/1/available"), "0");
    assert_false(stands_at(&reply, "warehouses/1/as_of_ms"));
    reply_free(&reply);
    reply = door_get(door, "/v1/stock/availability?sku=boot", door->operator);
    assert_refused(&reply, 400, "missing_field"); /* whose? */
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/stock/availability?merchant=%s&sku=boot", door->node);
    reply = door_get(door, path, door->operator); /* no merchant at all */
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

/* --- receipts --------------------------------------------------------------------------------- */

#define HAND_OVER "\"act\":\"hand_over\",\"from\":\"sellable\",\"to\":\"wms\""

static void void_posting(struct door *door, const char *posting)
{
    char path[120], body[160];
    snprintf(path, sizeof path, "/v1/stock/postings/%s/void", posting);
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"reason\":\"the wrong pallet\"}",
             door->warehouse);
    struct reply reply = door_post(door, path, body);
    assert_status(&reply, 200);
    reply_free(&reply);
}

static void the_warehouse_system_reads_what_it_was_given_and_what_was_taken_back(void **state)
{
    struct door *door = *state;
    char given[ID_TEXT_BYTES], path[300];
    import(door, "BOOT", 9);
    put_bin(door, "A-3");
    put_away(door, "BOOT", 5, "A-3");
    snprintf(given, sizeof given, "%s",
             post(door, "BOOT", 5, HAND_OVER ",\"bin\":\"A-3\",\"reference\":\"=1+2\""));
    void_posting(door, given);
    (void)post(door, "BOOT", 3, HAND_OVER);
    struct reply reply = get_of(door, door->operator, "/receipts", door->warehouse, "");
    assert_int_equal(count_at(&reply, "receipts"), 3);
    assert_string_equal(at(&reply, "receipts/0/turn"), "handed_over");
    assert_string_equal(at(&reply, "receipts/0/pieces"), "5");
    assert_string_equal(at(&reply, "receipts/0/bin"), "A-3");
    assert_string_equal(at(&reply, "receipts/1/turn"), "taken_back");
    assert_string_equal(at(&reply, "receipts/1/pieces"), "-5");
    assert_string_equal(at(&reply, "receipts/1/posting"), given);
    assert_string_equal(at(&reply, "receipts/1/reason"), "the wrong pallet");
    assert_string_equal(at(&reply, "receipts/2/pieces"), "3");
    char since[64];
    snprintf(since, sizeof since, "%s", at(&reply, "receipts/1/at_ms"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/stock/receipts?warehouse=%s&since=%s", door->warehouse, since);
    reply = door_get(door, path, door->operator);
    assert_true(count_at(&reply, "receipts") >= 2);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/stock/receipts?warehouse=%s&since=2099-01-01T00:00:00Z",
             door->warehouse);
    reply = door_get(door, path, door->operator);
    assert_int_equal(count_at(&reply, "receipts"), 0);
    reply_free(&reply);
    reply = door_get(door, "/v1/stock/receipts?since=" LONG_AGO, door->operator);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
}

static void receipts_are_a_sheet_that_runs_no_formula_page_by_page(void **state)
{
    struct door *door = *state;
    char path[300], next[400];
    import(door, "BOOT", 9);
    (void)post(door, "BOOT", 1, HAND_OVER ",\"reference\":\"=1+2\"");
    (void)post(door, "BOOT", 2, HAND_OVER);
    snprintf(path, sizeof path, "/v1/stock/receipts.csv?warehouse=%s&limit=1", door->warehouse);
    struct reply reply = door_get(door, path, door->operator);
    assert_status(&reply, 200);
    assert_non_null(strstr(reply_header(&reply, "Content-Type"), "text/csv"));
    assert_true(strncmp(reply.body, "turn,at_ms,posting,warehouse,merchant,sku,", 42) == 0);
    assert_true(reply_has(&reply, "\"'=1+2\""));
    assert_false(reply_has(&reply, ",2,"));
    const char *link = reply_header(&reply, "Link");
    assert_non_null(link);
    snprintf(next, sizeof next, "%.*s", (int)strcspn(link + 1, ">"), link + 1);
    reply_free(&reply);
    reply = door_get(door, next, door->operator);
    assert_status(&reply, 200);
    assert_false(reply_has(&reply, "turn,"));
    assert_true(reply_has(&reply, ",2,"));
    assert_null(reply_header(&reply, "Link"));
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
}

/* --- lists that are imported ------------------------------------------------------------------ */

static struct reply send_lines(struct door *door, const char *key, const char *type,
                               const char *body)
{
    const struct letter letter = {.path = "/v1/imports/stock",
                                  .token = door->operator,
                                  .key = key,
                                  .type = type,
                                  .body = body};
    return client_call(door_port(door), &letter);
}

static void many_postings_in_one_call_are_answered_line_by_line(void **state)
{
    struct door *door = *state;
    char body[800];
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"merchant\":\"%s\",\"sku\":\"BOOT\",\"pieces\":3,"
             "\"act\":\"import\",\"from\":\"opening\",\"to\":\"sellable\",\"reference\":\"a\"}\n"
             "{\"warehouse\":\"%s\",\"merchant\":\"%s\",\"sku\":\"BOOT\",\"pieces\":4,"
             "\"act\":\"import\",\"from\":\"opening\",\"to\":\"sellable\",\"reference\":\"a\"}\n",
             door->warehouse, door->shop, door->warehouse, door->shop);
    struct reply reply = send_lines(door, "one", "application/x-ndjson", body);
    assert_status(&reply, 200);
    assert_true(reply_has(&reply, "\"line\":1,\"status\":200,\"state\":\"done\""));
    assert_true(reply_has(&reply, "\"line\":2,\"status\":409,\"state\":\"refused\""));
    assert_true(reply_has(&reply, "imported_already"));
    reply_free(&reply);
    reply = send_lines(door, "two", "application/x-ndjson", body);
    assert_true(reply_has(&reply, "\"duplicate\":true"));
    reply_free(&reply);
    reply = send_lines(door, "three", "text/csv", "sku,pieces\nBOOT,3\n");
    assert_refused(&reply, 415, "unsupported");
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(balances_are_read_by_bin_and_by_warehouse, door_setup,
                                        door_teardown),
        cmocka_unit_test_setup_teardown(pages_of_a_warehouse_are_bounded_and_go_on, door_setup,
                                        door_teardown),
        cmocka_unit_test_setup_teardown(what_can_be_promised_is_told_of_every_warehouse_as_of_when,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(
            the_warehouse_system_reads_what_it_was_given_and_what_was_taken_back, door_setup,
            door_teardown),
        cmocka_unit_test_setup_teardown(many_postings_in_one_call_are_answered_line_by_line,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(receipts_are_a_sheet_that_runs_no_formula_page_by_page,
                                        door_setup, door_teardown),
    };
    return cmocka_run_group_tests_name("stock through the door", tests, NULL, NULL);
}

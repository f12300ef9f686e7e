/* Files of orders and SKUs through the door: read by line and column, answered in the order of the
 * file, and unchanged the second time. */
#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/node/http/door_world.h"

#include <cmocka.h>

static struct reply send_csv(struct door *door, const char *path, const char *token,
                             const char *key, const char *body)
{
    const struct letter letter = {
        .path = path, .token = token, .key = key, .type = "text/csv", .body = body};
    return client_call(door_port(door), &letter);
}

static const char skus[] =
    "code,name_en,name_zh,ean,fnsku,weight_g,accessories\n"
    "CUP-1,Cup,\xe6\x9d\xaf,4006381333931,X001AB23CD,310,lid=\xe7\x9b\x96|spoon\n"
    "LID-1,Lid,,4006381333932,,30,\n"
    "PEN-1,Pen,,,,12g,\n"
    "BOX-1,Box,,,X001AB23CD,900,\n";

static void skus_come_from_a_csv_file_and_are_answered_line_by_line(void **state)
{
    struct door *door = *state;
    char path[128];
    snprintf(path, sizeof path, "/v1/imports/skus?merchant=%s", door->shop);
    struct reply reply = send_csv(door, path, door->merchant, "skus-1", skus);
    assert_status(&reply, 200);
    assert_true(reply_has(&reply, "{\"line\":2,\"status\":200,\"state\":\"done\","
                                  "\"reference\":\"CUP-1\""));
    assert_true(reply_has(&reply, "{\"line\":3,\"status\":400,\"state\":\"refused\","
                                  "\"reference\":\"LID-1\""));
    assert_true(reply_has(&reply, "\"rule\":\"aliases/0/code: gtin_check_digit\""));
    assert_true(reply_has(&reply, "{\"line\":4,\"status\":400,\"state\":\"refused\","
                                  "\"column\":\"weight_g\""));
    assert_true(reply_has(&reply, "\"rule\":\"aliases/0/code: one_sku_a_code\""));
    assert_true(reply_has(&reply, "{\"done\":1,\"duplicate\":0,\"requested\":0,\"refused\":3}"));
    reply_free(&reply);
    reply = send_csv(door, path, door->merchant, "skus-2", skus);
    assert_true(reply_has(&reply, "\"duplicate\":true"));
    assert_true(reply_has(&reply, "{\"done\":1,\"duplicate\":1,\"requested\":0,\"refused\":3}"));
    reply_free(&reply);
    reply = door_get(door, "/v1/skus?code=04006381333931", door->merchant);
    assert_int_equal(count_at(&reply, "skus"), 1);
    assert_string_equal(at(&reply, "skus/0/code"), "CUP-1");
    assert_string_equal(at(&reply, "skus/0/accessories/0/name_zh"), "\xe7\x9b\x96");
    assert_string_equal(at(&reply, "skus/0/accessories/1/name_en"), "spoon");
    reply_free(&reply);
}

static void orders_come_from_a_csv_file_with_the_lines_and_columns_of_the_file(void **state)
{
    struct door *door = *state;
    char path[128];
    static const char orders[] = "reference,currency,sold_at,sku,quantity,price,payment_provider,"
                                 "payment_reference,captured\n"
                                 "#1,EUR,2024-11-02,CUP-1,2,19.90,stripe,pi_1,44.80\n"
                                 "#1,,,LID-1,1,5.00,,,\n"
                                 "#2,EUR,2024-11-02,CUP-1,0,19.90,stripe,pi_2,19.90\n"
                                 "#3,EUR,2024-11-02,CUP-1,1,19.999,stripe,pi_3,19.90\n"
                                 "#4,USD,2024-11-02,CUP-1,1,19.90,stripe,pi_4,19.90\n";
    snprintf(path, sizeof path, "/v1/imports/orders?merchant=%s", door->shop);
    for (int again = 0; again < 2; again++) {
        struct reply reply =
            send_csv(door, path, door->merchant, again == 0 ? "orders-1" : "orders-2", orders);
        assert_status(&reply, 200);
        assert_true(reply_has(&reply, "{\"line\":2,\"status\":200,\"state\":\"done\","
                                      "\"reference\":\"#1\""));
        assert_true(reply_has(&reply, "{\"line\":4,\"status\":400,\"state\":\"refused\","
                                      "\"reference\":\"#2\",\"column\":\"quantity\""));
        assert_true(reply_has(&reply, "{\"line\":5,\"status\":400,\"state\":\"refused\","
                                      "\"reference\":\"#3\",\"column\":\"price\""));
        assert_true(reply_has(&reply, "{\"line\":6,\"status\":400,\"state\":\"refused\","
                                      "\"reference\":\"#4\",\"column\":\"currency\""));
        assert_true(reply_has(&reply, again == 0 ? "{\"done\":1,\"duplicate\":0,"
                                                 : "{\"done\":1,\"duplicate\":1,"));
        reply_free(&reply);
    }
    struct reply reply = door_get(door, "/v1/orders", door->merchant);
    assert_int_equal(count_at(&reply, "orders"), 1);
    assert_int_equal(count_at(&reply, "orders/0/lines"), 2);
    reply_free(&reply);
}

static void a_file_that_is_none_says_what_it_lacks(void **state)
{
    struct door *door = *state;
    struct reply reply =
        send_csv(door, "/v1/imports/skus", door->merchant, "a", "code;name_en\nA;B\n");
    assert_status(&reply, 200);
    assert_true(reply_has(&reply, "\"line\":1,\"status\":400,\"state\":\"refused\","
                                  "\"column\":\"merchant\",\"detail\":\"the first line does not"));
    reply_free(&reply);
    reply = send_csv(door, "/v1/imports/skus", door->merchant, "b", "code,nmae_en\nA,B\n");
    assert_true(reply_has(&reply, "did you mean name_en"));
    reply_free(&reply);
    reply = send_csv(door, "/v1/imports/skus?merchant=7", door->merchant, "c", "code\nA\n");
    assert_refused(&reply, 400, "bad_id");
    reply_free(&reply);
    reply = send_csv(door, "/v1/imports/skus", door->operator, "e", "code\nA\n");
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
}

static void a_row_of_another_merchant_is_refused_and_the_others_are_not(void **state)
{
    struct door *door = *state;
    char body[256];
    snprintf(body, sizeof body, "merchant,code\n%s,A\n01JF0000000000000000000000P,B\n%s,C\n",
             door->shop, door->shop);
    struct reply reply = send_csv(door, "/v1/imports/skus", door->merchant, "m", body);
    assert_true(reply_has(&reply, "\"line\":3,\"status\":4"));
    assert_true(reply_has(&reply, "{\"done\":2,\"duplicate\":0,\"requested\":0,\"refused\":1}"));
    reply_free(&reply);
}

static void scans_come_from_a_csv_file_and_twice_they_are_no_news(void **state)
{
    static const char file[] = "number,carrier,status,time,text\n"
                               "H1,hermes,in_transit,2026-11-02T10:00:00+08:00,\"sorted, sent\"\n"
                               "H2,hermes,flying,2026-11-02T10:00:00Z,\n"
                               "H3,hermes,delivered,2.11.2026 10:00,at the door\n";
    struct door *door = *state;
    struct reply reply = send_csv(door, "/v1/imports/trackings", door->operator, "t", file);
    assert_status(&reply, 200);
    assert_true(reply_has(&reply, "\"line\":2,\"status\":20"));
    assert_true(reply_has(&reply, "\"line\":3,\"status\":400"));
    assert_true(reply_has(&reply, "\"column\":\"status\""));
    assert_true(reply_has(&reply, "{\"done\":2,\"duplicate\":0,\"requested\":0,\"refused\":1}"));
    reply_free(&reply);
    reply = send_csv(door, "/v1/imports/trackings", door->operator, "u", file);
    assert_true(reply_has(&reply, "\"duplicate\":2"));
    reply_free(&reply);
    reply = door_get(door, "/v1/scans?number=H1", door->operator);
    assert_string_equal(at(&reply, "scans/0/occurred_ms"), "2026-11-02T02:00:00.000Z");
    assert_string_equal(at(&reply, "scans/0/text"), "sorted, sent");
    reply_free(&reply);
    reply = door_get(door, "/v1/scans?number=H3", door->operator);
    assert_string_equal(at(&reply, "scans/0/occurred_local"), "2.11.2026 10:00");
    assert_string_equal(at(&reply, "scans/0/quality"), "none");
    reply_free(&reply);
    reply = send_csv(door, "/v1/imports/trackings", door->merchant, "v", file);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
    reply =
        send_csv(door, "/v1/imports/trackings", door->operator, "w", "number,status\nH1,lost\n");
    assert_true(reply_has(&reply, "\"column\":\"carrier\",\"detail\":\"the first line does not"));
    reply_free(&reply);
}

static int setup(void **state)
{
    struct door *door = calloc(1, sizeof *door);
    assert_non_null(door);
    door_open(door);
    door_settle(door);
    *state = door;
    return 0;
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(skus_come_from_a_csv_file_and_are_answered_line_by_line),
        ROW(orders_come_from_a_csv_file_with_the_lines_and_columns_of_the_file),
        ROW(a_file_that_is_none_says_what_it_lacks),
        ROW(scans_come_from_a_csv_file_and_twice_they_are_no_news),
        ROW(a_row_of_another_merchant_is_refused_and_the_others_are_not),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

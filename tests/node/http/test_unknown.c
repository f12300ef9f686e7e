/* Codes of carriers that no table knows, through the HTTP door: who sees them, and what of them. */
#include "tests/node/http/door_world.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct reply type_scan(struct door *door, const char *number, const char *carrier,
                              const char *code)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"carrier\":\"%s\",\"number\":\"%s\",\"points\":[{\"status\":\"unknown\","
             "\"reason\":\"unmapped\",\"code\":\"%s\",\"text\":\"Lost in a drone\","
             "\"quality\":\"none\"}]}",
             carrier, number, code);
    const struct letter letter = {.path = "/v1/trackings", .token = door->operator, .body = body };
    return client_call(door_port(door), &letter);
}

static void codes_that_nobody_knows_are_listed_for_those_who_look_after_them(void **state)
{
    struct door *door = *state;
    static const char *const told[][3] = {{"UK1", "pigeon", "P9"},
                                          {"UK2", "pigeon", "P9"},
                                          {"UK3", "pigeon", "P8"},
                                          {"UK4", "owl", "P9"}};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        struct reply reply = type_scan(door, told[i][0], told[i][1], told[i][2]);
        assert_status(&reply, 201);
        reply_free(&reply);
    }
    struct reply reply = door_get(door, "/v1/carriers/unknown?carrier=owl", door->operator);
    assert_int_equal(count_at(&reply, "codes"), 1);
    assert_string_equal(at(&reply, "codes/0/code"), "P9");
    assert_string_equal(at(&reply, "codes/0/number"), "UK4");
    assert_string_equal(at(&reply, "codes/0/text"), "Lost in a drone");
    assert_string_equal(at(&reply, "codes/0/scans"), "1");
    reply_free(&reply);
    reply = door_get(door, "/v1/carriers/unknown?carrier=pigeon&limit=1", door->admin);
    assert_int_equal(count_at(&reply, "codes"), 1);
    assert_true(stands_at(&reply, "next_cursor"));
    assert_non_null(reply_header(&reply, "Link"));
    reply_free(&reply);
    reply =
        door_get(door, "/v1/carriers/unknown?carrier=a-name-of-more-than-24-signs", door->operator);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = door_get(door, "/v1/carriers/unknown", door->merchant);
    assert_status(&reply, 403);
    reply_free(&reply);
    /* Nor does an operator who works for one merchant alone. */
    char body[96], token[TOKEN_TEXT_BYTES];
    snprintf(body, sizeof body, "{\"role\":\"operator\",\"merchant\":\"%s\"}", door->shop);
    reply = door_post(door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
    reply = door_get(door, "/v1/carriers/unknown", token);
    assert_int_equal(count_at(&reply, "codes"), 0);
    assert_false(stands_at(&reply, "next_cursor"));
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            codes_that_nobody_knows_are_listed_for_those_who_look_after_them, door_setup,
            door_teardown),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

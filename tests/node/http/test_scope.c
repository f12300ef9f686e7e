/* Whose records a bearer sees and touches: a merchant's own and no other's, a warehouse's goods,
 * the personal data behind a return. */
#include "tests/node/http/door_world.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* --- scope ------------------------------------------------------------------------------------ */

static void a_merchant_sees_its_own_and_of_others_not_even_that_they_are(void **state)
{
    struct door *door = *state;
    char path[128], id[ID_TEXT_BYTES], other[TOKEN_TEXT_BYTES], body[256];
    door_order(door, "S", 1);
    strcpy(id, door_return(door, "S", "s"));
    snprintf(body, sizeof body, "{\"role\":\"merchant\",\"merchant\":\"%s\"}", door->far_node);
    struct reply reply = door_post(door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(other, at(&reply, "secret"));
    reply_free(&reply);
    static const char *const paths[] = {"/v1/returns/%s", "/v1/savings/%s", "/v1/persons/%s"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        snprintf(path, sizeof path, "%.*s%s", (int)strlen(paths[i]) - 2, paths[i], id);
        reply = door_get(door, path, other);
        assert_refused(&reply, 404, "not_found");
        reply_free(&reply);
    }
    snprintf(path, sizeof path, "/v1/returns/%s", id);
    reply = door_get(door, path, door->merchant);
    assert_status(&reply, 200);
    reply_free(&reply);
    strcat(path, "/approve");
    const struct letter ask = {.path = path, .token = other, .key = "s1", .body = "{}"};
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 404, "not_found");
    assert_string_equal(at(&reply, "rule"), "return_id"); /* as of one that there is not */
    reply_free(&reply);
    reply = door_get(door, "/v1/returns", other);
    assert_int_equal(count_at(&reply, "returns"), 0);
    reply_free(&reply);
    reply = door_get(door, "/v1/returns", door->merchant);
    assert_int_equal(count_at(&reply, "returns"), 1);
    reply_free(&reply);
    reply = door_get(door, "/v1/merchants", other);
    assert_int_equal(count_at(&reply, "merchants"), 0);
    reply_free(&reply);
    struct letter import = {.path = "/v1/orders",
                            .token = other,
                            .key = "s2",
                            .body = door_order_body(door, "\"A\"", "\"Z\"")};
    reply = client_call(door_port(door), &import);
    assert_refused(&reply, 403, "forbidden");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/merchant");
    reply_free(&reply);
}

/* Derived work follows its cause within some turns. */
static bool comes_to_be(const struct door *door, const char *path, const char *token)
{
    const struct timespec moment = {0, 20 * 1000 * 1000};
    for (int i = 0; i < 250; i++) {
        struct reply reply = door_get(door, path, token);
        bool there = reply.status == 200;
        reply_free(&reply);
        if (there) return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

static void make_merchants_token(struct door *door, const char *merchant,
                                 char printed[TOKEN_TEXT_BYTES])
{
    char body[128];
    snprintf(body, sizeof body, "{\"role\":\"merchant\",\"merchant\":\"%s\"}", merchant);
    struct reply reply = door_post(door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(printed, at(&reply, "secret"));
    reply_free(&reply);
}

static void goods_are_shown_to_the_merchant_whose_return_they_are(void **state)
{
    struct door *door = *state;
    char path[5][128], body[512], id[ID_TEXT_BYTES], other[TOKEN_TEXT_BYTES];
    door_order(door, "W", 1);
    strcpy(id, door_return(door, "W", "w"));
    snprintf(path[0], sizeof path[0], "/v1/returns/%s/approve", id);
    struct reply reply = door_post(door, path[0], "{}");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"number\":\"RETW\",\"return_id\":\"%s\","
             "\"items\":[{\"sku\":\"SKU-1\"}]}",
             door->warehouse, id);
    reply = door_post(door, "/v1/boxes", body);
    assert_status(&reply, 200);
    snprintf(path[0], sizeof path[0], "/v1/boxes/%s", at(&reply, "id"));
    reply_free(&reply);
    reply = door_push(door, "/v1/carriers/easypost/webhook", door_easypost("RETW", 1));
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\",\"name\":\"Ada\"}", id);
    reply = door_post(door, "/v1/persons", body);
    reply_free(&reply);
    assert_true(comes_to_be(door, path[0], door->merchant)); /* claimed by the book */
    reply = door_get(door, "/v1/units", door->operator);
    snprintf(path[1], sizeof path[1], "/v1/units/%s", at(&reply, "units/0/id"));
    reply_free(&reply);
    assert_true(comes_to_be(door, path[1], door->merchant)); /* assigned by the warehouse */
    reply = door_get(door, "/v1/parcels?number=RETW", door->merchant);
    snprintf(path[2], sizeof path[2], "/v1/parcels/%s", at(&reply, "parcels/0/id"));
    reply_free(&reply);
    snprintf(path[3], sizeof path[3], "/v1/persons/%s", id);
    snprintf(path[4], sizeof path[4], "/v1/savings/%s", id);
    make_merchants_token(door, door->far_node, other);
    for (int i = 0; i < 5; i++) {
        reply = door_get(door, path[i], door->merchant);
        assert_status(&reply, 200);
        reply_free(&reply);
        reply = door_get(door, path[i], other);
        assert_refused(&reply, 404, "not_found");
        reply_free(&reply);
    }
    static const char *const lists[] = {"boxes", "units", "parcels", "scans", "refunds"};
    for (int i = 0; i < 5; i++) {
        snprintf(body, sizeof body, "/v1/%s", lists[i]);
        reply = door_get(door, body, other);
        assert_int_equal(count_at(&reply, lists[i]), 0);
        reply_free(&reply);
    }
    reply = door_get(door, "/v1/scans?number=RETW", door->merchant);
    assert_true(count_at(&reply, "scans") > 0);
    reply_free(&reply);
}

static void personal_data_is_given_and_erased_by_its_own_merchant_only(void **state)
{
    struct door *door = *state;
    char body[256], id[ID_TEXT_BYTES], other[TOKEN_TEXT_BYTES];
    door_order(door, "X", 1);
    strcpy(id, door_return(door, "X", "x"));
    make_merchants_token(door, door->far_node, other);
    snprintf(body, sizeof body, "{\"subject\":\"%s\"}", id);
    static const char *const paths[] = {"/v1/persons", "/v1/erasures"};
    for (int i = 0; i < 2; i++) {
        struct letter letter = {.path = paths[i], .token = other, .body = body};
        struct reply reply = client_call(door_port(door), &letter);
        assert_refused(&reply, 404, "not_found");
        reply_free(&reply);
        letter.token = door->merchant;
        reply = client_call(door_port(door), &letter);
        assert_status(&reply, 201);
        reply_free(&reply);
    }
}

static void an_operator_acts_only_on_the_goods_of_its_warehouse(void **state)
{
    struct door *door = *state;
    char body[256];
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"items\":[{\"sku\":\"S\"}]}",
             door->far_warehouse);
    struct letter ask = {.path = "/v1/boxes", .token = door->operator, .key = "o1", .body = body};
    struct reply reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 403, "forbidden");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/warehouse");
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"items\":[{\"sku\":\"S\"}]}",
             door->warehouse);
    ask.key = "o2";
    reply = client_call(door_port(door), &ask);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/warehouse"), door->warehouse);
    reply_free(&reply);
    /* A token of another warehouse may not touch the unit. */
    char token[TOKEN_TEXT_BYTES], path[128];
    snprintf(body, sizeof body, "{\"role\":\"operator\",\"warehouse\":\"%s\"}",
             door->far_warehouse);
    reply = door_post(door, "/v1/tokens", body);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
    reply = door_get(door, "/v1/units", token);
    snprintf(path, sizeof path, "/v1/units/%s/inspect", at(&reply, "units/0/id"));
    reply_free(&reply);
    const struct letter inspect = {.path = path, .token = token, .key = "o3", .body = "{}"};
    reply = client_call(door_port(door), &inspect);
    assert_refused(&reply, 403, "forbidden");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/unit");
    reply_free(&reply);
}

static void whoever_is_revoked_hears_no_more_events(void **state)
{
    struct door *door = *state;
    char request[512], path[128], token[TOKEN_TEXT_BYTES];
    struct reply reply = door_post(door, "/v1/tokens", "{\"role\":\"operator\"}");
    strcpy(token, at(&reply, "secret"));
    snprintf(path, sizeof path, "/v1/tokens/%s/revoke", at(&reply, "token"));
    reply_free(&reply);
    int fds[2] = {client_connect(door_port(door)), client_connect(door_port(door))};
    for (int i = 0; i < 2; i++) {
        snprintf(request, sizeof request,
                 "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
                 i == 0 ? token : door->operator);
        client_send(fds[i], request);
        assert_non_null(strstr(client_read(fds[i], "retry: "), "200 OK"));
    }
    reply = door_post(door, path, "");
    assert_status(&reply, 200);
    reply_free(&reply);
    const char *rest = client_read(fds[0], NULL); /* to the end, which comes without an event */
    assert_non_null(strstr(rest, "0\r\n\r\n"));
    reply = door_push(door, "/v1/carriers/easypost/webhook", door_easypost("REV1", 1));
    assert_status(&reply, 200);
    reply_free(&reply);
    assert_non_null(strstr(client_read(fds[1], "REV1"), "REV1")); /* the other one stays */
    close(fds[0]);
    close(fds[1]);
}

static void an_id_may_stand_in_a_path_with_percent_signs(void **state)
{
    struct door *door = *state;
    char path[128] = "/v1/returns/", id[ID_TEXT_BYTES];
    door_order(door, "P", 1);
    strcpy(id, door_return(door, "P", "p"));
    for (size_t i = 0; id[i] != '\0'; i++)
        snprintf(path + strlen(path), 4, "%%%02X", (unsigned)(unsigned char)id[i]);
    struct reply reply = door_get(door, path, door->admin);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "id"), id);
    reply_free(&reply);
    static const char *const no_ids[] = {"%", "%4", "%zz", "%00", "a%2Fb"};
    for (size_t i = 0; i < sizeof no_ids / sizeof no_ids[0]; i++) {
        snprintf(path, sizeof path, "/v1/returns/%s", no_ids[i]);
        reply = door_get(door, path, door->admin);
        assert_refused(&reply, 400, "bad_id");
        reply_free(&reply);
    }
}

/* --- goods ------------------------------------------------------------------------------------ */

static void a_box_becomes_units_that_are_inspected_and_graded(void **state)
{
    struct door *door = *state;
    char body[256], path[128], unit[ID_TEXT_BYTES], etag[32];
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"number\":\" ab\xef\xbc\x91\xef\xbc\x92 \","
             "\"weight_g\":700,\"items\":[{\"sku\":\"S\"},{\"sku\":\"T\"}]}",
             door->warehouse);
    struct reply reply = door_post(door, "/v1/boxes", body);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/number"), "AB12");
    snprintf(path, sizeof path, "/v1/units?box=%s", at(&reply, "id"));
    reply_free(&reply);
    reply = door_get(door, path, door->operator);
    assert_int_equal(count_at(&reply, "units"), 2);
    strcpy(unit, at(&reply, "units/0/id"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/units/%s/inspect", unit);
    reply = door_post(door, path, "");
    assert_status(&reply, 200);
    strcpy(etag, reply_header(&reply, "ETag"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/units/%s/grade", unit);
    const struct letter ask = {.path = path,
                               .token = door->operator,
                               .key = "g",
                               .if_match = etag,
                               .body = "{\"grade\":\"like_new\",\"liability\":\"buyer\"}"};
    reply = client_call(door_port(door), &ask);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/grade"), "like_new");
    reply_free(&reply);
    reply = door_get(door, "/v1/boxes?number=ab12", door->operator);
    assert_int_equal(count_at(&reply, "boxes"), 1);
    reply_free(&reply);
}

/* --- persons ---------------------------------------------------------------------------------- */

static void a_person_is_told_of_until_erased(void **state)
{
    struct door *door = *state;
    char body[256], path[128], id[ID_TEXT_BYTES];
    door_order(door, "E", 1);
    strcpy(id, door_return(door, "E", "e"));
    snprintf(body, sizeof body, "{\"subject\":\"%s\",\"name\":\"Ada\"}", id);
    struct reply reply = door_post(door, "/v1/persons", body);
    assert_status(&reply, 201);
    assert_string_equal(reply_header(&reply, "Durable"), "local");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/persons/%s", id);
    reply = door_get(door, path, door->merchant);
    assert_string_equal(at(&reply, "entries/0/name"), "Ada");
    assert_string_equal(at(&reply, "missing"), "0");
    assert_string_equal(reply_header(&reply, "Cache-Control"), "no-store");
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->admin);
    assert_true(reply_has(&reply, "\"kind\":\"person\""));
    assert_false(reply_has(&reply, "Ada"));
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\"}", id);
    reply = door_post(door, "/v1/erasures", body);
    assert_status(&reply, 201);
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_string_equal(at(&reply, "erased"), "true");
    assert_int_equal(count_at(&reply, "entries"), 0);
    assert_false(reply_has(&reply, "Ada"));
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->admin);
    assert_false(reply_has(&reply, "Ada"));
    reply_free(&reply);
}

/* The other member was admitted and never ran: it has not said that it obeyed. */
static void an_erasure_names_whom_it_waits_for(void **state)
{
    struct door *door = *state;
    char body[256], path[128], id[ID_TEXT_BYTES], other[TOKEN_TEXT_BYTES];
    door_order(door, "W", 1);
    strcpy(id, door_return(door, "W", "w"));
    snprintf(path, sizeof path, "/v1/erasures/%s", id);
    struct reply reply = door_get(door, path, door->merchant);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\",\"reason\":\"asked by the buyer\"}", id);
    reply = door_post(door, "/v1/erasures", body);
    assert_status(&reply, 201);
    assert_string_equal(reply_header(&reply, "Location"), path);
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "state"), "waiting");
    assert_string_equal(at(&reply, "reason"), "asked by the buyer");
    assert_string_equal(at(&reply, "done"), "1");
    assert_string_equal(at(&reply, "waiting"), "1");
    assert_int_equal(count_at(&reply, "members"), 2);
    for (unsigned i = 0; i < 2; i++) {
        char at_node[32], at_state[32], at_done[32], at_heard[40];
        snprintf(at_node, sizeof at_node, "members/%u/node", i);
        snprintf(at_state, sizeof at_state, "members/%u/state", i);
        snprintf(at_done, sizeof at_done, "members/%u/done_ms", i);
        snprintf(at_heard, sizeof at_heard, "members/%u/last_heard_ms", i);
        bool own = strcmp(at(&reply, at_node), door->node) == 0;
        assert_string_equal(at(&reply, at_state), own ? "done" : "waiting");
        assert_int_equal(stands_at(&reply, at_done), own);
        assert_int_equal(stands_at(&reply, at_heard), own);
    }
    reply_free(&reply);
    reply = door_get(door, "/v1/erasures", door->merchant);
    assert_int_equal(count_at(&reply, "erasures"), 1);
    assert_string_equal(at(&reply, "erasures/0/id"), id);
    reply_free(&reply);
    make_merchants_token(door, door->far_node, other);
    reply = door_get(door, path, other);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    reply = door_get(door, "/v1/erasures", other);
    assert_int_equal(count_at(&reply, "erasures"), 0);
    reply_free(&reply);
}

/* --- what is told as it happens --------------------------------------------------------------- */

static void happen(struct door *door)
{
    char body[512], path[128], id[ID_TEXT_BYTES];
    door_order(door, "SSE", 1);
    strcpy(id, door_return(door, "SSE", "sse"));
    snprintf(path, sizeof path, "/v1/returns/%s/grants", id);
    struct reply reply =
        door_post(door, path, "{\"paid_for\":\"goodwill\",\"amount_minor\":10,\"offer\":1}");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"provider\":\"stripe\",\"payment\":\"pi_SSE\",\"how\":"
             "\"chargeback\",\"reference\":\"CB-1\",\"amount_minor\":100,\"currency\":\"EUR\","
             "\"made_ms\":\"2026-01-02T03:04:05Z\"}",
             door->shop);
    reply = door_post(door, "/v1/refunds/elsewhere", body);
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\"}", id);
    reply = door_post(door, "/v1/erasures", body);
    assert_status(&reply, 201);
    reply_free(&reply);
}

static void grants_chargebacks_and_erasures_are_told_to_their_own_merchant_only(void **state)
{
    struct door *door = *state;
    char other[TOKEN_TEXT_BYTES];
    static const char page[] = "/v1/events?poll&after=0&limit=1000";
    make_merchants_token(door, door->far_node, other);
    happen(door);
    struct reply reply = door_get(door, page, other);
    assert_int_equal(count_at(&reply, "events"), 0);
    reply_free(&reply);
    reply = door_get(door, page, door->merchant);
    assert_true(reply_has(&reply, "\"kind\":\"grant_moved\""));
    assert_true(reply_has(&reply, "\"kind\":\"refunded_elsewhere\""));
    /* A node's log is of all merchants together. */
    assert_false(reply_has(&reply, "\"kind\":\"erase"));
    reply_free(&reply);
    reply = door_get(door, page, door->admin);
    assert_true(reply_has(&reply, "\"kind\":\"erase\""));
    assert_true(reply_has(&reply, "\"kind\":\"erased\""));
    reply_free(&reply);
    /* A stream gives by the same rule as a page. */
    char ask[400];
    int fd = client_connect(door_port(door));
    snprintf(ask, sizeof ask,
             "GET /v1/events?after=0 HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer %s\r\n\r\n",
             door->merchant);
    client_send(fd, ask);
    assert_non_null(strstr(client_read(fd, "event: refunded_elsewhere"), "event: grant_moved"));
    close(fd);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_merchant_sees_its_own_and_of_others_not_even_that_they_are),
        ROW(goods_are_shown_to_the_merchant_whose_return_they_are),
        ROW(personal_data_is_given_and_erased_by_its_own_merchant_only),
        ROW(an_operator_acts_only_on_the_goods_of_its_warehouse),
        ROW(whoever_is_revoked_hears_no_more_events),
        ROW(an_id_may_stand_in_a_path_with_percent_signs),
        ROW(a_box_becomes_units_that_are_inspected_and_graded),
        ROW(a_person_is_told_of_until_erased),
        ROW(an_erasure_names_whom_it_waits_for),
        ROW(grants_chargebacks_and_erasures_are_told_to_their_own_merchant_only),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

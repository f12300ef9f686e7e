/* What the door does not understand it does not pass over: every route, one after the other, with a
 * parameter it does not take, a body of another type, a member nobody knows; and refusals of the
 * business name the field like those of the door. */
#include "node/http/door.h"
#include "tests/node/http/door_world.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define PATH_BYTES 200

/* The route's path with the id of the shop in each of its holes; the carrier is one that has a
 * secret. */
static void path_of(const struct door *door, const struct route *route, char path[PATH_BYTES])
{
    size_t used = 0;
    for (const char *at = route->pattern; *at != '\0'; at++) {
        if (*at != '{') {
            path[used++] = *at;
            continue;
        }
        const char *word = strncmp(at, "{carrier}", 9) == 0 ? "easypost" : door->shop;
        size_t size = strlen(word);
        assert_true(used + size < PATH_BYTES - 1);
        memcpy(path + used, word, size);
        used += size;
        at = strchr(at, '}');
        assert_non_null(at);
    }
    path[used] = '\0';
}

static bool is_webhook(const struct route *route)
{
    return route->handle == webhook_handle || route->handle == inlet_handle;
}

static void a_parameter_that_a_path_does_not_take_is_refused(void **state)
{
    struct door *door = *state;
    unsigned tried = 0;
    for (size_t i = 0; i < routes_count; i++) {
        char path[PATH_BYTES + 16];
        if (is_webhook(&routes[i])) continue; /* what its URL says is the carrier's affair */
        unsigned roles = route_roles(&routes[i]);
        if (roles != ANYBODY && (roles & ROLE_ADMIN) == 0) continue; /* a buyer's alone */
        path_of(door, &routes[i], path);
        strcat(path, "?colour=red");
        const struct letter ask = {.path = path,
                                   .token = door->admin,
                                   .key = "k",
                                   .body = routes[i].method == METHOD_POST ? "{}" : NULL};
        struct reply reply = client_call(door_port(door), &ask);
        if (reply.status != 400) fail_msg("%s: %ld", path, reply.status);
        assert_refused(&reply, 400, "unknown_field");
        if (!reply_has(&reply, "parameter colour: not known here; this path takes "))
            fail_msg("%s: %s", path, reply.body);
        reply_free(&reply);
        tried++;
    }
    assert_true(tried > 50);
    struct reply reply = door_get(door, "/v1/refunds?colour=red", door->admin);
    assert_true(reply_has(&reply, "this path takes return, limit, cursor\""));
    reply_free(&reply);
    reply = door_get(door, "/v1/refunds?%ff=red", door->admin);
    assert_refused(&reply, 400, "unknown_field");
    reply_free(&reply);
}

static void a_body_is_declared_as_what_it_is(void **state)
{
    struct door *door = *state;
    for (size_t i = 0; i < routes_count; i++) {
        char path[PATH_BYTES];
        if (routes[i].method != METHOD_POST || is_webhook(&routes[i])) continue;
        path_of(door, &routes[i], path);
        const struct letter ask = {
            .path = path, .token = door->admin, .key = "k", .type = "text/plain", .body = "{}"};
        struct reply reply = client_call(door_port(door), &ask);
        if (reply.status != 415) fail_msg("%s: %ld", path, reply.status);
        reply_free(&reply);
    }
}

/* Its sender would think that the record cannot have moved on. */
static void a_version_that_is_not_looked_at_is_refused(void **state)
{
    struct door *door = *state;
    unsigned tried = 0;
    for (size_t i = 0; i < routes_count; i++) {
        char path[PATH_BYTES];
        if (routes[i].handle != submit_handle) continue;
        if ((routes[i].flags & (MATCH_TAKEN | MATCH_NEEDED)) != 0) continue;
        path_of(door, &routes[i], path);
        const struct letter ask = {
            .path = path, .token = door->admin, .key = "k", .if_match = "\"1\"", .body = "{}"};
        struct reply reply = client_call(door_port(door), &ask);
        if (reply.status != 400) fail_msg("%s: %ld", path, reply.status);
        assert_refused(&reply, 400, "malformed");
        assert_true(reply_has(&reply, "If-Match: not looked at on this path"));
        reply_free(&reply);
        tried++;
    }
    assert_true(tried > 5);
}

static void a_member_that_nobody_knows_is_refused_by_name(void **state)
{
    struct door *door = *state;
    for (size_t i = 0; i < routes_count; i++) {
        char path[PATH_BYTES];
        if (routes[i].method != METHOD_POST || is_webhook(&routes[i])) continue;
        if (routes[i].handle == bulk_handle) continue; /* line by line: tested with the others */
        if (routes[i].handle == photo_take_handle) continue; /* its body is a file */
        path_of(door, &routes[i], path);
        const struct letter ask = {.path = path,
                                   .token = door->admin,
                                   .key = "k",
                                   .if_match = (routes[i].flags & MATCH_NEEDED) ? "\"1\"" : NULL,
                                   .body = "{\"colour\":\"red\"}"};
        struct reply reply = client_call(door_port(door), &ask);
        if (reply.status != 400) fail_msg("%s: %ld", path, reply.status);
        assert_refused(&reply, 400, "unknown_field");
        assert_string_equal(at(&reply, "errors/0/pointer"), "/colour");
        reply_free(&reply);
    }
}

static void what_has_nothing_to_say_takes_an_empty_object_or_nothing(void **state)
{
    struct door *door = *state;
    static const char *const bodies[] = {NULL, "", "{}"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        const struct letter ask = {
            .method = "POST", .path = "/v1/clock/confirm", .token = door->admin, .body = bodies[i]};
        struct reply reply = client_call(door_port(door), &ask);
        assert_status(&reply, 200);
        reply_free(&reply);
    }
}

static void assert_names(const struct reply *reply, long status, const char *code,
                         const char *pointer)
{
    assert_refused(reply, status, code);
    assert_string_equal(at(reply, "errors/0/pointer"), pointer);
}

static void a_refusal_of_the_business_names_the_field(void **state)
{
    struct door *door = *state;
    char body[600];
    static const struct {
        const char *field, *instead, *code, *pointer;
    } rows[] = {
        {"\"quantity\":1", "\"quantity\":0", "out_of_range", "/lines/0/quantity"},
        {"\"EUR\"", "\"USD\"", "out_of_range", "/currency"},
        {"2020-01-02T", "2999-01-02T", "out_of_range", "/sold_ms"},
        {"\"captured_minor\":1000", "\"captured_minor\":-1", "out_of_range",
         "/payments/0/captured_minor"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply =
            door_post(door, "/v1/orders", door_order_body(door, rows[i].field, rows[i].instead));
        assert_names(&reply, 400, rows[i].code, rows[i].pointer);
        reply_free(&reply);
    }
    struct reply reply =
        door_post(door, "/v1/orders", door_order_body(door, door->shop, door->node));
    assert_names(&reply, 404, "not_found", "/merchant");
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"items\":[{\"sku\":\"S\"}]}", door->node);
    reply = door_post(door, "/v1/boxes", body);
    assert_names(&reply, 404, "not_found", "/warehouse");
    reply_free(&reply);
    reply = door_post(door, "/v1/tokens", "{\"role\":\"merchant\"}");
    assert_names(&reply, 400, "out_of_range", "/merchant");
    reply_free(&reply);
    reply = door_post(door, "/v1/backup", "{\"name\":\"../up\"}");
    assert_names(&reply, 400, "out_of_range", "/name");
    reply_free(&reply);
    /* What the path names stands in no body. */
    snprintf(body, sizeof body, "/v1/units/%s/inspect", door->node);
    reply = door_post(door, body, "{}");
    assert_refused(&reply, 404, "not_found");
    assert_string_equal(at(&reply, "rule"), "unit");
    assert_false(stands_at(&reply, "errors"));
    reply_free(&reply);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_parameter_that_a_path_does_not_take_is_refused),
        ROW(a_body_is_declared_as_what_it_is),
        ROW(a_version_that_is_not_looked_at_is_refused),
        ROW(a_member_that_nobody_knows_is_refused_by_name),
        ROW(what_has_nothing_to_say_takes_an_empty_object_or_nothing),
        ROW(a_refusal_of_the_business_names_the_field),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

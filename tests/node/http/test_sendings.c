/* A parcel that was sent and is lost, as shop and merchant see it: the order names it, a carrier's
 * word comes in by HTTP, and the claim that nobody asked for stands in the list of returns. */
#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/node/http/door_world.h"

static struct reply put_policy(struct door *door, const char *body)
{
    char path[128];
    snprintf(path, sizeof path, "/v1/merchants/%s/policy", door->shop);
    const struct letter put = {
        .path = path, .token = door->merchant, .key = body, .if_match = NULL, .body = body};
    return client_call(door_port(door), &put);
}

static void days_that_no_policy_can_have_are_refused_by_name(void **state)
{
    struct door *door = *state;
    static const char *const days[] = {"366", "-1", "\"three\"", "2.5"};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        char body[128];
        snprintf(body, sizeof body, "{\"policy\":{\"currency\":\"EUR\",\"stalled_days\":%s}}",
                 days[i]);
        struct reply reply = put_policy(door, body);
        assert_status(&reply, 400);
        assert_string_equal(at(&reply, "errors/0/pointer"), "/policy/stalled_days");
        reply_free(&reply);
    }
    struct reply reply =
        put_policy(door, "{\"policy\":{\"currency\":\"EUR\",\"stalled_days\":365}}");
    assert_status(&reply, 200);
    reply_free(&reply);
}

static void say(struct door *door, const char *status, const char *reason)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"carrier\":\"counter\",\"number\":\"1z sent\",\"points\":[{\"status\":\"%s\","
             "\"occurred_ms\":\"2026-02-01T10:00:00Z\",\"quality\":\"offset\"%s}]}",
             status, reason);
    struct reply reply = door_post_with(door, "/v1/trackings", status, body);
    assert_status(&reply, 201);
    reply_free(&reply);
}

/* The turn that takes the scan answers first; the claim is the next one's work. */
static struct reply returns_until(struct door *door, size_t wanted)
{
    for (unsigned tries = 0;; tries++) {
        struct reply reply = door_get(door, "/v1/returns?kind=claim", door->merchant);
        assert_status(&reply, 200);
        if (count_at(&reply, "returns") == wanted || tries == 500) return reply;
        reply_free(&reply);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
}

static void a_lost_parcel_shows_its_claim_before_anybody_asks(void **state)
{
    struct door *door = *state;
    char order[ID_TEXT_BYTES], claim[ID_TEXT_BYTES], path[128];
    struct reply reply =
        put_policy(door, "{\"policy\":{\"currency\":\"EUR\",\"stalled_days\":12}}");
    assert_status(&reply, 200);
    reply_free(&reply);
    const char *body =
        door_order_body(door, "\"currency\"", "\"outbound\":\"1Z SENT\",\"currency\"");
    reply = door_post(door, "/v1/orders", body);
    assert_status(&reply, 200);
    strcpy(order, at(&reply, "id"));
    assert_string_equal(at(&reply, "record/stalled_days"), "12");
    reply_free(&reply);
    say(door, "exception", ",\"reason\":\"lost_in_transit\"");
    reply = returns_until(door, 1);
    assert_int_equal(count_at(&reply, "returns"), 1);
    strcpy(claim, at(&reply, "returns/0/id"));
    assert_string_equal(at(&reply, "returns/0/kind"), "claim");
    assert_string_equal(at(&reply, "returns/0/state"), "requested");
    assert_string_equal(at(&reply, "returns/0/stray"), "lost");
    assert_string_equal(at(&reply, "returns/0/outbound"), "1ZSENT");
    assert_string_equal(at(&reply, "returns/0/stray_carrier"), "counter");
    assert_string_equal(at(&reply, "returns/0/channel"), "carrier");
    assert_string_equal(at(&reply, "returns/0/filed_by"), "carrier");
    assert_string_equal(at(&reply, "returns/0/order"), order);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s", claim);
    reply = door_get(door, path, door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "lines/0/reason"), "never_arrived");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s/evidence", claim);
    reply = door_get(door, path, door->admin);
    assert_status(&reply, 200);
    assert_int_equal(count_at(&reply, "pack/scans"), 1); /* the one that says so */
    reply_free(&reply);
}

int main(void)
{
#define TOLD(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)
    const struct CMUnitTest tests[] = {
        TOLD(days_that_no_policy_can_have_are_refused_by_name),
        TOLD(a_lost_parcel_shows_its_claim_before_anybody_asks),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}

/* Figures through the door: counted beside the loop, of the bearer's own merchant, for the period
 * that is asked for; and corrective actions from their beginning to their measured effect. */
#include <curl/curl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/node/http/door_world.h"

#include <cmocka.h>

#define CALLERS 24

static void figures_tell_of_what_was_asked_for(void **state)
{
    struct door *door = *state;
    door_order(door, "A", 3);
    door_return(door, "A", "r1");
    door_return(door, "A", "r2");
    struct reply reply = door_get(door, "/v1/numbers", door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "merchant"), door->shop);
    assert_string_equal(at(&reply, "returns"), "2");
    assert_string_equal(at(&reply, "states/0/state"), "requested");
    assert_string_equal(at(&reply, "deadlines/0/kind"), "respond");
    assert_string_equal(at(&reply, "deadlines/0/open"), "2");
    assert_string_equal(at(&reply, "monies/0/currency"), "EUR");
    reply_free(&reply);
    reply = door_get(door, "/v1/numbers?to=2020-01-01T00:00:00Z", door->merchant);
    assert_string_equal(at(&reply, "returns"), "0");
    assert_string_equal(at(&reply, "from_ms"), "2019-12-02T00:00:00.000Z");
    reply_free(&reply);
    reply = door_get(door, "/v1/numbers/carriers", door->admin);
    assert_status(&reply, 200);
    assert_false(stands_at(&reply, "merchant")); /* of all */
    assert_string_equal(at(&reply, "late_days"), "10");
    reply_free(&reply);
    reply = door_get(door, "/v1/numbers/defects?limit=1", door->merchant);
    assert_string_equal(at(&reply, "units"), "2");
    assert_int_equal(count_at(&reply, "defects"), 1);
    reply_free(&reply);
    reply = door_get(door, "/v1/numbers/floor", door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "merchant"), door->shop);
    assert_int_equal(count_at(&reply, "warehouses"), 0); /* nothing came yet */
    reply_free(&reply);
}

static void what_cannot_be_counted_is_refused_with_the_parameter(void **state)
{
    static const struct {
        const char *path;
        long status;
        const char *code, *says;
    } rows[] = {
        {"/v1/numbers?merchant=x", 400, "bad_id", "parameter merchant"},
        {"/v1/numbers?from=soon", 400, "malformed", "parameter from"},
        {"/v1/numbers?to=never", 400, "malformed", "parameter to"},
        {"/v1/numbers?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "out_of_range",
         "earlier than to"},
        {"/v1/numbers?late_days=3", 400, "unknown_field", "late_days"},
        {"/v1/numbers/carriers?late_days=0", 400, "out_of_range", "1 to 1000"},
        {"/v1/numbers/carriers?late_days=-1", 400, "out_of_range", "1 to 1000"},
        {"/v1/numbers/floor?late_days=3", 400, "unknown_field", "late_days"},
        {"/v1/numbers/defects?by=color", 400, "out_of_range", "sku, inbound or lot"},
        {"/v1/numbers/defects?limit=201", 400, "out_of_range", "1 to 200"},
    };
    struct door *door = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply = door_get(door, rows[i].path, door->admin);
        assert_refused(&reply, rows[i].status, rows[i].code);
        assert_true(reply_has(&reply, rows[i].says));
        reply_free(&reply);
    }
    char path[128];
    snprintf(path, sizeof path, "/v1/numbers?merchant=%s", door->node);
    struct reply reply = door_get(door, path, door->admin); /* no merchant at all */
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    reply = door_get(door, "/v1/numbers", door->operator);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
}

static void a_corrective_action_is_begun_measured_and_closed(void **state)
{
    struct door *door = *state;
    char body[256], path[128];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"sku\":\"CUP-1\",\"reason\":\"defective\","
             "\"action\":\"a stronger box\",\"owner\":\"packaging\"}",
             door->shop);
    struct reply reply = door_post(door, "/v1/corrective-actions", body);
    assert_status(&reply, 200);
    snprintf(path, sizeof path, "/v1/corrective-actions/%s/effect", at(&reply, "id"));
    assert_string_equal(at(&reply, "record/owner"), "packaging");
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "verdict"), "too_early");
    assert_string_equal(at(&reply, "before/high_permille"), "1000");
    reply_free(&reply);
    strcpy(strrchr(path, '/'), "/close");
    reply = door_post(door, path, "{\"result\":\"it holds\"}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/result"), "it holds");
    reply_free(&reply);
    reply = door_post(door, path, "{\"result\":\"again\"}");
    assert_refused(&reply, 409, "conflict");
    reply_free(&reply);
    reply = door_get(door, "/v1/corrective-actions", door->merchant);
    assert_int_equal(count_at(&reply, "correctives"), 1);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/corrective-actions/%s/effect", door->node);
    reply = door_get(door, path, door->merchant);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

struct caller {
    pthread_t thread;
    struct door *door;
    long status;
};

static void *call_once(void *world)
{
    struct caller *caller = world;
    struct reply reply = door_get(caller->door, "/v1/numbers/defects", caller->door->admin);
    caller->status = reply.status;
    reply_free(&reply);
    return NULL;
}

/* More at once than are counted at once, and more than may wait: each is answered. */
static void many_callers_are_each_answered(void **state)
{
    struct door *door = *state;
    static struct caller callers[CALLERS];
    unsigned counted = 0;
    door_order(door, "A", 1);
    door_return(door, "A", "r1");
    for (unsigned i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.door = door};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_once, &callers[i]), 0);
    }
    for (unsigned i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_true(callers[i].status == 200 || callers[i].status == 503);
        counted += callers[i].status == 200 ? 1u : 0u;
    }
    assert_true(counted > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_tell_of_what_was_asked_for, door_setup,
                                        door_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_counted_is_refused_with_the_parameter,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(a_corrective_action_is_begun_measured_and_closed,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(many_callers_are_each_answered, door_setup, door_teardown),
    };
    return cmocka_run_group_tests_name("numbers at the door", tests, NULL, NULL);
}

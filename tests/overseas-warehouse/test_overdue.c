/* What is late is told when its time has passed, and once more for each level of being late that
 * begins while it is still owed. */
#include "overseas-warehouse/hook.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void listen(struct world *world)
{
    union command_body body = {.webhook_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                               .url = span_text("https://shop.example/hooks"),
                                               .secrets_count = 1}};
    body.webhook_put.secrets[0].fingerprint.bytes[0] = 1;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0), OK);
}

/* The first open deadline, by its time. */
static struct key first_deadline(const struct rows *rows)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    assert_true(walk_next(rows, VIEW_DEADLINE_BY_TIME, &walk, &row));
    return walk.at;
}

static uint64_t level_told(struct world *world, const struct key *key, uint64_t wall_ms)
{
    static struct decision decision;
    union event_body body;
    struct id book;
    const struct moment moment = {.wall_ms = wall_ms};
    const struct desk *desk = world_desk(world, RTM);
    decision_begin(&decision);
    if (!business_overdue(desk, key_span(key), &moment, &book, &decision)) return UINT64_MAX;
    struct span bytes =
        span_of(decision.bytes + decision.drafts[0].offset, decision.drafts[0].size);
    assert_int_equal(shape_decode(&overdue_shape, bytes, &body.overdue, NULL), OK);
    world_inject(world, BOOK_A, EVENT_OVERDUE, &body.overdue.return_id, &body.overdue);
    struct hook_entry entry = {.kind = EVENT_OVERDUE, .idx = 4, .body = &body};
    char text[HOOK_BODY_BYTES_MAX + 1], level[32];
    struct span out;
    assert_true(hook_body(&desk->rows, &entry, HOOK_DEADLINE_OVERDUE, 5, text, &out));
    text[out.size] = '\0';
    snprintf(level, sizeof level, "\"level\":%u,", (unsigned)body.overdue.level);
    assert_int_equal(strstr(text, level) != NULL, body.overdue.level != LEVEL_NONE);
    return body.overdue.level;
}

static void each_level_of_being_late_is_told_once_and_the_one_that_was_missed_is_not(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    union command_body body = {.policy_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                              .policy = {.currency = 978,
                                                         .desk_hours = 1,
                                                         .supervisor_hours = 2,
                                                         .platform_hours = 4}}};
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    struct id order = world_order(world, MERCHANT_A, "A-79", "LAMP", 2, 1000, 2000);
    world_request(world, MERCHANT_A, &order, 1, "1Z979");
    listen(world);
    const struct desk *desk = world_desk(world, RTM);
    struct key key = first_deadline(&desk->rows);
    uint64_t due_ms = be_get(key.bytes, 8), hour_ms = 3600000;
    assert_int_equal(business_next_level(desk, key_span(&key), due_ms), due_ms + hour_ms);
    assert_int_equal(level_told(world, &key, due_ms), UINT64_MAX);
    assert_int_equal(level_told(world, &key, due_ms + 1), LEVEL_NONE);
    assert_int_equal(level_told(world, &key, due_ms + hour_ms), UINT64_MAX);
    assert_int_equal(level_told(world, &key, due_ms + hour_ms + 1), LEVEL_DESK);
    assert_int_equal(level_told(world, &key, due_ms + hour_ms + 2), UINT64_MAX);
    uint64_t next_ms = business_next_level(desk, key_span(&key), due_ms + hour_ms + 1);
    assert_int_equal(next_ms, due_ms + 2 * hour_ms);
    /* The leader was away while the supervisor's began. */
    assert_int_equal(level_told(world, &key, due_ms + 4 * hour_ms + 1), LEVEL_PLATFORM);
    assert_int_equal(level_told(world, &key, due_ms + 90 * hour_ms), UINT64_MAX);
    assert_int_equal(business_next_level(desk, key_span(&key), due_ms + 90 * hour_ms), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_of_being_late_is_told_once_and_the_one_that_was_missed_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

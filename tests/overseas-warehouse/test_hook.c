/* Webhooks out, the pure part: endpoints as entries of a book, what entries make, what is signed,
 * when it is tried again, and where a message may go. */
#include "overseas-warehouse/hook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/time.h"
#include "tests/overseas-warehouse/world.h"

static int begin(void **state)
{
    *state = world_open(7);
    return 0;
}

static int end(void **state)
{
    world_close(*state);
    return 0;
}

/* --- endpoints ---------------------------------------------------------------------------------
 */

static union command_body put_of(const struct world *world, enum merchant_name merchant,
                                 const char *url)
{
    union command_body body;
    memset(&body, 0, sizeof body);
    body.webhook_put.merchant = world->merchants[merchant].merchant;
    body.webhook_put.url = span_text(url);
    body.webhook_put.secrets_count = 1;
    body.webhook_put.secrets[0].fingerprint.bytes[0] = 1;
    return body;
}

static struct id added(struct world *world, enum merchant_name merchant)
{
    union command_body body = put_of(world, merchant, "https://shop.example/hooks");
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0), OK);
    return world->decision.entity;
}

static bool load(struct world *world, const struct id *webhook, struct webhook_row *row)
{
    return webhook_load(&world_desk(world, RTM)->rows, webhook, row);
}

static void an_endpoint_is_added_changed_and_disabled_and_counts_its_versions(void **state)
{
    struct world *world = *state;
    struct webhook_row row;
    struct id webhook = added(world, MERCHANT_A);
    assert_true(load(world, &webhook, &row));
    assert_int_equal(row.version, 1);
    assert_int_equal(row.disabled, 0);
    uint64_t since = row.since_idx;
    union command_body body = put_of(world, MERCHANT_A, "https://other.example/");
    body.webhook_put.webhook = webhook;
    body.webhook_put.types_count = 1;
    body.webhook_put.types[0].type = HOOK_REFUND_FAILED;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_MERCHANT, NULL, 2),
                     ERROR_CONFLICT);
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_MERCHANT, NULL, 1), OK);
    assert_true(load(world, &webhook, &row));
    assert_int_equal(row.version, 2);
    assert_int_equal(row.since_idx, since);
    assert_true(hook_wants(&row, HOOK_REFUND_FAILED));
    assert_false(hook_wants(&row, HOOK_RETURN_APPROVED));
    memset(&body, 0, sizeof body);
    body.webhook_disable.webhook = webhook;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_DISABLE, &body, BY_ADMIN, NULL, 0), OK);
    assert_true(load(world, &webhook, &row));
    assert_int_equal(row.disabled, 1);
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_DISABLE, &body, BY_ADMIN, NULL, 0),
                     ERROR_NO_RULE);
}

static void another_merchants_endpoint_is_like_none(void **state)
{
    struct world *world = *state;
    struct id webhook = added(world, MERCHANT_A);
    const struct id *stranger = &world->merchants[MERCHANT_B].merchant;
    union command_body body;
    memset(&body, 0, sizeof body);
    body.webhook_test.webhook = webhook;
    struct command command = {.merchant = *stranger, .body = &body};
    static const enum command_kind kinds[] = {COMMAND_WEBHOOK_DISABLE, COMMAND_WEBHOOK_REPLAY,
                                              COMMAND_WEBHOOK_TEST, COMMAND_WEBHOOK_CHECK};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct id authority;
        command.kind = kinds[i];
        assert_int_equal(business_authority(world_desk(world, RTM), &command, &authority),
                         ERROR_NOT_FOUND);
    }
    body = put_of(world, MERCHANT_B, "https://b.example/");
    body.webhook_put.webhook = webhook;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_MERCHANT, stranger, 0),
                     ERROR_NOT_FOUND);
}

static void what_an_endpoint_lacks_is_named(void **state)
{
    struct world *world = *state;
    union command_body body = put_of(world, MERCHANT_A, "http://shop.example/");
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0),
                     ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "url: https only");
    body = put_of(world, MERCHANT_A, "https://shop.example/");
    body.webhook_put.secrets_count = 0;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0),
                     ERROR_MISSING_FIELD);
    body.webhook_put.secrets_count = 2;
    body.webhook_put.secrets[1] = body.webhook_put.secrets[0];
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0),
                     ERROR_OUT_OF_RANGE);
    body.webhook_put.secrets_count = 1;
    body.webhook_put.types_count = 2;
    body.webhook_put.types[0].type = body.webhook_put.types[1].type = HOOK_REFUND_FAILED;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0),
                     ERROR_OUT_OF_RANGE);
}

static void a_merchant_has_sixteen_endpoints_in_use_at_most(void **state)
{
    struct world *world = *state;
    struct id first = added(world, MERCHANT_A);
    for (unsigned i = 1; i < HOOKS_OF_MERCHANT_MAX; i++) added(world, MERCHANT_A);
    union command_body body = put_of(world, MERCHANT_A, "https://shop.example/");
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_PUT, &body, BY_ADMIN, NULL, 0),
                     ERROR_FULL);
    added(world, MERCHANT_B);
    memset(&body, 0, sizeof body);
    body.webhook_disable.webhook = first;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_DISABLE, &body, BY_ADMIN, NULL, 0), OK);
    added(world, MERCHANT_A);
}

static void a_replay_says_since_when_or_what(void **state)
{
    struct world *world = *state;
    struct id webhook = added(world, MERCHANT_A);
    union command_body body;
    memset(&body, 0, sizeof body);
    body.webhook_replay.webhook = webhook;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_REPLAY, &body, BY_ADMIN, NULL, 0),
                     ERROR_MISSING_FIELD);
    body.webhook_replay.event = span_text("msg_12");
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_REPLAY, &body, BY_ADMIN, NULL, 0),
                     ERROR_MALFORMED);
    body.webhook_replay.event = span_text("msg_12_00112233445566778899aabbccddeeff");
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_REPLAY, &body, BY_ADMIN, NULL, 0), OK);
    body.webhook_replay.since = 1;
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_REPLAY, &body, BY_ADMIN, NULL, 0),
                     ERROR_MISSING_FIELD);
}

static void only_the_leader_checks_in_and_never_backwards(void **state)
{
    struct world *world = *state;
    struct webhook_row row;
    struct id webhook = added(world, MERCHANT_A);
    union command_body body;
    memset(&body, 0, sizeof body);
    assert_true(load(world, &webhook, &row));
    body.webhook_check.webhook = webhook;
    body.webhook_check.through = row.since_idx + 3;
    body.webhook_check.under_way_count = 1;
    body.webhook_check.under_way[0] = (struct hook_under_way){2, HOOK_REFUND_FAILED};
    assert_int_equal(world_decide(world, COMMAND_WEBHOOK_CHECK, &body, BY_ADMIN, NULL, 0),
                     ERROR_FORBIDDEN);
    const struct desk *desk = world_desk(world, RTM);
    struct command command = {.kind = COMMAND_WEBHOOK_CHECK,
                              .by = {.kind = BY_POLICY, .node = desk->node},
                              .body = &body};
    static struct decision decision;
    struct moment moment = {.wall_ms = world->now_ms};
    decision_begin(&decision);
    business_decide(desk, &command, &moment, &decision);
    assert_int_equal(decision.error, OK);
    assert_int_equal(decision.drafts[0].kind, EVENT_WEBHOOK_CHECKED);
    body.webhook_check.through = row.since_idx - 1;
    decision_begin(&decision);
    business_decide(desk, &command, &moment, &decision);
    assert_int_equal(decision.error, ERROR_OUT_OF_RANGE);
    struct id elsewhere = {{9}};
    command.by.node = elsewhere;
    decision_begin(&decision);
    business_decide(desk, &command, &moment, &decision);
    assert_int_equal(decision.error, ERROR_FORBIDDEN);
}

static void another_books_word_about_an_endpoint_is_void(void **state)
{
    struct world *world = *state;
    struct webhook_row row, after;
    struct id webhook = added(world, MERCHANT_A);
    assert_true(load(world, &webhook, &row));
    struct webhook_set set = {.webhook = webhook,
                              .merchant = world->merchants[MERCHANT_B].merchant,
                              .url = span_text("https://evil.example/"),
                              .secrets_count = 1,
                              .by = {.kind = BY_ADMIN},
                              .at_ms = 5};
    struct webhook_checked checked = {
        .webhook = webhook, .through = 1000000, .by = {.kind = BY_POLICY}, .at_ms = 5};
    set.secrets[0].fingerprint.bytes[0] = 1;
    world_inject(world, BOOK_B, EVENT_WEBHOOK_SET, &webhook, &set);
    world_inject(world, BOOK_B, EVENT_WEBHOOK_CHECKED, &webhook, &checked);
    world_deliver_all(world);
    assert_true(load(world, &webhook, &after));
    assert_int_equal(after.version, row.version);
    assert_int_equal(after.through, row.through);
    assert_true(id_equal(&after.merchant, &row.merchant));
}

/* --- what entries make -------------------------------------------------------------------------
 */

static struct hook_types of_return(enum verb verb, enum return_state to, enum actor_kind by,
                                   bool contest, const struct hook_entry *next)
{
    static union event_body body;
    memset(&body, 0, sizeof body);
    body.return_moved.verb = verb;
    body.return_moved.to = to;
    body.return_moved.by.kind = by;
    body.return_moved.contest = contest ? 1 : 0;
    struct hook_entry entry = {.kind = EVENT_RETURN_MOVED, .idx = 5, .body = &body};
    return hook_types_of(&entry, next);
}

static void assert_types(struct hook_types types, enum hook_type first, enum hook_type second)
{
    unsigned wanted = (first != 0 ? 1u : 0u) + (second != 0 ? 1u : 0u);
    assert_int_equal(types.count, wanted);
    if (first != 0) assert_int_equal(types.at[0], first);
    if (second != 0) assert_int_equal(types.at[1], second);
}

static void each_step_of_a_return_is_told_by_its_name(void **state)
{
    (void)state;
    assert_types(of_return(DO_REQUEST, RETURN_REQUESTED, BY_MERCHANT, false, NULL),
                 HOOK_RETURN_REQUESTED, HOOK_RETURN_AWAITING);
    assert_types(of_return(DO_APPROVE, RETURN_APPROVED, BY_MERCHANT, false, NULL),
                 HOOK_RETURN_APPROVED, 0);
    assert_types(of_return(DO_DECLINE, RETURN_DECLINED, BY_ADMIN, false, NULL),
                 HOOK_RETURN_DECLINED, 0);
    assert_types(of_return(DO_CANCEL, RETURN_CANCELED, BY_OPERATOR, false, NULL),
                 HOOK_RETURN_CANCELED, 0);
    assert_types(of_return(DO_APPROVE, RETURN_APPROVED, BY_CLOCK, false, NULL), HOOK_RETURN_OVERDUE,
                 HOOK_RETURN_APPROVED);
    assert_types(of_return(DO_EXPIRE, RETURN_EXPIRED, BY_CLOCK, false, NULL), HOOK_RETURN_OVERDUE,
                 HOOK_RETURN_EXPIRED);
    assert_types(of_return(DO_TAKE_UNIT, RETURN_CLOSED, BY_FLOOR, false, NULL), HOOK_RETURN_CLOSED,
                 0);
    assert_types(of_return(DO_TAKE_UNIT, RETURN_CLOSED, BY_FLOOR, true, NULL), HOOK_RETURN_AWAITING,
                 0);
    assert_types(of_return(DO_TAKE_UNIT, RETURN_APPROVED, BY_FLOOR, false, NULL), 0, 0);
    assert_types(of_return(DO_NOTE_GRADE, RETURN_APPROVED, BY_FLOOR, true, NULL),
                 HOOK_RETURN_AWAITING, 0);
}

static void each_step_of_a_dispute_is_told_by_where_it_comes_to(void **state)
{
    (void)state;
    assert_types(of_return(DO_DISPUTE, RETURN_DISPUTED, BY_BUYER, false, NULL),
                 HOOK_RETURN_DISPUTED, HOOK_RETURN_AWAITING);
    assert_types(of_return(DO_DECLINE, RETURN_ESCALATED, BY_MERCHANT, false, NULL),
                 HOOK_RETURN_ESCALATED, 0);
    assert_types(of_return(DO_ESCALATE, RETURN_ESCALATED, BY_CLOCK, false, NULL),
                 HOOK_RETURN_OVERDUE, HOOK_RETURN_ESCALATED);
    assert_types(of_return(DO_DECLINE, RETURN_ARBITRATED, BY_PLATFORM, false, NULL),
                 HOOK_RETURN_ARBITRATED, 0);
    assert_types(of_return(DO_WITHDRAW, RETURN_DECLINED, BY_BUYER, false, NULL),
                 HOOK_RETURN_DECLINED, 0);
    assert_types(of_return(DO_NOTE_GRADE, RETURN_DISPUTED, BY_FLOOR, false, NULL), 0, 0);
}

static void what_is_sent_or_paid_without_goods_is_told(void **state)
{
    (void)state;
    assert_types(of_return(DO_REPLACE, RETURN_APPROVED, BY_OPERATOR, false, NULL),
                 HOOK_RETURN_REPLACED, 0);
    assert_types(of_return(DO_REPLACE, RETURN_CLOSED, BY_OPERATOR, false, NULL),
                 HOOK_RETURN_REPLACED, HOOK_RETURN_CLOSED);
    assert_types(of_return(DO_PAY, RETURN_CLOSED, BY_POLICY, false, NULL), HOOK_RETURN_CLOSED, 0);
    assert_types(of_return(DO_PAY, RETURN_APPROVED, BY_POLICY, false, NULL), 0, 0);
}

static void what_policy_answers_at_once_awaits_no_decision(void **state)
{
    (void)state;
    union event_body answer;
    memset(&answer, 0, sizeof answer);
    answer.return_moved.verb = DO_APPROVE;
    answer.return_moved.by.kind = BY_POLICY;
    struct hook_entry next = {.kind = EVENT_RETURN_MOVED, .idx = 6, .body = &answer};
    assert_types(of_return(DO_REQUEST, RETURN_REQUESTED, BY_MERCHANT, false, &next),
                 HOOK_RETURN_REQUESTED, 0);
    answer.return_moved.by.kind = BY_MERCHANT;
    assert_types(of_return(DO_REQUEST, RETURN_REQUESTED, BY_MERCHANT, false, &next),
                 HOOK_RETURN_REQUESTED, HOOK_RETURN_AWAITING);
    answer.return_moved.by.kind = BY_POLICY;
    answer.return_moved.return_id.bytes[3] = 1;
    assert_types(of_return(DO_REQUEST, RETURN_REQUESTED, BY_MERCHANT, false, &next),
                 HOOK_RETURN_REQUESTED, HOOK_RETURN_AWAITING);
}

static void the_end_of_a_refund_is_told_and_what_needs_a_person(void **state)
{
    static const struct {
        enum refund_state to;
        enum hook_type type;
    } rows[] = {{REFUND_INTENDED, 0},
                {REFUND_SUBMITTED, 0},
                {REFUND_SETTLED, HOOK_REFUND_SETTLED},
                {REFUND_FAILED, HOOK_REFUND_FAILED},
                {REFUND_UNKNOWN, HOOK_REFUND_NEEDS_PERSON},
                {REFUND_MANUAL, HOOK_REFUND_NEEDS_PERSON}};
    union event_body body;
    (void)state;
    memset(&body, 0, sizeof body);
    struct hook_entry entry = {.kind = EVENT_REFUND_MOVED, .body = &body};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        body.refund_moved.to = rows[i].to;
        assert_types(hook_types_of(&entry, NULL), rows[i].type, 0);
    }
}

static void each_step_of_a_grant_is_told_by_its_name(void **state)
{
    static const struct {
        enum verb verb;
        enum grant_state to;
        enum hook_type type;
    } rows[] = {{DO_OFFER, GRANT_OFFERED, HOOK_GRANT_OFFERED},
                {DO_GIVE, GRANT_GRANTED, HOOK_GRANT_GIVEN},
                {DO_ACCEPT, GRANT_GRANTED, HOOK_GRANT_ACCEPTED},
                {DO_REFUSE, GRANT_REFUSED, HOOK_GRANT_REFUSED},
                {DO_LAPSE, GRANT_LAPSED, HOOK_GRANT_LAPSED},
                {DO_WITHDRAW, GRANT_WITHDRAWN, HOOK_GRANT_WITHDRAWN},
                {DO_PAY, GRANT_PAID, HOOK_GRANT_PAID},
                {DO_PAY, GRANT_GRANTED, 0}, /* it waits for its turn */
                {DO_PAY, GRANT_SHORT, HOOK_GRANT_SHORT}};
    union event_body body;
    (void)state;
    memset(&body, 0, sizeof body);
    struct hook_entry entry = {.kind = EVENT_GRANT_MOVED, .body = &body};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        body.grant_moved.verb = rows[i].verb;
        body.grant_moved.to = rows[i].to;
        assert_types(hook_types_of(&entry, NULL), rows[i].type, 0);
    }
}

/* Money that others moved, and an order that became another: by the shop's own order number, with
 * the reference that the other gave it, and without the note that somebody wrote. */
static void what_others_did_is_told_with_its_reference_and_without_a_note(void **state)
{
    struct world *world = *state;
    static const struct {
        enum elsewhere how;
        enum hook_type type;
    } rows[] = {{ELSEWHERE_PROVIDER, HOOK_REFUND_ELSEWHERE},
                {ELSEWHERE_MARKETPLACE, HOOK_REFUND_ELSEWHERE},
                {ELSEWHERE_SELLER, HOOK_REFUND_ELSEWHERE},
                {ELSEWHERE_CHARGEBACK, HOOK_CHARGEBACK_OPENED},
                {ELSEWHERE_CHARGEBACK_WON, HOOK_CHARGEBACK_WON}};
    char text[HOOK_BODY_BYTES_MAX + 1];
    struct span out;
    union event_body body;
    struct id order = world_order(world, MERCHANT_A, "A-77", "LAMP", 2, 1000, 2000);
    struct id request = world_request(world, MERCHANT_A, &order, 1, "1Z999");
    const struct rows *views = &world_desk(world, RTM)->rows;
    memset(&body, 0, sizeof body);
    body.refunded_elsewhere = (struct refunded_elsewhere){.order = order,
                                                          .return_id = request,
                                                          .reference = span_text("MP-9"),
                                                          .amount_minor = 700,
                                                          .currency = 978,
                                                          .note = span_text("Mrs Smith called"),
                                                          .at_ms = 1700000000000};
    struct hook_entry entry = {.kind = EVENT_REFUNDED_ELSEWHERE, .idx = 3, .body = &body};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        body.refunded_elsewhere.how = rows[i].how;
        assert_types(hook_types_of(&entry, NULL), rows[i].type, 0);
        assert_true(hook_body(views, &entry, rows[i].type, 1700000000000, text, &out));
        text[out.size] = '\0';
        assert_non_null(strstr(text, "\"order_reference\":\"A-77\""));
        assert_non_null(strstr(text, "\"reference\":\"MP-9\""));
        assert_non_null(strstr(text, "\"amount_minor\":700"));
        assert_null(strstr(text, "Smith"));
    }
    struct id about = hook_about(views, &entry);
    assert_memory_equal(&about, &request, sizeof about);
    memset(&body, 0, sizeof body);
    body.order_amended = (struct order_amended){
        .order = order, .version = 2, .reason = span_text("Mrs Smith asked"), .at_ms = 5};
    entry.kind = EVENT_ORDER_AMENDED;
    assert_types(hook_types_of(&entry, NULL), HOOK_ORDER_AMENDED, 0);
    assert_true(hook_body(views, &entry, HOOK_ORDER_AMENDED, 1700000000000, text, &out));
    text[out.size] = '\0';
    assert_non_null(strstr(text, "\"version\":2"));
    assert_null(strstr(text, "Smith"));
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

static void a_deadline_that_passed_is_told_once_where_somebody_wants_to_hear_it(void **state)
{
    struct world *world = *state;
    static struct decision decision;
    struct moment moment = {.wall_ms = TIME_MS_MAX};
    struct id book, order = world_order(world, MERCHANT_A, "A-78", "LAMP", 2, 1000, 2000);
    struct id request = world_request(world, MERCHANT_A, &order, 1, "1Z998");
    const struct desk *desk = world_desk(world, RTM);
    struct key key = first_deadline(&desk->rows);
    decision_begin(&decision);
    assert_false(business_overdue(desk, key_span(&key), &moment, &book, &decision));
    added(world, MERCHANT_B);
    assert_false(business_overdue(desk, key_span(&key), &moment, &book, &decision));
    added(world, MERCHANT_A);
    moment.wall_ms = be_get(key.bytes, 8);
    assert_false(business_overdue(desk, key_span(&key), &moment, &book, &decision));
    moment.wall_ms++;
    assert_true(business_overdue(desk, key_span(&key), &moment, &book, &decision));
    assert_int_equal(decision.drafts_count, 1);
    union event_body body;
    struct span bytes =
        span_of(decision.bytes + decision.drafts[0].offset, decision.drafts[0].size);
    assert_int_equal(shape_decode(&overdue_shape, bytes, &body.overdue, NULL), OK);
    assert_true(id_equal(&body.overdue.return_id, &request));
    struct hook_entry entry = {.kind = EVENT_OVERDUE, .idx = 4, .body = &body};
    char text[HOOK_BODY_BYTES_MAX + 1];
    struct span out;
    assert_types(hook_types_of(&entry, NULL), HOOK_DEADLINE_OVERDUE, 0);
    assert_true(hook_body(&desk->rows, &entry, HOOK_DEADLINE_OVERDUE, 5, text, &out));
    text[out.size] = '\0';
    assert_non_null(strstr(text, "\"deadline\":\""));
    struct id about = hook_about(&desk->rows, &entry);
    assert_true(id_equal(&about, &request));
    /* In another's book it tells nothing; in its own it is told, and not told again. */
    world_inject(world, BOOK_B, EVENT_OVERDUE, &request, &body.overdue);
    decision_begin(&decision);
    assert_true(business_overdue(desk, key_span(&key), &moment, &book, &decision));
    world_inject(world, BOOK_A, EVENT_OVERDUE, &request, &body.overdue);
    decision_begin(&decision);
    assert_false(business_overdue(desk, key_span(&key), &moment, &book, &decision));
}

static void a_body_holds_no_text_that_a_person_wrote(void **state)
{
    struct world *world = *state;
    char body[HOOK_BODY_BYTES_MAX];
    struct span out;
    struct id order = world_order(world, MERCHANT_A, "A \"1\"\n", "LAMP", 2, 1000, 2000);
    struct id request = world_request(world, MERCHANT_A, &order, 1, "1Z999");
    union event_body moved;
    memset(&moved, 0, sizeof moved);
    moved.return_moved = (struct return_moved){.return_id = request,
                                               .verb = DO_DECLINE,
                                               .to = RETURN_DECLINED,
                                               .by = {.kind = BY_MERCHANT},
                                               .reason = span_text("Mrs Smith was rude"),
                                               .at_ms = 1700000000000};
    struct hook_entry entry = {.kind = EVENT_RETURN_MOVED, .idx = 12, .body = &moved};
    const struct rows *rows = &world_desk(world, RTM)->rows;
    assert_true(hook_body(rows, &entry, HOOK_RETURN_DECLINED, 1700000000000, body, &out));
    body[out.size] = '\0';
    assert_null(strstr(body, "Smith"));
    assert_null(strstr(body, "1Z999"));
    assert_non_null(strstr(body, "\"order_reference\":\"A \\\"1\\\"\\u000a\""));
    assert_non_null(
        strstr(body, "{\"type\":\"return.declined\",\"timestamp\":\"2023-11-14T22:13:2"));
    assert_non_null(
        strstr(body, "\"state\":\"declined\",\"verb\":\"decline\",\"by\":\"merchant\""));
    assert_non_null(strstr(body, "\"entry\":12}}"));
    assert_true(id_equal(&request, &(struct id){{0}}) == false);
    struct id about = hook_about(rows, &entry);
    assert_true(id_equal(&about, &request));
    moved.return_moved.return_id.bytes[5] ^= 1;
    assert_false(hook_body(rows, &entry, HOOK_RETURN_DECLINED, 0, body, &out));
}

/* --- names, secrets, pauses --------------------------------------------------------------------
 */

static void a_message_is_of_its_entry_and_type_and_of_nothing_else(void **state)
{
    struct world *world = *state;
    const struct crypto *crypto = world_desk(world, RTM)->crypto;
    struct hash entry = {{1, 2, 3}}, other = {{1, 2, 4}};
    char text[HOOK_TEXT_BYTES_MAX + 1];
    uint64_t idx;
    struct id read;
    struct id message = hook_message(crypto, &entry, HOOK_RETURN_APPROVED);
    struct id again = hook_message(crypto, &entry, HOOK_RETURN_APPROVED);
    assert_true(id_equal(&message, &again));
    again = hook_message(crypto, &entry, HOOK_RETURN_OVERDUE);
    assert_false(id_equal(&message, &again));
    again = hook_message(crypto, &other, HOOK_RETURN_APPROVED);
    assert_false(id_equal(&message, &again));
    hook_id_print(1042, &message, text);
    assert_null(strchr(text, '.')); /* it would be taken for the end of the id */
    assert_true(hook_id_read(span_text(text), &idx, &read));
    assert_int_equal(idx, 1042);
    assert_true(id_equal(&read, &message));
}

static void what_is_no_webhook_id_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "msg_",
                                      "msg_1",
                                      "msg_1_",
                                      "msg_0_00112233445566778899aabbccddeeff",
                                      "msg_01_00112233445566778899aabbccddeeff",
                                      "msg_1_00112233445566778899AABBCCDDEEFF",
                                      "msg_1_00112233445566778899aabbccddeef",
                                      "msg_1_00112233445566778899aabbccddeefff",
                                      "msg_99999999999999999999_00112233445566778899aabbccddeeff",
                                      "evt_1_00112233445566778899aabbccddeeff",
                                      "msg_1x00112233445566778899aabbccddeeff"};
    uint64_t idx;
    struct id message;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(hook_id_read(span_text(bad[i]), &idx, &message));
}

static void a_secret_is_24_to_64_bytes_in_base64(void **state)
{
    static const struct {
        const char *text;
        size_t size; /* 0: refused */
    } rows[] = {
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 32},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", 0}, /* a bit that no byte uses */
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0},  /* no padding */
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 0}, /* 22 bytes */
        {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0},
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa w", 0},
        {"whsec_", 0},
    };
    struct hook_key key;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool read = hook_key_read(span_text(rows[i].text), &key);
        assert_int_equal(read, rows[i].size != 0);
        if (read) assert_int_equal(key.size, rows[i].size);
    }
}

/* The one example that the specification of Standard Webhooks gives. */
static void the_signature_is_that_of_the_specification(void **state)
{
    struct world *world = *state;
    struct hook_key keys[2];
    char text[HOOK_SECRETS_MAX * HOOK_SIGN_BYTES];
    static const char body[] = "{\"test\": 2432232314}";
    assert_true(hook_key_read(span_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &keys[0]));
    keys[1] = keys[0];
    keys[1].bytes[0] ^= 1;
    hook_sign(world_desk(world, RTM)->crypto, keys, 1, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
              span_text(body), text);
    assert_string_equal(text, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    hook_sign(world_desk(world, RTM)->crypto, keys, 2, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
              span_text(body), text);
    assert_memory_equal(text, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,", 51);
    assert_int_equal(strlen(text), 2 * HOOK_SIGN_BYTES - 1);
}

static void ten_attempts_are_made_in_three_days_and_a_little_more(void **state)
{
    static const uint64_t seconds[] = {5,         5 * 60,    30 * 60,   2 * 3600, 5 * 3600,
                                       10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        uint64_t pause = seconds[i] * 1000;
        assert_int_equal(hook_pause_ms(i + 1, 0), pause);
        assert_int_equal(hook_pause_ms(i + 1, pause / 10), pause + pause / 10);
        assert_int_equal(hook_pause_ms(i + 1, pause / 10 + 1), pause);
        assert_in_range(hook_pause_ms(i + 1, UINT64_MAX), pause, pause + pause / 10);
    }
    assert_int_equal(hook_pause_ms(10, 0), 0);
    assert_int_equal(hook_pause_ms(11, 0), 0);
}

/* --- where to ----------------------------------------------------------------------------------
 */

enum judged { GOOD, LOCAL, BAD };

static const struct {
    const char *url;
    enum judged is;
} urls[] = {
    {"https://shop.example/hooks?a=b", GOOD},
    {"https://shop.example", GOOD},
    {"https://shop.example:8443/", GOOD},
    {"https://xn--bcher-kva.example/", GOOD},
    {"https://8.8.8.8/", GOOD},
    {"https://[2606:4700:4700::1111]/", GOOD},
    {"https://[2606:4700:4700::1111]:8443/x", GOOD},
    {"https://1e100.net/", GOOD},
    {"http://127.0.0.1:9/", LOCAL},
    {"http://localhost/", LOCAL},
    {"https://LocalHost/", LOCAL},
    {"https://a.localhost/", LOCAL},
    {"http://[::1]:8080/", LOCAL},
    {"https://127.255.0.1/", LOCAL},
    {"http://shop.example/", BAD},
    {"ftp://shop.example/", BAD},
    {"HTTPS://shop.example/", BAD},
    {"https:/shop.example/", BAD},
    {"https://", BAD},
    {"https:///x", BAD},
    {"https://user:pw@shop.example/", BAD},
    {"https://127.0.0.1@shop.example/", BAD},
    {"https://shop.example/#x", BAD},
    {"https://shop.example/a b", BAD},
    {"https://shop.example\\@10.0.0.1/", BAD},
    {"https://b\xc3\xbc"
     "cher.example/",
     BAD},
    {"https://shop.example:0/", BAD},
    {"https://shop.example:65536/", BAD},
    {"https://shop.example:/", BAD},
    {"https://shop.example:8x/", BAD},
    {"https://shop..example/", BAD},
    {"https://shop.example./", BAD},
    {"https://10.0.0.1/", BAD},
    {"https://172.16.0.1/", BAD},
    {"https://172.31.255.255/", BAD},
    {"https://192.168.1.1/", BAD},
    {"https://169.254.169.254/latest/meta-data", BAD},
    {"https://100.64.0.1/", BAD},
    {"https://0.0.0.0/", BAD},
    {"https://255.255.255.255/", BAD},
    {"https://224.0.0.1/", BAD},
    {"https://2130706433/", BAD},
    {"https://0x7f000001/", BAD},
    {"https://0177.0.0.1/", BAD},
    {"https://127.1/", BAD},
    {"https://127.0.0.1.5/", BAD},
    {"https://256.1.1.1/", BAD},
    {"https://a.0x7f/", BAD},
    {"https://[::]/", BAD},
    {"https://[::ffff:127.0.0.1]/", BAD},
    {"https://[::ffff:8.8.8.8]/", BAD},
    {"https://[::127.0.0.1]/", BAD},
    {"https://[fe80::1]/", BAD},
    {"https://[fe80::1%25eth0]/", BAD},
    {"https://[fc00::1]/", BAD},
    {"https://[fd12:3456::1]/", BAD},
    {"https://[ff02::1]/", BAD},
    {"https://[64:ff9b::7f00:1]/", BAD},
    {"https://[2002:7f00:1::]/", BAD},
    {"https://[2001:0:7f00:1::]/", BAD},
    {"https://[2001:db8::1]/", BAD},
    {"https://[2606:4700:4700::1111/", BAD},
    {"https://[2606::4700::1111]/", BAD},
    {"https://[1:2:3:4:5:6:7]/", BAD},
    {"https://[1:2:3:4:5:6:7:8:9]/", BAD},
    {"https://[2606:4700:4700::1111]x/", BAD},
    {"https://[:1]/", BAD},
    {"https://[12345::]/", BAD},
};

static void a_url_is_public_or_local_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct hook_url url;
        const char *why = hook_url_read(span_text(urls[i].url), &url);
        enum judged is = why != NULL ? BAD : url.loopback ? LOCAL : GOOD;
        if (is != urls[i].is) fail_msg("%s: %d, %s", urls[i].url, is, why != NULL ? why : "");
        if (why != NULL) assert_memory_equal(why, "url: ", 5);
    }
}

static void the_edges_of_every_range_are_where_they_should_be(void **state)
{
    static const struct {
        uint8_t bytes[4];
        enum hook_address is;
    } fours[] = {
        {{0, 255, 255, 255}, HOOK_BARRED},     {{1, 0, 0, 0}, HOOK_PUBLIC},
        {{9, 255, 255, 255}, HOOK_PUBLIC},     {{10, 0, 0, 0}, HOOK_BARRED},
        {{10, 255, 255, 255}, HOOK_BARRED},    {{11, 0, 0, 0}, HOOK_PUBLIC},
        {{100, 63, 255, 255}, HOOK_PUBLIC},    {{100, 64, 0, 0}, HOOK_BARRED},
        {{100, 127, 255, 255}, HOOK_BARRED},   {{100, 128, 0, 0}, HOOK_PUBLIC},
        {{126, 255, 255, 255}, HOOK_PUBLIC},   {{127, 0, 0, 0}, HOOK_LOOPBACK},
        {{127, 255, 255, 255}, HOOK_LOOPBACK}, {{128, 0, 0, 0}, HOOK_PUBLIC},
        {{169, 253, 255, 255}, HOOK_PUBLIC},   {{169, 254, 0, 0}, HOOK_BARRED},
        {{169, 255, 0, 0}, HOOK_PUBLIC},       {{172, 15, 255, 255}, HOOK_PUBLIC},
        {{172, 16, 0, 0}, HOOK_BARRED},        {{172, 31, 255, 255}, HOOK_BARRED},
        {{172, 32, 0, 0}, HOOK_PUBLIC},        {{192, 0, 0, 255}, HOOK_BARRED},
        {{192, 0, 1, 0}, HOOK_PUBLIC},         {{192, 0, 2, 0}, HOOK_BARRED},
        {{192, 88, 99, 1}, HOOK_BARRED},       {{192, 167, 255, 255}, HOOK_PUBLIC},
        {{192, 168, 0, 0}, HOOK_BARRED},       {{192, 169, 0, 0}, HOOK_PUBLIC},
        {{198, 17, 255, 255}, HOOK_PUBLIC},    {{198, 18, 0, 0}, HOOK_BARRED},
        {{198, 19, 255, 255}, HOOK_BARRED},    {{198, 20, 0, 0}, HOOK_PUBLIC},
        {{198, 51, 100, 7}, HOOK_BARRED},      {{203, 0, 113, 7}, HOOK_BARRED},
        {{223, 255, 255, 255}, HOOK_PUBLIC},   {{224, 0, 0, 0}, HOOK_BARRED},
        {{239, 255, 255, 255}, HOOK_BARRED},   {{240, 0, 0, 0}, HOOK_BARRED},
        {{255, 255, 255, 255}, HOOK_BARRED},
    };
    static const struct {
        uint8_t bytes[16];
        enum hook_address is;
    } sixes[] = {
        {{0}, HOOK_BARRED},
        {{[15] = 1}, HOOK_LOOPBACK},
        {{[15] = 2}, HOOK_BARRED},
        {{[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}, HOOK_BARRED},
        {{0x1f, 0xff}, HOOK_BARRED},
        {{0x20, 0x01, 0x01, 0xff}, HOOK_BARRED},
        {{0x20, 0x01, 0x02}, HOOK_PUBLIC},
        {{0x20, 0x01, 0x0d, 0xb8}, HOOK_BARRED},
        {{0x20, 0x01, 0x0d, 0xb9}, HOOK_PUBLIC},
        {{0x20, 0x02}, HOOK_BARRED},
        {{0x20, 0x03}, HOOK_PUBLIC},
        {{0x3f, 0xfe}, HOOK_PUBLIC},
        {{0x3f, 0xff, 0x0f}, HOOK_BARRED},
        {{0x3f, 0xff, 0x10}, HOOK_PUBLIC},
        {{0x40}, HOOK_BARRED},
        {{0xfe, 0x80}, HOOK_BARRED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof fours / sizeof fours[0]; i++)
        assert_int_equal(hook_address_judge(fours[i].bytes, 4), fours[i].is);
    for (size_t i = 0; i < sizeof sixes / sizeof sixes[0]; i++)
        assert_int_equal(hook_address_judge(sixes[i].bytes, 16), sixes[i].is);
    assert_int_equal(hook_address_judge(fours[1].bytes, 3), HOOK_BARRED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, begin, end)
        IN_WORLD(an_endpoint_is_added_changed_and_disabled_and_counts_its_versions),
        IN_WORLD(another_merchants_endpoint_is_like_none),
        IN_WORLD(what_an_endpoint_lacks_is_named),
        IN_WORLD(a_merchant_has_sixteen_endpoints_in_use_at_most),
        IN_WORLD(a_replay_says_since_when_or_what),
        IN_WORLD(only_the_leader_checks_in_and_never_backwards),
        IN_WORLD(another_books_word_about_an_endpoint_is_void),
        cmocka_unit_test(each_step_of_a_return_is_told_by_its_name),
        cmocka_unit_test(each_step_of_a_dispute_is_told_by_where_it_comes_to),
        cmocka_unit_test(what_is_sent_or_paid_without_goods_is_told),
        cmocka_unit_test(what_policy_answers_at_once_awaits_no_decision),
        cmocka_unit_test(the_end_of_a_refund_is_told_and_what_needs_a_person),
        IN_WORLD(each_step_of_a_grant_is_told_by_its_name),
        IN_WORLD(a_deadline_that_passed_is_told_once_where_somebody_wants_to_hear_it),
        IN_WORLD(what_others_did_is_told_with_its_reference_and_without_a_note),
        IN_WORLD(a_body_holds_no_text_that_a_person_wrote),
        IN_WORLD(a_message_is_of_its_entry_and_type_and_of_nothing_else),
        cmocka_unit_test(what_is_no_webhook_id_is_refused),
        cmocka_unit_test(a_secret_is_24_to_64_bytes_in_base64),
        IN_WORLD(the_signature_is_that_of_the_specification),
        cmocka_unit_test(ten_attempts_are_made_in_three_days_and_a_little_more),
        cmocka_unit_test(a_url_is_public_or_local_or_refused),
        cmocka_unit_test(the_edges_of_every_range_are_where_they_should_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Claims against carriers and warehouses: drafted, filed, answered, paid, and what silence does.
 * Money of a claim is never a refund, and what is paid never exceeds what was claimed. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct scene {
    struct world *world;
    struct id order, rma, unit;
};

/* A pair of shoes was sent back under N1, and lies at Los Angeles. */
static struct scene scene_open(uint64_t seed)
{
    static const char *const shoe[] = {"SHOE-42"};
    struct scene scene = {.world = world_open(seed)};
    scene.order = world_order(scene.world, MERCHANT_A, "R1", "SHOE-42", 2, 1000, 2000);
    scene.rma = world_request(scene.world, MERCHANT_A, &scene.order, 1, "N1");
    world_box(scene.world, LAX, "N1", NULL, shoe, 1);
    world_settle(scene.world);
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    assert_true(walk_next(&world_desk(scene.world, RTM)->rows, VIEW_ASSIGNED, &walk, &row));
    memcpy(scene.unit.bytes, walk.at.bytes, ID_BYTES);
    return scene;
}

static union command_body of_parcel(const struct scene *scene, int64_t amount)
{
    return (union command_body){.claim_open = {.merchant = scene->world->merchants[0].merchant,
                                               .carrier = span_text("ups"),
                                               .kind = COMPENSATION_LOST,
                                               .number = span_text("n1"),
                                               .amount_minor = amount,
                                               .currency = 840,
                                               .reason = span_text("never seen again")}};
}

static union command_body of_unit(const struct scene *scene, int64_t amount)
{
    return (union command_body){.claim_open = {.merchant = scene->world->merchants[0].merchant,
                                               .warehouse = scene->world->nodes[LAX].warehouse,
                                               .kind = COMPENSATION_WRONG_GRADE,
                                               .unit = scene->unit,
                                               .amount_minor = amount,
                                               .currency = 978}};
}

static enum error ask(struct scene *scene, enum command_kind kind, const union command_body *body,
                      enum actor_kind by)
{
    return world_decide(scene->world, kind, body, by, NULL, 0);
}

static struct id opened(struct scene *scene, const union command_body *body)
{
    assert_int_equal(ask(scene, COMMAND_CLAIM_OPEN, body, BY_MERCHANT), OK);
    return scene->world->decision.entity;
}

static enum error answer(struct scene *scene, const struct id *claim, uint64_t what, int64_t amount,
                         enum actor_kind by)
{
    union command_body body = {.claim_answer = {.claim = *claim,
                                                .answer = what,
                                                .amount_minor = amount,
                                                .reason = span_text("weighed and found")}};
    return ask(scene, COMMAND_CLAIM_ANSWER, &body, by);
}

static enum error pay(struct scene *scene, const struct id *claim, int64_t amount,
                      const char *reference)
{
    union command_body body = {.claim_pay = {
                                   .claim = *claim,
                                   .amount_minor = amount,
                                   .reference = span_text(reference),
                               }};
    return ask(scene, COMMAND_CLAIM_PAY, &body, BY_ADMIN);
}

static enum error step(struct scene *scene, enum command_kind kind, const struct id *claim)
{
    union command_body body = {.claim_step = {.claim = *claim}};
    return ask(scene, kind, &body, BY_MERCHANT);
}

static struct compensation_row claim_of(const struct scene *scene, const struct id *claim)
{
    struct compensation_row row;
    assert_true(compensation_load(&world_desk(scene->world, RTM)->rows, claim, &row));
    return row;
}

static uint64_t deadline_state(const struct scene *scene, const struct id *claim,
                               enum deadline_kind kind)
{
    struct deadline_row row;
    struct key key = key_add_uint(key_add_uint(key_of(claim), kind, 1), 0, 2);
    struct id book = claim_of(scene, claim).book;
    key = key_add_id(key, &book);
    const struct rows *rows = &world_desk(scene->world, RTM)->rows;
    return rows_load(rows, VIEW_DEADLINE, &key, &deadline_row_shape, &row) ? row.state : 0;
}

static size_t count(const struct scene *scene, enum view_table table)
{
    return rows_memory_count(scene->world->nodes[RTM].memory, table);
}

/* --- stories ---------------------------------------------------------------------------------- */

static void a_lost_parcel_is_claimed_accepted_in_part_and_paid_in_two_parts(void **state)
{
    (void)state;
    struct scene scene = scene_open(1);
    size_t refunds = count(&scene, VIEW_REFUND), spent = count(&scene, VIEW_SPENT);
    union command_body body = of_parcel(&scene, 9000);
    struct id claim = opened(&scene, &body);
    struct compensation_row row = claim_of(&scene, &claim);
    assert_int_equal(row.state, COMPENSATION_FILED);
    assert_true(id_equal(&row.return_id, &scene.rma)); /* found by the parcel's number */
    assert_true(id_equal(&row.order, &scene.order));
    assert_int_equal(row.due_ms, scene.world->now_ms + 30 * DAY_MS);
    assert_int_equal(answer(&scene, &claim, CLAIM_ACCEPTED, 9001, BY_MERCHANT), ERROR_OUT_OF_RANGE);
    assert_int_equal(answer(&scene, &claim, CLAIM_ACCEPTED, 6000, BY_MERCHANT), OK);
    assert_int_equal(pay(&scene, &claim, 2500, "BANK-1"), OK);
    assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_ACCEPTED);
    assert_int_equal(pay(&scene, &claim, 2500, "BANK-1"), OK); /* the same line of the statement */
    assert_int_equal(claim_of(&scene, &claim).paid_minor, 2500);
    assert_int_equal(pay(&scene, &claim, 2600, "BANK-1"), ERROR_CONFLICT);
    assert_int_equal(pay(&scene, &claim, 6501, "BANK-2"), ERROR_OUT_OF_RANGE);
    assert_int_equal(pay(&scene, &claim, 3500, "BANK-2"), OK);
    row = claim_of(&scene, &claim);
    assert_int_equal(row.state, COMPENSATION_PAID);
    assert_int_equal(row.accepted_minor, 6000);
    assert_int_equal(row.paid_minor, 6000);
    assert_int_equal(row.payments_count, 2);
    assert_int_equal(deadline_state(&scene, &claim, DEADLINE_CLAIM_ANSWER), DEADLINE_MET);
    assert_int_equal(deadline_state(&scene, &claim, DEADLINE_CLAIM_PAYMENT), DEADLINE_MET);
    /* None of it is a refund. */
    world_settle(scene.world);
    assert_int_equal(count(&scene, VIEW_REFUND), refunds);
    assert_int_equal(count(&scene, VIEW_SPENT), spent);
    assert_int_equal(count(&scene, VIEW_DUE), 0);
    world_close(scene.world);
}

static void the_same_request_is_the_same_claim_and_files_the_draft(void **state)
{
    (void)state;
    struct scene scene = scene_open(2);
    union command_body body = of_parcel(&scene, 9000);
    body.claim_open.draft = 1;
    struct id claim = opened(&scene, &body), again = opened(&scene, &body);
    assert_true(id_equal(&claim, &again));
    assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_DRAFTED);
    assert_int_equal(claim_of(&scene, &claim).due_ms, scene.world->now_ms + 60 * DAY_MS);
    body.claim_open.draft = 0;
    again = opened(&scene, &body);
    assert_true(id_equal(&claim, &again));
    assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_FILED);
    assert_int_equal(deadline_state(&scene, &claim, DEADLINE_FILE_CLAIM), DEADLINE_MET);
    assert_int_equal(count(&scene, VIEW_COMPENSATION), 1);
    body.claim_open.amount_minor = 9001;
    assert_int_equal(ask(&scene, COMMAND_CLAIM_OPEN, &body, BY_MERCHANT), ERROR_CONFLICT);
    assert_string_equal(scene.world->decision.rule,
                        "compensation: file from none by merchant lacks free");
    body.claim_open.kind = COMPENSATION_DELAYED; /* another matter */
    opened(&scene, &body);
    assert_int_equal(count(&scene, VIEW_COMPENSATION), 2);
    world_close(scene.world);
}

static void what_was_paid_is_not_claimed_again(void **state)
{
    (void)state;
    struct scene scene = scene_open(3);
    union command_body body = of_parcel(&scene, 9000);
    struct id claim = opened(&scene, &body);
    assert_int_equal(pay(&scene, &claim, 400, "CHEQUE"), OK); /* without a word */
    assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_PAID);
    assert_int_equal(claim_of(&scene, &claim).accepted_minor, 400);
    assert_int_equal(ask(&scene, COMMAND_CLAIM_OPEN, &body, BY_MERCHANT), ERROR_CONFLICT);
    assert_int_equal(pay(&scene, &claim, 400, "CHEQUE"), OK);
    assert_int_equal(pay(&scene, &claim, 400, "ANOTHER"), ERROR_NO_RULE);
    world_close(scene.world);
}

static void a_denial_is_appealed_while_there_is_time(void **state)
{
    (void)state;
    struct scene scene = scene_open(4);
    union command_body body = of_parcel(&scene, 9000);
    struct id claim = opened(&scene, &body);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(answer(&scene, &claim, CLAIM_DENIED, 0, BY_OPERATOR), OK);
        assert_int_equal(step(&scene, COMMAND_CLAIM_FILE, &claim), OK);
        assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_FILED);
    }
    assert_int_equal(answer(&scene, &claim, CLAIM_DENIED, 0, BY_OPERATOR), OK);
    assert_int_equal(step(&scene, COMMAND_CLAIM_FILE, &claim), ERROR_FACT_MISSING);
    assert_int_equal(claim_of(&scene, &claim).appeals, 3);
    assert_int_equal(ask(&scene, COMMAND_CLAIM_OPEN, &body, BY_MERCHANT),
                     OK); /* on other grounds */
    struct id second = scene.world->decision.entity;
    assert_int_equal(answer(&scene, &second, CLAIM_DENIED, 0, BY_MERCHANT), OK);
    world_pass(scene.world, 31 * DAY_MS);
    assert_int_equal(step(&scene, COMMAND_CLAIM_FILE, &second), ERROR_FACT_MISSING);
    world_close(scene.world);
}

static void silence_ends_a_claim_and_late_money_counts_all_the_same(void **state)
{
    (void)state;
    struct scene scene = scene_open(5);
    union command_body body = of_parcel(&scene, 9000);
    struct id filed = opened(&scene, &body);
    body.claim_open.kind = COMPENSATION_DAMAGED;
    body.claim_open.draft = 1;
    struct id drafted = opened(&scene, &body);
    world_pass(scene.world, 31 * DAY_MS);
    world_settle(scene.world);
    assert_int_equal(claim_of(&scene, &filed).state, COMPENSATION_EXPIRED);
    assert_int_equal(deadline_state(&scene, &filed, DEADLINE_CLAIM_ANSWER), DEADLINE_MISSED);
    assert_int_equal(claim_of(&scene, &drafted).state, COMPENSATION_DRAFTED);
    world_pass(scene.world, 30 * DAY_MS);
    world_settle(scene.world);
    assert_int_equal(claim_of(&scene, &drafted).state, COMPENSATION_EXPIRED);
    assert_int_equal(deadline_state(&scene, &drafted, DEADLINE_FILE_CLAIM), DEADLINE_MISSED);
    assert_int_equal(answer(&scene, &filed, CLAIM_ACCEPTED, 0, BY_ADMIN), OK);
    assert_int_equal(claim_of(&scene, &filed).accepted_minor, 9000);
    world_pass(scene.world, 31 * DAY_MS);
    world_settle(scene.world);
    assert_int_equal(claim_of(&scene, &filed).state, COMPENSATION_EXPIRED);
    assert_int_equal(pay(&scene, &filed, 4000, "LATE-1"), OK);
    assert_int_equal(claim_of(&scene, &filed).state, COMPENSATION_EXPIRED);
    assert_int_equal(pay(&scene, &filed, 5000, "LATE-2"), OK);
    assert_int_equal(claim_of(&scene, &filed).state, COMPENSATION_PAID);
    assert_int_equal(pay(&scene, &drafted, 1, "NEVER SENT"), ERROR_FACT_MISSING);
    world_close(scene.world);
}

static void a_merchant_does_not_answer_for_the_warehouse(void **state)
{
    (void)state;
    struct scene scene = scene_open(6);
    union command_body body = of_unit(&scene, 700);
    struct id claim = opened(&scene, &body);
    assert_true(claim_of(&scene, &claim).kind == COMPENSATION_WRONG_GRADE);
    assert_int_equal(answer(&scene, &claim, CLAIM_ACCEPTED, 0, BY_MERCHANT), ERROR_FORBIDDEN);
    assert_int_equal(answer(&scene, &claim, CLAIM_DENIED, 0, BY_MERCHANT), ERROR_FORBIDDEN);
    assert_int_equal(answer(&scene, &claim, CLAIM_ACCEPTED, 0, BY_OPERATOR), OK);
    assert_int_equal(step(&scene, COMMAND_CLAIM_WITHDRAW, &claim), ERROR_NO_RULE);
    assert_int_equal(pay(&scene, &claim, 700, "CREDIT NOTE 9"), OK);
    assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_PAID);
    world_close(scene.world);
}

static void their_terms_stand_in_the_policy(void **state)
{
    (void)state;
    struct scene scene = scene_open(7);
    union command_body body = {.policy_put = {.merchant = scene.world->merchants[0].merchant}};
    struct policy *policy = &body.policy_put.policy;
    policy->currency = 978;
    policy->claim_terms_count = 3;
    policy->claim_terms[0] = (struct policy_terms){.file_days = 9, .answer_days = 5};
    policy->claim_terms[1] =
        (struct policy_terms){.carrier = span_text("ups"), .file_days = 7, .answer_days = 3};
    policy->claim_terms[2] = (struct policy_terms){.kind = COMPENSATION_LOST, .file_days = 8};
    assert_int_equal(ask(&scene, COMMAND_POLICY_PUT, &body, BY_MERCHANT), OK);
    uint64_t now_ms = scene.world->now_ms;
    union command_body ups = of_parcel(&scene, 100), dhl = of_parcel(&scene, 100);
    union command_body unit = of_unit(&scene, 100);
    ups.claim_open.happened_ms = now_ms - 8 * DAY_MS;
    assert_int_equal(ask(&scene, COMMAND_CLAIM_OPEN, &ups, BY_MERCHANT), ERROR_FACT_MISSING);
    assert_string_equal(scene.world->decision.rule,
                        "compensation: file from none by merchant lacks in_time");
    ups.claim_open.happened_ms = now_ms - 6 * DAY_MS;
    struct id claim = opened(&scene, &ups);
    assert_int_equal(claim_of(&scene, &claim).due_ms, now_ms + 3 * DAY_MS);
    assert_int_equal(step(&scene, COMMAND_CLAIM_WITHDRAW, &claim), OK);
    assert_int_equal(deadline_state(&scene, &claim, DEADLINE_CLAIM_ANSWER), DEADLINE_LIFTED);
    dhl.claim_open.carrier = span_text("dhl");
    dhl.claim_open.draft = 1;
    claim = opened(&scene, &dhl);
    assert_int_equal(claim_of(&scene, &claim).due_ms, now_ms + 8 * DAY_MS);
    claim = opened(&scene, &unit);
    assert_int_equal(claim_of(&scene, &claim).due_ms, now_ms + 5 * DAY_MS);
    world_close(scene.world);
}

/* --- refusals --------------------------------------------------------------------------------- */

static void expect(struct scene *scene, const union command_body *body, enum error error,
                   const char *rule)
{
    assert_int_equal(ask(scene, COMMAND_CLAIM_OPEN, body, BY_MERCHANT), error);
    assert_string_equal(scene->world->decision.rule, rule);
}

static void what_cannot_be_claimed_is_refused(void **state)
{
    (void)state;
    struct scene scene = scene_open(8);
    union command_body body = of_parcel(&scene, 100);
    body.claim_open.warehouse = scene.world->nodes[LAX].warehouse; /* against whom? */
    expect(&scene, &body, ERROR_OUT_OF_RANGE,
           "compensation: file from none by merchant lacks kind_fits");
    body = of_parcel(&scene, 100);
    body.claim_open.kind = COMPENSATION_WRONG_GRADE; /* a carrier grades nothing */
    expect(&scene, &body, ERROR_OUT_OF_RANGE,
           "compensation: file from none by merchant lacks kind_fits");
    body = of_unit(&scene, 100);
    body.claim_open.warehouse = scene.unit; /* no warehouse */
    expect(&scene, &body, ERROR_OUT_OF_RANGE,
           "compensation: file from none by merchant lacks kind_fits");
    body = of_unit(&scene, 100);
    body.claim_open.merchant = scene.world->merchants[1].merchant; /* another's unit */
    expect(&scene, &body, ERROR_NOT_FOUND,
           "compensation: file from none by merchant lacks thing_good");
    body = of_unit(&scene, 0);
    expect(&scene, &body, ERROR_OUT_OF_RANGE,
           "compensation: file from none by merchant lacks amount_good");
    body = of_unit(&scene, 100);
    body.claim_open.happened_ms = scene.world->now_ms + 1;
    expect(&scene, &body, ERROR_OUT_OF_RANGE, "happened_ms: it lies ahead");
    union command_body denied = {.claim_answer = {.answer = CLAIM_DENIED}};
    body = of_unit(&scene, 100);
    denied.claim_answer.claim = opened(&scene, &body);
    assert_int_equal(ask(&scene, COMMAND_CLAIM_ANSWER, &denied, BY_ADMIN), ERROR_MISSING_FIELD);
    world_close(scene.world);
}

static void another_merchant_finds_no_such_claim(void **state)
{
    (void)state;
    struct scene scene = scene_open(9);
    union command_body body = of_unit(&scene, 100);
    struct id claim = opened(&scene, &body), other = scene.world->merchants[1].merchant;
    union command_body step_body = {.claim_step = {.claim = claim}};
    assert_int_equal(
        world_decide(scene.world, COMMAND_CLAIM_WITHDRAW, &step_body, BY_MERCHANT, &other, 0),
        ERROR_NOT_FOUND);
    assert_int_equal(claim_of(&scene, &claim).state, COMPENSATION_FILED);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_parcel_is_claimed_accepted_in_part_and_paid_in_two_parts),
        cmocka_unit_test(the_same_request_is_the_same_claim_and_files_the_draft),
        cmocka_unit_test(what_was_paid_is_not_claimed_again),
        cmocka_unit_test(a_denial_is_appealed_while_there_is_time),
        cmocka_unit_test(silence_ends_a_claim_and_late_money_counts_all_the_same),
        cmocka_unit_test(a_merchant_does_not_answer_for_the_warehouse),
        cmocka_unit_test(their_terms_stand_in_the_policy),
        cmocka_unit_test(what_cannot_be_claimed_is_refused),
        cmocka_unit_test(another_merchant_finds_no_such_claim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

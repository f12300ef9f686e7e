/* Satisfaction follow-ups: nobody is asked without a channel and a consent, when it is time is said
 * once, an answer is one for each return, and who withdraws or is erased is left alone. */
#include "overseas-warehouse/followup.h"
#include "overseas-warehouse/hook.h"
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/time.h"

static const char *const shoe[] = {"SHOE-42"};

static const struct rows *rows_of(struct world *world)
{
    return &world_desk(world, RTM)->rows;
}

static struct policy by_mail(void)
{
    return (struct policy){.currency = 978, .followup_channel = CHANNEL_MAIL};
}

static struct world *world_with(uint64_t seed, struct policy policy)
{
    struct world *world = world_open(seed);
    union command_body body = {
        .policy_put = {.merchant = world->merchants[MERCHANT_A].merchant, .policy = policy}};
    assert_int_equal(world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    return world;
}

static struct id ask_back(struct world *world, const char *reference, bool consents)
{
    struct id order = world_order(world, MERCHANT_A, reference, "SHOE-42", 1, 1000, 1000);
    union command_body body = {.return_request = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                  .order = order,
                                                  .number = span_text(reference),
                                                  .lines_count = 1,
                                                  .followup_consent = consents}};
    body.return_request.lines[0] =
        (struct return_line){.line = 0, .quantity = 1, .reason = REASON_UNWANTED};
    assert_int_equal(world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0), OK);
    struct id rma = world->decision.entity;
    world_settle(world);
    return rma;
}

static void answer(struct world *world, enum command_kind kind, const struct id *rma)
{
    union command_body body = {.return_decide = {.return_id = *rma}};
    assert_int_equal(world_decide(world, kind, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
}

/* Asked back, approved, and here: closed. */
static struct id closed_return(struct world *world, const char *reference, bool consents)
{
    struct id rma = ask_back(world, reference, consents);
    answer(world, COMMAND_RETURN_APPROVE, &rma);
    world_box(world, LAX, reference, NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(world_return(world, RTM, &rma).state, RETURN_CLOSED);
    return rma;
}

static enum error consent(struct world *world, const struct id *rma, bool given)
{
    union command_body body = {.followup_consent = {.return_id = *rma, .consent = given}};
    enum error error = world_decide(world, COMMAND_FOLLOWUP_CONSENT, &body, BY_BUYER,
                                    &world->merchants[MERCHANT_A].merchant, 0);
    world_settle(world);
    return error;
}

static enum error score(struct world *world, const struct id *rma, uint64_t score)
{
    union command_body body = {.followup_answer = {.return_id = *rma, .score = score}};
    enum error error = world_decide(world, COMMAND_FOLLOWUP_ANSWER, &body, BY_BUYER,
                                    &world->merchants[MERCHANT_A].merchant, 0);
    if (error == OK) world_settle(world);
    return error;
}

static struct followup_row row_of(struct world *world, const struct id *rma)
{
    struct followup_row row;
    assert_true(followup_load(rows_of(world), rma, &row));
    return row;
}

static enum followup_state state_of(struct world *world, const struct id *rma)
{
    struct followup_row row;
    if (!followup_load(rows_of(world), rma, &row)) return FOLLOWUP_NONE;
    return followup_state(rows_of(world), rma, &row);
}

static unsigned listed(struct world *world, enum followup_state state)
{
    struct key prefix = followup_state_key(&world->merchants[MERCHANT_A].merchant, state);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    while (walk_next(rows_of(world), VIEW_FOLLOWUP_BY_STATE, &walk, &row)) count++;
    return count;
}

static bool is_due_listed(struct world *world, const struct id *rma)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct due due;
    while (walk_next(rows_of(world), VIEW_DUE, &walk, &row))
        if (due_read(key_span(&walk.at), &due) && due.verb == DO_FOLLOW_UP &&
            id_equal(&due.thing, rma))
            return true;
    return false;
}

/* What an erasure folds to, at every node. */
static void erase(struct world *world, const struct id *rma)
{
    struct key subject = key_of(rma);
    for (unsigned i = 0; i < NODES_MAX; i++) {
        rows_mark(&world->nodes[i].desk.rows, VIEW_ERASED, &subject);
        followup_refresh(&world->nodes[i].desk, rma);
    }
}

/* --- when a buyer is asked -------------------------------------------------------------------- */

static void three_days_after_its_end_a_return_is_followed_up_once(void **state)
{
    (void)state;
    struct world *world = world_with(1, by_mail());
    struct id rma = closed_return(world, "N1", true);
    struct return_row owner = world_return(world, RTM, &rma);
    struct followup_row row = row_of(world, &rma);
    assert_int_equal(row.channel, CHANNEL_MAIL);
    assert_int_equal(row.due_ms, owner.ended_ms + 3 * DAY_MS);
    assert_int_equal(row.closes_ms, row.due_ms + 14 * DAY_MS);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_PLANNED);
    assert_true(is_due_listed(world, &rma));
    world_pass(world, row.due_ms - 1 - world->now_ms);
    world_settle(world);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_PLANNED);
    world_pass(world, 1);
    world_settle(world);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_DUE);
    assert_false(is_due_listed(world, &rma));
    assert_int_equal(listed(world, FOLLOWUP_DUE), 1);
    assert_int_equal(listed(world, FOLLOWUP_PLANNED), 0);
    uint64_t entries = world->logs[BOOK_A].count;
    world_pass(world, 30 * DAY_MS);
    world_settle(world);
    assert_int_equal(world->logs[BOOK_A].count, entries);
    world_close(world);
}

static void nobody_is_asked_without_a_channel_or_a_consent(void **state)
{
    (void)state;
    struct policy silent = {.currency = 978};
    struct world *world = world_with(2, silent);
    struct id rma = closed_return(world, "N1", true);
    assert_int_equal(row_of(world, &rma).due_ms, 0);
    assert_int_equal(score(world, &rma, 3), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "return_id: its policy asks for no follow-up");
    world_close(world);
    world = world_with(3, by_mail());
    rma = closed_return(world, "N1", false);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_NONE);
    assert_int_equal(score(world, &rma, 3), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "return_id: its buyer consented to no follow-up");
    world_close(world);
}

static void what_was_called_off_is_not_followed_up_and_what_was_declined_is(void **state)
{
    (void)state;
    struct world *world = world_with(4, by_mail());
    struct id off = ask_back(world, "N1", true), no = ask_back(world, "N2", true);
    answer(world, COMMAND_RETURN_CANCEL, &off);
    answer(world, COMMAND_RETURN_DECLINE, &no);
    assert_int_equal(state_of(world, &off), FOLLOWUP_NONE);
    assert_int_equal(score(world, &off, 3), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "return_id: it has not ended, or nothing came of it");
    assert_int_equal(state_of(world, &no), FOLLOWUP_PLANNED);
    /* It lives again: nobody asks meanwhile, and its next end plans anew. */
    uint64_t first_ms = row_of(world, &no).due_ms;
    world_pass(world, DAY_MS);
    answer(world, COMMAND_RETURN_APPROVE, &no);
    assert_int_equal(state_of(world, &no), FOLLOWUP_NONE);
    assert_false(is_due_listed(world, &no));
    world_box(world, LAX, "N2", NULL, shoe, 1);
    world_settle(world);
    assert_int_equal(state_of(world, &no), FOLLOWUP_PLANNED);
    assert_int_equal(row_of(world, &no).due_ms, first_ms + DAY_MS);
    world_close(world);
}

static void days_are_working_days_where_the_policy_works_by_a_calendar(void **state)
{
    (void)state;
    struct policy policy = by_mail();
    char text[TIME_TEXT_BYTES];
    uint64_t friday_ms;
    policy.calendar = span_text("DE");
    policy.working_hours = 1;
    policy.followup_days = 2;
    struct world *world = world_with(5, policy);
    assert_int_equal(time_parse(span_text("2026-12-18T10:00:00Z"), &friday_ms), OK);
    world_pass(world, friday_ms - world->now_ms);
    struct id rma = closed_return(world, "N1", true);
    time_print(row_of(world, &rma).due_ms, text);
    assert_memory_equal(text, "2026-12-22", 10);
    world_close(world);
}

/* --- consent ---------------------------------------------------------------------------------- */

static void consent_that_is_withdrawn_ends_it_and_given_later_begins_it(void **state)
{
    (void)state;
    struct world *world = world_with(6, by_mail());
    struct id rma = closed_return(world, "N1", true);
    assert_int_equal(consent(world, &rma, false), OK);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_NONE);
    assert_false(is_due_listed(world, &rma));
    assert_int_equal(listed(world, FOLLOWUP_PLANNED), 0);
    assert_int_equal(consent(world, &rma, false), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    struct id late = closed_return(world, "N2", false);
    world_pass(world, 10 * DAY_MS);
    assert_int_equal(consent(world, &late, true), OK);
    assert_int_equal(row_of(world, &late).due_ms, world->now_ms + 3 * DAY_MS);
    world_close(world);
}

static void who_was_erased_is_left_alone(void **state)
{
    (void)state;
    struct world *world = world_with(7, by_mail());
    struct id rma = closed_return(world, "N1", true);
    erase(world, &rma);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_NONE);
    assert_false(is_due_listed(world, &rma));
    assert_int_equal(score(world, &rma, 5), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "return_id: its personal data was erased");
    union command_body body = {
        .followup_comment = {.return_id = rma, .comment = span_text("I am Ada")}};
    assert_int_equal(world_observe(world, LAX, COMMAND_FOLLOWUP_COMMENT, &body), ERROR_CONFLICT);
    assert_int_equal(consent(world, &rma, false), OK);
    assert_int_equal(consent(world, &rma, true), ERROR_CONFLICT);
    world_close(world);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void an_answer_changes_until_it_is_closed(void **state)
{
    (void)state;
    struct world *world = world_with(8, by_mail());
    struct id rma = closed_return(world, "N1", true);
    world_pass(world, 4 * DAY_MS);
    world_settle(world);
    assert_int_equal(score(world, &rma, 0), ERROR_OUT_OF_RANGE);
    assert_int_equal(score(world, &rma, 4), OK);
    assert_int_equal(state_of(world, &rma), FOLLOWUP_ANSWERED);
    assert_int_equal(score(world, &rma, 4), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    assert_int_equal(score(world, &rma, 5), OK);
    struct followup_row row = row_of(world, &rma);
    assert_int_equal(row.score, 5);
    assert_int_equal(row.answers, 2);
    assert_int_equal(row.scored_by, BY_BUYER);
    world_pass(world, row.closes_ms - world->now_ms);
    assert_int_equal(score(world, &rma, 4), OK);
    world_pass(world, 1);
    assert_int_equal(score(world, &rma, 3), ERROR_CONFLICT);
    assert_string_equal(world->decision.rule,
                        "score: what was answered is closed and changes no more");
    assert_int_equal(score(world, &rma, 4), OK); /* as it stands */
    assert_int_equal(listed(world, FOLLOWUP_ANSWERED), 1);
    assert_int_equal(listed(world, FOLLOWUP_DUE), 0);
    world_close(world);
}

/* Whoever was cut off answered in time, and is heard when the answer comes. */
static void a_first_answer_is_taken_however_late_it_comes(void **state)
{
    (void)state;
    struct world *world = world_with(9, by_mail());
    struct id rma = closed_return(world, "N1", true);
    world_pass(world, 60 * DAY_MS);
    world_settle(world);
    assert_int_equal(score(world, &rma, 2), OK);
    assert_int_equal(score(world, &rma, 3), ERROR_CONFLICT);
    world_close(world);
}

static unsigned complaints_of(struct world *world, const struct id *rma, struct id *complaint)
{
    struct key prefix = key_of(rma);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    for (; walk_next(rows_of(world), VIEW_COMPLAINT_BY_RETURN, &walk, &row); count++)
        memcpy(complaint->bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return count;
}

static void a_low_score_opens_one_complaint_where_the_policy_says_so(void **state)
{
    (void)state;
    struct policy policy = by_mail();
    struct complaint_row complaint;
    struct id id;
    policy.followup_complaint = 1;
    struct world *world = world_with(10, policy);
    struct id rma = closed_return(world, "N1", true), glad = closed_return(world, "N2", true);
    assert_int_equal(score(world, &rma, 2), OK);
    assert_int_equal(score(world, &rma, 1), OK);
    assert_int_equal(score(world, &glad, 3), OK);
    assert_int_equal(complaints_of(world, &rma, &id), 1);
    assert_true(complaint_load(rows_of(world), &id, &complaint));
    assert_int_equal(complaint.score, 2);
    struct followup_row row = row_of(world, &rma);
    assert_true(id_equal(&row.complaint, &id));
    assert_int_equal(complaints_of(world, &glad, &id), 0);
    world_close(world);
    world = world_with(11, by_mail());
    rma = closed_return(world, "N1", true);
    assert_int_equal(score(world, &rma, 1), OK);
    assert_int_equal(complaints_of(world, &rma, &id), 0);
    world_close(world);
}

static void another_merchant_sees_and_answers_nothing(void **state)
{
    (void)state;
    struct world *world = world_with(12, by_mail());
    struct id rma = closed_return(world, "N1", true);
    union command_body body = {.followup_answer = {.return_id = rma, .score = 1}};
    assert_int_equal(world_decide(world, COMMAND_FOLLOWUP_ANSWER, &body, BY_OPERATOR,
                                  &world->merchants[MERCHANT_B].merchant, 0),
                     ERROR_NOT_FOUND);
    /* Nor does a book move another's: its leader would lie. */
    const struct followup_moved lie = {.return_id = rma,
                                       .verb = DO_SCORE,
                                       .by = {.kind = BY_BUYER},
                                       .at_ms = world->now_ms,
                                       .score = 1};
    world_inject(world, BOOK_B, EVENT_FOLLOWUP, &rma, &lie);
    world_settle(world);
    assert_int_equal(row_of(world, &rma).score, 0);
    world_close(world);
}

/* --- what is told and counted ----------------------------------------------------------------- */

static void the_merchants_system_is_told_whom_to_ask_and_by_which_channel(void **state)
{
    (void)state;
    struct world *world = world_with(13, by_mail());
    struct id rma = closed_return(world, "N1", true);
    char text[HOOK_BODY_BYTES_MAX + 1];
    struct span out;
    world_pass(world, 3 * DAY_MS);
    world_settle(world);
    const struct entry *last = &world->logs[BOOK_A].entries[world->logs[BOOK_A].count - 1];
    static union event_body body;
    assert_int_equal(last->kind, EVENT_FOLLOWUP);
    assert_int_equal(shape_decode(&followup_moved_shape, span_of(last->bytes, last->size),
                                  &body.followup_moved, NULL),
                     OK);
    const struct hook_entry entry = {.kind = EVENT_FOLLOWUP, .idx = 9, .body = &body};
    struct hook_types types = hook_types_of(&entry, NULL);
    assert_int_equal(types.count, 1);
    assert_int_equal(types.at[0], HOOK_FOLLOWUP_DUE);
    assert_true(hook_body(rows_of(world), &entry, HOOK_FOLLOWUP_DUE, 5, text, &out));
    text[out.size] = '\0';
    assert_non_null(strstr(text, "\"channel\":\"mail\""));
    assert_non_null(strstr(text, "\"order_reference\":\"N1\""));
    assert_non_null(strstr(text, "\"closes\":\""));
    struct id about = hook_about(rows_of(world), &entry);
    assert_true(id_equal(&about, &rma));
    body.followup_moved.verb = DO_PLAN_FOLLOWUP;
    assert_int_equal(hook_types_of(&entry, NULL).count, 0);
    world_close(world);
}

static void scores_are_counted_with_their_mean_and_share(void **state)
{
    (void)state;
    static struct scoring scoring;
    struct scorecard card;
    struct world *world = world_with(14, by_mail());
    const char *const numbers[] = {"N1", "N2", "N3", "N4"};
    const uint64_t scores[] = {5, 2, 4, 0};
    for (unsigned i = 0; i < 4; i++) {
        struct id rma = closed_return(world, numbers[i], true);
        if (scores[i] != 0) assert_int_equal(score(world, &rma, scores[i]), OK);
    }
    closed_return(world, "N5", false);
    world_pass(world, 5 * DAY_MS);
    world_settle(world);
    struct cohort cohort = cohort_of(&world->merchants[MERCHANT_A].merchant, 0, world->now_ms + 1);
    struct id return_id;
    struct return_row row;
    memset(&scoring, 0, sizeof scoring);
    while (cohort_next(rows_of(world), &cohort, &return_id, &row))
        scoring_add(&scoring, rows_of(world), &return_id, &row);
    scoring_report(&scoring, &cohort, &card);
    assert_int_equal(card.returns, 5);
    assert_int_equal(card.followups, 4);
    assert_int_equal(card.followups_answered, 3);
    assert_int_equal(card.followups_answered_permille, 750);
    assert_int_equal(card.score_mean_permille, 3666);
    assert_int_equal(card.low_scores, 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_days_after_its_end_a_return_is_followed_up_once),
        cmocka_unit_test(nobody_is_asked_without_a_channel_or_a_consent),
        cmocka_unit_test(what_was_called_off_is_not_followed_up_and_what_was_declined_is),
        cmocka_unit_test(days_are_working_days_where_the_policy_works_by_a_calendar),
        cmocka_unit_test(consent_that_is_withdrawn_ends_it_and_given_later_begins_it),
        cmocka_unit_test(who_was_erased_is_left_alone),
        cmocka_unit_test(an_answer_changes_until_it_is_closed),
        cmocka_unit_test(a_first_answer_is_taken_however_late_it_comes),
        cmocka_unit_test(a_low_score_opens_one_complaint_where_the_policy_says_so),
        cmocka_unit_test(another_merchant_sees_and_answers_nothing),
        cmocka_unit_test(the_merchants_system_is_told_whom_to_ask_and_by_which_channel),
        cmocka_unit_test(scores_are_counted_with_their_mean_and_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

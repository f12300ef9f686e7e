/* Stories about a buyer who is asked how content they were: an answer that was given at a place
 * that is cut off is heard when the link is back, and who asked to be forgotten meanwhile is asked
 * nothing, and what they said in own words stands nowhere. */
#include "overseas-warehouse/followup.h"
#include "tests/sim/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "node/core/mesh_rows.h"

#define HOUR_S   3600u
#define DAY_S    (24 * HOUR_S)
#define SOMEBODY 2 /* a buyer without a history */

static const char secret[] = "the courier called me Ada";

/* --- acts ------------------------------------------------------------------------------------- */

static void consent(struct story *story, enum site place, const struct id *lamp, bool given)
{
    union command_body body = {.followup_consent = {.return_id = *lamp, .consent = given}};
    wish_at(story, place, COMMAND_FOLLOWUP_CONSENT, BY_OPERATOR, &body, NEW);
}

static void score(struct story *story, enum site place, const struct id *lamp, uint64_t score)
{
    union command_body body = {.followup_answer = {.return_id = *lamp, .score = score}};
    wish_at(story, place, COMMAND_FOLLOWUP_ANSWER, BY_OPERATOR, &body, NEW);
}

static void comment(struct story *story, enum site place, const struct id *lamp)
{
    union command_body body = {
        .followup_comment = {.return_id = *lamp, .comment = span_text(secret)}};
    wish_at(story, place, COMMAND_FOLLOWUP_COMMENT, BY_OPERATOR, &body, NEW);
}

static void erase(struct story *story, enum site place, const struct id *subject)
{
    union command_body body = {.erase = {.subject = *subject, .reason = span_text("she asked")}};
    wish_at(story, place, COMMAND_ERASE, BY_MERCHANT, &body, NEW);
}

/* A lamp came back, is paid, and its buyer may be asked by mail. */
static struct id closed_lamp(struct story *story)
{
    set_policy(story, (struct policy){.followup_channel = CHANNEL_MAIL});
    sell(story, &(struct sale){
                    .reference = "SZ-9", .sku = "LAMP", .price_minor = 2999, .buyer = SOMEBODY});
    struct id lamp = ask_back(story, RTM, BY_MERCHANT, "SZ-9", 1, "FOLLOW");
    consent(story, RTM, &lamp, true);
    receive_units(story, LAX, "FOLLOW", "LAMP", 1, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(state_of(story, &lamp), RETURN_CLOSED);
    return lamp;
}

/* --- what is seen ----------------------------------------------------------------------------- */

static struct followup_row row_at(struct story *story, enum site place, const struct id *lamp,
                                  enum followup_state *state)
{
    struct followup_row row = {.version = 0};
    const struct rows *rows = story_read(story, place);
    assert_true(followup_load(rows, lamp, &row));
    *state = followup_state(rows, lamp, &row);
    story_read_end(story, place);
    return row;
}

static bool is_everywhere(struct story *story, const struct id *lamp, enum followup_state wanted)
{
    enum followup_state state;
    for (enum site place = LAX; place < PLACES; place++) {
        row_at(story, place, lamp, &state);
        if (state != wanted) return false;
    }
    return true;
}

/* Is anybody listed there, or waited for by a clock? */
static bool is_listed(struct story *story, enum site place)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none), dues = walk;
    struct row row;
    const struct rows *rows = story_read(story, place);
    bool listed = walk_next(rows, VIEW_FOLLOWUP_BY_STATE, &walk, &row) ||
                  walk_next(rows, VIEW_DUE, &dues, &row);
    story_read_end(story, place);
    return listed;
}

static bool bears(struct span value)
{
    size_t size = sizeof secret - 1;
    for (size_t i = 0; i + size <= value.size; i++)
        if (memcmp(value.at + i, secret, size) == 0) return true;
    return false;
}

/* In the truth or in a view, whatever its table? */
static bool holds_comment(struct story *story, enum site place)
{
    struct store *store = story->world.host[place].disk.inner;
    const struct rows *stores[] = {&store->truth, &store->views};
    const unsigned tables[] = {TRUTH_TABLE_COUNT, VIEW_TABLE_COUNT};
    bool found = false;
    assert_int_equal(store->port->begin_read(store->world), OK);
    for (unsigned i = 0; i < 2; i++)
        for (unsigned table = 0; table < tables[i]; table++) {
            struct key none = {.size = 0};
            struct walk walk = walk_over(&none);
            struct row row;
            while (walk_next(stores[i], table, &walk, &row)) found = found || bears(row.value);
        }
    store->port->end_read(store->world);
    return found;
}

/* --- stories ---------------------------------------------------------------------------------- */

static void an_answer_at_a_place_that_is_cut_off_is_heard_after_its_close(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id lamp = closed_lamp(story);
    enum followup_state now;
    assert_true(is_everywhere(story, &lamp, FOLLOWUP_PLANNED));
    story_wait(story, 3 * DAY_S + HOUR_S);
    assert_true(is_everywhere(story, &lamp, FOLLOWUP_DUE));
    story_cut(story, LAX, true);
    score(story, LAX, &lamp, 2);
    assert_int_equal(story->last_state, ANSWER_ASKED);
    comment(story, LAX, &lamp);
    story_wait(story, 20 * DAY_S);
    row_at(story, RTM, &lamp, &now);
    assert_int_equal(now, FOLLOWUP_DUE);
    assert_false(holds_comment(story, RTM));
    story_cut(story, LAX, false);
    story_wait(story, 6 * HOUR_S);
    assert_true(is_everywhere(story, &lamp, FOLLOWUP_ANSWERED));
    assert_int_equal(row_at(story, SYD, &lamp, &now).score, 2);
    for (enum site place = LAX; place < PLACES; place++) assert_true(holds_comment(story, place));
    score(story, GATE, &lamp, 5); /* what was answered is closed by now */
    story_wait(story, HOUR_S);
    assert_int_equal(row_at(story, RTM, &lamp, &now).score, 2);
    assert_true(story_agrees(story));
    story_end(story);
}

static void who_is_erased_meanwhile_is_asked_nothing_and_said_nothing(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id lamp = closed_lamp(story);
    enum followup_state now;
    assert_true(is_listed(story, SYD));
    story_cut(story, SYD, true);
    score(story, SYD, &lamp, 1);
    comment(story, SYD, &lamp);
    assert_true(holds_comment(story, SYD));
    erase(story, GATE, &lamp);
    story_wait(story, 5 * DAY_S);
    assert_int_equal(row_at(story, RTM, &lamp, &now).asked_ms, 0);
    assert_int_equal(now, FOLLOWUP_NONE);
    story_cut(story, SYD, false);
    story_wait(story, 6 * HOUR_S);
    assert_true(is_everywhere(story, &lamp, FOLLOWUP_NONE));
    assert_int_equal(row_at(story, SYD, &lamp, &now).score, 0);
    for (enum site place = LAX; place < PLACES; place++) {
        assert_false(holds_comment(story, place));
        assert_false(is_listed(story, place));
    }
    assert_true(story_agrees(story));
    story_end(story);
}

/* The leader dies before it has said that it is time, and says it once. */
static void a_leader_that_starts_again_asks_once(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id lamp = closed_lamp(story);
    enum followup_state now;
    host_crash(&story->world.host[RTM]);
    story_wait(story, 4 * DAY_S);
    assert_true(row_at(story, LAX, &lamp, &now).due_ms != 0);
    assert_int_equal(now, FOLLOWUP_PLANNED);
    host_start(&story->world.host[RTM]);
    story_wait(story, HOUR_S);
    assert_true(is_everywhere(story, &lamp, FOLLOWUP_DUE));
    uint64_t version = row_at(story, RTM, &lamp, &now).version;
    host_crash(&story->world.host[RTM]);
    host_start(&story->world.host[RTM]);
    story_wait(story, DAY_S);
    assert_int_equal(row_at(story, RTM, &lamp, &now).version, version);
    assert_true(story_agrees(story));
    story_end(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_at_a_place_that_is_cut_off_is_heard_after_its_close),
        cmocka_unit_test(who_is_erased_meanwhile_is_asked_nothing_and_said_nothing),
        cmocka_unit_test(a_leader_that_starts_again_asks_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

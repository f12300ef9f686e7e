/* Boxes that nobody announced, told: found by a piece of a number, matched where there is no doubt,
 * proposed where there is, taken back while nothing rests on it, abandoned when nobody claims them.
 */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const lamp[] = {"LAMP", "LAMP"};
static const char whole[] = "1Z999AA10123456784";

static struct id lamps_awaited(struct world *world, enum merchant_name merchant, const char *number)
{
    struct id order = world_order(world, merchant, number, "LAMP", 2, 4500, 9000);
    struct id rma = world_request(world, merchant, &order, 2, number);
    union command_body body = {.return_decide = {.return_id = rma}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return rma;
}

static enum error note(struct world *world, const struct id *box, const char *label)
{
    union command_body body = {.box_note = {.box = *box, .labels_count = 1}};
    body.box_note.labels[0].text = span_text(label);
    return world_decide(world, COMMAND_BOX_NOTE, &body, BY_OPERATOR, NULL, 0);
}

static enum error match(struct world *world, enum command_kind kind, enum actor_kind by,
                        const struct id *scope, const struct id *box, const struct id *rma)
{
    union command_body body = {
        .box_match = {.box = *box, .return_id = *rma, .reason = span_text("read again")}};
    return world_decide(world, kind, &body, by, scope, 0);
}

static struct id matched_to(struct world *world, enum node_name at, const struct id *box)
{
    const struct rows *rows = &world_desk(world, at)->rows;
    struct box_row row;
    struct match_row match_row;
    assert_true(box_load(rows, box, &row));
    return match_load(rows, box, &row, &match_row) ? match_row.return_id : (struct id){{0}};
}

static bool is_queued(struct world *world, enum node_name at, const struct id *box)
{
    struct key prefix = key_of(&world->nodes[LAX].warehouse);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&world_desk(world, at)->rows, VIEW_UNCLAIMED, &walk, &row))
        if (memcmp(walk.at.bytes + walk.at.size - ID_BYTES, box->bytes, ID_BYTES) == 0) return true;
    return false;
}

static unsigned assigned(struct world *world, const struct id *rma)
{
    struct key prefix = key_of(rma);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    while (walk_next(&world_desk(world, SYD)->rows, VIEW_UNIT_BY_RETURN, &walk, &row)) count++;
    return count;
}

static void a_torn_label_is_matched_without_doubt_and_its_goods_are_received(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id rma = lamps_awaited(world, MERCHANT_A, whole);
    lamps_awaited(world, MERCHANT_B, "1Z999AA10199887766");
    struct id box = world_box(world, LAX, "", NULL, lamp, 2);
    world_settle(world);
    assert_true(is_queued(world, RTM, &box));
    assert_int_equal(note(world, &box, "*0123456784"), OK);
    world_settle(world);
    struct id who = matched_to(world, RTM, &box);
    assert_true(id_equal(&who, &rma));
    assert_false(is_queued(world, RTM, &box));
    assert_int_equal(assigned(world, &rma), 2);
    world_close(world);
}

/* The link was down: the box came first. */
static void a_return_that_is_heard_of_later_is_weighed_then(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id box = world_box(world, LAX, "1Z999AA10123456789", NULL, lamp, 2);
    world_settle(world);
    assert_true(is_queued(world, LAX, &box));
    struct id rma = lamps_awaited(world, MERCHANT_A, whole);
    world_settle(world);
    struct id who = matched_to(world, SYD, &box);
    assert_true(id_equal(&who, &rma));
    assert_int_equal(assigned(world, &rma), 2);
    world_close(world);
}

static void two_that_look_alike_are_proposed_and_neither_is_linked(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id one = lamps_awaited(world, MERCHANT_A, whole);
    struct id two = lamps_awaited(world, MERCHANT_B, "1Z999AA10123456795");
    struct id box = world_box(world, LAX, "", NULL, lamp, 2);
    note(world, &box, "1Z999AA101234567*");
    world_settle(world);
    assert_true(is_queued(world, LAX, &box));
    struct candidates found;
    assert_true(box_candidates(world_desk(world, GATEWAY), &box, (struct span){0}, NULL, &found));
    assert_int_equal(found.count, 2);
    assert_int_equal(found.at[0].points, found.at[1].points);
    const struct id *b = &world->merchants[MERCHANT_B].merchant;
    assert_true(box_candidates(world_desk(world, LAX), &box, (struct span){0}, b, &found));
    assert_int_equal(found.count, 1);
    assert_true(id_equal(&found.at[0].return_id, &two));
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &box, &one), OK);
    world_settle(world);
    assert_int_equal(assigned(world, &one), 2);
    assert_int_equal(assigned(world, &two), 0);
    world_close(world);
}

/* A piece of a number, and nothing else: the same number in another warehouse's box says nothing.
 */
static void what_speaks_against_it_keeps_it_from_being_linked(void **state)
{
    (void)state;
    static const char *const chair[] = {"CHAIR"};
    struct world *world = world_open(4);
    lamps_awaited(world, MERCHANT_A, whole);
    struct id other = world_box(world, LAX, "1Z999AA10123456789", NULL, chair, 1);
    struct id unsaid = world_box(world, LAX, "1Z999AA10123456799", NULL, NULL, 0);
    world_settle(world);
    assert_true(is_queued(world, LAX, &other));
    assert_true(is_queued(world, LAX, &unsaid));
    struct candidates found;
    assert_true(box_candidates(world_desk(world, LAX), &other, (struct span){0}, NULL, &found));
    assert_int_equal(found.at[0].clues & CLUE_OTHER_SKU, CLUE_OTHER_SKU);
    assert_false(candidates_are_certain(&found));
    world_close(world);
}

static void a_merchant_identifies_its_own_and_sees_no_other_box(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    const struct id *a = &world->merchants[MERCHANT_A].merchant;
    const struct id *b = &world->merchants[MERCHANT_B].merchant;
    struct id mine = lamps_awaited(world, MERCHANT_A, whole);
    struct id theirs = lamps_awaited(world, MERCHANT_B, "RX473124829CN");
    struct id box = world_box(world, LAX, "", NULL, lamp, 1);
    note(world, &box, "*456784");
    world_settle(world);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_MERCHANT, b, &box, &theirs),
                     ERROR_NOT_FOUND);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_MERCHANT, a, &box, &theirs),
                     ERROR_NOT_FOUND);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_MERCHANT, a, &box, &mine), OK);
    world_settle(world);
    assert_int_equal(assigned(world, &mine), 1);
    world_close(world);
}

static void a_match_is_taken_back_until_a_unit_was_assigned_by_it(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id one = lamps_awaited(world, MERCHANT_A, whole);
    struct id two = lamps_awaited(world, MERCHANT_B, "RX473124829CN");
    struct id box = world_box(world, LAX, "", NULL, lamp, 2);
    world_settle(world);
    assert_int_equal(match(world, COMMAND_BOX_UNMATCH, BY_OPERATOR, NULL, &box, &one),
                     ERROR_CONFLICT);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &box, &one), OK);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &box, &two),
                     ERROR_CONFLICT);
    /* The book claims while the operator takes it back: both say it before they hear the other. */
    world_deliver(world, LAX, RTM, 1000);
    world_work(world, RTM);
    assert_int_equal(match(world, COMMAND_BOX_UNMATCH, BY_OPERATOR, NULL, &box, &one), OK);
    world_settle(world);
    assert_int_equal(assigned(world, &one), 0);
    assert_true(is_queued(world, SYD, &box));
    struct key prefix = key_of(&one);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct conflict_row conflict;
    assert_true(walk_next(&world_desk(world, SYD)->rows, VIEW_CONFLICT, &walk, &row));
    assert_int_equal(shape_decode(&conflict_row_shape, row.value, &conflict, NULL), OK);
    assert_int_equal(conflict.kind, CONFLICT_MATCH_VOID);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &box, &two), OK);
    world_settle(world);
    assert_int_equal(assigned(world, &two), 2);
    assert_int_equal(match(world, COMMAND_BOX_UNMATCH, BY_OPERATOR, NULL, &box, &two),
                     ERROR_CONFLICT);
    assert_non_null(strstr(world->decision.rule, "units_were_assigned_by_it"));
    world_close(world);
}

static enum error act(struct world *world, enum command_kind kind, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static struct id first_unit(struct world *world, const struct id *box)
{
    struct id unit;
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    assert_true(walk_next(&world_desk(world, LAX)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return unit;
}

static void what_nobody_claims_is_abandoned_and_may_be_given_away(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id box = world_box(world, LAX, "RX000000000CN", NULL, lamp, 1);
    struct id unit = first_unit(world, &box);
    struct unit_act give = {.unit = unit, .disposition = DISPOSE_DONATE};
    act(world, COMMAND_UNIT_INSPECT, (struct unit_act){.unit = unit});
    act(world, COMMAND_UNIT_GRADE, (struct unit_act){.unit = unit, .grade = GRADE_GOOD});
    assert_int_not_equal(act(world, COMMAND_UNIT_DISPOSE, give), OK);
    /* A person keeps it for another month. */
    union command_body keep = {.box_note = {.box = box,
                                            .until_ms = world->now_ms + 90 * DAY_MS,
                                            .reason = span_text("the buyer wrote")}};
    assert_int_equal(world_decide(world, COMMAND_BOX_NOTE, &keep, BY_OPERATOR, NULL, 0), OK);
    world_settle(world);
    world_pass(world, 61 * DAY_MS);
    world_settle(world);
    assert_false(box_is_abandoned(&world_desk(world, LAX)->rows, &box));
    world_pass(world, 30 * DAY_MS);
    world_settle(world);
    for (unsigned at = 0; at < NODES_MAX; at++)
        assert_true(box_is_abandoned(&world_desk(world, (enum node_name)at)->rows, &box));
    assert_true(is_queued(world, RTM, &box));
    assert_int_equal(act(world, COMMAND_UNIT_DISPOSE, give), OK);
    assert_int_equal(act(world, COMMAND_UNIT_SETTLE, (struct unit_act){.unit = unit}), OK);
    world_settle(world);
    assert_false(is_queued(world, RTM, &box));
    world_close(world);
}

/* Late, but the goods are there: abandoned is no word about whose they are. */
static void what_was_abandoned_goes_to_its_return_while_it_is_there(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    struct id box = world_box(world, LAX, "RX000000000CN", NULL, lamp, 1);
    world_pass(world, 61 * DAY_MS);
    world_settle(world);
    assert_true(box_is_abandoned(&world_desk(world, LAX)->rows, &box));
    struct id rma = lamps_awaited(world, MERCHANT_A, whole);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &box, &rma), OK);
    world_settle(world);
    struct id unit = first_unit(world, &box);
    assert_int_equal(assigned(world, &rma), 1);
    assert_false(unit_is_abandoned(world_desk(world, LAX), &unit));
    assert_false(is_queued(world, LAX, &box));
    world_close(world);
}

static unsigned clues_held(const struct desk *desk, const struct id *rma)
{
    struct clues_row row = {.due_ms = 0};
    struct key key = clues_key(rma, CLUE_OF_RETURN);
    assert_true(rows_load(&desk->rows, VIEW_CLUES, &key, &clues_row_shape, &row));
    return (unsigned)(row.clues.size / CLUE_BYTES);
}

static unsigned clues_indexed(const struct desk *desk)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    while (walk_next(&desk->rows, VIEW_CLUE, &walk, &row)) count++;
    return count;
}

static void a_name_finds_its_return_but_for_a_letter_and_is_gone_with_the_person(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    struct id rma = lamps_awaited(world, MERCHANT_A, whole);
    struct id box = world_box(world, LAX, "", NULL, NULL, 0);
    const struct desk *desk = world_desk(world, LAX);
    struct candidates found;
    unsigned held = clues_held(desk, &rma), indexed = clues_indexed(desk);
    struct person person = {.subject = rma, .name = span_text("Anna Bakerfield")};
    struct key key = key_add_uint(pair_key(&rma, &rma), 1, 8), subject = key_of(&rma);
    rows_store(&desk->rows, VIEW_PERSON, &key, &person_shape, &person);
    clues_of_return_refresh(desk, &rma);
    assert_true(clues_held(desk, &rma) > held);
    assert_true(box_candidates(desk, &box, span_text("Anna Bakerfeild"), NULL, &found));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.at[0].clues, CLUE_NAME);
    assert_int_equal(found.at[0].points, 30);
    rows_mark(&desk->rows, VIEW_ERASED, &subject);
    clues_of_return_refresh(desk, &rma);
    assert_int_equal(clues_held(desk, &rma), held);
    assert_int_equal(clues_indexed(desk), indexed);
    assert_true(box_candidates(desk, &box, span_text("Anna Bakerfield"), NULL, &found));
    assert_int_equal(found.count, 0);
    world_close(world);
}

/* Numbers that a return is told to have later find a box that lies here already. */
static void a_number_that_is_told_later_is_a_clue_as_well(void **state)
{
    (void)state;
    struct world *world = world_open(12);
    struct id rma = lamps_awaited(world, MERCHANT_A, whole);
    struct id box = world_box(world, LAX, "", NULL, NULL, 0);
    struct candidates found;
    assert_int_equal(note(world, &box, "*X473124829C?"), OK);
    world_settle(world);
    const struct desk *desk = world_desk(world, LAX);
    assert_true(box_candidates(desk, &box, (struct span){0}, NULL, &found));
    assert_int_equal(found.count, 0);
    union command_body noted = {.return_note = {.return_id = rma, .parcels_count = 1}};
    noted.return_note.parcels[0].number = span_text("RX473124829CN");
    assert_int_equal(world_decide(world, COMMAND_RETURN_NOTE, &noted, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_true(box_candidates(desk, &box, (struct span){0}, NULL, &found));
    assert_int_equal(found.count, 1);
    assert_int_equal(note(world, &box, "*AA10777777?4"), OK);
    world_settle(world);
    assert_true(box_candidates(desk, &box, (struct span){0}, NULL, &found));
    assert_int_equal(found.count, 0);
    struct return_row row = world_return(world, LAX, &rma);
    union command_body sent = {
        .order_amend = {.order = row.order, .outbound = span_text("1Z999AA10777777774")}};
    assert_int_equal(world_decide(world, COMMAND_ORDER_AMEND, &sent, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    assert_true(box_candidates(desk, &box, (struct span){0}, NULL, &found));
    assert_int_equal(found.count, 1);
    world_close(world);
}

static void what_is_claimed_is_never_abandoned(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    struct id rma = lamps_awaited(world, MERCHANT_A, whole);
    struct id box = world_box(world, LAX, whole, NULL, lamp, 2);
    struct id empty = world_box(world, LAX, whole, NULL, NULL, 0);
    struct id other = lamps_awaited(world, MERCHANT_B, "RX473124829CN");
    world_settle(world);
    assert_false(is_queued(world, LAX, &box));
    assert_false(is_queued(world, LAX, &empty));
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &empty, &other),
                     ERROR_CONFLICT);
    assert_int_equal(match(world, COMMAND_BOX_MATCH, BY_OPERATOR, NULL, &empty, &rma),
                     ERROR_CONFLICT);
    world_pass(world, 200 * DAY_MS);
    world_settle(world);
    assert_false(box_is_abandoned(&world_desk(world, LAX)->rows, &box));
    world_close(world);
}

static void a_note_that_says_nothing_is_refused(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    struct id box = world_box(world, LAX, "", NULL, lamp, 1);
    assert_int_equal(note(world, &box, "*??*"), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "labels/0/text: nothing of it can be read");
    union command_body keep = {.box_note = {.box = box, .until_ms = world->now_ms + DAY_MS}};
    assert_int_equal(world_decide(world, COMMAND_BOX_NOTE, &keep, BY_OPERATOR, NULL, 0),
                     ERROR_MISSING_FIELD);
    keep.box_note.reason = span_text("why not");
    keep.box_note.until_ms = world->now_ms + 400 * DAY_MS;
    assert_int_equal(world_decide(world, COMMAND_BOX_NOTE, &keep, BY_OPERATOR, NULL, 0),
                     ERROR_OUT_OF_RANGE);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_torn_label_is_matched_without_doubt_and_its_goods_are_received),
        cmocka_unit_test(a_return_that_is_heard_of_later_is_weighed_then),
        cmocka_unit_test(two_that_look_alike_are_proposed_and_neither_is_linked),
        cmocka_unit_test(what_speaks_against_it_keeps_it_from_being_linked),
        cmocka_unit_test(a_merchant_identifies_its_own_and_sees_no_other_box),
        cmocka_unit_test(a_match_is_taken_back_until_a_unit_was_assigned_by_it),
        cmocka_unit_test(what_nobody_claims_is_abandoned_and_may_be_given_away),
        cmocka_unit_test(what_was_abandoned_goes_to_its_return_while_it_is_there),
        cmocka_unit_test(a_name_finds_its_return_but_for_a_letter_and_is_gone_with_the_person),
        cmocka_unit_test(a_number_that_is_told_later_is_a_clue_as_well),
        cmocka_unit_test(what_is_claimed_is_never_abandoned),
        cmocka_unit_test(a_note_that_says_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

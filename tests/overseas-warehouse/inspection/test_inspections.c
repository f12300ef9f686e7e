/* Inspections told: what a merchant has asked, how it calls a grade, what is found beside it, and
 * what a second person says of it. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/inspection/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct id *mei(struct world *world)
{
    return &world->merchants[MERCHANT_A].merchant;
}

/* Whoever commands next is another person. */
static void as(struct world *world, uint8_t person)
{
    world->token = (struct id){{person}};
}

static void assert_refused(struct world *world, enum error error, const char *rule)
{
    assert_int_equal(world->decision.error, error);
    assert_string_equal(world->decision.rule, rule);
}

/* --- checklists ------------------------------------------------------------------------------- */

static void put_sku(struct world *world)
{
    union command_body body = {.sku_put = {.merchant = *mei(world), .code = span_text("SHOE-42")}};
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 0), OK);
}

static enum error put_questions(struct world *world, const struct list_question *questions,
                                uint32_t count)
{
    union command_body body = {.checklist_put = {.merchant = *mei(world),
                                                 .sku = span_text("shoe-42"),
                                                 .questions_count = count}};
    memcpy(body.checklist_put.questions, questions, count * sizeof questions[0]);
    enum error error = world_decide(world, COMMAND_CHECKLIST_PUT, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static const struct list_question *five_questions(void)
{
    static struct list_question questions[5];
    questions[0] = (struct list_question){.kind = QUESTION_YES_NO};
    questions[1] = (struct list_question){.kind = QUESTION_NUMBER, .min = -5, .max = 300};
    questions[2] = (struct list_question){.kind = QUESTION_CHOICE, .options_count = 2};
    questions[3] = (struct list_question){.kind = QUESTION_SERIAL};
    questions[4] = (struct list_question){.kind = QUESTION_TEXT, .optional = 1};
    static const char *const ids[] = {"worn", "laces_mm", "box", "serial", "remark"};
    for (unsigned i = 0; i < 5; i++) {
        questions[i].id = span_text(ids[i]);
        questions[i].en = span_text("?");
    }
    questions[1].unit = span_text("mm");
    questions[2].options[0].value = span_text("whole");
    questions[2].options[1].value = span_text("torn");
    return questions;
}

static enum error inspect(struct world *world, const struct id *unit, const char *const *answers,
                          uint32_t count)
{
    struct unit_act how = {.unit = *unit, .answers_count = count};
    for (uint32_t i = 0; i < count; i++) {
        how.answers[i].question = span_text(answers[2 * i]);
        how.answers[i].value = span_text(answers[2 * i + 1]);
    }
    return scene_act(world, COMMAND_UNIT_INSPECT, how);
}

static void
what_the_list_asks_is_answered_or_the_inspection_is_refused_by_its_question(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    put_sku(world);
    assert_int_equal(put_questions(world, five_questions(), 5), OK);
    struct id unit = scene_received(world, "I1");
    static const char *const answers[] = {"worn",  "no",     "laces_mm", "90",   "box",
                                          "whole", "serial", "S-1",      "worn", "yes"};
    (void)inspect(world, &unit, NULL, 0);
    assert_refused(world, ERROR_MISSING_FIELD, "answers: checklist asks \"worn\"");
    (void)inspect(world, &unit, answers, 3);
    assert_refused(world, ERROR_MISSING_FIELD, "answers: checklist asks \"serial\"");
    (void)inspect(world, &unit, answers, 5);
    assert_refused(world, ERROR_OUT_OF_RANGE, "answers/4/question: answered_once");
    assert_int_equal(inspect(world, &unit, answers, 4), OK);
    world_deliver_all(world);
    struct answers_row row;
    assert_true(answers_load(&world_desk(world, SYD)->rows, &unit, &row));
    assert_int_equal(row.checklist_version, 1);
    assert_int_equal(row.answers_count, 4);
    assert_true(span_equal(row.answers[1].value, span_text("90")));
    world_close(world);
}

static void an_answer_is_of_the_kind_that_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *question, *value, *rule;
    } wrong[] = {
        {"worn", "maybe", "answers/0/value: yes or no"},
        {"laces_mm", "9 cm", "answers/0/value: a whole number"},
        {"laces_mm", "-", "answers/0/value: a whole number"},
        {"laces_mm", "99999999999999", "answers/0/value: a whole number"},
        {"laces_mm", "301", "answers/0/value: within its bounds"},
        {"laces_mm", "-6", "answers/0/value: within its bounds"},
        {"box", "gone", "answers/0/value: one of its options"},
        {"serial", "S 1", "answers/0/value: a serial number has no spaces"},
        {"colour", "red", "answers/0/question: none of its checklist"},
    };
    struct world *world = world_open(2);
    put_sku(world);
    assert_int_equal(put_questions(world, five_questions(), 5), OK);
    struct id unit = scene_received(world, "I2");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *answer[] = {wrong[i].question, wrong[i].value};
        (void)inspect(world, &unit, answer, 1);
        assert_refused(world, ERROR_OUT_OF_RANGE, wrong[i].rule);
    }
    world_close(world);
}

static void a_list_is_changed_whole_and_one_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct list_question bad[2] = {five_questions()[0], five_questions()[0]};
    assert_int_equal(put_questions(world, bad, 1), ERROR_NOT_FOUND);
    put_sku(world);
    (void)put_questions(world, bad, 2);
    assert_refused(world, ERROR_OUT_OF_RANGE, "questions/1/id: named_once");
    bad[0].options_count = 1;
    bad[0].options[0].value = span_text("a");
    (void)put_questions(world, bad, 1);
    assert_refused(world, ERROR_OUT_OF_RANGE, "questions/0/options: of a choice, and it has some");
    bad[0] = five_questions()[1];
    bad[0].min = 301;
    (void)put_questions(world, bad, 1);
    assert_refused(world, ERROR_OUT_OF_RANGE, "questions/0/min: above max");
    bad[0] = five_questions()[0];
    bad[0].max = 1;
    (void)put_questions(world, bad, 1);
    assert_refused(world, ERROR_OUT_OF_RANGE, "questions/0/unit: and bounds are of a number");
    bad[0] = five_questions()[0];
    bad[0].en = (struct span){0};
    (void)put_questions(world, bad, 1);
    assert_refused(world, ERROR_OUT_OF_RANGE, "questions/0/en: or zh");
    assert_int_equal(put_questions(world, five_questions(), 5), OK);
    assert_int_equal(put_questions(world, five_questions(), 5), OK);
    assert_int_equal(put_questions(world, five_questions(), 0), OK);
    struct id unit = scene_received(world, "I3"), sku;
    struct checklist_set list;
    const struct desk *desk = world_desk(world, LAX);
    assert_true(sku_find(&desk->rows, desk->crypto, mei(world), span_text("SHOE-42"), &sku));
    const struct id *book = &world->merchants[MERCHANT_A].book;
    assert_true(checklist_load(&desk->rows, &sku, book, 0, &list));
    assert_int_equal(list.version, 2); /* what says the same is none */
    assert_true(checklist_load(&desk->rows, &sku, book, 1, &list));
    assert_int_equal(list.questions_count, 5);
    assert_int_equal(inspect(world, &unit, NULL, 0), OK);
    world_close(world);
}

static void answers_and_a_grade_belong_to_their_own_step(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct id unit = scene_received(world, "I4");
    struct unit_act how = {.unit = unit, .graded_as = span_text("A")};
    (void)scene_act(world, COMMAND_UNIT_INSPECT, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "graded_as: of a grade");
    assert_int_equal(inspect(world, &unit, NULL, 0), OK);
    how = (struct unit_act){.unit = unit, .grade = GRADE_GOOD, .answers_count = 1};
    how.answers[0].question = how.answers[0].value = span_text("worn");
    (void)scene_act(world, COMMAND_UNIT_GRADE, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "answers: of an inspection");
    how = (struct unit_act){.unit = unit, .findings_count = 1};
    how.findings[0].kind = FOUND_LOST;
    (void)scene_act(world, COMMAND_UNIT_DISPOSE, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "findings: of an inspection or a grade");
    world_close(world);
}

/* --- scales ----------------------------------------------------------------------------------- */

static enum error put_scale(struct world *world, const char *const *names, uint32_t count,
                            uint64_t second_bp)
{
    union command_body body = {.scale_put = {
                                   .merchant = *mei(world),
                                   .grades_count = count,
                                   .second_bp = second_bp,
                               }};
    for (uint32_t i = 0; i < count; i++) {
        body.scale_put.grades[i].grade = i + 1;
        body.scale_put.grades[i].name = span_text(names[i]);
    }
    enum error error = world_decide(world, COMMAND_SCALE_PUT, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static void
a_grade_is_given_by_the_merchants_own_name_and_means_the_lowest_that_bears_it(void **state)
{
    (void)state;
    static const char *const names[] = {"良品", "良品", "良品", "不良品", "不良品", "报废"};
    struct world *world = world_open(5);
    (void)put_scale(world, names, 5, 0);
    assert_refused(world, ERROR_MISSING_FIELD, "grades: a scale names every grade");
    struct id unit = scene_received(world, "I5");
    struct unit_act grade = {.unit = unit, .graded_as = span_text("良品")};
    assert_int_equal(inspect(world, &unit, NULL, 0), OK);
    (void)scene_act(world, COMMAND_UNIT_GRADE, grade);
    assert_refused(world, ERROR_OUT_OF_RANGE, "graded_as: no grade of its merchant's scale");
    assert_int_equal(put_scale(world, names, 6, 0), OK);
    grade.grade = GRADE_GOOD;
    (void)scene_act(world, COMMAND_UNIT_GRADE, grade);
    assert_refused(world, ERROR_OUT_OF_RANGE, "graded_as: or grade");
    grade.grade = 0;
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, grade), OK);
    struct unit_now now;
    struct scale_set scale;
    assert_true(unit_load(&world_desk(world, LAX)->rows, &unit, &now));
    assert_int_equal(now.row.grade, GRADE_VERY_GOOD);
    assert_true(scale_of_unit(&world_desk(world, LAX)->rows, &unit, &scale));
    assert_true(span_equal(scale_name(&scale, GRADE_UNSELLABLE), span_text("报废")));
    world_close(world);
}

/* --- findings --------------------------------------------------------------------------------- */

static enum error note(struct world *world, enum node_name at, const struct id *thing,
                       struct finding finding)
{
    union command_body body = {.finding_note = {.thing = *thing, .findings_count = 1}};
    body.finding_note.findings[0] = finding;
    enum error error = world_observe(world, at, COMMAND_FINDING_NOTE, &body);
    world_deliver_all(world);
    return error;
}

static bool stands(struct world *world, const struct id *thing, enum finding_kind kind)
{
    return finding_stands(&world_desk(world, SYD)->rows, thing, kind);
}

static void what_is_found_stands_beside_the_grade_and_says_who_answers_for_it(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id unit = scene_received(world, "I6");
    struct unit_act how = {.unit = unit, .findings_count = 2};
    how.findings[0] = (struct finding){.kind = FOUND_DAMAGED, .liability = LIABLE_CARRIER};
    how.findings[1] = (struct finding){.kind = FOUND_DAMAGED};
    (void)scene_act(world, COMMAND_UNIT_INSPECT, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "findings/1/kind: named_once");
    how.findings[1] = (struct finding){.kind = FOUND_MISSING_PART, .note = span_text("a lace")};
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, how), OK);
    how.grade = GRADE_GOOD;
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, how), OK);
    world_deliver_all(world);
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, SYD)->rows, &unit, &now));
    assert_int_equal(now.row.liability, LIABLE_CARRIER);
    assert_true(stands(world, &unit, FOUND_DAMAGED));
    assert_true(stands(world, &unit, FOUND_MISSING_PART));
    assert_false(stands(world, &unit, FOUND_LOST));
    world_close(world);
}

static void who_answers_is_left_open_where_findings_name_two(void **state)
{
    (void)state;
    const struct finding findings[] = {{.kind = FOUND_DAMAGED, .liability = LIABLE_CARRIER},
                                       {.kind = FOUND_WORN, .liability = LIABLE_BUYER}};
    assert_int_equal(finding_liability(findings, 1), LIABLE_CARRIER);
    assert_int_equal(finding_liability(findings, 2), 0);
}

/* Anybody observes anything anywhere; only a thing that nobody knows is no thing. */
static void what_was_lost_may_be_found_and_a_box_may_be_empty(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id unit = scene_received(world, "I7"), nothing = {{9}};
    struct unit_now now;
    assert_true(unit_load(&world_desk(world, LAX)->rows, &unit, &now));
    struct id box = now.row.box;
    assert_int_equal(note(world, SYD, &box, (struct finding){.kind = FOUND_EMPTY_BOX}), OK);
    assert_int_equal(note(world, LAX, &unit, (struct finding){.kind = FOUND_LOST}), OK);
    assert_true(stands(world, &box, FOUND_EMPTY_BOX));
    assert_true(stands(world, &unit, FOUND_LOST));
    assert_int_equal(note(world, LAX, &unit, (struct finding){.kind = FOUND_LOST, .gone = 1}), OK);
    assert_false(stands(world, &unit, FOUND_LOST));
    assert_int_equal(note(world, LAX, &nothing, (struct finding){.kind = FOUND_LOST}),
                     ERROR_NOT_FOUND);
    world_close(world);
}

/* --- a second person -------------------------------------------------------------------------- */

static struct id graded(struct world *world, const char *number, enum grade grade)
{
    struct id unit = scene_received(world, number);
    struct unit_act how = {.unit = unit};
    assert_int_equal(scene_act(world, COMMAND_UNIT_INSPECT, how), OK);
    how.grade = grade;
    assert_int_equal(scene_act(world, COMMAND_UNIT_GRADE, how), OK);
    return unit;
}

static enum error second(struct world *world, const struct id *unit, enum grade grade)
{
    union command_body body = {.unit_second = {.unit = *unit, .grade = grade}};
    return world_decide(world, COMMAND_UNIT_SECOND, &body, BY_OPERATOR, NULL, 0);
}

static enum error regrade(struct world *world, const struct id *unit, enum grade grade)
{
    struct unit_act how = {.unit = *unit, .grade = grade};
    return scene_act(world, COMMAND_UNIT_GRADE, how);
}

static enum error restock(struct world *world, const struct id *unit)
{
    struct unit_act how = {.unit = *unit, .disposition = DISPOSE_RESTOCK};
    enum error error = scene_act(world, COMMAND_UNIT_DISPOSE, how);
    if (error != OK) return error;
    return scene_act(world, COMMAND_UNIT_SETTLE, (struct unit_act){.unit = *unit});
}

static unsigned conflicts(struct world *world, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    world_deliver_all(world);
    while (walk_next(&world_desk(world, SYD)->rows, VIEW_CONFLICT, &walk, &row)) count++;
    return count;
}

static unsigned queue(struct world *world)
{
    struct key prefix = key_of(&world->nodes[LAX].warehouse);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned count = 0;
    while (walk_next(&world_desk(world, LAX)->rows, VIEW_SECOND_DUE, &walk, &row)) count++;
    return count;
}

static void two_grades_that_differ_keep_a_unit_until_the_first_person_agrees(void **state)
{
    (void)state;
    struct world *world = world_open(8);
    assert_int_equal(put_scale(world, NULL, 0, SHARE_BP_MAX), OK);
    as(world, 1);
    struct id unit = graded(world, "I8", GRADE_LIKE_NEW);
    assert_int_equal(queue(world), 1);
    (void)second(world, &unit, GRADE_GOOD);
    assert_refused(world, ERROR_CONFLICT, "by: second_person");
    as(world, 2);
    (void)second(world, &unit, 0);
    assert_refused(world, ERROR_MISSING_FIELD, "grade");
    assert_int_equal(second(world, &unit, GRADE_GOOD), OK);
    (void)second(world, &unit, GRADE_GOOD);
    assert_refused(world, ERROR_CONFLICT, "unit: it has its second grade");
    assert_int_equal(queue(world), 0);
    assert_int_equal(conflicts(world, &unit), 1);
    assert_int_equal(restock(world, &unit), ERROR_CONFLICT);
    assert_int_equal(regrade(world, &unit, GRADE_GOOD), OK); /* by the second one alone */
    assert_int_equal(conflicts(world, &unit), 1);
    as(world, 1);
    assert_int_equal(regrade(world, &unit, GRADE_LIKE_NEW), OK);
    assert_int_equal(restock(world, &unit), ERROR_CONFLICT);
    assert_int_equal(regrade(world, &unit, GRADE_GOOD), OK);
    assert_int_equal(conflicts(world, &unit), 0);
    assert_int_equal(restock(world, &unit), OK);
    world_close(world);
}

static void a_third_person_ends_it_by_whatever_grade(void **state)
{
    (void)state;
    struct world *world = world_open(9);
    as(world, 1);
    struct id unit = graded(world, "I9", GRADE_LIKE_NEW);
    as(world, 2);
    assert_int_equal(second(world, &unit, GRADE_GOOD), OK);
    as(world, 3);
    assert_int_equal(regrade(world, &unit, GRADE_VERY_GOOD), OK);
    assert_int_equal(conflicts(world, &unit), 0);
    assert_int_equal(restock(world, &unit), OK);
    world_close(world);
}

static struct inspector_row day_of(struct world *world, uint8_t person)
{
    struct id token = {{person}};
    struct inspector_row row = {.inspected = 0};
    struct key key = key_add_uint(key_of(&world->nodes[LAX].warehouse), world->now_ms / DAY_MS, 4);
    key = key_add_id(key_add_id(key, &token), &world->logs[LOG_LAX].id);
    (void)rows_load(&world_desk(world, LAX)->rows, VIEW_INSPECTOR, &key, &inspector_row_shape,
                    &row);
    return row;
}

static void agreement_is_counted_for_whoever_graded_first(void **state)
{
    (void)state;
    struct world *world = world_open(10);
    as(world, 1);
    struct id agreed = graded(world, "I10", GRADE_GOOD), other = graded(world, "I11", GRADE_GOOD);
    as(world, 2);
    assert_int_equal(second(world, &agreed, GRADE_GOOD), OK);
    assert_int_equal(second(world, &other, GRADE_UNSELLABLE), OK);
    assert_int_equal(conflicts(world, &agreed), 0);
    assert_int_equal(restock(world, &agreed), OK);
    struct inspector_row first = day_of(world, 1), looker = day_of(world, 2);
    assert_int_equal(first.inspected, 2);
    assert_int_equal(first.graded, 2);
    assert_int_equal(first.second, 2);
    assert_int_equal(first.agreed, 1);
    assert_int_equal(looker.looked, 2);
    assert_int_equal(looker.graded, 0);
    assert_true(first.hours != 0 && looker.hours != 0);
    world_close(world);
}

/* Of many units about the share is due, and of each unit always the same is said. */
static void the_share_says_how_many_and_the_unit_which(void **state)
{
    (void)state;
    struct world *world = world_open(11);
    assert_int_equal(put_scale(world, NULL, 0, 2500), OK);
    unsigned due = 0;
    for (unsigned i = 0; i < 60; i++) {
        char number[8];
        snprintf(number, sizeof number, "S%u", i);
        struct id unit = scene_received(world, number);
        bool is_due = second_is_due(world_desk(world, LAX), &unit);
        assert_int_equal(second_is_due(world_desk(world, SYD), &unit), is_due);
        due += is_due;
    }
    printf("%u of 60 are due\n", due);
    assert_true(due > 4 && due < 30);
    world_close(world);
}

/* --- in any order ----------------------------------------------------------------------------- */

static void hold(struct world *world, const struct id *unit, enum command_kind kind)
{
    union command_body body = {.unit_hold = {.unit = *unit,
                                             .kind = 1 + world_random(world, HOLD_KIND_COUNT - 1),
                                             .reason = span_text("seen"),
                                             .method = span_text("so"),
                                             .result = span_text("gone")}};
    (void)world_decide(world, kind, &body, BY_ADMIN, NULL, 0);
}

static void recall(struct world *world)
{
    union command_body body = {.recall_put = {.merchant = *mei(world),
                                              .sku = span_text("SHOE-42"),
                                              .end = world_random(world, 2),
                                              .reason = span_text("it burns")}};
    if (world_random(world, 2) == 0) body.recall_put.lot = span_text("B-7");
    (void)world_decide(world, COMMAND_RECALL_PUT, &body, BY_MERCHANT, NULL, 0);
}

static void random_act(struct world *world, const struct id *unit)
{
    enum grade grade = (enum grade)(1 + world_random(world, GRADES_NAMED));
    struct unit_act away = {.unit = *unit, .to = world->nodes[SYD].warehouse};
    union command_body take = {
        .unit_take = {.unit = *unit, .warehouse = world->nodes[SYD].warehouse}};
    as(world, (uint8_t)(1 + world_random(world, 3)));
    switch (world_random(world, 9)) {
    case 0: hold(world, unit, COMMAND_UNIT_HOLD); break;
    case 1: hold(world, unit, COMMAND_UNIT_LIFT); break;
    case 2: recall(world); break;
    case 3:
        (void)note(world, (enum node_name)world_random(world, 3), unit,
                   (struct finding){.kind = 1 + world_random(world, FINDING_KIND_COUNT - 1),
                                    .gone = world_random(world, 2)});
        break;
    case 4:
    case 5: (void)second(world, unit, grade); break;
    case 6: (void)regrade(world, unit, grade); break;
    case 7:
        if (world_random(world, 3) == 0) (void)scene_act(world, COMMAND_UNIT_SHIP, away);
        world_deliver_all(world);
        (void)world_decide(world, COMMAND_UNIT_TAKE, &take, BY_OPERATOR, NULL, 0);
        break;
    default: (void)scene_act(world, COMMAND_UNIT_INSPECT, (struct unit_act){.unit = *unit}); break;
    }
}

static void rows_are_the_same_whatever_the_order_in_which_logs_arrive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct world *world = world_open(200 + seed);
        struct id units[4];
        put_sku(world);
        assert_int_equal(put_scale(world, NULL, 0, SHARE_BP_MAX / 2), OK);
        for (unsigned i = 0; i < 4; i++) {
            char number[8];
            snprintf(number, sizeof number, "R%u", i);
            units[i] = graded(world, number, GRADE_GOOD);
        }
        for (unsigned i = 0; i < 80; i++) {
            random_act(world, &units[world_random(world, 4)]);
            world_deliver_all(world);
        }
        world_settle(world);
        for (unsigned round = 0; round < 3; round++) {
            struct rows_memory *memory = rows_memory_open();
            world_fold_shuffled(world, memory);
            assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
            rows_memory_close(memory);
        }
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_the_list_asks_is_answered_or_the_inspection_is_refused_by_its_question),
        cmocka_unit_test(an_answer_is_of_the_kind_that_is_asked_for),
        cmocka_unit_test(a_list_is_changed_whole_and_one_that_contradicts_itself_is_refused),
        cmocka_unit_test(answers_and_a_grade_belong_to_their_own_step),
        cmocka_unit_test(
            a_grade_is_given_by_the_merchants_own_name_and_means_the_lowest_that_bears_it),
        cmocka_unit_test(what_is_found_stands_beside_the_grade_and_says_who_answers_for_it),
        cmocka_unit_test(who_answers_is_left_open_where_findings_name_two),
        cmocka_unit_test(what_was_lost_may_be_found_and_a_box_may_be_empty),
        cmocka_unit_test(two_grades_that_differ_keep_a_unit_until_the_first_person_agrees),
        cmocka_unit_test(a_third_person_ends_it_by_whatever_grade),
        cmocka_unit_test(agreement_is_counted_for_whoever_graded_first),
        cmocka_unit_test(the_share_says_how_many_and_the_unit_which),
        cmocka_unit_test(rows_are_the_same_whatever_the_order_in_which_logs_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

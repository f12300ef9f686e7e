/* What users of other systems complain of most, as far as it is about goods and stock: each
 * complaint is a story that ends well here, and does not when its guard is taken out. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING ((struct unit_act){.grade = 0})

static unsigned count_rows(struct story *story, enum view_table table)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, table, &walk, &row)) count++;
    story_read_end(story, RTM);
    return count;
}

static void grade(struct story *story, enum site place, const struct id *unit, enum grade grade)
{
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_INSPECT, unit, NOTHING);
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_GRADE, unit,
                (struct unit_act){.grade = grade});
}

static void dispose(struct story *story, enum site place, const struct id *unit,
                    enum disposition disposition)
{
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_DISPOSE, unit,
                (struct unit_act){.disposition = disposition});
}

static void settle(struct story *story, enum site place, const struct id *unit)
{
    act_on_unit(story, place, BY_OPERATOR, COMMAND_UNIT_SETTLE, unit, NOTHING);
}

static void send(struct story *story, enum site from, enum site to, const struct id *unit)
{
    act_on_unit(story, from, BY_OPERATOR, COMMAND_UNIT_SHIP, unit,
                (struct unit_act){.to = story->world.host[to].card.warehouse});
}

/* So many hats are sold, asked back and received in Los Angeles; the first of them. */
static struct id hats(struct story *story, uint64_t asked, unsigned come)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = asked, .price_minor = 1000});
    ask_back(story, RTM, BY_OPERATOR, "HATS", asked, "HATS");
    struct id box = receive_units(story, LAX, "HATS", "HAT", come, NULL);
    return unit_of_box(story, LAX, &box, 0);
}

static bool unit_is(struct story *story, enum unit_state state)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct unit_now now = {.hop = 0};
    const struct rows *rows = story_read(story, RTM);
    if (walk_next(rows, VIEW_UNIT, &walk, &row)) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes, ID_BYTES);
        if (!unit_load(rows, &unit, &now)) now.hop = 0;
    }
    story_read_end(story, RTM);
    return now.hop > 0 && now.row.state == (uint64_t)state;
}

/* --- the shelf -------------------------------------------------------------------------------- */

static void what_is_unsellable_does_not_get_on_the_shelf(struct story *story)
{
    struct id hat = hats(story, 2, 2);
    grade(story, LAX, &hat, GRADE_UNSELLABLE);
    dispose(story, LAX, &hat, DISPOSE_RESTOCK);
    settle(story, LAX, &hat);
}

static bool the_shelf_is_empty(struct story *story)
{
    return count_rows(story, VIEW_STOCK) == 0;
}

/* Los Angeles sends it to Sydney, and there it is sold again. */
static void what_came_from_another_warehouse_gets_on_the_shelf(struct story *story)
{
    struct id hat = hats(story, 1, 1);
    send(story, LAX, SYD, &hat);
    unit_arrives(story, SYD, BY_OPERATOR, &hat);
    grade(story, SYD, &hat, GRADE_GOOD);
    dispose(story, SYD, &hat, DISPOSE_RESTOCK);
    settle(story, SYD, &hat);
}

static bool the_shelf_has_one(struct story *story)
{
    return count_rows(story, VIEW_STOCK) == 1;
}

static void what_is_to_be_repaired_is_not_done_with(struct story *story)
{
    struct id hat = hats(story, 1, 1);
    grade(story, LAX, &hat, GRADE_ACCEPTABLE);
    dispose(story, LAX, &hat, DISPOSE_REFURBISH);
    settle(story, LAX, &hat);
    assert_true(count_rows(story, VIEW_STOCK) == 0);
}

static bool it_waits_for_its_work(struct story *story)
{
    return unit_is(story, UNIT_DISPOSED);
}

/* --- leave ------------------------------------------------------------------------------------ */

static void nothing_is_given_away_without_its_owners_leave(struct story *story)
{
    struct id hat = hats(story, 1, 1);
    grade(story, LAX, &hat, GRADE_VERY_GOOD);
    dispose(story, LAX, &hat, DISPOSE_DONATE);
    settle(story, LAX, &hat);
}

static bool it_is_only_graded(struct story *story)
{
    return unit_is(story, UNIT_GRADED);
}

/* --- what a unit is, and where ---------------------------------------------------------------- */

static void a_unit_is_the_same_thing_at_the_next_warehouse(struct story *story)
{
    struct id hat = hats(story, 1, 1);
    grade(story, LAX, &hat, GRADE_GOOD);
    send(story, LAX, SYD, &hat);
    unit_arrives(story, SYD, BY_OPERATOR, &hat);
}

static bool it_is_a_hat_in_sydney(struct story *story)
{
    struct id unit;
    struct unit_now now;
    assert_true(story_unit(story, RTM, &unit));
    bool found = unit_load(story_read(story, RTM), &unit, &now);
    bool hat = found && now.hop == 2 && span_equal(now.row.sku, span_text("HAT"));
    story_read_end(story, RTM);
    return hat;
}

/* It is on its way to Sydney. Somebody in Rotterdam scans the same plate. */
static void a_unit_does_not_stand_in_two_warehouses(struct story *story)
{
    struct id hat = hats(story, 1, 1);
    send(story, LAX, SYD, &hat);
    unit_arrives(story, RTM, BY_OPERATOR, &hat);
    unit_arrives(story, SYD, BY_OPERATOR, &hat);
}

static bool sydney_has_it_and_another_one_is_in_rotterdam(struct story *story)
{
    const struct host *syd = &story->world.host[SYD];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned in_sydney = 0, units = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_UNIT, &walk, &row)) {
        struct unit_row unit;
        if (shape_decode(&unit_row_shape, row.value, &unit, NULL) != OK) continue;
        bool first_hop = be_get(walk.at.bytes + ID_BYTES, 2) == 1;
        units += first_hop ? 1 : 0;
        if (!first_hop) in_sydney += id_equal(&unit.warehouse, &syd->card.warehouse) ? 1 : 0;
    }
    story_read_end(story, RTM);
    return units == 2 && in_sydney == 1;
}

/* Its plate is read in Sydney while it is looked at in Los Angeles: a person looks at the two. */
static void a_plate_that_turns_up_elsewhere_is_shown_to_a_person(struct story *story)
{
    struct id hat = hats(story, 1, 1);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_INSPECT, &hat, NOTHING);
    unit_arrives(story, SYD, BY_OPERATOR, &hat);
}

static bool a_person_has_something_to_look_at(struct story *story)
{
    return count_rows(story, VIEW_CONFLICT) == 1;
}

/* --- what was asked back ---------------------------------------------------------------------- */

/* Two were sold, one was asked back, and two lie in the box. */
static void of_more_than_was_asked_back_the_rest_counts_as_over(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 2, .price_minor = 1000});
    ask_back(story, RTM, BY_MERCHANT, "HATS", 1, "HATS");
    receive_units(story, SYD, "HATS", "HAT", 2, NULL);
    story_wait(story, 600);
}

static unsigned assigned(struct story *story, bool over)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct assigned_row assigned;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_ASSIGNED, &walk, &row))
        if (shape_decode(&assigned_row_shape, row.value, &assigned, NULL) == OK)
            count += (assigned.over != 0) == over ? 1 : 0;
    story_read_end(story, RTM);
    return count;
}

static bool one_counts_and_one_is_over(struct story *story)
{
    return assigned(story, false) == 1 && assigned(story, true) == 1 && paid_minor(story) == 1000;
}

/* A stone comes instead of a hat. */
static void a_switched_item_is_not_paid(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 1, .price_minor = 1000});
    ask_back(story, RTM, BY_PARTNER, "HATS", 1, "HATS");
    receive_units(story, LAX, "HATS", "STONE", 1, NULL);
    story_wait(story, 600);
}

static bool nothing_was_paid(struct story *story)
{
    return paid_minor(story) == 0;
}

/* The buyer called it off, and it comes all the same. */
static void goods_that_contradict_a_decision_are_shown_to_a_person(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 1, .price_minor = 1000});
    struct id back = ask_back(story, RTM, BY_OPERATOR, "HATS", 1, "HATS");
    answer_return(story, RTM, BY_OPERATOR, COMMAND_RETURN_CANCEL, &back);
    receive_units(story, LAX, "HATS", "HAT", 1, NULL);
    story_wait(story, 600);
    assert_int_equal(paid_minor(story), 0);
}

static bool a_person_is_shown_the_return(struct story *story)
{
    return count_rows(story, VIEW_CONFLICT) > 0;
}

/* clang-format off */
static const struct told_story stories[] = {
    GUARDED(what_is_unsellable_does_not_get_on_the_shelf, the_shelf_is_empty,
            "unsellable_restocked", "what is damaged is restocked with the rest"),
    GUARDED(what_came_from_another_warehouse_gets_on_the_shelf, the_shelf_has_one,
            "stock_forgotten", "it was restocked, and no stock is there"),
    GUARDED(what_is_to_be_repaired_is_not_done_with, it_waits_for_its_work,
            "repair_settled", "a skipped step loses goods"),
    GUARDED(nothing_is_given_away_without_its_owners_leave, it_is_only_graded,
            "destroyed_without_leave", "goods are gone that their owner never gave away"),
    GUARDED(a_unit_is_the_same_thing_at_the_next_warehouse, it_is_a_hat_in_sydney,
            "goods_forgotten", "returned to another warehouse it is a new thing of no value"),
    GUARDED(a_unit_does_not_stand_in_two_warehouses, sydney_has_it_and_another_one_is_in_rotterdam,
            "taken_from_anywhere", "one unit is counted in two warehouses"),
    GUARDED(a_plate_that_turns_up_elsewhere_is_shown_to_a_person, a_person_has_something_to_look_at,
            "plate_unflagged", NULL),
    GUARDED(of_more_than_was_asked_back_the_rest_counts_as_over, one_counts_and_one_is_over,
            "over_assigned", "receipts in several steps make the returned quantity wrong"),
    GUARDED(a_switched_item_is_not_paid, nothing_was_paid,
            "foreign_paid", "a switched item is refunded"),
    GUARDED(goods_that_contradict_a_decision_are_shown_to_a_person, a_person_is_shown_the_return,
            "contest_hidden", NULL),
};
/* clang-format on */

const struct told_list stories_of_goods = TOLD_LIST(stories);

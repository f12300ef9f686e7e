/* Units on the floor, and on their way from one warehouse to another: each step by the operator,
 * and by the admin at the same desk. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOTHING ((struct unit_act){.grade = 0})

static struct id lamp_unit(struct story *story, enum site place, enum actor_kind by)
{
    ask_back(story, place, by, "SZ-1", 1, "LAMP");
    struct id box = receive_units_by(story, place, by == BY_ADMIN ? BY_ADMIN : BY_OPERATOR, "LAMP",
                                     "LAMP", 1, NULL);
    return unit_of_box(story, place, &box, 0);
}

static void graded(struct story *story, enum site place, enum actor_kind by, const struct id *unit,
                   enum grade grade)
{
    act_on_unit(story, place, by, COMMAND_UNIT_INSPECT, unit, NOTHING);
    act_on_unit(story, place, by, COMMAND_UNIT_GRADE, unit, (struct unit_act){.grade = grade});
    assert_int_equal(story->last_error, OK);
}

static void disposed(struct story *story, enum site place, enum actor_kind by,
                     const struct id *unit, enum disposition disposition)
{
    act_on_unit(story, place, by, COMMAND_UNIT_DISPOSE, unit,
                (struct unit_act){.disposition = disposition});
}

/* It is graded twice, and the last button is pressed twice: the shelf has one lamp. */
static void a_lamp_is_put_into_stock_once(struct story *story)
{
    struct id unit = lamp_unit(story, LAX, BY_OPERATOR);
    graded(story, LAX, BY_OPERATOR, &unit, GRADE_LIKE_NEW);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_GOOD});
    disposed(story, LAX, BY_OPERATOR, &unit, DISPOSE_RESTOCK);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_SETTLE, &unit, NOTHING);
    act_on_unit(story, LAX, BY_OPERATOR, COMMAND_UNIT_SETTLE, &unit, NOTHING);
}

static bool the_shelf_has_one(struct story *story)
{
    return story_count(story, RTM, VIEW_STOCK) == 1;
}

/* The same by the admin, who grades it twice, has it repaired, and chooses again. */
static void a_lamp_is_repaired_graded_again_and_resold(struct story *story)
{
    struct id unit = lamp_unit(story, SYD, BY_MERCHANT);
    graded(story, SYD, BY_ADMIN, &unit, GRADE_ACCEPTABLE);
    act_on_unit(story, SYD, BY_ADMIN, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_GOOD});
    disposed(story, SYD, BY_ADMIN, &unit, DISPOSE_REPAIR);
    act_on_unit(story, SYD, BY_ADMIN, COMMAND_UNIT_GRADE, &unit,
                (struct unit_act){.grade = GRADE_LIKE_NEW});
    assert_int_equal(story->last_error, OK);
    disposed(story, SYD, BY_ADMIN, &unit, DISPOSE_HOLD);
    disposed(story, SYD, BY_ADMIN, &unit, DISPOSE_VENDOR);
    disposed(story, SYD, BY_ADMIN, &unit, DISPOSE_RELABEL);
    disposed(story, SYD, BY_ADMIN, &unit, DISPOSE_RESTOCK);
    act_on_unit(story, SYD, BY_ADMIN, COMMAND_UNIT_SETTLE, &unit, NOTHING);
    assert_int_equal(story->last_error, OK);
    assert_int_equal(story_count(story, RTM, VIEW_STOCK), 1);
}

/* What cannot be undone waits for its owner's leave to just that. */
static void a_lamp_is_destroyed_with_its_owners_leave(struct story *story)
{
    static const enum actor_kind who[] = {BY_OPERATOR, BY_ADMIN};
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 4, .price_minor = 1000});
    ask_back(story, LAX, BY_ADMIN, "HATS", 4, "HATS");
    struct id box = receive_units(story, LAX, "HATS", "HAT", 4, NULL);
    for (unsigned i = 0; i < 4; i++) {
        enum actor_kind by = who[i % 2];
        struct id unit = unit_of_box(story, LAX, &box, i);
        graded(story, LAX, by, &unit, GRADE_UNSELLABLE);
        disposed(story, LAX, by, &unit, DISPOSE_DESTROY);
        assert_int_equal(story->last_error, ERROR_FACT_MISSING);
        if (i >= 2) disposed(story, LAX, by, &unit, DISPOSE_HOLD);
        owner_releases(story, SYD, &unit, DISPOSE_DESTROY);
        disposed(story, LAX, by, &unit, DISPOSE_DESTROY);
        assert_int_equal(story->last_error, OK);
        act_on_unit(story, LAX, by, COMMAND_UNIT_SETTLE, &unit, NOTHING);
        assert_int_equal(story->last_error, ERROR_FACT_MISSING); /* it takes two */
        act_on_unit(story, LAX, who[(i + 1) % 2], COMMAND_UNIT_SETTLE, &unit, NOTHING);
        assert_int_equal(story->last_error, OK);
    }
}

/* From Los Angeles to Sydney and back, once in each state that is not an end. */
static void ship_and_take(struct story *story, enum actor_kind by, enum site from, enum site to,
                          const struct id *unit)
{
    act_on_unit(story, from, by, COMMAND_UNIT_SHIP, unit,
                (struct unit_act){.to = story->world.host[to].card.warehouse});
    assert_int_equal(story->last_error, OK);
    unit_arrives(story, to, by, unit);
    assert_int_equal(story->last_error, OK);
}

static void custody_goes_to_and_fro(struct story *story, enum actor_kind by, enum actor_kind asks)
{
    struct id unit = lamp_unit(story, LAX, asks);
    ship_and_take(story, by, LAX, SYD, &unit);
    act_on_unit(story, SYD, by, COMMAND_UNIT_INSPECT, &unit, NOTHING);
    ship_and_take(story, by, SYD, LAX, &unit);
    graded(story, LAX, by, &unit, GRADE_GOOD);
    ship_and_take(story, by, LAX, RTM, &unit);
    graded(story, RTM, by, &unit, GRADE_GOOD);
    disposed(story, RTM, by, &unit, DISPOSE_RESTOCK);
    ship_and_take(story, by, RTM, SYD, &unit);
}

static void the_operator_sends_a_unit_round_the_warehouses(struct story *story)
{
    custody_goes_to_and_fro(story, BY_OPERATOR, BY_OPERATOR);
}

static void the_admin_sends_a_unit_round_the_warehouses(struct story *story)
{
    custody_goes_to_and_fro(story, BY_ADMIN, BY_ADMIN);
}

/* While Sydney is cut off its floor goes on, and the book hears of the boxes only later: what a
 * unit became meanwhile does not matter to whose it is. */
static void units_are_assigned_whatever_became_of_them_meanwhile(struct story *story)
{
    sell(story,
         &(struct sale){.reference = "HATS", .sku = "HAT", .quantity = 6, .price_minor = 1000});
    struct id hats = ask_back(story, RTM, BY_PARTNER, "HATS", 6, "HATS");
    story_cut(story, SYD, true);
    struct id box = receive_units(story, SYD, "HATS", "HAT", 6, NULL);
    for (unsigned i = 1; i < 6; i++) {
        struct id unit = unit_of_box(story, SYD, &box, i);
        act_on_unit(story, SYD, BY_OPERATOR, COMMAND_UNIT_INSPECT, &unit, NOTHING);
        if (i >= 2)
            act_on_unit(story, SYD, BY_OPERATOR, COMMAND_UNIT_GRADE, &unit,
                        (struct unit_act){.grade = GRADE_GOOD});
        if (i >= 3) disposed(story, SYD, BY_OPERATOR, &unit, DISPOSE_RESTOCK);
        if (i == 4) act_on_unit(story, SYD, BY_OPERATOR, COMMAND_UNIT_SETTLE, &unit, NOTHING);
        if (i == 5)
            act_on_unit(story, SYD, BY_OPERATOR, COMMAND_UNIT_SHIP, &unit,
                        (struct unit_act){.to = story->world.host[LAX].card.warehouse});
    }
    story_cut(story, SYD, false);
    story_wait(story, 3600);
    assert_int_equal(state_of(story, &hats), RETURN_CLOSED);
    assert_int_equal(paid_minor(story), 6000);
}

static const struct told_story stories[] = {
    GUARDED(a_lamp_is_put_into_stock_once, the_shelf_has_one, "double_restock", NULL),
    TOLD(a_lamp_is_repaired_graded_again_and_resold),
    TOLD(a_lamp_is_destroyed_with_its_owners_leave),
    TOLD(the_operator_sends_a_unit_round_the_warehouses),
    TOLD(the_admin_sends_a_unit_round_the_warehouses),
    TOLD(units_are_assigned_whatever_became_of_them_meanwhile),
};

const struct told_list stories_of_units = TOLD_LIST(stories);

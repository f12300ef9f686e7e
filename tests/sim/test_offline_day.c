/* A day on which Los Angeles hears of nobody: it receives its parcels and works them off, while
 * Rotterdam and Sydney work on and the book answers. Then they meet. Nothing is lost, money moved
 * once for each unit, and whatever the two sides did to one thing lies before a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/sim/acts.h"

#ifndef PARCELS
#define PARCELS 2000
#endif
#define ELSEWHERE   50 /* each so many parcels more come in Rotterdam and Sydney */
#define PRICE_MINOR 100
#define HOUR_S      3600

/* What becomes of the nth parcel in Los Angeles. */
enum fate { TO_STOCK, TO_HOLD, TO_DESTROY, TO_WAIT, FATES };
static enum fate fate_of(unsigned nth)
{
    static const enum fate fates[] = {TO_STOCK, TO_STOCK, TO_STOCK,   TO_HOLD,  TO_STOCK,
                                      TO_STOCK, TO_STOCK, TO_DESTROY, TO_STOCK, TO_WAIT};
    return fates[nth % 10];
}

/* One in forty is contradicted elsewhere, in one of these ways. */
enum contradiction { NONE, RECEIVED_TWICE, CALLED_OFF, IN_TWO_PLACES };
static enum contradiction contradiction_of(unsigned nth)
{
    static const enum contradiction kinds[] = {RECEIVED_TWICE, CALLED_OFF, IN_TWO_PLACES};
    return nth % 40 == 0 ? kinds[nth / 40 % 3] : NONE;
}

struct parcel {
    struct id return_id, box, unit;
    struct id plate; /* what the goods say that they are, where they are another unit by now */
};

static struct day {
    struct story *story;
    struct parcel parcel[PARCELS + 2 * ELSEWHERE];
    unsigned refused;
} day;

static void on_answer(struct world *world, struct host *host, const struct answer_out *answer)
{
    (void)host;
    struct story *story = (struct story *)(void *)world;
    story->last_state = answer->state;
    story->last_error = answer->error;
    if (!id_is_zero(&answer->entity)) story->last_entity = answer->entity;
}

static void on_call(struct world *world, struct host *host, enum call_kind kind,
                    const struct refund_call *call)
{
    (void)world, (void)host, (void)kind, (void)call;
}

static const char *number_of(unsigned nth)
{
    static char number[TRACKING_NUMBER_BYTES_MAX];
    snprintf(number, sizeof number, "DAY%05u", nth);
    return number;
}

/* --- the eve: everything is sold and asked back ----------------------------------------------- */

static void sell_and_ask(unsigned nth)
{
    union command_body body = {0};
    struct order_import *order = &body.order_import;
    struct story *story = day.story;
    *order = (struct order_import){.merchant = story->merchant,
                                   .reference = span_text(number_of(nth)),
                                   .currency = 978,
                                   .sold_ms = WORLD_EPOCH_MS - 5 * (uint64_t)86400000,
                                   .lines_count = 1,
                                   .payments_count = 1};
    order->lines[0] =
        (struct order_line){.sku = span_text("HAT"), .quantity = 1, .price_minor = PRICE_MINOR};
    order->payments[0] = (struct payment){.provider = span_text("stripe"),
                                          .reference = span_text(number_of(nth)),
                                          .captured_minor = PRICE_MINOR};
    wish_at(story, RTM, COMMAND_ORDER_IMPORT, BY_MERCHANT, &body, NEW);
    assert_int_equal(story->last_error, OK);
    body = (union command_body){0};
    struct return_request *wish = &body.return_request;
    *wish = (struct return_request){.merchant = story->merchant,
                                    .order_reference = span_text(number_of(nth)),
                                    .number = span_text(number_of(nth)),
                                    .lines_count = 1};
    wish->lines[0] = (struct return_line){.quantity = 1, .reason = REASON_UNWANTED};
    wish_at(story, RTM, COMMAND_RETURN_REQUEST, BY_OPERATOR, &body, NEW);
    assert_int_equal(story->last_error, OK);
    day.parcel[nth].return_id = story->last_entity;
}

/* --- the day ---------------------------------------------------------------------------------- */

static struct id receive_at(enum site place, unsigned nth)
{
    union command_body body = {0};
    body.box_receive =
        (struct box_receive){.warehouse = day.story->world.host[place].card.warehouse,
                             .number = span_text(number_of(nth)),
                             .weight_g = 300,
                             .items_count = 1};
    body.box_receive.items[0].sku = span_text("HAT");
    wish_at(day.story, place, COMMAND_BOX_RECEIVE, BY_OPERATOR, &body, NEW);
    assert_int_equal(day.story->last_error, OK);
    return day.story->last_entity;
}

static void act_at(enum site place, enum command_kind kind, const struct id *unit,
                   struct unit_act how)
{
    union command_body body = {.unit_act = how};
    body.unit_act.unit = *unit;
    wish_at(day.story, place, kind, BY_OPERATOR, &body, NEW);
}

static void work_off(enum site place, struct parcel *parcel, enum fate fate)
{
    static const enum disposition chosen[FATES] = {DISPOSE_RESTOCK, DISPOSE_HOLD, DISPOSE_DESTROY,
                                                   0};
    struct story *story = day.story;
    if (fate == TO_WAIT) return;
    act_at(place, COMMAND_UNIT_INSPECT, &parcel->unit, (struct unit_act){0});
    assert_int_equal(story->last_error, OK);
    act_at(place, COMMAND_UNIT_GRADE, &parcel->unit,
           (struct unit_act){.grade = fate == TO_DESTROY ? GRADE_UNSELLABLE : GRADE_LIKE_NEW});
    assert_int_equal(story->last_error, OK);
    act_at(place, COMMAND_UNIT_DISPOSE, &parcel->unit,
           (struct unit_act){.disposition = chosen[fate]});
    /* What cannot be undone waits for its owner, who cannot be heard. */
    assert_int_equal(story->last_error, fate == TO_DESTROY ? ERROR_FACT_MISSING : OK);
    day.refused += fate == TO_DESTROY ? 1 : 0;
    if (fate != TO_STOCK) return;
    act_at(place, COMMAND_UNIT_SETTLE, &parcel->unit, (struct unit_act){0});
    assert_int_equal(story->last_error, OK);
}

/* Its plate says that it stands in Sydney, and the goods are here. */
static void take_at(enum site place, struct parcel *parcel)
{
    union command_body body = {
        .unit_take = {parcel->unit, day.story->world.host[place].card.warehouse}};
    wish_at(day.story, place, COMMAND_UNIT_TAKE, BY_OPERATOR, &body, NEW);
    assert_int_equal(day.story->last_error, OK);
    assert_false(id_equal(&day.story->last_entity, &parcel->unit));
    parcel->plate = parcel->unit;
    parcel->unit = day.story->last_entity;
}

static void receive(enum site place, unsigned nth)
{
    struct parcel *parcel = &day.parcel[nth];
    parcel->box = receive_at(place, nth);
    parcel->unit = unit_of_box(day.story, place, &parcel->box, 0);
    assert_false(id_is_zero(&parcel->unit));
}

static void receive_and_work_off(enum site place, unsigned nth, enum fate fate)
{
    if (nth < PARCELS && contradiction_of(nth) == IN_TWO_PLACES)
        take_at(place, &day.parcel[nth]);
    else
        receive(place, nth);
    work_off(place, &day.parcel[nth], fate);
}

/* What the others do to the same things while Los Angeles is not heard. */
static void contradict(unsigned nth)
{
    struct story *story = day.story;
    union command_body body = {
        .return_decide = {.return_id = day.parcel[nth].return_id, .reason = span_text("so be it")}};
    switch (contradiction_of(nth)) {
    case RECEIVED_TWICE: receive_at(SYD, nth); return;
    case CALLED_OFF: wish_at(story, RTM, COMMAND_RETURN_CANCEL, BY_OPERATOR, &body, NEW); break;
    case IN_TWO_PLACES: /* since the eve */
    case NONE:
    default: return;
    }
}

/* --- what must hold --------------------------------------------------------------------------- */

static unsigned count_rows(enum site place, enum view_table table)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    const struct rows *rows = story_read(day.story, place);
    while (walk_next(rows, table, &walk, &row)) count++;
    story_read_end(day.story, place);
    return count;
}

static bool is_flagged(enum site place, const struct id *subject)
{
    struct key prefix = key_of(subject);
    struct walk walk = walk_over(&prefix);
    struct row row;
    const struct rows *rows = story_read(day.story, place);
    bool found = walk_next(rows, VIEW_CONFLICT, &walk, &row);
    story_read_end(day.story, place);
    return found;
}

static struct unit_now unit_at(enum site place, const struct id *unit)
{
    struct unit_now now;
    assert_true(unit_load(story_read(day.story, place), unit, &now));
    story_read_end(day.story, place);
    return now;
}

/* Every place shows each unit where Los Angeles left it. */
static void nothing_is_lost(enum site place)
{
    static const enum unit_state ends[FATES] = {UNIT_SETTLED, UNIT_DISPOSED, UNIT_GRADED,
                                                UNIT_RECEIVED};
    unsigned stocked = 0;
    for (unsigned i = 0; i < PARCELS; i++) {
        assert_int_equal(unit_at(place, &day.parcel[i].unit).row.state, ends[fate_of(i)]);
        stocked += fate_of(i) == TO_STOCK ? 1 : 0;
    }
    assert_int_equal(count_rows(place, VIEW_STOCK), stocked + 2 * ELSEWHERE);
}

/* What was contradicted is flagged, and nothing else is, but for what is in no state to be sold. */
static void contradictions_are_flagged(enum site place)
{
    for (unsigned i = 0; i < PARCELS; i++) {
        bool of_unit = contradiction_of(i) == IN_TWO_PLACES;
        const struct parcel *parcel = &day.parcel[i];
        bool flagged = is_flagged(place, of_unit ? &parcel->plate : &parcel->return_id);
        /* Unsellable, and granted as if it were not: a person looks at that as well. */
        bool expected = contradiction_of(i) != NONE || fate_of(i) == TO_DESTROY;
        if (flagged != expected)
            fail_msg("parcel %u (%d) is%s flagged", i, (int)contradiction_of(i),
                     flagged ? "" : " not");
    }
}

static void money_moved_once(void)
{
    const struct provider *provider = &day.story->world.provider;
    unsigned due = PARCELS + 2 * ELSEWHERE;
    for (unsigned i = 0; i < PARCELS; i++) due -= contradiction_of(i) == CALLED_OFF ? 1 : 0;
    for (uint32_t i = 0; i < provider->count; i++)
        assert_int_equal(provider->entry[i].times_paid, 1);
    assert_int_equal(provider->count, due);
}

/* Heard again, the owner says yes, and the floor goes on where it stopped. */
static void destroy_with_leave(void)
{
    for (unsigned i = 0; i < PARCELS; i++) {
        const struct id *unit = &day.parcel[i].unit;
        if (fate_of(i) != TO_DESTROY) continue;
        union command_body body = {.unit_release = {.unit = *unit,
                                                    .merchant = day.story->merchant,
                                                    .disposition = DISPOSE_DESTROY}};
        wish_at(day.story, RTM, COMMAND_UNIT_RELEASE, BY_MERCHANT, &body, NEW);
        assert_int_equal(day.story->last_error, OK);
        story_wait(day.story, 20);
        act_at(LAX, COMMAND_UNIT_DISPOSE, unit, (struct unit_act){.disposition = DISPOSE_DESTROY});
        assert_int_equal(day.story->last_error, OK);
        body = (union command_body){.unit_act = {.unit = *unit}}; /* it takes two */
        wish_at(day.story, LAX, COMMAND_UNIT_SETTLE, BY_ADMIN, &body, NEW);
        assert_int_equal(day.story->last_error, OK);
    }
    story_wait(day.story, 600);
}

static void a_day_apart_loses_nothing_and_hides_no_contradiction(void **state)
{
    (void)state;
    day.story = story_begin();
    struct world *world = &day.story->world;
    world->on_answer = on_answer;
    world->on_call = on_call;
    world->on_mark = NULL;
    for (unsigned i = 0; i < PARCELS + 2 * ELSEWHERE; i++) sell_and_ask(i);
    for (unsigned i = 0; i < PARCELS; i++)
        if (contradiction_of(i) == IN_TWO_PLACES) receive(SYD, i);
    story_wait(day.story, HOUR_S);
    story_cut(day.story, LAX, true);
    for (unsigned i = 0; i < PARCELS; i++) {
        receive_and_work_off(LAX, i, fate_of(i));
        contradict(i);
    }
    for (unsigned i = 0; i < 2 * ELSEWHERE; i++)
        receive_and_work_off(i % 2 ? RTM : SYD, PARCELS + i, TO_STOCK);
    story_wait(day.story, HOUR_S);
    assert_true(world->provider.count <= PARCELS / 40 + 2 * ELSEWHERE); /* LAX was not heard */
    story_cut(day.story, LAX, false);
    story_wait(day.story, 24 * HOUR_S);
    assert_true(story_agrees(day.story));
    for (unsigned place = 0; place < PLACES; place++) {
        nothing_is_lost((enum site)place);
        contradictions_are_flagged((enum site)place);
    }
    money_moved_once();
    destroy_with_leave();
    for (unsigned i = 0; i < PARCELS; i++)
        if (fate_of(i) == TO_DESTROY)
            assert_int_equal(unit_at(SYD, &day.parcel[i].unit).row.state, UNIT_SETTLED);
    assert_true(story_agrees(day.story));
    print_message("%u parcels, %u of them waited for their owner, %u contradicted\n", PARCELS,
                  day.refused, (PARCELS + 39) / 40);
    story_end(day.story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_apart_loses_nothing_and_hides_no_contradiction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

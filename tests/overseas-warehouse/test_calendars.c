/* Calendars told: the markets that are built in, what is wrong in one that somebody sets, questions
 * that people ask, and how the deadlines of a return are reckoned by the calendar that the policy
 * names and stay as they were when it changes. */
#include "overseas-warehouse/calendar/calendars.h"
#include "overseas-warehouse/parts.h"
#include "proto/civil.h"
#include "proto/time.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint64_t ms_of(const char *text)
{
    uint64_t ms;
    assert_int_equal(time_parse(span_text(text), &ms), OK);
    return ms;
}

static const char *shown(uint64_t ms)
{
    static char text[TIME_TEXT_BYTES];
    time_print(ms, text);
    return text;
}

/* --- markets ---------------------------------------------------------------------------------- */

static void every_market_has_days_in_order_of_two_years_and_a_source(void **state)
{
    (void)state;
    static const char *const wanted[] = {"CN", "US", "DE", "FR", "GB", "JP", "AU", "CA", "EU"};
    int32_t from, through;
    assert_true(calendar_date(span_text(MARKETS_FROM), &from));
    assert_true(calendar_date(span_text(MARKETS_THROUGH), &through));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_non_null(market_by_name(span_text(wanted[i])));
    for (size_t i = 0; i < markets_count; i++) {
        struct calendar calendar;
        market_calendar(&markets[i], &calendar);
        assert_true(calendar_is_sound(&calendar));
        assert_int_equal(calendar.holidays_count, markets[i].holidays_count);
        assert_int_equal(calendar.worked_count, markets[i].worked_count);
        assert_true(strlen(markets[i].source) > 10 && strncmp(markets[i].url, "https://", 8) == 0);
        assert_true(i == 0 || strcmp(markets[i - 1].name, markets[i].name) < 0);
        for (uint32_t n = 0; n < calendar.holidays_count; n++)
            assert_true(calendar.holidays[n] >= from && calendar.holidays[n] <= through);
        for (uint32_t n = 0; n < calendar.worked_count; n++)
            assert_true((calendar.weekend >> civil_weekday(calendar.worked[n]) & 1) != 0);
    }
}

/* Gauss's Easter: what moves with it must stand where it says, whoever typed the dates. */
static int64_t easter(int64_t year)
{
    int64_t a = year % 19, b = year / 100, c = year % 100;
    int64_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int64_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int64_t m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
    return civil_day((struct civil){year, (uint32_t)(n / 31), (uint32_t)(n % 31) + 1});
}

static void holidays_that_move_stand_where_easter_and_the_weekday_put_them(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int days; /* after Easter */
    } moving[] = {{"Good Friday", -2},        {"Karfreitag", -2},     {"Goede Vrijdag", -2},
                  {"Easter Monday", 1},       {"Ostermontag", 1},     {"Tweede Paasdag", 1},
                  {"Ascension", 39},          {"Hemelvaartsdag", 39}, {"Christi Himmelfahrt", 39},
                  {"Tweede Pinksterdag", 50}, {"Pfingstmontag", 50}};
    unsigned met = 0;
    for (size_t i = 0; i < markets_count; i++)
        for (uint32_t n = 0; n < markets[i].holidays_count; n++) {
            const struct market_day *day = &markets[i].holidays[n];
            int32_t at;
            assert_true(calendar_date(span_text(day->date), &at));
            if (strstr(day->name, "bank holiday") != NULL || strstr(day->name, "Labor Day") != NULL)
                assert_int_equal(civil_weekday(at), 1);
            if (strstr(day->name, "observed") != NULL || strstr(day->name, "substitute") != NULL)
                assert_true(civil_weekday(at) >= 1 && civil_weekday(at) <= 5);
            for (size_t k = 0; k < sizeof moving / sizeof moving[0]; k++) {
                if (strcmp(day->name, moving[k].name) != 0) continue;
                assert_int_equal(at, easter(civil_of(at).year) + moving[k].days);
                met++;
            }
        }
    assert_true(met >= 22);
}

static void every_zone_that_is_named_has_a_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < zone_names_count; i++) {
        struct span rule;
        struct zone zone;
        assert_true(zone_rule(span_text(zone_names[i].name), &rule, &zone));
        assert_true(span_equal(rule, span_text(zone_names[i].rule)));
    }
    struct span rule;
    struct zone zone;
    assert_false(zone_rule(span_text("Europe/Atlantis"), &rule, &zone));
    assert_true(zone_rule(span_text("CET-1CEST,M3.5.0,M10.5.0/3"), &rule, &zone));
}

/* --- questions -------------------------------------------------------------------------------- */

static const char *answered(const char *text)
{
    static struct calendar_fault fault;
    struct due_question question;
    struct calendar calendar;
    if (!due_question_read(span_text(text), &question, &fault)) return fault.field;
    const struct market *market = market_by_name(question.calendar);
    assert_non_null(market);
    market_calendar(market, &calendar);
    return shown(due_question_answer(&question, &calendar).due_ms);
}

static void people_ask_and_are_answered(void **state)
{
    (void)state;
    /* 24 December at five: seven hours are left of the day, then two holidays and a Sunday pass,
     * then Monday has 24 of the 41 that remain. */
    assert_string_equal(answered("48 working hours after 2026-12-24T17:00 in DE"),
                        "2026-12-29T16:00:00.000Z");
    /* Over new year, and over the whole golden week, with Saturday 10 October worked. */
    assert_string_equal(answered("1 working day after 2026-12-31T09:00 in US"),
                        "2027-01-04T14:00:00.000Z");
    assert_string_equal(answered("3 working days after 2026-09-30T10:00 in CN"),
                        "2026-10-10T02:00:00.000Z");
    /* Through the night in which New York's clocks go forward. */
    assert_string_equal(answered("24 hours after 2026-03-07T12:00 in US"),
                        "2026-03-08T17:00:00.000Z");
    assert_string_equal(answered("1 day after 2026-03-07T12:00 in US"), "2026-03-08T16:00:00.000Z");
    /* A clock that is skipped: half past two was never shown. */
    assert_string_equal(answered("1 day after 2026-03-07T02:30 in US"), "2026-03-08T07:00:00.000Z");
    assert_string_equal(answered("2 months after 2026-12-31T00:00:00Z in JP"),
                        "2027-02-28T00:00:00.000Z");
}

static void what_is_not_understood_is_quoted(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field;
    } bad[] = {{"", "the end"},
               {"many hours after 2026-01-01 in DE", "\"many\""},
               {"10001 hours after 2026-01-01 in DE", "\"10001\""},
               {"100000000000000000000 hours after 2026-01-01 in DE", "\"100000000000000000000\""},
               {"3 working months after 2026-01-01 in DE", "\"months\""},
               {"3 moons after 2026-01-01 in DE", "\"moons\""},
               {"3 hours before 2026-01-01 in DE", "\"before\""},
               {"3 hours after 2026-02-30 in DE", "\"2026-02-30\""},
               {"3 hours after 2026-02-03T24:00 in DE", "\"2026-02-03T24:00\""},
               {"3 hours after 2026-02-03 of DE", "\"of\""},
               {"3 hours after 2026-02-03 in", "the end"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(answered(bad[i].text), bad[i].field);
}

/* --- calendars that are set ------------------------------------------------------------------- */

static struct calendar_put rotterdam(const struct world *world)
{
    struct calendar_put put = {.merchant = world->merchants[MERCHANT_A].merchant,
                               .name = span_text("rotterdam"),
                               .zone = span_text("Europe/Amsterdam"),
                               .weekend_count = 2,
                               .opens_min = 8 * 60,
                               .closes_min = 18 * 60,
                               .cutoff_min = 16 * 60,
                               .holidays_count = 2,
                               .source = span_text("the warehouse's own plan")};
    put.weekend[0].day = SATURDAY;
    put.weekend[1].day = SUNDAY;
    put.holidays[0].date = span_text("2026-12-25");
    put.holidays[1].date = span_text("2026-04-27");
    return put;
}

static enum error put_calendar(struct world *world, const struct calendar_put *put,
                               uint64_t if_match)
{
    union command_body body = {.calendar_put = *put};
    return world_decide(world, COMMAND_CALENDAR_PUT, &body, BY_MERCHANT, NULL, if_match);
}

static void assert_refused(struct world *world, const struct calendar_put *put, const char *rule)
{
    assert_int_equal(put_calendar(world, put, 0), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.drafts_count, 0);
}

static void a_calendar_that_does_not_fit_is_refused_by_its_field(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct calendar_put put = rotterdam(world);
    put.zone = span_text("Europe/Atlantis");
    assert_refused(world, &put,
                   "zone: unknown; a name as Europe/Berlin, or a rule as "
                   "CET-1CEST,M3.5.0,M10.5.0/3");
    put = rotterdam(world);
    put.name = span_text("DE");
    assert_refused(world, &put, "name: a built-in calendar bears it");
    put = rotterdam(world);
    put.holidays[1].date = span_text("2026-02-29");
    assert_refused(world, &put, "holidays/1/date: no such day; it is written 2026-12-25");
    put.holidays[1].date = put.holidays[0].date;
    assert_refused(world, &put, "holidays/1/date: it stands there already");
    put = rotterdam(world);
    put.worked_count = 1;
    put.worked[0].date = put.holidays[0].date;
    assert_refused(world, &put, "worked: one of these days is a holiday");
    put = rotterdam(world);
    put.weekend[1].day = SATURDAY;
    assert_refused(world, &put, "weekend/1/day: it stands there already");
    for (uint64_t day = MONDAY; day <= SUNDAY; day++) put.weekend[day - 1].day = day;
    put.weekend_count = 7;
    assert_refused(world, &put, "weekend: no day is left to work on");
    put = rotterdam(world);
    put.cutoff_min = 19 * 60;
    assert_refused(world, &put, "cutoff_min: it lies between opens_min and closes_min");
    put.closes_min = put.opens_min;
    assert_refused(world, &put, "closes_min: it closes after it opens");
    world_close(world);
}

static void a_change_is_a_version_and_nobody_elses_name_is_known(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct calendar_put put = rotterdam(world);
    struct calendar_set set;
    const struct merchant *a = &world->merchants[MERCHANT_A], *b = &world->merchants[MERCHANT_B];
    assert_int_equal(put_calendar(world, &put, 0), OK);
    assert_int_equal(put_calendar(world, &put, 0), ERROR_PRECONDITION);
    put.cutoff_min = 12 * 60;
    assert_int_equal(put_calendar(world, &put, 1), OK);
    assert_int_equal(put_calendar(world, &put, 1), ERROR_CONFLICT);
    world_settle(world);
    for (enum node_name at = LAX; at <= GATEWAY; at++) {
        const struct desk *desk = world_desk(world, at);
        assert_true(calendar_load(desk, a, put.name, 0, &set));
        assert_true(set.version == 2 && set.cutoff_min == 12 * 60);
        assert_true(calendar_load(desk, a, put.name, 1, &set));
        assert_true(set.version == 1 && set.cutoff_min == 16 * 60);
        assert_false(calendar_load(desk, b, put.name, 0, &set));
    }
    world_close(world);
}

/* --- returns ---------------------------------------------------------------------------------- */

static enum error put_policy(struct world *world, const struct policy *policy, uint64_t if_match)
{
    union command_body body = {
        .policy_put = {.merchant = world->merchants[MERCHANT_A].merchant, .policy = *policy}};
    return world_decide(world, COMMAND_POLICY_PUT, &body, BY_MERCHANT, NULL, if_match);
}

static struct policy in_working_hours(const char *calendar)
{
    return (struct policy){.currency = 978,
                           .respond_hours = 8,
                           .solution_hours = 20,
                           .send_hours = 240,
                           .decide_hours = 10,
                           .calendar = span_text(calendar),
                           .working_hours = 1,
                           .desk_hours = 2,
                           .supervisor_hours = 10,
                           .platform_hours = 30};
}

static struct id ask_at(struct world *world, const char *moment, const char *reference)
{
    struct id order = world_order(world, MERCHANT_A, reference, "SHOE-42", 1, 90000, 90000);
    world_pass(world, ms_of(moment) - world->now_ms);
    return world_request(world, MERCHANT_A, &order, 1, reference);
}

static struct deadline_row deadline_of(struct world *world, enum node_name at,
                                       const struct id *thing, enum deadline_kind kind)
{
    struct key prefix = key_add_uint(key_of(thing), kind, 1);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct deadline_row deadline;
    assert_true(walk_next(&world_desk(world, at)->rows, VIEW_DEADLINE, &walk, &row));
    assert_int_equal(shape_decode(&deadline_row_shape, row.value, &deadline, NULL), OK);
    return deadline;
}

static void a_policy_names_a_calendar_that_there_is(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct policy policy = in_working_hours("rotterdam");
    struct calendar_put put = rotterdam(world);
    assert_int_equal(put_policy(world, &policy, 0), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "policy/calendar: unknown_calendar");
    policy.calendar = span_text("DE");
    assert_int_equal(put_policy(world, &policy, 0), OK);
    policy.calendar = span_text("rotterdam");
    assert_int_equal(put_calendar(world, &put, 0), OK);
    assert_int_equal(put_policy(world, &policy, 1), OK);
    world_close(world);
}

/* Christmas Eve after the cut-off: the eight hours begin on Monday the 28th. */
static void deadlines_are_reckoned_in_the_calendar_and_stay_as_they_were(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct policy policy = in_working_hours("rotterdam");
    struct calendar_put put = rotterdam(world);
    assert_int_equal(put_calendar(world, &put, 0), OK);
    assert_int_equal(put_policy(world, &policy, 0), OK);
    struct id rma = ask_at(world, "2026-12-24T15:30:00Z", "C4");
    struct deadline_row respond = deadline_of(world, RTM, &rma, DEADLINE_RESPOND);
    assert_string_equal(shown(respond.due_ms), "2026-12-28T15:00:00.000Z");
    assert_true(span_equal(respond.calendar, span_text("rotterdam")));
    assert_int_equal(respond.calendar_version, 1);
    /* Two hours on: at the close; ten: the next day. */
    assert_string_equal(shown(respond.desk_ms), "2026-12-28T17:00:00.000Z");
    assert_string_equal(shown(respond.supervisor_ms), "2026-12-29T15:00:00.000Z");
    struct deadline_row solution = deadline_of(world, RTM, &rma, DEADLINE_SOLUTION);
    assert_string_equal(shown(solution.due_ms), "2026-12-29T17:00:00.000Z");
    /* The cut-off is for what comes in: lateness goes on at once, the morning after. */
    assert_string_equal(shown(solution.desk_ms), "2026-12-30T09:00:00.000Z");
    /* The calendar changes: what was reckoned does not, and the next return is reckoned anew. */
    put.cutoff_min = put.closes_min;
    assert_int_equal(put_calendar(world, &put, 1), OK);
    world_settle(world);
    assert_true(deadline_of(world, SYD, &rma, DEADLINE_RESPOND).due_ms == respond.due_ms);
    struct id next = ask_at(world, "2026-12-24T15:40:00Z", "C4B");
    respond = deadline_of(world, RTM, &next, DEADLINE_RESPOND);
    assert_string_equal(shown(respond.due_ms), "2026-12-28T13:40:00.000Z");
    assert_int_equal(respond.calendar_version, 2);
    world_close(world);
}

static void hours_stay_plain_where_the_policy_does_not_say_otherwise(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct policy policy = in_working_hours("DE");
    policy.working_hours = 0;
    policy.desk_hours = policy.supervisor_hours = policy.platform_hours = 0;
    assert_int_equal(put_policy(world, &policy, 0), OK);
    struct id rma = ask_at(world, "2026-12-24T15:30:00Z", "C5");
    struct deadline_row respond = deadline_of(world, RTM, &rma, DEADLINE_RESPOND);
    assert_string_equal(shown(respond.due_ms), "2026-12-24T23:30:00.000Z");
    assert_true(respond.calendar.size == 0 && respond.desk_ms == 0);
    world_close(world);
}

static void what_is_late_concerns_one_after_the_other(void **state)
{
    (void)state;
    struct deadline_row row = {.state = DEADLINE_OPEN,
                               .due_ms = 1000,
                               .desk_ms = 2000,
                               .supervisor_ms = 3000,
                               .platform_ms = 4000};
    uint64_t since_ms;
    assert_int_equal(deadline_level(&row, 2000, &since_ms), LEVEL_NONE);
    assert_int_equal(deadline_level(&row, 2001, &since_ms), LEVEL_DESK);
    assert_true(since_ms == 2000);
    assert_int_equal(deadline_level(&row, 3001, &since_ms), LEVEL_SUPERVISOR);
    assert_int_equal(deadline_level(&row, 9000, &since_ms), LEVEL_PLATFORM);
    assert_true(since_ms == 4000);
    /* What ended stays at the level that it had come to. */
    row.state = DEADLINE_MISSED;
    row.ended_ms = 3500;
    assert_int_equal(deadline_level(&row, 9000, &since_ms), LEVEL_SUPERVISOR);
    row.supervisor_ms = 0;
    assert_int_equal(deadline_level(&row, 9000, &since_ms), LEVEL_DESK);
}

/* At any moment of two years, in any market: what the entry says is what the arithmetic of the
 * calendar says of it, it falls on a day that is worked, and levels rise. */
static void any_moment_is_reckoned_as_the_calendar_says(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    uint64_t version = 0;
    for (unsigned i = 0; i < 60; i++) {
        char reference[16];
        const struct market *market = &markets[world_random(world, markets_count)];
        struct policy policy = in_working_hours(market->name);
        struct calendar calendar;
        snprintf(reference, sizeof reference, "P%u", i);
        assert_int_equal(put_policy(world, &policy, version++), OK);
        world_pass(world, world_random(world, UINT64_C(12) * 86400000));
        struct id order = world_order(world, MERCHANT_A, reference, "SHOE-42", 1, 90000, 90000);
        uint64_t at_ms = world->now_ms;
        struct id rma = world_request(world, MERCHANT_A, &order, 1, reference);
        struct deadline_row row = deadline_of(world, RTM, &rma, DEADLINE_RESPOND);
        market_calendar(market, &calendar);
        assert_true(row.due_ms == calendar_due(&calendar, at_ms, CALENDAR_WORKING_HOURS, 8));
        assert_true(row.due_ms >= at_ms + 8 * HOUR_MS);
        int64_t before_ms = zone_clock_ms(&calendar.zone, row.due_ms - 1);
        assert_true(calendar_is_working(&calendar, before_ms / (int64_t)DAY_MS));
        assert_true(row.due_ms < row.desk_ms && row.desk_ms < row.supervisor_ms &&
                    row.supervisor_ms < row.platform_ms);
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_market_has_days_in_order_of_two_years_and_a_source),
        cmocka_unit_test(holidays_that_move_stand_where_easter_and_the_weekday_put_them),
        cmocka_unit_test(every_zone_that_is_named_has_a_rule),
        cmocka_unit_test(people_ask_and_are_answered),
        cmocka_unit_test(what_is_not_understood_is_quoted),
        cmocka_unit_test(a_calendar_that_does_not_fit_is_refused_by_its_field),
        cmocka_unit_test(a_change_is_a_version_and_nobody_elses_name_is_known),
        cmocka_unit_test(a_policy_names_a_calendar_that_there_is),
        cmocka_unit_test(deadlines_are_reckoned_in_the_calendar_and_stay_as_they_were),
        cmocka_unit_test(hours_stay_plain_where_the_policy_does_not_say_otherwise),
        cmocka_unit_test(what_is_late_concerns_one_after_the_other),
        cmocka_unit_test(any_moment_is_reckoned_as_the_calendar_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

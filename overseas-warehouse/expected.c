#include "overseas-warehouse/expected.h"
#include "overseas-warehouse/parts.h"
#include "proto/time.h"

#define UNITS_MAX 200 /* of a return that are looked at */

#define WORD_NAME(name, number, word) [number] = word,
static const char *const stage_names[] = {EXPECTED_STAGE_LIST(WORD_NAME)};
static const char *const basis_names[] = {EXPECTED_BASIS_LIST(WORD_NAME)};
const struct words expected_stage_words = {stage_names, sizeof stage_names / sizeof stage_names[0]};
const struct words expected_basis_words = {basis_names, sizeof basis_names / sizeof basis_names[0]};

/* The stages one after the other: each begins when the one before it is expected to end. */
struct plan {
    const struct case_file *file;
    const struct rows *rows;
    uint64_t now_ms, at_ms;
    struct expected *expected;
};

static struct expected_stage *add(struct plan *plan, enum expected_stage_kind kind,
                                  enum actor_kind owner, enum expected_basis basis,
                                  uint64_t until_ms)
{
    struct expected *expected = plan->expected;
    assert(expected->count < EXPECTED_STAGES_MAX);
    struct expected_stage *stage = &expected->stages[expected->count++];
    *stage = (struct expected_stage){.kind = kind, .owner = owner, .basis = basis};
    stage->late = basis == BASIS_DEADLINE && until_ms < plan->now_ms;
    stage->until_ms = until_ms > plan->at_ms ? until_ms : plan->at_ms;
    if (stage->until_ms > TIME_MS_MAX) stage->until_ms = TIME_MS_MAX;
    if (stage->until_ms > expected->done_ms) expected->done_ms = stage->until_ms;
    return stage;
}

static void then(struct plan *plan, const struct expected_stage *stage)
{
    plan->at_ms = stage->until_ms;
}

static bool open_deadline(const struct plan *plan, const struct id *thing, enum deadline_kind kind,
                          struct deadline_row *row)
{
    struct key prefix = key_add_uint(key_of(thing), kind, 1);
    struct walk walk = walk_over(&prefix);
    struct row at;
    return walk_next(plan->rows, VIEW_DEADLINE, &walk, &at) &&
           shape_decode(&deadline_row_shape, at.value, row, NULL) == OK &&
           row->state == DEADLINE_OPEN;
}

/* --- until it is here ------------------------------------------------------------------------- */

static void plan_answer(struct plan *plan)
{
    const struct return_row *row = &plan->file->row;
    if (row->state != RETURN_REQUESTED) return;
    then(plan, add(plan, STAGE_ANSWER, BY_MERCHANT, BASIS_DEADLINE, row->due_ms));
}

static void plan_way(struct plan *plan)
{
    const struct return_row *row = &plan->file->row;
    struct deadline_row deadline;
    struct policy_hours hours;
    struct id parcel = parcel_id(plan->file->desk->crypto, row->number);
    if (row->number.size > 0 && open_deadline(plan, &parcel, DEADLINE_ARRIVE, &deadline)) {
        then(plan, add(plan, STAGE_ARRIVE, BY_CARRIER, BASIS_DEADLINE, deadline.due_ms));
        return;
    }
    if (row->state == RETURN_APPROVED && row->due_verb == DO_EXPIRE) {
        then(plan, add(plan, STAGE_SEND, BY_BUYER, BASIS_DEADLINE, row->due_ms));
        return;
    }
    case_hours(plan->file, &hours);
    uint64_t until_ms = plan->at_ms + hours.send * HOUR_MS;
    then(plan, add(plan, STAGE_SEND, BY_BUYER, BASIS_HOURS, until_ms));
}

static void plan_goods(struct plan *plan)
{
    const struct return_row *row = &plan->file->row;
    if (row->boxes != 0) return;
    if (row->arrived == 0)
        plan_way(plan);
    else
        then(plan, add(plan, STAGE_DOCK, BY_FLOOR, BASIS_DEADLINE, row->due_ms));
}

/* --- the floor -------------------------------------------------------------------------------- */

/* Where its units wait, and since when the first of them. false: none does. */
static bool waits_at(const struct plan *plan, struct id *warehouse, uint64_t *since_ms)
{
    struct key prefix = key_of(&plan->file->return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    *since_ms = 0;
    for (unsigned i = 0; i < UNITS_MAX && walk_next(plan->rows, VIEW_UNIT_BY_RETURN, &walk, &at);
         i++) {
        struct id unit;
        struct unit_now now;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!unit_load(plan->rows, &unit, &now)) continue;
        if (now.row.state < UNIT_RECEIVED || now.row.state > UNIT_GRADED) continue;
        if (*since_ms != 0 && now.row.received_ms >= *since_ms) continue;
        *since_ms = now.row.received_ms;
        *warehouse = now.row.warehouse;
    }
    return *since_ms != 0;
}

/* As many working days, by the warehouse's own calendar, as its floor takes for what waits. */
static uint64_t by_calendar(const struct plan *plan, const struct calendar *calendar,
                            const struct floor_pace *pace)
{
    int64_t today = zone_clock_ms(&calendar->zone, plan->now_ms) / (int64_t)DAY_MS;
    uint64_t worked = 0;
    for (int64_t day = today - PACE_DAYS + 1; day <= today; day++)
        worked += calendar_is_working(calendar, day) ? 1 : 0;
    if (worked == 0) worked = 1;
    uint64_t days = (pace->waiting * worked + pace->disposed - 1) / pace->disposed;
    return calendar_due(calendar, plan->at_ms, CALENDAR_WORKING_DAYS_END, days);
}

static void plan_floor(struct plan *plan)
{
    const struct case_file *file = plan->file;
    struct id warehouse = file->order.ship_from;
    struct calendar calendar;
    uint64_t since_ms;
    bool here = waits_at(plan, &warehouse, &since_ms);
    if (!here && !return_is_live(file->row.state)) return;
    struct floor_pace pace = {.waiting = 0};
    if (!id_is_zero(&warehouse)) pace = floor_measure(plan->rows, &warehouse, plan->now_ms);
    if (pace.disposed == 0) {
        uint64_t begin_ms = here ? since_ms : plan->at_ms;
        (void)add(plan, STAGE_FLOOR, BY_FLOOR, here ? BASIS_DEADLINE : BASIS_HOURS,
                  begin_ms + DISPOSE_OWED_HOURS * HOUR_MS);
        return;
    }
    uint64_t until_ms = plan->at_ms + pace.waiting * PACE_DAYS * DAY_MS / pace.disposed;
    if (calendar_of_warehouse(file->desk, &file->merchant, &warehouse, &calendar))
        until_ms = by_calendar(plan, &calendar, &pace);
    add(plan, STAGE_FLOOR, BY_FLOOR, BASIS_QUEUE, until_ms)->pace = pace;
}

/* --- the money -------------------------------------------------------------------------------- */

/* The latest word that is owed about a refund that has begun. false: none is under way. */
static bool refund_due(const struct plan *plan, uint64_t *due_ms, enum actor_kind *owner)
{
    struct key prefix = key_of(&plan->file->return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    bool any = false;
    for (unsigned i = 0; i < UNITS_MAX && walk_next(plan->rows, VIEW_REFUND_BY_RETURN, &walk, &at);
         i++) {
        struct id slot;
        struct deadline_row row;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        bool asked = open_deadline(plan, &slot, DEADLINE_ANSWER, &row);
        if (!asked && !open_deadline(plan, &slot, DEADLINE_REFUND, &row)) continue;
        if (any && row.due_ms <= *due_ms) continue;
        *due_ms = row.due_ms;
        *owner = (enum actor_kind)row.owner;
        any = true;
    }
    return any;
}

static bool pays_when_it_comes(const struct plan *plan)
{
    const struct case_file *file = plan->file;
    if (!return_is_live(file->row.state)) return false;
    for (uint32_t i = 0; i < file->order.lines_count; i++)
        if (file->lines[i].taken < file->lines[i].quantity) return true;
    return false;
}

/* Money moves when the goods are here, beside the floor and not after it. */
static void plan_refund(struct plan *plan)
{
    enum actor_kind owner = BY_PROVIDER;
    uint64_t due_ms;
    if (pays_when_it_comes(plan))
        (void)add(plan, STAGE_REFUND, BY_PROVIDER, BASIS_HOURS,
                  plan->at_ms + ANSWER_OWED_HOURS * HOUR_MS);
    else if (refund_due(plan, &due_ms, &owner))
        (void)add(plan, STAGE_REFUND, owner, BASIS_DEADLINE, due_ms);
}

bool business_expected(const struct desk *desk, const struct id *return_id, uint64_t now_ms,
                       struct expected *expected)
{
    struct case_file file;
    struct plan plan = {&file, &desk->rows, now_ms, now_ms, expected};
    memset(expected, 0, sizeof *expected);
    if (!case_open(desk, return_id, NULL, NULL, &file)) return false;
    plan_answer(&plan);
    if (return_is_live(file.row.state)) plan_goods(&plan);
    plan_refund(&plan);
    plan_floor(&plan);
    return expected->count > 0;
}

/* How the deadlines of a return are reckoned: in plain hours, or in the working hours of the
 * calendar that the merchant's policy names. All of it at the decision: what came out stands in the
 * entry, with the calendar's version, and no fold and no screen reckons again. */
#include "overseas-warehouse/parts.h"
#include "proto/time.h"

/* Where the policy says nothing: from the request to a solution, from a contest to a decision. */
#define SOLUTION_HOURS 48
#define DECIDE_HOURS   72

void reckoning_of(const struct case_file *file, struct reckoning *reckoning)
{
    struct policy_row row;
    memset(reckoning, 0, sizeof *reckoning);
    case_hours(file, &reckoning->hours);
    if (reckoning->hours.solution == 0) reckoning->hours.solution = SOLUTION_HOURS;
    if (reckoning->hours.decide == 0) reckoning->hours.decide = DECIDE_HOURS;
    if (!policy_load(&file->desk->rows, &file->merchant, file->row.policy_version, &row)) return;
    reckoning->level_hours[0] = row.policy.desk_hours;
    reckoning->level_hours[1] = row.policy.supervisor_hours;
    reckoning->level_hours[2] = row.policy.platform_hours;
    if (row.policy.working_hours == 0) return;
    reckoning->name = row.policy.calendar;
    reckoning->by_calendar = calendar_named(file->desk, &file->merchant, reckoning->name,
                                            &reckoning->calendar, &reckoning->version);
}

static uint64_t after(const struct reckoning *reckoning, uint64_t from_ms, uint64_t hours)
{
    uint64_t due_ms = from_ms + hours * HOUR_MS;
    if (reckoning->by_calendar)
        due_ms = calendar_due(&reckoning->calendar, from_ms, CALENDAR_WORKING_HOURS, hours);
    return due_ms < TIME_MS_MAX ? due_ms : TIME_MS_MAX;
}

uint64_t reckoning_due(const struct reckoning *reckoning, enum deadline_kind kind, uint64_t from_ms)
{
    const struct policy_hours *hours = &reckoning->hours;
    if (kind == DEADLINE_RESPOND) return after(reckoning, from_ms, hours->respond);
    if (kind == DEADLINE_SOLUTION) return after(reckoning, from_ms, hours->solution);
    if (kind == DEADLINE_DECIDE) return after(reckoning, from_ms, hours->decide);
    /* The buyer's days are days, whoever works in them. */
    return from_ms + hours->send * HOUR_MS;
}

uint64_t case_due(const struct case_file *file, enum deadline_kind kind)
{
    struct reckoning reckoning;
    reckoning_of(file, &reckoning);
    return reckoning_due(&reckoning, kind, file->moment->wall_ms);
}

static uint64_t level_at(const struct reckoning *reckoning, unsigned level, uint64_t due_ms)
{
    struct reckoning late = *reckoning;
    uint64_t hours = reckoning->level_hours[level];
    /* The cut-off is for what comes in, and lateness does not. */
    late.calendar.cutoff_min = late.calendar.closes_min;
    return hours != 0 ? after(&late, due_ms, hours) : 0;
}

void reckoning_note(const struct reckoning *reckoning, enum deadline_kind kind, uint64_t due_ms,
                    struct return_moved *moved)
{
    bool counted = reckoning->by_calendar && kind != DEADLINE_SEND;
    struct reckoned reckoned = {.kind = kind,
                                .desk_ms = level_at(reckoning, 0, due_ms),
                                .supervisor_ms = level_at(reckoning, 1, due_ms),
                                .platform_ms = level_at(reckoning, 2, due_ms)};
    if (counted) reckoned.calendar = reckoning->name;
    if (counted) reckoned.calendar_version = reckoning->version;
    bool levels = reckoned.desk_ms != 0 || reckoned.supervisor_ms != 0 || reckoned.platform_ms != 0;
    if (!counted && !levels) return;
    assert(moved->reckoned_count < RECKONED_MAX);
    moved->reckoned[moved->reckoned_count++] = reckoned;
}

uint64_t deadline_level(const struct deadline_row *row, uint64_t now_ms, uint64_t *since_ms)
{
    const uint64_t begins_ms[] = {row->desk_ms, row->supervisor_ms, row->platform_ms};
    uint64_t level = LEVEL_NONE;
    uint64_t until_ms = row->state == DEADLINE_OPEN ? now_ms : row->ended_ms;
    *since_ms = 0;
    for (unsigned i = 0; i < DEADLINE_LEVELS; i++) {
        if (begins_ms[i] == 0 || begins_ms[i] >= until_ms) continue;
        level = i + 1;
        *since_ms = begins_ms[i];
    }
    return level;
}

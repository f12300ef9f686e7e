/* Deadlines that have passed and are still owed: told in their book, where an endpoint wants to
 * hear of it. Each is looked at once in an hour, and when it comes to its next level of being late;
 * what was told stands in the views. */
#include "node/core/core_inside.h"

#define OVERDUE_SCAN_MAX   256
#define OVERDUE_AGAIN_MS   (3600u * 1000)
#define OVERDUE_TIME_BYTES 8

static void tell(struct core *core, const struct key *key)
{
    struct id book;
    decision_begin(&core->decision);
    if (!business_overdue(&core->desk, key_span(key), &core->moment, &book, &core->decision))
        return;
    struct log *log = work_log(core, &book);
    if (log == NULL) return;
    core_append_decision(core, log, &core->decision, NULL);
    core_mark(core, "overdue told");
}

static void await_level(struct core *core, const struct key *key)
{
    uint64_t next_ms = business_next_level(&core->desk, key_span(key), core->now.wall_ms);
    uint64_t *first_ms = &core->work.next_level_wall_ms;
    if (next_ms != 0 && (*first_ms == 0 || next_ms < *first_ms)) *first_ms = next_ms;
}

/* From the first one on again, hourly and as soon as one of them comes to its next level. */
static void begin_again(struct core *core)
{
    uint64_t level_ms = core->work.next_level_wall_ms;
    bool rises = level_ms != 0 && level_ms < core->now.wall_ms;
    if (!rises && core->now.boot_ms < core->work.overdue_again_boot_ms) return;
    core->work.overdue_after.size = 0;
    core->work.next_level_wall_ms = 0;
    core->work.overdue_again_boot_ms = core->now.boot_ms + OVERDUE_AGAIN_MS;
}

static void wake_at(struct core *core, uint64_t wall_ms)
{
    if (wall_ms < core->work.next_due_wall_ms) core->work.next_due_wall_ms = wall_ms + 1;
}

/* false: there are more. */
static bool look_on(struct core *core)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    if (core->work.overdue_after.size > 0) {
        walk.at = core->work.overdue_after;
        walk.begun = true;
    }
    for (unsigned i = 0; i < OVERDUE_SCAN_MAX && core->turn_error == OK; i++) {
        if (!walk_next(&core->desk.rows, VIEW_DEADLINE_BY_TIME, &walk, &row)) return true;
        uint64_t due_ms = be_get(walk.at.bytes, OVERDUE_TIME_BYTES);
        if (due_ms >= core->now.wall_ms) {
            wake_at(core, due_ms);
            return true;
        }
        core->work.overdue_after = walk.at;
        tell(core, &walk.at);
        await_level(core, &walk.at);
    }
    return false;
}

void overdue_round(struct core *core)
{
    if (core->clock.suspect) return;
    begin_again(core);
    if (!look_on(core)) core->work.unfinished = true;
    if (core->work.next_level_wall_ms != 0) wake_at(core, core->work.next_level_wall_ms);
}

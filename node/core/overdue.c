/* Deadlines that have passed and are still owed: told in their book, where an endpoint wants to
 * hear of it. Each is looked at once in an hour; what was told stands in the views. */
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

void overdue_round(struct core *core)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    if (core->clock.suspect) return;
    if (core->now.boot_ms >= core->work.overdue_again_boot_ms) {
        core->work.overdue_after.size = 0;
        core->work.overdue_again_boot_ms = core->now.boot_ms + OVERDUE_AGAIN_MS;
    }
    if (core->work.overdue_after.size > 0) {
        walk.at = core->work.overdue_after;
        walk.begun = true;
    }
    for (unsigned i = 0; i < OVERDUE_SCAN_MAX && core->turn_error == OK; i++) {
        if (!walk_next(&core->desk.rows, VIEW_DEADLINE_BY_TIME, &walk, &row)) return;
        uint64_t due_ms = be_get(walk.at.bytes, OVERDUE_TIME_BYTES);
        if (due_ms >= core->now.wall_ms) {
            if (due_ms < core->work.next_due_wall_ms) core->work.next_due_wall_ms = due_ms + 1;
            return;
        }
        core->work.overdue_after = walk.at;
        tell(core, &walk.at);
    }
    core->work.unfinished = true;
}

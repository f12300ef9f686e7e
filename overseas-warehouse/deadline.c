/* Deadlines whose end cannot be undone: what silence grants while an answer is still on its way
 * from a node that was cut off would be granted over the head of who answered in time. */
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"

static struct key overridden_key(const struct id *return_id, uint64_t due_ms)
{
    return key_add_uint(key_of(return_id), due_ms, 8);
}

bool business_due_waits(uint64_t verb)
{
    if (verb == DO_RELEASE || verb == DO_ABANDON) return !BUG(fires_unheard);
    for (size_t i = 0; i < return_table.count; i++) {
        const struct rule *rule = &return_table.rules[i];
        if (rule->actor == BY_CLOCK && rule->verb == verb && (rule->need & RETURN_IF(HEARD)) != 0)
            return !BUG(fires_unheard);
    }
    return false;
}

bool business_due_overridden(const struct rows *rows, const struct due *due)
{
    struct key key = overridden_key(&due->thing, due->due_ms);
    return rows_has(rows, VIEW_OVERRIDDEN, &key);
}

bool deadline_is_heard(const struct case_file *file)
{
    uint64_t due_ms = file->row.due_ms;
    struct key key = overridden_key(&file->return_id, due_ms);
    if (due_ms == 0) return false;
    return due_ms <= file->moment->heard_ms || BUG(fires_unheard) ||
           rows_has(&file->desk->rows, VIEW_OVERRIDDEN, &key);
}

void deadline_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    const struct deadline_override *body = &command->body->deadline_override;
    struct return_row row;
    decision->entity = body->return_id;
    if (!return_load(&desk->rows, &body->return_id, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    if (body->reason.size == 0) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "reason: say why nobody else is awaited");
        return;
    }
    if (row.due_ms == 0 || row.due_ms > moment->wall_ms || !business_due_waits(row.due_verb)) {
        decision_refuse(decision, ERROR_CONFLICT, "return_id: no deadline of it waits for a node");
        return;
    }
    struct overridden overridden = {.return_id = body->return_id,
                                    .due_ms = row.due_ms,
                                    .by = command->by,
                                    .reason = body->reason};
    decision_add(decision, EVENT_OVERRIDDEN, &body->return_id, &overridden);
}

/* Of a return of this very book, or it is none of its leader's. */
void overridden_fold(const struct desk *desk, const struct place *place,
                     const struct overridden *overridden)
{
    struct return_row owner;
    if (!return_load(&desk->rows, &overridden->return_id, &owner)) return;
    if (!id_equal(&owner.book, &place->log)) return;
    struct key key = overridden_key(&overridden->return_id, overridden->due_ms);
    struct overridden row = *overridden;
    rows_store(&desk->rows, VIEW_OVERRIDDEN, &key, &overridden_shape, &row);
}

/* Whose a box is: what a person read on it, who says whose it is, and what the node finds by
 * itself. All of it is said by the warehouse that has the box. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"

#define KEPT_DAYS_MAX 366

static bool refuse(struct decision *decision, enum error error, const char *rule)
{
    decision_refuse(decision, error, rule);
    return false;
}

/* --- a person's word -------------------------------------------------------------------------- */

/* A merchant knows of a box that shares something with a return of its own, and of no other. */
static bool is_seen(const struct desk *desk, const struct command *command, const struct id *box)
{
    struct key prefix = pair_key(&command->merchant, box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    return id_is_zero(&command->merchant) || walk_next(&desk->rows, VIEW_LIKENESS, &walk, &at);
}

enum error match_authority(const struct desk *desk, const struct command *command,
                           const struct id *box, struct id *authority)
{
    struct box_row row;
    if (!box_load(&desk->rows, box, &row) || !is_seen(desk, command, box)) return ERROR_NOT_FOUND;
    *authority = row.warehouse;
    return OK;
}

static bool can_be_spoken_of(const struct desk *desk, const struct command *command,
                             const struct id *box, struct box_row *row, struct decision *decision)
{
    if (!box_load(&desk->rows, box, row) || !is_seen(desk, command, box))
        return refuse(decision, ERROR_NOT_FOUND, "box");
    if (!id_equal(&row->warehouse, &desk->warehouse))
        return refuse(decision, ERROR_HELD_ELSEWHERE, "box");
    if (row->voided_ms != 0)
        return refuse(decision, ERROR_CONFLICT, "box: its receipt was taken back");
    struct key log = key_of(&row->log);
    if (rows_has(&desk->rows, VIEW_SUCCEEDS, &log))
        return refuse(decision, ERROR_UNSUPPORTED,
                      "box: its store was lost; receive it as a new box");
    return true;
}

static bool labels_are_sound(const struct box_note *body, struct decision *decision)
{
    for (uint32_t i = 0; i < body->labels_count; i++) {
        uint8_t room[TRACKING_NUMBER_BYTES_MAX];
        struct span form = parcel_number(body->labels[i].text, room);
        uint32_t legible = 0;
        for (size_t k = 0; k < form.size; k++)
            legible += form.at[k] != '?' && form.at[k] != '*' ? 1 : 0;
        if (legible == 0)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "labels", i,
                             "/text: nothing of it can be read");
    }
    return true;
}

static void decide_note(const struct desk *desk, const struct command *command,
                        const struct box_row *row, const struct moment *moment,
                        struct decision *decision)
{
    const struct box_note *body = &command->body->box_note;
    struct match_row match;
    bool noted = match_load(&desk->rows, &body->box, row, &match);
    if (!labels_are_sound(body, decision)) return;
    if (body->until_ms != 0 && (body->until_ms <= moment->wall_ms ||
                                body->until_ms > moment->wall_ms + KEPT_DAYS_MAX * DAY_MS)) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "until_ms: within_a_year");
        return;
    }
    if (body->until_ms != 0 && body->reason.size == 0) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "reason: why it is kept");
        return;
    }
    struct box_noted entry = {.box = body->box,
                              .labels_count = body->labels_count,
                              .until_ms = body->until_ms,
                              .reason = body->reason,
                              .by = command->by,
                              .at_ms = moment->wall_ms};
    memcpy(entry.labels, body->labels, sizeof entry.labels);
    if (entry.until_ms == 0 && noted) entry.until_ms = match.until_ms;
    decision_add(decision, EVENT_BOX_NOTED, &body->box, &entry);
}

/* What the rule would have said of it stays with a person's word, as evidence. */
static void add_match(const struct desk *desk, struct box_matched *entry, struct decision *decision)
{
    struct candidates found;
    (void)box_candidates(desk, &entry->box, (struct span){0}, NULL, &found);
    for (uint32_t i = 0; i < found.count; i++) {
        if (!id_equal(&found.at[i].return_id, &entry->return_id)) continue;
        entry->points = found.at[i].points;
        entry->clues = found.at[i].clues;
    }
    decision_add(decision, EVENT_BOX_MATCHED, &entry->box, entry);
}

static void decide_match(const struct desk *desk, const struct command *command,
                         const struct box_row *row, const struct moment *moment,
                         struct decision *decision)
{
    const struct box_match *body = &command->body->box_match;
    struct match_row match;
    struct return_row owner;
    bool matched =
        match_load(&desk->rows, &body->box, row, &match) && !id_is_zero(&match.return_id);
    if (!return_load(&desk->rows, &body->return_id, &owner)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &owner.merchant, decision)) return;
    if (matched && id_equal(&match.return_id, &body->return_id)) return;
    if (matched) {
        decision_refuse(decision, ERROR_CONFLICT, "box: matched_already; take that back first");
        return;
    }
    if (box_is_claimed(desk, &body->box)) {
        decision_refuse(decision, ERROR_CONFLICT, "box: a return has claimed it");
        return;
    }
    struct box_matched entry = {.box = body->box,
                                .return_id = body->return_id,
                                .reason = body->reason,
                                .by = command->by,
                                .at_ms = moment->wall_ms,
                                .slip = row->return_id};
    add_match(desk, &entry, decision);
}

static bool is_assigned_to(const struct desk *desk, const struct id *box,
                           const struct id *return_id)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_BOX, &walk, &at)) {
        struct assigned_row assigned;
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (assigned_load(&desk->rows, &unit, &assigned) &&
            id_equal(&assigned.return_id, return_id))
            return true;
    }
    return false;
}

static void decide_unmatch(const struct desk *desk, const struct command *command,
                           const struct box_row *row, const struct moment *moment,
                           struct decision *decision)
{
    const struct box_match *body = &command->body->box_match;
    struct match_row match;
    if (!match_load(&desk->rows, &body->box, row, &match) ||
        !id_equal(&match.return_id, &body->return_id)) {
        decision_refuse(decision, ERROR_CONFLICT, "return_id: no such match stands");
        return;
    }
    if (body->reason.size == 0) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "reason");
        return;
    }
    if (is_assigned_to(desk, &body->box, &body->return_id)) {
        decision_refuse(decision, ERROR_CONFLICT, "box: units_were_assigned_by_it");
        return;
    }
    struct box_matched entry = {.box = body->box,
                                .return_id = body->return_id,
                                .voided = 1,
                                .reason = body->reason,
                                .by = command->by,
                                .at_ms = moment->wall_ms,
                                .slip = match.slip};
    decision_add(decision, EVENT_BOX_MATCHED, &body->box, &entry);
}

void match_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    struct box_row row;
    bool notes = command->kind == COMMAND_BOX_NOTE;
    const struct id *box = notes ? &command->body->box_note.box : &command->body->box_match.box;
    decision->entity = *box;
    if (!can_be_spoken_of(desk, command, box, &row, decision)) return;
    if (notes)
        decide_note(desk, command, &row, moment, decision);
    else if (command->kind == COMMAND_BOX_MATCH)
        decide_match(desk, command, &row, moment, decision);
    else
        decide_unmatch(desk, command, &row, moment, decision);
}

/* --- the node's own --------------------------------------------------------------------------- */

static void add_weighed(const struct candidates *found, const struct id *return_id,
                        struct box_weighed *entry)
{
    struct weighed *weighed = &entry->weighed[entry->weighed_count++];
    *weighed = (struct weighed){.return_id = *return_id};
    for (uint32_t i = 0; i < found->count; i++) {
        if (!id_equal(&found->at[i].return_id, return_id)) continue;
        weighed->points = found->at[i].points;
        weighed->clues = found->at[i].clues;
    }
}

/* All that wait are weighed at once, the asked one first: it may share too little to be told. */
void match_react(const struct desk *desk, const struct id *box, const struct id *return_id,
                 struct moment *moment, struct decision *decision)
{
    struct candidates found;
    struct box_row row;
    struct box_weighed entry = {.box = *box, .at_ms = moment->wall_ms};
    if (!likeness_waits(desk, box, return_id) || !box_load(&desk->rows, box, &row)) return;
    if (!box_candidates(desk, box, (struct span){0}, NULL, &found)) return;
    decision->entity = *box;
    add_weighed(&found, return_id, &entry);
    for (uint32_t i = 0; i < found.count && entry.weighed_count < BOX_WEIGHED_MAX; i++) {
        const struct id *other = &found.at[i].return_id;
        if (!id_equal(other, return_id) && likeness_waits(desk, box, other))
            add_weighed(&found, other, &entry);
    }
    decision_add(decision, EVENT_BOX_WEIGHED, box, &entry);
    if (!candidates_are_certain(&found)) return;
    struct box_matched matched = {.box = *box,
                                  .return_id = found.at[0].return_id,
                                  .points = found.at[0].points,
                                  .clues = found.at[0].clues,
                                  .by = actor_self(desk, BY_POLICY),
                                  .at_ms = moment->wall_ms,
                                  .slip = row.return_id};
    decision_add(decision, EVENT_BOX_MATCHED, box, &matched);
}

/* --- folding ---------------------------------------------------------------------------------- */

void box_noted_fold(const struct desk *desk, const struct place *place,
                    const struct box_noted *noted)
{
    struct match_row row;
    struct key key = match_said(desk, place, &noted->box, &row);
    row.labels_count = noted->labels_count;
    memcpy(row.labels, noted->labels, sizeof row.labels);
    row.until_ms = noted->until_ms;
    row.noted_idx = place->idx;
    rows_store(&desk->rows, VIEW_MATCH, &key, &match_row_shape, &row);
    unclaimed_refresh(desk, &noted->box);
}

static struct key weighed_said(const struct desk *desk, const struct place *place,
                               const struct id *box, const struct id *return_id,
                               struct weighed_row *row)
{
    struct key key = weighed_key(box, &place->log, return_id);
    if (!rows_load(&desk->rows, VIEW_WEIGHED, &key, &weighed_row_shape, row))
        *row = (struct weighed_row){.idx = 0};
    return key;
}

void box_weighed_fold(const struct desk *desk, const struct place *place,
                      const struct box_weighed *weighed)
{
    for (uint32_t i = 0; i < weighed->weighed_count; i++) {
        const struct weighed *of = &weighed->weighed[i];
        struct weighed_row row;
        struct key key = weighed_said(desk, place, &weighed->box, &of->return_id, &row);
        row.points = of->points;
        row.clues = of->clues;
        row.idx = place->idx;
        rows_store(&desk->rows, VIEW_WEIGHED, &key, &weighed_row_shape, &row);
        likeness_refresh(desk, &weighed->box, &of->return_id);
    }
}

/* For a person: the book of that return waits for goods that are not its own. */
void match_void_refresh(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct box_row held;
    struct weighed_row weighed;
    struct key claim = pair_key(box, return_id);
    if (!box_load(&desk->rows, box, &held) || !rows_has(&desk->rows, VIEW_BOX_CLAIM, &claim))
        return;
    struct id log = held.log;
    struct key key = weighed_key(box, &log, return_id);
    if (!rows_load(&desk->rows, VIEW_WEIGHED, &key, &weighed_row_shape, &weighed) ||
        weighed.voided == 0)
        return;
    struct conflict_row conflict = {.kind = CONFLICT_MATCH_VOID, .thing = *box};
    key = key_add_uint(pair_key(return_id, &log), weighed.voided, 8);
    rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
}

/* The box's own log says whose it is; in the log of another nothing follows from it. */
static bool is_own(const struct desk *desk, const struct place *place, const struct id *box,
                   struct box_row *row)
{
    return box_load(&desk->rows, box, row) && id_equal(&row->log, &place->log);
}

static void take_match(struct match_row *row, const struct box_matched *matched)
{
    row->return_id = matched->voided != 0 ? (struct id){{0}} : matched->return_id;
    row->slip = matched->slip;
    row->points = matched->points;
    row->clues = matched->clues;
    row->reason = matched->reason;
    row->by = matched->by;
    row->at_ms = matched->at_ms;
}

void box_matched_fold(const struct desk *desk, const struct place *place,
                      const struct box_matched *matched)
{
    struct box_row held;
    struct match_row row;
    struct weighed_row weighed;
    bool voids = matched->voided != 0;
    bool own = is_own(desk, place, &matched->box, &held);
    struct id now = own ? held.return_id : (struct id){{0}};
    struct key key = match_said(desk, place, &matched->box, &row);
    if (voids != id_equal(&row.return_id, &matched->return_id)) return;
    struct id points_at = voids ? matched->slip : matched->return_id;
    bool still = !voids || id_equal(&now, &matched->return_id);
    take_match(&row, matched);
    rows_store(&desk->rows, VIEW_MATCH, &key, &match_row_shape, &row);
    key = weighed_said(desk, place, &matched->box, &matched->return_id, &weighed);
    weighed.voided = voids ? place->idx : 0;
    rows_store(&desk->rows, VIEW_WEIGHED, &key, &weighed_row_shape, &weighed);
    if (own && still) box_point(desk, &matched->box, &points_at);
    assign_todo_refresh(desk, &matched->box);
    match_void_refresh(desk, &matched->box, &matched->return_id);
    unclaimed_refresh(desk, &matched->box);
}

/* Boxes that nobody claims: the queue in which they lie, and the clock that ends it. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/bugs.h"
#include "proto/time.h"

/* clang-format off */
SHAPE_DEFINE(match_row, MATCH_ROW_FIELDS)
SHAPE_DEFINE(weighed_row, WEIGHED_ROW_FIELDS)
/* clang-format on */

#define SUCCESSIONS_MAX 8 /* of one store, each after the other */

bool match_load(const struct rows *rows, const struct id *box, const struct box_row *row,
                struct match_row *match)
{
    struct key key = pair_key(box, &row->log);
    return rows_load(rows, VIEW_MATCH, &key, &match_row_shape, match);
}

struct key match_said(const struct desk *desk, const struct place *place, const struct id *box,
                      struct match_row *match)
{
    struct key key = pair_key(box, &place->log);
    if (!rows_load(&desk->rows, VIEW_MATCH, &key, &match_row_shape, match))
        *match = (struct match_row){.until_ms = 0};
    return key;
}

/* Was the log lost, and the other one goes on with what it began? */
static bool goes_on(const struct rows *rows, const struct id *lost, const struct id *log)
{
    struct id at = *lost;
    for (unsigned i = 0; i < SUCCESSIONS_MAX && !id_equal(&at, log); i++) {
        struct succeeds succeeds;
        struct key key = key_of(&at);
        if (!rows_load(rows, VIEW_SUCCEEDS, &key, &succeeds_shape, &succeeds)) return false;
        at = succeeds.new_log;
    }
    return id_equal(&at, log);
}

bool box_is_abandoned(const struct rows *rows, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct box_row held;
    struct row at;
    if (!box_load(rows, box, &held)) return false;
    struct id own = held.log;
    while (walk_next(rows, VIEW_MATCH, &walk, &at)) {
        struct match_row row;
        struct id log;
        memcpy(log.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (shape_decode(&match_row_shape, at.value, &row, NULL) == OK && row.abandoned_ms != 0 &&
            goes_on(rows, &own, &log))
            return true;
    }
    return false;
}

bool claim_counts(const struct rows *rows, const struct id *box, const struct id *return_id)
{
    struct weighed_row weighed;
    struct box_row row;
    if (!box_load(rows, box, &row)) return true;
    struct key key = weighed_key(box, &row.log, return_id);
    return !rows_load(rows, VIEW_WEIGHED, &key, &weighed_row_shape, &weighed) ||
           weighed.voided == 0;
}

bool unit_is_abandoned(const struct desk *desk, const struct id *unit)
{
    struct unit_now now;
    if (!unit_is_free(desk, unit) || !unit_load(&desk->rows, unit, &now)) return false;
    struct id box = now.row.box;
    return !id_is_zero(&box) && box_is_abandoned(&desk->rows, &box);
}

/* --- does it lie in the queue? ---------------------------------------------------------------- */

bool box_is_claimed(const struct desk *desk, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_BOX_CLAIM, &walk, &at)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (claim_counts(&desk->rows, box, &return_id)) return true;
    }
    return false;
}

/* A return that is known here is to answer first. */
static bool awaits(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct return_row owner;
    struct box_row row;
    return return_load(&desk->rows, return_id, &owner) && box_load(&desk->rows, box, &row) &&
           !box_is_answered(desk, box, &row, return_id);
}

static bool awaits_any(const struct desk *desk, const struct id *box, const struct id *slip,
                       const struct id *parcel)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix), removals = walk;
    struct row at;
    if (!id_is_zero(slip) && awaits(desk, box, slip)) return true;
    if (id_is_zero(parcel)) return false;
    while (walk_next(&desk->rows, VIEW_RETURN_BY_PARCEL, &walk, &at)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (awaits(desk, box, &return_id)) return true;
    }
    return walk_next(&desk->rows, VIEW_REMOVAL_BY_PARCEL, &removals, &at);
}

/* Goods that are still on this floor, and nobody's. */
static bool lies_here(const struct desk *desk, const struct id *unit, const struct id *warehouse)
{
    struct unit_now now;
    return unit_is_free(desk, unit) && unit_load(&desk->rows, unit, &now) &&
           id_equal(&now.row.warehouse, warehouse) && now.row.state != UNIT_SHIPPED &&
           now.row.state != UNIT_SETTLED;
}

/* A box of which no unit was told may hold anything, until it is given up. */
static bool holds_nobodys(const struct desk *desk, const struct id *box, const struct id *warehouse)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    bool any = false;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_BOX, &walk, &at)) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        any = true;
        if (lies_here(desk, &unit, warehouse)) return true;
    }
    return !any && !box_is_abandoned(&desk->rows, box);
}

/* --- the queue and its clock ------------------------------------------------------------------ */

static struct key queue_key(const struct clues_row *row, const struct id *box)
{
    return key_add_id(key_add_uint(key_of(&row->warehouse), row->since_ms, 8), box);
}

static void leave(const struct desk *desk, const struct id *box, const struct clues_row *row)
{
    struct key key = queue_key(row, box);
    rows_drop(&desk->rows, VIEW_UNCLAIMED, &key);
    if (row->due_ms != 0) due_drop(&desk->rows, row->due_ms, &row->warehouse, DO_ABANDON, box);
}

static void enter(const struct desk *desk, const struct id *box, const struct clues_row *row)
{
    struct key key = queue_key(row, box);
    rows_mark(&desk->rows, VIEW_UNCLAIMED, &key);
    if (row->due_ms != 0) due_put(&desk->rows, row->due_ms, &row->warehouse, DO_ABANDON, box);
}

static uint64_t due_of(const struct desk *desk, const struct id *box, const struct box_row *row)
{
    struct match_row match;
    uint64_t due_ms = row->at_ms + UNCLAIMED_DAYS * DAY_MS;
    if (due_ms > TIME_MS_MAX) due_ms = TIME_MS_MAX;
    if (box_is_abandoned(&desk->rows, box)) return 0;
    if (match_load(&desk->rows, box, row, &match) && match.until_ms > due_ms)
        due_ms = match.until_ms;
    return due_ms;
}

void unclaimed_refresh(const struct desk *desk, const struct id *box)
{
    struct clues_row was, now = {.due_ms = 0};
    struct clue_set set;
    struct box_row row;
    struct key key = clues_key(box, CLUE_OF_BOX);
    bool lay = rows_load(&desk->rows, VIEW_CLUES, &key, &clues_row_shape, &was);
    if (!box_load(&desk->rows, box, &row)) return;
    struct id slip = row.return_id, parcel = {{0}}, warehouse = row.warehouse;
    if (row.number.size > 0) parcel = parcel_id(desk->crypto, row.number);
    bool lies = row.voided_ms == 0 && !box_is_claimed(desk, box) &&
                holds_nobodys(desk, box, &warehouse) && !awaits_any(desk, box, &slip, &parcel);
    if (!lies && !lay) return;
    if (lies && box_load(&desk->rows, box, &row)) {
        clues_of_box(desk, box, &row, &set);
        now = (struct clues_row){
            .warehouse = warehouse, .since_ms = row.at_ms, .due_ms = due_of(desk, box, &row)};
    }
    if (lay) leave(desk, box, &was);
    if (lies) enter(desk, box, &now);
    clues_set(desk, box, CLUE_OF_BOX, lies ? &set : NULL, &now);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* What is nobody's and was asked for by nobody: the warehouse may do with it as the law lets it. It
 * cannot be undone once that is done, so silence waits for all who may speak. */
void abandon_due(const struct desk *desk, uint64_t due_ms, const struct id *box,
                 struct moment *moment, struct decision *decision)
{
    struct clues_row row;
    struct key key = clues_key(box, CLUE_OF_BOX);
    if (!rows_load(&desk->rows, VIEW_CLUES, &key, &clues_row_shape, &row)) return;
    if (row.due_ms != due_ms) return;
    if (due_ms > moment->heard_ms && !BUG(fires_unheard)) return;
    struct box_abandoned abandoned = {
        .box = *box, .due_ms = due_ms, .by = actor_self(desk, BY_CLOCK), .at_ms = moment->wall_ms};
    decision->entity = *box;
    decision_add(decision, EVENT_BOX_ABANDONED, box, &abandoned);
}

void box_abandoned_fold(const struct desk *desk, const struct place *place,
                        const struct box_abandoned *abandoned)
{
    struct match_row row;
    struct key key = match_said(desk, place, &abandoned->box, &row);
    row.abandoned_ms = abandoned->at_ms;
    rows_store(&desk->rows, VIEW_MATCH, &key, &match_row_shape, &row);
    unclaimed_refresh(desk, &abandoned->box);
}

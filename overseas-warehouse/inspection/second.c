/* A second person's grade of some of the units that were graded: which ones follows from their ids,
 * so nobody chooses. Where the two differ a person looks, and the unit is not settled before the
 * first one agrees or a third one said. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/bugs.h"

SHAPE_DEFINE(second_row, SECOND_ROW_FIELDS)
SHAPE_DEFINE(inspector_row, INSPECTOR_ROW_FIELDS)

/* --- what stands ------------------------------------------------------------------------------ */

bool second_load(const struct rows *rows, const struct id *unit, struct second_row *row)
{
    struct key prefix = key_of(unit), last = prefix;
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_SECOND, &walk, &at)) last = walk.at;
    return last.size != prefix.size && rows_load(rows, VIEW_SECOND, &last, &second_row_shape, row);
}

static bool differs(const struct second_row *row)
{
    return row->grade != 0 && row->grade != row->first_grade && row->resolved == 0;
}

/* The highest hop at which one was given that ends what differed up to there; 0: none was. */
static uint64_t resolved_at(const struct rows *rows, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t hop = 0;
    while (walk_next(rows, VIEW_SECOND, &walk, &at)) {
        struct second_row row;
        if (shape_decode(&second_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.resolved != 0) hop = be_get(walk.at.bytes + ID_BYTES, 2);
    }
    return hop;
}

bool second_differs(const struct rows *rows, const struct id *unit, struct second_row *row)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t ended = resolved_at(rows, unit);
    while (walk_next(rows, VIEW_SECOND, &walk, &at)) {
        if (be_get(walk.at.bytes + ID_BYTES, 2) < ended) continue;
        if (shape_decode(&second_row_shape, at.value, row, NULL) == OK && differs(row)) return true;
    }
    return false;
}

/* The same units whoever asks and whenever; the share alone moves. */
bool second_is_due(const struct desk *desk, const struct id *unit)
{
    struct scale_set scale;
    struct second_row row;
    struct span part = id_span(unit);
    struct id hash = crypto_id(desk->crypto, "entrepot/second-grade/1", &part, 1);
    if (!scale_of_unit(&desk->rows, unit, &scale)) return false;
    if (be_get(hash.bytes + ID_BYTES - 4, 4) % SHARE_BP_MAX >= scale.second_bp) return false;
    return !second_load(&desk->rows, unit, &row) || row.grade == 0;
}

bool second_resolves(const struct desk *desk, const struct id *unit, const struct actor *by,
                     uint64_t grade)
{
    struct second_row row;
    if (!second_differs(&desk->rows, unit, &row)) return false;
    if (actor_is_same(by, &row.by)) return false;
    return grade == row.grade || !actor_is_same(by, &row.first_by);
}

/* --- deciding --------------------------------------------------------------------------------- */

static const char *barred_by(const struct desk *desk, const struct command *command,
                             const struct unit_now *now)
{
    struct second_row row;
    struct key key = unit_key(&command->body->unit_second.unit, now->hop, &now->log);
    if (now->row.grade == 0) return "unit: it is not graded";
    if (actor_is_same(&command->by, &now->row.graded_by)) return "by: second_person";
    bool known = rows_load(&desk->rows, VIEW_SECOND, &key, &second_row_shape, &row);
    return known && row.grade != 0 ? "unit: it has its second grade" : NULL;
}

void second_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    const struct unit_second *body = &command->body->unit_second;
    struct second_graded graded = {.unit = body->unit,
                                   .liability = body->liability,
                                   .by = command->by,
                                   .at_ms = moment->wall_ms,
                                   .reason = body->reason};
    struct unit_now now;
    decision->entity = body->unit;
    if (!unit_is_at_hand(desk, command, &body->unit, &now, decision)) return;
    if (!command_matches(command, now.row.version, decision)) return;
    if (!grade_given(&desk->rows, &body->unit, body->grade, body->graded_as, &graded.grade,
                     decision))
        return;
    const char *bar = barred_by(desk, command, &now);
    if (graded.grade == 0)
        decision_refuse(decision, ERROR_MISSING_FIELD, "grade");
    else if (bar != NULL)
        decision_refuse(decision, ERROR_CONFLICT, bar);
    else {
        graded.hop = now.hop;
        decision_add(decision, EVENT_SECOND_GRADED, &body->unit, &graded);
    }
}

/* --- folding ---------------------------------------------------------------------------------- */

#define DAY_BYTES 4

/* Where a unit was held, by the log that held it; so each row has one writer. */
struct post {
    struct id warehouse, log;
};

static struct inspector_row inspector_begin(const struct desk *desk, const struct post *post,
                                            const struct actor *by, uint64_t at_ms, struct key *key)
{
    struct inspector_row row;
    *key = key_add_uint(key_of(&post->warehouse), at_ms / DAY_MS, DAY_BYTES);
    *key = key_add_id(key_add_id(*key, &by->token), &post->log);
    if (!rows_load(&desk->rows, VIEW_INSPECTOR, key, &inspector_row_shape, &row))
        row = (struct inspector_row){.inspected = 0};
    return row;
}

static void inspector_end(const struct desk *desk, const struct key *key,
                          const struct inspector_row *row)
{
    rows_store(&desk->rows, VIEW_INSPECTOR, key, &inspector_row_shape, row);
}

static void count_done(const struct desk *desk, const struct post *post, enum verb verb,
                       const struct actor *by, uint64_t at_ms)
{
    struct key key;
    struct inspector_row row = inspector_begin(desk, post, by, at_ms, &key);
    row.inspected += verb == DO_INSPECT ? 1 : 0;
    row.graded += verb == DO_GRADE ? 1 : 0;
    row.looked += verb == DO_NOTE_GRADE ? 1 : 0;
    row.hours |= UINT64_C(1) << at_ms % DAY_MS / HOUR_MS;
    inspector_end(desk, &key, &row);
}

/* Of whoever graded first, on the day on which that was. */
static void count_agreement(const struct desk *desk, const struct post *post,
                            const struct second_row *second)
{
    struct key key;
    struct inspector_row row =
        inspector_begin(desk, post, &second->first_by, second->first_ms, &key);
    row.second++;
    row.agreed += second->grade == second->first_grade ? 1 : 0;
    inspector_end(desk, &key, &row);
}

/* A pure function of the rows of the unit, whichever of them came last. */
static void conflicts_refresh(const struct desk *desk, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t ended = resolved_at(&desk->rows, unit);
    while (walk_next(&desk->rows, VIEW_SECOND, &walk, &at)) {
        struct second_row row;
        struct id log;
        struct conflict_row conflict = {.kind = CONFLICT_SECOND_GRADE, .verb = DO_GRADE};
        memcpy(log.bytes, walk.at.bytes + ID_BYTES + 2, ID_BYTES);
        bool decodes = shape_decode(&second_row_shape, at.value, &row, NULL) == OK;
        if (!decodes || row.grade == 0) continue;
        struct key key = key_add_uint(pair_key(unit, &log), row.idx, 8);
        if (differs(&row) && be_get(walk.at.bytes + ID_BYTES, 2) >= ended)
            rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
        else
            rows_drop(&desk->rows, VIEW_CONFLICT, &key);
    }
}

/* of: the row that it leads to. */
static struct key due_key(const struct id *warehouse, uint64_t at_ms, const struct key *of)
{
    struct key key = key_add_uint(key_of(warehouse), at_ms, 8);
    memcpy(key.bytes + key.size, of->bytes, of->size);
    key.size += of->size;
    return key;
}

static bool is_waiting(const struct second_row *second, const struct unit_row *unit)
{
    return second->due != 0 && second->grade == 0 &&
           (unit->state == UNIT_GRADED || unit->state == UNIT_DISPOSED);
}

/* The queue of the warehouse whose log the row is of. former: as it stood before. */
static void due_refresh(const struct desk *desk, const struct key *key, uint64_t former_ms)
{
    struct second_row second = {.due = 0};
    struct unit_row row;
    if (!rows_load(&desk->rows, VIEW_UNIT, key, &unit_row_shape, &row)) return;
    struct id warehouse = row.warehouse;
    struct key former = due_key(&warehouse, former_ms, key);
    bool waits = rows_load(&desk->rows, VIEW_SECOND, key, &second_row_shape, &second) &&
                 is_waiting(&second, &row);
    struct key now = due_key(&warehouse, second.first_ms, key);
    rows_drop(&desk->rows, VIEW_SECOND_DUE, &former);
    if (waits) rows_mark(&desk->rows, VIEW_SECOND_DUE, &now);
}

void second_fold(const struct desk *desk, const struct place *place,
                 const struct second_graded *graded)
{
    struct key key = unit_key(&graded->unit, graded->hop, &place->log);
    struct unit_row unit;
    struct second_row row;
    if (!rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &unit) || unit.grade == 0) return;
    struct post post = {.warehouse = unit.warehouse, .log = place->log};
    if (!rows_load(&desk->rows, VIEW_SECOND, &key, &second_row_shape, &row))
        row = (struct second_row){.due = 0};
    if (row.grade != 0) return;
    row.first_grade = unit.grade;
    row.first_by = unit.graded_by;
    row.first_ms = unit.graded_ms;
    row.grade = graded->grade;
    row.liability = graded->liability;
    row.by = graded->by;
    row.at_ms = graded->at_ms;
    row.reason = graded->reason;
    row.idx = place->idx;
    rows_store(&desk->rows, VIEW_SECOND, &key, &second_row_shape, &row);
    due_refresh(desk, &key, row.first_ms);
    count_done(desk, &post, DO_NOTE_GRADE, &graded->by, graded->at_ms);
    count_agreement(desk, &post, &row);
    conflicts_refresh(desk, &graded->unit);
}

/* --- a unit's own entries --------------------------------------------------------------------- */

static void note_answers(const struct desk *desk, const struct key *key,
                         const struct unit_moved *moved)
{
    struct answers_row row = {.checklist = moved->checklist,
                              .checklist_version = moved->checklist_version,
                              .by = moved->by,
                              .at_ms = moved->at_ms,
                              .answers_count = moved->answers_count};
    if (moved->checklist_version == 0) return;
    memcpy(row.answers, moved->answers, moved->answers_count * sizeof row.answers[0]);
    rows_store(&desk->rows, VIEW_ANSWERS, key, &answers_row_shape, &row);
}

static uint64_t note_graded(const struct desk *desk, const struct key *key,
                            const struct unit_moved *moved)
{
    struct second_row row;
    bool known = rows_load(&desk->rows, VIEW_SECOND, key, &second_row_shape, &row);
    uint64_t former_ms = known ? row.first_ms : 0;
    if (!known && moved->second_due == 0 && moved->resolves == 0) return 0;
    if (!known) row = (struct second_row){.due = 0};
    if (row.grade == 0) {
        row.due |= moved->second_due;
        row.first_grade = moved->grade;
        row.first_by = moved->by;
        row.first_ms = moved->at_ms;
    }
    row.resolved |= moved->resolves;
    rows_store(&desk->rows, VIEW_SECOND, key, &second_row_shape, &row);
    return former_ms;
}

void inspection_of_unit(const struct desk *desk, const struct place *place,
                        const struct unit_moved *moved)
{
    struct key key = unit_key(&moved->unit, moved->hop, &place->log);
    struct second_row row;
    struct unit_row unit;
    if (!rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &unit)) return;
    struct post post = {.warehouse = unit.warehouse, .log = place->log};
    if (moved->verb == DO_INSPECT) note_answers(desk, &key, moved);
    if (moved->verb == DO_INSPECT || moved->verb == DO_GRADE)
        count_done(desk, &post, (enum verb)moved->verb, &moved->by, moved->at_ms);
    bool known = rows_load(&desk->rows, VIEW_SECOND, &key, &second_row_shape, &row);
    uint64_t former_ms = known ? row.first_ms : 0;
    if (moved->verb == DO_GRADE) former_ms = note_graded(desk, &key, moved);
    due_refresh(desk, &key, former_ms);
    if (moved->resolves != 0) conflicts_refresh(desk, &moved->unit);
}

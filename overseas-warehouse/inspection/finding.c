/* Findings: what was seen on a unit or a box, beside its grade. Anybody on a floor may observe, so
 * they are never refused for the state of the goods; each log has a word of its own on each kind.
 */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(finding_row, FINDING_ROW_FIELDS)

bool finding_stands(const struct rows *rows, const struct id *thing, enum finding_kind kind)
{
    struct key prefix = key_add_uint(key_of(thing), kind, 1);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_FINDING, &walk, &at)) {
        struct finding_row row;
        if (shape_decode(&finding_row_shape, at.value, &row, NULL) == OK && row.gone == 0)
            return true;
    }
    return false;
}

uint64_t finding_liability(const struct finding *findings, uint32_t count)
{
    uint64_t liable = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (findings[i].liability == 0 || findings[i].gone != 0) continue;
        if (liable != 0 && liable != findings[i].liability) return 0;
        liable = findings[i].liability;
    }
    return liable;
}

/* --- deciding --------------------------------------------------------------------------------- */

bool findings_are_sound(const struct finding *findings, uint32_t count, struct decision *decision)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (findings[k].kind == findings[i].kind)
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "findings", i, "/kind: named_once");
    return true;
}

void findings_add(const struct command *command, const struct id *thing,
                  const struct finding *findings, uint32_t count, const struct moment *moment,
                  struct decision *decision)
{
    struct findings_noted found = {
        .thing = *thing, .findings_count = count, .by = command->by, .at_ms = moment->wall_ms};
    if (count == 0 || decision->error != OK) return;
    memcpy(found.findings, findings, count * sizeof findings[0]);
    decision_add(decision, EVENT_FINDINGS, thing, &found);
}

static bool is_known(const struct desk *desk, const struct command *command, const struct id *thing)
{
    struct unit_now unit;
    struct box_row box;
    if (unit_load(&desk->rows, thing, &unit)) return unit_is_covered(desk, command, thing);
    return id_is_zero(&command->merchant) && box_load(&desk->rows, thing, &box);
}

void finding_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct finding_note *body = &command->body->finding_note;
    decision->entity = body->thing;
    if (!is_known(desk, command, &body->thing))
        decision_refuse(decision, ERROR_NOT_FOUND, "thing: a unit or a box");
    else if (body->findings_count == 0)
        decision_refuse(decision, ERROR_MISSING_FIELD, "findings");
    else if (findings_are_sound(body->findings, body->findings_count, decision))
        findings_add(command, &body->thing, body->findings, body->findings_count, moment, decision);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The log stands in the key, so each row has one writer. */
void finding_fold(const struct desk *desk, const struct place *place,
                  const struct findings_noted *found)
{
    for (uint32_t i = 0; i < found->findings_count; i++) {
        const struct finding *finding = &found->findings[i];
        struct key key = key_add_uint(key_of(&found->thing), finding->kind, 1);
        struct finding_row row = {.kind = finding->kind,
                                  .note = finding->note,
                                  .liability = finding->liability,
                                  .gone = finding->gone,
                                  .by = found->by,
                                  .at_ms = found->at_ms};
        key = key_add_id(key, &place->log);
        rows_store(&desk->rows, VIEW_FINDING, &key, &finding_row_shape, &row);
    }
}

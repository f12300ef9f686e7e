/* A merchant's own scale: how it calls the six grades, and of what share of its graded units
 * another person gives a second one. The grades themselves are the same everywhere. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

bool scale_load(const struct rows *rows, const struct merchant *merchant, struct scale_set *scale)
{
    struct key key = pair_key(&merchant->merchant, &merchant->book);
    return rows_load(rows, VIEW_SCALE, &key, &scale_set_shape, scale);
}

bool scale_of_unit(const struct rows *rows, const struct id *unit, struct scale_set *scale)
{
    struct unit_owner owner;
    struct merchant merchant;
    return unit_owner(rows, unit, &owner) && merchant_load(rows, &owner.merchant, &merchant) &&
           scale_load(rows, &merchant, scale);
}

/* Numbers count from the best grade down. A name that several bear promises no more than the
 * lowest. */
uint64_t scale_grade(const struct scale_set *scale, struct span name)
{
    uint64_t grade = 0;
    for (uint32_t i = 0; i < scale->grades_count; i++)
        if (span_equal(scale->grades[i].name, name) && scale->grades[i].grade > grade)
            grade = scale->grades[i].grade;
    return grade;
}

struct span scale_name(const struct scale_set *scale, uint64_t grade)
{
    for (uint32_t i = 0; i < scale->grades_count; i++)
        if (scale->grades[i].grade == grade) return scale->grades[i].name;
    return (struct span){0};
}

bool grade_given(const struct rows *rows, const struct id *unit, uint64_t grade, struct span named,
                 uint64_t *given, struct decision *decision)
{
    struct scale_set scale;
    *given = grade;
    if (named.size == 0) return true;
    if (grade != 0) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "graded_as: or grade");
        return false;
    }
    if (scale_of_unit(rows, unit, &scale)) *given = scale_grade(&scale, named);
    if (*given != 0) return true;
    decision_refuse(decision, ERROR_OUT_OF_RANGE, "graded_as: no grade of its merchant's scale");
    return false;
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool grades_are_sound(const struct scale_put *put, struct decision *decision)
{
    for (uint32_t i = 0; i < put->grades_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (put->grades[k].grade == put->grades[i].grade)
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "grades", i, "/grade: named_once");
    if (put->grades_count == 0 || put->grades_count == GRADES_NAMED) return true;
    decision_refuse(decision, ERROR_MISSING_FIELD, "grades: a scale names every grade");
    return false;
}

void scale_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    const struct scale_put *put = &command->body->scale_put;
    struct scale_set former,
        set = {
            .merchant = put->merchant, .version = 1, .by = command->by, .at_ms = moment->wall_ms};
    struct merchant merchant;
    decision->entity = put->merchant;
    if (!command_covers(command, &put->merchant, decision)) return;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    shape_copy(&scale_set_shape, &set, &scale_put_shape, put);
    bool known = scale_load(&desk->rows, &merchant, &former);
    if (!command_matches(command, known ? former.version : 0, decision)) return;
    if (known) set.version = former.version + 1;
    if (grades_are_sound(put, decision)) decision_add(decision, EVENT_SCALE, &put->merchant, &set);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The book stands in the key, so each row has one writer. */
void scale_fold(const struct desk *desk, const struct place *place, const struct scale_set *set)
{
    struct key key = pair_key(&set->merchant, &place->log);
    rows_store(&desk->rows, VIEW_SCALE, &key, &scale_set_shape, set);
}

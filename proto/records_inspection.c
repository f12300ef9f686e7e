#include "proto/records_inspection.h"

#define WORD_NAME(name, number, word) [number] = word,
static const char *const hold_names[] = {HOLD_LIST(WORD_NAME)};
static const char *const question_names[] = {QUESTION_LIST(WORD_NAME)};
static const char *const finding_names[] = {FINDING_LIST(WORD_NAME)};
#undef WORD_NAME
const struct words hold_words = {hold_names, sizeof hold_names / sizeof hold_names[0]};
const struct words question_words = {question_names,
                                     sizeof question_names / sizeof question_names[0]};
const struct words finding_words = {finding_names, sizeof finding_names / sizeof finding_names[0]};

/* clang-format off */
SHAPE_DEFINE(unit_held, UNIT_HELD_FIELDS)
SHAPE_DEFINE(unit_hold, UNIT_HOLD_FIELDS)
SHAPE_DEFINE(recalled, RECALLED_FIELDS)
SHAPE_DEFINE(recall_put, RECALL_PUT_FIELDS)
SHAPE_DEFINE(option, OPTION_FIELDS)
SHAPE_DEFINE(list_question, QUESTION_FIELDS)
SHAPE_DEFINE(checklist_set, CHECKLIST_SET_FIELDS)
SHAPE_DEFINE(checklist_put, CHECKLIST_PUT_FIELDS)
SHAPE_DEFINE(grade_name, GRADE_NAME_FIELDS)
SHAPE_DEFINE(scale_set, SCALE_SET_FIELDS)
SHAPE_DEFINE(scale_put, SCALE_PUT_FIELDS)
SHAPE_DEFINE(second_graded, SECOND_GRADED_FIELDS)
SHAPE_DEFINE(unit_second, UNIT_SECOND_FIELDS)
SHAPE_DEFINE(finding, FINDING_FIELDS)
SHAPE_DEFINE(findings_noted, FINDINGS_NOTED_FIELDS)
SHAPE_DEFINE(finding_note, FINDING_NOTE_FIELDS)
/* clang-format on */

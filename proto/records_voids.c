#include "proto/records_voids.h"

#define WORD_NAME(name, number, word) [number] = word,
static const char *const step_names[] = {STEP_LIST(WORD_NAME)};
const struct words floor_step_words = {step_names, sizeof step_names / sizeof step_names[0]};

/* clang-format off */
SHAPE_DEFINE(box_voided, BOX_VOIDED_FIELDS)
SHAPE_DEFINE(unit_void, UNIT_VOID_FIELDS)
SHAPE_DEFINE(box_void, BOX_VOID_FIELDS)
/* clang-format on */

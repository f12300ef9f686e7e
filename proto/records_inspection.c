#include "proto/records_inspection.h"

static const char *const hold_names[] = {
#define WORD_NAME(name, number, word) [number] = word,
    HOLD_LIST(WORD_NAME)
#undef WORD_NAME
};
const struct words hold_words = {hold_names, sizeof hold_names / sizeof hold_names[0]};

/* clang-format off */
SHAPE_DEFINE(unit_held, UNIT_HELD_FIELDS)
SHAPE_DEFINE(unit_hold, UNIT_HOLD_FIELDS)
SHAPE_DEFINE(recalled, RECALLED_FIELDS)
SHAPE_DEFINE(recall_put, RECALL_PUT_FIELDS)
/* clang-format on */

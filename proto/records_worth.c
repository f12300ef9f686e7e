#include "proto/records_worth.h"

static const char *const cost_kind_names[] = {
#define WORD_NAME(name, number, word) [number] = word,
    COST_KIND_LIST(WORD_NAME)
#undef WORD_NAME
};
const struct words cost_kind_words = {cost_kind_names,
                                      sizeof cost_kind_names / sizeof cost_kind_names[0]};

/* clang-format off */
SHAPE_DEFINE(cost_row, COST_ROW_FIELDS)
SHAPE_DEFINE(cost_table, COST_TABLE_FIELDS)
SHAPE_DEFINE(cost_set, COST_SET_FIELDS)
SHAPE_DEFINE(cost_put, COST_PUT_FIELDS)
SHAPE_DEFINE(unit_locked, UNIT_LOCKED_FIELDS)
SHAPE_DEFINE(unit_lock, UNIT_LOCK_FIELDS)
SHAPE_DEFINE(unit_asked, UNIT_ASKED_FIELDS)
SHAPE_DEFINE(unit_ask, UNIT_ASK_FIELDS)
/* clang-format on */

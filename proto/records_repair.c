#include "proto/records_repair.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS(list, LIST)                                                                          \
    static const char *const list##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words list##_words = {list##_names, sizeof list##_names / sizeof list##_names[0]};

/* clang-format off */
WORDS(repair_act, REPAIR_ACT_LIST)
WORDS(repair_state, REPAIR_STATE_LIST)
WORDS(repair_outcome, REPAIR_OUTCOME_LIST)

SHAPE_DEFINE(repair_part, REPAIR_PART_FIELDS)
SHAPE_DEFINE(repair_moved, REPAIR_MOVED_FIELDS)
SHAPE_DEFINE(repair_consent, REPAIR_CONSENT_FIELDS)
SHAPE_DEFINE(repair_consented, REPAIR_CONSENTED_FIELDS)
SHAPE_DEFINE(repair_begin, REPAIR_BEGIN_FIELDS)
SHAPE_DEFINE(repair_step, REPAIR_STEP_FIELDS)
SHAPE_DEFINE(repair_finish, REPAIR_FINISH_FIELDS)
/* clang-format on */

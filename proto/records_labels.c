#include "proto/records_labels.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS(list, LIST)                                                                          \
    static const char *const list##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words list##_words = {list##_names, sizeof list##_names / sizeof list##_names[0]};
WORDS(label_what, LABEL_WHAT_LIST)
WORDS(label_state, LABEL_STATE_LIST)
WORDS(label_step, LABEL_STEP_LIST)
WORDS(label_recovery, LABEL_RECOVERY_LIST)
WORDS(label_form, LABEL_FORM_LIST)
WORDS(label_end, LABEL_END_LIST)

/* clang-format off */
SHAPE_DEFINE(label_moved, LABEL_MOVED_FIELDS)
SHAPE_DEFINE(site_address, SITE_ADDRESS_FIELDS)
SHAPE_DEFINE(label_begin, LABEL_BEGIN_FIELDS)
SHAPE_DEFINE(label_retract, LABEL_RETRACT_FIELDS)
SHAPE_DEFINE(label_settle, LABEL_SETTLE_FIELDS)
SHAPE_DEFINE(site_address_put, SITE_ADDRESS_PUT_FIELDS)
/* clang-format on */

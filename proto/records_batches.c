#include "proto/records_batches.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS(list, LIST)                                                                          \
    static const char *const list##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words list##_words = {list##_names, sizeof list##_names / sizeof list##_names[0]};
WORDS(batch_act, BATCH_ACT_LIST)
WORDS(batch_state, BATCH_STATE_LIST)
WORDS(batch_split, BATCH_SPLIT_LIST)

/* clang-format off */
SHAPE_DEFINE(manifest_line, MANIFEST_LINE_FIELDS)
SHAPE_DEFINE(batch_moved, BATCH_MOVED_FIELDS)
SHAPE_DEFINE(batch_paid, BATCH_PAID_FIELDS)
SHAPE_DEFINE(batch_open, BATCH_OPEN_FIELDS)
SHAPE_DEFINE(batch_change, BATCH_CHANGE_FIELDS)
SHAPE_DEFINE(batch_close, BATCH_CLOSE_FIELDS)
SHAPE_DEFINE(batch_proceeds, BATCH_PROCEEDS_FIELDS)
/* clang-format on */

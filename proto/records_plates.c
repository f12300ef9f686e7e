#include "proto/records_plates.h"

#include "proto/words.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS_DEFINE(name, LIST)                                                                   \
    static const char *const name##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words name##_words = {name##_names, sizeof name##_names / sizeof name##_names[0]};

/* clang-format off */
WORDS_DEFINE(plate_kind, PLATE_KIND_LIST)
WORDS_DEFINE(plate_act, PLATE_ACT_LIST)
WORDS_DEFINE(plate_state, PLATE_STATE_LIST)
WORDS_DEFINE(importer, IMPORTER_LIST)
WORDS_DEFINE(duty_part, DUTY_PART_LIST)
WORDS_DEFINE(export_mode, EXPORT_MODE_LIST)

SHAPE_DEFINE(plate_unit, PLATE_UNIT_FIELDS)
SHAPE_DEFINE(plate_name, PLATE_NAME_FIELDS)
SHAPE_DEFINE(plate_moved, PLATE_MOVED_FIELDS)
SHAPE_DEFINE(removal_line, REMOVAL_LINE_FIELDS)
SHAPE_DEFINE(removal_carton, REMOVAL_CARTON_FIELDS)
SHAPE_DEFINE(removal, REMOVAL_FIELDS)
SHAPE_DEFINE(removed_unit, REMOVED_UNIT_FIELDS)
SHAPE_DEFINE(removal_received, REMOVAL_RECEIVED_FIELDS)
SHAPE_DEFINE(duty, DUTY_FIELDS)
SHAPE_DEFINE(inbound_sku, INBOUND_SKU_FIELDS)
SHAPE_DEFINE(inbound, INBOUND_FIELDS)
SHAPE_DEFINE(plate_make, PLATE_MAKE_FIELDS)
SHAPE_DEFINE(plate_change, PLATE_CHANGE_FIELDS)
SHAPE_DEFINE(plate_merge, PLATE_MERGE_FIELDS)
SHAPE_DEFINE(plate_move, PLATE_MOVE_FIELDS)
SHAPE_DEFINE(plate_void, PLATE_VOID_FIELDS)
SHAPE_DEFINE(plate_take, PLATE_TAKE_FIELDS)
SHAPE_DEFINE(removal_put, REMOVAL_PUT_FIELDS)
SHAPE_DEFINE(removal_receive, REMOVAL_RECEIVE_FIELDS)
SHAPE_DEFINE(inbound_put, INBOUND_PUT_FIELDS)
/* clang-format on */

#include "proto/records_goods.h"

/* clang-format off */
SHAPE_DEFINE(checkpoint, CHECKPOINT_FIELDS)
SHAPE_DEFINE(tracking, TRACKING_FIELDS)
SHAPE_DEFINE(box_received, BOX_RECEIVED_FIELDS)
SHAPE_DEFINE(worth, WORTH_FIELDS)
SHAPE_DEFINE(list_answer, LIST_ANSWER_FIELDS)
SHAPE_DEFINE(unit_moved, UNIT_MOVED_FIELDS)
SHAPE_DEFINE(unit_assigned, UNIT_ASSIGNED_FIELDS)
/* clang-format on */

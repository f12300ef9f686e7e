#include "proto/records_matching.h"

/* clang-format off */
SHAPE_DEFINE(box_label, BOX_LABEL_FIELDS)
SHAPE_DEFINE(box_noted, BOX_NOTED_FIELDS)
SHAPE_DEFINE(weighed, WEIGHED_FIELDS)
SHAPE_DEFINE(box_weighed, BOX_WEIGHED_FIELDS)
SHAPE_DEFINE(box_matched, BOX_MATCHED_FIELDS)
SHAPE_DEFINE(box_abandoned, BOX_ABANDONED_FIELDS)
SHAPE_DEFINE(box_note, BOX_NOTE_FIELDS)
SHAPE_DEFINE(box_match, BOX_MATCH_FIELDS)
/* clang-format on */

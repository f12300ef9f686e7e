#include "proto/records_care.h"

#include "proto/words.h"

/* clang-format off */
SHAPE_DEFINE(corrective_begun, CORRECTIVE_BEGUN_FIELDS)
SHAPE_DEFINE(corrective_closed, CORRECTIVE_CLOSED_FIELDS)
SHAPE_DEFINE(corrective_begin, CORRECTIVE_BEGIN_FIELDS)
SHAPE_DEFINE(corrective_close, CORRECTIVE_CLOSE_FIELDS)
/* clang-format on */

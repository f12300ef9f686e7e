#include "proto/records_care.h"

#include "proto/words.h"

/* clang-format off */
SHAPE_DEFINE(corrective_begun, CORRECTIVE_BEGUN_FIELDS)
SHAPE_DEFINE(corrective_closed, CORRECTIVE_CLOSED_FIELDS)
SHAPE_DEFINE(corrective_begin, CORRECTIVE_BEGIN_FIELDS)
SHAPE_DEFINE(corrective_close, CORRECTIVE_CLOSE_FIELDS)
SHAPE_DEFINE(article_reason, ARTICLE_REASON_FIELDS)
SHAPE_DEFINE(article, ARTICLE_FIELDS)
SHAPE_DEFINE(article_put, ARTICLE_PUT_FIELDS)
SHAPE_DEFINE(complaint_opened, COMPLAINT_OPENED_FIELDS)
SHAPE_DEFINE(complaint_closed, COMPLAINT_CLOSED_FIELDS)
SHAPE_DEFINE(complaint_open, COMPLAINT_OPEN_FIELDS)
SHAPE_DEFINE(complaint_close, COMPLAINT_CLOSE_FIELDS)
/* clang-format on */

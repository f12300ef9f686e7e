#include "proto/records_money.h"

/* clang-format off */
SHAPE_DEFINE(order_line, ORDER_LINE_FIELDS)
SHAPE_DEFINE(payment, PAYMENT_FIELDS)
SHAPE_DEFINE(order, ORDER_FIELDS)
SHAPE_DEFINE(return_line, RETURN_LINE_FIELDS)
SHAPE_DEFINE(return_moved, RETURN_MOVED_FIELDS)
SHAPE_DEFINE(claim_sku, CLAIM_SKU_FIELDS)
SHAPE_DEFINE(box_claimed, BOX_CLAIMED_FIELDS)
SHAPE_DEFINE(refund_moved, REFUND_MOVED_FIELDS)
SHAPE_DEFINE(released, RELEASED_FIELDS)
/* clang-format on */

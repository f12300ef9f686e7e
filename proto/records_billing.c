#include "proto/records_billing.h"

#define WORD_NAME(name, number, word) [number] = word,
static const char *const billed_act_names[] = {BILLED_ACT_LIST(WORD_NAME)};
const struct words billed_act_words = {billed_act_names,
                                       sizeof billed_act_names / sizeof billed_act_names[0]};

/* clang-format off */
SHAPE_DEFINE(fee_price, FEE_PRICE_FIELDS)
SHAPE_DEFINE(fee_put, FEE_PUT_FIELDS)
SHAPE_DEFINE(fee_set, FEE_SET_FIELDS)
SHAPE_DEFINE(charge_posted, CHARGE_FIELDS)
SHAPE_DEFINE(balance_topup, BALANCE_TOPUP_FIELDS)
SHAPE_DEFINE(topped_up, TOPPED_UP_FIELDS)
SHAPE_DEFINE(statement_close, STATEMENT_CLOSE_FIELDS)
SHAPE_DEFINE(statement_closed, STATEMENT_FIELDS)
SHAPE_DEFINE(arrears_override, ARREARS_OVERRIDE_FIELDS)
SHAPE_DEFINE(arrears_overridden, ARREARS_OVERRIDDEN_FIELDS)
/* clang-format on */

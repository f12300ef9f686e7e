#include "proto/records_stock.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS(list, LIST)                                                                          \
    static const char *const list##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words list##_words = {list##_names, sizeof list##_names / sizeof list##_names[0]};
WORDS(stock_account, STOCK_ACCOUNT_LIST)
WORDS(stock_act, STOCK_ACT_LIST)

/* clang-format off */
SHAPE_DEFINE(stock_posted, STOCK_POSTED_FIELDS)
SHAPE_DEFINE(stock_bin_set, STOCK_BIN_SET_FIELDS)
SHAPE_DEFINE(stock_counted, STOCK_COUNTED_FIELDS)
SHAPE_DEFINE(stock_voided, STOCK_VOIDED_FIELDS)
SHAPE_DEFINE(stock_post, STOCK_POST_FIELDS)
SHAPE_DEFINE(stock_tally, STOCK_TALLY_FIELDS)
SHAPE_DEFINE(stock_void, STOCK_VOID_FIELDS)
SHAPE_DEFINE(stock_bin_put, STOCK_BIN_PUT_FIELDS)
SHAPE_DEFINE(stock_keep, STOCK_KEEP_FIELDS)
SHAPE_DEFINE(stock_end, STOCK_END_FIELDS)
/* clang-format on */

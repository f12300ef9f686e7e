#include "proto/records_exchange.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS(list, LIST)                                                                          \
    static const char *const list##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words list##_words = {list##_names, sizeof list##_names / sizeof list##_names[0]};
WORDS(exchange_state, EXCHANGE_STATE_LIST)
WORDS(exchange_act, EXCHANGE_ACT_LIST)
WORDS(exchange_answer, EXCHANGE_ANSWER_LIST)

/* clang-format off */
SHAPE_DEFINE(exchange_place, EXCHANGE_PLACE_FIELDS)
SHAPE_DEFINE(exchange_moved, EXCHANGE_MOVED_FIELDS)
SHAPE_DEFINE(exchange_answered, EXCHANGE_ANSWERED_FIELDS)
SHAPE_DEFINE(exchange_begin, EXCHANGE_BEGIN_FIELDS)
SHAPE_DEFINE(exchange_send, EXCHANGE_SEND_FIELDS)
SHAPE_DEFINE(exchange_step, EXCHANGE_STEP_FIELDS)
SHAPE_DEFINE(exchange_paid, EXCHANGE_PAID_FIELDS)
/* clang-format on */

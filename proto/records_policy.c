#include "proto/records_policy.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS_DEFINE(name, LIST)                                                                   \
    static const char *const name##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words name##_words = {name##_names, sizeof name##_names / sizeof name##_names[0]};

/* clang-format off */
WORDS_DEFINE(reason_class, REASON_CLASS_LIST)
WORDS_DEFINE(window_from, WINDOW_FROM_LIST)
WORDS_DEFINE(fee_kind, FEE_KIND_LIST)
WORDS_DEFINE(fee_payer, FEE_PAYER_LIST)
WORDS_DEFINE(policy_check, POLICY_CHECK_LIST)
WORDS_DEFINE(check_answer, CHECK_ANSWER_LIST)
WORDS_DEFINE(signal, SIGNAL_LIST)

SHAPE_DEFINE(policy_window, POLICY_WINDOW_FIELDS)
SHAPE_DEFINE(policy_limit, POLICY_LIMIT_FIELDS)
SHAPE_DEFINE(policy_fee, POLICY_FEE_FIELDS)
SHAPE_DEFINE(policy_market, POLICY_MARKET_FIELDS)
SHAPE_DEFINE(policy_reason, POLICY_REASON_FIELDS)
SHAPE_DEFINE(policy_final, POLICY_FINAL_FIELDS)
SHAPE_DEFINE(policy_buyer, POLICY_BUYER_FIELDS)
SHAPE_DEFINE(policy_terms, POLICY_TERMS_FIELDS)
SHAPE_DEFINE(policy, POLICY_FIELDS)
SHAPE_DEFINE(policy_set, POLICY_SET_FIELDS)
SHAPE_DEFINE(policy_answer, POLICY_ANSWER_FIELDS)
SHAPE_DEFINE(policy_signal, POLICY_SIGNAL_FIELDS)
/* clang-format on */

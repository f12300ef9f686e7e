#include "proto/records_hooks.h"

#define WORD_AT(name, number, word) [number] = word,
static const char *const hook_type_names[] = {HOOK_TYPE_LIST(WORD_AT)};
const struct words hook_type_words = {hook_type_names,
                                      sizeof hook_type_names / sizeof hook_type_names[0]};

SHAPE_DEFINE(hook_wanted, HOOK_WANTED_FIELDS)
SHAPE_DEFINE(hook_secret, HOOK_SECRET_FIELDS)
SHAPE_DEFINE(hook_under_way, HOOK_UNDER_WAY_FIELDS)
SHAPE_DEFINE(webhook_set, WEBHOOK_SET_FIELDS)
SHAPE_DEFINE(overdue, OVERDUE_FIELDS)
SHAPE_DEFINE(webhook_asked, WEBHOOK_ASKED_FIELDS)
SHAPE_DEFINE(webhook_checked, WEBHOOK_CHECKED_FIELDS)
SHAPE_DEFINE(webhook_put, WEBHOOK_PUT_FIELDS)
SHAPE_DEFINE(webhook_disable, WEBHOOK_DISABLE_FIELDS)
SHAPE_DEFINE(webhook_replay, WEBHOOK_REPLAY_FIELDS)
SHAPE_DEFINE(webhook_test, WEBHOOK_TEST_FIELDS)
SHAPE_DEFINE(webhook_check, WEBHOOK_CHECK_FIELDS)

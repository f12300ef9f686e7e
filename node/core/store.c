#include "node/core/store.h"

#define TABLE_NAME(NAME, word, key) word,
static const char *const TRUTH_NAMES[] = {TRUTH_TABLE_LIST(TABLE_NAME)};
#undef TABLE_NAME

const char *truth_table_name(enum truth_table table)
{
    return table < TRUTH_TABLE_COUNT ? TRUTH_NAMES[table] : "?";
}

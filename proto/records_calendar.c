#include "proto/records_calendar.h"

#define WORD_NAME(name, number, word) [number] = word,
static const char *const weekday_names[] = {WEEKDAY_LIST(WORD_NAME)};
const struct words weekday_words = {weekday_names, sizeof weekday_names / sizeof weekday_names[0]};

/* clang-format off */
SHAPE_DEFINE(calendar_weekday, CALENDAR_WEEKDAY_FIELDS)
SHAPE_DEFINE(calendar_day, CALENDAR_DAY_FIELDS)
SHAPE_DEFINE(calendar_set, CALENDAR_SET_FIELDS)
SHAPE_DEFINE(reckoned, RECKONED_FIELDS)
/* clang-format on */

/* "48 working hours after 2026-12-24T17:00 in DE", read word by word. */
#include "overseas-warehouse/calendar/calendars.h"
#include "proto/line.h"
#include "proto/time.h"

#include <string.h>

#define DAY_MS      ((int64_t)DAY_MINUTES * 60000)
#define CLOCK_BYTES 16 /* 2026-12-24T17:00 */
#define DATE_BYTES  (CALENDAR_DATE_BYTES - 1)
#define DIGITS_MAX  5 /* of a count */

struct unit_words {
    const char *one, *many;
    enum calendar_unit unit, working; /* 0: has no working form */
};
static const struct unit_words units[] = {
    {"hour", "hours", CALENDAR_HOURS, CALENDAR_WORKING_HOURS},
    {"day", "days", CALENDAR_DAYS, CALENDAR_WORKING_DAYS},
    {"month", "months", CALENDAR_MONTHS, 0},
    {"year", "years", CALENDAR_YEARS, 0},
};

static struct span next_word(struct span *text)
{
    while (text->size > 0 && text->at[0] == ' ') *text = span_of(text->at + 1, text->size - 1);
    struct span word = {text->at, 0};
    while (word.size < text->size && text->at[word.size] != ' ') word.size++;
    *text = span_of(text->at + word.size, text->size - word.size);
    return word;
}

static bool is_word(struct span word, const char *wanted)
{
    return span_equal(word, span_text(wanted));
}

/* The word is quoted as far as it fits, so that a person sees where it went wrong. */
static bool misread(struct calendar_fault *fault, struct span word, const char *rule)
{
    struct line line = line_over(fault->field, sizeof fault->field);
    if (word.size == 0)
        line_text(&line, "the end");
    else
        line_quoted(&line, word);
    fault->rule = rule;
    return false;
}

static bool read_count(struct span word, struct due_question *question,
                       struct calendar_fault *fault)
{
    question->count = 0;
    for (size_t i = 0; i < word.size && i <= DIGITS_MAX; i++) {
        if (word.at[i] < '0' || word.at[i] > '9') question->count = CALENDAR_COUNT_MAX;
        question->count = question->count * 10 + (uint64_t)(word.at[i] - '0');
    }
    return (word.size > 0 && word.size <= DIGITS_MAX && question->count <= CALENDAR_COUNT_MAX) ||
           misread(fault, word, "a whole number up to 10000");
}

static bool read_unit(struct span *text, struct due_question *question,
                      struct calendar_fault *fault)
{
    struct span word = next_word(text);
    bool working = is_word(word, "working");
    if (working) word = next_word(text);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!is_word(word, units[i].one) && !is_word(word, units[i].many)) continue;
        question->unit = working ? units[i].working : units[i].unit;
        if (question->unit != 0) return true;
    }
    return misread(fault, word, "hours, working hours, days, working days, months or years");
}

static bool two_digits(struct span text, size_t at, uint32_t below, int64_t *value)
{
    uint32_t tens = (uint32_t)text.at[at] - '0', ones = (uint32_t)text.at[at + 1] - '0';
    *value = (int64_t)tens * 10 + ones;
    return tens <= 9 && ones <= 9 && *value < below;
}

/* 2026-12-24T17:00 or 2026-12-24: what the clock of the place shows. */
static bool read_clock(struct span word, int64_t *clock_ms)
{
    int32_t day;
    int64_t hour = 0, minute = 0;
    if (word.size != DATE_BYTES && word.size != CLOCK_BYTES) return false;
    if (!calendar_date(span_of(word.at, DATE_BYTES), &day)) return false;
    if (word.size == CLOCK_BYTES &&
        (word.at[10] != 'T' || word.at[13] != ':' || !two_digits(word, 11, 24, &hour) ||
         !two_digits(word, 14, 60, &minute)))
        return false;
    *clock_ms = day * DAY_MS + (hour * 60 + minute) * 60000;
    return true;
}

static bool read_moment(struct span word, struct due_question *question,
                        struct calendar_fault *fault)
{
    question->by_clock = read_clock(word, &question->clock_ms);
    return question->by_clock || time_parse(word, &question->moment_ms) == OK ||
           misread(fault, word, "a moment as 2026-12-24T17:00, or 2026-12-24T17:00:00Z");
}

/* "in NAME" to the end: a name may have blanks. */
static bool read_calendar(struct span text, struct due_question *question,
                          struct calendar_fault *fault)
{
    struct span word = next_word(&text);
    if (word.size == 0) return true;
    if (!is_word(word, "in")) return misread(fault, word, "in, and the name of a calendar");
    struct span rest = text;
    word = next_word(&text);
    if (word.size == 0) return misread(fault, word, "the name of a calendar");
    question->calendar = span_of(word.at, rest.size - (size_t)(word.at - rest.at));
    while (question->calendar.at[question->calendar.size - 1] == ' ') question->calendar.size--;
    return question->calendar.size <= CALENDAR_NAME_BYTES_MAX ||
           misread(fault, word, "a name has at most 40 bytes");
}

bool due_question_read(struct span text, struct due_question *question,
                       struct calendar_fault *fault)
{
    memset(question, 0, sizeof *question);
    if (!read_count(next_word(&text), question, fault)) return false;
    if (!read_unit(&text, question, fault)) return false;
    struct span word = next_word(&text);
    if (!is_word(word, "after")) return misread(fault, word, "after, and a moment");
    return read_moment(next_word(&text), question, fault) && read_calendar(text, question, fault);
}

struct due_answer due_question_answer(const struct due_question *question,
                                      const struct calendar *calendar)
{
    struct due_answer answer = {.from_ms = question->moment_ms};
    if (question->by_clock) answer.from_ms = zone_moment_ms(&calendar->zone, question->clock_ms);
    answer.due_ms = calendar_due(calendar, answer.from_ms, question->unit, question->count);
    return answer;
}

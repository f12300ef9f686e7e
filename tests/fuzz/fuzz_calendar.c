/* Any bytes as a question about a calendar, and as the texts of a calendar that somebody sets:
 * refused with a field, or answered by a moment that is not before the one that was asked about,
 * and a calendar that can be reckoned with. */
#include <assert.h>
#include <string.h>

#include "overseas-warehouse/calendar/calendars.h"
#include "proto/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void ask(struct span text)
{
    struct due_question question;
    struct calendar_fault fault;
    struct calendar calendar;
    if (!due_question_read(text, &question, &fault)) {
        assert(strlen(fault.field) > 0 && fault.rule != NULL);
        return;
    }
    const struct market *market = market_by_name(question.calendar);
    market_calendar(market != NULL ? market : &markets[0], &calendar);
    struct due_answer answer = due_question_answer(&question, &calendar);
    assert(answer.due_ms >= answer.from_ms || answer.from_ms > TIME_MS_MAX);
}

/* The zone is what stands before the first line feed, each further line a holiday. */
static void set(struct span text)
{
    struct calendar_set set;
    struct calendar_fault fault;
    struct calendar calendar;
    memset(&set, 0, sizeof set);
    for (size_t i = 0, begin = 0; i <= text.size; i++) {
        if (i < text.size && text.at[i] != '\n') continue;
        struct span line = span_of(text.at + begin, i - begin);
        if (begin == 0)
            set.zone = line;
        else if (set.holidays_count < CALENDAR_HOLIDAYS_MAX)
            set.holidays[set.holidays_count++].date = line;
        begin = i + 1;
    }
    set.name = span_text("fuzz");
    bool fits = calendar_fits(&set, &fault);
    if (!fits) assert(strlen(fault.field) > 0 && fault.rule != NULL);
    if (!fits) return;
    bool read = calendar_of_set(&set, &calendar);
    assert(read && calendar_is_sound(&calendar));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) return 0;
    ask(span_of(bytes, size));
    set(span_of(bytes, size));
    return 0;
}

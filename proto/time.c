#include "proto/time.h"

#include "proto/civil.h"
#include "proto/line.h"

#define DAY_MS 86400000u

void time_print(uint64_t unix_ms, char text[TIME_TEXT_BYTES])
{
    if (unix_ms > TIME_TEXT_MS_MAX) unix_ms = TIME_TEXT_MS_MAX;
    struct civil date = civil_of((int64_t)(unix_ms / DAY_MS));
    uint64_t of_day = unix_ms % DAY_MS;
    struct line line = line_over(text, TIME_TEXT_BYTES);
    line_digits(&line, (uint64_t)date.year, 4);
    line_text(&line, "-");
    line_digits(&line, date.month, 2);
    line_text(&line, "-");
    line_digits(&line, date.day, 2);
    line_text(&line, "T");
    line_digits(&line, of_day / 3600000, 2);
    line_text(&line, ":");
    line_digits(&line, of_day / 60000 % 60, 2);
    line_text(&line, ":");
    line_digits(&line, of_day / 1000 % 60, 2);
    line_text(&line, ".");
    line_digits(&line, of_day % 1000, 3);
    line_text(&line, "Z");
}

/* A cursor over the text that remembers that it met something else than expected. */
struct scan {
    const uint8_t *at, *end;
    bool bad;
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static uint64_t digits(struct scan *scan, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        if (scan->at == scan->end || !is_digit(*scan->at)) {
            scan->bad = true;
            return 0;
        }
        value = value * 10 + (uint64_t)(*scan->at++ - '0');
    }
    return value;
}

static void letter(struct scan *scan, char upper, char lower)
{
    if (scan->at == scan->end || (*scan->at != (uint8_t)upper && *scan->at != (uint8_t)lower)) {
        scan->bad = true;
        return;
    }
    scan->at++;
}

static bool next_is(const struct scan *scan, char c)
{
    return scan->at < scan->end && *scan->at == (uint8_t)c;
}

static uint64_t fraction_ms(struct scan *scan)
{
    if (!next_is(scan, '.')) return 0;
    scan->at++;
    uint64_t ms = digits(scan, 1) * 100;
    uint64_t weight = 10;
    while (scan->at < scan->end && is_digit(*scan->at)) {
        ms += digits(scan, 1) * weight;
        weight /= 10;
    }
    return ms;
}

struct offset {
    uint64_t hours, minutes;
    bool is_west;
};

static struct offset offset_of(struct scan *scan)
{
    struct offset offset = {0};
    if (!next_is(scan, '+') && !next_is(scan, '-')) {
        letter(scan, 'Z', 'z');
        return offset;
    }
    offset.is_west = next_is(scan, '-');
    scan->at++;
    offset.hours = digits(scan, 2);
    letter(scan, ':', ':');
    offset.minutes = digits(scan, 2);
    return offset;
}

enum error time_parse(struct span text, uint64_t *unix_ms)
{
    struct scan scan = {text.at, text.at + text.size, text.size == 0};
    struct civil date;
    date.year = (int64_t)digits(&scan, 4);
    letter(&scan, '-', '-');
    date.month = (uint32_t)digits(&scan, 2);
    letter(&scan, '-', '-');
    date.day = (uint32_t)digits(&scan, 2);
    letter(&scan, 'T', 't');
    uint64_t hour = digits(&scan, 2);
    letter(&scan, ':', ':');
    uint64_t minute = digits(&scan, 2);
    letter(&scan, ':', ':');
    uint64_t second = digits(&scan, 2);
    uint64_t ms = fraction_ms(&scan);
    struct offset offset = offset_of(&scan);
    if (scan.bad || scan.at != scan.end) return ERROR_MALFORMED;
    /* Second 60 is a leap second: it becomes the first moment of the next minute. */
    if (date.year < 1900 || !civil_exists(date) || hour > 23 || minute > 59 || second > 60 ||
        offset.hours > 23 || offset.minutes > 59)
        return ERROR_OUT_OF_RANGE;
    int64_t east = (int64_t)(offset.hours * 60 + offset.minutes) * (offset.is_west ? -1 : 1);
    int64_t minutes = civil_day(date) * 1440 + (int64_t)(hour * 60 + minute) - east;
    int64_t moment = minutes * 60000 + (int64_t)(second * 1000 + ms);
    if (moment < 0 || (uint64_t)moment > TIME_TEXT_MS_MAX) return ERROR_OUT_OF_RANGE;
    *unix_ms = (uint64_t)moment;
    return OK;
}

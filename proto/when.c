#include "proto/when.h"

#include "proto/time.h"

/* The clock is brought into the one form that time_parse takes, which knows the calendar. */
#define DATE_BYTES   10 /* YYYY-MM-DD */
#define MINUTE_BYTES 16 /* YYYY-MM-DD HH:MM */
#define STAMP_BYTES  32 /* YYYY-MM-DDTHH:MM:SS.mmm+HH:MM */

struct stamp {
    uint8_t at[STAMP_BYTES];
    size_t used;
};

static void add(struct stamp *stamp, const void *bytes, size_t size)
{
    memcpy(stamp->at + stamp->used, bytes, size);
    stamp->used += size;
}

static struct span rest_of(struct span text, size_t from)
{
    return span_of(text.at + from, text.size - from);
}

static bool begins(struct span text, const char *any_of)
{
    return text.size > 0 && memchr(any_of, text.at[0], span_text(any_of).size) != NULL;
}

/* Three digits of the fraction are kept. */
static struct span take_fraction(struct stamp *stamp, struct span text)
{
    size_t digits = 0;
    if (!begins(text, ".,")) return text;
    text = rest_of(text, 1);
    while (begins(rest_of(text, digits), "0123456789")) digits++;
    add(stamp, ".", 1);
    add(stamp, text.at, digits < 3 ? digits : 3);
    return rest_of(text, digits);
}

/* Date and time of day without a zone; what follows them is *rest. */
static bool take_clock(struct stamp *stamp, struct span text, struct span *rest)
{
    if (text.size < MINUTE_BYTES || !begins(rest_of(text, DATE_BYTES), "Tt ")) return false;
    add(stamp, text.at, DATE_BYTES);
    add(stamp, "T", 1);
    add(stamp, text.at + DATE_BYTES + 1, MINUTE_BYTES - DATE_BYTES - 1);
    text = rest_of(text, MINUTE_BYTES);
    bool has_seconds = begins(text, ":") && text.size >= 3;
    add(stamp, has_seconds ? text.at : (const uint8_t *)":00", 3);
    *rest = has_seconds ? take_fraction(stamp, rest_of(text, 3)) : text;
    return true;
}

/* The whole text must be a zone: Z, +HH, +HHMM or +HH:MM. That it begins with a sign and consists
 * of digits is for time_parse to see. */
static bool take_zone(struct stamp *stamp, struct span text)
{
    if (text.size == 1 && begins(text, "Zz")) {
        add(stamp, "Z", 1);
        return true;
    }
    bool has_colon = text.size == 6 && text.at[3] == ':';
    if (text.size != 3 && text.size != 5 && !has_colon) return false;
    add(stamp, text.at, 3);
    add(stamp, ":", 1);
    add(stamp, text.size == 3 ? (const uint8_t *)"00" : text.at + text.size - 2, 2);
    return true;
}

/* 0: no such day or hour, or before 1970. */
static uint64_t ms_of(const struct stamp *stamp)
{
    uint64_t ms = 0;
    enum error error = time_parse(span_of(stamp->at, stamp->used), &ms);
    return error == OK ? ms : 0;
}

static uint64_t ms_as_utc(struct stamp stamp)
{
    add(&stamp, "Z", 1);
    return ms_of(&stamp);
}

static struct when when_date(struct span text)
{
    struct stamp stamp = {.used = 0};
    add(&stamp, text.at, DATE_BYTES);
    add(&stamp, "T00:00:00", 9);
    uint64_t naive_ms = ms_as_utc(stamp);
    return (struct when){naive_ms != 0 ? TIME_DATE_ONLY : TIME_NONE, 0, naive_ms};
}

struct when when_parse(struct span text)
{
    struct when when = {TIME_NONE, 0, 0};
    struct stamp stamp = {.used = 0};
    struct span zone;
    if (text.size == DATE_BYTES) return when_date(text);
    if (!take_clock(&stamp, text, &zone)) return when;
    uint64_t naive_ms = ms_as_utc(stamp);
    if (begins(zone, " ")) zone = rest_of(zone, 1);
    if (zone.size > 0) {
        if (!take_zone(&stamp, zone)) return when;
        when.ms = ms_of(&stamp);
        if (when.ms == 0) return when;
        when.quality = TIME_OFFSET;
    }
    when.naive_ms = naive_ms;
    return when;
}

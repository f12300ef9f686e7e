#include "proto/zone.h"

#include "proto/civil.h"

#define DAY_S             86400
#define OFFSET_HOURS_MAX  24
#define CHANGE_HOURS_MAX  167
#define NAME_LETTERS_MIN  3
#define DAYLIGHT_S_USUAL  3600
#define CHANGE_S_USUAL    7200
#define ZONE_CHANGES_SEEN 6 /* two in each of three years */

/* --- reading a rule --------------------------------------------------------------------------- */

/* A cursor over the text that remembers what was wrong first. */
struct scan {
    const uint8_t *at, *end;
    enum error error;
};

static void fail(struct scan *scan, enum error error)
{
    if (scan->error == OK) scan->error = error;
}

static bool next_is(const struct scan *scan, char c)
{
    return scan->at < scan->end && *scan->at == (uint8_t)c;
}

static bool take(struct scan *scan, char c)
{
    if (!next_is(scan, c)) return false;
    scan->at++;
    return true;
}

static bool next_is_digit(const struct scan *scan)
{
    return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static bool next_is_letter(const struct scan *scan)
{
    if (scan->at == scan->end) return false;
    uint8_t lower = *scan->at | 0x20;
    return lower >= 'a' && lower <= 'z';
}

/* One to three digits within the bounds. */
static uint32_t number(struct scan *scan, uint32_t least, uint32_t most)
{
    uint32_t value = 0, digits = 0;
    while (next_is_digit(scan) && digits < 4) {
        value = value * 10 + (uint32_t)(*scan->at++ - '0');
        digits++;
    }
    if (digits == 0 || digits > 3) fail(scan, ERROR_MALFORMED);
    if (value < least || value > most) fail(scan, ERROR_OUT_OF_RANGE);
    return value;
}

/* The name itself tells nothing that the arithmetic needs. */
static void skip_name(struct scan *scan)
{
    bool quoted = take(scan, '<');
    unsigned letters = 0;
    while (next_is_letter(scan) ||
           (quoted && (next_is_digit(scan) || next_is(scan, '+') || next_is(scan, '-')))) {
        scan->at++;
        letters++;
    }
    if (letters < NAME_LETTERS_MIN || (quoted && !take(scan, '>'))) fail(scan, ERROR_MALFORMED);
}

/* [+-]hh[:mm[:ss]] in seconds, with the sign as written. */
static int32_t hours(struct scan *scan, uint32_t hours_max)
{
    bool minus = take(scan, '-');
    if (!minus) (void)take(scan, '+');
    uint32_t seconds = number(scan, 0, hours_max) * 3600;
    if (take(scan, ':')) {
        seconds += number(scan, 0, 59) * 60;
        if (take(scan, ':')) seconds += number(scan, 0, 59);
    }
    return minus ? -(int32_t)seconds : (int32_t)seconds;
}

static void letter(struct scan *scan, char c)
{
    if (!take(scan, c)) fail(scan, ERROR_MALFORMED);
}

static struct zone_change change(struct scan *scan)
{
    struct zone_change change = {.form = ZONE_DAY, .time_s = CHANGE_S_USUAL};
    letter(scan, ',');
    if (take(scan, 'M')) {
        change.form = ZONE_MONTH_WEEK_DAY;
        change.month = number(scan, 1, 12);
        letter(scan, '.');
        change.week = number(scan, 1, 5);
        letter(scan, '.');
        change.day = number(scan, 0, 6);
    } else if (take(scan, 'J')) {
        change.form = ZONE_DAY_NO_LEAP;
        change.day = number(scan, 1, 365);
    } else {
        change.day = number(scan, 0, 365);
    }
    if (take(scan, '/')) change.time_s = hours(scan, CHANGE_HOURS_MAX);
    return change;
}

enum error zone_parse(struct span rule, struct zone *zone)
{
    struct scan scan = {rule.at, rule.at + rule.size, OK};
    *zone = (struct zone){0};
    if (rule.size == 0) return ERROR_MALFORMED;
    if (rule.size > ZONE_RULE_BYTES_MAX) return ERROR_TOO_LARGE;
    skip_name(&scan);
    /* POSIX counts westwards. */
    zone->standard_s = -hours(&scan, OFFSET_HOURS_MAX);
    zone->daylight_s = zone->standard_s;
    if (scan.error == OK && scan.at < scan.end) {
        zone->has_daylight = true;
        skip_name(&scan);
        zone->daylight_s = next_is(&scan, ',') ? zone->standard_s + DAYLIGHT_S_USUAL
                                               : -hours(&scan, OFFSET_HOURS_MAX);
        zone->begins = change(&scan);
        zone->ends = change(&scan);
    }
    if (scan.at != scan.end) fail(&scan, ERROR_MALFORMED);
    return scan.error;
}

/* --- moments ---------------------------------------------------------------------------------- */

static int64_t day_of_change(const struct zone_change *change, int64_t year)
{
    int64_t first = civil_day((struct civil){year, 1, 1});
    if (change->form == ZONE_DAY) return first + change->day;
    if (change->form == ZONE_DAY_NO_LEAP) {
        bool after_leap_day = civil_is_leap(year) && change->day >= 60;
        return first + change->day - 1 + (after_leap_day ? 1 : 0);
    }
    int64_t of_month = civil_day((struct civil){year, change->month, 1});
    uint32_t wait = (change->day + 7 - civil_weekday(of_month)) % 7;
    uint32_t day = wait + 7 * (change->week - 1);
    while (day >= civil_days_in_month(year, change->month)) day -= 7;
    return of_month + day;
}

/* The instant of a change in Unix seconds, and the offset from then on. */
struct jump {
    int64_t at_s;
    int32_t before_s, after_s;
};

static struct jump jump_of(const struct zone *zone, bool begins, int64_t year)
{
    const struct zone_change *change = begins ? &zone->begins : &zone->ends;
    int32_t before_s = begins ? zone->standard_s : zone->daylight_s;
    return (struct jump){.at_s = day_of_change(change, year) * DAY_S + change->time_s - before_s,
                         .before_s = before_s,
                         .after_s = begins ? zone->daylight_s : zone->standard_s};
}

/* The year before and the year after too: a change may stand a week beside its day, and the year of
 * the clock is not the year of UTC. */
static void jumps_around(const struct zone *zone, int64_t unix_s, struct jump jumps[])
{
    int64_t year = civil_of((unix_s >= 0 ? unix_s : 0) / DAY_S).year;
    for (unsigned i = 0; i < ZONE_CHANGES_SEEN; i++)
        jumps[i] = jump_of(zone, i % 2 == 0, year - 1 + (int64_t)(i / 2));
}

/* The latest change that is past says it. Where daylight time ends in the moment in which it begins
 * anew, it never ends. */
static int32_t offset_at(const struct zone *zone, int64_t unix_s)
{
    struct jump jumps[ZONE_CHANGES_SEEN];
    const struct jump *last = NULL;
    if (!zone->has_daylight) return zone->standard_s;
    jumps_around(zone, unix_s, jumps);
    for (unsigned i = 0; i < ZONE_CHANGES_SEEN; i++) {
        const struct jump *jump = &jumps[i];
        if (jump->at_s > unix_s) continue;
        bool begins = i % 2 == 0;
        if (last == NULL || jump->at_s > last->at_s || (jump->at_s == last->at_s && begins))
            last = jump;
    }
    return last == NULL ? zone->standard_s : last->after_s;
}

int32_t zone_offset_s(const struct zone *zone, uint64_t unix_ms)
{
    return offset_at(zone, (int64_t)(unix_ms / 1000));
}

int64_t zone_clock_ms(const struct zone *zone, uint64_t unix_ms)
{
    return (int64_t)unix_ms + (int64_t)zone_offset_s(zone, unix_ms) * 1000;
}

static int64_t floor_s(int64_t ms)
{
    return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

/* Does reading the clock with this offset lead back to the clock? */
static bool fits(const struct zone *zone, int64_t clock_ms, int32_t offset_s)
{
    return offset_at(zone, floor_s(clock_ms) - offset_s) == offset_s;
}

/* The clock stands in a gap: the instant of the jump that leaps over it. */
static int64_t end_of_gap_ms(const struct zone *zone, int64_t clock_ms)
{
    struct jump jumps[ZONE_CHANGES_SEEN];
    int64_t clock_s = floor_s(clock_ms);
    jumps_around(zone, clock_s - zone->standard_s, jumps);
    for (unsigned i = 0; i < ZONE_CHANGES_SEEN; i++) {
        const struct jump *jump = &jumps[i];
        bool leapt = clock_s >= jump->at_s + jump->before_s && clock_s < jump->at_s + jump->after_s;
        if (leapt) return jump->at_s * 1000;
    }
    return clock_ms - (int64_t)zone->standard_s * 1000;
}

uint64_t zone_moment_ms(const struct zone *zone, int64_t clock_ms)
{
    /* The smaller offset makes the later instant. */
    bool back = zone->daylight_s < zone->standard_s;
    int32_t later_s = back ? zone->daylight_s : zone->standard_s;
    int32_t earlier_s = back ? zone->standard_s : zone->daylight_s;
    int64_t moment_ms;
    if (fits(zone, clock_ms, later_s))
        moment_ms = clock_ms - (int64_t)later_s * 1000;
    else if (fits(zone, clock_ms, earlier_s))
        moment_ms = clock_ms - (int64_t)earlier_s * 1000;
    else
        moment_ms = end_of_gap_ms(zone, clock_ms);
    return moment_ms > 0 ? (uint64_t)moment_ms : 0;
}

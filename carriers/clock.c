#include "carriers/clock.h"

#include "proto/civil.h"

#define DAY_MS    86400000u
#define MINUTE_MS 60000
#define EPOCH_MAX 253402300799999u /* the end of the year 9999, in ms */

/* What one form found in a text. */
struct reading {
    struct span rest;
    uint64_t year, month, day, hour, minute, second, ms;
    uint64_t epoch_ms;
    bool has_date, has_hour, has_zone, named, is_epoch, pm, am;
    int zone_minutes;
};

struct zone_name {
    const char *name;
    int minutes;
};

/* North American posts write these, and mean the clock on the wall of the scanner. */
static const struct zone_name zone_names[] = {
    {"NST", -210},   {"NDT", -150},  {"AST", -240},  {"ADT", -180}, {"EST", -300}, {"EDT", -240},
    {"CSTNO", -360}, {"CST", -360},  {"CDT", -300},  {"MST", -420}, {"MDT", -360}, {"PST", -480},
    {"PDT", -420},   {"AKST", -540}, {"AKDT", -480}, {"HST", -600},
};

/* --- pieces of text --------------------------------------------------------------------------- */

static uint8_t peek(const struct reading *r)
{
    return r->rest.size > 0 ? r->rest.at[0] : 0;
}

static void skip(struct reading *r, size_t bytes)
{
    r->rest = span_of(r->rest.at + bytes, r->rest.size - bytes);
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 32) : c;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool take_number(struct reading *r, unsigned digits_max, uint64_t *number)
{
    unsigned digits = 0;
    *number = 0;
    for (; digits < digits_max && is_digit(peek(r)); digits++, skip(r, 1))
        *number = *number * 10 + (uint64_t)(peek(r) - '0');
    return digits > 0;
}

/* The letters at hand; a dot that ends them goes with them. */
static struct span take_letters(struct reading *r)
{
    const uint8_t *begin = r->rest.at;
    size_t size = 0;
    while (is_letter(peek(r))) {
        skip(r, 1);
        size++;
    }
    return span_of(begin, size);
}

static bool begins_alike(struct span text, const char *word, size_t size)
{
    if (text.size < size) return false;
    for (size_t i = 0; i < size; i++)
        if (lower(text.at[i]) != lower((uint8_t)word[i])) return false;
    return true;
}

/* --- what the letters of a form stand for ------------------------------------------------------
 */

static bool take_month(struct reading *r)
{
    static const char names[12][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                      "jul", "aug", "sep", "oct", "nov", "dec"};
    struct span word = take_letters(r);
    for (unsigned i = 0; i < 12; i++) {
        if (!begins_alike(word, names[i], 3)) continue;
        r->month = i + 1;
        return true;
    }
    return false;
}

/* AM, pm, a.m. */
static bool take_noon(struct reading *r)
{
    uint8_t half = lower(peek(r));
    if (half != 'a' && half != 'p') return false;
    skip(r, 1);
    if (peek(r) == '.') skip(r, 1);
    if (lower(peek(r)) != 'm') return false;
    skip(r, 1);
    if (peek(r) == '.') skip(r, 1);
    r->pm = half == 'p';
    r->am = half == 'a';
    return true;
}

/* +HH:MM, -04.00, +0800, +8: after the sign. */
static bool take_offset(struct reading *r)
{
    bool west = peek(r) == '-';
    uint64_t hours, minutes = 0;
    skip(r, 1);
    const uint8_t *begin = r->rest.at;
    if (!take_number(r, 4, &hours)) return false;
    if (r->rest.at - begin > 2) {
        minutes = hours % 100;
        hours /= 100;
    } else if (peek(r) == ':' || peek(r) == '.') {
        skip(r, 1);
        if (!take_number(r, 2, &minutes)) return false;
    }
    if (hours > 18 || minutes > 59) return false;
    r->zone_minutes = (int)(hours * 60 + minutes) * (west ? -1 : 1);
    r->has_zone = true;
    return true;
}

static bool take_zone(struct reading *r)
{
    if (peek(r) == '+' || peek(r) == '-') return take_offset(r);
    struct span word = take_letters(r);
    bool zulu = span_equal(word, span_text("Z")) || span_equal(word, span_text("z"));
    if (zulu || span_equal(word, span_text("GMT")) || span_equal(word, span_text("UTC"))) {
        r->has_zone = true;
        return (peek(r) != '+' && peek(r) != '-') || take_offset(r);
    }
    for (size_t i = 0; i < sizeof zone_names / sizeof zone_names[0]; i++) {
        if (!span_equal(word, span_text(zone_names[i].name))) continue;
        r->zone_minutes = zone_names[i].minutes;
        r->has_zone = r->named = true;
        return true;
    }
    return false;
}

static bool take_fraction(struct reading *r)
{
    uint64_t scale = 100;
    r->ms = 0;
    if (!is_digit(peek(r))) return false;
    for (; is_digit(peek(r)); skip(r, 1), scale /= 10) r->ms += scale * (uint64_t)(peek(r) - '0');
    return true;
}

static bool take_epoch(struct reading *r, uint64_t unit_ms)
{
    uint64_t number;
    if (!take_number(r, 15, &number) || number > EPOCH_MAX / unit_ms) return false;
    r->epoch_ms = number * unit_ms;
    r->is_epoch = true;
    return true;
}

static bool take_year(struct reading *r, unsigned digits)
{
    const uint8_t *begin = r->rest.at;
    r->has_date = true;
    if (!take_number(r, digits, &r->year) || r->rest.at - begin != (int)digits) return false;
    if (digits == 2) r->year += 2000;
    return true;
}

/* Two digits at most, and both of them where the next number follows without a sign between. */
static bool take_two(struct reading *r, bool tight, uint64_t *number)
{
    const uint8_t *begin = r->rest.at;
    return take_number(r, 2, number) && (!tight || r->rest.at - begin == 2);
}

static bool take_one(struct reading *r, char what, bool tight)
{
    switch (what) {
    case 'Y': return take_year(r, 4);
    case 'y': return take_year(r, 2);
    case 'm': return take_two(r, tight, &r->month);
    case 'd': return take_two(r, tight, &r->day);
    case 'I':
    case 'H': r->has_hour = true; return take_two(r, tight, &r->hour);
    case 'M': return take_two(r, tight, &r->minute);
    case 'S': return take_two(r, tight, &r->second);
    case 'f': return take_fraction(r);
    case 'p': return take_noon(r);
    case 'b': return take_month(r);
    case 'a': return take_letters(r).size > 0;
    case 'z': return take_zone(r);
    case 's': return take_epoch(r, 1000);
    case 'Q': return take_epoch(r, 1);
    case '*': skip(r, r->rest.size); return true;
    default: return false;
    }
}

static bool take_form(struct reading *r, const char *form)
{
    bool tight = false; /* a number stands just before */
    for (; *form != '\0' && *form != '|'; form++) {
        bool was_tight = tight;
        tight = *form == '%';
        if (*form == ' ') {
            while (peek(r) == ' ') skip(r, 1);
        } else if (*form == '%') {
            form++;
            if (!take_one(r, *form, was_tight || form[1] == '%')) return false;
        } else {
            if (peek(r) != (uint8_t)*form) return false;
            skip(r, 1);
        }
    }
    return r->rest.size == 0;
}

/* --- from what was found to a moment -----------------------------------------------------------
 */

static bool is_possible(struct reading *r)
{
    if (r->is_epoch) return true;
    if (r->am || r->pm) {
        if (r->hour == 0 || r->hour > 12) return false;
        r->hour = r->hour % 12 + (r->pm ? 12 : 0);
    }
    struct civil date = {(int64_t)r->year, (uint32_t)r->month, (uint32_t)r->day};
    if (r->year < 1970 || !civil_exists(date)) return false;
    return r->hour < 24 && r->minute < 60 && r->second < 61;
}

static uint64_t naive_ms(const struct reading *r)
{
    struct civil date = {(int64_t)r->year, (uint32_t)r->month, (uint32_t)r->day};
    int64_t days = civil_day(date);
    uint64_t second = r->second > 59 ? 59 : r->second;
    return (uint64_t)days * DAY_MS + (r->hour * 3600 + r->minute * 60 + second) * 1000 + r->ms;
}

/* The instant of a clock in a zone; 0 when it would be before 1970. */
static uint64_t instant(uint64_t naive, int zone_minutes)
{
    int64_t ms = (int64_t)naive - (int64_t)zone_minutes * MINUTE_MS;
    return ms > 0 ? (uint64_t)ms : 0;
}

static struct when moment(const struct reading *r)
{
    if (r->is_epoch) return (struct when){TIME_OFFSET, r->epoch_ms, r->epoch_ms};
    struct when when = {TIME_NONE, 0, naive_ms(r)};
    if (r->has_zone) {
        when.ms = instant(when.naive_ms, r->zone_minutes);
        when.quality = r->named ? TIME_NAMED_ZONE : TIME_OFFSET;
    } else if (!r->has_hour) {
        when.quality = TIME_DATE_ONLY;
    }
    return when;
}

static const char *next_form(const char *form)
{
    while (*form != '\0' && *form != '|') form++;
    return *form == '|' ? form + 1 : NULL;
}

struct when clock_read(const struct clock_rule *rule, struct span text)
{
    struct when when = when_parse(text);
    for (const char *form = rule->forms; form != NULL && when.naive_ms == 0;
         form = next_form(form)) {
        struct reading r = {.rest = text, .day = 1, .month = 1};
        if (take_form(&r, form) && is_possible(&r)) when = moment(&r);
    }
    if (when.ms != 0 && rule->assumed) when.quality = TIME_ASSUMED;
    if (when.quality == TIME_NONE && when.naive_ms != 0 && rule->zone.known) {
        when.ms = instant(when.naive_ms, rule->zone.minutes);
        when.quality = TIME_PROVIDER_RULE;
    }
    return when;
}

const char *clock_forms_fault(const char *forms)
{
    if (*forms == '\0') return "a form of a time is empty";
    static const char letters[] = "YymdHIMSfpbazsQ*";
    for (const char *at = forms; *at != '\0'; at++) {
        if (*at != '%') continue;
        at++;
        if (*at == '\0' || memchr(letters, *at, sizeof letters - 1) == NULL)
            return "after % comes one of Y y m d H I M S f p b a z s Q *";
    }
    return NULL;
}

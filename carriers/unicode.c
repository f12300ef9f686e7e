#include "carriers/unicode.h"

#include <utf8proc.h>

#define NFKD (UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT)

/* The number of code points, or 0 with *ok false. */
static size_t decompose(struct span text, utf8proc_int32_t *points, bool *ok)
{
    utf8proc_ssize_t count =
        utf8proc_decompose(text.at, (utf8proc_ssize_t)text.size, points, UNICODE_POINTS_MAX, NFKD);
    *ok = count >= 0 && count <= UNICODE_POINTS_MAX;
    return *ok ? (size_t)count : 0;
}

static bool encode(const utf8proc_int32_t *points, size_t count, uint8_t *to, size_t room,
                   struct span *out)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[4];
        size_t size = (size_t)utf8proc_encode_char(points[i], bytes);
        if (size > room - used) return false;
        memcpy(to + used, bytes, size);
        used += size;
    }
    *out = span_of(to, used);
    return true;
}

/* Every form of ASCII is itself, and it is what nearly all secrets and numbers are written in. */
static bool is_ascii(struct span text)
{
    uint8_t all = 0;
    for (size_t i = 0; i < text.size; i++) all |= text.at[i];
    return all < 0x80 && text.size <= UNICODE_POINTS_MAX;
}

bool unicode_nfkd(struct span text, uint8_t *to, size_t room, struct span *out)
{
    if (is_ascii(text) && text.size <= room) {
        if (text.size > 0) memcpy(to, text.at, text.size);
        *out = span_of(to, text.size);
        return true;
    }
    utf8proc_int32_t points[UNICODE_POINTS_MAX];
    bool ok;
    size_t count = decompose(text, points, &ok);
    return ok && encode(points, count, to, room, out);
}

static bool is_shown(utf8proc_int32_t point)
{
    switch ((int)utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF: return false;
    default: return true;
    }
}

static bool ascii_code(struct span text, uint8_t *to, size_t room, struct span *out)
{
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.at[i];
        if (c <= ' ' || c == 0x7f) continue;
        if (used == room) return false;
        to[used++] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
    }
    *out = span_of(to, used);
    return true;
}

static unsigned class_of(utf8proc_int32_t point)
{
    return (unsigned)utf8proc_get_property(point)->combining_class;
}

/* Marks between which something was left out stand in no order yet, and the form of their form
 * would be another one. */
static void order_marks(utf8proc_int32_t *points, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        utf8proc_int32_t point = points[i];
        unsigned class = class_of(point);
        size_t at = i;
        for (; class != 0 && at > 0 && class_of(points[at - 1]) > class; at--)
            points[at] = points[at - 1];
        points[at] = point;
    }
}

bool unicode_code(struct span text, uint8_t *to, size_t room, struct span *out)
{
    if (is_ascii(text)) return ascii_code(text, to, room, out);
    utf8proc_int32_t points[UNICODE_POINTS_MAX + 1]; /* reencode ends on a NUL */
    bool ok;
    size_t count = decompose(text, points, &ok), kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_shown(points[i])) continue;
        bool lower = points[i] >= 'a' && points[i] <= 'z';
        points[kept++] = lower ? points[i] - 'a' + 'A' : points[i];
    }
    order_marks(points, kept);
    utf8proc_ssize_t size =
        utf8proc_reencode(points, (utf8proc_ssize_t)kept, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (!ok || size < 0 || (size_t)size > room) return false;
    memcpy(to, points, (size_t)size);
    *out = span_of(to, (size_t)size);
    return true;
}

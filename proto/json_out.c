#include "proto/json.h"

#include "proto/utf8.h"
#include <assert.h>
#include <stdlib.h>

#define FIRST_ROOM 1024

/* Makes room for size bytes and a closing NUL, and returns where they go. */
static char *reserve(struct json_out *out, size_t size)
{
    size_t needed = out->used + size + 1;
    if (needed > out->room) {
        size_t room = out->room > 0 ? out->room : FIRST_ROOM;
        while (room < needed) room *= 2;
        out->at = realloc(out->at, room);
        assert(out->at != NULL);
        out->room = room;
    }
    return out->at + out->used;
}

static void put(struct json_out *out, const void *bytes, size_t size)
{
    if (size == 0) return;
    memcpy(reserve(out, size), bytes, size);
    out->used += size;
    out->at[out->used] = '\0';
}

static void put_char(struct json_out *out, char c)
{
    put(out, &c, 1);
}

static const char hex_digits[] = "0123456789abcdef";

static void put_escape(struct json_out *out, uint8_t c)
{
    char escape[6] = {'\\', 'u', '0', '0', hex_digits[c >> 4], hex_digits[c & 15]};
    size_t size = 2;
    switch (c) {
    case '"':
    case '\\': escape[1] = (char)c; break;
    case '\n': escape[1] = 'n'; break;
    case '\r': escape[1] = 'r'; break;
    case '\t': escape[1] = 't'; break;
    default: size = sizeof escape; break;
    }
    put(out, escape, size);
}

/* The length of the longest piece that stands in JSON as it is. */
static size_t plain_run(struct span text)
{
    size_t run = 0;
    while (run < text.size) {
        uint8_t c = text.at[run];
        if (c < 0x20 || c == '"' || c == '\\') break;
        size_t step = utf8_step(span_of(text.at + run, text.size - run));
        if (step == 0) break;
        run += step;
    }
    return run;
}

/* A byte that begins no character becomes U+FFFD: an answer is valid whatever it tells of. */
static void put_quoted(struct json_out *out, struct span text)
{
    put_char(out, '"');
    size_t done = 0;
    while (done < text.size) {
        size_t run = plain_run(span_of(text.at + done, text.size - done));
        put(out, text.at + done, run);
        done += run;
        if (done == text.size) break;
        if (text.at[done] < 0x80)
            put_escape(out, text.at[done]);
        else
            put(out, "\xef\xbf\xbd", 3);
        done++;
    }
    put_char(out, '"');
}

/* The comma and the key that stand before a value. */
static void begin(struct json_out *out, const char *key)
{
    if (out->comma) put_char(out, ',');
    out->comma = true;
    if (key == NULL) return;
    put_quoted(out, span_text(key));
    put_char(out, ':');
}

void json_out_free(struct json_out *out)
{
    free(out->at);
    *out = (struct json_out){0};
}

void json_open(struct json_out *out, const char *key_or_null, char bracket)
{
    begin(out, key_or_null);
    put_char(out, bracket);
    out->comma = false;
}

void json_close(struct json_out *out, char bracket)
{
    put_char(out, bracket);
    out->comma = true;
}

void json_put_text(struct json_out *out, const char *key_or_null, struct span text)
{
    begin(out, key_or_null);
    put_quoted(out, text);
}

static void put_number(struct json_out *out, uint64_t magnitude, bool is_negative)
{
    char digits[21];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (is_negative) digits[--first] = '-';
    put(out, digits + first, sizeof digits - first);
}

void json_put_int(struct json_out *out, const char *key_or_null, int64_t value)
{
    begin(out, key_or_null);
    put_number(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

void json_put_uint(struct json_out *out, const char *key_or_null, uint64_t value)
{
    begin(out, key_or_null);
    put_number(out, value, false);
}

void json_put_bool(struct json_out *out, const char *key_or_null, bool value)
{
    begin(out, key_or_null);
    put(out, value ? "true" : "false", value ? 4 : 5);
}

void json_put_null(struct json_out *out, const char *key_or_null)
{
    begin(out, key_or_null);
    put(out, "null", 4);
}

void json_put_raw(struct json_out *out, const char *key_or_null, struct span json)
{
    begin(out, key_or_null);
    put(out, json.at, json.size);
}

void json_put_id(struct json_out *out, const char *key_or_null, const struct id *id)
{
    char text[ID_TEXT_BYTES];
    id_print(id, text);
    json_put_text(out, key_or_null, span_text(text));
}

void json_put_hex(struct json_out *out, const char *key_or_null, struct span bytes)
{
    begin(out, key_or_null);
    put_char(out, '"');
    for (size_t i = 0; i < bytes.size; i++) {
        char pair[2] = {hex_digits[bytes.at[i] >> 4], hex_digits[bytes.at[i] & 15]};
        put(out, pair, 2);
    }
    put_char(out, '"');
}

void json_put_time(struct json_out *out, const char *key_or_null, uint64_t unix_ms)
{
    char text[TIME_TEXT_BYTES];
    time_print(unix_ms, text);
    json_put_text(out, key_or_null, span_text(text));
}

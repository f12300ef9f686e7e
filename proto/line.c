#include "proto/line.h"

struct line line_over(char *buffer, size_t size)
{
    if (size > 0) buffer[0] = '\0';
    return (struct line){.at = buffer, .size = size};
}

static void put(struct line *line, char c)
{
    if (line->size - line->used < 2) {
        line->size = line->used; /* a cut line takes nothing more */
        return;
    }
    line->at[line->used++] = c;
    line->at[line->used] = '\0';
}

void line_text(struct line *line, const char *text)
{
    while (*text != '\0') put(line, *text++);
}

void line_digits(struct line *line, uint64_t value, unsigned digits)
{
    char reversed[20];
    unsigned count = 0;
    while (value > 0 || count == 0) {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    }
    for (unsigned i = count; i < digits; i++) put(line, '0');
    while (count > 0) put(line, reversed[--count]);
}

void line_uint(struct line *line, uint64_t value)
{
    line_digits(line, value, 1);
}

void line_int(struct line *line, int64_t value)
{
    if (value < 0) put(line, '-');
    line_uint(line, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void line_hex(struct line *line, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        put(line, digits[bytes.at[i] >> 4]);
        put(line, digits[bytes.at[i] & 15]);
    }
}

void line_quoted(struct line *line, struct span text)
{
    put(line, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.at[i];
        bool plain = c >= 0x20 && c != 0x7f && c != '"' && c != '\\';
        if (plain) {
            put(line, (char)c);
        } else {
            line_text(line, "\\x");
            line_hex(line, span_of(&c, 1));
        }
    }
    put(line, '"');
}

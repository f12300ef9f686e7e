#include "overseas-warehouse/payment/text.h"

#define NUMBER_DIGITS 20

static const char hex[] = "0123456789ABCDEF";

struct text text_in(char *at, size_t room)
{
    at[0] = '\0';
    return (struct text){.at = at, .room = room};
}

static void put_char(struct text *text, char c)
{
    if (text->used + 1 >= text->room) {
        text->over = true;
        return;
    }
    text->at[text->used++] = c;
    text->at[text->used] = '\0';
}

void text_put(struct text *text, const char *words)
{
    for (; *words != '\0'; words++) put_char(text, *words);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

static void put_hex(struct text *text, char c)
{
    put_char(text, hex[(unsigned char)c >> 4]);
    put_char(text, hex[(unsigned char)c & 15]);
}

void text_put_escaped(struct text *text, const char *words)
{
    for (; *words != '\0'; words++) {
        if (is_plain(*words)) {
            put_char(text, *words);
            continue;
        }
        put_char(text, '%');
        put_hex(text, *words);
    }
}

void text_put_quoted(struct text *text, const char *words)
{
    put_char(text, '"');
    for (; *words != '\0'; words++) {
        if ((unsigned char)*words < 0x20) {
            text_put(text, "\\u00");
            put_hex(text, *words);
            continue;
        }
        if (*words == '"' || *words == '\\') put_char(text, '\\');
        put_char(text, *words);
    }
    put_char(text, '"');
}

void text_put_decimal(struct text *text, int64_t units, unsigned places)
{
    char digits[NUMBER_DIGITS];
    unsigned count = 0;
    for (uint64_t left = (uint64_t)units; left > 0 || count <= places; left /= 10)
        digits[count++] = (char)('0' + left % 10);
    while (count > 0) {
        put_char(text, digits[--count]);
        if (count == places && places > 0) put_char(text, '.');
    }
}

void text_put_number(struct text *text, int64_t amount)
{
    text_put_decimal(text, amount, 0);
}

bool span_says(struct span said, const char *word)
{
    return span_equal(said, span_text(word));
}

void span_copy(struct span from, char *to, size_t room)
{
    size_t size = from.size < room ? from.size : room - 1;
    if (size > 0) memcpy(to, from.at, size);
    to[size] = '\0';
}

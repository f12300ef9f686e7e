#include "carriers/form.h"

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct span decoded(struct span value, uint8_t *to, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = value.at[i];
        if (c == '%') {
            int high = i + 2 < value.size ? hex_digit(value.at[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(value.at[i + 2]) : -1;
            if (low < 0) return span_of(NULL, 0);
            c = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        if (used == room) return span_of(NULL, 0);
        to[used++] = c;
    }
    return span_of(to, used);
}

struct span form_field(struct span body, struct span name, uint8_t *room, size_t size)
{
    while (body.size > 0) {
        const uint8_t *end = memchr(body.at, '&', body.size);
        size_t all = end == NULL ? body.size : (size_t)(end - body.at);
        bool mine = all > name.size && body.at[name.size] == '=' &&
                    memcmp(body.at, name.at, name.size) == 0;
        if (mine) return decoded(span_of(body.at + name.size + 1, all - name.size - 1), room, size);
        if (end == NULL) break;
        body = span_of(end + 1, body.size - all - 1);
    }
    return span_of(NULL, 0);
}

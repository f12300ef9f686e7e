#include "proto/utf8.h"

static bool is_tail(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The second byte alone tells overlong forms, surrogates and numbers above U+10FFFF apart. */
static size_t step_of_three(const uint8_t *at)
{
    if (!is_tail(at[1]) || !is_tail(at[2])) return 0;
    if (at[0] == 0xe0 && at[1] < 0xa0) return 0;
    if (at[0] == 0xed && at[1] >= 0xa0) return 0;
    return 3;
}

static size_t step_of_four(const uint8_t *at)
{
    if (!is_tail(at[1]) || !is_tail(at[2]) || !is_tail(at[3])) return 0;
    if (at[0] == 0xf0 && at[1] < 0x90) return 0;
    if (at[0] == 0xf4 && at[1] >= 0x90) return 0;
    return 4;
}

size_t utf8_step(struct span text)
{
    if (text.size == 0) return 0;
    uint8_t lead = text.at[0];
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0;
    if (lead < 0xe0) return text.size >= 2 && is_tail(text.at[1]) ? 2 : 0;
    if (lead < 0xf0) return text.size >= 3 ? step_of_three(text.at) : 0;
    if (lead < 0xf5) return text.size >= 4 ? step_of_four(text.at) : 0;
    return 0;
}

/* Eight bytes at once while none of them has its top bit set (and, when asked, none is zero):
 * nearly all texts are plain ASCII, and every one of them is checked on the way in. */
static size_t ascii_run(struct span text, bool nul_ends)
{
    const uint64_t tops = 0x8080808080808080u;
    const uint64_t ones = 0x0101010101010101u;
    size_t done = 0;
    while (text.size - done >= 8) {
        uint64_t eight;
        memcpy(&eight, text.at + done, sizeof eight);
        uint64_t zeros = nul_ends ? (eight - ones) & ~eight : 0;
        if (((eight | zeros) & tops) != 0) break;
        done += 8;
    }
    return done;
}

static bool valid(struct span text, bool nul_ends)
{
    size_t done = ascii_run(text, nul_ends);
    while (done < text.size) {
        if (nul_ends && text.at[done] == 0) return false;
        size_t step = utf8_step(span_of(text.at + done, text.size - done));
        if (step == 0) return false;
        done += step;
    }
    return true;
}

bool utf8_valid(struct span text)
{
    return valid(text, false);
}

bool utf8_plain(struct span text)
{
    return valid(text, true);
}

struct span utf8_cut(struct span text, size_t bytes_max)
{
    if (text.size <= bytes_max) return text;
    text.size = bytes_max;
    while (text.size > 0 && is_tail(text.at[text.size])) text.size--;
    return text;
}

#include "overseas-warehouse/matching/nearness.h"

/* --- numbers ---------------------------------------------------------------------------------- */

/* A way from the beginnings of both texts: fewer wrong ones are better, then more that agree. */
struct way {
    uint32_t wrong, agree;
};

static bool is_better(struct way a, struct way b)
{
    return a.wrong != b.wrong ? a.wrong < b.wrong : a.agree > b.agree;
}

static struct way better(struct way a, struct way b)
{
    return is_better(a, b) ? a : b;
}

static struct way gone(struct way way, uint32_t wrong, uint32_t agree)
{
    return (struct way){way.wrong + wrong, way.agree + agree};
}

struct lines { /* of the table: two before and the present one */
    struct way line[3][NEARNESS_TEXT_MAX + 1];
};

static struct way step(const struct lines *lines, struct span label, struct span number, size_t i,
                       size_t j)
{
    const struct way *now = lines->line[i % 3], *before = lines->line[(i + 2) % 3];
    uint8_t read = label.at[i - 1], known = number.at[j - 1];
    if (read == '*') return better(before[j], now[j - 1]);
    bool any = read == '?', agrees = read == known;
    struct way best = gone(before[j - 1], agrees || any ? 0 : 1, agrees ? 1 : 0);
    best = better(best, gone(before[j], any ? 0 : 1, 0));
    best = better(best, gone(now[j - 1], 1, 0));
    bool swapped = i > 1 && j > 1 && label.at[i - 2] == known && read == number.at[j - 2];
    if (swapped && !agrees) best = better(best, gone(lines->line[(i + 1) % 3][j - 2], 1, 1));
    return best;
}

static struct span cut(struct span text)
{
    if (text.size > NEARNESS_TEXT_MAX) text.size = NEARNESS_TEXT_MAX;
    return text;
}

struct nearness number_nearness(struct span label, struct span number)
{
    struct lines lines;
    label = cut(label);
    number = cut(number);
    for (size_t j = 0; j <= number.size; j++) lines.line[0][j] = (struct way){(uint32_t)j, 0};
    for (size_t i = 1; i <= label.size; i++) {
        struct way *now = lines.line[i % 3];
        bool wild = label.at[i - 1] == '*' || label.at[i - 1] == '?';
        now[0] = gone(lines.line[(i + 2) % 3][0], wild ? 0 : 1, 0);
        for (size_t j = 1; j <= number.size; j++) now[j] = step(&lines, label, number, i, j);
    }
    struct way all = lines.line[label.size % 3][number.size];
    return (struct nearness){.agree = all.agree, .wrong = all.wrong};
}

/* --- names ------------------------------------------------------------------------------------ */

/* U+00C0 to U+00FF without their marks; a blank is no letter. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTY";

/* The next letter of a name in its folded form; 0: what stands there parts words. size: how many
 * bytes of the name it is. */
static uint8_t next_letter(struct span name, size_t at, size_t *size)
{
    uint8_t c = name.at[at];
    *size = 1;
    if (c >= 'a' && c <= 'z') return (uint8_t)(c - 'a' + 'A');
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return c;
    if (c == 0xc3 && at + 1 < name.size && name.at[at + 1] >= 0x80 && name.at[at + 1] <= 0xbf) {
        *size = 2;
        char letter = latin[name.at[at + 1] - 0x80];
        return letter == ' ' ? 0 : (uint8_t)letter;
    }
    return c >= 0x80 ? c : 0;
}

static void end_word(struct name_words *words, size_t *size)
{
    if (*size > 1 && words->count < NAME_WORDS_MAX) {
        words->word[words->count] = span_of(words->room[words->count], *size);
        words->count++;
    }
    *size = 0;
}

void name_split(struct span name, struct name_words *words)
{
    size_t used = 0, size;
    words->count = 0;
    for (size_t at = 0; at < name.size && words->count < NAME_WORDS_MAX; at += size) {
        uint8_t letter = next_letter(name, at, &size);
        if (letter == 0)
            end_word(words, &used);
        else if (used < NAME_WORD_MAX)
            words->room[words->count][used++] = letter;
    }
    if (words->count < NAME_WORDS_MAX) end_word(words, &used);
}

static bool is_nearly(struct span a, struct span b)
{
    return a.size > 2 && b.size > 2 && number_nearness(a, b).wrong <= 1;
}

enum name_nearness name_compare(const struct name_words *a, const struct name_words *b)
{
    uint32_t same = 0, nearly = 0, taken = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        bool found = false, close = false;
        for (uint32_t k = 0; k < b->count && !found; k++) {
            if ((taken >> k & 1) != 0) continue;
            found = span_equal(a->word[i], b->word[k]);
            close = close || is_nearly(a->word[i], b->word[k]);
            if (found) taken |= 1u << k;
        }
        same += found ? 1 : 0;
        nearly += !found && close ? 1 : 0;
    }
    uint32_t fewer = a->count < b->count ? a->count : b->count;
    if (fewer > 0 && same == fewer && (same > 1 || a->count == b->count)) return NAME_SAME;
    if (same > 0 && nearly > 0) return NAME_NEARLY;
    return same + nearly > 0 ? NAME_ONE_WORD : NAME_OTHER;
}

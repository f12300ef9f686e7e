#include "proto/id.h"

#include <assert.h>

#define ID_DIGITS     26
#define CHECK_MODULUS 37

/* Crockford's 32 digits, then the five characters that only the check character may be. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

struct id id_make(uint64_t ms, const uint8_t random[10])
{
    assert(ms < (uint64_t)1 << 48);
    struct id id;
    be_put(id.bytes, ms, 6);
    memcpy(id.bytes + 6, random, 10);
    return id;
}

uint64_t id_ms(const struct id *id)
{
    return be_get(id->bytes, 6);
}

static unsigned check_of(uint64_t high, uint64_t low)
{
    const uint64_t carry = UINT64_MAX % CHECK_MODULUS + 1; /* 2^64 modulo 37 */
    return (unsigned)((high % CHECK_MODULUS * carry + low % CHECK_MODULUS) % CHECK_MODULUS);
}

void id_print(const struct id *id, char text[ID_TEXT_BYTES])
{
    uint64_t high = be_get(id->bytes, 8);
    uint64_t low = be_get(id->bytes + 8, 8);
    text[ID_DIGITS] = alphabet[check_of(high, low)];
    text[ID_DIGITS + 1] = '\0';
    for (unsigned i = ID_DIGITS; i > 0; i--) {
        text[i - 1] = alphabet[low & 31];
        low = low >> 5 | high << 59;
        high >>= 5;
    }
}

/* 1 + the value of each character, look-alikes and lower case folded; 0 for those that have none.
 */
/* clang-format off */
static const uint8_t values[256] = {
    ['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['G'] = 17, ['H'] = 18, ['J'] = 19, ['K'] = 20, ['M'] = 21, ['N'] = 22, ['P'] = 23, ['Q'] = 24,
    ['R'] = 25, ['S'] = 26, ['T'] = 27, ['V'] = 28, ['W'] = 29, ['X'] = 30, ['Y'] = 31, ['Z'] = 32,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['g'] = 17, ['h'] = 18, ['j'] = 19, ['k'] = 20, ['m'] = 21, ['n'] = 22, ['p'] = 23, ['q'] = 24,
    ['r'] = 25, ['s'] = 26, ['t'] = 27, ['v'] = 28, ['w'] = 29, ['x'] = 30, ['y'] = 31, ['z'] = 32,
    ['O'] = 1, ['o'] = 1, ['I'] = 2, ['i'] = 2, ['L'] = 2, ['l'] = 2,
    ['*'] = 33, ['~'] = 34, ['$'] = 35, ['='] = 36, ['U'] = 37, ['u'] = 37};
/* clang-format on */

enum error id_parse(struct span text, struct id *id)
{
    uint64_t high = 0, low = 0;
    if (text.size != ID_DIGITS + 1) return ERROR_BAD_ID;
    for (unsigned i = 0; i < ID_DIGITS; i++) {
        uint8_t value = values[text.at[i]];
        if (value < 1 || value > 32) return ERROR_BAD_ID;
        if (high >> 59 != 0) return ERROR_BAD_ID; /* 26 digits have 130 bits */
        high = high << 5 | low >> 59;
        low = low << 5 | (uint64_t)(value - 1);
    }
    if (values[text.at[ID_DIGITS]] != 1 + check_of(high, low)) return ERROR_BAD_ID;
    be_put(id->bytes, high, 8);
    be_put(id->bytes + 8, low, 8);
    return OK;
}

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

/* The value of a character, look-alikes and lower case folded; 0xff when it has none. */
static uint8_t value_of(uint8_t c)
{
    if (c >= 'a' && c <= 'z') c = (uint8_t)(c - 'a' + 'A');
    if (c == 'I' || c == 'L') return 1;
    if (c == 'O') return 0;
    for (uint8_t value = 0; value < CHECK_MODULUS; value++)
        if ((uint8_t)alphabet[value] == c) return value;
    return 0xff;
}

enum error id_parse(struct span text, struct id *id)
{
    uint64_t high = 0, low = 0;
    if (text.size != ID_DIGITS + 1) return ERROR_BAD_ID;
    for (unsigned i = 0; i < ID_DIGITS; i++) {
        uint8_t value = value_of(text.at[i]);
        if (value >= 32 || high >> 59 != 0) return ERROR_BAD_ID; /* 26 digits have 130 bits */
        high = high << 5 | low >> 59;
        low = low << 5 | value;
    }
    if (value_of(text.at[ID_DIGITS]) != check_of(high, low)) return ERROR_BAD_ID;
    be_put(id->bytes, high, 8);
    be_put(id->bytes + 8, low, 8);
    return OK;
}

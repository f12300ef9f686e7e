#include "proto/digits.h"

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool digits_hex(struct span text, uint8_t *to, size_t size)
{
    if (text.size != 2 * size) return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text.at[2 * i]), low = hex_digit(text.at[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static int base64_digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

bool digits_base64_of(struct span text, uint8_t *to, size_t size)
{
    size_t pads = (3 - size % 3) % 3, chars = (size + 2) / 3 * 4;
    if (text.size != chars) return false;
    for (size_t i = 0; i < pads; i++)
        if (text.at[chars - 1 - i] != '=') return false;
    unsigned bits = 0, held = 0;
    size_t used = 0;
    for (size_t i = 0; i < chars - pads; i++) {
        int digit = base64_digit(text.at[i]);
        if (digit < 0) return false;
        bits = (bits << 6 | (unsigned)digit) & 0xffff;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        to[used++] = (uint8_t)(bits >> held);
    }
    return (bits & ((1u << held) - 1)) == 0;
}

bool digits_base64(struct span text, struct hash *to)
{
    return digits_base64_of(text, to->bytes, HASH_BYTES);
}

void digits_hex_print(struct span bytes, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        *text++ = digits[bytes.at[i] >> 4];
        *text++ = digits[bytes.at[i] & 15];
    }
    *text = '\0';
}

void digits_base64_print(struct span bytes, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.size; i += 3) {
        unsigned group = (unsigned)bytes.at[i] << 16;
        if (i + 1 < bytes.size) group |= (unsigned)bytes.at[i + 1] << 8;
        if (i + 2 < bytes.size) group |= bytes.at[i + 2];
        *text++ = digits[group >> 18 & 63];
        *text++ = digits[group >> 12 & 63];
        *text++ = (char)(i + 1 < bytes.size ? digits[group >> 6 & 63] : '=');
        *text++ = (char)(i + 2 < bytes.size ? digits[group & 63] : '=');
    }
    *text = '\0';
}

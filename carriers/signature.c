#include "carriers/signature.h"

#define BASE64_CHARS 44 /* of 32 bytes: 43 digits and one = */

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool signature_from_hex(struct span text, struct hash *mac)
{
    if (text.size != 2 * HASH_BYTES) return false;
    for (size_t i = 0; i < HASH_BYTES; i++) {
        int high = hex_digit(text.at[2 * i]), low = hex_digit(text.at[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        mac->bytes[i] = (uint8_t)(high << 4 | low);
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

bool signature_from_base64(struct span text, struct hash *mac)
{
    if (text.size != BASE64_CHARS || text.at[BASE64_CHARS - 1] != '=') return false;
    unsigned bits = 0, held = 0;
    size_t used = 0;
    for (size_t i = 0; i < BASE64_CHARS - 1; i++) {
        int digit = base64_digit(text.at[i]);
        if (digit < 0) return false;
        bits = (bits << 6 | (unsigned)digit) & 0xffff;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        mac->bytes[used++] = (uint8_t)(bits >> held);
    }
    return (bits & ((1u << held) - 1)) == 0;
}

bool signature_matches(const struct crypto *crypto, struct span key, struct span body,
                       const struct hash *mac)
{
    if (key.size == 0) return false;
    struct hash own;
    crypto->hmac_sha256(crypto->world, key, body, &own);
    return span_equal_secret(span_of(own.bytes, HASH_BYTES), span_of(mac->bytes, HASH_BYTES));
}

bool signature_strip(struct span text, const char *prefix, struct span *rest)
{
    struct span head = span_text(prefix);
    if (text.size < head.size || memcmp(text.at, head.at, head.size) != 0) return false;
    *rest = span_of(text.at + head.size, text.size - head.size);
    return true;
}

#include "carriers/signature.h"

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

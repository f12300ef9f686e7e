#include "overseas-warehouse/payment/webhook.h"

#define DIGITS_MAX 19

bool webhook_is_mac(const struct payment_push *push, struct span message, const struct hash *mac)
{
    bool found = false;
    for (size_t i = 0; i < push->secrets_count; i++) {
        struct hash own;
        if (push->secrets[i].size == 0) continue; /* an empty key proves nothing */
        crypto_hmac(push->crypto, push->secrets[i], message, &own);
        if (span_equal_secret(span_of(own.bytes, HASH_BYTES), span_of(mac->bytes, HASH_BYTES)))
            found = true;
    }
    return found;
}

uint64_t webhook_seconds(const struct payment_push *push, const struct json *number)
{
    int64_t seconds;
    bool known = push->tree->integer(number, &seconds) && seconds > 0 && seconds < INT64_MAX / 1000;
    return known ? (uint64_t)seconds * 1000 : 0;
}

bool webhook_number(struct span text, uint64_t *value)
{
    *value = 0;
    if (text.size == 0 || text.size > DIGITS_MAX) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *value = *value * 10 + (uint64_t)(text.at[i] - '0');
    }
    return true;
}

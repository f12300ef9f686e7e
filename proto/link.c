#include "proto/link.h"

static const char domain[] = "entrepot/link/1";
#define DOMAIN_BYTES  (sizeof domain - 1)
#define MESSAGE_BYTES (DOMAIN_BYTES + LINK_BODY_BYTES)
#define PREFIX_BYTES  (sizeof LINK_PREFIX - 1)

static void put_body(const struct link_card *card, uint8_t at[LINK_BODY_BYTES])
{
    at[0] = LINK_VERSION;
    memcpy(at + 1, card->return_id.bytes, ID_BYTES);
    memcpy(at + 1 + ID_BYTES, card->link.bytes, ID_BYTES);
    memcpy(at + 1 + 2 * ID_BYTES, card->node.bytes, ID_BYTES);
    be_put(at + 1 + 3 * ID_BYTES, card->expires_ms, 8);
}

/* The domain in front keeps it apart from all else that the key signs. */
static struct span message_of(const struct link_card *card, uint8_t buffer[MESSAGE_BYTES])
{
    memcpy(buffer, domain, DOMAIN_BYTES);
    put_body(card, buffer + DOMAIN_BYTES);
    return span_of(buffer, MESSAGE_BYTES);
}

bool link_sign(const struct crypto *crypto, struct link_card *card)
{
    uint8_t buffer[MESSAGE_BYTES];
    return crypto->sign(crypto->world, message_of(card, buffer), card->signature);
}

bool link_verify(const struct crypto *crypto, const uint8_t key[KEY_BYTES],
                 const struct link_card *card)
{
    uint8_t buffer[MESSAGE_BYTES];
    return crypto->verify(crypto->world, key, message_of(card, buffer), card->signature);
}

void link_print(const struct link_card *card, char text[LINK_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[LINK_BYTES];
    put_body(card, bytes);
    memcpy(bytes + LINK_BODY_BYTES, card->signature, SIGNATURE_BYTES);
    memcpy(text, LINK_PREFIX, PREFIX_BYTES);
    text += PREFIX_BYTES;
    for (size_t i = 0; i < LINK_BYTES; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = '\0';
}

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum error link_parse(struct span text, struct link_card *card)
{
    uint8_t bytes[LINK_BYTES];
    if (text.size != LINK_TEXT_BYTES - 1) return ERROR_MALFORMED;
    if (memcmp(text.at, LINK_PREFIX, PREFIX_BYTES) != 0) return ERROR_MALFORMED;
    for (size_t i = 0; i < LINK_BYTES; i++) {
        int high = digit_of(text.at[PREFIX_BYTES + 2 * i]);
        int low = digit_of(text.at[PREFIX_BYTES + 2 * i + 1]);
        if (high < 0 || low < 0) return ERROR_MALFORMED;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    if (bytes[0] != LINK_VERSION) return ERROR_MALFORMED;
    memcpy(card->return_id.bytes, bytes + 1, ID_BYTES);
    memcpy(card->link.bytes, bytes + 1 + ID_BYTES, ID_BYTES);
    memcpy(card->node.bytes, bytes + 1 + 2 * ID_BYTES, ID_BYTES);
    card->expires_ms = be_get(bytes + 1 + 3 * ID_BYTES, 8);
    memcpy(card->signature, bytes + LINK_BODY_BYTES, SIGNATURE_BYTES);
    return OK;
}

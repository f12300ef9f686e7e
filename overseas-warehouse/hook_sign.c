/* Secrets, signatures, names of messages and pauses, as Standard Webhooks 1.0.0 has them. */
#include <assert.h>

#include "overseas-warehouse/hook.h"
#include "proto/digits.h"
#include "proto/line.h"

#define SECOND_MS UINT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)

/* --- base64 ------------------------------------------------------------------------------------
 */

/* Of whatever size its padding says. */
static bool from_base64(struct span text, uint8_t *bytes, size_t room, size_t *size)
{
    size_t padding = 0;
    if (text.size == 0 || text.size % 4 != 0) return false;
    while (padding < 2 && text.at[text.size - 1 - padding] == '=') padding++;
    *size = text.size / 4 * 3 - padding;
    return *size <= room && digits_base64_of(text, bytes, *size);
}

/* --- secrets and signatures --------------------------------------------------------------------
 */

bool hook_key_read(struct span text, struct hook_key *key)
{
    struct span head = span_text("whsec_");
    key->size = 0;
    if (text.size <= head.size || text.size > HOOK_SECRET_TEXT_MAX) return false;
    if (memcmp(text.at, head.at, head.size) != 0) return false;
    struct span rest = span_of(text.at + head.size, text.size - head.size);
    return from_base64(rest, key->bytes, sizeof key->bytes, &key->size) &&
           key->size >= HOOK_KEY_BYTES_MIN;
}

struct hash hook_fingerprint(const struct crypto *crypto, const struct hook_key *key)
{
    struct hash hash;
    struct span part = span_of(key->bytes, key->size);
    crypto_hash(crypto, "entrepot/webhook-secret/1", &part, 1, &hash);
    return hash;
}

#define SIGNED_BYTES_MAX (HOOK_TEXT_BYTES_MAX + 24 + HOOK_BODY_BYTES_MAX)

void hook_sign(const struct crypto *crypto, const struct hook_key *keys, size_t count,
               const char *id, uint64_t timestamp_s, struct span body,
               char text[HOOK_SECRETS_MAX * HOOK_SIGN_BYTES])
{
    char message[SIGNED_BYTES_MAX];
    assert(count <= HOOK_SECRETS_MAX && body.size <= HOOK_BODY_BYTES_MAX);
    struct line line = line_over(message, sizeof message);
    line_text(&line, id);
    line_text(&line, ".");
    line_uint(&line, timestamp_s);
    line_text(&line, ".");
    assert(line.used + body.size <= sizeof message);
    memcpy(message + line.used, body.at, body.size);
    struct span whole = span_of(message, line.used + body.size);
    *text = '\0';
    for (size_t i = 0; i < count; i++) {
        struct hash mac;
        crypto_hmac(crypto, span_of(keys[i].bytes, keys[i].size), whole, &mac);
        if (i > 0) *text++ = ' ';
        memcpy(text, "v1,", 3);
        digits_base64_print(span_of(mac.bytes, HASH_BYTES), text + 3);
        text += HOOK_SIGN_BYTES - 1;
    }
}

/* --- names -------------------------------------------------------------------------------------
 */

struct id hook_message(const struct crypto *crypto, const struct hash *entry, enum hook_type type)
{
    uint8_t number[2];
    be_put(number, (uint64_t)type, sizeof number);
    const struct span parts[] = {span_of(entry->bytes, HASH_BYTES), span_of(number, sizeof number)};
    return crypto_id(crypto, "entrepot/webhook/1", parts, 2);
}

void hook_id_print(uint64_t idx, const struct id *message, char text[HOOK_TEXT_BYTES_MAX + 1])
{
    struct line line = line_over(text, HOOK_TEXT_BYTES_MAX + 1);
    line_text(&line, "msg_");
    line_uint(&line, idx);
    line_text(&line, "_");
    line_hex(&line, id_span(message));
}

static int hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hook_id_read(struct span text, uint64_t *idx, struct id *message)
{
    struct span head = span_text("msg_");
    size_t at = head.size;
    *idx = 0;
    if (text.size < head.size || memcmp(text.at, head.at, head.size) != 0) return false;
    while (at < text.size && text.at[at] >= '0' && text.at[at] <= '9' && *idx <= EVENT_IDX_MAX)
        *idx = *idx * 10 + (uint64_t)(text.at[at++] - '0');
    if (*idx == 0 || *idx > EVENT_IDX_MAX || text.at[head.size] == '0') return false;
    if (text.size != at + 1 + 2 * ID_BYTES || text.at[at++] != '_') return false;
    for (size_t i = 0; i < ID_BYTES; i++) {
        int high = hex_of(text.at[at + 2 * i]), low = hex_of(text.at[at + 2 * i + 1]);
        if (high < 0 || low < 0) return false;
        message->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* --- pauses ------------------------------------------------------------------------------------
 */

uint64_t hook_pause_ms(unsigned attempts, uint64_t jitter)
{
    static const uint64_t pauses[] = {5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS,
                                      2 * HOUR_MS,   5 * HOUR_MS,   10 * HOUR_MS,
                                      14 * HOUR_MS,  20 * HOUR_MS,  24 * HOUR_MS};
    static_assert(sizeof pauses / sizeof pauses[0] == HOOK_TRIES_MAX - 1, "one between two tries");
    assert(attempts > 0);
    if (attempts >= HOOK_TRIES_MAX) return 0;
    uint64_t pause = pauses[attempts - 1];
    return pause + jitter % (pause / 10 + 1);
}
